"""What a price book is made of: grades, deductions, additions and ages.

1. A share is at most the whole, and a deduction that is a share is one of the book value.
2. Months are counted from one day to the same day of a later month, or to the last of a shorter
   one.
"""

import enum

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate

MONTHS_MAX = 1200
"""The oldest age that is asked about, in months: a hundred years."""


class Base(enum.StrEnum):
    """From which figure of a model a price is reckoned."""

    BOOK = "book"
    """What the price book states for it."""
    LAUNCH = "launch"
    """The price at which it was launched."""


class AgeFrom(enum.StrEnum):
    """From which day a device's age is counted."""

    PURCHASE = "purchase"
    LAUNCH = "launch"


class MonthCount(enum.StrEnum):
    """How months are counted."""

    BEGUN = "begun"
    """Those that have begun: the fourth month begins when three are complete."""
    COMPLETED = "completed"
    """Those that are complete."""


@attrs.frozen(order=False)
class Grade:
    """A grade of a device's condition.

    Attributes:
        grade_id: Names it.
        share: Which part of the price at its age such a device is worth.

    Raises:
        Misuse: A part is of another kind, or the share is more than the whole.
    """

    grade_id: str
    share: Rate

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        _check_name("a grade", self.grade_id)
        _check_share(f"grade {self.grade_id!r}", self.share)


@attrs.frozen(order=False)
class Defect:
    """A defect that answers can name.

    Attributes:
        defect_id: Names it.
        grade_id: The best grade that a device with it can have; empty for any.
        deduction: What is taken off: so much money, or a part of the book value.

    Raises:
        Misuse: A part is of another kind, or more than the whole is taken off.
    """

    defect_id: str
    grade_id: str
    deduction: Money | Rate

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        _check_name("a defect", self.defect_id)
        name = f"defect {self.defect_id!r}"
        if type(self.grade_id) is not str:
            raise Misuse(f"{name} allows a grade, not {self.grade_id!r:.60}")
        if type(self.deduction) is not Money:
            _check_share(name, self.deduction)


@attrs.frozen(order=False)
class Addition:
    """What comes with a device, such as its box.

    Attributes:
        addition_id: Names it.
        amount: What it adds.

    Raises:
        Misuse: A part is of another kind.
    """

    addition_id: str
    amount: Money

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        _check_name("an addition", self.addition_id)
        if type(self.amount) is not Money:
            raise Misuse(f"addition {self.addition_id!r} is money, not {self.amount!r:.60}")


@attrs.frozen(order=False)
class AgeBand:
    """What devices of some ages are worth.

    Attributes:
        from_months: The youngest age, in months as the price book counts them.
        through_months: The oldest.
        share: Which part of the book value such a device is worth.

    Raises:
        Misuse: A part is of another kind, the share is more than the whole, or no age is in it.
    """

    from_months: int
    through_months: int
    share: Rate

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        for months in (self.from_months, self.through_months):
            if type(months) is not int or not 0 <= months <= MONTHS_MAX:
                raise Misuse(f"an age is 0 to {MONTHS_MAX} months, not {months!r:.60}")
        if self.from_months > self.through_months:
            raise Misuse(f"no age is from {self.from_months} through {self.through_months} months")
        _check_share(f"the age from {self.from_months} months", self.share)


def _check_name(what: str, name: object) -> None:
    """Check a name."""
    if type(name) is not str or not name:
        raise Misuse(f"{what} is named by a text, not {name!r:.60}")


def _check_share(what: str, share: object) -> None:
    """Check a share: at most the whole."""
    if type(share) is not Rate:
        raise Misuse(f"{what} has a share that is a rate, not {share!r:.60}")
    if share.numerator > share.denominator:
        raise Misuse(
            f"{what} has a share of at most the whole, not {share.numerator} of {share.denominator}"
        )
