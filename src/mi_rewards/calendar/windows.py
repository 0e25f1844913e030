"""Half-open windows of time, and what recurs weekly in them."""

from datetime import date, datetime
from typing import Self

import attrs

from mi_rewards.calendar.days import NEVER
from mi_rewards.calendar.instants import utc
from mi_rewards.calendar.zones import Zone
from mi_rewards.errors import Misuse


def _bound(at: datetime | None) -> datetime | None:
    """Express a bound in UTC, where there is one."""
    return None if at is None else utc(at)


@attrs.frozen(order=False)
class Window:
    """A stretch of time: its beginning belongs to it, its end does not.

    Attributes:
        from_at: The first instant inside, in UTC; None where there is no beginning.
        until_at: The first instant after it, in UTC; None where there is no end.

    Raises:
        Misuse: A bound is naive, or the window would be empty.
    """

    from_at: datetime | None = attrs.field(converter=_bound)
    until_at: datetime | None = attrs.field(converter=_bound)

    def __attrs_post_init__(self) -> None:
        if self.from_at is None or self.until_at is None or self.from_at < self.until_at:
            return
        raise Misuse(f"a window begins before it ends, not at {self.from_at} until {self.until_at}")

    @classmethod
    def of_days(cls, from_on: date | None, through_on: date | None, zone: Zone) -> Self:
        """Make the window of whole days.

        Args:
            from_on: Its first day; None where there is no beginning.
            through_on: Its last day; None or `NEVER` where there is no end.
            zone: Where the days begin and end.

        Returns:
            The window to which both days belong.

        Raises:
            Misuse: A day is no date, or the last day is over when the first begins.
        """
        return cls(
            None if from_on is None else zone.start_of(from_on),
            None if through_on is None or through_on == NEVER else zone.after(through_on),
        )

    def contains(self, at: datetime) -> bool:
        """Say whether an instant is inside.

        Args:
            at: An aware instant.

        Returns:
            Whether it is not before the beginning, and before the end.

        Raises:
            Misuse: *at* is naive, or is no instant.
        """
        at = utc(at)
        if self.from_at is not None and at < self.from_at:
            return False
        return self.until_at is None or at < self.until_at
