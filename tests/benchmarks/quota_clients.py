"""Clients of a quota: processes that take units of it all at once, each on its own connections.

1. A client prepares its share of a turn, says so, and begins when all are ready.
2. What counts is the time from the first one's beginning to the last one's end; the clock is the
   machine's, and so the same for all of them.
3. Both contestants keep the price, the payment's deadline and what was answered; ours also which
   shard the unit is of, the terms that hold, and every move of the unit.
"""

import gc
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Self

import psycopg
from sqlalchemy import Engine, create_engine

from mi_rewards import bundled
from mi_rewards.commands import OpenQuota, PlacePreOrder, PreOrdered, Rewards, with_retries
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import Money
from mi_rewards.preorders import QuotaExhausted
from mi_rewards.sql import SqlStore

OPENS_AT = datetime(2017, 3, 31, 6, 30, tzinfo=UTC)
AT = OPENS_AT + timedelta(seconds=1)
PAY_UNTIL = AT + timedelta(minutes=15)
PRICE = Money(1_099_900, "INR")
MODE = "credit_card"
ATTEMPTS = 1_000
PROGRAMME = partial(bundled.programme, "mi-preorders")


PLAIN = "plain"
"""The plain transaction, as a contestant."""

PLAIN_ROWS = "plain, 16 rows"
"""The same where units are spread over as many rows, and each member has one of them."""

ROWS = {PLAIN: 1, PLAIN_ROWS: 16}


class Turn(NamedTuple):
    """What all clients do at once.

    Attributes:
        what: The contestant: one of `ROWS`, or how many shards, `"16"`.
        units: How many units each client asks for.
        batch: How many of them in one `do_all`; 1 for single commands.
        is_late: Whether nothing is left.
        quota_id: The quota; another one each time.
    """

    what: str
    units: int
    batch: int = 1
    is_late: bool = False
    quota_id: str = ""


class Share(NamedTuple):
    """What a client took for its share of a turn, in seconds.

    Attributes:
        began: When, by the machine's clock.
        ended: The same.
        busy: The processor's time of the client.
    """

    began: float
    ended: float
    busy: float


class Measured(NamedTuple):
    """What a turn came to.

    Attributes:
        rate: How many were answered in a second.
        clients_us: The processor's microseconds of the clients for each.
        server_us: The same of the server, where the system tells.
    """

    rate: float
    clients_us: float
    server_us: float


