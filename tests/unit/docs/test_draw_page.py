"""The proof of a draw, as the page on draws has it checked: by ten lines that stand alone."""

import ast
import json
import subprocess
import sys
from typing import Any

import pytest

from mi_rewards.preorders import draw_to_dict, entrants_digest
from tests.draws import BY_NUMBER, COMMITMENT, FIVE, RUN
from tests.unit.docs.pages import blocks, page

PAGE = page("how_to/draw_winners.md")
(CHECK,) = [it.text for it in blocks(PAGE) if it.text.startswith("import hashlib")]
PROOF = draw_to_dict(RUN)


def answered(proof: dict[str, Any], entrants: tuple[str, ...], committed: str) -> str:
    """Run the lines in a Python of their own, which finds nothing but its standard library."""
    asked = [json.dumps(proof), json.dumps(entrants), committed]
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
    """There are ten, and they import what comes with Python."""
    imported, checking = ast.parse(CHECK).body
    assert isinstance(imported, ast.Import)
    assert {it.name for it in imported.names} <= sys.stdlib_module_names
    assert isinstance(checking, ast.FunctionDef)
    assert len([line for line in CHECK.splitlines() if line]) == 10
    assert "mi_rewards" not in CHECK


def test_a_proof_is_checked_by_them() -> None:
    """Winners and reserves in their order, whatever order the entrants are in."""
    expected = json.dumps([BY_NUMBER[:2], BY_NUMBER[2:4]])
    assert answered(PROOF, FIVE, COMMITMENT) == expected
    assert answered(PROOF, FIVE[::-1], COMMITMENT) == expected


@pytest.mark.parametrize(
    ("changes", "entrants", "committed", "answer"),
    [
        ({}, FIVE, "0" * 64, "AssertionError: another seed"),
        ({"seed": bytes(32).hex()}, FIVE, COMMITMENT, "AssertionError: another seed"),
        ({"draw_id": "other"}, FIVE, COMMITMENT, "AssertionError: another seed"),
        ({}, FIVE[:4], COMMITMENT, "AssertionError: other entrants"),
        ({}, (*FIVE, "fay"), COMMITMENT, "AssertionError: other entrants"),
        (
            {"entrants_digest": entrants_digest(FIVE[:4])},
            FIVE,
            COMMITMENT,
            "AssertionError: other entrants",
        ),
    ],
)
def test_they_object_to_what_is_no_proof(
    changes: dict[str, Any], entrants: tuple[str, ...], committed: str, answer: str
) -> None:
    """Another seed, another list."""
    assert answered(PROOF | changes, entrants, committed) == answer
