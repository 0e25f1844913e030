"""Vouchers after their issue: attached, used, detached, transferred."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import (
    CodeEntry,
    CouponTerms,
    FCodeTerms,
    Validity,
    VoucherAttached,
    VoucherExpired,
    VoucherNotAttached,
    VoucherNotFound,
    VoucherNotTransferable,
    VoucherState,
    VoucherUsed,
)
from mi_rewards.commands import (
    AttachVoucher,
    Command,
    DetachVoucher,
    TransferVoucher,
    UseVoucher,
    VoucherChanged,
    VoucherCommand,
)
from mi_rewards.commands.catalogue.vouchers import voucher_in
from mi_rewards.errors import Misuse, Refused, RequestReused
from mi_rewards.programme import Programme
from mi_rewards.repositories import Loaded, NotLoaded, code_key, voucher_key
from tests.catalogue import COUPON, F_CODE
from tests.shop import (
    FIRST,
    SECOND,
    SMALL,
    THIRD,
    Shop,
    T,
    attach,
    bring,
    check_outcomes,
    contents,
    detach,
    fill,
    hand_on,
    inr,
    ist,
    redeem,
    replace,
    rules,
    use,
    void,
)
from tests.tills import BOOK, Till
from tests.tills import redeem as till_redeem

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
ENDS = ist("2017-07-12 00:00")
"""When the last valid day of what is redeemed at `T` is over: ten days after that one."""

KINDS = {
    "coupon": (COUPON.terms, False),
    "coupon for anybody": (CouponTerms(Validity(10), inr(100), is_transferable=True), True),
    "F-code": (FCodeTerms(("phone",), Validity(10), is_transferable=True), True),
    "F-code for one": (FCodeTerms(("phone",), Validity(10), is_transferable=False), False),
}
TRANSFERABLE = KINDS["F-code"][0]


def having(terms: CouponTerms | FCodeTerms = TRANSFERABLE, programme: Programme = SMALL) -> Shop:
    """Make a shop where a member has redeemed a voucher with the first code."""
    reward = attrs.evolve(COUPON, terms=terms)
    shop = Shop(rules(programme, rewards=(reward,)))
    shop.all(bring(2_500), redeem())
    return shop


def changed(state: str) -> VoucherChanged:
    """Make the outcome of a change."""
    return VoucherChanged("redeem", "cup", state)


# attached, detached, used


def test_a_voucher_is_attached_detached_attached_and_used() -> None:
    """A payment that failed gives it back; each step is stored."""
    shop = having()
    outcomes = shop.all(attach(), detach(), attach(order_id="o2", request="again"))
    check_outcomes(outcomes, changed("attached"), changed("issued"), changed("attached"))
    attached = shop.voucher()
    assert (attached.order_id, attached.order_of, attached.version) == ("o2", "asha", 4)
    check_outcomes([shop.do(use(order_id="o2"))], changed("used"))
    used = shop.voucher()
    assert (used.state, used.order_id) == (VoucherState.USED, "o2")


@pytest.mark.parametrize("voucher", ["redeem", FIRST])
def test_a_voucher_is_named_by_its_id_or_by_its_code(voucher: Any) -> None:
    """Alike for its owner."""
    shop = having()
    outcomes = shop.all(attach(voucher), detach(voucher), use(voucher))
    check_outcomes(outcomes, changed("attached"), changed("issued"), changed("used"))


def test_a_voucher_is_used_at_once() -> None:
    """As at a till; it need not be attached first."""
    shop = having()
    check_outcomes([shop.do(use())], changed("used"))


def test_attaching_again_for_the_same_order_changes_nothing() -> None:
    """A payment that is tried again keeps what is attached."""
    shop = having()
    shop.do(attach())
    version = shop.voucher().version
    check_outcomes([shop.do(attach(request="again"))], changed("attached"))
    assert shop.voucher().version == version


@pytest.mark.parametrize(
    "command",
    [attach(order_id="o2"), use(order_id="o2"), attach(FIRST, by="bela"), use(FIRST, by="bela")],
)
def test_a_voucher_that_is_attached_is_no_other_order_s(command: Command[Any]) -> None:
    """I15: Nor another member's order of the same name."""
    shop = having()
    shop.do(attach(request="first"))
    expected = VoucherAttached(voucher_id="redeem")
    assert shop.refusal(command) == expected
    assert expected.transient


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (attach(request="again"), VoucherUsed(voucher_id="redeem")),
        (use(request="again"), VoucherUsed(voucher_id="redeem")),
        (use(order_id="o2", request="again"), VoucherUsed(voucher_id="redeem")),
        (detach(), VoucherUsed(voucher_id="redeem")),
        (hand_on(), VoucherUsed(voucher_id="redeem")),
        (replace(), VoucherUsed(voucher_id="redeem")),
        (void(), VoucherUsed(voucher_id="redeem")),
    ],
)
def test_a_voucher_is_used_once(command: Command[Any], expected: Refused) -> None:
    """I15: Whatever is asked of it afterwards."""
    shop = having()
    shop.do(use())
    assert shop.refusal(command) == expected


