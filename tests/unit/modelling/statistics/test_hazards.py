"""The hazard by age, and what it projects."""

from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    Cell,
    CohortRun,
    Flow,
    Flows,
    Hazard,
    OutstandingRate,
    PeriodLength,
    UltimateRate,
    expected_lapses,
    projected_rate,
    projection,
)
from mi_rewards.modelling.statistics.projections import project

JANUARY = date(2017, 1, 1)
MID = date(2017, 1, 16)
MONTH = PeriodLength.MONTH
OLD = CohortRun(JANUARY, "", 1_000, (100, 90, 0), (0, 10, 800))
YOUNG = CohortRun(date(2017, 2, 1), "", 1_000, (300,), (0,))


def test_each_age_is_seen_in_the_cohorts_that_lived_through_it() -> None:
    """The young cohort counts at age 0 alone: it is censored, not a cohort without redemptions."""
    hazard = Hazard.of([OLD, YOUNG])
    assert hazard.exposed == (2_000, 900, 800)
    assert hazard.redeemed == (400, 90, 0)
    assert hazard.lapsed == (0, 10, 800)
    assert [hazard.at(age) for age in range(3)] == pytest.approx([0.2, 0.1, 0.0])
    assert [hazard.lapse_at(age) for age in range(4)] == pytest.approx([0, 1 / 90, 1, 0])


def test_what_is_left_and_what_was_redeemed_follow() -> None:
    """0.2 of all, then 0.1 of the 0.8 that are left."""
    hazard = Hazard.of([OLD, YOUNG])
    assert hazard.curve() == pytest.approx((0.2, 0.28, 0.28))
    assert hazard.survival() == pytest.approx((0.8, 0.8 * (1 - 0.1 - 1 / 90), 0.0))
    assert hazard.ultimate == pytest.approx(0.28)
    assert hazard.ultimate_rate() == UltimateRate(Fraction(28, 100))
    table = hazard.table()
    assert table["age"] == [0, 1, 2]
    assert table["curve"][1] == pytest.approx(0.28)
    assert table.unit("age") == "months"


def test_beyond_the_ages_seen_the_tail_is_assumed() -> None:
    """That of the last three together, or what is given; never below 0."""
    four = CohortRun(JANUARY, "", 1_000, (500, 100, 100, 100), (0, 0, 0, 0))
    assert Hazard.of([four]).at(4) == pytest.approx(300 / 1_200)
    assert Hazard.of([four], tail=0.5).at(99) == 0.5
    back = CohortRun(JANUARY, "", 1_000, (0, -10), (0, 0))
    assert Hazard.of([back]).tail == 0.0


def test_where_nothing_is_seen_nothing_is_known() -> None:
    """No ages, no redemption, no tail."""
    nothing = Hazard.of([])
    assert (len(nothing), nothing.ultimate, nothing.tail) == (0, 0.0, 0.0)
    assert nothing.curve() == nothing.survival() == ()
    empty = Hazard.of([CohortRun(JANUARY, "", 0, (0,), (0,))])
    assert (empty.at(0), empty.lapse_at(0)) == (0.0, 0.0)


@pytest.mark.parametrize("tail", [-0.01, 1.01])
def test_a_hazard_that_cannot_be_is_misuse(tail: float) -> None:
    """A tail just outside 0 to 1, figures of different ages, and ages of a day."""
    with pytest.raises(Misuse, match="the tail of a hazard"):
        Hazard.of([OLD], tail=tail)
    with pytest.raises(Misuse, match="as many figures of each kind"):
        Hazard(MONTH, (1,), (), ())
    with pytest.raises(Misuse, match="a period is one of month"):
        Hazard.of([OLD], by="day")


def test_the_tail_can_reach_a_rate_expected_beforehand() -> None:
    """Of a token that lives four ages three in four are redeemed: the half at each of two."""
    seen = Hazard(MONTH, (100, 100), (0, 0), (0, 50))
    hazard = seen.reaching(UltimateRate(Fraction(3, 4)), lifetime=4)
    assert hazard.tail == pytest.approx(0.5)
    assert hazard.redeemed == seen.redeemed
    fresh = Hazard.of([]).reaching(UltimateRate(Fraction(3, 4)), lifetime=2)
    assert fresh.tail == pytest.approx(0.5)


@pytest.mark.parametrize(("lifetime", "share", "tail"), [(1, 75, 0), (2, 50, 0), (2, 75, 0.5)])
def test_no_tail_where_the_ages_seen_are_enough(lifetime: int, share: int, tail: float) -> None:
    """They last as long, or have reached the rate."""
    seen = Hazard(MONTH, (100,), (50,), (0,), tail=0.3)
    urr = UltimateRate(Fraction(share, 100))
    assert seen.reaching(urr, lifetime=lifetime).tail == pytest.approx(tail)
    wrong: Any = OutstandingRate(Fraction(1, 2))
    with pytest.raises(Misuse, match="ask it for its ultimate_rate"):
        seen.reaching(wrong, lifetime=9)


