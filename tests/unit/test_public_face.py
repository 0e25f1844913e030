"""The public face, and every package whose names load on first use.

A lazy package says its names four times: in its table of homes, in `__all__`, in the stub beside it
(as an import and in the stub's own `__all__`). All must agree.
"""

import ast
import importlib
import importlib.metadata
import subprocess
import sys
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

import mi_rewards
from mi_rewards.commands import Decision
from mi_rewards.earning import Recipe
from mi_rewards.repositories import Changes, Needs, Receipt
from mi_rewards.wallet import Entry, Wallet

PACKAGE = Path(mi_rewards.__file__).parent
LAZY = [
    ".".join(("mi_rewards", *stub.parent.relative_to(PACKAGE).parts))
    for stub in sorted(PACKAGE.rglob("__init__.pyi"))
]


def violations(homes: Mapping[str, str], listed: Iterable[str], stub: str) -> list[str]:
    """Name what a table of homes, `__all__` and a stub's text say differently."""
    tree = ast.parse(stub)
    imported = {
        alias.asname or alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    stated = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    found = []
    if sorted(homes) != sorted(listed):
        found.append("the table and __all__ differ")
    found += [f"the stub imports {name} otherwise" for name, _ in homes.items() - imported.items()]
    found += [f"the stub alone imports {name}" for name in imported.keys() - homes.keys()]
    if stated != [list(listed)]:
        found.append("the stub's __all__ differs")
    return found


@pytest.mark.parametrize("name", LAZY)
def test_what_a_lazy_package_says_of_its_names_agrees(name: str) -> None:
    """Table, `__all__` and stub name the same, from the same modules."""
    package = importlib.import_module(name)
    stub = Path(str(package.__file__)).with_suffix(".pyi").read_text(encoding="utf-8")
    assert violations(package._HOMES, package.__all__, stub) == []


def test_the_public_face_is_lazy() -> None:
    """The check above looks at it."""
    assert "mi_rewards" in LAZY


@pytest.mark.parametrize("name", mi_rewards.__all__)
def test_a_public_name_is_that_of_its_home(name: str) -> None:
    """It resolves, to the very thing that its home has."""
    home = importlib.import_module(mi_rewards._HOMES[name])  # type: ignore[attr-defined]
    assert getattr(mi_rewards, name) is getattr(home, name)


def test_the_names_are_listed() -> None:
    """`dir` answers with all of them, and with the version."""
    assert set(dir(mi_rewards)) == {*mi_rewards.__all__, "__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module; the message names both."""
    with pytest.raises(AttributeError, match=r"'mi_rewards' has no attribute 'Wallets'"):
        mi_rewards.Wallets  # type: ignore[attr-defined]  # noqa: B018


def test_the_version_is_that_of_the_distribution() -> None:
    """It is written once, in pyproject.toml."""
    assert mi_rewards.__version__ == importlib.metadata.version("mi-rewards")


def test_importing_the_package_loads_nothing_of_it() -> None:
    """Neither attrs nor a module of the domain, until a name is used."""
    told = subprocess.run(
        [sys.executable, "-c", "import mi_rewards, sys; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    ours = [name for name in told if name.split(".")[0] in {"mi_rewards", "attr", "attrs"}]
    assert ours == ["mi_rewards", "mi_rewards._lazy"]
    assert "importlib.metadata" not in told


AGREED = "from mi_rewards.wallet import Draw\n__all__ = ['Draw']\n"


@pytest.mark.parametrize(
    ("listed", "stub", "what"),
    [
        (["Draw"], AGREED, []),
        (["Draw", "Hold"], AGREED, ["the table and __all__ differ", "the stub's __all__ differs"]),
        (["Draw"], AGREED.replace("['Draw']", "[]"), ["the stub's __all__ differs"]),
        (
            ["Draw"],
            AGREED.replace("wallet import", "money import"),
            ["the stub imports Draw otherwise"],
        ),
        (["Draw"], AGREED.replace("Draw\n", "Draw, Hold\n"), ["the stub alone imports Hold"]),
    ],
)
def test_a_planted_disagreement_is_seen(listed: list[str], stub: str, what: list[str]) -> None:
    """Each of the four places is compared."""
    assert violations({"Draw": "mi_rewards.wallet"}, listed, stub) == what


@pytest.mark.parametrize("kind", [Changes, Decision, Recipe, Needs, Receipt, Entry, Wallet])
def test_types_of_values_can_be_read_at_run_time(kind: type) -> None:
    """As what turns values to and from other forms by their annotations does."""
    assert typing.get_type_hints(kind)
