"""Keys: how aggregates are named."""

from datetime import datetime
from typing import Final, Generic, NamedTuple, Protocol, Self, TypeVar

from mi_rewards._tuples import new
from mi_rewards.catalogue.code_entries import CodeEntry, PooledCode
from mi_rewards.catalogue.redemptions import Redemption
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.quotes import Quote
from mi_rewards.checkout.settlements import Settlement
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.referrals import Referral, ReferralCode
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quotas import Quota
from mi_rewards.preorders.reserved_units import ReservedUnit
from mi_rewards.preorders.tickets import Draw, Ticket
from mi_rewards.tiers.standing import Standing
from mi_rewards.trade_in.devices import DeviceEntry, DeviceModel
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.wallet.reservations import Burn
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


def purchase_key(member_id: str, order_id: str) -> Key[Purchase]:
    """Name a purchase.

    Args:
        member_id: The member.
        order_id: The order.

    Returns:
        The key.
    """
    return new(Key, (Purchase, member_id, order_id))


def burn_key(member_id: str, burn_id: str) -> Key[Burn]:
    """Name a burn.

    Args:
        member_id: The member.
        burn_id: The request that burned, or the hold that was captured.

    Returns:
        The key.
    """
    return new(Key, (Burn, member_id, burn_id))


def reward_key(reward_id: str) -> Key[Reward]:
    """Name a reward of the catalogue.

    Args:
        reward_id: The reward.

    Returns:
        The key.
    """
    return new(Key, (Reward, CATALOGUE, reward_id))


def redemption_key(member_id: str, redemption_id: str) -> Key[Redemption]:
    """Name a redemption.

    Args:
        member_id: The member.
        redemption_id: The request that reserved or redeemed.

    Returns:
        The key.
    """
    return new(Key, (Redemption, member_id, redemption_id))


def voucher_key(member_id: str, voucher_id: str) -> Key[Voucher]:
    """Name a voucher.

    Args:
        member_id: The member who redeemed it.
        voucher_id: The redemption.

    Returns:
        The key.
    """
    return new(Key, (Voucher, member_id, voucher_id))


def code_key(digest: str) -> Key[CodeEntry]:
    """Name the entry of a code.

    Args:
        digest: The keyed digest of the code.

    Returns:
        The key.
    """
    return new(Key, (CodeEntry, digest, ""))


def pooled_code_key(pool_id: str, place: int) -> Key[PooledCode]:
    """Name a place of a pool of codes.

    Args:
        pool_id: The pool.
        place: The place, from 1.

    Returns:
        The key; keys sort as places do.
    """
    return new(Key, (PooledCode, pool_id, f"{place:019}"))


def quote_key(member_id: str, quote_id: str) -> Key[Quote]:
    """Name a quote.

    Args:
        member_id: The member.
        quote_id: The request that made it.

    Returns:
        The key.
    """
    return new(Key, (Quote, member_id, quote_id))


def settlement_key(member_id: str, order_id: str) -> Key[Settlement]:
    """Name a settlement.

    Args:
        member_id: The member.
        order_id: The order.

    Returns:
        The key.
    """
    return new(Key, (Settlement, member_id, order_id))


def referral_key(member_id: str) -> Key[Referral]:
    """Name how a member came to the programme.

    Args:
        member_id: The friend.

    Returns:
        The key.
    """
    return new(Key, (Referral, member_id, ""))


def referral_code_key(code: str) -> Key[ReferralCode]:
    """Name a code by which a member invites friends.

    Args:
        code: The code.

    Returns:
        The key.
    """
    return new(Key, (ReferralCode, code, ""))


def standing_key(member_id: str) -> Key[Standing]:
    """Name where a member stands on the ladder.

    Args:
        member_id: The member.

    Returns:
        The key.
    """
    return new(Key, (Standing, member_id, ""))


def preorder_key(member_id: str, order_id: str) -> Key[PreOrder]:
    """Name a pre-order.

    Args:
        member_id: The member.
        order_id: The order.

    Returns:
        The key.
    """
    return new(Key, (PreOrder, member_id, order_id))


def quota_key(quota_id: str) -> Key[Quota]:
    """Name a quota.

    Args:
        quota_id: The quota.

    Returns:
        The key.
    """
    return new(Key, (Quota, QUOTAS, quota_id))


def reserved_unit_key(member_id: str, voucher_id: str) -> Key[ReservedUnit]:
    """Name the unit of a quota that is set aside for a code.

    Args:
        member_id: The member who redeemed the code.
        voucher_id: The code's voucher.

    Returns:
        The key.
    """
    return new(Key, (ReservedUnit, member_id, voucher_id))


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


def draw_key(draw_id: str) -> Key[Draw]:
    """Name a draw.

    Args:
        draw_id: The draw.

    Returns:
        The key.
    """
    return new(Key, (Draw, draw_owner(draw_id), ""))


def ticket_key(draw_id: str, member_id: str) -> Key[Ticket]:
    """Name a member's ticket in a draw.

    Args:
        draw_id: The draw, whose tickets are read page by page.
        member_id: The member.

    Returns:
        The key.
    """
    return new(Key, (Ticket, draw_owner(draw_id), member_id))


def price_book_key(book_id: str, edition: int = 0) -> Key[PriceBook]:
    """Name a price book.

    Args:
        book_id: The price book.
        edition: An edition of it; 0 for the current one.

    Returns:
        The key.
    """
    return new(Key, (PriceBook, f"price_book/{book_id}", f"{edition:06}" if edition else ""))


def device_model_key(book_id: str, model_id: str, variant: str) -> Key[DeviceModel]:
    """Name a model of the portfolio of a price book.

    Args:
        book_id: The price book.
        model_id: The model.
        variant: Its variant, such as memory and storage.

    Returns:
        The key.
    """
    return new(Key, (DeviceModel, f"price_book/{book_id}", f"{model_id}/{variant}"))


def device_key(imei: str) -> Key[DeviceEntry]:
    """Name the entry of a physical device.

    Args:
        imei: One of its numbers.

    Returns:
        The key.
    """
    return new(Key, (DeviceEntry, f"device/{imei}", ""))


def device_quote_key(member_id: str, quote_id: str) -> Key[DeviceQuote]:
    """Name the quote of a device.

    Args:
        member_id: The member.
        quote_id: The quote: the request that made it.

    Returns:
        The key.
    """
    return new(Key, (DeviceQuote, member_id, quote_id))


def exchange_key(member_id: str, exchange_id: str) -> Key[Exchange]:
    """Name an exchange.

    Args:
        member_id: The member.
        exchange_id: The exchange.

    Returns:
        The key.
    """
    return new(Key, (Exchange, member_id, exchange_id))


CATALOGUE: Final = "catalogue"
"""What rewards belong to, in place of a member."""
