"""Work on a connection of aiosqlite's, all of it on the driver's thread at once.

1. aiosqlite has a thread for each connection, and every call goes there and back, which takes
   longer than most statements. Work that goes there as a whole goes once.
2. What is done there is not awaited in between, so that nobody else who shares the connection comes
   between its statements.
3. Errors come out as SQLAlchemy's adapter has them.
"""

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Final, TypeVar

from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

R = TypeVar("R")

_CLOSED: Final = frozenset({"no active connection", "connection closed"})
"""What the driver says in a `ValueError` where the connection is closed."""


def is_for(adapted: Any, dialect: Dialect) -> bool:
    """Tell whether work can be done on the driver's thread.

    Args:
        adapted: SQLAlchemy's adapter of the driver's connection.
        dialect: The database's dialect.

    Returns:
        Whether the driver is aiosqlite, and takes functions as it is known to.
    """
    return dialect.driver == "aiosqlite" and hasattr(adapted.driver_connection, "_execute")


def carried_out(adapted: Any, dialect: Dialect, work: Callable[[DBAPICursor], R]) -> R:
    """Carry work out on the driver's thread.

    Args:
        adapted: SQLAlchemy's adapter of the driver's connection.
        dialect: The database's dialect.
        work: What to do with a cursor.

    Returns:
        What the work answers.
    """
    driver = adapted.driver_connection

    def there() -> R:
        cursor = driver._conn.cursor()
        try:
            return work(cursor)
        finally:
            cursor.close()

    try:
        answer: R = adapted.run_async(lambda it: it._execute(copy_context().run, there))
    except ValueError as error:
        if str(error).lower() in _CLOSED:
            raise dialect.loaded_dbapi.OperationalError(str(error)) from error
        raise
    return answer
