"""The main job as a whole process: its time beside the bare arithmetic's, its memory beside itself.

1. Time: `python -m mi_rewards replay` on the real purchases, beside `tests/_floor.py` on the same
   file: integers and dictionaries, nothing checked, nothing recorded. The bound is on the time from
   start to end. The replay is shared out among as many processes as there are processors; beside
   it stand one process alone, and the processor's time of either.
2. Memory: the peak for the same file ten times over, beside the peak for the file once, by one
   process.
"""

import gzip
import os
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from mi_rewards import bundled
from tests.benchmarks.measuring import ROOT, Ratio, by_turns, medians, process

REPETITIONS = 5


def ratios() -> Iterator[Ratio]:
    """Measure the replay of the bundled sample."""
    sample = bundled.sample("retail-orders")
    replay = ["-m", "mi_rewards", "replay"]
    ours = [*replay, sample, "--as-of", "2019-06-30", "--json"]
    alone = [*ours, "--processes", "1"]
    floor = [ROOT / "tests" / "_floor.py", sample, "2019-07-01"]
    process(ours), process(floor)  # so that everything is compiled
    for how, arguments, bound in (
        (f"{os.cpu_count()} processors", ours, 6),
        ("one process", alone, None),
    ):
        runs, floors = by_turns(
            partial(process, arguments), partial(process, floor), repetitions=REPETITIONS
        )
        for what, figure, limit in (
            (f"27,526 real events, {how}", "milliseconds", bound),
            ("  the processor's time", "busy_milliseconds", None),
        ):
            times = [median([getattr(run, figure) for run in side]) for side in (runs, floors)]
            yield Ratio(what, times[0], times[1], "ms", limit)
    with tempfile.TemporaryDirectory() as folder:
        tenfold = Path(folder, "tenfold.csv.gz")
        tenfold.write_bytes(gzip.compress(gzip.decompress(sample.read_bytes()) * 10, 1))
        tenfold_alone = [str(tenfold) if it is sample else it for it in alone]
        peaks = medians(
            lambda: process(tenfold_alone).megabytes,
            lambda: process(alone).megabytes,
            repetitions=3,
        )
    yield Ratio("ten times over beside once, peak memory", *peaks, "MB", 1.1)
