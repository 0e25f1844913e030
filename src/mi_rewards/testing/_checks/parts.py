"""Parts of the domain that a host need not have, and what is lacking where it says so."""

from collections.abc import Mapping
from typing import Any, Final

from mi_rewards.testing._checks import samples
from mi_rewards.testing._checks.ahead import OF_PREORDERS
from mi_rewards.testing._checks.devices import OF_TRADE_INS
from mi_rewards.testing._checks.marks import Part

PARTS: Final[Mapping[Part, tuple[int, Mapping[type[Any], samples.Row]]]] = {
    "catalogue": (2, samples.OF_THE_CATALOGUE),
    "checkout": (2, samples.OF_THE_CHECKOUT),
    "standings": (3, samples.OF_STANDINGS),
    "referrals": (3, samples.OF_REFERRALS),
    "preorders": (4, OF_PREORDERS),
    "trade_ins": (5, OF_TRADE_INS),
}
"""The version of the contract that each part came with, and the kinds of aggregates in it."""

_NEEDED: Final[Mapping[Part, tuple[Part, ...]]] = {
    "checkout": ("catalogue", "checkout"),
    "f_codes": ("catalogue", "preorders"),
    "exchanged_carts": ("catalogue", "checkout", "trade_ins"),
}
"""The parts that one takes, where it takes another than itself."""


def lacking(host: Any, part: Part) -> Part:
    """Say which part of the domain a host lacks for another.

    Args:
        host: What says what the host has, as `has_catalogue` and the like.
        part: The part that is wanted; empty for what every host has.

    Returns:
        The part that is lacking; empty where the host has all.
    """
    needed = _NEEDED.get(part, (part,) if part else ())
    for each in needed:
        if not getattr(host, f"has_{each}"):
            return each
    return ""
