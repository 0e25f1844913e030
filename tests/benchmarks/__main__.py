"""Benchmarks: each measures the library beside a floor in the same run, and prints their ratio.

`python -m tests.benchmarks` runs all of them from the repository's folder, `python -m
tests.benchmarks replay wallet` those named, and `millions=100000` one of that size. No ratio is
asserted: one beyond its bound is marked, and it is for people to say why.
"""

import platform
import sys
from collections.abc import Callable, Iterator, Mapping

from tests.benchmarks import columns, history, hosts, imports, millions, quota, replay, wallet
from tests.benchmarks.measuring import Rate, Ratio

BENCHMARKS: Mapping[str, Callable[..., Iterator[Ratio | Rate | str]]] = {
    "replay": replay.ratios,
    "imports": imports.ratios,
    "wallet": wallet.ratios,
    "history": history.ratios,
    "columns": columns.rows,
    "hosts": hosts.rows,
    "quota": quota.rows,
    "millions": millions.rows,
}
"""In the order in which they run: processes first, while this one is still small."""


def main(arguments: list[str]) -> int:
    """Run the benchmarks of these names, or all; a size may stand behind a name and `=`."""
    asked = [argument.partition("=")[::2] for argument in arguments]
    unknown = [name for name, _ in asked if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark is named {', '.join(unknown)}; there is {', '.join(BENCHMARKS)}")
        return 2
    print(f"{platform.python_implementation()} {platform.python_version()} on {platform.machine()}")
    for name, size in asked or [(name, "") for name in BENCHMARKS]:
        print(f"\n{name + ':':<44}{'ours':>10}{'floor':>10}{'ratio':>8}{'bound':>8}")
        for ratio in BENCHMARKS[name](int(size)) if size else BENCHMARKS[name]():
            print(f"  {ratio}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
