"""Pre-orders that come to nothing: cancelled, declined, run out, left at the store, given back."""

from datetime import datetime
from typing import Any, Final

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.commands.command import Decision
from mi_rewards.commands.preorders.changes import AmountCommand
from mi_rewards.commands.preorders.command import PreOrderCommand
from mi_rewards.commands.preorders.outcomes import PreOrderClosed, PreOrderWatched
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import Take

PAYMENT_DUE: Final = "payment_due"
"""The topic of the event that a pre-order's payment will run out."""

LATE_TO_SHIP: Final = "late_to_ship"
"""The topic of the event that a pre-order should have been shipped by now."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class _ClosingCommand(PreOrderCommand):
    """What every command has by which a pre-order ends before it is handed over."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name the pre-order, the member, the purchase and the wallet.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return self._beside(Needs(self._keys(programme)))

    def _closing(
        self, before: PreOrder, after: PreOrder, loaded: Loaded, programme: Programme
    ) -> Decision[PreOrderClosed]:
        """Give back the unit, the code and what was promised."""
        revives = before.terms.revives_f_code
        puts, takes = self._given_back(before, after, loaded, revives=revives)
        withdrawn = self._withdrawn(before, loaded, programme)
        outcome = PreOrderClosed(
            self.order_id,
            after.state.value,
            after.refund_minor,
            after.price.currency,
            withdrawn.outcome,
        )
        return Decision(
            outcome,
            (*puts, *withdrawn.puts),
            withdrawn.entries,
            self._refund_events(after),
            takes=takes,
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class CancelPreOrder(_ClosingCommand):
    """Cancel a pre-order before it is shipped: its unit is free, and all that was paid goes back.

    A code that bought it can be used again where it was not paid for, or the terms say so.
    """

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderClosed]:
        """Decide.

        Args:
            loaded: The pre-order, the purchase, the wallet, and the voucher and unit of a code.
            programme: The rules.

        Returns:
            What is to be given back, and the tokens that will not be earned.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            AlreadyShipped: It was shipped, or is at the store.
            PreOrderNotOpen: It was cancelled, has run out, or was left at the store for too long.
            AlreadyDelivered: Its purchase was delivered by other means.
            Corrupt: The code that bought it is not there.
        """
        before = self._preorder(loaded)
        return self._closing(before, before.cancelling(at=self.at), loaded, programme)


@attrs.frozen(order=False, kw_only=True, slots=False)
class DeclineColour(_ClosingCommand):
    """Decline the colour that was offered: the pre-order is cancelled, and everything goes back."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderClosed]:
        """Decide.

        Args:
            loaded: The pre-order, the purchase, the wallet, and the voucher and unit of a code.
            programme: The rules.

        Returns:
            What is to be given back, and the tokens that will not be earned.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            PreOrderNotOpen: No colour waits for a yes.
            AlreadyDelivered: Its purchase was delivered by other means.
            Corrupt: The code that bought it is not there.
        """
        before = self._preorder(loaded)
        return self._closing(before, before.declining(at=self.at), loaded, programme)


@attrs.frozen(order=False, kw_only=True, slots=False)
class RecordRefund(AmountCommand):
    """Record that what was paid for a pre-order was given back, in full."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderClosed]:
        """Decide.

        Args:
            loaded: The pre-order.
            programme: The rules.

        Returns:
            What was given back.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            CurrencyMismatch: The amount is in another currency than the price.
            PreOrderNotOpen: Nothing is to be given back, or it was.
            WrongAmount: Another amount is to be given back.
        """
        del programme
        before = self._paid_in(self._preorder(loaded))
        after = before.refunding(self.amount, at=self.at)
        puts: tuple[Put[Any], ...] = (Put(self._key(), after),)
        takes: tuple[Take, ...] = ()
        if before.at(self.at) is not before:
            # It was left at the store, and that was not booked.
            puts, takes = self._given_back(before, after, loaded, revives=False)
        refund = after.refund
        outcome = PreOrderClosed(self.order_id, after.state.value, refund.minor, refund.currency, 0)
        return Decision(outcome, puts, takes=takes)


@attrs.frozen(order=False, kw_only=True, slots=False)
class WatchPreOrder(PreOrderCommand):
    """Book what the calendar has made of a pre-order, and tell what is due or late, once.

    Nothing that a member is told depends on it; that others can have its unit does.
    """

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderWatched]:
        """Decide.

        Args:
            loaded: The pre-order, and the voucher and unit of a code.
            programme: The rules.

        Returns:
            Where it is in its life, and what was told.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            Corrupt: The code that bought it is not there.
        """
        del programme
        before = self._preorder(loaded)
        ended = before.at(self.at)
        if ended is not before:
            puts, takes = self._given_back(before, ended, loaded, revives=False)
            events = self._refund_events(ended)
            return Decision(self._watched(ended, events), puts, events=events, takes=takes)
        after = before.reminding(at=self.at).noting_late(at=self.at)
        if after is before:
            return Decision(self._watched(after, ()))
        events = (self._reminder(after) if after.is_waiting else self._lateness(after),)
        return Decision(self._watched(after, events), (Put(self._key(), after),), events=events)

    def _watched(self, preorder: PreOrder, events: tuple[OutboxEvent, ...]) -> PreOrderWatched:
        """Say where it is, and what was told."""
        told = events[0].topic if events else ""
        return PreOrderWatched(self.order_id, preorder.state.value, told)

    def _reminder(self, preorder: PreOrder) -> OutboxEvent:
        """Tell that its payment is due."""
        due = preorder.due
        return self._event(
            PAYMENT_DUE,
            ("pay_until", write_instant(preorder.pay_until)),
            ("minor", due.minor),
            ("currency", due.currency),
        )

    def _lateness(self, preorder: PreOrder) -> OutboxEvent:
        """Tell that it is late to ship."""
        assert preorder.ship_by is not None
        return self._event(LATE_TO_SHIP, ("ship_by", write_instant(preorder.ship_by)))


def watch_of(preorder: PreOrder, *, at: datetime) -> WatchPreOrder | None:
    """Make the command that books what the calendar has made of a pre-order.

    Args:
        preorder: The pre-order, as stored.
        at: The instant (UTC).

    Returns:
        The command; `None` where it is late and that was told.
    """
    if preorder.late_noted_at is not None:
        return None
    name = f"{preorder.version}:{preorder.order_id}:{write_instant(at)}"
    return WatchPreOrder(
        member_id=preorder.member_id,
        request_id=f"watch_preorder:{name}",
        at=at,
        order_id=preorder.order_id,
    )
