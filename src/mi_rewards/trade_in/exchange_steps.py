"""The steps that exchanges are made of: what the calendar does, and how one comes to an end."""

from datetime import datetime
from typing import Any, Final, Self

from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rate
from mi_rewards.trade_in.exchange_life import EXCHANGE_LIFE, LIVE, ExchangeEvent, ExchangeState
from mi_rewards.trade_in.exchange_records import ExchangeRecord, Payer
from mi_rewards.trade_in.inspection import DECLINED, NOT_HANDED_OVER
from mi_rewards.trade_in.refusals import (
    AlreadyExchanged,
    ExchangeNotOpen,
    ExchangePaid,
    WrongExchangeAmount,
    WrongPayer,
)
from mi_rewards.trade_in.terms import OnReturn, Surplus

_SPENT: Final = frozenset(
    {
        ExchangeState.USED,
        ExchangeState.OFFERED,
        ExchangeState.TAKEN,
        ExchangeState.SETTLED,
        ExchangeState.REJECTED,
        ExchangeState.CREDITED,
    }
)
"""Where its value was used for an order."""


class ExchangeSteps(ExchangeRecord):
    """An exchange as the calendar has it, and the steps that its operations are made of."""

    __slots__ = ()

    def at(self, at: datetime) -> Self:
        """State what the calendar has made of it.

        Args:
            at: The instant (UTC).

        Returns:
            The exchange: free of an order that was not paid in time, expired, with its offer
            declined, missed, or rejected since nothing was handed over, from the deadline on.
        """
        due_at = self.due_at
        if due_at is None or at < due_at:
            return self
        if self.state is ExchangeState.ATTACHED:
            return self._let_go(ExchangeEvent.DETACH, due_at).at(at)
        if self.state is ExchangeState.OFFERED:
            return self._declined(due_at)
        if self.state is ExchangeState.USED:
            return self._rejected(due_at, NOT_HANDED_OVER)
        is_issued = self.state is ExchangeState.ISSUED
        event = ExchangeEvent.EXPIRE if is_issued else ExchangeEvent.GIVE_UP
        return self._to(event, visit_at=None, closed_at=due_at)

    def is_live(self, at: datetime) -> bool:
        """Tell whether its device is in it, and so in no other exchange.

        Args:
            at: The instant (UTC).

        Returns:
            Whether it has neither ended nor left the device with the member.
        """
        return self.at(at).state in LIVE

    def stored(self) -> Self:
        """The same exchange, stored once more.

        Returns:
            The exchange with its version raised by one.
        """
        return self._replace(version=self.version + 1)

    def _expect(self, event: ExchangeEvent, at: datetime) -> Self:
        """State what the calendar has made of it, where that can happen then; refuse otherwise."""
        now = self.at(at)
        if event not in EXCHANGE_LIFE[now.state]:
            raise now._not_open()
        return now

    def _to(self, event: ExchangeEvent, **changes: Any) -> Self:
        """Follow the life cycle."""
        return self._replace(state=EXCHANGE_LIFE[self.state][event], **changes)

    def _not_open(self) -> ExchangeNotOpen:
        """Refuse what cannot be as things stand."""
        return ExchangeNotOpen(exchange_id=self.exchange_id, state=self.state.value)

    def _check_unused(self) -> None:
        """Refuse to use once more what was used."""
        if self.state in _SPENT and not self.is_pickup:
            raise AlreadyExchanged(exchange_id=self.exchange_id)

    def _is_paid(self, amount: Money, reference: str, payer: Payer) -> bool:
        """Tell whether that payment was recorded; refuse it where it is another than is due."""
        name, known = self.exchange_id, self.payments
        if reference in known:
            minor = amount.minor if payer is Payer.PROGRAMME else -amount.minor
            if (minor, amount.currency) == (known[reference], self.currency):
                return True
            raise ExchangePaid(exchange_id=name, reference=reference)
        if not self.due_minor:
            if known:
                raise ExchangePaid(exchange_id=name, reference=self.paid_reference)
            raise self._not_open()
        if payer is not self.payer:
            raise WrongPayer(exchange_id=name, asked=payer.value, due=str(self.payer))
        if amount != self.due:
            raise WrongExchangeAmount(exchange_id=name, asked=str(amount), due=str(self.due))
        return False

    def _let_go(self, event: ExchangeEvent, at: datetime) -> Self:
        """Free it of its order; it is issued again, or its end has passed meanwhile."""
        free = self._to(event, order_id="", used_minor=0, attached_until=None, book_by=None)
        if at < self.ends_at:
            return free
        return free._to(ExchangeEvent.EXPIRE, closed_at=at)

    def _taken(self, final_minor: int, at: datetime) -> Self:
        """Take the device at what it is worth in the end.

        Online the member pays what was taken off beyond that; at a pickup all of it is paid out.
        """
        tokens = 0
        if self.is_pickup:
            due = final_minor
        else:
            due = min(final_minor - self.used_minor, 0)
            tokens = self._surplus_tokens(final_minor)
        return self._to(
            ExchangeEvent.TAKE if due else ExchangeEvent.SETTLE,
            attached_until=None,
            final_minor=final_minor,
            due_minor=due,
            surplus_tokens=tokens,
            closed_at=None if due else at,
        )

    def _surplus_tokens(self, final_minor: int) -> int:
        """Reckon the tokens for what the device is worth beyond what it took off."""
        surplus, credit = final_minor - self.used_minor, self.terms.credit
        if self.terms.surplus is Surplus.LOST or surplus <= 0 or credit is None:
            return 0
        return credit.of(surplus)

    def _rejected(self, at: datetime, rejection: str) -> Self:
        """Leave the device with the member, who pays what was taken off."""
        due = -self.used_minor
        closed_at = None if due else at
        return self._to(
            ExchangeEvent.REJECT, rejection=rejection, due_minor=due, closed_at=closed_at
        )

    def _declined(self, at: datetime) -> Self:
        """Leave the device with the member, who did not say yes to the offer."""
        if self.is_pickup:
            return self._to(ExchangeEvent.DECLINE, rejection=DECLINED, closed_at=at)
        return self._rejected(at, DECLINED)

    def _returned(self, minor: int, at: datetime, credit: Rate | None) -> Self:
        """Settle so much of what it took off, since the new product was returned.

        What the member still owed of it goes first, then what the member paid for it; what the
        device paid is settled by the terms.
        """
        unpaid = max(-self.due_minor, 0)
        worth = min(self.final_minor or 0, self.used_minor)
        waived = min(unpaid, minor)
        paid_back = min(self.used_minor - worth - unpaid, minor - waived)
        worth_back = minor - waived - paid_back
        tokens, due = 0, waived + paid_back - unpaid
        if self.terms.on_return is OnReturn.MONEY:
            due += worth_back
        elif worth_back and self.terms.on_return is OnReturn.CREDIT:
            tokens = self._credit_for(worth_back, credit)
        return self._to(
            ExchangeEvent.RETURN,
            due_minor=due,
            credited_tokens=tokens,
            closed_at=None if due else at,
        )

    def _credit_for(self, minor: int, credit: Rate | None) -> int:
        """Reckon store credit, where it is known how much there is."""
        if credit is None:
            raise Misuse(
                f"how many tokens {Money(minor, self.currency)} of store credit are is not known:"
                f" trade_ins.{self.terms.terms_id} states no credit, and none is given"
            )
        return credit.of(minor)