@pytest.mark.parametrize(
    ("happened", "order_id"), [(None, "o1"), (attach(), "o2"), (detach(request="d"), "o1")]
)
def test_a_voucher_is_detached_from_its_own_order(
    happened: Command[Any] | None, order_id: str
) -> None:
    """From no other, and not twice."""
    shop = having()
    if happened is not None:
        shop.do(attach(request="first"))
        shop.do(happened)
    expected = VoucherNotAttached(voucher_id="redeem", order_id=order_id)
    assert shop.refusal(detach(order_id=order_id)) == expected


def test_another_member_s_order_of_the_same_name_is_another_order() -> None:
    """Who has the code cannot take a voucher off its owner's order."""
    shop = having()
    shop.do(attach())
    expected = VoucherNotAttached(voucher_id="redeem", order_id="o1")
    assert shop.refusal(detach(FIRST, by="bela")) == expected


# its end


@pytest.mark.parametrize("make", [attach, use, hand_on, replace, void])
def test_a_voucher_is_good_until_its_last_day_is_over(make: Any) -> None:
    """I19: To the moment, in the programme's zone."""
    shop = having()
    expected = VoucherExpired(voucher_id="redeem", last_day="2017-07-11")
    for at in (ENDS, ENDS + MOMENT):
        assert shop.refusal(make(at=at)) == expected
    shop.do(make(at=ENDS - MOMENT))


def test_a_voucher_that_was_attached_in_time_is_used_later() -> None:
    """The order was placed before its end."""
    shop = having()
    shop.do(attach(at=ENDS - MOMENT))
    check_outcomes([shop.do(use(at=ENDS + HOUR))], changed("used"))


def test_a_voucher_that_is_detached_after_its_end_has_expired() -> None:
    """It is given back, and can be used no more."""
    shop = having()
    shop.do(attach())
    check_outcomes([shop.do(detach(at=ENDS))], changed("expired"))
    assert type(shop.refusal(use(at=ENDS))) is VoucherExpired


# who may use it


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [attach, use])
def test_whoever_has_the_code_uses_what_is_transferable(kind: str, make: Any) -> None:
    """I15: Others are told that there is no such voucher; its id is its owner's alone."""
    terms, is_transferable = KINDS[kind]
    shop = having(terms)
    assert shop.refusal(make(by="bela")) == VoucherNotFound()
    if is_transferable:
        shop.do(make(FIRST, by="bela"))
        voucher = shop.voucher()
        assert (voucher.member_id, voucher.order_of) == ("asha", "bela")
    else:
        assert shop.refusal(make(FIRST, by="bela")) == VoucherNotFound()


def test_the_first_use_wins() -> None:
    """I15: Of two who have the code."""
    shop = having()
    outcomes = shop.batch(use(FIRST, by="bela"), use(FIRST))
    check_outcomes(outcomes, changed("used"), VoucherUsed(voucher_id="redeem"))


