"""Instants: what tells them, in UTC, and as text."""

from datetime import datetime, timezone
from typing import Final, Protocol

from mi_rewards.calendar.days import ZEROED
from mi_rewards.errors import Misuse

UTC: Final = timezone.utc  # noqa: UP017 - by its own name here
"""The zone in which instants are kept: `datetime.UTC`."""

_WITHOUT_OFFSET: Final = -len("+00:00")

_FORMS: Final = frozenset(
    f"0000-00-00{separator}00:00:00{decimals}{offset}".encode()
    for separator in "T "
    for decimals in ("", *(f".{'0' * count}" for count in range(1, 7)))
    for offset in ("Z", "+00:00", "-00:00")
)


class Clock(Protocol):
    """What tells the time to the edge of a host; the core is told the instant instead."""

    def now(self) -> datetime:
        """Tell the present instant, aware. It never fails; it may go back."""


def utc(at: datetime) -> datetime:
    """Express an instant in UTC.

    Args:
        at: An aware instant in any zone.

    Returns:
        The same instant in UTC, to the microsecond, a `datetime` itself whatever kind of one *at*
        is; *at* where it is that already.

    Raises:
        Misuse: *at* is naive, is no instant, or lies outside the years 1 to 9999 in UTC.
    """
    try:
        if at.tzinfo is UTC and type(at) is datetime:
            return at
        if at.utcoffset() is None:
            raise Misuse(f"an instant needs an offset: {at!s} has none")
        moved = at.astimezone(UTC)
        if type(moved) is datetime:
            return moved
        return datetime.combine(moved.date(), moved.time(), UTC)
    except AttributeError:
        raise Misuse(f"an instant is an aware datetime, not {at!r}") from None
    except OverflowError:
        raise Misuse(f"{at!s} lies outside the years 1 to 9999 in UTC") from None


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
        if text.encode().translate(ZEROED) in _FORMS and text[11:13] != "24":
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
    form = text.encode(errors="replace").translate(ZEROED) if isinstance(text, str) else b""
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
    if type(at) is not datetime or at.tzinfo is not UTC:
        at = utc(at)
    return f"{at.isoformat()[:_WITHOUT_OFFSET]}Z"
