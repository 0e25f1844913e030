"""A member goes on as another: what goes over, what is refused, and what still works."""

import asyncio
from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import Period
from mi_rewards.catalogue import Limit, LimitScope, VoucherNotFound, VoucherState, VoucherUsed
from mi_rewards.commands import (
    Absorbed,
    AsyncRewards,
    Command,
    Counted,
    Delivered,
    Merged,
    Returned,
    TakeCounts,
    TakeMerge,
    TakePassedOn,
    Transferred,
    UseVoucher,
    follow_up,
)
from mi_rewards.commands.merging.carrying import (
    Carried,
    UsedLimit,
    carried_from_text,
    carried_to_text,
    limits_of,
)
from mi_rewards.commands.merging.merging import merges_key
from mi_rewards.commands.tiers.counting import counts_from_text, counts_to_text
from mi_rewards.earning import (
    CapScope,
    EarnRate,
    HoldsOpen,
    Member,
    MemberLeft,
    MemberMerged,
    MergedIntoItself,
    MergesPending,
    NotAMember,
    OrderCap,
)
from mi_rewards.earning.actions import Action, ActionLimit
from mi_rewards.earning.campaign_limits import Cap, CapPer
from mi_rewards.earning.campaign_terms import CampaignTerms
from mi_rewards.earning.campaigns import Campaign, Multiplier
from mi_rewards.earning.points import PointsTerms
from mi_rewards.earning.referral_refusals import AlreadyInvited
from mi_rewards.errors import Corrupt, LimitReached, Misuse, RequestReused
from mi_rewards.memory import AsyncMemoryStore
from mi_rewards.money import Money
from mi_rewards.repositories import (
    Needs,
    OutboxEvent,
    standing_key,
    wallet_key,
)
from mi_rewards.tiers import CalendarYear, Counts, Ladder, Metric, Privileges, Standing, Tier
from mi_rewards.wallet import (
    ClawBackPolicy,
    MemberBlocked,
    NoExpiry,
    Wallet,
    check_journal,
)
from tests.friends import ASHA_IN, ON_DELIVERY, Circle, accept, open_code, referral
from tests.memberships import block, follow_all, joined, leave, merge
from tests.redeeming import CODES, Counter, attach, detach, redeem, reward, use
from tests.shop import (
    SMALL,
    Shop,
    T,
    adjust,
    bring,
    burn,
    cancel,
    check_outcomes,
    deliver,
    give_back,
    hold,
    join,
    place,
    reinstate,
    release,
    rules,
    send,
)
from tests.wallets import day

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
POINTS = PointsTerms("vip", EarnRate(1, Money(10_000, "INR")), NoExpiry())
ALL = ("asha", "bela", "cara")


def line_of(shop: Shop, by: str = "asha", kind: str = "tokens") -> str:
    """Write a member's wallet on one line."""
    key = wallet_key(by, kind)
    found: Wallet | None = shop.store.load(Needs((key,))).get(key)
    return str(found)


def all_sound(shop: Shop, *members: str) -> bool:
    """Whether the journals of all break no promise, and nothing is on its way between them."""
    names = members or ALL
    entries = [entry for name in names for entry in shop.entries(name)]
    assert [str(it) for it in check_journal(entries)] == []
    wallets = [shop.wallet(name) for name in names]
    return sum(it.transferred for it in wallets if it is not None) == 0


# what goes over


def test_all_that_is_available_goes_over_with_its_last_days() -> None:
    """Into one balance; the one's wallet is closed, by entries that name the other."""
    shop = joined(Shop())
    shop.all(bring(10), bring(5, "2019-12-31"), bring(7, "2019-12-31", by="bela"))
    check_outcomes([shop.do(merge())], Merged("bela", 15, 0))
    assert shop.story()[2:] == [
        "3 blocked by merge on 2017-07-01T06:30:00Z, merged into=bela: ",
        (
            "4 sent by merge on 2017-07-01T06:30:00Z, merged into=bela: "
            "available -10@2018-12-31; available -5@2019-12-31; transferred +15 (asha/merge)"
        ),
    ]
    check_outcomes(shop.follow(), Absorbed("asha"), Transferred("asha/merge", 15))
    assert line_of(shop) == "0 | blocked merged"
    assert line_of(shop, "bela") == "10@2018-12-31 + 12@2019-12-31"
    assert shop.member() == Member("asha", T, version=2, merged_into="bela")
    assert shop.member("bela") == Member("bela", T, version=2, absorbed=("asha",))
    assert all_sound(shop, "asha", "bela")


