"""A store made of named repositories, kept in dictionaries: the smallest host of that kind.

1. `ledgers()` answers with a `Repositories` over `Rows`, `Records` and `Tallies`, which share one
   `Desk`. The desk begins units of work, undoes what failed, and notes every call in `calls`.
2. Nothing here checks more than the ports ask for.
"""

import copy
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Generic, TypeVar

from mi_rewards.earning import Member, Purchase
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.repositories import (
    Aggregate,
    Counter,
    CounterKey,
    DueKey,
    Key,
    Note,
    OutboxEvent,
    Put,
    Receipt,
    Repositories,
    Take,
)
from mi_rewards.wallet import Burn, Entry, Wallet

A = TypeVar("A", bound=Aggregate)
X = TypeVar("X", Entry, Receipt, OutboxEvent, Note)


class Desk:
    """Everything that is kept, one unit of work at a time."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Any, Any]] = {}
        self.calls: list[str] = []

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Undo everything where an error comes out."""
        before = copy.copy(self.tables)
        self.tables = {name: dict(table) for name, table in before.items()}
        self.calls.append("begin")
        try:
            yield
        except BaseException:
            self.tables = before
            self.calls.append("roll back")
            raise
        self.calls.append("commit")

    def table(self, name: str) -> dict[Any, Any]:
        """Find a table."""
        return self.tables.setdefault(name, {})

    def note(self, name: str, what: str, items: Sequence[object]) -> None:
        """Note a call and how many items it had."""
        self.calls.append(f"{name} {what} {len(items)}")


class Rows(Generic[A]):
    """The rows of one kind of aggregate."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk = desk
        self._name = name

    def get_many(self, keys: Sequence[Key[A]], /) -> Iterable[A]:
        """Read what there is, newest key first."""
        self._desk.note(self._name, "get", keys)
        rows = self._desk.table(self._name)
        return [rows[key] for key in reversed(keys) if key in rows]

    def put_many(self, puts: Sequence[Put[A]], /) -> None:
        """Store each over exactly its version."""
        self._desk.note(self._name, "put", puts)
        rows = self._desk.table(self._name)
        for key, aggregate in puts:
            found = rows.get(key)
            if (0 if found is None else found.version) != aggregate.version:
                raise Conflict(f"{key} has moved on")
            rows[key] = aggregate.stored()

    def due(self, before: datetime, *, after: DueKey[A] | None, limit: int) -> Sequence[DueKey[A]]:
        """Find what is due, what fell due first before the rest."""
        self._desk.note(self._name, "due", ())
        found = sorted(
            [
                DueKey(row.due_at, key)
                for key, row in self._desk.table(self._name).items()
                if row.due_at is not None and row.due_at <= before
            ],
            key=_due_order,
        )
        return [it for it in found if after is None or _due_order(it) > _due_order(after)][:limit]

    def owned(self, member_id: str, *, after: str, limit: int) -> Sequence[A]:
        """Read what a member has, by name."""
        self._desk.note(self._name, "owned", ())
        rows = self._desk.table(self._name)
        names = sorted(key.name for key in rows if key.member_id == member_id)
        beyond = [name for name in names if not after or name > after]
        found = {key.name: row for key, row in rows.items() if key.member_id == member_id}
        return [found[name] for name in beyond[:limit]]


def _due_order(it: DueKey[Any]) -> tuple[datetime, str, str]:
    """Order what is due."""
    return it.due_at, it.key.member_id, it.key.name


class Records(Generic[X]):
    """Records that are appended and never changed."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk = desk
        self._name = name

    def append_many(self, records: Sequence[X], /) -> None:
        """Append each under its own key."""
        self._desk.note(self._name, "append", records)
        table = self._desk.table(self._name)
        for record in records:
            owner, key = _names(record)
            if (owner, key) in table:
                raise Conflict(f"{key} of {owner} is there")
            if self._name == "journal" and key > 1 and (owner, key - 1) not in table:
                raise Conflict(f"{key} of {owner} would leave a gap")
            table[owner, key] = record

    def find_many(self, keys: Sequence[Any], /) -> Iterable[X]:
        """Find what there is by key."""
        self._desk.note(self._name, "find", keys)
        table = self._desk.table(self._name)
        return [record for key in keys if (record := table.get((key.scope, key.request_id)))]

    def read(self, owner: tuple[str, str], *, after: int, limit: int) -> Sequence[X]:
        """Read an owner's records in order."""
        self._desk.note(self._name, "read", ())
        table = self._desk.table(self._name)
        name = owner if self._name == "journal" else owner[0]
        return [record for (of, _), record in table.items() if of == name][after : after + limit]


class Notes(Records[Note]):
    """Records of notes, which can be erased."""

    def erase(self, member_id: str, /) -> None:
        """Delete all about a member."""
        self._desk.note(self._name, "erase", (member_id,))
        table = self._desk.table(self._name)
        for owner, key in [it for it in table if it[0] == member_id]:
            del table[owner, key]


def _names(record: Entry | Receipt | OutboxEvent | Note) -> tuple[Any, Any]:
    """Name a record's owner, and the record within it."""
    if isinstance(record, Entry):
        return (record.member_id, record.kind), record.sequence
    if isinstance(record, Receipt):
        return record.key
    if isinstance(record, OutboxEvent):
        return record.member_id, record.event_id
    return record.member_id, record.request_id


class Tallies:
    """Counters."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get_many(self, keys: Sequence[CounterKey], /) -> Iterable[Counter]:
        """Read what something was taken from."""
        self._desk.note("counters", "get", keys)
        table = self._desk.table("counters")
        return [table[key] for key in keys if key in table]

    def take_many(self, takes: Sequence[Take], /) -> None:
        """Take each step within its limit."""
        self._desk.note("counters", "take", takes)
        table = self._desk.table("counters")
        for key, n, limit in takes:
            used = table[key].used if key in table else 0
            name = f"{key.scope}/{key.name}"
            if type(n) is not int or type(limit) is not int or used + n < 0:
                raise Misuse(f"{name} has {used}: {n!r} of {limit!r} cannot be taken")
            if n > 0 and used + n > limit:
                raise LimitReached(counter=name, asked=n, used=used, limit=limit)
            table[key] = Counter(key, used + n, limit)


NEWER = (
    *("rewards", "redemptions", "vouchers", "codes", "pooled_codes", "quotes", "settlements"),
    *("standings", "referrals", "referral_codes"),
    *("quotas", "preorders", "draws", "tickets", "reserved_units"),
    *("price_books", "device_models", "devices", "device_quotes", "exchanges"),
)
"""Repositories that came after the first, which a host need not have."""


class Ledgers(Repositories):
    """A store of named repositories that share a desk."""

    def __init__(self, desk: Desk, *, has_catalogue: bool = True) -> None:
        self.desk = desk
        newer: dict[str, Any] = {name: Rows[Any](desk, name) for name in NEWER}
        super().__init__(
            members=Rows[Member](desk, "members"),
            wallets=Rows[Wallet](desk, "wallets"),
            purchases=Rows[Purchase](desk, "purchases"),
            burns=Rows[Burn](desk, "burns"),
            journal=Records[Entry](desk, "journal"),
            receipts=Records[Receipt](desk, "receipts"),
            outbox=Records[OutboxEvent](desk, "outbox"),
            notes=Notes(desk, "notes"),
            counters=Tallies(desk),
            atomic=desk.atomic,
            **newer if has_catalogue else {},
        )


def ledgers(desk: Desk) -> Ledgers:
    """Make a store of named repositories that share a desk."""
    return Ledgers(desk)
