"""What coupons and F-codes are good for, and costs that a member chooses."""

from datetime import date, datetime
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import NEVER, UTC, Zone, read_instant
from mi_rewards.catalogue import Choice, CouponTerms, FCodeTerms, Validity
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rate
from tests.catalogue import OFF_100, PHONE, TENTH
from tests.shop import inr
from tests.wallets import KOLKATA, day

# validity


@pytest.mark.parametrize(
    ("validity", "at", "last_day"),
    [
        (Validity(0), "2017-07-01T00:00:00+05:30", "2017-07-01"),
        (Validity(0), "2017-07-01T23:59:59.999999+05:30", "2017-07-01"),
        (Validity(0), "2017-07-02T00:00:00+05:30", "2017-07-02"),
        (Validity(1), "2017-12-31T23:59:59+05:30", "2018-01-01"),
        (Validity(90), "2017-07-01T12:00:00+05:30", "2017-09-29"),
        (Validity(1), "2020-02-28T12:00:00+05:30", "2020-02-29"),
        (Validity(365), "2020-02-29T12:00:00+05:30", "2021-02-28"),
        (Validity(through_on=day("2018-12-31")), "2017-07-01T12:00:00+05:30", "2018-12-31"),
        (Validity(through_on=day("2018-12-31")), "2019-07-01T12:00:00+05:30", "2018-12-31"),
        (Validity(through_on=NEVER), "2019-07-01T12:00:00+05:30", "never"),
    ],
)
def test_the_last_day_is_counted_from_the_day_of_issue(
    validity: Validity, at: str, last_day: str
) -> None:
    """In the programme's zone; a fixed day is the same whenever it is issued."""
    assert validity.last_day(read_instant(at), KOLKATA) == day(last_day)


def test_days_are_those_of_the_zone() -> None:
    """It is the first of July in Kolkata while it is still June in London."""
    at = read_instant("2017-07-01T03:00:00+05:30")
    assert Validity(1).last_day(at, Zone("UTC")) == date(2017, 7, 1)
    assert Validity(1).last_day(at, KOLKATA) == date(2017, 7, 2)


def test_a_validity_is_one_of_the_two() -> None:
    """Neither says nothing, both say too much."""
    for parts in ({}, {"days": 1, "through_on": date(2018, 12, 31)}):
        with pytest.raises(Misuse) as caught:
            Validity(**parts)  # type: ignore[arg-type]
        assert str(caught.value) == "a voucher is valid for a number of days, or through a day"


@pytest.mark.parametrize("days", [-1, 36_526, 1.0, "1", True, False])
def test_days_are_a_whole_number_of_at_most_a_hundred_years(days: Any) -> None:
    """From 0 to 36,525."""
    with pytest.raises(Misuse, match="a voucher is valid for 0 to 36525 days, not "):
        Validity(days)
    assert (Validity(0).days, Validity(36_525).days) == (0, 36_525)


@pytest.mark.parametrize("wrong", [datetime(2018, 1, 1, tzinfo=UTC), "2018-12-31", 1])
def test_the_day_is_a_day(wrong: Any) -> None:
    """An instant or a text is none."""
    with pytest.raises(Misuse, match="a day is a date without a time"):
        Validity(through_on=wrong)


# coupons

COUPON_ROWS: list[tuple[dict[str, Any], str]] = [
    ({"validity": 10}, "a voucher's validity is a Validity, not 10"),
    ({"value": inr(100)}, "a coupon takes off a fixed amount or a rate, not both"),
    ({"rate": (1, 2)}, "a coupon's rate is a Rate, not (1, 2)"),
    ({"rate": Rate(101, 100)}, "a coupon's rate is at most the whole"),
    ({"rate": None}, "only a coupon with a rate has a cap"),
    ({"rate": None, "value": inr(1)}, "only a coupon with a rate has a cap"),
    ({"cap": 500}, "a coupon's cap is money, not 500"),
    ({"order_min": 999}, "a coupon's order_min is money, not 999"),
    ({"rate": None, "cap": None, "value": 100}, "a coupon's value is money, not 100"),
    ({"cap": Money(1, "USD")}, "a coupon's amounts are of one currency"),
    ({"order_min": Money(1, "USD")}, "a coupon's amounts are of one currency"),
    ({"categories": ["a"]}, "a coupon's categories are a tuple of texts that differ, not ['a']"),
    ({"categories": ("a", "")}, "a coupon's categories are a tuple of texts that differ, not "),
    ({"platforms": ("a", "a")}, "a coupon's platforms are a tuple of texts that differ, not "),
    ({"payment_modes": (1,)}, "a coupon's payment_modes are a tuple of texts that differ, not "),
]


