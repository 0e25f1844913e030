"""Quotas and allotments, written and read."""

from typing import Any

import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.preorders import (
    Allotment,
    Closes,
    Quota,
    UnitState,
    quota_from_dict,
    quota_to_dict,
)
from mi_rewards.preorders.quota_codec import allotment_from_list, allotment_to_list
from tests.fridays import HOUR, MINUTE, NOON

QUOTA = Quota(
    "q",
    "mi.com",
    "friday",
    "redmi-note-4",
    "black 4GB/64GB",
    "mi.com",
    "IN",
    NOON,
    NOON + HOUR,
    1,
    (5, 5, 5, 5),
    (0, 1, 0, 2),
    4,
    3,
    1,
    Closes.SOLD_OUT,
    "launch",
    60,
    NOON - HOUR,
    NOON + MINUTE,
    NOON + 2 * MINUTE,
    "q2",
    7,
)
PLAIN = Quota("q", "t", "", "p", "", "", "", NOON, None, None, (0,), (0,), 1)
HELD = Allotment("q", "003", member_max=2).moving(UnitState.HELD, at=NOON)
SOLD = HELD.moving(UnitState.SOLD, at=NOON + MINUTE)


@pytest.mark.parametrize("quota", [QUOTA, PLAIN])
def test_a_quota_reads_back(quota: Quota) -> None:
    """Whatever it has, and has not."""
    assert quota_from_dict(quota_to_dict(quota)) == quota


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", 2),
        ("quota_id", 1),
        ("opens_at", None),
        ("closes_at", "noon"),
        ("member_max", -1),
        ("sizes", [5]),
        ("sizes", [5, 5, 5, -1]),
        ("withdrawn", [0]),
        ("live", 0),
        ("live", 5),
        ("codes", None),
        ("closes", "never"),
        ("notice_minutes", True),
        ("version", "7"),
    ],
)
def test_anything_else_is_corrupt(name: str, value: object) -> None:
    """Each field is read strictly."""
    with pytest.raises(Corrupt):
        quota_from_dict({**quota_to_dict(QUOTA), name: value})


def test_a_field_more_or_less_is_corrupt() -> None:
    """Nothing is guessed."""
    written = quota_to_dict(QUOTA)
    with pytest.raises(Corrupt):
        quota_from_dict({**written, "colour": "black"})
    del written["draw_id"]
    with pytest.raises(Corrupt):
        quota_from_dict(written)


@pytest.mark.parametrize("unit", [Allotment("q", "codes"), HELD, SOLD])
def test_an_allotment_reads_back(unit: Allotment) -> None:
    """With its moves; what it is follows from them."""
    assert allotment_from_list(allotment_to_list(unit)) == unit


WRITTEN = allotment_to_list(SOLD)


@pytest.mark.parametrize(
    "written",
    [
        None,
        [],
        WRITTEN[:3],
        [1, *WRITTEN[1:]],
        ["q", 3, *WRITTEN[2:]],
        [*WRITTEN[:3], -1],
        ["q", "003", [["2017-03-31T06:30:00Z", "sold"]], None],
        ["q", "003", [["2017-03-31T06:30:00Z", "free"]], None],
        ["q", "003", [["2017-03-31T06:30:00Z"]], None],
        ["q", "003", [["noon", "held"]], None],
        ["q", "003", [["2017-03-31T06:30:00Z", "lost"]], None],
    ],
)
def test_any_other_allotment_is_corrupt(written: Any) -> None:
    """Also where a unit becomes what it never becomes, or what it is."""
    with pytest.raises(Corrupt):
        allotment_from_list(written)
