"""The ladder: what it must be, and which tier an amount earns."""

from datetime import date
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.tiers import (
    NO_PRIVILEGES,
    CalendarYear,
    Changes,
    ClassMultiplier,
    Cycle,
    Ladder,
    Landing,
    Lifetime,
    Metric,
    Privileges,
    RollingDays,
    Tier,
)
from mi_rewards.wallet.other_expiry import NoExpiry
from tests.ladders import GOLD, LADDER, SILVER


@pytest.mark.parametrize(
    ("value", "tier"),
    [
        (0, ""),
        (99, ""),
        (100, "silver"),
        (101, "silver"),
        (499, "silver"),
        (500, "gold"),
        (10**18, "gold"),
    ],
)
def test_E1_the_tier_earned_is_the_highest_whose_threshold_is_met(value: int, tier: str) -> None:
    """Below a threshold it is not met; at it and above it is, from the first order on."""
    ladder = attrs.evolve(LADDER, tiers=(attrs.evolve(SILVER, threshold=100), GOLD))
    assert ladder.tier_id(ladder.earned(value)) == tier


def test_a_first_tier_with_a_threshold_of_nothing_is_everybodys() -> None:
    """With nothing counted, its members have it."""
    assert LADDER.tier_id(LADDER.earned(0)) == "silver"


def test_tiers_are_found_by_name() -> None:
    """None and an unknown one stand below the lowest, and bring nothing."""
    assert [LADDER.rank(name) for name in ("", "bronze", "silver", "gold")] == [-1, -1, 0, 1]
    assert [LADDER.has(name) for name in ("", "bronze", "gold")] == [True, False, True]
    assert LADDER.privileges("gold") is GOLD.privileges
    assert LADDER.privileges("") is LADDER.privileges("bronze") is NO_PRIVILEGES


def test_multipliers_are_of_a_kind_of_token() -> None:
    """One category may have one for tokens and one for status points."""
    tokens, points = ClassMultiplier("phones", 3, 2), ClassMultiplier("phones", 2, 1, "vip")
    both = Privileges(multipliers=(tokens, points))
    assert both.multipliers_of("") == (tokens,)
    assert both.multipliers_of("vip") == (points,)
    assert both.multipliers_of("other") == ()


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        (ClassMultiplier, {"category": None, "numerator": 1}, "category is a text"),
        (
            ClassMultiplier,
            {"category": "", "numerator": 0},
            "numerator must be a whole",
        ),
        (ClassMultiplier, {"category": "", "numerator": 1, "denominator": 0}, "denominator must"),
        (ClassMultiplier, {"category": "", "numerator": 1, "denominator": 1}, "is more than 1"),
        (ClassMultiplier, {"category": "", "numerator": 2, "denominator": 3}, "is more than 1"),
        (ClassMultiplier, {"category": "", "numerator": 2, "kind": None}, "kind is a text"),
        (ClassMultiplier, {"category": "", "numerator": 2**63}, "1 to 2\\*\\*63 - 1"),
        (Privileges, {"express_delivery": 1}, "express_delivery is true or false"),
        (Privileges, {"early_access_hours": -1}, "early_access_hours must"),
        (Privileges, {"early_access_hours": 8_785}, "0 to 8784"),
        (Privileges, {"birthday_gift": -1}, "birthday_gift must"),
        (Privileges, {"upgrade_reward": True}, "upgrade_reward must"),
        (Privileges, {"exclusive_products": ["a"]}, "exclusive_products must be a tuple of texts"),
        (Privileges, {"others": (1,)}, "others must be a tuple of texts"),
        (Privileges, {"multipliers": ("a",)}, "multipliers must be a tuple of ClassMultiplier"),
        (Privileges, {"multipliers": [ClassMultiplier("a", 2)]}, "multipliers must be a tuple"),
        (
            Privileges,
            {"multipliers": (ClassMultiplier("a", 2),) * 2},
            "the multiplier '/a' is there",
        ),
        (Tier, {"tier_id": "", "title": "Gold", "threshold": 0}, "a tier's id is a text"),
        (Tier, {"tier_id": "gold", "title": "", "threshold": 0}, "a tier's title is a text"),
        (Tier, {"tier_id": "gold", "title": "Gold", "threshold": -1}, "a threshold must"),
        (Tier, {"tier_id": "a", "title": "A", "threshold": 0, "privileges": 1}, "are Privileges"),
    ],
)
def test_a_part_that_cannot_be_is_a_misuse(kind: Any, fields: dict[str, Any], message: str) -> None:
    """The message says what is expected."""
    with pytest.raises(Misuse, match=message):
        kind(**fields)


