"""What is outstanding and what is owed in money, period by period, and the flows between."""

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mi_rewards.modelling.plots import _style
from mi_rewards.modelling.plots._columns import (
    Columns,
    amounts,
    column,
    names_of,
    table_of,
    title_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_Bar = tuple[str, float]

_MONTHS = ((27, 0), (31, 1), (92, 3), (10**9, 12))
"""How many months a period has, by the fewest days between the first days of two in a row."""


def balance(source: Any, ax: "Axes | None" = None) -> "Axes":
    """Draw what is outstanding, available and held, at the end of each period.

    Args:
        source: A `Replayed`, which is asked day by day, or a roll-forward with the columns
            `period`, `opening` and `closing`.
        ax: Where to draw; without it on a new figure.

    Returns:
        The axes.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    table = table_of(source, "roll_forward", by="day")
    return _line(
        table, ax, title=title_of(table) or "Balance", what="outstanding", colour=_style.BLUE
    )


def liability(source: Columns, ax: "Axes | None" = None) -> "Axes":
    """Draw what is deferred or accrued for outstanding tokens, at the end of each period.

    Args:
        source: A roll-forward in money, with the columns `period`, `opening` and `closing`.
        ax: Where to draw; without it on a new figure.

    Returns:
        The axes, in units of the currency.

    Raises:
        Misuse: A column is not there, there is more than one currency, or matplotlib is not
            installed.
    """
    return _line(
        source,
        ax,
        title=title_of(source) or "Liability",
        what="liability",
        colour=_style.VERMILION,
    )


def roll_forward(source: Any, ax: "Axes | None" = None) -> "Axes":
    """Draw how the opening balance became the closing one: a bar for each kind of flow.

    Args:
        source: A `Replayed`, or a roll-forward in tokens or money: what stands between its columns
            `opening` and `closing` are the flows. A flow that is 0 throughout is left out.
        ax: Where to draw; without it on a new figure.

    Returns:
        The axes.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    table = table_of(source, "roll_forward", by="year")
    closing, unit = amounts(table, "closing")
    opening = amounts(table, "opening", like="closing")[0]
    ax = _style.axes_for(ax)
    _style.say(ax, title=title_of(table) or "Roll-forward", x="from opening to closing")
    _style.measure(ax.yaxis, "amount", unit, [])
    if not opening:
        return _style.nothing(ax, "no periods")
    every = names_of(table)
    flows = [
        (name, sum(amounts(table, name, like="closing")[0]))
        for name in every[every.index("opening") + 1 : every.index("closing")]
    ]
    reached = _steps(ax, opening[0], [(name, value) for name, value in flows if value], closing[-1])
    _style.measure(ax.yaxis, "amount", unit, reached)
    return ax


def _line(table: Columns, ax: "Axes | None", *, title: str, what: str, colour: str) -> "Axes":
    """Draw a closing balance over time, from the first opening on."""
    periods = column(table, "period")
    closing, unit = amounts(table, "closing")
    ax = _style.axes_for(ax)
    _style.say(ax, title=title, x="date")
    _style.measure(ax.yaxis, what, unit, closing)
    if not periods:
        return _style.nothing(ax, "no periods")
    opening = amounts(table, "opening", like="closing")[0]
    spans: Any = [both for span in zip(periods, _ends(periods), strict=True) for both in span]
    values = [both for pair in zip(opening, closing, strict=True) for both in pair]
    ax.plot(spans, values, color=colour, linewidth=1.6)
    ax.set_ylim(bottom=min(0.0, *values))
    _style.frame(ax, grid="y")
    _style.days(ax.xaxis)
    return ax


def _ends(periods: list[date]) -> list[date]:
    """Say on which day each period is over: the first of the next, or where that would be."""
    fewest = min(((after - before).days for before, after in pairwise(periods)), default=1)
    months = next(months for days, months in _MONTHS if fewest <= days)
    return [
        first + timedelta(days=fewest) if months == 0 else _months_later(first, months)
        for first in periods
    ]


def _months_later(first: date, months: int) -> date:
    """Answer with the first day of a month, so many months after another."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _steps(
    ax: "Axes", opening: float, flows: list[tuple[str, float]], closing: float
) -> list[float]:
    """Draw the bars, each from where the last one ended, its figure above; answers the ends."""
    bars = [("opening", 0.0, opening, _style.BLUE, "")]
    reached = opening
    for name, value in flows:
        up = value > 0
        bars.append(
            (name, reached, value, _style.GREEN if up else _style.ORANGE, "///" if up else "...")
        )
        reached += value
    bars.append(("closing", 0.0, closing, _style.BLUE, ""))
    for place, (_, bottom, height, colour, hatch) in enumerate(bars):
        ax.bar(
            place, height, bottom=bottom, color=colour, hatch=hatch, edgecolor="white", width=0.7
        )
        ax.annotate(
            _style.short(height),
            (place, max(bottom, bottom + height)),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize="small",
        )
    _style.names(ax.xaxis, [name.replace("_", " ") for name, *_ in bars], ticks_max=len(bars))
    ax.axhline(0, color=_style.BLACK, linewidth=0.8)
    ends = [end for _, bottom, height, *_ in bars for end in (bottom, bottom + height)]
    room = 0.1 * ((max(ends) - min(ends)) or 1.0)
    ax.set_ylim(min(ends) - (room if min(ends) < 0 else 0.0), max(ends) + room)
    _style.frame(ax, grid="y")
    return ends
