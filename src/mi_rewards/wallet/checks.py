"""The promises that always hold, checked on any history, in production too.

1. Each check is a function named for its promise; it sees one entry and the wallet before or after it, and says what is
   wrong. The tables `_BEFORE` and `_AFTER` give each its promise's number (docs/reference/rules.md).
2. Nothing is raised on a bad journal. An entry that cannot even be read is reported and left out.
3. A defect is reported where it happens; what follows from it may be reported too.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise

import attrs

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.money import TOKENS_MAX, Rounding, divide
from mi_rewards.wallet.entries import Account, Entry, Event, Reason
from mi_rewards.wallet.watch import (
    Due,
    Part,
    Watched,
    by_day,
    by_ref,
    gained,
    lost,
    parts_of,
)


@attrs.frozen(order=False)
class Violation:
    """A promise that a journal breaks.

    Attributes:
        promise: The promise's number, 1 to 10.
        member_id: Whose wallet.
        kind: The kind of token.
        sequence: The entry that breaks it.
        text: What is wrong.
    """

    promise: int
    member_id: str
    kind: str
    sequence: int
    text: str

    def __str__(self) -> str:
        """Write the violation on one line."""
        where = f"entry {self.sequence} of {self.member_id!r}, {self.kind!r}"
        return f"promise {self.promise}: {where}: {self.text}"


_Check = Callable[[Watched, Entry], Iterator[str]]


def check_journal(entries: Iterable[Entry]) -> tuple[Violation, ...]:
    """Check promises 1 to 10 on a history.

    Args:
        entries: Entries of any number of wallets; those of a wallet from the first, in order. Read once.

    Returns:
        What is wrong, in the order in which it was met; nothing where all promises hold. Time is
        O(entries × what a wallet has open), memory O(wallets, and names of requests, burns and orders).
    """
    wallets: dict[tuple[str, str], Watched] = {}
    transfers = _Transfers()
    found: list[Violation] = []
    for entry in entries:
        key = (entry.member_id, entry.kind)
        if key not in wallets:
            wallets[key] = Watched(entry.owner)
        found += _violations(wallets[key], entry)
        transfers.note(entry)
    return (*found, *transfers.violations())


def _violations(watched: Watched, entry: Entry) -> Iterator[Violation]:
    """Check one entry, and take it in."""
    unreadable = tuple(_unreadable(entry))
    for promise, text in unreadable:
        yield _violation(promise, entry, text)
    if unreadable:
        return
    for promise, check in _BEFORE:
        for text in check(watched, entry):
            yield _violation(promise, entry, text)
    watched.apply(entry)
    watched.note(entry)
    for promise, check in _AFTER:
        for text in check(watched, entry):
            yield _violation(promise, entry, text)


def _violation(promise: int, entry: Entry, text: str) -> Violation:
    """Say which entry it is that breaks a promise."""
    return Violation(promise, entry.member_id, entry.kind, entry.sequence, text)


def _unreadable(entry: Entry) -> Iterator[tuple[int, str]]:
    """Name what keeps an entry from being checked: an amount, a day or an instant that is none."""
    for it in entry.postings:
        if type(it.amount) is not int:
            yield 2, f"{it.account} {it.amount!r} is no whole number of tokens"
        if type(it.last_day) not in {date, type(None)}:
            yield 3, f"{it.account} {it.amount!r} is of {it.last_day!r}, which is no day"
    for name, at in (("occurred", entry.occurred_at), ("booked", entry.booked_at)):
        if not _is_instant(at):
            yield 3, f"{name} at {at!r}, which is no instant"
    if entry.until is not None and not _is_instant(entry.until):
        yield 3, f"until {entry.until!r}, which is no instant"
    if type(entry.sequence) is not int:
        yield 3, f"sequence {entry.sequence!r} is no whole number"


def _is_instant(at: object) -> bool:
    """Tell whether something is an aware instant."""
    return isinstance(at, datetime) and at.utcoffset() is not None


def postings_sum_to_zero(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that nothing appears or vanishes, and that what is promised is expected.

    Where each entry keeps to both, so does every wallet, and the programme.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del watched
    total = sum(it.amount for it in entry.postings)
    promised = entry.amount(Account.PROMISED) + entry.amount(Account.EXPECTED)
    if total:
        yield f"postings sum to {total}, not to 0"
    elif promised:
        yield f"promised and expected differ by {promised}"


def amounts_are_whole_and_bounded(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that each posting moves 1 to 2**63 - 1 tokens, and that there are postings.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del watched
    if not entry.postings:
        yield "no tokens are moved"
    for it in entry.postings:
        if not 1 <= abs(it.amount) <= TOKENS_MAX:
            yield f"{it.account} {it.amount} is out of range"


def a_wallet_counts_to_its_limit(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that no more than 2**63 - 1 tokens came into a wallet or are to come.

    Args:
        watched: The wallet after.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del entry
    totals = watched.totals
    seen = totals[Account.PROMISED] - totals[Account.ISSUED] - totals[Account.OWED]
    seen -= min(0, totals[Account.TRANSFERRED]) + min(0, totals[Account.ADJUSTED])
    if seen > TOKENS_MAX:
        yield f"{seen} tokens came in, more than 2**63 - 1"


def an_order_is_issued_what_its_recipe_gives(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that an order is never issued more than the recipe that its reasons state gives.

    What returns took back may be issued again for what is delivered later: the figure `given_back` says
    how much that is, or else what was clawed back from the order by then.

    Args:
        watched: The wallet before; the recipe's bound is noted in it.
        entry: The entry.

    Yields:
        What is wrong.
    """
    for order_id, tokens in by_ref(lost(entry, Account.ISSUED)).items():
        stated = [entry.reason.figure(name) for name in _RECIPE]
        if not order_id or None in stated:
            continue
        award = _award(entry.reason)
        if award is None:
            yield f"the recipe for order {order_id!r} cannot be computed: {stated}"
            continue
        given_back = entry.reason.figure("given_back")
        if type(given_back) is not int:
            given_back = watched.clawed_back.get(order_id, 0)
        bound = max(award + given_back, watched.bounds.get(order_id, 0))
        watched.bounds[order_id] = bound
        issued = watched.issued.get(order_id, 0) + tokens
        if issued > bound:
            yield f"order {order_id!r} is issued {issued}, its recipe gives {bound}"


