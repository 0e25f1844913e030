"""Orders returned: what is given back, and what becomes of it."""

from datetime import timedelta
from typing import Any

import pytest

from mi_rewards.commands import Return, Returned
from mi_rewards.earning import (
    Award,
    BeyondDelivered,
    CapScope,
    EarnRate,
    OrderCancelled,
    OrderCap,
    PurchaseState,
    UnknownLine,
    UnknownOrder,
)
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import CurrencyMismatch, Money, Rounding
from mi_rewards.wallet import ClawBackPolicy, ClawBackRefused, RollingDays
from tests.shop import (
    SMALL,
    Shop,
    T,
    bring,
    burn,
    cancel,
    check_outcomes,
    deliver,
    give_back,
    ist,
    join,
    line,
    place,
    rules,
)
from tests.wallets import day

DAY = timedelta(days=1)
Y18 = day("2018-12-31")
FIGURES = (
    "rule=shopping rate_tokens=10 rate_per_minor=10000 currency=INR rounding=down "
    f"rule_book={SMALL.digest}"
)
LINES = (line("phone", 5_000), line("cases", 300, 3), line("ship", 50, 1, "shipping"))


def joined(**changes: Any) -> Shop:
    """Make a shop with a member who has joined."""
    shop = Shop(rules(**changes))
    shop.do(join(at=T - DAY))
    return shop


def test_a_return_takes_back_what_the_order_earned() -> None:
    """By the recipe recorded then, with the value that is left."""
    shop = joined()
    shop.do(deliver("o1", "1999.99"))
    outcome = shop.do(give_back("o1", at=T + DAY))
    check_outcomes([outcome], Returned("o1", 199, 0, 199, 0, 0, 0))
    assert shop.story()[1:] == [
        (
            "2 clawed_back by return:o1 on 2017-07-02T06:30:00Z, return order_id=o1 base_minor=0 "
            f"{FIGURES}: available -199@2018-12-31; clawed_back +199 (o1)"
        )
    ]
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.awards == (Award(199, Y18, T, None, 199),)
    assert (purchase.returned_minor, purchase.version) == (199_999, 2)
    assert purchase.state is PurchaseState.DELIVERED


@pytest.mark.parametrize(
    ("returned", "taken"),
    [
        (give_back("o1", "0.99"), 0),
        (give_back("o1", "9.99"), 0),
        (give_back("o1", "10"), 1),
        (give_back("o1", 300), 30),
        (give_back("o1", None, ("cases", 1)), 10),
        (give_back("o1", None, ("cases", 2), ("ship", 1)), 20),
        (give_back("o1", None, ("phone", 1)), 500),
        (give_back("o1", None, ("ship", 1)), 0),
    ],
)
def test_a_part_returned_takes_back_its_part(returned: Return, taken: int) -> None:
    """By value or by line; the award on what was kept is rounded anew, for the whole order."""
    shop = joined(excluded_categories=("shipping",))
    shop.do(deliver("o1", lines=(*LINES, line("pen", "9.99"))))
    check_outcomes([shop.do(returned)], Returned("o1", taken, 0, taken, 0, 0, 0))
    assert shop.balance().available == 530 - taken


def test_a_return_that_changes_no_award_makes_no_entry() -> None:
    """It is recorded all the same."""
    shop = joined()
    shop.do(deliver("o1", "19.99"))
    check_outcomes([shop.do(give_back("o1", "9.99"))], Returned("o1", 0, 0, 0, 0, 0, 0))
    assert len(shop.story()) == 1
    purchase = shop.purchase()
    wallet = shop.wallet()
    assert purchase is not None
    assert wallet is not None
    assert (purchase.returned_minor, purchase.version, wallet.version) == (999, 2, 1)


def test_a_return_after_the_rules_have_changed_uses_the_recorded_recipe() -> None:
    """Rate, rounding and excluded categories are those of the award."""
    shop = joined()
    shop.do(deliver("o1", 1_000, category="phones"))
    changed = rules(rate=EarnRate(1, Money(1, "INR"), Rounding.UP), excluded_categories=("phones",))
    outcome = shop.under(changed).do(give_back("o1", 500))
    check_outcomes([outcome], Returned("o1", 50, 0, 50, 0, 0, 0))


