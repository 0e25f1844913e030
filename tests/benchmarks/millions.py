"""Millions of members: from sorted files to totals, on two processes, and the memory it takes.

1. `made.py` makes the history in files of whole members, sorted; a process of its own does it.
2. Each of two processes reads a file row group by row group and replays it, one member at a time,
   without detail; the bare arithmetic does the same with the same files, and its totals are ours.
3. The peak is the sum over processes of the most that each had in memory (`VmHWM`), this one's too.

`python -m tests.benchmarks millions=100000` does it with so many members.
"""

import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from mi_rewards import bundled
from mi_rewards.modelling import replay_partitions
from tests.benchmarks.bare_columns import NOTHING, Bare, Totals
from tests.benchmarks.columns import AS_OF, totals_of
from tests.benchmarks.measuring import ROOT, Ratio

MEMBERS = 10_000_000
FILES, PROCESSES = 16, 2
ROWS = 20_000
BYTES_A_MEMBER = 150
"""Room on the disk, for the files and for sorting them; twice what was seen."""

GIBIBYTES_MAX = 4


@attrs.frozen
class Chunks:
    """A partition: a file that the worker reads chunk by chunk.

    Attributes:
        path: The file.
    """

    path: Path

    def __call__(self) -> Iterator[dict[str, list[Any]]]:
        """Read it."""
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(self.path) as file:
            for rows in file.iter_batches(ROWS):
                yield rows.to_pydict()


class Pool:
    """Processes that begin new, and what each had in memory at most."""

    def __init__(self) -> None:
        self.peaks: dict[int, int] = {}

    def map(self, function: Callable[[Any], Any], items: Sequence[Any], /) -> Iterable[Any]:
        """Carry a function out on each of several things."""
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(PROCESSES, mp_context=context) as executor:
            measured = partial(_measured, function)
            for process, peak, answer in executor.map(measured, items):
                self.peaks[process] = peak
                yield answer

    @property
    def megabytes(self) -> float:
        """What they and this process had in memory at most."""
        return (sum(self.peaks.values()) + _peak()) / 1_000_000


def rows(members: int = MEMBERS) -> Iterator[Ratio | str]:
    """Make so many members, and measure their replay."""
    with tempfile.TemporaryDirectory() as folder:
        free = shutil.disk_usage(folder).free
        if free < members * BYTES_A_MEMBER:
            yield f"there is no room for {members:,} members in {folder}: {free:,} bytes are free"
            return
        making = [sys.executable, "-m", "tests.benchmarks.made", folder, str(members), str(FILES)]
        answer = subprocess.run(making, cwd=ROOT, check=True, capture_output=True, text=True)
        events, seconds, megabytes = answer.stdout.split()
        paths = sorted(Path(folder).glob("*.parquet"))
        size = sum(path.stat().st_size for path in paths) / 1_000_000
        yield (
            f"{members:,} members, {int(events):,} events, made and sorted by DuckDB in"
            f" {float(seconds):.1f} s and {float(megabytes):,.0f} MB, {size:,.0f} MB on disk"
        )
        yield from _replayed(paths, int(events))


def _replayed(paths: list[Path], events: int) -> Iterator[Ratio | str]:
    """Replay the files, bare too, and compare."""
    chunks = [Chunks(path) for path in paths]
    pool, began = Pool(), time.perf_counter()
    found = replay_partitions(
        bundled.programme("reward-mi"),
        chunks,
        as_of=AS_OF,
        map=pool.map,
        detail=False,
        sorted_by_member=True,
    )
    ours = time.perf_counter() - began
    bare_pool, began = Pool(), time.perf_counter()
    bare = NOTHING
    for it in bare_pool.map(_bare, chunks):
        bare = bare.plus(it)
    floor = time.perf_counter() - began
    assert found.events == events, (found.events, events)
    assert totals_of(found) == bare, (totals_of(found), bare)
    yield f"totals as those of the bare arithmetic: {bare}"
    yield Ratio("from files to totals, two processes", ours, floor, "s", None)
    yield Ratio("peak memory, all processes", pool.megabytes, bare_pool.megabytes, "MB", None)
    bound = GIBIBYTES_MAX * 2**30 / 1_000_000
    yield Ratio(f"the same beside {GIBIBYTES_MAX} GiB", pool.megabytes, bound, "MB", 1)


def _bare(chunks: Chunks) -> Totals:
    """Replay a file bare."""
    bare = Bare(sorted_by_member=True)
    for columns in chunks():
        bare.take(columns)
    return bare.totals()


def _measured(function: Callable[[Any], Any], item: Any) -> tuple[int, int, Any]:
    """Carry out, and say which process did and what it had in memory at most."""
    answer = function(item)
    return os.getpid(), _peak(), answer


def _peak() -> int:
    """Answer with the bytes that this process had in memory at most."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        (line,) = (it for it in lines if it.startswith("VmHWM:"))
        return int(line.split()[1]) * 1_024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
