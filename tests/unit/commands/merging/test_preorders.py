"""Members who go on as others, and what they ordered ahead: who can buy, limits, codes, draws."""

from datetime import datetime
from typing import Any

import pytest

from mi_rewards.catalogue import VoucherState
from mi_rewards.commands import Absorbed, Command, EnterDraw, Merged, OpenDraw, RunDraw
from mi_rewards.earning import HoldsOpen, MemberLeft, MemberMerged
from mi_rewards.errors import Refused
from mi_rewards.preorders import MemberLimitReached, PreOrderState, commitment
from mi_rewards.wallet import MemberBlocked
from tests.ahead import (
    BOOKING,
    DAY,
    FRIDAY,
    HOUR,
    MOMENT,
    PAY_UNTIL,
    REVIVING,
    Friday,
    call_off,
    coded,
    hand_over,
    make_ready,
    open_quota,
    order_ahead,
    pay,
    pick_up,
    ship,
)
from tests.memberships import block, follow_all, joined, leave, merge, unblock
from tests.shop import bring, join, redeem

ALL = ("asha", "bela", "cara")
THEN = FRIDAY + HOUR
"""When members go on as others, unless something else is said."""


def people(units: int = 9, **quota: Any) -> Friday:
    """A shop where all three have joined."""
    shop = Friday(units=units, **quota)
    shop.all(join("bela", at=FRIDAY - DAY), join("cara", at=FRIDAY - DAY))
    return shop


def gone(shop: Friday, by: str = "asha", into: str = "bela", *, at: datetime = THEN) -> Friday:
    """Let a member go on as another, and follow what that tells."""
    shop.do(merge(into, by=by, at=at))
    follow_all(shop, *ALL)
    return shop


def code_of(shop: Friday, command: Command[Any]) -> str:
    """Answer with the code by which a command is refused."""
    refusal = shop.refusal(command)
    assert isinstance(refusal, Refused)
    return refusal.code


def bought(shop: Friday, order_id: str = "o1", by: str = "asha") -> None:
    """Order ahead, and pay."""
    shop.all(order_ahead(order_id, by=by), pay(order_id=order_id, by=by))


# who can buy


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([block(at=FRIDAY)], MemberBlocked(reason="fraud")),
        ([leave(at=FRIDAY)], MemberLeft(member_id="asha")),
        ([merge(at=FRIDAY)], MemberMerged(member_id="asha", into="bela")),
        ([block(at=FRIDAY), leave(at=FRIDAY)], MemberLeft(member_id="asha")),
    ],
)
def test_who_is_barred_orders_nothing_ahead(before: list[Command[Any]], expected: object) -> None:
    """Not before the sale either, and nothing is taken; all others can."""
    shop = people()
    shop.all(*before)
    assert shop.refusal(order_ahead()) == expected
    assert shop.refusal(order_ahead(at=FRIDAY - MOMENT)) == expected
    assert shop.units() == (9, 0, 0, 0)
    assert shop.do(order_ahead(by="bela")).quota_id == "q"


def test_who_is_barred_buys_nothing_with_a_code_either() -> None:
    """The code stays whose it is."""
    shop = Friday(REVIVING, for_codes=1)
    shop.all(bring(100, at=FRIDAY - DAY), redeem("f-code", at=FRIDAY - DAY), block(at=FRIDAY))
    assert shop.refusal(order_ahead(voucher_id="redeem")) == MemberBlocked(reason="fraud")
    assert shop.voucher().state is VoucherState.ISSUED


def test_what_was_ordered_or_is_not_sold_is_told_first() -> None:
    """A name that is taken, a quota that nobody knows."""
    shop = people()
    shop.all(order_ahead(), block(at=FRIDAY))
    assert code_of(shop, order_ahead(request="again")) == "already_placed"
    assert code_of(shop, order_ahead("o2", quota_id="x")) == "unknown_quota"


def test_who_is_unblocked_or_never_joined_buys() -> None:
    """A pre-order is paid with money; a name that nobody has joined under is no member's."""
    shop = people()
    shop.all(block(at=FRIDAY), unblock(at=FRIDAY))
    assert shop.do(order_ahead()).quota_id == "q"
    assert shop.do(order_ahead(by="esha")).quota_id == "q"


