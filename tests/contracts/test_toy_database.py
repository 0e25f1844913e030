"""The contract on a small database in a file: every capability, and several processes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mi_rewards.testing import Capability, Opener, StoreContract
from tests.contracts._toy import ToyStore, open_toy


class TestToyStore(StoreContract):
    """SQLite, by hand."""

    capabilities = frozenset(Capability)

    def make_store(self) -> ToyStore:
        """Make a file."""
        return ToyStore(Path(tempfile.mkdtemp(), "toy.db"))

    def close(self, store: ToyStore, /) -> None:
        """Nothing stays open."""

    def reopen(self, store: ToyStore, /) -> ToyStore:
        """Open the file again."""
        return ToyStore(store.path)

    def raw_rows(self, store: ToyStore, /) -> list[Any]:
        """Read the file's tables."""
        return store.rows()

    @contextmanager
    def outer_transaction(self, store: ToyStore, /) -> Iterator[ToyStore]:
        """Begin a transaction on the file."""
        with store.transaction() as db:
            yield ToyStore(store.path, db)

    def opener(self, store: ToyStore, /) -> Opener:
        """Say where the file is."""
        return Opener(open_toy, (str(store.path),))
