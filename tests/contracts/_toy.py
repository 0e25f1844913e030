"""A store in one SQLite file, as small as it can be: a database for the kit's own tests.

Every load and every save opens the file anew, so that threads and processes may share it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mi_rewards.calendar import UTC
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.formats import from_text, to_text
from mi_rewards.repositories import (
    Changes,
    Counter,
    Due,
    DueKey,
    Key,
    Loaded,
    Needs,
    OutboxEvent,
    Owned,
    Page,
    Receipt,
    Take,
)
from mi_rewards.wallet import Entry

TABLES = """
create table if not exists rows (kind text, member text, name text, version integer, due integer,
    body text, primary key (kind, member, name));
create table if not exists records (log text, member text, kind text, name text, position integer,
    body text, primary key (log, member, kind, name), unique (log, member, kind, position));
create table if not exists counters (scope text, name text, used integer, most integer,
    primary key (scope, name));
"""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = {"journal": Entry, "outbox": OutboxEvent}


class ToyStore:
    """A store in one file, or within a transaction on it."""

    def __init__(self, path: Path, joined: sqlite3.Connection | None = None) -> None:
        self.path = path
        self._joined = joined
        with self._open() as db:
            if joined is None:
                db.execute("pragma journal_mode = wal")
                db.executescript(TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if self._joined is not None:
            yield self._joined
            return
        with closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as db:
            db.execute("pragma synchronous = off")
            yield db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Begin to write: a savepoint within a transaction, else one that holds the file's lock."""
        with self._open() as db:
            begin, commit, undo = (
                ("begin immediate", "commit", "rollback")
                if not db.in_transaction
                else ("savepoint one", "release one", "rollback to one; release one")
            )
            db.execute(begin)
            try:
                yield db
            except BaseException:
                for statement in undo.split("; "):
                    db.execute(statement)
                raise
            db.execute(commit)

    @contextmanager
    def exclusive(self) -> Iterator["Locked"]:
        """Hold the file's lock until the first save, or to the end."""
        with closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as db:
            yield Locked(self.path, db)
            if db.in_transaction:
                db.execute("rollback")

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed, as of one instant."""
        with self._open() as db:
            begun = not db.in_transaction
            if begun:
                db.execute("begin")
            loaded = Loaded(
                {key: _row(db, key) for key in needs.aggregates},
                {key: _receipt(db, key) for key in needs.receipts},
                {key: _counter(db, key) for key in needs.counters},
                {page: _page(db, page) for page in needs.pages},
                [] if needs.due is None else _due(db, needs.due),
            )
            if begun:
                db.execute("commit")
            return loaded

    def save(self, changes: Changes, /) -> None:
        """Carry out changes, all of them or nothing."""
        with self.transaction() as db:
            for key, aggregate in changes.puts:
                _put(db, key, aggregate)
            for entry in changes.entries:
                where = ("journal", entry.member_id, entry.kind)
                if entry.sequence != _next(db, *where):
                    raise Conflict(f"entry {entry.sequence} cannot follow")
                _append(db, *where, str(entry.sequence), to_text(entry))
            for receipt in changes.receipts:
                _append(
                    db, "receipts", receipt.key.scope, "", receipt.key.request_id, to_text(receipt)
                )
            for event in changes.events:
                _append(db, "outbox", event.member_id, "", event.event_id, to_text(event))
            for member_id in changes.erased:
                db.execute("delete from records where log = 'notes' and member = ?", (member_id,))
            for note in changes.notes:
                _append(db, "notes", note.member_id, "", note.request_id, note.text)
            for take in changes.takes:
                _take(db, take)

    def rows(self) -> list[Any]:
        """Read all rows behind the store's back."""
        with closing(sqlite3.connect(self.path)) as db:
            return [
                db.execute(f"select * from {table} order by 1, 2, 3, 4").fetchall()
                for table in ("rows", "records", "counters")
            ]


