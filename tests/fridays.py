"""What the tests of pre-orders share: a Friday at noon, quotas, and short constructors.

1. `RULES` are the bundled terms, with the figures stated that nobody announced.
2. Commands are of the member `asha` on order `o1` and quota `q` unless they say otherwise, at noon
   of 31 March 2017 in India, and are requested by the name of what they do.
"""

from datetime import datetime, timedelta
from typing import Any

import attrs

from mi_rewards import bundled
from mi_rewards.calendar import read_instant
from mi_rewards.commands import (
    OpenQuota,
    PlacePreOrder,
    ReduceQuota,
    ReshardQuota,
    Rewards,
    SetAside,
    TopUpQuota,
)
from mi_rewards.errors import Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money
from mi_rewards.preorders import QuotaState
from mi_rewards.programme import Programme
from mi_rewards.repositories import Store

NOON = read_instant("2017-03-31T12:00:00+05:30")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
PRICE = Money(999_900, "INR")


def friday_rules(**terms: Any) -> Programme:
    """Make the announced terms, with fifteen minutes to pay, and other terms of mi.com as given."""
    programme = bundled.programme("mi-preorders")
    first, *others = programme.preorders
    stated = attrs.evolve(first, **{"pay_within_minutes": 15, "remind_minutes": 5, **terms})
    return attrs.evolve(programme, preorders=(stated, *others))


RULES = friday_rules()


def shop(store: Store | None = None, programme: Programme = RULES) -> Rewards:
    """Open a shop, in memory unless a store is given."""
    return Rewards(MemoryStore() if store is None else store, programme)


def open_quota(units: int = 10, *, quota_id: str = "q", **others: Any) -> OpenQuota:
    """Open a quota of the redmi-note-4 for Friday noon."""
    return OpenQuota(
        **{
            "quota_id": quota_id,
            "request_id": "open",
            "at": NOON - DAY,
            "units": units,
            "terms_id": "mi.com",
            "product_id": "redmi-note-4",
            "opens_at": NOON,
            "sale_id": "friday",
            **others,
        }
    )


def place(
    by: str = "asha", order_id: str = "o1", *, at: datetime = NOON, **others: Any
) -> PlacePreOrder:
    """Place a pre-order."""
    return PlacePreOrder(
        **{
            "member_id": by,
            "request_id": f"place:{order_id}",
            "at": at,
            "order_id": order_id,
            "quota_id": "q",
            "price": PRICE,
            "payment_mode": "credit_card",
            **others,
        }
    )


def top_up(units: int, nth: int = 1, *, at: datetime = NOON) -> TopUpQuota:
    """Add units."""
    return TopUpQuota(quota_id="q", request_id=f"top_up:{nth}", at=at, units=units)


def reduce(units: int, nth: int = 1, *, at: datetime = NOON) -> ReduceQuota:
    """Take units out."""
    return ReduceQuota(quota_id="q", request_id=f"reduce:{nth}", at=at, units=units)


def set_aside(units: int, nth: int = 1, *, at: datetime = NOON) -> SetAside:
    """Set units aside for codes."""
    return SetAside(quota_id="q", request_id=f"set_aside:{nth}", at=at, units=units)


def reshard(shards: int, nth: int = 1, *, at: datetime = NOON) -> ReshardQuota:
    """Spread the quota over other shards."""
    return ReshardQuota(quota_id="q", request_id=f"reshard:{nth}", at=at, shards=shards)


def refused(rewards: Rewards, command: Any) -> Refused:
    """Answer with what a command is refused with; fail where it is not."""
    try:
        outcome = rewards.do(command)
    except Refused as refusal:
        return refusal
    raise AssertionError(f"{command} was carried out: {outcome}")


def told(state: QuotaState) -> str:
    """Tell what units are on one line, such as `"10 = 7 free + 2 held + 1 sold + 0 reserved"`."""
    return (
        f"{state.size} = {state.free} free + {state.held} held"
        f" + {state.sold} sold + {state.reserved} reserved"
    )
