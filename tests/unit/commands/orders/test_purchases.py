"""Orders placed, delivered and cancelled: outcomes, refusals and what the journal says."""

from datetime import timedelta
from typing import Any

import pytest

from mi_rewards.commands import Cancel, Cancelled, Deliver, Delivered, Place, Placed
from mi_rewards.earning import (
    AlreadyDelivered,
    AlreadyPlaced,
    Award,
    CapScope,
    EarnRate,
    Line,
    Member,
    OrderCancelled,
    OrderCap,
    Purchase,
    PurchaseState,
    Retrospective,
    UnknownLine,
    UnknownOrder,
)
from mi_rewards.earning.circumstances import Circumstances
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import TOKENS_MAX, CurrencyMismatch, Money
from mi_rewards.wallet import EndOfYear, WalletFull
from tests.shop import (
    SMALL,
    Shop,
    T,
    bring,
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

Y18 = day("2018-12-31")
DAY = timedelta(days=1)
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


# placing


def test_an_order_placed_promises_what_it_will_earn() -> None:
    """The whole of it, by the rules of the day on which it is placed."""
    shop = joined()
    check_outcomes([shop.do(place("o1", "1999.99", channel="web"))], Placed("o1", 199))
    assert shop.story() == [
        (
            "1 promised by place:o1 on 2017-07-01T06:30:00Z, order_placed order_id=o1 "
            f"base_minor=199999 {FIGURES}: expected -199 (o1); promised +199 (o1#0)"
        )
    ]
    line = Line("1", Money(199_999, "INR"))
    stated = Purchase("asha", "o1", (line,), "web", circumstances=Circumstances(T))
    assert shop.purchase() == stated.stored()
    assert (shop.balance().promised, shop.balance().available) == (199, 0)


def test_an_order_is_placed_by_lines() -> None:
    """Categories that are excluded promise nothing."""
    shop = joined(excluded_categories=("shipping",))
    check_outcomes([shop.do(place("o1", lines=LINES))], Placed("o1", 530))
    placed = Purchase("asha", "o1", LINES, circumstances=Circumstances(T), version=1)
    assert shop.purchase() == placed


@pytest.mark.parametrize(
    ("changes", "stated"),
    [
        ({}, {"rupees": "9.99"}),
        ({"channels": ("web",)}, {"rupees": 1_000, "channel": "forum"}),
        ({"channels": ("web",)}, {"rupees": 1_000}),
        ({"excluded_categories": ("gift",)}, {"rupees": 1_000, "category": "gift"}),
        ({"order_cap": OrderCap(0, CapScope.LIFETIME)}, {"rupees": 1_000}),
    ],
)
def test_an_order_that_earns_nothing_promises_nothing(
    changes: dict[str, Any], stated: dict[str, Any]
) -> None:
    """Too small, of another channel or category, or beyond the cap; it is placed all the same."""
    shop = joined(**changes)
    check_outcomes([shop.do(place("o1", **stated))], Placed("o1", 0))
    assert shop.story() == []
    assert shop.purchase() is not None


def test_the_default_channel_earns() -> None:
    """Where an order names none."""
    shop = joined(channels=("web",), default_channel="web")
    check_outcomes([shop.do(place("o1", 1_000))], Placed("o1", 100))


def test_only_members_are_promised_anything() -> None:
    """From the instant of joining on, not just before it."""
    shop = Shop()
    check_outcomes([shop.do(place("o1", 1_000))], Placed("o1", 0))
    shop.do(join())
    early = place("o2", 1_000, at=T - timedelta(microseconds=1))
    check_outcomes(shop.all(early, place("o3", 1_000)), Placed("o2", 0), Placed("o3", 100))


def test_a_retrospective_cap_does_not_count_what_is_placed() -> None:
    """It is for orders delivered before joining."""
    shop = joined(order_cap=OrderCap(0, CapScope.RETROSPECTIVE))
    check_outcomes([shop.do(place("o1", 1_000))], Placed("o1", 100))


def test_an_order_is_placed_once() -> None:
    """By another request it is refused, whatever became of the order since."""
    shop = joined()
    shop.do(place("o1", 1_000))
    for then in (None, deliver("o1"), give_back("o1")):
        if then is not None:
            shop.do(then)
        refusal = shop.refusal(place("o1", 1_000, request="again"))
        assert refusal == AlreadyPlaced(order_id="o1")


@pytest.mark.parametrize(
    "other",
    [
        place("o1", 1_001, request="again"),
        place("o1", 1_000, request="again", channel="web"),
        place("o1", 1_000, request="again", category="phones"),
        place("o1", request="again", lines=(line("2", 1_000),)),
        place("o1", request="again", lines=(line("1", 1_000, 2),)),
        place("o1", request="again", lines=(line("1", 500), line("2", 500))),
        deliver("o1", 1_001),
        deliver("o1", 1_000, channel="web"),
        deliver("o1", lines=(line("1", 1_000, 2),)),
    ],
)
def test_an_order_id_names_one_order(other: Place | Deliver) -> None:
    """Stated again with other content it is an error of the caller's."""
    shop = joined()
    shop.do(place("o1", 1_000))
    fault = shop.refusal(other)
    assert type(fault) is Misuse
    assert str(fault) == "order 'o1' was seen before with other content"


def test_orders_of_two_members_may_be_called_alike() -> None:
    """An order id names an order within its member."""
    shop = joined()
    shop.do(join("bela"))
    outcomes = shop.all(place("o1", 1_000), place("o1", 2_000, by="bela"))
    check_outcomes(outcomes, Placed("o1", 100), Placed("o1", 200))


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (place("o1"), "an order is placed with an amount or with lines"),
        (place("", 100), "an order's id is missing"),
        (deliver(""), "an order's id is missing"),
        (deliver("", 100), "an order's id is missing"),
        (deliver("", lines=(line("a", 1),)), "an order's id is missing"),
        (
            place("o1", 100, lines=(line("a", 1),)),
            "an order is stated by an amount or by lines, not both",
        ),
        (
            deliver("o1", 100, lines=(line("a", 1),)),
            "an order is stated by an amount or by lines, not both",
        ),
        (place("o1", lines=(line("a", 1), line("a", 2))), "order 'o1' names a line twice"),
        (
            deliver("o1", lines=(line("a", 1), line("b", 1), line("a", 2))),
            "order 'o1' names a line twice",
        ),
        (
            place("o1", lines=(line("a", 1, 0),)),
            "a quantity is a",
        ),
        (
            deliver("o1", lines=(Line("a", Money(TOKENS_MAX, "INR")), line("b", "0.01"))),
            "order 'o1' comes to more than 2**63 - 1 minor units",
        ),
        (
            deliver("o1", lines=(line("a", 1).delivered(T),)),
            "line 'a' is stated as ordered, not as delivered or returned",
        ),
    ],
)
def test_an_order_is_stated_one_way(command: Place | Deliver, message: str) -> None:
    """By name, and by an amount or by lines; each line once, and as it was ordered."""
    fault = joined().refusal(command)
    assert type(fault) is Misuse
    assert str(fault).startswith(message)


