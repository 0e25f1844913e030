"""Histories of a few members, as commands, under programmes that are starved on purpose.

1. A history is a tuple of steps. `commands(steps)` makes the same commands of them whatever became
   of the earlier ones, so that one history can be carried out under several circumstances.
2. Three members, three orders each, amounts that earn 0 to 13 tokens, and two days and a half
   around the end of a year: limits and last days are met all the time.
3. A step `follow` makes no command: whoever carries the history out follows events up there.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import attrs

from mi_rewards.calendar import NEVER, UTC, Zone
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
from mi_rewards.earning import EarnRate, EarnTerms, Line, Retrospective, Welcome
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.wallet import EndOfYear

ZONE = Zone("Asia/Kolkata")


def inr(rupees: int | str) -> Money:
    """Make so many rupees."""
    return Money.of(str(rupees), "INR")


def line(line_id: str, rupees: int | str, quantity: int = 1, category: str = "") -> Line:
    """Make a line of an order."""
    return Line(line_id, inr(rupees), quantity, category)


START = datetime(2017, 12, 30, 6, 30, tzinfo=UTC)
MEMBERS = ("asha", "bela", "chand")
LAST_DAYS = (date(2017, 12, 30), date(2017, 12, 31), date(2018, 1, 1), NEVER)
ORDERS: dict[str, tuple[Line, ...]] = {
    "o1": (line("1", "25.50"),),
    "o2": (line("a", 30), line("b", 45, 3), line("ship", 5, 1, "shipping")),
    "o3": (line("x", "99.99", 3), line("y", 35)),
}
CHANNELS = ("", "web", "forum")
WEIGHTS = {
    "open": 1,
    "join": 1,
    "place": 2,
    "deliver": 4,
    "cancel": 2,
    "return": 4,
    "burn": 3,
    "hold": 3,
    "capture": 3,
    "release": 2,
    "reinstate": 3,
    "transfer": 2,
    "follow": 2,
    "adjust": 1,
    "lapse": 1,
}
KINDS = tuple(kind for kind, weight in WEIGHTS.items() for _ in range(weight))


STARVED = Programme(
    "starved",
    "Starved",
    ZONE,
    "INR",
    "tokens",
    EarnTerms(
        EarnRate(10, Money(10_000, "INR")),
        channels=("web", "app"),
        default_channel="web",
        excluded_categories=("shipping",),
    ),
    EndOfYear(0),
    welcome=Welcome(3, date(2017, 12, 30), date(2017, 12, 31)),
    retrospective=Retrospective(date(2017, 12, 31)),
)
"""Ten tokens for a hundred rupees, valid to the end of the year, in which two days are left."""


def rules(programme: Programme, /, **changes: Any) -> Programme:
    """Make a programme like another, but for these parts; those of `EarnTerms` by their names."""
    names = [name for name in changes if hasattr(programme.earning, name)]
    terms = {name: changes.pop(name) for name in names}
    return attrs.evolve(programme, earning=attrs.evolve(programme.earning, **terms), **changes)


class Step(NamedTuple):
    """Something that is tried: by whom, how many hours after the step before, and with what."""

    kind: str
    who: int
    hours: int
    which: int
    tokens: int
    variant: int


PRELUDES: tuple[tuple[Step, ...], ...] = (
    (),
    tuple(Step("join", who, 0, 0, 1, 0) for who in range(3)),
    (
        *(Step("join", who, 0, 0, 1, 0) for who in (0, 1)),
        *(Step("open", 0, 0, which, 7, 0) for which in range(4)),
        Step("place", 0, 1, 1, 1, 0),
        Step("deliver", 0, 1, 0, 1, 8),
        Step("place", 1, 0, 2, 1, 0),
        Step("deliver", 1, 3, 1, 1, 8),
        Step("burn", 0, 3, 0, 6, 0),
        Step("hold", 0, 0, 0, 5, 5),
    ),
    (
        Step("deliver", 0, 0, 2, 1, 8),
        Step("deliver", 0, 13, 1, 1, 8),
        Step("open", 0, 0, 2, 8, 0),
        Step("open", 1, 0, 3, 8, 0),
        Step("join", 0, 1, 0, 1, 0),
        Step("join", 1, 0, 0, 1, 0),
        Step("burn", 0, 0, 0, 8, 0),
        Step("hold", 0, 0, 0, 7, 4),
        Step("burn", 0, 0, 0, 8, 0),
        Step("burn", 0, 0, 0, 7, 0),
        Step("transfer", 1, 0, 1, 5, 0),
    ),
)
"""How histories begin: with nothing, or with something to spend, to return and to undo."""


class Follow(NamedTuple):
    """That events are followed up at an instant."""

    at: datetime


def commands(history: Iterable[Step]) -> list[Command[Any] | Follow]:
    """Make the commands of a history, and what follows events up; requests are numbered."""
    made: list[Command[Any] | Follow] = []
    at = START
    burns: dict[str, list[str]] = {name: ["none"] for name in MEMBERS}
    holds: dict[str, list[str]] = {name: ["none"] for name in MEMBERS}
    for number, step in enumerate(history):
        at += timedelta(hours=step.hours)
        by, request_id = MEMBERS[step.who], f"r{number}"
        names: dict[str, Any] = {"member_id": by, "request_id": request_id, "at": at}
        if step.kind in {"capture", "release"}:
            held = holds[by]
            names["hold_id"] = held[-1 - (step.which == 5) % len(held)]
        elif step.kind == "reinstate":
            burned = burns[by]
            names["burn_id"] = burned[-1 - step.which % 3 % len(burned)]
        made.append(_command(step, names))
        if step.kind == "burn":
            burns[by].append(request_id)
        elif step.kind == "hold":
            holds[by].append(request_id)
            burns[by].append(request_id)
    return made


def _command(step: Step, names: dict[str, Any]) -> Command[Any] | Follow:
    """Make the command of one step."""
    if step.kind in {"place", "deliver", "cancel", "return"}:
        return _order_command(step, names)
    some, last_day = step.tokens, LAST_DAYS[step.which % len(LAST_DAYS)]
    part = None if step.variant < 5 else some
    if step.kind == "open":
        return Open(**names, tokens=some, last_day=last_day)
    if step.kind == "join":
        return Join(**names)
    if step.kind == "burn":
        return BurnTokens(**names, tokens=some)
    if step.kind == "hold":
        until = names["at"] + timedelta(hours=1 + 2 * step.variant)
        return PlaceHold(**names, tokens=some, until=until)
    if step.kind == "capture":
        return Capture(**names, tokens=part)
    if step.kind == "release":
        return Release(**names)
    if step.kind == "reinstate":
        return Reinstate(**names, tokens=part)
    if step.kind == "transfer":
        to = MEMBERS[(step.who + 1 + step.which % 2) % len(MEMBERS)]
        return Transfer(**names, to_member_id=to, tokens=some)
    if step.kind == "adjust":
        if step.variant < 5:
            return Adjust(**names, tokens=-some, reason="mistake", note="seen twice")
        return Adjust(**names, tokens=some, reason="goodwill", last_day=last_day)
    return Lapse(**names) if step.kind == "lapse" else Follow(names["at"])


def _order_command(step: Step, names: dict[str, Any]) -> Command[Any]:
    """Make the command of a step on an order."""
    order_id = f"o{1 + step.which % 3}"
    names["order_id"] = order_id
    lines = ORDERS[order_id]
    channel = CHANNELS[int(order_id[1]) % 3 if step.tokens == 8 else 1]
    stated: dict[str, Any] = {"lines": lines, "channel": channel}
    if step.kind == "cancel":
        return Cancel(**names)
    if step.kind == "place":
        return Place(**names, **stated)
    if step.kind == "deliver":
        if step.variant <= 5:
            names["line_ids"] = (lines[step.variant % len(lines)].line_id,)
        return Deliver(**names) if step.variant % 2 else Deliver(**names, **stated)
    if step.variant < 3:
        return Return(**names)
    if step.variant < 6:
        return Return(**names, value=inr(f"{9 * step.tokens}.95"))
    unit = (lines[step.variant % len(lines)].line_id, 1 + step.tokens % 3)
    return Return(**names, quantities=(unit,))
