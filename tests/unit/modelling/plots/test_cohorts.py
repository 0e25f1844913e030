"""Redemption by cohort and the expiry calendar: few of them, many of them, and in grey."""

from datetime import date
from itertools import combinations, pairwise

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D

from mi_rewards.modelling import Table, plots
from mi_rewards.modelling.plots._style import lightness
from tests.drawn import calendar, months, redemptions
from tests.pictures import overlaps, tick_labels, ys

GREY_APART = 0.02
"""How much lighter a line must be than the one before, of 1."""


def look_of(line: Line2D) -> tuple[object, ...]:
    """Answer with what a line looks like in grey, its shade left out."""
    return line.get_linestyle(), line.get_marker()


def written(ax: Axes, axis: str) -> list[str]:
    """Read the tick labels of an axis."""
    ax.figure.canvas.draw()
    texts = [label.get_text() for label in tick_labels(getattr(ax, f"{axis}axis"))]
    return [text for text in texts if text]


@pytest.mark.parametrize("count", [1, 2, 6, 7, 13, 18])
def test_each_of_some_cohorts_has_its_name_and_its_look(count: int) -> None:
    """In colours up to six, then in shades; no two look the same in grey print."""
    ax = plots.redemption_curves(redemptions(count))
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        f"{month:%Y-%m}" for month in months(count)
    ]
    alike = [
        (one, other)
        for one, other in combinations(ax.lines, 2)
        if look_of(one) == look_of(other)
        and abs(lightness(one.get_color()) - lightness(other.get_color())) < GREY_APART
    ]
    assert alike == []
    assert overlaps(ax.figure) == []


@pytest.mark.parametrize("count", [19, 36, 60])
def test_many_cohorts_are_shades_beside_a_scale(count: int) -> None:
    """The later the lighter, none of them near white, and some named on the scale."""
    ax = plots.redemption_curves(redemptions(count))
    assert ax.get_legend() is None
    shades = [lightness(line.get_color()) for line in ax.lines]
    assert len(shades) == count
    assert all(earlier < later for earlier, later in pairwise(shades))
    assert shades[-1] < 0.8
    scale = ax.figure.axes[1]
    assert scale.get_ylabel() == "earned in (month)"
    assert written(scale, "y")[0] == "2017-12"
    assert len(written(scale, "y")) <= 12
    assert overlaps(ax.figure) == []


def test_a_curve_adds_up_ages_and_segments() -> None:
    """60 of 400 in the first month, 100 in all; a cohort that kept nothing has no curve."""
    rows = [
        (date(2018, 1, 1), "new", 0, 100, 10),
        (date(2018, 1, 1), "new", 2, 100, 15),
        (date(2018, 1, 1), "back", 0, 300, 50),
        (date(2018, 1, 1), "back", 2, 300, 25),
        (date(2018, 2, 1), "new", 0, 0, 0),
    ]
    table = Table.of_rows("", ("origin", "segment", "age", "issued", "value"), rows)
    (line,) = plots.redemption_curves(table).lines
    assert ys(line) == [0.15, 0.15, 0.25]


def test_a_table_of_one_segment_needs_no_column_of_it() -> None:
    """And an age without a unit counts periods."""
    columns = {"origin": [date(2018, 1, 1)], "age": [0], "issued": [8], "value": [2]}
    ax = plots.redemption_curves(columns)
    assert ys(ax.lines[0]) == [0.25]
    assert ax.get_xlabel() == "age (periods since earning)"


@pytest.mark.parametrize(("count", "figures"), [(1, 1), (14, 105), (15, 0), (40, 0)])
def test_a_triangle_is_written_out_while_there_is_room(count: int, figures: int) -> None:
    """Up to 14 cohorts; the shades say it of more."""
    ax = plots.triangle(redemptions(count))
    assert len([text for text in ax.texts if text.get_text()]) == figures
    assert overlaps(ax.figure) == []


def test_a_triangle_says_how_much_was_redeemed_so_far() -> None:
    """10 % a month of the first cohort, and nothing of the future."""
    ax = plots.triangle(redemptions(3))
    assert [text.get_text() for text in ax.texts] == ["10", "20", "30", "9.8", "20", "9.6"]
    assert written(ax, "y") == ["2017-12", "2018-01", "2018-02"]
    assert ax.figure.axes[1].get_ylabel() == "redeemed (% of issued, less returns)"


def test_figures_stand_out_from_their_cells() -> None:
    """Black on light, white on dark, with more than a third of the way between."""
    ax = plots.triangle(redemptions(10))
    (image,) = ax.images
    for text in ax.texts:
        x, y = text.get_position()
        row = image.get_array()
        assert row is not None
        shade = image.cmap(image.norm(row[int(y)][int(x)]))
        assert abs(lightness(shade) - lightness(text.get_color())) > 0.35


def test_a_triangle_of_nothing_redeemed_is_drawn() -> None:
    """All its cells say 0."""
    columns = {"origin": [date(2018, 1, 1)], "age": [0], "issued": [8], "value": [0]}
    assert [text.get_text() for text in plots.triangle(columns).texts] == ["0"]


@pytest.mark.parametrize("count", [1, 2, 7, 24])
def test_some_last_days_have_a_bar_each(count: int) -> None:
    """Under their days, and as high as what lapses after them."""
    ax = plots.expiry_calendar(calendar(count))
    assert [bar.get_height() for bar in ax.patches] == [1000] * count  # type: ignore[attr-defined]
    assert written(ax, "x")[0] == "2018-12-01"
    assert overlaps(ax.figure) == []


@pytest.mark.parametrize("count", [25, 366, 1500])
def test_many_last_days_are_added_up_by_month(count: int) -> None:
    """And the axis says so; nothing is lost."""
    ax = plots.expiry_calendar(calendar(count))
    assert sum(bar.get_height() for bar in ax.patches) == 1000 * count  # type: ignore[attr-defined]
    assert ax.get_xlabel() == "month of the last valid day"
    assert written(ax, "x")[0] == "2018-12"
    assert overlaps(ax.figure) == []


def test_what_never_lapses_stands_last_and_looks_different() -> None:
    """In colour, in grey and by its hatch."""
    ax = plots.expiry_calendar(calendar(2, never=500))
    assert written(ax, "x") == ["2018-12-01", "2018-12-02", "never"]
    first, _, never = ax.patches
    assert (first.get_hatch() or "", never.get_hatch()) == ("", "///")
    assert first.get_facecolor() != never.get_facecolor()
    assert to_rgba("white") not in (first.get_facecolor(), never.get_facecolor())
