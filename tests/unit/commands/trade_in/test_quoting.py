"""Price books, portfolios, quotes of devices, and exchanges that are opened by them."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.checkout import Settlement
from mi_rewards.commands import (
    BookPublished,
    DeviceQuoted,
    DevicesListed,
    ExchangeOpened,
    Leave,
    ListDevices,
    OpenExchange,
    PublishPriceBook,
    QuoteDevice,
    Rewards,
)
from mi_rewards.earning import MemberLeft, UnknownOrder
from mi_rewards.errors import Misuse, RequestReused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money
from mi_rewards.repositories import Changes, Needs, Put, price_book_key, settlement_key
from mi_rewards.trade_in import (
    PRICE_BOOK,
    Bonus,
    BrandNotAccepted,
    DeviceInExchange,
    ExchangeNotOpen,
    ImeiMissing,
    NewProductGone,
    NewProductNotEligible,
    NotInPortfolio,
    NotTradedHere,
    OneExchangePerOrder,
    QuoteExpired,
    QuoteVoid,
    UnknownDeviceQuote,
    ValuationOutOfBounds,
)
from mi_rewards.trade_in.pricing import stated
from tests.phones import PLAIN, WORST, a_book, a_device, a_model, imei
from tests.shop import SMALL, cancel, deliver, join, line, place
from tests.trading import (
    DEALS,
    NOON,
    ONLINE,
    PICKUP,
    change,
    day,
    dealer,
    inspect,
    opening,
    quote,
    rupees,
    with_terms,
)

END = NOON + timedelta(days=14, hours=12)
"""The end of the fifteenth of June in India."""

DUAL = a_device(imeis=(imei(1), imei(2)))


def publishing(request: str = "more", **changes: Any) -> PublishPriceBook:
    """Publish an edition."""
    return PublishPriceBook(book=a_book(**changes), request_id=request, at=NOON)


def publishing_it(book: Any) -> PublishPriceBook:
    """Publish whatever it is."""
    return PublishPriceBook(book=book, request_id="x", at=NOON)


def listing(*models: Any, request: str = "more") -> ListDevices:
    """List models."""
    return ListDevices(models=models, request_id=request, at=NOON)


def partners(minor: int = 5_000_00, currency: str = "INR") -> Any:
    """What a partner says."""
    return stated("cashify", Money(minor, currency), at=NOON, reference="c-1")


# ------------------------------------------------------------------- price books and portfolios


def test_each_edition_of_a_price_book_stays() -> None:
    """The current one is the last; an earlier one can still be read."""
    rewards = dealer()
    assert rewards.do(publishing(edition=2, floor=rupees("500"))) == BookPublished("partner", 2)
    found = rewards.store.load(
        Needs(
            (price_book_key("partner"), price_book_key("partner", 1), price_book_key("partner", 2))
        )
    ).aggregates
    floors = {key.name: None if it is None else it.floor for key, it in found.items()}
    assert floors == {"": rupees("500"), "000001": rupees("300"), "000002": rupees("500")}


def test_price_books_and_portfolios_can_be_read() -> None:
    """The current edition or one by its number; models page by page."""
    rewards = dealer()
    rewards.do(publishing(edition=2, floor=rupees("500")))
    floors = [getattr(rewards.price_book("partner", edition=n), "floor", None) for n in range(4)]
    assert floors == [rupees("500"), rupees("300"), rupees("500"), None]
    assert rewards.price_book("other") is None
    more = [a_model(model_id=f"a{n}", book_minor=None) for n in range(3)]
    rewards.do(listing(*more, request="list more"))
    first = rewards.device_models("partner", limit=2)
    assert [it.model_id for it in first] == ["a0", "a1"]
    rest = rewards.device_models("partner", after=(first[-1].model_id, first[-1].variant))
    assert [it.model_id for it in rest] == ["a2", "redmi-note-4"]


@pytest.mark.parametrize("edition", [1, 3])
def test_editions_follow_each_other(edition: int) -> None:
    """None is left out, and none is published twice."""
    with pytest.raises(Misuse, match="after which comes 2"):
        dealer().do(publishing(edition=edition))


def test_the_first_edition_may_have_any_number() -> None:
    """It may come from another system."""
    assert Rewards(MemoryStore(), DEALS).do(publishing(edition=7)).edition == 7


def test_a_price_book_is_in_the_currency_of_the_programme() -> None:
    """So are the models."""
    jpy = attrs.evolve(
        a_book(
            defects=(),
            additions=(),
            grades=(),
            questionnaire=attrs.evolve(a_book().questionnaire, questions=()),
        ),
        currency="JPY",
        floor=Money(0, "JPY"),
        ceiling=None,
        rounding_to=Money(1, "JPY"),
    )
    with pytest.raises(Misuse, match="in JPY, the programme in INR"):
        dealer().do(PublishPriceBook(book=jpy, request_id="x", at=NOON))
    with pytest.raises(Misuse, match="in JPY, the programme in INR"):
        dealer().do(listing(a_model(currency="JPY")))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: publishing_it("x"), "is a PriceBook"),
        (lambda: publishing(request=""), "a request id is a text"),
        (listing, "a tuple of at least one DeviceModel"),
        (lambda: listing("x"), "not \\('x',\\)"),
        (lambda: listing(a_model(), request=""), "request id is a text, not ''"),
        (lambda: listing(a_model(), a_model(title="again")), "named twice"),
        (lambda: listing(a_model(), a_model(book_id="other", model_id="x")), "one price book"),
        (lambda: listing(*[a_model(model_id=f"m{n}") for n in range(1001)]), "at most 1000"),
        (lambda: listing(a_model(sims=3)), "1 number or 2"),
    ],
)
def test_what_is_no_price_book_and_no_portfolio_is_misuse(make: Any, message: str) -> None:
    """Before anything is loaded."""
    with pytest.raises(Misuse, match=message):
        make()


@pytest.mark.parametrize("is_published", [True, False])
def test_bounds_of_a_model_are_whole_steps_of_the_price_book(is_published: bool) -> None:
    """Where it is known, published or in the rule book: else no quote of it could be made."""
    book = dealer() if is_published else own()
    with pytest.raises(Misuse, match=r"INR 305\.50 is no whole multiple of INR 10\.00"):
        book.do(listing(a_model(floor_minor=305_50, ceiling_minor=400_00), request="l1"))
    with pytest.raises(Misuse, match=r"INR 400\.55 is no whole multiple"):
        book.do(listing(a_model(floor_minor=300_00, ceiling_minor=400_55), request="l2"))
    bounded = a_model(floor_minor=300_00, ceiling_minor=400_00)
    assert book.do(listing(bounded, request="l3")) == DevicesListed("partner", 1)
    alone = Rewards(MemoryStore(), DEALS)
    assert alone.do(listing(a_model(floor_minor=1, ceiling_minor=2))).models == 1


def test_requests_on_a_price_book_have_one_effect() -> None:
    """The same one again is answered as before; with other content it is another request."""
    rewards = dealer()
    first = rewards.do(publishing(edition=2))
    assert rewards.do(publishing(edition=2)) == first
    assert rewards.do(listing(a_model(title="Note 4"), request="l")) == DevicesListed("partner", 1)
    with pytest.raises(RequestReused):
        rewards.do(listing(a_model(title="Note Four"), request="l"))


# ----------------------------------------------------------------------------------- quotes


def test_a_quote_stands_to_the_end_of_the_india_day() -> None:
    """Fourteen days after the day of issue."""
    rewards = dealer()
    assert rewards.do(quote()) == DeviceQuoted(
        "q1", 8_000_00, "INR", "A", "price-book", 1, day("2021-06-15"), ""
    )
    kept = rewards.device_quote("asha", "q1")
    assert kept.ends_at == END
    assert sum(step.minor for step in kept.valuation.steps) == 8_000_00
    with pytest.raises(UnknownDeviceQuote):
        rewards.device_quote("asha", "q2")
    assert isinstance(rewards.do(opening(at=END - timedelta(microseconds=1))), ExchangeOpened)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1)])
def test_a_quote_that_has_ended_opens_nothing(late: timedelta) -> None:
    """From the instant at which the day is over."""
    rewards = dealer()
    rewards.do(quote())
    with pytest.raises(QuoteExpired):
        rewards.do(opening(at=END + late))


def test_a_newer_quote_of_the_device_voids_the_older_one_and_its_receipt() -> None:
    """Whoever asked for it; a receipt only where it is the member's own."""
    rewards = dealer()
    rewards.do(quote())
    rewards.do(quote("q2", by="bela"))
    with pytest.raises(QuoteVoid):
        rewards.do(opening())
    rewards.do(opening("x2", "q2", by="bela"))
    with pytest.raises(DeviceInExchange) as refusal:
        rewards.do(quote("q3"))
    assert refusal.value.figures["imei"] == imei(1)
    assert rewards.do(quote("q4", by="bela")).voided == "x2"
    assert rewards.exchange("bela", "x2", at=NOON).state == "void"
    assert isinstance(rewards.store, MemoryStore)
    assert "exchange_closed" in [it.topic for it in rewards.store.pending_events(limit=100)]
    assert rewards.device(imei(1)).exchange_id == ""  # type: ignore[union-attr]


