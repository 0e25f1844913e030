"""Refunding an order that was placed from a quote and paid.

A refund gives back money and tokens line by line in the proportion in which they were paid, and
takes back what the refunded part had earned. Tokens come back before any are taken.
"""

from typing import Any

import attrs

from mi_rewards.checkout.refusals import UnknownSettlement
from mi_rewards.checkout.settlements import Refund, Settlement
from mi_rewards.commands.awarding import Booking
from mi_rewards.commands.command import Decision, last_of, seen
from mi_rewards.commands.outcomes import Refunded
from mi_rewards.commands.paying import PaymentCommand
from mi_rewards.commands.purchases import Cancel
from mi_rewards.commands.returns import Return, is_quantity
from mi_rewards.earning.purchases import LIFE_CYCLE, Purchase, PurchaseEvent
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import burn_key


@attrs.frozen(order=False, kw_only=True, slots=False)
class RefundOrder(PaymentCommand):
    """Refund units of an order's lines, or all that is left of it.

    What of it was delivered is returned by the same stroke. Where nothing was delivered and all is
    refunded, the order is cancelled.

    Attributes:
        quantities: Pairs of a line and how many units of it; all that are left where none is named.
    """

    quantities: tuple[tuple[str, int], ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check what is refunded, as far as it can be without the order."""
        super().__attrs_post_init__()
        pairs = self.quantities
        if type(pairs) is not tuple or not all(map(is_quantity, pairs)):
            raise Misuse(f"quantities are pairs of a line and a number, not {pairs!r:.80}")

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Refunded]:
        """Decide.

        Args:
            loaded: The member, the purchase, the wallet, the settlement and the burn.
            programme: The rules.

        Returns:
            The money to be paid back, the tokens that came back, and what was taken back.

        Raises:
            UnknownSettlement: No order of that name was placed from a quote.
            SettlementNotOpen: It is not paid.
            UnknownLine: A line of that name is not on the order.
            BeyondPaid: More than was paid and not refunded.
            BeyondBurn: Its tokens were given back by other means.
            ClawBackRefused: The policy refuses, and the tokens that it earned are no longer there.
        """
        settlement, refund = self._settlement(loaded).refunding(self.quantities, at=self.at)
        puts: tuple[Put[Any], ...] = (Put(self._settlement_key(), settlement),)
        key = self._wallet_key(programme)
        booking = Booking(self._wallet(loaded, key, programme))
        if refund.tokens and settlement.burn_id is not None:
            the_burn = burn_key(self.member_id, settlement.burn_id)
            burn = loaded.get(the_burn)
            if burn is None:
                raise UnknownSettlement(order_id=self.order_id)
            undone = booking.take(
                booking.wallet.reinstate(
                    burn,
                    refund.tokens,
                    at=self.at,
                    request_id=self.request_id,
                    reason=self._payment_reason(),
                )
            )
            puts += (Put(the_burn, undone),)
        now = seen(loaded, {key: booking.wallet})
        taken = self._taken_back(settlement, refund, now, programme)
        outcome = Refunded(
            self.order_id,
            refund.money_minor,
            settlement.currency,
            refund.tokens,
            refund.exchange_minor,
            *taken.outcome,
        )
        first = (Put(key, booking.wallet),) if booking.entries else ()
        return Decision(
            outcome, last_of((*first, *puts, *taken.puts)), (*booking.entries, *taken.entries)
        )

    def _taken_back(
        self, settlement: Settlement, refund: Refund, loaded: Loaded, programme: Programme
    ) -> Decision[tuple[int, int]]:
        """Return what was delivered; or cancel the order where all is refunded before that."""
        purchase = loaded.get(self._purchase_key())
        if purchase is None:
            return Decision((0, 0))
        returned = _delivered_of(purchase, refund)
        if returned:
            back = Return(
                member_id=self.member_id,
                request_id=self.request_id,
                at=self.at,
                order_id=self.order_id,
                quantities=returned,
            ).decide(loaded, programme)
            figures = back.outcome.given_back - back.outcome.withdrawn, back.outcome.withdrawn
            return Decision(figures, back.puts, back.entries)
        can_cancel = PurchaseEvent.CANCEL in LIFE_CYCLE[purchase.state]
        if settlement.is_refunded and can_cancel:
            gone = Cancel(
                member_id=self.member_id,
                request_id=self.request_id,
                at=self.at,
                order_id=self.order_id,
            ).decide(loaded, programme)
            return Decision((0, gone.outcome.withdrawn), gone.puts, gone.entries)
        return Decision((0, 0))


def _delivered_of(purchase: Purchase, refund: Refund) -> tuple[tuple[str, int], ...]:
    """Name what of a refund was delivered, and is not returned yet."""
    lines = {line.line_id: line for line in purchase.lines}
    found = []
    for it in refund.lines:
        line = lines.get(it.line_id)
        if line is None or line.delivered_at is None:
            continue
        quantity = min(it.quantity, line.quantity - line.returned)
        if quantity:
            found.append((it.line_id, quantity))
    return tuple(found)
