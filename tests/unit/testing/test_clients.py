"""Stores as checks drive them: one loop for a store's whole life, and no await."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import pytest

from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import AsyncStore, Changes, ExclusiveStore, Loaded, Needs
from mi_rewards.testing import Client
from mi_rewards.testing.clients import ExclusiveClient, Loop, client_of


@pytest.fixture
def loop() -> Iterator[Loop]:
    """A loop that is closed at the end."""
    made = Loop()
    yield made
    made.close()


class Bound(AsyncMemoryStore):
    """A store bound to the loop on which it was made, as engines are."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()

    async def load(self, needs: Needs, /) -> Loaded:
        """Read on its own loop."""
        assert asyncio.get_running_loop() is self.loop
        await asyncio.sleep(0)
        return await super().load(needs)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[AsyncStore]:
        """Be entered and left by one task."""
        task = asyncio.current_task()
        yield self
        assert asyncio.current_task() is task


async def bound() -> Bound:
    """Make a store on the running loop."""
    return Bound()


def test_all_of_it_runs_on_one_loop(loop: Loop) -> None:
    """Making, loading and saving, from several threads too."""
    client = Client(loop.settle(bound()), loop)
    client.save(Changes())
    failures: list[BaseException] = []

    def load() -> None:
        try:
            client.load(Needs())
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_what_need_not_be_awaited_is_not(loop: Loop) -> None:
    """No loop is begun for it."""
    assert loop.settle(5) == 5
    client = client_of(MemoryStore(), loop)
    assert client.load(Needs()).aggregates == {}
    assert not loops()


def test_a_lock_is_there_where_the_store_has_one(loop: Loop) -> None:
    """Awaited or not; `with_retries` looks for it."""
    assert isinstance(client_of(MemoryStore(), loop), ExclusiveStore)
    assert not isinstance(client_of(AsyncMemoryStore(), loop), ExclusiveStore)
    client = client_of(loop.settle(bound()), loop)
    assert isinstance(client, ExclusiveClient)
    with client.exclusive() as inside:
        assert inside.load(Needs()).aggregates == {}


@asynccontextmanager
async def managed(seen: list[Any]) -> AsyncIterator[int]:
    """Note what comes out."""
    try:
        yield 7
    except KeyError as error:
        seen.append(error)
        raise
    else:
        seen.append("end")


@asynccontextmanager
async def swallowing() -> AsyncIterator[None]:
    """Let no error out."""
    with suppress(KeyError):
        yield


@asynccontextmanager
async def locked_out() -> AsyncIterator[None]:
    """Let nobody in."""
    if loops():
        raise PermissionError("closed")
    yield


def loops() -> list[threading.Thread]:
    """List the threads on which loops run."""
    return [it for it in threading.enumerate() if it.name == "mi_rewards.testing"]


def fail() -> None:
    """Fail."""
    raise KeyError("swallowed")


def test_a_manager_is_entered_and_left(loop: Loop) -> None:
    """Awaited or not; an error goes through it, and an error on entering comes out."""
    seen: list[Any] = []
    with loop.within(managed(seen)) as value:
        assert (value, seen) == (7, [])
    assert seen == ["end"]
    error = KeyError("mine")
    with pytest.raises(KeyError, match="mine") as caught, loop.within(managed(seen)):
        raise error
    assert caught.value is error
    assert seen == ["end", error]
    with loop.within(swallowing()):
        fail()
    with pytest.raises(PermissionError, match="closed"), loop.within(locked_out()):
        seen.append("never")
    assert "never" not in seen

    @contextmanager
    def plain() -> Iterator[int]:
        yield 8

    with loop.within(plain()) as value:
        assert value == 8


def test_a_loop_ends_with_whatever_runs_on_it() -> None:
    """And can begin again; one that never began needs no end."""
    loop = Loop()
    loop.close()
    begun = threading.Event()

    async def begin() -> None:
        async def wait() -> None:
            begun.set()
            await asyncio.sleep(3600)

        tasks.append(asyncio.ensure_future(wait()))
        await asyncio.sleep(0)

    tasks: list[asyncio.Future[None]] = []
    loop.settle(begin())
    assert begun.is_set()
    loop.close()
    assert tasks[0].cancelled()
    assert not loops()
    assert loop.settle(bound()).store is not None
    loop.close()