def test_parts_have_their_smallest_and_largest_figures() -> None:
    """At the limits they can be made."""
    privileges = Privileges(early_access_hours=8_784, validity=NoExpiry(), birthday_gift=2**63 - 1)
    assert privileges.early_access_hours == 8_784
    assert ClassMultiplier("", 3, 2).denominator == 2
    assert attrs.evolve(LADDER, notice_days=366).notice_days == 366


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tiers": ()}, "at least one Tier"),
        ({"tiers": [SILVER]}, "a tuple of at least one Tier"),
        ({"tiers": ("gold",)}, "a tuple of at least one Tier"),
        (
            {"tiers": (SILVER, attrs.evolve(GOLD, tier_id="silver"))},
            "the tier 'silver' is there",
        ),
        ({"tiers": (SILVER, attrs.evolve(GOLD, threshold=0))}, "thresholds rise"),
        ({"tiers": (GOLD, SILVER)}, "thresholds rise: 'silver' has 0, after 'gold' with 500"),
        ({"metric": "spend"}, "metric is one of Metric's"),
        ({"upgrades": "at_once"}, "upgrades is one of Changes's"),
        ({"downgrades": None}, "downgrades is one of Changes's"),
        ({"landing": "soft"}, "landing is one of Landing's"),
        ({"window": 90}, "one of QualifyingWindow's"),
        ({"grace_days": -1}, "grace_days must"),
        ({"notice_days": 367}, "0 to 366"),
        ({"excluded_categories": "shipping"}, "excluded_categories must"),
        (
            {"upgrades": Changes.AT_REVIEW, "downgrades": Changes.AT_ONCE},
            "what rises at reviews falls at reviews",
        ),
        ({"window": Lifetime()}, "a lifetime is never over"),
        (
            {"window": Lifetime(), "upgrades": Changes.AT_REVIEW},
            "a lifetime is never over",
        ),
        (
            {
                "window": Lifetime(),
                "downgrades": Changes.AT_ONCE,
                "landing": Landing.SOFT,
            },
            "a soft landing needs reviews",
        ),
        (
            {"window": RollingDays(90), "downgrades": Changes.AT_ONCE, "grace_days": 1},
            "grace_days need reviews",
        ),
        ({"window": CalendarYear(), "grace_days": 365}, "fewer than the 365 days"),
        ({"window": Cycle(date(2018, 4, 1), 1), "grace_days": 28}, "fewer than the 28 days"),
        ({"window": RollingDays(90), "grace_days": 90}, "fewer than the 90 days"),
    ],
)
def test_a_ladder_that_could_never_work_is_a_misuse(changes: dict[str, Any], message: str) -> None:
    """One part, or two that do not go together."""
    with pytest.raises(Misuse, match=message):
        attrs.evolve(LADDER, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"window": CalendarYear(), "grace_days": 364},
        {"window": Cycle(date(2018, 4, 1), 1), "grace_days": 27},
        {"window": RollingDays(90), "grace_days": 89, "landing": Landing.SOFT},
        {"window": Lifetime(), "downgrades": Changes.AT_ONCE},
        {"window": RollingDays(90), "downgrades": Changes.AT_ONCE},
        {"upgrades": Changes.AT_REVIEW},
        {"downgrades": Changes.AT_ONCE, "landing": Landing.SOFT, "grace_days": 30},
        {"metric": Metric.ORDERS, "excluded_categories": ("shipping",)},
    ],
)
def test_a_ladder_that_works_is_made(changes: dict[str, Any]) -> None:
    """At the limits, and in each way that goes together."""
    ladder: Ladder = attrs.evolve(LADDER, **changes)
    assert {name: getattr(ladder, name) for name in changes} == changes
