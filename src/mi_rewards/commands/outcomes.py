"""What commands on members and orders answer: small values that a receipt keeps."""

from datetime import date, datetime
from typing import NamedTuple


class Opened(NamedTuple):
    """A balance was brought along."""

    tokens: int
    last_day: date


class Joined(NamedTuple):
    """A member joined.

    Attributes:
        welcome: Tokens for joining.
        retrospective: Tokens for purchases delivered before.
    """

    welcome: int
    retrospective: int


class Placed(NamedTuple):
    """An order was placed.

    Attributes:
        order_id: The order.
        promised: Tokens that it will earn.
    """

    order_id: str
    promised: int


class Delivered(NamedTuple):
    """An order, or a part of it, was delivered.

    Attributes:
        order_id: The order.
        tokens: Tokens that this delivery earned, zero included.
        last_day: Their last valid day; `None` where nothing was awarded (yet).
        keeps_at: The instant (UTC) at which they are credited; `None` for at once.
        rule: The rule that applied, or the code of the one that said no.
    """

    order_id: str
    tokens: int
    last_day: date | None
    keeps_at: datetime | None
    rule: str


class Cancelled(NamedTuple):
    """An order, or what of it was not delivered, was cancelled.

    Attributes:
        order_id: The order.
        withdrawn: Tokens that had been promised.
    """

    order_id: str
    withdrawn: int


class Returned(NamedTuple):
    """Something was returned. What is given back is the sum of the other figures.

    Attributes:
        order_id: The order.
        given_back: Tokens that it had earned and now has not.
        withdrawn: Those still promised.
        taken: Those taken from the wallet.
        owed: Those still to be taken back.
        forgiven: Those let go.
        lapsed: Those whose last valid day is past.
    """

    order_id: str
    given_back: int
    withdrawn: int
    taken: int
    owed: int
    forgiven: int
    lapsed: int
