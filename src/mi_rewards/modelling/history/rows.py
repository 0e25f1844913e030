"""Batches as the rows of an event log, so that its commands can be carried out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any, Final

from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards.calendar import write_day, write_instant
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.batch import Batch, instant_of
from mi_rewards.money import exponent_of


def to_rows(batch: Batch) -> Iterator[tuple[int, Row]]:
    """Write the rows of a batch as those of an event log; commands made of them are the same.

    Args:
        batch: From `batches`. What could not be read is not among its rows.

    Yields:
        Each row's number and the row.
    """
    columns: list[Iterable[Any]] = [repeat(nothing) for nothing in _NOTHING]
    for place, write in _writers(batch):
        columns[place] = map(write, range(len(batch.kind)))
    return zip(batch.numbers, zip(*columns, strict=False), strict=True)


def row_writer(batch: Batch) -> Callable[[int], Row]:
    """Make what writes single rows of a batch as those of an event log.

    Args:
        batch: From `batches`.

    Returns:
        Takes a row's place, and answers with the row.
    """
    writers = _writers(batch)

    def write_row(number: int) -> Row:
        row = list(_NOTHING)
        for place, write in writers:
            row[place] = write(number)
        return tuple(row)

    return write_row


def _writers(batch: Batch) -> list[tuple[int, Callable[[int], Any]]]:
    """Make what writes the columns that a batch states, each with its place in a row."""
    columns = {**batch._asdict(), **batch.rest}
    writers: list[tuple[int, Callable[[int], Any]]] = []
    for place, name in enumerate(COLUMNS):
        column = columns.get(name)
        if name == "amount":
            if batch.minor is not None and batch.currency is not None:
                writers.append((place, _amount_of(batch.minor, batch.currency)))
        elif column is not None and name in _WRITTEN:
            writers.append((place, _text_of(column, *_WRITTEN[name])))
        elif column is not None:
            writers.append((place, column.__getitem__))
    return writers


def instant_text(micros: int) -> str:
    """Write an instant as an event log does.

    Args:
        micros: Microseconds since 1970-01-01 UTC.

    Returns:
        Its text; the digits as they are where it lies outside the years 1 to 9999.
    """
    try:
        return write_instant(instant_of(micros))
    except OverflowError:
        return str(micros)


def day_text(ordinal: int) -> str:
    """Write a day as an event log does.

    Args:
        ordinal: The proleptic Gregorian ordinal.

    Returns:
        Its text; the digits as they are where there is no such day.
    """
    try:
        return write_day(date.fromordinal(ordinal))
    except (OverflowError, ValueError):
        return str(ordinal)


def amount_text(minor: int, currency: str) -> str:
    """Write an amount as an event log does.

    Args:
        minor: Minor units.
        currency: The ISO 4217 code.

    Returns:
        The decimal text; the digits as they are where the currency is unknown.
    """
    try:
        exponent = exponent_of(currency)
    except Misuse:
        return str(minor)
    if not exponent or minor < 0:
        return str(minor)
    digits = str(minor).zfill(exponent + 1)
    return f"{digits[:-exponent]}.{digits[-exponent:]}"


def _amount_of(minor: Sequence[int], currency: Sequence[str]) -> Callable[[int], str]:
    """Make what writes the amounts of a batch."""
    return lambda place: amount_text(minor[place], currency[place]) if minor[place] >= 0 else ""


def _text_of(
    values: Sequence[int], write: Callable[[int], str], none: int | None
) -> Callable[[int], str]:
    """Make what writes a column of whole numbers, empty for none."""
    return lambda place: "" if values[place] == none else write(values[place])


_WRITTEN: Final[Mapping[str, tuple[Callable[[int], str], int | None]]] = {
    "at": (instant_text, None),
    "tokens": (str, -1),
    "quantity": (str, -1),
    "last_day": (day_text, 0),
    "until": (instant_text, -1),
}
"""How whole numbers are written, and what stands for none."""

_NOTHING: Final = tuple(() if name == "lines" else "" for name in COLUMNS)
"""A row that states nothing."""
