"""What purchases and joining refuse: codes, figures, whether trying later can help."""

import copy
import pickle
from typing import Any

import pytest

from mi_rewards.earning.refusals import (
    AlreadyClaimed,
    AlreadyDelivered,
    AlreadyJoined,
    AlreadyPlaced,
    BeyondDelivered,
    ClaimTooLate,
    HoldsOpen,
    MemberLeft,
    MemberMerged,
    MergedIntoItself,
    MergesPending,
    NotAMember,
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
        NotAMember,
        "not_a_member",
        True,
        {"member_id": "asha"},
        "member 'asha' has not joined",
    ),
    (
        MemberLeft,
        "member_left",
        False,
        {"member_id": "asha"},
        "member 'asha' has left",
    ),
    (
        MemberMerged,
        "member_merged",
        False,
        {"member_id": "asha", "into": "bela"},
        "member 'asha' goes on as 'bela'",
    ),
    (
        MergedIntoItself,
        "merged_into_itself",
        False,
        {"member_id": "asha"},
        "member 'asha' cannot go on as itself",
    ),
    (
        MergesPending,
        "merges_pending",
        True,
        {"member_id": "asha"},
        "another member is still on the way into 'asha'",
    ),
    (
        HoldsOpen,
        "holds_open",
        True,
        {"holds": 2, "payments": 1},
        "2 holds are open, and 1 payments are waited for",
    ),
    (
        AlreadyClaimed,
        "already_claimed",
        False,
        {"order_id": "o1"},
        "order 'o1' was claimed already",
    ),
    (
        ClaimTooLate,
        "claim_too_late",
        False,
        {"order_id": "o1", "delivered_on": "2018-01-10", "claim_within_days": 30},
        "order 'o1' of 2018-01-10 could be claimed within 30 days",
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
