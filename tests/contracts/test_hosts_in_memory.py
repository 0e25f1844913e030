"""The contract on the hosts in memory: sync, awaited, and made of named repositories."""

import copy
from typing import Any

from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import Repositories
from mi_rewards.testing import Capability, StoreContract
from tests.ledgers import Desk, ledgers


def rows_of(store: MemoryStore) -> dict[str, Any]:
    """Copy all that a store in memory keeps."""
    return copy.deepcopy({name: it for name, it in vars(store).items() if name != "_lock"})


class TestMemoryStore(StoreContract):
    """The embedded default."""

    capabilities = frozenset({Capability.RAW_ROWS, Capability.THREADS, Capability.EXCLUSIVE})

    def make_store(self) -> MemoryStore:
        """Make a fresh store."""
        return MemoryStore()

    def raw_rows(self, store: MemoryStore, /) -> dict[str, Any]:
        """Copy all that it keeps."""
        return rows_of(store)


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


class DeskStore(Repositories):
    """A store of named repositories, with the desk that they share.

    Attributes:
        desk: The desk.
    """

    desk: Desk


def desk_store(desk: Desk) -> DeskStore:
    """Make a store over a desk."""
    store = ledgers(desk)
    store.__class__ = DeskStore
    assert isinstance(store, DeskStore)
    store.desk = desk
    return store


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