def test_a_cohort_goes_on_at_its_age_until_its_last_day() -> None:
    """0.1 of 1,000 in February, 0.2 of the rest in March; what is left then lapses: no tail."""
    hazard = Hazard(MONTH, (10, 10, 10), (0, 1, 2), (0, 0, 0), tail=0.9)
    left = {date(2017, 3, 31).toordinal(): 1_000}
    steps = list(project(hazard, left, earned_in=JANUARY, closing=date(2017, 1, 31)))
    assert [(step.period, step.age) for step in steps] == [
        (date(2017, 2, 1), 1),
        (date(2017, 3, 1), 2),
    ]
    assert [step.redeemed for step in steps] == pytest.approx([100, 180])
    assert [step.lapsed for step in steps] == pytest.approx([0, 720])


def test_of_a_period_in_part_only_the_days_count() -> None:
    """From the 15th to the 20th of 28 days; the token lapses on the 21st."""
    hazard = Hazard(MONTH, (), (), (), tail=0.5)
    left = {date(2017, 2, 20).toordinal(): 100}
    (step,) = project(hazard, left, earned_in=JANUARY, closing=date(2017, 2, 14))
    assert step.redeemed == pytest.approx(100 * (1 - 0.5 ** (6 / 28)))
    assert step.redeemed + step.lapsed == pytest.approx(100)


def test_what_is_held_past_its_last_day_has_one_more() -> None:
    """And lapses then; nothing outstanding has no periods to come."""
    hazard = Hazard(MONTH, (), (), (), tail=0.5)
    past, today = date(2017, 1, 10).toordinal(), date(2017, 2, 14).toordinal()
    (step,) = project(hazard, {past: 30, today: 70}, earned_in=JANUARY, closing=date(2017, 2, 14))
    assert step.redeemed == pytest.approx(100 * (1 - 0.5 ** (1 / 28)))
    assert step.redeemed + step.lapsed == pytest.approx(100)
    assert list(project(hazard, {}, earned_in=JANUARY, closing=date(2017, 2, 14))) == []


def test_what_never_lapses_is_followed_to_the_horizon() -> None:
    """Three months where three are asked for; a later last day is followed all the same."""
    hazard = Hazard(MONTH, (), (), (), tail=0.5)
    never, june = NEVER.toordinal(), date(2017, 6, 30).toordinal()
    closing = date(2017, 1, 31)

    def redeemed(left: dict[int, int]) -> list[float]:
        steps = project(hazard, left, earned_in=JANUARY, closing=closing, horizon=3)
        return [step.redeemed for step in islice(steps, 100)]

    assert redeemed({never: 100}) == pytest.approx([50, 25, 12.5])
    assert redeemed({june: 100}) == pytest.approx([50, 25, 12.5, 6.25, 3.125])
    assert redeemed({never: 100, june: 100})[2] == pytest.approx(25)


MARCH_END, APRIL_END = date(2017, 3, 31).toordinal(), date(2017, 4, 30).toordinal()
FLOWS = Flows.of(
    [
        Cell(JANUARY.toordinal(), Flow.EARNED, JANUARY.toordinal(), "", MARCH_END, 1_000),
        Cell(JANUARY.toordinal(), Flow.EARNED, JANUARY.toordinal(), "", APRIL_END, 500),
    ]
)


def test_all_cohorts_are_projected() -> None:
    """A row for each period to come; all of it is redeemed or lapses."""
    hazard = Hazard(MONTH, (), (), (), tail=0.5)
    table = projection(FLOWS, hazard, through=date(2017, 1, 31))
    assert table["age"] == [1, 2, 3]
    assert table["redeemed"] == pytest.approx([750, 375, 62.5])
    assert table["lapsed"] == pytest.approx([0, 250, 62.5])
    assert table["period"][0] == date(2017, 2, 1)


def moved(day: date, flow: Flow, tokens: int) -> Flows:
    """State a flow of what is valid to the end of April."""
    january = JANUARY.toordinal()
    return Flows.of([Cell(day.toordinal(), flow, january, "", APRIL_END, tokens)])


