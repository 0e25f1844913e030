"""Limits of rewards: over what, and for how long, a number of redemptions is counted.

1. `None` is no limit and counts nothing; 0 is none at all.
2. Periods begin and end in the programme's zone.
3. A limit is counted where the store checks each step: it holds whoever races.
"""

import enum
from datetime import date
from typing import NamedTuple

import attrs

from mi_rewards.calendar import Period
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX


class LimitScope(enum.StrEnum):
    """Whose redemptions are counted together."""

    MEMBER = "member"
    PROGRAMME = "programme"


class Step(NamedTuple):
    """One unit of a counter that a redemption takes.

    Attributes:
        scope: What the counter counts over: a member, or a reward.
        name: Which of its counters.
        limit: The most that may be used of it.
    """

    scope: str
    name: str
    limit: int


@attrs.frozen(order=False)
class Limit:
    """How often a reward can be redeemed.

    Attributes:
        count: The most redemptions, 0 for none.
        per: Whose are counted together.
        period: How long they are counted together: from Monday, the first of the month or of the
            year on, in the programme's zone.
    """

    count: int
    per: LimitScope = LimitScope.MEMBER
    period: Period = Period.EVER

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        checked_count("a limit", self.count)
        if type(self.per) is not LimitScope or type(self.period) is not Period:
            raise Misuse("a limit counts over a LimitScope and a Period")

    def step(self, reward_id: str, member_id: str, day: date) -> Step:
        """Name the counter that a redemption takes from.

        Args:
            reward_id: The reward.
            member_id: The member.
            day: The day of the redemption in the programme's zone.

        Returns:
            The counter, and its limit.
        """
        name = self.period.stretch(day)
        if self.per is LimitScope.MEMBER:
            return Step(member_id, f"reward/{reward_id}/{name}", self.count)
        return Step(f"reward/{reward_id}", name, self.count)


def stock_step(reward_id: str, stock: int) -> Step:
    """Name the counter of a reward's stock.

    Args:
        reward_id: The reward.
        stock: How many there ever were.

    Returns:
        The counter, and its limit.
    """
    return Step(f"reward/{reward_id}", "stock", stock)


def checked_count(what: str, count: int) -> int:
    """Check a number of redemptions.

    Args:
        what: What it is, for the message.
        count: The number.

    Returns:
        It.

    Raises:
        Misuse: It is no whole number from 0 to 2**63 - 1.
    """
    if type(count) is not int or not 0 <= count <= TOKENS_MAX:
        raise Misuse(f"{what} is a whole number, 0 to 2**63 - 1, not {count!r:.60}")
    return count
