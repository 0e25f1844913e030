"""The log of statements, without their parameters: those name members."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar, cast

from sqlalchemy.engine.interfaces import DBAPICursor

R = TypeVar("R")

LOG: Final = logging.getLogger("mi_rewards.sql")
"""Statements at level DEBUG."""


class LoggedCursor:
    """A cursor, as far as this package needs one (PEP 249), whose statements are logged."""

    def __init__(self, cursor: DBAPICursor) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        """How many rows the last statement wrote."""
        return self._cursor.rowcount

    def execute(self, text: str, values: Sequence[Any]) -> None:
        """Carry out a statement."""
        LOG.debug("%s", text)
        self._cursor.execute(text, values)

    def executemany(self, text: str, values: Sequence[Sequence[Any]]) -> None:
        """Carry out a statement for each of several rows."""
        LOG.debug("%s", text)
        self._cursor.executemany(text, values)

    def fetchall(self) -> Sequence[Any]:
        """Answer with what the last statement found."""
        return self._cursor.fetchall()


def logged(work: Callable[[DBAPICursor], R]) -> Callable[[DBAPICursor], R]:
    """Have the statements of some work be logged, where anybody wants to see them.

    Args:
        work: What to do with a cursor.

    Returns:
        The same, or what does it with a cursor that logs: whether it does is asked once.
    """
    if not LOG.isEnabledFor(logging.DEBUG):
        return work
    return lambda cursor: work(cast(Any, LoggedCursor(cursor)))
