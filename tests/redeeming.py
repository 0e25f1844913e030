"""What the tests of redeeming share: short constructors of commands, and a shop with a catalogue.

1. Commands are of the member `asha` unless they say otherwise, and are requested by the name of
   what they do: `redeem("cup")` is the request `redeem:cup`, and so is its voucher.
2. Each code is drawn anew by `CODES`, unless it is handed in.
3. `Counter` is a `Shop` whose members have something to spend.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mi_rewards.calendar import Window
from mi_rewards.catalogue import (
    ALWAYS,
    CodeEntry,
    CouponTerms,
    FCodeTerms,
    Limit,
    Redemption,
    RedemptionState,
    Reward,
    SealedCode,
    Validity,
    Voucher,
    VoucherState,
)
from mi_rewards.codes import CodeBook
from mi_rewards.commands import (
    AttachVoucher,
    CancelRedemption,
    ConfirmRedemption,
    DetachVoucher,
    ForgetCode,
    PublishReward,
    Redeem,
    ReplaceCode,
    Reserve,
    RunOutRedemption,
    TransferVoucher,
    UseVoucher,
    VoidVoucher,
)
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories import CounterKey, Needs, redemption_key, voucher_key
from mi_rewards.wallet import Owner, check_journal
from tests.shop import SMALL, Shop, T, bring, rules

CODES = CodeBook(b"the key of the tests")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def coupon(*, days: int = 10, is_transferable: bool = False) -> CouponTerms:
    """Rs 100 off, for so many days after the day of issue."""
    return CouponTerms(Validity(days), Money.of("100", "INR"), is_transferable=is_transferable)


def f_code(*, days: int = 10) -> FCodeTerms:
    """One phone, whoever has the code."""
    return FCodeTerms(("phone",), Validity(days))


def reward(
    reward_id: str = "cup",
    cost: Any = 5,
    *,
    stock: int | None = None,
    limits: tuple[Limit, ...] = (),
    terms: CouponTerms | FCodeTerms | None = None,
    window: Window = ALWAYS,
    **parts: Any,
) -> Reward:
    """A reward that costs five tokens."""
    return Reward(
        reward_id,
        f"A {reward_id}",
        cost,
        coupon() if terms is None else terms,
        window,
        stock,
        limits,
        **parts,
    )


def redeem(
    reward_id: str = "cup",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
    code: SealedCode | None = None,
    **stated: Any,
) -> Redeem:
    """Redeem a reward."""
    return Redeem(
        member_id=by,
        request_id=request or f"redeem:{reward_id}",
        at=at,
        reward_id=reward_id,
        code=CODES.draw() if code is None else code,
        **stated,
    )


def reserve(
    reward_id: str = "cup",
    *,
    by: str = "asha",
    at: datetime = T,
    until: datetime | None = None,
    request: str = "",
    **stated: Any,
) -> Reserve:
    """Reserve a reward, for an hour."""
    return Reserve(
        member_id=by,
        request_id=request or f"reserve:{reward_id}",
        at=at,
        reward_id=reward_id,
        until=at + HOUR if until is None else until,
        **stated,
    )


def confirm(
    redemption_id: str = "reserve:cup",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
    code: SealedCode | None = None,
) -> ConfirmRedemption:
    """Confirm a reservation."""
    return ConfirmRedemption(
        member_id=by,
        request_id=request or f"confirm:{redemption_id}",
        at=at,
        redemption_id=redemption_id,
        code=CODES.draw() if code is None else code,
    )


def call_off(
    redemption_id: str = "redeem:cup", *, by: str = "asha", at: datetime = T, request: str = ""
) -> CancelRedemption:
    """Cancel a reservation, or give a redemption back."""
    return CancelRedemption(
        member_id=by,
        request_id=request or f"cancel:{redemption_id}",
        at=at,
        redemption_id=redemption_id,
    )


def run_out(
    redemption_id: str = "reserve:cup", *, by: str = "asha", at: datetime, request: str = ""
) -> RunOutRedemption:
    """Book that a reservation has run out."""
    return RunOutRedemption(
        member_id=by,
        request_id=request or f"run-out:{redemption_id}",
        at=at,
        redemption_id=redemption_id,
    )


def _named(voucher: str | SealedCode) -> dict[str, str]:
    """Name a voucher by its code, or by its owner's name for it."""
    if isinstance(voucher, SealedCode):
        return {"digest": voucher.digest}
    return {"voucher_id": voucher}


def attach(
    voucher: str | SealedCode = "redeem:cup",
    order_id: str = "o1",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
) -> AttachVoucher:
    """Attach a voucher to an order."""
    return AttachVoucher(
        member_id=by,
        request_id=request or f"attach:{order_id}",
        at=at,
        order_id=order_id,
        **_named(voucher),
    )


def detach(
    voucher: str | SealedCode = "redeem:cup",
    order_id: str = "o1",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
) -> DetachVoucher:
    """Take a voucher off an order."""
    return DetachVoucher(
        member_id=by,
        request_id=request or f"detach:{order_id}",
        at=at,
        order_id=order_id,
        **_named(voucher),
    )


def use(
    voucher: str | SealedCode = "redeem:cup",
    order_id: str = "o1",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
) -> UseVoucher:
    """Use a voucher on an order."""
    return UseVoucher(
        member_id=by,
        request_id=request or f"use:{order_id}",
        at=at,
        order_id=order_id,
        **_named(voucher),
    )


