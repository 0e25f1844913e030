"""The contract without a runner: the report, as a value, as text and for a notebook."""

import asyncio
import subprocess
import sys

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import Changes
from mi_rewards.testing import (
    CheckOutcome,
    CheckResult,
    Report,
    StoreContract,
    run_contract,
)
from tests.contracts.test_hosts_in_memory import TestMemoryStore as Memory
from tests.unit.testing.test_contract import Overriding, Plain, check_fails

HEALTH_CHECK = """
import sys
from mi_rewards.memory import MemoryStore
from mi_rewards.testing import FaultyStore, FixedClock, run_contract
print(run_contract(MemoryStore).passed)
print(*sorted({name.split('.')[0] for name in sys.modules}))
"""
GAP = "test_a_journal_has_no_gap"
RAW = "test_reads_write_nothing"


class Broken(MemoryStore):
    """A host that keeps nothing, and says so in a mark-up of its own."""

    def save(self, changes: Changes, /) -> None:
        """Refuse everything."""
        raise RuntimeError("<script>")


def test_a_function_a_class_or_an_instance_will_do() -> None:
    """All say the same."""
    for subject in (Plain, Plain(), MemoryStore, AsyncMemoryStore):
        report = run_contract(subject)
        assert report.passed, str(report)
        assert report.counts[CheckOutcome.PASSED] > 100
        assert report.counts[CheckOutcome.NOT_CLAIMED] > 20
        assert report.broken == ()
    assert run_contract(Plain).subject == "Plain"
    assert run_contract(Plain()).subject == "Plain"
    assert run_contract(MemoryStore).subject == "MemoryStore"


def test_it_runs_where_a_loop_is_running() -> None:
    """As in a notebook."""

    async def cell() -> Report:
        return run_contract(AsyncMemoryStore, only=[GAP])

    assert asyncio.run(cell()).passed


def test_a_report_names_the_promise_that_broke() -> None:
    """By its number and its sentence; each failed check below it, and what did not run."""
    both = [GAP, "test_a_receipt_is_there_once"]
    report = run_contract(Broken, only=both)
    assert not report.passed
    assert report.broken == (3, 8)
    lines = str(report).splitlines()
    assert lines[0].startswith("Broken: contract version 5 FAILED (2 failed, ")
    assert [it.strip().split(":")[0] for it in lines[1:5]] == [
        "promise 3 is broken",
        both[0],
        "promise 8 is broken",
        both[1],
    ]
    assert lines[1].startswith("promise 3 is broken: History stands. Entries are never changed")
    found = "a journal that begins with 2: RuntimeError (<script>), and not Conflict"
    assert f"    {GAP}: {found}" in lines
    assert f"{RAW}, not claimed: needs raw_rows" in lines
    assert repr(report) == f"<{lines[0]}>"


def test_an_overridden_check_is_told() -> None:
    """With its reason; those not asked for are only counted."""
    text = str(run_contract(Overriding, only=[GAP, "test_a_receipt_is_there_once"]))
    assert f"{GAP}, overridden: gaps are filled at night" in text.splitlines()
    assert "1 passed, 1 overridden" in text
    assert "not asked for)" in text


def test_a_notebook_gets_what_is_escaped() -> None:
    """Whatever a database may say."""
    page = run_contract(Broken, only=[GAP])._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert page.index("failed") < page.index("not claimed</td>")


def test_nothing_checked_is_nothing_passed() -> None:
    """A report that could not fail proves nothing."""
    assert not run_contract(Plain, only=[]).passed
    assert not Report("mine", 1, ()).passed
    one = CheckResult("test_x", (8,), CheckOutcome.OVERRIDDEN, "why")
    assert not Report("mine", 1, (one,)).passed


def test_a_check_that_there_is_not_is_not_asked_for() -> None:
    """The message names it."""
    with pytest.raises(Misuse, match=r"there are no checks \['test_gaps'\]"):
        run_contract(Plain, only=[GAP, "test_gaps"])


def test_a_host_s_own_tests_are_run_too() -> None:
    """Under no promise, where they name none."""

    class Mine(StoreContract):
        def make_store(self) -> MemoryStore:
            return MemoryStore()

        def test_of_my_own(self) -> None:
            check_fails(KeyError("mine"))

    report = run_contract(Mine, only=["test_of_my_own"])
    assert not report.passed
    assert report.broken == ()
    assert "test_of_my_own failed: KeyError: 'mine'" in str(report).splitlines()


def test_everything_that_memory_claims_is_run() -> None:
    """What is not is named in the report."""
    report = run_contract(Memory)
    assert report.passed
    missing = {it.text for it in report.results if it.outcome is CheckOutcome.NOT_CLAIMED}
    assert missing == {
        "needs durable",
        "needs several_handles",
        "needs outer_transaction",
        "needs several_processes",
    }


def test_the_contract_needs_neither_hypothesis_nor_a_runner() -> None:
    """A health check loads nothing but the package and attrs."""
    told = subprocess.run(
        [
            sys.executable,
            "-O",
            "-c",
            HEALTH_CHECK,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert told[0] == "True"
    assert {"hypothesis", "pytest", "unittest", "_pytest"} & set(told) == set()


def test_checks_look_under_python_o_too() -> None:
    """A broken store is found where assert statements are not."""
    script = (
        "from tests.unit.testing.test_report import Broken\n"
        "from mi_rewards.testing import run_contract\n"
        "print(run_contract(Broken).counts['failed'] > 90)\n"
    )
    told = subprocess.run(
        [sys.executable, "-O", "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert told == "True\n"
