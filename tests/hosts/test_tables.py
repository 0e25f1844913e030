"""The tables: the host's metadata, migrations, what nobody may change, and what indexes are for."""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from mi_rewards.catalogue import Redemption, Voucher
from mi_rewards.checkout import Settlement
from mi_rewards.commands import Rewards
from mi_rewards.earning import Referral
from mi_rewards.errors import Misuse
from mi_rewards.repositories import (
    Changes,
    Due,
    DueKey,
    Loaded,
    Needs,
    Owned,
    Put,
    key_of,
    member_key,
)
from mi_rewards.sql import AsyncSqlStore, SqlStore, Tables, safe_sqlite
from mi_rewards.sql._rows import KINDS
from mi_rewards.sql.tables import PREFIX
from mi_rewards.testing._checks.deadlines import ENDING
from mi_rewards.testing._checks.standings import referral_due, standing_due
from mi_rewards.tiers import Standing
from tests import databases
from tests.hosts.test_statements import told
from tests.shop import SMALL, T, bring, burn, ist, join

NAMES = {
    *("burns", "counters", "journal", "members", "notes", "outbox", "purchases", "receipts"),
    *("wallets", "rewards", "redemptions", "vouchers", "codes", "pooled_codes"),
    *("quotes", "settlements"),
    *("standings", "referrals", "referral_codes"),
    *("quotas", "preorders", "draws", "tickets", "reserved_units"),
    *("price_books", "device_models", "devices", "device_quotes", "exchanges"),
}

MADE: Mapping[type[Any], Callable[[str, str, datetime], Any]] = {
    **ENDING,
    Standing: lambda by, _, at: standing_due(by, at),
    Referral: lambda by, _, at: referral_due(by, at),
}
"""How something of each kind is made that is due at an instant."""


def test_tables_join_the_metadata_of_the_host() -> None:
    """So that its migration tool sees them beside the host's own."""
    metadata = MetaData()
    Table("orders", metadata, Column("id", Integer, primary_key=True))
    tables = Tables(metadata, prefix="loyalty_")
    assert tables.metadata is metadata
    assert metadata.tables.keys() == {"orders", *(f"loyalty_{name}" for name in NAMES)}
    assert tables.by_name.keys() == NAMES


def test_creating_tables_leaves_the_rest_of_the_host_to_the_host(sqlite: SqlStore) -> None:
    """And may be done again."""
    metadata = MetaData()
    Table("orders", metadata, Column("id", Integer, primary_key=True))
    store = SqlStore(sqlite.engine, Tables(metadata, prefix="other_"))
    store.create_tables()
    store.create_tables()
    found = set(inspect(store.engine).get_table_names())
    assert found == {f"{PREFIX}{name}" for name in NAMES} | {f"other_{name}" for name in NAMES}


def test_tables_can_be_created_in_a_transaction_that_is_open(sqlite: SqlStore) -> None:
    """Beside whatever else a host's migration does in it."""
    tables = Tables(prefix="more_")
    with sqlite.engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        tables.create(connection)
    assert {f"more_{name}" for name in NAMES} <= set(inspect(sqlite.engine).get_table_names())


@pytest.mark.parametrize("name", ["", "Loyal", "1st", "a-b", 'a"b', "a b", "a;", "ä"])
def test_names_of_tables_are_plain(name: str) -> None:
    """What goes into statements is checked before."""
    with pytest.raises(Misuse, match="a name of tables has small letters, digits and _, not"):
        Tables(prefix=name)
    if name:
        with pytest.raises(Misuse):
            Tables(schema=name)


def test_the_member_leads_every_key_that_a_member_owns() -> None:
    """So that a host can spread members over several databases."""
    keys = {
        name: next(iter(table.primary_key.columns)).name for name, table in Tables().by_name.items()
    }
    assert {name for name, column in keys.items() if column == "member_id"} == NAMES - {
        *("receipts", "counters")
    }
    assert (keys["receipts"], keys["counters"]) == ("scope", "scope")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_statements_for_another_migration_tool_make_the_same(kind: str) -> None:
    """Tables that a store works on, with what guards them."""
    if kind == "sqlite":
        engine = create_engine("sqlite://")
        tables = Tables(prefix="by_hand_")
        statements = tables.ddl(engine.dialect)
    else:
        engine = databases.postgresql_engine()
        tables = Tables(schema=databases.new_schema(engine))
        statements = tables.ddl(engine.dialect)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    rewards = Rewards(SqlStore(engine, tables), SMALL)
    rewards.do(bring(10))
    assert rewards.do(burn(4)).tokens == 4
    with pytest.raises(DBAPIError, match="are never changed"), engine.begin() as connection:
        connection.execute(tables.by_name["journal"].delete())


