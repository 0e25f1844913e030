"""A command on a member with 100,000 entries, beside the same on one with ten.

Both live in one `MemoryStore`. Commands on either are timed one by one, by turns; the member with
ten entries is another one every few commands, so that it stays one with about ten.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from mi_rewards import bundled
from mi_rewards.commands import BurnTokens, Command, Deliver, Join, Rewards
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money
from mi_rewards.wallet import Wallet
from tests.benchmarks.measuring import Ratio

LONG, SHORT = 100_000, 10
ROUNDS, TURNS = 100, 10
"""Members with few entries, and commands of a kind on each."""

BOUND = 1.1

START = datetime(2018, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PAID = Money(1_000_000, "INR")

Making = Callable[[str, int], Command[object]]


def ratios() -> Iterator[Ratio]:
    """Measure a delivery and a burn."""
    rewards = Rewards(MemoryStore(), bundled.programme("reward-mi"))
    numbers = count()
    _grown(rewards, "long", LONG, numbers)
    members = [f"short-{number}" for number in range(ROUNDS)]
    for member_id in members:
        _grown(rewards, member_id, SHORT, numbers)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        makings: tuple[tuple[str, Making], ...] = (("deliver", _deliver), ("burn", _burn))
        for what, making in makings:
            times = _times(rewards, members, making, numbers)
            yield Ratio(f"{what}, {LONG:,} entries beside {SHORT}", *times, "us", BOUND)
    finally:
        gc.enable()
        gc.unfreeze()


def _times(
    rewards: Rewards, members: list[str], making: Making, numbers: Iterator[int]
) -> tuple[float, float]:
    """Time commands by turns, and answer with the median of either in microseconds."""
    long: list[int] = []
    short: list[int] = []
    for member_id in members:
        for turn in range(TURNS):
            pair = [("long", long), (member_id, short)]
            for who, times in pair if turn % 2 == 0 else pair[::-1]:
                command = making(who, next(numbers))
                began = time.perf_counter_ns()
                rewards.do(command)
                times.append(time.perf_counter_ns() - began)
    return statistics.median(long) / 1_000, statistics.median(short) / 1_000


def _deliver(member_id: str, number: int) -> Deliver:
    """An order that earns a thousand tokens."""
    return Deliver(
        member_id=member_id,
        request_id=f"d{number}",
        at=START + SECOND * number,
        order_id=f"o{number}",
        amount=PAID,
    )


def _burn(member_id: str, number: int) -> BurnTokens:
    """A token spent."""
    return BurnTokens(
        member_id=member_id, request_id=f"b{number}", at=START + SECOND * number, tokens=1
    )


def _grown(rewards: Rewards, member_id: str, entries: int, numbers: Iterator[int]) -> None:
    """Let a member join and have so many entries: orders delivered."""
    rewards.do(Join(member_id=member_id, request_id="join", at=START))
    for first in range(0, entries, 1_000):
        number = min(1_000, entries - first)
        rewards.do_all([_deliver(member_id, next(numbers)) for _ in range(number)])
    assert isinstance(rewards.store, MemoryStore)
    (grown,) = (it for it in rewards.store.all_of(Wallet) if it.owner.member_id == member_id)
    assert grown.sequence == entries, grown.sequence
