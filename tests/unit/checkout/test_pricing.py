"""Exchange value, tokens, and what a cart earns."""

from datetime import datetime
from typing import Any

import attrs
import pytest

from mi_rewards.checkout import Cart, CheckoutTerms, Part, PartPayment, PassedOver, Source
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, CurrencyMismatch, Money, Rate, Rounding
from tests.carts import coupon, line, priced, recipe, voucher

PHONE = line("phone", 100_000, category="phones")
CASE = line("case", 50_000, category="accessories")
CART = Cart("o1", (PHONE, CASE))
PAISA = CheckoutTerms(PartPayment(Rate(1, 1)))


def cart(*, exchange: int | None = None, tokens: int = 0) -> Cart:
    """A cart of 1,500 rupees."""
    value = None if exchange is None else Money(exchange, "INR")
    return attrs.evolve(CART, exchange=value, tokens=tokens)


# exchange value


@pytest.mark.parametrize(
    ("value", "taken", "surplus"),
    [(0, 0, 0), (149_999, 149_999, 0), (150_000, 150_000, 0), (150_001, 150_000, 1)],
)
def test_an_exchange_value_pays_what_is_left_and_no_more(
    value: int, taken: int, surplus: int
) -> None:
    """D10: A surplus is stated, and never paid out."""
    result = priced(cart(exchange=value))
    assert result.taken_minor(Source.EXCHANGE) == taken
    assert (result.payable_minor, result.surplus_minor) == (150_000 - taken, surplus)


def test_an_exchange_value_is_spread_over_all_lines() -> None:
    """In proportion to what is left of them."""
    result = priced(cart(exchange=1_000))
    assert [it.parts for it in result.lines] == [
        (Part(Source.EXCHANGE, "", 667),),
        (Part(Source.EXCHANGE, "", 333),),
    ]


def test_coupons_come_before_the_exchange_value_and_tokens_last() -> None:
    """The exchange value pays what coupons left, and tokens what both left."""
    result = priced(
        attrs.evolve(cart(exchange=100_000, tokens=60_000), voucher_ids=("v",)),
        [("v", voucher(coupon(30_000, "accessories")))],
        available=60_000,
        terms=PAISA,
    )
    taken = {source: result.taken_minor(source) for source in Source}
    assert taken == {Source.COUPON: 30_000, Source.EXCHANGE: 100_000, Source.TOKENS: 20_000}
    assert [part.source for part in result.lines[1].parts] == list(Source)
    assert (result.payable_minor, result.tokens) == (0, 20_000)


# tokens


def test_tokens_pay_what_they_are_worth() -> None:
    """What each line is charged adds up to what the order is charged."""
    result = priced(
        cart(tokens=10_000), available=10_000, terms=CheckoutTerms(PartPayment(Rate(1, 4)))
    )
    assert (result.taken_minor(Source.TOKENS), result.tokens) == (2_500, 10_000)
    assert [it.tokens for it in result.lines] == [6_668, 3_332]
    assert [it.taken_minor(Source.TOKENS) for it in result.lines] == [1_667, 833]
    assert result.tokens_passed_over is None


def test_no_token_is_charged_that_paid_nothing() -> None:
    """D3: The last three of seven tokens are not worth another paisa, and stay."""
    result = priced(cart(tokens=7), available=7, terms=CheckoutTerms(PartPayment(Rate(1, 4))))
    assert (result.taken_minor(Source.TOKENS), result.tokens) == (1, 4)


@pytest.mark.parametrize(("asked", "charged"), [(299, 299), (300, 300), (301, 300)])
def test_tokens_never_pay_more_than_is_left(asked: int, charged: int) -> None:
    """D5, D7: Down to the last rupee, whose token may be worth more than what is left."""
    terms = CheckoutTerms(PartPayment(Rate(500, 1)))
    result = priced(cart(tokens=asked), available=asked, terms=terms)
    assert (result.tokens, result.payable_minor) == (charged, 150_000 - 500 * charged)
    rest = priced(
        attrs.evolve(cart(tokens=asked), exchange=Money(1, "INR")), available=asked, terms=terms
    )
    assert rest.taken_minor(Source.TOKENS) == min(149_999, 500 * asked)
    assert rest.tokens == charged


