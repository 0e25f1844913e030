"""What a price book is made of."""

from collections.abc import Callable
from itertools import count

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import Rate
from mi_rewards.trade_in import Addition, AgeBand, Defect, Grade
from tests.phones import inr

WHOLE = Rate(1, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Grade("", WHOLE), "a grade is named by a text"),
        (lambda: Grade(1, WHOLE), "a grade is named by a text"),  # type: ignore[arg-type]
        (lambda: Grade("A", 1), "grade 'A' has a share that is a rate"),  # type: ignore[arg-type]
        (lambda: Grade("A", Rate(101, 100)), "at most the whole, not 101 of 100"),
        (lambda: Defect("", "A", WHOLE), "a defect is named by a text"),
        (lambda: Defect("d", None, WHOLE), "allows a grade"),  # type: ignore[arg-type]
        (lambda: Defect("d", "A", 1), "has a share that is a rate"),  # type: ignore[arg-type]
        (lambda: Defect("d", "A", Rate(3, 2)), "at most the whole, not 3 of 2"),
        (lambda: Addition("", inr("1")), "an addition is named by a text"),
        (lambda: Addition("box", WHOLE), "addition 'box' is money"),  # type: ignore[arg-type]
        (lambda: AgeBand(-1, 3, WHOLE), "an age is 0 to 1200 months, not -1"),
        (lambda: AgeBand(0, 1201, WHOLE), "an age is 0 to 1200 months, not 1201"),
        (lambda: AgeBand(0, 1.0, WHOLE), "an age is 0 to 1200 months"),  # type: ignore[arg-type]
        (lambda: AgeBand(4, 3, WHOLE), "no age is from 4 through 3 months"),
        (lambda: AgeBand(0, 3, Rate(2, 1)), "the age from 0 months has a share"),
    ],
    ids=count(),
)
def test_a_part_is_checked_when_it_is_made(make: Callable[[], object], message: str) -> None:
    """The message names what is wrong."""
    with pytest.raises(Misuse, match=message):
        make()


def test_parts_at_their_limits_are_made() -> None:
    """The whole, nothing, and a single month."""
    assert Grade("A", WHOLE).share == WHOLE
    assert Grade("Z", Rate(0, 1)).share == Rate(0, 1)
    assert Defect("d", "", inr("0")).deduction == inr("0")
    assert Defect("d", "", WHOLE).deduction == WHOLE
    assert AgeBand(4, 4, WHOLE).through_months == 4
    assert AgeBand(0, 1200, WHOLE).through_months == 1200
