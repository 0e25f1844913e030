"""A pre-order beside other things of its name: carts, purchases, and what its code was used on."""

from typing import Any

import pytest

from mi_rewards.catalogue import FCodeTerms, Reward, Validity, VoucherNotFound, VoucherState
from mi_rewards.checkout import CartLine, CheckoutTerms
from mi_rewards.commands import (
    AttachVoucher,
    CartPlaced,
    Command,
    DetachVoucher,
    PreOrderClosed,
    QuoteCart,
    UseVoucher,
)
from mi_rewards.earning import AlreadyPlaced, PurchaseState
from mi_rewards.preorders import PreOrderState
from mi_rewards.repositories import NotLoaded, preorder_key
from tests import tills
from tests.ahead import (
    BOOKING,
    BOTH,
    CODED,
    DAY,
    FRIDAY,
    HOUR,
    MINUTE,
    PAY_EARLY,
    PAY_UNTIL,
    REVIVING,
    Friday,
    call_off,
    coded,
    order_ahead,
    pay,
    watch,
)
from tests.shop import Shop, bring, check_outcomes, code, inr, join, place, redeem, rules

EARLY = FRIDAY - HOUR
MINUTES = 30
"""How long the payment of a cart is waited for."""

CARTS = rules(CODED, checkout=CheckoutTerms(payment_minutes=MINUTES))
REDEEMED: tuple[Command[Any], ...] = (
    bring(100, at=FRIDAY - DAY),
    redeem("f-code", at=FRIDAY - DAY),
)
ON_O1 = {"member_id": "asha", "voucher_id": "redeem", "order_id": "o1"}


def with_code(*does: Command[Any]) -> Friday:
    """Make a shop with carts where asha has an F-code for one of two units."""
    return Friday(CARTS, for_codes=1, does=(*REDEEMED, *does))


def quoted(*voucher_ids: str, at: Any = FRIDAY, request: str = "quote") -> QuoteCart:
    """Quote a cart of one phone, named as the pre-order."""
    phone = CartLine("phone", "redmi-note-4", "phones", inr(10_999), 1)
    return tills.quote(tills.cart(phone, voucher_ids=voucher_ids), at=at, request=request)


# what used the code


@pytest.mark.parametrize("programme", [CODED, REVIVING], ids=["plain", "reviving"])
@pytest.mark.parametrize(
    "ends", [call_off(at=EARLY), watch(at=PAY_EARLY)], ids=["cancelled", "run out"]
)
def test_a_code_that_something_else_used_stays_used(programme: Any, ends: Command[Any]) -> None:
    """A pre-order that nobody paid for used no code: what bears its name did."""
    used = UseVoucher(**ON_O1, request_id="use", at=EARLY)
    shop = coded(programme, used)
    before = shop.voucher()
    shop.do(ends)
    assert shop.voucher() == before
    assert before.state is VoucherState.USED
    assert shop.units() == (1, 0, 1, 0)


def test_a_code_that_was_attached_again_is_not_taken_off_by_booking_that_the_payment_ran_out() -> (
    None
):
    """Whether that is booked before or after."""
    late = AttachVoucher(**ON_O1, request_id="attach", at=PAY_EARLY)
    shop = coded(CODED, late, watch(at=PAY_EARLY + MINUTE))
    other = coded(CODED, watch(at=PAY_EARLY), late)
    for it in (shop, other):
        assert it.voucher().is_attached_to("asha", "o1")
        assert it.voucher().attached_until is None
        assert it.ahead().state is PreOrderState.RUN_OUT
        assert it.units() == (1, 1, 0, 0)


# carts


@pytest.mark.parametrize("names", [(), ("redeem",)], ids=["without a code", "with the code"])
def test_a_cart_of_the_name_of_a_pre_order_that_waits_is_not_placed(names: Any) -> None:
    """The two would share one purchase, and one attachment of the code."""
    shop = with_code(order_ahead(voucher_id="redeem"), quoted(*names))
    assert shop.refusal(tills.order(at=FRIDAY)) == AlreadyPlaced(order_id="o1")
    shop.do(call_off())
    shop.all(quoted(*names, request="again"), tills.order("again", at=FRIDAY))
    assert shop.voucher().is_attached_to("asha", "o1") is bool(names)


def test_a_cart_of_the_name_of_a_pre_order_that_is_booked_is_not_placed() -> None:
    """It becomes a purchase of that name when it is picked up."""
    shop = Friday(CARTS, of="offline", does=(order_ahead(mode=""), pay(BOOKING), quoted()))
    assert shop.refusal(tills.order(at=FRIDAY)) == AlreadyPlaced(order_id="o1")


def test_a_cart_takes_the_name_of_a_pre_order_that_has_run_out() -> None:
    """And keeps the code, when that is booked late."""
    shop = with_code(
        order_ahead(voucher_id="redeem"),
        quoted("redeem", at=PAY_UNTIL),
        tills.order(at=PAY_UNTIL),
        watch(at=PAY_UNTIL + MINUTE),
    )
    assert shop.voucher().attached_until == PAY_UNTIL + MINUTES * MINUTE
    shop.do(tills.pay(at=PAY_UNTIL + MINUTE))
    assert shop.voucher().state is VoucherState.USED
    assert shop.units() == (1, 0, 1, 0)


