"""Tiers over the real purchases: told to the library, and computed apart from it in SQL.

`python -m tests.tiers` compares both at every month's end for every member, and prints how members
moved between tiers. The thresholds are invented for that; the purchases are real.

1. The library is told through commands, in the order of the log, and asked at each month's end.
2. The SQL knows the log alone: sums over windows of rows, and a recursion over years.
"""

import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from mi_rewards import bundled
from mi_rewards.calendar import Zone, read_instant
from mi_rewards.commands import Command, Deliver, Join, Return, Rewards
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, standing_key
from mi_rewards.tiers import (
    CalendarYear,
    Changes,
    Ladder,
    Landing,
    Metric,
    RollingDays,
    Standing,
    Tier,
)
from tests.event_logs import sample_rows
from tests.shop import rules

ZONE = Zone("Asia/Kolkata")

YEARLY = Ladder(
    (
        Tier("silver", "Silver", 20_000_00),
        Tier("gold", "Gold", 100_000_00),
        Tier("platinum", "Platinum", 500_000_00),
    ),
    Metric.SPEND,
    CalendarYear(),
    landing=Landing.SOFT,
)
"""Rs 20,000, 100,000 and 500,000 a calendar year: up at once, down at reviews, a tier at a time."""

ROLLING = Ladder(
    (
        Tier("silver", "Silver", 10_000_00),
        Tier("gold", "Gold", 50_000_00),
        Tier("platinum", "Platinum", 200_000_00),
    ),
    Metric.SPEND,
    RollingDays(90),
    downgrades=Changes.AT_ONCE,
)
"""Rs 10,000, 50,000 and 200,000 in 90 days: up and down at once."""

LADDERS = {"calendar year, soft landing": YEARLY, "90 days, at once both ways": ROLLING}
"""The ladders that are compared, by name."""

Held = dict[tuple[date, str], str]
"""The tier that each member holds at the end of each day that is asked for; empty for none."""


