"""The terms of status points, and what an order earned of them."""

import re
from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.earning import EarnRate, PointsTerms, Recipe
from mi_rewards.earning.awards import Award, Earned
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rounding
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.wallet import EndOfYear, NoExpiry
from tests.shop import SMALL, T, inr, rules

ONE_PERCENT = EarnRate(1, inr(100))
POINTS = PointsTerms("vip", ONE_PERCENT, NoExpiry(), ("shipping",))
RECIPE = Recipe("points", 1, inr(100), Rounding.DOWN, ("shipping",), "book")
WRITTEN = """
[points]
kind = "vip"
rate = { tokens = 1, per = "INR 100.00", rounding = "down" }
expiry = { policy = "never" }
excluded_categories = ["shipping"]
"""


def test_the_recipe_names_its_rule_and_the_rule_book() -> None:
    """As purchases record it."""
    assert POINTS.recipe("book") == RECIPE


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": ""}, "a kind of token is a text, not ''"),
        ({"kind": 5}, "a kind of token is a text, not 5"),
        ({"rate": 5}, "points are earned at an EarnRate, not 5"),
        ({"excluded_categories": "ship"}, "excluded_categories must be a tuple of texts"),
        ({"excluded_categories": (5,)}, "excluded_categories must be a tuple of texts"),
    ],
)
def test_terms_that_cannot_be_are_refused(given: dict[str, Any], message: str) -> None:
    """Each part by itself."""
    with pytest.raises(Misuse, match="^" + re.escape(message)):
        PointsTerms(**{"kind": "vip", "rate": ONE_PERCENT, "expiry": NoExpiry(), **given})


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (5, "a programme's points are PointsTerms, not 5"),
        (PointsTerms("tokens", ONE_PERCENT, NoExpiry()), "another kind than 'tokens'"),
        (
            PointsTerms("vip", EarnRate(1, Money(100, "JPY")), NoExpiry()),
            "points are earned per JPY 100, not in INR",
        ),
    ],
)
def test_points_are_of_their_programme(points: Any, message: str) -> None:
    """Of a kind of their own, for the same money."""
    with pytest.raises(Misuse, match=message):
        rules(points=points)


def test_points_are_written_as_they_stand() -> None:
    """And read back equal; a rule book without them says nothing of them."""
    programme = rules(points=POINTS)
    assert to_toml(programme) == to_toml(SMALL) + WRITTEN
    assert from_toml(to_toml(programme)) == programme
    other = rules(points=PointsTerms("vip", ONE_PERCENT, EndOfYear(2)))
    assert from_toml(to_toml(other)) == other
    assert "points" not in to_toml(SMALL)


def test_a_mistake_in_them_is_named() -> None:
    """By its key."""
    with pytest.raises(Misuse, match=r"^points.rate must have 'per'"):
        from_toml(to_toml(SMALL) + WRITTEN.replace(', per = "INR 100.00"', ""))
    with pytest.raises(Misuse, match=r"^points has the unknown key 'more'"):
        from_toml(to_toml(SMALL) + WRITTEN + "more = 1\n")


def test_points_end_with_the_programme() -> None:
    """Its last day caps every last valid day."""
    assert rules(points=POINTS).points_last_day(T) == NEVER
    ending = rules(points=POINTS, sunset_on=SMALL.last_day(T))
    assert ending.points_last_day(T) == SMALL.last_day(T)
    with pytest.raises(Misuse, match=r"no points"):
        SMALL.points_last_day(T)


def test_the_newest_award_is_given_back_first() -> None:
    """As for tokens, and never more than there is."""
    earned = Earned(RECIPE).awarding(Award(5, NEVER, T)).awarding(Award(3, NEVER, T))
    assert (Earned(RECIPE).awarded, earned.awarded) == (0, 8)
    left, parts = earned.giving_back(4)
    assert parts == ((earned.awards[1], 3), (earned.awards[0], 1))
    assert left == Earned(RECIPE, (Award(5, NEVER, T, None, 1), Award(3, NEVER, T, None, 3)))
    assert left.awarded == 4
    for wrong in (-1, 5):
        with pytest.raises(Misuse, match=rf"^{wrong} of the 4 tokens awarded cannot be given back"):
            left.giving_back(wrong)
    assert left.giving_back(0) == (left, ())
