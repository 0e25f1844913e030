"""What becomes of an order that was placed from a quote: paid, failed, cancelled, run out.

1. A payment spends the tokens that are held, uses the vouchers and the exchange receipt, and
   promises what the order earns.
2. A payment that is not made gives all of it back: when that is told, or when its deadline passes.
"""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.refusals import UnknownSettlement
from mi_rewards.checkout.settlements import Settlement, SettlementState
from mi_rewards.commands.carts.exchanging import (
    after,
    exchange_keys,
    exchange_moved,
    exchange_of,
    joined,
)
from mi_rewards.commands.carts.outcomes import OrderPaid, PaymentClosed
from mi_rewards.commands.command import Decision
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.orders.command import OrderCommand
from mi_rewards.commands.orders.placing import Place
from mi_rewards.earning.lines import Line
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, burn_key, settlement_key, voucher_key, wallet_key
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.wallet import Wallet


@attrs.frozen(order=False, kw_only=True, slots=False)
class PaymentCommand(OrderCommand):
    """What every command on an order's payment has."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the purchase, the wallet and the settlement.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return Needs((*self._keys(programme), self._settlement_key()))

    def _settlement_key(self) -> Key[Settlement]:
        """Name the settlement."""
        return settlement_key(self.member_id, self.order_id)

    def _wallet_key(self, programme: Programme) -> Key[Wallet]:
        """Name the wallet."""
        return wallet_key(self.member_id, programme.kind)

    def _settlement(self, loaded: Loaded) -> Settlement:
        """Answer with the settlement, or refuse."""
        found = loaded.get(self._settlement_key())
        if found is None:
            raise UnknownSettlement(order_id=self.order_id)
        return found

    def _payment_reason(self) -> Reason:
        """Say for what tokens are held, spent and given back."""
        return Reason("part_payment", (("order_id", self.order_id),))

    def _attached(
        self, settlement: Settlement, loaded: Loaded
    ) -> tuple[list[Voucher], Exchange | None]:
        """Answer with the order's vouchers, and the exchange whose value is taken off."""
        keys = [voucher_key(*pair) for pair in settlement.vouchers]
        both: list[Key[Any]] = [*keys, *exchange_keys(self.member_id, settlement.exchange_id)]
        loaded.get_all(both)  # what is missing is asked for at once
        vouchers = [it for it in loaded.get_all(keys) if it is not None]
        return vouchers, exchange_of(settlement, loaded)


