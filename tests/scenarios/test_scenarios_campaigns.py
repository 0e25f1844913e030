"""What went wrong in real systems, by its number: what campaigns show.

Rounding (D), tiers and previews (E), limits that are missing or nothing (G), and defects seen in
comparable libraries (H). Tokens are those of `SMALL`, ten per hundred rupees.
"""

from fractions import Fraction
from typing import Any

import attrs
import pytest

from mi_rewards.earning import (
    BaseRate,
    Bonus,
    BonusRate,
    Budget,
    Campaign,
    CampaignTerms,
    Cap,
    CapPer,
    EarnRate,
    GroupChoice,
    Line,
    Multiplier,
)
from mi_rewards.money import Money, Rounding
from mi_rewards.programme import Programme
from mi_rewards.wallet import check_journal
from tests.campaigns import campaign, inr, rate
from tests.ladders import GOLD, LADDER, SILVER
from tests.shop import Shop, deliver, give_back, join, place, rules


def shop(*campaigns: Campaign, **changes: Any) -> Shop:
    """Open a shop with campaigns, which asha has joined."""
    groups = changes.pop("groups", {})
    opened = Shop(rules(campaigns=CampaignTerms(campaigns, groups), **changes))
    opened.do(join())
    return opened


def lines(*paise: int) -> tuple[Line, ...]:
    """State lines of so many paise."""
    return tuple([Line(str(n), Money(minor, "INR")) for n, minor in enumerate(paise)])


# what is rounded, D


@pytest.mark.parametrize(
    ("paise", "tokens"),
    [((999,), 0), ((500, 499), 0), ((500, 500), 1), ((333, 333, 334), 1), ((999, 999, 2), 2)],
)
def test_d2_a_rate_is_rounded_once_for_all_lines(paise: tuple[int, ...], tokens: int) -> None:
    """D2: Lines of half a token are not each rounded to none."""
    open_ = shop(campaign("c", BonusRate(rate(10))))
    assert open_.do(deliver("o1", lines=lines(*paise))).tokens == 2 * tokens


@pytest.mark.parametrize("rounding", Rounding)
def test_d7_each_part_is_exact_to_within_a_token(rounding: Rounding) -> None:
    """D7, H3: A multiplier of 1.1 is eleven tenths, not the float that is nearest."""
    base = EarnRate(10, inr(100), rounding)
    open_ = shop(campaign("c", Multiplier(11, 10)), rate=base)
    for number, minor in enumerate((1_000, 9_999, 10_001, 110_000, 1_234_567)):
        tokens = open_.do(deliver(f"o{number}", lines=lines(minor))).tokens
        shown = open_.entries()[-1].reason.figure("campaign.c")
        exact = Fraction(minor * 10 * 11, 10_000 * 10)
        assert abs(tokens - exact) < 2
        if minor == 110_000:
            assert (tokens, shown) == (121, 11)


def test_d8_a_currency_without_minor_units_is_not_divided_by_a_hundred() -> None:
    """D8: Ten yen and ten paise are told apart, in minimum, rate and budget."""
    yen = campaign("c", BonusRate(EarnRate(1, Money(10, "JPY"))), min_amount=Money(50, "JPY"))
    open_ = shop(yen, currency="JPY", rate=EarnRate(1, Money(100, "JPY")))
    orders = [deliver(f"o{n}", lines=(Line("1", Money(n, "JPY")),)) for n in (49, 50, 59, 60)]
    assert [open_.do(it).tokens for it in orders] == [0, 5, 5, 6]


def test_d11_what_was_given_away_earns_no_bonus() -> None:
    """D11: An order on which nothing was paid gets nothing, however it is counted."""
    open_ = shop(campaign("c", Bonus(50)), campaign("d", Bonus(5), order_number=1))
    assert open_.do(deliver("o1", 0)).tokens == 0
    assert open_.do(deliver("o2", lines=lines(0, 0))).tokens == 0


# what tiers and pages say, E


def tiered(**stated: Any) -> Shop:
    """Open a shop in which gold begins at a thousand rupees, and earns twice as much."""
    tiers = (SILVER, attrs.evolve(GOLD, threshold=100_000))
    double = campaign("gold", BaseRate(rate(20)), tiers=("gold",))
    return shop(double, ladder=attrs.evolve(LADDER, tiers=tiers), **stated)


