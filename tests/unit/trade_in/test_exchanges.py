"""Exchanges: from the exchange receipt to the last payment."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in import (
    AlreadyExchanged,
    Better,
    Exchange,
    ExchangeNotOpen,
    ExchangePaid,
    ExchangeState,
    OnReturn,
    Payer,
    Surplus,
    TooManyAttempts,
    TradeInTerms,
    VisitTooLate,
    Worse,
    WrongExchangeAmount,
    WrongPayer,
)
from tests.exchanging import (
    BOTH,
    DAY,
    DIFFERENCE,
    ENDS,
    HOUR,
    IMEI,
    MINUTE,
    ONLINE,
    OPENED,
    OTHER_IMEI,
    PICKUP,
    SECOND_IMEI,
    STORE,
    attached,
    exchange,
    inspected,
    offered,
    scheduled,
    terms,
    used,
    worth,
)
from tests.shop import inr, ist

TICK = timedelta(microseconds=1)
UNTIL = OPENED + 15 * MINUTE
BOOK_BY = ist("2018-03-23 00:00")
OFFER_UNTIL = OPENED + 48 * HOUR
FETCHED = terms(PICKUP, worse=Worse.PAY_DIFFERENCE, answer_within_hours=48)
S = ExchangeState


def rejected(base: TradeInTerms = ONLINE) -> Exchange:
    """Find that the device is locked."""
    return used(base).inspecting((IMEI,), rejection="locked", at=OPENED)


# The exchange receipt


@pytest.mark.parametrize(
    ("it", "due_at", "before", "after"),
    [
        (exchange(), ENDS, S.ISSUED, S.EXPIRED),
        (attached(), UNTIL, S.ATTACHED, S.ISSUED),
        (offered(), OFFER_UNTIL, S.OFFERED, S.REJECTED),
        (offered(FETCHED), OFFER_UNTIL, S.OFFERED, S.DECLINED),
        (exchange(PICKUP), BOOK_BY, S.BOOKED, S.MISSED),
        (scheduled(), BOOK_BY, S.SCHEDULED, S.MISSED),
    ],
)
def test_the_calendar_changes_it_at_its_deadline(
    it: Exchange, due_at: datetime, before: ExchangeState, after: ExchangeState
) -> None:
    """Just before it is as it was, at the deadline it is not; and an offer is declined."""
    assert (it.due_at, it.at(due_at - TICK)) == (due_at, it)
    assert it.state is before
    assert it.at(due_at).state is after
    assert it.at(due_at) == it.at(due_at + TICK)


def test_what_the_calendar_does_not_change_is_never_due() -> None:
    """Used, taken, settled and ended ones wait for somebody."""
    for it in (used(), used(STORE), rejected(), exchange().cancelling(at=OPENED)):
        assert (it.due_at, it.at(ENDS + DAY)) == (None, it)


def test_an_order_that_is_not_paid_lets_it_go() -> None:
    """From the payment's deadline on; where its own end has passed by then, it is expired."""
    free = attached().at(UNTIL)
    assert free == exchange()
    late = exchange().attaching("o1", used_minor=1, until=ENDS + DAY, at=ENDS - TICK)
    assert late.at(ENDS).state is S.ATTACHED
    gone = late.at(ENDS + DAY)
    assert (gone.state, gone.closed_at, gone.order_id) == (S.EXPIRED, ENDS + DAY, "")
    assert attached().at(ENDS) == exchange().at(ENDS)


@pytest.mark.parametrize(
    ("it", "held_until", "is_live"),
    [
        (exchange(), ENDS, True),
        (attached(), ENDS, True),
        (exchange().attaching("o1", used_minor=0, until=ENDS + DAY, at=OPENED), ENDS + DAY, True),
        (used(), None, True),
        (offered(), OFFER_UNTIL, True),
        (exchange(PICKUP), BOOK_BY, True),
        (scheduled(), BOOK_BY, True),
        (inspected(scheduled(), 400_000), None, True),
        (used(STORE), None, False),
        (rejected(), None, False),
        (exchange().voiding(at=OPENED), None, False),
    ],
)
def test_it_holds_its_device_until_it_is_over(
    it: Exchange, held_until: datetime | None, is_live: bool
) -> None:
    """Where the calendar frees it, the instant is known; where the device stays, it is not live."""
    assert (it.held_until, it.is_live(OPENED)) == (held_until, is_live)
    if held_until is not None:
        assert it.is_live(held_until - TICK)
        assert not it.is_live(held_until)


