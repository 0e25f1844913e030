"""The engine that knows everything: a replay through the same commands as a service, in memory.

What it costs grows with every command; what it answers is the definition of a replay. Flows are
derived from the journals that it leaves.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from mi_rewards._event_log.fields import Event
from mi_rewards._event_log.lines import Row, Unread
from mi_rewards._event_log.replay import Replay
from mi_rewards.calendar import Zone
from mi_rewards.commands import Deliver
from mi_rewards.commands.earning.standing import TIER_CHANGED
from mi_rewards.earning.members import Member
from mi_rewards.errors import Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.modelling.details import (
    COUNTS,
    MEMBER_COLUMNS,
    RefusedRow,
    Snapshot,
    TierMove,
)
from mi_rewards.modelling.flows import Flows
from mi_rewards.modelling.layers import Layers, SegmentOf
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.programme import Programme
from mi_rewards.wallet import Entry, Wallet, fold

_MOMENT = timedelta(microseconds=1)
_ALL = 2**62

SegmentedRow = tuple[int, Row, str]
"""A row's number, the row, and the segment that it states."""


def replay_by_commands(
    rows: Iterable[SegmentedRow | Unread],
    programme: Programme,
    *,
    as_of: date | None,
    balances_at: Sequence[datetime],
    detail: bool,
    progress: Callable[[int], None] | None = None,
    why: str = "",
) -> Replayed:
    """Replay rows through the commands.

    Args:
        rows: The rows, and what could not be read.
        programme: The rules.
        as_of: The day whose balances are stated; `None` for that of the latest row.
        balances_at: Instants (UTC) at which balances are stated too.
        detail: Whether members, refusals and changes of tier are stated one by one.
        progress: Told how many rows are done.
        why: Why this engine does it.

    Returns:
        What it came to.
    """
    unread: list[Unread] = []
    replay = _Followed(programme, as_of=as_of, report=unread.append, progress=progress)
    replay.run(replay.noting(rows))
    at = replay.end - _MOMENT
    store = replay.books
    wallets = [it.at(at) for it in store.all_of(Wallet) if it.owner.kind == programme.kind]
    journals = [it for it in store.journals() if it[0].kind == programme.kind]
    totals = replay.totals()
    calendar: Counter[int] = Counter()
    for wallet in wallets:
        for bucket in wallet.buckets:
            calendar[bucket.last_day.toordinal()] += bucket.tokens
    return Replayed(
        programme=programme.name,
        rule_book=programme.digest,
        kind=programme.kind,
        currency=programme.currency,
        as_of=replay.as_of,
        events=totals.events,
        repeated=totals.repeated,
        members=totals.members,
        unread=tuple(sorted(unread)),
        refused=totals.refused,
        **{name: getattr(totals, name) for name in COUNTS},
        vouchers=totals.vouchers,
        tiers=totals.tiers,
        calendar=dict(sorted(calendar.items())),
        flows=flows_of(journals, programme.zone, segment_of=replay.segment_of),
        snapshots=_snapshots(journals, balances_at, detail=detail),
        detailed=detail,
        refusals=tuple(replay.refusals) if detail else (),
        by_member=_by_member(replay, wallets, at) if detail else {},
        tier_moves=_tier_moves(replay, at) if detail else (),
        engine="commands",
        why=why,
    )


def journals_by_commands(
    rows: Iterable[SegmentedRow | Unread], programme: Programme, *, as_of: date | None
) -> Iterator[Sequence[Entry]]:
    """Replay rows through the commands for the journals alone.

    Args:
        rows: The rows; what could not be read is passed over.
        programme: The rules.
        as_of: The last day; `None` for that of the latest row.

    Yields:
        The entries of one wallet at a time.
    """
    unread: list[Unread] = []
    replay = _Followed(programme, as_of=as_of, report=unread.append, progress=None)
    replay.run(replay.noting(rows))
    yield from replay.books.journals()


def flows_of(
    journals: Iterable[Sequence[Entry]], zone: Zone, *, segment_of: SegmentOf | None = None
) -> Flows:
    """Derive the flows of journals, such as those that a store keeps.

    Args:
        journals: The entries of one wallet at a time, in their order, from the first.
        zone: The programme's zone.
        segment_of: Answers with the segment of what an entry earned, by the entry and the order
            that earned it, `None` for none; without it all is one segment.

    Returns:
        The flows: they add up to what is available and held.
    """
    cells = []
    for entries in journals:
        layers = Layers(zone, segment_of or _one_segment)
        for entry in entries:
            layers.follow(entry)
        cells += layers.cells
    return Flows.of(cells)


