"""The checks of a price book when it is made, so that what it prices is monotone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.trade_in.price_parts import Addition, AgeBand, Defect, Grade
from mi_rewards.trade_in.questions import Answer, Question, Questionnaire


def check_kinds(what: str, parts: object, kind: type) -> None:
    """Check that parts are a tuple of one kind.

    Args:
        what: What they are, for messages.
        parts: The parts.
        kind: Their kind.

    Raises:
        Misuse: They are something else.
    """
    if type(parts) is not tuple or not all(type(it) is kind for it in parts):
        raise Misuse(f"a price book's {what} are a tuple of {kind.__name__}, not {parts!r:.80}")


def check_shares(shares: Iterable[object], rounding: Rounding) -> None:
    """Check that every share is rounded as the book rounds.

    Args:
        shares: The shares; what is money among them is left alone.
        rounding: The book's.

    Raises:
        Misuse: One is rounded otherwise.
    """
    for share in shares:
        if isinstance(share, Rate) and share.rounding is not rounding:
            raise Misuse(
                f"every share of this price book is rounded {rounding.value}, not"
                f" {share.rounding.value}"
            )


def check_currency(amounts: Iterable[tuple[str, object]], currency: str) -> None:
    """Check that every amount is in the book's currency.

    Args:
        amounts: What each is, for messages, and the amount; what is a share among them is left
            alone.
        currency: The book's.

    Raises:
        Misuse: One is in another.
    """
    for what, amount in amounts:
        if isinstance(amount, Money) and amount.currency != currency:
            raise Misuse(f"{what}: {amount} is in a price book in {currency}")


def check_limits(floor_minor: int, ceiling_minor: int | None, unit: Money) -> None:
    """Check the least and the most that a device can be worth.

    Args:
        floor_minor: The least, in minor units.
        ceiling_minor: The most; `None` for no such limit.
        unit: Of what prices are whole multiples.

    Raises:
        Misuse: The least is more than the most, or one is no whole multiple.
    """
    for what, minor in (("floor", floor_minor), ("ceiling", ceiling_minor)):
        if minor is not None and minor % unit.minor:
            amount = Money(minor, unit.currency)
            raise Misuse(f"{what}: {amount} is no whole multiple of {unit}")
    if ceiling_minor is not None and floor_minor > ceiling_minor:
        floor, ceiling = Money(floor_minor, unit.currency), Money(ceiling_minor, unit.currency)
        raise Misuse(f"the floor of {floor} is above the ceiling of {ceiling}")


def check_grades(grades: Sequence[Grade]) -> None:
    """Check that each grade is another, and that a worse one has no larger share.

    Args:
        grades: From best to worst.

    Raises:
        Misuse: It is not so.
    """
    names = [it.grade_id for it in grades]
    if len(set(names)) != len(names):
        raise Misuse(f"a price book has a grade twice: {', '.join(names)}")
    for better, worse in pairwise(grades):
        if _is_less(_size(better.share), _size(worse.share)):
            raise Misuse(f"grade {worse.grade_id!r} is worth more than {better.grade_id!r}")


def check_ages(ages: Sequence[AgeBand]) -> None:
    """Check that ages follow each other, and that an older one has no larger share.

    Args:
        ages: From youngest to oldest.

    Raises:
        Misuse: It is not so.
    """
    for younger, older in pairwise(ages):
        if older.from_months != younger.through_months + 1:
            raise Misuse(
                f"after {younger.through_months} months the next age is from"
                f" {younger.through_months + 1}, not from {older.from_months}"
            )
        if _is_less(_size(younger.share), _size(older.share)):
            raise Misuse(f"a device is worth more from {older.from_months} months than before")


def check_stated(what: str, stated: Sequence[str], said: Collection[str]) -> None:
    """Check that a price book states what answers say, each once and nothing else.

    Args:
        what: What it is, for messages.
        stated: The names in the price book.
        said: The names in answers.

    Raises:
        Misuse: It is not so.
    """
    if len(set(stated)) != len(stated):
        raise Misuse(f"of the {what}s of a price book one is stated twice: {', '.join(stated)}")
    for name in sorted(set(said) - set(stated)):
        raise Misuse(f"an answer says the {what} {name!r}, which the price book does not state")
    for name in sorted(set(stated) - set(said)):
        raise Misuse(f"the price book states the {what} {name!r}, which no answer says")


def check_answers(
    questionnaire: Questionnaire,
    ranks: Mapping[str, int],
    defects: Mapping[str, Defect],
    additions: Mapping[str, Addition],
) -> None:
    """Check that no answer is worth more than a better one of the same question.

    Args:
        questionnaire: The questions.
        ranks: The place of each grade, from 0 for the best; that of no name is 0.
        defects: The defects that answers say.
        additions: The additions that they say.

    Raises:
        Misuse: A worse answer allows a better grade, takes off less or adds more; or deductions of
            one question cannot be compared.
    """
    for defect in defects.values():
        if defect.grade_id not in ranks:
            raise Misuse(
                f"defect {defect.defect_id!r} allows the unknown grade {defect.grade_id!r}"
            )
    for question in questionnaire.questions:
        answers = [it for it in question.answers if not it.rejects]
        kinds = {type(defects[it.defect].deduction) for it in answers if it.defect}
        if len(kinds) > 1:
            raise Misuse(
                f"what {question.question_id!r} takes off is money for each answer, or a share for"
                " each, so that they can be compared"
            )
        for better, worse in pairwise(answers):
            before = _worth(better, ranks, defects, additions)
            after = _worth(worse, ranks, defects, additions)
            _check_pair(question, worse, before, after)


_Worth = tuple[int, tuple[int, int], int]
"""Of an answer the place of its grade, what it takes off as a fraction, and what it adds."""


def _worth(
    answer: Answer,
    ranks: Mapping[str, int],
    defects: Mapping[str, Defect],
    additions: Mapping[str, Addition],
) -> _Worth:
    """Tell what an answer does to a price."""
    if answer.adds:
        return 0, _NOTHING, additions[answer.adds].amount.minor
    if not answer.defect:
        return 0, _NOTHING, 0
    defect = defects[answer.defect]
    return ranks[defect.grade_id], _size(defect.deduction), 0


def _check_pair(question: Question, worse: Answer, before: _Worth, after: _Worth) -> None:
    """Check an answer against the better one before it."""
    name = f"of {question.question_id!r} the answer {worse.answer_id!r}"
    if after[0] < before[0]:
        raise Misuse(f"{name} allows a better grade than the one before it, which is better")
    if _is_less(after[1], before[1]):
        raise Misuse(f"{name} takes off less than the one before it, which is better")
    if after[2] > before[2]:
        raise Misuse(f"{name} adds more than the one before it, which is better")


_NOTHING = (0, 1)


def _size(amount: Money | Rate) -> tuple[int, int]:
    """Write an amount or a share as a fraction."""
    if isinstance(amount, Money):
        return amount.minor, 1
    return amount.numerator, amount.denominator


def _is_less(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether one fraction is less than another."""
    return one[0] * other[1] < other[0] * one[1]
