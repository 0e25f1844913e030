"""Price books: from which figures the price of a device is reckoned.

1. A price book is checked when it is made: of each question a worse answer never has a better
   grade, a smaller deduction or a larger addition, and shares never rise with grade or age. What
   it prices is therefore monotone.
2. It has editions, each with another number. What was quoted under one stays.
3. Every share has the rounding of the book.
4. The floor is at most the ceiling, and both are whole steps of what prices are rounded to, so that
   rounding keeps a price between them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import attrs

from mi_rewards._canonical import canonical, digest
from mi_rewards.calendar import add_months
from mi_rewards.calendar.days import checked_day
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate, Rounding, exponent_of
from mi_rewards.trade_in.price_checks import (
    check_ages,
    check_answers,
    check_currency,
    check_grades,
    check_kinds,
    check_limits,
    check_shares,
    check_stated,
)
from mi_rewards.trade_in.price_parts import (
    Addition,
    AgeBand,
    AgeFrom,
    Base,
    Defect,
    Grade,
    MonthCount,
)
from mi_rewards.trade_in.pricing_refusals import AgeNotEligible
from mi_rewards.trade_in.questions import Questionnaire

EDITIONS_MAX: Final = 999_999
"""The last edition: its number is written with six digits."""


@attrs.frozen(order=False)
class PriceBook:
    """From which figures prices are reckoned.

    Attributes:
        book_id: Names it.
        edition: Counts its editions, from 1.
        currency: The ISO 4217 code of all its money.
        base: From which figure of a model a price is reckoned.
        questionnaire: What is asked.
        grades: From best to worst; none where the condition has no grade.
        defects: Those that the answers name, each once.
        additions: Those that the answers name, each once.
        ages: What devices are worth by age, without a gap; none where age does not count.
        age_from: From which day age is counted.
        month_count: How months are counted.
        floor: The salvage value: the least that any device is worth.
        ceiling: The most; `None` for no such limit.
        rounding_to: Of what prices are whole multiples.
        rounding: How it and every division is rounded.
        version: How many times it was stored.
        is_current: Whether it is the row of whichever edition counts now, rather than the one that
            keeps this edition.

    Raises:
        Misuse: A part is of another kind or in another currency, parts do not go together, or what
            it prices would not be monotone.
    """

    book_id: str
    edition: int
    currency: str
    base: Base
    questionnaire: Questionnaire
    grades: tuple[Grade, ...]
    defects: tuple[Defect, ...]
    additions: tuple[Addition, ...]
    ages: tuple[AgeBand, ...]
    age_from: AgeFrom
    month_count: MonthCount
    floor: Money
    ceiling: Money | None
    rounding_to: Money
    rounding: Rounding
    version: int = 0
    is_current: bool = True

    def __attrs_post_init__(self) -> None:
        """Check the parts, and that they go together."""
        if type(self.book_id) is not str or not self.book_id:
            raise Misuse(f"the id of a price book is a text, not {self.book_id!r:.60}")
        if type(self.edition) is not int or not 1 <= self.edition <= EDITIONS_MAX:
            raise Misuse(f"an edition is 1 to {EDITIONS_MAX}, not {self.edition!r:.60}")
        exponent_of(self.currency)
        for kind, value in (
            (Base, self.base),
            (Questionnaire, self.questionnaire),
            (AgeFrom, self.age_from),
            (MonthCount, self.month_count),
            (Money, self.floor),
            (Money, self.rounding_to),
            (Rounding, self.rounding),
        ):
            if type(value) is not kind:
                raise Misuse(f"a price book wants one of {kind.__name__}, not {value!r:.60}")
        if self.ceiling is not None and type(self.ceiling) is not Money:
            raise Misuse(f"a price book's ceiling is money, not {self.ceiling!r:.60}")
        check_kinds("grades", self.grades, Grade)
        check_kinds("defects", self.defects, Defect)
        check_kinds("additions", self.additions, Addition)
        check_kinds("ages", self.ages, AgeBand)
        self._check_figures()
        self._check_answers()

    def _check_figures(self) -> None:
        """Check the roundings, the currencies, and the limits."""
        deductions = [it.deduction for it in self.defects]
        amounts = [
            ("rounding_to", self.rounding_to),
            ("floor", self.floor),
            ("ceiling", self.ceiling),
            *[(f"defect {it.defect_id!r}", it.deduction) for it in self.defects],
            *[(f"addition {it.addition_id!r}", it.amount) for it in self.additions],
        ]
        shares = [*[it.share for it in self.grades], *[it.share for it in self.ages]]
        check_shares([*shares, *deductions], self.rounding)
        check_currency(amounts, self.currency)
        if not self.rounding_to.minor:
            raise Misuse("prices are whole multiples of more than nothing")
        ceiling_minor = None if self.ceiling is None else self.ceiling.minor
        check_limits(self.floor.minor, ceiling_minor, self.rounding_to)

    def _check_answers(self) -> None:
        """Check that what is worse is never worth more."""
        check_grades(self.grades)
        check_ages(self.ages)
        said = [it for of in self.questionnaire.questions for it in of.answers]
        defects = {it.defect_id: it for it in self.defects}
        additions = {it.addition_id: it for it in self.additions}
        check_stated(
            "defect", [it.defect_id for it in self.defects], {it.defect for it in said} - {""}
        )
        check_stated(
            "addition", [it.addition_id for it in self.additions], {it.adds for it in said} - {""}
        )
        check_answers(self.questionnaire, self._ranks, defects, additions)

    @property
    def _ranks(self) -> dict[str, int]:
        """The place of each grade, from 0 for the best; that of no name is 0."""
        return {"": 0, **{it.grade_id: rank for rank, it in enumerate(self.grades)}}

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that are equal where all but the row that it is in is."""
        plain = canonical(attrs.evolve(self, version=0, is_current=True))
        return digest(plain, size=8)

    def is_same(self, other: "PriceBook") -> bool:
        """Tell whether it states what another one states, whichever row each is in.

        Args:
            other: The other one.

        Returns:
            Whether their digests are equal.
        """
        mine = attrs.evolve(self, version=other.version, is_current=other.is_current)
        return mine == other

    @property
    def due_at(self) -> None:
        """The calendar changes nothing of a price book."""
        return

    def stored(self) -> "PriceBook":
        """The same price book, stored once more.

        Returns:
            The price book with its version raised by one.
        """
        return attrs.evolve(self, version=self.version + 1)

    def defect(self, defect_id: str) -> Defect:
        """Find a defect.

        Args:
            defect_id: Its name, one that an answer says.

        Returns:
            The defect.
        """
        return next(it for it in self.defects if it.defect_id == defect_id)

    def addition(self, addition_id: str) -> Addition:
        """Find an addition.

        Args:
            addition_id: Its name, one that an answer says.

        Returns:
            The addition.
        """
        return next(it for it in self.additions if it.addition_id == addition_id)

    def grade(self, answers: Mapping[str, str]) -> str:
        """Grade a device: the best grade that each of its defects allows.

        Args:
            answers: The name of an answer, by the question's.

        Returns:
            The grade's name; empty where there are none.

        Raises:
            Misuse: A question or an answer is unknown.
        """
        ranks = self._ranks
        named = self.questionnaire.defects(answers)
        found = [ranks[self.defect(it).grade_id] for it in named]
        return self.grades[max([0, *found])].grade_id if self.grades else ""

    def age_months(self, since: date, day: date) -> int:
        """Count a device's age.

        Args:
            since: The day on which it was bought, or launched.
            day: The day, in the programme's zone, on which it is priced.

        Returns:
            Months, as this price book counts them.

        Raises:
            Misuse: A day is none, or *day* is before *since*.
        """
        if checked_day(day) < checked_day(since):
            raise Misuse(f"an age is counted from {since} on, not on {day}")
        months = (day.year - since.year) * 12 + day.month - since.month
        if add_months(since, months) > day:
            months -= 1
        return months + 1 if self.month_count is MonthCount.BEGUN else months

    def age_at(self, months: int) -> AgeBand:
        """Find what devices of an age are worth, where age counts.

        Args:
            months: The age, as `age_months` counts it.

        Returns:
            The ages that it belongs to.

        Raises:
            Misuse: Age does not count.
            AgeNotEligible: It belongs to none.
        """
        if not self.ages:
            raise Misuse(f"in price book {self.book_id!r} age does not count")
        for band in self.ages:
            if band.from_months <= months <= band.through_months:
                return band
        raise AgeNotEligible(
            months=months,
            from_months=self.ages[0].from_months,
            through_months=self.ages[-1].through_months,
        )

    def share_at(self, months: int) -> Rate:
        """Find which part of the book value devices of an age are worth.

        Args:
            months: The age, as `age_months` counts it.

        Returns:
            The share; the whole where age does not count.

        Raises:
            AgeNotEligible: Such devices are not taken.
        """
        return self.age_at(months).share if self.ages else Rate(1, 1, self.rounding)


def check_books(price_books: object, currency: str) -> None:
    """Check that the price books of a programme go together.

    Args:
        price_books: The price books.
        currency: The programme's.

    Raises:
        Misuse: They are no tuple of price books, two have a name in common, one was stored, or is
            in another currency.
    """
    if type(price_books) is not tuple or not all(type(it) is PriceBook for it in price_books):
        raise Misuse(f"a programme's price_books are a tuple of PriceBook, not {price_books!r:.80}")
    names: set[str] = set()
    for book in price_books:
        if book.book_id in names:
            raise Misuse(f"two price books are named {book.book_id!r}")
        names.add(book.book_id)
        if book.version:
            raise Misuse(f"price book {book.book_id!r} was stored; a rule book has version 0")
        if book.currency != currency:
            raise Misuse(
                f"price book {book.book_id!r} is in {book.currency}, the programme in {currency}"
            )
