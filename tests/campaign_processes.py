"""Several processes that deliver orders under one campaign on PostgreSQL, some of them killed.

1. Each member's order is delivered twice with the same request id, in two processes. The campaign
   gives each a bonus, and its budget is far smaller than what all would get.
2. At the end the store is looked at through `load`: the budget is used up, to the last token, and
   what the journals say that the campaign gave adds up to it.

`python -m tests.processes campaigns` is the long form.
"""

import json
import os
import random
import tempfile
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

from mi_rewards.commands import Deliver, Delivered, Join, Rewards, with_retries
from mi_rewards.earning import Bonus, Budget, Campaign, CampaignTerms, Cap, CapPer
from mi_rewards.errors import Conflict
from mi_rewards.programme import Programme
from mi_rewards.repositories import CounterKey, Needs, ReceiptKey
from mi_rewards.sql import SqlStore
from mi_rewards.wallet import check_journal, fold
from tests import databases
from tests.crews import Line, cut, lines_in, run_crew
from tests.shop import SMALL, T, deliver, rules

BONUS = 7
"""What each order gets, as long as there is some."""

EARNED = 10
"""What each order of a hundred rupees earns without it."""

REQUEST = "deliver"
BUDGET = CounterKey("campaign/rush", "budget")
_ATTEMPTS = 100


@attrs.frozen(order=False)
class Rush:
    """What is to be done. The same figures make the same requests.

    Attributes:
        seed: What everything that is drawn depends on.
        workers: How many processes.
        members: How many members, each of whose orders is delivered twice.
        budget: How many tokens the campaign has.
        kills: How often a worker is killed and started again.
    """

    seed: int = 0
    workers: int = 4
    members: int = 60
    budget: int = 100
    kills: int = 3

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The members."""
        return tuple(f"m{number}" for number in range(self.members))

    @property
    def early(self) -> int:
        """How many requests are answered while there is a budget."""
        return 2 * self.budget // BONUS

    @property
    def requests(self) -> int:
        """How many requests there are."""
        return 2 * self.members

    @property
    def programme(self) -> Programme:
        """One campaign with a budget, and a cap for each member."""
        caps = (Cap(BONUS), Cap(self.budget, CapPer.PROGRAMME))
        only = Campaign("rush", "Rush", Bonus(BONUS), caps=caps, budget=Budget(self.budget))
        return rules(SMALL, campaigns=CampaignTerms((only,)))

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


LONG = Rush(seed=2018, workers=8, members=1_000, budget=1_000, kills=24)
"""As it is run at night: each worker is killed three times."""


@attrs.frozen(order=False)
class RushReport:
    """What was found.

    Attributes:
        given: How many tokens the campaign gave.
        members: To how many members.
        answered: How many requests were answered.
        killed: How often a worker was killed.
        problems: What is wrong; nothing where all is well.
    """

    given: int
    members: int
    answered: int
    killed: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        """Write the report, a line each."""
        head = (
            f"{'FAILED' if self.problems else 'passed'}: {self.given} tokens given to"
            f" {self.members} members, {self.answered} requests answered, {self.killed} killed"
        )
        return "\n".join((head, *self.problems))


def run_rush(url: str, rush: Rush, *, patience_seconds: int = 300) -> RushReport:
    """Let processes deliver on an empty database, and see what is left.

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
        rewards = Rewards(store, rush.programme)
        joining = [Join(member_id=by, request_id="j", at=T) for by in rush.member_ids]
        for first in range(0, len(joining), 200):
            rewards.do_all(joining[first : first + 200])
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, f"{number}.jsonl") for number in range(rush.workers)]
            killed, ended = run_crew(work_on, url, rush, files, patience_seconds)
            lines = [line for path in files for line in lines_in(path)]
        found = (*ended, *_unanswered(rush, lines), *problems(store, rush, lines))
        given = given_to(store, rush)
        return RushReport(
            sum(given.values()), sum(n > 0 for n in given.values()), len(lines), killed, found
        )
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
    store = databases.open_url(url)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        rewards = Rewards(store, rush.programme)
        while left:
            turn, by = left[0]
            try:
                answer = with_retries(rewards, doing(command(by)), attempts=_ATTEMPTS)
            except Conflict:
                continue
            line = {"turn": str(turn), "member_id": by, "tokens": str(answer.tokens)}
            os.write(file, (json.dumps(line) + "\n").encode())
            left.pop(0)
    finally:
        os.close(file)
        databases.dispose(store)


