"""Settlements: how one order is paid, and what a refund of a part of it gives back.

1. A settlement's life cycle is the table `LIFE_CYCLE`.
2. A payment is waited for while `at < until`; then it has run out, whether or not that is booked.
   After a failed one, the same order can be paid again.
3. A line gives back money, tokens and exchange value in the proportion in which they paid it. What
   is given back for the first units is rounded down, so that any sequence of refunds adds up to
   exactly what was paid. The value of an exchange receipt is of one unit, and comes back with it.
"""

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from mi_rewards.checkout.carts import Cart
from mi_rewards.checkout.priced import Priced, Source
from mi_rewards.checkout.refusals import BeyondPaid, SettlementNotOpen
from mi_rewards.earning.refusals import UnknownLine
from mi_rewards.errors import Misuse


class SettlementState(enum.StrEnum):
    """Where a settlement is in its life."""

    PLACED = "placed"
    FAILED = "failed"
    PAID = "paid"
    CANCELLED = "cancelled"
    RUN_OUT = "run_out"


class SettlementEvent(enum.StrEnum):
    """What can happen to a settlement."""

    PAY = "pay"
    FAIL = "fail"
    RETRY = "retry"
    CANCEL = "cancel"
    RUN_OUT = "run_out"
    REFUND = "refund"


LIFE_CYCLE: Mapping[SettlementState, Mapping[SettlementEvent, SettlementState]] = {
    SettlementState.PLACED: {
        SettlementEvent.PAY: SettlementState.PAID,
        SettlementEvent.FAIL: SettlementState.FAILED,
        SettlementEvent.CANCEL: SettlementState.CANCELLED,
        SettlementEvent.RUN_OUT: SettlementState.RUN_OUT,
    },
    SettlementState.FAILED: {
        SettlementEvent.RETRY: SettlementState.PLACED,
        SettlementEvent.CANCEL: SettlementState.CANCELLED,
    },
    SettlementState.PAID: {SettlementEvent.REFUND: SettlementState.PAID},
    SettlementState.CANCELLED: {},
    SettlementState.RUN_OUT: {},
}
"""What may happen when; what is not in the table is refused."""


class SettledLine(NamedTuple):
    """How one line is paid.

    Attributes:
        line_id: The line.
        quantity: How many units.
        payable_minor: What is paid in money.
        coupon_minor: What coupons took off.
        exchange_minor: What the exchange value paid.
        tokens_minor: What tokens paid.
        tokens: How many tokens are charged for that.
        refunded: How many units were refunded.
        earning_minor: How much of it earns.
        category: The category of its product.
        product_id: The product; may be empty.
    """

    line_id: str
    quantity: int
    payable_minor: int
    coupon_minor: int
    exchange_minor: int
    tokens_minor: int
    tokens: int
    refunded: int = 0
    earning_minor: int = 0
    category: str = ""
    product_id: str = ""


class RefundedLine(NamedTuple):
    """What is given back for units of one line.

    Attributes:
        line_id: The line.
        quantity: How many units.
        money_minor: Money.
        tokens: Tokens.
        exchange_minor: Exchange value, settled as the exchange's terms say; by the host where
            the cart stated it.
    """

    line_id: str
    quantity: int
    money_minor: int
    tokens: int
    exchange_minor: int


class Refund(NamedTuple):
    """What one refund gives back.

    Attributes:
        money_minor: Money.
        tokens: Tokens.
        exchange_minor: Exchange value.
        lines: The same, line by line.
    """

    money_minor: int
    tokens: int
    exchange_minor: int
    lines: tuple[RefundedLine, ...]