def hand_on(
    voucher: str | SealedCode = "redeem:cup",
    to: str = "bela",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "",
) -> TransferVoucher:
    """Hand a voucher on."""
    return TransferVoucher(
        member_id=by,
        request_id=request or f"hand-on:{to}",
        at=at,
        to_member_id=to,
        **_named(voucher),
    )


def replace(
    voucher: str | SealedCode = "redeem:cup",
    code: SealedCode | None = None,
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "replace",
) -> ReplaceCode:
    """Give a voucher another code."""
    return ReplaceCode(
        member_id=by,
        request_id=request,
        at=at,
        code=CODES.draw() if code is None else code,
        **_named(voucher),
    )


def void(
    voucher: str | SealedCode = "redeem:cup",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "void",
) -> VoidVoucher:
    """Make a voucher void."""
    return VoidVoucher(member_id=by, request_id=request, at=at, **_named(voucher))


def forget(
    voucher: str | SealedCode = "redeem:cup",
    *,
    by: str = "asha",
    at: datetime = T,
    request: str = "forget",
) -> ForgetCode:
    """Clear a code that is kept."""
    return ForgetCode(member_id=by, request_id=request, at=at, **_named(voucher))


def publish(made: Reward, *, at: datetime = T, request: str = "") -> PublishReward:
    """Put a reward into the catalogue."""
    return PublishReward(reward=made, request_id=request or f"publish:{made.version}", at=at)


class Counter(Shop):
    """A shop with a catalogue, where `asha` and `bela` have a hundred tokens each."""

    def __init__(
        self,
        *rewards: Reward,
        programme: Programme = SMALL,
        store: MemoryStore | None = None,
        tokens: Mapping[str, int] | None = None,
        **changes: Any,
    ) -> None:
        super().__init__(rules(programme, rewards=rewards, **changes), store=store)
        for by, brought in ({"asha": 100, "bela": 100} if tokens is None else tokens).items():
            if brought:
                self.do(bring(brought, "2019-12-31", by=by, request="brought"))

    def found_voucher(self, voucher_id: str = "redeem:cup", by: str = "asha") -> Voucher | None:
        """Read a voucher as stored."""
        key = voucher_key(by, voucher_id)
        return self.store.load(Needs((key,))).get(key)

    def state(self, voucher_id: str = "redeem:cup", by: str = "asha") -> VoucherState:
        """Say where a voucher is in its life, as stored."""
        found = self.found_voucher(voucher_id, by)
        assert found is not None
        return found.state

    def found_redemption(self, redemption_id: str, by: str = "asha") -> Redemption | None:
        """Read a redemption as stored."""
        key = redemption_key(by, redemption_id)
        return self.store.load(Needs((key,))).get(key)

    def redemptions(self) -> list[Redemption]:
        """Read all redemptions, in the order in which they were made."""
        return list(self.store.all_of(Redemption))

    def all_used(self) -> dict[str, int]:
        """Say how much of each counter that was ever taken from is used."""
        kept = vars(self.store)["_used"]
        return {f"{it.scope}/{it.name}": counter.used for it, counter in kept.items()}

    def taken(self, reward_id: str = "cup", name: str = "stock") -> int:
        """Say how much of a reward's counter is used."""
        key = CounterKey(f"reward/{reward_id}", name)
        found = self.store.load(Needs(counters=(key,))).counters[key]
        return 0 if found is None else found.used

    def check_all(self) -> None:
        """I13: Nothing of stock and limits is lost, and whoever paid has one voucher and code."""
        check_books(self.store)


def check_books(store: MemoryStore, seen: dict[Owner, int] | None = None) -> None:
    """See that counters, journals, redemptions, vouchers and codes of a store agree.

    Journals are read one after the other, so those of which *seen* tells how long they were when
    they were read are read again only where they have grown.
    """
    redemptions = list(store.all_of(Redemption))
    expected: dict[CounterKey, int] = {}
    for it in redemptions:
        if it.state in (RedemptionState.RESERVED, RedemptionState.CONFIRMED):
            for step in it.steps:
                key = CounterKey(step.scope, step.name)
                expected[key] = expected.get(key, 0) + 1
    used = {key: it.used for key, it in vars(store)["_used"].items() if it.used}
    assert used == expected
    seen = {} if seen is None else seen
    for journal in store.journals():
        if seen.get(journal[0].owner) != len(journal):
            assert [str(it) for it in check_journal(journal)] == []
            seen[journal[0].owner] = len(journal)
    vouchers = {(it.member_id, it.voucher_id): it for it in store.all_of(Voucher)}
    was_confirmed = {
        (it.member_id, it.redemption_id): it
        for it in redemptions
        if it.state is RedemptionState.CONFIRMED or (it.member_id, it.redemption_id) in vouchers
    }
    assert vouchers.keys() == was_confirmed.keys()
    for owner, voucher in vouchers.items():
        if was_confirmed[owner].state is RedemptionState.CANCELLED:
            assert voucher.state is VoucherState.VOID
    assert len({it.digest for it in vouchers.values()}) == len(vouchers)
    codes = {it.digest: (it.member_id, it.voucher_id) for it in store.all_of(CodeEntry)}
    assert {it.digest: key for key, it in vouchers.items()}.items() <= codes.items()
