"""Published examples of accounting and reserving, each with its source, as they came out there.

Where a source counts in whole units of its currency, a currency without minor units stands in.
"""

from datetime import date
from fractions import Fraction

import pytest

from mi_rewards.modelling import (
    Deferral,
    Table,
    TierMigration,
    TokenValue,
    UltimateRate,
    additive,
    allocate,
    bornhuetter_ferguson,
    breakage_of_redemption,
    chain_ladder,
    development_table,
    link_ratios,
    selling_price_of_option,
    selling_price_of_tokens,
)
from mi_rewards.money import Money
from tests.triangles import as_redemptions, as_triangle, chainladder, raa

pytestmark = pytest.mark.filterwarnings(
    "ignore:The 'generic' unit for NumPy timedelta:DeprecationWarning"
)
"""What chainladder adds to its own days, NumPy 2.5 and later warn of."""


def units(amount: int) -> Money:
    """State an amount of a currency without minor units."""
    return Money(amount, "JPY")


ONE = TokenValue(Fraction(1), "JPY")
PLENTY = dict.fromkeys(range(1981, 1991), 10**9)
PREMIUMS = {year: 30_000 + 1_000 * (year - 1981) for year in range(1981, 1991)}


def test_w1_points_of_illustrative_example_52() -> None:
    """W1: 91,324 and 8,676; then 4,110 with 4,566 left, and 3,493 with 1,073 left.

    Source: IFRS 15, Illustrative Example 52; ASC 606-10-55-353 to 55-356.
    """
    points = selling_price_of_tokens(
        10_000, face_value=ONE, rate=UltimateRate(Fraction(9_500, 10_000))
    )
    assert points == units(9_500)
    parts = allocate(units(100_000), {"goods": units(100_000), "points": points})
    assert parts == {"goods": units(91_324), "points": units(8_676)}

    first = Deferral(parts["points"], tokens=10_000, expected=9_500).recognising(
        redeemed_total=4_500, expected_total=9_500
    )
    assert (first.revenue, first.after.liability) == (4_110, units(4_566))
    second = first.after.recognising(redeemed_total=8_500, expected_total=9_700)
    assert (second.revenue, second.after.liability) == (3_493, units(1_073))


@pytest.mark.parametrize(("expected", "revenue"), [(9_900, 3_552), (9_200, 4_140)])
def test_w2_points_of_the_revenue_handbook(expected: int, revenue: int) -> None:
    """W2: 4,175 in year 2; in year 3, 3,552 where more are expected and 4,140 where fewer are.

    Source: KPMG, Revenue handbook (2019), Examples 10A and 10B.
    """
    year_2 = Deferral(units(9_000), tokens=10_000, expected=9_700).recognising(
        redeemed_total=4_500, expected_total=9_700
    )
    assert year_2.revenue == 4_175
    year_3 = year_2.after.recognising(redeemed_total=8_500, expected_total=expected)
    assert year_3.revenue == revenue


def test_w3_points_of_a_grocery_retailer() -> None:
    """W3: 6,480,000 and 720,000; then 360,000, 288,000 and 72,000, and nothing is left.

    Source: a published case of a grocery retailer; the years are worked out from its inputs.
    """
    points = selling_price_of_tokens(
        10_000,
        face_value=TokenValue(Fraction(100), "JPY"),
        rate=UltimateRate(Fraction(8_000, 10_000)),
    )
    parts = allocate(units(7_200_000), {"goods": units(7_200_000), "points": points})
    assert parts == {"goods": units(6_480_000), "points": units(720_000)}

    deferral, revenues = Deferral(parts["points"], tokens=10_000, expected=8_000), []
    for redeemed, expected in [(4_000, 8_000), (8_100, 9_000), (9_000, 9_000)]:
        step = deferral.recognising(redeemed_total=redeemed, expected_total=expected)
        revenues.append(step.revenue)
        deferral = step.after
    assert revenues == [360_000, 288_000, 72_000]
    assert deferral.liability == units(0)


def test_w5_breakage_of_gift_cards() -> None:
    """W5: of cards used to 80 per cent, a redemption of 50.00 brings 12.50 of breakage.

    Source: CLAconnect on gift cards.
    """
    redeemed = Money.of("50.00", "USD")
    assert breakage_of_redemption(redeemed, never_used=Fraction(20, 100)) == Money.of(
        "12.50", "USD"
    )


