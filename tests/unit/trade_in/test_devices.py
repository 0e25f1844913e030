"""Old devices: models and their figures, a member's device, and what a physical one is in."""

from datetime import date, timedelta
from typing import Any

import pytest

from mi_rewards.calendar import Zone
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.trade_in import Device, DeviceEntry, DeviceModel, ImeiInvalid
from tests.shop import ist

ONE = "867400031234564"
OTHER = "867400031234572"
THIRD = "867400031234580"
INDIA = Zone("Asia/Kolkata")
NOON = ist("2018-03-15 12:00")
TICK = timedelta(microseconds=1)

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
)


def model(**changes: Any) -> DeviceModel:
    """A model with other figures."""
    return MODEL._replace(**changes)


# models


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"variant": "", "title": ""},
        {"book_minor": None, "launch_minor": None, "launched_on": None},
        {"book_minor": 0, "launch_minor": TOKENS_MAX},
        {"sims": 1},
        {"floor_minor": None, "ceiling_minor": None},
        {"floor_minor": 7, "ceiling_minor": 7},
        {"floor_minor": 0, "ceiling_minor": 0},
        {"edition": 1},
        {"currency": "JPY"},
    ],
)
def test_a_model_with_figures_that_go_together_passes(changes: dict[str, Any]) -> None:
    """Those that are not known may be missing."""
    made = model(**changes)
    made.check()
    assert made.due_at is None
    assert made.stored() == made._replace(version=made.version + 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"book_id": ""}, "a model's book_id is a text, not ''"),
        ({"model_id": 4}, "a model's model_id is a text, not 4"),
        ({"model_id": ""}, "a model's model_id is a text"),
        ({"model_id": "redmi/4"}, "a model's id has no slash, not 'redmi/4'"),
        ({"brand": ""}, "a model's brand is a text"),
        ({"brand": None}, "a model's brand is a text"),
        ({"variant": None}, "a model's variant is a text, not None"),
        ({"title": b"Mi"}, "a model's title is a text"),
        ({"currency": "RUPEES"}, "RUPEES"),
        ({"launched_on": "2017-01-19"}, "2017-01-19"),
        ({"launched_on": NOON}, "datetime"),
        ({"sims": 0}, "a model has 1 number or 2, not 0"),
        ({"sims": 3}, "a model has 1 number or 2, not 3"),
        ({"sims": True}, "a model has 1 number or 2, not True"),
        ({"edition": 0}, "an edition is a whole number from 1, not 0"),
        ({"edition": True}, "an edition is a whole number from 1"),
        ({"book_minor": -1}, "book_minor is a whole number of minor units, not -1"),
        ({"book_minor": True}, "book_minor is a whole number of minor units"),
        ({"launch_minor": 1.5}, "launch_minor is a whole number of minor units"),
        ({"launch_minor": TOKENS_MAX + 1}, "launch_minor is a whole number"),
        ({"floor_minor": -1}, "floor_minor is a whole number"),
        ({"ceiling_minor": "1"}, "ceiling_minor is a whole number"),
        ({"floor_minor": None}, "a floor and a ceiling of its own, or neither"),
        ({"ceiling_minor": None}, "a floor and a ceiling of its own, or neither"),
        ({"floor_minor": 8, "ceiling_minor": 7}, "a floor of 8 is above the ceiling of 7"),
    ],
)
def test_a_model_with_another_figure_is_objected_to(changes: dict[str, Any], message: str) -> None:
    """And the message names it."""
    with pytest.raises(Misuse, match=message):
        model(**changes).check()


# a member's device


