"""Deferred revenue of flows, cohort by cohort; and whether roll-forwards tie."""

import pickle
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    BreakageBasis,
    Cell,
    CohortAtClose,
    DeferredRevenue,
    Flow,
    Flows,
    Hazard,
    OutstandingRate,
    Table,
    TokenValue,
    UltimateRate,
    check_ledger,
    check_ties,
    deferred_revenue,
)
from mi_rewards.modelling.books.cohort_flows import Cohort, outstanding_by_last_day
from mi_rewards.money import CurrencyMismatch, Money
from tests.replaying import by_commands, row

JULY, AUGUST = date(2017, 7, 1), date(2017, 8, 1)
TEN_PAISE = TokenValue(Fraction(10), "INR")
FOUR_FIFTHS = UltimateRate(Fraction(4, 5))
YEAR_END, LATER = date(2018, 12, 31), date(2019, 12, 31)


def cell(day: str, flow: Flow, tokens: int, earned_in: date = JULY, last: date = YEAR_END) -> Cell:
    """Make a cell of the segment web."""
    ordinal = date.fromisoformat(day).toordinal()
    return Cell(ordinal, flow, earned_in.toordinal(), "web", last.toordinal(), tokens)


FLOWS = Flows.of(
    [
        cell("2017-07-05", Flow.EARNED, 1_100),
        cell("2017-07-06", Flow.REVERSED, -100),
        cell("2017-07-31", Flow.REDEEMED, -450),
        cell("2017-08-01", Flow.REINSTATED, 50),
        cell("2017-08-02", Flow.EARNED, 500, AUGUST, LATER),
        cell("2017-08-03", Flow.ADJUSTED, -100, AUGUST, LATER),
    ]
)


def booked(**options: Any) -> DeferredRevenue:
    """Close the books of those flows at the end of August."""
    asked: dict[str, Any] = {"value": TEN_PAISE, "estimate": FOUR_FIFTHS} | options
    return deferred_revenue(FLOWS, through=date(2017, 8, 31), **asked)


def test_each_cohort_is_rolled_forward() -> None:
    """July: 1,000 tokens of ten paise, 450 and then 400 of 800 redeemed. August: 400 tokens."""
    table = booked().by_cohort()
    assert table.names == (
        *("period", "earned_in", "segment", "opening", "additions", "reversals"),
        *("on_redemption", "breakage", "change_of_estimate", "closing", "currency"),
    )
    assert table.tuples() == [
        (JULY, JULY, "web", 0, 11_000, -1_000, -4_500, -1_125, 0, 4_375, "INR"),
        (AUGUST, JULY, "web", 4_375, 0, 0, 500, 125, 0, 5_000, "INR"),
        (AUGUST, AUGUST, "web", 0, 5_000, -1_000, 0, 0, 0, 4_000, "INR"),
    ]
    assert table.unit("closing") == "INR minor units"


def test_all_cohorts_are_rolled_forward_together() -> None:
    """The rows of a period are added up."""
    deferred = booked()
    assert deferred.by_period().tuples() == [
        (JULY, 0, 11_000, -1_000, -4_500, -1_125, 0, 4_375, "INR"),
        (AUGUST, 4_375, 5_000, -1_000, 500, 125, 0, 9_000, "INR"),
    ]
    assert deferred.liability == Money(9_000, "INR")
    assert repr(deferred) == "<DeferredRevenue on 2017-08-31: INR 90.00>"
    assert "<caption>Deferred revenue by month</caption>" in deferred._repr_html_()
    assert pickle.loads(pickle.dumps(deferred)) == deferred


def test_an_estimate_is_asked_at_each_close() -> None:
    """With the day of the close, and where the cohort stands on it."""
    asked: list[CohortAtClose] = []

    def estimate(cohort: CohortAtClose) -> int:
        asked.append(cohort)
        return cohort.redeemed + cohort.outstanding

    booked(estimate=estimate)
    assert asked == [
        CohortAtClose(date(2017, 7, 31), JULY, "web", 1_000, 450, 0),
        CohortAtClose(date(2017, 8, 31), JULY, "web", 1_000, 400, 0),
        CohortAtClose(date(2017, 8, 31), AUGUST, "web", 400, 0, 0),
    ]


def test_the_last_close_may_lie_within_a_period() -> None:
    """The year's books are closed on the day named."""
    days: list[date] = []

    def estimate(cohort: CohortAtClose) -> int:
        days.append(cohort.closing)
        return cohort.tokens

    booked(estimate=estimate, by="year")
    assert days == [date(2017, 8, 31)] * 2


def test_a_value_may_be_of_a_month() -> None:
    """Tokens of August are worth twice as much; two currencies are misuse."""
    twice = TokenValue(Fraction(20), "INR")
    deferred = booked(value=lambda month: TEN_PAISE if month == JULY else twice)
    assert deferred.liability == Money(13_000, "INR")
    euros = TokenValue(Fraction(1), "EUR")
    with pytest.raises(CurrencyMismatch, match="EUR, INR"):
        booked(value=lambda month: TEN_PAISE if month == JULY else euros)


def test_breakage_may_wait_for_remoteness() -> None:
    """400 of 1,000 redeemed leave 60 rupees of July, and none is breakage."""
    table = booked(basis=BreakageBasis.REMOTE).by_period()
    assert table["breakage"] == [0, 0]
    assert table["closing"] == [5_500, 10_000]


