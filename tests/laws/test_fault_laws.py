"""The law of faulty stores: whatever goes wrong, whoever asks again finds one effect."""

from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given

from mi_rewards.commands import Command, Open, Rewards
from mi_rewards.errors import Conflict
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import Changes, Needs, ReceiptKey, Store
from mi_rewards.testing import ConnectionLost, Crashed, Fault, FaultyStore, Plan
from mi_rewards.testing.strategies import Follow, histories, plans, programmes
from mi_rewards.wallet import Wallet, check_journal, fold
from tests.histories import START, STARVED

Told = dict[ReceiptKey, object]


def insisted(store: Store, programme: Programme, command: Command[Any]) -> object:
    """Ask again until there is an answer."""
    while True:
        try:
            return Rewards(store, programme).do_all([command])[0]
        except (Conflict, ConnectionLost, Crashed):
            continue


def told(store: Store, programme: Programme, history: Any) -> Told:
    """Carry a history out; answer with what was acknowledged, in the end."""
    acknowledged: Told = {}
    for command in history:
        if not isinstance(command, Follow):
            outcome = insisted(store, programme, command)
            if not isinstance(outcome, Exception):
                acknowledged[ReceiptKey(command.scope, command.request_id)] = outcome
    return acknowledged


def check_once(store: MemoryStore, acknowledged: Told) -> None:
    """See that every acknowledged command is there exactly once, and nothing else is."""
    receipts = store.load(Needs(receipts=tuple(acknowledged))).receipts
    found = {key: None if it is None else it.outcome for key, it in receipts.items()}
    assert found == acknowledged
    journals = [tuple(it) for it in store.journals()]
    assert check_journal([entry for each in journals for entry in each]) == ()
    folded = {each[0].member_id: fold(each) for each in journals}
    for wallet in store.all_of(Wallet):
        assert folded[wallet.owner.member_id]._replace(version=wallet.version) == wallet


def check_law(store: MemoryStore, programme: Programme, history: Any, plan: Plan) -> None:
    """Carry a history out, smoothly and with faults, and see that both come to the same."""
    smooth = MemoryStore()
    expected = told(smooth, programme, history)
    faulty = FaultyStore(store, plan)
    acknowledged = told(faulty, programme, history)
    assert acknowledged == expected
    assert list(store.journals()) == list(smooth.journals())
    faulty.arrive()
    check_once(store, acknowledged)


@given(programmes(), histories(), plans(saves=30))
def test_whoever_asks_again_finds_one_effect(
    programme: Programme, history: Any, plan: Plan
) -> None:
    """I8: Each acknowledged command is there once, and all is as it would be without faults."""
    check_law(MemoryStore(), programme, history, plan)


class Forgetful(MemoryStore):
    """A store without receipts."""

    def save(self, changes: Changes, /) -> None:
        """Save all but receipts."""
        super().save(attrs.evolve(changes, receipts=()))


def test_the_law_objects() -> None:
    """A store that keeps no receipt carries a request out twice, as soon as one answer is lost."""
    bring = Open(member_id="asha", request_id="r", at=START, tokens=5, last_day=date(2017, 12, 31))
    with pytest.raises(AssertionError):
        check_law(Forgetful(), STARVED, [bring], Plan({1: Fault.ANSWER_LOST}))
