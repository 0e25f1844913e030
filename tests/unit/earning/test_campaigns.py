"""Campaigns as values: effects, groups, the counters that bound them, and what is none."""

from datetime import date
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Period
from mi_rewards.earning import (
    NO_CAMPAIGNS,
    BaseRate,
    Bonus,
    BonusRate,
    Budget,
    Campaign,
    CampaignTerms,
    Cap,
    CapPer,
    Conditions,
    GroupChoice,
    Multiplier,
    TokenCost,
)
from mi_rewards.earning.campaign_limits import Bound
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money
from tests.campaigns import campaign, inr, rate

DOUBLE = Multiplier(2, 1)

# effects


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 1), (1, 2), (2, 2)])
def test_a_multiplier_is_more_than_one(numerator: int, denominator: int) -> None:
    """What would take something away is a base rate, and is said to be one."""
    with pytest.raises(Misuse) as fault:
        Multiplier(numerator, denominator)
    shown = f"{numerator} / {denominator}"
    assert str(fault.value) == (
        f"a multiplier is more than 1, not {shown}: a lower rate is a base rate"
    )


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 2), (2, 1), (TOKENS_MAX, 1)])
def test_a_multiplier_is_a_fraction(numerator: int, denominator: int) -> None:
    """One and a half times, twice, and as many times as there are numbers."""
    found = Multiplier(numerator, denominator)
    assert (found.numerator, found.denominator) == (numerator, denominator)


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "2", TOKENS_MAX + 1])
def test_effects_are_whole_numbers(wrong: Any) -> None:
    """A bonus, and both parts of a multiplier."""
    for make in (Bonus, lambda n: Multiplier(n, 1), lambda n: Multiplier(2, n)):
        with pytest.raises(Misuse, match=r"^tokens must be"):
            make(wrong)


def test_rates_are_rates() -> None:
    """A multiplier in the place of a rate is none."""
    for make in (BaseRate, BonusRate):
        with pytest.raises(Misuse, match=r"^a rate is an EarnRate, not Multiplier"):
            make(DOUBLE)  # type: ignore[arg-type]


# campaigns


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"campaign_id": ""}, "a campaign's id is a text, not ''"),
        ({"campaign_id": 7}, "a campaign's id is a text, not 7"),
        ({"title": ""}, "a campaign's title is a text, not ''"),
        ({"effect": 2}, "a campaign's effect is none: 2"),
        ({"when": None}, "a campaign's conditions are Conditions, not None"),
        ({"caps": [Cap(1)]}, "a campaign's caps are a tuple of Cap"),
        ({"caps": (1,)}, "a campaign's caps are a tuple of Cap"),
        ({"caps": (Cap(1), Cap(2))}, "two caps count over the same"),
        ({"budget": 100}, "a campaign's budget is a Budget, not 100"),
        ({"group": None}, "a campaign's group is a text, and its priority a whole number"),
        ({"priority": True}, "a campaign's group is a text, and its priority a whole number"),
        ({"priority": 2**63}, r"a priority is from -\(2\*\*63 - 1\) to 2\*\*63 - 1"),
        ({"priority": -(2**63)}, r"a priority is from -\(2\*\*63 - 1\) to 2\*\*63 - 1"),
        ({"group": "base_rates"}, "only base rates are in the group 'base_rates'"),
        (
            {"effect": BaseRate(rate(20)), "group": "x"},
            "a base rate is in the group 'base_rates', not 'x'",
        ),
        (
            {"effect": BaseRate(rate(20)), "when": Conditions(categories=("phones",))},
            "a base rate is for the whole order; some lines have a multiplier or a bonus rate$",
        ),
        (
            {"effect": BaseRate(rate(20)), "when": Conditions(products=("band",))},
            "a base rate is for the whole order",
        ),
        (
            {"effect": BaseRate(rate(20)), "when": Conditions(except_categories=("phones",))},
            "a base rate is for the whole order",
        ),
    ],
)
def test_what_is_no_campaign(changes: dict[str, Any], message: str) -> None:
    """Each part is checked for itself and against the others; the message says which."""
    with pytest.raises(Misuse, match=f"^{message}"):
        attrs.evolve(Campaign("c", "C", DOUBLE), **changes)


@pytest.mark.parametrize("priority", [-(2**63) + 1, -1, 0, 2**63 - 1])
def test_a_priority_is_any_whole_number_that_is_counted(priority: int) -> None:
    """Below zero too."""
    assert campaign("c", DOUBLE, priority=priority).priority == priority


def test_caps_may_differ_by_whom_or_by_period() -> None:
    """A cap a month beside one a year, and one for everybody."""
    caps = (Cap(1), Cap(1, period=Period.MONTH), Cap(1, CapPer.PROGRAMME), Cap(1, CapPer.ORDER))
    assert campaign("c", DOUBLE, caps=caps).caps == caps


