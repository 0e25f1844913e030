"""Pre-orders on their way to the member: what is delivered or picked up earns like any purchase."""

from typing import Any

import attrs
import pytest

from mi_rewards.commands import (
    Command,
    PreOrderChanged,
    PreOrderDelivered,
    PreOrderReady,
    ReadyPreOrder,
    Rewards,
)
from mi_rewards.earning import (
    AlreadyDelivered,
    AlreadyPlaced,
    Bonus,
    Budget,
    CampaignTerms,
    EarnRate,
    Line,
    OrderCancelled,
    PointsTerms,
    PurchaseState,
)
from mi_rewards.errors import Conflict, Misuse
from mi_rewards.preorders import (
    AlreadyShipped,
    HandoverRefused,
    PreOrderNotOpen,
    PreOrderState,
    WrongAmount,
)
from mi_rewards.repositories import Changes, Loaded, Needs, wallet_key
from mi_rewards.tiers import CalendarYear, Ladder, Metric
from mi_rewards.wallet import EndOfYear
from tests.ahead import (
    BOOKING,
    BOTH,
    DAY,
    FRIDAY,
    MOMENT,
    ONLINE,
    STORE,
    Friday,
    call_off,
    hand_over,
    make_ready,
    offer,
    order_ahead,
    pay,
    pick_up,
    ship,
    terms,
)
from tests.campaigns import campaign
from tests.ladders import GOLD, SILVER
from tests.memberships import follow_all, merge
from tests.shop import cancel, check_outcomes, deliver, give_back, inr, ist, join, place, rules
from tests.wallets import day

KEPT_UNTIL = ist("2017-04-08 00:00")


def sent(*does: Command[Any]) -> Friday:
    """Make a shop where a phone that was paid for was shipped."""
    return Friday(does=(order_ahead(), pay(), ship(), *does))


def there(*does: Command[Any]) -> Friday:
    """Make a shop where a phone that was booked is at the store."""
    return Friday(of="offline", does=(order_ahead(mode=""), pay(BOOKING), make_ready(), *does))


# shipped and delivered


def test_what_is_paid_is_shipped() -> None:
    """From then on it is not cancelled."""
    shop = Friday(does=(order_ahead(), pay()))
    check_outcomes([shop.do(ship(at=FRIDAY + DAY))], PreOrderChanged("o1", "shipped"))
    assert shop.refusal(call_off(at=FRIDAY + DAY)) == AlreadyShipped(order_id="o1")


def test_what_is_not_paid_is_not_shipped() -> None:
    """Nor what is booked."""
    assert Friday(does=(order_ahead(),)).refusal(ship()) == PreOrderNotOpen(
        order_id="o1", state="placed"
    )
    booked = Friday(of="offline", does=(order_ahead(mode=""), pay(BOOKING)))
    assert booked.refusal(ship()) == HandoverRefused(order_id="o1", payment="booking")


def test_what_is_delivered_earns_what_was_promised() -> None:
    """Once, and the unit stays sold."""
    shop = sent()
    at = FRIDAY + 2 * DAY
    check_outcomes(
        [shop.do(hand_over(at=at))],
        PreOrderDelivered("o1", 1_099, day("2018-12-31"), None, "shopping"),
    )
    balance = shop.balance(at=at)
    assert (balance.available, balance.promised) == (1_099, 0)
    assert shop.units() == (1, 0, 1, 0)
    assert shop.ahead().state is PreOrderState.DELIVERED
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.state is PurchaseState.DELIVERED
    no = shop.refusal(attrs.evolve(hand_over(at=at), request_id="again"))
    assert no == PreOrderNotOpen(order_id="o1", state="delivered")


def test_what_is_delivered_can_be_returned_like_any_purchase() -> None:
    """And is taken back then."""
    shop = sent(hand_over(at=FRIDAY + DAY))
    shop.do(give_back("o1", at=FRIDAY + 2 * DAY))
    assert shop.balance(at=FRIDAY + 2 * DAY).available == 0


def test_who_joins_later_gets_it_like_for_any_purchase() -> None:
    """The order waits for that."""
    shop = Friday(does=(order_ahead(by="bela"), pay(by="bela"), ship(by="bela")))
    outcome = shop.do(hand_over(by="bela"))
    assert (outcome.tokens, outcome.rule) == (0, "waiting_for_joining")
    member = shop.member("bela")
    assert member is not None
    assert member.waiting == ("o1",)
    assert shop.do(join("bela", at=FRIDAY + DAY)).retrospective == 0


