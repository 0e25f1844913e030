"""Money, rates and roundings, example by example."""

import copy
import datetime
import enum
import itertools
import pickle
import string
from collections.abc import Callable
from decimal import Decimal

import iso4217
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import (
    TOKENS_MAX,
    CurrencyMismatch,
    Money,
    Rate,
    Rounding,
    divide,
    exponent_of,
)

HUGE = 10**5000
"""More digits than Python is willing to write."""

LIST_ONE = {currency.code: currency.exponent for currency in iso4217.Currency}
THREE_LETTERS = [
    "".join(letters) for letters in itertools.product(string.ascii_uppercase, repeat=3)
]


class Code(enum.StrEnum):
    """A currency as someone else's enum."""

    INR = "INR"


# ------------------------------------------------------------------------------- currencies


@pytest.mark.parametrize(
    ("currency", "exponent"),
    [("JPY", 0), ("INR", 2), ("USD", 2), ("KWD", 3), ("CLF", 4)],
)
def test_a_currency_has_its_own_number_of_digits(currency: str, exponent: int) -> None:
    """None in Japan, two in India, three in Kuwait."""
    assert exponent_of(currency) == exponent


def test_the_currencies_are_those_of_the_iso_list() -> None:
    """Exactly, on the list's own day; on a later or an earlier list what both have agrees."""
    known = {code: exponent_of(code) for code in THREE_LETTERS if _is_known(code)}
    listed = {code: exponent for code, exponent in LIST_ONE.items() if exponent is not None}
    if iso4217.__published__ == datetime.date(2026, 1, 1):
        assert known == listed
    both = known.keys() & listed.keys()
    assert {code: known[code] for code in both} == {code: listed[code] for code in both}
    assert len(known) == 165
    assert len(both) >= 150


def _is_known(currency: str) -> bool:
    """Whether a currency is known."""
    try:
        exponent_of(currency)
    except Misuse:
        return False
    return True


@pytest.mark.parametrize("currency", ["XAU", "XXX", "inr", "INR ", "", "RUPEE", None, 356, ["INR"]])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    """Gold has no minor unit; small letters, spaces and numbers are no codes."""
    with pytest.raises(Misuse, match="a currency is an ISO 4217 code"):
        exponent_of(currency)


# ---------------------------------------------------------------------------------- rounding


@pytest.mark.parametrize(
    ("numerator", "down", "up", "half_down", "half_up", "half_even"),
    [
        (0, 0, 0, 0, 0, 0),
        (1, 0, 1, 0, 0, 0),
        (4, 0, 1, 0, 0, 0),
        (5, 0, 1, 0, 1, 0),
        (6, 0, 1, 1, 1, 1),
        (9, 0, 1, 1, 1, 1),
        (10, 1, 1, 1, 1, 1),
        (11, 1, 2, 1, 1, 1),
        (14, 1, 2, 1, 1, 1),
        (15, 1, 2, 1, 2, 2),
        (16, 1, 2, 2, 2, 2),
        (24, 2, 3, 2, 2, 2),
        (25, 2, 3, 2, 3, 2),
        (26, 2, 3, 3, 3, 3),
    ],
)
def test_each_rounding_does_what_it_is_called(
    numerator: int, down: int, up: int, half_down: int, half_up: int, half_even: int
) -> None:
    """Tenths, with a row on either side of every half and every whole."""
    assert divide(numerator, 10, Rounding.DOWN) == down
    assert divide(numerator, 10, Rounding.UP) == up
    assert divide(numerator, 10, Rounding.HALF_DOWN) == half_down
    assert divide(numerator, 10, Rounding.HALF_UP) == half_up
    assert divide(numerator, 10, Rounding.HALF_EVEN) == half_even


