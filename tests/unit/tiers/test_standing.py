"""Standings: what counts, what the calendar makes of it, and why a tier changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Zone, read_instant
from mi_rewards.errors import Misuse
from mi_rewards.tiers import (
    Anniversary,
    Because,
    Changes,
    Counts,
    Cycle,
    HeldBy,
    Ladder,
    Landing,
    Metric,
    RollingDays,
    Standing,
    Tally,
    Tier,
    TierChange,
)
from tests.ladders import (
    GOLD,
    LADDER,
    LIFE,
    PLATINUM,
    REVIEWED,
    ROLLING,
    SILVER,
    YEARLY,
    ZONE,
    noon,
    on,
    spend,
)

JOINED = date(2017, 6, 15)
NEW = Standing.joining("asha", JOINED)


def changes_of(found: tuple[TierChange, ...]) -> list[str]:
    """Write changes on one line each."""
    return [f"{it.on} {it.from_tier}>{it.to_tier} {it.because}" for it in found]


def after(ladder: Ladder, *steps: tuple[date, int]) -> Standing:
    """Spend on several days, one after another."""
    standing = NEW
    for day, minor in steps:
        standing = spend(standing, day, minor, ladder).standing
    return standing


def test_a_standing_begins_with_nothing() -> None:
    """It is of somebody, from a day on."""
    assert NEW.joined_on == NEW.stated_on == JOINED
    assert (NEW.held, NEW.tallies, NEW.due_at, NEW.version) == ("", (), None, 0)
    assert NEW.stored().version == 1
    with pytest.raises(Misuse, match="a member's id is a text"):
        Standing.joining("", JOINED)
    with pytest.raises(Misuse, match="a day is a date"):
        Standing.joining("asha", noon(JOINED))


def test_what_everybody_has_comes_with_the_first_day() -> None:
    """However late the first question is asked; who has no tier changes nothing."""
    moved = on(NEW, date(2017, 9, 1), YEARLY)
    assert changes_of(moved.changes) == ["2017-06-15 >silver upgrade"]
    assert moved.standing.held_since == JOINED
    without = attrs.evolve(YEARLY, tiers=YEARLY.tiers[1:])
    moved = on(NEW, date(2017, 9, 1), without)
    assert (moved.standing.held, moved.standing.held_since, moved.changes) == ("", None, ())


@pytest.mark.parametrize(
    ("minor", "held"),
    [(499, "silver"), (500, "gold"), (501, "gold"), (999, "gold"), (1_000, "platinum")],
)
def test_E1_one_order_reaches_the_tier_that_it_earns(minor: int, held: str) -> None:
    """Below a threshold, at it, above it; several tiers at once are one change."""
    first = on(NEW, JOINED, YEARLY).standing
    moved = spend(first, JOINED, minor, YEARLY)
    assert moved.standing.held == held
    assert changes_of(moved.changes) == (
        [] if held == "silver" else [f"2017-06-15 silver>{held} upgrade"]
    )


@pytest.mark.parametrize(
    ("metric", "counts"),
    [
        (Metric.SPEND, Counts(spend_minor=500)),
        (Metric.ORDERS, Counts(orders=500)),
        (Metric.POINTS, Counts(points=500)),
    ],
)
def test_only_the_metric_of_the_ladder_counts(metric: Metric, counts: Counts) -> None:
    """All three are kept; one decides."""
    for known in Metric:
        ladder = attrs.evolve(YEARLY, metric=known)
        moved = NEW.counting(JOINED, at=noon(JOINED), ladder=ladder, zone=ZONE, **counts._asdict())
        assert moved.standing.held == ("gold" if known is metric else "silver")
        assert moved.standing.tallies == (Tally(date(2017, 1, 1), *counts),)


def test_E3_what_is_redeemed_never_counts() -> None:
    """A standing is told of purchases alone: without counts an operation counts nothing."""
    spent = after(YEARLY, (JOINED, 499))
    moved = spent.counting(JOINED, at=noon(JOINED), ladder=YEARLY, zone=ZONE)
    assert moved == (spent, ())


def test_a_lifetime_tier_follows_what_comes_back() -> None:
    """H4: farming a lifetime tier with purchases that are returned leaves nothing."""
    reached = after(LIFE, (JOINED, 1_000))
    later = date(2031, 1, 1)
    kept = on(reached, later, LIFE)
    assert (kept.standing.held, kept.changes, kept.standing.due_at) == ("platinum", (), None)
    moved = spend(kept.standing, JOINED, -501, LIFE, on=later)
    assert changes_of(moved.changes) == ["2031-01-01 platinum>silver downgrade"]
    assert moved.standing.tallies == (Tally(date.min, 499),)


def test_a_period_keeps_what_it_earned_to_the_end_of_the_next() -> None:
    """Reached in July 2017, kept through 2018, lost with 2019, by the beginning of 1 January."""
    reached = after(LADDER, (date(2017, 7, 1), 500))
    assert reached.due_at == read_instant("2019-01-01T00:00:00+05:30")
    assert reached.review_on == date(2018, 1, 1)
    for day in (date(2017, 12, 31), date(2018, 1, 1), date(2018, 12, 31)):
        assert on(reached, day, LADDER).standing.held == "gold"
    moved = on(reached, date(2019, 1, 1), LADDER)
    assert changes_of(moved.changes) == ["2019-01-01 gold>silver review"]
    assert moved.standing.due_at is None


@pytest.mark.parametrize(("minor", "held"), [(499, "silver"), (500, "gold"), (501, "gold")])
def test_a_review_asks_what_the_period_earned(minor: int, held: str) -> None:
    """Below the threshold the tier is lost with the year; at it and above it is kept."""
    reached = after(LADDER, (date(2017, 7, 1), 500), (date(2018, 12, 31), minor))
    assert on(reached, date(2019, 1, 1), LADDER).standing.held == held


def test_a_soft_landing_falls_one_tier_a_review() -> None:
    """Diamond is lost in three steps, and each says why; the last is what was earned anyway."""
    reached = after(YEARLY, (date(2017, 7, 1), 2_000))
    moved = on(reached, date(2022, 1, 1), YEARLY)
    assert changes_of(moved.changes) == [
        "2019-01-01 diamond>platinum soft_landing",
        "2020-01-01 platinum>gold soft_landing",
        "2021-01-01 gold>silver review",
    ]
    earned = attrs.evolve(YEARLY, landing=Landing.EARNED)
    assert changes_of(on(reached, date(2022, 1, 1), earned).changes) == [
        "2019-01-01 diamond>silver review"
    ]


def test_a_soft_landing_is_no_lower_than_what_was_earned() -> None:
    """From diamond, with platinum or gold earned: platinum either way."""
    for minor in (500, 1_000, 1_999):
        reached = after(YEARLY, (date(2017, 7, 1), 2_000), (date(2018, 5, 1), minor))
        moved = on(reached, date(2019, 1, 1), YEARLY)
        assert moved.standing.held == "platinum"
        assert moved.changes[-1].because is (
            Because.SOFT_LANDING if minor < 1_000 else Because.REVIEW
        )


GRACE = attrs.evolve(LADDER, grace_days=30)
REACHED = (date(2017, 7, 1), 500)


@pytest.mark.parametrize(
    ("day", "held", "by"),
    [
        (date(2018, 12, 31), "gold", HeldBy.REVIEW),
        (date(2019, 1, 1), "gold", HeldBy.GRACE),
        (date(2019, 1, 30), "gold", HeldBy.GRACE),
        (date(2019, 1, 31), "silver", HeldBy.EARNED),
    ],
)
def test_a_grace_lasts_so_many_days(day: date, held: str, by: HeldBy) -> None:
    """Thirty days from the review; with the beginning of the next the tier falls."""
    moved = on(after(GRACE, REACHED), day, GRACE)
    assert moved.standing.held == held
    assert moved.standing.held_by(ladder=GRACE) is by
    assert changes_of(moved.changes) == (
        ["2019-01-31 gold>silver grace_over"] if held == "silver" else []
    )


@pytest.mark.parametrize(
    ("day", "minor", "held"),
    [
        (date(2019, 1, 30), 499, "silver"),
        (date(2019, 1, 30), 500, "gold"),
        (date(2019, 1, 30), 501, "gold"),
        (date(2019, 1, 31), 499, "silver"),
    ],
)
def test_a_grace_that_is_met_in_time_is_cancelled(day: date, minor: int, held: str) -> None:
    """What the review missed, earned within the grace, keeps the tier without a change."""
    moved = spend(after(GRACE, REACHED), day, minor, GRACE)
    assert on(moved.standing, date(2019, 2, 28), GRACE).standing.held == held
    if held == "gold":
        assert (moved.standing.falls_on, moved.changes) == (None, ())


def test_a_grace_ends_with_what_was_reached_meanwhile() -> None:
    """From diamond to what the present year has earned, which is more than the landing."""
    ladder = attrs.evolve(YEARLY, grace_days=30, landing=Landing.EARNED)
    held = after(ladder, (date(2017, 7, 1), 2_000), (date(2019, 1, 15), 1_000))
    assert held.falls_on == date(2019, 1, 31)
    assert changes_of(on(held, date(2019, 2, 1), ladder).changes) == [
        "2019-01-31 diamond>platinum grace_over"
    ]


def test_a_return_within_a_period_is_seen_at_its_review() -> None:
    """Row 18: what counts falls at once, the tier when the period is over."""
    reached = after(LADDER, REACHED)
    moved = spend(reached, date(2017, 7, 1), -1, LADDER, on=date(2017, 7, 2))
    assert (moved.standing.held, moved.changes) == ("gold", ())
    assert moved.standing.earned(date(2017, 7, 2), ladder=LADDER) == "silver"
    assert moved.standing.held_by(ladder=LADDER) is HeldBy.REVIEW
    assert on(moved.standing, date(2018, 1, 1), LADDER).standing.held == "silver"


def test_a_review_begins_with_the_tier_held_however_it_was_reached() -> None:
    """Diamond reached and returned within the year: it falls by a tier, or after a grace."""
    returned = spend(
        after(YEARLY, (date(2017, 7, 1), 2_000)), date(2017, 7, 1), -2_000, YEARLY
    ).standing
    assert changes_of(on(returned, date(2018, 6, 1), YEARLY).changes) == [
        "2018-01-01 diamond>platinum soft_landing"
    ]
    ladder = attrs.evolve(YEARLY, landing=Landing.EARNED, grace_days=30)
    assert changes_of(on(returned, date(2018, 6, 1), ladder).changes) == [
        "2018-01-31 diamond>silver grace_over"
    ]


FOLLOWING = attrs.evolve(LADDER, downgrades=Changes.AT_ONCE)


def test_a_return_is_followed_at_once_where_tiers_fall_at_once() -> None:
    """In the present period, and in the one reviewed last: neither can be farmed."""
    reached = after(FOLLOWING, REACHED)
    moved = spend(reached, date(2017, 7, 1), -1, FOLLOWING, on=date(2017, 7, 2))
    assert changes_of(moved.changes) == ["2017-07-02 gold>silver downgrade"]
    kept = on(reached, date(2018, 1, 5), FOLLOWING).standing
    assert kept.held == "gold"
    moved = spend(kept, date(2017, 7, 1), -1, FOLLOWING, on=date(2018, 1, 5))
    assert changes_of(moved.changes) == ["2018-01-05 gold>silver downgrade"]


def test_a_grace_follows_what_counts_where_tiers_fall_at_once() -> None:
    """Met, and no longer met, as purchases come and go; it ends on its day."""
    ladder = attrs.evolve(FOLLOWING, grace_days=30)
    in_grace = on(after(ladder, REACHED), date(2019, 1, 10), ladder).standing
    assert in_grace.falls_on == date(2019, 1, 31)
    met = spend(in_grace, date(2019, 1, 10), 500, ladder).standing
    assert (met.held, met.falls_on) == ("gold", None)
    unmet = spend(met, date(2019, 1, 10), -1, ladder, on=date(2019, 1, 30)).standing
    assert (unmet.held, unmet.falls_on) == ("gold", date(2019, 1, 31))
    late = spend(met, date(2019, 1, 10), -1, ladder, on=date(2019, 1, 31))
    assert changes_of(late.changes) == ["2019-01-31 gold>silver downgrade"]


def test_what_is_told_late_of_the_reviewed_period_still_counts() -> None:
    """A delivery of 30 December told on 2 January; one of the year before is past."""
    year = on(NEW, date(2018, 1, 2), LADDER).standing
    moved = spend(year, date(2017, 12, 30), 500, LADDER, on=date(2018, 1, 2))
    assert changes_of(moved.changes) == ["2018-01-02 silver>gold upgrade"]
    assert on(moved.standing, date(2018, 12, 31), LADDER).standing.held == "gold"
    assert on(moved.standing, date(2019, 1, 1), LADDER).standing.held == "silver"
    past = on(NEW, date(2019, 1, 2), LADDER).standing
    moved = spend(past, date(2017, 12, 30), 500, LADDER, on=date(2019, 1, 2))
    assert moved == (past, ())
    assert past.counts_from == date(2018, 1, 1)


@pytest.mark.parametrize(
    ("ladder", "day", "counts"),
    [
        (ROLLING, date(2018, 6, 1) - timedelta(90), False),
        (ROLLING, date(2018, 6, 1) - timedelta(89), True),
        (ROLLING, date(2018, 6, 1), True),
        (LADDER, date(2016, 12, 31), False),
        (LADDER, date(2017, 1, 1), True),
        (LADDER, date(2018, 6, 1), True),
    ],
)
def test_a_day_counts_as_long_as_its_window_is_kept(
    ladder: Ladder, day: date, counts: bool
) -> None:
    """The first day of the last 90, or of the year before; purchases before joining too."""
    moved = spend(NEW, day, 500, ladder, on=date(2018, 6, 1))
    assert moved.standing.held == ("gold" if counts else "silver")
    assert bool(moved.standing.tallies) is counts


def test_what_is_told_late_meets_a_grace() -> None:
    """The review would have kept the tier, had it been told in time."""
    in_grace = on(after(GRACE, REACHED), date(2019, 1, 10), GRACE).standing
    moved = spend(in_grace, date(2018, 12, 31), 500, GRACE, on=date(2019, 1, 10))
    assert (moved.standing.held, moved.standing.falls_on, moved.changes) == ("gold", None, ())


WAITING = attrs.evolve(LADDER, upgrades=Changes.AT_REVIEW)


def test_where_tiers_rise_at_reviews_they_rise_with_the_next_period() -> None:
    """What everybody has comes at once all the same."""
    moved = spend(NEW, date(2017, 7, 1), 500, WAITING)
    assert changes_of(moved.changes) == ["2017-06-15 >silver upgrade"]
    assert moved.standing.held_by(ladder=WAITING) is HeldBy.REVIEW
    assert moved.standing.due_at == read_instant("2018-01-01T00:00:00+05:30")
    moved = on(moved.standing, date(2019, 1, 1), WAITING)
    assert changes_of(moved.changes) == [
        "2018-01-01 silver>gold review",
        "2019-01-01 gold>silver review",
    ]


def test_where_tiers_rise_at_reviews_a_grace_can_still_be_met() -> None:
    """What the present year earns keeps the tier, and lifts it no higher."""
    ladder = attrs.evolve(YEARLY, upgrades=Changes.AT_REVIEW, grace_days=30)
    gold = on(after(ladder, (date(2017, 7, 1), 500)), date(2018, 6, 1), ladder).standing
    assert gold.held == "gold"
    met = spend(gold, date(2019, 1, 30), 2_000, ladder).standing
    assert (met.held, met.falls_on) == ("gold", None)
    assert on(met, date(2020, 1, 1), ladder).standing.held == "diamond"


def test_late_news_of_a_reviewed_period_lift_where_tiers_rise_at_reviews() -> None:
    """The review that was held would have lifted the tier."""
    year = on(NEW, date(2018, 1, 2), WAITING).standing
    moved = spend(year, date(2017, 12, 30), 500, WAITING, on=date(2018, 1, 2))
    assert changes_of(moved.changes) == ["2018-01-02 silver>gold review"]


def test_a_rolling_window_lets_go_of_each_day() -> None:
    """500 on 1 July and 600 on 1 August: the days leave 90 days later."""
    held = after(ROLLING, (date(2017, 7, 1), 500), (date(2017, 8, 1), 600))
    assert held.held == "platinum"
    assert held.due_at == ZONE.start_of(date(2017, 9, 29))
    assert on(held, date(2017, 9, 28), ROLLING).standing.held == "platinum"
    assert changes_of(on(held, date(2018, 1, 1), ROLLING).changes) == [
        "2017-09-29 platinum>gold downgrade",
        "2017-10-30 gold>silver downgrade",
    ]


def test_a_day_that_leaves_without_consequence_is_silent() -> None:
    """Only a day that takes the tier with it is due."""
    held = after(ROLLING, (date(2017, 7, 1), 400), (date(2017, 8, 1), 600))
    assert held.due_at == ZONE.start_of(date(2017, 9, 29))
    held = after(ROLLING, (date(2017, 7, 1), 100), (date(2017, 8, 1), 600))
    assert held.due_at == ZONE.start_of(date(2017, 10, 30))
    assert on(held, date(2017, 10, 1), ROLLING).standing.tallies == (Tally(date(2017, 8, 1), 600),)


def test_a_rolling_window_is_reviewed_so_many_days_after_the_tier_was_reached() -> None:
    """The day it was reached is the first of the 90; what was earned in them decides."""
    held = after(REVIEWED, (date(2017, 7, 1), 500))
    assert held.review_on == date(2017, 9, 29)
    assert on(held, date(2017, 9, 28), REVIEWED).standing.held == "gold"
    confirmed = on(held, date(2017, 9, 29), REVIEWED)
    assert (confirmed.standing.held, confirmed.changes) == ("gold", ())
    assert confirmed.standing.review_on == date(2017, 12, 28)
    assert changes_of(on(held, date(2018, 9, 1), REVIEWED).changes) == [
        "2017-12-28 gold>silver review"
    ]


@pytest.mark.parametrize(
    ("day", "minor", "held"),
    [
        (date(2017, 9, 28), 499, "silver"),
        (date(2017, 9, 29), 499, "silver"),
        (date(2017, 9, 29), 500, "gold"),
        (date(2017, 12, 27), 500, "gold"),
        (date(2017, 12, 28), 499, "silver"),
    ],
)
def test_a_review_of_a_rolling_window_asks_for_its_days(day: date, minor: int, held: str) -> None:
    """The 90 days before the review on 28 December begin with 29 September."""
    counted = after(REVIEWED, (date(2017, 7, 1), 500), (day, minor))
    assert on(counted, date(2017, 12, 28), REVIEWED).standing.held == held


def test_a_higher_tier_begins_its_own_days() -> None:
    """Reached later, reviewed later, by what was earned since; then a tier at a time."""
    held = after(REVIEWED, (date(2017, 7, 1), 500), (date(2017, 8, 1), 1_500))
    assert held.review_on == date(2017, 10, 30)
    assert changes_of(on(held, date(2019, 1, 1), REVIEWED).changes) == [
        "2017-10-30 diamond>platinum review",
        "2018-01-28 platinum>gold soft_landing",
        "2018-04-28 gold>silver review",
    ]


def test_a_grace_in_a_rolling_window() -> None:
    """It has no review meanwhile; met, the tier is confirmed that day; over, it falls."""
    ladder = attrs.evolve(REVIEWED, grace_days=30)
    held = after(ladder, (date(2017, 7, 1), 1_000))
    in_grace = on(held, date(2017, 12, 28), ladder).standing
    assert (in_grace.falls_on, in_grace.review_on) == (date(2018, 1, 27), None)
    met = spend(in_grace, date(2018, 1, 26), 1_000, ladder).standing
    assert (met.held, met.falls_on, met.review_on) == ("platinum", None, date(2018, 4, 26))
    moved = on(in_grace, date(2018, 1, 27), ladder)
    assert changes_of(moved.changes) == ["2018-01-27 platinum>gold grace_over"]
    assert moved.standing.review_on == date(2018, 4, 27)


def test_where_a_rolling_window_lifts_at_reviews_they_recur_from_joining() -> None:
    """Every 90 days, whether or not anybody asks, and whatever they find."""
    ladder = attrs.evolve(REVIEWED, upgrades=Changes.AT_REVIEW)
    fresh = on(NEW, JOINED, ladder).standing
    assert fresh.review_on == date(2017, 9, 13)
    much_later = on(fresh, date(2018, 12, 7), ladder).standing
    assert much_later.review_on == date(2018, 12, 7) + timedelta(90)
    assert on(fresh, date(2018, 12, 6), ladder).standing.review_on == date(2018, 12, 7)
    waiting = spend(much_later, date(2018, 12, 31), 500, ladder).standing
    assert (waiting.held, waiting.due_at) == ("silver", ZONE.start_of(date(2019, 3, 7)))
    assert changes_of(on(waiting, date(2019, 3, 7), ladder).changes) == [
        "2019-03-07 silver>gold review"
    ]


def test_a_year_from_joining_begins_with_its_anniversary() -> None:
    """29 February: reviewed on 28 February in common years."""
    ladder = attrs.evolve(LADDER, window=Anniversary())
    joined = Standing.joining("leap", date(2016, 2, 29))
    held = spend(joined, date(2016, 3, 1), 500, ladder).standing
    assert held.review_on == date(2017, 2, 28)
    assert changes_of(on(held, date(2018, 3, 1), ladder).changes) == [
        "2018-02-28 gold>silver review"
    ]
    assert on(held, date(2019, 3, 1), ladder).standing.review_on == date(2020, 2, 29)


def test_a_window_of_weeks_passes_the_year_with_53() -> None:
    """364 days are 52 weeks; 2020 has 53 of them, and the window none the more."""
    ladder = attrs.evolve(ROLLING, window=RollingDays(364))
    held = spend(Standing.joining("w", date(2019, 12, 30)), date(2019, 12, 30), 500, ladder)
    assert held.standing.due_at == ZONE.start_of(date(2020, 12, 28))
    assert date(2020, 12, 28).isocalendar()[:2] == (2020, 53)
    assert on(held.standing, date(2020, 12, 27), ladder).standing.held == "gold"
    assert on(held.standing, date(2020, 12, 28), ladder).standing.held == "silver"


@pytest.mark.parametrize(
    ("zone", "from_on", "before", "at"),
    [
        ("Asia/Kolkata", date(2018, 4, 1), "2018-03-31T18:29:59Z", "2018-03-31T18:30:00Z"),
        ("Europe/Berlin", date(2018, 3, 26), "2018-03-25T21:59:59Z", "2018-03-25T22:00:00Z"),
        ("Europe/Berlin", date(2018, 10, 29), "2018-10-28T22:59:59Z", "2018-10-28T23:00:00Z"),
        # The clocks of Cairo go from 24:00 to 01:00: the day begins at one.
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T21:59:59Z", "2026-04-23T22:00:00Z"),
    ],
)
def test_I19_a_review_comes_with_the_beginning_of_the_day(
    zone: str, from_on: date, before: str, at: str
) -> None:
    """In the programme's zone, where the clocks change too."""
    there = Zone(zone)
    ladder = attrs.evolve(LADDER, window=Cycle(from_on, 1))
    day = from_on - timedelta(45)
    standing = Standing.joining("z", day).counting(
        day, at=there.start_of(day), ladder=ladder, zone=there, spend_minor=500
    )[0]
    assert standing.due_at == read_instant(at)
    assert standing.at(read_instant(before), ladder=ladder, zone=there).standing.held == "gold"
    assert standing.at(read_instant(at), ladder=ladder, zone=there).standing.held == "silver"


