"""Joining, what waited for it, and balances brought along."""

from datetime import timedelta
from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.commands import Join, Joined, Open, Opened
from mi_rewards.earning import (
    AlreadyJoined,
    Award,
    CapScope,
    EarnRate,
    Member,
    OrderCap,
    Retrospective,
    Welcome,
)
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money
from mi_rewards.repositories import Loaded, Needs, NotLoaded, member_key, purchase_key, wallet_key
from mi_rewards.wallet import EndOfYear, WalletFull
from tests.shop import (
    SMALL,
    Shop,
    T,
    bring,
    check_outcomes,
    deliver,
    give_back,
    ist,
    join,
    line,
    rules,
)
from tests.wallets import day

DAY = timedelta(days=1)
Y18 = day("2018-12-31")
WELCOME = Welcome(50, day("2017-06-15"), day("2017-06-21"))
SINCE_MAY = Retrospective(day("2017-05-01"), day("2017-06-30"))


# joining


def test_joining_makes_a_member() -> None:
    """Where the rules give nothing for it, without a wallet."""
    shop = Shop()
    check_outcomes([shop.do(join())], Joined(0, 0))
    assert shop.member() == Member("asha", T, version=1)
    assert shop.wallet() is None


@pytest.mark.parametrize(
    ("at", "welcome"),
    [
        ("2017-06-14 23:59:59", 0),
        ("2017-06-15 00:00", 50),
        ("2017-06-21 23:59:59", 50),
        ("2017-06-22 00:00", 0),
    ],
)
def test_a_welcome_is_given_on_its_days(at: str, welcome: int) -> None:
    """In the programme's zone."""
    shop = Shop(rules(welcome=WELCOME))
    check_outcomes([shop.do(join(at=ist(at)))], Joined(welcome, 0))
    assert shop.balance(at=ist(at)).available == welcome


def test_a_welcome_says_why_it_was_given() -> None:
    """By how much, and by which rule book."""
    shop = Shop(rules(welcome=WELCOME))
    shop.do(join(at=ist("2017-06-15")))
    assert shop.story() == [
        (
            "1 earned by join on 2017-06-15T06:30:00Z, welcome tokens=50 "
            f"rule_book={shop.programme.digest}: issued -50; available +50@2018-12-31"
        )
    ]


def test_a_member_joins_once() -> None:
    """By another request it is refused, and another member may."""
    shop = Shop(rules(welcome=Welcome(50)))
    shop.do(join())
    assert shop.refusal(join(request="again")) == AlreadyJoined(member_id="asha")
    check_outcomes([shop.do(join("bela"))], Joined(50, 0))


def test_what_waited_is_awarded() -> None:
    """By order of delivery however it was told, each from its own day; then the welcome."""
    shop = Shop(rules(welcome=Welcome(50), retrospective=Retrospective(day("2016-01-01"))))
    shop.do(deliver("o3", 3_000, at=T - DAY))
    shop.do(deliver("o2", 2_000, at=T - DAY))
    shop.do(deliver("o1", 1_000, at=ist("2016-12-31 23:59")))
    check_outcomes([shop.do(join())], Joined(50, 600))
    told = [
        text.replace(f"rule_book={shop.programme.digest}", "rule_book=…") for text in shop.story()
    ]
    figures = "rule=shopping rate_tokens=10 rate_per_minor=10000 currency=INR rounding=down"
    assert told == [
        (
            "1 earned by join on 2017-07-01T06:30:00Z for 2016-12-31T18:29:00Z, purchase "
            f"order_id=o1 base_minor=100000 {figures} rule_book=…: "
            "issued -100 (o1); available +100@2017-12-31"
        ),
        (
            "2 earned by join on 2017-07-01T06:30:00Z for 2017-06-30T06:30:00Z, purchase "
            f"order_id=o2 base_minor=200000 {figures} rule_book=…: "
            "issued -200 (o2); available +200@2018-12-31"
        ),
        (
            "3 earned by join on 2017-07-01T06:30:00Z for 2017-06-30T06:30:00Z, purchase "
            f"order_id=o3 base_minor=300000 {figures} rule_book=…: "
            "issued -300 (o3); available +300@2018-12-31"
        ),
        (
            "4 earned by join on 2017-07-01T06:30:00Z, welcome tokens=50 rule_book=…: "
            "issued -50; available +50@2018-12-31"
        ),
    ]
    assert shop.member() == Member("asha", T, (), (), 4)
    purchase = shop.purchase("o1")
    assert purchase is not None
    assert purchase.awards == (Award(100, day("2017-12-31"), ist("2016-12-31 23:59")),)
    assert purchase.recipe == shop.programme.recipe


