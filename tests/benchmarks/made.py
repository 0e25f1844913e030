"""A made history: any number of members, about three events each, the same on every machine.

1. A member's events follow from the member's number by a multiplicative generator; none is drawn.
2. Members join in the second half of 2017 and order until the middle of 2019. Of their orders some
   come back, whole or in part, and some are followed by a redemption, for which there are often
   too few tokens.
3. DuckDB makes the events kind by kind, so that they have to be sorted, and sorts them into files.
"""

import resource
import sys
import time
from pathlib import Path
from typing import NamedTuple

NEXT = "(({}) * 48271 + {}) % 2147483647"
"""The minimal standard generator, with an increment that tells streams apart."""

DAY = 86_400_000_000
"""Microseconds."""

MEMBERS = f"""
CREATE TEMP VIEW drawn AS
SELECT i, {NEXT.format(NEXT.format("i", 11), 0)} AS h FROM range({{first}}, {{end}}) AS numbers(i);
CREATE TEMP VIEW members AS
SELECT i, h, printf('m%08d', i) AS member_id,
    epoch_us(TIMESTAMPTZ '2017-07-01 00:00:00+00') + (h % (150 * 86400)) * 1000000 AS joined_us,
    ([0, 1, 1, 1, 1, 1, 2, 2, 2, 3])[1 + (h // 7) % 10] AS orders
FROM drawn;
CREATE TEMP VIEW numbered AS
SELECT members.*, k, {NEXT.format("h + 7919 * (k + 1)", 29)} AS g
FROM members, range(0, 3) AS numbers(k) WHERE k < orders;
CREATE TEMP VIEW orders AS
SELECT member_id, g, printf('o%d-%d', i, k) AS order_id,
    joined_us + k * {170 * DAY} + (g % (160 * 86400)) * 1000000 + 1000 AS at_us,
    5000 + {NEXT.format("g", 3)} % 995000 + 9000000 * CAST(g % 50 = 0 AS BIGINT) AS minor
FROM numbered
"""

EVENTS = f"""
SELECT 'joined' AS kind, member_id, joined_us AS at_us, '' AS order_id, NULL AS amount_minor,
    '' AS currency, '' AS reward_id
FROM members
UNION ALL
SELECT 'delivered', member_id, at_us, order_id, minor, 'INR', '' FROM orders
UNION ALL
SELECT 'returned', member_id, at_us + {9 * DAY}, order_id,
    CASE WHEN g % 2 = 0 THEN minor ELSE minor // 3 END, 'INR', ''
FROM orders WHERE (g // 3) % 8 = 0
UNION ALL
SELECT 'redeemed', member_id, at_us + {2 * DAY}, order_id, NULL, '',
    CASE WHEN g % 5 = 0 THEN 'f-code-redmi-note-4' WHEN g % 7 = 0 THEN 'accessory-coupon-1000'
        ELSE 'accessory-coupon-100' END
FROM orders WHERE (g // 5) % 4 < 2
"""


class Made(NamedTuple):
    """What was made.

    Attributes:
        files: Parquet files; each has whole members, sorted by member and instant.
        events: How many rows they have together.
        seconds: How long it took.
        megabytes: The peak memory of the process that made it.
    """

    files: tuple[Path, ...]
    events: int
    seconds: float
    megabytes: float


def make(folder: Path, members: int, files: int) -> Made:
    """Make a history in sorted files; the memory is this process's, so give it one of its own.

    Args:
        folder: Where the files go.
        members: How many members.
        files: How many files.

    Returns:
        What was made.
    """
    import duckdb

    began = time.perf_counter()
    paths, events = [], 0
    with duckdb.connect() as database:
        database.execute("SET threads = 2")
        database.execute("SET memory_limit = '2GB'")
        database.execute(f"SET temp_directory = '{folder}'")
        database.execute("SET preserve_insertion_order = false")
        for number in range(files):
            first, end = (members * it // files for it in (number, number + 1))
            path = folder / f"part-{number:03}.parquet"
            for statement in MEMBERS.format(first=first, end=end).split(";"):
                database.execute(statement.replace("CREATE TEMP", "CREATE OR REPLACE TEMP"))
            (count,) = database.execute(
                f"COPY (SELECT * FROM ({EVENTS}) ORDER BY member_id, at_us) TO '{path}'"
                " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100_000)"
            ).fetchall()[0]
            paths.append(path)
            events += count
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    return Made(tuple(paths), events, time.perf_counter() - began, peak)


if __name__ == "__main__":
    made = make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(made.events, made.seconds, made.megabytes)
