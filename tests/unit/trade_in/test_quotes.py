"""Quotes for devices: until when they stand, and that each is opened once."""

from datetime import timedelta

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.trade_in import (
    AlreadyExchanged,
    BrandNotAccepted,
    ExchangeState,
    QuoteExpired,
    open_exchange,
)
from tests.exchanging import (
    BOTH,
    ENDS,
    MODEL,
    ONLINE,
    OPENED,
    PHONE,
    PICKUP,
    STORE,
    exchange,
    quote,
    terms,
)
from tests.shop import inr, ist
from tests.wallets import KOLKATA

TICK = timedelta(microseconds=1)


def test_a_quote_says_what_a_device_is_worth_and_until_when() -> None:
    """Its terms, its model and its answers are as they were; answers are sorted."""
    made = quote()
    assert (made.value, made.due_at) == (inr(4000), None)
    assert (made.terms, made.device, made.model) == (ONLINE, PHONE, MODEL)
    assert made.answers == (("powers_on", "yes"), ("screen", "fine"))
    assert (made.issued_at, made.last_day, made.ends_at) == (
        OPENED,
        KOLKATA.day_of(OPENED) + timedelta(days=14),
        ENDS,
    )
    assert made.stored() == made._replace(version=1)


@pytest.mark.parametrize(
    ("at", "is_open"), [(OPENED, True), (ENDS - TICK, True), (ENDS, False), (ENDS + TICK, False)]
)
def test_a_quote_stands_to_the_end_of_its_last_day(at: object, is_open: bool) -> None:
    """Just before that midnight of India it is open, at it no more."""
    instant = {str(it): it for it in (OPENED, ENDS - TICK, ENDS, ENDS + TICK)}[str(at)]
    assert quote().is_open(instant) is is_open


def test_a_quote_is_opened_once() -> None:
    """By one exchange; a second finds it taken, and an old one finds it expired."""
    opened = quote().opening("x1", at=ENDS - TICK)
    assert (opened.exchange_id, opened.is_open(OPENED)) == ("x1", False)
    with pytest.raises(AlreadyExchanged) as refused:
        opened.opening("x2", at=OPENED)
    assert refused.value.figures == {"exchange_id": "x1"}
    with pytest.raises(QuoteExpired) as expired:
        quote().opening("x1", at=ENDS)
    assert expired.value.figures == {"quote_id": "q1", "last_day": "2018-03-29"}


def test_a_quote_needs_an_end() -> None:
    """Of the terms, or stated; not past."""
    unknown = terms(ONLINE, quote_days=None)
    with pytest.raises(Misuse, match=r"trade_ins.mi.com states no quote_days, and no last_day"):
        quote(unknown)
    day = KOLKATA.day_of(OPENED)
    assert quote(unknown, last_day=day).ends_at == ist("2018-03-16 00:00")
    assert quote(ONLINE, last_day=day).last_day == day
    with pytest.raises(Misuse, match="a quote stands past 2018-03-15T06:30:00Z, not through"):
        quote(ONLINE, last_day=day - timedelta(days=1))


@pytest.mark.parametrize(
    "device", [attrs.evolve(PHONE, model_id="mi-5"), attrs.evolve(PHONE, variant="2GB/16GB")]
)
def test_a_quote_is_of_the_devices_model(device: object) -> None:
    """Its variant too."""
    with pytest.raises(Misuse, match="is no 'redmi-note-3'"):
        quote(device=device)


def test_a_quote_is_of_a_brand_that_is_taken() -> None:
    """The terms decide, whatever the device is worth."""
    with pytest.raises(BrandNotAccepted):
        quote(terms(ONLINE, brands=("Google",)))


def test_an_exchange_is_opened_by_a_quote() -> None:
    """It has all that the quote says, and the quote names it."""
    made = quote(STORE, device=BOTH)
    opened, it = open_exchange(made, "x1", at=OPENED, zone=KOLKATA)
    assert opened == made._replace(exchange_id="x1")
    assert (it.member_id, it.exchange_id, it.quote_id) == ("asha", "x1", "q1")
    assert (it.terms, it.device, it.model) == (STORE, BOTH, MODEL)
    assert (it.answers, it.valuation) == (made.answers, made.valuation)
    assert (it.opened_at, it.ends_at, it.book_by) == (OPENED, ENDS, None)
    assert (it.state, it.order_id) == (ExchangeState.ISSUED, "")
    assert (it.value, it.currency) == (Money(400_000, "INR"), "INR")


def test_a_pickup_is_booked_for_an_order() -> None:
    """The new product's; it is fetched within the days of the terms, or as stated."""
    it = exchange(PICKUP)
    assert (it.state, it.order_id) == (ExchangeState.BOOKED, "o1")
    assert it.book_by == ist("2018-03-23 00:00")
    stated = ist("2018-03-20 18:00")
    assert exchange(PICKUP, book_by=stated).book_by == stated
    with pytest.raises(Misuse, match="states no pickup_within_days, and no book_by is given"):
        exchange(terms(PICKUP, pickup_within_days=None))
    assert exchange(terms(PICKUP, pickup_within_days=None), book_by=stated).book_by == stated
    with pytest.raises(Misuse, match="a device is fetched past 2018-03-15T06:30:00Z"):
        exchange(PICKUP, book_by=OPENED)


def test_only_a_pickup_names_an_order_when_it_is_opened() -> None:
    """And only a pickup has a day for it."""
    with pytest.raises(Misuse, match="by pickup names the order"):
        open_exchange(quote(PICKUP), "x1", at=OPENED, zone=KOLKATA)
    with pytest.raises(Misuse, match="by pickup names the order"):
        open_exchange(quote(ONLINE), "x1", at=OPENED, zone=KOLKATA, order_id="o1")
    with pytest.raises(Misuse, match="by pickup names the order"):
        exchange(ONLINE, book_by=ENDS)


def test_an_expired_quote_opens_nothing() -> None:
    """Nor does one that was opened."""
    with pytest.raises(QuoteExpired):
        open_exchange(quote(), "x1", at=ENDS, zone=KOLKATA)
    opened, _ = open_exchange(quote(), "x1", at=OPENED, zone=KOLKATA)
    with pytest.raises(AlreadyExchanged):
        open_exchange(opened, "x2", at=OPENED, zone=KOLKATA)
