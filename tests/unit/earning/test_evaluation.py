"""Which campaigns apply, what each adds, and the first reason why one does not."""

from datetime import date
from typing import Any

import pytest

from mi_rewards.calendar import Period
from mi_rewards.earning import (
    NO_CAMPAIGNS,
    BaseRate,
    Bonus,
    BonusRate,
    Budget,
    CampaignTerms,
    Cap,
    CapPer,
    EarnRate,
    GroupChoice,
    Line,
    Multiplier,
    Recipe,
    RecipePart,
    Selection,
    TokenCost,
    Verdict,
    evaluate,
)
from mi_rewards.earning.campaign_limits import Use
from mi_rewards.earning.evaluation import Evaluation, most
from mi_rewards.errors import Misuse
from mi_rewards.money import CurrencyMismatch, Money, Rounding
from tests.campaigns import BASE, NOON, campaign, facts, inr, order, rate, verdict, weighed

DOUBLE = Multiplier(2, 1)
MIXED = facts(
    order(
        Line("p", inr(700), 1, "phones", product="note-4"),
        Line("a", inr(200), 2, "accessories", product="band"),
        Line("b", inr(100), 1, "accessories", product="case"),
        Line("s", inr(50), 1, "shipping"),
    )
)
"""A thousand rupees that count, and shipping that does not."""


def yes(tokens: int) -> Verdict:
    """Say that the campaign `c` applies."""
    return Verdict("c", True, tokens)


def cut(tokens: int, uncut: int) -> Verdict:
    """Say that the campaign `c` applies, and that caps or its budget cut what it adds."""
    return Verdict("c", True, tokens, "", tokens, uncut)


def no(failed: str, actual: Any, wanted: Any) -> Verdict:
    """Say why the campaign `c` does not apply."""
    return Verdict("c", False, 0, failed, actual, wanted)


# effects


@pytest.mark.parametrize(
    ("effect", "stated", "tokens", "part"),
    [
        (DOUBLE, {}, 100, RecipePart("c", 1, 1_000)),
        (Multiplier(3, 2), {}, 50, RecipePart("c", 1, 2_000)),
        (Multiplier(7, 3), {}, 133, RecipePart("c", 1, 750)),
        (BonusRate(rate(3)), {}, 30, RecipePart("c", 3, 10_000)),
        (Bonus(25), {}, 25, RecipePart("c", 25, None)),
        (BaseRate(rate(25)), {}, 150, RecipePart("c", 25, 10_000, is_base=True)),
        (
            DOUBLE,
            {"categories": ("accessories",)},
            30,
            RecipePart("c", 1, 1_000, lines=Selection(("accessories",))),
        ),
        (
            DOUBLE,
            {"products": ("band", "note-4")},
            90,
            RecipePart("c", 1, 1_000, lines=Selection((), (), ("band", "note-4"))),
        ),
        (
            DOUBLE,
            {"except_categories": ("accessories",)},
            70,
            RecipePart("c", 1, 1_000, lines=Selection((), ("accessories",))),
        ),
        (
            DOUBLE,
            {"categories": ("accessories",), "products": ("band",)},
            20,
            RecipePart("c", 1, 1_000, lines=Selection(("accessories",), (), ("band",))),
        ),
        (
            Bonus(25),
            {"min_amount": inr(1_000)},
            25,
            RecipePart("c", 25, None, min_minor=100_000),
        ),
    ],
)
def test_an_effect_becomes_a_part_of_the_recipe(
    effect: Any, stated: dict[str, Any], tokens: int, part: RecipePart
) -> None:
    """Of a thousand rupees that earn a hundred tokens; shipping never counts."""
    found = weighed(campaign("c", effect, **stated), about=MIXED)
    assert found == Evaluation(BASE.with_parts((part,)), (yes(tokens),))