def test_what_is_owed_goes_over() -> None:
    """It is taken from what the other has, and the rest is owed there."""
    shop = joined(Shop())
    shop.all(deliver("o1", 100), burn(10), give_back("o1"), bring(4, by="bela"))
    check_outcomes([shop.do(merge())], Merged("bela", 0, 10))
    follow_all(shop, "asha", "bela")
    assert (line_of(shop), line_of(shop, "bela")) == ("0 | blocked merged", "0 | owed 6")
    assert all_sound(shop, "asha", "bela")


def test_what_goes_over_makes_good_what_the_other_owes() -> None:
    """As whatever comes in does."""
    shop = joined(Shop())
    shop.all(deliver("o1", 100, by="bela"), burn(10, by="bela"), give_back("o1", by="bela"))
    shop.all(bring(12), merge())
    follow_all(shop, "asha", "bela")
    assert line_of(shop, "bela") == "2@2018-12-31"
    assert all_sound(shop, "asha", "bela")


def test_a_member_who_has_nothing_goes_over_all_the_same() -> None:
    """The wallet is closed before it ever had anything."""
    shop = joined(Shop())
    check_outcomes([shop.do(merge())], Merged("bela", 0, 0))
    check_outcomes(shop.follow(), Absorbed("asha"))
    assert line_of(shop) == "0 | blocked merged"


def test_status_points_go_over_beside_tokens() -> None:
    """Each kind under an event of its own."""
    shop = joined(Shop(rules(points=POINTS)))
    shop.all(deliver("o1", 1000), deliver("o2", 200, by="bela"), merge())
    check_outcomes(
        shop.follow(),
        Absorbed("asha"),
        Transferred("asha/merge", 100),
        Transferred("asha/merge", 10),
    )
    assert line_of(shop, "bela") == "120@2018-12-31"
    assert (line_of(shop, kind="vip"), line_of(shop, "bela", "vip")) == (
        "0 | blocked merged",
        "12@never",
    )


def test_a_merge_can_be_told_and_followed_twice() -> None:
    """The same request repeats its outcome; the same event has one effect."""
    shop = joined(Shop())
    shop.do(bring(10))
    for _ in range(2):
        check_outcomes([shop.do(merge(at=T + HOUR))], Merged("bela", 10, 0))
        check_outcomes(shop.follow(), Absorbed("asha"), Transferred("asha/merge", 10))
    assert line_of(shop, "bela") == "10@2018-12-31"
    assert shop.member("bela") == Member("bela", T, version=2, absorbed=("asha",))
    assert isinstance(shop.refusal(merge("cara")), RequestReused)


def test_places_under_a_cap_add_up() -> None:
    """The other does not begin anew."""
    cap = OrderCap(3, CapScope.LIFETIME)
    shop = joined(Shop(rules(order_cap=cap)))
    shop.all(deliver("o1", 100), deliver("o2", 100), deliver("p1", 100, by="bela"), merge())
    follow_all(shop, "asha", "bela")
    assert shop.member("bela") == Member(
        "bela", T, counted=(("lifetime", 3),), version=3, absorbed=("asha",)
    )
    assert shop.do(deliver("p2", 100, by="bela")).rule == "order_cap_reached"


def test_members_who_were_absorbed_go_over_with_who_absorbed_them() -> None:
    """And whatever comes in under the first name goes all the way."""
    shop = joined(Shop(), *ALL)
    shop.all(bring(10), place("o1", 100), merge())
    follow_all(shop, *ALL)
    shop.do(merge("cara", by="bela", request="merge2"))
    follow_all(shop, *ALL)
    member = shop.member("cara")
    assert member is not None
    assert member.absorbed == ("bela", "asha")
    assert line_of(shop, "cara") == "10@2018-12-31"
    shop.do(deliver("o1"))
    follow_all(shop, *ALL)
    assert (line_of(shop, "bela"), line_of(shop, "cara")) == ("0 | blocked merged", "20@2018-12-31")
    assert all_sound(shop)


