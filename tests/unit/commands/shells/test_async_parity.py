"""One history on every kind of host: sync and awaited, whole stores and named repositories."""

import asyncio
import inspect
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from mi_rewards.commands import (
    AsyncRewards,
    Balance,
    Command,
    Rewards,
    Statement,
    follow_up,
    receipt_from_dict,
    receipt_to_dict,
)
from mi_rewards.errors import Conflict, Corrupt, Misuse, Refused
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import Changes, Loaded, Needs, Page, Put, wallet_key
from mi_rewards.wallet import Entry, entry_from_dict, entry_to_dict
from tests.histories import (
    END,
    MEMBERS,
    START,
    Follow,
    Step,
    commands,
    histories,
    programmes,
)
from tests.ledgers import Desk, ledgers
from tests.shop import SMALL, Shop, T, bring, burn, check_outcomes, contents, deliver, hold

DAY = timedelta(days=1)
HOURS = [START + timedelta(hours=hours) for hours in range(0, 240, 24)]

Told = tuple[list[str], dict[str, list[Balance]], dict[str, tuple[Entry, ...]], int]
"""Outcomes, balances, journals, and how many wallets a sweep found due."""


def told_by(rewards: Rewards, history: tuple[Step, ...]) -> Told:
    """Carry a history out, and read all there is to read."""
    outcomes: list[str] = []
    for command in commands(history):
        for each in following(rewards, command) if isinstance(command, Follow) else [command]:
            outcomes += map(repr, rewards.do_all([each]))
    due = rewards.lapse_due(END, limit=2)
    balances = {name: [rewards.balance(name, at=at) for at in HOURS] for name in MEMBERS}
    journals = {name: rewards.statement(name).entries for name in MEMBERS}
    return outcomes, balances, journals, due


def following(rewards: Rewards, follow: Follow) -> list[Command[Any]]:
    """Make the commands that a store's events ask for."""
    pages = [Page("outbox", name, "", 0, 100) for name in MEMBERS]
    loaded = rewards.store.load(Needs(pages=tuple(pages)))
    made = [follow_up(event, at=follow.at) for page in pages for event in loaded.pages[page]]
    return [command for command in made if command is not None]


async def told_by_async(rewards: AsyncRewards, history: tuple[Step, ...]) -> Told:
    """Carry a history out, and read all there is to read."""
    outcomes: list[str] = []
    for command in commands(history):
        made = [command]  # type: list[Any]
        if isinstance(command, Follow):
            pages = [Page("outbox", name, "", 0, 100) for name in MEMBERS]
            loaded = await rewards.store.load(Needs(pages=tuple(pages)))
            events = [event for page in pages for event in loaded.pages[page]]
            made = [it for it in (follow_up(each, at=command.at) for each in events) if it]
        for each in made:
            outcomes += map(repr, await rewards.do_all([each]))
    due = await rewards.lapse_due(END, limit=2)
    balances = {name: [await rewards.balance(name, at=at) for at in HOURS] for name in MEMBERS}
    journals = {name: (await rewards.statement(name)).entries for name in MEMBERS}
    return outcomes, balances, journals, due


@given(programmes(), histories(backwards=True))
def test_every_kind_of_host_says_the_same(programme: Programme, history: tuple[Step, ...]) -> None:
    """I20: Outcomes, balances, journals and sweeps, to the letter."""
    expected = told_by(Rewards(MemoryStore(), programme), history)
    awaited = AsyncRewards(AsyncMemoryStore(), programme)
    assert asyncio.run(told_by_async(awaited, history)) == expected
    assert told_by(Rewards(ledgers(Desk()), programme), history) == expected


@given(programmes(), histories())
def test_a_host_may_store_everything_as_dictionaries(
    programme: Programme, history: tuple[Step, ...]
) -> None:
    """I8: Entries and receipts read back, the latter as digests: repeated, all answers the same."""
    desk = Desk()
    rewards = Rewards(ledgers(desk), programme)
    made = [command for command in commands(history) if not isinstance(command, Follow)]
    first = [rewards.do_all([command])[0] for command in made]
    receipts, journal = desk.table("receipts"), desk.table("journal")
    for key, receipt in list(receipts.items()):
        receipts[key] = receipt_from_dict(receipt_to_dict(receipt))
    for entry in journal.values():
        assert entry_from_dict(entry_to_dict(entry)) == entry
    kept = {name: dict(table) for name, table in desk.tables.items()}
    for command, outcome in zip(made, first, strict=True):
        if not isinstance(outcome, Refused | Misuse):
            check_outcomes(rewards.do_all([command]), outcome)
    assert desk.tables == kept


