"""Standings as dictionaries: read back equal, and nothing else is read."""

import json
from datetime import date
from typing import Any

import pytest

from mi_rewards.calendar import read_instant
from mi_rewards.errors import Corrupt
from mi_rewards.tiers import Standing, Tally, standing_from_dict, standing_to_dict

FULL = Standing(
    "asha",
    date(2016, 2, 29),
    date(2019, 1, 10),
    "gold",
    date(2018, 3, 1),
    "gold",
    "silver",
    "silver",
    (Tally(date(2018, 1, 1), 100, 2, 3), Tally(date(2019, 1, 1), 0, 1, 0)),
    date(2018, 1, 1),
    date(2020, 1, 1),
    date(2019, 1, 31),
    date(2019, 1, 31),
    ("gold", "silver"),
    read_instant("2019-01-30T18:30:00Z"),
    4,
)

WRITTEN = """
{"format": 1, "member_id": "asha", "joined_on": "2016-02-29", "stated_on": "2019-01-10",
 "held": "gold", "held_since": "2018-03-01", "entered": "gold", "kept": "silver",
 "reached": "silver", "tallies": [["2018-01-01", 100, 2, 3], ["2019-01-01", 0, 1, 0]],
 "counts_from": "2018-01-01", "review_on": "2020-01-01", "falls_on": "2019-01-31",
 "noticed_for": "2019-01-31", "rewarded": ["gold", "silver"],
 "due_at": "2019-01-30T18:30:00Z", "version": 4}
"""
"""The sample of format 1; it stays readable."""


def test_format_1_is_written_and_read() -> None:
    """Byte for byte what was written once."""
    assert standing_to_dict(FULL) == json.loads(WRITTEN)
    assert standing_from_dict(json.loads(WRITTEN)) == FULL


def test_a_new_standing_reads_back() -> None:
    """Days and instants that are none are nothing."""
    new = Standing.joining("asha", date(2017, 6, 15))
    assert standing_from_dict(standing_to_dict(new)) == new
    assert standing_to_dict(new)["review_on"] is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "unknown format"),
        ({"other": 1}, "unknown \\['other'\\]"),
        ({"member_id": 1}, "member_id must be a text"),
        ({"member_id": ""}, "of nobody"),
        ({"joined_on": "2017"}, "joined_on"),
        ({"held_since": None}, "held since a day"),
        ({"held": ""}, "held since a day"),
        ({"tallies": [["2018-01-01", 1, 2]]}, "4 parts"),
        ({"tallies": [["2018-01-01", -1, 0, 0]]}, "spend_minor"),
        ({"tallies": [["2018-01-01", 0, -1, 0]]}, "orders"),
        ({"tallies": [["2018-01-01", 0, 0, -1]]}, "points"),
        ({"tallies": [["2018-01-01", 0, 0, 0]]}, "a tally of 2018-01-01 counts nothing"),
        (
            {"tallies": [["2018-01-01", 1, 0, 0], ["2018-01-01", 1, 0, 0]]},
            "2018-01-01 comes too late",
        ),
        ({"rewarded": ["silver", "gold"]}, "once, in order"),
        ({"rewarded": ["gold", "gold"]}, "once, in order"),
        ({"review_on": "2019-01-10"}, "review_on must be after 2019-01-10"),
        ({"falls_on": "2019-01-10"}, "falls_on must be after 2019-01-10"),
        ({"due_at": "2019-01-10"}, "due_at"),
        ({"version": -1}, "version"),
    ],
)
def test_what_was_not_written_here_is_corrupt(changes: dict[str, Any], message: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(Corrupt, match=message):
        standing_from_dict({**json.loads(WRITTEN), **changes})


def test_the_day_after_is_late_enough() -> None:
    """A review and the end of a grace may come the next day."""
    near = {**json.loads(WRITTEN), "review_on": "2019-01-11", "falls_on": "2019-01-11"}
    assert standing_from_dict(near).falls_on == date(2019, 1, 11)