@pytest.mark.parametrize(
    ("first", "tokens"), [(999, 99 + 100), (1_000, 100 + 200), (1_001, 100 + 200)]
)
def test_e2_the_order_that_reaches_a_tier_earns_by_the_one_before(first: int, tokens: int) -> None:
    """E2: Declared: a whole order by the tier held at its award, the next by the new."""
    open_ = tiered()
    earned = [open_.do(deliver(f"o{n}", it)).tokens for n, it in enumerate((first, 1_000))]
    assert sum(earned) == tokens


def test_e2_below_the_floor_nothing_more_is_earned() -> None:
    """E2: Just below, at and just above the least amount."""
    open_ = shop(campaign("c", Multiplier(2, 1), min_amount=inr(500)))
    earned = [open_.do(deliver(f"o{n}", n)).tokens for n in (499, 500, 501)]
    assert earned == [49, 100, 100]


@pytest.mark.parametrize("rupees", [999, 1_000, 1_001, 12_345])
def test_e4_the_preview_says_what_the_award_is(rupees: int) -> None:
    """E4: Page, promise and award by one function, tier multiplier and all."""
    open_ = tiered()
    open_.do(deliver("before", 5_000))
    order = place("o1", rupees)
    explained = open_.rewards.explain(order)
    simulated, _ = open_.rewards.simulate(order)
    promised = open_.do(order).promised
    delivered = open_.do(deliver("o1")).tokens
    assert explained.tokens == simulated.promised == promised == delivered
    assert delivered == rupees * 20 // 100


# what is limited, G


@pytest.mark.parametrize(
    ("limit", "tokens"), [(None, 150), (0, 100), (1, 101), (49, 149), (50, 150), (51, 150)]
)
@pytest.mark.parametrize("kind", ["budget", "order", "member", "programme"])
def test_g8_no_limit_is_unlimited_and_none_is_none(
    kind: str, limit: int | None, tokens: int
) -> None:
    """G8: Of a budget, and of a cap per order, member and programme."""
    stated: dict[str, Any] = {}
    if limit is not None and kind == "budget":
        stated["budget"] = Budget(limit)
    elif limit is not None:
        stated["caps"] = (Cap(limit, CapPer(kind)),)
    open_ = shop(campaign("c", Bonus(50), **stated))
    assert open_.do(deliver("o1", 1_000)).tokens == tokens


# what comparable libraries had wrong, H


def flipped() -> list[tuple[Programme, Programme, int, int]]:
    """Pair programmes that differ by one thing, with what an order of a thousand rupees earns."""
    one, two = campaign("a", Bonus(40), group="x"), campaign("b", Bonus(5), group="x", priority=1)
    low = campaign("a", BaseRate(rate(5)))
    capped = attrs.evolve(low, caps=(Cap(30, CapPer.ORDER),))
    own = {"base_rates": GroupChoice.PRIORITY}

    def made(*found: Campaign, groups: dict[str, GroupChoice] | None = None) -> Programme:
        return rules(campaigns=CampaignTerms(found, groups or {}))

    return [
        (made(), made(one), 100, 140),
        (made(one, two), made(one, two, groups={"x": GroupChoice.PRIORITY}), 140, 105),
        (made(one, two), made(one, attrs.evolve(two, group="")), 140, 145),
        (made(low), made(low, groups=own), 100, 50),
        (made(low, groups=own), made(capped, groups=own), 50, 30),
    ]


@pytest.mark.parametrize(("off", "on", "without", "tokens"), flipped())
def test_h9_every_flag_is_read(off: Programme, on: Programme, without: int, tokens: int) -> None:
    """H9: A rule book that says otherwise awards otherwise; each condition's flag is flipped in
    tests/unit/commands/earning/test_campaigning.py.
    """
    for programme, expected in ((off, without), (on, tokens)):
        open_ = Shop(programme)
        open_.do(join())
        assert open_.do(deliver("o1", 1_000)).tokens == expected


def test_h4_what_is_returned_was_never_earned() -> None:
    """H4: Buying and returning again and again leaves nothing, and wears a budget out at most."""
    open_ = shop(campaign("c", Bonus(50), budget=Budget(120)))
    for number in range(4):
        open_.do(deliver(f"o{number}", 100))
        open_.do(give_back(f"o{number}"))
    assert open_.balance().available == 0
    assert open_.used("campaign/c", "budget") == 120
    assert list(check_journal(open_.entries())) == []
