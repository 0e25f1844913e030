"""What commands on standings answer: small values that a receipt keeps."""

from datetime import date
from typing import NamedTuple


class Reviewed(NamedTuple):
    """What the calendar made of a standing was booked.

    Attributes:
        tier: The tier held by now; empty for none.
        changes: How often it changed.
        tokens: Upgrade rewards.
        falls_on: The day of the fall of which notice was given; `None` where none was due.
    """

    tier: str
    changes: int
    tokens: int
    falls_on: date | None


class BirthdayGiven(NamedTuple):
    """A birthday gift was given.

    Attributes:
        tokens: How many.
        last_day: Their last valid day.
    """

    tokens: int
    last_day: date
