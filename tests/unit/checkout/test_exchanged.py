"""Exchange receipts in carts: the unit, what is taken off it, and what cannot stand beside that."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout import (
    Cart,
    CartLine,
    CheckoutTerms,
    Part,
    PartPayment,
    PassedOver,
    Priced,
    Source,
    settle,
)
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in import Exchange, Surplus
from tests.carts import coupon, f_code, line, priced, recipe, voucher
from tests.exchanging import (
    ENDS,
    MINUTE,
    ONLINE,
    OPENED,
    PICKUP,
    PRICE,
    STORE,
    VALUE,
    attached,
    exchange,
    terms,
    used,
    worth,
)

TICK = timedelta(microseconds=1)
PHONE = line("phone", PRICE, category="phones")
CASE = line("case", 39_900, 2, "accessories")
PAISA = CheckoutTerms(PartPayment(Rate(1, 1)))
TAKEN = Part(Source.EXCHANGE, "x1", VALUE)


def cart(*lines: CartLine, **stated: Any) -> Cart:
    """A cart on mi.com that names the exchange `x1`, of a phone and two cases by default."""
    told = {"channel": "mi.com", "exchange_id": "x1", **stated}
    return Cart("o1", lines or (PHONE, CASE), **told)


def price(
    of: Cart,
    by: Exchange | None,
    vouchers: Sequence[tuple[str, Voucher | None]] = (),
    *,
    at: datetime = OPENED,
    terms: CheckoutTerms = PAISA,
    **stated: Any,
) -> Priced:
    """Price a cart on the day on which the exchange was opened."""
    return priced(of, vouchers, at=at, exchange=by, terms=terms, **stated)


def off(minor: int) -> tuple[tuple[str, Voucher | None], ...]:
    """A coupon for anything, of so many paise; a cart names it `v`."""
    valid = voucher(coupon(minor), "v")._replace(ends_at=ENDS)
    return (("v", valid),)


# the unit


def test_the_value_is_taken_off_one_phone() -> None:
    """A phone for Rs 9,999 and Rs 4,000 for the old one: Rs 5,999 are to be paid of it."""
    result = price(cart(), exchange())
    assert [it.parts for it in result.lines] == [(TAKEN,), ()]
    assert [it.payable_minor for it in result.lines] == [599_900, 79_800]
    assert (result.surplus_minor, result.exchange_passed_over) == (0, None)


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [
        ((line("a", 500_000, category="phones"), line("b", 500_001, category="phones")), "b"),
        ((line("a", 500_001, category="phones"), line("b", 500_000, category="phones")), "a"),
        ((line("b", 500_000, category="phones"), line("a", 500_000, category="phones")), "a"),
        ((line("a", 500_000, category="phones"), line("b", 900_000, category="tablets")), "a"),
        ((line("a", 500_000, category="phones"), line("b", 900_000, 2, "phones")), "a"),
    ],
)
def test_the_dearest_unit_that_the_terms_are_for_is_taken(
    lines: tuple[CartLine, ...], chosen: str
) -> None:
    """Of equal ones the first by name; never one of several, and nothing that is no phone."""
    result = price(cart(*lines), exchange())
    assert [it.line_id for it in result.lines if it.parts] == [chosen]


def test_a_product_may_be_named_by_itself() -> None:
    """Whatever its category."""
    named = terms(ONLINE, categories=(), products=("p-case",))
    one = line("case", 800_000, category="accessories")
    assert price(cart(PHONE, one), exchange(named)).lines[1].parts == (TAKEN,)
    anything = terms(ONLINE, categories=(), products=())
    assert price(cart(one), exchange(anything)).lines[0].parts == (TAKEN,)


@pytest.mark.parametrize("rupees", [799, 1499])
def test_a_power_bank_is_not_bought_with_an_exchange_value(rupees: int) -> None:
    """The Mi Power Banks 2i cost Rs 799 and Rs 1,499, with an old phone and without one."""
    bank = line("power-bank", rupees * 100, category="power_banks")
    no = PassedOver("x1", "new_product_not_eligible", (("order_id", "o1"),))
    alone = price(cart(bank), exchange())
    assert (alone.payable_minor, alone.exchange_passed_over) == (rupees * 100, no)
    beside = price(cart(PHONE, bank), exchange())
    assert beside.lines[1].payable_minor == rupees * 100
    assert beside.payable_minor == PRICE - VALUE + rupees * 100


# how much


@pytest.mark.parametrize(
    ("value", "least", "taken"),
    [
        (PRICE - 1, None, PRICE - 1),
        (PRICE, None, PRICE),
        (PRICE + 1, None, PRICE),
        (PRICE - 99_901, 99_900, PRICE - 99_901),
        (PRICE - 99_900, 99_900, PRICE - 99_900),
        (PRICE - 99_899, 99_900, PRICE - 99_900),
        (1, PRICE - 1, 1),
        (VALUE, PRICE - 1, 1),
    ],
)
def test_the_value_never_passes_the_price_less_the_least(
    value: int, least: int | None, taken: int
) -> None:
    """What is more is stated; whether it is lost is a matter of the terms."""
    by = terms(ONLINE, least_payable=None if least is None else Money(least, "INR"))
    result = price(cart(), exchange(by, minor=value))
    assert result.taken_minor(Source.EXCHANGE) == taken
    assert result.surplus_minor == value - taken
    assert result.lines[0].payable_minor >= (least or 0)


@pytest.mark.parametrize("least", [PRICE, PRICE + 1])
def test_a_phone_that_costs_no_more_than_the_least_takes_no_value(least: int) -> None:
    """The receipt stays for another order, and nothing is fixed by it."""
    by = exchange(terms(ONLINE, least_payable=Money(least, "INR")))
    result = price(cart(PHONE, voucher_ids=("v",)), by, off(10_000))
    no = PassedOver("x1", "nothing_left", (("least", least),))
    assert (result.exchange_passed_over, result.surplus_minor) == (no, 0)
    assert result.payable_minor == PRICE - 10_000


def test_a_device_that_is_worth_nothing_takes_nothing_off() -> None:
    """And the price can be negotiated as ever."""
    result = price(cart(PHONE, voucher_ids=("v",)), exchange(minor=0), off(10_000))
    assert result.exchange_passed_over == PassedOver("x1", "worth_nothing")
    assert result.payable_minor == PRICE - 10_000


@pytest.mark.parametrize(("earns_on_exchange", "earns"), [(True, 999), (False, 599)])
def test_what_earns_is_the_price_before_or_after_the_value(
    earns_on_exchange: bool, earns: int
) -> None:
    """As the rule book says: Rs 9,999 or Rs 5,999 at ten tokens per hundred rupees."""
    by = CheckoutTerms(earns_on_exchange=earns_on_exchange)
    assert price(cart(PHONE), exchange(), terms=by).earns == earns


# what can stand beside it


def test_the_price_is_not_negotiable() -> None:
    """No coupon and no token pays a part of that unit; both pay what else is in the cart."""
    result = price(
        cart(voucher_ids=("v",), tokens=100_000), exchange(), off(10_000), available=100_000
    )
    assert result.lines[0].parts == (TAKEN,)
    assert [(it.source, it.minor) for it in result.lines[1].parts] == [
        (Source.COUPON, 10_000),
        (Source.TOKENS, 69_800),
    ]
    assert (result.tokens, result.payable_minor) == (69_800, PRICE - VALUE)


def test_what_has_nothing_else_to_pay_is_passed_over() -> None:
    """With the reason, for the page; a coupon keeps its worth for another order."""
    result = price(
        cart(PHONE, voucher_ids=("v",), tokens=100), exchange(), off(10_000), available=100
    )
    assert result.passed_over == (PassedOver("v", "price_not_negotiable"),)
    assert result.tokens_passed_over == PassedOver("", "price_not_negotiable")
    assert result.payable_minor == PRICE - VALUE


def test_a_coupon_may_need_what_it_takes_nothing_off() -> None:
    """Who orders for Rs 10,000 gets a tenth off, but off the cases alone."""
    tenth = voucher(coupon("1/10", least=PRICE), "v")._replace(ends_at=ENDS)
    result = price(cart(voucher_ids=("v",)), exchange(), (("v", tenth),))
    assert result.taken_minor(Source.COUPON) == 7_980


def test_an_f_code_is_no_price_benefit() -> None:
    """It lets its holder buy, whatever pays."""
    code = voucher(f_code("p-phone"), "f")._replace(ends_at=ENDS)
    result = price(cart(PHONE, voucher_ids=("f",)), exchange(), (("f", code),))
    assert [it.line_id for it in result.applied] == ["phone"]


def test_coupons_come_first_where_the_terms_allow_them() -> None:
    """The value pays what they leave; tokens still pay none of that unit."""
    by = terms(ONLINE, combines=("coupons",))
    result = price(
        cart(PHONE, voucher_ids=("v",), tokens=100), exchange(by), off(700_000), available=100
    )
    assert [(it.source, it.minor) for it in result.lines[0].parts] == [
        (Source.COUPON, 700_000),
        (Source.EXCHANGE, PRICE - 700_000),
    ]
    assert result.surplus_minor == VALUE - (PRICE - 700_000)
    assert result.tokens_passed_over == PassedOver("", "nothing_left")


def test_coupons_may_leave_nothing_for_the_value() -> None:
    """Then the receipt stays, and tokens are as welcome as without it."""
    by = terms(ONLINE, combines=("coupons",), least_payable=Money(99_900, "INR"))
    result = price(
        cart(PHONE, voucher_ids=("v",), tokens=100), exchange(by), off(900_000), available=100
    )
    no = PassedOver("x1", "nothing_left", (("least", 99_900),))
    assert (result.exchange_passed_over, result.surplus_minor) == (no, 0)
    assert (result.tokens, result.payable_minor) == (100, 99_800)


@pytest.mark.parametrize("least", [0, 99_900])
def test_tokens_pay_the_rest_where_the_terms_allow_them(least: int) -> None:
    """But not the least, which is paid in money."""
    by = terms(ONLINE, combines=("tokens",), least_payable=Money(least, "INR"))
    result = price(cart(PHONE, tokens=PRICE), exchange(by), available=PRICE)
    assert result.tokens == PRICE - VALUE - least
    assert result.payable_minor == least


def test_what_cannot_be_combined_is_so_for_coupons_where_tokens_can() -> None:
    """Each is allowed by itself."""
    by = terms(ONLINE, combines=("tokens",))
    result = price(cart(PHONE, voucher_ids=("v",)), exchange(by), off(10_000))
    assert result.passed_over == (PassedOver("v", "price_not_negotiable"),)


def test_the_share_of_tokens_is_of_what_they_may_pay() -> None:
    """A half of the cases, none of the phone."""
    half = CheckoutTerms(PartPayment(Rate(1, 1), share=Rate(1, 2)))
    result = price(cart(tokens=100_000), exchange(), available=100_000, terms=half)
    assert (result.tokens, result.lines[0].tokens) == (39_900, 0)


# what cannot be used


UNUSABLE: list[tuple[Exchange | None, dict[str, Any], PassedOver]] = [
    (None, {}, PassedOver("x1", "unknown_exchange", (("exchange_id", "x1"),))),
    (
        exchange(STORE),
        {},
        PassedOver("x1", "not_traded_here", (("channel", "mi.com"), ("allowed", "mi-home"))),
    ),
    (
        used(),
        {"channel": ""},
        PassedOver("x1", "already_exchanged", (("exchange_id", "x1"),)),
    ),
    (used(), {}, PassedOver("x1", "already_exchanged", (("exchange_id", "x1"),))),
    (
        exchange(PICKUP),
        {"channel": "mi-home"},
        PassedOver("x1", "exchange_not_open", (("exchange_id", "x1"), ("state", "booked"))),
    ),
    (
        attached(),
        {"order_id": "o2"},
        PassedOver("x1", "exchange_not_open", (("exchange_id", "x1"), ("state", "attached"))),
    ),
    (
        exchange().cancelling(at=OPENED),
        {},
        PassedOver("x1", "exchange_not_open", (("exchange_id", "x1"), ("state", "cancelled"))),
    ),
    (
        exchange(valuation=worth(currency="JPY")),
        {},
        PassedOver("x1", "wrong_currency", (("currencies", "JPY"),)),
    ),
    (
        exchange(),
        {"lines": (CASE,)},
        PassedOver("x1", "new_product_not_eligible", (("order_id", "o1"),)),
    ),
    (
        exchange(),
        {"lines": (line("phones", PRICE, 2, "phones"),)},
        PassedOver("x1", "not_one_unit"),
    ),
]


@pytest.mark.parametrize(
    ("by", "stated", "no"), UNUSABLE, ids=[f"{n}-{row[2].code}" for n, row in enumerate(UNUSABLE)]
)
def test_a_receipt_that_cannot_be_used_is_passed_over(
    by: Exchange | None, stated: dict[str, Any], no: PassedOver
) -> None:
    """Why is said, and all else is as if it were not there."""
    of = attrs.evolve(cart(voucher_ids=("v",), tokens=100), **stated)
    result = price(of, by, off(10_000), available=100)
    assert result.exchange_passed_over == no
    without = price(attrs.evolve(of, exchange_id=""), None, off(10_000), available=100)
    assert result._replace(exchange_passed_over=None) == without


@pytest.mark.parametrize(("at", "is_taken"), [(ENDS - TICK, True), (ENDS, False)])
def test_a_receipt_is_good_until_its_end(at: datetime, is_taken: bool) -> None:
    """To the last instant of the fourteenth day."""
    result = price(cart(PHONE), exchange(), at=at)
    assert result.taken_minor(Source.EXCHANGE) == (VALUE if is_taken else 0)
    assert (result.exchange_passed_over is None) is is_taken


def test_a_receipt_that_is_on_the_order_already_changes_nothing() -> None:
    """C4: An order's own receipt does not count against it."""
    assert price(cart(), attached()) == price(cart(), exchange())


