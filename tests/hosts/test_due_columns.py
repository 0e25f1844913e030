"""The column by which SQLite finds what is due: written where it changes, and right where not."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from mi_rewards.commands import Command, Rewards
from mi_rewards.sql import SqlStore, _sqlite
from tests import databases
from tests.hosts.test_statements import told
from tests.shop import SMALL, bring, burn, hold, ist, release


def due_in(store: SqlStore) -> str:
    """Read when the wallet is due."""
    with store.engine.connect() as connection:
        return str(connection.scalar(text("SELECT due_at FROM mi_rewards_wallets")))


def updates_in(statements: list[str]) -> list[bool]:
    """Tell of each statement that updates a wallet whether it names what is due."""
    updates = [it for it in statements if it.startswith("UPDATE mi_rewards_wallets")]
    return ["due_at = ?" in it for it in updates]


def test_what_is_due_is_written_where_it_changes(sqlite: SqlStore) -> None:
    """A burn leaves it alone; a hold moves it, and its release moves it back."""
    rewards = Rewards(sqlite, SMALL)
    rewards.do(bring(10))
    lapses = due_in(sqlite)
    expected: list[tuple[Command[Any], list[bool], str]] = [
        (burn(1), [False], lapses),
        (burn(1, request="r2"), [False], lapses),
        (hold(2, until=ist("2017-08-01")), [True], "2017-08-01 06:30:00.000000"),
        (release("hold"), [True], lapses),
        (burn(1, request="r3"), [False], lapses),
    ]
    for command, updates, due in expected:
        with told() as statements:
            rewards.do(command)
        assert updates_in(statements) == updates
        assert due_in(sqlite) == due


def test_what_somebody_else_moved_is_written_again(tmp_path: Path) -> None:
    """Also where this store takes it for what its own transaction had, which was rolled back."""
    store = databases.sqlite_store(tmp_path)
    other = SqlStore(store.engine, store.tables)
    one, two = Rewards(store, SMALL), Rewards(other, SMALL)
    one.do(bring(10))
    lapses = due_in(store)
    with Session(store.engine) as session:
        Rewards(store.joined(session), SMALL).do(burn(1))
        session.rollback()
    with told() as statements:
        two.do(hold(2, until=ist("2017-08-01")))
    assert updates_in(statements) == [False, True]
    assert due_in(store) != lapses
    with told() as statements:
        one.do(release("hold"))
    assert updates_in(statements) == [False, True]
    assert due_in(store) == lapses
    store.engine.dispose()


def test_what_somebody_else_moved_of_one_is_written_again_of_all_in_a_batch(
    tmp_path: Path,
) -> None:
    """Which of them it was is not asked; those that were written already stay as they are."""
    store = databases.sqlite_store(tmp_path)
    one = Rewards(store, SMALL)
    for by in ("asha", "bela"):
        one.do(bring(10, by=by))
    lapses = due_in(store)
    one.do_all([burn(1, by="asha"), burn(1, by="bela")])
    with Session(store.engine) as session:
        Rewards(store.joined(session), SMALL).do(burn(1, by="bela", request="r2"))
        session.rollback()
    other = Rewards(SqlStore(store.engine, store.tables), SMALL)
    other.do(hold(2, by="bela", until=ist("2017-08-01")))
    together: list[Command[Any]] = [burn(1, request="r3"), release("hold", by="bela")]
    with told() as statements:
        one.do_all(together)
    assert updates_in(statements) == [False, True]
    with store.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT due_at, version FROM mi_rewards_wallets ORDER BY member_id")
        )
        assert [tuple(row) for row in rows] == [(lapses, 3), (lapses, 4)]
    store.engine.dispose()


def test_what_is_known_is_forgotten_in_time(
    sqlite: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more members than that it is asked for first, and then written."""
    monkeypatch.setattr(_sqlite, "_DUES_MAX", 1)
    rewards = Rewards(sqlite, SMALL)
    for by in ("asha", "bela"):
        rewards.do(bring(10, by=by))
    commands: list[tuple[Command[Any], list[bool]]] = [
        (burn(1, by="asha"), [False]),
        (hold(2, by="asha", until=ist("2017-08-01")), [True]),
        (burn(1, by="bela"), [False]),
        (release("hold", by="asha"), [False, True]),
    ]
    for command, updates in commands:
        with told() as statements:
            rewards.do(command)
        assert updates_in(statements) == updates


@pytest.mark.parametrize(
    "at",
    [
        ist("2017-08-01"),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2017, 5, 1, 12, 0, 0, 5, tzinfo=UTC),
        datetime(2017, 5, 1, 12, 0, 1, tzinfo=UTC),
    ],
)
def test_instants_are_written_in_utc_with_six_decimals(sqlite: SqlStore, at: datetime) -> None:
    """As SQLAlchemy writes them, so that texts sort as instants do; and read back."""
    written = sqlite._statements.instant(at)
    assert written == at.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")
    assert sqlite._statements.instant_from(written) == at
