"""Trying again after a lost race: without a lock first, then under the store's own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from mi_rewards.commands import AsyncRewards, Rewards, with_retries, with_retries_async
from mi_rewards.errors import Conflict, Misuse
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import AsyncExclusiveStore, AsyncStore, ExclusiveStore, Store
from tests.shop import SMALL

INSIDE = MemoryStore()
"""What is handed out while a lock is held."""


class Locked(MemoryStore):
    """A store that has a lock, and counts how often it was held and let go."""

    def __init__(self) -> None:
        super().__init__()
        self.held = [0, 0]

    @contextmanager
    def exclusive(self) -> Iterator[MemoryStore]:
        """Hold the lock."""
        self.held[0] += 1
        try:
            yield INSIDE
        finally:
            self.held[1] += 1


class AsyncLocked(AsyncMemoryStore):
    """The same, awaited."""

    def __init__(self) -> None:
        super().__init__()
        self.held = [0, 0]

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[AsyncStore]:
        """Hold the lock."""
        self.held[0] += 1
        try:
            yield AsyncMemoryStore(INSIDE)
        finally:
            self.held[1] += 1


class Unlocked:
    """A store without a lock."""

    load = MemoryStore.load
    save = MemoryStore.save


class Race:
    """Something that is lost a number of times before it is won.

    Attributes:
        inside: For each try, whether a lock was held.
    """

    def __init__(self, losses: int) -> None:
        self.losses = losses
        self.inside: list[bool] = []

    def run(self, rewards: Rewards | AsyncRewards) -> str:
        """Lose, or win."""
        store = rewards.store
        self.inside.append(store is INSIDE or getattr(store, "store", None) is INSIDE)
        assert rewards.programme is SMALL
        if len(self.inside) <= self.losses:
            raise Conflict("somebody else was faster")
        return "won"

    async def run_async(self, rewards: AsyncRewards) -> str:
        """Lose, or win."""
        return self.run(rewards)


def tried(losses: int, attempts: int) -> tuple[str, list[bool], list[int]]:
    """Try, sync and async; answer with what came of it, the locks, and how often they were held."""
    race, other, store, async_store = Race(losses), Race(losses), Locked(), AsyncLocked()
    answers = []
    try:
        answers.append(with_retries(Rewards(store, SMALL), race.run, attempts=attempts))
    except Conflict:
        answers.append("lost")
    try:
        again = with_retries_async(
            AsyncRewards(async_store, SMALL), other.run_async, attempts=attempts
        )
        answers.append(asyncio.run(again))
    except Conflict:
        answers.append("lost")
    assert (race.inside, store.held) == (other.inside, async_store.held)
    assert answers[0] == answers[1]
    return answers[0], race.inside, store.held


@pytest.mark.parametrize(("losses", "attempts"), [(0, 1), (0, 5), (1, 2), (2, 3), (2, 9)])
def test_a_lost_race_is_run_again(losses: int, attempts: int) -> None:
    """Until it is won, and not once more; under the lock from the second try on."""
    inside = [False] + [True] * losses
    assert tried(losses, attempts) == ("won", inside, [losses, losses])


@pytest.mark.parametrize(("losses", "attempts"), [(1, 1), (5, 3)])
def test_who_loses_too_often_is_told(losses: int, attempts: int) -> None:
    """By the last conflict, after so many attempts; and the lock is let go."""
    inside = [False] + [True] * (attempts - 1)
    assert tried(losses, attempts) == ("lost", inside, [attempts - 1, attempts - 1])


def test_a_store_without_a_lock_is_tried_as_it_is() -> None:
    """As often as with one."""
    race, other = Race(2), Race(2)
    unlocked: Any = Unlocked()
    assert with_retries(Rewards(unlocked, SMALL), race.run, attempts=3) == "won"
    rewards = AsyncRewards(AsyncMemoryStore(), SMALL)
    assert asyncio.run(with_retries_async(rewards, other.run_async, attempts=3)) == "won"
    assert race.inside == other.inside == [False] * 3
    with pytest.raises(Conflict):
        with_retries(Rewards(unlocked, SMALL), Race(9).run, attempts=3)


def test_who_has_a_lock_can_be_told() -> None:
    """By the port."""
    stores: list[Store | AsyncStore | Unlocked] = [MemoryStore(), AsyncMemoryStore(), Unlocked()]
    assert [isinstance(it, ExclusiveStore) for it in stores] == [True, False, False]
    assert isinstance(AsyncLocked(), AsyncExclusiveStore)


def test_another_error_is_not_tried_again() -> None:
    """Nothing that happens later makes it right."""
    tries = []

    def work(rewards: Rewards) -> None:
        tries.append(rewards)
        raise Misuse("no")

    with pytest.raises(Misuse, match="no"):
        with_retries(Rewards(MemoryStore(), SMALL), work, attempts=3)
    assert len(tries) == 1


@pytest.mark.parametrize("attempts", [0, -1, True, 1.5, None])
def test_there_is_at_least_one_attempt(attempts: Any) -> None:
    """And nothing is tried where there is not."""
    with pytest.raises(Misuse) as caught:
        tried(0, attempts)
    assert str(caught.value) == f"attempts must be at least 1, not {attempts!r}"
    race = Race(0)
    with pytest.raises(Misuse):
        asyncio.run(
            with_retries_async(
                AsyncRewards(AsyncMemoryStore(), SMALL), race.run_async, attempts=attempts
            )
        )
    assert race.inside == []
