"""A cursor on libpq itself stays with a connection, as long as the connection is fit for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Pool, PoolProxiedConnection, QueuePool, StaticPool, create_engine

from mi_rewards.commands import Rewards
from mi_rewards.errors import Conflict, Misuse
from mi_rewards.repositories import Due, Key, Needs, ReceiptKey
from mi_rewards.sql import SqlStore
from mi_rewards.sql._straight import StraightCursor, straight_cursor
from mi_rewards.wallet import Wallet
from tests import databases
from tests.shop import SMALL, T, bring, burn

DIALECT = create_engine("postgresql+psycopg://").dialect
OFTEN = 8
"""More often than psycopg waits before it has a statement prepared."""


@contextmanager
def lent_connection() -> Iterator[PoolProxiedConnection]:
    """Borrow the one connection of a pool."""
    engine = create_engine(databases.postgresql_url(), pool_size=1, max_overflow=0)
    lent = engine.raw_connection()
    try:
        yield lent
    finally:
        lent.invalidate()
        engine.dispose()


def cursor_on(lent: PoolProxiedConnection) -> StraightCursor:
    """Borrow the cursor of a connection that is fit for it."""
    cursor = straight_cursor(lent, DIALECT)
    assert cursor is not None
    return cursor


def prepared(lent: PoolProxiedConnection) -> int:
    """Count the prepared statements of a connection that are this package's."""
    text = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'mi_rewards_%%'"
    cursor = cursor_on(lent)
    cursor.execute(text.replace("%%", "%"), ())
    ((count,),) = cursor.fetchall()
    return int(count)


def test_a_cursor_stays_with_its_connection() -> None:
    """The same one each time; another one for another connection in its place."""
    with lent_connection() as lent:
        cursor = cursor_on(lent)
        assert straight_cursor(lent, DIALECT) is cursor
        cursor.close()
        assert straight_cursor(lent, DIALECT) is cursor
        with lent_connection() as other:
            lent.info["mi_rewards_cursor"] = cursor_on(other)
            assert cursor_on(lent).driver is lent.dbapi_connection


class TracedCursor(psycopg.Cursor[Any]):
    """What a host that traces its statements has."""


def in_a_transaction(driver: Any) -> None:
    """Leave a transaction open."""
    driver.execute("SELECT 1")


def in_latin_1(driver: Any) -> None:
    """Have texts come in another encoding."""
    driver.autocommit = True
    driver.execute("SET client_encoding TO LATIN1")
    driver.autocommit = False


def never_prepared(driver: Any) -> None:
    """Have nothing prepared, as behind some poolers."""
    driver.prepare_threshold = None


@pytest.mark.parametrize("spoil", [in_a_transaction, in_latin_1, never_prepared])
def test_a_connection_that_is_not_fit_is_left_to_the_driver(spoil: Callable[[Any], None]) -> None:
    """No cursor of this package's, until it is fit again."""
    with lent_connection() as lent:
        cursor_on(lent)
        spoil(lent.driver_connection)
        assert straight_cursor(lent, DIALECT) is None


def test_a_host_that_traces_its_statements_sees_them() -> None:
    """Its own cursors are used."""
    with lent_connection() as lent:
        driver: Any = lent.driver_connection
        driver.cursor_factory = TracedCursor
        assert straight_cursor(lent, DIALECT) is None


@pytest.mark.parametrize("spoil", [in_latin_1, never_prepared])
def test_the_answers_are_the_same_on_a_connection_that_is_not_fit(
    spoil: Callable[[Any], None],
) -> None:
    """What is brought is there, and is burned once."""
    url = databases.postgresql_store().engine.url
    engine = create_engine(url, pool_size=1, max_overflow=0)
    lent = engine.raw_connection()
    spoil(lent.driver_connection)
    lent.close()
    rewards = Rewards(SqlStore(engine, databases.postgresql_store().tables), SMALL)
    rewards.do(bring(10))
    assert rewards.do(burn(4)).tokens == 4
    assert rewards.balance("asha", at=T).available == 6
    engine.dispose()


def test_values_are_written_and_read_as_they_are() -> None:
    """Texts of any letters, whole numbers, instants and nothing; a batch of them too."""
    instant = datetime(2017, 3, 31, 6, 30, 1, 5, tzinfo=UTC)
    values = ("पैसे 🪙 '\\ %", 2**63 - 1, -1, instant, None)
    text = (
        "SELECT CAST(%s AS text), CAST(%s AS bigint), CAST(%s AS bigint),"
        " CAST(%s AS timestamptz), CAST(%s AS text) FROM generate_series(1, 3)"
    )
    with lent_connection() as lent:
        cursor = cursor_on(lent)
        for _ in range(OFTEN):
            cursor.execute(text, values)
            assert cursor.fetchall() == [values] * 3


