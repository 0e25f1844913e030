"""Comparisons: totals, members and segments against figures that were added up by hand."""

import pickle
from datetime import date
from fractions import Fraction
from typing import Any, cast

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import Comparison, Measure, Scenario, Table
from mi_rewards.modelling.by_commands import SegmentedRow
from mi_rewards.modelling.comparing.scenarios import Cost, cost_rate
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.programme import Programme
from mi_rewards.wallet import RollingMonths
from tests.replaying import REWARD_MI, by_commands, row
from tests.shop import rules

BASE = rules(
    REWARD_MI,
    rewards=tuple([attrs.evolve(it, cost=100) for it in REWARD_MI.rewards]),
)
"""Reward Mi with coupons for 100 tokens."""

RATE = BASE.earning.rate
HALF = rules(BASE, rate=attrs.evolve(RATE, tokens=5))
DOUBLE = rules(BASE, rate=attrs.evolve(RATE, tokens=20))
SHORT = rules(BASE, expiry=RollingMonths(3))

HISTORY = (
    row(1, "joined", "A", "2017-07-01"),
    row(2, "joined", "B", "2017-07-01"),
    row(3, "joined", "C", "2017-07-01"),
    row(4, "delivered", "A", "2017-07-02", order_id="1", amount="1000.00", segment="web"),
    row(5, "delivered", "B", "2017-07-03", order_id="2", amount="500.00", segment="shop"),
    row(6, "redeemed", "A", "2017-08-01", reward_id="accessory-coupon-100"),
)
"""A earns 100 tokens and spends them, B earns 50 and keeps them, C does nothing."""


def scenario(
    name: str,
    programme: Programme,
    *rows: SegmentedRow,
    as_of: date = date(2018, 1, 31),
    detail: bool = True,
    **options: Any,
) -> Scenario:
    """Replay the history, or other rows, under a programme."""
    replayed = by_commands(*(rows or HISTORY), programme=programme, as_of=as_of, detail=detail)
    return Scenario(name, programme, replayed, **options)


FOUR = (
    scenario("base", BASE),
    scenario("half", HALF),
    scenario("short", SHORT, policy="wait"),
    scenario("double", DOUBLE),
)
COMPARISON = Comparison(FOUR, "base")


def figures(table: Table, *names: str) -> list[tuple[Any, ...]]:
    """Take some columns of a table, row by row."""
    return list(zip(*(table[name] for name in names), strict=True))


# in total


def test_totals_state_what_each_scenario_came_to() -> None:
    """Half the rate does not reach the coupon; three months are too short for what B keeps."""
    totals = COMPARISON.totals()
    assert figures(
        totals, "scenario", "issued", "redeemed", "lapsed", "outstanding", "refused"
    ) == [
        ("base", 150, 100, 0, 50, 0),
        ("half", 75, 0, 0, 75, 1),
        ("short", 150, 100, 50, 0, 0),
        ("double", 300, 100, 0, 200, 0),
    ]
    assert totals["policy"] == ["", "", "wait", ""]
    assert totals["members"] == [3, 3, 3, 3]
    assert totals.title == "4 scenarios against base at the end of 2018-01-31: totals"
    assert "cost" not in totals.names


def test_totals_state_who_gains_and_who_loses() -> None:
    """What is kept was redeemed or is left: who has more of it than under the base gains."""
    totals = COMPARISON.totals()
    assert figures(totals, "scenario", "kept", "difference", "gain", "lose", "same") == [
        ("base", 150, 0, 0, 0, 3),
        ("half", 75, -75, 0, 2, 1),
        ("short", 100, -50, 0, 1, 2),
        ("double", 300, 150, 2, 0, 1),
    ]
    assert (totals.unit("kept"), totals.unit("gain")) == ("tokens", "members")


@pytest.mark.parametrize(
    ("measure", "tokens", "gain", "lose"),
    [
        (Measure.KEPT, [150, 75, 100, 300], [0, 0, 0, 2], [0, 2, 1, 0]),
        (Measure.REDEEMED, [100, 0, 100, 100], [0, 0, 0, 0], [0, 1, 0, 0]),
        (Measure.ISSUED, [150, 75, 150, 300], [0, 0, 0, 2], [0, 2, 0, 0]),
        (Measure.OUTSTANDING, [50, 75, 0, 200], [0, 1, 0, 2], [0, 1, 1, 0]),
    ],
)
def test_gains_are_told_by_the_measure(
    measure: Measure, tokens: list[int], gain: list[int], lose: list[int]
) -> None:
    """Under half the rate A has more left and B less: what a gain is must be stated."""
    comparison = attrs.evolve(COMPARISON, measure=measure)
    totals = comparison.totals()
    assert (totals[measure.value], totals["gain"], totals["lose"]) == (tokens, gain, lose)
    assert totals["difference"] == [it - tokens[0] for it in tokens]
    sums = [sum(comparison.members()[it.name]) for it in FOUR]
    assert sums == tokens


