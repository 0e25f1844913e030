"""What a token is worth, and the two redemption rates."""

from fractions import Fraction
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import OutstandingRate, TokenValue, UltimateRate
from mi_rewards.modelling.books.rates import require_outstanding_rate, require_ultimate_rate
from mi_rewards.money import Money, Rounding

HALF = UltimateRate(Fraction(1, 2))


def test_a_token_has_an_exact_value() -> None:
    """Three tokens for a rupee are a third of a rupee each, and a rupee together."""
    value = TokenValue.of(Money.of("1.00", "INR"), tokens=3)
    assert value == TokenValue(Fraction(100, 3), "INR")
    assert value.times(3) == Money.of("1.00", "INR")
    assert value.times(1) == Money.of("0.33", "INR")
    assert value.times(1, Rounding.UP) == Money.of("0.34", "INR")
    assert value.times(0) == Money.zero("INR")


@pytest.mark.parametrize("minor", [Fraction(-1, 10), 1, 0.5, None])
def test_a_value_is_a_fraction_from_zero(minor: Any) -> None:
    """Below zero, and whatever is no fraction, is misuse; zero is a value."""
    with pytest.raises(Misuse, match="a fraction from 0"):
        TokenValue(minor, "INR")
    assert TokenValue(Fraction(0), "INR").times(5) == Money.zero("INR")


def test_a_value_is_of_a_known_currency_and_of_some_tokens() -> None:
    """An unknown currency, no tokens, and tokens that are not whole are misuse."""
    with pytest.raises(Misuse, match="currency"):
        TokenValue(Fraction(1), "XXX")
    with pytest.raises(Misuse, match="tokens: a whole number from 1, not 0"):
        TokenValue.of(Money(100, "INR"), tokens=0)
    with pytest.raises(Misuse, match="tokens: a whole number from 0, not -1"):
        TokenValue(Fraction(1), "INR").times(-1)
    tokens: Any = True
    with pytest.raises(Misuse, match="tokens: a whole number from 0, not True"):
        TokenValue(Fraction(1), "INR").times(tokens)


@pytest.mark.parametrize("rate", [UltimateRate, OutstandingRate])
@pytest.mark.parametrize("share", [Fraction(-1, 10), Fraction(11, 10), 0.5, 1, HALF])
def test_a_rate_is_a_fraction_from_0_to_1(rate: Any, share: Any) -> None:
    """Just below 0, just above 1, a float, an int and another rate are misuse."""
    with pytest.raises(Misuse, match="is a fraction from 0 to 1"):
        rate(share)
    assert rate(Fraction(0)).share == 0
    assert rate(Fraction(1)).share == 1


def test_breakage_is_what_is_never_redeemed() -> None:
    """The two add up to one."""
    assert UltimateRate(Fraction(95, 100)).breakage == Fraction(5, 100)


@pytest.mark.parametrize(
    ("redeemed", "lapsed", "expected"),
    [(0, 0, 50), (49, 0, 50), (50, 0, 50), (51, 0, 51), (0, 50, 50), (0, 51, 49), (51, 49, 51)],
)
def test_what_is_expected_in_all_is_possible(redeemed: int, lapsed: int, expected: int) -> None:
    """No less than was redeemed, and nothing of what has lapsed."""
    assert HALF.expected_total(100, redeemed=redeemed, lapsed=lapsed) == expected


def test_the_part_of_a_token_has_a_named_rounding() -> None:
    """Half of 101 is 51 half up, and 50 down; so is what remains."""
    assert HALF.expected_total(101) == 51
    assert HALF.expected_total(101, rounding=Rounding.DOWN) == 50
    orr = OutstandingRate(Fraction(1, 2))
    assert orr.expected_remaining(101) == 51
    assert orr.expected_remaining(101, rounding=Rounding.DOWN) == 50


@pytest.mark.parametrize(
    ("redeemed", "lapsed", "share"),
    [
        (0, 0, Fraction(1, 2)),
        (20, 0, Fraction(30, 80)),
        (20, 40, Fraction(30, 40)),
        (20, 60, Fraction(1)),
        (60, 0, Fraction(0)),
        (60, 40, Fraction(0)),
    ],
)
def test_the_outstanding_rate_follows_from_the_ultimate(
    redeemed: int, lapsed: int, share: Fraction
) -> None:
    """What is to come over what is outstanding, from 0 to 1; 0 where nothing is outstanding."""
    orr = HALF.outstanding_rate(tokens=100, redeemed=redeemed, lapsed=lapsed)
    assert orr == OutstandingRate(share)


def test_tokens_are_worth_money() -> None:
    """A number says no currency."""
    number: Any = 1
    with pytest.raises(Misuse, match=r"worth Money, as .* is, not 1"):
        TokenValue.of(number)


def test_the_ultimate_rate_follows_from_the_outstanding() -> None:
    """Redeemed and to come, over issued; of nothing there is none."""
    orr = OutstandingRate(Fraction(10, 11))
    assert orr.ultimate_rate(tokens=10_000, redeemed=4_500).share == Fraction(95, 100)
    with pytest.raises(Misuse, match="tokens: a whole number from 1"):
        orr.ultimate_rate(tokens=0, redeemed=0)


def test_no_more_is_gone_than_there_was() -> None:
    """All gone is possible, one more is misuse."""
    assert HALF.expected_total(10, redeemed=4, lapsed=6) == 4
    with pytest.raises(Misuse, match="4 redeemed and 7 lapsed are more than the 10 issued"):
        HALF.expected_total(10, redeemed=4, lapsed=7)


def test_each_rate_is_refused_where_the_other_belongs() -> None:
    """So is whatever is no rate at all; the right one passes through."""
    orr = OutstandingRate(Fraction(1, 2))
    assert (require_outstanding_rate(orr), require_ultimate_rate(HALF)) == (orr, HALF)
    with pytest.raises(Misuse, match="ask it for its outstanding_rate"):
        require_outstanding_rate(HALF)
    with pytest.raises(Misuse, match="ask it for its ultimate_rate"):
        require_ultimate_rate(orr)
    for require in (require_outstanding_rate, require_ultimate_rate):
        with pytest.raises(Misuse, match=r"Rate is needed, not 0\.95"):
            require(0.95)