@pytest.mark.parametrize("make", [Place, Deliver])
@pytest.mark.parametrize(
    "stated",
    [
        {"amount": Money(100, "USD")},
        {"lines": (Line("a", Money(100, "INR")), Line("b", Money(100, "USD")))},
    ],
)
def test_an_order_is_in_the_programme_s_currency(
    make: type[Place] | type[Deliver], stated: dict[str, Any]
) -> None:
    """Every line of it; the message names both currencies."""
    command = make(member_id="asha", request_id="r", at=T, order_id="o1", **stated)
    fault = joined().refusal(command)
    assert type(fault) is CurrencyMismatch
    assert str(fault) == "the order is in USD, not in INR"


def test_a_full_wallet_promises_nothing() -> None:
    """And the order is not placed."""
    shop = joined()
    shop.do(bring(TOKENS_MAX - 99))
    refusal = shop.refusal(place("o1", 1_000))
    assert refusal == WalletFull(member_id="asha")
    check_outcomes([shop.do(place("o1", 990))], Placed("o1", 99))


# delivering


def test_a_delivery_keeps_the_promise() -> None:
    """One entry, with the recipe that the purchase records."""
    shop = joined()
    shop.do(place("o1", "1999.99"))
    outcome = shop.do(deliver("o1", at=T + DAY))
    check_outcomes([outcome], Delivered("o1", 199, Y18, None, "shopping"))
    assert shop.story()[1:] == [
        (
            "2 kept by deliver:o1 on 2017-07-02T06:30:00Z, purchase order_id=o1 base_minor=199999 "
            f"{FIGURES}: expected +199 (o1); promised -199 (o1#0); issued -199 (o1); "
            "available +199@2018-12-31"
        )
    ]
    delivered = Purchase(
        "asha",
        "o1",
        (Line("1", Money(199_999, "INR"), 1, "", T + DAY),),
        "",
        PurchaseState.DELIVERED,
        SMALL.recipe,
        (Award(199, Y18, T + DAY),),
        0,
        Circumstances(T),
        version=2,
    )
    assert shop.purchase() == delivered


