"""Inviting friends: opening codes, taking invitations up, what both sides get and give back."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Period
from mi_rewards.codes import CodeBook
from mi_rewards.commands import (
    AcceptInvitation,
    AsyncRewards,
    Block,
    InvitationAccepted,
    InviterRevoked,
    InviterRewarded,
    Leave,
    OpenReferral,
    Perform,
    ReferralChanged,
    ReferralOpened,
)
from mi_rewards.earning import (
    AccountTooOld,
    AlreadyInvited,
    MemberLeft,
    MembershipTerms,
    NotAMember,
    Qualifies,
    ReferralCode,
    ReferralCodeClosed,
    ReferralCodeOpen,
    ReferralCycle,
    ReferralNotOpen,
    ReferralRejected,
    ReferralTerms,
    SelfReferral,
    UnknownReferral,
    UnknownReferralCode,
    VerdictMissing,
)
from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.memory import AsyncMemoryStore
from mi_rewards.wallet import ClawBackPolicy, ClawBackRefused, MemberBlocked, format_buckets
from tests.friends import (
    ASHA_IN,
    AT_ONCE,
    LATER,
    ON_DELIVERY,
    Circle,
    accept,
    open_code,
    qualify,
)
from tests.shop import T, bring, burn, deliver, give_back, ist, join, rules
from tests.wallets import day

MOMENT = timedelta(microseconds=1)
DUE = ist("2017-07-11 00:00")
YEAR_END = day("2018-12-31")


def terms(made: ReferralTerms = ON_DELIVERY, **changes: Any) -> ReferralTerms:
    """Change some of the terms."""
    return attrs.evolve(made, **changes)


# opening a code


def test_a_member_opens_a_code() -> None:
    """It is the member's, since the instant of joining; the member knows it."""
    mi = Circle()
    mi.do(join(at=ASHA_IN))
    assert mi.do(open_code(at=T)) == ReferralOpened("ASHA", None)
    assert mi.code() == ReferralCode("ASHA", "asha", ASHA_IN, None, 1)
    member = mi.member()
    assert member is not None
    assert member.referral_code == "ASHA"


def test_a_code_may_be_drawn() -> None:
    """As those of vouchers are, and typed in any way."""
    mi = Circle()
    mi.do(join(at=ASHA_IN))
    drawn = CodeBook(b"0123456789abcdef").draw().clear
    opened = mi.do(open_code(drawn))
    assert opened.referral_code == drawn
    typed = "-".join(drawn[n : n + 4] for n in range(0, len(drawn), 4)).lower()
    assert mi.do(accept(f" {typed} ")).inviter_id == "asha"


def test_a_code_drawn_anew_for_the_same_request_is_not_opened() -> None:
    """The first one stands."""
    mi = Circle().invites()
    assert mi.do(open_code("OTHER", request="open:ASHA")) == ReferralOpened("ASHA", None)
    assert mi.code("OTHER") is None


def test_a_member_has_one_open_code() -> None:
    """Another one when it is not valid any more; friends who had the old one have it in vain."""
    mi = Circle(terms(code_days=5)).invites()
    until = ist("2017-06-07 00:00")
    assert mi.code() == ReferralCode("ASHA", "asha", ASHA_IN, until, 1)
    early = open_code("AGAIN", at=until - MOMENT)
    assert mi.refusal(early) == ReferralCodeOpen(referral_code="ASHA")
    assert mi.do(open_code("AGAIN", at=until)).referral_code == "AGAIN"
    assert mi.refusal(accept(at=until)) == ReferralCodeClosed(referral_code="ASHA", on="2017-06-07")
    assert mi.do(accept("AGAIN", at=until)).inviter_id == "asha"


def test_the_same_code_can_be_opened_again() -> None:
    """By its owner, when it is not valid any more; its instant stays."""
    mi = Circle(terms(code_days=5)).invites()
    mi.do(open_code(at=T, request="again"))
    assert mi.code() == ReferralCode("ASHA", "asha", ASHA_IN, ist("2017-07-07 00:00"), 2)