def test_it_is_attached_to_an_order() -> None:
    """Which takes off what it is worth at most, and waits until a deadline."""
    it = attached()
    assert (it.state, it.order_id, it.attached_until) == (S.ATTACHED, "o1", UNTIL)
    assert (it.used, it.due) == (inr(4000), inr(0))
    assert attached(price=79_900).used == inr(799)


@pytest.mark.parametrize("minor", [-1, 400_001, True, None])
def test_it_never_takes_off_more_than_it_is_worth(minor: Any) -> None:
    """Nor less than nothing."""
    with pytest.raises(Misuse, match="takes 0 to 400000 off an order"):
        exchange().attaching("o1", used_minor=minor, until=UNTIL, at=OPENED)


@pytest.mark.parametrize("minor", [0, 400_000])
def test_it_may_take_off_all_or_nothing(minor: int) -> None:
    """Both bounds are allowed."""
    it = exchange().attaching("o1", used_minor=minor, until=UNTIL, at=OPENED)
    assert it.used_minor == minor


@pytest.mark.parametrize(("order_id", "until"), [("", UNTIL), ("o1", OPENED)])
def test_an_order_has_a_name_and_waits(order_id: str, until: datetime) -> None:
    """An empty name and a deadline that is not after the instant are the caller's mistakes."""
    with pytest.raises(Misuse, match="an order waits past 2018-03-15T06:30:00Z"):
        exchange().attaching(order_id, used_minor=1, until=until, at=OPENED)


@pytest.mark.parametrize(
    "it", [used(), offered(), rejected(), used(STORE), used(STORE).returning(400_000, at=OPENED)]
)
def test_it_is_used_once(it: Exchange) -> None:
    """What was used for an order is used for no other, whatever came of it."""
    with pytest.raises(AlreadyExchanged) as refused:
        it.attaching("o2", used_minor=1, until=UNTIL, at=OPENED)
    assert refused.value.figures == {"exchange_id": "x1"}
    with pytest.raises(AlreadyExchanged):
        it.using("o1", at=OPENED)


@pytest.mark.parametrize("it", [attached(), exchange(PICKUP), inspected(scheduled(), 1)])
def test_only_what_is_issued_is_attached(it: Exchange) -> None:
    """Not what another order has, nor what is fetched."""
    with pytest.raises(ExchangeNotOpen):
        it.attaching("o2", used_minor=1, until=UNTIL, at=OPENED)


def test_it_is_attached_before_its_end() -> None:
    """Just before, and at the end no more."""
    it = exchange().attaching("o1", used_minor=1, until=ENDS + DAY, at=ENDS - TICK)
    assert it.using("o1", at=ENDS + DAY - TICK).state is S.USED
    with pytest.raises(ExchangeNotOpen) as refused:
        exchange().attaching("o1", used_minor=1, until=ENDS + DAY, at=ENDS)
    assert refused.value.figures["state"] == "expired"


def test_an_order_that_fails_frees_it() -> None:
    """At once; another order does not, and neither does the same one twice."""
    assert attached().detaching("o1", at=OPENED) == exchange()
    assert attached().detaching("o2", at=OPENED) == attached()
    assert exchange().detaching("o1", at=OPENED) == exchange()
    assert used().detaching("o1", at=OPENED) == used()
    late = exchange().attaching("o1", used_minor=1, until=ENDS + DAY, at=ENDS - TICK)
    assert late.detaching("o1", at=ENDS).state is S.EXPIRED


def test_it_is_used_for_the_order_that_has_it() -> None:
    """And for no other, and not after the payment's deadline."""
    assert used().state is S.USED
    assert used().attached_until is None
    with pytest.raises(ExchangeNotOpen):
        attached().using("o2", at=OPENED)
    with pytest.raises(ExchangeNotOpen) as refused:
        attached().using("o1", at=UNTIL)
    assert refused.value.figures["state"] == "issued"
    with pytest.raises(ExchangeNotOpen):
        exchange(PICKUP).using("o1", at=OPENED)


def test_in_store_all_is_settled_at_once() -> None:
    """The device is handed over, and is worth what was declared."""
    it = used(STORE)
    assert (it.state, it.final_minor, it.due_minor, it.closed_at) == (S.SETTLED, 400_000, 0, OPENED)
    assert it.surplus_tokens == 0


@pytest.mark.parametrize(
    ("price", "tokens"), [(400_001, 0), (400_000, 0), (399_901, 0), (399_900, 1), (79_900, 3201)]
)
def test_a_surplus_is_paid_as_store_credit_where_the_terms_say_so(price: int, tokens: int) -> None:
    """A token a rupee here, rounded down; by the usual terms it is lost."""
    paid = terms(STORE, surplus=Surplus.TOKENS)
    assert used(paid, price=price).surplus_tokens == tokens
    assert used(STORE, price=price).surplus_tokens == 0
    online = terms(ONLINE, surplus=Surplus.TOKENS)
    before = used(online, price=price)
    assert before.surplus_tokens == 0
    assert inspected(before, 400_000).surplus_tokens == tokens


