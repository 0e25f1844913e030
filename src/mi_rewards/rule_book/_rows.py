"""Writing the rows of a rule book: equal values are equal texts."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final, TypeAlias

from mi_rewards.calendar import write_instant

Value: TypeAlias = (
    str | int | bool | date | time | tuple["Value", ...] | Mapping[str, "Value"] | None
)

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def rows(**values: Value) -> str:
    """Write rows, leaving out what is `None`."""
    return "".join([f"{row}\n" for row in _rows(values)])


def _rows(values: Mapping[str, Value]) -> list[str]:
    """Write each value that is there beside its key."""
    return [f"{_key(key)} = {_text(value)}" for key, value in values.items() if value is not None]


def _key(key: str) -> str:
    """Write a key, in quotes where TOML wants that."""
    return key if _BARE.fullmatch(key) else _quoted(key)


def _text(value: Value) -> str:
    """Write one value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_rows(value)) + " }"
    if isinstance(value, datetime):
        # A naive one is a local time, and states no instant.
        return value.isoformat() if value.tzinfo is None else write_instant(value)
    return str(value)


def _quoted(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}" for c in escaped) + '"'
    )
