"""How much is said to the database: at most a statement for each kind of thing, however many."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from mi_rewards.commands import Command, Rewards
from mi_rewards.errors import Refused
from mi_rewards.sql import SqlStore
from tests.shop import (
    SMALL,
    T,
    adjust,
    bring,
    burn,
    cancel,
    capture,
    deliver,
    give_back,
    hold,
    ist,
    join,
    lapse,
    place,
    reinstate,
    release,
    send,
)

FRAME = {"BEGIN", "COMMIT"}
"""What a save of its own is framed by on SQLite."""


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
        assert kinds[-1] == "WITH", (command, statements)
        assert set(kinds[:-1]) == {"SELECT"}
        # Returns and reinstatements find in what they read that they need something more.
        assert len(kinds) <= 3, (command, statements)
        if not isinstance(command, type(give_back("o3")) | type(reinstate())):
            assert len(kinds) == 2, (command, statements)


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
