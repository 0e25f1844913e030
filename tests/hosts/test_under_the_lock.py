"""What goes wrong under a lock, in the middle of a statement, or beside a host's own ways."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from mi_rewards.commands import AsyncRewards, Rewards, with_retries
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.repositories import (
    Changes,
    CounterKey,
    Needs,
    Put,
    ReceiptKey,
    Take,
    wallet_key,
)
from mi_rewards.sql import AsyncSqlStore, SqlStore, Tables, open_engine
from tests import databases
from tests.hosts.test_races import at_once
from tests.shop import SMALL, T, bring, burn, hold

A, B = CounterKey("s", "A"), CounterKey("s", "B")


def test_i13_a_limit_under_the_lock_is_the_limit_that_was_reached(sql_store: SqlStore) -> None:
    """With its own figures, and nothing of the others is taken."""
    with sql_store.exclusive() as store:
        with pytest.raises(LimitReached, match="s/B: 1 asked for, 0 of 0 used"):
            store.save(Changes(takes=(Take(A, 3, 5), Take(B, 1, 0))))
        with pytest.raises(Misuse, match="counter s/A has 0, and 1 are given back"):
            store.save(Changes(takes=(Take(A, -1, 5),)))
    found = sql_store.load(Needs(counters=(A, B))).counters
    assert found == {A: None, B: None}


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE", "AUTOCOMMIT"])
def test_i11_a_crowd_gets_on_at_any_isolation_of_the_host(postgresql: SqlStore, level: str) -> None:
    """Each of sixty burns is granted: the lock is a lock, and a lost race is a conflict."""
    engine = create_engine(postgresql.engine.url, pool_size=10, isolation_level=level)
    rewards = Rewards(SqlStore(engine, postgresql.tables), SMALL)
    rewards.do(bring(1_000))
    works = [
        lambda n=n: with_retries(rewards, lambda it: it.do(burn(1, request=f"b{n}")), attempts=20)
        for n in range(60)
    ]
    assert [it for it in at_once(works) if isinstance(it, Exception)] == []
    assert rewards.balance("asha", at=T).available == 940
    engine.dispose()


def test_i11_who_locks_in_another_order_gets_a_conflict(postgresql: SqlStore) -> None:
    """Two that wait for each other: one goes on, the other is told to try again."""
    for name in ("asha", "bela"):
        Rewards(postgresql, SMALL).do(bring(5, by=name))
    barrier = threading.Barrier(2)

    def lock(first: str, second: str) -> Callable[[], None]:
        def work() -> None:
            with postgresql.exclusive() as store:
                store.load(Needs((wallet_key(first, "tokens"),)))
                barrier.wait(10)
                store.load(Needs((wallet_key(second, "tokens"),)))

        return work

    answers = at_once([lock("asha", "bela"), lock("bela", "asha")])
    assert sorted(type(it).__name__ for it in answers) == ["Conflict", "NoneType"]


def test_i8_a_request_that_waited_for_itself_finds_its_receipt(postgresql: SqlStore) -> None:
    """What the other try left while this one waited is seen; it is no hold that is open already."""
    rewards = Rewards(postgresql, SMALL)
    rewards.do(bring(10))
    command = hold(3, until=T.replace(year=2018))
    waiting: list[Any] = []

    def again() -> None:
        with postgresql.exclusive() as store:
            waiting.append(Rewards(store, SMALL).do(command))

    with postgresql.exclusive() as store:
        inside = Rewards(store, SMALL)
        inside.simulate(command)
        thread = threading.Thread(target=again)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        outcome = inside.do(command)
    thread.join(10)
    assert waiting == [outcome]


@pytest.mark.parametrize("begin", ["BEGIN", "BEGIN IMMEDIATE"])
def test_an_engine_that_begins_by_itself_has_a_lock_too(tmp_path: Any, begin: str) -> None:
    """SQLAlchemy's own recipe for SQLite."""
    engine: Engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")

    @event.listens_for(engine, "connect")
    def leave_it_alone(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin_by_itself(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    store = SqlStore(engine)
    store.create_tables()
    with store.exclusive() as inside:
        assert Rewards(inside, SMALL).do(bring(5)).tokens == 5
    assert Rewards(store, SMALL).balance("asha", at=T).available == 5
    engine.dispose()


def test_i8_a_connection_without_a_statement_of_its_own_can_be_joined(
    sql_store: SqlStore,
) -> None:
    """Its commit is ours: SQLAlchemy is told of the transaction."""
    with sql_store.engine.connect() as connection:
        Rewards(sql_store.joined(connection), SMALL).do(bring(5))
        connection.commit()
        Rewards(sql_store.joined(connection), SMALL).do(burn(2))
        connection.rollback()
    assert Rewards(sql_store, SMALL).balance("asha", at=T).available == 5


def test_i11_a_row_put_twice_is_a_conflict(sql_store: SqlStore) -> None:
    """Where it is there, and where it is not; in any position."""
    rewards = Rewards(sql_store, SMALL)
    _, changes = rewards.simulate(bring(5))
    assert changes is not None
    (put,) = changes.puts
    with pytest.raises(Conflict):
        sql_store.save(Changes((put, put)))
    rewards.do(bring(5))
    key = wallet_key("asha", "tokens")
    row = Put(key, sql_store.load(Needs((key,))).aggregates[key])
    with pytest.raises(Conflict):
        sql_store.save(Changes((row, row)))


@pytest.mark.parametrize(("n", "limit"), [(2**63, 5), (-(2**63), 5), (1, 2**63)])
def test_a_counter_has_no_more_than_can_be_stored(sql_store: SqlStore, n: int, limit: int) -> None:
    """One message on every database."""
    with pytest.raises(Misuse, match="a counter takes at most"):
        sql_store.save(Changes(takes=(Take(A, n, limit),)))


@pytest.mark.parametrize("table", ["journal", "receipts"])
def test_i3_records_cannot_be_replaced_or_truncated(shared_store: SqlStore, table: str) -> None:
    """By the ways around an update and a deletion."""
    Rewards(shared_store, SMALL).do(bring(5))
    name = shared_store.tables.by_name[table].fullname
    statement = (
        f"TRUNCATE {name}"
        if shared_store.engine.dialect.name == "postgresql"
        else f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}"
    )
    with (
        pytest.raises(Exception, match="are never changed"),
        shared_store.engine.begin() as connection,
    ):
        connection.execute(text(statement))


def test_a_schema_may_have_a_name_of_sql() -> None:
    """It is quoted everywhere."""
    engine = databases.postgresql_engine()
    with engine.begin() as connection:
        connection.execute(text('CREATE SCHEMA IF NOT EXISTS "order"'))
    store = SqlStore(engine, Tables(schema="order"))
    store.create_tables()
    assert Rewards(store, SMALL).do(bring(5)).tokens == 5
    store.tables.metadata.drop_all(engine)


# tasks that are cancelled


async def _cancelled_at(store: AsyncSqlStore, way: str, steps: int) -> None:
    """Begin something, and cancel it after so many turns of the event loop."""

    async def locked() -> None:
        async with store.exclusive() as inside:
            await AsyncRewards(inside, SMALL).do(burn(1, request=f"{way}{steps}"))

    async def joined() -> None:
        async with AsyncSession(store.engine) as session, session.begin():
            await AsyncRewards(store.joined(session), SMALL).do(burn(1, request=f"{way}{steps}"))

    async def alone() -> None:
        await AsyncRewards(store, SMALL).do(burn(1, request=f"{way}{steps}"))

    works: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
        "locked": locked,
        "joined": joined,
        "alone": alone,
    }
    task = asyncio.ensure_future(works[way]())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("way", ["locked", "joined", "alone"])
@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_i8_what_is_answered_after_a_cancelled_task_is_stored(
    postgresql: SqlStore, driver: str, way: str
) -> None:
    """The connection that it was at is not lent out again with its transaction open."""

    async def story() -> None:
        engine = create_async_engine(databases.postgresql_url(driver), pool_size=1, max_overflow=0)
        store = AsyncSqlStore(engine, postgresql.tables)
        rewards = AsyncRewards(store, SMALL)
        await rewards.do(bring(1_000))
        for steps in range(1, 30):
            await _cancelled_at(store, way, steps)
            request = f"after{way}{steps}"
            await rewards.do(burn(1, request=request))
            key = ReceiptKey("asha", request)
            assert postgresql.load(Needs(receipts=(key,))).receipts[key] is not None, steps
        await engine.dispose()

    asyncio.run(story())
