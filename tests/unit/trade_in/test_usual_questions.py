"""The questions that are usually asked."""

import attrs
import pytest

from mi_rewards.money import Money, Rate
from mi_rewards.trade_in import (
    USUAL_QUESTIONS,
    Addition,
    Defect,
    DeviceRejected,
    Grade,
    PriceBook,
    Question,
)
from tests.phones import a_book, inr, priced

ASKED = {it.question_id: it for it in USUAL_QUESTIONS.questions}
PERFECT = {name: it.answers[0].answer_id for name, it in ASKED.items()}


def said(what: str) -> list[str]:
    """Name what answers say."""
    found = [getattr(it, what) for of in ASKED.values() for it in of.answers]
    return list(dict.fromkeys(filter(None, found)))


def rank(question: Question, defect_id: str) -> int:
    """Say how bad an answer is, from 1."""
    return [it.defect for it in question.answers].index(defect_id)


def usual_book() -> PriceBook:
    """Make a price book of them, in which each answer takes Rs 100 more than the one before."""
    of = {it.defect: question for question in ASKED.values() for it in question.answers}
    return attrs.evolve(
        a_book(ceiling=None),
        questionnaire=USUAL_QUESTIONS,
        grades=tuple([Grade(f"G{n}", Rate(10 - n, 10)) for n in range(4)]),
        defects=tuple(
            [
                Defect(it, f"G{rank(of[it], it)}", Money(100_00 * rank(of[it], it), "INR"))
                for it in said("defect")
            ]
        ),
        additions=tuple([Addition(it, inr("100")) for it in said("adds")]),
    )


def test_everything_that_is_usually_asked_is() -> None:
    """What rules out first, what comes with it last."""
    assert list(ASKED) == [
        "power",
        "account_lock",
        "network",
        "screen",
        "body",
        "front_camera",
        "back_camera",
        "speakers",
        "battery",
        "buttons",
        "connectivity",
        "accessories",
        "box",
        "bill",
    ]
    assert said("rejects") == ["does_not_power_on", "locked", "no_network"]
    assert said("adds") == ["charger", "box", "bill"]


@pytest.mark.parametrize("question_id", ASKED)
def test_each_worse_answer_is_worth_less(question_id: str) -> None:
    """Where a price book says so; what rules out is refused."""
    book = usual_book()
    found = []
    for answer in ASKED[question_id].answers:
        answers = {**PERFECT, question_id: answer.answer_id}
        if answer.rejects:
            with pytest.raises(DeviceRejected, match=answer.rejects):
                priced(book, answers)
        else:
            found.append(priced(book, answers).minor)
    assert found == sorted(set(found), reverse=True)


def test_a_price_book_of_them_is_made() -> None:
    """A phone as new with all that belongs to it is worth the most."""
    assert priced(usual_book(), PERFECT).minor == 8_300_00
