"""All that a member has of one kind, page by page."""

from collections.abc import Sequence
from typing import Any, TypeVar

from mi_rewards.commands.reads import PAGE
from mi_rewards.repositories.exchange import Loaded
from mi_rewards.repositories.keys import Key, key_of
from mi_rewards.repositories.records import Owned

A = TypeVar("A")


def all_of(kind: type[A], owner: str, loaded: Loaded) -> list[A]:
    """Read all that there is of a kind, as the commands before have left it.

    Args:
        kind: The class.
        owner: The member, or what else it belongs to.
        loaded: What was loaded.

    Returns:
        The aggregates by their names.

    Raises:
        NotLoaded: A page was not asked for; names it.
    """
    found: dict[Key[Any], Any] = {}
    after: str | None = ""
    while after is not None:
        rows: Sequence[Any] = loaded.owned(Owned(kind, owner, after, PAGE))
        found.update({key_of(it): it for it in rows})
        after = key_of(rows[-1]).name if len(rows) == PAGE else None
    found |= {
        key: aggregate
        for key, aggregate in loaded.aggregates.items()
        if key.kind is kind and key.member_id == owner and aggregate is not None
    }
    return [found[key] for key in sorted(found, key=_by_name)]


def _by_name(key: Key[Any]) -> str:
    """Order keys of one owner and kind."""
    return key.name
