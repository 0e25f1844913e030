"""Keys: how aggregates are named. Their classes load when the first of a kind is named."""

from datetime import datetime
from typing import Final, Generic, NamedTuple, Protocol, Self, TypeVar

from mi_rewards import catalogue, checkout, earning, preorders, tiers, trade_in, wallet
from mi_rewards._tuples import new
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.wallet.wallet import Wallet

A = TypeVar("A")


class Aggregate(Protocol):
    """What is stored as one row: a wallet, a purchase, a voucher, whatever has a key."""

    @property
    def version(self) -> int:
        """How many times it was stored; 0 for never. Operations leave it alone."""

    @property
    def due_at(self) -> datetime | None:
        """The next instant (UTC) at which the calendar changes it, if any."""

    def stored(self) -> Self:
        """The same aggregate with its version raised by one."""


class Key(NamedTuple, Generic[A]):
    """Names an aggregate.

    Attributes:
        kind: Its class.
        member_id: The member whose it is; it leads every row's key. What is no member's has what
            it belongs to here: the catalogue, a pool, a code.
        name: Names it within the member: a kind of token, an order, a burn; empty for the member
            itself.
    """

    kind: type[A]
    member_id: str
    name: str


def member_key(member_id: str) -> Key[Member]:
    """Name a member.

    Args:
        member_id: The member.

    Returns:
        The key.
    """
    return new(Key, (Member, member_id, ""))


def wallet_key(member_id: str, kind: str) -> Key[Wallet]:
    """Name a wallet.

    Args:
        member_id: The member.
        kind: The kind of token.

    Returns:
        The key.
    """
    return new(Key, (Wallet, member_id, kind))


_OWN: Final[dict[tuple[str, str], "tuple[Key[Member], Key[Wallet]]"]] = {}
_OWN_MAX: Final = 4096
"""How many members' keys are remembered: stores find a key faster that they have themselves."""


def own_keys(member_id: str, kind: str) -> "tuple[Key[Member], Key[Wallet]]":
    """Name a member and a wallet of the member's, as mostly both are asked for.

    Args:
        member_id: The member.
        kind: The kind of token.

    Returns:
        Both keys.
    """
    keys = _OWN.get((member_id, kind))
    if keys is None:
        if len(_OWN) >= _OWN_MAX:
            _OWN.clear()
        keys = _OWN[member_id, kind] = member_key(member_id), wallet_key(member_id, kind)
    return keys


def purchase_key(member_id: str, order_id: str) -> Key[Purchase]:
    """Name a purchase.

    Args:
        member_id: The member.
        order_id: The order.

    Returns:
        The key.
    """
    return new(Key, (Purchase, member_id, order_id))


def burn_key(member_id: str, burn_id: str) -> "Key[wallet.Burn]":
    """Name a burn.

    Args:
        member_id: The member.
        burn_id: The request that burned, or the hold that was captured.

    Returns:
        The key.
    """
    return new(Key, (wallet.Burn, member_id, burn_id))


def reward_key(reward_id: str) -> "Key[catalogue.Reward]":
    """Name a reward of the catalogue.

    Args:
        reward_id: The reward.

    Returns:
        The key.
    """
    return new(Key, (catalogue.Reward, CATALOGUE, reward_id))


def redemption_key(member_id: str, redemption_id: str) -> "Key[catalogue.Redemption]":
    """Name a redemption.

    Args:
        member_id: The member.
        redemption_id: The request that reserved or redeemed.

    Returns:
        The key.
    """
    return new(Key, (catalogue.Redemption, member_id, redemption_id))


def voucher_key(member_id: str, voucher_id: str) -> "Key[catalogue.Voucher]":
    """Name a voucher.

    Args:
        member_id: The member who redeemed it.
        voucher_id: The redemption.

    Returns:
        The key.
    """
    return new(Key, (catalogue.Voucher, member_id, voucher_id))


def code_key(digest: str) -> "Key[catalogue.CodeEntry]":
    """Name the entry of a code.

    Args:
        digest: The keyed digest of the code.

    Returns:
        The key.
    """
    return new(Key, (catalogue.CodeEntry, digest, ""))


def pooled_code_key(pool_id: str, place: int) -> "Key[catalogue.PooledCode]":
    """Name a place of a pool of codes.

    Args:
        pool_id: The pool.
        place: The place, from 1.

    Returns:
        The key; keys sort as places do.
    """
    return new(Key, (catalogue.PooledCode, pool_id, f"{place:019}"))


def quote_key(member_id: str, quote_id: str) -> "Key[checkout.Quote]":
    """Name a quote.

    Args:
        member_id: The member.
        quote_id: The request that made it.

    Returns:
        The key.
    """
    return new(Key, (checkout.Quote, member_id, quote_id))


