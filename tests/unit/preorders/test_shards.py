"""Shards: who asks which first, and how units are spread."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.errors import Misuse
from mi_rewards.preorders.shards import (
    SHARD_COUNTS,
    checked_shards,
    first_shard,
    next_with_room,
    possible_shards,
    shard_name,
    spread,
)

ROOMS = st.lists(st.integers(0, 50), min_size=1, max_size=9)


def test_a_members_first_shard_is_the_same_for_ever() -> None:
    """Whoever changed the hash would send members to shards that others think are not theirs."""
    found = [first_shard("redmi-note-4/2017-03-31", f"m{n}", 64) for n in range(8)]
    assert found == [49, 44, 45, 43, 31, 25, 37, 41]


def test_members_spread_evenly() -> None:
    """Of 64,000 members each of 64 shards has a thousand, give or take four deviations."""
    found = Counter(first_shard("q", f"m{n}", 64) for n in range(64_000))
    assert len(found) == 64
    assert max(abs(count - 1_000) for count in found.values()) < 128


def test_the_quota_counts_in_the_hash() -> None:
    """Who comes first in one quota does not in all; names are not run together."""
    assert {first_shard(f"q{n}", "asha", 64) for n in range(50)} != {first_shard("q", "asha", 64)}
    assert [first_shard("a", f"b{n}", 64) for n in range(9)] != [
        first_shard("ab", f"{n}", 64) for n in range(9)
    ]


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_shard_of_every_number_is_among_the_possible_ones(quota_id: str, by: str) -> None:
    """However a quota is spread, the first load has asked for the member's counter."""
    possible = possible_shards(quota_id, by)
    assert len(possible) == len(set(possible)) <= len(SHARD_COUNTS)
    assert {first_shard(quota_id, by, count) for count in SHARD_COUNTS} == set(possible)


@pytest.mark.parametrize("shards", [0, 2, 3, 5, 65, 256, -1, True, 4.0, None])
def test_other_numbers_of_shards_are_wrong(shards: object) -> None:
    """One clear message."""
    with pytest.raises(Misuse, match="1, 4, 16 or 64 shards"):
        checked_shards(shards)


def test_four_numbers_of_shards_are_right() -> None:
    """And answered as they came."""
    assert [checked_shards(it) for it in SHARD_COUNTS] == [1, 4, 16, 64]
    assert [shard_name(it) for it in (0, 7, 63)] == ["000", "007", "063"]


@pytest.mark.parametrize(
    ("first", "live", "rooms", "found"),
    [
        (0, 4, (1, 1, 1, 1), 0),
        (2, 4, (1, 1, 0, 1), 3),
        (3, 4, (0, 1, 0, 0), 1),
        (3, 4, (0, 0, 0, 0), None),
        (0, 1, (0, 0, 5, 0), 2),
        (1, 4, (1, 0, 0, 0, 9), 0),
        (0, 1, (0,), None),
    ],
)
def test_the_next_with_room_in_a_circle(
    first: int, live: int, rooms: tuple[int, ...], found: int | None
) -> None:
    """The own shard, the ones after it, those before it, and last the retired ones."""
    assert next_with_room(first, live, rooms) == found


@given(ROOMS, st.data())
def test_units_are_spread_as_evenly_as_rooms_allow(rooms: list[int], data: st.DataObject) -> None:
    """All of them, none beyond its room, and two that have room left differ by one at most."""
    n = data.draw(st.integers(0, sum(rooms)))
    shares = spread(n, rooms)
    assert sum(shares) == n
    assert all(0 <= share <= room for share, room in zip(shares, rooms, strict=True))
    unfilled = [share for share, room in zip(shares, rooms, strict=True) if share < room]
    assert not unfilled or max(shares) - min(unfilled) <= 1


def test_there_is_no_room_for_more() -> None:
    """Asked for more than there is room for, it objects."""
    with pytest.raises(Misuse, match="7 units have no room in 6"):
        spread(7, [1, 2, 3])
