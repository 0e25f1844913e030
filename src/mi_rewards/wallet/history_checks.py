"""Checks of one entry on what came before it: promises 3 and 5 to 9.

Each sees an entry and the wallet before it, and says what is wrong; `checks` calls them.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.wallet.entries import MERGED, Account, Entry, Event
from mi_rewards.wallet.watch import (
    Due,
    Part,
    Watched,
    by_day,
    by_ref,
    gained,
    lost,
    parts_of,
    split,
    sum_of,
)

_OF_A_DAY = frozenset({Account.AVAILABLE, Account.HELD, Account.LAPSED})
_SPENDING = frozenset({Event.BURNED, Event.HELD, Event.SENT})
_OF_A_REF = frozenset(
    {
        Account.HELD,
        Account.PROMISED,
        Account.REDEEMED,
        Account.CLAWED_BACK,
        Account.TRANSFERRED,
    }
)


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


def a_block_holds_until_it_is_lifted(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that a wallet is blocked once, and that nothing is spent from it until that is lifted.

    Only one that was merged into another passes on what comes into it.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    code = watched.blocked
    if entry.event is Event.BLOCKED:
        if code:
            yield f"blocked while it is blocked: {code}"
        if not entry.reason.code:
            yield "blocked for no code"
    elif entry.event is Event.UNBLOCKED:
        if not code:
            yield "unblocked while nothing blocks it"
    elif code and entry.event in _SPENDING and (code, entry.event) != (MERGED, Event.SENT):
        yield f"{entry.event} while it is blocked: {code}"


def draws_take_the_earliest_first(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that the bucket that lapses first is drawn first; a claw-back's own may come before.

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
        if len(drawn) > 1 and own < buckets.get(own_day, own):
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
        watched: The wallet before; what is overdue is noted in it, and reported once.
        entry: The entry.

    Yields:
        What is wrong.
    """
    own = set(_subjects(watched, entry))
    by_calendar = entry.event in {Event.LAPSED, Event.RAN_OUT} or watched.kept_by_calendar(entry)
    open_facts = sorted(watched.due())
    own_at = [due.at for due in open_facts if (due.account, due.name) in own]
    for due in open_facts:
        if due.at > entry.booked_at or (due.account, due.name) in own:
            continue
        is_late = not by_calendar or any(due.at < at for at in own_at)
        if is_late and due not in watched.overdue:
            watched.overdue.add(due)
            yield f"{due} at {write_instant(due.at)} is not booked before it"


def _subjects(watched: Watched, entry: Entry) -> Iterator[tuple[Account, str]]:
    """Name the facts of the calendar that an entry itself books, or forestalls."""
    for name in by_ref(lost(entry, Account.HELD)):
        yield Account.HELD, name
    kept = watched.kept_by_calendar(entry)
    if kept:
        yield Account.PROMISED, kept[0]
    if entry.event is Event.LAPSED:
        for day, _ in parts_of(lost(entry, Account.AVAILABLE)):
            yield Account.AVAILABLE, day.isoformat()


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
        if by_day(_coming(entry)).keys() - {promise.last_day}:
            yield f"promise {name!r} is kept to another last valid day"
        due_at = promise.keeps_at or entry.booked_at
        yield from _at_its_instant(watched, entry, Due(due_at, Account.PROMISED, name))


def _lapses_whole(watched: Watched, entry: Entry) -> Iterator[str]:
    """Say where a lapse does not take a whole bucket at the end of its last day."""
    lapsed = by_day(parts_of(gained(entry, Account.LAPSED)))
    for day, tokens in parts_of(lost(entry, Account.AVAILABLE)):
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


def holds_resolve_once(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that a hold sets aside what it draws, and is resolved once, whole and in time.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    placed = gained(entry, Account.HELD)
    if placed:
        if by_day(parts_of(placed)) != by_day(parts_of(lost(entry, Account.AVAILABLE))):
            yield "what is held is not what is drawn"
        if entry.until is None or entry.until <= entry.booked_at:
            yield "a hold has no deadline to come"
    for name in by_ref(placed):
        if name in watched.holds:
            yield f"hold {name!r} is placed while it is open"
    resolved = lost(entry, Account.HELD)
    for name in by_ref(resolved):
        if name not in watched.holds:
            yield f"hold {name!r} is not open"
        else:
            taken = parts_of(it for it in resolved if (it.ref or "") == name)
            yield from _resolves_whole(watched, entry, name, by_day(taken))


def _resolves_whole(
    watched: Watched, entry: Entry, name: str, taken: dict[date, int]
) -> Iterator[str]:
    """Say where a hold is not resolved whole and in time, what is left of it given back."""
    until, parts = watched.holds[name]
    if taken != by_day(parts):
        yield f"hold {name!r} is resolved in part"
    captured = by_ref(gained(entry, Account.REDEEMED)).get(name, 0)
    if (captured > 0) is not (entry.event is Event.CAPTURED):
        yield f"hold {name!r} is {entry.event}, and {captured} of it are redeemed"
    _, rest = split(parts, captured)
    if not _brings(entry, rest):
        yield f"hold {name!r} does not give back what is left of it"
    if until is None:
        return
    if entry.event is Event.RAN_OUT:
        if entry.booked_at != until:
            at = write_instant(entry.booked_at)
            yield f"hold {name!r} until {write_instant(until)} runs out at {at}"
    elif entry.booked_at >= until:
        yield f"hold {name!r} is {entry.event} after {write_instant(until)}"


def _coming(entry: Entry) -> tuple[Part, ...]:
    """Find what an entry brings by last valid day: available, or lapsed at once."""
    return parts_of([*gained(entry, Account.AVAILABLE), *gained(entry, Account.LAPSED)])


def _brings(entry: Entry, parts: tuple[Part, ...]) -> bool:
    """Tell whether an entry brings these parts, less what makes good a debt."""
    came, expected = by_day(_coming(entry)), by_day(parts)
    made_good = sum(it.amount for it in gained(entry, Account.OWED))
    is_of_them = all(tokens <= expected.get(day, 0) for day, tokens in came.items())
    return is_of_them and sum(came.values()) + made_good == sum_of(parts)


def requests_stand_together(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that no request has a second effect after another's, and no burn id a second burn.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    if entry.request_id != watched.request_id and entry.request_id in watched.request_ids:
        yield f"request {entry.request_id!r} comes again after another"
    for name in by_ref(gained(entry, Account.REDEEMED)):
        if name in watched.burns:
            yield f"burn {name!r} is made again"


def reinstatements_mirror_burns(watched: Watched, entry: Entry) -> Iterator[str]:
    """Check that no more is given back than was burned, the last draws first, to their last days.

    Args:
        watched: The wallet before.
        entry: The entry.

    Yields:
        What is wrong.
    """
    back: tuple[Part, ...] = ()
    undone = by_ref(lost(entry, Account.REDEEMED))
    for name, tokens in undone.items():
        drawn = watched.burns.get(name, ())
        left = sum_of(drawn)
        if tokens > left:
            yield f"{tokens} of burn {name!r} are given back, {left} were left"
            return
        back += split(drawn, left - tokens)[1]
    if undone and not _brings(entry, back):
        yield "what is given back is not what was drawn last"
