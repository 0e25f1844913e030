"""Long tables of triangles, factors, and three ways to an ultimate."""

import math
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    OutstandingRate,
    Table,
    UltimateRate,
    additive,
    bornhuetter_ferguson,
    chain_ladder,
    development_table,
    link_ratios,
)

Y17, Y18, Y19 = (date(year, 1, 1) for year in (2017, 2018, 2019))
NAMES = ("origin", "segment", "development", "age", "issued", "value")
ROWS = [
    (Y17, "new", Y17, 0, 500, 60),
    (Y17, "new", Y18, 1, 500, 60),
    (Y17, "new", Y19, 2, 500, 30),
    (Y17, "old", Y17, 0, 500, 40),
    (Y17, "old", Y18, 1, 500, 40),
    (Y17, "old", Y19, 2, 500, 20),
    (Y18, "new", Y18, 0, 1_000, 200),
    (Y18, "new", Y19, 1, 1_000, 100),
    (Y19, "new", Y19, 0, 1_000, 50),
]
TABLE = Table.of_rows("redeemed", NAMES, ROWS, {"age": "years", "value": "tokens"})
HALF = UltimateRate(Fraction(1, 2))


def lapsed(tokens: int) -> Table:
    """State what has lapsed of 2019, in two segments."""
    columns: dict[str, Any] = {"earned_in": [Y19, Y19], "lapsed": [tokens, 0]}
    return Table.of("cohorts", columns)


def test_the_long_table_adds_segments_up() -> None:
    """One row for each origin and development."""
    table = development_table(TABLE)
    assert table.tuples()[:3] == [(Y17, Y17, 100), (Y17, Y18, 100), (Y17, Y19, 50)]
    assert (len(table), table.unit("value")) == (6, "tokens")


def test_a_factor_is_over_the_origins_that_have_both_ages() -> None:
    """From 300 to 500, then from 200 to 250."""
    table = link_ratios(TABLE)
    assert table["before"] == [300, 200]
    assert table["after"] == [500, 250]
    assert table["factor"] == pytest.approx([5 / 3, 5 / 4])
    assert table["to_ultimate"] == pytest.approx([25 / 12, 5 / 4])


def test_three_ways_to_an_ultimate() -> None:
    """Redeemed times the factors; or with the share to come; or with the ages to come."""
    assert chain_ladder(TABLE)["ultimate"] == pytest.approx([250, 375, 50 * 25 / 12])
    ferguson = bornhuetter_ferguson(TABLE, HALF)["ultimate"]
    assert ferguson == pytest.approx([250, 300 + 500 / 5, 50 + 500 * 13 / 25])
    table = additive(TABLE)
    assert table["ultimate"] == pytest.approx([250, 350, 50 + 100 + 50])
    assert table["to_ultimate"] == pytest.approx(
        [1, (350 / 3_000 + 0.15) / (350 / 3_000 + 0.1), (350 / 3_000 + 0.15) / (350 / 3_000)]
    )
    assert table["rate"] == pytest.approx([0.25, 0.35, 0.2])
    assert table["age"] == [2, 1, 0]


@pytest.mark.parametrize(
    ("gone", "ultimate", "capped"), [(895, 104.1667, False), (896, 104, True), (999, 50, True)]
)
def test_no_ultimate_is_above_what_can_still_be(gone: int, ultimate: float, capped: bool) -> None:
    """What was issued, less what has lapsed; and never below what was redeemed."""
    table = chain_ladder(TABLE, lapsed(gone))
    assert table["ultimate"][2] == pytest.approx(ultimate, abs=0.0001)
    assert table["capped"] == [False, False, capped]


def test_where_nothing_is_redeemed_at_first_only_the_chain_ladder_is_blind() -> None:
    """The factor is infinite: nothing grows of nothing, but all that is expected is to come."""
    rows = [
        (Y17, "", Y17, 0, 100, 0),
        (Y17, "", Y18, 1, 100, 20),
        (Y18, "", Y18, 0, 100, 0),
    ]
    table = Table.of_rows("redeemed", NAMES, rows)
    assert link_ratios(table)["factor"] == [math.inf]
    assert chain_ladder(table)["ultimate"] == [20, 0]
    assert bornhuetter_ferguson(table, HALF)["ultimate"] == [20, 50]
    assert additive(table)["ultimate"] == pytest.approx([20, 20])
    nothing = Table.of_rows("redeemed", NAMES, [(Y17, "", Y17, 0, 0, 0), (Y17, "", Y18, 1, 0, 0)])
    assert link_ratios(nothing)["factor"] == [1.0]
    assert additive(nothing)["rate"] == [0.0]


def test_no_origins_have_no_ultimates() -> None:
    """The columns are there all the same."""
    table = Table.of_rows("redeemed", NAMES, [])
    assert len(link_ratios(table)) == len(development_table(table)) == 0
    for method in (chain_ladder, additive):
        assert method(table)["ultimate"] == []
    assert bornhuetter_ferguson(table, HALF)["ultimate"] == []


def test_a_triangle_that_cannot_be_is_misuse() -> None:
    """Ages with gaps, a column that is missing, and the rate of the other tokens."""
    with pytest.raises(Misuse, match="the ages of the origin 2017-01-01 have gaps"):
        link_ratios(Table.of_rows("redeemed", NAMES, [(Y17, "", Y18, 1, 100, 20)]))
    with pytest.raises(Misuse, match="no column 'segment'"):
        chain_ladder(development_table(TABLE))
    wrong: Any = OutstandingRate(Fraction(1, 2))
    with pytest.raises(Misuse, match="ask it for its ultimate_rate"):
        bornhuetter_ferguson(TABLE, wrong)


def test_where_all_was_reinstated_no_ultimate_is_below_zero() -> None:
    """A factor of 0 undoes what the factors before it made, however large, and divides nothing."""
    rows = [
        (Y17, "", Y17, 0, 100, 0),
        (Y17, "", Y18, 1, 100, 50),
        (Y17, "", Y19, 2, 100, -50),
        (Y18, "", Y18, 0, 100, 60),
        (Y18, "", Y19, 1, 100, 0),
        (Y19, "", Y19, 0, 100, 20),
    ]
    table = Table.of_rows("redeemed", NAMES, rows, {"age": "years", "value": "tokens"})
    assert link_ratios(table)["to_ultimate"] == [0, 0]
    assert chain_ladder(table)["ultimate"] == [0, 0, 0]
    assert bornhuetter_ferguson(table, HALF)["ultimate"] == [0, 0, 0]
    assert min(additive(table)["ultimate"]) >= 0


def test_nothing_grows_without_bounds_and_is_then_undone() -> None:
    """Out of nothing, infinitely; then nothing of it is left: that is nothing, and a number."""
    rows = [
        (Y17, "", Y17, 0, 100, 0),
        (Y17, "", Y18, 1, 100, 50),
        (Y17, "", Y19, 2, 100, -50),
        (Y18, "", Y18, 0, 100, 0),
    ]
    table = Table.of_rows("redeemed", NAMES, rows, {"age": "years", "value": "tokens"})
    assert link_ratios(table)["factor"] == [math.inf, 0]
    assert bornhuetter_ferguson(table, HALF)["ultimate"] == [0, 0]
