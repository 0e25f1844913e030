"""The tiers of a rule book."""

from datetime import date

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.tiers import (
    Anniversary,
    CalendarYear,
    Changes,
    ClassMultiplier,
    Cycle,
    Ladder,
    Landing,
    Lifetime,
    Metric,
    Privileges,
    QualifyingWindow,
    RollingDays,
    Tier,
)
from mi_rewards.wallet.other_expiry import RollingMonths
from tests.shop import SMALL, rules

FULL = Ladder(
    (
        Tier("silver", "Silver", 0),
        Tier(
            "gold",
            "Gold",
            1_000_050,
            Privileges(
                express_delivery=True,
                early_access_hours=2,
                exclusive_products=("mi-robot",),
                multipliers=(ClassMultiplier("accessories", 3, 2), ClassMultiplier("", 2)),
                validity=RollingMonths(36),
                birthday_gift=100,
                upgrade_reward=50,
                others=("souvenir",),
            ),
        ),
    ),
    Metric.SPEND,
    CalendarYear(),
    Changes.AT_ONCE,
    Changes.AT_REVIEW,
    Landing.SOFT,
    30,
    14,
    ("shipping",),
)
WRITTEN = """
[tiers]
metric = "spend"
window = { kind = "calendar_year" }
upgrades = "at_once"
downgrades = "at_review"
landing = "soft"
grace_days = 30
notice_days = 14
excluded_categories = ["shipping"]

[[tiers.ladder]]
id = "silver"
title = "Silver"
threshold = "INR 0.00"

[[tiers.ladder]]
id = "gold"
title = "Gold"
threshold = "INR 10000.50"
express_delivery = true
early_access_hours = 2
exclusive_products = ["mi-robot"]
multipliers = [{ category = "accessories", numerator = 3, denominator = 2 }, \
{ numerator = 2, denominator = 1 }]
validity = { policy = "rolling_months", months = 36, to_month_end = false }
birthday_gift = 100
upgrade_reward = 50
others = ["souvenir"]
"""
SHORT = """
[tiers]
metric = "orders"
window = { kind = "anniversary" }

[[tiers.ladder]]
id = "regular"
title = "Regular"
threshold = 5
"""


def read(text: str) -> Programme:
    """Read the small rule book with tiers."""
    return from_toml(to_toml(SMALL) + text)


def test_a_ladder_is_written_as_it_stands() -> None:
    """And read back equal; it counts in the digest."""
    programme = rules(ladder=FULL)
    assert to_toml(programme) == to_toml(SMALL) + WRITTEN
    assert read(WRITTEN) == programme
    assert programme.digest != SMALL.digest
    assert SMALL.ladder is None


def test_what_is_left_out_is_as_usual() -> None:
    """Up at once, down at reviews to what was earned; no grace, no notice, no privileges."""
    expected = Ladder((Tier("regular", "Regular", 5),), Metric.ORDERS, Anniversary())
    assert read(SHORT).ladder == expected
    assert from_toml(to_toml(read(SHORT))) == read(SHORT)


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ('kind = "lifetime"', Lifetime()),
        ('kind = "rolling_days", days = 90', RollingDays(90)),
        ('kind = "calendar_year"', CalendarYear()),
        ('kind = "anniversary"', Anniversary()),
        ('kind = "cycle", from_on = 2018-04-01, months = 6', Cycle(date(2018, 4, 1), 6)),
    ],
)
def test_each_window_is_read_and_written(written: str, window: QualifyingWindow) -> None:
    """In a row of its own."""
    text = SHORT.replace('kind = "anniversary"', written)
    text = text.replace('"orders"', '"orders"\ndowngrades = "at_once"')
    ladder = read(text).ladder
    assert ladder is not None
    assert ladder.window == window
    assert f"window = {{ {written} }}" in to_toml(rules(ladder=ladder))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "threshold = 5",
            "",
            "for regular; it is .* each tier, a whole number, in orders",
        ),
        ("threshold = 5", 'threshold = "5"', "tiers.ladder.regular.threshold must be a whole"),
        ("threshold = 5", "threshold = -1", "tiers.ladder.regular: a threshold must be"),
        ("threshold = 5", "threshold = 5\nx = 1", "tiers.ladder.regular has the unknown key 'x'"),
        ("threshold = 5", "threshold = 5\nbirthday_gift = -1", "regular: birthday_gift must be"),
        ('title = "Regular"', "", "tiers.ladder.regular must have 'title'"),
        ('id = "regular"', "", "tiers.ladder number 1 must have 'id'"),
        ('metric = "orders"', "", "tiers must have 'metric'"),
        ('"orders"', '"visits"', "tiers.metric must be one of spend, orders, points"),
        ('window = { kind = "anniversary" }', "", "tiers must have 'window'"),
        ('"anniversary"', '"week"', "tiers.window.kind must be one of lifetime, rolling_days"),
        ('"anniversary"', '"lifetime"', "tiers: a lifetime is never over"),
        ('"anniversary"', '"rolling_days", days = 0', "tiers.window: a rolling window's days"),
        ('"orders"', '"orders"\nlanding = "hard"', "tiers.landing must be one of soft, earned"),
        ('"orders"', '"orders"\ngrace_days = 365', "tiers: grace_days must be fewer than the 365"),
        ('"orders"', '"orders"\nsteps = 1', "tiers has the unknown key 'steps'"),
        ('"orders"', '"points"', "the programme has none"),
        ('"orders"', '"spend"', "tiers.ladder.regular.threshold must be a text"),
    ],
)
def test_a_message_names_the_key(old: str, new: str, message: str) -> None:
    """Unknown, missing, of the wrong kind, or impossible."""
    with pytest.raises(Misuse, match=message):
        read(SHORT.replace(old, new))


def test_thresholds_of_spending_are_in_the_programmes_money() -> None:
    """Each tier that lacks one is named, with its form."""
    with pytest.raises(Misuse, match=r"tiers\.ladder\.gold\.threshold must be in INR"):
        read(WRITTEN.replace('"INR 10000.50"', '"USD 10000.50"'))
    without = WRITTEN.replace('threshold = "INR 0.00"\n', "").replace(
        'threshold = "INR 10000.50"\n', ""
    )
    with pytest.raises(Misuse, match=r'for silver, gold; .* for each tier, such as "INR 1000.00"$'):
        read(without)


def test_thresholds_that_do_not_rise_are_written_in_their_metric() -> None:
    """Money where it is spending that counts, else a whole number."""
    for written, shown in (('"INR 10000.50"', "INR 0.00"), ('"INR 0.00"', "INR 10000.50")):
        equal = WRITTEN.replace(written, f'"{shown}"')
        said = f"^tiers: thresholds rise: 'gold' has {shown}, after 'silver' with {shown}$"
        with pytest.raises(Misuse, match=said):
            read(equal)
    more = '[[tiers.ladder]]\nid = "more"\ntitle = "More"\nthreshold = 4\n'
    with pytest.raises(Misuse, match=r"^tiers: thresholds rise: 'more' has 4, after 'regular'"):
        read(SHORT + more)


def test_a_tier_that_is_there_twice_is_named_once() -> None:
    """Whatever its threshold is."""
    with pytest.raises(Misuse, match=r"^tiers: the tier 'silver' is there twice$"):
        read(WRITTEN.replace('id = "gold"', 'id = "silver"'))
