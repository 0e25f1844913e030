"""SQLite: a save is one statement for each table, in a transaction that takes its lock at once.

A transaction that reads and only then writes may find the database locked for good; one that begins
with `BEGIN IMMEDIATE` waits for its turn.

A statement is carried out for each row that it is about. Nothing goes to a server, and taking rows
from one JSON list took longer than that.

The isolation level of a connection is left alone: setting it makes SQLite prepare every statement
anew, which takes longer than carrying it out.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, Final

from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

from mi_rewards.errors import Conflict
from mi_rewards.repositories import Loaded, Needs
from mi_rewards.sql._rows import KINDS, Row
from mi_rewards.sql._statements import Frame, Statements
from mi_rewards.sql._writes import (
    COLUMNS,
    ENTRY,
    FIRST,
    NEXT,
    RECEIPT,
    SAME,
    UNCOUNTED,
    WRITES,
    entry_values,
    next_values,
    same_values,
)
from mi_rewards.sql.tables import Tables
from mi_rewards.wallet.texts import instant_text

_BEGIN: Final = "BEGIN IMMEDIATE"
_WHOLE: Final = len('"2017-12-01T02:56:00Z"')
"""How long the text of an instant is that has no part of a second."""

_PRIMARY: Final = 0xFF
"""The part of an error's code that says its kind; the rest says more exactly which."""

_VERSION: Final = 2
"""Where the row of an aggregate has the version."""

_DUES_MAX: Final = 4_000
"""Of how many aggregates it is known when they are due."""

_RACES: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNIQUE: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE})


class _Limited(Exception):
    """A counter did not grant its steps."""


class _Closed(Exception):
    """No transaction is open."""


@lru_cache(maxsize=1024)
def _written(at: datetime) -> str:
    """Write an instant in UTC, from the text that bodies have of it; rows name the same ones."""
    text = instant_text(at)
    part = ".000000" if len(text) == _WHOLE else ""
    return f"{text[1:11]} {text[12:-2]}{part}"


