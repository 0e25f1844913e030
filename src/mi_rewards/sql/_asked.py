"""What is asked of a store, by the tables in which it is."""

from collections.abc import Iterable
from typing import Any

from mi_rewards.errors import Misuse
from mi_rewards.repositories import Key, Loaded, Needs
from mi_rewards.sql._rows import KINDS, NTH


def lockable(keys: Iterable[Key[Any]]) -> dict[str, list[tuple[str, str]]]:
    """Group the keys of aggregates by their table, in the order in which tables are written."""
    groups: dict[str, list[tuple[str, str]]] = {}
    _group(keys, groups)
    return {table: groups[table] for table in sorted(groups, key=NTH.__getitem__)}


def _group(keys: Iterable[Key[Any]], groups: dict[str, list[tuple[str, str]]]) -> None:
    """Add keys of aggregates to those of their table."""
    for kind, member_id, name in keys:
        table = KINDS.get(kind) or table_of(kind)
        if table in groups:
            groups[table].append((member_id, name))
        else:
            groups[table] = [(member_id, name)]


def grouped(asked: Loaded) -> dict[str, list[tuple[str, str]]]:
    """Group the keys of what is asked for by their table."""
    groups: dict[str, list[tuple[str, str]]] = {}
    if asked.receipts:
        groups["receipts"] = list(asked.receipts)
    _group(asked.aggregates, groups)
    if asked.counters:
        groups["counters"] = list(asked.counters)
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
