"""What tests of replays are given: databases, and processes that take an interrupt.

A database is a SQLite file, or one of the tests' PostgreSQL server.
"""

import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests import databases

NewStore = Callable[[], str]
"""Answers with the URL of an empty database."""


@pytest.fixture(scope="session")
def new_postgresql() -> NewStore:
    """Make databases; the URL names no driver."""
    return lambda: databases.new_database("psycopg").replace("+psycopg", "")


@pytest.fixture
def new_sqlite(tmp_path: Path) -> NewStore:
    """Name files that are not there yet."""
    numbers = count(1)
    return lambda: f"sqlite:///{tmp_path}/store{next(numbers)}.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Name an empty database, of each kind in turn."""
    make: NewStore = request.getfixturevalue(f"new_{request.param}")
    return make()


@pytest.fixture
def sqlite_url(new_sqlite: NewStore) -> str:
    """Name an empty database in a file."""
    return new_sqlite()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Have processes that a test starts take an interrupt, however the tests were started.

    What runs in the background of a shell ignores it, and so would they: a process that is begun
    ignores what the one that begins it ignores, and nothing else.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
