"""Records: what is appended and never changed, and the counters of what is limited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import attrs

from mi_rewards._canonical import PLAIN, canonical, digest
from mi_rewards.repositories.keys import Key
from mi_rewards.wallet.wallet import Wallet

A = TypeVar("A")


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
        command, names, arguments = self
        defaults = _DEFAULTS.get(command)
        if defaults is None:
            defaults = _defaults_of(command)
        stated = []
        for name, value in zip(names, arguments, strict=True):
            if name not in defaults or value != defaults[name]:
                stated.append((name, value if type(value) in PLAIN else canonical(value)))
        return digest((command.__name__, tuple(stated)), size=16)

    def is_same(self, stored: "Content | str") -> bool:
        """Compare with what a receipt states.

        Args:
            stored: The content, or its digest where the host stored that.

        Returns:
            Whether it is the same.
        """
        if isinstance(stored, str):
            return self.digest() == stored
        kinds = [type(it) for it in self.arguments]
        return self == stored and kinds == [type(it) for it in stored.arguments]


_DEFAULTS: dict[type[Any], Mapping[str, object]] = {}


def _defaults_of(command: type[Any]) -> Mapping[str, object]:
    """List the defaults of a command's arguments, as far as they have one."""
    fields = attrs.fields(command)
    defaults = {it.name: it.default for it in fields if it.default is not attrs.NOTHING}
    return _DEFAULTS.setdefault(command, defaults)


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


class DueKey(NamedTuple, Generic[A]):
    """A key with the instant (UTC) at which the calendar changes what it names.

    Pages of them are in this order: what fell due first, then by the key.
    """

    due_at: datetime
    key: Key[A]


class Due(NamedTuple):
    """Keys of what the calendar changes by an instant, of one kind.

    Attributes:
        before: Aggregates whose `due_at` is at or before this instant (UTC).
        after: Where to go on: the last of the page before, `None` at the beginning.
        limit: How many at most.
        kind: Their class.
    """

    before: datetime
    after: DueKey[Any] | None
    limit: int
    kind: type[Any] = Wallet


class Owned(NamedTuple, Generic[A]):
    """A part of all that a member has of one kind, in the order of the names.

    Attributes:
        kind: The class of the aggregates.
        member_id: Whose; the catalogue's name for rewards, a pool's for its codes.
        after: The name after which to begin; empty for the beginning.
        limit: How many at most.
    """

    kind: type[A]
    member_id: str
    after: str
    limit: int
