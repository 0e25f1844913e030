"""A store on each kind of database, empty and of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mi_rewards.sql import SqlStore
from tests import databases

KINDS = ("sqlite file", "sqlite memory", "postgresql")


@pytest.fixture(params=KINDS)
def sql_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """Make an empty store; close what it holds afterwards."""
    yield from opened(str(request.param), tmp_path)


@pytest.fixture(params=["sqlite file", "postgresql"])
def shared_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """Make an empty store that has several connections."""
    yield from opened(str(request.param), tmp_path)


@pytest.fixture
def postgresql() -> Iterator[SqlStore]:
    """Make an empty store on PostgreSQL."""
    yield from opened("postgresql", Path())


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqlStore]:
    """Make an empty store on SQLite in a file."""
    yield from opened("sqlite file", tmp_path)


def opened(kind: str, folder: Path) -> Iterator[SqlStore]:
    """Make an empty store, and close it afterwards."""
    if kind == "postgresql":
        store = databases.postgresql_store()
        yield store
        databases.give_back(store.tables)
        return
    store = databases.sqlite_store(folder) if kind == "sqlite file" else databases.memory_store()
    yield store
    store.engine.dispose()
