"""What the house rules share: which files there are, and how they are read.

Each test module of this folder is one rule: a function `violations` that names what breaks it, a
test that it finds nothing here, and tests that feed it a violation and see it object.
"""

import ast
import os
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the repository."""

PACKAGE = ROOT / "src" / "mi_rewards"
"""The folder of the package."""

HOSTS_AND_SHELLS = frozenset(
    {
        "__main__.py",
        "_cli",
        "_event_log",
        "bundled.py",
        "codes.py",
        "memory.py",
        "memory",
        "modelling",
        "sql",
        "testing",
    }
)
"""What is not the core: it meets the world, so that the core need not."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
"""A function in a syntax tree."""


def parsed(source: str) -> ast.Module:
    """Parse source text, which may be indented as a whole."""
    return ast.parse(textwrap.dedent(source))


def modules(folder: Path = PACKAGE) -> Iterator[tuple[str, str]]:
    """Yield the path within the folder and the text of every Python module below it."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


def core_modules(folder: Path = PACKAGE) -> Iterator[tuple[str, str]]:
    """Yield the same for the core: everything from the commands down."""
    for name, source in modules(folder):
        if name.split("/")[0] not in HOSTS_AND_SHELLS:
            yield name, source


def tracked_files(root: Path = ROOT) -> list[Path]:
    """List the files that git tracks or would add; without git, all but what tools leave behind."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
    )
    if listing.returncode == 0:
        found = [root / os.fsdecode(name) for name in listing.stdout.split(b"\0") if name]
        return sorted(path for path in set(found) if path.is_file() and not path.is_symlink())
    left_behind = {".git", ".venv", "build", "dist", "mutants", "__pycache__"}
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(
            part in left_behind or part.endswith(("_cache", ".egg-info"))
            for part in path.relative_to(root).parts
        )
    )


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method of a tree, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def dotted(node: ast.AST) -> str:
    """Write a chain of names as it stands in the source, and anything else as nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""
