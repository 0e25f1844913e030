"""Hosts on SQLite and PostgreSQL, beside the same written by hand: rates, in the same run.

1. Contestants carry out the same requests by turns, in chunks; each follows each other equally
   often. A rate is that of the median turn.
2. By hand is `tests/benchmarks/by_hand.py`: on the driver itself, and on SQLite also through
   SQLAlchemy. A ratio is how much of that rate a host of the library's has.
3. On SQLite all is kept on one processor, since aiosqlite has a thread for each connection.
4. Then the library beside itself: batches beside single commands, a repeated request beside a new
   one, a member with 100,000 entries beside one with ten.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from mi_rewards.sql import SqlStore, open_async_engine, open_engine
from tests.benchmarks import by_hand_drivers as drivers
from tests.benchmarks import scaling
from tests.benchmarks.contestants import MIX, Chunk, Loop, hand, ours, steps
from tests.benchmarks.databases import SYNCHRONOUS, Databases, databases
from tests.benchmarks.measuring import Rate, Ratio, one_processor, rates_by_turns

TURNS, CHUNK = 101, 10

NOT_DURABLE = 0.4
"""How much of the rate by hand every host must reach where commits are not durable."""

Row = Rate | Ratio | str


class Contest(NamedTuple):
    """Two contestants to be compared.

    Attributes:
        what: What is printed.
        ours: The name of the library's.
        floor: The name of what it is measured by.
        bound: How much of the rate must be reached where commits are durable.
    """

    what: str
    ours: str
    floor: str
    bound: float


CONTESTS = {
    "SQLite": (
        Contest("SqlStore / sqlite3", "store", "sqlite3", 0.7),
        Contest("SqlStore / SQLAlchemy by hand", "store", "through", 0.7),
        Contest("AsyncSqlStore / aiosqlite", "async", "aiosqlite", 0.7),
        Contest("AsyncSession / aiosqlite", "session", "aiosqlite", 0.5),
    ),
    "PostgreSQL": (
        Contest("SqlStore / psycopg", "store", "psycopg", 0.8),
        Contest("AsyncSqlStore on asyncpg / asyncpg", "asyncpg store", "asyncpg", 0.8),
        Contest("AsyncSession on asyncpg / asyncpg", "asyncpg session", "asyncpg", 0.5),
        Contest("AsyncSqlStore on psycopg / psycopg", "psycopg store", "async psycopg", 0.8),
        Contest("AsyncSession on psycopg / psycopg", "psycopg session", "async psycopg", 0.5),
    ),
}
"""What is compared on either database."""


def rows() -> Iterator[Row]:
    """Measure everything."""
    with databases() as made:
        yield from made.settings()
        for database, make in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgresql)):
            for durable in (True, False):
                how = (
                    f"durable, a page synced in {made.synced():.0f} us"
                    if durable
                    else "not durable"
                )
                yield f"{database}, commits {how}:"
                with ExitStack() as stack:
                    contestants = make(made, stack, durable=durable)
                    for kinds in (("burn",), MIX):
                        yield from _contests(database, contestants, kinds, durable=durable)
            yield f"{database}, the library beside itself:"
            yield from scaling.rows(database, made)


def _contests(
    database: str, contestants: dict[str, Chunk], kinds: Sequence[str], *, durable: bool
) -> Iterator[Rate]:
    """Have contestants carry out requests of these kinds, by turns."""
    what, begin = ("burn", 0) if len(kinds) == 1 else ("mix", 10**6)
    size = CHUNK - CHUNK % len(kinds)

    def turn(contestant: Chunk, nth: int) -> None:
        contestant(steps(kinds, range(begin + nth * size, begin + (nth + 1) * size)))

    rates = rates_by_turns(
        {name: partial(turn, it) for name, it in contestants.items()}, steps=size, turns=TURNS
    )
    for contest in CONTESTS[database]:
        bound = contest.bound if durable else NOT_DURABLE
        pair = rates[contest.ours], rates[contest.floor]
        yield Rate(f"{what}, {contest.what}", *pair, bound)


def _on_sqlite(made: Databases, stack: ExitStack, *, durable: bool) -> dict[str, Chunk]:
    """Make the contestants on SQLite."""
    stack.enter_context(one_processor())
    loop, synchronous = Loop(), SYNCHRONOUS[durable]
    stack.callback(loop.close)

    def file(name: str) -> str:
        return made.sqlite(f"{name}-{synchronous}")

    def engine(name: str) -> AsyncEngine:
        created = open_async_engine(f"sqlite+aiosqlite:///{file(name)}", synchronous=synchronous)
        stack.callback(lambda: loop.run(created.dispose()))
        return created

    by_sqlalchemy = open_engine(f"sqlite:///{file('through')}", synchronous=synchronous)
    store = SqlStore(open_engine(f"sqlite:///{file('store')}", synchronous=synchronous))
    store.create_tables()
    on_sqlite3 = drivers.OnSqlite(file("sqlite3"), synchronous)
    on_aiosqlite = loop.run(drivers.OnAiosqlite.opened(file("aiosqlite"), synchronous))
    stack.callback(by_sqlalchemy.dispose)
    stack.callback(store.engine.dispose)
    stack.callback(on_sqlite3.connection.close)
    stack.callback(lambda: loop.run(on_aiosqlite.connection.close()))
    return {
        "store": ours(store),
        "sqlite3": hand(on_sqlite3),
        "through": hand(drivers.OnSqlalchemy(by_sqlalchemy)),
        "async": loop.ours(engine("async")),
        "session": loop.joined(engine("session")),
        "aiosqlite": loop.hand(on_aiosqlite),
    }


def _on_postgresql(made: Databases, stack: ExitStack, *, durable: bool) -> dict[str, Chunk]:
    """Make the contestants on PostgreSQL."""
    loop = Loop()
    stack.callback(loop.close)

    def url(name: str) -> str:
        return made.postgresql(f"{name}_{durable}".replace(" ", "_"), durable=durable)

    def engine(name: str, driver: str) -> AsyncEngine:
        created = create_async_engine(f"postgresql+{driver}{url(name)}")
        stack.callback(lambda: loop.run(created.dispose()))
        return created

    store = SqlStore(open_engine(f"postgresql+psycopg{url('store')}"))
    store.create_tables()
    on_psycopg = drivers.OnPsycopg(url("psycopg"))
    on_asyncpg = loop.run(drivers.OnAsyncpg.opened(url("asyncpg")))
    on_async_psycopg = loop.run(drivers.OnPsycopgAsync.opened(url("async psycopg")))
    stack.callback(store.engine.dispose)
    stack.callback(on_psycopg.connection.close)
    stack.callback(lambda: loop.run(on_asyncpg.connection.close()))
    stack.callback(lambda: loop.run(on_async_psycopg.connection.close()))
    return {
        "store": ours(store),
        "psycopg": hand(on_psycopg),
        "asyncpg store": loop.ours(engine("asyncpg store", "asyncpg")),
        "asyncpg session": loop.joined(engine("asyncpg session", "asyncpg")),
        "asyncpg": loop.hand(on_asyncpg),
        "psycopg store": loop.ours(engine("psycopg store", "psycopg")),
        "psycopg session": loop.joined(engine("psycopg session", "psycopg")),
        "async psycopg": loop.hand(on_async_psycopg),
    }