@pytest.mark.parametrize(("changes", "message"), COUPON_ROWS)
def test_a_coupon_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    """With the part that is wrong."""
    with pytest.raises(Misuse) as caught:
        attrs.evolve(TENTH, **changes)
    assert str(caught.value).startswith(message)


def test_a_coupon_may_take_off_the_whole() -> None:
    """A hundred parts of a hundred, and not one more."""
    assert attrs.evolve(TENTH, rate=Rate(100, 100)).rate == Rate(100, 100)
    assert attrs.evolve(TENTH, rate=Rate(0, 100)).rate == Rate(0, 100)


def test_a_coupon_says_little_unless_it_is_told_more() -> None:
    """It applies to everything, everywhere, alone, and only to who redeemed it."""
    assert CouponTerms(Validity(10), inr(100)) == CouponTerms(
        Validity(10), inr(100), None, None, (), None, (), (), is_combinable=False
    )
    assert OFF_100.is_transferable is False
    assert FCodeTerms(("a",), Validity(1)) == FCodeTerms(("a",), Validity(1), True, "")


def test_the_quota_of_an_f_code_is_named_by_a_text() -> None:
    """Or by nothing."""
    wrong: Any = None
    with pytest.raises(Misuse, match="an F-code's quota is named by a text, not None"):
        FCodeTerms(("a",), Validity(1), quota_id=wrong)


@pytest.mark.parametrize(
    ("terms", "currencies"),
    [
        (OFF_100, {"INR"}),
        (TENTH, {"INR"}),
        (attrs.evolve(TENTH, cap=None, order_min=None), set()),
        (attrs.evolve(TENTH, cap=None, order_min=Money(1, "USD")), {"USD"}),
    ],
)
def test_a_coupon_names_the_currency_of_its_amounts(
    terms: CouponTerms, currencies: set[str]
) -> None:
    """Whichever has one."""
    assert terms.currencies == currencies


# F-codes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"product_ids": ()}, "an F-code is for at least one product"),
        ({"product_ids": "abc"}, "an F-code's product_ids are a tuple of texts that differ, not "),
        ({"product_ids": ("a", "a")}, "an F-code's product_ids are a tuple of texts that differ"),
        ({"validity": None}, "a voucher's validity is a Validity, not None"),
    ],
)
def test_an_f_code_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    """With the part that is wrong."""
    with pytest.raises(Misuse) as caught:
        attrs.evolve(PHONE, **changes)
    assert str(caught.value).startswith(message)


# choices


@pytest.mark.parametrize(
    ("most", "tokens", "is_offered"),
    [
        (500, 49, False),
        (500, 50, True),
        (500, 51, False),
        (500, 74, False),
        (500, 75, True),
        (500, 76, False),
        (500, 499, False),
        (500, 500, True),
        (500, 525, False),
        (510, 500, True),
        (510, 510, False),
        (None, 525, True),
        (None, 50 + 25 * 10**12, True),
        (50, 50, True),
        (50, 75, False),
    ],
)
def test_a_choice_offers_steps_from_the_least_to_the_most(
    most: int | None, tokens: int, is_offered: bool
) -> None:
    """Both ends included, and nothing between the steps."""
    assert Choice(50, 25, Rate(100, 25), most).offers(tokens) is is_offered


def test_steps_are_counted_from_the_least() -> None:
    """Not from nothing."""
    choice = Choice(30, 25, Rate(1, 1))
    assert [tokens for tokens in range(110) if choice.offers(tokens)] == [30, 55, 80, 105]


def test_the_most_is_where_numbers_end() -> None:
    """Unless it is stated."""
    assert Choice(50, 25, Rate(100, 25)).most_of == TOKENS_MAX
    assert Choice(50, 25, Rate(100, 25), 100).most_of == 100


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"least": 0}, "least is a whole number of tokens from 1, not 0"),
        ({"least": True}, "least is a whole number of tokens from 1, not True"),
        ({"step": 0}, "step is a whole number of tokens from 1, not 0"),
        ({"step": 2**63}, "step is a whole number of tokens from 1, not 9223372036854775808"),
        ({"most": 0}, "most is a whole number of tokens from 1, not 0"),
        ({"most": 1.5}, "most is a whole number of tokens from 1, not 1.5"),
        ({"most": 49}, "the most tokens, 49, are fewer than the least, 50"),
        ({"worth": 4}, "what tokens are worth is a Rate, not 4"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    """With the figure that is wrong."""
    with pytest.raises(Misuse) as caught:
        attrs.evolve(Choice(50, 25, Rate(100, 25), 50), **changes)
    assert str(caught.value) == message