class Settlement(NamedTuple):
    """How one order of one member is paid.

    Attributes:
        member_id: The member.
        order_id: The order.
        currency: The currency of every amount.
        lines: How each line is paid.
        vouchers: The vouchers attached: the member who redeemed each, and its name.
        placed_at: When the order was placed (UTC).
        until: The instant (UTC) until which a payment is waited for.
        hold_id: The hold of its tokens; `None` where none are held.
        burn_id: The burn of its tokens once it is paid; `None` where none were charged.
        state: Where it is in its life.
        channel: Where it was ordered; may be empty.
        version: How many times it was stored.
        platform: On what it was ordered; may be empty.
        payment_mode: How the rest is paid; may be empty.
        exchange_id: The member's exchange whose value was taken off; empty for none.
    """

    member_id: str
    order_id: str
    currency: str
    lines: tuple[SettledLine, ...]
    vouchers: tuple[tuple[str, str], ...]
    placed_at: datetime
    until: datetime
    hold_id: str | None = None
    burn_id: str | None = None
    state: SettlementState = SettlementState.PLACED
    channel: str = ""
    version: int = 0
    platform: str = ""
    payment_mode: str = ""
    exchange_id: str = ""

    @property
    def due_at(self) -> datetime | None:
        """The instant (UTC) at which it runs out, as long as a payment is waited for."""
        return self.until if self.state is SettlementState.PLACED else None

    @property
    def payable_minor(self) -> int:
        """What is paid in money."""
        return sum([line.payable_minor for line in self.lines])

    @property
    def tokens(self) -> int:
        """How many tokens are charged."""
        return sum([line.tokens for line in self.lines])

    @property
    def is_refunded(self) -> bool:
        """Whether all of it was refunded."""
        return all(line.refunded == line.quantity for line in self.lines)

    def at(self, at: datetime) -> "Settlement":
        """State what the calendar has made of it.

        Args:
            at: The instant (UTC).

        Returns:
            The settlement, run out where its deadline has passed.
        """
        if self.due_at is not None and at >= self.due_at:
            return self._replace(state=LIFE_CYCLE[self.state][SettlementEvent.RUN_OUT])
        return self

    def paying(self, *, at: datetime, burn_id: str | None) -> "Settlement":
        """Record the payment.

        Args:
            at: The instant (UTC).
            burn_id: What burned its tokens; `None` where none are charged.

        Returns:
            The settlement.

        Raises:
            Misuse: Tokens are charged and no burn is named, or the other way round.
            SettlementNotOpen: It is paid, failed, was cancelled, or has run out.
        """
        if (burn_id is None) is not (self.tokens == 0):
            raise Misuse(f"a payment with {self.tokens} tokens has the burn {burn_id!r:.60}")
        return self._after(SettlementEvent.PAY, at)._replace(burn_id=burn_id)

    def failing(self, *, at: datetime) -> "Settlement":
        """Record that the payment failed.

        Args:
            at: The instant (UTC).

        Returns:
            The settlement; the order can be paid again.

        Raises:
            SettlementNotOpen: It is paid, failed, was cancelled, or has run out.
        """
        return self._after(SettlementEvent.FAIL, at)

    def retrying(self, *, at: datetime, until: datetime, hold_id: str | None) -> "Settlement":
        """Try the payment again after it failed.

        Args:
            at: The instant (UTC).
            until: The instant (UTC) until which it is waited for.
            hold_id: The hold of its tokens now; `None` where none are held.

        Returns:
            The settlement.

        Raises:
            SettlementNotOpen: It did not fail.
        """
        return self._after(SettlementEvent.RETRY, at)._replace(until=until, hold_id=hold_id)

    def cancelling(self, *, at: datetime) -> "Settlement":
        """Cancel an order that is not paid.

        Args:
            at: The instant (UTC).

        Returns:
            The settlement.

        Raises:
            SettlementNotOpen: It is paid, was cancelled, or has run out.
        """
        return self._after(SettlementEvent.CANCEL, at)

    def refunding(
        self, quantities: Sequence[tuple[str, int]] = (), *, at: datetime
    ) -> tuple["Settlement", Refund]:
        """Refund units of lines, or all that is left.

        Args:
            quantities: Pairs of a line and how many units of it; all units that are left where
                there are none.
            at: The instant (UTC).

        Returns:
            The settlement, and what is given back.

        Raises:
            Misuse: A quantity is no whole number from 1.
            SettlementNotOpen: It is not paid.
            UnknownLine: A line of that name is not on the order.
            BeyondPaid: More than was paid and not refunded; nothing at all is left to refund.
        """
        for _, quantity in quantities:
            if type(quantity) is not int or quantity < 1:
                raise Misuse(f"a quantity is a whole number from 1, not {quantity!r:.60}")
        after = self._after(SettlementEvent.REFUND, at)
        lines = {line.line_id: line for line in self.lines}
        asked = quantities or [
            (line.line_id, line.quantity - line.refunded)
            for line in self.lines
            if line.refunded < line.quantity
        ]
        if not asked:
            raise BeyondPaid(order_id=self.order_id, line_id="", asked=0, left=0)
        given: list[RefundedLine] = []
        for line_id, quantity in asked:
            line = self._line(lines, line_id, quantity)
            lines[line_id] = line._replace(refunded=line.refunded + quantity)
            given.append(_given_back(line, quantity))
        refund = Refund(
            sum([it.money_minor for it in given]),
            sum([it.tokens for it in given]),
            sum([it.exchange_minor for it in given]),
            tuple(given),
        )
        return after._replace(lines=tuple(lines.values())), refund

    def stored(self) -> "Settlement":
        """The same settlement, stored once more.

        Returns:
            The settlement with its version raised by one.
        """
        return self._replace(version=self.version + 1)

    def _line(self, lines: Mapping[str, SettledLine], line_id: str, quantity: int) -> SettledLine:
        """Find a line of which so many units are left, or refuse."""
        if line_id not in lines:
            raise UnknownLine(order_id=self.order_id, line_id=line_id)
        line = lines[line_id]
        left = line.quantity - line.refunded
        if quantity > left:
            raise BeyondPaid(order_id=self.order_id, line_id=line_id, asked=quantity, left=left)
        return line

    def _after(self, event: SettlementEvent, at: datetime) -> "Settlement":
        """Follow the life cycle, or refuse."""
        state = self.at(at).state
        if event not in LIFE_CYCLE[state]:
            raise SettlementNotOpen(order_id=self.order_id, state=state.value)
        return self._replace(state=LIFE_CYCLE[state][event])


