"""Scenarios side by side: what became of the tokens that were issued under each."""

from typing import TYPE_CHECKING, Any

from mi_rewards.modelling.plots import _style
from mi_rewards.modelling.plots._columns import amounts, column, table_of, title_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PARTS = (
    ("redeemed", _style.BLUE, ""),
    ("outstanding", _style.SKY, "///"),
    ("lapsed", _style.ORANGE, "..."),
    ("clawed_back", _style.BLACK, ""),
)
_BASE_HEIGHT, _BAR_HEIGHT = 1.4, 0.45


def comparison(source: Any, ax: "Axes | None" = None) -> "Axes":
    """Draw what became of the tokens issued under each scenario: a bar for each, in parts.

    Args:
        source: A `Comparison`, or its totals: a table with the columns `scenario`, `redeemed`,
            `outstanding`, `lapsed` and `clawed_back`.
        ax: Where to draw; without it on a new figure.

    Returns:
        The axes; the first scenario on top. What is still owed counts as clawed back.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    table = table_of(source, "totals")
    names = [str(name) for name in column(table, "scenario")]
    ax = _style.axes_for(ax, height=_BASE_HEIGHT + _BAR_HEIGHT * max(len(names), 3))
    _style.say(ax, title=title_of(table) or "Scenarios", y="scenario")
    ends, unit = [0.0] * len(names), "tokens"
    for part, colour, hatch in _PARTS:
        values, unit = amounts(table, part)
        if names:
            ax.barh(
                range(len(names)),
                values,
                left=ends,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                height=0.7,
                label=part.replace("_", " "),
            )
        ends = [end + value for end, value in zip(ends, values, strict=True)]
    _style.measure(ax.xaxis, "issued", unit, ends)
    if not names:
        return _style.nothing(ax, "no scenarios")
    ax.invert_yaxis()
    _style.names(ax.yaxis, names, ticks_max=len(names))
    _style.frame(ax, grid="x")
    _style.legend_beside(ax)
    return ax
