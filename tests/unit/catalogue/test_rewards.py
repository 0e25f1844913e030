"""Rewards: what they cost, what they take from counters, and who may have them when."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import UTC, Window, Zone, read_instant
from mi_rewards.catalogue import (
    ALWAYS,
    Choice,
    CouponTerms,
    Limit,
    LimitScope,
    NotOnSale,
    Period,
    Reward,
    Step,
    TierNotEntitled,
    TokensNotOffered,
    Validity,
)
from mi_rewards.catalogue.rewards import RULES, of_an_entitled_tier, within_its_window
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rate
from tests.catalogue import CHOSEN, COUPON, F_CODE, FULL, NOON, OFF_100, PHONE, TENTH
from tests.wallets import KOLKATA, day

ROWS: list[tuple[dict[str, Any], str]] = [
    ({"reward_id": ""}, "a reward's id has letters, digits, points, hyphens and underscores"),
    ({"reward_id": "a/b"}, "a reward's id has letters, digits, points, hyphens and underscores"),
    ({"reward_id": "-a"}, "a reward's id has letters, digits, points, hyphens and underscores"),
    ({"reward_id": "a\n"}, "a reward's id has letters, digits, points, hyphens and underscores"),
    ({"reward_id": "é"}, "a reward's id has letters, digits, points, hyphens and underscores"),
    ({"reward_id": 1}, "a reward's id has letters, digits, points, hyphens and underscores, not 1"),
    ({"title": ""}, "a reward's title is a text, not ''"),
    ({"title": None}, "a reward's title is a text, not None"),
    ({"cost": 0}, "a cost is a whole number of tokens from 1, not 0"),
    ({"cost": 2**63}, "a cost is a whole number of tokens from 1, not 9223372036854775808"),
    ({"cost": True}, "a cost is a whole number of tokens from 1, not True"),
    ({"cost": None}, "a cost is a whole number of tokens from 1, not None"),
    ({"terms": CouponTerms(Validity(1))}, "a coupon takes off a fixed amount or a rate; where its"),
    ({"cost": CHOSEN.cost}, "a coupon takes off a fixed amount or a rate; where its tokens are"),
    ({"cost": CHOSEN.cost, "terms": TENTH}, "a coupon takes off a fixed amount or a rate; where"),
    ({"cost": CHOSEN.cost, "terms": PHONE}, "a reward is a coupon, or an F-code of a fixed cost"),
    ({"terms": None}, "a reward is a coupon, or an F-code of a fixed cost"),
    ({"stock": -1}, "a stock is a whole number, 0 to 2**63 - 1, not -1"),
    ({"stock": True}, "a stock is a whole number, 0 to 2**63 - 1, not True"),
    ({"limits": [Limit(1)]}, "a reward's limits are a tuple of Limit, not [Limit("),
    ({"limits": (1,)}, "a reward's limits are a tuple of Limit, not (1,)"),
    ({"limits": (Limit(1), Limit(2))}, "a reward has two limits over the same period"),
    ({"tiers": ["gold"]}, "a reward's tiers are a tuple of texts that differ, not ['gold']"),
    ({"window": None}, "a reward's window is a Window, and its pool_id a text"),
    ({"pool_id": None}, "a reward's window is a Window, and its pool_id a text"),
    ({"expense": 100}, "an expense is money, not 100"),
]


@pytest.mark.parametrize(("changes", "message"), ROWS)
def test_a_reward_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    """With the part that is wrong."""
    with pytest.raises(Misuse) as caught:
        attrs.evolve(COUPON, **changes)
    assert str(caught.value).startswith(message)


def test_what_just_can_be_is_accepted() -> None:
    """The shortest id, the least and the highest cost, a stock of none, limits that differ."""
    assert attrs.evolve(COUPON, reward_id="0", cost=1, stock=0).cost == 1
    assert attrs.evolve(COUPON, reward_id="A.b_c-9", cost=TOKENS_MAX).cost == TOKENS_MAX
    both = (Limit(1), Limit(1, LimitScope.PROGRAMME), Limit(1, LimitScope.MEMBER, Period.DAY))
    assert attrs.evolve(COUPON, limits=both).limits == both


def test_a_reward_says_little_unless_it_is_told_more() -> None:
    """It can always be had, by everybody, without end, and is not taken back."""
    assert Reward(
        "cup", "A cup", 2_500, OFF_100, ALWAYS, None, (), (), "", is_revocable=False, expense=None
    ) == (COUPON)


def test_storing_raises_the_version() -> None:
    """And nothing else; the calendar changes nothing in a reward."""
    assert COUPON.stored() == attrs.evolve(COUPON, version=1)
    assert COUPON.stored().stored().version == 2
    assert COUPON.due_at is None


@pytest.mark.parametrize(
    ("reward", "currencies"),
    [
        (COUPON, {"INR"}),
        (F_CODE, set()),
        (CHOSEN, set()),
        (attrs.evolve(F_CODE, expense=Money(1, "USD")), {"USD"}),
        (attrs.evolve(COUPON, expense=Money(1, "USD")), {"INR", "USD"}),
    ],
)
def test_a_reward_names_the_currencies_of_its_amounts(reward: Reward, currencies: set[str]) -> None:
    """Those of its coupon and of what it costs the programme."""
    assert reward.currencies == currencies


# tokens


@pytest.mark.parametrize(
    ("reward", "asked", "tokens"),
    [
        (COUPON, None, 2_500),
        (COUPON, 2_500, 2_500),
        (CHOSEN, None, 50),
        (CHOSEN, 50, 50),
        (CHOSEN, 475, 475),
        (CHOSEN, 500, 500),
    ],
)
def test_a_reward_costs_what_it_says(reward: Reward, asked: int | None, tokens: int) -> None:
    """Where the member chooses, the least unless they do."""
    assert reward.tokens_for(asked) == tokens


@pytest.mark.parametrize(
    ("reward", "asked", "figures"),
    [
        (COUPON, 2_499, {"least": 2_500, "step": 2_500, "most": 2_500}),
        (COUPON, 2_501, {"least": 2_500, "step": 2_500, "most": 2_500}),
        (COUPON, 5_000, {"least": 2_500, "step": 2_500, "most": 2_500}),
        (CHOSEN, 49, {"least": 50, "step": 25, "most": 500}),
        (CHOSEN, 51, {"least": 50, "step": 25, "most": 500}),
        (CHOSEN, 525, {"least": 50, "step": 25, "most": 500}),
        (CHOSEN, 0, {"least": 50, "step": 25, "most": 500}),
        (CHOSEN, 50.0, {"least": 50, "step": 25, "most": 500}),
    ],
)
def test_other_numbers_of_tokens_are_not_offered(
    reward: Reward, asked: Any, figures: dict[str, int]
) -> None:
    """The refusal says which are."""
    with pytest.raises(TokensNotOffered) as caught:
        reward.tokens_for(asked)
    assert caught.value.figures == {"reward_id": reward.reward_id, "asked": asked, **figures}


@pytest.mark.parametrize(
    ("worth", "tokens", "minor"),
    [
        (Rate(100, 25), 50, 200),
        (Rate(100, 25), 500, 2_000),
        (Rate(100, 30), 50, 166),
        (Rate(0, 1), 50, 0),
        (Rate(TOKENS_MAX, 1), 1, TOKENS_MAX),
        (Rate(TOKENS_MAX, 1), 2, TOKENS_MAX),
    ],
)
def test_a_chosen_coupon_is_worth_what_its_tokens_are(worth: Rate, tokens: int, minor: int) -> None:
    """Rounded as the rate says, and never more than money can be."""
    reward = attrs.evolve(CHOSEN, cost=Choice(1, 1, worth))
    expected = CouponTerms(Validity(10), Money(minor, "INR"), categories=("accessories",))
    assert reward.terms_for(tokens, "INR") == expected


@pytest.mark.parametrize("reward", [COUPON, F_CODE, FULL])
def test_a_voucher_of_a_fixed_cost_is_good_for_what_the_reward_says(reward: Reward) -> None:
    """Whatever it costs."""
    assert reward.terms_for(reward.tokens_for(None), "INR") is reward.terms


# counters


def test_a_redemption_takes_from_the_stock_and_from_each_limit() -> None:
    """In that order."""
    assert FULL.steps("asha", day("2017-07-01")) == (
        Step("reward/full", "stock", 100),
        Step("asha", "reward/full/month/2017-07", 1),
        Step("asha", "reward/full/ever/ever", 5),
        Step("reward/full", "day/2017-07-01", 0),
    )


def test_what_is_not_limited_takes_from_no_counter() -> None:
    """`None` is unlimited and writes nothing; 0 is none, and is counted."""
    assert COUPON.steps("asha", day("2017-07-01")) == ()
    none_left = attrs.evolve(COUPON, stock=0)
    assert none_left.steps("asha", day("2017-07-01")) == (Step("reward/cup", "stock", 0),)


# rules

FROM = read_instant("2017-07-01T00:00:00+05:30")
UNTIL = read_instant("2017-08-01T00:00:00+05:30")
TICK = timedelta(microseconds=1)
THROUGH = attrs.evolve(OFF_100, validity=Validity(through_on=day("2017-07-31")))
EARLIER = attrs.evolve(OFF_100, validity=Validity(through_on=day("2017-07-30")))
LATER = attrs.evolve(OFF_100, validity=Validity(through_on=day("2017-08-01")))


@pytest.mark.parametrize(
    ("window", "terms", "from_at", "until_at"),
    [
        (Window(FROM, UNTIL), OFF_100, "2017-06-30T18:30:00Z", "2017-07-31T18:30:00Z"),
        (Window(FROM, UNTIL), THROUGH, "2017-06-30T18:30:00Z", "2017-07-31T18:30:00Z"),
        (Window(FROM, UNTIL), LATER, "2017-06-30T18:30:00Z", "2017-07-31T18:30:00Z"),
        (Window(FROM, None), THROUGH, "2017-06-30T18:30:00Z", "2017-07-31T18:30:00Z"),
        (ALWAYS, THROUGH, "", "2017-07-31T18:30:00Z"),
        (Window(None, UNTIL), OFF_100, "", "2017-07-31T18:30:00Z"),
    ],
)
def test_a_reward_can_be_had_in_its_window_and_while_its_vouchers_are_valid(
    window: Window, terms: CouponTerms, from_at: str, until_at: str
) -> None:
    """From its beginning on, and until whichever ends first; the refusal names both."""
    reward = attrs.evolve(COUPON, window=window, terms=terms)
    refusal = NotOnSale(reward_id="cup", from_at=from_at, until_at=until_at)
    before, after = (refusal if from_at else None), refusal
    for at, expected in (
        (FROM - TICK, before),
        (FROM, None),
        (UNTIL - TICK, None),
        (UNTIL, after),
        (UNTIL + TICK, after),
    ):
        assert within_its_window(reward, at, "", KOLKATA) == expected


def test_a_last_day_is_over_where_the_programme_is() -> None:
    """A day before the window's end, vouchers would not be valid any more."""
    reward = attrs.evolve(COUPON, window=Window(FROM, UNTIL), terms=EARLIER)
    over = UNTIL - timedelta(days=1)
    assert within_its_window(reward, over - TICK, "", KOLKATA) is None
    refusal = within_its_window(reward, over, "", KOLKATA)
    assert refusal is not None
    assert refusal.figures["until_at"] == "2017-07-30T18:30:00Z"
    assert within_its_window(reward, over, "", Zone("UTC")) is None


