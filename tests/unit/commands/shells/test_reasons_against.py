"""Asking what a command would be refused with, without trying."""

import asyncio

import pytest

from mi_rewards.commands import AsyncRewards, Rewards
from mi_rewards.errors import RequestReused
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import Needs, wallet_key
from mi_rewards.wallet import InsufficientTokens
from tests.shop import SMALL, bring, burn

SHORT = (InsufficientTokens(required=11, available=10),)


def test_the_refusal_is_answered_and_nothing_is_stored() -> None:
    """The same figures as `do` would raise, on the same store, which stays as it was."""
    store = MemoryStore()
    rewards = Rewards(store, SMALL)
    rewards.do(bring(10))
    key = wallet_key("asha", "tokens")
    before = store.load(Needs((key,))).get(key)
    assert rewards.reasons_against(burn(11)) == SHORT
    assert rewards.reasons_against(burn(10)) == ()
    assert store.load(Needs((key,))).get(key) == before
    with pytest.raises(InsufficientTokens):
        rewards.do(burn(11))


def test_what_is_wrong_is_no_reason() -> None:
    """A request id that came with other content is the caller's fault, and raised."""
    rewards = Rewards(MemoryStore(), SMALL)
    rewards.do(bring(10))
    rewards.do(burn(4))
    assert rewards.reasons_against(burn(4)) == ()
    with pytest.raises(RequestReused):
        rewards.reasons_against(burn(5))


def test_awaited_it_answers_the_same() -> None:
    """The two shells are one."""

    async def ask() -> None:
        rewards = AsyncRewards(AsyncMemoryStore(), SMALL)
        await rewards.do(bring(10))
        assert await rewards.reasons_against(burn(11)) == SHORT
        assert await rewards.reasons_against(burn(10)) == ()
        await rewards.do(burn(4))
        with pytest.raises(RequestReused):
            await rewards.reasons_against(burn(5))

    asyncio.run(ask())
