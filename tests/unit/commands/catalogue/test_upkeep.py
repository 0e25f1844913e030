"""What keeps vouchers in order: another code, a code forgotten, void, expired; and the sweeps."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.catalogue import (
    CouponTerms,
    FCodeTerms,
    SealedCode,
    Validity,
    VoucherAttached,
    VoucherNotFound,
    VoucherState,
)
from mi_rewards.commands import (
    AsyncRewards,
    CodeReplaced,
    Command,
    ExpireVoucher,
    ForgetCode,
    ReplaceCode,
    Rewards,
    VoucherChanged,
)
from mi_rewards.commands.catalogue.upkeep import expiry_of
from mi_rewards.errors import Conflict, Misuse
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.repositories import Changes, Needs, Put, voucher_key
from tests.catalogue import COUPON
from tests.shop import (
    FIRST,
    SECOND,
    THIRD,
    Shop,
    T,
    attach,
    bring,
    check_outcomes,
    code,
    expire,
    forget,
    hand_on,
    hold,
    ist,
    redeem,
    replace,
    reserve,
    rules,
    use,
    void,
)

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
UNTIL = T + HOUR
ENDS = ist("2017-07-12 00:00")
TRANSFERABLE = FCodeTerms(("phone",), Validity(10), is_transferable=True)


def having(terms: CouponTerms | FCodeTerms = TRANSFERABLE, *, keeps_codes: bool = True) -> Shop:
    """Make a shop where a member has redeemed a voucher with the first code."""
    reward = attrs.evolve(COUPON, terms=terms, stock=9)
    shop = Shop(rules(rewards=(reward,), keeps_codes=keeps_codes))
    shop.all(bring(25_000), bring(25_000, by="bela"), redeem())
    return shop


# another code


@pytest.mark.parametrize("keeps_codes", [True, False])
def test_a_voucher_is_given_another_code(*, keeps_codes: bool) -> None:
    """The one before leads nowhere from now on."""
    shop = having(keeps_codes=keeps_codes)
    check_outcomes([shop.do(replace())], CodeReplaced("redeem", "cup", SECOND.digest))
    voucher = shop.voucher()
    assert (voucher.digest, voucher.version) == (SECOND.digest, 2)
    assert voucher.clear == (SECOND.clear if keeps_codes else None)
    assert shop.refusal(use(FIRST)) == VoucherNotFound()
    assert shop.do(use(SECOND, by="bela")).state == "used"


def test_a_replacement_that_comes_again_says_which_code_stands() -> None:
    """I8: Whatever was drawn for the second try."""
    shop = having()
    first = shop.do(replace())
    again = shop.do(replace(code=THIRD))
    check_outcomes([again], first)
    assert again.digest == SECOND.digest
    assert shop.refusal(use(THIRD)) == VoucherNotFound()
    shop.do(replace(SECOND, code=THIRD, request="by its code"))
    check_outcomes([shop.do(replace())], first)


def test_a_replacement_is_not_a_code_that_is_issued() -> None:
    """Not even its own."""
    shop = having()
    shop.do(redeem(by="bela", code=SECOND))
    for command in (replace(code=SECOND), replace(code=FIRST)):
        fault = shop.refusal(command)
        assert type(fault) is Misuse
        assert str(fault) == "the code is issued already: draw another"


def test_a_voucher_that_is_attached_keeps_its_code() -> None:
    """And one that is another holder's."""
    shop = having()
    shop.do(attach())
    assert shop.refusal(replace()) == VoucherAttached(voucher_id="redeem")


@pytest.mark.parametrize("make", [replace, void, forget])
def test_who_has_the_code_alone_can_only_use_it(make: Any) -> None:
    """Replacing, voiding and forgetting are its holder's."""
    shop = having()
    assert shop.refusal(make(FIRST, by="bela")) == VoucherNotFound()
    shop.do(hand_on())
    assert shop.refusal(make(FIRST, by="chitra")) == VoucherNotFound()
    assert shop.refusal(make(FIRST)) == VoucherNotFound()
    shop.do(make(FIRST, by="bela"))


@pytest.mark.parametrize(
    "wrong", [None, "7777", SealedCode("soon", "7777"), SealedCode(FIRST.digest, "")]
)
def test_a_replacement_is_a_sealed_code(wrong: Any) -> None:
    """One there must be."""
    with pytest.raises(Misuse) as caught:
        ReplaceCode(member_id="asha", request_id="r", at=T, voucher_id="v", code=wrong)
    assert str(caught.value) == "a code is a SealedCode, as a CodeBook draws it"


# forgotten, void


def test_a_code_is_forgotten_and_still_found() -> None:
    """By its digest; a second time changes nothing."""
    shop = having()
    issued = VoucherChanged("redeem", "cup", "issued")
    check_outcomes(shop.all(forget(), forget(request="again")), issued, issued)
    voucher = shop.voucher()
    assert (voucher.clear, voucher.masked, voucher.version) == (None, "", 2)
    assert shop.do(use(FIRST, by="bela")).state == "used"