@pytest.mark.parametrize(
    ("base", "effect", "rounding"),
    [
        (Rounding.UP, DOUBLE, Rounding.UP),
        (Rounding.UP, Bonus(1), Rounding.UP),
        (Rounding.UP, BonusRate(rate(1, rounding=Rounding.HALF_EVEN)), Rounding.HALF_EVEN),
        (Rounding.UP, BaseRate(rate(30, rounding=Rounding.HALF_UP)), Rounding.HALF_UP),
    ],
)
def test_each_part_is_rounded_by_its_own_rounding(
    base: Rounding, effect: Any, rounding: Rounding
) -> None:
    """A multiplier by the base rate's, a rate by its own."""
    recipe = Recipe("shopping", 10, inr(100), base, (), "book")
    assert weighed(campaign("c", effect), base=recipe).recipe.parts[0].rounding is rounding


@pytest.mark.parametrize(("rupees", "tokens"), [(9, 0), (10, 1), (19, 1), (20, 2), (21, 2)])
def test_a_rate_is_rounded_once_for_the_order(rupees: int, tokens: int) -> None:
    """D2: Two lines of half a token make one."""
    lines = (Line("1", Money(rupees * 50, "INR")), Line("2", Money(rupees * 50, "INR")))
    found = weighed(campaign("c", BonusRate(rate(10))), about=facts(order(*lines)))
    assert sum(it.tokens for it in found.verdicts) == tokens


def test_a_multiplier_of_too_large_a_rate_is_an_error() -> None:
    """What cannot be stored is not recorded."""
    base = Recipe("shopping", 2**63 - 1, Money(11, "INR"), Rounding.DOWN, (), "book")
    with pytest.raises(Misuse, match=r"^the rate of campaign 'c' passes 2\*\*63 - 1"):
        weighed(campaign("c", Multiplier(5, 2)), base=base)


def test_a_multiplier_of_the_largest_rate_is_recorded() -> None:
    """What can be stored is."""
    base = Recipe("shopping", 2**63 - 1, Money(11, "INR"), Rounding.DOWN, (), "book")
    found = weighed(campaign("c", DOUBLE), base=base, about=facts(order(rupees=1)))
    assert found.recipe.parts == (RecipePart("c", 2**63 - 1, 11),)


@pytest.mark.parametrize("factor", [2**62, 2**63 - 1])
def test_a_multiplier_of_a_rate_in_lowest_terms_is_recorded(factor: int) -> None:
    """Only what is left after reducing counts."""
    base = Recipe("shopping", 10, Money(10, "INR"), Rounding.DOWN, (), "book")
    found = weighed(campaign("c", Multiplier(factor, 1)), base=base, about=facts(order(rupees=1)))
    assert found.recipe.parts[0].tokens == factor - 1


# conditions


@pytest.mark.parametrize(("rupees", "applies"), [(499, False), (500, True), (501, True)])
def test_a_minimum_is_of_the_lines_that_match(rupees: int, applies: bool) -> None:
    """Just below, at and just above; the other lines do not help."""
    lines = Line("a", inr(rupees), 1, "accessories"), Line("p", inr(9_000), 1, "phones")
    one = campaign("c", Bonus(5), categories=("accessories",), min_amount=inr(500))
    found = verdict(one, about=facts(order(*lines)))
    assert found == (yes(5) if applies else no("below_min_amount", rupees * 100, 50_000))


@pytest.mark.parametrize("effect", [Bonus(5), BonusRate(rate(5)), BaseRate(rate(50)), DOUBLE])
def test_an_order_worth_nothing_gets_nothing(effect: Any) -> None:
    """D11: Not even a bonus: some of what matches was paid for."""
    found = verdict(campaign("c", effect), about=facts(order(rupees=0)))
    assert found == no("below_min_amount", 0, 1)
    shipping = facts(order(Line("s", inr(50), 1, "shipping")))
    assert verdict(campaign("c", effect), about=shipping) == no("below_min_amount", 0, 1)


def test_what_came_back_before_the_first_award_does_not_count() -> None:
    """An order that waited for its member to join, and was returned in part meanwhile."""
    delivered = order(Line("1", inr(100), 2), Line("2", inr(300))).delivering(NOON)
    by_units = delivered.returning(quantities=(("1", 1),))
    by_value = delivered.returning(value=inr(200))
    one = campaign("c", DOUBLE)
    assert verdict(one, about=facts(by_units)).tokens == 35
    assert verdict(one, about=facts(by_value)).tokens == 20


