"""What commands on carts answer: small values that a receipt keeps."""

from datetime import date, datetime
from typing import NamedTuple


class Quoted(NamedTuple):
    """A cart was quoted; the quote itself has every line.

    Attributes:
        quote_id: Names the quote within the member.
        payable_minor: What is to be paid in money.
        currency: Its currency.
        tokens: Tokens that are charged.
        earns: Tokens that the order earns if all of it is delivered and kept.
        last_day: Their last valid day if it were delivered now; `None` where it earns nothing.
        valid_until: When the quote is no longer valid (UTC).
    """

    quote_id: str
    payable_minor: int
    currency: str
    tokens: int
    earns: int
    last_day: date | None
    valid_until: datetime


class CartPlaced(NamedTuple):
    """A quoted cart was ordered, and its payment is waited for.

    Attributes:
        order_id: The order.
        payable_minor: What is to be paid in money.
        currency: Its currency.
        tokens: Tokens that are held for it.
        until: When the payment is no longer waited for (UTC).
    """

    order_id: str
    payable_minor: int
    currency: str
    tokens: int
    until: datetime


class OrderPaid(NamedTuple):
    """An order was paid.

    Attributes:
        order_id: The order.
        tokens: Tokens that were spent on it.
        promised: Tokens that it will earn.
    """

    order_id: str
    tokens: int
    promised: int


class PaymentClosed(NamedTuple):
    """An order was not paid: tokens and vouchers are the member's again.

    Attributes:
        order_id: The order.
        state: What becomes of the payment: failed, cancelled, or run out.
        tokens: Tokens that came back.
    """

    order_id: str
    state: str
    tokens: int


class Refunded(NamedTuple):
    """An order, or a part of it, is given back what it was paid with.

    Attributes:
        order_id: The order.
        money_minor: Money to be paid back.
        currency: Its currency.
        tokens: Tokens that came back.
        exchange_minor: Exchange value, settled as the exchange's terms say: pay by
            `exchange_payout_due`, never by this. By the host where the cart stated it.
        given_back: Tokens that it had earned and now has not.
        withdrawn: Tokens that it would have earned.
    """

    order_id: str
    money_minor: int
    currency: str
    tokens: int
    exchange_minor: int
    given_back: int
    withdrawn: int
