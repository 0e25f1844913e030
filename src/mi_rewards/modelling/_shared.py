"""What several members take from: where it decides, a history cannot be replayed in partitions.

1. A stock or a limit of the whole programme cannot decide as long as all partitions together leave
   some of it: then no redemption anywhere, and in no order, finds it used up. Each partition is
   replayed with all of it, and what they took is added up. Of nothing at all nobody takes.
2. Whatever else members share is refused where a row takes from it: a budget of a campaign or an
   action, a referral, a quota, a device that is traded in.
3. A voucher's code is issued once, whoever names it: no two partitions may name one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import attrs

from mi_rewards._event_log.sale_events import SALE_KINDS
from mi_rewards._event_log.trade_in_events import TRADE_IN_KINDS
from mi_rewards.calendar import Window, Zone
from mi_rewards.catalogue.limits import LimitScope
from mi_rewards.earning.campaign_limits import CapPer
from mi_rewards.earning.campaigns import Campaign
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history import Batch
from mi_rewards.programme import Programme

_REFERRAL = frozenset({"code_opened", "invited", "qualified"})
_ORDERS = frozenset({"placed", "delivered"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Stretch(NamedTuple):
    """When an order can take from what a campaign has for everybody.

    Attributes:
        campaign_id: The campaign.
        first: The first instant, in microseconds since 1970 (UTC); `None` for no beginning.
        end: The first instant after it; `None` for no end.
    """

    campaign_id: str
    first: int | None
    end: int | None


@attrs.frozen(order=False)
class Shared:
    """What of a programme several members take from.

    Attributes:
        kinds: Kinds of rows that take from it, with what they take from.
        stretches: When orders take from a campaign's budget.
        limits: How many of a reward all members can have, by reward.
    """

    kinds: Mapping[str, str]
    stretches: tuple[Stretch, ...]
    limits: Mapping[str, int]

    @classmethod
    def of(cls, programme: Programme) -> "Shared":
        """Find it in a programme.

        Args:
            programme: The rules.

        Returns:
            What several members take from; nothing in many programmes.
        """
        kinds: dict[str, str] = {}
        if programme.referral is not None:
            kinds |= dict.fromkeys(_REFERRAL, "a referral brings another member tokens")
        if programme.preorders:
            kinds |= dict.fromkeys(SALE_KINDS, "members share a quota")
        if programme.trade_ins:
            kinds |= dict.fromkeys(TRADE_IN_KINDS, "a device is traded in once, whoever does")
        if any(it.action_id == _SHARING and it.budget for it in programme.actions):
            kinds["shared"] = f"members share the budget of the action {_SHARING!r}"
        limits: dict[str, int] = {}
        for reward in programme.rewards:
            found = [] if reward.stock is None else [reward.stock]
            found += [it.count for it in reward.limits if it.per is LimitScope.PROGRAMME]
            if found:
                limits[reward.reward_id] = min(found)
        campaigns = programme.in_force.campaigns
        stretches = [_stretch(it, programme.zone) for it in campaigns if _has_budget(it)]
        return cls(kinds, tuple(stretches), limits)

    def check(self, batch: Batch) -> None:
        """Object to rows that take from what others take from too.

        Args:
            batch: Rows of a history.

        Raises:
            Misuse: There is one; says which.
        """
        if not self.kinds.keys().isdisjoint(batch.kind):
            row = next(place for place, kind in enumerate(batch.kind) if kind in self.kinds)
            kind = batch.kind[row]
            raise _refused(batch.numbers[row], f"is {kind!r}", self.kinds[kind])
        if not self.stretches or _ORDERS.isdisjoint(batch.kind):
            return
        for row, (kind, at) in enumerate(zip(batch.kind, batch.at, strict=True)):
            if kind not in _ORDERS:
                continue
            for campaign_id, first, end in self.stretches:
                if (first is None or at >= first) and (end is None or at < end):
                    why = f"members share the budget of the campaign {campaign_id!r}"
                    raise _refused(batch.numbers[row], f"is {kind!r} while it runs", why)

    def check_taken(self, vouchers: Mapping[str, int]) -> None:
        """Object to rewards of which all partitions together did not leave some.

        Args:
            vouchers: How many were issued, by reward.

        Raises:
            Misuse: There is one.
        """
        for reward_id, limit in sorted(self.limits.items()):
            taken = vouchers.get(reward_id, 0)
            if 0 < limit <= taken:
                raise Misuse(
                    f"partitions took {taken} of {limit} of the reward {reward_id!r}: who got one"
                    " depends on all members, so replay the whole history at once"
                )


def codes_of(batch: Batch) -> set[str]:
    """Find the codes that redemptions name.

    Args:
        batch: Rows of a history.

    Returns:
        The codes.
    """
    if batch.code is None or "redeemed" not in batch.kind:
        return set()
    named = zip(batch.kind, batch.code, strict=True)
    return {code for kind, code in named if kind == "redeemed" and code}


_SHARING = "sharing"
"""The action that rows of the kind `shared` perform."""


def _has_budget(campaign: Campaign) -> bool:
    """Tell whether all members together take from what a campaign has; 0 is nothing to take."""
    limits = [it.tokens for it in campaign.caps if it.per is CapPer.PROGRAMME]
    if campaign.budget is not None:
        limits.append(campaign.budget.limit)
    return bool(limits) and min(limits) > 0


def _stretch(campaign: Campaign, zone: Zone) -> Stretch:
    """Reckon when orders can take from a campaign."""
    when = campaign.when
    days = Window.of_days(when.from_on, when.through_on, zone)
    starts = [it for it in (when.window.from_at, days.from_at) if it is not None]
    ends = [it for it in (when.window.until_at, days.until_at) if it is not None]
    return Stretch(
        campaign.campaign_id,
        (max(starts) - _EPOCH) // _MICROSECOND if starts else None,
        (min(ends) - _EPOCH) // _MICROSECOND if ends else None,
    )


def _refused(number: int, what: str, why: str) -> Misuse:
    """Say why a row is in no partition."""
    return Misuse(f"row {number} {what}: {why}, so replay the whole history at once")
