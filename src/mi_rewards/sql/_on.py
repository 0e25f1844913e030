"""Working on one connection of SQLAlchemy's or of a driver's: cursors, errors, transactions."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ManagesConnection

from mi_rewards.errors import Conflict, MiRewardsError, Misuse
from mi_rewards.repositories import Changes, Loaded, Needs, Store, Work
from mi_rewards.sql import _aiosqlite, _asyncpg, _psycopg
from mi_rewards.sql._asyncpg import AsyncpgCursor
from mi_rewards.sql._log import logged
from mi_rewards.sql._postgresql import PostgreSQL
from mi_rewards.sql._sqlite import SQLite
from mi_rewards.sql._statements import SAVEPOINT, Statements
from mi_rewards.sql._straight import StraightCursor
from mi_rewards.sql.tables import Tables

R = TypeVar("R")

_KINDS: dict[str, type[Statements]] = {"postgresql": PostgreSQL, "sqlite": SQLite}


class DriverConnection(Protocol):
    """A connection of a driver's (PEP 249)."""

    def cursor(self) -> DBAPICursor:
        """Open a cursor.

        Returns:
            The cursor.
        """


def statements_of(tables: Tables, dialect: Dialect) -> Statements:
    """Choose what is said to a kind of database.

    Args:
        tables: The tables.
        dialect: The database's dialect.

    Returns:
        The statements.

    Raises:
        Misuse: The database is another than SQLite and PostgreSQL, or its driver is unknown.
    """
    if dialect.name not in _KINDS:
        raise Misuse(f"the database is SQLite or PostgreSQL, not {dialect.name!r}")
    return _KINDS[dialect.name](tables, dialect)


def on_connection(connection: Connection, work: Callable[[DBAPICursor], R]) -> R:
    """Work on a connection; see `on_lent`.

    Args:
        connection: The connection.
        work: What to do with the driver's cursor.

    Returns:
        What the work answers.

    Raises:
        Misuse: A text cannot be stored.
        DBAPIError: The database cannot go on; a lost connection is taken out of the pool.
    """
    return on_lent(connection.connection, connection.dialect, connection, work)


def on_lent(
    lent: ManagesConnection,
    dialect: Dialect,
    whole: Connection | ManagesConnection,
    work: Callable[[DBAPICursor], R],
    *,
    commits_each: bool = False,
    straight: StraightCursor | None = None,
) -> R:
    """Work on what a pool lends; have the driver's errors come out as SQLAlchemy's.

    Args:
        lent: What the pool lends.
        dialect: The database's dialect.
        whole: What to take out of the pool where the connection is lost.
        work: What to do with the driver's cursor.
        commits_each: Whether each statement is to be a transaction of its own from now on.
        straight: A cursor of that connection whose statements are so without that; `None` to have
            one of the driver's.

    Returns:
        What the work answers.

    Raises:
        Misuse: A text cannot be stored.
        DBAPIError: The database cannot go on; a lost connection is taken out of the pool.
    """
    driver: Any = lent.dbapi_connection
    cursor: Any = straight
    work = logged(work)
    try:
        if straight is not None:
            return work(cursor)
        if commits_each and not _psycopg.commits_each(driver, dialect):
            _psycopg.commit_each(driver, dialect)
        if dialect.is_async:
            if _aiosqlite.is_for(driver, dialect):
                return _aiosqlite.carried_out(driver, dialect, work)
            if _asyncpg.is_for(driver, dialect, commits_each=commits_each):
                cursor = AsyncpgCursor(driver, dialect)
                return work(cursor)
        cursor = driver.cursor()
        return work(cursor)
    except MiRewardsError:
        raise
    except Exception as error:
        refuse_text(error)
        if not isinstance(error, dialect.loaded_dbapi.Error):
            raise
        is_gone = dialect.is_disconnect(error, driver, cursor)
        if is_gone:
            whole.invalidate(error)
        raise as_sqlalchemys(error, dialect, is_gone=is_gone) from error
    except BaseException as stop:
        # A task that was cancelled, or a signal: nobody knows what the connection is at.
        # Its cursors are closed with it; SQLite's own object to being closed after that.
        cursor = None
        whole.invalidate(stop)
        raise
    finally:
        if cursor is not None:
            cursor.close()


def as_sqlalchemys(error: Exception, dialect: Dialect, *, is_gone: bool) -> DBAPIError:
    """Have an error of the driver's come out as SQLAlchemy's.

    Args:
        error: What the driver said.
        dialect: The database's dialect.
        is_gone: Whether the connection is lost.

    Returns:
        What to raise; it tells no parameters, since those name members.
    """
    made = DBAPIError.instance(
        "a statement of mi_rewards.sql",
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    )
    assert isinstance(made, DBAPIError)
    return made