@pytest.mark.parametrize(
    ("policy", "outcome", "after"),
    [
        (ClawBackPolicy.OWED, Returned("o1", 100, 0, 40, 60, 0, 0), (0, 60)),
        (ClawBackPolicy.FORGIVEN, Returned("o1", 100, 0, 40, 0, 60, 0), (0, 0)),
    ],
)
def test_what_is_no_longer_there_follows_the_policy(
    policy: ClawBackPolicy, outcome: Returned, after: tuple[int, int]
) -> None:
    """It is owed, or forgiven."""
    shop = joined(claw_back=policy)
    shop.all(deliver("o1", 1_000), burn(60))
    check_outcomes([shop.do(give_back("o1"))], outcome)
    assert (shop.balance().available, shop.balance().owed) == after


def test_a_policy_may_refuse_a_return() -> None:
    """Then it is not recorded, and the host decides; what is covered is taken."""
    shop = joined(claw_back=ClawBackPolicy.REFUSED)
    shop.all(deliver("o1", 1_000), burn(60))
    refusal = shop.refusal(give_back("o1"))
    assert refusal == ClawBackRefused(required=100, available=40)
    check_outcomes([shop.do(give_back("o1", 400))], Returned("o1", 40, 0, 40, 0, 0, 0))


def test_a_policy_may_refuse_a_part_of_what_several_deliveries_earned() -> None:
    """Then nothing at all is taken."""
    shop = joined(claw_back=ClawBackPolicy.REFUSED)
    shop.do(deliver("o1", lines=LINES, line_ids=("phone",)))
    shop.all(deliver("o1"), burn(100))
    assert shop.refusal(give_back("o1")) == ClawBackRefused(required=500, available=400)


def test_nothing_is_left_to_be_taken_and_nothing_is_owed() -> None:
    """What is forgiven whole makes no entry."""
    shop = joined(claw_back=ClawBackPolicy.FORGIVEN)
    shop.all(deliver("o1", 1_000), burn(100))
    check_outcomes([shop.do(give_back("o1"))], Returned("o1", 100, 0, 0, 0, 100, 0))
    assert [text.split()[1] for text in shop.story()] == ["earned", "burned"]


def test_a_return_after_the_last_valid_day_takes_nothing() -> None:
    """On that day it still takes; what lapsed counts as given back."""
    taking, late = joined(), joined()
    for shop in (taking, late):
        shop.all(deliver("o1", 1_000), bring(70, "2019-12-31"))
    outcome = taking.do(give_back("o1", at=ist("2018-12-31 23:59:59")))
    check_outcomes([outcome], Returned("o1", 100, 0, 100, 0, 0, 0))
    outcome = late.do(give_back("o1", at=ist("2019-01-01 00:00")))
    check_outcomes([outcome], Returned("o1", 100, 0, 0, 0, 0, 100))
    assert {it.balance(at=ist("2019-01-01")).available for it in (taking, late)} == {70}
    assert [text.split()[1] for text in late.story()] == ["earned", "opened", "lapsed"]
    assert late.entries()[-1].request_id == "return:o1"


def test_the_newest_award_gives_back_first_each_from_its_own_bucket() -> None:
    """And then from the earliest."""
    shop = joined()
    shop.do(deliver("o1", lines=LINES, line_ids=("phone",), at=ist("2017-12-31")))
    shop.do(deliver("o1", line_ids=("cases",), at=ist("2018-01-01")))
    outcome = shop.do(give_back("o1", None, ("phone", 1), at=ist("2018-01-02")))
    check_outcomes([outcome], Returned("o1", 500, 0, 500, 0, 0, 0))
    assert [text.split(": ")[1] for text in shop.story()[2:]] == [
        "available -30@2019-12-31; clawed_back +30 (o1)",
        "available -470@2018-12-31; clawed_back +470 (o1)",
    ]
    purchase = shop.purchase()
    assert purchase is not None
    assert [award.given_back for award in purchase.awards] == [470, 30]


