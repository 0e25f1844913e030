"""Leaving, coming back, being blocked, birthdays."""

from datetime import timedelta
from typing import Any

import pytest

from mi_rewards.commands import (
    BirthdaySet,
    Blocked,
    Cancelled,
    Delivered,
    Joined,
    Left,
    Placed,
    SetBirthday,
    Transferred,
    Unblocked,
)
from mi_rewards.earning import (
    AlreadyJoined,
    EarnRate,
    Member,
    MemberLeft,
    MembershipTerms,
    NotAMember,
    OnLeaving,
    Retrospective,
    Welcome,
)
from mi_rewards.earning.points import PointsTerms
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.repositories import Needs, wallet_key
from mi_rewards.wallet import (
    AlreadyBlocked,
    MemberBlocked,
    NoExpiry,
    NotBlocked,
    Wallet,
    check_journal,
    fold,
)
from tests.memberships import block, born, joined, leave, unblock
from tests.shop import (
    SMALL,
    Shop,
    T,
    adjust,
    bring,
    burn,
    cancel,
    capture,
    check_outcomes,
    deliver,
    give_back,
    hold,
    ist,
    join,
    lapse,
    line,
    place,
    release,
    rules,
    send,
)
from tests.wallets import day

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEEPING = rules(membership=MembershipTerms(OnLeaving.KEEP))
POINTS = PointsTerms("vip", EarnRate(1, Money(10_000, "INR")), NoExpiry())
WITH_POINTS = rules(points=POINTS)


def points(shop: Shop, by: str = "asha") -> Wallet | None:
    """Read a member's wallet of status points."""
    key = wallet_key(by, "vip")
    return shop.store.load(Needs((key,))).get(key)


def line_of(shop: Shop, by: str = "asha") -> str:
    """Write a member's wallet on one line."""
    return str(shop.wallet(by))


# leaving


def test_who_leaves_forfeits_what_is_available() -> None:
    """By an adjustment that says so; nothing can be spent any more."""
    shop = joined(Shop(), "asha")
    shop.do(bring(10))
    check_outcomes([shop.do(leave())], Left(10, 0))
    assert shop.story()[1:] == [
        (
            "2 adjusted_down by leave on 2017-07-01T06:30:00Z, left: "
            "available -10@2018-12-31; adjusted +10"
        ),
        "3 blocked by leave on 2017-07-01T06:30:00Z, left: ",
    ]
    assert shop.member() == Member("asha", T, version=2, left_at=T)
    assert shop.refusal(burn(1)) == MemberBlocked(reason="left")
    (event,) = shop.events()
    assert (event.topic, event.figures) == (
        "member_left",
        (("member_id", "asha"), ("forfeited", 10)),
    )


def test_who_leaves_keeps_what_is_available_where_the_terms_say_so() -> None:
    """It lapses in its time, and cannot be spent."""
    shop = joined(Shop(KEEPING), "asha")
    shop.all(bring(10), place("o1", 100))
    check_outcomes([shop.do(leave())], Left(0, 0))
    assert line_of(shop) == "10@2018-12-31 | promised 10 | blocked left"
    assert shop.refusal(burn(1)) == MemberBlocked(reason="left")
    shop.do(lapse(at=ist("2019-01-01")))
    assert line_of(shop) == "0 | promised 10 | blocked left"


def test_what_is_promised_is_withdrawn_and_what_is_held_stays_held() -> None:
    """A hold keeps its promise; what comes back of it stays behind the block."""
    shop = joined(Shop(), "asha")
    shop.all(bring(10), place("o1", 100), hold(3, until=T + DAY))
    check_outcomes([shop.do(leave())], Left(7, 10))
    assert line_of(shop) == "0 | held 3@2018-12-31 until 2017-07-02T06:30:00Z | blocked left"
    shop.do(capture(tokens=2, at=T + HOUR))
    assert line_of(shop) == "1@2018-12-31 | blocked left"
    assert check_journal(shop.entries()) == ()
    check_outcomes([shop.do(cancel("o1"))], Cancelled("o1", 0))


