"""Price books: what can be made, grades, ages, digests."""

from datetime import date
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.trade_in import (
    NO_QUESTIONS,
    Addition,
    AgeBand,
    AgeNotEligible,
    Answer,
    Defect,
    Grade,
    MonthCount,
    PriceBook,
    Question,
    Questionnaire,
)
from mi_rewards.trade_in.price_books import check_books
from tests.phones import BEST, WORST, a_book, inr

BOOK = a_book()
BARE = a_book(questionnaire=NO_QUESTIONS, grades=(), defects=(), additions=(), ages=())
DOLLARS = attrs.evolve(
    BARE, currency="USD", floor=Money(0, "USD"), ceiling=None, rounding_to=Money(1, "USD")
)
SCRATCHED, CRACKED, WEAK = BOOK.defects


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"book_id": ""}, "the id of a price book"),
        ({"book_id": 7}, "the id of a price book is a text, not 7"),
        ({"edition": 0}, "an edition is 1 to 999999, not 0"),
        ({"edition": 1_000_000}, "not 1000000"),
        ({"edition": True}, "not True"),
        ({"currency": "XAU"}, "ISO 4217"),
        ({"base": "book"}, "wants one of Base"),
        ({"questionnaire": ()}, "wants one of Questionnaire"),
        ({"age_from": "launch"}, "wants one of AgeFrom"),
        ({"month_count": "begun"}, "wants one of MonthCount"),
        ({"floor": 300_00}, "wants one of Money, not 30000"),
        ({"rounding_to": None}, "wants one of Money, not None"),
        ({"rounding": "down"}, "wants one of Rounding"),
        ({"ceiling": 9000_00}, "a price book's ceiling is money"),
        ({"grades": [Grade("A", Rate(1, 1))]}, "grades are a tuple of Grade"),
        ({"defects": (Grade("A", Rate(1, 1)),)}, "defects are a tuple of Defect"),
        ({"additions": None}, "additions are a tuple of Addition"),
        ({"ages": (1,)}, "ages are a tuple of AgeBand"),
    ],
)
def test_the_kinds_of_its_parts_are_checked(changes: dict[str, Any], message: str) -> None:
    """The message names what is wrong."""
    with pytest.raises(Misuse, match=message):
        a_book(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rounding_to": Money(0, "INR")}, "more than nothing"),
        ({"rounding_to": Money(1000, "USD")}, "rounding_to: USD 10.00 is in a price book in INR"),
        ({"floor": Money(0, "USD")}, "floor: USD 0.00 is in a price book in INR"),
        ({"ceiling": Money(0, "USD")}, "ceiling: USD 0.00 is in a price book in INR"),
        ({"floor": inr("300.01")}, "floor: INR 300.01 is no whole multiple of INR 10.00"),
        ({"ceiling": inr("8999.99")}, "ceiling: INR 8999.99 is no whole multiple"),
        ({"floor": inr("9010")}, "the floor of INR 9010.00 is above the ceiling of INR 9000.00"),
        ({"rounding": Rounding.UP}, "is rounded up, not down"),
        ({"ages": (AgeBand(0, 9, Rate(1, 2, Rounding.UP)),)}, "is rounded down, not up"),
        (
            {"defects": (SCRATCHED, CRACKED, Defect("battery_weak", "", Rate(1, 2, Rounding.UP)))},
            "is rounded down, not up",
        ),
        (
            {"defects": (SCRATCHED, CRACKED, Defect("battery_weak", "", Money(1, "USD")))},
            "defect 'battery_weak': USD 0.01 is in a price book in INR",
        ),
        (
            {"additions": (*BOOK.additions[:1], Addition("box", Money(1, "USD")))},
            "addition 'box': USD 0.01 is in a price book in INR",
        ),
    ],
)
def test_its_figures_go_together(changes: dict[str, Any], message: str) -> None:
    """One currency, one rounding, and limits that rounding keeps."""
    with pytest.raises(Misuse, match=message):
        a_book(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"grades": (*BOOK.grades, BOOK.grades[0])}, "has a grade twice: A, B, C, A"),
        ({"grades": (*BOOK.grades, Grade("D", Rate(501, 1000)))}, "'D' is worth more than 'C'"),
        ({"ages": (*BOOK.ages, AgeBand(48, 50, Rate(1, 9)))}, "from 49, not from 48"),
        ({"ages": (*BOOK.ages, AgeBand(50, 50, Rate(1, 9)))}, "from 49, not from 50"),
        ({"ages": (*BOOK.ages, AgeBand(49, 50, Rate(41, 100)))}, "worth more from 49 months"),
        ({"defects": (SCRATCHED, CRACKED)}, "'battery_weak', which the price book does not"),
        ({"defects": (*BOOK.defects, WEAK)}, "of the defects of a price book one is stated twice"),
        ({"defects": (*BOOK.defects, Defect("wet", "", Rate(1, 2)))}, "'wet', which no answer"),
        ({"additions": BOOK.additions[:1]}, "'box', which the price book does not state"),
        (
            {"additions": (*BOOK.additions, BOOK.additions[0])},
            "of the additions of a price book one is stated twice",
        ),
        ({"additions": (*BOOK.additions, Addition("pen", inr("1")))}, "'pen', which no answer"),
        (
            {"defects": (SCRATCHED, attrs.evolve(CRACKED, grade_id="E"), WEAK)},
            "'screen_cracked' allows the unknown grade 'E'",
        ),
        (
            {"defects": (SCRATCHED, attrs.evolve(CRACKED, grade_id="A"), WEAK)},
            "of 'screen' the answer 'cracked' allows a better grade",
        ),
        (
            {"defects": (SCRATCHED, attrs.evolve(CRACKED, grade_id=""), WEAK)},
            "of 'screen' the answer 'cracked' allows a better grade",
        ),
        (
            {"defects": (SCRATCHED, attrs.evolve(CRACKED, deduction=inr("99.99")), WEAK)},
            "of 'screen' the answer 'cracked' takes off less",
        ),
        (
            {"defects": (attrs.evolve(SCRATCHED, deduction=Rate(1, 2)), CRACKED, WEAK)},
            "what 'screen' takes off is money for each answer, or a share for each",
        ),
        (
            {"additions": (BOOK.additions[0], Addition("box", inr("350.01")))},
            "of 'box' the answer 'box' adds more",
        ),
    ],
)
def test_what_is_worse_is_never_worth_more(changes: dict[str, Any], message: str) -> None:
    """And what answers say is stated, once, and nothing else is."""
    with pytest.raises(Misuse, match=message):
        a_book(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"edition": 999_999},
        {"floor": inr("9000")},
        {"ceiling": inr("300")},
        {"ceiling": None},
        {"floor": inr("0")},
        {"grades": (*BOOK.grades, Grade("D", Rate(1, 2)))},
        {"ages": (*BOOK.ages, AgeBand(49, 50, Rate(4, 10)))},
        {"defects": (SCRATCHED, attrs.evolve(CRACKED, grade_id="B"), WEAK)},
        {"defects": (SCRATCHED, attrs.evolve(CRACKED, deduction=inr("100")), WEAK)},
        {"additions": (BOOK.additions[0], Addition("box", inr("350")))},
    ],
)
def test_what_is_equal_is_not_worse(changes: dict[str, Any]) -> None:
    """A price book at its limits can be made."""
    assert attrs.evolve(BOOK, **changes) == a_book(**changes)


