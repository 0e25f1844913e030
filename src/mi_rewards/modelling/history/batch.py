"""A batch: some rows of a history as columns of whole numbers and texts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from mi_rewards._event_log.lines import Unread
from mi_rewards.calendar import UTC

ROWS_MAX: Final = 1 << 12
"""How many rows a batch has at most: few enough that what was just read is still near when it is
taken."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Batch(NamedTuple):
    """Some rows of a history, column by column.

    A column in which no row of the batch states anything is `None`. A text that is not stated is
    empty. Every amount that is there is of a known currency.

    Attributes:
        numbers: The rows' numbers, from 1; in a file the lines'.
        kind: What happened.
        member_id: Whose event it is.
        at: Instants: microseconds since 1970-01-01 UTC.
        order_id: The orders.
        minor: Amounts in minor units, -1 for none.
        currency: Their ISO 4217 codes.
        request_id: The requests as they are named. That of a return without an order id, and of a
            review, is there even where the history names none: it is made of all that the row
            states.
        category: The host's categories.
        channel: The host's channels.
        tokens: Whole tokens, -1 for none.
        last_day: Last valid days as ordinals, 0 for none.
        line_id: The lines of orders.
        quantity: Units, -1 for none.
        lines: The lines that a row states, as the rows of an event log have them.
        reward_id: The rewards.
        code: The codes.
        verdict: The host's verdicts.
        until: Deadlines: microseconds since 1970-01-01 UTC, -1 for none.
        hold_id: The holds.
        burn_id: The burns.
        segment: The texts by which a replay is cut into segments.
        rest: The other columns of an event log, as texts, by name.
        unread: What could not be read, in the order of numbers.
    """

    numbers: Sequence[int]
    kind: list[str]
    member_id: list[str]
    at: list[int]
    order_id: list[str] | None
    minor: list[int] | None
    currency: list[str] | None
    request_id: list[str] | None
    category: list[str] | None
    channel: list[str] | None
    tokens: list[int] | None
    last_day: list[int] | None
    line_id: list[str] | None
    quantity: list[int] | None
    lines: list[tuple[Mapping[str, str], ...]] | None
    reward_id: list[str] | None
    code: list[str] | None
    verdict: list[str] | None
    until: list[int] | None
    hold_id: list[str] | None
    burn_id: list[str] | None
    segment: list[str] | None
    rest: Mapping[str, list[str]]
    unread: tuple[Unread, ...]


TEXT_COLUMNS: Final = (
    "order_id",
    "currency",
    "request_id",
    "category",
    "channel",
    "line_id",
    "reward_id",
    "code",
    "verdict",
    "hold_id",
    "burn_id",
)
"""The columns of a batch that are texts, but for those that every row has."""

WHOLE_COLUMNS: Final = ("tokens", "quantity")
"""The columns of a batch that are whole numbers of something."""

IN_ROWS: Final = frozenset(
    {*TEXT_COLUMNS, *WHOLE_COLUMNS, "kind", "member_id", "at", "amount", "last_day", "lines"}
    | {"until"}
)
"""The columns of an event log that a batch has under a name of its own."""


def micros_of(at: datetime) -> int:
    """Count the microseconds to an instant.

    Args:
        at: The instant, aware.

    Returns:
        Microseconds since 1970-01-01 UTC.
    """
    return (at - _EPOCH) // _MICROSECOND


def instant_of(micros: int) -> datetime:
    """Find the instant to which microseconds have been counted.

    Args:
        micros: Microseconds since 1970-01-01 UTC.

    Returns:
        The instant (UTC).

    Raises:
        OverflowError: It lies outside the years 1 to 9999.
    """
    return _EPOCH + timedelta(microseconds=micros)


class Chunk(NamedTuple):
    """Some rows as they came, not longer than a batch.

    Attributes:
        numbers: The rows' numbers.
        columns: What each column states, by the names that the history gives them.
        unread: What could not be read as a row.
        last: The last number that has been read.
    """

    numbers: Sequence[int]
    columns: Mapping[str, Any]
    unread: Sequence[Unread]
    last: int
