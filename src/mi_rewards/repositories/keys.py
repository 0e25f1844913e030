"""Keys: how aggregates are named."""

from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from mi_rewards._tuples import new
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet

A = TypeVar("A")


class Aggregate(Protocol):
    """What is stored as one row: a wallet, a purchase, a member, a burn."""

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
        member_id: The member whose it is; it leads every row's key.
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


def key_of(aggregate: Member | Wallet | Purchase | Burn) -> Key[Any]:
    """Name an aggregate that is at hand.

    Args:
        aggregate: The aggregate.

    Returns:
        Its key.
    """
    if isinstance(aggregate, Wallet):
        return wallet_key(aggregate.owner.member_id, aggregate.owner.kind)
    if isinstance(aggregate, Purchase):
        return purchase_key(aggregate.member_id, aggregate.order_id)
    if isinstance(aggregate, Burn):
        return burn_key(aggregate.owner.member_id, aggregate.burn_id)
    return member_key(aggregate.member_id)
