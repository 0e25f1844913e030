"""The price of a device, with the steps that explain it.

1. The steps come in one order: what the book says, age, grade, deductions, additions, bonuses, then
   the ceiling, the floor, and the rounding. Their changes add up to the price exactly.
2. A price never rises when an answer worsens or, among the ages that are taken, with age. Where it
   cannot be priced it is refused, never priced at zero.
3. No step takes the price below zero.
4. The price is between floor and ceiling: the model's own where it has them, else the book's.
"""

import enum
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from mi_rewards.calendar import utc
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money, Rate, divide
from mi_rewards.trade_in.bonuses import Bonus
from mi_rewards.trade_in.devices import Device, DeviceModel
from mi_rewards.trade_in.price_books import EDITIONS_MAX, PriceBook
from mi_rewards.trade_in.price_checks import check_limits
from mi_rewards.trade_in.price_parts import AgeFrom, Base
from mi_rewards.trade_in.pricing_refusals import (
    AHEAD,
    AgeNotEligible,
    DeviceRejected,
    NotInPortfolio,
    PurchaseDayMissing,
)

PRICE_BOOK: Final = "price-book"
"""The name of the valuer that is a price book of the programme's own."""


class StepKind(enum.StrEnum):
    """What changes a price, in its order."""

    BOOK = "book"
    AGE = "age"
    GRADE = "grade"
    DEDUCTION = "deduction"
    ADDITION = "addition"
    BONUS = "bonus"
    CEILING = "ceiling"
    FLOOR = "floor"
    ROUNDING = "rounding"


class Step(NamedTuple):
    """One step from nothing to the price.

    Attributes:
        kind: What changes it.
        name: Which of that kind: `"book"` or `"launch"`, months such as `"4-6"`, a grade, a defect,
            an addition, a bonus, whose limit (`"model"` or `"price_book"`), a rounding; of a
            partner's answer the partner.
        minor: By how much, in minor units; below zero where the price falls.
        after_minor: The price after it, in minor units.
    """

    kind: StepKind
    name: str
    minor: int
    after_minor: int


class Valuation(NamedTuple):
    """What a device is worth, as somebody valued it.

    Attributes:
        valuer: Who: `"price-book"`, or a partner's name.
        reference: What a partner calls it; empty where it says nothing.
        currency: An ISO 4217 code.
        minor: The price, in minor units.
        grade: The grade of its condition; empty where there is none.
        steps: What explains the price; their changes add up to it.
        book_id: The price book; of a quote by a partner the one within whose bounds it was; empty
            where there was none.
        edition: Its edition; 0 where there was none.
        valued_at: The instant (UTC) for which it was valued.
    """

    valuer: str
    reference: str
    currency: str
    minor: int
    grade: str
    steps: tuple[Step, ...]
    book_id: str
    edition: int
    valued_at: datetime

    @property
    def value(self) -> Money:
        """The price."""
        return Money(self.minor, self.currency)

    def check(self) -> None:
        """Check that it can be recorded, whoever made it.

        Raises:
            Misuse: A part is of another kind, the price is no money, its steps do not lead from
                nothing to it, or its instant is not in UTC.
        """
        for name in ("valuer", "reference", "grade", "book_id"):
            if type(getattr(self, name)) is not str:
                raise Misuse(f"a valuation's {name} is a text, not {getattr(self, name)!r:.60}")
        if not self.valuer:
            raise Misuse("a valuation is signed by somebody")
        price = Money(self.minor, self.currency)
        if type(self.edition) is not int or not 0 <= self.edition <= EDITIONS_MAX:
            raise Misuse(f"an edition is 0 to {EDITIONS_MAX}, not {self.edition!r:.60}")
        if type(self.steps) is not tuple or not all(type(it) is Step for it in self.steps):
            raise Misuse(f"a valuation's steps are a tuple of Step, not {self.steps!r:.80}")
        reached = 0
        for step in self.steps:
            reached = _after(step, reached)
        if reached != price.minor:
            raise Misuse(f"the steps of a valuation lead to {reached}, not to {price.minor}")
        if type(self.valued_at) is not datetime or self.valued_at.utcoffset() != timedelta(0):
            raise Misuse(f"a valuation is for an instant in UTC, not {self.valued_at!r:.60}")


