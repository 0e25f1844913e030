"""From which tier to which members moved."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from mi_rewards.modelling.plots import _style
from mi_rewards.modelling.plots._columns import column, names_of, table_of, title_of
from mi_rewards.modelling.plots._heat import heat

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def tier_migration(source: Any, ax: "Axes | None" = None, *, tiers: tuple[str, ...] = ()) -> "Axes":
    """Draw how many members moved, or stayed: a row for the tier before, a column for that after.

    Args:
        source: A `Replayed`, whose tier changes are counted, or a table with the columns
            `from_tier` and `to_tier`, and with `members` or a `share` where rows stand for those.
        ax: Where to draw; without it on a new figure.
        tiers: The tiers, lowest first; without it those of the table, by the alphabet.

    Returns:
        The axes: each cell is shaded by its share of the tier before, and has that share and,
        where they were counted, the members.

    Raises:
        Misuse: A column is not there, or matplotlib is not installed.
    """
    table = table_of(source, "tier_history")
    moves: Counter[tuple[str, str]] = Counter()
    before, after = column(table, "from_tier"), column(table, "to_tier")
    given = next((name for name in ("members", "share") if name in names_of(table)), "")
    counts = column(table, given) if given else [1] * len(before)
    for old, new, count in zip(before, after, counts, strict=True):
        moves[old, new] += count
    ax = _style.axes_for(ax)
    _style.say(ax, title=title_of(table) or "Tier migration", x="tier after", y="tier before")
    if not moves:
        return _style.nothing(ax, "no member moved")
    ladder = list(tiers) or sorted({tier for move in moves for tier in move})
    left = Counter({old: sum(moves[old, new] for new in ladder) for old in ladder})
    rows = [[moves[old, new] / (left[old] or 1) for new in ladder] for old in ladder]
    texts = [[_cell(moves[old, new], left[old], given) for new in ladder] for old in ladder]
    _style.shares(heat(ax, rows, texts=texts), "share of the tier before (%)")
    shown = [tier or "(none)" for tier in ladder]
    _style.names(ax.xaxis, shown, ticks_max=len(shown))
    _style.names(ax.yaxis, shown, ticks_max=len(shown))
    return ax


def _cell(count: float, whole: float, given: str) -> str:
    """Write how many moved and which share of their tier that is, or the share alone."""
    if not count:
        return ""
    share = _style.per_cent(count / whole)
    return share if given == "share" else f"{_style.number(count)}\n{share}"
