"""Campaigns in commands: what is promised, awarded, taken back, limited and explained."""

import asyncio
from datetime import date
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Period, Window
from mi_rewards.checkout import QuoteStale
from mi_rewards.commands import AsyncRewards, Placed, Rewards, with_retries
from mi_rewards.commands.earning.campaigning import Weighing, needs_weighed
from mi_rewards.earning import (
    BaseRate,
    Bonus,
    BonusRate,
    Budget,
    Campaign,
    CampaignTerms,
    Cap,
    CapPer,
    CapScope,
    GroupChoice,
    Line,
    MembersDay,
    Multiplier,
    OrderCap,
    Verdict,
)
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.programme import Programme
from mi_rewards.repositories import Changes, CounterKey, Loaded, Needs, NotLoaded
from mi_rewards.tiers import ClassMultiplier, Privileges
from mi_rewards.wallet import check_journal
from tests.campaigns import campaign, inr, rate
from tests.ladders import GOLD, LADDER, SILVER
from tests.shop import (
    SMALL,
    Shop,
    T,
    cancel,
    deliver,
    give_back,
    ist,
    join,
    place,
    rules,
)
from tests.tills import SPENDING, Till, cart, line, order, pay, quote, redeem, refund

DOUBLE = Multiplier(2, 1)
LINES = (
    Line("p", inr(700), 1, "phones", product="note-4"),
    Line("a", inr(300), 3, "accessories", product="band"),
)
"""A thousand rupees that earn a hundred tokens."""
BUDGET = ("campaign/c", "budget")


def under(*campaigns: Campaign, **changes: Any) -> Programme:
    """Make a programme with campaigns."""
    groups = changes.pop("groups", {})
    return rules(campaigns=CampaignTerms(campaigns, groups), **changes)


def shop(*campaigns: Campaign, **changes: Any) -> Shop:
    """Open a shop with campaigns, which asha has joined."""
    opened = Shop(under(*campaigns, **changes))
    opened.do(join())
    return opened


def figures(shop: Shop, number: int = -1) -> dict[str, int | str]:
    """Read what an entry says of campaigns."""
    stated = shop.entries()[number].reason.figures
    return {name: figure for name, figure in stated if name.startswith("campaign.")}


# awards


def test_a_delivery_earns_what_campaigns_add() -> None:
    """The rule stays the base rule; the entry lists each campaign and its tokens."""
    open_ = shop(
        campaign("half", Multiplier(3, 2), categories=("accessories",)),
        campaign("first", Bonus(50), order_number=1),
        campaign("gone", Bonus(1), through_on=date(2017, 6, 30)),
    )
    delivered = open_.do(deliver("o1", lines=LINES))
    assert (delivered.tokens, delivered.rule) == (165, "shopping")
    assert figures(open_) == {"campaign.first": 50, "campaign.half": 15}
    purchase = open_.purchase()
    assert purchase is not None
    assert purchase.recipe is not None
    assert [part.rule for part in purchase.recipe.parts] == ["first", "half"]


def test_what_is_promised_is_what_is_awarded() -> None:
    """E4: The page, the promise and the award are computed by one function."""
    open_ = shop(campaign("c", DOUBLE), campaign("d", BonusRate(rate(3))))
    order = place("o1", lines=LINES)
    explained = open_.rewards.explain(order)
    promised = open_.do(order)
    assert figures(open_) == {"campaign.c": 100, "campaign.d": 30}
    delivered = open_.do(deliver("o1"))
    assert explained.tokens == promised.promised == delivered.tokens == 230
    assert explained.base_tokens == 100
    assert open_.balance().promised == 0


def test_what_is_explained_is_an_order_that_is_placed() -> None:
    """A delivery is told so by both shells."""
    open_ = shop()
    awaited = AsyncRewards(AsyncMemoryStore(open_.store), open_.rewards.programme)
    said = "^what is explained is a Place, not a Deliver$"
    with pytest.raises(Misuse, match=said):
        open_.rewards.explain(deliver("o1"))  # type: ignore[arg-type]
    with pytest.raises(Misuse, match=said):
        asyncio.run(awaited.explain(deliver("o1")))  # type: ignore[arg-type]


