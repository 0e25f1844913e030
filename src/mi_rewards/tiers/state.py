"""What a standing consists of, and what changes a tier."""

import enum
from datetime import date, datetime
from typing import Final, NamedTuple

from mi_rewards.tiers.tallies import Tallies


class Because(enum.StrEnum):
    """Why a tier changed."""

    UPGRADE = "upgrade"
    """A threshold was met."""

    REVIEW = "review"
    """A review found that another tier was earned."""

    SOFT_LANDING = "soft_landing"
    """A review found that less was earned, and let it fall one tier only."""

    GRACE_OVER = "grace_over"
    """The days of grace after a review are over."""

    DOWNGRADE = "downgrade"
    """Purchases came back, or left the window, where tiers fall at once."""

    LADDER = "ladder"
    """The rule book has another ladder."""


class TierChange(NamedTuple):
    """That a tier changed.

    Attributes:
        from_tier: The tier until then; empty for none.
        to_tier: The tier from then on; empty for none.
        on: The day with whose beginning it changed, or on which the purchase counted that did it.
        because: Why.
    """

    from_tier: str
    to_tier: str
    on: date
    because: Because


class StandingState(NamedTuple):
    """The parts of a standing.

    Attributes:
        member_id: Whose it is.
        joined_on: The day of joining.
        stated_on: The last day that was taken into account.
        held: The tier held; empty for none.
        held_since: The day since which it is; `None` where there is no tier.
        entered: The tier with which the member went into the last review.
        kept: The tier that the last review leaves, once any grace is over.
        reached: The highest tier reached since the last review.
        tallies: What counted, by day or by period, earliest first.
        counts_from: The first day that still counts; what concerns an earlier one is past.
        review_on: The day with whose beginning the next review comes; `None` for none.
        falls_on: The day with whose beginning a grace ends; `None` where there is none.
        noticed_for: The day of the fall of which notice was given last, `None` for never.
        rewarded: Tiers whose upgrade reward was paid, in the order of their names.
        due_at: The next instant at which the calendar changes the tier, or a notice is due; `None`
            for never.
        version: How often it was stored.
    """

    member_id: str
    joined_on: date
    stated_on: date
    held: str = ""
    held_since: date | None = None
    entered: str = ""
    kept: str = ""
    reached: str = ""
    tallies: Tallies = ()
    counts_from: date = date.min
    review_on: date | None = None
    falls_on: date | None = None
    noticed_for: date | None = None
    rewarded: tuple[str, ...] = ()
    due_at: datetime | None = None
    version: int = 0


NO_RANK: Final = -1
"""The rank of no tier."""
