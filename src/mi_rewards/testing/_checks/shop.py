"""A small catalogue for checks: its rewards, its commands, and what must be left of them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from mi_rewards.catalogue import (
    CouponTerms,
    Limit,
    LimitScope,
    Period,
    Reward,
    SealedCode,
    Validity,
    Voucher,
    sealed,
)
from mi_rewards.commands import (
    AttachVoucher,
    CancelRedemption,
    Command,
    ConfirmRedemption,
    DetachVoucher,
    ExpireVoucher,
    ForgetCode,
    ImportCodes,
    Open,
    PublishReward,
    Redeem,
    ReplaceCode,
    Reserve,
    RunOutRedemption,
    TransferVoucher,
    UseVoucher,
    VoidVoucher,
)
from mi_rewards.money import Money
from mi_rewards.repositories import (
    CounterKey,
    Key,
    Needs,
    Owned,
    ReceiptKey,
    code_key,
    redemption_key,
    voucher_key,
    wallet_key,
)
from mi_rewards.testing._checks import life, pictures, samples
from mi_rewards.testing._checks.marks import expect_equal
from mi_rewards.testing._checks.samples import ASHA, BELA, PROGRAMME, TOKENS, T
from mi_rewards.testing.clients import Client

HOUR = timedelta(hours=1)
NOON = T + timedelta(days=30)
"""When rewards are redeemed."""

UNTIL = NOON + HOUR
"""When reservations run out."""

POOL = "partner"
COST = 10


def reward(reward_id: str, **parts: Any) -> Reward:
    """Make a reward of ten tokens, whose coupon can be handed on."""
    terms = CouponTerms(Validity(days=90), value=Money(10_000, "INR"), is_transferable=True)
    return Reward(reward_id, reward_id.title(), COST, terms, **parts)


SHOP = attrs.evolve(
    PROGRAMME,
    rewards=(
        reward("plenty"),
        reward("last", stock=1),
        reward("five", stock=5),
        reward("monthly", limits=(Limit(1, LimitScope.PROGRAMME, Period.MONTH),)),
        reward("once", limits=(Limit(1),)),
        reward("returnable", is_revocable=True),
        reward("pooled", pool_id=POOL),
    ),
    keeps_codes=True,
)
"""The programme, with rewards: without end, the last of its kind, limited, of a partner's codes."""


def code(text: str) -> SealedCode:
    """Seal a code."""
    return sealed(text, b"the contract's own")


def brought(by: str = ASHA, tokens: int = 100) -> Open:
    """Bring tokens along."""
    return Open(member_id=by, request_id="open", at=T, tokens=tokens, last_day=samples.END_OF_2018)


def redeem(
    by: str = ASHA,
    name: str = "r1",
    reward_id: str = "plenty",
    *,
    text: str | None = None,
    at: datetime = NOON,
) -> Redeem:
    """Redeem a reward, with a code of one's own."""
    drawn = None if reward_id == "pooled" else code(text or f"{by} {name}")
    return Redeem(member_id=by, request_id=name, at=at, reward_id=reward_id, code=drawn)


def reserve(
    by: str = ASHA,
    name: str = "h1",
    reward_id: str = "last",
    *,
    until: datetime = UNTIL,
    at: datetime = NOON,
) -> Reserve:
    """Reserve a reward."""
    return Reserve(member_id=by, request_id=name, at=at, reward_id=reward_id, until=until)


def confirm(by: str = ASHA, name: str = "confirm", *, of: str = "h1") -> ConfirmRedemption:
    """Confirm a reservation, with a code of one's own."""
    return ConfirmRedemption(
        member_id=by, request_id=name, at=NOON, redemption_id=of, code=code(f"{by} {of} {name}")
    )


def cancel(by: str = ASHA, name: str = "cancel", *, of: str = "h1") -> CancelRedemption:
    """Cancel a redemption."""
    return CancelRedemption(member_id=by, request_id=name, at=NOON, redemption_id=of)


def run_out(by: str = ASHA, name: str = "run out", *, of: str = "h1") -> RunOutRedemption:
    """Book that a reservation has run out."""
    return RunOutRedemption(member_id=by, request_id=name, at=UNTIL, redemption_id=of)


def use(by: str, name: str, order_id: str, digest: str) -> UseVoucher:
    """Use a voucher on an order, by its code."""
    return UseVoucher(member_id=by, request_id=name, at=NOON, digest=digest, order_id=order_id)