def test_a_statement_is_prepared_when_it_comes_often() -> None:
    """As psycopg does: not before it was carried out five times, and once."""
    with lent_connection() as lent:
        cursor = cursor_on(lent)
        counts = []
        for _ in range(OFTEN):
            cursor.execute("SELECT CAST(%s AS bigint)", (7,))
            counts.append(prepared(lent))
        assert counts == [0, 0, 0, 0, 0, 2, 2, 2]  # it, and what counts them


def test_no_more_statements_are_prepared_than_the_driver_allows() -> None:
    """The others are carried out all the same."""
    with lent_connection() as lent:
        driver: Any = lent.driver_connection
        driver.prepared_max, driver.prepare_threshold = 2, 0
        cursor = cursor_on(lent)
        for number in range(4):
            for _ in range(2):
                cursor.execute(f"SELECT {number} + CAST(%s AS bigint)", (1,))
                assert cursor.fetchall() == [(number + 1,)]
        assert prepared(lent) == 2


def test_a_statement_that_the_server_has_forgotten_is_told_again() -> None:
    """A host that resets its connections takes nothing away."""
    with lent_connection() as lent:
        driver: Any = lent.driver_connection
        cursor = cursor_on(lent)
        for _ in range(OFTEN):
            cursor.execute("SELECT CAST(%s AS text)", ("x",))
        driver.autocommit = True
        driver.execute("DEALLOCATE ALL")
        driver.autocommit = False
        for _ in range(2):
            cursor.execute("SELECT CAST(%s AS text)", ("y",))
            assert cursor.fetchall() == [("y",)]


def test_an_error_is_the_drivers_own() -> None:
    """With its state, before and after the statement is prepared; the cursor goes on."""
    with lent_connection() as lent:
        cursor = cursor_on(lent)
        for _ in range(OFTEN):
            with pytest.raises(psycopg.errors.DivisionByZero):
                cursor.execute("SELECT 1 / CAST(%s AS bigint)", (0,))
            assert cursor_on(lent) is cursor


def test_a_statement_that_cannot_be_prepared_is_an_error() -> None:
    """It names what is not there."""
    with lent_connection() as lent:
        driver: Any = lent.driver_connection
        driver.prepare_threshold = 0
        with pytest.raises(psycopg.errors.UndefinedTable):
            cursor_on(lent).execute("SELECT CAST(%s AS text) FROM nowhere", ("x",))


def test_a_text_with_nul_is_refused_before_it_is_told() -> None:
    """To libpq the text would end there."""
    store = databases.postgresql_store()
    with pytest.raises(Misuse, match="cannot store"):
        Rewards(store, SMALL).do(bring(10, by="as\0ha"))
    assert Rewards(store, SMALL).balance("as", at=T).available == 0


def test_a_store_goes_on_after_what_its_cursor_met() -> None:
    """After many rows, and after a statement that failed: the answers are the same."""
    store: SqlStore = databases.postgresql_store()
    rewards = Rewards(store, SMALL)
    members = [f"m{number}" for number in range(150)]
    rewards.do_all([bring(10, by=by, request="r") for by in members])
    needs = Needs(receipts=tuple(ReceiptKey(by, "r") for by in members))
    for _ in range(2):
        found = store.load(needs).receipts
        assert len(found) == 150
        assert None not in found.values()
        assert rewards.balance("m7", at=T).available == 10
    _, changes = rewards.simulate(bring(5, by="m7", request="s"))
    assert changes is not None
    store.save(changes)
    with pytest.raises(Conflict):
        store.save(changes)
    assert rewards.balance("m7", at=T).available == 15


def test_instants_that_are_due_are_read_by_any_host() -> None:
    """The same in every zone that a connection may be set to."""
    store: SqlStore = databases.postgresql_store()
    Rewards(store, SMALL).do(bring(10))
    due = Due(T + timedelta(days=4_000), None, 5, Wallet)
    found = store.load(Needs(due=due)).due
    with store.engine.connect() as one:
        one.exec_driver_sql("SET LOCAL TIME ZONE 'Asia/Kolkata'")
        assert store.joined(one).load(Needs(due=due)).due == found
    assert [it.key for it in found] == [Key(Wallet, "asha", SMALL.kind)]


def test_a_pool_of_one_connection_for_all_lends_psycopgs_own_cursors() -> None:
    """They wait for each other where several threads are lent it at once."""
    assert StraightCursor in {type(it) for it in _noted(QueuePool)}
    assert StraightCursor not in {type(it) for it in _noted(StaticPool)}


def _noted(pool: type[Pool]) -> list[object]:
    """Use a store once, and answer with what is noted about its connection."""
    shared = databases.postgresql_store()
    engine = create_engine(databases.postgresql_url(), poolclass=pool)
    Rewards(SqlStore(engine, shared.tables), SMALL).do(bring(10))
    lent = engine.raw_connection()
    found = list(lent.info.values())
    lent.close()
    engine.dispose()
    databases.give_back(shared.tables)
    return found
