"""The programme as one value: what it checks, reckons and digests."""

import copy
import pickle
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import NEVER, UTC, Period, Zone
from mi_rewards.catalogue import Reward
from mi_rewards.checkout import CheckoutTerms, PartPayment
from mi_rewards.earning import (
    Action,
    ActionLimit,
    Bonus,
    BonusRate,
    Budget,
    Campaign,
    CampaignTerms,
    Cap,
    CapScope,
    Conditions,
    EarnRate,
    GroupChoice,
    Multiplier,
    OrderCap,
    Qualifies,
    Recipe,
    ReferralTerms,
    Retrospective,
    Welcome,
)
from mi_rewards.earning.membership import MembershipTerms, OnLeaving
from mi_rewards.earning.points import PointsTerms
from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.preorders import Colour, OneOff, SaleCalendar, Unclaimed, WeeklySale
from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.tiers import ClassMultiplier, Privileges
from mi_rewards.trade_in import (
    Addition,
    AgeBand,
    AgeFrom,
    Base,
    Better,
    ExchangeMode,
    Grade,
    MonthCount,
    OnReturn,
    Surplus,
    Worse,
)
from mi_rewards.trade_in import Bonus as DeviceBonus
from mi_rewards.wallet import CappedBy, ClawBackPolicy, EndOfYear, NoExpiry, RollingDays
from tests import exchanging, phones
from tests.ahead import ONLINE, STORE
from tests.catalogue import COUPON, F_CODE, FULL, HANDED_ON, OFF_100, TENTH
from tests.exchanging import PICKUP
from tests.exchanging import STORE as AT_STORE
from tests.ladders import GOLD, LADDER
from tests.shop import REWARD_MI, SMALL, ist, rules
from tests.wallets import day


def test_a_programme_says_little_unless_it_is_told_more() -> None:
    """Debts are carried, holds are not limited, and nothing is given for joining."""
    assert (
        Programme(
            "small",
            "Small",
            Zone("Asia/Kolkata"),
            "INR",
            "tokens",
            SMALL.earning,
            EndOfYear(1),
            ClawBackPolicy.OWED,
            HoldLimits(None, None),
            None,
            None,
            None,
            (),
            keeps_codes=False,
        )
        == SMALL
    )


@pytest.mark.parametrize("name", ["name", "title", "kind"])
@pytest.mark.parametrize("text", ["", None, 5])
def test_a_programme_has_names(name: str, text: Any) -> None:
    """Each of them a text."""
    with pytest.raises(Misuse) as caught:
        rules(**{name: text})
    assert str(caught.value) == f"a programme's {name} is a text, not {text!r}"


def test_a_programme_has_a_zone() -> None:
    """Its name alone is none."""
    with pytest.raises(Misuse, match="a programme's zone is a Zone, not 'Asia/Kolkata'"):
        rules(zone="Asia/Kolkata")


def test_a_programme_has_a_claw_back_policy() -> None:
    """Its name alone is none."""
    with pytest.raises(Misuse, match="a claw-back policy is one of ClawBackPolicy's, not 'owed'"):
        rules(claw_back="owed")


def test_a_sunset_is_a_day() -> None:
    """An instant is none."""
    with pytest.raises(Misuse, match="sunset_on must be a date without a time"):
        rules(sunset_on=datetime(2018, 1, 1, tzinfo=UTC))


def test_the_rate_is_in_the_programme_s_currency() -> None:
    """The message names both."""
    with pytest.raises(Misuse, match=r"the rate is per INR 100.00, not in JPY"):
        rules(currency="JPY")


# the catalogue


@pytest.mark.parametrize("rewards", [[COUPON], (COUPON, "cup"), None])
def test_rewards_are_a_tuple_of_them(rewards: Any) -> None:
    """A list of them is none, and neither is a name."""
    with pytest.raises(Misuse, match="a programme's rewards are a tuple of Reward, not "):
        rules(rewards=rewards)


