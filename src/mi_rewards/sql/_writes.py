"""What writes the rows of each table; the same on every database.

Rows come from `k`, one or many at once. Where a race is lost or a limit is reached, fewer rows are
written than were given, or the database says that a row is there already.
"""

from typing import Final

from mi_rewards.sql._rows import KINDS, Row

_AGGREGATE: Final = {
    "member_id": "text",
    "name": "text",
    "version": "bigint",
    "due_at": "timestamptz",
    "body": "json",
}
COLUMNS: Final[dict[str, dict[str, str]]] = {
    "receipts": {"scope": "text", "request_id": "text", "body": "json"},
    **dict.fromkeys(KINDS.values(), _AGGREGATE),
    "journal": {
        "member_id": "text",
        "kind": "text",
        "sequence": "bigint",
        "prior": "bigint",
        "booked_at": "timestamptz",
        "body": "json",
    },
    "outbox": {"member_id": "text", "nth": "bigint", "event_id": "text", "body": "json"},
    "erased": {"member_id": "text"},
    "notes": {"member_id": "text", "request_id": "text", "text": "text"},
    "counters": {
        "scope": "text",
        "name": "text",
        "n": "bigint",
        "most": "bigint",
        "lowest": "bigint",
        "highest": "bigint",
    },
}
"""What the rows given for each table have, and of which type it is; those erased are notes."""

_PUT: Final = (
    "INSERT INTO {table} AS x (member_id, name, version, due_at, body)"
    " SELECT member_id, name, version, due_at, body FROM {k} AS k WHERE k.version = 1 OR EXISTS"
    " (SELECT 1 FROM {table} AS y WHERE y.member_id = k.member_id AND y.name = k.name)"
    " ON CONFLICT (member_id, name) DO UPDATE"
    " SET version = excluded.version, due_at = excluded.due_at, body = excluded.body"
    " WHERE x.version = excluded.version - 1"
)
WRITES: Final = {
    "receipts": (
        "INSERT INTO {table} (scope, request_id, body) SELECT scope, request_id, body FROM {k} AS k"
    ),
    **dict.fromkeys(KINDS.values(), _PUT),
    "journal": (
        "INSERT INTO {table} (member_id, kind, sequence, booked_at, body)"
        " SELECT member_id, kind, sequence, booked_at, body FROM {k} AS k"
        " WHERE k.prior = 0 OR EXISTS (SELECT 1 FROM {table} AS x WHERE x.member_id = k.member_id"
        " AND x.kind = k.kind AND x.sequence = k.prior)"
    ),
    "outbox": (
        "INSERT INTO {table} (member_id, sequence, event_id, body)"
        " SELECT k.member_id, k.nth + coalesce((SELECT max(x.sequence) FROM {table} AS x"
        " WHERE x.member_id = k.member_id), 0), k.event_id, k.body FROM {k} AS k"
    ),
    "erased": "DELETE FROM {table} AS x WHERE x.member_id IN (SELECT k.member_id FROM {k} AS k)",
    "notes": (
        "INSERT INTO {table} (member_id, request_id, text)"
        " SELECT member_id, request_id, text FROM {k} AS k"
    ),
    "counters": (
        "INSERT INTO {table} AS x (scope, name, used, most)"
        " SELECT scope, name, n, most FROM {k} AS k WHERE (k.lowest = 0 AND k.highest >= 0)"
        " OR EXISTS (SELECT 1 FROM {table} AS y WHERE y.scope = k.scope AND y.name = k.name)"
        " ON CONFLICT (scope, name) DO UPDATE"
        " SET used = x.used + excluded.used, most = excluded.most"
        " WHERE x.used BETWEEN"
        " (SELECT k.lowest FROM {k} AS k WHERE k.scope = x.scope AND k.name = x.name) AND"
        " (SELECT k.highest FROM {k} AS k WHERE k.scope = x.scope AND k.name = x.name)"
    ),
}
"""What writes rows of each table, in the order in which tables are written."""