# payments


def test_who_waits_for_a_payment_does_not_go_on_as_another() -> None:
    """A microsecond before the deadline, no; at it there is nothing to wait for."""
    shop = people()
    shop.do(order_ahead())
    waits = HoldsOpen(holds=0, payments=1)
    assert shop.refusal(merge(at=FRIDAY)) == waits
    assert shop.refusal(merge(at=PAY_UNTIL - MOMENT)) == waits
    assert shop.do(merge(at=PAY_UNTIL)) == Merged("bela", 0, 0)


@pytest.mark.parametrize("ends", [pay(), call_off()])
def test_who_has_paid_or_called_off_goes_on(ends: Command[Any]) -> None:
    """The other's own payments are no matter; each that is waited for is counted."""
    shop = people()
    shop.all(order_ahead(), order_ahead("o2"), order_ahead(by="bela"), ends)
    assert shop.refusal(merge(at=FRIDAY)) == HoldsOpen(holds=0, payments=1)
    shop.do(call_off("o2"))
    assert shop.do(merge(at=FRIDAY)).into == "bela"


def test_what_is_booked_is_picked_up_under_the_old_name() -> None:
    """What is to be paid at the store is no payment that is waited for."""
    shop = Friday(of="offline")
    shop.all(join("bela", at=FRIDAY), order_ahead(mode=""), pay(BOOKING))
    gone(shop)
    shop.all(make_ready(at=THEN), pick_up(at=THEN))
    assert shop.ahead().state is PreOrderState.DELIVERED
    follow_all(shop, *ALL)
    assert shop.balance(by="bela", at=THEN + DAY).available > 0


# limits


def test_what_both_bought_counts_for_who_goes_on() -> None:
    """However far that is over the limit; the units stay with the old name's pre-orders."""
    shop = people(member_max=1)
    bought(shop)
    bought(shop, by="bela")
    gone(shop)
    assert (shop.used("asha", "quota/q"), shop.used("bela", "quota/q")) == (1, 2)
    assert shop.refusal(order_ahead("o2", by="bela")) == MemberLimitReached(quota_id="q", limit=1)
    shop.do(call_off(by="bela", at=THEN))
    assert code_of(shop, order_ahead("o2", by="bela", at=THEN)) == "member_limit_reached"
    shop.all(ship(at=THEN), hand_over(at=THEN))
    assert shop.units() == (8, 0, 1, 0)


def test_who_has_room_left_takes_it() -> None:
    """A row below the limit and at it; of a quota that has none nothing is counted."""
    shop = people(member_max=3)
    shop.do(open_quota(9, "free"))
    shop.all(order_ahead("f1", quota_id="free"), pay(order_id="f1"))
    bought(shop)
    bought(shop, by="bela")
    gone(shop)
    assert shop.used("bela", "quota/free") is None
    assert shop.do(order_ahead("o2", by="bela", at=THEN)).quota_id == "q"
    assert code_of(shop, order_ahead("o3", by="bela", at=THEN)) == "member_limit_reached"


def test_what_was_given_back_before_does_not_go_over() -> None:
    """Cancelled, or not paid for in time."""
    shop = people(member_max=2)
    shop.all(order_ahead(), pay(), call_off(), order_ahead("o2"))
    shop.rewards.preorders_due(PAY_UNTIL)
    assert shop.used("asha", "quota/q") == 0
    gone(shop)
    assert shop.used("bela", "quota/q") is None


def test_what_is_called_off_under_the_old_name_goes_back_there() -> None:
    """As with all limits: no counter is ever below zero, whatever is called off in which order."""
    shop = people(member_max=1)
    bought(shop)
    bought(shop, by="bela")
    gone(shop)
    shop.do(call_off(at=THEN))
    assert (shop.used("asha", "quota/q"), shop.used("bela", "quota/q")) == (0, 2)
    shop.do(call_off(by="bela", at=THEN))
    assert (shop.used("asha", "quota/q"), shop.used("bela", "quota/q")) == (0, 1)
    assert shop.units() == (9, 0, 0, 0)


