"""Conditions of campaigns, each just below, at and just above what it asks for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mi_rewards.calendar import Window, Zone
from mi_rewards.earning import Conditions, Facts, Line, MembersDay
from mi_rewards.earning.conditions import Failure, month_and_day
from mi_rewards.errors import Misuse
from tests.campaigns import NOON, facts, inr, order

TICK = timedelta(microseconds=1)
BEGUN = datetime(2017, 6, 14, 18, 30, tzinfo=UTC)
"""The first instant of 15 June 2017 in Kolkata."""
OVER = BEGUN + timedelta(days=1)


def failed(about: Facts | None = None, **stated: Any) -> Failure | None:
    """Hold conditions against an order."""
    return Conditions(**stated).failure(facts() if about is None else about)


def test_empty_conditions_ask_for_nothing() -> None:
    """G8: Nothing stated is no limit."""
    assert failed() is None
    assert Conditions().min_minor == 0
    assert not Conditions().selects_lines


# when


@pytest.mark.parametrize(("at", "holds"), [(NOON - TICK, False), (NOON, True), (NOON + TICK, True)])
def test_a_window_begins_with_its_first_instant(at: datetime, holds: bool) -> None:
    """F2: Half-open: the beginning belongs to it."""
    no = failed(facts(at=at), window=Window(NOON, None))
    assert (no is None) is holds
    if no is not None:
        assert no == Failure("not_begun", "2017-06-15T06:29:59.999999Z", "2017-06-15T06:30:00Z")


@pytest.mark.parametrize(
    ("at", "holds"), [(NOON - TICK, True), (NOON, False), (NOON + TICK, False)]
)
def test_a_window_ends_before_its_last_instant(at: datetime, holds: bool) -> None:
    """F2: The end does not belong to it."""
    no = failed(facts(at=at), window=Window(None, NOON))
    assert (no is None) is holds
    if at == NOON:
        assert no == Failure("over", "2017-06-15T06:30:00Z", "2017-06-15T06:30:00Z")


@pytest.mark.parametrize(
    ("at", "code"),
    [(BEGUN - TICK, "not_begun"), (BEGUN, ""), (OVER - TICK, ""), (OVER, "over")],
)
def test_days_begin_and_end_in_the_programmes_zone(at: datetime, code: str) -> None:
    """I19: All of 15 June in Kolkata, which ends while it is still the 15th in UTC."""
    on = date(2017, 6, 15)
    no = failed(facts(at=at), from_on=on, through_on=on)
    assert ("" if no is None else no.code) == code
    if no is not None:
        assert no.wanted == "2017-06-15"
        assert no.actual == ("2017-06-14" if code == "not_begun" else "2017-06-16")


def test_a_day_without_midnight_begins_when_it_does() -> None:
    """I19: In Cairo, 24 April 2026 begins at one o'clock."""
    cairo, first = Zone("Africa/Cairo"), datetime(2026, 4, 23, 22, tzinfo=UTC)
    for at, holds in ((first - TICK, False), (first, True)):
        about = Facts(order(), at, cairo)
        assert (failed(about, from_on=date(2026, 4, 24)) is None) is holds


# where and how


@pytest.mark.parametrize(
    ("name", "code", "met", "missed"),
    [
        ("channels", "wrong_channel", order(channel="web"), order(channel="shop")),
        ("platforms", "wrong_platform", order(platform="web"), order(platform="app")),
        ("payment_modes", "wrong_payment_mode", order(mode="web"), order(mode="cash")),
    ],
)
def test_an_order_is_one_of_those_listed(name: str, code: str, met: Any, missed: Any) -> None:
    """E2: Channel, platform and payment mode; none at all is none of them."""
    assert failed(facts(met), **{name: ("store", "web")}) is None
    actual = {"shop", "app", "cash"}
    no = failed(facts(missed), **{name: ("store", "web")})
    assert no is not None
    assert (no.code, no.wanted) == (code, "store, web")
    assert no.actual in actual
    assert failed(facts(), **{name: ("web",)}) == Failure(code, "", "web")


def test_an_order_without_a_channel_is_of_the_default_one() -> None:
    """As for the base rate."""
    assert failed(facts(default_channel="web"), channels=("web",)) is None
    about = facts(order(channel="shop"), default_channel="web")
    assert failed(about, channels=("web",)) == Failure("wrong_channel", "shop", "web")


@pytest.mark.parametrize(("tier", "holds"), [("gold", True), ("silver", False), ("", False)])
def test_a_member_holds_one_of_the_tiers(tier: str, holds: bool) -> None:
    """E2: The tier below earns nothing more."""
    no = failed(facts(tier=tier), tiers=("gold", "diamond"))
    assert no == (None if holds else Failure("wrong_tier", tier, "gold, diamond"))


@pytest.mark.parametrize(("number", "holds"), [(1, False), (2, True), (3, False)])
def test_an_order_has_the_number_that_is_asked_for(number: int, holds: bool) -> None:
    """Exactly that one."""
    no = failed(facts(order_number=number), order_number=2)
    assert no == (None if holds else Failure("wrong_order_number", number, 2))
    assert (failed(facts(order_number=number), order_number=1) is None) is (number == 1)


# a member's own day


