"""Values as plain text, and their digests."""

import enum
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import attrs
import pytest

from mi_rewards._canonical import LATER, LOCAL, canonical, digest
from mi_rewards.calendar import NEVER, UTC, Zone
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rounding


class Weight(enum.Enum):
    """An enum of numbers."""

    HEAVY = 10


@attrs.frozen(order=False)
class Parcel:
    """Something with parts, one of which does not count."""

    name: str
    weight: Weight
    label: str = attrs.field(default="", eq=False)
    price: int = attrs.field(init=False, default=5)


@attrs.frozen(order=False)
class Crate:
    """Something that got more parts later."""

    name: str
    lid: str = attrs.field(default="", metadata=LATER)
    lock: tuple[str, ...] = attrs.field(default=(), metadata=LATER)


@pytest.mark.parametrize(
    ("crate", "plain"),
    [
        (Crate("c"), ("Crate", "c")),
        (Crate("c", "oak"), ("Crate", "c", ("lid", "oak"))),
        (Crate("c", lock=("a",)), ("Crate", "c", ("lock", ("a",)))),
        (Crate("c", "oak", ("a",)), ("Crate", "c", ("lid", "oak"), ("lock", ("a",)))),
    ],
)
def test_a_part_that_came_later_counts_where_it_is_stated(crate: Crate, plain: object) -> None:
    """By its name, so that digests of before stay, and no two values share one."""
    assert canonical(crate) == plain


@attrs.frozen(order=False)
class Appointment:
    """Something at a local time."""

    at: datetime = attrs.field(metadata=LOCAL)


@pytest.mark.parametrize("plain", ["", "text", 0, -5, 2**70, True, False, None])
def test_what_is_plain_already_stays(plain: object) -> None:
    """Texts, whole numbers, truth values and nothing."""
    assert canonical(plain) is plain


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Money(100, "INR"), ("Money", 100, "INR")),
        (Rounding.HALF_EVEN, "half_even"),
        (Weight.HEAVY, 10),
        (datetime(2017, 6, 15, 12, tzinfo=UTC), "2017-06-15T12:00:00Z"),
        (
            datetime(2017, 6, 15, 12, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "2017-06-15T06:30:00Z",
        ),
        (date(2017, 6, 15), "2017-06-15"),
        (NEVER, "never"),
        (time(12), "12:00:00"),
        (time(12, 30, 0, 5), "12:30:00.000005"),
        (Appointment(datetime(2017, 6, 15, 12)), ("Appointment", "2017-06-15T12:00:00")),
        (
            Appointment(datetime(2017, 6, 15, 12, 0, 1, 5)),
            ("Appointment", "2017-06-15T12:00:01.000005"),
        ),
        ((), ()),
        ((1, ("a", Money(0, "JPY"))), (1, ("a", ("Money", 0, "JPY")))),
        (Zone("Asia/Kolkata"), ("Zone", "Asia/Kolkata")),
        (Parcel("box", Weight.HEAVY, "fragile"), ("Parcel", "box", 10)),
    ],
)
def test_values_are_reduced_to_plain_ones(value: object, plain: object) -> None:
    """By class and by what makes them equal; instants in UTC, members of enums by value."""
    assert canonical(value) == plain


@pytest.mark.parametrize("value", [1.5, [1], {"a": 1}, {1}, b"a", object, (1, 2.0), timedelta(1)])
def test_anything_else_has_no_canonical_form(value: Any) -> None:
    """Fractions and whatever can change."""
    with pytest.raises(Misuse, match="has no canonical form"):
        canonical(value)


def test_a_naive_instant_has_no_canonical_form() -> None:
    """It names no instant."""
    with pytest.raises(Misuse, match="an instant needs an offset"):
        canonical(datetime(2017, 6, 15, 12))


def test_a_digest_is_the_same_wherever_it_is_taken() -> None:
    """Of so many bytes, two digits each, and of text beyond ASCII too."""
    assert digest(("a", 1, None, True, ("ö",)), size=8) == "e82e3a156e4f20c1"
    assert digest("a", size=16) == "b444837d02102b0f7bc7574403529e4d"


def test_what_differs_has_another_digest() -> None:
    """Kinds and nesting count."""
    values = [1, "1", True, None, "None", (1,), ((1,),), (1, 1), ("1",), ""]
    assert len({digest(value, size=8) for value in values}) == len(values)
