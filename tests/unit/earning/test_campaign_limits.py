"""Caps and budgets: what is one, what a budget of money pays for, and the counters of both."""

from typing import Any

import pytest

from mi_rewards.calendar import Period
from mi_rewards.earning import Budget, Cap, CapPer, TokenCost
from mi_rewards.earning.campaign_limits import Bound
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money
from tests.campaigns import inr

COST = TokenCost(inr(1), 3)
"""A rupee for three tokens."""


@pytest.mark.parametrize("wrong", [-1, True, 1.0, "5", None, TOKENS_MAX + 1])
def test_limits_are_whole_numbers(wrong: Any) -> None:
    """Of a cap and of a budget."""
    with pytest.raises(Misuse, match=r"^a cap is a whole number, 0 to 2\*\*63 - 1, not"):
        Cap(wrong)
    if wrong is not None:
        with pytest.raises(Misuse, match=r"^a budget is a whole number, 0 to 2\*\*63 - 1, not"):
            Budget(wrong)


@pytest.mark.parametrize("tokens", [0, 1, TOKENS_MAX])
def test_a_limit_of_nothing_is_a_limit(tokens: int) -> None:
    """G8: 0 is none, not unlimited."""
    assert Cap(tokens).tokens == tokens
    assert Budget(tokens).limit == tokens


@pytest.mark.parametrize("wrong", [{"per": "member"}, {"period": "month"}])
def test_a_cap_counts_over_somebody_and_a_period(wrong: dict[str, Any]) -> None:
    """Texts that look like them are none."""
    with pytest.raises(Misuse, match=r"^a cap counts over a CapPer and a Period"):
        Cap(1, **wrong)


@pytest.mark.parametrize("period", [it for it in Period if it is not Period.EVER])
def test_a_cap_of_an_order_has_no_period(period: Period) -> None:
    """An order is of no month."""
    with pytest.raises(Misuse, match=r"^a cap per order has no period"):
        Cap(1, CapPer.ORDER, period)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "a budget is a number of tokens or an amount of money"),
        ({"tokens": 1, "money": inr(1), "cost": COST}, "tokens and money are stated: a budget is"),
        ({"tokens": 0, "money": inr(0)}, "tokens and money are stated: a budget is one of them"),
        ({"tokens": 1, "cost": COST}, "a budget of money, and no other, says what tokens cost"),
        ({"money": inr(1)}, "a budget of money, and no other, says what tokens cost"),
        ({"money": 100, "cost": COST}, "a budget of money is a Money and a TokenCost, not"),
        ({"money": inr(1), "cost": 3}, "a budget of money is a Money and a TokenCost, not"),
        (
            {"money": Money(1, "JPY"), "cost": COST},
            "a budget of JPY 1 cannot pay for INR 1.00",
        ),
    ],
)
def test_what_is_no_budget(parts: dict[str, Any], message: str) -> None:
    """It is tokens, or money with what tokens cost."""
    with pytest.raises(Misuse, match=f"^{message}"):
        Budget(**parts)


def test_what_tokens_cost_is_something() -> None:
    """Some money, for some tokens."""
    for money in (inr(0), 5):
        with pytest.raises(Misuse, match=r"^tokens cost some money, not"):
            TokenCost(money, 1)  # type: ignore[arg-type]
    with pytest.raises(Misuse, match=r"^tokens must be"):
        TokenCost(inr(1), 0)


@pytest.mark.parametrize(("tokens", "minor"), [(1, 34), (2, 67), (3, 100), (4, 134), (300, 10_000)])
def test_what_tokens_cost_is_rounded_up(tokens: int, minor: int) -> None:
    """D3: A budget never pays more than it has."""
    assert COST.of(tokens) == minor


@pytest.mark.parametrize(
    ("minor", "tokens"), [(0, 0), (33, 0), (34, 1), (66, 1), (67, 2), (99, 2), (100, 3), (101, 3)]
)
def test_a_budget_affords_what_costs_no_more(minor: int, tokens: int) -> None:
    """Just below, at and just above what each token costs."""
    assert COST.affords(minor) == tokens
    assert COST.of(COST.affords(minor)) <= minor < COST.of(COST.affords(minor) + 1)


def test_a_budget_is_counted_in_its_unit() -> None:
    """In tokens, or in minor units under the name of their currency."""
    money = Budget(money=inr(50), cost=COST)
    assert (Budget(7).limit, Budget(7).unit) == (7, "budget")
    assert (money.limit, money.unit) == (5_000, "budget/INR")


def test_a_counter_says_what_tokens_use_of_it() -> None:
    """Tokens as they are, or what they cost; and back."""
    cap = Bound("asha", "campaign/c/ever/ever", 10)
    budget = Bound("campaign/c", "budget/INR", 5_000, COST)
    assert (cap.use(7), cap.allows(7), cap.is_budget) == (7, 7, False)
    assert (budget.use(7), budget.allows(234), budget.is_budget) == (234, 7, True)
    assert Bound("campaign/c", "budget", 5).is_budget