def test_somebody_else_s_code_cannot_be_opened() -> None:
    """Nor after it closed."""
    mi = Circle(terms(code_days=5)).invites()
    mi.do(join("bela"))
    for at in (T, ist("2018-01-01")):
        fault = mi.refusal(open_code(by="bela", at=at, request=str(at)))
        assert str(fault) == "the code is somebody else's: draw another"


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2017-07-31 23:59:59", False),
        ("2017-08-01 00:00", True),
        ("2017-08-31 23:59:59", True),
        ("2017-09-01 00:00", False),
    ],
)
def test_codes_are_opened_and_taken_up_while_friends_can_be_invited(
    at: str,
    is_open: bool,
) -> None:
    """From the first instant of the first day to the last of the last."""
    mi = Circle(terms(from_on=day("2017-08-01"), through_on=day("2017-08-31")))
    mi.all(join(at=ASHA_IN), open_code(at=ist("2017-08-05")))
    mi.do(join("chitra", at=ASHA_IN))
    opening, taking = open_code("CHITRA", by="chitra", at=ist(at)), accept(at=ist(at))
    if is_open:
        assert mi.do(opening).referral_code == "CHITRA"
        assert mi.do(taking).inviter_id == "asha"
    else:
        assert mi.refusal(opening) == ReferralNotOpen(on=at[:10])
        assert mi.refusal(taking) == ReferralCodeClosed(referral_code="ASHA", on=at[:10])


def test_without_terms_nobody_invites() -> None:
    """Nor takes up what was opened before."""
    mi = Circle().invites()
    mi.do(join("chitra"))
    shop = mi.under(rules())
    assert shop.refusal(open_code("C", by="chitra", at=T)) == ReferralNotOpen(on="2017-07-01")
    assert shop.refusal(accept()) == ReferralCodeClosed(referral_code="ASHA", on="2017-07-01")


def test_only_members_open_codes() -> None:
    """Who has joined by then, has not left, and earns."""
    mi = Circle(rules(referral=ON_DELIVERY, membership=MembershipTerms(blocked_earn=False)))
    assert mi.refusal(open_code()) == NotAMember(member_id="asha")
    mi.do(join(at=ASHA_IN))
    assert mi.refusal(open_code(at=ASHA_IN - MOMENT)) == NotAMember(member_id="asha")
    mi.do(Block(member_id="asha", request_id="block", at=T, reason="fraud"))
    assert mi.refusal(open_code()) == MemberBlocked(reason="fraud")
    mi.do(Leave(member_id="asha", request_id="leave", at=T))
    assert mi.refusal(open_code(at=T)) == MemberLeft(member_id="asha")


# taking an invitation up


def test_a_friend_takes_an_invitation_up_before_joining() -> None:
    """What the terms say is recorded, and so is the check."""
    mi = Circle(terms(LATER)).invites()
    assert mi.do(accept(verdict="approved")) == InvitationAccepted("asha", "invited", 0)
    found = mi.referral()
    assert found is not None
    assert (found.code, found.since, found.registered_at) == ("ASHA", ASHA_IN, T)
    assert (found.inviter_tokens, found.friend_tokens, found.return_days) == (100, 40, 10)
    assert (found.verdict, found.version) == ("approved", 1)
    mi.do(join("bela"))
    assert mi.state() == "registered"


def test_a_friend_takes_an_invitation_up_after_joining() -> None:
    """And is registered at once."""
    mi = Circle().invites()
    mi.do(join("bela"))
    assert mi.do(accept()) == InvitationAccepted("asha", "registered", 0)
    assert mi.state() == "registered"


def test_a_code_that_is_not_known_is_refused_and_can_be_sent_again() -> None:
    """Events may be told in any order."""
    mi = Circle()
    mi.do(join(at=ASHA_IN))
    assert mi.refusal(accept("NOBODY")) == UnknownReferralCode(referral_code="NOBODY")
    assert mi.refusal(accept()).args == UnknownReferralCode(referral_code="ASHA").args
    mi.do(open_code())
    assert mi.do(accept()).inviter_id == "asha"


def test_nobody_invites_themselves() -> None:
    """Not by their own code, before all that follows."""
    mi = Circle().invites()
    assert mi.refusal(accept(by="asha")) == SelfReferral(member_id="asha")


def test_a_friend_has_one_inviter() -> None:
    """For good; the request repeated is no second one."""
    mi = Circle().invites()
    first = mi.do(accept())
    assert mi.do(accept()) == first
    mi.all(join("chitra", at=ASHA_IN), open_code("CHITRA", by="chitra"))
    assert mi.refusal(accept("CHITRA", request="other")) == AlreadyInvited(member_id="bela")
    assert mi.refusal(accept(request="again")) == AlreadyInvited(member_id="bela")


