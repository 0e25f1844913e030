"""Grids: which variants there are, what they are called, and how they are set out."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from mi_rewards.earning import EarnRate
from mi_rewards.errors import Misuse
from mi_rewards.modelling import Comparison, Scenario, Table, crossed, grid, grid_table
from mi_rewards.modelling.comparing.grids import rate_text, thresholds_text, validity_text
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.programme import Programme
from mi_rewards.tiers import Metric
from mi_rewards.wallet import (
    CappedBy,
    EndOfYear,
    ExpiryPolicy,
    FixedDay,
    NoExpiry,
    RollingDays,
    RollingMonths,
)
from tests.ladders import LADDER, YEARLY
from tests.replaying import REWARD_MI, by_commands, row
from tests.shop import rules

TIERED = rules(REWARD_MI, ladder=YEARLY)
ORDERS = rules(REWARD_MI, ladder=attrs.evolve(YEARLY, metric=Metric.ORDERS))


def ladder(programme: Programme) -> tuple[int, ...]:
    """List the thresholds of a programme."""
    assert programme.ladder is not None
    return tuple([it.threshold for it in programme.ladder.tiers])


# the variants


def test_a_grid_is_every_combination_by_name() -> None:
    """Two rates by two validities; what is not given stays as it is."""
    found = grid(REWARD_MI, rates=[10, 5], validity=[EndOfYear(), RollingMonths(12)])
    assert list(found) == [
        "10 per INR 100.00, end of year + 1",
        "10 per INR 100.00, 12 months",
        "5 per INR 100.00, end of year + 1",
        "5 per INR 100.00, 12 months",
    ]
    assert found["10 per INR 100.00, end of year + 1"] == REWARD_MI
    other = found["5 per INR 100.00, 12 months"]
    assert (other.earning.rate.tokens, other.expiry) == (5, RollingMonths(12))
    assert other.earning.rate.per == REWARD_MI.earning.rate.per
    assert other.rewards == REWARD_MI.rewards
    assert len({it.digest for it in found.values()}) == 4


def test_a_grid_of_nothing_is_the_programme() -> None:
    """Under its own name."""
    assert grid(REWARD_MI) == {"reward-mi": REWARD_MI}


def test_a_rate_is_whole_tokens_or_a_rate() -> None:
    """Whole tokens are for the programme's own money; a rate is taken as it is."""
    rate = EarnRate(1, Money.of("7", "INR"), Rounding.UP)
    found = grid(REWARD_MI, rates=[rate, 1])
    assert list(found) == ["1 per INR 7.00 rounded up", "1 per INR 100.00"]
    assert found["1 per INR 7.00 rounded up"].earning.rate == rate


@pytest.mark.parametrize(
    ("thresholds", "name", "figures"),
    [
        (2, "thresholds 0/1000/2000/4000", (0, 1000, 2000, 4000)),
        (Fraction(1, 3), "thresholds 0/167/333/667", (0, 167, 333, 667)),
        (Fraction(3, 1000), "thresholds 0/2/3/6", (0, 2, 3, 6)),
        ((1, 2, 3, 4), "thresholds 1/2/3/4", (1, 2, 3, 4)),
    ],
)
def test_thresholds_are_so_many_times_as_much_or_stated(
    thresholds: Any, name: str, figures: tuple[int, ...]
) -> None:
    """Rounded half to even: 1.5 is 2, where 0.003 of 500 is."""
    found = grid(ORDERS, thresholds=[thresholds])
    assert list(found) == [name]
    assert ladder(found[name]) == figures


def test_thresholds_of_spending_are_written_as_money() -> None:
    """Since they are minor units."""
    assert list(grid(TIERED, thresholds=[1])) == [
        "thresholds INR 0.00/INR 5.00/INR 10.00/INR 20.00"
    ]
    assert thresholds_text(TIERED) == "INR 0.00/INR 5.00/INR 10.00/INR 20.00"


def test_another_ladder_can_be_given() -> None:
    """With other tiers, too."""
    (found,) = grid(TIERED, thresholds=[LADDER]).values()
    assert found.ladder == LADDER


def _wrong() -> dict[str, Callable[[], object]]:
    """Everything that is no grid."""
    return {
        "two variants": lambda: grid(REWARD_MI, rates=[5, 5]),
        "a rate is an EarnRate": lambda: grid(REWARD_MI, rates=["5"]),  # type: ignore[list-item]
        "no tiers": lambda: grid(REWARD_MI, thresholds=[2]),
        "4 tiers have as many thresholds, not 3": lambda: grid(TIERED, thresholds=[(1, 2, 3)]),
        "thresholds rise": lambda: grid(TIERED, thresholds=[(4, 3, 2, 1)]),
        "thresholds are a positive": lambda: grid(TIERED, thresholds=[0]),
        "thresholds are a positive number": lambda: grid(TIERED, thresholds=[Fraction(-1, 2)]),
        "not True": lambda: grid(TIERED, thresholds=[True]),
        "not 1.5": lambda: grid(TIERED, thresholds=[1.5]),  # type: ignore[list-item]
        "tokens": lambda: grid(REWARD_MI, rates=[0]),
    }


