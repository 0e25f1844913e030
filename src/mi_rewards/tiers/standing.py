"""A member's standing on the ladder, and everything that can happen to it.

1. A standing is a value. An operation answers with the standing afterwards and the changes of
   tier that explain it; the old one stays.
2. It moves by a ladder and a zone that it is given: it holds no rules.
3. Each operation first takes in what the calendar has made of it by its instant: reviews that fell
   due, graces that ended, days that left a rolling window. So it does not matter how often it is
   asked, or whether anybody sweeps.
4. Its time never goes back: what is asked at an earlier instant is answered as of the last one.
5. State grows with the window, never with history: days within a rolling window, or the present
   period and the one before it.
"""

import enum
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from mi_rewards._tuples import new
from mi_rewards.calendar import Zone, utc, write_day
from mi_rewards.calendar.days import checked_day
from mi_rewards.errors import Misuse
from mi_rewards.tiers._course import Course
from mi_rewards.tiers._courses import course
from mi_rewards.tiers.ladder import Ladder, Landing
from mi_rewards.tiers.state import Because, StandingState, TierChange
from mi_rewards.tiers.tallies import Counts, checked_counts, counted, metric_of


class HeldBy(enum.StrEnum):
    """By what a tier is held."""

    EARNED = "earned"
    """It is what the present window earns."""

    REVIEW = "review"
    """It stands, or waits, until the next review."""

    SOFT_LANDING = "soft_landing"
    """The last review let it fall one tier only."""

    GRACE = "grace"
    """The days of grace after a review are not over."""


class Moved(NamedTuple):
    """What an operation results in.

    Attributes:
        standing: The standing afterwards.
        changes: The changes of tier since, in their order.
    """

    standing: "Standing"
    changes: tuple[TierChange, ...]