def test_what_is_owed_is_not_kept() -> None:
    """The goods come back after the tokens were spent: nothing is kept, though 100 are redeemed."""
    back = row(7, "returned", "A", "2017-08-02", order_id="1")
    found = scenario("owed", BASE, *HISTORY[:4], HISTORY[5], back)
    assert (found.replayed.redeemed, found.replayed.owed) == (100, 100)
    assert found.total(Measure.KEPT) == 0
    assert found.by_member(Measure.KEPT)["A"] == 0
    assert found.by_member(Measure.REDEEMED)["A"] == 100


def test_another_base_can_be_compared_with() -> None:
    """Differences are against it, and the order of scenarios stays."""
    totals = attrs.evolve(COMPARISON, base="half").totals()
    assert figures(totals, "scenario", "difference", "gain", "lose") == [
        ("base", 75, 2, 0),
        ("half", 0, 0, 0),
        ("short", 25, 1, 1),
        ("double", 225, 2, 0),
    ]


def test_without_detail_members_are_not_known() -> None:
    """Totals leave them out; what is asked of members says what is missing."""
    comparison = Comparison((FOUR[0], scenario("half", HALF, detail=False)), "base")
    assert not comparison.is_detailed
    assert "gain" not in comparison.totals().names
    assert comparison.totals()["difference"] == [0, -75]
    for ask in (comparison.members, comparison.gainers, comparison.losers):
        with pytest.raises(Misuse, match="detail=True"):
            ask()


# costs


def test_costs_are_of_what_was_redeemed_and_of_what_may_be() -> None:
    """Two and a half paise a token: 187.5 and 312.5 are rounded half to even, once each."""
    totals = attrs.evolve(COMPARISON, cost=cost_rate(Fraction(5, 2), "INR")).totals()
    names = ("redeemed_cost", "outstanding_cost", "cost", "cost_difference", "currency")
    assert figures(totals, *names) == [
        (250, 125, 375, 0, "INR"),
        (0, 188, 188, -187, "INR"),
        (250, 0, 250, -125, "INR"),
        (250, 500, 750, 375, "INR"),
    ]
    assert [totals.unit(name) for name in names] == ["INR minor units"] * 4 + [""]


def test_a_share_of_what_is_outstanding_is_expected() -> None:
    """Half of 50 at 2.5 is 62.5, rounded as the rate says; a share of nothing costs nothing."""
    half = attrs.evolve(FOUR[0], orr=Fraction(1, 2))
    assert half.costs(cost_rate(Fraction(5, 2), "INR")) == (250, 62)
    assert half.costs(Rate(5, 2, Rounding.UP)) == (250, 63)
    assert half.costs(Rate(5, 2)) == (250, 62)
    assert attrs.evolve(half, orr=Fraction(0)).costs(Rate(5, 2)) == (250, 0)


@pytest.mark.parametrize(
    ("cost", "rate"),
    [
        (Rate(1, 3), Rate(1, 3)),
        (Fraction(1, 3), Rate(1, 3, Rounding.HALF_EVEN)),
        (25, Rate(25, 1, Rounding.HALF_EVEN)),
        (0, Rate(0, 1, Rounding.HALF_EVEN)),
        (Money.of("0.25", "INR"), Rate(25, 1, Rounding.HALF_EVEN)),
    ],
)
def test_a_cost_is_written_in_four_ways(cost: Cost, rate: Rate) -> None:
    """A rate stands as it is; the others are what one token costs."""
    assert cost_rate(cost, "INR") == rate


@pytest.mark.parametrize(
    "cost", [True, 0.25, "25", -1, Fraction(-1, 3), Money.of("0.25", "USD"), None]
)
def test_what_is_no_cost_is_misuse(cost: Any) -> None:
    """No float, nothing below 0, no money of another currency."""
    with pytest.raises(Misuse):
        cost_rate(cost, "INR")


