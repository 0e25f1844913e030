"""What the tests of campaigns share: short constructors, and strategies of starved campaigns.

1. `BASE` gives ten tokens per hundred rupees, rounded down, and nothing for shipping.
2. `campaign("double", Multiplier(2, 1), tiers=("gold",))` has its conditions by name.
3. Strategies draw few categories and products, small amounts and tight limits: boundaries are met
   all the time.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from mi_rewards.calendar import UTC, Period
from mi_rewards.earning import (
    BaseRate,
    Bonus,
    BonusRate,
    Budget,
    Campaign,
    CampaignTerms,
    Cap,
    CapPer,
    Conditions,
    EarnRate,
    Evaluation,
    Facts,
    GroupChoice,
    Line,
    MembersDay,
    Multiplier,
    Purchase,
    Recipe,
    TokenCost,
    Verdict,
    evaluate,
)
from mi_rewards.earning.campaigns import Effect
from mi_rewards.earning.circumstances import Circumstances
from mi_rewards.money import Money, Rounding
from tests.wallets import KOLKATA

NOON = datetime(2017, 6, 15, 6, 30, tzinfo=UTC)
"""Twelve o'clock of 15 June 2017 in Kolkata."""

BASE = Recipe("shopping", 10, Money(10_000, "INR"), Rounding.DOWN, ("shipping",), "book")
CATEGORIES = ("", "phones", "accessories", "shipping")
PRODUCTS = ("", "note-4", "band")
Room = dict[tuple[str, str], int]


def inr(rupees: int) -> Money:
    """Make so many rupees."""
    return Money(rupees * 100, "INR")


def rate(tokens: int, rupees: int = 100, rounding: Rounding = Rounding.DOWN) -> EarnRate:
    """Make a rate of so many tokens for so many rupees."""
    return EarnRate(tokens, inr(rupees), rounding)


PARTS = frozenset({"caps", "budget", "group", "priority", "title"})


def campaign(campaign_id: str, effect: Effect, **stated: Any) -> Campaign:
    """Make a campaign; conditions are stated by their names beside its own parts."""
    parts = {name: value for name, value in stated.items() if name in PARTS}
    when = {name: value for name, value in stated.items() if name not in PARTS}
    title = parts.pop("title", campaign_id.title())
    return Campaign(campaign_id, title, effect, Conditions(**when), **parts)


def order(
    *lines: Line, rupees: int | None = None, channel: str = "", platform: str = "", mode: str = ""
) -> Purchase:
    """Make an order of lines, or of one line of so many rupees."""
    stated = lines or (Line("1", inr(1_000 if rupees is None else rupees)),)
    told = Circumstances(None, platform, mode)
    return Purchase("asha", "o1", stated, channel, circumstances=told)


def facts(purchase: Purchase | None = None, at: datetime = NOON, **known: Any) -> Facts:
    """State what is known of an order."""
    return Facts(order() if purchase is None else purchase, at, KOLKATA, **known)


def full(terms: CampaignTerms, about: Facts) -> Room:
    """Leave everything of every counter."""
    bounds = [it for each in terms.campaigns for it in each.limits("asha", about.day)]
    return {(it.scope, it.name): it.limit for it in bounds}


def weighed(
    *campaigns: Campaign,
    about: Facts | None = None,
    room: Room | None = None,
    base: Recipe = BASE,
    groups: dict[str, GroupChoice] | None = None,
) -> Evaluation:
    """Weigh an order against campaigns, of which nothing is used up unless that is stated."""
    terms = CampaignTerms(campaigns, groups or {})
    known = facts() if about is None else about
    return evaluate(terms, base, known, {**full(terms, known), **(room or {})})


def verdict(*campaigns: Campaign, **how: Any) -> Verdict:
    """Weigh an order against one campaign, and answer with what became of it."""
    (found,) = weighed(*campaigns, **how).verdicts
    return found


def after(room: Room, found: Evaluation) -> Room:
    """Take what an order takes, and see that it was there."""
    left = dict(room)
    for use in found.uses:
        left[use.scope, use.name] -= use.n
        assert left[use.scope, use.name] >= 0
        assert use.n >= 1
    return left


# strategies

per = st.builds(Money, st.sampled_from((700, 3_000, 10_000, 33_333)), st.just("INR"))
rates = st.builds(EarnRate, st.integers(1, 30), per, st.sampled_from(Rounding))
"""Rates better and worse than the base rate."""
down_rates = st.builds(EarnRate, st.integers(1, 30), per)
multipliers = st.builds(
    lambda denominator, more: Multiplier(denominator + more, denominator),
    st.integers(1, 4),
    st.integers(1, 9),
)
bonuses = st.builds(Bonus, st.integers(1, 50))


