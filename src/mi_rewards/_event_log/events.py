"""Rows of an event log as commands.

1. An empty request id means `kind:order_id`, with the lines that are named behind it;
   `joined:member_id` for joining, `opening:last_day` for a balance brought along without an order
   id, the code for what is about one, and the instant where there is nothing else.
2. In the parts of such an id `:` and `%` are written `%3A` and `%25`, so that no two orders or
   lines share one.
3. A return without an order id is named for all that its row states: it is no other's repetition.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from mi_rewards._canonical import digest
from mi_rewards._event_log.fields import (
    Event,
    digest_of,
    escaped,
    money,
    named,
    whole,
)
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards._event_log.sale_events import OF_NO_MEMBER, SALE_KINDS, sale_event
from mi_rewards._event_log.spending_events import SPENDING_KINDS, spending_event
from mi_rewards._event_log.trade_in_events import DEVICE_LISTED, TRADE_IN_KINDS, trade_in_event
from mi_rewards.calendar import read_day, read_instant, write_instant
from mi_rewards.commands import Deliver, Join, Return
from mi_rewards.commands.command import proved
from mi_rewards.earning.lines import Line
from mi_rewards.errors import Misuse
from mi_rewards.money import Money

_FIRST = COLUMNS.index("quota_id")
"""The first column of those that came later: where they are empty no request is named for them."""

_NEXT = COLUMNS.index("quote_id")
"""The first of those that came later still."""

_LAST = COLUMNS.index("hold_id")
"""The first of those that came last."""

_OF_NO_MEMBER = OF_NO_MEMBER | {DEVICE_LISTED}


def to_command(row: Row, end: datetime | None) -> Event | None:
    """Make the command of a row.

    Args:
        row: The row.
        end: The instant (UTC) before which events are taken, `None` for all of them.

    Returns:
        The command, `None` where the event is not before *end*.

    Raises:
        Misuse: Something in the row cannot be read; the message says what.
    """
    kind = row[0]
    make = _MAKERS.get(kind)
    if make is None:
        raise Misuse(f"unknown kind {kind!r:.60}; there is {', '.join(_MAKERS)}")
    if not row[1] and kind not in _OF_NO_MEMBER:
        raise Misuse("member_id is missing")
    at = read_instant(row[2])
    if end is not None and at >= end:
        return None
    return make(row, at)


def delivery(row: Row, at: datetime, amount: Money, name: str) -> dict[str, object]:
    """State the delivery of a whole order by its amount; every text of a row is one.

    Args:
        row: The row.
        at: Its instant (UTC).
        amount: Its amount.
        name: The order's id as a request is named for it.

    Returns:
        The arguments of `Deliver`.
    """
    arguments = _DELIVERED.copy()
    arguments["member_id"] = row[1]
    arguments["request_id"] = row[6] or f"delivered:{name}"
    arguments["at"] = at
    arguments["order_id"] = row[3]
    arguments["amount"] = amount
    arguments["category"] = row[7]
    arguments["channel"] = row[8]
    return arguments


_DELIVERED: Final[dict[str, object]] = {
    "member_id": "",
    "request_id": "",
    "at": None,
    "order_id": "",
    "amount": None,
    "category": "",
    "channel": "",
    "lines": (),
    "platform": "",
    "payment_mode": "",
    "line_ids": (),
}
"""The arguments of `Deliver`; a copy costs less than another of them all."""


def _opening(row: Row, at: datetime) -> Event:
    """Make the command of a balance brought along."""
    from mi_rewards.commands import Open

    if not row[10]:
        raise Misuse("last_day is missing")
    last_day: date = read_day(row[10])
    request_id = row[6] or named("opening", row[3] or row[10])
    return Open(
        member_id=row[1],
        request_id=request_id,
        at=at,
        tokens=whole("tokens", row[9]),
        last_day=last_day,
    )


def _joined(row: Row, at: datetime) -> Event:
    """Make the command of a member who joined."""
    member_id = row[1]
    request_id = row[6] or f"joined:{member_id}"
    return proved(Join, {"member_id": member_id, "request_id": request_id, "at": at})


def _placed(row: Row, at: datetime) -> Event:
    """Make the command of an order placed."""
    from mi_rewards.commands import Place

    _, member_id, _, order_id, amount, currency, request_id, category, channel = row[:9]
    return Place(
        member_id=member_id,
        request_id=request_id or named("placed", order_id),
        at=at,
        order_id=order_id,
        channel=channel,
        lines=_stated_lines(amount, currency, category, row),
    )


def _delivered(row: Row, at: datetime) -> Event:
    """Make the command of an order delivered, whole or by line."""
    _, member_id, _, order_id, amount, currency, request_id, category, channel = row[:9]
    line_id = row[11]
    if amount and not (line_id or row[12] or row[13]):
        name = escaped(order_id)
        return proved(Deliver, delivery(row, at, money(amount, currency), name))
    line_ids = (line_id,) if line_id and not amount else ()
    return Deliver(
        member_id=member_id,
        request_id=request_id or named("delivered", order_id, *line_ids),
        at=at,
        order_id=order_id,
        channel=channel,
        lines=_stated_lines(amount, currency, category, row),
        line_ids=line_ids,
    )


def _cancelled(row: Row, at: datetime) -> Event:
    """Make the command of an order cancelled."""
    from mi_rewards.commands import Cancel

    request_id = row[6] or named("cancelled", row[3])
    return Cancel(member_id=row[1], request_id=request_id, at=at, order_id=row[3])


def _returned(row: Row, at: datetime) -> Event:
    """Make the command of something returned: by value, by line and quantity, or all of it."""
    order_id, amount = row[3], row[4]
    quantities = _returned_quantities(row)
    if amount and quantities:
        raise Misuse("a return is stated by an amount or by lines, not both")
    return proved(
        Return,
        {
            "member_id": row[1],
            "request_id": row[6] or _return_named(row, order_id, quantities),
            "at": at,
            "order_id": order_id,
            "value": money(amount, row[5]) if amount else None,
            "quantities": quantities,
        },
    )


def _reviewed(row: Row, at: datetime) -> Event:
    """Make the command of a standing reviewed."""
    from mi_rewards.commands import Review

    request_id = row[6] or named("reviewed", row[1], row[2])
    return Review(member_id=row[1], request_id=request_id, at=at)


def _redeemed(row: Row, at: datetime) -> Event:
    """Make the command of a reward redeemed; its code is drawn here, and told nobody.

    Where the row names the code, other rows find it by that name.
    """
    from mi_rewards.commands import Redeem

    _, member_id, _, order_id, _, _, request_id, *_ = row
    if not row[14]:
        raise Misuse("reward_id is missing")
    if not request_id and not order_id:
        raise Misuse("a redemption needs a request_id")
    code = _drawing()()
    if row[15]:
        code = code._replace(digest=digest_of(row[15]))
    return Redeem(
        member_id=member_id,
        request_id=request_id or named("redeemed", order_id),
        at=at,
        reward_id=row[14],
        tokens=whole("tokens", row[9]) if row[9] else None,
        code=code,
    )


@cache
def _drawing() -> Callable[[], Any]:
    """Answer with what draws codes, sealed with a key that nobody has."""
    from mi_rewards.codes import CodeBook, fresh_key

    return CodeBook(fresh_key()).draw


def _shared(row: Row, at: datetime) -> Event:
    """Make the command of something shared."""
    from mi_rewards.commands import Perform

    return Perform(
        member_id=row[1],
        request_id=row[6] or named("shared", row[3] or write_instant(at)),
        at=at,
        action_id="sharing",
    )


def _code_opened(row: Row, at: datetime) -> Event:
    """Make the command of a member who opened a code to invite friends by."""
    from mi_rewards.commands import OpenReferral

    code = _code(row)
    request_id = row[6] or named("code_opened", code)
    return OpenReferral(member_id=row[1], request_id=request_id, at=at, code=code)


def _invited(row: Row, at: datetime) -> Event:
    """Make the command of a friend who took an invitation up."""
    from mi_rewards.commands import AcceptInvitation

    code = _code(row)
    return AcceptInvitation(
        member_id=row[1],
        request_id=row[6] or named("invited", code),
        at=at,
        referral_code=code,
        verdict=row[16],
    )


def _qualified(row: Row, at: datetime) -> Event:
    """Make the command that books that a friend's referral has qualified."""
    from mi_rewards.commands import Qualify

    request_id = row[6] or named("qualified", write_instant(at))
    return Qualify(member_id=row[1], request_id=request_id, at=at)


