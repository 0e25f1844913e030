"""Aggregates that were read or written last, at hand for whoever reads the same text again.

1. An aggregate is found by its key, and is the one where its text is the same. The text is read
   from the database each time, so nothing has to be forgotten when somebody else writes.
2. What is written is kept too, in place of what it was written over: it is read next. Of what is
   new in a large batch most is not.
3. Whoever makes several requests, one soon after the other, has an aggregate read from its text
   once: that takes as long as all of SQLite's reading and writing. The others cost what they did.
"""

from typing import Any, Final, TypeVar

from mi_rewards.errors import Corrupt
from mi_rewards.formats import from_text
from mi_rewards.repositories import Key, key_of

A = TypeVar("A")

COUNT_MAX: Final = 2_000
"""One that nobody asks for is forgotten when so many others were kept, or twice as many."""

LENGTH_MAX: Final = 4_000
"""A longer text is not kept."""


class Kept:
    """What was read or written last."""

    def __init__(self) -> None:
        self._young: dict[Key[Any], tuple[str, Any]] = {}
        self._old: dict[Key[Any], tuple[str, Any]] = {}

    def read(self, key: Key[A], text: str) -> A:
        """Read an aggregate from text.

        Args:
            key: The key of its row.
            text: What `to_text` answered.

        Returns:
            The aggregate.

        Raises:
            Corrupt: The text is something else, or an aggregate of another key.
        """
        found = self._young.get(key)
        if found is not None and found[0] == text:
            aggregate: A = found[1]
            return aggregate
        found = self._old.get(key)
        aggregate = _read(key, text) if found is None or found[0] != text else found[1]
        self.keep(key, text, aggregate)
        return aggregate

    def keep(self, key: Key[A], text: str, aggregate: A) -> None:
        """Keep an aggregate.

        Args:
            key: Its key.
            text: What `to_text` answers for it.
            aggregate: The aggregate.
        """
        if len(text) > LENGTH_MAX:
            return
        if len(self._young) >= COUNT_MAX:
            self._old, self._young = self._young, {}
        self._young[key] = (text, aggregate)


def _read(key: Key[A], text: str) -> A:
    """Read an aggregate, which is the one of that key."""
    aggregate: Any = from_text(key.kind, text)
    if key_of(aggregate) != key:
        raise Corrupt(f"the row of {key} has another aggregate")
    found: A = aggregate
    return found
