"""The unit of a code: its moves, and how it is written and read."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.formats import from_text, to_text
from mi_rewards.preorders import (
    Allotment,
    ReservedUnit,
    UnitState,
    reserved_unit_from_dict,
    reserved_unit_to_dict,
)
from mi_rewards.preorders.allotments import CODES, UNIT_LIFE, UnitStep
from mi_rewards.preorders.reserved_units import unit_for
from mi_rewards.repositories import key_of, reserved_unit_key
from tests.edits import setting, without
from tests.shop import T

SAMPLES = Path(__file__).parents[2] / "samples"
FREE = unit_for("asha", "v1", "q")


def moved(*states: UnitState) -> ReservedUnit:
    """Move a unit from state to state."""
    unit = FREE
    for state in states:
        unit, _ = unit.moving(state, at=T)
    return unit


STORED = moved(UnitState.RESERVED, UnitState.HELD, UnitState.SOLD)._replace(version=3)
WRITTEN = reserved_unit_to_dict(STORED)


def test_a_unit_begins_free_in_the_shard_for_codes() -> None:
    """Under the names of its voucher; the calendar does nothing to it."""
    assert ReservedUnit("asha", "v1", Allotment("q", CODES)) == FREE
    assert (FREE.allotment.state, FREE.due_at, FREE.version) == (UnitState.FREE, None, 0)
    assert key_of(FREE) == reserved_unit_key("asha", "v1")
    assert FREE.stored() == FREE._replace(version=1)


WAYS: dict[UnitState, tuple[UnitState, ...]] = {
    UnitState.FREE: (),
    UnitState.RESERVED: (UnitState.RESERVED,),
    UnitState.HELD: (UnitState.RESERVED, UnitState.HELD),
    UnitState.SOLD: (UnitState.RESERVED, UnitState.SOLD),
}
TAKEN = {
    UnitState.FREE: {},
    UnitState.RESERVED: {"codes/taken": 1, "codes/reserved": 1},
    UnitState.HELD: {"codes/taken": 1},
    UnitState.SOLD: {"codes/taken": 1, "codes/sold": 1},
}


@pytest.mark.parametrize("to", UnitState)
@pytest.mark.parametrize("before", UnitState)
def test_the_steps_of_a_move_are_what_the_counters_lack(before: UnitState, to: UnitState) -> None:
    """I14: With them the counters say what the unit is; no member is counted."""
    unit = moved(*WAYS[before])
    if to is not before and to not in UNIT_LIFE[before]:
        with pytest.raises(Corrupt, match=f"that is {before} is never {to}"):
            unit.moving(to, at=T)
        return
    after, steps = unit.moving(to, at=T)
    assert after.allotment.state is to
    names = TAKEN[before].keys() | TAKEN[to].keys()
    lacking = {it: TAKEN[to].get(it, 0) - TAKEN[before].get(it, 0) for it in names}
    assert set(steps) == {UnitStep("quota/q", it, n) for it, n in lacking.items() if n}


def test_the_first_format_of_units_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    text = SAMPLES.joinpath("reserved_unit_1.json").read_text(encoding="utf-8")
    assert reserved_unit_from_dict(json.loads(text)) == STORED
    assert json.loads(text) == WRITTEN


@pytest.mark.parametrize("unit", [FREE, moved(UnitState.RESERVED), STORED])
def test_a_unit_is_read_as_it_was_written(unit: ReservedUnit) -> None:
    """Version and moves included, through the text that a store keeps."""
    assert from_text(ReservedUnit, to_text(unit)) == unit


ROWS: list[tuple[str, Any, str]] = [
    ("format", 2, "reserved unit is of the unknown format 2"),
    ("more", 1, "reserved unit has other keys: missing [], unknown ['more']"),
    ("member_id", 1, "member_id must be a text, not 1"),
    ("voucher_id", None, "voucher_id must be a text, not None"),
    ("allotment", {}, "allotment must be a list, not {}"),
    ("allotment.1", "000", "a code's unit is of the shard for codes, and counts for no member"),
    ("allotment.3", 1, "a code's unit is of the shard for codes, and counts for no member"),
    ("version", -1, "version must be a whole number, 0 to"),
]


@pytest.mark.parametrize(("path", "value", "message"), ROWS)
def test_a_unit_is_read_strictly(path: str, value: object, message: str) -> None:
    """Whatever was not written here is corrupt, and the message says what is wrong."""
    edited = copy.deepcopy(WRITTEN)
    setting(path, value)(edited)
    with pytest.raises(Corrupt) as caught:
        reserved_unit_from_dict(edited)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_of_a_unit_may_be_missing(name: str) -> None:
    """Each key."""
    edited = copy.deepcopy(WRITTEN)
    without(name)(edited)
    with pytest.raises(Corrupt):
        reserved_unit_from_dict(edited)
