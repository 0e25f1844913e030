"""Hypothesis strategies for old devices: price books, models, devices, quotes, exchanges."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from mi_rewards.calendar import Zone
from mi_rewards.errors import Refused
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.trade_in import (
    Addition,
    AgeBand,
    AgeFrom,
    Answer,
    Base,
    Better,
    Defect,
    Device,
    DeviceModel,
    DeviceQuote,
    Exchange,
    ExchangeMode,
    Grade,
    MonthCount,
    OnReturn,
    Payer,
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
    price,
)
from mi_rewards.trade_in.imei import check_digit

ZONE = Zone("Asia/Kolkata")
NOON = datetime(2018, 6, 15, 6, 30, tzinfo=UTC)
"""When devices are quoted, and exchanges opened."""

ORDER = "o1"
TODAY = date(2018, 6, 15)
OLD = (date(2016, 6, 15), date(2018, 6, 15))
"""Between which days devices were bought and launched."""

_PARTS = st.integers(0, 12)
_SMALL = st.integers(0, 40)


def _falling(numbers: st.SearchStrategy[int], count: int) -> st.SearchStrategy[Sequence[int]]:
    """Draw so many figures, none larger than the one before."""
    many = st.lists(numbers, min_size=count, max_size=count)
    return many.map(lambda found: sorted(found, reverse=True))


def imeis() -> st.SearchStrategy[str]:
    """Draw numbers of devices that do not exist.

    Returns:
        A strategy for numbers with their check digit; few, so that the same comes again.
    """
    bodies = st.integers(1, 99).map(lambda number: f"86174003{number:06}")
    return bodies.map(lambda body: body + check_digit(body))


def price_books() -> st.SearchStrategy[PriceBook]:
    """Draw price books of small figures, in which what is worse is never worth more.

    Returns:
        A strategy for price books: with grades, defects, additions and ages, or without.
    """
    return _price_books()


@st.composite
def _price_books(draw: st.DrawFn) -> PriceBook:
    """Draw a price book: of each question first what adds, then what is plain, then defects."""
    rounding = draw(st.sampled_from(Rounding))
    shares = draw(_falling(_PARTS, draw(st.integers(0, 3))))
    grades = tuple([Grade(f"G{n}", Rate(part, 12, rounding)) for n, part in enumerate(shares)])
    questions: list[Question] = []
    defects: list[Defect] = []
    additions: list[Addition] = []
    for number in range(draw(st.integers(0, 2))):
        name = f"q{number}"
        added, less = draw(_falling(_SMALL, draw(st.integers(0, 1)))), draw(st.integers(0, 2))
        off = sorted(draw(_falling(_SMALL, less)))
        ranks = sorted(draw(_falling(st.integers(0, 3), less)))
        answers = [Answer(f"+{n}", "More", adds=f"{name}+{n}") for n in range(len(added))]
        answers.append(Answer("plain", "As it is"))
        answers += [Answer(f"-{n}", "Less", defect=f"{name}-{n}") for n in range(less)]
        answers.append(Answer("no", "No", rejects=f"{name}-no"))
        questions.append(Question(name, "?", tuple(answers)))
        additions += [Addition(f"{name}+{n}", Money(it, "INR")) for n, it in enumerate(added)]
        for n, (minor, rank) in enumerate(zip(off, ranks, strict=True)):
            grade_id = grades[min(rank, len(grades) - 1)].grade_id if grades and rank else ""
            defects.append(Defect(f"{name}-{n}", grade_id, Money(minor, "INR")))
    ages: list[AgeBand] = []
    for part in draw(_falling(_PARTS, draw(st.integers(0, 2)))):
        begins = ages[-1].through_months + 1 if ages else 0
        ages.append(AgeBand(begins, begins + 18, Rate(part, 12, rounding)))
    unit, floor = draw(st.sampled_from((1, 10))), draw(st.integers(0, 2))
    ceiling = draw(st.sampled_from((None, floor, floor + 8)))
    return PriceBook(
        "partner",
        draw(st.integers(1, 3)),
        "INR",
        draw(st.sampled_from(Base)),
        Questionnaire(tuple(questions)),
        grades,
        tuple(defects),
        tuple(additions),
        tuple(ages),
        draw(st.sampled_from(AgeFrom)),
        draw(st.sampled_from(MonthCount)),
        Money(floor * unit, "INR"),
        None if ceiling is None else Money(ceiling * unit, "INR"),
        Money(unit, "INR"),
        rounding,
    )


def device_models(book: PriceBook) -> st.SearchStrategy[DeviceModel]:
    """Draw models of a price book.

    Args:
        book: The price book.

    Returns:
        A strategy for models that it can price; some have a floor and a ceiling of their own.
    """
    unit = book.rounding_to.minor
    bounds = st.sampled_from((None, (0, 0), (1, 3), (2, 90)))
    return st.builds(
        lambda minor, sims, day, own: DeviceModel(
            *(book.book_id, "note", "", "Xiaomi", "Note", book.currency, minor, minor, day, sims),
            *(None, None) if own is None else (own[0] * unit, own[1] * unit),
        ),
        st.integers(0, 99),
        st.sampled_from((1, 2)),
        st.dates(*OLD),
        bounds,
    )


def devices(model: DeviceModel) -> st.SearchStrategy[Device]:
    """Draw devices of a model.

    Args:
        model: The model.

    Returns:
        A strategy for devices with all their numbers, bought by 15 June 2018.
    """
    numbers = st.lists(imeis(), min_size=model.sims, max_size=model.sims, unique=True)
    return st.builds(
        lambda found, day: Device(model.model_id, model.variant, tuple(found), day),
        numbers,
        st.dates(*OLD),
    )


def device_answers(book: PriceBook) -> st.SearchStrategy[dict[str, str]]:
    """Draw what is said of a device.

    Args:
        book: The price book.

    Returns:
        A strategy for an answer to each question, none of which rules the device out.
    """
    return st.fixed_dictionaries(
        {
            it.question_id: st.sampled_from([of.answer_id for of in it.answers if not of.rejects])
            for it in book.questionnaire.questions
        }
    )


def device_quotes() -> st.SearchStrategy[DeviceQuote]:
    """Draw quotes of noon on 15 June 2018, which stand for two days, by any terms.

    Returns:
        A strategy for quotes; what they say is what a price book says, or what a partner said.
    """
    return _device_quotes()


@st.composite
def _device_quotes(draw: st.DrawFn) -> DeviceQuote:
    """Draw terms, a price book, a device, and what is said of it."""
    terms, book = draw(_terms()), draw(price_books())
    model = draw(device_models(book))
    device, answers = draw(devices(model)), draw(device_answers(book))
    valuation = _worth(draw(st.sampled_from((40, 40, 0, 7))))
    if draw(st.booleans()):
        # Where it is too old for the price book, the partner takes it.
        with suppress(Refused):
            valuation = price(book, model, device, answers, at=NOON, on=TODAY)
    return issue_quote(
        draw(st.text(min_size=1, max_size=5)),
        "q1",
        terms=terms,
        device=device,
        model=model,
        answers=answers,
        valuation=valuation,
        at=NOON,
        zone=ZONE,
    )


def _worth(minor: int, at: datetime = NOON) -> Valuation:
    """Let a partner value a device."""
    steps = (Step(StepKind.BOOK, "partner", minor, minor),)
    return Valuation("cashify", "ref", "INR", minor, "", steps, "", 0, at)


@st.composite
def _terms(draw: st.DrawFn) -> TradeInTerms:
    """Draw terms of any mode."""
    mode = draw(st.sampled_from(ExchangeMode))
    worse = draw(st.sampled_from((*Worse, Worse.PAY_DIFFERENCE)))
    is_pickup = mode is ExchangeMode.PICKUP
    least = draw(st.sampled_from((None, Money(5, "INR"))))
    return TradeInTerms(
        mode.value,
        mode,
        "partner",
        ("mi.com",),
        quote_days=1,
        every_imei=draw(st.booleans()),
        least_payable=None if is_pickup else least,
        surplus=Surplus.LOST if is_pickup else draw(st.sampled_from(Surplus)),
        credit=Rate(1, 2),
        worse=worse,
        threshold=Rate(3, 4) if worse is Worse.THRESHOLD else None,
        better=draw(st.sampled_from(Better)),
        answer_within_hours=None if worse is Worse.REJECT else 24,
        pickup_within_days=1 if is_pickup else None,
        attempts_max=2 if is_pickup else None,
        on_return=draw(st.sampled_from(OnReturn)),
        revives=draw(st.booleans()),
    )


def exchanges() -> st.SearchStrategy[Exchange]:
    """Draw exchanges anywhere in their life: in store, online and by pickup.

    Returns:
        A strategy for exchanges, opened at noon on 15 June 2018.
    """
    return _exchanges()


@st.composite
def _exchanges(draw: st.DrawFn) -> Exchange:
    """Draw what happens one after the other, as far as it can."""
    quote = draw(device_quotes())
    is_pickup = quote.terms.mode is ExchangeMode.PICKUP
    order_id, stories = (ORDER, _VISITS) if is_pickup else ("", _STORIES)
    exchange = open_exchange(quote, "x1", at=NOON, zone=ZONE, order_id=order_id)[1]
    at, minutes = NOON, st.sampled_from((0, 0, 0, 10, 60, 1_440, 3_000))
    rest = st.lists(st.tuples(st.sampled_from(tuple(_EVENTS)), minutes), max_size=2)
    for name, later in (*draw(st.sampled_from(stories)), *draw(rest)):
        at += timedelta(minutes=later)
        try:
            exchange = _EVENTS[name](exchange.at(at), at).stored()
        except Refused:
            continue
    return exchange.at(at + timedelta(minutes=draw(minutes)))


def _inspected(share: int) -> Callable[[Exchange, datetime], Exchange]:
    """Find a device to be worth so many quarters of what was declared."""

    def inspected(it: Exchange, at: datetime) -> Exchange:
        found = _worth(it.valuation.minor * share // 4, at)
        answers = dict(it.answers)
        return it.inspecting(it.device.imeis, at=at, verified=found, answers=answers)

    return inspected


_EVENTS: Mapping[str, Callable[[Exchange, datetime], Exchange]] = {
    "attach": lambda it, at: it.attaching(
        ORDER,
        used_minor=it.terms.most_off(it.valuation.minor, 30),
        until=at + timedelta(hours=1),
        at=at,
    ),
    "detach": lambda it, at: it.detaching(ORDER, at=at),
    "use": lambda it, at: it.using(ORDER, at=at),
    "call off": lambda it, at: it.reviving(ORDER, at=at),
    "visit": lambda it, at: it.scheduling(at + timedelta(hours=1), at=at),
    "miss": lambda it, at: it.missing(at=at),
    "find as declared": _inspected(4),
    "find better": _inspected(5),
    "find worse": _inspected(3),
    "find much worse": _inspected(1),
    "find another": lambda it, at: it.inspecting(("861740039999992",), at=at),
    "accept": lambda it, at: it.accepting(at=at),
    "decline": lambda it, at: it.declining(at=at),
    "pay": lambda it, at: it.paying(
        it.due,
        f"utr {it.version}",
        payer=Payer.PROGRAMME if it.due_minor > 0 else Payer.MEMBER,
        at=at,
    ),
    "void": lambda it, at: it.voiding(at=at),
    "cancel": lambda it, at: it.cancelling(at=at),
    "return": lambda it, at: it.returning(it.used_minor, at=at),
}
"""What may happen to an exchange."""

_STORIES: tuple[tuple[tuple[str, int], ...], ...] = (
    (),
    (("void", 0),),
    (("cancel", 10),),
    (("attach", 0),),
    (("attach", 0), ("use", 10)),
    (("attach", 0), ("use", 10), ("find as declared", 60)),
    (("attach", 0), ("use", 10), ("find worse", 0)),
    (("attach", 0), ("use", 10), ("find worse", 60)),
    (("attach", 0), ("use", 10), ("find worse", 60), ("accept", 10)),
    (("attach", 0), ("use", 10), ("find another", 60)),
    (("attach", 0), ("use", 10), ("find better", 60), ("return", 10)),
    (("attach", 0), ("use", 10), ("find as declared", 60), ("return", 10)),
)
"""What happens first, each so many minutes later."""

_VISITS: tuple[tuple[tuple[str, int], ...], ...] = (
    (),
    (("visit", 0),),
    (("visit", 0), ("find worse", 0)),
    (("visit", 0), ("find worse", 60), ("decline", 60)),
    (("visit", 0), ("find as declared", 60)),
    (("visit", 0), ("find as declared", 60), ("pay", 10)),
    (("visit", 0), ("miss", 60), ("visit", 0), ("miss", 60)),
)
"""The same, where the device is fetched."""
