"""The promises that the kit names are those of the manual."""

import re

from mi_rewards.testing import PROMISES, PromiseBroken
from tests.unit.docs.pages import page


def test_promises_are_those_of_the_manual() -> None:
    """Number by number, word by word."""
    rows = re.findall(r"^\| (\d+) \| (\*\*.*) \|$", page("reference/rules.md"), re.MULTILINE)
    assert {int(number): text.replace("**", "") for number, text in rows} == dict(PROMISES)


def test_a_broken_promise_says_which() -> None:
    """By number and first sentence, where it is known which."""
    assert str(PromiseBroken((11, 12), "late")) == (
        "promise 11 (One writer wins.), promise 12 (Members are apart.): late"
    )
    assert str(PromiseBroken((), "late")) == "late"
