"""What coupons take off: eligibility, choice among several, and the split over lines."""

import itertools
from datetime import timedelta

import pytest

from mi_rewards.catalogue.terms import CouponTerms
from mi_rewards.catalogue.voucher_life import VoucherState
from mi_rewards.checkout import AppliedVoucher, Cart, Part, PassedOver, Priced, Source
from mi_rewards.errors import Misuse
from mi_rewards.money import Rounding
from tests.carts import ENDS, LAST, NOON, coupon, line, priced, priced_with, voucher

PHONE = line("phone", 999_900, category="phones")
CASES = line("cases", 20_000, 3, "accessories")
BANK = line("bank", 79_900, category="accessories")
LINES = (PHONE, CASES, BANK)


def off(result: Priced) -> dict[str, int]:
    """Say what each voucher took off."""
    return {it.name: it.minor for it in result.applied}


def why(result: Priced) -> dict[str, str]:
    """Say why each voucher did not apply."""
    return {it.name: it.code for it in result.passed_over}


# one coupon


def test_a_coupon_takes_its_amount_off_the_lines_of_its_categories() -> None:
    """Split over them in proportion to what they cost; a phone is no accessory."""
    result = priced_with(LINES, {"v": coupon(10_000, "accessories")})
    assert [it.parts for it in result.lines] == [
        (),
        (Part(Source.COUPON, "v", 4_289),),
        (Part(Source.COUPON, "v", 5_711),),
    ]
    assert [it.payable_minor for it in result.lines] == [999_900, 55_711, 74_189]
    assert result.applied == (AppliedVoucher("v", "asha", "v", 10_000),)
    assert result.taken_minor(Source.COUPON) == 10_000
    assert result.gross_minor - result.payable_minor == 10_000


def test_a_coupon_for_no_category_in_particular_applies_to_all_lines() -> None:
    """Every line bears its part."""
    result = priced_with(LINES, {"v": coupon(10_000)})
    assert [it.taken_minor(Source.COUPON) for it in result.lines] == [8_773, 526, 701]


@pytest.mark.parametrize(
    ("amount", "taken"), [(60_000 - 1, 59_999), (60_000, 60_000), (60_001, 60_000)]
)
def test_a_coupon_never_takes_more_than_there_is(amount: int, taken: int) -> None:
    """D10: Nothing falls below zero, and the rest of the coupon is lost."""
    result = priced_with((CASES,), {"v": coupon(amount)})
    assert off(result) == {"v": taken}
    assert result.payable_minor == 60_000 - taken


@pytest.mark.parametrize(
    ("rounding", "taken"),
    [(Rounding.DOWN, 33), (Rounding.UP, 34), (Rounding.HALF_UP, 33), (Rounding.HALF_EVEN, 33)],
)
def test_a_rate_is_rounded_once_as_it_says(rounding: Rounding, taken: int) -> None:
    """D1: A tenth of 3.34 rupees in whole paise, of all lines together."""
    lines = line("a", 167), line("b", 167)
    assert off(priced_with(lines, {"v": coupon("1/10", rounding=rounding)})) == {"v": taken}


@pytest.mark.parametrize(("cap", "taken"), [(5_999, 5_999), (6_000, 6_000), (6_001, 6_000)])
def test_a_rate_takes_off_at_most_its_cap(cap: int, taken: int) -> None:
    """After rounding."""
    assert off(priced_with((CASES,), {"v": coupon("1/10", cap=cap)})) == {"v": taken}


def test_a_rate_of_the_whole_leaves_nothing() -> None:
    """D10: Exactly nothing."""
    assert priced_with(LINES, {"v": coupon("1/1")}).payable_minor == 0


def test_a_coupon_makes_a_small_order_free_and_no_less() -> None:
    """D5: An amount of less than one unit of the currency is taken off too."""
    assert off(priced_with((line("a", 1),), {"v": coupon(10_000)})) == {"v": 1}


@pytest.mark.parametrize("terms", [coupon(), coupon("0/1"), coupon("1/1000")])
def test_a_coupon_that_is_worth_nothing_is_not_used(terms: CouponTerms) -> None:
    """It stays with its owner."""
    result = priced_with((line("a", 999),), {"v": terms})
    assert (off(result), why(result)) == ({}, {"v": "worth_nothing"})


def test_a_coupon_for_a_line_that_costs_nothing_is_not_used() -> None:
    """There is nothing to take it off."""
    assert why(priced_with((line("a", 0),), {"v": coupon(1)})) == {"v": "worth_nothing"}


# what a coupon needs


