"""Hosts that break a promise, each in one small way, as real ones have.

Each is the host in memory but for one mistake. `BROKEN` says of each which promise it breaks, and
which check must be among those that fail.
"""

import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import attrs

from mi_rewards.errors import Conflict, LimitReached, MiRewardsError, Misuse
from mi_rewards.memory import MemoryStore
from mi_rewards.repositories import (
    Changes,
    Counter,
    CounterKey,
    DueKey,
    Key,
    Loaded,
    Needs,
    Note,
    OutboxEvent,
    Owned,
    Page,
    Put,
    Receipt,
    ReceiptKey,
    Take,
    key_of,
)
from mi_rewards.wallet import Entry
from tests.shop import contents

PARTS = ("puts", "entries", "receipts", "events", "notes", "takes")


class Host(MemoryStore):
    """The host in memory, with a way behind its back."""

    def rows(self) -> dict[str, Any]:
        """Copy all that is kept."""
        kept = contents(self)
        return {name: it for name, it in kept.items() if name.startswith("_") and name != "_door"}

    def restore(self, rows: dict[str, Any]) -> None:
        """Put back what was copied."""
        vars(self).update(rows)
        self._index = type(self._index)()
        self._index.unsorted = list(self._rows)


# What is written though the save fails.


class KeepsReceipts(Host):
    """Writes receipts before it checks the rest."""

    def save(self, changes: Changes, /) -> None:
        """Save receipts, then the rest."""
        if changes.receipts:
            super().save(Changes(receipts=changes.receipts))
        super().save(attrs.evolve(changes, receipts=()))


class LosesRollback(Host):
    """Leaves one kind of thing behind when a save fails."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def save(self, changes: Changes, /) -> None:
        """Save; what failed is kept all the same, one by one."""
        try:
            super().save(changes)
        except MiRewardsError:
            for item in getattr(changes, self._part):
                with suppress(MiRewardsError):
                    super().save(Changes(**{self._part: (item,)}))
            raise


class ErasesOtherwise(Host):
    """Deletes other notes than it should."""

    def __init__(self, changed: Callable[[Changes], Changes]) -> None:
        super().__init__()
        self._changed = changed

    def save(self, changes: Changes, /) -> None:
        """Save, with somebody else or nobody erased."""
        super().save(self._changed(changes) if changes.erased else changes)


class ErasesLast(Host):
    """Deletes notes when all else is saved, those of the same save too."""

    def save(self, changes: Changes, /) -> None:
        """Save, then erase."""
        super().save(attrs.evolve(changes, erased=()))
        super().save(Changes(erased=changes.erased))


class ErasesFirst(Host):
    """Deletes notes before it knows whether the rest can be saved."""

    def save(self, changes: Changes, /) -> None:
        """Erase, then save."""
        super().save(Changes(erased=changes.erased))
        super().save(attrs.evolve(changes, erased=()))


class SwallowsConflicts(Host):
    """Says nothing of a lost race."""

    def save(self, changes: Changes, /) -> None:
        """Save, or not."""
        with suppress(Conflict):
            super().save(changes)


class RaisesItsDriversErrors(Host):
    """Lets a lost race come out as whatever its driver raised."""

    def save(self, changes: Changes, /) -> None:
        """Save, or fail in some way."""
        try:
            super().save(changes)
        except Conflict as error:
            raise OSError("duplicate key value") from error


class SwallowsLimits(Host):
    """Ignores that an update found no row within the limit."""

    def save(self, changes: Changes, /) -> None:
        """Save what else there is."""
        try:
            super().save(changes)
        except LimitReached:
            super().save(attrs.evolve(changes, takes=()))


# Versions.


class ChecksVersions(Host):
    """Compares versions in another way than it should."""

    def __init__(self, is_right: Callable[[int, int], bool], raised_by: int = 1) -> None:
        super().__init__()
        self._is_right = is_right
        self._raised_by = raised_by

    def _new_rows(self, puts: Sequence[Put[Any]]) -> dict[Key[Any], Any]:
        new: dict[Key[Any], Any] = {}
        for key, aggregate in puts:
            found = self._rows.get(key)
            version = 0 if found is None else found.version
            if not self._is_right(aggregate.version, version):
                raise Conflict(f"{key} is of version {version}")
            new[key] = aggregate.stored() if self._raised_by else aggregate
        return new


class ChecksOldRowsOnly(Host):
    """Inserts over what is there: a first version never conflicts."""

    def _new_rows(self, puts: Sequence[Put[Any]]) -> dict[Key[Any], Any]:
        old = [put for put in puts if put.aggregate.version]
        return super()._new_rows(old) | {
            put.key: put.aggregate.stored() for put in puts if not put.aggregate.version
        }


class SkipsVersionsOf(Host):
    """Checks versions of all kinds but some."""

    def __init__(self, *kinds: type[Any]) -> None:
        super().__init__()
        self._kinds = kinds

    def _new_rows(self, puts: Sequence[Put[Any]]) -> dict[Key[Any], Any]:
        others = [put for put in puts if put.key.kind not in self._kinds]
        return super()._new_rows(others) | {
            put.key: put.aggregate.stored() for put in puts if put.key.kind in self._kinds
        }


class SkipsOneInBulk(Host):
    """Leaves out the last of many."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def save(self, changes: Changes, /) -> None:
        """Save all but the last."""
        items = getattr(changes, self._part)
        if len(items) > 100:
            changes = attrs.evolve(changes, **{self._part: items[:-1]})
        super().save(changes)