def test_deliveries_by_line_earn_what_one_of_all_earns() -> None:
    """Each line with its campaigns; the bonus once its minimum is delivered."""
    open_ = shop(
        campaign("c", DOUBLE, categories=("accessories",)),
        campaign("d", Bonus(50), min_amount=inr(1_000)),
    )
    open_.do(place("o1", lines=LINES))
    tokens = [open_.do(deliver("o1", line_ids=(it,))).tokens for it in ("p", "a")]
    assert tokens == [70, 110]


def test_what_was_in_force_when_an_order_was_placed_counts() -> None:
    """F1: A week that is over by the delivery still counts; one that begins later does not."""
    week = Window(ist("2017-07-01"), ist("2017-07-08"))
    open_ = shop(
        campaign("c", Bonus(50), window=week), campaign("d", Bonus(1), from_on=date(2017, 7, 8))
    )
    open_.do(place("o1", 1_000, at=ist("2017-07-07")))
    assert open_.do(deliver("o1", at=ist("2017-07-20"))).tokens == 150
    # Nobody told when this one was placed: its first delivery counts.
    assert open_.do(deliver("o2", 1_000, at=ist("2017-07-20"))).tokens == 101


def test_a_later_delivery_goes_by_what_was_recorded() -> None:
    """Whatever the rule book says by then."""
    open_ = shop(campaign("c", DOUBLE))
    open_.do(place("o1", lines=LINES))
    open_.do(deliver("o1", line_ids=("p",)))
    later = open_.under(under(campaign("e", Bonus(1_000))))
    assert later.do(deliver("o1", line_ids=("a",))).tokens == 60
    assert later.do(give_back("o1")).given_back == 200


def test_orders_that_waited_are_weighed_when_their_member_joins() -> None:
    """In the order of their deliveries; what the first takes of a cap the second has not."""
    first = campaign("first", Bonus(50), order_number=1)
    capped = campaign("c", Bonus(30), caps=(Cap(40),))
    open_ = Shop(rules(under(first, capped), retrospective=None))
    open_.do(deliver("o2", 100, at=ist("2017-07-03")))
    open_.do(deliver("o1", 100, at=ist("2017-07-02")))
    joined = open_.do(join(at=ist("2017-07-01")))
    assert joined.retrospective == 20 + 50 + 40
    assert open_.used("asha", "campaign/c/ever/ever") == 40
    member = open_.member()
    assert member is not None
    assert member.count_of("orders") == 2


def test_an_order_that_waited_is_awarded_delivery_by_delivery() -> None:
    """Each with what campaigns add to what was delivered by then."""
    open_ = Shop(under(campaign("c", DOUBLE, categories=("accessories",))))
    open_.do(deliver("o1", lines=LINES, line_ids=("p",), at=ist("2017-07-02")))
    open_.do(deliver("o1", line_ids=("a",), at=ist("2017-07-03")))
    assert open_.do(join(at=ist("2017-07-01"))).retrospective == 130
    purchase = open_.purchase()
    assert purchase is not None
    assert [it.tokens for it in purchase.awards] == [70, 60]


def test_an_order_that_does_not_earn_is_not_the_first() -> None:
    """Only orders that earn are counted."""
    first = campaign("c", Bonus(50), order_number=1)
    open_ = shop(first, channels=("web",), default_channel="web")
    assert open_.do(deliver("o1", 1_000, channel="shop")).tokens == 0
    assert [open_.do(deliver(it, 1_000)).tokens for it in ("o2", "o3")] == [150, 100]


def test_before_a_member_joins_nothing_is_promised() -> None:
    """Nothing is taken either."""
    open_ = Shop(under(campaign("c", Bonus(5), budget=Budget(10))))
    assert open_.do(place("o1", 1_000)) == Placed("o1", 0)
    explained = open_.rewards.explain(place("o2", 1_000))
    assert (explained.rule, explained.tokens) == ("waiting_for_joining", 0)
    assert explained.verdicts == (Verdict("c", False, 0, "waiting_for_joining", 0, 1),)
    assert open_.used(*BUDGET) is None


def test_an_order_that_could_not_be_awarded_does_not_wait() -> None:
    """Else its member could never join."""
    open_ = Shop(under(campaign("c", Bonus(2**63 - 1 - 10))))
    assert open_.do(deliver("o1", 100)).rule == "waiting_for_joining"
    refusal = open_.refusal(deliver("o2", 110))
    assert str(refusal) == "order 'o2' would earn more than 2**63 - 1 tokens"
    assert open_.do(join()).retrospective == 2**63 - 1


