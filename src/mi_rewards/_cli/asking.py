"""Asking at a terminal what a file leaves out, one question after the other.

What is asked stands on standard error: standard output has the answer alone.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import date
from typing import TextIO, TypeVar

from mi_rewards._event_log.words import shown
from mi_rewards.calendar import read_day, write_day
from mi_rewards.errors import Misuse
from mi_rewards.trade_in.questions import Question, Questionnaire

_T = TypeVar("_T")


def ask_all(
    questionnaire: Questionnaire, given: Mapping[str, str], source: TextIO
) -> dict[str, str]:
    """Ask what is not answered yet; nothing more once an answer rules the device out.

    Args:
        questionnaire: What is asked.
        given: What is answered: the name of an answer, by the question's.
        source: Where the answers come from, a line each.

    Returns:
        All answers.

    Raises:
        Misuse: A question or an answer is unknown, or there are no more lines.
    """
    answers = dict(given)
    for question in questionnaire.questions:
        if questionnaire.rejection(answers):
            break
        if question.question_id not in answers:
            answers[question.question_id] = _chosen(question, source)
    return answers


def ask_day(title: str, source: TextIO, *, until: date) -> date:
    """Ask for a day that is not to come.

    Args:
        title: What is asked.
        source: Where the answer comes from.
        until: The last day that is taken.

    Returns:
        The day.

    Raises:
        Misuse: There are no more lines.
    """

    def read(text: str) -> date | None:
        try:
            day = read_day(text)
        except Misuse:
            return None
        return day if day <= until else None

    wanted = f"a day until {write_day(until)} is wanted, written YYYY-MM-DD"
    return _asked(title, "YYYY-MM-DD", wanted, read, source)


def _chosen(question: Question, source: TextIO) -> str:
    """Ask for one of the answers, by its number or its name."""
    answers = question.answers
    names = {str(number): it.answer_id for number, it in enumerate(answers, start=1)}
    names |= {it.answer_id: it.answer_id for it in answers}
    lines = [
        f"  {number}  {shown(it.title)} ({shown(it.answer_id)})"
        for number, it in enumerate(answers, start=1)
    ]
    told = "\n".join([shown(question.title), *lines])
    wanted = f"a number from 1 to {len(answers)} is wanted, or a name in brackets"
    return _asked(told, "number or name", wanted, names.get, source)


def _asked(
    told: str, prompt: str, wanted: str, read: Callable[[str], _T | None], source: TextIO
) -> _T:
    """Ask until there is an answer."""
    print(told, file=sys.stderr)
    while True:
        print(f"{prompt}> ", end="", file=sys.stderr, flush=True)
        line = source.readline()
        if not line:
            print(file=sys.stderr)
            raise Misuse("the answers end before the questions do")
        answer = read(line.strip())
        if answer is not None:
            return answer
        print(wanted, file=sys.stderr)
