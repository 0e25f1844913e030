"""The terms of pre-orders in a rule book, and those that come with the library."""

from datetime import date

import pytest

from mi_rewards import bundled
from mi_rewards.errors import Misuse
from mi_rewards.preorders import Colour, Payment, PreOrderTerms, Unclaimed
from mi_rewards.programme import Programme
from mi_rewards.rule_book import from_toml, to_toml
from tests.ahead import BOOKING, DIGITAL, ONLINE, STORE, terms
from tests.shop import SMALL, inr, rules

FULL = (
    terms(ONLINE, revives_f_code=True, address_is_frozen=False, colour=Colour.WISH),
    terms(STORE, unclaimed=Unclaimed.FORFEITED),
    PreOrderTerms("plain", ("elsewhere",)),
)
WRITTEN = """
[[preorders]]
id = "mi.com"
channels = ["mi.com"]
payment = "full"
payment_modes = ["credit_card", "debit_card", "net_banking", "mobile_wallet"]
pay_within_minutes = 15
ship_within_days = 5
unclaimed = "refunded"
colour = "wish"
revives_f_code = true
address_is_frozen = false
remind_minutes = 5

[[preorders]]
id = "offline"
channels = ["sangeetha", "poorvika"]
payment = "booking"
booking = "INR 1000.00"
pay_within_minutes = 15
pickup_within_days = 7
unclaimed = "forfeited"
colour = "wish"
revives_f_code = false
address_is_frozen = true

[[preorders]]
id = "plain"
channels = ["elsewhere"]
payment = "full"
unclaimed = "refunded"
colour = "guaranteed"
revives_f_code = false
address_is_frozen = true
"""
LEAST = """
[[preorders]]
id = "plain"
channels = ["elsewhere"]
payment = "full"
"""


def book(text: str) -> Programme:
    """Read `SMALL` with something more."""
    return from_toml(to_toml(SMALL) + text)


def test_terms_are_written_and_read() -> None:
    """Every key, in one order."""
    assert to_toml(rules(preorders=FULL)) == to_toml(SMALL) + WRITTEN
    assert book(WRITTEN).preorders == FULL


def test_what_is_not_said_is_as_announced_or_unknown() -> None:
    """A name, channels and what is paid at once are enough."""
    assert book(LEAST).preorders == FULL[2:]


def test_a_rule_book_without_pre_orders_is_as_it_was() -> None:
    """It has the digest that it had before there were any."""
    assert "preorders" not in to_toml(SMALL)
    assert rules(preorders=()).digest == SMALL.digest
    assert rules(preorders=FULL[2:]).digest != SMALL.digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LEAST.replace('id = "plain"', ""), "id"),
        (LEAST.replace('["elsewhere"]', "[]"), r"preorders\.plain.*channels"),
        (LEAST.replace('"full"', '"later"'), r"preorders\.plain\.payment"),
        (LEAST.replace("payment", "pay"), r"preorders\.plain"),
        (LEAST + "payment_modes = []", r"preorders\.plain\.payment_modes"),
        (LEAST + 'booking = "1000"', r"preorders\.plain\.booking"),
        (LEAST + 'booking = "INR 1000.00"', "stated where a booking is paid"),
        (LEAST + "pay_within_minutes = 0", "pay_within_minutes"),
        (LEAST + "remind_minutes = 1.5", r"preorders\.plain\.remind_minutes"),
        (LEAST + 'unclaimed = "lost"', r"preorders\.plain\.unclaimed"),
        (LEAST + 'colour = "gold"', r"preorders\.plain\.colour"),
        (LEAST + "revives_f_code = 1", r"preorders\.plain\.revives_f_code"),
        (LEAST + "address_is_frozen = 0", r"preorders\.plain\.address_is_frozen"),
        (LEAST + "more = 1", r"preorders\.plain"),
        (LEAST + LEAST, "two terms of pre-orders are named 'plain'"),
        (LEAST + LEAST.replace("plain", "other"), "channel 'elsewhere' has the terms"),
        (WRITTEN.replace("INR 1000.00", "USD 10.00"), "'offline' books USD 10.00"),
    ],
)
def test_a_wrong_rule_book_is_not_read(text: str, message: str) -> None:
    """The message names the terms and the key."""
    with pytest.raises(Misuse, match=message):
        book(text)


def test_a_programmes_terms_are_a_tuple() -> None:
    """A list is a mistake."""
    with pytest.raises(Misuse, match="tuple of PreOrderTerms"):
        rules(preorders=[ONLINE])


# as announced

ANNOUNCED = {it.terms_id: it for it in bundled.programme("mi-preorders").preorders}


def test_online_is_paid_in_full_with_digital_money_and_shipped_within_five_days() -> None:
    """Cash on delivery is not among the ways to pay, and the address is frozen."""
    online = ANNOUNCED["mi.com"]
    assert online.payment is Payment.FULL
    assert online.payment_modes == DIGITAL
    assert online.ship_within_days == 5
    assert online.address_is_frozen
    assert online.colour is Colour.GUARANTEED


def test_at_four_retailers_a_thousand_rupees_are_booked() -> None:
    """Sangeetha, Poorvika, Lot Mobile and BigC."""
    offline = ANNOUNCED["offline"]
    assert offline.channels == ("sangeetha", "poorvika", "lot-mobile", "bigc")
    assert (offline.payment, offline.booking) == (Payment.BOOKING, BOOKING)
    assert inr(1000) == BOOKING


def test_on_their_sites_the_colour_is_a_wish() -> None:
    """Nobody guarantees it there."""
    sites = ANNOUNCED["retailers-online"]
    assert sites.colour is Colour.WISH
    assert len(sites.channels) == 4


@pytest.mark.parametrize("terms_id", list(ANNOUNCED))
def test_figures_that_nobody_gave_are_not_invented(terms_id: str) -> None:
    """How long a payment is waited for, and a device kept at the store."""
    of = ANNOUNCED[terms_id]
    assert (of.pay_within_minutes, of.pickup_within_days, of.remind_minutes) == (None, None, None)


def test_the_sale_is_on_fridays_at_noon() -> None:
    """From 31 March 2017 on; until when nobody said."""
    (friday,) = bundled.programme("mi-preorders").sales
    (weekly,) = friday.weekly
    assert (weekly.weekday, weekly.time.isoformat()) == (4, "12:00:00")
    assert (weekly.from_on, weekly.through_on) == (date(2017, 3, 31), None)
    assert weekly.minutes is None


def test_the_announced_rule_book_writes_itself_back() -> None:
    """Equal, with the same digest."""
    programme = bundled.programme("mi-preorders")
    again = from_toml(to_toml(programme))
    assert (again, again.digest) == (programme, programme.digest)