# An order that is cancelled


def test_it_comes_back_when_its_order_is_cancelled() -> None:
    """Before the device is handed over; where its end has passed meanwhile it is expired."""
    assert used().reviving("o1", at=ENDS - TICK) == exchange()
    gone = used().reviving("o1", at=ENDS)
    assert (gone.state, gone.closed_at, gone.used_minor) == (S.EXPIRED, ENDS, 0)


def test_it_does_not_come_back_where_the_terms_say_so() -> None:
    """It is cancelled with its order, and nothing is due."""
    it = used(terms(ONLINE, revives=False)).reviving("o1", at=OPENED)
    assert (it.state, it.due_minor, it.closed_at) == (S.CANCELLED, 0, OPENED)


@pytest.mark.parametrize("it", [offered(), offered(FETCHED), exchange(PICKUP), scheduled()])
def test_what_was_inspected_or_is_fetched_is_cancelled_with_its_order(it: Exchange) -> None:
    """Its value was found to be another one, or was never taken off."""
    after = it.reviving("o1", at=OPENED)
    assert (after.state, after.due_minor, after.visit_at) == (S.CANCELLED, 0, None)


@pytest.mark.parametrize(
    "it", [used(STORE), inspected(used(), 400_000), offered().accepting(at=OPENED)]
)
def test_nothing_changes_once_it_is_exchanged(it: Exchange) -> None:
    """The device was handed over."""
    with pytest.raises(AlreadyExchanged):
        it.reviving("o1", at=OPENED)


@pytest.mark.parametrize("it", [exchange(), attached(), rejected()])
def test_only_what_was_used_comes_back(it: Exchange) -> None:
    """Not what waits for a payment, nor what was rejected."""
    with pytest.raises(ExchangeNotOpen):
        it.reviving("o1", at=OPENED)


def test_it_goes_with_its_own_order_only() -> None:
    """Another order's end is none of its business."""
    with pytest.raises(ExchangeNotOpen):
        used().reviving("o2", at=OPENED)


# Visits


def test_a_visit_is_agreed_and_changed() -> None:
    """Within the time for it; changing it is no failed visit."""
    it = scheduled()
    assert (it.state, it.visit_at, it.attempts) == (S.SCHEDULED, OPENED + DAY, 0)
    other = it.scheduling(BOOK_BY - TICK, at=OPENED)
    assert (other.visit_at, other.attempts) == (BOOK_BY - TICK, 0)
    with pytest.raises(VisitTooLate) as refused:
        it.scheduling(BOOK_BY, at=OPENED)
    assert refused.value.figures == {
        "exchange_id": "x1",
        "visit_at": "2018-03-22T18:30:00Z",
        "until": "2018-03-22T18:30:00Z",
    }


def test_a_visit_is_not_agreed_for_the_past() -> None:
    """At the instant itself it is."""
    with pytest.raises(Misuse, match="a visit is after 2018-03-15T06:30:00Z"):
        exchange(PICKUP).scheduling(OPENED - TICK, at=OPENED)
    assert exchange(PICKUP).scheduling(OPENED, at=OPENED).visit_at == OPENED


def test_only_what_is_fetched_is_visited() -> None:
    """Not what is handed over at the door or the store."""
    for it in (exchange(), exchange(PICKUP).cancelling(at=OPENED)):
        with pytest.raises(ExchangeNotOpen):
            it.scheduling(ENDS, at=OPENED)


def test_the_third_failed_visit_is_the_last() -> None:
    """After the first and the second another one is agreed; after the third none is."""
    it = exchange(PICKUP)
    for n in (1, 2):
        it = it.scheduling(OPENED + DAY, at=OPENED).missing(at=OPENED)
        assert (it.state, it.attempts, it.visit_at) == (S.BOOKED, n, None)
    it = it.scheduling(OPENED + DAY, at=OPENED).missing(at=OPENED)
    assert (it.state, it.attempts, it.closed_at) == (S.MISSED, 3, OPENED)
    with pytest.raises(TooManyAttempts) as refused:
        it.scheduling(OPENED + DAY, at=OPENED)
    assert refused.value.figures == {"exchange_id": "x1", "attempts": 3}


