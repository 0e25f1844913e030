"""Opening an exchange by a quote."""

from datetime import datetime

from mi_rewards.calendar import Zone, write_instant
from mi_rewards.errors import Misuse
from mi_rewards.trade_in.exchange_life import ExchangeState
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.quotes import DeviceQuote
from mi_rewards.trade_in.terms import ExchangeMode


def open_exchange(
    quote: DeviceQuote,
    exchange_id: str,
    *,
    at: datetime,
    zone: Zone,
    order_id: str = "",
    book_by: datetime | None = None,
) -> tuple[DeviceQuote, Exchange]:
    """Open an exchange by a quote.

    Args:
        quote: The quote.
        exchange_id: Names the exchange within the member.
        at: The instant (UTC).
        zone: The programme's zone.
        order_id: For pickup the order of the new product, which is paid in full; empty otherwise.
        book_by: For pickup until when the device is fetched (UTC); `None` for as the terms say.

    Returns:
        The quote, with the exchange noted, and the exchange.

    Raises:
        Misuse: An order is named where none is needed, or is not; or neither the terms nor the
            caller say until when the device is fetched, or that is past.
        QuoteExpired: The quote's last day is over.
        AlreadyExchanged: Another exchange was opened by it.
    """
    terms, is_pickup = quote.terms, quote.terms.mode is ExchangeMode.PICKUP
    if bool(order_id) is not is_pickup or (book_by is not None and not is_pickup):
        raise Misuse("an exchange by pickup names the order of its new product, and no other does")
    opened = quote.opening(exchange_id, at=at)
    until = None
    if is_pickup:
        until = book_by or terms.book_by(at, zone)
        if until is None:
            raise Misuse(
                "until when the device is fetched is not known:"
                f" trade_ins.{terms.terms_id} states no pickup_within_days, and no book_by is given"
            )
        if until <= at:
            raise Misuse(f"a device is fetched past {write_instant(at)}, not until {until}")
    return opened, Exchange(
        quote.member_id,
        exchange_id,
        quote.quote_id,
        terms,
        quote.device,
        quote.model,
        quote.answers,
        quote.valuation,
        at,
        quote.ends_at,
        ExchangeState.BOOKED if is_pickup else ExchangeState.ISSUED,
        order_id,
        book_by=until,
    )