# Keys.


class Renames(Host):
    """Takes some names for the same."""

    def __init__(self, member: Callable[[str], str], name: Callable[[str], str]) -> None:
        super().__init__()
        self._member, self._name = member, name

    def _key(self, key: Key[Any]) -> Key[Any]:
        return Key(key.kind, self._member(key.member_id), self._name(key.name))

    def _request(self, key: ReceiptKey) -> ReceiptKey:
        return ReceiptKey(self._member(key.scope), self._name(key.request_id))

    def _counter(self, key: CounterKey) -> CounterKey:
        return CounterKey(self._member(key.scope), self._name(key.name))

    def load(self, needs: Needs, /) -> Loaded:
        """Look up by the wrong names."""
        loaded = super().load(
            Needs(
                tuple(map(self._key, needs.aggregates)),
                tuple(map(self._request, needs.receipts)),
                tuple(map(self._counter, needs.counters)),
                needs.pages,
                needs.due,
            )
        )
        return Loaded(
            {key: loaded.aggregates[self._key(key)] for key in needs.aggregates},
            {key: loaded.receipts[self._request(key)] for key in needs.receipts},
            {key: loaded.counters[self._counter(key)] for key in needs.counters},
            loaded.pages,
            loaded.due,
        )

    def save(self, changes: Changes, /) -> None:
        """Keep under the wrong names."""
        super().save(
            attrs.evolve(
                changes,
                puts=tuple(Put(self._key(it.key), it.aggregate) for it in changes.puts),
                receipts=tuple(it._replace(key=self._request(it.key)) for it in changes.receipts),
                takes=tuple(it._replace(key=self._counter(it.key)) for it in changes.takes),
            )
        )


class MixesJournals(Host):
    """Names a journal by its member alone, whatever the kind of token."""

    def save(self, changes: Changes, /) -> None:
        """Keep all entries of a member in one journal."""
        super().save(
            attrs.evolve(changes, entries=tuple(_of_one_kind(it) for it in changes.entries))
        )


def _of_one_kind(entry: Entry) -> Entry:
    return entry._replace(owner=attrs.evolve(entry.owner, kind="tokens"))


# Values.


