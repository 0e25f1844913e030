"""Stores: what a host implements so that its own database keeps the programme.

1. A store answers `load` with what was asked for, and carries out `save` as a whole or not at all.
2. An aggregate is put over exactly the version it replaces; of two writers on one version one
   wins, and the loser gets `Conflict` and leaves nothing behind.
3. A record (entry, receipt, event, note) is appended once and never changed; notes alone can be
   deleted, a member's all at once.
4. Counters are taken from by bounded steps that the store checks while it saves.
"""

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol, runtime_checkable

from mi_rewards.repositories.exchange import Changes, Loaded, Needs


class Store(Protocol):
    """A host's database. Everything that a use case reads and writes goes through these two."""

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed; takes no lock and writes nothing.

        Receipts come from the same snapshot as the rest, or are read after it: a decision on what a
        request has changed already, without its receipt, would take the request for another.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing; of a kind that the host does not
            keep a member has nothing.

        Raises:
            Corrupt: What is stored cannot be read.
            Misuse: A page is of a log that there is not.
        """

    def save(self, changes: Changes, /) -> None:
        """Carry out changes: all of them, or nothing.

        Each aggregate put is kept as `aggregate.stored()`, its version raised by one. Notes about
        whom `changes.erased` names are deleted before the new ones are appended.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already, or a journal would have a gap;
                nothing is left behind.
            LimitReached: A counter would pass its limit; nothing is left behind.
            Misuse: More is given back to a counter than was taken, or a step is of no whole
                number; nothing is left behind.
        """


class AsyncStore(Protocol):
    """`Store`, awaited."""

    async def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed; see `Store.load`.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for.
        """

    async def save(self, changes: Changes, /) -> None:
        """Carry out changes; see `Store.save`.

        Args:
            changes: What to change.
        """


class Work(Protocol):
    """A use case on its way, as a store sees it: what it needs to see, and what it changes."""

    @property
    def needs(self) -> Needs:
        """What is to be loaded first."""

    def run(self, loaded: Loaded, /) -> Needs | None:
        """Decide with what was loaded; it does no I/O.

        Args:
            loaded: What was asked for last.

        Returns:
            What is to be loaded next, `None` when everything is decided.
        """

    @property
    def changes(self) -> Changes | None:
        """What is to be saved when everything is decided; `None` where nothing changed."""


class WholeStore(Store, Protocol):
    """What a store may have besides: loads, a decision and a save as a whole.

    It is never needed. It saves a store from borrowing a connection, or from going to a thread,
    once for each of them. What `load` and `save` promise holds for each load and for the save.
    """

    def at_once(self, work: Work, /) -> None:
        """Load what is needed until everything is decided, then save what is to be changed.

        Args:
            work: What to carry out.

        Raises:
            Conflict: As `Store.save` raises it.
            LimitReached: As `Store.save` raises it.
            Corrupt: As `Store.load` raises it.
            Misuse: As both raise it.
        """


class AsyncWholeStore(AsyncStore, Protocol):
    """`WholeStore`, awaited."""

    async def at_once(self, work: Work, /) -> None:
        """Load, decide and save; see `WholeStore.at_once`.

        Args:
            work: What to carry out.
        """


@runtime_checkable
class ExclusiveStore(Protocol):
    """What a store may have besides: a lock on what it loads, for those who lost a race.

    It is never needed for tokens to be right, only for a crowd on one member to get on.
    """

    def exclusive(self) -> AbstractContextManager[Store]:
        """Begin to hold locks.

        The store inside looks receipts up first and takes no lock for them; it then locks the
        aggregates that it loads, in the order of their keys, and never counters. What it holds is
        let go when it saves, or at the end. Each save stands by itself, as outside.

        Returns:
            A context manager whose value is such a store.
        """


@runtime_checkable
class AsyncExclusiveStore(Protocol):
    """`ExclusiveStore`, awaited."""

    def exclusive(self) -> AbstractAsyncContextManager[AsyncStore]:
        """Begin to hold locks; see `ExclusiveStore.exclusive`.

        Returns:
            A context manager whose value is such a store.
        """