@pytest.mark.parametrize("rounding", Rounding)
def test_an_odd_denominator_has_no_half(rounding: Rounding) -> None:
    """One third and two thirds go to their nearest whole, or all one way."""
    thirds = [divide(numerator, 3, rounding) for numerator in range(4)]
    expected = {Rounding.DOWN: [0, 0, 0, 1], Rounding.UP: [0, 1, 1, 1]}
    assert thirds == expected.get(rounding, [0, 0, 1, 1])


def test_a_rounding_is_named_by_its_text() -> None:
    """A rule book writes the names in small letters."""
    assert [str(rounding) for rounding in Rounding] == [
        "down",
        "up",
        "half_down",
        "half_up",
        "half_even",
    ]
    assert Rounding("half_even") is Rounding.HALF_EVEN


@pytest.mark.parametrize("numerator", [-1, True, 1.0, Decimal(1), "1", None])
def test_a_numerator_is_a_whole_number_from_zero(numerator: int) -> None:
    """Nothing that merely looks like a number is divided."""
    with pytest.raises(Misuse, match="a numerator is a whole number from 0"):
        divide(numerator, 1, Rounding.DOWN)


@pytest.mark.parametrize("denominator", [0, -1, True, 1.0, Decimal(1), "1", None])
def test_a_denominator_is_a_whole_number_from_one(denominator: int) -> None:
    """Nothing is divided by zero."""
    with pytest.raises(Misuse, match="a denominator is a whole number from 1"):
        divide(1, denominator, Rounding.DOWN)


@pytest.mark.parametrize("rounding", ["down", "up", "nearest", None, 1, []])
def test_a_rounding_is_none_but_the_named(rounding: Rounding) -> None:
    """Text is turned into a rounding where it is read, not where it is used."""
    with pytest.raises(Misuse, match="a rounding is one of Rounding's"):
        divide(1, 2, rounding)


# ------------------------------------------------------------------------- money: what it is


@pytest.mark.parametrize("minor", [0, 1, TOKENS_MAX - 1, TOKENS_MAX])
def test_money_is_a_whole_number_of_minor_units(minor: int) -> None:
    """From nothing to the most that is counted."""
    money = Money(minor, "INR")
    assert money.minor == minor
    assert money.currency == "INR"


@pytest.mark.parametrize(
    "minor",
    [-1, TOKENS_MAX + 1, True, False, 1.0, Decimal(1), "1", None],
    ids=lambda minor: f"{type(minor).__name__} {minor}",
)
def test_money_is_nothing_else(minor: int) -> None:
    """Below zero, above the bound, or not an int."""
    with pytest.raises(
        Misuse, match="minor units are a whole number from 0 to 9223372036854775807"
    ):
        Money(minor, "INR")


@pytest.mark.parametrize("currency", ["XAU", "inr", "", None, ["INR"], Code.INR])
def test_money_has_a_currency_that_is_known(currency: str) -> None:
    """And it is plain text, so that equal money is written alike."""
    with pytest.raises(Misuse, match="a currency is an ISO 4217 code"):
        Money(1, currency)


def test_zero_is_none_of_a_currency() -> None:
    """Zero rupees are not zero yen."""
    assert Money.zero("INR") == Money(0, "INR")
    assert Money.zero("INR") != Money.zero("JPY")
    with pytest.raises(Misuse, match="a currency is"):
        Money.zero("XXX")


def test_money_is_a_value() -> None:
    """Equal money is interchangeable, in a set and after a pickle or a copy."""
    money = Money(10_000, "INR")
    assert len({money, Money(10_000, "INR"), Money(10_000, "USD"), Money(1, "INR")}) == 3
    assert pickle.loads(pickle.dumps(money)) == money
    assert copy.deepcopy(money) == money
    assert repr(money) == "Money(minor=10000, currency='INR')"
    with pytest.raises(AttributeError):
        money.minor = 1  # type: ignore[misc]


