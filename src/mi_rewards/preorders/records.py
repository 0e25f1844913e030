"""What is kept of a pre-order, and what follows from that alone."""

from datetime import datetime, timedelta
from typing import NamedTuple

from mi_rewards.money import Money
from mi_rewards.preorders.allotments import Allotment
from mi_rewards.preorders.life import PreOrderState
from mi_rewards.preorders.terms import PreOrderTerms


class PreOrderRecord(NamedTuple):
    """One device that a member ordered ahead, as it is kept.

    Attributes:
        member_id: The member.
        order_id: Names it within the member; the purchase that it becomes has the same name.
        quota_id: The quota that its unit is of.
        terms: What holds for it, as it was when it was placed.
        allotment: Its unit; `None` where an F-code bought it.
        voucher_of: The member who redeemed that code, `None` for no code.
        voucher_id: The code's voucher within that member.
        product_id: The product.
        variant: Its variant, such as `"4GB/64GB"`; may be empty.
        channel: Where it was placed.
        price: What it costs.
        payment_mode: How it is paid; empty for unknown.
        address_ref: The host's reference to an address; may be empty.
        colour: The colour named, `""` for any.
        placed_at: When it was placed (UTC).
        pay_until: The instant (UTC) until which a payment is waited for.
        offered_colour: Another colour, which the member has not said yes to yet; empty for none.
        state: Where it is in its life.
        paid_minor: What was paid, whatever was given back.
        paid_at: When it was first paid for (UTC).
        ship_by: The instant (UTC) at which the last day for shipping is over; `None` for none.
        shipped_at: When it was shipped (UTC).
        ready_at: Since when it is at the store (UTC).
        pickup_until: The instant (UTC) until which it is kept there.
        closed_at: When it was delivered, cancelled, ran out or was left (UTC).
        refund_minor: What is to be given back, or was.
        refunded_at: When it was recorded that it was (UTC).
        reminded_at: When an event told that its payment is due (UTC).
        late_noted_at: When an event told that it is late to ship (UTC).
        category: The product's category, as purchases have it; may be empty.
        version: How many times it was stored.
    """

    member_id: str
    order_id: str
    quota_id: str
    terms: PreOrderTerms
    allotment: Allotment | None
    voucher_of: str | None
    voucher_id: str | None
    product_id: str
    variant: str
    channel: str
    price: Money
    payment_mode: str
    address_ref: str
    colour: str
    placed_at: datetime
    pay_until: datetime
    offered_colour: str = ""
    state: PreOrderState = PreOrderState.PLACED
    paid_minor: int = 0
    paid_at: datetime | None = None
    ship_by: datetime | None = None
    shipped_at: datetime | None = None
    ready_at: datetime | None = None
    pickup_until: datetime | None = None
    closed_at: datetime | None = None
    refund_minor: int = 0
    refunded_at: datetime | None = None
    reminded_at: datetime | None = None
    late_noted_at: datetime | None = None
    category: str = ""
    version: int = 0

    @property
    def due_at(self) -> datetime | None:
        """The instant (UTC) at which the calendar changes it, or makes it late; `None` for never.

        What is late stays due until it is shipped or cancelled, so that all of it can be found.
        """
        if self.is_waiting:
            return self.remind_at or self.pay_until
        if self.state is PreOrderState.PAID:
            return self.ship_by
        return self.pickup_until if self.state is PreOrderState.READY else None

    @property
    def is_waiting(self) -> bool:
        """Whether a payment is waited for, as it is stored."""
        return self.state is PreOrderState.PLACED

    @property
    def remind_at(self) -> datetime | None:
        """The instant (UTC) from which an event is to tell that its payment is due, if ever."""
        minutes = self.terms.remind_minutes
        if minutes is None or self.reminded_at or not self.is_waiting:
            return None
        return max(self.placed_at, self.pay_until - timedelta(minutes=minutes))

    @property
    def due(self) -> Money:
        """What is paid at once: the price, or the booking, which is never more."""
        booking = self.terms.booking
        if booking is None or booking.minor > self.price.minor:
            return self.price
        return booking

    @property
    def rest(self) -> Money:
        """What of the price was not paid."""
        return Money(self.price.minor - self.paid_minor, self.price.currency)

    @property
    def refund(self) -> Money:
        """What is to be given back, or was."""
        return Money(self.refund_minor, self.price.currency)

    def is_late(self, at: datetime) -> bool:
        """Tell whether it should have been shipped and was not.

        Args:
            at: The instant (UTC).

        Returns:
            Whether the last day for it is over.
        """
        ship_by = self.ship_by
        return self.state is PreOrderState.PAID and ship_by is not None and at >= ship_by
