"""How plots look: one palette, one way to write numbers and days, axes of one's own or new ones.

1. Nothing global changes: no style sheet, no `rcParams`.
2. No colour carries a meaning alone: a line has a style or a marker too, an area a hatch, so that
   a print in grey says the same.
"""

from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from mi_rewards.errors import Misuse

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

BLACK: Final = "#000000"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
"""The palette. Source: M. Okabe and K. Ito, Color Universal Design (2008), jfly.uni-koeln.de/color
"""

SERIES: Final = (BLUE, VERMILION, GREEN, BLACK, SKY, ORANGE)
MINUS: Final = "\N{MINUS SIGN}"
STYLES: Final = ("-", "--", ":", "-.")
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
HATCHES: Final = ("", "///", "...", "xxx", "\\\\\\", "+++")

HEAT: Final = "cividis"
"""Lightness rises evenly. Source: J. R. Nunez et al., PLOS ONE 13(7), e0199239 (2018)."""

_WIDTH, _HEIGHT = 7.2, 4.0
_TICKS_MAX = 12
_WRAPPED = 10
_MILLION, _WHOLE_FROM = 10**6, 5
_GREY = (0.2126, 0.7152, 0.0722)
"""How light each primary colour is. Source: ITU-R BT.709-6, item 3.2."""


def axes_for(ax: "Axes | None", *, height: float = _HEIGHT) -> "Axes":
    """Answer with the axes given, or with those of a new figure that makes room for its labels."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise Misuse(
            "plots need matplotlib: install the extra, pip install 'mi-rewards[notebook]'"
        ) from None
    _, new = pyplot.subplots(figsize=(_WIDTH, height), layout="constrained")
    return new


def say(ax: "Axes", *, title: str, x: str = "", y: str = "") -> None:
    """Write the title and what each axis shows."""
    ax.set_title(plain(title), loc="left", fontsize="medium", wrap=True)
    ax.set_xlabel(plain(x))
    ax.set_ylabel(plain(y))


def plain(text: str) -> str:
    """Write a text so that a dollar sign in it begins no formula."""
    return text.replace("$", r"\$")


def frame(ax: "Axes", *, grid: str) -> None:
    """Draw two sides of the frame, and faint lines to read values by."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    if grid == "x":
        ax.grid(visible=True, axis="x", color="#cccccc", linewidth=0.6)
    else:
        ax.grid(visible=True, axis="y", color="#cccccc", linewidth=0.6)


def measure(axis: "Axis", what: str, unit: str, values: Iterable[float]) -> None:
    """Say what an axis counts and write its values, thousands separated, millions as such."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    most = max(map(abs, values), default=0.0)
    size = _MILLION if most >= _MILLION else 1
    counted = f"million {unit}" if size > 1 else unit
    axis.set_label_text(f"{what} ({counted})")
    few = 5 if _is_below(axis) else 6
    axis.set_major_locator(MaxNLocator(nbins=few, integer=most >= _WHOLE_FROM))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value / size)))


def shares(axis: "Axis", label: str) -> None:
    """Say what an axis shows and write its shares in per cent."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_label_text(label)
    axis.set_major_locator(MaxNLocator(nbins=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: per_cent(value)))


def counts(axis: "Axis") -> None:
    """Write whole numbers alone."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=8, integer=True))


def number(value: float) -> str:
    """Write a number, thousands separated, with at most two digits after the point."""
    digits = f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:,.0f}"
    return digits.replace("-", MINUS)


def short(value: float) -> str:
    """Write a number in three or four digits: 34, 3,394, 33.9 M."""
    for size, letter in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= max(size, 1e4):
            scaled = value / size
            digits = 0 if abs(scaled) >= 99.95 else 1
            return f"{scaled:,.{digits}f}{letter}".replace("-", MINUS)
    return number(value)


def per_cent(value: float) -> str:
    """Write a share in per cent, in two or three digits: 0.4 %, 34 %."""
    if 0 < value < 0.0005:
        return "<0.1 %"
    digits = 0 if abs(value) >= 0.0995 else 1
    return f"{100 * value:.{digits}f}".removesuffix(".0").replace("-", MINUS) + " %"


def days(axis: "Axis") -> None:
    """Write few enough days that none runs into the next."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=8)
    axis.set_major_locator(locator)
    axis.set_major_formatter(ConciseDateFormatter(locator))


def names(axis: "Axis", texts: Sequence[str], *, ticks_max: int = _TICKS_MAX) -> None:
    """Write names at 0, 1, 2 …, leaving out every so many where they would touch.

    Below an axis long ones are broken between words.
    """
    if _is_below(axis):
        texts = [fill(text, _WRAPPED) for text in texts]
    step = -(-len(texts) // ticks_max) or 1
    shown = range(0, len(texts), step)
    axis.set_ticks(list(shown), [plain(texts[index]) for index in shown])


def legend_beside(ax: "Axes", title: str = "") -> None:
    """Put the legend to the right of the axes, where no data is."""
    legend = ax.legend(
        title=plain(title) or None,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        borderaxespad=0.0,
        frameon=False,
        fontsize="small",
        title_fontsize="small",
        handlelength=3.2,
        alignment="left",
    )
    for text in legend.get_texts():
        text.set_text(plain(text.get_text()))


def nothing(ax: "Axes", what: str) -> "Axes":
    """Say in the middle of the axes that there is nothing to draw."""
    ax.text(0.5, 0.5, what, transform=ax.transAxes, ha="center", va="center", color="#555555")
    ax.set_xticks([])
    ax.set_yticks([])
    return ax


def lightness(colour: Any) -> float:
    """Say how light a colour is in grey print, from 0 (black) to 1 (white)."""
    from matplotlib.colors import to_rgb

    parts = to_rgb(colour)
    return sum(weight * part for weight, part in zip(_GREY, parts, strict=True))


def _is_below(axis: "Axis") -> bool:
    """Say whether an axis is one on which names stand side by side."""
    from matplotlib.axis import XAxis

    return isinstance(axis, XAxis)
