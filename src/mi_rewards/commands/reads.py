"""Reads: a balance as of any instant, and a statement. Reads write nothing."""

from datetime import date, datetime

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.wallet.buckets import Bucket
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.wallet import Wallet

PAGE = 1000
"""Entries read at once."""


def check_page(*, after: int = 0, limit: int) -> None:
    """Check which part of something long is asked for.

    Args:
        after: The sequence number after which to begin.
        limit: How many at most.

    Raises:
        Misuse: *after* is below 0, or *limit* below 1.
    """
    if type(after) is not int or after < 0:
        raise Misuse(f"after must be a whole number, not {after!r}")
    if type(limit) is not int or limit < 1:
        raise Misuse(f"limit must be a whole number of at least 1, not {limit!r}")


@attrs.frozen(order=False)
class Balance:
    """What a member has at an instant, whatever was booked by then.

    Attributes:
        at: The instant (UTC).
        available: Tokens that can be spent.
        held: Tokens set aside.
        promised: Tokens that orders will earn.
        owed: Tokens still to be taken back.
        calendar: Every bucket of what is available, by last valid day, earliest first.
    """

    at: datetime
    available: int
    held: int
    promised: int
    owed: int
    calendar: tuple[Bucket, ...]

    @classmethod
    def of(cls, wallet: Wallet, at: datetime) -> "Balance":
        """State a wallet's balance at or after its last entry.

        Args:
            wallet: The wallet, as booked.
            at: The instant.

        Returns:
            The balance.

        Raises:
            Misuse: *at* has no offset, or is before the last entry.
        """
        now = wallet.at(at)
        return cls(at, now.available, now.held, now.promised, now.owed, now.buckets)

    def lapsing_through(self, day: date) -> int:
        """Add up what lapses by a day's end if nothing is spent.

        Args:
            day: The last day that counts.

        Returns:
            Tokens.
        """
        return sum(bucket.tokens for bucket in self.calendar if bucket.last_day <= day)


@attrs.frozen(order=False)
class Statement:
    """A page of a member's journal.

    Attributes:
        entries: Entries in order.
        next_after: The sequence number after which the next page begins, `None` where there is
            none.
    """

    entries: tuple[Entry, ...]
    next_after: int | None
