"""How much is said to the database: at most a statement for each kind of thing, however many."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
from sqlalchemy import event

from mi_rewards.calendar import Period
from mi_rewards.catalogue import CouponTerms, Limit, Reward, Validity
from mi_rewards.commands import Command, Rewards
from mi_rewards.earning import Bonus, Budget, CampaignTerms, Cap, CapPer
from mi_rewards.errors import Refused
from mi_rewards.sql import SqlStore
from tests.campaigns import campaign
from tests.shop import (
    SMALL,
    T,
    adjust,
    attach,
    bring,
    burn,
    call_off,
    cancel,
    capture,
    code,
    confirm,
    deliver,
    detach,
    fill,
    forget,
    give_back,
    hold,
    inr,
    ist,
    join,
    lapse,
    place,
    publish,
    redeem,
    reinstate,
    release,
    replace,
    reserve,
    rules,
    send,
    use,
    void,
)

FRAME = {"BEGIN", "COMMIT"}
"""What a save of its own is framed by on SQLite."""


LIMITED = Reward(
    "cup",
    "Cup",
    10,
    CouponTerms(Validity(days=90), value=inr(100)),
    stock=100_000,
    limits=(Limit(100),),
    is_revocable=True,
)
MORE = attrs.evolve(LIMITED, reward_id="bag")
POOLED = attrs.evolve(LIMITED, reward_id="pooled", pool_id="partner")
CAMPAIGNS = rules(campaigns=CampaignTerms((campaign("a", Bonus(5)), campaign("b", Bonus(1)))))
"""Campaigns without limits."""
CATALOGUE = rules(rewards=(LIMITED, POOLED), keeps_codes=True)
"""Rewards with a stock and a limit, in the rule book."""


@contextmanager
def told() -> Iterator[list[str]]:
    """Note the statements that stores carry out."""
    statements: list[str] = []

    class Notes(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            statements.append(record.getMessage())

    log, notes = logging.getLogger("mi_rewards.sql"), Notes()
    level = log.level
    log.addHandler(notes)
    log.setLevel(logging.DEBUG)
    try:
        yield statements
    finally:
        log.removeHandler(notes)
        log.setLevel(level)


def kinds_of(statements: list[str]) -> list[str]:
    """Name what statements do and to which table; loads and PostgreSQL's saves name all theirs."""
    return [
        f"{statement.split()[0]} {'+'.join(tables_in(statement))}".strip()
        for statement in statements
    ]


def tables_in(statement: str) -> list[str]:
    """Name the tables of a statement, in order, each once."""
    words = statement.replace("(", " ").replace(")", " ").replace('"', "").split()
    names = [word.rpartition("mi_rewards_")[2] for word in words if "mi_rewards_" in word]
    return list(dict.fromkeys(name for name in names if name))


def some_of_everything() -> list[Command[Any]]:
    """Make commands of every kind, in an order in which all are granted."""
    later = ist("2017-07-20")
    return [
        join(),
        bring(1_000),
        place("o1", 500),
        deliver("o1"),
        place("o2", 500),
        cancel("o2"),
        deliver("o3", 500),
        give_back("o3"),
        hold(10, until=later),
        capture("hold", 4),
        hold(10, until=later, request="hold2"),
        release("hold2"),
        burn(5),
        reinstate("burn", 2),
        send(3),
        adjust(7, "2018-12-31", note="goodwill"),
        lapse(at=ist("2018-01-01")),
    ]


def test_a_command_on_postgresql_is_two_statements(postgresql: SqlStore) -> None:
    """One that reads all it needs, and one that writes all that it changes and commits."""
    rewards = Rewards(postgresql, SMALL)
    for command in some_of_everything():
        with told() as statements:
            rewards.do(command)
        kinds = [kind.partition(" ")[0] for kind in kinds_of(statements)]
        assert kinds[-1] in {"WITH", "INSERT"}, (command, statements)
        assert set(kinds[:-1]) == {"SELECT"}
        # Returns and reinstatements find in what they read that they need something more.
        assert len(kinds) <= 3, (command, statements)
        if not isinstance(command, type(give_back("o3")) | type(reinstate())):
            assert len(kinds) == 2, (command, statements)


