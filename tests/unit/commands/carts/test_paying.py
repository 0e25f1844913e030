"""What becomes of an order that was placed from a quote."""

import asyncio
from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import Validity, VoucherNotAttached, VoucherState
from mi_rewards.checkout import SettlementNotOpen, SettlementState, UnknownSettlement
from mi_rewards.commands import (
    AsyncRewards,
    Command,
    DetachVoucher,
    OrderPaid,
    PaymentClosed,
    Release,
    RunOutPayment,
    UseVoucher,
)
from mi_rewards.earning import AlreadyPlaced, Line
from mi_rewards.memory import AsyncMemoryStore
from mi_rewards.wallet import HoldNotOpen
from tests.shop import T, attach, check_outcomes, deliver, inr, lapse, place
from tests.tills import (
    BOOK,
    MINUTE,
    MOMENT,
    PAYABLE_UNTIL,
    SPENDING,
    Till,
    abandon,
    cart,
    fail,
    line,
    order,
    pay,
    quote,
    redeem,
    run_out,
)


def waiting(**stated: Any) -> Till:
    """Make a till where an order with a coupon and 250 tokens waits for its payment."""
    till = Till()
    till.do(redeem("off-100"))
    till.all(quote(cart(voucher_ids=("off-100",), tokens=250, **stated)), order())
    return till


# paid


def test_a_payment_spends_tokens_uses_vouchers_and_promises_what_is_earned() -> None:
    """All by one request."""
    till = waiting(channel="mi.com")
    check_outcomes([till.do(pay())], OrderPaid("o1", 250, 89))
    balance = till.balance()
    assert (balance.available, balance.held, balance.promised) == (4_650, 0, 89)
    assert till.voucher("off-100").state is VoucherState.USED
    assert till.voucher("off-100").order_id == "o1"
    assert till.settled().state is SettlementState.PAID
    assert till.settled().burn_id == "order"
    purchase = till.purchase()
    assert purchase is not None
    assert (purchase.channel, purchase.lines[0].amount.minor) == ("mi.com", 89_000)


def test_what_was_promised_is_kept_on_delivery() -> None:
    """A delivered order from the checkout earns like any other."""
    till = waiting()
    till.do(pay())
    assert till.do(deliver("o1")).tokens == 89
    assert till.balance().promised == 0


def test_an_order_without_tokens_and_vouchers_is_paid() -> None:
    """The promise is all that is booked."""
    till = Till()
    assert till.bought(cart()) == OrderPaid("o1", 0, 100)
    assert len(till.story()) == 2
    assert till.settled().burn_id is None


def test_nothing_is_booked_where_nothing_is_spent_and_nothing_earned() -> None:
    """The wallet of somebody who never joined is not even made."""
    till = Till()
    till.all(quote(cart(), by="bela"), order(by="bela"), pay(by="bela"))
    assert till.wallet("bela") is None


@pytest.mark.parametrize(
    ("at", "is_open"), [(PAYABLE_UNTIL - MOMENT, True), (PAYABLE_UNTIL, False)]
)
def test_a_payment_is_waited_for_until_its_deadline(at: Any, is_open: bool) -> None:
    """To the last instant before it."""
    till = waiting()
    if is_open:
        assert till.do(pay(at=at)).tokens == 250
    else:
        refusal = till.refusal(pay(at=at))
        assert refusal == SettlementNotOpen(order_id="o1", state="run_out")


def test_a_voucher_that_ends_before_the_payment_is_honoured() -> None:
    """It was attached while it was valid."""
    soon = attrs.evolve(
        SPENDING.rewards[1], terms=attrs.evolve(SPENDING.rewards[1].terms, validity=Validity(0))
    )
    programme = attrs.evolve(SPENDING, rewards=(soon,))
    till = Till(programme=programme)
    late = programme.zone.after(programme.zone.day_of(T)) - MINUTE
    till.do(redeem("tenth-off", at=late))
    till.all(quote(cart(voucher_ids=("tenth-off",)), at=late), order(at=late))
    till.do(pay(at=late + 20 * MINUTE))
    assert till.voucher("tenth-off").state is VoucherState.USED


@pytest.mark.parametrize("make", [pay, fail, abandon, lambda: run_out(at=T)])
def test_an_order_that_is_not_known_is_refused(make: Any) -> None:
    """So is one that was placed by other means than a quote."""
    till = Till()
    assert till.refusal(make()) == UnknownSettlement(order_id="o1")
    till.do(place("o1", 100))
    assert till.refusal(make()) == UnknownSettlement(order_id="o1")


