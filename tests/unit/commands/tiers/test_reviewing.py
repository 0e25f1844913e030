"""Reviews booked, upgrade rewards, notices, birthday gifts, and progress."""

import asyncio
from datetime import datetime

import attrs
import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.commands import (
    AsyncRewards,
    BirthdayGiven,
    Block,
    GiveBirthdayGift,
    Leave,
    MergeAway,
    Review,
    Reviewed,
    Rewards,
    SetBirthday,
)
from mi_rewards.commands.tiers.reviewing import review_of
from mi_rewards.earning import MemberLeft, MembershipTerms, NotAMember
from mi_rewards.errors import LimitReached, Misuse
from mi_rewards.memory import AsyncMemoryStore
from mi_rewards.repositories import Needs, standing_key
from mi_rewards.tiers import (
    Changes,
    Ladder,
    Landing,
    NoBirthdayGift,
    NotTheBirthday,
    Privileges,
    RollingDays,
    Standing,
    Tier,
)
from mi_rewards.wallet import MemberBlocked, NoExpiry
from tests.ladders import GOLD, LADDER, PLATINUM, SILVER, YEARLY
from tests.memberships import block
from tests.shop import SMALL, Shop, T, bring, deliver, give_back, ist, join, rules
from tests.wallets import day

MEMBERS = attrs.evolve(YEARLY, landing=Landing.EARNED, notice_days=14)
"""Gold from Rs 5, platinum from Rs 10, diamond from Rs 20 a year."""


GIVING = Tier("all", "All", 0, Privileges(birthday_gift=50))


def review(at: datetime, *, by: str = "asha", request: str = "review") -> Review:
    """Book what the calendar made of a standing."""
    return Review(member_id=by, request_id=request, at=at)


def gift(at: datetime, *, by: str = "asha", request: str = "gift") -> GiveBirthdayGift:
    """Give the birthday gift."""
    return GiveBirthdayGift(member_id=by, request_id=request, at=at)


def born(birthday: str, *, request: str = "born") -> SetBirthday:
    """Note asha's birthday."""
    return SetBirthday(
        member_id="asha", request_id=request, at=ist("2017-06-20"), birthday=birthday
    )


def shop(ladder: Ladder | None = MEMBERS) -> Shop:
    """Open a shop with tiers, and let asha and bela join."""
    made = Shop(rules(ladder=ladder))
    made.all(join(at=ist("2017-06-15")), join("bela", at=ist("2017-06-15")))
    return made


def standing(mi: Shop, by: str = "asha") -> Standing | None:
    """Read a standing as stored."""
    key = standing_key(by)
    return mi.store.load(Needs((key,))).get(key)


def told(mi: Shop) -> list[str]:
    """Write asha's events on one line each."""
    return [
        " ".join([it.topic, *[f"{name}={value}" for name, value in it.figures]])
        for it in mi.events()
    ]


def test_an_order_that_reaches_a_tier_is_rewarded_with_it() -> None:
    """The rewards of the tiers passed are in the wallet, the change in the outbox."""
    mi = shop()
    mi.do(deliver("o1", 10, at=ist("2017-07-01")))
    assert mi.balance(at=ist("2017-07-01")).available == 1 + 50 + 100
    reasons = [(it.reason.code, it.reason.figures) for it in mi.entries()[1:]]
    assert reasons == [
        ("tier_upgrade", (("tier", "gold"), ("tokens", 50), ("rule_book", mi.programme.digest))),
        (
            "tier_upgrade",
            (("tier", "platinum"), ("tokens", 100), ("rule_book", mi.programme.digest)),
        ),
    ]
    assert told(mi)[-1] == (
        "tier_changed from_tier=silver to_tier=platinum on=2017-07-01 because=upgrade"
    )