def some_of_the_catalogue() -> list[Command[Any]]:
    """Make commands of every kind on rewards, in an order in which all are granted."""
    later = ist("2017-07-20")
    return [
        publish(MORE),
        fill(code(91), code(92)),
        redeem(),
        redeem(request="again", code=code(2)),
        reserve(until=later),
        confirm(code=code(3)),
        reserve(until=later, request="off"),
        call_off("off", request="call off"),
        attach("redeem", "o1"),
        detach("redeem", "o1"),
        use("redeem", "o1"),
        replace("reserve", code=code(4)),
        forget("reserve"),
        void("reserve"),
        redeem("bag", request="published", code=code(5)),
        redeem("pooled", request="pooled", code=None),
        call_off("again", request="give back"),
        attach(code(5), "o2", request="by code"),
    ]


LATE = {"bag": 1, "pooled": 2, "give back": 1, "o2": 1}
"""What is found to be needed once something is read: a limit, the place and the entry of a pool's
next code, a voucher."""


def test_a_command_on_rewards_is_two_statements_on_postgresql(postgresql: SqlStore) -> None:
    """One load, and one save; one load more where what was read names something else."""
    rewards = Rewards(postgresql, CATALOGUE)
    rewards.do(bring(1_000))
    for command in some_of_the_catalogue():
        with told() as statements:
            rewards.do(command)
        words = (getattr(command, name, "") for name in ("reward_id", "request_id", "order_id"))
        late = sum({LATE.get(word, 0) for word in words})
        kinds = [it.split()[0] for it in statements]
        assert kinds == ["SELECT"] * (1 + late) + ["WITH"], (command, statements)


LIMITED_CAMPAIGNS = rules(
    campaigns=CampaignTerms(
        (
            campaign("a", Bonus(5), budget=Budget(100_000)),
            campaign("b", Bonus(1), caps=(Cap(90, period=Period.MONTH), Cap(9, CapPer.ORDER))),
            campaign("c", Bonus(7), through_on=ist("2017-06-30").date(), budget=Budget(9)),
        )
    )
)
"""Campaigns with limits; one is over."""


def test_campaigns_with_limits_are_one_more_kind_to_read(postgresql: SqlStore) -> None:
    """The counters, with the rest in one statement; without limits there are none to read."""
    for programme, has_counters in ((LIMITED_CAMPAIGNS, True), (CAMPAIGNS, False)):
        rewards = Rewards(postgresql, programme)
        by = "ben" if has_counters else "cai"
        for command in (join(by), place("o1", 500, by=by), deliver("o1", by=by)):
            with told() as statements:
                rewards.do(command)
            assert [it.split()[0] for it in statements] == ["SELECT", "WITH"], command
            assert ("counters" in tables_in(statements[0])) is has_counters
            takes = "counters" in tables_in(statements[1])
            assert takes is (has_counters and command.request_id == "deliver:o1")
        with told() as statements:
            assert rewards.explain(place("o2", 500, by=by)).tokens == 56
        assert [it.split()[0] for it in statements] == ["SELECT"]


def test_an_order_placed_in_another_month_reads_its_counters_late(postgresql: SqlStore) -> None:
    """One statement more, since it is found with the order."""
    rewards = Rewards(postgresql, LIMITED_CAMPAIGNS)
    rewards.do(join())
    rewards.do(place("o1", 500, at=ist("2017-07-31")))
    with told() as statements:
        rewards.do(deliver("o1", at=ist("2017-08-01")))
    assert [it.split()[0] for it in statements] == ["SELECT", "SELECT", "WITH"]


