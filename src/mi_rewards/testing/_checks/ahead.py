"""What is sold ahead, for checks to store: quotas, pre-orders, units of codes, draws, tickets.

`OF_PREORDERS` makes one of each kind, whose contents tell a *mark*; see `samples`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from mi_rewards.calendar import UTC
from mi_rewards.money import Money
from mi_rewards.preorders import (
    Allotment,
    Draw,
    PreOrder,
    PreOrderState,
    PreOrderTerms,
    Quota,
    ReservedUnit,
    Ticket,
    UnitState,
    commitment,
)

AT: Final = datetime(2018, 6, 15, 10, 20, 30, 123457, UTC)
"""When what is sold ahead was placed."""

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

TERMS: Final = PreOrderTerms(
    "mi.com",
    ("mi.com", "naïve 'shop'"),
    payment_modes=("credit_card",),
    pay_within_minutes=60,
    ship_within_days=5,
    revives_f_code=True,
    remind_minutes=10,
)
"""Paid in full within an hour, shipped within five days; codes are revived."""

SEED: Final = bytes(range(32))
"""The seed of the draws."""


def later(mark: int) -> datetime:
    """Name an instant by a mark, so many hours later; the largest are one."""
    return AT + min(mark, 9_999) * HOUR


def unit(
    *states: UnitState, shard: str = "003", mark: int = 1, member_max: int | None = None
) -> Allotment:
    """Make a unit that became one thing after the other, from so many hours later on."""
    made = Allotment("q", shard, member_max=member_max)
    for number, state in enumerate(states):
        made = made.moving(state, at=later(mark + number))
    return made


_UNITS: Final = {
    **dict.fromkeys(("paid", "shipped", "ready", "delivered"), (UnitState.HELD, UnitState.SOLD)),
    "run_out": (UnitState.HELD, UnitState.FREE),
    **dict.fromkeys(
        ("cancelled", "refunded", "unclaimed"), (UnitState.HELD, UnitState.SOLD, UnitState.FREE)
    ),
}
"""What became of the unit of a pre-order, by its state; where it is placed it is held."""


def in_state(made: PreOrder, state: PreOrderState) -> PreOrder:
    """Let a pre-order be in a state, and its unit with it; what else goes with that is not said."""
    moves = _UNITS.get(state.value, (UnitState.HELD,))
    held = unit(*moves, member_max=made.price.minor)
    return made._replace(state=state, allotment=held)


def preorder(by: str, name: str, *, pay_until: datetime = AT + HOUR, mark: int = 1) -> PreOrder:
    """Make a pre-order of *mark* paise that is waited for until a deadline."""
    return PreOrder(
        by,
        name,
        "q",
        TERMS,
        unit(UnitState.HELD, member_max=mark),
        None,
        None,
        "phone",
        "4 GB, 64 GB",
        "mi.com",
        Money(mark, "INR"),
        "credit_card",
        "a'1",
        "black",
        AT,
        pay_until,
        reminded_at=AT,
    )


def quota(
    quota_id: str, *, closes_at: datetime | None = AT + DAY, shards: int = 4, mark: int = 1
) -> Quota:
    """Make a quota of *mark* units in each shard, which closes at an instant."""
    return Quota(
        quota_id,
        "mi.com",
        "",
        "phone",
        "4 GB, 64 GB",
        "mi.com",
        "",
        AT,
        closes_at,
        1,
        (mark,) * shards,
        (0,) * shards,
        shards,
        codes=mark,
    )


def open_draw(draw_id: str, *, mark: int = 1) -> Draw:
    """Make a draw that *mark* members win."""
    return Draw(
        draw_id, commitment(SEED, draw_id), AT, AT + DAY, mark, 1, AT + 2 * DAY, AT + 3 * DAY
    )


def _reserved(mark: int, by: str, name: str, version: int) -> ReservedUnit:
    """Make the unit of a code."""
    return ReservedUnit(by, name, unit(UnitState.RESERVED, shard="codes", mark=mark), version)


def _ticket(mark: int, by: str, name: str, version: int) -> Ticket:
    """Make a ticket of a member's own draw, taken so many hours later."""
    return Ticket(by, name, later(mark), version)


OF_PREORDERS: Final[Mapping[type[Any], Callable[[int, str, str, int], Any]]] = {
    Quota: lambda mark, by, name, version: quota(f"{by}.{name}", mark=mark)._replace(
        version=version
    ),
    PreOrder: lambda mark, by, name, version: preorder(by, name, mark=mark)._replace(
        version=version
    ),
    ReservedUnit: _reserved,
    Draw: lambda mark, by, name, version: open_draw(f"{by}.{name}", mark=mark)._replace(
        version=version
    ),
    Ticket: _ticket,
}
"""The kinds of aggregates that a host with pre-orders has besides."""
