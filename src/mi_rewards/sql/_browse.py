"""What operators and notebooks read and few requests need: all rows, page by page."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Text, cast, delete, false, select, tuple_, update
from sqlalchemy.sql import ColumnElement

from mi_rewards.errors import Misuse
from mi_rewards.formats import from_text
from mi_rewards.repositories import Aggregate, Note, OutboxEvent, key_of
from mi_rewards.sql._rows import KINDS
from mi_rewards.sql.tables import Tables
from mi_rewards.wallet.entries import Entry

A = TypeVar("A", bound=Aggregate)

PAGE: Final = 1_000
"""How many rows are read at once."""

Position = tuple[str, str]
"""The key of an aggregate: whose, and its name."""

Place = tuple[str, str, int]
"""Where an entry is: whose journal, of which kind of token, its sequence."""


def aggregates(connection: Connection, tables: Tables, kind: type[A], after: Position) -> list[A]:
    """Read a page of aggregates."""
    if kind not in KINDS:
        raise Misuse(f"no table keeps {kind.__name__}")
    rows = tables.by_name[KINDS[kind]].c
    page = (
        select(_text(rows.body))
        .where(tuple_(rows.member_id, rows.name) > tuple_(*after))
        .order_by(rows.member_id, rows.name)
        .limit(PAGE)
    )
    return [from_text(kind, body) for body in connection.scalars(page)]


def position(aggregate: Any) -> Position:
    """Tell where an aggregate is among its kind."""
    key = key_of(aggregate)
    return key.member_id, key.name


def entries(connection: Connection, tables: Tables, after: Place) -> list[Entry]:
    """Read a page of all journals."""
    rows = tables.by_name["journal"].c
    place = (rows.member_id, rows.kind, rows.sequence)
    page = (
        select(_text(rows.body)).where(tuple_(*place) > tuple_(*after)).order_by(*place).limit(PAGE)
    )
    return [from_text(Entry, body) for body in connection.scalars(page)]


def pending(connection: Connection, tables: Tables, limit: int) -> list[OutboxEvent]:
    """Read events that are not marked as handled."""
    rows = tables.by_name["outbox"].c
    page = (
        select(_text(rows.body))
        .where(rows.handled.is_(false()))
        .order_by(rows.member_id, rows.sequence)
        .limit(limit)
    )
    return [from_text(OutboxEvent, body) for body in connection.scalars(page)]


def mark_handled(connection: Connection, tables: Tables, events: Sequence[OutboxEvent]) -> None:
    """Mark events as handled."""
    table = tables.by_name["outbox"]
    names = [(event.member_id, event.event_id) for event in events]
    if names:
        which = tuple_(table.c.member_id, table.c.event_id).in_(names)
        connection.execute(update(table).where(which).values(handled=True))


def notes(connection: Connection, tables: Tables, member_id: str) -> tuple[Note, ...]:
    """Read a member's notes."""
    rows = tables.by_name["notes"].c
    found = connection.execute(
        select(rows.member_id, rows.request_id, rows.text)
        .where(rows.member_id == member_id)
        .order_by(rows.request_id)
    )
    return tuple([Note(*row) for row in found])


def erase_notes(connection: Connection, tables: Tables, member_id: str) -> int:
    """Delete a member's notes."""
    table = tables.by_name["notes"]
    return connection.execute(delete(table).where(table.c.member_id == member_id)).rowcount


def _text(body: ColumnElement[Any]) -> ColumnElement[str]:
    """Read a body as the text that it is, without taking it apart."""
    return cast(body, Text)
