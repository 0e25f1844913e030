"""What type checkers must see: this file is checked, and never run.

Each line with an ignored error is one that a user would get; strict mode objects to an ignore that
is not needed.
"""

from collections.abc import Sequence
from typing import assert_type

from mi_rewards.commands import AsyncRewards, Burned, BurnTokens, Command, Rewards, WalletCommand
from mi_rewards.errors import Misuse, Refused
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import AsyncStore, Changes, Store


def a_host_in_memory_is_a_store(programme: Programme) -> None:
    store: Store = MemoryStore()
    later: AsyncStore = AsyncMemoryStore(MemoryStore())
    Rewards(store, programme)
    AsyncRewards(later, programme)
    Rewards(later, programme)  # type: ignore[arg-type]
    AsyncRewards(store, programme)  # type: ignore[arg-type]


def a_command_answers_with_its_own_outcome(rewards: Rewards, burn: BurnTokens) -> None:
    assert_type(rewards.do(burn), Burned)
    assert_type(rewards.simulate(burn), tuple[Burned, Changes | None])
    assert_type(rewards.do_all([burn]), list[Burned | Refused | Misuse])


async def a_forgotten_await_is_an_error(rewards: AsyncRewards, burn: BurnTokens) -> None:
    assert_type(await rewards.do(burn), Burned)
    rewards.do(burn).tokens  # type: ignore[attr-defined]
    rewards.do(burn)  # type: ignore[unused-coroutine]


def a_command_of_a_burn_is_a_command(burns: Sequence[BurnTokens]) -> Sequence[Command[Burned]]:
    return burns


def values_do_not_change(burn: BurnTokens) -> None:
    burn.tokens = 2  # type: ignore[misc]


def values_have_no_order(one: WalletCommand, other: WalletCommand) -> None:
    assert one < other  # type: ignore[operator]
