"""Questions on a device's condition, and what their answers say."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.trade_in import (
    NO_QUESTIONS,
    Answer,
    AnswersIncomplete,
    Question,
    Questionnaire,
)
from tests.phones import BATTERY, BEST, BOX, POWER, QUESTIONS, SCREEN, WORST

GOOD = Answer("good", "Good")
BAD = Answer("bad", "Bad", defect="bad")


def question(*answers: Answer) -> Question:
    """Make a question."""
    return Question("q", "?", answers)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Answer("", "A"), "an answer's id is a text"),
        (lambda: Answer(1, "A"), "an answer's id is a text"),  # type: ignore[arg-type]
        (lambda: Answer("a", ""), "an answer's title is a text"),
        (lambda: Answer("a", "A", defect=None), "says texts"),  # type: ignore[arg-type]
        (lambda: Answer("a", "A", defect="d", adds="b"), "says more than one thing"),
        (lambda: Answer("a", "A", defect="d", rejects="r"), "says more than one thing"),
        (lambda: Answer("a", "A", adds="b", rejects="r"), "says more than one thing"),
        (lambda: Question("", "Q", (GOOD, BAD)), "a question's id is a text"),
        (lambda: Question("q", "", (GOOD, BAD)), "a question's title is a text"),
        (lambda: Question("q", "Q", [GOOD, BAD]), "tuple of Answer"),  # type: ignore[arg-type]
        (lambda: Question("q", "Q", (GOOD, "bad")), "tuple of Answer"),  # type: ignore[arg-type]
        (lambda: question(GOOD), "two answers at least, not 1"),
        (lambda: question(GOOD, GOOD), "of the answers of question 'q', 'good' is there twice"),
        (lambda: question(GOOD, Answer("box", "Box", adds="box")), "from best to worst"),
        (lambda: question(Answer("no", "No", rejects="no"), BAD), "from best to worst"),
        (lambda: Questionnaire([SCREEN]), "tuple of Question"),  # type: ignore[arg-type]
        (lambda: Questionnaire((SCREEN, "box")), "tuple of Question"),  # type: ignore[arg-type]
        (lambda: Questionnaire((SCREEN, SCREEN)), "of questions, 'screen' is there twice"),
        (
            lambda: Questionnaire((question(GOOD, BAD), Question("r", "?", (GOOD, BAD)))),
            "belongs to one question: 'bad'",
        ),
        (
            lambda: Questionnaire(
                tuple([Question(it, "?", (Answer("b", "B", adds="box"), GOOD)) for it in "qr"])
            ),
            "belongs to one question: 'box'",
        ),
    ],
    ids=count(),
)
def test_a_questionnaire_is_checked_when_it_is_made(
    make: Callable[[], object], message: str
) -> None:
    """The message names what is wrong."""
    with pytest.raises(Misuse, match=message):
        make()


def test_a_defect_can_be_said_by_two_answers_of_one_question() -> None:
    """They are equally bad; and a reason to rule a device out can belong to several questions."""
    no = Answer("no", "No", rejects="locked")
    made = Questionnaire(
        (
            question(GOOD, BAD, Answer("worse", "Worse", defect="bad"), no),
            Question("r", "?", (GOOD, no)),
        )
    )
    assert made.defects({"q": "worse"}) == ("bad",)


def test_an_answer_that_is_none_of_a_question_is_named() -> None:
    """With those that there are."""
    assert SCREEN.answer("cracked").defect == "screen_cracked"
    with pytest.raises(Misuse, match="'screen' is answered by one of clean, scratched, cracked"):
        SCREEN.answer("shiny")


def test_answers_are_read_in_one_order() -> None:
    """By the question's name, whatever the order in which they were given."""
    assert QUESTIONS.read(dict(reversed(BEST.items()))) == (
        ("battery", "good"),
        ("box", "box_and_bill"),
        ("power", "yes"),
        ("screen", "clean"),
    )
    assert NO_QUESTIONS.read({}) == ()


def test_every_question_is_to_be_answered() -> None:
    """Those missing are named in the order in which they are asked."""
    with pytest.raises(AnswersIncomplete) as no:
        QUESTIONS.read({"power": "yes", "battery": "weak"})
    assert no.value.figures == {"missing": "screen, box"}


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({**BEST, "colour": "red"}, "the question 'colour' is not asked"),
        ({**BEST, "screen": "shiny"}, "'screen' is answered by one of"),
        ({"screen": 1}, "'screen' is answered by one of"),
        ([("screen", "clean")], "answers are given by question"),
    ],
)
@pytest.mark.parametrize("ask", ["read", "defects", "additions", "rejection"])
def test_what_is_not_asked_is_no_answer(ask: str, answers: Any, message: str) -> None:
    """Neither an unknown question nor an unknown answer is passed over."""
    with pytest.raises(Misuse, match=message):
        getattr(QUESTIONS, ask)(answers)


@pytest.mark.parametrize(
    ("answers", "defects", "additions", "rejection"),
    [
        (BEST, (), ("box_and_bill",), ""),
        (WORST, ("screen_cracked", "battery_weak"), (), ""),
        ({**WORST, "power": "no"}, ("screen_cracked", "battery_weak"), (), "does_not_power_on"),
        ({"box": "box"}, (), ("box",), ""),
        ({}, (), (), ""),
    ],
)
def test_answers_name_defects_additions_and_what_rules_out(
    answers: dict[str, str], defects: Any, additions: Any, rejection: str
) -> None:
    """In the order of the questions, and of some answers too."""
    turned = dict(reversed(answers.items()))
    assert QUESTIONS.defects(turned) == defects
    assert QUESTIONS.additions(turned) == additions
    assert QUESTIONS.rejection(turned) == rejection


def test_the_first_reason_that_rules_a_device_out_is_told() -> None:
    """In the order of the questions, not of the answers given."""
    lock = Question("lock", "?", (GOOD, Answer("on", "On", rejects="locked")))
    of = Questionnaire((POWER, lock, BATTERY, BOX))
    assert of.rejection({"lock": "on", "power": "no"}) == "does_not_power_on"
    assert of.rejection({"lock": "on", "power": "yes"}) == "locked"
