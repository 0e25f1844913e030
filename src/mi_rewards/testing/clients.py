"""Stores as checks drive them: without `await`, whatever the store is.

1. What a store answers with is awaited where it can be. All of it runs on one event loop, kept for
   the store's whole life on a thread of its own, since engines are bound to their loop.
2. So checks run where a loop is running already, in a notebook too, and from several threads.
3. A context manager is entered and left by one task.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from typing import Any, TypeVar

from mi_rewards.commands import Rewards
from mi_rewards.programme import Programme
from mi_rewards.repositories import AsyncStore, Changes, Loaded, Needs, Store

T = TypeVar("T")

AnyStore = Store | AsyncStore
"""A store, awaited or not."""

AnyManager = AbstractContextManager[T] | AbstractAsyncContextManager[T]


class Loop:
    """Runs what has to be awaited, on one event loop that begins when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def settle(self, answer: Any) -> Any:
        """Answer with what an answer comes to.

        Args:
            answer: What a store or a hook answered.

        Returns:
            The answer itself, or what awaiting it gives.
        """
        if isinstance(answer, Awaitable):
            return asyncio.run_coroutine_threadsafe(_awaited(answer), self._started()).result()
        return answer

    @contextmanager
    def within(self, manager: AnyManager[T]) -> Iterator[T]:
        """Enter a context manager, awaited or not.

        Args:
            manager: The context manager.

        Yields:
            Its value.
        """
        if not isinstance(manager, AbstractAsyncContextManager):
            with manager as value:
                yield value
            return
        entered: Future[tuple[T, Callable[[BaseException | None], None]]] = Future()
        loop = self._started()
        stay = asyncio.run_coroutine_threadsafe(_stay(manager, entered), loop)
        stay.add_done_callback(lambda done: _pass_on(done, entered))
        awaited, leave = entered.result()
        try:
            yield awaited
        except BaseException as error:
            loop.call_soon_threadsafe(leave, error)
            stay.result()
        else:
            loop.call_soon_threadsafe(leave, None)
            stay.result()

    def close(self) -> None:
        """End the loop, and whatever still runs on it."""
        if self._loop is None or self._thread is None:
            return
        loop, thread = self._loop, self._thread
        asyncio.run_coroutine_threadsafe(_wind_up(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        self._loop = self._thread = None

    def _started(self) -> asyncio.AbstractEventLoop:
        """Begin the loop where it has not begun."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="mi_rewards.testing", daemon=True
                )
                self._thread.start()
            return self._loop


async def _awaited(answer: Awaitable[T]) -> T:
    """Make a coroutine of whatever can be awaited."""
    return await answer


async def _stay(
    manager: AbstractAsyncContextManager[T],
    entered: "Future[tuple[T, Callable[[BaseException | None], None]]]",
) -> None:
    """Enter, hand out how to leave, and leave when told."""
    left: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
    async with manager as value:
        entered.set_result((value, left.set_result))
        _leave(await left)


def _leave(error: BaseException | None) -> None:
    """Leave by an error, where there is one."""
    if error is not None:
        raise error


def _pass_on(done: "Future[None]", entered: "Future[Any]") -> None:
    """Tell whoever waits to enter that this failed."""
    error = done.exception()
    if error is not None and not entered.done():
        entered.set_exception(error)


async def _wind_up() -> None:
    """Cancel what still runs."""
    loop = asyncio.get_running_loop()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()


class Client:
    """Somebody with a handle on a store; a `Store` itself, whether or not that one is awaited.

    Attributes:
        store: The store.
        loop: Where it is awaited.
    """

    def __init__(self, store: AnyStore, loop: Loop) -> None:
        self.store: AnyStore = store
        self.loop: Loop = loop

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed.

        Args:
            needs: What is asked for.

        Returns:
            What the store answered.
        """
        answer: Any = self.store.load(needs)
        loaded: Loaded = self.loop.settle(answer)
        return loaded

    def save(self, changes: Changes, /) -> None:
        """Carry out changes.

        Args:
            changes: What to change.
        """
        answer: Any = self.store.save(changes)
        self.loop.settle(answer)

    def rewards(self, programme: Programme) -> Rewards:
        """Carry commands out on the store.

        Args:
            programme: The rules.

        Returns:
            The shell.
        """
        return Rewards(self, programme)


class ExclusiveClient(Client):
    """Somebody with a handle on a store that has a lock."""

    @contextmanager
    def exclusive(self) -> Iterator[Client]:
        """Begin to hold locks.

        Yields:
            A client of the store inside.
        """
        store: Any = self.store
        with self.loop.within(store.exclusive()) as inside:
            yield client_of(inside, self.loop)


def client_of(store: AnyStore, loop: Loop) -> Client:
    """Make a client of a store.

    Args:
        store: The store.
        loop: Where it is awaited.

    Returns:
        The client; it has the store's lock where the store has one.
    """
    return (ExclusiveClient if hasattr(store, "exclusive") else Client)(store, loop)
