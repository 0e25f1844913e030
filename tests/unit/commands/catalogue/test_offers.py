"""The catalogue before a member: what they can have, and what speaks against the rest."""

import asyncio
from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Window
from mi_rewards.catalogue import Limit, Reward, TierNotEntitled, UnknownReward
from mi_rewards.commands import AsyncRewards, Offer
from mi_rewards.commands.catalogue.offers import counters_of, in_rule_book, reward_in, takes_of
from mi_rewards.errors import LimitReached, Misuse, Refused
from mi_rewards.memory import AsyncMemoryStore
from mi_rewards.repositories import CounterKey, Loaded, NotLoaded, Take, reward_key
from mi_rewards.wallet import InsufficientTokens, TokensOwed
from tests.catalogue import CHOSEN, COUPON, F_CODE
from tests.shop import (
    SECOND,
    Shop,
    T,
    bring,
    burn,
    contents,
    deliver,
    give_back,
    ist,
    join,
    publish,
    redeem,
    reserve,
    rules,
    run_out,
)

MOMENT = timedelta(microseconds=1)
UNTIL = T + timedelta(hours=1)


def selling(*rewards: Reward, tokens: int = 2_500) -> Shop:
    """Make a shop that sells rewards, and a member with tokens."""
    shop = Shop(rules(rewards=rewards))
    shop.do(bring(tokens))
    return shop


def cup(**changes: Any) -> Reward:
    """Make a coupon of 2,500 tokens with these parts changed."""
    return attrs.evolve(COUPON, **changes)


def test_a_catalogue_is_every_reward_by_its_name() -> None:
    """Whatever the order of the rule book; a stored one in place of the rule book's."""
    shop = selling(F_CODE, CHOSEN)
    shop.all(publish(attrs.evolve(F_CODE, cost=7)), publish(COUPON))
    offers = shop.rewards.catalogue("asha", at=T)
    found = [(it.reward.reward_id, it.tokens, it.reward.version) for it in offers]
    assert found == [("chosen", 50, 0), ("cup", 2_500, 1), ("f-code", 7, 1)]


def test_a_catalogue_may_be_empty() -> None:
    """A programme without rewards is one."""
    assert selling().rewards.catalogue("asha", at=T) == ()


@pytest.mark.parametrize(("tokens", "missing"), [(1, 2_499), (2_499, 1), (2_500, 0), (2_501, 0)])
def test_an_offer_says_how_many_tokens_are_missing(tokens: int, missing: int) -> None:
    """For the least cost; none where there are enough."""
    (offer,) = selling(COUPON, tokens=tokens).rewards.catalogue("asha", at=T)
    against: tuple[Refused, ...] = ()
    if missing:
        against = (InsufficientTokens(required=2_500, available=tokens),)
    assert offer == Offer(COUPON, 2_500, missing, None, against)


def test_somebody_without_a_wallet_has_nothing() -> None:
    """As far as is known."""
    (offer,) = selling(COUPON).rewards.catalogue("nobody", at=T)
    assert (offer.missing, offer.reasons_against) == (
        2_500,
        (InsufficientTokens(required=2_500, available=0),),
    )


@pytest.mark.parametrize(
    ("stock", "taken", "left"), [(None, 1, None), (0, 0, 0), (1, 0, 1), (2, 1, 1), (1, 1, 0)]
)
def test_an_offer_says_what_is_left(stock: int | None, taken: int, left: int | None) -> None:
    """`None` where it has no end."""
    shop = selling(cup(stock=stock))
    if taken:
        shop.do(redeem())
    (offer,) = shop.rewards.catalogue("bela", at=T)
    assert offer.left == left


def test_a_stock_that_was_lessened_leaves_nothing() -> None:
    """Not less than that: two were sold, and it is one now."""
    shop = selling(cup(stock=2), tokens=5_000)
    shop.all(redeem(), redeem(request="again", code=SECOND))
    (offer,) = shop.under(rules(rewards=(cup(stock=1),))).rewards.catalogue("asha", at=T)
    assert offer.left == 0


def test_what_a_reservation_took_is_left_again_when_its_end_is_booked() -> None:
    """As the store counts."""
    shop = selling(cup(stock=1))
    shop.do(reserve(until=UNTIL))
    lefts = []
    for _ in range(2):
        lefts.append(shop.rewards.catalogue("asha", at=UNTIL)[0].left)
        shop.do(run_out(at=UNTIL))
    assert lefts == [0, 1]


def test_an_offer_has_every_reason_against_it_in_order() -> None:
    """The reward's terms, stock, limits, the wallet; and a redemption meets the first of them."""
    window = Window(UNTIL, None)
    limits = (Limit(1), Limit(0))
    reward = cup(window=window, tiers=("gold",), stock=0, limits=limits[1:])
    shop = Shop(rules(rewards=(reward,)))
    shop.all(join(), deliver("o1", 100), burn(1, request="b"), give_back("o1"))
    (offer,) = shop.rewards.catalogue("asha", at=T)
    assert [it.code for it in offer.reasons_against] == [
        "not_on_sale",
        "tier_not_entitled",
        "limit_reached",
        "limit_reached",
        "tokens_owed",
    ]
    assert offer.reasons_against[2:] == (
        LimitReached(counter="reward/cup/stock", asked=1, used=0, limit=0),
        LimitReached(counter="asha/reward/cup/ever/ever", asked=1, used=0, limit=0),
        TokensOwed(required=2_500, owed=1),
    )
    assert offer.missing == 2_500
    assert shop.rewards.reasons_against(redeem()) == offer.reasons_against[:1]


