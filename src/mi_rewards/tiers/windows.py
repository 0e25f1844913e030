"""The windows over which a tier is earned.

1. A window is a value. Asked for a day, it answers with the period that the day belongs to; a
   rolling one with the days that end with it.
2. A period begins with its first day and is over when the next one's begins. Periods leave no day
   out and share none.
3. Where a month has no such day, its last day stands in for it, reckoned each time from the day
   that was stated: what began on the 31st comes back to the 31st.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple, TypeAlias

import attrs

from mi_rewards.calendar import NEVER, add_months
from mi_rewards.calendar.days import checked_day
from mi_rewards.errors import Misuse

_DAY: Final = timedelta(days=1)

_FIRST_MONTH: Final = 12
_LAST_MONTH: Final = 119_999
"""The months of the years 1 to 9999, counted from year 0."""

_DAYS_MAX: Final = 36_525
"""The longest rolling window: a hundred years."""

_MONTHS_MAX: Final = 1_200
"""The longest cycle: a hundred years."""


class Span(NamedTuple):
    """A stretch of days.

    Attributes:
        from_on: The first day.
        until_on: The first day of the next period; `NEVER` where there is none.
    """

    from_on: date
    until_on: date

    @property
    def through_on(self) -> date:
        """The last day; `NEVER` where there is none."""
        return self.until_on if self.until_on == NEVER else self.until_on - _DAY

    def contains(self, day: date) -> bool:
        """Say whether a day belongs to it.

        Args:
            day: The day.

        Returns:
            Whether it is from the first day on, and before the next period's.
        """
        return self.from_on <= day < self.until_on


@attrs.frozen(order=False)
class Lifetime:
    """Everything that ever counted: one period without beginning and end."""

    def period(self, day: date, joined_on: date) -> Span:
        """Answer with the only period there is.

        Args:
            day: Any day.
            joined_on: The day of joining; it does not matter.

        Returns:
            The period.
        """
        del day, joined_on
        return Span(date.min, NEVER)


@attrs.frozen(order=False)
class RollingDays:
    """The last so many days, the present one included.

    Attributes:
        days: How many, 1 to 36525.

    Raises:
        Misuse: *days* is something else.
    """

    days: int

    def __attrs_post_init__(self) -> None:
        """Check the figure."""
        _between(1, self.days, _DAYS_MAX, "a rolling window's days")

    def period(self, day: date, joined_on: date) -> Span:
        """Answer with the days that end with a day.

        Args:
            day: The last of them.
            joined_on: The day of joining; it does not matter.

        Returns:
            The days.
        """
        del joined_on
        first = max(1, day.toordinal() - self.days + 1)
        return Span(date.fromordinal(first), day if day == NEVER else day + _DAY)


@attrs.frozen(order=False)
class CalendarYear:
    """The year, 1 January to 31 December."""

    def period(self, day: date, joined_on: date) -> Span:
        """Answer with a day's year.

        Args:
            day: The day.
            joined_on: The day of joining; it does not matter.

        Returns:
            The year.
        """
        del joined_on
        end = NEVER if day.year == NEVER.year else date(day.year + 1, 1, 1)
        return Span(date(day.year, 1, 1), end)


@attrs.frozen(order=False)
class Anniversary:
    """The year from the day of joining, or its anniversary, to the next.

    Who joined on 29 February has the anniversary on 28 February in common years.
    """

    def period(self, day: date, joined_on: date) -> Span:
        """Answer with the member's year that a day belongs to.

        Args:
            day: The day; before the day of joining too.
            joined_on: The day of joining.

        Returns:
            The year.
        """
        return _months(day, joined_on, 12)


@attrs.frozen(order=False)
class Cycle:
    """So many months, the same for every member, over and over.

    Attributes:
        from_on: The first day of one of the periods; there are others before it.
        months: How many, 1 to 1200.

    Raises:
        Misuse: *from_on* is no day, or *months* something else.
    """

    from_on: date
    months: int

    def __attrs_post_init__(self) -> None:
        """Check day and figure."""
        checked_day(self.from_on)
        _between(1, self.months, _MONTHS_MAX, "a cycle's months")

    def period(self, day: date, joined_on: date) -> Span:
        """Answer with the period that a day belongs to.

        Args:
            day: The day; before *from_on* too.
            joined_on: The day of joining; it does not matter.

        Returns:
            The period.
        """
        del joined_on
        return _months(day, self.from_on, self.months)


QualifyingWindow: TypeAlias = Lifetime | RollingDays | CalendarYear | Anniversary | Cycle
"""Any of the windows."""


def shortest_days(window: QualifyingWindow) -> int | None:
    """Answer with how many days a period of a window has at least.

    Args:
        window: The window.

    Returns:
        A number that none of its periods falls short of; `None` where none ever ends.
    """
    match window:
        case Lifetime():
            return None
        case RollingDays(days):
            return days
        case Cycle(_, months):
            return 30 * months - 2 if months < 12 else 365 * (months // 12)
        case _:
            return 365


def _months(day: date, from_on: date, months: int) -> Span:
    """Find the period of so many months that a day belongs to, one of them beginning on a day."""
    apart = (day.year - from_on.year) * 12 + day.month - from_on.month
    number = apart // months
    if _on(from_on, number * months) > day:
        number -= 1
    return Span(_on(from_on, number * months), _on(from_on, (number + 1) * months))


def _on(day: date, months: int) -> date:
    """Go some months on, and no further than the calendar goes."""
    month = day.year * 12 + day.month - 1 + months
    if month < _FIRST_MONTH:
        return date.min
    return NEVER if month > _LAST_MONTH else add_months(day, months)


def _between(least: int, value: int, most: int, name: str) -> None:
    """Object to what is no whole number of a range."""
    if type(value) is not int or not least <= value <= most:
        raise Misuse(f"{name} must be a whole number, {least} to {most}, not {value!r}")
