"""Units of a quota: what becomes of one, and what of that its counters say.

1. A unit is free, held, sold or reserved for a code; `UNIT_LIFE` says which follows upon which.
2. Each shard of a quota has three counters: `taken` of held, sold and reserved units together,
   which its size bounds, `sold` and `reserved`. Held is what is left of `taken`, free what is left
   of the size.
3. A unit goes back to the shard that it came from.
"""

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from mi_rewards._tuples import new
from mi_rewards.errors import Corrupt


class UnitState(enum.StrEnum):
    """What a unit of a quota is."""

    FREE = "free"
    HELD = "held"
    SOLD = "sold"
    RESERVED = "reserved"


UNIT_LIFE: Final[Mapping[UnitState, frozenset[UnitState]]] = {
    UnitState.FREE: frozenset({UnitState.HELD, UnitState.RESERVED}),
    UnitState.HELD: frozenset({UnitState.SOLD, UnitState.FREE, UnitState.RESERVED}),
    UnitState.SOLD: frozenset({UnitState.FREE, UnitState.RESERVED}),
    UnitState.RESERVED: frozenset({UnitState.HELD, UnitState.SOLD, UnitState.FREE}),
}
"""What may become of a unit; what is not in the table does not happen."""

TAKEN: Final = "taken"
"""The counter of what is not free."""

SOLD: Final = "sold"
"""The counter of what is sold."""

RESERVED: Final = "reserved"
"""The counter of what is reserved for a code that nobody is using."""

COUNTED: Final = (TAKEN, SOLD, RESERVED)
"""The counters of a shard."""

CODES: Final = "codes"
"""The shard that is set aside for codes."""

_SHARE: Final[Mapping[UnitState, tuple[str, ...]]] = {
    UnitState.FREE: (),
    UnitState.HELD: (TAKEN,),
    UnitState.SOLD: (TAKEN, SOLD),
    UnitState.RESERVED: (TAKEN, RESERVED),
}


def _steps(before: UnitState, after: UnitState) -> tuple[tuple[str, int], ...]:
    """State which counters a unit gives back to, by -1, and then which it takes from, by 1."""
    had, has = _SHARE[before], _SHARE[after]
    back = [(name, -1) for name in COUNTED if name in had and name not in has]
    more = [(name, 1) for name in COUNTED if name in has and name not in had]
    return (*back, *more)


_STEPS: Final[Mapping[tuple[UnitState, UnitState], tuple[tuple[str, int], ...]]] = {
    (before, after): _steps(before, after) for before in UnitState for after in UnitState
}


class UnitStep(NamedTuple):
    """A step of a counter that a unit of a quota brings about.

    Attributes:
        scope: What the counter counts over: the quota, or a member.
        name: Which of its counters: of a quota's a shard and what is counted, such as
            `"003/taken"`.
        n: How much, negative to give back.
    """

    scope: str
    name: str
    n: int


class Move(NamedTuple):
    """What became of a unit, and when.

    Attributes:
        at: The instant (UTC).
        before: What it was.
        after: What it is from then on.
    """

    at: datetime
    before: UnitState
    after: UnitState


class Allotment(NamedTuple):
    """One unit of a quota, as a pre-order or a code has it.

    Attributes:
        quota_id: The quota.
        shard: Where the unit came from, and goes back to.
        state: What it is; free once it is given back.
        moves: What became of it, in order.
        member_max: How many units of the quota the member can have, `None` where that is not
            limited, or the unit does not count.
    """

    quota_id: str
    shard: str
    state: UnitState = UnitState.FREE
    moves: tuple[Move, ...] = ()
    member_max: int | None = None

    def moving(self, to: UnitState, *, at: datetime) -> "Allotment":
        """Let the unit become something else.

        Args:
            to: What it is to be.
            at: The instant (UTC).

        Returns:
            The allotment, with the move recorded; as it was where it is that already.

        Raises:
            Corrupt: A unit never becomes that after what it was: somebody changed what is stored.
        """
        before = self.state
        if to is before:
            return self
        if to not in UNIT_LIFE[before]:
            raise Corrupt(f"a unit of quota {self.quota_id!r} that is {before} is never {to}")
        moves = (*self.moves, new(Move, (at, before, to)))
        return new(Allotment, (self.quota_id, self.shard, to, moves, self.member_max))

    def steps_from(self, before: UnitState, member_id: str) -> tuple[UnitStep, ...]:
        """State the steps of counters by which the unit became what it is.

        Args:
            before: What it was.
            member_id: Whose it is.

        Returns:
            The steps of the quota's counters, those that give back first; then that of the member's
            own counter, where the member's units are counted.
        """
        steps = unit_steps(self.quota_id, self.shard, before, self.state)
        is_free, was_free = self.state is UnitState.FREE, before is UnitState.FREE
        if self.member_max is None or is_free is was_free:
            return steps
        return (*steps, member_step(self.quota_id, member_id, -1 if is_free else 1))


def unit_steps(
    quota_id: str, shard: str, before: UnitState, after: UnitState, n: int = 1
) -> tuple[UnitStep, ...]:
    """State the steps of a quota's counters by which units become something else.

    Args:
        quota_id: The quota.
        shard: The shard that the units are of.
        before: What they were.
        after: What they are from now on.
        n: How many units.

    Returns:
        The steps; those that give back come first.
    """
    scope = quota_scope(quota_id)
    return tuple(
        [new(UnitStep, (scope, f"{shard}/{name}", n * way)) for name, way in _STEPS[before, after]]
    )


def member_step(quota_id: str, member_id: str, n: int) -> UnitStep:
    """State the step of the counter of what a member has of a quota.

    Args:
        quota_id: The quota.
        member_id: The member.
        n: How many units.

    Returns:
        The step.
    """
    return new(UnitStep, (member_id, f"quota/{quota_id}", n))


def quota_scope(quota_id: str) -> str:
    """Name what the counters of a quota count over.

    Args:
        quota_id: The quota.

    Returns:
        The scope, which is also that of requests that change the quota itself.
    """
    return f"quota/{quota_id}"