class _Followed(Replay):
    """A replay that keeps which rows were refused, and the segments that rows state.

    Attributes:
        books: The store.
        refusals: The rows refused.
    """

    def __init__(
        self,
        programme: Programme,
        *,
        as_of: date | None,
        report: Callable[[Unread], None],
        progress: Callable[[int], None] | None,
    ) -> None:
        self.books = MemoryStore()
        super().__init__(programme, report=report, as_of=as_of, progress=progress, store=self.books)
        self.refusals: list[RefusedRow] = []
        self._segments: dict[int, str] = {}
        self._of_requests: dict[tuple[str, str], str] = {}
        self._of_orders: dict[tuple[str, str], str] = {}

    def noting(self, rows: Iterable[SegmentedRow | Unread]) -> Iterator[tuple[int, Row] | Unread]:
        """Pass rows on, and keep the segment that each states.

        Args:
            rows: The rows.

        Yields:
            The rows without it.
        """
        for row in rows:
            if isinstance(row, Unread):
                yield row
                continue
            number, texts, segment = row
            if segment:
                self._segments[number] = segment
            yield number, texts

    def segment_of(self, entry: Entry, order_id: str | None) -> str:
        """Find the segment of what an entry earned.

        Args:
            entry: The entry.
            order_id: The order that earned it, `None` for none.

        Returns:
            What the order's first delivered row states, or that of the request.
        """
        if order_id is not None:
            return self._of_orders.get((entry.member_id, order_id), "")
        return self._of_requests.get((entry.member_id, entry.request_id), "")

    def _count(
        self, numbers: Sequence[int], commands: Sequence[Event], outcomes: Sequence[object]
    ) -> None:
        super()._count(numbers, commands, outcomes)
        for number, command, outcome in zip(numbers, commands, outcomes, strict=True):
            if isinstance(outcome, Refused):
                self.refusals.append(RefusedRow(number, command.scope, outcome.code))
                continue
            segment = self._segments.pop(number, "")
            self._of_requests.setdefault((command.scope, command.request_id), segment)
            if isinstance(command, Deliver):
                self._of_orders.setdefault((command.scope, command.order_id), segment)


def _one_segment(entry: Entry, order_id: str | None) -> str:
    """Answer that there are no segments."""
    del entry, order_id
    return ""


def _snapshots(
    journals: Sequence[Sequence[Entry]], instants: Sequence[datetime], *, detail: bool
) -> tuple[Snapshot, ...]:
    """State what there was at instants: each journal is cut there, and folded."""
    found: list[Snapshot] = []
    for at in instants:
        figures = dict.fromkeys(COUNTS, 0)
        for entries in journals:
            prefix = [it for it in entries if it.booked_at <= at]
            if not prefix:
                continue
            wallet = fold(prefix).at(at)
            mine = {name: getattr(wallet, name) for name in COUNTS}
            for name, tokens in mine.items():
                figures[name] += tokens
            if detail:
                found.append(Snapshot(at, entries[0].member_id, **mine))
        found.append(Snapshot(at, "", **figures))
    return tuple(sorted(found))


def _by_member(
    replay: _Followed, wallets: Sequence[Wallet], at: datetime
) -> dict[str, Sequence[Any]]:
    """State what each member has who joined or has a wallet."""
    tiers = {it.standing.member_id: it.standing.held for it in replay.standings(at)}
    found = {it.owner.member_id: it for it in wallets}
    members = replay.books.all_of(Member)
    joined = {it.member_id for it in members if it.joined_at is not None and it.joined_at <= at}
    names = sorted(joined | found.keys())
    columns: dict[str, Sequence[Any]] = {
        "member_id": names,
        "tier": [tiers.get(name, "") for name in names],
    }
    for count in MEMBER_COLUMNS[2:]:
        columns[count] = [getattr(found.get(name), count, 0) for name in names]
    return columns


def _tier_moves(replay: _Followed, at: datetime) -> tuple[TierMove, ...]:
    """State the changes of tier: those that were booked, and what the calendar made since."""
    moves: list[TierMove] = []
    for event in replay.books.pending_events(limit=_ALL):
        if event.topic == TIER_CHANGED:
            figures = dict(event.figures)
            on = date.fromisoformat(str(figures["on"])).toordinal()
            texts = [str(figures[name]) for name in ("from_tier", "to_tier", "because")]
            moves.append(TierMove(event.member_id, on, *texts))
    for standing, changes in replay.standings(at):
        moves += [
            TierMove(
                standing.member_id, it.on.toordinal(), it.from_tier, it.to_tier, it.because.value
            )
            for it in changes
        ]
    return tuple(sorted(moves))
