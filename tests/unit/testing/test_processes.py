"""Several processes at once on a database in a file, some of them killed."""

import os
import random
import time
from collections.abc import Callable
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards.commands import Delivered, Rewards
from mi_rewards.errors import Conflict, Misuse, RequestReused
from mi_rewards.memory import MemoryStore
from mi_rewards.repositories import Changes, Receipt, ReceiptKey, wallet_key
from mi_rewards.testing import Opener
from mi_rewards.testing._checks.samples import PROGRAMME, T
from mi_rewards.testing._work import problems
from mi_rewards.testing.clients import Loop, client_of
from mi_rewards.testing.processes import (
    Crew,
    ProcessReport,
    Work,
    carry_out,
    run_processes,
    work_on,
)
from mi_rewards.wallet import Bucket, Draw, Hold
from tests.contracts._toy import ToyStore, open_toy


class Unreachable(Exception):
    """The file cannot be opened just now."""


def open_if_there(path: str) -> ToyStore:
    """Open the file, unless somebody says that it is away."""
    if Path(path).with_suffix(".away").exists():
        raise Unreachable(path)
    return open_toy(path)


class Careless(ToyStore):
    """A database whose rows anybody may write over, without records of who did."""

    def save(self, changes: Changes, /) -> None:
        """Save without receipts, and swallow conflicts."""
        try:
            super().save(Changes(changes.puts, changes.entries))
        except Conflict:
            return


def open_careless(path: str) -> Careless:
    """Open a database that loses what others do."""
    return Careless(Path(path))


def close_nothing(store: object) -> None:
    """Close what need not be closed."""


def fail(path: str) -> ToyStore:
    """Open nothing, but in the process that asks."""
    if parent_process() is not None:
        raise RuntimeError("no database")
    return open_toy(path)


def wait_for_ever(path: str) -> ToyStore:
    """Open nothing, and do not say so, but in the process that asks."""
    if parent_process() is not None:
        time.sleep(3600)
    return open_toy(path)


SMALL = Work(workers=2, members=1, commands=10, kills=0)


def test_processes_lose_nothing(tmp_path: Path) -> None:
    """I1, I8: Killed workers and a database that goes away: each request once, all adds up."""
    path = tmp_path.joinpath("toy.db")
    away = path.with_suffix(".away")
    calls: list[str] = []

    def go_away_for_a_while() -> None:
        calls.append("away")
        away.touch()
        away.unlink()

    report = run_processes(
        Opener(open_if_there, (str(path),), close_nothing),
        work=Work(seed=7, workers=3, members=2, commands=150, kills=4),
        lost=[Unreachable],
        meanwhile=go_away_for_a_while,
    )
    assert report.problems == ()
    assert report.passed
    assert calls == ["away"]
    assert report.killed > 0
    assert report.acknowledged > 75
    assert str(report).startswith(f"3 processes passed: {report.acknowledged} acknowledged, ")


def test_a_worker_tries_again_where_a_connection_is_lost(tmp_path: Path) -> None:
    """In this very process, so that it can be seen: away at first, then there."""
    path = tmp_path.joinpath("toy.db")
    open_toy(str(path))
    opened: list[str] = []

    def opening(path: str) -> ToyStore:
        opened.append(path)
        if len(opened) < 3:
            raise Unreachable(path)
        return open_toy(path)

    file = tmp_path.joinpath("0.jsonl")
    file.write_text('{"member_id": "m0", "request_id": "r0", "refused": "x"}\n{"member')
    work_on(Opener(opening, (str(path),)), SMALL, 0, str(file), (Unreachable,))
    lines = file.read_text().splitlines()
    assert len(opened) == 3
    assert len(lines) == 1 + len([it for it in SMALL.shares()[0] if it.request_id != "r0"])
    assert all(line.endswith("}") for line in lines)
    work_on(Opener(opening, (str(path),)), SMALL, 0, str(file), ())
    assert len(opened) == 3


def test_a_database_that_loses_what_others_do_is_caught(tmp_path: Path) -> None:
    """I8: Answers without receipts, and receipts without entries."""
    path = str(tmp_path.joinpath("toy.db"))
    report = run_processes(Opener(open_careless, (path,)), work=SMALL)
    assert not report.passed
    assert any(it.startswith("promise 8: ") for it in report.problems)
    assert "FAILED" in str(report)


@pytest.mark.parametrize(
    ("opening", "said", "patience_seconds"),
    [
        (fail, ["worker 0 failed", "worker 1 failed"], 120),
        (wait_for_ever, ["worker 0 has not ended"], 2),
    ],
)
def test_a_worker_that_does_not_get_there_is_a_problem(
    tmp_path: Path, opening: Callable[[str], ToyStore], said: list[str], patience_seconds: int
) -> None:
    """Whether it fails or never ends."""
    path = str(tmp_path.joinpath("toy.db"))
    work = Work(workers=len(said), members=1, commands=4, kills=0)
    report = run_processes(Opener(opening, (path,)), work=work, patience_seconds=patience_seconds)
    assert report.problems == tuple(said)
    assert not report.passed


class Contended(MemoryStore):
    """A store on which somebody else is faster a hundred times."""

    lost = 0

    def save(self, changes: Changes, /) -> None:
        """Lose, and lose again."""
        self.lost += 1
        if self.lost <= 150:
            raise Conflict("somebody else was faster")
        super().save(changes)


