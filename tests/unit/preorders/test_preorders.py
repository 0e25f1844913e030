"""The life of a pre-order: what may happen when, and what becomes of its unit and its money."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import Money
from mi_rewards.preorders import (
    LIFE_CYCLE,
    AddressFrozen,
    AlreadyShipped,
    ColourGuaranteed,
    ColourOffered,
    HandoverRefused,
    PaymentModeRefused,
    PreOrder,
    PreOrderEvent,
    PreOrderNotOpen,
    PreOrderState,
    PriceFixed,
    UnitState,
    WrongAmount,
)
from tests.ahead import (
    BOOKING,
    DAY,
    FORFEITING,
    FRIDAY,
    MINUTE,
    MOMENT,
    ONLINE,
    PAY_UNTIL,
    PRICE,
    REST,
    STORE,
    paid,
    placed,
    ready,
    shipped,
    terms,
)
from tests.shop import inr, ist
from tests.wallets import KOLKATA

SHIP_BY = ist("2017-04-06 00:00")
KEPT_UNTIL = ist("2017-04-08 00:00")
WISH = terms(STORE, terms_id="wish")
BOTH_WAYS = terms(colour=WISH.colour)
"""Paid in full, its colour a wish."""


def unit(preorder: PreOrder) -> UnitState:
    """Tell what its unit is."""
    assert preorder.allotment is not None
    return preorder.allotment.state


def refused(what: Callable[[], Any]) -> Refused:
    """Ask for something that is refused."""
    with pytest.raises(Refused) as found:
        what()
    return found.value


# the table

DONE: dict[PreOrderState, PreOrder] = {
    PreOrderState.PLACED: placed(STORE),
    PreOrderState.PAID: paid(STORE),
    PreOrderState.SHIPPED: shipped(),
    PreOrderState.READY: ready(),
    PreOrderState.DELIVERED: shipped().delivering(at=FRIDAY),
    PreOrderState.CANCELLED: paid(STORE).cancelling(at=FRIDAY),
    PreOrderState.REFUNDED: paid(STORE).cancelling(at=FRIDAY).refunding(BOOKING, at=FRIDAY),
    PreOrderState.RUN_OUT: placed(STORE).at(PAY_UNTIL),
    PreOrderState.UNCLAIMED: ready().at(KEPT_UNTIL),
}
"""A pre-order in each state."""


def happens(preorder: PreOrder, event: PreOrderEvent) -> PreOrder:
    """Let something happen that the calendar does not bring about."""
    full = preorder._replace(terms=terms(BOTH_WAYS, address_is_frozen=False))
    booked = preorder._replace(terms=WISH)
    offered = booked._replace(offered_colour="black")
    ways: dict[PreOrderEvent, Callable[[], PreOrder]] = {
        PreOrderEvent.REPRICE: lambda: booked.repricing(inr(1), at=FRIDAY),
        PreOrderEvent.CHANGE_ADDRESS: lambda: full.changing_address("x", at=FRIDAY),
        PreOrderEvent.OFFER_COLOUR: lambda: booked.offering("black", at=FRIDAY),
        PreOrderEvent.ACCEPT_COLOUR: lambda: offered.accepting(at=FRIDAY),
        PreOrderEvent.DECLINE_COLOUR: lambda: offered.declining(at=FRIDAY),
        PreOrderEvent.PAY: lambda: booked.paying(BOOKING, at=FRIDAY, zone=KOLKATA),
        PreOrderEvent.SHIP: lambda: full.shipping(at=FRIDAY),
        PreOrderEvent.DELIVER: lambda: full.delivering(at=FRIDAY),
        PreOrderEvent.READY: lambda: booked.readying(at=FRIDAY, zone=KOLKATA),
        PreOrderEvent.PICK_UP: lambda: booked.picking_up(booked.rest, at=FRIDAY),
        PreOrderEvent.CANCEL: lambda: booked.cancelling(at=FRIDAY),
        PreOrderEvent.REFUND: lambda: booked.refunding(BOOKING, at=FRIDAY),
    }
    return ways[event]()


BY_THE_CALENDAR = {PreOrderEvent.RUN_OUT, PreOrderEvent.LEAVE}
ASKED = [it for it in PreOrderEvent if it not in BY_THE_CALENDAR]


def test_there_is_a_pre_order_in_each_state() -> None:
    """The rows below are of all of them, and the table is of all of them."""
    assert {state: it.state for state, it in DONE.items()} == {it: it for it in PreOrderState}
    assert list(LIFE_CYCLE) == list(PreOrderState)


@pytest.mark.parametrize("event", ASKED)
@pytest.mark.parametrize("state", PreOrderState)
def test_what_the_table_has_no_row_for_is_refused(
    state: PreOrderState, event: PreOrderEvent
) -> None:
    """Each event in each state: it goes where the table says, or is refused for the state."""
    preorder = DONE[state]
    if event in LIFE_CYCLE[state]:
        assert happens(preorder, event).state is LIFE_CYCLE[state][event]
        return
    no = refused(lambda: happens(preorder, event))
    assert isinstance(no, PreOrderNotOpen | AlreadyShipped | PriceFixed)
    if isinstance(no, PreOrderNotOpen):
        assert no.figures == {"order_id": "o1", "state": state.value}


# the calendar


@pytest.mark.parametrize(
    ("at", "state", "of_unit"),
    [
        (PAY_UNTIL - MOMENT, PreOrderState.PLACED, UnitState.HELD),
        (PAY_UNTIL, PreOrderState.RUN_OUT, UnitState.FREE),
        (PAY_UNTIL + MOMENT, PreOrderState.RUN_OUT, UnitState.FREE),
    ],
)
def test_a_payment_is_waited_for_until_its_deadline(
    at: datetime, state: PreOrderState, of_unit: UnitState
) -> None:
    """From then on it has run out, whoever booked that."""
    now = placed().at(at)
    assert (now.state, unit(now)) == (state, of_unit)


def test_what_the_calendar_did_does_not_depend_on_when_it_is_asked() -> None:
    """It ended at its deadline, and so did its unit's hold."""
    assert placed().at(PAY_UNTIL) == placed().at(PAY_UNTIL + DAY)
    assert placed().at(PAY_UNTIL).closed_at == PAY_UNTIL
    assert ready().at(KEPT_UNTIL) == ready().at(KEPT_UNTIL + DAY)


