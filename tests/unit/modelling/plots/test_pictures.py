"""What looks at plots sees what is planted."""

import pytest
from matplotlib.figure import Figure

from tests.pictures import overlaps


def test_texts_on_each_other_are_seen() -> None:
    """Each pair is named."""
    ax = Figure().subplots()
    ax.text(0.5, 0.5, "one")
    ax.text(0.51, 0.5, "other")
    ax.text(0.1, 0.1, "alone")
    assert overlaps(ax.figure) == ["'one' and 'other'"]


def test_labels_that_run_into_each_other_are_seen() -> None:
    """Those of an axis, but not those out of view."""
    ax = Figure().subplots()
    ax.set_xticks([0.0, 0.05, 1.0], ["2018-01-01", "2018-01-02", "2018-02-01"])
    assert overlaps(ax.figure) == ["'2018-01-01' and '2018-01-02'"]
    ax.set_xlim(0.02, 2.0)
    assert overlaps(ax.figure) == []


def test_a_title_on_a_figure_is_seen() -> None:
    """Wherever the title stands."""
    ax = Figure().subplots()
    ax.set_title("A title", loc="left")
    ax.text(0.0, 1.02, "60 M", transform=ax.transAxes)
    assert overlaps(ax.figure) == ["'60 M' and 'A title'"]


def test_a_legend_on_data_is_seen() -> None:
    """One beside the axes is let through."""
    ax = Figure(layout="constrained").subplots()
    ax.plot([1, 2], label="line")
    ax.legend()
    assert overlaps(ax.figure) == ["the legend and the data"]
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
    assert overlaps(ax.figure) == []


@pytest.mark.parametrize(("x", "y"), [(-0.5, 0.5), (1.5, 0.5), (0.5, -0.5), (0.5, 1.5)])
def test_what_is_cut_off_is_seen(x: float, y: float) -> None:
    """On each side."""
    ax = Figure().subplots()
    ax.text(x, y, "beyond", transform=ax.transAxes)
    assert overlaps(ax.figure) == ["'beyond' is cut off"]
