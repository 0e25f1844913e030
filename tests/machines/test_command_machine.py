"""The machine for stores on the hosts in memory, and how often it met what it must meet."""

import pytest
from hypothesis import settings

from mi_rewards.memory import MemoryStore
from mi_rewards.testing import run_store_machine

BY_DAY = 200
"""How many stories are told by day."""

FLOORS = {
    "Open": 200,
    "Join": 100,
    "Place": 100,
    "Deliver": 100,
    "Cancel": 50,
    "Return": 50,
    "BurnTokens": 100,
    "PlaceHold": 100,
    "Capture": 10,
    "Release": 10,
    "Reinstate": 20,
    "Transfer": 100,
    "TakeTransfer": 50,
    "ReturnTransfer": 20,
    "Adjust": 20,
    "Lapse": 50,
    "batch": 100,
    "sweep": 3,
    "retry": 50,
    "reuse": 50,
    "lost answer": 30,
    "crash": 30,
    "lost race": 30,
    "swapped": 1,
    "follow again": 100,
    "take": 100,
    "limit reached": 100,
}
REFUSAL_FLOORS = {
    "already_joined": 30,
    "already_placed": 100,
    "already_delivered": 100,
    "order_cancelled": 50,
    "unknown_order": 100,
    "unknown_line": 10,
    "beyond_delivered": 50,
    "hold_not_open": 50,
    "insufficient_tokens": 100,
    "tokens_owed": 10,
    "beyond_hold": 1,
    "beyond_burn": 5,
    "unknown_burn": 30,
    "claw_back_refused": 5,
    "hold_too_long": 10,
    "too_many_holds": 30,
    "deadline_passed": 0,
}


@pytest.mark.hypothesis
def test_commands_and_books_agree() -> None:
    """I1 to I13, I18: Whatever happens, in whatever order, and each of it happened often enough."""
    tried = max(BY_DAY, settings().max_examples)
    # By day the same stories each time, so that the floors are met or not for a reason.
    by_day = tried == BY_DAY
    chosen = settings(max_examples=tried, stateful_step_count=50, derandomize=by_day, database=None)
    tally = run_store_machine(MemoryStore, profile=chosen)
    assert tally.refused.keys() <= REFUSAL_FLOORS.keys()
    met = dict(tally.happened) | dict(tally.refused)
    rare = {name: met.get(name, 0) for name in FLOORS | REFUSAL_FLOORS}
    floors = FLOORS | REFUSAL_FLOORS
    assert {name: count for name, count in rare.items() if count < floors[name]} == {}
