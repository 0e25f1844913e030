"""How PostgreSQL finds rows: it keeps a plan, and may have made it while tables were empty."""

from sqlalchemy import Connection, create_engine

from mi_rewards.commands import Rewards
from mi_rewards.sql import SqlStore, Tables
from tests import databases
from tests.hosts.test_statements import CATALOGUE
from tests.shop import T, bring, burn, code, redeem, use

TIMES = 12
"""How often a statement is told: the driver prepares it after five, and PostgreSQL keeps a plan."""


def kept_plans(connection: Connection) -> dict[str, str]:
    """Explain the statements that a connection keeps prepared, by their texts."""
    told = connection.exec_driver_sql
    told("SET plan_cache_mode = force_generic_plan")
    kept = told(
        "SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements"
        " WHERE statement LIKE '%%mi_rewards_%%'"
    ).all()
    plans = {}
    for name, statement, count in kept:
        nothing = ", ".join(["NULL"] * count)
        lines = told(f"EXPLAIN (COSTS OFF) EXECUTE {name}({nothing})").scalars()
        plans[statement] = "\n".join(lines)
    return plans


def test_plans_made_on_empty_tables_go_by_index() -> None:
    """One by one and by the batch: no table is read as a whole, and so none will be when full."""
    engine = create_engine(databases.postgresql_url(), pool_size=1, max_overflow=0)
    store = SqlStore(engine, Tables(schema=databases.new_schema(engine)))
    store.create_tables()
    rewards = Rewards(store, CATALOGUE)
    for time in range(TIMES):
        members = [f"asha-{time}", f"ravi-{time}"]
        rewards.do_all([bring(50, by=member) for member in members])
        rewards.do_all([burn(1, by=member) for member in members])
        rewards.do(bring(50, by=f"tara-{time}"))
        rewards.do(burn(1, by=f"tara-{time}"))
        rewards.statement("asha-0")
        drawn = [code(3 * time + number) for number in range(3)]
        rewards.do_all([redeem(by=by, code=it) for by, it in zip(members, drawn, strict=False)])
        rewards.do(redeem(by=f"tara-{time}", code=drawn[2]))
        rewards.do(use(drawn[2], "o1", by=f"tara-{time}"))
        rewards.catalogue("asha-0", at=T)
        rewards.vouchers("asha-0", at=T)
        rewards.run_out_due(T)
        rewards.expire_due(T)
        with store.exclusive() as holder:
            Rewards(holder, CATALOGUE).do_all([burn(1, by=it, request="again") for it in members])
    with engine.connect() as connection:
        plans = kept_plans(connection)
    assert sum("UNION ALL" in text for text in plans) >= 2
    assert sum("json_each_text" in text for text in plans) >= 2
    assert sum("unnest" in text for text in plans) >= 2
    assert sum("FOR UPDATE" in text for text in plans) == 1
    for page in ("rewards", "vouchers"):
        assert [text for text in plans if "ORDER BY x.name" in text and f"_{page}" in text]
    for kind in ("redemptions", "vouchers"):
        assert [text for text in plans if "due_at <=" in text and f"_{kind}" in text]
    whole = {text: plan for text, plan in plans.items() if "Seq Scan on mi_rewards" in plan}
    assert not whole
    engine.dispose()
