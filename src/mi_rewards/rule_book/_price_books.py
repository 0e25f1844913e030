"""The price books of a rule book: reading and writing."""

from collections.abc import Sequence

from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.rule_book._rows import Value, rows
from mi_rewards.rule_book._table import Table
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
from mi_rewards.trade_in.questions import Answer, Question, Questionnaire


def read_price_books(tables: Sequence[Table], currency: str) -> tuple[PriceBook, ...]:
    """Read the price books that a programme begins with.

    Args:
        tables: The tables, in their order.
        currency: The programme's.

    Returns:
        The price books.

    Raises:
        Misuse: Something is not right; the message names the price book and the key.
    """
    return tuple([_read_book(table, currency) for table in tables])


def _read_book(table: Table, currency: str) -> PriceBook:
    """Read a price book; once its id is read, messages name it by that."""
    book_id = table.text("id")
    table.known_as(f"price_books.{book_id}")
    rounding = Rounding(table.one_of("rounding", Rounding))
    ages = tuple([_read_age(it, rounding) for it in _some(table, "ages")])
    is_aged = bool(ages) or table.has("age_from")
    is_counted = bool(ages) or table.has("month_count")
    questions = tuple([_read_question(it) for it in _some(table, "questions")])
    return table.value(
        PriceBook,
        book_id,
        table.whole("edition"),
        currency,
        Base(table.one_of("base", Base)),
        _questionnaire(table, questions),
        tuple([_read_grade(it, rounding) for it in _some(table, "grades")]),
        tuple([_read_defect(it, rounding) for it in _some(table, "defects")]),
        tuple([_read_addition(it) for it in _some(table, "additions")]),
        ages,
        AgeFrom(table.one_of("age_from", AgeFrom)) if is_aged else AgeFrom.PURCHASE,
        MonthCount(table.one_of("month_count", MonthCount)) if is_counted else MonthCount.BEGUN,
        table.made("floor", Money.parse),
        table.made("ceiling", Money.parse) if table.has("ceiling") else None,
        table.made("rounding_to", Money.parse),
        rounding,
    )


def _some(table: Table, key: str) -> list[Table]:
    """Take tables out, where there are any."""
    return table.tables(key) if table.has(key) else []


def _questionnaire(table: Table, questions: tuple[Question, ...]) -> Questionnaire:
    """Make the questionnaire, and name the table where questions do not go together."""
    try:
        return Questionnaire(questions)
    except Misuse as fault:
        raise Misuse(f"{table.name}.questions: {fault}") from None


def _read_question(table: Table) -> Question:
    """Read a question with its answers."""
    question_id, title = table.text("id"), table.text("title")
    answers = tuple([_read_answer(it) for it in table.tables("answers")])
    return table.value(Question, question_id, title, answers)


def _read_answer(table: Table) -> Answer:
    """Read an answer."""
    answer_id, title = table.text("id"), table.text("title")
    said = {it: table.text(it) for it in ("defect", "adds", "rejects") if table.has(it)}
    return table.value(Answer, answer_id, title, **said)


def _read_grade(table: Table, rounding: Rounding) -> Grade:
    """Read a grade."""
    return table.value(Grade, table.text("id"), _read_share(table, "share", rounding))


def _read_defect(table: Table, rounding: Rounding) -> Defect:
    """Read what a defect takes off: money, or a part of the book value."""
    defect_id, grade_id = table.text("id"), table.text("grade") if table.has("grade") else ""
    if table.is_table("deduction"):
        return table.value(Defect, defect_id, grade_id, _read_share(table, "deduction", rounding))
    return table.value(Defect, defect_id, grade_id, table.made("deduction", Money.parse))


def _read_addition(table: Table) -> Addition:
    """Read an addition."""
    return table.value(Addition, table.text("id"), table.made("amount", Money.parse))


def _read_age(table: Table, rounding: Rounding) -> AgeBand:
    """Read what devices of some ages are worth."""
    months = table.whole("from_months"), table.whole("through_months")
    return table.value(AgeBand, *months, _read_share(table, "share", rounding))


def _read_share(table: Table, key: str, rounding: Rounding) -> Rate:
    """Read a part, which is rounded as the price book says."""
    row = table.table(key)
    return row.value(Rate, row.whole("part"), row.whole("of"), rounding)


def price_book_rows(book: PriceBook) -> str:
    """Write a price book.

    Args:
        book: The price book.

    Returns:
        TOML.
    """
    parts = [
        "\n[[price_books]]\n",
        rows(
            id=book.book_id,
            edition=book.edition,
            base=book.base.value,
            age_from=book.age_from.value,
            month_count=book.month_count.value,
            floor=str(book.floor),
            ceiling=None if book.ceiling is None else str(book.ceiling),
            rounding_to=str(book.rounding_to),
            rounding=book.rounding.value,
            ages=tuple([_age(it) for it in book.ages]) or None,
            grades=tuple([_grade(it) for it in book.grades]) or None,
        ),
    ]
    for question in book.questionnaire.questions:
        parts += [
            "\n[[price_books.questions]]\n",
            rows(
                id=question.question_id,
                title=question.title,
                answers=tuple([_answer(it) for it in question.answers]),
            ),
        ]
    for defect in book.defects:
        off = defect.deduction
        deduction = str(off) if isinstance(off, Money) else _share(off)
        parts += [
            "\n[[price_books.defects]]\n",
            rows(id=defect.defect_id, grade=defect.grade_id or None, deduction=deduction),
        ]
    for addition in book.additions:
        parts += [
            "\n[[price_books.additions]]\n",
            rows(id=addition.addition_id, amount=str(addition.amount)),
        ]
    return "".join(parts)


def _answer(answer: Answer) -> Value:
    """Write an answer."""
    return {
        "id": answer.answer_id,
        "title": answer.title,
        "defect": answer.defect or None,
        "adds": answer.adds or None,
        "rejects": answer.rejects or None,
    }


def _grade(grade: Grade) -> Value:
    """Write a grade."""
    return {"id": grade.grade_id, "share": _share(grade.share)}


def _age(band: AgeBand) -> Value:
    """Write what devices of some ages are worth."""
    return {
        "from_months": band.from_months,
        "through_months": band.through_months,
        "share": _share(band.share),
    }


def _share(rate: Rate) -> Value:
    """Write a part."""
    return {"part": rate.numerator, "of": rate.denominator}