class Rewrites(Host):
    """Changes one kind of thing on its way in."""

    def __init__(self, part: str, rewrite: Callable[[Any], Any]) -> None:
        super().__init__()
        self._part, self._rewrite = part, rewrite

    def save(self, changes: Changes, /) -> None:
        """Save something else."""
        changed = tuple(map(self._rewrite, getattr(changes, self._part)))
        super().save(attrs.evolve(changes, **{self._part: changed}))


def without_a_posting(entry: Entry) -> Entry:
    """Forget the last posting of an entry that has three or more."""
    return entry._replace(
        postings=entry.postings[:-1] if len(entry.postings) > 2 else entry.postings
    )


def to_the_second(event: OutboxEvent) -> OutboxEvent:
    """Forget microseconds."""
    return attrs.evolve(event, occurred_at=event.occurred_at.replace(microsecond=0))


def without_figures(event: OutboxEvent) -> OutboxEvent:
    """Forget what an event states."""
    return attrs.evolve(event, figures=())


def as_a_float(take: Take) -> Take:
    """Count in floating point."""
    return take._replace(n=int(take.n * 1.0), limit=int(take.limit * 1.0))


def without_class(receipt: Receipt) -> Receipt:
    """Keep an outcome as a plain tuple."""
    outcome = receipt.outcome
    return receipt._replace(outcome=tuple(outcome) if isinstance(outcome, tuple) else outcome)


def without_content(receipt: Receipt) -> Receipt:
    """Forget what was asked for."""
    return receipt._replace(content="0" * 32)


def changed_row(kind: type[Any], change: Callable[[Any], Any]) -> Callable[[Put[Any]], Put[Any]]:
    """Change aggregates of one kind."""

    def rewrite(put: Put[Any]) -> Put[Any]:
        return Put(put.key, change(put.aggregate)) if put.key.kind is kind else put

    return rewrite


# Reading.


class Reads(Host):
    """Answers with something else than it has."""

    def __init__(self, answer: Callable[["Host", Needs, Loaded], Loaded]) -> None:
        super().__init__()
        self._answer = answer

    def load(self, needs: Needs, /) -> Loaded:
        """Answer wrongly."""
        return self._answer(self, needs, super().load(needs))


def leaving_out_what_is_missing(host: Host, needs: Needs, loaded: Loaded) -> Loaded:
    """Answer only for what there is."""
    there = {key: it for key, it in loaded.aggregates.items() if it is not None}
    return Loaded(there, loaded.receipts, loaded.counters, loaded.pages, loaded.due)


def counting_visits(host: Host, needs: Needs, loaded: Loaded) -> Loaded:
    """Write down that somebody read."""
    visits = vars(host).setdefault("_visits", [])
    visits.append(1)
    return loaded


def making_counters(host: Host, needs: Needs, loaded: Loaded) -> Loaded:
    """Make a row for each counter that is asked for."""
    for key in needs.counters:
        host._used.setdefault(key, Counter(key, 0, 0))
    return loaded


class SharesAnswers(Host):
    """Hands the same answer out again, kept up to date."""

    def __init__(self) -> None:
        super().__init__()
        self._shared: dict[Needs, Loaded] = {}

    def load(self, needs: Needs, /) -> Loaded:
        """Answer with the same object."""
        fresh = super().load(needs)
        shared = self._shared.setdefault(needs, fresh)
        for part in ("aggregates", "receipts", "counters", "pages"):
            getattr(shared, part).clear()
            getattr(shared, part).update(getattr(fresh, part))
        shared.due = fresh.due
        return shared

    def rows(self) -> dict[str, Any]:
        """Copy all that is kept, but for answers."""
        return {name: it for name, it in super().rows().items() if name != "_shared"}


class SharesLists(Host):
    """Hands out the very list that it keeps."""

    def _page(self, page: Page | Owned[Any]) -> Sequence[Any]:
        records = super()._page(page)
        if isinstance(page, Owned):
            return records
        whole = page.after == 0 and page.log == "outbox"
        return self._events.setdefault(page.member_id, []) if whole else records


