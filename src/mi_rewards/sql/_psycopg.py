"""What connections that a pool lends are asked for straight, where the driver is psycopg.

1. It has a switch for statements that are a transaction of their own each. SQLAlchemy's dialect
   also states the isolation of transactions that nobody begins, and checks its name each time.
2. A cursor finds out how each type is written and read, and then knows. One that stays with its
   connection finds out once.
"""

from typing import Any, Final

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.engine import Dialect

from mi_rewards.sql import _asyncpg

_CURSOR: Final = "mi_rewards_cursor"
_ROWS_KEPT_MAX: Final = 100
"""A cursor keeps the rows that it found last; beyond so many it does not stay."""


def is_for(dialect: Dialect) -> bool:
    """Tell whether the driver is psycopg itself.

    Args:
        dialect: The database's dialect.

    Returns:
        Whether it is, and not the one for asyncio.
    """
    return dialect.driver == "psycopg" and not dialect.is_async


def commits_each(driver: Any, dialect: Dialect) -> bool:
    """Tell whether each statement is a transaction of its own with nothing said to the driver.

    Args:
        driver: The driver's connection, as SQLAlchemy adapts it.
        dialect: The database's dialect.

    Returns:
        Whether it is so already.
    """
    if is_for(dialect):
        return bool(driver.autocommit)
    return _asyncpg.commits_each(driver, dialect)


def commit_each(driver: Any, dialect: Dialect) -> None:
    """Have each statement be a transaction of its own from now on.

    Args:
        driver: The driver's connection, on which no transaction is open.
        dialect: The database's dialect.
    """
    if is_for(dialect):
        driver.autocommit = True
    else:
        dialect.set_isolation_level(driver, "AUTOCOMMIT")


def commit_as_before(driver: Any, dialect: Dialect) -> None:
    """Have transactions be begun again, as on any connection that the engine opens.

    Args:
        driver: The driver's connection, on which no transaction is open.
        dialect: The database's dialect.
    """
    if is_for(dialect):
        driver.autocommit = False
    else:
        dialect.reset_isolation_level(driver)


def kept_cursor(lent: PoolProxiedConnection) -> Any:
    """Give the cursor that stays with a connection.

    Args:
        lent: What the pool lends, to nobody else meanwhile.

    Returns:
        The cursor.
    """
    cursor = lent.info.get(_CURSOR)
    if cursor is None or cursor.closed:
        cursor = lent.info[_CURSOR] = lent.cursor()
    return cursor


def is_kept(cursor: Any) -> bool:
    """Tell whether a cursor can stay with its connection.

    Args:
        cursor: The cursor, after it was worked with.

    Returns:
        Whether it found few rows.
    """
    return bool(cursor.rowcount <= _ROWS_KEPT_MAX)