def settlement_key(member_id: str, order_id: str) -> "Key[checkout.Settlement]":
    """Name a settlement.

    Args:
        member_id: The member.
        order_id: The order.

    Returns:
        The key.
    """
    return new(Key, (checkout.Settlement, member_id, order_id))


def referral_key(member_id: str) -> "Key[earning.Referral]":
    """Name how a member came to the programme.

    Args:
        member_id: The friend.

    Returns:
        The key.
    """
    return new(Key, (earning.Referral, member_id, ""))


def referral_code_key(code: str) -> "Key[earning.ReferralCode]":
    """Name a code by which a member invites friends.

    Args:
        code: The code.

    Returns:
        The key.
    """
    return new(Key, (earning.ReferralCode, code, ""))


def standing_key(member_id: str) -> "Key[tiers.Standing]":
    """Name where a member stands on the ladder.

    Args:
        member_id: The member.

    Returns:
        The key.
    """
    return new(Key, (tiers.Standing, member_id, ""))


def preorder_key(member_id: str, order_id: str) -> "Key[preorders.PreOrder]":
    """Name a pre-order.

    Args:
        member_id: The member.
        order_id: The order.

    Returns:
        The key.
    """
    return new(Key, (preorders.PreOrder, member_id, order_id))


def quota_key(quota_id: str) -> "Key[preorders.Quota]":
    """Name a quota.

    Args:
        quota_id: The quota.

    Returns:
        The key.
    """
    return new(Key, (preorders.Quota, QUOTAS, quota_id))


def reserved_unit_key(member_id: str, voucher_id: str) -> "Key[preorders.ReservedUnit]":
    """Name the unit of a quota that is set aside for a code.

    Args:
        member_id: The member who redeemed the code.
        voucher_id: The code's voucher.

    Returns:
        The key.
    """
    return new(Key, (preorders.ReservedUnit, member_id, voucher_id))


QUOTAS: Final = "quotas"
"""What quotas belong to, in place of a member."""


def draw_owner(draw_id: str) -> str:
    """Name what a draw and its tickets belong to, in place of a member.

    Args:
        draw_id: The draw.

    Returns:
        The name.
    """
    return f"draw/{draw_id}"


def draw_key(draw_id: str) -> "Key[preorders.Draw]":
    """Name a draw.

    Args:
        draw_id: The draw.

    Returns:
        The key.
    """
    return new(Key, (preorders.Draw, draw_owner(draw_id), ""))


def ticket_key(draw_id: str, member_id: str) -> "Key[preorders.Ticket]":
    """Name a member's ticket in a draw.

    Args:
        draw_id: The draw, whose tickets are read page by page.
        member_id: The member.

    Returns:
        The key.
    """
    return new(Key, (preorders.Ticket, draw_owner(draw_id), member_id))


def price_book_key(book_id: str, edition: int = 0) -> "Key[trade_in.PriceBook]":
    """Name a price book.

    Args:
        book_id: The price book.
        edition: An edition of it; 0 for the current one.

    Returns:
        The key.
    """
    return new(
        Key, (trade_in.PriceBook, f"price_book/{book_id}", f"{edition:06}" if edition else "")
    )


def device_model_key(book_id: str, model_id: str, variant: str) -> "Key[trade_in.DeviceModel]":
    """Name a model of the portfolio of a price book.

    Args:
        book_id: The price book.
        model_id: The model.
        variant: Its variant, such as memory and storage.

    Returns:
        The key.
    """
    return new(Key, (trade_in.DeviceModel, f"price_book/{book_id}", f"{model_id}/{variant}"))


def device_key(imei: str) -> "Key[trade_in.DeviceEntry]":
    """Name the entry of a physical device.

    Args:
        imei: One of its numbers.

    Returns:
        The key.
    """
    return new(Key, (trade_in.DeviceEntry, f"device/{imei}", ""))


def device_quote_key(member_id: str, quote_id: str) -> "Key[trade_in.DeviceQuote]":
    """Name the quote of a device.

    Args:
        member_id: The member.
        quote_id: The quote: the request that made it.

    Returns:
        The key.
    """
    return new(Key, (trade_in.DeviceQuote, member_id, quote_id))


def exchange_key(member_id: str, exchange_id: str) -> "Key[trade_in.Exchange]":
    """Name an exchange.

    Args:
        member_id: The member.
        exchange_id: The exchange.

    Returns:
        The key.
    """
    return new(Key, (trade_in.Exchange, member_id, exchange_id))


CATALOGUE: Final = "catalogue"
"""What rewards belong to, in place of a member."""