def test_visits_fail_without_end_where_no_most_is_stated() -> None:
    """Only the time for them ends; what is too late is not out of attempts."""
    it = exchange(terms(PICKUP, attempts_max=None))
    for _ in range(9):
        it = it.scheduling(OPENED + DAY, at=OPENED).missing(at=OPENED)
    assert (it.state, it.attempts) == (S.BOOKED, 9)
    for late in (it, exchange(PICKUP)):
        with pytest.raises(ExchangeNotOpen) as refused:
            late.scheduling(BOOK_BY + DAY, at=BOOK_BY)
        assert refused.value.figures["state"] == "missed"


def test_only_a_visit_that_was_agreed_fails() -> None:
    """Before that there is nothing to miss."""
    with pytest.raises(ExchangeNotOpen):
        exchange(PICKUP).missing(at=OPENED)


# Inspections


@pytest.mark.parametrize(
    ("declared", "read", "is_it"),
    [
        ((IMEI,), (IMEI,), True),
        ((IMEI,), (IMEI, SECOND_IMEI), True),
        ((IMEI, SECOND_IMEI), (SECOND_IMEI,), True),
        ((IMEI, SECOND_IMEI), (SECOND_IMEI, IMEI), True),
        ((IMEI,), (OTHER_IMEI,), False),
        ((IMEI, SECOND_IMEI), (IMEI, OTHER_IMEI), False),
        ((IMEI,), (), False),
    ],
)
def test_another_device_is_never_taken(
    declared: tuple[str, ...], read: tuple[str, ...], is_it: bool
) -> None:
    """Whatever it is worth; of a phone of two numbers one will do."""
    device = BOTH if len(declared) == 2 else None
    it = used(ONLINE, device=device) if device else used(ONLINE)
    after = it.inspecting(read, verified=worth(900_000), at=OPENED)
    assert after.state is (S.SETTLED if is_it else S.REJECTED)
    assert after.rejection == ("" if is_it else "imei_mismatch")


@pytest.mark.parametrize("base", [ONLINE, DIFFERENCE, terms(DIFFERENCE, better=Better.ACCEPT)])
def test_a_device_that_is_not_taken_cancels_the_discount(base: TradeInTerms) -> None:
    """Under every policy the member pays what was taken off, and keeps the device."""
    it = rejected(base)
    assert (it.state, it.rejection, it.final_minor) == (S.REJECTED, "locked", None)
    assert (it.due_minor, it.due, it.closed_at) == (-400_000, inr(4000), None)
    paid = it.paying(inr(4000), "r1", payer=Payer.MEMBER, at=OPENED)
    assert (paid.state, paid.due_minor, paid.paid_minor, paid.closed_at) == (
        S.SETTLED,
        0,
        -400_000,
        OPENED,
    )


def test_a_device_that_is_not_fetched_costs_nothing() -> None:
    """The member keeps it, and nothing is due."""
    it = scheduled().inspecting((OTHER_IMEI,), at=OPENED)
    assert (it.state, it.due_minor, it.closed_at) == (S.REJECTED, 0, OPENED)
    assert inspected(scheduled(), 1).rejection == "worth_less"


def test_a_device_that_nobody_saw_is_not_another_one() -> None:
    """Nothing was handed over: the reason stands, and what was taken off is to be paid."""
    it = used().inspecting((), rejection="not_handed_over", at=OPENED)
    assert (it.state, it.rejection, it.due_minor) == (S.REJECTED, "not_handed_over", -400_000)
    other = used().inspecting((OTHER_IMEI,), rejection="locked", at=OPENED)
    assert other.rejection == "imei_mismatch"


def test_a_device_is_handed_over_in_time() -> None:
    """Past the last day what was taken off is to be paid; nothing else comes of it then."""
    it = attached().using("o1", at=OPENED, hand_over_by=BOOK_BY)
    assert (it.due_at, it.held_until) == (BOOK_BY, BOOK_BY)
    just = inspected(it, 400_000, at=BOOK_BY - TICK)
    assert (just.state, just.due_minor) == (S.SETTLED, 0)
    late = it.at(BOOK_BY)
    assert (late.state, late.rejection, late.due_minor) == (
        S.REJECTED,
        "not_handed_over",
        -400_000,
    )
    assert it.at(BOOK_BY - TICK) == it
    assert not it.is_live(BOOK_BY)
    with pytest.raises(ExchangeNotOpen):
        inspected(it, 400_000, at=BOOK_BY)
    assert it.returning(400_000, at=BOOK_BY).due_minor == 0
    again = it.reviving("o1", at=OPENED)
    assert (again.state, again.book_by, again.due_at) == (S.ISSUED, None, ENDS)
    with pytest.raises(Misuse, match="handed over past 2018-03-15T06:30:00Z"):
        attached().using("o1", at=OPENED, hand_over_by=OPENED)