@pytest.mark.parametrize(
    ("share", "asked", "charged"),
    [
        (Rate(20, 100), 29_999, 29_999),
        (Rate(20, 100), 30_000, 30_000),
        (Rate(20, 100), 30_001, 30_000),
        (Rate(5, 100), 30_000, 7_500),
        (Rate(1, 1), 200_000, 150_000),
        (Rate(1, 149_999, Rounding.UP), 5, 2),
    ],
)
def test_tokens_pay_at_most_their_share(share: Rate, asked: int, charged: int) -> None:
    """D6: A fifth, later a twentieth at Mi Points UK; rounded as the share says."""
    terms = CheckoutTerms(PartPayment(Rate(1, 1), share=share))
    assert priced(cart(tokens=asked), available=asked, terms=terms).tokens == charged


def test_the_share_is_of_what_coupons_and_exchange_value_left() -> None:
    """A fifth of 50,000 paise, not of 150,000."""
    terms = CheckoutTerms(PartPayment(Rate(1, 1), share=Rate(1, 5)))
    result = priced(cart(exchange=100_000, tokens=50_000), available=50_000, terms=terms)
    assert result.tokens == 10_000


@pytest.mark.parametrize(("asked", "is_enough"), [(999, False), (1_000, True), (1_001, True)])
def test_fewer_tokens_than_the_least_are_not_taken(asked: int, is_enough: bool) -> None:
    """The least counts what is asked for; why is said."""
    terms = CheckoutTerms(PartPayment(Rate(1, 1), least=1_000))
    result = priced(cart(tokens=asked), available=5_000, terms=terms)
    no = PassedOver("", "below_least", (("asked", 999), ("least", 1_000)))
    assert result.tokens == (asked if is_enough else 0)
    assert result.tokens_passed_over == (None if is_enough else no)


@pytest.mark.parametrize(("available", "is_enough"), [(99, False), (100, True), (101, True)])
def test_more_tokens_than_there_are_are_not_taken(available: int, is_enough: bool) -> None:
    """C1: None rather than some; the order can still be paid in money."""
    result = priced(cart(tokens=100), available=available, terms=PAISA)
    no = PassedOver("", "insufficient_tokens", (("required", 100), ("available", 99)))
    assert result.tokens == (100 if is_enough else 0)
    assert result.tokens_passed_over == (None if is_enough else no)
    assert result.payable_minor == 150_000 - result.tokens


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"terms": CheckoutTerms()}, "no_part_payment"),
        ({"terms": CheckoutTerms(PartPayment(Rate(1, 1), least=101)), "owed": 1}, "below_least"),
        ({"owed": 1, "available": 0}, "tokens_owed"),
        ({"blocked": "fraud", "owed": 1}, "member_blocked"),
        ({"terms": CheckoutTerms(), "blocked": "fraud"}, "no_part_payment"),
        ({"available": 99}, "insufficient_tokens"),
        ({"terms": CheckoutTerms(PartPayment(Rate(1, 101)))}, "worth_nothing"),
        ({"terms": CheckoutTerms(PartPayment(Rate(1, 1), share=Rate(0, 1)))}, "worth_nothing"),
    ],
)
def test_why_no_tokens_are_taken_is_said(what: dict[str, Any], code: str) -> None:
    """The first reason that applies; nothing is charged."""
    asked: dict[str, Any] = {"available": 100, "terms": PAISA} | what
    result = priced(cart(tokens=100), **asked)
    assert result.tokens_passed_over is not None
    assert (result.tokens_passed_over.code, result.tokens) == (code, 0)
    assert result.payable_minor == 150_000


def test_no_tokens_are_taken_where_nothing_is_left() -> None:
    """The old device paid all of it."""
    result = priced(cart(exchange=150_000, tokens=100), available=100, terms=PAISA)
    assert result.tokens_passed_over == PassedOver("", "nothing_left")
    assert result.tokens == 0