def test_a_review_is_booked_once_it_is_due() -> None:
    """The tier is lost without it; it tells, and stores."""
    mi = shop()
    mi.do(deliver("o1", 10, at=ist("2017-07-01")))
    at = ist("2019-02-03")
    assert mi.rewards.progress("asha", at=at).held == "silver"
    before = standing(mi)
    assert mi.do(review(at)) == Reviewed("silver", 1, 0, None)
    assert told(mi)[-1] == (
        "tier_changed from_tier=platinum to_tier=silver on=2019-01-01 because=review"
    )
    assert mi.events()[-1].occurred_at == ist("2019-01-01 00:00")
    after = standing(mi)
    assert before is not None
    assert after is not None
    assert (before.held, after.held, after.version) == (
        "platinum",
        "silver",
        before.version + 1,
    )
    assert mi.do(review(at)) == Reviewed("silver", 1, 0, None)


def test_a_review_that_finds_nothing_stores_nothing() -> None:
    """Neither before the period is over nor where the tier is confirmed."""
    mi = shop()
    mi.do(deliver("o1", 5, at=ist("2017-07-01")))
    before = standing(mi)
    assert mi.do(review(ist("2017-08-01"))) == Reviewed("gold", 0, 0, None)
    assert mi.do(review(ist("2018-01-01"), request="later")) == Reviewed("gold", 0, 0, None)
    assert standing(mi) == before


def test_a_rise_at_a_review_is_rewarded_as_of_its_day() -> None:
    """However late it is booked, the reward is valid as one of that day."""
    mi = shop(attrs.evolve(LADDER, upgrades=Changes.AT_REVIEW))
    mi.do(deliver("o1", 5, at=ist("2017-07-01")))
    assert mi.balance(at=ist("2018-01-01")).available == 0
    assert mi.do(review(ist("2018-02-03"))) == Reviewed("gold", 1, 50, None)
    entry = mi.entries()[-1]
    assert (entry.occurred_at, entry.booked_at) == (ist("2018-01-01 00:00"), ist("2018-02-03"))
    assert mi.balance(at=ist("2018-02-03")).calendar[-1] == (day("2019-12-31"), 50)


def test_notice_of_a_fall_is_given_once() -> None:
    """From its day on, before the fall; not again by another sweep."""
    mi = shop()
    mi.do(deliver("o1", 10, at=ist("2017-07-01")))
    assert mi.rewards.review_due(ist("2018-12-17 23:59:59")) == 0
    assert mi.rewards.review_due(ist("2018-12-18 00:00")) == 1
    assert told(mi)[-1] == (
        "downgrade_coming from_tier=platinum to_tier=silver falls_on=2019-01-01"
    )
    count = len(mi.events())
    assert mi.rewards.review_due(ist("2018-12-31")) == 0
    assert mi.rewards.review_due(ist("2019-01-01 00:00")) == 1
    assert [it.topic for it in mi.events()][count:] == ["tier_changed"]
    assert mi.rewards.review_due(ist("2030-01-01")) == 0


def test_a_review_answers_with_the_day_of_the_fall() -> None:
    """Where notice was given with it."""
    mi = shop()
    mi.do(deliver("o1", 10, at=ist("2017-07-01")))
    assert mi.do(review(ist("2018-12-20"))) == Reviewed("platinum", 0, 0, day("2019-01-01"))


def test_a_sweep_that_comes_late_gives_no_notice() -> None:
    """What has fallen is not announced."""
    mi = shop()
    mi.do(deliver("o1", 10, at=ist("2017-07-01")))
    assert mi.rewards.review_due(ist("2019-01-01 00:00")) == 1
    assert [it.topic for it in mi.events()][-1] == "tier_changed"
    assert "downgrade_coming" not in {it.topic for it in mi.events()}


def test_sweeps_take_standings_page_by_page_where_there_are_tiers() -> None:
    """Of every member; without a ladder they are left alone."""
    mi = shop()
    mi.all(deliver("o1", 10), deliver("o2", 10, by="bela"))
    assert mi.under(SMALL).rewards.review_due(ist("2019-06-01")) == 0
    with pytest.raises(Misuse, match="limit must be"):
        mi.rewards.review_due(ist("2019-06-01"), limit=0)
    assert mi.rewards.review_due(ist("2019-06-01"), limit=1) == 2
    assert mi.rewards.progress("bela", at=ist("2019-06-01")).held == "silver"