class Pages(Host):
    """Cuts pages in another way than it should."""

    def __init__(self, cut: Callable[[Sequence[Any], int, int], Sequence[Any]], log: str) -> None:
        super().__init__()
        self._cut, self._log = cut, log

    def _page(self, page: Page | Owned[Any]) -> Sequence[Any]:
        if isinstance(page, Owned) or page.log != self._log:
            return super()._page(page)
        records = super()._page(page._replace(after=0, limit=10**9))
        return self._cut(records, page.after, page.limit)


class OpensAnyLog(Host):
    """Takes a log that there is not for an empty one."""

    def _page(self, page: Page | Owned[Any]) -> Sequence[Any]:
        is_there = isinstance(page, Owned) or page.log in {"journal", "outbox"}
        return super()._page(page) if is_there else ()


class Owns(Host):
    """Reads what a member has of one kind in another way than it should."""

    def __init__(self, read: Callable[["Host", Owned[Any]], Sequence[Any]]) -> None:
        super().__init__()
        self._read = read

    def _page(self, page: Page | Owned[Any]) -> Sequence[Any]:
        return self._read(self, page) if isinstance(page, Owned) else super()._page(page)


def owning(
    is_owners: Callable[[Key[Any], Owned[Any]], bool] = lambda key, page: (
        key[:2] == (page.kind, page.member_id)
    ),
    is_after: Callable[[str, str], bool] = lambda name, after: not after or name > after,
    order: Callable[[str], Any] = str,
    more: int = 0,
) -> Callable[[Host, Owned[Any]], Sequence[Any]]:
    """Make a way to read what a member has, with a mistake."""

    def read(host: Host, page: Owned[Any]) -> Sequence[Any]:
        keys = [key for key in host._rows if is_owners(key, page)]
        found = [key for key in keys if is_after(key.name, page.after)]
        found.sort(key=lambda key: order(key.name))
        return [host._rows[key] for key in found[: page.limit + more]]

    return read


def after_a_name_that_is_there(host: Host, page: Owned[Any]) -> Sequence[Any]:
    """Go on after a row, which has to be there."""
    found = owning()(host, page._replace(after="", limit=10**9))
    names = [key_of(it).name for it in found]
    begin = names.index(page.after) + 1 if page.after in names else 0
    return found[begin : begin + page.limit]


class KeepsPages(Host):
    """Keeps what a member has beside the rows, as it was first."""

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[Key[Any], Any] = {}

    def save(self, changes: Changes, /) -> None:
        """Save, and copy what is new."""
        super().save(changes)
        for key in [put.key for put in changes.puts]:
            self._first.setdefault(key, self._rows[key])

    def _page(self, page: Page | Owned[Any]) -> Sequence[Any]:
        found = super()._page(page)
        return [self._first[key_of(it)] for it in found] if isinstance(page, Owned) else found


