"""The questionnaire on a device's condition: what is asked, and what an answer says.

1. The answers of a question go from best to worst: those that add to the price first, those that
   rule the device out last.
2. An answer says one thing at most: it adds something, names a defect, or rules the device out.
3. A defect, like an addition, belongs to one question.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.trade_in.pricing_refusals import AnswersIncomplete


@attrs.frozen(order=False)
class Answer:
    """One answer to a question.

    Attributes:
        answer_id: Names it within its question.
        title: The text that is read.
        defect: The defect that it names; empty for none.
        adds: The addition that it brings; empty for none.
        rejects: The code of the reason for which such a device is not taken; empty for none.

    Raises:
        Misuse: A text is none, or it says two things.
    """

    answer_id: str
    title: str
    defect: str = ""
    adds: str = ""
    rejects: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the texts, and that it says one thing at most."""
        _check_name("an answer's id", self.answer_id)
        _check_name("an answer's title", self.title)
        said = (self.defect, self.adds, self.rejects)
        if not all(type(it) is str for it in said):
            raise Misuse(f"answer {self.answer_id!r} says texts, not {said!r:.80}")
        if sum(map(bool, said)) > 1:
            raise Misuse(f"answer {self.answer_id!r} says more than one thing: {said!r:.80}")

    @property
    def rank(self) -> int:
        """Where it stands: 0 where it adds something, 2 where it rules out, 1 in between."""
        return 0 if self.adds else 2 if self.rejects else 1


@attrs.frozen(order=False)
class Question:
    """A question, with its answers from best to worst.

    Attributes:
        question_id: Names it.
        title: The text that is read.
        answers: At least two.

    Raises:
        Misuse: A text is none, two answers have one name, or they are in another order.
    """

    question_id: str
    title: str
    answers: tuple[Answer, ...]

    def __attrs_post_init__(self) -> None:
        """Check the parts, and the order of the answers as far as they tell it."""
        _check_name("a question's id", self.question_id)
        _check_name("a question's title", self.title)
        answers, name = self.answers, self.question_id
        if type(answers) is not tuple or not all(type(it) is Answer for it in answers):
            raise Misuse(f"question {name!r} has a tuple of Answer, not {answers!r:.80}")
        if len(answers) < 2:
            raise Misuse(f"question {name!r} has two answers at least, not {len(answers)}")
        _check_different(f"of the answers of question {name!r}", [it.answer_id for it in answers])
        ranks = [it.rank for it in answers]
        if ranks != sorted(ranks):
            raise Misuse(
                f"the answers of {name!r} go from best to worst: first those that add something,"
                " last those that rule the device out"
            )

    def answer(self, answer_id: str) -> Answer:
        """Find an answer.

        Args:
            answer_id: Its name.

        Returns:
            The answer.

        Raises:
            Misuse: The question has none of that name.
        """
        for answer in self.answers:
            if answer.answer_id == answer_id:
                return answer
        known = ", ".join([it.answer_id for it in self.answers])
        raise Misuse(f"{self.question_id!r} is answered by one of {known}, not {answer_id!r:.60}")


@attrs.frozen(order=False)
class Questionnaire:
    """What is asked of a device.

    Attributes:
        questions: In the order in which they are asked; none where nothing is.

    Raises:
        Misuse: Two questions have a name, a defect or an addition in common.
    """

    questions: tuple[Question, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check that nothing belongs to two questions."""
        questions = self.questions
        if type(questions) is not tuple or not all(type(it) is Question for it in questions):
            raise Misuse(f"a questionnaire has a tuple of Question, not {questions!r:.80}")
        _check_different("of questions", [it.question_id for it in questions])
        for what in ("defect", "adds"):
            seen: set[str] = set()
            for question in questions:
                named = {name for it in question.answers if (name := getattr(it, what))}
                for name in sorted(named & seen):
                    raise Misuse(f"a defect, as an addition, belongs to one question: {name!r}")
                seen |= named

    def read(self, answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Read a full set of answers.

        Args:
            answers: The name of an answer, by the question's.

        Returns:
            The pairs, sorted by the question's name.

        Raises:
            Misuse: A question or an answer is unknown.
            AnswersIncomplete: A question is not answered.
        """
        self._given(answers)
        missing = [it.question_id for it in self.questions if it.question_id not in answers]
        if missing:
            raise AnswersIncomplete(missing=missing)
        return tuple(sorted(answers.items()))

    def defects(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """Name the defects that answers tell of.

        Args:
            answers: The name of an answer, by the question's; some may be missing.

        Returns:
            The defects, in the order of the questions.

        Raises:
            Misuse: A question or an answer is unknown.
        """
        return tuple([it.defect for it in self._given(answers) if it.defect])

    def additions(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """Name what answers add.

        Args:
            answers: The name of an answer, by the question's; some may be missing.

        Returns:
            The additions, in the order of the questions.

        Raises:
            Misuse: A question or an answer is unknown.
        """
        return tuple([it.adds for it in self._given(answers) if it.adds])

    def rejection(self, answers: Mapping[str, str]) -> str:
        """Tell why such a device is not taken.

        Args:
            answers: The name of an answer, by the question's; some may be missing.

        Returns:
            The code of the first reason in the order of the questions; empty for none.

        Raises:
            Misuse: A question or an answer is unknown.
        """
        return next((it.rejects for it in self._given(answers) if it.rejects), "")

    def _given(self, answers: Mapping[str, str]) -> list[Answer]:
        """Find the answers that are given, in the order of the questions."""
        if not isinstance(answers, Mapping):
            raise Misuse(f"answers are given by question, not as {answers!r:.80}")
        known = {it.question_id: None for it in self.questions}
        for name in answers:
            if name not in known:
                there = ", ".join(known) or "none"
                raise Misuse(f"the question {name!r:.60} is not asked; there is {there}")
        asked = [it for it in self.questions if it.question_id in answers]
        return [it.answer(answers[it.question_id]) for it in asked]


def _check_name(what: str, name: object) -> None:
    """Check a text that is not empty."""
    if type(name) is not str or not name:
        raise Misuse(f"{what} is a text, not {name!r:.60}")


def _check_different(what: str, names: Iterable[str]) -> None:
    """Check that each name is another."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Misuse(f"{what}, {name!r} is there twice")
        seen.add(name)


NO_QUESTIONS: Final = Questionnaire()
"""Where nothing is asked."""
