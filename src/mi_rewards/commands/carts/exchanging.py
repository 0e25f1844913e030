"""What becomes of an exchange whose value an order takes off.

1. Ordering attaches it until the payment's deadline, paying uses it, and what is not paid frees it.
2. It is settled when the unit is refunded that it was taken off: where the device was not handed
   over it is issued again, while its receipt stands; else its value is what the terms say.
"""

from typing import Any, TypeVar

from mi_rewards.checkout.settlements import Settlement
from mi_rewards.commands.command import Decision, MemberCommand, last_of, seen
from mi_rewards.commands.trade_in.exchange_command import credit_surplus, exchange_events
from mi_rewards.errors import Corrupt
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import Key, exchange_key, wallet_key
from mi_rewards.trade_in.exchanges import Exchange

R = TypeVar("R")


def exchange_keys(member_id: str, exchange_id: str) -> tuple[Key[Exchange], ...]:
    """Name the exchange of a cart or an order.

    Args:
        member_id: The member.
        exchange_id: The exchange; empty for none.

    Returns:
        Its key, or nothing: hosts that take no old devices need not keep exchanges.
    """
    return (exchange_key(member_id, exchange_id),) if exchange_id else ()


def exchange_of(settlement: Settlement, loaded: Loaded) -> Exchange | None:
    """Find the exchange whose value an order takes off.

    Args:
        settlement: How the order is paid.
        loaded: The exchange.

    Returns:
        The exchange; `None` where there is none on the order.

    Raises:
        NotLoaded: It was not asked for.
        Corrupt: It is not there.
    """
    keys = exchange_keys(settlement.member_id, settlement.exchange_id)
    found = loaded.get_all(keys)
    if None in found:
        raise Corrupt(
            f"order {settlement.order_id!r} takes the value of exchange"
            f" {settlement.exchange_id!r} off, which is not there"
        )
    return found[0] if found else None


def exchange_moved(
    before: Exchange,
    after: Exchange,
    command: MemberCommand,
    loaded: Loaded,
    programme: Programme,
) -> Decision[None]:
    """Store what became of an exchange, credit what it credits, tell what is due.

    Args:
        before: The exchange as it is stored.
        after: The exchange.
        command: The command that does it.
        loaded: The wallet.
        programme: The rules.

    Returns:
        The changes; none where nothing became of it.

    Raises:
        WalletFull: The wallet would pass 2**63 - 1 tokens.
    """
    if after == before:
        return Decision(None)
    booking = credit_surplus(before, after, command, loaded, programme)
    puts: tuple[Put[Any], ...] = (Put(exchange_key(after.member_id, after.exchange_id), after),)
    entries = () if booking is None else booking.entries
    if booking is not None:
        puts += (Put(wallet_key(command.member_id, programme.kind), booking.wallet),)
    return Decision(None, puts, entries, exchange_events(before, after, command))


def after(loaded: Loaded, decided: Decision[Any]) -> Loaded:
    """Show what was loaded as it is after what was decided so far.

    Args:
        loaded: What was loaded.
        decided: What was decided.

    Returns:
        Both together.
    """
    return seen(loaded, {put.key: put.aggregate for put in decided.puts})


def joined(outcome: R, first: Decision[Any], then: Decision[Any]) -> Decision[R]:
    """Decide one after the other.

    Args:
        outcome: What is answered.
        first: What was decided.
        then: What was decided on what that left.

    Returns:
        Both.
    """
    return Decision(
        outcome,
        last_of((*first.puts, *then.puts)),
        (*first.entries, *then.entries),
        (*first.events, *then.events),
    )
