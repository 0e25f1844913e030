"""PostgreSQL: a save is one statement, which fails as a whole where a race is lost.

1. Each table that is written is a part of its own in one `WITH`. The statement at its end counts
   how many rows each of them wrote, and fails where it is fewer than were given.
2. Where each part writes its row or fails, nothing is counted. The first one is then the statement
   itself, and PostgreSQL carries out the others from the last that is told to the first.
3. Either way tables are written in one order, and counters, which many wait for, at the end.
4. Without a transaction around it, that one statement is the transaction: one round trip.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any, ClassVar, Final

from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

from mi_rewards.repositories import Loaded, Needs
from mi_rewards.sql._asked import lockable
from mi_rewards.sql._rows import KINDS, Row
from mi_rewards.sql._statements import (
    BARE,
    Statements,
    given,
    take_in,
)
from mi_rewards.sql._writes import (
    COLUMNS,
    FIRST,
    FIRSTS,
    NEXT,
    NEXTS,
    RECEIPT,
    TAKE,
    UNCOUNTED,
    WRITES,
    is_take,
    next_values,
    take_values,
)
from mi_rewards.sql.tables import Tables

_LOST: Final = "22012"
"""The state of the error by which a save says that it lost a race: a division by zero."""

_LIMITED: Final = "22P02"
"""The state of the error by which a save says that a limit is reached: a text that is no number."""

_CLOSED: Final = "25P01"
"""The state of the error by which a savepoint says that no transaction is open."""

_RACES: Final = frozenset({_LOST, "23505", "40001", "40P01", "55P03", "21000"})
"""Also: unique violation, serialization failure, deadlock, lock not available, a row put twice."""


class _How(Enum):
    """How rows of a table are written: one, many, or one of the kinds that most saves have."""

    ONE = auto()
    MANY = auto()
    FIRST = auto()
    FIRSTS = auto()
    NEXT = auto()
    NEXTS = auto()
    RECEIPT = auto()
    TAKE = auto()


_AGGREGATES: Final = frozenset(KINDS.values())

_Save = tuple[tuple[str, _How], ...]
"""The tables that a save writes, and for each how."""

_STRAIGHT: Final = {
    _How.FIRST: FIRST,
    _How.NEXT: NEXT,
    _How.RECEIPT: RECEIPT,
    _How.TAKE: TAKE,
}
"""What writes one row as it is given, with nothing that it is first made into."""

_SURE: Final = frozenset({_How.FIRST, _How.RECEIPT, _How.TAKE})
"""What writes its row or fails."""

_OF_MANY: Final = {_How.FIRSTS: FIRSTS, _How.NEXTS: NEXTS}
"""What writes many rows that are all new, or all over the version before."""

_MANY: Final = frozenset({_How.MANY, *_OF_MANY})
"""What is given many rows."""

_VALUES: Final[Mapping[_How, Callable[[Row], Row]]] = {
    _How.NEXT: next_values,
    _How.TAKE: take_values,
}
"""What gives a row to a statement that wants it otherwise."""


_FEW: Final = "pg_typeof({column}) = CAST('text' AS regtype)"
"""What is true of every row, of which PostgreSQL believes that it leaves one.

It keeps a plan. One for many rows, made while tables were empty, would read whole tables for ever.
"""

_LINES: Final = "CAST(string_to_array(CAST(? AS text), chr(10)) AS json[])"
"""How texts in compact JSON are given: as lines, since no such text has a line's end in it."""

_LIST: Final = "CAST(CAST(? AS text) AS {kind}[])"
"""How all else is given: as PostgreSQL writes a list, which every driver takes as a text."""


