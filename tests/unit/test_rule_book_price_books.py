"""The price books of a rule book, and the one that comes with the library."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given

from mi_rewards import bundled
from mi_rewards.errors import Misuse
from mi_rewards.money import Rate
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.trade_in import (
    NO_QUESTIONS,
    AgeFrom,
    AgeNotEligible,
    Base,
    MonthCount,
    PriceBook,
    PurchaseDayMissing,
)
from tests.phones import a_book, a_device, a_model, books, inr, priced
from tests.shop import SMALL, rules

BARE = a_book(
    book_id="plain",
    questionnaire=NO_QUESTIONS,
    grades=(),
    defects=(),
    additions=(),
    ages=(),
    month_count=MonthCount.BEGUN,
    floor=inr("0"),
    ceiling=None,
)
FULL = (a_book(), attrs.evolve(BARE, age_from=AgeFrom.LAUNCH, base=Base.LAUNCH))
WRITTEN = """
[[price_books]]
id = "partner"
edition = 1
base = "book"
age_from = "purchase"
month_count = "completed"
floor = "INR 300.00"
ceiling = "INR 9000.00"
rounding_to = "INR 10.00"
rounding = "down"
ages = [{ from_months = 0, through_months = 12, share = { part = 1, of = 1 } }, \
{ from_months = 13, through_months = 24, share = { part = 70, of = 100 } }, \
{ from_months = 25, through_months = 48, share = { part = 40, of = 100 } }]
grades = [{ id = "A", share = { part = 1, of = 1 } }, \
{ id = "B", share = { part = 80, of = 100 } }, { id = "C", share = { part = 50, of = 100 } }]

[[price_books.questions]]
id = "power"
title = "Does it power on?"
answers = [{ id = "yes", title = "Yes" }, \
{ id = "no", title = "No", rejects = "does_not_power_on" }]

[[price_books.questions]]
id = "screen"
title = "What is its screen like?"
answers = [{ id = "clean", title = "No scratches" }, \
{ id = "scratched", title = "Scratches", defect = "screen_scratched" }, \
{ id = "cracked", title = "Cracks", defect = "screen_cracked" }]

[[price_books.questions]]
id = "battery"
title = "How is its battery?"
answers = [{ id = "good", title = "Lasts a day" }, \
{ id = "weak", title = "Does not", defect = "battery_weak" }]

[[price_books.questions]]
id = "box"
title = "What comes with it?"
answers = [{ id = "box_and_bill", title = "Its box and the bill", adds = "box_and_bill" }, \
{ id = "box", title = "Its box", adds = "box" }, { id = "nothing", title = "Nothing" }]

[[price_books.defects]]
id = "screen_scratched"
grade = "B"
deduction = "INR 100.00"

[[price_books.defects]]
id = "screen_cracked"
grade = "C"
deduction = "INR 800.00"

[[price_books.defects]]
id = "battery_weak"
deduction = { part = 5, of = 100 }

[[price_books.additions]]
id = "box_and_bill"
amount = "INR 350.00"

[[price_books.additions]]
id = "box"
amount = "INR 150.00"