def test_a_quote_by_both_numbers_voids_the_receipts_of_each() -> None:
    """Told of one each, they were two; together they are one device, with one exchange."""
    rewards = dealer()
    for n in (1, 2):
        rewards.do(quote(f"q{n}", device=a_device(imeis=(imei(n),))))
        rewards.do(opening(f"x{n}", f"q{n}"))
    assert rewards.do(quote("q3", device=DUAL)).voided == "x1"
    assert {it.state for it in rewards.exchanges("asha", at=NOON)} == {"void"}
    assert rewards.do(opening("x3", "q3")).state == "issued"


def test_a_device_that_is_used_is_not_quoted_again() -> None:
    """Not even by the member whose exchange it is in."""
    rewards = dealer()
    rewards.do(place("o1", lines=(line("1", 9999, category="phones"),)))
    rewards.do(quote(terms_id="pickup"))
    rewards.do(opening(order_id="o1"))
    with pytest.raises(DeviceInExchange) as refusal:
        rewards.do(quote("q2"))
    assert refusal.value.figures["until"] != ""


def test_a_phone_of_two_numbers_is_one_device() -> None:
    """Quoted by both, each of them leads to the same exchange."""
    rewards = dealer()
    rewards.do(listing(a_model(sims=2)))
    with pytest.raises(ImeiMissing) as refusal:
        rewards.do(quote())
    assert refusal.value.figures == {"asked": 2, "given": 1}
    rewards.do(quote(device=DUAL))
    rewards.do(opening())
    for serial in (1, 2):
        entry = rewards.device(imei(serial))
        assert entry is not None
        assert entry.holder(NOON) == ("asha", "x1")
        assert entry.others == ()
        with pytest.raises(DeviceInExchange):
            rewards.do(quote("q2", by="bela", device=a_device(imeis=(imei(serial), imei(9)))))


