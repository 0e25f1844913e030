"""Refunding an order that was placed from a quote and paid.

A refund gives back money and tokens line by line in the proportion in which they were paid, and
takes back what the refunded part had earned. Tokens come back before any are taken. The exchange
value that was taken off a unit is settled when that unit is refunded.
"""

from typing import Any

import attrs

from mi_rewards.checkout.settlements import Refund, Settlement
from mi_rewards.commands.carts.exchanging import after, exchange_moved, exchange_of, joined
from mi_rewards.commands.carts.outcomes import Refunded
from mi_rewards.commands.carts.paying import PaymentCommand
from mi_rewards.commands.command import Decision
from mi_rewards.commands.earning.awarding import Booking, promise_name
from mi_rewards.commands.earning.campaigning import Weighing
from mi_rewards.commands.orders.cancelling import Cancel
from mi_rewards.commands.orders.returns import Return, is_quantity
from mi_rewards.earning.purchase_life import LIFE_CYCLE, PurchaseEvent
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.reckoning import kept_by
from mi_rewards.earning.terms import Recipe
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import burn_key
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.promises import withdraw

_Taken = tuple[int, int]
"""Tokens that an order had earned and now has not, and tokens that it would have earned."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class RefundOrder(PaymentCommand):
    """Refund units of an order's lines, or all that is left of it.

    What of it was delivered is returned by the same stroke; what was not will earn nothing. Where
    all is refunded the order is cancelled, as far as it was not delivered.

    Attributes:
        quantities: Pairs of a line and how many units of it; all that are left where none is named.
        exchange_credit: Tokens for minor units of exchange value, where it is paid as store credit
            and the terms do not say how much that is; `None` for as they say.
    """

    quantities: tuple[tuple[str, int], ...] = ()
    exchange_credit: Rate | None = None

    def __attrs_post_init__(self) -> None:
        """Check what is refunded, as far as it can be without the order."""
        super().__attrs_post_init__()
        pairs = self.quantities
        if type(pairs) is not tuple or not all(map(is_quantity, pairs)):
            raise Misuse(f"quantities are pairs of a line and a number, not {pairs!r:.80}")
        if self.exchange_credit is not None and type(self.exchange_credit) is not Rate:
            raise Misuse(f"an exchange_credit is a Rate, not {self.exchange_credit!r:.60}")

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Refunded]:
        """Decide.

        Args:
            loaded: The member, the purchase, the wallet, the settlement, the burn, the exchange.
            programme: The rules.

        Returns:
            The money to be paid back, the tokens that came back, and what was taken back.

        Raises:
            UnknownSettlement: No order of that name was placed from a quote.
            SettlementNotOpen: It is not paid.
            UnknownLine: A line of that name is not on the order.
            BeyondPaid: More than was paid and not refunded.
            UnknownOrder: Its purchase is not there.
            Corrupt: The burn of its tokens, or its exchange, is not there.
            BeyondBurn: Its tokens were given back by other means.
            ExchangeNotOpen: So was its exchange value.
            Misuse: The exchange value is paid as store credit, and how much that is is not known.
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
                raise Corrupt(f"order {self.order_id!r} was paid with a burn that is not there")
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
        first = (Put(key, booking.wallet),) if booking.entries else ()
        decided: Decision[_Taken] = Decision((0, 0), (*first, *puts), booking.entries)
        exchange = exchange_of(settlement, loaded) if refund.exchange_minor else None
        if exchange is not None:
            back = exchange.returning(
                refund.exchange_minor, at=self.at, credit=self.exchange_credit
            )
            now = after(loaded, decided)
            decided = joined((0, 0), decided, exchange_moved(exchange, back, self, now, programme))
        whole = self._taken_back(settlement, refund, loaded, programme, decided)
        outcome = Refunded(
            self.order_id,
            refund.money_minor,
            settlement.currency,
            refund.tokens,
            refund.exchange_minor,
            *whole.outcome,
        )
        return Decision(outcome, whole.puts, whole.entries, whole.events)

    def _taken_back(
        self,
        settlement: Settlement,
        refund: Refund,
        loaded: Loaded,
        programme: Programme,
        before: Decision[_Taken],
    ) -> Decision[_Taken]:
        """Return what was delivered; cancel, or go without, what never will be."""
        purchase = self._known(loaded)
        delivered, others = _parted(purchase, refund)
        decided = before
        value = _value_left(purchase, delivered)
        if delivered and (value is None or value.minor):
            back = Return(
                member_id=self.member_id,
                request_id=self.request_id,
                at=self.at,
                order_id=self.order_id,
                value=value,
                quantities=delivered if value is None else (),
            ).decide(after(loaded, decided), programme)
            taken = back.outcome.given_back - back.outcome.withdrawn, back.outcome.withdrawn
            decided = _joined(decided, Decision(taken, back.puts, back.entries, back.events))
        if settlement.is_refunded and PurchaseEvent.CANCEL in LIFE_CYCLE[purchase.state]:
            gone = Cancel(
                member_id=self.member_id,
                request_id=self.request_id,
                at=self.at,
                order_id=self.order_id,
            ).decide(after(loaded, decided), programme)
            taken = 0, gone.outcome.withdrawn
            return _joined(decided, Decision(taken, gone.puts, gone.entries))
        if others:
            now = after(loaded, decided)
            return _joined(decided, self._forgone(others, now, programme))
        return decided

    def _forgone(
        self, units: tuple[tuple[str, int], ...], loaded: Loaded, programme: Programme
    ) -> Decision[_Taken]:
        """Go without units that were not delivered: they earn nothing when the rest is."""
        purchase = self._known(loaded).forgoing(units)
        puts: tuple[Put[Any], ...] = (Put(self._purchase_key(), purchase),)
        key = self._wallet_key(programme)
        wallet = self._wallet(loaded, key, programme)
        promise_id = promise_name(self.order_id, 0)
        recipe = purchase.recipe or self._expected(purchase, loaded, programme)
        due = kept_by(recipe, purchase) - purchase.awarded
        promised = sum([it.tokens for it in wallet.promises if it.promise_id == promise_id])
        if promised <= due:
            return Decision((0, 0), puts)
        change = withdraw(
            wallet,
            promise_id,
            tokens=promised - due,
            at=self.at,
            request_id=self.request_id,
            reason=Reason("order_cancelled", (("order_id", self.order_id),)),
        )
        return Decision((0, change.result), (*puts, Put(key, change.wallet)), change.entries)

    def _expected(self, purchase: Purchase, loaded: Loaded, programme: Programme) -> Recipe:
        """Say how an order would earn of which nothing is awarded yet."""
        if not programme.in_force.campaigns:
            return programme.recipe
        weighing = Weighing(loaded, programme, self.at)
        return weighing.weighed(programme.recipe, purchase, self._member(loaded), self.at).recipe


