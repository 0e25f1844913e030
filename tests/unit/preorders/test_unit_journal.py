"""The journal of a quota: sizes and moves, folded."""

import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.preorders import (
    Allotment,
    Move,
    ShardState,
    SizeChange,
    UnitState,
    check_units,
    fold_units,
)
from mi_rewards.preorders.unit_journal import read_changes, write_changes
from tests.fridays import NOON
from tests.unit.preorders.test_quotas import quota

FREE, HELD, SOLD, RESERVED = UnitState
CHANGES = (SizeChange("000", 3), SizeChange("codes", 1), SizeChange("000", -1))


def unit(*states: UnitState, shard: str = "000", quota_id: str = "q") -> Allotment:
    """Make a unit that became one thing after another."""
    made = Allotment(quota_id, shard)
    for state in states:
        made = made.moving(state, at=NOON)
    return made


UNITS = (
    unit(HELD),
    unit(HELD, SOLD),
    unit(HELD, FREE),
    unit(RESERVED, shard="codes"),
    unit(HELD, quota_id="another"),
)
USED = {"000/taken": 3, "000/sold": 1, "codes/taken": 1, "codes/reserved": 1}


def test_sizes_and_moves_are_folded() -> None:
    """Each shard by itself; what is another quota's does not count."""
    state = fold_units("q", CHANGES, UNITS)
    assert state.shards == (ShardState("000", 2, 0, 1, 1, 0), ShardState("codes", 1, 0, 0, 0, 1))
    assert (state.size, state.free, state.held, state.sold, state.reserved) == (3, 0, 1, 1, 1)
    assert state.for_codes == 0


def test_a_move_from_what_the_unit_was_not_is_corrupt() -> None:
    """Somebody changed what is stored."""
    for moves in (
        (Move(NOON, SOLD, FREE),),
        (Move(NOON, FREE, SOLD),),
        (Move(NOON, FREE, HELD), Move(NOON, SOLD, FREE)),
    ):
        with pytest.raises(Corrupt, match="goes from"):
            fold_units("q", CHANGES, [Allotment("q", "000", FREE, moves)])


def test_changes_are_written_in_one_line() -> None:
    """And read again."""
    text = write_changes(CHANGES)
    assert text == "000:+3,codes:+1,000:-1"
    assert read_changes(text) == CHANGES
    assert read_changes("") == ()
    for wrong in ("000", "000:", "000:x", ","):
        with pytest.raises(Corrupt, match="change of size"):
            read_changes(wrong)


def test_counters_that_say_the_same_are_right() -> None:
    """Nothing to object to: one unit was taken out, and a step says so."""
    now = quota((3,), codes=1)._replace(withdrawn=(1,))
    assert check_units(now, USED, CHANGES, UNITS) == ()


@pytest.mark.parametrize(
    ("wrong", "count"),
    [
        ({"000/taken": 2}, 2),
        ({"000/taken": 4}, 3),
        ({"000/sold": 0}, 2),
        ({"codes/reserved": 0}, 2),
        ({"codes/reserved": 2}, 3),
        ({"000/sold": 3}, 3),
    ],
)
def test_counters_that_say_otherwise_are_objected_to(wrong: dict[str, int], count: int) -> None:
    """A unit forgotten, taken twice, sold without being taken: promise 14 is named."""
    now = quota((3,), codes=1)._replace(withdrawn=(1,))
    found = check_units(now, {**USED, **wrong}, CHANGES, UNITS)
    assert len(found) == count
    assert all(it.startswith("14: ") for it in found)


def test_a_journal_that_says_otherwise_is_objected_to() -> None:
    """A pre-order that is missing, and a change of size."""
    now = quota((3,), codes=1)._replace(withdrawn=(1,))
    assert check_units(now, USED, CHANGES, UNITS[1:])
    assert check_units(now, USED, CHANGES[:-1], UNITS)


def test_a_shard_that_never_had_a_unit_is_in_no_journal() -> None:
    """Nothing to object to, until somebody has a unit of it."""
    now = quota((3, 0), codes=1)._replace(withdrawn=(1, 0))
    assert check_units(now, USED, CHANGES, UNITS) == ()
    stray = Allotment("q", "001").moving(HELD, at=NOON)
    assert check_units(now, USED, CHANGES, [*UNITS, stray]) == (
        "14: the journal says ShardState(shard='001', size=0, free=-1, held=1, sold=0, reserved=0)",
    )
