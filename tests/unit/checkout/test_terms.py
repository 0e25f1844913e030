"""The terms of a checkout: defaults, and what is refused as terms."""

from datetime import timedelta
from typing import Any

import pytest

from mi_rewards.checkout import CheckoutTerms, PartPayment
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Rate
from tests.carts import NOON

WORTH = Rate(1, 4)


def test_what_is_not_stated_is_sensible() -> None:
    """D12: Whether something else than money earns is declared; tokens pay nothing by default."""
    terms = CheckoutTerms()
    assert terms.part_payment is None
    assert (terms.earns_on_coupons, terms.earns_on_exchange, terms.earns_on_tokens) == (
        False,
        True,
        False,
    )
    assert terms.valid_until(NOON) == NOON + timedelta(minutes=15)
    assert terms.payable_until(NOON) == NOON + timedelta(minutes=30)


def test_part_payment_needs_what_tokens_are_worth_alone() -> None:
    """One token is enough, and may pay all of it, unless the terms say otherwise."""
    assert PartPayment(WORTH) == PartPayment(WORTH, 1, None)


@pytest.mark.parametrize("least", [1, TOKENS_MAX])
def test_the_fewest_tokens_are_from_one(least: int) -> None:
    """Up to the most tokens that are ever counted."""
    assert PartPayment(WORTH, least).least == least


@pytest.mark.parametrize("least", [0, -1, TOKENS_MAX + 1, True, "1"])
def test_other_fewest_tokens_are_objected_to(least: Any) -> None:
    """A whole number in range."""
    with pytest.raises(Misuse, match="the fewest tokens are a whole number from 1"):
        PartPayment(WORTH, least)


@pytest.mark.parametrize("worth", [Rate(0, 4), None, 1])
def test_tokens_are_worth_something(worth: Any) -> None:
    """Tokens that pay nothing are no part payment."""
    with pytest.raises(Misuse, match="tokens are worth a Rate above zero"):
        PartPayment(worth)


@pytest.mark.parametrize("share", [Rate(0, 5), Rate(1, 5), Rate(5, 5)])
def test_a_share_is_from_nothing_to_the_whole(share: Rate) -> None:
    """Both ends included."""
    assert PartPayment(WORTH, share=share).share == share


@pytest.mark.parametrize(
    ("share", "why"), [(Rate(6, 5), "at most the whole"), (1, "a share is a Rate")]
)
def test_other_shares_are_objected_to(share: Any, why: str) -> None:
    """More than the whole, or no rate."""
    with pytest.raises(Misuse, match=why):
        PartPayment(WORTH, share=share)


@pytest.mark.parametrize("minutes", [1, 527_040])
def test_minutes_are_from_one_to_a_year(minutes: int) -> None:
    """Both ends included."""
    terms = CheckoutTerms(quote_minutes=minutes, payment_minutes=minutes)
    assert terms.valid_until(NOON) == terms.payable_until(NOON) == NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "terms",
    [
        {"quote_minutes": 0},
        {"payment_minutes": 0},
        {"quote_minutes": 527_041},
        {"payment_minutes": True},
        {"earns_on_coupons": 1},
        {"earns_on_exchange": None},
        {"earns_on_tokens": "no"},
        {"part_payment": WORTH},
    ],
)
def test_other_terms_are_objected_to(terms: dict[str, Any]) -> None:
    """Each part is checked where the terms are made."""
    with pytest.raises(Misuse):
        CheckoutTerms(**terms)
