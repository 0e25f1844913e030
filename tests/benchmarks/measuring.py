"""Measuring: something of ours and its floor, by turns, and the ratio of their medians."""

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the repository."""

T = TypeVar("T")


class Ratio(NamedTuple):
    """What was measured, and what it came to.

    Attributes:
        what: What was measured.
        ours: How much the library takes.
        floor: How much the floor takes.
        unit: Of both.
        bound: What the ratio must not exceed; `None` where it is only told.
    """

    what: str
    ours: float
    floor: float
    unit: str
    bound: float | None

    def __str__(self) -> str:
        """Write a line; a ratio beyond its bound is marked."""
        ratio = self.ours / self.floor
        bound = "-" if self.bound is None else f"{self.bound:g}"
        mark = "" if self.bound is None or ratio <= self.bound else "  beyond its bound"
        ours, floor = f"{self.ours:.4g} {self.unit}", f"{self.floor:.4g} {self.unit}"
        return f"{self.what:<42}{ours:>10}{floor:>10}{ratio:>8.2f}{bound:>8}{mark}"


class Rate(NamedTuple):
    """What was measured, and how much of it is done in a second.

    Attributes:
        what: What was measured.
        ours: How much the library does.
        floor: How much is done by what it is measured by.
        bound: What the ratio must reach; `None` where it is only told.
    """

    what: str
    ours: float
    floor: float
    bound: float | None

    def __str__(self) -> str:
        """Write a line; a ratio that does not reach its bound is marked."""
        ratio = self.ours / self.floor
        bound = "-" if self.bound is None else f">={self.bound:g}"
        mark = "" if self.bound is None or ratio >= self.bound else "  short of its bound"
        ours, floor = f"{self.ours:,.0f}/s", f"{self.floor:,.0f}/s"
        return f"{self.what:<42}{ours:>10}{floor:>10}{ratio:>8.2f}{bound:>8}{mark}"


def by_turns(
    ours: Callable[[], T], floor: Callable[[], T], *, repetitions: int
) -> tuple[list[T], list[T]]:
    """Measure two things by turns, the first of them first in every other turn.

    Args:
        ours: Measures once.
        floor: The same for the floor.
        repetitions: How many turns.

    Returns:
        What either measured.
    """
    measured: tuple[list[T], list[T]] = [], []
    for turn in range(repetitions):
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            measured[which].append((ours, floor)[which]())
    return measured


def medians(
    ours: Callable[[], float], floor: Callable[[], float], *, repetitions: int
) -> tuple[float, float]:
    """Measure two things by turns.

    Args:
        ours: Measures once, and answers with the figure.
        floor: The same for the floor.
        repetitions: How many turns.

    Returns:
        The median of either.
    """
    measured = by_turns(ours, floor, repetitions=repetitions)
    return statistics.median(measured[0]), statistics.median(measured[1])


def balanced_orders(names: Sequence[str]) -> list[list[str]]:
    """Order names so that each has each place, and comes after each other, equally often.

    Args:
        names: What is to be ordered.

    Returns:
        As many orders as there are names, twice as many where that number is odd.

    Source:
        E. J. Williams, "Experimental Designs Balanced for the Estimation of Residual Effects of
        Treatments", Australian Journal of Scientific Research A 2 (1949), 149-168.
    """
    count = len(names)
    zigzag = [(nth + 1) // 2 if nth % 2 else count - nth // 2 for nth in range(count)]
    orders = [[names[(begin + it) % count] for it in zigzag] for begin in range(count)]
    return orders if count % 2 == 0 else orders + [order[::-1] for order in orders]


def seconds_by_turns(
    works: Mapping[str, Callable[[int], object]], *, turns: int
) -> dict[str, float]:
    """Time several works by turns, from their start to their end, with no garbage collection.

    What went before has a part in how long a work takes: a thread of its own, code and pages that
    the processor has at hand. So each work comes after each other equally often.

    Args:
        works: By name; each is given the number of the turn.
        turns: How many turns count; one before them is no more than practice.

    Returns:
        The seconds of the median turn, by name.
    """
    times: dict[str, list[float]] = {name: [] for name in works}
    orders = balanced_orders(list(works))
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for turn in range(turns + 1):
            for name in orders[turn % len(orders)]:
                began = time.perf_counter()
                works[name](turn)
                times[name].append(time.perf_counter() - began)
    finally:
        gc.enable()
        gc.unfreeze()
    return {name: statistics.median(measured[1:]) for name, measured in times.items()}


def rates_by_turns(
    works: Mapping[str, Callable[[int], object]], *, steps: int, turns: int
) -> dict[str, float]:
    """Measure the rates of several works by turns.

    Args:
        works: By name; each is given the number of the turn.
        steps: How many steps each has.
        turns: How many turns count.

    Returns:
        Steps in a second, by name.
    """
    return {name: steps / it for name, it in seconds_by_turns(works, turns=turns).items()}


@contextmanager
def one_processor() -> Iterator[None]:
    """Keep this thread, and those that it starts, on one processor; where the system can do that.

    A thread that is woken on an idle processor takes three times as long to answer as one on the
    processor of whoever wakes it. Which one it is would be chance for each contestant.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def microseconds(work: Callable[[], object], *, steps: int) -> float:
    """Time some work on the processor, with no garbage collection during it.

    The processor's time, since on a busy machine the longer of two works is interrupted more often.

    Args:
        work: The work.
        steps: How many steps it has.

    Returns:
        Microseconds for each.
    """
    gc.collect()
    gc.disable()
    try:
        began = time.process_time_ns()
        work()
        ended = time.process_time_ns()
    finally:
        gc.enable()
    return (ended - began) / 1_000 / steps


class Process(NamedTuple):
    """What a process took.

    Attributes:
        milliseconds: From its start to its end.
        busy_milliseconds: The processor's time of it, whatever else the machine does.
        megabytes: Its peak memory.
    """

    milliseconds: float
    busy_milliseconds: float
    megabytes: float


def process(arguments: Sequence[object]) -> Process:
    """Run Python as a process of its own, and measure all of it.

    Args:
        arguments: What stands behind `python`.

    Returns:
        What it took, whatever this process has in memory.

    Raises:
        RuntimeError: It failed.
    """
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    alone = [sys.executable, "-I", "-S", Path(__file__).with_name("alone.py")]
    command = [*alone, sys.executable, *arguments]
    told = subprocess.run(
        [str(it) for it in command], stdout=subprocess.PIPE, cwd=ROOT, env=env, check=True
    )
    status, nanoseconds, user, system, peak = told.stdout.split()
    if int(status):
        raise RuntimeError(f"{arguments} ended with exit status {int(status)}")
    per_megabyte = 1_000_000 if sys.platform == "darwin" else 1_000
    busy = (float(user) + float(system)) * 1_000
    return Process(int(nanoseconds) / 1_000_000, busy, int(peak) / per_megabyte)