def test_numbers_that_somebody_names_together_are_not_linked() -> None:
    """Whoever names another's number beside their own holds it while their exchange lasts."""
    rewards = dealer()
    rewards.do(listing(a_model(sims=2)))
    rewards.do(quote(by="mallory", device=DUAL))
    rewards.do(opening(by="mallory"))
    rewards.do(change("cancel", by="mallory"))
    rewards.do(quote("q2", by="mallory", device=a_device(imeis=(imei(1), imei(3)))))
    rewards.do(opening("x2", "q2", by="mallory"))
    own = a_device(imeis=(imei(2), imei(4)))
    rewards.do(quote("q3", device=own))
    assert rewards.do(opening("x3", "q3")).state == "issued"


def test_numbers_that_were_read_from_one_device_stay_together() -> None:
    """Where one number is enough, it leads to what the other is in."""
    some = attrs.evolve(PICKUP, every_imei=False)
    rewards = dealer(programme=with_terms(some, attrs.evolve(ONLINE, every_imei=False)))
    rewards.do(listing(a_model(sims=2)))
    rewards.do(place("o1", lines=(line("1", 9999, category="phones"),)))
    rewards.do(quote("q1", "pickup"))
    rewards.do(opening(order_id="o1"))
    rewards.do(change("visit", visit_at=NOON))
    rewards.do(inspect(imeis=DUAL.imeis, answers={**PLAIN, "screen": "scratched"}))
    assert rewards.device(imei(2)).holder(NOON) == ("asha", "x1")  # type: ignore[union-attr]
    rewards.do(change("decline"))
    assert rewards.device(imei(2)).holder(NOON) is None  # type: ignore[union-attr]
    rewards.do(quote("q2", device=a_device(imeis=(imei(2),))))
    rewards.do(opening("x2", "q2"))
    entry = rewards.device(imei(1))
    assert entry is not None
    assert entry.holder(NOON) == ("asha", "x2")
    gone = a_device().forgotten()
    with pytest.raises(ImeiMissing):
        rewards.do(quote("q3", by="bela", device=gone))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"device": a_device(model_id="mi-max")}, NotInPortfolio),
        ({"channel": "mi-home"}, NotTradedHere),
    ],
)
def test_what_is_not_traded_is_refused(changed: dict[str, Any], refusal: type[Exception]) -> None:
    """Another model, another place."""
    with pytest.raises(refusal):
        dealer().do(quote(**changed))


