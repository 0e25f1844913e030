"""A complete host in memory: the embedded default, and the model for your own.

1. It has the conflicts, limits, uniqueness and rollback of a database: a save is checked as a
   whole before anything changes.
2. It is safe to share between threads.
3. Aggregates are kept as they are, since they are values.
"""

import heapq
import itertools
import threading
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.repositories.exchange import Changes, Loaded, Needs, Put
from mi_rewards.repositories.keys import Aggregate, Key
from mi_rewards.repositories.messages import Note, OutboxEvent
from mi_rewards.repositories.records import (
    Counter,
    CounterKey,
    DueKey,
    Owned,
    Page,
    Receipt,
    ReceiptKey,
    Take,
)
from mi_rewards.wallet.entries import Entry

__all__ = [
    "AsyncMemoryStore",
    "MemoryStore",
]

A = TypeVar("A", bound=Aggregate)

_key_of_receipt = itemgetter(0)


class MemoryStore:
    """A store in memory."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._rows: dict[Key[Any], Any] = {}
        self._index = _Index()
        self._journal: dict[tuple[str, str], list[Entry]] = {}
        self._receipts: dict[ReceiptKey, Receipt] = {}
        self._events: dict[str, list[OutboxEvent]] = {}
        self._event_ids: set[tuple[str, str]] = set()
        self._pending: dict[tuple[str, str], OutboxEvent] = {}
        self._notes: dict[tuple[str, str], Note] = {}
        self._used: dict[CounterKey, Counter] = {}

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.

        Raises:
            Misuse: A page is of a log that there is not.
        """
        with self._lock:
            row = self._rows.get
            receipt = self._receipts.get
            return Loaded(
                dict(zip(needs.aggregates, map(row, needs.aggregates), strict=True)),
                dict(zip(needs.receipts, map(receipt, needs.receipts), strict=True)),
                {key: self._used.get(key) for key in needs.counters},
                {page: self._page(page) for page in needs.pages},
                () if needs.due is None else self._due(*needs.due),
            )

    def save(self, changes: Changes, /) -> None:
        """Carry out changes: all of them, or nothing.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already.
            LimitReached: A counter would pass its limit.
        """
        with self._lock:
            receipts = self._new_receipts(changes.receipts)
            rows = self._new_rows(changes.puts)
            journals = self._new_entries(changes.entries)
            self._check_events(changes.events, changes.notes)
            used = self._stepped(changes.takes)
            # Nothing may fail from here on.
            self._receipts.update(receipts)
            self._index.unsorted += [key for key in rows if key not in self._rows]
            self._rows.update(rows)
            for owner, entries in journals.items():
                self._journal.setdefault(owner, []).extend(entries)
            for event in changes.events:
                self._events.setdefault(event.member_id, []).append(event)
                self._event_ids.add((event.member_id, event.event_id))
                self._pending[event.member_id, event.event_id] = event
            for member_id in changes.erased:
                self._erase(member_id)
            for note in changes.notes:
                self._notes[note.member_id, note.request_id] = note
            self._used.update(used)

    @contextmanager
    def exclusive(self) -> Iterator["MemoryStore"]:
        """Hold this store for oneself, for the time that a request takes.

        Yields:
            The same store.
        """
        with self._lock:
            yield self

    def all_of(self, kind: type[A]) -> Iterator[A]:
        """Go through all aggregates of a kind, in the order in which they were first stored.

        Args:
            kind: Their class.

        Yields:
            The aggregates.
        """
        with self._lock:
            found = [row for key, row in self._rows.items() if key[0] is kind]
        yield from found

    def journals(self) -> Iterator[Sequence[Entry]]:
        """Go through all journals, in the order in which their wallets were first stored.

        Yields:
            The entries of one wallet.
        """
        with self._lock:
            journals = [tuple(entries) for entries in self._journal.values()]
        yield from journals

    def pending_events(self, *, limit: int = 100) -> Sequence[OutboxEvent]:
        """Read what others are still to learn of, of any member.

        Args:
            limit: How many events at most.

        Returns:
            Events that were not marked as handled, in the order in which they were stored.
        """
        with self._lock:
            return tuple(itertools.islice(self._pending.values(), limit))

    def mark_handled(self, events: Sequence[OutboxEvent]) -> None:
        """Mark events as handled; they stay in the outbox.

        Args:
            events: The events.
        """
        with self._lock:
            for event in events:
                self._pending.pop((event.member_id, event.event_id), None)

    def notes_of(self, member_id: str) -> tuple[Note, ...]:
        """Read what was noted about a member.

        Args:
            member_id: The member.

        Returns:
            The notes, in the order in which they were made.
        """
        with self._lock:
            return tuple([note for note in self._notes.values() if note.member_id == member_id])

    def erase_notes(self, member_id: str) -> int:
        """Delete all free text about a member; entries and receipts have none, and stay.

        Args:
            member_id: The member.

        Returns:
            How many notes there were.
        """
        with self._lock:
            return self._erase(member_id)

    def _erase(self, member_id: str) -> int:
        """Delete all notes about a member."""
        found = [key for key in self._notes if key[0] == member_id]
        for key in found:
            del self._notes[key]
        return len(found)

    def _new_receipts(self, receipts: Sequence[Receipt]) -> dict[ReceiptKey, Receipt]:
        """Refuse receipts that are there, or twice."""
        new = dict(zip(map(_key_of_receipt, receipts), receipts, strict=True))
        if len(new) < len(receipts) or not new.keys().isdisjoint(self._receipts.keys()):
            raise Conflict("a request has a receipt already")
        return new

    def _new_rows(self, puts: Sequence[Put[Any]]) -> dict[Key[Any], Any]:
        """Refuse aggregates that replace another version than is there."""
        new: dict[Key[Any], Any] = {}
        row = self._rows.get
        for key, aggregate in puts:
            found = row(key)
            version = 0 if found is None else found.version
            if aggregate.version != version:
                raise Conflict(f"{key} is of version {version}, not {aggregate.version}")
            new[key] = aggregate.stored()
        if len(new) < len(puts):
            raise Conflict("an aggregate is put twice")
        return new

    def _new_entries(self, entries: Sequence[Entry]) -> dict[tuple[str, str], list[Entry]]:
        """Refuse entries that are there, or leave a gap."""
        new: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            whose, sequence = entry[0], entry[1]
            owner = (whose.member_id, whose.kind)
            added = new.get(owner)
            if added is None:
                added = new[owner] = []
            before = len(self._journal.get(owner, ())) + len(added)
            if sequence != before + 1:
                raise Conflict(f"entry {sequence} of {owner} cannot follow entry {before}")
            added.append(entry)
        return new

    def _check_events(self, events: Iterable[OutboxEvent], notes: Iterable[Note]) -> None:
        """Refuse events and notes that are there, or twice."""
        seen: set[tuple[str, str]] = set()
        for event in events:
            key = (event.member_id, event.event_id)
            if key in self._event_ids or key in seen:
                raise Conflict(f"event {event.event_id!r} of {event.member_id!r} is there")
            seen.add(key)
        seen.clear()
        for note in notes:
            key = (note.member_id, note.request_id)
            if key in self._notes or key in seen:
                raise Conflict(f"a note on {note.request_id!r} of {note.member_id!r} is there")
            seen.add(key)

    def _stepped(self, takes: Iterable[Take]) -> dict[CounterKey, Counter]:
        """Take steps of counters, each within its limit."""
        used: dict[CounterKey, Counter] = {}
        for key, n, limit in takes:
            if type(n) is not int or type(limit) is not int:
                raise Misuse(f"a counter takes whole numbers, not {n!r} of {limit!r}")
            found = used.get(key) or self._used.get(key)
            before = 0 if found is None else found.used
            if n > 0 and before + n > limit:
                raise LimitReached(
                    counter=f"{key.scope}/{key.name}", asked=n, used=before, limit=limit
                )
            if before + n < 0:
                raise Misuse(
                    f"counter {key.scope}/{key.name} has {before}, and {-n} are given back"
                )
            used[key] = Counter(key, before + n, limit)
        return used

    def _page(self, page: Page | Owned[Any]) -> Sequence[Any]:
        """Read a part of a log, or of what a member has of one kind."""
        if isinstance(page, Owned):
            kind, member_id, after, limit = page
            names = self._index.names(kind, member_id)
            first = bisect_right(names, after) if after else 0
            found = names[first : first + limit]
            return [self._rows[Key(kind, member_id, name)] for name in found]
        if page.log == "journal":
            records: Sequence[Any] = self._journal.get((page.member_id, page.name), ())
        elif page.log == "outbox":
            records = self._events.get(page.member_id, ())
        else:
            raise Misuse(f"no log is named {page.log!r}")
        return records[page.after : page.after + page.limit]

    def _due(
        self, before: datetime, after: DueKey[Any] | None, limit: int, kind: type[Any]
    ) -> list[DueKey[Any]]:
        """Find what the calendar changes by an instant."""
        beyond = None if after is None else _due_order(after)
        due = []
        for key in self._index.of_kind(kind):
            due_at = self._rows[key].due_at
            if due_at is None or due_at > before:
                continue
            found = DueKey(due_at, key)
            if beyond is None or _due_order(found) > beyond:
                due.append(found)
        return heapq.nsmallest(limit, due, key=_due_order)