def on(day: date) -> datetime:
    """Find noon in Kolkata of a day."""
    return datetime(day.year, day.month, day.day, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "day", "holds"),
    [
        ("06-15", date(2017, 6, 14), False),
        ("06-15", date(2017, 6, 15), True),
        ("06-15", date(2017, 6, 16), False),
        ("06-15", date(2017, 7, 15), False),
        ("02-29", date(2020, 2, 28), False),
        ("02-29", date(2020, 2, 29), True),
        ("02-29", date(2019, 2, 27), False),
        ("02-29", date(2019, 2, 28), True),
        ("02-29", date(2019, 3, 1), False),
        ("02-28", date(2020, 2, 28), True),
        ("02-28", date(2020, 2, 29), False),
        ("", date(2017, 6, 15), False),
    ],
)
def test_a_birthday_is_once_a_year(born: str, day: date, holds: bool) -> None:
    """I19: Who was born on 29 February has it on the 28th of other years."""
    no = failed(facts(at=on(day), birthday=born), members_day=MembersDay.BIRTHDAY)
    assert (no is None) is holds
    if no is not None:
        assert no == Failure("wrong_day", day.isoformat()[5:], born or "birthday")


@pytest.mark.parametrize(
    ("joined", "day", "holds"),
    [
        (date(2016, 6, 15), date(2017, 6, 14), False),
        (date(2016, 6, 15), date(2017, 6, 15), True),
        (date(2016, 6, 15), date(2017, 6, 16), False),
        (date(2016, 6, 15), date(2018, 6, 15), True),
        (date(2017, 6, 15), date(2017, 6, 15), False),
        (date(2016, 2, 29), date(2017, 2, 28), True),
        (date(2016, 2, 29), date(2020, 2, 28), False),
        (date(2016, 2, 29), date(2020, 2, 29), True),
        (None, date(2017, 6, 15), False),
    ],
)
def test_an_anniversary_is_a_later_year_of_the_day_of_joining(
    joined: date | None, day: date, holds: bool
) -> None:
    """I19: The day of joining itself is none."""
    no = failed(facts(at=on(day), joined_on=joined), members_day=MembersDay.ANNIVERSARY)
    assert (no is None) is holds


def test_a_member_without_an_anniversary_is_told_what_is_missing() -> None:
    """Neither a birthday nor a day of joining is known."""
    no = failed(members_day=MembersDay.ANNIVERSARY)
    assert no == Failure("wrong_day", "06-15", "anniversary")


@pytest.mark.parametrize("wrong", ["02-30", "13-01", "2-3", "0229", "never"])
def test_a_birthday_is_a_day_of_the_year(wrong: str) -> None:
    """Of a leap year, so that all are known."""
    with pytest.raises(Misuse, match=rf"^a birthday is written as MM-DD, not {wrong!r}"):
        month_and_day(wrong)
    with pytest.raises(Misuse, match=r"^a birthday is written as MM-DD"):
        facts(birthday=wrong)


# precedence


def test_the_first_condition_that_fails_is_the_reason() -> None:
    """In this order, whatever else fails."""
    asked: dict[str, Any] = {
        "window": Window(NOON + TICK, NOON + 2 * TICK),
        "channels": ("web",),
        "platforms": ("app",),
        "payment_modes": ("card",),
        "tiers": ("gold",),
        "order_number": 2,
        "members_day": MembersDay.BIRTHDAY,
    }
    codes = []
    while (no := failed(**asked)) is not None:
        codes.append(no.code)
        asked.pop(next(iter(asked)))
    assert codes == [
        "not_begun",
        "wrong_channel",
        "wrong_platform",
        "wrong_payment_mode",
        "wrong_tier",
        "wrong_order_number",
        "wrong_day",
    ]


# what is none


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"window": None}, "a campaign's window is a Window, not None"),
        ({"from_on": NOON}, "the first day must be a date without a time"),
        ({"through_on": "2017-06-15"}, "the last day must be a date without a time"),
        (
            {"from_on": date(2017, 6, 16), "through_on": date(2017, 6, 15)},
            "a span cannot end on 2017-06-15, before it begins on 2017-06-16",
        ),
        ({"products": ["a"]}, "products must be a tuple of names"),
        ({"categories": ("",)}, "categories must be a tuple of names"),
        ({"except_categories": (1,)}, "except_categories must be a tuple of names"),
        ({"channels": ("a", "a")}, "channels names one twice"),
        ({"platforms": "app"}, "platforms must be a tuple of names"),
        ({"payment_modes": None}, "payment_modes must be a tuple of names"),
        ({"tiers": ("a", "b", "a")}, "tiers names one twice"),
        (
            {"categories": ("a",), "except_categories": ("b",)},
            "a campaign is for some categories, or for all but some, not both",
        ),
        ({"order_number": 0}, "order_number is a whole number from 1, not 0"),
        ({"order_number": True}, "order_number is a whole number from 1, not True"),
        ({"members_day": "birthday"}, "a member's day is one of MembersDay's, not 'birthday'"),
        ({"min_amount": 100}, "min_amount is money, not 100"),
    ],
)
def test_what_is_no_condition(stated: dict[str, Any], message: str) -> None:
    """The message says which and why."""
    with pytest.raises(Misuse, match=f"^{message}"):
        Conditions(**stated)


@pytest.mark.parametrize("number", [0, -1, True, 1.0])
def test_an_orders_number_is_from_one(number: Any) -> None:
    """The first order is the first."""
    with pytest.raises(Misuse, match=r"^an order's number is a whole number from 1"):
        facts(order_number=number)


def test_conditions_say_which_lines_they_are_for() -> None:
    """By category, all but some, or by product."""
    for stated in ({"categories": ("a",)}, {"except_categories": ("a",)}, {"products": ("a",)}):
        assert Conditions(**stated).selects_lines  # type: ignore[arg-type]
    assert Conditions(min_amount=inr(5)).min_minor == 500
    assert not Conditions(min_amount=inr(5)).selects_lines


def test_facts_are_of_an_instant_in_utc() -> None:
    """The day is the zone's."""
    about = facts(order(Line("1", inr(1))), at=OVER)
    assert (about.at, about.day) == (OVER, date(2017, 6, 16))