def test_an_earlier_instant_is_answered_as_of_the_last_one() -> None:
    """Time never goes back; what is counted then counts on its own day."""
    later = on(after(LADDER, REACHED), date(2019, 1, 1), LADDER).standing
    assert on(later, date(2018, 1, 1), LADDER) == (later, ())
    moved = spend(later, date(2018, 5, 1), 500, LADDER, on=date(2018, 6, 1))
    assert changes_of(moved.changes) == ["2019-01-01 silver>gold upgrade"]


@pytest.mark.parametrize(
    ("day", "counts", "message"),
    [
        (JOINED + timedelta(1), Counts(1), "2017-06-16 is still to come on 2017-06-15"),
        (JOINED, Counts(True), "a whole number"),
        (JOINED, Counts(2**63), "a whole number"),
        (JOINED, Counts(-(2**63)), "a whole number"),
        (JOINED, Counts(orders=-1), "1 of orders comes back on 2017-06-15, 1 more than counted"),
        (JOINED, Counts(-101), "101 of spend comes back on 2017-06-15, 1 more than counted"),
        (JOINED, Counts(2**63 - 1), "would pass 2\\*\\*63 - 1"),
        (noon(JOINED), Counts(1), "a day is a date"),
    ],
)
def test_what_cannot_count_is_a_misuse(day: Any, counts: Counts, message: str) -> None:
    """A day to come, what is no number, more than there is, too much."""
    standing = after(LADDER, (JOINED, 100))
    with pytest.raises(Misuse, match=message):
        standing.counting_all([(day, counts)], at=noon(JOINED), ladder=LADDER, zone=ZONE)