def test_what_waited_in_parts_is_awarded_in_parts() -> None:
    """Each part from its own day, rounded once for the order, in one place under a cap."""
    shop = Shop(
        rules(
            retrospective=Retrospective(day("2016-01-01")),
            order_cap=OrderCap(1, CapScope.LIFETIME),
            expiry=EndOfYear(1),
        )
    )
    lines = (line("a", "15.50"), line("b", "15.50"), line("c", "15.50"))
    shop.do(deliver("o1", lines=lines, line_ids=("a", "c"), at=T - DAY))
    shop.do(deliver("o1", at=ist("2016-12-31")))
    check_outcomes([shop.do(join())], Joined(0, 4))
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.awards == (
        Award(1, day("2017-12-31"), ist("2016-12-31")),
        Award(3, Y18, T - DAY),
    )
    member = shop.member()
    assert member is not None
    assert member.counted == (("lifetime", 1),)
    assert shop.do(give_back("o1")).taken == 4


def test_the_rules_of_the_day_of_joining_hold_for_what_waited() -> None:
    """And the recipe says so."""
    shop = Shop(rules(retrospective=SINCE_MAY))
    shop.do(deliver("o1", 1_000, at=T - DAY))
    other = rules(retrospective=SINCE_MAY, rate=EarnRate(20, Money(10_000, "INR")))
    check_outcomes([shop.under(other).do(join())], Joined(0, 200))
    purchase = shop.purchase()
    assert purchase is not None
    assert purchase.recipe == other.recipe


def test_what_no_longer_counts_when_its_member_joins_earns_nothing() -> None:
    """Where a later part came too late, or the rules changed."""
    shop = Shop(rules(retrospective=SINCE_MAY))
    lines = (line("a", 1_000), line("b", 500))
    shop.do(deliver("o1", lines=lines, line_ids=("a",), at=ist("2017-06-30 23:59")))
    shop.do(deliver("o1", at=ist("2017-07-01 00:00")))
    shop.do(deliver("o2", 700, at=ist("2017-06-30 23:59")))
    member = shop.member()
    assert member is not None
    assert member.waiting == ("o1", "o2")
    check_outcomes([shop.do(join())], Joined(0, 70))
    other = Shop(rules(retrospective=SINCE_MAY))
    other.do(deliver("o2", 700, at=ist("2017-06-30 23:59")))
    check_outcomes([other.under(SMALL).do(join())], Joined(0, 0))
    assert other.member() == Member("asha", T, (), (), 2)


def test_what_was_delivered_after_joining_and_told_before_it_is_awarded() -> None:
    """Whatever the retrospective terms say by now: at the instant of joining, or later."""
    shop = Shop(rules(retrospective=Retrospective(day("2017-05-01"))))
    shop.all(deliver("o1", 1_000, at=T), deliver("o2", 100, at=T + DAY))
    shop.do(deliver("o3", 10, at=T - timedelta(microseconds=1)))
    check_outcomes([shop.under(SMALL).do(join())], Joined(0, 110))
    third = shop.purchase("o3")
    assert third is not None
    assert third.awards == ()


