"""Borrowing what a pool of SQLAlchemy's keeps, without the proxy that it lends.

1. The proxy sees to connections that somebody forgets to give back, and tells listeners. Whoever
   gives back for certain, to a pool that nobody listens to, needs neither: it took longer than
   SQLite takes to write a row.
2. How many are out, which connections are too old, and which are lost, stays the pool's affair.
3. Of pools of other kinds, and where they work in another way, the proxy is borrowed.
"""

from typing import Any, Final

from sqlalchemy import Pool, QueuePool
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

_USED: Final = ("_do_get", "_do_return_conn")
"""What is asked of a pool here that SQLAlchemy does not promise."""

_IS_KNOWN: Final = all(hasattr(QueuePool, name) for name in _USED)


def borrowed(pool: Pool) -> ConnectionPoolEntry | None:
    """Borrow what a pool keeps.

    Args:
        pool: The pool.

    Returns:
        An entry whose connection is open, to be given to `give_back`; `None` where a proxy is to be
        borrowed instead.
    """
    if type(pool) is not QueuePool or not _IS_KNOWN:
        return None
    known: Any = pool
    told = known.dispatch
    if known._pre_ping or told.checkout or told.checkin or told.reset:
        return None
    entry = known._do_get()
    try:
        entry.get_connection()
    except BaseException as error:
        try:
            entry.invalidate(error)  # one that is open but was not prepared
        finally:
            known._do_return_conn(entry)
        raise
    kept: ConnectionPoolEntry = entry
    return kept


def give_back(pool: Pool, entry: ConnectionPoolEntry, dialect: Dialect, *, is_idle: bool) -> None:
    """Give an entry back; where a transaction may be open on its connection it is rolled back.

    Args:
        pool: The pool that it was borrowed from.
        entry: The entry.
        dialect: The database's dialect.
        is_idle: Whether no transaction is open.
    """
    driver: Any = entry.dbapi_connection
    known: Any = pool
    try:
        if not is_idle and driver is not None:
            dialect.do_rollback(driver)
    except dialect.loaded_dbapi.Error as error:
        entry.invalidate(error)
    except BaseException as stop:
        entry.invalidate(stop)
        raise
    finally:
        known._do_return_conn(entry)
