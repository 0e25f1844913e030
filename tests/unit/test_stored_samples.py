"""Stored samples of standings and quotas: a format stays readable for ever."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.formats import from_text, to_text
from mi_rewards.tiers import Standing, Tally
from tests.ahead import BOOKING, DAY, FRIDAY, STORE, paid
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
STORED = [("standing", STANDING), ("quota", QUOTA), ("preorder", PREORDER)]


@pytest.mark.parametrize(("name", "value"), STORED)
def test_the_first_format_stays_readable(name: str, value: Any) -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    sample = json.loads((SAMPLES / f"{name}_1.json").read_text("utf-8"))
    assert sample["format"] == 1
    found = from_text(type(value), json.dumps(sample))
    assert found == value
    assert type(found) is type(value)
    assert json.loads(to_text(value)) == sample
