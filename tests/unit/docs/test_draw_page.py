"""The proof of a draw, as the page on draws has it checked: by a few lines that stand alone."""

import ast
import json
import subprocess
import sys
from typing import Any

import pytest

from mi_rewards import MemoryStore, Rewards
from mi_rewards.preorders import draw, draw_to_dict, entrants_digest, verify
from tests.draws import BY_NUMBER, COMMITMENT, DRAW_ID, DRAWN, FIVE, OPEN, RUN, SEED, announce
from tests.shop import REWARD_MI
from tests.unit.docs.pages import blocks, page

PAGE = page("how_to/draw_winners.md")
(CHECK,) = [it.text for it in blocks(PAGE) if it.text.startswith("import hashlib")]
PROOF = draw_to_dict(RUN)
OTHERWISE = "AssertionError: other than announced"
MORE = OPEN.run(draw(SEED, DRAW_ID, FIVE, winners=3, reserves=2).proof, at=DRAWN)
"""What somebody would publish who names one winner more, with the numbers that go with it."""


def published() -> dict[str, Any]:
    """Answer with what the announcement tells."""
    store = MemoryStore()
    Rewards(store, REWARD_MI).do(announce())
    (event,) = store.pending_events()
    return dict(event.figures)


ANNOUNCED = published()


def answered(proof: dict[str, Any], entrants: tuple[str, ...], announced: dict[str, Any]) -> str:
    """Run the lines in a Python of their own, which finds nothing but its standard library."""
    asked = [json.dumps(proof), json.dumps(entrants), json.dumps(announced)]
    source = f"{CHECK}\nimport sys\nprint(json.dumps(check(*json.load(sys.stdin))))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", source],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout or done.stderr).strip().splitlines()[-1]


def test_the_lines_stand_alone() -> None:
    """There are eleven, and they import what comes with Python."""
    imported, checking = ast.parse(CHECK).body
    assert isinstance(imported, ast.Import)
    assert {it.name for it in imported.names} <= sys.stdlib_module_names
    assert isinstance(checking, ast.FunctionDef)
    assert len([line for line in CHECK.splitlines() if line]) == 11
    assert "mi_rewards" not in CHECK


def test_a_proof_is_checked_by_them() -> None:
    """Winners and reserves in their order, whatever order the entrants are in."""
    expected = json.dumps([BY_NUMBER[:2], BY_NUMBER[2:4]])
    assert answered(PROOF, FIVE, ANNOUNCED) == expected
    assert answered(PROOF, FIVE[::-1], ANNOUNCED) == expected


@pytest.mark.parametrize(
    ("changes", "entrants", "announced", "answer"),
    [
        ({}, FIVE, {"commitment": "0" * 64}, OTHERWISE),
        ({"commitment": "0" * 64}, FIVE, {}, OTHERWISE),
        (
            {"commitment": "0" * 64},
            FIVE,
            {"commitment": "0" * 64},
            "AssertionError: another seed",
        ),
        ({"seed": bytes(32).hex()}, FIVE, {}, "AssertionError: another seed"),
        ({"draw_id": "other"}, FIVE, {}, OTHERWISE),
        ({"winner_count": 1}, FIVE, {}, OTHERWISE),
        ({"winner_count": 3}, FIVE, {}, OTHERWISE),
        ({"reserve_count": 1}, FIVE, {}, OTHERWISE),
        ({"reserve_count": 3}, FIVE, {}, OTHERWISE),
        (draw_to_dict(MORE._replace(winner_count=3)), FIVE, {}, OTHERWISE),
        ({}, FIVE[:4], {}, "AssertionError: other entrants"),
        ({}, (*FIVE, "fay"), {}, "AssertionError: other entrants"),
        (
            {"entrants_digest": entrants_digest(FIVE[:4])},
            FIVE,
            {},
            "AssertionError: other entrants",
        ),
    ],
)
def test_they_object_to_what_is_no_proof(
    changes: dict[str, Any], entrants: tuple[str, ...], announced: dict[str, Any], answer: str
) -> None:
    """Another seed, another list, other counts, also with the numbers that go with them."""
    assert answered(PROOF | changes, entrants, ANNOUNCED | announced) == answer


def test_the_counts_are_announced_and_verify_does_not_know_them() -> None:
    """So the page says to hold them against the announcement."""
    more = MORE._replace(winner_count=3).proof
    assert verify(more, FIVE, committed=COMMITMENT)
    assert not verify(RUN.proof._replace(winner_count=3), FIVE, committed=COMMITMENT)
    assert (more.winner_count, ANNOUNCED["winner_count"]) == (3, 2)
