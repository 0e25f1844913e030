"""What the tests of exchanges share: an old phone, terms of each kind, and short constructors.

1. `exchange()` is `x1` of `asha`, opened on `OPENED` for a phone worth Rs 4,000 as declared.
2. `STORE`, `ONLINE` and `PICKUP` are terms of each mode; `terms(ONLINE, worse=...)` others.
3. `opened(ONLINE)`, `attached()`, `used()`, `scheduled()`, `offered()` are exchanges further on.
"""

from datetime import datetime, timedelta
from typing import Any

import attrs

from mi_rewards.money import Money, Rate
from mi_rewards.trade_in import (
    Device,
    DeviceModel,
    DeviceQuote,
    Exchange,
    ExchangeMode,
    Step,
    StepKind,
    TradeInTerms,
    Valuation,
    Worse,
    issue_quote,
    open_exchange,
)
from tests.shop import ist
from tests.wallets import KOLKATA

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OPENED = ist("2018-03-15 12:00")
"""When quotes are issued, and exchanges opened by them."""
ENDS = ist("2018-03-30 00:00")
"""When the fourteenth day after that is over."""

IMEI = "861536030196001"
SECOND_IMEI = "861536030196019"
OTHER_IMEI = "861536030196027"
PHONE = Device("redmi-note-3", "3GB/32GB", (IMEI,))
BOTH = Device("redmi-note-3", "3GB/32GB", (IMEI, SECOND_IMEI))
MODEL = DeviceModel(
    "cashify",
    "redmi-note-3",
    "3GB/32GB",
    "Xiaomi",
    "Redmi Note 3",
    "INR",
    500_000,
    1_199_900,
    None,
)
ANSWERS = {"screen": "fine", "powers_on": "yes"}
VALUE = 400_000
"""What the phone is worth as it was declared, in paise."""
PRICE = 999_900
"""What the new phone costs, in paise."""

STORE = TradeInTerms(
    "mi-home",
    ExchangeMode.IN_STORE,
    "cashify",
    ("mi-home",),
    categories=("phones",),
    quote_days=14,
    credit=Rate(1, 100),
)
ONLINE = attrs.evolve(
    STORE, terms_id="mi.com", mode=ExchangeMode.ONLINE, channels=("mi.com", "app")
)
PICKUP = attrs.evolve(
    STORE,
    terms_id="pickup",
    mode=ExchangeMode.PICKUP,
    pickup_within_days=7,
    attempts_max=3,
)
DIFFERENCE = attrs.evolve(ONLINE, worse=Worse.PAY_DIFFERENCE, answer_within_hours=48)
"""Online terms by which a device that is worth less is offered at what it is worth."""


def terms(base: TradeInTerms = ONLINE, /, **changes: Any) -> TradeInTerms:
    """Make terms like others, but for these parts."""
    return attrs.evolve(base, **changes)


def worth(minor: int = VALUE, *, at: datetime = OPENED, currency: str = "INR") -> Valuation:
    """Value a device at so many paise."""
    steps = (Step(StepKind.BOOK, "book", minor, minor),)
    return Valuation("price-book", "", currency, minor, "good", steps, "cashify", 1, at)


def quote(base: TradeInTerms = ONLINE, /, **stated: Any) -> DeviceQuote:
    """Issue the quote `q1`, of a phone worth Rs 4,000 unless it says otherwise."""
    minor = stated.pop("minor", VALUE)
    given: dict[str, Any] = {
        "terms": base,
        "device": PHONE,
        "model": MODEL,
        "answers": ANSWERS,
        "valuation": worth(minor),
        "at": OPENED,
        "zone": KOLKATA,
        **stated,
    }
    return issue_quote("asha", "q1", **given)


def exchange(base: TradeInTerms = ONLINE, /, **stated: Any) -> Exchange:
    """Open the exchange `x1` by that quote; a pickup is for the order `o1`."""
    order_id = "o1" if base.mode is ExchangeMode.PICKUP else ""
    book_by = stated.pop("book_by", None)
    _, opened = open_exchange(
        quote(base, **stated), "x1", at=OPENED, zone=KOLKATA, order_id=order_id, book_by=book_by
    )
    return opened


def attached(
    base: TradeInTerms = ONLINE, /, *, price: int = PRICE, at: datetime = OPENED, **stated: Any
) -> Exchange:
    """Take it off the price of the order `o1`, which is paid within a quarter of an hour."""
    it = exchange(base, **stated)
    off = base.most_off(it.valuation.minor, price)
    return it.attaching("o1", used_minor=off, until=at + 15 * MINUTE, at=at)


def used(base: TradeInTerms = ONLINE, /, **stated: Any) -> Exchange:
    """Use it for `o1`, which is paid at once."""
    return attached(base, **stated).using("o1", at=stated.get("at", OPENED))


def scheduled(base: TradeInTerms = PICKUP, /, **stated: Any) -> Exchange:
    """Agree on a visit on the day after."""
    return exchange(base, **stated).scheduling(OPENED + DAY, at=OPENED)


def inspected(it: Exchange, minor: int, *, at: datetime = OPENED, **stated: Any) -> Exchange:
    """Find that it is worth so many paise."""
    return it.inspecting((IMEI,), verified=worth(minor, at=at), at=at, **stated)


def offered(base: TradeInTerms = DIFFERENCE, /, *, minor: int = 300_000) -> Exchange:
    """Offer Rs 3,000 for it, at the door or at the visit."""
    before = scheduled(base) if base.mode is ExchangeMode.PICKUP else used(base)
    return inspected(before, minor)


def rs(rupees: int) -> int:
    """Say how many paise so many rupees are."""
    return Money.of(str(rupees), "INR").minor
