"""Progress: figures and days for a page, in each kind of window."""

from datetime import date
from typing import Any

import attrs
import pytest

from mi_rewards.tiers import (
    Changes,
    HeldBy,
    Ladder,
    Landing,
    Metric,
    Progress,
    Standing,
    progress_of,
)
from tests.ladders import LADDER, LIFE, REVIEWED, ROLLING, YEARLY, ZONE, noon, spend

NEW = Standing.joining("asha", date(2017, 6, 15))
EARNED = attrs.evolve(YEARLY, landing=Landing.EARNED)


def progress(ladder: Ladder, day: date, *steps: tuple[date, int]) -> Progress:
    """Spend on several days, and ask on another."""
    standing = NEW
    for on, minor in steps:
        standing = spend(standing, on, minor, ladder).standing
    return progress_of(standing, at=noon(day), ladder=ladder, zone=ZONE)


def figures(found: Progress, *names: str) -> tuple[Any, ...]:
    """Pick some figures."""
    return tuple([getattr(found, name) for name in names])


JULY = date(2017, 7, 1)
KEEP = ("keep_more", "keep_by")
NEXT = ("next_tier", "next_more", "next_by")


def test_progress_in_a_year() -> None:
    """Held from last year: what keeps it to the end of this one, and what lifts it."""
    found = progress(YEARLY, date(2018, 12, 1), (JULY, 500), (date(2018, 3, 1), 180))
    assert figures(found, "on", "held", "earned", "value") == (
        date(2018, 12, 1),
        "gold",
        "silver",
        180,
    )
    assert found.held_by is HeldBy.REVIEW
    assert figures(found, "from_on", "through_on", "review_on") == (
        date(2018, 1, 1),
        date(2018, 12, 31),
        date(2019, 1, 1),
    )
    assert figures(found, *KEEP) == (320, date(2018, 12, 31))
    assert figures(found, *NEXT) == ("platinum", 820, date(2018, 12, 31))
    assert found.coming is not None
    assert (found.coming.to_tier, found.coming.on) == ("silver", date(2019, 1, 1))
    assert found.sentences(YEARLY, "INR") == (
        "INR 3.20 more by 2018-12-31 keeps Gold",
        "INR 8.20 more by 2018-12-31 reaches Platinum",
    )


@pytest.mark.parametrize(("minor", "more"), [(499, 1), (500, 0), (501, 0)])
def test_what_keeps_a_tier_is_never_less_than_nothing(minor: int, more: int) -> None:
    """Below the threshold, at it, above it."""
    found = progress(YEARLY, date(2018, 12, 1), (JULY, 500), (date(2018, 3, 1), minor))
    assert found.keep_more == more
    assert found.sentences(YEARLY, "INR")[0] == (
        "INR 0.01 more by 2018-12-31 keeps Gold" if more else "Gold is kept beyond 2018-12-31"
    )


def test_in_a_grace_its_last_day_counts() -> None:
    """What the present year earns by then keeps the tier."""
    ladder = attrs.evolve(EARNED, grace_days=30)
    found = progress(ladder, date(2019, 1, 10), (JULY, 500), (date(2019, 1, 9), 120))
    assert found.held_by is HeldBy.GRACE
    assert figures(found, *KEEP) == (380, date(2019, 1, 30))


def test_the_lowest_tier_cannot_be_lost() -> None:
    """Nothing keeps it, and nothing is to come."""
    found = progress(YEARLY, date(2018, 12, 1))
    assert figures(found, *KEEP, "coming") == (None, None, None)
    assert found.sentences(YEARLY, "INR") == ("INR 5.00 more by 2018-12-31 reaches Gold",)


def test_above_the_highest_there_is_nothing() -> None:
    """It can only be kept."""
    found = progress(YEARLY, JULY, (JULY, 2_000))
    assert figures(found, *NEXT) == ("", 0, None)
    assert found.sentences(YEARLY, "INR") == ("Diamond is kept beyond 2017-12-31",)