# ------------------------------------------------------------------------- money: its text


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "INR", "INR 0.00"),
        (1, "INR", "INR 0.01"),
        (99, "INR", "INR 0.99"),
        (100, "INR", "INR 1.00"),
        (10_000, "INR", "INR 100.00"),
        (0, "JPY", "JPY 0"),
        (100, "JPY", "JPY 100"),
        (1, "KWD", "KWD 0.001"),
        (1_000, "KWD", "KWD 1.000"),
        (12_345, "CLF", "CLF 1.2345"),
        (TOKENS_MAX, "INR", "INR 92233720368547758.07"),
        (TOKENS_MAX, "JPY", "JPY 9223372036854775807"),
    ],
)
def test_money_is_written_with_all_its_digits_and_read_back(
    minor: int, currency: str, text: str
) -> None:
    """The currency, one space, and every digit that the currency has."""
    money = Money(minor, currency)
    assert str(money) == text
    assert money.amount == text[4:]
    assert Money.parse(text) == money
    assert Money.of(text[4:], currency) == money


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("INR 100", 10_000),
        ("INR 100.5", 10_050),
        ("INR 100.05", 10_005),
        ("INR 0", 0),
        ("INR 007.50", 750),
        ("JPY 100", 100),
        ("KWD 1.5", 1_500),
        ("INR " + "0" * 39 + "1", 100),
    ],
)
def test_digits_that_are_left_out_are_zeros(text: str, minor: int) -> None:
    """Fewer digits than the currency has, and zeros in front, are read."""
    assert Money.parse(text).minor == minor


@pytest.mark.parametrize(
    "amount",
    [
        *(
            "",
            " ",
            ".",
            ".5",
            "5.",
            "1..5",
            "1.2.3",
            "1.2.",
            "1e3",
            "1E3",
            "nan",
            "inf",
            "Infinity",
        ),
        *("+1", "-1", "-0", "1_000", "1,000", "1,5", " 1", "1 ", "1\n", "1.0 ", "1. 5", "0x10"),
        *("\uff11\uff10\uff10", "1.\u0665", "\u00b2", "1\x00", "\ud800", "one", "1/2", "₹1"),
    ],
)
@pytest.mark.parametrize("currency", ["INR", "JPY"])
def test_an_amount_is_a_plain_decimal_number(amount: str, currency: str) -> None:
    """No sign, exponent, separator, space, or digit of another script."""
    with pytest.raises(Misuse, match="is no plain decimal number such as 100 or"):
        Money.of(amount, currency)
    with pytest.raises(Misuse, match="is no plain decimal number such as 100 or"):
        Money.parse(f"{currency} {amount}")


def test_a_currency_is_a_plain_text_when_an_amount_is_read_too() -> None:
    """An enumeration's member is none, although it is equal to one."""

    class Currency(enum.StrEnum):
        """One as a host may have it."""

        INR = "INR"

    with pytest.raises(Misuse, match=r"^a currency is an ISO 4217 code"):
        Money.of("60.00", Currency.INR)


@pytest.mark.parametrize(
    ("amount", "currency", "why"),
    [
        ("1.000", "INR", "more than the 2 decimals of INR"),
        ("1.001", "INR", "more than the 2 decimals of INR"),
        ("1.0", "JPY", "more than the 0 decimals of JPY"),
        ("1.0000", "KWD", "more than the 3 decimals of KWD"),
    ],
)
def test_a_digit_too_many_is_refused(amount: str, currency: str, why: str) -> None:
    """A zero as well: nobody's rounding is guessed."""
    with pytest.raises(Misuse, match=why):
        Money.of(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "why"),
    [
        ("92233720368547758.08", "INR", "minor units are a whole number from 0"),
        ("92233720368547759", "INR", "minor units are a whole number from 0"),
        ("9223372036854775808", "JPY", "minor units are a whole number from 0"),
        ("9" * 40, "JPY", "minor units are a whole number from 0"),
        ("0" * 41, "JPY", "is longer than 40 characters"),
        ("9" * 10_000, "INR", r"the amount '9+\.\.\. is longer than 40 characters"),
        ("x" * 10_000, "INR", r"the amount 'x+\.\.\. is longer than 40 characters"),
    ],
    ids=["one minor unit", "one unit", "one yen", "40", "41", "many digits", "many letters"],
)
def test_an_amount_too_large_is_refused(amount: str, currency: str, why: str) -> None:
    """Above the bound, or longer than anything below it needs to be."""
    with pytest.raises(Misuse, match=why):
        Money.of(amount, currency)


