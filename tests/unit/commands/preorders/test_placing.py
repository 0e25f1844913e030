"""Placing pre-orders: who may buy when, what is refused first, and which unit is taken."""

from datetime import datetime
from typing import Any

import attrs
import pytest

from mi_rewards.commands import (
    EnterDraw,
    Join,
    OpenDraw,
    Place,
    PlacePreOrder,
    PreOrdered,
    Rewards,
    RunDraw,
)
from mi_rewards.earning import AlreadyPlaced
from mi_rewards.errors import Misuse, RequestReused
from mi_rewards.money import CurrencyMismatch, Money
from mi_rewards.preorders import (
    CodeNotForQuota,
    MemberLimitReached,
    NotSoldHere,
    OneDevicePerPreOrder,
    PreOrder,
    QuotaExhausted,
    SaleNotOpen,
    UnknownQuota,
    commitment,
    draw,
)
from mi_rewards.preorders.refusals import PaymentModeRefused
from mi_rewards.preorders.shards import first_shard
from mi_rewards.repositories import CounterKey, Needs, preorder_key
from mi_rewards.tiers import Changes, Ladder, Lifetime, Metric, Privileges, Tier
from tests.fridays import (
    DAY,
    HOUR,
    MICROSECOND,
    MINUTE,
    NOON,
    PRICE,
    RULES,
    friday_rules,
    open_quota,
    place,
    refused,
    reshard,
    shop,
    told,
)
from tests.redeeming import redeem, reward
from tests.reserving import TERMS, Reserving
from tests.reserving import opened as opened_for_codes
from tests.shop import T


def opened(units: int = 10, **others: Any) -> Rewards:
    """A shop with a quota."""
    rewards = shop()
    rewards.do(open_quota(units, **others))
    return rewards


def found(rewards: Rewards, by: str = "asha", order_id: str = "o1") -> PreOrder | None:
    """Read a pre-order as it is stored."""
    key = preorder_key(by, order_id)
    return rewards.store.load(Needs((key,))).get(key)


def test_a_unit_is_held_until_the_deadline() -> None:
    """The answer says where it came from and what is to be paid until when."""
    rewards = opened(variant="4GB/64GB", channel="mi.com")
    outcome = rewards.do(place(address_ref="home", colour="black", category="phones"))
    until = NOON + 15 * MINUTE
    assert outcome == PreOrdered("o1", "q", "000", until, 999_900, is_last=False)
    preorder = found(rewards)
    assert preorder is not None
    assert preorder.pay_until == until
    assert (preorder.product_id, preorder.variant) == ("redmi-note-4", "4GB/64GB")
    assert (preorder.channel, preorder.address_ref, preorder.colour) == ("mi.com", "home", "black")
    assert (preorder.category, preorder.price) == ("phones", PRICE)
    assert told(rewards.quota("q")) == "10 = 9 free + 1 held + 0 sold + 0 reserved"


def test_a_request_that_comes_again_takes_one_unit() -> None:
    """The same answer; other content under its name is objected to; another name is refused."""
    rewards = opened()
    assert rewards.do(place()) == rewards.do(place())
    assert rewards.quota("q").held == 1
    with pytest.raises(RequestReused):
        rewards.do(place(colour="gold"))
    again = place(request_id="again")
    assert refused(rewards, again) == AlreadyPlaced(order_id="o1")


def test_an_order_that_was_placed_by_other_means_is_not_placed_again() -> None:
    """It is refused before anybody pays, not when the money was taken."""
    rewards = opened()
    amount = Money(500_000, "INR")
    rewards.do(Place(member_id="asha", request_id="p", at=NOON, order_id="o1", amount=amount))
    assert refused(rewards, place()) == AlreadyPlaced(order_id="o1")
    assert rewards.do(place("ravi")).quota_id == "q"


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (NOON - MICROSECOND, False),
        (NOON, True),
        (NOON + HOUR - MICROSECOND, True),
        (NOON + HOUR, False),
    ],
)
def test_the_window_is_half_open(at: datetime, is_open: bool) -> None:
    """Noon belongs to it, its end does not; the refusal says when it is."""
    rewards = opened(closes_at=NOON + HOUR)
    if is_open:
        assert rewards.do(place(at=at)).quota_id == "q"
    else:
        assert refused(rewards, place(at=at)) == SaleNotOpen(
            quota_id="q", opens_at="2017-03-31T06:30:00Z", closes_at="2017-03-31T07:30:00Z"
        )


