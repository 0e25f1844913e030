"""What ends an exchange: what is due is paid, the member gives it up, or its time is over."""

from datetime import datetime

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.commands.command import Decision, not_a_text
from mi_rewards.commands.trade_in.exchange_command import ExchangeCommand
from mi_rewards.commands.trade_in.outcomes import ExchangeChanged
from mi_rewards.errors import Misuse
from mi_rewards.money import Money
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.trade_in.exchange_records import Payer
from mi_rewards.trade_in.exchanges import Exchange


@attrs.frozen(order=False, kw_only=True, slots=False)
class SettleExchange(ExchangeCommand):
    """Record that what was due was paid, whichever way; once, whoever says it how often.

    Attributes:
        payer: Who paid it: the member, or the programme.
        amount: What was paid.
        reference: The payment's name where it was made; told again under
            another request, with the same amount and payer, it is the same payment.
    """

    payer: Payer
    amount: Money
    reference: str

    def __attrs_post_init__(self) -> None:
        """Check who paid, the amount and the name."""
        super().__attrs_post_init__()
        if type(self.payer) is not Payer:
            raise Misuse(f"a payment is the member's or the programme's, not {self.payer!r:.60}")
        if type(self.amount) is not Money:
            raise Misuse(f"an amount is money, not {self.amount!r:.60}")
        if type(self.reference) is not str or not self.reference:
            raise not_a_text("a payment's reference", self.reference)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ExchangeChanged]:
        """Decide.

        Args:
            loaded: The exchange.
            programme: The rules.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            ExchangePaid: What was due was paid by another payment, or another one has that
                reference.
            ExchangeNotOpen: Nothing is due.
            WrongPayer: It is due from the other side.
            WrongExchangeAmount: Another amount is due.
        """
        before = self._exchange(loaded)
        after = before.paying(self.amount, self.reference, payer=self.payer, at=self.at)
        return self._done(before, after, loaded, programme)


@attrs.frozen(order=False, kw_only=True, slots=False)
class CancelExchange(ExchangeCommand):
    """Give an exchange up before the device has changed hands."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ExchangeChanged]:
        """Decide.

        Args:
            loaded: The exchange.
            programme: The rules.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
            ExchangeNotOpen: It is on an order, was used or inspected, or has ended.
        """
        before = self._exchange(loaded)
        return self._done(before, before.cancelling(at=self.at), loaded, programme)


@attrs.frozen(order=False, kw_only=True, slots=False)
class WatchExchange(ExchangeCommand):
    """Book what the calendar has made of an exchange. Nothing depends on it."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ExchangeChanged]:
        """Decide.

        Args:
            loaded: The exchange.
            programme: The rules.

        Returns:
            The exchange.

        Raises:
            UnknownExchange: The member has none of that name.
        """
        before = self._exchange(loaded)
        after = before.at(self.at)
        if after == before:
            outcome = ExchangeChanged(
                self.exchange_id,
                before.state.value,
                before.due_minor,
                before.valuation.currency,
                0,
            )
            return Decision(outcome)
        return self._done(before, after, loaded, programme)


def watch_exchange_of(exchange: Exchange, *, at: datetime) -> WatchExchange:
    """Make the command that books what the calendar has made of an exchange.

    Args:
        exchange: The exchange, as stored.
        at: The instant (UTC).

    Returns:
        The command.
    """
    return WatchExchange(
        member_id=exchange.member_id,
        request_id=f"watch_exchange:{exchange.version}:{exchange.exchange_id}:{write_instant(at)}",
        at=at,
        exchange_id=exchange.exchange_id,
    )
