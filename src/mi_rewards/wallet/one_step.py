"""Booking in one step what concerns one bucket and nothing else, as mostly.

1. The wallet and the entry are those that `booking` makes of it in several.
2. `None` says that there may be more to it: something is due, held, promised or owed, or there are
   too few tokens or too many. Then it goes through those steps.
"""

from datetime import date, datetime
from typing import TypeVar

from mi_rewards._tuples import new
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet.booking import with_tokens
from mi_rewards.wallet.buckets import Bucket
from mi_rewards.wallet.entries import Account, Entry, Event, Posting, Reason
from mi_rewards.wallet.state import WalletState

W = TypeVar("W", bound=WalletState)

_AVAILABLE = Account.AVAILABLE
_ISSUED = Account.ISSUED
_REDEEMED = Account.REDEEMED


def credited(
    wallet: W,
    event: Event,
    tokens: int,
    last_day: date,
    source: str | None,
    at: datetime,
    request_id: str,
    reason: Reason,
    occurred_at: datetime,
) -> tuple[W, tuple[Entry], None] | None:
    """Issue tokens to one bucket where that is all there is to do, as mostly.

    Args:
        wallet: The wallet before.
        event: `EARNED`, or `OPENED` for a balance brought along.
        tokens: A number of tokens.
        last_day: The last day on which they are valid.
        source: What earned them.
        at: The instant asked for (UTC).
        request_id: The request that issues them.
        reason: Why, as codes and figures.
        occurred_at: The fact's instant (UTC).

    Returns:
        The wallet after, and the entry: those of `advanced`, `inflow` and `booked`. `None` where
        something may be due or lapsed, held, promised or owed, or near the limit.

    Raises:
        Misuse: *last_day* is no date.
    """
    owner, buckets, holds, promises, owed, totals, sequence, before, blocked, version = wallet
    issued, redeemed, lapsed, clawed_back, transferred, adjusted = totals
    now = at if before is None or at >= before else before
    zone = owner.zone
    if zone.after(last_day) <= now or holds or promises or owed or transferred or adjusted:
        return None
    issued += tokens
    if issued > TOKENS_MAX:
        return None
    # No bucket has more than was ever issued.
    if not buckets:
        buckets = (new(Bucket, (last_day, tokens)),)
    elif buckets[0][0] != last_day and zone.after(buckets[0][0]) <= at:
        return None
    elif buckets[-1][0] == last_day:
        newest = new(Bucket, (last_day, buckets[-1][1] + tokens))
        buckets = buckets[:-1] + (newest,)  # noqa: RUF005 - it is faster
    else:
        buckets = with_tokens(buckets, last_day, tokens, owner)
    postings = (
        new(Posting, (_ISSUED, -tokens, None, source)),
        new(Posting, (_AVAILABLE, tokens, last_day, None)),
    )
    sequence += 1
    entry = new(
        Entry, (owner, sequence, event, request_id, occurred_at, now, reason, postings, None)
    )
    totals = (issued, redeemed, lapsed, clawed_back, 0, 0)
    after = (owner, buckets, (), (), 0, totals, sequence, now, blocked, version)
    return new(type(wallet), after), (entry,), None


def debited(
    wallet: W,
    event: Event,
    tokens: int,
    last_day: date,
    sink: Posting,
    at: datetime,
    request_id: str,
    reason: Reason,
) -> tuple[W, Entry] | None:
    """Take tokens from one bucket where that is all there is to do, as mostly.

    Args:
        wallet: The wallet before.
        event: `BURNED` or `CLAWED_BACK`.
        tokens: A number of tokens.
        last_day: The bucket's last valid day.
        sink: Where they go: to what is redeemed or clawed back.
        at: The instant asked for (UTC).
        request_id: The request that takes them.
        reason: Why, as codes and figures.

    Returns:
        The wallet after, and the entry: those of `advanced` and `booked`. `None` where something
        may be due, held, promised or owed, or the bucket has fewer.
    """
    owner, buckets, holds, promises, owed, totals, sequence, before, blocked, version = wallet
    now = at if before is None or at >= before else before
    if holds or promises or owed or not buckets or owner.zone.after(buckets[0][0]) <= now:
        return None
    for index, (day, there) in enumerate(buckets):
        if day == last_day and there >= tokens:
            left = (new(Bucket, (day, there - tokens)),) if there > tokens else ()
            buckets = buckets[:index] + left + buckets[index + 1 :]
            break
    else:
        return None
    issued, redeemed, lapsed, clawed_back, transferred, adjusted = totals
    if sink[0] is _REDEEMED:
        redeemed += tokens
    else:
        clawed_back += tokens
    totals = (issued, redeemed, lapsed, clawed_back, transferred, adjusted)
    postings = (new(Posting, (_AVAILABLE, -tokens, last_day, None)), sink)
    sequence += 1
    entry = new(Entry, (owner, sequence, event, request_id, at, now, reason, postings, None))
    after = (owner, buckets, (), (), 0, totals, sequence, now, blocked, version)
    return new(type(wallet), after), entry
