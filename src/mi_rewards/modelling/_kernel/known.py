"""What the kernel knows, and what it leaves to the commands as a whole."""

from collections.abc import Callable
from typing import Final

from mi_rewards.programme import Programme

KINDS: Final = frozenset(
    {
        "burned",
        "cancelled",
        "captured",
        "delivered",
        "held",
        "joined",
        "opening",
        "placed",
        "redeemed",
        "reinstated",
        "released",
        "returned",
        "reviewed",
    }
)
"""The kinds of rows that the kernel knows."""

SPENDING: Final = frozenset({"burned", "captured", "held", "redeemed", "reinstated", "released"})
"""The kinds of rows that a redemption policy stands in place of."""


class NotKnown(Exception):
    """A history or a rule book asks for what the kernel does not know; the message says what."""


_ASKED: Final[tuple[tuple[str, Callable[[Programme], bool]], ...]] = (
    ("campaigns", lambda it: bool(it.in_force.campaigns)),
    ("status points", lambda it: it.points is not None),
    ("referrals", lambda it: it.referral is not None),
    ("pre-orders", lambda it: bool(it.preorders)),
    ("trade-ins", lambda it: bool(it.trade_ins)),
)
"""What a programme may ask for that the kernel does not know."""


def why_not(programme: Programme) -> str:
    """Say what of a programme the kernel does not know.

    Args:
        programme: The rules.

    Returns:
        The first such thing; empty where the kernel knows it all.
    """
    for name, asks in _ASKED:
        if asks(programme):
            return name
    return ""
