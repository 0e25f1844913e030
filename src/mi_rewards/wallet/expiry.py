"""Expiry policies: the last valid day of tokens earned on a day.

1. A policy is asked with the day of earning in the programme's zone, and answers with a day, or
   `NEVER`.
2. The last valid day itself still counts. Nothing here knows what day it is.
"""

from datetime import date, timedelta
from typing import Protocol

import attrs

from mi_rewards.calendar import NEVER, add_days, add_months, end_of_month, end_of_year
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


def _at_least(minimum: int, value: int, name: str) -> None:
    """Check a whole number of a policy."""
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
        _at_least(0, self.years, "years")

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


@attrs.frozen(order=False)
class RollingDays:
    """Valid for *days* days after the day of earning, which itself counts too.

    Attributes:
        days: How many, at least 0.
    """

    days: int

    def __attrs_post_init__(self) -> None:
        """Check the figure."""
        _at_least(0, self.days, "days")

    def last_day(self, earned_on: date, /) -> date:
        """Answer with the day *days* days later.

        Args:
            earned_on: The day of earning.

        Returns:
            The last valid day.

        Raises:
            Misuse: It would be past the year 9999.
        """
        return add_days(earned_on, self.days)


@attrs.frozen(order=False)
class RollingMonths:
    """Valid for *months* months: to the same day of the month, or to that month's end.

    Where the month has no such day, to its last.

    Attributes:
        months: How many, at least 0.
        to_month_end: Whether to the end of that month.
    """

    months: int
    to_month_end: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        _at_least(0, self.months, "months")

    def last_day(self, earned_on: date, /) -> date:
        """Answer with the day *months* months later.

        Args:
            earned_on: The day of earning.

        Returns:
            The last valid day.

        Raises:
            Misuse: It would be past the year 9999.
        """
        day = add_months(earned_on, self.months)
        return end_of_month(day) if self.to_month_end else day


@attrs.frozen(order=False)
class FixedDay:
    """Valid to the next *day* of *month* after the day of earning, then *years* years more.

    Tokens earned on that very day are valid to the next one. 29 February is 28 February in common
    years.

    Attributes:
        month: 1 to 12.
        day: A day that the month has in a leap year.
        years: How many years more, at least 0.
    """

    month: int
    day: int
    years: int = 0

    def __attrs_post_init__(self) -> None:
        """Check that there is such a day."""
        _at_least(0, self.years, "years")
        _at_least(1, self.month, "month")
        _at_least(1, self.day, "day")
        try:
            date(2000, self.month, self.day)
        except ValueError:
            raise Misuse(f"no year has a day {self.day} of month {self.month}") from None

    def last_day(self, earned_on: date, /) -> date:
        """Answer with the day it ends on.

        Args:
            earned_on: The day of earning.

        Returns:
            The last valid day.

        Raises:
            Misuse: It would be past the year 9999.
        """
        year = earned_on.year + self.years
        this_year = self._in(earned_on.year)
        return self._in(year if earned_on < this_year else year + 1)

    def _in(self, year: int) -> date:
        """Find the day in one year."""
        last = end_of_month(date(year, self.month, 28)) if year <= 9999 else end_of_year(year)
        return min(last, last - timedelta(days=last.day - self.day))


@attrs.frozen(order=False)
class NoExpiry:
    """Valid for ever."""

    def last_day(self, earned_on: date, /) -> date:
        """Answer with `NEVER`.

        Args:
            earned_on: The day of earning; it does not matter.

        Returns:
            `NEVER`.
        """
        del earned_on
        return NEVER


@attrs.frozen(order=False)
class CappedBy:
    """Another policy, ended by the programme's sunset: no last day is later than it.

    Attributes:
        policy: The other policy.
        sunset_on: The programme's last day.
    """

    policy: ExpiryPolicy
    sunset_on: date

    def last_day(self, earned_on: date, /) -> date:
        """Answer with the policy's day, or the sunset where that is earlier.

        Args:
            earned_on: The day of earning.

        Returns:
            The last valid day.
        """
        return min(self.policy.last_day(earned_on), self.sunset_on)
