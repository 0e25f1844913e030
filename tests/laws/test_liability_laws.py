"""The laws of liability and breakage: what is divided adds up, what is deferred ends at nothing."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    BreakageBasis,
    Cell,
    CohortRun,
    Deferral,
    Flow,
    Flows,
    Hazard,
    OutstandingRate,
    PeriodLength,
    TokenValue,
    UltimateRate,
    allocate,
    check_ties,
    cohort_runs,
    deferred_revenue,
    incremental_liability,
    selling_price_of_tokens,
)
from mi_rewards.modelling.roll_forwards import roll_forward
from mi_rewards.money import Money, Rounding

AMOUNTS = st.integers(0, 10**9)
SHARES = st.fractions(0, 1)
ROUNDINGS = st.sampled_from(Rounding)
FIRST = date(2017, 1, 1)


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=6), ROUNDINGS)
def test_allocations_add_up(price: int, weights: list[int], rounding: Rounding) -> None:
    """The parts are the price to the minor unit, each less than one away from its exact share."""
    weights[0] += 1
    prices = {str(n): Money(weight, "INR") for n, weight in enumerate(weights)}
    parts = allocate(Money(price, "INR"), prices, rounding=rounding)
    assert sum(part.minor for part in parts.values()) == price
    for name, weight in enumerate(weights):
        assert abs(parts[str(name)].minor - Fraction(price * weight, sum(weights))) < 1


class Close(NamedTuple):
    """What is drawn for a close: shares of what is left, and an estimate."""

    redeemed: Fraction
    lapsed: Fraction
    expected: int


CLOSES = st.lists(st.builds(Close, SHARES, SHARES, st.integers(0, 2_000)), min_size=1, max_size=6)


@given(
    AMOUNTS,
    st.integers(1, 1_000),
    st.integers(0, 1_000),
    CLOSES,
    st.sampled_from(BreakageBasis),
    ROUNDINGS,
)
def test_revenue_stays_within_what_was_allocated_and_ends_there(
    price: int,
    tokens: int,
    expected: int,
    closes: Sequence[Close],
    basis: BreakageBasis,
    rounding: Rounding,
) -> None:
    """Revenue so far is 0 to A; its parts add up; it is A once nothing is outstanding."""
    deferral = Deferral(
        Money(price, "INR"), tokens, min(tokens, expected), basis=basis, rounding=rounding
    )
    so_far = 0
    for close in closes:
        redeemed = deferral.redeemed + int(close.redeemed * deferral.outstanding)
        lapsed = deferral.lapsed + int(close.lapsed * (tokens - deferral.lapsed - redeemed))
        step = deferral.recognising(
            redeemed_total=redeemed, lapsed_total=lapsed, expected_total=close.expected
        )
        deferral = step.after
        so_far += step.on_redemption + step.breakage + step.change_of_estimate
        assert so_far == deferral.recognised.minor
        assert 0 <= so_far <= price
        assert step.on_redemption >= 0
        assert step.breakage >= -1
    final = deferral.recognising(
        redeemed_total=deferral.redeemed,
        lapsed_total=tokens - deferral.redeemed,
        expected_total=tokens,
    )
    assert final.after.liability == Money.zero("INR")


@given(AMOUNTS, st.integers(1, 1_000), st.lists(SHARES, max_size=5), SHARES)
def test_while_the_estimate_stands_nothing_is_a_change_of_it(
    price: int, tokens: int, uses: list[Fraction], share: Fraction
) -> None:
    """Redeemed within what is expected, revenue is on redemption and breakage alone."""
    expected = int(share * tokens)
    deferral = Deferral(Money(price, "INR"), tokens, expected)
    for use in uses:
        redeemed = deferral.redeemed + int(use * (expected - deferral.redeemed))
        step = deferral.recognising(redeemed_total=redeemed, expected_total=expected)
        if expected:
            assert step.change_of_estimate == 0
        deferral = step.after
    assert deferral.allocated == Money(price, "INR")


@st.composite
def flows(draw: st.DrawFn) -> tuple[Flows, date]:
    """Draw flows of several cohorts, none of which ever owes anybody tokens, and the last day."""
    cells: list[Cell] = []
    last = FIRST
    for _ in range(draw(st.integers(1, 4))):
        month = date(2017, draw(st.integers(1, 12)), 1)
        day, segment = month, draw(st.sampled_from(["", "new"]))
        last_day = date(2018, 12, 31).toordinal()
        outstanding = used = 0
        for _ in range(draw(st.integers(1, 8))):
            day += timedelta(days=draw(st.integers(0, 60)))
            flow = draw(st.sampled_from(Flow))
            most = used if flow is Flow.REINSTATED else outstanding
            if flow in {Flow.OPENED, Flow.EARNED}:
                tokens = draw(st.integers(1, 1_000))
            elif flow in {Flow.ADJUSTED, Flow.TRANSFERRED}:
                tokens = draw(st.integers(-outstanding, 1_000))
            else:
                tokens = draw(st.integers(0, most)) * (1 if flow is Flow.REINSTATED else -1)
            used -= tokens if flow in {Flow.REDEEMED, Flow.REINSTATED} else 0
            outstanding += tokens
            cells.append(Cell(day.toordinal(), flow, month.toordinal(), segment, last_day, tokens))
        last = max(last, day)
    return Flows.of(cells), last


VALUES = st.builds(TokenValue, st.fractions(0, 100), st.just("INR"))


@given(flows(), VALUES, SHARES, st.sampled_from(PeriodLength), st.sampled_from(BreakageBasis))
def test_every_roll_forward_ties(
    drawn: tuple[Flows, date],
    value: TokenValue,
    share: Fraction,
    by: PeriodLength,
    basis: BreakageBasis,
) -> None:
    """I1 in tokens and in money: by day, month, quarter and year, of each cohort and of all."""
    moved, through = drawn
    assert check_ties(roll_forward(moved, by, through=through)) == []
    deferred = deferred_revenue(
        moved, through=through, value=value, estimate=UltimateRate(share), by=by, basis=basis
    )
    assert check_ties(deferred.by_period()) == []
    assert check_ties(deferred.by_cohort()) == []
    closing = deferred.by_period()["closing"]
    assert deferred.liability == Money(closing[-1] if closing else 0, "INR")
    split = deferred.current_and_non_current()
    assert sum(split["current"]) + sum(split["non_current"]) == deferred.liability.minor


@given(flows(), VALUES, SHARES, st.sampled_from(BreakageBasis))
def test_what_is_deferred_does_not_depend_on_how_often_the_books_are_closed(
    drawn: tuple[Flows, date], value: TokenValue, share: Fraction, basis: BreakageBasis
) -> None:
    """With one rate, daily and yearly closes end with the same liability."""
    moved, through = drawn
    ends = {
        deferred_revenue(
            moved, through=through, value=value, estimate=UltimateRate(share), by=by, basis=basis
        ).liability
        for by in PeriodLength
    }
    assert len(ends) == 1


@st.composite
def run_out(draw: st.DrawFn) -> list[CohortRun]:
    """Draw cohorts of which nothing is outstanding after their last age."""
    runs = []
    ages = draw(st.integers(1, 6))
    for _ in range(draw(st.integers(1, 4))):
        left = tokens = draw(st.integers(0, 10_000))
        redeemed, lapsed = [], []
        for age in range(ages):
            redeemed.append(draw(st.integers(0, left)))
            left -= redeemed[-1]
            lapsed.append(left if age == ages - 1 else draw(st.integers(0, left)))
            left -= lapsed[-1]
        runs.append(CohortRun(FIRST, "", tokens, redeemed, lapsed))
    return runs


@given(run_out())
def test_where_everything_is_run_out_the_hazard_gives_what_was_redeemed(
    runs: list[CohortRun],
) -> None:
    """The ultimate rate is redeemed over issued, and nothing survives."""
    tokens = sum(run.tokens for run in runs)
    redeemed = sum(sum(run.redeemed) for run in runs)
    hazard = Hazard.of(runs)
    assert hazard.ultimate == pytest.approx(redeemed / tokens if tokens else 0.0)
    assert hazard.survival()[-1] == pytest.approx(0.0 if tokens else 1.0)


@given(flows())
def test_runs_hold_what_the_flows_do(drawn: tuple[Flows, date]) -> None:
    """Followed to the end of the last month, redemptions and lapses are those of the flows."""
    moved, through = drawn
    end = PeriodLength.MONTH.next(PeriodLength.MONTH.first_day(through)) - timedelta(days=1)
    runs = cohort_runs(moved, through=end)
    used = moved.total(Flow.REDEEMED) + moved.total(Flow.REINSTATED)
    assert sum(sum(run.redeemed) for run in runs) == -used
    assert sum(sum(run.lapsed) for run in runs) == -moved.total(Flow.LAPSED)
    gone = sum(sum(run.redeemed) + sum(run.lapsed) for run in runs)
    assert sum(run.tokens for run in runs) - gone == moved.outstanding


@given(SHARES, st.integers(1, 10_000), SHARES, SHARES)
def test_the_two_rates_are_two_views_of_one_expectation(
    share: Fraction, tokens: int, used: Fraction, gone: Fraction
) -> None:
    """From the one to the other and back, wherever what is expected is possible."""
    redeemed = int(used * share * tokens)
    lapsed = int(gone * (1 - share) * tokens)
    orr = UltimateRate(share).outstanding_rate(tokens=tokens, redeemed=redeemed, lapsed=lapsed)
    back = orr.ultimate_rate(tokens=tokens, redeemed=redeemed, lapsed=lapsed)
    if tokens > redeemed + lapsed:
        assert back == UltimateRate(share)


@given(SHARES, st.integers(0, 10_000))
def test_neither_rate_is_taken_for_the_other(share: Fraction, tokens: int) -> None:
    """Whatever the figures, the rate of the other tokens is refused, and not only by its type."""
    worth = TokenValue(Fraction(10), "INR")
    wrong: Any = UltimateRate(share)
    with pytest.raises(Misuse, match="is of what was issued"):
        incremental_liability(tokens, rate=wrong, cost=worth)
    wrong = OutstandingRate(share)
    with pytest.raises(Misuse, match="is not of what was issued"):
        selling_price_of_tokens(tokens, face_value=worth, rate=wrong)
    assert not hasattr(UltimateRate(share), "expected_remaining")
    assert not hasattr(OutstandingRate(share), "expected_total")
