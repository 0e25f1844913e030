"""Windows: the period of any day, at the ends of months, years and the calendar."""

from datetime import date, timedelta
from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.tiers import (
    Anniversary,
    CalendarYear,
    Cycle,
    Lifetime,
    QualifyingWindow,
    RollingDays,
    Span,
)
from mi_rewards.tiers.windows import shortest_days

JOINED = date(2016, 2, 29)


@pytest.mark.parametrize(
    ("window", "day", "from_on", "until_on"),
    [
        (Lifetime(), date(2017, 6, 15), date.min, NEVER),
        (RollingDays(1), date(2017, 6, 15), date(2017, 6, 15), date(2017, 6, 16)),
        (RollingDays(90), date(2017, 6, 15), date(2017, 3, 18), date(2017, 6, 16)),
        (RollingDays(366), date(2016, 12, 31), date(2016, 1, 1), date(2017, 1, 1)),
        (CalendarYear(), date(2017, 1, 1), date(2017, 1, 1), date(2018, 1, 1)),
        (CalendarYear(), date(2017, 12, 31), date(2017, 1, 1), date(2018, 1, 1)),
        (Anniversary(), date(2016, 2, 28), date(2015, 2, 28), date(2016, 2, 29)),
        (Anniversary(), date(2016, 2, 29), date(2016, 2, 29), date(2017, 2, 28)),
        (Anniversary(), date(2017, 2, 27), date(2016, 2, 29), date(2017, 2, 28)),
        (Anniversary(), date(2017, 2, 28), date(2017, 2, 28), date(2018, 2, 28)),
        (Anniversary(), date(2020, 2, 28), date(2019, 2, 28), date(2020, 2, 29)),
        (Anniversary(), date(2020, 2, 29), date(2020, 2, 29), date(2021, 2, 28)),
        (Cycle(date(2017, 1, 31), 1), date(2017, 2, 27), date(2017, 1, 31), date(2017, 2, 28)),
        (Cycle(date(2017, 1, 31), 1), date(2017, 2, 28), date(2017, 2, 28), date(2017, 3, 31)),
        (Cycle(date(2017, 1, 31), 1), date(2017, 3, 30), date(2017, 2, 28), date(2017, 3, 31)),
        (Cycle(date(2017, 1, 31), 1), date(2017, 3, 31), date(2017, 3, 31), date(2017, 4, 30)),
        (Cycle(date(2018, 4, 1), 6), date(2017, 9, 30), date(2017, 4, 1), date(2017, 10, 1)),
        (Cycle(date(2018, 4, 1), 6), date(2018, 3, 31), date(2017, 10, 1), date(2018, 4, 1)),
        (Cycle(date(2018, 4, 1), 6), date(2018, 4, 1), date(2018, 4, 1), date(2018, 10, 1)),
        (Cycle(date(2018, 4, 15), 24), date(2020, 4, 14), date(2018, 4, 15), date(2020, 4, 15)),
        (Cycle(date(2018, 4, 15), 24), date(2020, 4, 15), date(2020, 4, 15), date(2022, 4, 15)),
        # The calendar begins and ends.
        (RollingDays(5), date(1, 1, 3), date.min, date(1, 1, 4)),
        (RollingDays(2), NEVER, date(9999, 12, 30), NEVER),
        (CalendarYear(), date(9998, 12, 31), date(9998, 1, 1), date(9999, 1, 1)),
        (CalendarYear(), date(9999, 1, 1), date(9999, 1, 1), NEVER),
        (Cycle(date(2018, 7, 1), 12), date(1, 3, 1), date.min, date(1, 7, 1)),
        (Cycle(date(2018, 7, 1), 12), date(9999, 8, 1), date(9999, 7, 1), NEVER),
        (Cycle(date(1, 1, 1), 1), date(1, 1, 1), date(1, 1, 1), date(1, 2, 1)),
    ],
)
def test_a_day_has_its_period(
    window: QualifyingWindow, day: date, from_on: date, until_on: date
) -> None:
    """The last day of a period, and the first of the next, belong where they should.

    Who joined on 29 February, and what began on the 31st, come back to that day.
    """
    period = window.period(day, JOINED)
    assert period == Span(from_on, until_on)
    assert period.contains(day) or day == NEVER


def test_a_span_has_a_last_day() -> None:
    """The day before the next one's first; none where there is no next one."""
    span = Span(date(2017, 1, 1), date(2018, 1, 1))
    assert span.through_on == date(2017, 12, 31)
    assert [span.contains(span.from_on - timedelta(1)), span.contains(span.until_on)] == [False] * 2
    assert Span(date.min, NEVER).through_on == NEVER


@pytest.mark.parametrize("days", [0, 36_526, True, "90"])
def test_a_rolling_window_that_cannot_be_is_a_misuse(days: Any) -> None:
    """Below and above what it may have, and what is no number."""
    with pytest.raises(Misuse, match="a rolling window's days must be a whole number, 1 to 36525"):
        RollingDays(days)


@pytest.mark.parametrize("months", [0, 1_201, True])
def test_a_cycle_that_cannot_be_is_a_misuse(months: int) -> None:
    """Below and above what it may have, and what is no number."""
    with pytest.raises(Misuse, match="a cycle's months must be a whole number, 1 to 1200"):
        Cycle(date(2017, 1, 1), months)


def test_a_cycle_begins_on_a_day() -> None:
    """A text is none."""
    with pytest.raises(Misuse, match="a day is a date"):
        Cycle("2017-01-01", 1)  # type: ignore[arg-type]


def test_a_window_has_its_largest_figures() -> None:
    """At the limits it can be made."""
    assert RollingDays(36_525).days == 36_525
    assert Cycle(date(2017, 1, 1), 1_200).months == 1_200


@pytest.mark.parametrize(
    ("window", "days"),
    [
        (Lifetime(), None),
        (RollingDays(90), 90),
        (CalendarYear(), 365),
        (Anniversary(), 365),
        (Cycle(date(2017, 1, 31), 1), 28),
        (Cycle(date(2017, 1, 31), 11), 328),
        (Cycle(date(2017, 1, 31), 12), 365),
        (Cycle(date(2017, 1, 31), 25), 730),
    ],
)
def test_no_period_is_shorter_than_it_is_said_to_be(
    window: QualifyingWindow, days: int | None
) -> None:
    """The figure holds for every period of twelve years."""
    assert shortest_days(window) == days
    if days is None:
        return
    for number in range(12 * 366):
        period = window.period(date(2016, 1, 1) + timedelta(number), JOINED)
        assert (period.until_on - period.from_on).days >= days
