"""What recurs weekly."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time

import attrs

from mi_rewards.calendar.days import NEVER, checked_day
from mi_rewards.calendar.instants import utc
from mi_rewards.calendar.zones import Zone, checked_time
from mi_rewards.errors import Misuse


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
