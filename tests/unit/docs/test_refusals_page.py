"""The reference of refusals: each with its class, its figures and an example, in their order."""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator

import pytest

import mi_rewards
from mi_rewards.errors import MiRewardsError, Refused
from tests.unit.docs.pages import blocks, page, sections

PAGE = page("reference/refusals.md")


def kinds_of(base: type[MiRewardsError]) -> Iterator[type[MiRewardsError]]:
    """Find what the package defines of a kind of error, at any depth."""
    for found in pkgutil.walk_packages(mi_rewards.__path__, "mi_rewards."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    waiting = [base]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not base and kind.__module__.startswith("mi_rewards."):
            yield kind


REFUSALS = [kind for kind in kinds_of(Refused) if issubclass(kind, Refused)]
OTHERS = [kind for kind in kinds_of(MiRewardsError) if not issubclass(kind, Refused)]


def figures_of(refusal: type[Refused]) -> list[str]:
    """Name the figures of a refusal, in their order."""
    return list(inspect.signature(refusal).parameters)


def violations(text: str, refusal: type[Refused]) -> list[str]:
    """Name what a page leaves unsaid of a refusal, or says otherwise."""
    section = sections(text, 3).get(refusal.code)
    if section is None:
        return [f"{refusal.code} is missing"]
    found = []
    if not re.search(rf"`~mi_rewards\.\w+\.{refusal.__name__}`", section):
        found.append(f"{refusal.code} does not name {refusal.__name__}")
    if ("transient" in section) is not refusal.transient:
        found.append(f"{refusal.code} is transient or not, and the page says otherwise")
    example = "".join(it.text for it in blocks(section) if it.language == "python")
    shown = re.findall(rf"^{refusal.code} (.*)$", example, re.MULTILINE)
    named = [re.findall(r"'?\b([a-z_]+)'?(?:=|:)", line) for line in shown]
    if figures_of(refusal) not in named:
        found.append(f"{refusal.code} has no example with {figures_of(refusal)}")
    return found


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda it: str(it.code))
def test_every_refusal_is_told(refusal: type[Refused]) -> None:
    """Class, whether it is transient, and an example that shows its figures."""
    assert violations(PAGE, refusal) == []


@pytest.mark.parametrize("error", OTHERS, ids=lambda it: it.__name__)
def test_every_other_error_is_told(error: type[MiRewardsError]) -> None:
    """With an example that names it."""
    section = sections(PAGE, 3)[error.__name__]
    assert any(error.__name__ in it.text for it in blocks(section))


def test_there_are_refusals_and_other_errors() -> None:
    """The checks above look at something."""
    assert len(REFUSALS) > 20
    assert {"Conflict", "Misuse", "RequestReused"} <= {error.__name__ for error in OTHERS}


def test_no_section_is_of_a_refusal_that_is_not_there() -> None:
    """Nothing is told that no code raises."""
    known = {refusal.code for refusal in REFUSALS} | {error.__name__ for error in OTHERS}
    assert sections(PAGE, 3).keys() == known


@pytest.mark.parametrize("module", sorted({refusal.__module__ for refusal in REFUSALS}))
def test_the_order_is_that_of_precedence(module: str) -> None:
    """The page tells a context's refusals as its module lists them, first what is raised first."""
    if module == "mi_rewards.errors":
        listed = ["LimitReached"]
    else:
        listed = re.findall(r"`([A-Z]\w+)`", str(sys.modules[module].__doc__))
    codes = [getattr(sys.modules[module], name).code for name in listed]
    assert sorted(codes) == sorted(it.code for it in REFUSALS if it.__module__ == module)
    assert [code for code in sections(PAGE, 3) if code in codes] == codes


class Planted(Refused):
    """A refusal for the tests below."""

    code = "planted"
    transient = True

    def __init__(self, *, asked: int, left: int) -> None:
        super().__init__("no", asked=asked, left=left)


TOLD = """
### `planted`

{py:class}`~mi_rewards.errors.Planted`, transient. No.

```python
>>> said(plant)
planted asked=2 left=1

```
"""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (TOLD, []),
        ("", ["planted is missing"]),
        (TOLD.replace(".Planted", ".Plant"), ["planted does not name Planted"]),
        (
            TOLD.replace(", transient", ""),
            ["planted is transient or not, and the page says otherwise"],
        ),
        (TOLD.replace(" left=1", ""), ["planted has no example with ['asked', 'left']"]),
    ],
)
def test_a_planted_omission_is_seen(text: str, what: list[str]) -> None:
    """Each thing left unsaid is named."""
    assert violations(text, Planted) == what