def command(by: str) -> Deliver:
    """Make a member's request.

    Args:
        by: The member.

    Returns:
        The delivery of an order of a hundred rupees.
    """
    return deliver("o1", 100, by=by, request=REQUEST)


def doing(request: Deliver) -> Callable[[Rewards], Delivered]:
    """Make what is tried again and again.

    Args:
        request: What is to be carried out.

    Returns:
        A function of the programme on its store.
    """
    return lambda rewards: rewards.do(request)


def given_to(store: SqlStore, rush: Rush) -> dict[str, int]:
    """Read from the journals what the campaign gave.

    Args:
        store: The store.
        rush: What was to be done.

    Returns:
        Tokens by member.
    """
    rewards = Rewards(store, rush.programme)
    given: dict[str, int] = {}
    for by in rush.member_ids:
        stated = [it.reason.figure("campaign.rush") for it in rewards.statement(by).entries]
        given[by] = sum([it for it in stated if isinstance(it, int)])
    return given


def _unanswered(rush: Rush, lines: list[Line]) -> Iterator[str]:
    """See that each request was answered once."""
    asked = Tally(it for share in rush.shares() for it in share)
    answered = Tally((int(line["turn"]), line["member_id"]) for line in lines)
    if answered != asked:
        yield f"{sum((asked - answered).values())} requests were not answered"


def problems(store: SqlStore, rush: Rush, answers: list[Line]) -> Iterator[str]:
    """Look at what is left; yield what is wrong."""
    members = rush.member_ids
    given = given_to(store, rush)
    expected = min(rush.budget, BONUS * rush.members)
    if sum(given.values()) != expected:
        yield f"promise 13: the campaign gave {sum(given.values())} of {expected}"
    everybodys = (BUDGET, CounterKey("campaign/rush", "ever/ever"))
    own = {by: CounterKey(by, "campaign/rush/ever/ever") for by in members}
    counters = store.load(Needs(counters=(*everybodys, *own.values()))).counters
    used = {key: 0 if it is None else it.used for key, it in counters.items()}
    for key in everybodys:
        if used[key] != expected:
            yield f"promise 13: {key.name} says {used[key]}, not {expected}"
    for by, key in own.items():
        if used[key] != given[by] or given[by] > BONUS:
            yield f"promise 13: {by!r} was given {given[by]}, and {used[key]} are counted"
    keys = {by: ReceiptKey(by, REQUEST) for by in members}
    receipts = store.load(Needs(receipts=tuple(keys.values()))).receipts
    for by, receipt_key in keys.items():
        receipt = receipts[receipt_key]
        outcome = None if receipt is None else receipt.outcome
        if not isinstance(outcome, Delivered) or outcome.tokens != EARNED + given[by]:
            yield f"promise 8: the receipt of {by!r} is {outcome!r}"
    for line in answers:
        if int(line["tokens"]) != EARNED + given[line["member_id"]]:
            yield f"promise 8: {line['member_id']!r} was told of {line['tokens']} tokens"
    yield from _misbooked(store, rush, given)


def _misbooked(store: SqlStore, rush: Rush, given: dict[str, int]) -> Iterator[str]:
    """See that each order was awarded once, and each wallet is its journal's."""
    rewards = Rewards(store, rush.programme)
    for by in rush.member_ids:
        entries = rewards.statement(by).entries
        yield from (str(violation) for violation in check_journal(entries))
        requests = [entry.request_id for entry in entries]
        if requests != [REQUEST]:
            yield f"promise 8: {by!r} has the entries {requests}"
        available = fold(entries).available if entries else 0
        if available != EARNED + given[by]:
            yield f"promise 1: {by!r} has {available}, and should have {EARNED + given[by]}"
        if rewards.balance(by, at=T).available != available:
            yield f"promise 3: the wallet of {by!r} is not its journal's"


def run_on_postgresql(rush: Rush) -> RushReport:
    """Let processes deliver on a new server.

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
