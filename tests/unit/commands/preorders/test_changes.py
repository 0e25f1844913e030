"""Pre-orders on their way to being paid: the commands, their units, and what they promise."""

from datetime import datetime
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import VoucherNotAttached, VoucherState
from mi_rewards.commands import (
    Command,
    DetachVoucher,
    PayPreOrder,
    PreOrderChanged,
    PreOrderPaid,
    RepricePreOrder,
)
from mi_rewards.earning import AlreadyPlaced, Line, PurchaseState
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import CurrencyMismatch, Money
from mi_rewards.preorders import (
    AddressFrozen,
    ColourGuaranteed,
    PaymentModeRefused,
    PreOrderNotOpen,
    PreOrderState,
    PriceFixed,
    UnknownPreOrder,
    WrongAmount,
)
from mi_rewards.repositories import Loaded, preorder_key, voucher_key
from tests.ahead import (
    BOOKING,
    BOTH,
    CODED,
    FRIDAY,
    HOUR,
    MINUTE,
    MOMENT,
    ONLINE,
    PAY_EARLY,
    PAY_UNTIL,
    PRICE,
    STORE,
    Friday,
    accept,
    call_off,
    coded,
    decline,
    hand_over,
    make_ready,
    move_to,
    offer,
    order_ahead,
    pay,
    pick_up,
    placed,
    repay,
    reprice,
    ship,
    terms,
    watch,
)
from tests.shop import check_outcomes, inr, ist, place, rules

SHIP_BY = ist("2017-04-06 00:00")
OPEN_BOOK = rules(BOTH, preorders=(terms(ONLINE, address_is_frozen=False), STORE))


def online(*does: Command[Any]) -> Friday:
    """Make a shop where a phone was ordered on mi.com."""
    return Friday(does=(order_ahead(), *does))


def in_store(*does: Command[Any]) -> Friday:
    """Make a shop where a phone was ordered at a store."""
    return Friday(of="offline", does=(order_ahead(mode="", colour="gold"), *does))


# paid


def test_a_payment_sells_the_unit_and_promises_what_the_phone_earns() -> None:
    """All by one request; the order is a purchase from then on."""
    shop = online()
    assert shop.units() == (1, 1, 0, 0)
    check_outcomes(
        [shop.do(pay(at=FRIDAY + MINUTE))],
        PreOrderPaid("o1", 10_999_00, 0, "INR", SHIP_BY, 1_099),
    )
    assert shop.units() == (1, 0, 1, 0)
    assert shop.ahead().state is PreOrderState.PAID
    purchase = shop.purchase()
    assert purchase is not None
    assert (purchase.state, purchase.channel) == (PurchaseState.PLACED, "mi.com")
    (line,) = purchase.lines
    assert (line.amount, line.quantity, line.product) == (PRICE, 1, "redmi-note-4")
    told = purchase.circumstances
    assert (told.placed_at, told.payment_mode) == (FRIDAY, "credit_card")
    assert shop.balance(at=FRIDAY + MINUTE).promised == 1_099


def test_a_booking_sells_the_unit_and_promises_nothing_yet() -> None:
    """There is no purchase before it is picked up."""
    shop = in_store()
    check_outcomes([shop.do(pay(BOOKING))], PreOrderPaid("o1", 1_000_00, 9_999_00, "INR", None, 0))
    assert shop.units() == (1, 0, 1, 0)
    assert shop.purchase() is None
    assert shop.entries() == ()


def test_the_category_is_the_purchases() -> None:
    """Rules that ask for it find it."""
    shop = Friday(does=(order_ahead(category="phones"), pay()))
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.lines[0].category == "phones"


def test_how_it_was_paid_is_the_purchases() -> None:
    """As it was said with the payment."""
    shop = online(pay(payment_mode="net_banking"))
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.circumstances.payment_mode == "net_banking"