def test_a_window_without_an_end_says_so() -> None:
    """In its refusal too."""
    rewards = opened(sale_id="")
    assert refused(rewards, place(at=NOON - DAY)).figures["closes_at"] == ""


def test_the_host_says_which_tier_comes_early() -> None:
    """Where the programme has no ladder: as many hours as the sale calendar says."""
    (friday,) = RULES.sales
    early = attrs.evolve(friday, early_access=(("gold", 2),))
    rewards = shop(programme=attrs.evolve(RULES, sales=(early,)))
    rewards.do(open_quota())
    two_before = NOON - 2 * HOUR
    assert refused(rewards, place(at=two_before)).code == "sale_not_open"
    assert refused(rewards, place(at=two_before, tier="silver")).code == "sale_not_open"
    before = place(at=two_before - MICROSECOND, tier="gold")
    assert refused(rewards, before).code == "sale_not_open"
    assert rewards.do(place(at=two_before, tier="gold")).quota_id == "q"


def test_nobody_has_more_than_a_member_can_have() -> None:
    """Of this quota; of another one they can."""
    rewards = opened(member_max=2)
    rewards.do(open_quota(quota_id="other"))
    for order_id in ("o1", "o2"):
        rewards.do(place(order_id=order_id))
    limit = MemberLimitReached(quota_id="q", limit=2)
    assert refused(rewards, place(order_id="o3")) == limit
    assert rewards.do(place(order_id="o3", quota_id="other")).quota_id == "other"
    assert rewards.do(place("ravi")).quota_id == "q"


def test_none_for_anybody_is_none() -> None:
    """A limit of 0 is none at all, not no limit (SCENARIOS G8)."""
    assert refused(opened(member_max=0), place()) == MemberLimitReached(quota_id="q", limit=0)


def test_a_members_units_are_counted_only_where_there_is_a_limit() -> None:
    """An unlimited quota writes no counter of the member's (SCENARIOS C7)."""
    rewards = opened()
    _, changes = rewards.simulate(place())
    assert changes is not None
    assert [take.key for take in changes.takes] == [CounterKey("quota/q", "000/taken")]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"quota_id": "nothing"}, UnknownQuota(quota_id="nothing")),
        ({"units": 2}, OneDevicePerPreOrder(units=2)),
        ({"channel": "bigc"}, NotSoldHere(quota_id="q", channel="bigc", region="")),
        ({"region": "NP"}, NotSoldHere(quota_id="q", channel="mi.com", region="NP")),
        (
            {"payment_mode": "cash_on_delivery"},
            PaymentModeRefused(
                payment_mode="cash_on_delivery",
                allowed="credit_card, debit_card, net_banking, mobile_wallet",
            ),
        ),
    ],
)
def test_what_is_not_offered_is_refused(wrong: dict[str, Any], refusal: Any) -> None:
    """Each by its own name, and before the sale opens too; nothing is taken."""
    rewards = opened(channel="mi.com", region="IN")
    assert refused(rewards, place(at=NOON - DAY, **wrong)) == refusal
    assert rewards.quota("q").held == 0


def test_any_channel_of_the_terms_sells_what_is_of_no_channel() -> None:
    """And no other one does; the region of a quota for anywhere is not looked at."""
    rewards = opened()
    assert refused(rewards, place(channel="bigc")).code == "not_sold_here"
    assert rewards.do(place(channel="mi.com", region="NP")).quota_id == "q"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"order_id": ""}, "have names"),
        ({"quota_id": ""}, "have names"),
        ({"colour": None}, "colour"),
        ({"price": 9_999}, "a price is money"),
        ({"price": Money(0, "INR")}, "a price is money"),
        ({"units": 0}, "units are a whole number from 1"),
        ({"units": True}, "units are a whole number from 1"),
        ({"digest": "F-CODE"}, "never by the code itself"),
        ({"digest": "0" * 32, "voucher_id": "v"}, "by its code's digest or by its id"),
        ({"of_member_id": "ravi"}, "needs nobody who redeemed it"),
        ({"tier": 1}, "tier"),
        ({"pay_until": NOON}, "not to be paid for until"),
        ({"pay_until": NOON + 16 * MINUTE}, "not to be paid for until"),
    ],
)
def test_what_is_wrong_is_said_in_one_message(wrong: dict[str, Any], message: str) -> None:
    """And nothing is taken."""
    rewards = opened()
    with pytest.raises(Misuse, match=message):
        rewards.do(place(**wrong))
    assert rewards.quota("q").held == 0