def test_what_is_earned_and_waits_for_its_day_is_forfeited_too() -> None:
    """It is kept at once, so that a return takes back no more than was issued."""
    shop = joined(Shop(rules(kept_after_days=7)), "asha")
    shop.do(deliver("o1", 100))
    check_outcomes([shop.do(leave(at=T + HOUR))], Left(10, 0))
    assert line_of(shop) == "0 | blocked left"
    shop.do(give_back("o1", at=T + DAY))
    assert line_of(shop) == "0 | blocked left"
    assert check_journal(shop.entries()) == ()


def test_who_owes_forfeits_nothing() -> None:
    """There is nothing; the debt stays, and what is withdrawn is withdrawn."""
    shop = joined(Shop(), "asha")
    shop.all(deliver("o1", 100), burn(10), give_back("o1"), place("o2", 100))
    check_outcomes([shop.do(leave())], Left(0, 10))
    assert line_of(shop) == "0 | owed 10 | blocked left"


def test_what_has_lapsed_by_then_is_not_forfeited() -> None:
    """The calendar comes first."""
    shop = joined(Shop(), "asha")
    shop.all(bring(10), bring(5, "2019-12-31"))
    check_outcomes([shop.do(leave(at=ist("2019-01-01")))], Left(5, 0))


def test_leaving_closes_all_wallets() -> None:
    """Status points too; those are not counted among the tokens."""
    shop = joined(Shop(WITH_POINTS), "asha")
    shop.do(deliver("o1", 1000))
    check_outcomes([shop.do(leave())], Left(100, 0))
    found = points(shop)
    assert (line_of(shop), str(found)) == ("0 | blocked left", "0 | blocked left")
    assert found is not None
    assert found.adjusted == 10


def test_nobody_leaves_twice_or_without_joining() -> None:
    """Each with its own code; the same request repeats its outcome."""
    shop = Shop()
    assert shop.refusal(leave()) == NotAMember(member_id="asha")
    joined(shop, "asha")
    shop.do(leave())
    check_outcomes([shop.do(leave(at=T + DAY))], Left(0, 0))
    assert shop.refusal(leave(request="again")) == MemberLeft(member_id="asha")


def test_orders_of_who_has_left_wait() -> None:
    """They earn nothing, and are promised nothing; those of before are returned as ever."""
    shop = joined(Shop(), "asha")
    shop.all(deliver("o1", 100), leave(at=T + HOUR))
    later = T + DAY
    check_outcomes(
        shop.all(place("o2", 100, at=later), deliver("o3", 100, at=later)),
        Placed("o2", 0),
        Delivered("o3", 0, None, None, "waiting_for_joining"),
    )
    shop.do(give_back("o1", at=later))
    assert line_of(shop) == "0 | blocked left"


def test_what_is_given_to_who_has_left_is_declined() -> None:
    """It goes back to the giver."""
    shop = joined(Shop())
    shop.all(bring(10), leave("bela"), send(4))
    check_outcomes(shop.follow(), Transferred("asha/send", 0, "member_left"))
    shop.follow("bela")
    assert shop.balance().available == 10


# coming back


def test_who_comes_back_is_a_member_again() -> None:
    """Without a second welcome; what was left is there again."""
    welcome = Welcome(50, day("2017-07-01"), day("2017-12-31"))
    shop = Shop(rules(KEEPING, welcome=welcome))
    check_outcomes(
        shop.all(join(), leave(at=T + HOUR), join(at=T + DAY, request="again")),
        Joined(50, 0),
        Left(0, 0),
        Joined(0, 0),
    )
    assert line_of(shop) == "50@2018-12-31"
    assert shop.member() == Member("asha", T + DAY, version=3, first_joined_at=T)
    assert [it.event.value for it in shop.entries()] == ["earned", "blocked", "unblocked"]
    assert shop.refusal(join(request="third")) == AlreadyJoined(member_id="asha")


def test_orders_that_waited_count_on_coming_back_as_they_do_on_joining() -> None:
    """Where the rules have purchases of before count."""
    since = Retrospective(day("2017-06-01"), day("2017-12-31"))
    for programme, awarded in ((SMALL, 0), (rules(retrospective=since), 10)):
        shop = joined(Shop(programme), "asha")
        shop.all(leave(at=T + HOUR), deliver("o1", 100, at=T + DAY))
        check_outcomes([shop.do(join(at=T + 2 * DAY, request="again"))], Joined(0, awarded))
        assert shop.balance(at=T + 2 * DAY).available == awarded


