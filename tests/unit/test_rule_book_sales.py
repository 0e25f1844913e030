"""The sale calendars of a rule book."""

from datetime import datetime, time

import attrs
import pytest

from mi_rewards.calendar import Zone
from mi_rewards.errors import Misuse
from mi_rewards.preorders import OneOff, SaleCalendar, WeeklySale
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.tiers import Changes, Ladder, Lifetime, Metric, Tier
from tests.shop import SMALL, rules
from tests.wallets import KOLKATA, day

LADDER = Ladder(
    (Tier("silver", "Silver", 0), Tier("gold lady", "Gold", 10)),
    Metric.ORDERS,
    Lifetime(),
    downgrades=Changes.AT_ONCE,
)
CLUB = rules(ladder=LADDER)
FRIDAY = SaleCalendar(
    "friday",
    KOLKATA,
    (
        WeeklySale(4, time(12), day("2017-03-31"), day("2018-03-30"), 60),
        WeeklySale(0, time(0, 0, 0, 500_000), day("2017-06-01")),
    ),
    (OneOff(datetime(2017, 6, 1, 10), datetime(2017, 6, 1, 12, 0, 30)),),
    (day("2017-04-14"), day("2017-12-29")),
    (("silver", 2), ("gold lady", 24)),
)
WRITTEN = """
[[sales]]
id = "friday"
weekly = [{ on = "friday", at = 12:00:00, from_on = 2017-03-31, through_on = 2018-03-30, \
minutes = 60 }, { on = "monday", at = 00:00:00.500000, from_on = 2017-06-01 }]
extra = [{ from = 2017-06-01T10:00:00, until = 2017-06-01T12:00:30 }]
closed_on = [2017-04-14, 2017-12-29]
early_access_hours = { silver = 2, "gold lady" = 24 }
"""


def read(text: str, programme: Programme = CLUB) -> Programme:
    """Read the small rule book with tiers and sales."""
    return from_toml(to_toml(programme) + text)


def test_a_calendar_is_written_as_it_stands() -> None:
    """And read back equal, beside another one."""
    small = SaleCalendar("small", KOLKATA, (WeeklySale(6, time(9), day("2017-06-01")),))
    programme = rules(CLUB, sales=(FRIDAY, small))
    written = to_toml(programme)
    assert WRITTEN in written
    assert from_toml(written) == programme
    assert from_toml(written).digest == programme.digest
    assert read(WRITTEN) == rules(CLUB, sales=(FRIDAY,))


def test_a_rule_book_without_sales_says_nothing_of_them() -> None:
    """Left out is none; a calendar may state no opening yet."""
    assert "sales" not in to_toml(SMALL)
    assert read("").sales == ()
    assert read('[[sales]]\nid = "later"\n').sales == (SaleCalendar("later", KOLKATA),)
    assert to_toml(rules(sales=(SaleCalendar("later", KOLKATA),))).endswith(
        '\n[[sales]]\nid = "later"\n'
    )


@pytest.mark.parametrize(
    ("weekday", "name"),
    list(enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))),
)
def test_a_weekday_is_read_and_written_by_its_name(weekday: int, name: str) -> None:
    """Each of the seven."""
    weekly = (WeeklySale(weekday, time(9, 30), day("2017-06-01")),)
    programme = rules(sales=(SaleCalendar("week", KOLKATA, weekly),))
    assert f'{{ on = "{name}", at = 09:30:00, from_on = 2017-06-01 }}' in to_toml(programme)
    assert from_toml(to_toml(programme)) == programme