def test_a_member_can_have_their_code_forgotten_at_any_time() -> None:
    """Handed on, attached, used or expired: erasure waits for nobody."""
    happenings: list[Command[Any] | None] = [hand_on(), attach(), use(), expire(at=ENDS), None]
    for happened in happenings:
        shop = having()
        if happened is not None:
            shop.do(happened)
        shop.do(forget(at=ENDS))
        assert shop.voucher().clear is None


def test_there_is_nothing_to_forget_where_there_is_no_voucher() -> None:
    """Nor of one that is void; that has no code in clear."""
    shop = having()
    assert shop.refusal(forget("mine")) == VoucherNotFound()
    assert shop.refusal(forget(by="bela")) == VoucherNotFound()
    shop.do(void())
    assert shop.refusal(forget()) == VoucherNotFound()


def test_a_voucher_is_made_void() -> None:
    """Its tokens stay spent, and its stock taken."""
    shop = having()
    check_outcomes([shop.do(void())], VoucherChanged("redeem", "cup", "void"))
    voucher = shop.voucher()
    assert (voucher.state, voucher.clear) == (VoucherState.VOID, None)
    assert (shop.used(), shop.balance().available) == (1, 22_500)
    for command in (use(), use(FIRST), void(request="again"), replace(), hand_on()):
        assert shop.refusal(command) == VoucherNotFound()


# expired


def test_a_voucher_s_end_is_booked() -> None:
    """Not a moment before; again changes nothing."""
    shop = having()
    outcomes = shop.all(
        expire(at=ENDS - MOMENT, request="early"),
        expire(at=ENDS),
        expire(at=ENDS, request="again"),
    )
    states = ("issued", "expired", "expired")
    check_outcomes(outcomes, *[VoucherChanged("redeem", "cup", state) for state in states])
    assert (shop.voucher().state, shop.voucher().version) == (VoucherState.EXPIRED, 2)
    assert shop.refusal(expire("mine", at=ENDS, request="mine")) == VoucherNotFound()


@pytest.mark.parametrize("name", ["", None, 5])
def test_what_expires_is_named_by_a_text(name: Any) -> None:
    """As all that is done with vouchers."""
    with pytest.raises(Misuse) as caught:
        ExpireVoucher(member_id="asha", request_id="r", at=T, voucher_id=name)
    assert str(caught.value) == f"a voucher's id is a text, not {name!r}"


def test_an_expiry_is_requested_by_its_voucher_and_instant() -> None:
    """So that sweeps at the same instant are one."""
    voucher = having().voucher()
    assert expiry_of(voucher, at=ENDS) == ExpireVoucher(
        member_id="asha",
        request_id="expire:redeem:2017-07-11T18:30:00Z",
        at=ENDS,
        voucher_id="redeem",
    )


# in bulk


async def run_out_of(shop: Shop, at: datetime, limit: int, *, is_awaited: bool) -> int:
    """Sweep reservations, by the one shell or the other."""
    if is_awaited:
        rewards = AsyncRewards(AsyncMemoryStore(shop.store), shop.programme)
        return await rewards.run_out_due(at, limit=limit)
    return shop.rewards.run_out_due(at, limit=limit)


async def expire_of(shop: Shop, at: datetime, limit: int, *, is_awaited: bool) -> int:
    """Sweep vouchers, by the one shell or the other."""
    if is_awaited:
        rewards = AsyncRewards(AsyncMemoryStore(shop.store), shop.programme)
        return await rewards.expire_due(at, limit=limit)
    return shop.rewards.expire_due(at, limit=limit)


