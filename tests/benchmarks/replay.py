"""The main job as a whole process: its time beside the bare arithmetic's, its memory beside itself.

1. Time: `python -m mi_rewards replay` on the real purchases, beside `tests/_floor.py` on the same
   file: integers and dictionaries, nothing checked, nothing recorded. The bound is on the time from
   start to end; the processor's time says the same where the machine has other things to do.
2. Memory: the peak for the same file ten times over, beside the peak for the file once.
"""

import gzip
import tempfile
from collections.abc import Iterator
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
    floor = [ROOT / "tests" / "_floor.py", sample, "2019-07-01"]
    process(ours), process(floor)  # so that everything is compiled
    runs, floors = by_turns(lambda: process(ours), lambda: process(floor), repetitions=REPETITIONS)
    for what, figure, bound in (
        ("27,526 real events", "milliseconds", 6),
        ("the same, the processor's time", "busy_milliseconds", None),
    ):
        times = [median([getattr(run, figure) for run in side]) for side in (runs, floors)]
        yield Ratio(what, times[0], times[1], "ms", bound)
    with tempfile.TemporaryDirectory() as folder:
        tenfold = Path(folder, "tenfold.csv.gz")
        tenfold.write_bytes(gzip.compress(gzip.decompress(sample.read_bytes()) * 10, 1))
        ours_tenfold = [*replay, tenfold, "--as-of", "2019-06-30", "--json"]
        peaks = medians(
            lambda: process(ours_tenfold).megabytes,
            lambda: process(ours).megabytes,
            repetitions=3,
        )
    yield Ratio("ten times over beside once, peak memory", *peaks, "MB", 1.1)