@pytest.mark.parametrize(
    ("letters", "why"),
    [(40, "is no plain decimal number"), (41, "is longer than 40 characters")],
)
def test_a_text_is_called_too_long_only_where_it_is(letters: int, why: str) -> None:
    """Forty characters are read, and found to be letters."""
    with pytest.raises(Misuse, match=why):
        Money.of("x" * letters, "INR")


@pytest.mark.parametrize(
    ("letters", "quoted"),
    [(38, f"'{'x' * 38}'$"), (39, rf"'{'x' * 39}\.\.\.$")],
)
def test_a_message_quotes_forty_characters_and_no_more(letters: int, quoted: str) -> None:
    """The quotation marks count."""
    with pytest.raises(Misuse, match=quoted):
        Money.parse("x" * letters)


@pytest.mark.parametrize("amount", [100, 1.0, Decimal("1.00"), None, b"1.00", ["1"]])
def test_an_amount_is_read_from_text(amount: str) -> None:
    """A number has been through somebody's parser already."""
    with pytest.raises(Misuse, match="an amount is read from text"):
        Money.of(amount, "INR")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "INR",
            "INR100.00",
            "INR\t1",
            "100.00 INR",
            "IN 100",
            "INRR 100",
            "INR\u00a01",
        ),
        *(100, None, b"INR 100.00", ["INR 100"]),
    ],
)
def test_money_is_written_as_currency_space_amount(text: str) -> None:
    """Whatever lacks the space after three characters is another form."""
    with pytest.raises(Misuse, match="money is written as 'INR 100"):
        Money.parse(text)


@pytest.mark.parametrize("text", ["XAU 1", "inr 1", "Rs. 1", "    1", "abc 1"])
def test_money_of_an_unknown_currency_is_not_read(text: str) -> None:
    """The message names the currency."""
    with pytest.raises(Misuse, match=f"a currency is an ISO 4217 code.*not '{text[:3]}'"):
        Money.parse(text)
    with pytest.raises(Misuse, match="a currency is an ISO 4217 code"):
        Money.of("1", text[:3])


def test_two_spaces_are_one_too_many() -> None:
    """The second belongs to the amount, which has none."""
    with pytest.raises(Misuse, match="the amount ' 100' is no plain decimal number"):
        Money.parse("INR  100")


# --------------------------------------------------------------------- money: what it can do


def test_money_adds_and_subtracts_within_a_currency() -> None:
    """Down to zero and up to the bound."""
    assert Money(150, "INR") + Money(50, "INR") == Money(200, "INR")
    assert Money(150, "INR") - Money(50, "INR") == Money(100, "INR")
    assert Money(150, "INR") - Money(150, "INR") == Money.zero("INR")
    assert Money(TOKENS_MAX - 1, "INR") + Money(1, "INR") == Money(TOKENS_MAX, "INR")


def test_money_does_not_fall_below_zero() -> None:
    """One paisa short is refused, and the message says what was asked."""
    with pytest.raises(Misuse, match=r"INR 1\.49 less INR 1\.50 is below zero"):
        Money(149, "INR") - Money(150, "INR")


def test_money_does_not_pass_its_bound() -> None:
    """One paisa more is refused, by addition and by multiplication."""
    with pytest.raises(Misuse, match="minor units are a whole number"):
        Money(TOKENS_MAX, "INR") + Money(1, "INR")
    with pytest.raises(Misuse, match="minor units are a whole number"):
        Money(TOKENS_MAX, "INR").times(2)
    with pytest.raises(Misuse, match="minor units are a whole number"):
        Money(TOKENS_MAX, "INR").share(2, 1, Rounding.DOWN)


