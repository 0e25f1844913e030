"""Price books, valuations and bonuses as JSON-ready dictionaries.

See `earning.codec` for the rules. Money is written `[minor units, currency]`, a share
`[numerator, denominator, rounding]`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.trade_in.bonuses import Bonus
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
from mi_rewards.trade_in.pricing import Step, StepKind, Valuation
from mi_rewards.trade_in.questions import Answer, Question, Questionnaire
from mi_rewards.wallet.reading import (
    FORMAT,
    fields_in,
    instant_in,
    list_in,
    one_of,
    optional,
    text_in,
    truth_in,
    whole_in,
)

_BOOK = frozenset(
    {
        "format",
        "book_id",
        "edition",
        "currency",
        "base",
        "questions",
        "grades",
        "defects",
        "additions",
        "ages",
        "age_from",
        "month_count",
        "floor",
        "ceiling",
        "rounding_to",
        "rounding",
        "version",
        "is_current",
    }
)
_VALUATION = frozenset(Valuation._fields)
_BONUS = frozenset({"bonus_id", "amount", "from_at", "until_at", "brands", "models"})
_BASES = {it.value: it for it in Base}
_AGES_FROM = {it.value: it for it in AgeFrom}
_COUNTS = {it.value: it for it in MonthCount}
_ROUNDINGS = {it.value: it for it in Rounding}
_KINDS = {it.value: it for it in StepKind}

_T = TypeVar("_T")


def price_book_to_dict(book: PriceBook) -> dict[str, Any]:
    """Write a price book, with its version.

    Args:
        book: The price book.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "book_id": book.book_id,
        "edition": book.edition,
        "currency": book.currency,
        "base": book.base.value,
        "questions": [_question_to_list(it) for it in book.questionnaire.questions],
        "grades": [[it.grade_id, _rate_to_list(it.share)] for it in book.grades],
        "defects": [
            [it.defect_id, it.grade_id, amount_to_list(it.deduction)] for it in book.defects
        ],
        "additions": [[it.addition_id, amount_to_list(it.amount)] for it in book.additions],
        "ages": [[it.from_months, it.through_months, _rate_to_list(it.share)] for it in book.ages],
        "age_from": book.age_from.value,
        "month_count": book.month_count.value,
        "floor": amount_to_list(book.floor),
        "ceiling": None if book.ceiling is None else amount_to_list(book.ceiling),
        "rounding_to": amount_to_list(book.rounding_to),
        "rounding": book.rounding.value,
        "version": book.version,
        "is_current": book.is_current,
    }


def price_book_from_dict(written: dict[str, Any]) -> PriceBook:
    """Read a price book.

    Args:
        written: What `price_book_to_dict` answered.

    Returns:
        The price book, with its version.

    Raises:
        Corrupt: It is something else, or no price book can be like that.
    """
    fields = fields_in(written, _BOOK, "price book")
    questions = [_question(it) for it in list_in(fields["questions"], "questions")]
    return _made(
        "price book",
        PriceBook,
        text_in(fields["book_id"], "book_id"),
        whole_in(fields["edition"], "edition", 1),
        text_in(fields["currency"], "currency"),
        one_of(fields["base"], _BASES, "base"),
        _made("questionnaire", Questionnaire, tuple(questions)),
        tuple([_grade(it) for it in list_in(fields["grades"], "grades")]),
        tuple([_defect(it) for it in list_in(fields["defects"], "defects")]),
        tuple([_addition(it) for it in list_in(fields["additions"], "additions")]),
        tuple([_age(it) for it in list_in(fields["ages"], "ages")]),
        one_of(fields["age_from"], _AGES_FROM, "age_from"),
        one_of(fields["month_count"], _COUNTS, "month_count"),
        _money(fields["floor"], "floor"),
        optional(_money, fields["ceiling"], "ceiling"),
        _money(fields["rounding_to"], "rounding_to"),
        one_of(fields["rounding"], _ROUNDINGS, "rounding"),
        whole_in(fields["version"], "version", 0),
        truth_in(fields["is_current"], "is_current"),
    )


def valuation_to_dict(valuation: Valuation) -> dict[str, Any]:
    """Write a valuation.

    Args:
        valuation: The valuation.

    Returns:
        A JSON-ready dictionary.
    """
    written = valuation._asdict()
    written["steps"] = [
        [it.kind.value, it.name, it.minor, it.after_minor] for it in valuation.steps
    ]
    written["valued_at"] = write_instant(valuation.valued_at)
    return written


def valuation_from_dict(written: object) -> Valuation:
    """Read a valuation.

    Args:
        written: What `valuation_to_dict` answered.

    Returns:
        The valuation.

    Raises:
        Corrupt: It is something else, or its steps do not add up to its price.
    """
    fields = fields_in(written, _VALUATION, "valuation")
    money = _money([fields["minor"], fields["currency"]], "valuation")
    steps = _steps(fields["steps"])
    if sum([it.minor for it in steps]) != money.minor:
        raise Corrupt(f"the steps of a valuation do not add up to {money}")
    return Valuation(
        text_in(fields["valuer"], "valuer"),
        text_in(fields["reference"], "reference"),
        money.currency,
        money.minor,
        text_in(fields["grade"], "grade"),
        steps,
        text_in(fields["book_id"], "book_id"),
        whole_in(fields["edition"], "edition", 0),
        instant_in(fields["valued_at"], "valued_at"),
    )