def test_a_catalogue_is_of_a_tier_and_an_instant() -> None:
    """What is for gold is for gold; what begins later begins then."""
    shop = selling(cup(tiers=("gold",), window=Window(UNTIL, None)))
    against = [
        [it.code for it in shop.rewards.catalogue("asha", at=at, tier=tier)[0].reasons_against]
        for at, tier in [(UNTIL - MOMENT, "gold"), (UNTIL, "gold"), (UNTIL, "silver"), (UNTIL, "")]
    ]
    assert against == [["not_on_sale"], [], ["tier_not_entitled"], ["tier_not_entitled"]]
    refusal = shop.refusal(redeem(at=UNTIL, tier="silver"))
    assert refusal == TierNotEntitled(reward_id="cup", tier="silver", tiers="gold")


def test_tokens_that_lapse_are_missing_when_they_have() -> None:
    """I6: Whether or not that is booked."""
    shop = selling(COUPON)
    ends = ist("2019-01-01 00:00")
    missing = [shop.rewards.catalogue("asha", at=at)[0].missing for at in (ends - MOMENT, ends)]
    assert missing == [0, 2_500]


def test_a_clock_that_is_behind_sees_the_catalogue_of_the_last_entry() -> None:
    """A wallet's time never goes back; and an instant has an offset."""
    shop = selling(COUPON)
    (behind,) = shop.rewards.catalogue("asha", at=T - MOMENT)
    assert behind == shop.rewards.catalogue("asha", at=T)[0]
    with pytest.raises(Misuse, match="an instant needs an offset"):
        shop.rewards.catalogue("asha", at=T.replace(tzinfo=None))


def test_reading_a_catalogue_writes_nothing() -> None:
    """I18: On either kind of shell, and both say the same."""
    shop = selling(cup(stock=1, limits=(Limit(1),)), F_CODE)
    shop.do(publish(CHOSEN))
    offers = shop.rewards.catalogue("asha", at=T, tier="gold")
    vouchers = shop.rewards.vouchers("asha", at=T)
    before = contents(shop.store)
    assert shop.rewards.catalogue("asha", at=T, tier="gold") == offers
    rewards = AsyncRewards(AsyncMemoryStore(shop.store), shop.programme)
    assert asyncio.run(rewards.catalogue("asha", at=T, tier="gold")) == offers
    assert len(offers) == 3
    assert asyncio.run(rewards.vouchers("asha", at=T)) == vouchers
    assert contents(shop.store) == before


@pytest.mark.parametrize("count", [99, 100, 101, 200, 201])
def test_a_catalogue_is_read_page_by_page(count: int) -> None:
    """However many rewards are stored."""
    shop = Shop()
    names = [f"r{number:03}" for number in range(count)]
    shop.batch(*[publish(attrs.evolve(COUPON, reward_id=name)) for name in names])
    offers = shop.rewards.catalogue("asha", at=T)
    assert [it.reward.reward_id for it in offers] == names
    rewards = AsyncRewards(AsyncMemoryStore(shop.store), shop.programme)
    assert asyncio.run(rewards.catalogue("asha", at=T)) == offers


# its parts


def test_a_reward_is_looked_up_in_the_store_and_then_in_the_rule_book() -> None:
    """What was not loaded is asked for."""
    programme = rules(rewards=(COUPON,))
    loaded = Loaded({}, {})
    with pytest.raises(NotLoaded):
        reward_in(loaded, programme, "cup")
    loaded.aggregates[reward_key("cup")] = None
    assert reward_in(loaded, programme, "cup") is COUPON
    dearer = cup(cost=3_000)
    loaded.aggregates[reward_key("cup")] = dearer
    assert reward_in(loaded, programme, "cup") is dearer
    loaded.aggregates[reward_key("mug")] = None
    with pytest.raises(UnknownReward):
        reward_in(loaded, programme, "mug")
    assert in_rule_book(programme, "mug") is None


def test_counters_are_those_of_stock_and_limits() -> None:
    """Taken from by one, and given back by one."""
    programme = rules()
    assert counters_of(None, programme, "asha", T) == ()
    assert counters_of(COUPON, programme, "asha", T) == ()
    reward = cup(stock=3, limits=(Limit(2),))
    keys = (CounterKey("reward/cup", "stock"), CounterKey("asha", "reward/cup/ever/ever"))
    assert counters_of(reward, programme, "asha", T) == keys
    assert counters_of(cup(limits=(Limit(2),)), programme, "asha", T) == keys[1:]
    steps = reward.steps("asha", programme.zone.day_of(T))
    for n in (1, -1):
        assert takes_of(steps, n) == (Take(keys[0], n, 3), Take(keys[1], n, 2))
