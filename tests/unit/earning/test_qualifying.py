"""What of an order counts toward a tier."""

from datetime import timedelta
from typing import Any

import pytest

from mi_rewards.calendar import Zone
from mi_rewards.earning import Line, Purchase
from mi_rewards.earning.qualifying import changed, no_more, qualifying
from mi_rewards.errors import Misuse
from tests.shop import inr, ist, line
from tests.wallets import day

KOLKATA = Zone("Asia/Kolkata")
FIRST, SECOND = ist("2017-07-01"), ist("2017-07-02")
DAY1, DAY2 = day("2017-07-01"), day("2017-07-02")


def two_days() -> Purchase:
    """Make an order of Rs 50 delivered on one day, and Rs 30 and shipping on the next."""
    lines = (line("a", 50), line("b", 30, 3), line("s", 9, 1, "shipping"))
    return Purchase("asha", "o1", lines).delivering(FIRST, ("a",)).delivering(SECOND)


def test_what_is_not_delivered_counts_nothing() -> None:
    """An order placed is none yet."""
    assert qualifying(Purchase("asha", "o1", (line("a", 50),)), (), KOLKATA) == ()


def test_each_line_counts_on_the_day_of_its_delivery() -> None:
    """Days are the programme's, and categories that are excluded count nothing."""
    assert qualifying(two_days(), ("shipping",), KOLKATA) == ((DAY1, 5_000), (DAY2, 3_000))
    assert qualifying(two_days(), (), KOLKATA) == ((DAY1, 5_000), (DAY2, 3_900))
    midnight = KOLKATA.start_of(DAY2)
    late = Purchase("asha", "o1", (line("a", 50),)).delivering(midnight - timedelta(seconds=1))
    assert qualifying(late, (), KOLKATA) == ((DAY1, 5_000),)
    early = Purchase("asha", "o1", (line("a", 50),)).delivering(midnight)
    assert qualifying(early, (), KOLKATA) == ((DAY2, 5_000),)
    assert qualifying(early, (), Zone("UTC")) == ((DAY1, 5_000),)


def test_what_came_back_by_unit_counts_on_its_own_day_no_more() -> None:
    """A third of Rs 30 is Rs 10; a day on which nothing is left is none."""
    order = two_days().returning(quantities=(("b", 1),))
    assert qualifying(order, ("shipping",), KOLKATA) == ((DAY1, 5_000), (DAY2, 2_000))
    order = two_days().returning(quantities=(("a", 1),))
    assert qualifying(order, ("shipping",), KOLKATA) == ((DAY2, 3_000),)


@pytest.mark.parametrize(
    ("rupees", "left"),
    [
        ("29.99", ((DAY1, 5_000), (DAY2, 1))),
        ("30.00", ((DAY1, 5_000),)),
        ("30.01", ((DAY1, 4_999),)),
        ("80.00", ()),
    ],
)
def test_what_came_back_by_value_is_taken_from_the_newest_day_first(
    rupees: str, left: object
) -> None:
    """Nobody knows which goods it was."""
    order = two_days().returning(value=inr(rupees))
    assert qualifying(order, ("shipping",), KOLKATA) == left


def test_what_vouchers_and_tokens_paid_counts_nothing() -> None:
    """Of the units that are kept, rounded down to a minor unit."""
    given = Line("a", inr(50), 3, given_minor=1_000)
    order = Purchase("asha", "o1", (given,)).delivering(FIRST)
    assert qualifying(order, (), KOLKATA) == ((DAY1, 4_000),)
    order = order.returning(quantities=(("a", 1),))
    assert qualifying(order, (), KOLKATA) == ((DAY1, 2_666),)


@pytest.mark.parametrize("given", [-1, 5_001, True])
def test_more_than_a_line_came_to_was_not_given(given: int) -> None:
    """Nothing below zero, nothing above its amount."""
    with pytest.raises(Misuse, match=r"^what was given is a part of the amount"):
        Line("a", inr(50), given_minor=given).checked()
    for possible in (0, 5_000):
        assert Line("a", inr(50), given_minor=possible).checked().given_minor == possible


def test_a_change_is_told_by_day() -> None:
    """Minor units and orders, which count on the first day of which something is left."""
    assert changed((), ()) == {}
    assert changed((), ((DAY1, 5), (DAY2, 7))) == {DAY1: (5, 1), DAY2: (7, 0)}
    assert changed(((DAY1, 5), (DAY2, 7)), ((DAY1, 5), (DAY2, 6))) == {DAY2: (-1, 0)}
    assert changed(((DAY1, 5), (DAY2, 7)), ((DAY2, 7),)) == {DAY1: (-5, -1), DAY2: (0, 1)}
    assert changed(((DAY1, 5),), ()) == {DAY1: (-5, -1)}
    assert changed(((DAY1, 5),), ((DAY1, 5),)) == {}


@pytest.mark.parametrize(
    ("after", "left"),
    [
        (((DAY1, 9_000), (DAY2, 1)), ((DAY1, 5_000), (DAY2, 1))),
        (((DAY1, 1), (DAY2, 9_000)), ((DAY1, 1), (DAY2, 3_000))),
        (((DAY2, 2_000),), ((DAY2, 2_000),)),
        (((DAY1, 0), (DAY2, 2_000)), ((DAY2, 2_000),)),
        ((), ()),
    ],
)
def test_no_more_counts_than_did_before(after: tuple[Any, ...], left: object) -> None:
    """On any day by itself; a day of which nothing is left is none."""
    assert no_more(after, ((DAY1, 5_000), (DAY2, 3_000))) == left
    assert no_more(after, ()) == ()