def test_who_has_left_is_paid_and_told_nothing() -> None:
    """The standing waits as it is; who comes back is paid and told, swept or not."""
    for is_swept in (True, False):
        mi = shop(attrs.evolve(LADDER, upgrades=Changes.AT_REVIEW, notice_days=14))
        mi.do(deliver("o1", 5, at=ist("2017-07-01")))
        mi.do(Leave(member_id="asha", request_id="leave", at=ist("2017-08-01")))
        count, before = len(mi.events()), mi.balance(at=ist("2018-01-01")).available
        if is_swept:
            assert mi.do(review(ist("2018-01-01"))) == Reviewed("silver", 0, 0, None)
            assert len(mi.events()) == count
            stored = standing(mi)
            assert stored is not None
            assert (stored.held, stored.rewarded, stored.due_at) == ("silver", (), None)
        mi.do(join(at=ist("2018-01-02"), request="again"))
        stored = standing(mi)
        assert stored is not None
        assert (stored.held, stored.rewarded) == ("gold", ("gold",))
        assert [it.topic for it in mi.events()][count:] == ["tier_changed"]
        assert mi.balance(at=ist("2018-01-02")).available == before + 50


def test_who_has_left_is_no_longer_due_for_a_notice() -> None:
    """A sweep finds them once; what the calendar does is told when they come back."""
    mi = shop()
    mi.do(deliver("o1", 10, at=ist("2017-07-01")))
    mi.do(Leave(member_id="asha", request_id="leave", at=ist("2018-12-01")))
    assert mi.rewards.review_due(ist("2018-12-18 00:00")) == 1
    for when in ("2018-12-31", "2019-01-01 00:00", "2030-01-01"):
        assert mi.rewards.review_due(ist(when)) == 0
    assert "downgrade_coming" not in {it.topic for it in mi.events()}


def test_who_goes_on_as_another_is_due_once_and_no_more() -> None:
    """A merge is for good: the survivor's standing falls, and theirs is left alone."""
    mi = shop()
    mi.all(deliver("o1", 10, at=ist("2017-07-01")), join(by="bela"))
    mi.do(MergeAway(member_id="asha", into="bela", request_id="merge", at=ist("2018-12-01")))
    assert mi.rewards.review_due(ist("2018-12-18 00:00")) == 1
    stored = standing(mi)
    assert stored is not None
    assert (stored.held, stored.due_at) == ("platinum", None)
    for when in ("2018-12-18 00:00", "2019-01-01 00:00", "2030-01-01"):
        assert mi.rewards.review_due(ist(when)) == 0
    assert "downgrade_coming" not in {it.topic for it in mi.events()}


def test_who_comes_back_before_a_fall_is_given_notice() -> None:
    """With what counts next, though a sweep had passed over them."""
    mi = shop()
    mi.do(deliver("o1", 10, at=ist("2017-07-01")))
    mi.do(Leave(member_id="asha", request_id="leave", at=ist("2018-12-01")))
    assert mi.rewards.review_due(ist("2018-12-18 00:00")) == 1
    mi.do(join(at=ist("2018-12-19"), request="again"))
    mi.do(deliver("o2", 1, at=ist("2018-12-20")))
    assert mi.rewards.review_due(ist("2018-12-20")) == 1
    assert [it.topic for it in mi.events()][-1] == "downgrade_coming"


def test_a_review_needs_a_member_and_a_ladder() -> None:
    """Of a stranger there is nothing to review, without tiers neither."""
    mi = shop()
    assert mi.refusal(review(ist("2018-01-01"), by="nobody")) == NotAMember(member_id="nobody")
    mi.do(bring(5, by="guest"))
    assert mi.refusal(review(ist("2018-01-01"), by="guest")) == NotAMember(member_id="guest")
    plain = shop(None)
    assert isinstance(plain.refusal(review(ist("2018-01-01"))), Misuse)
    with pytest.raises(Misuse, match="small has no tiers"):
        plain.rewards.progress("asha", at=ist("2018-01-01"))


def test_a_member_from_before_the_ladder_begins_with_the_day_of_joining() -> None:
    """What everybody has is theirs since then."""
    mi = shop(None).under(rules(ladder=MEMBERS))
    assert standing(mi) is None
    assert mi.do(review(ist("2018-02-01"))) == Reviewed("silver", 1, 0, None)
    stored = standing(mi)
    assert stored is not None
    assert (stored.joined_on, stored.held_since) == (day("2017-06-15"), day("2017-06-15"))


