"""The contract objects: each broken host is caught, and the report names the promise."""

import pytest

from mi_rewards.testing import PROMISES, run_contract
from tests.contracts._broken_catalogue import BROKEN_CATALOGUE
from tests.contracts._broken_preorders import BROKEN_PREORDERS
from tests.contracts._broken_standings import BROKEN_STANDINGS
from tests.contracts._broken_table import BROKEN, Broken
from tests.contracts._broken_trade_ins import BROKEN_TRADE_INS

ALL = (*BROKEN, *BROKEN_CATALOGUE, *BROKEN_STANDINGS, *BROKEN_PREORDERS, *BROKEN_TRADE_INS)


@pytest.mark.parametrize("broken", ALL, ids=[it.what for it in ALL])
def test_a_broken_host_is_caught(broken: Broken) -> None:
    """By the check that is meant for it; the report names the promise, by number and sentence."""
    name = f"test_{broken.caught_by}"
    report = run_contract(broken.contract, only=[name])
    assert not report.passed
    assert [it.name for it in report.failures] == [name]
    assert broken.promise in report.broken
    # A host that fails by a mistake of its own would be caught by anything.
    assert not report.failures[0].text.startswith(("AttributeError", "TypeError", "NameError"))
    assert f"promise {broken.promise} is broken: {PROMISES[broken.promise]}" in str(report)


def test_every_check_can_fail() -> None:
    """Each of them objects to a host of the table; one that objects to none would prove nothing."""
    checks = {it.name for it in run_contract(BROKEN[0].contract, only=[]).results}
    assert len(checks) > 230
    assert {f"test_{broken.caught_by}" for broken in ALL} == checks
    assert len({it.what for it in ALL}) == len(ALL)