@pytest.mark.parametrize(
    ("at", "days"),
    [("2017-07-04 23:59:59", None), ("2017-07-05 00:00", 4), ("2017-07-01 23:59", None)],
)
def test_an_account_may_be_three_days_old(at: str, days: int | None) -> None:
    """By days of the zone; who has not joined yet has no age."""
    mi = Circle(terms(account_days_max=3)).invites()
    mi.do(join("bela", at=ist("2017-07-01 00:00")))
    if days is None:
        assert mi.do(accept(at=ist(at))).state == "registered"
    else:
        assert mi.refusal(accept(at=ist(at))) == AccountTooOld(days=days, days_max=3)
    assert mi.do(accept(by="chitra", at=ist(at))).state == "invited"


@pytest.mark.parametrize(
    ("joined_at", "is_refused"),
    [(ASHA_IN - MOMENT, True), (ASHA_IN, True), (ASHA_IN + MOMENT, False)],
)
def test_who_was_there_before_the_inviter_is_refused(
    joined_at: datetime,
    is_refused: bool,
) -> None:
    """At the same instant too: otherwise referrals could run in a circle."""
    mi = Circle().invites()
    mi.do(join("bela", at=joined_at))
    if is_refused:
        expected = ReferralCycle(member_id="bela", referral_code="ASHA")
        assert mi.refusal(accept()) == expected
    else:
        assert mi.do(accept()).state == "registered"


def test_who_joins_before_the_inviter_after_all_brings_nothing() -> None:
    """The instant of joining is told after the invitation was taken up."""
    mi = Circle().invites()
    mi.all(accept(), join("bela", at=ASHA_IN), deliver("o1", 500, by="bela"))
    assert mi.state() == "revoked"
    assert mi.available("bela", T) == 50
    assert mi.events("bela") == ()


def test_a_code_counts_from_after_that_of_its_owner_s_inviter() -> None:
    """Also where its owner joined before, by clocks that differ; later codes have the same."""
    mi = Circle(terms(code_days=5)).invites()
    mi.all(accept(at=ASHA_IN), join("bela", at=ASHA_IN - MOMENT))
    mi.do(open_code("BELA", by="bela", at=ASHA_IN))
    later = ASHA_IN + MOMENT
    assert mi.code("BELA") == ReferralCode("BELA", "bela", later, ist("2017-06-07 00:00"), 1)
    mi.do(open_code("NEW", by="bela", at=T))
    found = mi.code("NEW")
    assert found is not None
    assert found.since == later


def test_who_has_opened_a_code_was_there_since_that_code_s_instant() -> None:
    """Leaving and joining again makes nobody new."""
    mi = Circle(rules(referral=ON_DELIVERY)).invites()
    mi.all(join("bela"), open_code("BELA", by="bela", at=T))
    mi.do(Leave(member_id="asha", request_id="leave", at=T))
    mi.do(join(at=ist("2017-08-01"), request="back"))
    refused = mi.refusal(accept("BELA", by="asha", at=ist("2017-08-01")))
    assert refused == ReferralCycle(member_id="asha", referral_code="BELA")


def test_a_later_code_counts_from_when_the_first_one_did() -> None:
    """Also where its owner has left and joined again meanwhile."""
    mi = Circle(terms(code_days=5)).invites()
    mi.do(Leave(member_id="asha", request_id="leave", at=T))
    mi.do(join(at=T, request="back"))
    mi.do(open_code("NEW", at=T))
    found = mi.code("NEW")
    assert found is not None
    assert found.since == ASHA_IN


def test_an_invitation_is_not_decided_on_who_joins_meanwhile() -> None:
    """Of both at once one loses, and decides again; else the friend was never compared."""
    for loser, winner in ((accept(), join("bela", at=ASHA_IN)), (join("bela"), accept())):
        other = Circle().invites()
        _, changes = other.rewards.simulate(loser)
        other.do(winner)
        assert changes is not None
        with pytest.raises(Conflict):
            other.store.save(changes)


