"""Estimates at each close, and how they turned out."""

import pickle
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    Cell,
    CohortAtClose,
    Flow,
    Flows,
    OutstandingRate,
    TokenValue,
    UltimateRate,
    actual_against_expected,
    check_ties,
    deferred_revenue,
    estimates_at_closes,
)

JANUARY, FEBRUARY = date(2017, 1, 1), date(2017, 2, 1)
THREE_QUARTERS = UltimateRate(Fraction(3, 4))


def cell(day: date, flow: Flow, tokens: int, earned_in: date = JANUARY) -> Cell:
    """Make a cell of tokens that are valid to the end of March."""
    end = date(2017, 3, 31).toordinal()
    return Cell(day.toordinal(), flow, earned_in.toordinal(), "", end, tokens)


FLOWS = Flows.of(
    [
        cell(JANUARY, Flow.EARNED, 1_000),
        cell(date(2017, 1, 20), Flow.REDEEMED, -500),
        cell(FEBRUARY, Flow.EARNED, 100, FEBRUARY),
        cell(date(2017, 2, 10), Flow.REDEEMED, -200),
        cell(date(2017, 2, 11), Flow.REDEEMED, -50, FEBRUARY),
        cell(date(2017, 3, 5), Flow.REDEEMED, -30),
        cell(date(2017, 4, 1), Flow.LAPSED, -270),
    ]
)


def test_a_close_estimates_by_what_was_known_then() -> None:
    """At the end of January half is redeemed at age 0, and three quarters are expected of two."""
    estimates = estimates_at_closes(
        FLOWS, through=date(2017, 4, 30), a_priori=THREE_QUARTERS, lifetime=3
    )
    tail = 1 - 0.5**0.5
    first = 500 + 500 * (1 - (1 - tail) ** 2)
    place = CohortAtClose(date(2017, 1, 31), JANUARY, "", 1_000, 500, 0)
    assert estimates(place) == round(first) == 750
    assert pickle.loads(pickle.dumps(estimates)) == estimates
    later = {closing: n for (closing, month, _), n in estimates.totals.items() if month == JANUARY}
    assert later[date(2017, 4, 30)] == 730
    with pytest.raises(Misuse, match="no estimate was made on 2017-01-30"):
        estimates(place._replace(closing=date(2017, 1, 30)))


def test_they_are_what_the_books_take() -> None:
    """The roll-forward ties, and everything is revenue once all has lapsed."""
    through = date(2017, 4, 30)
    estimates = estimates_at_closes(
        FLOWS, through=through, a_priori=THREE_QUARTERS, lifetime=3, by="day"
    )
    value = TokenValue(Fraction(10), "INR")
    deferred = deferred_revenue(FLOWS, through=through, value=value, estimate=estimates, by="day")
    assert check_ties(deferred.by_period()) == []
    assert deferred.liability.minor == 0


def test_actual_is_set_against_what_the_last_close_expected() -> None:
    """February's tokens are no part of what January's close knew; April is not over."""
    table = actual_against_expected(
        FLOWS, through=date(2017, 4, 29), a_priori=THREE_QUARTERS, lifetime=3
    )
    assert table["period"] == [FEBRUARY, date(2017, 3, 1)]
    expected = round(500 * (1 - 0.5**0.5))
    assert table.rows()[0] == {
        "period": FEBRUARY,
        "expected": expected,
        "actual": 200,
        "difference": 200 - expected,
        "ratio": 200 / expected,
    }
    assert table["actual"] == [200, 30]


def test_where_nothing_was_expected_there_is_no_ratio() -> None:
    """In April nothing is outstanding any more; a last day ends the month."""
    table = actual_against_expected(
        FLOWS, through=date(2017, 5, 31), a_priori=THREE_QUARTERS, lifetime=3
    )
    assert table["period"][-1] == date(2017, 5, 1)
    assert (table["expected"][-1], table["ratio"][-1]) == (0, None)


def test_no_flows_are_no_closes() -> None:
    """Nothing is estimated, and nothing set against it; the rate must be of what was issued."""
    asked: dict[str, Any] = {"through": FEBRUARY, "a_priori": THREE_QUARTERS, "lifetime": 3}
    assert estimates_at_closes(Flows(), **asked).totals == {}
    assert len(actual_against_expected(Flows(), **asked)) == 0
    asked["a_priori"] = OutstandingRate(Fraction(1, 2))
    for function in (estimates_at_closes, actual_against_expected):
        with pytest.raises(Misuse, match="ask it for its ultimate_rate"):
            function(FLOWS, **asked)