def test_an_order_that_was_never_placed_is_stated_on_delivery() -> None:
    """By an amount or by lines."""
    shop = joined()
    outcomes = shop.all(
        deliver("o1", 1_000, channel="web", category="phones"), deliver("o2", lines=LINES)
    )
    check_outcomes(
        outcomes,
        Delivered("o1", 100, Y18, None, "shopping"),
        Delivered("o2", 535, Y18, None, "shopping"),
    )
    assert shop.story()[0] == (
        "1 earned by deliver:o1 on 2017-07-01T06:30:00Z, purchase order_id=o1 base_minor=100000 "
        f"{FIGURES}: issued -100 (o1); available +100@2018-12-31"
    )
    first = shop.purchase("o1")
    assert first is not None
    assert first.lines == (Line("1", Money(100_000, "INR"), 1, "phones", T),)
    assert first.channel == "web"
    assert first.version == 1


def test_an_order_may_be_stated_again_on_delivery() -> None:
    """With the same content."""
    shop = joined()
    shop.all(place("o1", 1_000, channel="web"), place("o2", lines=LINES))
    again = shop.all(deliver("o1", 1_000, channel="web"), deliver("o2", lines=LINES))
    assert [outcome.tokens for outcome in again] == [100, 535]


def test_an_order_that_is_not_known_is_refused_and_can_be_sent_again() -> None:
    """Events may arrive out of order."""
    shop = joined()
    for command in (deliver("o1"), deliver("o1", line_ids=("a",))):
        refusal = shop.refusal(command)
        assert refusal == UnknownOrder(order_id=command.order_id)
        assert isinstance(refusal, Refused)
        assert refusal.transient
    shop.do(place("o1", 1_000))
    assert shop.do(deliver("o1")).tokens == 100


def test_a_part_delivered_keeps_its_part_of_the_promise() -> None:
    """Rounded for the whole order; the rest is kept by the last line."""
    shop = joined()
    lines = (line("a", "15.50"), line("b", "15.50"), line("c", "15.50"))
    check_outcomes([shop.do(place("o1", lines=lines))], Placed("o1", 4))
    tokens = [shop.do(deliver("o1", line_ids=(name,))).tokens for name in ("b", "a")]
    assert tokens == [1, 2]
    assert (shop.balance().promised, shop.balance().available) == (1, 3)
    assert shop.do(deliver("o1")).tokens == 1
    assert (shop.balance().promised, shop.balance().available) == (0, 4)
    assert [text.split(": ")[1] for text in shop.story()] == [
        "expected -4 (o1); promised +4 (o1#0)",
        "expected +1 (o1); promised -1 (o1#0); issued -1 (o1); available +1@2018-12-31",
        "expected +2 (o1); promised -2 (o1#0); issued -2 (o1); available +2@2018-12-31",
        "expected +1 (o1); promised -1 (o1#0); issued -1 (o1); available +1@2018-12-31",
    ]
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.awards == (Award(1, Y18, T), Award(2, Y18, T), Award(1, Y18, T))
    assert purchase.state is PurchaseState.DELIVERED


def test_a_part_delivered_of_an_order_stated_then() -> None:
    """The first delivery may state all lines and deliver some of them."""
    shop = joined()
    assert shop.do(deliver("o1", lines=LINES, line_ids=("cases", "ship"))).tokens == 35
    assert shop.do(deliver("o1", line_ids=("phone",))).tokens == 500


def test_what_a_promise_does_not_cover_is_earned() -> None:
    """Where the rules became better meanwhile; both parts state the same recipe."""
    shop = joined()
    shop.do(place("o1", 1_000))
    better = rules(rate=EarnRate(15, Money(10_000, "INR")))
    assert shop.under(better).do(deliver("o1")).tokens == 150
    assert [text.split(": ")[1] for text in shop.story()[1:]] == [
        "expected +100 (o1); promised -100 (o1#0); issued -100 (o1); available +100@2018-12-31",
        "issued -50 (o1); available +50@2018-12-31",
    ]