# by member


def test_members_are_stated_under_every_scenario() -> None:
    """A column for each scenario, and one for each difference to the base."""
    assert COMPARISON.members().columns() == {
        "member_id": ["A", "B", "C"],
        "base": [100, 50, 0],
        "half": [50, 25, 0],
        "short": [100, 0, 0],
        "double": [200, 100, 0],
        "half difference": [-50, -25, 0],
        "short difference": [0, -50, 0],
        "double difference": [100, 50, 0],
    }
    assert COMPARISON.members().unit("half difference") == "tokens"
    assert COMPARISON.members().unit("member_id") == ""


def test_a_member_of_one_scenario_alone_has_nothing_of_the_others() -> None:
    """Whoever is only there under one scenario gains all of it there."""
    alone = scenario("alone", BASE, *HISTORY[:1], *HISTORY[3:4])
    comparison = Comparison((alone, FOUR[0]), "alone")
    assert comparison.members()["base difference"] == [0, 50, 0]
    assert comparison.totals()["gain"] == [0, 1]


def test_gainers_come_with_the_largest_gain_first() -> None:
    """Of every scenario but those where nobody gains; who stays the same is none."""
    names = ("scenario", "member_id", "base", "tokens", "difference")
    gainers = COMPARISON.gainers()
    assert gainers.names == names
    assert gainers.tuples() == [("double", "A", 100, 200, 100), ("double", "B", 50, 100, 50)]
    assert COMPARISON.gainers(1).tuples() == [("double", "A", 100, 200, 100)]
    assert COMPARISON.gainers(0).tuples() == []
    assert COMPARISON.gainers(scenario="half").columns() == {name: [] for name in names}


def test_losers_come_with_the_largest_loss_first() -> None:
    """The number is of each scenario; one scenario can be asked for."""
    assert COMPARISON.losers().tuples() == [
        ("half", "A", 100, 50, -50),
        ("half", "B", 50, 25, -25),
        ("short", "B", 50, 0, -50),
    ]
    assert COMPARISON.losers(1).tuples() == [
        ("half", "A", 100, 50, -50),
        ("short", "B", 50, 0, -50),
    ]
    assert COMPARISON.losers(scenario="short").tuples() == [("short", "B", 50, 0, -50)]


def test_equal_gains_come_by_the_members_id() -> None:
    """Whatever the order in the history."""
    rows = [
        row(n, "delivered", member, "2017-07-02", order_id=member, amount="100.00")
        for n, member in enumerate(("C", "A", "B"), 1)
    ]
    joined = [row(n, "joined", member, "2017-07-01") for n, member in enumerate("ABC", 10)]
    base = scenario("base", BASE, *joined, *rows)
    double = scenario("double", DOUBLE, *joined, *rows)
    gainers = Comparison((base, double), "base").gainers(2)
    assert gainers["member_id"] == ["A", "B"]


@pytest.mark.parametrize("n", [-1, True, 1.0])
def test_a_number_of_members_is_whole(n: Any) -> None:
    """Anything else is misuse."""
    with pytest.raises(Misuse, match="a number of members"):
        COMPARISON.gainers(n)


# by segment, and what was refused


def test_segments_are_stated_under_every_scenario() -> None:
    """What was earned on the web was spent, what was earned in the shop is left or lapses."""
    names = ("scenario", "segment", "issued", "reversed", "redeemed", "lapsed", "outstanding")
    table = COMPARISON.by_segment()
    assert figures(table, *names, "difference") == [
        ("base", "shop", 50, 0, 0, 0, 50, 0),
        ("base", "web", 100, 0, 100, 0, 0, 0),
        ("half", "shop", 25, 0, 0, 0, 25, -25),
        ("half", "web", 50, 0, 0, 0, 50, -50),
        ("short", "shop", 50, 0, 0, 50, 0, -50),
        ("short", "web", 100, 0, 100, 0, 0, 0),
        ("double", "shop", 100, 0, 0, 0, 100, 50),
        ("double", "web", 200, 0, 100, 0, 100, 100),
    ]
    assert table.unit("reversed") == "tokens"