def test_what_was_returned_before_joining_is_not_awarded() -> None:
    """A part of it, or all; then the order earned nothing."""
    shop = Shop(rules(retrospective=SINCE_MAY))
    shop.all(deliver("o1", 1_000, at=T - DAY), deliver("o2", 1_000, at=T - DAY))
    shop.all(give_back("o1", 400, at=T - DAY), give_back("o2", at=T - DAY))
    check_outcomes([shop.do(join())], Joined(0, 60))
    purchase = shop.purchase("o2")
    assert purchase is not None
    assert purchase.awards == (Award(0, Y18, T - DAY),)


def test_what_waited_takes_its_places_under_a_cap() -> None:
    """By order of delivery, then by order id."""
    shop = Shop(rules(retrospective=SINCE_MAY, order_cap=OrderCap(2, CapScope.RETROSPECTIVE)))
    shop.do(deliver("o3", 3_000, at=T - DAY))
    shop.do(deliver("o2", 2_000, at=T - DAY))
    shop.do(deliver("o1", 1_000, at=T - 2 * DAY))
    check_outcomes([shop.do(join())], Joined(0, 300))
    assert shop.member() == Member("asha", T, (), (("retrospective", 2),), 4)
    assert shop.do(deliver("o4", 100)).tokens == 10
    late = shop.do(deliver("o5", 100, at=T - DAY))
    assert (late.tokens, late.rule) == (0, "order_cap_reached")


def test_a_lifetime_cap_counts_what_waited_too() -> None:
    """The places are the same."""
    shop = Shop(rules(retrospective=SINCE_MAY, order_cap=OrderCap(2, CapScope.LIFETIME)))
    shop.do(deliver("o1", 1_000, at=T - DAY))
    shop.do(join())
    outcomes = shop.all(deliver("o2", 1_000), deliver("o3", 1_000))
    assert [outcome.tokens for outcome in outcomes] == [100, 0]


def test_a_retrospective_cap_does_not_count_what_was_delivered_after_joining() -> None:
    """Though it waited, since joining was told late."""
    shop = Shop(
        rules(
            retrospective=Retrospective(day("2017-05-01")),
            order_cap=OrderCap(0, CapScope.RETROSPECTIVE),
        )
    )
    shop.all(deliver("o1", 1_000, at=T), deliver("o2", 100, at=T - DAY))
    check_outcomes([shop.do(join())], Joined(0, 100))


def test_what_waited_is_kept_later_where_the_rules_say_so() -> None:
    """From the day of delivery: at once where that time is over."""
    shop = Shop(rules(retrospective=SINCE_MAY, kept_after_days=14))
    shop.do(deliver("o1", 1_000, at=T - 20 * DAY))
    shop.do(deliver("o2", 2_000, at=T - 10 * DAY))
    check_outcomes([shop.do(join())], Joined(0, 300))
    assert (shop.balance().available, shop.balance().promised) == (100, 200)
    assert shop.balance(at=ist("2017-07-05 00:00")).available == 300
    assert [text.split()[1] for text in shop.story()] == ["promised", "kept", "promised"]


def test_joining_asks_for_what_waits() -> None:
    """In one go, since only the member says what that is."""
    shop = Shop(rules(retrospective=SINCE_MAY))
    shop.all(deliver("o1", 1_000, at=T - DAY), deliver("o2", 1_000, at=T - DAY))
    needs = join().needs(shop.programme)
    assert needs == Needs((member_key("asha"), wallet_key("asha", "tokens")))
    with pytest.raises(NotLoaded) as caught:
        join().decide(shop.store.load(needs), shop.programme)
    missing = caught.value.needs
    assert missing == Needs((purchase_key("asha", "o1"), purchase_key("asha", "o2")))


def test_a_waiting_order_that_is_gone_is_passed_over() -> None:
    """A store that lost it has nothing to award."""
    member = Member("asha", None, ("o1",), (), 1)
    loaded = Loaded(
        {
            member_key("asha"): member,
            wallet_key("asha", "tokens"): None,
            purchase_key("asha", "o1"): None,
        },
        {},
    )
    decision = join().decide(loaded, rules(retrospective=SINCE_MAY))
    check_outcomes([decision.outcome], Joined(0, 0))


