"""The contract and the machine on `mi_rewards.sql`: SQLite and PostgreSQL, sync and async.

The lines of `mi_rewards.sql` are counted in `tests/hosts`, those of the contract in memory and on
the small database. Four hosts more add none.
"""

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from mi_rewards.repositories import AsyncStore, Store
from mi_rewards.sql import AsyncSqlStore, SqlStore, Tables
from mi_rewards.testing import (
    PROFILES,
    Capability,
    Opener,
    StoreContract,
    run_store_machine,
    store_machine,
)
from tests import databases

_FILES = tempfile.mkdtemp(prefix="contract-")
atexit.register(shutil.rmtree, _FILES, ignore_errors=True)

ALL = frozenset(Capability)
ONE_CONNECTION = frozenset(
    {Capability.RAW_ROWS, Capability.OUTER_TRANSACTION, Capability.EXCLUSIVE}
)
"""What a database in memory can do: there is one connection, which all share in turn."""


def all_rows(engine: Engine, tables: Tables) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Read all rows, as the driver reads them."""
    with engine.connect() as connection:
        return [
            (name, [tuple(row) for row in connection.exec_driver_sql(ordered(table))])
            for name, table in tables.by_name.items()
        ]


@cache
def ordered(table: Table) -> str:
    """Select all rows in the order of their keys."""
    return str(select(table).order_by(*table.primary_key))


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


@pytest.mark.no_cover
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


@pytest.mark.no_cover
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
                found = await connection.exec_driver_sql(ordered(table))
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


@pytest.mark.no_cover
class TestAsyncSqlite(OnAsyncSql):
    """Through aiosqlite."""

    capabilities = ALL - {Capability.SEVERAL_PROCESSES}

    async def make_store(self) -> AsyncSqlStore:
        """Make a store."""
        return await databases.async_sqlite_store(Path(tempfile.mkdtemp(dir=_FILES)))

    async def reopen(self, store: AsyncSqlStore) -> AsyncSqlStore:
        """Open the file again."""
        return await databases.open_async_sqlite(str(store.engine.url.database))


@pytest.mark.no_cover
class TestAsyncPostgresql(OnAsyncSql):
    """Through asyncpg."""

    capabilities = ALL - {Capability.SEVERAL_PROCESSES}
    made = 0
    engine: AsyncEngine

    async def make_store(self) -> AsyncSqlStore:
        """Make a store; those of one check share an engine, on the loop of that check."""
        if not self.made:
            self.engine = databases.async_postgresql_engine()
        self.made += 1
        return AsyncSqlStore(self.engine, databases.postgresql_tables())

    async def close(self, store: AsyncSqlStore) -> None:
        """Close what is its own, and what all share with the last of them."""
        if store.engine is self.engine:
            self.made -= 1
        if store.engine is not self.engine or not self.made:
            await store.engine.dispose()

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

    The same stories each time, as far as what is loaded is the same; so the next test tells one in
    which there is a race whatever is drawn here.
    """
    by_night = settings().max_examples > 1_000
    fast = settings(PROFILES["fast"], max_examples=15)
    tally = run_store_machine(host, profile="thorough" if by_night else fast, shares_store=True)
    assert sum(tally.happened.values()) > 150
    assert sum(tally.refused.values()) > 50
    if by_night:
        assert {"lost race", "retry", "crash"} <= {it for it, n in tally.happened.items() if n}


@pytest.mark.hypothesis
@pytest.mark.parametrize("host", HOSTS)
def test_the_machine_meets_races_and_retries(host: type[StoreContract]) -> None:
    """I8, I11: Two clients want the same tokens, or ask the same twice; one of them is too late."""
    machine: Any = store_machine(host)
    burn = ("BurnTokens", 0, 0, 1, 0)

    @given(st.none())
    @settings(PROFILES["fast"], max_examples=1)
    def told(_: None) -> None:
        story = machine()
        try:
            story.one(("Open", 0, 0, 5, 0))
            story.race(burn, burn, same_request=False)
            story.race(burn, burn, same_request=True)
            story.retry(0, 1)
            story.crash(burn)
            for holds in (story.both_sides_agree, story.the_journal_explains_it):
                holds()
            story.receipts_are_those_that_were_granted()
        finally:
            story.teardown()

    told()
    assert machine.happened == {"Open": 1, "BurnTokens": 3, "lost race": 2, "retry": 1, "crash": 1}