def test_what_does_not_earn_gets_nothing_of_campaigns() -> None:
    """A channel that does not earn, and an order past the cap on orders."""
    cap = OrderCap(1, CapScope.LIFETIME)
    open_ = shop(campaign("c", Bonus(5)), channels=("web",), default_channel="web", order_cap=cap)
    assert open_.do(deliver("o1", 1_000, channel="shop")).tokens == 0
    assert open_.do(deliver("o2", 1_000)).tokens == 105
    assert open_.do(deliver("o3", 1_000)).rule == "order_cap_reached"
    assert open_.rewards.explain(place("o4", 1_000)).verdicts[0].failed == "order_cap_reached"


# what comes back


@pytest.mark.parametrize("by_value", [False, True])
def test_a_return_takes_back_what_campaigns_added(by_value: bool) -> None:
    """I10: In parts as at once; a bonus once its minimum is no longer kept."""
    open_ = shop(
        campaign("c", DOUBLE, categories=("accessories",)),
        campaign("d", Bonus(50), min_amount=inr(900)),
    )
    open_.do(deliver("o1", lines=LINES))
    assert open_.balance().available == 180
    if by_value:
        backs = [give_back("o1", rupees, request=f"r{rupees}") for rupees in (100, 101)]
        expected = [13, 65]
    else:
        backs = [give_back("o1", None, ("a", 1), request=f"r{number}") for number in (1, 2)]
        expected = [20, 70]
    assert [open_.do(it).given_back for it in backs] == expected
    assert open_.do(give_back("o1", request="all")).given_back == 180 - sum(expected)
    assert open_.balance().available == 0
    assert list(check_journal(open_.entries())) == []
    assert figures(open_) == {"campaign.c": 0, "campaign.d": 0}


def test_what_comes_back_gives_nothing_back_to_a_budget() -> None:
    """Else a budget could be spent without end."""
    open_ = shop(campaign("c", Bonus(30), budget=Budget(40), caps=(Cap(100),)))
    open_.do(deliver("o1", 100))
    open_.do(give_back("o1"))
    assert (open_.used(*BUDGET), open_.used("asha", "campaign/c/ever/ever")) == (30, 30)
    assert open_.do(deliver("o2", 100)).tokens == 10 + 10
    assert open_.do(deliver("o3", 100)).tokens == 10


def test_what_is_cancelled_took_nothing() -> None:
    """A promise takes nothing of a budget; a delivery does."""
    open_ = shop(campaign("c", Bonus(30), budget=Budget(40)))
    assert open_.do(place("o1", 100)).promised == 40
    assert open_.used(*BUDGET) is None
    assert open_.do(cancel("o1")).withdrawn == 40
    assert open_.used(*BUDGET) is None


# limits


def test_a_promise_that_a_budget_can_no_longer_keep_is_withdrawn_in_part() -> None:
    """What is left is given; the delivery does not fail."""
    open_ = shop(campaign("c", Bonus(30), budget=Budget(40)))
    open_.all(place("o1", 100), place("o2", 100))
    assert open_.balance().promised == 80
    assert [open_.do(deliver(it)).tokens for it in ("o1", "o2")] == [40, 20]
    assert (open_.balance().promised, open_.balance().available) == (0, 60)
    assert open_.used(*BUDGET) == 40


def test_the_whole_order_is_taken_at_its_first_award() -> None:
    """I13: Another order between two deliveries takes nothing of what the first was given."""
    open_ = shop(campaign("c", DOUBLE, budget=Budget(100)))
    open_.do(place("o1", lines=LINES))
    assert open_.do(deliver("o1", line_ids=("a",))).tokens == 60
    assert open_.used(*BUDGET) == 100
    assert open_.do(deliver("o2", 1_000)).tokens == 100
    assert open_.do(deliver("o1", line_ids=("p",))).tokens == 140
    assert open_.used(*BUDGET) == 100


