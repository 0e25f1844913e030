"""Short constructors of commands on memberships, of `asha` unless they say otherwise."""

from datetime import datetime

from mi_rewards.commands import Block, Leave, MergeAway, SetBirthday, Unblock
from tests.shop import Shop, T, join


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


def joined(shop: Shop, *members: str) -> Shop:
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
