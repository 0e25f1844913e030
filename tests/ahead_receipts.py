"""One of every outcome and every refusal of sales, draws and pre-orders, for tests of receipts."""

from datetime import date
from typing import Any

from mi_rewards.commands.draws.outcomes import DrawEntered, DrawOpened, DrawRun
from mi_rewards.commands.preorders.outcomes import (
    PreOrderChanged,
    PreOrderClosed,
    PreOrderDelivered,
    PreOrderPaid,
    PreOrderReady,
    PreOrderWatched,
)
from mi_rewards.commands.quotas.outcomes import PreOrdered, QuotaReviewed, QuotaSet, UnitsCarried
from mi_rewards.errors import Refused
from mi_rewards.preorders import draw_refusals as draws
from mi_rewards.preorders import quota_refusals as quotas
from mi_rewards.preorders import refusals as preorders
from tests.fridays import DAY, HOUR, NOON

OUTCOMES_AHEAD: list[Any] = [
    QuotaSet("q", 10, 4, 2),
    QuotaReviewed("q", noticed=True, exhausted=False, closed=True),
    UnitsCarried("q", "next", 7),
    PreOrdered("o1", "q", "003", NOON + HOUR, 999_900, is_last=True),
    DrawOpened("launch", "0" * 64, NOON, NOON + DAY),
    DrawEntered("launch", NOON),
    DrawRun("launch", 1_000, 10, 5, NOON + DAY),
    PreOrderPaid("o1", 999_900, 0, "INR", NOON + 5 * DAY, 999),
    PreOrderPaid("o2", 100_000, 899_900, "INR", None, 0),
    PreOrderChanged("o1", "paid"),
    PreOrderReady("o2", NOON + DAY, 899_900, "INR"),
    PreOrderDelivered("o1", 999, date(2018, 12, 31), None, "shopping"),
    PreOrderDelivered("o2", 0, None, NOON + DAY, "guest"),
    PreOrderClosed("o1", "cancelled", 999_900, "INR", 999),
    PreOrderWatched("o1", "paid", "late_to_ship"),
]

REFUSALS_AHEAD: list[Refused] = [
    quotas.UnknownQuota(quota_id="q"),
    quotas.OneDevicePerPreOrder(units=2),
    quotas.NotSoldHere(quota_id="q", channel="bigc", region=""),
    quotas.CodeNotForQuota(quota_id="q"),
    quotas.SaleNotOpen(quota_id="q", opens_at="2017-03-31T06:30:00Z", closes_at=""),
    quotas.MemberLimitReached(quota_id="q", limit=1),
    quotas.QuotaExhausted(quota_id="q", size=10),
    quotas.QuotaOpened(quota_id="q"),
    quotas.QuotaCommitted(quota_id="q", asked=5, free=4),
    quotas.QuotaClosed(quota_id="q", closes_at="2017-03-31T06:30:00Z"),
    draws.UnknownDraw(draw_id="launch"),
    draws.DrawNotOpen(draw_id="launch", opens_at="2017-03-31T06:30:00Z"),
    draws.DrawClosed(draw_id="launch", closes_at="2017-03-31T06:30:00Z"),
    draws.DrawStillOpen(draw_id="launch", closes_at="2017-03-31T06:30:00Z"),
    draws.SeedMismatch(draw_id="launch"),
    draws.DrawNotRun(draw_id="launch"),
    draws.NotDrawn(draw_id="launch"),
    draws.TurnToCome(draw_id="launch", from_at="2017-03-31T06:30:00Z"),
    draws.TurnPassed(draw_id="launch", until="2017-03-31T06:30:00Z"),
    preorders.UnknownPreOrder(order_id="o1"),
    preorders.PaymentModeRefused(payment_mode="cash", allowed=("card", "wallet")),
    preorders.AlreadyShipped(order_id="o1"),
    preorders.PriceFixed(order_id="o1", price="INR 9999.00"),
    preorders.AddressFrozen(order_id="o1"),
    preorders.ColourGuaranteed(order_id="o1", colour="black"),
    preorders.HandoverRefused(order_id="o1", payment="full"),
    preorders.PreOrderNotOpen(order_id="o1", state="run_out"),
    preorders.ColourOffered(order_id="o1", colour="gold"),
    preorders.WrongAmount(order_id="o1", asked="INR 1.00", due="INR 2.00"),
]