def settle(
    cart: Cart,
    priced: Priced,
    *,
    member_id: str,
    hold_id: str | None,
    at: datetime,
    until: datetime,
) -> Settlement:
    """Wait for the payment of an order.

    Args:
        cart: What is ordered.
        priced: What it came to.
        member_id: The member.
        hold_id: The hold of its tokens; `None` where none are held.
        at: The instant (UTC).
        until: The instant (UTC) until which the payment is waited for.

    Returns:
        The settlement.
    """
    lines = tuple(
        [
            SettledLine(
                line.line_id,
                line.quantity,
                line.payable_minor,
                line.taken_minor(Source.COUPON),
                line.taken_minor(Source.EXCHANGE),
                line.taken_minor(Source.TOKENS),
                line.tokens,
                0,
                line.earning_minor,
                ordered.category,
                ordered.product_id,
            )
            for ordered, line in zip(cart.lines, priced.lines, strict=True)
        ]
    )
    vouchers = tuple([(it.member_id, it.voucher_id) for it in priced.applied])
    return Settlement(
        member_id,
        cart.order_id,
        priced.currency,
        lines,
        vouchers,
        at,
        until,
        hold_id,
        channel=cart.channel,
        platform=cart.platform,
        payment_mode=cart.payment_mode,
        exchange_id=cart.exchange_id if priced.taken_minor(Source.EXCHANGE) else "",
    )


def _given_back(line: SettledLine, quantity: int) -> RefundedLine:
    """Say what so many more units of a line give back."""
    after = line.refunded + quantity
    money, tokens, exchange = (
        whole * after // line.quantity - whole * line.refunded // line.quantity
        for whole in (line.payable_minor, line.tokens, line.exchange_minor)
    )
    return RefundedLine(line.line_id, quantity, money, tokens, exchange)
