"""What modules import for type checkers alone: it is there, and none of it is needed to run."""

import ast
import runpy
import typing
from pathlib import Path

import pytest

import mi_rewards

PACKAGE = Path(mi_rewards.__file__).parent
ASKING = [
    path.relative_to(PACKAGE).as_posix()
    for path in sorted(PACKAGE.rglob("*.py"))
    if "if TYPE_CHECKING:" in path.read_text(encoding="utf-8")
]


def imported_for_types(source: str) -> set[str]:
    """Name what a module imports where only type checkers look."""
    return {
        alias.asname or alias.name
        for node in ast.parse(source).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in node.body
        if isinstance(inner, ast.ImportFrom)
        for alias in inner.names
    }


@pytest.mark.parametrize("name", ASKING)
def test_what_type_checkers_are_told_of_exists(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as a type checker sees it, a module finds every name that it imports for types."""
    path = PACKAGE / name
    wanted = imported_for_types(path.read_text(encoding="utf-8"))
    monkeypatch.setattr(typing, "TYPE_CHECKING", True)
    assert wanted
    assert wanted <= runpy.run_path(str(path)).keys()


def test_a_name_that_is_not_there_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that imports for types what nobody has fails so, and only so."""
    module = tmp_path / "wrong.py"
    lines = ["from typing import TYPE_CHECKING", "if TYPE_CHECKING:", "    from ast import nothing"]
    module.write_text("\n".join(lines), encoding="utf-8")
    assert imported_for_types(module.read_text(encoding="utf-8")) == {"nothing"}
    runpy.run_path(str(module))
    monkeypatch.setattr(typing, "TYPE_CHECKING", True)
    with pytest.raises(ImportError, match="nothing"):
        runpy.run_path(str(module))
