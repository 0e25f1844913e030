"""The laws of prices (I17), over random price books, models and answers."""

import itertools
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeVar

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.trade_in import (
    AgeBand,
    AgeFrom,
    AgeNotEligible,
    Base,
    Bonus,
    Device,
    DeviceModel,
    DeviceRejected,
    Grade,
    MonthCount,
    PriceBook,
    Question,
    Questionnaire,
    StepKind,
    price_book_from_dict,
    price_book_to_dict,
)
from tests.phones import (
    CURRENCY,
    TODAY,
    a_book,
    a_device,
    a_model,
    answers,
    books,
    inr,
    models,
    priced,
)

ORDER = list(StepKind)
BONUSES = st.lists(
    st.builds(
        Bonus,
        st.just("festival"),
        st.builds(Money, st.integers(1, 500_00), st.just(CURRENCY))
        | st.builds(Rate, st.integers(1, 20), st.just(100), st.sampled_from(Rounding)),
    ),
    max_size=2,
)
LIMITLESS: Mapping[str, Any] = {
    "floor": inr("0"),
    "ceiling": None,
    "rounding_to": Money(1, CURRENCY),
}
"""A price book without limits, rounded to what cannot be divided: nothing is hidden."""

DAYS = st.integers(0, 700).map(lambda days: TODAY - timedelta(days=days))


@attrs.frozen
class Case:
    """A device that is to be priced, and by what."""

    book: PriceBook
    model: DeviceModel
    device: Device
    answers: dict[str, str]
    bonuses: list[Bonus]

    def price(self, **changes: Any) -> int | None:
        """Say what it is worth, otherwise perhaps; `None` where it is refused."""
        of = attrs.evolve(self, **changes)
        try:
            return priced(of.book, of.answers, of.model, of.device, bonuses=of.bonuses).minor
        except Refused:
            return None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a price book, a model of it, a device of any age, and answers."""
    book = draw(books())
    device = a_device(purchased_on=draw(DAYS))
    return Case(book, draw(models(book)), device, draw(answers(book)), draw(BONUSES))


def eligible(case: Case) -> Case:
    """Take only devices of an age that is taken."""
    assume(case.price() is not None)
    return case


@given(cases())
def test_a_price_never_rises_when_an_answer_worsens(case: Case) -> None:
    """I17: from the best answer of each question to the worst, the others as they are."""
    for question in case.book.questionnaire.questions:
        found = [
            case.price(answers={**case.answers, question.question_id: it.answer_id})
            for it in question.answers
        ]
        worth = [-1 if it is None else it for it in found]
        assert worth == sorted(worth, reverse=True)


@given(cases().map(eligible))
def test_what_rules_a_device_out_is_refused_and_never_priced(case: Case) -> None:
    """The reason is that of the first such answer, whatever the other answers are."""
    for question in case.book.questionnaire.questions:
        for answer in question.answers:
            if answer.rejects:
                given = {**case.answers, question.question_id: answer.answer_id}
                with pytest.raises(DeviceRejected) as no:
                    priced(case.book, given, case.model, case.device)
                assert no.value.figures == {"reason": answer.rejects}


@given(cases(), st.lists(st.integers(0, 900), min_size=2, max_size=6))
def test_a_price_never_rises_with_age(case: Case, ages: list[int]) -> None:
    """I17: among the ages that are taken, the older the device the lower its price at most."""
    found = []
    for days in sorted(ages):
        day = TODAY - timedelta(days=days)
        device, model = a_device(purchased_on=day), case.model._replace(launched_on=day)
        found.append(case.price(device=device, model=model))
    worth = [it for it in found if it is not None]
    assert worth == sorted(worth, reverse=True)


def age_by_walking(since: date, day: date, count: MonthCount) -> int:
    """Count months by walking from day to day: one is complete on the same day, or the last."""
    complete, at = 0, since
    while at < day:
        at += timedelta(days=1)
        is_last = (at + timedelta(days=1)).month != at.month
        complete += at.day == since.day or (is_last and at.day < since.day)
    return complete + (count is MonthCount.BEGUN)


@given(cases())
def test_outside_the_ages_a_device_is_refused(case: Case) -> None:
    """And inside it is priced; the age is counted by another walk."""
    book = case.book
    assume(book.ages)
    since = case.device.purchased_on if book.age_from is AgeFrom.PURCHASE else None
    months = age_by_walking(since or case.model.launched_on or TODAY, TODAY, book.month_count)
    if book.ages[0].from_months <= months <= book.ages[-1].through_months:
        assert case.price() is not None
        return
    with pytest.raises(AgeNotEligible) as no:
        priced(book, case.answers, case.model, case.device)
    assert no.value.figures["months"] == months


@given(cases().map(eligible))
def test_the_steps_come_in_their_order_and_add_up_to_the_price(case: Case) -> None:
    """Exactly; each goes on from the one before, and none goes below zero."""
    found = priced(case.book, case.answers, case.model, case.device, bonuses=case.bonuses)
    assert sum(step.minor for step in found.steps) == found.minor
    kinds = [ORDER.index(step.kind) for step in found.steps]
    assert kinds == sorted(kinds)
    after = 0
    for step in found.steps:
        after += step.minor
        assert step.after_minor == after >= 0
        assert step.minor >= 0 or step.kind not in {StepKind.ADDITION, StepKind.BONUS}
        assert step.minor <= 0 or step.kind not in {StepKind.AGE, StepKind.GRADE}
        assert step.minor <= 0 or step.kind is not StepKind.DEDUCTION
    named = case.book.questionnaire.defects(case.answers)
    deducted = [step.name for step in found.steps if step.kind is StepKind.DEDUCTION]
    assert deducted == list(named)


@given(cases().map(eligible))
def test_a_price_is_between_floor_and_ceiling(case: Case) -> None:
    """I17: the model's own where it has them; and a whole multiple of what it is rounded to."""
    book, model, found = case.book, case.model, case.price()
    floor = book.floor.minor if model.floor_minor is None else model.floor_minor
    ceiling = None if book.ceiling is None else book.ceiling.minor
    ceiling = ceiling if model.floor_minor is None else model.ceiling_minor
    assert found is not None
    assert found >= floor
    assert ceiling is None or found <= ceiling
    assert found % book.rounding_to.minor == 0


