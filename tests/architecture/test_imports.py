"""Imports point one way: the contracts of pyproject.toml hold, and each is seen to break.

import-linter reads whatever copy of the package Python would import, so each run is a process of
its own whose path begins with the copy that is meant.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import _rules

_LINT = (
    "import sys; from importlinter.cli import lint_imports; "
    "sys.exit(lint_imports(no_cache=True, no_logo=True))"
)


def violations(root: Path) -> list[str]:
    """Name each contract that the package in *root*/src breaks, or else what the linter says."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    run = subprocess.run(
        [sys.executable, "-c", _LINT],
        cwd=root,
        env=env | {"PYTHONPATH": str(root.joinpath("src")), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (run.stdout + run.stderr).splitlines()
    broken = [line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")]
    return broken or ([] if run.returncode == 0 else lines)


ONE_WAY = "Imports point one way, and sibling contexts never import each other"
ATTRS_ONLY = "Only the extras' own packages use third parties; all the rest stands on attrs"
NO_CIRCLES = "No two modules or packages import each other, not even by way of others"


def test_the_package_keeps_its_contracts() -> None:
    """Every layer of this very copy imports only what lies below it."""
    assert violations(_rules.ROOT) == []


@pytest.mark.parametrize(
    ("planted", "imported", "contract"),
    [
        ("wallet", "mi_rewards.commands", ONE_WAY),
        ("wallet", "mi_rewards.programme", ONE_WAY),
        ("tiers", "mi_rewards.earning", ONE_WAY),
        ("memory", "mi_rewards.sql", ONE_WAY),
        ("commands", "mi_rewards.memory", ONE_WAY),
        ("money", "mi_rewards.calendar", ONE_WAY),
        ("no_layer_of_its_own", "mi_rewards.errors", ONE_WAY),
        ("wallet", "sqlalchemy", ATTRS_ONLY),
        ("commands", "pandas", ATTRS_ONLY),
        ("commands/wallets", "mi_rewards.commands.shells", NO_CIRCLES),
    ],
)
def test_a_planted_import_is_seen(
    tmp_path: Path, planted: str, imported: str, contract: str
) -> None:
    """A module in the wrong place, or an import in the wrong direction, breaks its contract."""
    package = tmp_path.joinpath("src", "mi_rewards")
    shutil.copytree(
        _rules.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "samples")
    )
    shutil.copy(_rules.ROOT.joinpath("pyproject.toml"), tmp_path)
    _plant(package, planted, f"import {imported}\n")
    if imported.startswith("mi_rewards."):
        _plant(package, imported.removeprefix("mi_rewards.").replace(".", "/"), "")
    assert contract in violations(tmp_path)


def _plant(package: Path, module: str, source: str) -> None:
    """Add source text to a module or package of that name, made where it is not there."""
    here = package.joinpath(module)
    path = here.joinpath("__init__.py") if here.is_dir() else package.joinpath(f"{module}.py")
    before = path.read_text(encoding="utf-8") if path.exists() else '"""Planted."""\n'
    path.write_text(before + source, encoding="utf-8")
