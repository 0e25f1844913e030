"""Pre-orders: one device of one member, from the unit held for it to its delivery.

1. A pre-order's life cycle is the table `LIFE_CYCLE`.
2. It is for one device. What was paid is nothing, the booking, or the price.
3. A payment is waited for while `at < pay_until`; then it has run out, whether or not that is
   booked. What is at the store is kept while `at < pickup_until`.
4. Its unit is held until it is paid for, then sold; it is free again where the pre-order is
   cancelled, runs out or is not picked up. Where an F-code bought it, the unit follows the code.
5. Where it is cancelled all that was paid is to be given back.
"""

from datetime import datetime

from mi_rewards._tuples import new
from mi_rewards.calendar import Zone
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.preorders.allotments import Allotment, UnitState
from mi_rewards.preorders.life import LIFE_CYCLE, PreOrderEvent, PreOrderState
from mi_rewards.preorders.records import PreOrderRecord
from mi_rewards.preorders.refusals import (
    AddressFrozen,
    AlreadyShipped,
    ColourGuaranteed,
    ColourOffered,
    HandoverRefused,
    PreOrderNotOpen,
    PriceFixed,
    WrongAmount,
)
from mi_rewards.preorders.terms import Colour, Payment, Unclaimed

_GONE = frozenset({PreOrderState.SHIPPED, PreOrderState.READY, PreOrderState.DELIVERED})
"""Where it is not cancelled any more."""


