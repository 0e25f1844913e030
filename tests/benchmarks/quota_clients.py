"""Clients of a quota: processes that take units of it, all at once, each on one connection.

1. A client prepares its share of a turn, says so, and begins when all are ready.
2. What counts is the time from the first one's beginning to the last one's end.
3. Instants of different processes are comparable: the clock is the machine's.
"""

import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from types import TracebackType
from typing import NamedTuple

import psycopg
from sqlalchemy import create_engine

from mi_rewards import bundled
from mi_rewards.commands import OpenQuota, PlacePreOrder, Rewards, with_retries
from mi_rewards.errors import Conflict
from mi_rewards.money import Money
from mi_rewards.sql import SqlStore

OPENS_AT = datetime(2017, 3, 31, 6, 30, tzinfo=UTC)
AT = OPENS_AT + timedelta(seconds=1)
PAY_UNTIL = AT + timedelta(minutes=15)
PRICE = Money(1_099_900, "INR")
MODE = "credit_card"
ATTEMPTS = 1_000


class Turn(NamedTuple):
    """What all clients do at once.

    Attributes:
        what: The contestant: `"plain"`, or how many shards, `"16"`.
        quota_id: The quota.
        units: How many units each client takes.
        batch: How many of them in one `do_all`; 1 for single commands.
    """

    what: str
    quota_id: str
    units: int
    batch: int = 1


SCHEMA = (
    "CREATE TABLE plain_stock (quota_id text PRIMARY KEY, units_left bigint NOT NULL)",
    "CREATE TABLE plain_reservation (member_id text, order_id text, quota_id text NOT NULL,"
    " state text NOT NULL, price_minor bigint NOT NULL, currency text NOT NULL,"
    " payment_mode text NOT NULL, placed_at timestamptz NOT NULL, pay_until timestamptz NOT NULL,"
    " PRIMARY KEY (member_id, order_id))",
    "CREATE TABLE plain_receipt (member_id text, request_id text, content text NOT NULL,"
    " outcome json NOT NULL, PRIMARY KEY (member_id, request_id))",
    "CREATE INDEX plain_due ON plain_reservation (pay_until)",
)
"""What the plain transaction works on."""


def place(quota_id: str, number: int) -> PlacePreOrder:
    """Make the command of one contender."""
    return PlacePreOrder(
        member_id=f"{quota_id}-m{number}",
        request_id="place",
        at=AT,
        order_id="o1",
        quota_id=quota_id,
        price=PRICE,
        payment_mode=MODE,
        address_ref="home",
        pay_until=PAY_UNTIL,
    )


def plainly(connection: psycopg.Connection, quota_id: str, number: int) -> None:
    """Take a unit by the plain transaction, statement by statement."""
    member_id = f"{quota_id}-m{number}"
    execute = connection.execute
    execute("BEGIN")
    found = execute(
        "UPDATE plain_stock SET units_left = units_left - 1 WHERE quota_id = %s AND units_left > 0",
        (quota_id,),
    )
    assert found.rowcount == 1
    execute(
        "INSERT INTO plain_reservation VALUES (%s, %s, %s, 'placed', %s, %s, %s, %s, %s)",
        (member_id, "o1", quota_id, PRICE.minor, PRICE.currency, MODE, AT, PAY_UNTIL),
    )
    outcome = {"order_id": "o1", "quota_id": quota_id, "pay_until": PAY_UNTIL.isoformat()}
    execute(
        "INSERT INTO plain_receipt VALUES (%s, %s, %s, %s)",
        (member_id, "place", f"{number:032x}", json.dumps(outcome)),
    )
    execute("COMMIT")