def test_an_order_that_was_placed_by_other_means_meanwhile_is_refused() -> None:
    """With the same content it is placed already; with another it is another order."""
    till = Till()
    case = Line("case", inr(1000), 1, "case", product=cart().lines[0].product_id)
    till.all(quote(cart()), order(), place("o1", lines=(case,)))
    assert till.refusal(pay()) == AlreadyPlaced(order_id="o1")
    till = Till()
    till.all(quote(cart()), order(), place("o1", 999))
    refusal = till.refusal(pay())
    assert str(refusal) == "order 'o1' was seen before with other content"


def test_a_hold_that_was_released_by_other_means_is_refused() -> None:
    """The tokens may be spent by now."""
    till = waiting()
    till.do(Release(member_id="asha", request_id="r", at=T, hold_id="order"))
    assert till.refusal(pay()) == HoldNotOpen(hold_id="order")


def test_a_voucher_that_was_detached_by_other_means_is_refused() -> None:
    """It may be on another order by now."""
    till = waiting()
    till.do(
        DetachVoucher(member_id="asha", request_id="d", at=T, voucher_id="off-100", order_id="o1")
    )
    refusal = till.refusal(pay())
    assert refusal == VoucherNotAttached(voucher_id="off-100", order_id="o1")


# not paid


@pytest.mark.parametrize(
    ("command", "state"),
    [(fail(), "failed"), (abandon(), "cancelled"), (run_out(at=PAYABLE_UNTIL), "run_out")],
)
def test_what_is_not_paid_gives_tokens_and_vouchers_back(command: Any, state: str) -> None:
    """Whatever the reason."""
    till = waiting()
    check_outcomes([till.do(command)], PaymentClosed("o1", state, 250))
    balance = till.balance(at=command.at)
    assert (balance.available, balance.held) == (4_900, 0)
    assert till.voucher("off-100").state is VoucherState.ISSUED
    assert till.settled().state.value == state
    assert till.purchase() is None


def test_what_has_run_out_is_given_back_without_being_booked() -> None:
    """Tokens and voucher are free at the deadline, not before."""
    till = waiting()
    other = cart(line("case", 1000), order_id="o2", voucher_ids=("off-100",), tokens=4_900)
    before = till.do(quote(other, at=PAYABLE_UNTIL - MOMENT, request="before"))
    after = till.do(quote(other, at=PAYABLE_UNTIL, request="after"))
    assert (before.payable_minor, before.tokens) == (100_000, 0)
    assert (after.payable_minor, after.tokens) == (72_000, 4_500)
    till.do(order("after", at=PAYABLE_UNTIL, request="second"))
    assert till.voucher("off-100").order_id == "o2"


def test_booking_that_a_payment_ran_out_takes_nothing_from_another_order() -> None:
    """The voucher is on another order by then, and stays there."""
    till = waiting()
    other = cart(line("case", 1000), order_id="o2", voucher_ids=("off-100",))
    till.all(
        quote(other, at=PAYABLE_UNTIL, request="after"),
        order("after", at=PAYABLE_UNTIL, request="second"),
        run_out(at=PAYABLE_UNTIL),
    )
    voucher = till.voucher("off-100")
    assert (voucher.state, voucher.order_id) == (VoucherState.ATTACHED, "o2")


def test_a_payment_that_has_not_run_out_is_not_booked_as_such() -> None:
    """A moment before its deadline nothing happens."""
    till = waiting()
    outcome = till.do(run_out(at=PAYABLE_UNTIL - MOMENT))
    assert outcome == PaymentClosed("o1", "placed", 0)
    assert till.balance().held == 250


def test_a_hold_that_ran_out_is_given_back_once() -> None:
    """Whether the sweep of wallets or that of payments comes first."""
    till = waiting()
    till.do(lapse(at=PAYABLE_UNTIL))
    till.do(run_out(at=PAYABLE_UNTIL))
    assert till.balance(at=PAYABLE_UNTIL).available == 4_900


@pytest.mark.parametrize(
    "close", [fail(at=PAYABLE_UNTIL - MOMENT), abandon(), run_out(at=PAYABLE_UNTIL)]
)
def test_a_voucher_that_was_used_by_other_means_stays_used(close: Command[PaymentClosed]) -> None:
    """It is not given back with the order; the tokens are."""
    till = waiting()
    till.do(UseVoucher(member_id="asha", request_id="u", at=T, voucher_id="off-100", order_id="o1"))
    assert till.do(close).tokens == 250
    assert till.voucher("off-100").state is VoucherState.USED
    assert till.balance(at=PAYABLE_UNTIL).available == 4_900
    assert till.rewards.run_out_due(PAYABLE_UNTIL) == 0


