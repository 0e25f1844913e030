"""Claiming a purchase that named no member, or was made before joining."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mi_rewards.commands import Delivered
from mi_rewards.earning import (
    AlreadyClaimed,
    AlreadyDelivered,
    ClaimTooLate,
    EarnRate,
    MemberLeft,
    MemberMerged,
    MembershipTerms,
    NotAMember,
    Retrospective,
)
from mi_rewards.earning.points import PointsTerms
from mi_rewards.errors import LimitReached, Misuse
from mi_rewards.money import Money
from mi_rewards.repositories import Needs, wallet_key
from mi_rewards.wallet import EndOfYear, NoExpiry, check_journal, fold
from tests.memberships import claim, follow_all, joined, leave, merge
from tests.shop import (
    Shop,
    T,
    bring,
    burn,
    check_outcomes,
    deliver,
    give_back,
    ist,
    join,
    line,
    place,
    rules,
)
from tests.wallets import day

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = T + 30 * DAY
Y18 = day("2018-12-31")


def test_a_purchase_is_awarded_as_if_it_had_been_delivered_then() -> None:
    """It is booked now, and its last valid day is reckoned from the delivery."""
    shop = joined(Shop(rules(expiry=EndOfYear(0))), "asha")
    at, delivered_at = ist("2018-01-10"), ist("2017-12-31 23:59:59")
    check_outcomes(
        [shop.do(claim(delivered_at=delivered_at, at=at))],
        Delivered("o1", 10, day("2017-12-31"), None, "shopping"),
    )
    (entry,) = shop.entries()
    assert (entry.booked_at, entry.occurred_at) == (at, delivered_at)
    assert [entry.amount(it.account) for it in entry.postings] == [-10, 10]
    assert shop.balance(at=at).available == 0


def test_what_was_due_is_booked_before_a_claim() -> None:
    """And nothing else of the past changes."""
    shop = joined(Shop(), "asha")
    shop.do(bring(7, "2017-12-31"))
    at = ist("2018-03-01")
    before = shop.balance(at=at - HOUR)
    shop.do(claim(delivered_at=ist("2017-12-01"), at=at))
    assert [it.event.value for it in shop.entries()] == ["opened", "lapsed", "earned"]
    assert [it.booked_at for it in shop.entries()][2] == at
    assert shop.balance(at=at - HOUR) == before
    assert check_journal(shop.entries()) == ()
    found = shop.wallet()
    assert found is not None
    assert fold(shop.entries()) == found._replace(version=0)


def test_a_wallet_whose_last_entry_is_later_stays_in_its_time() -> None:
    """A claim that is told late is booked with the last entry."""
    shop = joined(Shop(), "asha")
    shop.all(bring(5, at=NOW + DAY), claim(delivered_at=T + DAY, at=NOW))
    assert [it.booked_at for it in shop.entries()] == [NOW + DAY, NOW + DAY]


def test_a_purchase_of_before_joining_counts_as_on_joining() -> None:
    """Where the rules have such purchases count, else not at all."""
    since = Retrospective(day("2017-05-01"), day("2017-12-31"))
    for programme, expected in (
        (rules(retrospective=since), Delivered("o1", 10, Y18, None, "shopping")),
        (rules(), Delivered("o1", 0, None, None, "delivered_before_joining")),
    ):
        shop = joined(Shop(programme), "asha")
        check_outcomes([shop.do(claim(delivered_at=T - DAY, at=NOW))], expected)


def test_an_order_is_claimed_once_by_whomever() -> None:
    """The same request repeats its outcome."""
    shop = joined(Shop())
    command = claim(delivered_at=T, at=NOW)
    first = shop.do(command)
    check_outcomes([shop.do(command)], first)
    for by in ("asha", "bela"):
        again = claim(by=by, delivered_at=T, at=NOW, request="again")
        assert shop.refusal(again) == AlreadyClaimed(order_id="o1")
    assert shop.used("claims", "o1") == 1


def test_of_two_who_claim_at_once_one_is_asked_to_try_again() -> None:
    """And is then told that it was claimed."""
    shop = joined(Shop())
    command = claim(by="bela", delivered_at=T, at=NOW)
    late = shop.rewards.simulate(command)[1]
    shop.do(claim(delivered_at=T, at=NOW))
    assert late is not None
    with pytest.raises(LimitReached, match="claims/o1"):
        shop.store.save(late)
    assert shop.refusal(command) == AlreadyClaimed(order_id="o1")


@pytest.mark.parametrize(
    ("days", "at", "is_late"),
    [
        (None, "2027-01-01 00:00", False),
        (0, "2017-07-01 23:59:59", False),
        (0, "2017-07-02 00:00", True),
        (30, "2017-07-31 23:59:59", False),
        (30, "2017-08-01 00:00", True),
    ],
)
def test_a_claim_comes_in_time(days: int | None, at: str, is_late: bool) -> None:
    """Days are those of the programme's zone: the last instant of the last day is in time."""
    shop = joined(Shop(rules(membership=MembershipTerms(claim_within_days=days))), "asha")
    command = claim(delivered_at=T, at=ist(at))
    if is_late:
        assert shop.refusal(command) == ClaimTooLate(
            order_id="o1", delivered_on="2017-07-01", claim_within_days=days or 0
        )
    else:
        assert shop.do(command).tokens == 10