def test_each_reward_has_a_name_of_its_own() -> None:
    """The message names the one that comes twice."""
    with pytest.raises(Misuse, match="two rewards are named 'cup'"):
        rules(rewards=(COUPON, F_CODE, attrs.evolve(COUPON, cost=1)))


def test_a_reward_of_a_rule_book_was_never_stored() -> None:
    """What is stored has a life beside the rule book."""
    with pytest.raises(Misuse, match="reward 'cup' was stored; a rule book has version 0"):
        rules(rewards=(COUPON.stored(),))


@pytest.mark.parametrize(
    "reward",
    [
        attrs.evolve(COUPON, expense=Money(1, "USD")),
        attrs.evolve(COUPON, terms=attrs.evolve(OFF_100, value=Money(1, "USD"))),
        attrs.evolve(
            FULL,
            terms=attrs.evolve(TENTH, cap=Money(1, "USD"), order_min=Money(2, "USD")),
            expense=None,
        ),
    ],
)
def test_rewards_are_in_the_programme_s_currency(reward: Reward) -> None:
    """Every amount of them."""
    with pytest.raises(Misuse, match=rf"reward '{reward.reward_id}' is in USD, the programme in"):
        rules(rewards=(reward,))
    assert rules(rewards=(FULL, F_CODE)).rewards == (FULL, F_CODE)


@pytest.mark.parametrize("value", [1, None, "never"])
def test_whether_codes_are_kept_is_a_truth_value(value: Any) -> None:
    """Nothing else is taken for one."""
    with pytest.raises(Misuse, match="keeps_codes is true or false, not "):
        rules(keeps_codes=value)


# holds


@pytest.mark.parametrize("name", ["hours_max", "open_max"])
@pytest.mark.parametrize("value", [-1, True, 1.5, "24"])
def test_limits_on_holds_are_whole_numbers(name: str, value: Any) -> None:
    """Or none at all."""
    with pytest.raises(Misuse) as caught:
        HoldLimits(**{name: value})
    assert str(caught.value) == f"{name} must be a whole number, not {value!r}"


def test_a_limit_of_nothing_is_a_limit() -> None:
    """`None` is unlimited, 0 is none."""
    assert HoldLimits(0, 0) != HoldLimits()
    assert (HoldLimits().hours_max, HoldLimits().open_max) == (None, None)


# last days


@pytest.mark.parametrize(
    ("at", "last_day"),
    [
        ("2017-12-31 23:59:59", "2018-12-31"),
        ("2018-01-01 00:00", "2019-12-31"),
        ("2018-12-31 23:59:59", "2019-12-31"),
    ],
)
def test_the_last_valid_day_is_reckoned_from_the_day_in_the_programme_s_zone(
    at: str, last_day: str
) -> None:
    """The year ends at midnight in Kolkata, not in London."""
    assert SMALL.last_day(ist(at)) == day(last_day)
    assert rules(zone=Zone("UTC")).last_day(ist("2018-01-01 05:29")) == day("2018-12-31")


def test_a_sunset_caps_every_last_day() -> None:
    """What lapses before it still does."""
    capped = rules(sunset_on=day("2019-06-30"))
    assert capped.validity == CappedBy(EndOfYear(1), day("2019-06-30"))
    assert capped.last_day(ist("2017-07-01")) == day("2018-12-31")
    assert capped.last_day(ist("2018-07-01")) == day("2019-06-30")
    assert SMALL.validity == EndOfYear(1)
    assert rules(expiry=NoExpiry()).last_day(ist("2017-07-01")) == NEVER


def test_last_days_are_right_however_many_are_asked_for() -> None:
    """Beyond what is remembered, and again from the beginning."""
    rolling = rules(expiry=RollingDays(10))
    first = ist("2001-01-01")
    for days in (*range(4_200), 0, 1, 4_199):
        expected = date(2001, 1, 11) + timedelta(days=days)
        assert rolling.last_day(first + timedelta(days=days)) == expected


def test_an_instant_needs_an_offset() -> None:
    """A naive one is on no day."""
    with pytest.raises(Misuse, match="an instant needs an offset"):
        SMALL.last_day(datetime(2017, 7, 1))