def test_an_inspection_is_kept() -> None:
    """What it is worth, and what was found, sorted."""
    it = inspected(used(), 400_000, answers={"screen": "fine", "body": "fine"})
    assert it.verified == worth(400_000)
    assert it.verified_answers == (("body", "fine"), ("screen", "fine"))
    assert scheduled().inspecting((), at=OPENED).verified is None


def test_an_inspection_says_what_the_device_is_worth() -> None:
    """Or why it is not taken; in the same currency."""
    with pytest.raises(Misuse, match="says what the device is worth"):
        used().inspecting((IMEI,), at=OPENED)
    with pytest.raises(Misuse, match=r"is worth INR 4000.00, and found to be USD 1.00"):
        used().inspecting((IMEI,), verified=worth(100, currency="USD"), at=OPENED)


@pytest.mark.parametrize("it", [exchange(), attached(), exchange(PICKUP), offered(), used(STORE)])
def test_only_what_is_handed_over_is_inspected(it: Exchange) -> None:
    """At the door, or at a visit that was agreed; and once."""
    with pytest.raises(ExchangeNotOpen):
        inspected(it, 400_000)


@pytest.mark.parametrize(
    ("found", "kept", "accepted"),
    [(400_000, 400_000, 400_000), (400_001, 400_000, 400_001), (900_000, 400_000, 900_000)],
)
def test_better_than_declared(found: int, kept: int, accepted: int) -> None:
    """At a pickup more is paid where better is accepted; online what is more is a surplus."""
    assert inspected(scheduled(), found).due_minor == kept
    better = terms(PICKUP, better=Better.ACCEPT)
    assert inspected(scheduled(better), found).due_minor == accepted
    online = terms(ONLINE, better=Better.ACCEPT)
    it = inspected(used(online), found)
    assert (it.state, it.due_minor, it.final_minor) == (S.SETTLED, 0, accepted)
    credit = inspected(used(terms(online, surplus=Surplus.TOKENS)), found)
    assert credit.surplus_tokens == (accepted - 400_000) // 100


def test_a_revised_offer_waits_for_an_answer() -> None:
    """As long as the terms say, or as is stated."""
    it = offered()
    assert (it.state, it.offer_minor, it.offer_until) == (S.OFFERED, 300_000, OFFER_UNTIL)
    later = OPENED + 3 * DAY
    assert inspected(used(DIFFERENCE), 300_000, offer_until=later).offer_until == later
    unknown = terms(DIFFERENCE, answer_within_hours=None)
    with pytest.raises(Misuse, match="states no answer_within_hours, and no offer_until"):
        inspected(used(unknown), 300_000)
    assert inspected(used(unknown), 300_000, offer_until=later).offer_until == later
    with pytest.raises(Misuse, match="an offer waits past 2018-03-15T06:30:00Z"):
        inspected(used(unknown), 300_000, offer_until=OPENED)


def test_an_offer_is_accepted_until_its_deadline() -> None:
    """Online the member pays what was taken off beyond it; at a pickup it is paid out."""
    it = offered().accepting(at=OFFER_UNTIL - TICK)
    assert (it.state, it.final_minor, it.due_minor) == (S.TAKEN, 300_000, -100_000)
    fetched = offered(FETCHED).accepting(at=OPENED)
    assert (fetched.state, fetched.due_minor, fetched.closed_at) == (S.TAKEN, 300_000, None)
    with pytest.raises(ExchangeNotOpen):
        offered().accepting(at=OFFER_UNTIL)


def test_an_offer_that_covers_the_discount_leaves_nothing_due() -> None:
    """Where the price was less than the value, less may still be enough."""
    for found, due in ((79_899, -1), (79_900, 0), (79_901, 0)):
        it = inspected(used(DIFFERENCE, price=79_900), found).accepting(at=OPENED)
        assert (it.due_minor, it.state) == (due, S.TAKEN if due else S.SETTLED)
    worthless = inspected(scheduled(FETCHED), 0).accepting(at=OPENED)
    assert (worthless.state, worthless.due_minor, worthless.closed_at) == (S.SETTLED, 0, OPENED)


def test_an_offer_is_declined() -> None:
    """By the member, or by the calendar: the device stays, and online the discount is cancelled."""
    it = offered().declining(at=OPENED)
    assert (it.state, it.rejection, it.due_minor) == (S.REJECTED, "declined", -400_000)
    assert offered().at(OFFER_UNTIL) == it
    fetched = offered(FETCHED).declining(at=OPENED)
    assert (fetched.state, fetched.rejection, fetched.due_minor) == (S.DECLINED, "declined", 0)
    assert fetched.closed_at == OPENED
    with pytest.raises(ExchangeNotOpen):
        used().declining(at=OPENED)


# Payments


