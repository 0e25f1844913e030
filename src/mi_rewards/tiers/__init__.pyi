from mi_rewards.tiers.codec import standing_from_dict, standing_to_dict
from mi_rewards.tiers.ladder import (
    NO_PRIVILEGES,
    Changes,
    ClassMultiplier,
    Ladder,
    Landing,
    Metric,
    Privileges,
    Tier,
)
from mi_rewards.tiers.progress import Progress, progress_of
from mi_rewards.tiers.refusals import NoBirthdayGift, NotTheBirthday
from mi_rewards.tiers.standing import HeldBy, Moved, Standing
from mi_rewards.tiers.state import Because, TierChange
from mi_rewards.tiers.tallies import Counts, Tally
from mi_rewards.tiers.windows import (
    Anniversary,
    CalendarYear,
    Cycle,
    Lifetime,
    QualifyingWindow,
    RollingDays,
    Span,
)

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
    "NoBirthdayGift",
    "NotTheBirthday",
    "Privileges",
    "Progress",
    "QualifyingWindow",
    "RollingDays",
    "Span",
    "Standing",
    "Tally",
    "Tier",
    "TierChange",
    "progress_of",
    "standing_from_dict",
    "standing_to_dict",
]
