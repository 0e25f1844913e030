"""How an order is paid, and what refunds of parts of it give back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.checkout import (
    LIFE_CYCLE,
    BeyondPaid,
    Cart,
    CheckoutTerms,
    PartPayment,
    Refund,
    RefundedLine,
    SettledLine,
    Settlement,
    SettlementEvent,
    SettlementNotOpen,
    SettlementState,
    settle,
)
from mi_rewards.earning import UnknownLine
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate
from tests.carts import NOON, coupon, line, priced, voucher

UNTIL = NOON + timedelta(minutes=30)
LATER = NOON + timedelta(days=1)
CART = Cart(
    "o1",
    (line("cases", 10_000, 3, "accessories"), line("phone", 50_000)),
    "mi.com",
    voucher_ids=("v",),
    exchange=Money(1_000, "INR"),
    tokens=1_000,
)
PRICED = priced(
    CART,
    [("v", voucher(coupon(8_000)))],
    available=1_000,
    terms=CheckoutTerms(PartPayment(Rate(1, 2))),
)
PLACED = settle(CART, PRICED, member_id="asha", hold_id="h1", at=NOON, until=UNTIL)
PAID = PLACED.paying(at=NOON, burn_id="b1")
FAILED = PLACED.failing(at=NOON)
CANCELLED = PLACED.cancelling(at=NOON)
RUN_OUT = PLACED.at(UNTIL)


def test_a_settlement_says_how_each_line_is_paid() -> None:
    """Money, coupons, exchange value and tokens add up to what the line costs."""
    assert PLACED.lines == (
        SettledLine("cases", 3, 26_437, 3_000, 375, 188, 376, 0, 26_812, "accessories", "p-cases"),
        SettledLine("phone", 1, 44_063, 5_000, 625, 312, 624, 0, 44_688, "", "p-phone"),
    )
    for it, bought in zip(PLACED.lines, CART.lines, strict=True):
        whole = it.payable_minor + it.coupon_minor + it.exchange_minor + it.tokens_minor
        assert whole == bought.gross_minor
    assert (PLACED.payable_minor, PLACED.tokens, PLACED.vouchers) == (
        70_500,
        1_000,
        (("asha", "v"),),
    )
    assert (PLACED.placed_at, PLACED.until, PLACED.hold_id) == (NOON, UNTIL, "h1")
    assert (PLACED.order_id, PLACED.channel) == ("o1", "mi.com")


# life cycle

STATES = {
    SettlementState.PLACED: PLACED,
    SettlementState.PAID: PAID,
    SettlementState.FAILED: FAILED,
    SettlementState.CANCELLED: CANCELLED,
    SettlementState.RUN_OUT: RUN_OUT,
}
EVENTS: dict[SettlementEvent, Callable[[Settlement], Settlement]] = {
    SettlementEvent.PAY: lambda it: it.paying(at=NOON, burn_id="b1"),
    SettlementEvent.FAIL: lambda it: it.failing(at=NOON),
    SettlementEvent.RETRY: lambda it: it.retrying(at=NOON, until=LATER, hold_id="h2"),
    SettlementEvent.CANCEL: lambda it: it.cancelling(at=NOON),
    SettlementEvent.REFUND: lambda it: it.refunding(at=NOON)[0],
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_what_may_happen_when_is_a_table(state: SettlementState, event: SettlementEvent) -> None:
    """B10, C11: An event in a state leads where the table says, or is refused."""
    before = STATES[state]
    assert before.state is state
    if event in LIFE_CYCLE[state]:
        assert EVENTS[event](before).state is LIFE_CYCLE[state][event]
    else:
        with pytest.raises(SettlementNotOpen) as caught:
            EVENTS[event](before)
        assert caught.value == SettlementNotOpen(order_id="o1", state=state.value)


@pytest.mark.parametrize(("late", "is_open"), [(-1, True), (0, False), (1, False)])
def test_a_payment_is_waited_for_until_its_deadline(late: int, is_open: bool) -> None:
    """B8: Then it has run out, whether or not that is booked."""
    at = UNTIL + timedelta(microseconds=late)
    assert PLACED.at(at).state is (SettlementState.PLACED if is_open else SettlementState.RUN_OUT)
    if is_open:
        assert PLACED.paying(at=at, burn_id="b1").state is SettlementState.PAID
    else:
        with pytest.raises(SettlementNotOpen, match="is run_out"):
            PLACED.paying(at=at, burn_id="b1")


def test_only_what_is_waited_for_is_due() -> None:
    """The deadline is the next instant at which the calendar changes it."""
    assert PLACED.due_at == UNTIL
    assert {it.due_at for it in (PAID, FAILED, CANCELLED, RUN_OUT)} == {None}
    assert PAID.at(LATER) == PAID


def test_an_order_can_be_paid_again_after_a_failed_payment() -> None:
    """C11: Under the same name, with another hold and another deadline."""
    again = FAILED.retrying(at=UNTIL, until=LATER, hold_id="h2")
    assert again == PLACED._replace(until=LATER, hold_id="h2")
    assert again.paying(at=UNTIL, burn_id="b2").burn_id == "b2"


@pytest.mark.parametrize(("tokens", "burn_id"), [(True, None), (False, "b1")])
def test_a_payment_names_a_burn_where_tokens_are_charged(tokens: bool, burn_id: str | None) -> None:
    """B12: Neither tokens without a burn nor a burn without tokens."""
    none = attrs.evolve(CART, tokens=0)
    without = settle(
        none,
        priced(none, [("v", None)]),
        member_id="asha",
        hold_id=None,
        at=NOON,
        until=UNTIL,
    )
    assert without.paying(at=NOON, burn_id=None).state is SettlementState.PAID
    with pytest.raises(Misuse, match="a payment with"):
        (PLACED if tokens else without).paying(at=NOON, burn_id=burn_id)


def test_a_settlement_counts_how_often_it_was_stored() -> None:
    """And nothing else of it changes."""
    assert PAID.stored() == PAID._replace(version=1)


# refunds


def test_a_refund_of_all_gives_back_all() -> None:
    """B17: Money, tokens and exchange value as they were paid; what coupons took off is no part."""
    after, refund = PAID.refunding(at=LATER)
    assert refund == Refund(
        70_500,
        1_000,
        1_000,
        (
            RefundedLine("cases", 3, 26_437, 376, 375),
            RefundedLine("phone", 1, 44_063, 624, 625),
        ),
    )
    assert (after.is_refunded, PAID.is_refunded) == (True, False)
    assert [it.refunded for it in after.lines] == [3, 1]


def test_a_refund_of_a_part_is_in_proportion() -> None:
    """B17: A third, a third and a third of 26,437 paise and 376 tokens, to the last of both."""
    settlement, given = PAID, []
    for _ in range(3):
        settlement, refund = settlement.refunding([("cases", 1)], at=LATER)
        given.append((refund.money_minor, refund.tokens, refund.exchange_minor))
    assert given == [(8_812, 125, 125), (8_812, 125, 125), (8_813, 126, 125)]
    assert not settlement.is_refunded


def test_what_is_left_is_refunded_at_once() -> None:
    """After a part of it."""
    after, first = PAID.refunding([("cases", 2)], at=LATER)
    last, rest = after.refunding(at=LATER)
    assert rest.lines == (
        RefundedLine("cases", 1, 8_813, 126, 125),
        RefundedLine("phone", 1, 44_063, 624, 625),
    )
    assert first.money_minor + rest.money_minor == 70_500
    assert last.is_refunded


def test_one_refund_may_name_a_line_twice() -> None:
    """It is as if both were refunded one after the other."""
    twice, _ = PAID.refunding([("cases", 1), ("cases", 2)], at=LATER)
    once, _ = PAID.refunding([("cases", 3)], at=LATER)
    assert twice == once


@pytest.mark.parametrize(
    ("quantities", "line_id", "asked", "left"),
    [
        ([("cases", 4)], "cases", 4, 3),
        ([("phone", 2)], "phone", 2, 1),
        ([("cases", 2), ("cases", 2)], "cases", 2, 1),
    ],
)
def test_more_than_was_bought_is_not_refunded(
    quantities: list[tuple[str, int]], line_id: str, asked: int, left: int
) -> None:
    """B10: In one refund or in several."""
    with pytest.raises(BeyondPaid) as caught:
        PAID.refunding(quantities, at=LATER)
    assert caught.value == BeyondPaid(order_id="o1", line_id=line_id, asked=asked, left=left)


def test_nothing_is_refunded_twice() -> None:
    """B7: From any number of callers."""
    after, _ = PAID.refunding(at=LATER)
    with pytest.raises(BeyondPaid) as caught:
        after.refunding(at=LATER)
    assert caught.value == BeyondPaid(order_id="o1", line_id="", asked=0, left=0)
    with pytest.raises(BeyondPaid, match="1 units to be refunded, 0 left"):
        after.refunding([("phone", 1)], at=LATER)


def test_an_unknown_line_is_not_refunded() -> None:
    """Nothing of the others is, either."""
    with pytest.raises(UnknownLine):
        PAID.refunding([("phone", 1), ("case", 1)], at=LATER)


@pytest.mark.parametrize("quantity", [0, -1, True, "1"])
def test_a_quantity_is_a_whole_number_from_one(quantity: Any) -> None:
    """Before anything else is looked at."""
    with pytest.raises(Misuse, match="a quantity is a whole number from 1"):
        PLACED.refunding([("nothing", quantity)], at=LATER)
