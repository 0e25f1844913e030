"""Short constructors of commands on memberships, of `asha` unless they say otherwise."""

from datetime import datetime
from typing import Any, TypeVar

from mi_rewards.commands import Block, Claim, Erase, Leave, MergeAway, SetBirthday, Unblock
from tests.shop import Shop, T, inr, join

S = TypeVar("S", bound=Shop)


def leave(by: str = "asha", *, at: datetime = T, request: str = "leave") -> Leave:
    """Leave the programme."""
    return Leave(member_id=by, request_id=request, at=at)


def block(
    reason: str = "fraud", *, by: str = "asha", at: datetime = T, request: str = "block"
) -> Block:
    """Block a member."""
    return Block(member_id=by, request_id=request, at=at, reason=reason)


def unblock(by: str = "asha", *, at: datetime = T, request: str = "unblock") -> Unblock:
    """Lift what blocks a member."""
    return Unblock(member_id=by, request_id=request, at=at)


def merge(
    into: str = "bela", *, by: str = "asha", at: datetime = T, request: str = "merge"
) -> MergeAway:
    """Let a member go on as another."""
    return MergeAway(member_id=by, request_id=request, at=at, into=into)


def born(
    birthday: str, *, by: str = "asha", at: datetime = T, request: str = "birthday"
) -> SetBirthday:
    """Note a birthday."""
    return SetBirthday(member_id=by, request_id=request, at=at, birthday=birthday)


def joined(shop: S, *members: str) -> S:
    """Let members join; without any, `asha` and `bela`."""
    for name in members or ("asha", "bela"):
        shop.do(join(name))
    return shop


def follow_all(shop: Shop, *members: str) -> None:
    """Follow all events, and what follows from those, until nothing does."""
    seen = -1
    while seen != (seen := sum(len(shop.events(name)) for name in members)):
        for name in members:
            shop.follow(name)


def erase(by: str = "asha", *, at: datetime = T, request: str = "erase") -> Erase:
    """Delete what is personal of a member."""
    return Erase(member_id=by, request_id=request, at=at)


def claim(
    order_id: str = "o1",
    rupees: int | str | None = 100,
    *,
    delivered_at: datetime,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
    **stated: Any,
) -> Claim:
    """Claim a purchase of so many rupees, or of *lines*."""
    return Claim(
        member_id=by,
        request_id=request or f"claim:{order_id}",
        at=at,
        order_id=order_id,
        amount=None if rupees is None else inr(rupees),
        delivered_at=delivered_at,
        **stated,
    )
