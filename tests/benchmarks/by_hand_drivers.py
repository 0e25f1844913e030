"""The drivers that carry out what is written by hand, without SQLAlchemy and once through it.

Each has one connection, which is open already, and lets the driver prepare its statements.
"""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

import aiosqlite
import asyncpg  # type: ignore[import-untyped]
import psycopg
from sqlalchemy import Engine

from tests.benchmarks.by_hand import (
    BEGIN,
    COMMIT,
    ROLLBACK,
    SCHEMA,
    STATEMENTS,
    Given,
    Work,
)

Outcome = Mapping[str, Any]


def _as_text(value: datetime | date) -> str:
    """Write an instant or a day for SQLite."""
    return value.isoformat()


def _as_it_is(value: datetime | date) -> object:
    """Leave an instant or a day to a driver that knows them."""
    return value


TEXTS = Given(_as_text, _as_text)
INSTANTS = Given(_as_it_is, _as_it_is)


def marked(mark: Callable[[int], str], begin: str = "BEGIN") -> dict[str, str]:
    """Write statements as a driver marks parameters."""
    texts = {BEGIN: begin, COMMIT: "COMMIT", ROLLBACK: "ROLLBACK"}
    for name, text in STATEMENTS.items():
        first, *others = text.split("?")
        texts[name] = first + "".join(mark(n) + part for n, part in enumerate(others, start=1))
    return texts


def schema(*, sqlite: bool) -> list[str]:
    """Write the statements that create everything."""
    types = {"instant": "text", "day": "text"} if sqlite else {"instant": "timestamptz"}
    return [text.format(**{"day": "date", **types}) for text in SCHEMA]


class OnSqlite:
    """The standard library's driver."""

    given = TEXTS
    texts = marked(lambda _: "?", "BEGIN IMMEDIATE")

    def __init__(self, file: str, synchronous: str) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute(f"PRAGMA synchronous = {synchronous}")
        for text in schema(sqlite=True):
            self.connection.execute(text)

    def do(self, work: Work) -> Outcome:
        """Carry out a command."""
        execute, texts, answer = self.connection.execute, self.texts, None
        try:
            while True:
                name, values = work.send(answer)
                cursor = execute(texts[name], values)
                answer = cursor.fetchall() if cursor.description else cursor.rowcount
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        except BaseException:
            if self.connection.in_transaction:
                execute(texts[ROLLBACK])
            raise


class OnSqlalchemy:
    """SQLAlchemy's engine, with texts as the driver takes them."""

    given = TEXTS
    texts = OnSqlite.texts

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with engine.begin() as connection:
            for text in schema(sqlite=True):
                connection.exec_driver_sql(text)

    def do(self, work: Work) -> Outcome:
        """Carry out a command; the engine commits it, or rolls it back."""
        texts, answer = self.texts, None
        with self.engine.begin() as connection:
            execute = connection.exec_driver_sql
            try:
                while True:
                    name, values = work.send(answer)
                    if name == COMMIT:
                        answer = None
                        continue
                    result = execute(texts[name], tuple(values))
                    answer = result.fetchall() if result.returns_rows else result.rowcount
            except StopIteration as end:
                outcome: Outcome = end.value
                return outcome


class OnPsycopg:
    """psycopg, sync."""

    given = INSTANTS
    texts: ClassVar = {name: it.encode() for name, it in marked(lambda _: "%s").items()}

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(f"postgresql{url}", autocommit=True)
        for text in schema(sqlite=False):
            self.connection.execute(text.encode())

    def do(self, work: Work) -> Outcome:
        """Carry out a command."""
        execute, texts, answer = self.connection.execute, self.texts, None
        try:
            while True:
                name, values = work.send(answer)
                cursor = execute(texts[name], values)
                answer = cursor.fetchall() if cursor.description else cursor.rowcount
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        except BaseException:
            execute(texts[ROLLBACK])
            raise


class OnPsycopgAsync:
    """psycopg, async."""

    given = INSTANTS
    texts = OnPsycopg.texts

    def __init__(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        self.connection = connection

    @classmethod
    async def opened(cls, url: str) -> "OnPsycopgAsync":
        """Connect."""
        connection = await psycopg.AsyncConnection.connect(f"postgresql{url}", autocommit=True)
        for text in schema(sqlite=False):
            await connection.execute(text.encode())
        return cls(connection)

    async def do(self, work: Work) -> Outcome:
        """Carry out a command."""
        execute, texts, answer = self.connection.execute, self.texts, None
        try:
            while True:
                name, values = work.send(answer)
                cursor = await execute(texts[name], values)
                answer = await cursor.fetchall() if cursor.description else cursor.rowcount
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        except BaseException:
            await execute(texts[ROLLBACK])
            raise


class OnAsyncpg:
    """asyncpg."""

    given = INSTANTS
    texts = marked(lambda n: f"${n}")

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    @classmethod
    async def opened(cls, url: str) -> "OnAsyncpg":
        """Connect."""
        connection = await asyncpg.connect(f"postgresql{url}")
        for text in schema(sqlite=False):
            await connection.execute(text)
        return cls(connection)

    async def do(self, work: Work) -> Outcome:
        """Carry out a command."""
        connection, texts = self.connection, self.texts
        answer: object = None
        try:
            while True:
                name, values = work.send(answer)
                text = texts[name]
                if text.startswith("SELECT"):
                    answer = await connection.fetch(text, *values)
                else:
                    status: str = await connection.execute(text, *values)
                    answer = int(status.rsplit(" ", 1)[1]) if values else None
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        except BaseException:
            await connection.execute(texts[ROLLBACK])
            raise


class OnAiosqlite:
    """aiosqlite."""

    given = TEXTS
    texts = OnSqlite.texts

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection = connection

    @classmethod
    async def opened(cls, file: str, synchronous: str) -> "OnAiosqlite":
        """Connect."""
        connection = await aiosqlite.connect(file, isolation_level=None)
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute(f"PRAGMA synchronous = {synchronous}")
        for text in schema(sqlite=True):
            await connection.execute(text)
        return cls(connection)

    async def do(self, work: Work) -> Outcome:
        """Carry out a command."""
        connection, texts = self.connection, self.texts
        answer: object = None
        try:
            while True:
                name, values = work.send(answer)
                text = texts[name]
                if text.startswith("SELECT"):
                    answer = list(await connection.execute_fetchall(text, values))
                else:
                    answer = (await connection.execute(text, values)).rowcount
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        except BaseException:
            if connection.in_transaction:
                await connection.execute(texts[ROLLBACK])
            raise