# digest and recipe


@pytest.mark.parametrize("wrong", [None, (), (Campaign("c", "C", Bonus(1)),)])
def test_a_programmes_campaigns_are_terms(wrong: Any) -> None:
    """Campaigns by themselves are none."""
    with pytest.raises(Misuse, match="a programme's campaigns are CampaignTerms, not"):
        rules(campaigns=wrong)


def test_campaigns_are_for_the_programmes_money() -> None:
    """One amount in another currency is enough."""
    other = Campaign("c", "C", BonusRate(EarnRate(1, Money(1, "JPY"))))
    with pytest.raises(Misuse, match="a campaign is in JPY, the programme in INR"):
        rules(campaigns=CampaignTerms((other,)))


def multiplying(*multipliers: ClassMultiplier, **more: Any) -> Programme:
    """Make a programme whose gold tier multiplies."""
    tier = attrs.evolve(GOLD, privileges=Privileges(multipliers=multipliers))
    return rules(ladder=attrs.evolve(LADDER, tiers=(tier,)), **more)


def test_what_tiers_multiply_is_a_campaign() -> None:
    """Of a category, and of all that have none of their own."""
    half, twice = ClassMultiplier("accessories", 3, 2), ClassMultiplier("", 2)
    one = Campaign("c", "C", Bonus(1))
    found = multiplying(half, twice, campaigns=CampaignTerms((one,)))
    assert found.in_force == CampaignTerms(
        (
            one,
            Campaign(
                "tier/gold/accessories",
                "Gold",
                Multiplier(3, 2),
                Conditions(categories=("accessories",), tiers=("gold",)),
            ),
            Campaign(
                "tier/gold/",
                "Gold",
                Multiplier(2, 1),
                Conditions(except_categories=("accessories",), tiers=("gold",)),
            ),
        )
    )
    assert multiplying().in_force.campaigns == SMALL.in_force.campaigns == ()


_GIFT = Action("gift", 5)
_ONE = Campaign("c", "C", Multiplier(2, 1))
_WEEKLY = WeeklySale(4, time(12), day("2017-03-31"))
_SALE = SaleCalendar("friday", SMALL.zone, (_WEEKLY,))

_EXTRA = DeviceBonus("diwali", Money(1, "INR"))
_BOOK = phones.a_book()