def test_what_is_left_of_a_promise_is_withdrawn_with_the_last_delivery() -> None:
    """Where the rules became worse meanwhile, or say no."""
    shop = joined()
    shop.all(place("o1", 1_000), place("o2", 1_000))
    worse = rules(rate=EarnRate(4, Money(10_000, "INR")))
    assert shop.under(worse).do(deliver("o1")).tokens == 40
    none = rules(channels=("web",))
    outcome = shop.under(none).do(deliver("o2"))
    check_outcomes([outcome], Delivered("o2", 0, Y18, None, "channel_does_not_earn"))
    assert [text.split(": ")[1] for text in shop.story()[2:]] == [
        "expected +40 (o1); promised -40 (o1#0); issued -40 (o1); available +40@2018-12-31",
        "expected +60 (o1); promised -60 (o1#0)",
        "expected +100 (o2); promised -100 (o2#0)",
    ]
    assert shop.balance().promised == 0


def test_an_award_of_nothing_is_recorded_and_makes_no_entry() -> None:
    """The purchase says by which rule."""
    shop = joined()
    check_outcomes([shop.do(deliver("o1", "9.99"))], Delivered("o1", 0, Y18, None, "shopping"))
    assert shop.story() == []
    assert shop.wallet() is None
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.awards == (Award(0, Y18, T),)
    assert purchase.recipe == SMALL.recipe


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (deliver("o1", request="again"), AlreadyDelivered(order_id="o1")),
        (deliver("o1", lines=LINES, request="again"), AlreadyDelivered(order_id="o1")),
        (deliver("o1", line_ids=("cases",)), AlreadyDelivered(order_id="o1")),
        (deliver("o1", line_ids=("lost",)), UnknownLine(order_id="o1", line_id="lost")),
        (deliver("o2"), OrderCancelled(order_id="o2")),
        (deliver("o2", line_ids=("lost",)), UnknownLine(order_id="o2", line_id="lost")),
        (deliver("o3", line_ids=("phone", "ship")), AlreadyDelivered(order_id="o3")),
        (deliver("o4"), AlreadyDelivered(order_id="o4")),
        (cancel("o1"), AlreadyDelivered(order_id="o1")),
        (cancel("o2", request="again"), OrderCancelled(order_id="o2")),
        (cancel("o4", request="again"), AlreadyDelivered(order_id="o4")),
        (cancel("o5"), UnknownOrder(order_id="o5")),
        (cancel(""), UnknownOrder(order_id="")),
    ],
)
def test_what_an_order_s_life_has_no_place_for_is_refused(
    command: Deliver | Cancel, refusal: Refused
) -> None:
    """o1 is delivered, o2 cancelled, o3 delivered in part, o4 its rest cancelled, o5 unknown."""
    shop = joined()
    for order_id in ("o1", "o2", "o3", "o4"):
        shop.do(place(order_id, lines=LINES))
    shop.all(
        deliver("o1"),
        cancel("o2"),
        deliver("o3", line_ids=("phone",)),
        deliver("o4", line_ids=("phone",)),
        cancel("o4"),
    )
    assert shop.refusal(command) == refusal


def test_an_order_cancelled_in_part_is_still_the_order_that_it_was() -> None:
    """Stated again in whole, it is known: it was delivered as far as it will be."""
    shop = joined()
    shop.all(place("o1", lines=LINES), deliver("o1", line_ids=("phone",)), cancel("o1"))
    again = shop.refusal(deliver("o1", lines=LINES, request="again"))
    assert again == AlreadyDelivered(order_id="o1")


def test_a_full_wallet_takes_no_award() -> None:
    """And the order is not delivered."""
    shop = joined()
    shop.do(bring(TOKENS_MAX - 99))
    assert shop.refusal(deliver("o1", 1_000)) == WalletFull(member_id="asha")
    assert shop.do(deliver("o1", 990, request="r")).tokens == 99


# awards that are kept later