@pytest.mark.parametrize(
    ("left", "right"),
    [(149, 150), (150, 150), (151, 150)],
    ids=["below", "equal", "above"],
)
def test_money_compares_within_a_currency(left: int, right: int) -> None:
    """As its minor units do."""
    one, other = Money(left, "INR"), Money(right, "INR")
    assert (one < other) is (left < right)
    assert (one <= other) is (left <= right)
    assert (one > other) is (left > right)
    assert (one >= other) is (left >= right)


BINARY: list[Callable[[Money, Money], object]] = [
    lambda one, other: one + other,
    lambda one, other: one - other,
    lambda one, other: one < other,
    lambda one, other: one <= other,
    lambda one, other: one > other,
    lambda one, other: one >= other,
]
NAMES = ["+", "-", "<", "<=", ">", ">="]


@pytest.mark.parametrize("do", BINARY, ids=NAMES)
def test_currencies_never_mix(do: Callable[[Money, Money], object]) -> None:
    """Not even where one of the amounts is zero."""
    with pytest.raises(CurrencyMismatch, match=r"INR 1\.00 and JPY 0 are in different currencies"):
        do(Money(100, "INR"), Money(0, "JPY"))


@pytest.mark.parametrize("do", BINARY, ids=NAMES)
@pytest.mark.parametrize("other", [100, 1.0, "INR 1.00", None])
def test_money_and_a_bare_number_do_not_mix(
    do: Callable[[Money, Money], object], other: Money
) -> None:
    """Python itself objects, as it does for any two types that know nothing of each other."""
    with pytest.raises(TypeError):
        do(Money(100, "INR"), other)


def test_mixing_currencies_is_misuse_and_survives_a_pickle() -> None:
    """A worker process may hand the error on."""
    error = CurrencyMismatch("INR 1.00 and JPY 0 are in different currencies")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, Misuse)
    assert type(again) is CurrencyMismatch
    assert str(again) == str(error)


def test_money_is_multiplied_by_a_count() -> None:
    """None, one or several equal lines."""
    assert [Money(150, "INR").times(n).minor for n in (0, 1, 3)] == [0, 150, 450]


@pytest.mark.parametrize("n", [-1, True, 1.5, Decimal(2), "2", None])
def test_money_is_multiplied_by_nothing_else(n: int) -> None:
    """A rate is not a count; `share` takes a rate."""
    with pytest.raises(Misuse, match="money is multiplied by a whole number from 0"):
        Money(150, "INR").times(n)


@pytest.mark.parametrize(
    ("part", "whole", "rounding", "minor"),
    [
        (0, 3, Rounding.UP, 0),
        (1, 3, Rounding.DOWN, 33),
        (1, 3, Rounding.UP, 34),
        (1, 8, Rounding.HALF_DOWN, 12),
        (1, 8, Rounding.HALF_UP, 13),
        (1, 8, Rounding.HALF_EVEN, 12),
        (3, 8, Rounding.HALF_EVEN, 38),
        (3, 3, Rounding.DOWN, 100),
        (4, 3, Rounding.DOWN, 133),
    ],
)
def test_a_share_is_rounded_once_as_named(
    part: int, whole: int, rounding: Rounding, minor: int
) -> None:
    """Thirds and eighths of one rupee."""
    assert Money(100, "INR").share(part, whole, rounding) == Money(minor, "INR")


@pytest.mark.parametrize(
    ("part", "whole", "why"),
    [
        (-1, 3, "a part is a whole number from 0"),
        (True, 3, "a part is a whole number from 0"),
        (0.5, 3, "a part is a whole number from 0"),
        (1, 0, "a denominator is a whole number from 1"),
        (1, True, "a denominator is a whole number from 1"),
    ],
)
def test_a_share_is_a_part_of_a_whole(part: int, whole: int, why: str) -> None:
    """Both are whole numbers, and the whole is not zero."""
    with pytest.raises(Misuse, match=why):
        Money(100, "INR").share(part, whole, Rounding.DOWN)