@pytest.mark.parametrize("what", _wrong())
def test_what_is_no_grid_is_misuse(what: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(Misuse, match=what):
        _wrong()[what]()


# texts


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (EndOfYear(), "end of year + 1"),
        (EndOfYear(0), "end of year + 0"),
        (RollingDays(30), "30 days"),
        (RollingMonths(12), "12 months"),
        (RollingMonths(12, to_month_end=True), "12 months to month end"),
        (FixedDay(6, 30), "next 06-30 + 0"),
        (NoExpiry(), "never lapse"),
        (CappedBy(NoExpiry(), date(2020, 12, 31)), "never lapse, at most to 2020-12-31"),
    ],
)
def test_validity_is_written_for_people(policy: ExpiryPolicy, text: str) -> None:
    """Each policy of the library, with its figures."""
    assert validity_text(policy) == text


@attrs.frozen
class _Weekend:
    """A policy of somebody's own."""

    def last_day(self, earned_on: date, /) -> date:
        """Answer with the same day."""
        return earned_on


def test_a_policy_of_ones_own_is_written_as_it_writes_itself() -> None:
    """By its `repr`."""
    assert validity_text(_Weekend()) == "_Weekend()"


def test_rates_and_thresholds_are_written_for_people() -> None:
    """A rounding that is not down is named; without tiers there is nothing to write."""
    rate = EarnRate(3, Money.of("50", "INR"), Rounding.HALF_EVEN)
    assert rate_text(rate) == "3 per INR 50.00 rounded half_even"
    assert thresholds_text(REWARD_MI) == ""


# the tables


def _comparison(**options: Any) -> Comparison:
    """Compare four variants over one order that was delivered in July."""
    rows = (
        row(1, "joined", "A", "2017-07-01"),
        row(2, "delivered", "A", "2017-07-02", order_id="1", amount="1000.00"),
    )
    variants = grid(REWARD_MI, rates=[10, 5], validity=[EndOfYear(), RollingDays(7)])
    scenarios = [
        Scenario(name, it, by_commands(*rows, programme=it, as_of=date(2017, 12, 31)))
        for name, it in variants.items()
    ]
    return Comparison(scenarios, scenarios[0].name, **options)


def test_the_table_of_a_grid_states_the_parts_beside_the_totals() -> None:
    """After the scenario's name; all columns of the totals are there, with their units."""
    comparison = _comparison(cost=Rate(1, 1))
    table = grid_table(comparison)
    assert table.names[:5] == ("scenario", "rate", "validity", "thresholds", "policy")
    assert table.names[4:] == comparison.totals().names[1:]
    assert table.unit("cost") == "INR minor units"
    assert table["rate"] == ["10 per INR 100.00"] * 2 + ["5 per INR 100.00"] * 2
    assert table["validity"] == ["end of year + 1", "7 days"] * 2
    assert table["thresholds"] == [""] * 4
    assert table["lapsed"] == [0, 100, 0, 50]


def test_a_grid_is_set_out_as_a_square() -> None:
    """Rates down, validities across, what lapses inside."""
    table = grid_table(_comparison())
    square = crossed(table, rows="rate", columns="validity", value="lapsed")
    assert square.columns() == {
        "rate": ["10 per INR 100.00", "5 per INR 100.00"],
        "end of year + 1": [0, 0],
        "7 days": [100, 50],
    }
    assert square.title == "lapsed, by rate and validity"
    assert (square.unit("7 days"), square.unit("rate")) == ("tokens", "")


def test_a_place_without_a_row_is_empty() -> None:
    """Values across are written as text."""
    table = Table.of("odd", {"a": [1, 2], "b": [10, 20], "c": ["x", "y"]}, {"a": "day"})
    square = crossed(table, rows="a", columns="b", value="c")
    assert square.columns() == {"a": [1, 2], "10": ["x", None], "20": [None, "y"]}
    assert square.unit("a") == "day"
    empty = crossed(Table.of("none", {"a": [], "b": []}), rows="a", columns="b", value="b")
    assert empty.columns() == {"a": []}


def test_what_cannot_be_set_out_is_misuse() -> None:
    """Two rows in one place, a column that is not there, a value that is named as the rows are."""
    table = Table.of("odd", {"a": [1, 1], "b": ["a", "a"], "c": [1, 2]})
    with pytest.raises(Misuse, match="two rows of 'odd' are of 1 and 'a'"):
        crossed(table, rows="a", columns="b", value="c")
    with pytest.raises(Misuse, match="no column 'd'"):
        crossed(table, rows="d", columns="b", value="c")
    with pytest.raises(Misuse, match="has a value 'a', as the rows are called"):
        crossed(Table.of("one", {"a": [1], "b": ["a"]}), rows="a", columns="b", value="b")
