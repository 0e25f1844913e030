"""What draws refuse: codes, figures, whether trying later can help."""

import pickle

import pytest

from mi_rewards.errors import Refused
from mi_rewards.preorders import (
    DrawClosed,
    DrawNotOpen,
    DrawNotRun,
    DrawStillOpen,
    NotDrawn,
    SeedMismatch,
    TurnPassed,
    TurnToCome,
    UnknownDraw,
)
from mi_rewards.preorders.draw_refusals import DRAW_REFUSALS

AT = "2017-07-07T06:30:00Z"
ROWS: list[tuple[Refused, str, bool, str]] = [
    (UnknownDraw(draw_id="d"), "unknown_draw", True, "no draw 'd' is known"),
    (
        DrawNotOpen(draw_id="d", opens_at=AT),
        "draw_not_open",
        True,
        f"draw 'd' gives out tickets from {AT} on",
    ),
    (
        DrawClosed(draw_id="d", closes_at=AT),
        "draw_closed",
        False,
        f"draw 'd' gave out tickets before {AT}",
    ),
    (
        DrawStillOpen(draw_id="d", closes_at=AT),
        "draw_still_open",
        True,
        f"draw 'd' gives out tickets until {AT}",
    ),
    (
        SeedMismatch(draw_id="d"),
        "seed_mismatch",
        False,
        "draw 'd' was committed to another seed",
    ),
    (DrawNotRun(draw_id="d"), "draw_not_run", True, "draw 'd' was not run yet"),
    (NotDrawn(draw_id="d"), "not_drawn", False, "this ticket was not drawn in 'd'"),
    (
        TurnToCome(draw_id="d", from_at=AT),
        "turn_to_come",
        True,
        f"the reserves of draw 'd' may buy from {AT} on",
    ),
    (
        TurnPassed(draw_id="d", until=AT),
        "turn_passed",
        False,
        f"by right of draw 'd' one might buy until {AT}",
    ),
]


@pytest.mark.parametrize(("refusal", "code", "transient", "message"), ROWS)
def test_a_refusal_says_what_decided(
    refusal: Refused, code: str, transient: bool, message: str
) -> None:
    """Its code, its message, whether trying later can help; it can be sent to another process."""
    assert (refusal.code, refusal.transient, str(refusal)) == (code, transient, message)
    assert refusal.figures["draw_id"] == "d"
    again = pickle.loads(pickle.dumps(refusal))
    assert again == refusal
    assert str(again) == message


def test_these_are_all() -> None:
    """In order of precedence."""
    assert tuple([type(it) for it, *_ in ROWS]) == DRAW_REFUSALS