def test_part_of_what_is_returned_may_have_lapsed() -> None:
    """Each award goes its own way."""
    shop = joined(expiry=RollingDays(10))
    shop.do(deliver("o1", lines=LINES, line_ids=("phone",)))
    shop.all(deliver("o1", at=T + 5 * DAY), burn(5, at=T + 5 * DAY))
    outcome = shop.do(give_back("o1", at=T + 11 * DAY))
    check_outcomes([outcome], Returned("o1", 535, 0, 35, 0, 0, 500))


# awards that are kept later


def test_what_is_not_credited_yet_is_withdrawn() -> None:
    """Before it is kept; at that instant it is credited, and taken."""
    keeps_at = ist("2017-07-15 00:00")
    before, after = joined(kept_after_days=14), joined(kept_after_days=14)
    for shop in (before, after):
        shop.do(deliver("o1", 1_000))
    outcome = before.do(give_back("o1", at=keeps_at - timedelta(microseconds=1)))
    check_outcomes([outcome], Returned("o1", 100, 100, 0, 0, 0, 0))
    assert before.story()[1].split(": ")[1] == "expected +100 (o1); promised -100@2018-12-31 (o1#1)"
    outcome = after.do(give_back("o1", at=keeps_at))
    check_outcomes([outcome], Returned("o1", 100, 0, 100, 0, 0, 0))
    assert [text.split()[1] for text in after.story()] == ["promised", "kept", "clawed_back"]
    assert [entry.request_id for entry in after.entries()][1:] == ["return:o1", "return:o1"]


def test_a_part_is_withdrawn_and_the_rest_kept() -> None:
    """The newest award first, each its own promise."""
    shop = joined(kept_after_days=14)
    shop.do(deliver("o1", lines=LINES, line_ids=("phone",)))
    shop.do(deliver("o1", at=T + DAY))
    outcome = shop.do(give_back("o1", 400, at=T + DAY))
    check_outcomes([outcome], Returned("o1", 40, 40, 0, 0, 0, 0))
    assert [text.split(": ")[1] for text in shop.story()[2:]] == [
        "expected +35 (o1); promised -35@2018-12-31 (o1#2)",
        "expected +5 (o1); promised -5@2018-12-31 (o1#1)",
    ]
    assert shop.balance(at=ist("2017-07-16 00:00")).available == 495
    outcome = shop.do(give_back("o1", at=ist("2017-07-16 00:00"), request="rest"))
    check_outcomes([outcome], Returned("o1", 495, 0, 495, 0, 0, 0))


def test_what_was_returned_may_be_earned_again_by_what_is_delivered_later() -> None:
    """The reason says how much, so that the journal stays explained; policies aside."""
    shop = joined(claw_back=ClawBackPolicy.FORGIVEN)
    lines = (line("a", 1_000), line("b", 1_000))
    shop.do(deliver("o1", lines=lines, line_ids=("a",)))
    shop.all(burn(100), give_back("o1"))
    assert shop.do(deliver("o1")).tokens == 100
    assert " given_back=100: issued -100 (o1); available +100@2018-12-31" in shop.story()[-1]
    assert "given_back" not in shop.story()[0]


# what has no award


def test_what_was_never_awarded_is_returned_without_a_trace_in_the_wallet() -> None:
    """Bought by somebody who is no member."""
    shop = Shop()
    shop.do(deliver("o1", 1_000))
    check_outcomes([shop.do(give_back("o1", 300))], Returned("o1", 0, 0, 0, 0, 0, 0))
    assert shop.story() == []
    purchase = shop.purchase()
    assert purchase is not None
    assert (purchase.returned_minor, purchase.recipe) == (30_000, None)


def test_an_order_that_earned_nothing_by_a_rule_gives_nothing_back() -> None:
    """Whatever comes back of it."""
    shop = joined(order_cap=OrderCap(0, CapScope.LIFETIME))
    shop.do(deliver("o1", 1_000))
    check_outcomes([shop.do(give_back("o1"))], Returned("o1", 0, 0, 0, 0, 0, 0))


