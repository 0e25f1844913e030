"""What goes between a host's store and the library: keys, records, needs and changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

import attrs

from mi_rewards.canonical import canonical, digest
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.errors import Figure, MiRewardsError
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet

A = TypeVar("A")


class Aggregate(Protocol):
    """What is stored as one row: a wallet, a purchase, a member, a burn."""

    @property
    def version(self) -> int:
        """How many times it was stored; 0 for never. Operations leave it alone."""
        ...

    @property
    def due_at(self) -> datetime | None:
        """The next instant (UTC) at which the calendar changes it, if any."""
        ...

    def stored(self) -> Self:
        """The same aggregate with its version raised by one."""
        ...


class Key(NamedTuple, Generic[A]):
    """Names an aggregate.

    Attributes:
        kind: Its class.
        member_id: The member whose it is; it leads every row's key.
        name: Names it within the member: a kind of token, an order, a burn; empty for the member
            itself.
    """

    kind: type[A]
    member_id: str
    name: str


_new = tuple.__new__
"""Half the cost of calling a named tuple's class; several keys are made for every command."""


def member_key(member_id: str) -> Key[Member]:
    """Name a member.

    Args:
        member_id: The member.

    Returns:
        The key.
    """
    return _new(Key, (Member, member_id, ""))


def wallet_key(member_id: str, kind: str) -> Key[Wallet]:
    """Name a wallet.

    Args:
        member_id: The member.
        kind: The kind of token.

    Returns:
        The key.
    """
    return _new(Key, (Wallet, member_id, kind))


def purchase_key(member_id: str, order_id: str) -> Key[Purchase]:
    """Name a purchase.

    Args:
        member_id: The member.
        order_id: The order.

    Returns:
        The key.
    """
    return _new(Key, (Purchase, member_id, order_id))


def burn_key(member_id: str, burn_id: str) -> Key[Burn]:
    """Name a burn.

    Args:
        member_id: The member.
        burn_id: The request that burned, or the hold that was captured.

    Returns:
        The key.
    """
    return _new(Key, (Burn, member_id, burn_id))


def key_of(aggregate: Member | Wallet | Purchase | Burn) -> Key[Any]:
    """Name an aggregate that is at hand.

    Args:
        aggregate: The aggregate.

    Returns:
        Its key.
    """
    if isinstance(aggregate, Wallet):
        return wallet_key(aggregate.owner.member_id, aggregate.owner.kind)
    if isinstance(aggregate, Purchase):
        return purchase_key(aggregate.member_id, aggregate.order_id)
    if isinstance(aggregate, Burn):
        return burn_key(aggregate.owner.member_id, aggregate.burn_id)
    return member_key(aggregate.member_id)


class ReceiptKey(NamedTuple):
    """Names a request within its scope: a member, or a shared thing."""

    scope: str
    request_id: str


class Content(NamedTuple):
    """What makes a request the same as another: the command and its arguments without the instant.

    Attributes:
        command: The command's class.
        names: The names of its arguments.
        arguments: Their values, in that order.
    """

    command: type[Any]
    names: tuple[str, ...]
    arguments: tuple[object, ...]

    def digest(self) -> str:
        """Digest the content, for a host to store.

        Returns:
            Thirty-two hexadecimal digits; equal for equal contents, on every supported Python. An
            argument at its default does not count, so that a command may get more of them.
        """
        defaults = {field.name: field.default for field in attrs.fields(self.command)}
        stated = tuple(
            (name, canonical(value))
            for name, value in zip(self.names, self.arguments, strict=True)
            if value != defaults[name]
        )
        return digest((self.command.__name__, stated), size=16)

    def is_same(self, stored: "Content | str") -> bool:
        """Compare with what a receipt states.

        Args:
            stored: The content, or its digest where the host stored that.

        Returns:
            Whether it is the same.
        """
        return self.digest() == stored if isinstance(stored, str) else self == stored


class Receipt(NamedTuple):
    """That a request was carried out, and what came of it. Never thrown away.

    Attributes:
        key: Names the request.
        content: The command and its arguments without the instant, or the digest of that.
        outcome: What was answered; a refusal where refusals were to be kept.
    """

    key: ReceiptKey
    content: Content | str
    outcome: object


