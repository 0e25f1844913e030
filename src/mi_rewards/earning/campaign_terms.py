"""All campaigns of a programme, and which of a group applies. What one is loads with the first."""

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from mi_rewards.errors import Misuse

if TYPE_CHECKING:
    from mi_rewards.earning.campaigns import Campaign


class GroupChoice(enum.StrEnum):
    """Which campaign of a group applies; of equal ones the first by name."""

    BEST = "best"
    PRIORITY = "priority"


_Groups: TypeAlias = Mapping[str, GroupChoice] | tuple[tuple[str, GroupChoice], ...]


def _by_id(campaigns: "tuple[Campaign, ...]") -> "tuple[Campaign, ...]":
    """Put campaigns in the order of their ids: nothing depends on how they are listed."""
    if campaigns == () and type(campaigns) is tuple:
        return campaigns
    from mi_rewards.earning.campaigns import Campaign

    if type(campaigns) is not tuple or not all(type(it) is Campaign for it in campaigns):
        raise Misuse(f"campaigns are a tuple of Campaign, not {campaigns!r:.60}")
    return tuple(sorted(campaigns, key=lambda it: it.campaign_id))


def _by_name(groups: _Groups) -> tuple[tuple[str, GroupChoice], ...]:
    """Put groups in the order of their names."""
    pairs = dict(groups)
    if not all(type(name) is str and type(it) is GroupChoice for name, it in pairs.items()):
        raise Misuse(f"a group has a name and a GroupChoice, not {groups!r:.60}")
    return tuple(sorted(pairs.items()))


@attrs.frozen(order=False)
class CampaignTerms:
    """All campaigns of a programme.

    Attributes:
        campaigns: The campaigns, kept by their ids.
        groups: Which campaign of a group applies, kept by name; the best of one that is not named.
    """

    campaigns: "tuple[Campaign, ...]" = attrs.field(default=(), converter=_by_id)
    groups: tuple[tuple[str, GroupChoice], ...] = attrs.field(default=(), converter=_by_name)

    def __attrs_post_init__(self) -> None:
        """Object to two of one id, and to groups that nothing is in."""
        names = [it.campaign_id for it in self.campaigns]
        for name in names:
            if names.count(name) > 1:
                raise Misuse(f"two campaigns are named {name!r}")
        if not self.groups:
            return
        from mi_rewards.earning.campaigns import BASE_RATES

        used = {it.group for it in self.campaigns} | {BASE_RATES}
        for group, _ in self.groups:
            if not group or group not in used:
                raise Misuse(f"no campaign is in the group {group!r}")

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies of all amounts."""
        return frozenset[str]().union(*[it.currencies for it in self.campaigns])

    @property
    def asks_for_order_number(self) -> bool:
        """Whether it matters which of a member's orders one is."""
        return any(it.when.order_number is not None for it in self.campaigns)

    def choice_in(self, group: str) -> GroupChoice:
        """Say which campaign of a group applies.

        Args:
            group: The group.

        Returns:
            The best, or the one of highest priority.
        """
        return dict(self.groups).get(group, GroupChoice.BEST)

    def joined_by(self, others: "tuple[Campaign, ...]") -> "CampaignTerms":
        """Add campaigns, such as a tier's privileges.

        Args:
            others: The campaigns, of other ids.

        Returns:
            All of them.

        Raises:
            Misuse: Two are of one id.
        """
        return CampaignTerms((*self.campaigns, *others), self.groups) if others else self


NO_CAMPAIGNS: Final = CampaignTerms()
"""The terms of a programme without campaigns."""
