"""Balances and liabilities over time: where the line goes, and in what."""

from datetime import date, timedelta
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import Table, plots
from mi_rewards.modelling.plots._style import MINUS
from tests.drawn import INR, months, roll_forward
from tests.pictures import overlaps, xs, ys

JANUARY, FEBRUARY, MARCH = date(2018, 1, 1), date(2018, 2, 1), date(2018, 3, 1)


@pytest.mark.parametrize(
    ("periods", "end"),
    [
        ([JANUARY], date(2018, 1, 2)),
        ([JANUARY, date(2018, 1, 2)], date(2018, 1, 3)),
        ([JANUARY, date(2018, 1, 28)], date(2018, 2, 24)),
        ([FEBRUARY, MARCH], date(2018, 4, 1)),
        ([date(2018, 11, 1), date(2018, 12, 1)], date(2019, 1, 1)),
        ([JANUARY, date(2018, 4, 1)], date(2018, 7, 1)),
        ([date(2018, 7, 1), date(2018, 10, 1)], date(2019, 1, 1)),
        ([JANUARY, date(2019, 1, 1)], date(2020, 1, 1)),
    ],
)
def test_a_line_ends_where_the_last_period_does(periods: list[date], end: date) -> None:
    """Days, months, quarters and years are told from their first days."""
    (line,) = plots.balance(roll_forward(periods)).lines
    assert xs(line)[-1] == end


def test_a_line_goes_from_opening_to_closing() -> None:
    """Period by period, and a gap between periods is level."""
    columns = {
        "period": [JANUARY, JANUARY + timedelta(1), JANUARY + timedelta(9)],
        "opening": [5, 10, 20],
        "closing": [10, 20, 0],
    }
    (line,) = plots.balance(columns).lines
    assert ys(line) == [5, 10, 10, 20, 20, 0]
    assert xs(line) == [JANUARY + timedelta(days) for days in (0, 1, 1, 2, 9, 10)]


def test_a_balance_below_zero_is_in_view() -> None:
    """The axis begins at 0 otherwise."""
    columns = {"period": [JANUARY], "opening": [0], "closing": [-30]}
    assert plots.balance(columns).get_ylim()[0] <= -30
    assert plots.balance(columns | {"closing": [30]}).get_ylim()[0] == 0


@pytest.mark.parametrize("count", [1, 2, 45, 400, 4000])
def test_days_do_not_run_into_each_other(count: int) -> None:
    """From one day to eleven years."""
    table = roll_forward([JANUARY + timedelta(n) for n in range(count)], step=7)
    assert overlaps(plots.balance(table).figure) == []


def test_money_is_in_units_of_its_currency() -> None:
    """3,000,000 paise a month, a third of it recognised: INR 20,000 after one."""
    ax = plots.liability(roll_forward(months(2), unit=INR))
    assert ys(ax.lines[0])[1] == 20_000
    assert ax.get_ylabel() == "liability (INR)"


@pytest.mark.parametrize(
    ("unit", "currency", "label", "value"),
    [
        ("JPY minor units", "", "liability (JPY)", 500),
        ("KWD minor units", "", "liability (KWD)", 0.5),
        ("minor units", "INR", "liability (INR)", 5),
        ("points", "", "liability (points)", 500),
    ],
)
def test_a_currency_has_its_own_minor_units(
    unit: str, currency: str, label: str, value: float
) -> None:
    """Said by the unit, or by the column beside it."""
    columns: dict[str, list[Any]] = {
        "period": [JANUARY],
        "opening": [0],
        "closing": [500],
        "currency": [currency],
    }
    ax = plots.liability(Table.of("", columns, {"closing": unit}))
    assert (ax.get_ylabel(), ys(ax.lines[0])[-1]) == (label, value)


@pytest.mark.parametrize("currencies", [["INR", "USD"], []])
def test_one_plot_shows_one_currency(currencies: list[str]) -> None:
    """Two would add up to nothing, and without rows none is known."""
    days = [JANUARY, FEBRUARY][: len(currencies)]
    columns: dict[str, list[Any]] = {
        "period": days,
        "opening": [0] * len(days),
        "closing": [1] * len(days),
        "currency": currencies,
    }
    table = Table.of("", columns, {"closing": "minor units"})
    with pytest.raises(Misuse, match=r"one plot shows one currency, not (INR, USD|none)"):
        plots.liability(table)


def test_a_waterfall_goes_from_opening_to_closing() -> None:
    """Each bar begins where the last one ended; flows of nothing are left out."""
    ax = plots.roll_forward(roll_forward(months(3)))
    bars = [(bar.get_y(), bar.get_height()) for bar in ax.patches]  # type: ignore[attr-defined]
    assert bars == [
        (0, 0),
        (0, 9_000_000),
        (9_000_000, -3_000_000),
        (6_000_000, -1_500_000),
        (0, 4_500_000),
    ]
    said = [text.get_text().replace(MINUS, "-") for text in ax.texts]
    assert said == ["0", "9.0 M", "-3.0 M", "-1.5 M", "4.5 M"]
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "opening",
        "earned",
        "redeemed",
        "lapsed",
        "closing",
    ]


def test_bars_up_and_down_differ_in_grey() -> None:
    """By their hatches."""
    ax = plots.roll_forward(roll_forward(months(3)))
    assert [bar.get_hatch() or "" for bar in ax.patches] == ["", "///", "...", "...", ""]


@pytest.mark.parametrize("step", [0, -3_000_000])
def test_a_waterfall_of_nothing_or_below_zero_is_drawn(step: int) -> None:
    """With all its figures in view."""
    ax = plots.roll_forward(roll_forward(months(2), step=step))
    low, high = ax.get_ylim()
    assert all(
        low <= end <= high
        for bar in ax.patches
        for end in (bar.get_y(), bar.get_y() + bar.get_height())  # type: ignore[attr-defined]
    )
    assert overlaps(ax.figure) == []
