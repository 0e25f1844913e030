"""Days: months and years of them, and their text."""

from datetime import date, datetime, timedelta
from typing import Final

from mi_rewards.errors import Misuse

NEVER: Final[date] = date.max
"""A last valid day that never comes."""

_DAY: Final = timedelta(days=1)

ZEROED: Final = bytes.maketrans(b"123456789", b"000000000")
"""Turns every digit into a zero, so that what is left is the form of a text."""


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
        return checked_day(day) + timedelta(days=_checked_count(days))
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
    year, month = divmod(checked_day(day).year * 12 + day.month - 1 + _checked_count(months), 12)
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
    if checked_day(day).month == 12:
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
        if text.encode().translate(ZEROED) == b"0000-00-00":
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
    return "never" if day == NEVER else checked_day(day).isoformat()


def checked_day(day: date) -> date:
    """Object to what is no day: an instant is one only in a zone.

    Args:
        day: What was given as a day.

    Returns:
        The same.

    Raises:
        Misuse: It is no date, or an instant.
    """
    if isinstance(day, datetime) or not isinstance(day, date):
        raise Misuse(f"a day is a date without a time, not {day!r}")
    return day


def _checked_count(count: int) -> int:
    """Object to a number of days, months or years that is not whole."""
    if type(count) is not int:
        raise Misuse(f"days, months and years are counted in whole numbers, not {count!r}")
    return count
