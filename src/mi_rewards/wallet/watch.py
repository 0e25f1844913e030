"""What a checker remembers of a wallet while it reads a journal.

1. It folds by plain sums over dictionaries, in another way than the wallet does, so that each can
   show the other wrong.
2. It takes in whatever the entries say: a balance may go negative here, and is then reported.
3. It grows with live buckets, open holds and open promises, and with the names of requests, burns
   and orders.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from mi_rewards.calendar import NEVER
from mi_rewards.wallet.entries import Account, Entry, Event, Owner, Posting

Part = tuple[date, int]
"""A last valid day, and how many tokens of it."""


class WatchedHold(NamedTuple):
    """An open hold: its deadline, and what it set aside in the order of drawing."""

    until: datetime | None
    parts: tuple[Part, ...]


class WatchedPromise(NamedTuple):
    """An open promise: its tokens, its last valid day, and when the calendar keeps it."""

    tokens: int
    last_day: date | None
    keeps_at: datetime | None


class Due(NamedTuple):
    """Something that the calendar makes due: when, and of what account and name."""

    at: datetime
    account: Account
    name: str

    def __str__(self) -> str:
        """Write what is due."""
        return f"{_DUE[self.account]} {self.name!r}"


_BITS_MAX = 1024
"""The longest number that is read: far past any that can be, and short enough to be written."""

_DUE = {
    Account.AVAILABLE: "the lapse of bucket",
    Account.HELD: "the running out of hold",
    Account.PROMISED: "the keeping of promise",
}


def is_whole(number: object) -> bool:
    """Tell whether something is a whole number that can be counted with.

    Args:
        number: Anything.

    Returns:
        Whether it is an int, and of no more than 1024 bits.
    """
    return type(number) is int and number.bit_length() <= _BITS_MAX


def gained(entry: Entry, account: Account) -> list[Posting]:
    """Find what an entry adds to an account.

    Args:
        entry: The entry.
        account: The account.

    Returns:
        Its postings of more than zero.
    """
    return [it for it in entry.postings if it.account is account and it.amount > 0]


def lost(entry: Entry, account: Account) -> list[Posting]:
    """Find what an entry takes from an account.

    Args:
        entry: The entry.
        account: The account.

    Returns:
        Its postings of less than zero.
    """
    return [it for it in entry.postings if it.account is account and it.amount < 0]


def parts_of(postings: Iterable[Posting]) -> tuple[Part, ...]:
    """Name the last valid days and tokens of postings, whichever way they go.

    Args:
        postings: Postings that name a last valid day.

    Returns:
        The parts, in the order of the postings.
    """
    return tuple((it.last_day or NEVER, abs(it.amount)) for it in postings)


def by_day(parts: Iterable[Part]) -> dict[date, int]:
    """Add parts up by last valid day.

    Args:
        parts: The parts.

    Returns:
        Tokens by last valid day.
    """
    days: dict[date, int] = {}
    for day, tokens in parts:
        days[day] = days.get(day, 0) + tokens
    return days


def by_ref(postings: Iterable[Posting]) -> dict[str, int]:
    """Add postings up by what they concern.

    Args:
        postings: Postings.

    Returns:
        Tokens by reference, whichever way they go; those of no reference under the empty text.
    """
    refs: dict[str, int] = {}
    for posting in postings:
        ref = posting.ref or ""
        refs[ref] = refs.get(ref, 0) + abs(posting.amount)
    return refs


def split(parts: Iterable[Part], tokens: int) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Split parts into the first *tokens* of them and the rest.

    Args:
        parts: The parts in their order.
        tokens: How many tokens the first parts have.

    Returns:
        Both, in the order given, each with a part of every day, which may be of no tokens.
    """
    first: list[Part] = []
    rest: list[Part] = []
    for day, whole in parts:
        taken = max(0, min(whole, tokens))
        tokens -= taken
        first.append((day, taken))
        rest.append((day, whole - taken))
    return tuple(first), tuple(rest)


