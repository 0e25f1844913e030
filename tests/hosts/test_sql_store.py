"""What a SQL host says when something is wrong, and what operators read."""

import asyncio
from datetime import datetime
from operator import methodcaller
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from mi_rewards.commands import AsyncRewards, Command, Rewards, with_retries_async
from mi_rewards.earning import Member, Purchase
from mi_rewards.errors import Conflict, Corrupt, LimitReached, Misuse
from mi_rewards.repositories import (
    Changes,
    CounterKey,
    Key,
    Needs,
    Note,
    Page,
    Put,
    Take,
    member_key,
)
from mi_rewards.sql import (
    AsyncSqlStore,
    SqlStore,
    Tables,
    _psycopg,
    open_engine,
    open_store,
    safe_sqlite,
)
from mi_rewards.sql._on import statements_of
from mi_rewards.wallet import Burn, Wallet, check_journal
from tests import databases
from tests.hosts.test_statements import told
from tests.shop import SMALL, T, adjust, bring, burn, deliver, ist, join, send

STOCK = CounterKey("reward", "phone")

# what cannot be stored


@pytest.mark.parametrize("name", ["a\ud800", "a\0b"])
def test_a_text_that_cannot_be_stored_is_misuse(sql_store: SqlStore, name: str) -> None:
    """Nothing is left of it, and the store goes on. SQLite does store a NUL."""
    rewards = Rewards(sql_store, SMALL)
    if name == "a\0b" and sql_store.engine.dialect.name == "sqlite":
        assert rewards.do(bring(5, by=name)).tokens == 5
        assert rewards.balance(name, at=T).available == 5
        return
    with pytest.raises(Misuse, match="has a character that the database cannot store"):
        rewards.do(bring(5, by=name))
    with pytest.raises(Misuse, match="has a character that the database cannot store"):
        rewards.do_all([bring(5, by="asha"), bring(5, by=name)])
    assert rewards.do(bring(5)).tokens == 5
    assert len(rewards.statement("asha").entries) == 1


def test_a_column_of_the_hosts_that_is_not_filled_is_no_fault_of_a_text(
    sqlite: SqlStore,
) -> None:
    """What the database says of it comes out."""
    with sqlite.engine.begin() as connection:
        connection.execute(text("DROP TABLE mi_rewards_notes"))
        connection.execute(
            text(
                "CREATE TABLE mi_rewards_notes (member_id TEXT, request_id TEXT, text TEXT,"
                " shop TEXT NOT NULL, PRIMARY KEY (member_id, request_id))"
            )
        )
    with pytest.raises(DBAPIError, match="NOT NULL constraint failed"):
        sqlite.save(Changes(notes=(Note("asha", "r1", "hello"),)))


@pytest.mark.parametrize(("n", "limit"), [(1.0, 5), (True, 5), (1, None)])
def test_a_take_is_whole(sql_store: SqlStore, n: Any, limit: Any) -> None:
    """As in memory."""
    with pytest.raises(Misuse, match="a counter takes whole numbers"):
        sql_store.save(Changes(takes=(Take(STOCK, n, limit),)))


def test_a_kind_without_a_table_is_misuse(sql_store: SqlStore) -> None:
    """Read or written."""
    key: Key[Any] = Key(int, "asha", "")
    with pytest.raises(Misuse, match="no table keeps int"):
        sql_store.load(Needs((key,)))
    with pytest.raises(Misuse, match="no table keeps int"):
        sql_store.save(Changes((Put(key, 3),)))
    with pytest.raises(Misuse, match="no table keeps int"):
        list(sql_store.all_of(int))  # type: ignore[type-var]
    with pytest.raises(Misuse, match="no log is named 'gossip'"):
        sql_store.load(Needs(pages=(Page("gossip", "asha", "", 0, 1),)))


