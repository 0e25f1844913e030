"""The manual leaves nothing out: every public package, and every refusal by its code."""

import importlib
import pkgutil
import re

import mi_rewards
from mi_rewards.errors import Refused
from tests.architecture import _rules

REFERENCE = _rules.ROOT / "docs" / "reference"
PRIVATE = re.compile(r"(^|/)_(?!_init__)")
"""Says of a module's path that it lies in a private package, or is private itself."""


def violations(page: str, wanted: list[str]) -> list[str]:
    """Name what a page should have a heading or a directive for, and has not."""
    lines = {line.strip().removeprefix("#").strip("#` ") for line in page.splitlines()}
    return [each for each in wanted if each not in lines]


def test_every_public_package_is_in_the_reference() -> None:
    """What lists public names is documented, name by name; private packages have none."""
    names = [
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name, source in _rules.modules()
        if "__all__" in source and name != "__init__.py" and not PRIVATE.search(name)
    ]
    page = REFERENCE.joinpath("api.md").read_text(encoding="utf-8")
    wanted = [f".. automodule:: mi_rewards.{name}" for name in names]
    assert violations(page, wanted) == []


def test_private_modules_are_told_from_public_ones() -> None:
    """An underscore before a module or a package makes it private, that of `__init__` does not."""
    assert PRIVATE.search("modelling/_kernel/__init__.py")
    assert PRIVATE.search("_cli/main.py")
    assert not PRIVATE.search("modelling/__init__.py")
    assert not PRIVATE.search("modelling/by_commands.py")


def test_every_refusal_is_in_the_reference() -> None:
    """Each code has a heading of its own."""
    for module in pkgutil.walk_packages(mi_rewards.__path__, "mi_rewards."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    page = REFERENCE.joinpath("refusals.md").read_text(encoding="utf-8")
    assert violations(page, sorted(codes(Refused))) == []


def codes(refusal: type[Refused]) -> set[str]:
    """The codes of a refusal's subclasses that the package itself defines."""
    found: set[str] = set()
    for kind in refusal.__subclasses__():
        if kind.__module__.startswith("mi_rewards."):
            found |= {kind.code} | codes(kind)
    return found


def test_a_planted_omission_is_seen() -> None:
    """A mention in passing is no heading."""
    page = "# Refusals\n\n### `tokens_owed`\n\nUnlike insufficient_tokens, …\n"
    assert violations(page, ["insufficient_tokens", "tokens_owed"]) == ["insufficient_tokens"]


def test_codes_of_refusals_of_refusals_are_found() -> None:
    """A family of refusals has a code for each."""
    assert {"limit_reached", "insufficient_tokens"} <= codes(Refused)