def test_everything_may_come_back() -> None:
    """A tally of nothing is not kept."""
    standing = after(LADDER, (JOINED, 100))
    assert spend(standing, JOINED, -100, LADDER).standing.tallies == ()


def test_the_present_metric_is_of_the_window_that_a_day_is_in() -> None:
    """Of the last day stated, or a later one if nothing more counts."""
    standing = after(LADDER, (JOINED, 100))
    assert standing.metric_at(JOINED, ladder=LADDER) == 100
    assert standing.metric_at(date(2018, 1, 1), ladder=LADDER) == 0
    with pytest.raises(Misuse, match="2017-06-14 is before 2017-06-15, the last day stated"):
        standing.metric_at(JOINED - timedelta(1), ladder=LADDER)


def test_a_soft_landing_says_so() -> None:
    """And an upgrade beyond it is earned."""
    landed = on(after(YEARLY, (date(2017, 7, 1), 1_000)), date(2019, 5, 1), YEARLY).standing
    assert (landed.held, landed.held_by(ladder=YEARLY)) == ("gold", HeldBy.SOFT_LANDING)
    risen = spend(landed, date(2019, 5, 1), 1_000, YEARLY).standing
    assert (risen.held, risen.held_by(ladder=YEARLY)) == ("platinum", HeldBy.EARNED)
    back = spend(risen, date(2019, 5, 1), -1, YEARLY, on=date(2019, 5, 2)).standing
    assert (back.held, back.held_by(ladder=YEARLY)) == ("platinum", HeldBy.REVIEW)