@pytest.mark.parametrize("count", [2, 50])
def test_many_deliveries_under_campaigns_take_as_many_statements_as_two(
    sql_store: SqlStore, count: int
) -> None:
    """Of 50 members as of 2: each has a cap, and all have one budget."""
    rewards = Rewards(sql_store, LIMITED_CAMPAIGNS)
    rewards.do_all([join(f"m{n}") for n in range(count)])
    with told() as statements:
        answers = rewards.do_all([deliver("o1", 500, by=f"m{n}") for n in range(count)])
    assert [it for it in answers if isinstance(it, Exception)] == []
    reads = [it for it in statements if it.startswith("SELECT")]
    assert len(reads) == 1
    if sql_store.engine.dialect.name == "postgresql":
        assert len(statements) == 2
    else:
        # One of the takes for the budget and each cap: as many as there are counters.
        writes = {tables_in(it)[0] for it in statements if it.startswith(("INSERT", "UPDATE"))}
        assert {"counters", "purchases", "wallets", "journal"} <= writes


def test_the_catalogue_is_shown_with_two_statements(sql_store: SqlStore) -> None:
    """The rewards that were published, then the wallet and every counter; vouchers take two.

    One of these is for the member, whose absorbed members' vouchers are shown too.
    """
    rewards = Rewards(sql_store, CATALOGUE)
    for command in (bring(1_000), publish(MORE), redeem(), reserve(until=ist("2017-07-20"))):
        rewards.do(command)
    with told() as statements:
        assert len(rewards.catalogue("asha", at=T)) == 3
    assert [it.split()[0] for it in statements] == ["SELECT"] * 2
    assert set(tables_in(statements[1])) == {"wallets", "counters"}
    with told() as statements:
        assert len(rewards.vouchers("asha", at=T)) == 1
    assert [tables_in(it) for it in statements] == [["members"], ["vouchers"]]


@pytest.mark.parametrize("count", [2, 50, 300])
def test_many_redemptions_take_as_many_statements_as_two(sql_store: SqlStore, count: int) -> None:
    """Of 300 members as of 2: no statement is said for each, whether redeemed or used."""
    rewards = Rewards(sql_store, CATALOGUE)
    members = [f"m{n}" for n in range(count)]
    rewards.do_all([bring(100, by=by) for by in members])
    drawn = [code(n) for n in range(count)]
    works: list[list[Command[Any]]] = [
        [redeem(by=by, code=it) for by, it in zip(members, drawn, strict=True)],
        [use(it, "o1", by=by) for by, it in zip(members, drawn, strict=True)],
    ]
    for number, commands in enumerate(works):
        with told() as statements:
            answers = rewards.do_all(commands)
        assert not [it for it in answers if isinstance(it, Exception)]
        if sql_store.engine.dialect.name == "postgresql":
            assert len(statements) == 2 + number
        reads = [it for it in statements if it.startswith("SELECT")]
        assert len(reads) == 1 + number
        inserts = [tables_in(it)[0] for it in statements if it.startswith("INSERT")]
        assert len(set(inserts)) == len(inserts)


def test_reservations_run_out_in_pages(sql_store: SqlStore) -> None:
    """Four statements a page, as of wallets: what is due, the rows, all that is needed, a save."""
    rewards = Rewards(sql_store, CATALOGUE)
    members = [f"m{n:03}" for n in range(250)]
    rewards.do_all([bring(100, by=by) for by in members])
    until = ist("2017-07-20")
    rewards.do_all([reserve(by=by, until=until) for by in members])
    rewards.do_all([redeem(by=by, code=code(n)) for n, by in enumerate(members)])
    # What runs out is of two kinds: redemptions, and settlements, of which there are none.
    sweeps = ((rewards.run_out_due, until, 2), (rewards.expire_due, ist("2018-01-01"), 1))
    for sweep, at, kinds in sweeps:
        with told() as statements:
            assert sweep(at, limit=100) == 250
        reads = [it for it in statements if it.startswith("SELECT")]
        assert len(reads) == 3 * 3 + kinds
        assert len([it for it in statements if "due_at <=" in it]) == 3 + kinds