def test_an_award_may_be_kept_some_days_after_delivery() -> None:
    """It is promised until the beginning of that day in the programme's zone."""
    shop = joined(kept_after_days=14)
    keeps_at = ist("2017-07-15 00:00")
    outcome = shop.do(deliver("o1", 1_000, at=ist("2017-07-01 23:59")))
    check_outcomes([outcome], Delivered("o1", 100, Y18, keeps_at, "shopping"))
    assert [text.split(", ")[0] for text in shop.story()] == [
        "1 promised by deliver:o1 on 2017-07-01T18:29:00Z until 2017-07-14T18:30:00Z"
    ]
    assert shop.story()[0].endswith(": expected -100 (o1); promised +100@2018-12-31 (o1#1)")
    before = shop.balance(at=keeps_at - timedelta(microseconds=1))
    assert (before.promised, before.available) == (100, 0)
    after = shop.balance(at=keeps_at)
    assert (after.promised, after.available) == (0, 100)
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.awards == (Award(100, Y18, ist("2017-07-01 23:59"), "o1#1"),)


def test_what_was_promised_when_it_was_placed_is_promised_anew() -> None:
    """Part by part, each under a name of its own; nothing is promised twice."""
    shop = joined(kept_after_days=14)
    shop.do(place("o1", lines=LINES))
    shop.all(deliver("o1", line_ids=("phone",)), deliver("o1", at=T + DAY))
    assert [text.split(": ")[1] for text in shop.story()] == [
        "expected -535 (o1); promised +535 (o1#0)",
        "expected +500 (o1); promised -500 (o1#0)",
        "expected -500 (o1); promised +500@2018-12-31 (o1#1)",
        "expected +35 (o1); promised -35 (o1#0)",
        "expected -35 (o1); promised +35@2018-12-31 (o1#2)",
    ]
    assert shop.balance(at=T + DAY).promised == 535
    assert shop.balance(at=ist("2017-07-15 00:00")).available == 500
    assert shop.balance(at=ist("2017-07-16 00:00")).available == 535


def test_orders_that_are_called_like_promises_do_not_meet() -> None:
    """Whatever hosts call their orders."""
    shop = joined(kept_after_days=14)
    shop.all(
        place("o1#1", 300), place("o1#1#0", 200), deliver("o1", 1_000), place("o1", 100, by="b")
    )
    assert shop.do(cancel("o1#1")).withdrawn == 30
    assert shop.do(deliver("o1#1#0")).tokens == 20
    assert shop.balance().promised == 120


# before joining


def test_a_delivery_before_joining_waits_for_it() -> None:
    """It is recorded, without an award; whoever never joins never gets one."""
    shop = Shop()
    outcome = shop.do(deliver("o1", 1_000))
    check_outcomes([outcome], Delivered("o1", 0, None, None, "waiting_for_joining"))
    assert shop.member() == Member("asha", None, ("o1",), (), 1)
    assert (shop.story(), shop.wallet()) == ([], None)
    purchase = shop.purchase()
    assert purchase is not None
    assert (purchase.state, purchase.recipe, purchase.awards) == (
        PurchaseState.DELIVERED,
        None,
        (),
    )


@pytest.mark.parametrize(
    "command",
    [
        deliver("o1", lines=(Line("1", Money(TOKENS_MAX, "INR")),)),
        deliver("o1", 1_000, at=ist("9999-12-31 12:00")),
        deliver("o1", 1_000, at=ist("9999-12-20 12:00")),
    ],
)
def test_what_waits_can_be_awarded_when_its_time_comes(command: Deliver) -> None:
    """Else joining would be impossible for ever: more tokens than there are, or no such day."""
    many = EarnRate(TOKENS_MAX, Money(1, "INR"))
    shop = Shop(rules(rate=many, kept_after_days=14, expiry=EndOfYear(0)))
    fault = shop.refusal(command)
    assert type(fault) is Misuse


def test_a_delivery_that_is_told_late_is_still_from_before_joining() -> None:
    """At the instant of joining it earns, just before it does not."""
    shop = Shop()
    shop.do(join())
    early = shop.do(deliver("o1", 1_000, at=T - timedelta(microseconds=1)))
    check_outcomes([early], Delivered("o1", 0, None, None, "delivered_before_joining"))
    assert shop.do(deliver("o2", 1_000, at=T)).tokens == 100