def month_ends(through: date) -> list[date]:
    """List the last days of months from December 2017 through a day."""
    firsts = [date(2017 + (n + 12) // 12, (n + 12) % 12 + 1, 1) for n in range(120)]
    return [it - timedelta(1) for it in firsts if it - timedelta(1) <= through]


# the library


def programme(ladder: Ladder) -> Programme:
    """Reward Mi with a ladder."""
    return rules(bundled.programme("reward-mi"), ladder=ladder, retrospective=None, welcome=None)


def commands() -> Iterator[Command[object]]:
    """Make the commands of the log, in its order; returns of unknown orders are left out."""
    for number, row in enumerate(sample_rows()[1:]):
        kind, member_id, at, order_id, amount, currency, _ = row
        about = {"member_id": member_id, "request_id": f"r{number}", "at": read_instant(at)}
        if kind == "joined":
            yield Join(**about)  # type: ignore[arg-type]
        elif kind == "delivered":
            money = Money.of(amount, currency)
            yield Deliver(**about, order_id=order_id, amount=money)  # type: ignore[arg-type]
        elif order_id:
            money = Money.of(amount, currency)
            yield Return(**about, order_id=order_id, value=money)  # type: ignore[arg-type]


def held_by_commands(ladder: Ladder, ends: Sequence[date]) -> Held:
    """Tell the library of the log, and ask it at the end of each of some days."""
    rewards = Rewards(MemoryStore(), programme(ladder))
    held: Held = {}
    by_end = {end: list(found) for end, found in groupby(commands(), lambda it: _end_of(it, ends))}
    members: list[str] = []
    for end in ends:
        told = by_end.get(end, [])
        members += [it.member_id for it in told if isinstance(it, Join)]
        for start in range(0, len(told), 1000):
            for outcome in rewards.do_all(told[start : start + 1000]):
                assert not isinstance(outcome, Exception), outcome
        at = ZONE.after(end) - timedelta(microseconds=1)
        held |= {(end, member_id): "" for member_id in members}
        for standing in _standings(rewards, members):
            moved = standing.at(at, ladder=ladder, zone=ZONE)
            held[end, standing.member_id] = moved.standing.held
    return held


def _end_of(command: object, ends: Sequence[date]) -> date:
    """Find the first of some days by whose end a command has happened; the last where none."""
    at = getattr(command, "at", None)
    assert isinstance(at, datetime)
    day = ZONE.day_of(at)
    return next((end for end in ends if day <= end), ends[-1])


def _standings(rewards: Rewards, members: Sequence[str]) -> list[Standing]:
    """Read the standings of members who have one."""
    keys = [standing_key(member_id) for member_id in members]
    found = rewards.store.load(Needs(tuple(keys))).get_all(keys)
    return [it for it in found if it is not None]


# apart from the library


_TABLES = """
CREATE TABLE told (n INTEGER PRIMARY KEY, member TEXT, day TEXT, bought TEXT, minor INTEGER);
CREATE TABLE ends (day TEXT PRIMARY KEY);
CREATE TABLE tiers (rank INTEGER PRIMARY KEY, threshold INTEGER);
"""

_YEARLY = """
WITH RECURSIVE
running AS (
    SELECT n, member, day, CAST(substr(bought, 1, 4) AS INTEGER) AS year,
           SUM(minor) OVER (PARTITION BY member, substr(bought, 1, 4) ORDER BY n) AS total
    FROM told WHERE substr(day, 1, 4) = substr(bought, 1, 4)
),
peaks AS (
    SELECT member, year, day,
           MAX(total) OVER (PARTITION BY member, year ORDER BY n) AS peak,
           LAST_VALUE(total) OVER (
               PARTITION BY member, year ORDER BY n
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS final
    FROM running
),
years AS (
    SELECT member, year,
           (SELECT COUNT(*) FROM tiers WHERE threshold <= MAX(peak)) AS reached,
           (SELECT COUNT(*) FROM tiers WHERE threshold <= MAX(final)) AS earned
    FROM peaks GROUP BY member, year
),
course AS (
    SELECT member, 2017 AS year, 0 AS kept,
           COALESCE((SELECT reached FROM years WHERE years.member = m.member AND year = 2017), 0)
               AS held
    FROM (SELECT DISTINCT member FROM told) AS m
    UNION ALL
    SELECT c.member, c.year + 1,
           MAX(COALESCE(before.earned, 0), c.held - 1),
           MAX(COALESCE(before.earned, 0), c.held - 1, COALESCE(now.reached, 0))
    FROM course AS c
    LEFT JOIN years AS before ON before.member = c.member AND before.year = c.year
    LEFT JOIN years AS now ON now.member = c.member AND now.year = c.year + 1
    WHERE c.year < (SELECT CAST(substr(MAX(day), 1, 4) AS INTEGER) FROM ends)
)
SELECT ends.day, c.member, MAX(c.kept, (SELECT COUNT(*) FROM tiers WHERE threshold <= COALESCE(
    (SELECT MAX(peak) FROM peaks
     WHERE peaks.member = c.member AND peaks.year = c.year AND peaks.day <= ends.day), 0)))
FROM ends JOIN course AS c ON c.year = CAST(substr(ends.day, 1, 4) AS INTEGER)
"""

_ROLLING = """
SELECT ends.day, told.member, (SELECT COUNT(*) FROM tiers WHERE threshold <= SUM(
    CASE WHEN told.day <= ends.day AND bought > date(ends.day, '-90 days') THEN minor ELSE 0 END))
FROM ends JOIN told GROUP BY ends.day, told.member
"""


def held_by_sql(ladder: Ladder, ends: Sequence[date]) -> Held:
    """Compute the same from the log alone, with window functions."""
    with sqlite3.connect(":memory:") as database:
        database.executescript(_TABLES)
        database.executemany("INSERT INTO told VALUES (?, ?, ?, ?, ?)", _told())
        database.execute("CREATE INDEX by_member ON told (member, day)")
        database.executemany("INSERT INTO ends VALUES (?)", [(str(end),) for end in ends])
        thresholds = [tier.threshold for tier in ladder.tiers]
        database.executemany("INSERT INTO tiers VALUES (?, ?)", enumerate(thresholds))
        found = database.execute(_YEARLY if ladder is YEARLY else _ROLLING).fetchall()
    database.close()
    names = ["", *[tier.tier_id for tier in ladder.tiers]]
    return {(date.fromisoformat(day), member): names[rank] for day, member, rank in found}


def _told() -> Iterator[tuple[int, str, str, str, int]]:
    """Read the log: who, the day on which it was told, the day of the purchase, minor units."""
    bought: dict[str, str] = {}
    for number, row in enumerate(sample_rows()[1:]):
        kind, member_id, at, order_id, amount, _, _ = row
        if kind == "delivered":
            bought[order_id] = at[:10]
        if kind != "joined" and order_id:
            minor = int(amount.replace(".", "")) * (1 if kind == "delivered" else -1)
            yield number, member_id, at[:10], bought[order_id], minor


def differences(held: Held, computed: Held) -> list[str]:
    """Name each member and day where the two do not agree; who has bought nothing has no tier."""
    return [
        f"{day} {member}: {tier!r}, not {computed.get((day, member), '')!r}"
        for (day, member), tier in held.items()
        if computed.get((day, member), "") != tier
    ]


def matrix(held: Held, ladder: Ladder, before: date, after: date) -> list[str]:
    """Write how many members moved from which tier to which between two days, a line a tier."""
    names = ["", *[tier.tier_id for tier in ladder.tiers]]
    moved = Counter(
        (held.get((before, member), ""), tier)
        for (day, member), tier in held.items()
        if day == after
    )
    lines = ["".join([f"{'from / to':>12}", *[f"{name or 'none':>10}" for name in names]])]
    for one in names:
        counts = [f"{moved[one, other]:>10}" for other in names]
        lines.append("".join([f"{one or 'none':>12}", *counts]))
    return lines


def main() -> int:
    """Compare every month's end, and print the moves from each to the next."""
    ends = month_ends(date(2020, 12, 31))
    status = 0
    for name, ladder in LADDERS.items():
        held, computed = held_by_commands(ladder, ends), held_by_sql(ladder, ends)
        wrong = len(differences(held, computed))
        status |= wrong > 0
        print(f"{name}: {len(held)} standings at {len(ends)} months' ends, {wrong} differ")
        for before, after in pairwise(ends):
            if after <= date(2019, 3, 31) or after.month == 1:
                print(f"\n  {before} to {after}")
                print("\n".join(matrix(held, ladder, before, after)))
        print()
    return status


if __name__ == "__main__":
    sys.exit(main())
