"""The tables: they join the host's own `MetaData`, so that its migrations see them.

1. The member's id leads the key of everything that a member owns.
2. What a store looks up or sorts by is a column; all else of an aggregate or a record is one text
   in JSON, as `mi_rewards.formats` writes it.
3. Texts are compared by code point, and instants are in UTC.
4. Rows of the journal and receipts are never changed: triggers refuse it, whoever tries.
"""

import re
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
    false,
    inspect,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine

from mi_rewards.errors import Misuse
from mi_rewards.formats import AGGREGATES

PREFIX: Final = "mi_rewards_"
"""What the names of tables begin with, unless another prefix is chosen."""

IMMUTABLE: Final = ("receipts", "journal")
"""Tables whose rows are never changed and never deleted."""

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*")

_ALONE: Final = {
    "postgresql": "SELECT pg_advisory_xact_lock(20170501)",
    "sqlite": "BEGIN IMMEDIATE",
}
"""What lets one transaction at a time create tables."""

_GUARDS: Final = {
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'rows of {name} are never changed'; END $$
        """,
        """
        CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {fullname}
        FOR EACH ROW EXECUTE FUNCTION {guard}()
        """,
        """
        CREATE TRIGGER {trigger}_all BEFORE TRUNCATE ON {fullname}
        FOR EACH STATEMENT EXECUTE FUNCTION {guard}()
        """,
    ),
    "sqlite": (
        """
        CREATE TRIGGER IF NOT EXISTS {trigger}_update BEFORE UPDATE ON {fullname}
        BEGIN SELECT RAISE(ABORT, 'rows of {name} are never changed'); END
        """,
        """
        CREATE TRIGGER IF NOT EXISTS {trigger}_delete BEFORE DELETE ON {fullname}
        BEGIN SELECT RAISE(ABORT, 'rows of {name} are never changed'); END
        """,
    ),
}


class Tables:
    """The tables of a store.

    Attributes:
        metadata: What they belong to.
        by_name: The tables by their names without the prefix: one for each kind of aggregate, such
            as `wallets`, and `journal`, `receipts`, `outbox`, `notes`, `counters`.
    """

    def __init__(
        self, metadata: MetaData | None = None, *, prefix: str = PREFIX, schema: str | None = None
    ) -> None:
        """Add the tables to a host's metadata.

        Args:
            metadata: The host's, `None` for one of its own.
            prefix: What the names begin with.
            schema: The database schema, `None` for the default one.

        Raises:
            Misuse: A name is not of small letters, digits and underscores.
        """
        for name in (prefix, schema or PREFIX):
            if not _PLAIN.fullmatch(name):
                raise Misuse(f"a name of tables has small letters, digits and _, not {name!r}")
        self.metadata: MetaData = MetaData() if metadata is None else metadata
        self._prefix = prefix
        self._schema = schema
        self.by_name: dict[str, Table] = {}
        for name in AGGREGATES:
            self._aggregates(f"{name}s")
        self._records()
        for name in IMMUTABLE:
            event.listen(self.by_name[name], "after_create", self._guard)

    def ddl(self, dialect: Dialect) -> list[str]:
        """Write the statements that create everything, for a migration tool of another kind.

        Args:
            dialect: The database's dialect.

        Returns:
            SQL statements in order.
        """
        statements = []
        for table in self.by_name.values():
            statements.append(str(CreateTable(table).compile(dialect=dialect)))
            statements += [str(CreateIndex(it).compile(dialect=dialect)) for it in table.indexes]
            if table.name.removeprefix(self._prefix) in IMMUTABLE:
                statements += self._guards(table, dialect)
        return [statement.strip() for statement in statements]

    def create(self, connection: Connection) -> None:
        """Create the tables that are not there; of several who do so at once the others wait.

        Args:
            connection: A connection in a transaction.
        """
        tables = list(self.by_name.values())
        there = inspect(connection).get_table_names(schema=self._schema)
        if {table.name for table in tables} <= set(there):
            return
        driver: Any = connection.connection.driver_connection
        if not getattr(driver, "in_transaction", False):
            connection.exec_driver_sql(_ALONE[connection.dialect.name])
        self.metadata.create_all(connection, tables=tables)

    def _aggregates(self, name: str) -> None:
        """Add a table of aggregates, with an index on what is due."""
        rows = self._table(
            name,
            Column("member_id", _text(), nullable=False),
            Column("name", _text(), nullable=False),
            Column("version", BigInteger, nullable=False),
            Column("due_at", DateTime(timezone=True)),
            Column("body", JSON, nullable=False),
            key=("member_id", "name"),
        ).c
        Index(
            f"{self._prefix}{name}_due",
            rows.due_at,
            rows.member_id,
            rows.name,
            postgresql_where=rows.due_at.is_not(None),
            sqlite_where=rows.due_at.is_not(None),
        )

    def _records(self) -> None:
        """Add the tables of records and of counters."""
        self._table(
            "journal",
            Column("member_id", _text(), nullable=False),
            Column("kind", _text(), nullable=False),
            Column("sequence", BigInteger, nullable=False),
            Column("booked_at", DateTime(timezone=True), nullable=False),
            Column("body", JSON, nullable=False),
            key=("member_id", "kind", "sequence"),
        )
        self._table(
            "receipts",
            Column("scope", _text(), nullable=False),
            Column("request_id", _text(), nullable=False),
            Column("body", JSON, nullable=False),
            key=("scope", "request_id"),
        )
        outbox = self._table(
            "outbox",
            Column("member_id", _text(), nullable=False),
            Column("sequence", BigInteger, nullable=False),
            Column("event_id", _text(), nullable=False),
            Column("handled", Boolean, nullable=False, server_default=false()),
            Column("body", JSON, nullable=False),
            UniqueConstraint("member_id", "event_id", name=f"{self._prefix}outbox_events"),
            key=("member_id", "sequence"),
        )
        Index(
            f"{self._prefix}outbox_pending",
            outbox.c.member_id,
            outbox.c.sequence,
            postgresql_where=outbox.c.handled.is_(false()),
            sqlite_where=outbox.c.handled.is_(false()),
        )
        self._table(
            "notes",
            Column("member_id", _text(), nullable=False),
            Column("request_id", _text(), nullable=False),
            Column("text", _text(), nullable=False),
            key=("member_id", "request_id"),
        )
        self._table(
            "counters",
            Column("scope", _text(), nullable=False),
            Column("name", _text(), nullable=False),
            Column("used", BigInteger, nullable=False),
            Column("most", BigInteger, nullable=False),
            key=("scope", "name"),
        )

    def _table(
        self, name: str, *parts: Column[object] | UniqueConstraint, key: tuple[str, ...]
    ) -> Table:
        """Add a table."""
        full = f"{self._prefix}{name}"
        primary = PrimaryKeyConstraint(*key, name=f"{full}_key")
        table = Table(full, self.metadata, *parts, primary, schema=self._schema)
        self.by_name[name] = table
        return table

    def _guard(self, table: Table, connection: Connection, **_: object) -> None:
        """Have triggers refuse changes of a table's rows, from its creation on."""
        for text in self._guards(table, connection.dialect):
            connection.exec_driver_sql(text)

    def _guards(self, table: Table, dialect: Dialect) -> list[str]:
        """Write the statements that create what guards a table."""
        trigger, prepare = f"{table.name}_guard", dialect.identifier_preparer
        names = {
            "name": table.name,
            "fullname": prepare.format_table(table),
            "trigger": trigger,
            "guard": prepare.quote(self._schema) + f".{trigger}" if self._schema else trigger,
        }
        return [text.format(**names) for text in _GUARDS.get(dialect.name, ())]


def _text() -> TypeEngine[str]:
    """Make the type of names, compared by code point."""
    return Text().with_variant(Text(collation="C"), "postgresql")