@pytest.mark.parametrize(("least", "is_met"), [(139_899, True), (139_900, True), (139_901, False)])
def test_a_minimum_order_counts_what_the_coupon_applies_to(least: int, is_met: bool) -> None:
    """The phone is no accessory, however much it costs; what is missing is said."""
    result = priced_with(LINES, {"v": coupon(100, "accessories", least=least)})
    assert off(result) == ({"v": 100} if is_met else {})
    figures = ("required", 139_901), ("reached", 139_900), ("missing", 1)
    no = PassedOver("v", "below_order_min", figures)
    assert result.passed_over == (() if is_met else (no,))


def test_a_minimum_order_is_met_before_anything_else_is_taken_off() -> None:
    """Two coupons do not spoil each other's minimum."""
    terms = coupon(50_000, least=60_000, combinable=True)
    assert off(priced_with((CASES,), {"a": terms, "b": terms})) == {"a": 50_000, "b": 10_000}


def test_a_coupon_of_another_platform_is_passed_over() -> None:
    """App only, as the coupons of the Mi Fan Festival."""
    terms = coupon(100, platforms=("web", "app"))
    assert off(priced_with(LINES, {"v": terms}, platform="app")) == {"v": 100}
    result = priced_with(LINES, {"v": terms}, platform="shop")
    assert result.passed_over == (PassedOver("v", "wrong_platform", (("platforms", "app, web"),)),)
    assert why(priced_with(LINES, {"v": terms})) == {"v": "wrong_platform"}


def test_a_coupon_of_another_payment_mode_is_passed_over() -> None:
    """Prepaid, not cash on delivery."""
    terms = coupon(100, modes=("prepaid",))
    assert off(priced_with(LINES, {"v": terms}, payment_mode="prepaid")) == {"v": 100}
    result = priced_with(LINES, {"v": terms}, payment_mode="cod")
    no = PassedOver("v", "wrong_payment_mode", (("payment_modes", "prepaid"),))
    assert result.passed_over == (no,)


def test_a_coupon_of_another_category_is_passed_over() -> None:
    """An accessory coupon buys no phone."""
    result = priced_with((PHONE,), {"v": coupon(100, "tvs", "accessories")})
    no = PassedOver("v", "wrong_category", (("categories", "accessories, tvs"),))
    assert result.passed_over == (no,)


def test_a_coupon_of_another_currency_is_passed_over() -> None:
    """D8: A hundred yen are not a hundred rupees, whatever else is wrong."""
    result = priced_with((PHONE,), {"v": coupon(100, "tvs", currency="JPY")})
    assert result.passed_over == (PassedOver("v", "wrong_currency", (("currencies", "JPY"),)),)


# several coupons


def test_of_coupons_that_cannot_be_combined_the_best_is_chosen() -> None:
    """What the others would have taken off is said."""
    result = priced_with(
        LINES, {"a": coupon(100), "b": coupon(300), "c": coupon(200, combinable=True)}
    )
    assert off(result) == {"b": 300}
    assert result.passed_over == (
        PassedOver("a", "not_combinable", (("chosen", "b"), ("would_take", 100))),
        PassedOver("c", "not_combinable", (("chosen", "b"), ("would_take", 200))),
    )


@pytest.mark.parametrize(("alone", "chosen"), [(499, {"b", "c"}), (500, {"a"}), (501, {"a"})])
def test_all_that_can_be_combined_are_chosen_where_they_take_more(
    alone: int, chosen: set[str]
) -> None:
    """Where they take just as much, one coupon is used rather than two."""
    result = priced_with(
        LINES,
        {"a": coupon(alone), "b": coupon(200, combinable=True), "c": coupon(300, combinable=True)},
    )
    assert off(result).keys() == chosen
    assert set(why(result).values()) == {"not_combinable"}


def test_of_equal_coupons_the_first_by_name_is_used() -> None:
    """Whichever the cart names first."""
    for names in itertools.permutations("abc"):
        assert off(priced_with(LINES, dict.fromkeys(names, coupon(100)))) == {"a": 100}


def test_of_several_coupons_the_narrowest_goes_first() -> None:
    """So that a coupon for everything leaves the accessories to the coupon for accessories."""
    wide = coupon(999_900, combinable=True)
    narrow = coupon(139_900, "accessories", combinable=True)
    result = priced_with(LINES, {"a": wide, "b": narrow})
    assert off(result) == {"a": 999_900, "b": 139_900}
    assert result.payable_minor == 0


def test_of_equally_narrow_coupons_the_largest_goes_first() -> None:
    """One that would take nothing off is not used, and stays with its owner."""
    small, large = coupon(10_000, combinable=True), coupon(60_000, combinable=True)
    result = priced_with((CASES,), {"a": small, "b": large})
    assert off(result) == {"b": 60_000}
    assert result.passed_over == (PassedOver("a", "nothing_left"),)


