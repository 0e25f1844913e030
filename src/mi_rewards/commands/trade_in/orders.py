"""The order of a new product, which the pickup service comes for."""

from typing import Any

from mi_rewards.earning.purchase_life import PurchaseState
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.refusals import UnknownOrder
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import purchase_key
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.terms import TradeInTerms
from mi_rewards.trade_in.valuation_refusals import NewProductGone, NewProductNotEligible


def order_that_stands(
    member_id: str, order_id: str, terms: TradeInTerms, loaded: Loaded
) -> Purchase:
    """Find the order of a new product that the member has, or will have.

    Args:
        member_id: The member.
        order_id: The order.
        terms: What the exchange is for.
        loaded: The order.

    Returns:
        The order.

    Raises:
        UnknownOrder: The member has none of that name.
        NewProductNotEligible: Nothing on it is what the terms are for.
        NewProductGone: What is was cancelled, or came back.
        NotLoaded: It was not asked for.
    """
    key = purchase_key(member_id, order_id)
    if key not in loaded.aggregates:
        raise NotLoaded(Needs((key,)))
    order: Purchase | None = loaded.get(key)
    if order is None:
        raise UnknownOrder(order_id=order_id)
    lines = [it for it in order.lines if terms.takes(it.product, it.category)]
    if not lines:
        raise NewProductNotEligible(order_id=order_id)
    is_over = order.state in {PurchaseState.DELIVERED, PurchaseState.CANCELLED}
    kept = [
        it
        for it in lines
        if it.returned < it.quantity and (it.delivered_at is not None or not is_over)
    ]
    is_given_back = is_over and order.returned_minor and not order.left_minor
    if not kept or is_given_back:
        raise NewProductGone(order_id=order_id)
    return order


def check_order_of(exchange: Exchange, loaded: Loaded) -> None:
    """Refuse to come for a device whose new product is gone.

    Args:
        exchange: The exchange.
        loaded: The order that it is for, if it is by the pickup service.

    Raises:
        NewProductGone: Its order was cancelled, or came back.
        NotLoaded: The order was not asked for.
    """
    order_puts(exchange, loaded)


def order_puts(exchange: Exchange, loaded: Loaded) -> tuple[Put[Any], ...]:
    """Stand on an order: a return that is decided at the same time loses the race, or this does.

    Args:
        exchange: The exchange.
        loaded: The order that it is for, if it is by the pickup service.

    Returns:
        The order, unchanged, to be stored with what is decided.

    Raises:
        NewProductGone: Its order was cancelled, or came back.
        NotLoaded: The order was not asked for.
    """
    if not exchange.is_pickup:
        return ()
    member_id, order_id = exchange.member_id, exchange.order_id
    order = order_that_stands(member_id, order_id, exchange.terms, loaded)
    return (Put(purchase_key(member_id, order_id), order),)
