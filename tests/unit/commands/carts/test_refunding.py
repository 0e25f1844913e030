"""Refunding an order that was placed from a quote and paid."""

from typing import Any

import pytest

from mi_rewards.checkout import BeyondPaid, SettlementNotOpen, UnknownSettlement
from mi_rewards.commands import Refunded
from mi_rewards.earning import PurchaseState, UnknownLine
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import Money
from mi_rewards.repositories import Needs, burn_key
from mi_rewards.wallet import BeyondBurn, ClawBackPolicy, ClawBackRefused
from tests.friends import ASHA_IN, ON_DELIVERY, accept, open_code
from tests.memberships import follow_all
from tests.shop import (
    T,
    burn,
    cancel,
    check_outcomes,
    deliver,
    give_back,
    join,
    reinstate,
    rules,
)
from tests.tills import SPENDING, Till, cart, line, order, pay, quote, redeem, refund


def paid(tokens: int = 1_000, **stated: Any) -> Till:
    """Make a till where three cases and a cable were paid, with a coupon and some tokens."""
    till = Till(**stated)
    till.do(redeem("off-100"))
    bought = cart(
        line("case", "333.33", 3), line("cable", 500), voucher_ids=("off-100",), tokens=tokens
    )
    till.bought(bought)
    return till


def test_all_of_an_order_gives_back_all_that_it_was_paid_with() -> None:
    """Money, tokens with their last days, and what it would have earned."""
    till = paid()
    check_outcomes([till.do(refund())], Refunded("o1", 135_999, "INR", 1_000, 0, 0, 135))
    balance = till.balance()
    assert (balance.available, balance.promised) == (4_900, 0)
    purchase = till.purchase()
    assert purchase is not None
    assert purchase.state is PurchaseState.CANCELLED


def test_parts_add_up_to_the_whole_line_by_line() -> None:
    """One case, then another, then all the rest: no paisa and no token is lost."""
    till = paid()
    parts = [
        till.do(refund(("case", 1), request="1")),
        till.do(refund(("case", 1), request="2")),
        till.do(refund(request="3")),
    ]
    assert sum(it.money_minor for it in parts) == 135_999
    assert sum(it.tokens for it in parts) == 1_000
    assert [it.money_minor for it in parts] == [30_221, 30_222, 75_556]
    assert till.balance().available == 4_900


def test_what_was_delivered_is_returned_by_the_same_stroke() -> None:
    """It takes back what the part had earned."""
    till = paid()
    till.do(deliver("o1"))
    before = till.balance().available
    outcome = till.do(refund(("case", 1)))
    assert (outcome.tokens, outcome.given_back, outcome.withdrawn) == (222, 30, 0)
    assert till.balance().available == before + 222 - 30


def test_tokens_come_back_before_any_are_taken() -> None:
    """So that a refund leaves no debt which the refund itself could have made good."""
    till = paid()
    till.do(deliver("o1"))
    till.do(burn(till.balance().available))
    outcome = till.do(refund(("case", 1)))
    assert (outcome.tokens, outcome.given_back) == (222, 30)
    balance = till.balance()
    assert (balance.available, balance.owed) == (192, 0)


def test_what_an_order_still_promises_is_withdrawn() -> None:
    """Where awards are kept some days after the delivery."""
    till = paid(programme=rules(SPENDING, kept_after_days=14))
    till.do(deliver("o1"))
    outcome = till.do(refund(("cable", 1)))
    assert (outcome.given_back, outcome.withdrawn) == (0, 45)


@pytest.mark.parametrize("line_ids", [(), ("case",)])
def test_a_line_that_is_not_delivered_yet_is_refunded_by_itself(line_ids: Any) -> None:
    """It earns nothing, even where the whole order is told to be delivered."""
    till = paid()
    outcome = till.do(refund(("cable", 1)))
    assert (outcome.given_back, outcome.withdrawn) == (0, 45)
    assert till.balance().promised == 90
    assert till.do(deliver("o1", line_ids=line_ids)).tokens == 90
    till.do(refund(request="rest"))
    assert till.balance().available == 4_900
    assert till.balance().promised == 0


def test_units_of_a_line_that_is_not_delivered_yet_are_refunded() -> None:
    """The units that are left earn their part, and can be refunded later."""
    till = paid()
    assert till.do(refund(("case", 2))).withdrawn == 60
    assert till.do(deliver("o1")).tokens == 75
    assert till.do(refund(("case", 1), request="last")).given_back == 30


def test_a_refund_of_all_cancels_what_was_not_delivered() -> None:
    """What was delivered is returned, and the promise of the rest withdrawn."""
    till = paid()
    till.do(deliver("o1", line_ids=("cable",)))
    outcome = till.do(refund())
    assert (outcome.given_back, outcome.withdrawn) == (45, 90)
    purchase = till.purchase()
    assert purchase is not None
    assert purchase.state is PurchaseState.DELIVERED
    assert till.balance().available == 4_900


def test_a_refund_of_delivered_and_other_units_does_both() -> None:
    """Each by its own line."""
    till = paid()
    till.do(deliver("o1", line_ids=("cable",)))
    outcome = till.do(refund(("cable", 1), ("case", 1)))
    assert outcome.given_back == 45
    assert outcome.withdrawn == 30


def test_a_promise_that_is_smaller_than_what_is_left_is_left_alone() -> None:
    """Somebody who joined after paying has none."""
    till = Till()
    till.all(quote(cart(line("case", 100, 3)), by="bela"), order(by="bela"), pay(by="bela"))
    assert till.do(refund(("case", 1), by="bela")).withdrawn == 0


