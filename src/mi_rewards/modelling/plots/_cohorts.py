"""What became of what was earned, cohort by cohort, and when the rest lapses."""

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from mi_rewards.modelling.plots import _style
from mi_rewards.modelling.plots._columns import (
    amounts,
    column,
    month_name,
    names_of,
    table_of,
    title_of,
    unit_of,
)
from mi_rewards.modelling.plots._heat import heat

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BARS_MAX = 24
_COLOUR_FOR_EACH_MAX = len(_style.SERIES)
_LEGEND_MAX = 18
_FIGURES_MAX = 14
_REDEEMED = "redeemed (% of issued, less returns)"
_LIGHTEST = 0.85


class _Curves(NamedTuple):
    """The redeemed share of each origin by age, and what an age counts."""

    shares: dict[date, list[float]]
    unit: str


def expiry_calendar(source: Any, ax: "Axes | None" = None) -> "Axes":
    """Draw what lapses after which day: a bar for each last valid day.

    Args:
        source: A `Replayed`, or a table with the columns `last_day`, with None for never, and
            `tokens`. More than 24 days are added up by month.
        ax: Where to draw; without it on a new figure.

    Returns:
        The axes.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    table = table_of(source, "expiry_calendar")
    tokens, unit = amounts(table, "tokens")
    last_days: list[date | None] = column(table, "last_day")
    ax = _style.axes_for(ax)
    by_day: Counter[str] = Counter()
    write = date.isoformat if len(set(last_days)) <= _BARS_MAX else month_name
    dated = sorted(zip(last_days, tokens, strict=True), key=lambda row: row[0] or date.max)
    for day, amount in dated:
        by_day["never" if day is None else write(day)] += amount  # type: ignore[assignment]
    what = "last valid day" if write is date.isoformat else "month of the last valid day"
    title = title_of(table) or "Expiry calendar"
    _style.say(ax, title=title, x=what)
    _style.measure(ax.yaxis, "available", unit, by_day.values())
    if not by_day:
        return _style.nothing(ax, "nothing is available")
    places = range(len(by_day))
    never = _style.HATCHES[1]
    ax.bar(
        places,
        list(by_day.values()),
        color=[_style.SKY if name == "never" else _style.BLUE for name in by_day],
        hatch=[never if name == "never" else "" for name in by_day],
        edgecolor="white",
        width=0.8,
    )
    spare = max(3 - len(by_day), 0) / 2  # one bar alone is not as wide as the axes
    ax.set_xlim(-0.7 - spare, len(by_day) - 0.3 + spare)
    _style.names(ax.xaxis, list(by_day), ticks_max=6 if write is date.isoformat else 9)
    _style.frame(ax, grid="y")
    return ax


def redemption_curves(source: Any, ax: "Axes | None" = None) -> "Axes":
    """Draw how much of what each cohort was issued has been redeemed by each age.

    Where the replay's day is not the last of a month, the last age of each curve is unfinished.

    Args:
        source: A `Replayed`, or a long table with the columns `origin`, `age`, `issued` and
            `value`, what was redeemed at that age; segments are added up.
        ax: Where to draw; without it on a new figure.

    Returns:
        The axes, in per cent of what was issued and not taken back. With many cohorts the later
        are the lighter; beside the axes stands a legend, or from 19 cohorts on a scale of shades.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    table = table_of(source, "redemptions")
    curves = _curves(table)
    ax = _style.axes_for(ax)
    title = title_of(table) or "Redemption by cohort"
    _style.say(ax, title=title, x=f"age ({curves.unit})", y=_REDEEMED)
    if not curves.shares:
        return _style.nothing(ax, "no cohorts")
    count = len(curves.shares)
    for place, (origin, shares) in enumerate(curves.shares.items()):
        (line,) = ax.plot(range(len(shares)), shares, linewidth=1.3, label=month_name(origin))
        few = count <= _COLOUR_FOR_EACH_MAX
        line.set_color(_style.SERIES[place] if few else _shade(place, count))
        if count <= _LEGEND_MAX:
            line.set_linestyle(_style.STYLES[place % len(_style.STYLES)])
            line.set_marker(_style.MARKERS[place % len(_style.MARKERS)])
            line.set_markersize(3.5)
    ax.set_ylim(bottom=0)
    _style.frame(ax, grid="y")
    _style.shares(ax.yaxis, _REDEEMED)
    _style.counts(ax.xaxis)
    if count <= _LEGEND_MAX:
        _style.legend_beside(ax, "earned in")
    else:
        _shades_beside(ax, [month_name(origin) for origin in curves.shares])
    return ax


