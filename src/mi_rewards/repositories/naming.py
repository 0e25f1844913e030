"""Naming an aggregate that is at hand."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mi_rewards.catalogue.code_entries import CodeEntry, PooledCode
from mi_rewards.catalogue.redemptions import Redemption
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.quotes import Quote
from mi_rewards.checkout.settlements import Settlement
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.referrals import Referral, ReferralCode
from mi_rewards.errors import Misuse
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.reserved_units import ReservedUnit
from mi_rewards.preorders.tickets import Draw, Ticket
from mi_rewards.repositories.keys import (
    Aggregate,
    Key,
    burn_key,
    code_key,
    device_key,
    device_model_key,
    device_quote_key,
    draw_key,
    exchange_key,
    member_key,
    pooled_code_key,
    preorder_key,
    price_book_key,
    purchase_key,
    quota_key,
    quote_key,
    redemption_key,
    referral_code_key,
    referral_key,
    reserved_unit_key,
    reward_key,
    settlement_key,
    standing_key,
    ticket_key,
    voucher_key,
    wallet_key,
)
from mi_rewards.tiers.standing import Standing
from mi_rewards.trade_in.devices import DeviceEntry, DeviceModel
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet

_KEYS: Final[Mapping[type[Any], Callable[[Any], Key[Any]]]] = {
    Member: lambda it: member_key(it.member_id),
    Wallet: lambda it: wallet_key(it.owner.member_id, it.owner.kind),
    Purchase: lambda it: purchase_key(it.member_id, it.order_id),
    Burn: lambda it: burn_key(it.owner.member_id, it.burn_id),
    Reward: lambda it: reward_key(it.reward_id),
    Redemption: lambda it: redemption_key(it.member_id, it.redemption_id),
    Voucher: lambda it: voucher_key(it.member_id, it.voucher_id),
    CodeEntry: lambda it: code_key(it.digest),
    PooledCode: lambda it: pooled_code_key(it.pool_id, it.place),
    Quote: lambda it: quote_key(it.member_id, it.quote_id),
    Settlement: lambda it: settlement_key(it.member_id, it.order_id),
    Standing: lambda it: standing_key(it.member_id),
    Referral: lambda it: referral_key(it.member_id),
    ReferralCode: lambda it: referral_code_key(it.code),
    Draw: lambda it: draw_key(it.draw_id),
    Ticket: lambda it: ticket_key(it.draw_id, it.member_id),
    Quota: lambda it: quota_key(it.quota_id),
    PreOrder: lambda it: preorder_key(it.member_id, it.order_id),
    ReservedUnit: lambda it: reserved_unit_key(it.member_id, it.voucher_id),
    PriceBook: lambda it: price_book_key(it.book_id, 0 if it.is_current else it.edition),
    DeviceModel: lambda it: device_model_key(it.book_id, it.model_id, it.variant),
    DeviceEntry: lambda it: device_key(it.imei),
    DeviceQuote: lambda it: device_quote_key(it.member_id, it.quote_id),
    Exchange: lambda it: exchange_key(it.member_id, it.exchange_id),
}


def key_of(aggregate: Aggregate) -> Key[Any]:
    """Name an aggregate that is at hand.

    Args:
        aggregate: The aggregate.

    Returns:
        Its key.

    Raises:
        Misuse: It is none of this library's.
    """
    found = _KEYS.get(type(aggregate))
    if found is None:
        raise Misuse(f"no key is known of {aggregate!r:.80}")
    return found(aggregate)
