"""What purchases and joining refuse: codes, figures, whether trying later can help."""

import copy
import pickle
from typing import Any

import pytest

from mi_rewards.earning import (
    AlreadyDelivered,
    AlreadyJoined,
    AlreadyPlaced,
    BeyondDelivered,
    OrderCancelled,
    UnknownLine,
    UnknownOrder,
)

ROWS: list[tuple[type[Any], str, bool, dict[str, str | int], str]] = [
    (
        AlreadyJoined,
        "already_joined",
        False,
        {"member_id": "asha"},
        "member 'asha' has joined already",
    ),
    (
        AlreadyPlaced,
        "already_placed",
        False,
        {"order_id": "o1"},
        "order 'o1' was placed already",
    ),
    (
        UnknownOrder,
        "unknown_order",
        True,
        {"order_id": "o1"},
        "no order 'o1' is known",
    ),
    (
        UnknownLine,
        "unknown_line",
        False,
        {"order_id": "o1", "line_id": "a"},
        "order 'o1' has no line 'a'",
    ),
    (
        OrderCancelled,
        "order_cancelled",
        False,
        {"order_id": "o1"},
        "order 'o1' was cancelled",
    ),
    (
        AlreadyDelivered,
        "already_delivered",
        False,
        {"order_id": "o1"},
        "order 'o1' was delivered already",
    ),
    (
        BeyondDelivered,
        "beyond_delivered",
        True,
        {"order_id": "o1", "asked": 3, "left": 2, "unit": "units"},
        "order 'o1': 3 units to be returned, 2 left of what was delivered",
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