def test_another_database_is_refused() -> None:
    """By name; and so is a driver that marks parameters in a way of its own."""
    with pytest.raises(Misuse, match="the database is SQLite or PostgreSQL, not 'mysql'"):
        statements_of(Tables(), mysql.dialect())
    dialect = create_engine("sqlite://").dialect
    dialect.paramstyle = "named"
    with pytest.raises(Misuse, match="a driver that marks parameters as 'named' is not known"):
        statements_of(Tables(), dialect)


def test_what_was_not_written_here_is_corrupt(sql_store: SqlStore) -> None:
    """Somebody else wrote into the table."""
    Rewards(sql_store, SMALL).do(join())
    members = sql_store.tables.by_name["members"]
    with sql_store.engine.begin() as connection:
        connection.execute(members.update().values(body={"format": 1}))
    with pytest.raises(Corrupt, match="member has other keys"):
        sql_store.load(Needs((member_key("asha"),)))


# counters


@pytest.mark.parametrize(
    ("takes", "used"),
    [
        ([(2, 5), (3, 5)], 5),
        ([(5, 5), (-2, 5), (2, 5)], 5),
        ([(-1, 5), (3, 5)], None),
        ([(4, 5), (2, 5), (-3, 5)], None),
        ([(0, 0)], 0),
        ([(1, 0)], None),
        ([(2**63 - 1, 2**63 - 1)], 2**63 - 1),
        ([(2**63 - 1, 2**63 - 1), (1, 2**63 - 1)], None),
    ],
)
@pytest.mark.parametrize("before", [0, 2])
def test_steps_of_one_counter_are_each_within_its_limit(
    sql_store: SqlStore, takes: list[tuple[int, int]], used: int | None, before: int
) -> None:
    """I13: In one save as in several: as the host in memory decides."""
    steps = Changes(takes=tuple(Take(STOCK, n, limit) for n, limit in takes))
    model = databases.model()
    answers = []
    for store in (sql_store, model):
        if before:
            store.save(Changes(takes=(Take(STOCK, before, 9),)))
        try:
            store.save(steps)
            answers.append("done")
        except (LimitReached, Misuse) as refusal:
            answers.append(f"{type(refusal).__name__}: {refusal}")
    assert answers[0] == answers[1]
    assert (answers[0] == "done") == (used is not None) or before
    found, expected = (it.load(Needs(counters=(STOCK,))).counters for it in (sql_store, model))
    assert found == expected


