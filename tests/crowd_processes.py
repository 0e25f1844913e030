"""Several processes that buy one quota on PostgreSQL, some of them killed, and what is left.

1. Each contender asks twice with the same request id, in two processes; one in fifty is greedy and
   asks for a second device under another name, once or more.
2. One in ten never pays. Fifteen minutes later each process books what has run out, all at once,
   and whoever went away with nothing asks again; so it goes on until all is sold.
3. A worker appends what it was answered to a file of its own. Killed by SIGKILL at whatever it
   does and started again, it goes on with what is not there.
4. At the end the store is looked at through `load`.

`python -m tests.processes crowd` is the long form.
"""

import json
import os
import random
import tempfile
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import attrs

from mi_rewards.commands import (
    Command,
    PayPreOrder,
    PlacePreOrder,
    PreOrdered,
    Rewards,
    with_retries,
)
from mi_rewards.errors import Conflict, Refused
from mi_rewards.preorders import PreOrder, SizeChange, check_units
from mi_rewards.preorders.life import PreOrderState
from mi_rewards.preorders.unit_journal import QUOTA_CHANGED, read_changes
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    CounterKey,
    Needs,
    Page,
    ReceiptKey,
    Store,
    preorder_key,
    quota_key,
)
from tests import databases
from tests.crews import Line, cut, lines_in, run_crew
from tests.fridays import MINUTE, NOON, PRICE, friday_rules, open_quota, place

R = TypeVar("R")

_ATTEMPTS = 200
_WAVES_MAX = 12
_PAGE = 500


