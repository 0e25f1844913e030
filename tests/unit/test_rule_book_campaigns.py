"""The campaigns of a rule book: read strictly, written plainly."""

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Period, Window
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
    MembersDay,
    Multiplier,
    TokenCost,
)
from mi_rewards.errors import Misuse
from mi_rewards.money import Rounding
from mi_rewards.rule_book import from_toml, to_toml
from tests.campaigns import campaign, inr, rate
from tests.ladders import LADDER
from tests.shop import SMALL

BOOK = to_toml(SMALL)
ALL = """
[[campaigns]]
id = "accessories"
title = "Accessories count half as much again"
multiplier = { numerator = 3, denominator = 2 }
when = { categories = ["accessories"] }

[[campaigns]]
id = "birthday"
title = "Your day"
bonus = { tokens = 100 }
when = { from_at = 2017-06-15T00:00:00Z, until_at = 2017-07-01T00:00:00Z, from_on = 2017-06-15,\
 through_on = 2017-06-30, products = ["note-4"], except_categories = ["cases"],\
 channels = ["web"], platforms = ["app"], payment_modes = ["prepaid"], order_number = 1,\
 members_day = "birthday", min_amount = "INR 500.00" }
caps = [{ tokens = 50, per = "order" }, { tokens = 70, per = "member", period = "month" },\
 { tokens = 900, per = "programme", period = "ever" }]
budget = { tokens = 10000 }
group = "one of these"

[[campaigns]]
id = "week"
title = "The week"
bonus_rate = { tokens = 5, per = "INR 100.00", rounding = "up" }
budget = { money = "INR 5000.00", cost = { money = "INR 1.00", tokens = 10 } }
group = "one of these"
priority = -2

[[campaigns]]
id = "x"
title = "Twice"
base_rate = { tokens = 20, per = "INR 100.00", rounding = "down" }

[campaign_groups]
base_rates = "priority"
"one of these" = "best"
"""
TERMS = CampaignTerms(
    (
        Campaign(
            "accessories",
            "Accessories count half as much again",
            Multiplier(3, 2),
            Conditions(categories=("accessories",)),
        ),
        Campaign(
            "birthday",
            "Your day",
            Bonus(100),
            Conditions(
                Window(datetime(2017, 6, 15, tzinfo=UTC), datetime(2017, 7, 1, tzinfo=UTC)),
                date(2017, 6, 15),
                date(2017, 6, 30),
                ("note-4",),
                (),
                ("cases",),
                ("web",),
                ("app",),
                ("prepaid",),
                (),
                1,
                MembersDay.BIRTHDAY,
                inr(500),
            ),
            (
                Cap(50, CapPer.ORDER),
                Cap(70, CapPer.MEMBER, Period.MONTH),
                Cap(900, CapPer.PROGRAMME),
            ),
            Budget(10_000),
            "one of these",
        ),
        Campaign(
            "week",
            "The week",
            BonusRate(rate(5, rounding=Rounding.UP)),
            budget=Budget(money=inr(5_000), cost=TokenCost(inr(1), 10)),
            group="one of these",
            priority=-2,
        ),
        Campaign("x", "Twice", BaseRate(rate(20))),
    ),
    {"base_rates": GroupChoice.PRIORITY, "one of these": GroupChoice.BEST},
)


def test_campaigns_are_read_as_they_stand() -> None:
    """Every key, and each kind of effect, cap and budget."""
    assert from_toml(BOOK + ALL).campaigns == TERMS


def test_campaigns_are_written_as_they_are_read() -> None:
    """The text stands at the end of the rule book; what is at its default is left out."""
    programme = attrs.evolve(SMALL, campaigns=TERMS)
    assert to_toml(programme) == BOOK + ALL
    assert from_toml(to_toml(programme)) == programme