@pytest.mark.parametrize(
    "shown",
    [
        use("redeem", by="bela"),
        use(SECOND),
        use("mine"),
        use(THIRD),
        use(FIRST),
    ],
)
def test_nothing_is_found_out_by_asking(shown: UseVoucher) -> None:
    """Somebody else's, unknown, unknown by id, waiting in a pool, void: one and the same answer."""
    shop = having()
    shop = shop.under(attrs.evolve(shop.programme, keeps_codes=True))
    shop.all(fill(THIRD), void())
    refusal = shop.refusal(shown)
    assert refusal == VoucherNotFound()
    assert str(refusal) == "no such voucher"


# handed on


def test_a_voucher_is_handed_on() -> None:
    """From now on its new holder alone uses it, by its code; it stays under whoever redeemed it."""
    shop = having()
    check_outcomes([shop.do(hand_on())], changed("issued"))
    assert shop.voucher().holder_id == "bela"
    for command in (use(), use(FIRST), use(FIRST, by="chitra"), hand_on(FIRST, "chitra")):
        assert shop.refusal(attrs.evolve(command, request_id="late")) == VoucherNotFound()
    check_outcomes([shop.do(use(FIRST, by="bela"))], changed("used"))


def test_a_voucher_is_handed_on_by_its_new_holder() -> None:
    """By its code, and so on."""
    shop = having()
    shop.all(hand_on(), hand_on(FIRST, "chitra", by="bela"))
    assert shop.voucher().holder_id == "chitra"
    assert shop.refusal(use(FIRST, by="bela")) == VoucherNotFound()


def test_who_has_the_code_alone_hands_nothing_on() -> None:
    """It can be used by them, until somebody else does."""
    shop = having()
    assert shop.refusal(hand_on(FIRST, "chitra", by="bela")) == VoucherNotFound()


@pytest.mark.parametrize("kind", ["coupon", "F-code for one"])
def test_what_is_not_transferable_is_not_handed_on(kind: str) -> None:
    """As its terms say."""
    shop = having(KINDS[kind][0])
    assert shop.refusal(hand_on()) == VoucherNotTransferable(voucher_id="redeem")


def test_what_is_attached_is_not_handed_on() -> None:
    """Until it is detached."""
    shop = having()
    shop.do(attach())
    assert shop.refusal(hand_on()) == VoucherAttached(voucher_id="redeem")
    shop.do(detach())
    assert shop.do(hand_on()).state == "issued"


# requests


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (attach(request="r"), attach(order_id="o2", request="r")),
        (attach(request="r"), attach(FIRST, request="r")),
        (attach(request="r"), use(request="r")),
        (hand_on(request="r"), hand_on(to="chitra", request="r")),
    ],
)
def test_a_request_with_other_content_is_misuse(first: Command[Any], other: Command[Any]) -> None:
    """I8: Another order, another name, another command, another holder."""
    shop = having()
    outcome = shop.do(first)
    check_outcomes([shop.do(first)], outcome)
    assert type(shop.refusal(other)) is RequestReused


def test_a_request_that_comes_again_changes_nothing() -> None:
    """I8: It answers what it answered, also when the voucher is used by now."""
    shop = having()
    shop.all(attach(), use())
    before = contents(shop.store)
    check_outcomes([shop.do(attach(at=ENDS))], changed("attached"))
    assert contents(shop.store) == before


# names


@pytest.mark.parametrize(
    "digest", ["7KQMW2PX9RTCHB", FIRST.digest.upper(), FIRST.digest[1:], 5, None]
)
def test_a_code_is_named_by_its_digest_alone(digest: Any) -> None:
    """The code itself is in no request, and in no message."""
    with pytest.raises(Misuse) as caught:
        VoucherCommand(member_id="asha", request_id="r", at=T, digest=digest)
    assert str(caught.value) == (
        "a voucher is named by the digest of its code, never by the code itself"
    )


@pytest.mark.parametrize(
    "names", [{}, {"digest": "", "voucher_id": ""}, {"digest": FIRST.digest, "voucher_id": "v"}]
)
def test_a_voucher_has_one_name(names: dict[str, str]) -> None:
    """One of the two."""
    with pytest.raises(Misuse) as caught:
        VoucherCommand(member_id="asha", request_id="r", at=T, **names)
    assert str(caught.value) == "a voucher is named by its code's digest or by its id"