class Watched:
    """One wallet, as the entries so far make it.

    Attributes:
        owner: Whose, as the first entry says.
        sequence: The highest sequence number so far.
        booked_at: The latest instant so far, `None` before the first entry.
        totals: The sum of each account.
        buckets: Tokens by last valid day, negative where more was drawn than there was.
        holds: Open holds by name.
        promises: Open promises by name, negative where more was taken than there was.
        burns: What is left of each burn, in the order of drawing.
        issued: Tokens issued, by order.
        clawed_back: Tokens taken back, by order.
        bounds: The most that an order's recipe gives, as far as reasons state it.
        overdue: What was not booked when it was due, and is reported.
        request_id: The request of the last entry.
        request_ids: Every request so far.
    """

    def __init__(self, owner: Owner) -> None:
        self.owner: Owner = owner
        self.sequence: int = 0
        self.booked_at: datetime | None = None
        self.totals: dict[Account, int] = dict.fromkeys(Account, 0)
        self.buckets: dict[date, int] = {}
        self.holds: dict[str, WatchedHold] = {}
        self.promises: dict[str, WatchedPromise] = {}
        self.burns: dict[str, tuple[Part, ...]] = {}
        self.issued: dict[str, int] = {}
        self.clawed_back: dict[str, int] = {}
        self.bounds: dict[str, int] = {}
        self.overdue: set[Due] = set()
        self.blocked: str = ""
        self.request_id: str | None = None
        self.request_ids: set[str] = set()

    def has_passed(self, last_day: date, at: datetime) -> bool:
        """Tell whether a last valid day is over.

        Args:
            last_day: The last valid day.
            at: The instant.

        Returns:
            Whether it is over in the wallet's zone.
        """
        return last_day != NEVER and self.owner.zone.after(last_day) <= at

    def due(self) -> Iterator[Due]:
        """Find what the calendar has yet to do, whenever that is.

        Yields:
            Lapses, holds that run out, promises that are kept.
        """
        for day, tokens in self.buckets.items():
            if tokens > 0 and day != NEVER:
                yield Due(self.owner.zone.after(day), Account.AVAILABLE, day.isoformat())
        for name, hold in self.holds.items():
            if hold.until is not None:
                yield Due(hold.until, Account.HELD, name)
        for name, promise in self.promises.items():
            if promise.keeps_at is not None and promise.tokens > 0:
                yield Due(promise.keeps_at, Account.PROMISED, name)

    def skip(self, entry: Entry) -> None:
        """Leave out an entry that cannot be read, and expect the next one after it.

        Args:
            entry: The entry.
        """
        if is_whole(entry.sequence):
            self.sequence = max(self.sequence, entry.sequence)

    def apply(self, entry: Entry) -> None:
        """Take in an entry: what it moves, when it was booked, and for which request.

        Args:
            entry: The next entry of the journal.
        """
        self.sequence = max(self.sequence, entry.sequence)
        self.booked_at = max(self.booked_at or entry.booked_at, entry.booked_at)
        self.request_id = entry.request_id
        self.request_ids.add(entry.request_id)
        if entry.event in {Event.BLOCKED, Event.UNBLOCKED}:
            self.blocked = entry.reason.code if entry.event is Event.BLOCKED else ""
        self._apply_burns(entry)
        self._apply_holds(entry)
        self._apply_promises(entry)
        for posting in entry.postings:
            self.totals[posting.account] += posting.amount
            if posting.account is Account.AVAILABLE:
                day = posting.last_day or NEVER
                self.buckets[day] = self.buckets.get(day, 0) + posting.amount
                if not self.buckets[day]:
                    del self.buckets[day]
        for ref, tokens in by_ref(lost(entry, Account.ISSUED)).items():
            self.issued[ref] = self.issued.get(ref, 0) + tokens
        for ref, tokens in by_ref(gained(entry, Account.CLAWED_BACK)).items():
            self.clawed_back[ref] = self.clawed_back.get(ref, 0) + tokens

    def _apply_burns(self, entry: Entry) -> None:
        """Remember what a burn or a capture drew, and forget what is undone."""
        drawn = parts_of(lost(entry, Account.AVAILABLE))
        for name in by_ref(lost(entry, Account.HELD)):
            drawn = self.holds[name].parts if name in self.holds else ()
        for name, tokens in by_ref(gained(entry, Account.REDEEMED)).items():
            self.burns[name] = split(drawn, tokens)[0]
        for name, tokens in by_ref(lost(entry, Account.REDEEMED)).items():
            left = self.burns.get(name, ())
            self.burns[name] = split(left, sum_of(left) - tokens)[0]

    def _apply_holds(self, entry: Entry) -> None:
        """Open holds, and forget those that are resolved."""
        for posting in gained(entry, Account.HELD):
            name = posting.ref or ""
            before = self.holds[name].parts if name in self.holds else ()
            self.holds[name] = WatchedHold(entry.until, before + parts_of([posting]))
        for name in by_ref(lost(entry, Account.HELD)):
            self.holds.pop(name, None)

    def _apply_promises(self, entry: Entry) -> None:
        """Make promises, and take from them."""
        for posting in entry.postings:
            if posting.account is not Account.PROMISED:
                continue
            name = posting.ref or ""
            made = WatchedPromise(0, posting.last_day, entry.until)
            promise = self.promises.get(name, made)
            tokens = promise.tokens + posting.amount
            self.promises[name] = promise._replace(tokens=tokens)
            if not tokens:
                del self.promises[name]

    def kept_by_calendar(self, entry: Entry) -> tuple[str, WatchedPromise] | None:
        """Find the promise that an entry keeps because its instant has come.

        Args:
            entry: The entry, before it is taken in.

        Returns:
            The promise and its name; `None` where the entry is no such thing.
        """
        if entry.event is not Event.KEPT:
            return None
        for posting in lost(entry, Account.PROMISED):
            promise = self.promises.get(posting.ref or "")
            if promise and promise.keeps_at and promise.keeps_at <= entry.booked_at:
                return posting.ref or "", promise
        return None


def sum_of(parts: Iterable[Part]) -> int:
    """Add parts up.

    Args:
        parts: The parts.

    Returns:
        Tokens.
    """
    return sum(tokens for _, tokens in parts)
