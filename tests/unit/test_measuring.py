"""What benchmarks say of a process is the process's own, and no contestant has a better place."""

from collections import Counter
from itertools import pairwise, permutations, product

import pytest

from tests.benchmarks.measuring import balanced_orders, process, seconds_by_turns

MANY = 300_000_000


def test_peak_memory_of_a_process_is_not_that_of_the_one_that_measures() -> None:
    """Memory of the caller does not count, memory of the process does."""
    ballast = bytearray(b"x") * MANY
    small = process(["-c", "pass"])
    large = process(["-c", f"bytearray(b'x') * {MANY}"])
    assert small.megabytes * 1_000_000 < len(ballast) / 4
    assert large.megabytes * 1_000_000 > len(ballast)


def test_time_of_a_process_is_from_its_start_to_its_end() -> None:
    """Waiting counts as time, and not as the processor's."""
    waiting = process(["-c", "import time; time.sleep(0.3)"])
    assert waiting.milliseconds >= 300
    assert waiting.busy_milliseconds < waiting.milliseconds


def test_process_that_fails_is_not_measured() -> None:
    """A process that fails has no figures."""
    with pytest.raises(RuntimeError, match="ended with exit status 3"):
        process(["-c", "raise SystemExit(3)"])


@pytest.mark.parametrize("names", ["a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefgh"])
def test_each_contestant_has_each_place_and_follows_each_other_equally_often(names: str) -> None:
    """In one round of orders; turning one order round has each beside the same two for ever."""
    orders = balanced_orders(names)
    times = len(orders) // len(names)
    assert times == (2 if len(names) % 2 else 1)
    assert [sorted(order) for order in orders] == [list(names)] * len(orders)
    places = Counter(place for order in orders for place in enumerate(order))
    assert places == dict.fromkeys(product(range(len(names)), names), times)
    follows = Counter(pair for order in orders for pair in pairwise(order))
    assert follows == dict.fromkeys(permutations(names, 2), times)


def test_turns_are_taken_in_these_orders() -> None:
    """One turn after the other, the first of them for practice."""
    seen: list[str] = []
    works = {name: lambda _, name=name: seen.append(name) for name in "abcd"}
    assert seconds_by_turns(works, turns=4).keys() == works.keys()
    orders = balanced_orders("abcd")
    assert seen == [name for order in (*orders, orders[0]) for name in order]
