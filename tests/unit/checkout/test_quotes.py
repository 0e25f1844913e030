"""Quotes: how long they hold, and what makes them stale."""

from datetime import timedelta
from typing import Any

import pytest

from mi_rewards.checkout import (
    Cart,
    CheckoutTerms,
    Part,
    PartPayment,
    Priced,
    Quote,
    Source,
    stale_because,
)
from mi_rewards.money import Money, Rate
from tests.carts import NOON, coupon, line, priced, voucher

TERMS = CheckoutTerms(PartPayment(Rate(1, 1)))
CART = Cart(
    "o1",
    (line("a", 100_000), line("b", 50_000)),
    voucher_ids=("v",),
    exchange=Money(1_000, "INR"),
    tokens=500,
)
PRICED = priced(CART, [("v", voucher(coupon(10_000)))], available=500, terms=TERMS)
QUOTE = Quote("asha", "q1", CART, PRICED, NOON, TERMS.valid_until(NOON), "book")


def test_a_quote_that_says_the_same_is_not_stale() -> None:
    """Nothing has changed."""
    assert stale_because(QUOTE, PRICED, at=NOON, rule_book="book") == ()


@pytest.mark.parametrize(("late", "is_stale"), [(-1, False), (0, True), (1, True)])
def test_a_quote_holds_until_its_end(late: int, is_stale: bool) -> None:
    """F1: Its validity was fixed when it was made; the end is no part of it."""
    at = NOON + timedelta(minutes=15, microseconds=late)
    changed = stale_because(QUOTE, PRICED, at=at, rule_book="book")
    assert changed == (("expired",) if is_stale else ())


def test_a_quote_by_another_rule_book_is_stale() -> None:
    """Even where it comes to the same."""
    assert stale_because(QUOTE, PRICED, at=NOON, rule_book="new") == ("rule_book",)


def changed_line(place: int, **changes: Any) -> Priced:
    """Change a line of what was priced."""
    lines = list(PRICED.lines)
    lines[place] = lines[place]._replace(**changes)
    return PRICED._replace(lines=tuple(lines))


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (changed_line(0, payable_minor=1), ("payable", "lines")),
        (PRICED._replace(applied=()), ("vouchers",)),
        (changed_line(1, parts=(Part(Source.EXCHANGE, "", 1),)), ("exchange", "lines")),
        (PRICED._replace(tokens=499), ("tokens",)),
        (PRICED._replace(earns=0), ("earns",)),
        (changed_line(0, earning_minor=1), ("lines",)),
        (PRICED._replace(surplus_minor=1), ()),
    ],
)
def test_what_has_changed_is_named(now: Priced, changed: tuple[str, ...]) -> None:
    """Each part of the promise is compared; the reasons of what did not apply are none of it."""
    assert stale_because(QUOTE, now, at=NOON, rule_book="book") == changed


def test_a_coupon_that_expired_in_an_old_cart_is_not_honoured() -> None:
    """F3: Placing prices again, and the quote is stale; all that changed is named in order."""
    now = priced(CART, [("v", None)], available=500, terms=TERMS)
    changed = stale_because(QUOTE, now, at=NOON + timedelta(days=1), rule_book="new")
    assert changed == ("expired", "rule_book", "payable", "vouchers", "earns", "lines")


def test_tokens_spent_elsewhere_make_a_quote_stale() -> None:
    """C2: The same tokens do not pay in two checkouts."""
    now = priced(CART, [("v", voucher(coupon(10_000)))], available=499, terms=TERMS)
    changed = stale_because(QUOTE, now, at=NOON, rule_book="book")
    assert changed == ("payable", "tokens", "earns", "lines")


def test_a_quote_counts_how_often_it_was_stored() -> None:
    """And waits for nothing."""
    assert QUOTE.stored() == QUOTE._replace(version=1)
    assert QUOTE.due_at is None
