"""Exchange receipts from the cart to the refund: attached, used, freed, settled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import VoucherState
from mi_rewards.checkout import PassedOver, QuoteStale, Source
from mi_rewards.commands import (
    OrderPaid,
    PaymentClosed,
    Refunded,
    RefundOrder,
)
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in import (
    AlreadyExchanged,
    ExchangeNotOpen,
    ExchangeState,
    Payer,
    TradeInTerms,
)
from mi_rewards.wallet import check_journal
from tests.phones import imei
from tests.shop import bring, deliver, inr
from tests.tills import (
    MINUTE,
    MOMENT,
    Till,
    abandon,
    cart,
    fail,
    line,
    order,
    pay,
    quote,
    redeem,
    refund,
    run_out,
)
from tests.traders import (
    CASE,
    CREDIT,
    DEALS,
    ENDS,
    GONE,
    LOST,
    MONEY,
    PAYABLE_UNTIL,
    PHONE,
    SURPLUS,
    VALUE,
    Trader,
)
from tests.trading import NOON, ONLINE, STORE, change, inspect, rupees

# quoted


def test_a_cart_is_quoted_with_an_exchange_receipt() -> None:
    """Rs 8,000 off the phone of Rs 9,999; what earns is the price before that."""
    till = Trader()
    of = cart(PHONE, CASE, channel="mi.com", exchange_id="x1")
    quoted = till.do(quote(of, at=NOON))
    assert (quoted.payable_minor, quoted.earns) == (199_900 + 79_800, 1079)
    assert till.quoted().priced.taken_minor(Source.EXCHANGE) == VALUE
    assert till.exchange().state is ExchangeState.ISSUED


def test_what_no_exchange_is_known_of_is_passed_over() -> None:
    """The quote says why."""
    till = Trader()
    till.do(quote(cart(PHONE, channel="mi.com", exchange_id="x9"), at=NOON))
    no = PassedOver("x9", "unknown_exchange", (("exchange_id", "x9"),))
    assert till.quoted().priced.exchange_passed_over == no
    till.do(order(at=NOON))
    assert till.settled().exchange_id == ""


def test_a_value_that_nobody_priced_is_objected_to_where_there_are_terms() -> None:
    """Where there are none, the host states what it is."""
    stated = cart(PHONE, exchange=inr(8000))
    refusal = Trader().refusal(quote(stated, at=NOON))
    assert type(refusal) is Misuse
    assert "names an exchange receipt" in str(refusal)
    assert Till().do(quote(stated)).payable_minor == 199_900


# attached


def test_an_order_has_the_receipt_until_its_payments_deadline() -> None:
    """And the old device is in no other exchange."""
    till = Trader().order()
    exchange = till.exchange()
    assert (exchange.state, exchange.order_id) == (ExchangeState.ATTACHED, "o1")
    assert (exchange.used_minor, exchange.attached_until) == (VALUE, PAYABLE_UNTIL)
    assert till.settled().exchange_id == "x1"
    assert till.device().held_until == ENDS


def test_no_other_order_gets_the_receipt_meanwhile() -> None:
    """C2: Quoted twice, placed once; the other quote says what has changed."""
    till = Trader()
    for name in ("o1", "o2"):
        of = cart(PHONE, order_id=name, channel="mi.com", exchange_id="x1")
        till.do(quote(of, at=NOON, request=name))
    till.do(order("o1", at=NOON, request="order:o1"))
    refusal = till.refusal(order("o2", at=NOON, request="order:o2"))
    assert type(refusal) is QuoteStale
    assert refusal.figures["changed"] == "payable, exchange, lines"
    freed = order("o2", at=NOON + 10 * MINUTE, request="order:o2")
    till.do(abandon(at=NOON + 10 * MINUTE))
    till.do(freed)
    assert till.exchange().order_id == "o2"


def test_a_payment_that_was_not_made_in_time_frees_the_receipt_by_itself() -> None:
    """Whether or not that is booked; what is booked late changes nothing for the next order."""
    till = Trader().order().order("o2", at=PAYABLE_UNTIL)
    assert till.exchange().order_id == "o2"
    late = till.do(run_out(at=PAYABLE_UNTIL + MINUTE))
    assert late == PaymentClosed("o1", "run_out", 0)
    assert till.exchange().order_id == "o2"
    assert till.do(pay("o2", at=PAYABLE_UNTIL + MINUTE)).order_id == "o2"


@pytest.mark.parametrize(
    "close",
    [
        lambda: fail(at=NOON + MINUTE),
        lambda: abandon(at=NOON + MINUTE),
        lambda: run_out(at=PAYABLE_UNTIL),
    ],
    ids=["fail", "abandon", "run_out"],
)
def test_an_order_that_is_not_paid_frees_the_receipt(close: Callable[[], Any]) -> None:
    """It is as it was, and so is its device."""
    till = Trader()
    before, device = till.exchange(), till.device()
    till.order().do(close())
    assert till.exchange() == before._replace(version=3)
    assert till.device()._replace(version=0) == device._replace(version=0)
    assert till.told() == []


def test_an_order_can_be_placed_again_with_the_same_receipt() -> None:
    """After a payment that failed; a second failure frees it again."""
    till = Trader().order()
    till.do(fail(at=NOON))
    till.order(at=NOON + MINUTE)
    assert till.exchange().attached_until == PAYABLE_UNTIL + MINUTE
    till.do(fail(at=NOON + MINUTE, request="fail again"))
    assert till.exchange().state is ExchangeState.ISSUED
    till.do(abandon(at=NOON + MINUTE))
    assert till.exchange().version == 5


@pytest.mark.parametrize(("late", "is_over"), [(-MOMENT, False), (0 * MOMENT, True)])
def test_a_receipt_whose_end_has_passed_meanwhile_is_over(late: timedelta, is_over: bool) -> None:
    """It is attached to the end, and paid after that; where it is not, its device is free."""
    till = Trader().order(at=ENDS - MINUTE)
    till.do(fail(at=ENDS + late))
    expected = ExchangeState.EXPIRED if is_over else ExchangeState.ISSUED
    assert till.exchange().state is expected
    assert (till.device().holder(ENDS + late) is None) is is_over
    assert till.told() == ([("exchange_closed", 0)] if is_over else [])


# used


def test_a_payment_uses_the_receipt() -> None:
    """Online the device is to be inspected at the door; it stays in the exchange until then."""
    till = Trader().order(at=ENDS - MINUTE)
    assert till.do(pay(at=ENDS + MINUTE)) == OrderPaid("o1", 0, 1079)
    assert till.exchange().state is ExchangeState.USED
    assert till.device().held_until is None
    assert till.told() == []
    inspected = till.do(inspect(at=ENDS + MINUTE))
    assert (inspected.state, inspected.due_minor) == ("settled", 0)


def test_in_store_all_is_done_with_the_payment() -> None:
    """The device is handed over there; others are told."""
    till = Trader(STORE).paid()
    assert till.exchange().state is ExchangeState.SETTLED
    assert till.device().holder(NOON) is None
    assert till.told() == [("exchange_closed", 0)]


def test_a_surplus_is_credited_as_tokens_where_the_terms_say_so() -> None:
    """Rs 3,000 beyond the price of Rs 5,000, at a token a rupee; all by one request."""
    till = Trader(SURPLUS)
    till.do(bring(500, "2022-12-31", at=NOON))
    till.paid(line("phone", 5000, category="phones"), CASE, tokens=500)
    balance = till.balance(at=NOON)
    assert (balance.available, balance.held) == (3_000, 0)
    assert balance.promised == 500 + 29
    kinds = [it.event.value for it in till.entries() if it.request_id == "pay"]
    assert kinds == ["captured", "earned", "promised"]
    assert till.exchange().surplus_tokens == 3_000
    check_journal(till.entries())


def test_a_used_receipt_is_used_once() -> None:
    """I17: A second order goes without it, and what it was used for is not paid twice."""
    till = Trader().paid()
    till.order("o2", at=NOON + MINUTE)
    assert till.settled("o2").exchange_id == ""
    passed = till.quoted(f"quote:o2@{NOON + MINUTE:%d%H%M}").priced.exchange_passed_over
    assert passed == PassedOver("x1", "already_exchanged", (("exchange_id", "x1"),))


def test_a_receipt_that_was_used_by_other_means_is_not_paid_with() -> None:
    """Nor one that was freed: the payment is refused, and changes nothing."""
    till = Trader().order()
    stored = till.exchange()
    till.put(stored.using("o1", at=NOON))
    assert till.refusal(pay(at=NOON)) == AlreadyExchanged(exchange_id="x1")
    till = Trader().order()
    till.put(till.exchange().detaching("o1", at=NOON))
    assert till.refusal(pay(at=NOON)) == ExchangeNotOpen(exchange_id="x1", state="issued")


def test_vouchers_go_with_it() -> None:
    """A coupon off the cases, the exchange value off the phone."""
    till = Trader()
    till.all(bring(500, "2022-12-31", at=NOON), redeem("off-100", at=NOON))
    till.paid(voucher_ids=("off-100",))
    assert till.voucher("off-100").state is VoucherState.USED
    line_of = {it.line_id: it for it in till.settled().lines}
    assert (line_of["phone"].coupon_minor, line_of["phone"].exchange_minor) == (0, VALUE)
    assert (line_of["case"].coupon_minor, line_of["case"].exchange_minor) == (100_00, 0)


# refunded


def test_a_device_that_is_not_handed_over_makes_the_receipt_good_again() -> None:
    """The phone is refunded in money as it was paid in money."""
    till = Trader().paid()
    outcome = till.do(refund(("phone", 1), at=NOON + MINUTE))
    assert outcome == Refunded("o1", 199_900, "INR", 0, VALUE, 0, 1000)
    exchange = till.exchange()
    assert (exchange.state, exchange.order_id, exchange.used_minor) == ("issued", "", 0)
    assert till.device().held_until == ENDS
    till.order("o2", at=NOON + 2 * MINUTE)
    assert till.settled("o2").exchange_id == "x1"


@pytest.mark.parametrize(
    ("terms", "at", "state"),
    [
        (ONLINE, ENDS - MOMENT, "issued"),
        (ONLINE, ENDS, "expired"),
        (GONE, NOON, "cancelled"),
    ],
    ids=["in time", "too late", "not by the terms"],
)
def test_a_receipt_comes_back_in_time_and_by_its_terms(
    terms: TradeInTerms, at: datetime, state: str
) -> None:
    """All of the order, refunded at once; the member has the device all along."""
    till = Trader(terms).paid()
    till.do(refund(at=at))
    assert till.exchange().state == state
    assert (till.device().holder(at) is None) is (state != "issued")


def test_other_lines_leave_the_exchange_alone() -> None:
    """One case, and then the other."""
    till = Trader().paid()
    for number in ("1", "2"):
        assert till.do(refund(("case", 1), at=NOON, request=number)).exchange_minor == 0
    assert till.exchange().state is ExchangeState.USED


@pytest.mark.parametrize(
    ("terms", "state", "due", "credited"),
    [
        (CREDIT, "credited", 0, 8_000),
        (MONEY, "credited", VALUE, 0),
        (LOST, "credited", 0, 0),
    ],
    ids=lambda it: it.terms_id if isinstance(it, TradeInTerms) else str(it),
)
def test_a_device_that_was_handed_over_is_settled_by_the_terms(
    terms: TradeInTerms, state: str, due: int, credited: int
) -> None:
    """It does not come back: store credit is in the wallet at once, money is still to be paid."""
    till = Trader(terms).paid()
    outcome = till.do(refund(at=NOON + MINUTE))
    assert (outcome.money_minor, outcome.exchange_minor) == (199_900 + 79_800, VALUE)
    exchange = till.exchange()
    assert (exchange.state, exchange.due_minor, exchange.credited_tokens) == (state, due, credited)
    assert till.balance(at=NOON + MINUTE).available == credited
    assert till.told() == [
        ("exchange_closed", 0),
        *([("exchange_payout_due", VALUE)] if due else []),
    ]
    if due:
        paid = change(
            "settle",
            payer=Payer.PROGRAMME,
            amount=rupees("8000"),
            reference="bank-1",
            at=NOON + MINUTE,
        )
        assert till.do(paid).due_minor == 0
    check_journal(till.entries())


def test_how_much_store_credit_is_may_be_told_with_the_refund() -> None:
    """Where the terms do not say; without that nothing is refunded."""
    till = Trader(STORE).paid()
    refusal = till.refusal(refund(at=NOON))
    assert type(refusal) is Misuse
    assert "trade_ins.store states no credit" in str(refusal)
    known = attrs.evolve(refund(at=NOON), exchange_credit=Rate(1, 50))
    assert till.do(known).exchange_minor == VALUE
    assert till.balance(at=NOON).available == 16_000


def test_store_credit_comes_before_tokens_are_taken() -> None:
    """So that what a refund takes back leaves no debt which the refund itself could make good."""
    till = Trader(CREDIT).paid()
    till.do(deliver("o1", at=NOON))
    earned = till.balance(at=NOON).available
    assert earned == 1079
    outcome = till.do(refund(at=NOON))
    assert (outcome.given_back, till.balance(at=NOON).available) == (1079, 8_000)


def test_an_exchange_that_was_settled_by_other_means_is_not_settled_again() -> None:
    """The refund is refused, and changes nothing."""
    till = Trader(LOST).paid()
    till.put(till.exchange().returning(VALUE, at=NOON))
    expected = ExchangeNotOpen(exchange_id="x1", state="credited")
    assert till.refusal(refund(at=NOON)) == expected
    assert till.do(refund(("case", 2), at=NOON)).money_minor == 79_800


def test_what_the_member_owes_of_a_rejected_device_goes_first() -> None:
    """The device was another one, and the phone comes back: nothing is owed either way."""
    till = Trader().paid()
    inspected = till.do(inspect(imeis=(imei(2),)))
    assert (inspected.state, inspected.due_minor) == ("rejected", -VALUE)
    till.do(refund(at=NOON))
    exchange = till.exchange()
    assert (exchange.state, exchange.due_minor) == ("credited", 0)
    assert till.told() == [("exchange_difference_due", -VALUE), ("exchange_closed", 0)]


@pytest.mark.parametrize("what", [1, Money(1, "INR"), True])
def test_store_credit_is_a_rate(what: Any) -> None:
    """Anything else is the caller's mistake."""
    with pytest.raises(Misuse, match="exchange_credit is a Rate"):
        RefundOrder(member_id="asha", request_id="r", at=NOON, order_id="o1", exchange_credit=what)