def test_brands_are_those_of_the_terms() -> None:
    """Where they name some; a partner's portfolio is told with the brand."""
    rewards = dealer(programme=with_terms(attrs.evolve(ONLINE, brands=("Samsung",))))
    with pytest.raises(BrandNotAccepted):
        rewards.do(quote())
    galaxy = a_device(model_id="galaxy-s8", variant="")
    quoted = rewards.do(quote(device=galaxy, brand="Samsung", valuation=partners()))
    assert (quoted.valuer, quoted.minor, quoted.edition) == ("cashify", 5_000_00, 0)
    assert rewards.device_quote("asha", "q1").model.brand == "Samsung"


def test_a_partners_model_that_is_not_listed_is_told() -> None:
    """What could not be read again is not stored: with its brand, and how many numbers it has."""
    rewards = dealer()
    galaxy = a_device(model_id="galaxy-s8", variant="")
    with pytest.raises(Misuse, match="name the brand"):
        rewards.do(quote(device=galaxy, valuation=partners()))
    with pytest.raises(Misuse, match="1 number or 2"):
        rewards.do(quote(device=galaxy, valuation=partners(), brand="Samsung", sims=3))
    with pytest.raises(ImeiMissing):
        rewards.do(quote(device=galaxy, valuation=partners(), brand="Samsung", sims=2))
    with pytest.raises(Misuse, match="no slash"):
        a_device(model_id="galaxy/s8")
    listed = rewards.do(quote("q2", valuation=partners(), brand="Samsung"))
    assert listed.minor == 5_000_00
    assert rewards.device_quote("asha", "q2").model.brand == "Xiaomi"


def test_an_order_has_one_exchange_whichever_way() -> None:
    """I17: What was paid with a receipt is not paid in full: nobody comes for a second device."""
    rewards = dealer()
    key = settlement_key("asha", "o1")
    rewards.do(place("o1", lines=(line("1", 9999, category="phones"),)))
    paid = Settlement("asha", "o1", "INR", (), (), NOON, NOON, exchange_id="x9")
    rewards.store.save(Changes((Put(key, paid),)))
    rewards.do(quote(terms_id="pickup"))
    with pytest.raises(OneExchangePerOrder):
        rewards.do(opening(order_id="o1"))
    by_money = paid._replace(exchange_id="", version=1)
    rewards.store.save(Changes((Put(key, by_money),)))
    assert rewards.do(opening(order_id="o1")).state == "booked"


def test_a_partners_price_is_recorded_and_is_no_content() -> None:
    """Asked again with another answer, the quote that stands is told."""
    rewards = dealer()
    first = rewards.do(quote(valuation=partners()))
    assert rewards.do(quote(valuation=partners(6_000_00))) == first
    kept = rewards.device_quote("asha", "q1").valuation
    assert (kept.valuer, kept.reference, kept.minor) == ("cashify", "c-1", 5_000_00)
    assert (kept.book_id, kept.edition) == ("partner", 1)