def _code(row: Row) -> str:
    """Read the code by which a member invites."""
    code: str = row[15]
    if not code:
        raise Misuse("code is missing")
    return code


_MAKERS: dict[str, Callable[[Row, datetime], Event]] = {
    "opening": _opening,
    "joined": _joined,
    "placed": _placed,
    "cancelled": _cancelled,
    "delivered": _delivered,
    "returned": _returned,
    "redeemed": _redeemed,
    "reviewed": _reviewed,
    "shared": _shared,
    "code_opened": _code_opened,
    "invited": _invited,
    "qualified": _qualified,
    **dict.fromkeys(SPENDING_KINDS, spending_event),
    **dict.fromkeys(SALE_KINDS, sale_event),
    **dict.fromkeys(TRADE_IN_KINDS, trade_in_event),
}

KINDS = tuple(_MAKERS)
"""The kinds of events."""


def _returned_quantities(row: Row) -> tuple[tuple[str, int], ...]:
    """Read which lines come back, and how many units of each; none where no line is named."""
    line_id, quantity, lines = row[11:14]
    if lines:
        if line_id or quantity:
            raise Misuse("a return names one line by line_id, or several in lines, not both")
        return tuple(map(_returned_line, lines))
    if line_id:
        return ((line_id, whole("quantity", quantity or "1")),)
    if quantity:
        raise Misuse("a return by quantity needs the line_id whose units come back")
    return ()