@pytest.mark.parametrize(
    ("of", "at", "state", "refund"),
    [
        (STORE, KEPT_UNTIL - MOMENT, PreOrderState.READY, 0),
        (STORE, KEPT_UNTIL, PreOrderState.UNCLAIMED, 1_000_00),
        (STORE, KEPT_UNTIL + MOMENT, PreOrderState.UNCLAIMED, 1_000_00),
        (FORFEITING, KEPT_UNTIL - MOMENT, PreOrderState.READY, 0),
        (FORFEITING, KEPT_UNTIL, PreOrderState.UNCLAIMED, 0),
    ],
)
def test_what_nobody_picks_up_is_left(
    of: Any, at: datetime, state: PreOrderState, refund: int
) -> None:
    """Its unit is free, and the booking goes back or not, as the terms say."""
    now = ready(of).at(at)
    assert (now.state, now.refund_minor) == (state, refund)
    assert unit(now) is (UnitState.FREE if state is PreOrderState.UNCLAIMED else UnitState.SOLD)


def test_what_is_paid_for_or_over_is_left_alone_by_the_calendar() -> None:
    """Years later, too."""
    for state, preorder in DONE.items():
        if state not in {PreOrderState.PLACED, PreOrderState.READY}:
            assert preorder.at(ist("2099-01-01")) is preorder


# paying


def test_a_payment_sells_the_unit() -> None:
    """Who paid, how much, and by when it is shipped."""
    after = placed().paying(PRICE, at=FRIDAY + MINUTE, zone=KOLKATA)
    assert after.state is PreOrderState.PAID
    assert unit(after) is UnitState.SOLD
    assert (after.paid_minor, after.paid_at) == (10_999_00, FRIDAY + MINUTE)
    assert after.ship_by == SHIP_BY
    assert after.rest == inr(0)


def test_a_booking_is_a_part_of_the_price() -> None:
    """The rest is paid later, and nothing is said of shipping."""
    after = placed(STORE).paying(BOOKING, at=FRIDAY, zone=KOLKATA)
    assert (after.due, after.rest) == (BOOKING, REST)
    assert after.ship_by is None


@pytest.mark.parametrize(
    ("price", "due"), [(inr(999), inr(999)), (inr(1_000), BOOKING), (inr(1_001), BOOKING)]
)
def test_a_booking_is_never_more_than_the_price(price: Money, due: Money) -> None:
    """Something cheap is paid for at once."""
    assert placed(STORE, price=price).due == due


