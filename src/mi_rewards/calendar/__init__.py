"""Instants and days: who asks the time, when a local day begins, and what recurs weekly.

1. An instant is an aware datetime, kept and compared in UTC. A naive one is refused.
2. A day is a date in the programme's zone. It begins with the first instant whose local date is
   that day or a later one, and is over when the next begins. Every instant lies in one day.
3. A window is half-open: its beginning is inside, its end is not.
4. Nothing here reads a clock. Whoever needs the time is given a `Clock`.
"""

from mi_rewards._lazy import lazily

_HOMES = {
    "NEVER": "mi_rewards.calendar.days",
    "UTC": "mi_rewards.calendar.instants",
    "Clock": "mi_rewards.calendar.instants",
    "Period": "mi_rewards.calendar.periods",
    "WeeklyRecurrence": "mi_rewards.calendar.recurrences",
    "Window": "mi_rewards.calendar.windows",
    "Zone": "mi_rewards.calendar.zones",
    "add_days": "mi_rewards.calendar.days",
    "add_months": "mi_rewards.calendar.days",
    "end_of_month": "mi_rewards.calendar.days",
    "end_of_year": "mi_rewards.calendar.days",
    "read_day": "mi_rewards.calendar.days",
    "read_instant": "mi_rewards.calendar.instants",
    "utc": "mi_rewards.calendar.instants",
    "write_day": "mi_rewards.calendar.days",
    "write_instant": "mi_rewards.calendar.instants",
}

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

__getattr__, __dir__ = lazily(__name__, _HOMES)
