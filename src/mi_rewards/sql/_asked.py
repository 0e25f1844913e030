"""What is asked of a store, by the tables in which it is."""

from collections.abc import Sequence
from typing import Any

from mi_rewards.errors import Misuse
from mi_rewards.repositories import Loaded, Needs
from mi_rewards.sql._rows import KINDS, NTH


def lockable(needs: Needs) -> dict[str, list[tuple[str, str]]]:
    """Group the keys of aggregates by their table, in the order in which tables are written."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind, member_id, name in dict.fromkeys(needs.aggregates):
        table = KINDS.get(kind) or table_of(kind)
        if table in groups:
            groups[table].append((member_id, name))
        else:
            groups[table] = [(member_id, name)]
    if len(groups) < 2:
        return groups
    return {table: groups[table] for table in sorted(groups, key=NTH.__getitem__)}


def grouped(needs: Needs) -> dict[str, Sequence[tuple[str, str]]]:
    """Group keys by their table."""
    groups: dict[str, Sequence[tuple[str, str]]] = {}
    if needs.receipts:
        groups["receipts"] = list(dict.fromkeys(needs.receipts))
    if needs.aggregates:
        groups.update(lockable(needs))
    if needs.counters:
        groups["counters"] = list(dict.fromkeys(needs.counters))
    return groups


def table_of(kind: type[Any]) -> str:
    """Find the table of a kind of aggregate."""
    if kind not in KINDS:
        raise Misuse(f"no table keeps {kind.__name__}")
    return KINDS[kind]


def nothing(needs: Needs) -> Loaded:
    """Answer that nothing was found."""
    return Loaded(
        dict.fromkeys(needs.aggregates),
        dict.fromkeys(needs.receipts),
        dict.fromkeys(needs.counters),
    )