def names(of: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw a few names, mostly none."""
    return st.sampled_from(((), (), (of[1],), (of[1], of[2])))


@st.composite
def conditions(draw: st.DrawFn, *, for_lines: bool = True, asks: bool = True) -> Conditions:
    """Draw conditions, which `NOON` meets now and then."""
    some: dict[str, Any] = {}
    if for_lines:
        some["products"] = draw(names(PRODUCTS))
        some["categories"] = draw(names(CATEGORIES))
        if not some["categories"]:
            some["except_categories"] = draw(names(CATEGORIES))
    if draw(st.booleans()):
        some["min_amount"] = Money(draw(st.integers(0, 60_000)), "INR")
    if asks:
        some["tiers"] = draw(st.sampled_from(((), (), ("gold",), ("silver", "gold"))))
        some["order_number"] = draw(st.sampled_from((None, None, 1, 2)))
        some["from_on"] = draw(st.sampled_from((None, None, date(2017, 6, 15), date(2017, 6, 16))))
        some["members_day"] = draw(st.sampled_from((None, None, None, *MembersDay)))
        some["platforms"] = draw(st.sampled_from(((), (), ("app",))))
    return Conditions(**some)


@st.composite
def campaigns(
    draw: st.DrawFn,
    *,
    is_limited: bool = True,
    effects: Sequence[str] = ("base_rate", "multiplier", "bonus", "bonus_rate"),
    grouped: bool = True,
    asks: bool = True,
    rates: st.SearchStrategy[EarnRate] = rates,
) -> tuple[Campaign, ...]:
    """Draw up to five campaigns."""
    found: list[Campaign] = []
    for campaign_id in ("a", "b", "c", "d", "e")[: draw(st.integers(1, 5))]:
        kind = draw(st.sampled_from(effects))
        kinds: dict[str, st.SearchStrategy[Effect]] = {
            "base_rate": st.builds(BaseRate, rates),
            "multiplier": multipliers,
            "bonus": bonuses,
            "bonus_rate": st.builds(BonusRate, rates),
        }
        effect = draw(kinds[kind])
        is_base = kind == "base_rate"
        caps: list[Cap] = []
        budget = None
        if is_limited and draw(st.booleans()):
            caps.append(Cap(draw(st.integers(1, 80)), draw(st.sampled_from(CapPer))))
            if caps[0].per is not CapPer.MEMBER:
                caps.append(Cap(draw(st.integers(0, 120)), CapPer.MEMBER, Period.MONTH))
        if is_limited and draw(st.booleans()):
            tokens = Budget(tokens=draw(st.integers(0, 60)))
            cost = TokenCost(Money(draw(st.integers(1, 9)), "INR"), draw(st.integers(1, 9)))
            money = Budget(money=Money(draw(st.integers(0, 90)), "INR"), cost=cost)
            budget = draw(st.sampled_from((tokens, money)))
        found.append(
            Campaign(
                campaign_id,
                campaign_id,
                effect,
                draw(conditions(for_lines=not is_base, asks=asks)),
                tuple(caps),
                budget,
                draw(st.sampled_from(("", "x", "x"))) if grouped and not is_base else "",
                draw(st.integers(-1, 1)),
            )
        )
    return tuple(found)


@st.composite
def orders(draw: st.DrawFn) -> Purchase:
    """Draw orders of one to four lines."""
    lines = [
        Line(
            name,
            Money(draw(st.integers(0, 60_000) | st.integers(0, 10**9)), "INR"),
            draw(st.integers(1, 4)),
            draw(st.sampled_from(CATEGORIES)),
            product=draw(st.sampled_from(PRODUCTS)),
        )
        for name in ("a", "b", "c", "d")[: draw(st.integers(1, 4))]
    ]
    platform = draw(st.sampled_from(("", "app")))
    return order(*lines, platform=platform)


@st.composite
def known(draw: st.DrawFn) -> Facts:
    """Draw what is known of an order."""
    return facts(
        draw(orders()),
        tier=draw(st.sampled_from(("", "silver", "gold"))),
        order_number=draw(st.integers(1, 2)),
        birthday=draw(st.sampled_from(("", "06-15", "06-16"))),
        joined_on=draw(st.sampled_from((None, date(2016, 6, 15), date(2017, 6, 15)))),
    )