@pytest.mark.parametrize(
    ("stated", "failed", "actual", "wanted"),
    [
        ({"categories": ("tv", "cases")}, "wrong_category", "accessories, phones", "tv, cases"),
        ({"categories": ("shipping",)}, "wrong_category", "accessories, phones", "shipping"),
        (
            {"except_categories": ("phones", "accessories")},
            "wrong_category",
            "accessories, phones",
            "not phones, not accessories",
        ),
        ({"products": ("tv",)}, "wrong_product", "band, case, note-4", "tv"),
        ({"products": ("tv", "box")}, "wrong_product", "band, case, note-4", "tv, box"),
        (
            {"products": ("note-4",), "categories": ("accessories",)},
            "wrong_product",
            "band, case, note-4",
            "note-4",
        ),
        (
            {"products": ("tv",), "categories": ("tv",)},
            "wrong_category",
            "accessories, phones",
            "tv",
        ),
    ],
)
def test_an_order_without_a_line_that_matches(
    stated: dict[str, Any], failed: str, actual: str, wanted: str
) -> None:
    """It is said what there is and what there would have to be; the category before the product."""
    assert verdict(campaign("c", DOUBLE, **stated), about=MIXED) == no(failed, actual, wanted)


@pytest.mark.parametrize(
    "rule", ["channel_does_not_earn", "order_cap_reached", "waiting_for_joining"]
)
def test_an_order_that_does_not_earn_gets_nothing_of_campaigns(rule: str) -> None:
    """The rule that says no to the base rate says no to all."""
    refusing = BASE.saying_no(rule)
    found = weighed(campaign("c", Bonus(5), tiers=("gold",)), base=refusing)
    assert found == Evaluation(refusing, (no(rule, 0, 1),))


def test_the_conditions_of_the_order_come_first() -> None:
    """Then its lines, then what they come to, then what is left."""
    one = campaign(
        "c",
        Bonus(5),
        tiers=("gold",),
        categories=("phones",),
        min_amount=inr(800),
        budget=Budget(0),
    )
    small = facts(order(Line("p", inr(700), 1, "phones")), tier="gold")
    assert verdict(one).failed == "wrong_tier"
    assert verdict(one, about=facts(tier="gold")).failed == "wrong_category"
    assert verdict(one, about=small).failed == "below_min_amount"
    large = facts(order(Line("p", inr(800), 1, "phones")), tier="gold")
    assert verdict(one, about=large) == no("budget_used_up", 0, 1)


def test_a_campaign_that_gives_no_whole_token_does_not_apply() -> None:
    """What would change that is a token."""
    small = facts(order(rupees=9))
    assert verdict(campaign("c", BonusRate(rate(10))), about=small) == no("worth_nothing", 0, 1)
    assert verdict(campaign("c", BonusRate(rate(10))), about=facts(order(rupees=10))) == yes(1)


# limits


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (101, yes(100)),
        (100, yes(100)),
        (99, cut(99, 100)),
        (1, cut(1, 100)),
        (0, no("cap_reached", 0, 1)),
        (-5, no("cap_reached", 0, 1)),
    ],
)
@pytest.mark.parametrize("per", [CapPer.MEMBER, CapPer.PROGRAMME])
def test_a_cap_over_orders_gives_what_is_left(per: CapPer, left: int, expected: Verdict) -> None:
    """C7: At least one token; where the rule book has less by now than is used, nothing."""
    one = campaign("c", DOUBLE, caps=(Cap(500, per, Period.MONTH),))
    (bound,) = one.limits("asha", date(2017, 6, 15))
    found = weighed(one, room={(bound.scope, bound.name): left})
    assert found.verdicts == (expected,)
    if expected.applies:
        assert found.uses == (Use(bound.scope, bound.name, expected.tokens, 500),)
        assert found.recipe.parts[0].granted_max == expected.tokens
    else:
        assert (found.uses, found.recipe) == ((), BASE)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (100, yes(100)),
        (99, cut(99, 100)),
        (1, cut(1, 100)),
        (0, no("budget_used_up", 0, 1)),
    ],
)
def test_a_budget_gives_what_is_left(left: int, expected: Verdict) -> None:
    """C8: It is named apart from a cap."""
    one = campaign("c", DOUBLE, budget=Budget(500))
    assert verdict(one, room={("campaign/c", "budget"): left}) == expected