def bonus_to_dict(bonus: Bonus) -> dict[str, Any]:
    """Write a bonus.

    Args:
        bonus: The bonus.

    Returns:
        A JSON-ready dictionary.
    """
    ends = {"from_at": bonus.from_at, "until_at": bonus.until_at}
    return {
        "bonus_id": bonus.bonus_id,
        "amount": amount_to_list(bonus.amount),
        **{name: None if at is None else write_instant(at) for name, at in ends.items()},
        "brands": list(bonus.brands),
        "models": list(bonus.models),
    }


def bonus_from_dict(written: object) -> Bonus:
    """Read a bonus.

    Args:
        written: What `bonus_to_dict` answered.

    Returns:
        The bonus.

    Raises:
        Corrupt: It is something else, or no bonus can be like that.
    """
    fields = fields_in(written, _BONUS, "bonus")
    return _made(
        "bonus",
        Bonus,
        text_in(fields["bonus_id"], "bonus_id"),
        amount_from_list(fields["amount"], "amount"),
        optional(instant_in, fields["from_at"], "from_at"),
        optional(instant_in, fields["until_at"], "until_at"),
        _texts(fields["brands"], "brands"),
        _texts(fields["models"], "models"),
    )


def amount_to_list(amount: Money | Rate) -> list[Any]:
    """Write money, or a share.

    Args:
        amount: The money or the share.

    Returns:
        A JSON-ready list: of two parts for money, of three for a share.
    """
    return [amount.minor, amount.currency] if isinstance(amount, Money) else _rate_to_list(amount)


def amount_from_list(written: object, what: str) -> Money | Rate:
    """Read money, or a share.

    Args:
        written: What `amount_to_list` answered.
        what: What it should be.

    Returns:
        The money or the share.

    Raises:
        Corrupt: It is neither.
    """
    parts = list_in(written, what)
    return _rate(parts, what) if len(parts) == 3 else _money(parts, what)


def _steps(written: object) -> tuple[Step, ...]:
    """Read steps, each of which goes on from the one before."""
    steps: list[Step] = []
    before = 0
    for part in list_in(written, "steps"):
        kind, name, minor, after = list_in(part, "step", 4)
        after = whole_in(after, "step", 0)
        if type(minor) is not int or before + minor != after:
            raise Corrupt(f"a step goes from {before} to {after}, not by {minor!r:.40}")
        steps.append(Step(one_of(kind, _KINDS, "step"), text_in(name, "step"), minor, after))
        before = after
    return tuple(steps)


def _question_to_list(question: Question) -> list[Any]:
    """Write a question with its answers."""
    answers = [[it.answer_id, it.title, it.defect, it.adds, it.rejects] for it in question.answers]
    return [question.question_id, question.title, answers]


def _question(written: object) -> Question:
    """Read a question with its answers."""
    name, title, answers = list_in(written, "question", 3)
    read = [
        _made("answer", Answer, *[text_in(it, "answer") for it in list_in(of, "answer", 5)])
        for of in list_in(answers, "answers")
    ]
    texts = text_in(name, "question_id"), text_in(title, "title")
    return _made("question", Question, *texts, tuple(read))


def _grade(written: object) -> Grade:
    """Read a grade."""
    name, share = list_in(written, "grade", 2)
    return _made("grade", Grade, text_in(name, "grade_id"), _rate(share, "share"))


def _defect(written: object) -> Defect:
    """Read a defect."""
    name, grade_id, off = list_in(written, "defect", 3)
    texts = text_in(name, "defect_id"), text_in(grade_id, "grade_id")
    return _made("defect", Defect, *texts, amount_from_list(off, "deduction"))


def _addition(written: object) -> Addition:
    """Read an addition."""
    name, amount = list_in(written, "addition", 2)
    return _made("addition", Addition, text_in(name, "addition_id"), _money(amount, "amount"))


def _age(written: object) -> AgeBand:
    """Read what devices of some ages are worth."""
    first, last, share = list_in(written, "ages", 3)
    months = whole_in(first, "from_months", 0), whole_in(last, "through_months", 0)
    return _made("ages", AgeBand, *months, _rate(share, "share"))


def _rate_to_list(rate: Rate) -> list[Any]:
    """Write a share."""
    return [rate.numerator, rate.denominator, rate.rounding.value]


def _rate(written: object, what: str) -> Rate:
    """Read a share."""
    numerator, denominator, rounding = list_in(written, what, 3)
    return Rate(
        whole_in(numerator, what, 0),
        whole_in(denominator, what, 1),
        one_of(rounding, _ROUNDINGS, what),
    )


def _money(written: object, what: str) -> Money:
    """Read money."""
    minor, currency = list_in(written, what, 2)
    return _made(what, Money, whole_in(minor, what, 0), text_in(currency, what))


def _texts(written: object, what: str) -> tuple[str, ...]:
    """Read texts."""
    return tuple([text_in(it, what) for it in list_in(written, what)])


def _made(what: str, make: Callable[..., _T], *parts: Any) -> _T:
    """Make a value of its parts, which may not go together."""
    try:
        return make(*parts)
    except Misuse as fault:
        raise Corrupt(f"a {what} cannot be like that: {fault}") from None