def test_nobody_comes_back_where_the_terms_say_so() -> None:
    """The refusal is that they have left."""
    shop = joined(Shop(rules(membership=MembershipTerms(rejoins=False))), "asha")
    shop.do(leave())
    assert shop.refusal(join(request="again")) == MemberLeft(member_id="asha")


def test_a_block_of_the_hosts_outlasts_leaving_and_coming_back() -> None:
    """The wallet says why it is blocked at each time."""
    shop = joined(Shop(KEEPING), "asha")
    shop.all(bring(10), block())
    assert line_of(shop) == "10@2018-12-31 | blocked fraud"
    shop.do(leave())
    assert line_of(shop) == "10@2018-12-31 | blocked left"
    shop.do(join(request="again"))
    assert line_of(shop) == "10@2018-12-31 | blocked fraud"
    shop.do(unblock())
    assert line_of(shop) == "10@2018-12-31"
    assert check_journal(shop.entries()) == ()
    assert fold(shop.entries()) == shop.wallet()._replace(version=0)  # type: ignore[union-attr]


def test_all_wallets_open_again() -> None:
    """Status points too, together with what waited for coming back."""
    since = Retrospective(day("2017-06-01"), day("2017-12-31"))
    shop = joined(Shop(rules(KEEPING, points=POINTS, retrospective=since)), "asha")
    shop.all(deliver("o1", 1000), leave(at=T + HOUR), deliver("o2", 500, at=T + DAY))
    shop.do(join(at=T + 2 * DAY, request="again"))
    assert (line_of(shop), str(points(shop))) == ("150@2018-12-31", "15@never")


# being blocked


def test_who_is_blocked_spends_nothing_until_that_is_lifted() -> None:
    """The code is the host's own."""
    shop = joined(Shop(), "asha")
    shop.do(bring(10))
    check_outcomes([shop.do(block())], Blocked("fraud"))
    assert shop.member() == Member("asha", T, version=2, blocked="fraud")
    for command in (burn(1), hold(1, until=T + DAY), send(1)):
        assert shop.refusal(command) == MemberBlocked(reason="fraud")
    assert shop.rewards.reasons_against(burn(1)) == (MemberBlocked(reason="fraud"),)
    check_outcomes([shop.do(unblock())], Unblocked("fraud"))
    shop.do(burn(1, request="later"))
    assert [(it.topic, dict(it.figures)) for it in shop.events()] == [
        ("member_blocked", {"member_id": "asha", "reason": "fraud"}),
        ("member_unblocked", {"member_id": "asha", "reason": "fraud"}),
    ]
    assert shop.member() == Member("asha", T, version=3)


def test_holds_and_adjustments_go_on_while_a_member_is_blocked() -> None:
    """So do returns and what is due."""
    shop = joined(Shop(), "asha")
    shop.all(bring(10), hold(3, until=T + DAY), hold(2, until=T + DAY, request="h2"), block())
    shop.all(capture(), release("h2"), adjust(-4))
    assert line_of(shop) == "3@2018-12-31 | blocked fraud"


@pytest.mark.parametrize(
    ("earns", "expected"),
    [(True, Delivered("o1", 10, day("2018-12-31"), None, "shopping")), (False, None)],
)
def test_who_is_blocked_earns_or_not_as_the_terms_say(
    earns: bool, expected: Delivered | None
) -> None:
    """An order that earns nothing for that says so, and is promised nothing."""
    programme = rules(points=POINTS, membership=MembershipTerms(blocked_earn=earns))
    shop = joined(Shop(programme), "asha")
    shop.do(block())
    expected = expected or Delivered("o1", 0, day("2018-12-31"), None, "member_blocked")
    check_outcomes(
        shop.all(place("o2", 100), deliver("o1", 100)), Placed("o2", 10 if earns else 0), expected
    )
    found = points(shop)
    assert found is not None
    assert found.available == int(earns)
    shop.do(unblock())
    assert shop.do(deliver("o3", 100)).tokens == 10


