"""A cursor that speaks through libpq itself, where the driver is psycopg.

1. psycopg's own cursor finds out anew with each statement how values are written and rows are read.
   All values of this package are texts, numbers and instants, and the server knows each one's type.
2. psycopg begins a transaction before a statement. This does not: each statement is a transaction
   of its own, and the connection is given back with nothing changed.
3. It stays with its connection. Where the connection is not as it needs it to be, nobody uses it.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.engine import Dialect

_NAME: Final = "mi_rewards_cursor"
"""The cursor's name within what is noted about a connection."""

_STALE: Final = frozenset({"26000", "0A000"})
"""The states of errors by which a prepared statement is gone, or is of tables as they were."""

_NUMBERS: Final = count(1)


class StraightCursor:
    """What this package needs of a cursor (PEP 249).

    Attributes:
        driver: The connection of psycopg's.
    """

    def __init__(self, driver: Any, psycopg: Any) -> None:
        status = psycopg.pq.ExecStatus
        self.driver: Any = driver
        self._libpq = driver.pgconn
        self._is_plain: bool = driver.cursor_factory is psycopg.Cursor
        self._idle = psycopg.pq.TransactionStatus.IDLE
        self._good = (status.TUPLES_OK, status.COMMAND_OK)
        self._error = psycopg.errors.error_from_result
        self._carried_out = psycopg.generators.execute
        self._reader = psycopg.adapt.Transformer
        self._readers: dict[str, Any] = {}
        self._texts: dict[str, bytes] = {}
        self._counts: dict[str, int] = {}
        self._names: dict[str, bytes] = {}
        self._said = ""
        self._result: Any = None

    @property
    def is_usable(self) -> bool:
        """Whether no transaction is open, texts are in UTF-8, and nobody else wants to see them.

        A host that traces its statements has cursors of its own; one whose connections are not the
        server's own, as behind some poolers, has nothing prepared.
        """
        libpq = self._libpq
        return bool(
            self._is_plain
            and libpq.transaction_status == self._idle
            and libpq.parameter_status(b"client_encoding") == b"UTF8"
            and self.driver.prepare_threshold is not None
        )

    def execute(self, text: str, values: Sequence[object]) -> None:
        """Carry out a statement, and keep what it finds."""
        given = _written(values)
        name = self._names.get(text) or self._prepared(text)
        if name is None:
            self._libpq.send_query_params(self._text(text), given)
        else:
            self._libpq.send_query_prepared(name, given)
        try:
            self._result = self._answer()
        except Exception as error:
            if name is None or getattr(error, "sqlstate", None) not in _STALE:
                raise
            # The statement failed before it did anything.
            self._names.clear()
            self._readers.clear()
            self._libpq.send_query_params(self._text(text), given)
            self._result = self._answer()
        self._said = text

    def fetchall(self) -> Sequence[Any]:
        """Answer with what the last statement found."""
        result, self._result = self._result, None
        reader: Any = self._readers.get(self._said)
        is_new = reader is None
        if is_new:
            reader = self._readers[self._said] = self._reader(self.driver)
        reader.set_pgresult(result, set_loaders=is_new)
        found: Sequence[Any] = reader.load_rows(0, result.ntuples, tuple)
        reader.set_pgresult(None, set_loaders=False)
        return found

    def close(self) -> None:
        """Nothing: it stays with its connection."""

    def _prepared(self, text: str) -> bytes | None:
        """Have a statement be prepared that was carried out as often as psycopg waits for."""
        times = self._counts[text] = self._counts.get(text, 0) + 1
        driver = self.driver
        is_full = driver.prepared_max is not None and len(self._names) >= driver.prepared_max
        if is_full or times <= driver.prepare_threshold:
            return None
        name = b"mi_rewards_%d" % next(_NUMBERS)
        self._libpq.send_prepare(name, self._text(text))
        self._answer()
        self._names[text] = name
        return name

    def _text(self, text: str) -> bytes:
        """Number the parameters of a statement, as libpq wants it."""
        found = self._texts.get(text)
        if found is None:
            first, *others = text.split("%s")
            parts = [f"${n}{part}" for n, part in enumerate(others, start=1)]
            found = self._texts[text] = "".join([first, *parts]).encode()
        return found

    def _answer(self) -> Any:
        """Wait for what the server answers, as psycopg does."""
        (result,) = self.driver.wait(self._carried_out(self._libpq))
        if result.status not in self._good:
            raise self._error(result)
        return result


def straight_cursor(lent: PoolProxiedConnection, dialect: Dialect) -> StraightCursor | None:
    """Give the cursor that stays with a connection of psycopg's.

    Args:
        lent: What the pool lends, to nobody else meanwhile.
        dialect: The database's dialect.

    Returns:
        The cursor; `None` where the connection is not as it needs it to be.
    """
    driver: Any = lent.dbapi_connection
    cursor: StraightCursor | None = lent.info.get(_NAME)
    if cursor is None or cursor.driver is not driver:
        cursor = lent.info[_NAME] = StraightCursor(driver, dialect.loaded_dbapi)
    return cursor if cursor.is_usable else None


def _written(values: Sequence[object]) -> list[bytes | None]:
    """Write values as the server reads them."""
    given: list[bytes | None] = []
    for value in values:
        if type(value) is str:
            if "\0" in value:
                raise ValueError("a text with NUL (0x00) cannot be stored")
            given.append(value.encode())
        elif isinstance(value, datetime):
            given.append(value.isoformat().encode())
        else:
            given.append(None if value is None else str(value).encode())
    return given
