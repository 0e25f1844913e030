"""Trying again after a lost race."""

import asyncio
from typing import Any

import pytest

from mi_rewards.commands import with_retries, with_retries_async
from mi_rewards.errors import Conflict, Misuse


class Race:
    """Something that is lost a number of times before it is won."""

    def __init__(self, losses: int) -> None:
        self.losses = losses
        self.tries = 0

    def run(self) -> str:
        """Lose, or win."""
        self.tries += 1
        if self.tries <= self.losses:
            raise Conflict("somebody else was faster")
        return "won"

    async def run_async(self) -> str:
        """Lose, or win."""
        return self.run()


@pytest.mark.parametrize(("losses", "attempts"), [(0, 1), (0, 5), (1, 2), (2, 3), (2, 9)])
def test_a_lost_race_is_run_again(losses: int, attempts: int) -> None:
    """Until it is won, and not once more."""
    race, other = Race(losses), Race(losses)
    assert with_retries(race.run, attempts=attempts) == "won"
    assert asyncio.run(with_retries_async(other.run_async, attempts=attempts)) == "won"
    assert (race.tries, other.tries) == (losses + 1, losses + 1)


@pytest.mark.parametrize(("losses", "attempts"), [(1, 1), (5, 3)])
def test_who_loses_too_often_is_told(losses: int, attempts: int) -> None:
    """By the last conflict, after so many attempts."""
    race, other = Race(losses), Race(losses)
    with pytest.raises(Conflict):
        with_retries(race.run, attempts=attempts)
    with pytest.raises(Conflict):
        asyncio.run(with_retries_async(other.run_async, attempts=attempts))
    assert (race.tries, other.tries) == (attempts, attempts)


def test_another_error_is_not_tried_again() -> None:
    """Nothing that happens later makes it right."""
    tries = []

    def work() -> None:
        tries.append(1)
        raise Misuse("no")

    with pytest.raises(Misuse, match="no"):
        with_retries(work, attempts=3)
    assert tries == [1]


@pytest.mark.parametrize("attempts", [0, -1, True, 1.5, None])
def test_there_is_at_least_one_attempt(attempts: Any) -> None:
    """And nothing is tried where there is not."""
    race = Race(0)
    message = f"attempts must be at least 1, not {attempts!r}"
    with pytest.raises(Misuse) as caught:
        with_retries(race.run, attempts=attempts)
    assert str(caught.value) == message
    with pytest.raises(Misuse) as caught:
        asyncio.run(with_retries_async(race.run_async, attempts=attempts))
    assert str(caught.value) == message
    assert race.tries == 0