# refusals


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (give_back("o9"), UnknownOrder(order_id="o9")),
        (give_back(""), UnknownOrder(order_id="")),
        (give_back("o2"), UnknownOrder(order_id="o2")),
        (give_back("o2", None, ("lost", 1)), UnknownLine(order_id="o2", line_id="lost")),
        (give_back("o3"), OrderCancelled(order_id="o3")),
        (give_back("o1", None, ("lost", 1)), UnknownLine(order_id="o1", line_id="lost")),
        (
            give_back("o1", None, ("cases", 4)),
            BeyondDelivered(order_id="o1", asked=4, left=3, unit="units"),
        ),
        (
            give_back("o1", "5350.01"),
            BeyondDelivered(order_id="o1", asked=535_001, left=535_000, unit="minor units"),
        ),
        (give_back("o1", by="bela"), UnknownOrder(order_id="o1")),
    ],
)
def test_a_return_that_cannot_be_is_refused(command: Return, refusal: Refused) -> None:
    """o1 is delivered, o2 only placed, o3 cancelled, o9 not known."""
    shop = joined()
    shop.all(deliver("o1", lines=LINES), place("o2", lines=LINES), place("o3", 100), cancel("o3"))
    assert shop.refusal(command) == refusal


def test_an_order_is_returned_once() -> None:
    """By another request, nothing is left."""
    shop = joined()
    shop.all(deliver("o1", 1_000), give_back("o1"))
    refusal = shop.refusal(give_back("o1", request="again"))
    assert refusal == BeyondDelivered(order_id="o1", asked=0, left=0, unit="minor units")
    assert [text.split()[1] for text in shop.story()] == ["earned", "clawed_back"]


def test_a_return_that_came_too_early_can_be_sent_again() -> None:
    """As it is, under the same request id: a refusal leaves no receipt."""
    shop = joined()
    shop.do(place("o1", 1_000))
    refusal = shop.refusal(give_back("o1"))
    assert isinstance(refusal, Refused)
    assert refusal.transient
    shop.do(deliver("o1"))
    check_outcomes([shop.do(give_back("o1"))], Returned("o1", 100, 0, 100, 0, 0, 0))


def test_a_value_is_in_the_order_s_currency() -> None:
    """The two are named."""
    shop = joined()
    shop.do(deliver("o1", 1_000))
    command = Return(member_id="asha", request_id="r", at=T, order_id="o1", value=Money(100, "USD"))
    fault = shop.refusal(command)
    assert type(fault) is CurrencyMismatch
    assert str(fault) == "the return is in USD, the order in INR"


def test_a_return_is_by_value_or_by_line() -> None:
    """Not both."""
    shop = joined()
    shop.do(deliver("o1", lines=LINES))
    fault = shop.refusal(give_back("o1", 10, ("cases", 1)))
    assert type(fault) is Misuse
    assert str(fault) == "a return is by value or by line and quantity, not both"
    fault = shop.refusal(give_back("o1", None, ("cases", 0)))
    assert str(fault) == "a quantity is a whole number of at least 1, not 0"


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"order_id": 5}, "an order's id is a text, not 5"),
        ({"value": 100}, "a value is money, not 100"),
        ({"quantities": [("a", 1)]}, "quantities are pairs of a line and a number, not [('a', 1)]"),
        ({"quantities": (("a", 1.0),)}, "quantities are pairs of a line and a number, not "),
        ({"quantities": (("a", True),)}, "quantities are pairs of a line and a number, not "),
        ({"quantities": ((1, 1),)}, "quantities are pairs of a line and a number, not "),
        ({"quantities": ("a1",)}, "quantities are pairs of a line and a number, not "),
        ({"quantities": (("a", 1, 2),)}, "quantities are pairs of a line and a number, not "),
        ({"quantities": None}, "quantities are pairs of a line and a number, not None"),
    ],
)
def test_what_comes_back_is_checked_where_it_is_made(stated: dict[str, Any], message: str) -> None:
    """Whatever can be told without the order."""
    arguments: dict[str, Any] = {"member_id": "asha", "request_id": "r", "at": T, "order_id": "o1"}
    with pytest.raises(Misuse) as caught:
        Return(**(arguments | stated))
    assert str(caught.value).startswith(message)
