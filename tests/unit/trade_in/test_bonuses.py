"""Bonuses: what they are, and when they are given."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in import Bonus
from tests.phones import inr

FROM = datetime(2021, 6, 1, tzinfo=UTC)
UNTIL = datetime(2021, 7, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
JUNE = Bonus("june", inr("500"), FROM, UNTIL, ("Xiaomi", "Samsung"), ("redmi-note-4",))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bonus_id": ""}, "a bonus's id is a text"),
        ({"bonus_id": 1}, "a bonus's id is a text"),
        ({"amount": 500}, "is money or a rate"),
        ({"amount": Money(0, "INR")}, "adds nothing"),
        ({"amount": Rate(0, 1)}, "adds nothing"),
        ({"until_at": FROM}, "ends before it begins"),
        ({"from_at": datetime(2021, 6, 1)}, "offset"),
        ({"until_at": datetime(2021, 7, 1)}, "offset"),
        ({"brands": ["Xiaomi"]}, "a tuple of texts"),
        ({"models": ("",)}, "a tuple of texts"),
    ],
)
def test_a_bonus_is_checked(changes: dict[str, Any], message: str) -> None:
    """The message names what is wrong."""
    with pytest.raises(Misuse, match=message):
        attrs.evolve(JUNE, **changes)


def test_the_least_bonuses_are_made() -> None:
    """A paisa, a thousandth, a second."""
    assert Bonus("least", Money(1, "INR"), FROM, FROM + SECOND).amount == Money(1, "INR")
    assert Bonus("least", Rate(1, 1000)).amount == Rate(1, 1000)


def test_its_instants_are_in_utc() -> None:
    """Whatever the offset that they were given with."""
    india = timezone(timedelta(hours=5, minutes=30))
    assert Bonus("b", inr("1"), datetime(2021, 6, 1, 5, 30, tzinfo=india)) == Bonus(
        "b", inr("1"), FROM
    )


@pytest.mark.parametrize(
    ("at", "is_given"),
    [
        (FROM - SECOND, False),
        (FROM, True),
        (UNTIL - SECOND, True),
        (UNTIL, False),
    ],
)
def test_it_is_given_from_its_first_instant_until_its_end(at: datetime, is_given: bool) -> None:
    """The end is no longer inside."""
    assert JUNE.applies(brand="Xiaomi", model_id="redmi-note-4", at=at) is is_given


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)])
def test_without_a_beginning_and_an_end_it_is_always_given(at: datetime) -> None:
    """To every device where it names none."""
    assert Bonus("always", inr("1")).applies(brand="B", model_id="m", at=at)


@pytest.mark.parametrize(
    ("brand", "model_id", "is_given"),
    [
        ("Samsung", "redmi-note-4", True),
        ("SAMSUNG", "redmi-note-4", True),
        ("xiaomi", "redmi-note-4", True),
        ("Samsung", "Redmi-Note-4", False),
        ("Sony", "redmi-note-4", False),
        ("Xiaomi", "redmi-note-5", False),
    ],
)
def test_it_is_for_the_brands_and_models_that_it_names(
    brand: str, model_id: str, is_given: bool
) -> None:
    """For both together where it names both."""
    assert JUNE.applies(brand=brand, model_id=model_id, at=FROM) is is_given