def _after(step: Step, before: int) -> int:
    """Check a step, and tell where it leads."""
    kind, name, minor, after = step
    if type(kind) is not StepKind or type(name) is not str:
        raise Misuse(f"a step has a kind and a name, not {kind!r:.60} and {name!r:.60}")
    if type(minor) is not int or type(after) is not int or not 0 <= after <= TOKENS_MAX:
        raise Misuse(f"a step leads to 0 to {TOKENS_MAX} minor units, not {after!r:.60}")
    if before + minor != after:
        raise Misuse(f"a step of {minor} leads from {before} to {before + minor}, not to {after}")
    return after


def stated(
    valuer: str, value: Money, *, at: datetime, reference: str = "", grade: str = ""
) -> Valuation:
    """Make a valuation of what a partner stated.

    Args:
        valuer: The partner's name.
        value: What the device is worth.
        at: The instant for which it was valued.
        reference: What the partner calls it.
        grade: The grade that the partner gave it.

    Returns:
        The valuation, explained by the one step that is known.

    Raises:
        Misuse: An argument is of the wrong kind, or the partner has the name of the price book.
    """
    if type(valuer) is not str or not valuer or valuer == PRICE_BOOK:
        raise Misuse(f"a partner has a name of its own, not {valuer!r:.60}")
    if type(value) is not Money:
        raise Misuse(f"a partner states money, not {value!r:.60}")
    if type(reference) is not str or type(grade) is not str:
        raise Misuse(f"a reference and a grade are texts, not {reference!r:.60}, {grade!r:.60}")
    steps = (Step(StepKind.BOOK, valuer, value.minor, value.minor),)
    at = utc(at)
    return Valuation(valuer, reference, value.currency, value.minor, grade, steps, "", 0, at)


def price(
    book: PriceBook,
    model: DeviceModel,
    device: Device,
    answers: Mapping[str, str],
    *,
    at: datetime,
    on: date,
    bonuses: Sequence[Bonus] = (),
) -> Valuation:
    """Price a device by a price book.

    Args:
        book: The price book.
        model: Its model, as the price book states it.
        device: The device.
        answers: The name of an answer, by the question's.
        at: The instant; it decides which bonuses are given.
        on: The day of it in the programme's zone; it decides upon the age.
        bonuses: What campaigns add, in their order.

    Returns:
        The price with its steps. The same inputs give the same answer.

    Raises:
        Misuse: The model is not of this price book, the device not of this model, an answer or a
            question is unknown, or a price is too large.
        NotInPortfolio: The price book has no figure for the model.
        DeviceRejected: An answer rules the device out.
        AnswersIncomplete: A question is not answered.
        PurchaseDayMissing: Age counts from the day of purchase, and that is not stated.
        AgeNotEligible: It is too young or too old, or bought after *on*.
    """
    at = utc(at)
    check_model(book, model)
    if (device.model_id, device.variant) != (model.model_id, model.variant):
        raise Misuse(
            f"the device is a {device.model_id!r} ({device.variant}), not a {model.model_id!r}"
            f" ({model.variant})"
        )
    base_minor = model.book_minor if book.base is Base.BOOK else model.launch_minor
    if base_minor is None:
        raise NotInPortfolio(model_id=model.model_id, variant=model.variant)
    reason = book.questionnaire.rejection(answers)
    if reason:
        raise DeviceRejected(reason=reason)
    book.questionnaire.read(answers)
    reckoning = _Reckoning(book)
    reckoning.add(StepKind.BOOK, book.base.value, base_minor)
    _age(reckoning, model, device, on)
    _condition(reckoning, base_minor, answers)
    for bonus in bonuses:
        if bonus.applies(brand=model.brand, model_id=model.model_id, at=at):
            _bonus(reckoning, bonus)
    _limits(reckoning, model)
    return Valuation(
        PRICE_BOOK,
        "",
        book.currency,
        reckoning.minor,
        book.grade(answers),
        tuple(reckoning.steps),
        book.book_id,
        book.edition,
        at,
    )


def limits(book: PriceBook, model: DeviceModel) -> tuple[int, int | None]:
    """Tell between what a model is priced.

    Args:
        book: The price book.
        model: The model.

    Returns:
        The least and the most, in minor units, `None` for no such limit: the model's own where it
        has them, else the book's.
    """
    if model.floor_minor is not None:
        return model.floor_minor, model.ceiling_minor
    return book.floor.minor, None if book.ceiling is None else book.ceiling.minor