@pytest.mark.parametrize(
    ("other", "no"),
    [
        (deliver("o1", at=FRIDAY), AlreadyDelivered(order_id="o1")),
        (cancel("o1", at=FRIDAY), OrderCancelled(order_id="o1")),
    ],
    ids=["delivered", "cancelled"],
)
def test_what_became_of_its_purchase_by_other_means_is_told(other: Any, no: Any) -> None:
    """It is not delivered twice, nor once it was cancelled."""
    shop = sent(other)
    assert shop.refusal(hand_over()) == no
    assert shop.ahead().state is PreOrderState.SHIPPED


def test_what_was_cancelled_by_other_means_is_not_shipped() -> None:
    """It can still be cancelled as a pre-order, which frees its unit."""
    shop = Friday(does=(order_ahead(), pay(), cancel("o1", at=FRIDAY)))
    assert shop.refusal(ship()) == OrderCancelled(order_id="o1")
    assert shop.do(call_off()).refund_minor == 10_999_00
    assert shop.units() == (2, 0, 0, 0)
    assert shop.refusal(ship()) == PreOrderNotOpen(order_id="o1", state="cancelled")


# at the store


def test_what_is_booked_is_kept_at_the_store() -> None:
    """For as many days as the terms say, or until the caller does."""
    shop = Friday(of="offline", does=(order_ahead(mode=""), pay(BOOKING)))
    check_outcomes([shop.do(make_ready())], PreOrderReady("o1", KEPT_UNTIL, 9_999_00, "INR"))
    other = Friday(of="offline", does=(order_ahead(mode=""), pay(BOOKING)))
    assert other.do(make_ready(pickup_until=FRIDAY + DAY)).pickup_until == FRIDAY + DAY


def test_until_when_it_is_kept_has_to_be_known() -> None:
    """One clear message names the setting."""
    silent = rules(BOTH, preorders=(ONLINE, terms(STORE, pickup_within_days=None)))
    shop = Friday(silent, of="offline", does=(order_ahead(mode=""), pay(BOOKING)))
    fault = shop.refusal(make_ready())
    assert isinstance(fault, Misuse)
    assert "pickup_within_days" in str(fault)


def test_until_when_it_is_kept_has_an_offset() -> None:
    """A local time is no instant."""
    with pytest.raises(Misuse, match="offset"):
        ReadyPreOrder(
            member_id="asha",
            request_id="r",
            at=FRIDAY,
            order_id="o1",
            pickup_until=FRIDAY.replace(tzinfo=None),
        )


def test_the_rest_is_paid_on_picking_it_up_and_it_earns_then() -> None:
    """Placed and delivered at once, by one request."""
    shop = there()
    at = FRIDAY + DAY
    check_outcomes(
        [shop.do(pick_up(at=at))],
        PreOrderDelivered("o1", 1_099, day("2018-12-31"), None, "shopping"),
    )
    balance = shop.balance(at=at)
    assert (balance.available, balance.promised) == (1_099, 0)
    purchase = shop.purchase()
    assert purchase is not None
    assert (purchase.state, purchase.channel) == (PurchaseState.DELIVERED, "sangeetha")
    assert purchase.circumstances.placed_at == FRIDAY
    assert purchase.lines[0].delivered_at == at
    assert shop.units() == (1, 0, 1, 0)
    assert shop.ahead().paid_minor == 10_999_00


@pytest.mark.parametrize("amount", [inr(9_998), inr(10_000), BOOKING])
def test_the_rest_is_all_that_is_left(amount: Any) -> None:
    """No more and no less."""
    no = there().refusal(pick_up(amount))
    assert no == WrongAmount(order_id="o1", asked=str(amount), due="INR 9999.00")


def test_something_cheap_is_paid_for_by_the_booking() -> None:
    """Nothing is left to pay."""
    shop = Friday(
        of="offline",
        does=(order_ahead(mode="", price=inr(999)), pay(inr(999)), make_ready()),
    )
    assert shop.do(pick_up(inr(0))).tokens == 99


@pytest.mark.parametrize(("at", "is_kept"), [(KEPT_UNTIL - MOMENT, True), (KEPT_UNTIL, False)])
def test_it_is_picked_up_before_it_is_given_to_others(at: Any, is_kept: bool) -> None:
    """To the last moment."""
    shop = there()
    if is_kept:
        assert shop.do(pick_up(at=at)).tokens == 1_099
    else:
        assert shop.refusal(pick_up(at=at)) == PreOrderNotOpen(order_id="o1", state="unclaimed")


def test_a_colour_that_was_offered_is_taken_with_it() -> None:
    """Who picks it up has seen it."""
    shop = Friday(
        of="offline",
        does=(order_ahead(mode="", colour="gold"), pay(BOOKING), make_ready(), offer("black")),
    )
    shop.do(pick_up())
    assert (shop.ahead().colour, shop.ahead().offered_colour) == ("black", "")