@pytest.mark.parametrize("needs_verdict", [True, False])
def test_a_check_that_says_no_is_heard(needs_verdict: bool) -> None:
    """Whether the programme wants one or not; one that is missing where it does is refused."""
    mi = Circle(terms(needs_verdict=needs_verdict)).invites()
    assert mi.refusal(accept(verdict="rejected")) == ReferralRejected(member_id="bela")
    if needs_verdict:
        assert mi.refusal(accept()) == VerdictMissing(member_id="bela")
    assert mi.do(accept(verdict="approved")).inviter_id == "asha"


@pytest.mark.parametrize("friends_max", [0, 1, 2])
def test_a_member_invites_so_many_friends(friends_max: int) -> None:
    """0 is none; who is refused can ask again next month."""
    mi = Circle(terms(friends_max=friends_max, friends_period=Period.MONTH)).invites()
    friends = ["bela", "chitra", "devi"]
    for by in friends[:friends_max]:
        mi.do(accept(by=by))
    one_more = accept(by=friends[friends_max])
    assert mi.refusal(one_more) == LimitReached(
        counter="asha/referral/month/2017-07", asked=1, used=friends_max, limit=friends_max
    )
    assert mi.used("asha", "referral/month/2017-07") == (friends_max or None)
    if friends_max:
        august = accept(by=friends[friends_max], at=ist("2017-08-01 00:00"))
        assert mi.do(august).inviter_id == "asha"


def test_what_is_refused_comes_in_order_of_precedence() -> None:
    """With everything against it at once, taken away one by one."""
    all_of_it = terms(account_days_max=0, needs_verdict=True, friends_max=0, code_days=5)
    mi = Circle(all_of_it).invites()
    mi.do(join("bela", at=ASHA_IN - MOMENT))
    closed, at = ist("2017-06-07 00:00"), ist("2017-06-06")
    found = [
        mi.refusal(accept("NONE", at=closed)),
        mi.refusal(accept(at=closed)),
        mi.refusal(accept(at=at, verdict="rejected")),
    ]
    mi = mi_under(mi, terms(all_of_it, account_days_max=None))
    found.append(mi.refusal(accept(at=at, verdict="rejected")))
    found += [
        mi.refusal(accept(by="chitra", at=at, verdict="rejected")),
        mi.refusal(accept(by="chitra", at=at)),
        mi.refusal(accept(by="chitra", at=at, verdict="approved")),
    ]
    assert [type(it) for it in found] == [
        UnknownReferralCode,
        ReferralCodeClosed,
        AccountTooOld,
        ReferralCycle,
        ReferralRejected,
        VerdictMissing,
        LimitReached,
    ]


def mi_under(mi: Circle, changed: ReferralTerms) -> Circle:
    """Have the same store under other terms."""
    other = Circle(changed)
    other.store, other.rewards = mi.store, type(mi.rewards)(mi.store, other.programme)
    return other


def test_who_is_gone_takes_no_invitation_up() -> None:
    """Who left, and who is blocked where who is blocked earns nothing."""
    mi = Circle(rules(referral=ON_DELIVERY, membership=MembershipTerms(blocked_earn=False)))
    mi.invites()
    mi.all(join("bela"), join("chitra"))
    mi.do(Leave(member_id="bela", request_id="leave", at=T))
    assert mi.refusal(accept()) == MemberLeft(member_id="bela")
    mi.do(Block(member_id="chitra", request_id="block", at=T, reason="fraud"))
    assert mi.refusal(accept(by="chitra")) == MemberBlocked(reason="fraud")


# what both sides get


def test_both_sides_get_theirs_on_joining() -> None:
    """The friend with the command, the inviter when the event is followed, once."""
    mi = Circle(AT_ONCE).invites()
    mi.all(accept(), join("bela"))
    assert mi.state() == "qualified"
    assert mi.available("bela", T) == 40
    rewarded = [InviterRewarded("bela", 100, YEAR_END)]
    assert mi.followed("bela") == rewarded
    assert mi.followed("bela") == rewarded
    assert mi.available("asha", T) == 100
    entry = mi.entries()[-1]
    assert (entry.reason.code, entry.occurred_at) == ("referral", T)
    assert entry.reason.figures == (
        ("side", "inviter"),
        ("friend_id", "bela"),
        ("tokens", 100),
        ("rule_book", mi.programme.digest),
    )


