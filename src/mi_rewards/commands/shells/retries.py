"""Trying again after a lost race."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from mi_rewards.commands.shells.async_rewards import AsyncRewards
from mi_rewards.commands.shells.rewards import Rewards
from mi_rewards.errors import Conflict, Misuse
from mi_rewards.repositories.stores import AsyncExclusiveStore, ExclusiveStore

R = TypeVar("R")


def with_retries(rewards: Rewards, work: Callable[[Rewards], R], *, attempts: int) -> R:
    """Do something, and again when somebody else was faster.

    Each attempt loads and decides anew, so that a request carried out by the winner is answered
    from its receipt. The first takes no lock. Where it loses, the others hold the store's own lock
    on what they load, if it has one (`ExclusiveStore`), and so wait instead of losing again.

    Not to be used inside a transaction of the host's: that has to be begun again as a whole.

    Args:
        rewards: The programme on its store.
        work: What to do with it, such as `lambda rewards: rewards.do(command)`.
        attempts: How often at most, at least 1.

    Returns:
        What it answers.

    Raises:
        Misuse: *attempts* is below 1.
        Conflict: The last attempt lost the race too.
    """
    _check(attempts)
    for attempt in range(1, attempts):
        try:
            return _attempt(rewards, work, exclusive=attempt > 1)
        except Conflict:
            continue
    return _attempt(rewards, work, exclusive=attempts > 1)


async def with_retries_async(
    rewards: AsyncRewards, work: Callable[[AsyncRewards], Awaitable[R]], *, attempts: int
) -> R:
    """`with_retries`, awaited.

    Args:
        rewards: The programme on its store.
        work: What to do with it, such as `lambda rewards: rewards.do(command)`.
        attempts: How often at most, at least 1.

    Returns:
        What it answers.

    Raises:
        Misuse: *attempts* is below 1.
        Conflict: The last attempt lost the race too.
    """
    _check(attempts)
    for attempt in range(1, attempts):
        try:
            return await _attempt_async(rewards, work, exclusive=attempt > 1)
        except Conflict:
            continue
    return await _attempt_async(rewards, work, exclusive=attempts > 1)


def _attempt(rewards: Rewards, work: Callable[[Rewards], R], *, exclusive: bool) -> R:
    """Try once."""
    if exclusive and isinstance(rewards.store, ExclusiveStore):
        with rewards.store.exclusive() as store:
            return work(Rewards(store, rewards.programme))
    return work(rewards)


async def _attempt_async(
    rewards: AsyncRewards, work: Callable[[AsyncRewards], Awaitable[R]], *, exclusive: bool
) -> R:
    """Try once."""
    if exclusive and isinstance(rewards.store, AsyncExclusiveStore):
        async with rewards.store.exclusive() as store:
            return await work(AsyncRewards(store, rewards.programme))
    return await work(rewards)


def _check(attempts: int) -> None:
    """Check the number of attempts."""
    if type(attempts) is not int or attempts < 1:
        raise Misuse(f"attempts must be at least 1, not {attempts!r}")
