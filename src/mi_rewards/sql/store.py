"""A complete host on SQLAlchemy: SQLite and PostgreSQL.

1. A store borrows a connection of the engine's for each load and each save, and commits what it
   saves. A joined store works on a connection of the host's, and never commits.
2. It reads without a lock. A save is checked while it is written; whoever was slower gets
   `Conflict`, and nothing of it is left.
3. An error of the driver's that says neither comes out as SQLAlchemy's.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from mi_rewards.repositories import (
    Aggregate,
    Changes,
    Loaded,
    Needs,
    Note,
    OutboxEvent,
    Store,
    Work,
)
from mi_rewards.sql import _browse
from mi_rewards.sql._alone import Alone, ask_for_each
from mi_rewards.sql._on import Exclusive, Joined, statements_of
from mi_rewards.sql.tables import Tables
from mi_rewards.wallet.entries import Entry

A = TypeVar("A", bound=Aggregate)
R = TypeVar("R")


class SqlStore:
    """A store on an engine of SQLAlchemy's.

    Attributes:
        engine: The engine.
        tables: The tables.
    """

    def __init__(self, engine: Engine, tables: Tables | None = None) -> None:
        self.engine: Engine = engine
        self.tables: Tables = Tables() if tables is None else tables
        self._statements = statements_of(self.tables, engine.dialect)
        self._alone = Alone(engine, self._statements)

    def create_tables(self) -> None:
        """Create the tables that are not there; a host with migrations has these do it."""
        with self.engine.begin() as connection:
            self.tables.create(connection)

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed, with one statement but for pages of logs and what is due.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.

        Raises:
            Corrupt: What is stored cannot be read.
            Misuse: No table keeps an aggregate that is asked for, or a log is not known.
        """
        return self._alone.load(needs)

    def save(self, changes: Changes, /) -> None:
        """Carry out changes: all of them, or nothing.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already, or the database was busy.
            LimitReached: A counter would pass its limit.
            Misuse: A text cannot be stored, or more is given back than was taken.
        """
        self._alone.save(changes)

    def at_once(self, work: Work, /) -> None:
        """Load, decide and save on one connection; a subclass's own `load` and `save` are asked.

        Args:
            work: What to carry out.

        Raises:
            Conflict: A version or a record was there already, or the database was busy.
            LimitReached: A counter would pass its limit.
            Corrupt: What is stored cannot be read.
            Misuse: A text cannot be stored, or more is given back than was taken.
        """
        self._alone.at_once(work)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        ask_for_each(cls)

    @contextmanager
    def exclusive(self) -> Iterator[Store]:
        """Hold locks on what is loaded, until it is saved.

        Yields:
            A store that does so.
        """
        engine = self.engine.execution_options(**self._statements.locking)
        with engine.connect() as connection:
            yield Exclusive(connection, self._statements)

    def joined(self, connection: Connection | Session) -> Store:
        """Work within a transaction of the host's, which this never commits.

        Args:
            connection: A connection of SQLAlchemy's to the same database, or a session.

        Returns:
            A store for as long as the transaction lasts. After a `Conflict` begin the transaction
            again.
        """
        if isinstance(connection, Session):
            connection = connection.connection()
        return Joined(connection, self._statements)

    def all_of(self, kind: type[A]) -> Iterator[A]:
        """Go through all aggregates of a kind, in the order of their keys.

        Args:
            kind: Their class.

        Yields:
            The aggregates, read page by page.
        """
        after: _browse.Position = ("", "")
        while True:
            page = self._browsed(
                partial(_browse.aggregates, tables=self.tables, kind=kind, after=after)
            )
            yield from page
            if len(page) < _browse.PAGE:
                return
            after = _browse.position(page[-1])

    def journals(self) -> Iterator[Sequence[Entry]]:
        """Go through all journals, in the order of their wallets' keys.

        Yields:
            The entries of one wallet.
        """
        entries: list[Entry] = []
        after: _browse.Place = ("", "", 0)
        while True:
            page = self._browsed(partial(_browse.entries, tables=self.tables, after=after))
            for entry in page:
                if entries and entries[0].owner != entry.owner:
                    yield entries
                    entries = []
                entries.append(entry)
            if len(page) < _browse.PAGE:
                break
            last = page[-1]
            after = (last.owner.member_id, last.owner.kind, last.sequence)
        if entries:
            yield entries

    def pending_events(self, *, limit: int = 100) -> Sequence[OutboxEvent]:
        """Read what others are still to learn of, of any member.

        Args:
            limit: How many events at most.

        Returns:
            Events that were not marked as handled; those of a member in order.
        """
        return self._browsed(lambda it: _browse.pending(it, self.tables, limit))

    def mark_handled(self, events: Sequence[OutboxEvent]) -> None:
        """Mark events as handled; they stay in the outbox.

        Args:
            events: The events.
        """
        self._browsed(lambda it: _browse.mark_handled(it, self.tables, events))

    def notes_of(self, member_id: str) -> tuple[Note, ...]:
        """Read what was noted about a member.

        Args:
            member_id: The member.

        Returns:
            The notes, by the names of their requests.
        """
        return self._browsed(lambda it: _browse.notes(it, self.tables, member_id))

    def erase_notes(self, member_id: str) -> int:
        """Delete all free text about a member; entries and receipts have none, and stay.

        Args:
            member_id: The member.

        Returns:
            How many notes there were.
        """
        return self._browsed(lambda it: _browse.erase_notes(it, self.tables, member_id))

    def _browsed(self, work: Callable[[Connection], R]) -> R:
        """Do something rare on a connection of one's own."""
        with self.engine.begin() as connection:
            return work(connection)
