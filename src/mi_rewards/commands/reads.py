"""Reads: a balance as of any instant, a statement, what an order would earn. They write nothing."""

from datetime import date, datetime

import attrs

from mi_rewards.earning.evaluation import Verdict
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


@attrs.frozen(order=False)
class Explanation:
    """What an order would earn, and why.

    Attributes:
        rule: The rule by which it earns without campaigns, or the one that says no.
        base_tokens: What it earns by that.
        tokens: What it earns with all campaigns that apply, if all is delivered and kept.
        verdicts: What becomes of each campaign, by its id: what it adds, or the first condition
            that failed and what would change that.
    """

    rule: str
    base_tokens: int
    tokens: int
    verdicts: tuple[Verdict, ...]