@pytest.mark.parametrize(
    ("measure", "differences"),
    [
        (Measure.KEPT, [-25, -50]),
        (Measure.ISSUED, [-25, -50]),
        (Measure.REDEEMED, [0, -100]),
        (Measure.OUTSTANDING, [-25, 50]),
    ],
)
def test_segments_differ_by_the_measure(measure: Measure, differences: list[int]) -> None:
    """The same measures as those of members."""
    table = Comparison(FOUR[:2], "base", measure).by_segment()
    assert table.where(scenario="half")["difference"] == differences


def test_a_segment_of_one_scenario_alone_is_there_under_all() -> None:
    """With nothing; what comes back is taken back from its own."""
    back = row(6, "returned", "B", "2017-07-04", order_id="2", amount="250.00")
    other = scenario("other", BASE, *HISTORY[:3], HISTORY[4], back)
    table = Comparison((FOUR[0], other), "base").by_segment()
    assert table.where(scenario="other").tuples() == [
        ("other", "shop", 50, 25, 0, 0, 25, -25),
        ("other", "web", 0, 0, 0, 0, 0, -100),
    ]


def test_refusals_are_counted_under_every_scenario() -> None:
    """The coupon that half the rate does not reach is one refusal more than under the base."""
    assert Comparison(FOUR[:2], "base").refusals().tuples() == [
        ("base", "insufficient_tokens", 0, 0),
        ("half", "insufficient_tokens", 1, 1),
    ]
    assert Comparison(FOUR[:1], "base").refusals().columns() == {
        "scenario": [],
        "code": [],
        "refused": [],
        "difference": [],
    }


# the value itself


def test_a_comparison_is_shown_in_a_notebook_as_its_totals() -> None:
    """Names are escaped."""
    odd = Comparison((attrs.evolve(FOUR[0], name="<b>"),), "<b>")
    assert odd._repr_html_() == odd.totals()._repr_html_()
    assert "&lt;b&gt;" in odd._repr_html_()
    assert "<b>" not in odd._repr_html_()
    assert repr(COMPARISON) == "<Comparison of base, half, short, double with base>"
    assert repr(FOUR[0]).startswith("<Scenario 'base': <Replayed under reward-mi")


def test_a_comparison_travels() -> None:
    """Equal after pickling; a scenario is found by its name."""
    assert pickle.loads(pickle.dumps(COMPARISON)) == COMPARISON
    assert COMPARISON["short"] is FOUR[2]
    with pytest.raises(Misuse, match="no scenario 'long'"):
        COMPARISON["long"]


def test_scenarios_that_cannot_be_compared_are_misuse() -> None:
    """Names are each another, the base is one of them, days are one."""
    later = scenario("later", HALF, as_of=date(2018, 2, 1))
    for scenarios, base, match in (
        ((FOUR[0], FOUR[0]), "base", "two scenarios are named 'base'"),
        (FOUR[:2], "short", "none of base, half"),
        ((), "base", "none of"),
        ((FOUR[0], later), "base", "one as_of are compared, not of 2018-01-31, 2018-02-01"),
    ):
        with pytest.raises(Misuse, match=match):
            Comparison(scenarios, base)
    with pytest.raises(Misuse, match="a measure is one of"):
        Comparison(FOUR, "base", "kept")  # type: ignore[arg-type]


def test_costs_are_of_one_currency() -> None:
    """Tokens of two currencies are compared, what they cost is not."""
    dollars = attrs.evolve(FOUR[1].replayed, currency="USD")
    two = (FOUR[0], attrs.evolve(FOUR[1], replayed=dollars))
    assert Comparison(two, "base").totals()["difference"] == [0, -75]
    with pytest.raises(Misuse, match="scenarios of one currency are compared, not of INR, USD"):
        Comparison(two, "base", cost=Rate(1, 1))


def test_a_scenario_is_checked_where_it_is_made() -> None:
    """Its replay is of its rules, and its share is a share."""
    with pytest.raises(Misuse, match="replayed under other rules"):
        attrs.evolve(FOUR[0], programme=HALF)
    for orr in (Fraction(3, 2), Fraction(-1, 2), cast("Fraction", 1), cast("Fraction", 0.5)):
        with pytest.raises(Misuse, match="a share of what is outstanding"):
            attrs.evolve(FOUR[0], orr=orr)


def test_a_scenario_cannot_take_the_name_of_another_column() -> None:
    """Else a column of the table by member would be lost."""
    for name in ("member_id", "half difference"):
        odd = attrs.evolve(FOUR[2], name=name)
        with pytest.raises(Misuse, match="the name of another column"):
            Comparison((*FOUR[:2], odd), "base").members()
