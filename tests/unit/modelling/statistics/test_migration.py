"""Tier migration: shares, steps, and counts of a replay."""

from datetime import date
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import Replayed, Table, TierMigration, TierMove, tier_migration
from tests.replaying import by_commands, row


def test_counts_become_shares() -> None:
    """Three of four stay; from a tier that nobody was in everybody stays."""
    migration = TierMigration.of(("basic", "gold"), {("basic", "basic"): 3, ("basic", "gold"): 1})
    assert migration.shares == ((0.75, 0.25), (0.0, 1.0))
    assert migration.table().tuples()[:2] == [("basic", "basic", 0.75), ("basic", "gold", 0.25)]
    assert migration.step([100, 10]) == pytest.approx([75, 35])
    assert migration.step([100, 10], periods=2) == pytest.approx([56.25, 53.75])
    assert migration.step([100, 10], periods=0) == (100, 10)


@pytest.mark.parametrize(
    ("tiers", "shares", "said"),
    [
        (("a", "b"), [[1.0, 0.0]], "each of 2 tiers"),
        (("a", "b"), [[1.0, 0.0], [1.0]], "each of 2 tiers"),
        (("a", "b"), [[1.0, 0.0], [0.5, 0.4]], "shares from tier 'b'"),
        (("a", "b"), [[1.1, -0.1], [0.5, 0.5]], "shares from tier 'a'"),
    ],
)
def test_shares_that_cannot_be_are_misuse(tiers: Any, shares: Any, said: str) -> None:
    """No square, a row that is not 1 in all, and a share below 0."""
    with pytest.raises(Misuse, match=said):
        TierMigration(tiers, shares)


def test_figures_are_of_the_tiers() -> None:
    """One figure too few, and a count of an unknown tier, are misuse."""
    migration = TierMigration(("a", "b"), [[1.0, 0.0], [0.0, 1.0]])
    with pytest.raises(Misuse, match="2 tiers need as many figures, not 1"):
        migration.step([1.0])
    with pytest.raises(Misuse, match="none of the tiers a, b"):
        TierMigration.of(("a", "b"), {("a", "c"): 1})


def moved() -> Replayed:
    """State a replay of January to March in which two members change tier."""
    day = date(2018, 1, 1).toordinal()
    moves = (
        TierMove("A", day, "", "basic", "joined"),
        TierMove("A", day + 31, "basic", "gold", "earned"),
        TierMove("B", day + 30, "", "basic", "joined"),
        TierMove("C", day + 31, "", "basic", "joined"),
    )
    nothing = by_commands(row(1, "joined", "A", "2018-03-31"))
    return attrs.evolve(nothing, tier_moves=moves)


def test_members_are_counted_by_tier_on_two_days() -> None:
    """Who joins on the last day of January counts; who joins later has no tier to come from."""
    table = tier_migration(moved(), start=date(2018, 1, 31), end=date(2018, 3, 31))
    assert table.tuples() == [("basic", "basic", 1), ("basic", "gold", 1)]
    assert table.unit("members") == "members"
    earlier = tier_migration(moved(), start=date(2018, 1, 30), end=date(2018, 1, 31))
    assert earlier.tuples() == [("basic", "basic", 1)]


def fallen() -> Replayed:
    """State a replay in which one falls to no tier in January, and one in February."""
    day = date(2018, 1, 1).toordinal()
    moves = (
        TierMove("A", day, "", "silver", "joined"),
        TierMove("A", day + 20, "silver", "", "reviewed"),
        TierMove("B", day, "", "silver", "joined"),
        TierMove("B", day + 40, "silver", "", "reviewed"),
        TierMove("C", day, "", "silver", "joined"),
        TierMove("D", day + 40, "", "silver", "joined"),
    )
    return attrs.evolve(moved(), tier_moves=moves)


def test_who_fell_to_none_is_counted_and_who_never_had_one_is_not() -> None:
    """A was in none on both days, B fell, C stayed; D had none before February."""
    table = tier_migration(fallen(), start=date(2018, 1, 31), end=date(2018, 3, 31))
    assert table.tuples() == [("", "", 1), ("silver", "", 1), ("silver", "silver", 1)]


def test_shares_are_made_of_a_table() -> None:
    """No tier comes first where the table has it; rows of one pair are added up."""
    table = tier_migration(fallen(), start=date(2018, 1, 31), end=date(2018, 3, 31))
    migration = TierMigration.of_table(table, ("silver", "gold"))
    assert migration.tiers == ("", "silver", "gold")
    assert migration.shares == ((1.0, 0.0, 0.0), (0.5, 0.5, 0.0), (0.0, 0.0, 1.0))
    assert TierMigration.of_table(table, ("silver", "")).tiers == ("silver", "")
    rows = [("a", "b", 1), ("a", "a", 1), ("a", "b", 2)]
    again = Table.of_rows("", ("from_tier", "to_tier", "members"), rows)
    assert TierMigration.of_table(again, ("a", "b")).shares[0] == (0.25, 0.75)
    with pytest.raises(Misuse, match="none of the tiers a"):
        TierMigration.of_table(again, ("a",))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2018, 2, 1), date(2018, 2, 1)),
        (date(2018, 2, 2), date(2018, 2, 1)),
        (date(2018, 2, 1), date(2018, 4, 1)),
    ],
)
def test_two_days_of_the_replay_are_needed(start: date, end: date) -> None:
    """The same day twice, days the wrong way round, and a day after the replay are misuse."""
    with pytest.raises(Misuse, match="are no two days through 2018-03-31"):
        tier_migration(moved(), start=start, end=end)
