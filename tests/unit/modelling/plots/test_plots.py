"""Every plot: its axes say what they count, nothing runs into anything, nothing global changes."""

import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure

from mi_rewards.errors import Misuse
from mi_rewards.modelling import plots
from tests.drawn import PLOTS, Plot, without_rows
from tests.pictures import overlaps, whole

every_plot = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)


def test_every_plot_is_looked_at() -> None:
    """Those that the package lists."""
    assert ["Columns", *sorted(PLOTS)] == plots.__all__


@every_plot
def test_axes_say_what_they_count(plot: Plot) -> None:
    """Title and units, and millions of them where there are many."""
    ax = plot.draw(plot.table)
    assert (ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()) == (
        plot.table.title,
        plot.x,
        plot.y,
    )


@every_plot
def test_nothing_runs_into_anything(plot: Plot) -> None:
    """Labels, figures, legends, scales: on a figure of the plot's own."""
    assert overlaps(plot.draw(plot.table).figure) == []


@every_plot
def test_the_axes_given_are_those_that_come_back(plot: Plot) -> None:
    """And pyplot knows of no other figure; on half a page still nothing overlaps."""
    figure = Figure(figsize=(7.2, 4.0), layout="constrained")
    ax = figure.subplots()
    assert plot.draw(plot.table, ax) is ax
    assert pyplot.get_fignums() == []
    assert overlaps(figure) == []


@every_plot
def test_a_table_without_rows_is_drawn_empty(plot: Plot) -> None:
    """With a title, and a word that there is nothing; not an error."""
    ax = plot.draw(without_rows(plot.table))
    assert ax.get_title(loc="left") == plot.table.title
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert len(ax.texts) == 1
    assert not ax.lines
    assert not ax.patches
    assert overlaps(ax.figure) == []


@every_plot
def test_columns_are_enough(plot: Plot) -> None:
    """A dictionary of lists is drawn as well, under a title of the plot's own."""
    assert plot.draw(plot.table.columns()).get_title(loc="left")


@every_plot
def test_a_missing_column_is_named(plot: Plot) -> None:
    """With those that there are, of a table and of a dictionary."""
    with pytest.raises(Misuse, match=r"this plot draws a column '\w+'; there is other"):
        plot.draw({"other": []})


@every_plot
def test_nothing_global_changes(plot: Plot) -> None:
    """No setting of matplotlib is another afterwards."""
    before = dict(mpl.rcParams)
    plot.draw(plot.table)
    assert dict(mpl.rcParams) == before


@every_plot
def test_a_plot_is_saved(plot: Plot, tmp_path: Path) -> None:
    """As a picture and for print."""
    figure = whole(plot.draw(plot.table).figure)
    for name in ("plot.png", "plot.pdf"):
        figure.savefig(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000


@every_plot
def test_without_matplotlib_the_extra_is_named(plot: Plot, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(Misuse, match=r"plots need matplotlib: .*mi-rewards\[notebook\]"):
        plot.draw(plot.table)
