"""What follows from an order beside its award: status points, and where its member stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards._event_log.replay import Replay
from mi_rewards.calendar import NEVER, Period
from mi_rewards.catalogue import Limit
from mi_rewards.commands import Deliver, Lapse, Perform
from mi_rewards.earning import (
    Bonus,
    Budget,
    Campaign,
    CampaignTerms,
    Cap,
    EarnRate,
    Line,
    PointsTerms,
    Qualifies,
    ReferralTerms,
)
from mi_rewards.earning.actions import Action, ActionLimit
from mi_rewards.earning.awards import Award
from mi_rewards.earning.membership import MembershipTerms
from mi_rewards.errors import Misuse
from mi_rewards.memory import MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import Loaded, Needs, standing_key, wallet_key
from mi_rewards.tiers import (
    CalendarYear,
    Changes,
    ClassMultiplier,
    Ladder,
    Landing,
    Metric,
    Privileges,
    Standing,
    Tally,
    Tier,
)
from mi_rewards.tiers import RollingDays as Rolling
from mi_rewards.wallet import EndOfYear, NoExpiry, RollingDays, Wallet, check_journal, fold
from tests.ahead import ONLINE
from tests.catalogue import COUPON
from tests.memberships import block, leave
from tests.shop import (
    SMALL,
    Shop,
    T,
    check_outcomes,
    deliver,
    give_back,
    inr,
    ist,
    join,
    line,
    place,
    publish,
    redeem,
    rules,
)
from tests.tills import SPENDING, Till, cart, order, pay, quote, refund
from tests.wallets import day

DAY = timedelta(days=1)
TODAY = day("2017-07-01")
SILVER = Tier("silver", "Silver", 100_000, Privileges(upgrade_reward=7))
GOLD = Tier(
    "gold",
    "Gold",
    300_000,
    Privileges(
        upgrade_reward=30,
        validity=RollingDays(900),
        multipliers=(
            ClassMultiplier("cases", 3, 2, "vip"),
            ClassMultiplier("cases", 2),
            ClassMultiplier("", 3, 1, "vip"),
        ),
    ),
)
LADDER = Ladder(
    tiers=(SILVER, GOLD),
    metric=Metric.SPEND,
    window=CalendarYear(),
    upgrades=Changes.AT_ONCE,
    downgrades=Changes.AT_REVIEW,
    landing=Landing.SOFT,
    excluded_categories=("shipping",),
)
POINTS = PointsTerms("vip", EarnRate(1, inr(100)), NoExpiry(), ("shipping",))
CLUB = rules(points=POINTS, ladder=LADDER)


def club(programme: Programme = CLUB) -> Shop:
    """Open a shop whose member `asha` has joined."""
    shop = Shop(programme)
    shop.do(join())
    return shop


def points(shop: Shop) -> Wallet | None:
    """Read the points of `asha` as stored."""
    key = wallet_key("asha", "vip")
    return shop.store.load(Needs((key,))).get(key)


def standing(shop: Shop) -> Standing | None:
    """Read where `asha` stands as stored."""
    key = standing_key("asha")
    return shop.store.load(Needs((key,))).get(key)


def held(shop: Shop) -> str:
    """Tell the tier that `asha` holds."""
    found = standing(shop)
    return "" if found is None else found.held


def available(shop: Shop) -> int:
    """Tell how many points `asha` has."""
    found = points(shop)
    return 0 if found is None else found.available


# status points


def test_an_order_earns_points_beside_its_tokens() -> None:
    """Each by a rate of its own, into a wallet of its own; shipping earns neither points."""
    shop = club()
    lines = (line("a", 1_999), line("s", 101, 1, "shipping"))
    shop.all(place("o1", lines=lines), deliver("o1"))
    assert str(points(shop)) == "19@never"
    assert shop.balance().available == 210 + 7
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.effects.points is not None
    assert purchase.effects.points.awards == (Award(19, NEVER, T),)


def test_points_of_an_order_in_parts_come_with_each_delivery() -> None:
    """Rounded once for the whole order: 1.5 and 1.5 points are one, then two more."""
    shop = club()
    shop.do(place("o1", lines=(line("a", 150), line("b", 150))))
    shop.do(deliver("o1", line_ids=("a",), request="d1"))
    assert available(shop) == 1
    shop.do(deliver("o1", at=T + DAY, line_ids=("b",), request="d2"))
    assert available(shop) == 3
    (journal,) = [it for it in shop.store.journals() if it[0].kind == "vip"]
    found = points(shop)
    assert found is not None
    assert fold(journal) == found._replace(version=0)
    assert list(check_journal(journal)) == []


def test_a_return_takes_points_back_by_the_recipe_of_then() -> None:
    """The newest first, whatever the rule book says by now; nobody owes points."""
    shop = club()
    shop.do(place("o1", lines=(line("a", 500), line("b", 300, 3))))
    shop.do(deliver("o1", line_ids=("a",), request="d1"))
    shop.do(deliver("o1", at=T + DAY, line_ids=("b",), request="d2"))
    tenfold = PointsTerms("vip", EarnRate(10, inr(100)), NoExpiry())
    later = shop.under(attrs.evolve(CLUB, points=tenfold))
    later.do(give_back("o1", None, ("b", 1), at=T + 2 * DAY))
    assert available(shop) == 7
    later.do(give_back("o1", at=T + 3 * DAY, request="rest"))
    assert available(shop) == 0
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.effects.points is not None
    assert [it.given_back for it in purchase.effects.points.awards] == [5, 3]


def test_points_that_lapsed_are_not_taken_back() -> None:
    """They are lost already; the points of other orders stay."""
    shop = club(attrs.evolve(CLUB, points=attrs.evolve(POINTS, expiry=EndOfYear(1))))
    shop.do(deliver("o1", 500))
    shop.do(deliver("o2", 300, at=ist("2018-05-01")))
    shop.do(give_back("o1", at=ist("2019-01-01")))
    assert available(shop) == 3


def test_points_lapse_with_the_sweep_and_without() -> None:
    """As tokens do, in one sweep with them."""
    shop = club(attrs.evolve(CLUB, points=attrs.evolve(POINTS, expiry=EndOfYear(1))))
    shop.do(deliver("o1", 500))
    found = points(shop)
    assert found is not None
    end = ist("2019-01-01")
    assert found.at(end).available == 0
    assert shop.rewards.lapse_due(end) == 2
    found = points(shop)
    assert found is not None
    assert (found.available, found.lapsed) == (0, 5)
    assert shop.rewards.lapse_due(end) == 0


def test_an_order_of_a_channel_that_does_not_earn_counts_nowhere() -> None:
    """No points, and nothing toward a tier."""
    shop = club(rules(CLUB, channels=("web",), default_channel="web"))
    shop.do(deliver("o1", 5_000, channel="community"))
    assert (points(shop), standing(shop)) == (None, None)
    shop.do(deliver("o2", 5_000))
    assert (available(shop), held(shop)) == (50, "gold")


def test_an_order_of_a_member_who_is_blocked_counts_as_the_terms_say() -> None:
    """Where who is blocked earns nothing, it counts nowhere."""
    for earns, expected in ((True, (50, "gold")), (False, (0, ""))):
        shop = club(attrs.evolve(CLUB, membership=MembershipTerms(blocked_earn=earns)))
        shop.all(block(), deliver("o1", 5_000))
        assert (available(shop), held(shop)) == expected


def test_an_order_from_before_the_rules_brings_nothing_by_coming_back() -> None:
    """What was delivered when there were neither points nor tiers has nothing to give back."""
    shop = Shop(SMALL)
    shop.all(join(), deliver("o1", 5_000))
    later = shop.under(CLUB)
    later.do(give_back("o1", 1_000))
    assert (points(shop), standing(shop)) == (None, None)


def test_an_order_of_who_has_not_joined_brings_nothing_by_coming_back() -> None:
    """It is returned, and neither points nor a standing begin with it."""
    shop = Shop(CLUB)
    shop.do(deliver("o1", 5_000))
    assert shop.do(give_back("o1", 1_000)).given_back == 0
    assert (points(shop), standing(shop)) == (None, None)


# standing


def test_what_is_delivered_kept_and_paid_with_money_counts() -> None:
    """Not shipping, and not what vouchers and tokens paid."""
    shop = club()
    lines = (
        Line("a", inr(1_200), 2, given_minor=30_000),
        Line("s", inr(99), 1, "shipping"),
    )
    shop.do(place("o1", lines=lines))
    assert standing(shop) is None
    shop.do(deliver("o1"))
    found = standing(shop)
    assert found is not None
    assert found.tallies == (Tally(date(2017, 1, 1), 90_000, 1, 12),)
    assert found.held == ""
    shop.do(deliver("o2", 100, request="d2"))
    assert held(shop) == "silver"


def test_a_tier_is_reached_at_once_and_its_reward_is_paid_once() -> None:
    """With an event; who falls and rises again gets it no second time."""
    shop = club(attrs.evolve(CLUB, ladder=attrs.evolve(LADDER, downgrades=Changes.AT_ONCE)))
    check_outcomes([shop.do(deliver("o1", 1_000)).tokens], 100)
    assert (held(shop), shop.balance().available) == ("silver", 107)
    assert [it.topic for it in shop.events()] == ["tier_changed"]
    shop.do(give_back("o1"))
    assert (held(shop), shop.balance().available) == ("", 7)
    shop.do(deliver("o2", 1_000))
    assert (held(shop), shop.balance().available) == ("silver", 107)
    told = [dict(event.figures)["to_tier"] for event in shop.events()]
    assert told == ["silver", "", "silver"]


def test_a_return_counts_on_the_day_of_its_delivery() -> None:
    """In the next year it takes nothing from what that year has."""
    shop = club()
    shop.do(deliver("o1", 2_000, at=ist("2017-12-30")))
    shop.do(deliver("o2", 1_500, at=ist("2018-01-05")))
    shop.do(give_back("o1", at=ist("2018-01-06")))
    found = standing(shop)
    assert found is not None
    assert found.tallies[-1] == Tally(date(2018, 1, 1), 150_000, 1, 15)
    assert found.held == "silver"


def test_orders_of_before_joining_count_on_the_days_of_their_delivery() -> None:
    """Those that earn all the same; a delivery told early counts when it is due."""
    shop = Shop(attrs.evolve(CLUB, retrospective=SMALL.retrospective))
    shop.do(deliver("o1", 900, at=T + DAY))
    shop.do(join())
    found = standing(shop)
    assert found is not None
    assert (found.tallies[0].spend_minor, available(shop)) == (90_000, 9)
    shop.do(deliver("o2", 100, at=T + 2 * DAY))
    assert held(shop) == "silver"


# what a tier brings


def test_a_tier_multiplies_points_and_tokens_each_for_its_classes() -> None:
    """Three times the points on everything, half as many again on cases, twice the tokens there."""
    shop = club()
    shop.do(deliver("o1", 3_000))
    assert (held(shop), available(shop)) == ("gold", 30)
    before = shop.balance().available
    outcome = shop.do(deliver("o2", 1_000, category="cases"))
    assert (outcome.tokens, available(shop)) == (200, 45)
    assert shop.balance().available == before + 200
    shop.do(deliver("o3", 1_000, category="phones"))
    assert available(shop) == 75
    shop.do(give_back("o2"))
    assert available(shop) == 60
    assert shop.balance().available == before + 100


def test_a_tier_can_make_tokens_valid_for_longer() -> None:
    """From the next order on; where that would be shorter, it stays as it is for everybody."""
    shop = club()
    assert shop.do(deliver("o1", 3_000)).last_day == day("2018-12-31")
    assert shop.do(deliver("o2", 100)).last_day == TODAY + timedelta(days=900)
    shorter = attrs.evolve(GOLD, privileges=Privileges(validity=RollingDays(10)))
    brief = attrs.evolve(CLUB, ladder=attrs.evolve(LADDER, tiers=(SILVER, shorter)))
    assert shop.under(brief).do(deliver("o3", 100)).last_day == day("2018-12-31")


def test_a_reward_for_a_tier_is_for_who_holds_it() -> None:
    """Whatever tier the host names; the catalogue says the same."""
    shop = club()
    shop.do(publish(attrs.evolve(COUPON, tiers=("gold",), cost=5)))
    shop.do(deliver("o1", 1_000))
    refusal = shop.refusal(redeem(COUPON.reward_id, tier="gold"))
    assert getattr(refusal, "code", "") == "tier_not_entitled"
    (offer,) = shop.rewards.catalogue("asha", at=T, tier="gold")
    assert [it.code for it in offer.reasons_against] == ["tier_not_entitled"]
    shop.do(deliver("o2", 2_000))
    (offer,) = shop.rewards.catalogue("asha", at=T)
    assert offer.reasons_against == ()
    shop.do(redeem(COUPON.reward_id))


# points without a purchase


def test_points_of_an_action_count_toward_a_tier() -> None:
    """On the day of the action; the reward of the tier comes with it."""
    by_points = attrs.evolve(
        LADDER, metric=Metric.POINTS, tiers=(attrs.evolve(SILVER, threshold=10),)
    )
    check_in = Action("check-in", 4, "vip", (ActionLimit(1, Period.DAY),))
    shop = club(attrs.evolve(CLUB, ladder=by_points, actions=(check_in,)))
    for number, tier in ((1, ""), (2, ""), (3, "silver")):
        at = T + number * DAY
        shop.do(Perform(member_id="asha", request_id=f"c{number}", at=at, action_id="check-in"))
        assert (available(shop), held(shop)) == (4 * number, tier)
    assert shop.balance(at=T + 4 * DAY).available == 7


def test_what_never_counted_does_not_keep_an_order_from_coming_back() -> None:
    """Points of before there were tiers, and days that another window has let go of."""
    shop = club(rules(points=POINTS))
    shop.do(deliver("o1", lines=(line("a", 4_000, 4),)))
    by_points = Ladder((attrs.evolve(SILVER, threshold=5),), Metric.POINTS, CalendarYear())
    for at, ladder in enumerate((by_points, LADDER)):
        later = shop.under(rules(points=POINTS, ladder=ladder))
        back = give_back("o1", None, ("a", 1), at=T + at * DAY, request=str(at))
        assert later.do(back).given_back == 100
        assert held(later) == ""


def test_what_another_window_has_let_go_of_is_taken_back_no_more() -> None:
    """The order comes back all the same; what other orders brought stays."""
    shop = club()
    shop.do(deliver("o1", lines=(line("a", 2_000, 2),)))
    later = shop.under(rules(CLUB, ladder=attrs.evolve(LADDER, window=Rolling(30))))
    later.do(deliver("o2", 10, at=T + DAY))
    assert later.do(give_back("o1", None, ("a", 1), at=T + 2 * DAY)).given_back == 100
    found = standing(later)
    assert found is not None
    assert found.tallies == (Tally(day("2017-07-02"), 1_000, 1),)


def test_coming_back_makes_nothing_count() -> None:
    """Not what the rules of then left out, and not what waits for its member to come back."""
    shop = club()
    shop.do(deliver("o1", lines=(line("a", 4_000, 4, "shipping"), line("b", 10))))
    later = shop.under(rules(CLUB, ladder=attrs.evolve(LADDER, excluded_categories=())))
    later.do(give_back("o1", None, ("a", 1)))
    assert held(later) == ""
    away = club()
    away.do(place("o1", lines=(line("a", 1_000), line("b", 2_000, 2))))
    away.all(deliver("o1", line_ids=("a",)), leave(), deliver("o1", line_ids=("b",)))
    before = standing(away)
    away.do(give_back("o1", None, ("b", 1)))
    assert standing(away) == before
    found = points(away)
    assert found is not None
    assert found.issued == 10


def test_points_that_were_given_back_after_they_lapsed_may_be_earned_again() -> None:
    """The journal says so: the return left no entry in it."""
    shop = club(rules(points=attrs.evolve(POINTS, expiry=EndOfYear(0))))
    shop.do(place("o1", lines=(line("a", 100), line("b", 100))))
    shop.do(deliver("o1", line_ids=("a",)))
    later = T + 300 * DAY
    shop.all(give_back("o1", at=later), deliver("o1", at=later, line_ids=("b",)))
    journals = [it for it in shop.store.journals() if it[0].kind == "vip"]
    assert [entry.event.value for entry in journals[0]] == ["earned", "lapsed", "earned"]
    assert [str(fault) for it in journals for fault in check_journal(it)] == []


# by way of the checkout


def test_a_refund_moves_the_standing_and_tells_of_it() -> None:
    """A refund is a return too: what followed from the order is undone, with its events."""
    ladder = attrs.evolve(LADDER, tiers=(SILVER,), downgrades=Changes.AT_ONCE)
    till = Till(5_000, rules(SPENDING, points=POINTS, ladder=ladder))
    till.all(quote(cart()), order(), pay(), deliver("o1"))
    key = standing_key("asha")
    found = till.store.load(Needs((key,))).get(key)
    assert found is not None
    assert found.held == "silver"
    till.do(refund())
    told = [dict(event.figures) for event in till.events() if event.topic == "tier_changed"]
    assert [it["to_tier"] for it in told] == ["silver", ""]
    found = till.store.load(Needs((key,))).get(key)
    assert found is not None
    assert found.held == ""


def test_points_are_read_by_their_kind() -> None:
    """Their balance, now and in the past, and their journal."""
    shop = club()
    shop.do(deliver("o1", 500))
    shop.do(deliver("o2", 300, at=T + DAY))
    rewards = shop.rewards
    assert rewards.balance("asha", at=T + DAY, kind="vip").available == 8
    assert rewards.balance("asha", at=T, kind="vip").available == 5
    assert rewards.balance("nobody", at=T, kind="vip").available == 0
    assert [it.kind for it in rewards.statement("asha", kind="vip").entries] == ["vip", "vip"]
    assert rewards.balance("asha", at=T + DAY) == shop.balance(at=T + DAY)


def test_a_reward_of_the_rule_book_asks_for_the_tier_at_once() -> None:
    """What it needs is named before it is decided, and decided by the tier held."""
    for_gold = attrs.evolve(COUPON, tiers=("gold",), cost=5)
    shop = club(rules(CLUB, rewards=(for_gold,)))
    command = redeem(COUPON.reward_id)
    assert standing_key("asha") in command.needs(shop.programme).aggregates
    shop.do(deliver("o1", 3_000))
    shop.do(command)
    assert shop.voucher().reward_id == COUPON.reward_id


def test_names_that_are_no_texts_are_a_misuse() -> None:
    """A platform, a payment mode, a kind of token."""
    wrong: Any = 5
    for named in ({"platform": wrong}, {"payment_mode": wrong}):
        with pytest.raises(Misuse, match="a platform or a payment mode is a text, not"):
            Deliver(member_id="asha", request_id="r", at=T, order_id="o", **named)
    with pytest.raises(Misuse, match="a kind of token is a text, not 5"):
        Lapse(member_id="asha", request_id="r", at=T, kind=wrong)


def test_a_ladder_is_of_its_programme() -> None:
    """A ladder, by what the programme has."""
    wrong: Any = 5
    with pytest.raises(Misuse, match="a programme's ladder is a Ladder, not 5"):
        rules(ladder=wrong)
    with pytest.raises(Misuse, match="reached by status points, and the programme has none"):
        rules(ladder=attrs.evolve(LADDER, metric=Metric.POINTS))
    with pytest.raises(Misuse, match="tier 'gold' multiplies 'vip', which is unknown"):
        rules(ladder=LADDER)


def test_who_left_is_no_member_of_a_tier() -> None:
    """The totals of a replay count who is in the programme."""
    shop = club()
    shop.all(deliver("o1", 1_000), leave())
    totals = Replay(CLUB, report=print, as_of=TODAY, store=shop.store).totals()
    assert totals.tiers == {"silver": 0, "gold": 0}


def test_tiers_are_counted_without_a_look_at_each_member() -> None:
    """The totals go through standings once, however many members there are."""
    shop = club()
    shop.all(join("bela"), deliver("o1", 1_000))
    with told_of_loads(shop.store) as loads:
        totals = Replay(CLUB, report=print, as_of=TODAY, store=shop.store).totals()
    assert totals.tiers == {"silver": 1, "gold": 0}
    assert loads == []


def test_points_of_rules_that_are_gone_are_not_taken_back() -> None:
    """As the manual says of a table that goes: keep it as long as orders can come back."""
    shop = club()
    shop.do(deliver("o1", 1_000))
    shop.under(SMALL).do(give_back("o1"))
    assert (available(shop), held(shop)) == (10, "silver")
    other = club()
    other.all(deliver("o1", 1_000), give_back("o1"))
    assert available(other) == 0


@pytest.mark.parametrize(
    ("changes", "is_shared"),
    [
        ({}, False),
        ({"actions": (Action("sharing", 5, limits=(ActionLimit(1),)),)}, False),
        ({"actions": (Action("draw", 5, budget=0),)}, True),
        ({"campaigns": CampaignTerms((Campaign("c", "C", Bonus(5)),))}, False),
        ({"campaigns": CampaignTerms((Campaign("c", "C", Bonus(5), budget=Budget(9)),))}, True),
        ({"campaigns": CampaignTerms((Campaign("c", "C", Bonus(5), caps=(Cap(9),)),))}, True),
        ({"rewards": (attrs.evolve(COUPON, stock=None, limits=()),)}, False),
        ({"rewards": (attrs.evolve(COUPON, stock=0, limits=()),)}, True),
        ({"rewards": (attrs.evolve(COUPON, stock=None, limits=(Limit(1),)),)}, True),
        ({"referral": ReferralTerms(50, 0, Qualifies.ON_JOINING)}, True),
        ({"preorders": (ONLINE,)}, True),
    ],
)
def test_what_is_limited_is_shared_with_others(changes: dict[str, Any], is_shared: bool) -> None:
    """Then a member's statement needs the lines of all."""
    assert rules(**changes).is_shared is is_shared


@contextmanager
def told_of_loads(store: MemoryStore) -> Iterator[list[Needs]]:
    """Tell what a store is asked for."""
    asked: list[Needs] = []
    load = store.load

    def watched(needs: Needs, /) -> Loaded:
        """Note it, and answer."""
        asked.append(needs)
        return load(needs)

    vars(store)["load"] = watched
    try:
        yield asked
    finally:
        del vars(store)["load"]