UNCOUNTED: Final = frozenset({"erased"})
"""What writes as many rows as there are: members whose notes are deleted."""

FIRST: Final = "INSERT INTO {table} (member_id, name, version, due_at, body) VALUES (?, ?, ?, ?, ?)"
"""Writes one aggregate for the first time; a row that is there already is an error."""

NEXT: Final = (
    "UPDATE {table} SET version = ?, due_at = ?, body = ?"
    " WHERE member_id = ? AND name = ? AND version = ?"
)
"""Writes one aggregate over the version that it replaces."""

SAME: Final = (
    "UPDATE {table} SET version = ?, body = ?"
    " WHERE member_id = ? AND name = ? AND version = ? AND due_at IS ?"
)
"""`NEXT`, where `due_at` stays as it is; so an index on it need not be written."""

FIRSTS: Final = (
    "INSERT INTO {table} (member_id, name, version, due_at, body)"
    " SELECT member_id, name, version, due_at, body FROM {k} AS k"
)
"""Writes aggregates for the first time; a row that is there already is an error."""

NEXTS: Final = (
    "UPDATE {table} AS x SET version = k.version, due_at = k.due_at, body = k.body"
    " FROM {k} AS k WHERE x.member_id = k.member_id AND x.name = k.name"
    " AND x.version = k.version - 1"
)
"""Writes aggregates over the versions that they replace."""

RECEIPT: Final = "INSERT INTO {table} (scope, request_id, body) VALUES (?, ?, ?)"
"""Writes one receipt; a row that is there already is an error."""

ENTRY: Final = (
    "INSERT OR IGNORE INTO {table} (member_id, kind, sequence, booked_at, body)"
    " VALUES (?, ?, CASE WHEN ? = 0 OR EXISTS (SELECT 1 FROM {table} WHERE member_id = ?"
    " AND kind = ? AND sequence = ?) THEN ? END, ?, ?)"
)
"""Writes one entry after the one that must be there before it, 0 where that is not asked for.

An entry without that one has no number, and so is not written. SQLite takes what is selected from
the table that it writes by way of another table, which costs half of it.
"""

TAKE: Final = (
    "INSERT INTO {table} AS x (scope, name, used, most) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (scope, name) DO UPDATE SET most = excluded.most, used = CASE"
    " WHEN x.used BETWEEN 0 AND ? THEN x.used + excluded.used"
    " ELSE CAST('limit ' || x.used AS bigint) END"
)
"""Takes from one counter what could be taken of it from nothing; a limit reached is an error."""


def is_take(row: Row) -> bool:
    """Tell whether a row of a counter is for `TAKE`.

    Args:
        row: `(scope, name, n, most, lowest, highest)`.

    Returns:
        Whether nothing is given back before it is taken, and the limit allows for it.
    """
    lowest, highest = row[4:]
    return bool(lowest == 0 <= highest)


def take_values(row: Row) -> Row:
    """Give the row of a counter to `TAKE`.

    Args:
        row: `(scope, name, n, most, lowest, highest)`.

    Returns:
        The parameters.
    """
    return *row[:4], row[5]


def entry_values(row: Row) -> Row:
    """Give the row of an entry to `ENTRY`.

    Args:
        row: `(member_id, kind, sequence, prior, booked_at, body)`.

    Returns:
        The parameters.
    """
    member_id, kind, sequence, prior, booked_at, body = row
    return member_id, kind, prior, member_id, kind, prior, sequence, booked_at, body


def next_values(row: Row) -> Row:
    """Give the row of an aggregate to `NEXT`.

    Args:
        row: `(member_id, name, version, due_at, body)`.

    Returns:
        The parameters.
    """
    member_id, name, version, due_at, body = row
    return version, due_at, body, member_id, name, version - 1


def same_values(row: Row) -> Row:
    """Give the row of an aggregate to `SAME`.

    Args:
        row: `(member_id, name, version, due_at, body)`.

    Returns:
        The parameters.
    """
    member_id, name, version, due_at, body = row
    return version, body, member_id, name, version - 1, due_at
