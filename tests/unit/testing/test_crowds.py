"""Checks with a crowd, whose members come one after the other in an order that is known."""

from collections.abc import Callable
from typing import Any

import pytest

from mi_rewards.commands import with_retries
from mi_rewards.memory import MemoryStore
from mi_rewards.testing import Capability, CheckOutcome, StoreContract, run_contract
from mi_rewards.testing._checks import exchanging
from mi_rewards.testing._checks.handles import CROWD


class Threaded(StoreContract):
    """The store in memory."""

    capabilities = frozenset({Capability.THREADS})

    def make_store(self) -> MemoryStore:
        """Make a fresh store."""
        return MemoryStore()


def test_whose_quote_was_overtaken_asks_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """All the others come between the first one's quote and exchange."""
    waiting: list[Callable[[], object]] = []
    carried_out: list[object] = []

    def overtaken(rewards: Any, work: Any, *, attempts: int) -> object:
        carried_out.append(work)
        if len(carried_out) == 2:
            for other in waiting:
                other()
        return with_retries(rewards, work, attempts=attempts)

    def in_order(_: int, first: Callable[[], object], *others: Callable[[], object]) -> None:
        waiting.extend(others)
        first()

    monkeypatch.setattr(exchanging, "with_retries", overtaken)
    monkeypatch.setattr(exchanging, "at_once", in_order)
    name = "test_a_crowd_exchanges_a_device_once"
    found = {it.name: it for it in run_contract(Threaded, only=[name]).results}[name]
    assert (found.outcome, found.text) == (CheckOutcome.PASSED, "")
    # The first has a quote, finds it void, and is refused another; the second has both.
    assert len(carried_out) == 3 + 2 + (CROWD - 2)