def test_a_full_wallet_lets_nobody_join() -> None:
    """Since the welcome would be lost."""
    shop = Shop(rules(welcome=Welcome(50)))
    shop.do(bring(TOKENS_MAX - 49))
    assert shop.refusal(join()) == WalletFull(member_id="asha")


# balances brought along


def test_a_balance_is_brought_along_with_its_last_day() -> None:
    """One entry, of its own kind."""
    shop = Shop()
    check_outcomes([shop.do(bring(500))], Opened(500, Y18))
    assert shop.story() == [
        (
            "1 opened by open:500@2018-12-31 on 2017-07-01T06:30:00Z, opening: "
            "issued -500; available +500@2018-12-31"
        )
    ]
    assert shop.member() is None


def test_balances_of_several_days_are_brought_along() -> None:
    """One that never ends, and one that is past already and lapses at once."""
    shop = Shop()
    shop.all(bring(5, "never"), bring(7, "2017-07-01"), bring(9, "2017-06-30"))
    assert shop.story()[2].split(": ")[1] == "issued -9; lapsed +9@2017-06-30"
    assert [(it.last_day, it.tokens) for it in shop.balance().calendar] == [
        (day("2017-07-01"), 7),
        (NEVER, 5),
    ]


@pytest.mark.parametrize("tokens", [0, -1, True, 1.5, "5", TOKENS_MAX + 1])
def test_what_is_brought_along_is_whole_tokens(tokens: Any) -> None:
    """Anything else is an error of the caller's."""
    command = Open(member_id="asha", request_id="r", at=T, tokens=tokens, last_day=Y18)
    fault = Shop().refusal(command)
    assert type(fault) is Misuse
    assert str(fault).startswith("tokens must be")


@pytest.mark.parametrize("last_day", [T, "2018-12-31", None])
def test_what_is_brought_along_has_a_last_day(last_day: Any) -> None:
    """An instant or a text is none."""
    command = Open(member_id="asha", request_id="r", at=T, tokens=5, last_day=last_day)
    fault = Shop().refusal(command)
    assert type(fault) is Misuse
    assert str(fault).startswith("a day is a date without a time, not ")


def test_a_wallet_takes_only_so_many() -> None:
    """2**63 - 1, over its whole life."""
    shop = Shop()
    shop.do(bring(TOKENS_MAX))
    assert shop.refusal(bring(1)) == WalletFull(member_id="asha")


# names


@pytest.mark.parametrize("member_id", ["", None, 5, ("asha",)])
def test_a_command_names_its_member(member_id: Any) -> None:
    """By a text."""
    with pytest.raises(Misuse) as caught:
        Join(member_id=member_id, request_id="r", at=T)
    assert str(caught.value) == f"a member's id is a text, not {member_id!r}"


@pytest.mark.parametrize("request_id", ["", None, 5])
def test_a_command_names_its_request(request_id: Any) -> None:
    """By a text."""
    with pytest.raises(Misuse) as caught:
        Join(member_id="asha", request_id=request_id, at=T)
    assert str(caught.value) == f"a request id is a text, not {request_id!r}"


def test_a_command_keeps_its_instant_in_utc() -> None:
    """And needs one with an offset."""
    command = Join(member_id="asha", request_id="r", at=ist("2017-07-01 05:30"))
    assert command.at.isoformat() == "2017-07-01T00:00:00+00:00"
    with pytest.raises(Misuse, match="an instant needs an offset"):
        Join(member_id="asha", request_id="r", at=T.replace(tzinfo=None))


def test_a_request_id_is_unique_within_its_member() -> None:
    """Two members may use the same."""
    assert join().scope == "asha"
    shop = Shop(rules(welcome=Welcome(50)))
    assert shop.all(join("asha"), join("bela")) == [Joined(50, 0), Joined(50, 0)]
