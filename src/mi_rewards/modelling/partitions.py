"""A history in partitions: split by member, replayed by any engine, and put together again.

1. A member's rows are all in one partition, in their order. Then nothing that a member has depends
   on another partition, and what comes out is the same however many there are.
2. An engine is no more than a `map`: the builtin one, an executor's, a pool's, a Dask client's.
   Partitions may come back in any order, and be tried again where a worker dies.
3. What several members take from is in no partition. Rows that take from it are refused, not
   programmes that have it.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

import attrs

from mi_rewards._event_log.lines import Unread
from mi_rewards.errors import Misuse
from mi_rewards.modelling._shared import Shared, codes_of
from mi_rewards.modelling.history import Batch
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.replaying import Watched, replay
from mi_rewards.modelling.what_if.policies import RedemptionPolicy
from mi_rewards.programme import Programme

_ROW = "row"
"""The column by which a partition's rows say which rows of the whole history they are, from 1."""


class Mapper(Protocol):
    """What carries a function out on each of several things: `map`, wherever that is."""

    def __call__(self, function: Callable[[Any], Any], items: Sequence[Any], /) -> Iterable[Any]:
        """Answer with what the function makes of each, in any order."""


def partition_of(member_id: str, count: int) -> int:
    """Tell which of several partitions a member's rows go to.

    It is the first eight bytes of the BLAKE2b digest of the id in UTF-8 (8 bytes long), read as a
    number, the first byte the highest, modulo *count*. So it is the same on every machine, in every
    process and for ever, which `hash()` is not.

    Args:
        member_id: The member.
        count: How many partitions there are, at least 1.

    Returns:
        0 for the first of them.

    Raises:
        Misuse: *member_id* is no text, or there is no partition.

    Example:
        >>> [partition_of(str(number), 7) for number in range(5)]
        [2, 2, 1, 4, 6]
    """
    if type(member_id) is not str:
        raise Misuse(f"member_id is a text, not {member_id!r:.60}")
    return _place(member_id, _counted(count))


def partitioned(columns: Mapping[str, Any], count: int) -> list[dict[str, Any]]:
    """Split a dictionary of columns by member.

    Args:
        columns: The history; each column a list, an array, or a series.
        count: How many partitions to make, at least 1.

    Returns:
        *count* dictionaries of the same columns, some of them perhaps without a row, each in the
        order that the rows had. `row` is a column more: the number that a row has in the whole,
        which `replay_partitions` states wherever it names a row.

    Raises:
        Misuse: There is no column `member_id`, columns differ in length, or there is no partition.
    """
    _counted(count)
    if "member_id" not in columns:
        raise Misuse("columns to partition need a member_id")
    members = columns["member_id"]
    lengths = {name: len(column) for name, column in columns.items()}
    for name, length in lengths.items():
        if length != len(members):
            raise Misuse(f"{name!r} has {length} rows, member_id has {len(members)}")
    known: dict[Any, int] = {}
    places: list[list[int]] = [[] for _ in range(count)]
    for place, member_id in enumerate(members):
        at = known.get(member_id)
        if at is None:
            at = known[member_id] = _place(str(member_id), count)
        places[at].append(place)
    whole = {_ROW: range(1, len(members) + 1), **columns}
    return [{name: _taken(column, rows) for name, column in whole.items()} for rows in places]


def replay_partitions(
    programme: Programme,
    partitions: Iterable[Any],
    *,
    as_of: date,
    map: Mapper = map,  # noqa: A002 - it is what every engine calls it
    balances_at: Sequence[datetime] = (),
    detail: bool = True,
    segment: str = "",
    policy: RedemptionPolicy | None = None,
    sorted_by_member: bool = False,
    engine: str = "auto",
    progress: Callable[[int], None] | None = None,
) -> Replayed:
    """Replay a history that is split by member, one partition after the other or at once.

    Whatever carries it out gets a function and the partitions, both of which can be pickled.

    Args:
        programme: The rule book.
        partitions: Each is what `replay` takes, or a callable without arguments that answers with
            that, so that a worker reads its own. All rows of a member are in one of them.
        as_of: The day whose balances are stated: no partition knows the last day of all.
        map: Carries out: the builtin one, `map` of an executor, `imap` or `imap_unordered` of a
            pool, `map` of a Dask client's `get_executor(pure=False)`.
        balances_at: As `replay` takes it.
        detail: As `replay` takes it. Without it nothing is known by member, and a member in two
            partitions counts as two.
        segment: As `replay` takes it.
        policy: As `replay` takes it; it can be pickled.
        sorted_by_member: As `replay` takes it, for each partition.
        engine: As `replay` takes it.
        progress: Is told, after each partition, how many rows were replayed so far.

    Returns:
        What one replay of all rows answers with. Where partitions are dictionaries with a column
        `row`, as those of `partitioned` are, rows are named by it, and the answer is equal to that
        replay's. Else each partition numbers its own rows, and the reason why one could not be read
        names the partition, from 0.

    Raises:
        Misuse: There is no partition, a member is in two of them (known with *detail* alone), or a
            voucher's code that a row names is; the engine lost or repeated one, something that
            several members take from decides, or what `replay` objects to.
    """
    options = {
        "as_of": as_of,
        "balances_at": tuple(balances_at),
        "detail": detail,
        "segment": segment,
        "policy": policy,
        "sorted_by_member": sorted_by_member,
        "engine": engine,
    }
    parts = [_Part(index, history) for index, history in enumerate(partitions)]
    if not parts:
        raise Misuse("there is no partition to replay")
    results = map(partial(_replayed, programme, options), parts)
    merged = _merged(_checked(results, len(parts), progress))
    Shared.of(programme).check_taken(merged.vouchers)
    return merged