def test_shares_of_one_question_are_compared_as_fractions() -> None:
    """Two sixths are a third, and more than three tenths."""
    answers = (Answer("a", "A", defect="a"), Answer("b", "B", defect="b"))
    asked = Questionnaire((Question("q", "?", answers),))
    third, sixths = Defect("a", "", Rate(1, 3)), Defect("b", "", Rate(2, 6))
    made = attrs.evolve(BARE, questionnaire=asked, defects=(third, sixths))
    assert made.defect("b") == sixths
    with pytest.raises(Misuse, match="takes off less"):
        attrs.evolve(made, defects=(third, Defect("b", "", Rate(3, 10))))


def test_an_answer_that_rules_out_is_compared_with_nothing() -> None:
    """It has no price; and no plain answer comes after a defect that takes something off."""
    no = Answer("no", "No", rejects="no")
    bad, plain = Answer("a", "A", defect="a"), Answer("b", "B")
    off = (Defect("a", "", Rate(1, 3)),)
    asked = Questionnaire((Question("q", "?", (bad, no)),))
    assert attrs.evolve(BARE, questionnaire=asked, defects=off).defects == off
    asked = Questionnaire((Question("q", "?", (bad, plain)),))
    with pytest.raises(Misuse, match="takes off less"):
        attrs.evolve(BARE, questionnaire=asked, defects=off)


@pytest.mark.parametrize(
    ("answers", "grade"),
    [
        (BEST, "A"),
        ({**BEST, "battery": "weak"}, "A"),
        ({**BEST, "screen": "scratched"}, "B"),
        (WORST, "C"),
        ({}, "A"),
    ],
)
def test_the_grade_is_the_best_that_every_defect_allows(
    answers: dict[str, str], grade: str
) -> None:
    """A weak battery allows any."""
    assert BOOK.grade(answers) == grade


def test_without_grades_there_is_none() -> None:
    """Unknown answers are found all the same."""
    assert BARE.grade({}) == ""
    with pytest.raises(Misuse, match="is not asked"):
        BARE.grade(BEST)


JANUARY = date(2020, 1, 31)


