"""What a batch asks a store for, and how often."""

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import CouponTerms, FCodeTerms, Reward, Validity
from mi_rewards.commands import AsyncRewards, Burned, Command, Rewards
from mi_rewards.commands.command import Decision
from mi_rewards.commands.shells.batch import _touched
from mi_rewards.errors import Conflict, LimitReached
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import Changes, Loaded, Needs, Put, key_of
from mi_rewards.wallet import Wallet
from mi_rewards.wallet.entries import MERGED
from tests.catalogue import voucher
from tests.exchanging import exchange
from tests.shop import bring, burn, call_off, code, inr, redeem, rules, use
from tests.wallets import OWNER

CUP = Reward("cup", "Cup", 10, CouponTerms(Validity(days=9), value=inr(1)), is_revocable=True)
CUPS = rules(rewards=(CUP,))
LAST_CUP = rules(rewards=(attrs.evolve(CUP, stock=1),))


class Counting(MemoryStore):
    """A store in memory that notes how many aggregates each load is for."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[int] = []

    def load(self, needs: Needs, /) -> Loaded:
        """Note, and answer."""
        self.loads.append(len(needs.aggregates))
        return super().load(needs)


def having(*commands: Command[Any]) -> Rewards:
    """Make a store on which these were carried out."""
    rewards = Rewards(Counting(), CUPS)
    for command in commands:
        rewards.do(command)
    return rewards


def loads_of(rewards: Rewards, commands: Sequence[Command[Any]]) -> list[int]:
    """Carry commands out at once, all granted; answer with how many aggregates each load is for."""
    store = rewards.store
    assert isinstance(store, Counting)
    store.loads.clear()
    assert not [it for it in rewards.do_all(commands) if isinstance(it, Exception)]
    return store.loads


def test_what_is_found_to_be_needed_is_loaded_once_for_all() -> None:
    """Of twenty members as of one: their vouchers are named by codes, and found by these."""
    rewards = having()
    for count in (1, 20):
        members = [f"{count}-{number}" for number in range(count)]
        drawn = [code(10 * count + number) for number in range(count)]
        rewards.do_all([bring(10, by=by) for by in members])
        rewards.do_all([redeem(by=by, code=it) for by, it in zip(members, drawn, strict=True)])
        works: list[Command[Any]] = [
            use(it, "o1", by=by) for by, it in zip(members, drawn, strict=True)
        ]
        assert loads_of(rewards, works) == [count, count]


def test_commands_of_several_kinds_look_ahead_together() -> None:
    """One finds its voucher, the other its voucher and its burn: one load for both."""
    prepared = (bring(20), redeem(), redeem(by="asha", request="second", code=code(2)))
    rewards = having(*prepared)
    works: list[Command[Any]] = [use(code(), "o1"), call_off("second")]
    assert loads_of(rewards, works) == [3, 3]


def test_whoever_looks_ahead_decides_nothing() -> None:
    """What cannot be granted yet, and what has its receipt, are told when it is their turn."""
    prepared = (bring(20), redeem(), burn(1, request="seen"))
    commands: list[Command[Any]] = [
        use(code(), "o1"),
        burn(1, request="seen"),
        burn(20, request="too much"),
        redeem(request="second", code=code(2)),
        bring(25),
        redeem(request="second", code=code(2)),
        use(code(2), "o2", request="use the second"),
        use(code(2), "o3", request="use it again"),
        burn(2, request="seen"),
    ]
    together = having(*prepared).do_all(commands)
    alone = having(*prepared)
    one_by_one = [alone.do_all([it])[0] for it in commands]
    assert [repr(it) for it in together] == [repr(it) for it in one_by_one]
    assert [type(it).__name__ for it in together] == [
        *("VoucherChanged", "Burned", "InsufficientTokens", "InsufficientTokens", "Opened"),
        *("Issued", "VoucherChanged", "VoucherUsed", "RequestReused"),
    ]


class _Overtaken(MemoryStore):
    """A store in which another takes the last cup, once, before what was decided is saved."""

    def __init__(self) -> None:
        super().__init__()
        self.other: list[Command[Any]] = []

    def save(self, changes: Changes, /) -> None:
        """Let the other go first."""
        if self.other:
            Rewards(self, LAST_CUP).do(self.other.pop())
        super().save(changes)


@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_batch_that_loses_the_last_one_is_decided_again(*, is_awaited: bool) -> None:
    """No command of it was refused yet: each has its own answer when it is tried again."""
    store = _Overtaken()
    rewards = Rewards(store, LAST_CUP)
    rewards.do_all([bring(10, by=by) for by in ("asha", "bela")])
    commands: list[Command[Any]] = [redeem(), burn(1, request="beside it")]
    awaited = AsyncRewards(AsyncMemoryStore(store), LAST_CUP)
    store.other.append(redeem(by="bela", code=code(7)))
    with pytest.raises(Conflict, match="reward/cup/stock"):
        _ = asyncio.run(awaited.do_all(commands)) if is_awaited else rewards.do_all(commands)
    assert [type(it) for it in rewards.do_all(commands)] == [LimitReached, Burned]


def test_one_command_that_loses_the_last_one_is_refused() -> None:
    """What the store says is its answer."""
    store = _Overtaken()
    rewards = Rewards(store, LAST_CUP)
    rewards.do_all([bring(10, by=by) for by in ("asha", "bela")])
    store.other.append(redeem(by="bela", code=code(7)))
    with pytest.raises(LimitReached):
        rewards.do(redeem())


def test_what_follows_is_found_wherever_it_is_among_what_is_stored() -> None:
    """A blocked wallet, a code of a quota and an exchange, before or after others."""
    of_quota = FCodeTerms(("phone",), Validity(1), quota_id="q")
    wallets = [Wallet(OWNER), Wallet(OWNER)._replace(blocked=MERGED)]
    vouchers = [voucher(), voucher(of_quota)]
    for puts in itertools.permutations(map(put, (*wallets, *vouchers, exchange()))):
        assert _touched(Decision(None, puts)) == (True, True, True)
    for rows, expected in (
        ((wallets[0], vouchers[1]), (False, True, False)),
        ((wallets[1], vouchers[0]), (True, False, False)),
        ((wallets[0], exchange(), vouchers[0]), (False, False, True)),
        ((), (False, False, False)),
    ):
        assert _touched(Decision(None, tuple(map(put, rows)))) == expected


def put(aggregate: Any) -> Put[Any]:
    """Put an aggregate under its own key."""
    return Put(key_of(aggregate), aggregate)
