"""Membership: what becomes of a member who leaves, is blocked, or claims a purchase of before."""

import enum
from datetime import date
from typing import Final

import attrs

from mi_rewards.errors import Misuse

CLAIM_DAYS_MAX: Final = 3650
"""The longest time in which a purchase can be claimed: ten years."""


class OnLeaving(enum.StrEnum):
    """What becomes of the tokens of a member who leaves."""

    FORFEIT = "forfeit"
    KEEP = "keep"


@attrs.frozen(order=False)
class MembershipTerms:
    """What holds for every member.

    Attributes:
        on_leaving: Whether who leaves forfeits what is available, or keeps it until it lapses; it
            cannot be spent either way.
        rejoins: Whether who has left can join again, without a second welcome.
        claim_within_days: How many days after the day of its delivery a purchase can be claimed; 0
            for that day alone, `None` for no limit.
        blocked_earn: Whether a member who is blocked earns.

    Raises:
        Misuse: One of them is not what it must be.
    """

    on_leaving: OnLeaving = OnLeaving.FORFEIT
    rejoins: bool = True
    claim_within_days: int | None = None
    blocked_earn: bool = True

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        if type(self.on_leaving) is not OnLeaving:
            raise Misuse(f"on_leaving is one of OnLeaving's, not {self.on_leaving!r:.60}")
        for name in ("rejoins", "blocked_earn"):
            if type(getattr(self, name)) is not bool:
                raise Misuse(f"{name} is True or False, not {getattr(self, name)!r:.60}")
        days = self.claim_within_days
        if days is None:
            return
        if type(days) is not int or not 0 <= days <= CLAIM_DAYS_MAX:
            raise Misuse(
                f"claim_within_days are a whole number, 0 to {CLAIM_DAYS_MAX}, not {days!r:.60}"
            )

    def can_be_claimed(self, delivered_on: date, *, on: date) -> bool:
        """Tell whether a purchase can still be claimed.

        Args:
            delivered_on: The day of its delivery in the programme's zone.
            on: The day of the claim in the programme's zone.

        Returns:
            Whether it is not too late.
        """
        days = self.claim_within_days
        return days is None or (on - delivered_on).days <= days


USUAL_MEMBERSHIP: Final = MembershipTerms()
"""The terms of a membership of which a rule book says nothing."""
