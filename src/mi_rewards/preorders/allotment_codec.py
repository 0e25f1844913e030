"""Units of quotas as JSON-ready lists, to be a part of another aggregate.

An allotment is written `[quota, shard, state, moves]`, a move `[instant, before, after]`.
"""

from typing import Any

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Corrupt
from mi_rewards.preorders.allotments import Allotment, Move, UnitState
from mi_rewards.wallet.reading import instant_in, list_in, one_of, text_in

_STATES = {state.value: state for state in UnitState}


def allotment_to_list(allotment: Allotment) -> list[Any]:
    """Write which unit something has.

    Args:
        allotment: The unit.

    Returns:
        A JSON-ready list.
    """
    moves = [[write_instant(it.at), it.before.value, it.after.value] for it in allotment.moves]
    return [allotment.quota_id, allotment.shard, allotment.state.value, moves]


def allotment_in(written: object, what: str) -> Allotment:
    """Read which unit something has.

    Args:
        written: What `allotment_to_list` answered.
        what: What it is, for the message.

    Returns:
        The unit.

    Raises:
        Corrupt: It is something else, or its moves do not follow on one another.
    """
    quota_id, shard, state, rows = list_in(written, what, 4)
    moves = tuple([_move(row) for row in list_in(rows, "moves")])
    allotment = Allotment(
        text_in(quota_id, "quota_id"), text_in(shard, "shard"), one_of(state, _STATES, what), moves
    )
    after = [it.after for it in moves]
    before = [it.before for it in moves]
    if not moves or after[-1] is not allotment.state or after[:-1] != before[1:]:
        raise Corrupt(f"the moves of the unit {allotment.quota_id!r} do not follow on one another")
    return allotment


def _move(written: object) -> Move:
    """Read a change of a unit's state."""
    at, before, after = list_in(written, "move", 3)
    return Move(
        instant_in(at, "at"), one_of(before, _STATES, "before"), one_of(after, _STATES, "after")
    )