class ForgetsOldReceipts(Host):
    """Keeps only the newest receipts."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def save(self, changes: Changes, /) -> None:
        """Save, and throw the oldest away."""
        super().save(changes)
        for key in list(self._receipts)[: len(self._receipts) - self._most]:
            del self._receipts[key]


class FindsDue(Host):
    """Finds what is due in another way than it should."""

    def __init__(
        self, find: Callable[["Host", datetime, DueKey[Any] | None, int, type[Any]], list[Any]]
    ) -> None:
        super().__init__()
        self._find = find

    def _due(
        self, before: datetime, after: DueKey[Any] | None, limit: int, kind: type[Any]
    ) -> list[DueKey[Any]]:
        return self._find(self, before, after, limit, kind)


def its_instant(aggregate: Any) -> datetime | None:
    """Say when something is due."""
    found: datetime | None = aggregate.due_at
    return found


def whatever_its_state(aggregate: Any) -> datetime | None:
    """Take the end of what is closed for an instant at which it is due."""
    for name in ("until", "ends_at", "due_at"):
        found: datetime | None = getattr(aggregate, name, None)
        if found is not None:
            return found
    return None


def every_due(
    host: Host,
    kind: type[Any],
    instant: Callable[[Any], datetime | None] = its_instant,
    is_kind: Callable[[type[Any], type[Any]], bool] = lambda there, asked: there is asked,
) -> list[DueKey[Any]]:
    """List all of a kind that will ever be due, in order."""
    found = []
    for key, aggregate in host._rows.items():
        due_at = instant(aggregate)
        if due_at is not None and is_kind(key.kind, kind):
            found.append(DueKey(due_at, key))
    return sorted(found, key=due_order)


def due_order(it: DueKey[Any]) -> tuple[datetime, str, str]:
    """Order what is due."""
    return it.due_at, it.key.member_id, it.key.name


Find = Callable[[Host, datetime, DueKey[Any] | None, int, type[Any]], list[DueKey[Any]]]


def finding(
    is_due: Callable[[datetime, datetime], bool] = lambda at, before: at <= before,
    is_after: Callable[[DueKey[Any], DueKey[Any]], bool] = lambda it, after: (
        due_order(it) > due_order(after)
    ),
    order: Callable[[DueKey[Any]], Any] = due_order,
    more: int = 0,
    **how: Any,
) -> Find:
    """Make a way to find what is due, with a mistake."""

    def find(
        host: Host, before: datetime, after: DueKey[Any] | None, limit: int, kind: type[Any]
    ) -> list[DueKey[Any]]:
        found = [it for it in every_due(host, kind, **how) if is_due(it.due_at, before)]
        rest = [it for it in found if after is None or is_after(it, after)]
        return sorted(rest, key=order)[: limit + more]

    return find


class RemembersDue(Host):
    """Keeps the instant at which something was first due."""

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[Key[Any], datetime] = {}

    def save(self, changes: Changes, /) -> None:
        """Save, and remember what was not due before."""
        super().save(changes)
        for kind in {put.key.kind for put in changes.puts}:
            for it in every_due(self, kind):
                self._first.setdefault(it.key, it.due_at)

    def _due(
        self, before: datetime, after: DueKey[Any] | None, limit: int, kind: type[Any]
    ) -> list[DueKey[Any]]:
        first = {key: at for key, at in self._first.items() if key.kind is kind}
        found = [DueKey(at, key) for key, at in first.items() if at <= before]
        rest = [it for it in found if after is None or due_order(it) > due_order(after)]
        return sorted(rest, key=due_order)[:limit]


# Records.


class AcceptsGaps(Host):
    """Numbers nothing: an entry needs only not to be there."""

    def _new_entries(self, entries: Sequence[Entry]) -> dict[tuple[str, str], list[Entry]]:
        new: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            owner = (entry.member_id, entry.kind)
            there = [*self._journal.get(owner, ()), *new.get(owner, ())]
            if any(it.sequence == entry.sequence for it in there):
                raise Conflict("the entry is there")
            new.setdefault(owner, []).append(entry)
        return new


class ReplacesEntries(Host):
    """Writes an entry over the one that is there."""

    def _new_entries(self, entries: Sequence[Entry]) -> dict[tuple[str, str], list[Entry]]:
        fresh = []
        for entry in entries:
            journal = self._journal.get((entry.member_id, entry.kind), [])
            if entry.sequence <= len(journal):
                journal[entry.sequence - 1] = entry
            else:
                fresh.append(entry)
        return super()._new_entries(fresh)


class RepeatsRecords(Host):
    """Takes receipts, events or notes twice."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def _new_receipts(self, receipts: Sequence[Receipt]) -> dict[ReceiptKey, Receipt]:
        if self._part == "receipts":
            return {receipt.key: receipt for receipt in receipts}
        return super()._new_receipts(receipts)

    def _check_events(self, events: Iterable[OutboxEvent], notes: Iterable[Note]) -> None:
        super()._check_events(
            () if self._part == "events" else events, () if self._part == "notes" else notes
        )


