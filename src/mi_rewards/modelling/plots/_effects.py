"""What a figure depends on: two assumptions at a time, and each alone by its reach."""

from fractions import Fraction
from math import isnan
from typing import TYPE_CHECKING, Any

from mi_rewards.modelling.plots import _style
from mi_rewards.modelling.plots._columns import (
    Columns,
    amounts,
    column,
    names_of,
    title_of,
    unit_of,
    whole_size,
    whole_unit,
)
from mi_rewards.modelling.plots._heat import heat

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FIGURES_MAX = 12
_WORDS = {"urr": "ultimate redemption rate", "cpp": "cost per token"}


def sensitivity(
    table: Columns,
    ax: "Axes | None" = None,
    *,
    down: str = "urr",
    across: str = "cpp",
    value: str = "liability",
) -> "Axes":
    """Draw what a figure comes to under each pair of two assumptions.

    Args:
        table: A long table with a row for each pair, such as that of `sensitivity` in the books.
            Texts stand in the order in which they come.
        ax: Where to draw; without it on a new figure.
        down: The column of the assumption that a row stands for, by default the redemption rate.
        across: The column of the other one, by default the cost of a token.
        value: The column of what comes out.

    Returns:
        The axes; with up to 12 values of each assumption, each cell has its figure.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    figures, unit = amounts(table, value)
    ax = _style.axes_for(ax)
    _style.say(
        ax,
        title=title_of(table) or "Sensitivity",
        x=_assumption(table, across),
        y=_assumption(table, down),
    )
    if not figures:
        return _style.nothing(ax, "no pairs")
    downs, acrosses = column(table, down), column(table, across)
    cells = dict(zip(zip(downs, acrosses, strict=True), figures, strict=True))
    rows, columns = _ordered(downs), _ordered(acrosses)
    missing = float("nan")
    matrix = [[cells.get((row, each), missing) for each in columns] for row in rows]
    texts = [["" if isnan(each) else _style.short(each) for each in row] for row in matrix]
    small = max(len(rows), len(columns)) <= _FIGURES_MAX
    scale = heat(ax, matrix, texts=texts if small else None)
    _style.measure(scale, _words(value), unit, figures)
    _style.names(ax.xaxis, [_written(table, across, each) for each in columns])
    _style.names(ax.yaxis, [_written(table, down, each) for each in rows])
    return ax


def tornado(table: Columns, ax: "Axes | None" = None) -> "Axes":
    """Draw how far each assumption alone moves a figure, the one that moves it most on top.

    Args:
        table: A row for each assumption, as `tornado` in the statistics gives them: `what` it is,
            what the figure comes to where it is `low` and `high`, and at the `base` with nothing
            moved. Its ends are named where there are columns `low_end` and `high_end`.
        ax: Where to draw; without it on a new figure.

    Returns:
        The axes.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    bases, unit = amounts(table, "base")
    lows, highs = (amounts(table, name, like="base")[0] for name in ("low", "high"))
    ax = _style.axes_for(ax)
    _style.say(ax, title=title_of(table) or "What moves it", y="assumption")
    _style.measure(ax.xaxis, "outcome", unit, [*lows, *highs])
    if not lows:
        return _style.nothing(ax, "no assumptions")
    rows = sorted(
        zip(lows, highs, bases, _drivers(table), strict=True),
        key=lambda row: abs(row[1] - row[0]),
    )
    starts = [row[2] for row in rows]
    for end, to, colour, hatch in (
        ("low", [row[0] for row in rows], _style.ORANGE, "..."),
        ("high", [row[1] for row in rows], _style.BLUE, ""),
    ):
        ax.barh(
            range(len(rows)),
            [reached - start for reached, start in zip(to, starts, strict=True)],
            left=starts,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            height=0.6,
            label=f"assumption {end}",
        )
    ax.axvline(bases[0], color=_style.BLACK, linewidth=1.0, label="base")
    ax.margins(x=0.08)
    _style.names(ax.yaxis, [row[3] for row in rows], ticks_max=len(rows))
    _style.frame(ax, grid="x")
    _style.legend_beside(ax)
    return ax


def _ordered(values: list[Any]) -> list[Any]:
    """Put values in order, each once: texts as they come, anything else by size."""
    once = list(dict.fromkeys(values))
    return once if any(isinstance(value, str) for value in once) else sorted(once)


def _drivers(table: Columns) -> list[str]:
    """Name the assumptions, each with its ends below where they are known."""
    drivers = [_words(str(driver)) for driver in column(table, "what")]
    if not {"low_end", "high_end"} <= set(names_of(table)):
        return drivers
    ends = zip(drivers, column(table, "low_end"), column(table, "high_end"), strict=True)
    return [f"{it}\n{_style.number(low)} to {_style.number(high)}" for it, low, high in ends]


def _assumption(table: Columns, name: str) -> str:
    """Write an assumption with its unit, money in units of its currency."""
    words = _WORDS.get(name, _words(name))
    unit = whole_unit(unit_of(table, name))
    if any(isinstance(each, Fraction) for each in column(table, name)):
        unit = unit or "%"
    return f"{words} ({unit})" if unit else words


def _written(table: Columns, name: str, value: Any) -> str:
    """Write an assumption's value: a share in per cent, money in units of its currency."""
    unit = unit_of(table, name)
    if isinstance(value, Fraction) and not unit:
        return _style.per_cent(float(value))
    if isinstance(value, int | float | Fraction):
        return _style.number(float(value) / whole_size(unit))
    return str(value)


def _words(name: str) -> str:
    return name.replace("_", " ")
