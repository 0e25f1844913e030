"""Allocation of a price, and the incremental cost of tokens."""

from fractions import Fraction
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    OutstandingRate,
    RewardRedeemed,
    TokenValue,
    UltimateRate,
    allocate,
    cost_per_token,
    incremental_liability,
    leverage,
    selling_price_of_option,
    selling_price_of_tokens,
    sensitivity,
)
from mi_rewards.money import CurrencyMismatch, Money, Rounding

TEN_PAISE = TokenValue(Fraction(10), "INR")


def rupees(text: str) -> Money:
    """State rupees."""
    return Money.of(text, "INR")


def test_tokens_sell_for_face_value_times_likelihood() -> None:
    """1,000 tokens of ten paise, 95 in 100 of them redeemed: 95 rupees; rounded once."""
    urr = UltimateRate(Fraction(95, 100))
    assert selling_price_of_tokens(1_000, face_value=TEN_PAISE, rate=urr) == rupees("95.00")
    third = UltimateRate(Fraction(1, 3))
    assert selling_price_of_tokens(5, face_value=TEN_PAISE, rate=third) == rupees("0.17")
    down = selling_price_of_tokens(5, face_value=TEN_PAISE, rate=third, rounding=Rounding.DOWN)
    assert down == rupees("0.16")


def test_an_option_is_worth_what_others_do_not_get() -> None:
    """Its saving less everybody's, times the likelihood; everybody cannot save more."""
    half = Fraction(1, 2)
    price = selling_price_of_option(rupees("10"), without_option=rupees("10"), likelihood=half)
    assert price == rupees("0")
    with pytest.raises(Misuse, match="below zero"):
        selling_price_of_option(rupees("10"), without_option=rupees("10.01"), likelihood=half)


@pytest.mark.parametrize("likelihood", [Fraction(-1, 100), Fraction(101, 100), 0.5])
def test_a_likelihood_is_a_fraction_from_0_to_1(likelihood: Any) -> None:
    """Just outside, and a float, are misuse."""
    with pytest.raises(Misuse, match="a likelihood is a fraction from 0 to 1"):
        selling_price_of_option(rupees("10"), without_option=rupees("0"), likelihood=likelihood)


def test_a_price_is_divided_among_several() -> None:
    """A rupee in three equal parts is 33, 34 and 33 paise half up: they add up."""
    parts = allocate(rupees("1"), {name: rupees("5") for name in "abc"})
    assert [part.minor for part in parts.values()] == [33, 34, 33]
    parts = allocate(rupees("1"), {name: rupees("5") for name in "abc"}, rounding=Rounding.DOWN)
    assert [part.minor for part in parts.values()] == [33, 33, 34]


def test_what_sells_for_nothing_is_allocated_nothing() -> None:
    """All of it goes to the other."""
    parts = allocate(rupees("1"), {"goods": rupees("3"), "tokens": rupees("0")})
    assert parts == {"goods": rupees("1"), "tokens": rupees("0")}


def test_a_price_needs_something_to_be_divided_among() -> None:
    """Nothing at all, and nothing with a price, are misuse; so are two currencies."""
    with pytest.raises(Misuse, match="above zero"):
        allocate(rupees("1"), {})
    with pytest.raises(Misuse, match="above zero"):
        allocate(rupees("1"), {"goods": rupees("0")})
    with pytest.raises(CurrencyMismatch, match="goods is in EUR, the price in INR"):
        allocate(rupees("1"), {"goods": Money(1, "EUR")})


def test_cost_per_token_is_over_the_mix() -> None:
    """Nine coupons at 80 for 1,000 tokens, one F-code at 30 for 500."""
    mix = [
        RewardRedeemed("coupon", 9, 1_000, rupees("80")),
        RewardRedeemed("f-code", 1, 500, rupees("30")),
    ]
    assert cost_per_token(mix) == TokenValue(Fraction(75_000, 9_500), "INR")


def test_a_mix_is_of_one_currency_and_of_something() -> None:
    """Two currencies, no rewards and rewards never redeemed are misuse."""
    coupon = RewardRedeemed("coupon", 1, 1_000, rupees("80"))
    with pytest.raises(CurrencyMismatch, match="EUR, INR"):
        cost_per_token([coupon, RewardRedeemed("mug", 1, 10, Money(1, "EUR"))])
    with pytest.raises(Misuse, match="nothing is redeemed"):
        cost_per_token([])
    with pytest.raises(Misuse, match="nothing is redeemed"):
        cost_per_token([RewardRedeemed("coupon", 0, 1_000, rupees("80"))])
    with pytest.raises(Misuse, match="count: a whole number from 0"):
        RewardRedeemed("coupon", -1, 1_000, rupees("80"))
    with pytest.raises(Misuse, match="tokens: a whole number from 1"):
        RewardRedeemed("coupon", 1, 0, rupees("80"))


def test_the_liability_is_what_remains_times_its_cost() -> None:
    """5,500 outstanding at 10/11 and ten paise: 500 rupees; a point of URR moves it by ten."""
    orr = OutstandingRate(Fraction(10, 11))
    assert incremental_liability(5_500, rate=orr, cost=TEN_PAISE) == rupees("500")
    assert leverage(10_000, cost=TEN_PAISE) == rupees("10")
    assert leverage(10_000, cost=TEN_PAISE, change=Fraction(1)) == rupees("1000")
    with pytest.raises(Misuse, match="a change of a rate"):
        leverage(10_000, cost=TEN_PAISE, change=Fraction(101, 100))


def test_the_sensitivity_table_has_a_row_for_each_pair() -> None:
    """Two rates and two costs; the leverage is the difference of two rows."""
    rates = [UltimateRate(Fraction(n, 100)) for n in (95, 96)]
    costs = [TEN_PAISE, TokenValue(Fraction(12), "INR")]
    table = sensitivity(tokens=10_000, redeemed=4_500, rates=rates, costs=costs)
    assert table.names == ("urr", "orr", "cpp", "liability", "currency")
    assert table["liability"] == [50_000, 60_000, 51_000, 61_200]
    assert table["orr"][0] == Fraction(10, 11)
    assert table.unit("liability") == "INR minor units"
    step = leverage(10_000, cost=TEN_PAISE).minor
    assert table["liability"][2] - table["liability"][0] == step


def test_a_sensitivity_table_is_of_one_currency() -> None:
    """Two of them, no cost, and a rate of what is outstanding are misuse; no rate is no row."""
    rate = UltimateRate(Fraction(1, 2))
    with pytest.raises(CurrencyMismatch, match="EUR, INR"):
        sensitivity(
            tokens=1, redeemed=0, rates=[rate], costs=[TEN_PAISE, TokenValue(Fraction(1), "EUR")]
        )
    with pytest.raises(Misuse, match="needs a cost per token"):
        sensitivity(tokens=1, redeemed=0, rates=[rate], costs=[])
    wrong: Any = OutstandingRate(Fraction(1, 2))
    with pytest.raises(Misuse, match="ask it for its ultimate_rate"):
        sensitivity(tokens=1, redeemed=0, rates=[wrong], costs=[TEN_PAISE])
    assert len(sensitivity(tokens=1, redeemed=0, rates=[], costs=[TEN_PAISE])) == 0