class LosesEvents(Host):
    """Keeps one event of each save."""

    def save(self, changes: Changes, /) -> None:
        """Save the first event alone."""
        super().save(attrs.evolve(changes, events=changes.events[:1]))


class DoublesEvents(Host):
    """Tells each event twice."""

    def _page(self, page: Page | Owned[Any]) -> Sequence[Any]:
        records = super()._page(page)
        if isinstance(page, Owned) or page.log != "outbox":
            return records
        return [it for it in records for _ in (1, 2)]


class NumbersAll(Host):
    """Numbers the entries of all members together."""

    def _new_entries(self, entries: Sequence[Entry]) -> dict[tuple[str, str], list[Entry]]:
        count = sum(map(len, self._journal.values()))
        for number, entry in enumerate(entries, start=1):
            if entry.sequence > count + number:
                raise Conflict("a gap")
        found = super()._new_entries(entries)
        if len(self._journal.keys() | found.keys()) > 1:
            raise Conflict("somebody else has an entry of that number")
        return found


# Counters.


class Counts(Host):
    """Counts in another way than it should."""

    def __init__(self, step: Callable[[int, int, int], int | None], *, checks: bool = True) -> None:
        super().__init__()
        self._step, self._checks = step, checks

    def _stepped(self, takes: Iterable[Take]) -> dict[CounterKey, Counter]:
        used: dict[CounterKey, Counter] = {}
        for key, n, limit in takes:
            if self._checks and (type(n) is not int or type(limit) is not int):
                raise Misuse("a counter takes whole numbers")
            found = used.get(key) or self._used.get(key)
            before = 0 if found is None else found.used
            after = self._step(before, n, limit)
            if after is None:
                raise LimitReached(
                    counter=f"{key.scope}/{key.name}", asked=n, used=before, limit=limit
                )
            if after < 0:
                raise Misuse("more is given back than was taken")
            used[key] = Counter(key, after, limit)
        return used


class CountsTheFirst(Host):
    """Takes only the first of several steps of one save."""

    def _stepped(self, takes: Iterable[Take]) -> dict[CounterKey, Counter]:
        return super()._stepped(tuple(takes)[:1])


class CountsOnWhatWas(Host):
    """Checks each step on what was there before the save."""

    def _stepped(self, takes: Iterable[Take]) -> dict[CounterKey, Counter]:
        used: dict[CounterKey, Counter] = {}
        for take in takes:
            used |= super()._stepped([take])
        return used


class KeepsTheFirstLimit(Host):
    """Takes the limit that a counter was made with."""

    def _stepped(self, takes: Iterable[Take]) -> dict[CounterKey, Counter]:
        first = vars(self).setdefault("_first_limits", {})
        steps = [take._replace(limit=first.get(take.key, take.limit)) for take in takes]
        used = super()._stepped(steps)
        for key, counter in used.items():
            first.setdefault(key, counter.limit)
        return used


class SaysOtherFigures(Host):
    """Refuses without the figures that decided."""

    def save(self, changes: Changes, /) -> None:
        """Save, or refuse with nothing but zeros."""
        try:
            super().save(changes)
        except LimitReached:
            raise LimitReached(counter="", asked=0, used=0, limit=0) from None


def taken(before: int, n: int, limit: int) -> int | None:
    """Take a step as it should be."""
    return None if n > 0 and before + n > limit else before + n


# Several handles.