def test_a_batch_sees_what_its_earlier_commands_took() -> None:
    """I13: Three deliveries in one save share what is left."""
    open_ = shop(campaign("c", Bonus(30), budget=Budget(70)))
    delivered = open_.batch(*[deliver(f"o{number}", 100) for number in range(4)])
    assert [it.tokens for it in delivered] == [40, 40, 20, 10]
    assert open_.used(*BUDGET) == 70


@pytest.mark.parametrize(
    ("period", "at", "tokens"),
    [
        (Period.DAY, "2017-07-01 23:59", 15),
        (Period.DAY, "2017-07-02 00:00", 20),
        (Period.WEEK, "2017-07-02 23:59", 15),
        (Period.WEEK, "2017-07-03 00:00", 20),
        (Period.MONTH, "2017-07-31 23:59", 15),
        (Period.MONTH, "2017-08-01 00:00", 20),
        (Period.YEAR, "2017-12-31 23:59", 15),
        (Period.YEAR, "2018-01-01 00:00", 20),
        (Period.EVER, "2018-01-01 00:00", 15),
    ],
)
def test_a_cap_begins_again_with_its_period(period: Period, at: str, tokens: int) -> None:
    """I19: At midnight of the programme's zone."""
    open_ = shop(campaign("c", Bonus(10), caps=(Cap(15, period=period),)))
    assert open_.do(deliver("o1", 100)).tokens == 20
    assert open_.do(deliver("o2", 100, at=ist(at))).tokens == tokens


def test_an_order_counts_in_the_period_in_which_it_was_placed() -> None:
    """Its counter is found late, and loaded then."""
    open_ = shop(campaign("c", Bonus(10), caps=(Cap(15, period=Period.MONTH),)))
    open_.do(place("o1", 100, at=ist("2017-07-31")))
    assert open_.do(deliver("o1", at=ist("2017-08-01"))).tokens == 20
    assert open_.used("asha", "campaign/c/month/2017-07") == 10
    assert open_.used("asha", "campaign/c/month/2017-08") is None


def test_a_cap_per_member_is_each_members_own() -> None:
    """I12: And one for everybody is everybody's."""
    own = campaign("c", Bonus(10), caps=(Cap(10), Cap(25, CapPer.PROGRAMME)))
    open_ = shop(own)
    for by in ("ben", "cai"):
        open_.do(join(by))
    tokens = [open_.do(deliver("o1", 100, by=by)).tokens for by in ("asha", "ben", "cai")]
    assert tokens == [20, 20, 15]
    assert open_.do(deliver("o2", 100)).tokens == 10
    assert open_.used("campaign/c", "ever/ever") == 25


class Meanwhile(MemoryStore):
    """A store in which somebody else takes of a budget between a load and a save."""

    def __init__(self, programme: Programme, *tokens: int) -> None:
        super().__init__()
        self.programme = programme
        self.tokens = list(tokens)
        self.busy = False

    def save(self, changes: Changes, /) -> None:
        """Let somebody else deliver first, as long as somebody wants to."""
        if changes.takes and self.tokens and not self.busy:
            self.busy = True
            rupees, by = self.tokens.pop(0), f"other{len(self.tokens)}"
            others = Rewards(self, self.programme)
            others.do(join(by))
            others.do(deliver("o1", rupees, by=by))
            self.busy = False
        super().save(changes)