@pytest.mark.parametrize(
    "amount", [inr("10998.99"), inr("10999.01"), BOOKING, Money(1099900, "USD")]
)
def test_another_amount_than_is_due_is_refused(amount: Money) -> None:
    """The price, to the paisa and in its currency."""
    no = refused(lambda: placed().paying(amount, at=FRIDAY, zone=KOLKATA))
    assert no == WrongAmount(order_id="o1", asked=str(amount), due="INR 10999.00")


def test_a_booking_is_not_paid_with_the_price() -> None:
    """Rs 1,000 are due, and nothing else."""
    no = refused(lambda: placed(STORE).paying(PRICE, at=FRIDAY, zone=KOLKATA))
    assert no == WrongAmount(order_id="o1", asked="INR 10999.00", due="INR 1000.00")


@pytest.mark.parametrize(
    ("stored", "said", "mode"),
    [
        ("credit_card", "", "credit_card"),
        ("credit_card", "mobile_wallet", "mobile_wallet"),
        ("", "debit_card", "debit_card"),
    ],
)
def test_how_it_is_paid_is_kept(stored: str, said: str, mode: str) -> None:
    """As it is said with the payment, or was before."""
    after = placed(payment_mode=stored).paying(PRICE, at=FRIDAY, zone=KOLKATA, payment_mode=said)
    assert after.payment_mode == mode


@pytest.mark.parametrize(("stored", "said"), [("credit_card", "cash_on_delivery"), ("", "")])
def test_cash_on_delivery_is_refused(stored: str, said: str) -> None:
    """Whatever was said before; and so is what is not said at all."""
    with pytest.raises(PaymentModeRefused):
        placed(payment_mode=stored).paying(PRICE, at=FRIDAY, zone=KOLKATA, payment_mode=said)


def test_a_payment_at_the_deadline_is_too_late() -> None:
    """The unit may be somebody else's."""
    just = placed().paying(PRICE, at=PAY_UNTIL - MOMENT, zone=KOLKATA)
    assert just.state is PreOrderState.PAID
    no = refused(lambda: placed().paying(PRICE, at=PAY_UNTIL, zone=KOLKATA))
    assert no == PreOrderNotOpen(order_id="o1", state="run_out")


# price and address


def test_a_price_changes_until_it_is_paid_for() -> None:
    """Then it stays, for both sides."""
    after = placed().repricing(inr(9_999), at=FRIDAY)
    assert (after.price, after.due) == (inr(9_999), inr(9_999))
    no = refused(lambda: paid().repricing(inr(9_999), at=FRIDAY))
    assert no == PriceFixed(order_id="o1", price="INR 10999.00")


def test_a_price_stays_in_its_currency() -> None:
    """Another one is a mistake."""
    with pytest.raises(Misuse, match="the price is in INR"):
        placed().repricing(Money(1, "USD"), at=FRIDAY)


def test_no_price_is_changed_once_it_has_run_out() -> None:
    """There is nothing to be paid."""
    no = refused(lambda: placed().repricing(inr(1), at=PAY_UNTIL))
    assert no == PreOrderNotOpen(order_id="o1", state="run_out")


@pytest.mark.parametrize("preorder", [placed(), paid(), shipped()])
def test_an_address_is_frozen_once_it_is_placed(preorder: PreOrder) -> None:
    """As announced."""
    no = refused(lambda: preorder.changing_address("x", at=FRIDAY))
    assert no == AddressFrozen(order_id="o1")


def test_an_address_changes_where_the_terms_allow_it_until_it_is_shipped() -> None:
    """Before the payment and after it."""
    free = terms(address_is_frozen=False)
    assert placed(free).changing_address("x", at=FRIDAY).address_ref == "x"
    assert paid(free).changing_address("x", at=FRIDAY).address_ref == "x"
    gone = paid(free).shipping(at=FRIDAY)
    no = refused(lambda: gone.changing_address("x", at=FRIDAY))
    assert no == AlreadyShipped(order_id="o1")


# colours


def test_no_other_colour_is_offered_where_the_one_named_is_guaranteed() -> None:
    """The one named can be, and changes nothing."""
    no = refused(lambda: paid().offering("black", at=FRIDAY))
    assert no == ColourGuaranteed(order_id="o1", colour="gold")
    assert paid().offering("gold", at=FRIDAY) == paid()


