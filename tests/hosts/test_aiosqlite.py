"""Work on aiosqlite's thread: how often it goes there, and what comes back when it goes wrong."""

import asyncio
import sqlite3
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from mi_rewards.commands import AsyncRewards, Burned, BurnTokens, Decision, Rewards
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories import Loaded
from mi_rewards.sql import AsyncSqlStore, SqlStore, _aiosqlite, open_async_engine
from tests import databases
from tests.shop import SMALL, T, bring, burn


def calls_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the calls that go to the threads of connections."""
    noted: list[str] = []
    execute: Any = aiosqlite.Connection._execute

    async def noting(self: aiosqlite.Connection, function: Any, *values: Any, **named: Any) -> Any:
        noted.append(function.__name__)
        return await execute(self, function, *values, **named)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noting)
    return noted


def test_a_command_goes_to_the_thread_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It loads, decides and saves there; nothing is rolled back where nothing is open."""

    async def story() -> None:
        store = await databases.async_sqlite_store(tmp_path)
        rewards = AsyncRewards(store, SMALL)
        await rewards.do(bring(10))
        calls = calls_of(monkeypatch)
        await rewards.do(burn(1))
        assert len(calls) == 1
        calls.clear()
        await rewards.do(burn(1))  # the same again: its receipt is found
        assert len(calls) == 1
        calls.clear()
        await rewards.simulate(burn(2, request="another"))
        assert len(calls) == 1
        await store.engine.dispose()

    asyncio.run(story())


def test_a_decision_there_sees_what_its_task_is_in(tmp_path: Path) -> None:
    """Context variables, such as the request that a host logs, are those of the task."""
    asking: ContextVar[str] = ContextVar("asking", default="nobody")
    seen: list[str] = []

    class Looking(BurnTokens):
        def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Burned]:
            seen.append(asking.get())
            return super().decide(loaded, programme)

    async def story() -> None:
        store = await databases.async_sqlite_store(tmp_path)
        rewards = AsyncRewards(store, SMALL)
        await rewards.do(bring(10))
        asking.set("asha")
        command = Looking(member_id="asha", request_id="r1", at=T, tokens=1)
        assert (await rewards.do(command)).tokens == 1
        assert seen == ["asha"]
        await store.engine.dispose()

    asyncio.run(story())


def test_a_driver_that_takes_no_functions_is_spoken_to_by_the_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Call by call, to the same end."""
    monkeypatch.setattr(_aiosqlite, "is_for", lambda *_: False)

    async def story() -> None:
        store = await databases.async_sqlite_store(tmp_path)
        rewards = AsyncRewards(store, SMALL)
        await rewards.do(bring(10))
        calls = calls_of(monkeypatch)
        assert (await rewards.do(burn(1))).tokens == 1
        assert len(calls) > 8
        await store.engine.dispose()

    asyncio.run(story())


def test_a_connection_that_was_closed_is_replaced(tmp_path: Path) -> None:
    """Its error is SQLAlchemy's, and the next request has another one."""

    async def story() -> None:
        store = await databases.async_sqlite_store(tmp_path)
        rewards = AsyncRewards(store, SMALL)
        await rewards.do(bring(10))
        async with store.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.close()
        with pytest.raises(OperationalError, match=r"(?i)connection") as it:
            await rewards.balance("asha", at=T)
        assert it.value.connection_invalidated
        assert (await rewards.balance("asha", at=T)).available == 10
        await store.engine.dispose()

    asyncio.run(story())


def test_an_error_that_is_not_the_driver_s_comes_out_as_it_is(tmp_path: Path) -> None:
    """Whoever works there has raised it."""

    async def story() -> None:
        store = await databases.async_sqlite_store(tmp_path)

        def work(_: object) -> None:
            raise ValueError("something else")

        async with store.engine.connect() as connection:
            adapted: Any = (await connection.get_raw_connection()).dbapi_connection
            with pytest.raises(ValueError, match="something else"):
                await connection.run_sync(
                    lambda it: _aiosqlite.carried_out(adapted, it.dialect, work)
                )
        await store.engine.dispose()

    asyncio.run(story())