def test_without_a_tier_the_first_is_next() -> None:
    """Nothing can be lost either."""
    ladder = attrs.evolve(YEARLY, tiers=YEARLY.tiers[1:])
    found = progress(ladder, JULY, (JULY, 100))
    assert figures(found, "held", *KEEP, *NEXT) == (
        "",
        None,
        None,
        "gold",
        400,
        date(2017, 12, 31),
    )


def test_progress_in_a_lifetime_has_no_days() -> None:
    """Nothing lapses: there is no end to it."""
    found = progress(LIFE, JULY, (JULY, 600))
    assert figures(found, "from_on", "through_on", *KEEP) == (None, None, None, None)
    assert figures(found, *NEXT) == ("platinum", 400, None)
    assert found.sentences(LIFE, "INR") == ("INR 4.00 more reaches Platinum",)


def test_progress_in_a_rolling_window_that_is_followed() -> None:
    """The day on which too much leaves decides, and what still counts then."""
    found = progress(ROLLING, date(2017, 8, 2), (JULY, 400), (date(2017, 8, 1), 300))
    assert figures(found, "held", "value") == ("gold", 700)
    assert figures(found, *KEEP) == (200, date(2017, 9, 28))
    assert figures(found, *NEXT) == ("platinum", 300, None)
    kept = progress(ROLLING, date(2017, 8, 2))
    assert figures(kept, *KEEP) == (None, None)


def test_progress_in_a_rolling_window_that_is_reviewed() -> None:
    """Only what is still in the window when the review comes."""
    found = progress(
        REVIEWED, date(2017, 10, 1), (JULY, 500), (date(2017, 9, 28), 100), (date(2017, 9, 29), 90)
    )
    assert figures(found, "held", "review_on", "value") == ("gold", date(2017, 12, 28), 190)
    assert figures(found, *KEEP) == (410, date(2017, 12, 27))
    assert figures(found, *NEXT) == ("platinum", 810, None)


def test_where_tiers_rise_at_reviews_the_review_decides() -> None:
    """What is earned already comes with it."""
    ladder = attrs.evolve(YEARLY, upgrades=Changes.AT_REVIEW)
    found = progress(ladder, JULY, (JULY, 600))
    assert figures(found, "held", "earned", *NEXT) == (
        "silver",
        "gold",
        "gold",
        0,
        date(2017, 12, 31),
    )
    assert found.sentences(ladder, "INR") == ("Gold comes with the next review",)
    rolling = attrs.evolve(REVIEWED, upgrades=Changes.AT_REVIEW)
    found = progress(rolling, JULY, (JULY, 100))
    assert figures(found, *NEXT) == ("gold", 400, date(2017, 9, 12))


@pytest.mark.parametrize(
    ("metric", "more", "shown"),
    [
        (Metric.ORDERS, 1, "1 order more by 2017-12-31 reaches Gold"),
        (Metric.ORDERS, 2, "2 orders more by 2017-12-31 reaches Gold"),
        (Metric.POINTS, 1, "1 point more by 2017-12-31 reaches Gold"),
        (Metric.POINTS, 500, "500 points more by 2017-12-31 reaches Gold"),
    ],
)
def test_amounts_are_shown_in_the_metric(metric: Metric, more: int, shown: str) -> None:
    """One of them, or several."""
    ladder = attrs.evolve(LADDER, metric=metric)
    n = 500 - more
    standing = NEW.counting(
        JULY, at=noon(JULY), ladder=ladder, zone=ZONE, orders=n, points=n, spend_minor=9_999
    ).standing
    found = progress_of(standing, at=noon(JULY), ladder=ladder, zone=ZONE)
    assert found.sentences(ladder, "INR") == (shown,)


@pytest.mark.parametrize(
    ("day", "is_due"), [(date(2018, 12, 17), False), (date(2018, 12, 18), True)]
)
def test_progress_tells_that_notice_is_due(day: date, is_due: bool) -> None:
    """Fourteen days before the tier falls."""
    ladder = attrs.evolve(LADDER, notice_days=14)
    assert progress(ladder, day, (JULY, 500)).is_notice_due is is_due