def test_another_colour_waits_for_a_yes_where_it_is_a_wish() -> None:
    """Accepted, it is the colour."""
    offered = paid(STORE).offering("black", at=FRIDAY)
    assert (offered.colour, offered.offered_colour) == ("gold", "black")
    accepted = offered.accepting(at=FRIDAY)
    assert (accepted.colour, accepted.offered_colour) == ("black", "")


def test_what_is_offered_is_withdrawn_where_the_one_named_is_there_after_all() -> None:
    """Nothing waits for a yes then."""
    offered = paid(STORE).offering("black", at=FRIDAY)
    assert offered.offering("gold", at=FRIDAY) == paid(STORE)


@pytest.mark.parametrize("of", [ONLINE, STORE])
def test_any_colour_will_do_where_none_was_named(of: Any) -> None:
    """There is nothing to be declined, guaranteed or not."""
    told = paid(of, colour="").offering("black", at=FRIDAY)
    assert (told.colour, told.offered_colour) == ("black", "")


@pytest.mark.parametrize(
    ("before", "refund"), [(placed(STORE), 0), (paid(STORE), 1_000_00), (ready(), 1_000_00)]
)
def test_a_colour_that_is_declined_cancels_with_everything_back(
    before: PreOrder, refund: int
) -> None:
    """The unit and the booking; at the store, too."""
    after = before.offering("black", at=FRIDAY).declining(at=FRIDAY + MINUTE)
    assert after.state is PreOrderState.CANCELLED
    assert (unit(after), after.refund_minor) == (UnitState.FREE, refund)
    assert after.closed_at == FRIDAY + MINUTE


@pytest.mark.parametrize("answer", ["accepting", "declining"])
def test_what_was_not_offered_cannot_be_answered(answer: str) -> None:
    """A member cannot cancel at the store by declining what they wished for."""
    no = refused(lambda: getattr(ready(), answer)(at=FRIDAY))
    assert no == PreOrderNotOpen(order_id="o1", state="ready")


def test_what_waits_for_a_yes_is_not_shipped() -> None:
    """Accepted, it is."""
    offered = paid(BOTH_WAYS).offering("black", at=FRIDAY)
    no = refused(lambda: offered.shipping(at=FRIDAY))
    assert no == ColourOffered(order_id="o1", colour="black")
    assert offered.accepting(at=FRIDAY).shipping(at=FRIDAY).state is PreOrderState.SHIPPED


# handing over


def test_what_is_paid_in_full_is_shipped_and_delivered() -> None:
    """Its unit stays sold."""
    gone = paid().shipping(at=FRIDAY + DAY)
    assert gone.shipped_at == FRIDAY + DAY
    there = gone.delivering(at=FRIDAY + 2 * DAY)
    assert (there.state, there.closed_at) == (PreOrderState.DELIVERED, FRIDAY + 2 * DAY)
    assert unit(there) is UnitState.SOLD
    assert there.refund_minor == 0


def test_what_is_booked_is_not_shipped_and_what_is_paid_is_not_kept_at_a_store() -> None:
    """Whatever state it is in."""
    no = refused(lambda: paid(STORE).shipping(at=FRIDAY))
    assert no == HandoverRefused(order_id="o1", payment="booking")
    no = refused(lambda: paid().readying(at=FRIDAY, zone=KOLKATA))
    assert no == HandoverRefused(order_id="o1", payment="full")


def test_what_is_at_the_store_is_kept_for_some_days() -> None:
    """To the end of the last day, in the programme's zone."""
    there = paid(STORE).readying(at=FRIDAY + DAY, zone=KOLKATA)
    assert there.state is PreOrderState.READY
    assert there.ready_at == FRIDAY + DAY
    assert there.pickup_until == ist("2017-04-09 00:00")


def test_until_when_it_is_kept_can_be_stated() -> None:
    """Whatever the terms say; where they do not, it has to be."""
    until = FRIDAY + 2 * DAY
    there = paid(STORE).readying(at=FRIDAY, zone=KOLKATA, pickup_until=until)
    assert there.pickup_until == until
    silent = paid(terms(STORE, pickup_within_days=None))
    assert silent.readying(at=FRIDAY, zone=KOLKATA, pickup_until=until).pickup_until == until
    with pytest.raises(Misuse, match=r"preorders\.offline states no pickup_within_days"):
        silent.readying(at=FRIDAY, zone=KOLKATA)


