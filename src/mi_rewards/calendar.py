"""Instants and days: who asks the time, when a local day begins, and what recurs weekly.

1. An instant is an aware datetime, kept and compared in UTC. A naive one is refused.
2. A day is a date in the programme's zone. It begins with the first instant whose local date is
   that day or a later one, and is over when the next begins. Every instant lies in one day.
3. A window is half-open: its beginning is inside, its end is not.
4. Nothing here reads a clock. Whoever needs the time is given a `Clock`.
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol, Self
from zoneinfo import ZoneInfo

import attrs

from mi_rewards.errors import Misuse

__all__ = [
    "NEVER",
    "UTC",
    "Clock",
    "WeeklyRecurrence",
    "Window",
    "Zone",
    "add_days",
    "add_months",
    "end_of_month",
    "end_of_year",
    "read_day",
    "read_instant",
    "utc",
    "write_day",
    "write_instant",
]

NEVER: Final[date] = date.max
"""A last valid day that never comes."""

_FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC)
_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)

_MIDNIGHTS_MAX: Final = 4096
"""How many midnights a zone remembers: eleven years of days."""


class Clock(Protocol):
    """What tells the time to the edge of a host; the core is told the instant instead."""

    def now(self) -> datetime:
        """Tell the present instant, aware. It never fails; it may go back."""


def utc(at: datetime) -> datetime:
    """Express an instant in UTC.

    Args:
        at: An aware instant in any zone.

    Returns:
        The same instant in UTC; *at* itself where it is in UTC already.

    Raises:
        Misuse: *at* is naive, is no instant, or lies outside the years 1 to 9999 in UTC.
    """
    try:
        if at.tzinfo is UTC:
            return at
        if at.utcoffset() is None:
            raise Misuse(f"an instant needs an offset: {at!s} has none")
        return at.astimezone(UTC)
    except AttributeError:
        raise Misuse(f"an instant is an aware datetime, not {at!r}") from None
    except OverflowError:
        raise Misuse(f"{at!s} lies outside the years 1 to 9999 in UTC") from None


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
    _newest: list[tuple[datetime, datetime, date]] = attrs.field(init=False, eq=False, factory=list)

    @_zone.default
    def _find_zone(self) -> ZoneInfo:
        """Look the zone up by its name."""
        try:
            return ZoneInfo(self.name)
        except (LookupError, ValueError, TypeError, AttributeError, OSError):
            raise Misuse(f"no zone {self.name!r} is in the time zone data found here") from None

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
        return self.after(_checked_day(day) - _DAY)

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
            return self._remember_end(_checked_day(day))

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
        at = utc(at)
        # Instants mostly come in order: the day asked for last is the likeliest one.
        for start, end, day in self._newest:
            if start <= at < end:
                return day
        try:
            day = at.astimezone(self._zone).date()
        except OverflowError:
            return date.min if at.year == 1 else NEVER
        while at >= self.after(day) and day != NEVER:
            day += _DAY
        self._newest[:] = [(self.start_of(day), self.after(day), day)]
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
        wall = datetime.combine(_checked_day(day), _checked_time(local), UTC)
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
        _checked_time(self.time)
        _require_zone(self.zone)
        _checked_day(self.from_on)

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


def add_days(day: date, days: int) -> date:
    """Go some days on, or back.

    Args:
        day: Where to begin.
        days: A whole number of days; negative to go back.

    Returns:
        The day that many days later.

    Raises:
        Misuse: An argument is of the wrong kind, or the result is outside the years 1 to 9999.
    """
    try:
        return _checked_day(day) + timedelta(days=_checked_count(days))
    except OverflowError:
        raise Misuse(f"that many days from {day} is outside the years 1 to 9999") from None


def add_months(day: date, months: int) -> date:
    """Go some months on, or back, to the same day of the month or the month's last.

    Args:
        day: Where to begin.
        months: A whole number of months; negative to go back.

    Returns:
        The same day of the month that many months later; the last of a shorter month, so that
        31 January and one month is 28 or 29 February.

    Raises:
        Misuse: An argument is of the wrong kind, or the result is outside the years 1 to 9999.
    """
    year, month = divmod(_checked_day(day).year * 12 + day.month - 1 + _checked_count(months), 12)
    if not date.min.year <= year <= date.max.year:
        raise Misuse(f"that many months from {day} is outside the years 1 to 9999")
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return end_of_month(date(year, month + 1, 1))


def end_of_month(day: date) -> date:
    """Find the last day of a day's month.

    Args:
        day: Any day of the month.

    Returns:
        The month's 28th to 31st.

    Raises:
        Misuse: *day* is no date.
    """
    if _checked_day(day).month == 12:
        return date(day.year, 12, 31)
    return date(day.year, day.month + 1, 1) - _DAY


def end_of_year(year: int) -> date:
    """Find the last day of a year.

    Args:
        year: 1 to 9999.

    Returns:
        Its 31 December.

    Raises:
        Misuse: *year* is not an int or out of range.
    """
    if not date.min.year <= _checked_count(year) <= date.max.year:
        raise Misuse("a year is a whole number from 1 to 9999")
    return date(year, 12, 31)


_ZEROED: Final = bytes.maketrans(b"123456789", b"000000000")
"""Turns every digit into a zero, so that what is left is the form of a text."""

_FORMS: Final = frozenset(
    f"0000-00-00{separator}00:00:00{decimals}{offset}".encode()
    for separator in "T "
    for decimals in ("", *(f".{'0' * count}" for count in range(1, 7)))
    for offset in ("Z", "+00:00", "-00:00")
)


def read_instant(text: str) -> datetime:
    """Read an instant.

    Args:
        text: ISO 8601 in the extended form with an offset: ``2017-12-01T08:26:00+05:30``. There
            may be a space for the ``T``, one to six decimals of the second, ``Z`` for the offset.

    Returns:
        The instant in UTC.

    Raises:
        Misuse: The text has no offset, is in another form, or names no instant of the years 1 to
            9999; there is no hour 24 and no second 60.

    Source:
        RFC 3339, "Date and Time on the Internet: Timestamps".
    """
    try:
        if text.encode().translate(_ZEROED) in _FORMS and text[11:13] != "24":
            at = datetime.fromisoformat(text)
            if at.tzinfo is UTC:
                return at
            if text[-2] < "6":
                return at.astimezone(UTC)
    except (AttributeError, ValueError, OverflowError):
        pass
    raise Misuse(_why_no_instant(text))


def _why_no_instant(text: object) -> str:
    """Say what is wrong with a text that was not read."""
    form = text.encode(errors="replace").translate(_ZEROED) if isinstance(text, str) else b""
    if form in _FORMS:
        return f"{text!r} names no instant of the years 1 to 9999"
    if form + b"Z" in _FORMS:
        return f"an instant needs an offset: {text!r} has none"
    return f"an instant is written as 2017-12-01T08:26:00+05:30, not {text!r:.60}"


def write_instant(at: datetime) -> str:
    """Write an instant.

    Args:
        at: An aware instant.

    Returns:
        ISO 8601 in UTC, such as ``2017-12-01T02:56:00Z``; with six decimals of the second where
        they are not all zero.

    Raises:
        Misuse: *at* is naive, or is no instant.
    """
    at = utc(at)
    return f"{at.date().isoformat()}T{at.time().isoformat()}Z"


def read_day(text: str) -> date:
    """Read a day.

    Args:
        text: ``YYYY-MM-DD``, or ``never``.

    Returns:
        The day; `NEVER` for ``never``.

    Raises:
        Misuse: The text is in another form, or there is no such day.
    """
    if text == "never":
        return NEVER
    try:
        if text.encode().translate(_ZEROED) == b"0000-00-00":
            return date.fromisoformat(text)
    except (AttributeError, ValueError):
        pass
    raise Misuse(f"a day is written as YYYY-MM-DD or never, not {text!r:.60}")


def write_day(day: date) -> str:
    """Write a day.

    Args:
        day: Any day.

    Returns:
        ``YYYY-MM-DD``; ``never`` for `NEVER`.

    Raises:
        Misuse: *day* is no date.
    """
    return "never" if day == NEVER else _checked_day(day).isoformat()


def _checked_day(day: date) -> date:
    """Object to what is no day: an instant is one only in a zone."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise Misuse(f"a day is a date without a time, not {day!r}")
    return day


def _checked_time(local: object) -> time:
    """Object to what is no plain local time."""
    if not isinstance(local, time) or local.tzinfo is not None or local.fold:
        raise Misuse(f"a local time is a naive time of the day without a fold, not {local!r}")
    return local


def _require_zone(zone: object) -> None:
    """Object to what is no zone, such as its name."""
    if not isinstance(zone, Zone):
        raise Misuse(f"a time zone is a Zone, not {zone!r}")


def _checked_count(count: int) -> int:
    """Object to a number of days, months or years that is not whole."""
    if type(count) is not int:
        raise Misuse(f"days, months and years are counted in whole numbers, not {count!r}")
    return count