[[price_books]]
id = "plain"
edition = 1
base = "launch"
age_from = "launch"
month_count = "begun"
floor = "INR 0.00"
rounding_to = "INR 10.00"
rounding = "down"
"""
LEAST = """
[[price_books]]
id = "plain"
edition = 1
base = "book"
floor = "INR 0.00"
rounding_to = "INR 10.00"
rounding = "down"
"""
AGED = LEAST + "ages = [{ from_months = 0, through_months = 3, share = { part = 1, of = 2 } }]\n"
COUNTED = AGED + 'age_from = "purchase"\nmonth_count = "begun"\n'


def book(text: str) -> Programme:
    """Read `SMALL` with something more."""
    return from_toml(to_toml(SMALL) + text)


def test_price_books_are_written_and_read() -> None:
    """Every key, in one order."""
    assert to_toml(rules(price_books=FULL)) == to_toml(SMALL) + WRITTEN
    assert book(WRITTEN).price_books == FULL


@given(books())
def test_every_price_book_writes_itself_back(made: PriceBook) -> None:
    """Of any shape, with the same digest."""
    (again,) = book(to_toml(rules(price_books=(made,)))[len(to_toml(SMALL)) :]).price_books
    assert (again, again.digest) == (made, made.digest)


def test_what_is_not_said_is_not_there() -> None:
    """Nothing is asked, graded or taken off, and age does not count."""
    assert book(LEAST).price_books == (BARE,)


def test_a_rule_book_without_price_books_is_as_it_was() -> None:
    """It has the digest that it had before there were any."""
    assert "price_books" not in to_toml(SMALL)
    assert rules(price_books=()).digest == SMALL.digest
    assert rules(price_books=FULL[1:]).digest != SMALL.digest


def test_how_age_is_counted_is_stated_where_it_counts() -> None:
    """Nothing is assumed then."""
    (of,) = book(COUNTED).price_books
    assert (of.age_from, of.month_count) == (AgeFrom.PURCHASE, MonthCount.BEGUN)
    with pytest.raises(Misuse, match=r"price_books\.plain must have 'age_from'"):
        book(AGED)
    with pytest.raises(Misuse, match=r"price_books\.plain must have 'month_count'"):
        book(AGED + 'age_from = "purchase"')


QUESTION = """
[[price_books.questions]]
id = "q"
title = "?"
answers = [{ id = "a", title = "A" }, { id = "b", title = "B", defect = "d" }]
"""
DEFECT = """
[[price_books.defects]]
id = "d"
deduction = "INR 1.00"
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LEAST.replace('id = "plain"', ""), "id"),
        (LEAST.replace("edition = 1", ""), r"price_books\.plain must have 'edition'"),
        (LEAST.replace("edition = 1", "edition = 0"), r"price_books\.plain: an edition is 1"),
        (LEAST.replace('"book"', '"retail"'), r"price_books\.plain\.base"),
        (LEAST.replace('"down"', '"away"'), r"price_books\.plain\.rounding"),
        (LEAST.replace("INR 0.00", "0"), r"price_books\.plain\.floor"),
        (LEAST.replace("INR 0.00", "INR 5.00"), r"price_books\.plain: floor: INR 5.00 is no whole"),
        (
            LEAST.replace("INR", "USD"),
            r"price_books\.plain: rounding_to: USD 10.00 is in a price book in INR",
        ),
        (LEAST + 'ceiling = "all"', r"price_books\.plain\.ceiling"),
        (LEAST + 'age_from = "birth"', r"price_books\.plain\.age_from"),
        (LEAST + 'month_count = "half"', r"price_books\.plain\.month_count"),
        (LEAST + "more = 1", r"price_books\.plain has the unknown key 'more'"),
        (LEAST + LEAST, "two price books are named 'plain'"),
        (COUNTED.replace("of = 2", 'of = 2, rounding = "up"'), "unknown key 'rounding'"),
        (COUNTED.replace("part = 1", "part = 3"), r"ages number 1: the age from 0 months"),
        (COUNTED.replace("from_months = 0", "from_months = 4"), "no age is from 4 through 3"),
        (LEAST + "grades = [{ id = 1, share = { part = 1, of = 2 } }]", "grades number 1.id"),
        (LEAST + 'grades = [{ id = "A" }]', "grades number 1 must have 'share'"),
        (LEAST + QUESTION, "the defect 'd', which the price book does not state"),
        (LEAST + QUESTION + QUESTION, r"price_books\.plain\.questions: of questions, 'q'"),
        (LEAST + QUESTION.replace("defect", "does"), "answers number 2 has the unknown key"),
        (LEAST + QUESTION.replace('"b"', '"a"'), "questions number 1: of the answers of"),
        (LEAST + QUESTION + DEFECT.replace("INR 1.00", "1 %"), "defects number 1.deduction"),
        (LEAST + QUESTION + DEFECT + 'grade = "A"', "allows the unknown grade 'A'"),
        (LEAST + DEFECT, "states the defect 'd', which no answer says"),
        (LEAST + '[[price_books.additions]]\nid = "a"\namount = 1', "additions number 1.amount"),
    ],
)
def test_a_wrong_rule_book_is_not_read(text: str, message: str) -> None:
    """The message names the price book and the key."""
    with pytest.raises(Misuse, match=message):
        book(text)


# as published

UPGRADE = bundled.programme("mi-smart-upgrade")
(PUBLISHED,) = UPGRADE.price_books
BOUGHT = date(2020, 11, 5)
REDMI = a_model(
    book_id="smart-upgrade",
    model_id="redmi-9-prime",
    variant="",
    book_minor=None,
    launch_minor=9_999_00,
    launched_on=date(2020, 8, 4),
)


def worth(day: date, **changes: Any) -> int:
    """Price a Redmi 9 Prime of Rs 9,999 that was bought on the first day of the plan."""
    device = a_device(model_id="redmi-9-prime", variant="", purchased_on=BOUGHT)
    at = datetime(day.year, day.month, day.day, 6, 30, tzinfo=UTC)
    return priced(PUBLISHED, {}, REDMI, attrs.evolve(device, **changes), at=at, on=day).minor


def test_shares_are_those_that_were_published() -> None:
    """Of the launch price, from the purchase, without questions."""
    assert [(it.from_months, it.through_months, it.share) for it in PUBLISHED.ages] == [
        (4, 6, Rate(70, 100)),
        (7, 9, Rate(60, 100)),
        (10, 12, Rate(50, 100)),
        (13, 15, Rate(40, 100)),
    ]
    assert (PUBLISHED.base, PUBLISHED.age_from) == (Base.LAUNCH, AgeFrom.PURCHASE)
    assert (PUBLISHED.questionnaire, PUBLISHED.floor, PUBLISHED.ceiling) == (
        NO_QUESTIONS,
        inr("0"),
        None,
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 2, 5), 6_999_00),
        (date(2021, 5, 4), 6_999_00),
        (date(2021, 5, 5), 5_999_00),
        (date(2021, 8, 4), 5_999_00),
        (date(2021, 8, 5), 4_999_00),
        (date(2021, 11, 4), 4_999_00),
        (date(2021, 11, 5), 3_999_00),
        (date(2022, 2, 4), 3_999_00),
    ],
)
def test_a_phone_is_bought_back_by_its_age(day: date, expected: int) -> None:
    """On the first and the last day of each share; whole rupees, rounded down."""
    assert worth(day) == expected


@pytest.mark.parametrize(("day", "months"), [(date(2021, 2, 4), 3), (date(2022, 2, 5), 16)])
def test_before_the_fourth_month_and_after_the_fifteenth_it_is_refused(
    day: date, months: int
) -> None:
    """The fourth begins when three are complete."""
    with pytest.raises(AgeNotEligible) as no:
        worth(day)
    assert no.value.figures == {"months": months, "from_months": 4, "through_months": 15}


def test_the_day_of_the_purchase_is_wanted() -> None:
    """The day of the launch is no substitute."""
    with pytest.raises(PurchaseDayMissing):
        worth(BOUGHT + timedelta(days=100), purchased_on=None)


def test_the_published_rule_book_writes_itself_back() -> None:
    """Equal, with the same digest."""
    again = from_toml(to_toml(UPGRADE))
    assert (again, again.digest) == (UPGRADE, UPGRADE.digest)