class Locked(ToyStore):
    """A store that holds the file's lock from its first load of an aggregate to its save."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path, self._joined = path, db

    def load(self, needs: Needs, /) -> Loaded:
        """Read under the lock, receipts aside."""
        if self._joined is not None and needs.aggregates and not self._joined.in_transaction:
            self._joined.execute("begin immediate")
        return super().load(needs)

    def save(self, changes: Changes, /) -> None:
        """Save, and let the lock go."""
        super().save(changes)
        if self._joined is not None and self._joined.in_transaction:
            self._joined.execute("commit")


def open_toy(path: str) -> ToyStore:
    """Open a store; for other processes too."""
    return ToyStore(Path(path))


def _row(db: sqlite3.Connection, key: Key[Any]) -> Any:
    found = db.execute(
        "select body from rows where kind = ? and member = ? and name = ?",
        (key.kind.__name__, key.member_id, key.name),
    ).fetchone()
    return found and from_text(key.kind, found[0])


def _receipt(db: sqlite3.Connection, key: Any) -> Receipt | None:
    found = db.execute(
        "select body from records where log = 'receipts' and member = ? and kind = '' and name = ?",
        tuple(key),
    ).fetchone()
    return found and from_text(Receipt, found[0])


def _counter(db: sqlite3.Connection, key: Any) -> Counter | None:
    found = db.execute(
        "select used, most from counters where scope = ? and name = ?", tuple(key)
    ).fetchone()
    return found and Counter(key, *found)


def _page(db: sqlite3.Connection, page: Page | Owned[Any]) -> Sequence[Any]:
    if isinstance(page, Owned):
        found = db.execute(
            "select body from rows where kind = ? and member = ? and (? = '' or name > ?)"
            " order by name limit ?",
            (page.kind.__name__, page.member_id, page.after, page.after, page.limit),
        )
        return [from_text(page.kind, body) for (body,) in found]
    if page.log not in KINDS:
        raise Misuse(f"no log is named {page.log!r}")
    found = db.execute(
        "select body from records where log = ? and member = ? and kind = ? and position > ?"
        " order by position limit ?",
        tuple(page),
    )
    return [from_text(KINDS[page.log], body) for (body,) in found]


def _due(db: sqlite3.Connection, due: Due) -> list[DueKey[Any]]:
    after = (
        (-1, "", "")
        if due.after is None
        else (_micros(due.after.due_at), due.after.key.member_id, due.after.key.name)
    )
    found = db.execute(
        "select due, member, name from rows where kind = ? and due <= ?"
        " and (due, member, name) > (?, ?, ?) order by due, member, name limit ?",
        (due.kind.__name__, _micros(due.before), *after, due.limit),
    )
    return [
        DueKey(EPOCH + timedelta(microseconds=at), Key(due.kind, member, name))
        for at, member, name in found
    ]


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _put(db: sqlite3.Connection, key: Key[Any], aggregate: Any) -> None:
    due = None if aggregate.due_at is None else _micros(aggregate.due_at)
    values = (aggregate.version + 1, due, to_text(aggregate.stored()))
    names = (key.kind.__name__, key.member_id, key.name)
    done = (
        db.execute(
            "update rows set version = ?, due = ?, body = ?"
            " where kind = ? and member = ? and name = ? and version = ?",
            (*values, *names, aggregate.version),
        )
        if aggregate.version
        else db.execute("insert or ignore into rows values (?, ?, ?, ?, ?, ?)", (*names, *values))
    )
    if done.rowcount != 1:
        raise Conflict(f"{key} is not of version {aggregate.version}")


def _next(db: sqlite3.Connection, log: str, member: str, kind: str) -> int:
    found: int = db.execute(
        "select coalesce(max(position), 0) + 1 from records"
        " where log = ? and member = ? and kind = ?",
        (log, member, kind),
    ).fetchone()[0]
    return found


def _append(db: sqlite3.Connection, log: str, member: str, kind: str, name: str, body: str) -> None:
    position = _next(db, log, member, kind)
    done = db.execute(
        "insert or ignore into records values (?, ?, ?, ?, ?, ?)",
        (log, member, kind, name, position, body),
    )
    if done.rowcount != 1:
        raise Conflict(f"{name!r} of {member!r} is in {log}")


def _take(db: sqlite3.Connection, take: Take) -> None:
    if type(take.n) is not int or type(take.limit) is not int:
        raise Misuse("a counter takes whole numbers")
    db.execute("insert or ignore into counters values (?, ?, 0, ?)", (*take.key, take.limit))
    done = db.execute(
        "update counters set used = used + ?, most = ? where scope = ? and name = ?"
        " and used >= ? and (? <= 0 or used <= ?)",
        (take.n, take.limit, *take.key, -take.n, take.n, take.limit - max(take.n, 0)),
    )
    if done.rowcount != 1:
        found = _counter(db, take.key)
        used = 0 if found is None else found.used
        name = f"{take.key.scope}/{take.key.name}"
        if take.n < 0:
            raise Misuse(f"counter {name} has {used}")
        raise LimitReached(counter=name, asked=take.n, used=used, limit=take.limit)