# the awaited shell by itself


class ForgetfulStore(AsyncMemoryStore):
    """An awaited store that does not answer for what it has not."""

    async def load(self, needs: Needs, /) -> Loaded:
        """Leave out what is not there."""
        loaded = await super().load(needs)
        loaded.aggregates = {k: it for k, it in loaded.aggregates.items() if it is not None}
        return loaded


def test_the_awaited_shell_carries_out_and_simulates() -> None:
    """As the other does: an outcome, the changes, a refusal, a repetition."""
    store = MemoryStore()
    rewards = AsyncRewards(AsyncMemoryStore(store), SMALL)

    async def work() -> None:
        simulated, changes = await rewards.simulate(bring(10))
        assert contents(store) == contents(MemoryStore())
        check_outcomes([await rewards.do(bring(10))], simulated)
        assert isinstance(changes, Changes)
        assert await rewards.simulate(bring(10)) == (simulated, None)
        with pytest.raises(Refused):
            await rewards.do(burn(11))
        with pytest.raises(Misuse):
            await rewards.do(bring(11, request=bring(10).request_id))
        assert await rewards.do_all([]) == []

    asyncio.run(work())


def test_the_awaited_shell_reads_page_by_page() -> None:
    """Statements, balances in the past, and sweeps."""
    shop = Shop()
    shop.all(
        bring(5, "2017-12-31"), bring(7, at=T + DAY), hold(6, until=T + 5 * DAY, at=T + 2 * DAY)
    )
    rewards = AsyncRewards(AsyncMemoryStore(shop.store), SMALL)

    async def work() -> None:
        page = await rewards.statement("asha", after=1, limit=1)
        assert page == Statement(shop.entries()[1:2], 2)
        for at in (T - DAY, T, T + DAY, T + 2 * DAY, T + 9 * DAY, T + 900 * DAY):
            assert await rewards.balance("asha", at=at) == shop.balance(at=at)
        assert (await rewards.balance("nobody", at=T)).available == 0
        assert await rewards.lapse_due(T + 900 * DAY, limit=1) == 1
        assert await rewards.lapse_due(T + 900 * DAY) == 0
        with pytest.raises(Misuse):
            await rewards.statement("asha", limit=0)
        with pytest.raises(Misuse):
            await rewards.statement("asha", after=-1)
        with pytest.raises(Misuse):
            await rewards.lapse_due(T, limit=0)
        with pytest.raises(Misuse, match="an instant needs an offset"):
            await rewards.balance("asha", at=datetime(2017, 7, 1))

    asyncio.run(work())


def test_the_awaited_shell_names_a_corrupt_store() -> None:
    """One that does not answer, and one whose journal is shorter than its wallet."""
    shop = Shop()
    shop.all(bring(5), bring(7, at=T + DAY, request="b"))
    key = wallet_key("asha", "tokens")
    wallet = shop.wallet()
    assert wallet is not None
    other = MemoryStore()
    other.save(Changes((Put(key, wallet._replace(version=0)),), shop.entries()[:1]))

    async def work() -> None:
        with pytest.raises(Corrupt):
            await AsyncRewards(ForgetfulStore(), SMALL).do(deliver("o1", 5))
        with pytest.raises(Corrupt):
            await AsyncRewards(AsyncMemoryStore(other), SMALL).balance("asha", at=T)
        with pytest.raises(Conflict):
            await AsyncMemoryStore(other).save(Changes((Put(key, wallet),)))

    asyncio.run(work())


def test_both_shells_have_the_same_methods() -> None:
    """Each awaited where the other is not, with the same parameters."""
    names = {name for name in vars(Rewards) if not name.startswith("_")}
    assert names == {name for name in vars(AsyncRewards) if not name.startswith("_")}
    for name in names:
        one, other = vars(Rewards)[name], vars(AsyncRewards)[name]
        assert (
            inspect.signature(one).parameters.keys() == inspect.signature(other).parameters.keys()
        )
        assert inspect.iscoroutinefunction(other)
        assert not inspect.iscoroutinefunction(one)