def test_the_rate_of_a_young_programme_goes_beyond_the_ages_seen() -> None:
    """Half of what is left in each later month; what is taken back is no part of either figure."""
    close = date(2017, 1, 31)
    hazard = Hazard(MONTH, (1_500,), (0,), (0,), tail=0.5)
    assert projected_rate(FLOWS, hazard, through=close).share == Fraction(791_667, 1_000_000)
    flows = FLOWS
    for flow, tokens in ((Flow.REDEEMED, -200), (Flow.REINSTATED, 100), (Flow.LAPSED, -100)):
        flows = flows.merged(moved(close, flow, tokens))
    hazard = Hazard(MONTH, (1_500,), (100,), (100,), tail=0.5)
    to_come = 1_000 * 0.75 + 300 * 0.875
    expected = Fraction(round((100 + to_come) / 1_500 * 1_000_000), 1_000_000)
    rate = projected_rate(flows, hazard, through=close)
    assert rate == UltimateRate(expected)
    assert rate.share > hazard.ultimate_rate().share
    fewer = flows.merged(moved(close, Flow.REVERSED, -300))
    to_come = 1_000 * 0.75
    assert float(projected_rate(fewer, hazard, through=close).share) == pytest.approx(
        (100 + to_come) / 1_200, abs=1e-6
    )


def test_what_never_lapses_has_a_rate_to_the_horizon() -> None:
    """Half of it in the one month asked for."""
    january = JANUARY.toordinal()
    flows = Flows.of([Cell(january, Flow.EARNED, january, "", NEVER.toordinal(), 10)])
    hazard = Hazard(MONTH, (), (), (), tail=0.5)
    rate = projected_rate(flows, hazard, through=date(2017, 1, 31), horizon=1)
    assert rate.share == Fraction(1, 2)


def test_a_rate_is_of_tokens_and_of_a_day() -> None:
    """A flow on the day counts, one after it is misuse; so are no tokens, and all taken back."""
    hazard = Hazard(MONTH, (), (), (), tail=0.5)
    with pytest.raises(Misuse, match="flows on 2017-01-01, after 2016-12-31"):
        projected_rate(FLOWS, hazard, through=date(2016, 12, 31))
    assert projected_rate(FLOWS, hazard, through=JANUARY).share > 0
    gone = moved(JANUARY, Flow.EARNED, 5).merged(moved(MID, Flow.REVERSED, -5))
    for flows in (Flows(), gone):
        with pytest.raises(Misuse, match="there are none"):
            projected_rate(flows, hazard, through=date(2017, 1, 31))


def test_what_lapses_soon_is_due_and_expected() -> None:
    """Tokens of 31 March lapse on 1 April: 60 days after 31 January, and not 59."""
    hazard = Hazard(MONTH, (), (), (), tail=0.5)
    table = expected_lapses(FLOWS, hazard, through=date(2017, 1, 31), within=(59, 60, 90))
    assert table["through"] == [date(2017, 3, 31), date(2017, 4, 1), date(2017, 5, 1)]
    assert table["due"] == [0, 1_000, 1_500]
    assert table["lapsed"] == pytest.approx([0, 250, 312.5])
    assert expected_lapses(FLOWS, hazard, through=JANUARY)["days"] == [30, 60, 90]


BACK = CohortRun(JANUARY, "", 50, (100, -100, 0), (0, 0, 0))
"""A hundred redeemed, reinstated a month later, and then taken back."""


def test_what_was_reinstated_and_taken_back_is_no_chance() -> None:
    """A hazard above 1 or of nothing left adds up to what happened, and projects nothing odd."""
    hazard = Hazard.of([BACK])
    assert [hazard.at(age) for age in range(3)] == [2, 2, 0]
    assert [hazard.chance(age) for age in range(4)] == [1, 0, 0, 0]
    assert hazard.ultimate == 0
    undone = CohortRun(JANUARY, "", 100, (50, -50), (0, 0))
    assert [Hazard.of([undone], tail=0.5).chance(age) for age in range(3)] == [0.5, 0, 0.5]
    in_part = list(project(hazard, {JANUARY.toordinal() + 40: 10}, earned_in=JANUARY, closing=MID))
    assert [(it.redeemed, it.lapsed) for it in in_part] == [(10, 0), (0, 0)]


def test_no_more_lapses_than_is_due() -> None:
    """Where tokens come back at an age, those that are left do not become more."""
    hazard = Hazard(MONTH, (100, 50), (50, -50), (0, 0))
    flows = Flows.of([Cell(1, Flow.EARNED, JANUARY.toordinal(), "", JANUARY.toordinal() + 40, 70)])
    table = expected_lapses(flows, hazard, through=date(2017, 1, 31))
    assert table["due"] == table["lapsed"] == [70, 70, 70]


@pytest.mark.parametrize("days", [0, -1, 1.5, 3_000_000])
def test_days_until_a_lapse_are_whole_and_come(days: int) -> None:
    """From 1, and not past the last day that there is."""
    with pytest.raises(Misuse, match=r"whole number from 1|past the year 9999"):
        expected_lapses(Flows(), Hazard.of([]), through=JANUARY, within=(days,))
    left = (date.max - JANUARY).days
    last = expected_lapses(Flows(), Hazard.of([]), through=JANUARY, within=(1, left))
    assert last["through"] == [date(2017, 1, 2), date.max]
