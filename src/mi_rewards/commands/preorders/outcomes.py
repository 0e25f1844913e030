"""What commands on pre-orders answer: small values that a receipt keeps."""

from datetime import date, datetime
from typing import Any, NamedTuple


class PreOrderPaid(NamedTuple):
    """A pre-order was paid for, or booked.

    Attributes:
        order_id: The order.
        paid_minor: What was paid.
        rest_minor: What is paid when it is picked up; nothing where it was paid in full.
        currency: The currency of both.
        ship_by: The instant (UTC) at which the last day for shipping is over; `None` for none.
        promised: Tokens that it will earn.
    """

    order_id: str
    paid_minor: int
    rest_minor: int
    currency: str
    ship_by: datetime | None
    promised: int


class PreOrderChanged(NamedTuple):
    """Something became of a pre-order: another price, address or colour, or it was shipped.

    Attributes:
        order_id: The order.
        state: Where it is in its life.
    """

    order_id: str
    state: str


class PreOrderReady(NamedTuple):
    """A pre-order is at the store.

    Attributes:
        order_id: The order.
        pickup_until: The instant (UTC) until which it is kept there.
        rest_minor: What is paid then.
        currency: The currency of that.
    """

    order_id: str
    pickup_until: datetime
    rest_minor: int
    currency: str


class PreOrderDelivered(NamedTuple):
    """A pre-order was delivered, or picked up.

    Attributes:
        order_id: The order.
        tokens: Tokens that it earned, zero included.
        last_day: Their last valid day; `None` where nothing was awarded (yet).
        keeps_at: The instant (UTC) at which they are credited; `None` for at once.
        rule: The rule that applied, or the code of the one that said no.
    """

    order_id: str
    tokens: int
    last_day: date | None
    keeps_at: datetime | None
    rule: str


class PreOrderClosed(NamedTuple):
    """A pre-order was cancelled, or what was paid for it was given back.

    Attributes:
        order_id: The order.
        state: Where it is in its life.
        refund_minor: What is to be given back, or was.
        currency: The currency of that.
        withdrawn: Tokens that had been promised.
    """

    order_id: str
    state: str
    refund_minor: int
    currency: str
    withdrawn: int


class PreOrderWatched(NamedTuple):
    """What the calendar has made of a pre-order was booked.

    Attributes:
        order_id: The order.
        state: Where it is in its life.
        told: The topic of the event that tells of it; empty for none.
    """

    order_id: str
    state: str
    told: str


PREORDER_OUTCOMES: tuple[type[Any], ...] = (
    PreOrderChanged,
    PreOrderClosed,
    PreOrderDelivered,
    PreOrderPaid,
    PreOrderReady,
    PreOrderWatched,
)
"""All of them, as receipts name them."""
