"""Stored samples of standings, quotas and old devices: a format stays readable for ever."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.formats import from_text, to_text
from mi_rewards.money import Rounding
from mi_rewards.tiers import Standing, Tally
from mi_rewards.trade_in import AgeFrom, DeviceEntry, DeviceModel, MonthCount
from tests.ahead import BOOKING, DAY, FRIDAY, STORE, paid
from tests.phones import a_book, imei
from tests.shop import ist
from tests.unit.preorders.test_quota_codec import QUOTA
from tests.wallets import KOLKATA

SAMPLES = Path(__file__).parents[1] / "samples"

STANDING = Standing(
    "asha",
    date(2016, 2, 29),
    date(2018, 6, 15),
    "gold",
    date(2018, 3, 1),
    "gold",
    "silver",
    "सोना",
    (Tally(date(2017, 1, 1), 12_500_00, 3, 0), Tally(date(2018, 1, 1), 999, 1, 2**63 - 1)),
    date(2017, 1, 1),
    date(2019, 1, 1),
    date(2018, 7, 1),
    NEVER,
    ("gold", "silver"),
    ist("2018-07-01"),
    7,
)
PREORDER = (
    paid(STORE, colour="सोना", version=6)
    .offering("black", at=FRIDAY)
    .readying(at=FRIDAY + DAY, zone=KOLKATA)
    .at(ist("2017-05-01"))
    .refunding(BOOKING, at=ist("2017-05-02"))
)
EDITION = attrs.evolve(
    a_book(age_from=AgeFrom.LAUNCH, month_count=MonthCount.BEGUN, rounding=Rounding.DOWN),
    edition=7,
    version=1,
    is_current=False,
)
MODEL = DeviceModel(
    *("partner", "redmi-note-4", "4gb-64gb", "Xiaomi", "रेडमी नोट 4", "INR"),
    book_minor=None,
    launch_minor=1_299_900,
    launched_on=date(2017, 1, 19),
    sims=2,
    floor_minor=30_000,
    ceiling_minor=2**63 - 1,
    edition=7,
    version=3,
)
DEVICE = (
    DeviceEntry(imei(1), version=9)
    .linking((imei(2),))
    .quoting("asha", "q'1")
    .claiming("आशा", "x1", ist("2018-03-30"))
)
STORED = [
    ("standing", STANDING),
    ("quota", QUOTA),
    ("preorder", PREORDER),
    ("price_book", EDITION),
    ("device_model", MODEL),
    ("device", DEVICE),
]


@pytest.mark.parametrize(("name", "value"), STORED)
def test_the_first_format_stays_readable(name: str, value: Any) -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    sample = json.loads((SAMPLES / f"{name}_1.json").read_text("utf-8"))
    assert sample["format"] == 1
    found = from_text(type(value), json.dumps(sample))
    assert found == value
    assert type(found) is type(value)
    assert json.loads(to_text(value)) == sample