@given(cases().map(eligible))
def test_the_same_inputs_give_the_same_answer(case: Case) -> None:
    """I20: from a price book that was written and read, and answers in another order, too."""
    once = priced(case.book, case.answers, case.model, case.device, bonuses=case.bonuses)
    book = price_book_from_dict(price_book_to_dict(case.book))
    turned = dict(reversed(case.answers.items()))
    again = priced(book, turned, case.model, case.device, bonuses=case.bonuses)
    assert repr(again) == repr(once)
    assert book.digest == case.book.digest


def rounded(exact: Fraction, rounding: Rounding) -> int:
    """Round as a person would who has only the exact value."""
    low, rest = exact // 1, exact % 1
    is_up = {
        Rounding.DOWN: False,
        Rounding.UP: rest > 0,
        Rounding.HALF_DOWN: rest > Fraction(1, 2),
        Rounding.HALF_UP: rest >= Fraction(1, 2),
        Rounding.HALF_EVEN: rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1),
    }[rounding]
    return low + is_up


def naively(case: Case) -> int:
    """Price with exact fractions, from the parts alone."""
    book, model = case.book, case.model
    base = model.book_minor if book.base is Base.BOOK else model.launch_minor
    assert base is not None
    worth = base
    since = case.device.purchased_on if book.age_from is AgeFrom.PURCHASE else model.launched_on
    assert since is not None
    months = age_by_walking(since, TODAY, book.month_count)
    for band in book.ages:
        if band.from_months <= months <= band.through_months:
            part = Fraction(band.share.numerator, band.share.denominator)
            worth = rounded(worth * part, book.rounding)
    chosen = [
        next(it for it in of.answers if it.answer_id == case.answers[of.question_id])
        for of in book.questionnaire.questions
    ]
    defects = {it.defect_id: it for it in book.defects}
    found = [defects[it.defect] for it in chosen if it.defect]
    if book.grades:
        allowed = [it.grade_id for it in found]
        grade = [it for it in book.grades if it.grade_id in allowed] or [book.grades[0]]
        part = Fraction(grade[-1].share.numerator, grade[-1].share.denominator)
        worth = rounded(worth * part, book.rounding)
    for it in found:
        off = it.deduction
        if isinstance(off, Rate):
            part = Fraction(off.numerator, off.denominator)
            worth -= rounded(base * part, book.rounding)
        else:
            worth -= off.minor
    worth = max(0, worth)
    worth += sum(
        of.amount.minor for of in book.additions if of.addition_id in {it.adds for it in chosen}
    )
    for bonus in case.bonuses:
        more = bonus.amount
        if isinstance(more, Rate):
            worth += rounded(worth * Fraction(more.numerator, more.denominator), more.rounding)
        else:
            worth += more.minor
    floor, ceiling = model.floor_minor, model.ceiling_minor
    if floor is None:
        floor, ceiling = book.floor.minor, None if book.ceiling is None else book.ceiling.minor
    worth = max(floor, worth if ceiling is None else min(ceiling, worth))
    unit = book.rounding_to.minor
    return rounded(Fraction(worth, unit), book.rounding) * unit