# lost


@pytest.mark.parametrize(
    ("paid", "make"),
    [
        (False, lambda: pay(at=NOON)),
        (False, lambda: fail(at=NOON)),
        (True, lambda: refund(at=NOON)),
    ],
    ids=["pay", "fail", "refund"],
)
def test_an_exchange_that_is_not_there_any_more_is_told(paid: bool, make: Any) -> None:
    """The order says that there is one: something is broken, and not the caller."""
    till = Trader().order()
    if paid:
        till.do(pay(at=NOON))
    till.forget()
    with pytest.raises(Corrupt, match="takes the value of exchange 'x1' off"):
        till.do(make())


def test_a_device_that_is_not_handed_over_in_time_is_told() -> None:
    """To the end of the last day in the programme's zone; the difference is asked for once."""
    timed = attrs.evolve(ONLINE, terms_id="timed", hand_over_within_days=3)
    till = Trader(timed, attrs.evolve(DEALS, trade_ins=(timed,))).paid()
    end = NOON + timedelta(days=3, hours=12)
    assert (till.exchange().state, till.exchange().book_by) == ("used", end)
    assert till.device().holder(end - MOMENT) == ("asha", "x1")
    assert till.rewards.exchanges_due(end - MOMENT) == 0
    assert till.rewards.exchanges_due(end) == 1
    late = till.exchange()
    assert (late.state, late.rejection, late.due_minor) == ("rejected", "not_handed_over", -VALUE)
    assert till.told() == [("exchange_difference_due", -VALUE)]
    assert till.device().holder(end) is None
    assert till.rewards.exchanges_due(end) == 0
    assert type(till.refusal(inspect(at=end))) is ExchangeNotOpen
    assert till.do(refund(at=end)).money_minor == 199_900 + 79_800
    assert (till.exchange().state, till.exchange().due_minor) == ("credited", 0)