def test_a_code_buys_nothing_under_the_name_of_a_cart_that_waits() -> None:
    """Its attachment, and its deadline, are the cart's."""
    shop = with_code(quoted("redeem"), tills.order(at=FRIDAY))
    before = shop.voucher()
    no = AlreadyPlaced(order_id="o1")
    by_code = order_ahead(voucher_id="redeem", pay_until=FRIDAY + MINUTE)
    assert shop.refusal(by_code) == no
    assert shop.voucher() == before
    digest = order_ahead(digest=before.digest, request="digest")
    assert shop.refusal(digest) == no
    shop.do(tills.fail(at=FRIDAY))
    assert shop.do(by_code).order_id == "o1"


def test_a_code_that_was_attached_beforehand_buys() -> None:
    """Until somebody says otherwise it is kept for that order, which is placed now."""
    on = AttachVoucher(**ON_O1, request_id="attach", at=FRIDAY)
    shop = with_code(on, order_ahead(voucher_id="redeem"))
    assert shop.voucher().attached_until == PAY_UNTIL


def test_a_host_that_sells_nothing_ahead_keeps_no_pre_orders() -> None:
    """A cart asks for none there; where something is sold ahead it does."""
    asked: list[bool] = []
    for programme in (rules(CARTS, preorders=()), CARTS):
        shop = Shop(programme)
        shop.all(join(at=FRIDAY - DAY), quoted())
        command = tills.order(at=FRIDAY)
        needs = command.needs(programme)
        with pytest.raises(NotLoaded) as caught:
            command.decide(shop.store.load(needs), programme)
        asked.append(preorder_key("asha", "o1") in caught.value.needs.aggregates)
    assert asked == [False, True]


def test_a_code_buys_under_the_name_of_a_cart_that_has_run_out() -> None:
    """And stays attached when that is booked late."""
    until = FRIDAY + MINUTES * MINUTE
    shop = with_code(
        quoted("redeem"),
        tills.order(at=FRIDAY),
        order_ahead(voucher_id="redeem", at=until),
        tills.run_out(at=until + MINUTE),
    )
    assert shop.voucher().attached_until == until + 15 * MINUTE
    assert shop.do(pay(at=until + MINUTE)).paid_minor == 10_999_00


def test_a_cart_that_runs_out_gives_its_code_back() -> None:
    """When that is booked, to the instant."""
    until = FRIDAY + MINUTES * MINUTE
    shop = with_code(quoted("redeem"))
    placed = shop.do(tills.order(at=FRIDAY))
    check_outcomes([placed], CartPlaced("o1", 10_999_00, "INR", 0, until))
    shop.do(tills.run_out(at=until))
    assert shop.voucher().state is VoucherState.ISSUED


# purchases


@pytest.mark.parametrize(
    ("of", "does", "refund"),
    [
        ("mi.com", (order_ahead(),), 0),
        ("offline", (order_ahead(mode=""), pay(BOOKING)), 1_000_00),
    ],
    ids=["unpaid", "booked"],
)
def test_a_pre_order_that_made_no_purchase_cancels_none(of: str, does: Any, refund: int) -> None:
    """What was bought under its name by other means stands."""
    bought = place("o1", 5_000, at=FRIDAY)
    shop = Friday(BOTH, of=of, does=(*does, bought))
    promised = shop.balance(at=FRIDAY).promised
    check_outcomes([shop.do(call_off())], PreOrderClosed("o1", "cancelled", refund, "INR", 0))
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.state is PurchaseState.PLACED
    assert shop.balance(at=FRIDAY).promised == promised
    assert promised


# whose code it is


def lent() -> Friday:
    """Make a shop where bela has asha's code on a pre-order that nobody paid for."""
    terms = FCodeTerms(("redmi-note-4",), Validity(days=30), quota_id="q", is_transferable=True)
    programme = rules(CODED, rewards=(Reward("f-code", "F-code", 10, terms),))
    drawn = code()
    first = (bring(100, at=FRIDAY - DAY), redeem("f-code", at=FRIDAY - DAY, code=drawn))
    ahead = order_ahead("b1", by="bela", digest=drawn.digest)
    return Friday(programme, for_codes=1, does=(*first, ahead))


@pytest.mark.parametrize("is_booked", [False, True], ids=["not booked", "booked"])
def test_who_borrowed_a_code_has_no_part_in_it_once_the_payment_has_run_out(
    is_booked: bool,
) -> None:
    """Whether or not that is booked."""
    shop = lent()
    of_asha = {"voucher_id": "redeem", "of_member_id": "asha"}
    borrowed = {"member_id": "bela", "order_id": "b1", **of_asha}
    if is_booked:
        shop.rewards.preorders_due(PAY_UNTIL)
    assert shop.refusal(order_ahead("b2", by="bela", at=PAY_UNTIL, **of_asha)) == VoucherNotFound()
    off = DetachVoucher(**borrowed, request_id="off", at=PAY_UNTIL)
    assert shop.refusal(off) == VoucherNotFound()
    assert shop.do(order_ahead("a1", voucher_id="redeem", at=PAY_UNTIL)).order_id == "a1"


def test_who_borrowed_a_code_may_give_it_back_until_then() -> None:
    """It is on an order of theirs."""
    off = DetachVoucher(
        member_id="bela",
        request_id="off",
        at=PAY_UNTIL - MINUTE,
        order_id="b1",
        voucher_id="redeem",
        of_member_id="asha",
    )
    assert lent().do(off).state == "issued"
