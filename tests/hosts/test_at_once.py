"""Commands carried out as a whole: on one connection, or load by load where a store wants that."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncSession

from mi_rewards.commands import AsyncRewards, Command, Rewards
from mi_rewards.errors import Conflict
from mi_rewards.repositories import Changes, Loaded, Needs, Work, wallet_key
from mi_rewards.sql import AsyncSqlStore, SqlStore
from tests import databases
from tests.shop import SMALL, T, bring, burn, lapse


@contextmanager
def borrowed_from(engine: Engine) -> Iterator[list[object]]:
    """Note the connections that are borrowed."""
    borrowed: list[object] = []

    def note(connection: object, *_: object) -> None:
        borrowed.append(connection)

    event.listen(engine, "checkout", note)
    yield borrowed
    event.remove(engine, "checkout", note)


def test_a_command_borrows_one_connection(sql_store: SqlStore) -> None:
    """Also one that is a repeated request, and a batch."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do(bring(10))
    with borrowed_from(sql_store.engine) as borrowed:
        rewards.do(burn(1))
        assert len(borrowed) == 1
        rewards.do(burn(1))
        assert len(borrowed) == 2
        several: list[Command[Any]] = [burn(2, request="r2"), burn(3, request="r3"), lapse(at=T)]
        rewards.do_all(several)
        assert len(borrowed) == 3
    assert rewards.balance("asha", at=T).available == 4


def test_a_store_with_a_load_or_a_save_of_its_own_is_asked_for_each(sqlite: SqlStore) -> None:
    """And one that carries work out in its own way is asked for that."""
    asked: list[str] = []

    class Loading(SqlStore):
        def load(self, needs: Needs, /) -> Loaded:
            asked.append("load")
            return super().load(needs)

    class Saving(SqlStore):
        def save(self, changes: Changes, /) -> None:
            asked.append("save")
            super().save(changes)

    class Whole(SqlStore):
        def save(self, changes: Changes, /) -> None:
            raise AssertionError(changes)

        def at_once(self, work: Work, /) -> None:
            asked.append("at once")
            super().at_once(work)

    class Named(SqlStore):
        """One that says nothing of it."""

    for number, kind in enumerate((Loading, Saving, Whole, Named), start=1):
        rewards = Rewards(kind(sqlite.engine, sqlite.tables), SMALL)
        assert rewards.do(bring(10, by=str(number))).tokens == 10
    assert asked == ["load", "save", "at once"]
    assert Named.at_once is SqlStore.at_once


def test_a_save_that_comes_from_elsewhere_is_asked_for_too(sqlite: SqlStore) -> None:
    """From a class beside the store's, from one that passes the rest on, and from a replacement."""
    asked: list[str] = []

    class Noting:
        def save(self, changes: Changes, /) -> None:
            asked.append("beside")
            super().save(changes)  # type: ignore[misc]

    class Beside(Noting, SqlStore):
        """A store that notes what it saves."""

    class Wrapper:
        def __init__(self, store: SqlStore) -> None:
            self.store = store

        def save(self, changes: Changes, /) -> None:
            asked.append("around")
            self.store.save(changes)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.store, name)

    replaced = SqlStore(sqlite.engine, sqlite.tables)

    def save(changes: Changes, /) -> None:
        asked.append("instead")
        SqlStore.save(replaced, changes)

    replaced.save = save  # type: ignore[method-assign]
    beside = Beside(sqlite.engine, sqlite.tables)
    stores: list[Any] = [beside, Wrapper(sqlite), replaced]
    for number, store in enumerate(stores, start=1):
        assert Rewards(store, SMALL).do(bring(10, by=str(number))).tokens == 10
    assert asked == ["beside", "around", "instead"]


def test_an_interrupt_comes_out_as_it_is(shared_store: SqlStore) -> None:
    """Nothing is left behind, and the store goes on."""

    class Interrupted:
        """Work that somebody stops while it is decided."""

        needs = Needs((wallet_key("asha", "tokens"),))
        changes = None

        def run(self, loaded: Loaded, /) -> Needs | None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared_store.at_once(Interrupted())
    assert Rewards(shared_store, SMALL).do(bring(10)).tokens == 10


def test_an_async_store_with_a_save_of_its_own_is_asked_for_it(tmp_path: Path) -> None:
    """As the other one."""
    asked: list[str] = []

    class Saving(AsyncSqlStore):
        async def save(self, changes: Changes, /) -> None:
            asked.append("save")
            await super().save(changes)

    async def story() -> None:
        store = await databases.async_sqlite_store(tmp_path)
        await AsyncRewards(Saving(store.engine, store.tables), SMALL).do(bring(10))
        assert asked == ["save"]
        await store.engine.dispose()

    asyncio.run(story())


@pytest.mark.parametrize("driver", ["aiosqlite", "asyncpg"])
def test_a_joined_command_is_decided_again_after_a_lost_race(tmp_path: Path, driver: str) -> None:
    """I11: its savepoint leaves nothing, and the host's transaction goes on."""

    async def story() -> None:
        if driver == "aiosqlite":
            store = await databases.async_sqlite_store(tmp_path)
        else:
            store = await databases.async_postgresql_store()
        await AsyncRewards(store, SMALL).do(bring(10))
        async with AsyncSession(store.engine) as session, session.begin():
            joined = store.joined(session)
            ahead = (await AsyncRewards(store, SMALL).simulate(burn(1)))[1]
            assert ahead is not None
            await AsyncRewards(joined, SMALL).do(burn(1))
            with pytest.raises(Conflict):
                await joined.save(ahead)
            assert (await AsyncRewards(joined, SMALL).do(burn(2, request="r2"))).tokens == 2
        assert (await AsyncRewards(store, SMALL).balance("asha", at=T)).available == 7
        await store.engine.dispose()
        if driver == "asyncpg":
            databases.give_back(store.tables)

    asyncio.run(story())


def test_a_lost_race_of_a_whole_leaves_nothing(shared_store: SqlStore) -> None:
    """I11: whoever comes between its load and its save wins."""

    class Overtaken:
        """Work in whose decision somebody else is faster."""

        def __init__(self, work: Work) -> None:
            self.work = work
            self.needs = work.needs

        def run(self, loaded: Loaded, /) -> Needs | None:
            """Decide, after somebody else."""
            Rewards(shared_store, SMALL).do(burn(7, request="faster"))
            return self.work.run(loaded)

        @property
        def changes(self) -> Changes | None:
            """Change what was decided."""
            return self.work.changes

    class Slow(SqlStore):
        def at_once(self, work: Work, /) -> None:
            super().at_once(Overtaken(work))

    Rewards(shared_store, SMALL).do(bring(10))
    slow = Rewards(Slow(shared_store.engine, shared_store.tables), SMALL)
    with pytest.raises(Conflict):
        slow.do(burn(7))
    assert slow.balance("asha", at=T).available == 3
    assert [it.request_id for it in slow.statement("asha").entries][1:] == ["faster"]