def _returned_line(line: dict[str, str]) -> tuple[str, int]:
    """Read one of the lines that come back."""
    for name, text in line.items():
        if text and name not in {"line_id", "quantity"}:
            raise Misuse(f"a line that is returned has a line_id and a quantity, no {name}")
    if not line.get("line_id"):
        raise Misuse("a line that is returned needs its line_id")
    return line["line_id"], whole("quantity", line.get("quantity") or "1")


def _return_named(row: Row, order_id: str, quantities: tuple[tuple[str, int], ...]) -> str:
    """Name the request of a return that names none."""
    if order_id:
        return named("returned", order_id, *[line_id for line_id, _ in quantities])
    lines = tuple(tuple(sorted(line.items())) for line in row[13])
    more = row[_FIRST : _reach(row)]
    return f"returned::{digest((*row[:13], lines, *row[14:_FIRST], *more), size=16)}"


def _reach(row: Row) -> int:
    """Say how far a row reaches: to the end of the latest columns of which it states one."""
    if any(row[_LAST:]):
        return len(COLUMNS)
    if any(row[_NEXT:_LAST]):
        return _LAST
    return _NEXT if any(row[_FIRST:_NEXT]) else _FIRST


def _stated_lines(amount: str, currency: str, category: str, row: Row) -> tuple[Line, ...]:
    """Read what was ordered: an amount as one line, or the lines."""
    if row[13]:
        if amount:
            raise Misuse("an order is stated by an amount or by lines, not both")
        return tuple(
            Line(
                line.get("line_id") or str(number),
                money(line.get("amount", ""), currency),
                whole("quantity", line.get("quantity") or "1"),
                line.get("category", ""),
            )
            for number, line in enumerate(row[13], start=1)
        )
    if not amount:
        return ()
    quantity = whole("quantity", row[12] or "1")
    return (Line(row[11] or "1", money(amount, currency), quantity, category),)