@pytest.mark.parametrize("name", [None, 5, b"v"])
def test_a_voucher_s_id_is_a_text(name: Any) -> None:
    """Before anything is looked up."""
    with pytest.raises(Misuse) as caught:
        VoucherCommand(member_id="asha", request_id="r", at=T, voucher_id=name)
    assert str(caught.value) == f"a voucher's id is a text, not {name!r}"


@pytest.mark.parametrize("name", ["", None, 5])
def test_an_order_and_a_holder_are_texts(name: Any) -> None:
    """Whatever is done with the voucher."""
    names: dict[str, Any] = {"member_id": "asha", "request_id": "r", "at": T, "voucher_id": "v"}
    rows: list[tuple[Any, str]] = [
        (lambda: AttachVoucher(**names, order_id=name), "an order's id"),
        (lambda: DetachVoucher(**names, order_id=name), "an order's id"),
        (lambda: UseVoucher(**names, order_id=name), "an order's id"),
        (lambda: TransferVoucher(**names, to_member_id=name), "a member's id"),
    ]
    for make, what in rows:
        with pytest.raises(Misuse) as caught:
            make()
        assert str(caught.value) == f"{what} is a text, not {name!r}"


# how it is found


def test_what_was_not_loaded_is_asked_for() -> None:
    """The code's entry first, and then the voucher that it leads to."""
    loaded = Loaded({}, {})
    key = code_key(FIRST.digest)
    with pytest.raises(NotLoaded) as caught:
        voucher_in(loaded, "asha", at=T, digest=FIRST.digest)
    assert caught.value.needs.aggregates == (key,)
    loaded.aggregates[key] = CodeEntry(FIRST.digest, "asha", "redeem", 1)
    with pytest.raises(NotLoaded) as caught:
        voucher_in(loaded, "asha", at=T, digest=FIRST.digest)
    assert caught.value.needs.aggregates == (voucher_key("asha", "redeem"),)
    loaded.aggregates[voucher_key("asha", "redeem")] = None
    with pytest.raises(VoucherNotFound):
        voucher_in(loaded, "asha", at=T, digest=FIRST.digest)


def test_a_page_of_vouchers_shows_no_code_unless_it_is_asked_for() -> None:
    """As the calendar has made them, by their names, page by page."""
    reward = attrs.evolve(COUPON, terms=TRANSFERABLE)
    shop = Shop(rules(rewards=(reward, F_CODE), keeps_codes=True))
    shop.all(bring(10_000), redeem(request="r1"), redeem(request="r2", code=SECOND))
    shop.do(redeem(request="r3", code=THIRD))
    first = shop.rewards.vouchers("asha", at=T, limit=2)
    assert [it.voucher_id for it in first] == ["r1", "r2"]
    assert {it.clear for it in first} == {None}
    (last,) = shop.rewards.vouchers("asha", at=ENDS, after="r2", limit=2, with_codes=True)
    assert (last.voucher_id, last.clear) == ("r3", THIRD.clear)
    assert last.state is VoucherState.EXPIRED
    assert shop.rewards.vouchers("asha", at=ENDS - MOMENT)[0].state is VoucherState.ISSUED
    assert shop.rewards.vouchers("bela", at=T) == ()
    with pytest.raises(Misuse, match="limit must be a whole number"):
        shop.rewards.vouchers("asha", at=T, limit=0)
    with pytest.raises(Misuse, match="an instant needs an offset"):
        shop.rewards.vouchers("asha", at=T.replace(tzinfo=None))


def test_whose_order_a_voucher_was_used_on_is_not_shown_to_who_redeemed_it() -> None:
    """They see that it was used; its user's order is theirs."""
    till = Till()
    code = BOOK.draw()
    till.do(till_redeem("f-code", code=code))
    names: dict[str, Any] = {"at": T, "digest": code.digest, "order_id": "o9"}
    till.do(UseVoucher(member_id="bela", request_id="u", **names))
    (shown,) = till.rewards.vouchers("asha", at=T)
    assert (shown.state, shown.order_id, shown.order_of) == (VoucherState.USED, None, None)
    assert till.voucher("f-code").order_of == "bela"