@pytest.mark.parametrize("table", ["journal", "receipts"])
@pytest.mark.parametrize("change", ["UPDATE {} SET body = body", "DELETE FROM {}"])
def test_i3_records_cannot_be_changed_or_deleted(
    sql_store: SqlStore, table: str, change: str
) -> None:
    """By nobody: the database itself refuses it, and the rows are as they were."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do(bring(10))
    name = sql_store.tables.by_name[table].fullname
    with (
        pytest.raises(DBAPIError, match=f"rows of mi_rewards_{table} are never changed"),
        sql_store.engine.begin() as connection,
    ):
        connection.execute(text(change.format(name)))
    assert rewards.do(bring(10)).tokens == 10
    assert len(rewards.statement("asha").entries) == 1


def test_other_rows_are_not_guarded(sql_store: SqlStore) -> None:
    """A wallet changes with every entry."""
    Rewards(sql_store, SMALL).do(join())
    with sql_store.engine.begin() as connection:
        members = sql_store.tables.by_name["members"]
        assert connection.execute(members.delete()).rowcount == 1


def tables_looked_through(engine: Engine) -> set[str]:
    """Name the tables of whose rows the planner knows something."""
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n"
            " ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.reltuples >= 0"
        )
        return set(found.scalars())


def test_the_planner_knows_nothing_of_tables_that_others_emptied(postgresql: SqlStore) -> None:
    """What is known to be empty is read end to end: plans would depend on who had looked, and when.

    So the shared server never looks by itself; a planted look is seen.
    """
    engine = postgresql.engine
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW autovacuum").scalar() == "off"
    names = {table.fullname for table in postgresql.tables.by_name.values()}
    assert not names & tables_looked_through(engine)
    own = Tables(schema=databases.new_schema(engine))
    SqlStore(engine, own).create_tables()
    wallets = own.by_name["wallets"].fullname
    assert wallets not in tables_looked_through(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ANALYZE {wallets}")
    assert wallets in tables_looked_through(engine)


SLOW = ("Seq Scan", "TEMP B-TREE", "Sort", "SCAN x")
"""What plans say where a table is read as a whole, or sorted."""


def plan_of(store: SqlStore, statement: str, values: tuple[object, ...]) -> str:
    """Ask how the database carries a statement out; on PostgreSQL as prepared for any values."""
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            return "\n".join([str(row[-1]) for row in rows])
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        for number in range(1, statement.count("%s") + 1):
            statement = statement.replace("%s", f"${number}", 1)
        connection.exec_driver_sql(f"PREPARE it AS {statement}")
        given = ", ".join([f"'{value}'" for value in values])
        rows = connection.exec_driver_sql(f"EXPLAIN EXECUTE it ({given})")
        plan = "\n".join([str(row[0]) for row in rows])
        connection.exec_driver_sql("DEALLOCATE it")
        return plan


@pytest.mark.parametrize("filled", [False, True])
def test_what_is_due_is_an_index_scan(shared_store: SqlStore, filled: bool) -> None:
    """On empty tables too, whose plans a driver keeps: no sort, and no look at other wallets."""
    rewards = Rewards(shared_store, SMALL)
    if filled:
        for start in range(0, 3_000, 500):
            numbers = range(start, start + 500)
            rewards.do_all([bring(5, by=f"m{n:05}") for n in numbers])
    with told() as statements:
        store = shared_store
        end = ist("2019-01-01 00:00")
        first = store.load(Needs(due=Due(end, None, 10))).due
        if first:
            store.load(Needs(due=Due(end, first[-1], 10)))
        else:
            rewards.do(bring(1))
            (only,) = store.load(Needs(due=Due(end, None, 10))).due
            store.load(Needs(due=Due(end + timedelta(days=1), only, 10)))
    texts = [it for it in statements if "due_at <=" in it]
    assert len(set(texts)) == 2
    at = shared_store._statements.instant(end)
    for statement in set(texts):
        values = (at, 10) if "AND" not in statement else (at, at, "m00100", "tokens", 10)
        plan = plan_of(shared_store, statement, values)
        assert "mi_rewards_wallets_due" in plan, plan
        assert "Seq Scan" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan
        assert "Sort" not in plan, plan


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("kind", [Redemption, Voucher, Settlement, Standing, Referral])
def test_what_runs_out_or_expires_is_an_index_scan(
    shared_store: SqlStore, kind: type[Any], filled: bool
) -> None:
    """Each kind by an index of its own, where many are never due and on empty tables."""
    make = MADE[kind]
    if filled:
        for start in range(0, 2_000, 500):
            made = [make(f"m{n:05}", "n", T) for n in range(start, start + 500)]
            shared_store.save(Changes(tuple([Put(key_of(it), it) for it in made])))
    key = DueKey(T, key_of(make("m00100", "n", T)))
    with told() as statements:
        for after in (None, key):
            shared_store.load(Needs(due=Due(T, after, 10, kind)))
    at = shared_store._statements.instant(T)
    rest = (at, at, "m00100", key.key.name, 10)
    table = f"mi_rewards_{KINDS[kind]}"
    for statement, values in zip(statements, ((at, 10), rest), strict=True):
        plan = plan_of(shared_store, statement, values)
        assert f"{table}_due" in plan, plan
        assert not set(re.findall("|".join(SLOW), plan)), plan


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("after", ["", "n00100"])
@pytest.mark.parametrize("kind", [Voucher, Redemption])
def test_what_a_member_has_is_an_index_scan(
    shared_store: SqlStore, kind: type[Any], after: str, filled: bool
) -> None:
    """By the primary key, in the order of names: no sort, and no look at other members."""
    if filled:
        for by in ("asha", "bela"):
            made = [ENDING[kind](by, f"n{n:05}", T) for n in range(1_000)]
            shared_store.save(Changes(tuple([Put(key_of(it), it) for it in made])))
    with told() as statements:
        shared_store.load(Needs(pages=(Owned(kind, "asha", after, 10),)))
    (statement,) = statements
    values = ("asha", after, 10) if after else ("asha", 10)
    plan = plan_of(shared_store, statement, values)
    assert f"mi_rewards_{KINDS[kind]}_key" in plan or "USING INDEX sqlite_autoindex" in plan, plan
    assert not set(re.findall("|".join(SLOW), plan)), plan


def test_single_rows_are_found_by_their_keys(shared_store: SqlStore) -> None:
    """Whatever the number of rows, and for plans that were made on empty tables."""
    rewards = Rewards(shared_store, SMALL)
    with told() as statements:
        rewards.reasons_against(burn(1))
    (statement,) = statements
    plan = plan_of(shared_store, statement, ("asha", "burn", "asha", "tokens"))
    assert "Seq Scan" not in plan, plan
    assert "SCAN x" not in plan, plan


def test_a_planted_plan_is_seen_to_scan(shared_store: SqlStore) -> None:
    """What has no index is not taken for one that has."""
    table = shared_store.tables.by_name["journal"].fullname
    mark = "%s" if shared_store.engine.dialect.name == "postgresql" else "?"
    statement = f"SELECT body FROM {table} AS x WHERE booked_at > {mark}"
    plan = plan_of(shared_store, statement, (str(T),))
    assert "Seq Scan" in plan or "SCAN x" in plan


def test_tables_are_created_under_asyncio(tmp_path: Path) -> None:
    """And may be created again."""

    async def created() -> Loaded:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
        safe_sqlite(engine.sync_engine)
        store = AsyncSqlStore(engine)
        await store.create_tables()
        await store.create_tables()
        loaded = await store.load(Needs((member_key("asha"),)))
        await engine.dispose()
        return loaded

    assert asyncio.run(created()).get(member_key("asha")) is None
