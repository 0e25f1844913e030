"""The checkout of a rule book."""

import pytest

from mi_rewards.checkout import CheckoutTerms, PartPayment
from mi_rewards.checkout.terms import MINUTES_MAX
from mi_rewards.errors import Misuse
from mi_rewards.money import Rate, Rounding
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml, to_toml
from tests.shop import SMALL, rules

FULL = CheckoutTerms(
    PartPayment(Rate(4, 1, Rounding.DOWN), 100, Rate(20, 100, Rounding.HALF_UP)),
    earns_on_coupons=True,
    earns_on_exchange=False,
    earns_on_tokens=True,
    quote_minutes=16,
    payment_minutes=31,
)
WRITTEN = """
[checkout]
earns_on_coupons = true
earns_on_exchange = false
earns_on_tokens = true
quote_minutes = 16
payment_minutes = 31
part_payment = { worth = { money = "INR 0.04", per_tokens = 1, rounding = "down" }, least = 100,\
 share = { part = 20, of = 100, rounding = "half_up" } }
"""


def read(text: str) -> Programme:
    """Read the small rule book with a checkout."""
    return from_toml(to_toml(SMALL) + text)


def test_a_checkout_is_written_as_it_stands() -> None:
    """And read back equal."""
    written = to_toml(rules(checkout=FULL))
    assert written == to_toml(SMALL) + WRITTEN
    assert from_toml(written) == rules(checkout=FULL)


def test_what_is_left_out_is_as_usual() -> None:
    """A rule book that says nothing has the usual checkout, and is written without one."""
    assert read("") == SMALL
    assert read("[checkout]\n") == SMALL
    assert "checkout" not in to_toml(SMALL)
    part = 'part_payment = { worth = { money = "INR 1.00", per_tokens = 25, rounding = "down" } }'
    assert read(f"[checkout]\n{part}\n").checkout == CheckoutTerms(PartPayment(Rate(100, 25)))


def test_a_checkout_without_part_payment_is_written() -> None:
    """The other settings stand alone."""
    programme = rules(checkout=CheckoutTerms(quote_minutes=5))
    assert "part_payment" not in to_toml(programme)
    assert from_toml(to_toml(programme)) == programme


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("earns_on_tokens = true", "earns_on_tokens = 1", "checkout.earns_on_tokens must be true"),
        ("quote_minutes = 16", "quote_minutes = 0", "checkout: quote_minutes are a whole number"),
        ("quote_minutes = 16", 'quote_minutes = "16"', "checkout.quote_minutes must be a whole"),
        (
            "payment_minutes = 31",
            f"payment_minutes = {MINUTES_MAX + 1}",
            "checkout: payment_minutes are a whole number",
        ),
        ("INR 0.04", "USD 0.04", "checkout.part_payment.worth.money must be in INR, not 'USD"),
        ("INR 0.04", "INR 0.00", "checkout.part_payment: tokens are worth a Rate above zero"),
        ("per_tokens = 1,", "", "checkout.part_payment.worth must have 'per_tokens'"),
        ("least = 100", "least = 0", "checkout.part_payment: the fewest tokens are a whole number"),
        ("part = 20", "part = 101", "checkout.part_payment: a share is at most the whole"),
        ("of = 100", "out_of = 100", "checkout.part_payment.share must have 'of'"),
        ("quote_minutes = 16", "minutes = 16", "checkout has the unknown key 'minutes'"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    """One clear message with its place."""
    assert old in WRITTEN
    with pytest.raises(Misuse) as fault:
        read(WRITTEN.replace(old, new))
    assert str(fault.value).startswith(message)


def test_terms_that_are_none_are_a_misuse() -> None:
    """A programme's checkout is CheckoutTerms."""
    with pytest.raises(Misuse, match="a checkout's terms are CheckoutTerms, not 'usual'"):
        rules(checkout="usual")
