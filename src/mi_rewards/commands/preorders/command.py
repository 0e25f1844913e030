"""What every command on a pre-order has, and what goes with each of its changes.

1. Its unit's counters change in the same decision. Where an F-code bought it the voucher does, and
   the unit follows that.
2. What is paid in full is a purchase of the same name from then on; what is booked becomes one when
   it is picked up.
"""

from typing import Any, Final

import attrs

from mi_rewards.catalogue.voucher_life import VoucherState
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.command import Decision
from mi_rewards.commands.earning.campaigning import needs_weighed
from mi_rewards.commands.orders.cancelling import Cancel
from mi_rewards.commands.orders.command import OrderCommand
from mi_rewards.commands.orders.placing import Place
from mi_rewards.commands.orders.purchases import Deliver
from mi_rewards.commands.preorders.outcomes import PreOrderChanged
from mi_rewards.commands.unit_takes import takes_of_units
from mi_rewards.commands.units import frees_unit
from mi_rewards.earning.lines import Line
from mi_rewards.earning.purchase_life import PurchaseState
from mi_rewards.errors import Corrupt, Figure
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.refusals import UnknownPreOrder
from mi_rewards.preorders.terms import Payment
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, preorder_key, voucher_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import Take

REFUND_DUE: Final = "refund_due"
"""The topic of the event that what was paid for a pre-order is to be given back."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class PreOrderCommand(OrderCommand):
    """What every command on a pre-order has."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name the pre-order.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        del programme
        return Needs((self._key(),))

    def _key(self) -> Key[PreOrder]:
        """Name the pre-order."""
        return preorder_key(self.member_id, self.order_id)

    def _preorder(self, loaded: Loaded) -> PreOrder:
        """Answer with the pre-order, or refuse."""
        found = loaded.get(self._key())
        if found is None:
            raise UnknownPreOrder(order_id=self.order_id)
        return found

    def _beside(self, needs: Needs) -> Needs:
        """Name the pre-order beside what a part of the command needs."""
        return needs._replace(aggregates=(self._key(), *needs.aggregates))

    def _placing_needs(self, programme: Programme) -> Needs:
        """Name what placing the purchase needs, and the pre-order."""
        more, counters = needs_weighed(programme, self.member_id, self.at)
        return Needs((self._key(), *self._keys(programme), *more), counters=counters)

    def _place(self, preorder: PreOrder) -> Place:
        """Make the command that places the purchase that it becomes."""
        line = Line("1", preorder.price, 1, preorder.category, product=preorder.product_id)
        return Place(
            member_id=self.member_id,
            request_id=self.request_id,
            at=self.at,
            order_id=self.order_id,
            channel=preorder.channel,
            lines=(line,),
            payment_mode=preorder.payment_mode,
            placed_at=preorder.placed_at,
        )

    def _deliver(self) -> Deliver:
        """Make the command that delivers the purchase."""
        return Deliver(
            member_id=self.member_id, request_id=self.request_id, at=self.at, order_id=self.order_id
        )

    def _cancel(self) -> Cancel:
        """Make the command that cancels the purchase."""
        return Cancel(
            member_id=self.member_id, request_id=self.request_id, at=self.at, order_id=self.order_id
        )

    def _changed(self, after: PreOrder) -> Decision[PreOrderChanged]:
        """Store it, with nothing else."""
        outcome = PreOrderChanged(self.order_id, after.state.value)
        return Decision(outcome, (Put(self._key(), after),))

    def _event(self, topic: str, *figures: tuple[str, Figure]) -> OutboxEvent:
        """Tell something of the pre-order; each topic once."""
        event_id = f"{topic}:{self.order_id}"
        return OutboxEvent(
            self.member_id, event_id, topic, self.at, (("order_id", self.order_id), *figures)
        )

    def _refund_events(self, preorder: PreOrder) -> tuple[OutboxEvent, ...]:
        """Tell what is to be given back, if anything is."""
        if not preorder.refund_minor:
            return ()
        figures = (("minor", preorder.refund_minor), ("currency", preorder.price.currency))
        return (self._event(REFUND_DUE, *figures),)

    def _voucher(self, preorder: PreOrder, loaded: Loaded) -> Voucher:
        """Answer with the voucher that bought it."""
        voucher = loaded.get(voucher_key(preorder.voucher_of or "", preorder.voucher_id or ""))
        if voucher is None:
            raise Corrupt(f"the voucher of pre-order {self.order_id!r} is not there")
        return voucher

    def _takes(self, before: PreOrder, after: PreOrder) -> tuple[Take, ...]:
        """Make the steps of the unit's counters."""
        if before.allotment is None or after.allotment is None:
            return ()
        return takes_of_units(after.allotment.steps_from(before.allotment.state, self.member_id))

    def _given_back(
        self, before: PreOrder, after: PreOrder, loaded: Loaded, *, revives: bool
    ) -> tuple[tuple[Put[Any], ...], tuple[Take, ...]]:
        """Give the unit back; the code, where one bought it, as far as it can be used again."""
        puts: tuple[Put[Any], ...] = (Put(self._key(), after),)
        if before.voucher_id is None:
            return puts, self._takes(before, after)
        voucher = self._voucher(before, loaded)
        is_paid = before.paid_at is not None
        is_waiting = before.at(self.at).is_waiting
        if is_paid and not revives:
            freed, takes = frees_unit(voucher.member_id, voucher.voucher_id, loaded, at=self.at)
            return puts + freed, takes
        now = voucher.at(self.at)
        if is_paid and self._used(now):
            now = now.reviving(at=self.at)
        elif is_waiting and now.is_attached_to(self.member_id, self.order_id):
            # Past the deadline it is off; what it was attached to since then stands.
            now = now.detaching(self.member_id, self.order_id, at=self.at)
        if now != voucher:
            puts += (Put(voucher_key(now.member_id, now.voucher_id), now),)
        return puts, ()

    def _used(self, voucher: Voucher) -> bool:
        """Tell whether a voucher was used on the pre-order."""
        is_on = (voucher.order_of, voucher.order_id) == (self.member_id, self.order_id)
        return is_on and voucher.state is VoucherState.USED

    def _withdrawn(self, before: PreOrder, loaded: Loaded, programme: Programme) -> Decision[int]:
        """Cancel the purchase that it has become, if it has; no other of its name."""
        if before.paid_at is None or before.terms.payment is not Payment.FULL:
            return Decision(0)
        if self._is_cancelled(loaded):
            return Decision(0)
        cancelled = self._cancel().decide(loaded, programme)
        return Decision(cancelled.outcome.withdrawn, cancelled.puts, cancelled.entries)

    def _is_cancelled(self, loaded: Loaded) -> bool:
        """Tell whether the purchase that it has become was cancelled."""
        purchase = loaded.get(self._purchase_key())
        return purchase is not None and purchase.state is PurchaseState.CANCELLED
