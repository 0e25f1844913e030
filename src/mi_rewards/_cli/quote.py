"""What a device is worth by a rule book, with every step, what that is good for, and until when.

1. A no is an answer, like a price. Answers that are missing are asked for at a terminal; without
   one they are one message.
2. Nothing is computed here that the price book and the terms do not say. Nothing is kept: the quote
   that a member gets, of a device that is in one exchange at most, is a command.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TextIO
from zoneinfo import ZoneInfo

import attrs

from mi_rewards._cli.asking import ask_all, ask_day
from mi_rewards._cli.device_files import DeviceFile
from mi_rewards._event_log.words import OTHER_RULE_BOOK, local_time, shown
from mi_rewards.calendar import write_day, write_instant
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.trade_in.price_books import PriceBook
from mi_rewards.trade_in.price_parts import AgeFrom
from mi_rewards.trade_in.pricing import Step, StepKind, Valuation, price
from mi_rewards.trade_in.pricing_refusals import AnswersIncomplete, PurchaseDayMissing
from mi_rewards.trade_in.questions import Questionnaire
from mi_rewards.trade_in.terms import ExchangeMode, Surplus, TradeInTerms

_STEPS: Final[Mapping[StepKind, str]] = {
    StepKind.AGE: "age {name} months",
    StepKind.GRADE: "grade {name}",
    StepKind.DEDUCTION: "{name}",
    StepKind.ADDITION: "{name}",
    StepKind.BONUS: "bonus {name}",
    StepKind.CEILING: "ceiling of the {name}",
    StepKind.FLOOR: "floor of the {name}",
    StepKind.ROUNDING: "rounded {name}",
}
"""What a step is called, but for the first."""

_MODES: Final[Mapping[ExchangeMode, tuple[str, str]]] = {
    ExchangeMode.IN_STORE: ("money off one product", "handed over at the store"),
    ExchangeMode.ONLINE: ("money off one product", "inspected at the door"),
    ExchangeMode.PICKUP: ("money, beside an order paid in full", "fetched and inspected"),
}
"""What the price is good for, and what becomes of the device."""


@attrs.frozen(order=False)
class Priced:
    """What a device is worth, or why it is not taken.

    Attributes:
        programme: The rules.
        device: What is priced.
        at: When, in UTC.
        terms: What holds for the trade-in; `None` where the programme has no terms.
        valuation: The price with its steps; `None` where the device is not taken.
        refusal: Why it is not; `None` where it is.
        last_day: The last day on which the price stands; `None` where that is not stated.
    """

    programme: Programme
    device: DeviceFile
    at: datetime
    terms: TradeInTerms | None
    valuation: Valuation | None
    refusal: Refused | None
    last_day: date | None

    @classmethod
    def of(
        cls,
        programme: Programme,
        device: DeviceFile,
        *,
        at: datetime,
        terms_id: str,
        ask: TextIO | None,
    ) -> "Priced":
        """Price a device.

        Args:
            programme: The rules.
            device: The device.
            at: When (UTC).
            terms_id: The terms of the trade-in; empty for the only ones that there are.
            ask: Where what the file leaves out is asked for; `None` for nowhere.

        Returns:
            The price, or why it is not taken.

        Raises:
            Misuse: The rule book has no such terms or no such price book, answers are missing or
                unknown, or something that the file states cannot be.
        """
        terms = _terms(programme, terms_id)
        book = _book(programme, terms)
        on = programme.zone.day_of(at)
        device.check(book, on=on, every_imei=terms is not None and terms.every_imei)
        valuation: Valuation | None = None
        refusal: Refused | None = None
        try:
            if terms is not None:
                terms.check_brand(device.brand)
            if ask is not None:
                device = _completed(device, book, ask, on)
            valuation = _valued(programme, device, book, terms, at)
        except AnswersIncomplete as no:
            raise _left_out(device, book.questionnaire, str(no.figures["missing"])) from None
        except PurchaseDayMissing:
            raise Misuse(f"{device.name} leaves out bought_on, from which age counts") from None
        except Refused as no:
            refusal = no
        last_day = None if terms is None else terms.last_day(at, programme.zone)
        return cls(programme, device, at, terms, valuation, refusal, last_day)

    def as_json(self) -> dict[str, Any]:
        """State it as one object.

        Returns:
            JSON-ready; amounts are in minor units.
        """
        device, valuation, terms, refusal = self.device, self.valuation, self.terms, self.refusal
        return {
            "programme": self.programme.name,
            "at": write_instant(self.at),
            "device": {
                "brand": device.brand,
                "model": device.model_id,
                "variant": device.variant,
                "imeis": list(device.imeis),
                "bought_on": None if device.bought_on is None else write_day(device.bought_on),
            },
            "answers": dict(sorted(device.answers.items())),
            "refused": None
            if refusal is None
            else {"code": refusal.code, "message": str(refusal), **dict(refusal.figures)},
            "price": None
            if valuation is None
            else {
                "minor": valuation.minor,
                "currency": valuation.currency,
                "grade": valuation.grade,
                "price_book": valuation.book_id,
                "edition": valuation.edition,
                "steps": [{**it._asdict(), "kind": it.kind.value} for it in valuation.steps],
            },
            "terms": None
            if terms is None
            else {
                "terms_id": terms.terms_id,
                "mode": terms.mode.value,
                "channels": list(terms.channels),
                "products": list(terms.products),
                "categories": list(terms.categories),
                "last_day": None if self.last_day is None else write_day(self.last_day),
            },
        }

    def as_text(self) -> str:
        """State it for people.

        Returns:
            Lines without an end.
        """
        zone = ZoneInfo(self.programme.zone.name)
        head = (
            f"{shown(self.programme.title)}: quote for {shown(self.device.shown)} at"
            f" {local_time(self.at, zone)}, times of {zone.key}"
        )
        if self.valuation is None:
            return f"{head}\n\nNot taken: {self.refusal}"
        return "\n".join([head, "", *_table(self.valuation), "", *self._good_for()])

    def _good_for(self) -> list[str]:
        """Say what the price is good for, and until when."""
        terms = self.terms
        if terms is None:
            return ["The rule book has no terms: what the price is good for is not stated."]
        named = ", ".join(map(shown, (*terms.products, *terms.categories)))
        what, device = _MODES[terms.mode]
        lines = [
            ("terms", shown(terms.terms_id)),
            ("good for", f"{what}: {named}" if named else what),
            ("at", ", ".join(map(shown, terms.channels))),
            ("device", device),
        ]
        if terms.mode is not ExchangeMode.PICKUP:
            beside = ", ".join(terms.combines) or "no other benefit"
            lines.append(("beside", beside))
            lost = terms.surplus is Surplus.LOST
            lines.append(("surplus", "lost" if lost else "paid as tokens"))
        until = "not stated" if self.last_day is None else f"the end of {write_day(self.last_day)}"
        lines.append(("until", until))
        return [f"{label:<10}{text}" for label, text in lines]


def _terms(programme: Programme, terms_id: str) -> TradeInTerms | None:
    """Find the terms that are meant."""
    names = [it.terms_id for it in programme.trade_ins]
    if not terms_id and len(names) < 2:
        return programme.trade_ins[0] if names else None
    there = ", ".join(map(shown, names))
    if not terms_id:
        raise Misuse(f"{programme.name} has several kinds of trade-in: --terms is one of {there}")
    if terms_id not in names:
        known = f"there is {there}" if names else f"it states none{OTHER_RULE_BOOK}"
        raise Misuse(f"{programme.name} has no trade-in terms {terms_id!r}: {known}")
    return programme.trade_ins[names.index(terms_id)]


def _book(programme: Programme, terms: TradeInTerms | None) -> PriceBook:
    """Find the price book that is meant."""
    books = {it.book_id: it for it in programme.price_books}
    if terms is not None:
        if terms.book_id not in books:
            there = ", ".join(map(shown, books))
            known = f"there is {there}: unless a name is mistyped," if there else "it states none:"
            raise Misuse(
                f"trade_ins.{shown(terms.terms_id)}.price_book: {programme.name} has no price book"
                f" {terms.book_id!r}, {known} what devices are worth is a partner's to say"
            )
        return books[terms.book_id]
    if len(books) != 1:
        has = "several price books, and no terms that name one" if books else "no price book"
        raise Misuse(f"{programme.name} has {has}")
    return programme.price_books[0]


def _completed(device: DeviceFile, book: PriceBook, source: TextIO, today: date) -> DeviceFile:
    """Ask for what the file leaves out."""
    answers = ask_all(book.questionnaire, device.answers, source)
    device = attrs.evolve(device, answers=answers)
    is_wanted = bool(book.ages) and book.age_from is AgeFrom.PURCHASE
    if device.bought_on is None and is_wanted and not book.questionnaire.rejection(answers):
        device = attrs.evolve(device, bought_on=ask_day("When was it bought?", source, until=today))
    return device


def _valued(
    programme: Programme,
    device: DeviceFile,
    book: PriceBook,
    terms: TradeInTerms | None,
    at: datetime,
) -> Valuation:
    """Price the device by the price book."""
    return price(
        book,
        device.model(book.book_id, book.currency),
        device.device(),
        device.answers,
        at=at,
        on=programme.zone.day_of(at),
        bonuses=() if terms is None else terms.bonuses,
    )


def _left_out(device: DeviceFile, questionnaire: Questionnaire, missing: str) -> Misuse:
    """Say which answers are missing, and what they can be."""
    names = missing.split(", ")
    wanted = [
        f"{shown(it.question_id)} ({', '.join([shown(one.answer_id) for one in it.answers])})"
        for it in questionnaire.questions
        if it.question_id in names
    ]
    return Misuse(
        f"{device.name} leaves out answers: {'; '.join(wanted)}. State them under [answers], or be"
        " asked at a terminal"
    )


def _table(valuation: Valuation) -> list[str]:
    """Write the steps of a price, and the price."""
    rows = [("", "", "price"), *[_row(it, valuation.currency) for it in valuation.steps]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left, middle, right = widths
    lines = [f"{one:<{left}}  {two:>{middle}}  {three:>{right}}" for one, two, three in rows]
    total = f"{valuation.value}"
    by = f"edition {valuation.edition} of price book {shown(valuation.book_id)}"
    return [*lines, f"{'price':<{left}}  {'':>{middle}}  {total:>{right}}", f"by {by}"]


def _row(step: Step, currency: str) -> tuple[str, str, str]:
    """Write a step: what it is, what it changes, and the price after it."""
    if step.kind is StepKind.BOOK:
        name = f"{step.name} {'price' if step.name == 'launch' else 'value'}"
        return name, "", str(Money(step.after_minor, currency))
    sign = "-" if step.minor < 0 else "+"
    name = _STEPS[step.kind].format(name=shown(step.name).replace("_", " "))
    change = f"{sign}{Money(abs(step.minor), currency)}"
    return name, change, str(Money(step.after_minor, currency))
