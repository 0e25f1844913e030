"""Engines with the settings under which tokens are safe, and stores on them by one call."""

from typing import Any

from sqlalchemy import Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from mi_rewards.errors import Misuse
from mi_rewards.sql.store import SqlStore

BUSY_SECONDS = 30
"""How long a transaction on SQLite waits for its turn."""


def safe_sqlite(engine: Engine, *, synchronous: str = "FULL") -> Engine:
    """Have each connection of an engine to SQLite keep what is committed, and wait for its turn.

    Args:
        engine: An engine to SQLite that has no connection yet.
        synchronous: `"FULL"`, so that what is committed outlives a loss of power, or `"NORMAL"` or
            `"OFF"`, which are faster.

    Returns:
        The same engine. A database in a file is in WAL mode from its first connection on: readers
        and a writer do not wait for each other.

    Raises:
        Misuse: *synchronous* is something else.
    """
    if synchronous not in {"FULL", "NORMAL", "OFF"}:
        raise Misuse(f"synchronous is FULL, NORMAL or OFF, not {synchronous!r}")

    def prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA recursive_triggers = ON")  # REPLACE deletes, and triggers see it
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    return engine


def open_engine(url: str, *, synchronous: str = "FULL") -> Engine:
    """Make an engine under whose settings tokens are safe.

    Args:
        url: SQLAlchemy's URL of a database: `sqlite:///file.db`, `sqlite://` for one in memory,
            `postgresql+psycopg://...`.
        synchronous: For SQLite, see `safe_sqlite`.

    Returns:
        The engine. One to SQLite in memory has one connection, which all share in turn.

    Raises:
        Misuse: It is no such URL, or the driver is not installed or one for asyncio. No
            password is shown.
    """
    scheme, colon, _ = url.partition(":")
    shown = f"{scheme}{colon}..." if "@" in url else url
    try:
        parsed = make_url(url)
        shown = parsed.render_as_string()
        if parsed.get_dialect().is_async:
            raise Misuse(f"{shown!r} names a driver for asyncio: that is for AsyncSqlStore")
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed)
        in_memory = parsed.database in {None, "", ":memory:"}
        one: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
        arguments = {"check_same_thread": False}
        engine = create_engine(parsed, connect_args=arguments, **(one if in_memory else {}))
    except Misuse:
        raise
    except (ArgumentError, ModuleNotFoundError, NoSuchModuleError, ValueError) as error:
        raise Misuse(f"no database can be opened at {shown!r}: {error}") from None
    return safe_sqlite(engine, synchronous=synchronous)


def open_store(url: str) -> SqlStore:
    """Open a store on a database, and create its tables where they are not there.

    Args:
        url: SQLAlchemy's URL of a database; see `open_engine`.

    Returns:
        The store.

    Raises:
        Misuse: It is no such URL, or the driver is not installed.
    """
    store = SqlStore(open_engine(url))
    store.create_tables()
    return store
