"""Instants as microseconds, and their days: each is found once for each day of UTC that it is in.

Instants mostly come in order: the day asked for last is looked at first.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Final

import attrs

from mi_rewards.calendar import NEVER
from mi_rewards.calendar.instants import UTC
from mi_rewards.errors import Misuse
from mi_rewards.modelling._kernel.packing import DAY_SHIFT, EARNED, cell_day, lot_of
from mi_rewards.programme import Programme

FAR: Final = 1 << 62
"""An instant after all there are, in microseconds."""

PAST: Final = -FAR
"""An instant before all there are, in microseconds."""

NEVER_DAY: Final = NEVER.toordinal()
"""The last valid day that never comes, as an ordinal."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS: Final = 86_400
_MICROSECONDS: Final = 1_000_000
_DAY: Final = _SECONDS * _MICROSECONDS


@attrs.define(eq=False)
class DayFound:
    """What is asked of the day of an instant.

    Attributes:
        earned: The cell of what is earned on it, without a segment.
        cell: The part of a cell that is the day.
        lot: The lot of what is earned on it, without a segment; -1 where the calendar ends first.
        over_at: When that lot's last valid day is over; `FAR` for never.
        day: The day.
        start_at: When it begins.
        end_at: When it is over.
    """

    earned: int
    cell: int
    lot: int
    over_at: int
    day: date
    start_at: int
    end_at: int


class Days:
    """The days of a programme."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._zone = programme.zone
        self._by_day: dict[date, DayFound] = {}
        self._in_utc: defaultdict[int, list[DayFound]] = defaultdict(list)
        self._newest = DayFound(0, 0, -1, PAST, date.min, FAR, PAST)
        self._overs: dict[int, int] = {NEVER_DAY: FAR}

    def at(self, at: int) -> DayFound:
        """Find the day of an instant.

        Args:
            at: The instant.

        Returns:
            What is asked of it.
        """
        found = self._newest
        if found.start_at <= at < found.end_at:
            return found
        in_utc = self._in_utc[at // _DAY]
        for found in in_utc:
            if found.start_at <= at < found.end_at:
                break
        else:
            found = self.on(instant(at))
            in_utc.append(found)
        self._newest = found
        return found

    def on(self, at: datetime) -> DayFound:
        """Find the day of an instant.

        Args:
            at: The instant (UTC).

        Returns:
            What is asked of it.
        """
        day = self._zone.day_of(at)
        return self._by_day.get(day) or self._new(day)

    def over(self, last_day: int) -> int:
        """Find when a last valid day is over.

        Args:
            last_day: The day, as an ordinal.

        Returns:
            The instant; `FAR` for a day that never comes.
        """
        found = self._overs.get(last_day)
        if found is None:
            found = self._overs[last_day] = self._end(date.fromordinal(last_day))
        return found

    def welcome(self) -> tuple[int, int]:
        """Find when joining brings a welcome.

        Returns:
            From when on, and before when; `FAR` twice for never.
        """
        welcome = self._programme.welcome
        if welcome is None:
            return FAR, FAR
        first, last = welcome.from_on, welcome.through_on
        start_at = PAST if first is None else microseconds(self._zone.start_of(first))
        return start_at, FAR if last is None else self.over(last.toordinal())

    def _end(self, day: date) -> int:
        return microseconds(self._zone.after(day))

    def _new(self, day: date) -> DayFound:
        """Work out what is asked of a day, once."""
        cell = cell_day(day.toordinal())
        start_at, end_at = microseconds(self._zone.start_of(day)), self._end(day)
        try:
            # The expiry policy is asked of the day itself, as the programme asks it.
            lot = lot_of(self._programme.validity.last_day(day).toordinal(), day)
        except Misuse:
            found = DayFound(0, cell, -1, PAST, day, start_at, end_at)
        else:
            over_at = self.over(lot >> DAY_SHIFT)
            found = DayFound(cell | EARNED | lot, cell, lot, over_at, day, start_at, end_at)
        self._by_day[day] = found
        return found


def instant(at: int) -> datetime:
    """State an instant as the commands do.

    Args:
        at: Microseconds since 1970.

    Returns:
        The instant (UTC).
    """
    return _EPOCH + timedelta(microseconds=at)


def microseconds(at: datetime) -> int:
    """State an instant as the kernel does.

    Args:
        at: The instant (UTC).

    Returns:
        Microseconds since 1970.
    """
    since = at - _EPOCH
    return (since.days * _SECONDS + since.seconds) * _MICROSECONDS + since.microseconds
