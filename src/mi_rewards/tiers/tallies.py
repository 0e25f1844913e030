"""Tallies: what counted toward a tier, by day or by period.

1. Tallies stand by day, earliest first, each of another day; one that came to nothing is not kept.
2. In a window of periods a tally is that of a whole period, under its first day; in a rolling one
   it is that of a day.
3. What comes back reduces the day on which it counted, and nothing falls below zero.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from mi_rewards._tuples import new
from mi_rewards.calendar import write_day
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.tiers.ladder import Metric


class Counts(NamedTuple):
    """What counts toward a tier, or comes back from it.

    Attributes:
        spend_minor: Minor units of money; negative for what comes back.
        orders: Orders, likewise.
        points: Status points, likewise.
    """

    spend_minor: int = 0
    orders: int = 0
    points: int = 0


class Tally(NamedTuple):
    """What counted on a day, or in the period that begins with it.

    Attributes:
        day: The day.
        spend_minor: Minor units of money.
        orders: Orders.
        points: Status points.
    """

    day: date
    spend_minor: int = 0
    orders: int = 0
    points: int = 0


PARTS: Mapping[Metric, Callable[[Tally], int]] = {
    Metric.SPEND: lambda tally: tally.spend_minor,
    Metric.ORDERS: lambda tally: tally.orders,
    Metric.POINTS: lambda tally: tally.points,
}
"""Which part of a tally each metric is, in their order."""

Tallies = tuple[Tally, ...]
"""Tallies by day, earliest first."""


def checked_counts(counts: Counts) -> Counts:
    """Object to what are no whole numbers.

    Args:
        counts: What was given as counts.

    Returns:
        The same.

    Raises:
        Misuse: One of them is no int, or out of range.
    """
    for value in counts:
        if type(value) is not int or not -TOKENS_MAX <= value <= TOKENS_MAX:
            raise Misuse(f"what counts is a whole number up to 2**63 - 1, not {value!r:.40}")
    return counts


def metric_of(tallies: Tallies, metric: Metric, from_on: date, until_on: date) -> int:
    """Add up a metric over some days.

    Args:
        tallies: The tallies.
        metric: What is added up.
        from_on: The first day.
        until_on: The first day that no longer counts.

    Returns:
        The sum. O(tallies).
    """
    part = PARTS[metric]
    return sum([part(tally) for tally in tallies if from_on <= tally.day < until_on])


def counted(tallies: Tallies, counts: Counts, *, day: date, key_day: date) -> Tallies:
    """Count on a day.

    Args:
        tallies: The tallies.
        counts: What counts; negative for what comes back.
        day: The day on which it counts.
        key_day: The day under which that is kept: the first of its period, or the day itself.

    Returns:
        The tallies afterwards. What comes back reduces the newest tally up to that day and, where
        that is not enough because the ladder had another window, those before it.

    Raises:
        Misuse: More comes back than counted, or a sum would pass 2**63 - 1.
    """
    rows = {tally.day: list(tally[1:]) for tally in tallies}
    up = [max(value, 0) for value in counts]
    if any(up):
        row = rows.setdefault(key_day, [0, 0, 0])
        row[:] = [have + more for have, more in zip(row, up, strict=True)]
        if max(row) > TOKENS_MAX:
            raise Misuse(f"what counts on {write_day(day)} would pass 2**63 - 1")
    for part, value in enumerate(counts):
        left = max(-value, 0)
        for known in sorted(rows, reverse=True):
            if left and known <= day:
                taken = min(left, rows[known][part])
                rows[known][part] -= taken
                left -= taken
        if left:
            raise Misuse(
                f"{-value} of {Metric(tuple(PARTS)[part])} comes back on {write_day(day)},"
                f" {left} more than counted"
            )
    return tuple([Tally(known, *rows[known]) for known in sorted(rows) if any(rows[known])])


def folded(tallies: Tallies, key_days: list[date]) -> Tallies:
    """Put tallies under other days, adding up those of the same.

    Args:
        tallies: The tallies.
        key_days: The day for each of them.

    Returns:
        The tallies afterwards.
    """
    rows: dict[date, Tally] = {}
    for tally, key_day in zip(tallies, key_days, strict=True):
        before = rows.get(key_day, Tally(key_day))
        sums = [a + b for a, b in zip(before[1:], tally[1:], strict=True)]
        rows[key_day] = new(Tally, (key_day, *sums))
    return tuple([rows[day] for day in sorted(rows)])