# what is refused


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], NotAMember(member_id="asha")),
        ([join()], NotAMember(member_id="bela")),
        ([join(), join("bela"), leave()], MemberLeft(member_id="asha")),
        ([join(), join("bela"), leave("bela")], MemberLeft(member_id="bela")),
        ([join(), join("bela"), block()], MemberBlocked(reason="fraud")),
        (
            [join(), join("bela"), join("cara"), merge("cara", request="m")],
            MemberMerged(member_id="asha", into="cara"),
        ),
        (
            [join(), join("bela"), join("cara"), merge("cara", by="bela", request="m")],
            MemberMerged(member_id="bela", into="cara"),
        ),
        (
            [join(), join("bela"), bring(5), hold(5, until=T + DAY)],
            HoldsOpen(holds=1, payments=0),
        ),
        (
            [join(), join("bela"), join("cara"), merge(by="cara", into="asha", request="m")],
            MergesPending(member_id="asha"),
        ),
    ],
)
def test_who_cannot_go_on_as_another_is_told_why(
    before: list[Command[Any]], expected: Exception
) -> None:
    """Each with a code of its own, and nothing changes."""
    shop = Shop()
    shop.all(*before)
    assert shop.refusal(merge()) == expected


def test_nobody_goes_on_as_itself() -> None:
    """It would be a circle of one."""
    shop = joined(Shop())
    assert shop.refusal(merge("asha")) == MergedIntoItself(member_id="asha")


def test_a_merge_into_somebody_who_is_blocked_is_the_hosts_own_affair() -> None:
    """What goes over is theirs, and cannot be spent either."""
    shop = joined(Shop())
    shop.all(bring(10), block(by="bela"), merge())
    follow_all(shop, "asha", "bela")
    assert line_of(shop, "bela") == "10@2018-12-31 | blocked fraud"


def test_holds_and_pending_merges_come_to_their_end() -> None:
    """Then the merge goes on."""
    shop = joined(Shop(), *ALL)
    shop.all(bring(5), hold(5, until=T + DAY), merge(by="cara", into="asha", request="m"))
    assert shop.refusal(merge()) == MergesPending(member_id="asha")
    follow_all(shop, *ALL)
    assert shop.refusal(merge()) == HoldsOpen(holds=1, payments=0)
    shop.do(release())
    check_outcomes([shop.do(merge())], Merged("bela", 5, 0))


def test_two_who_go_on_as_each_other_at_once_are_not_both_let() -> None:
    """Whoever saves first wins; the other finds out why when it tries again."""
    shop = joined(Shop())
    late = shop.rewards.simulate(merge("asha", by="bela", request="back"))[1]
    shop.do(merge())
    assert late is not None
    with pytest.raises(LimitReached, match="merges"):
        shop.store.save(late)
    assert shop.refusal(merge("asha", by="bela", request="back")) == MemberMerged(
        member_id="asha", into="bela"
    )
    assert shop.used("bela", merges_key("bela").name) == 1
    follow_all(shop, "asha", "bela")
    assert shop.used("bela", merges_key("bela").name) == 0


# what still works under the old name


def test_spending_under_the_old_name_names_the_other() -> None:
    """Whatever it is that spends."""
    shop = joined(Shop())
    shop.all(bring(10), merge())
    for command in (burn(1), hold(1, until=T + DAY), send(1)):
        assert shop.refusal(command) == MemberMerged(member_id="asha", into="bela")
    assert shop.rewards.reasons_against(burn(1)) == (MemberMerged(member_id="asha", into="bela"),)


def test_requests_of_before_are_answered_as_before() -> None:
    """Receipts stay under the old name."""
    shop = joined(Shop())
    commands: list[Command[Any]] = [bring(10), deliver("o1", 100), burn(5)]
    before = shop.all(*commands)
    shop.do(merge())
    check_outcomes(shop.all(*commands), *before)


def test_orders_of_the_old_name_are_delivered_cancelled_and_returned() -> None:
    """What that brings, and what it takes back, goes over at once."""
    shop = joined(Shop())
    shop.all(place("o1", 100), place("o2", 100), deliver("o3", 100), merge())
    follow_all(shop, "asha", "bela")
    check_outcomes(
        shop.all(deliver("o1"), cancel("o2"), give_back("o3"), deliver("o4", 200)),
        Delivered("o1", 10, day("2018-12-31"), None, "shopping"),
        *[shop.do(cancel("o2"))],
        Returned("o3", 10, 0, 0, 10, 0, 0),
        Delivered("o4", 20, day("2018-12-31"), None, "shopping"),
    )
    assert line_of(shop) == "0 | blocked merged"
    follow_all(shop, "asha", "bela")
    assert line_of(shop, "bela") == "30@2018-12-31"
    assert all_sound(shop, "asha", "bela")


