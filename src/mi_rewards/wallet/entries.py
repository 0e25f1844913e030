"""The journal: entries with balanced postings and machine-readable reasons.

1. An entry is appended and never changed; a reversal is a new entry.
2. Its postings sum to zero. An amount is what its account gains; a loss is negative. Only an entry
   that blocks a wallet, or lifts that, has none.
3. Entries alone are enough to fold: a posting says the last valid day it concerns and, where it
   concerns one, the id of a hold, a promise, a burn, a transfer or an order.
4. Nothing personal and no free text: reasons are codes and figures.
"""

import enum
from datetime import date, datetime
from typing import Final, NamedTuple

import attrs

from mi_rewards.calendar import Zone
from mi_rewards.errors import Figure


class Account(enum.StrEnum):
    """Where tokens are, or where they came from or went.

    `ISSUED`, `EXPECTED` and `OWED` run negative and are shown positive.
    """

    ISSUED = "issued"
    EXPECTED = "expected"
    PROMISED = "promised"
    AVAILABLE = "available"
    HELD = "held"
    REDEEMED = "redeemed"
    LAPSED = "lapsed"
    CLAWED_BACK = "clawed_back"
    OWED = "owed"
    TRANSFERRED = "transferred"
    ADJUSTED = "adjusted"


class Event(enum.StrEnum):
    """What an entry records."""

    OPENED = "opened"
    EARNED = "earned"
    PROMISED = "promised"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"
    RAN_OUT = "ran_out"
    BURNED = "burned"
    REINSTATED = "reinstated"
    CLAWED_BACK = "clawed_back"
    SENT = "sent"
    TAKEN = "taken"
    ADJUSTED_UP = "adjusted_up"
    ADJUSTED_DOWN = "adjusted_down"
    LAPSED = "lapsed"
    TOOK_DEBT = "took_debt"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


LEFT: Final = "left"
"""The code for which the wallets of who has left are blocked."""

MERGED: Final = "merged"
"""The code of a wallet whose member was merged into another: what comes in is passed on."""

CALENDAR_EVENTS = frozenset({Event.LAPSED, Event.RAN_OUT, Event.KEPT})
"""What the calendar alone can bring about; `KEPT` also happens on delivery."""


@attrs.frozen(order=False)
class Owner:
    """Whose wallet, of which kind of token, and the zone in which its days are reckoned.

    Attributes:
        member_id: The host's name for the member. It stays in the journal for ever, so it must not
            be personal by itself: a number or a random name, never an e-mail address or a phone's.
        kind: The kind of token, such as `"tokens"`.
        zone: The programme's time zone.
    """

    member_id: str
    kind: str
    zone: Zone


class Reason(NamedTuple):
    """Why an entry was made: a code, and the figures that decided.

    Attributes:
        code: The rule or the cause, such as `"purchase"`, `"welcome"` or a host's own code for an
            adjustment.
        figures: Pairs of a name and a text or whole number: rate, base, rounding, rule-book
            digest, order.
    """

    code: str
    figures: tuple[tuple[str, Figure], ...] = ()

    def figure(self, name: str) -> Figure | None:
        """Look up one figure.

        Args:
            name: The figure's name.

        Returns:
            The figure, or `None` where the reason does not state it.
        """
        for key, value in self.figures:
            if key == name:
                return value
        return None


class Posting(NamedTuple):
    """One line of an entry; a named tuple, since an entry makes several.

    Attributes:
        account: The account that gains *amount*, or loses it where it is negative.
        amount: Tokens, never zero.
        last_day: The last valid day that the posting concerns, if one.
        ref: The id of the hold, promise, burn, transfer or order that it concerns, if one.
    """

    account: Account
    amount: int
    last_day: date | None = None
    ref: str | None = None


class Entry(NamedTuple):
    """One fact in a wallet's journal.

    Attributes:
        owner: Whose wallet.
        sequence: 1, 2, 3 … within the wallet, without a gap.
        event: What happened.
        request_id: The request that caused it, or that booked what the calendar had made due.
        occurred_at: The fact's instant (UTC), from which last valid days are reckoned.
        booked_at: When it counts (UTC); never before the entry before it.
        reason: Why, as codes and figures.
        postings: What moved; sums to zero.
        until: A hold's deadline, or the instant at which a promise is kept (UTC).
    """

    owner: Owner
    sequence: int
    event: Event
    request_id: str
    occurred_at: datetime
    booked_at: datetime
    reason: Reason
    postings: tuple[Posting, ...]
    until: datetime | None = None

    @property
    def member_id(self) -> str:
        """The member whose wallet it is."""
        return self.owner.member_id

    @property
    def kind(self) -> str:
        """The kind of token."""
        return self.owner.kind

    def amount(self, account: Account) -> int:
        """Add up what this entry posts to one account.

        Args:
            account: The account asked for.

        Returns:
            Tokens; negative where the account loses.
        """
        return sum(posting.amount for posting in self.postings if posting.account is account)
