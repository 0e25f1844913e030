"""Recipes with parts as dictionaries: exactly, and nothing else is read."""

import json
from pathlib import Path
from typing import Any

import pytest

from mi_rewards.earning import (
    Award,
    RecipePart,
    Selection,
    purchase_from_dict,
    purchase_to_dict,
)
from mi_rewards.earning.part_codec import parts_in, parts_to_list
from mi_rewards.earning.texts import purchase_to_text
from mi_rewards.errors import Corrupt
from mi_rewards.money import Rounding
from mi_rewards.wallet.texts import compact
from tests.campaigns import BASE, NOON, order
from tests.wallets import day

PARTS = (
    RecipePart("a", 5, None),
    RecipePart(
        "b",
        3,
        10_000,
        Rounding.UP,
        Selection(("phones",), (), ("note-4",)),
        500,
        is_base=True,
        order_max=0,
        granted_max=7,
    ),
    RecipePart("c", 1, 1, lines=Selection((), ("phones",))),
)


PURCHASE = (
    order().delivering(NOON).awarding(BASE.with_parts(PARTS), Award(107, day("2018-12-31"), NOON))
)
SAMPLE = Path(__file__).parents[2] / "samples" / "purchase_with_parts_1.json"


def written(**changes: Any) -> list[dict[str, Any]]:
    """Write one part, with changes."""
    return [{**parts_to_list(PARTS)[1], **changes}]


def test_parts_are_read_as_they_were_written() -> None:
    """Every field, with its name."""
    assert parts_in(parts_to_list(PARTS)) == PARTS
    assert parts_to_list(PARTS)[1] == {
        "rule": "b",
        "tokens": 3,
        "per_minor": 10_000,
        "rounding": "up",
        "categories": ["phones"],
        "except_categories": [],
        "products": ["note-4"],
        "min_minor": 500,
        "is_base": True,
        "order_max": 0,
        "granted_max": 7,
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule": 1}, "rule must be a text"),
        ({"tokens": 0}, "tokens must be a whole number, 1 to"),
        ({"per_minor": 0}, "per_minor must be a whole number, 1 to"),
        ({"rounding": "sideways"}, "rounding 'sideways' is not known"),
        ({"categories": "phones"}, "categories must be a list"),
        ({"except_categories": [1]}, "except_categories must be a text"),
        ({"products": None}, "products must be a list"),
        ({"min_minor": -1}, "min_minor must be a whole number, 0 to"),
        ({"is_base": 1}, "is_base must be true or false, not 1"),
        ({"order_max": -1}, "order_max must be a whole number, 0 to"),
        ({"granted_max": 2.0}, "granted_max must be a whole number, 0 to"),
        ({"more": 1}, "part has other keys"),
    ],
)
def test_what_is_no_part(changes: dict[str, Any], message: str) -> None:
    """The message names the key."""
    with pytest.raises(Corrupt, match=f"^{message}"):
        parts_in(written(**changes))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (None, "parts must be a list"),
        ({}, "parts must be a list"),
        ("parts", "parts must be a list"),
        ([1], "part must be a dictionary"),
    ],
)
def test_what_are_no_parts(wrong: Any, message: str) -> None:
    """A list of dictionaries, and nothing else."""
    with pytest.raises(Corrupt, match=f"^{message}"):
        parts_in(wrong)


def test_a_campaign_is_one_part() -> None:
    """In the order of their names, and one base rate at most."""
    a, b, _ = parts_to_list(PARTS)
    for wrong in ([b, a], [a, a]):
        with pytest.raises(Corrupt, match=r"^each campaign is one part of a recipe, in order"):
            parts_in(wrong)
    with pytest.raises(Corrupt, match=r"^two parts of a recipe stand in place of the base rate$"):
        parts_in([{**a, "is_base": True}, b])


def test_the_first_format_of_parts_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    stored = json.loads(SAMPLE.read_text("utf-8"))
    assert purchase_from_dict(stored) == PURCHASE
    assert purchase_to_dict(PURCHASE) == stored
    assert purchase_to_text(PURCHASE) == compact(stored)


def test_a_purchase_has_parts_only_where_there_are_any() -> None:
    """What was written before there were campaigns is written the same, and read."""
    delivered = order().delivering(NOON)
    award = Award(100, day("2018-12-31"), NOON)
    plain = purchase_to_dict(delivered.awarding(BASE, award))
    assert "parts" not in plain["recipe"]
    with_parts = delivered.awarding(BASE.with_parts(PARTS), award)
    assert purchase_to_dict(with_parts)["recipe"]["parts"] == parts_to_list(PARTS)
    assert purchase_from_dict(purchase_to_dict(with_parts)) == with_parts