def test_a_rewarded_tier_lost_and_reached_again_is_not_rewarded_again() -> None:
    """H4: buying, returning and buying again earns one reward."""
    ladder = attrs.evolve(
        MEMBERS, window=RollingDays(90), downgrades=Changes.AT_ONCE, notice_days=0
    )
    mi = shop(ladder)
    at = ist("2017-07-01")
    mi.all(deliver("o1", 5, at=at), give_back("o1", at=at), deliver("o2", 5, at=at))
    assert [it.reason.code for it in mi.entries()] == ["tier_upgrade"]
    assert mi.rewards.progress("asha", at=at).held == "gold"


def test_the_command_of_a_sweep_is_named_for_instant_and_version() -> None:
    """So that what comes due by that instant later is booked by another sweep."""
    found = review_of(Standing.joining("asha", day("2017-06-15")), at=ist("2018-01-01 00:00"))
    assert found.request_id == "review:2017-12-31T18:30:00Z:0"
    assert (found.member_id, found.at) == ("asha", ist("2018-01-01 00:00"))


# birthday gifts


def platinum(birthday: str = "02-28") -> Shop:
    """Open a shop in which asha is platinum, with a birthday."""
    mi = shop()
    mi.all(born(birthday), deliver("o1", 10, at=ist("2017-07-01")))
    return mi


@pytest.mark.parametrize(
    ("birthday", "at", "is_given"),
    [
        ("02-28", "2018-02-27 23:59:59", False),
        ("02-28", "2018-02-28 00:00", True),
        ("02-28", "2018-02-28 23:59:59", True),
        ("02-28", "2018-03-01 00:00", False),
        ("02-29", "2018-02-28 12:00", True),
        ("02-29", "2018-03-01 00:00", False),
        ("02-27", "2018-02-28 12:00", False),
        ("02-29", "2018-03-28 12:00", False),
        ("", "2018-02-28 12:00", False),
    ],
)
def test_a_birthday_gift_is_given_on_the_birthday(birthday: str, at: str, is_given: bool) -> None:
    """From the first instant of the day to its last; 29 February is 28 in common years."""
    mi = platinum(birthday)
    if is_given:
        assert mi.do(gift(ist(at))) == BirthdayGiven(70, day("2019-12-31"))
        assert mi.entries()[-1].reason.code == "birthday_gift"
        assert mi.entries()[-1].reason.figures[:2] == (("tier", "platinum"), ("tokens", 70))
    else:
        assert mi.refusal(gift(ist(at))) == NotTheBirthday(on=at[:10])


@pytest.mark.parametrize(
    ("at", "is_given"), [("2020-02-28 12:00", False), ("2020-02-29 12:00", True)]
)
def test_in_a_leap_year_29_february_is_itself(at: str, is_given: bool) -> None:
    """The day before is no birthday then."""
    mi = platinum("02-29")
    mi.do(deliver("o2", 10, at=ist("2019-05-01")))
    if is_given:
        assert mi.do(gift(ist(at))).tokens == 70
    else:
        assert mi.refusal(gift(ist(at))) == NotTheBirthday(on="2020-02-28")


def test_a_birthday_gift_is_given_once_a_calendar_year() -> None:
    """Whatever the request, and whichever day is called the birthday; the next year again."""
    mi = platinum()
    mi.do(gift(ist("2018-02-28")))
    limit = LimitReached(counter="asha/birthday_gift/2018", asked=1, used=1, limit=1)
    assert mi.refusal(gift(ist("2018-02-28"), request="again")) == limit
    mi.all(born("03-01", request="anew"), deliver("o2", 10, at=ist("2018-05-01")))
    assert mi.refusal(gift(ist("2018-03-01"), request="anew")) != NotTheBirthday(on="2018-03-01")
    assert mi.do(gift(ist("2019-03-01"), request="next")).tokens == 70