def test_a_voucher_that_was_attached_before_is_free_again_with_the_others() -> None:
    """The order's deadline is its own from then on, whether or not that is booked."""
    till = Till()
    till.all(redeem("off-100"), attach("off-100"))
    till.all(quote(cart(voucher_ids=("off-100",))), order())
    assert till.voucher("off-100").attached_until == PAYABLE_UNTIL
    till.do(attach("off-100", request="again"))
    assert till.voucher("off-100").attached_until == PAYABLE_UNTIL
    elsewhere = attach("off-100", "o2", at=PAYABLE_UNTIL, request="elsewhere")
    assert till.do(elsewhere).state == "attached"


def test_a_failed_payment_can_be_cancelled_and_gives_back_nothing_twice() -> None:
    """What came back stays where it is."""
    till = waiting()
    till.all(fail(), abandon())
    assert till.settled().state is SettlementState.CANCELLED
    assert till.balance().available == 4_900


@pytest.mark.parametrize(
    ("first", "then", "state"),
    [
        (pay(), fail(), "paid"),
        (pay(), abandon(), "paid"),
        (fail(), pay(), "failed"),
        (abandon(), pay(), "cancelled"),
        (abandon(), fail(), "cancelled"),
        (run_out(at=PAYABLE_UNTIL), fail(at=PAYABLE_UNTIL), "run_out"),
    ],
)
def test_what_the_life_cycle_has_no_row_for_is_refused(first: Any, then: Any, state: str) -> None:
    """It says what has become of the payment."""
    till = waiting()
    till.do(first)
    assert till.refusal(then) == SettlementNotOpen(order_id="o1", state=state)


def test_payments_that_have_run_out_are_booked_in_bulk() -> None:
    """With the reservations, page by page; what was paid is left alone."""
    till = Till()
    for number in range(5):
        till.all(
            quote(cart(order_id=f"o{number}", tokens=100), request=f"q{number}"),
            order(f"q{number}", request=f"p{number}"),
        )
    till.do(pay("o3"))
    assert till.rewards.run_out_due(PAYABLE_UNTIL - MOMENT, limit=2) == 0
    assert till.rewards.run_out_due(PAYABLE_UNTIL, limit=2) == 4
    assert till.rewards.run_out_due(PAYABLE_UNTIL + timedelta(days=9), limit=2) == 0
    assert till.balance(at=PAYABLE_UNTIL).available == 4_900


def test_a_code_can_be_used_on_the_order_of_somebody_else() -> None:
    """The purchaser earns; the voucher stays under the member who redeemed it."""
    till = Till()
    code = BOOK.draw()
    till.all(redeem("f-code", code=code), *())
    phone = cart(line("phone", 9_999, category="phones"), codes=(code.digest,))
    till.all(quote(phone, by="bela"), order(by="bela"), pay(by="bela"))
    voucher = till.voucher("f-code")
    assert (voucher.state, voucher.order_of, voucher.member_id) == (
        VoucherState.USED,
        "bela",
        "asha",
    )


def test_the_sweep_names_each_of_its_requests_once() -> None:
    """A payment that failed and runs out later is booked by another request."""
    till = waiting()
    command = RunOutPayment(member_id="asha", request_id="x", at=PAYABLE_UNTIL, order_id="o1")
    till.do(fail())
    till.all(
        quote(cart(), at=PAYABLE_UNTIL, request="q2"),
        order("q2", at=PAYABLE_UNTIL, request="p2"),
    )
    assert till.do(command).state == "placed"
    assert till.rewards.run_out_due(PAYABLE_UNTIL + 30 * MINUTE) == 1


def test_how_an_order_is_paid_is_read_as_it_stands() -> None:
    """On either kind of shell, with what the calendar made of it; an unknown one is refused."""
    till = waiting()
    awaited = AsyncRewards(AsyncMemoryStore(till.store), SPENDING)
    for at, state in ((PAYABLE_UNTIL - MOMENT, "placed"), (PAYABLE_UNTIL, "run_out")):
        found = till.rewards.settlement("asha", "o1", at=at)
        assert (found.state.value, found.tokens) == (state, 250)
        assert asyncio.run(awaited.settlement("asha", "o1", at=at)) == found
    with pytest.raises(UnknownSettlement):
        till.rewards.settlement("asha", "o2", at=T)
    with pytest.raises(UnknownSettlement):
        asyncio.run(awaited.settlement("bela", "o1", at=T))
