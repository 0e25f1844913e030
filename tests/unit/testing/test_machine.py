"""The machine for stores: how it is used, that it closes what it opens, and that it objects."""

import unittest
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, settings

from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.testing import (
    PROFILES,
    Capability,
    Opener,
    StoreContract,
    run_store_machine,
    store_machine,
)
from mi_rewards.wallet import Wallet
from tests.contracts._broken import (
    Caches,
    ChecksVersions,
    Counts,
    DoublesEvents,
    FindsDue,
    ForgetsOldReceipts,
    LosesEvents,
    LosesRollback,
    Pages,
    Renames,
    Rewrites,
    SwallowsConflicts,
    changed_row,
    finding,
    taken,
    without_a_posting,
)
from tests.contracts.test_hosts_in_memory import TestAsyncMemoryStore as Awaited
from tests.contracts.test_hosts_in_memory import TestNamedRepositories as Named

FEW = settings(PROFILES["fast"], max_examples=5, stateful_step_count=20)
QUICK = settings(
    PROFILES["fast"], max_examples=100, stateful_step_count=50, phases=[Phase.generate]
)

TestMine = store_machine(MemoryStore, profile=FEW).TestCase
"""As a host writes it, under a name that its runner collects."""


@pytest.mark.parametrize("subject", [Awaited, Named, Named(), AsyncMemoryStore])
def test_it_runs_on_every_kind_of_host(subject: Any) -> None:
    """Awaited, on two handles, made of named repositories, by class, instance or function."""
    tally = run_store_machine(subject, profile=FEW)
    assert sum(tally.happened.values()) > 50
    assert tally.refused


def test_profiles_are_chosen_by_name() -> None:
    """One tells the same stories each time, the other new ones, and more of them."""
    assert store_machine(MemoryStore).TestCase.settings is PROFILES["fast"]
    thorough = store_machine(MemoryStore, profile="thorough").TestCase.settings
    assert thorough.max_examples > PROFILES["fast"].max_examples
    with pytest.raises(KeyError):
        store_machine(MemoryStore, profile="slow")


class Counting(StoreContract):
    """A host that counts what is open."""

    made = 0
    closed = 0

    def make_store(self) -> MemoryStore:
        """Make a fresh store."""
        type(self).made += 1
        return MemoryStore()

    def close(self, store: object, /) -> None:
        """Close it."""
        type(self).closed += 1


def test_every_store_is_closed() -> None:
    """One for each story."""
    run_store_machine(Counting, profile=FEW)
    assert Counting.made == Counting.closed >= FEW.max_examples


def test_one_store_may_serve_all_stories() -> None:
    """Each has members of its own; it is closed at the end, by a runner too."""
    Counting.made = Counting.closed = 0
    run_store_machine(Counting, profile=FEW, shares_store=True)
    assert (Counting.made, Counting.closed) == (1, 1)
    case = store_machine(Counting, profile=FEW, shares_store=True).TestCase
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TestResult()
    suite.run(result)
    assert result.wasSuccessful()
    assert (Counting.made, Counting.closed) == (2, 2)


def test_a_store_that_cannot_be_opened_is_no_open_store() -> None:
    """What was opened before is closed."""

    class Failing(Counting):
        capabilities = frozenset({Capability.SEVERAL_HANDLES})

        def reopen(self, store: object, /) -> MemoryStore:
            raise PermissionError("closed")

    with pytest.raises(PermissionError, match="closed"):
        run_store_machine(Failing, profile=FEW)
    assert Failing.made == Failing.closed
    assert Opener(MemoryStore).arguments == ()


class Cached(StoreContract):
    """Two handles, one of which remembers."""

    capabilities = frozenset({Capability.SEVERAL_HANDLES})

    def make_store(self) -> Caches:
        """Make a fresh store."""
        return Caches()

    def reopen(self, store: Caches, /) -> Caches:
        """Make another handle on the same rows."""
        return Caches(store.behind)


def without_holds(wallet: Wallet) -> Wallet:
    """Forget holds."""
    return wallet._replace(holds=())


BROKEN: dict[str, Any] = {
    "swallows conflicts": SwallowsConflicts,
    "raises no version": lambda: ChecksVersions(lambda mine, there: mine == there, 0),
    "leaves puts behind": lambda: LosesRollback("puts"),
    "leaves receipts behind": lambda: LosesRollback("receipts"),
    "keys without their member": lambda: Renames(lambda name: "*", str),
    "forgets a posting": lambda: Rewrites("entries", without_a_posting),
    "forgets holds": lambda: Rewrites("puts", changed_row(Wallet, without_holds)),
    "keeps no receipts": lambda: ForgetsOldReceipts(0),
    "loses events": LosesEvents,
    "tells events twice": DoublesEvents,
    "a page is one short": lambda: Pages(
        lambda all_, after, limit: all_[after:][: max(limit - 1, 0)][:5], "journal"
    ),
    "due: < and not <=": lambda: FindsDue(finding(is_due=lambda at, before: at < before)),
    "a limit is one too high": lambda: Counts(lambda before, n, limit: taken(before, n, limit + 1)),
    "a stale cache": Cached,
}


def objects(subject: Callable[[], Any]) -> bool:
    """Whether the machine objects to a host."""
    try:
        run_store_machine(subject, profile=QUICK)
    except (AssertionError, ExceptionGroup, Exception):
        return True
    return False


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_host_is_met(name: str) -> None:
    """Random stories come upon these mistakes too."""
    assert objects(BROKEN[name])
