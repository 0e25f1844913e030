"""Pre-orders of March 2017, told as tests: Fridays at noon on mi.com, and at retailers' stores.

The sources of each figure stand in `rule_books/mi_preorders.toml`. How long a payment is waited
for, and a device is kept at a store, was never published: whoever runs the sale states it. Clocks
are those of India.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mi_rewards import bundled
from mi_rewards.commands import LATE_TO_SHIP, Command, PlacePreOrder
from mi_rewards.errors import Misuse, Refused
from mi_rewards.preorders import (
    AddressFrozen,
    AlreadyShipped,
    ColourGuaranteed,
    OneDevicePerPreOrder,
    PaymentModeRefused,
    PreOrderNotOpen,
    SaleNotOpen,
)
from tests.ahead import (
    BOOKING,
    DAY,
    DIGITAL,
    MINUTE,
    MOMENT,
    PRICE,
    REST,
    Friday,
    call_off,
    decline,
    hand_over,
    make_ready,
    move_to,
    offer,
    open_quota,
    order_ahead,
    pay,
    pick_up,
    repay,
    reprice,
    ship,
)
from tests.shop import Shop, inr, ist, join

ANNOUNCED = bundled.programme("mi-preorders")
(CALENDAR,) = ANNOUNCED.sales
NOON = ist("2017-03-31 12:00")
NEXT = ist("2017-04-07 12:00")
QUARTER = 15 * MINUTE
"""How long a payment is waited for here; nobody published it."""


def order(order_id: str = "o1", *, at: datetime = NOON, **stated: Any) -> PlacePreOrder:
    """Place a pre-order, to be paid within a quarter of an hour."""
    return order_ahead(order_id, at=at, pay_until=at + QUARTER, **stated)


class Sale(Friday):
    """A sale of two phones under the announced terms, asha a member since the day before."""

    def __init__(self, of: str = "mi.com", *does: Command[Any], **quota: Any) -> None:
        Shop.__init__(self, ANNOUNCED)
        at = quota.pop("at", NOON)
        self.all(join(at=NOON - DAY), open_quota(2, of=of, at=at, **quota), *does)


# when


def test_the_sale_opens_every_friday_at_noon_from_31_march_2017() -> None:
    """Not the Friday before."""
    openings = CALENDAR.next_openings(ist("2017-03-01"), 3)
    assert [it.from_at for it in openings] == [NOON, NEXT, ist("2017-04-14 12:00")]
    assert CALENDAR.opening_at(ist("2017-03-24 12:00")) is None


@pytest.mark.parametrize("noon", [NOON, NEXT])
def test_a_second_before_noon_is_too_early_and_noon_is_not(noon: datetime) -> None:
    """11:59:59 and 12:00:00, on the first Friday and on the next."""
    sale = Sale(at=noon, sale_id="friday")
    early = sale.refusal(order(at=noon - timedelta(seconds=1)))
    assert isinstance(early, SaleNotOpen)
    assert early.transient
    assert sale.do(order(at=noon, request="noon")).pay_until == noon + QUARTER
    assert sale.units() == (1, 1, 0, 0)


# how


def test_only_who_names_a_way_to_pay_without_cash_is_served() -> None:
    """Credit card, debit card, net banking, mobile wallet; no cash on delivery."""
    for number, mode in enumerate(DIGITAL):
        assert Sale().do(order(f"o{number}", mode=mode)).due_minor == PRICE.minor
    no = PaymentModeRefused(payment_mode="cash_on_delivery", allowed=DIGITAL)
    assert Sale().refusal(order(mode="cash_on_delivery")) == no
    ordered = Sale("mi.com", order())
    assert ordered.refusal(pay(at=NOON, payment_mode="cash_on_delivery")) == no
    assert ordered.units() == (1, 1, 0, 0)


def test_a_pre_order_is_for_one_device() -> None:
    """Two are refused, and take nothing."""
    sale = Sale()
    assert sale.refusal(order(units=2)) == OneDevicePerPreOrder(units=2)
    assert sale.units() == (2, 0, 0, 0)


def test_the_address_stays_as_it_was_when_the_order_was_placed() -> None:
    """Before the payment and after it."""
    sale = Sale("mi.com", order(address_ref="home"))
    no = AddressFrozen(order_id="o1")
    assert sale.refusal(move_to("work", at=NOON)) == no
    sale.do(pay(at=NOON))
    assert sale.refusal(move_to("work", at=NOON)) == no
    assert sale.ahead().address_ref == "home"


def test_a_price_that_is_paid_is_fixed() -> None:
    """A lower one the week after changes nothing."""
    sale = Sale("mi.com", order(), pay(at=NOON))
    no = sale.refusal(reprice(inr(9_999), at=NEXT))
    assert isinstance(no, Refused)
    assert no.figures == {"order_id": "o1", "price": "INR 10999.00"}


def test_until_when_a_payment_is_waited_for_is_said_by_whoever_sells() -> None:
    """Nobody published it for India, and it is not invented."""
    fault = Sale().refusal(order_ahead(at=NOON))
    assert isinstance(fault, Misuse)
    assert "pay_within_minutes" in str(fault)


def test_who_does_not_pay_in_time_makes_room_for_the_next() -> None:
    """At the deadline it is too late, booked or not; then the unit is sold again."""
    sale = Sale("mi.com", order(), order("o2"), join("bela", at=NOON))
    no = PreOrderNotOpen(order_id="o1", state="run_out")
    assert sale.refusal(pay(at=NOON + QUARTER)) == no
    sale.do(pay(order_id="o2", at=NOON + QUARTER - MOMENT))
    late = NOON + QUARTER
    assert sale.rewards.preorders_due(late) == 1
    sale.all(order(by="bela", at=late), pay(by="bela", at=late))
    assert sale.units() == (0, 0, 2, 0)
    assert sale.refusal(pay(at=late)) == no


# shipping


@pytest.mark.parametrize("paid_at", [NOON, ist("2017-03-31 23:59:59") - QUARTER])
def test_day_five_after_the_payment_is_on_time_and_day_six_is_late(paid_at: datetime) -> None:
    """To the last moment of the fifth day, at whatever time it was paid."""
    sale = Sale("mi.com", order(at=paid_at), pay(at=paid_at))
    fifth, sixth = ist("2017-04-06 00:00") - MOMENT, ist("2017-04-06 00:00")
    assert sale.rewards.late_to_ship(fifth).preorders == ()
    assert sale.rewards.preorders_due(fifth) == 0
    assert [it.order_id for it in sale.rewards.late_to_ship(sixth).preorders] == ["o1"]
    assert sale.rewards.preorders_due(sixth) == 1
    assert [it.topic for it in sale.events()] == [LATE_TO_SHIP]
    sale.do(ship(at=sixth))
    assert sale.rewards.late_to_ship(sixth).preorders == ()


def test_what_is_delivered_earns_a_tenth_like_any_purchase() -> None:
    """Rs 10,999 earn 1,099 tokens, valid to the end of the next year."""
    sale = Sale("mi.com", order(), pay(at=NOON), ship(at=NOON + DAY))
    assert sale.balance(at=NOON + DAY).promised == 1_099
    delivered = sale.do(hand_over(at=NOON + 2 * DAY))
    assert (delivered.tokens, str(delivered.last_day)) == (1_099, "2018-12-31")


def test_it_can_be_cancelled_until_it_is_shipped_and_all_of_it_is_given_back() -> None:
    """The phone is somebody else's then."""
    sale = Sale("mi.com", order(), pay(at=NOON))
    assert sale.do(call_off(at=NOON + DAY)).refund_minor == PRICE.minor
    assert sale.units() == (2, 0, 0, 0)
    assert sale.do(repay(at=NOON + DAY)).state == "refunded"
    gone = Sale("mi.com", order(), pay(at=NOON), ship(at=NOON + DAY))
    assert gone.refusal(call_off(at=NOON + DAY)) == AlreadyShipped(order_id="o1")


