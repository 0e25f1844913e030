"""Periods: where they begin, which is next, and how many lie between."""

from datetime import date

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import PeriodLength

DAY, MONTH, QUARTER, YEAR = PeriodLength


@pytest.mark.parametrize(
    ("length", "day", "first", "following"),
    [
        (DAY, date(2020, 2, 28), date(2020, 2, 28), date(2020, 2, 29)),
        (MONTH, date(2020, 2, 29), date(2020, 2, 1), date(2020, 3, 1)),
        (MONTH, date(2020, 12, 31), date(2020, 12, 1), date(2021, 1, 1)),
        (QUARTER, date(2020, 3, 31), date(2020, 1, 1), date(2020, 4, 1)),
        (QUARTER, date(2020, 4, 1), date(2020, 4, 1), date(2020, 7, 1)),
        (QUARTER, date(2020, 12, 31), date(2020, 10, 1), date(2021, 1, 1)),
        (YEAR, date(2020, 12, 31), date(2020, 1, 1), date(2021, 1, 1)),
    ],
)
def test_a_day_lies_in_a_period(
    length: PeriodLength, day: date, first: date, following: date
) -> None:
    """The period begins on its first day, and the next with the one after its last."""
    assert length.first_day(day) == first
    assert length.next(first) == following
    assert length.between(first, following) == 1
    assert length.between(first, first) == 0


def test_periods_are_gone_through_with_both_ends() -> None:
    """From the period of the first day to that of the last; none where the last is before it."""
    months = list(MONTH.each(date(2019, 11, 30), date(2020, 1, 1)))
    assert months == [date(2019, 11, 1), date(2019, 12, 1), date(2020, 1, 1)]
    assert list(MONTH.each(date(2020, 1, 31), date(2020, 1, 1))) == [date(2020, 1, 1)]
    assert list(MONTH.each(date(2020, 2, 1), date(2020, 1, 31))) == []
    assert list(YEAR.each(date(9999, 1, 1), date(9999, 12, 31))) == [date(9999, 1, 1)]


@pytest.mark.parametrize("length", [DAY, MONTH, QUARTER, YEAR])
def test_there_is_no_period_past_the_year_9999(length: PeriodLength) -> None:
    """The next of the last is refused."""
    with pytest.raises(Misuse, match="past the year 9999"):
        length.next(length.first_day(date(9999, 12, 31)))


def test_lengths_are_found_by_name() -> None:
    """A name or a length does; another name is refused, and a day where it is too short."""
    assert PeriodLength.named("month") is MONTH
    assert PeriodLength.named(YEAR) is YEAR
    assert PeriodLength.named("day") is DAY
    with pytest.raises(Misuse, match="one of day, month, quarter, year, not 'week'"):
        PeriodLength.named("week")
    with pytest.raises(Misuse, match="one of month, quarter, year, not 'day'"):
        PeriodLength.named("day", longer_than_day=True)
