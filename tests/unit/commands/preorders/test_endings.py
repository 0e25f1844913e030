"""Pre-orders that come to nothing: units go back, codes as far as they can, money in full."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from mi_rewards.catalogue import VoucherState
from mi_rewards.commands import (
    LATE_TO_SHIP,
    PAYMENT_DUE,
    REFUND_DUE,
    AsyncRewards,
    Command,
    DetachVoucher,
    LatePage,
    PreOrderClosed,
    PreOrderWatched,
)
from mi_rewards.earning import AlreadyDelivered, PurchaseState
from mi_rewards.errors import Misuse
from mi_rewards.memory import AsyncMemoryStore
from mi_rewards.preorders import (
    AlreadyShipped,
    PreOrderNotOpen,
    PreOrderState,
    UnknownPreOrder,
    WrongAmount,
)
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, reserved_unit_key
from tests.ahead import (
    BOOKING,
    BOTH,
    CODED,
    DAY,
    FORFEITING,
    FRIDAY,
    HOUR,
    MINUTE,
    MOMENT,
    ONLINE,
    PAY_EARLY,
    PAY_UNTIL,
    PRICE,
    REVIVING,
    STORE,
    Friday,
    accept,
    call_off,
    coded,
    decline,
    hand_over,
    make_ready,
    offer,
    open_quota,
    order_ahead,
    pay,
    repay,
    ship,
    terms,
    watch,
)
from tests.shop import cancel, check_outcomes, deliver, inr, ist, join, rules

SHIP_BY = ist("2017-04-06 00:00")
KEPT_UNTIL = ist("2017-04-08 00:00")
EARLY = FRIDAY - HOUR
REMIND_AT = PAY_UNTIL - 5 * MINUTE


def online(*does: Command[Any], programme: Programme = BOTH) -> Friday:
    """Make a shop where a phone was ordered on mi.com."""
    return Friday(programme, does=(order_ahead(), *does))


def booked(*does: Command[Any], programme: Programme = BOTH) -> Friday:
    """Make a shop where a phone was booked at a store."""
    first = (order_ahead(mode="", colour="gold"), pay(BOOKING))
    return Friday(programme, of="offline", does=(*first, *does))


def topics(shop: Friday, by: str = "asha") -> list[tuple[str, str]]:
    """Read what others learned of a member's pre-orders: events' names and topics."""
    return [(it.event_id, it.topic) for it in shop.events(by)]


# cancelled


def test_what_is_not_paid_is_cancelled_and_its_unit_is_free() -> None:
    """Nothing is to be given back."""
    shop = online()
    check_outcomes([shop.do(call_off())], PreOrderClosed("o1", "cancelled", 0, "INR", 0))
    assert shop.units() == (2, 0, 0, 0)
    assert topics(shop) == []
    assert shop.do(order_ahead("o2")).order_id == "o2"


def test_what_is_paid_is_cancelled_before_it_is_shipped() -> None:
    """All that was paid goes back, and what was promised is withdrawn."""
    shop = online(pay())
    at = FRIDAY + DAY
    check_outcomes(
        [shop.do(call_off(at=at))], PreOrderClosed("o1", "cancelled", 10_999_00, "INR", 1_099)
    )
    assert shop.units() == (2, 0, 0, 0)
    assert shop.balance(at=at).promised == 0
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.state is PurchaseState.CANCELLED
    (event,) = shop.events()
    assert (event.topic, event.event_id, event.occurred_at) == (REFUND_DUE, "refund_due:o1", at)
    assert dict(event.figures) == {"order_id": "o1", "minor": 10_999_00, "currency": "INR"}


def test_a_booking_is_cancelled_and_goes_back() -> None:
    """There was no purchase to be cancelled."""
    shop = booked()
    check_outcomes([shop.do(call_off())], PreOrderClosed("o1", "cancelled", 1_000_00, "INR", 0))
    assert shop.units() == (2, 0, 0, 0)
    assert shop.purchase() is None


@pytest.mark.parametrize("does", [(ship(),), (ship(), hand_over())])
def test_what_was_shipped_is_not_cancelled(does: Any) -> None:
    """Delivery can be refused instead."""
    shop = online(pay(), *does)
    assert shop.refusal(call_off()) == AlreadyShipped(order_id="o1")
    assert shop.units() == (1, 0, 1, 0)


def test_what_is_at_the_store_is_not_cancelled() -> None:
    """It is left there, by what the terms say of that."""
    assert booked(make_ready()).refusal(call_off()) == AlreadyShipped(order_id="o1")


def test_it_is_cancelled_once() -> None:
    """The unit goes back once."""
    shop = online(pay(), call_off())
    no = PreOrderNotOpen(order_id="o1", state="cancelled")
    assert shop.refusal(call_off(request="again")) == no
    assert shop.do(call_off()).refund_minor == 10_999_00
    assert shop.units() == (2, 0, 0, 0)


def test_a_unit_goes_back_to_the_shard_that_it_came_from() -> None:
    """And to what the member can have."""
    shop = Friday(units=8, shards=4, member_max=1, does=(order_ahead(),))
    (taken,) = [it.shard for it in shop.rewards.quota("q").shards if it.held]
    unit = shop.ahead().allotment
    assert unit is not None
    assert unit.shard == taken
    assert shop.used("asha", "quota/q") == 1
    shop.do(call_off())
    assert [it.free for it in shop.rewards.quota("q").shards] == [2, 2, 2, 2, 0]
    assert shop.used("asha", "quota/q") == 0


def test_its_purchase_may_have_been_cancelled_by_other_means() -> None:
    """The unit comes back all the same; of one that was delivered it does not."""
    shop = online(pay(), cancel("o1"))
    assert shop.do(call_off()).withdrawn == 0
    assert shop.units() == (2, 0, 0, 0)
    gone = online(pay(), deliver("o1"))
    assert gone.refusal(call_off()) == AlreadyDelivered(order_id="o1")


# declined


def test_a_colour_that_is_declined_gives_everything_back() -> None:
    """The unit and the booking."""
    shop = booked(offer("black"))
    check_outcomes([shop.do(decline())], PreOrderClosed("o1", "cancelled", 1_000_00, "INR", 0))
    assert shop.units() == (2, 0, 0, 0)
    assert topics(shop) == [("refund_due:o1", REFUND_DUE)]


def test_a_colour_is_declined_at_the_store_too() -> None:
    """Where it is seen first."""
    shop = booked(make_ready(), offer("black"))
    assert shop.do(decline()).refund_minor == 1_000_00
    assert shop.units() == (2, 0, 0, 0)


def test_a_colour_that_is_declined_withdraws_what_was_promised() -> None:
    """Where the price was paid."""
    wish = rules(BOTH, preorders=(terms(ONLINE, colour=STORE.colour), STORE))
    shop = Friday(wish, does=(order_ahead(colour="gold"), pay(), offer("black")))
    assert shop.do(decline()).withdrawn == 1_099


@pytest.mark.parametrize("does", [(), (offer("black"), accept()), (offer("black"), offer("gold"))])
def test_what_is_not_offered_is_not_declined(does: Any) -> None:
    """Nor what was accepted, or is there after all."""
    no = PreOrderNotOpen(order_id="o1", state="paid")
    assert booked(*does).refusal(decline()) == no


# given back


def test_what_was_paid_is_given_back_once() -> None:
    """In full."""
    shop = online(pay(), call_off())
    no = shop.refusal(repay(BOOKING))
    assert no == WrongAmount(order_id="o1", asked="INR 1000.00", due="INR 10999.00")
    check_outcomes([shop.do(repay())], PreOrderClosed("o1", "refunded", 10_999_00, "INR", 0))
    assert shop.units() == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("shop", "state"), [(online(), "placed"), (online(call_off()), "cancelled")]
)
def test_nothing_is_given_back_where_nothing_is_due(shop: Friday, state: str) -> None:
    """What was not paid."""
    assert shop.refusal(repay()) == PreOrderNotOpen(order_id="o1", state=state)


def test_a_booking_is_given_back_before_anybody_booked_that_it_was_left() -> None:
    """The unit is free with it, once."""
    shop = booked(make_ready())
    check_outcomes(
        [shop.do(repay(BOOKING, at=KEPT_UNTIL))],
        PreOrderClosed("o1", "refunded", 1_000_00, "INR", 0),
    )
    assert shop.units() == (2, 0, 0, 0)
    assert shop.rewards.preorders_due(KEPT_UNTIL) == 0


# watched


def test_what_is_not_paid_in_time_runs_out_and_its_unit_is_sold_again() -> None:
    """Once that is booked; whoever asks is told before."""
    shop = Friday(units=1, does=(join("bela", at=FRIDAY), order_ahead()))
    assert shop.rewards.preorders_due(PAY_UNTIL - MOMENT) == 1
    assert shop.units() == (0, 1, 0, 0)
    state = shop.rewards.preorder("asha", "o1", at=PAY_UNTIL).state
    assert state is PreOrderState.RUN_OUT
    assert shop.rewards.preorders_due(PAY_UNTIL) == 1
    assert shop.units() == (1, 0, 0, 0)
    assert shop.ahead() == shop.rewards.preorder("asha", "o1", at=PAY_UNTIL)
    shop.all(order_ahead(by="bela", at=PAY_UNTIL), pay(by="bela", at=PAY_UNTIL))
    assert shop.units() == (0, 0, 1, 0)
    assert shop.rewards.preorders_due(PAY_UNTIL) == 0


def test_a_payment_is_reminded_of_once() -> None:
    """With what is due and until when."""
    shop = online()
    assert shop.rewards.preorders_due(REMIND_AT - MOMENT) == 0
    check_outcomes([shop.do(watch(at=REMIND_AT))], PreOrderWatched("o1", "placed", PAYMENT_DUE))
    check_outcomes([shop.do(watch(at=REMIND_AT + MOMENT))], PreOrderWatched("o1", "placed", ""))
    (event,) = shop.events()
    assert (event.event_id, event.occurred_at) == ("payment_due:o1", REMIND_AT)
    assert dict(event.figures) == {
        "order_id": "o1",
        "pay_until": "2017-03-31T06:45:00Z",
        "minor": 10_999_00,
        "currency": "INR",
    }


def test_nobody_is_reminded_after_the_deadline() -> None:
    """It has run out then, and that is told by itself."""
    shop = online()
    check_outcomes([shop.do(watch(at=PAY_UNTIL))], PreOrderWatched("o1", "run_out", ""))
    assert topics(shop) == []


def test_what_is_late_to_ship_is_told_once_and_listed_until_it_is_shipped() -> None:
    """Day 5 is on time, day 6 is late."""
    shop = online(pay())
    assert shop.rewards.preorders_due(SHIP_BY - MOMENT) == 0
    assert shop.rewards.late_to_ship(SHIP_BY - MOMENT) == LatePage((), None)
    assert [it.order_id for it in shop.rewards.late_to_ship(SHIP_BY).preorders] == ["o1"]
    assert shop.rewards.preorders_due(SHIP_BY) == 1
    (event,) = shop.events()
    assert (event.topic, event.event_id) == (LATE_TO_SHIP, "late_to_ship:o1")
    assert dict(event.figures) == {"order_id": "o1", "ship_by": "2017-04-05T18:30:00Z"}
    later = SHIP_BY + 10 * DAY
    assert shop.rewards.preorders_due(later) == 0
    assert [it.order_id for it in shop.rewards.late_to_ship(later).preorders] == ["o1"]
    shop.do(ship(at=later))
    assert shop.rewards.late_to_ship(later) == LatePage((), None)
    assert len(shop.events()) == 1


def test_the_report_of_what_is_late_comes_in_pages() -> None:
    """What is due for another reason is passed over, and may leave a page empty."""
    shop = Friday(units=9)
    for number in range(4):
        name = f"o{number}"
        at = FRIDAY + number * DAY
        shop.all(order_ahead(name, at=at), pay(order_id=name, at=at))
    shop.do(order_ahead("unpaid"))
    found: list[list[str]] = []
    page = LatePage((), None)
    while not found or page.after is not None:
        page = shop.rewards.late_to_ship(SHIP_BY + 2 * DAY, after=page.after, limit=1)
        found.append([it.order_id for it in page.preorders])
    assert found == [[], ["o0"], ["o1"], ["o2"], []]
    assert len(shop.rewards.late_to_ship(SHIP_BY + 2 * DAY).preorders) == 3


def test_what_nobody_picks_up_is_left_and_the_booking_goes_back() -> None:
    """With an event that says so."""
    shop = booked(make_ready())
    assert shop.rewards.preorders_due(KEPT_UNTIL - MOMENT) == 0
    check_outcomes([shop.do(watch(at=KEPT_UNTIL))], PreOrderWatched("o1", "unclaimed", REFUND_DUE))
    assert shop.units() == (2, 0, 0, 0)
    assert topics(shop) == [("refund_due:o1", REFUND_DUE)]
    assert shop.do(repay(BOOKING, at=KEPT_UNTIL)).state == "refunded"


def test_what_nobody_picks_up_is_paid_for_where_the_terms_say_so() -> None:
    """The unit is free all the same."""
    shop = booked(make_ready(), programme=rules(BOTH, preorders=(ONLINE, FORFEITING)))
    check_outcomes([shop.do(watch(at=KEPT_UNTIL))], PreOrderWatched("o1", "unclaimed", ""))
    assert shop.units() == (2, 0, 0, 0)
    no = shop.refusal(repay(BOOKING, at=KEPT_UNTIL))
    assert no == PreOrderNotOpen(order_id="o1", state="unclaimed")


def test_watching_what_has_nothing_due_changes_nothing() -> None:
    """It says where the pre-order is."""
    shop = online(pay())
    check_outcomes([shop.do(watch(at=FRIDAY + DAY))], PreOrderWatched("o1", "paid", ""))
    assert shop.ahead().version == 2


def test_a_sweep_takes_any_number_in_pages() -> None:
    """And can be repeated."""
    shop = Friday(units=5)
    for number in range(5):
        shop.do(order_ahead(f"o{number}", at=FRIDAY + number * MINUTE))
    assert shop.rewards.preorders_due(PAY_UNTIL + 4 * MINUTE, limit=2) == 5
    assert shop.units() == (5, 0, 0, 0)
    assert shop.rewards.preorders_due(PAY_UNTIL + 4 * MINUTE, limit=2) == 0


# codes


def unit_of_code(shop: Friday) -> str:
    """Tell what the unit of asha's code is."""
    key = reserved_unit_key("asha", "redeem")
    found = shop.store.load(Needs((key,))).get(key)
    assert found is not None
    return found.allotment.state.value