@pytest.mark.parametrize("until", [FRIDAY - MOMENT, FRIDAY])
def test_it_is_not_kept_until_what_is_past(until: datetime) -> None:
    """A moment later is enough."""
    with pytest.raises(Misuse, match="a later instant"):
        paid(STORE).readying(at=FRIDAY, zone=KOLKATA, pickup_until=until)
    there = paid(STORE).readying(at=FRIDAY, zone=KOLKATA, pickup_until=FRIDAY + MOMENT)
    assert there.pickup_until == FRIDAY + MOMENT


def test_the_rest_is_paid_on_picking_it_up() -> None:
    """Then all of the price is paid, and its unit stays sold."""
    there = ready().picking_up(REST, at=FRIDAY + DAY)
    assert there.state is PreOrderState.DELIVERED
    assert (there.paid_minor, there.rest) == (10_999_00, inr(0))
    assert there.closed_at == FRIDAY + DAY
    assert unit(there) is UnitState.SOLD


@pytest.mark.parametrize("amount", [inr("9998.99"), inr("9999.01"), PRICE, BOOKING, inr(0)])
def test_the_rest_is_all_that_is_left(amount: Money) -> None:
    """To the paisa."""
    no = refused(lambda: ready().picking_up(amount, at=FRIDAY))
    assert no == WrongAmount(order_id="o1", asked=str(amount), due="INR 9999.00")


def test_a_colour_that_was_offered_is_taken_with_it() -> None:
    """Who picks it up has seen it."""
    there = ready().offering("black", at=FRIDAY).picking_up(REST, at=FRIDAY)
    assert (there.colour, there.offered_colour) == ("black", "")
    assert ready().picking_up(REST, at=FRIDAY).colour == "gold"


def test_what_was_left_for_too_long_is_not_picked_up() -> None:
    """The unit may be somebody else's."""
    assert ready().picking_up(REST, at=KEPT_UNTIL - MOMENT).state is PreOrderState.DELIVERED
    no = refused(lambda: ready().picking_up(REST, at=KEPT_UNTIL))
    assert no == PreOrderNotOpen(order_id="o1", state="unclaimed")


# cancelling


@pytest.mark.parametrize(
    ("before", "refund"), [(placed(), 0), (paid(), 10_999_00), (paid(STORE), 1_000_00)]
)
def test_it_is_cancelled_before_it_is_shipped(before: PreOrder, refund: int) -> None:
    """Its unit is free, and all that was paid goes back."""
    after = before.cancelling(at=FRIDAY + MINUTE)
    assert after.state is PreOrderState.CANCELLED
    assert (unit(after), after.refund_minor) == (UnitState.FREE, refund)
    assert after.closed_at == FRIDAY + MINUTE


@pytest.mark.parametrize("before", [shipped(), ready(), shipped().delivering(at=FRIDAY)])
def test_it_is_not_cancelled_afterwards(before: PreOrder) -> None:
    """Delivery can be refused instead."""
    no = refused(lambda: before.cancelling(at=FRIDAY))
    assert no == AlreadyShipped(order_id="o1")


@pytest.mark.parametrize("change", ["cancelling", "changing_address"])
def test_what_was_left_at_the_store_is_not_open_whether_or_not_that_is_booked(change: str) -> None:
    """Until then it is there."""

    def told(of: PreOrder, at: datetime) -> Refused:
        if change == "cancelling":
            return refused(lambda: of.cancelling(at=at))
        return refused(lambda: of.changing_address("x", at=at))

    before = ready(terms(STORE, address_is_frozen=False))
    no = PreOrderNotOpen(order_id="o1", state="unclaimed")
    assert told(before, KEPT_UNTIL - MOMENT) == AlreadyShipped(order_id="o1")
    assert told(before, KEPT_UNTIL) == told(before.at(KEPT_UNTIL), KEPT_UNTIL) == no


def test_what_was_paid_is_given_back_in_full_and_once() -> None:
    """No more and no less."""
    cancelled = paid().cancelling(at=FRIDAY)
    no = refused(lambda: cancelled.refunding(inr(1), at=FRIDAY))
    assert no == WrongAmount(order_id="o1", asked="INR 1.00", due="INR 10999.00")
    after = cancelled.refunding(PRICE, at=FRIDAY)
    assert (after.state, after.refund) == (PreOrderState.REFUNDED, PRICE)
    assert (cancelled.refunded_at, after.refunded_at) == (None, FRIDAY)
    again = refused(lambda: after.refunding(PRICE, at=FRIDAY))
    assert again == PreOrderNotOpen(order_id="o1", state="refunded")