@pytest.mark.parametrize("policy", ClawBackPolicy)
def test_what_a_return_takes_back_is_owed_by_who_goes_on(policy: ClawBackPolicy) -> None:
    """Whatever the policy: what is missing under the old name went over, and is not missing."""
    shop = joined(Shop(rules(claw_back=policy)))
    shop.all(deliver("o1", 100), merge())
    follow_all(shop, "asha", "bela")
    shop.do(give_back("o1"))
    follow_all(shop, "asha", "bela")
    assert line_of(shop, "bela") == "0"
    assert all_sound(shop, "asha", "bela")


def test_what_comes_back_goes_over() -> None:
    """A burn that is undone, an adjustment, a transfer that arrives."""
    shop = joined(Shop(), *ALL)
    shop.all(bring(10), burn(4), bring(5, by="cara"), merge())
    shop.all(reinstate(), adjust(3, "2019-12-31"), send(2, "asha", by="cara", request="s"))
    follow_all(shop, *ALL)
    assert line_of(shop) == "0 | blocked merged"
    assert line_of(shop, "bela") == "12@2018-12-31 + 3@2019-12-31"
    assert all_sound(shop)


def test_what_the_calendar_keeps_goes_over_when_it_is_booked() -> None:
    """By any sweep."""
    shop = joined(Shop(rules(kept_after_days=7)))
    shop.all(deliver("o1", 100), merge())
    assert line_of(shop) == "0 | promised 10 | blocked merged"
    at = T + 30 * DAY
    assert shop.rewards.lapse_due(at) == 1
    follow_all(shop, "asha", "bela")
    assert (line_of(shop), line_of(shop, "bela")) == ("0 | blocked merged", "10@2018-12-31")


def test_many_in_one_batch_are_passed_on_each() -> None:
    """With one load more at most, whatever their number."""
    shop = joined(Shop())
    shop.all(*[place(f"o{n}", 100) for n in range(5)])
    shop.do(merge())
    shop.batch(*[deliver(f"o{n}") for n in range(5)], burn(1))
    follow_all(shop, "asha", "bela")
    assert line_of(shop, "bela") == "50@2018-12-31"


def test_a_merge_in_one_batch_with_what_came_before_it() -> None:
    """It sees what the last command left."""
    shop = joined(Shop())
    outcomes = shop.batch(bring(10), merge(), burn(1))
    check_outcomes(outcomes[1:2], Merged("bela", 10, 0))
    assert outcomes[2] == MemberMerged(member_id="asha", into="bela")


# standing, limits, inviters


def ladder(*thresholds: int) -> Ladder:
    """A ladder by what was spent in a calendar year; the highest pays 50 tokens once."""
    names = ("silver", "gold")
    return Ladder(
        tuple(
            Tier(name, name, least, Privileges(upgrade_reward=50 if name == "gold" else 0))
            for name, least in zip(names, thresholds, strict=True)
        ),
        Metric.SPEND,
        CalendarYear(),
    )


TIERED = rules(ladder=ladder(10_000, 100_000))


def standing(shop: Shop, by: str) -> Standing:
    """Read where a member stands."""
    key = standing_key(by)
    found = shop.store.load(Needs((key,))).get(key)
    assert found is not None
    return found


def test_what_counted_for_both_counts_together() -> None:
    """And what that reaches is paid for, once."""
    shop = joined(Shop(TIERED))
    shop.all(deliver("o1", 600), deliver("o2", 400, by="bela"), merge())
    follow_all(shop, "asha", "bela")
    assert (standing(shop, "bela").held, standing(shop, "bela").rewarded) == ("gold", ("gold",))
    assert line_of(shop, "bela") == "150@2018-12-31"
    assert [it.topic for it in shop.events("bela")].count("tier_changed") == 2


def test_the_higher_tier_of_both_is_held() -> None:
    """Its reward is not paid again."""
    shop = joined(Shop(TIERED))
    shop.all(deliver("o1", 1000), merge())
    follow_all(shop, "asha", "bela")
    assert standing(shop, "bela").held == "gold"
    assert line_of(shop, "bela") == "150@2018-12-31"
    other = joined(Shop(TIERED))
    other.all(deliver("o1", 1000, by="bela"), deliver("o2", 100), merge())
    follow_all(other, "asha", "bela")
    assert standing(other, "bela").held == "gold"