def test_a_block_is_made_once_and_lifted_once() -> None:
    """Of a member, who has joined and not left."""
    shop = Shop()
    for command in (block(), unblock(), born("05-01")):
        assert shop.refusal(command) == NotAMember(member_id="asha")
    joined(shop, "asha")
    assert shop.refusal(unblock()) == NotBlocked()
    shop.do(block())
    assert shop.refusal(block("other", request="b2")) == AlreadyBlocked(reason="fraud")
    shop.all(unblock(), leave())
    for command in (block(request="b3"), unblock(request="u2"), born("05-01")):
        assert shop.refusal(command) == MemberLeft(member_id="asha")


def test_blocking_closes_all_wallets() -> None:
    """Those that there are not yet too."""
    shop = joined(Shop(WITH_POINTS), "asha")
    shop.do(block())
    assert (line_of(shop), str(points(shop))) == ("0 | blocked fraud", "0 | blocked fraud")
    shop.do(unblock())
    assert (line_of(shop), str(points(shop))) == ("0", "0")


@pytest.mark.parametrize("reason", ["", None, 7])
def test_a_block_has_a_reason(reason: Any) -> None:
    """A code of the host's."""
    with pytest.raises(Misuse, match="a reason is a text"):
        block(reason)


# birthdays


def test_a_birthday_is_noted_changed_and_forgotten() -> None:
    """It is the member's alone: the receipt does not have it."""
    shop = joined(Shop(), "asha")
    check_outcomes([shop.do(born("02-29"))], BirthdaySet("asha"))
    assert shop.member() == Member("asha", T, version=2, birthday="02-29")
    shop.do(born("03-01", request="b2"))
    assert shop.member() == Member("asha", T, version=3, birthday="03-01")
    shop.do(born("", request="b3"))
    assert shop.member() == Member("asha", T, version=4)
    assert "02-29" not in repr(born("02-29"))
    assert born("02-29").content() == born("03-01").content()


@pytest.mark.parametrize("birthday", ["2-29", "02-30", "13-01", "00-01", None, "1990-02-28"])
def test_what_is_no_birthday_is_misuse(birthday: Any) -> None:
    """A month and a day, no year."""
    with pytest.raises(Misuse, match="a birthday is a month and a day"):
        born(birthday)


def test_these_commands_are_of_a_member() -> None:
    """Who has a name."""
    with pytest.raises(Misuse, match="a member's id is a text"):
        SetBirthday(member_id="", request_id="r", at=T, birthday="01-01")


def test_a_wallet_that_came_with_later_rules_is_blocked_and_opened_as_the_others() -> None:
    """One that is as it should be already is left alone."""
    shop = joined(Shop(), "asha")
    shop.do(block())
    later = shop.under(WITH_POINTS)
    later.do(unblock())
    assert (line_of(later), points(later)) == ("0", None)
    later.do(block(request="b2"))
    assert (line_of(later), str(points(later))) == ("0 | blocked fraud", "0 | blocked fraud")


def test_who_comes_back_is_awarded_what_is_left_of_an_order_in_parts() -> None:
    """What came back by value while they were away is less than the part that waited."""
    since = Retrospective(day("2017-06-01"), day("2017-12-31"))
    shop = joined(Shop(rules(KEEPING, retrospective=since)), "asha")
    shop.do(place("o1", lines=(line("a", 100), line("b", 100))))
    shop.do(deliver("o1", line_ids=("a",)))
    shop.all(leave(), deliver("o1", line_ids=("b",), at=T + HOUR), give_back("o1", 50, at=T + HOUR))
    check_outcomes([shop.do(join(at=T + DAY, request="again"))], Joined(0, 5))
    assert line_of(shop) == "15@2018-12-31"


def test_what_an_order_promised_is_withdrawn_where_it_earns_nothing_on_coming_back() -> None:
    """It was delivered while they were away; of an order that is still to come it stays."""
    shop = joined(Shop(KEEPING), "asha")
    shop.all(place("o1", 100), place("o2", lines=(line("a", 100), line("b", 100))), leave())
    shop.all(deliver("o1", at=T + HOUR), deliver("o2", line_ids=("a",), at=T + HOUR))
    shop.do(join(at=T + DAY, request="again"))
    assert line_of(shop) == "0 | promised 20"