class SQLite(Statements):
    """What is said to SQLite."""

    due_at = "due_at"
    keys = "SELECT e.key AS k0, e.value AS k1 FROM json_each(?) AS e"
    body = "x.body"
    counter = "json_array(x.used, x.most)"
    is_one_statement = False
    locking: ClassVar[Mapping[str, Any]] = {}
    alone = Frame((_BEGIN,), ("COMMIT",), ("ROLLBACK",))

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        super().__init__(tables, dialect)
        self._saves: dict[str, tuple[str, int]] = {}
        self._inserts = {it: FIRST.format(table=self.names[it]) for it in KINDS.values()}
        self._sames = {it: SAME.format(table=self.names[it]) for it in KINDS.values()}
        self._dues: dict[tuple[str, str, str], tuple[int, object]] = {}
        self._entry = ENTRY.format(table=self.names["journal"])
        self._receipt = RECEIPT.format(table=self.names["receipts"])
        self._updates = {it: NEXT.format(table=self.names[it]) for it in KINDS.values()}
        self._writes_one: dict[str, Callable[[DBAPICursor, str, Row], int]] = {
            **dict.fromkeys(KINDS.values(), self._write_aggregate),
            "receipts": self._write_receipt,
            "journal": self._write_entry,
        }

    def instant(self, at: datetime) -> str:
        """Write an instant as SQLAlchemy stores it, so that texts sort as instants do."""
        return _written(at) if at.tzinfo is UTC else _written(at.astimezone(UTC))

    def instant_from(self, given: Any) -> datetime:
        """Take an instant (UTC) from the driver."""
        return datetime.fromisoformat(given).replace(tzinfo=UTC)

    def begin(self, cursor: DBAPICursor, driver: Any) -> None:
        """Lock the database, unless the engine has begun a transaction of its own."""
        if not driver.in_transaction:
            cursor.execute(_BEGIN, ())

    def load_locked(self, cursor: DBAPICursor, needs: Needs) -> Loaded:
        """Read what is needed; all is locked already."""
        return self.load(cursor, needs)

    def is_lost(self, error: Exception) -> bool:
        """Tell by the driver's code."""
        code = getattr(error, "sqlite_errorcode", 0)
        return code in _UNIQUE or code & _PRIMARY in _RACES

    def is_limited(self, error: Exception) -> bool:
        """Tell by its class."""
        return isinstance(error, _Limited)

    def is_closed(self, error: Exception) -> bool:
        """Tell by its class."""
        return isinstance(error, _Closed)

    def check_open(self, connection: Any, cursor: DBAPICursor) -> None:
        """Begin the transaction where the driver has only announced it.

        The standard library's driver begins with the first statement that writes. A savepoint
        before that would be the whole transaction, and its release would commit.
        """
        if connection.in_transaction:
            return
        if connection.isolation_level is None:
            raise _Closed
        cursor.execute(_BEGIN, ())

    def write(self, cursor: DBAPICursor, rows: Mapping[str, list[Row]]) -> None:
        """Write rows, a statement for each table; it is carried out for each row."""
        for name, of_table in rows.items():
            write_one = self._writes_one.get(name)
            if write_one is not None and len(of_table) == 1:
                count = write_one(cursor, name, of_table[0])
            else:
                count = self._write_rows(cursor, name, of_table)
            if count != len(of_table) and name not in UNCOUNTED:
                if name == "counters":
                    raise _Limited
                raise Conflict(f"somebody else was faster on {name}")

    def _write_rows(self, cursor: DBAPICursor, name: str, rows: list[Row]) -> int:
        """Write rows of one table; tell how many were written."""
        if name in self._updates:
            return self._write_aggregates(cursor, name, rows)
        if name == "receipts":
            return _write(cursor, self._receipt, rows)
        if name == "journal":
            return _write(cursor, self._entry, [entry_values(row) for row in rows])
        return _write(cursor, *self._written(name, rows))

    def _write_receipt(self, cursor: DBAPICursor, _: str, row: Row) -> int:
        """Write one receipt; tell whether it was written."""
        cursor.execute(self._receipt, row)
        return cursor.rowcount

    def _write_entry(self, cursor: DBAPICursor, _: str, row: Row) -> int:
        """Write one entry; tell whether it was written."""
        cursor.execute(self._entry, entry_values(row))
        return cursor.rowcount

    def _write_aggregate(self, cursor: DBAPICursor, name: str, row: Row) -> int:
        """Write one aggregate; tell whether it was written."""
        if row[_VERSION] == 1:
            cursor.execute(self._inserts[name], row)
            return cursor.rowcount
        if self._keeps_due(name, row) is not False:
            cursor.execute(self._sames[name], same_values(row))
            if cursor.rowcount == 1:
                return 1
        cursor.execute(self._updates[name], next_values(row))
        return cursor.rowcount

    def _write_aggregates(self, cursor: DBAPICursor, name: str, rows: list[Row]) -> int:
        """Write several aggregates, those that are new first; tell how many were written."""
        first, same, other = [], [], []
        for row in rows:
            if row[_VERSION] == 1:
                first.append(row)
            elif self._keeps_due(name, row):
                same.append(same_values(row))
            else:
                other.append(next_values(row))
        count = _write(cursor, self._inserts[name], first) if first else 0
        if same:
            written = _write(cursor, self._sames[name], same)
            if written < len(same):  # of those that are not, something else is due by now
                other = [next_values(row) for row in rows if row[_VERSION] != 1]
            count += written
        return count + _write(cursor, self._updates[name], other) if other else count

    def _keeps_due(self, name: str, row: Row) -> bool | None:
        """Tell whether an aggregate was left here due when it still is; remember when it is.

        `None` where it was not left here. SQLite writes an index of which a column is named, also
        where the value stays as it is. So that column is left out where it is thought to stay, and
        of one alone also where nothing is known; the statement asks whether it does.
        """
        member_id, item, version, due_at, _ = row
        dues, key = self._dues, (name, member_id, item)
        left = dues.get(key)
        is_kept = None if left is None else left == (version - 1, due_at)
        if left is None and len(dues) >= _DUES_MAX:
            dues.clear()
        dues[key] = (version, due_at)
        return is_kept

    def _written(self, name: str, rows: Sequence[Row]) -> tuple[str, Sequence[Row]]:
        """Choose the statement that writes rows of a table; give them as it takes them."""
        if name == "outbox":
            rows = [_next_event(row) for row in rows]
        text, times = self._save(name)
        return text, [row * times for row in rows]

    def _save(self, name: str) -> tuple[str, int]:
        """Write the statement that writes a row of one table; say how often it takes the row."""
        known = self._saves.get(name)
        if known is None:
            source = f"(SELECT {', '.join([f'? AS {column}' for column in COLUMNS[name]])})"
            write = WRITES[name]
            text = self.marked(write.format(table=self.names[name], k=source))
            known = self._saves[name] = (text, write.count("{k}"))
        return known


def _write(cursor: DBAPICursor, text: str, values: Sequence[Row]) -> int:
    """Carry out a statement for each row; tell how many were written."""
    if len(values) == 1:
        cursor.execute(text, values[0])
    else:
        cursor.executemany(text, values)
    return cursor.rowcount


def _next_event(row: Row) -> Row:
    """Have an event come next after those that are there; the ones before it are there already."""
    member_id, _, event_id, body = row
    return member_id, 1, event_id, body