def test_sales_are_in_the_programmes_zone() -> None:
    """The same text is other instants elsewhere."""
    berlin = attrs.evolve(CLUB, zone=Zone("Europe/Berlin"))
    assert read(WRITTEN, berlin).sales == (attrs.evolve(FRIDAY, zone=Zone("Europe/Berlin")),)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"friday"\nweekly', '""\nweekly', "sales.: a sale's id is a text, not ''"),
        ('id = "friday"', "id = 5", "sales number 1.id must be a text, not 5"),
        ("weekly", "daily", "sales.friday has the unknown key 'daily'"),
        (
            '"monday"',
            '"Monday"',
            "sales.friday.weekly number 2.on must be one of monday, tuesday, wednesday, thursday,",
        ),
        (
            "at = 12:00:00",
            'at = "12:00"',
            "sales.friday.weekly number 1.at must be a time such as 12:00:00, not '12:00'",
        ),
        ("at = 12:00:00, ", "", "sales.friday.weekly number 1 must have 'at'"),
        (
            "from_on = 2017-06-01",
            "from_on = 2017-06-01T00:00:00",
            "sales.friday.weekly number 2.from_on must be a day such as 2017-06-15",
        ),
        (
            "2018-03-30",
            "2017-03-30",
            "sales.friday.weekly number 1: a sale from 2017-03-31 cannot end with 2017-03-30",
        ),
        (
            "minutes = 60",
            "minutes = 0",
            "sales.friday.weekly number 1: a weekly sale's minutes must be a whole number, 1 to",
        ),
        ("minutes", "hours", "sales.friday.weekly number 1 has the unknown key 'hours'"),
        (
            "from = 2017-06-01T10:00:00",
            "from = 2017-06-01T10:00:00+05:30",
            "sales.friday.extra number 1.from must be a local time such as 2017-06-01T10:00:00,",
        ),
        (
            "until = 2017-06-01T12:00:30",
            "until = 2017-06-01",
            "sales.friday.extra number 1.until must be a local time such as 2017-06-01T10:00:00,",
        ),
        (
            "until = 2017-06-01T12:00:30",
            "until = 2017-06-01T10:00:00",
            "sales.friday.extra number 1: a one-off opening begins before it ends",
        ),
        (
            "[2017-04-14, 2017-12-29]",
            "2017-04-14",
            "sales.friday.closed_on must be a list of days such as 2017-06-15, not 2017-04-14",
        ),
        (
            "2017-12-29]",
            "2017-12-29T00:00:00]",
            "sales.friday.closed_on must be a list of days such as 2017-06-15, not [",
        ),
        (
            "2017-12-29]",
            "2017-04-14]",
            "sales.friday: a sale's closed_on names 2017-04-14 twice",
        ),
        ("silver = 2", 'silver = "2"', "sales.friday.early_access_hours.silver must be a whole"),
        (
            "silver = 2",
            "silver = -1",
            "sales.friday: the early access of 'silver', in hours, must be a whole number",
        ),
        (
            "silver",
            "bronze",
            "the rule book: sale 'friday' is for the tier 'bronze', which is unknown",
        ),
        ("[[sales]]", "[sales]", "sales must be a list of tables: write [[sales]], not [sales]"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    """One clear message with its place."""
    assert old in WRITTEN
    with pytest.raises(Misuse) as fault:
        read(WRITTEN.replace(old, new))
    assert str(fault.value).startswith(message)
    assert read(WRITTEN).sales == (FRIDAY,)


@pytest.mark.parametrize(
    ("sales", "message"),
    [
        ([FRIDAY], "a programme's sales are a tuple of SaleCalendar, not"),
        ((FRIDAY, "friday"), "a programme's sales are a tuple of SaleCalendar, not"),
        ((FRIDAY, SaleCalendar("friday", KOLKATA)), "two sales are named 'friday'"),
        (
            (SaleCalendar("friday", Zone("Asia/Dhaka")),),
            "sale 'friday' is in Asia/Dhaka, the programme in Asia/Kolkata",
        ),
    ],
)
def test_sales_that_are_not_the_programmes_are_a_misuse(sales: object, message: str) -> None:
    """Calendars of other names, of its zone and for its tiers."""
    with pytest.raises(Misuse, match=message):
        rules(CLUB, sales=sales)


def test_without_a_ladder_the_tiers_are_the_hosts() -> None:
    """They are named as the host will name them."""
    assert rules(sales=(FRIDAY,)).sales[0].early_hours("silver") == 2