def test_units_that_were_returned_by_other_means_are_not_returned_again() -> None:
    """Their money and tokens come back all the same."""
    till = paid()
    till.all(deliver("o1"), give_back("o1", None, ("case", 2)))
    outcome = till.do(refund(("case", 3)))
    assert (outcome.tokens, outcome.given_back) == (667, 30)


def test_all_units_that_were_returned_by_other_means_take_nothing_back() -> None:
    """The refund is of what was paid alone."""
    till = paid()
    till.all(deliver("o1"), give_back("o1", None, ("case", 3)))
    outcome = till.do(refund(("case", 3)))
    assert (outcome.tokens, outcome.given_back) == (667, 0)


@pytest.mark.parametrize(
    ("minor", "taken"),
    [(1, 135), (45_000, 90), (134_998, 1), (134_999, 1), (135_000, 0), (135_999, 0)],
)
def test_what_came_back_by_value_bounds_what_is_taken_back(minor: int, taken: int) -> None:
    """All that was paid comes back, and what the order had left is returned."""
    till = paid()
    till.do(deliver("o1"))
    till.do(give_back("o1", Money(minor, "INR").amount))
    outcome = till.do(refund())
    assert (outcome.money_minor, outcome.tokens) == (135_999, 1_000)
    assert outcome.given_back == taken
    assert till.balance().available == 4_900


def test_a_part_after_a_return_by_value_takes_back_what_it_is_worth() -> None:
    """As far as the order has that much left."""
    till = paid()
    till.all(deliver("o1"), give_back("o1", "500.00"))
    assert till.do(refund(("cable", 1))).given_back == 45
    assert till.do(refund(request="rest")).given_back == 40


def test_an_order_that_was_cancelled_by_other_means_is_refunded() -> None:
    """What it would have earned is gone already."""
    till = paid()
    till.do(cancel("o1"))
    assert till.do(refund()).withdrawn == 0


def test_an_order_without_tokens_gives_back_money_alone() -> None:
    """No entry is booked but that of the promise."""
    till = paid(tokens=0)
    outcome = till.do(refund())
    assert (outcome.money_minor, outcome.tokens) == (139_999, 0)


def test_a_refund_that_comes_again_gives_nothing_back_twice() -> None:
    """One request, one effect."""
    till = paid()
    first = till.do(refund(("case", 1)))
    assert till.do(refund(("case", 1))) == first
    assert till.settled().lines[0].refunded == 1


def test_an_order_that_is_not_paid_is_not_refunded() -> None:
    """It says what has become of the payment."""
    till = Till()
    assert till.refusal(refund()) == UnknownSettlement(order_id="o1")
    till.all(quote(cart()), order())
    assert till.refusal(refund()) == SettlementNotOpen(order_id="o1", state="placed")


@pytest.mark.parametrize(
    ("units", "refusal"),
    [
        ((("case", 4),), BeyondPaid(order_id="o1", line_id="case", asked=4, left=3)),
        (
            (("case", 2), ("case", 2)),
            BeyondPaid(order_id="o1", line_id="case", asked=2, left=1),
        ),
        ((("lid", 1),), UnknownLine(order_id="o1", line_id="lid")),
    ],
)
def test_more_than_was_paid_is_refused(units: Any, refusal: Any) -> None:
    """With the line and what is left of it."""
    assert paid().refusal(refund(*units)) == refusal


def test_nothing_is_left_to_refund_after_all_of_it() -> None:
    """By whatever request."""
    till = paid()
    till.do(refund())
    assert isinstance(till.refusal(refund(request="again")), BeyondPaid)


def test_tokens_that_came_back_by_other_means_are_refused() -> None:
    """They would come back twice."""
    till = paid()
    till.do(reinstate("order"))
    assert isinstance(till.refusal(refund()), BeyondBurn)


def test_a_policy_that_refuses_a_claw_back_refuses_the_refund() -> None:
    """Nothing is given back then."""
    till = paid(programme=rules(SPENDING, claw_back=ClawBackPolicy.REFUSED), tokens=100)
    till.do(deliver("o1"))
    till.do(burn(till.balance().available))
    assert isinstance(till.refusal(refund(("cable", 1))), ClawBackRefused)


@pytest.mark.parametrize(
    "units", ["case", (("case", "1"),), (("case",),), ((1, 1),), [("case", 1)]]
)
def test_what_is_no_pair_of_a_line_and_a_number_is_a_misuse(units: Any) -> None:
    """One clear message."""
    from mi_rewards.commands import RefundOrder

    with pytest.raises(Misuse, match="quantities are pairs of a line and a number"):
        RefundOrder(member_id="asha", request_id="r", at=T, order_id="o1", quantities=units)


def test_a_quantity_of_nothing_is_a_misuse() -> None:
    """At least one unit comes back."""
    assert isinstance(paid().refusal(refund(("case", 0))), Misuse)


def test_a_burn_that_is_not_there_is_a_corrupt_store() -> None:
    """An order that was paid with tokens has one."""
    till = paid()
    command = refund()
    keys = (*command.needs(SPENDING).aggregates, burn_key("asha", "order"))
    loaded = till.store.load(Needs(keys))
    loaded.aggregates[keys[-1]] = None
    with pytest.raises(Corrupt, match="a burn that is not there"):
        command.decide(loaded, SPENDING)


def test_what_follows_from_a_refund_is_told() -> None:
    """The inviter of a friend whose order is refunded gives back what the friend brought."""
    till = Till(programme=rules(SPENDING, referral=ON_DELIVERY))
    till.all(join("bela", at=ASHA_IN), open_code("BELA", by="bela"), accept("BELA", by="asha"))
    till.bought(cart())
    till.do(deliver("o1"))
    follow_all(till, "asha", "bela")
    assert till.balance(by="bela").available == 100
    till.do(refund())
    follow_all(till, "asha", "bela")
    assert till.balance(by="bela").available == 0
