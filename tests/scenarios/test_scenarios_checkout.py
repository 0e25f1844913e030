"""Public bug reports about carts, payments and refunds, each by its number."""

from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import VoucherState
from mi_rewards.checkout import CheckoutTerms, PartPayment, SettlementNotOpen
from mi_rewards.checkout.priced import Source
from mi_rewards.commands import OrderPaid
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, quote_key
from tests.shop import Shop, T, bring, deliver, inr, join, rules
from tests.tills import (
    BOOK,
    MINUTE,
    PAYABLE_UNTIL,
    SPENDING,
    Till,
    cart,
    fail,
    line,
    order,
    pay,
    quote,
    redeem,
    refund,
    run_out,
)

CASE = line("case", 1000)


# refunds


def test_B2_a_refund_never_takes_what_was_spent_a_second_time() -> None:
    """B2: a refund deducted spent points again; here they come back, once."""
    till = Till()
    till.bought(cart(tokens=1_000))
    till.do(refund())
    assert till.balance().available == 5_000


def test_B6_whatever_comes_first_the_balance_is_the_same() -> None:
    """B6: redeem all, earn, cancel gave a wrong balance; here both reversals commute."""
    ends = set()
    for steps in ((refund(request="1"), deliver("o2", 100)), (deliver("o2", 100), refund())):
        till = Till(tokens=1_000)
        till.bought(cart(tokens=1_000))
        till.all(*steps)
        ends.add(till.balance().available)
    assert ends == {1_010}


@pytest.mark.parametrize("second", [fail(request="2"), run_out(at=PAYABLE_UNTIL)])
def test_B7_a_payment_that_is_not_made_gives_back_once(second: Any) -> None:
    """B7: the cancel handler and the quote's restore both gave back; here the first one does."""
    till = Till()
    till.do(quote(cart(tokens=1_000)))
    till.all(order(), fail())
    till.rewards.do_all([second])
    assert till.balance(at=PAYABLE_UNTIL).available == 5_000


def test_B8_a_payment_that_runs_out_gives_back_exactly_once() -> None:
    """B8: first nothing came back, then twice as much; here sweeps may come as they like."""
    till = Till()
    till.all(quote(cart(tokens=1_000)), order())
    for _ in range(2):
        till.rewards.lapse_due(PAYABLE_UNTIL)
        till.rewards.run_out_due(PAYABLE_UNTIL)
    assert till.balance(at=PAYABLE_UNTIL).available == 5_000


def test_B10_parts_and_then_all_give_back_what_was_paid_and_no_more() -> None:
    """B10: a part refund and a cancel gave back the full amount; here the rest comes back."""
    till = Till()
    till.bought(cart(line("case", "333.33", 3), tokens=777))
    given = [till.do(refund(("case", 2), request="1")), till.do(refund(request="2"))]
    assert sum(it.tokens for it in given) == 777
    assert sum(it.money_minor for it in given) == 99_999 - 777 * 4


# two checkouts


def test_C2_the_same_tokens_are_not_spent_in_two_checkouts() -> None:
    """C2: both checkouts passed; here the second one's quote is stale."""
    till = Till(tokens=300)
    till.all(
        quote(cart(tokens=300)), quote(cart(order_id="o2", tokens=300), request="other"), order()
    )
    refusal: Any = till.refusal(order("other", request="second"))
    assert refusal.code == "quote_stale"
    assert till.balance().held == 300


def test_C4_an_orders_own_hold_is_not_counted_against_it() -> None:
    """C4: an order's own reservation refused its payment; here it is what pays."""
    till = Till(tokens=300)
    till.all(quote(cart(tokens=300)), order())
    assert till.do(pay()) == OrderPaid("o1", 300, 98)


def test_C9_an_order_uses_its_voucher_once() -> None:
    """C9: usage was counted at pending and at processing; here attaching is no use."""
    till = Till()
    till.do(redeem("off-100"))
    till.all(quote(cart(voucher_ids=("off-100",))), order())
    assert till.voucher("off-100").state is VoucherState.ATTACHED
    till.do(pay())
    refusal = till.refusal(pay(request="again"))
    assert refusal == SettlementNotOpen(order_id="o1", state="paid")