_RECIPE = ("base_minor", "rate_tokens", "rate_per_minor", "rounding")


def _award(reason: Reason) -> int | None:
    """Compute what a stated recipe gives, or nothing where its figures are none."""
    base, tokens, per, rounding = (reason.figure(name) for name in _RECIPE)
    if type(base) is not int or type(tokens) is not int or type(per) is not int:
        return None
    if min(base, tokens, per - 1) < 0 or rounding not in Rounding.__members__.values():
        return None
    return divide(base * tokens, per, Rounding(rounding))


def sequences_are_dense_and_time_goes_on(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that an entry follows the one before it, in number, in time and in its zone.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    if entry.sequence != watched.sequence + 1:
        yield f"follows entry {watched.sequence}"
    if watched.booked_at is not None and entry.booked_at < watched.booked_at:
        before = write_instant(watched.booked_at)
        yield f"booked at {write_instant(entry.booked_at)}, after an entry booked at {before}"
    if entry.owner.zone != watched.owner.zone:
        yield f"days are those of {entry.owner.zone.name}, not of {watched.owner.zone.name}"


def postings_are_enough_to_fold(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that a posting says which day, hold, promise, burn, transfer or order it concerns.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    del watched
    for it in entry.postings:
        if it.account in _OF_A_DAY and it.last_day is None:
            yield f"{it.account} {it.amount} names no last valid day"
        if it.account in _OF_A_REF and it.ref is None:
            yield f"{it.account} {it.amount} does not name what it concerns"


_OF_A_DAY = frozenset({Account.AVAILABLE, Account.HELD, Account.LAPSED})
_OF_A_REF = frozenset(
    {
        Account.HELD,
        Account.PROMISED,
        Account.REDEEMED,
        Account.CLAWED_BACK,
        Account.TRANSFERRED,
    }
)


def what_has_lapsed_is_left_alone(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that nothing is drawn from, or added to, a bucket past its last day; a lapse takes it.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    if entry.event is Event.LAPSED:
        return
    for account in (lost(entry, Account.AVAILABLE), gained(entry, Account.AVAILABLE)):
        for it, (day, _) in zip(account, parts_of(account), strict=True):
            if watched.has_passed(day, entry.booked_at):
                yield f"available {it.amount:+} of {write_day(day)}, which is past"


def nothing_is_negative(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that nothing is taken that is not there, and that nothing owed stands beside available tokens.

    Args:
        watched: The wallet after.
        entry: The entry.

    Yields:
        What is wrong.
    """
    for day in by_day(parts_of(lost(entry, Account.AVAILABLE))):
        if watched.buckets.get(day, 0) < 0:
            yield f"{watched.buckets[day]} available of {write_day(day)}"
    for name in by_ref(lost(entry, Account.PROMISED)):
        if name in watched.promises and watched.promises[name].tokens < 0:
            yield f"{watched.promises[name].tokens} promised by {name!r}"
    owed = -watched.totals[Account.OWED]
    if owed < 0:
        yield f"{owed} owed"
    available = sum(watched.buckets.values())
    if owed > 0 and available > 0:
        yield f"{available} available while {owed} are owed"


def draws_take_the_earliest_first(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that tokens are drawn from the bucket that lapses first; a claw-back's own may come before.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    drawn = parts_of(lost(entry, Account.AVAILABLE))
    if not drawn or entry.event is Event.LAPSED:
        return
    buckets = dict(watched.buckets)
    if entry.event is Event.CLAWED_BACK:
        own_day, own = drawn[0]
        if len(drawn) > 1 and own < buckets.get(own_day, 0):
            yield f"{write_day(own_day)} is not emptied before others are drawn"
        buckets.pop(own_day, None)
        drawn = drawn[1:]
    for (before, tokens), (day, _) in pairwise(drawn):
        if before >= day:
            yield f"{tokens} of {write_day(before)} are drawn before those of {write_day(day)}"
    days = by_day(drawn)
    last = max(days, default=date.min)
    for day, tokens in buckets.items():
        if day < last and days.get(day, 0) < tokens:
            yield f"{tokens} of {write_day(day)} are not drawn before those of {write_day(last)}"


def what_was_due_is_booked(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that whatever fell due before an entry was booked before it.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    own = {(Account.HELD, name) for name in by_ref(lost(entry, Account.HELD))}
    kept = watched.kept_by_calendar(entry)
    if kept:
        own.add((Account.PROMISED, kept[0]))
    if entry.event is Event.LAPSED:
        own |= {(Account.AVAILABLE, day.isoformat()) for day, _ in _lapsing(entry)}
    by_calendar = kept or entry.event in {Event.LAPSED, Event.RAN_OUT}
    open_facts = sorted(watched.due())
    own_at = [due.at for due in open_facts if (due.account, due.name) in own]
    for due in open_facts:
        if due.at > entry.booked_at or (due.account, due.name) in own:
            continue
        if not by_calendar or any(due.at < at for at in own_at):
            yield f"{due} at {write_instant(due.at)} is not booked before it"


def lapses_and_keeping_come_when_due(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that a lapse takes a whole bucket and a promise is kept whole, each at its instant.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    for day, tokens in parts_of(gained(entry, Account.LAPSED)):
        if not watched.has_passed(day, entry.booked_at):
            yield f"{tokens} of {write_day(day)} lapse before that day is over"
    if entry.event is Event.LAPSED:
        yield from _lapses_whole(watched, entry)
    kept = watched.kept_by_calendar(entry)
    if kept:
        name, promise = kept
        tokens = by_ref(lost(entry, Account.PROMISED))[name]
        if tokens != promise.tokens:
            yield f"{tokens} of {promise.tokens} promised by {name!r} are kept"
        came = by_day(_coming(entry))
        if came.keys() - {promise.last_day}:
            yield f"promise {name!r} is kept to another last valid day"
        due_at = promise.keeps_at or entry.booked_at
        yield from _at_its_instant(watched, entry, Due(due_at, Account.PROMISED, name))


def _lapses_whole(watched: Watched, entry: Entry) -> Iterator[str]:
    """Say where a lapse does not take a whole bucket at the end of its last day."""
    lapsed = by_day(parts_of(gained(entry, Account.LAPSED)))
    for day, tokens in _lapsing(entry):
        there = watched.buckets.get(day, 0)
        if tokens != there or lapsed != {day: tokens}:
            yield f"{tokens} of {there} tokens of {write_day(day)} lapse"
        due = Due(watched.owner.zone.after(day), Account.AVAILABLE, day.isoformat())
        yield from _at_its_instant(watched, entry, due)


def _at_its_instant(watched: Watched, entry: Entry, due: Due) -> Iterator[str]:
    """Say where something due is booked at another instant, unless the last entry was later."""
    instant = max(due.at, watched.booked_at or due.at)
    if entry.booked_at != instant:
        yield f"{due} at {write_instant(due.at)} is booked at {write_instant(entry.booked_at)}"


def _lapsing(entry: Entry) -> tuple[Part, ...]:
    """Find the buckets that an entry takes from."""
    return parts_of(lost(entry, Account.AVAILABLE))


def _coming(entry: Entry) -> tuple[Part, ...]:
    """Find what an entry brings by last valid day: available, or lapsed at once."""
    return parts_of([*gained(entry, Account.AVAILABLE), *gained(entry, Account.LAPSED)])
