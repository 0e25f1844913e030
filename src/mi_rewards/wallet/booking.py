"""How a wallet changes: by entries, and in no other way.

1. `applied` is the one place where postings change a wallet; `fold` is `applied` over a journal.
2. Every operation first books what the calendar has made due by its instant (`advanced`), each
   fact at the instant at which it fell due, so that a sweep changes no answer and no later entry.
3. Whatever comes into `available` makes good what is owed first, earliest last day first; what is
   past its last day already lapses and makes good no debt (`inflow`).
4. An entry without postings blocks a wallet, or lifts that; see `blocks`.
5. What concerns one bucket and nothing else is booked in one step, to the same end; see `one_step`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from mi_rewards._tuples import new
from mi_rewards.calendar import NEVER
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet.buckets import Bucket, Draw
from mi_rewards.wallet.entries import Account, Entry, Event, Owner, Posting, Reason
from mi_rewards.wallet.refusals import WalletFull
from mi_rewards.wallet.reservations import Hold, Promise
from mi_rewards.wallet.state import WalletState

W = TypeVar("W", bound=WalletState)

_AVAILABLE = Account.AVAILABLE
_ISSUED = Account.ISSUED
_HELD = Account.HELD
_PROMISED = Account.PROMISED
_EXPECTED = Account.EXPECTED
_OWED = Account.OWED
_LAPSED = Account.LAPSED
_REDEEMED = Account.REDEEMED
_CLAWED_BACK = Account.CLAWED_BACK
_TRANSFERRED = Account.TRANSFERRED
_BLOCKED = Event.BLOCKED
_IS_LAPSED = Event.LAPSED

LAPSE_REASON = Reason("last_day_passed")
RUN_OUT_REASON = Reason("deadline_passed")


def applied(wallet: W, entry: Entry) -> W:
    """Apply an entry: its postings or, where it has none, that the wallet is blocked or not.

    Args:
        wallet: The wallet before.
        entry: The next entry of its journal.

    Returns:
        The wallet after. O(live buckets + open holds + open promises).

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    owner, buckets, holds, promises, owed, totals, _, _, blocked, version = wallet
    issued, redeemed, lapsed, clawed_back, transferred, adjusted = totals
    source = ""
    _, sequence, event, _, _, booked_at, reason, postings, _ = entry
    if not postings:
        blocked = reason.code if event is _BLOCKED else ""
    for posting in postings:
        account, amount, last_day, _ = posting
        if account is _AVAILABLE:
            buckets = with_tokens(buckets, last_day or NEVER, amount, owner)
        elif account is _ISSUED:
            issued -= amount
        elif account is _LAPSED:
            lapsed += amount
        elif account is _REDEEMED:
            redeemed += amount
        elif account is _OWED:
            owed -= amount
        elif account is _CLAWED_BACK:
            clawed_back += amount
        elif account is _HELD:
            holds = _with_held(holds, entry, posting)
        elif account is _EXPECTED:
            source = posting.ref or ""
        elif account is _PROMISED:
            promises = _with_promised(promises, entry, posting, source)
        elif account is _TRANSFERRED:
            transferred += amount
        else:
            adjusted += amount
    promised = sum([promise.tokens for promise in promises]) if promises else 0
    seen = issued + owed + promised
    if transferred < 0:
        seen -= transferred
    if adjusted < 0:
        seen -= adjusted
    if seen > TOKENS_MAX:
        raise WalletFull(member_id=owner.member_id)
    totals = (issued, redeemed, lapsed, clawed_back, transferred, adjusted)
    return new(
        type(wallet),
        (owner, buckets, holds, promises, owed, totals, sequence, booked_at, blocked, version),
    )


def with_tokens(
    buckets: tuple[Bucket, ...], day: date, amount: int, owner: Owner
) -> tuple[Bucket, ...]:
    """Add tokens, or take them where the amount is negative, keeping the buckets in order.

    Args:
        buckets: The buckets before.
        day: The bucket's last valid day.
        amount: How many it gains, negative where it loses them.
        owner: Whose they are.

    Returns:
        The buckets after; one that is empty is left out.

    Raises:
        WalletFull: The bucket would pass 2**63 - 1 tokens.
        Misuse: It would have fewer than none.
    """
    if not buckets:
        return (Bucket(day, amount),)
    newest, tokens = buckets[-1]
    if newest == day and type(amount) is int and 0 < (tokens := tokens + amount) <= TOKENS_MAX:
        # It was just seen to be a number of tokens.
        return buckets[:-1] + (new(Bucket, (day, tokens)),)  # noqa: RUF005 - it is faster
    for index, (last_day, tokens) in enumerate(buckets):
        if last_day == day:
            tokens += amount  # noqa: PLW2901
            if tokens > TOKENS_MAX:
                raise WalletFull(member_id=owner.member_id)
            changed = (Bucket(day, tokens),) if tokens else ()
            return buckets[:index] + changed + buckets[index + 1 :]
        if last_day > day:
            return (*buckets[:index], Bucket(day, amount), *buckets[index:])
    return (*buckets, Bucket(day, amount))


