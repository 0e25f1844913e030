"""Tokens and money are whole numbers: no float, no true division but in statistics and plots."""

import ast

import pytest

from tests.architecture import _rules


def violations(source: str) -> list[str]:
    """Name each float, each complex number and each true division in a module."""
    found = []
    for node in ast.walk(_rules.parsed(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"line {node.lineno}: the literal {node.value!r}")
        elif isinstance(node, ast.Name) and node.id in {"float", "complex"}:
            found.append(f"line {node.lineno}: the name {node.id}")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append(f"line {node.lineno}: a true division")
    return found


FLOATING = ("modelling/statistics/", "modelling/plots/")
"""Where fractions are estimates or places on a page, never tokens or money."""


def test_no_float_and_no_true_division_outside_statistics_and_plots() -> None:
    """Every module but those of modelling's statistics and plots computes in whole numbers."""
    found = {
        name: violations(source)
        for name, source in _rules.modules()
        if not name.startswith(FLOATING)
    }
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("half = tokens * 0.5", "line 1: the literal 0.5"),
        ("wave = 2j", "line 1: the literal 2j"),
        ("tokens = float(text)", "line 1: the name float"),
        ("def award(rate: float) -> int: ...", "line 1: the name float"),
        ("share = base / per", "line 1: a true division"),
        ("share = base\nshare /= per", "line 2: a true division"),
    ],
)
def test_a_planted_float_is_seen(source: str, what: str) -> None:
    """Each way in which a fraction of a token could come about is named."""
    assert violations(source) == [what]


def test_floor_division_and_positional_only_parameters_are_no_division() -> None:
    """`//` is whole, and the slash of a signature divides nothing."""
    assert violations("def award(base: int, /) -> int:\n    return base // 10") == []
