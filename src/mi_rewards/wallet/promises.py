"""Promises: made when an order is placed, kept on delivery or later, withdrawn on cancellation.

1. A promise waits for delivery, or has the instant at which the calendar keeps it.
2. What is promised cannot be spent.
3. Every instant has an offset, and every number of tokens is a whole one from 1 to 2**63 - 1;
   `Misuse` otherwise.
"""

from datetime import date, datetime

from mi_rewards.calendar import utc
from mi_rewards.errors import Misuse
from mi_rewards.wallet.booking import advanced, booked, kept_postings
from mi_rewards.wallet.buckets import whole_tokens
from mi_rewards.wallet.entries import Account, Event, Posting, Reason
from mi_rewards.wallet.refusals import BeyondPromise
from mi_rewards.wallet.wallet import Change, Wallet


def promise(
    wallet: Wallet,
    tokens: int,
    *,
    promise_id: str,
    source: str,
    at: datetime,
    request_id: str,
    reason: Reason,
    last_day: date | None = None,
    keeps_at: datetime | None = None,
    occurred_at: datetime | None = None,
) -> Change[None]:
    """Promise *tokens* for an order.

    Args:
        wallet: The wallet before.
        tokens: Whole tokens.
        promise_id: Names the promise within the wallet.
        source: The order.
        at: The instant.
        request_id: The request that makes it.
        reason: Why, as codes and figures.
        last_day: Their last valid day, where the order is delivered already.
        keeps_at: The instant at which the calendar keeps it; needs *last_day*.
        occurred_at: The fact's instant where it is not *at*.

    Returns:
        The wallet afterwards. A promise whose instant is past by then is kept at once.

    Raises:
        Misuse: A promise of that name is open, or only one of *last_day* and *keeps_at* is given.
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    at, wanted = utc(at), whole_tokens(tokens)
    if (last_day is None) is not (keeps_at is None):
        raise Misuse(
            "a promise has both a last valid day and an instant at which it is kept, or neither"
        )
    now, entries = advanced(wallet, at, request_id)
    if any(it.promise_id == promise_id for it in now.promises):
        raise Misuse(f"promise {promise_id!r} is open already")
    postings = (
        Posting(Account.EXPECTED, -wanted, None, source),
        Posting(Account.PROMISED, wanted, last_day, promise_id),
    )
    now, entry = booked(
        now,
        Event.PROMISED,
        postings,
        at=at,
        request_id=request_id,
        reason=reason,
        occurred_at=None if occurred_at is None else utc(occurred_at),
        until=None if keeps_at is None else utc(keeps_at),
    )
    now, kept = advanced(now, entry.booked_at, request_id)
    return Change(now, (*entries, entry, *kept), None)


def keep(
    wallet: Wallet,
    promise_id: str,
    tokens: int,
    *,
    last_day: date,
    at: datetime,
    request_id: str,
    reason: Reason,
    occurred_at: datetime | None = None,
) -> Change[None]:
    """Keep *tokens* of a promise: it is reversed, and they come in as earned.

    Args:
        wallet: The wallet before.
        promise_id: The promise.
        tokens: Whole tokens, at most what it has.
        last_day: Their last valid day.
        at: The instant.
        request_id: The request that keeps it.
        reason: Why, as codes and figures.
        occurred_at: The fact's instant where it is not *at*.

    Returns:
        The wallet afterwards; what is left of the promise stays open.

    Raises:
        PromiseNotOpen: There is no open promise of that name.
        BeyondPromise: More than it has was asked for.
    """
    at, wanted = utc(at), whole_tokens(tokens)
    now, entries = advanced(wallet, at, request_id)
    kept = now.open_promise(promise_id)
    if wanted > kept.tokens:
        raise BeyondPromise(promise_id=promise_id, required=wanted, promised=kept.tokens)
    now, entry = booked(
        now,
        Event.KEPT,
        kept_postings(now, kept, wanted, last_day, at=at),
        at=at,
        request_id=request_id,
        reason=reason,
        occurred_at=None if occurred_at is None else utc(occurred_at),
    )
    return Change(now, (*entries, entry), None)


def withdraw(
    wallet: Wallet,
    promise_id: str,
    *,
    at: datetime,
    request_id: str,
    reason: Reason,
    tokens: int | None = None,
) -> Change[int]:
    """Withdraw a promise, all or a part of it.

    Args:
        wallet: The wallet before.
        promise_id: The promise.
        at: The instant.
        request_id: The request that withdraws it.
        reason: Why, as codes and figures.
        tokens: How many of it; all where it is not given.

    Returns:
        The wallet afterwards, and how many tokens were withdrawn.

    Raises:
        PromiseNotOpen: There is no open promise of that name.
        BeyondPromise: More than it has was asked for.
    """
    at = utc(at)
    now, entries = advanced(wallet, at, request_id)
    withdrawn = now.open_promise(promise_id)
    wanted = withdrawn.tokens if tokens is None else whole_tokens(tokens)
    if wanted > withdrawn.tokens:
        raise BeyondPromise(promise_id=promise_id, required=wanted, promised=withdrawn.tokens)
    postings = (
        Posting(Account.EXPECTED, wanted, None, withdrawn.source),
        Posting(Account.PROMISED, -wanted, withdrawn.last_day, promise_id),
    )
    now, entry = booked(now, Event.WITHDRAWN, postings, at=at, request_id=request_id, reason=reason)
    return Change(now, (*entries, entry), wanted)
