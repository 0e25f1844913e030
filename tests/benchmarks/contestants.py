"""Contestants: each carries the same requests out, the library's hosts and what is by hand.

A contestant has a database of its own with the same members in it, and answers for a number of
requests at once, so that it can be timed. Requests are made while the clock runs; only their names
and instants are there before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from mi_rewards import bundled
from mi_rewards.commands import (
    AsyncRewards,
    BurnTokens,
    Capture,
    Command,
    Deliver,
    Join,
    Open,
    PlaceHold,
    Return,
    Rewards,
)
from mi_rewards.money import Money
from mi_rewards.repositories import Store
from mi_rewards.sql import AsyncSqlStore
from tests.benchmarks import by_hand
from tests.benchmarks.by_hand import Given, Request, Work

PROGRAMME = bundled.programme("reward-mi")
START = datetime(2018, 3, 1, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)

LOTS = {date(2018, 12, 31): 10**6, date(2019, 12, 31): 10**6}
"""What every member has to begin with."""

MEMBERS = [f"member-{number}" for number in range(500)]
PAID_MINOR, RETURNED_MINOR = 500_000, 100_000


class Step(NamedTuple):
    """A request.

    Attributes:
        kind: Of what kind, such as `"burn"`.
        member_id: Whose.
        number: Counts all requests.
        order: Counts orders and holds; a step may concern those of a step before it.
        at: When.
    """

    kind: str
    member_id: str
    number: int
    order: int
    at: datetime


MIX = ("deliver", "hold", "capture", "burn", "return")
"""Kinds of requests, in the order in which each member makes them."""

Chunk = Callable[[Sequence[Step]], object]
"""Carries out requests one after the other."""


def steps(kinds: Sequence[str], numbers: range) -> list[Step]:
    """Make requests, each member's of all kinds one after the other."""
    made = []
    for number in numbers:
        order, nth = divmod(number, len(kinds))
        member_id, at = MEMBERS[order % len(MEMBERS)], START + SECOND * number
        made.append(Step(kinds[nth], member_id, number, order, at))
    return made


def command_of(step: Step) -> Command[Any]:
    """Make the command of a step."""
    kind, member_id, number, order, at = step
    name = f"r{number}"
    if kind == "burn":
        return BurnTokens(member_id=member_id, request_id=name, at=at, tokens=1)
    if kind == "deliver":
        paid = Money(PAID_MINOR, "INR")
        return Deliver(
            member_id=member_id, request_id=name, at=at, order_id=f"o{order}", amount=paid
        )
    if kind == "hold":
        return PlaceHold(
            member_id=member_id, request_id=f"h{order}", at=at, tokens=10, until=at + DAY
        )
    if kind == "capture":
        return Capture(member_id=member_id, request_id=name, at=at, hold_id=f"h{order}")
    back = Money(RETURNED_MINOR, "INR")
    return Return(member_id=member_id, request_id=name, at=at, order_id=f"o{order}", value=back)


def by_hand_of(given: Given, step: Step) -> Work:
    """Make the same by hand."""
    kind, member_id, number, order, at = step
    if kind == "hold":
        return by_hand.hold(given, Request(member_id, f"h{order}", at), 10, at + DAY)
    request = Request(member_id, f"r{number}", at)
    if kind == "burn":
        return by_hand.burn(given, request, 1)
    if kind == "deliver":
        return by_hand.deliver(given, request, f"o{order}", PAID_MINOR)
    if kind == "capture":
        return by_hand.capture(given, request, f"h{order}")
    return by_hand.give_back(given, request, f"o{order}", RETURNED_MINOR)


def beginnings() -> list[Command[Any]]:
    """Make the commands by which every member has what it has to begin with."""
    commands: list[Command[Any]] = []
    for member_id in MEMBERS:
        commands.append(Join(member_id=member_id, request_id="join", at=START))
        for last_day, tokens in LOTS.items():
            commands.append(
                Open(
                    member_id=member_id,
                    request_id=f"open-{last_day}",
                    at=START,
                    tokens=tokens,
                    last_day=last_day,
                )
            )
    return commands


def ours(store: Store) -> Chunk:
    """The library on a store."""
    rewards = Rewards(store, PROGRAMME)
    rewards.do_all(beginnings())

    def chunk(steps: Sequence[Step]) -> None:
        for step in steps:
            rewards.do(command_of(step))

    return chunk


def hand(driver: Any) -> Chunk:
    """By hand, on a driver of `by_hand_drivers`."""
    given = driver.given
    for member_id in MEMBERS:
        driver.do(by_hand.begun(given, member_id, START, LOTS))

    def chunk(steps: Sequence[Step]) -> None:
        for step in steps:
            driver.do(by_hand_of(given, step))

    return chunk


def hand_at_once(driver: Any) -> Chunk:
    """The same by hand, a chunk in one transaction; the members are there already."""

    def chunk(steps: Sequence[Step]) -> None:
        driver.do(by_hand.together([by_hand_of(driver.given, step) for step in steps]))

    return chunk


class Loop:
    """An event loop that carries out chunks."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def run(self, work: Awaitable[Any]) -> Any:
        """Run something to its end."""
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        """Close it."""
        self._loop.close()

    def ours(self, engine: AsyncEngine) -> Chunk:
        """The library on an `AsyncEngine`, which commits by itself."""
        rewards = self._begun(engine)

        async def chunk(steps: Sequence[Step]) -> None:
            for step in steps:
                await rewards.do(command_of(step))

        return lambda steps: self.run(chunk(steps))

    def joined(self, engine: AsyncEngine) -> Chunk:
        """The library within a transaction of an `AsyncSession`: begin, do, commit."""
        store = AsyncSqlStore(engine)
        self._begun(engine)

        async def chunk(steps: Sequence[Step]) -> None:
            for step in steps:
                async with AsyncSession(engine) as session, session.begin():
                    await AsyncRewards(store.joined(session), PROGRAMME).do(command_of(step))

        return lambda steps: self.run(chunk(steps))

    def hand(self, driver: Any) -> Chunk:
        """By hand, on an async driver of `by_hand_drivers`."""
        given = driver.given

        async def begin() -> None:
            for member_id in MEMBERS:
                await driver.do(by_hand.begun(given, member_id, START, LOTS))

        async def chunk(steps: Sequence[Step]) -> None:
            for step in steps:
                await driver.do(by_hand_of(given, step))

        self.run(begin())
        return lambda steps: self.run(chunk(steps))

    def _begun(self, engine: AsyncEngine) -> AsyncRewards:
        """Create tables and members."""
        store = AsyncSqlStore(engine)
        rewards = AsyncRewards(store, PROGRAMME)
        self.run(store.create_tables())
        self.run(rewards.do_all(beginnings()))
        return rewards
