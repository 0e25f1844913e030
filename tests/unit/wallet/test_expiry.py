"""Expiry policies: the last valid day of tokens earned on a day."""

from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.wallet import (
    CappedBy,
    EndOfYear,
    ExpiryPolicy,
    FixedDay,
    NoExpiry,
    RollingDays,
    RollingMonths,
)
from tests.wallets import day


@pytest.mark.parametrize(
    ("policy", "earned_on", "last_day"),
    [
        (EndOfYear(), "2017-01-01", "2018-12-31"),
        (EndOfYear(), "2017-12-31", "2018-12-31"),
        (EndOfYear(), "2018-01-01", "2019-12-31"),
        (EndOfYear(0), "2018-01-01", "2018-12-31"),
        (EndOfYear(0), "2018-12-31", "2018-12-31"),
        (EndOfYear(2), "2018-06-15", "2020-12-31"),
        (RollingDays(0), "2018-02-28", "2018-02-28"),
        (RollingDays(1), "2018-02-28", "2018-03-01"),
        (RollingDays(1), "2020-02-28", "2020-02-29"),
        (RollingDays(365), "2018-12-31", "2019-12-31"),
        (RollingMonths(0), "2018-01-31", "2018-01-31"),
        (RollingMonths(1), "2018-01-10", "2018-02-10"),
        (RollingMonths(1), "2018-01-28", "2018-02-28"),
        (RollingMonths(1), "2018-01-31", "2018-02-28"),
        (RollingMonths(1), "2020-01-31", "2020-02-29"),
        (RollingMonths(12), "2020-02-29", "2021-02-28"),
        (RollingMonths(12, to_month_end=True), "2018-06-01", "2019-06-30"),
        (RollingMonths(12, to_month_end=True), "2018-06-30", "2019-06-30"),
        (RollingMonths(1, to_month_end=True), "2018-01-31", "2018-02-28"),
        (RollingMonths(0, to_month_end=True), "2018-12-01", "2018-12-31"),
        (NoExpiry(), "2018-06-15", "never"),
    ],
)
def test_tokens_are_valid_to_a_day(policy: ExpiryPolicy, earned_on: str, last_day: str) -> None:
    """Each policy answers with the last day that still counts."""
    assert policy.last_day(day(earned_on)) == day(last_day)


@pytest.mark.parametrize(
    ("policy", "earned_on", "last_day"),
    [
        (FixedDay(3, 31), "2018-03-30", "2018-03-31"),
        (FixedDay(3, 31), "2018-03-31", "2019-03-31"),
        (FixedDay(3, 31), "2018-04-01", "2019-03-31"),
        (FixedDay(3, 31, 1), "2018-03-30", "2019-03-31"),
        (FixedDay(3, 31, 1), "2018-03-31", "2020-03-31"),
        (FixedDay(6, 15), "2018-06-14", "2018-06-15"),
        (FixedDay(6, 15), "2018-06-16", "2019-06-15"),
        (FixedDay(2, 29), "2018-02-27", "2018-02-28"),
        (FixedDay(2, 29), "2018-02-28", "2019-02-28"),
        (FixedDay(2, 29), "2019-02-28", "2020-02-29"),
        (FixedDay(2, 29), "2020-02-28", "2020-02-29"),
        (FixedDay(2, 29), "2020-02-29", "2021-02-28"),
        (FixedDay(1, 1), "2018-12-31", "2019-01-01"),
        (FixedDay(12, 31), "2018-12-30", "2018-12-31"),
        (FixedDay(12, 31), "9999-12-30", "9999-12-31"),
    ],
)
def test_tokens_are_valid_to_the_next_such_day(
    policy: ExpiryPolicy, earned_on: str, last_day: str
) -> None:
    """Earned on that very day, to the next one; 29 February is the 28th in common years."""
    assert policy.last_day(day(earned_on)) == day(last_day)


@pytest.mark.parametrize(
    ("policy", "earned_on"),
    [
        (EndOfYear(), "9999-01-01"),
        (RollingDays(1), "9999-12-31"),
        (RollingMonths(1), "9999-12-01"),
        (RollingMonths(1, to_month_end=True), "9999-12-01"),
        (FixedDay(12, 31), "9999-12-31"),
        (FixedDay(1, 1), "9999-06-15"),
        (FixedDay(6, 15, 1), "9999-01-01"),
    ],
)
def test_there_is_no_day_past_the_year_9999(policy: ExpiryPolicy, earned_on: str) -> None:
    """Such a day is misuse, not the end of the calendar."""
    with pytest.raises(Misuse, match=r"1 to 9999"):
        policy.last_day(day(earned_on))


@pytest.mark.parametrize(
    ("sunset_on", "last_day"),
    [
        ("2019-12-30", "2019-12-30"),
        ("2019-12-31", "2019-12-31"),
        ("2020-01-01", "2019-12-31"),
        ("never", "2019-12-31"),
    ],
)
def test_no_token_outlives_the_sunset(sunset_on: str, last_day: str) -> None:
    """The earlier of the policy's day and the sunset counts."""
    policy = CappedBy(EndOfYear(), day(sunset_on))
    assert policy.last_day(day("2018-06-15")) == day(last_day)
    assert CappedBy(NoExpiry(), day("2020-06-30")).last_day(NEVER) == day("2020-06-30")


@pytest.mark.parametrize(
    ("policy", "figures", "message"),
    [
        (EndOfYear, (-1,), "years must be a whole number of at least 0, not -1"),
        (EndOfYear, (True,), "years must be a whole number of at least 0, not True"),
        (RollingDays, (-1,), "days must be a whole number of at least 0, not -1"),
        (RollingDays, ("1",), "days must be a whole number of at least 0, not '1'"),
        (RollingMonths, (-1,), "months must be a whole number of at least 0, not -1"),
        (FixedDay, (1, 1, -1), "years must be a whole number of at least 0, not -1"),
        (FixedDay, (0, 1), "month must be a whole number of at least 1, not 0"),
        (FixedDay, (1, 0), "day must be a whole number of at least 1, not 0"),
        (FixedDay, (13, 1), "no year has a day 1 of month 13"),
        (FixedDay, (2, 30), "no year has a day 30 of month 2"),
        (FixedDay, (4, 31), "no year has a day 31 of month 4"),
    ],
)
def test_a_policy_needs_sensible_figures(policy: Any, figures: Any, message: str) -> None:
    """What is wrong is named when the policy is made, not when tokens are earned."""
    with pytest.raises(Misuse) as caught:
        policy(*figures)
    assert str(caught.value) == message


def test_a_policy_holds_the_figures_that_it_was_given() -> None:
    """Defaults: the end of the next year, to the same day of the month, this year's fixed day."""
    assert EndOfYear() == EndOfYear(1)
    assert RollingMonths(3) == RollingMonths(3, to_month_end=False)
    assert FixedDay(3, 31) == FixedDay(3, 31, 0)
    assert FixedDay(2, 29).last_day(day("2018-01-01")) == day("2018-02-28")
