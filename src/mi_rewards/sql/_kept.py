"""Values that were read last, at hand for whoever reads the same text again.

1. A text is what a value is found by. Aggregates are values: who reads the same text gets the same
   one. So nothing has to be forgotten when somebody else writes; the text is another one then.
2. What is written over a value that was read is read next, and so it is kept too. What is new is
   not: most of it is never read.
3. Whoever makes several requests, one soon after the other, has an aggregate read from its text
   once: that takes as long as all of SQLite's reading and writing. The others cost what they did.
"""

from typing import Any, Final, TypeVar

from mi_rewards.formats import from_text

A = TypeVar("A")

COUNT_MAX: Final = 1_000
"""A value that nobody asks for is forgotten when so many others were kept, or twice as many."""

LENGTH_MAX: Final = 4_000
"""A longer text is not kept."""


class Kept:
    """What was read last."""

    def __init__(self) -> None:
        self._young: dict[str, Any] = {}
        self._old: dict[str, Any] = {}

    def read(self, kind: type[A], text: str) -> A:
        """Read an aggregate from text.

        Args:
            kind: Its class.
            text: What `to_text` answered.

        Returns:
            The value.

        Raises:
            Corrupt: The text is something else.
        """
        found = self._young.get(text)
        if type(found) is kind:
            return found
        found = self._old.get(text)
        value = found if type(found) is kind else from_text(kind, text)
        self.keep(text, value)
        return value

    def keep(self, text: str, value: object) -> None:
        """Keep a value.

        Args:
            text: What `to_text` answers for it.
            value: An aggregate.
        """
        if len(text) > LENGTH_MAX:
            return
        if len(self._young) >= COUNT_MAX:
            self._old, self._young = self._young, {}
        self._young[text] = value