def test_a_code_is_free_again_where_what_it_would_buy_is_cancelled_unpaid() -> None:
    """With its unit reserved for it."""
    shop = coded()
    shop.do(call_off(at=EARLY))
    assert shop.voucher().state is VoucherState.ISSUED
    assert shop.units() == (1, 0, 0, 1)
    assert shop.do(order_ahead("o2", at=EARLY, voucher_id="redeem")).order_id == "o2"


def test_a_code_is_free_again_where_the_payment_runs_out() -> None:
    """Booked by either: the pre-order or the code."""
    shop = coded()
    assert shop.rewards.preorders_due(PAY_EARLY) == 1
    assert shop.voucher().state is VoucherState.ISSUED
    assert shop.units() == (1, 0, 0, 1)
    other = coded()
    other.rewards.expire_due(PAY_EARLY)
    other.rewards.preorders_due(PAY_EARLY)
    assert other.voucher() == shop.voucher()._replace(version=other.voucher().version)
    assert other.units() == (1, 0, 0, 1)
    assert other.ahead().state is PreOrderState.RUN_OUT


def test_a_used_code_is_gone_where_the_terms_do_not_revive_it() -> None:
    """Its unit is free, to be set aside for another code."""
    shop = coded(CODED, pay(at=EARLY))
    shop.do(call_off(at=EARLY))
    assert shop.voucher().state is VoucherState.USED
    assert unit_of_code(shop) == "free"
    assert shop.units() == (2, 0, 0, 0)