def test_w6_an_option_with_a_likelihood() -> None:
    """W6: (200 - 50) times 80 per cent is 120.

    Source: ifrscommunity on customer options.
    """
    price = selling_price_of_option(
        units(200), without_option=units(50), likelihood=Fraction(80, 100)
    )
    assert price == units(120)


def test_w7_a_markov_step_of_tiers() -> None:
    """W7: from .6, .3 and .1 to .43, .33 and .24.

    Source: the inputs of a published Markov step; the result is worked out from them.
    """
    shares = [[0.5, 0.3, 0.2], [0.4, 0.4, 0.2], [0.1, 0.3, 0.6]]
    migration = TierMigration(("basic", "silver", "gold"), shares)
    assert migration.step([0.6, 0.3, 0.1]) == pytest.approx([0.43, 0.33, 0.24])


def test_w8_our_long_table_given_to_chainladder() -> None:
    """W8: IBNR 52,135.228, ultimate 213,122.228 and a first factor of 2.999359.

    Source: the package chainladder on the RAA triangle that comes with it.
    """
    triangle = as_triangle(as_redemptions(raa(), PLENTY))
    model = chainladder().Chainladder().fit(triangle)
    assert float(model.ibnr_.sum()) == pytest.approx(52_135.228, abs=0.0005)
    assert float(model.ultimate_.sum()) == pytest.approx(213_122.228, abs=0.0005)
    assert float(model.ldf_.values[0, 0, 0, 0]) == pytest.approx(2.999359, abs=0.0000005)


def test_w8_the_long_table_and_back() -> None:
    """A triangle made of the long table is the one that the table was made of."""
    triangle = raa()
    assert (
        as_triangle(as_redemptions(triangle, PLENTY)).values.tolist()[0][0][0]
        == (triangle.values.tolist()[0][0][0])
    )
    again = as_redemptions(as_triangle(as_redemptions(triangle, PLENTY)), PLENTY)
    assert again == as_redemptions(triangle, PLENTY)
    assert development_table(again).names == ("origin", "development", "value")


def test_our_factors_and_chain_ladder_are_the_packages() -> None:
    """The few factors that are kept for Bornhuetter and Ferguson are those of W8."""
    table = as_redemptions(raa(), PLENTY)
    assert link_ratios(table)["factor"][0] == pytest.approx(2.999359, abs=0.0000005)
    assert sum(chain_ladder(table)["ultimate"]) == pytest.approx(213_122.228, abs=0.0005)


def _weighted(table: Table) -> tuple[object, object]:
    """Make a triangle, and the premiums as the package wants them."""
    triangle = as_triangle(table)
    weights = triangle.latest_diagonal.copy()
    figures = weights.values.copy()
    figures[0, 0, :, 0] = list(PREMIUMS.values())
    weights.values = figures
    return triangle, weights


def test_bornhuetter_ferguson_is_the_packages() -> None:
    """The ultimate of each origin, at an a-priori share of 60 per cent, is that of chainladder."""
    table = as_redemptions(raa(), PREMIUMS)
    triangle, weights = _weighted(table)
    model = chainladder().BornhuetterFerguson(apriori=0.6).fit(triangle, sample_weight=weights)
    ours = bornhuetter_ferguson(table, UltimateRate(Fraction(6, 10)))
    assert ours["ultimate"] == pytest.approx(model.ultimate_.values[0, 0, :, 0].tolist())


def test_the_additive_method_is_the_packages() -> None:
    """The ultimate of each origin is that of chainladder's incremental additive method."""
    table = as_redemptions(raa(), PREMIUMS)
    triangle, weights = _weighted(table)
    model = chainladder().IncrementalAdditive().fit(triangle, sample_weight=weights)
    expected = model.incremental_.values[0, 0].sum(axis=1).tolist()
    assert additive(table)["ultimate"] == pytest.approx(expected)
    assert additive(table)["origin"][0] == date(1981, 1, 1)


def test_the_classic_error() -> None:
    """Of 5,500 outstanding 5,000 are still to come: 90.9 per cent, and not the URR of 95.

    Source: docs/explanation/liability.md, "Two rates".
    """
    urr = UltimateRate(Fraction(95, 100))
    orr = urr.outstanding_rate(tokens=10_000, redeemed=4_500)
    assert orr.expected_remaining(5_500) == 5_000
    assert round(100 * orr.share, 1) == Fraction(909, 10)
