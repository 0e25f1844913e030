"""Members who go on as others: once more, as their own friends, and under later rules."""

from datetime import timedelta
from typing import Final

from mi_rewards.calendar import write_day
from mi_rewards.commands import GiveBirthdayGift, follow_up
from mi_rewards.earning import EarnRate, SelfReferral
from mi_rewards.earning.actions import Action
from mi_rewards.earning.points import PointsTerms
from mi_rewards.errors import LimitReached
from mi_rewards.money import Money
from mi_rewards.tiers import CalendarYear, Ladder, Metric, Privileges, Tier
from mi_rewards.wallet import EndOfYear, NoExpiry, check_journal
from tests.friends import ON_DELIVERY, Circle, accept, open_code, perform
from tests.memberships import born, follow_all, joined, merge
from tests.redeeming import CODES, Counter, redeem, reward, use
from tests.shop import Shop, T, deliver, give_back, join, place, rules
from tests.unit.commands.merging.test_merging import all_sound, line_of

DAY: Final = timedelta(days=1)
POINTS: Final = PointsTerms("vip", EarnRate(1, Money(10_000, "INR")), NoExpiry())
GIVING: Final = Ladder(
    (Tier("all", "All", 0, Privileges(birthday_gift=50)),), Metric.SPEND, CalendarYear()
)


def test_vouchers_go_over_as_often_as_their_holder_does() -> None:
    """Those of an absorbed member go on with the one who has them."""
    shop = Counter(reward("cup", 5))
    joined(shop, "asha", "bela", "cara")
    code = CODES.draw()
    shop.all(redeem(code=code), merge())
    follow_all(shop, "asha", "bela", "cara")
    shop.do(merge("cara", by="bela"))
    follow_all(shop, "asha", "bela", "cara")
    assert shop.voucher("redeem:cup").holder_id == "cara"
    assert shop.do(use(code, "o1", by="cara")).state == "used"


def test_a_birthday_gift_is_given_once_a_year_to_both() -> None:
    """Who had it under the one name has had it under the other."""
    shop = joined(Shop(rules(ladder=GIVING)))
    shop.all(born("07-01"), born("07-01", by="bela"))
    assert shop.do(GiveBirthdayGift(member_id="asha", request_id="g", at=T)).tokens == 50
    shop.do(merge())
    follow_all(shop, "asha", "bela")
    name = f"bela/birthday_gift/{write_day(T.date())[:4]}"
    assert shop.refusal(GiveBirthdayGift(member_id="bela", request_id="g", at=T)) == LimitReached(
        counter=name, asked=1, used=1, limit=1
    )


def circle() -> Circle:
    """Let asha invite bela, who invites cara; cara joins last."""
    mi = Circle(ON_DELIVERY)
    mi.all(join(), open_code("ASHA", at=T))
    mi.all(join("bela", at=T + DAY), accept("ASHA", by="bela", at=T + DAY))
    mi.all(deliver("o1", 100, by="bela", at=T + DAY), open_code("BELA", by="bela", at=T + DAY))
    mi.all(join("cara", at=T + 2 * DAY), accept("BELA", by="cara", at=T + 2 * DAY))
    return mi


def test_a_friend_who_goes_on_as_who_was_there_before_the_inviter_brings_nothing() -> None:
    """Else asha would be the friend of a friend of hers."""
    mi = circle()
    mi.do(merge("asha", by="cara", at=T + 3 * DAY))
    follow_all(mi, "asha", "bela", "cara")
    assert mi.state("asha") == "revoked"
    mi.do(deliver("o2", 100, at=T + 4 * DAY))
    follow_all(mi, "asha", "bela", "cara")
    assert mi.available("asha", T + 4 * DAY) == 100 + 10
    assert mi.available("bela", T + 4 * DAY) == 40 + 10


def test_a_code_of_an_absorbed_member_is_ones_own() -> None:
    """However often the member has gone on as another since."""
    mi = joined(Circle(ON_DELIVERY), "asha", "bela", "cara")
    mi.all(open_code("ASHA", at=T), merge())
    follow_all(mi, "asha", "bela", "cara")
    assert mi.refusal(accept("ASHA", by="bela")) == SelfReferral(member_id="bela")
    mi.do(merge("cara", by="bela"))
    follow_all(mi, "asha", "bela", "cara")
    assert mi.refusal(accept("ASHA", by="cara")) == SelfReferral(member_id="cara")


def test_points_that_come_with_later_rules_are_passed_on() -> None:
    """There was no wallet of points when the member went on as another."""
    shop = joined(Shop())
    shop.all(place("o1", 1_000), place("o2", 1_000), merge())
    follow_all(shop, "asha", "bela")
    later = shop.under(rules(points=POINTS))
    later.all(deliver("o1", at=T + DAY), deliver("o2", at=T + DAY))
    follow_all(later, "asha", "bela")
    assert line_of(later, "asha", "vip") == "0 | blocked merged"
    assert line_of(later, "bela", "vip") == "20@never"
    assert all_sound(later, "asha", "bela")


def test_points_of_an_order_that_comes_back_are_taken_from_who_goes_on() -> None:
    """What is no longer there, as after other returns, is let go: nobody owes points."""
    shop = joined(Shop(rules(points=POINTS)))
    shop.all(deliver("o1", 1_000), deliver("o2", 400, by="bela"), merge())
    follow_all(shop, "asha", "bela")
    assert line_of(shop, "bela", "vip") == "14@never"
    shop.do(give_back("o1", 300, at=T + DAY))
    follow_all(shop, "asha", "bela")
    assert line_of(shop, "bela", "vip") == "11@never"


def test_points_that_are_no_longer_there_are_let_go() -> None:
    """They lapsed under the new name before what was returned under the old one was told there."""
    points = PointsTerms("vip", EarnRate(1, Money(10_000, "INR")), EndOfYear(0))
    shop = joined(Shop(rules(points=points)))
    shop.all(deliver("o1", 1_000), merge())
    follow_all(shop, "asha", "bela")
    shop.do(give_back("o1", 300, at=T + DAY))
    late = [follow_up(it, at=T + 300 * DAY) for it in shop.events()[-2:]]
    for command in late:
        assert command is not None
        shop.do(command)
    assert line_of(shop, "bela", "vip") == "0"
    assert all_sound(shop, "asha", "bela")
    journals = [it for it in shop.store.journals() if it[0].kind == "vip"]
    assert len(journals) == 2
    assert [fault for it in journals for fault in check_journal(it)] == []


def test_an_occasion_is_one_for_all_names() -> None:
    """What the one was given tokens for, the other is not given tokens for again."""
    shop = joined(Shop(rules(actions=(Action("draw", 500, budget=1_500),))))
    shop.all(perform("draw", occasion="d1"), merge())
    follow_all(shop, "asha", "bela")
    assert shop.refusal(perform("draw", by="bela", occasion="d1")) == LimitReached(
        counter="asha/action/draw/once/d1", asked=1, used=1, limit=1
    )
    assert shop.do(perform("draw", by="bela", occasion="d2")).tokens == 500
    assert shop.used("action/draw", "budget") == 1_000