def test_who_has_joined_gets_theirs_with_the_invitation() -> None:
    """Where joining is enough."""
    mi = Circle(AT_ONCE).invites()
    mi.do(join("bela"))
    assert mi.do(accept()) == InvitationAccepted("asha", "qualified", 40)
    assert mi.available("bela", T) == 40
    assert mi.entries("bela")[-1].reason.figures == (
        ("side", "friend"),
        ("tokens", 40),
        ("rule_book", mi.programme.digest),
    )


def test_both_sides_get_theirs_on_the_first_delivery() -> None:
    """Once, whatever is delivered afterwards."""
    mi = Circle().invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"), deliver("o2", 500, by="bela"))
    assert mi.available("bela", T) == 140
    assert [it.topic for it in mi.events("bela")] == ["referral_qualified"]
    mi.followed("bela")
    assert mi.available("asha", T) == 100
    reason = mi.entries("bela")[-2].reason
    assert (reason.code, reason.figure("order_id")) == ("referral", "o1")


def test_an_order_that_waited_for_joining_counts_where_it_came_after() -> None:
    """Told before joining, delivered after it; what was delivered before does not count."""
    mi = Circle().invites()
    mi.all(accept(at=ASHA_IN), deliver("o1", 500, by="bela", at=T))
    mi.do(join("bela", at=T - timedelta(days=1)))
    assert (mi.state(), mi.available("bela", T)) == ("qualified", 90)
    other = Circle().invites()
    other.all(accept(at=ASHA_IN), deliver("o1", 500, by="bela", at=T - timedelta(days=2)))
    other.do(join("bela", at=T))
    assert other.state() == "registered"


def test_one_side_may_get_nothing() -> None:
    """The friend: no entry. The inviter: nothing follows."""
    mi = Circle(terms(AT_ONCE, friend_tokens=0)).invites()
    mi.all(accept(), join("bela"))
    assert mi.entries("bela") == ()
    assert mi.followed("bela") == [InviterRewarded("bela", 100, YEAR_END)]
    other = Circle(terms(inviter_tokens=0)).invites()
    other.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    other.do(give_back("o1", by="bela"))
    assert [it.topic for it in other.events("bela")] == ["referral_qualified", "referral_revoked"]
    assert other.followed("bela") == []


def test_amounts_are_those_of_the_invitation() -> None:
    """Whatever the rules say by the time it qualifies."""
    mi = Circle().invites()
    mi.all(accept(), join("bela"))
    mi = mi_under(mi, terms(AT_ONCE, inviter_tokens=1, friend_tokens=1))
    mi.do(deliver("o1", 500, by="bela"))
    mi.followed("bela")
    assert (mi.available("bela", T), mi.available("asha", T)) == (90, 100)


def test_after_a_return_window_the_calendar_pays_the_friend() -> None:
    """Promised with the delivery, credited at the beginning of the tenth day, sweep or no sweep."""
    mi = Circle(LATER).invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    before = mi.balance(by="bela", at=DUE - MOMENT)
    assert (before.available, before.promised) == (50, 40)
    after = mi.balance(by="bela", at=DUE)
    assert (after.available, after.promised) == (90, 0)
    assert mi.events("bela") == ()


def test_the_inviter_is_rewarded_when_it_is_booked_that_it_qualified() -> None:
    """By a sweep, as often as it comes by, at the instant or after."""
    mi = Circle(LATER).invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    assert mi.rewards.qualify_due(DUE - MOMENT) == 0
    assert mi.rewards.qualify_due(DUE) == 1
    assert mi.rewards.qualify_due(DUE + MOMENT) == 0
    assert mi.state() == "qualified"
    assert mi.followed("bela") == [InviterRewarded("bela", 100, YEAR_END)]
    assert mi.available("asha", DUE) == 100
    assert format_buckets(mi.balance(at=DUE).calendar) == "100@2018-12-31"


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_sweep_books_all_that_have_qualified(limit: int, *, is_awaited: bool) -> None:
    """I6: Page by page, by the one shell or the other."""
    mi = Circle(LATER).invites()
    for by in ("bela", "chitra", "devi"):
        mi.all(accept(by=by), join(by), deliver("o1", 500, by=by))
    if is_awaited:
        rewards = AsyncRewards(AsyncMemoryStore(mi.store), mi.programme)
        assert asyncio.run(rewards.qualify_due(DUE, limit=limit)) == 3
    else:
        assert mi.rewards.qualify_due(DUE, limit=limit) == 3
    assert [mi.state(by) for by in ("bela", "chitra", "devi")] == ["qualified"] * 3
    with pytest.raises(Misuse):
        mi.rewards.qualify_due(DUE, limit=0)


