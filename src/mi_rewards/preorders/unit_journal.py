"""The journal of a quota: how large its shards became, and every move of a unit.

1. How large shards are is changed by whoever runs the sale; each change is an event of the quota.
2. What becomes of a unit is recorded with the pre-order or the code that has it.
3. Folding both gives what the counters say; `check_units` says where it does not.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mi_rewards.errors import Corrupt
from mi_rewards.preorders.allotments import CODES, UNIT_LIFE, Allotment, UnitState
from mi_rewards.preorders.quotas import Quota, QuotaState, ShardState

QUOTA_CHANGED = "quota_changed"
"""The topic of the events that say how large a quota's shards became."""


class SizeChange(NamedTuple):
    """By how many units a shard became larger, or smaller.

    Attributes:
        shard: Its name.
        units: How many, negative for fewer.
    """

    shard: str
    units: int


def size_changes(before: Quota | None, after: Quota) -> tuple[SizeChange, ...]:
    """State by how much each shard became larger or smaller.

    Args:
        before: The quota as it was, `None` where there was none.
        after: The quota as it is.

    Returns:
        The shards that changed, in order, the one for codes last.
    """
    had = {} if before is None else _sizes(before)
    changes = [SizeChange(name, size - had.get(name, 0)) for name, size in _sizes(after).items()]
    return tuple([it for it in changes if it.units])


def _sizes(quota: Quota) -> dict[str, int]:
    """State how large each shard is."""
    pairs = zip(quota.sizes, quota.withdrawn, strict=True)
    sizes = {name: size - gone for name, (size, gone) in zip(quota.shard_names, pairs, strict=True)}
    return {**sizes, CODES: quota.codes - quota.codes_withdrawn}


def write_changes(changes: Iterable[SizeChange]) -> str:
    """Write changes of sizes in one line, as events have them.

    Args:
        changes: The changes.

    Returns:
        Such as `"000:+25,codes:-5"`; empty for none.
    """
    return ",".join([f"{it.shard}:{it.units:+}" for it in changes])


def read_changes(text: str) -> tuple[SizeChange, ...]:
    """Read changes of sizes.

    Args:
        text: What `write_changes` answered.

    Returns:
        The changes.

    Raises:
        Corrupt: It is something else.
    """
    changes = []
    for part in text.split(",") if text else ():
        shard, _, units = part.partition(":")
        try:
            changes.append(SizeChange(shard, int(units)))
        except ValueError:
            raise Corrupt(f"a shard's change of size is not {part!r:.60}") from None
    return tuple(changes)


def fold_units(
    quota_id: str, changes: Iterable[SizeChange], allotments: Iterable[Allotment]
) -> QuotaState:
    """Fold the journal of a quota.

    Args:
        quota_id: The quota.
        changes: How its shards became larger or smaller.
        allotments: What pre-orders and codes have or had of it.

    Returns:
        What its units are.

    Raises:
        Corrupt: A unit became what it never becomes.
    """
    sizes: dict[str, int] = {CODES: 0}
    for change in changes:
        sizes[change.shard] = sizes.get(change.shard, 0) + change.units
    counts: dict[tuple[str, UnitState], int] = {}
    for allotment in allotments:
        if allotment.quota_id != quota_id:
            continue
        state = UnitState.FREE
        for move in allotment.moves:
            if move.before is not state or move.after not in UNIT_LIFE[state]:
                raise Corrupt(f"a unit of quota {quota_id!r} goes from {state} by {move}")
            state = move.after
        key = (allotment.shard, state)
        counts[key] = counts.get(key, 0) + 1
    names = {*sizes, *[shard for shard, _ in counts]} - {CODES}
    shards = tuple([_folded(name, sizes.get(name, 0), counts) for name in (*sorted(names), CODES)])
    return QuotaState(
        quota_id,
        sum(it.size for it in shards),
        sum(it.free for it in shards),
        sum(it.held for it in shards),
        sum(it.sold for it in shards),
        sum(it.reserved for it in shards),
        shards[-1].free,
        shards,
    )


def _folded(shard: str, size: int, counts: Mapping[tuple[str, UnitState], int]) -> ShardState:
    """State what the units of a shard are."""
    held, sold, reserved = [
        counts.get((shard, state), 0)
        for state in (UnitState.HELD, UnitState.SOLD, UnitState.RESERVED)
    ]
    return ShardState(shard, size, size - held - sold - reserved, held, sold, reserved)


def check_units(
    quota: Quota,
    used: Mapping[str, int],
    changes: Iterable[SizeChange],
    allotments: Iterable[Allotment],
) -> tuple[str, ...]:
    """Check promise 14 on a quota: its counters, its journal, and that every unit is something.

    Args:
        quota: The quota.
        used: What its counters say, by their names.
        changes: How its shards became larger or smaller, from its events.
        allotments: What pre-orders and codes have or had of it.

    Returns:
        What is wrong, each in a sentence; nothing where all of it holds.
    """
    state = quota.state(used)
    wrong = [
        f"14: shard {it.shard} has fewer than none of something: {it}"
        for it in state.shards
        if min(it[1:]) < 0
    ]
    folded = fold_units(quota.quota_id, changes, allotments)
    # A shard that never had a unit is in no journal.
    here, there = [{it for it in of.shards if any(it[1:])} for of in (state, folded)]
    wrong += [f"14: the counters say {it}" for it in sorted(here - there)]
    wrong += [f"14: the journal says {it}" for it in sorted(there - here)]
    return tuple(wrong)
