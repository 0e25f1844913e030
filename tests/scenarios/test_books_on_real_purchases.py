"""The books of a year of real purchases: every roll-forward ties, in tokens and in paise.

The purchases are those of the bundled sample `retail-history`; its redemptions are an invented
policy over them. A token is taken as ten paise.
"""

from datetime import date
from fractions import Fraction

import pytest

from mi_rewards import bundled
from mi_rewards.modelling import (
    BreakageBasis,
    Hazard,
    Replayed,
    TokenValue,
    UltimateRate,
    actual_against_expected,
    chain_ladder,
    check_ledger,
    check_ties,
    cohort_runs,
    deferred_revenue,
    estimates_at_closes,
    expected_lapses,
    projection,
    replay,
)

CLOSE = date(2019, 6, 30)
TEN_PAISE = TokenValue(Fraction(10), "INR")
A_PRIORI = UltimateRate(Fraction(3, 10))
PERIODS = ["day", "month", "quarter", "year"]


@pytest.fixture(scope="module")
def replayed() -> Replayed:
    """Replay the whole history once."""
    return replay("sample:retail-history", bundled.programme("reward-mi"), as_of=CLOSE)


@pytest.mark.parametrize("by", PERIODS)
def test_tokens_tie_in_every_period(replayed: Replayed, by: str) -> None:
    """I1: opening and flows are the closing, and the last of them is what is outstanding."""
    table = replayed.roll_forward(by)
    assert check_ties(table) == []
    assert table["closing"][-1] == replayed.outstanding == 56_316_993


def test_flows_agree_with_the_ledger(replayed: Replayed) -> None:
    """I1: issued, redeemed, lapsed, taken back and outstanding, to the token."""
    assert check_ledger(replayed) == []


@pytest.mark.parametrize("basis", BreakageBasis)
@pytest.mark.parametrize("by", PERIODS)
def test_money_ties_in_every_period(replayed: Replayed, by: str, basis: BreakageBasis) -> None:
    """I1: of each cohort and of all; additions are what was issued, to the paisa."""
    deferred = deferred_revenue(
        replayed.flows, through=CLOSE, value=TEN_PAISE, estimate=A_PRIORI, by=by, basis=basis
    )
    table = deferred.by_period()
    assert check_ties(table) == []
    assert check_ties(deferred.by_cohort()) == []
    assert sum(table["additions"]) == 10 * replayed.issued
    assert -sum(table["reversals"]) == 10 * replayed.clawed_back
    assert table["closing"][-1] == deferred.liability.minor
    split = deferred.current_and_non_current(months=6)
    assert sum(split["current"]) == 0 < sum(split["non_current"]) == deferred.liability.minor


def test_money_ties_with_an_estimate_made_at_each_close(replayed: Replayed) -> None:
    """I1: however the estimate moves; what is deferred lies between nothing and everything."""
    estimates = estimates_at_closes(replayed.flows, through=CLOSE, a_priori=A_PRIORI, lifetime=24)
    deferred = deferred_revenue(replayed.flows, through=CLOSE, value=TEN_PAISE, estimate=estimates)
    assert check_ties(deferred.by_period()) == []
    assert check_ties(deferred.by_cohort()) == []
    assert 0 < deferred.liability.minor < 10 * replayed.outstanding


def test_a_cohort_that_has_lapsed_owes_nothing(replayed: Replayed) -> None:
    """December 2017 lapsed at the end of 2018: all of it is revenue by January 2019."""
    three_fifths = UltimateRate(Fraction(3, 5))
    deferred = deferred_revenue(
        replayed.flows, through=CLOSE, value=TEN_PAISE, estimate=three_fifths
    )
    rows = deferred.by_cohort().where(earned_in=date(2017, 12, 1)).rows()
    closings = {row["period"]: row["closing"] for row in rows}
    assert closings[date(2018, 12, 1)] > 0 == closings[date(2019, 1, 1)]


def test_statistics_stay_within_what_there_is(replayed: Replayed) -> None:
    """Hazards are shares, what is outstanding is redeemed or lapses, no ultimate is too high."""
    hazard = Hazard.of(cohort_runs(replayed.flows, through=CLOSE), tail=0.02)
    assert sum(hazard.redeemed) == replayed.redeemed
    assert sum(hazard.lapsed) == replayed.lapsed
    assert all(0 <= hazard.at(age) <= 1 for age in range(len(hazard)))
    ahead = projection(replayed.flows, hazard, through=CLOSE)
    to_come = sum(ahead["redeemed"]) + sum(ahead["lapsed"])
    assert to_come == pytest.approx(replayed.outstanding)
    soon = expected_lapses(replayed.flows, hazard, through=CLOSE, within=(184, 185))
    assert soon["due"] == [0, replayed.outstanding]
    ultimates = chain_ladder(replayed.redemptions(), replayed.cohorts())
    for row in ultimates.rows():
        assert row["redeemed"] <= row["ultimate"] <= row["issued"]


def test_actual_is_set_against_expected_at_every_close(replayed: Replayed) -> None:
    """18 months after the first, and no more actual redemptions than there were in them."""
    table = actual_against_expected(replayed.flows, through=CLOSE, a_priori=A_PRIORI, lifetime=24)
    assert len(table) == 18
    moved = replayed.roll_forward("month")
    assert 0 < sum(table["actual"]) <= -sum(moved["redeemed"][1:])
    for row in table.rows():
        assert row["difference"] == row["actual"] - row["expected"]
