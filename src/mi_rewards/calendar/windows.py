"""Half-open windows of time, and what recurs weekly in them."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Self

import attrs

from mi_rewards.calendar.days import NEVER, checked_day
from mi_rewards.calendar.instants import utc
from mi_rewards.calendar.zones import Zone, checked_time
from mi_rewards.errors import Misuse


def _bound(at: datetime | None) -> datetime | None:
    """Express a bound in UTC, where there is one."""
    return None if at is None else utc(at)


@attrs.frozen(order=False)
class Window:
    """A stretch of time: its beginning belongs to it, its end does not.

    Attributes:
        from_at: The first instant inside, in UTC; None where there is no beginning.
        until_at: The first instant after it, in UTC; None where there is no end.

    Raises:
        Misuse: A bound is naive, or the window would be empty.
    """

    from_at: datetime | None = attrs.field(converter=_bound)
    until_at: datetime | None = attrs.field(converter=_bound)

    def __attrs_post_init__(self) -> None:
        if self.from_at is None or self.until_at is None or self.from_at < self.until_at:
            return
        raise Misuse(f"a window begins before it ends, not at {self.from_at} until {self.until_at}")

    @classmethod
    def of_days(cls, from_on: date | None, through_on: date | None, zone: Zone) -> Self:
        """Make the window of whole days.

        Args:
            from_on: Its first day; None where there is no beginning.
            through_on: Its last day; None or `NEVER` where there is no end.
            zone: Where the days begin and end.

        Returns:
            The window to which both days belong.

        Raises:
            Misuse: A day is no date, or the last day is over when the first begins.
        """
        return cls(
            None if from_on is None else zone.start_of(from_on),
            None if through_on is None or through_on == NEVER else zone.after(through_on),
        )

    def contains(self, at: datetime) -> bool:
        """Say whether an instant is inside.

        Args:
            at: An aware instant.

        Returns:
            Whether it is not before the beginning, and before the end.

        Raises:
            Misuse: *at* is naive, or is no instant.
        """
        at = utc(at)
        if self.from_at is not None and at < self.from_at:
            return False
        return self.until_at is None or at < self.until_at


@attrs.frozen(order=False)
class WeeklyRecurrence:
    """Something that happens once a week, at a local time.

    A time that the clocks leave out is taken at the first instant after the gap, a repeated one
    at its first occurrence.

    Attributes:
        weekday: 0 for Monday to 6 for Sunday.
        time: The naive local time.
        zone: Whose local time it is.
        from_on: The first day on which it may happen.

    Raises:
        Misuse: One of them is not what it must be.
    """

    weekday: int
    time: time
    zone: Zone
    from_on: date

    def __attrs_post_init__(self) -> None:
        if type(self.weekday) is not int or not 0 <= self.weekday <= 6:
            raise Misuse(f"a weekday is 0 (Monday) to 6 (Sunday), not {self.weekday!r}")
        checked_time(self.time)
        _require_zone(self.zone)
        checked_day(self.from_on)

    def next_at(self, at: datetime) -> datetime:
        """Find the first occurrence from an instant on.

        Args:
            at: An aware instant.

        Returns:
            The first occurrence at or after *at*, in UTC.

        Raises:
            Misuse: *at* is naive or no instant, or there is no further week before year 10000.
        """
        found = next(self._all_from(utc(at)), None)
        if found is None:
            raise Misuse(f"nothing occurs after {at!s}: the calendar ends with the year 9999")
        return found

    def occurrences(self, from_at: datetime, until_at: datetime) -> Iterator[datetime]:
        """Go through the occurrences of a stretch of time.

        Args:
            from_at: An aware instant; an occurrence at it is the first.
            until_at: An aware instant; an occurrence at it is left out.

        Returns:
            The occurrences in UTC, earliest first; nothing where *until_at* is not later.

        Raises:
            Misuse: An instant is naive, or is no instant.
        """
        end = utc(until_at)
        return itertools.takewhile(lambda at: at < end, self._all_from(utc(from_at)))

    def _all_from(self, at: datetime) -> Iterator[datetime]:
        """Go through the occurrences at or after an instant, to the last but one day of year 9999.

        The day before the instant's is tried too: what falls into a gap at the end of a day, or
        on a day that is left out, happens on the next.
        """
        first = max(self.from_on.toordinal(), self.zone.day_of(at).toordinal() - 1, 2)
        first += (self.weekday + 1 - first) % 7
        for ordinal in range(first, NEVER.toordinal(), 7):
            found = self.zone.first_at(date.fromordinal(ordinal), self.time)
            if found >= at:
                yield found


def _require_zone(zone: object) -> None:
    """Object to what is no zone, such as its name."""
    if not isinstance(zone, Zone):
        raise Misuse(f"a time zone is a Zone, not {zone!r}")
