"""Where a member stands, as a page shows it: what was reached, what keeps it, what comes next.

1. Progress is worked out by the functions that review and let fall; it is never stored.
2. It has figures and days. `Progress.sentences` writes them out plainly for those who want that.
"""

from datetime import date, datetime, timedelta
from typing import Final

import attrs

from mi_rewards.calendar import NEVER, Zone, write_day
from mi_rewards.money import Money
from mi_rewards.tiers.ladder import Changes, Ladder, Metric
from mi_rewards.tiers.standing import HeldBy, Standing
from mi_rewards.tiers.state import TierChange
from mi_rewards.tiers.tallies import metric_of
from mi_rewards.tiers.windows import Lifetime, RollingDays

_DAY: Final = timedelta(days=1)


@attrs.frozen(order=False)
class Progress:
    """Where a member stands on a day.

    Attributes:
        on: The day.
        held: The tier held; empty for none.
        held_by: By what it is held.
        earned: The tier that the present window earns; empty for none.
        metric: What tiers are earned with.
        value: The metric over the present window.
        from_on: The first day of that window; `None` where it has no beginning.
        through_on: Its last day; `None` where it has no end.
        review_on: The day with whose beginning the next review comes; `None` for none.
        keep_more: How much more by *keep_by* keeps the tier held; `None` where it cannot be lost.
        keep_by: The last day for that; `None` where it cannot be lost.
        next_tier: The tier above the one held; empty for none.
        next_more: How much more reaches it; 0 where only a review is missing, and where none is
            above.
        next_by: The last day for that; `None` where there is none.
        coming: The next change of tier if nothing more counts; `None` for none.
        is_notice_due: Whether notice of a fall is due, and was not given.
    """

    on: date
    held: str
    held_by: HeldBy
    earned: str
    metric: Metric
    value: int
    from_on: date | None
    through_on: date | None
    review_on: date | None
    keep_more: int | None
    keep_by: date | None
    next_tier: str
    next_more: int
    next_by: date | None
    coming: TierChange | None
    is_notice_due: bool

    def sentences(self, ladder: Ladder, currency: str) -> tuple[str, ...]:
        """Write out what keeps the tier and what reaches the next.

        Args:
            ladder: The ladder, for the titles of its tiers.
            currency: The currency of spending.

        Returns:
            Such as `"INR 3200.00 more by 2018-12-31 keeps Gold"`; nothing where nothing can be
            lost or reached.
        """
        titles = {tier.tier_id: tier.title for tier in ladder.tiers}
        found = []
        if self.keep_more is not None and self.keep_by is not None:
            found.append(
                f"{_shown(self.keep_more, self.metric, currency)} more by"
                f" {write_day(self.keep_by)} keeps {titles[self.held]}"
                if self.keep_more
                else f"{titles[self.held]} is kept beyond {write_day(self.keep_by)}"
            )
        if self.next_tier:
            by = "" if self.next_by is None else f" by {write_day(self.next_by)}"
            found.append(
                f"{_shown(self.next_more, self.metric, currency)} more{by} reaches"
                f" {titles[self.next_tier]}"
                if self.next_more
                else f"{titles[self.next_tier]} comes with the next review"
            )
        return tuple(found)


def progress_of(standing: Standing, *, at: datetime, ladder: Ladder, zone: Zone) -> Progress:
    """Work out where a member stands.

    Args:
        standing: The standing, as stored.
        at: The instant.
        ladder: The ladder.
        zone: Where days begin and end.

    Returns:
        The progress, with what the calendar has made of it by then.

    Raises:
        Misuse: *at* has no offset.
    """
    now = standing.at(at, ladder=ladder, zone=zone).standing
    day = now.stated_on
    period = ladder.window.period(day, now.joined_on)
    is_endless = type(ladder.window) is Lifetime
    coming = now.coming(ladder=ladder)
    decided_on, decided_from = _decision(now, ladder, coming)
    value = metric_of(now.tallies, ladder.metric, *period)
    deciding = metric_of(now.tallies, ladder.metric, decided_from, NEVER)
    rank = ladder.rank(now.held)
    can_fall = decided_on is not None and rank > ladder.earned(0)
    above = ladder.tiers[rank + 1] if rank + 1 < len(ladder.tiers) else None
    waits = ladder.upgrades is Changes.AT_REVIEW
    is_rolling = type(ladder.window) is RollingDays
    next_by = now.review_on if waits or not is_rolling else None
    return Progress(
        on=day,
        held=now.held,
        held_by=now.held_by(ladder=ladder),
        earned=now.earned(day, ladder=ladder),
        metric=ladder.metric,
        value=value,
        from_on=None if is_endless else period.from_on,
        through_on=None if is_endless else period.through_on,
        review_on=now.review_on,
        keep_more=max(0, ladder.tiers[rank].threshold - deciding) if can_fall else None,
        keep_by=decided_on - _DAY if can_fall and decided_on is not None else None,
        next_tier="" if above is None else above.tier_id,
        next_more=0 if above is None else max(0, above.threshold - (deciding if waits else value)),
        next_by=next_by - _DAY if above is not None and next_by is not None else None,
        coming=coming,
        is_notice_due=now.notice(ladder=ladder) is not None,
    )


def _decision(
    standing: Standing, ladder: Ladder, coming: TierChange | None
) -> tuple[date | None, date]:
    """Find the day with whose beginning the tier held is decided upon, and what counts from."""
    window = ladder.window
    period = window.period(standing.stated_on, standing.joined_on)
    if standing.falls_on is not None:
        return standing.falls_on, period.from_on
    if not isinstance(window, RollingDays):
        return standing.review_on, period.from_on
    if ladder.downgrades is Changes.AT_REVIEW and standing.review_on is not None:
        day = standing.review_on
        return day, window.period(day - _DAY, standing.joined_on).from_on
    if coming is not None:
        return coming.on, window.period(coming.on, standing.joined_on).from_on
    return None, period.from_on


def _shown(value: int, metric: Metric, currency: str) -> str:
    """Write an amount of the metric."""
    if metric is Metric.SPEND:
        return str(Money(value, currency))
    name = "order" if metric is Metric.ORDERS else "point"
    return f"{value} {name}{'' if value == 1 else 's'}"
