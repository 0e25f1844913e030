"""What is said to a database on one cursor: statements that are made once for each shape.

1. A text has a `?` for each parameter until it is known how the driver marks them. It is the same
   for all loads or saves of one shape, so that the driver prepares it.
2. One row is given as parameters, many as a list for each column, or to SQLite one after the other;
   many keys as one JSON object: a statement for each kind of thing, whatever the number of items.
3. What is loaded comes in one statement, and so from one snapshot; pages of logs and what is due in
   one more each.
4. Whoever calls has begun a transaction, or wants none.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from json.encoder import encode_basestring as quoted
from typing import Any, ClassVar, Final, NamedTuple

from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

from mi_rewards._tuples import new
from mi_rewards.errors import Conflict, Corrupt, MiRewardsError, Misuse
from mi_rewards.formats import from_text
from mi_rewards.repositories import (
    Changes,
    Counter,
    CounterKey,
    Due,
    DueKey,
    Key,
    Loaded,
    Needs,
    OutboxEvent,
    Owned,
    Page,
    Receipt,
    ReceiptKey,
    Work,
)
from mi_rewards.sql._asked import grouped, nothing, table_of
from mi_rewards.sql._kept import Kept
from mi_rewards.sql._rows import KINDS, Row, refuse_steps, rows_of
from mi_rewards.sql.tables import Tables
from mi_rewards.wallet.entries import Entry

Shape = tuple[tuple[str, bool], ...]
"""The tables that a statement is about, and for each whether it is about many rows."""

_MARKS: Final[dict[str, Callable[[int], str]]] = {
    "qmark": lambda _: "?",
    "format": lambda _: "%s",
    "pyformat": lambda _: "%s",
    "numeric_dollar": lambda n: f"${n}",
}
_BY_TABLE: Final = {table: kind for kind, table in KINDS.items()}
_KEYS: Final = {
    **dict.fromkeys(_BY_TABLE, ("member_id", "name")),
    "receipts": ("scope", "request_id"),
    "counters": ("scope", "name"),
}
"""The columns by which rows are looked up."""


class Frame(NamedTuple):
    """What is said before a save, after it, and where it fails."""

    begin: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()


BARE: Final = Frame()
"""Nothing: somebody else begins, commits and rolls back."""

SAVEPOINT: Final = Frame(
    ("SAVEPOINT mi_rewards",),
    ("RELEASE SAVEPOINT mi_rewards",),
    ("ROLLBACK TO SAVEPOINT mi_rewards", "RELEASE SAVEPOINT mi_rewards"),
)
"""Within a transaction of the host's: what fails leaves nothing half done in it."""


