"""Columns of one form as texts, and the lines of orders."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mi_rewards._event_log.json_values import LINE_COLUMNS
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.forms import DAYS, DECIMALS, INSTANTS, LISTS, TEXTS, Column
from mi_rewards.modelling.history.rows import day_text, instant_text

Lines = tuple[Mapping[str, str], ...]
"""The lines that a row states."""


def texts_of(name: str, column: Column) -> list[str]:
    """Write a column as texts.

    Args:
        name: Its name, for messages.
        column: The column.

    Returns:
        The texts, empty for none; the column's own where they are texts.

    Raises:
        Misuse: It has lists.
    """
    if column.form == TEXTS:
        return column.values
    if column.form == LISTS:
        raise Misuse(f"{name} is a column of lists; give texts")
    return [text_of(column, place) for place in range(len(column.values))]


def text_of(column: Column, place: int) -> str:
    """Write one value of a column as an event log does.

    Args:
        column: The column.
        place: Which.

    Returns:
        Its text, empty for none.
    """
    form, values = column
    value = values[place]
    if value is None:
        return ""
    if form == INSTANTS:
        return instant_text(value)
    if form == DAYS:
        return day_text(value)
    if form == DECIMALS:
        return format(value, "f")
    return str(value)


def lines_of(column: Column) -> list[Lines]:
    """Read the lines that rows state.

    Args:
        column: Lists of mappings.

    Returns:
        The lines of each row.

    Raises:
        Misuse: The column states no lines.
    """
    form, values = column
    if form == TEXTS and not any(values):
        return [()] * len(values)
    if form != LISTS:
        raise Misuse(f"lines is a column of lists of mappings, not of {form}")
    return [() if them is None else tuple(map(_line, them)) for them in values]


def _line(line: Any) -> Mapping[str, str]:
    """Read a line of an order."""
    if not isinstance(line, Mapping):
        raise Misuse("lines is a column of lists of mappings")
    for name in line:
        if name not in LINE_COLUMNS:
            raise Misuse(f"unknown column {name!r:.60} in lines")
    return {name: _plain(name, value) for name, value in line.items() if value is not None}


def _plain(name: str, value: Any) -> str:
    """Write a value of a line."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if type(value) is int and name != "amount":
        return str(value)
    raise Misuse(f"{name} in lines is a text, not {value!r:.60}")
