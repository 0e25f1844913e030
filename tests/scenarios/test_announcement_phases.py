"""The later phases of Reward Mi (2017), told as tests: sharing, the draw, friends who are invited.

The sources of each figure stand in `rule_books/reward_mi.toml`. What friends bring was never
published: the amounts here are the tests' own. Clocks are those of India.
"""

import pytest

from mi_rewards.calendar import Period
from mi_rewards.commands import InviterRevoked, InviterRewarded
from mi_rewards.earning import (
    AlreadyInvited,
    Qualifies,
    ReferralCodeClosed,
    ReferralTerms,
)
from mi_rewards.errors import LimitReached, Misuse
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.wallet import format_buckets
from tests.friends import Circle, accept, open_code, perform
from tests.shop import REWARD_MI, Shop, deliver, give_back, ist, join, place, rules
from tests.wallets import day

PHASE_TWO = ReferralTerms(
    200,
    100,
    Qualifies.AFTER_RETURN_WINDOW,
    return_days=10,
    friends_max=20,
    friends_period=Period.MONTH,
    from_on=day("2017-08-01"),
)
"""Members invite friends from August 2017 on; how many tokens that brings is not published."""


def members() -> Shop:
    """Open the shop under the announced rules; asha and bela joined after the launch week."""
    mi = Shop(REWARD_MI)
    mi.all(join(at=ist("2017-07-01")), join("bela", at=ist("2017-07-01")))
    return mi


def test_sharing_brings_five_tokens_a_day_across_midnight_in_india() -> None:
    """Twice a day is once; a minute later it is another day in India, if not yet in UTC."""
    mi = members()
    times = ("2017-08-14 09:00", "2017-08-14 23:59", "2017-08-15 00:00", "2017-08-15 18:00")
    told = mi.batch(*[perform(at=ist(it), request=it) for it in times])
    refused = [it for it in told if isinstance(it, LimitReached)]
    assert [it.figures["counter"] for it in refused] == [
        "asha/action/sharing/day/2017-08-14",
        "asha/action/sharing/day/2017-08-15",
    ]
    assert [isinstance(it, LimitReached) for it in told] == [False, True, False, True]
    assert mi.balance(at=ist("2017-08-16")).available == 10
    assert format_buckets(mi.balance(at=ist("2017-08-16")).calendar) == "10@2018-12-31"


def test_a_share_that_is_told_again_is_one_share() -> None:
    """By a retry, the day after as well: the request is the same."""
    mi = members()
    first = mi.do(perform(at=ist("2017-08-14 23:59"), request="share-1"))
    assert mi.do(perform(at=ist("2017-08-15 00:01"), request="share-1")) == first
    assert mi.balance(at=ist("2017-08-16")).available == 5


def test_winners_of_the_draw_at_the_launch_get_five_hundred_once() -> None:
    """However often the list of winners is told, and under whatever request."""
    mi = members()
    for telling in ("first", "second"):
        for by in ("asha", "bela"):
            draw = perform(
                "launch-draw", by=by, at=ist("2017-07-03"), request=telling, occasion="june-2017"
            )
            mi.batch(draw)
    assert [mi.balance(by=by, at=ist("2017-07-04")).available for by in ("asha", "bela")] == [
        500,
        500,
    ]


def test_no_amount_of_a_referral_is_made_up() -> None:
    """The bundled rule book has no referrals, and none can be stated without the amounts."""
    assert REWARD_MI.referral is None
    with pytest.raises(Misuse, match="referral must have 'inviter_tokens'"):
        from_toml(to_toml(REWARD_MI) + '\n[referral]\nqualifies = "on_joining"\n')


def test_a_friend_is_invited_in_august_2017() -> None:
    """Registered by the invitation, a first phone delivered, kept for ten days: both get theirs."""
    mi = Circle(rules(REWARD_MI, referral=PHASE_TWO))
    mi.do(join(at=ist("2017-06-16")))
    mi.do(open_code("asha-1", at=ist("2017-08-01 00:00")))
    assert mi.do(accept("ASHA1", at=ist("2017-08-03"))).state == "invited"
    assert mi.do(join("bela", at=ist("2017-08-03 12:05"))).welcome == 0
    mi.do(place("o1", 10_999, by="bela", at=ist("2017-08-08")))
    delivered = mi.do(deliver("o1", by="bela", at=ist("2017-08-11 16:20")))
    assert delivered.tokens == 1099
    waiting = mi.balance(by="bela", at=ist("2017-08-20 23:59:59"))
    assert (waiting.available, waiting.promised) == (1099, 100)
    assert mi.rewards.qualify_due(ist("2017-08-20 23:59:59")) == 0
    assert mi.rewards.qualify_due(ist("2017-08-21 00:00")) == 1
    assert mi.followed("bela") == [InviterRewarded("bela", 200, day("2018-12-31"))]
    at = ist("2017-08-21 00:00")
    assert (mi.available("bela", at), mi.available("asha", at)) == (1199, 250)


def test_the_friend_s_phone_comes_back_in_september_2017() -> None:
    """Both sides give back what the friend had brought, and keep what is their own."""
    mi = Circle(rules(REWARD_MI, referral=PHASE_TWO))
    mi.do(join(at=ist("2017-06-16")))
    mi.do(open_code(at=ist("2017-08-01")))
    mi.all(accept(at=ist("2017-08-03")), join("bela", at=ist("2017-08-03")))
    mi.do(deliver("o1", 10_999, by="bela", at=ist("2017-08-11")))
    mi.rewards.qualify_due(ist("2017-08-21"))
    back = ist("2017-09-05")
    mi.do(give_back("o1", by="bela", at=back))
    told = mi.followed("bela", at=back)
    assert told[1] == InviterRevoked("bela", 200, 200, 0, 0, 0)
    assert (mi.available("bela", back), mi.available("asha", back)) == (0, 50)


def test_nobody_is_invited_before_phase_two() -> None:
    """On 31 July 2017 there are no codes to be had, and none that invite."""
    mi = Circle(rules(REWARD_MI, referral=PHASE_TWO))
    mi.do(join(at=ist("2017-06-16")))
    early = open_code(at=ist("2017-07-31 23:59:59"))
    assert str(mi.refusal(early)) == "friends cannot be invited on 2017-07-31"
    mi.do(open_code(at=ist("2017-08-01 00:00"), request="again"))
    told = accept(at=ist("2017-07-31 23:59:59"))
    assert mi.refusal(told) == ReferralCodeClosed(referral_code="ASHA", on="2017-07-31")


def test_two_friends_invite_the_same_one() -> None:
    """Whoever's invitation is taken up first is the inviter."""
    mi = Circle(rules(REWARD_MI, referral=PHASE_TWO))
    for by in ("asha", "chitra"):
        mi.all(join(by, at=ist("2017-06-16")), open_code(by, by=by, at=ist("2017-08-01")))
    mi.do(accept("chitra", at=ist("2017-08-03")))
    late = accept("asha", at=ist("2017-08-04"), request="other")
    assert mi.refusal(late) == AlreadyInvited(member_id="bela")