def test_what_is_due_is_paid_once() -> None:
    """The same payment again changes nothing, another one is refused."""
    due = inspected(scheduled(), 400_000)
    it = due.paying(inr(4000), "r1", payer=Payer.PROGRAMME, at=OPENED)
    assert (it.state, it.due_minor, it.paid_minor, it.paid_reference) == (
        S.SETTLED,
        0,
        400_000,
        "r1",
    )
    assert it.paying(inr(4000), "r1", payer=Payer.PROGRAMME, at=ENDS) == it
    with pytest.raises(ExchangePaid) as refused:
        it.paying(inr(4000), "r2", payer=Payer.PROGRAMME, at=ENDS)
    assert refused.value.figures == {"exchange_id": "x1", "reference": "r1"}


@pytest.mark.parametrize("amount", [inr(3999), inr(4001), Money(400_000, "USD"), inr(0)])
def test_another_amount_is_refused(amount: Money) -> None:
    """With what is due."""
    with pytest.raises(WrongExchangeAmount) as refused:
        inspected(scheduled(), 400_000).paying(amount, "r1", payer=Payer.PROGRAMME, at=OPENED)
    assert refused.value.figures == {
        "exchange_id": "x1",
        "asked": str(amount),
        "due": "INR 4000.00",
    }


@pytest.mark.parametrize("payer", Payer)
@pytest.mark.parametrize("it", [exchange(), used(), used(STORE), offered(), scheduled()])
def test_nothing_is_paid_where_nothing_is_due(it: Exchange, payer: Payer) -> None:
    """Not before the inspection, and not where all is settled."""
    with pytest.raises(ExchangeNotOpen):
        it.paying(inr(4000), "r1", payer=payer, at=OPENED)


@pytest.mark.parametrize("reference", ["", None, 7])
def test_a_payment_has_a_reference(reference: Any) -> None:
    """A text, so that it is known when it comes again."""
    with pytest.raises(Misuse, match="a payment's reference is a text"):
        inspected(scheduled(), 400_000).paying(
            inr(4000), reference, payer=Payer.PROGRAMME, at=OPENED
        )


# The new product is returned


CREDIT, MONEY, LOST = OnReturn


@pytest.mark.parametrize(
    ("on_return", "minor", "due", "tokens"),
    [
        (CREDIT, 400_000, 0, 4000),
        (CREDIT, 400, 0, 4),
        (MONEY, 400_000, 400_000, 0),
        (MONEY, 1, 1, 0),
        (LOST, 400_000, 0, 0),
    ],
)
def test_the_value_is_settled_when_the_new_product_is_returned(
    on_return: OnReturn, minor: int, due: int, tokens: int
) -> None:
    """As store credit, in money, or not at all; the old device is not given back."""
    it = used(terms(STORE, on_return=on_return)).returning(minor, at=OPENED)
    assert (it.state, it.due_minor, it.credited_tokens) == (S.CREDITED, due, tokens)
    assert (it.closed_at is None) is bool(due)
    with pytest.raises(ExchangeNotOpen):
        it.returning(minor, at=OPENED)
    if due:
        paid = it.paying(it.due, "r1", payer=Payer.PROGRAMME, at=OPENED)
        assert (paid.state, paid.paid_minor, paid.closed_at) == (S.CREDITED, due, OPENED)
        with pytest.raises(ExchangePaid):
            paid.paying(it.due, "r2", payer=Payer.PROGRAMME, at=OPENED)


PART = terms(DIFFERENCE, on_return=MONEY)


@pytest.mark.parametrize(
    ("is_paid", "minor", "due"),
    [
        (False, 99_999, -1),
        (False, 100_000, 0),
        (False, 100_001, 1),
        (False, 400_000, 300_000),
        (True, 1, 1),
        (True, 100_000, 100_000),
        (True, 400_000, 400_000),
    ],
)
def test_what_is_owed_of_it_goes_first(is_paid: bool, minor: int, due: int) -> None:
    """Then what the member paid for it, then what the device paid."""
    it = offered(PART).accepting(at=OPENED)
    if is_paid:
        it = it.paying(inr(1000), "r1", payer=Payer.MEMBER, at=OPENED)
    assert it.returning(minor, at=OPENED).due_minor == due


def test_money_comes_back_in_money_whatever_the_terms() -> None:
    """What the member paid after the inspection is no value of a device."""
    for on_return, tokens in ((LOST, 0), (CREDIT, 3000)):
        it = offered(terms(DIFFERENCE, on_return=on_return)).accepting(at=OPENED)
        back = it.paying(inr(1000), "r1", payer=Payer.MEMBER, at=OPENED).returning(
            400_000, at=OPENED
        )
        assert (back.due_minor, back.credited_tokens) == (100_000, tokens)
        assert back.paying(inr(1000), "r2", payer=Payer.PROGRAMME, at=OPENED).paid_minor == 0
    nothing = rejected().returning(400_000, at=OPENED)
    assert (nothing.state, nothing.due_minor, nothing.credited_tokens) == (S.CREDITED, 0, 0)


