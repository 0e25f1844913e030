"""The laws of money, against exact arithmetic in another style."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rate, Rounding, divide, exponent_of

DECIMAL_NAMES = {
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.HALF_DOWN: decimal.ROUND_HALF_DOWN,
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
}
CURRENCIES = ["JPY", "XOF", "INR", "USD", "KWD", "TND", "CLF", "UYW"]

roundings = st.sampled_from(Rounding)
counts = st.integers(0, TOKENS_MAX) | st.integers(0, 1_000)
wholes = st.integers(1, TOKENS_MAX) | st.integers(1, 20)
currencies = st.sampled_from(CURRENCIES)


@given(counts, wholes, roundings)
def test_a_division_is_the_exact_one_rounded_once(n: int, d: int, rounding: Rounding) -> None:
    """I2: The whole quotient is what exact fractions and the rounding's definition give."""
    exact = Fraction(n, d)
    below = exact.__floor__()
    rest = exact - below
    goes_up = {
        Rounding.DOWN: False,
        Rounding.UP: rest > 0,
        Rounding.HALF_DOWN: rest > Fraction(1, 2),
        Rounding.HALF_UP: rest >= Fraction(1, 2),
        Rounding.HALF_EVEN: rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1),
    }
    assert divide(n, d, rounding) == below + goes_up[rounding]


@given(counts, st.sampled_from([1, 2, 4, 5, 8, 10, 16, 20, 25, 100, 1_000, 10_000]), roundings)
def test_a_division_rounds_as_decimal_does(n: int, d: int, rounding: Rounding) -> None:
    """I2: The names mean what the standard library means by them."""
    with decimal.localcontext(prec=60):
        exact = Decimal(n) / Decimal(d)
        expected = exact.quantize(Decimal(1), rounding=DECIMAL_NAMES[rounding])
    assert divide(n, d, rounding) == int(expected)


@given(counts, counts, wholes)
def test_a_split_never_gains_under_rounding_down(one: int, other: int, d: int) -> None:
    """I2: Two parts rounded down never give more than the whole, and at most one less."""
    together = divide(one + other, d, Rounding.DOWN)
    apart = divide(one, d, Rounding.DOWN) + divide(other, d, Rounding.DOWN)
    assert together - 1 <= apart <= together


@given(counts, counts, wholes, wholes, roundings)
def test_a_rate_is_monotone(one: int, other: int, n: int, d: int, rounding: Rounding) -> None:
    """I2: More never gives less, whatever the rounding."""
    rate = Rate(n, d, rounding)
    less, more = sorted((one, other))
    assert rate.of(less) <= rate.of(more)


@given(counts, st.integers(1, 1_000), wholes, st.integers(1, 1_000), roundings)
def test_a_rate_gives_the_same_reduced(
    n: int, numerator: int, denominator: int, factor: int, rounding: Rounding
) -> None:
    """I2: A fraction that is not reduced is worth what it is worth reduced."""
    denominator = min(denominator, 2**52)
    written = Rate(numerator * factor, denominator * factor, rounding)
    assert written.of(n) == Rate(numerator, denominator, rounding).of(n)


@given(counts, currencies)
def test_money_is_read_back_as_it_was_written(minor: int, currency: str) -> None:
    """I20: Text and back is the identity, for every exponent."""
    money = Money(minor, currency)
    assert Money.parse(str(money)) == money
    assert Money.of(money.amount, currency) == money
    assert Decimal(money.amount) == Decimal(minor).scaleb(-exponent_of(currency))


@given(st.decimals(0, 10**14, allow_nan=False, allow_infinity=False), currencies)
def test_a_decimal_text_is_read_exactly_or_refused(value: Decimal, currency: str) -> None:
    """I2: What is read is what the text says, and only a digit too many is refused."""
    text = format(value, "f")
    scaled = Fraction(value) * 10 ** exponent_of(currency)
    decimals = len(text.partition(".")[2])
    if text.startswith("-") or len(text) > 40 or decimals > exponent_of(currency):
        with pytest.raises(Misuse):
            Money.of(text, currency)
    else:
        assert Money.of(text, currency).minor == scaled


@given(st.text(alphabet="0123456789.-+eE_, \n\u0661\uff11", max_size=8), currencies)
def test_nothing_but_digits_and_a_point_is_read(text: str, currency: str) -> None:
    """I2: A naive reader, character by character, accepts the same texts."""
    point = text.find(".")
    whole, decimals = (text, "0") if point < 0 else (text[:point], text[point + 1 :])
    readable = (
        len(whole) > 0
        and len(decimals) > 0
        and all(character in "0123456789" for character in whole + decimals)
        and (point < 0 or len(decimals) <= exponent_of(currency))
    )
    if readable:
        expected = Fraction(text) * 10 ** exponent_of(currency)
        assert Money.of(text, currency).minor == expected
    else:
        with pytest.raises(Misuse):
            Money.of(text, currency)


@given(st.integers(0, 2**61), st.integers(0, 2**61), currencies)
def test_money_adds_up(one: int, other: int, currency: str) -> None:
    """I2: Subtraction undoes addition, order does not matter, comparison agrees with both."""
    left, right = Money(one, currency), Money(other, currency)
    assert left + right == right + left
    assert (left + right) - right == left
    assert left + right >= left
    assert (left < right) is (right > left) is not (left >= right)
    assert (left <= right) is (left < right or left == right)


@given(st.integers(0, 2**61), st.lists(st.integers(0, 50), min_size=1, max_size=6))
def test_shares_rounded_down_never_gain(minor: int, parts: list[int]) -> None:
    """I2: The shares of an amount fall short of it by less than one minor unit each."""
    whole = sum(parts) or 1
    money = Money(minor, "INR")
    total = sum(money.share(part, whole, Rounding.DOWN).minor for part in parts)
    assert minor * sum(parts) - whole * len(parts) < total * whole + 1
    assert total <= minor