def test_a_used_code_revives_where_the_terms_say_so() -> None:
    """With its own end, and its unit reserved for it."""
    shop = coded(REVIVING, pay(at=EARLY))
    before = shop.voucher()
    shop.do(call_off(at=EARLY))
    after = shop.voucher()
    assert (after.state, after.ends_at) == (VoucherState.ISSUED, before.ends_at)
    assert (after.order_id, after.order_of) == (None, None)
    assert unit_of_code(shop) == "reserved"
    assert shop.units() == (1, 0, 0, 1)


def test_a_code_past_its_end_does_not_revive() -> None:
    """It is expired, and its unit is free."""
    shop = coded(REVIVING, pay(at=EARLY))
    shop.do(call_off(at=EARLY + timedelta(days=60)))
    assert shop.voucher().state is VoucherState.EXPIRED
    assert shop.units() == (2, 0, 0, 0)


def test_a_used_code_stays_used_where_nobody_picks_up_what_it_bought() -> None:
    """Whatever the terms say of cancelling: its unit is free."""
    reviving = rules(CODED, preorders=(ONLINE, terms(STORE, revives_f_code=True)))
    shop = coded(reviving, pay(BOOKING, at=EARLY), make_ready(), of="offline")
    shop.rewards.preorders_due(KEPT_UNTIL)
    assert shop.voucher().state is VoucherState.USED
    assert shop.units() == (2, 0, 0, 0)
    again = coded(reviving, pay(BOOKING, at=EARLY), make_ready(), of="offline")
    again.do(repay(BOOKING, at=KEPT_UNTIL))
    assert again.units() == (2, 0, 0, 0)


