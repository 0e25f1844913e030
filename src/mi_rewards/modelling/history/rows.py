"""Batches as the rows of an event log, so that its commands can be carried out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import repeat
from typing import Any

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
    columns: dict[str, Sequence[Any] | None] = {
        **batch._asdict(),
        **batch.rest,
        "at": [instant_text(it) for it in batch.at],
        "amount": _amounts(batch),
        "tokens": _texts(batch.tokens, str, -1),
        "quantity": _texts(batch.quantity, str, -1),
        "last_day": _texts(batch.last_day, day_text, 0),
        "until": _texts(batch.until, instant_text, -1),
    }
    nothing = {name: () if name == "lines" else "" for name in COLUMNS}
    stated = (columns.get(name) for name in COLUMNS)
    filled = [
        repeat(nothing[name]) if column is None else column
        for name, column in zip(COLUMNS, stated, strict=True)
    ]
    return zip(batch.numbers, zip(*filled, strict=False), strict=True)


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


def _amounts(batch: Batch) -> list[str] | None:
    """Write the amounts of a batch."""
    minor, currency = batch.minor, batch.currency
    if minor is None or currency is None:
        return None
    return [
        amount_text(amount, code) if amount >= 0 else ""
        for amount, code in zip(minor, currency, strict=True)
    ]


def _texts(values: list[int] | None, write: Callable[[int], str], none: int) -> list[str] | None:
    """Write a column of whole numbers, empty for none."""
    return None if values is None else ["" if it == none else write(it) for it in values]
