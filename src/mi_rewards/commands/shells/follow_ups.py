"""What follows from an event of the outbox: the command for the other member whom it concerns.

Each topic has a maker. A command's request id is derived from the event, so that an event can be
followed any number of times.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from mi_rewards.calendar import read_day, read_instant
from mi_rewards.commands.merging.merging import MEMBER_MERGED, TakeMerge, merge_request
from mi_rewards.commands.preorders.placing import LAST_UNIT_TAKEN
from mi_rewards.commands.quotas.life import UNITS_CARRIED, ReviewQuota
from mi_rewards.commands.quotas.sizes import TakeCarriedUnits
from mi_rewards.commands.referral.inviting import RevokeInviter, RewardInviter, reward_name
from mi_rewards.commands.tiers.counting import COUNTS_PASSED_ON, TakeCounts
from mi_rewards.commands.wallets.moving import (
    TOKENS_SENT,
    TRANSFER_DECLINED,
    ReturnTransfer,
    TakeTransfer,
)
from mi_rewards.commands.wallets.passing import TOKENS_PASSED_ON, TakePassedOn, passed_on_request
from mi_rewards.earning.referrals import REFERRAL_QUALIFIED, REFERRAL_REVOKED
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.repositories.messages import OutboxEvent

FollowUp: TypeAlias = (
    TakeTransfer
    | ReturnTransfer
    | RewardInviter
    | RevokeInviter
    | TakePassedOn
    | TakeMerge
    | TakeCounts
    | TakeCarriedUnits
    | ReviewQuota
)
"""What follows from events."""


def follow_up(event: OutboxEvent, *, at: datetime | None = None) -> FollowUp | None:
    """Make the command that an event asks for.

    Args:
        event: From the outbox.
        at: The instant at which it is followed; the event's own where it is not given. A host that
            follows events late gives its own, so that no instant goes back behind a sweep.

    Returns:
        The command for the member whom it concerns, or `None` where nothing follows. Its request
        id is derived from the event, so that an event can be followed any number of times.

    Raises:
        Corrupt: A figure is missing that events of its topic have.
    """
    make = _MAKERS.get(event.topic)
    return None if make is None else make(event, at or event.occurred_at)


def _taken(event: OutboxEvent, at: datetime) -> FollowUp:
    """Take a transfer: the taker's side."""
    transfer_id = _text(event, "transfer_id")
    return TakeTransfer(
        member_id=_text(event, "to_member_id"),
        request_id=f"take:{transfer_id}",
        at=at,
        transfer_id=transfer_id,
        draws=_text(event, "draws"),
        from_member_id=_text(event, "from_member_id"),
    )


def _returned(event: OutboxEvent, at: datetime) -> FollowUp:
    """Take a transfer back: the giver's side again."""
    transfer_id = _text(event, "transfer_id")
    return ReturnTransfer(
        member_id=_text(event, "from_member_id"),
        request_id=f"return:{transfer_id}",
        at=at,
        transfer_id=transfer_id,
        draws=_text(event, "draws"),
    )


def _rewarded(event: OutboxEvent, at: datetime) -> FollowUp | None:
    """Reward an inviter, where there is something for them."""
    tokens = _whole(event, "tokens")
    if not tokens:
        return None
    friend_id = _text(event, "friend_id")
    try:
        last_day = read_day(_text(event, "last_day"))
        qualified_by = read_instant(_text(event, "qualified_by"))
    except Misuse as error:
        raise Corrupt(f"event {event.event_id!r} of {event.member_id!r}: {error}") from None
    return RewardInviter(
        member_id=_text(event, "inviter_id"),
        request_id=reward_name(friend_id),
        at=at,
        friend_id=friend_id,
        tokens=tokens,
        last_day=last_day,
        qualified_by=qualified_by,
    )


def _revoked(event: OutboxEvent, at: datetime) -> FollowUp | None:
    """Take back what an inviter got, where there was something for them."""
    tokens = _whole(event, "tokens")
    if not tokens:
        return None
    friend_id = _text(event, "friend_id")
    return RevokeInviter(
        member_id=_text(event, "inviter_id"),
        request_id=f"revoke:{reward_name(friend_id)}",
        at=at,
        friend_id=friend_id,
        tokens=tokens,
    )


def _passed_on(event: OutboxEvent, at: datetime) -> FollowUp:
    """Take what came in under the name of a member who goes on as another."""
    transfer_id, kind = _text(event, "transfer_id"), _text(event, "kind")
    return TakePassedOn(
        member_id=_text(event, "to_member_id"),
        request_id=passed_on_request(kind, transfer_id),
        at=at,
        transfer_id=transfer_id,
        kind=kind,
        draws=_text(event, "draws"),
        debt=_whole(event, "debt"),
    )


def _merged(event: OutboxEvent, at: datetime) -> FollowUp:
    """Take in what a member who goes on as another takes along."""
    from_member_id = _text(event, "member_id")
    return TakeMerge(
        member_id=_text(event, "into"),
        request_id=merge_request(from_member_id),
        at=at,
        from_member_id=from_member_id,
        carried=_text(event, "carried"),
    )


def _counted(event: OutboxEvent, at: datetime) -> FollowUp:
    """Count what counts under the name of a member who goes on as another."""
    counts_id = _text(event, "counts_id")
    return TakeCounts(
        member_id=_text(event, "to_member_id"),
        request_id=f"count:{counts_id}",
        at=at,
        counts_id=counts_id,
        counts=_text(event, "counts"),
    )


def _carried(event: OutboxEvent, at: datetime) -> FollowUp:
    """Take in units that were left of another quota."""
    from_quota_id = _text(event, "quota_id")
    return TakeCarriedUnits(
        quota_id=_text(event, "to_quota_id"),
        request_id=f"carried:{len(from_quota_id)}:{from_quota_id}:{_text(event, 'carry_id')}",
        at=at,
        units=_whole(event, "units"),
        from_quota_id=from_quota_id,
    )


def _last_taken(event: OutboxEvent, at: datetime) -> FollowUp:
    """Look at a quota whose last unit was taken."""
    return ReviewQuota(
        quota_id=_text(event, "quota_id"),
        request_id=f"last_unit:{len(event.member_id)}:{event.member_id}:{_text(event, 'order_id')}",
        at=at,
    )


def _text(event: OutboxEvent, name: str) -> str:
    """Read a figure of an event that is a text."""
    figure = dict(event.figures).get(name)
    if type(figure) is not str:
        raise Corrupt(f"event {event.event_id!r} of {event.member_id!r} has no {name}")
    return figure


def _whole(event: OutboxEvent, name: str) -> int:
    """Read a figure of an event that is a whole number."""
    figure = dict(event.figures).get(name)
    if type(figure) is not int:
        raise Corrupt(f"event {event.event_id!r} of {event.member_id!r} has no {name}")
    return figure


_MAKERS: Final[Mapping[str, Callable[[OutboxEvent, datetime], FollowUp | None]]] = {
    TOKENS_SENT: _taken,
    TRANSFER_DECLINED: _returned,
    REFERRAL_QUALIFIED: _rewarded,
    REFERRAL_REVOKED: _revoked,
    TOKENS_PASSED_ON: _passed_on,
    MEMBER_MERGED: _merged,
    COUNTS_PASSED_ON: _counted,
    UNITS_CARRIED: _carried,
    LAST_UNIT_TAKEN: _last_taken,
}
"""What each topic asks for."""