def test_C11_a_payment_of_two_steps_keeps_its_voucher() -> None:
    """C11: the first call consumed it; here it is attached until the payment is made."""
    till = Till()
    till.do(redeem("off-100"))
    till.all(quote(cart(voucher_ids=("off-100",))), order())
    again = till.do(order(at=T + MINUTE))
    assert again.payable_minor == 90_000
    till.do(pay(at=T + 2 * MINUTE))
    assert till.voucher("off-100").state is VoucherState.USED


# money


@pytest.mark.parametrize(
    ("worth", "asked", "charged", "minor"),
    [
        (Rate(3, 100), 3_334, 3_334, 100),
        (Rate(3, 100), 3_335, 3_334, 100),
        (Rate(7, 1), 15, 15, 100),
        (Rate(7, 1), 14, 14, 98),
    ],
)
def test_D3_tokens_charged_are_the_fewest_that_cover_what_they_pay(
    worth: Rate, asked: int, charged: int, minor: int
) -> None:
    """D3: dividing cost a point more; here it is the least whole number that covers."""
    terms = CheckoutTerms(PartPayment(worth))
    till = Till(programme=rules(SPENDING, checkout=terms))
    till.do(quote(cart(line("case", 1), tokens=asked)))
    priced = till.quoted().priced
    assert (priced.tokens, priced.taken_minor(Source.TOKENS)) == (charged, minor)


@pytest.mark.parametrize(("rounding", "minor"), [(Rounding.DOWN, 199), (Rounding.UP, 200)])
def test_D6_the_cap_is_of_what_is_payable_with_its_rounding_named(
    rounding: Rounding, minor: int
) -> None:
    """D6: the cap moved from one total to another; here one is meant, and stated."""
    terms = CheckoutTerms(PartPayment(Rate(1, 1), 1, Rate(20, 100, rounding)))
    till = Till(programme=rules(SPENDING, checkout=terms))
    till.do(quote(cart(line("case", "9.99"), tokens=5_000)))
    assert till.quoted().priced.taken_minor(Source.TOKENS) == minor


def test_D10_nothing_is_ever_below_zero() -> None:
    """D10: free goods made a total negative; here a coupon takes what is left at most."""
    till = Till()
    till.do(redeem("off-100"))
    till.do(quote(cart(line("case", 40), line("box", 30), voucher_ids=("off-100",))))
    priced = till.quoted().priced
    assert (priced.payable_minor, [it.payable_minor for it in priced.lines]) == (0, [0, 0])


@pytest.mark.parametrize(
    ("terms", "earns"),
    [
        (CheckoutTerms(), 50),
        (CheckoutTerms(earns_on_coupons=True), 60),
        (CheckoutTerms(earns_on_exchange=False), 40),
        (CheckoutTerms(earns_on_tokens=True), 90),
    ],
)
def test_D12_what_is_paid_with_earns_as_the_rules_declare(terms: CheckoutTerms, earns: int) -> None:
    """D12: vendors disagree whether points earn points; here each is a setting."""
    part = PartPayment(Rate(4, 1), 100)
    till = Till(20_000, programme=rules(SPENDING, checkout=attrs.evolve(terms, part_payment=part)))
    till.do(redeem("off-100"))
    paid_with = cart(CASE, voucher_ids=("off-100",), tokens=10_000, exchange=inr(100))
    assert till.do(quote(paid_with)).earns == earns


def test_F1_what_was_quoted_is_what_is_paid() -> None:
    """F1: a promotion ended between the page and the payment; here the quote holds or says no."""
    till = Till()
    till.do(redeem("tenth-off"))
    quoted = till.do(quote(cart(voucher_ids=("tenth-off",))))
    placed = till.do(order(at=T + 14 * MINUTE))
    till.do(pay(at=T + 43 * MINUTE))
    assert (quoted.payable_minor, placed.payable_minor, till.settled().payable_minor) == (
        (90_000,) * 3
    )


