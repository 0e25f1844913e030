"""An event log shared out by members: each partition is replayed apart from all others.

1. Whoever replays a partition reads the whole log and carries out the lines of its members.
2. That comes to the same as long as a line is about one member, and about nothing that members
   share. A line that may be about more says that all are to be replayed together.
3. Partitions go by `hash`: they are for processes that are copies of one and hash alike.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from mi_rewards._event_log.events import KINDS
from mi_rewards._event_log.lines import Row, Unread

ALONE: Final = frozenset(
    {
        "burned",
        "cancelled",
        "captured",
        "delivered",
        "held",
        "joined",
        "opening",
        "placed",
        "reinstated",
        "released",
        "returned",
        "reviewed",
    }
)
"""The kinds of lines that are about one member, where a programme's members share nothing."""

_TOGETHER: Final = frozenset(KINDS) - ALONE


class Together(Exception):
    """A line may be about more than one member."""


class Partition:
    """One partition of a log, while it is read.

    Attributes:
        place: Which one, from 0; the first has also what no member is known of.
        count: How many there are.
        line: The number of the last line that was read, whose ever it is.
    """

    def __init__(self, place: int, count: int) -> None:
        self.place = place
        self.count = count
        self.line = 0

    def of(self, items: Iterable[tuple[int, Row] | Unread]) -> Iterator[tuple[int, Row] | Unread]:
        """Take what is in this partition.

        Args:
            items: All of the log, from `read_rows`.

        Yields:
            The rows of this partition's members; in the first one what could not be read, too.

        Raises:
            Together: There is a row of a kind that is not in `ALONE`.
        """
        place, count = self.place, self.count
        for item in items:
            self.line = item[0]
            if type(item) is Unread:
                if place == 0:
                    yield item
                continue
            row = item[1]
            if row[0] in _TOGETHER:
                raise Together
            if hash(row[1]) % count == place:
                yield item