def test_a_limit_that_is_gone_when_it_is_asked_for_is_a_conflict(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody gave back between the save and the question why it failed: to be tried again."""
    sql_store.save(Changes(takes=(Take(STOCK, 5, 5),)))
    statements: Any = sql_store._statements
    refuse = statements._refuse

    def give_back_first(cursor: Any, changes: Changes) -> None:
        statements.save(cursor, Changes(takes=(Take(STOCK, -1, 5),)), statements.alone)
        refuse(cursor, changes)

    monkeypatch.setattr(statements, "_refuse", give_back_first)
    with pytest.raises(Conflict, match="a counter was taken from and given back to at once"):
        sql_store.save(Changes(takes=(Take(STOCK, 1, 5),)))


# saves


def test_i3_entries_follow_each_other(sql_store: SqlStore) -> None:
    """A gap is a conflict, among those of one save too; nothing is left."""
    rewards = Rewards(sql_store, SMALL)
    _, changes = rewards.simulate(bring(1))
    assert changes is not None
    (first,) = changes.entries
    for sequences in ((2,), (1, 3), (1, 1), (0,)):
        entries = tuple(first._replace(sequence=number) for number in sequences)
        with pytest.raises(Conflict):
            sql_store.save(attrs.evolve(changes, entries=entries))
    assert rewards.statement("asha").entries == ()
    sql_store.save(changes)
    with pytest.raises(Conflict):
        sql_store.save(Changes(entries=(first._replace(sequence=3),)))
    sql_store.save(Changes(entries=(first._replace(sequence=2),)))
    assert len(rewards.statement("asha").entries) == 2


def test_a_save_of_nothing_says_nothing(sql_store: SqlStore) -> None:
    """It is no transaction."""
    with told() as statements:
        sql_store.save(Changes())
    assert statements == []


def test_an_error_that_is_not_the_drivers_comes_out_as_it_is(sql_store: SqlStore) -> None:
    """A value that is not of this library."""
    broken: Any = Put(member_key("asha"), None)
    with pytest.raises(AttributeError):
        sql_store.save(Changes((broken,)))
    with sql_store.engine.begin() as outer, pytest.raises(AttributeError):
        sql_store.joined(outer).save(Changes((broken,)))


# connections that are lost


def test_a_lost_connection_is_said_and_replaced(postgresql: SqlStore) -> None:
    """Once, as SQLAlchemy says it; the next request gets another connection."""
    engine = databases.fresh_engine(postgresql)
    store = SqlStore(engine, postgresql.tables)
    rewards = Rewards(store, SMALL)
    rewards.do(bring(10))
    with engine.connect() as one:
        pid = one.scalar(text("SELECT pg_backend_pid()"))
    with postgresql.engine.begin() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with pytest.raises(OperationalError) as caught:
        rewards.do(burn(1))
    assert caught.value.connection_invalidated
    assert "asha" not in str(caught.value)
    assert rewards.do(burn(1)).tokens == 1
    engine.dispose()


def test_a_connection_that_was_closed_is_said_and_replaced(postgresql: SqlStore) -> None:
    """Though not even a cursor can be opened on it."""
    engine = databases.fresh_engine(postgresql)
    rewards = Rewards(SqlStore(engine, postgresql.tables), SMALL)
    rewards.do(bring(10))
    one = engine.raw_connection()
    driver: Any = one.driver_connection
    one.close()
    driver.close()
    with pytest.raises(OperationalError) as caught:
        rewards.do(burn(1))
    assert caught.value.connection_invalidated
    assert rewards.do(burn(1)).tokens == 1
    engine.dispose()


def test_a_database_that_is_not_there_is_said_as_sqlalchemy_says_it(tmp_path: Path) -> None:
    """Not as its driver says it."""
    store = SqlStore(create_engine(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}"))
    with pytest.raises(OperationalError, match="connection"):
        Rewards(store, SMALL).do(bring(10))


def test_a_connection_that_cannot_be_as_before_is_not_used_again(
    postgresql: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that borrows it would commit each of its statements."""
    engine = databases.fresh_engine(postgresql)
    rewards = Rewards(SqlStore(engine, postgresql.tables), SMALL)

    def pids() -> set[int]:
        with engine.connect() as one:
            return {one.scalar(text("SELECT pg_backend_pid()"))}

    def fail(*_: object) -> None:
        raise engine.dialect.loaded_dbapi.Error

    with engine.connect() as one:
        driver: Any = one.connection.driver_connection
        driver.prepare_threshold = None  # so that it has to be asked to commit each statement
    before = pids()
    rewards.do(bring(10))
    assert pids() == before
    with monkeypatch.context() as patched:
        patched.setattr(_psycopg, "commit_as_before", fail)
        rewards.balance("asha", at=T)
    assert not pids() & before
    assert rewards.do(burn(1)).tokens == 1
    engine.dispose()


def test_a_borrowed_connection_is_given_back_as_it_was(postgresql: SqlStore) -> None:
    """What a host does on it afterwards is a transaction, and is undone by a rollback."""
    engine = databases.fresh_engine(postgresql)
    rewards = Rewards(SqlStore(engine, postgresql.tables), SMALL)
    rewards.do(bring(10))
    with engine.connect() as one:
        Rewards(SqlStore(engine, postgresql.tables).joined(one), SMALL).simulate(burn(1))
        one.execute(text("CREATE TEMPORARY TABLE kept (n int)"))
        one.rollback()
        assert one.scalar(text("SELECT to_regclass('kept')")) is None
    engine.dispose()


@pytest.mark.parametrize("level", [None, "AUTOCOMMIT", "SERIALIZABLE"])
def test_what_a_host_set_of_its_connections_stays(postgresql: SqlStore, level: str | None) -> None:
    """Whether each statement is a transaction, and how isolated one is, are the engine's to say."""
    options = {} if level is None else {"isolation_level": level}
    engine = create_engine(postgresql.engine.url, pool_size=1, max_overflow=0, **options)

    def told() -> tuple[object, object, object]:
        with engine.connect() as one:
            driver: Any = one.connection.driver_connection
            isolation = one.scalar(text("SHOW transaction_isolation"))
            return driver.autocommit, driver.isolation_level, isolation

    before = told()
    rewards = Rewards(SqlStore(engine, postgresql.tables), SMALL)
    rewards.do(bring(10))
    assert rewards.balance("asha", at=T).available == 10
    assert told() == before
    assert before[0] is (level == "AUTOCOMMIT")
    engine.dispose()


def test_a_database_that_stays_locked_is_a_conflict(sqlite: SqlStore) -> None:
    """Somebody else holds it longer than one waits: to be tried again, and nothing is lost."""
    engine = open_engine(str(sqlite.engine.url))
    store = SqlStore(engine)
    with engine.connect() as one:
        one.exec_driver_sql("PRAGMA busy_timeout = 1")
        with sqlite.exclusive() as holder:
            Rewards(holder, SMALL).simulate(bring(1))
            rewards = Rewards(store.joined(one), SMALL)
            with pytest.raises(Conflict):
                rewards.do(bring(10))
    engine.dispose()
    assert Rewards(sqlite, SMALL).do(bring(10)).tokens == 10


def test_missing_tables_are_said_as_sqlalchemy_says_it() -> None:
    """The host forgot to create them."""
    store = SqlStore(open_engine("sqlite://"))
    with pytest.raises(DBAPIError, match="no such table"):
        Rewards(store, SMALL).do(bring(10))


def test_a_missing_table_is_said_and_nothing_is_saved(sql_store: SqlStore) -> None:
    """The others keep nothing of the request."""
    sql_store.tables.by_name["journal"].drop(sql_store.engine)
    with pytest.raises(DBAPIError, match="journal"):
        Rewards(sql_store, SMALL).do(bring(10))
    assert not list(sql_store.all_of(Wallet))
    sql_store.create_tables()


# what operators read


def test_everything_can_be_gone_through(sql_store: SqlStore, monkeypatch: Any) -> None:
    """By key, page by page; journals whole."""
    monkeypatch.setattr("mi_rewards.sql._browse.PAGE", 3)
    rewards = Rewards(sql_store, SMALL)
    for name in ("chand", "asha", "bela", "आशा"):
        rewards.do(join(name))
        for command in (bring(9, by=name), deliver("o1", 100, by=name), burn(2, by=name)):
            do: Command[Any] = command
            rewards.do(do)
    names = ["asha", "bela", "chand", "आशा"]
    assert [it.member_id for it in sql_store.all_of(Member)] == names
    assert [it.owner.member_id for it in sql_store.all_of(Wallet)] == names
    assert [it.order_id for it in sql_store.all_of(Purchase)] == ["o1"] * 4
    assert [it.tokens for it in sql_store.all_of(Burn)] == [2] * 4
    journals = list(sql_store.journals())
    assert [each[0].member_id for each in journals] == names
    assert [len(each) for each in journals] == [3] * 4
    assert check_journal([entry for each in journals for entry in each]) == ()
    assert list(databases.memory_store().journals()) == []


def test_events_are_pending_until_they_are_handled(sql_store: SqlStore) -> None:
    """Of all members; they stay in the outbox."""
    rewards = Rewards(sql_store, SMALL)
    for name in ("asha", "bela"):
        rewards.do(bring(9, by=name))
        rewards.do(send(2, to="chand", by=name))
        rewards.do(send(3, to="chand", by=name, request="more"))
    pending = sql_store.pending_events()
    assert [(it.member_id, it.event_id) for it in pending] == [
        ("asha", "send"),
        ("asha", "more"),
        ("bela", "send"),
        ("bela", "more"),
    ]
    assert list(sql_store.pending_events(limit=1)) == [pending[0]]
    sql_store.mark_handled([])
    sql_store.mark_handled([pending[0], pending[3]])
    assert list(sql_store.pending_events()) == [pending[1], pending[2]]
    page = Page("outbox", "asha", "", 0, 9)
    assert list(sql_store.load(Needs(pages=(page,))).pages[page]) == list(pending[:2])


def test_g13_notes_are_erased_alone(sql_store: SqlStore) -> None:
    """Free text goes; entries and receipts stay."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do(adjust(5, "2018-12-31", note="her birthday"))
    rewards.do(adjust(5, "2018-12-31", note="and his", by="bela"))
    assert sql_store.notes_of("asha") == (Note("asha", "adjust", "her birthday"),)
    assert (sql_store.erase_notes("asha"), sql_store.erase_notes("asha")) == (1, 0)
    assert sql_store.notes_of("asha") == ()
    assert len(sql_store.notes_of("bela")) == 1
    assert rewards.balance("asha", at=T).available == 5


# opening


@pytest.mark.parametrize(
    "url", ["", "nowhere", "dbase:///x", "postgresql+nodriver://localhost/x", "sqlite://///\0"]
)
def test_what_is_no_url_of_a_database_is_misuse(url: str) -> None:
    """One message that names it."""
    with pytest.raises((Misuse, OperationalError, ValueError)) as caught:
        open_store(url)
    if url != "sqlite://///\0":
        assert type(caught.value) is Misuse
        assert "no database can be opened at" in str(caught.value)


def test_a_store_is_opened_where_it_was_left(tmp_path: Path) -> None:
    """Durable, in WAL mode."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    Rewards(open_store(url), SMALL).do(bring(10))
    again = open_store(url)
    assert Rewards(again, SMALL).balance("asha", at=T).available == 10
    with again.engine.connect() as connection:
        settings = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert settings == ["wal", 2, 30_000]


def test_how_safe_sqlite_is_can_be_chosen(tmp_path: Path) -> None:
    """By name."""
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}", synchronous="NORMAL")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 1
    with pytest.raises(Misuse, match="synchronous is FULL, NORMAL or OFF, not 'SOMETIMES'"):
        safe_sqlite(engine, synchronous="SOMETIMES")


