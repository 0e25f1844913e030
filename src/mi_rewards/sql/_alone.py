"""A store on connections that it borrows from an engine's pool, one for each load and each save.

It takes them from the pool as they are, without SQLAlchemy's `Connection` around them: that took
longer than to send a statement and to fetch what it finds.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Engine, Pool, PoolProxiedConnection, StaticPool
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from mi_rewards.repositories import Changes, Loaded, Needs, Work
from mi_rewards.sql import _psycopg
from mi_rewards.sql._on import as_sqlalchemys, on_lent
from mi_rewards.sql._pools import borrowed, give_back
from mi_rewards.sql._statements import Statements
from mi_rewards.sql._straight import straight_cursor

R = TypeVar("R")

_ASKED: Final = frozenset({"at_once", "load", "save"})
"""What a store may be asked for, of a command."""


def ask_for_each(kind: type[Any]) -> None:
    """Have a store be asked for each load and save, where it has a `load` or a `save` of its own.

    Its own may come from a class beside the store's.

    Args:
        kind: A subclass of a store's.
    """
    nearest = next(it for it in kind.__mro__ if not _ASKED.isdisjoint(vars(it)))
    if "at_once" not in vars(nearest):
        kind.at_once = None


class Alone:
    """A store each of whose saves is a transaction of its own."""

    def __init__(self, engine: Engine, statements: Statements) -> None:
        self._engine = engine
        self._dialect = engine.dialect
        self._statements = statements
        self._is_sqlite = engine.dialect.name == "sqlite"
        # A pool of one connection lends it to several at once: they need the driver's own lock.
        is_shared = isinstance(engine.pool, StaticPool)
        self._is_psycopg = _psycopg.is_for(engine.dialect) and not is_shared

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed; see `Store.load`.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.
        """
        return self._carried_out(lambda it: self._statements.load(it, needs))

    def save(self, changes: Changes, /) -> None:
        """Carry out changes and commit them; see `Store.save`.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already, or the database was busy.
            LimitReached: A counter would pass its limit.
            Misuse: A text cannot be stored.
        """
        statements = self._statements
        self._carried_out(lambda it: statements.save(it, changes, statements.alone))

    def at_once(self, work: Work, /) -> None:
        """Load, decide and save on one connection; see `WholeStore.at_once`.

        Args:
            work: What to carry out.

        Raises:
            Conflict: A version or a record was there already, or the database was busy.
            LimitReached: A counter would pass its limit.
            Misuse: A text cannot be stored.
        """
        statements = self._statements
        self._carried_out(lambda it: statements.at_once(it, work, statements.alone))

    def _carried_out(self, work: Callable[[DBAPICursor], R]) -> R:
        """Borrow a connection, work with the driver's cursor on it, and give it back."""
        if self._is_sqlite:
            pool = self._engine.pool
            try:
                entry = borrowed(pool)
            except self._dialect.loaded_dbapi.Error as error:
                raise as_sqlalchemys(error, self._dialect, is_gone=False) from error
            if entry is not None:
                return self._on_entry(pool, entry, work)
        lent = self._borrowed()
        commits_each = self._statements.is_one_statement
        straight = straight_cursor(lent, self._dialect) if self._is_psycopg else None
        is_as_it_was = (
            straight is not None
            or not commits_each
            or _psycopg.commits_each(lent.dbapi_connection, self._dialect)
        )
        is_idle = False
        try:
            answer = on_lent(
                lent, self._dialect, lent, work, commits_each=commits_each, straight=straight
            )
            with suppress(ValueError):  # somebody else has closed it meanwhile
                is_idle = commits_each or not cast(Any, lent.driver_connection).in_transaction
            return answer
        finally:
            self._give_back(lent, is_as_it_was=is_as_it_was, is_idle=is_idle)

    def _on_entry(
        self, pool: Pool, entry: ConnectionPoolEntry, work: Callable[[DBAPICursor], R]
    ) -> R:
        """Work on what the pool keeps, without a proxy."""
        is_idle = False
        try:
            answer = on_lent(entry, self._dialect, entry, work)
            driver: Any = entry.dbapi_connection
            is_idle = not driver.in_transaction
            return answer
        finally:
            give_back(pool, entry, self._dialect, is_idle=is_idle)

    def _borrowed(self) -> PoolProxiedConnection:
        """Borrow a connection; have the driver's errors come out as SQLAlchemy's."""
        try:
            return self._engine.raw_connection()
        except self._dialect.loaded_dbapi.Error as error:
            raise as_sqlalchemys(error, self._dialect, is_gone=False) from error

    def _give_back(self, lent: PoolProxiedConnection, *, is_as_it_was: bool, is_idle: bool) -> None:
        """Give a connection back as it was, or take it out of the pool.

        Where no transaction is open the pool is told so, as SQLAlchemy's `Connection` tells it:
        rolling back what is not there takes as long as a statement where the driver is async.
        """
        if lent.is_valid and not is_as_it_was:
            driver: Any = lent.dbapi_connection
            try:
                _psycopg.commit_as_before(driver, self._dialect)
            except self._dialect.loaded_dbapi.Error as error:
                lent.invalidate(error)
        tell = getattr(lent, "_close_special", None)
        if is_idle and tell is not None:
            tell(transaction_reset=True)
        else:
            lent.close()
