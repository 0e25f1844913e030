"""What commands on old devices answer: small values that a receipt keeps."""

from datetime import date, datetime
from typing import Any, NamedTuple


class BookPublished(NamedTuple):
    """A price book was published.

    Attributes:
        book_id: The price book.
        edition: Its edition from now on.
    """

    book_id: str
    edition: int


class DevicesListed(NamedTuple):
    """Devices were put into a portfolio, or taken out of it.

    Attributes:
        book_id: The price book.
        models: How many models.
    """

    book_id: str
    models: int


class DeviceQuoted(NamedTuple):
    """An old device was priced.

    Attributes:
        quote_id: The quote.
        minor: What the device is worth as it was described.
        currency: The currency of that.
        grade: Its declared grade; empty where none is given.
        valuer: Who priced it.
        edition: The edition of the price book; 0 of a partner's.
        last_day: The last day on which the quote can be taken.
        voided: The member's exchange of the same device that the quote has made void, the first
            where each of its numbers was in one; empty for none.
    """

    quote_id: str
    minor: int
    currency: str
    grade: str
    valuer: str
    edition: int
    last_day: date
    voided: str


class ExchangeOpened(NamedTuple):
    """An exchange was opened: its receipt is issued, or its visit can be arranged.

    Attributes:
        exchange_id: The exchange.
        state: Where it is in its life.
        minor: What the device is worth.
        currency: The currency of that.
        ends_at: The instant (UTC) at which the receipt can no longer be used.
        visit_by: The instant (UTC) before which the device is collected; `None` where nobody comes
            for it.
    """

    exchange_id: str
    state: str
    minor: int
    currency: str
    ends_at: datetime
    visit_by: datetime | None


class ExchangeChanged(NamedTuple):
    """Something became of an exchange.

    Attributes:
        exchange_id: The exchange.
        state: Where it is in its life.
        due_minor: What is still to be paid: by the programme where it is above zero, by the member
            where it is below.
        currency: The currency of that.
        tokens: Tokens credited for what the device is worth beyond the price.
    """

    exchange_id: str
    state: str
    due_minor: int
    currency: str
    tokens: int


class DeviceInspected(NamedTuple):
    """An old device was inspected.

    Attributes:
        exchange_id: The exchange.
        state: Where it is in its life.
        grade: The verified grade; empty where none is given.
        minor: What the device is worth as it was found; 0 where it is not taken.
        due_minor: What is to be paid: by the programme where it is above zero, by the member where
            it is below.
        currency: The currency of both.
        offer_until: The instant (UTC) until which the member can accept a revised offer; `None`
            where there is none.
        reason: Why the device is not taken; empty where it is.
        tokens: Tokens credited for what the device is worth beyond the price.
    """

    exchange_id: str
    state: str
    grade: str
    minor: int
    due_minor: int
    currency: str
    offer_until: datetime | None
    reason: str
    tokens: int


EXCHANGE_OUTCOMES: tuple[type[Any], ...] = (
    BookPublished,
    DeviceInspected,
    DeviceQuoted,
    DevicesListed,
    ExchangeChanged,
    ExchangeOpened,
)
"""All of them, as receipts name them."""