def refuse_text(error: Exception) -> None:
    """Say that a text cannot be stored, where that is what went wrong.

    Args:
        error: What the driver said.

    Raises:
        Misuse: A text has a NUL, or half of a surrogate pair.
    """
    is_text = isinstance(error, UnicodeEncodeError) or "NUL (0x00)" in str(error)
    if is_text or getattr(error, "sqlstate", None) in {"22021", "22P05"}:
        raise Misuse("a name or a text has a character that the database cannot store") from error


class Joined:
    """A store within a transaction of the host's, which it neither begins nor ends.

    Each save is a savepoint, so that a `Conflict` leaves nothing of it half done. The transaction
    is then to be rolled back and begun again as a whole: what it read is stale.
    """

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed; see `Store.load`.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.
        """
        self._begin()
        return on_connection(self._connection, lambda it: self._statements.load(it, needs))

    def save(self, changes: Changes, /) -> None:
        """Carry out changes in a savepoint; see `Store.save`.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already.
            LimitReached: A counter would pass its limit.
            Misuse: No transaction is open.
        """
        self._begin()
        connection = self._connection
        driver: Any = connection.connection.driver_connection
        on_connection(connection, lambda it: self._statements.save(it, changes, SAVEPOINT, driver))

    def at_once(self, work: Work, /) -> None:
        """Load and decide, and save in a savepoint; see `WholeStore.at_once`.

        Args:
            work: What to carry out.

        Raises:
            Conflict: A version or a record was there already.
            LimitReached: A counter would pass its limit.
            Misuse: No transaction is open.
        """
        self._begin()
        connection, statements = self._connection, self._statements
        driver: Any = connection.connection.driver_connection
        on_connection(connection, lambda it: statements.at_once(it, work, SAVEPOINT, driver))

    def _begin(self) -> None:
        """Have SQLAlchemy know of the transaction, as it does with a statement of its own."""
        if not self._connection.in_transaction():
            self._connection.begin()


class JoinedDriver:
    """`Joined` on a driver's own connection, for hosts that do not use SQLAlchemy themselves."""

    def __init__(self, connection: DriverConnection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed; see `Store.load`.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.
        """
        return self._carried_out(lambda it: self._statements.load(it, needs))

    def save(self, changes: Changes, /) -> None:
        """Carry out changes in a savepoint; see `Store.save`.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already.
            LimitReached: A counter would pass its limit.
            Misuse: No transaction is open.
        """
        driver = self._connection
        self._carried_out(lambda it: self._statements.save(it, changes, SAVEPOINT, driver))

    def _carried_out(self, work: Callable[[DBAPICursor], R]) -> R:
        """Work with a cursor of the driver's."""
        cursor = self._connection.cursor()
        try:
            return logged(work)(cursor)
        except MiRewardsError:
            raise
        except Exception as error:
            refuse_text(error)
            raise
        finally:
            cursor.close()


def joined_driver(connection: DriverConnection, *, driver: str, tables: Tables) -> Store:
    """Work within a transaction on a driver's own connection, which this never commits.

    Args:
        connection: The driver's connection, such as Django's `connection.connection`.
        driver: SQLAlchemy's name of database and driver: `sqlite`, `postgresql+psycopg`.
        tables: The tables.

    Returns:
        A store for as long as the transaction lasts. After a `Conflict` begin the transaction
        again.

    Raises:
        Misuse: No such driver is known.
    """
    try:
        dialect = make_url(f"{driver}://").get_dialect()()
    except (ArgumentError, NoSuchModuleError) as error:
        raise Misuse(f"no driver is known as {driver!r}") from error
    return JoinedDriver(connection, statements_of(tables, dialect))


class Exclusive:
    """A store that locks what it loads, until it saves."""

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed and lock it; receipts come first, and counters are never locked.

        Args:
            needs: What is asked for.

        Returns:
            Everything asked for, `None` where there is nothing.

        Raises:
            Conflict: Somebody else held it for too long, or waited for this one in turn.
        """
        connection, statements = self._connection, self._statements
        begun = connection.in_transaction()
        if not begun:
            connection.begin()
        driver: Any = connection.connection.driver_connection

        def locked(cursor: DBAPICursor) -> Loaded:
            if not begun:
                statements.begin(cursor, driver)
            return statements.load_locked(cursor, needs)

        try:
            return on_connection(connection, locked)
        except BaseException as error:
            connection.rollback()
            cause = error.orig if isinstance(error, DBAPIError) else None
            if isinstance(cause, Exception) and statements.is_lost(cause):
                raise Conflict("somebody else held what was to be locked") from error
            raise

    def save(self, changes: Changes, /) -> None:
        """Carry out changes, commit them, and let go of what is locked.

        Args:
            changes: What to change.

        Raises:
            Conflict: A version or a record was there already.
            LimitReached: A counter would pass its limit.
        """
        try:
            on_connection(
                self._connection, lambda it: self._statements.save(it, changes, SAVEPOINT)
            )
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