class _Index:
    """Keys by their kind, and by whose they are: rows that are new are sorted when somebody asks.

    Attributes:
        unsorted: Keys of rows that are new.
    """

    def __init__(self) -> None:
        self.unsorted: list[Key[Any]] = []
        self._of_kind: dict[type[Any], list[Key[Any]]] = {}
        self._names: dict[tuple[type[Any], str], list[str]] = {}

    def of_kind(self, kind: type[Any]) -> Sequence[Key[Any]]:
        """List the keys of a kind."""
        self._sort()
        return self._of_kind.get(kind, ())

    def names(self, kind: type[Any], member_id: str) -> Sequence[str]:
        """List the names of what a member has of a kind, in order."""
        self._sort()
        return self._names.get((kind, member_id), ())

    def _sort(self) -> None:
        """Sort rows that are new."""
        for key in self.unsorted:
            self._of_kind.setdefault(key.kind, []).append(key)
            insort(self._names.setdefault(key[:2], []), key.name)
        self.unsorted.clear()


def _due_order(it: DueKey[Any]) -> tuple[datetime, str, str]:
    """Order what is due."""
    return it.due_at, it.key.member_id, it.key.name


class AsyncMemoryStore:
    """The same store, awaited."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store: MemoryStore = MemoryStore() if store is None else store

    async def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.
        """
        return self.store.load(needs)

    async def save(self, changes: Changes, /) -> None:
        """Carry out changes: all of them, or nothing.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already.
            LimitReached: A counter would pass its limit.
        """
        self.store.save(changes)
