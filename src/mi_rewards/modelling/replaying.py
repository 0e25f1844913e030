"""Replaying a history under a programme: by the lean kernel where it knows all that is asked.

1. A history is a dictionary of columns, a frame, a file, or chunks of them; see `history`.
2. Both engines give the same, to the token and to the refusal. The kernel is lean; the commands
   know everything. `engine="auto"` takes the kernel, and the commands for what it does not know.
3. Rows are taken as they come; nothing is sorted.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

from mi_rewards._event_log.lines import Unread
from mi_rewards.calendar import utc
from mi_rewards.errors import Misuse
from mi_rewards.modelling._kernel import NotKnown, replay_batches, why_not
from mi_rewards.modelling.by_commands import SegmentedRow, journals_by_commands, replay_by_commands
from mi_rewards.modelling.history import Batch, batches, to_rows
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.tables import Table
from mi_rewards.programme import Programme

if TYPE_CHECKING:
    from mi_rewards.modelling.what_if.policies import RedemptionPolicy


@attrs.frozen(order=False, eq=False)
class Watched:
    """A history that is opened wherever it is read, and looked at while it is.

    Attributes:
        open: Answers with the history, each time with all of it.
        see: Is shown each batch before it is replayed; may object.
    """

    open: Callable[[], Any]
    see: Callable[[Batch], None]


ENGINES: Final = ("auto", "kernel", "commands")
"""The engines that can be asked for."""


def replay(
    history: Any,
    programme: Programme,
    *,
    as_of: date | None = None,
    balances_at: Sequence[datetime] = (),
    detail: bool = True,
    segment: str = "",
    policy: "RedemptionPolicy | None" = None,
    sorted_by_member: bool = False,
    engine: str = "auto",
    progress: Callable[[int], None] | None = None,
) -> Replayed:
    """Replay a history under a programme.

    Args:
        history: A dictionary of columns, a frame, the path of a file, `sample:` and the name of a
            bundled sample, or an iterable of chunks of these: where it can be read but once and
            the kernel does not know all of it, it is given to *engine* `commands`.
        programme: The rules.
        as_of: The day whose balances are stated, the last whose rows are taken; the latest row's
            where it is not given.
        balances_at: Instants at which balances are stated too.
        detail: Whether members, refusals and changes of tier are stated one by one.
        segment: The column that says the segment of what a row earns; of an order, on its first
            delivered row. Empty for one segment.
        policy: Redeems by a stated policy, in place of what the history says of spending.
        sorted_by_member: Whether rows come sorted by member: those of a batch are in memory at a
            time. Needs *as_of*.
        engine: `auto`, `kernel` or `commands`.
        progress: Told how many rows are done, from time to time.

    Returns:
        What it came to.

    Raises:
        Misuse: The history cannot be read as a whole, or not again where it must be, *programme*
            is none, *as_of* is missing where it is needed, a member is out of order, or the engine
            asked for cannot do it.
    """
    require_programme(programme)
    _check(engine, as_of, sorted_by_member=sorted_by_member)
    instants = sorted({utc(at) for at in balances_at})
    asked: dict[str, Any] = {"as_of": as_of, "balances_at": instants, "detail": detail}
    asked["progress"] = progress
    until = None if as_of is None else programme.zone.after(as_of)

    watch = history.see if isinstance(history, Watched) else None
    source = _opened(history)
    why = "asked for" if engine == "commands" else why_not(programme)
    if not why:
        try:
            return replay_batches(
                _read(source, watch, programme, until, segment),
                programme,
                policy=policy,
                sorted_by_member=sorted_by_member,
                **asked,
            )
        except NotKnown as unknown:
            why = str(unknown)
            first, source = source, _opened(history)
            if engine == "auto" and policy is None and source is first:
                _require_readable_again(source, why)
    if engine == "kernel":
        raise Misuse(f"the kernel does not know {why}")
    if policy is not None:
        raise Misuse(f"a redemption policy needs the kernel, which does not know {why}")
    rows = _rows(source, watch, programme, until, segment)
    return replay_by_commands(rows, programme, why=why, **asked)


def _opened(history: Any) -> Any:
    """Answer with a history, opened where it is one that is opened."""
    return history.open() if isinstance(history, Watched) else history


def _require_readable_again(source: Any, why: str) -> None:
    """Object to a history of which chunks have been read that cannot be read again."""
    if is_read_once(source):
        raise Misuse(
            f"the kernel does not know {why}, and chunks that were read once are gone: give them"
            " again with engine='commands', or in a list"
        )


def require_programme(programme: object) -> None:
    """Object to what is no programme, as the name of one.

    Args:
        programme: What is given for the rules.

    Raises:
        Misuse: It is no `Programme`.
    """
    if not isinstance(programme, Programme):
        raise Misuse(
            "the rules are a Programme, as bundled.programme('reward-mi') or"
            f" rule_book.from_toml(text) answers with, not {type(programme).__name__}"
            f" {programme!r:.60}"
        )


def is_read_once(history: object) -> bool:
    """Tell whether a history is gone once it has been read, as what a generator yields is.

    Args:
        history: As `replay` takes it.

    Returns:
        Whether it is.
    """
    parts = history if isinstance(history, list | tuple) else ()
    return isinstance(history, Iterator) or any(isinstance(part, Iterator) for part in parts)


def _check(engine: str, as_of: date | None, *, sorted_by_member: bool) -> None:
    """Refuse an unknown engine, and a sorted history without its last day."""
    if engine not in ENGINES:
        raise Misuse(f"an engine is one of {', '.join(ENGINES)}, not {engine!r:.60}")
    if sorted_by_member and as_of is None:
        raise Misuse("a history sorted by member needs as_of: its last row's day is not the latest")


def postings(
    history: Any,
    programme: Programme,
    members: Collection[str],
    *,
    as_of: date | None = None,
) -> Table:
    """State the journals of some members, posting by posting.

    Args:
        history: As `replay` takes it.
        programme: The rules.
        members: Whose journals; the rows of no others are replayed.
        as_of: The last day; the latest row's where it is not given.

    Returns:
        A row for each posting: `member_id`, `kind`, `sequence`, `event`, `request_id`,
        `occurred_at`, `booked_at`, `reason`, `account`, `amount`, `last_day`, `ref`.

    Raises:
        Misuse: The history cannot be read as a whole, *programme* is none, or *members* is a text.
    """
    require_programme(programme)
    if isinstance(members, str):
        raise Misuse(f"members are several ids, such as [{members!r:.60}], not one text")
    until = None if as_of is None else programme.zone.after(as_of)
    rows = (
        row
        for row in _rows(history, None, programme, until, "")
        if not isinstance(row, Unread) and row[1][1] in members
    )
    found: list[tuple[Any, ...]] = []
    for journal in journals_by_commands(rows, programme, as_of=as_of):
        for entry in journal:
            about = (
                entry.member_id,
                entry.kind,
                entry.sequence,
                entry.event.value,
                entry.request_id,
                entry.occurred_at,
                entry.booked_at,
                entry.reason.code,
            )
            for account, amount, last_day, ref in entry.postings:
                found.append((*about, account.value, amount, last_day, ref or ""))
    names = (
        "member_id",
        "kind",
        "sequence",
        "event",
        "request_id",
        "occurred_at",
        "booked_at",
        "reason",
        "account",
        "amount",
        "last_day",
        "ref",
    )
    return Table.of_rows("Postings", names, found, {"amount": "tokens", "last_day": "day"})


def _read(
    source: Any,
    watch: Callable[[Batch], None] | None,
    programme: Programme,
    until: datetime | None,
    segment: str,
) -> Iterator[Batch]:
    """Read a history, and show it to whoever watches."""
    for batch in batches(source, programme, until=until, segment=segment):
        if watch is not None:
            watch(batch)
        yield batch


def _rows(
    source: Any,
    watch: Callable[[Batch], None] | None,
    programme: Programme,
    until: datetime | None,
    segment: str,
) -> Iterator[SegmentedRow | Unread]:
    """Read a history as rows of an event log, each with its segment."""
    for batch in _read(source, watch, programme, until, segment):
        segments = batch.segment
        for place, (number, row) in enumerate(to_rows(batch)):
            yield number, row, "" if segments is None else segments[place]
        yield from batch.unread