def test_who_has_not_joined_pays_and_is_promised_nothing() -> None:
    """The order waits for their joining, as any would."""
    shop = Friday(does=(order_ahead(by="bela"),))
    assert shop.do(pay(by="bela")).promised == 0
    assert shop.ahead(by="bela").state is PreOrderState.PAID


def test_cash_on_delivery_is_refused_on_paying_too() -> None:
    """Whatever was said when it was placed."""
    no = online().refusal(pay(payment_mode="cash_on_delivery"))
    assert isinstance(no, PaymentModeRefused)
    assert no.figures["payment_mode"] == "cash_on_delivery"


@pytest.mark.parametrize("amount", [inr(10_998), inr(11_000), BOOKING])
def test_another_amount_than_is_due_is_refused(amount: Money) -> None:
    """The unit stays held."""
    shop = online()
    no = shop.refusal(pay(amount))
    assert no == WrongAmount(order_id="o1", asked=str(amount), due="INR 10999.00")
    assert shop.units() == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("at", "state"), [(PAY_UNTIL - MOMENT, "paid"), (PAY_UNTIL, "run_out"), (SHIP_BY, "run_out")]
)
def test_a_payment_is_taken_until_its_deadline(at: datetime, state: str) -> None:
    """From then on it is refused, booked or not."""
    shop = online()
    if state == "paid":
        assert shop.do(pay(at=at)).paid_minor == 10_999_00
        return
    assert shop.refusal(pay(at=at)) == PreOrderNotOpen(order_id="o1", state=state)
    shop.do(watch(at=PAY_UNTIL))
    assert shop.refusal(pay(at=at)) == PreOrderNotOpen(order_id="o1", state=state)


def test_a_payment_is_recorded_once() -> None:
    """Again by the same request it is the same answer; by another one it is refused."""
    shop = online()
    first = shop.do(pay())
    assert shop.do(pay()) == first
    assert shop.refusal(pay(request="again")) == PreOrderNotOpen(order_id="o1", state="paid")
    assert shop.units() == (1, 0, 1, 0)


def test_an_order_that_was_placed_by_other_means_is_not_paid() -> None:
    """Its purchase would be another's."""
    phone = Line("1", PRICE, product="redmi-note-4")
    shop = online(place("o1", lines=(phone,), channel="mi.com", payment_mode="credit_card"))
    assert shop.refusal(pay()) == AlreadyPlaced(order_id="o1")
    shop = online(place("o1", 100))
    assert "other content" in str(shop.refusal(pay()))


# priced anew, sent elsewhere


def test_a_price_changes_until_it_is_paid_for() -> None:
    """Then what is due is the new one."""
    shop = online()
    check_outcomes([shop.do(reprice(inr(9_999)))], PreOrderChanged("o1", "placed"))
    assert isinstance(shop.refusal(pay()), WrongAmount)
    assert shop.do(pay(inr(9_999))).promised == 999
    no = shop.refusal(reprice(inr(8_999)))
    assert no == PriceFixed(order_id="o1", price="INR 9999.00")


def test_a_price_is_more_than_none() -> None:
    """As when it is placed; the least there is will do."""
    with pytest.raises(Misuse, match=r"a price is money, more than none, not Money\("):
        reprice(inr(0))
    with pytest.raises(Misuse, match="more than none, not 5"):
        reprice(5)  # type: ignore[arg-type]
    assert online().do(reprice(Money(1, "INR"))).state == "placed"


def test_an_address_is_frozen_once_it_is_placed() -> None:
    """Unless the terms say otherwise."""
    assert online().refusal(move_to("elsewhere")) == AddressFrozen(order_id="o1")
    shop = Friday(OPEN_BOOK, does=(order_ahead(address_ref="home"),))
    check_outcomes([shop.do(move_to("elsewhere"))], PreOrderChanged("o1", "placed"))
    assert shop.ahead().address_ref == "elsewhere"


# colours