def _with_held(holds: tuple[Hold, ...], entry: Entry, posting: Posting) -> tuple[Hold, ...]:
    """Open a hold, add a draw to it, or resolve it; holds stand in the order of their deadlines."""
    hold_id = posting.ref or ""
    if posting.amount < 0:
        return tuple(hold for hold in holds if hold.hold_id != hold_id)
    draws: tuple[Draw, ...] = ()
    for hold in holds:
        if hold.hold_id == hold_id:
            draws = hold.draws
    others = [hold for hold in holds if hold.hold_id != hold_id]
    draw = Draw(posting.last_day or NEVER, posting.amount)
    others.append(Hold(hold_id, entry.until or entry.booked_at, (*draws, draw)))
    return tuple(sorted(others, key=_by_deadline))


def _by_deadline(hold: Hold) -> tuple[datetime, str]:
    """Order holds by their deadline, then by name."""
    return hold.until, hold.hold_id


def _with_promised(
    promises: tuple[Promise, ...], entry: Entry, posting: Posting, source: str
) -> tuple[Promise, ...]:
    """Make a promise, or take from it; what waits for delivery stands last."""
    promise_id = posting.ref or ""
    others: list[Promise] = []
    for promise in promises:
        if promise.promise_id != promise_id:
            others.append(promise)
        elif promise.tokens + posting.amount > 0:
            others.append(_with_fewer(promise, promise.tokens + posting.amount))
    if posting.amount > 0:
        others.append(
            Promise(
                promise_id,
                posting.amount,
                source,
                posting.last_day,
                entry.until,
                entry.occurred_at,
                entry.reason,
            )
        )
    return tuple(sorted(others, key=_by_keeping))


def _with_fewer(promise: Promise, tokens: int) -> Promise:
    """Reduce a promise."""
    return Promise(
        promise.promise_id,
        tokens,
        promise.source,
        promise.last_day,
        promise.keeps_at,
        promise.occurred_at,
        promise.reason,
    )


def _by_keeping(promise: Promise) -> tuple[bool, datetime, str]:
    """Order promises by the instant at which the calendar keeps them, then by name."""
    keeps_at = promise.keeps_at
    return keeps_at is None, keeps_at or promise.occurred_at, promise.promise_id