class Caches(Host):
    """One of several handles that remembers what it read."""

    def __init__(self, behind: MemoryStore | None = None) -> None:
        super().__init__()
        self.behind = behind or MemoryStore()
        self._remembered: dict[Any, Any] = {}

    def load(self, needs: Needs, /) -> Loaded:
        """Answer with what was read before."""
        loaded = self.behind.load(needs)
        for key, aggregate in loaded.aggregates.items():
            loaded.aggregates[key] = self._remembered.setdefault(key, aggregate)
        return loaded

    def save(self, changes: Changes, /) -> None:
        """Save, and remember that."""
        self.behind.save(changes)
        for put in changes.puts:
            self._remembered[put.key] = put.aggregate.stored()


class TrustsItsCache(Caches):
    """Replaces rows without a look at the version that is there."""

    def save(self, changes: Changes, /) -> None:
        """Write over whatever is there."""
        for key, aggregate in changes.puts:
            if aggregate.version:
                self.behind._rows[key] = aggregate.stored()
        fresh = tuple(put for put in changes.puts if not put.aggregate.version)
        self.behind.save(attrs.evolve(changes, puts=fresh))

    def load(self, needs: Needs, /) -> Loaded:
        """Answer with what is there."""
        return self.behind.load(needs)


class Forgets(Host):
    """Keeps nothing beyond its handle."""


class Dawdles(Host):
    """Looks, and then writes, with time in between and no lock."""

    class _NoLock:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    def __init__(self) -> None:
        super().__init__()
        self._lock: Any = Dawdles._NoLock()

    def _stepped(self, takes: Iterable[Take]) -> dict[CounterKey, Counter]:
        used = super()._stepped(takes)
        time.sleep(0.002)
        return used


class TearsSaves(Host):
    """Saves counters one after the other, where readers can see it."""

    def load(self, needs: Needs, /) -> Loaded:
        """Read without waiting for whoever writes."""
        return Loaded(
            {key: self._rows.get(key) for key in needs.aggregates},
            {key: self._receipts.get(key) for key in needs.receipts},
            {key: self._used.get(key) for key in needs.counters},
            {page: self._page(page) for page in needs.pages},
            () if needs.due is None else self._due(*needs.due),
        )

    def save(self, changes: Changes, /) -> None:
        """Save the first step, then the others."""
        super().save(attrs.evolve(changes, takes=changes.takes[:1]))
        if changes.takes[1:]:
            time.sleep(0.002)
            super().save(Changes(takes=changes.takes[1:]))


# The lock.


class KeepsTheLock(Host):
    """Never lets its lock go after an error."""

    def __init__(self) -> None:
        super().__init__()
        self._door = threading.RLock()

    def save(self, changes: Changes, /) -> None:
        """Save, once the door is open."""
        with self._door:
            super().save(changes)

    @contextmanager
    def exclusive(self) -> Iterator["KeepsTheLock"]:
        """Hold the door, and forget it."""
        self._door.acquire()
        yield self
        self._door.release()


class RollsTheLockBack(Host):
    """Makes one unit of work of everything under the lock."""

    @contextmanager
    def exclusive(self) -> Iterator["RollsTheLockBack"]:
        """Undo everything where an error comes out."""
        with self._lock:
            before = self.rows()
            try:
                yield self
            except BaseException:
                self.restore(before)
                raise


class LocksNothing(Host):
    """Takes its lock for leave to write over anything."""

    @contextmanager
    def exclusive(self) -> Iterator[MemoryStore]:
        """Hand out a store that checks no version."""
        careless = ChecksVersions(lambda mine, theirs: True)
        careless._new_entries = _all_of  # type: ignore[method-assign]
        for name in ("_rows", "_index", "_journal", "_receipts", "_events", "_event_ids"):
            setattr(careless, name, getattr(self, name))
        save = careless.save

        def dawdling(changes: Changes, /) -> None:
            time.sleep(0.002)
            save(changes)

        careless.save = dawdling  # type: ignore[method-assign]
        yield careless


class ForgetsReceipts(Host):
    """Neither looks receipts up nor keeps them, under its lock."""

    @contextmanager
    def exclusive(self) -> Iterator[MemoryStore]:
        """Hand out a store without receipts."""
        inside = Host()
        vars(inside).update(vars(self))
        inside._receipts = {}
        with self._lock:
            yield inside