@pytest.mark.parametrize("is_awaited", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_sweep_books_reservations_that_have_run_out(limit: int, *, is_awaited: bool) -> None:
    """I6: All whose deadline has passed, page by page; stock comes back, once."""
    shop = having()
    for number, by in enumerate(["asha", "asha", "bela"]):
        shop.do(reserve(until=UNTIL + number * MOMENT, by=by, request=f"r{number}"))
    shop.do(hold(1, until=UNTIL))
    used = [shop.used()]
    swept = []
    for at in (UNTIL - MOMENT, UNTIL, UNTIL + MOMENT, UNTIL + HOUR, UNTIL + HOUR):
        swept.append(asyncio.run(run_out_of(shop, at, limit, is_awaited=is_awaited)))
        used.append(shop.used())
    assert swept == [0, 1, 1, 1, 0]
    assert used == [4, 4, 3, 2, 1, 1]


@pytest.mark.parametrize("is_awaited", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_sweep_books_vouchers_whose_day_is_over(limit: int, *, is_awaited: bool) -> None:
    """I6: Not those that are attached or used; nothing else changes."""
    shop = having()
    for number in range(2, 6):
        shop.do(redeem(request=f"r{number}", code=code(number)))
    shop.all(attach("r2", request="a"), use("r3", request="u"))
    before = shop.rewards.vouchers("asha", at=ENDS)
    sweeps = [ENDS - MOMENT, ENDS, ENDS]
    swept = [asyncio.run(expire_of(shop, at, limit, is_awaited=is_awaited)) for at in sweeps]
    assert swept == [0, 3, 0]
    states = {it.voucher_id: it.state.value for it in shop.rewards.vouchers("asha", at=T)}
    assert states == {
        "r2": "attached",
        "r3": "used",
        "r4": "expired",
        "r5": "expired",
        "redeem": "expired",
    }
    after = shop.rewards.vouchers("asha", at=ENDS)
    assert [it._replace(version=0) for it in after] == [it._replace(version=0) for it in before]


def test_a_sweep_books_a_voucher_whose_order_cannot_be_paid_any_more() -> None:
    """Detached at the deadline, and expired where its day is over by then."""
    shop = having()
    key = voucher_key("asha", "redeem")
    attached = shop.voucher().attaching("asha", "o1", at=T, until=UNTIL)
    shop.store.save(Changes((Put(key, attached),)))
    assert shop.rewards.expire_due(UNTIL - MOMENT) == 0
    assert shop.rewards.expire_due(UNTIL) == 1
    assert shop.voucher().state is VoucherState.ISSUED
    assert shop.rewards.expire_due(ENDS) == 1
    assert shop.voucher().state is VoucherState.EXPIRED


class Racing(MemoryStore):
    """A store where somebody else is always faster with more than one change."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def save(self, changes: Changes, /) -> None:
        """Lose the race, or save."""
        if len(changes.receipts) > self.most:
            raise Conflict("somebody else was faster")
        super().save(changes)


@pytest.mark.parametrize("most", [1, 0])
@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_sweep_leaves_to_others_what_they_are_at(most: int, *, is_awaited: bool) -> None:
    """One by one where a page is in conflict; what is in conflict still is left alone."""
    shop = Shop(having().programme, store=Racing(100))
    shop.all(bring(25_000), redeem(), redeem(request="r2", code=SECOND))
    shop.do(reserve(until=UNTIL))
    shop.do(reserve(until=UNTIL, request="r3"))
    assert isinstance(shop.store, Racing)
    shop.store.most = most
    assert asyncio.run(run_out_of(shop, UNTIL, 10, is_awaited=is_awaited)) == 2
    assert asyncio.run(expire_of(shop, ENDS, 10, is_awaited=is_awaited)) == 2
    assert shop.used() == (2 if most else 4)
    states = {it.state for it in shop.rewards.vouchers("asha", at=T)}
    assert states == {VoucherState.EXPIRED if most else VoucherState.ISSUED}


class Forgetful(MemoryStore):
    """A store that names what is due and has it no more."""

    def load(self, needs: Needs, /) -> Any:
        """Answer that there is none."""
        loaded = super().load(needs)
        if not needs.due:
            loaded.aggregates = dict.fromkeys(loaded.aggregates)
        return loaded


def test_a_sweep_passes_over_what_is_gone() -> None:
    """Erased between the two loads."""
    shop = having()
    store = Forgetful()
    vars(store).update(vars(shop.store))
    assert Rewards(store, shop.programme).expire_due(ENDS) == 0
    assert shop.voucher().state is VoucherState.ISSUED


@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_sweep_is_asked_for_rightly(*, is_awaited: bool) -> None:
    """A page of at least one, and an instant with an offset."""
    shop = having()
    for sweep in (run_out_of, expire_of):
        with pytest.raises(Misuse, match="limit must be a whole number of at least 1"):
            asyncio.run(sweep(shop, T, 0, is_awaited=is_awaited))
        with pytest.raises(Misuse, match="an instant needs an offset"):
            asyncio.run(sweep(shop, T.replace(tzinfo=None), 1, is_awaited=is_awaited))


def test_a_code_that_a_new_holder_asked_for_is_not_kept_for_the_one_before() -> None:
    """It was handed on, and with it what its code is."""
    shop = having()
    shop.do(hand_on())
    assert shop.voucher().clear == FIRST.clear
    shop.do(replace(FIRST, by="bela"))
    assert shop.voucher().digest == SECOND.digest
    assert shop.voucher().clear is None
    shop.all(hand_on(SECOND, "asha", by="bela", request="back"), replace(code=THIRD, request="2"))
    assert shop.voucher().clear == THIRD.clear


def test_a_code_is_forgotten_by_request_like_any_other() -> None:
    """The command is a value, and no code is in it."""
    assert forget() == ForgetCode(member_id="asha", request_id="forget", at=T, voucher_id="redeem")
    assert FIRST.clear not in repr(forget(FIRST))
