"""A test says something: it asserts, is not skipped, and asks no mock."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import _rules

SKIPPED: dict[str, str] = {}
"""Tests that may be skipped or expected to fail, as `module: test`, and why."""

_EXPECTATIONS = {"raises", "warns", "fail"}
_SKIPS = {"skip", "skipif", "xfail", "importorskip", "skipUnless", "skipIf", "expectedFailure"}


def violations(source: str) -> list[str]:
    """Name each test that says nothing, each one skipped, and each mock."""
    tree = _rules.parsed(source)
    found = [
        f"{function.name} asserts nothing"
        for function in _rules.functions(tree)
        if function.name.startswith("test_") and not any(map(_expects, ast.walk(function)))
    ]
    found += [f"{where} is skipped" for where in _skips(tree)]
    found += [f"line {line} imports a mock" for line in _mocks(tree)]
    return found


def _expects(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = _rules.dotted(node.func).rsplit(".", maxsplit=1)[-1]
    return name in _EXPECTATIONS or name.startswith(("assert_", "check_"))


def _skips(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        name = getattr(statement, "name", f"line {statement.lineno}")
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and node.attr in _SKIPS:
                yield name
            elif isinstance(node, ast.ImportFrom) and node.module in {"pytest", "unittest"}:
                yield from (name for alias in node.names if alias.name in _SKIPS)


def _mocks(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        if any(name.startswith(("unittest.mock", "mock")) for name in names):
            yield node.lineno


def test_every_test_says_something() -> None:
    """Nothing but the listed exceptions, and each of those still occurs."""
    found = {
        f"{name}: {what}"
        for name, source in _rules.modules(_rules.ROOT / "tests")
        if not name.startswith("typing/")
        for what in violations(source)
    }
    assert found == {f"{where} is skipped" for where in SKIPPED}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def test_x():\n    wallet.burn(1)", ["test_x asserts nothing"]),
        (
            "class TestX:\n    async def test_y(self):\n        await f()",
            ["test_y asserts nothing"],
        ),
        ("@pytest.mark.skip\ndef test_x():\n    assert f()", ["test_x is skipped"]),
        ("def test_x():\n    pytest.skip('no')\n    assert f()", ["test_x is skipped"]),
        ("@pytest.mark.xfail(strict=True)\ndef test_x():\n    assert f()", ["test_x is skipped"]),
        ("from pytest import skip", ["line 1 is skipped"]),
        ("numpy = pytest.importorskip('numpy')", ["line 1 is skipped"]),
        ("from unittest.mock import Mock", ["line 1 imports a mock"]),
        ("from unittest import mock", ["line 1 imports a mock"]),
        ("import unittest.mock", ["line 1 imports a mock"]),
    ],
)
def test_a_planted_empty_test_is_seen(source: str, what: list[str]) -> None:
    """Each way to say nothing is named."""
    assert violations(source) == what


@pytest.mark.parametrize(
    "source",
    [
        "def test_x():\n    assert f()",
        "def test_x():\n    with pytest.raises(Refused):\n        f()",
        "def test_x():\n    check_journal_is_sound(entries)",
        "def test_x():\n    helpers.assert_balanced(entries)",
        "def test_x():\n    @given(n())\n    def law(n):\n        assert f(n)\n    law()",
        "def helper():\n    f()",
    ],
)
def test_a_test_that_says_something_is_let_through(source: str) -> None:
    """An assertion, an expected error, or a helper whose name says that it asserts."""
    assert violations(source) == []