# notices


NOTICED = attrs.evolve(LADDER, notice_days=14)


@pytest.mark.parametrize(
    ("day", "is_due"),
    [
        (date(2018, 12, 17), False),
        (date(2018, 12, 18), True),
        (date(2018, 12, 31), True),
        (date(2019, 1, 1), False),
    ],
)
def test_notice_of_a_fall_is_due_so_many_days_before(day: date, is_due: bool) -> None:
    """Fourteen days before 1 January; not once it has fallen."""
    reached = after(NOTICED, REACHED)
    assert reached.due_at == ZONE.start_of(date(2018, 12, 18))
    now = on(reached, day, NOTICED).standing
    fall = TierChange("gold", "silver", date(2019, 1, 1), Because.REVIEW)
    assert now.notice(ladder=NOTICED) == (fall if is_due else None)
    noticed = now.noticed(ladder=NOTICED, zone=ZONE)
    assert noticed.notice(ladder=NOTICED) is None
    if is_due:
        assert (noticed.noticed_for, noticed.due_at) == (fall.on, ZONE.start_of(fall.on))
        assert on(noticed, day, NOTICED).standing == noticed
    else:
        assert noticed == now


def test_notice_is_due_at_once_where_the_fall_is_near() -> None:
    """A return within the fourteen days makes it so."""
    kept = after(NOTICED, REACHED, (date(2018, 12, 20), 500))
    assert kept.notice(ladder=NOTICED) is None
    moved = spend(kept, date(2018, 12, 20), -1, NOTICED, on=date(2018, 12, 28))
    assert moved.standing.due_at == ZONE.start_of(date(2018, 12, 28))
    assert moved.standing.notice(ladder=NOTICED) is not None


