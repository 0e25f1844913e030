"""Values as plain text and digests: equal for equal values, on every supported Python."""

import enum
import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

import attrs

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.errors import Misuse
from mi_rewards.money import Money

PLAIN = frozenset({str, int, bool, type(None)})

LOCAL: Final[Mapping[str, bool]] = MappingProxyType({"is_local": True})
"""Metadata of an attribute that is a naive local time by intent, and no instant."""

LATER: Final[Mapping[str, bool]] = MappingProxyType({"is_later": True})
"""The metadata of a field, with a default, that its class got after values were digested."""


def canonical(value: object) -> object:
    """Reduce a value to nested tuples of texts, whole numbers, truth values and `None`.

    Args:
        value: A frozen attrs value, an enum member, an instant, a day, a time of the day, a tuple
            of such, or already plain.

    Returns:
        The plain form; an attrs value begins with its class's name. What its class got `LATER`
        counts only where it is not at its default, so that digests of before stay.

    Raises:
        Misuse: There is something else in it.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if isinstance(value, Money):
        return ("Money", value.minor, value.currency)
    if isinstance(value, tuple):
        return tuple([canonical(item) for item in value])
    if isinstance(value, enum.Enum):
        return canonical(value.value)
    if isinstance(value, datetime):
        return write_instant(value)
    if isinstance(value, date):
        return write_day(value)
    if isinstance(value, time):
        return value.isoformat()
    if attrs.has(kind):
        readers, later = _readers(kind)
        stated = [(name, canonical(getattr(value, name))) for name in later]
        return (
            kind.__name__,
            *[canonical(read(value)) for read in readers],
            *[pair for pair in stated if pair[1] != later[pair[0]]],
        )
    raise Misuse(f"{value!r} has no canonical form")


def digest(plain: object, *, size: int) -> str:
    """Digest a plain value.

    Args:
        plain: What `canonical` answers.
        size: Bytes of the digest.

    Returns:
        Hexadecimal digits, two for each byte.

    Source:
        BLAKE2b, RFC 7693.
    """
    return hashlib.blake2b(ascii(plain).encode(), digest_size=size).hexdigest()


@lru_cache(maxsize=256)
def _readers(
    kind: type[Any],
) -> tuple[tuple[Callable[[Any], object], ...], Mapping[str, object]]:
    """Make what reads the attributes that make a value equal to another; later ones by default."""
    fields = [field for field in attrs.fields(kind) if field.init and field.eq]
    later = {it.name: canonical(it.default) for it in fields if it.metadata.get("is_later")}
    known = [it for it in fields if it.name not in later]
    readers = [_reader(it.name, is_local="is_local" in it.metadata) for it in known]
    return tuple(readers), later


def _reader(name: str, *, is_local: bool) -> Callable[[Any], object]:
    """Make what reads one attribute; a local time is read as its text."""
    read = attrgetter(name)
    return (lambda value: read(value).isoformat()) if is_local else read