class PostgreSQL(Statements):
    """What is said to PostgreSQL."""

    due_at = "due_at AT TIME ZONE 'UTC'"
    keys = (
        "SELECT e.key AS k0, e.value AS k1 FROM json_each_text(CAST(? AS json)) AS e"
        f" WHERE {_FEW.format(column='e.key')}"
    )
    body = "CAST(x.body AS text)"
    counter = "CAST(json_build_array(x.used, x.most) AS text)"

    is_one_statement = True
    locking: ClassVar[Mapping[str, Any]] = {"isolation_level": "READ COMMITTED"}
    alone = BARE

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        super().__init__(tables, dialect)
        self._saves: dict[_Save, tuple[str, _Save]] = {}
        self._locks: dict[tuple[str, bool], str] = {}

    def instant(self, at: datetime) -> object:
        """Give an instant to the driver."""
        return at

    def instant_from(self, given: Any) -> datetime:
        """Take an instant (UTC) from the driver."""
        at: datetime = given.replace(tzinfo=UTC)
        return at

    def begin(self, cursor: DBAPICursor, driver: Any) -> None:
        """Lock nothing yet: rows are locked when they are loaded."""

    def load_locked(self, cursor: DBAPICursor, needs: Needs) -> Loaded:
        """Read receipts first, without a lock; then lock aggregates in the order of their keys.

        Where all receipts are there, nothing will be written, and nothing is locked.
        """
        loaded = self.load(cursor, needs._replace(aggregates=()))
        if needs.receipts and None not in loaded.receipts.values():
            loaded.update(self.load(cursor, Needs(needs.aggregates)))
            return loaded
        loaded.aggregates.update(dict.fromkeys(needs.aggregates))
        for table, keys in lockable(dict.fromkeys(needs.aggregates)).items():
            text = self._lock(table, many=len(keys) > 1)
            take_in(loaded, self.rows(cursor, text, given(keys)), self._kept)
        # Whoever held a lock meanwhile may have left the receipts that were not there before.
        loaded.receipts.update(self.load(cursor, Needs(receipts=needs.receipts)).receipts)
        return loaded

    def is_lost(self, error: Exception) -> bool:
        """Tell by the state that comes with it."""
        return _state_of(error) in _RACES

    def is_limited(self, error: Exception) -> bool:
        """Tell by the state that comes with it."""
        return _state_of(error) == _LIMITED

    def is_closed(self, error: Exception) -> bool:
        """Tell by the state that comes with it."""
        return _state_of(error) == _CLOSED

    def check_open(self, connection: Any, cursor: DBAPICursor) -> None:
        """Nothing: a savepoint says it itself."""

    def write(self, cursor: DBAPICursor, rows: Mapping[str, list[Row]]) -> None:
        """Write rows with one statement."""
        shape = tuple([(name, _how(name, of_table)) for name, of_table in rows.items()])
        found = self._saves.get(shape)
        if found is None:
            found = self._saves[shape] = self._save_text(shape)
        text, told = found
        values: list[object] = []
        counts: list[object] = []
        for name, how in told:
            of_table = rows[name]
            made = _VALUES.get(how)
            if how in _MANY:
                values += _columns(name, of_table)
            else:
                values += of_table[0] if made is None else made(of_table[0])
            if how in _MANY and name not in UNCOUNTED:
                counts.append(len(of_table))
        cursor.execute(text, [*values, *counts])

    def _lock(self, name: str, *, many: bool) -> str:
        """Write the statement that locks aggregates in the order of their keys, and reads them."""
        text = self._locks.get((name, many))
        if text is None:
            select = self.select(name, many=many)
            text = self.marked(f"{select} ORDER BY x.member_id, x.name FOR UPDATE OF x")
            self._locks[name, many] = text
        return text

    def _save_text(self, shape: _Save) -> tuple[str, _Save]:
        """Write the statement that writes rows of several tables, and say in which order."""
        if _SURE.issuperset([how for _, how in shape]):
            return self._sure_text(shape), shape[::-1]
        parts, counted = [], {}
        for name, how in shape:
            if how not in _STRAIGHT:
                parts.append(f"k_{name} AS ({_source(name, many=how in _MANY)})")
            write = _STRAIGHT.get(how) or _OF_MANY.get(how) or WRITES[name]
            text = write.format(table=self.names[name], k=f"k_{name}")
            parts.append(f"w_{name} AS ({text} RETURNING 1)")
            if name not in UNCOUNTED:
                count = "CAST(? AS bigint)" if how in _MANY else "1"
                counted[name] = f"(SELECT count(*) FROM w_{name}) = {count}"
        limit = None if ("counters", _How.TAKE) in shape else counted.pop("counters", None)
        all_there = " AND ".join(counted.values()) or "true"
        end = f"SELECT 1 / CASE WHEN {all_there} THEN 1 ELSE 0 END"
        if limit is not None:
            reached = "'limit ' || (SELECT count(*) FROM w_counters)"
            end += f", CAST(CASE WHEN {limit} THEN '0' ELSE {reached} END AS integer)"
        return self.marked(f"WITH {', '.join(parts)} {end}"), shape

    def _sure_text(self, shape: _Save) -> str:
        """Write the statement whose every part writes its row or fails."""
        first, *others = [_STRAIGHT[how].format(table=self.names[name]) for name, how in shape]
        parts = [f"w_{n} AS ({text})" for n, text in enumerate(others, start=1)]
        begun = f"WITH {', '.join(parts[::-1])} " if parts else ""
        return self.marked(f"{begun}{first}")


