"""Expiry policies: the last valid day of tokens earned on a day.

1. A policy is asked with the day of earning in the programme's zone, and answers with a day, or
   `NEVER`.
2. The last valid day itself still counts. Nothing here knows what day it is.
"""

from datetime import date
from typing import Protocol

import attrs

from mi_rewards.calendar import end_of_year
from mi_rewards.errors import Misuse


class ExpiryPolicy(Protocol):
    """Anything that says how long tokens are valid."""

    def last_day(self, earned_on: date, /) -> date:
        """Answer with the last valid day of tokens earned on a day.

        Args:
            earned_on: The day of earning in the programme's zone.

        Returns:
            The last day on which they can be spent; `NEVER` for no end.
        """


def at_least(minimum: int, value: int, name: str) -> None:
    """Check a whole number of a policy.

    Args:
        minimum: The least that it may be.
        value: The number.
        name: What a message calls it.

    Raises:
        Misuse: It is less, or no whole number.
    """
    if type(value) is not int or value < minimum:
        raise Misuse(f"{name} must be a whole number of at least {minimum}, not {value!r}")


@attrs.frozen(order=False)
class EndOfYear:
    """Valid to 31 December of the *years*-th year after that of earning; 0 is that year.

    Attributes:
        years: How many years after the one of earning, at least 0.

    Source:
        Reward Mi: tokens of 2017 to 31 December 2018, of 2018 to 31 December 2019
        (docs/reference/rules.md, "Validity").
    """

    years: int = 1

    def __attrs_post_init__(self) -> None:
        """Check the figure."""
        at_least(0, self.years, "years")

    def last_day(self, earned_on: date, /) -> date:
        """Answer with 31 December of the year it ends in.

        Args:
            earned_on: The day of earning.

        Returns:
            The last valid day.

        Raises:
            Misuse: It would be past the year 9999.
        """
        return end_of_year(earned_on.year + self.years)
