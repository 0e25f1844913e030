"""What goes between a store and the library: needs, what was loaded, and changes."""

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import attrs

from mi_rewards.errors import MiRewardsError
from mi_rewards.repositories.keys import Key
from mi_rewards.repositories.messages import Note, OutboxEvent
from mi_rewards.repositories.records import (
    Counter,
    CounterKey,
    Due,
    DueKey,
    Owned,
    Page,
    Receipt,
    ReceiptKey,
    Take,
)
from mi_rewards.wallet.entries import Entry

A = TypeVar("A")


class Needs(NamedTuple):
    """What a decision needs to see.

    Attributes:
        aggregates: Keys of aggregates.
        receipts: Keys of receipts.
        counters: Keys of counters.
        pages: Parts of logs, and of what a member has of one kind.
        due: Keys of what is due.
    """

    aggregates: tuple[Key[Any], ...] = ()
    receipts: tuple[ReceiptKey, ...] = ()
    counters: tuple[CounterKey, ...] = ()
    pages: tuple[Page | Owned[Any], ...] = ()
    due: Due | None = None


class NotLoaded(MiRewardsError):
    """A decision needs something more; the shell loads it and decides again."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(f"not loaded: {needs}")
        self.needs: Needs = needs


class Loaded:
    """What a store answers: everything asked for, `None` where there is nothing.

    Attributes:
        aggregates: By key.
        receipts: By key.
        counters: By key.
        pages: Records, or aggregates, by page.
        due: Keys of what is due, what fell due first before the rest.
    """

    __slots__ = ("aggregates", "counters", "due", "pages", "receipts")

    def __init__(
        self,
        aggregates: dict[Key[Any], Any],
        receipts: dict[ReceiptKey, Receipt | None],
        counters: dict[CounterKey, Counter | None] | None = None,
        pages: dict[Page | Owned[Any], Sequence[Any]] | None = None,
        due: Sequence[DueKey[Any]] = (),
    ) -> None:
        self.aggregates: dict[Key[Any], Any] = aggregates
        self.receipts: dict[ReceiptKey, Receipt | None] = receipts
        self.counters: dict[CounterKey, Counter | None] = {} if counters is None else counters
        self.pages: dict[Page | Owned[Any], Sequence[Any]] = {} if pages is None else pages
        self.due: Sequence[DueKey[Any]] = due

    def get(self, key: Key[A]) -> A | None:
        """Look an aggregate up.

        Args:
            key: Its name.

        Returns:
            The aggregate, `None` where there is none.

        Raises:
            NotLoaded: It was not asked for.
        """
        try:
            found: A | None = self.aggregates[key]
        except KeyError:
            raise NotLoaded(Needs((key,))) from None
        return found

    def get_all(self, keys: Sequence[Key[A]]) -> list[A | None]:
        """Look aggregates up.

        Args:
            keys: Their names.

        Returns:
            The aggregates in the order of their keys, `None` where there is none.

        Raises:
            NotLoaded: Some were not asked for; names them all.
        """
        missing = tuple(key for key in keys if key not in self.aggregates)
        if missing:
            raise NotLoaded(Needs(missing))
        return [self.get(key) for key in keys]

    def counter(self, key: CounterKey) -> Counter | None:
        """Look a counter up.

        Args:
            key: Its name.

        Returns:
            The counter, `None` where nothing was taken from it yet.

        Raises:
            NotLoaded: It was not asked for.
        """
        try:
            return self.counters[key]
        except KeyError:
            raise NotLoaded(Needs(counters=(key,))) from None

    def all_counters(self, keys: Sequence[CounterKey]) -> dict[CounterKey, Counter | None]:
        """Look counters up.

        Args:
            keys: Their names.

        Returns:
            The counters by key, `None` where nothing was taken from one yet.

        Raises:
            NotLoaded: Some were not asked for; names them all.
        """
        missing = tuple([key for key in keys if key not in self.counters])
        if missing:
            raise NotLoaded(Needs(counters=missing))
        return {key: self.counters[key] for key in keys}

    def receipt(self, key: ReceiptKey) -> Receipt | None:
        """Look a receipt up.

        Args:
            key: Its name.

        Returns:
            The receipt, `None` where the request was not carried out.

        Raises:
            NotLoaded: It was not asked for.
        """
        try:
            return self.receipts[key]
        except KeyError:
            raise NotLoaded(Needs(receipts=(key,))) from None

    def entries(self, page: Page) -> Sequence[Entry]:
        """Look a part of a journal up.

        Args:
            page: The part.

        Returns:
            Its entries in order.

        Raises:
            NotLoaded: It was not asked for.
        """
        try:
            return self.pages[page]
        except KeyError:
            raise NotLoaded(Needs(pages=(page,))) from None

    def owned(self, page: Owned[A]) -> Sequence[A]:
        """Look up a part of what a member has of one kind.

        Args:
            page: The part.

        Returns:
            The aggregates in the order of their names.

        Raises:
            NotLoaded: It was not asked for.
        """
        try:
            return self.pages[page]
        except KeyError:
            raise NotLoaded(Needs(pages=(page,))) from None

    def update(self, other: "Loaded") -> None:
        """Take in what was loaded later; what is here already stays.

        Args:
            other: What was loaded later.
        """
        self.aggregates = {**other.aggregates, **self.aggregates}
        self.receipts = {**other.receipts, **self.receipts}
        self.counters = {**other.counters, **self.counters}
        self.pages = {**other.pages, **self.pages}


class Put(NamedTuple, Generic[A]):
    """An aggregate to be stored over exactly the version that it carries.

    Version 0 means that no row may be there yet. What is kept is `aggregate.stored()`, whose
    version is one higher: a store that keeps the aggregate as it came lets a second writer win.
    """

    key: Key[A]
    aggregate: A


@attrs.frozen(order=False, slots=False)
class Changes:
    """What a decision changes: all of it, or nothing.

    Attributes:
        puts: Aggregates to be stored.
        entries: Journal entries, those of a wallet in order.
        receipts: Receipts; a key there already is a `Conflict`.
        events: What others are to learn of.
        notes: Free text.
        takes: Steps of counters.
        erased: Members whose notes of before are deleted; *notes* are appended after that.
    """

    puts: tuple[Put[Any], ...] = ()
    entries: tuple[Entry, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    events: tuple[OutboxEvent, ...] = ()
    notes: tuple[Note, ...] = ()
    takes: tuple[Take, ...] = ()
    erased: tuple[str, ...] = ()
