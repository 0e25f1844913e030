"""SQLite: a save is one statement for each table, in a transaction that takes its lock at once.

A transaction that reads and only then writes may find the database locked for good; one that begins
with `BEGIN IMMEDIATE` waits for its turn.

The isolation level of a connection is left alone: setting it makes SQLite prepare every statement
anew, which takes longer than carrying it out.
"""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, Final

from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

from mi_rewards.errors import Conflict
from mi_rewards.repositories import Loaded, Needs
from mi_rewards.sql._rows import KINDS, Row
from mi_rewards.sql._statements import Frame, Statements, parameters
from mi_rewards.sql._writes import (
    COLUMNS,
    ENTRY,
    FIRST,
    NEXT,
    RECEIPT,
    UNCOUNTED,
    WRITES,
    entry_values,
    next_values,
)
from mi_rewards.sql.tables import Tables

_BEGIN: Final = "BEGIN IMMEDIATE"
_WITHOUT_OFFSET: Final = len("2017-12-01 02:56:00.000000")
_PRIMARY: Final = 0xFF
"""The part of an error's code that says its kind; the rest says more exactly which."""

_RACES: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNIQUE: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE})


class _Limited(Exception):
    """A counter did not grant its steps."""


class _Closed(Exception):
    """No transaction is open."""


@lru_cache(maxsize=64)
def _written(at: datetime) -> str:
    """Write an instant in UTC; the rows of one request have few of them, several times."""
    return at.isoformat(" ", "microseconds")[:_WITHOUT_OFFSET]


class SQLite(Statements):
    """What is said to SQLite."""

    due_at = "due_at"
    element = "json_extract(e.value, '$[{index}]')"
    elements = "json_each(?) AS e"
    body = "x.body"
    counter = "json_array(x.scope, x.name, x.used, x.most)"
    is_one_statement = False
    locking: ClassVar[Mapping[str, Any]] = {}
    alone = Frame((_BEGIN,), ("COMMIT",), ("ROLLBACK",))

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        super().__init__(tables, dialect)
        self._saves: dict[tuple[str, bool], tuple[str, int]] = {}
        self._inserts = {it: FIRST.format(table=self.names[it]) for it in KINDS.values()}
        self._entry = ENTRY.format(table=self.names["journal"])
        self._receipt = RECEIPT.format(table=self.names["receipts"])
        self._updates = {it: NEXT.format(table=self.names[it]) for it in KINDS.values()}

    def instant(self, at: datetime | None) -> str | None:
        """Write an instant as SQLAlchemy stores it, so that texts sort as instants do."""
        if at is None:
            return None
        return _written(at) if at.tzinfo is UTC else _written(at.astimezone(UTC))

    def instant_from(self, given: Any) -> datetime:
        """Take an instant (UTC) from the driver."""
        return datetime.fromisoformat(given).replace(tzinfo=UTC)

    def begin(self, cursor: DBAPICursor, driver: Any) -> None:
        """Lock the database, unless the engine has begun a transaction of its own."""
        if not driver.in_transaction:
            self.tell(cursor, _BEGIN)

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
        self.tell(cursor, _BEGIN)

    def write(self, cursor: DBAPICursor, rows: Mapping[str, list[Row]]) -> None:
        """Write rows, a statement for each table."""
        for name, of_table in rows.items():
            if len(of_table) == 1:
                self._write_one(cursor, name, of_table[0])
            else:
                text, times = self._save(name, many=True)
                self.tell(cursor, text, [*parameters(of_table)] * times)
            if cursor.rowcount != len(of_table) and name not in UNCOUNTED:
                if name == "counters":
                    raise _Limited
                raise Conflict(f"somebody else was faster on {name}")

    def _write_one(self, cursor: DBAPICursor, name: str, row: Row) -> None:
        """Write a row of a table."""
        if name in self._updates:
            if row[2] == 1:
                self.tell(cursor, self._inserts[name], row)
            else:
                self.tell(cursor, self._updates[name], next_values(row))
        elif name == "journal":
            self.tell(cursor, self._entry, entry_values(row))
        elif name == "receipts":
            self.tell(cursor, self._receipt, row)
        else:
            text, times = self._save(name, many=False)
            self.tell(cursor, text, row * times)

    def _save(self, name: str, *, many: bool) -> tuple[str, int]:
        """Write the statement that writes rows of one table; say how often it takes them."""
        known = self._saves.get((name, many))
        if known is None:
            columns = COLUMNS[name]
            parts = [f"? AS {column}" for column in columns]
            if many:
                parts = [
                    f"{self.element.format(index=n)} AS {column}"
                    for n, column in enumerate(columns)
                ]
            source = f"(SELECT {', '.join(parts)}{f' FROM {self.elements}' if many else ''})"
            write = WRITES[name]
            text = self.marked(write.format(table=self.names[name], k=source))
            known = self._saves[name, many] = (text, write.count("{k}"))
        return known