@pytest.mark.parametrize(
    ("before", "at", "state"),
    [
        (placed().cancelling(at=FRIDAY), FRIDAY, "cancelled"),
        (ready(FORFEITING), KEPT_UNTIL, "unclaimed"),
    ],
)
def test_nothing_is_given_back_where_nothing_is_due(
    before: PreOrder, at: datetime, state: str
) -> None:
    """What was not paid, and what is forfeited."""
    no = refused(lambda: before.refunding(inr(0), at=at))
    assert no == PreOrderNotOpen(order_id="o1", state=state)


def test_a_booking_that_nobody_picked_up_is_given_back() -> None:
    """Whether or not anybody booked that it was left."""
    for before in (ready(), ready().at(KEPT_UNTIL)):
        after = before.refunding(BOOKING, at=KEPT_UNTIL)
        assert (after.state, after.refund) == (PreOrderState.REFUNDED, BOOKING)
        assert unit(after) is UnitState.FREE


# what is due

REMIND_AT = PAY_UNTIL - 5 * MINUTE


@pytest.mark.parametrize(
    ("preorder", "due_at"),
    [
        (placed(), REMIND_AT),
        (placed(reminded_at=REMIND_AT), PAY_UNTIL),
        (placed(STORE), PAY_UNTIL),
        (placed(terms(remind_minutes=15)), FRIDAY),
        (placed(terms(remind_minutes=16)), FRIDAY),
        (paid(), SHIP_BY),
        (paid(late_noted_at=SHIP_BY), SHIP_BY),
        (paid(STORE), None),
        (shipped(), None),
        (ready(), KEPT_UNTIL),
        (shipped().delivering(at=FRIDAY), None),
        (paid().cancelling(at=FRIDAY), None),
        (placed().at(PAY_UNTIL), None),
        (ready().at(KEPT_UNTIL), None),
    ],
)
def test_what_is_due_next(preorder: PreOrder, due_at: datetime | None) -> None:
    """A reminder, the payment's deadline, the promise to ship, the end at the store."""
    assert preorder.due_at == due_at


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (REMIND_AT - MOMENT, None),
        (REMIND_AT, REMIND_AT),
        (PAY_UNTIL - MOMENT, PAY_UNTIL - MOMENT),
        (PAY_UNTIL, None),
    ],
)
def test_a_payment_is_reminded_of_while_it_can_be_made(at: datetime, told: datetime | None) -> None:
    """Some minutes before its deadline, and once."""
    after = placed().reminding(at=at)
    assert after.reminded_at == told
    assert after.reminding(at=at) is after


def test_nobody_is_reminded_where_the_terms_do_not_say_so() -> None:
    """Nor of what is paid."""
    for preorder in (placed(STORE), paid()):
        assert preorder.reminding(at=PAY_UNTIL - MOMENT) is preorder


@pytest.mark.parametrize(
    ("at", "is_late"), [(SHIP_BY - MOMENT, False), (SHIP_BY, True), (SHIP_BY + DAY, True)]
)
def test_it_is_late_from_the_sixth_day_on(at: datetime, is_late: bool) -> None:
    """Day 5 is on time, to its end. That is noted once."""
    assert paid().is_late(at) is is_late
    after = paid().noting_late(at=at)
    assert after.late_noted_at == (at if is_late else None)
    assert after.noting_late(at=at + DAY).late_noted_at in {at, at + DAY}
    if is_late:
        assert after.noting_late(at=at + DAY) is after


@pytest.mark.parametrize("preorder", [placed(), paid(STORE), shipped(), ready()])
def test_what_is_not_to_be_shipped_is_never_late(preorder: PreOrder) -> None:
    """It is not paid, booked, or gone."""
    assert not preorder.is_late(ist("2099-01-01"))


# codes


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.paying(PRICE, at=FRIDAY, zone=KOLKATA),
        lambda it: it.cancelling(at=FRIDAY),
        lambda it: it.at(PAY_UNTIL),
    ],
    ids=["paid", "cancelled", "run out"],
)
def test_what_a_code_bought_has_no_unit_of_its_own(change: Callable[[PreOrder], PreOrder]) -> None:
    """The unit follows the code."""
    bought = placed(allotment=None, voucher_of="asha", voucher_id="v")
    after = change(bought)
    assert after.allotment is None
    assert (after.voucher_of, after.voucher_id) == ("asha", "v")


def test_storing_counts_versions() -> None:
    """By one each time, and changes nothing else."""
    before = placed(version=3)
    assert before.stored() == before._replace(version=4)