def test_the_price_is_in_the_programmes_currency() -> None:
    """Currencies never mix."""
    with pytest.raises(CurrencyMismatch, match="the price is in USD, not in INR"):
        opened().do(place(price=Money(15_000, "USD")))


def test_the_deadline_is_the_terms_or_the_callers() -> None:
    """The caller's may be earlier; where the terms say none it is the caller's to say."""
    until = NOON + MINUTE
    assert opened().do(place(pay_until=until)).pay_until == until
    rewards = shop(programme=friday_rules(pay_within_minutes=None, remind_minutes=None))
    rewards.do(open_quota())
    with pytest.raises(Misuse, match=r"'mi\.com' states no pay_within_minutes: name pay_until"):
        rewards.do(place())
    assert rewards.do(place(pay_until=NOON + DAY)).pay_until == NOON + DAY


def test_a_members_own_shard_is_asked_first_and_then_the_next() -> None:
    """In a circle; the last one is told; then nothing is left."""
    rewards = opened(8, shards=4)
    own = first_shard("q", "asha", 4)
    taken = [rewards.do(place(order_id=f"o{n}")) for n in range(8)]
    assert [int(it.shard) for it in taken] == [(own + n // 2) % 4 for n in range(8)]
    assert [it.is_last for it in taken] == [False] * 7 + [True]
    assert refused(rewards, place("ravi")) == QuotaExhausted(quota_id="q", size=8)


def test_units_of_a_shard_that_is_retired_are_sold_too() -> None:
    """What somebody held when the quota was spread over fewer shards, and gave back."""
    rewards = opened(4, shards=4)
    orders = [place(by) for by in ("a", "b", "c", "d")]
    shards = {rewards.do(it).shard for it in orders}
    assert len(shards) == 4
    rewards.do(reshard(1))
    rewards.preorders_due(NOON + HOUR)
    assert rewards.quota("q").free == 4
    later = NOON + HOUR
    again = [rewards.do(place(by, "o2", at=later)).shard for by in ("a", "b", "c", "d")]
    assert set(again) == shards


def test_one_load_is_enough_while_the_own_shard_has_units() -> None:
    """However many shards there are; nothing of the others is read."""
    rewards = opened(640, shards=64)
    batch_needs = place().needs(RULES)
    loaded = rewards.store.load(batch_needs)
    decision = place().decide(loaded, RULES)
    assert decision.outcome.quota_id == "q"
    assert len(batch_needs.counters) <= 5


# F-codes

LATER = T + DAY


def by_code(by: str = "asha", order_id: str = "o1", **others: Any) -> PlacePreOrder:
    """Place a pre-order with the code that asha redeemed."""
    code = {} if "digest" in others or "voucher_id" in others else {"voucher_id": "redeem:f"}
    return place(
        by, order_id, at=LATER, **{"pay_until": LATER + HOUR, "payment_mode": "", **code, **others}
    )


def test_a_code_buys_its_unit_whatever_the_crowd() -> None:
    """Before the sale opens; the pool's unit is held, and nobody else's limit counts."""
    mi = Reserving(0)
    mi.do(opened_for_codes(3, 1, opens_at=LATER + 30 * DAY, member_max=0))
    mi.do(redeem("f"))
    assert refused(mi.rewards, by_code(voucher_id="")).code == "sale_not_open"
    outcome = mi.rewards.do(by_code())
    assert (outcome.shard, outcome.is_last) == ("codes", False)
    assert told(mi.rewards.quota("q")) == "3 = 2 free + 1 held + 0 sold + 0 reserved"
    preorder = found(mi.rewards)
    assert preorder is not None
    assert (preorder.voucher_of, preorder.voucher_id) == ("asha", "redeem:f")
    assert preorder.allotment is None


def test_whoever_has_the_code_may_use_it_once() -> None:
    """A friend by its digest; from then on it is attached to that order."""
    mi = Reserving(1)
    mi.do(redeem("f"))
    voucher = mi.found_voucher("redeem:f")
    assert voucher is not None
    assert mi.rewards.do(by_code("bela", digest=voucher.digest)).shard == "codes"
    assert refused(mi.rewards, by_code()).code == "voucher_attached"
    preorder = found(mi.rewards, "bela")
    assert preorder is not None
    assert preorder.voucher_of == "asha"


def test_a_voucher_that_is_no_f_code_of_the_quota_buys_nothing() -> None:
    """A coupon, an F-code without a quota, one of another quota."""
    others = (
        reward("cup"),
        reward("free", terms=attrs.evolve(TERMS, quota_id="")),
        reward("other", terms=attrs.evolve(TERMS, quota_id="r")),
    )
    mi = Reserving(1, *others)
    mi.do(opened_for_codes(1, quota_id="r"))
    for reward_id in ("cup", "free", "other"):
        mi.do(redeem(reward_id))
        command = by_code(voucher_id=f"redeem:{reward_id}")
        assert refused(mi.rewards, command) == CodeNotForQuota(quota_id="q")
    assert mi.rewards.quota("q").held == 0


def test_a_code_that_cannot_be_used_buys_nothing() -> None:
    """One that is not there, is somebody else's, or is past its last valid day."""
    mi = Reserving(1)
    mi.do(redeem("f"))
    assert refused(mi.rewards, by_code(voucher_id="nothing")).code == "voucher_not_found"
    assert refused(mi.rewards, by_code(digest="0" * 32)).code == "voucher_not_found"
    assert refused(mi.rewards, by_code("bela")).code == "voucher_not_found"
    theirs = by_code("bela", of_member_id="asha")
    assert refused(mi.rewards, theirs).code == "voucher_not_found"
    late = T + 20 * DAY
    expired = attrs.evolve(by_code(), at=late, pay_until=late + HOUR)
    assert refused(mi.rewards, expired).code == "voucher_expired"


# draws

SEED = bytes(range(32))
ENTRANTS = ("asha", "bela", "chand", "dev")


def drawn(winners: int = 1, reserves: int = 1) -> Rewards:
    """A shop with a quota for a draw's winners, which opens at noon; the draw is not run yet."""
    rewards = opened(2, draw_id="launch")
    rewards.do(
        OpenDraw(
            draw_id="launch",
            request_id="open",
            at=NOON - 2 * DAY,
            commitment=commitment(SEED, "launch"),
            opens_at=NOON - 2 * DAY,
            closes_at=NOON - DAY,
            winners_until=NOON + HOUR,
            winner_count=winners,
            reserve_count=reserves,
            reserves_until=NOON + 2 * HOUR,
        )
    )
    for by in ENTRANTS:
        rewards.do(EnterDraw(member_id=by, request_id="e", at=NOON - 2 * DAY, draw_id="launch"))
    return rewards


def test_a_draws_winners_buy_first_and_its_reserves_after_them() -> None:
    """Nobody before it is run, nobody else at any time."""
    rewards = drawn()
    assert refused(rewards, place()).code == "draw_not_run"
    rewards.do(RunDraw(draw_id="launch", request_id="run", at=NOON - HOUR, seed=SEED))
    result = draw(SEED, "launch", ENTRANTS, winners=1, reserves=1)
    (winner,), (reserve,) = result.winners, result.reserves
    others = set(ENTRANTS) - {winner, reserve} | {"zoya"}
    assert {refused(rewards, place(it)).code for it in others} == {"not_drawn"}
    assert refused(rewards, place(reserve)).code == "turn_to_come"
    assert rewards.do(place(winner)).quota_id == "q"
    assert refused(rewards, place(winner, "o2", at=NOON + HOUR)).code == "turn_passed"
    assert rewards.do(place(reserve, at=NOON + HOUR)).is_last


def test_a_quota_for_a_draw_that_nobody_opened_is_wrong() -> None:
    """One clear message."""
    with pytest.raises(Misuse, match="for a draw that is not known"):
        opened(2, draw_id="launch").do(place())


def test_the_draw_is_asked_after_the_window() -> None:
    """Who wins still waits for noon."""
    rewards = drawn()
    assert refused(rewards, place(at=NOON - MICROSECOND)).code == "sale_not_open"


# early access by standing


def test_the_tier_that_the_member_holds_comes_early() -> None:
    """Where the programme has a ladder, whatever tier the host names; whoever has joined alone."""
    ladder = Ladder(
        (
            Tier("silver", "Silver", 0, Privileges(early_access_hours=1)),
            Tier("gold", "Gold", 100_000, Privileges(early_access_hours=3)),
        ),
        Metric.SPEND,
        Lifetime(),
        downgrades=Changes.AT_ONCE,
    )
    rewards = shop(programme=attrs.evolve(RULES, ladder=ladder))
    rewards.do(open_quota())
    an_hour_before = place(at=NOON - HOUR, tier="gold")
    assert refused(rewards, an_hour_before).code == "sale_not_open"
    rewards.do(Join(member_id="asha", request_id="join", at=NOON - DAY))
    assert refused(rewards, place(at=NOON - 3 * HOUR, tier="gold")).code == "sale_not_open"
    assert rewards.do(an_hour_before).quota_id == "q"
