"""Old devices, for checks to store: price books, models, entries, quotes, exchanges.

`OF_TRADE_INS` makes one of each kind, whose contents tell a *mark*; see `samples`.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import attrs

from mi_rewards.calendar import Zone
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.testing._checks.ahead import AT
from mi_rewards.trade_in import (
    Addition,
    AgeBand,
    AgeFrom,
    Answer,
    Base,
    Defect,
    Device,
    DeviceEntry,
    DeviceModel,
    DeviceQuote,
    Exchange,
    ExchangeMode,
    Grade,
    MonthCount,
    OnReturn,
    PriceBook,
    Question,
    Questionnaire,
    Step,
    StepKind,
    Surplus,
    TradeInTerms,
    Valuation,
    Worse,
    issue_quote,
    open_exchange,
)
from mi_rewards.trade_in.imei import check_digit
from mi_rewards.trade_in.price_books import EDITIONS_MAX

ZONE: Final = Zone("Asia/Kolkata")
RUPEE: Final = 100
HUNDRED_RUPEES: Final = 100 * RUPEE

ONLINE: Final = TradeInTerms(
    "mi.com",
    ExchangeMode.ONLINE,
    "book",
    ("mi.com", "naïve 'shop'"),
    categories=("phones",),
    quote_days=14,
    credit=Rate(1, RUPEE),
    worse=Worse.PAY_DIFFERENCE,
    answer_within_hours=48,
    on_return=OnReturn.CREDIT,
)
"""Its value is taken off at checkout; worth less, the member is asked."""

STORE: Final = attrs.evolve(
    ONLINE, terms_id="store", mode=ExchangeMode.IN_STORE, surplus=Surplus.TOKENS
)
"""Its value is taken off at the store, and a surplus credited as tokens."""

PICKUP: Final = attrs.evolve(
    ONLINE,
    terms_id="pickup",
    mode=ExchangeMode.PICKUP,
    pickup_within_days=7,
    attempts_max=2,
)
"""It is fetched within seven days, and paid for; somebody comes twice at most."""

ANSWERS: Final = (("box", "yes"), ("screen", "clean"))
"""What is declared of a device without a fault."""

CRACKED: Final = (("box", "no"), ("screen", "cracked"))
"""What is found of one that is worth half."""

BOOK: Final = PriceBook(
    "book",
    1,
    "INR",
    Base.BOOK,
    Questionnaire(
        (
            Question(
                "screen",
                "पर्दा?",
                (
                    Answer("clean", "Clean"),
                    Answer("cracked", "Cracked", defect="cracked"),
                    Answer("dead", "Dead", rejects="does_not_light"),
                ),
            ),
            Question("box", "Its box?", (Answer("yes", "Yes", adds="box"), Answer("no", "No"))),
        )
    ),
    (Grade("A", Rate(1, 1)), Grade("B", Rate(1, 2))),
    (Defect("cracked", "B", Rate(1, 10)),),
    (Addition("box", Money(5 * RUPEE, "INR")),),
    (AgeBand(0, 12, Rate(9, 10)), AgeBand(13, 48, Rate(1, 3))),
    AgeFrom.LAUNCH,
    MonthCount.BEGUN,
    Money(HUNDRED_RUPEES, "INR"),
    Money(90 * HUNDRED_RUPEES, "INR"),
    Money(RUPEE, "INR"),
    Rounding.DOWN,
)
"""A price book with something of everything."""


def imei_of(*texts: str) -> str:
    """Make the number of a device that does not exist: another for other texts."""
    digits = int(hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12], 16) % 10**12
    body = f"86{digits:012}"
    return body + check_digit(body)


def edition_of(name: str) -> int:
    """Tell an edition by its number, or by any other name."""
    if name.isdecimal() and 1 <= int(name) <= EDITIONS_MAX:
        return int(name)
    return 1 + int(hashlib.sha256(name.encode()).hexdigest()[:12], 16) % EDITIONS_MAX


def price_book(book_id: str, edition: int = 1, *, mark: int = 1) -> PriceBook:
    """Make an edition of a price book, whose ceiling is *mark* paise."""
    nothing, ceiling = Money(0, "INR"), Money(mark, "INR")
    return PriceBook(
        book_id,
        edition,
        "INR",
        Base.LAUNCH,
        Questionnaire(()),
        (),
        (),
        (),
        (),
        AgeFrom.PURCHASE,
        MonthCount.COMPLETED,
        nothing,
        ceiling,
        Money(1, "INR"),
        Rounding.UP,
        is_current=False,
    )


def model(book_id: str = "book", variant: str = "", *, mark: int = 1_000_000) -> DeviceModel:
    """Make a model that is worth *mark* paise."""
    day = date(2017, 1, 19)
    return DeviceModel(book_id, "note", variant, "Xiaomi", "नोट", "INR", mark, None, day)


def device(*texts: str) -> Device:
    """Make a member's device, with a number that follows from texts."""
    return Device("note", "", (imei_of(*texts),), date(2018, 1, 1))


def valuation(mark: int, at: datetime = AT) -> Valuation:
    """Value a device at *mark* paise."""
    steps = (Step(StepKind.BOOK, "book", mark, mark),)
    return Valuation("price-book", "", "INR", mark, "A", steps, "book", 1, at)


def device_quote(
    by: str, name: str, *, terms: TradeInTerms = ONLINE, mark: int = 1, at: datetime = AT
) -> DeviceQuote:
    """Quote a member's device at *mark* paise."""
    return issue_quote(
        by,
        name,
        terms=terms,
        device=device(by, name),
        model=model(),
        answers=dict(ANSWERS),
        valuation=valuation(mark, at),
        at=at,
        zone=ZONE,
    )


def exchange(
    by: str, name: str, *, terms: TradeInTerms = ONLINE, mark: int = 1, at: datetime = AT
) -> Exchange:
    """Open an exchange of a member's device, worth *mark* paise."""
    order_id = "o'1" if terms.mode is ExchangeMode.PICKUP else ""
    quote = device_quote(by, f"q {name}", terms=terms, mark=mark, at=at)
    return open_exchange(quote, name, at=at, zone=ZONE, order_id=order_id)[1]


def _entry_row(mark: int, by: str, name: str, version: int) -> DeviceEntry:
    """Make the entry of a device that the exchange of *mark* has for so many hours."""
    until = AT + min(mark, 9_999) * timedelta(hours=1)
    entry = DeviceEntry(imei_of(by, name), version=version)
    return entry.quoting(by, f"q{mark}").claiming(by, f"x{mark}", until)


def _model_row(mark: int, by: str, name: str, version: int) -> DeviceModel:
    """Make a model of a price book of a member's own."""
    return model(by, name, mark=mark)._replace(version=version)


OF_TRADE_INS: Final[Mapping[type[Any], Callable[[int, str, str, int], Any]]] = {
    PriceBook: lambda mark, by, name, version: attrs.evolve(
        price_book(by, edition_of(name), mark=mark), version=version
    ),
    DeviceModel: _model_row,
    DeviceEntry: _entry_row,
    DeviceQuote: lambda mark, by, name, version: device_quote(by, name, mark=mark)._replace(
        version=version
    ),
    Exchange: lambda mark, by, name, version: exchange(by, name, mark=mark)._replace(
        version=version
    ),
}
"""The kinds of aggregates that a host with trade-ins has besides."""
