"""What a purchase earns by a recipe with parts: awarded, expected and kept."""

from datetime import timedelta

import pytest

from mi_rewards.earning import (
    Line,
    Purchase,
    Recipe,
    RecipePart,
    Selection,
    awarded_by,
    expected_by,
    kept_by,
)
from mi_rewards.earning.reckoning import (
    added,
    awarded_shares,
    expected_shares,
    kept_shares,
    kept_value,
)
from mi_rewards.money import Money
from tests.campaigns import BASE, NOON, inr, order

ORDER = order(
    Line("p", inr(700), 1, "phones"),
    Line("a", inr(300), 3, "accessories", product="band"),
    Line("s", inr(50), 1, "shipping"),
)
DOUBLE = RecipePart("double", 10, 10_000, lines=Selection(("accessories",)))
BONUS = RecipePart("bonus", 25, None, min_minor=50_000)
BOTH = BASE.with_parts((BONUS, DOUBLE))
LATER = NOON + timedelta(hours=1)


def test_a_recipe_without_parts_gives_what_its_rate_gives() -> None:
    """As before there were campaigns."""
    delivered = ORDER.delivering(NOON)
    assert awarded_by(BASE, delivered) == expected_by(BASE, ORDER) == kept_by(BASE, ORDER) == 100
    for shares in (
        awarded_shares(BASE, delivered),
        expected_shares(BASE, ORDER),
        kept_shares(BASE, ORDER),
    ):
        assert shares == ()


def test_parts_add_to_what_the_rate_gives() -> None:
    """Ten per hundred, as much again for accessories, and a bonus from five hundred rupees on."""
    assert expected_shares(BOTH, ORDER) == (("bonus", 25), ("double", 30))
    assert expected_by(BOTH, ORDER) == 155
    assert awarded_by(BOTH, ORDER) == 0
    assert added((("a", 3), ("b", -1))) == 2


def test_what_is_not_delivered_yet_is_not_awarded_yet() -> None:
    """Line by line, by the instant where it is asked for."""
    part = ORDER.delivering(NOON, ("a",))
    whole = part.delivering(LATER)
    assert (awarded_by(BOTH, part), awarded_by(BOTH, whole)) == (60, 155)
    assert awarded_by(BOTH, whole, through=NOON) == 60
    assert awarded_by(BOTH, whole, through=LATER) == 155
    assert awarded_by(BOTH, whole, through=NOON - timedelta(seconds=1)) == 0


def test_what_came_back_by_units_is_of_its_line() -> None:
    """A band of three: a third of what accessories earned."""
    back = ORDER.delivering(NOON).returning(quantities=(("a", 1),))
    assert awarded_shares(BOTH, back) == (("bonus", 25), ("double", 20))
    assert awarded_by(BOTH, back) == kept_by(BOTH, back) == 135
    assert expected_by(BOTH, back) == 155


@pytest.mark.parametrize(
    ("rupees", "shares"),
    [
        (0, (25, 30)),
        (499, (25, 15)),
        (500, (25, 15)),
        (501, (0, 14)),
        (999, (0, 0)),
        (1_000, (0, 0)),
        (1_050, (0, 0)),
    ],
)
def test_what_came_back_by_value_is_of_all_lines_in_proportion(
    rupees: int, shares: tuple[int, int]
) -> None:
    """Nobody knows which goods those were; the bonus stays while its minimum is kept."""
    delivered = ORDER.delivering(NOON)
    back = delivered.returning(value=inr(rupees)) if rupees else delivered
    assert tuple(tokens for _, tokens in awarded_shares(BOTH, back)) == shares


def test_what_is_left_of_a_parts_lines_is_rounded_down() -> None:
    """A third of a paisa is none."""
    lines = (Line("a", Money(100, "INR"), 1, "a"), Line("b", Money(200, "INR"), 1, "b"))
    purchase = order(*lines).delivering(NOON).returning(value=Money(1, "INR"))
    assert kept_value(purchase, (), Selection(("a",))) == 99
    assert kept_value(purchase, (), Selection(("b",))) == 199
    assert kept_value(purchase, (), Selection()) == 299


@pytest.mark.parametrize(("back", "left"), [(0, 2), (1, 1), (2, 0)])
def test_the_last_minor_unit_counts(back: int, left: int) -> None:
    """Of a line of two paise."""
    purchase = order(Line("a", Money(2, "INR"))).delivering(NOON)
    returned = purchase.returning(value=Money(back, "INR"))
    assert kept_value(returned, (), Selection()) == left


def test_what_is_gone_without_is_not_kept() -> None:
    """Undelivered units that were refunded earn nothing when the rest comes."""
    fewer = ORDER.forgoing((("a", 2),))
    assert (expected_by(BOTH, fewer), kept_by(BOTH, fewer)) == (155, 115)


@pytest.mark.parametrize(
    ("purchase", "tokens"),
    [
        (ORDER.delivering(NOON), 250),
        (ORDER.delivering(NOON, ("a",)), 75),
        (ORDER.delivering(NOON).returning(value=inr(500)), 125),
    ],
)
def test_a_base_rate_stands_in_place_of_the_programmes(purchase: Purchase, tokens: int) -> None:
    """Of what counts for that: shipping is left out."""
    part = RecipePart("plus", 25, 10_000, is_base=True)
    assert awarded_by(BASE.with_parts((part,)), purchase) == tokens


def test_a_part_is_of_lines_that_count() -> None:
    """A part for shipping, which the programme excludes, is for nothing."""
    part = RecipePart("free", 10, 100, lines=Selection(("shipping",)))
    assert expected_by(BASE.with_parts((part,)), ORDER) == 100
    all_excluded = order(Line("s", inr(50), 1, "shipping"))
    assert expected_by(BASE.with_parts((part,)), all_excluded) == 0


def test_a_recipe_that_says_no_has_no_parts() -> None:
    """Nothing of campaigns is left where a rule says no."""
    refusing = BOTH.saying_no("order_cap_reached")
    assert (refusing.parts, expected_by(refusing, ORDER)) == ((), 0)
    assert BOTH.with_parts(()) == BASE
    assert BOTH != BASE
    assert isinstance(BOTH, Recipe)
