"""Reading what a codec wrote: each function answers with a value of the right kind, or objects.

Every error is `Corrupt`, and names the part that is wrong.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

from mi_rewards.calendar import Zone, read_day, read_instant
from mi_rewards.errors import Corrupt, Figure, Misuse
from mi_rewards.money import TOKENS_MAX

FORMAT = 1
"""The format that is written and read."""

TEXT: Final = r'"([^"\\\x00-\x1f]*)"'
"""The pattern of a text in compact JSON, where nothing in it has to be escaped."""

COUNT: Final = "(0|[1-9][0-9]{0,17})"
"""The pattern of a whole number from 0; of at most 18 digits, it is in range."""

_SHOWN_MAX = 60
"""How much of something wrong a message quotes, in characters."""

_T = TypeVar("_T")


def fields_in(
    written: object, names: frozenset[str], what: str, later: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Read a dictionary of exactly these keys and, where it has one, of the known format.

    Args:
        written: What was written.
        names: The keys.
        what: What it should be.
        later: Keys that the format got later, each written only where it says something.

    Returns:
        The dictionary.

    Raises:
        Corrupt: It is something else.
    """
    if not isinstance(written, dict):
        raise Corrupt(f"{what} must be a dictionary, not {_shown(written)}")
    if "format" in names:
        known = written.get("format")
        if type(known) is not int or known != FORMAT:
            raise Corrupt(f"{what} is of the unknown format {_shown(known)}")
    if written.keys() != names and (written.keys() - later) != names:
        missing = sorted(names - written.keys())
        extra = sorted(map(str, written.keys() - names - later))
        raise Corrupt(f"{what} has other keys: missing {missing}, unknown {extra}")
    return written


def list_in(written: object, what: str, length: int | None = None) -> list[Any]:
    """Read a list.

    Args:
        written: What was written.
        what: What it should be.
        length: How long it should be, if that is known.

    Returns:
        The list.

    Raises:
        Corrupt: It is something else.
    """
    if not isinstance(written, list):
        raise Corrupt(f"{what} must be a list, not {_shown(written)}")
    if length is not None and len(written) != length:
        raise Corrupt(f"{what} must have {length} parts, not {_shown(written)}")
    return written


def text_in(written: object, what: str) -> str:
    """Read a text.

    Args:
        written: What was written.
        what: What it should be.

    Returns:
        The text.

    Raises:
        Corrupt: It is something else.
    """
    if type(written) is not str:
        raise Corrupt(f"{what} must be a text, not {_shown(written)}")
    return written


def whole_in(written: object, what: str, least: int) -> int:
    """Read a whole number.

    Args:
        written: What was written.
        what: What it should be.
        least: The smallest that it can be; the largest is 2**63 - 1.

    Returns:
        The number.

    Raises:
        Corrupt: It is something else.
    """
    if type(written) is not int or not least <= written <= TOKENS_MAX:
        raise Corrupt(
            f"{what} must be a whole number, {least} to {TOKENS_MAX}, not {_shown(written)}"
        )
    return written


def truth_in(written: object, what: str) -> bool:
    """Read a truth value.

    Args:
        written: What was written.
        what: What it should be.

    Returns:
        The truth value.

    Raises:
        Corrupt: It is something else.
    """
    if type(written) is not bool:
        raise Corrupt(f"{what} must be true or false, not {written!r:.60}")
    return written


def figure_in(written: object, what: str) -> Figure:
    """Read a figure of a reason.

    Args:
        written: What was written.
        what: What it should be.

    Returns:
        The text or whole number.

    Raises:
        Corrupt: It is something else.
    """
    if type(written) is int or type(written) is str:
        return written
    raise Corrupt(f"{what} must be a text or a whole number, not {_shown(written)}")


def one_of(written: object, known: Mapping[str, _T], what: str) -> _T:
    """Read one of several names.

    Args:
        written: What was written.
        known: What each name stands for.
        what: What it should be.

    Returns:
        What the name stands for.

    Raises:
        Corrupt: It is something else.
    """
    name = text_in(written, what)
    if name not in known:
        raise Corrupt(f"{what} {_shown(name)} is not known")
    return known[name]


def instant_in(written: object, what: str) -> datetime:
    """Read an instant.

    Args:
        written: What was written.
        what: What it should be.

    Returns:
        The instant in UTC.

    Raises:
        Corrupt: It is something else.
    """
    try:
        return read_instant(text_in(written, what))
    except Misuse as error:
        raise Corrupt(f"{what}: {error}") from None


def day_in(written: object, what: str) -> date:
    """Read a day.

    Args:
        written: What was written.
        what: What it should be.

    Returns:
        The day.

    Raises:
        Corrupt: It is something else.
    """
    try:
        return known_day(text_in(written, what))
    except Misuse as error:
        raise Corrupt(f"{what}: {error}") from None


known_day: Callable[[str], date] = lru_cache(maxsize=1024)(read_day)
"""`read_day`, of days of which the wallets of a programme name few."""


@lru_cache(maxsize=64)
def zone_in(name: str) -> Zone:
    """Find a time zone, the same one for the same name, since it remembers its midnights.

    Args:
        name: What was written.

    Returns:
        The zone.

    Raises:
        Corrupt: There is none of that name.
    """
    try:
        return Zone(name)
    except Misuse as error:
        raise Corrupt(f"zone: {error}") from None


def optional(read: Callable[[object, str], _T], written: object, what: str) -> _T | None:
    """Read what may be nothing.

    Args:
        read: How it is read where it is something.
        written: What was written.
        what: What it should be.

    Returns:
        What was read, or `None`.
    """
    return None if written is None else read(written, what)


def parts_in(written: object, what: str) -> list[tuple[date, int]]:
    """Read tokens by last valid day.

    Args:
        written: What was written.
        what: What it should be.

    Returns:
        Pairs of a day and a number of tokens; the days rise.

    Raises:
        Corrupt: It is something else.
    """
    parts: list[tuple[date, int]] = []
    before: date | None = None
    for part in list_in(written, what):
        text, tokens = list_in(part, what, 2)
        day = day_in(text, what)
        if before is not None and day <= before:
            raise Corrupt(f"{what}: last valid days must rise: {_shown(written)}")
        before = day
        parts.append((day, whole_in(tokens, what, 1)))
    return parts


def _shown(value: object) -> str:
    """Quote something wrong, the beginning of it where it is long."""
    try:
        quoted = repr(value)
    except ValueError:
        quoted = "a number of too many digits"
    return quoted if len(quoted) <= _SHOWN_MAX else f"{quoted[:_SHOWN_MAX]}..."
