"""Blocking a wallet: nothing is spent from it until that is lifted.

1. An entry without postings blocks a wallet or lifts that, so that its journal alone says since
   when, why, and until when.
2. While it is blocked nothing is burned, held or sent. Whatever else was begun goes on: a hold
   keeps its promise, orders earn and are returned, and the calendar does what is due.
3. Every instant has an offset; `Misuse` otherwise.
"""

from datetime import datetime

from mi_rewards.calendar import utc
from mi_rewards.errors import Figure, Misuse
from mi_rewards.wallet.booking import advanced, booked
from mi_rewards.wallet.entries import Event, Reason
from mi_rewards.wallet.refusals import AlreadyBlocked, NotBlocked
from mi_rewards.wallet.wallet import Change, Wallet


def block(
    wallet: Wallet,
    code: str,
    *,
    at: datetime,
    request_id: str,
    figures: tuple[tuple[str, Figure], ...] = (),
) -> Change[None]:
    """Block a wallet.

    Args:
        wallet: The wallet before.
        code: Why, as a code that is not empty.
        at: The instant.
        request_id: The request that blocks.
        figures: What else is to be kept beside the code.

    Returns:
        The wallet afterwards.

    Raises:
        Misuse: *code* is no text, or empty.
        AlreadyBlocked: It is blocked.
    """
    if type(code) is not str or not code:
        raise Misuse(f"a wallet is blocked for a code, not for {code!r}")
    at = utc(at)
    if wallet.blocked:
        raise AlreadyBlocked(reason=wallet.blocked)
    return _booked(wallet, Event.BLOCKED, Reason(code, figures), at=at, request_id=request_id)


def unblock(wallet: Wallet, *, at: datetime, request_id: str) -> Change[None]:
    """Lift what blocks a wallet.

    Args:
        wallet: The wallet before.
        at: The instant.
        request_id: The request that lifts it.

    Returns:
        The wallet afterwards.

    Raises:
        NotBlocked: Nothing blocks it.
    """
    at = utc(at)
    if not wallet.blocked:
        raise NotBlocked
    reason = Reason(wallet.blocked)
    return _booked(wallet, Event.UNBLOCKED, reason, at=at, request_id=request_id)


def _booked(
    wallet: Wallet, event: Event, reason: Reason, *, at: datetime, request_id: str
) -> Change[None]:
    """Book an entry without postings, after what is due."""
    now, entries = advanced(wallet, at, request_id)
    now, entry = booked(now, event, (), at=at, request_id=request_id, reason=reason)
    return Change(now, (*entries, entry), None)
