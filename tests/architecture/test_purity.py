"""The core asks nobody: no clock, no randomness, no input or output, no third party but attrs.

1. A core module imports attrs and those parts of the standard library that only compute.
2. It calls nothing that reads the clock, opens a file or prints.
3. It uses `hash` only to define a hash: that of a text differs from one process to the next.
4. Of all that is shipped, `codes.py` alone draws secrets, and nothing else draws a voucher's code.
"""

import ast

import pytest

from tests.architecture import _rules

PURE = frozenset(
    {
        "__future__",
        "abc",
        "attr",
        "attrs",
        "base64",
        "bisect",
        "calendar",
        "collections",
        "contextlib",
        "copy",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "hmac",
        "importlib",
        "inspect",
        "itertools",
        "json",
        "math",
        "mi_rewards",
        "operator",
        "re",
        "string",
        "tomllib",
        "types",
        "typing",
        "unicodedata",
        "warnings",
        "zoneinfo",
    }
)
"""What a core module may import."""

IMPURE_PARTS = frozenset({"importlib.metadata", "importlib.resources"})
"""Parts of the above that read files all the same."""

IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "__import__", "breakpoint"})
"""Built-in functions that meet the world."""

IMPURE_METHODS = frozenset(
    {"now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes"}
)
"""Methods that read the clock or a file, on whatever object."""

EXCEPTIONS: dict[str, str] = {}
"""What is allowed all the same, as `module: what`, and why. One that no longer occurs fails."""


def violations(source: str) -> list[str]:
    """Name each import and call by which a core module would meet the world."""
    tree = _rules.parsed(source)
    hashers = {
        call
        for function in _rules.functions(tree)
        if function.name == "__hash__"
        for call in ast.walk(function)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += _impure_imports([alias.name for alias in node.names])
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found += _impure_imports([module])
            found += _impure_parts([f"{module}.{alias.name}" for alias in node.names])
        elif isinstance(node, ast.Call):
            found += _impure_call(node, is_in_hash=node in hashers)
    return found


def _impure_imports(names: list[str]) -> list[str]:
    strangers = [f"imports {name}" for name in names if name.split(".")[0] not in PURE]
    return strangers or _impure_parts(names)


def _impure_parts(names: list[str]) -> list[str]:
    return [f"imports {name}" for name in names if name in IMPURE_PARTS]


def _impure_call(call: ast.Call, *, is_in_hash: bool) -> list[str]:
    name = _rules.dotted(call.func)
    if name in IMPURE_CALLS or (name == "hash" and not is_in_hash):
        return [f"calls {name}"]
    if isinstance(call.func, ast.Attribute) and call.func.attr in IMPURE_METHODS:
        return [f"calls {name or '….' + call.func.attr}"]
    return []


def test_the_core_meets_nobody() -> None:
    """Nothing but the listed exceptions, and each of those still occurs."""
    found = {
        f"{name}: {what}" for name, source in _rules.core_modules() for what in violations(source)
    }
    assert found == set(EXCEPTIONS)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import time", ["imports time"]),
        ("import os.path", ["imports os.path"]),
        ("from random import choice", ["imports random"]),
        ("from secrets import token_hex", ["imports secrets"]),
        ("import uuid as names", ["imports uuid"]),
        ("from pathlib import Path", ["imports pathlib"]),
        ("import sqlalchemy", ["imports sqlalchemy"]),
        ("def late() -> None:\n    import numpy", ["imports numpy"]),
        ("from importlib import resources", ["imports importlib.resources"]),
        ("import importlib.resources", ["imports importlib.resources"]),
        ("at = datetime.now(UTC)", ["calls datetime.now"]),
        ("day = date.today()", ["calls date.today"]),
        ("at = datetime.datetime.utcnow()", ["calls datetime.datetime.utcnow"]),
        ("at = clock().now()", ["calls ….now"]),
        ("print(tokens)", ["calls print"]),
        ("text = open(name).read()", ["calls open"]),
        ("text = folder.joinpath(name).read_text()", ["calls ….read_text"]),
        ("shard = hash(member_id) % 16", ["calls hash"]),
    ],
)
def test_a_planted_impurity_is_seen(source: str, what: list[str]) -> None:
    """Each door to the world is named."""
    assert violations(source) == what


def test_what_only_computes_is_let_through() -> None:
    """The standard library's arithmetic, attrs, and a hash that defines a hash."""
    source = """
        from collections.abc import Sequence
        import attrs
        from mi_rewards.errors import Refused

        class Value:
            def __hash__(self) -> int:
                return hash(self.text)
    """
    assert violations(source) == []


DRAWING = frozenset({"random", "secrets", "uuid"})
"""Modules that draw."""


def drawn(source: str) -> set[str]:
    """Name the modules that draw and that a module imports."""
    found: set[str] = set()
    for node in ast.walk(_rules.parsed(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found & DRAWING


def test_codes_are_drawn_from_secrets_alone() -> None:
    """The testing kit's chance concerns delays and members, and it is the only other one."""
    drawing = {name: drawn(source) for name, source in _rules.modules() if drawn(source)}
    assert drawing.pop("codes.py") == {"secrets"}
    assert {name.split("/")[0] for name in drawing} <= {"testing"}
    assert "secrets" not in set().union(*drawing.values())


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import random", {"random"}),
        ("from secrets import choice", {"secrets"}),
        ("def draw() -> str:\n    import uuid as names, re", {"uuid"}),
        ("from .random import choice\nimport os", {"random"}),
        ("import hashlib", set[str]()),
    ],
)
def test_a_planted_draw_is_seen(source: str, names: set[str]) -> None:
    """Wherever it is imported."""
    assert drawn(source) == names
