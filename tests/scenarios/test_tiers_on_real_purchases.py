"""Tiers over the real purchases: every member at every month's end, as SQL computes it (I16).

The thresholds are invented; the purchases are those of the bundled sample.
"""

import functools
import random
from datetime import date

import pytest

from mi_rewards.calendar import read_instant
from mi_rewards.tiers import Ladder, Standing
from tests.event_logs import sample_rows
from tests.tiers import (
    ROLLING,
    YEARLY,
    ZONE,
    Held,
    differences,
    held_by_commands,
    held_by_sql,
    matrix,
    month_ends,
)

ENDS = month_ends(date(2019, 1, 31))
"""From the first month of the log to the one after it, when everybody was reviewed."""

MOVED_FROM = [880, 2_102, 1_200, 190]
"""How many held no tier, silver, gold, platinum at the end of 2018."""

FELL = 100 + 19 + 5
"""How many fell with the review of that year."""


@functools.cache
def told(ladder: Ladder) -> Held:
    """What the library holds, through commands."""
    return held_by_commands(ladder, ENDS)


@functools.cache
def computed(ladder: Ladder) -> Held:
    """What SQL computes from the log alone."""
    return held_by_sql(ladder, ENDS)


@pytest.mark.parametrize("ladder", [YEARLY, ROLLING], ids=["calendar-year", "90-days"])
def test_I16_the_tier_held_is_that_of_an_independent_computation(ladder: Ladder) -> None:
    """All 4,372 members at the end of each month since they joined."""
    held = told(ladder)
    assert len({member for _, member in held}) == 4_372
    assert sum(day == ENDS[-1] for day, _ in held) == 4_372
    assert differences(held, computed(ladder)) == []


def test_the_comparison_sees_a_difference() -> None:
    """One tier held otherwise is named with its member and day."""
    held = {(date(2018, 1, 31), "1"): "gold", (date(2018, 1, 31), "2"): ""}
    found = differences(held, {(date(2018, 1, 31), "1"): "silver"})
    assert found == ["2018-01-31 1: 'gold', not 'silver'"]


def test_members_move_between_all_tiers() -> None:
    """A year's end moves hundreds, and a soft landing nobody by more than a tier."""
    before, after = date(2018, 12, 31), date(2019, 1, 31)
    rows = [line.split()[-4:] for line in matrix(told(YEARLY), YEARLY, before, after)[1:]]
    moves = [[int(count) for count in row] for row in rows]
    assert sum(map(sum, moves)) == 4_372
    assert [sum(row) for row in moves] == MOVED_FROM
    assert sum(moves[n][n - 1] for n in (1, 2, 3)) == FELL
    assert [moves[n][m] for n in range(4) for m in range(4) if m < n - 1 or m > n] == [0] * 9


def test_I16_a_members_purchases_of_a_year_may_come_in_any_order() -> None:
    """Shuffled among the days of 2018, told in that order: the next year begins the same."""
    bought: dict[str, list[tuple[date, int]]] = {}
    for kind, member_id, at, _, amount, *_ in sample_rows()[1:]:
        if kind == "delivered" and at.startswith("2018"):
            day = ZONE.day_of(read_instant(at))
            bought.setdefault(member_id, []).append((day, int(amount.replace(".", ""))))
    shuffle = random.Random(1).shuffle
    moved = 0
    for member_id, purchases in bought.items():
        amounts = [minor for _, minor in purchases]
        shuffle(amounts)
        days = sorted(day for day, _ in purchases)
        shuffled = list(zip(days, amounts, strict=True))
        moved += shuffled != purchases
        one, other = _next_year(member_id, purchases), _next_year(member_id, shuffled)
        assert one._replace(held_since=None) == other._replace(held_since=None)
    assert moved > 2_000


def _next_year(member_id: str, purchases: list[tuple[date, int]]) -> Standing:
    """Tell a standing of purchases, each on its day, and state it on 1 January 2019."""
    standing = Standing.joining(member_id, date(2017, 12, 1))
    for day, minor in purchases:
        standing = standing.counting(
            day, at=ZONE.start_of(day), ladder=YEARLY, zone=ZONE, spend_minor=minor
        ).standing
    return standing.at(ZONE.start_of(date(2019, 1, 1)), ladder=YEARLY, zone=ZONE).standing