CHANGES: list[dict[str, Any]] = [
    {"name": "other"},
    {"title": "Other"},
    {"zone": Zone("UTC")},
    {"currency": "JPY", "rate": EarnRate(10, Money(10_000, "JPY"))},
    {"kind": "points"},
    {"rate": EarnRate(11, Money(10_000, "INR"))},
    {"rate": EarnRate(10, Money(10_001, "INR"))},
    {"rate": EarnRate(10, Money(10_000, "INR"), Rounding.UP)},
    {"channels": ("web",)},
    {"default_channel": "web"},
    {"excluded_categories": ("shipping",)},
    {"kept_after_days": 1},
    {"order_cap": OrderCap(5, CapScope.LIFETIME)},
    {"order_cap": OrderCap(6, CapScope.LIFETIME)},
    {"order_cap": OrderCap(5, CapScope.CALENDAR_YEAR)},
    {"expiry": EndOfYear(2)},
    {"expiry": RollingDays(1)},
    {"claw_back": ClawBackPolicy.FORGIVEN},
    {"holds": HoldLimits(1)},
    {"holds": HoldLimits(None, 1)},
    {"welcome": Welcome(50)},
    {"welcome": Welcome(51)},
    {"welcome": Welcome(50, day("2017-06-15"))},
    {"welcome": Welcome(50, None, day("2017-06-15"))},
    {"retrospective": Retrospective(day("2017-05-01"))},
    {"retrospective": Retrospective(day("2017-05-02"))},
    {"retrospective": Retrospective(day("2017-05-01"), day("2017-06-15"))},
    {"sunset_on": day("2018-12-31")},
    {"rewards": (COUPON,)},
    {"rewards": (COUPON, F_CODE)},
    {"rewards": (F_CODE, COUPON)},
    {"rewards": (attrs.evolve(COUPON, title="Another cup"),)},
    {"rewards": (attrs.evolve(COUPON, terms=HANDED_ON),)},
    {"keeps_codes": True},
    {"checkout": CheckoutTerms(quote_minutes=16)},
    {"checkout": CheckoutTerms(payment_minutes=31)},
    {"checkout": CheckoutTerms(earns_on_tokens=True)},
    {"checkout": CheckoutTerms(earns_on_coupons=True)},
    {"checkout": CheckoutTerms(earns_on_exchange=False)},
    {"checkout": CheckoutTerms(PartPayment(Rate(4, 1)))},
    {"checkout": CheckoutTerms(PartPayment(Rate(4, 1), 100))},
    {"checkout": CheckoutTerms(PartPayment(Rate(4, 1), 1, Rate(20, 100)))},
    {"points": PointsTerms("vip", EarnRate(1, Money(10_000, "INR")), NoExpiry())},
    {"points": PointsTerms("status", EarnRate(1, Money(10_000, "INR")), NoExpiry())},
    {"points": PointsTerms("vip", EarnRate(2, Money(10_000, "INR")), NoExpiry())},
    {"points": PointsTerms("vip", EarnRate(1, Money(10_000, "INR")), EndOfYear())},
    {"points": PointsTerms("vip", EarnRate(1, Money(10_000, "INR")), NoExpiry(), ("ship",))},
    {"actions": (Action("sharing", 5),)},
    {"actions": (Action("sharing", 6),)},
    {"referral": ReferralTerms(50, 0, Qualifies.ON_JOINING)},
    {"referral": ReferralTerms(50, 5, Qualifies.ON_JOINING)},
    {"ladder": LADDER},
    {"ladder": attrs.evolve(LADDER, notice_days=7)},
    *(
        {"campaigns": CampaignTerms(found, groups)}
        for found, groups in (
            ((_ONE,), {}),
            ((attrs.evolve(_ONE, campaign_id="d"),), {}),
            ((attrs.evolve(_ONE, title="D"),), {}),
            ((attrs.evolve(_ONE, effect=Multiplier(3, 1)),), {}),
            ((attrs.evolve(_ONE, when=Conditions(order_number=1)),), {}),
            ((attrs.evolve(_ONE, caps=(Cap(1),)),), {}),
            ((attrs.evolve(_ONE, budget=Budget(1)),), {}),
            ((attrs.evolve(_ONE, group="x"),), {}),
            ((attrs.evolve(_ONE, group="x"),), {"x": GroupChoice.BEST}),
            ((attrs.evolve(_ONE, group="x"),), {"x": GroupChoice.PRIORITY}),
            ((attrs.evolve(_ONE, priority=1),), {}),
        )
    ),
    *(
        {"actions": found}
        for found in (
            (_GIFT,),
            (_GIFT, attrs.evolve(_GIFT, action_id="other")),
            (attrs.evolve(_GIFT, tokens=6),),
            (attrs.evolve(_GIFT, kind="tokens"),),
            (attrs.evolve(_GIFT, limits=(ActionLimit(1),)),),
            (attrs.evolve(_GIFT, limits=(ActionLimit(1, Period.DAY),)),),
            (attrs.evolve(_GIFT, from_on=day("2017-06-15")),),
            (attrs.evolve(_GIFT, through_on=day("2017-06-15")),),
            (attrs.evolve(_GIFT, budget=0),),
        )
    ),
    *(
        {"referral": attrs.evolve(ReferralTerms(100, 40, Qualifies.ON_JOINING), **changes)}
        for changes in (
            {},
            {"inviter_tokens": 101},
            {"friend_tokens": 41},
            {"qualifies": Qualifies.ON_FIRST_DELIVERY},
            {"qualifies": Qualifies.AFTER_RETURN_WINDOW, "return_days": 1},
            {"qualifies": Qualifies.AFTER_RETURN_WINDOW, "return_days": 2},
            {"code_days": 1},
            {"friends_max": 0},
            {"friends_max": 1},
            {"friends_period": Period.MONTH},
            {"from_on": day("2017-08-01")},
            {"through_on": day("2017-08-01")},
            {"account_days_max": 3},
            {"needs_verdict": True},
        )
    ),
    {"membership": MembershipTerms(OnLeaving.KEEP)},
    {"membership": MembershipTerms(rejoins=False)},
    {"membership": MembershipTerms(claim_within_days=0)},
    {"membership": MembershipTerms(claim_within_days=1)},
    {"membership": MembershipTerms(blocked_earn=False)},
    *(
        {"sales": (attrs.evolve(_SALE, **changes),)}
        for changes in (
            {},
            {"sale_id": "other"},
            {"weekly": (attrs.evolve(_WEEKLY, weekday=3),)},
            {"weekly": (attrs.evolve(_WEEKLY, time=time(11)),)},
            {"weekly": (attrs.evolve(_WEEKLY, time=time(0, 0, 0, 11)),)},
            {"weekly": (attrs.evolve(_WEEKLY, from_on=day("2017-03-30")),)},
            {"weekly": (attrs.evolve(_WEEKLY, through_on=day("2017-03-31")),)},
            {"weekly": (attrs.evolve(_WEEKLY, minutes=60),)},
            {"extra": (OneOff(datetime(2017, 6, 1), datetime(2017, 6, 2)),)},
            {"extra": (OneOff(datetime(2017, 6, 1, 1), datetime(2017, 6, 2)),)},
            {"extra": (OneOff(datetime(2017, 6, 1), datetime(2017, 6, 2, 0, 0, 1)),)},
            {"closed_on": (day("2017-04-07"),)},
        )
    ),
    *(
        {"ladder": LADDER, "sales": (attrs.evolve(_SALE, early_access=hours),)}
        for hours in ((("gold", 1),), (("gold", 2),), (("silver", 1),))
    ),
    {"sales": (_SALE, SaleCalendar("other", SMALL.zone))},
    *(
        {"preorders": (attrs.evolve(of, **changes),)}
        for of, changes in (
            (ONLINE, {}),
            (ONLINE, {"terms_id": "other"}),
            (ONLINE, {"channels": ("other",)}),
            (ONLINE, {"payment_modes": ()}),
            (ONLINE, {"pay_within_minutes": None}),
            (ONLINE, {"ship_within_days": 6}),
            (ONLINE, {"colour": Colour.WISH}),
            (ONLINE, {"revives_f_code": True}),
            (ONLINE, {"address_is_frozen": False}),
            (ONLINE, {"remind_minutes": 6}),
            (STORE, {}),
            (STORE, {"booking": Money(1, "INR")}),
            (STORE, {"pickup_within_days": None}),
            (STORE, {"unclaimed": Unclaimed.FORFEITED}),
        )
    ),
    {"preorders": (ONLINE, STORE)},
    *(
        {"trade_ins": (attrs.evolve(of, **changes),)}
        for of, changes in (
            (AT_STORE, {}),
            (AT_STORE, {"terms_id": "other"}),
            (AT_STORE, {"mode": ExchangeMode.ONLINE}),
            (AT_STORE, {"book_id": "other"}),
            (AT_STORE, {"channels": ("other",)}),
            (AT_STORE, {"brands": ("Xiaomi",)}),
            (AT_STORE, {"products": ("redmi-note-4",)}),
            (AT_STORE, {"categories": ()}),
            (AT_STORE, {"quote_days": None}),
            (AT_STORE, {"quote_days": 13}),
            (AT_STORE, {"every_imei": False}),
            (AT_STORE, {"combines": ("coupons",)}),
            (AT_STORE, {"combines": ("tokens",)}),
            (AT_STORE, {"least_payable": Money(1, "INR")}),
            (AT_STORE, {"surplus": Surplus.TOKENS}),
            (AT_STORE, {"credit": None}),
            (AT_STORE, {"credit": Rate(1, 99)}),
            (AT_STORE, {"worse": Worse.PAY_DIFFERENCE}),
            (AT_STORE, {"worse": Worse.THRESHOLD, "threshold": Rate(3, 4)}),
            (AT_STORE, {"worse": Worse.THRESHOLD, "threshold": Rate(1, 2)}),
            (AT_STORE, {"better": Better.ACCEPT}),
            (AT_STORE, {"worse": Worse.PAY_DIFFERENCE, "answer_within_hours": 48}),
            (AT_STORE, {"on_return": OnReturn.MONEY}),
            (AT_STORE, {"on_return": OnReturn.LOST}),
            (AT_STORE, {"revives": False}),
            (PICKUP, {}),
            (PICKUP, {"pickup_within_days": None}),
            (PICKUP, {"attempts_max": None}),
        )
    ),
    *(
        {"trade_ins": (attrs.evolve(AT_STORE, bonuses=(attrs.evolve(_EXTRA, **changes),)),)}
        for changes in (
            {},
            {"bonus_id": "other"},
            {"amount": Money(2, "INR")},
            {"amount": Rate(1, 10)},
            {"from_at": exchanging.OPENED},
            {"until_at": exchanging.OPENED},
            {"brands": ("Xiaomi",)},
            {"models": ("redmi-note-3",)},
        )
    ),
    {"trade_ins": (AT_STORE, PICKUP)},
    {"price_books": (_BOOK,)},
    {"price_books": (_BOOK, attrs.evolve(_BOOK, book_id="other"))},
    *(
        {"price_books": (attrs.evolve(_BOOK, **changes),)}
        for changes in (
            {"book_id": "other"},
            {"edition": 2},
            {"base": Base.LAUNCH},
            {"grades": (Grade("A", Rate(1, 1)), Grade("B", Rate(7, 9)), Grade("C", Rate(1, 2)))},
            {"defects": (attrs.evolve(_BOOK.defects[0], grade_id=""), *_BOOK.defects[1:])},
            {"additions": (Addition("box_and_bill", phones.inr("351")), _BOOK.additions[1])},
            {"ages": ()},
            {"ages": (AgeBand(0, 11, Rate(1, 1)),)},
            {"age_from": AgeFrom.LAUNCH},
            {"month_count": MonthCount.BEGUN},
            {"floor": phones.inr("310")},
            {"ceiling": None},
            {"ceiling": phones.inr("9010")},
            {"rounding_to": phones.inr("5")},
        )
    ),
]


