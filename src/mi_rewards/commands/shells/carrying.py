"""What the shells do for every command: load, decide, save."""

from typing import Any, TypeVar

from mi_rewards.commands.shells.batch import Batch
from mi_rewards.errors import LimitReached, Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Needs
from mi_rewards.repositories.stores import AsyncStore, Store

R = TypeVar("R")


class Shell:
    """A programme on a host's store, which carries batches out there."""

    def __init__(self, store: Store, programme: Programme) -> None:
        self.store: Store = store
        self.programme: Programme = _checked(programme)

    def carry_out(self, batch: Batch[R]) -> None:
        """Carry out a batch.

        Args:
            batch: The batch; it has its outcomes afterwards.

        Raises:
            Conflict: Somebody else was faster; nothing was changed, and the batch is spent.
            LimitReached: The same, of a batch of one command.
        """
        at_once = _at_once_of(self.store)
        try:
            if at_once is not None:
                at_once(batch)
                return
            self._decide(batch)
            changes = batch.changes
            if changes is not None:
                self.store.save(changes)
        except LimitReached as no:
            batch.lose(no)

    def _decide(self, batch: Batch[Any]) -> None:
        """Load what a batch needs until every command is decided."""
        needs: Needs | None = batch.needs
        while needs is not None:
            needs = batch.run(self.store.load(needs))


class AsyncShell:
    """A programme on an async host's store, which carries batches out there."""

    def __init__(self, store: AsyncStore, programme: Programme) -> None:
        self.store: AsyncStore = store
        self.programme: Programme = _checked(programme)

    async def carry_out(self, batch: Batch[R]) -> None:
        """Carry out a batch.

        Args:
            batch: The batch; it has its outcomes afterwards.

        Raises:
            Conflict: Somebody else was faster; nothing was changed, and the batch is spent.
            LimitReached: The same, of a batch of one command.
        """
        at_once = _at_once_of(self.store)
        try:
            if at_once is not None:
                await at_once(batch)
                return
            await self._decide(batch)
            changes = batch.changes
            if changes is not None:
                await self.store.save(changes)
        except LimitReached as no:
            batch.lose(no)

    async def _decide(self, batch: Batch[Any]) -> None:
        """Load what a batch needs until every command is decided."""
        needs: Needs | None = batch.needs
        while needs is not None:
            needs = batch.run(await self.store.load(needs))


def _at_once_of(store: Any) -> Any:
    """Find how a store carries work out as a whole, where it does so itself.

    Not where it only passes on what another store has, or got a `load` or `save` of its own since.
    """
    own = getattr(store, "__dict__", {})
    is_asked_for_each = "load" in own or "save" in own
    if is_asked_for_each or getattr(type(store), "at_once", None) is None:
        return None
    return store.at_once


def _checked(programme: object) -> Programme:
    """Object to what is no programme, such as the text of one."""
    if not isinstance(programme, Programme):
        kind = type(programme).__name__
        raise Misuse(f"a programme is a Programme, such as from_toml reads, not a {kind}")
    return programme
