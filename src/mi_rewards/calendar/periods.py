"""Periods over which something is counted together."""

import enum
from datetime import date


class Period(enum.StrEnum):
    """How long something is counted together.

    A week begins on Monday, a month on its first, a year on 1 January.
    """

    EVER = "ever"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def stretch(self, day: date) -> str:
        """Name the stretch of days that a day belongs to.

        Args:
            day: The day, in the programme's zone.

        Returns:
            The period and which one it is, such as `"month/2017-06"`.
        """
        return f"{self.value}/{_which(self, day)}"


def _which(period: Period, day: date) -> str:
    """Name the day, the week of its ISO year, the month or the year."""
    if period is Period.EVER:
        return "ever"
    if period is Period.DAY:
        return day.isoformat()
    if period is Period.WEEK:
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{day.year:04}-{day.month:02}" if period is Period.MONTH else f"{day.year:04}"