class Statements(ABC):
    """What is said to one kind of database.

    Attributes:
        tables: The tables.
        names: Their full names, quoted, by their names without the prefix.
    """

    due_at: ClassVar[str]
    """How the instant at which something is due is read."""

    keys: ClassVar[str]
    """How keys are taken from a JSON object, which may have a name several times."""

    body: ClassVar[str]
    """How a body is read as a text."""

    is_one_statement: ClassVar[bool]
    """Whether a load and a save are a statement each, so that no transaction need be begun."""

    locking: ClassVar[Mapping[str, Any]]
    """How an engine is used where rows are locked."""

    alone: ClassVar[Frame]
    """What makes a save a transaction of its own, where none is open."""

    counter: ClassVar[str]
    """How a counter is read as a text."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        if dialect.paramstyle not in _MARKS:
            raise Misuse(f"a driver that marks parameters as {dialect.paramstyle!r} is not known")
        self.tables = tables
        self._mark = _MARKS[dialect.paramstyle]
        prepare = dialect.identifier_preparer
        self.names = {name: prepare.format_table(it) for name, it in tables.by_name.items()}
        self.names["erased"] = self.names["notes"]
        self._kept = Kept()
        self._loads: dict[Shape, str] = {}
        self._lone_loads: dict[tuple[type[Any], ...], str] = {}
        page = f"SELECT {self.body} FROM {{table}} AS x WHERE x.member_id = ?{{kind}}"
        page += " AND x.sequence > ? ORDER BY x.sequence LIMIT ?"
        self._journal_page = self.marked(
            page.format(table=self.names["journal"], kind=" AND x.kind = ?")
        )
        self._outbox_page = self.marked(page.format(table=self.names["outbox"], kind=""))
        self._owned: dict[tuple[str, bool], str] = {}
        self._due: dict[tuple[str, bool], str] = {}

    @abstractmethod
    def instant(self, at: datetime) -> object:
        """Give an instant to the driver."""

    @abstractmethod
    def instant_from(self, given: Any) -> datetime:
        """Take an instant (UTC) from the driver."""

    @abstractmethod
    def write(self, cursor: DBAPICursor, rows: Mapping[str, list[Row]]) -> None:
        """Write rows; fail in some way where a race is lost or a limit is reached."""

    @abstractmethod
    def begin(self, cursor: DBAPICursor, driver: Any) -> None:
        """Have a transaction lock what it needs from its beginning on."""

    @abstractmethod
    def load_locked(self, cursor: DBAPICursor, needs: Needs) -> Loaded:
        """Read what is needed, in a transaction; lock aggregates where that is not yet done."""

    @abstractmethod
    def is_lost(self, error: Exception) -> bool:
        """Tell whether an error of the driver's says that somebody else was faster."""

    @abstractmethod
    def is_limited(self, error: Exception) -> bool:
        """Tell whether an error says that a limit is reached."""

    @abstractmethod
    def is_closed(self, error: Exception) -> bool:
        """Tell whether an error says that no transaction is open."""

    @abstractmethod
    def check_open(self, connection: Any, cursor: DBAPICursor) -> None:
        """See that a host's transaction is open on its connection, as savepoints need it."""

    def at_once(self, cursor: DBAPICursor, work: Work, frame: Frame, joined: Any = None) -> None:
        """Load what is needed until everything is decided, then save it."""
        needs: Needs | None = work.needs
        while needs is not None:
            needs = work.run(self.load(cursor, needs))
        changes = work.changes
        if changes is not None:
            self.save(cursor, changes, frame, joined)

    def save(self, cursor: DBAPICursor, changes: Changes, frame: Frame, joined: Any = None) -> None:
        """Carry out changes: all of them, or nothing; on a driver's connection that is joined."""
        rows = rows_of(changes, self.instant, self._kept)
        if not rows:
            return
        try:
            if joined is not None:
                self.check_open(joined, cursor)
            for text in frame.begin:
                cursor.execute(text, ())
            self.write(cursor, rows)
            for text in frame.end:
                cursor.execute(text, ())
        except Exception as error:
            self._undo(cursor, frame)
            if isinstance(error, MiRewardsError):
                raise
            if self.is_lost(error):
                raise Conflict("somebody else was faster") from error
            if changes.takes and self.is_limited(error):
                self._refuse(cursor, changes)
            if self.is_closed(error):
                raise Misuse("a joined store needs an open transaction") from error
            raise

    def _undo(self, cursor: DBAPICursor, frame: Frame) -> None:
        """Roll back, unless the connection is gone, which has done so."""
        with suppress(Exception):
            for text in frame.undo:
                cursor.execute(text, ())

    def marked(self, text: str) -> str:
        """Mark parameters as the driver wants it."""
        first, *others = text.split("?")
        return first + "".join([self._mark(n) + part for n, part in enumerate(others, start=1)])

    def load(self, cursor: DBAPICursor, needs: Needs) -> Loaded:
        """Read what is needed."""
        loaded = nothing(needs)
        aggregates, receipts = loaded.aggregates, loaded.receipts
        kinds = tuple([key[0] for key in aggregates])
        text = None
        if len(receipts) == 1 and not loaded.counters:
            text = self._lone_loads.get(kinds)
        if text is None:
            text, values = self._asked(loaded, kinds)
        else:
            values = [*next(iter(receipts))]
            for _, member_id, name in aggregates:
                values += (member_id, name)
        if text:
            take_in(loaded, self.rows(cursor, text, values), self._kept)
        if needs.pages or needs.due is not None:
            self.load_pages(cursor, needs, loaded)
        return loaded

    def _asked(self, loaded: Loaded, kinds: tuple[type[Any], ...]) -> tuple[str, list[object]]:
        """Choose the statement that reads what is asked for, and give it the keys."""
        shape: Shape = ()
        values: list[object] = []
        groups = grouped(loaded)
        for table, keys in groups.items():
            is_one = len(keys) == 1
            shape += ((table, not is_one),)
            values += keys[0] if is_one else given(keys)
        if not shape:
            return "", values
        text = self._loads.get(shape) or self._load_text(shape)
        if len(loaded.receipts) == 1 and not loaded.counters and len(groups) == len(kinds) + 1:
            self._lone_loads[kinds] = text
        return text, values

    def _load_text(self, shape: Shape) -> str:
        """Write the statement that reads rows of several tables."""
        text = " UNION ALL ".join([self.select(name, many=many) for name, many in shape])
        text = self._loads[shape] = self.marked(text)
        return text

    def load_pages(self, cursor: DBAPICursor, needs: Needs, loaded: Loaded) -> None:
        """Read the parts of logs, and what is due, that are needed."""
        for page in needs.pages:
            loaded.pages[page] = self._page(cursor, page)
        if needs.due is not None:
            loaded.due = self._due_keys(cursor, needs.due)

    def select(self, name: str, *, many: bool) -> str:
        """Write the statement that reads rows of one table by their keys."""
        body = self.counter if name == "counters" else self.body
        one, other = _KEYS[name]
        select = f"SELECT '{name}' AS t, x.{one} AS c0, x.{other} AS c1, {body} AS b FROM"
        if not many:
            return f"{select} {self.names[name]} AS x WHERE x.{one} = ? AND x.{other} = ?"
        return (
            f"{select} ({self.keys}) AS k"
            f" JOIN {self.names[name]} AS x ON x.{one} = k.k0 AND x.{other} = k.k1"
        )

    def rows(
        self, cursor: DBAPICursor, text: str, values: Sequence[object]
    ) -> Sequence[Sequence[Any]]:
        """Carry out a statement that reads."""
        cursor.execute(text, values)
        return cursor.fetchall()

    def _refuse(self, cursor: DBAPICursor, changes: Changes) -> None:
        """Raise why a counter does not grant its steps, as it stands now."""
        keys = tuple(dict.fromkeys([take.key for take in changes.takes]))
        counters = self.load(cursor, Needs(counters=keys)).counters
        used = {key: 0 if found is None else found.used for key, found in counters.items()}
        refuse_steps(changes.takes, used)
        raise Conflict("a counter was taken from and given back to at once")

    def _page(self, cursor: DBAPICursor, page: Page | Owned[Any]) -> Sequence[Any]:
        """Read a part of a log, or of what a member has of one kind."""
        if isinstance(page, Owned):
            return self._owned_page(cursor, page)
        log, member_id, name, after, limit = page
        if log == "journal":
            found = self.rows(cursor, self._journal_page, (member_id, name, after, limit))
            return [from_text(Entry, text) for (text,) in found]
        if log == "outbox":
            found = self.rows(cursor, self._outbox_page, (member_id, after, limit))
            return [from_text(OutboxEvent, text) for (text,) in found]
        raise Misuse(f"no log is named {log!r}")

    def _owned_page(self, cursor: DBAPICursor, page: Owned[Any]) -> Sequence[Any]:
        """Read a part of what a member has of one kind."""
        kind, member_id, after, limit = page
        text = self._owned_text(table_of(kind), is_first=not after)
        values = (member_id, after, limit) if after else (member_id, limit)
        return [from_text(kind, body) for (body,) in self.rows(cursor, text, values)]

    def _owned_text(self, table: str, *, is_first: bool) -> str:
        """Write the statement that reads what a member has of one kind."""
        text = self._owned.get((table, is_first))
        if text is None:
            select = f"SELECT {self.body} FROM {self.names[table]} AS x WHERE x.member_id = ?"
            beyond = "" if is_first else " AND x.name > ?"
            text = self.marked(f"{select}{beyond} ORDER BY x.name LIMIT ?")
            self._owned[table, is_first] = text
        return text

    def _due_keys(self, cursor: DBAPICursor, due: Due) -> list[DueKey[Any]]:
        """Find what the calendar changes by an instant."""
        values = [self.instant(due.before), due.limit]
        if due.after is not None:
            key = due.after.key
            values[1:1] = [self.instant(due.after.due_at), key.member_id, key.name]
        text = self._due_text(table_of(due.kind), is_first=due.after is None)
        return [
            DueKey(self.instant_from(due_at), Key(due.kind, member_id, name))
            for due_at, member_id, name in self.rows(cursor, text, values)
        ]

    def _due_text(self, table: str, *, is_first: bool) -> str:
        """Write the statement that finds what is due."""
        text = self._due.get((table, is_first))
        if text is None:
            select = f"SELECT {self.due_at}, member_id, name FROM {self.names[table]}"
            beyond = "" if is_first else " AND (due_at, member_id, name) > (?, ?, ?)"
            order = "ORDER BY due_at, member_id, name LIMIT ?"
            text = self.marked(f"{select} WHERE due_at <= ?{beyond} {order}")
            self._due[table, is_first] = text
        return text


_decode = json.JSONDecoder().raw_decode


def given(keys: Sequence[tuple[str, str]]) -> Sequence[object]:
    """Give keys to a statement: the one key itself, or many as one JSON object."""
    if len(keys) == 1:
        return keys[0]
    return (f"{{{','.join([f'{quoted(one)}:{quoted(other)}' for one, other in keys])}}}",)


def take_in(loaded: Loaded, rows: Iterable[Sequence[Any]], kept: Kept) -> None:
    """Take in rows of a table's name, a key and a text."""
    for table, one, other, text in rows:
        kind = _BY_TABLE.get(table)
        if kind is not None:
            key = new(Key, (kind, one, other))
            loaded.aggregates[key] = kept.read(key, text)
        elif table == "receipts":
            receipt, request = from_text(Receipt, text), new(ReceiptKey, (one, other))
            if receipt.key != request:
                raise Corrupt(f"the row of {request} has another receipt")
            loaded.receipts[request] = receipt
        else:
            (used, limit), _ = _decode(text)
            counter = CounterKey(one, other)
            loaded.counters[counter] = Counter(counter, used, limit)
