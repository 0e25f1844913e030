"""Whether each statement is a transaction of its own, as connections of drivers are asked for it.

psycopg has a switch for that. SQLAlchemy's dialect also states the isolation of transactions that
nobody begins, and checks its name each time.
"""

from typing import Any

from sqlalchemy.engine import Dialect

from mi_rewards.sql import _asyncpg


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
