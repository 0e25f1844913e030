"""Engines with the settings under which tokens are safe, and stores on them by one call."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from sqlalchemy import AsyncAdaptedQueuePool, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import PoolResetState

from mi_rewards.errors import Misuse
from mi_rewards.sql.store import SqlStore

_IN_MEMORY: Final = frozenset({None, "", ":memory:"})
_ONE: Final[dict[str, Any]] = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
_ASYNC_ONE: Final = {**_ONE, "poolclass": AsyncAdaptedQueuePool}
"""What has one connection, which all share in turn."""

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
    with _refusing(url):
        parsed = make_url(url)
        if parsed.get_dialect().is_async:
            shown = parsed.render_as_string()
            raise Misuse(f"{shown!r} names a driver for asyncio: that is for AsyncSqlStore")
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed)
        arguments = {"check_same_thread": False}
        one = _ONE if parsed.database in _IN_MEMORY else {}
        engine = create_engine(parsed, connect_args=arguments, **one)
    return safe_sqlite(engine, synchronous=synchronous)


def open_async_engine(url: str, *, synchronous: str = "FULL") -> AsyncEngine:
    """Make an engine for asyncio under whose settings tokens are safe.

    A connection to SQLite that goes back to the pool is rolled back where a transaction is open
    on it, and left alone where there is none: SQLAlchemy's own way takes a call to the driver's
    thread each time.

    Args:
        url: SQLAlchemy's URL of a database: `sqlite+aiosqlite:///file.db`, `sqlite+aiosqlite://`
            for one in memory, `postgresql+asyncpg://...`, `postgresql+psycopg://...`.
        synchronous: For SQLite, see `safe_sqlite`.

    Returns:
        The engine. One to SQLite in memory has one connection, which all share in turn.

    Raises:
        Misuse: It is no such URL, or the driver is not installed or not one for asyncio. No
            password is shown.
    """
    with _refusing(url):
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_async_engine(parsed)
        if not parsed.get_dialect().is_async:
            shown = parsed.render_as_string()
            raise Misuse(f"{shown!r} names no driver for asyncio, such as sqlite+aiosqlite")
        one = _ASYNC_ONE if parsed.database in _IN_MEMORY else {}
        engine = create_async_engine(parsed, pool_reset_on_return=None, **one)
    event.listen(engine.sync_engine, "reset", _roll_back)
    safe_sqlite(engine.sync_engine, synchronous=synchronous)
    return engine


@contextmanager
def _refusing(url: str) -> Iterator[None]:
    """Say that no database can be opened at a URL, where SQLAlchemy says so."""
    scheme, colon, _ = url.partition(":")
    shown = f"{scheme}{colon}..." if "@" in url else url
    try:
        with suppress(ArgumentError, ValueError):
            shown = make_url(url).render_as_string()
        yield
    except Misuse:
        raise
    except (ArgumentError, InvalidRequestError, ModuleNotFoundError, ValueError) as error:
        raise Misuse(f"no database can be opened at {shown!r}: {error}") from None


def _roll_back(connection: Any, _: object, state: PoolResetState) -> None:
    """Roll back what is open on a connection that goes back to the pool and may be spoken to."""
    if state.asyncio_safe and connection.driver_connection.in_transaction:
        connection.rollback()


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
