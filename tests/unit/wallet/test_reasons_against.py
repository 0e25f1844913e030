"""Asking what would be refused, without trying."""

from typing import Any

import pytest

from mi_rewards.errors import Misuse, Refused
from mi_rewards.wallet import InsufficientTokens, TokensOwed
from tests.wallets import T0, at, owing, wallet


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (9, ()),
        (10, ()),
        (11, (InsufficientTokens(required=11, available=10),)),
    ],
)
def test_what_cannot_be_spent_has_its_reason(tokens: int, expected: tuple[Refused, ...]) -> None:
    """Just below, at and just above what there is."""
    assert wallet("10@2018-12-31").reasons_against(tokens, at=T0) == expected


def test_what_has_lapsed_by_then_does_not_count() -> None:
    """The first instant after the last valid day has nothing, booked or not."""
    reasons = wallet("10@2018-12-31").reasons_against(1, at=at("2018-12-31 18:30"))
    assert reasons == (InsufficientTokens(required=1, available=0),)


def test_a_debt_is_a_reason() -> None:
    """Nothing can be redeemed while tokens are owed."""
    assert owing(5).reasons_against(1, at=T0) == (TokensOwed(required=1, owed=5),)


@pytest.mark.parametrize("tokens", [0, -1, True, 1.0])
def test_no_number_of_tokens_is_misuse(tokens: Any) -> None:
    """The answer is about tokens, so it has to be asked with some."""
    with pytest.raises(Misuse):
        wallet("10@2018-12-31").reasons_against(tokens, at=T0)