def client(url: str, number: int, pipe: Connection) -> None:
    """Take units, turn by turn, in a process of its own.

    Args:
        url: The part of the database's URL behind `postgresql`.
        number: Which client this is.
        pipe: Where turns come from, and times go to.
    """
    plain = psycopg.connect(f"postgresql{url}", autocommit=True)
    engine = create_engine(f"postgresql+psycopg{url}", pool_size=1, max_overflow=0)
    rewards = Rewards(SqlStore(engine), bundled.programme("mi-preorders"))
    with plain, suppress(EOFError):
        while True:
            turn: Turn = pipe.recv()
            work = _work(turn, number, plain, rewards)
            pipe.send(None)
            pipe.recv()
            began = time.monotonic()
            work()
            pipe.send((began, time.monotonic()))
    engine.dispose()


def _work(
    turn: Turn, number: int, plain: psycopg.Connection, rewards: Rewards
) -> Callable[[], None]:
    """Prepare a client's share of a turn."""
    numbers = range(number * turn.units, (number + 1) * turn.units)
    if turn.what == "plain":
        return lambda: [plainly(plain, turn.quota_id, it) for it in numbers] and None
    commands = [place(turn.quota_id, it) for it in numbers]
    if turn.batch == 1:
        return lambda: (
            [
                with_retries(rewards, lambda mine, it=it: mine.do(it), attempts=ATTEMPTS)
                for it in commands
            ]
            and None
        )
    batches = [commands[it : it + turn.batch] for it in range(0, len(commands), turn.batch)]

    def all_of_it() -> None:
        for batch in batches:
            while True:
                try:
                    outcomes = rewards.do_all(batch)
                except Conflict:
                    continue
                assert not any(isinstance(it, Exception) for it in outcomes)
                break

    return all_of_it


class Clients:
    """Processes that take units on one database."""

    def __init__(self, url: str, count: int) -> None:
        self._url = url
        spawning = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for number in range(count):
            mine, theirs = spawning.Pipe()
            process = spawning.Process(target=client, args=(url, number, theirs), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(mine)
            self._processes.append(process)
        self._engine = create_engine(f"postgresql+psycopg{url}", pool_size=1)
        self._rewards = Rewards(SqlStore(self._engine), bundled.programme("mi-preorders"))
        self._count = count

    def __enter__(self) -> "Clients":
        """Have tables."""
        SqlStore(self._engine).create_tables()
        with psycopg.connect(f"postgresql{self._url}", autocommit=True) as admin:
            for text in SCHEMA:
                admin.execute(text.encode())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the processes end."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(10)
            process.kill()
        self._engine.dispose()

    def rate(self, turn: Turn) -> float:
        """Let all of them take their units; answer with how many they took in a second."""
        units = turn.units * self._count
        if turn.what == "plain":
            with psycopg.connect(f"postgresql{self._url}", autocommit=True) as admin:
                admin.execute("INSERT INTO plain_stock VALUES (%s, %s)", (turn.quota_id, units))
        else:
            self._rewards.do(
                OpenQuota(
                    quota_id=turn.quota_id,
                    request_id="open",
                    at=OPENS_AT,
                    units=4 * units,
                    terms_id="mi.com",
                    product_id="redmi-4a",
                    opens_at=OPENS_AT,
                    shards=int(turn.what),
                )
            )
        for pipe in self._pipes:
            pipe.send(turn)
        for pipe in self._pipes:
            pipe.recv()
        for pipe in self._pipes:
            pipe.send(None)
        times: Sequence[tuple[float, float]] = [pipe.recv() for pipe in self._pipes]
        return units / (max(it[1] for it in times) - min(it[0] for it in times))


def rates(clients: Clients, turns: Mapping[str, Turn], *, rounds: int) -> dict[str, float]:
    """Let contestants take turns, each round begun by another one; give the median of each."""
    found: dict[str, list[float]] = {name: [] for name in turns}
    names = list(turns)
    for nth in range(rounds + 1):
        names = names[1:] + names[:1]
        for name in names if nth % 2 == 0 else names[::-1]:
            turn = turns[name]._replace(quota_id=f"{name}-{nth}")
            found[name].append(clients.rate(turn))
    return {name: statistics.median(it[1:]) for name, it in found.items()}