@pytest.mark.parametrize(
    ("effect", "stated", "currencies"),
    [
        (DOUBLE, {}, set()),
        (BaseRate(rate(1)), {}, {"INR"}),
        (BonusRate(rate(1)), {}, {"INR"}),
        (Bonus(1), {"min_amount": Money(1, "JPY")}, {"JPY"}),
        (Bonus(1), {"budget": Budget(5)}, set()),
        (
            BonusRate(rate(1)),
            {
                "min_amount": Money(1, "JPY"),
                "budget": Budget(money=Money(1, "KWD"), cost=TokenCost(Money(1, "KWD"), 1)),
            },
            {"INR", "JPY", "KWD"},
        ),
    ],
)
def test_a_campaign_names_its_currencies(
    effect: Any, stated: dict[str, Any], currencies: set[str]
) -> None:
    """Of its rate, its minimum and its budget."""
    found = campaign("c", effect, **stated)
    assert found.currencies == currencies
    assert CampaignTerms((found,)).currencies == currencies
    assert NO_CAMPAIGNS.currencies == set()


def test_the_cap_of_an_order_is_no_counter() -> None:
    """It is known at once; the others are counted by name, the budget last."""
    caps = (Cap(5, CapPer.ORDER), Cap(70, period=Period.MONTH), Cap(900, CapPer.PROGRAMME))
    found = campaign("c", DOUBLE, caps=caps, budget=Budget(1_000))
    assert found.order_max == 5
    assert found.limits("asha", date(2017, 6, 30)) == (
        Bound("asha", "campaign/c/month/2017-06", 70),
        Bound("campaign/c", "ever/ever", 900),
        Bound("campaign/c", "budget", 1_000),
    )
    assert campaign("c", DOUBLE).limits("asha", date(2017, 6, 30)) == ()
    assert campaign("c", DOUBLE, caps=caps[1:]).order_max is None


def test_a_budget_of_money_is_another_counter() -> None:
    """Tokens and paise are never added up, even where a rule book goes from one to the other."""
    cost = TokenCost(inr(1), 10)
    found = campaign("c", DOUBLE, budget=Budget(money=inr(50), cost=cost))
    assert found.limits("asha", date(2017, 6, 30)) == (
        Bound("campaign/c", "budget/INR", 5_000, cost),
    )


# terms


def test_terms_keep_campaigns_by_their_ids() -> None:
    """However they are listed, they are the same terms."""
    one, other = campaign("a", DOUBLE), campaign("b", Bonus(1))
    assert CampaignTerms((other, one)) == CampaignTerms((one, other))
    assert CampaignTerms((other, one)).campaigns == (one, other)


def test_two_campaigns_of_one_id_are_refused() -> None:
    """Budgets and reasons would be mixed up."""
    with pytest.raises(Misuse, match=r"^two campaigns are named 'a'"):
        CampaignTerms((campaign("a", DOUBLE), campaign("a", Bonus(1))))


@pytest.mark.parametrize("wrong", [[], None, (1,), "abc"])
def test_campaigns_are_a_tuple_of_them(wrong: Any) -> None:
    """A list is none."""
    with pytest.raises(Misuse, match=r"^campaigns are a tuple of Campaign"):
        CampaignTerms(wrong)


@pytest.mark.parametrize("wrong", [{"x": "best"}, {1: GroupChoice.BEST}])
def test_groups_have_a_name_and_a_choice(wrong: Any) -> None:
    """A text that looks like a choice is none."""
    with pytest.raises(Misuse, match=r"^a group has a name and a GroupChoice"):
        CampaignTerms((campaign("a", DOUBLE, group="x"),), wrong)


@pytest.mark.parametrize("name", ["y", ""])
def test_a_group_that_nothing_is_in_is_an_error(name: str) -> None:
    """A name that was mistyped is found."""
    with pytest.raises(Misuse, match=rf"^no campaign is in the group {name!r}"):
        CampaignTerms((campaign("a", DOUBLE, group="x"),), {name: GroupChoice.BEST})


def test_a_group_chooses_the_best_unless_it_says_otherwise() -> None:
    """Groups are kept by name; base rates are a group that is always there."""
    found = CampaignTerms(
        (campaign("a", DOUBLE, group="x"), campaign("b", DOUBLE, group="y")),
        {"y": GroupChoice.PRIORITY, "base_rates": GroupChoice.PRIORITY},
    )
    assert [found.choice_in(name) for name in ("x", "y", "base_rates")] == [
        GroupChoice.BEST,
        GroupChoice.PRIORITY,
        GroupChoice.PRIORITY,
    ]
    assert found.groups == (
        ("base_rates", GroupChoice.PRIORITY),
        ("y", GroupChoice.PRIORITY),
    )


def test_others_join_the_campaigns_there_are() -> None:
    """Such as a tier's privileges; without any, the terms are the same."""
    found = CampaignTerms((campaign("b", DOUBLE, group="x"),), {"x": GroupChoice.PRIORITY})
    joined = found.joined_by((campaign("a", DOUBLE),))
    assert [it.campaign_id for it in joined.campaigns] == ["a", "b"]
    assert joined.groups == found.groups
    assert found.joined_by(()) is found


@pytest.mark.parametrize(("number", "asks"), [(None, False), (1, True), (3, True)])
def test_terms_know_whether_orders_are_to_be_counted(number: int | None, asks: bool) -> None:
    """Where no campaign asks for an order's number, nobody counts."""
    terms = CampaignTerms((campaign("a", DOUBLE), campaign("b", DOUBLE, order_number=number)))
    assert terms.asks_for_order_number is asks
