"""Trying again after a lost race."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from mi_rewards.errors import Conflict, Misuse

R = TypeVar("R")


def with_retries(work: Callable[[], R], *, attempts: int) -> R:
    """Do something, and again when somebody else was faster.

    Each attempt loads and decides anew, so that a request carried out by the winner is answered
    from its receipt. Not to be used inside a transaction of the host's: that has to be begun again
    as a whole.

    Args:
        work: What to do, such as `lambda: rewards.do(command)`.
        attempts: How often at most, at least 1.

    Returns:
        What it answers.

    Raises:
        Misuse: *attempts* is below 1.
        Conflict: The last attempt lost the race too.
    """
    _check(attempts)
    for _ in range(attempts - 1):
        try:
            return work()
        except Conflict:
            continue
    return work()


async def with_retries_async(work: Callable[[], Awaitable[R]], *, attempts: int) -> R:
    """`with_retries`, awaited.

    Args:
        work: What to do, such as `lambda: rewards.do(command)`.
        attempts: How often at most, at least 1.

    Returns:
        What it answers.

    Raises:
        Misuse: *attempts* is below 1.
        Conflict: The last attempt lost the race too.
    """
    _check(attempts)
    for _ in range(attempts - 1):
        try:
            return await work()
        except Conflict:
            continue
    return await work()


def _check(attempts: int) -> None:
    """Check the number of attempts."""
    if type(attempts) is not int or attempts < 1:
        raise Misuse(f"attempts must be at least 1, not {attempts!r}")
