"""The exchange receipt of a cart: the unit that its value is taken off.

1. That is one unit, on a line of its own: the dearest that the terms are for; of equal ones the
   first by name.
2. It takes off what the old device is worth, and never more than is left of that unit less the
   least that is to be paid of it.
3. The price of that unit is not negotiable: no coupon and no token pays a part of it, unless the
   terms allow that. The least is to be paid in money in any case.
4. A receipt that cannot be used refuses nothing: the cart comes to what it does without it.
5. A cart that names no channel is where the terms are first for, as a quote is.
"""

from datetime import datetime
from typing import NamedTuple

from mi_rewards.checkout.carts import Cart
from mi_rewards.checkout.priced import PassedOver, Why
from mi_rewards.errors import Misuse, Refused
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.refusals import UnknownExchange
from mi_rewards.trade_in.terms import TradeInTerms
from mi_rewards.trade_in.valuation_refusals import NewProductNotEligible


class Traded(NamedTuple):
    """An exchange receipt that can be used on a cart.

    Attributes:
        exchange: The exchange.
        line_id: The line of the unit that its value is taken off.
    """

    exchange: Exchange
    line_id: str

    @property
    def value_minor(self) -> int:
        """What the old device is worth."""
        return self.exchange.valuation.minor

    def allows(self, benefit: str) -> bool:
        """Tell whether something else may be taken off the unit.

        Args:
            benefit: One of `trade_in.terms.COMBINABLE`.

        Returns:
            Whether the terms say so.
        """
        return benefit in self.exchange.terms.combines

    def off(self, left_minor: int) -> int:
        """Reckon what it takes off the unit.

        Args:
            left_minor: What is left of the unit.

        Returns:
            Minor units.
        """
        return self.exchange.terms.most_off(self.value_minor, left_minor)

    def kept(self, left_minor: int) -> int:
        """Reckon what of the unit no token pays.

        Args:
            left_minor: What is left of the unit once the value is taken off.

        Returns:
            Minor units: all of it, or the least that is to be paid.
        """
        return _least(self.exchange.terms) if self.allows("tokens") else left_minor

    def nothing_left(self) -> PassedOver:
        """Say that there is nothing that it could take off.

        Returns:
            Why it is passed over.
        """
        figures = (("least", _least(self.exchange.terms)),)
        return PassedOver(self.exchange.exchange_id, Why.NOTHING_LEFT.value, figures)


def traded_in(
    cart: Cart, exchange: Exchange | None, *, member_id: str, at: datetime
) -> Traded | PassedOver | None:
    """Find the unit that the value of an exchange receipt is taken off.

    Args:
        cart: What is ordered.
        exchange: The exchange that the cart names, `None` where none was found.
        member_id: The member who orders.
        at: The instant (UTC).

    Returns:
        The exchange with that unit; why it is passed over; `None` where the cart names none.

    Raises:
        Misuse: The exchange is not the one that the cart names.
    """
    exchange_id = cart.exchange_id
    if exchange is not None and exchange[:2] != (member_id, exchange_id):
        raise Misuse(f"the exchange {exchange.exchange_id!r} is not the one that the cart names")
    if not exchange_id:
        return None
    try:
        free = _usable(exchange, cart, at)
        line_id = _unit(free, cart)
    except Refused as no:
        return PassedOver(exchange_id, no.code, tuple(no.figures.items()))
    if free.currency != cart.currency:
        figures = (("currencies", free.currency),)
        return PassedOver(exchange_id, Why.WRONG_CURRENCY.value, figures)
    if not line_id:
        return PassedOver(exchange_id, Why.NOT_ONE_UNIT.value)
    return _worth_using(Traded(free, line_id), cart)


def _usable(exchange: Exchange | None, cart: Cart, at: datetime) -> Exchange:
    """Answer with an exchange that can be used on an order, or refuse."""
    if exchange is None:
        raise UnknownExchange(exchange_id=cart.exchange_id)
    terms = exchange.terms
    terms.check_channel(cart.channel or terms.channels[0])
    return exchange.free_for(cart.order_id, at=at)


def _unit(exchange: Exchange, cart: Cart) -> str:
    """Choose the unit, or refuse; none where what the terms are for is not on a line of its own."""
    eligible = [it for it in cart.lines if exchange.terms.takes(it.product_id, it.category)]
    if not eligible:
        raise NewProductNotEligible(order_id=cart.order_id)
    units = [(-it.unit_price.minor, it.line_id) for it in eligible if it.quantity == 1]
    return min(units)[1] if units else ""


def _worth_using(traded: Traded, cart: Cart) -> Traded | PassedOver:
    """Pass over what would take nothing off its unit."""
    if not traded.value_minor:
        return PassedOver(traded.exchange.exchange_id, Why.WORTH_NOTHING.value)
    gross = {it.line_id: it.gross_minor for it in cart.lines}
    return traded if traded.off(gross[traded.line_id]) else traded.nothing_left()


def _least(terms: TradeInTerms) -> int:
    """Say what is to be paid of the unit at least, in minor units."""
    return 0 if terms.least_payable is None else terms.least_payable.minor