def test_a_worker_tries_until_it_has_an_answer(tmp_path: Path) -> None:
    """However often it loses; and one that is wrong is no answer."""
    store = Contended()
    rewards = Rewards(store, PROGRAMME)
    left = SMALL.opening()[:1]
    file = os.open(tmp_path.joinpath("0.jsonl"), os.O_WRONLY | os.O_CREAT)
    try:
        carry_out(rewards, left, file)
        assert (left, store.lost) == ([], 151)
        brought: Any = SMALL.opening()[1]
        reused = attrs.evolve(brought, request_id="join")
        with pytest.raises(RequestReused):
            carry_out(rewards, [reused], file)
    finally:
        os.close(file)


def test_nobody_is_killed_where_nobody_works(tmp_path: Path) -> None:
    """All may have ended by then."""
    crew = Crew(Opener(MemoryStore), SMALL, tmp_path, ())
    crew.kill_one(random.Random(1))
    assert crew.killed == 0


def test_work_follows_from_its_seed() -> None:
    """The same figures make the same commands, and others make others."""
    assert Work(seed=3).shares() == Work(seed=3).shares()
    assert Work(seed=3).shares() != Work(seed=4).shares()
    shares = Work(workers=4, commands=200, repeated_percent=20).shares()
    assert 200 < sum(map(len, shares)) < 300
    assert sum(map(len, Work(commands=50, repeated_percent=0).shares())) == 50
    kinds = {type(it).__name__ for share in shares for it in share}
    assert kinds == {"Deliver", "BurnTokens", "PlaceHold", "Capture", "Return"}


@pytest.mark.parametrize("figures", [{"workers": 0}, {"members": 0}, {"kills": -1}, {"seed": "x"}])
def test_work_is_of_whole_numbers(figures: Any) -> None:
    """At least one worker, one member, one command."""
    with pytest.raises(Misuse, match="must be at least"):
        Work(**figures)


def test_nothing_acknowledged_is_nothing_passed() -> None:
    """A report that could not fail proves nothing."""
    assert not ProcessReport(Work(), 0, 0, 0, ()).passed


# what is left


Done = tuple[MemoryStore, dict[ReceiptKey, Receipt]]
WORK = Work(workers=2, members=2, commands=60)
KEY = wallet_key("m0", "tokens")


@pytest.fixture
def done() -> Done:
    """A store on which all work was done, and what was answered."""
    store = MemoryStore()
    rewards = Rewards(store, PROGRAMME)
    rewards.do_all(WORK.opening())
    for share in WORK.shares():
        rewards.do_all(share)
    return store, {key: it for key, it in store._receipts.items() if "r" in key.request_id}


def found(store: MemoryStore, acknowledged: dict[ReceiptKey, Receipt]) -> list[str]:
    """Look at what is left."""
    return list(problems(client_of(store, Loop()), WORK, acknowledged))


def test_work_that_was_done_well_has_no_problem(done: Done) -> None:
    """Here by one process alone."""
    assert found(*done) == []


def test_nothing_done_is_a_problem() -> None:
    """The members have no wallets."""
    assert found(MemoryStore(), {}) == [
        f"promise 3: {by!r} has no wallet, or no journal" for by in ("m0", "m1")
    ]


def test_an_answer_without_its_receipt_is_a_problem(done: Done) -> None:
    """And so are entries without one, and the sums that it leaves."""
    store, acknowledged = done
    key = next(
        key
        for key, it in acknowledged.items()
        if isinstance(it.outcome, Delivered) and key[0] == "m0"
    )
    del store._receipts[key]
    problems_found = found(store, acknowledged)
    assert problems_found[0].startswith(f"promise 8: {key} was answered")
    assert f"promise 8: {key.request_id!r} of 'm0' has entries and no receipt" in problems_found
    assert any(it.startswith("promise 1: 'm0' has ") for it in problems_found)


def test_an_answer_with_another_receipt_is_a_problem(done: Done) -> None:
    """The outcome counts."""
    store, acknowledged = done
    key = next(iter(acknowledged))
    other = {**acknowledged, key: acknowledged[key]._replace(outcome=None)}
    assert [it.split(" was ")[0] for it in found(store, other)] == [f"promise 8: {key}"]


def test_a_lost_entry_is_a_problem(done: Done) -> None:
    """Its journal has a gap, does not fold, and its request has too few."""
    store, acknowledged = done
    lost = store._journal["m0", "tokens"].pop(5)
    problems_found = found(store, acknowledged)
    assert any("promise 3: entry " in it for it in problems_found)
    assert "promise 3: the journal of 'm0' does not fold to its wallet" in problems_found
    assert (
        f"promise 8: {lost.request_id!r} of 'm0' has 0 entries and should have 1" in problems_found
    )


def test_tokens_from_nowhere_are_a_problem(done: Done) -> None:
    """Available or held, more than receipts say."""
    store, acknowledged = done
    wallet = store._rows[KEY]
    more = Bucket(wallet.buckets[0].last_day, wallet.buckets[0].tokens + 1)
    hold = Hold("h", T, (Draw(more.last_day, 1),))
    store._rows[KEY] = wallet._replace(
        buckets=(more, *wallet.buckets[1:]), holds=(*wallet.holds, hold)
    )
    problems_found = found(store, acknowledged)
    assert [it[:10] for it in problems_found] == ["promise 3:", "promise 1:", "promise 7:"]


def test_less_than_nothing_is_a_problem(done: Done) -> None:
    """Whatever receipts say."""
    store, acknowledged = done
    store._rows[KEY] = store._rows[KEY]._replace(owed=-1)
    assert found(store, acknowledged)[-1] == "promise 4: 'm0' has less than nothing"
