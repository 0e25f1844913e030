"""Flows: cells that add up, roll-forwards that tie, cohorts and triangles that are made of them."""

from datetime import date

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import Cell, Flow, Flows, flows_of
from mi_rewards.modelling.cohorts import ageing, cohorts, redemptions
from mi_rewards.modelling.roll_forwards import roll_forward
from mi_rewards.wallet import Entry, Reason, Wallet
from tests.wallets import KOLKATA, OWNER
from tests.wallets import at as instant

JAN, FEB, APR = (date(2018, month, 1) for month in (1, 2, 4))
LAST = date(2019, 12, 31).toordinal()


def cell(day: date, flow: Flow, tokens: int, earned_in: date = JAN, segment: str = "") -> Cell:
    """Make a cell."""
    return Cell(day.toordinal(), flow, earned_in.toordinal(), segment, LAST, tokens)


STORY = Flows.of(
    [
        cell(JAN, Flow.EARNED, 100),
        cell(date(2018, 1, 31), Flow.OPENED, 7),
        cell(FEB, Flow.EARNED, 50, FEB, "new"),
        cell(date(2018, 2, 3), Flow.REVERSED, -20),
        cell(date(2018, 2, 4), Flow.REDEEMED, -30),
        cell(date(2018, 2, 5), Flow.REINSTATED, 10),
        cell(APR, Flow.LAPSED, -7),
        cell(APR, Flow.TRANSFERRED, -5, FEB, "new"),
        cell(APR, Flow.ADJUSTED, 2, FEB, "new"),
    ]
)


def test_equal_cells_are_added_and_nothing_is_dropped() -> None:
    """What adds up to nothing is no cell."""
    flows = Flows.of([cell(JAN, Flow.EARNED, 3), cell(JAN, Flow.EARNED, 4)])
    assert list(flows.cells()) == [cell(JAN, Flow.EARNED, 7)]
    assert Flows.of([cell(JAN, Flow.ADJUSTED, 3), cell(JAN, Flow.ADJUSTED, -3)]) == Flows()
    assert (STORY.total(Flow.EARNED), STORY.total(Flow.REDEEMED)) == (150, -30)
    assert STORY.outstanding == 107
    assert repr(STORY) == "<Flows: 9 cells, 107 tokens outstanding>"


def test_flows_are_merged_in_any_order() -> None:
    """Merging adds, is associative and commutative, and leaves no cell of nothing."""
    parts = [Flows.of([it]) for it in STORY.cells()]
    left, right = Flows(), Flows()
    for part in parts:
        left = left.merged(part)
        right = part.merged(right)
    assert left == right == STORY
    undone = Flows.of([cell(JAN, Flow.EARNED, -100)])
    assert len(STORY.merged(undone).sums) == 8


def test_cells_are_kept_by_a_test() -> None:
    """`where` keeps what the function says yes to."""
    assert STORY.where(lambda it: it.segment == "new").outstanding == 47


def test_a_roll_forward_ties() -> None:
    """Each period opens where the one before closed; periods without flows are there too."""
    table = roll_forward(STORY, "month", through=date(2018, 5, 31))
    assert table.names == (
        "period",
        "opening",
        "opened",
        "earned",
        "reversed",
        "redeemed",
        "reinstated",
        "lapsed",
        "transferred",
        "adjusted",
        "closing",
    )
    assert table.tuples() == [
        (JAN, 0, 7, 100, 0, 0, 0, 0, 0, 0, 107),
        (FEB, 107, 0, 50, -20, -30, 10, 0, 0, 0, 117),
        (date(2018, 3, 1), 117, 0, 0, 0, 0, 0, 0, 0, 0, 117),
        (APR, 117, 0, 0, 0, 0, 0, -7, -5, 2, 107),
        (date(2018, 5, 1), 107, 0, 0, 0, 0, 0, 0, 0, 0, 107),
    ]
    assert (table.unit("closing"), table.unit("period")) == ("tokens", "day")


@pytest.mark.parametrize(("by", "periods"), [("day", 91), ("quarter", 2), ("year", 1)])
def test_a_roll_forward_closes_alike_whatever_its_periods(by: str, periods: int) -> None:
    """The last closing is what is outstanding."""
    table = roll_forward(STORY, by, through=APR)
    assert (len(table), table["closing"][-1]) == (periods, 107)


def test_a_roll_forward_of_nothing_is_empty() -> None:
    """Without flows there is no first period."""
    assert len(roll_forward(Flows(), "month", through=APR)) == 0


def test_cohorts_say_what_became_of_their_tokens() -> None:
    """Issued less reversed, redeemed and lapsed is outstanding, in each period and segment."""
    table = cohorts(STORY, "month")
    assert table.tuples() == [(JAN, "", 107, 20, 20, 7, 60), (FEB, "new", 47, 0, 0, 0, 47)]
    for _, _, issued, reversed_, redeemed, lapsed, outstanding in table.tuples():
        assert issued - reversed_ - redeemed - lapsed == outstanding
    assert [row[0] for row in cohorts(STORY, "quarter").tuples()] == [JAN, JAN]
    with pytest.raises(Misuse, match="month, quarter, year"):
        cohorts(STORY, "day")


def test_redemptions_are_long_with_their_zeros() -> None:
    """Each cohort has a row for each period to the day named, with what is left of its issue."""
    table = redemptions(STORY, "month", through=date(2018, 3, 31))
    assert table.names == ("origin", "segment", "development", "age", "issued", "value")
    assert table.tuples() == [
        (JAN, "", JAN, 0, 87, 0),
        (JAN, "", FEB, 1, 87, 20),
        (JAN, "", date(2018, 3, 1), 2, 87, 0),
        (FEB, "new", FEB, 0, 47, 0),
        (FEB, "new", date(2018, 3, 1), 1, 47, 0),
    ]
    assert table.unit("age") == "months"
    with pytest.raises(Misuse, match="month, quarter, year"):
        redemptions(STORY, "day", through=APR)


def test_what_is_outstanding_has_an_age() -> None:
    """Whole months from that of earning; ages at which nothing is left are left out."""
    assert ageing(STORY, on=date(2018, 4, 30)).tuples() == [(2, 47), (3, 60)]
    spent = STORY.merged(Flows.of([cell(APR, Flow.REDEEMED, -60)]))
    assert ageing(spent, on=APR).tuples() == [(2, 47)]


def test_a_burn_takes_the_month_that_came_first() -> None:
    """Of a bucket with tokens of two months, as the journal of a store has it."""
    last_day = date(2019, 12, 31)
    found = Wallet(OWNER)
    entries: list[Entry] = []
    for month in ("01", "02"):
        at = instant(f"2018-{month}-10")
        found, made, _ = found.earn(
            30, last_day=last_day, at=at, request_id=month, reason=Reason("test"), source=month
        )
        entries += made
    burned = found.burn(20, at=instant("2018-04-01"), request_id="b", reason=Reason("test"))
    flows = flows_of([[*entries, *burned.entries]], KOLKATA)
    assert list(flows.cells()) == [
        cell(date(2018, 1, 10), Flow.EARNED, 30),
        cell(date(2018, 2, 10), Flow.EARNED, 30, FEB),
        cell(APR, Flow.REDEEMED, -20),
    ]