SCHEMA = (
    """
    CREATE TABLE plain_stock (
        quota_id text, shard int, units_left bigint NOT NULL, PRIMARY KEY (quota_id, shard)
    )
    """,
    """
    CREATE TABLE plain_reservation (
        member_id text, order_id text, quota_id text NOT NULL, state text NOT NULL,
        price_minor bigint NOT NULL, currency text NOT NULL, payment_mode text NOT NULL,
        placed_at timestamptz NOT NULL, pay_until timestamptz NOT NULL,
        PRIMARY KEY (member_id, order_id)
    )
    """,
    """
    CREATE TABLE plain_receipt (
        member_id text, request_id text, content text NOT NULL, outcome json NOT NULL,
        PRIMARY KEY (member_id, request_id)
    )
    """,
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


def plainly(connection: psycopg.Connection, quota_id: str, number: int, rows: int = 1) -> bool:
    """Take a unit by the plain transaction, statement by statement; say whether there was one."""
    member_id = f"{quota_id}-m{number}"
    execute = connection.execute
    execute("BEGIN")
    found = execute(
        "UPDATE plain_stock SET units_left = units_left - 1"
        " WHERE quota_id = %s AND shard = %s AND units_left > 0",
        (quota_id, number % rows),
    )
    if not found.rowcount:
        execute("ROLLBACK")
        return False
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
    return True


class Client:
    """One connection for each contestant, in a process of its own."""

    def __init__(self, url: str, number: int) -> None:
        self._number = number
        self._plain = psycopg.connect(f"postgresql{url}", autocommit=True)
        self._engine = engine_on(url)
        self._rewards = Rewards(SqlStore(self._engine), PROGRAMME())

    def work(self, turn: Turn) -> Callable[[], None]:
        """Prepare this client's share of a turn."""
        numbers = range(self._number * turn.units, (self._number + 1) * turn.units)
        if turn.what in ROWS:
            return lambda: self._plainly(turn, numbers)
        commands = [place(turn.quota_id, it) for it in numbers]
        if turn.batch == 1:
            return lambda: self._singly(turn, commands)
        firsts = range(0, turn.units, turn.batch)
        return lambda: self._at_once(turn, [commands[it : it + turn.batch] for it in firsts])

    def _plainly(self, turn: Turn, numbers: Iterable[int]) -> None:
        """Ask for units by the plain transaction."""
        for number in numbers:
            is_sold = plainly(self._plain, turn.quota_id, number, ROWS[turn.what])
            assert is_sold is not turn.is_late

    def _singly(self, turn: Turn, commands: Iterable[PlacePreOrder]) -> None:
        """Ask for units by single commands."""
        for command in commands:
            try:
                with_retries(self._rewards, partial(done, command), attempts=ATTEMPTS)
            except QuotaExhausted:
                assert turn.is_late

    def _at_once(self, turn: Turn, batches: Iterable[Sequence[PlacePreOrder]]) -> None:
        """Ask for units by many commands at once."""
        for batch in batches:
            outcomes = with_retries(self._rewards, partial(all_done, batch), attempts=ATTEMPTS)
            answer = QuotaExhausted if turn.is_late else PreOrdered
            assert {type(it) for it in outcomes} == {answer}

    def close(self) -> None:
        """Close the connections."""
        self._plain.close()
        self._engine.dispose()


def done(command: PlacePreOrder, rewards: Rewards) -> PreOrdered:
    """Carry out a command."""
    return rewards.do(command)


def all_done(
    commands: Sequence[PlacePreOrder], rewards: Rewards
) -> list[PreOrdered | Refused | Misuse]:
    """Carry out many commands at once."""
    return rewards.do_all(commands)


def run_client(url: str, number: int, pipe: "Connection[object, Turn | None]") -> None:
    """Take units, turn by turn, in a process of its own.

    Args:
        url: The part of the database's URL behind `postgresql`.
        number: Which client this is.
        pipe: Where turns come from, and times go to.
    """
    client = Client(url, number)
    while (turn := pipe.recv()) is not None:
        work = client.work(turn)
        gc.collect()
        gc.disable()
        pipe.send(None)
        pipe.recv()
        began, busy = time.monotonic(), time.process_time()
        work()
        pipe.send(Share(began, time.monotonic(), time.process_time() - busy))
        gc.enable()
    client.close()


def engine_on(url: str) -> Engine:
    """Make an engine with one connection."""
    return create_engine(f"postgresql+psycopg{url}", pool_size=1, max_overflow=0)


class Clients:
    """Processes that take units on one database."""

    def __init__(self, url: str, count: int) -> None:
        self._url, self._count = url, count
        self._engine = engine_on(url)
        self._rewards = Rewards(SqlStore(self._engine), PROGRAMME())
        self._stack = ExitStack()
        self._pipes: list[Connection[Turn | None, Any]] = []

    def __enter__(self) -> Self:
        """Have tables, and start the processes."""
        SqlStore(self._engine).create_tables()
        with psycopg.connect(f"postgresql{self._url}", autocommit=True) as admin:
            for text in SCHEMA:
                admin.execute(text.encode())
        spawning = multiprocessing.get_context("spawn")
        for number in range(self._count):
            mine, theirs = spawning.Pipe()
            arguments = (self._url, number, theirs)
            process = spawning.Process(target=run_client, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(mine)
            self._stack.callback(process.join, 10)
            self._stack.callback(self._end, mine)
        return self

    def __exit__(self, *_: object) -> None:
        """Let the processes end."""
        self._stack.close()
        self._engine.dispose()

    @staticmethod
    def _end(pipe: "Connection[Turn | None, Any]") -> None:
        """Tell a process that there are no more turns, unless it is gone."""
        with suppress(BrokenPipeError):
            pipe.send(None)

    def measured(self, turn: Turn) -> Measured:
        """Let all of them ask for their units."""
        units = turn.units * self._count
        self._open(turn, 0 if turn.is_late else 2 * units)
        for pipe in self._pipes:
            pipe.send(turn)
        for pipe in self._pipes:
            pipe.recv()
        busy = self._server_busy()
        for pipe in self._pipes:
            pipe.send(None)
        shares: list[Share] = [pipe.recv() for pipe in self._pipes]
        seconds = max(it.ended for it in shares) - min(it.began for it in shares)
        server_us = (self._server_busy() - busy) * 1e6
        clients_us = sum(it.busy for it in shares) * 1e6
        return Measured(units / seconds, clients_us / units, server_us / units)

    def _server_busy(self) -> float:
        """Add up the processor's seconds of what serves this database."""
        with psycopg.connect(f"postgresql{self._url}", autocommit=True) as admin:
            found = admin.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            ).fetchall()
        ticks = 0
        for (pid,) in found:
            with suppress(FileNotFoundError):
                fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _open(self, turn: Turn, units: int) -> None:
        """Open a quota: in shards, or a row that is counted down."""
        if turn.what in ROWS:
            with psycopg.connect(f"postgresql{self._url}", autocommit=True) as admin:
                admin.execute(
                    "INSERT INTO plain_stock SELECT %s, it, %s FROM generate_series(0, %s) it",
                    (turn.quota_id, units, ROWS[turn.what] - 1),
                )
            return
        self._rewards.do(
            OpenQuota(
                quota_id=turn.quota_id,
                request_id="open",
                at=OPENS_AT,
                units=units,
                terms_id="mi.com",
                product_id="redmi-4a",
                opens_at=OPENS_AT,
                shards=int(turn.what),
            )
        )


def medians_by_rounds(
    clients: Clients, turns: Mapping[str, Turn], *, rounds: int
) -> dict[str, Measured]:
    """Let contestants take turns, each round begun by another one.

    Args:
        clients: The clients.
        turns: What each contestant does, by its name.
        rounds: How many rounds count; one before them is no more than practice.

    Returns:
        What each came to, figure by figure in its median round.
    """
    found: dict[str, list[Measured]] = {name: [] for name in turns}
    names = list(turns)
    for nth in range(rounds + 1):
        names = names[1:] + names[:1]
        for name in names if nth % 2 == 0 else names[::-1]:
            found[name].append(clients.measured(turns[name]._replace(quota_id=f"{name}-{nth}")))
    return {
        name: Measured(*map(statistics.median, zip(*it[1:], strict=True)))
        for name, it in found.items()
    }