@pytest.mark.parametrize("minor", [300_00 - 1, 9_000_00 + 1])
def test_a_partners_price_is_within_the_bounds(minor: int) -> None:
    """I17: Those of the price book hold for everybody."""
    with pytest.raises(ValuationOutOfBounds) as refusal:
        dealer().do(quote(valuation=partners(minor)))
    assert refusal.value.figures == {
        "minor": minor,
        "floor_minor": 300_00,
        "ceiling_minor": 9_000_00,
    }


@pytest.mark.parametrize("minor", [300_00, 9_000_00])
def test_a_partners_price_at_a_bound_is_taken(minor: int) -> None:
    """I17: Both bounds are prices."""
    assert dealer().do(quote(valuation=partners(minor))).minor == minor


def test_a_partner_alone_needs_no_price_book() -> None:
    """Nor is anything out of bounds then; the price book itself is missed where it should price."""
    rewards = Rewards(MemoryStore(), DEALS)
    alone = partners(1)._replace(book_id="x", edition=9)
    assert rewards.do(quote(valuation=alone, brand="Xiaomi")).minor == 1
    assert rewards.device_quote("asha", "q1").valuation == partners(1)
    rewards.do(listing(a_model()))
    with pytest.raises(Misuse, match="publish it first"):
        rewards.do(quote("q2"))
    with pytest.raises(Misuse, match="in JPY"):
        rewards.do(quote("q3", brand="x", valuation=partners(1, "JPY")))


def test_the_rule_books_own_price_book_counts_where_none_is_stored() -> None:
    """As of rewards."""
    rewards = Rewards(MemoryStore(), attrs.evolve(DEALS, price_books=(a_book(),)))
    rewards.do(listing(a_model()))
    assert rewards.do(quote()).minor == 8_000_00


def own(book: Any = None, **changes: Any) -> Rewards:
    """A shop whose rule book states the price book, and nothing is published."""
    book = a_book(**changes) if book is None else book
    rewards = Rewards(MemoryStore(), attrs.evolve(DEALS, price_books=(book,)))
    rewards.do(listing(a_model(), request="models"))
    return rewards


@pytest.mark.parametrize("valuation", [None, partners()])
def test_the_rule_books_own_edition_is_kept_with_the_first_quote(valuation: Any) -> None:
    """Whoever priced it: an inspection needs it. Nothing is published by that."""
    rewards = own(edition=3)
    keys = (price_book_key("partner", 3), price_book_key("partner"))
    for quote_id in ("q1", "q2"):
        rewards.do(quote(quote_id, valuation=valuation))
        kept, current = [rewards.store.load(Needs(keys)).get(key) for key in keys]
        assert kept == attrs.evolve(a_book(edition=3), version=1, is_current=False)
        assert current is None
    assert rewards.device_quote("asha", "q1").valuation.edition == 3


def test_an_edition_of_the_rule_book_has_one_set_of_figures() -> None:
    """Once a quote names it, other figures are another edition; both digests are told."""
    rewards = own()
    rewards.do(quote())
    other = a_book(ceiling=rupees("500"))
    changed = Rewards(rewards.store, attrs.evolve(DEALS, price_books=(other,)))
    with pytest.raises(Misuse, match=f"{a_book().digest}.*{other.digest}"):
        changed.do(quote("q2"))
    raised = attrs.evolve(other, edition=2)
    changed = Rewards(rewards.store, attrs.evolve(DEALS, price_books=(raised,)))
    assert changed.do(quote("q2")).minor == 500_00