def test_limits_are_the_same_whenever_what_is_carried_arrives() -> None:
    """A call-off between the two halves of a merge takes nothing from who goes on."""
    shop = people(member_max=1)
    bought(shop)
    shop.all(merge(at=THEN), call_off(at=THEN))
    follow_all(shop, *ALL)
    follow_all(shop, *ALL)
    assert (shop.used("asha", "quota/q"), shop.used("bela", "quota/q")) == (0, 1)


def test_limits_go_on_as_often_as_the_member_does() -> None:
    """Also where the second one bought nothing, and names no quota by a pre-order of their own."""
    shop = people(member_max=2)
    bought(shop)
    bought(shop, "o2")
    gone(shop)
    gone(shop, "bela", "cara")
    assert shop.used("cara", "quota/q") == 2
    assert code_of(shop, order_ahead(by="cara", at=THEN)) == "member_limit_reached"


def test_what_a_code_bought_does_not_count() -> None:
    """As it does not count for who bought it."""
    shop = coded(REVIVING, pay(at=FRIDAY - HOUR))
    joined(shop, "bela")
    gone(shop)
    assert shop.used("bela", "quota/q") is None


def test_all_pages_of_pre_orders_are_looked_at() -> None:
    """The last of many is one as good as the first."""
    shop = people(units=300, member_max=1)
    for n in range(150):
        shop.do(open_quota(1, f"q{n:03}", member_max=1))
        shop.all(order_ahead(f"o{n:03}", quota_id=f"q{n:03}"), pay(order_id=f"o{n:03}"))
    gone(shop)
    assert [shop.used("bela", f"quota/q{n:03}") for n in range(150)] == [1] * 150


# codes


def test_a_code_that_is_revived_later_is_whose_its_member_became() -> None:
    """It was used before the merge, and what it bought is called off after it."""
    shop = coded(REVIVING, pay(at=FRIDAY - HOUR))
    joined(shop, "bela", "cara")
    gone(shop)
    gone(shop, "bela", "cara")
    assert (shop.voucher().state, shop.voucher().holder_id) == (VoucherState.USED, "cara")
    shop.do(call_off(at=THEN))
    assert (shop.voucher().state, shop.voucher().holder_id) == (VoucherState.ISSUED, "cara")
    again: dict[str, Any] = {"voucher_id": "redeem", "of_member_id": "asha", "at": THEN}
    assert shop.refusal(order_ahead("o2", by="bela", **again)) == MemberMerged(
        member_id="bela", into="cara"
    )
    assert shop.do(order_ahead("o2", by="cara", **again)).shard == "codes"
    assert shop.units() == (1, 1, 0, 0)


# draws


def test_a_ticket_is_the_names() -> None:
    """Of a winner who went on as another nobody buys; who has bought before keeps what they have.

    The other can have a ticket of their own while tickets are given out.
    """
    shop = people(draw_id="d")
    seed = bytes(32)
    window: dict[str, Any] = {"draw_id": "d", "at": FRIDAY}
    opened = OpenDraw(
        **window,
        request_id="open",
        commitment=commitment(seed, "d"),
        opens_at=FRIDAY,
        closes_at=FRIDAY + HOUR,
        winners_until=FRIDAY + DAY,
        winner_count=2,
    )
    shop.all(opened, *[EnterDraw(**window, member_id=it, request_id="e") for it in ("asha", "x")])
    shop.do(RunDraw(draw_id="d", at=THEN, request_id="run", seed=seed))
    shop.all(order_ahead(at=THEN), pay(at=THEN))
    gone(shop)
    assert code_of(shop, order_ahead("o2", at=THEN)) == "member_merged"
    assert code_of(shop, order_ahead("o2", by="bela", at=THEN)) == "not_drawn"
    assert shop.do(ship(at=THEN)).state == "shipped"


def test_a_merge_is_told_as_before() -> None:
    """Who ordered nothing ahead takes along what they did."""
    shop = people(member_max=1)
    shop.do(merge(at=THEN))
    assert shop.follow() == [Absorbed("asha")]