def test_a_rule_book_without_campaigns_is_written_as_before() -> None:
    """I20: Its digest too is what it was."""
    assert "campaign" not in BOOK
    assert from_toml(BOOK) == SMALL
    assert from_toml(BOOK).campaigns == NO_CAMPAIGNS
    assert from_toml(BOOK).digest == SMALL.digest
    assert from_toml(BOOK + ALL).digest != SMALL.digest


def test_a_campaign_may_say_nothing_but_its_effect() -> None:
    """It applies to every order, without limit."""
    found = from_toml(BOOK + '[[campaigns]]\nid = "c"\ntitle = "C"\nbonus = { tokens = 1 }\n')
    assert found.campaigns == CampaignTerms((campaign("c", Bonus(1)),))


def test_campaigns_may_be_for_tiers_that_there_are() -> None:
    """They read back with their ladder; a tier that there is not is a name mistyped."""
    terms = CampaignTerms((campaign("c", Bonus(1), tiers=("gold", "silver")),))
    programme = attrs.evolve(SMALL, campaigns=terms, ladder=LADDER)
    assert from_toml(to_toml(programme)) == programme
    with pytest.raises(Misuse, match="campaign 'c' is for the tier 'gold', which is unknown"):
        from_toml(BOOK + to_toml(programme)[to_toml(programme).index("\n[[campaigns]]") :])
    for ladder in (None, attrs.evolve(LADDER, tiers=LADDER.tiers[:1])):
        with pytest.raises(Misuse, match="campaign 'c' is for the tier 'gold', which is unknown"):
            attrs.evolve(programme, ladder=ladder)


def stated(*lines: str, more: str = "") -> str:
    """Write a campaign of these lines."""
    return BOOK + "\n".join(("[[campaigns]]", 'id = "c"', 'title = "C"', *lines)) + "\n" + more


