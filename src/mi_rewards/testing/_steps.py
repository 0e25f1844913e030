"""What a machine tries next, drawn as plain numbers and made into a command of what is at hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from mi_rewards.commands import (
    Adjust,
    BurnTokens,
    Cancel,
    Capture,
    Command,
    Deliver,
    Join,
    Lapse,
    Open,
    Place,
    PlaceHold,
    Reinstate,
    Release,
    Return,
    Transfer,
)
from mi_rewards.testing._histories import LAST_DAYS, ORDERS, inr

HOUR = timedelta(hours=1)

KINDS = (
    *("Open", "Join", "Place", "Place", "Deliver", "Deliver", "Deliver", "Cancel"),
    *("Return", "Return", "Return", "BurnTokens", "BurnTokens", "PlaceHold", "PlaceHold"),
    *("Capture", "Capture", "Release", "Reinstate", "Reinstate", "Transfer", "Adjust", "Lapse"),
)
"""The kinds of commands, those that matter most several times."""

Drawn = tuple[str, int, int, int, int]
"""What a step is drawn as: a kind, a member, which, how many tokens, a variant."""

drawn = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from((0, 0, 0, 0, 1, 1, 2)),
    st.integers(0, 5),
    st.integers(1, 8),
    st.integers(0, 9),
)


def command_of(
    step: Drawn,
    number: int,
    now: datetime,
    members: Sequence[str],
    holds: Mapping[str, Sequence[str]],
    burns: Mapping[str, Sequence[str]],
) -> Command[Any]:
    """Make the command of a step, of things at hand where there are any."""
    kind, who, which, tokens, variant = step
    by = members[who]
    late = HOUR * (9 if variant == 9 else 0)
    names: dict[str, Any] = {"member_id": by, "request_id": f"r{number}", "at": now - late}
    if kind in {"Place", "Deliver", "Cancel", "Return"}:
        return order_command(kind, names, which, tokens, variant, web=by != members[2])
    last_day = LAST_DAYS[which % len(LAST_DAYS)]
    part = None if variant < 5 else tokens
    match kind:
        case "Open":
            return Open(**names, tokens=tokens, last_day=last_day)
        case "Join":
            return Join(**names)
        case "BurnTokens":
            return BurnTokens(**names, tokens=tokens)
        case "PlaceHold":
            return PlaceHold(**names, tokens=tokens, until=now + (1 + 2 * variant) * HOUR)
        case "Capture":
            return Capture(**names, hold_id=chosen(holds[by], which), tokens=part)
        case "Release":
            return Release(**names, hold_id=chosen(holds[by], which))
        case "Reinstate":
            return Reinstate(**names, burn_id=chosen(burns[by], which), tokens=part)
        case "Transfer":
            to = members[(who + 1 + which % 2) % len(members)]
            return Transfer(**names, to_member_id=to, tokens=tokens)
        case "Adjust" if variant < 5:
            return Adjust(**names, tokens=-tokens, reason="mistake", note="seen twice")
        case "Adjust":
            return Adjust(**names, tokens=tokens, reason="goodwill", last_day=last_day)
    return Lapse(**names)


def order_command(
    kind: str, names: dict[str, Any], which: int, tokens: int, variant: int, *, web: bool
) -> Command[Any]:
    """Make a command on an order."""
    order_id = f"o{1 + which % 3}"
    lines = ORDERS[order_id]
    names["order_id"] = order_id
    channel = "web" if web or order_id != "o1" else "forum"
    if kind == "Cancel":
        return Cancel(**names)
    if kind == "Place":
        return Place(**names, lines=lines, channel=channel)
    if kind == "Deliver":
        if variant <= 5:
            name = lines[variant % len(lines)].line_id if variant < 5 else "lost"
            names["line_ids"] = (name,)
        if variant % 2:
            return Deliver(**names)
        return Deliver(**names, lines=lines, channel=channel)
    if variant < 3:
        return Return(**names)
    if variant < 6:
        return Return(**names, value=inr(f"{9 * tokens}.95"))
    name = lines[variant % len(lines)].line_id if tokens < 8 else "lost"
    return Return(**names, quantities=((name, 1 + tokens % 3),))


def chosen(names: Sequence[str], which: int) -> str:
    """Choose the newest mostly, one before it, or one that there never was."""
    return names[-1 - which // 4 % len(names)] if names and which < 5 else "none"
