"""Awards: what the deliveries of an order earned, and what returns have taken back of it."""

from datetime import date, datetime
from typing import NamedTuple

from mi_rewards._tuples import new
from mi_rewards.earning.terms import Recipe
from mi_rewards.errors import Misuse


class Award(NamedTuple):
    """What one delivery of an order earned.

    Attributes:
        tokens: How many, zero included.
        last_day: Their last valid day.
        delivered_at: The instant (UTC) of the delivery, from which that day is reckoned.
        promise_id: The promise that the calendar keeps, where the award was not credited at once.
        given_back: How many of them returns have taken back, whatever became of them.
    """

    tokens: int
    last_day: date
    delivered_at: datetime
    promise_id: str | None = None
    given_back: int = 0


class Earned(NamedTuple):
    """What an order earned of a second kind of token.

    Attributes:
        recipe: How it was computed.
        awards: What its deliveries earned.
    """

    recipe: Recipe
    awards: tuple[Award, ...] = ()

    @property
    def awarded(self) -> int:
        """Tokens awarded and not given back."""
        return total_of(self.awards)

    def awarding(self, award: Award) -> "Earned":
        """Record an award.

        Args:
            award: What it came to.

        Returns:
            What the order earned with it.
        """
        return Earned(self.recipe, (*self.awards, award))

    def giving_back(self, tokens: int) -> tuple["Earned", tuple[tuple[Award, int], ...]]:
        """Mark *tokens* as given back, the newest award first.

        Args:
            tokens: How many, at most `awarded`.

        Returns:
            What the order earned, and pairs of an award and how many of its tokens are given back.

        Raises:
            Misuse: *tokens* is below 0, or more than `awarded`.
        """
        awards, parts = given_back(self.awards, tokens)
        return Earned(self.recipe, awards), parts


def total_of(awards: tuple[Award, ...]) -> int:
    """Add up what was awarded and not given back.

    Args:
        awards: The awards.

    Returns:
        Tokens.
    """
    tokens = 0
    for earned, _, _, _, back in awards:
        tokens += earned - back
    return tokens


def given_back(
    awards: tuple[Award, ...], tokens: int
) -> tuple[tuple[Award, ...], tuple[tuple[Award, int], ...]]:
    """Mark *tokens* of awards as given back, the newest first.

    Args:
        awards: The awards, oldest first.
        tokens: How many, at most what they come to.

    Returns:
        The awards, and pairs of an award and how many of its tokens are given back now.

    Raises:
        Misuse: *tokens* is below 0, or more than was awarded and not given back.
    """
    after = [*awards]
    parts: list[tuple[Award, int]] = []
    left, newest = tokens, len(after)
    while left > 0 and newest:
        newest -= 1
        award = after[newest]
        earned, last_day, delivered_at, promise_id, back = award
        part = earned - back
        if part > left:
            part = left
        if part:
            left -= part
            parts.append((award, part))
            after[newest] = new(Award, (earned, last_day, delivered_at, promise_id, back + part))
    if left:
        there = total_of(awards)
        raise Misuse(f"{tokens} of the {there} tokens awarded cannot be given back")
    return tuple(after), tuple(parts)
