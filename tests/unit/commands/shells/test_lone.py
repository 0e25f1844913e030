"""One command on its way, beside the same in a batch of one, in what no command of ours does."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
import pytest

from mi_rewards.commands import Batch
from mi_rewards.commands.command import Decision
from mi_rewards.commands.shells.lone import Lone
from mi_rewards.errors import Corrupt, Misuse, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    Changes,
    Content,
    CounterKey,
    Loaded,
    Needs,
    Note,
    NotLoaded,
    Put,
    Receipt,
    ReceiptKey,
    Take,
    key_of,
    wallet_key,
)
from tests.shop import SMALL, T
from tests.wallets import OWNER, wallet

FULL, EMPTY = wallet("5@2018-12-31"), wallet()
KEY = key_of(FULL)
ONE = Needs((KEY,))
OWN, OTHER, THIRD = (ReceiptKey(scope, "r") for scope in ("asha", "bela", "chitra"))
STOCK = CounterKey("reward/cup", "stock")


@attrs.frozen
class Odd:
    """A command that decides as it is told."""

    decides: Callable[[Loaded], Decision[Any]]
    needed: Needs = ONE
    scope: str = "asha"
    request_id: str = "r"
    at: datetime = T

    def content(self) -> Content:
        """It is always the same."""
        return Content(Odd, ("name",), ("odd",))

    def needs(self, _: Programme, /) -> Needs:
        """What it is told to need."""
        return self.needed

    def decide(self, loaded: Loaded, _: Programme, /) -> Decision[Any]:
        """As it is told."""
        return self.decides(loaded)


def told(**parts: Any) -> Callable[[Loaded], Decision[Any]]:
    """Decide this, whatever was loaded."""
    return lambda _: Decision(**{"outcome": "done", **parts})


def raising(no: Exception) -> Callable[[Loaded], Decision[Any]]:
    """Raise this."""

    def decides(_: Loaded) -> Decision[Any]:
        raise no

    return decides


def asking(*needs: Needs) -> Callable[[Loaded], Decision[Any]]:
    """Ask for something more, then for the next, and then say how much was loaded."""

    def decides(loaded: Loaded) -> Decision[Any]:
        for wanted in needs:
            for keys, there in (
                (wanted.aggregates, loaded.aggregates),
                (wanted.receipts, loaded.receipts),
                (wanted.counters, loaded.counters),
            ):
                if not set(keys) <= there.keys():
                    raise NotLoaded(wanted)
        return Decision(str(sorted(map(str, [*loaded.aggregates, *loaded.counters]))))

    return decides


def stored() -> MemoryStore:
    """Make a store in which the other request was carried out."""
    store = MemoryStore()
    store.save(Changes(receipts=(Receipt(OTHER, Content(Odd, (), ()), "other"),)))
    return store


BOLA = wallet_key("bola", OWNER.kind)

COMMANDS: dict[str, Odd] = {
    "nothing": Odd(told()),
    "a put": Odd(told(puts=(Put(KEY, FULL),))),
    "two puts of one": Odd(told(puts=(Put(KEY, EMPTY), Put(KEY, FULL)))),
    "steps, notes and erasing": Odd(
        told(
            takes=(Take(STOCK, 1, 5), Take(STOCK, 2, 5)),
            notes=(Note("asha", "r", "hello"),),
            erased=("asha", "bela", "asha"),
        )
    ),
    "a refusal for an outcome": Odd(told(outcome=Refused("no"), puts=(Put(KEY, FULL),))),
    "a misuse for an outcome": Odd(told(outcome=Misuse("no"))),
    "a refusal": Odd(raising(Refused("no"))),
    "a misuse": Odd(raising(Misuse("no"))),
    "needs twice": Odd(asking(), Needs((KEY, BOLA, KEY), counters=(STOCK, STOCK))),
    "its own receipt": Odd(asking(), Needs((KEY,), (OWN,))),
    "the receipt of another": Odd(asking(), Needs((KEY,), (OTHER, OWN, OTHER))),
    "something more": Odd(asking(Needs((BOLA,)), Needs(counters=(STOCK,)))),
    "a receipt more": Odd(asking(Needs(receipts=(OWN,)))),
    "another receipt more": Odd(asking(Needs((BOLA,), (OTHER,)))),
    "receipts one after the other": Odd(
        asking(Needs(receipts=(OTHER,)), Needs(receipts=(THIRD,)), Needs((BOLA,)))
    ),
    "its own receipt, then another": Odd(asking(Needs(receipts=(OWN,)), Needs(receipts=(THIRD,)))),
    "a request of before": Odd(told(), scope="bela"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_decided_as_a_batch_of_one(name: str) -> None:
    """It asks for the same, answers the same, and changes the same."""
    command, store = COMMANDS[name], stored()
    batch: Batch[Any] = Batch([command], SMALL)
    lone: Lone[Any] = Lone(command, SMALL)
    needs: Needs | None = batch.needs
    assert lone.needs == needs
    while needs is not None:
        loaded = store.load(needs)
        needs = batch.run(loaded)
        assert lone.run(loaded) == needs
    assert list(map(repr, lone.outcomes)) == list(map(repr, batch.outcomes))
    assert (lone.changes, lone.repeated) == (batch.changes, batch.repeated)
    assert len(lone.outcomes) == 1


@pytest.mark.parametrize("kind", [Batch, None])
def test_a_store_that_does_not_answer_is_found_out(kind: Any) -> None:
    """For the receipt, and for what is asked for later."""

    def made(command: Odd) -> Any:
        return Lone(command, SMALL) if kind is None else kind([command], SMALL)

    with pytest.raises(Corrupt, match="the store did not answer for"):
        made(Odd(told())).run(Loaded({KEY: None}, {}))
    one = made(Odd(asking(Needs((BOLA,)))))
    assert one.run(Loaded({KEY: None}, {OWN: None})) == Needs((BOLA,))
    with pytest.raises(Corrupt, match="the store did not answer for"):
        one.run(Loaded({}, {}))


def test_what_a_store_hands_out_stays_its_own() -> None:
    """Nothing is put into it."""
    loaded = Loaded({KEY: EMPTY}, {OWN: None}, {STOCK: None})
    lone: Lone[Any] = Lone(Odd(told(puts=(Put(KEY, FULL),), takes=(Take(STOCK, 1, 5),))), SMALL)
    assert lone.run(loaded) is None
    assert loaded.aggregates == {KEY: EMPTY}
    assert (loaded.receipts, loaded.counters) == ({OWN: None}, {STOCK: None})


class _Generous(dict[Any, Any]):
    """What has an answer for everybody, and remembers it."""

    def __missing__(self, key: Any) -> None:
        """Nothing."""
        self[key] = None


def test_a_store_that_answers_for_more_is_asked_all_the_same() -> None:
    """What was not asked for is not seen, and nothing comes into what the store handed out."""
    loaded = Loaded(_Generous({KEY: None}), _Generous({OWN: None}), _Generous())
    lone: Lone[Any] = Lone(Odd(lambda it: Decision(str(it.get(BOLA)))), SMALL)
    assert lone.run(loaded) == Needs((BOLA,))
    assert loaded.aggregates == {KEY: None}


def test_what_was_decided_is_not_decided_again() -> None:
    """Whoever carries the same work out again, as after a conflict, has the same of it."""
    answers = iter(["first", "second"])
    lone: Lone[Any] = Lone(Odd(lambda _: Decision(next(answers))), SMALL)
    loaded = Loaded({KEY: EMPTY}, {OWN: None})
    assert lone.run(loaded) is None
    changes = lone.changes
    assert lone.run(loaded) is None
    assert (lone.outcomes, lone.changes) == (["first"], changes)


def test_a_content_that_cannot_be_told_is_no_decision() -> None:
    """As in a batch: the command fails, and nothing is answered."""

    class Untold(Odd):
        def content(self) -> Content:
            raise ZeroDivisionError

    lone: Lone[Any] = Lone(Untold(told()), SMALL)
    with pytest.raises(ZeroDivisionError):
        lone.run(Loaded({KEY: None}, {OWN: None}))
    assert (lone.outcomes, lone.changes) == ([], None)