def paid_twice() -> tuple[Exchange, Exchange]:
    """Have the member pay, and a return after it; then with that paid out too."""
    it = rejected().paying(inr(4000), "r1", payer=Payer.MEMBER, at=OPENED)
    back = it.returning(400_000, at=OPENED)
    return back, back.paying(inr(4000), "r2", payer=Payer.PROGRAMME, at=OPENED)


@pytest.mark.parametrize("it", paid_twice())
def test_the_same_payment_is_not_taken_for_the_other_way(it: Exchange) -> None:
    """A payment that was recorded stays one payment, and is known when it comes again."""
    assert it.paying(inr(4000), "r1", payer=Payer.MEMBER, at=OPENED) == it


@pytest.mark.parametrize(
    ("amount", "payer"),
    [
        (inr(4000), Payer.PROGRAMME),
        (inr(3999), Payer.MEMBER),
        (inr(4001), Payer.MEMBER),
        (Money(400_000, "USD"), Payer.MEMBER),
    ],
)
@pytest.mark.parametrize("it", paid_twice())
def test_a_reference_is_one_payment(it: Exchange, amount: Money, payer: Payer) -> None:
    """Another amount or payer by the same name is refused, not taken for what was told before."""
    with pytest.raises(ExchangePaid) as refused:
        it.paying(amount, "r1", payer=payer, at=OPENED)
    assert refused.value.figures == {"exchange_id": "x1", "reference": "r1"}


def test_both_payments_are_kept() -> None:
    """First to last; what is due and who pays it follow."""
    due, done = paid_twice()
    assert (due.due_minor, due.payer, due.payments) == (400_000, Payer.PROGRAMME, {"r1": -400_000})
    assert (done.paid_minor, done.paid_reference, done.payer) == (0, "r2", None)
    assert [*done.payments.items()] == [("r1", -400_000), ("r2", 400_000)]
    assert done.paying(inr(4000), "r2", payer=Payer.PROGRAMME, at=OPENED) == done
    with pytest.raises(ExchangePaid) as refused:
        done.paying(inr(4000), "r3", payer=Payer.PROGRAMME, at=OPENED)
    assert refused.value.figures == {"exchange_id": "x1", "reference": "r2"}


@pytest.mark.parametrize(
    ("it", "payer", "due"),
    [
        (inspected(scheduled(), 400_000), Payer.MEMBER, "programme"),
        (rejected(), Payer.PROGRAMME, "member"),
        (used(terms(STORE, on_return=MONEY)).returning(1, at=OPENED), Payer.MEMBER, "programme"),
    ],
)
def test_the_other_side_does_not_pay(it: Exchange, payer: Payer, due: str) -> None:
    """A payment of the member's is no payout; that is said before another amount is."""
    for amount in (it.due, inr(7)):
        with pytest.raises(WrongPayer) as refused:
            it.paying(amount, "r1", payer=payer, at=OPENED)
        assert refused.value.figures == {"exchange_id": "x1", "asked": payer.value, "due": due}


def test_somebody_pays() -> None:
    """A text alone is no payer."""
    stated: Any = "member"
    with pytest.raises(Misuse, match="a payment is the member's or the programme's, not 'member'"):
        rejected().paying(inr(4000), "r1", payer=stated, at=OPENED)


def test_store_credit_needs_a_rate() -> None:
    """Which setting is missing is said; the terms go first; where none is paid none is needed."""
    unknown = terms(DIFFERENCE, credit=None)
    it = inspected(used(unknown), 400_000)
    with pytest.raises(Misuse, match=r"INR 4000.00 .* trade_ins.mi.com states no credit"):
        it.returning(400_000, at=OPENED)
    assert it.returning(400_000, at=OPENED, credit=Rate(1, 50)).credited_tokens == 8_000
    known = inspected(used(DIFFERENCE), 400_000)
    assert known.returning(400_000, at=OPENED, credit=Rate(1, 50)).credited_tokens == 4_000
    assert known.returning(400_000, at=OPENED).credited_tokens == 4_000
    assert rejected(unknown).returning(400_000, at=OPENED).credited_tokens == 0


