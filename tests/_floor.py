"""The floor of a replay: the arithmetic of the Reward Mi rules alone, written a second time.

1. Integers and dictionaries; nothing is checked, recorded or imported from the package.
2. It knows orders delivered and returned, and no debts: in the bundled sample nothing is owed.
3. Tests hold `replay` to its figures, benchmarks to its time.

`python tests/_floor.py FILE.csv.gz YYYY-MM-DD` writes the figures; the day is the one after the
last that counts.
"""

import csv
import gzip
import sys
from collections.abc import Iterable

Figures = tuple[int, int, int, int, int, int]
"""Events, then tokens issued, available, lapsed and clawed back, then refused returns."""


def figures(rows: Iterable[list[str]], end: str) -> Figures:
    """Replay rows in the order of the bundled sample's columns.

    Args:
        rows: The events, instants labelled with the programme's own offset.
        end: The day, as `YYYY-MM-DD`, before whose beginning an event counts.

    Returns:
        What members have in all when that day begins.
    """
    orders: dict[str, tuple[int, int, tuple[str, int]]] = {}
    buckets: dict[tuple[str, int], int] = {}
    events = issued = clawed_back = refused = 0
    for kind, member_id, at, order_id, amount, *_ in rows:
        if at >= end:
            continue
        events += 1
        if kind == "delivered":
            minor = int(amount.replace(".", ""))
            tokens = minor // 1000
            bucket = member_id, int(at[:4]) + 1
            orders[order_id] = minor, tokens, bucket
            buckets[bucket] = buckets.get(bucket, 0) + tokens
            issued += tokens
        elif kind == "returned":
            if order_id not in orders:
                refused += 1
                continue
            minor, tokens, bucket = orders[order_id]
            minor -= int(amount.replace(".", ""))
            kept = minor // 1000
            drawn = min(tokens - kept, buckets[bucket])
            orders[order_id] = minor, kept, bucket
            buckets[bucket] -= drawn
            clawed_back += drawn
    year = int(end[:4])
    available = sum([tokens for (_, last_year), tokens in buckets.items() if last_year >= year])
    return events, issued, available, issued - clawed_back - available, clawed_back, refused


def main(path: str, end: str) -> None:
    """Write the figures of a gzipped event log."""
    with gzip.open(path, "rt", newline="") as source:
        rows = csv.reader(source)
        next(rows)
        sys.stdout.write(" ".join(map(str, figures(rows, end))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
