"""Where a replay lands: a store that can be gone through from end to end."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from mi_rewards.repositories import Aggregate, Store
from mi_rewards.wallet.entries import Entry

if TYPE_CHECKING:
    from mi_rewards.repositories import OutboxEvent

BATCH = 200
"""Lines that are taken at a time, and carried out with one load and one save."""

A = TypeVar("A", bound=Aggregate)


class Books(Store, Protocol):
    """A store that can be gone through from end to end."""

    def all_of(self, kind: type[A]) -> Iterator[A]:
        """Go through all aggregates of a kind."""

    def journals(self) -> Iterator[Sequence[Entry]]:
        """Go through all journals, the entries of one wallet at a time."""

    def pending_events(self, *, limit: int = 100) -> "Sequence[OutboxEvent]":
        """Read what others are still to learn of."""