def triangle(source: Any, ax: "Axes | None" = None) -> "Axes":
    """Draw the development triangle: a row for each cohort, a cell for each age.

    Where the replay's day is not the last of a month, the last cell of each row is unfinished.

    Args:
        source: As for `redemption_curves`.
        ax: Where to draw; without it on a new figure.

    Returns:
        The axes. Each cell is what was redeemed through that age in per cent of what was issued;
        up to 14 cohorts have it written out. Cells of the future stay white.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    table = table_of(source, "redemptions")
    curves = _curves(table)
    ax = _style.axes_for(ax, height=4.6)
    title = title_of(table) or "Redemption triangle"
    _style.say(ax, title=title, x=f"age ({curves.unit})", y="earned in (month)")
    if not curves.shares:
        return _style.nothing(ax, "no cohorts")
    ages = max(map(len, curves.shares.values()))
    missing = float("nan")
    rows = [row + [missing] * (ages - len(row)) for row in curves.shares.values()]
    small = max(ages, len(rows)) <= _FIGURES_MAX
    scale = heat(
        ax,
        rows,
        texts=[[_cell(share) for share in row] for row in rows] if small else None,
    )
    _style.shares(scale, _REDEEMED)
    _style.names(ax.xaxis, [str(age) for age in range(ages)], ticks_max=14)
    _style.names(ax.yaxis, [month_name(origin) for origin in curves.shares], ticks_max=20)
    return ax


def _curves(table: Any) -> _Curves:
    """Add segments up, then what was redeemed at each age to what was before."""
    redeemed: dict[date, Counter[int]] = {}
    issued: dict[date, dict[str, int]] = {}
    origins = column(table, "origin")
    segments = column(table, "segment") if "segment" in names_of(table) else [""] * len(origins)
    rows = zip(
        origins,
        segments,
        column(table, "age"),
        column(table, "issued"),
        column(table, "value"),
        strict=True,
    )
    for origin, segment, age, whole, value in rows:
        redeemed.setdefault(origin, Counter())[age] += value
        issued.setdefault(origin, {})[segment] = whole
    shares: dict[date, list[float]] = {}
    for origin in sorted(redeemed):
        whole, so_far = sum(issued[origin].values()), 0
        if whole:
            shares[origin] = []
            for age in range(max(redeemed[origin]) + 1):
                so_far += redeemed[origin][age]
                shares[origin].append(so_far / whole)
    return _Curves(shares, f"{unit_of(table, 'age') or 'periods'} since earning")


def _shade(place: int, count: int) -> Any:
    """Answer with a colour of an ordered series, dark to light, and never too light to see."""
    from matplotlib import colormaps

    return colormaps[_style.HEAT](_LIGHTEST * place / (count - 1))


def _shades_beside(ax: "Axes", texts: list[str]) -> None:
    """Put a scale of the shades to the right of the axes, with some of the names."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import BoundaryNorm, ListedColormap

    count = len(texts)
    shades = ListedColormap([_shade(place, count) for place in range(count)])
    edges = [place - 0.5 for place in range(count + 1)]
    scale = ax.figure.colorbar(
        ScalarMappable(BoundaryNorm(edges, count), shades),
        ax=ax,
        label="earned in (month)",
        fraction=0.05,
        pad=0.02,
    )
    _style.names(scale.ax.yaxis, texts)


def _cell(share: float) -> str:
    """Write a share in per cent, without the sign; nothing for the future."""
    return "" if share != share else _style.per_cent(share).removesuffix(" %")
