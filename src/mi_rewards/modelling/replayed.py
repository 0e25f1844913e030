"""What a replay came to: totals, flows, and what is asked of them as tables.

1. Both engines answer with this; how they came to it (`engine`, `why`) is no part of equality.
2. What different members came to is added by `merged`: associative, commutative and exact.
3. Tokens that are owed are no outstanding tokens, and no flow.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import attrs

from mi_rewards._event_log.lines import Unread
from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.modelling.cohorts import ageing, cohorts, redemptions
from mi_rewards.modelling.details import (
    COUNTS,
    MEMBER_COLUMNS,
    PolicyBurn,
    RefusedRow,
    Snapshot,
    TierMove,
)
from mi_rewards.modelling.flows import Flows
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.roll_forwards import roll_forward
from mi_rewards.modelling.tables import Table

_SUMS = ("events", "repeated", "members", *COUNTS)


@attrs.frozen(order=False, repr=False)
class Replayed:
    """What a replay came to, in whole tokens.

    Attributes:
        programme: The programme's name.
        rule_book: The digest of its rules.
        kind: The kind of token.
        currency: Its currency.
        as_of: The day whose balances these are.
        events: Rows taken, refused and repeated ones included.
        repeated: Those of them that had been carried out before.
        members: Members who joined.
        unread: Rows that could not be read.
        refused: How often what was refused, by code.
        issued: Tokens ever issued.
        promised: Tokens that orders will earn.
        available: Tokens that can be spent.
        held: Tokens set aside.
        redeemed: Tokens spent, less what was reinstated.
        lapsed: Tokens past their last valid day.
        clawed_back: Tokens taken back after returns.
        owed: Tokens still to be taken back.
        vouchers: Vouchers issued, by reward.
        tiers: Members who hold each tier.
        calendar: Available tokens by the ordinal of their last valid day.
        flows: What came to outstanding tokens and went, by day and cohort.
        snapshots: What all members had at the instants asked for; with detail, what each had too.
        detailed: Whether the rest is there.
        refusals: The rows that were refused.
        by_member: What each member has, as columns.
        tier_moves: The changes of tier.
        policy_burns: What a redemption policy spent.
        engine: `kernel` or `commands`.
        why: Why it was that engine; empty where nobody had to choose.
    """

    programme: str
    rule_book: str
    kind: str
    currency: str
    as_of: date
    events: int
    repeated: int
    members: int
    unread: tuple[Unread, ...]
    refused: Mapping[str, int]
    issued: int
    promised: int
    available: int
    held: int
    redeemed: int
    lapsed: int
    clawed_back: int
    owed: int
    vouchers: Mapping[str, int]
    tiers: Mapping[str, int]
    calendar: Mapping[int, int]
    flows: Flows
    snapshots: tuple[Snapshot, ...] = ()
    detailed: bool = False
    refusals: tuple[RefusedRow, ...] = ()
    by_member: Mapping[str, Sequence[Any]] = attrs.field(factory=dict)
    tier_moves: tuple[TierMove, ...] = ()
    policy_burns: tuple[PolicyBurn, ...] = ()
    engine: str = attrs.field(default="kernel", eq=False)
    why: str = attrs.field(default="", eq=False)

    @property
    def outstanding(self) -> int:
        """Tokens that are available or held."""
        return self.available + self.held

    def merged(self, other: "Replayed") -> "Replayed":
        """Add what other members came to under the same rules, on the same day.

        Args:
            other: A replay of other members.

        Returns:
            What all of them came to.

        Raises:
            Misuse: The rules, the day or the detail differ, the instants of the snapshots do, or a
                member is in both.
        """
        for name in ("programme", "rule_book", "kind", "as_of", "detailed"):
            mine, others = getattr(self, name), getattr(other, name)
            if mine != others:
                raise Misuse(f"replays of another {name} are not added: {mine} and {others}")
        by_member = _members_added(self.by_member, other.by_member)
        return attrs.evolve(
            self,
            **{name: getattr(self, name) + getattr(other, name) for name in _SUMS},
            unread=tuple(sorted(self.unread + other.unread)),
            refused=_added(self.refused, other.refused),
            vouchers=_added(self.vouchers, other.vouchers),
            tiers={tier: n + other.tiers.get(tier, 0) for tier, n in self.tiers.items()},
            calendar=_added(self.calendar, other.calendar),
            flows=self.flows.merged(other.flows),
            snapshots=_snapshots_added(self.snapshots, other.snapshots),
            refusals=tuple(sorted(self.refusals + other.refusals)),
            by_member=by_member,
            tier_moves=tuple(sorted(self.tier_moves + other.tier_moves)),
            policy_burns=tuple(sorted(self.policy_burns + other.policy_burns)),
            engine=self.engine if self.engine == other.engine else "commands",
            why=self.why or other.why,
        )

    def totals(self) -> Table:
        """State the totals, as the command `replay` does.

        Returns:
            One row for each figure.
        """
        rows: list[tuple[str, int, str]] = [
            ("events", self.events, "rows"),
            ("repeated", self.repeated, "rows"),
            ("unread", len(self.unread), "rows"),
            *((f"refused, {code}", n, "rows") for code, n in self.refused.items()),
            ("members", self.members, "members"),
            *((name, getattr(self, name), "tokens") for name in COUNTS),
            *((f"vouchers, {name}", n, "vouchers") for name, n in self.vouchers.items()),
            *((f"tier {tier}", n, "members") for tier, n in self.tiers.items()),
        ]
        title = f"{self.programme} at the end of {self.as_of}"
        return Table.of_rows(title, ("figure", "value", "unit"), rows)

    def roll_forward(
        self, by: PeriodLength | str = PeriodLength.MONTH, *, segment: str | None = None
    ) -> Table:
        """State how outstanding tokens moved, period by period.

        Args:
            by: How long a period is: `day`, `month`, `quarter` or `year`.
            segment: Only tokens that were earned in it; `None` for all.

        Returns:
            A row for each period from the first flow to the day named: `period`, `opening`, the
            flows, signed, and `closing`, which is their sum.

        Raises:
            Misuse: There is no such period.
        """
        flows = self.flows
        if segment is not None:
            flows = flows.where(lambda cell: cell.segment == segment)
        return roll_forward(flows, by, through=self.as_of)

    def expiry_calendar(self) -> Table:
        """State when what is available lapses.

        Returns:
            A row for each last valid day, `None` for tokens that never lapse.
        """
        days = [None if day == _NEVER else date.fromordinal(day) for day in self.calendar]
        columns: dict[str, Sequence[Any]] = {
            "last_day": days,
            "tokens": list(self.calendar.values()),
        }
        title = f"What is available at the end of {self.as_of}, by last valid day"
        return Table.of(title, columns, {"last_day": "day", "tokens": "tokens"})

    def cohorts(self, by: PeriodLength | str = PeriodLength.MONTH) -> Table:
        """State what became of the tokens of each cohort.

        Args:
            by: How long the period of earning is: `month`, `quarter` or `year`.

        Returns:
            A row for each period and segment: `issued`, `reversed`, `redeemed` net of what was
            reinstated, `lapsed`, and `outstanding`.

        Raises:
            Misuse: There is no such period, or it is a day.
        """
        return cohorts(self.flows, by)

    def redemptions(self, by: PeriodLength | str = PeriodLength.MONTH) -> Table:
        """State redemptions by cohort and period, long, as triangles are made of.

        Args:
            by: How long periods are: `month`, `quarter` or `year`.

        Returns:
            A row for each `origin`, `segment` and `development` through the day named: `age` in
            periods, `issued` (less what was taken back) of the cohort, and `value`: what was
            redeemed in that period, net of what was reinstated.

        Raises:
            Misuse: There is no such period, or it is a day.
        """
        return redemptions(self.flows, by, through=self.as_of)

    def ageing(self) -> Table:
        """State what is outstanding by its age.

        Returns:
            A row for each whole number of months since earning.
        """
        return ageing(self.flows, on=self.as_of)

    def refusals_table(self) -> Table:
        """State which rows were refused; needs detail.

        Returns:
            A row for each.
        """
        return Table.of_rows("Rows refused", RefusedRow._fields, self._detail(self.refusals))

    def members_table(self) -> Table:
        """State what each member has; needs detail.

        Returns:
            A row for each member.
        """
        self._detail(())
        units = dict.fromkeys(MEMBER_COLUMNS[2:], "tokens")
        return Table.of(f"Members at the end of {self.as_of}", self.by_member, units)

    def tier_history(self) -> Table:
        """State who changed tier when; needs detail.

        Returns:
            A row for each change.
        """
        rows = [
            (it.member_id, date.fromordinal(it.on), it.from_tier, it.to_tier, it.because)
            for it in self._detail(self.tier_moves)
        ]
        return Table.of_rows("Changes of tier", TierMove._fields, rows, {"on": "day"})

    def balances(self, *, by_member: bool = False) -> Table:
        """State what there was at the instants asked for.

        Args:
            by_member: Whether of each member, which needs detail, and not of all together.

        Returns:
            A row for each instant, or for each instant and member, with its `member_id`.

        Raises:
            Misuse: Members are asked for, and there is no detail.
        """
        units = dict.fromkeys(COUNTS, "tokens")
        if by_member:
            each = self._detail(tuple(it for it in self.snapshots if it.member_id))
            return Table.of_rows("Balances by member", Snapshot._fields, each, units)
        rows = [(it.at, *it[2:]) for it in self.snapshots if not it.member_id]
        return Table.of_rows("Balances", ("at", *Snapshot._fields[2:]), rows, units)

    def unread_table(self) -> Table:
        """State which rows were not read, and why.

        Returns:
            A row for each: `row`, its number from 1, and `reason`.
        """
        return Table.of_rows("Rows not read", ("row", "reason"), self.unread)

    def __repr__(self) -> str:
        unread = f", {len(self.unread):,} rows not read" if self.unread else ""
        return (
            f"<Replayed under {self.programme} to {self.as_of}: {self.events:,} events, "
            f"{self.members:,} members, {self.outstanding:,} tokens outstanding{unread}>"
        )

    def _repr_html_(self) -> str:
        """Write the totals for a notebook.

        Returns:
            HTML.
        """
        return self.totals()._repr_html_()

    def _detail(self, rows: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self.detailed:
            raise Misuse("this replay kept no detail; ask for it with detail=True")
        return rows


_NEVER = NEVER.toordinal()


def _added(mine: Mapping[Any, int], others: Mapping[Any, int]) -> dict[Any, int]:
    """Add counts by name; in the order of the names."""
    counts = Counter(mine)
    counts.update(others)
    return dict(sorted(counts.items()))


def _members_added(
    mine: Mapping[str, Sequence[Any]], others: Mapping[str, Sequence[Any]]
) -> dict[str, Sequence[Any]]:
    """Put the members of two replays together, by name."""
    if not mine or not others:
        return dict(mine or others)
    rows = sorted([*zip(*mine.values(), strict=True), *zip(*others.values(), strict=True)])
    for before, after in pairwise(rows):
        if before[0] == after[0]:
            raise Misuse(f"member {before[0]!r} is in two replays that are added")
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else mine.values()
    return dict(zip(mine, map(list, columns), strict=True))


def _snapshots_added(
    mine: tuple[Snapshot, ...], others: tuple[Snapshot, ...]
) -> tuple[Snapshot, ...]:
    """Add the snapshots of all members, and put those of each together."""
    added = {it.at: it for it in mine if not it.member_id}
    theirs = {it.at: it for it in others if not it.member_id}
    if added.keys() != theirs.keys():
        raise Misuse("replays with snapshots of other instants are not added")
    for at, it in theirs.items():
        sums = [n + m for n, m in zip(added[at][2:], it[2:], strict=True)]
        added[at] = Snapshot(at, "", *sums)
    each = [it for it in mine + others if it.member_id]
    return tuple(sorted([*added.values(), *each]))
