"""Rows of an event log as commands, many at a time: those of the usual kinds in fewer steps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mi_rewards._event_log.alike import instants_alike, money_alike
from mi_rewards._event_log.events import KINDS, delivery, to_command
from mi_rewards._event_log.fields import Event, escaped, is_plain
from mi_rewards._event_log.lines import Row
from mi_rewards.commands import Deliver, Join, Return
from mi_rewards.commands.command import proved
from mi_rewards.errors import Misuse
from mi_rewards.money import Money

_KINDS: Final = frozenset(KINDS)


def to_commands(rows: Sequence[Row], end: datetime | None) -> list[Event | Misuse | None]:
    """Make the commands of rows; what is alike in them is read together.

    Args:
        rows: The rows, at least one.
        end: The instant (UTC) before which events are taken, `None` for all of them.

    Returns:
        For each what `to_command` answers with, or raises.
    """
    instants = instants_alike([row[2] for row in rows])
    if instants is None:
        return [_made(row, end) for row in rows]
    sums = money_alike([row[4] for row in rows], [row[5] for row in rows])
    orders = [row[3] for row in rows]
    names = orders if is_plain("".join(orders)) else list(map(escaped, orders))
    made: list[Event | Misuse | None] = []
    for row, at, amount, name in zip(rows, instants, sums, names, strict=True):
        kind, member_id = row[0], row[1]
        if end is not None and at >= end and member_id and kind in _KINDS:
            made.append(None)
        elif not member_id or row[11] or row[12] or row[13]:
            made.append(_made(row, end))
        elif kind == "delivered" and amount is not None:
            made.append(proved(Deliver, delivery(row, at, amount, name)))
        elif kind == "joined":
            request_id = row[6] or f"joined:{member_id}"
            stated = {"member_id": member_id, "request_id": request_id, "at": at}
            made.append(proved(Join, stated))
        elif kind == "returned" and amount is not None and (row[3] or row[6]):
            made.append(proved(Return, _return(row, at, amount, name)))
        else:
            made.append(_made(row, end))
    return made


def _made(row: Row, end: datetime | None) -> Event | Misuse | None:
    """Make the command of a row, or say why there is none."""
    try:
        return to_command(row, end)
    except Misuse as fault:
        return fault.with_traceback(None)


def _return(row: Row, at: datetime, amount: Money, name: str) -> dict[str, object]:
    """State a return by its amount."""
    return {
        "member_id": row[1],
        "request_id": row[6] or f"returned:{name}",
        "at": at,
        "order_id": row[3],
        "value": amount,
        "quantities": (),
    }
