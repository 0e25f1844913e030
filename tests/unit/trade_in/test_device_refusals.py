"""What is refused of devices: codes, figures, and what a later try can change."""

import pickle

import pytest

from mi_rewards.errors import Refused
from mi_rewards.trade_in import DEVICE_REFUSALS, DeviceInExchange, ImeiInvalid, ImeiMissing
from tests.shop import ist

END = ist("2018-03-30 00:00")

ROWS = [
    (
        ImeiInvalid(imei="86740003", why="length"),
        "imei_invalid",
        False,
        "'86740003' is no device's IMEI: length",
    ),
    (
        ImeiMissing(asked=2, given=1),
        "imei_missing",
        False,
        "the device has 2 numbers, 1 of them are given",
    ),
    (
        DeviceInExchange(imei="867400031234564", until=END),
        "device_in_exchange",
        True,
        "device 867400031234564 is in an exchange until 2018-03-29T18:30:00Z",
    ),
]


@pytest.mark.parametrize(
    ("refusal", "code", "transient", "message"), ROWS, ids=[row[1] for row in ROWS]
)
def test_a_refusal_has_a_code_and_figures(
    refusal: Refused, code: str, transient: bool, message: str
) -> None:
    """And a message that says what was refused, and why."""
    assert refusal.code == code
    assert refusal.transient is transient
    assert str(refusal) == message
    assert pickle.loads(pickle.dumps(refusal)) == refusal


def test_all_of_them_are_listed_in_their_order() -> None:
    """As the rows above are."""
    assert tuple(type(row[0]) for row in ROWS) == DEVICE_REFUSALS


@pytest.mark.parametrize("until", [None, ""])
def test_a_device_may_be_away_for_nobody_knows_how_long(until: str | None) -> None:
    """Then nothing is said of it."""
    no = DeviceInExchange(imei="867400031234564", until=until)
    assert dict(no.figures) == {"imei": "867400031234564", "until": ""}
    assert str(no) == "device 867400031234564 is in an exchange"


def test_a_long_text_in_place_of_a_number_is_cut() -> None:
    """Nobody stores a novel in a refusal."""
    assert ImeiInvalid(imei="9" * 500, why="length").figures["imei"] == "9" * 40


def test_until_when_reads_back_from_its_figures() -> None:
    """A receipt keeps one text."""
    no = DeviceInExchange(imei="867400031234564", until=END)
    assert DeviceInExchange(**dict(no.figures)) == no  # type: ignore[arg-type]
