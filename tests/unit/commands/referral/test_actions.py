"""Performing actions: what it earns, and what counters, windows and membership refuse."""

from datetime import datetime
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Period
from mi_rewards.commands import Block, Leave, Perform
from mi_rewards.commands.referral.outcomes import Performed
from mi_rewards.earning import (
    Action,
    ActionLimit,
    ActionNotOpen,
    EarnRate,
    MemberLeft,
    MembershipTerms,
    NotAMember,
    PointsTerms,
    UnknownAction,
)
from mi_rewards.errors import LimitReached, Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet import MemberBlocked, RollingDays, WalletFull
from tests.friends import perform
from tests.shop import Shop, T, bring, inr, ist, join, rules
from tests.wallets import day

SHARING = Action("sharing", 5, limits=(ActionLimit(1, Period.DAY),))
DRAW = Action("draw", 500, budget=1200)
GIFT = Action("gift", 7, from_on=day("2017-07-01"), through_on=day("2017-07-31"))
STATUS = Action("review", 3, "vip")
POINTS = PointsTerms("vip", EarnRate(1, inr(1)), RollingDays(30))


def shop(**changes: Any) -> Shop:
    """Open a shop with actions, and let asha and bela join."""
    made = Shop(rules(actions=(SHARING, DRAW, GIFT, STATUS), points=POINTS, **changes))
    made.all(join(), join("bela"))
    return made


def test_an_action_earns_tokens() -> None:
    """Of the programme's kind, valid as all are, with the action in the journal."""
    mi = shop()
    assert mi.do(perform()) == Performed("sharing", 5, day("2018-12-31"))
    assert mi.balance().available == 5
    entry = mi.entries()[-1]
    assert entry.reason.code == "action"
    assert entry.reason.figures == (
        ("action_id", "sharing"),
        ("rule_book", mi.programme.digest),
    )


def test_an_action_may_earn_status_points() -> None:
    """In their own wallet, valid as points are."""
    mi = shop()
    assert mi.do(perform("review")) == Performed("review", 3, day("2017-07-31"))
    assert mi.balance().available == 0
    points = Shop(attrs.evolve(mi.programme, kind="vip", points=None, actions=()), store=mi.store)
    assert points.balance().available == 3


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2017-06-30 23:59:59", False),
        ("2017-07-01 00:00", True),
        ("2017-07-31 23:59:59", True),
        ("2017-08-01 00:00", False),
    ],
)
def test_an_action_is_performed_on_its_days(at: str, is_open: bool) -> None:
    """From the first instant of the first to the last of the last, in India."""
    mi = Shop(rules(actions=(GIFT,)))
    mi.do(join(at=ist("2017-06-01")))
    command = perform("gift", at=ist(at))
    if is_open:
        assert mi.do(command).tokens == 7
    else:
        assert mi.refusal(command) == ActionNotOpen(action_id="gift", on=at[:10])
    assert mi.balance(at=ist("2017-08-02")).available == (7 if is_open else 0)


def test_a_limit_holds_over_its_period() -> None:
    """Once a day: the same day again is refused, with the counter; the next is another day."""
    mi = shop()
    mi.do(perform(at=ist("2017-08-01 00:00")))
    late = perform(at=ist("2017-08-01 23:59:59"), request="again")
    assert mi.refusal(late) == LimitReached(
        counter="asha/action/sharing/day/2017-08-01", asked=1, used=1, limit=1
    )
    mi.do(perform(at=ist("2017-08-02 00:00"), request="tomorrow"))
    mi.do(perform(by="bela", at=ist("2017-08-01 12:00")))
    assert mi.used("asha", "action/sharing/day/2017-08-01") == 1
    assert mi.balance(at=ist("2017-08-02")).available == 10


def test_a_request_again_is_no_other_time() -> None:
    """It gets what it got, even where the limit is reached by then."""
    mi = shop()
    first = mi.do(perform())
    assert mi.do(perform()) == first
    assert mi.balance().available == 5


def test_a_budget_holds_over_all_members() -> None:
    """Two winners of 500 each, of a budget of 1,200: not a third, and no part of it."""
    mi = shop()
    mi.do(perform("draw", occasion="june"))
    mi.do(perform("draw", by="bela", occasion="june"))
    third = perform("draw", occasion="july", request="third")
    assert mi.refusal(third) == LimitReached(
        counter="action/draw/budget", asked=500, used=1000, limit=1200
    )
    assert mi.used("action/draw", "budget") == 1000
    more = mi.under(rules(mi.programme, actions=(attrs.evolve(DRAW, budget=1500),)))
    assert more.do(third).tokens == 500


