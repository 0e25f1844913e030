"""What every command on an exchange has, and what goes with its changes.

1. What is still to be paid is told by an event, once for each amount that becomes due.
2. What a device is worth beyond the price is lost, or credited as tokens where the terms say so:
   when the exchange is done, never before.
"""

from typing import Any, Final

import attrs

from mi_rewards.commands.command import Decision, MemberCommand, not_a_text, wallet_of
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.trade_in.outcomes import ExchangeChanged
from mi_rewards.errors import Figure, Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, exchange_key, wallet_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.refusals import UnknownExchange
from mi_rewards.wallet.entries import Reason

EXCHANGE_OPENED: Final = "exchange_opened"
"""The topic of the event that an exchange was opened."""

PAYOUT_DUE: Final = "exchange_payout_due"
"""The topic of the event that the member is to be paid for the device."""

DIFFERENCE_DUE: Final = "exchange_difference_due"
"""The topic of the event that the member is to pay what was taken off, or a part of it."""

OFFER_MADE: Final = "exchange_offer_made"
"""The topic of the event that a revised offer waits for the member's answer."""

EXCHANGE_CLOSED: Final = "exchange_closed"
"""The topic of the event that an exchange came to an end; says in which state."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class ExchangeCommand(MemberCommand):
    """What every command on an exchange has.

    Attributes:
        exchange_id: The exchange.
    """

    exchange_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.exchange_id) is not str or not self.exchange_id:
            raise not_a_text("an exchange's id", self.exchange_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the exchange, and the wallet where tokens may be credited.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        keys: tuple[Key[Any], ...] = (self._key(),)
        if any(it.credit is not None for it in programme.trade_ins):
            keys += (wallet_key(self.member_id, programme.kind),)
        return Needs(keys)

    def _key(self) -> Key[Exchange]:
        """Name the exchange."""
        return exchange_key(self.member_id, self.exchange_id)

    def _exchange(self, loaded: Loaded) -> Exchange:
        """Answer with the exchange, or refuse."""
        found = loaded.get(self._key())
        if found is None:
            raise UnknownExchange(exchange_id=self.exchange_id)
        return found

    def _done(
        self, before: Exchange, after: Exchange, loaded: Loaded, programme: Programme
    ) -> Decision[ExchangeChanged]:
        """Store what became of it, credit what is credited, tell what is due."""
        booking = credit_surplus(before, after, self, loaded, programme)
        puts: tuple[Put[Any], ...] = (Put(self._key(), after),)
        if booking is not None:
            puts += (Put(wallet_key(self.member_id, programme.kind), booking.wallet),)
        entries = () if booking is None else booking.entries
        outcome = ExchangeChanged(
            self.exchange_id,
            after.state.value,
            after.due_minor,
            after.valuation.currency,
            credited(before, after),
        )
        return Decision(outcome, puts, entries, exchange_events(before, after, self))


def credited(before: Exchange, after: Exchange) -> int:
    """Count the tokens that a change of an exchange credits.

    Args:
        before: The exchange as it was.
        after: The exchange.

    Returns:
        Tokens: for what the device is worth beyond the price, and for what it paid of a product
        that was returned.
    """
    return (
        after.surplus_tokens
        + after.credited_tokens
        - before.surplus_tokens
        - before.credited_tokens
    )


def credit_surplus(
    before: Exchange,
    after: Exchange,
    command: MemberCommand,
    loaded: Loaded,
    programme: Programme,
) -> Booking | None:
    """Credit as tokens what an exchange that is done now has to credit.

    Args:
        before: The exchange as it was.
        after: The exchange, with the tokens to be credited.
        command: The command that does it.
        loaded: The wallet.
        programme: The rules.

    Returns:
        The wallet with what was booked; `None` where there is nothing to credit.

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
        NotLoaded: The wallet was not asked for.
    """
    tokens = credited(before, after)
    if tokens <= 0:
        return None
    if tokens > TOKENS_MAX:
        raise Misuse("an exchange would credit more than 2**63 - 1 tokens")
    member_id = command.member_id
    found = loaded.get(wallet_key(member_id, programme.kind))
    booking = Booking(wallet_of(found, member_id, programme))
    figures: tuple[tuple[str, Figure], ...] = (
        ("exchange_id", after.exchange_id),
        ("order_id", after.order_id),
        ("tokens", tokens),
    )
    booking.take(
        booking.wallet.earn(
            tokens,
            last_day=programme.last_day(command.at),
            at=command.at,
            request_id=command.request_id,
            reason=Reason("exchange_credit", figures),
            source=after.order_id or after.exchange_id,
        )
    )
    return booking


def exchange_events(
    before: Exchange | None, after: Exchange, command: MemberCommand
) -> tuple[OutboxEvent, ...]:
    """Tell what became of an exchange, where others are to act on it.

    Args:
        before: The exchange as it was; `None` where it is new.
        after: The exchange.
        command: The command that did it.

    Returns:
        The events.
    """
    topics: list[str] = []
    if before is None:
        topics.append(EXCHANGE_OPENED)
    due = after.due_minor
    if due and (before is None or before.due_minor != due):
        topics.append(PAYOUT_DUE if due > 0 else DIFFERENCE_DUE)
    if after.offer_minor is not None and (before is None or before.offer_minor is None):
        topics.append(OFFER_MADE)
    if after.closed_at is not None and (before is None or before.closed_at is None):
        topics.append(EXCHANGE_CLOSED)
    figures: tuple[tuple[str, Figure], ...] = (
        ("exchange_id", after.exchange_id),
        ("order_id", after.order_id),
        ("state", after.state.value),
        ("due_minor", due),
        ("currency", after.valuation.currency),
    )
    return tuple(
        [
            OutboxEvent(
                after.member_id,
                f"{topic}:{after.exchange_id}:{command.request_id}",
                topic,
                command.at,
                figures,
            )
            for topic in topics
        ]
    )
