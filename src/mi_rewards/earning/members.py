"""Members: when they joined and left, what waits for that, and what the programme knows of them."""

import re
from datetime import datetime
from typing import Any, Final, NamedTuple

from mi_rewards._tuples import new
from mi_rewards.errors import Misuse

_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BIRTHDAY: Final = re.compile(r"([0-9]{2})-([0-9]{2})", re.ASCII)


_VERSION = 4
"""The place of a member's version."""


class Member(NamedTuple):
    """One member, or a shopper who may yet become one.

    Attributes:
        member_id: The host's name for the member; nothing personal, since journals keep it.
        joined_at: The instant (UTC) of joining, `None` before.
        waiting: Orders delivered before joining that will count, in the order in which they were
            delivered.
        counted: Orders that took a place under a cap, by what the cap counts over.
        version: How many times it was stored.
        left_at: The instant (UTC) of leaving, `None` for who has not left.
        blocked: The code for which the member is blocked; empty for who is not.
        merged_into: The member who goes on in place of this one; empty for who goes on.
        absorbed: The members in whose place this one goes on, in the order in which they came.
        birthday: Month and day, `"MM-DD"`; empty where it is not known. Personal.
        referral_code: The code by which the member invites friends; empty for none.
        erased_at: The instant (UTC) at which personal data were deleted, `None` where not.
        first_joined_at: The instant (UTC) of the first joining, of this member or of one absorbed,
            where that is another than `joined_at`.
    """

    member_id: str
    joined_at: datetime | None = None
    waiting: tuple[str, ...] = ()
    counted: tuple[tuple[str, int], ...] = ()
    version: int = 0
    left_at: datetime | None = None
    blocked: str = ""
    merged_into: str = ""
    absorbed: tuple[str, ...] = ()
    birthday: str = ""
    referral_code: str = ""
    erased_at: datetime | None = None
    first_joined_at: datetime | None = None

    @property
    def there_since(self) -> datetime | None:
        """The instant (UTC) since which the member is known, whoever left or was absorbed since."""
        return self.first_joined_at or self.joined_at

    @property
    def due_at(self) -> None:
        """The calendar changes nothing in a member."""
        return

    @property
    def is_in(self) -> bool:
        """Whether the member has joined, and neither left nor gone on as another."""
        return self.joined_at is not None and self.left_at is None and not self.merged_into

    @property
    def has_to_join(self) -> bool:
        """Whether orders wait until the member joins, for the first time or again."""
        return self.joined_at is None or self.left_at is not None

    def earns_at(self, at: datetime) -> bool:
        """Tell whether an order delivered at an instant earns without a further question.

        Args:
            at: The instant (UTC).

        Returns:
            Whether the member had joined by then, has not left, and is not blocked.
        """
        joined_at = self.joined_at
        if joined_at is None or at < joined_at:
            return False
        return self.left_at is None and not self.blocked

    def joining(self, at: datetime) -> "Member":
        """Join.

        Args:
            at: The instant (UTC).

        Returns:
            The member, with nothing waiting any more; who comes back is known since before.
        """
        member = self._replace(joined_at=at, waiting=(), left_at=None)
        return member if self.joined_at is None else member.known_since(self.joined_at)

    def known_since(self, at: datetime) -> "Member":
        """Remember that the member, or one absorbed, was there at an instant.

        Args:
            at: The instant (UTC).

        Returns:
            The member.
        """
        since = at if self.there_since is None else min(at, self.there_since)
        return self if since == self.there_since else self._replace(first_joined_at=since)

    def with_waiting(self, order_id: str) -> "Member":
        """Remember an order until the member joins.

        Args:
            order_id: The order.

        Returns:
            The member.
        """
        if order_id in self.waiting:
            return self
        return self._replace(waiting=(*self.waiting, order_id))

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
        return self._replace(counted=tuple(sorted(counted.items())))

    def stored(self) -> "Member":
        """The same member, stored once more.

        Returns:
            The member with its version raised by one.
        """
        before: tuple[Any, ...] = self[:_VERSION]
        version = (self.version + 1,)
        return new(Member, before + version + self[_VERSION + 1 :])


def check_birthday(birthday: str) -> None:
    """Check a birthday.

    Args:
        birthday: Month and day, `"MM-DD"`; empty for none. 29 February is one.

    Raises:
        Misuse: It is something else.
    """
    if birthday == "":
        return
    found = _BIRTHDAY.fullmatch(birthday) if type(birthday) is str else None
    if found is not None:
        month, day = int(found[1]), int(found[2])
        if 1 <= month <= len(_DAYS) and 1 <= day <= _DAYS[month - 1]:
            return
    raise Misuse(f"a birthday is a month and a day, MM-DD, not {birthday!r:.40}")
