"""From which tier to which members moved."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mi_rewards.errors import Misuse
from mi_rewards.modelling.plots import _style
from mi_rewards.modelling.plots._columns import column, names_of, table_of, title_of
from mi_rewards.modelling.plots._heat import heat

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def tier_migration(source: Any, ax: "Axes | None" = None, *, tiers: tuple[str, ...] = ()) -> "Axes":
    """Draw how many members moved, or stayed: a row for the tier before, a column for that after.

    Args:
        source: A table with the columns `from_tier` and `to_tier`, and with `members` or a `share`
            where rows stand for those, such as that of `mi_rewards.modelling.tier_migration`. Of a
            `Replayed` its changes of tier are drawn, each of them one: who stayed is in no cell,
            and who moved twice is in two.
        ax: Where to draw; without it on a new figure.
        tiers: The tiers, lowest first; without it those of the replay's ladder, or of the table in
            the order in which they come. Who is in none has a row and a column `(none)`.

    Returns:
        The axes: each cell is shaded by its share of the tier before, and has that share and,
        where they were counted, the members.

    Raises:
        Misuse: A column is not there, a row is of a tier that *tiers* leaves out, or matplotlib is
            not installed.
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
    ladder = _ladder(moves, tiers or tuple(getattr(source, "tiers", ())))
    left = Counter({old: sum(moves[old, new] for new in ladder) for old in ladder})
    rows = [[moves[old, new] / (left[old] or 1) for new in ladder] for old in ladder]
    texts = [[_cell(moves[old, new], left[old], given) for new in ladder] for old in ladder]
    _style.shares(heat(ax, rows, texts=texts), "share of the tier before (%)")
    shown = [tier or "(none)" for tier in ladder]
    _style.names(ax.xaxis, shown, ticks_max=len(shown))
    _style.names(ax.yaxis, shown, ticks_max=len(shown))
    return ax


def _ladder(moves: Iterable[tuple[str, str]], tiers: tuple[str, ...]) -> list[str]:
    """Put the tiers in their order: nobody who moved is left out, no tier is the lowest."""
    found = list(dict.fromkeys(tier for move in moves for tier in move))
    ladder = list(tiers) or [tier for tier in found if tier]
    missing = [tier for tier in found if tier and tier not in ladder]
    if missing:
        raise Misuse(f"there are members of {', '.join(missing)}, which the tiers named leave out")
    return ["", *ladder] if "" in found and "" not in ladder else ladder


def _cell(count: float, whole: float, given: str) -> str:
    """Write how many moved and which share of their tier that is, or the share alone."""
    if not count:
        return ""
    share = _style.per_cent(count / whole)
    return share if given == "share" else f"{_style.number(count)}\n{share}"
