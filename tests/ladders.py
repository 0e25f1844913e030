"""Ladders for tests, small enough that their boundaries are met."""

from datetime import UTC, date, datetime, timedelta

import attrs

from mi_rewards.calendar import Zone
from mi_rewards.tiers import (
    CalendarYear,
    Changes,
    Ladder,
    Landing,
    Lifetime,
    Metric,
    Moved,
    Privileges,
    RollingDays,
    Standing,
    Tier,
)

ZONE = Zone("Asia/Kolkata")

SILVER = Tier("silver", "Silver", 0)
GOLD = Tier("gold", "Gold", 500, Privileges(upgrade_reward=50))
PLATINUM = Tier("platinum", "Platinum", 1_000, Privileges(upgrade_reward=100, birthday_gift=70))
DIAMOND = Tier("diamond", "Diamond", 2_000, Privileges(upgrade_reward=200))

LADDER = Ladder((SILVER, GOLD), Metric.SPEND, CalendarYear())
"""Two tiers by the calendar year: up at once, down at reviews."""

YEARLY = Ladder(
    (SILVER, GOLD, PLATINUM, DIAMOND), Metric.SPEND, CalendarYear(), landing=Landing.SOFT
)
"""Four tiers by the calendar year, with a soft landing."""

ROLLING = attrs.evolve(
    YEARLY, window=RollingDays(90), downgrades=Changes.AT_ONCE, landing=Landing.EARNED
)
"""Four tiers by the last 90 days, up and down at once."""

REVIEWED = attrs.evolve(YEARLY, window=RollingDays(90))
"""Four tiers by 90 days, reviewed so many days after the tier was reached."""

LIFE = attrs.evolve(ROLLING, window=Lifetime())
"""Four tiers by everything that counted."""


def noon(day: date) -> datetime:
    """The instant of noon, in UTC, which is of that day in India too."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def spend(
    standing: Standing, day: date, minor: int, ladder: Ladder, *, on: date | None = None
) -> Moved:
    """Spend on a day, or give back what was spent on it, told on that day or another."""
    return standing.counting(day, at=noon(on or day), ladder=ladder, zone=ZONE, spend_minor=minor)


def on(standing: Standing, day: date, ladder: Ladder) -> Moved:
    """Ask what the calendar has made of it by noon of a day."""
    return standing.at(noon(day), ladder=ladder, zone=ZONE)


def days(first: date, last: date, step: int = 1) -> list[date]:
    """List the days from one through another."""
    return [first + timedelta(n) for n in range(0, (last - first).days + 1, step)]