@pytest.mark.parametrize(
    ("months", "current"),
    [(1, [0, 0]), (15, [0, 0]), (16, [5_000, 0]), (27, [5_000, 0]), (28, [5_000, 4_000])],
)
def test_what_is_deferred_is_current_by_its_last_valid_day(months: int, current: list[int]) -> None:
    """July's tokens lapse 16 months after the close, August's 28."""
    table = booked().current_and_non_current(months=months)
    assert table["current"] == current
    assert [n + m for n, m in zip(current, table["non_current"], strict=True)] == [5_000, 4_000]
    assert table["liability"] == [5_000, 4_000]


def test_what_is_not_deferred_any_more_is_neither() -> None:
    """All redeemed: no row. And a split needs a month at least."""
    flows = Flows.of([cell("2017-07-05", Flow.EARNED, 10), cell("2017-07-06", Flow.REDEEMED, -10)])
    deferred = deferred_revenue(
        flows, through=date(2017, 7, 31), value=TEN_PAISE, estimate=FOUR_FIFTHS
    )
    assert len(deferred.current_and_non_current()) == 0
    with pytest.raises(Misuse, match="months: a whole number from 1"):
        deferred.current_and_non_current(months=0)


def test_no_flows_are_no_rows() -> None:
    """The currency is that of the one value; without one it is misuse."""
    day = date(2017, 7, 31)
    nothing = deferred_revenue(Flows(), through=day, value=TEN_PAISE, estimate=FOUR_FIFTHS)
    assert (len(nothing.by_period()), nothing.liability) == (0, Money.zero("INR"))
    with pytest.raises(Misuse, match="without flows"):
        deferred_revenue(Flows(), through=day, value=lambda _: TEN_PAISE, estimate=FOUR_FIFTHS)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": Money.of("0.10", "INR")}, "a TokenValue, as TokenValue.of"),
        ({"estimate": 0.65}, "an UltimateRate, as projected_rate makes"),
        ({"estimate": Hazard.of([])}, "an UltimateRate, as projected_rate makes"),
        ({"estimate": OutstandingRate(Fraction(1, 2))}, "ask it for its ultimate_rate"),
    ],
)
def test_what_the_books_do_not_go_by_is_one_message(wrong: dict[str, Any], said: str) -> None:
    """It says what to give: money, a number, a hazard and the other rate are near misses."""
    with pytest.raises(Misuse, match=said):
        booked(**wrong)


def test_flows_after_the_last_close_are_misuse() -> None:
    """The last flow is of 3 August: that day is a close, the one before is none."""
    deferred_revenue(FLOWS, through=date(2017, 8, 3), value=TEN_PAISE, estimate=FOUR_FIFTHS)
    with pytest.raises(Misuse, match="flows on 2017-08-03, after 2017-08-02"):
        deferred_revenue(FLOWS, through=date(2017, 8, 2), value=TEN_PAISE, estimate=FOUR_FIFTHS)


def test_what_is_outstanding_is_known_by_its_last_day() -> None:
    """Each cohort's, without zeros; a lapsed one has none."""
    lapsed = FLOWS.merged(Flows.of([cell("2019-01-01", Flow.LAPSED, -600)]))
    assert outstanding_by_last_day(lapsed) == {
        Cohort(JULY, "web"): {},
        Cohort(AUGUST, "web"): {LATER.toordinal(): 400},
    }


def test_a_roll_forward_that_does_not_tie_is_seen() -> None:
    """A flow that is missing, and an opening that is not the last closing, each by its row."""
    rows = [("2017", 0, 10, -3, 7), ("2018", 7, 1, 0, 9), ("2019", 8, 0, 0, 8)]
    table = Table.of_rows("broken", ("period", "opening", "earned", "lapsed", "closing"), rows)
    assert check_ties(table) == [
        "row 2 (period 2018): opening and flows are 8, closing is 9",
        "row 3 (period 2019): opens with 8 after 9",
    ]
    assert check_ties(Table.of("none", {"opening": [], "closing": []})) == []


def test_cohorts_tie_each_by_itself() -> None:
    """Each begins where it begins; what stands after the closing takes no part."""
    rows = [
        ("2017", "web", 5, 1, 6, "INR"),
        ("2017", "shop", 0, 2, 2, "INR"),
        ("2018", "web", 6, 0, 6, "INR"),
        ("2018", "shop", 6, 0, 6, "INR"),
    ]
    names = ("period", "segment", "opening", "earned", "closing", "currency")
    assert check_ties(Table.of_rows("cohorts", names, rows)) == [
        "row 4 (period 2018, segment shop): opens with 6 after 2"
    ]


def test_what_is_no_roll_forward_cannot_tie() -> None:
    """Without an opening, and with a closing before it, is misuse."""
    with pytest.raises(Misuse, match="no column 'opening'"):
        check_ties(Table.of("none", {"closing": []}))
    with pytest.raises(Misuse, match="closes before it opens"):
        check_ties(Table.of("none", {"closing": [], "opening": []}))


def test_flows_agree_with_the_ledger() -> None:
    """Of a real replay they do; each total that is moved by one is named."""
    replayed = by_commands(
        row(1, "joined", "A", "2017-07-01"),
        row(2, "delivered", "A", "2017-07-02", order_id="1", amount="1000.00"),
        row(3, "returned", "A", "2017-07-03", order_id="1", amount="250.00"),
    )
    assert check_ledger(replayed) == []
    for name, said in [
        ("issued", "issued: the flows come to 100, the ledger to 101"),
        ("redeemed", "redeemed: the flows come to 0, the ledger to 1"),
        ("lapsed", "lapsed: the flows come to 0, the ledger to 1"),
        ("clawed_back", "taken back: the flows come to 25, the ledger to 26"),
        ("held", "outstanding: the flows come to 75, the ledger to 76"),
    ]:
        moved = attrs.evolve(replayed, **{name: getattr(replayed, name) + 1})
        assert check_ledger(moved) == [said]