def test_who_was_not_invited_orders_as_ever() -> None:
    """Joining, a delivery and a return find no referral, and leave none."""
    mi = Circle(LATER).invites()
    mi.all(join("bela"), deliver("o1", 500, by="bela"), give_back("o1", by="bela"))
    assert (mi.state(), mi.events("bela"), mi.available("bela", T)) == ("", (), 0)


def test_a_command_of_the_friend_s_books_it_as_well() -> None:
    """The next delivery, the next return."""
    for command in (deliver("o2", 10, by="bela", at=DUE), give_back("o1", 100, by="bela", at=DUE)):
        mi = Circle(LATER).invites()
        mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
        mi.do(command)
        assert mi.state() == "qualified"
        assert [it.topic for it in mi.events("bela")] == ["referral_qualified"]
        assert mi.rewards.qualify_due(DUE) == 0


def test_what_has_not_qualified_is_left_alone() -> None:
    """Before its instant, and where there is no invitation."""
    mi = Circle(LATER).invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    early = qualify(at=DUE - MOMENT, request="early")
    assert mi.do(early) == ReferralChanged("asha", "qualifying")
    assert mi.do(qualify(at=DUE)) == ReferralChanged("asha", "qualified")
    assert mi.do(qualify(at=DUE, request="again")) == ReferralChanged("asha", "qualified")
    assert len(mi.events("bela")) == 1
    nobody = qualify(by="asha", at=DUE)
    assert mi.refusal(nobody) == UnknownReferral(member_id="asha")


# what both sides give back


def test_an_order_returned_takes_back_from_both_sides() -> None:
    """The whole order: what it earned, and what the referral brought."""
    mi = Circle().invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    mi.followed("bela")
    mi.do(give_back("o1", 499, by="bela"))
    assert (mi.state(), mi.available("bela", T)) == ("qualified", 40)
    mi.do(give_back("o1", 1, by="bela", request="rest"))
    assert (mi.state(), mi.available("bela", T)) == ("revoked", 0)
    assert mi.followed("bela")[1:] == [InviterRevoked("bela", 100, 100, 0, 0, 0)]
    assert mi.available("asha", T) == 0
    mi.do(deliver("o2", 500, by="bela"))
    assert (mi.state(), mi.available("bela", T)) == ("revoked", 50)


def test_an_order_returned_within_the_window_gives_another_the_chance() -> None:
    """What was promised is withdrawn, and the inviter never learns of it."""
    mi = Circle(LATER).invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    mi.do(give_back("o1", by="bela", at=DUE - MOMENT))
    assert (mi.state(), mi.events("bela")) == ("registered", ())
    assert mi.balance(by="bela", at=DUE).available == 0
    mi.do(deliver("o2", 500, by="bela", at=DUE))
    later = ist("2017-07-21 00:00")
    assert mi.rewards.qualify_due(later) == 1
    assert mi.available("bela", later) == 90


def test_an_order_returned_after_the_window_takes_back_what_the_calendar_paid() -> None:
    """Whether a sweep came by before or not, the inviter is rewarded and gives it back."""
    for sweeps in (True, False):
        mi = Circle(LATER).invites()
        mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
        if sweeps:
            mi.rewards.qualify_due(DUE)
        mi.do(give_back("o1", by="bela", at=DUE))
        assert (mi.state(), mi.available("bela", DUE)) == ("revoked", 0)
        assert mi.followed("bela") == [
            InviterRewarded("bela", 100, YEAR_END),
            InviterRevoked("bela", 100, 100, 0, 0, 0),
        ]
        assert mi.available("asha", DUE) == 0


def test_what_is_spent_is_owed() -> None:
    """By either side, as for any return."""
    mi = Circle().invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    mi.followed("bela")
    mi.all(burn(90, by="bela"), burn(60))
    mi.do(give_back("o1", by="bela"))
    assert mi.followed("bela")[1:] == [InviterRevoked("bela", 100, 40, 60, 0, 0)]
    assert (mi.balance(by="bela").owed, mi.balance().owed) == (90, 60)


