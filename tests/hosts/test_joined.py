"""Within a transaction of the host's: what it commits is there, what it rolls back is not."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from mi_rewards.commands import AsyncRewards, Rewards
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.repositories import (
    Changes,
    CounterKey,
    Needs,
    Put,
    Store,
    Take,
    member_key,
    wallet_key,
)
from mi_rewards.sql import AsyncSqlStore, SqlStore, Tables, joined_driver
from tests import databases
from tests.hosts.test_races import at_once
from tests.shop import SMALL, T, bring, burn

STOCK = CounterKey("reward", "phone")


def with_orders(store: SqlStore) -> SqlStore:
    """Give the host a table of its own."""
    with store.engine.begin() as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {orders(store)}"))
        connection.execute(text(f"CREATE TABLE {orders(store)} (id INTEGER PRIMARY KEY)"))
    return store


def orders(store: SqlStore | AsyncSqlStore) -> str:
    """Name the host's table."""
    schema = store.tables.by_name["wallets"].schema
    return f"{schema}.orders" if schema else "orders"


def order_count(store: SqlStore) -> int:
    """Count the host's rows."""
    with store.engine.connect() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {orders(store)}")) or 0)


def add_order(connection: Connection | Session, store: SqlStore, number: int) -> None:
    """Add a row of the host's."""
    connection.execute(text(f"INSERT INTO {orders(store)} VALUES ({number})"))


def available(store: Store) -> int:
    """Ask how many tokens there are."""
    return Rewards(store, SMALL).balance("asha", at=T).available


@pytest.mark.parametrize("session", [False, True])
def test_what_the_host_commits_is_there(sql_store: SqlStore, session: bool) -> None:
    """Its own rows and the tokens."""
    store = with_orders(sql_store)
    outer: Any = Session(store.engine) if session else store.engine.connect()
    with outer, outer.begin():
        add_order(outer, store, 1)
        inside = Rewards(store.joined(outer), SMALL)
        inside.do(bring(10))
        assert inside.do(burn(4)).tokens == 4
        assert inside.balance("asha", at=T).available == 6
    assert (order_count(store), available(store)) == (1, 6)


@pytest.mark.parametrize("session", [False, True])
@pytest.mark.parametrize("first", ["host", "tokens"])
def test_what_the_host_rolls_back_is_not(sql_store: SqlStore, session: bool, first: str) -> None:
    """Whichever of both came first in the transaction: nothing was committed on the way."""
    store = with_orders(sql_store)
    outer: Any = Session(store.engine) if session else store.engine.connect()
    with outer, outer.begin() as transaction:
        if first == "host":
            add_order(outer, store, 1)
        Rewards(store.joined(outer), SMALL).do(bring(10))
        if first == "tokens":
            add_order(outer, store, 1)
        transaction.rollback()
    assert (order_count(store), available(store)) == (0, 0)
    assert Rewards(store, SMALL).do(bring(10)).tokens == 10


def test_who_takes_a_lock_of_the_hosts_first_never_loses(shared_store: SqlStore) -> None:
    """I11: Its own row is written first on SQLite, and locked on PostgreSQL, as the manual says."""
    store = with_orders(shared_store)
    with store.engine.begin() as connection:
        add_order(connection, store, 1)
    Rewards(store, SMALL).do(bring(100))
    lock = f"UPDATE {orders(store)} SET id = id"
    if store.engine.dialect.name == "postgresql":
        lock = f"SELECT id FROM {orders(store)} WHERE id = 1 FOR UPDATE"

    def work(number: int) -> None:
        with store.engine.begin() as connection:
            connection.execute(text(lock))
            Rewards(store.joined(connection), SMALL).do(burn(1, request=f"b{number}"))

    answers = at_once([partial(work, number) for number in range(20)])
    assert [it for it in answers if it is not None] == []
    assert available(store) == 80


def test_i11_a_conflict_leaves_the_host_its_transaction(sql_store: SqlStore) -> None:
    """And nothing of itself: neither receipt nor entry, though it had written some of them."""
    store = with_orders(sql_store)
    Rewards(store, SMALL).do(bring(10))
    key = wallet_key("asha", "tokens")
    stale = store.load(Needs((key,))).aggregates[key]
    Rewards(store, SMALL).do(burn(1, request="faster"))
    with store.engine.begin() as outer:
        add_order(outer, store, 1)
        inside = store.joined(outer)
        with pytest.raises(Conflict):
            inside.save(Changes((Put(key, stale),), takes=(Take(STOCK, 1, 5),)))
        add_order(outer, store, 2)
    assert (order_count(store), available(store)) == (2, 9)
    assert store.load(Needs(counters=(STOCK,))).counters == {STOCK: None}