def test_what_counts_under_the_old_name_counts_for_who_goes_on() -> None:
    """What comes back no longer does."""
    shop = joined(Shop(TIERED))
    shop.all(deliver("o1", 600), merge())
    follow_all(shop, "asha", "bela")
    assert standing(shop, "bela").held == "silver"
    shop.do(deliver("o2", 400, at=T + DAY))
    follow_all(shop, "asha", "bela")
    assert standing(shop, "bela").held == "gold"
    assert "tier_changed" not in [it.topic for it in shop.events("asha")[3:]]
    shop.do(give_back("o1", at=T + 2 * DAY))
    follow_all(shop, "asha", "bela")
    (tally,) = standing(shop, "bela").tallies
    assert tally.spend_minor == 40_000
    assert all_sound(shop, "asha", "bela")


def test_what_never_went_over_does_not_come_back() -> None:
    """What can be taken back is, of each day."""
    shop = joined(Shop(TIERED), "bela")
    shop.do(deliver("o1", 300, by="bela", at=T))
    by_day = (
        (day("2017-07-01"), Counts(-10_000)),
        (day("2017-07-02"), Counts(-90_000)),
        (day("2017-07-03"), Counts(70_000, 1)),
    )
    taken = TakeCounts(
        member_id="bela",
        request_id="count:asha/r",
        at=T + 5 * DAY,
        counts_id="asha/r",
        counts=counts_to_text(by_day),
    )
    check_outcomes([shop.do(taken)], Counted("asha/r", "silver"))
    (tally,) = standing(shop, "bela").tallies
    assert (tally.spend_minor, tally.orders) == (90_000, 2)


def test_an_order_that_counts_nothing_tells_nothing() -> None:
    """Of a category that counts toward no tier."""
    programme = rules(
        TIERED, ladder=attrs.evolve(ladder(10_000, 100_000), excluded_categories=("x",))
    )
    shop = joined(Shop(programme))
    shop.all(merge(), deliver("o1", 600, category="x"))
    assert "counts_passed_on" not in [it.topic for it in shop.events()]


def test_counts_go_on_to_a_third_or_nowhere() -> None:
    """As the member does; nowhere where the programme has no tiers any more."""
    shop = joined(Shop(TIERED), *ALL)
    shop.all(deliver("o1", 100), merge())
    follow_all(shop, *ALL)
    shop.do(merge("cara", by="bela", request="m2"))
    follow_all(shop, *ALL)
    shop.do(deliver("o2", 500))
    follow_all(shop, *ALL)
    (tally,) = standing(shop, "cara").tallies
    assert tally.spend_minor == 60_000
    other = joined(shop.under(SMALL), "dora")
    text = counts_to_text(((day("2017-07-01"), Counts(1)),))
    taken = TakeCounts(member_id="dora", request_id="count:x", at=T, counts_id="x", counts=text)
    check_outcomes([other.do(taken)], Counted("x", ""))


def test_a_standing_of_who_has_none_is_nothing_to_carry() -> None:
    """Nobody stands anywhere before the first order."""
    shop = joined(Shop(TIERED))
    shop.do(merge())
    follow_all(shop, "asha", "bela")
    key = standing_key("bela")
    assert shop.store.load(Needs((key,))).get(key) is None


def test_limits_of_both_add_up() -> None:
    """Who has had theirs under one name has it under the other; a limit is never passed."""
    cups = reward("cup", 5, limits=(Limit(2),), stock=9)
    shop = Counter(cups)
    joined(shop)
    shop.all(redeem(), redeem(by="bela"), redeem(by="bela", request="again"), merge())
    follow_all(shop, "asha", "bela")
    assert shop.used("bela", "reward/cup/ever/ever") == 2
    daily = Action("share", 5, limits=(ActionLimit(3, Period.DAY),))
    other = joined(Shop(rules(actions=(daily,))))
    key = "action/share/day/2017-07-01"
    carried = Carried(limits=(UsedLimit(key, 2, 3),))
    taken = TakeMerge(
        member_id="bela",
        request_id="merge:asha",
        at=T,
        from_member_id="asha",
        carried=carried_to_text(carried),
    )
    other.do(merge())
    other.do(taken)
    assert other.used("bela", key) == 2