def _joined(first: Decision[_Taken], then: Decision[_Taken]) -> Decision[_Taken]:
    """Decide one after the other."""
    taken = first.outcome[0] + then.outcome[0], first.outcome[1] + then.outcome[1]
    return joined(taken, first, then)


def _value_left(purchase: Purchase, units: tuple[tuple[str, int], ...]) -> Money | None:
    """Say what units are worth of what an order has left, where some of it came back by value.

    Nobody knows which goods those were; what is left to return bounds all that follows. `None`
    where nothing came back by value: then units are returned as units.
    """
    if not purchase.returned_minor:
        return None
    quantities = dict(units)
    lines = [line for line in purchase.lines if line.line_id in quantities]
    minor = sum([it.kept_minor - it.returning(quantities[it.line_id]).kept_minor for it in lines])
    return Money(min(minor, purchase.left_minor), purchase.currency)


def _parted(
    purchase: Purchase, refund: Refund
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """Part the units of a refund into those that were delivered and the others.

    Units that were returned by other means are in neither.
    """
    lines = {line.line_id: line for line in purchase.lines}
    delivered: list[tuple[str, int]] = []
    others: list[tuple[str, int]] = []
    for it in refund.lines:
        line = lines.get(it.line_id)
        quantity = 0 if line is None else min(it.quantity, line.quantity - line.returned)
        if line is not None and quantity:
            (others if line.delivered_at is None else delivered).append((it.line_id, quantity))
    return tuple(delivered), tuple(others)
