"""Estimates that become exact, and what happened to cohorts age by age."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    Cell,
    CohortRun,
    Flow,
    Flows,
    OutstandingRate,
    UltimateRate,
    cohort_runs,
    outstanding_rate,
    ultimate_rate,
    whole_tokens,
)
from mi_rewards.money import Rounding

JULY, AUGUST = date(2017, 7, 1), date(2017, 8, 1)


def cell(day: str, flow: Flow, tokens: int, earned_in: date = JULY, segment: str = "") -> Cell:
    """Make a cell of tokens that are valid to the end of 2018."""
    ordinal = date.fromisoformat(day).toordinal()
    end = date(2018, 12, 31).toordinal()
    return Cell(ordinal, flow, earned_in.toordinal(), segment, end, tokens)


@pytest.mark.parametrize(
    ("estimate", "rounding", "tokens"),
    [
        (0.0, Rounding.HALF_UP, 0),
        (2.5, Rounding.HALF_UP, 3),
        (2.5, Rounding.HALF_EVEN, 2),
        (2.999, Rounding.DOWN, 2),
        (2.001, Rounding.UP, 3),
    ],
)
def test_an_estimate_becomes_whole_tokens(estimate: float, rounding: Rounding, tokens: int) -> None:
    """By the rounding that is named."""
    assert whole_tokens(estimate, rounding) == tokens


@pytest.mark.parametrize("estimate", [-0.001, float("nan"), float("inf")])
def test_an_estimate_of_tokens_is_a_number_from_zero(estimate: float) -> None:
    """Whatever else comes out of a model is misuse."""
    with pytest.raises(Misuse, match="an estimate of tokens is a number from 0"):
        whole_tokens(estimate)


def test_an_estimate_becomes_an_exact_rate() -> None:
    """Half up to six digits, or to as many as are asked for."""
    assert ultimate_rate(0.95) == UltimateRate(Fraction(95, 100))
    assert ultimate_rate(2 / 3) == UltimateRate(Fraction(666_667, 1_000_000))
    assert outstanding_rate(2 / 3, digits=2) == OutstandingRate(Fraction(67, 100))
    assert outstanding_rate(0.0, digits=0) == OutstandingRate(Fraction(0))
    assert ultimate_rate(1.0).share == 1


@pytest.mark.parametrize("estimate", [-0.001, 1.001, float("nan")])
def test_a_rate_is_a_number_from_0_to_1(estimate: float) -> None:
    """Whatever else comes out of a model is misuse, and so are no digits."""
    with pytest.raises(Misuse, match="a rate is a number from 0 to 1"):
        ultimate_rate(estimate)
    digits: Any
    for digits in (-1, 1.5):
        with pytest.raises(Misuse, match="digits are a whole number from 0"):
            outstanding_rate(0.5, digits=digits)


FLOWS = Flows.of(
    [
        cell("2017-07-05", Flow.EARNED, 1_000),
        cell("2017-07-20", Flow.REDEEMED, -300),
        cell("2017-08-02", Flow.REINSTATED, 50),
        cell("2017-08-03", Flow.LAPSED, -20),
        cell("2017-09-15", Flow.REVERSED, -100),
        cell("2017-09-15", Flow.REDEEMED, -7),
        cell("2017-08-09", Flow.EARNED, 500, AUGUST, "web"),
    ]
)


def test_a_run_is_what_was_redeemed_and_lapsed_at_each_age() -> None:
    """Net of what was reinstated; of what was issued and never taken back."""
    assert cohort_runs(FLOWS, through=date(2017, 9, 30)) == (
        CohortRun(JULY, "", 900, (300, -50, 7), (0, 20, 0)),
        CohortRun(AUGUST, "web", 500, (0, 0), (0, 0)),
    )


def test_a_running_period_is_not_seen() -> None:
    """On the last but one day of September it is not over, though what is taken back is known."""
    assert cohort_runs(FLOWS, through=date(2017, 9, 29)) == (
        CohortRun(JULY, "", 900, (300, -50), (0, 20)),
        CohortRun(AUGUST, "web", 500, (0,), (0,)),
    )


def test_a_cohort_without_a_complete_period_has_no_run() -> None:
    """In quarters, nothing is over before the end of September."""
    assert cohort_runs(FLOWS, through=date(2017, 9, 29), by="quarter") == ()
    runs = cohort_runs(FLOWS, through=date(2017, 9, 30), by="quarter")
    assert [run.redeemed for run in runs] == [(257,), (0,)]


def test_what_comes_later_than_what_is_seen_is_misuse() -> None:
    """The last flow is of 15 September; days are no ages."""
    assert len(cohort_runs(FLOWS, through=date(2017, 9, 15))) == 2
    with pytest.raises(Misuse, match="flows on 2017-09-15, after 2017-09-14"):
        cohort_runs(FLOWS, through=date(2017, 9, 14))
    with pytest.raises(Misuse, match="a period is one of month"):
        cohort_runs(FLOWS, through=date(2017, 9, 30), by="day")
