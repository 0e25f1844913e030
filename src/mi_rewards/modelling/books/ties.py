"""Ties: whether a roll-forward adds up, and whether it agrees with the ledger.

A roll-forward is a table whose flows stand between the columns `opening` and `closing`. What stands
before `opening`, but for `period`, says which roll-forward a row belongs to, where there are
several in one table. What stands after `closing` takes no part.
"""

from collections.abc import Sequence
from typing import Any

from mi_rewards.errors import Misuse
from mi_rewards.modelling.flows import Flow
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.tables import Table


def check_ties(table: Table) -> list[str]:
    """Check a roll-forward: opening and flows are closing, and a closing is the next opening.

    Args:
        table: Any roll-forward, in tokens or in minor units; its rows in the order of periods.

    Returns:
        What is wrong, a sentence for each; nothing where all of it ties.

    Raises:
        Misuse: The table has no opening, or no closing after it.
    """
    names = table.names
    table["opening"], table["closing"]
    first, last = names.index("opening"), names.index("closing")
    if last < first:
        raise Misuse(f"table {table.title!r} closes before it opens")
    keys = [n for n in range(first) if names[n] != "period"]
    closings: dict[tuple[Any, ...], int] = {}
    found = []
    for number, row in enumerate(table.tuples(), 1):
        opening, closing = row[first], row[last]
        cohort = tuple([row[n] for n in keys])
        where = _where(number, names, row[:first])
        before = closings.get(cohort, opening)
        if opening != before:
            found.append(f"{where}: opens with {opening} after {before}")
        total = opening + sum(row[first + 1 : last])
        if total != closing:
            found.append(f"{where}: opening and flows are {total}, closing is {closing}")
        closings[cohort] = closing
    return found


def check_ledger(replayed: Replayed) -> list[str]:
    """Check that the flows of a replay come to what its ledger says.

    Args:
        replayed: The replay.

    Returns:
        What is wrong, a sentence for each; nothing where every total agrees.
    """
    flows = replayed.flows
    earned = flows.total(Flow.OPENED) + flows.total(Flow.EARNED)
    used = flows.total(Flow.REDEEMED) + flows.total(Flow.REINSTATED)
    pairs = [
        ("issued", earned, replayed.issued),
        ("redeemed", -used, replayed.redeemed),
        ("lapsed", -flows.total(Flow.LAPSED), replayed.lapsed),
        ("taken back", -flows.total(Flow.REVERSED), replayed.clawed_back - replayed.owed),
        ("outstanding", flows.outstanding, replayed.outstanding),
    ]
    return [
        f"{name}: the flows come to {flow}, the ledger to {ledger}"
        for name, flow, ledger in pairs
        if flow != ledger
    ]


def _where(number: int, names: Sequence[str], values: Sequence[Any]) -> str:
    """Name a row."""
    said = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=False))
    return f"row {number} ({said})"
