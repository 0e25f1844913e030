"""What the tests of the checkout's commands share: a shop with a catalogue, and short constructors.

1. `SPENDING` is `SMALL` with two coupons, an F-code, and tokens as part payment: one token is worth
   four paise, 100 tokens are the fewest, and they pay a fifth of what is payable at most.
2. Commands are of the member `asha` on order `o1` unless they say otherwise.
"""

from datetime import datetime, timedelta
from typing import Any

from mi_rewards.catalogue import CouponTerms, FCodeTerms, Reward, SealedCode, Validity
from mi_rewards.checkout import (
    Cart,
    CartLine,
    CheckoutTerms,
    PartPayment,
    Quote,
    Settlement,
)
from mi_rewards.codes import CodeBook
from mi_rewards.commands import (
    AbandonOrder,
    FailPayment,
    PayOrder,
    PlaceCart,
    QuoteCart,
    Redeem,
    RefundOrder,
    RunOutPayment,
)
from mi_rewards.money import Rate
from mi_rewards.programme import Programme
from mi_rewards.repositories import Needs, quote_key, settlement_key
from tests.shop import SMALL, Shop, T, bring, inr, join, rules

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
PAYABLE_UNTIL = T + 30 * MINUTE
"""When the payment of an order that was placed at `T` is no longer waited for."""

VALID = Validity(days=30)
SPENDING = rules(
    SMALL,
    rewards=(
        Reward("off-100", "Rs 100 off", 100, CouponTerms(VALID, inr(100), categories=("case",))),
        Reward("tenth-off", "A tenth off", 50, CouponTerms(VALID, rate=Rate(1, 10))),
        Reward("f-code", "F-code", 10, FCodeTerms(("phone",), VALID)),
    ),
    checkout=CheckoutTerms(PartPayment(Rate(4, 1), 100, Rate(20, 100))),
)
BOOK = CodeBook(b"a key of tests alone")


def line(line_id: str, rupees: int | str, quantity: int = 1, category: str = "case") -> CartLine:
    """Make a line of a cart; its product is named as the line."""
    return CartLine(line_id, line_id, category, inr(rupees), quantity)


def cart(*lines: CartLine, order_id: str = "o1", **stated: Any) -> Cart:
    """Make a cart, of one case for a thousand rupees where nothing is said."""
    return Cart(order_id, lines or (line("case", 1000),), **stated)


def redeem(
    reward_id: str, *, by: str = "asha", at: datetime = T, code: SealedCode | None = None
) -> Redeem:
    """Redeem a reward; the request is named as the reward."""
    drawn = code or BOOK.draw()
    return Redeem(member_id=by, request_id=reward_id, at=at, reward_id=reward_id, code=drawn)


def quote(of: Cart, *, by: str = "asha", at: datetime = T, request: str = "quote") -> QuoteCart:
    """Quote a cart."""
    return QuoteCart(member_id=by, request_id=request, at=at, cart=of)


def order(
    quote_id: str = "quote", *, by: str = "asha", at: datetime = T, request: str = "order"
) -> PlaceCart:
    """Place what was quoted."""
    return PlaceCart(member_id=by, request_id=request, at=at, quote_id=quote_id)


def pay(
    order_id: str = "o1", *, by: str = "asha", at: datetime = T, request: str = "pay"
) -> PayOrder:
    """Pay an order."""
    return PayOrder(member_id=by, request_id=request, at=at, order_id=order_id)


def fail(
    order_id: str = "o1", *, by: str = "asha", at: datetime = T, request: str = "fail"
) -> FailPayment:
    """Let a payment fail."""
    return FailPayment(member_id=by, request_id=request, at=at, order_id=order_id)


def abandon(
    order_id: str = "o1", *, by: str = "asha", at: datetime = T, request: str = "abandon"
) -> AbandonOrder:
    """Cancel an order that is not paid."""
    return AbandonOrder(member_id=by, request_id=request, at=at, order_id=order_id)


def run_out(
    order_id: str = "o1", *, by: str = "asha", at: datetime, request: str = "run out"
) -> RunOutPayment:
    """Book that a payment has run out."""
    return RunOutPayment(member_id=by, request_id=request, at=at, order_id=order_id)


def refund(
    *units: tuple[str, int],
    order_id: str = "o1",
    by: str = "asha",
    at: datetime = T,
    request: str = "refund",
) -> RefundOrder:
    """Refund units of an order, or all that is left."""
    return RefundOrder(member_id=by, request_id=request, at=at, order_id=order_id, quantities=units)


class Till(Shop):
    """A shop with a catalogue, where asha has joined and has so many tokens."""

    def __init__(self, tokens: int = 5000, programme: Programme = SPENDING) -> None:
        super().__init__(programme)
        self.all(join(), bring(tokens))

    def bought(self, of: Cart, *, at: datetime = T) -> Any:
        """Quote a cart, place it and pay it; answer with what the payment did."""
        return self.all(quote(of, at=at), order(at=at), pay(of.order_id, at=at))[-1]

    def quoted(self, quote_id: str = "quote", by: str = "asha") -> Quote:
        """Read a quote as stored."""
        key = quote_key(by, quote_id)
        found = self.store.load(Needs((key,))).get(key)
        assert found is not None
        return found

    def settled(self, order_id: str = "o1", by: str = "asha") -> Settlement:
        """Read a settlement as stored."""
        key = settlement_key(by, order_id)
        found = self.store.load(Needs((key,))).get(key)
        assert found is not None
        return found
