"""A unit of a quota, and what its counters say."""

import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.preorders import Allotment, Move, UnitState
from mi_rewards.preorders.allotments import UNIT_LIFE, UnitStep, unit_steps
from tests.fridays import MINUTE, NOON

FREE, HELD, SOLD, RESERVED = UnitState
UNIT = Allotment("q", "003")


def test_a_unit_remembers_every_move() -> None:
    """Held, sold and free again, each with its instant."""
    held = UNIT.moving(HELD, at=NOON)
    sold = held.moving(SOLD, at=NOON + MINUTE)
    free = sold.moving(FREE, at=NOON + 2 * MINUTE)
    assert free.state is FREE
    assert free.moves == (
        Move(NOON, FREE, HELD),
        Move(NOON + MINUTE, HELD, SOLD),
        Move(NOON + 2 * MINUTE, SOLD, FREE),
    )


def test_to_become_what_it_is_changes_nothing() -> None:
    """No move is recorded."""
    held = UNIT.moving(HELD, at=NOON)
    assert held.moving(HELD, at=NOON + MINUTE) is held


@pytest.mark.parametrize(
    ("before", "after"),
    [(a, b) for a in UnitState for b in UnitState if b not in UNIT_LIFE[a] and a is not b],
)
def test_what_is_not_in_the_table_does_not_happen(before: UnitState, after: UnitState) -> None:
    """A free unit is not sold before it is held; a sold one is not held again."""
    with pytest.raises(Corrupt, match=f"is {before.value} is never {after.value}"):
        UNIT._replace(state=before).moving(after, at=NOON)


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        (FREE, HELD, [("003/taken", 1)]),
        (FREE, RESERVED, [("003/taken", 1), ("003/reserved", 1)]),
        (HELD, SOLD, [("003/sold", 1)]),
        (HELD, FREE, [("003/taken", -1)]),
        (HELD, RESERVED, [("003/reserved", 1)]),
        (SOLD, FREE, [("003/taken", -1), ("003/sold", -1)]),
        (SOLD, RESERVED, [("003/sold", -1), ("003/reserved", 1)]),
        (RESERVED, HELD, [("003/reserved", -1)]),
        (RESERVED, SOLD, [("003/reserved", -1), ("003/sold", 1)]),
        (RESERVED, FREE, [("003/taken", -1), ("003/reserved", -1)]),
        (HELD, HELD, []),
    ],
)
def test_counters_follow_the_unit(
    before: UnitState, after: UnitState, steps: list[tuple[str, int]]
) -> None:
    """What is taken counts all but free ones; what is given back comes first."""
    assert unit_steps("q", "003", before, after) == tuple(
        UnitStep("quota/q", name, n) for name, n in steps
    )


def test_every_move_of_the_table_is_told_by_counters() -> None:
    """No two states look the same to them."""
    moves = [(before, after) for before, them in UNIT_LIFE.items() for after in them]
    assert all(unit_steps("q", "000", *move) for move in moves)
    assert len(moves) == 10


def test_a_unit_counts_with_its_member_while_it_is_not_free() -> None:
    """Where the quota has a limit: once when it is taken, once when it is given back."""
    counted = UNIT._replace(member_max=2)
    held = counted.moving(HELD, at=NOON)
    sold = held.moving(SOLD, at=NOON)
    free = sold.moving(FREE, at=NOON)
    own = UnitStep("asha", "quota/q", 1)
    assert held.steps_from(FREE, "asha")[-1] == own
    assert own not in sold.steps_from(HELD, "asha")
    assert free.steps_from(SOLD, "asha")[-1] == own._replace(n=-1)
    assert UNIT.moving(HELD, at=NOON).steps_from(FREE, "asha") == (
        UnitStep("quota/q", "003/taken", 1),
    )