@given(cases().map(eligible), st.booleans())
def test_a_price_is_what_exact_fractions_say(case: Case, is_limited: bool) -> None:
    """Against a reckoning in another style, that knows no steps; limits hide some of it."""
    if not is_limited:
        bare = case.model._replace(floor_minor=None, ceiling_minor=None)
        case = attrs.evolve(case, book=attrs.evolve(case.book, **LIMITLESS), model=bare)
    assert case.price() == naively(case)


T = TypeVar("T")
MIXED = ("answers", "deductions", "allowed", "amounts", "grades", "shares")
"""What may be in any order."""


@st.composite
def muddles(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the parts of a price book in any order, most of them of none that can be."""
    book = draw(books())
    mixed = draw(st.sets(st.sampled_from(MIXED), min_size=1, max_size=2))

    def some(what: str, parts: Iterable[T]) -> list[T]:
        return draw(st.permutations(list(parts))) if what in mixed else list(parts)

    questions = [
        attrs.evolve(it, answers=tuple(some("answers", it.answers)))
        if len({of.rank for of in it.answers}) == 1
        else it
        for it in book.questionnaire.questions
    ]
    offs = some("deductions", [it.deduction for it in book.defects])
    allowed = some("allowed", [it.grade_id for it in book.defects])
    amounts = some("amounts", [it.amount for it in book.additions])
    grades = some("grades", book.grades)
    shares = some("shares", [it.share for it in book.ages])
    return {
        "book": book,
        "questionnaire": Questionnaire(tuple(questions)),
        "grades": tuple(grades),
        "defects": tuple(
            [
                attrs.evolve(it, deduction=off, grade_id=grade_id)
                for it, off, grade_id in zip(book.defects, offs, allowed, strict=True)
            ]
        ),
        "additions": tuple(
            [attrs.evolve(it, amount=of) for it, of in zip(book.additions, amounts, strict=True)]
        ),
        "ages": tuple(
            [attrs.evolve(it, share=of) for it, of in zip(book.ages, shares, strict=True)]
        ),
    }


def is_monotone(book: PriceBook, model: DeviceModel) -> bool:
    """Price every set of answers at every age that is taken, and compare each with its worse ones.

    It is checked without floor, ceiling and rounding, which only hide what rises.
    """
    questions = book.questionnaire.questions
    ranges = [
        [of for of in range(len(it.answers)) if not it.answers[of].rejects] for it in questions
    ]

    def worth(chosen: tuple[int, ...]) -> int:
        given = {
            it.question_id: it.answers[at].answer_id
            for it, at in zip(questions, chosen, strict=True)
        }
        return priced(book, given, model, a_device(purchased_on=TODAY)).minor

    for chosen in itertools.product(*ranges):
        for place, at in enumerate(chosen):
            if at + 1 in ranges[place]:
                worse = (*chosen[:place], at + 1, *chosen[place + 1 :])
                if worth(worse) > worth(chosen):
                    return False
    return True


@given(muddles(), st.integers(1, 50_000) | st.just(10**9))
def test_whatever_can_be_made_is_monotone(parts: dict[str, Any], minor: int) -> None:
    """Parts in any order make a price book only where no worse answer is worth more."""
    book = parts.pop("book")
    try:
        made = attrs.evolve(book, **parts, **LIMITLESS)
    except Misuse:
        return
    ages = made.ages
    assert all(
        Fraction(it.share.numerator, it.share.denominator)
        >= Fraction(other.share.numerator, other.share.denominator)
        for it, other in itertools.pairwise(ages)
    )
    model = a_model(book_id=made.book_id, book_minor=minor, launch_minor=minor)
    assert is_monotone(attrs.evolve(made, ages=()), model)


def swapped(question: Question, place: int) -> Question:
    """Put an answer before the one before it."""
    found = list(question.answers)
    found[place], found[place - 1] = found[place - 1], found[place]
    return attrs.evolve(question, answers=tuple(found))


PLANTED: Mapping[str, Any] = {
    "a worse answer adds more": lambda book: {
        "questionnaire": _with(book, swapped(book.questionnaire.questions[3], 1))
    },
    "a worse answer takes off less, and has a better grade": lambda book: {
        "questionnaire": _with(book, swapped(book.questionnaire.questions[1], 2))
    },
    "no defect is worse than one": lambda book: {
        "questionnaire": _with(book, swapped(book.questionnaire.questions[2], 1))
    },
    "a worse answer has a better grade": lambda book: {
        "defects": _changed(book, 1, grade_id="A"),
    },
    "a worse answer takes off less": lambda book: {
        "defects": _changed(book, 1, deduction=inr("99.99")),
    },
    "what cannot be compared": lambda book: {"defects": _changed(book, 0, deduction=Rate(1, 1))},
    "a worse grade is worth more": lambda book: {
        "grades": (*book.grades, Grade("D", Rate(51, 100)))
    },
    "an older device is worth more": lambda book: {
        "ages": (*book.ages, AgeBand(49, 60, Rate(41, 100)))
    },
    "a gap between ages": lambda book: {"ages": (*book.ages, AgeBand(50, 60, Rate(1, 100)))},
    "ages that overlap": lambda book: {"ages": (*book.ages, AgeBand(48, 60, Rate(1, 100)))},
    "a floor above the ceiling": lambda book: {"floor": inr("9010")},
    "a share rounded up in a book that rounds down": lambda book: {
        "grades": (*book.grades[:2], Grade("C", Rate(50, 100, Rounding.UP)))
    },
    "a floor that rounding would leave": lambda book: {"floor": inr("305")},
    "a ceiling that rounding would pass": lambda book: {"ceiling": inr("9005")},
}
"""What would make a price rise, or leave its limits."""


def _with(book: PriceBook, question: Question) -> Questionnaire:
    """Put a question in place of the one of its name."""
    questions = book.questionnaire.questions
    return Questionnaire(
        tuple([question if it.question_id == question.question_id else it for it in questions])
    )


def _changed(book: PriceBook, place: int, **changes: Any) -> tuple[Any, ...]:
    """Change one defect."""
    return tuple(
        [attrs.evolve(it, **changes) if n == place else it for n, it in enumerate(book.defects)]
    )


@pytest.mark.parametrize("planted", PLANTED)
def test_a_price_book_that_is_not_monotone_is_not_made(planted: str) -> None:
    """Each violation is refused when it is made, and never comes to be priced by."""
    book = a_book()
    with pytest.raises(Misuse):
        attrs.evolve(book, **PLANTED[planted](book))
