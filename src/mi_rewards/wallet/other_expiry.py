"""Expiry policies that fewer programmes have."""

from datetime import date, timedelta

import attrs

from mi_rewards.calendar import NEVER, add_days, add_months, end_of_month, end_of_year
from mi_rewards.errors import Misuse
from mi_rewards.wallet.expiry import ExpiryPolicy, at_least


@attrs.frozen(order=False)
class RollingDays:
    """Valid for *days* days after the day of earning, which itself counts too.

    Attributes:
        days: How many, at least 0.
    """

    days: int

    def __attrs_post_init__(self) -> None:
        """Check the figure."""
        at_least(0, self.days, "days")

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
        at_least(0, self.months, "months")

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
        at_least(0, self.years, "years")
        at_least(1, self.month, "month")
        at_least(1, self.day, "day")
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