def test_what_has_lapsed_is_not_taken_back() -> None:
    """Its own last valid day is past; other tokens stay."""
    mi = Circle().invites()
    late = ist("2019-01-01 00:00")
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    mi.followed("bela")
    mi.all(deliver("o2", 500, by="bela", at=late), deliver("o3", 500, at=late))
    mi.do(give_back("o1", by="bela", at=late))
    assert mi.followed("bela", at=late)[1:] == [InviterRevoked("bela", 100, 0, 0, 0, 100)]
    assert (mi.available("bela", late), mi.available("asha", late)) == (50, 50)


def test_what_is_forgiven_is_let_go() -> None:
    """Under the policy that says so."""
    mi = Circle(rules(referral=ON_DELIVERY, claw_back=ClawBackPolicy.FORGIVEN)).invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    mi.followed("bela")
    mi.all(burn(90, by="bela"), burn(100))
    mi.do(give_back("o1", by="bela"))
    assert mi.followed("bela")[1:] == [InviterRevoked("bela", 100, 0, 0, 100, 0)]
    assert (mi.balance(by="bela").owed, mi.balance().owed) == (0, 0)


def test_a_return_is_refused_where_the_policy_refuses() -> None:
    """Nothing of it is recorded, as long as what the referral brought is not there."""
    mi = Circle(rules(referral=ON_DELIVERY, claw_back=ClawBackPolicy.REFUSED)).invites()
    mi.all(accept(), join("bela"), deliver("o1", 500, by="bela"))
    mi.do(burn(1, by="bela"))
    refused = mi.refusal(give_back("o1", by="bela"))
    assert type(refused) is ClawBackRefused
    assert (mi.state(), mi.available("bela", T)) == ("qualified", 89)


# commands as values


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "a code has letters"),
        (" - ", "a code has letters"),
        (5, "a code is a text, not int"),
        (None, "a code is a text, not NoneType"),
    ],
)
def test_a_code_is_checked_where_a_command_is_made(code: Any, message: str) -> None:
    """Opened or taken up."""
    for make in (open_code, accept):
        with pytest.raises(Misuse, match=message):
            make(code)


@pytest.mark.parametrize(
    ("verdict", "message"),
    [
        ("maybe", "a verdict is approved, rejected or empty, not 'maybe'"),
        (None, "a verdict is a text"),
        (True, "a verdict is a text"),
    ],
)
def test_a_verdict_is_checked_where_a_command_is_made(verdict: Any, message: str) -> None:
    """Two words, or none."""
    with pytest.raises(Misuse, match=message):
        accept(verdict=verdict)


def test_what_makes_a_request_the_same() -> None:
    """The code that invites is part of it, the code that was drawn is not."""
    assert open_code("A").content() == open_code("B").content()
    assert accept("a-b").content() == accept("AB").content()
    assert accept("A").content() != accept("B").content()
    mi = Circle().invites()
    mi.do(accept())
    assert type(mi.refusal(accept("OTHER"))).__name__ == "RequestReused"


@pytest.mark.parametrize("kind", [OpenReferral, AcceptInvitation, Perform])
def test_an_instant_has_an_offset(kind: Any) -> None:
    """Without one it is no instant."""
    names = {"code": "A", "referral_code": "A", "action_id": "a"}
    fields = {it.name for it in attrs.fields(kind)}
    made = {name: text for name, text in names.items() if name in fields}
    with pytest.raises(Misuse, match="an instant needs an offset"):
        kind(member_id="asha", request_id="r", at=datetime(2017, 7, 1), **made)


def test_a_promise_kept_late_is_kept_at_once() -> None:
    """The wallet's time is past the window when the delivery is told."""
    mi = Circle(LATER).invites()
    mi.all(accept(), join("bela"))
    mi.do(deliver("o9", 10, by="bela", at=DUE + timedelta(days=30)))
    assert mi.state() == "qualifying"
    other = Circle(LATER).invites()
    other.all(accept(), join("bela"), bring(1, by="bela", at=DUE))
    other.do(deliver("o1", 500, by="bela", at=T))
    balance = other.balance(by="bela", at=DUE)
    assert (other.state(), balance.available, balance.promised) == ("qualifying", 91, 0)


def test_qualifies_by_one_of_three() -> None:
    """These are all."""
    assert [it.value for it in Qualifies] == [
        "on_joining",
        "on_first_delivery",
        "after_return_window",
    ]
