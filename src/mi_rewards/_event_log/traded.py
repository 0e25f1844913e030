"""What of exchanges stands at an instant, whatever a store has of later.

1. What the calendar has made of an exchange by then counts, booked or not.
2. One that ended later was open then; where it is in its life is stated as it is now otherwise.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from mi_rewards._event_log.books import Books
from mi_rewards.trade_in.exchange_life import ExchangeState
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.quotes import DeviceQuote

OPEN: Final = "open"
"""What is counted that may still come to something."""

_ENDS: Final = (
    ExchangeState.SETTLED,
    ExchangeState.CREDITED,
    ExchangeState.REJECTED,
    ExchangeState.DECLINED,
    ExchangeState.MISSED,
    ExchangeState.EXPIRED,
    ExchangeState.VOID,
    ExchangeState.CANCELLED,
)
"""Where an exchange can end."""


def exchange_counts(store: Books, at: datetime) -> dict[str, int]:
    """Count the exchanges that were opened by an instant.

    Args:
        store: The store.
        at: The instant (UTC).

    Returns:
        The numbers: those that are open, and the others by where they ended.
    """
    found = Counter([_end_of(it, at) for it in store.all_of(Exchange) if it.opened_at <= at])
    return {OPEN: found[OPEN]} | {state.value: found[state.value] for state in _ENDS}


def latest_traded(store: Books) -> datetime | None:
    """Find the latest instant at which something was done about an old device.

    Args:
        store: The store.

    Returns:
        The instant (UTC), `None` where there was nothing.
    """
    facts = [it.issued_at for it in store.all_of(DeviceQuote)]
    for it in store.all_of(Exchange):
        facts += [at for at in (it.opened_at, it.closed_at) if at is not None]
    return max(facts, default=None)


def _end_of(it: Exchange, at: datetime) -> str:
    """Tell where an exchange had ended by an instant, if it had."""
    if it.closed_at is not None and it.closed_at > at:
        return OPEN
    now = it.at(at)
    return OPEN if now.closed_at is None else now.state.value
