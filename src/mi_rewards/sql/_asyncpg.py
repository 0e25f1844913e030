"""A cursor on a connection of asyncpg's, without SQLAlchemy's adapter between them.

1. asyncpg keeps prepared statements itself; what the adapter keeps and describes beside them took
   longer than to send a statement.
2. The adapter begins a transaction with the first statement that goes through it. So this cursor is
   for connections on which one is open, or on which none is wanted.
3. Errors come out as the adapter's would.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.engine import Dialect
from sqlalchemy.util import await_only

_ERRORS: Final = {
    "IntegrityConstraintViolationError": "IntegrityError",
    "InterfaceError": "InterfaceError",
    "InternalClientError": "InternalClientError",
    "InternalServerError": "InternalServerError",
    "InvalidCachedStatementError": "InvalidCachedStatementError",
    "PostgresError": "Error",
    "SyntaxOrAccessError": "ProgrammingError",
}
"""The adapter's names of errors, by asyncpg's."""


def is_for(adapted: Any, dialect: Dialect, *, commits_each: bool) -> bool:
    """Tell whether statements can go to the driver itself.

    Args:
        adapted: SQLAlchemy's adapter of the driver's connection.
        dialect: The database's dialect.
        commits_each: Whether each statement is to be a transaction of its own.

    Returns:
        Whether the driver is asyncpg, and the adapter need not begin a transaction.
    """
    if dialect.driver != "asyncpg":
        return False
    in_transaction: bool = adapted.driver_connection.is_in_transaction()
    return commits_each or in_transaction or bool(adapted.autocommit)


def commits_each(adapted: Any, dialect: Dialect) -> bool:
    """Tell whether each statement is a transaction of its own with nothing said to the adapter.

    Args:
        adapted: SQLAlchemy's adapter of the driver's connection.
        dialect: The database's dialect.

    Returns:
        Whether the driver is asyncpg, and has no transaction open.
    """
    return dialect.driver == "asyncpg" and not adapted.driver_connection.is_in_transaction()


class AsyncpgCursor:
    """What this package needs of a cursor (PEP 249)."""

    def __init__(self, adapted: Any, dialect: Dialect) -> None:
        self._driver = adapted.driver_connection
        self._errors = dialect.loaded_dbapi
        self._rows: Sequence[Any] = ()

    def execute(self, text: str, values: Sequence[object]) -> None:
        """Carry out a statement, and fetch what it finds."""
        driver = self._driver
        try:
            if values:
                self._rows = await_only(driver.fetch(text, *values))
            else:
                await_only(driver.execute(text))
        except Exception as error:
            for kind in type(error).__mro__:
                if kind.__name__ in _ERRORS:
                    made = getattr(self._errors, _ERRORS[kind.__name__])(str(error))
                    made.sqlstate = made.pgcode = getattr(error, "sqlstate", None)
                    made.orig = error
                    raise made from error
            raise

    def fetchall(self) -> Sequence[Any]:
        """Answer with what the last statement found."""
        return self._rows

    def close(self) -> None:
        """Nothing: everything is fetched."""