def booked(
    wallet: W,
    event: Event,
    postings: Iterable[Posting],
    *,
    at: datetime,
    request_id: str,
    reason: Reason,
    occurred_at: datetime | None = None,
    until: datetime | None = None,
) -> tuple[W, Entry]:
    """Book one entry on a wallet in which nothing is due.

    Args:
        wallet: The wallet before.
        event: What happened.
        postings: What moved; sums to zero.
        at: The instant asked for (UTC); booked no earlier than the last entry.
        request_id: The request that causes it.
        reason: Why, as codes and figures.
        occurred_at: The fact's instant (UTC); *at* where it is not given.
        until: A hold's deadline, or the instant at which a promise is kept (UTC).

    Returns:
        The wallet after, and the entry.

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    owner, _, _, _, _, _, sequence, before, _, _ = wallet
    entry = new(
        Entry,
        (
            owner,
            sequence + 1,
            event,
            request_id,
            occurred_at or at,
            at if before is None or at >= before else before,
            reason,
            tuple(postings),
            until,
        ),
    )
    return applied(wallet, entry), entry


def inflow(
    wallet: W, sources: Sequence[Posting], parts: Sequence[Draw], *, at: datetime
) -> list[Posting]:
    """Post tokens that come into a wallet.

    Args:
        wallet: The wallet before, in which nothing is due.
        sources: Where they come from; sums to minus the tokens of *parts*.
        parts: The tokens by last valid day, earliest first.
        at: The instant asked for (UTC).

    Returns:
        Balanced postings: what is past its last day lapses, what is owed is made good, the rest is
        available.
    """
    postings = list(sources)
    before = wallet.booked_at
    now = at if before is None or at >= before else before
    after = wallet.owner.zone.after
    owed = wallet.owed
    made_good = 0
    for part in parts:
        last_day = part.last_day
        if after(last_day) <= now and last_day != NEVER:
            postings.append(new(Posting, (_LAPSED, part.tokens, last_day, None)))
            continue
        tokens = part.tokens
        if owed:
            good = owed if owed < tokens else tokens
            owed -= good
            made_good += good
            tokens -= good
        if tokens:
            postings.append(new(Posting, (_AVAILABLE, tokens, last_day, None)))
    if made_good:
        postings.append(Posting(_OWED, made_good))
    return postings


def drawn_postings(draws: Sequence[Draw]) -> list[Posting]:
    """Post that tokens are taken from their buckets.

    Args:
        draws: What is taken, earliest first.

    Returns:
        One posting for each of them.
    """
    return [new(Posting, (_AVAILABLE, -draw.tokens, draw.last_day, None)) for draw in draws]


def held_postings(hold: Hold) -> list[Posting]:
    """Post that a hold is resolved.

    Args:
        hold: The hold.

    Returns:
        One posting for each of its draws.
    """
    hold_id = hold.hold_id
    return [new(Posting, (_HELD, -draw.tokens, draw.last_day, hold_id)) for draw in hold.draws]


def kept_postings(
    wallet: W, promise: Promise, tokens: int, last_day: date, *, at: datetime
) -> list[Posting]:
    """Post that *tokens* of a promise are kept: it is reversed, and they come in from issued.

    Args:
        wallet: The wallet before, in which nothing else is due.
        promise: The promise.
        tokens: How many of it are kept.
        last_day: Their last valid day.
        at: The instant asked for (UTC).

    Returns:
        Balanced postings.
    """
    sources = [
        Posting(_EXPECTED, tokens, None, promise.source),
        Posting(_PROMISED, -tokens, promise.last_day, promise.promise_id),
        Posting(_ISSUED, -tokens, None, promise.source),
    ]
    return inflow(wallet, sources, (Draw(last_day, tokens),), at=at)


def advanced(wallet: W, at: datetime, request_id: str) -> tuple[W, tuple[Entry, ...]]:
    """Book what the calendar has made due, each fact at the instant at which it fell due.

    Args:
        wallet: The wallet before.
        at: The instant (UTC).
        request_id: The request that books it.

    Returns:
        The wallet after, in which nothing is due at *at*, and the entries. O(what is due).
    """
    owner, buckets, holds, promises, _, _, _, _, _, _ = wallet
    if not (holds or promises) and (not buckets or owner.zone.after(buckets[0][0]) > at):
        return wallet, ()
    due_at = wallet.due_at
    entries: list[Entry] = []
    while due_at is not None and due_at <= at:
        wallet, entry = _next_due(wallet, due_at, request_id)
        entries.append(entry)
        due_at = wallet.due_at
    return wallet, tuple(entries)


def _next_due(wallet: W, due_at: datetime, request_id: str) -> tuple[W, Entry]:
    """Book the next due fact: a lapse before a hold running out before a promise kept."""
    last_day, tokens = wallet.buckets[0] if wallet.buckets else (NEVER, 0)
    if tokens and wallet.has_passed(last_day, at=due_at):
        postings = [
            new(Posting, (_AVAILABLE, -tokens, last_day, None)),
            new(Posting, (_LAPSED, tokens, last_day, None)),
        ]
        return booked(
            wallet, _IS_LAPSED, postings, at=due_at, request_id=request_id, reason=LAPSE_REASON
        )
    if wallet.holds and wallet.holds[0].until == due_at:
        hold = wallet.holds[0]
        postings = inflow(wallet, held_postings(hold), hold.draws, at=due_at)
        return booked(
            wallet, Event.RAN_OUT, postings, at=due_at, request_id=request_id, reason=RUN_OUT_REASON
        )
    promise = wallet.promises[0]
    postings = kept_postings(wallet, promise, promise.tokens, promise.last_day or NEVER, at=due_at)
    return booked(
        wallet,
        Event.KEPT,
        postings,
        at=due_at,
        request_id=request_id,
        reason=promise.reason,
        occurred_at=promise.occurred_at,
    )