@attrs.frozen(order=False)
class OutboxEvent:
    """Something that others are to learn of, kept with the change that caused it.

    Attributes:
        member_id: The member whose change caused it.
        event_id: Names the event within the member.
        topic: What happened, such as `"tokens_sent"`.
        occurred_at: When (UTC).
        figures: Codes and figures, nothing personal.
    """

    member_id: str
    event_id: str
    topic: str
    occurred_at: datetime
    figures: tuple[tuple[str, Figure], ...] = ()


@attrs.frozen(order=False)
class Note:
    """Free text beside a request, in a row of its own that erasure deletes.

    Attributes:
        member_id: The member whom it is about.
        request_id: The request that it explains.
        text: The text.
    """

    member_id: str
    request_id: str
    text: str


class CounterKey(NamedTuple):
    """Names a counter: what it counts over, and within that which one."""

    scope: str
    name: str


class Counter(NamedTuple):
    """How much of a limit is used.

    Attributes:
        key: Its name.
        used: How much is taken.
        limit: The most that may be, `None` for no limit; 0 is none.
    """

    key: CounterKey
    used: int
    limit: int | None


class Take(NamedTuple):
    """One bounded step: `used + n <= limit`, decided by the store when it saves.

    Attributes:
        key: The counter.
        n: How much to take; negative to give back.
        limit: The most that may be used; 0 is none. What has no limit takes no counter.
    """

    key: CounterKey
    n: int
    limit: int


class Page(NamedTuple):
    """A part of a log that is asked for.

    Attributes:
        log: `"journal"` or `"outbox"`.
        member_id: Whose.
        name: For the journal, the kind of token; else empty.
        after: The sequence number after which to begin; 0 for the beginning.
        limit: How many records at most.
    """

    log: str
    member_id: str
    name: str
    after: int
    limit: int


class Due(NamedTuple):
    """Keys of wallets that the calendar changes by an instant.

    Attributes:
        before: Wallets whose `due_at` is at or before this instant (UTC).
        after: Where to go on: the last key of the page before, `None` at the beginning.
        limit: How many keys at most.
    """

    before: datetime
    after: Key[Wallet] | None
    limit: int


class Needs(NamedTuple):
    """What a decision needs to see.

    Attributes:
        aggregates: Keys of aggregates.
        receipts: Keys of receipts.
        counters: Keys of counters.
        pages: Parts of logs.
        due: Keys of what is due.
    """

    aggregates: tuple[Key[Any], ...] = ()
    receipts: tuple[ReceiptKey, ...] = ()
    counters: tuple[CounterKey, ...] = ()
    pages: tuple[Page, ...] = ()
    due: Due | None = None


class NotLoaded(MiRewardsError):
    """A decision needs something more; the shell loads it and decides again."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(f"not loaded: {needs}")
        self.needs = needs


class Loaded:
    """What a store answers: everything asked for, `None` where there is nothing.

    Attributes:
        aggregates: By key.
        receipts: By key.
        counters: By key.
        pages: Records by page.
        due: Keys of what is due, in the order of the keys.
    """

    __slots__ = ("aggregates", "counters", "due", "pages", "receipts")

    def __init__(
        self,
        aggregates: dict[Key[Any], Any],
        receipts: dict[ReceiptKey, Receipt | None],
        counters: dict[CounterKey, Counter | None] | None = None,
        pages: dict[Page, Sequence[Any]] | None = None,
        due: Sequence[Key[Wallet]] = (),
    ) -> None:
        self.aggregates = aggregates
        self.receipts = receipts
        self.counters = {} if counters is None else counters
        self.pages = {} if pages is None else pages
        self.due = due

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
    """An aggregate to be stored over exactly the version that it carries; 0: no row yet."""

    key: Key[A]
    aggregate: A


@attrs.frozen(order=False)
class Changes:
    """What a decision changes: all of it, or nothing.

    Attributes:
        puts: Aggregates to be stored.
        entries: Journal entries, those of a wallet in order.
        receipts: Receipts; a key there already is a `Conflict`.
        events: What others are to learn of.
        notes: Free text.
        takes: Steps of counters.
    """

    puts: tuple[Put[Any], ...] = ()
    entries: tuple[Entry, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    events: tuple[OutboxEvent, ...] = ()
    notes: tuple[Note, ...] = ()
    takes: tuple[Take, ...] = ()
