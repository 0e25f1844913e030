"""Changes as rows: what is written, in the order in which every save writes it.

Kinds are written in one order, and rows within a kind in the order of their keys, so that two saves
do not wait for each other in a circle.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.formats import AGGREGATES, WRITERS
from mi_rewards.money import TOKENS_MAX
from mi_rewards.repositories import Changes, CounterKey, OutboxEvent, Put, Receipt, Take, key_of
from mi_rewards.sql._kept import Kept
from mi_rewards.wallet.entries import Entry

Row = tuple[Any, ...]
"""Texts, whole numbers, instants and `None`, in the order of a part's columns."""

KINDS: Final = {kind: f"{name}s" for name, kind in AGGREGATES.items()}
"""The tables of aggregates by class."""

NTH: Final = {table: nth for nth, table in enumerate(KINDS.values())}
"""When each of them is written."""

_WRITTEN: Final = {
    kind: (nth, table, WRITERS[kind]) for nth, (kind, table) in enumerate(KINDS.items())
}
"""By class when aggregates are written, their table, and what writes them as texts."""

_entry_text, _event_text, _receipt_text = WRITERS[Entry], WRITERS[OutboxEvent], WRITERS[Receipt]

_BY_KEY: Final = itemgetter(0, 1)

KEPT_MAX: Final = 10
"""Where more are put at once, those that are new are not kept: few of them are read soon."""

Instant = Callable[[datetime], object]
"""How an instant is given to the driver."""


def rows_of(changes: Changes, instant: Instant, kept: Kept) -> dict[str, list[Row]]:
    """Write changes as rows.

    Args:
        changes: What to change.
        instant: How an instant is given to the driver.
        kept: Keeps aggregates.

    Returns:
        Rows by the name of their table, in the order in which they are written: receipts, then
        aggregates as `(member_id, name, version, due_at, body)`, then the rest. Where there is
        nothing for a table it is absent.

    Raises:
        Conflict: Entries leave a gap among themselves.
        Misuse: No table keeps such an aggregate, a new one is put under another's key, or a take
            is not whole.
    """
    rows: dict[str, list[Row]] = {}
    if changes.receipts:
        rows["receipts"] = receipts = [(*it[0], _receipt_text(it)) for it in changes.receipts]
        receipts.sort()
    if changes.puts:
        rows.update(_aggregates(changes.puts, instant, kept))
    if changes.entries:
        rows["journal"] = _entries(changes.entries, instant)
    if changes.events:
        rows["outbox"] = _events(changes.events)
    if changes.erased:
        rows["erased"] = [(it,) for it in sorted(set(changes.erased))]
    if changes.notes:
        rows["notes"] = sorted([(it.member_id, it.request_id, it.text) for it in changes.notes])
    if changes.takes:
        rows["counters"] = _takes(changes.takes)
    return rows


def _aggregates(puts: Sequence[Put[Any]], instant: Instant, kept: Kept) -> dict[str, list[Row]]:
    """Write aggregates, by their table; the version is the one that is kept from now on."""
    rows: dict[str, list[Row]] = {}
    keeps_new = len(puts) <= KEPT_MAX
    last, is_sorted = -1, True
    for key, aggregate in puts:
        kind, member_id, name = key
        try:
            nth, table, write = _WRITTEN[kind]
        except KeyError:
            raise Misuse(f"no table keeps {kind.__name__}") from None
        stored = aggregate.stored()
        version, due_at = stored.version, stored.due_at
        if version == 1 and key_of(stored) != key:
            raise Misuse(f"{key} is put another aggregate, of {key_of(stored)}")
        text = write(stored)
        if version > 1 or keeps_new:
            kept.keep(key, text, stored)
        row = (member_id, name, version, None if due_at is None else instant(due_at), text)
        if nth > last:
            last, rows[table] = nth, [row]
        else:
            is_sorted = False
            rows.setdefault(table, []).append(row)
    if is_sorted:
        return rows
    for of_table in rows.values():
        of_table.sort(key=_BY_KEY)
    return {table: rows[table] for table in sorted(rows, key=NTH.__getitem__)}


def _entries(entries: Iterable[Entry], instant: Instant) -> list[Row]:
    """Write entries; the first of each wallet states which one must be there before it."""
    rows: list[Row] = []
    last: dict[tuple[str, str], int] = {}
    for entry in entries:
        whose, sequence = entry[:2]
        owner = (whose.member_id, whose.kind)
        before = last.get(owner)
        if before is not None and sequence != before + 1:
            raise Conflict(f"entry {sequence} of {owner} cannot follow entry {before}")
        prior = sequence - 1 if before is None else 0
        last[owner] = sequence
        rows.append((*owner, sequence, prior, instant(entry.booked_at), _entry_text(entry)))
    return rows


def _events(events: Iterable[OutboxEvent]) -> list[Row]:
    """Write events, each with how many of its member come before it here."""
    counts: dict[str, int] = {}
    rows = []
    for event in events:
        nth = counts[event.member_id] = counts.get(event.member_id, 0) + 1
        rows.append((event.member_id, nth, event.event_id, _event_text(event)))
    return rows


def _takes(takes: Iterable[Take]) -> list[Row]:
    """Add up the steps of each counter.

    A row is `(scope, name, n, limit, lowest, highest)`: all steps together take *n*, and each of
    them is within its limit exactly where as much as *lowest* to *highest* is used before them.
    """
    sums: dict[CounterKey, list[int]] = {}
    for key, n, limit in takes:
        if type(n) is not int or type(limit) is not int:
            raise Misuse(f"a counter takes whole numbers, not {n!r} of {limit!r}")
        if abs(n) > TOKENS_MAX or abs(limit) > TOKENS_MAX:
            raise Misuse(f"a counter takes at most 2**63 - 1, not {n} of {limit}")
        found = sums.setdefault(key, [0, limit, 0, TOKENS_MAX])
        found[0] += n
        found[1] = limit
        found[2] = max(found[2], -found[0])
        if n > 0:
            found[3] = min(found[3], limit - found[0])
    for found in sums.values():
        if found[3] < found[2]:
            found[0] = 0  # nothing will be taken, and the sum may be beyond what can be stored
    return sorted([(*key, *found) for key, found in sums.items()])


def refuse_steps(takes: Iterable[Take], used: dict[CounterKey, int]) -> None:
    """Raise what stands against steps, where something does.

    Args:
        takes: The steps.
        used: How much of each counter is used.

    Raises:
        LimitReached: A counter would pass its limit.
        Misuse: More would be given back than was taken.
    """
    for key, n, limit in takes:
        before = used.get(key, 0)
        if n > 0 and before + n > limit:
            name = f"{key.scope}/{key.name}"
            raise LimitReached(counter=name, asked=n, used=before, limit=limit)
        if before + n < 0:
            raise Misuse(f"counter {key.scope}/{key.name} has {before}, and {-n} are given back")
        used[key] = before + n
