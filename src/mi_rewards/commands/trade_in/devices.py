"""What a physical device is in follows its exchanges: the one place where it does.

1. Whatever command decides that an exchange is stored, the entries of its device are decided with
   it, in the same save: those of each of its numbers, and of numbers known to be of the same one.
   Known is what an inspection has read from a device, never what somebody says of it.
2. The entry of a live exchange is always put, never only read: of two who have the same device in
   an exchange at once, one loses the race and finds the other's.
3. Who waits for nothing holds nothing: past the exchange's end the device is free, whether or not
   that is booked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, TypeVar

from mi_rewards.commands.command import Decision, seen
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import Key, device_key, exchange_key
from mi_rewards.repositories.records import CounterKey, Take
from mi_rewards.trade_in.device_refusals import DeviceInExchange
from mi_rewards.trade_in.devices import DeviceEntry
from mi_rewards.trade_in.exchange_life import ExchangeState
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.terms import ExchangeMode

R = TypeVar("R")

_WITHOUT: Final = frozenset(
    {ExchangeState.DECLINED, ExchangeState.MISSED, ExchangeState.CANCELLED, ExchangeState.REJECTED}
)
"""Where an exchange by pickup has ended, and its order can have another one."""


def entries_of(imeis: Iterable[str], loaded: Loaded) -> dict[str, DeviceEntry]:
    """Find the entries of a device, those of numbers linked to the ones named among them.

    Args:
        imeis: The numbers that are known.
        loaded: The entries.

    Returns:
        By each number its entry, a new one where nothing is known of it yet.

    Raises:
        NotLoaded: Entries were not asked for; names them all.
    """
    found: dict[str, DeviceEntry] = {}
    asked = tuple(dict.fromkeys(imeis))
    while asked:
        keys = [device_key(imei) for imei in asked]
        missing = tuple([key for key in keys if key not in loaded.aggregates])
        if missing:
            raise NotLoaded(Needs(missing))
        for imei, key in zip(asked, keys, strict=True):
            found[imei] = loaded.get(key) or DeviceEntry(imei)
        linked = dict.fromkeys([other for it in found.values() for other in it.others])
        asked = tuple([imei for imei in linked if imei not in found])
    return found


def entry_puts(entries: Iterable[DeviceEntry]) -> tuple[Put[Any], ...]:
    """Store entries.

    Args:
        entries: The entries.

    Returns:
        A put of each.
    """
    return tuple([Put(device_key(it.imei), it) for it in entries])


def check_free(entries: Iterable[DeviceEntry], at: datetime, *, but: tuple[str, str]) -> None:
    """Refuse a device that is in a live exchange.

    Args:
        entries: The entries of its numbers.
        at: The instant (UTC).
        but: A member and the exchange of theirs that does not count.

    Raises:
        DeviceInExchange: It is in another one.
    """
    for entry in entries:
        holder = entry.holder(at)
        if holder is not None and holder != but:
            raise DeviceInExchange(imei=entry.imei, until=entry.held_until)


def exchange_takes(before: Exchange | None, after: Exchange) -> tuple[Take, ...]:
    """Let one exchange at most be for each order that is paid in full.

    Args:
        before: The exchange as it is stored; `None` where it is new.
        after: The exchange as it will be.

    Returns:
        The steps of the counter of the order's exchanges.
    """
    if after.terms.mode is not ExchangeMode.PICKUP:
        return ()
    had, has = before is not None and counts(before), counts(after)
    if had is has:
        return ()
    return (Take(order_counter(after.member_id, after.order_id), 1 if has else -1, 1),)


def counts(exchange: Exchange) -> bool:
    """Tell whether an exchange by pickup is the one that its order has.

    Args:
        exchange: The exchange.

    Returns:
        Whether it goes on, or came to something.
    """
    return exchange.state not in _WITHOUT


def order_counter(member_id: str, order_id: str) -> CounterKey:
    """Name the counter of the exchanges of an order.

    Args:
        member_id: The member.
        order_id: The order.

    Returns:
        The key.
    """
    return CounterKey(member_id, f"exchanges_of/{order_id}")


def with_devices(decision: Decision[R], loaded: Loaded, at: datetime) -> Decision[R]:
    """Let the entries of devices follow the exchanges that a decision stores.

    Args:
        decision: What a command decided.
        loaded: What was loaded.
        at: The command's instant (UTC).

    Returns:
        The decision, with the entries that are stored.

    Raises:
        DeviceInExchange: A device would be in two live exchanges.
        NotLoaded: Entries were not asked for; names them all.
    """
    own: dict[Key[Any], Any] = {
        put.key: put.aggregate for put in decision.puts if put.key.kind is DeviceEntry
    }
    exchanges = {put.key: put.aggregate for put in decision.puts if put.key.kind is Exchange}
    view = seen(loaded, own)
    takes: tuple[Take, ...] = ()
    for exchange in exchanges.values():
        imeis = exchange.device.imeis
        for imei, entry in entries_of(imeis, view).items():
            after = _followed(entry, exchange, at)
            if after is not loaded.get(device_key(imei)):
                own[device_key(imei)] = view.aggregates[device_key(imei)] = after
        before = loaded.get(exchange_key(exchange.member_id, exchange.exchange_id))
        takes += exchange_takes(before, exchange)
    puts = [put for put in decision.puts if put.key.kind is not DeviceEntry]
    puts += [Put(key, entry) for key, entry in own.items()]
    return decision._replace(puts=tuple(puts), takes=decision.takes + takes)


def _followed(entry: DeviceEntry, exchange: Exchange, at: datetime) -> DeviceEntry:
    """State what a device is in once an exchange is as it will be."""
    if not exchange.is_live(at):
        return entry.freeing(exchange.member_id, exchange.exchange_id)
    check_free([entry], at, but=(exchange.member_id, exchange.exchange_id))
    return entry.claiming(exchange.member_id, exchange.exchange_id, exchange.held_until)