def test_no_notice_is_given_of_a_rise() -> None:
    """Only falls are foreseen with one."""
    ladder = attrs.evolve(WAITING, notice_days=14)
    rising = on(after(ladder, REACHED), date(2017, 12, 31), ladder).standing
    assert rising.coming(ladder=ladder) == ("silver", "gold", date(2018, 1, 1), Because.REVIEW)
    assert rising.notice(ladder=ladder) is None
    assert rising.due_at == ZONE.start_of(date(2018, 1, 1))


# rewards


def test_an_upgrade_is_rewarded_once_whatever_falls_and_rises() -> None:
    """A leap has the rewards of every tier that it passes; rising again has none."""
    first = on(NEW, JOINED, ROLLING).standing
    moved = spend(first, JOINED, 1_000, ROLLING)
    standing, rewards = moved.standing.rewarding(moved.changes, ladder=ROLLING)
    assert [name for name, _ in rewards] == ["gold", "platinum"]
    assert {change for _, change in rewards} == set(moved.changes)
    assert standing.rewarded == ("gold", "platinum")
    fallen = spend(standing, JOINED, -1_000, ROLLING)
    assert fallen.standing.rewarding(fallen.changes, ladder=ROLLING) == (fallen.standing, ())
    again = spend(fallen.standing, JOINED, 2_000, ROLLING)
    standing, rewards = again.standing.rewarding(again.changes, ladder=ROLLING)
    assert [name for name, _ in rewards] == ["diamond"]
    assert standing.rewarded == ("diamond", "gold", "platinum")