class HasNoLock:
    """A host in memory that has nothing but the two methods."""

    def __init__(self) -> None:
        self._inner = Host()
        self.load, self.save, self.rows = self._inner.load, self._inner.save, self._inner.rows


class LocksACopy(Host):
    """Works on a copy under its lock, and never writes it back."""

    @contextmanager
    def exclusive(self) -> Iterator[MemoryStore]:
        """Hand out a copy."""
        aside = Host()
        aside.restore(self.rows())
        yield aside


def _all_of(entries: Sequence[Entry]) -> dict[tuple[str, str], list[Entry]]:
    new: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        new.setdefault((entry.member_id, entry.kind), []).append(entry)
    return new


def normal(name: str) -> str:
    """Compose accents."""
    return unicodedata.normalize("NFC", name)


class RunsTogether(Host):
    """Keeps receipts under one text, made of both parts of their key."""

    def load(self, needs: Needs, /) -> Loaded:
        """Look receipts up under that text."""
        loaded = super().load(needs._replace(receipts=tuple(map(run_together, needs.receipts))))
        loaded.receipts = {key: loaded.receipts[run_together(key)] for key in needs.receipts}
        return loaded

    def save(self, changes: Changes, /) -> None:
        """Keep receipts under that text."""
        receipts = tuple(it._replace(key=run_together(it.key)) for it in changes.receipts)
        super().save(attrs.evolve(changes, receipts=receipts))


def run_together(key: ReceiptKey) -> ReceiptKey:
    """Make one text of a key."""
    return ReceiptKey("", f"{key.scope}:{key.request_id}")


def answering_with_more(host: Host, needs: Needs, loaded: Loaded) -> Loaded:
    """Answer with every row that there is."""
    loaded.aggregates = {**host._rows, **loaded.aggregates}
    return loaded


class SavesOnRead(Host):
    """Makes a receipt of each request that is looked up, and throws it away when it is saved."""

    def load(self, needs: Needs, /) -> Loaded:
        """Answer, and reserve what was not there."""
        loaded = super().load(needs)
        for key in needs.receipts:
            self._receipts.setdefault(key, Receipt(key, "0" * 32, None))
        return loaded

    def save(self, changes: Changes, /) -> None:
        """Save over what was reserved."""
        for receipt in changes.receipts:
            there = self._receipts.get(receipt.key)
            if there is not None and there.outcome is None:
                del self._receipts[receipt.key]
        super().save(changes)


class RefusesNothing(Host):
    """Cannot save nothing."""

    def save(self, changes: Changes, /) -> None:
        """Save something."""
        if changes == Changes():
            raise Conflict("nothing was changed")
        super().save(changes)


class GivesBackFirst(Host):
    """Takes steps in another order: those that give back first."""

    def _stepped(self, takes: Iterable[Take]) -> dict[CounterKey, Counter]:
        return super()._stepped(sorted(takes, key=lambda take: take.n))


def after_what_is_there(
    host: Host, before: datetime, after: DueKey[Any] | None, limit: int, kind: type[Any]
) -> list[DueKey[Any]]:
    """Go on after a row, which has to be there."""
    found = [it for it in every_due(host, kind) if it.due_at <= before]
    begin = found.index(after) + 1 if after in found else 0
    return found[begin : begin + limit]


def with_those_that_never_are(
    host: Host, before: datetime, after: DueKey[Any] | None, limit: int, kind: type[Any]
) -> list[DueKey[Any]]:
    """Take a wallet that is never due for one that is due now."""
    found = every_due(host, kind, lambda it: it.due_at or before)
    due = sorted([it for it in found if it.due_at <= before], key=due_order)
    return [it for it in due if after is None or due_order(it) > due_order(after)][:limit]
