"""Tiers: the ladder, over which days a tier is earned, and where each member stands."""

from mi_rewards._lazy import lazily

_HOMES = {
    "Anniversary": "mi_rewards.tiers.windows",
    "Because": "mi_rewards.tiers.state",
    "CalendarYear": "mi_rewards.tiers.windows",
    "Changes": "mi_rewards.tiers.ladder",
    "ClassMultiplier": "mi_rewards.tiers.ladder",
    "Counts": "mi_rewards.tiers.tallies",
    "Cycle": "mi_rewards.tiers.windows",
    "HeldBy": "mi_rewards.tiers.standing",
    "Ladder": "mi_rewards.tiers.ladder",
    "Landing": "mi_rewards.tiers.ladder",
    "Lifetime": "mi_rewards.tiers.windows",
    "Metric": "mi_rewards.tiers.ladder",
    "Moved": "mi_rewards.tiers.standing",
    "NO_PRIVILEGES": "mi_rewards.tiers.ladder",
    "Span": "mi_rewards.tiers.windows",
    "Privileges": "mi_rewards.tiers.ladder",
    "QualifyingWindow": "mi_rewards.tiers.windows",
    "RollingDays": "mi_rewards.tiers.windows",
    "Standing": "mi_rewards.tiers.standing",
    "Tally": "mi_rewards.tiers.tallies",
    "Tier": "mi_rewards.tiers.ladder",
    "TierChange": "mi_rewards.tiers.state",
    "standing_from_dict": "mi_rewards.tiers.codec",
    "standing_to_dict": "mi_rewards.tiers.codec",
}

__all__ = [
    "NO_PRIVILEGES",
    "Anniversary",
    "Because",
    "CalendarYear",
    "Changes",
    "ClassMultiplier",
    "Counts",
    "Cycle",
    "HeldBy",
    "Ladder",
    "Landing",
    "Lifetime",
    "Metric",
    "Moved",
    "Privileges",
    "QualifyingWindow",
    "RollingDays",
    "Span",
    "Standing",
    "Tally",
    "Tier",
    "TierChange",
    "standing_from_dict",
    "standing_to_dict",
]

__getattr__, __dir__ = lazily(__name__, _HOMES)