# inviters


def test_the_inviter_of_a_friend_who_goes_on_is_that_of_the_other() -> None:
    """Who has not qualified yet does so under the new name, and is paid for once."""
    circle = joined(Circle(ON_DELIVERY).invites(), "cara")
    circle.all(accept(), join(at=T + HOUR, by="bela"), merge("cara", by="bela", at=T + HOUR))
    follow_all(circle, "asha", "bela", "cara")
    assert (circle.state("bela"), circle.state("cara")) == ("revoked", "registered")
    circle.all(deliver("o1", 100, by="bela", at=T + DAY), deliver("o2", 100, by="cara", at=T + DAY))
    follow_all(circle, "asha", "bela", "cara")
    assert (circle.state("bela"), circle.state("cara")) == ("revoked", "qualified")
    assert circle.available("asha", T + DAY) == 100
    assert circle.available("cara", T + DAY) == 40 + 10 + 10
    assert circle.refusal(accept(by="cara", request="a2", at=T + DAY)) == AlreadyInvited(
        member_id="cara"
    )


def test_an_invitation_that_has_brought_something_brings_nothing_again() -> None:
    """The other was invited by nobody; nobody invites them now."""
    circle = joined(Circle(ON_DELIVERY).invites(), "cara")
    circle.all(accept(), join(at=T + HOUR, by="bela"), deliver("o1", 100, by="bela", at=T + HOUR))
    circle.do(merge("cara", by="bela", at=T + HOUR))
    follow_all(circle, "asha", "bela", "cara")
    assert (circle.state("bela"), circle.state("cara")) == ("qualified", "revoked")
    circle.do(deliver("o2", 100, by="cara", at=T + DAY))
    follow_all(circle, "asha", "bela", "cara")
    assert circle.available("asha", T + DAY) == 100


def test_a_friend_who_goes_on_as_the_inviter_was_invited_by_nobody() -> None:
    """Nobody invites themselves."""
    circle = Circle(ON_DELIVERY).invites()
    circle.all(accept(), join(at=T + HOUR, by="bela"), merge("asha", by="bela", at=T + HOUR))
    follow_all(circle, "asha", "bela")
    assert (circle.state("bela"), circle.state("asha")) == ("revoked", "")


@pytest.mark.parametrize("has_a_code", [True, False])
def test_who_was_there_before_the_inviter_was_not_invited(has_a_code: bool) -> None:
    """Bela, invited by dora, goes on as asha, who invited dora: the two did not invite each other.

    Nor has dora invited whoever joined at the instant of her code, and invited nobody.
    """
    circle = Circle(ON_DELIVERY).invites()
    circle.all(accept(by="dora"), join("dora"), open_code("DORA", by="dora", at=T))
    circle.all(join("cara", at=T), accept("DORA"), join(at=T + HOUR, by="bela"))
    into = "asha" if has_a_code else "cara"
    circle.do(merge(into, by="bela", at=T + HOUR))
    follow_all(circle, "asha", "bela", "cara", "dora")
    assert (circle.state("bela"), circle.state(into)) == ("revoked", "revoked")
    circle.do(deliver("o1", 100, by=into, at=T + DAY))
    follow_all(circle, "asha", "bela", "cara", "dora")
    assert circle.available(into, T + DAY) == 10
    assert circle.available("dora", T + DAY) == 0


def test_who_joined_after_the_inviter_s_code_takes_the_invitation_on() -> None:
    """A microsecond later is after it."""
    circle = Circle(ON_DELIVERY).invites()
    circle.all(accept(), join(at=T + HOUR, by="bela"))
    circle.all(join("cara", at=ASHA_IN + MICROSECOND), merge("cara", by="bela", at=T + HOUR))
    follow_all(circle, "asha", "bela", "cara")
    assert (circle.state("bela"), circle.state("cara")) == ("revoked", "registered")


def test_who_has_an_inviter_keeps_that_one() -> None:
    """The first stays the inviter."""
    circle = joined(Circle(ON_DELIVERY).invites(), "dora")
    circle.all(open_code("DORA", by="dora", at=T + HOUR))
    later = T + 2 * HOUR
    circle.all(accept(), accept("DORA", by="cara", at=later))
    circle.all(join("bela", at=later), join("cara", at=later), merge("cara", by="bela", at=later))
    follow_all(circle, "asha", "bela", "cara", "dora")
    found = circle.referral("cara")
    assert found is not None
    assert found.inviter_id == "dora"