@pytest.mark.parametrize(
    ("left", "expected", "used"),
    [(3_400, yes(100), 3_334), (3_334, yes(100), 3_334), (3_333, cut(99, 100), 3_300)],
)
def test_a_budget_of_money_pays_for_whole_tokens(left: int, expected: Verdict, used: int) -> None:
    """D3: What they cost is rounded up; the budget is never passed."""
    cost = TokenCost(inr(1), 3)
    one = campaign("c", DOUBLE, budget=Budget(money=inr(50), cost=cost))
    found = weighed(one, room={("campaign/c", "budget/INR"): left})
    assert found.verdicts == (expected,)
    assert found.uses == (Use("campaign/c", "budget/INR", used, 5_000),)


@pytest.mark.parametrize(
    ("own", "everybodys", "budget"), [(80, 500, 85), (500, 80, 85), (500, 85, 80), (80, 80, 80)]
)
def test_the_tightest_limit_decides_and_all_are_taken_from(
    own: int, everybodys: int, budget: int
) -> None:
    """A cap of the order, of the member and of everybody, and a budget."""
    caps = (Cap(90, CapPer.ORDER), Cap(own), Cap(everybodys, CapPer.PROGRAMME))
    found = weighed(campaign("c", DOUBLE, caps=caps, budget=Budget(budget)))
    assert found.verdicts == (cut(80, 100),)
    assert found.uses == (
        Use("asha", "campaign/c/ever/ever", 80, own),
        Use("campaign/c", "ever/ever", 80, everybodys),
        Use("campaign/c", "budget", 80, budget),
    )
    assert found.recipe.parts == (RecipePart("c", 1, 1_000, order_max=90, granted_max=80),)


@pytest.mark.parametrize(
    ("stated", "failed"),
    [
        ({"caps": (Cap(0, CapPer.ORDER),)}, "cap_reached"),
        ({"caps": (Cap(0),)}, "cap_reached"),
        ({"caps": (Cap(0, CapPer.PROGRAMME),)}, "cap_reached"),
        ({"budget": Budget(0)}, "budget_used_up"),
        (
            {"budget": Budget(money=inr(0), cost=TokenCost(inr(1), 1))},
            "budget_used_up",
        ),
        (
            {"budget": Budget(money=Money(33, "INR"), cost=TokenCost(inr(1), 3))},
            "budget_used_up",
        ),
        ({"caps": (Cap(0),), "budget": Budget(0)}, "cap_reached"),
    ],
)
@pytest.mark.parametrize("effect", [DOUBLE, BaseRate(rate(1)), BaseRate(rate(20)), Bonus(1)])
def test_nothing_is_nothing(effect: Any, stated: dict[str, Any], failed: str) -> None:
    """G8: 0 is none, whatever the effect; no counter has to be known for that."""
    terms = CampaignTerms((campaign("c", effect, **stated),))
    room = {("campaign/c", "budget/INR"): 33}
    assert evaluate(terms, BASE, facts(), room).verdicts == (no(failed, 0, 1),)


def test_a_limit_of_which_nobody_knows_what_is_left_refuses() -> None:
    """G7: What is not known is not unlimited."""
    terms = CampaignTerms((campaign("c", DOUBLE, caps=(Cap(5),)),))
    with pytest.raises(
        Misuse, match=r"^it is not stated how much is left of asha, campaign/c/ever"
    ):
        evaluate(terms, BASE, facts(), {})


def test_what_does_not_apply_needs_no_counter() -> None:
    """Nothing is loaded for it."""
    terms = CampaignTerms((campaign("c", DOUBLE, tiers=("gold",), caps=(Cap(5),)),))
    assert evaluate(terms, BASE, facts(), {}).verdicts[0].failed == "wrong_tier"


