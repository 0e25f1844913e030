"""Pre-orders on their way to the member: shipped and delivered, or ready at the store, picked up.

What is delivered earns like any purchase: points, tiers and referrals follow.
"""

from datetime import datetime
from typing import Any

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import Decision, last_of, seen
from mi_rewards.commands.outcomes import Delivered
from mi_rewards.commands.preorders.changes import AmountCommand
from mi_rewards.commands.preorders.command import PreOrderCommand
from mi_rewards.commands.preorders.outcomes import (
    PreOrderChanged,
    PreOrderDelivered,
    PreOrderReady,
)
from mi_rewards.earning.refusals import OrderCancelled
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.wallet.entries import Entry


@attrs.frozen(order=False, kw_only=True, slots=False)
class ShipPreOrder(PreOrderCommand):
    """Record that a pre-order, paid in full, was shipped; from then on it is not cancelled."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name the pre-order, and the purchase that it has become.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        return self._beside(Needs((self._purchase_key(),)))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderChanged]:
        """Decide.

        Args:
            loaded: The pre-order and the purchase.
            programme: The rules.

        Returns:
            Where it is in its life.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            HandoverRefused: It is booked, and picked up at the store.
            PreOrderNotOpen: It is not paid, or was shipped before.
            ColourOffered: Another colour waits for a yes.
            OrderCancelled: Its purchase was cancelled by other means.
        """
        del programme
        after = self._preorder(loaded).shipping(at=self.at)
        if self._is_cancelled(loaded):
            raise OrderCancelled(order_id=self.order_id)
        return self._changed(after)


@attrs.frozen(order=False, kw_only=True, slots=False)
class DeliverPreOrder(PreOrderCommand):
    """Deliver what was shipped, and award what it earns."""

    weighs_limits = True

    def needs(self, programme: Programme, /) -> Needs:
        """Name the pre-order, and what delivering the purchase needs.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return self._beside(self._deliver().needs(programme))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderDelivered]:
        """Decide.

        Args:
            loaded: The pre-order, the member, the purchase and the wallet.
            programme: The rules.

        Returns:
            What it earned.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            PreOrderNotOpen: It was not shipped, or is delivered.
            UnknownOrder: Its purchase is not there.
            OrderCancelled: Its purchase was cancelled by other means.
            AlreadyDelivered: Its purchase was delivered by other means.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        after = self._preorder(loaded).delivering(at=self.at)
        decided = self._deliver().decide(loaded, programme)
        return _told(decided, (Put(self._key(), after), *decided.puts), decided.entries)


@attrs.frozen(order=False, kw_only=True, slots=False)
class ReadyPreOrder(PreOrderCommand):
    """Record that a pre-order that is booked is at the store, to be picked up.

    Attributes:
        pickup_until: Until when it is kept there, with an offset; `None` for as the terms say.
    """

    pickup_until: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(utc)
    )

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderReady]:
        """Decide.

        Args:
            loaded: The pre-order.
            programme: The rules.

        Returns:
            Until when it is kept there, and what is paid then.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            Misuse: Neither its terms nor the command say until when, or that is past.
            HandoverRefused: It is paid in full, and shipped.
            PreOrderNotOpen: It is not booked, or was there before.
        """
        after = self._preorder(loaded).readying(
            at=self.at, zone=programme.zone, pickup_until=self.pickup_until
        )
        until, rest = after.pickup_until, after.rest
        assert until is not None
        outcome = PreOrderReady(self.order_id, until, rest.minor, rest.currency)
        return Decision(outcome, (Put(self._key(), after),))


@attrs.frozen(order=False, kw_only=True, slots=False)
class PickUpPreOrder(AmountCommand):
    """Hand over what is at the store, for the rest of the price, and award what it earns."""

    weighs_limits = True

    def needs(self, programme: Programme, /) -> Needs:
        """Name the pre-order, and what placing and delivering the purchase need.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return self._beside(self._deliver().needs(programme))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PreOrderDelivered]:
        """Decide.

        Args:
            loaded: The pre-order, the member, the purchase and the wallet.
            programme: The rules.

        Returns:
            What it earned.

        Raises:
            UnknownPreOrder: No pre-order of that name is known.
            CurrencyMismatch: The amount is in another currency than the price.
            PreOrderNotOpen: It is not at the store, or was left there for too long.
            WrongAmount: Another amount is left to pay.
            AlreadyPlaced: The order was placed by other means.
            Misuse: So it was, with other content.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        before = self._paid_in(self._preorder(loaded))
        after = before.picking_up(self.amount, at=self.at)
        placed = self._place(after).decide(loaded, programme)
        now = seen(loaded, {put.key: put.aggregate for put in placed.puts})
        decided = self._deliver().decide(now, programme)
        puts = last_of((Put(self._key(), after), *placed.puts, *decided.puts))
        return _told(decided, puts, (*placed.entries, *decided.entries))


def _told(
    decided: Decision[Delivered], puts: tuple[Put[Any], ...], entries: tuple[Entry, ...]
) -> Decision[PreOrderDelivered]:
    """Say of the pre-order what was said of its purchase."""
    outcome = PreOrderDelivered(*decided.outcome)
    return Decision(outcome, puts, entries, decided.events, takes=decided.takes)