def test_a_promise_that_was_made_for_it_by_mistake_is_withdrawn() -> None:
    """With its last delivery, and not before; what was never promised makes no entry."""
    shop = Shop()
    shop.do(join())
    shop.all(place("o1", lines=LINES), place("o2", 1_000))
    early = T - timedelta(microseconds=1)
    shop.do(deliver("o1", line_ids=("phone",), at=early))
    assert shop.balance().promised == 635
    outcome = shop.do(deliver("o1", at=early))
    check_outcomes([outcome], Delivered("o1", 0, None, None, "delivered_before_joining"))
    assert shop.story()[2:] == [
        (
            "3 withdrawn by deliver:o1 on 2017-07-01T06:30:00Z for 2017-07-01T06:29:59.999999Z, "
            "delivered_before_joining order_id=o1: expected +535 (o1); promised -535 (o1#0)"
        )
    ]
    assert shop.balance().promised == 100


@pytest.mark.parametrize(
    ("at", "tokens"),
    [
        ("2017-04-30 23:59:59", 0),
        ("2017-05-01 00:00", 100),
        ("2017-06-15 23:59:59", 100),
        ("2017-06-16 00:00", 0),
    ],
)
def test_what_waited_counts_on_its_days(at: str, tokens: int) -> None:
    """From the first day to the last one, in the programme's zone; told before joining or after."""
    programme = rules(retrospective=Retrospective(day("2017-05-01"), day("2017-06-15")))
    before, after = Shop(programme), Shop(programme)
    before.do(deliver("o1", 1_000, at=ist(at)))
    assert before.do(join()).retrospective == tokens
    after.do(join())
    outcome = after.do(deliver("o1", 1_000, at=ist(at)))
    assert outcome.tokens == tokens
    assert outcome.rule == ("shopping" if tokens else "delivered_before_joining")


def test_an_order_delivered_in_parts_waits_once() -> None:
    """However many parts it has."""
    shop = Shop(rules(retrospective=Retrospective(day("2017-05-01"))))
    shop.all(deliver("o1", lines=LINES, line_ids=("ship",)), deliver("o2", 10), deliver("o1"))
    assert shop.member() == Member("asha", None, ("o1", "o2"), (), 3)


def test_what_was_delivered_before_joining_and_is_told_after_it_is_awarded_at_once() -> None:
    """Where it counts retrospectively; its last day is reckoned from the delivery."""
    shop = Shop(rules(retrospective=Retrospective(day("2016-05-01"))))
    shop.do(join())
    outcome = shop.do(deliver("o1", 1_000, at=ist("2016-12-31 23:00")))
    check_outcomes([outcome], Delivered("o1", 100, day("2017-12-31"), None, "shopping"))
    assert shop.story()[0].startswith(
        "1 earned by deliver:o1 on 2016-12-31T17:30:00Z, purchase order_id=o1"
    )


def test_an_order_counts_in_whole_by_its_newest_delivery() -> None:
    """In whatever order its deliveries are told, they come to the same."""
    lines = (line("a", 1_000), line("b", 500))
    first = deliver("o1", lines=lines, line_ids=("a",), at=T - DAY)
    second = deliver("o1", lines=lines, line_ids=("b",), at=T + DAY)
    shop, other = Shop(), Shop()
    shop.do(join())
    other.do(join())
    assert [it.tokens for it in shop.all(first, second)] == [0, 150]
    assert [it.tokens for it in other.all(second, first)] == [50, 100]
    for each in (shop, other):
        assert each.balance(at=T + DAY).available == 150
        assert each.do(give_back("o1", 1_000, at=T + DAY)).taken == 100


# caps


def test_only_so_many_orders_earn() -> None:
    """The first ones delivered; one that is returned keeps its place."""
    shop = joined(order_cap=OrderCap(2, CapScope.LIFETIME))
    first = shop.do(deliver("o1", 1_000))
    shop.do(give_back("o1"))
    rest = shop.all(deliver("o2", 1_000), deliver("o3", 1_000))
    assert [it.tokens for it in (first, *rest)] == [100, 100, 0]
    check_outcomes(rest[1:], Delivered("o3", 0, Y18, None, "order_cap_reached"))
    assert shop.member() == Member("asha", T - DAY, (), (("lifetime", 2),), 3)
    assert shop.refusal(deliver("o3", request="again")) == AlreadyDelivered(order_id="o3")


def test_an_order_takes_one_place_however_many_parts_it_has() -> None:
    """Its recipe was chosen with its first part."""
    shop = joined(order_cap=OrderCap(1, CapScope.LIFETIME))
    shop.do(deliver("o1", lines=LINES, line_ids=("ship",)))
    assert shop.do(deliver("o2", 1_000)).tokens == 0
    assert shop.do(deliver("o1")).tokens == 530
    member = shop.member()
    assert member is not None
    assert member.counted == (("lifetime", 1),)


