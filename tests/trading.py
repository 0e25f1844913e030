"""What the tests of trade-ins share: terms of each kind, a price book, and short constructors.

1. `DEALS` trades by `a_book` in `store` (in store), online and by pickup, with other policies each.
2. Commands are of the member `asha` on exchange `x1` by quote `q1` unless they say otherwise, and
   are requested by the name of what they do.
"""

from datetime import UTC, date, datetime
from typing import Any

import attrs

from mi_rewards.commands import (
    AcceptOffer,
    CancelExchange,
    DeclineOffer,
    InspectDevice,
    ListDevices,
    MissVisit,
    OpenExchange,
    PublishPriceBook,
    QuoteDevice,
    Rewards,
    ScheduleVisit,
    SettleExchange,
    WatchExchange,
)
from mi_rewards.memory import MemoryStore
from mi_rewards.money import Money, Rate
from mi_rewards.programme import Programme
from mi_rewards.repositories import Store
from mi_rewards.trade_in.devices import Device
from mi_rewards.trade_in.terms import (
    Better,
    ExchangeMode,
    OnReturn,
    Surplus,
    TradeInTerms,
    Worse,
)
from tests.phones import PLAIN, a_book, a_device, a_model, imei
from tests.shop import SMALL, rules

NOON = datetime(2021, 6, 1, 6, 30, tzinfo=UTC)
"""Noon in India, as `tests.phones.AT`."""

STORE = TradeInTerms(
    "store",
    ExchangeMode.IN_STORE,
    "partner",
    ("mi-home",),
    categories=("phones",),
    quote_days=14,
)
ONLINE = TradeInTerms(
    "online",
    ExchangeMode.ONLINE,
    "partner",
    ("mi.com",),
    categories=("phones",),
    quote_days=14,
)
LENIENT = TradeInTerms(
    "lenient",
    ExchangeMode.ONLINE,
    "partner",
    ("mi.com",),
    categories=("phones",),
    quote_days=14,
    combines=("coupons", "tokens"),
    surplus=Surplus.TOKENS,
    credit=Rate(1, 100),
    worse=Worse.THRESHOLD,
    threshold=Rate(3, 4),
    better=Better.ACCEPT,
    answer_within_hours=48,
)
PICKUP = TradeInTerms(
    "pickup",
    ExchangeMode.PICKUP,
    "partner",
    ("mi-home",),
    categories=("phones",),
    quote_days=14,
    worse=Worse.PAY_DIFFERENCE,
    answer_within_hours=24,
    pickup_within_days=7,
    attempts_max=3,
    on_return=OnReturn.LOST,
)
DEALS: Programme = rules(SMALL, trade_ins=(STORE, ONLINE, LENIENT, PICKUP))


def dealer(store: Store | None = None, programme: Programme = DEALS) -> Rewards:
    """Make a shop that knows one price book with one model."""
    rewards = Rewards(MemoryStore() if store is None else store, programme)
    rewards.do(PublishPriceBook(book=a_book(), request_id="publish", at=NOON))
    rewards.do(ListDevices(models=(a_model(),), request_id="list", at=NOON))
    return rewards


def quote(
    quote_id: str = "q1",
    terms_id: str = "online",
    *,
    by: str = "asha",
    at: datetime = NOON,
    device: Device | None = None,
    answers: dict[str, str] | None = None,
    **others: Any,
) -> QuoteDevice:
    """Quote a device, plain but for what is said of it."""
    return QuoteDevice(
        member_id=by,
        request_id=quote_id,
        at=at,
        terms_id=terms_id,
        device=device or a_device(),
        answers=PLAIN if answers is None else answers,
        **others,
    )


def opening(
    exchange_id: str = "x1",
    quote_id: str = "q1",
    *,
    by: str = "asha",
    at: datetime = NOON,
    **others: Any,
) -> OpenExchange:
    """Open an exchange."""
    return OpenExchange(
        member_id=by,
        request_id=f"open:{exchange_id}",
        at=at,
        exchange_id=exchange_id,
        quote_id=quote_id,
        **others,
    )


def inspect(
    *,
    by: str = "asha",
    at: datetime = NOON,
    exchange_id: str = "x1",
    imeis: tuple[str, ...] = (imei(1),),
    answers: dict[str, str] | None = None,
    **others: Any,
) -> InspectDevice:
    """Inspect the device, as it was declared but for what is said of it."""
    return InspectDevice(
        member_id=by,
        request_id=f"inspect:{exchange_id}",
        at=at,
        exchange_id=exchange_id,
        imeis=imeis,
        answers=PLAIN if answers is None else answers,
        **others,
    )


_SIMPLE = {
    "accept": AcceptOffer,
    "decline": DeclineOffer,
    "cancel": CancelExchange,
    "watch": WatchExchange,
    "visit": ScheduleVisit,
    "miss": MissVisit,
    "settle": SettleExchange,
}


def change(
    what: str,
    *,
    by: str = "asha",
    at: datetime = NOON,
    exchange_id: str = "x1",
    request: str = "",
    **others: Any,
) -> Any:
    """Make a command on an exchange by its short name."""
    return _SIMPLE[what](
        member_id=by,
        request_id=request or f"{what}:{exchange_id}",
        at=at,
        exchange_id=exchange_id,
        **others,
    )


def rupees(amount: str) -> Money:
    """Read rupees."""
    return Money.of(amount, "INR")


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


def with_terms(*terms: TradeInTerms, **others: Any) -> Programme:
    """Make a programme that trades in by some terms."""
    return attrs.evolve(SMALL, trade_ins=terms, **others)
