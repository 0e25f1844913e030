"""What erasing a member forgets of old devices: their numbers, and whose they were."""

from datetime import datetime
from typing import Any

from mi_rewards.commands.members.owning import all_of
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import device_key, device_quote_key, exchange_key
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.quotes import DeviceQuote


def devices_forgotten(member_id: str, loaded: Loaded, *, at: datetime) -> list[Put[Any]]:
    """Forget the numbers of a member's devices, but of one that is in an exchange that goes on.

    Args:
        member_id: The member.
        loaded: The quotes and the exchanges, page by page, and the entries of the devices.
        at: The instant (UTC).

    Returns:
        What is to be stored.

    Raises:
        NotLoaded: Something was not asked for.
    """
    exchanges = all_of(Exchange, member_id, loaded)
    kept = {imei for it in exchanges if it.is_live(at) for imei in it.device.imeis}
    quotes = all_of(DeviceQuote, member_id, loaded)
    devices = [it.device for it in exchanges] + [it.device for it in quotes]
    imeis = sorted({imei for device in devices for imei in device.imeis} - kept)
    keys = [device_key(imei) for imei in imeis]
    missing = tuple([key for key in keys if key not in loaded.aggregates])
    if missing:
        raise NotLoaded(Needs(missing))
    puts: list[Put[Any]] = []
    for quote in quotes:
        if set(quote.device.imeis) - kept:
            key = device_quote_key(member_id, quote.quote_id)
            puts.append(Put(key, quote._replace(device=quote.device.forgotten())))
    for exchange in exchanges:
        if set(exchange.device.imeis) - kept:
            the_exchange = exchange_key(member_id, exchange.exchange_id)
            puts.append(Put(the_exchange, exchange._replace(device=exchange.device.forgotten())))
    entries = [it for it in loaded.get_all(keys) if it is not None]
    return puts + [Put(device_key(it.imei), it.forgetting(member_id)) for it in entries]