# -------------------------------------------------------------------------------------- rate


@pytest.mark.parametrize(
    ("minor", "tokens"),
    [(0, 0), (999, 0), (1_000, 1), (1_999, 1), (2_000, 2), (1_099_900, 1_099)],
)
def test_ten_tokens_for_a_hundred_rupees(minor: int, tokens: int) -> None:
    """Rounded down, with rows on either side of a token."""
    assert Rate(10, 10_000).of(minor) == tokens


def test_a_number_too_long_to_write_is_refused_by_its_size() -> None:
    """Python writes no more than 4300 digits, and a message must not fail."""
    with pytest.raises(Misuse, match="not a number of 16610 bits"):
        Money(HUGE, "INR")
    with pytest.raises(Misuse, match="not a number of 16610 bits"):
        Rate(HUGE, 1)
    with pytest.raises(Misuse, match="not a number of 16610 bits"):
        divide(-HUGE, 1, Rounding.DOWN)
    with pytest.raises(Misuse, match="not 340282366920938463463374607431768211455"):
        Money(2**128 - 1, "INR")
    with pytest.raises(Misuse, match="not a number of 129 bits"):
        Money(2**128, "INR")


def test_a_rate_rounds_as_it_is_told() -> None:
    """Down, unless it says otherwise."""
    assert Rate(1, 2).rounding is Rounding.DOWN
    assert [Rate(1, 2, rounding).of(3) for rounding in Rounding] == [1, 2, 1, 2, 2]


def test_a_rate_stays_as_written() -> None:
    """Ten for a hundred is not one for ten, though it gives the same."""
    assert Rate(10, 10_000) != Rate(1, 1_000)
    assert repr(Rate(10, 10_000)) == (
        "Rate(numerator=10, denominator=10000, rounding=<Rounding.DOWN: 'down'>)"
    )


@pytest.mark.parametrize("n", [-1, True, 1.5, Decimal(2), "2", None])
def test_a_rate_applies_to_whole_numbers(n: int) -> None:
    """From zero."""
    with pytest.raises(Misuse, match="a rate applies to a whole number from 0"):
        Rate(10, 10_000).of(n)


@pytest.mark.parametrize("numerator", [0, 1, TOKENS_MAX])
@pytest.mark.parametrize("denominator", [1, 2, TOKENS_MAX])
def test_a_rate_is_a_fraction_of_whole_numbers(numerator: int, denominator: int) -> None:
    """A rate of nothing is a rate."""
    assert Rate(numerator, denominator).of(denominator) == numerator


@pytest.mark.parametrize("numerator", [-1, TOKENS_MAX + 1, True, 0.1, Decimal(1), "1", None])
def test_a_numerator_of_a_rate_is_checked(numerator: int) -> None:
    """Where the rate is made, not where it is used."""
    with pytest.raises(Misuse, match="a rate's numerator is a whole number from 0"):
        Rate(numerator, 1)


@pytest.mark.parametrize("denominator", [0, -1, TOKENS_MAX + 1, True, 0.1, "1", None])
def test_a_denominator_of_a_rate_is_checked(denominator: int) -> None:
    """Where the rate is made, not where it is used."""
    with pytest.raises(Misuse, match="a rate's denominator is a whole number from 1"):
        Rate(1, denominator)


@pytest.mark.parametrize("rounding", ["down", None, 0])
def test_a_rounding_of_a_rate_is_checked(rounding: Rounding) -> None:
    """Text is turned into a rounding where it is read."""
    with pytest.raises(Misuse, match="a rounding is one of Rounding's"):
        Rate(1, 1, rounding)
