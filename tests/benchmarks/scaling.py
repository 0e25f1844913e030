"""The library's hosts beside themselves: batches, repeated requests, long histories."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from sqlalchemy import Engine

from mi_rewards.commands import Rewards
from mi_rewards.repositories import Needs, wallet_key
from mi_rewards.sql import SqlStore, open_engine
from tests.benchmarks.by_hand_drivers import OnSqlite
from tests.benchmarks.contestants import (
    MEMBERS,
    PROGRAMME,
    Step,
    beginnings,
    command_of,
    hand,
    hand_at_once,
    steps,
)
from tests.benchmarks.databases import SYNCHRONOUS, Databases
from tests.benchmarks.measuring import Rate, Ratio, rates_by_turns, seconds_by_turns

BATCHES = (100, 500)
BATCH_BOUND = 5
"""How much of the single rate `do_all` must reach."""

CHUNK, TURNS = 100, 21
LONG, SHORT = 100_000, 10
HISTORY_BOUND = 1.1


class Scene(NamedTuple):
    """A store with members in it.

    Attributes:
        rewards: The library on it.
        how: What its commits are.
    """

    rewards: Rewards
    how: str

    def singles(self, numbers: range) -> None:
        """Carry burns out one by one."""
        for step in steps(("burn",), numbers):
            self.rewards.do(command_of(step))

    def batches(self, numbers: range, size: int) -> None:
        """Carry burns out in batches."""
        for first in range(numbers.start, numbers.stop, size):
            made = steps(("burn",), range(first, first + size))
            outcomes = self.rewards.do_all([command_of(step) for step in made])
            assert not any(isinstance(it, Exception) for it in outcomes), outcomes


def rows(database: str, made: Databases) -> Iterator[Rate | Ratio]:
    """Measure everything on a database."""
    for durable in (True, False):
        engine = _engine(database, made, durable=durable)
        try:
            store = SqlStore(engine)
            store.create_tables()
            rewards = Rewards(store, PROGRAMME)
            rewards.do_all(beginnings())
            scene = Scene(rewards, "durable" if durable else "not durable")
            yield from _batches(scene)
            if database == "SQLite":
                yield from _at_once(scene, made, durable=durable)
            yield _repeated(scene)
            if not durable:
                yield _histories(scene)
        finally:
            engine.dispose()


def _engine(database: str, made: Databases, *, durable: bool) -> Engine:
    """Make an engine on a new database."""
    name = f"scaling_{durable}"
    if database == "SQLite":
        return open_engine(f"sqlite:///{made.sqlite(name)}", synchronous=SYNCHRONOUS[durable])
    return open_engine(f"postgresql+psycopg{made.postgresql(name, durable=durable)}")


def _batches(scene: Scene) -> Iterator[Rate]:
    """Measure batches beside single commands, as many of either."""
    for nth, size in enumerate(BATCHES, start=1):

        def at(turn: int, apart: int, nth: int = nth, size: int = size) -> range:
            first = nth * 10**7 + apart * 10**6 + turn * size
            return range(first, first + size)

        def batch(turn: int, size: int = size) -> None:
            scene.batches(at(turn, 0), size)

        works = {"batch": batch, "single": lambda turn: scene.singles(at(turn, 1))}
        rates = rates_by_turns(works, steps=size, turns=TURNS)
        what = f"do_all of {size}, {scene.how} / single"
        yield Rate(what, rates["batch"], rates["single"], BATCH_BOUND)


def _at_once(scene: Scene, made: Databases, *, durable: bool) -> Iterator[Rate]:
    """Measure batches beside as many by hand in one transaction, and these beside single ones."""
    size = BATCHES[0]
    driver = OnSqlite(made.sqlite(f"at_once_{durable}"), SYNCHRONOUS[durable])
    try:
        single, at_once = hand(driver), hand_at_once(driver)

        def made_steps(turn: int, apart: int) -> list[Step]:
            first = 25 * 10**6 + apart * 10**6 + turn * size
            return steps(("burn",), range(first, first + size))

        works = {
            "batch": lambda turn: scene.batches(
                range(25 * 10**6 + turn * size, 25 * 10**6 + (turn + 1) * size), size
            ),
            "at once": lambda turn: at_once(made_steps(turn, 1)),
            "single": lambda turn: single(made_steps(turn, 2)),
        }
        rates = rates_by_turns(works, steps=size, turns=TURNS)
    finally:
        driver.connection.close()
    what = f"of {size}, {scene.how}"
    yield Rate(f"do_all {what} / by hand", rates["batch"], rates["at once"], None)
    yield Rate(f"by hand {what} / single", rates["at once"], rates["single"], None)


def _repeated(scene: Scene) -> Ratio:
    """Measure requests that come again beside new ones."""

    def numbers(turn: int) -> range:
        return range(3 * 10**7 + turn * CHUNK, 3 * 10**7 + (turn + 1) * CHUNK)

    def again(turn: int) -> None:
        scene.singles(again_numbers)

    again_numbers = range(3 * 10**7 - CHUNK, 3 * 10**7)
    scene.singles(again_numbers)
    new = {"again": again, "new": lambda turn: scene.singles(numbers(turn))}
    times = seconds_by_turns(new, turns=TURNS)
    each = [times[name] / CHUNK * 1e6 for name in ("again", "new")]
    return Ratio(f"a request again, {scene.how} / new", each[0], each[1], "us", 1)


def _histories(scene: Scene) -> Ratio:
    """Measure burns of a member with many entries beside those of one with few.

    The member with few is another one in every turn, so that it stays one with few.
    """
    rewards, store = scene.rewards, scene.rewards.store
    long, shorts = MEMBERS[0], MEMBERS[1 : TURNS + 2]

    def burns(member_id: str, first: int, size: int) -> list[Step]:
        at = steps(("burn",), range(4 * 10**7, 4 * 10**7 + 1))[0].at
        return [Step("burn", member_id, first + nth, 0, at) for nth in range(size)]

    for first in range(0, LONG, 1_000):
        rewards.do_all([command_of(it) for it in burns(long, 5 * 10**7 + first, 1_000)])
    wallet = store.load(Needs((wallet_key(long, PROGRAMME.kind),))).get(
        wallet_key(long, PROGRAMME.kind)
    )
    assert wallet is not None
    assert wallet.sequence >= LONG, wallet

    def carry_out(members: list[str], turn: int) -> None:
        for step in burns(members[turn % len(members)], 6 * 10**7 + turn * SHORT, SHORT):
            rewards.do(command_of(step))

    works = {"long": partial(carry_out, [long]), "short": partial(carry_out, shorts)}
    times = seconds_by_turns(works, turns=len(shorts) - 1)
    each = [times[name] / SHORT * 1e6 for name in ("long", "short")]
    return Ratio(f"{LONG:,} entries / about {SHORT}", each[0], each[1], "us", HISTORY_BOUND)
