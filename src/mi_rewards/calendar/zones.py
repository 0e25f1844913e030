"""The programme's time zone: when its days begin, and which day an instant belongs to."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

import attrs

from mi_rewards.calendar.days import NEVER, checked_day
from mi_rewards.calendar.instants import utc
from mi_rewards.errors import Misuse

_FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)

_MIDNIGHTS_MAX: Final = 4096
"""How many midnights a zone remembers: eleven years of days."""


@attrs.frozen(order=False, repr=False)
class Zone:
    """A time zone in which days begin and end. Zones are equal when their names are.

    Attributes:
        name: The IANA name, such as ``"Asia/Kolkata"``.

    Raises:
        Misuse: No such zone is known.

    Source:
        The IANA time zone database, as `zoneinfo` finds it.
    """

    name: str
    _zone: ZoneInfo = attrs.field(init=False, eq=False)
    _ends: dict[date, datetime] = attrs.field(init=False, eq=False, factory=dict)
    _newest: list[tuple[datetime, datetime, date]] = attrs.field(init=False, eq=False)

    @_zone.default
    def _find_zone(self) -> ZoneInfo:
        """Look the zone up by its name."""
        try:
            return ZoneInfo(self.name)
        except (LookupError, ValueError, TypeError, AttributeError, OSError):
            raise Misuse(f"no zone {self.name!r} is in the time zone data found here") from None

    @_newest.default
    def _no_day(self) -> list[tuple[datetime, datetime, date]]:
        """Answer with a day to which no instant belongs."""
        return [(_LAST_INSTANT, _FIRST_INSTANT, NEVER)]

    def __repr__(self) -> str:
        return f"Zone({self.name!r})"

    def __reduce__(self) -> tuple[Callable[[str], Self], tuple[str]]:
        return type(self), (self.name,)

    def start_of(self, day: date) -> datetime:
        """Find when a day begins.

        Args:
            day: A day of this zone.

        Returns:
            The first instant, in UTC, whose local date is *day* or later. A day that was left
            out, as when a zone changes sides of the date line, begins and ends with the next.

        Raises:
            Misuse: *day* is no date.
        """
        if day == date.min:
            return _FIRST_INSTANT
        return self.after(checked_day(day) - _DAY)

    def after(self, day: date) -> datetime:
        """Find when a day is over.

        Args:
            day: A day of this zone, or `NEVER`.

        Returns:
            The first instant, in UTC, that no longer belongs to *day*; for `NEVER` the last
            instant there is.

        Raises:
            Misuse: *day* is no date.
        """
        try:
            return self._ends[day]
        except (KeyError, TypeError):
            return self._remember_end(checked_day(day))

    def day_of(self, at: datetime) -> date:
        """Find the day to which an instant belongs.

        Where the clocks go back over midnight, the repeated time belongs to the day that had
        begun: an instant never belongs to an earlier day than one before it.

        Args:
            at: An aware instant.

        Returns:
            The day with ``start_of(day) <= at < after(day)``; `NEVER` from its beginning on.

        Raises:
            Misuse: *at* is naive, or is no instant.
        """
        if type(at) is not datetime or at.tzinfo is not UTC:
            at = utc(at)
        # Instants mostly come in order: the day asked for last is the likeliest one.
        start, end, day = self._newest[0]
        if start <= at < end:
            return day
        try:
            day = at.astimezone(self._zone).date()
        except OverflowError:
            return date.min if at.year == 1 else NEVER
        while at >= self.after(day) and day != NEVER:
            day += _DAY
        self._newest[0] = (self.start_of(day), self.after(day), day)
        return day

    def first_at(self, day: date, local: time) -> datetime:
        """Find when the local clock first shows a time of a day, or a later one.

        Args:
            day: A day of this zone.
            local: A naive time of that day.

        Returns:
            The first such instant in UTC: the end of the gap for a time that is left out, the
            first occurrence of one that is repeated.

        Raises:
            Misuse: *day* is no date, *local* is no naive time or names its fold, or the instant
                lies outside the years 1 to 9999 in UTC.
        """
        wall = datetime.combine(checked_day(day), checked_time(local), UTC)
        try:
            before = self._offset(wall)
            found = wall - before
            after = self._offset(found.astimezone(self._zone))
        except OverflowError:
            raise Misuse(f"{wall:%H:%M} of {day} lies outside the years 1 to 9999 in UTC") from None
        return found if before == after else self._end_of_gap(wall - after, found)

    def _end_of_gap(self, early: datetime, late: datetime) -> datetime:
        """Find the second at which the clocks go forward, after *early* and by *late*."""
        early, late = early.replace(microsecond=0), late.replace(microsecond=0)
        offset = self._offset(early.astimezone(self._zone))
        while late - early > _SECOND:
            middle = early + (late - early) // _SECOND // 2 * _SECOND
            if self._offset(middle.astimezone(self._zone)) == offset:
                early = middle
            else:
                late = middle
        return late

    def _offset(self, local: datetime) -> timedelta:
        """Say how far a local time is ahead of UTC."""
        return self._zone.utcoffset(local) or timedelta()

    def _remember_end(self, day: date) -> datetime:
        """Find when a day is over, and keep it."""
        end = _LAST_INSTANT if day == NEVER else self.first_at(day + _DAY, time.min)
        if len(self._ends) >= _MIDNIGHTS_MAX:
            self._ends.clear()
        self._ends[day] = end
        return end


def checked_time(local: object) -> time:
    """Object to what is no plain local time.

    Args:
        local: What was given as a time of the day.

    Returns:
        The same.

    Raises:
        Misuse: It is no time, is aware, or names its fold.
    """
    if not isinstance(local, time) or local.tzinfo is not None or local.fold:
        raise Misuse(f"a local time is a naive time of the day without a fold, not {local!r}")
    return local
