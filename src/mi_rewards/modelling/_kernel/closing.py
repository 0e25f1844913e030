"""Closing a member at the end of the day that is stated: what is due is booked, and added up."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from mi_rewards.modelling._kernel.asking import Asking
from mi_rewards.modelling._kernel.days import FAR, PAST, instant
from mi_rewards.modelling._kernel.deciding import advance
from mi_rewards.modelling._kernel.packing import DAY_SHIFT
from mi_rewards.modelling._kernel.run import Run, figures_of
from mi_rewards.modelling._kernel.state import State
from mi_rewards.modelling.details import COUNTS, MEMBER_COLUMNS, TierMove
from mi_rewards.tiers.standing import Standing


class Closing:
    """What the members closed so far come to.

    Attributes:
        members: Members who joined.
        tiers: Members who hold each tier.
        calendar: Available tokens by their last valid day.
    """

    def __init__(self, run: Run, asking: Asking | None) -> None:
        ladder = run.programme.ladder
        self.members = 0
        self.tiers: dict[str, int] = {}
        if ladder is not None:
            self.tiers = {tier.tier_id: 0 for tier in ladder.tiers}
        self.calendar: Counter[int] = Counter()
        self._run = run
        self._asking = asking
        self._sums = [0] * len(COUNTS)
        self._rows: list[tuple[Any, ...]] = []

    def close(self, state: State, end: int) -> None:
        """Close a member.

        Args:
            state: Who.
            end: The last moment of the day that is stated.
        """
        run = self._run
        if self._asking is not None:
            self._asking.ask_through(state, end)
        self._snap_until(state, end)
        advance(run, state, end)
        tier = ""
        if state.joined != FAR:
            self.members += 1
            tier = self._tier(state, end)
        if state.booked != PAST:
            figures = figures_of(state, state.wallet)
            for number, tokens in enumerate(figures):
                self._sums[number] += tokens
            for lot, tokens in state.lots.items():
                self.calendar[lot >> DAY_SHIFT] += tokens
        if run.detail and (state.booked != PAST or state.joined != FAR):
            of = dict(zip(COUNTS, figures_of(state, state.wallet), strict=True))
            self._rows.append((state.member_id, tier, *[of[name] for name in MEMBER_COLUMNS[2:]]))
        if state.snapped < len(run.instants):
            # What comes later is stated, and is no flow of this replay.
            flows, run.flows = run.flows, defaultdict(int)
            self._snap_until(state, FAR)
            run.flows = flows

    def _snap_until(self, state: State, end: int) -> None:
        """State the balances asked for, through an instant."""
        run = self._run
        while state.snapped < len(run.instants) and run.instants[state.snapped] <= end:
            advance(run, state, run.instants[state.snapped])
            run.snap(state, state.wallet)

    def _tier(self, state: State, end: int) -> str:
        """Find the tier that a member holds, with the changes that the calendar made."""
        run, zone = self._run, self._run.programme.zone
        ladder = run.programme.ladder
        if ladder is None:
            return ""
        standing = None if state.more is None else state.more.standing
        if standing is None:
            joined_on = zone.day_of(instant(state.joined))
            standing = Standing.joining(state.member_id, joined_on)
        standing, changes = standing.at(instant(end), ladder=ladder, zone=zone)
        if run.detail:
            run.tier_moves += [
                TierMove(state.member_id, it.on.toordinal(), it.from_tier, it.to_tier, it.because)
                for it in changes
            ]
        if standing.held:
            self.tiers[standing.held] += 1
        return standing.held

    def totals(self) -> dict[str, Any]:
        """State the totals.

        Returns:
            Tokens by the names of `COUNTS`.
        """
        return dict(zip(COUNTS, self._sums, strict=True))

    def by_member(self) -> dict[str, Sequence[Any]]:
        """State what each member has.

        Returns:
            The columns, by member.
        """
        columns = [list(column) for column in zip(*sorted(self._rows), strict=True)]
        if not columns:
            columns = [[] for _ in MEMBER_COLUMNS]
        return dict(zip(MEMBER_COLUMNS, columns, strict=True))
