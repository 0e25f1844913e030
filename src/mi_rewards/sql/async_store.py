"""The same host for asyncio, on an `AsyncEngine`.

SQLAlchemy lends its async drivers to code that does not await; so both hosts say the same things.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.util import greenlet_spawn

from mi_rewards.repositories import AsyncStore, Changes, Loaded, Needs, Note, OutboxEvent, Work
from mi_rewards.sql import _browse
from mi_rewards.sql._alone import Alone, ask_for_each
from mi_rewards.sql._on import Exclusive, Joined, statements_of
from mi_rewards.sql._statements import Statements
from mi_rewards.sql.tables import Tables

R = TypeVar("R")


class AsyncSqlStore:
    """A store on an asyncio engine of SQLAlchemy's.

    Attributes:
        engine: The engine.
        tables: The tables.
    """

    def __init__(self, engine: AsyncEngine, tables: Tables | None = None) -> None:
        self.engine: AsyncEngine = engine
        self.tables: Tables = Tables() if tables is None else tables
        self._statements = statements_of(self.tables, engine.dialect)
        self._alone = Alone(engine.sync_engine, self._statements)

    async def create_tables(self) -> None:
        """Create the tables that are not there; a host with migrations has these do it."""
        async with self.engine.begin() as connection:
            await connection.run_sync(self.tables.create)

    async def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed, with one statement but for pages of logs and what is due.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.

        Raises:
            Corrupt: What is stored cannot be read.
            Misuse: No table keeps an aggregate that is asked for, or a log is not known.
        """
        return await greenlet_spawn(self._alone.load, needs)

    async def save(self, changes: Changes, /) -> None:
        """Carry out changes: all of them, or nothing.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already, or the database was busy.
            LimitReached: A counter would pass its limit.
            Misuse: A text cannot be stored, or more is given back than was taken.
        """
        await greenlet_spawn(self._alone.save, changes)

    async def at_once(self, work: Work, /) -> None:
        """Load, decide and save on one connection; a subclass's own `load` and `save` are asked.

        Args:
            work: What to carry out. On aiosqlite it is decided on the driver's thread.

        Raises:
            Conflict: A version or a record was there already, or the database was busy.
            LimitReached: A counter would pass its limit.
            Corrupt: What is stored cannot be read.
            Misuse: A text cannot be stored, or more is given back than was taken.
        """
        await greenlet_spawn(self._alone.at_once, work)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        ask_for_each(cls)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[AsyncStore]:
        """Hold locks on what is loaded, until it is saved.

        Yields:
            A store that does so.
        """
        engine = self.engine.execution_options(**self._statements.locking)
        async with engine.connect() as connection:
            yield _AsyncExclusive(connection, self._statements)

    def joined(self, connection: AsyncConnection | AsyncSession) -> AsyncStore:
        """Work within a transaction of the host's, which this never commits.

        Args:
            connection: A connection of SQLAlchemy's to the same database, or a session.

        Returns:
            A store for as long as the transaction lasts. After a `Conflict` begin the transaction
            again.
        """
        return _AsyncJoined(connection, self._statements)

    async def pending_events(self, *, limit: int = 100) -> Sequence[OutboxEvent]:
        """Read what others are still to learn of, of any member.

        Args:
            limit: How many events at most.

        Returns:
            Events that were not marked as handled; those of a member in order.
        """
        return await self._browsed(lambda it: _browse.pending(it, self.tables, limit))

    async def mark_handled(self, events: Sequence[OutboxEvent]) -> None:
        """Mark events as handled; they stay in the outbox.

        Args:
            events: The events.
        """
        await self._browsed(lambda it: _browse.mark_handled(it, self.tables, events))

    async def notes_of(self, member_id: str) -> tuple[Note, ...]:
        """Read what was noted about a member.

        Args:
            member_id: The member.

        Returns:
            The notes, by the names of their requests.
        """
        return await self._browsed(lambda it: _browse.notes(it, self.tables, member_id))

    async def erase_notes(self, member_id: str) -> int:
        """Delete all free text about a member; entries and receipts have none, and stay.

        Args:
            member_id: The member.

        Returns:
            How many notes there were.
        """
        return await self._browsed(lambda it: _browse.erase_notes(it, self.tables, member_id))

    async def _browsed(self, work: Callable[[Connection], R]) -> R:
        """Do something rare on a connection of one's own."""
        async with self.engine.begin() as connection:
            return await connection.run_sync(work)


class _AsyncJoined:
    """`Joined`, awaited."""

    def __init__(self, connection: AsyncConnection | AsyncSession, statements: Statements) -> None:
        self._outer = connection
        self._statements = statements

    async def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed; see `Store.load`."""
        return await self._outer.run_sync(lambda it: self._joined(it).load(needs))

    async def save(self, changes: Changes, /) -> None:
        """Carry out changes in a savepoint; see `Store.save`."""
        await self._outer.run_sync(lambda it: self._joined(it).save(changes))

    async def at_once(self, work: Work, /) -> None:
        """Load and decide, and save in a savepoint; see `WholeStore.at_once`."""
        await self._outer.run_sync(lambda it: self._joined(it).at_once(work))

    def _joined(self, connection: Connection | Session) -> Joined:
        """Find the connection of a session."""
        if isinstance(connection, Session):
            connection = connection.connection()
        return Joined(connection, self._statements)


class _AsyncExclusive:
    """`Exclusive`, awaited."""

    def __init__(self, connection: AsyncConnection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    async def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed and lock it; see `Exclusive.load`."""
        return await self._connection.run_sync(
            lambda it: Exclusive(it, self._statements).load(needs)
        )

    async def save(self, changes: Changes, /) -> None:
        """Carry out changes, commit them, and let go; see `Exclusive.save`."""
        await self._connection.run_sync(lambda it: Exclusive(it, self._statements).save(changes))
