"""Instants and days: who asks the time, when a local day begins, and what recurs weekly.

1. An instant is an aware datetime, kept and compared in UTC. A naive one is refused.
2. A day is a date in the programme's zone. It begins with the first instant whose local date is
   that day or a later one, and is over when the next begins. Every instant lies in one day.
3. A window is half-open: its beginning is inside, its end is not.
4. Nothing here reads a clock. Whoever needs the time is given a `Clock`.
"""

from mi_rewards.calendar.days import (
    NEVER,
    add_days,
    add_months,
    end_of_month,
    end_of_year,
    read_day,
    write_day,
)
from mi_rewards.calendar.instants import UTC, Clock, read_instant, utc, write_instant
from mi_rewards.calendar.periods import Period
from mi_rewards.calendar.windows import WeeklyRecurrence, Window
from mi_rewards.calendar.zones import Zone

__all__ = [
    "NEVER",
    "UTC",
    "Clock",
    "Period",
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
