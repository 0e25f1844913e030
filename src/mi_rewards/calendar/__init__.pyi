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
from mi_rewards.calendar.recurrences import WeeklyRecurrence
from mi_rewards.calendar.windows import Window
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