def test_the_order_in_which_a_cart_names_lines_and_coupons_changes_no_amount() -> None:
    """Crossing categories and a unit to be rounded included."""
    lines = [line("a", 1, category="x"), line("b", 1, category="y"), line("c", 1, category="z")]
    terms = {
        "1": coupon(1, "x", "y", combinable=True),
        "2": coupon(1, "x", "z", combinable=True),
        "3": coupon(1, "y", "z", combinable=True),
    }
    found = set()
    for order in itertools.permutations(lines):
        for names in itertools.permutations(terms):
            result = priced_with(order, {name: terms[name] for name in names})
            found.add(
                (result.applied, result.passed_over, frozenset(result.lines), result.payable_minor)
            )
    assert len(found) == 1


# whether a voucher can be used at all

OWN = voucher(coupon(100))
SHARED = voucher(coupon(100, transferable=True))
BY_ID = Cart("o1", LINES, voucher_ids=("v",))
BY_CODE = Cart("o1", LINES, codes=("v",))


def test_a_voucher_that_is_not_there_is_not_found() -> None:
    """G4: The same is said of one that is void, and of somebody else's."""
    no = (PassedOver("v", "voucher_not_found"),)
    void = OWN._replace(state=VoucherState.VOID)
    assert priced(BY_ID, [("v", None)]).passed_over == no
    assert priced(BY_ID, [("v", void)]).passed_over == no
    assert priced(BY_CODE, [("v", OWN)], member_id="bela").passed_over == no
    assert priced(BY_ID, [("v", SHARED)], member_id="bela").passed_over == no


def test_whoever_has_the_code_uses_a_voucher_that_can_be_handed_on() -> None:
    """Whose it was is said, so that it can be found."""
    result = priced(BY_CODE, [("v", SHARED)], member_id="bela")
    assert result.applied == (AppliedVoucher("v", "asha", "v", 100),)


@pytest.mark.parametrize(
    ("late", "is_valid"),
    [(timedelta(microseconds=-1), True), (timedelta(), False), (timedelta(microseconds=1), False)],
)
def test_a_voucher_is_valid_to_the_end_of_its_last_day(late: timedelta, is_valid: bool) -> None:
    """F2, F3: Whatever it was when it was put into the cart."""
    result = priced(BY_ID, [("v", OWN)], at=ENDS + late)
    assert off(result) == ({"v": 100} if is_valid else {})
    figures = ("voucher_id", "v"), ("last_day", LAST.isoformat())
    assert result.passed_over == (
        () if is_valid else (PassedOver("v", "voucher_expired", figures),)
    )


def test_a_voucher_on_this_very_order_is_used_again() -> None:
    """C4: The order's own attachment does not count against it, even past the last day."""
    attached = OWN.attaching("asha", "o1", at=NOON)
    assert off(priced(BY_ID, [("v", attached)], at=ENDS)) == {"v": 100}


def test_a_voucher_on_another_order_is_passed_over() -> None:
    """C3: Another member's order of the same name is another order too."""
    other = OWN.attaching("asha", "o2", at=NOON)
    assert why(priced(BY_ID, [("v", other)])) == {"v": "voucher_attached"}
    hers = SHARED.attaching("bela", "o1", at=NOON)
    assert why(priced(BY_ID, [("v", hers)])) == {"v": "voucher_attached"}


def test_a_voucher_that_was_used_is_passed_over() -> None:
    """C9: Even on this very order."""
    used = OWN.attaching("asha", "o1", at=NOON).using("asha", "o1", at=NOON)
    assert why(priced(BY_ID, [("v", used)])) == {"v": "voucher_used"}


def test_one_voucher_under_two_names_is_used_once() -> None:
    """C9: By its code and by its own name."""
    cart = Cart("o1", LINES, codes=("d",), voucher_ids=("v",))
    terms = coupon(100, combinable=True)
    result = priced(cart, [("v", voucher(terms)), ("d", voucher(terms))])
    assert off(result) == {"d": 100}
    assert result.passed_over == (PassedOver("v", "named_twice"),)


def test_equal_names_of_two_members_are_two_vouchers() -> None:
    """A voucher's name is its redemption's, within the member who redeemed it."""
    cart = Cart("o1", LINES, codes=("d",), voucher_ids=("v",))
    terms = coupon(100, combinable=True, transferable=True)
    hers = voucher(terms, member_id="bela")
    result = priced(cart, [("v", voucher(terms)), ("d", hers)])
    assert off(result) == {"d": 100, "v": 100}


@pytest.mark.parametrize(
    "names", [(), ("v", "w"), ("w",), ("v", "v")], ids=["none", "more", "other", "twice"]
)
def test_the_vouchers_given_are_those_of_the_cart(names: tuple[str, ...]) -> None:
    """Neither more nor fewer; what was not found is given as nothing."""
    with pytest.raises(Misuse, match="each voucher that the cart names is given once"):
        priced(BY_ID, [(name, OWN) for name in names])
