"""Tier migration: who was in which tier, and where that leads.

`P[i][j]` is the share of those in tier i who are in tier j a period later; the next period's shares
are the present ones times P.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.tables import Table

_CLOSE: Final = 1e-9


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _rows(values: Iterable[Iterable[float]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in values)


@attrs.frozen(order=False)
class TierMigration:
    """The shares that move from each tier to each in a period.

    Attributes:
        tiers: The tiers, in their order.
        shares: A row for each tier one comes from; each adds up to 1.

    Raises:
        Misuse: The shares are no square, one is below 0, or a row does not add up to 1.
    """

    tiers: tuple[str, ...] = attrs.field(converter=_texts)
    shares: tuple[tuple[float, ...], ...] = attrs.field(converter=_rows)

    def __attrs_post_init__(self) -> None:
        """Check the shares."""
        if [len(row) for row in self.shares] != [len(self.tiers)] * len(self.tiers):
            raise Misuse(f"shares are needed from each of {len(self.tiers)} tiers to each")
        for tier, row in zip(self.tiers, self.shares, strict=True):
            if min(row) < 0 or not math.isclose(math.fsum(row), 1, abs_tol=_CLOSE):
                raise Misuse(f"the shares from tier {tier!r:.60} are from 0 and add up to 1")

    @classmethod
    def of(cls, tiers: Iterable[str], counts: Mapping[tuple[str, str], int]) -> "TierMigration":
        """Make shares of counts.

        Args:
            tiers: The tiers, in their order.
            counts: How many members went from one tier to another, or stayed, by both names.

        Returns:
            The shares; from a tier that nobody was in everybody stays.

        Raises:
            Misuse: A count is of a tier that is none.
        """
        names = tuple(tiers)
        for pair in counts:
            if not set(pair) <= set(names):
                raise Misuse(f"{pair!r:.60} are none of the tiers {', '.join(names)}")
        shares = []
        for start in names:
            row = [counts.get((start, end), 0) for end in names]
            members = sum(row)
            shares.append(
                [n / members for n in row] if members else [float(end == start) for end in names]
            )
        return cls(names, shares)

    @classmethod
    def of_table(cls, table: Table, tiers: Iterable[str]) -> "TierMigration":
        """Make shares of what `tier_migration` counted.

        Args:
            table: With the columns `from_tier`, `to_tier` and `members`.
            tiers: The tiers, lowest first. Where members of the table are in none, that is a tier
                of its own, `''`, before the others if it is not among them.

        Returns:
            The shares; from a tier that nobody was in everybody stays.

        Raises:
            Misuse: A column is not there, or a row is of a tier that is none of them.
        """
        names = list(tiers)
        counts: dict[tuple[str, str], int] = {}
        for before, after, members in zip(
            table["from_tier"], table["to_tier"], table["members"], strict=True
        ):
            counts[before, after] = counts.get((before, after), 0) + members
        if "" not in names and any("" in pair for pair in counts):
            names.insert(0, "")
        return cls.of(names, counts)

    def step(self, start: Sequence[float], *, periods: int = 1) -> tuple[float, ...]:
        """Go some periods on.

        Args:
            start: Members, or shares of them, by tier.
            periods: How many, at least 0.

        Returns:
            The same, that many periods later.

        Raises:
            Misuse: There is not one figure for each tier.
        """
        if len(start) != len(self.tiers):
            raise Misuse(f"{len(self.tiers)} tiers need as many figures, not {len(start)}")
        now = tuple(start)
        for _ in range(periods):
            now = tuple(
                math.fsum(n * row[end] for n, row in zip(now, self.shares, strict=True))
                for end in range(len(self.tiers))
            )
        return now

    def table(self) -> Table:
        """State it as a long table.

        Returns:
            A row for each pair of tiers: `from_tier`, `to_tier`, `share`.
        """
        rows = [
            (start, end, share)
            for start, row in zip(self.tiers, self.shares, strict=True)
            for end, share in zip(self.tiers, row, strict=True)
        ]
        return Table.of_rows("Tier migration", ("from_tier", "to_tier", "share"), rows)


def tier_migration(replayed: Replayed, *, start: date, end: date) -> Table:
    """Count who was in which tier at the end of one day and at the end of another.

    Args:
        replayed: A replay with detail, through *end* at least.
        start: The first day.
        end: The later day.

    Returns:
        A row for each pair of tiers: `from_tier`, `to_tier`, `members`. Who had fallen to none by
        either day has `''` there. Who had never had a tier by the first day is left out.

    Raises:
        Misuse: *end* is not after *start*, or after the replay's day, or there is no detail.
    """
    if not start < end <= replayed.as_of:
        raise Misuse(f"{start} and {end} are no two days through {replayed.as_of}")
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    history = replayed.tier_history()
    for member_id, on, to_tier in zip(
        history["member_id"], history["on"], history["to_tier"], strict=True
    ):
        if on <= start:
            before[member_id] = to_tier
        if on <= end:
            after[member_id] = to_tier
    counts: dict[tuple[str, str], int] = {}
    for member_id, tier in before.items():
        pair = tier, after[member_id]
        counts[pair] = counts.get(pair, 0) + 1
    rows = [(*pair, counts[pair]) for pair in sorted(counts)]
    names = ("from_tier", "to_tier", "members")
    title = f"Members by tier on {start} and {end}"
    return Table.of_rows(title, names, rows, {"members": "members"})