# at the stores


@pytest.mark.parametrize("store", ["sangeetha", "poorvika", "lot-mobile", "bigc"])
def test_a_thousand_rupees_are_booked_and_the_rest_is_paid_on_pickup(store: str) -> None:
    """Rs 1,000 of Rs 10,999 at once, Rs 9,999 at the store."""
    sale = Sale("offline", order(mode="cash", channel=store), pay(BOOKING, at=NOON))
    assert (sale.ahead().channel, sale.ahead().rest) == (store, REST)
    until = NOON + 7 * DAY
    told = sale.do(make_ready(at=NOON + DAY, pickup_until=until))
    assert (told.rest_minor, told.pickup_until) == (REST.minor, until)
    short = sale.refusal(pick_up(BOOKING, at=NOON + 2 * DAY))
    assert isinstance(short, Refused)
    assert short.figures["due"] == "INR 9999.00"
    picked = sale.do(pick_up(at=NOON + 2 * DAY))
    assert (sale.ahead().state, sale.ahead().paid_minor) == ("delivered", PRICE.minor)
    # Retailers are in no list of channels that earn.
    assert (picked.tokens, picked.rule) == (0, "channel_does_not_earn")


def test_how_long_it_is_kept_at_the_store_is_said_by_the_store() -> None:
    """Nobody published it; then the booking goes back, and the phone to others."""
    sale = Sale("offline", order(mode="cash"), pay(BOOKING, at=NOON))
    fault = sale.refusal(make_ready(at=NOON))
    assert isinstance(fault, Misuse)
    assert "preorders.offline states no pickup_within_days" in str(fault)
    sale.do(make_ready(at=NOON, pickup_until=NEXT))
    assert sale.rewards.preorders_due(NEXT) == 1
    assert sale.ahead().refund == BOOKING
    assert sale.units() == (2, 0, 0, 0)


def test_on_a_retailers_site_the_colour_is_a_wish_that_can_be_declined() -> None:
    """Everything goes back; in a store and on mi.com the colour is what was named."""
    ordered = order(mode="net_banking", colour="gold")
    site = Sale("retailers-online", ordered, pay(BOOKING, at=NOON), offer("black", at=NOON))
    assert site.do(decline(at=NOON)).refund_minor == BOOKING.minor
    assert site.units() == (2, 0, 0, 0)
    no = ColourGuaranteed(order_id="o1", colour="gold")
    for of in ("offline", "mi.com"):
        shop = Sale(of, order(colour="gold"))
        assert shop.refusal(offer("black", at=NOON)) == no
