"""How numbers are written, and colours that stay apart in grey."""

from itertools import combinations

import pytest
from matplotlib.figure import Figure

from mi_rewards.modelling.plots import _style


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-1, "-1"),
        (0.25, "0.25"),
        (2.50, "2.5"),
        (99.99, "99.99"),
        (100.4, "100"),
        (999, "999"),
        (1000, "1,000"),
        (-1234567, "-1,234,567"),
    ],
)
def test_numbers_have_their_thousands_apart(value: float, text: str) -> None:
    """And at most two digits after the point."""
    assert _style.number(value) == text.replace("-", _style.MINUS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (34, "34"),
        (9999, "9,999"),
        (10_000, "10.0 k"),
        (99_900, "99.9 k"),
        (120_000, "120 k"),
        (999_999, "1,000 k"),
        (1_000_000, "1.0 M"),
        (33_943_132, "33.9 M"),
        (-2_132_762, "-2.1 M"),
        (1_000_000_000, "1.0 bn"),
        (2_500_000_000_000, "2,500 bn"),
    ],
)
def test_figures_in_a_picture_are_short(value: float, text: str) -> None:
    """Three or four digits."""
    assert _style.short(value) == text.replace("-", _style.MINUS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 %"),
        (0.0004, "<0.1 %"),
        (0.0005, "0.1 %"),
        (0.004, "0.4 %"),
        (0.05, "5 %"),
        (0.0994, "9.9 %"),
        (0.0995, "10 %"),
        (0.344, "34 %"),
        (-0.2, "-20 %"),
        (1, "100 %"),
    ],
)
def test_shares_are_in_per_cent(value: float, text: str) -> None:
    """Two or three digits, and what is not nothing is not 0 %."""
    assert _style.per_cent(value) == text.replace("-", _style.MINUS)


@pytest.mark.parametrize(
    ("most", "label"),
    [
        (999_999, "available (tokens)"),
        (1_000_000, "available (million tokens)"),
        (-1_000_000, "available (million tokens)"),
    ],
)
def test_from_a_million_on_an_axis_counts_millions(most: float, label: str) -> None:
    """Its values are written in them."""
    ax = Figure().subplots()
    ax.plot([0, most])
    _style.measure(ax.yaxis, "available", "tokens", [0, most])
    ax.figure.canvas.draw()
    assert ax.get_ylabel() == label
    assert max(len(tick.get_text()) for tick in ax.get_yticklabels()) <= len("10,000,000")


@pytest.mark.parametrize(
    ("count", "names"), [(0, 0), (1, 1), (12, 12), (13, 7), (36, 12), (37, 10)]
)
def test_names_are_left_out_where_they_would_touch(count: int, names: int) -> None:
    """Every second, every third, every fourth."""
    ax = Figure().subplots()
    _style.names(ax.xaxis, [str(n) for n in range(count)])
    assert len(ax.get_xticks()) == names


def test_colours_side_by_side_differ_in_grey() -> None:
    """Those of the two kinds of bars that meet; series of lines have styles and markers too."""
    pairs = [(_style.BLUE, _style.ORANGE), (_style.GREEN, _style.ORANGE), (_style.BLUE, _style.SKY)]
    assert all(abs(_style.lightness(a) - _style.lightness(b)) > 0.1 for a, b in pairs)
    looks = list(zip(_style.SERIES, _style.MARKERS, strict=False))
    assert len({marker for _, marker in looks}) == len(_style.SERIES)
    assert all(one != other for one, other in combinations(_style.SERIES, 2))


def test_a_dollar_sign_begins_no_formula() -> None:
    """Names of programmes, tiers and segments may have any sign, and are drawn as they are."""
    name = "USD $5 _^ and $10"
    ax = Figure().subplots()
    ax.plot([0, 1], label=name)
    _style.say(ax, title=name, x=name, y=name)
    _style.names(ax.xaxis, [name])
    _style.legend_beside(ax, name)
    ax.figure.canvas.draw()
    legend = ax.get_legend()
    assert legend is not None
    texts = [ax.get_title(loc="left"), ax.get_xlabel(), legend.get_texts()[0].get_text()]
    assert texts == [r"USD \$5 _^ and \$10"] * 3