@pytest.mark.parametrize(
    ("since", "day", "completed"),
    [
        (date(2020, 11, 5), date(2020, 11, 5), 0),
        (date(2020, 11, 5), date(2020, 12, 4), 0),
        (date(2020, 11, 5), date(2020, 12, 5), 1),
        (date(2020, 11, 5), date(2021, 2, 4), 2),
        (date(2020, 11, 5), date(2021, 2, 5), 3),
        (date(2020, 11, 5), date(2021, 11, 4), 11),
        (date(2020, 11, 5), date(2021, 11, 5), 12),
        (JANUARY, date(2020, 2, 28), 0),
        (JANUARY, date(2020, 2, 29), 1),
        (JANUARY, date(2020, 3, 30), 1),
        (JANUARY, date(2020, 3, 31), 2),
        (JANUARY, date(2020, 4, 29), 2),
        (JANUARY, date(2020, 4, 30), 3),
        (JANUARY, date(2021, 2, 27), 12),
        (JANUARY, date(2021, 2, 28), 13),
        (date(2020, 2, 29), date(2021, 2, 27), 11),
        (date(2020, 2, 29), date(2021, 2, 28), 12),
        (date(2020, 2, 29), date(2024, 2, 28), 47),
        (date(2020, 2, 29), date(2024, 2, 29), 48),
    ],
)
def test_a_month_is_complete_on_the_same_day_or_the_last(
    since: date, day: date, completed: int
) -> None:
    """Where those that have begun are counted, it is one more."""
    assert BOOK.age_months(since, day) == completed
    begun = attrs.evolve(BOOK, month_count=MonthCount.BEGUN)
    assert begun.age_months(since, day) == completed + 1


@pytest.mark.parametrize(
    ("since", "day", "message"),
    [
        (date(2021, 6, 2), date(2021, 6, 1), "counted from 2021-06-02 on, not on 2021-06-01"),
        ("2021-06-01", date(2021, 6, 1), "date"),
        (date(2021, 6, 1), None, "date"),
    ],
)
def test_no_age_is_counted_backwards(since: Any, day: Any, message: str) -> None:
    """Nor without two days."""
    with pytest.raises(Misuse, match=message):
        BOOK.age_months(since, day)


@pytest.mark.parametrize(
    ("months", "share"),
    [
        (4, Rate(70, 100)),
        (6, Rate(70, 100)),
        (7, Rate(60, 100)),
        (9, Rate(60, 100)),
    ],
)
def test_the_share_is_that_of_the_age(months: int, share: Rate) -> None:
    """Both ends belong to it."""
    of = a_book(ages=(AgeBand(4, 6, Rate(70, 100)), AgeBand(7, 9, Rate(60, 100))))
    assert of.share_at(months) == share


@pytest.mark.parametrize("months", [0, 3, 10])
def test_before_and_after_the_ages_nothing_is_taken(months: int) -> None:
    """The figures say which are."""
    of = a_book(ages=(AgeBand(4, 6, Rate(70, 100)), AgeBand(7, 9, Rate(60, 100))))
    with pytest.raises(AgeNotEligible) as no:
        of.share_at(months)
    assert no.value.figures == {"months": months, "from_months": 4, "through_months": 9}


def test_where_age_does_not_count_the_share_is_the_whole() -> None:
    """There is no age to find then."""
    assert BARE.share_at(999) == Rate(1, 1)
    assert attrs.evolve(BARE, rounding=Rounding.UP).share_at(0) == Rate(1, 1, Rounding.UP)
    with pytest.raises(Misuse, match="in price book 'partner' age does not count"):
        BARE.age_at(1)


def test_the_digest_is_that_of_all_but_the_version() -> None:
    """Sixteen digits that stay, in whichever row; another figure gives others."""
    assert BOOK.digest == "5010354476c638cb"
    assert BOOK.stored().digest == BOOK.digest
    assert attrs.evolve(BOOK, is_current=False).digest == BOOK.digest
    assert attrs.evolve(BOOK, edition=2).digest != BOOK.digest


def test_storing_counts() -> None:
    """Nothing else changes, and nothing does by itself."""
    assert BOOK.due_at is None
    assert BOOK.stored() == attrs.evolve(BOOK, version=1)
    assert BOOK.stored().stored().version == 2


@pytest.mark.parametrize(
    ("several", "message"),
    [
        ([BOOK], "a tuple of PriceBook"),
        ((BOOK, "other"), "a tuple of PriceBook"),
        ((BOOK, attrs.evolve(BOOK, edition=2)), "two price books are named 'partner'"),
        ((BOOK.stored(),), "'partner' was stored"),
        (
            (DOLLARS,),
            "'partner' is in USD, the programme in INR",
        ),
    ],
)
def test_the_price_books_of_a_programme_go_together(several: Any, message: str) -> None:
    """Each another, none stored, all in its currency."""
    with pytest.raises(Misuse, match=message):
        check_books(several, "INR")


def test_price_books_that_go_together_are_left_alone() -> None:
    """None are some, too."""
    several: tuple[PriceBook, ...] = (BOOK, attrs.evolve(BOOK, book_id="other"))
    check_books(several, "INR")
    check_books((), "INR")
    assert len(several) == 2
