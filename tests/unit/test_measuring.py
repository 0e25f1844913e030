"""What benchmarks say of a process is the process's own, and no contestant has a better place."""

from collections import Counter
from itertools import pairwise, permutations

import pytest

from tests.benchmarks.measuring import process, seconds_by_turns

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


def test_each_contestant_comes_after_each_other_about_as_often() -> None:
    """Six of them, in 100 turns: 17 times each; were their order only turned round, never or 50."""
    seen: list[str] = []
    works = {name: lambda _, name=name: seen.append(name) for name in "abcdef"}
    times = seconds_by_turns(works, turns=100)
    assert times.keys() == works.keys()
    turns = [seen[begin : begin + 6] for begin in range(0, len(seen), 6)]
    assert [sorted(turn) for turn in turns] == [list("abcdef")] * 101
    after = Counter(pair for turn in turns for pair in pairwise(turn))
    assert all(8 <= after[pair] <= 28 for pair in permutations("abcdef", 2)), after
