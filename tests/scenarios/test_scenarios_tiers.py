"""Public bug reports about tiers, each by its number, through the commands of a shop."""

from typing import Any

import attrs
import pytest

from mi_rewards.programme import Programme
from mi_rewards.tiers import CalendarYear, Changes, Cycle, Ladder, Landing, Metric, Tier
from tests.shop import Shop, bring, burn, deliver, give_back, ist, join, line, rules
from tests.wallets import day

LADDER = Ladder(
    (
        Tier("silver", "Silver", 1_000_00),
        Tier("gold", "Gold", 5_000_00),
        Tier("platinum", "Platinum", 20_000_00),
    ),
    Metric.SPEND,
    CalendarYear(),
    landing=Landing.EARNED,
)
"""Rs 1,000, 5,000 and 20,000 a year."""

BOOK = rules(ladder=LADDER)


def shop(**changes: Any) -> Shop:
    """Open a shop whose ladder has some other settings, and let asha join."""
    made = Shop(with_ladder(**changes))
    made.do(join(at=ist("2017-06-15")))
    return made


def with_ladder(**changes: Any) -> Programme:
    """The rule book with some other settings of its ladder."""
    return rules(ladder=attrs.evolve(LADDER, **changes))


def held(mi: Shop, on: str) -> str:
    """The tier that asha holds on a day."""
    return mi.rewards.progress("asha", at=ist(on)).held


@pytest.mark.parametrize(
    ("rupees", "tier"),
    [
        ("999.99", ""),
        (1_000, "silver"),
        ("4999.99", "silver"),
        (5_000, "gold"),
        ("5000.01", "gold"),
        (20_000, "platinum"),
    ],
)
def test_E1_the_first_order_reaches_the_tier_that_it_earns(rupees: int | str, tier: str) -> None:
    """E1: the first invoice gave the wrong tier; here it is the highest whose threshold is met."""
    mi = shop()
    mi.do(deliver("o1", rupees, at=ist("2017-07-01")))
    assert held(mi, "2017-07-01") == tier


def test_E3_redeeming_raises_nobody() -> None:
    """E3: redemption rows were counted as spending; here only what was bought counts."""
    mi = shop()
    mi.all(
        deliver("o1", "999.99", at=ist("2017-07-01")),
        bring(9_000, at=ist("2017-07-01")),
        burn(9_000, at=ist("2017-07-02")),
    )
    found = mi.rewards.progress("asha", at=ist("2017-07-03"))
    assert (found.held, found.value) == ("", 999_99)


def test_H4_a_tier_cannot_be_farmed_with_what_is_returned() -> None:
    """H4: claw-backs were never subtracted; here what comes back no longer counts."""
    mi = shop()
    for number in range(5):
        at = ist(f"2017-07-0{number + 1}")
        mi.all(deliver(f"o{number}", 999, at=at), give_back(f"o{number}", at=at))
    found = mi.rewards.progress("asha", at=ist("2017-07-31"))
    assert (found.held, found.value) == ("", 0)


def test_a_tier_of_a_returned_order_falls_when_its_year_is_over() -> None:
    """Row 18 of the open cases: what counts falls at once, the tier at the review."""
    mi = shop()
    mi.all(
        deliver("o1", 5_000, at=ist("2017-07-01")),
        give_back("o1", at=ist("2017-07-05")),
    )
    assert mi.rewards.progress("asha", at=ist("2017-07-05")).value == 0
    assert [held(mi, on) for on in ("2017-12-31", "2018-01-01 00:00")] == ["gold", ""]


@pytest.mark.parametrize(
    ("changes", "on", "tiers"),
    [
        ({"downgrades": Changes.AT_ONCE}, "2017-07-05", ("gold", "")),
        ({"upgrades": Changes.AT_REVIEW}, "2017-07-01", ("gold", "")),
        ({"landing": Landing.SOFT}, "2018-01-01", ("", "silver")),
        ({"grace_days": 10}, "2018-01-10", ("", "gold")),
        ({"window": Cycle(day("2017-07-03"), 1)}, "2017-07-04", ("gold", "gold")),
        ({"window": Cycle(day("2017-07-03"), 1)}, "2017-08-04", ("gold", "")),
        ({"excluded_categories": ("phone",)}, "2017-07-01", ("gold", "")),
        ({"metric": Metric.ORDERS}, "2017-07-01", ("gold", "")),
    ],
)
def test_H9_every_setting_of_a_ladder_is_read(
    changes: dict[str, Any], on: str, tiers: tuple[str, str]
) -> None:
    """H9: a flag that nothing read; here each setting, turned, changes a tier that is held."""
    found = []
    for mi in (shop(), shop(**changes)):
        order = deliver("o1", at=ist("2017-07-01"), lines=(line("1", 5_000, category="phone"),))
        mi.all(order, give_back("o1", 4_500, at=ist("2017-07-05")))
        found.append(held(mi, on))
    assert tuple(found) == tiers


def test_H9_a_notice_is_given_where_the_ladder_asks_for_one() -> None:
    """Turned on, a sweep gives notice before the tier falls."""
    for notice_days in (0, 14):
        mi = shop(notice_days=notice_days)
        mi.do(deliver("o1", 5_000, at=ist("2017-07-01")))
        count = mi.rewards.review_due(ist("2018-12-31"))
        assert count == (1 if notice_days else 0)
        assert (mi.events()[-1].topic == "downgrade_coming") is bool(notice_days)