def test_a_carried_referral_is_read_as_it_was_written() -> None:
    """With the standing and all else."""
    carried = Carried(
        ("dora",),
        (("lifetime", 2),),
        (UsedLimit("reward/cup/ever/ever", 1, 2),),
        Standing("bela", day("2017-07-01"), day("2017-07-01")),
        referral(),
    )
    assert carried_from_text(carried_to_text(carried)) == carried


def test_limits_are_those_of_today() -> None:
    """Of campaigns, actions and invitations too; budgets are nobody's own."""
    capped = Campaign(
        "double", "Double", Multiplier(2, 1), caps=(Cap(50, CapPer.MEMBER, Period.MONTH),)
    )
    programme = rules(
        campaigns=CampaignTerms((capped,)),
        actions=(Action("share", 5, limits=(ActionLimit(1, Period.DAY),), budget=100),),
        referral=attrs.evolve(ON_DELIVERY, friends_max=3, friends_period=Period.YEAR),
    )
    cups = reward("cup", 5, limits=(Limit(2), Limit(9, LimitScope.PROGRAMME)), stock=9)
    assert limits_of((cups,), programme, "asha", T) == {
        "reward/cup/ever/ever": 2,
        "action/share/day/2017-07-01": 1,
        "campaign/double/month/2017-07": 50,
        "referral/year/2017": 3,
    }
    assert limits_of((), rules(referral=ON_DELIVERY), "asha", T) == {}


# vouchers


def test_vouchers_that_can_be_used_go_over() -> None:
    """They stay under the member who redeemed them, and are used by the other."""
    shop = Counter(reward("cup", 5), reward("mug", 5))
    joined(shop)
    code = CODES.draw()
    shop.all(
        redeem(code=code), redeem("mug"), use("redeem:mug", "o1"), redeem("mug", by="bela"), merge()
    )
    follow_all(shop, "asha", "bela")
    assert shop.voucher("redeem:cup").holder_id == "bela"
    assert shop.voucher("redeem:mug").holder_id == "asha"
    found = shop.rewards.vouchers("bela", at=T)
    assert [(it.member_id, it.voucher_id) for it in found] == [
        ("bela", "redeem:mug"),
        ("asha", "redeem:cup"),
        ("asha", "redeem:mug"),
    ]
    shop.do(use(code, "o9", by="bela"))
    assert shop.voucher("redeem:cup").state is VoucherState.USED
    assert isinstance(shop.refusal(use("redeem:mug", "o2", request="u2")), VoucherUsed)


def test_vouchers_of_an_absorbed_member_are_named_by_who_redeemed_them() -> None:
    """By nobody else, and not by their codes too."""
    shop = Counter(reward("cup", 5))
    joined(shop, *ALL)
    shop.all(redeem(), merge())
    named = {"voucher_id": "redeem:cup", "of_member_id": "asha", "order_id": "o1"}
    for by in ("cara", "asha"):
        use_it = UseVoucher(member_id=by, request_id="u", at=T, **named)
        assert isinstance(shop.refusal(use_it), VoucherNotFound)
    check_outcomes(
        [shop.do(UseVoucher(member_id="bela", request_id="u", at=T, **named)).state], "used"
    )
    for wrong in ({"of_member_id": 1}, {"voucher_id": "", "digest": "0" * 64}):
        with pytest.raises(Misuse):
            UseVoucher(member_id="bela", request_id="v", at=T, **(named | wrong))


def test_a_voucher_on_an_order_of_the_old_name_stays_on_it() -> None:
    """It can be taken off, and then used by the other."""
    shop = Counter(reward("cup", 5))
    joined(shop)
    code = CODES.draw()
    shop.all(redeem(code=code), attach(), merge(), detach(code))
    assert shop.voucher("redeem:cup").holder_id == "bela"
    shop.do(use(code, "o9", by="bela"))


