"""What commands refuse of their own: codes, figures, whether trying later can help."""

import copy
import pickle
from typing import Any

import pytest

from mi_rewards.commands import HoldTooLong, TooManyHolds, UnknownBurn

ROWS: list[tuple[type[Any], str, bool, dict[str, str | int], str]] = [
    (
        UnknownBurn,
        "unknown_burn",
        True,
        {"burn_id": "b1"},
        "no burn 'b1' is known",
    ),
    (
        HoldTooLong,
        "hold_too_long",
        False,
        {"until": "2017-07-04T06:30:00Z", "hours_max": 48},
        "a hold lasts at most 48 hours, not until 2017-07-04T06:30:00Z",
    ),
    (
        TooManyHolds,
        "too_many_holds",
        True,
        {"open_count": 3, "open_max": 2},
        "3 holds are open, at most 2 may be",
    ),
]


@pytest.mark.parametrize(("kind", "code", "transient", "figures", "text"), ROWS)
def test_a_refusal_states_what_decided(
    kind: type[Any], code: str, transient: bool, figures: dict[str, str | int], text: str
) -> None:
    """By code, by figures and in words; and it is a value that can be kept."""
    refusal = kind(**figures)
    assert (refusal.code, refusal.transient) == (code, transient)
    assert refusal.figures == figures
    assert str(refusal) == text
    assert copy.copy(refusal) == refusal == pickle.loads(pickle.dumps(refusal))