@pytest.mark.parametrize("is_quoted", [False, True])
@pytest.mark.parametrize(
    ("edition", "floor", "message"),
    [
        (2, "300", "which comes 4, not 2"),
        (3, "200", "which comes 4, not 3"),
        (3, "300", ""),
        (4, "200", ""),
        (9, "300", ""),
    ],
)
def test_what_is_published_first_goes_on_from_the_rule_book(
    is_quoted: bool, edition: int, floor: str, message: str
) -> None:
    """Above its edition, or that itself; whether or not a quote has named it."""
    rewards = own(edition=3)
    if is_quoted:
        rewards.do(quote())
    more = publishing(edition=edition, floor=rupees(floor), request="first")
    if message:
        with pytest.raises(Misuse, match=message):
            rewards.do(more)
        return
    assert rewards.do(more).edition == edition
    assert rewards.do(quote("q2")).edition == edition
    assert rewards.price_book("partner", edition=edition) == attrs.evolve(
        more.book, version=1, is_current=False
    )


def test_a_stored_price_book_makes_nothing_of_the_rule_books() -> None:
    """Not even its edition is kept."""
    stated = attrs.evolve(DEALS, price_books=(a_book(edition=7),))
    rewards = dealer()
    Rewards(rewards.store, stated).do(quote())
    key = price_book_key("partner", 7)
    assert rewards.store.load(Needs((key,))).get(key) is None


def test_an_edition_that_quotes_name_is_not_published_with_other_figures() -> None:
    """Though the rule book states none of that name any more."""
    rewards = own(edition=3)
    rewards.do(quote())
    bare = Rewards(rewards.store, DEALS)
    with pytest.raises(Misuse, match="edition 3 of price book 'partner' is stored as"):
        bare.do(publishing(edition=3, floor=rupees("200")))
    assert bare.do(publishing(edition=3)).edition == 3


@pytest.mark.parametrize("edition", [0, 1, 7])
def test_what_is_signed_by_the_price_book_is_priced_by_the_stored_one(edition: int) -> None:
    """With the bonuses of the terms, whatever was handed in: its inspection is to agree."""
    fest = attrs.evolve(ONLINE, bonuses=(Bonus("fest", rupees("1000")),))
    said = partners()._replace(valuer=PRICE_BOOK, edition=edition, currency="JPY")
    rewards = dealer(programme=with_terms(fest))
    quoted = rewards.do(quote(valuation=said))
    assert (quoted.valuer, quoted.minor, quoted.edition) == (PRICE_BOOK, 9_000_00, 1)
    assert rewards.do(quote("q2")).minor == quoted.minor
    with pytest.raises(NotInPortfolio):
        rewards.do(quote("q3", device=a_device(model_id="mi-max"), brand="Xiaomi", valuation=said))


def test_a_listed_model_is_of_its_own_brand() -> None:
    """Whatever the caller says beside a partner's price."""
    rewards = dealer(programme=with_terms(attrs.evolve(ONLINE, brands=("Samsung",))))
    with pytest.raises(BrandNotAccepted):
        rewards.do(quote(brand="Samsung", valuation=partners()))


def test_the_last_day_is_the_callers_where_the_terms_say_nothing() -> None:
    """And never in the past."""
    rewards = dealer(programme=with_terms(attrs.evolve(ONLINE, quote_days=None)))
    with pytest.raises(Misuse, match="quote_days"):
        rewards.do(quote())
    assert rewards.do(quote(last_day=day("2021-06-01"))).last_day == day("2021-06-01")
    with pytest.raises(Misuse, match="stands past"):
        rewards.do(quote("q2", last_day=day("2021-05-31")))


def test_whoever_is_gone_trades_nothing() -> None:
    """Neither quotes nor opens; who never joined can."""
    rewards = dealer()
    rewards.do(quote())
    rewards.do(join())
    rewards.do(Leave(member_id="asha", request_id="leave", at=NOON))
    with pytest.raises(MemberLeft):
        rewards.do(quote("q2"))
    with pytest.raises(MemberLeft):
        rewards.do(opening())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"terms_id": 1}, "terms_id"),
        ({"channel": None}, "channel"),
        ({"device": "phone"}, "is a Device"),
        ({"valuation": 5}, "is a Valuation"),
        ({"answers": ["x"]}, "answers are texts"),
        ({"answers": (("screen", "clean"), ("screen", "cracked"))}, "answered twice"),
        ({"last_day": "2021-06-01"}, "day"),
    ],
)
def test_what_is_no_quote_is_misuse(changed: dict[str, Any], message: str) -> None:
    """Before anything is loaded."""
    made = {"terms_id": "online", "device": a_device(), "answers": PLAIN, **changed}
    with pytest.raises(Misuse, match=message):
        QuoteDevice(member_id="asha", request_id="q", at=NOON, **made)


