"""Where codes lead: the entries by which vouchers are found, and pools of imported codes.

1. A code leads to one voucher: its entry is what makes codes differ.
2. A pool's codes have places, and are issued in their order.
3. The code in clear is never in an entry, and in a pool until it is issued.
"""

from typing import NamedTuple


class CodeEntry(NamedTuple):
    """Where a code leads: the row that makes codes differ, looked up by the code's digest.

    Attributes:
        digest: The keyed digest of the code.
        member_id: The member who redeemed the voucher; empty while the code waits in a pool.
        voucher_id: The voucher; empty while the code waits in a pool.
        version: How many times it was stored.
    """

    digest: str
    member_id: str
    voucher_id: str
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing in a code."""
        return

    def stored(self) -> "CodeEntry":
        """The same entry, stored once more.

        Returns:
            The entry with its version raised by one.
        """
        return self._replace(version=self.version + 1)


class PooledCode(NamedTuple):
    """A code that was imported, in its place in the pool.

    Attributes:
        pool_id: The pool.
        place: Its place, from 1.
        digest: The keyed digest of the code.
        clear: The code in clear, until it is issued.
        version: How many times it was stored.
    """

    pool_id: str
    place: int
    digest: str
    clear: str | None
    version: int = 0

    def __repr__(self) -> str:
        """Leave the code itself out of logs and messages."""
        return f"PooledCode(pool_id={self.pool_id!r}, place={self.place}, digest={self.digest!r})"

    @property
    def due_at(self) -> None:
        """The calendar changes nothing in a pool."""
        return

    def issuing(self) -> "PooledCode":
        """Mark it as issued: the voucher has the code from now on.

        Returns:
            The code's place, without the code in clear.
        """
        return self._replace(clear=None)

    def stored(self) -> "PooledCode":
        """The same place, stored once more.

        Returns:
            The place with its version raised by one.
        """
        return self._replace(version=self.version + 1)
