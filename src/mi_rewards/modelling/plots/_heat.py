"""A matrix as shades with its figures written in them."""

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

from mi_rewards.modelling.plots import _style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_LIGHT = 0.45
"""From this lightness on a cell's figure is black, below it white."""

_SMALL_FROM = 9
"""With so many rows or columns figures are written smaller."""


def heat(
    ax: "Axes", rows: Sequence[Sequence[float]], *, texts: Sequence[Sequence[str]] | None
) -> "Axis":
    """Draw the first row on top, and answer with the axis of the scale beside; NaN stays white."""
    from matplotlib import colormaps

    shown = [value for row in rows for value in row if not isnan(value)]
    low, high = min(0.0, *shown, 0.0), max(0.0, *shown, 0.0) or 1.0
    shades = colormaps[_style.HEAT]
    image = ax.imshow(rows, cmap=shades, vmin=low, vmax=high, aspect="auto")
    scale = ax.figure.colorbar(image, ax=ax, fraction=0.05, pad=0.02)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    size = "x-small" if max(len(rows), len(rows[0])) >= _SMALL_FROM else "small"
    for down, row in enumerate(texts or ()):
        for across, text in enumerate(row):
            if text:
                shade = shades((rows[down][across] - low) / (high - low))
                ax.text(
                    across,
                    down,
                    text,
                    ha="center",
                    va="center",
                    fontsize=size,
                    color=_style.BLACK if _style.lightness(shade) >= _LIGHT else "white",
                )
    return scale.ax.yaxis
