"""Models, devices and their entries as dictionaries: read back equal, and nothing else is read."""

import json
from datetime import date
from typing import Any

import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.trade_in import Device, DeviceEntry, DeviceModel
from mi_rewards.trade_in.device_codec import (
    device_entry_from_dict,
    device_entry_to_dict,
    device_from_dict,
    device_model_from_dict,
    device_model_to_dict,
    device_to_dict,
)
from tests.shop import ist

ONE = "867400031234564"
OTHER = "867400031234572"
THIRD = "867400031234580"
END = ist("2018-03-30 00:00")

MODEL = DeviceModel(
    "cashify",
    "redmi-note-4",
    "4gb-64gb",
    "Xiaomi",
    "Redmi Note 4",
    "INR",
    800_000,
    1_299_900,
    date(2017, 1, 19),
    2,
    50_000,
    900_000,
    3,
    4,
)
WRITTEN_MODEL = """
{"format": 1, "book_id": "cashify", "model_id": "redmi-note-4", "variant": "4gb-64gb",
 "brand": "Xiaomi", "title": "Redmi Note 4", "currency": "INR", "book_minor": 800000,
 "launch_minor": 1299900, "launched_on": "2017-01-19", "sims": 2, "floor_minor": 50000,
 "ceiling_minor": 900000, "edition": 3, "version": 4}
"""
"""The sample of format 1; it stays readable."""

DEVICE = Device("redmi-note-4", "4gb-64gb", (ONE, OTHER), date(2017, 4, 1))
WRITTEN_DEVICE = """
{"model_id": "redmi-note-4", "variant": "4gb-64gb", "purchased_on": "2017-04-01",
 "imeis": ["867400031234564", "867400031234572"]}
"""

ENTRY = DeviceEntry(ONE, (OTHER,), "asha", "q1", "ravi", "e1", END, 5)
WRITTEN_ENTRY = """
{"format": 1, "imei": "867400031234564", "others": ["867400031234572"], "quote_of": "asha",
 "quote_id": "q1", "exchange_of": "ravi", "exchange_id": "e1",
 "held_until": "2018-03-29T18:30:00Z", "version": 5}
"""


def test_format_1_is_written_and_read() -> None:
    """What was written once, and what is written now, are the same."""
    assert device_model_to_dict(MODEL) == json.loads(WRITTEN_MODEL)
    assert device_model_from_dict(json.loads(WRITTEN_MODEL)) == MODEL
    assert device_to_dict(DEVICE) == json.loads(WRITTEN_DEVICE)
    assert device_from_dict(json.loads(WRITTEN_DEVICE)) == DEVICE
    assert device_entry_to_dict(ENTRY) == json.loads(WRITTEN_ENTRY)
    assert device_entry_from_dict(json.loads(WRITTEN_ENTRY)) == ENTRY


def test_what_is_not_known_is_read_as_that() -> None:
    """A model that is not in the portfolio, a device of unknown age, an entry of a free one."""
    model = MODEL._replace(
        book_minor=None,
        launch_minor=None,
        launched_on=None,
        floor_minor=None,
        ceiling_minor=None,
    )
    assert device_model_from_dict(json.loads(json.dumps(device_model_to_dict(model)))) == model
    for device in (Device("m", "", (ONE,)), Device("m", "", ())):
        assert device_from_dict(json.loads(json.dumps(device_to_dict(device)))) == device
    for entry in (
        DeviceEntry(ONE),
        DeviceEntry(ONE).quoting("asha", "q1").linking((OTHER, THIRD)),
        DeviceEntry(ONE).claiming("asha", "e1", None),
    ):
        written = json.loads(json.dumps(device_entry_to_dict(entry)))
        assert device_entry_from_dict(written) == entry


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "format"),
        ({"more": 1}, "more"),
        ({"book_id": ""}, "book_id"),
        ({"model_id": "a/b"}, "slash"),
        ({"variant": 1}, "variant"),
        ({"title": None}, "title"),
        ({"currency": "RUPEES"}, "RUPEES"),
        ({"book_minor": -1}, "book_minor"),
        ({"launch_minor": "1"}, "launch_minor"),
        ({"launched_on": "yesterday"}, "launched_on"),
        ({"sims": 0}, "sims"),
        ({"sims": 3}, "1 number or 2"),
        ({"floor_minor": None}, "or neither"),
        ({"floor_minor": 900_001}, "above the ceiling"),
        ({"ceiling_minor": True}, "ceiling_minor"),
        ({"edition": 0}, "edition"),
        ({"version": -1}, "version"),
    ],
)
def test_another_model_is_corrupt(changes: dict[str, Any], message: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(Corrupt, match=message):
        device_model_from_dict(json.loads(WRITTEN_MODEL) | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"more": 1}, "more"),
        ({"model_id": ""}, "model is a text"),
        ({"variant": None}, "variant"),
        ({"imeis": ONE}, "imeis"),
        ({"imeis": [ONE, OTHER, THIRD]}, "one number or two"),
        ({"imeis": [ONE, 4]}, "imeis"),
        ({"imeis": [ONE, ONE]}, "twice"),
        ({"imeis": [ONE[:-1]]}, "length"),
        ({"purchased_on": "2017-02-30"}, "purchased_on"),
    ],
)
def test_another_device_is_corrupt(changes: dict[str, Any], message: str) -> None:
    """A number that no device has is one more thing that was never written."""
    with pytest.raises(Corrupt, match=message):
        device_from_dict(json.loads(WRITTEN_DEVICE) | changes)


@pytest.mark.parametrize("what", [[], None, "device"])
def test_what_is_no_dictionary_is_corrupt(what: Any) -> None:
    """Of each kind."""
    for read in (device_model_from_dict, device_from_dict, device_entry_from_dict):
        with pytest.raises(Corrupt):
            read(what)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 0}, "format"),
        ({"more": 1}, "more"),
        ({"imei": "0" * 15}, "zeros"),
        ({"imei": 4}, "imei"),
        ({"others": [OTHER[:-1]]}, "length"),
        ({"others": [THIRD, OTHER]}, "not in order"),
        ({"others": [OTHER, OTHER]}, "not in order"),
        ({"others": [ONE]}, "not in order"),
        ({"others": OTHER}, "others"),
        ({"quote_of": ""}, "a quote is somebody's"),
        ({"quote_id": ""}, "a quote is somebody's"),
        ({"exchange_of": ""}, "an exchange is somebody's"),
        ({"exchange_id": ""}, "an exchange is somebody's"),
        ({"exchange_of": "", "exchange_id": ""}, "in no exchange is free"),
        ({"held_until": "2018"}, "held_until"),
        ({"version": -1}, "version"),
    ],
)
def test_another_entry_is_corrupt(changes: dict[str, Any], message: str) -> None:
    """One that no quote, no exchange and no link can have made."""
    with pytest.raises(Corrupt, match=message):
        device_entry_from_dict(json.loads(WRITTEN_ENTRY) | changes)