def test_an_order_that_was_placed_by_other_means_is_not_picked_up() -> None:
    """Its purchase would be another's."""
    phone = Line("1", inr(10_999), product="redmi-note-4")
    shop = there(place("o1", lines=(phone,), channel="sangeetha"))
    assert shop.refusal(pick_up()) == AlreadyPlaced(order_id="o1")


@pytest.mark.parametrize(
    ("of", "does"),
    [
        ("mi.com", (pay(), merge(at=FRIDAY), ship(), hand_over())),
        ("offline", (pay(BOOKING), merge(at=FRIDAY), make_ready(), pick_up())),
    ],
)
def test_what_it_earns_goes_to_the_member_who_goes_on(of: str, does: Any) -> None:
    """Merged once it was paid, it is handed over under its own name; the tokens are passed on."""
    mode = "credit_card" if of == "mi.com" else ""
    shop = Friday(of=of, does=(join("bela", at=FRIDAY - DAY), order_ahead(mode=mode)))
    shop.all(*does)
    follow_all(shop, "asha", "bela")
    available = [shop.balance(by=by, at=FRIDAY).available for by in ("asha", "bela")]
    assert available == [0, 1_099]
    assert shop.units() == (1, 0, 1, 0)


CLUB = rules(
    BOTH,
    ladder=Ladder((SILVER, attrs.evolve(GOLD, threshold=10_000_00)), Metric.SPEND, CalendarYear()),
    points=PointsTerms("vip", EarnRate(1, inr(100)), EndOfYear(1)),
    campaigns=CampaignTerms((campaign("launch", Bonus(30), budget=Budget(40)),)),
)
"""Points, tiers and a campaign that can give thirty tokens once."""


@pytest.mark.parametrize(
    ("of", "does", "last"),
    [
        ("mi.com", (order_ahead(), pay(), ship()), hand_over()),
        ("offline", (order_ahead(mode=""), pay(BOOKING), make_ready()), pick_up()),
    ],
)
def test_points_tiers_and_campaigns_follow_it(of: str, does: Any, last: Command[Any]) -> None:
    """As they follow any purchase: the tier is reached, and the campaign's budget is taken from."""
    shop = Friday(CLUB, of=of, does=does)
    assert shop.rewards.progress("asha", at=FRIDAY).held == "silver"
    assert shop.do(last).tokens == 1_099 + 30
    assert shop.rewards.progress("asha", at=FRIDAY).held == "gold"
    assert shop.used("campaign/launch", "budget") == 30
    points = shop.store.load(Needs((wallet_key("asha", "vip"),))).get(wallet_key("asha", "vip"))
    assert points is not None
    assert points.at(FRIDAY).available == 109
    assert [event.topic for event in shop.events()] == ["tier_changed", "tier_changed"]


def test_of_two_who_race_for_the_last_of_a_budget_one_gets_it() -> None:
    """The other is decided again, and earns without it."""
    shop = Friday(CLUB, of="offline")
    for by in ("asha", "bela"):
        does = (order_ahead(by=by, mode=""), pay(BOOKING, by=by), make_ready(by=by))
        shop.all(*([join("bela", at=FRIDAY - DAY)] if by == "bela" else []), *does)
    outcomes = shop.batch(pick_up(), pick_up(by="bela"))
    assert [it.tokens for it in outcomes] == [1_129, 1_099 + 10]
    assert shop.used("campaign/launch", "budget") == 40


class Racing:
    """A store in which another is faster, once, before the first save."""

    def __init__(self, shop: Friday, other: Command[Any]) -> None:
        self._shop = shop
        self._other = [other]

    def load(self, needs: Needs, /) -> Loaded:
        """Load."""
        return self._shop.store.load(needs)

    def save(self, changes: Changes, /) -> None:
        """Let the other go first."""
        if self._other:
            self._shop.do(self._other.pop())
        self._shop.store.save(changes)


@pytest.mark.parametrize(
    ("of", "does", "last"),
    [
        ("mi.com", (order_ahead(), pay(), ship()), hand_over()),
        ("offline", (order_ahead(mode=""), pay(BOOKING), make_ready()), pick_up()),
    ],
)
def test_a_budget_that_ran_out_meanwhile_is_no_answer(
    of: str, does: Any, last: Command[Any]
) -> None:
    """It is a race, and decided again: it earns what the budget has left."""
    shop = Friday(CLUB, of=of, does=(*does, join("bela", at=FRIDAY - DAY)))
    late = Rewards(Racing(shop, deliver("o1", 100, by="bela", at=FRIDAY)), CLUB)
    with pytest.raises(Conflict, match="campaign/launch"):
        late.do(last)
    assert late.do(last).tokens == 1_099 + 10