def test_every_field_counts_in_the_digest() -> None:
    """Whatever is changed, the rule book is another one."""
    changed = [rules(**changes) for changes in CHANGES]
    assert len({programme.digest for programme in (SMALL, *changed)}) == len(CHANGES) + 1
    named = {name for changes in CHANGES for name in changes}
    fields = {it.name for it in attrs.fields(Programme) if it.init}
    assert fields - named == {"earning"}
    assert {it.name for it in attrs.fields(type(SMALL.earning))} <= named


def test_equal_rules_have_equal_digests() -> None:
    """Made again, copied or pickled; and a digest stays the same from one version to the next."""
    again = rules(zone=Zone("Asia/Kolkata"), expiry=EndOfYear(1))
    assert again == SMALL
    assert {
        it.digest for it in (again, copy.deepcopy(SMALL), pickle.loads(pickle.dumps(SMALL)))
    } == {SMALL.digest}
    assert SMALL.digest == "3c681555e70e9d39"
    assert REWARD_MI.digest == "4d1580a0afe12e17"


def test_the_recipe_is_that_of_the_terms_and_names_the_rule_book() -> None:
    """Every award records it."""
    programme = rules(excluded_categories=("shipping",))
    assert programme.recipe == Recipe(
        "shopping",
        10,
        Money(10_000, "INR"),
        Rounding.DOWN,
        ("shipping",),
        programme.digest,
    )