def test_a_device_has_its_numbers_in_order() -> None:
    """Whichever was told first: two that say the same are equal."""
    device = Device("redmi-note-4", "", (OTHER, ONE), date(2017, 4, 1))
    assert device.imeis == (ONE, OTHER)
    assert device == Device("redmi-note-4", "", (ONE, OTHER), date(2017, 4, 1))
    assert Device("redmi-note-4", "4gb", (ONE,)).purchased_on is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", "", (ONE,)), "a device's model is a text, not ''"),
        ((4, "", (ONE,)), "a device's model is a text"),
        (("m", None, (ONE,)), "a device's variant is a text, not None"),
        (("m", "", ONE), "a tuple of one number or two"),
        (("m", "", [ONE]), "a tuple of one number or two"),
        (("m", "", (ONE, OTHER, THIRD)), "one number or two"),
        (("m", "", (ONE, ONE)), f"two numbers, not {ONE} twice"),
        (("m", "", (ONE,), "2017"), "2017"),
    ],
)
def test_a_device_that_is_none_is_objected_to(arguments: tuple[Any, ...], message: str) -> None:
    """Its parts are what they must be, and its numbers are not one number twice."""
    with pytest.raises(Misuse, match=message):
        Device(*arguments)


def test_a_device_with_a_number_that_is_none_is_refused() -> None:
    """A member may mistype it: that is a refusal, and says which."""
    with pytest.raises(ImeiInvalid, match="check_digit"):
        Device("m", "", (ONE, "867400031234563"))


def test_a_device_can_be_kept_without_its_numbers() -> None:
    """Where they were to be forgotten; all else stays."""
    device = Device("redmi-note-4", "4gb", (ONE, OTHER), date(2017, 4, 1))
    assert device.forgotten() == Device("redmi-note-4", "4gb", (), date(2017, 4, 1))


# what a physical device is in

FREE = DeviceEntry(ONE)


def test_a_device_that_nobody_has_named_is_free() -> None:
    """And the calendar never has to be booked for it."""
    assert FREE.holder(NOON) is None
    assert FREE.due_at is None
    assert FREE.stored() == FREE._replace(version=1)


def test_the_newest_quote_counts() -> None:
    """Whoever's it is."""
    first = FREE.quoting("asha", "q1")
    assert first == FREE._replace(quote_of="asha", quote_id="q1")
    assert first.quoting("ravi", "q9") == FREE._replace(quote_of="ravi", quote_id="q9")


@pytest.mark.parametrize(("wait", "is_held"), [(-TICK, True), (TICK * 0, False), (TICK, False)])
def test_an_exchange_has_its_device_until_its_end(wait: timedelta, is_held: bool) -> None:
    """From that instant on it is free, whether or not that is booked."""
    held = FREE.claiming("asha", "e1", NOON)
    assert held.holder(NOON + wait) == (("asha", "e1") if is_held else None)


def test_an_exchange_without_an_end_has_its_device_until_it_is_told() -> None:
    """However late it is."""
    held = FREE.claiming("asha", "e1", None)
    assert held.holder(NOON + timedelta(days=3_000)) == ("asha", "e1")


def test_an_exchange_that_has_ended_frees_its_device() -> None:
    """The quote that counts stays."""
    held = FREE.quoting("asha", "q1").claiming("asha", "e1", NOON)
    assert held.freeing("asha", "e1") == FREE.quoting("asha", "q1")


@pytest.mark.parametrize("other", [("asha", "e2"), ("ravi", "e1")])
def test_an_exchange_frees_no_device_that_another_has_by_now(other: tuple[str, str]) -> None:
    """Told late, it changes nothing."""
    held = FREE.claiming("asha", "e1", None)
    assert held.freeing(*other) is held
    assert FREE.freeing(*other) is FREE


def test_numbers_of_one_device_are_linked() -> None:
    """In their order, each once, and none with itself; nothing new makes nothing new."""
    linked = FREE.linking((OTHER, ONE))
    assert linked.others == (OTHER,)
    assert linked.linking((ONE, OTHER)) is linked
    assert FREE.linking((ONE,)) is FREE
    assert FREE.linking((THIRD,)).linking((OTHER,)).others == (OTHER, THIRD)


def test_whose_it_was_is_forgotten() -> None:
    """The quote and the exchange of that member, and of nobody else."""
    entry = FREE.quoting("asha", "q1").claiming("ravi", "e1", NOON)
    assert entry.forgetting("asha") == FREE.claiming("ravi", "e1", NOON)
    assert entry.forgetting("ravi") == FREE.quoting("asha", "q1")
    assert entry.forgetting("bela") is entry