def test_a_fall_is_never_rewarded() -> None:
    """Not even where a reward was introduced for the tier that it lands on."""
    unrewarded = attrs.evolve(
        ROLLING, tiers=(SILVER, attrs.evolve(GOLD, privileges=SILVER.privileges), PLATINUM)
    )
    held = after(unrewarded, (JOINED, 1_000))
    fallen = spend(held, JOINED, -500, ROLLING)
    assert fallen.standing.held == "gold"
    assert fallen.standing.rewarding(fallen.changes, ladder=ROLLING)[1] == ()


# another ladder


def test_a_tier_that_is_no_longer_there_is_what_was_earned() -> None:
    """Whether it is the one held, the one in grace, or the one before a review."""
    held = after(YEARLY, (date(2017, 7, 1), 1_000))
    without = attrs.evolve(YEARLY, tiers=(SILVER, GOLD))
    moved = on(held, date(2017, 7, 2), without)
    assert changes_of(moved.changes) == ["2017-07-01 platinum>gold ladder"]
    ladder = attrs.evolve(YEARLY, grace_days=30)
    in_grace = on(held, date(2019, 1, 2), ladder).standing
    assert (in_grace.held, in_grace.falls_on) == ("platinum", date(2019, 1, 31))
    moved = on(in_grace, date(2019, 1, 3), attrs.evolve(without, grace_days=30))
    assert changes_of(moved.changes) == ["2019-01-02 platinum>gold ladder"]
    assert moved.standing.falls_on is None
    nobody = attrs.evolve(YEARLY, tiers=(Tier("new", "New", 5_000),))
    moved = on(held, date(2017, 7, 2), nobody)
    assert changes_of(moved.changes) == ["2017-07-01 platinum> ladder"]
    assert moved.standing.held_since is None


