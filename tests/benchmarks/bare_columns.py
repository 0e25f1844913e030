"""Columns replayed bare: the arithmetic of Reward Mi on integers and dictionaries.

1. It knows orders delivered and returned, and rewards redeemed; whoever joins brings nothing.
2. Nothing is checked or recorded: no requests, no days of cohorts, no flows, no member's details.
   Tokens last to the end of the next year, so a bucket is named by its last year.
3. Its totals are those of the library's replay: it is a second reckoning too.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

INDIA = timezone(timedelta(hours=5, minutes=30))
COSTS = {
    "accessory-coupon-100": 2_500,
    "accessory-coupon-1000": 10_000,
    "f-code-redmi-note-4": 1_000,
}
MINOR_PER_TOKEN = 1_000
"""Ten tokens per INR 100.00, rounded down."""

_FIRST_YEAR = 2010
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEARS = [
    (datetime(year, 1, 1, tzinfo=INDIA) - _EPOCH) // timedelta(microseconds=1)
    for year in range(_FIRST_YEAR + 1, 2051)
]
"""When each year after the first begins, in microseconds since 1970 (UTC)."""


class Totals(NamedTuple):
    """What a bare replay comes to.

    Attributes:
        issued: Tokens earned.
        available: Tokens that can be spent at the end.
        redeemed: Tokens spent.
        lapsed: Tokens past their last year.
        clawed_back: Tokens taken back after returns.
        owed: Tokens still to be taken back.
        refused: Rows that were refused.
    """

    issued: int
    available: int
    redeemed: int
    lapsed: int
    clawed_back: int
    owed: int
    refused: int

    def plus(self, other: "Totals") -> "Totals":
        """Add what other members came to."""
        return Totals(*map(sum, zip(self, other, strict=True)))


NOTHING = Totals(0, 0, 0, 0, 0, 0, 0)


class Bare:
    """A bare replay on its way."""

    def __init__(self, *, sorted_by_member: bool = False) -> None:
        self.is_sorted = sorted_by_member
        self.wallets: dict[str, dict[int, int]] = {}
        self.orders: dict[str, tuple[int, int, int]] = {}
        self.owes: dict[str, int] = {}
        self.latest = ""
        self.issued = self.available = self.redeemed = self.lapsed = 0
        self.taken_back = self.owed = self.refused = 0

    def take(self, columns: Mapping[str, Sequence[object]]) -> None:
        """Replay columns that follow those before: `at_us` and `amount_minor` are integers."""
        nothing = [""] * len(columns["kind"])
        rows = zip(
            columns["kind"],
            columns["member_id"],
            columns["at_us"],
            columns["order_id"],
            columns["amount_minor"],
            columns.get("reward_id", nothing),
            strict=True,
        )
        self._take(rows)

    def _take(self, rows: Iterable[tuple[str, str, int, str, int, str]]) -> None:
        wallets, orders, owes = self.wallets, self.orders, self.owes
        begins, last = 0, 0
        this = _FIRST_YEAR
        is_sorted, latest = self.is_sorted, self.latest
        for kind, member, at, order, minor, reward in rows:
            if is_sorted and member != latest:
                self.close()
                latest = member
            if not begins <= at < last:
                place = bisect_right(YEARS, at)
                this = _FIRST_YEAR + place
                begins, last = YEARS[place - 1], YEARS[place]
            if kind == "delivered":
                tokens = minor // MINOR_PER_TOKEN
                orders[order] = minor, tokens, this + 1
                if tokens:
                    self.issued += tokens
                    wallet = wallets.get(member)
                    if wallet is None:
                        wallets[member] = {this + 1: tokens}
                        continue
                    if member in owes:
                        tokens = self._made_good(member, tokens)
                    wallet[this + 1] = wallet.get(this + 1, 0) + tokens
            elif kind == "returned":
                found = orders.get(order)
                if found is None:
                    self.refused += 1
                    continue
                kept, earned, year = found
                kept -= minor
                tokens = kept // MINOR_PER_TOKEN
                orders[order] = kept, tokens, year
                if year >= this and earned > tokens:
                    self._take_back(member, wallets[member], earned - tokens, year, this)
            elif kind == "redeemed":
                cost = COSTS[reward]
                wallet = wallets.get(member)
                if wallet is None or member in owes:
                    self.refused += 1
                    continue
                there = [year for year in wallet if year >= this and wallet[year]]
                if sum([wallet[year] for year in there]) < cost:
                    self.refused += 1
                    continue
                self.redeemed += cost
                for year in sorted(there):
                    part = min(wallet[year], cost)
                    wallet[year] -= part
                    cost -= part
                    if not cost:
                        break
        self.latest = latest

    def _take_back(
        self, member: str, wallet: dict[int, int], tokens: int, own: int, this: int
    ) -> None:
        """Take back from the order's own bucket, then from the earliest; the rest is owed."""
        self.taken_back += tokens
        for year in (own, *sorted(wallet)):
            if year < this:
                continue
            part = min(wallet[year], tokens)
            wallet[year] -= part
            tokens -= part
            if not tokens:
                return
        self.owes[member] = self.owes.get(member, 0) + tokens

    def _made_good(self, member: str, tokens: int) -> int:
        """Make good what is owed, and answer with what is left."""
        owed = self.owes.pop(member)
        if owed > tokens:
            self.owes[member] = owed - tokens
            return 0
        return tokens - owed

    def close(self) -> None:
        """Add up what members have; those of a sorted history one after the other."""
        for wallet in self.wallets.values():
            for last, tokens in wallet.items():
                if last < self.end:
                    self.lapsed += tokens
                else:
                    self.available += tokens
        self.owed += sum(self.owes.values())
        self.wallets.clear()
        self.orders.clear()
        self.owes.clear()

    end = 2019
    """The year of the day whose balances are stated."""

    def totals(self) -> Totals:
        """Answer with what all members came to."""
        self.close()
        return Totals(
            self.issued,
            self.available,
            self.redeemed,
            self.lapsed,
            self.taken_back,
            self.owed,
            self.refused,
        )


def totals(columns: Mapping[str, Sequence[object]], *, sorted_by_member: bool = False) -> Totals:
    """Replay columns to the end of a day in 2019."""
    bare = Bare(sorted_by_member=sorted_by_member)
    bare.take(columns)
    return bare.totals()