def import_codes(*texts: str, name: str = "import") -> ImportCodes:
    """Put codes into the pool."""
    codes = tuple(code(text) for text in texts)
    return ImportCodes(pool_id=POOL, request_id=name, at=T, codes=codes)


def prepared(by: str) -> list[Command[Any]]:
    """Make a history after which each of `COMMANDS` would be granted."""
    attach = AttachVoucher(member_id=by, request_id="a", at=T, voucher_id="on", order_id="o1")
    return [
        brought(by),
        redeem(by, "v1", at=T),
        redeem(by, "on", at=T),
        redeem(by, "back", "returnable", at=T),
        attach,
        reserve(by, "h1", "once"),
    ]


def _of(command: type[Any], **arguments: Any) -> Callable[[str, str], Command[Any]]:
    """Make a command of a member, by a request."""
    return lambda by, name: command(member_id=by, request_id=name, at=NOON, **arguments)


COMMANDS: Mapping[str, Callable[[str, str], Command[Any]]] = {
    "redeem": redeem,
    "reserve": lambda by, name: reserve(by, name, "plenty"),
    "confirm": confirm,
    "cancel": cancel,
    "cancel confirmed": lambda by, name: cancel(by, name, of="back"),
    "run out": run_out,
    "attach": _of(AttachVoucher, voucher_id="v1", order_id="o2"),
    "use": _of(UseVoucher, voucher_id="v1", order_id="o2"),
    "use attached": _of(UseVoucher, voucher_id="on", order_id="o1"),
    "detach": _of(DetachVoucher, voucher_id="on", order_id="o1"),
    "transfer": _of(TransferVoucher, voucher_id="v1", to_member_id=BELA),
    "replace": lambda by, name: ReplaceCode(
        member_id=by, request_id=name, at=NOON, voucher_id="v1", code=code(f"{by} {name} new")
    ),
    "void": _of(VoidVoucher, voucher_id="v1"),
    "forget": _of(ForgetCode, voucher_id="v1"),
    "expire": lambda by, name: ExpireVoucher(
        member_id=by, request_id=name, at=T + timedelta(days=400), voucher_id="v1"
    ),
    "publish": lambda by, name: PublishReward(reward=reward(f"of-{by}"), request_id=name, at=NOON),
    "import": lambda by, name: ImportCodes(
        pool_id=f"pool of {by}", request_id=name, at=NOON, codes=(code(f"{by} {name} pooled"),)
    ),
}
"""A command of each class, by what it does: of a member, by a request."""


def stock_of(reward_id: str) -> CounterKey:
    """Name the counter of a reward's stock."""
    return CounterKey(f"reward/{reward_id}", "stock")


def expect_used(client: Client, key: CounterKey, used: int) -> None:
    """See how much of a counter is used."""
    found = client.load(Needs(counters=(key,))).counter(key)
    expect_equal(
        0 if found is None else found.used, used, f"what is used of {key.scope}/{key.name}"
    )


def expect_available(client: Client, by: str, tokens: int, at: datetime = NOON) -> None:
    """See what a member has."""
    found = client.rewards(SHOP).balance(by, at=at).available
    expect_equal(found, tokens, f"what {by!r} has")


def vouchers_of(client: Client, by: str) -> list[Voucher]:
    """Read a member's vouchers, as they are stored."""
    page = Owned(Voucher, by, "", 99)
    return list(client.load(Needs(pages=(page,))).owned(page))


def traces_of(command: Any) -> Needs:
    """Name what a redemption that was never made must not have left."""
    by, name = command.member_id, command.request_id
    keys: list[Key[Any]] = [
        wallet_key(by, TOKENS),
        redemption_key(by, name),
        voucher_key(by, name),
    ]
    if getattr(command, "code", None) is not None:
        keys.append(code_key(command.code.digest))
    pages = (samples.journal_page(by), Owned(Voucher, by, "", 99))
    return Needs(tuple(keys), (ReceiptKey(command.scope, name),), pages=pages)


def traces(client: Client, command: Any) -> dict[str, object]:
    """Read what a redemption changes, as plain values that compare."""
    return pictures.picture(client.load(traces_of(command)))


def decided(client: Client, command: Command[Any]) -> Any:
    """Load and decide, without saving; answer with the changes."""
    return life.decided(client, command, SHOP).changes