def test_unknown_terms_are_misuse() -> None:
    """The message names those that there are."""
    with pytest.raises(Misuse, match="'store', 'online', 'lenient', 'pickup'"):
        dealer().do(quote(terms_id="other"))
    with pytest.raises(Misuse, match="it states none"):
        Rewards(MemoryStore(), SMALL).do(quote())


# --------------------------------------------------------------------------------- opening


def test_an_exchange_is_opened_once_by_a_quote() -> None:
    """Neither the quote nor the name can be used again."""
    rewards = dealer()
    rewards.do(quote())
    assert rewards.do(opening()) == ExchangeOpened("x1", "issued", 8_000_00, "INR", END, None)
    with pytest.raises(QuoteVoid):
        rewards.do(opening("x2"))
    with pytest.raises(UnknownDeviceQuote):
        rewards.do(opening("x2", "q9"))
    with pytest.raises(ExchangeNotOpen):
        rewards.do(
            OpenExchange(member_id="asha", request_id="r", at=NOON, exchange_id="x1", quote_id="q1")
        )


def test_a_receipt_that_has_ended_frees_its_device_without_a_sweep() -> None:
    """I6: At its end, not when that is booked."""
    rewards = dealer()
    rewards.do(quote())
    rewards.do(opening())
    with pytest.raises(DeviceInExchange):
        rewards.do(quote("q2", by="bela", at=END - timedelta(microseconds=1)))
    rewards.do(quote("q2", by="bela", at=END))
    rewards.do(opening("x2", "q2", by="bela", at=END))
    assert rewards.exchanges_due(END) == 1
    assert rewards.exchanges_due(END) == 0
    entry = rewards.device(imei(1))
    assert entry is not None
    assert entry.holder(END) == ("bela", "x2")


def test_what_a_quote_does_not_hold_open_another_exchange_can_take() -> None:
    """A quote alone keeps nobody from the device: the newest counts."""
    rewards = dealer()
    rewards.do(quote())
    assert rewards.device(imei(1)).holder(NOON) is None  # type: ignore[union-attr]
    assert rewards.device(imei(2)) is None


def test_pickup_is_for_one_order_of_a_phone() -> None:
    """Which is known, stands, and has no exchange yet."""
    rewards = dealer()
    rewards.do(place("o1", lines=(line("1", 9999, category="phones"),)))
    rewards.do(place("o2", lines=(line("1", 799, category="accessories"),)))
    rewards.do(place("o3", lines=(line("1", 9999, category="phones"),)))
    rewards.do(cancel("o3"))
    rewards.do(quote(terms_id="pickup"))
    rewards.do(quote("q2", "pickup", device=a_device(imeis=(imei(2),))))
    for order_id, refusal in (
        ("o9", UnknownOrder),
        ("o2", NewProductNotEligible),
        ("o3", NewProductGone),
    ):
        with pytest.raises(refusal):
            rewards.do(opening(order_id=order_id))
    opened = rewards.do(opening(order_id="o1"))
    assert (opened.state, opened.visit_by) == ("booked", NOON + timedelta(days=7, hours=12))
    with pytest.raises(OneExchangePerOrder):
        rewards.do(opening("x2", "q2", order_id="o1"))
    rewards.do(change("cancel"))
    assert rewards.do(opening("x2", "q2", order_id="o1")).state == "booked"


