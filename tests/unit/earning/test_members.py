"""Members: joining, what waits for it, and places under a cap."""

from datetime import datetime, timedelta

import pytest

from mi_rewards.calendar import UTC
from mi_rewards.earning import Member
from mi_rewards.earning.members import check_birthday
from mi_rewards.errors import Misuse

NOON = datetime(2017, 6, 15, 12, tzinfo=UTC)
INSTANT, HOUR = timedelta(microseconds=1), timedelta(hours=1)


def test_a_new_member_has_not_joined_and_has_nothing() -> None:
    """Nor was it ever stored."""
    assert Member("asha") == Member("asha", None, (), (), 0)


def test_the_calendar_changes_nothing_in_a_member() -> None:
    """It is never due."""
    assert Member("asha", NOON, ("o1",)).due_at is None


def test_orders_wait_in_the_order_in_which_they_were_told() -> None:
    """Each of them once."""
    member = Member("asha", None, (), (("lifetime", 1),), 4)
    waiting = member.with_waiting("o2").with_waiting("o1").with_waiting("o2")
    assert waiting == Member("asha", None, ("o2", "o1"), (("lifetime", 1),), 4)
    assert waiting.with_waiting("o1") is waiting
    assert Member("asha", NOON).with_waiting("o1") == Member("asha", NOON, ("o1",))


def test_joining_leaves_nothing_waiting() -> None:
    """Places that were taken stay taken, and the version is the store's business."""
    member = Member("asha", None, ("o1",), (("lifetime", 1),), 4)
    assert member.joining(NOON) == Member("asha", NOON, (), (("lifetime", 1),), 4)


@pytest.mark.parametrize(
    ("member", "hours", "since"),
    [
        (Member("asha"), 5, NOON + 5 * HOUR),
        (Member("asha", NOON), -1, NOON - HOUR),
        (Member("asha", NOON), 0, None),
        (Member("asha", NOON), 1, None),
        (Member("asha", NOON, first_joined_at=NOON - HOUR), -2, NOON - 2 * HOUR),
        (Member("asha", NOON, first_joined_at=NOON - HOUR), -1, NOON - HOUR),
        (Member("asha", NOON, first_joined_at=NOON - HOUR), 0, NOON - HOUR),
    ],
)
def test_a_member_is_known_since_the_earliest_instant(
    member: Member, hours: int, since: datetime | None
) -> None:
    """It is kept where it is another than that of joining."""
    assert member.known_since(NOON + hours * HOUR) == member._replace(first_joined_at=since)


def test_who_is_known_since_then_is_the_same() -> None:
    """Nothing is made anew."""
    member = Member("asha", NOON)
    assert member.known_since(NOON) is member


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (Member("asha"), (False, False, False)),
        (Member("asha", NOON), (False, True, True)),
        (Member("asha", NOON, left_at=NOON), (False, False, False)),
        (Member("asha", NOON, blocked="fraud"), (False, False, False)),
        (Member("asha", NOON, left_at=NOON, blocked="fraud"), (False, False, False)),
    ],
)
def test_who_has_joined_earns(member: Member, expected: tuple[bool, ...]) -> None:
    """From that instant on: just before, at, and just after; not who has left or is blocked."""
    around = NOON - INSTANT, NOON, NOON + INSTANT
    assert tuple(member.earns_at(at) for at in around) == expected


@pytest.mark.parametrize(
    ("member", "since"),
    [
        (Member("asha", NOON, left_at=NOON + HOUR), NOON),
        (Member("asha", NOON, first_joined_at=NOON - HOUR), NOON - HOUR),
    ],
)
def test_who_joins_again_is_known_since_before(member: Member, since: datetime) -> None:
    """And has not left any more."""
    again = member.joining(NOON + 2 * HOUR)
    assert again == Member("asha", NOON + 2 * HOUR, first_joined_at=since)
    assert again.there_since == since


def test_places_are_counted_by_what_they_count_over() -> None:
    """The pairs stand in the order of their names."""
    member = Member("asha", NOON, ("o1",), (), 4)
    counted = member.counting("2018").counting("2017").counting("2018")
    assert counted == Member("asha", NOON, ("o1",), (("2017", 1), ("2018", 2)), 4)
    assert [counted.count_of(scope) for scope in ("2016", "2017", "2018")] == [0, 1, 2]


def test_storing_raises_the_version_and_nothing_else() -> None:
    """By one."""
    member = Member("asha", NOON, ("o1",), (("2017", 1),), 4)
    assert member.stored() == Member("asha", NOON, ("o1",), (("2017", 1),), 5)


@pytest.mark.parametrize("birthday", ["", "01-01", "01-31", "02-29", "04-30", "12-01", "12-31"])
def test_a_birthday_is_any_day_of_a_leap_year(birthday: str) -> None:
    """Or none."""
    check_birthday(birthday)


@pytest.mark.parametrize(
    "birthday", ["00-01", "13-01", "01-00", "01-32", "02-30", "04-31", "1-1", "2018-01-01", 5, None]
)
def test_what_is_no_birthday(birthday: object) -> None:
    """The message has it."""
    with pytest.raises(Misuse) as fault:
        check_birthday(birthday)  # type: ignore[arg-type]
    assert str(fault.value) == f"a birthday is a month and a day, MM-DD, not {birthday!r}"
