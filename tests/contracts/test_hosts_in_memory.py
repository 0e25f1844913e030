"""The contract on the hosts in memory: sync, awaited, and made of named repositories."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.testing import Capability, StoreContract
from tests.ledgers import Desk, Ledgers, ledgers
from tests.shop import UNKEPT


def rows_of(store: MemoryStore) -> dict[str, Any]:
    """Copy all that a store in memory keeps."""
    return copy.deepcopy({name: it for name, it in vars(store).items() if name not in UNKEPT})


class TestMemoryStore(StoreContract):
    """The embedded default."""

    capabilities = frozenset({Capability.RAW_ROWS, Capability.THREADS, Capability.EXCLUSIVE})

    def make_store(self) -> MemoryStore:
        """Make a fresh store."""
        return MemoryStore()

    def raw_rows(self, store: MemoryStore, /) -> dict[str, Any]:
        """Copy all that it keeps."""
        return rows_of(store)


class Hopeful(MemoryStore):
    """A store whose lock keeps nobody out: whoever has it may lose a race all the same."""

    @contextmanager
    def exclusive(self) -> Iterator[MemoryStore]:
        """Hope for the best."""
        yield self


class TestHopefulStore(StoreContract):
    """What a lock is for is speed, never that tokens are right."""

    capabilities = frozenset({Capability.THREADS, Capability.EXCLUSIVE})

    def make_store(self) -> Hopeful:
        """Make a fresh store."""
        return Hopeful()


class TestAsyncMemoryStore(StoreContract):
    """The same, awaited; another handle is another face of one store."""

    capabilities = frozenset(
        {
            Capability.RAW_ROWS,
            Capability.THREADS,
            Capability.SEVERAL_HANDLES,
            Capability.DURABLE,
        }
    )

    async def make_store(self) -> AsyncMemoryStore:
        """Make a fresh store."""
        return AsyncMemoryStore()

    async def reopen(self, store: AsyncMemoryStore, /) -> AsyncMemoryStore:
        """Make another face of the same store."""
        return AsyncMemoryStore(store.store)

    async def raw_rows(self, store: AsyncMemoryStore, /) -> dict[str, Any]:
        """Copy all that it keeps."""
        return rows_of(store.store)


class TestNamedRepositories(StoreContract):
    """A store that `Repositories` makes of one part for each kind."""

    capabilities = frozenset(
        {
            Capability.RAW_ROWS,
            Capability.SEVERAL_HANDLES,
            Capability.DURABLE,
            Capability.OUTER_TRANSACTION,
        }
    )

    def make_store(self) -> Ledgers:
        """Make a store with a desk of its own."""
        return ledgers(Desk())

    def reopen(self, store: Ledgers, /) -> Ledgers:
        """Make another store on the same desk."""
        return ledgers(store.desk)

    def raw_rows(self, store: Ledgers, /) -> dict[str, Any]:
        """Copy all that the desk keeps; a table without a row is none."""
        return copy.deepcopy({name: rows for name, rows in store.desk.tables.items() if rows})

    @contextmanager
    def outer_transaction(self, store: Ledgers, /) -> Iterator[Ledgers]:
        """Begin a unit of work around those of the store."""
        with store.desk.atomic():
            yield ledgers(store.desk)


class TestWithoutACatalogue(StoreContract):
    """A host that leaves the newer repositories out is asked for nothing of them."""

    has_catalogue = has_standings = has_referrals = has_preorders = has_trade_ins = False

    def make_store(self) -> Ledgers:
        """Make a store with a desk of its own."""
        return Ledgers(Desk(), has_catalogue=False)
