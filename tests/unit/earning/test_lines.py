"""The lines of an order: what is kept of them, and how they are stated."""

from datetime import datetime
from typing import Any

import pytest

from mi_rewards.calendar import UTC
from mi_rewards.earning import Line
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money

NOON = datetime(2017, 6, 15, 12, tzinfo=UTC)
LATER = datetime(2017, 6, 16, 12, tzinfo=UTC)


def line(minor: int = 10_000, quantity: int = 3) -> Line:
    """Make a line of some units for a hundred rupees."""
    return Line("a", Money(minor, "INR"), quantity, "phones")


def test_a_line_is_one_unit_of_no_category_unless_it_says_otherwise() -> None:
    """Not delivered, and nothing returned."""
    assert Line("a", Money(1, "INR")) == Line("a", Money(1, "INR"), 1, "", None, 0)


def test_a_line_is_delivered_at_an_instant() -> None:
    """All else stays as it was."""
    assert line().delivered(NOON) == Line("a", Money(10_000, "INR"), 3, "phones", NOON, 0)
    assert line().returning(1).delivered(NOON).returned == 1


def test_units_of_a_line_are_returned_one_after_the_other() -> None:
    """They add up, and all else stays as it was."""
    returned = line().delivered(NOON).returning(1).returning(2)
    assert returned == Line("a", Money(10_000, "INR"), 3, "phones", NOON, 3)


@pytest.mark.parametrize(
    ("minor", "quantity", "returned", "kept"),
    [
        (10_000, 3, 0, 10_000),
        (10_000, 3, 1, 6_666),
        (10_000, 3, 2, 3_333),
        (10_000, 3, 3, 0),
        (10_001, 3, 1, 6_667),
        (10_000, 1, 1, 0),
        (1, 2, 1, 0),
        (0, 2, 1, 0),
    ],
)
def test_what_is_kept_of_a_line_is_its_share_by_units(
    minor: int, quantity: int, returned: int, kept: int
) -> None:
    """Rounded down to a minor unit; exact where nothing is returned, or all of it."""
    assert line(minor, quantity).returning(returned).kept_minor == kept


def test_a_line_as_it_is_ordered_is_let_through() -> None:
    """The check answers with the line itself."""
    stated = line()
    assert stated.checked() is stated
    assert Line("a", Money(0, "JPY")).checked().amount.minor == 0
    assert Line("a", Money(0, "JPY"), TOKENS_MAX).checked().quantity == TOKENS_MAX


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Line("a", Money(1, "INR"), 0), "a quantity is a"),
        (Line("a", Money(1, "INR"), -1), "a quantity is a"),
        (Line("a", Money(1, "INR"), True), "a quantity is a"),
        (
            Line("a", Money(1, "INR"), TOKENS_MAX + 1),
            "a quantity is a",
        ),
        (Line("", Money(1, "INR")), "a line's id is a text, not ''"),
    ],
)
def test_a_line_is_stated_with_a_name_and_a_quantity(wrong: Line, message: str) -> None:
    """The message says what was expected."""
    with pytest.raises(Misuse) as caught:
        wrong.checked()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (("a", 100), "an amount is money, not 100"),
        (("a", None), "an amount is money, not None"),
        ((1, Money(1, "INR")), "a line's id is a text, not 1"),
        (("a", Money(1, "INR"), 1.0), "a quantity is a"),
        (("a", Money(1, "INR"), 1, None), "a category is a text, not None"),
        (("a", Money(1, "INR"), 1, "", None, 0, None), "a product is a text, not None"),
        (
            ("a", Money(1, "INR"), 1, "", NOON),
            "line 'a' is stated as ordered, not as delivered or returned",
        ),
        (
            ("a", Money(1, "INR"), 1, "", None, 1),
            "line 'a' is stated as ordered, not as delivered or returned",
        ),
    ],
)
def test_a_line_of_another_kind_is_refused(fields: Any, message: str) -> None:
    """So is one that pretends to have been delivered or returned already."""
    with pytest.raises(Misuse) as caught:
        Line(*fields).checked()
    assert str(caught.value).startswith(message)


def test_delivering_again_moves_the_instant() -> None:
    """A line keeps one instant of delivery, the newest."""
    assert line().delivered(NOON).delivered(LATER).delivered_at == LATER
