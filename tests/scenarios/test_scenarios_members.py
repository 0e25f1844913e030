"""What went wrong in real systems, by its number: what memberships show.

Members who are merged (G2), old points and notes that outlive their time (G12, G13), and defects
seen in comparable libraries (H).
"""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.commands import Command, Erased, Merged, Transferred
from mi_rewards.earning import (
    MemberLeft,
    MemberMerged,
    MembershipTerms,
    OnLeaving,
    Retrospective,
)
from mi_rewards.errors import RequestReused
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, wallet_key
from mi_rewards.wallet import MemberBlocked, Wallet, check_journal
from tests.memberships import block, claim, erase, follow_all, joined, leave, merge, unblock
from tests.shop import (
    Shop,
    T,
    adjust,
    bring,
    burn,
    check_outcomes,
    deliver,
    give_back,
    hold,
    ist,
    join,
    place,
    rules,
    send,
)
from tests.wallets import day

DAY = timedelta(days=1)
MEMBERS = ("asha", "bela")


def wallets(shop: Shop) -> tuple[Wallet, Wallet]:
    """Read both members' wallets."""
    keys = tuple(wallet_key(by, "tokens") for by in MEMBERS)
    one, other = shop.store.load(Needs(keys)).get_all(keys)
    assert one is not None
    assert other is not None
    return one, other


# G


def test_G2_the_second_card_of_a_merged_contact_is_spent_like_the_first() -> None:
    """G2: it was unusable; here both cards are one balance, each lot with its own last day."""
    shop = joined(Shop())
    shop.all(bring(10, "2017-12-31"), bring(5, "2018-12-31"))
    shop.all(bring(7, "2017-12-31", by="bela"), bring(3, "never", by="bela"))
    before = sum(it.available for it in wallets(shop))
    check_outcomes([shop.do(merge())], Merged("bela", 15, 0))
    follow_all(shop, *MEMBERS)
    old, new = wallets(shop)
    assert (old.available, new.available) == (0, before)
    assert str(new) == "17@2017-12-31 + 5@2018-12-31 + 3@never"
    check_outcomes([shop.do(burn(20, by="bela")).tokens, shop.balance(by="bela").available], 20, 5)
    assert shop.refusal(burn(1)) == MemberMerged(member_id="asha", into="bela")


def test_G2_a_lot_of_the_second_card_lapses_on_its_own_day() -> None:
    """G2: merging lengthens no token's life, and shortens none."""
    shop = joined(Shop())
    shop.all(bring(10, "2017-12-31"), bring(7, "2018-12-31", by="bela"), merge())
    follow_all(shop, *MEMBERS)
    for at, left in (
        (ist("2017-12-31 23:59:59"), 17),
        (ist("2018-01-01 00:00"), 7),
        (ist("2018-12-31 23:59:59"), 7),
        (ist("2019-01-01 00:00"), 0),
    ):
        assert shop.balance(by="bela", at=at).available == left


def test_G2_receipts_and_orders_of_the_second_card_still_work() -> None:
    """G2: who retries gets the same answer, and a return of then takes back from the one left."""
    shop = joined(Shop())
    first = deliver("o1", 100)
    outcome = shop.do(first)
    shop.all(place("o2", 50), merge())
    follow_all(shop, *MEMBERS)
    check_outcomes([shop.do(first)], outcome)
    shop.all(deliver("o2", at=T + DAY), give_back("o1", at=T + DAY))
    follow_all(shop, *MEMBERS)
    old, new = wallets(shop)
    assert (str(old), str(new)) == ("0 | blocked merged", "5@2018-12-31")
    assert check_journal([*shop.entries(), *shop.entries("bela")]) == ()


def test_G2_merging_twice_or_in_a_circle_makes_no_token() -> None:
    """G2: told again it repeats its answer; the other way round it is refused."""
    shop = joined(Shop())
    shop.all(bring(10), bring(5, by="bela"))
    for _ in range(3):
        shop.do(merge())
        follow_all(shop, *MEMBERS)
    back = merge("asha", by="bela", request="back")
    assert shop.refusal(back) == MemberMerged(member_id="asha", into="bela")
    assert [it.available for it in wallets(shop)] == [0, 15]


def test_G2_a_gift_on_its_way_to_the_second_card_arrives() -> None:
    """G2: whoever sent it before, it goes on to the one left."""
    shop = joined(Shop(), *MEMBERS, "cara")
    shop.all(bring(10, by="cara"), send(4, "asha", by="cara"), merge())
    check_outcomes(shop.follow("cara"), Transferred("cara/send", 4))
    follow_all(shop, *MEMBERS, "cara")
    assert [it.available for it in wallets(shop)] == [0, 4]


def test_G12_old_points_of_two_accounts_are_brought_along_and_joined() -> None:
    """G12: there was no way to import them; here they come with their dates, and go over so."""
    shop = joined(Shop())
    shop.all(bring(10, "2017-06-30"), bring(8, "2017-09-30"), bring(2, "2018-03-31", by="bela"))
    shop.do(merge())
    follow_all(shop, *MEMBERS)
    assert str(wallets(shop)[1]) == "8@2017-09-30 + 2@2018-03-31"
    assert wallets(shop)[0].lapsed == 10


