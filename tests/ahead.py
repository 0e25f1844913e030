"""What the tests of pre-orders share: terms, values in each state, and a shop that sells ahead.

1. `ONLINE` is paid in full with digital money and shipped within five days; `STORE` is booked with
   Rs 1,000 and picked up within seven, its colour a wish.
2. A phone costs Rs 10,999. Pre-orders are of `asha`, named `o1`, and placed at noon on the first
   Friday; what is placed is to be paid within fifteen minutes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from mi_rewards.catalogue import FCodeTerms, Reward, Validity
from mi_rewards.commands import (
    AcceptColour,
    CancelPreOrder,
    ChangeAddress,
    Command,
    DeclineColour,
    DeliverPreOrder,
    OfferColour,
    OpenQuota,
    PayPreOrder,
    PickUpPreOrder,
    PlacePreOrder,
    ReadyPreOrder,
    RecordRefund,
    RepricePreOrder,
    ShipPreOrder,
    WatchPreOrder,
)
from mi_rewards.money import Money
from mi_rewards.preorders import (
    Allotment,
    Colour,
    Payment,
    PreOrder,
    PreOrderTerms,
    QuotaState,
    Unclaimed,
    UnitState,
)
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, preorder_key
from tests.shop import SMALL, Shop, bring, inr, ist, join, redeem, rules
from tests.wallets import KOLKATA

FRIDAY = ist("2017-03-31 12:00")
"""Noon on the first Friday, when the sale opens."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOMENT = timedelta(microseconds=1)
PAY_UNTIL = FRIDAY + 15 * MINUTE
PAY_EARLY = FRIDAY - HOUR + 15 * MINUTE
"""Until when what a code buys an hour before the others is to be paid."""

PRICE, BOOKING, REST = inr(10_999), inr(1_000), inr(9_999)
DIGITAL = ("credit_card", "debit_card", "net_banking", "mobile_wallet")

ONLINE = PreOrderTerms(
    "mi.com",
    ("mi.com",),
    Payment.FULL,
    DIGITAL,
    pay_within_minutes=15,
    ship_within_days=5,
    remind_minutes=5,
)
STORE = PreOrderTerms(
    "offline",
    ("sangeetha", "poorvika"),
    Payment.BOOKING,
    booking=BOOKING,
    pay_within_minutes=15,
    pickup_within_days=7,
    colour=Colour.WISH,
)


FORFEITING = attrs.evolve(STORE, unclaimed=Unclaimed.FORFEITED)
"""As `STORE`, but what nobody picks up is paid for."""


def terms(base: PreOrderTerms = ONLINE, **changes: Any) -> PreOrderTerms:
    """Make terms like others, but for these parts."""
    return attrs.evolve(base, **changes)


def placed(of: PreOrderTerms = ONLINE, *, at: datetime = FRIDAY, **changes: Any) -> PreOrder:
    """Make a pre-order that was placed, and holds a unit of quota `q`."""
    unit = Allotment("q", "000").moving(UnitState.HELD, at=at)
    mode = "credit_card" if of.payment_modes else ""
    preorder = PreOrder(
        "asha",
        "o1",
        "q",
        of,
        unit,
        None,
        None,
        "redmi-note-4",
        "4GB/64GB",
        of.channels[0],
        PRICE,
        mode,
        "address-1",
        "gold",
        at,
        at + 15 * MINUTE,
    )
    return preorder._replace(**changes)


def paid(of: PreOrderTerms = ONLINE, *, at: datetime = FRIDAY, **changes: Any) -> PreOrder:
    """Make a pre-order that was paid for, or booked."""
    before = placed(of, at=at, **changes)
    return before.paying(before.due, at=at, zone=KOLKATA)


def shipped(*, at: datetime = FRIDAY) -> PreOrder:
    """Make a pre-order that was shipped."""
    return paid(at=at).shipping(at=at)


def ready(of: PreOrderTerms = STORE, *, at: datetime = FRIDAY) -> PreOrder:
    """Make a pre-order that is at the store."""
    return paid(of, at=at).readying(at=at, zone=KOLKATA)


# a shop

BOTH = rules(SMALL, preorders=(ONLINE, STORE))
"""`SMALL` that sells ahead in both ways."""


F_CODE = FCodeTerms(("redmi-note-4",), Validity(days=30), quota_id="q")
CODED = rules(BOTH, rewards=(Reward("f-code", "F-code", 10, F_CODE),))
"""The same, with an F-code for the quota `q`."""


REVIVING = rules(CODED, preorders=(attrs.evolve(ONLINE, revives_f_code=True), STORE))
"""The same again, where a code can be used again when what it bought is cancelled."""


def _named(what: str, order_id: str, request: str) -> str:
    """Name a request by what it does."""
    return request or f"{what}:{order_id}"


def open_quota(
    units: int = 2, quota_id: str = "q", *, of: str = "mi.com", at: datetime = FRIDAY, **more: Any
) -> OpenQuota:
    """Open a quota on which anybody can buy from then on."""
    return OpenQuota(
        quota_id=quota_id,
        request_id=f"open:{quota_id}",
        at=at - DAY,
        units=units,
        terms_id=of,
        product_id="redmi-note-4",
        opens_at=at,
        **more,
    )


