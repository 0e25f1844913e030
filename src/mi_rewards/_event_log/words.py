"""How names, times and counts are written for people."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

OTHER_RULE_BOOK: Final = "; another rule book is named with --programme"
"""What is said beside a message where a rule book lacks a whole part."""


def local_time(at: datetime, zone: ZoneInfo) -> str:
    """Write an instant in local time, to the minute.

    Args:
        at: The instant.
        zone: The zone.

    Returns:
        Such as `2017-06-15 10:00`; in UTC, such as `9999-12-31 23:59Z`, where the local time is
        outside the years 1 to 9999.
    """
    try:
        local, mark = at.astimezone(zone), ""
    except OverflowError:
        local, mark = at, "Z"
    return local.replace(tzinfo=None).isoformat(" ", "minutes") + mark


def shown(text: object) -> str:
    """Write a name from a log so that it cannot do anything to a terminal.

    Args:
        text: The name.

    Returns:
        The same, escaped where it is not printable.
    """
    plain = str(text)
    return plain if plain.isprintable() else ascii(plain)


def in_words(count: str) -> str:
    """Say what is counted.

    Args:
        count: A name that `sold.Sold.counts` has.

    Returns:
        Words.
    """
    return "late to ship" if count == "late" else count.replace("_", " ")