def test_a_birthday_gift_is_the_tiers() -> None:
    """Of the tier held that day, without one there is none."""
    mi = shop()
    mi.all(born("02-28"), deliver("o1", 5, at=ist("2017-07-01")))
    assert mi.refusal(gift(ist("2018-02-28"))) == NoBirthdayGift(tier="gold")
    assert platinum().refusal(gift(ist("2019-02-28"))) == NoBirthdayGift(tier="silver")
    plain = shop(None)
    plain.do(born("02-28"))
    assert plain.refusal(gift(ist("2018-02-28"))) == NoBirthdayGift(tier="")


def test_a_birthday_gift_is_a_members() -> None:
    """Not of a stranger, nor of who has left."""
    mi = platinum()
    assert mi.refusal(gift(ist("2018-02-28"), by="nobody")) == NotAMember(member_id="nobody")
    mi.do(Leave(member_id="asha", request_id="leave", at=ist("2017-08-01")))
    assert mi.refusal(gift(ist("2018-02-28"))) == MemberLeft(member_id="asha")


def test_who_is_blocked_gets_no_gift_where_they_earn_nothing() -> None:
    """Where they earn all the same, they do."""
    mi = platinum()
    mi.do(Block(member_id="asha", request_id="block", at=ist("2017-08-01"), reason="fraud"))
    strict = attrs.evolve(mi.programme.membership, blocked_earn=False)
    refusal = mi.under(rules(mi.programme, membership=strict)).refusal(gift(ist("2018-02-28")))
    assert refusal == MemberBlocked(reason="fraud")
    assert mi.do(gift(ist("2018-02-28"))).tokens == 70


def test_gifts_and_rewards_are_valid_as_the_tiers_tokens_are() -> None:
    """Longer where the tier says so: for what is given on reaching it too."""
    lasting = attrs.evolve(PLATINUM.privileges, validity=NoExpiry())
    tiers = (SILVER, GOLD, attrs.evolve(PLATINUM, privileges=lasting))
    mi = shop(attrs.evolve(MEMBERS, tiers=tiers))
    mi.all(born("02-28"), deliver("o1", 10, at=ist("2017-07-01")))
    assert mi.do(gift(ist("2018-02-28"))) == BirthdayGiven(70, NEVER)
    assert mi.balance(at=ist("2018-02-28")).calendar[-1] == (NEVER, 50 + 100 + 70)


# progress


def test_progress_is_told_by_both_shells() -> None:
    """As of an instant, whatever is booked; reads write nothing."""
    mi = platinum()
    at = ist("2018-12-20")

    async def ask() -> tuple[object, int]:
        rewards = AsyncRewards(AsyncMemoryStore(mi.store), mi.programme)
        return await rewards.progress("asha", at=at), await rewards.review_due(at)

    found = mi.rewards.progress("asha", at=at)
    assert (found.held, found.keep_more, found.is_notice_due) == ("platinum", 1_000, True)
    assert asyncio.run(ask()) == (found, 1)
    assert not mi.rewards.progress("asha", at=at).is_notice_due
    with pytest.raises(NotAMember):
        mi.rewards.progress("nobody", at=at)


def test_tiers_that_nobody_is_rewarded_for_leave_the_wallet_alone() -> None:
    """A change is an event all the same."""
    plain = Ladder((SILVER, Tier("gold", "Gold", 500)), LADDER.metric, LADDER.window)
    mi = shop(plain)
    mi.do(deliver("o1", 5, at=ist("2017-07-01")))
    assert mi.entries() == ()
    assert [it.topic for it in mi.events()].count("tier_changed") >= 1
    assert isinstance(mi.rewards, Rewards)
    assert (GOLD.privileges.upgrade_reward, PLATINUM.privileges.birthday_gift) == (50, 70)


def test_who_is_blocked_gets_no_gift_where_the_terms_say_so() -> None:
    """As nothing else is earned then."""
    gifts = attrs.evolve(MEMBERS, tiers=(GIVING,))
    for earns in (True, False):
        terms = MembershipTerms(blocked_earn=earns)
        club = Shop(rules(ladder=gifts, membership=terms))
        club.all(join(), born("07-01"), block())
        if earns:
            assert club.do(gift(T)).tokens == 50
        else:
            assert club.refusal(gift(T)) == MemberBlocked(reason="fraud")
