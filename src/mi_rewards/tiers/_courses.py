"""How a standing moves in a window of periods, and in a rolling one."""

import itertools
from datetime import date, timedelta

from mi_rewards.calendar import NEVER
from mi_rewards.tiers._course import Course, later
from mi_rewards.tiers.ladder import Ladder
from mi_rewards.tiers.state import NO_RANK, Because, StandingState
from mi_rewards.tiers.tallies import PARTS, folded
from mi_rewards.tiers.windows import RollingDays, Span

_DAY = timedelta(days=1)


def course(state: StandingState, ladder: Ladder) -> Course:
    """Begin to move a standing on.

    Args:
        state: The standing.
        ladder: The ladder.

    Returns:
        Its course, with a changed ladder taken in.
    """
    window = ladder.window
    if isinstance(window, RollingDays):
        return RollingCourse(state, ladder, window.days)
    return PeriodCourse(state, ladder)


class PeriodCourse(Course):
    """In a window of periods: each is reviewed with the beginning of the next."""

    def fit(self) -> None:
        """Begin with the present period where the window was another."""
        self._enter(self.day)
        if self.review_on != self._end:
            self.review_on = self._end
            self.entered = self.kept = self.held
            self.reached = NO_RANK
            self.tallies = folded(self.tallies, [self.key_day(it.day) for it in self.tallies])

    def _enter(self, day: date) -> None:
        """Find a day's period, the one before it, and the day of its review."""
        window = self.ladder.window
        self.period: Span = window.period(day, self.joined_on)
        first = self.period.from_on
        is_first = first == date.min
        self.before: Span = (
            Span(first, first) if is_first else window.period(first - _DAY, self.joined_on)
        )
        self._end = None if self.period.until_on == NEVER else self.period.until_on

    def key_day(self, day: date) -> date:
        """Keep it under the first day of its period."""
        return self.ladder.window.period(day, self.joined_on).from_on

    def update(self, rise: Because, fall: Because) -> None:
        """Take in what counts in the present period, and in the one reviewed last."""
        now, before = self.earned_over(*self.period), self.earned_over(*self.before)
        if self.falls_at_once:
            self.reached, self.kept = now, self.landing(before)
            self.falls_on = None
            end = later(self.period.from_on, self.ladder.grace_days)
            if end is not None and self.day < end and max(now, self.kept) < self.entered:
                self.falls_on = end
        else:
            if self.rises_at_once:
                self.reached = max(self.reached, now)
            self.kept = max(self.kept, self.landing(before))
            if self.is_met(now):
                self.falls_on = None
                self.kept = max(self.kept, self.entered)
        self.settle(rise, fall)

    def next_on(self) -> date | None:
        """Find the end of the grace or of the period."""
        if self.is_idle():
            return None
        return self.falls_on or self.review_on

    def turn(self) -> None:
        """End the grace, or review the period that is over."""
        if self.day == self.falls_on:
            self.end_grace()
            return
        earned = self.earned_over(*self.period)
        self._enter(self.day)
        self.review_on = self._end
        self.reached = self.base if self.rises_at_once else NO_RANK
        self.review(earned)

    def skip(self) -> None:
        """Enter the present period."""
        if not self.period.contains(self.day):
            self._enter(self.day)
            self.review_on = self._end

    def prune(self) -> None:
        """Keep the present period and the one before it."""
        self.forget_before(self.before.from_on)


class RollingCourse(Course):
    """In a rolling window: reviewed so many days after the tier was reached or confirmed."""

    def __init__(self, state: StandingState, ladder: Ladder, days: int) -> None:
        self._days = days
        super().__init__(state, ladder)

    def fit(self) -> None:
        """Drop reviews where tiers fall at once."""
        if self.falls_at_once:
            self.review_on = self.falls_on = None
            self.entered = self.kept = self.reached = NO_RANK

    def key_day(self, day: date) -> date:
        """Keep it under the day itself."""
        return day

    def update(self, rise: Because, fall: Because) -> None:
        """Take in what counts in the days that end with the present one."""
        now = self._earned_now()
        if self.falls_at_once:
            self.reached = now
            self.settle(rise, fall)
            return
        held = self.held
        if self.rises_at_once:
            self.reached = max(self.reached, now)
        self.kept = max(self.kept, self.base)
        if self.is_met(now):
            self.falls_on = None
            self.kept = max(self.kept, self.entered)
        self.settle(rise, fall)
        if self.held > held:
            self.review_on = None
        self._schedule()

    def _earned_now(self) -> int:
        """Find the tier that the days that end with the present one earn."""
        return self.earned_over(*self.ladder.window.period(self.day, self.joined_on))

    def _schedule(self) -> None:
        """State the next review where there is none, or none to be held."""
        if self.falls_on or (self.held == self.base and self.rises_at_once):
            self.review_on = None
        elif self.review_on is None:
            self.review_on = later(self.day, self._days)

    def next_on(self) -> date | None:
        """Find the end of the grace, the review, or the day on which too much leaves the window."""
        if self.falls_at_once:
            return self._leaving_on()
        if self.falls_on is None and self.is_idle():
            return None
        return self.falls_on or self.review_on

    def _leaving_on(self) -> date | None:
        """Find the day on which so much has left the window that the tier is no longer earned."""
        if self.held <= self.base:
            return None
        counts = [PARTS[self.ladder.metric](tally) for tally in self.tallies]
        spare = sum(counts) - self.ladder.tiers[self.held].threshold
        gone = zip(self.tallies, itertools.accumulate(counts), strict=True)
        return next(later(tally.day, self._days) for tally, total in gone if total > spare)

    def turn(self) -> None:
        """End the grace, review, or let go of the days that leave the window."""
        if self.falls_at_once:
            self.update(Because.DOWNGRADE, Because.DOWNGRADE)
            return
        if self.day == self.falls_on:
            self.end_grace()
        else:
            first = self.ladder.window.period(self.day - _DAY, self.joined_on).from_on
            self.reached = self._earned_now() if self.rises_at_once else NO_RANK
            self.review(self.earned_over(first, self.day))
            self.review_on = None
        self._schedule()

    def skip(self) -> None:
        """Count reviews that found nothing on to the next one."""
        if self.review_on is not None and self.review_on <= self.day:
            passed = (self.day - self.review_on).days // self._days + 1
            self.review_on = later(self.review_on, passed * self._days)

    def prune(self) -> None:
        """Keep the days that end with the present one."""
        self.forget_before(self.ladder.window.period(self.day, self.joined_on).from_on)
