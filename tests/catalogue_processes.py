"""Several processes that redeem one reward on PostgreSQL, some of them killed, and what is left.

1. Each member redeems twice with the same request id, in two processes and with a newly drawn code
   each time. The stock is far smaller than the crowd.
2. A worker appends what it was answered to a file of its own. Killed by SIGKILL at whatever it
   does and started again, it goes on with what is not there, with another code.
3. At the end the store is looked at through `load`, and the rows of codes are counted.

`python -m tests.processes catalogue` is the long form.
"""

import json
import os
import random
import tempfile
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import attrs
from sqlalchemy import func, select

from mi_rewards.catalogue import Limit, Voucher
from mi_rewards.codes import CodeBook
from mi_rewards.commands import Issued, Open, Redeem, Rewards, with_retries
from mi_rewards.errors import Conflict, LimitReached
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    CounterKey,
    Needs,
    Owned,
    ReceiptKey,
    code_key,
    redemption_key,
)
from mi_rewards.sql import SqlStore
from mi_rewards.wallet import check_journal, fold
from tests import databases
from tests.crews import Line, cut, lines_in, run_crew
from tests.redeeming import reward
from tests.shop import SMALL, T, rules

TOKENS = 12
"""What each member begins with: enough for two."""

COST = 5
KEY = b"the key of the processes"
REQUEST = "redeem"
_ATTEMPTS = 100


@attrs.frozen(order=False)
class Rush:
    """What is to be done. The same figures make the same requests.

    Attributes:
        seed: What everything that is drawn depends on, but for codes.
        workers: How many processes.
        members: How many members, each of whom redeems twice.
        stock: How many there are.
        kills: How often a worker is killed and started again.
    """

    seed: int = 0
    workers: int = 4
    members: int = 60
    stock: int = 10
    kills: int = 3

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The members."""
        return tuple(f"m{number}" for number in range(self.members))

    @property
    def early(self) -> int:
        """How many requests are answered while there is stock."""
        return 2 * self.stock

    @property
    def requests(self) -> int:
        """How many requests there are."""
        return 2 * self.members

    @property
    def programme(self) -> Programme:
        """One reward, of which a member may have one."""
        only = reward("phone", COST, stock=self.stock, limits=(Limit(1),))
        return rules(SMALL, rewards=(only,))

    def shares(self) -> list[list[tuple[int, str]]]:
        """Deal the requests out: each member's two to different workers, in any order."""
        dice = random.Random(self.seed)
        shares: list[list[tuple[int, str]]] = [[] for _ in range(self.workers)]
        for by in self.member_ids:
            for turn, worker in enumerate(dice.sample(range(self.workers), 2)):
                shares[worker].append((turn, by))
        for share in shares:
            dice.shuffle(share)
        return shares


LONG = Rush(seed=2017, workers=8, members=1_000, stock=100, kills=24)
"""As it is run at night: each worker is killed three times."""


@attrs.frozen(order=False)
class RushReport:
    """What was found.

    Attributes:
        issued: How many answers named a voucher.
        others: How many of these named another code than the one drawn for that try.
        refused: How many answers were refusals.
        killed: How often a worker was killed.
        problems: What is wrong; nothing where all is well.
    """

    issued: int
    others: int
    refused: int
    killed: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        """Write the report, a line each."""
        head = (
            f"{'FAILED' if self.problems else 'passed'}: {self.issued} answers named a voucher,"
            f" {self.others} of them by an earlier try's code, {self.refused} refused,"
            f" {self.killed} killed"
        )
        return "\n".join((head, *self.problems))


def run_rush(url: str, rush: Rush, *, patience_seconds: int = 300) -> RushReport:
    """Let processes redeem on an empty database, and see what is left.

    Args:
        url: The database.
        rush: What is to be done.
        patience_seconds: How long it may take.

    Returns:
        What was found.
    """
    store = databases.open_url(url)
    try:
        store.create_tables()
        opening = [
            Open(member_id=by, request_id="o", at=T, tokens=TOKENS, last_day=date(2019, 12, 31))
            for by in rush.member_ids
        ]
        rewards = Rewards(store, rush.programme)
        for first in range(0, len(opening), 200):
            rewards.do_all(opening[first : first + 200])
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, f"{number}.jsonl") for number in range(rush.workers)]
            killed, ended = run_crew(work_on, url, rush, files, patience_seconds)
            lines = [line for path in files for line in lines_in(path)]
        answers = [line for line in lines if "digest" in line]
        found = (*ended, *_unanswered(rush, lines), *problems(store, rush, answers))
        others = sum(line["drawn"] != line["digest"] for line in answers)
        return RushReport(len(answers), others, len(lines) - len(answers), killed, found)
    finally:
        databases.dispose(store)


def work_on(url: str, rush: Rush, number: int, path: str) -> None:
    """Do one worker's share, in a process of its own.

    Args:
        url: The database.
        rush: What is to be done.
        number: Which worker this is.
        path: The file of its answers.
    """
    cut(Path(path))
    done = {(int(line["turn"]), line["member_id"]) for line in lines_in(Path(path))}
    left = [it for it in rush.shares()[number] if it not in done]
    codes = CodeBook(KEY)
    store = databases.open_url(url)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        rewards = Rewards(store, rush.programme)
        while left:
            turn, by = left[0]
            code = codes.draw()
            command = Redeem(member_id=by, request_id=REQUEST, at=T, reward_id="phone", code=code)
            line = {"turn": str(turn), "member_id": by, "drawn": code.digest}
            try:
                answer = with_retries(rewards, doing(command), attempts=_ATTEMPTS)
            except LimitReached as refusal:
                line["refused"] = str(refusal.figures["counter"])
            except Conflict:
                continue
            else:
                line["digest"] = answer.digest
            os.write(file, (json.dumps(line) + "\n").encode())
            left.pop(0)
    finally:
        os.close(file)
        databases.dispose(store)


