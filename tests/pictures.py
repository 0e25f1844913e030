"""Looking at plots without eyes: what runs into what, and what a print in grey would still tell.

1. A text overlaps another where the boxes that Agg gives them meet by more than a pixel.
2. A legend hides data where it stands on its axes.
3. What sticks out of the figure is cut off.
"""

from collections.abc import Iterator
from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

_TOUCH = 1.0
"""Boxes that meet by so many pixels touch, and do not overlap."""


def overlaps(figure: Figure) -> list[str]:
    """Name each pair of texts that overlap, each legend on data, and each text that is cut off."""
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


def texts_of(axes: Axes) -> Iterator[Text]:
    """Find what is written in and around axes; tick labels only where they are in view."""
    yield from (axes.title, *axes.texts)
    for part in (axes.title, getattr(axes, "_left_title"), getattr(axes, "_right_title")):  # noqa: B009
        if part is not axes.title:
            yield part
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
        if low - room <= tick.get_loc() <= high + room:  # type: ignore[attr-defined]
            yield tick.label1
            yield tick.label2


def _meet(one: Bbox, other: Bbox) -> bool:
    """Say whether two boxes have more than a pixel in common, both ways."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > _TOUCH and down > _TOUCH)


def _inside(box: Bbox, whole: Bbox) -> bool:
    """Say whether a box lies within another, to a pixel."""
    return bool(
        box.x0 >= whole.x0 - _TOUCH
        and box.y0 >= whole.y0 - _TOUCH
        and box.x1 <= whole.x1 + _TOUCH
        and box.y1 <= whole.y1 + _TOUCH
    )