# groups


def test_the_best_of_a_group_applies() -> None:
    """The other is told by how much it lost."""
    found = weighed(
        campaign("a", Bonus(40), group="x"),
        campaign("b", DOUBLE, group="x", categories=("accessories",)),
        campaign("c", Bonus(1)),
        about=MIXED,
    )
    assert found.verdicts == (
        Verdict("a", True, 40),
        Verdict("b", False, 0, "group_lost", 30, 40),
        Verdict("c", True, 1),
    )
    assert [part.rule for part in found.recipe.parts] == ["a", "c"]


def test_the_best_is_what_gives_most_with_what_is_left() -> None:
    """A campaign whose budget is nearly used up loses to a smaller one."""
    found = weighed(
        campaign("a", Bonus(100), group="x", budget=Budget(1_000)),
        campaign("b", Bonus(40), group="x"),
        room={("campaign/a", "budget"): 39},
    )
    assert found.verdicts == (
        Verdict("a", False, 0, "group_lost", 39, 40),
        Verdict("b", True, 40),
    )
    assert found.uses == ()


def test_the_highest_priority_of_a_group_applies() -> None:
    """Where the group says so, whatever it gives."""
    found = weighed(
        campaign("a", Bonus(40), group="x", priority=-1),
        campaign("b", Bonus(5), group="x"),
        groups={"x": GroupChoice.PRIORITY},
    )
    assert found.verdicts == (
        Verdict("a", False, 0, "group_lost", -1, 0),
        Verdict("b", True, 5),
    )


@pytest.mark.parametrize("choice", GroupChoice)
def test_ties_are_decided_by_name(choice: GroupChoice) -> None:
    """Of equal ones the first."""
    found = weighed(
        campaign("b", Bonus(5), group="x"),
        campaign("a", Bonus(5), group="x"),
        campaign("c", Bonus(5), group="x"),
        groups={"x": choice},
    )
    assert [it.applies for it in found.verdicts] == [True, False, False]


def test_what_does_not_apply_wins_no_group() -> None:
    """The best of those that could apply."""
    found = weighed(
        campaign("a", Bonus(40), group="x", tiers=("gold",)),
        campaign("b", Bonus(5), group="x"),
        campaign("c", Bonus(6), group="y"),
    )
    assert [it.failed for it in found.verdicts] == ["wrong_tier", "", ""]


# base rates


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (9, no("group_lost", -10, 1)),
        (10, no("group_lost", 0, 1)),
        (11, yes(10)),
        (20, yes(100)),
    ],
)
def test_the_programmes_own_rate_stands_among_base_rates(tokens: int, expected: Verdict) -> None:
    """Where the best applies nobody earns less; what a base rate adds is what is beyond."""
    assert verdict(campaign("c", BaseRate(rate(tokens)))) == expected


@pytest.mark.parametrize("tokens", [1, 10, 20])
def test_a_base_rate_of_priority_applies_whatever_it_gives(tokens: int) -> None:
    """A rate for members who pay with vouchers may be lower."""
    found = weighed(
        campaign("c", BaseRate(rate(tokens))),
        groups={"base_rates": GroupChoice.PRIORITY},
    )
    assert found.verdicts == (yes(tokens * 10 - 100),)


def test_a_base_rate_that_gives_one_token_more_is_the_better_one() -> None:
    """Just above the programme's own."""
    one = campaign("c", BaseRate(EarnRate(101, inr(1_000))))
    assert verdict(one) == yes(1)


def test_of_base_rates_one_applies() -> None:
    """The best by default, and multipliers go by the programme's own rate."""
    found = weighed(
        campaign("a", BaseRate(rate(15))),
        campaign("b", BaseRate(rate(20))),
        campaign("c", DOUBLE),
    )
    assert found.verdicts == (
        Verdict("a", False, 0, "group_lost", 50, 100),
        Verdict("b", True, 100),
        Verdict("c", True, 100),
    )