@attrs.frozen(order=False)
class Crowd:
    """What is to be done. The same figures make the same requests.

    Attributes:
        seed: What everything that is drawn depends on.
        workers: How many processes.
        contenders: How many want a unit.
        units: How many there are.
        shards: How many counters they are kept in.
        kills: How often a worker is killed and started again, in the first wave.
        wave: Which wave of requests this is.
        asking: The contenders who ask in it; all of them where it is the first.
        workers_later: How many processes the later waves have.
    """

    seed: int = 0
    workers: int = 4
    contenders: int = 200
    units: int = 40
    shards: int = 4
    kills: int = 4
    wave: int = 0
    asking: tuple[str, ...] = ()
    workers_later: int = 2

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The contenders."""
        return tuple(f"m{number}" for number in range(self.contenders))

    @property
    def early(self) -> int:
        """How many requests are answered while there are units."""
        return 2 * self.units

    @property
    def requests(self) -> int:
        """How many requests there are in this wave."""
        return sum(len(share) for share in self.shares())

    @property
    def programme(self) -> Programme:
        """The announced terms, with fifteen minutes to pay."""
        return friday_rules(remind_minutes=None)

    @property
    def at(self) -> datetime:
        """When this wave asks."""
        return NOON + self.wave * 20 * MINUTE

    def pays(self, by: str) -> bool:
        """Tell whether a contender pays; one in ten never does."""
        return int(by[1:]) % 10 != 3

    def is_greedy(self, by: str) -> bool:
        """Tell whether a contender asks for a second device."""
        return int(by[1:]) % 50 == 7

    def shares(self) -> list[list[tuple[int, str, str]]]:
        """Deal the requests out: each one twice, to different workers, in any order."""
        dice = random.Random(f"{self.seed}/{self.wave}")
        shares: list[list[tuple[int, str, str]]] = [[] for _ in range(self.workers)]
        for by in self.asking or self.member_ids:
            for order_id in ("o1", "o2") if self.is_greedy(by) else ("o1",):
                for turn, worker in enumerate(dice.sample(range(self.workers), 2)):
                    shares[worker].append((turn, by, order_id))
        for share in shares:
            dice.shuffle(share)
        return shares


LONG = Crowd(
    seed=2017,
    workers=8,
    contenders=25_000,
    units=5_000,
    shards=16,
    kills=24,
    workers_later=8,
)
"""As it is run at night: each worker is killed three times."""


@attrs.frozen(order=False)
class CrowdReport:
    """What was found.

    Attributes:
        sold: How many units are sold.
        ran_out: How many pre-orders were not paid for, and their units sold again.
        refused: How many answers were refusals, by their codes.
        waves: How often the crowd came.
        killed: How often a worker was killed.
        problems: What is wrong; nothing where all is well.
    """

    sold: int
    ran_out: int
    refused: Tally[str]
    waves: int
    killed: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        """Write the report, a line each."""
        refused = ", ".join(f"{n} {code}" for code, n in sorted(self.refused.items()))
        head = (
            f"{'FAILED' if self.problems else 'passed'}: {self.sold} sold, {self.ran_out} ran out"
            f" and were sold again, in {self.waves} waves; refused: {refused}; {self.killed} killed"
        )
        return "\n".join((head, *self.problems))


def run_crowd(url: str, crowd: Crowd, *, patience_seconds: int = 900) -> CrowdReport:
    """Let processes buy on an empty database until all is sold, and see what is left.

    Args:
        url: The database.
        crowd: What is to be done.
        patience_seconds: How long each wave may take.

    Returns:
        What was found.
    """
    store = databases.open_url(url)
    try:
        store.create_tables()
        rewards = Rewards(store, crowd.programme)
        rewards.do(open_quota(crowd.units, shards=crowd.shards, member_max=1))
        refused: Tally[str] = Tally()
        found: list[str] = []
        killed, asking, waves = 0, crowd.member_ids, 0
        for wave in range(_WAVES_MAX):
            now = attrs.evolve(crowd, wave=wave, asking=asking)
            if wave:
                now = attrs.evolve(now, kills=0, workers=crowd.workers_later)
            with tempfile.TemporaryDirectory() as folder:
                files = [Path(folder, f"{number}.jsonl") for number in range(crowd.workers)]
                more, ended = run_crew(work_on, url, now, files, patience_seconds)
                lines = [line for path in files for line in lines_in(path)]
            killed, waves = killed + more, wave + 1
            found += [*ended, *_unanswered(now, lines)]
            refused.update(line["refused"] for line in lines if "refused" in line)
            served = {line["member_id"] for line in lines if "shard" in line}
            asking = tuple(by for by in asking if by not in served)
            if rewards.quota("q").sold == crowd.units or found:
                break
        preorders = preorders_of(store, crowd)
        found += problems(store, crowd, preorders)
        states = Tally(it.state for it in preorders)
        sold, ran_out = states[PreOrderState.PAID], states[PreOrderState.RUN_OUT]
        return CrowdReport(sold, ran_out, refused, waves, killed, tuple(found))
    finally:
        databases.dispose(store)


def work_on(url: str, crowd: Crowd, number: int, path: str) -> None:
    """Do one worker's share of a wave, in a process of its own.

    Args:
        url: The database.
        crowd: What is to be done.
        number: Which worker this is.
        path: The file of its answers.
    """
    cut(Path(path))
    done = {(int(it["turn"]), it["member_id"], it["order_id"]) for it in lines_in(Path(path))}
    left = [it for it in crowd.shares()[number] if it not in done]
    store = databases.open_url(url)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        rewards = Rewards(store, crowd.programme)
        if crowd.wave:
            with_retries(rewards, lambda it: it.preorders_due(crowd.at), attempts=_ATTEMPTS)
        while left:
            turn, by, order_id = left[0]
            line = {"turn": str(turn), "member_id": by, "order_id": order_id}
            try:
                line |= _asked(rewards, crowd, by, order_id)
            except Conflict:
                continue
            os.write(file, (json.dumps(line) + "\n").encode())
            left.pop(0)
    finally:
        os.close(file)
        databases.dispose(store)


def _asked(rewards: Rewards, crowd: Crowd, by: str, order_id: str) -> Line:
    """Ask for a unit, and pay for it where the contender does."""
    try:
        answer = _insisting(rewards, wish(crowd, by, order_id))
        if crowd.pays(by):
            _insisting(rewards, payment(crowd, by, order_id))
    except Refused as refusal:
        return {"refused": refusal.code}
    return {"shard": answer.shard}


def wish(crowd: Crowd, by: str, order_id: str) -> PlacePreOrder:
    """Make the request of a contender: the same in every wave but for its instant."""
    return place(by, order_id, at=crowd.at)


def payment(crowd: Crowd, by: str, order_id: str) -> PayPreOrder:
    """Make the payment of a contender."""
    return PayPreOrder(
        member_id=by,
        request_id=f"pay:{order_id}",
        at=crowd.at + MINUTE,
        order_id=order_id,
        amount=PRICE,
    )


def _insisting(rewards: Rewards, command: Command[R]) -> R:
    """Carry a command out, and again where somebody else was faster."""
    work: Callable[[Rewards], R] = lambda it: it.do(command)  # noqa: E731
    return with_retries(rewards, work, attempts=_ATTEMPTS)


def _unanswered(crowd: Crowd, lines: Sequence[Line]) -> Iterator[str]:
    """See that each request of a wave was answered."""
    asked = Tally(it for share in crowd.shares() for it in share)
    answered = Tally((int(it["turn"]), it["member_id"], it["order_id"]) for it in lines)
    if answered != asked:
        yield f"{sum((asked - answered).values())} requests were not answered"
    codes = {line["refused"] for line in lines if "refused" in line}
    wrong = codes - {"quota_exhausted", "member_limit_reached"}
    if wrong:
        yield f"promise 8: who asked in time was refused with {', '.join(sorted(wrong))}"


def preorders_of(store: Store, crowd: Crowd) -> list[PreOrder]:
    """Read the pre-orders of all contenders."""
    keys = [preorder_key(by, it) for by in crowd.member_ids for it in ("o1", "o2")]
    found: list[Any] = []
    for first in range(0, len(keys), _PAGE):
        part = keys[first : first + _PAGE]
        found += store.load(Needs(tuple(part))).get_all(part)
    return [it for it in found if it is not None]


def problems(store: Store, crowd: Crowd, preorders: Sequence[PreOrder]) -> Iterator[str]:
    """Look at what is left; yield what is wrong."""
    states = Tally(it.state for it in preorders)
    others = states.keys() - {PreOrderState.PAID, PreOrderState.RUN_OUT}
    if others:
        yield f"promise 14: pre-orders are {dict(states)}"
    if states[PreOrderState.PAID] != crowd.units:
        yield f"promise 13: {states[PreOrderState.PAID]} are sold, not {crowd.units}"
    owners = Tally(it.member_id for it in preorders if it.state is PreOrderState.PAID)
    if owners and max(owners.values()) > 1:
        yield f"promise 13: {sum(n > 1 for n in owners.values())} members have two"
    quota = store.load(Needs((quota_key("q"),))).get(quota_key("q"))
    assert quota is not None
    names = [CounterKey("quota/q", name) for name in quota.counter_names]
    own = [CounterKey(by, "quota/q") for by in crowd.member_ids]
    counters: dict[CounterKey, Any] = {}
    for first in range(0, len(own), _PAGE):
        part = tuple(own[first : first + _PAGE])
        counters |= store.load(Needs(counters=part)).counters
    counted = {key.scope: it.used for key, it in counters.items() if it is not None and it.used}
    if counted != dict(owners):
        yield f"promise 13: {len(counted)} members' own counters do not say what they have"
    counters = dict(store.load(Needs(counters=tuple(names))).counters)
    used = {key.name: it.used for key, it in counters.items() if it is not None}
    state = quota.state(used)
    if (state.free, state.held, state.sold) != (0, 0, crowd.units):
        yield f"promise 14: the quota is {state[:6]}"
    allotments = [it.allotment for it in preorders if it.allotment is not None]
    yield from check_units(quota, used, changes_of(store), allotments)
    yield from _untold(store, preorders)


def changes_of(store: Store) -> list[SizeChange]:
    """Read how the quota's shards became larger or smaller."""
    page = Page("outbox", "quota/q", "", 0, 1_000)
    events: Sequence[Any] = store.load(Needs(pages=(page,))).pages[page]
    told = [dict(it.figures)["sizes"] for it in events if it.topic == QUOTA_CHANGED]
    return [change for text in told for change in read_changes(str(text))]


def _untold(store: Store, preorders: Sequence[PreOrder]) -> Iterator[str]:
    """See that the receipt of each pre-order says what became of it."""
    for first in range(0, len(preorders), _PAGE):
        part = preorders[first : first + _PAGE]
        keys = [ReceiptKey(it.member_id, f"place:{it.order_id}") for it in part]
        receipts = store.load(Needs(receipts=tuple(keys))).receipts
        for key, it in zip(keys, part, strict=True):
            receipt = receipts[key]
            outcome = None if receipt is None else receipt.outcome
            unit = it.allotment
            if not isinstance(outcome, PreOrdered) or unit is None or outcome.shard != unit.shard:
                yield f"promise 8: the receipt of {key.scope!r} is {outcome!r}"


def run_on_postgresql(crowd: Crowd) -> CrowdReport:
    """Let processes buy on a new server.

    Args:
        crowd: What is to be done.

    Returns:
        What was found.
    """
    server = databases.Server()
    try:
        return run_crowd(server.url(), crowd)
    finally:
        server.stop()