def test_a_colour_is_offered_and_accepted() -> None:
    """Where it is a wish."""
    shop = in_store(pay(BOOKING))
    check_outcomes([shop.do(offer("black"))], PreOrderChanged("o1", "paid"))
    assert shop.ahead().offered_colour == "black"
    check_outcomes([shop.do(accept())], PreOrderChanged("o1", "paid"))
    assert (shop.ahead().colour, shop.ahead().offered_colour) == ("black", "")


def test_no_other_colour_is_offered_where_it_is_guaranteed() -> None:
    """The member gets what was named."""
    shop = Friday(does=(order_ahead(colour="gold"), pay()))
    no = shop.refusal(offer("black"))
    assert no == ColourGuaranteed(order_id="o1", colour="gold")


# in general


@pytest.mark.parametrize(
    "command",
    [
        pay(),
        reprice(inr(1)),
        move_to("x"),
        offer("black"),
        accept(),
        decline(),
        ship(),
        hand_over(),
        make_ready(),
        pick_up(),
        call_off(),
        repay(),
        watch(at=FRIDAY),
    ],
    ids=lambda it: type(it).__name__,
)
def test_what_is_not_known_is_refused(command: Any) -> None:
    """By each command, and so is what is somebody else's."""
    no = UnknownPreOrder(order_id="o1")
    assert Friday().refusal(command) == no
    assert online().refusal(attrs.evolve(command, member_id="bela")) == no


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (PayPreOrder, {"amount": 10_999}, "an amount is money"),
        (PayPreOrder, {"amount": PRICE, "payment_mode": None}, "a payment mode"),
        (RepricePreOrder, {"price": "INR 1.00"}, "a price is money"),
        (type(move_to("")), {"address_ref": None}, "a reference to an address"),
        (type(offer("x")), {"colour": ""}, "a colour is a text"),
        (type(offer("x")), {"colour": 1}, "a colour is a text"),
        (type(ship()), {"order_id": 1}, "an order's id"),
        (type(ship()), {"member_id": ""}, "a member's id"),
    ],
)
def test_arguments_are_checked(kind: Any, arguments: dict[str, Any], message: str) -> None:
    """Where the command is made."""
    stated = {"member_id": "asha", "request_id": "r", "at": FRIDAY, "order_id": "o1"}
    with pytest.raises(Misuse, match=message):
        kind(**{**stated, **arguments})


@pytest.mark.parametrize(
    "command", [pay(Money(1, "USD")), pick_up(Money(1, "USD")), repay(Money(1, "USD"))]
)
def test_an_amount_is_in_the_currency_of_the_price(command: Any) -> None:
    """Another one is a mistake."""
    fault = online().refusal(command)
    assert isinstance(fault, CurrencyMismatch)
    assert str(fault) == "the pre-order is in INR, not USD"


# codes


def test_a_payment_uses_the_code_that_bought_it() -> None:
    """Its unit is sold with it."""
    shop = coded()
    assert shop.units() == (1, 1, 0, 0)
    assert shop.voucher().state is VoucherState.ATTACHED
    shop.do(pay(at=PAY_EARLY - MOMENT))
    assert shop.voucher().state is VoucherState.USED
    assert shop.units() == (1, 0, 1, 0)
    assert shop.ahead().allotment is None


def test_a_code_that_was_detached_by_other_means_pays_for_nothing() -> None:
    """Nothing is sold."""
    at = FRIDAY - HOUR
    off = DetachVoucher(
        member_id="asha", request_id="off", at=at, voucher_id="redeem", order_id="o1"
    )
    no = coded(CODED, off).refusal(pay(at=at))
    assert no == VoucherNotAttached(voucher_id="redeem", order_id="o1")


def test_a_code_that_is_not_there_is_the_stores_fault() -> None:
    """It is named."""
    bought = placed(allotment=None, voucher_of="bela", voucher_id="v")
    loaded = Loaded({preorder_key("asha", "o1"): bought, voucher_key("bela", "v"): None}, {})
    with pytest.raises(Corrupt, match="the voucher of pre-order 'o1' is not there"):
        pay().decide(loaded, BOTH)
