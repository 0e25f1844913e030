"""Models, devices and their entries as JSON-ready dictionaries; see `earning.codec`."""

from typing import Any

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.errors import Corrupt, Misuse, Refused
from mi_rewards.trade_in.devices import Device, DeviceEntry, DeviceModel
from mi_rewards.trade_in.imei import read_imei
from mi_rewards.wallet.reading import (
    FORMAT,
    day_in,
    fields_in,
    instant_in,
    list_in,
    optional,
    text_in,
    whole_in,
)

_MODEL = frozenset({"format", *DeviceModel._fields})
_DEVICE = frozenset({"model_id", "variant", "imeis", "purchased_on"})
_ENTRY = frozenset({"format", *DeviceEntry._fields})


def device_model_to_dict(model: DeviceModel) -> dict[str, Any]:
    """Write a model, with its version.

    Args:
        model: The model.

    Returns:
        A JSON-ready dictionary.
    """
    launched_on = None if model.launched_on is None else write_day(model.launched_on)
    return {"format": FORMAT, **model._asdict(), "launched_on": launched_on}


def device_model_from_dict(written: dict[str, Any]) -> DeviceModel:
    """Read a model.

    Args:
        written: What `device_model_to_dict` answered.

    Returns:
        The model, with its version.

    Raises:
        Corrupt: It is something else.
    """
    fields = fields_in(written, _MODEL, "model of a device")
    model = DeviceModel(
        text_in(fields["book_id"], "book_id"),
        text_in(fields["model_id"], "model_id"),
        text_in(fields["variant"], "variant"),
        text_in(fields["brand"], "brand"),
        text_in(fields["title"], "title"),
        text_in(fields["currency"], "currency"),
        _amount(fields["book_minor"], "book_minor"),
        _amount(fields["launch_minor"], "launch_minor"),
        optional(day_in, fields["launched_on"], "launched_on"),
        whole_in(fields["sims"], "sims", 1),
        _amount(fields["floor_minor"], "floor_minor"),
        _amount(fields["ceiling_minor"], "ceiling_minor"),
        whole_in(fields["edition"], "edition", 1),
        whole_in(fields["version"], "version", 0),
    )
    try:
        model.check()
    except Misuse as fault:
        raise Corrupt(str(fault)) from None
    return model


def _amount(written: object, what: str) -> int | None:
    """Read minor units, or nothing."""
    return None if written is None else whole_in(written, what, 0)


def device_to_dict(device: Device) -> dict[str, Any]:
    """Write a device, as a part of something.

    Args:
        device: The device.

    Returns:
        A JSON-ready dictionary.
    """
    bought = device.purchased_on
    return {
        "model_id": device.model_id,
        "variant": device.variant,
        "imeis": list(device.imeis),
        "purchased_on": None if bought is None else write_day(bought),
    }


def device_from_dict(written: object) -> Device:
    """Read a device.

    Args:
        written: What `device_to_dict` answered.

    Returns:
        The device.

    Raises:
        Corrupt: It is something else.
    """
    fields = fields_in(written, _DEVICE, "device")
    imeis = [text_in(it, "imeis") for it in list_in(fields["imeis"], "imeis")]
    try:
        return Device(
            text_in(fields["model_id"], "model_id"),
            text_in(fields["variant"], "variant"),
            tuple(imeis),
            optional(day_in, fields["purchased_on"], "purchased_on"),
        )
    except (Misuse, Refused) as fault:
        raise Corrupt(str(fault)) from None


def device_entry_to_dict(entry: DeviceEntry) -> dict[str, Any]:
    """Write what a physical device is in, with its version.

    Args:
        entry: The entry.

    Returns:
        A JSON-ready dictionary.
    """
    until = entry.held_until
    return {
        "format": FORMAT,
        **entry._asdict(),
        "others": list(entry.others),
        "held_until": None if until is None else write_instant(until),
    }


def device_entry_from_dict(written: dict[str, Any]) -> DeviceEntry:
    """Read what a physical device is in.

    Args:
        written: What `device_entry_to_dict` answered.

    Returns:
        The entry, with its version.

    Raises:
        Corrupt: It is something else, or what no device is in.
    """
    fields = fields_in(written, _ENTRY, "entry of a device")
    entry = DeviceEntry(
        text_in(fields["imei"], "imei"),
        tuple([text_in(it, "others") for it in list_in(fields["others"], "others")]),
        text_in(fields["quote_of"], "quote_of"),
        text_in(fields["quote_id"], "quote_id"),
        text_in(fields["exchange_of"], "exchange_of"),
        text_in(fields["exchange_id"], "exchange_id"),
        optional(instant_in, fields["held_until"], "held_until"),
        whole_in(fields["version"], "version", 0),
    )
    try:
        for imei in (entry.imei, *entry.others):
            read_imei(imei)
    except Refused as fault:
        raise Corrupt(str(fault)) from None
    if entry.linking(entry.others) != entry or entry.imei in entry.others:
        raise Corrupt(f"the numbers {', '.join(entry.others)} are not in order")
    if bool(entry.quote_id) is not bool(entry.quote_of):
        raise Corrupt("a quote is somebody's")
    if bool(entry.exchange_id) is not bool(entry.exchange_of):
        raise Corrupt("an exchange is somebody's")
    if entry.held_until is not None and not entry.exchange_id:
        raise Corrupt("a device that is in no exchange is free")
    return entry