def test_lower_thresholds_lift_and_higher_ones_are_seen_at_the_review() -> None:
    """A held tier that is still there is kept until the next review."""
    held = after(LADDER, REACHED)
    higher = attrs.evolve(LADDER, tiers=(SILVER, attrs.evolve(GOLD, threshold=501)))
    assert on(held, date(2017, 12, 31), higher) == (
        held._replace(stated_on=date(2017, 12, 31), due_at=ZONE.start_of(date(2018, 1, 1))),
        (),
    )
    assert on(held, date(2018, 1, 1), higher).standing.held == "silver"
    lower = attrs.evolve(YEARLY, tiers=(SILVER, GOLD, attrs.evolve(PLATINUM, threshold=501)))
    short = after(LADDER, (date(2017, 7, 1), 501))
    assert changes_of(on(short, date(2017, 7, 2), lower).changes) == [
        "2017-07-01 gold>platinum ladder"
    ]


def test_another_window_goes_on_with_what_was_kept() -> None:
    """Days become periods, and periods count on their first day."""
    rolling = after(
        ROLLING, (date(2017, 7, 1), 400), (date(2017, 8, 1), 300), (date(2017, 8, 2), 1)
    )
    yearly = on(rolling, date(2017, 8, 3), LADDER).standing
    assert yearly.tallies == (Tally(date(2017, 1, 1), 701),)
    assert (yearly.held, yearly.review_on) == ("gold", date(2018, 1, 1))
    back = on(yearly, date(2017, 8, 4), ROLLING)
    assert changes_of(back.changes) == ["2017-08-03 gold>silver ladder"]
    assert back.standing.tallies == ()
    assert (back.standing.review_on, back.standing.kept) == (None, "")