def test_a_reward_without_an_end_can_always_be_had() -> None:
    """From the first year to the last."""
    for year in (1, 2017, 9999):
        at = NOON.replace(year=year)
        assert within_its_window(COUPON, at, "", KOLKATA) is None


@pytest.mark.parametrize(
    ("tiers", "tier", "is_refused"),
    [
        ((), "", False),
        ((), "silver", False),
        (("gold", "platinum"), "gold", False),
        (("gold", "platinum"), "platinum", False),
        (("gold", "platinum"), "silver", True),
        (("gold", "platinum"), "", True),
        (("gold",), "Gold", True),
    ],
)
def test_a_reward_that_names_tiers_is_for_these_alone(
    tiers: tuple[str, ...], tier: str, is_refused: bool
) -> None:
    """Everybody has one that names none."""
    reward = attrs.evolve(COUPON, tiers=tiers)
    refusal = TierNotEntitled(reward_id="cup", tier=tier, tiers=", ".join(tiers))
    expected = refusal if is_refused else None
    assert of_an_entitled_tier(reward, NOON, tier, KOLKATA) == expected


def test_all_rules_that_say_no_are_told_in_order_of_precedence() -> None:
    """The window first."""
    reward = attrs.evolve(FULL, window=Window(UNTIL, None))
    found = reward.refusals(at=FROM, tier="silver", zone=KOLKATA)
    assert [it.code for it in found] == ["not_on_sale", "tier_not_entitled"]
    assert (within_its_window, of_an_entitled_tier) == RULES
    assert reward.refusals(at=UNTIL, tier="gold", zone=KOLKATA) == ()
    assert [it.code for it in reward.refusals(at=UNTIL, tier="", zone=KOLKATA)] == [
        "tier_not_entitled"
    ]


def test_instants_of_any_zone_are_compared() -> None:
    """The window is kept in UTC."""
    assert Window(FROM, None).from_at == FROM.astimezone(UTC)
