"""Periods: days, months, quarters and years of the programme's calendar."""

import enum
from collections.abc import Iterator
from datetime import date

from mi_rewards.errors import Misuse


class PeriodLength(enum.StrEnum):
    """How long a period is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @classmethod
    def named(cls, name: "PeriodLength | str", *, longer_than_day: bool = False) -> "PeriodLength":
        """Find a length by its name.

        Args:
            name: `day`, `month`, `quarter` or `year`.
            longer_than_day: Whether a day is too short.

        Returns:
            The length.

        Raises:
            Misuse: There is none of that name, or it is too short.
        """
        known = [it for it in cls if not (longer_than_day and it is cls.DAY)]
        for it in known:
            if it == name:
                return it
        raise Misuse(f"a period is one of {', '.join(known)}, not {name!r:.60}")

    def first_day(self, day: date) -> date:
        """Answer with the first day of the period that a day lies in.

        Args:
            day: The day.

        Returns:
            The period's first day.
        """
        if self is PeriodLength.DAY:
            return day
        months = _MONTHS[self]
        month = (day.month - 1) // months * months + 1
        return date(day.year, month, 1)

    def next(self, first: date) -> date:
        """Answer with the first day of the period after one.

        Args:
            first: The first day of a period.

        Returns:
            The first day of the next.

        Raises:
            Misuse: It would be past the year 9999.
        """
        try:
            if self is PeriodLength.DAY:
                return date.fromordinal(first.toordinal() + 1)
            months = first.year * 12 + first.month - 1 + _MONTHS[self]
            return date(months // 12, months % 12 + 1, 1)
        except ValueError:
            raise Misuse("there is no period past the year 9999") from None

    def between(self, first: date, later: date) -> int:
        """Count the periods from one to another.

        Args:
            first: The first day of a period.
            later: The first day of the same or a later one.

        Returns:
            How many periods later it is; 0 for the same.
        """
        if self is PeriodLength.DAY:
            return later.toordinal() - first.toordinal()
        months = (later.year - first.year) * 12 + later.month - first.month
        return months // _MONTHS[self]

    def each(self, first: date, through: date) -> Iterator[date]:
        """Go through the periods from that of one day to that of another.

        Args:
            first: A day of the first period.
            through: A day of the last.

        Yields:
            Their first days.
        """
        period, last = self.first_day(first), self.first_day(through)
        while period < last:
            yield period
            period = self.next(period)
        if period == last:
            yield period


_MONTHS = {PeriodLength.MONTH: 1, PeriodLength.QUARTER: 3, PeriodLength.YEAR: 12}
