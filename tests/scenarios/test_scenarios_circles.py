"""Who comes back, or goes on as another, is no new member: neither a circle nor a second gift."""

import attrs
import pytest

from mi_rewards.commands import Erase
from mi_rewards.earning.referral_refusals import AccountTooOld, ReferralCycle
from mi_rewards.wallet import ClawBackPolicy, Wallet
from tests.friends import LATER, ON_DELIVERY, Circle, accept, open_code, qualify
from tests.memberships import follow_all, joined, leave, merge
from tests.shop import Shop, T, deliver, give_back, join, rules
from tests.unit.commands.orders.test_following import DAY


def tokens(shop: Shop, by: str) -> tuple[int, int]:
    """Tell what a member has, and owes."""
    wallet = shop.wallet(by) or Wallet
    assert isinstance(wallet, Wallet)
    return wallet.available, wallet.owed


def test_who_comes_back_is_as_old_as_before() -> None:
    """An account of thirty days is too old, whatever leaving and joining again says."""
    mi = Circle(rules(referral=attrs.evolve(ON_DELIVERY, account_days_max=5)))
    mi.all(join("asha", at=T - 31 * DAY), open_code(at=T - 31 * DAY))
    mi.all(join("bela", at=T - 30 * DAY), leave("bela", at=T - DAY))
    mi.do(join("bela", at=T, request="again"))
    member = mi.member("bela")
    assert member is not None
    assert (member.joined_at, member.there_since) == (T, T - 30 * DAY)
    assert mi.refusal(accept(at=T)) == AccountTooOld(days=30, days_max=5)


def test_who_comes_back_erased_is_not_invited_by_a_friend() -> None:
    """She was there before the one whom she invited, whatever became of her code."""
    mi = Circle(rules(referral=ON_DELIVERY))
    mi.all(join("asha", at=T - 30 * DAY), open_code(at=T - 30 * DAY))
    mi.all(join("bela", at=T - 20 * DAY), accept(at=T - 19 * DAY))
    mi.do(open_code("BELA", by="bela", at=T - 18 * DAY))
    mi.do(Erase(member_id="asha", request_id="erase", at=T - 17 * DAY))
    mi.all(leave("asha", at=T - 16 * DAY), join("asha", at=T - 15 * DAY, request="again"))
    refusal = mi.refusal(accept("BELA", by="asha", at=T - 14 * DAY))
    assert refusal == ReferralCycle(member_id="asha", referral_code="BELA")


def test_who_goes_on_as_a_newer_member_is_not_invited_by_a_friend() -> None:
    """The survivor is known since the absorbed one was, and so was there before the friend."""
    mi = Circle(rules(referral=ON_DELIVERY))
    mi.all(join("asha", at=T - 30 * DAY), open_code(at=T - 30 * DAY))
    mi.all(join("bela", at=T - 20 * DAY), accept(at=T - 19 * DAY))
    mi.do(open_code("BELA", by="bela", at=T - 18 * DAY))
    mi.all(join("chitra", at=T - 10 * DAY), merge("chitra", by="asha", at=T - 9 * DAY))
    follow_all(mi, "asha", "chitra")
    refusal = mi.refusal(accept("BELA", by="chitra", at=T - 8 * DAY))
    assert refusal == ReferralCycle(member_id="chitra", referral_code="BELA")


def test_a_friend_who_goes_on_as_the_inviter_brings_the_inviter_nothing() -> None:
    """What the friend was promised is hers; who invites herself gets nothing for it."""
    mi = Circle(rules(referral=LATER))
    mi.all(join("asha", at=T - 30 * DAY), open_code(at=T - 30 * DAY))
    mi.all(join("bela", at=T), accept(at=T), deliver("o1", 100, by="bela", at=T))
    mi.do(merge("asha", by="bela", at=T + DAY))
    follow_all(mi, "asha", "bela")
    mi.do(qualify(at=T + 20 * DAY))
    mi.rewards.lapse_due(T + 20 * DAY)
    follow_all(mi, "asha", "bela")
    assert tokens(mi, "asha") == (10 + 40, 0)


@pytest.mark.parametrize(
    ("policy", "owed"), [(ClawBackPolicy.FORGIVEN, 0), (ClawBackPolicy.OWED, 10)]
)
def test_what_is_missing_under_an_old_name_follows_the_policy(
    policy: ClawBackPolicy, owed: int
) -> None:
    """Of the one who goes on, as it would have under one name."""
    shop = joined(Shop(rules(claw_back=policy)))
    shop.do(deliver("o1", 100))
    shop.do(merge())
    follow_all(shop, "asha", "bela")
    shop.do(leave("bela", at=T))
    shop.do(join("bela", request="again"))
    shop.do(give_back("o1"))
    follow_all(shop, "asha", "bela")
    assert tokens(shop, "bela") == (0, owed)
    assert tokens(shop, "asha") == (0, 0)


def test_who_left_and_forfeited_all_owes_nothing_for_a_return() -> None:
    """The tokens of the order are gone already: they are not taken twice."""
    shop = joined(Shop(rules()), "asha")
    shop.do(deliver("o1", 100))
    assert shop.do(leave()).forfeited == 10
    outcome = shop.do(give_back("o1"))
    assert (outcome.given_back, outcome.owed, outcome.forgiven) == (10, 0, 10)
    shop.all(join(request="again"), deliver("o2", 100))
    assert tokens(shop, "asha") == (10, 0)