def test_what_comes_back_after_a_change_of_window_reduces_what_there_is() -> None:
    """The newest tally up to its day first; what was forgotten meanwhile stays so."""
    halves = attrs.evolve(LADDER, window=Cycle(date(2017, 7, 1), 6))
    yearly = after(LADDER, (date(2017, 6, 15), 300), (date(2017, 8, 1), 300))
    both = spend(yearly, date(2017, 8, 2), 50, halves).standing
    assert both.tallies == (Tally(date(2017, 1, 1), 600), Tally(date(2017, 7, 1), 50))
    returned = spend(both, date(2017, 8, 1), -300, halves, on=date(2017, 8, 3)).standing
    assert returned.tallies == (Tally(date(2017, 1, 1), 350),)
    short = attrs.evolve(ROLLING, window=RollingDays(7))
    forgot = on(yearly, date(2017, 8, 10), short).standing
    assert forgot.counts_from == date(2017, 8, 4)
    again = on(forgot, date(2017, 8, 11), LADDER).standing
    assert spend(again, date(2017, 8, 1), -300, LADDER, on=date(2017, 8, 11)) == (again, ())


def test_a_window_that_follows_another_keeps_its_held_tier_to_its_review() -> None:
    """Also where tiers fall at once: the tier held goes into the first review."""
    held = after(REVIEWED, (date(2017, 7, 1), 500))
    moved = on(held, date(2017, 7, 2), LADDER)
    assert (moved.standing.held, moved.changes) == ("gold", ())
    assert (moved.standing.entered, moved.standing.kept) == ("gold", "gold")


def test_a_grace_does_not_outlive_its_window() -> None:
    """The tier held goes on to the first review of the new one."""
    ladder = attrs.evolve(REVIEWED, grace_days=30)
    in_grace = on(after(ladder, (date(2017, 7, 1), 1_000)), date(2017, 12, 28), ladder).standing
    assert in_grace.falls_on == date(2018, 1, 27)
    moved = on(in_grace, date(2017, 12, 29), attrs.evolve(YEARLY, grace_days=30))
    assert (moved.standing.held, moved.changes) == ("platinum", ())
    assert (moved.standing.falls_on, moved.standing.review_on) == (None, date(2018, 1, 1))
    following = attrs.evolve(YEARLY, downgrades=Changes.AT_ONCE)
    assert changes_of(on(in_grace, date(2017, 12, 29), following).changes) == [
        "2017-12-28 platinum>gold ladder"
    ]


# the ends of the calendar


@pytest.mark.parametrize("ladder", [LADDER, YEARLY, ROLLING, REVIEWED, LIFE, GRACE, WAITING])
def test_nothing_is_due_after_the_calendar_ends(ladder: Ladder) -> None:
    """On the last days of the year 9999 a standing still answers."""
    standing = Standing.joining("late", date(9999, 12, 1))
    moved = spend(standing, date(9999, 12, 2), 2_000, ladder)
    assert moved.standing.due_at is None
    assert moved.standing.tallies
    asked = datetime(9999, 12, 30, tzinfo=UTC)
    assert moved.standing.at(asked, ladder=ladder, zone=ZONE).changes == ()


def test_a_grace_beyond_the_calendar_is_none() -> None:
    """Where it would end past the year 9999, the tier falls with the review."""
    ladder = attrs.evolve(LADDER, window=Cycle(date(2017, 11, 30), 3), grace_days=80)
    standing = Standing.joining("late", date(9999, 5, 1))
    held = spend(standing, date(9999, 5, 31), 500, ladder).standing
    moved = on(held, date(9999, 12, 1), ladder)
    assert changes_of(moved.changes) == ["9999-11-30 gold>silver review"]
    following = attrs.evolve(ladder, downgrades=Changes.AT_ONCE)
    assert on(held, date(9999, 12, 1), following).standing.held == "silver"


def test_a_long_sleep_is_soon_over() -> None:
    """Reviews that find nothing are passed over: seven thousand years of months at once."""
    ladder = attrs.evolve(YEARLY, window=Cycle(date(2017, 1, 1), 1))
    moved = on(after(ladder, (JOINED, 2_000)), date(9000, 5, 5), ladder)
    assert len(moved.changes) == 3
    assert moved.standing.review_on == date(9000, 6, 1)