class Standing(StandingState):
    """Where a member stands; the attributes are those of `StandingState`."""

    __slots__ = ()

    @classmethod
    def joining(cls, member_id: str, joined_on: date) -> "Standing":
        """Begin with nothing counted.

        Args:
            member_id: The member.
            joined_on: The day of joining.

        Returns:
            The standing; what everybody has from the first day comes with the first operation.

        Raises:
            Misuse: The member has no name, or the day is none.
        """
        if type(member_id) is not str or not member_id:
            raise Misuse(f"a member's id is a text, not {member_id!r}")
        return cls(member_id, checked_day(joined_on), joined_on)

    def at(self, at: datetime, *, ladder: Ladder, zone: Zone) -> Moved:
        """Ask what the calendar has made of it by an instant.

        Args:
            at: The instant.
            ladder: The ladder.
            zone: Where days begin and end.

        Returns:
            The standing as it is then, and the changes that led there.

        Raises:
            Misuse: *at* has no offset.
        """
        moving = course(self, ladder)
        moving.advance(zone.day_of(utc(at)))
        return self._moved(moving, zone)

    def counting(
        self,
        day: date,
        *,
        at: datetime,
        ladder: Ladder,
        zone: Zone,
        spend_minor: int = 0,
        orders: int = 0,
        points: int = 0,
    ) -> Moved:
        """Count toward the tier, or take back what came back.

        Args:
            day: The day on which it counts: for what comes back that of the purchase.
            at: The instant.
            ladder: The ladder.
            zone: Where days begin and end.
            spend_minor: Minor units of money; negative for what comes back.
            orders: Orders, likewise.
            points: Status points, likewise.

        Returns:
            The standing afterwards and the changes of tier. A day that no longer counts changes
            nothing.

        Raises:
            Misuse: The day is still to come, a number is not whole, or more comes back than
                counted.
        """
        counts = Counts(spend_minor, orders, points)
        return self.counting_all(((day, counts),), at=at, ladder=ladder, zone=zone)

    def counting_all(
        self, by_day: Iterable[tuple[date, Counts]], *, at: datetime, ladder: Ladder, zone: Zone
    ) -> Moved:
        """Count on several days at once: the tier is found when all of it has counted.

        Args:
            by_day: Days, each with what counts on it or is taken back from it.
            at: The instant.
            ladder: The ladder.
            zone: Where days begin and end.

        Returns:
            The standing afterwards and the changes of tier. Days that no longer count change
            nothing.

        Raises:
            Misuse: A day is still to come, a number is not whole, or more comes back than counted.
        """
        moving = course(self, ladder)
        moving.advance(zone.day_of(utc(at)))
        for day, counts in by_day:
            if checked_day(day) > moving.day:
                raise Misuse(f"{write_day(day)} is still to come on {write_day(moving.day)}")
            if any(checked_counts(counts)) and day >= moving.counts_from:
                moving.tallies = counted(
                    moving.tallies, counts, day=day, key_day=moving.key_day(day)
                )
        rise = Because.UPGRADE if moving.rises_at_once else Because.REVIEW
        moving.update(rise, Because.DOWNGRADE)
        return self._moved(moving, zone)

    def metric_at(self, day: date, *, ladder: Ladder) -> int:
        """Add up the metric over the window that a day belongs to.

        Args:
            day: The day, not before that of the last operation.
            ladder: The ladder.

        Returns:
            The metric, if nothing more counts.

        Raises:
            Misuse: The day is earlier.
        """
        if checked_day(day) < self.stated_on:
            raise Misuse(
                f"{write_day(day)} is before {write_day(self.stated_on)}, the last day stated"
            )
        period = ladder.window.period(day, self.joined_on)
        return metric_of(self.tallies, ladder.metric, *period)

    def earned(self, day: date, *, ladder: Ladder) -> str:
        """Find the highest tier whose threshold is met.

        Args:
            day: The day, not before that of the last operation.
            ladder: The ladder.

        Returns:
            The tier; empty for none.

        Raises:
            Misuse: The day is earlier.
        """
        return ladder.tier_id(ladder.earned(self.metric_at(day, ladder=ladder)))

    def held_by(self, *, ladder: Ladder) -> HeldBy:
        """Tell by what the tier is held, as of the last day stated.

        Args:
            ladder: The ladder.

        Returns:
            `EARNED` where it is what the present window earns, else what makes it differ.
        """
        if self.held == self.earned(self.stated_on, ladder=ladder):
            return HeldBy.EARNED
        if self.falls_on is not None:
            return HeldBy.GRACE
        is_soft = ladder.landing is Landing.SOFT
        if (
            is_soft
            and self.held == self.kept
            and ladder.rank(self.kept) < ladder.rank(self.entered)
        ):
            return HeldBy.SOFT_LANDING
        return HeldBy.REVIEW

    def coming(self, *, ladder: Ladder) -> TierChange | None:
        """Foresee the next change of tier if nothing more counts.

        Args:
            ladder: The ladder.

        Returns:
            The change; `None` where there is none.
        """
        return course(self, ladder).next_change()

    def notice(self, *, ladder: Ladder) -> TierChange | None:
        """Answer with the fall of which notice is due on the last day stated.

        Args:
            ladder: The ladder.

        Returns:
            The fall; `None` where none is near enough, or notice of it was given.
        """
        change = self.coming(ladder=ladder)
        if change is None:
            return None
        notice_on = _notice_on(change, self.noticed_for, self.stated_on, ladder)
        return change if notice_on == self.stated_on else None

    def noticed(self, *, ladder: Ladder, zone: Zone) -> "Standing":
        """Record that notice was given of the next fall.

        Args:
            ladder: The ladder.
            zone: Where days begin and end.

        Returns:
            The standing; nothing changes where no notice is due.
        """
        change = self.notice(ladder=ladder)
        if change is None:
            return self
        return self._replace(noticed_for=change.on, due_at=zone.start_of(change.on))

    def rewarding(
        self, changes: tuple[TierChange, ...], *, ladder: Ladder
    ) -> tuple["Standing", tuple[tuple[str, TierChange], ...]]:
        """Find the upgrade rewards that changes bring: each tier's once, whatever falls and rises.

        Args:
            changes: Changes of tier, in their order.
            ladder: The ladder.

        Returns:
            The standing with those tiers recorded, and each of them beside the change that passed
            or reached it: whoever skips a tier has its reward too.
        """
        found: dict[str, TierChange] = {}
        for change in changes:
            rank = ladder.rank(change.to_tier)
            for tier in ladder.tiers[: rank + 1 if rank > ladder.rank(change.from_tier) else 0]:
                if tier.privileges.upgrade_reward and tier.tier_id not in self.rewarded:
                    found.setdefault(tier.tier_id, change)
        after = self._replace(rewarded=tuple(sorted({*self.rewarded, *found})))
        return after, tuple(found.items())

    def stored(self) -> "Standing":
        """The same standing, stored once more.

        Returns:
            The standing with its version raised by one.
        """
        return self._replace(version=self.version + 1)

    def _moved(self, moving: Course, zone: Zone) -> Moved:
        """Answer with what a course has come to, and when it goes on."""
        tier_id = moving.ladder.tier_id
        parts = (
            self.member_id,
            self.joined_on,
            moving.day,
            moving.held_id,
            moving.held_since,
            tier_id(moving.entered),
            tier_id(moving.kept),
            tier_id(moving.reached),
            moving.tallies,
            moving.counts_from,
            moving.review_on,
            moving.falls_on,
            self.noticed_for,
            self.rewarded,
        )
        changes = tuple(moving.changes)
        due_on = _due_on(moving.next_change(), self.noticed_for, parts[2], moving.ladder)
        due_at = None if due_on is None else zone.start_of(due_on)
        return new(Moved, (new(Standing, (*parts, due_at, self.version)), changes))


def _due_on(
    change: TierChange | None, noticed_for: date | None, stated_on: date, ladder: Ladder
) -> date | None:
    """Find the day of the next change, or of its notice."""
    if change is None:
        return None
    return _notice_on(change, noticed_for, stated_on, ladder) or change.on


def _notice_on(
    change: TierChange, noticed_for: date | None, stated_on: date, ladder: Ladder
) -> date | None:
    """Find the day of the notice of a coming fall, `None` where none is to be given."""
    if not ladder.notice_days or noticed_for == change.on:
        return None
    if ladder.rank(change.to_tier) > ladder.rank(change.from_tier):
        return None
    return max(stated_on, change.on - timedelta(days=ladder.notice_days))