def test_another_exchange_than_the_one_named_is_objected_to() -> None:
    """Whoever loads it has mistaken it."""
    for of, by in (
        (cart(exchange_id="x2"), exchange()),
        (cart(exchange_id=""), exchange()),
        (cart(), exchange()._replace(member_id="bela")),
    ):
        with pytest.raises(Misuse, match="the exchange 'x1' is not the one"):
            price(of, by)


def test_a_value_that_is_credited_as_tokens_is_stated_as_surplus() -> None:
    """The checkout says how much; how many tokens that are, the exchange says."""
    by = terms(ONLINE, surplus=Surplus.TOKENS)
    assert price(cart(PHONE), exchange(by, minor=PRICE + 500)).surplus_minor == 500


# the settlement


def test_a_settlement_names_the_exchange_whose_value_was_taken_off() -> None:
    """And none where it was passed over."""
    of = cart()
    for by, name in ((exchange(), "x1"), (used(), "")):
        settlement = settle(
            of,
            price(of, by),
            member_id="asha",
            hold_id=None,
            at=OPENED,
            until=OPENED + MINUTE,
        )
        assert settlement.exchange_id == name


def test_the_unit_gives_the_whole_value_back() -> None:
    """And no other line gives any."""
    of = cart()
    placed = settle(
        of,
        price(of, exchange(), recipe=recipe()),
        member_id="asha",
        hold_id=None,
        at=OPENED,
        until=OPENED + MINUTE,
    )
    paid = placed.paying(at=OPENED, burn_id=None)
    left, of_cases = paid.refunding([("case", 1)], at=OPENED)
    assert of_cases[:3] == (39_900, 0, 0)
    _, rest = left.refunding(at=OPENED)
    assert rest[:3] == (PRICE - VALUE + 39_900, 0, VALUE)