def test_an_order_of_a_channel_that_does_not_earn_takes_no_place() -> None:
    """That rule comes first."""
    shop = joined(order_cap=OrderCap(1, CapScope.LIFETIME), channels=("web",))
    outcomes = shop.all(deliver("o1", 1_000, channel="forum"), deliver("o2", 1_000, channel="web"))
    assert [it.rule for it in outcomes] == ["channel_does_not_earn", "shopping"]


def test_a_cap_by_calendar_year_begins_anew_each_year() -> None:
    """In the programme's zone, by the day of delivery."""
    shop = joined(order_cap=OrderCap(1, CapScope.CALENDAR_YEAR))
    instants = ("2017-12-31 23:59", "2017-12-31 23:59:59", "2018-01-01 00:00")
    outcomes = [shop.do(deliver(f"o{at}", 1_000, at=ist(at))) for at in instants]
    assert [it.tokens for it in outcomes] == [100, 0, 100]
    member = shop.member()
    assert member is not None
    assert member.counted == (("2017", 1), ("2018", 1))


# cancelling


def test_cancelling_withdraws_the_promise() -> None:
    """All of it, or what is left of it."""
    shop = joined()
    shop.all(place("o1", 1_000), place("o2", lines=LINES), deliver("o2", line_ids=("phone",)))
    outcomes = shop.all(cancel("o1", at=T + DAY), cancel("o2", at=T + DAY))
    check_outcomes(outcomes, Cancelled("o1", 100), Cancelled("o2", 35))
    assert shop.story()[3:] == [
        (
            "4 withdrawn by cancel:o1 on 2017-07-02T06:30:00Z, order_cancelled order_id=o1: "
            "expected +100 (o1); promised -100 (o1#0)"
        ),
        (
            "5 withdrawn by cancel:o2 on 2017-07-02T06:30:00Z, order_cancelled order_id=o2: "
            "expected +35 (o2); promised -35 (o2#0)"
        ),
    ]
    states = [it.state for it in (shop.purchase("o1"), shop.purchase("o2")) if it is not None]
    assert states == [PurchaseState.CANCELLED, PurchaseState.DELIVERED]


def test_cancelling_an_order_that_promised_nothing_makes_no_entry() -> None:
    """It is cancelled all the same."""
    shop = Shop()
    shop.do(place("o1", 1_000))
    check_outcomes([shop.do(cancel("o1"))], Cancelled("o1", 0))
    assert shop.story() == []
    assert shop.wallet() is None
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.state is PurchaseState.CANCELLED


def test_an_award_that_is_kept_later_is_not_withdrawn_by_cancelling_the_rest() -> None:
    """Only what was promised for lines that will not come."""
    shop = joined(kept_after_days=14)
    shop.all(place("o1", lines=LINES), deliver("o1", line_ids=("phone",)))
    check_outcomes([shop.do(cancel("o1"))], Cancelled("o1", 35))
    assert shop.balance().promised == 500


# arguments


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"order_id": 5}, "an order's id is a text, not 5"),
        ({"order_id": None}, "an order's id is a text, not None"),
        ({"amount": 100}, "an amount is money, not 100"),
        ({"category": None}, "a category or a channel is a text, not (None, '')"),
        ({"channel": 5}, "a category or a channel is a text, not ('', 5)"),
        ({"lines": [line("a", 1)]}, "lines are a tuple of Line, not [Line("),
        ({"lines": ("a",)}, "lines are a tuple of Line, not ('a',)"),
        ({"lines": None}, "lines are a tuple of Line, not None"),
    ],
)
@pytest.mark.parametrize("make", [Place, Deliver])
def test_what_is_stated_is_checked_where_it_is_made(
    make: type[Place] | type[Deliver], stated: dict[str, Any], message: str
) -> None:
    """Whatever can be told without the rules."""
    arguments: dict[str, Any] = {"member_id": "asha", "request_id": "r", "at": T, "order_id": "o1"}
    with pytest.raises(Misuse) as caught:
        make(**(arguments | stated))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("names", ["phone", ["phone"], (1,), None])
def test_line_ids_are_a_tuple_of_texts(names: Any) -> None:
    """A single text is not taken for its letters."""
    with pytest.raises(Misuse, match="line ids are a tuple of texts, not "):
        Deliver(member_id="asha", request_id="r", at=T, order_id="o1", line_ids=names)
