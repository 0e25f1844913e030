"""The night's judgement of mutants, on the outcomes that mutmut would report."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from typing import Any

import pytest

from tests.architecture import _rules


@pytest.fixture
def nightly() -> Any:
    """The script `nightly`, loaded as a module."""
    loader = SourceFileLoader("nightly", str(_rules.ROOT / "nightly"))
    spec = spec_from_loader("nightly", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


_SHOWN = """# mi_rewards.wallet.wallet.xǁWalletǁburn__mutmut_3: survived
--- src/mi_rewards/wallet/wallet.py
+++ src/mi_rewards/wallet/wallet.py
@@ -1,2 +1,2 @@
 def burn(self, tokens):
-    if tokens > 0:
+    if tokens >= 0:
"""

_REASON = """
[[mutant]]
function = "mi_rewards.wallet.wallet.Wallet.burn"
diff = '''
- if tokens > 0:
+ if tokens >= 0:
'''
why = "tokens are never 0 here"
"""


def test_enough_killed_and_each_survivor_explained_passes(nightly: Any) -> None:
    """95 of 100, with a reason for each of the others, however its lines are indented."""
    mutant = nightly.parse_diff("mi_rewards.wallet.wallet.xǁWalletǁburn__mutmut_3", _SHOWN)
    lines, passed = nightly.report(
        {"killed": 94, "timeout": 1, "survived": 5}, [mutant] * 5, nightly.read_reasons(_REASON)
    )
    assert passed
    assert "    lives because: tokens are never 0 here" in lines
    assert lines[-1] == (
        "killed 95/100 (95.00 %), of which 1 never ended; "
        "5 live, of which 0 unexplained; 0 not tried to the end"
    )


def test_a_planted_survivor_without_a_reason_fails(nightly: Any) -> None:
    """It is named, with its diff and a table to fill in."""
    mutant = nightly.parse_diff("mi_rewards.wallet.booking.x__next_due__mutmut_12", _SHOWN)
    lines, passed = nightly.report({"killed": 99, "survived": 1}, [mutant], {})
    assert not passed
    assert lines[0] == "1. in mi_rewards.wallet.booking._next_due"
    assert lines[1] == "    -if tokens > 0:\n    +if tokens >= 0:"
    assert "UNEXPLAINED" in lines[2]


def test_too_few_killed_fails(nightly: Any) -> None:
    """94.99 of 100 is not 95, whatever the reasons; nor is nothing at all."""
    mutant = nightly.Mutant("f", "-a\n+b")
    lines, passed = nightly.report(
        {"killed": 9_499, "no tests": 501}, [mutant] * 501, {mutant: "equal"}
    )
    assert not passed
    assert lines[-1] == "fewer than 95 in 100 are killed"
    assert nightly.report({}, [], {})[1] is False


@pytest.mark.parametrize("outcome", ["suspicious", "segfault", "skipped", "not checked"])
def test_a_mutant_that_was_not_tried_to_the_end_fails(nightly: Any, outcome: str) -> None:
    """An outcome that is neither killed nor alive proves nothing."""
    assert nightly.report({"killed": 99, outcome: 1}, [], {})[1] is False


def test_a_reason_that_is_no_longer_needed_is_named(nightly: Any) -> None:
    """A test tells the mutant apart now; that is no failure."""
    lines, passed = nightly.report({"killed": 1}, [], nightly.read_reasons(_REASON))
    assert passed
    assert lines[0].startswith("a reason is no longer needed: mi_rewards.wallet.wallet.Wallet.burn")


def test_the_listing_of_mutmut_is_read(nightly: Any) -> None:
    """Name and outcome of each mutant, outcomes of two words too."""
    listing = (
        "    mi_rewards.wallet.buckets.x_whole__mutmut_1: killed\n"
        "    mi_rewards.wallet.wallet.xǁWalletǁat__mutmut_2: no tests\n"
    )
    assert nightly.parse_results(listing) == {
        "mi_rewards.wallet.buckets.x_whole__mutmut_1": "killed",
        "mi_rewards.wallet.wallet.xǁWalletǁat__mutmut_2": "no tests",
    }


def test_the_reasons_of_this_repository_can_be_read(nightly: Any) -> None:
    """Each has a function, a diff and a sentence."""
    reasons = nightly.read_reasons(nightly.REASONS.read_text("utf-8"))
    assert all(mutant.function and mutant.diff and why for mutant, why in reasons.items())