def test_G13_erasure_covers_notes_and_leaves_every_sum() -> None:
    """G13: memos survived; here nothing that is kept has the text, and the journal is the same."""
    memo = "called from the hospital"
    shop = joined(Shop())
    shop.all(adjust(10, "2018-12-31", note=memo), burn(3))
    before = shop.story()
    check_outcomes([shop.do(erase())], Erased("asha"))
    assert not any(memo in repr(kept) for kept in vars(shop.store).values())
    assert shop.story() == before
    assert wallets_sum(shop) == (10, 3)
    again = adjust(10, "2018-12-31", note=memo)
    shop.do(again)
    assert shop.store.notes_of("asha") == ()


def wallets_sum(shop: Shop) -> tuple[int, int]:
    """What was added by hand, and what was spent."""
    wallet = shop.wallet()
    assert wallet is not None
    return -wallet.adjusted, wallet.redeemed


# H


def test_H1_tokens_of_who_has_left_lapse_without_a_sweep() -> None:
    """H1: expired lots paid until a job ran; here nothing is spent, and nothing waits for one."""
    shop = joined(Shop(rules(membership=MembershipTerms(OnLeaving.KEEP))), "asha")
    shop.all(bring(10, "2017-12-31"), leave())
    shop.do(join(request="again", at=ist("2018-01-01 00:00")))
    assert shop.balance(at=ist("2018-01-01 00:00")).available == 0


def test_H5_what_ends_a_membership_ends_it_once() -> None:
    """H5: a second void drove amounts below zero; here it is refused, and the figures stay."""
    shop = joined(Shop())
    shop.all(bring(10), leave())
    assert shop.refusal(leave(request="again")) == MemberLeft(member_id="asha")
    assert shop.refusal(merge()) == MemberLeft(member_id="asha")
    found = shop.wallet()
    assert found is not None
    assert (found.available, found.adjusted) == (0, 10)


STORY: list[Command[Any]] = [
    join(at=T - 2 * DAY),
    deliver("o1", 100, at=T - DAY),
    block(at=T - DAY),
    deliver("o2", 100, at=T - DAY),
    unblock(at=T - DAY),
    claim("o3", 100, delivered_at=T - DAY, at=T),
    leave(at=T),
    deliver("o4", 100, at=T),
    join(at=T + DAY, request="again"),
    burn(1, at=T + DAY),
]
"""Somebody joins, is blocked for a while, leaves, and comes back."""

FLIPS: dict[str, MembershipTerms] = {
    "on_leaving": MembershipTerms(OnLeaving.KEEP),
    "rejoins": MembershipTerms(rejoins=False),
    "claim_within_days": MembershipTerms(claim_within_days=0),
    "blocked_earn": MembershipTerms(blocked_earn=False),
}
"""For each setting of a membership, terms that differ in it alone."""


def answers(programme: Programme) -> list[Any]:
    """Tell the story under some rules."""
    return Shop(programme).rewards.do_all(STORY)


@pytest.mark.parametrize("setting", FLIPS)
def test_H9_every_setting_of_a_membership_changes_an_answer(setting: str) -> None:
    """H9: nothing read a flag for dry runs; here each setting flipped is seen in an answer."""
    early = Retrospective(day("2017-06-01"))
    usual = rules(retrospective=early)
    assert answers(usual) == answers(rules(retrospective=early, membership=MembershipTerms()))
    assert answers(usual) != answers(rules(retrospective=early, membership=FLIPS[setting]))


def test_H9_no_setting_of_a_membership_is_left_out() -> None:
    """H9: nothing read a flag for dry runs; here each setting has its row in the table above."""
    assert {it.name for it in attrs.fields(MembershipTerms)} == set(FLIPS)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (block(), block("other")),
        (block(request="r"), leave(request="r")),
        (merge(), merge("cara")),
        (claim(delivered_at=T), claim(delivered_at=T - DAY)),
        (claim(delivered_at=T), claim(rupees=101, delivered_at=T)),
    ],
    ids=["block", "another command", "merge", "claim of another day", "claim of another amount"],
)
def test_H10_a_request_again_with_another_content_is_refused(
    first: Command[Any], other: Command[Any]
) -> None:
    """H10: the same key with another amount was silently accepted; here the caller is told."""
    shop = joined(Shop(), *MEMBERS, "cara")
    outcome = shop.do(first)
    fault = shop.refusal(other)
    assert type(fault) is RequestReused
    check_outcomes([shop.do(first)], outcome)


def test_H6_what_is_spent_under_two_names_is_checked_against_one_balance() -> None:
    """H6: each fitted alone; here there is one wallet to spend from, whichever name is used."""
    shop = joined(Shop())
    shop.all(bring(10), merge())
    follow_all(shop, *MEMBERS)
    shop.do(hold(10, until=T + DAY, by="bela"))
    assert shop.refusal(burn(10)) == MemberMerged(member_id="asha", into="bela")
    assert shop.refusal(burn(1, by="bela")).code == "insufficient_tokens"  # type: ignore[union-attr]
    shop.do(block(by="bela"))
    assert shop.refusal(burn(1, by="bela")) == MemberBlocked(reason="fraud")
