"""What commands answer: small values that a receipt keeps."""

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


class HoldPlaced(NamedTuple):
    """Tokens were set aside.

    Attributes:
        hold_id: The hold, named as the request.
        tokens: How many.
        until: The deadline (UTC).
    """

    hold_id: str
    tokens: int
    until: datetime


class Burned(NamedTuple):
    """Tokens were spent.

    Attributes:
        burn_id: Names the burn, to be given to `Reinstate`.
        tokens: How many.
        released: How many the rest of a hold gave back.
    """

    burn_id: str
    tokens: int
    released: int = 0


class Released(NamedTuple):
    """A hold was given back.

    Attributes:
        hold_id: The hold.
        tokens: How many it had.
    """

    hold_id: str
    tokens: int


class Reinstated(NamedTuple):
    """Tokens of a burn were given back.

    Attributes:
        burn_id: The burn.
        tokens: How many.
        left: How many of the burn are not given back.
    """

    burn_id: str
    tokens: int
    left: int


class Transferred(NamedTuple):
    """One side of a transfer was booked.

    Attributes:
        transfer_id: The transfer.
        tokens: How many; 0 where the taker declined.
        declined: The code for which the taker declined; empty where not.
    """

    transfer_id: str
    tokens: int
    declined: str = ""


class Adjusted(NamedTuple):
    """Tokens were added or taken off by hand.

    Attributes:
        tokens: How many; negative where they were taken off.
    """

    tokens: int


class Lapsed(NamedTuple):
    """What the calendar had made due was booked.

    Attributes:
        tokens: How many tokens lapsed.
        entries: How many entries that took.
    """

    tokens: int
    entries: int


class Reserved(NamedTuple):
    """A reward was reserved.

    Attributes:
        redemption_id: Names the reservation, its hold, and the voucher that it may become.
        reward_id: The reward.
        tokens: Tokens that are held for it.
        until: The deadline (UTC).
    """

    redemption_id: str
    reward_id: str
    tokens: int
    until: datetime


class Issued(NamedTuple):
    """A reward was redeemed, and its voucher issued.

    Attributes:
        voucher_id: Names the redemption, its burn and its voucher.
        reward_id: The reward.
        tokens: Tokens that it cost.
        last_day: The voucher's last valid day.
        digest: The keyed digest of its code. Where it is not that of the code drawn now, an earlier
            try of the request was carried out, and its code stands.
    """

    voucher_id: str
    reward_id: str
    tokens: int
    last_day: date
    digest: str


class RedemptionClosed(NamedTuple):
    """A redemption was cancelled, or had run out.

    Attributes:
        redemption_id: The redemption.
        state: What it is now.
        tokens: Tokens that came back.
    """

    redemption_id: str
    state: str
    tokens: int


class VoucherChanged(NamedTuple):
    """Something became of a voucher.

    Attributes:
        voucher_id: Names it within the member who redeemed it.
        reward_id: The reward that it is of.
        state: What it is now.
    """

    voucher_id: str
    reward_id: str
    state: str


class CodeReplaced(NamedTuple):
    """A voucher has another code.

    Attributes:
        voucher_id: Names it within the member who redeemed it.
        reward_id: The reward that it is of.
        digest: The keyed digest of its code. Where it is not that of the code drawn now, an earlier
            try of the request was carried out, and its code stands.
    """

    voucher_id: str
    reward_id: str
    digest: str


class Published(NamedTuple):
    """A reward stands in the catalogue.

    Attributes:
        reward_id: The reward.
        version: How many times it was stored.
    """

    reward_id: str
    version: int


class Imported(NamedTuple):
    """Codes were put into a pool.

    Attributes:
        pool_id: The pool.
        imported: How many were put in.
        waiting: How many are in it, not yet issued.
    """

    pool_id: str
    imported: int
    waiting: int


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
