"""A standing while it is moved on: what both kinds of window share.

1. What is held is the higher of what the last review leaves and what was reached since; in a grace
   it is at least what the review found.
2. Where tiers fall at reviews, what a review left and what was reached since only rise. Where they
   fall at once, both follow what counts.
3. Ranks stand for tiers; -1 is none.
"""

from abc import ABC, abstractmethod
from datetime import date

from mi_rewards.calendar import NEVER
from mi_rewards.tiers.ladder import Changes, Ladder, Landing
from mi_rewards.tiers.state import NO_RANK, Because, StandingState, TierChange
from mi_rewards.tiers.tallies import Tallies, metric_of


class Course(ABC):
    """The newest value of everything that moves, and the changes of tier so far."""

    def __init__(self, state: StandingState, ladder: Ladder) -> None:
        self.ladder = ladder
        self.joined_on = state.joined_on
        self.day: date = state.stated_on
        self.held_id: str = state.held
        self.held: int = ladder.rank(state.held)
        self.held_since: date | None = state.held_since
        self.entered: int = ladder.rank(state.entered)
        self.kept: int = ladder.rank(state.kept)
        self.reached: int = ladder.rank(state.reached)
        self.tallies: Tallies = state.tallies
        self.counts_from: date = state.counts_from
        self.review_on: date | None = state.review_on
        self.falls_on: date | None = state.falls_on if ladder.has(state.entered) else None
        self.changes: list[TierChange] = []
        self.rises_at_once = ladder.upgrades is Changes.AT_ONCE
        self.falls_at_once = ladder.downgrades is Changes.AT_ONCE
        self.base: int = ladder.earned(0)
        self.fit()
        found = Because.LADDER if state.held else Because.UPGRADE
        self.update(found, Because.LADDER)

    @abstractmethod
    def fit(self) -> None:
        """Take in that the ladder may be another than before."""

    @abstractmethod
    def update(self, rise: Because, fall: Because) -> None:
        """Take in what counts by now."""

    @abstractmethod
    def next_on(self) -> date | None:
        """Find the next day on which the calendar may change something, `None` for never."""

    @abstractmethod
    def turn(self) -> None:
        """Take in what the calendar changes on the present day."""

    @abstractmethod
    def skip(self) -> None:
        """Pass over reviews that find nothing, up to the present day."""

    @abstractmethod
    def prune(self) -> None:
        """Forget what no longer counts."""

    @abstractmethod
    def key_day(self, day: date) -> date:
        """Find the day under which is kept what counts on a day."""

    def advance(self, day: date) -> None:
        """Take in what the calendar has made of it by a day; an earlier day changes nothing."""
        while (on := self.next_on()) is not None and on <= day:
            self.day = on
            self.turn()
            self.prune()
        self.day = max(day, self.day)
        self.skip()
        self.prune()

    def next_change(self) -> TierChange | None:
        """Go on to the next change of tier if nothing more counts, and answer with it."""
        self.changes = []
        while not self.changes and (on := self.next_on()) is not None:
            self.day = on
            self.turn()
            self.prune()
        return self.changes[0] if self.changes else None

    def forget_before(self, day: date) -> None:
        """Drop what counted before a day."""
        if day > self.counts_from:
            self.counts_from = day
        if self.tallies and self.tallies[0].day < day:
            self.tallies = tuple([tally for tally in self.tallies if tally.day >= day])

    def earned_over(self, from_on: date, until_on: date) -> int:
        """Find the tier that the metric over some days earns."""
        total = metric_of(self.tallies, self.ladder.metric, from_on, until_on)
        return self.ladder.earned(total)

    def landing(self, earned: int) -> int:
        """Find the tier that a review leaves."""
        if self.ladder.landing is Landing.SOFT:
            return max(earned, self.entered - 1)
        return earned

    def review(self, earned: int) -> None:
        """Review: state what it leaves, and any grace."""
        self.entered = self.held
        self.kept = self.landing(earned)
        self.falls_on = None
        if self.kept < self.entered and self.ladder.grace_days:
            self.falls_on = later(self.day, self.ladder.grace_days)
        self.settle(Because.REVIEW, Because.SOFT_LANDING if self.kept > earned else Because.REVIEW)

    def end_grace(self) -> None:
        """Let the tier fall to what the last review left, or what was reached since."""
        self.falls_on = None
        self.settle(Because.GRACE_OVER, Because.GRACE_OVER)

    def is_met(self, now: int) -> bool:
        """Tell whether a grace is met: what the review found is earned after all."""
        return self.falls_on is not None and max(self.kept, now) >= self.entered

    def is_idle(self) -> bool:
        """Tell whether reviews find nothing from here on."""
        return not self.tallies and self.held == self.entered == self.kept == self.base

    def settle(self, rise: Because, fall: Because) -> None:
        """State what is held by now."""
        target = max(self.entered if self.falls_on else self.kept, self.reached)
        to_tier = self.ladder.tier_id(target)
        if to_tier != self.held_id:
            because = rise if target > self.held else fall
            self.changes.append(TierChange(self.held_id, to_tier, self.day, because))
            self.held_id = to_tier
            self.held_since = None if target == NO_RANK else self.day
        self.held = target


def later(day: date, days: int) -> date | None:
    """Go some days on; `None` where the calendar ends before."""
    ordinal = day.toordinal() + days
    return None if ordinal >= NEVER.toordinal() else date.fromordinal(ordinal)
