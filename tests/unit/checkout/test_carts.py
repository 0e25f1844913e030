"""Carts: what can stand together, and what is objected to."""

from typing import Any

import attrs
import pytest

from mi_rewards._canonical import canonical
from mi_rewards.checkout import Cart
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, CurrencyMismatch, Money
from tests.carts import line

PHONE = line("phone", 999_900, category="phones")
CASES = line("cases", 39_900, 3, "accessories")
CART = Cart("o1", (PHONE, CASES), codes=("d1",), voucher_ids=("v1", "v2"))


def test_a_cart_adds_up() -> None:
    """Its lines' units at their prices; digests of codes before names."""
    assert CASES.gross_minor == 119_700
    assert CART.gross_minor == 1_119_600
    assert CART.currency == "INR"
    assert CART.voucher_names == ("d1", "v1", "v2")


@pytest.mark.parametrize(
    "part",
    [
        {"line_id": ""},
        {"line_id": 1},
        {"product_id": ""},
        {"product_id": None},
        {"category": None},
        {"unit_price": 100},
        {"quantity": 0},
        {"quantity": True},
        {"quantity": "1"},
        {"quantity": TOKENS_MAX + 1},
        {"quantity": TOKENS_MAX // 999_900 + 1},
    ],
)
def test_other_lines_are_objected_to(part: dict[str, Any]) -> None:
    """Each part is checked where the line is made."""
    with pytest.raises(Misuse):
        attrs.evolve(PHONE, **part)


def test_a_line_may_come_to_the_most_that_is_counted() -> None:
    """One more does not."""
    assert line("a", TOKENS_MAX).gross_minor == TOKENS_MAX
    assert line("a", 1, TOKENS_MAX).gross_minor == TOKENS_MAX
    with pytest.raises(Misuse, match="line 'a' comes to more"):
        line("a", 2, TOKENS_MAX // 2 + 1)


@pytest.mark.parametrize(
    "part",
    [
        {"order_id": ""},
        {"order_id": 1},
        {"lines": ()},
        {"lines": [PHONE]},
        {"lines": (PHONE, "cases")},
        {"lines": (PHONE, PHONE)},
        {"channel": None},
        {"platform": 1},
        {"payment_mode": None},
        {"codes": ("d1", "d1")},
        {"codes": ["d1"]},
        {"codes": ("",)},
        {"voucher_ids": ("v1", "v1")},
        {"voucher_ids": ("v1", 2)},
        {"voucher_ids": ("d1",)},
        {"exchange": 100},
        {"exchange_id": None},
        {"exchange": Money(1, "INR"), "exchange_id": "x1"},
        {"tokens": -1},
        {"tokens": True},
        {"tokens": TOKENS_MAX + 1},
    ],
)
def test_other_carts_are_objected_to(part: dict[str, Any]) -> None:
    """C9: No voucher is named twice, whether by its code or its name; nothing else goes either."""
    with pytest.raises(Misuse):
        attrs.evolve(CART, **part)


def test_an_exchange_receipt_changes_the_digest_of_carts_that_name_one_alone() -> None:
    """Requests of before it was known stay the same."""
    plain = canonical(CART)
    assert isinstance(plain, tuple)
    assert "exchange_id" not in str(plain)
    traded = canonical(attrs.evolve(CART, exchange_id="x1"))
    assert traded == (*plain, ("exchange_id", "x1"))


def test_a_cart_is_of_one_currency() -> None:
    """Lines and the value of an old device alike."""
    with pytest.raises(CurrencyMismatch, match="not of INR, JPY"):
        Cart("o1", (PHONE, line("b", 1, currency="JPY")))
    with pytest.raises(CurrencyMismatch, match="not of INR, KWD"):
        Cart("o1", (PHONE,), exchange=Money(1, "KWD"))


def test_a_cart_may_come_to_the_most_that_is_counted() -> None:
    """One more does not."""
    assert Cart("o1", (line("a", TOKENS_MAX), line("b", 0))).gross_minor == TOKENS_MAX
    with pytest.raises(Misuse, match="order 'o1' comes to more"):
        Cart("o1", (line("a", TOKENS_MAX), line("b", 1)))