def test_instants_can_be_read_by_the_host(sql_store: SqlStore) -> None:
    """Through SQLAlchemy, as UTC."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do(bring(10))
    wallets = sql_store.tables.by_name["wallets"]
    with sql_store.engine.connect() as connection:
        (due_at,) = connection.scalars(wallets.select().with_only_columns(wallets.c.due_at))
    expected = ist("2019-01-01 00:00")
    assert isinstance(due_at, datetime)
    assert due_at.replace(tzinfo=due_at.tzinfo or expected.tzinfo) == expected


# asyncio


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg", "aiosqlite"])
def test_the_async_host_does_what_the_other_does(driver: str, tmp_path: Path) -> None:
    """Commands, retries under the lock, events, notes; a hundred at once."""

    async def story() -> None:
        if driver == "aiosqlite":
            store = await databases.async_sqlite_store(tmp_path)
        else:
            store = await databases.async_postgresql_store(driver)
        rewards = AsyncRewards(store, SMALL)
        await rewards.do(bring(1_000))
        await rewards.do(send(2))
        await rewards.do(adjust(2, "2018-12-31", note="hello"))
        pending = await store.pending_events()
        await store.mark_handled(pending)
        assert (len(pending), len(await store.pending_events())) == (1, 0)
        assert len(await store.notes_of("asha")) == 1
        assert await store.erase_notes("asha") == 1
        burns = [
            with_retries_async(rewards, methodcaller("do", burn(100, request=f"b{n}")), attempts=50)
            for n in range(30)
        ]
        answers = await asyncio.gather(*burns, return_exceptions=True)
        kinds = [type(it).__name__ for it in answers]
        assert (kinds.count("Burned"), kinds.count("InsufficientTokens")) == (10, 20)
        assert (await rewards.balance("asha", at=T)).available == 0
        assert await rewards.lapse_due(ist("2019-01-02")) == 0
        await store.engine.dispose()

    asyncio.run(story())


def test_an_async_lost_connection_is_replaced(postgresql: SqlStore) -> None:
    """As for the other host."""

    async def story() -> None:
        engine = create_async_engine(databases.postgresql_url("asyncpg"), pool_size=1)
        store = AsyncSqlStore(engine, postgresql.tables)
        rewards = AsyncRewards(store, SMALL)
        await rewards.do(bring(10))
        async with engine.connect() as one:
            pid = await one.scalar(text("SELECT pg_backend_pid()"))
        with postgresql.engine.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(DBAPIError):
            await rewards.do(burn(1))
        assert (await rewards.do(burn(1))).tokens == 1
        await engine.dispose()

    asyncio.run(story())


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg", "aiosqlite"])
def test_missing_tables_are_said_by_the_async_host_too(driver: str, tmp_path: Path) -> None:
    """As SQLAlchemy says it, whichever way statements go to the driver."""

    async def story() -> None:
        url = f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"
        if driver != "aiosqlite":
            url = databases.postgresql_url(driver)
        engine = create_async_engine(url)
        store = AsyncSqlStore(engine, Tables(prefix="missing_"))
        with pytest.raises((OperationalError, ProgrammingError), match="missing_"):
            await AsyncRewards(store, SMALL).do(bring(10))
        with pytest.raises((OperationalError, ProgrammingError), match="missing_"):
            async with engine.begin() as outer:
                await AsyncRewards(store.joined(outer), SMALL).do(bring(10))
        await engine.dispose()

    asyncio.run(story())


def test_what_asyncpg_does_not_say_itself_comes_out_as_it_is(postgresql: SqlStore) -> None:
    """Such as that it waited for too long; nothing is saved, and the next request goes through."""

    async def story() -> None:
        url = databases.postgresql_url("asyncpg")
        engine = create_async_engine(url, pool_size=1, connect_args={"command_timeout": 0.5})
        rewards = AsyncRewards(AsyncSqlStore(engine, postgresql.tables), SMALL)
        await rewards.do(bring(10))
        table = postgresql.tables.by_name["wallets"]
        with postgresql.engine.begin() as other:
            other.execute(table.select().with_for_update())
            with pytest.raises(TimeoutError):
                await rewards.do(burn(1))
        assert (await rewards.do(burn(1))).tokens == 1
        assert (await rewards.balance("asha", at=T)).available == 9
        await engine.dispose()

    asyncio.run(story())


def test_a_transaction_that_is_open_on_a_connection_of_asyncpg_s_is_no_part_of_a_request(
    postgresql: SqlStore,
) -> None:
    """What the pool lends has been left in one: what is saved is committed all the same."""

    async def story() -> None:
        engine = create_async_engine(databases.postgresql_url("asyncpg"), pool_size=1)

        def begin(adapted: Any, *_: object) -> None:
            adapted.cursor().execute("SELECT 1")

        event.listen(engine.sync_engine, "checkout", begin)
        rewards = AsyncRewards(AsyncSqlStore(engine, postgresql.tables), SMALL)
        await rewards.do(bring(10))
        async with engine.connect() as connection:
            adapted: Any = (await connection.get_raw_connection()).dbapi_connection
            assert not adapted.autocommit
        await engine.dispose()

    asyncio.run(story())
    assert Rewards(postgresql, SMALL).balance("asha", at=T).available == 10