def check_model(book: PriceBook, model: DeviceModel) -> None:
    """Check that a model is one of a price book.

    Args:
        book: The price book.
        model: The model.

    Raises:
        Misuse: It is of another one, in another currency, its limits are no whole multiples of what
            prices are rounded to, or its launch is unknown and age counts from that.
    """
    if model.book_id != book.book_id or model.currency != book.currency:
        raise Misuse(
            f"{model.model_id!r} is of {model.book_id!r} in {model.currency}, not of"
            f" {book.book_id!r} in {book.currency}"
        )
    if model.floor_minor is not None:
        check_limits(model.floor_minor, model.ceiling_minor, book.rounding_to)
    if book.ages and book.age_from is AgeFrom.LAUNCH and model.launched_on is None:
        raise Misuse(f"age counts from the launch, and that of {model.model_id!r} is not stated")


class _Reckoning:
    """A price while it is reckoned."""

    def __init__(self, book: PriceBook) -> None:
        """Begin with nothing."""
        self.book = book
        self.minor = 0
        self.steps: list[Step] = []

    def add(self, kind: StepKind, name: str, minor: int) -> None:
        """Take a step."""
        self.minor += minor
        if self.minor > TOKENS_MAX:
            raise Misuse(f"a price is at most {TOKENS_MAX} minor units, and {name!r} passes that")
        self.steps.append(Step(kind, name, minor, self.minor))

    def part(self, share: Rate, minor: int) -> int:
        """Take a share of an amount."""
        return divide(minor * share.numerator, share.denominator, self.book.rounding)

    def reach(self, kind: StepKind, name: str, minor: int) -> None:
        """Take a step to an amount, where it is another one."""
        if minor != self.minor:
            self.add(kind, name, minor - self.minor)


def _age(reckoning: _Reckoning, model: DeviceModel, device: Device, on: date) -> None:
    """Take what age leaves of it."""
    book = reckoning.book
    if not book.ages:
        return
    is_bought = book.age_from is AgeFrom.PURCHASE
    since = device.purchased_on if is_bought else model.launched_on
    if since is None:
        raise PurchaseDayMissing(model_id=model.model_id)
    if since > on:
        raise AgeNotEligible(
            months=AHEAD,
            from_months=book.ages[0].from_months,
            through_months=book.ages[-1].through_months,
        )
    band = book.age_at(book.age_months(since, on))
    left = reckoning.part(band.share, reckoning.minor)
    name = f"{band.from_months}-{band.through_months}"
    reckoning.add(StepKind.AGE, name, left - reckoning.minor)


def _condition(reckoning: _Reckoning, base_minor: int, answers: Mapping[str, str]) -> None:
    """Take what its condition leaves of it."""
    book = reckoning.book
    if book.grades:
        grade_id = book.grade(answers)
        grade = next(it for it in book.grades if it.grade_id == grade_id)
        left = reckoning.part(grade.share, reckoning.minor)
        reckoning.add(StepKind.GRADE, grade_id, left - reckoning.minor)
    for defect_id in book.questionnaire.defects(answers):
        off = book.defect(defect_id).deduction
        minor = off.minor if isinstance(off, Money) else reckoning.part(off, base_minor)
        reckoning.add(StepKind.DEDUCTION, defect_id, -min(minor, reckoning.minor))
    for addition_id in book.questionnaire.additions(answers):
        reckoning.add(StepKind.ADDITION, addition_id, book.addition(addition_id).amount.minor)


def _bonus(reckoning: _Reckoning, bonus: Bonus) -> None:
    """Add a bonus."""
    amount = bonus.amount
    if isinstance(amount, Rate):
        reckoning.add(StepKind.BONUS, bonus.bonus_id, amount.of(reckoning.minor))
        return
    if amount.currency != reckoning.book.currency:
        raise Misuse(f"bonus {bonus.bonus_id!r} is in {amount.currency}")
    reckoning.add(StepKind.BONUS, bonus.bonus_id, amount.minor)


def _limits(reckoning: _Reckoning, model: DeviceModel) -> None:
    """Keep it between floor and ceiling, and round it."""
    book, unit = reckoning.book, reckoning.book.rounding_to.minor
    name = "price_book" if model.floor_minor is None else "model"
    floor, ceiling = limits(book, model)
    if ceiling is not None:
        reckoning.reach(StepKind.CEILING, name, min(ceiling, reckoning.minor))
    reckoning.reach(StepKind.FLOOR, name, max(floor, reckoning.minor))
    whole = divide(reckoning.minor, unit, book.rounding) * unit
    reckoning.reach(StepKind.ROUNDING, book.rounding.value, whole)