def doing(command: Redeem) -> Callable[[Rewards], Issued]:
    """Make what is tried again and again.

    Args:
        command: What is to be carried out.

    Returns:
        A function of the programme on its store.
    """
    return lambda rewards: rewards.do(command)


def _unanswered(rush: Rush, lines: list[Line]) -> Iterator[str]:
    """See that each request was answered once, and each refusal was the stock's."""
    asked = Tally(it for share in rush.shares() for it in share)
    answered = Tally((int(line["turn"]), line["member_id"]) for line in lines)
    if answered != asked:
        yield f"{sum((asked - answered).values())} requests were not answered"
    others = {line["refused"] for line in lines if "refused" in line} - {"reward/phone/stock"}
    if others:
        yield f"promise 8: a member who has one was refused by a limit of their own: {others}"


def problems(store: SqlStore, rush: Rush, answers: list[Line]) -> Iterator[str]:
    """Look at what is left; yield what is wrong."""
    members = rush.member_ids
    pages = {by: Owned(Voucher, by, "", 10) for by in members}
    loaded = store.load(Needs(pages=tuple(pages.values())))
    vouchers = [it for page in pages.values() for it in loaded.owned(page)]
    digests = {it.digest for it in vouchers}
    if not len(vouchers) == len(digests) == rush.stock:
        yield f"promise 13: {len(vouchers)} vouchers of {len(digests)} codes, not {rush.stock}"
    owners = {it.member_id for it in vouchers}
    if len(owners) != rush.stock:
        yield f"promise 8: {len(owners)} members have a voucher"
    yield from _miscoded(store, vouchers)
    keys = {by: ReceiptKey(by, REQUEST) for by in members}
    receipts = store.load(Needs(receipts=tuple(keys.values()))).receipts
    of_owner = {it.member_id: it.digest for it in vouchers}
    for by, key in keys.items():
        receipt = receipts[key]
        outcome = None if receipt is None else receipt.outcome
        found = outcome.digest if isinstance(outcome, Issued) else None
        if found != of_owner.get(by):
            yield f"promise 8: the receipt of {by!r} is {outcome!r}"
    for line in answers:
        if line["digest"] != of_owner.get(line["member_id"]):
            yield f"promise 8: {line['member_id']!r} was told of another code"
    yield from _mispaid(store, rush, owners)
    stock = CounterKey("reward/phone", "stock")
    counter = store.load(Needs(counters=(stock,))).counters[stock]
    if counter is None or counter.used != rush.stock:
        yield f"promise 13: the stock's counter says {counter}"
    own = [CounterKey(by, "reward/phone/ever/ever") for by in members]
    counters = store.load(Needs(counters=tuple(own))).counters
    took = {key.scope for key, it in counters.items() if it is not None and it.used}
    if took != owners or any(it is not None and it.used > 1 for it in counters.values()):
        yield f"promise 13: {len(took)} members' own limits were taken from"


def _miscoded(store: SqlStore, vouchers: list[Voucher]) -> Iterator[str]:
    """See that each voucher has its redemption and its code, and nothing else is there."""
    names = [(it.member_id, it.voucher_id) for it in vouchers]
    codes = [code_key(it.digest) for it in vouchers]
    redemptions = [redemption_key(*it) for it in names]
    loaded = store.load(Needs((*codes, *redemptions)))
    for voucher, code, redemption in zip(vouchers, codes, redemptions, strict=True):
        entry, made = loaded.get(code), loaded.get(redemption)
        if entry is None or entry[1:3] != (voucher.member_id, voucher.voucher_id) or made is None:
            yield f"promise 13: {voucher!r} has no code or redemption of its own"
    with store.engine.connect() as connection:
        for name in ("codes", "redemptions", "vouchers"):
            rows = select(func.count()).select_from(store.tables.by_name[name])
            count = connection.execute(rows).scalar()
            if count != len(vouchers):
                yield f"promise 13: {count} rows of {name}, and {len(vouchers)} vouchers"


def _mispaid(store: SqlStore, rush: Rush, owners: set[str]) -> Iterator[str]:
    """See that whoever has a voucher paid once, and nobody else anything."""
    rewards = Rewards(store, rush.programme)
    for by in rush.member_ids:
        entries = rewards.statement(by).entries
        yield from (str(violation) for violation in check_journal(entries))
        wallet = fold(entries)
        paid = COST if by in owners else 0
        requests = [entry.request_id for entry in entries]
        if requests != (["o", REQUEST] if paid else ["o"]):
            yield f"promise 8: {by!r} has the entries {requests}"
        if (wallet.available, wallet.redeemed, wallet.held) != (TOKENS - paid, paid, 0):
            yield f"promise 1: {by!r} has {wallet.available}, and should have {TOKENS - paid}"
        if rewards.balance(by, at=T).available != TOKENS - paid:
            yield f"promise 3: the wallet of {by!r} is not its journal's"


def run_on_postgresql(rush: Rush) -> RushReport:
    """Let processes redeem on a new server.

    Args:
        rush: What is to be done.

    Returns:
        What was found.
    """
    server = databases.Server()
    try:
        return run_rush(server.url(), rush)
    finally:
        server.stop()