@attrs.frozen(order=False, eq=False)
class _Part:
    """A partition on its way to a worker; engines do not look into it.

    Attributes:
        index: Which of them, from 0.
        history: What `replay` takes, or what answers with that.
    """

    index: int
    history: Any


class _Found(NamedTuple):
    """What a partition came to.

    Attributes:
        partition: Which of them, from 0.
        replayed: What it came to.
        codes: The codes that its redemptions name.
    """

    partition: int
    replayed: Replayed
    codes: frozenset[str]


def _replayed(programme: Programme, options: Mapping[str, Any], part: _Part) -> _Found:
    """Replay one partition, wherever this is."""
    numbers: list[Sequence[int]] = []

    def opened() -> Any:
        history = part.history() if callable(part.history) else part.history
        if not isinstance(history, Mapping) or _ROW not in history:
            return history
        numbers[:] = [list(history[_ROW])]
        return {name: column for name, column in history.items() if name != _ROW}

    def objecting(batch: Batch) -> None:
        try:
            shared.check(batch)
        except Misuse as fault:
            raise Misuse(f"partition {part.index}: {fault}") from None
        codes.update(codes_of(batch))

    codes: set[str] = set()
    shared = Shared.of(programme)
    found = replay(Watched(opened, objecting), programme, **options)
    whole = _renumbered(found, part.index, numbers[0] if numbers else None)
    return _Found(part.index, whole, frozenset(codes))


def _renumbered(found: Replayed, index: int, numbers: Sequence[int] | None) -> Replayed:
    """Name rows by their numbers in the whole, or say whose numbers they are."""
    if numbers is None:
        unread = [Unread(line, f"partition {index}: {reason}") for line, reason in found.unread]
        refusals = list(found.refusals)
    else:
        unread = [Unread(int(numbers[line - 1]), reason) for line, reason in found.unread]
        refusals = [it._replace(row=int(numbers[it.row - 1])) for it in found.refusals]
    return attrs.evolve(found, unread=tuple(sorted(unread)), refusals=tuple(sorted(refusals)))


def _checked(
    results: Iterable[_Found], count: int, progress: Callable[[int], None] | None
) -> Iterator[Replayed]:
    """Hand results on as they come, each partition once, each member and code in one of them."""
    homes: dict[str, int] = {}
    homes_of_codes: dict[str, int] = {}
    seen: set[int] = set()
    rows = 0
    for index, found, codes in results:
        if index in seen:
            raise Misuse(f"the engine answered twice with partition {index}")
        seen.add(index)
        _settle("member", _members_of(found), index, homes)
        _settle("code", codes, index, homes_of_codes)
        rows += found.events + len(found.unread)
        if progress is not None:
            progress(rows)
        yield found
    if len(seen) < count:
        raise Misuse(f"the engine answered with {len(seen)} of {count} partitions")


def _settle(what: str, names: Iterable[str], index: int, homes: dict[str, int]) -> None:
    """Note which partition has what, and object to another that has it too."""
    for name in names:
        home = homes.setdefault(name, index)
        if home != index:
            first, second = sorted((home, index))
            raise Misuse(f"{what} {name!r:.60} is in partitions {first} and {second}")


def _members_of(found: Replayed) -> set[str]:
    """Name the members of a partition, as far as the detail names them."""
    members = set(found.by_member["member_id"]) if found.by_member else set()
    return members.union([member_id for _, member_id, _ in found.refusals])


def _merged(results: Iterable[Replayed]) -> Replayed:
    """Put results together two and two of about a size, since merging copies both."""
    stack: list[tuple[int, Replayed]] = []
    for found in results:
        size, whole = 1, found
        while stack and stack[-1][0] <= size:
            before, other = stack.pop()
            size, whole = size + before, other.merged(whole)
        stack.append((size, whole))
    _, whole = stack.pop()
    while stack:
        whole = stack.pop()[1].merged(whole)
    return whole


def _counted(count: int) -> int:
    """Check how many partitions there are."""
    if type(count) is not int or count < 1:
        raise Misuse(f"the number of partitions is 1 or more, not {count!r:.60}")
    return count


def _place(member_id: str, count: int) -> int:
    """Reckon which partition a member is in."""
    digest = blake2b(member_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count


def _taken(column: Any, rows: list[int]) -> Any:
    """Take rows of a column: an array stays one, and so does a series."""
    if isinstance(column, array):
        return array(column.typecode, [column[row] for row in rows])
    take = getattr(column, "take", None) or getattr(column, "gather", None)
    return take(rows) if callable(take) else [column[row] for row in rows]