@pytest.mark.parametrize(("budget", "tokens"), [(None, 500), (0, None), (499, None), (500, 500)])
def test_no_budget_is_no_end_and_zero_is_none(budget: int | None, tokens: int | None) -> None:
    """Promise 13, for budgets."""
    mi = shop().under(rules(actions=(attrs.evolve(DRAW, budget=budget),)))
    command = perform("draw")
    if tokens is None:
        assert type(mi.refusal(command)) is LimitReached
    else:
        assert mi.do(command).tokens == tokens


def test_an_occasion_comes_once_to_each_member() -> None:
    """Whatever the request; another member, and another occasion, are others."""
    mi = shop()
    mi.do(perform("draw", occasion="june"))
    assert mi.refusal(perform("draw", occasion="june", request="again")) == LimitReached(
        counter="asha/action/draw/once/june", asked=1, used=1, limit=1
    )
    mi.do(perform("draw", by="bela", occasion="june"))
    assert mi.entries()[-1].reason.figure("occasion") == "june"
    assert [mi.balance(by=it).available for it in ("asha", "bela")] == [500, 500]


def test_who_has_not_joined_earns_nothing() -> None:
    """Nor before the instant of joining; at it, they do."""
    mi = shop()
    nobody = perform(by="chitra")
    assert mi.refusal(nobody) == NotAMember(member_id="chitra")
    before = perform(at=ist("2017-07-01 11:59:59"))
    assert mi.refusal(before) == NotAMember(member_id="asha")
    assert mi.do(perform(at=T)).tokens == 5


def test_who_has_left_earns_nothing() -> None:
    """Their refusal says so."""
    mi = shop()
    mi.do(Leave(member_id="asha", request_id="leave", at=T))
    assert mi.refusal(perform()) == MemberLeft(member_id="asha")


@pytest.mark.parametrize("blocked_earn", [True, False])
def test_who_is_blocked_earns_where_the_terms_say_so(blocked_earn: bool) -> None:
    """Else they are told for what they are blocked."""
    mi = shop(membership=MembershipTerms(blocked_earn=blocked_earn))
    mi.do(Block(member_id="asha", request_id="block", at=T, reason="fraud"))
    if blocked_earn:
        assert mi.do(perform()).tokens == 5
    else:
        assert mi.refusal(perform()) == MemberBlocked(reason="fraud")


def test_an_action_that_there_is_not_is_refused() -> None:
    """After membership, before its days."""
    assert shop().refusal(perform("dance")) == UnknownAction(action_id="dance")
    assert Shop().refusal(perform("dance")) == NotAMember(member_id="asha")


def test_a_full_wallet_takes_nothing_and_counts_nothing() -> None:
    """The counter is not taken from either."""
    mi = shop()
    mi.do(bring(TOKENS_MAX - 4))
    assert type(mi.refusal(perform())) is WalletFull
    assert mi.used("asha", "action/sharing/day/2017-07-01") is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"action_id": ""}, "an action's id is a text"),
        ({"action_id": 5}, "an action's id is a text"),
        ({"occasion": None}, "an occasion is a text"),
        ({"member_id": ""}, "a member's id is a text"),
    ],
)
def test_a_command_is_checked_where_it_is_made(changes: dict[str, Any], message: str) -> None:
    """Before anything is loaded."""
    fields: dict[str, Any] = {"member_id": "asha", "request_id": "r", "at": T, "action_id": "a"}
    with pytest.raises(Misuse, match=message):
        Perform(**{**fields, **changes})


@pytest.mark.parametrize("at", [T, ist("2017-07-31 23:59:59")])
def test_what_is_seen_is_what_is_done(at: datetime) -> None:
    """I18: Simulating saves nothing, and answers as doing does."""
    mi = shop()
    command = perform("gift", at=at)
    outcome, changes = mi.rewards.simulate(command)
    assert changes is not None
    assert mi.balance(at=at).available == 0
    assert mi.do(command) == outcome
    dance = perform("dance", request="dance")
    assert mi.rewards.reasons_against(dance) == (UnknownAction(action_id="dance"),)