def test_i13_a_limit_leaves_the_host_its_transaction(sql_store: SqlStore) -> None:
    """With the figures that decided."""
    store = with_orders(sql_store)
    with store.engine.begin() as outer:
        inside = store.joined(outer)
        inside.save(Changes(takes=(Take(STOCK, 3, 5),)))
        with pytest.raises(LimitReached) as caught:
            inside.save(Changes(takes=(Take(STOCK, 3, 5),)))
        add_order(outer, store, 1)
    assert dict(caught.value.figures) == {
        "counter": "reward/phone",
        "asked": 3,
        "used": 3,
        "limit": 5,
    }
    found = store.load(Needs(counters=(STOCK,))).counters[STOCK]
    assert found is not None
    assert (order_count(store), found.used) == (1, 3)


def test_without_a_transaction_there_is_nothing_to_join(shared_store: SqlStore) -> None:
    """A connection that commits each statement by itself is refused, and nothing is written."""
    engine = shared_store.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as outer, pytest.raises((Misuse, DBAPIError)) as caught:
        Rewards(shared_store.joined(outer), SMALL).do(bring(10))
    assert isinstance(caught.value, Misuse)
    assert str(caught.value) == "a joined store needs an open transaction"
    assert available(shared_store) == 0


def driver_connection(store: SqlStore) -> tuple[Any, str]:
    """Open a driver's own connection to the same database."""
    url = store.engine.url
    if store.engine.dialect.name == "sqlite":
        return sqlite3.connect(str(url.database), isolation_level=None), "sqlite"
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True), "postgresql+psycopg"


def test_a_drivers_own_connection_can_be_joined(shared_store: SqlStore) -> None:
    """For hosts that do not use SQLAlchemy: the same store, the same promises."""
    connection, driver = driver_connection(shared_store)
    inside = joined_driver(connection, driver=driver, tables=shared_store.tables)
    rewards = Rewards(inside, SMALL)
    with pytest.raises(Misuse, match="a joined store needs an open transaction"):
        rewards.do(bring(10))
    connection.execute("BEGIN")
    rewards.do(bring(10))
    connection.execute("ROLLBACK")
    assert available(shared_store) == 0
    connection.execute("BEGIN")
    rewards.do(bring(10))
    stale = inside.load(Needs((wallet_key("asha", "tokens"),))).aggregates
    rewards.do(burn(1))
    (key, wallet), *_ = stale.items()
    with pytest.raises(Conflict):
        inside.save(Changes((Put(key, wallet),)))
    broken: Any = Put(member_key("asha"), None)
    with pytest.raises(AttributeError):
        inside.save(Changes((broken,)))
    with pytest.raises(Misuse, match="has a character that the database cannot store"):
        rewards.do(burn(1, request="\ud800"))
    connection.execute("COMMIT")
    connection.close()
    assert available(shared_store) == 9


def test_a_driver_must_be_known() -> None:
    """By SQLAlchemy's name, and of a database that there are statements for."""
    connection: Any = None
    with pytest.raises(Misuse, match="no driver is known as 'dbase'"):
        joined_driver(connection, driver="dbase", tables=Tables())
    with pytest.raises(Misuse, match="the database is SQLite or PostgreSQL, not 'mysql'"):
        joined_driver(connection, driver="mysql", tables=Tables())


async def _async_story(make: Callable[[], Awaitable[AsyncSqlStore]], session: bool) -> list[int]:
    """Conflict, then roll back, then the same and commit; answer with what is there after each."""
    store = await make()
    found = []
    outside = AsyncRewards(store, SMALL)
    try:
        for commits in (False, True):
            outer: Any = AsyncSession(store.engine) if session else store.engine.connect()
            async with outer:
                await outer.begin()
                inside = store.joined(outer)
                await AsyncRewards(inside, SMALL).do(bring(10))
                key = wallet_key("asha", "tokens")
                stale = (await inside.load(Needs((key,)))).aggregates[key]
                await AsyncRewards(inside, SMALL).do(burn(1))
                with pytest.raises(Conflict):
                    await inside.save(Changes((Put(key, stale),)))
                await (outer.commit() if commits else outer.rollback())
            found.append((await outside.balance("asha", at=T)).available)
    finally:
        await store.engine.dispose()
    return found


@pytest.mark.parametrize("session", [False, True])
@pytest.mark.parametrize("driver", ["asyncpg", "psycopg", "aiosqlite"])
def test_an_async_transaction_can_be_joined(driver: str, session: bool, tmp_path: Path) -> None:
    """A connection or a session."""

    async def make() -> AsyncSqlStore:
        if driver == "aiosqlite":
            return await databases.async_sqlite_store(tmp_path)
        return await databases.async_postgresql_store(driver)

    assert asyncio.run(_async_story(make, session)) == [0, 9]