ONE = "bonus = { tokens = 1 }"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOOK + "campaigns = 5", "expiry has the unknown key 'campaigns'"),
        (
            BOOK + '[campaigns]\nid = "c"\ntitle = "C"',
            r"^campaigns must be a list of tables: write \[\[campaigns\]\], not \[campaigns\]$",
        ),
        (
            stated(ONE, more="[campaigns.caps]\ntokens = 1"),
            r"^campaigns.c.caps must be a list of tables: write \[\[campaigns.caps\]\], not \[camp",
        ),
        ("campaigns = 5\n" + BOOK, "^campaigns must be a list of tables, not 5$"),
        (BOOK + "[[campaigns]]", "campaigns number 1 must have 'id'"),
        (BOOK + '[[campaigns]]\nid = "c"', "campaigns.c must have 'title'"),
        (stated(), "campaigns.c must have one of 'base_rate', 'multiplier', 'bonus', 'bonus_rate'"),
        (
            stated(ONE, "multiplier = { numerator = 2, denominator = 1 }"),
            "campaigns.c must have one of",
        ),
        (stated("bonus = 5"), "campaigns.c.bonus must be a table"),
        (stated("bonus = { tokens = 0 }"), "campaigns.c.bonus: tokens must be 1 to"),
        (stated("bonus = { tokens = 1, more = 1 }"), "campaigns.c.bonus has the unknown key"),
        (
            stated("multiplier = { numerator = 1, denominator = 1 }"),
            "campaigns.c.multiplier: a multiplier is more than 1",
        ),
        (stated("multiplier = { numerator = 2 }"), "campaigns.c.multiplier must have 'denominat"),
        (
            stated('base_rate = { tokens = 1, per = "INR 0", rounding = "down" }'),
            "campaigns.c.base_rate: a rate is per some money",
        ),
        (
            stated('bonus_rate = { tokens = 1, per = "INR 1", rounding = "off" }'),
            "campaigns.c.bonus_rate.rounding must be one of",
        ),
        (
            stated('bonus_rate = { tokens = 1, per = "JPY 1", rounding = "up" }'),
            "the rule book: a campaign is in JPY, the programme in INR",
        ),
        (stated(ONE, "when = { category = [] }"), "campaigns.c.when has the unknown key 'categ"),
        (stated(ONE, "when = { categories = [] }"), "campaigns.c.when.categories must be a list"),
        (stated(ONE, 'when = { tiers = "gold" }'), "campaigns.c.when.tiers must be a list of"),
        (stated(ONE, "when = { order_number = 0 }"), "campaigns.c.when: order_number is a whole"),
        (stated(ONE, 'when = { members_day = "friday" }'), "campaigns.c.when.members_day must be"),
        (stated(ONE, "when = { min_amount = 5 }"), "campaigns.c.when.min_amount must be a text"),
        (
            stated(ONE, "when = { from_at = 2017-06-15T00:00:00 }"),
            "campaigns.c.when.from_at must be an instant",
        ),
        (stated(ONE, "when = { from_on = 5 }"), "campaigns.c.when.from_on must be a day"),
        (
            stated(
                ONE, "when = { from_at = 2017-06-15T00:00:00Z, until_at = 2017-06-15T00:00:00Z }"
            ),
            "campaigns.c.when: a window begins before it ends",
        ),
        (stated(ONE, "caps = [{ tokens = 1 }]"), "campaigns.c.caps number 1 must have 'per'"),
        (
            stated(ONE, 'caps = [{ tokens = 1, per = "order", period = "day" }]'),
            "campaigns.c.caps number 1: a cap per order has no period",
        ),
        (
            stated(ONE, 'caps = [{ tokens = -1, per = "order" }]'),
            "campaigns.c.caps number 1: a cap is a whole number",
        ),
        (stated(ONE, "budget = 5"), "campaigns.c.budget must be a table"),
        (stated(ONE, "budget = { money = 'INR 5' }"), "campaigns.c.budget must have 'cost'"),
        (
            stated(ONE, "budget = { money = 'INR 5', cost = { money = 'JPY 1', tokens = 1 } }"),
            "campaigns.c.budget: a budget of INR 5.00 cannot pay for JPY 1",
        ),
        (
            stated(ONE, "budget = { tokens = 5, money = 'INR 5' }"),
            "^campaigns.c.budget states tokens and money: a budget is one of them$",
        ),
        (stated(ONE, "budget = { tokens = -1 }"), "campaigns.c.budget: a budget is a whole"),
        (stated(ONE, "priority = 'high'"), "campaigns.c.priority must be a whole number"),
        (stated(ONE, "group = 5"), "campaigns.c.group must be a text"),
        (stated(ONE, "more = 5"), "campaigns.c has the unknown key 'more'"),
        (stated(ONE, more="[campaign_groups]\nx = 'best'"), "campaign_groups: no campaign is in"),
        (
            stated(ONE, "group = 'x'", more="[campaign_groups]\nx = 'first'"),
            "campaign_groups.x must be one of best, priority",
        ),
        (
            stated(ONE, more='[[campaigns]]\nid = "c"\ntitle = "D"\nbonus = { tokens = 1 }'),
            "campaigns: two campaigns are named 'c'",
        ),
    ],
)
def test_what_is_no_campaign_of_a_rule_book(text: str, message: str) -> None:
    """The message names the campaign and the key."""
    with pytest.raises(Misuse, match=message):
        from_toml(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"campaign_id": 'a "b" \\ c'},
        {"title": "Zwölf\n"},
        {"group": 'x = "y"'},
        {"caps": (Cap(0, CapPer.ORDER),)},
        {"budget": Budget(0)},
        {"priority": 2**63 - 1},
    ],
)
def test_whatever_it_is_called_it_reads_back(changes: dict[str, Any]) -> None:
    """I20: Quotes, backslashes and letters of other alphabets; limits of nothing."""
    one = attrs.evolve(campaign("c", Bonus(1)), **changes)
    groups = {one.group: GroupChoice.PRIORITY} if one.group else {}
    programme = attrs.evolve(SMALL, campaigns=CampaignTerms((one,), groups))
    assert from_toml(to_toml(programme)) == programme