def test_a_code_that_was_taken_off_by_other_means_is_left_alone() -> None:
    """Where the pre-order that it would have bought is cancelled."""
    off = DetachVoucher(
        member_id="asha", request_id="off", at=EARLY, voucher_id="redeem", order_id="o1"
    )
    shop = coded(CODED, off)
    before = shop.voucher()
    shop.do(call_off(at=EARLY))
    assert shop.voucher() == before
    assert shop.units() == (1, 0, 0, 1)


# told


def test_a_pre_order_is_told_as_of_an_instant() -> None:
    """Whatever was booked by then; what is not known is refused."""
    shop = online()
    assert shop.rewards.preorder("asha", "o1", at=FRIDAY) == shop.ahead()
    with pytest.raises(UnknownPreOrder):
        shop.rewards.preorder("bela", "o1", at=FRIDAY)
    with pytest.raises(Misuse):
        shop.rewards.preorder("asha", "o1", at=datetime(2017, 3, 31))


def test_a_members_pre_orders_are_told_in_pages() -> None:
    """By the names of the orders, as of an instant."""
    shop = Friday(does=(order_ahead("o1"), order_ahead("o2"), pay(order_id="o2")))
    at = PAY_UNTIL
    states = [(it.order_id, it.state.value) for it in shop.rewards.preorders("asha", at=at)]
    assert states == [("o1", "run_out"), ("o2", "paid")]
    assert [it.order_id for it in shop.rewards.preorders("asha", at=at, limit=1)] == ["o1"]
    assert [it.order_id for it in shop.rewards.preorders("asha", at=at, after="o1")] == ["o2"]
    assert shop.rewards.preorders("bela", at=at) == ()
    with pytest.raises(Misuse, match="limit"):
        shop.rewards.preorders("asha", at=at, limit=0)
    with pytest.raises(Misuse, match="limit"):
        shop.rewards.late_to_ship(at, limit=0)


def test_the_async_face_tells_the_same() -> None:
    """And sweeps the same."""

    async def tell() -> tuple[Any, ...]:
        rewards = AsyncRewards(AsyncMemoryStore(), BOTH)
        for command in (join(at=FRIDAY), open_quota(2), order_ahead(), pay(), order_ahead("o2")):
            await rewards.do(command)
        return (
            await rewards.preorder("asha", "o1", at=FRIDAY),
            await rewards.preorders("asha", at=PAY_UNTIL),
            await rewards.preorders_due(SHIP_BY),
            await rewards.late_to_ship(SHIP_BY),
        )

    shop = Friday(does=(order_ahead(), pay(), order_ahead("o2")))
    told = (
        shop.rewards.preorder("asha", "o1", at=FRIDAY),
        shop.rewards.preorders("asha", at=PAY_UNTIL),
        shop.rewards.preorders_due(SHIP_BY),
        shop.rewards.late_to_ship(SHIP_BY),
    )
    assert asyncio.run(tell()) == told
    assert told[2] == 2
    assert inr(10_999) == PRICE