class PreOrder(PreOrderRecord):
    """One device that a member ordered ahead; see `PreOrderRecord` for what is kept of it."""

    __slots__ = ()

    def at(self, at: datetime) -> "PreOrder":
        """State what the calendar has made of it.

        Args:
            at: The instant (UTC).

        Returns:
            The pre-order; run out, or left at the store, from the deadline on. Its unit is free
            from then, and can be had by others when that is booked.
        """
        if self.state is PreOrderState.PLACED and at >= self.pay_until:
            return self._closed(PreOrderEvent.RUN_OUT, self.pay_until)
        until = self.pickup_until
        if self.state is PreOrderState.READY and until is not None and at >= until:
            is_refunded = self.terms.unclaimed is Unclaimed.REFUNDED
            left = self._closed(PreOrderEvent.LEAVE, until)
            return left._replace(refund_minor=self.paid_minor if is_refunded else 0)
        return self

    def paying(
        self, amount: Money, *, at: datetime, zone: Zone, payment_mode: str = ""
    ) -> "PreOrder":
        """Record the payment of the price, or of the booking.

        Args:
            amount: What was paid.
            at: The instant (UTC).
            zone: The programme's zone.
            payment_mode: How it was paid; empty for as it was said when it was placed.

        Returns:
            The pre-order, with its unit sold.

        Raises:
            PaymentModeRefused: The terms name other ways to pay.
            PreOrderNotOpen: It was paid, cancelled, or has run out.
            WrongAmount: Another amount is due.
        """
        mode = payment_mode or self.payment_mode
        self.terms.check_mode(mode)
        now = self._after(PreOrderEvent.PAY, at)
        now._check_amount(amount, self.due)
        return now._replace(
            allotment=self._moved(UnitState.SOLD, at),
            payment_mode=mode,
            paid_minor=amount.minor,
            paid_at=at,
            ship_by=self.terms.ship_by(at, zone),
        )

    def repricing(self, price: Money, *, at: datetime) -> "PreOrder":
        """Change its price, before it is paid for.

        Args:
            price: The new price.
            at: The instant (UTC).

        Returns:
            The pre-order.

        Raises:
            Misuse: The price is in another currency.
            PriceFixed: It was paid for.
            PreOrderNotOpen: It was cancelled, or has run out.
        """
        if price.currency != self.price.currency:
            raise Misuse(f"the price is in {self.price.currency}, not {price}")
        if self.at(at).paid_at is not None:
            raise PriceFixed(order_id=self.order_id, price=str(self.price))
        return self._after(PreOrderEvent.REPRICE, at)._replace(price=price)

    def changing_address(self, address_ref: str, *, at: datetime) -> "PreOrder":
        """Have it sent elsewhere, where the terms allow that.

        Args:
            address_ref: The host's reference to the address.
            at: The instant (UTC).

        Returns:
            The pre-order.

        Raises:
            AddressFrozen: The address stays as it was when it was placed.
            AlreadyShipped: It was shipped, or is at the store.
            PreOrderNotOpen: It was cancelled, has run out, or was left at the store for too long.
        """
        if self.terms.address_is_frozen:
            raise AddressFrozen(order_id=self.order_id)
        self._check_not_gone(at)
        now = self._after(PreOrderEvent.CHANGE_ADDRESS, at)
        return now._replace(address_ref=address_ref)

    def offering(self, colour: str, *, at: datetime) -> "PreOrder":
        """Offer another colour than the one named.

        Args:
            colour: The colour that can be had.
            at: The instant (UTC).

        Returns:
            The pre-order; where it is the colour named, or any will do, nothing waits for a yes.

        Raises:
            ColourGuaranteed: The colour named is what is got.
            PreOrderNotOpen: It was shipped, delivered, cancelled, or has run out.
        """
        is_other = bool(self.colour) and colour != self.colour
        if is_other and self.terms.colour is Colour.GUARANTEED:
            raise ColourGuaranteed(order_id=self.order_id, colour=self.colour)
        now = self._after(PreOrderEvent.OFFER_COLOUR, at)
        if is_other:
            return now._replace(offered_colour=colour)
        return now._replace(colour=colour, offered_colour="")

    def accepting(self, *, at: datetime) -> "PreOrder":
        """Accept the colour that was offered.

        Args:
            at: The instant (UTC).

        Returns:
            The pre-order.

        Raises:
            PreOrderNotOpen: No colour waits for a yes.
        """
        now = self._after(PreOrderEvent.ACCEPT_COLOUR, at)
        self._check_offered()
        return now._replace(colour=self.offered_colour, offered_colour="")

    def declining(self, *, at: datetime) -> "PreOrder":
        """Decline the colour that was offered: it is cancelled, and everything goes back.

        Args:
            at: The instant (UTC).

        Returns:
            The pre-order, with its unit free.

        Raises:
            PreOrderNotOpen: No colour waits for a yes.
        """
        self._after(PreOrderEvent.DECLINE_COLOUR, at)
        self._check_offered()
        return self._closed(PreOrderEvent.DECLINE_COLOUR, at)._replace(refund_minor=self.paid_minor)

    def shipping(self, *, at: datetime) -> "PreOrder":
        """Send it on its way.

        Args:
            at: The instant (UTC).

        Returns:
            The pre-order.

        Raises:
            HandoverRefused: It is booked, and picked up at the store.
            PreOrderNotOpen: It is not paid, or was shipped before.
            ColourOffered: Another colour waits for a yes.
        """
        self._check_payment(Payment.FULL)
        now = self._after(PreOrderEvent.SHIP, at)
        if self.offered_colour:
            raise ColourOffered(order_id=self.order_id, colour=self.offered_colour)
        return now._replace(shipped_at=at)

    def delivering(self, *, at: datetime) -> "PreOrder":
        """Hand over what was shipped.

        Args:
            at: The instant (UTC).

        Returns:
            The pre-order.

        Raises:
            PreOrderNotOpen: It was not shipped, or is delivered.
        """
        return self._after(PreOrderEvent.DELIVER, at)._replace(closed_at=at)

    def readying(
        self, *, at: datetime, zone: Zone, pickup_until: datetime | None = None
    ) -> "PreOrder":
        """Have it at the store.

        Args:
            at: The instant (UTC).
            zone: The programme's zone.
            pickup_until: Until when it is kept there (UTC); `None` for as the terms say.

        Returns:
            The pre-order.

        Raises:
            Misuse: Neither the terms nor the caller say until when, or that is past.
            HandoverRefused: It is paid in full, and shipped.
            PreOrderNotOpen: It is not booked, or was there before.
        """
        self._check_payment(Payment.BOOKING)
        now = self._after(PreOrderEvent.READY, at)
        until = pickup_until or self.terms.pickup_until(at, zone)
        if until is None:
            raise Misuse(
                f"until when it is picked up is not known: preorders.{self.terms.terms_id} states"
                " no pickup_within_days, and no pickup_until is given"
            )
        if until <= at:
            raise Misuse(f"it is picked up until a later instant than {at}, not {until}")
        return now._replace(ready_at=at, pickup_until=until)

    def picking_up(self, amount: Money, *, at: datetime) -> "PreOrder":
        """Hand over what is at the store, for the rest of the price.

        Args:
            amount: What is paid now.
            at: The instant (UTC).

        Returns:
            The pre-order; a colour that was offered is taken with it.

        Raises:
            PreOrderNotOpen: It is not at the store, or was left there for too long.
            WrongAmount: Another amount is left to pay.
        """
        now = self._after(PreOrderEvent.PICK_UP, at)
        now._check_amount(amount, self.rest)
        return now._replace(
            colour=self.offered_colour or self.colour,
            offered_colour="",
            paid_minor=self.price.minor,
            closed_at=at,
        )

    def cancelling(self, *, at: datetime) -> "PreOrder":
        """Cancel it, before it is shipped.

        Args:
            at: The instant (UTC).

        Returns:
            The pre-order, with its unit free.

        Raises:
            AlreadyShipped: It was shipped, or is at the store.
            PreOrderNotOpen: It was cancelled, has run out, or was left at the store for too long.
        """
        self._check_not_gone(at)
        self._after(PreOrderEvent.CANCEL, at)
        return self._closed(PreOrderEvent.CANCEL, at)._replace(refund_minor=self.paid_minor)

    def refunding(self, amount: Money, *, at: datetime) -> "PreOrder":
        """Record that what is to be given back was.

        Args:
            amount: What was given back.
            at: The instant (UTC).

        Returns:
            The pre-order.

        Raises:
            PreOrderNotOpen: Nothing is to be given back, or it was.
            WrongAmount: Another amount is to be given back.
        """
        now = self._after(PreOrderEvent.REFUND, at)
        stands = self.at(at)
        if not stands.refund_minor:
            raise PreOrderNotOpen(order_id=self.order_id, state=stands.state.value)
        now._check_amount(amount, stands.refund)
        return now._replace(refunded_at=at)

    def reminding(self, *, at: datetime) -> "PreOrder":
        """Note that an event tells that its payment is due.

        Args:
            at: The instant (UTC).

        Returns:
            The pre-order; the same one where none is to be told now.
        """
        due_at = self.at(at).remind_at
        return self if due_at is None or at < due_at else self._replace(reminded_at=at)

    def noting_late(self, *, at: datetime) -> "PreOrder":
        """Note that an event tells that it is late to ship.

        Args:
            at: The instant (UTC).

        Returns:
            The pre-order; the same one where it is not late, or that was told.
        """
        is_told = self.late_noted_at is not None
        return self if is_told or not self.is_late(at) else self._replace(late_noted_at=at)

    def stored(self) -> "PreOrder":
        """The same pre-order, stored once more.

        Returns:
            The pre-order with its version raised by one.
        """
        *told, version = self
        return new(PreOrder, (*told, version + 1))

    def _moved(self, to: UnitState, at: datetime) -> Allotment | None:
        """Let its unit be something else; that of an F-code follows the code."""
        return None if self.allotment is None else self.allotment.moving(to, at=at)

    def _closed(self, event: PreOrderEvent, at: datetime) -> "PreOrder":
        """End it, with its unit free."""
        return self._replace(
            state=LIFE_CYCLE[self.state][event],
            allotment=self._moved(UnitState.FREE, at),
            closed_at=at,
        )

    def _after(self, event: PreOrderEvent, at: datetime) -> "PreOrder":
        """Follow the life cycle from what the calendar has made of it, or refuse."""
        now = self.at(at)
        if event not in LIFE_CYCLE[now.state]:
            raise PreOrderNotOpen(order_id=self.order_id, state=now.state.value)
        return now._replace(state=LIFE_CYCLE[now.state][event])

    def _check_not_gone(self, at: datetime) -> None:
        """Refuse what cannot be any more once it was shipped."""
        if self.at(at).state in _GONE:
            raise AlreadyShipped(order_id=self.order_id)

    def _check_payment(self, payment: Payment) -> None:
        """Refuse what is for another kind of payment."""
        if self.terms.payment is not payment:
            raise HandoverRefused(order_id=self.order_id, payment=self.terms.payment.value)

    def _check_offered(self) -> None:
        """Refuse an answer to what was not asked."""
        if not self.offered_colour:
            raise PreOrderNotOpen(order_id=self.order_id, state=self.state.value)

    def _check_amount(self, amount: Money, due: Money) -> None:
        """Refuse another amount than is due."""
        if amount != due:
            raise WrongAmount(order_id=self.order_id, asked=str(amount), due=str(due))
