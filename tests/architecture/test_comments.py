"""No comment of src switches a check off, unless it says which."""

import io
import re
import tokenize

import pytest

from tests.architecture import _rules

BLANKET = (
    re.compile(r"pragma:\s*no", re.IGNORECASE),
    re.compile(r"type:\s*ignore(?!\[)"),
    re.compile(r"pyright:\s*ignore(?!\[)"),
    re.compile(r"noqa(?!:\s*[A-Z]+[0-9]+)", re.IGNORECASE),
    re.compile(r"fmt:\s*(?:off|skip)|ruff:\s*noqa|mypy:", re.IGNORECASE),
)
"""What takes lines out of the coverage or the mutants, or silences a tool without saying why."""


def violations(source: str) -> list[str]:
    """Name each comment that switches off more than one named check."""
    comments = [
        token
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    return [
        f"line {comment.start[0]}: {comment.string}"
        for comment in comments
        if any(pattern.search(comment.string) for pattern in BLANKET)
    ]


def test_no_comment_switches_a_check_off() -> None:
    """Coverage, mutation testing, types and lint see all of the package."""
    found = {name: violations(source) for name, source in _rules.modules()}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "comment",
    [
        "# pragma: no " + "cover",
        "# pragma: no " + "branch",
        "# pragma:no mutate",
        "# type: " + "ignore",
        "# pyright: " + "ignore",
        "# no" + "qa",
        "# ruff: noqa: E501",
        "# fmt: off",
        "# mypy: ignore-errors",
    ],
)
def test_a_planted_comment_is_seen(comment: str) -> None:
    """Each is named with its line."""
    assert violations(f"x = 1\ny = 2  {comment}\n") == [f"line 2: {comment}"]


def test_a_named_check_may_be_switched_off_on_its_line() -> None:
    """The code says which, and a text that looks like such a comment is none."""
    allowed = "x = f()  # type: ignore[arg-type]\ny = g()  # noqa: E501\nz = '# pragma: no cover'\n"
    assert violations(allowed) == []
