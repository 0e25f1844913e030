"""One of every outcome and every refusal of trade-ins, for tests of receipts."""

from typing import Any

from mi_rewards.commands.trade_in.outcomes import (
    BookPublished,
    DeviceInspected,
    DeviceQuoted,
    DevicesListed,
    ExchangeChanged,
    ExchangeOpened,
)
from mi_rewards.errors import Refused
from mi_rewards.trade_in import device_refusals as devices
from mi_rewards.trade_in import pricing_refusals as pricing
from mi_rewards.trade_in import refusals as exchanges
from mi_rewards.trade_in import valuation_refusals as orders
from tests.exchanging import DAY, ENDS, HOUR, IMEI, OPENED

OUTCOMES_TRADED: list[Any] = [
    BookPublished("cashify", 7),
    DevicesListed("cashify", 1_000),
    DeviceQuoted("q1", 400_000, "INR", "good", "price-book", 7, ENDS.date(), ""),
    DeviceQuoted("q2", 0, "INR", "", "cashify", 0, ENDS.date(), "x1"),
    ExchangeOpened("x1", "issued", 400_000, "INR", ENDS, None),
    ExchangeOpened("x2", "booked", 400_000, "INR", ENDS, OPENED + 7 * DAY),
    ExchangeChanged("x1", "settled", -100_000, "INR", 0),
    ExchangeChanged("x2", "credited", 0, "INR", 4_000),
    DeviceInspected("x1", "offered", "fair", 300_000, 0, "INR", OPENED + HOUR, "", 0),
    DeviceInspected("x1", "rejected", "", 0, -400_000, "INR", None, "imei_mismatch", 0),
    DeviceInspected("x2", "settled", "good", 400_000, 0, "INR", None, "", 12),
]

REFUSALS_TRADED: list[Refused] = [
    devices.ImeiInvalid(imei="1234", why="length"),
    devices.ImeiMissing(asked=2, given=1),
    devices.DeviceInExchange(imei=IMEI, until=ENDS),
    devices.DeviceInExchange(imei=IMEI, until=None),
    pricing.NotInPortfolio(model_id="redmi-1s", variant=""),
    pricing.DeviceRejected(reason="does_not_power_on"),
    pricing.AnswersIncomplete(missing=("screen", "box")),
    pricing.PurchaseDayMissing(model_id="redmi-1s"),
    pricing.AgeNotEligible(months=3, from_months=4, through_months=15),
    exchanges.UnknownDeviceQuote(quote_id="q1"),
    exchanges.UnknownExchange(exchange_id="x1"),
    exchanges.NotTradedHere(channel="amazon", allowed=("mi.com", "app")),
    exchanges.BrandNotAccepted(brand="Nokia", allowed=("Xiaomi", "Apple")),
    exchanges.QuoteVoid(quote_id="q1"),
    exchanges.QuoteExpired(quote_id="q1", last_day="2018-03-29"),
    exchanges.AlreadyExchanged(exchange_id="x1"),
    exchanges.ExchangePaid(exchange_id="x1", reference="utr-1"),
    exchanges.TooManyAttempts(exchange_id="x1", attempts=3),
    exchanges.ExchangeNotOpen(exchange_id="x1", state="expired"),
    exchanges.VisitTooLate(
        exchange_id="x1", visit_at="2018-03-22T18:30:00Z", until="2018-03-22T18:30:00Z"
    ),
    exchanges.WrongPayer(exchange_id="x1", asked="member", due="programme"),
    exchanges.WrongExchangeAmount(exchange_id="x1", asked="INR 1.00", due="INR 2.00"),
    orders.ValuationOutOfBounds(minor=1, floor_minor=2, ceiling_minor=9),
    orders.ValuationOutOfBounds(minor=1, floor_minor=2, ceiling_minor=None),
    orders.NewProductNotEligible(order_id="o1"),
    orders.NewProductGone(order_id="o1"),
    orders.OneExchangePerOrder(order_id="o1"),
]
