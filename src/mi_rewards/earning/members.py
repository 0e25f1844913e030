"""Members, as far as earning needs them: when they joined, and what waits for that."""

from datetime import datetime

import attrs


@attrs.frozen(order=False)
class Member:
    """One member, or a shopper who may yet become one.

    Attributes:
        member_id: The host's name for the member.
        joined_at: The instant (UTC) of joining, `None` before.
        waiting: Orders delivered before joining that will count, in the order in which they were
            delivered.
        counted: Orders that took a place under a cap, by what the cap counts over.
        version: How many times it was stored.
    """

    member_id: str
    joined_at: datetime | None = None
    waiting: tuple[str, ...] = ()
    counted: tuple[tuple[str, int], ...] = ()
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing in a member."""
        return

    def joining(self, at: datetime) -> "Member":
        """Join.

        Args:
            at: The instant (UTC).

        Returns:
            The member, with nothing waiting any more.
        """
        return Member(self.member_id, at, (), self.counted, self.version)

    def with_waiting(self, order_id: str) -> "Member":
        """Remember an order until the member joins.

        Args:
            order_id: The order.

        Returns:
            The member.
        """
        if order_id in self.waiting:
            return self
        waiting = (*self.waiting, order_id)
        return Member(self.member_id, self.joined_at, waiting, self.counted, self.version)

    def count_of(self, scope: str) -> int:
        """Tell how many orders took a place.

        Args:
            scope: What the cap counts over.

        Returns:
            How many.
        """
        return dict(self.counted).get(scope, 0)

    def counting(self, scope: str) -> "Member":
        """Let one more order take a place under a cap.

        Args:
            scope: What the cap counts over.

        Returns:
            The member.
        """
        counted = dict(self.counted)
        counted[scope] = counted.get(scope, 0) + 1
        return Member(
            self.member_id,
            self.joined_at,
            self.waiting,
            tuple(sorted(counted.items())),
            self.version,
        )

    def stored(self) -> "Member":
        """The same member, stored once more.

        Returns:
            The member with its version raised by one.
        """
        return Member(self.member_id, self.joined_at, self.waiting, self.counted, self.version + 1)
