"""Stores on which things go wrong as planned: what each fault leaves, sync and awaited."""

import asyncio
from typing import Any

import pytest

from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import Changes, Counter, CounterKey, Needs, Take
from mi_rewards.testing import (
    AsyncFaultyStore,
    ConnectionLost,
    Crashed,
    Fault,
    FaultyStore,
    Plan,
)
from mi_rewards.testing.clients import Loop, client_of
from tests.unit.test_memory import receipt

STOCK = CounterKey("reward", "coupon")


def taking(n: int, name: str) -> Changes:
    """Take some, under a request."""
    return Changes(receipts=(receipt(name),), takes=(Take(STOCK, n, 5),))


@pytest.fixture(params=["sync", "awaited"])
def faulty(request: pytest.FixtureRequest) -> Any:
    """Make a faulty store of a plan, and a client of it."""
    loop = Loop()

    def make(*faults: tuple[int, Fault]) -> Any:
        plan = Plan(faults)
        if request.param == "sync":
            return client_of(FaultyStore(MemoryStore(), plan), loop)
        return client_of(AsyncFaultyStore(AsyncMemoryStore(), plan), loop)

    yield make
    loop.close()


def used(client: Any) -> int:
    """How many were taken."""
    counter: Counter | None = client.load(Needs(counters=(STOCK,))).counter(STOCK)
    return 0 if counter is None else counter.used


@pytest.mark.parametrize(
    ("fault", "error", "taken"),
    [
        (Fault.CONFLICT, Conflict, 0),
        (Fault.NOT_SENT, ConnectionLost, 0),
        (Fault.ANSWER_LOST, ConnectionLost, 1),
        (Fault.CRASH_BEFORE, Crashed, 0),
        (Fault.CRASH_AFTER, Crashed, 1),
        (Fault.LATE, ConnectionLost, 0),
    ],
)
def test_a_fault_befalls_its_save(
    faulty: Any, fault: Fault, error: type[BaseException], taken: int
) -> None:
    """The one that the plan names, and no other."""
    client = faulty((2, fault))
    client.save(taking(1, "r1"))
    with pytest.raises(error, match=f"save 2: {fault.value}"):
        client.save(taking(1, "r2"))
    assert used(client) == 1 + taken
    assert client.store.saves == 2


def test_what_arrives_twice_has_one_effect(faulty: Any) -> None:
    """Its receipt is there when it comes again, and nobody hears of that."""
    client = faulty((1, Fault.TWICE))
    client.save(taking(2, "r1"))
    assert used(client) == 2
    assert client.store.late == []


def test_what_is_late_arrives_after_the_next(faulty: Any) -> None:
    """Also where the next one fails; it is refused where it was sent again meanwhile."""
    client = faulty((1, Fault.LATE), (2, Fault.LATE))
    for name in ("r1", "r2"):
        with pytest.raises(ConnectionLost):
            client.save(taking(1, name))
    client.save(taking(1, "r1"))
    assert used(client) == 2
    client = faulty((1, Fault.LATE))
    with pytest.raises(ConnectionLost):
        client.save(taking(1, "r1"))
    with pytest.raises(LimitReached):
        client.save(taking(6, "r2"))
    assert used(client) == 1


def test_what_is_late_can_be_made_to_arrive(faulty: Any) -> None:
    """When nothing comes after it."""
    client = faulty((1, Fault.LATE))
    with pytest.raises(ConnectionLost):
        client.save(taking(1, "r1"))
    assert used(client) == 0
    client.loop.settle(client.store.arrive())
    assert used(client) == 1


def test_a_late_save_past_the_limit_is_lost(faulty: Any) -> None:
    """Nobody hears the refusal."""
    client = faulty((1, Fault.LATE))
    with pytest.raises(ConnectionLost):
        client.save(taking(5, "r1"))
    client.save(taking(1, "r2"))
    assert used(client) == 1


def test_a_plan_is_a_value() -> None:
    """Equal whatever the order; what is not named goes well."""
    plan = Plan(((2, Fault.TWICE), (1, Fault.LATE)))
    assert plan == Plan({1: Fault.LATE, 2: Fault.TWICE})
    assert [plan.fault_of(number) for number in (1, 2, 3)] == [Fault.LATE, Fault.TWICE, None]
    assert Plan() == Plan({})


@pytest.mark.parametrize(
    "faults",
    [
        ((0, Fault.LATE),),
        ((1, "late"),),
        ((True, Fault.LATE),),
        ((1, Fault.LATE), (1, Fault.TWICE)),
    ],
)
def test_a_plan_names_saves_and_faults(faults: Any) -> None:
    """Each save once, from 1."""
    with pytest.raises(Misuse):
        Plan(faults)


def test_a_crash_is_caught_by_nobody_by_chance() -> None:
    """It ends the process, as far as the code under it knows."""
    assert not issubclass(Crashed, Exception)
    assert issubclass(ConnectionLost, ConnectionError)

    async def crash() -> None:
        store = AsyncFaultyStore(AsyncMemoryStore(), Plan({1: Fault.CRASH_AFTER}))
        try:
            await store.save(taking(1, "r1"))
        except Exception:
            raise AssertionError from None

    with pytest.raises(Crashed):
        asyncio.run(crash())