def test_a_cap_of_an_order_bounds_a_whole_base_rate() -> None:
    """Two per hundred, at most fifty an order, as one shop has it, and twice that for some."""
    groups = {"base_rates": GroupChoice.PRIORITY}
    usual = campaign("a", BaseRate(rate(2)), caps=(Cap(50, CapPer.ORDER),))
    plus = campaign(
        "b", BaseRate(rate(4)), caps=(Cap(100, CapPer.ORDER),), tiers=("plus",), priority=1
    )
    large = order(rupees=9_000)
    for tier, tokens in (("", 50), ("plus", 100)):
        found = weighed(usual, plus, groups=groups, about=facts(large, tier=tier))
        assert 900 + sum(it.tokens for it in found.verdicts) == tokens


def test_other_limits_bound_what_a_base_rate_gives_beyond() -> None:
    """A budget pays for what there would not be without it."""
    one = campaign("c", BaseRate(rate(20)), budget=Budget(1_000))
    found = weighed(one, room={("campaign/c", "budget"): 30})
    assert found.verdicts == (cut(30, 100),)
    assert found.uses == (Use("campaign/c", "budget", 30, 1_000),)


@pytest.mark.parametrize(
    ("most", "expected"), [(101, yes(100)), (100, yes(100)), (99, cut(99, 100)), (1, cut(1, 100))]
)
def test_a_cap_of_an_order_that_cuts_says_what_there_would_be(most: int, expected: Verdict) -> None:
    """A page can tell both."""
    assert verdict(campaign("c", DOUBLE, caps=(Cap(most, CapPer.ORDER),))) == expected


def test_a_cap_of_an_order_that_cuts_a_base_rate_says_what_it_would_add() -> None:
    """Beyond what the programme's own rate gives, as its tokens do."""
    one = campaign("c", BaseRate(rate(20)), caps=(Cap(150, CapPer.ORDER),))
    assert verdict(one) == cut(50, 100)


def test_a_lower_base_rate_takes_nothing_of_its_budget() -> None:
    """It saves tokens."""
    one = campaign("c", BaseRate(rate(5)), budget=Budget(1_000))
    found = weighed(one, groups={"base_rates": GroupChoice.PRIORITY})
    assert (found.verdicts, found.uses) == ((yes(-50),), ())
    assert found.recipe.parts[0].granted_max == 0


# all of it


@pytest.mark.parametrize(
    ("effect", "stated", "tokens"),
    [
        (DOUBLE, {}, 105),
        (Bonus(5), {"tiers": ("gold",), "budget": Budget(0)}, 5),
        (BonusRate(rate(2)), {"categories": ("shipping",)}, 1),
        (BaseRate(rate(20)), {}, 210),
        (DOUBLE, {"caps": (Cap(7, CapPer.ORDER),)}, 7),
        (DOUBLE, {"categories": ("tv",)}, 0),
    ],
)
def test_what_campaigns_could_add_at_most(effect: Any, stated: dict[str, Any], tokens: int) -> None:
    """Whoever orders and whenever, shipping and all."""
    terms = CampaignTerms((campaign("c", effect, **stated), campaign("d", Bonus(1))))
    assert most(terms, BASE, MIXED.purchase) == tokens + 1
    assert most(NO_CAMPAIGNS, BASE, MIXED.purchase) == 0


def test_without_campaigns_the_recipe_is_the_same_value() -> None:
    """Nothing is made anew."""
    found = evaluate(NO_CAMPAIGNS, BASE, facts(), {})
    assert (found.recipe is BASE, found.verdicts, found.uses) == (True, (), ())


def test_campaigns_are_in_the_currency_of_the_base_rate() -> None:
    """Amounts never mix."""
    one = campaign("c", BonusRate(EarnRate(1, Money(1, "KWD"))))
    with pytest.raises(CurrencyMismatch, match=r"^a campaign is in KWD, the base rate in INR"):
        weighed(one)
    several = [campaign(it, Bonus(1), min_amount=Money(1, it)) for it in ("USD", "JPY", "KWD")]
    with pytest.raises(CurrencyMismatch, match=r"^a campaign is in JPY, the base rate in INR"):
        weighed(one, *several)
