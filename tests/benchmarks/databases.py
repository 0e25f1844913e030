"""Databases for the benchmarks of hosts: files of SQLite's, and a PostgreSQL of their own.

1. The server comes from a wheel and lives in a folder that is deleted at the end.
2. Whether commits are durable is a setting of each database, so that every driver has it.
3. A name names a database within one run; each contestant has one to itself.
"""

import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import psycopg

from tests.databases import Server

SYNCHRONOUS = {True: "FULL", False: "OFF"}
"""SQLite's setting by whether commits are to be durable."""

COMMIT = {True: "on", False: "off"}
"""PostgreSQL's setting `synchronous_commit` by whether commits are to be durable."""


class Databases:
    """Makes databases in one folder and on one server.

    Attributes:
        folder: The folder.
    """

    def __init__(self, folder: Path, admin: psycopg.Connection) -> None:
        self.folder = folder
        self._admin = admin

    def sqlite(self, name: str) -> str:
        """Name a file that is not there yet."""
        return str(self.folder / f"{name}.db")

    def postgresql(
        self, name: str, *, durable: bool = True, settings: Mapping[str, int] | None = None
    ) -> str:
        """Make a database, and answer with the part of its URL behind `postgresql`."""
        self._admin.execute(f'CREATE DATABASE "{name}"'.encode())
        for setting, value in {"synchronous_commit": COMMIT[durable], **(settings or {})}.items():
            self._admin.execute(f'ALTER DATABASE "{name}" SET {setting} = {value}'.encode())
        return f"://postgres@/{name}?host={self._admin.info.host}"

    def postgresql_settings(self) -> str:
        """Tell the server's version and settings."""
        shown = "server_version", "fsync", "full_page_writes", "wal_sync_method", "shared_buffers"
        told = {name: self._show(name) for name in shown}
        return f"PostgreSQL {told.pop('server_version')}, {_listed(told)}, over a Unix socket"

    def settings(self) -> Iterator[str]:
        """Tell versions and settings, one line each."""
        yield self.postgresql_settings()
        yield "  durable: synchronous_commit=on; not durable: synchronous_commit=off"
        yield f"SQLite {sqlite3.sqlite_version}, a file, journal_mode=WAL"
        yield "  durable: synchronous=FULL; not durable: synchronous=OFF"
        packages = "SQLAlchemy", "psycopg", "asyncpg", "aiosqlite"
        yield ", ".join(f"{name} {version(name)}" for name in packages)
        yield f"{platform.system()}, {os.cpu_count()} processors, one client, one at a time"

    def synced(self) -> float:
        """Measure how many microseconds it takes now until a page is on the disk."""
        times = []
        with (self.folder / "page").open("wb", buffering=0) as file:
            for _ in range(200):
                file.write(bytes(4096))
                began = time.perf_counter()
                os.fdatasync(file.fileno())
                times.append(time.perf_counter() - began)
        return statistics.median(times) * 1e6

    def _show(self, name: str) -> str:
        """Ask for a setting."""
        found = self._admin.execute(f"SHOW {name}".encode()).fetchone()
        return str(found[0]) if found else ""


def _listed(settings: dict[str, str]) -> str:
    """List settings."""
    return ", ".join(f"{name}={value}" for name, value in settings.items())


@contextmanager
def databases() -> Iterator[Databases]:
    """Start a server, and delete everything at the end."""
    server = Server()
    try:
        url = server.url("psycopg").replace("+psycopg", "")
        with (
            tempfile.TemporaryDirectory() as name,
            psycopg.connect(url, autocommit=True) as admin,
        ):
            yield Databases(Path(name), admin)
    finally:
        server.stop()
