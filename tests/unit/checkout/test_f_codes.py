"""Which units F-codes cover."""

import itertools

from mi_rewards.checkout import AppliedVoucher, Cart, PassedOver
from tests.carts import coupon, f_code, line, priced, priced_with, voucher

PHONE = line("1", 999_900, product="rn4")
TWO = line("2", 999_900, 2, product="mi6")


def covered(result_lines: tuple[AppliedVoucher, ...]) -> dict[str, str | None]:
    """Say which line each voucher covers a unit of."""
    return {it.name: it.line_id for it in result_lines}


def test_an_f_code_covers_a_unit_and_takes_nothing_off() -> None:
    """It is a right to buy, at the full price."""
    result = priced_with((PHONE, TWO), {"f": f_code("rn4")})
    assert result.applied == (AppliedVoucher("f", "asha", "f", 0, "1"),)
    assert result.payable_minor == result.gross_minor == 2_999_700
    assert result.lines[0].parts == ()


def test_two_f_codes_cover_two_units_and_no_third() -> None:
    """One unit each; a line of two units has room for two."""
    result = priced_with((TWO,), {name: f_code("mi6") for name in "fgh"})
    assert covered(result.applied) == {"f": "2", "g": "2"}
    assert result.passed_over == (PassedOver("h", "units_covered"),)


def test_an_f_code_for_something_else_is_passed_over() -> None:
    """It says which products it is for."""
    result = priced_with((TWO,), {"f": f_code("rn4", "mi5")})
    no = PassedOver("f", "no_such_product", (("products", "mi5, rn4"),))
    assert result.passed_over == (no,)


def test_as_many_units_are_covered_as_can_be() -> None:
    """An F-code with a choice makes room for one without, whichever is named first."""
    wide, narrow = f_code("mi6", "rn4"), f_code("rn4")
    lines = PHONE, line("2", 999_900, product="mi6")
    for names in itertools.permutations("ab"):
        terms = {"a": wide, "b": narrow}
        result = priced_with(lines, {name: terms[name] for name in names})
        assert covered(result.applied) == {"a": "2", "b": "1"}


def test_a_chain_of_f_codes_makes_room() -> None:
    """Each moves on by one line; the last has nowhere to go and none is lost."""
    lines = [line(name, 1, product=name) for name in "pqr"]
    terms = {"a": f_code("p", "q"), "b": f_code("q", "r"), "c": f_code("p"), "d": f_code("p", "q")}
    result = priced_with(lines, terms)
    assert covered(result.applied) == {"a": "q", "b": "r", "c": "p"}
    assert result.passed_over == (PassedOver("d", "units_covered"),)


def test_f_codes_and_coupons_stand_beside_each_other() -> None:
    """A coupon that cannot be combined is alone among coupons."""
    result = priced_with((PHONE,), {"f": f_code("rn4"), "c": coupon(100)})
    assert covered(result.applied) == {"c": None, "f": "1"}
    assert result.payable_minor == 999_800


def test_whoever_has_its_code_uses_an_f_code() -> None:
    """It may be shared with family and friends."""
    cart = Cart("o1", (PHONE,), codes=("f",))
    shared = voucher(f_code("rn4"), "f")
    assert covered(priced(cart, [("f", shared)], member_id="bela").applied) == {"f": "1"}