def test_vouchers_are_shown_page_by_page_through_all_names() -> None:
    """Those of nobody else."""
    shop = Counter(reward("cup", 1))
    joined(shop)
    shop.all(*[redeem(request=f"r{n}") for n in range(3)], redeem(by="bela", request="r9"))
    shop.do(merge())
    assert len(shop.rewards.vouchers("bela", at=T)) == 1
    follow_all(shop, "asha", "bela")
    names: list[tuple[str, str]] = []
    page: Any = shop.rewards.vouchers("bela", at=T, limit=2)
    while page:
        names += [(it.member_id, it.voucher_id) for it in page]
        page = shop.rewards.vouchers("bela", at=T, limit=2, after=names[-1])
    assert names == [("bela", "r9"), ("asha", "r0"), ("asha", "r1"), ("asha", "r2")]
    assert shop.rewards.vouchers("bela", at=T, after=("cara", "")) == ()
    later = AsyncRewards(AsyncMemoryStore(shop.store), shop.programme)
    assert asyncio.run(later.vouchers("bela", at=T, after=("asha", "r0"))) == (
        shop.rewards.vouchers("bela", at=T, after=("asha", "r0"))
    )
    assert shop.rewards.vouchers("cara", at=T, after=("asha", "")) == ()
    assert all(it.clear is None for it in shop.rewards.vouchers("bela", at=T))


# what events carry


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"draws": "0"}, "either tokens are passed on or a debt"),
        ({"debt": 5}, "either tokens are passed on or a debt"),
        ({"debt": -1, "draws": "0"}, "a debt is a whole number"),
        ({"debt": 1.0, "draws": "0"}, "a debt is a whole number"),
        ({"transfer_id": ""}, "a transfer's id is a text"),
        ({"kind": None}, "a kind is a text"),
        ({"request_id": "x"}, "this request is named 'passed:tokens:asha/m'"),
    ],
)
def test_what_is_passed_on_is_as_its_event_says(changed: dict[str, Any], message: str) -> None:
    """Under another id the same tokens would come twice."""
    taken = TakePassedOn(
        member_id="bela",
        request_id="passed:tokens:asha/m",
        at=T,
        transfer_id="asha/m",
        kind="tokens",
        draws="5@2018-12-31",
        debt=0,
    )
    with pytest.raises(Misuse, match=message):
        attrs.evolve(taken, **changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"absorbed":[],"counted":[],"limits":[[1,1,1]],"standing":null,"referral":1}',
    ],
)
def test_what_is_carried_is_read_strictly(text: str) -> None:
    """Whatever was not written here is a misuse."""
    with pytest.raises(Misuse, match="what is carried is not as it was written"):
        carried_from_text(text)


@pytest.mark.parametrize(
    "text",
    ["", "1", "[1]", "[[1,2,3,4]]", '[["2017-07-01",1,2,3,4]]', '[["2017-07-01",1.5,0,0]]'],
)
def test_what_counts_is_read_strictly(text: str) -> None:
    """Days, each with three whole numbers."""
    with pytest.raises(Misuse):
        counts_from_text(text)


def test_what_counts_is_read_as_it_was_written() -> None:
    """Days in their order."""
    by_day = ((day("2017-07-01"), Counts(1, -2, 3)), (day("2017-07-02"), Counts()))
    assert counts_from_text(counts_to_text(by_day)) == by_day


@pytest.mark.parametrize("topic", ["tokens_passed_on", "member_merged", "counts_passed_on"])
def test_an_event_without_its_figures_is_corrupt(topic: str) -> None:
    """It cannot be followed."""
    with pytest.raises(Corrupt, match="has no "):
        follow_up(OutboxEvent("asha", "e", topic, T, ()))


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (TakeMerge, {"from_member_id": ""}),
        (TakeMerge, {"request_id": "merge:cara"}),
        (TakeCounts, {"counts_id": ""}),
        (TakeCounts, {"request_id": "count:x"}),
    ],
)
def test_names_of_what_follows_are_checked(kind: type[Any], changed: dict[str, Any]) -> None:
    """They are derived from the event."""
    merged = {
        "member_id": "bela",
        "request_id": "merge:asha",
        "at": T,
        "from_member_id": "asha",
        "carried": carried_to_text(Carried()),
    }
    counted = {
        "member_id": "bela",
        "request_id": "count:asha/r",
        "at": T,
        "counts_id": "asha/r",
        "counts": "[]",
    }
    stated = merged if kind is TakeMerge else counted
    kind(**stated)
    with pytest.raises(Misuse):
        kind(**(stated | changed))


@pytest.mark.parametrize("into", ["", None, 7])
def test_a_merge_names_the_other(into: Any) -> None:
    """By a text."""
    with pytest.raises(Misuse, match="a member's id is a text"):
        merge(into)