@pytest.mark.parametrize(
    ("others", "tokens"), [((), 100), ((300,), 100), ((700,), 80), ((900, 50), 55), ((1_000,), 50)]
)
def test_a_delivery_never_fails_because_a_budget_ran_out(
    others: tuple[int, ...], tokens: int
) -> None:
    """C8: It is decided again, and gets what is left; nothing where that is nothing."""
    rules_ = under(campaign("c", DOUBLE, budget=Budget(100)))
    store = Meanwhile(rules_, *others)
    rewards = Rewards(store, rules_)
    rewards.do(join())
    delivered = with_retries(rewards, lambda it: it.do(deliver("o1", 500)), attempts=3)
    assert delivered.tokens == tokens
    counter = store.load(Needs(counters=(CounterKey(*BUDGET),))).counters[CounterKey(*BUDGET)]
    assert counter is not None
    assert counter.used == min(100, sum(others) // 10 + 50)


def test_who_does_not_try_again_is_told_of_a_race() -> None:
    """That a limit was reached is no answer to a delivery, which needs none of it."""
    rules_ = under(campaign("c", DOUBLE, budget=Budget(100)))
    rewards = Rewards(Meanwhile(rules_, 900), rules_)
    rewards.do(join())
    with pytest.raises(Conflict, match="campaign/c") as caught:
        rewards.do(deliver("o1", 500))
    assert isinstance(caught.value.__cause__, LimitReached)
    assert rewards.balance("asha", at=T).available == 0


# needs


def test_only_counters_of_campaigns_in_force_are_asked_for() -> None:
    """Those with limits, in whose window the order falls; a limit of nothing has none."""
    week = Window(ist("2017-07-01"), ist("2017-07-08"))
    rules_ = under(
        campaign("a", Bonus(1), caps=(Cap(1), Cap(0, CapPer.PROGRAMME)), window=week),
        campaign("b", Bonus(1), budget=Budget(1)),
        campaign("c", Bonus(1), caps=(Cap(1, CapPer.ORDER),)),
        campaign("d", Bonus(1)),
    )
    a = CounterKey("asha", "campaign/a/ever/ever")
    b = CounterKey("campaign/b", "budget")
    assert needs_weighed(rules_, "asha", ist("2017-07-07")) == ((), (a, b))
    assert needs_weighed(rules_, "asha", ist("2017-07-08")) == ((), (b,))
    assert needs_weighed(SMALL, "asha", T) == ((), ())
    plain = Needs(deliver("o1").needs(SMALL).aggregates)
    assert deliver("o1").needs(SMALL) == plain
    assert deliver("o1").needs(rules_).counters == (a, b)
    assert place("o1", 1).needs(rules_).counters == (a, b)
    assert join().needs(rules_).counters == (a, b)
    assert give_back("o1").needs(rules_).counters == ()


# explaining


def test_a_page_is_told_why_a_campaign_does_not_apply() -> None:
    """The first condition that fails and what would change that; and nothing is written."""
    open_ = shop(
        campaign("app", Bonus(1), platforms=("app",)),
        campaign("best", Bonus(9), group="x"),
        campaign("budget", Bonus(1), budget=Budget(0)),
        campaign("gone", Bonus(1), through_on=date(2017, 6, 30)),
        campaign("lost", Bonus(8), group="x"),
        campaign("more", Bonus(1), min_amount=inr(1_001)),
        campaign("second", Bonus(1), order_number=2),
    )
    before = open_.story()
    explained = open_.rewards.explain(place("o1", lines=LINES))
    assert (explained.rule, explained.base_tokens, explained.tokens) == ("shopping", 100, 109)
    assert [it[3:] for it in explained.verdicts] == [
        ("wrong_platform", "", "app"),
        ("", "", ""),
        ("budget_used_up", 0, 1),
        ("over", "2017-07-01", "2017-06-30"),
        ("group_lost", 8, 9),
        ("below_min_amount", 100_000, 100_100),
        ("wrong_order_number", 1, 2),
    ]
    assert open_.story() == before
    assert open_.purchase() is None
    changed = open_.rewards.explain(place("o1", lines=LINES, platform="app"))
    assert changed.verdicts[0] == Verdict("app", True, 1)


def test_without_campaigns_an_order_is_explained_by_its_rule() -> None:
    """Nothing else is weighed."""
    open_ = shop()
    explained = open_.rewards.explain(place("o1", 1_000))
    assert (explained.rule, explained.base_tokens, explained.tokens) == ("shopping", 100, 100)
    assert explained.verdicts == ()


# every flag is read


@pytest.mark.parametrize(
    ("flipped", "stated", "tokens"),
    [
        ({}, {}, 200),
        ({"from_on": date(2017, 7, 2)}, {}, 100),
        ({"from_on": date(2017, 7, 1)}, {}, 200),
        ({"through_on": date(2017, 6, 30)}, {}, 100),
        ({"window": Window(ist("2017-07-02"), None)}, {}, 100),
        ({"window": Window(None, ist("2017-07-01"))}, {}, 100),
        ({"products": ("band",)}, {}, 130),
        ({"categories": ("phones",)}, {}, 170),
        ({"except_categories": ("phones",)}, {}, 130),
        ({"channels": ("app",)}, {}, 100),
        ({"channels": ("app",)}, {"channel": "app"}, 200),
        ({"platforms": ("ios",)}, {}, 100),
        ({"platforms": ("ios",)}, {"platform": "ios"}, 200),
        ({"payment_modes": ("prepaid",)}, {}, 100),
        ({"payment_modes": ("prepaid",)}, {"payment_mode": "prepaid"}, 200),
        ({"tiers": ("gold",)}, {}, 100),
        ({"tiers": ("silver",)}, {}, 200),
        ({"order_number": 2}, {}, 100),
        ({"order_number": 1}, {}, 200),
        ({"members_day": MembersDay.BIRTHDAY}, {}, 100),
        ({"members_day": MembersDay.ANNIVERSARY}, {}, 100),
        ({"min_amount": inr(1_001)}, {}, 100),
        ({"caps": (Cap(20, CapPer.ORDER),)}, {}, 120),
        ({"caps": (Cap(20),)}, {}, 120),
        ({"budget": Budget(20)}, {}, 120),
    ],
)
def test_every_condition_and_limit_counts(
    flipped: dict[str, Any], stated: dict[str, Any], tokens: int
) -> None:
    """H9: Whatever a rule book states changes what an order earns, and what is promised."""
    open_ = shop(campaign("c", DOUBLE, **flipped), ladder=LADDER)
    assert open_.rewards.explain(place("o1", lines=LINES, **stated)).tokens == tokens
    assert open_.do(place("o1", lines=LINES, **stated)).promised == tokens
    assert open_.do(deliver("o1")).tokens == tokens


@pytest.mark.parametrize(
    ("effect", "tokens"),
    [(DOUBLE, 200), (Bonus(7), 107), (BonusRate(rate(7)), 170), (BaseRate(rate(17)), 170)],
)
def test_every_effect_counts(effect: Any, tokens: int) -> None:
    """H9: Each of the four."""
    assert shop(campaign("c", effect)).do(deliver("o1", 1_000)).tokens == tokens


@pytest.mark.parametrize(
    ("choice", "group", "priority", "tokens"),
    [
        (GroupChoice.BEST, "x", 0, 140),
        (GroupChoice.PRIORITY, "x", 0, 140),
        (GroupChoice.PRIORITY, "x", 1, 105),
        (GroupChoice.BEST, "x", 1, 140),
        (GroupChoice.BEST, "", 1, 145),
    ],
)
def test_every_group_and_priority_counts(
    choice: GroupChoice, group: str, priority: int, tokens: int
) -> None:
    """H9: Best or priority, and none."""
    one = campaign("a", Bonus(40), group="x")
    other = campaign("b", Bonus(5), group=group, priority=priority)
    open_ = shop(one, other, groups={"x": choice})
    assert open_.do(deliver("o1", 1_000)).tokens == tokens


# tiers


def test_a_tiers_multiplier_counts_in_promise_page_and_award() -> None:
    """E4: For those who hold it, for what it multiplies."""
    half = Privileges(multipliers=(ClassMultiplier("accessories", 3, 2),))
    tiers = (SILVER, attrs.evolve(GOLD, threshold=100_000, privileges=half))
    open_ = shop(ladder=attrs.evolve(LADDER, tiers=tiers))
    order = place("o1", lines=LINES)
    assert open_.rewards.explain(order).tokens == open_.do(order).promised == 100
    assert open_.do(deliver("o1")).tokens == 100
    again = place("o2", lines=LINES)
    explained = open_.rewards.explain(again)
    assert explained.verdicts == (Verdict("tier/gold/accessories", True, 15),)
    assert explained.tokens == open_.do(again).promised == 115
    assert open_.do(deliver("o2")).tokens == 115


def test_what_was_not_loaded_is_named_at_once() -> None:
    """Every counter that is missing, in one go."""
    rules_ = under(campaign("c", Bonus(1), budget=Budget(9), caps=(Cap(9),)))
    weighing = Weighing(Loaded({}, {}), rules_, T)
    open_ = Shop(rules_)
    open_.do(join())
    member, stated = open_.member(), open_.rewards.explain(place("o1", 100))
    assert member is not None
    assert stated.tokens == 11
    open_.do(place("o1", 100))
    purchase = open_.purchase()
    assert purchase is not None
    with pytest.raises(NotLoaded) as caught:
        weighing.weighed(rules_.recipe, purchase, member, T)
    assert set(caught.value.needs.counters) == {
        CounterKey("asha", "campaign/c/ever/ever"),
        CounterKey("campaign/c", "budget"),
    }


# carts

CART = cart(line("case", 1_000, 2), line("phone", 5_000, 1, "phones"))


def till(*campaigns: Campaign, **changes: Any) -> Till:
    """Open a till with campaigns."""
    terms = CampaignTerms(campaigns)
    return Till(programme=rules(SPENDING, campaigns=terms, **changes))


def test_a_quote_says_what_the_order_will_earn() -> None:
    """E4: Quoted, promised and delivered by one function, line by line, coupons taken off."""
    open_ = till(
        campaign("c", DOUBLE, categories=("case",)),
        campaign("d", Bonus(50), min_amount=inr(6_901)),
        campaign("e", Bonus(7), products=("phone",), platforms=("app",)),
    )
    open_.do(redeem("off-100"))
    on_app = attrs.evolve(CART, platform="app", voucher_ids=("off-100",))
    quoted = open_.do(quote(on_app))
    assert quoted.earns == 690 + 190 + 7
    open_.all(order(), pay())
    assert open_.balance().promised == quoted.earns
    assert open_.do(deliver("o1")).tokens == quoted.earns
    without = open_.do(quote(attrs.evolve(CART, order_id="o2"), request="other"))
    assert without.earns == 700 + 200 + 50


def test_a_quote_whose_campaign_is_used_up_is_stale() -> None:
    """F3: It says what has changed, and takes nothing of a budget itself."""
    open_ = till(campaign("c", Bonus(50), budget=Budget(60)))
    assert open_.do(quote(CART)).earns == 750
    assert open_.used(*BUDGET) is None
    open_.do(deliver("other", 10))
    refusal = open_.refusal(order())
    assert isinstance(refusal, QuoteStale)
    assert refusal.figures["changed"] == "earns"


def test_a_cart_of_somebody_who_has_not_joined_earns_nothing() -> None:
    """Nor does one in a channel that does not earn."""
    open_ = till(campaign("c", Bonus(50)), channels=("web",), default_channel="web")
    assert open_.do(quote(CART, by="ben")).earns == 0
    assert open_.do(quote(attrs.evolve(CART, channel="shop"))).earns == 0
    assert open_.do(quote(CART, request="web")).earns == 750


def test_a_cart_never_earns_more_than_is_counted() -> None:
    """Said before it is ordered."""
    open_ = till(campaign("c", Bonus(2**63 - 1)))
    with pytest.raises(Misuse, match=r"the order would earn more than 2\*\*63 - 1 tokens"):
        open_.do(quote(CART))


def test_what_is_refunded_before_it_is_delivered_withdraws_its_campaigns_too() -> None:
    """What is still promised is what the rest will earn."""
    open_ = till(campaign("c", DOUBLE, categories=("case",)), campaign("d", Bonus(50)))
    open_.bought(CART)
    assert open_.balance().promised == 700 + 200 + 50
    open_.do(refund(("case", 1)))
    assert open_.balance().promised == 600 + 100 + 50
    assert open_.do(deliver("o1")).tokens == 750
    assert open_.balance().promised == 0


def test_what_is_refunded_between_deliveries_goes_by_what_was_recorded() -> None:
    """The recipe of the first delivery."""
    open_ = till(campaign("c", DOUBLE, categories=("case",)), campaign("d", Bonus(50)))
    open_.bought(CART)
    open_.do(deliver("o1", line_ids=("phone",)))
    assert open_.balance().promised == 400
    open_.do(refund(("case", 1)))
    assert open_.balance().promised == 200
    assert open_.do(deliver("o1", line_ids=("case",))).tokens == 200
    assert open_.balance().promised == 0


def test_the_asynchronous_face_explains_the_same() -> None:
    """One function answers both."""
    rules_ = under(campaign("c", DOUBLE, budget=Budget(30)))
    store = MemoryStore()
    Rewards(store, rules_).do(join())
    there = AsyncRewards(AsyncMemoryStore(store), rules_)
    explained = asyncio.run(there.explain(place("o1", 1_000)))
    assert explained == Rewards(store, rules_).explain(place("o1", 1_000))
    assert explained.tokens == 130