def order_ahead(
    order_id: str = "o1",
    *,
    by: str = "asha",
    at: datetime = FRIDAY,
    quota_id: str = "q",
    mode: str = "credit_card",
    request: str = "",
    **more: Any,
) -> PlacePreOrder:
    """Place a pre-order."""
    return PlacePreOrder(
        member_id=by,
        request_id=_named("ahead", order_id, request),
        at=at,
        order_id=order_id,
        quota_id=quota_id,
        price=more.pop("price", PRICE),
        payment_mode=mode,
        **more,
    )


def _of(order_id: str, by: str, at: datetime, what: str, request: str) -> dict[str, Any]:
    """Say what every command on a pre-order says."""
    name = _named(what, order_id, request)
    return {"member_id": by, "request_id": name, "at": at, "order_id": order_id}


def pay(
    amount: Money = PRICE,
    order_id: str = "o1",
    *,
    by: str = "asha",
    at: datetime = FRIDAY,
    request: str = "",
    **more: Any,
) -> PayPreOrder:
    """Pay for a pre-order."""
    return PayPreOrder(**_of(order_id, by, at, "pay", request), amount=amount, **more)


def reprice(
    price: Money, order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY
) -> RepricePreOrder:
    """Change a price."""
    return RepricePreOrder(**_of(order_id, by, at, f"reprice:{price}", ""), price=price)


def move_to(
    address_ref: str, order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY
) -> ChangeAddress:
    """Change an address."""
    return ChangeAddress(**_of(order_id, by, at, "move", ""), address_ref=address_ref)


def offer(
    colour: str, order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY
) -> OfferColour:
    """Offer a colour."""
    return OfferColour(**_of(order_id, by, at, f"offer:{colour}", ""), colour=colour)


def accept(order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY) -> AcceptColour:
    """Accept a colour."""
    return AcceptColour(**_of(order_id, by, at, "accept", ""))


def decline(order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY) -> DeclineColour:
    """Decline a colour."""
    return DeclineColour(**_of(order_id, by, at, "decline", ""))


def ship(order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY) -> ShipPreOrder:
    """Ship a pre-order."""
    return ShipPreOrder(**_of(order_id, by, at, "ship", ""))


def hand_over(order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY) -> DeliverPreOrder:
    """Deliver a pre-order."""
    return DeliverPreOrder(**_of(order_id, by, at, "hand over", ""))


def make_ready(
    order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY, **more: Any
) -> ReadyPreOrder:
    """Have a pre-order at the store."""
    return ReadyPreOrder(**_of(order_id, by, at, "ready", ""), **more)


def pick_up(
    amount: Money = REST, order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY
) -> PickUpPreOrder:
    """Pick a pre-order up."""
    return PickUpPreOrder(**_of(order_id, by, at, "pick up", ""), amount=amount)


def call_off(
    order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY, request: str = ""
) -> CancelPreOrder:
    """Cancel a pre-order."""
    return CancelPreOrder(**_of(order_id, by, at, "call off", request))


def repay(
    amount: Money = PRICE, order_id: str = "o1", *, by: str = "asha", at: datetime = FRIDAY
) -> RecordRefund:
    """Give back what was paid."""
    return RecordRefund(**_of(order_id, by, at, "repay", ""), amount=amount)


def watch(order_id: str = "o1", *, by: str = "asha", at: datetime) -> WatchPreOrder:
    """Book what the calendar made of a pre-order."""
    return WatchPreOrder(**_of(order_id, by, at, f"watch:{at}", ""))


class Friday(Shop):
    """A shop that sells ahead, with two units of quota `q`, where asha has joined."""

    def __init__(
        self,
        programme: Programme = BOTH,
        *,
        of: str = "mi.com",
        units: int = 2,
        does: Sequence[Command[Any]] = (),
        **quota: Any,
    ) -> None:
        super().__init__(programme)
        self.all(join(at=FRIDAY - DAY), open_quota(units, of=of, **quota), *does)

    def ahead(self, order_id: str = "o1", by: str = "asha") -> PreOrder:
        """Read a pre-order as stored."""
        key = preorder_key(by, order_id)
        found = self.store.load(Needs((key,))).get(key)
        assert found is not None
        return found

    def units(self, quota_id: str = "q") -> tuple[int, int, int, int]:
        """Count the units that are free, held, sold, reserved."""
        state: QuotaState = self.rewards.quota(quota_id)
        return state.free, state.held, state.sold, state.reserved


def coded(programme: Programme = CODED, *does: Command[Any], of: str = "mi.com") -> Friday:
    """Make a shop where asha has an F-code for one of two units, and a phone bought with it."""
    first = (
        bring(100, at=FRIDAY - DAY),
        redeem("f-code", at=FRIDAY - DAY),
        order_ahead(voucher_id="redeem", at=FRIDAY - HOUR, pay_until=PAY_EARLY),
    )
    return Friday(programme, of=of, for_codes=1, does=(*first, *does))
