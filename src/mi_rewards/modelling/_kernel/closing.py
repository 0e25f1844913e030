"""Closing a member at the end of the day that is stated: what is due is booked, and added up."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

from mi_rewards.modelling._kernel.asking import Asking
from mi_rewards.modelling._kernel.days import FAR, PAST, instant
from mi_rewards.modelling._kernel.deciding import advance
from mi_rewards.modelling._kernel.packing import DAY_SHIFT, LAPSED
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import State, figures_of
from mi_rewards.modelling.details import COUNTS, MEMBER_COLUMNS, TierMove
from mi_rewards.tiers.standing import Standing

_ADDED_AT_ONCE: Final = 1024
"""Of how many members figures wait to be added up."""

_in_columns: Final = itemgetter(*map(COUNTS.index, MEMBER_COLUMNS[2:]))
"""Takes figures in the order in which `MEMBER_COLUMNS` states them."""


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
        self._figures: list[tuple[int, ...]] = []
        self._is_brief = asking is None and not (run.instants or run.detail or self.tiers)
        self._rows: list[tuple[Any, ...]] = []

    def close(self, states: dict[str, State], end: int) -> None:
        """Close members, who are forgotten.

        Args:
            states: Who, by their names.
            end: The last moment of the day that is stated.
        """
        if self._is_brief:
            self._close_briefly(states, end)
        while states:
            _, state = states.popitem()
            self._close_one(state, end)

    def _close_briefly(self, states: dict[str, State], end: int) -> None:
        """Close members of whom nothing is stated one by one; lots of the lean lapse together."""
        there: defaultdict[int, int] = defaultdict(int)
        members = redeemed = lapsed = clawed_back = 0
        for state in states.values():
            if state.more is not None:
                self._close_one(state, end)
                continue
            for lot, tokens in state.lots.items():
                there[lot] += tokens
            members += state.joined != FAR
            redeemed += state.redeemed
            lapsed += state.lapsed
            clawed_back += state.clawed_back
        states.clear()
        run, available = self._run, 0
        for lot, tokens in there.items():
            over = run.days.over(lot >> DAY_SHIFT)
            if over > end:
                self.calendar[lot >> DAY_SHIFT] += tokens
                available += tokens
            else:
                # What had not lapsed by its member's last entry does so after it.
                run.flows[run.days.at(over).cell | LAPSED | lot] -= tokens
                lapsed += tokens
        self.members += members
        issued = available + redeemed + lapsed + clawed_back
        self._figures.append((issued, 0, available, 0, redeemed, lapsed, clawed_back, 0))

    def _close_one(self, state: State, end: int) -> None:
        """Close a member."""
        run = self._run
        if self._asking is not None:
            self._asking.ask_through(state, end)
        if state.more is None and not run.instants:
            if end >= state.until:
                run.lapse(state, end)
        else:
            self._snap_until(state, end)
            advance(run, state, end)
        tier = ""
        if state.joined != FAR:
            self.members += 1
            if self.tiers:
                tier = self._tier(state, end)
        elif state.booked == PAST:
            return
        figures = figures_of(state, None if state.more is None else state.more.wallet)
        if state.booked != PAST:
            self._figures.append(figures)
            if len(self._figures) >= _ADDED_AT_ONCE:
                self._add_up()
            calendar = self.calendar
            for lot, tokens in state.lots.items():
                calendar[lot >> DAY_SHIFT] += tokens
        if run.detail:
            self._rows.append((state.member_id, tier, *_in_columns(figures)))
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
        assert ladder is not None  # there are tiers
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
        self._add_up()
        return dict(zip(COUNTS, self._sums, strict=True))

    def _add_up(self) -> None:
        """Add up what the members closed last have."""
        added = zip(*self._figures, self._sums, strict=True)
        self._sums = [sum(tokens) for tokens in added]
        self._figures = []

    def by_member(self) -> dict[str, Sequence[Any]]:
        """State what each member has.

        Returns:
            The columns, by member.
        """
        columns = [list(column) for column in zip(*sorted(self._rows), strict=True)]
        if not columns:
            columns = [[] for _ in MEMBER_COLUMNS]
        return dict(zip(MEMBER_COLUMNS, columns, strict=True))