def test_an_order_has_no_exchange_any_more_once_its_time_is_over() -> None:
    """I6: Booked or not; what the calendar ended is booked with the next one, and told."""
    end = NOON + timedelta(days=7, hours=12)
    for is_swept in (False, True):
        rewards = dealer()
        rewards.do(place("o1", lines=(line("1", 9999, category="phones"),)))
        rewards.do(quote(terms_id="pickup"))
        rewards.do(opening(order_id="o1"))
        other = a_device(imeis=(imei(2),))
        rewards.do(quote("q2", "pickup", device=other))
        early = opening("x2", "q2", order_id="o1", at=end - timedelta(microseconds=1))
        with pytest.raises(OneExchangePerOrder):
            rewards.do(early)
        if is_swept:
            rewards.exchanges_due(end)
        opened = opening("x2", "q2", order_id="o1", at=end, visit_by=day("2021-06-20"))
        assert rewards.do(opened).state == "booked"
        assert [it.state for it in rewards.exchanges("asha", at=end)] == ["missed", "booked"]
        assert rewards.exchanges_due(end) == 0
        assert isinstance(rewards.store, MemoryStore)
        topics = [it.topic for it in rewards.store.pending_events(limit=100)]
        assert topics.count("exchange_closed") == 1


def test_the_days_for_a_visit_count_from_the_delivery() -> None:
    """Where the phone was delivered already; a day of the caller's counts instead."""
    rewards = dealer()
    rewards.do(join())
    delivered = NOON - timedelta(days=2)
    rewards.do(
        deliver("o1", lines=(line("1", 9999, category="phones"),), at=delivered, request="d")
    )
    rewards.do(quote(terms_id="pickup"))
    opened = rewards.do(opening(order_id="o1"))
    assert opened.visit_by == NOON + timedelta(days=5, hours=12)
    rewards.do(change("cancel"))
    rewards.do(quote("q2", "pickup"))
    late = opening("x2", "q2", order_id="o1", visit_by=day("2021-06-02"))
    assert rewards.do(late).visit_by == NOON + timedelta(days=1, hours=12)


@pytest.mark.parametrize(
    ("terms", "changed", "message"),
    [
        ("pickup", {}, "name order_id"),
        ("online", {"order_id": "o1"}, "no pickup"),
        ("online", {"visit_by": day("2021-06-02")}, "no pickup"),
        ("pickup", {"order_id": "o1", "visit_by": day("2021-05-31")}, "collected until"),
        ("open", {"order_id": "o1"}, "pickup_within_days"),
    ],
)
def test_what_terms_know_of_orders_and_visits(
    terms: str, changed: dict[str, Any], message: str
) -> None:
    """One clear message names what is missing, or too much."""
    unknown = attrs.evolve(PICKUP, terms_id="open", pickup_within_days=None)
    rewards = dealer(programme=with_terms(ONLINE, PICKUP, unknown))
    rewards.do(place("o1", lines=(line("1", 9999, category="phones"),)))
    rewards.do(quote(terms_id=terms))
    with pytest.raises(Misuse, match=message):
        rewards.do(opening(**changed))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"exchange_id": ""}, "exchange's id"),
        ({"quote_id": ""}, "quote's id"),
        ({"order_id": None}, "order's id"),
        ({"visit_by": "x"}, "day"),
    ],
)
def test_what_opens_no_exchange_is_misuse(changed: dict[str, Any], message: str) -> None:
    """Before anything is loaded."""
    made = {"exchange_id": "x1", "quote_id": "q1", **changed}
    with pytest.raises(Misuse, match=message):
        OpenExchange(member_id="asha", request_id="r", at=NOON, **made)


def test_worse_answers_are_priced_lower_and_both_are_told() -> None:
    """I18: Simulating says what doing says."""
    rewards = dealer()
    told, _ = rewards.simulate(quote(answers=WORST))
    assert rewards.do(quote(answers=WORST)) == told
    assert (told.minor, told.grade) == (2_800_00, "C")
    assert inspect().imeis == (imei(1),)


@pytest.mark.parametrize("changed", [{"minor": -5}, {"minor": True}, {"steps": ()}])
@pytest.mark.parametrize("command", [quote, inspect])
def test_a_valuation_that_cannot_be_recorded_is_never_stored(
    changed: dict[str, Any], command: Any
) -> None:
    """The command is not even made."""
    with pytest.raises(Misuse):
        command(valuation=partners()._replace(**changed))
    assert command(valuation=partners()).valuation == partners()