def test_a_task_cancelled_while_it_waits_for_its_turn_leaves_all_or_nothing(
    tmp_path: Path,
) -> None:
    """I8: Nobody knows which; the same request again has the one effect."""

    async def story() -> None:
        store = await databases.async_sqlite_store(tmp_path)
        rewards = AsyncRewards(store, SMALL)
        await rewards.do(bring(10))
        other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(rewards.do(burn(3)))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
        other.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (await rewards.do(burn(3))).tokens == 3
        assert (await rewards.balance("asha", at=T)).available == 7
        await store.engine.dispose()

    asyncio.run(story())


def test_a_transaction_that_somebody_has_open_is_rolled_back(sqlite: SqlStore) -> None:
    """A pool is told that there is none only where there is none."""
    told: list[tuple[bool, bool]] = []

    def begin(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("BEGIN")

    def ended(connection: sqlite3.Connection, _: object, state: Any) -> None:
        told.append((connection.in_transaction, state.transaction_was_reset))

    def given_back(connection: sqlite3.Connection, _: object) -> None:
        assert not connection.in_transaction

    rewards = Rewards(sqlite, SMALL)
    rewards.do(bring(10))
    event.listen(sqlite.engine, "reset", ended)
    event.listen(sqlite.engine, "checkin", given_back)
    rewards.do(burn(1))
    assert told == [(False, True)]
    event.listen(sqlite.engine, "checkout", begin)
    told.clear()
    assert rewards.balance("asha", at=T).available == 9
    with pytest.raises(DBAPIError, match="within a transaction"):
        rewards.do(burn(2, request="another"))
    assert {has_ended for _, has_ended in told} == {False}


# engines of open_async_engine


def test_a_session_goes_to_the_thread_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for its command and once to commit; what it leaves open is rolled back."""

    async def story() -> None:
        engine = open_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
        store = AsyncSqlStore(engine)
        await store.create_tables()
        await AsyncRewards(store, SMALL).do(bring(10))
        calls = calls_of(monkeypatch)
        async with AsyncSession(engine) as session, session.begin():
            await AsyncRewards(store.joined(session), SMALL).do(burn(1))
        assert calls == ["run", "commit"]
        calls.clear()
        async with AsyncSession(engine) as session:
            await AsyncRewards(store.joined(session), SMALL).do(burn(2, request="left"))
        assert calls == ["run", "rollback"]
        assert (await AsyncRewards(store, SMALL).balance("asha", at=T)).available == 9
        await engine.dispose()

    asyncio.run(story())


def test_what_a_statement_leaves_open_is_rolled_back() -> None:
    """Whoever has the one connection to a database in memory next finds nothing open."""

    async def story() -> None:
        engine = open_async_engine("sqlite+aiosqlite://", synchronous="OFF")
        async with engine.connect() as connection:
            lent = await connection.get_raw_connection()
            await connection.run_sync(lambda _: lent.cursor().execute("CREATE TABLE t (n)"))
            await connection.run_sync(lambda _: lent.cursor().execute("INSERT INTO t VALUES (1)"))
            driver: Any = lent.driver_connection
            assert driver.in_transaction
        assert not driver.in_transaction
        async with engine.connect() as connection:
            again: Any = (await connection.get_raw_connection()).driver_connection
            assert again is driver
            assert await connection.scalar(text("SELECT count(*) FROM t")) == 0
            assert await connection.scalar(text("PRAGMA synchronous")) == 0
        await engine.dispose()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:///x.db", "'sqlite:///x.db' names no driver for asyncio, such as sqlite"),
        ("mysql+nothing://u:secret@h/x", r"can be opened at 'mysql\+nothing://u:\*\*\*@h/x'"),
        ("postgresql+psycopg2://u:secret@h/x", "no database can be opened at 'postgresql"),
        ("sqlite+aiosqlite", "no database can be opened at 'sqlite.aiosqlite'"),
    ],
)
def test_an_engine_for_asyncio_is_refused(url: str, message: str) -> None:
    """By the URL, without its password."""
    with pytest.raises(Misuse, match=message) as it:
        open_async_engine(url)
    assert "secret" not in str(it.value)


def test_an_engine_for_asyncio_on_postgresql_is_made() -> None:
    """By either driver."""
    for driver in ("asyncpg", "psycopg"):
        engine = open_async_engine(f"postgresql+{driver}://u@h/x")
        assert engine.dialect.driver in {driver, f"{driver}_async"}
        assert engine.dialect.is_async
