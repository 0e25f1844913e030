"""Looking at plots without eyes: what runs into what, and what a print in grey would still tell.

1. A text overlaps another where the boxes that Agg gives them meet by more than a pixel.
2. A legend hides data where it stands on its axes.
3. What sticks out of the figure is cut off.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase

_TOUCH = 1.0
"""Boxes that meet by so many pixels touch, and do not overlap."""


def overlaps(drawn: Figure | SubFigure) -> list[str]:
    """Name each pair of texts that overlap, each legend on data, and each text that is cut off."""
    figure = whole(drawn)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()))
        for axes in figure.axes
        for text in texts_of(axes)
        if text.get_visible() and text.get_text()
    ]
    found = [
        f"{one!r} and {other!r}"
        for (one, box), (other, second) in combinations(texts, 2)
        if _meet(box, second)
    ]
    found += [f"{text!r} is cut off" for text, box in texts if not _inside(box, figure.bbox)]
    for axes in figure.axes:
        legend = axes.get_legend()
        if legend is not None and _meet(legend.get_window_extent(), axes.get_window_extent()):
            found.append("the legend and the data")
    return found


def whole(drawn: Figure | SubFigure) -> Figure:
    """Answer with the figure that axes are on, which can be saved."""
    figure = drawn.get_figure(root=True)
    assert figure is not None
    return figure


def xs(line: Line2D) -> list[Any]:
    """Read where a line's points are, from left to right."""
    return list(cast("Iterable[Any]", line.get_xdata()))


def ys(line: Line2D) -> list[Any]:
    """Read how high a line's points are."""
    return list(cast("Iterable[Any]", line.get_ydata()))


def texts_of(axes: Axes) -> Iterator[Text]:
    """Find what is written in and around axes; tick labels only where they are in view."""
    yield from (each for each in axes.get_children() if isinstance(each, Text))  # titles too
    for axis in (axes.xaxis, axes.yaxis):
        yield from (axis.label, axis.get_offset_text(), *tick_labels(axis))
    legend = axes.get_legend()
    if legend is not None:
        yield from (legend.get_title(), *legend.get_texts())


def tick_labels(axis: Axis) -> Iterator[Text]:
    """Find the labels of the ticks in view."""
    low, high = sorted(axis.get_view_interval())
    room = (high - low) * 1e-6
    for tick in axis.get_major_ticks():
        if low - room <= tick.get_loc() <= high + room:
            yield from (it for it in (tick.label1, tick.label2) if it.get_visible())


def _meet(one: Bbox, other: Bbox) -> bool:
    """Say whether two boxes have more than a pixel in common, both ways."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > _TOUCH and down > _TOUCH)


def _inside(box: Bbox, whole: BboxBase) -> bool:
    """Say whether a box lies within another, to a pixel."""
    return bool(
        box.x0 >= whole.x0 - _TOUCH
        and box.y0 >= whole.y0 - _TOUCH
        and box.x1 <= whole.x1 + _TOUCH
        and box.y1 <= whole.y1 + _TOUCH
    )