def _how(name: str, rows: Sequence[Row]) -> _How:
    """Tell how rows of a table are written."""
    if len(rows) > 1:
        if name not in _AGGREGATES:
            return _How.MANY
        firsts = {row[2] == 1 for row in rows}
        if len(firsts) > 1:
            return _How.MANY
        return _How.FIRSTS if True in firsts else _How.NEXTS
    if name == "receipts":
        return _How.RECEIPT
    if name == "counters":
        return _How.TAKE if is_take(rows[0]) else _How.ONE
    if name not in _AGGREGATES:
        return _How.ONE
    return _How.FIRST if rows[0][2] == 1 else _How.NEXT


def _source(name: str, *, many: bool) -> str:
    """Write what rows are taken from: parameters, or a list for each column."""
    columns = COLUMNS[name]
    if not many:
        parts = [f"CAST(? AS {kind}) AS {column}" for column, kind in columns.items()]
        return f"SELECT {', '.join(parts)}"
    named, first = ", ".join(columns), next(iter(columns))
    lists = [_LINES if it == "json" else _LIST.format(kind=it) for it in columns.values()]
    return (
        f"SELECT {named} FROM unnest({', '.join(lists)}) AS k ({named})"
        f" WHERE {_FEW.format(column=f'k.{first}')}"
    )


def _columns(name: str, rows: Sequence[Row]) -> list[str]:
    """Give many rows to a statement: a text for each column."""
    kinds = COLUMNS[name].values()
    return [
        _LISTED[kind](column) for kind, column in zip(kinds, zip(*rows, strict=True), strict=True)
    ]


def _texts(column: Sequence[str]) -> str:
    """List texts as PostgreSQL writes a list."""
    quoted = [it.replace("\\", "\\\\").replace('"', '\\"') for it in column]
    return '{"' + '","'.join(quoted) + '"}'


def _numbers(column: Sequence[int]) -> str:
    """List whole numbers as PostgreSQL writes a list."""
    return f"{{{','.join(map(str, column))}}}"


def _instants(column: Sequence[datetime | None]) -> str:
    """List instants as PostgreSQL writes a list."""
    return f"{{{','.join(['NULL' if it is None else it.isoformat() for it in column])}}}"


_LISTED: Final[Mapping[str, Callable[[Sequence[Any]], str]]] = {
    "text": _texts,
    "bigint": _numbers,
    "timestamptz": _instants,
    "json": "\n".join,
}
"""What lists the values of a column, by its type."""


def _state_of(error: Exception) -> str | None:
    """Read the five letters by which PostgreSQL says what went wrong, whatever the driver."""
    state: str | None = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return state
