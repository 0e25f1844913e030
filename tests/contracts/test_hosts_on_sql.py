"""The contract and the machine on `mi_rewards.sql`: SQLite and PostgreSQL, sync and async."""

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from sqlalchemy import Engine, Select, Table, select
from sqlalchemy.exc import DBAPIError

from mi_rewards.repositories import AsyncStore, Store
from mi_rewards.sql import AsyncSqlStore, SqlStore, Tables
from mi_rewards.testing import PROFILES, Capability, Opener, StoreContract, run_store_machine
from tests import databases

_FILES = tempfile.mkdtemp(prefix="contract-")
atexit.register(shutil.rmtree, _FILES, ignore_errors=True)

ALL = frozenset(Capability)
ONE_CONNECTION = frozenset(
    {Capability.RAW_ROWS, Capability.OUTER_TRANSACTION, Capability.EXCLUSIVE}
)
"""What a database in memory can do: there is one connection, which all share in turn."""


def all_rows(engine: Engine, tables: Tables) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Read all rows, as SQLAlchemy reads them."""
    with engine.connect() as connection:
        return [
            (
                name,
                [
                    tuple(row)
                    for row in connection.execute(select(table).order_by(*table.primary_key))
                ],
            )
            for name, table in tables.by_name.items()
        ]


def ordered(table: Table) -> Select[Any]:
    """Select all rows in the order of their keys."""
    return select(table).order_by(*table.primary_key)


class OnSql(StoreContract):
    """What the sync hosts have in common."""

    lost: ClassVar = (DBAPIError,)

    def raw_rows(self, store: SqlStore) -> Any:
        """Read all rows."""
        return all_rows(store.engine, store.tables)

    @contextmanager
    def outer_transaction(self, store: SqlStore) -> Iterator[Store]:
        """Begin a transaction of one's own."""
        with store.engine.begin() as connection:
            yield store.joined(connection)


class TestSqliteInMemory(OnSql):
    """One connection."""

    capabilities = ONE_CONNECTION

    def make_store(self) -> SqlStore:
        """Make a store."""
        return databases.memory_store()

    def close(self, store: SqlStore) -> None:
        """Close it."""
        store.engine.dispose()


class TestSqliteInAFile(OnSql):
    """All that there is."""

    capabilities = ALL

    def make_store(self) -> SqlStore:
        """Make a store."""
        return databases.sqlite_store(Path(tempfile.mkdtemp(dir=_FILES)))

    def reopen(self, store: SqlStore) -> SqlStore:
        """Open the file again."""
        return databases.open_sqlite(str(store.engine.url.database))

    def close(self, store: SqlStore) -> None:
        """Close it."""
        store.engine.dispose()

    def opener(self, store: SqlStore) -> Opener:
        """Open the file."""
        return Opener(
            databases.open_sqlite, (str(store.engine.url.database),), databases.close_store
        )


class TestPostgresql(OnSql):
    """All that there is."""

    capabilities = ALL

    def make_store(self) -> SqlStore:
        """Make a store."""
        return databases.postgresql_store()

    def discard(self, store: SqlStore) -> None:
        """Give its tables back."""
        databases.give_back(store.tables)

    def reopen(self, store: SqlStore) -> SqlStore:
        """Open the schema again."""
        return databases.open_postgresql(databases.postgresql_url(), schema_of(store))

    def close(self, store: SqlStore) -> None:
        """Close what is its own."""
        databases.close_store(store)

    def opener(self, store: SqlStore) -> Opener:
        """Open the schema."""
        arguments = (databases.postgresql_url(), schema_of(store))
        return Opener(databases.open_postgresql, arguments, databases.close_store)


class OnAsyncSql(StoreContract):
    """What the async hosts have in common."""

    lost: ClassVar = (DBAPIError,)

    async def raw_rows(self, store: AsyncSqlStore) -> Any:
        """Read all rows."""
        rows = []
        async with store.engine.connect() as connection:
            for name, table in store.tables.by_name.items():
                found = await connection.execute(ordered(table))
                rows.append((name, [tuple(row) for row in found]))
        return rows

    @asynccontextmanager
    async def outer_transaction(self, store: AsyncSqlStore) -> AsyncIterator[AsyncStore]:
        """Begin a transaction of one's own."""
        async with store.engine.begin() as connection:
            yield store.joined(connection)

    async def close(self, store: AsyncSqlStore) -> None:
        """Close it."""
        await store.engine.dispose()


class TestAsyncSqlite(OnAsyncSql):
    """Through aiosqlite."""

    capabilities = ALL - {Capability.SEVERAL_PROCESSES}

    async def make_store(self) -> AsyncSqlStore:
        """Make a store."""
        return await databases.async_sqlite_store(Path(tempfile.mkdtemp(dir=_FILES)))

    async def reopen(self, store: AsyncSqlStore) -> AsyncSqlStore:
        """Open the file again."""
        return await databases.open_async_sqlite(str(store.engine.url.database))


class TestAsyncPostgresql(OnAsyncSql):
    """Through asyncpg."""

    capabilities = ALL - {Capability.SEVERAL_PROCESSES}

    async def make_store(self) -> AsyncSqlStore:
        """Make a store."""
        return await databases.async_postgresql_store()

    def discard(self, store: AsyncSqlStore) -> None:
        """Give its tables back."""
        databases.give_back(store.tables)

    async def reopen(self, store: AsyncSqlStore) -> AsyncSqlStore:
        """Open the schema again."""
        return databases.open_async_postgresql("asyncpg", store.tables)


def schema_of(store: SqlStore) -> str:
    """Name the schema of a store."""
    return str(store.tables.by_name["wallets"].schema)


HOSTS = [
    TestSqliteInMemory,
    TestSqliteInAFile,
    TestPostgresql,
    TestAsyncSqlite,
    TestAsyncPostgresql,
]


@pytest.mark.hypothesis
@pytest.mark.parametrize("host", HOSTS)
def test_the_machine_finds_nothing(host: type[StoreContract]) -> None:
    """I1 to I12, I18: Random stories with races, retries and crashes, beside the books.

    The same stories each time, as far as what is loaded is the same; new ones where none of those
    meets a race.
    """
    wanted = {"lost race", "retry"}
    met = met_by(host, 15)
    for _ in range(4):
        if not met >= wanted:
            met |= met_by(host, 40, derandomize=False)
    assert met >= wanted


def met_by(host: type[StoreContract], stories: int, *, derandomize: bool = True) -> set[str]:
    """Run so many stories on a host, and say what happened in them."""
    by_night = settings().max_examples > 1_000
    fast = settings(PROFILES["fast"], max_examples=stories, derandomize=derandomize)
    tally = run_store_machine(host, profile="thorough" if by_night else fast, shares_store=True)
    return {name for name, count in tally.happened.items() if count}
