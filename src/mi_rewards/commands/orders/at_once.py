"""A whole order that is stated as it is delivered, and earns at once by the rate alone, as mostly.

What is decided here is what `Deliver` would decide by itself, in fewer steps.
"""

from typing import Any

from mi_rewards._tuples import new
from mi_rewards.commands.command import Decision, wallet_of
from mi_rewards.commands.earning.awarding import purchase_reason
from mi_rewards.commands.orders.command import OrderKeys, StatedOrder
from mi_rewards.commands.outcomes import Delivered
from mi_rewards.earning.awards import Award
from mi_rewards.earning.circumstances import NO_EFFECTS, UNTOLD
from mi_rewards.earning.lines import Line
from mi_rewards.earning.purchase_life import PurchaseState
from mi_rewards.earning.purchases import Purchase
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.wallet.entries import Entry, Event
from mi_rewards.wallet.one_step import credited

_DELIVERED = PurchaseState.DELIVERED
_EARNED = Event.EARNED


def decided_at_once(
    order: StatedOrder, keys: OrderKeys, loaded: Loaded, programme: Programme
) -> Decision[Delivered] | None:
    """Decide on an order that is not known, and that all of it was delivered.

    Args:
        order: The order, as its delivery states it.
        keys: The keys of the member, the purchase and the wallet.
        loaded: The member and the wallet.
        programme: The rules, by which orders earn at once by their rate alone.

    Returns:
        What it earned; `None` where more than that is to be asked, or to be loaded.
    """
    the_member, the_purchase, the_wallet = keys
    at, order_id, amount, terms = order.at, order.order_id, order.amount, programme.earning
    if amount is None or order.lines or not order_id or amount.currency != programme.currency:
        return None
    try:
        member, wallet = loaded.aggregates[the_member], loaded.aggregates[the_wallet]
    except KeyError:
        return None
    channel, channels = order.channel, terms.channels
    if channels and (channel or terms.default_channel) not in channels:
        return None
    if member is None or not member.earns_at(at):
        return None
    member_id, recipe, category = order.member_id, programme.recipe, order.category
    if wallet is None:
        wallet = wallet_of(None, member_id, programme)
    base_minor = 0 if category in recipe.excluded_categories else amount.minor
    tokens = recipe.award(base_minor)
    last_day = programme.last_day(at)
    found = None
    if tokens:
        reason = purchase_reason("purchase", order_id, base_minor, recipe)
        found = credited(
            wallet, _EARNED, tokens, last_day, order_id, at, order.request_id, reason, at
        )
        if found is None:
            return None
    elif wallet.promises:
        return None
    lines = (new(Line, ("1", amount, 1, category, at, 0, "", 0)),)
    awards = (new(Award, (tokens, last_day, at, None, 0)),)
    how = order.circumstances() if order.platform or order.payment_mode else UNTOLD
    parts = (member_id, order_id, lines, channel, _DELIVERED, recipe, awards, 0, how, NO_EFFECTS, 0)
    put: Put[Any] = new(Put, (the_purchase, new(Purchase, parts)))
    puts: tuple[Put[Any], ...] = (put,)
    entries: tuple[Entry, ...] = ()
    if found is not None:
        wallet, entries, _ = found
        puts = (put, new(Put, (the_wallet, wallet)))
    outcome = new(Delivered, (order_id, tokens, last_day, None, recipe.rule))
    return new(Decision, (outcome, puts, entries, (), (), (), ()))
