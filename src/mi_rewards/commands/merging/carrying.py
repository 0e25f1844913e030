"""What a member who goes on as another takes along beside tokens, written as one text.

1. An event carries it from the one to the other; nothing in it is personal.
2. Reading is strict: whatever was not written here is a `Misuse`.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from mi_rewards.calendar import write_instant
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.commands.tiers.reviewing import gift_name
from mi_rewards.earning.referral_codec import referral_from_dict, referral_to_dict
from mi_rewards.earning.referrals import Referral
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.programme import Programme
from mi_rewards.tiers.codec import standing_from_dict, standing_to_dict
from mi_rewards.tiers.standing import Standing
from mi_rewards.wallet.reading import (
    fields_in,
    instant_in,
    list_in,
    optional,
    text_in,
    whole_in,
)
from mi_rewards.wallet.texts import compact

_CARRIED = frozenset({"absorbed", "counted", "limits", "standing", "referral", "since"})


class UsedLimit(NamedTuple):
    """How much of a limit a member has used.

    Attributes:
        name: The member's counter.
        used: How much of it is used.
        limit: The most that may be.
    """

    name: str
    used: int
    limit: int


class Carried(NamedTuple):
    """What a member takes along.

    Attributes:
        absorbed: The members in whose place this one went on.
        counted: Orders that took a place under a cap, by what the cap counts over.
        limits: The member's limits that are used, as far as rules, catalogue and pre-orders name
            them.
        standing: Where the member stood, `None` where there is no ladder.
        referral: How the member came to the programme, `None` where nobody invited them.
        since: The instant (UTC) since which the member is known.
    """

    absorbed: tuple[str, ...] = ()
    counted: tuple[tuple[str, int], ...] = ()
    limits: tuple[UsedLimit, ...] = ()
    standing: Standing | None = None
    referral: Referral | None = None
    since: datetime | None = None


def carried_to_text(carried: Carried) -> str:
    """Write what is taken along.

    Args:
        carried: What it is.

    Returns:
        Compact JSON.
    """
    standing, referral = carried.standing, carried.referral
    return compact(
        {
            "absorbed": list(carried.absorbed),
            "counted": [list(pair) for pair in carried.counted],
            "limits": [list(limit) for limit in carried.limits],
            "standing": None if standing is None else standing_to_dict(standing),
            "referral": None if referral is None else referral_to_dict(referral),
            "since": None if carried.since is None else write_instant(carried.since),
        }
    )


def carried_from_text(text: str) -> Carried:
    """Read what is taken along.

    Args:
        text: What `carried_to_text` answered.

    Returns:
        What it is.

    Raises:
        Misuse: It is something else.
    """
    try:
        return _carried(json.loads(text))
    except (Corrupt, ValueError, TypeError, RecursionError) as fault:
        raise Misuse(f"what is carried is not as it was written: {fault}") from None


def _carried(written: object) -> Carried:
    """Read the parts."""
    fields = fields_in(written, _CARRIED, "carried")
    counted = [list_in(pair, "counted", 2) for pair in list_in(fields["counted"], "counted")]
    limits = [list_in(row, "limits", 3) for row in list_in(fields["limits"], "limits")]
    return Carried(
        tuple([text_in(it, "absorbed") for it in list_in(fields["absorbed"], "absorbed")]),
        tuple([(text_in(name, "counted"), whole_in(n, "counted", 1)) for name, n in counted]),
        tuple(
            [
                UsedLimit(
                    text_in(name, "limits"),
                    whole_in(used, "limits", 1),
                    whole_in(most, "limits", 0),
                )
                for name, used, most in limits
            ]
        ),
        None if fields["standing"] is None else standing_from_dict(fields["standing"]),
        None if fields["referral"] is None else referral_from_dict(fields["referral"]),
        optional(instant_in, fields["since"], "since"),
    )


def limits_of(
    rewards: Sequence[Reward], programme: Programme, member_id: str, at: datetime
) -> dict[str, int]:
    """Name the counters that limit a member today, as far as rules and catalogue name them.

    Args:
        rewards: The catalogue.
        programme: The rules.
        member_id: The member.
        at: The instant (UTC).

    Returns:
        The most that may be used of each, by its name.
    """
    day = programme.zone.day_of(at)
    limits: dict[str, int] = {}
    for reward in rewards:
        limits |= {
            it.name: it.limit for it in reward.steps(member_id, day) if it.scope == member_id
        }
    for action in programme.actions:
        steps = action.steps(member_id, "", day)
        limits |= {it.name: it.limit for it in steps if it.scope == member_id}
    for campaign in programme.campaigns.campaigns:
        bounds = campaign.limits(member_id, day)
        limits |= {it.name: it.limit for it in bounds if it.scope == member_id}
    referral = programme.referral
    if referral is not None and referral.friends_max is not None:
        limits[f"referral/{referral.friends_period.stretch(day)}"] = referral.friends_max
    if programme.ladder is not None:
        limits[gift_name(day)] = 1
    return limits
