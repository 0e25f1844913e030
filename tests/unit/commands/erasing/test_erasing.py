"""Erasing what is personal of a member."""

import json
from typing import Any

import attrs
import pytest

from mi_rewards.commands import Erased
from mi_rewards.earning import Member
from mi_rewards.errors import Misuse
from mi_rewards.formats import to_text
from mi_rewards.repositories import Note
from mi_rewards.wallet import check_journal
from tests.friends import ON_DELIVERY, Circle, accept, open_code
from tests.memberships import block, born, erase, joined, leave, merge
from tests.redeeming import CODES, Counter, redeem, reward, use
from tests.shop import Shop, T, adjust, burn, check_outcomes, ist, join, rules

NOTE = "Her sister called on the 3rd, see ticket"


def test_notes_and_birthday_are_deleted_and_all_sums_stay() -> None:
    """The journal is the same, to the byte."""
    shop = joined(Shop())
    shop.all(adjust(10, "2018-12-31", note=NOTE), adjust(5, "2018-12-31", note="bela's", by="bela"))
    shop.all(born("02-29"), burn(4))
    before, balance = list(map(to_text, shop.entries())), shop.balance()
    check_outcomes([shop.do(erase())], Erased("asha"))
    assert shop.store.notes_of("asha") == ()
    assert shop.store.notes_of("bela") == (Note("bela", "adjust", "bela's"),)
    assert shop.member() == Member("asha", T, version=3, erased_at=T)
    assert list(map(to_text, shop.entries())) == before
    assert shop.balance() == balance
    assert check_journal(shop.entries()) == ()
    (event,) = shop.events()
    assert (event.topic, event.figures) == ("member_erased", (("member_id", "asha"),))


def test_what_is_stored_has_nothing_of_it() -> None:
    """Whatever is kept, looked through as text."""
    shop = joined(Shop())
    shop.all(adjust(10, "2018-12-31", note=NOTE), born("02-29"), block())
    assert any(NOTE in text for text in everything(shop))
    shop.do(erase())
    assert not [text for text in everything(shop) if NOTE in text or "02-29" in text]


def everything(shop: Shop) -> list[str]:
    """All that a store in memory keeps, as text."""
    return [repr(value) for value in vars(shop.store).values()]


def test_erasing_again_and_what_comes_after() -> None:
    """What is noted later is kept until it is erased too."""
    shop = joined(Shop(), "asha")
    shop.do(erase())
    check_outcomes([shop.do(erase())], Erased("asha"))
    shop.do(adjust(10, "2018-12-31", note=NOTE))
    check_outcomes([shop.do(erase())], Erased("asha"))
    assert len(shop.store.notes_of("asha")) == 1
    shop.do(erase(request="again"))
    assert shop.store.notes_of("asha") == ()


def test_within_a_batch_what_came_before_is_erased_and_what_comes_after_is_kept() -> None:
    """As if they were carried out one by one."""
    shop = joined(Shop())
    shop.batch(
        adjust(1, "2018-12-31", note="before", request="a1"),
        adjust(1, "2018-12-31", note="bela's", by="bela"),
        erase(),
        adjust(1, "2018-12-31", note="after", request="a2"),
    )
    assert [it.text for it in shop.store.notes_of("asha")] == ["after"]
    assert [it.text for it in shop.store.notes_of("bela")] == ["bela's"]


def test_whoever_it_is_can_be_erased() -> None:
    """Nobody known, a shopper, who has left, who goes on as another."""
    shop = joined(Shop(), "bela", "cara", "dora")
    shop.all(leave("bela"), merge("dora", by="cara"))
    for name in ("asha", "bela", "cara"):
        check_outcomes([shop.do(erase(name))], Erased(name))
    assert shop.member() == Member("asha", version=1, erased_at=T)
    member = shop.member("cara")
    assert member is not None
    assert (member.merged_into, member.erased_at) == ("dora", T)


def test_codes_in_clear_are_forgotten() -> None:
    """They can still be used by whoever has them."""
    shop = Counter(reward("cup", 5), keeps_codes=True)
    joined(shop)
    code = CODES.draw()
    shop.all(redeem(code=code), redeem(by="bela"))
    assert [it.clear for it in shop.rewards.vouchers("asha", at=T, with_codes=True)] == [code.clear]
    shop.do(erase())
    assert [it.clear for it in shop.rewards.vouchers("asha", at=T, with_codes=True)] == [None]
    (other,) = shop.rewards.vouchers("bela", at=T, with_codes=True)
    assert other.clear is not None
    shop.do(use(code))


def test_vouchers_without_a_code_in_clear_stay_as_they_are() -> None:
    """Nothing is written that need not be."""
    shop = Counter(reward("cup", 5))
    joined(shop)
    shop.all(redeem(), erase())
    assert shop.voucher("redeem:cup").version == 1


def test_the_code_by_which_friends_are_invited_is_closed() -> None:
    """What friends have already taken up goes on."""
    circle = Circle(ON_DELIVERY).invites()
    circle.do(accept(by="bela"))
    circle.do(erase())
    code = circle.code()
    assert code is not None
    assert code.valid_until == T
    assert circle.refusal(accept(by="cara")).code == "referral_code_closed"  # type: ignore[union-attr]
    member = circle.member()
    assert member is not None
    assert member.referral_code == ""
    assert circle.state() == "invited"
    circle.do(erase(request="again"))
    assert circle.code() == code


def test_a_code_that_is_closed_or_not_of_these_rules_stays() -> None:
    """It is looked for where the member has one."""
    circle = Circle(ON_DELIVERY).invites()
    early = ist("2017-05-01")
    circle.do(erase(at=early))
    code = circle.code()
    assert code is not None
    assert code.valid_until == code.since
    shop = Shop(rules(), store=circle.store)
    shop.all(join("dora"), erase("dora"))
    assert shop.member("dora") == Member("dora", T, version=2, erased_at=T)


def test_a_code_that_is_closed_by_then_stays_as_it_is() -> None:
    """It is over already."""
    circle = Circle(attrs.evolve(ON_DELIVERY, code_days=1)).invites()
    before = circle.code()
    circle.do(erase())
    assert circle.code() == before
    assert before is not None
    assert before.version == 1


def test_one_code_is_opened_after_the_other() -> None:
    """A member who was erased can invite again."""
    circle = Circle(ON_DELIVERY).invites()
    circle.do(erase())
    circle.do(open_code("ASHA2", at=T))
    assert circle.code("ASHA2") is not None


def test_a_receipt_of_erasure_says_whose_it_was() -> None:
    """And nothing else."""
    shop = joined(Shop(), "asha")
    shop.do(erase())
    written: dict[str, Any] = json.loads(
        to_text(next(iter(vars(shop.store)["_receipts"].values())))
    )
    assert written["scope"] == "asha"
    with pytest.raises(Misuse):
        erase("")
