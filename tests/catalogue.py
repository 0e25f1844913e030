"""What the tests of the catalogue share: rewards with all there is and with the least, vouchers.

1. `COUPON` and `F_CODE` say as little as there may be, `FULL` all there is, and `CHOSEN` leaves
   the number of tokens to the member.
2. `voucher()` is of `asha`, issued at noon of 1 July 2017 in Kolkata, and valid for ten days more.
"""

from datetime import datetime
from typing import Any

from mi_rewards.calendar import Window, read_instant
from mi_rewards.catalogue import (
    Choice,
    CouponTerms,
    FCodeTerms,
    Limit,
    LimitScope,
    Period,
    Redemption,
    RedemptionState,
    Reward,
    Validity,
    Voucher,
    issue,
    sealed,
    with_check,
)
from mi_rewards.money import Money, Rate, Rounding
from tests.wallets import KOLKATA, day

NOON = read_instant("2017-07-01T12:00:00+05:30")
ENDS = read_instant("2017-07-12T00:00:00+05:30")
"""When the last valid day of `voucher()` is over."""

KEY = b"0123456789abcdef"
CODE = with_check("7KQMW2PX9RTCH")

OFF_100 = CouponTerms(Validity(10), Money(10_000, "INR"))
HANDED_ON = CouponTerms(Validity(10), Money(10_000, "INR"), is_transferable=True)
TENTH = CouponTerms(
    Validity(through_on=day("2018-12-31")),
    None,
    Rate(10, 100, Rounding.HALF_EVEN),
    Money(50_000, "INR"),
    ("accessories", "audio"),
    Money(99_900, "INR"),
    ("app",),
    ("card", "wallet"),
    is_combinable=True,
    is_transferable=True,
)
PHONE = FCodeTerms(("note-4-32gb", "note-4-64gb"), Validity(0))

COUPON = Reward("cup", "A cup", 2_500, OFF_100)
F_CODE = Reward("f-code", "Phone first", 1_000, PHONE)
CHOSEN = Reward(
    "chosen",
    "As much as you like",
    Choice(50, 25, Rate(100, 25), 500),
    CouponTerms(Validity(10), categories=("accessories",)),
)
FULL = Reward(
    "full",
    "All there is",
    10_000,
    TENTH,
    Window(read_instant("2017-07-01T00:00:00Z"), read_instant("2018-01-01T00:00:00.000005Z")),
    100,
    (
        Limit(1, LimitScope.MEMBER, Period.MONTH),
        Limit(5),
        Limit(0, LimitScope.PROGRAMME, Period.DAY),
    ),
    ("gold", "platinum"),
    "partner",
    is_revocable=True,
    expense=Money(7_550, "INR"),
)


def voucher(
    terms: CouponTerms | FCodeTerms = OFF_100, *, keeps_clear: bool = True, **changes: Any
) -> Voucher:
    """Issue a voucher, with these parts changed."""
    issued = issue(
        member_id="asha",
        voucher_id="v1",
        reward_id="cup",
        terms=terms,
        code=sealed(CODE, KEY),
        keeps_clear=keeps_clear,
        at=NOON,
        zone=KOLKATA,
    )
    return issued._replace(**changes)


def redemption(
    reward: Reward = COUPON,
    state: RedemptionState = RedemptionState.CONFIRMED,
    until: datetime | None = None,
) -> Redemption:
    """Redeem a reward at its least cost."""
    steps = reward.steps("asha", day("2017-07-01"))
    tokens = reward.tokens_for(None)
    return Redemption("asha", "r1", reward, tokens, steps, NOON, until, state)