@attrs.frozen(order=False, kw_only=True, slots=False)
class PayOrder(PaymentCommand):
    """Record that an order was paid: tokens are spent, vouchers used, what it earns is promised.

    Its exchange receipt is used: in store the old device is handed over with that, online it is to
    be inspected.
    """

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[OrderPaid]:
        """Decide.

        Args:
            loaded: The member, the purchase, the wallet, the settlement, its vouchers and exchange.
            programme: The rules.

        Returns:
            What was spent and what is promised.

        Raises:
            UnknownSettlement: No order of that name was placed from a quote.
            SettlementNotOpen: It is paid, failed, was cancelled, or has run out.
            HoldNotOpen: Its hold was released by other means.
            VoucherNotAttached: A voucher was detached by other means.
            AlreadyExchanged: Its exchange was used by other means.
            ExchangeNotOpen: So it was freed.
            AlreadyPlaced: The order was placed by other means.
            Misuse: So it was, with other content.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        before = self._settlement(loaded)
        settlement = before.paying(at=self.at, burn_id=before.hold_id)
        vouchers, exchange = self._attached(settlement, loaded)
        used = [it.using(self.member_id, self.order_id, at=self.at) for it in vouchers]
        puts: tuple[Put[Any], ...] = (
            Put(self._settlement_key(), settlement),
            *[Put(voucher_key(it.member_id, it.voucher_id), it) for it in used],
        )
        key = self._wallet_key(programme)
        booking = Booking(self._wallet(loaded, key, programme))
        if settlement.hold_id is not None:
            burn = booking.take(
                booking.wallet.capture(
                    settlement.hold_id,
                    at=self.at,
                    request_id=self.request_id,
                    reason=self._payment_reason(),
                )
            )
            puts += (Put(burn_key(self.member_id, burn.burn_id), burn),)
        first = (Put(key, booking.wallet),) if booking.entries else ()
        decided: Decision[None] = Decision(None, (*first, *puts), booking.entries)
        if exchange is not None:
            until = exchange.terms.hand_over_until(self.at, programme.zone)
            used_up = exchange.using(self.order_id, at=self.at, hand_over_by=until)
            now = after(loaded, decided)
            decided = joined(None, decided, exchange_moved(exchange, used_up, self, now, programme))
        placed = self._place(settlement).decide(after(loaded, decided), programme)
        outcome = OrderPaid(self.order_id, settlement.tokens, placed.outcome.promised)
        return joined(outcome, decided, placed)

    def _place(self, settlement: Settlement) -> Place:
        """Place the purchase."""
        return Place(
            member_id=self.member_id,
            request_id=self.request_id,
            at=self.at,
            order_id=self.order_id,
            channel=settlement.channel,
            lines=_lines_of(settlement),
            platform=settlement.platform,
            payment_mode=settlement.payment_mode,
            placed_at=settlement.placed_at,
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class _ClosingCommand(PaymentCommand, ABC):
    """What every command has after which an order is not paid."""

    @abstractmethod
    def _closed(self, before: Settlement) -> Settlement:
        """Answer with the settlement as it is from now on."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[PaymentClosed]:
        """Decide.

        Args:
            loaded: The wallet, the settlement, its vouchers and its exchange.
            programme: The rules.

        Returns:
            The tokens that came back.

        Raises:
            UnknownSettlement: No order of that name was placed from a quote.
            SettlementNotOpen: Its payment's life has passed that point.
        """
        before = self._settlement(loaded)
        settlement = self._closed(before)
        if settlement == before:
            return Decision(PaymentClosed(self.order_id, before.state.value, 0))
        puts: tuple[Put[Any], ...] = (Put(self._settlement_key(), settlement),)
        booking = Booking(self._wallet(loaded, self._wallet_key(programme), programme))
        tokens, freed = 0, Decision(None)
        if before.state is SettlementState.PLACED:
            vouchers, exchange = self._attached(settlement, loaded)
            if exchange is not None:
                free = exchange.detaching(self.order_id, at=self.at)
                freed = exchange_moved(exchange, free, self, loaded, programme)
            for voucher in vouchers:
                now = voucher.at(self.at)
                is_on = now.is_attached_to(self.member_id, self.order_id)
                if is_on and settlement.state is not SettlementState.RUN_OUT:
                    # Past the deadline it is off; what it was attached to since then stands.
                    now = now.detaching(self.member_id, self.order_id, at=self.at)
                if now != voucher:
                    puts += (Put(voucher_key(now.member_id, now.voucher_id), now),)
            tokens = self._give_back(settlement, booking)
        if booking.entries:
            puts = (Put(self._wallet_key(programme), booking.wallet), *puts)
        outcome = PaymentClosed(self.order_id, settlement.state.value, tokens)
        return Decision(outcome, (*puts, *freed.puts), booking.entries, freed.events)

    def _give_back(self, settlement: Settlement, booking: Booking) -> int:
        """Release the hold, unless the calendar has."""
        if settlement.hold_id is None:
            return 0
        booking.take(booking.wallet.lapse(at=self.at, request_id=self.request_id))
        if any(hold.hold_id == settlement.hold_id for hold in booking.wallet.holds):
            booking.take(
                booking.wallet.release(
                    settlement.hold_id,
                    at=self.at,
                    request_id=self.request_id,
                    reason=self._payment_reason(),
                )
            )
        return settlement.tokens


@attrs.frozen(order=False, kw_only=True, slots=False)
class FailPayment(_ClosingCommand):
    """Record that a payment failed for good: the order can be placed again from a new quote.

    A payment that is merely tried again needs nothing: tokens and vouchers stay until the deadline.
    """

    def _closed(self, before: Settlement) -> Settlement:
        """Let it fail."""
        return before.failing(at=self.at)


@attrs.frozen(order=False, kw_only=True, slots=False)
class AbandonOrder(_ClosingCommand):
    """Cancel an order that is not paid."""

    def _closed(self, before: Settlement) -> Settlement:
        """Cancel it."""
        return before.cancelling(at=self.at)


@attrs.frozen(order=False, kw_only=True, slots=False)
class RunOutPayment(_ClosingCommand):
    """Book that a payment has run out. Nothing depends on it."""

    def _closed(self, before: Settlement) -> Settlement:
        """Let the calendar have its way."""
        return before.at(self.at)


def run_out_payment_of(settlement: Settlement, *, at: datetime) -> RunOutPayment:
    """Make the command that books that a payment has run out.

    Args:
        settlement: The settlement, as stored.
        at: The instant (UTC).

    Returns:
        The command.
    """
    return RunOutPayment(
        member_id=settlement.member_id,
        request_id=f"run_out_payment:{settlement.version}:{settlement.order_id}:{write_instant(at)}",
        at=at,
        order_id=settlement.order_id,
    )


def _lines_of(settlement: Settlement) -> tuple[Line, ...]:
    """Make the lines of the purchase: of each what of it earns."""
    return tuple(
        [
            Line(
                it.line_id,
                Money(it.earning_minor, settlement.currency),
                it.quantity,
                it.category,
                product=it.product_id,
                given_minor=max(0, it.earning_minor - it.payable_minor - it.exchange_minor),
            )
            for it in settlement.lines
        ]
    )
