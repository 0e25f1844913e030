"""What a line of JSON Lines states: numbers by their digits, each name once."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from mi_rewards.errors import Misuse

LINE_COLUMNS = frozenset({"line_id", "amount", "quantity", "category"})
"""What a line of an order may state."""


def _json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members, each named once."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Misuse(f"the line names {twice!r:.60} twice")
    return members


def _json_constant(name: str) -> NoReturn:
    """Object to what Python reads as a number and JSON does not have."""
    raise Misuse(f"the line is no JSON: there is no {name}")


decode: Callable[[str], object] = json.JSONDecoder(
    object_pairs_hook=_json_object, parse_float=str, parse_int=str, parse_constant=_json_constant
).decode
"""Reads a JSON text; numbers stay as they are written."""

_JSON_KINDS = {bool: "true or false", list: "a list", dict: "an object"}


def json_text(name: str, value: object) -> str:
    """Answer with a value's text.

    Args:
        name: The column.
        value: The value.

    Returns:
        The text; empty for none.

    Raises:
        Misuse: It is neither a text nor a number.
        UnicodeEncodeError: It is not UTF-8.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Misuse(f"{name} must be a text or a number, not {_JSON_KINDS[type(value)]}")
    if "\0" in value:
        raise Misuse("the line has a NUL character")
    if not value.isascii():
        value.encode()
    return value


def json_lines(value: object) -> tuple[dict[str, str], ...]:
    """Read the lines of an order.

    Args:
        value: The value of `lines`.

    Returns:
        The texts of each line by their names.

    Raises:
        Misuse: It is no list of objects, or one of them states something else.
        UnicodeEncodeError: A text is not UTF-8.
    """
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(line, dict) for line in value):
        raise Misuse("lines must be a list of objects")
    lines = []
    for line in value:
        for name in line:
            if name not in LINE_COLUMNS:
                raise Misuse(f"unknown column {name!r:.60} in lines")
        lines.append({name: json_text(name, item) for name, item in line.items()})
    return tuple(lines)
