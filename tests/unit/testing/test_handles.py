"""Works that begin together, of the checks with several handles."""

import threading

import pytest

from mi_rewards.testing._checks.handles import at_once
from mi_rewards.testing.promises import PromiseBroken


def test_works_begin_together() -> None:
    """Each waits for the other."""
    barrier, met = threading.Barrier(2), list[int]()

    def meet() -> None:
        met.append(barrier.wait(10))

    at_once(10, meet, meet)
    assert sorted(met) == [0, 1]


def test_what_one_raises_is_raised() -> None:
    """What the others do is done."""
    done: list[int] = []
    with pytest.raises(ZeroDivisionError):
        at_once(10, lambda: 1 // 0, lambda: done.append(1))
    assert done == [1]


def test_who_still_waits_breaks_a_promise() -> None:
    """There is patience, and an end to it."""
    never = threading.Event()
    with pytest.raises(PromiseBroken, match="somebody still waits after 1 seconds"):
        at_once(1, never.wait)
    never.set()