def test_who_is_no_member_claims_nothing() -> None:
    """Each with a code of its own."""
    shop = Shop()
    command = claim(delivered_at=T, at=NOW)
    assert shop.refusal(command) == NotAMember(member_id="asha")
    joined(shop)
    shop.do(leave())
    assert shop.refusal(command) == MemberLeft(member_id="asha")
    shop.all(join(request="again"), merge())
    assert shop.refusal(command) == MemberMerged(member_id="asha", into="bela")


def test_what_was_told_as_delivered_is_not_claimed_again() -> None:
    """An order that was placed, and never told as delivered, is."""
    shop = joined(Shop(), "asha")
    shop.all(deliver("o1", 100), place("o2", 100))
    assert shop.refusal(claim(delivered_at=T, at=NOW)) == AlreadyDelivered(order_id="o1")
    check_outcomes(
        [shop.do(claim("o2", delivered_at=T + HOUR, at=NOW))],
        Delivered("o2", 10, Y18, None, "shopping"),
    )
    assert shop.balance(at=NOW).promised == 0


def test_a_claimed_order_is_returned_as_any() -> None:
    """It is a purchase like others."""
    shop = joined(Shop(), "asha")
    shop.all(claim(delivered_at=T, at=NOW), burn(4, at=NOW), give_back("o1", at=NOW + DAY))
    assert str(shop.wallet()) == "0 | owed 4"


def test_lines_are_claimed_as_an_amount_is() -> None:
    """With their categories; one of the two is stated."""
    shop = joined(Shop(rules(excluded_categories=("shipping",))), "asha")
    lines = (line("a", 100), line("s", 50, category="shipping"))
    outcome = shop.do(claim(rupees=None, lines=lines, delivered_at=T, at=NOW, channel="web"))
    assert outcome.tokens == 10


def test_status_points_come_with_a_claim() -> None:
    """As with a delivery, and booked now."""
    points = PointsTerms("vip", EarnRate(1, Money(10_000, "INR")), NoExpiry())
    shop = joined(Shop(rules(points=points)), "asha")
    shop.do(claim(delivered_at=T, at=NOW))
    key = wallet_key("asha", "vip")
    found = shop.store.load(Needs((key,))).get(key)
    assert found is not None
    assert (str(found), found.booked_at) == ("1@never", NOW)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"rupees": None}, "a purchase is claimed with an amount or with lines"),
        ({"delivered_at": NOW + HOUR}, "delivered at 2017-07-31T07:30:00Z, which is to come"),
        ({"delivered_at": datetime(2017, 7, 1)}, "offset"),
        ({"order_id": 7}, "an order's id is a text"),
    ],
)
def test_what_cannot_be_claimed_is_misuse(changed: dict[str, Any], message: str) -> None:
    """Nothing that is still to come, and not nothing."""
    with pytest.raises(Misuse, match=message):
        claim(**({"delivered_at": T, "at": NOW} | changed))


def test_a_claim_of_a_delivery_at_this_instant() -> None:
    """Now is not to come."""
    shop = joined(Shop(), "asha")
    assert shop.do(claim(delivered_at=NOW, at=NOW)).tokens == 10


def test_who_absorbed_another_claims_for_themselves() -> None:
    """Claims are counted over everybody."""
    shop = joined(Shop())
    shop.all(claim(delivered_at=T, at=NOW), merge(at=NOW))
    follow_all(shop, "asha", "bela")
    again = claim(by="bela", delivered_at=T, at=NOW)
    assert shop.refusal(again) == AlreadyClaimed(order_id="o1")
