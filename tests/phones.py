"""Devices, models and price books for tests, and random price books that are monotone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import attrs
from hypothesis import strategies as st

from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.trade_in.devices import Device, DeviceModel
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.price_parts import (
    Addition,
    AgeBand,
    AgeFrom,
    Base,
    Defect,
    Grade,
    MonthCount,
)
from mi_rewards.trade_in.pricing import Valuation, price
from mi_rewards.trade_in.questions import Answer, Question, Questionnaire

AT = datetime(2021, 6, 1, 6, 30, tzinfo=UTC)
"""Noon in India on `TODAY`."""

TODAY = date(2021, 6, 1)

CURRENCY = "INR"


def inr(text: str) -> Money:
    """Read rupees."""
    return Money.of(text, CURRENCY)


def imei(serial: int) -> str:
    """Make a number of a device that does not exist, with the check digit that it would have."""
    digits = f"86174003{serial:06d}"
    doubled = [int(it) * (2 if place % 2 else 1) for place, it in enumerate(digits)]
    total = sum(it - 9 if it > 9 else it for it in doubled)
    return f"{digits}{-total % 10}"


SCREEN = Question(
    "screen",
    "What is its screen like?",
    (
        Answer("clean", "No scratches"),
        Answer("scratched", "Scratches", defect="screen_scratched"),
        Answer("cracked", "Cracks", defect="screen_cracked"),
    ),
)
POWER = Question(
    "power",
    "Does it power on?",
    (Answer("yes", "Yes"), Answer("no", "No", rejects="does_not_power_on")),
)
BATTERY = Question(
    "battery",
    "How is its battery?",
    (Answer("good", "Lasts a day"), Answer("weak", "Does not", defect="battery_weak")),
)
BOX = Question(
    "box",
    "What comes with it?",
    (
        Answer("box_and_bill", "Its box and the bill", adds="box_and_bill"),
        Answer("box", "Its box", adds="box"),
        Answer("nothing", "Nothing"),
    ),
)
QUESTIONS = Questionnaire((POWER, SCREEN, BATTERY, BOX))
BEST = {"power": "yes", "screen": "clean", "battery": "good", "box": "box_and_bill"}
PLAIN = {**BEST, "box": "nothing"}
WORST = {"power": "yes", "screen": "cracked", "battery": "weak", "box": "nothing"}


def a_book(**changes: Any) -> PriceBook:
    """Make a price book with everything in it, round figures, and what a test wants otherwise."""
    return attrs.evolve(_BOOK, **changes)


_BOOK = PriceBook(
    book_id="partner",
    edition=1,
    currency=CURRENCY,
    base=Base.BOOK,
    questionnaire=QUESTIONS,
    grades=(Grade("A", Rate(1, 1)), Grade("B", Rate(80, 100)), Grade("C", Rate(50, 100))),
    defects=(
        Defect("screen_scratched", "B", inr("100")),
        Defect("screen_cracked", "C", inr("800")),
        Defect("battery_weak", "", Rate(5, 100)),
    ),
    additions=(Addition("box_and_bill", inr("350")), Addition("box", inr("150"))),
    ages=(
        AgeBand(0, 12, Rate(1, 1)),
        AgeBand(13, 24, Rate(70, 100)),
        AgeBand(25, 48, Rate(40, 100)),
    ),
    age_from=AgeFrom.PURCHASE,
    month_count=MonthCount.COMPLETED,
    floor=inr("300"),
    ceiling=inr("9000"),
    rounding_to=inr("10"),
    rounding=Rounding.DOWN,
)


def a_model(**changes: Any) -> DeviceModel:
    """Make a model of `a_book`, worth Rs 8,000, launched at Rs 12,999."""
    stated: dict[str, Any] = {
        "book_id": "partner",
        "model_id": "redmi-note-4",
        "variant": "4gb-64gb",
        "brand": "Xiaomi",
        "title": "Redmi Note 4 (4 GB / 64 GB)",
        "currency": CURRENCY,
        "book_minor": 8_000_00,
        "launch_minor": 12_999_00,
        "launched_on": date(2017, 1, 19),
    }
    return DeviceModel(**{**stated, **changes})


def a_device(**changes: Any) -> Device:
    """Make a device of `a_model`, half a year old."""
    stated: dict[str, Any] = {
        "model_id": "redmi-note-4",
        "variant": "4gb-64gb",
        "imeis": (imei(1),),
        "purchased_on": date(2020, 12, 1),
    }
    return Device(**{**stated, **changes})


def priced(
    book: PriceBook,
    answers: Mapping[str, str],
    model: DeviceModel | None = None,
    device: Device | None = None,
    **others: Any,
) -> Valuation:
    """Price `a_device` as `a_model` on `TODAY`, but for what a test wants otherwise."""
    asked: dict[str, Any] = {"at": AT, "on": TODAY, **others}
    return price(book, model or a_model(), device or a_device(), answers, **asked)


_PARTS = st.integers(0, 12)
_AMOUNTS = st.integers(0, 400) | st.integers(0, 9_000_00)


def _falling(numbers: st.SearchStrategy[Any], count: int) -> st.SearchStrategy[list[Any]]:
    """Draw so many figures, none larger than the one before."""
    return st.lists(numbers, min_size=count, max_size=count).map(
        lambda found: sorted(found, reverse=True)
    )


@st.composite
def _asked(draw: st.DrawFn, name: str) -> tuple[Question, list[Any], list[Any]]:
    """Draw a question with what its answers take off, as ranks and amounts, and what they add."""
    adds, defects, rejects = [draw(st.integers(0, most)) for most in (2, 3, 1)]
    plain = draw(st.integers(0, 1)) if adds + defects + rejects > 1 else 2
    answers = [Answer(f"{name}+{n}", "more", adds=f"{name}-add-{n}") for n in range(adds)]
    answers += [Answer(f"{name}.{n}", "as it is") for n in range(plain)]
    answers += [Answer(f"{name}-{n}", "less", defect=f"{name}-def-{n}") for n in range(defects)]
    answers += [Answer(f"{name}!{n}", "no", rejects=f"{name}-no") for n in range(rejects)]
    is_share = draw(st.booleans())
    sizes: Sequence[int] = draw(_falling(_PARTS if is_share else _AMOUNTS, defects))[::-1]
    ranks = draw(_falling(st.integers(0, 4), defects))[::-1]
    worth = [(is_share, size, rank) for size, rank in zip(sizes, ranks, strict=True)]
    return Question(name, "?", tuple(answers)), worth, draw(_falling(_AMOUNTS, adds))


@st.composite
def books(draw: st.DrawFn) -> PriceBook:
    """Draw a price book of any shape; what is worse is never worth more in it."""
    rounding = draw(st.sampled_from(Rounding))
    unit = draw(st.sampled_from((1, 7, 100, 1000, 10_000)))
    floor = draw(st.integers(0, 50))
    ceiling = draw(st.none() | st.integers(floor, 300))
    shares = [
        Rate(it, 12, rounding) for it in draw(_falling(_PARTS, draw(st.sampled_from((0, 1, 3, 4)))))
    ]
    grades = tuple([Grade(f"G{rank}", share) for rank, share in enumerate(shares)])
    defects: list[Defect] = []
    additions: list[Addition] = []
    questions: list[Question] = []
    for index in range(draw(st.integers(0, 3))):
        question, worth, added = draw(_asked(f"q{index}"))
        questions.append(question)
        for n, (is_share, size, rank) in enumerate(worth):
            grade_id = grades[min(rank, len(grades) - 1)].grade_id if grades and rank else ""
            off = Rate(size, 12, rounding) if is_share else Money(size, CURRENCY)
            defects.append(Defect(f"q{index}-def-{n}", grade_id, off))
        for n, amount in enumerate(added):
            additions.append(Addition(f"q{index}-add-{n}", Money(amount, CURRENCY)))
    ages: list[AgeBand] = []
    first = draw(st.integers(0, 6))
    for share in draw(_falling(_PARTS, draw(st.integers(0, 4)))):
        last = first + draw(st.integers(0, 5))
        ages.append(AgeBand(first, last, Rate(share, 12, rounding)))
        first = last + 1
    return PriceBook(
        "random",
        draw(st.integers(1, 9)),
        CURRENCY,
        draw(st.sampled_from(Base)),
        Questionnaire(tuple(questions)),
        grades,
        tuple(defects),
        tuple(additions),
        tuple(ages),
        draw(st.sampled_from(AgeFrom)),
        draw(st.sampled_from(MonthCount)),
        Money(floor * unit, CURRENCY),
        None if ceiling is None else Money(ceiling * unit, CURRENCY),
        Money(unit, CURRENCY),
        rounding,
    )


@st.composite
def models(draw: st.DrawFn, book: PriceBook) -> DeviceModel:
    """Draw a model of a price book, sometimes with limits of its own."""
    minor = draw(_AMOUNTS)
    floor = draw(st.none() | st.integers(0, 50))
    unit = book.rounding_to.minor
    return a_model(
        book_id=book.book_id,
        book_minor=minor,
        launch_minor=minor,
        launched_on=draw(st.dates(date(2019, 1, 1), date(2021, 6, 1))),
        floor_minor=None if floor is None else floor * unit,
        ceiling_minor=None if floor is None else (floor + draw(st.integers(0, 100))) * unit,
    )


def answers(book: PriceBook) -> st.SearchStrategy[dict[str, str]]:
    """Draw answers to all questions, none of which rules the device out."""
    return st.fixed_dictionaries(
        {
            it.question_id: st.sampled_from([of.answer_id for of in it.answers if not of.rejects])
            for it in book.questionnaire.questions
        }
    )