def test_F3_a_code_that_has_expired_is_not_honoured_in_an_old_cart() -> None:
    """F3: it was; here the cart is quoted anew, and says that the voucher is over."""
    till = Till()
    till.do(redeem("off-100"))
    at = till.voucher("off-100").ends_at
    till.do(quote(cart(voucher_ids=("off-100",)), at=at))
    assert [it.code for it in till.quoted().priced.passed_over] == ["voucher_expired"]


# settings

PART = PartPayment(Rate(4, 1), 100, Rate(20, 100))
USUAL = CheckoutTerms(PART)
FLIPS: dict[str, dict[str, Any]] = {
    "Programme.rewards": {"rewards": ()},
    "Programme.keeps_codes": {"keeps_codes": True},
    "Programme.checkout": {"checkout": CheckoutTerms()},
    "CheckoutTerms.part_payment": {"checkout": attrs.evolve(USUAL, part_payment=None)},
    "CheckoutTerms.earns_on_coupons": {"checkout": attrs.evolve(USUAL, earns_on_coupons=True)},
    "CheckoutTerms.earns_on_exchange": {"checkout": attrs.evolve(USUAL, earns_on_exchange=False)},
    "CheckoutTerms.earns_on_tokens": {"checkout": attrs.evolve(USUAL, earns_on_tokens=True)},
    "CheckoutTerms.quote_minutes": {"checkout": attrs.evolve(USUAL, quote_minutes=1)},
    "CheckoutTerms.payment_minutes": {"checkout": attrs.evolve(USUAL, payment_minutes=1)},
    "PartPayment.worth": {"checkout": CheckoutTerms(attrs.evolve(PART, worth=Rate(5, 1)))},
    "PartPayment.least": {"checkout": CheckoutTerms(attrs.evolve(PART, least=4_001))},
    "PartPayment.share": {"checkout": CheckoutTerms(attrs.evolve(PART, share=Rate(10, 100)))},
}
"""For each setting, what is changed of `SPENDING`."""


def answers(programme: Programme) -> list[Any]:
    """Tell a story of a cart under some rules: what is answered, and what is shown at the end."""
    shop = Shop(programme)
    paid_with = cart(
        CASE, voucher_ids=("off-100",), tokens=4_000, exchange=Money.of("99.99", "INR")
    )
    code = BOOK.seal("2222 2222 2222 22")
    steps: list[Any] = [join(), bring(9_000), redeem("off-100", code=code), quote(paid_with)]
    steps += [order(at=T + 2 * MINUTE), pay(at=T + 4 * MINUTE), deliver("o1")]
    shown = shop.rewards.do_all(steps)
    shown += shop.rewards.vouchers("asha", at=T, with_codes=True)
    found = shop.store.load(Needs((quote_key("asha", "quote"),))).aggregates
    return [*shown, found, shop.balance(at=PAYABLE_UNTIL)]


@pytest.mark.parametrize("setting", FLIPS)
def test_H9_every_setting_of_what_is_spent_changes_an_answer(setting: str) -> None:
    """H9: nothing read a flag for dry runs; here each setting flipped is seen in an answer."""
    same = rules(SPENDING, checkout=USUAL)
    other = rules(same, **FLIPS[setting])
    assert comparable(answers(same)) == comparable(answers(rules(same)))
    assert comparable(answers(same)) != comparable(answers(other))


def comparable(shown: list[Any]) -> list[Any]:
    """Leave out which rule book it was, which differs by itself."""
    plain = []
    for it in shown:
        if isinstance(it, dict):
            quotes = [quoted for quoted in it.values() if quoted is not None]
            plain.append([quoted._replace(rule_book="") for quoted in quotes])
        else:
            plain.append(it)
    return plain


def test_H9_no_setting_of_what_is_spent_is_left_out() -> None:
    """H9: nothing read a flag for dry runs; here each setting has its row in the table above."""
    kinds = (CheckoutTerms, PartPayment)
    settings = {f"{kind.__name__}.{it.name}" for kind in kinds for it in attrs.fields(kind)}
    of_programme = {f"Programme.{name}" for name in ("rewards", "keeps_codes", "checkout")}
    assert settings | of_programme == set(FLIPS)