def test_a_command_on_sqlite_is_one_statement_to_read_and_one_for_each_table(
    sqlite: SqlStore,
) -> None:
    """Between a begin and a commit; the driver sees no others."""
    seen: list[str] = []

    def trace(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(seen.append)

    event.listen(sqlite.engine, "checkout", trace)
    rewards = Rewards(sqlite, SMALL)
    for command in some_of_everything():
        seen.clear()
        with told() as statements:
            rewards.do(command)
        kinds = kinds_of(statements)
        writes = [kind for kind in kinds if kind.startswith(("INSERT", "UPDATE"))]
        assert len({kind.split()[1] for kind in writes}) == len(writes), (command, kinds)
        reads = [kind for kind in kinds if kind.startswith("SELECT")]
        assert len(reads) <= 2
        assert {kind for kind in kinds if kind not in {*writes, *reads}} == FRAME
        assert len(seen) == len(statements)


def test_in_a_transaction_of_the_hosts_the_savepoint_adds_two(postgresql: SqlStore) -> None:
    """As the manual says."""
    with postgresql.engine.begin() as connection, told() as statements:
        Rewards(postgresql.joined(connection), SMALL).do(bring(5))
    assert [it.split()[0] for it in statements] == ["SELECT", "SAVEPOINT", "WITH", "RELEASE"]


@pytest.mark.parametrize("count", [2, 50, 500])
def test_many_commands_take_as_many_statements_as_two(sql_store: SqlStore, count: int) -> None:
    """G9: Of 500 members as of 2: no statement is said for each."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do_all([join(f"m{n}") for n in range(count)])
    with told() as statements:
        answers = rewards.do_all([deliver("o1", 100, by=f"m{n}") for n in range(count)])
    assert not [it for it in answers if isinstance(it, Refused)]
    assert set(tables_in(statements[0])) == {"receipts", "members", "wallets", "purchases"}
    written = {"receipts", "members", "wallets", "purchases", "journal"}
    if sql_store.engine.dialect.name == "postgresql":
        assert len(statements) == 2
        assert set(tables_in(statements[1])) >= written - {"members"}
    else:
        inserts = [tables_in(it)[0] for it in statements[2:-1]]
        assert statements[1].startswith("BEGIN")
        assert len(set(inserts)) == len(inserts)
        assert written - {"members"} <= set(inserts) <= written


def test_a_member_with_a_long_history_takes_no_more(sql_store: SqlStore) -> None:
    """After 300 entries as after one."""
    rewards = Rewards(sql_store, SMALL)
    counts = []
    for number in range(300):
        with told() as statements:
            rewards.do(bring(1, request=f"r{number}"))
        counts.append(len(statements))
    assert len(set(counts)) == 1


def test_lapses_are_booked_in_pages(sql_store: SqlStore) -> None:
    """Four statements a page: what is due, the wallets, the receipts with the rest, the save."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do_all([bring(5, by=f"m{n:03}") for n in range(250)])
    with told() as statements:
        assert rewards.lapse_due(ist("2019-01-01"), limit=100) == 250
    reads = [it for it in statements if it.startswith("SELECT")]
    assert len(reads) == 3 * 3 + 1
    assert len([it for it in statements if "due_at <=" in it]) == 3 + 1


def test_a_repeated_request_is_one_statement(sql_store: SqlStore) -> None:
    """Its receipt is found with the rest, and nothing is written."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do(bring(5))
    with told() as statements:
        rewards.do(bring(5))
    assert [it.split()[0] for it in statements] == ["SELECT"]


def test_a_statement_is_read_in_pages(sql_store: SqlStore) -> None:
    """No page reads more than it was asked for, and one entry to see whether there are more."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do_all([bring(1, request=f"r{n}") for n in range(25)])
    after, found = 0, []
    while True:
        with told() as statements:
            page = rewards.statement("asha", after=after, limit=10)
        assert len(statements) == 1
        assert "LIMIT" in statements[0]
        found += [entry.sequence for entry in page.entries]
        if page.next_after is None:
            break
        after = page.next_after
    assert found == list(range(1, 26))


def test_no_statement_names_a_member(sql_store: SqlStore) -> None:
    """What is logged has no parameters: they are personal."""
    rewards = Rewards(sql_store, SMALL)
    with told() as statements:
        rewards.do(bring(5, by="asha@example.org", at=T))
    assert not [it for it in statements if "asha" in it]
    assert statements
