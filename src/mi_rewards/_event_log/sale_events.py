"""Rows about quotas and pre-orders as commands.

1. A quota is no member's: a row about one leaves the member empty.
2. An F-code is named as the row of its redemption names it, whoever uses it.
3. An empty request id means `kind:quota_id` or `kind:order_id`; what may come to one quota again
   has the instant behind it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from mi_rewards._event_log.fields import Event, digest_of, instant, money, named, whole
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards.calendar import write_instant
from mi_rewards.errors import Misuse

Stated = Mapping[str, str]
"""What a row states, by its columns."""


def _quota_opened(row: Stated, at: datetime) -> Event:
    """Make the command of a quota that was opened."""
    from mi_rewards.commands import OpenQuota

    member_max = row["member_max"]
    return OpenQuota(
        **_of_quota(row, at),
        units=whole("quantity", row["quantity"]),
        terms_id=row["terms_id"],
        product_id=row["product_id"],
        opens_at=instant("opens_at", row["opens_at"]),
        closes_at=instant("closes_at", row["closes_at"]) if row["closes_at"] else None,
        sale_id=row["sale_id"],
        variant=row["variant"],
        channel=row["channel"],
        region=row["region"],
        shards=whole("shards", row["shards"] or "1"),
        for_codes=whole("for_codes", row["for_codes"] or "0"),
        member_max=whole("member_max", member_max) if member_max else None,
    )


def _quota_topped_up(row: Stated, at: datetime) -> Event:
    """Make the command of units that were added to a quota."""
    from mi_rewards.commands import TopUpQuota

    return TopUpQuota(**_of_quota(row, at), units=whole("quantity", row["quantity"]))


def _quota_reduced(row: Stated, at: datetime) -> Event:
    """Make the command of free units that were taken out of a quota."""
    from mi_rewards.commands import ReduceQuota

    return ReduceQuota(**_of_quota(row, at), units=whole("quantity", row["quantity"]))


def _preordered(row: Stated, at: datetime) -> Event:
    """Make the command of a pre-order that was placed."""
    from mi_rewards.commands import PlacePreOrder

    return PlacePreOrder(
        **_of_order(row, at),
        quota_id=row["quota_id"],
        price=money(row["amount"], row["currency"]),
        payment_mode=row["payment_mode"],
        channel=row["channel"],
        region=row["region"],
        colour=row["colour"],
        units=whole("quantity", row["quantity"] or "1"),
        digest=digest_of(row["code"]) if row["code"] else "",
        pay_until=_until(row),
        category=row["category"],
    )


def _preorder_paid(row: Stated, at: datetime) -> Event:
    """Make the command of a pre-order that was paid for, or booked."""
    from mi_rewards.commands import PayPreOrder

    amount = money(row["amount"], row["currency"])
    return PayPreOrder(**_of_order(row, at), amount=amount, payment_mode=row["payment_mode"])


def _preorder_shipped(row: Stated, at: datetime) -> Event:
    """Make the command of a pre-order that was shipped."""
    from mi_rewards.commands import ShipPreOrder

    return ShipPreOrder(**_of_order(row, at))


def _preorder_delivered(row: Stated, at: datetime) -> Event:
    """Make the command of a pre-order that was delivered."""
    from mi_rewards.commands import DeliverPreOrder

    return DeliverPreOrder(**_of_order(row, at))


def _preorder_ready(row: Stated, at: datetime) -> Event:
    """Make the command of a pre-order that is at the store."""
    from mi_rewards.commands import ReadyPreOrder

    return ReadyPreOrder(**_of_order(row, at), pickup_until=_until(row))


def _preorder_picked_up(row: Stated, at: datetime) -> Event:
    """Make the command of a pre-order that was picked up, for the rest of its price."""
    from mi_rewards.commands import PickUpPreOrder

    return PickUpPreOrder(**_of_order(row, at), amount=money(row["amount"], row["currency"]))


def _preorder_cancelled(row: Stated, at: datetime) -> Event:
    """Make the command of a pre-order that was cancelled."""
    from mi_rewards.commands import CancelPreOrder

    return CancelPreOrder(**_of_order(row, at))


def _preorder_refunded(row: Stated, at: datetime) -> Event:
    """Make the command of what was given back for a pre-order."""
    from mi_rewards.commands import RecordRefund

    return RecordRefund(**_of_order(row, at), amount=money(row["amount"], row["currency"]))


def _of_quota(row: Stated, at: datetime) -> dict[str, Any]:
    """Read what every command on a quota has."""
    if row["member_id"]:
        raise Misuse("a quota is no member's: member_id stays empty")
    kind, quota_id = row["kind"], row["quota_id"]
    again = () if kind == "quota_opened" else (write_instant(at),)
    return {
        "quota_id": quota_id,
        "request_id": row["request_id"] or named(kind, quota_id, *again),
        "at": at,
    }


def _of_order(row: Stated, at: datetime) -> dict[str, Any]:
    """Read what every command on a pre-order has."""
    order_id = row["order_id"]
    return {
        "member_id": row["member_id"],
        "request_id": row["request_id"] or named(row["kind"], order_id),
        "at": at,
        "order_id": order_id,
    }


def _until(row: Stated) -> datetime | None:
    """Read until when it is paid for, or kept at the store; `None` for as the terms say."""
    return instant("until", row["until"]) if row["until"] else None


_MAKERS: Final[Mapping[str, Callable[[Stated, datetime], Event]]] = {
    "quota_opened": _quota_opened,
    "quota_topped_up": _quota_topped_up,
    "quota_reduced": _quota_reduced,
    "preordered": _preordered,
    "preorder_paid": _preorder_paid,
    "preorder_shipped": _preorder_shipped,
    "preorder_delivered": _preorder_delivered,
    "preorder_ready": _preorder_ready,
    "preorder_picked_up": _preorder_picked_up,
    "preorder_cancelled": _preorder_cancelled,
    "preorder_refunded": _preorder_refunded,
}

SALE_KINDS: Final = tuple(_MAKERS)
"""The kinds of rows about quotas and pre-orders."""

OF_NO_MEMBER: Final = frozenset(it for it in SALE_KINDS if it.startswith("quota_"))
"""The kinds of rows that concern no member."""


def sale_event(row: Row, at: datetime) -> Event:
    """Make the command of a row about a quota or a pre-order.

    Args:
        row: The row, of one of `SALE_KINDS`.
        at: Its instant (UTC).

    Returns:
        The command.

    Raises:
        Misuse: Something in the row cannot be read; the message says what.
    """
    stated = dict(zip(COLUMNS, row, strict=True))
    return _MAKERS[stated["kind"]](stated, at)