def test_what_was_not_handed_over_comes_back_where_all_of_it_is_returned() -> None:
    """As when the order is cancelled; a part of it cannot."""
    assert used().returning(400_000, at=OPENED) == exchange()
    assert offered().returning(400_000, at=OPENED).state is S.CANCELLED
    with pytest.raises(ExchangeNotOpen):
        used().returning(399_999, at=OPENED)


@pytest.mark.parametrize("minor", [0, 400_001])
def test_no_more_is_returned_than_was_taken_off(minor: int) -> None:
    """And something is."""
    with pytest.raises(WrongExchangeAmount) as refused:
        used(STORE).returning(minor, at=OPENED)
    assert refused.value.figures["due"] == "INR 4000.00"


def test_a_pickup_has_nothing_to_do_with_the_new_product() -> None:
    """It took nothing off its price."""
    with pytest.raises(WrongExchangeAmount):
        inspected(scheduled(), 400_000).returning(1, at=OPENED)


def test_a_return_is_of_a_whole_number() -> None:
    """Anything else is the caller's mistake."""
    wrong: Any = 1.0
    with pytest.raises(Misuse, match="minor units are a whole number"):
        used(STORE).returning(wrong, at=OPENED)


# Freely usable


def test_an_exchange_is_free_for_the_order_that_has_it() -> None:
    """What is attached to the order already does not stand against it; to another one, it does."""
    assert exchange().free_for("o1", at=OPENED) == exchange()
    assert attached().free_for("o1", at=OPENED) == exchange()
    assert attached().free_for("o2", at=UNTIL) == exchange()
    with pytest.raises(ExchangeNotOpen) as refused:
        attached().free_for("o2", at=UNTIL - TICK)
    assert refused.value.figures["state"] == "attached"


@pytest.mark.parametrize(("at", "is_free"), [(ENDS - TICK, True), (ENDS, False)])
def test_an_exchange_is_free_until_its_end(at: datetime, is_free: bool) -> None:
    """From that instant on it has expired, attached meanwhile or not."""
    for it in (exchange(), attached()):
        if is_free:
            assert it.free_for("o1", at=at) == exchange()
        else:
            with pytest.raises(ExchangeNotOpen, match="expired"):
                it.free_for("o1", at=at)


def test_an_exchange_that_was_used_is_free_for_nothing() -> None:
    """Nor is one by pickup, whose device is paid for."""
    with pytest.raises(AlreadyExchanged):
        used().free_for("o1", at=OPENED)
    with pytest.raises(ExchangeNotOpen, match="booked"):
        exchange(PICKUP).free_for("o1", at=OPENED)


# Ends


@pytest.mark.parametrize(
    ("it", "is_replaced", "is_cancelled"),
    [
        (exchange(), True, True),
        (exchange(PICKUP), False, True),
        (scheduled(), False, True),
        (attached(), False, False),
        (used(), False, False),
        (offered(), False, False),
        (used(STORE), False, False),
        (exchange().voiding(at=OPENED), False, False),
        (exchange().cancelling(at=OPENED), False, False),
    ],
)
def test_what_is_given_up(it: Exchange, is_replaced: bool, is_cancelled: bool) -> None:
    """A newer quote replaces what is issued; the member gives up what is not used or inspected."""
    for end, is_allowed, state in (
        (it.voiding, is_replaced, S.VOID),
        (it.cancelling, is_cancelled, S.CANCELLED),
    ):
        after: Exchange | Refused
        try:
            after = end(at=OPENED)
        except Refused as refused:
            after = refused
        if is_allowed:
            assert after == it._replace(state=state, closed_at=OPENED, visit_at=None)
        else:
            assert after == ExchangeNotOpen(exchange_id="x1", state=it.state.value)


def test_it_is_stored_once_more() -> None:
    """Its version counts."""
    assert exchange().stored() == exchange()._replace(version=1)


def test_a_pickup_that_is_worth_nothing_is_settled_at_once() -> None:
    """Nothing is to be paid."""
    it = inspected(scheduled(PICKUP, minor=0), 0)
    assert (it.state, it.final_minor, it.due_minor) == (S.SETTLED, 0, 0)


def test_a_device_that_took_nothing_off_leaves_nothing_to_pay() -> None:
    """Where it is rejected online, all is over."""
    it = exchange().attaching("o1", used_minor=0, until=UNTIL, at=OPENED).using("o1", at=OPENED)
    after = it.inspecting((), at=OPENED)
    assert (after.state, after.due_minor, after.closed_at) == (S.REJECTED, 0, OPENED)


def test_rates_of_credit_are_rounded_as_they_say() -> None:
    """Two tokens for three paise here."""
    it = used(terms(STORE, surplus=Surplus.TOKENS, credit=Rate(2, 3)), price=399_996)
    assert it.surplus_tokens == 2