def test_no_reason_is_given_where_no_tokens_are_asked_for() -> None:
    """Even where something is owed."""
    assert priced(CART, owed=5).tokens_passed_over is None


# what it earns


@pytest.mark.parametrize(
    ("coupons", "exchange", "tokens", "earning"),
    [
        (False, False, False, 70_000),
        (True, False, False, 100_000),
        (False, True, False, 110_000),
        (False, False, True, 80_000),
        (True, True, True, 150_000),
    ],
)
def test_what_was_not_paid_in_money_earns_where_the_terms_say_so(
    coupons: bool, exchange: bool, tokens: bool, earning: int
) -> None:
    """D11, D12: Each of the three is declared, and each changes the result."""
    terms = CheckoutTerms(
        PartPayment(Rate(1, 1)),
        earns_on_coupons=coupons,
        earns_on_exchange=exchange,
        earns_on_tokens=tokens,
    )
    result = priced(
        attrs.evolve(cart(exchange=40_000, tokens=10_000), voucher_ids=("v",)),
        [("v", voucher(coupon(30_000)))],
        available=10_000,
        terms=terms,
    )
    assert (result.payable_minor, result.earning_minor) == (70_000, earning)
    assert result.earns == earning // 1_000


def test_an_excluded_category_earns_nothing() -> None:
    """Whatever paid for it."""
    result = priced(CART, recipe=recipe("INR", "accessories"))
    assert [it.earning_minor for it in result.lines] == [100_000, 0]
    assert result.earns == 100


def test_what_is_earned_is_rounded_once_for_the_order() -> None:
    """D2: Two lines of 99.99 rupees earn 19 tokens together, not 9 each."""
    lines = line("a", 9_999), line("b", 9_999)
    assert priced(Cart("o1", lines)).earns == 19


def test_an_award_past_what_is_counted_is_objected_to() -> None:
    """At the most it is not."""
    lines = (line("a", 1),)
    most = recipe(tokens=TOKENS_MAX, per=1)
    assert priced(Cart("o1", lines), recipe=most).earns == TOKENS_MAX
    with pytest.raises(Misuse, match="order 'o1' would earn more"):
        priced(Cart("o1", (*lines, line("b", 1))), recipe=most)


# what is asked


def test_a_cart_in_another_currency_is_objected_to() -> None:
    """D8: Its minor units are not those of the programme."""
    with pytest.raises(CurrencyMismatch, match="the cart is in INR, not in JPY"):
        priced(CART, recipe=recipe("JPY"))


@pytest.mark.parametrize("n", [-1, True, "1"])
@pytest.mark.parametrize("what", ["available", "owed"])
def test_tokens_are_whole_and_not_below_zero(what: str, n: Any) -> None:
    """A balance that is unknown is no balance."""
    with pytest.raises(Misuse, match=f"the tokens {what} are a whole number from 0"):
        priced(CART, **{what: n})


def test_an_instant_has_an_offset() -> None:
    """F1: There is one time, whatever zone it is stated in."""
    with pytest.raises(Misuse, match="needs an offset"):
        priced(CART, at=datetime(2017, 8, 1))


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_the_unit_that_cannot_be_split_goes_to_the_line_first_by_name(names: str) -> None:
    """Wherever it stands: of exchange value, of what tokens pay, and of the tokens themselves."""
    lines = tuple(line(name, 10) for name in names)
    exchanged = priced(Cart("o1", lines, exchange=Money(1, "INR")))
    assert {it.line_id: it.payable_minor for it in exchanged.lines} == {"a": 9, "b": 10}
    paid = priced(Cart("o1", lines, tokens=1), available=1, terms=PAISA)
    assert {it.line_id: it.payable_minor for it in paid.lines} == {"a": 9, "b": 10}
    dear = CheckoutTerms(PartPayment(Rate(20, 1)))
    whole = priced(Cart("o1", lines, tokens=1), available=1, terms=dear)
    assert {it.line_id: it.tokens for it in whole.lines} == {"a": 1, "b": 0}


def test_lines_stand_in_the_order_of_the_cart() -> None:
    """However they are computed."""
    assert [it.line_id for it in priced(CART).lines] == ["phone", "case"]
