"""The kernel's loop: batches of rows in, a replay out."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import repeat
from operator import lt
from typing import TYPE_CHECKING, Any, Final

from mi_rewards._event_log.lines import Unread
from mi_rewards.errors import Misuse
from mi_rewards.modelling._kernel import common, spending
from mi_rewards.modelling._kernel.asking import Asking
from mi_rewards.modelling._kernel.closing import Closing
from mi_rewards.modelling._kernel.contents import is_one_amount
from mi_rewards.modelling._kernel.days import instant, microseconds
from mi_rewards.modelling._kernel.known import KINDS, SPENDING, NotKnown
from mi_rewards.modelling._kernel.packing import flows_of
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import Sold, State
from mi_rewards.modelling._kernel.taking import Row, Taker
from mi_rewards.modelling.history import Batch
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.programme import Programme

if TYPE_CHECKING:
    from mi_rewards.modelling.what_if.policies import RedemptionPolicy

_MOMENT: Final = timedelta(microseconds=1)


def replay_batches(
    batches: Iterable[Batch],
    programme: Programme,
    *,
    as_of: date | None,
    balances_at: Sequence[datetime],
    detail: bool,
    policy: "RedemptionPolicy | None" = None,
    sorted_by_member: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Replayed:
    """Replay batches of rows.

    Args:
        batches: The rows, none of them after *as_of*.
        programme: The rules; `why_not` has nothing against them.
        as_of: The day whose balances are stated; `None` for that of the latest row.
        balances_at: Instants (UTC) in order at which balances are stated too.
        detail: Whether members, refusals and changes of tier are stated one by one.
        policy: Redeems in place of what the rows say of spending.
        sorted_by_member: Whether rows come by member, so that a batch's members are kept at a time.
        progress: Told how many rows are done.

    Returns:
        What it came to.

    Raises:
        NotKnown: A row is of a kind that only the commands know.
        Misuse: A member is out of order.
    """
    kernel = _Kernel(programme, balances_at, detail=detail, policy=policy)
    if as_of is not None:
        kernel.ends_at(as_of)
    unread: list[Unread] = []
    for batch in batches:
        unread += batch.unread
        if batch.kind:
            kernel.take(batch, is_sorted=sorted_by_member)
        if progress is not None and batch.numbers:
            progress(batch.numbers[-1])
    return kernel.replayed(as_of, unread)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Put the search for cycles off while rows are taken: nothing that is kept of them is in one.

    It would go through all that is kept again and again. What was made meanwhile is then old.
    Where the search is off nothing is done: even to count what is frozen goes through all of it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        gc.enable()


_BY_AMOUNTS: Final = frozenset({"delivered", "returned"})
_LINES: Final = "lines"
"""Stands for the kind of rows that may be about an amount, and are about lines."""


class _Kernel:
    """A replay on its way."""

    def __init__(
        self,
        programme: Programme,
        balances_at: Sequence[datetime],
        *,
        detail: bool,
        policy: "RedemptionPolicy | None",
    ) -> None:
        self._run = run = Run(programme, balances_at, detail=detail)
        self._programme = programme
        self._states: dict[str, State] = {}
        self._events = 0
        self._latest: int | None = None
        self._end: int | None = None
        self._asking = None if policy is None else Asking(run, policy)
        self._closing = Closing(run, self._asking)
        others = common.decided(run)
        self._handlers = dict.fromkeys(KINDS, others)
        self._handlers["returned"] = common.returned(run)
        self._handlers["joined"] = common.joined(run)
        self._handlers["opening"] = common.opening(run)
        self._handlers["burned"] = spending.burned(run)
        self._handlers["redeemed"] = spending.redeemed(run)
        if self._asking is not None:
            self._handlers.update(dict.fromkeys(SPENDING, self._leave_out))
        self._handlers[_LINES] = others
        self._take = Taker(run, self._states).take

    def ends_at(self, as_of: date) -> None:
        """Say which day is the last, where it is not the latest row's.

        Args:
            as_of: The day.
        """
        self._end = self._end_of(as_of)

    def take(self, batch: Batch, *, is_sorted: bool) -> None:
        """Take the rows of a batch.

        Args:
            batch: The rows, at least one.
            is_sorted: Whether they come by member.

        Raises:
            NotKnown: A row is of a kind that only the commands know.
            Misuse: A member is out of order.
        """
        run = self._run
        run.begin(batch)
        with _uncollected():
            self._take_rows(batch, is_sorted=is_sorted)
        left_out = run.left_out
        self._events += len(batch.kind) - len(left_out)
        if self._end is None:
            taken = [it for place, it in enumerate(batch.at) if place not in left_out]
            if taken:
                latest = max(taken)
                self._latest = latest if self._latest is None else max(latest, self._latest)

    def _take_rows(self, batch: Batch, *, is_sorted: bool) -> None:
        """Take each row of a batch by the handler of its kind."""
        for kind in set(batch.kind) - KINDS:
            raise NotKnown(f"rows of the kind {kind!r:.60}")
        if is_sorted:
            self._check_sorted(batch)
        rows = zip(
            range(len(batch.kind)),
            _kinds(batch),
            batch.member_id,
            batch.at,
            *(
                repeat(none) if column is None else column
                for column, none in (
                    (batch.order_id, ""),
                    (batch.minor, -1),
                    (batch.currency, ""),
                    (batch.request_id, ""),
                )
            ),
            _sold(batch),
            strict=False,
        )
        if self._asking is None:
            self._take(rows, self._handlers)
        else:
            self._take_asking(rows, self._asking)
        if is_sorted:
            self._close_all_but(batch.member_id[-1])

    def _take_asking(self, rows: Iterable[Row], asking: Asking) -> None:
        """Take rows one by one, and ask a policy."""
        states, take, handlers = self._states, self._take, self._handlers
        until = self._run.first_until()
        for row in rows:
            _, _, member_id, at, *_ = row
            state = states.get(member_id)
            if state is None:
                state = states[member_id] = State(member_id, until)
            asking.ask_through(state, at)
            before = state.issued
            take((row,), handlers)
            asking.ask_after(state, at, before)

    def _check_sorted(self, batch: Batch) -> None:
        """Object to a member who comes after one that is behind."""
        members = [next(iter(self._states), ""), *batch.member_id]
        if members != sorted(members):
            place = list(map(lt, batch.member_id, members)).index(True)
            raise Misuse(
                f"row {batch.numbers[place]}: member {batch.member_id[place]!r:.60} comes after"
                f" {members[place]!r:.60}; the history is not sorted by member"
            )

    def _close_all_but(self, member_id: str) -> None:
        """Close the members of a sorted batch but the last, of whom there may be more."""
        newest = self._states.pop(member_id)
        self._close_all()
        self._states[member_id] = newest

    def _leave_out(self, state: State, place: int, *row: Any) -> None:
        """Leave a row of spending out, since a policy redeems."""
        del state, row
        self._run.left_out.add(place)

    def _close_all(self) -> None:
        """Close the members who are kept."""
        assert self._end is not None
        self._closing.close(self._states, self._end)

    def _end_of(self, as_of: date) -> int:
        """Find the last moment of a day."""
        return microseconds(self._programme.zone.after(as_of) - _MOMENT)

    def replayed(self, as_of: date | None, unread: Sequence[Unread]) -> Replayed:
        """State what the replay came to.

        Args:
            as_of: The day; `None` for that of the latest row.
            unread: What could not be read as a row.

        Returns:
            What it came to.
        """
        if as_of is None:
            latest = self._latest
            zone = self._programme.zone
            as_of = date.min if latest is None else zone.day_of(instant(latest))
        self.ends_at(as_of)
        with _uncollected():
            self._close_all()
            return self._stated(as_of, unread)

    def _stated(self, as_of: date, unread: Sequence[Unread]) -> Replayed:
        """State what was added up."""
        run, programme, closing = self._run, self._programme, self._closing
        return Replayed(
            programme=programme.name,
            rule_book=programme.digest,
            kind=programme.kind,
            currency=programme.currency,
            as_of=as_of,
            events=self._events,
            repeated=run.repeated,
            unread=tuple(sorted([*unread, *run.unread])),
            refused=_sorted(run.refused),
            **closing.totals(),
            members=closing.members,
            vouchers=_sorted(run.vouchers),
            tiers=closing.tiers,
            calendar=_sorted(closing.calendar),
            flows=flows_of(run.flows, run.segments),
            snapshots=run.all_snapshots(),
            detailed=run.detail,
            refusals=tuple(run.refusals),
            by_member=closing.by_member() if run.detail else {},
            tier_moves=tuple(sorted(run.tier_moves)),
            policy_burns=tuple(sorted(run.policy_burns)),
            engine="kernel",
            why="",
        )


def _kinds(batch: Batch) -> Sequence[str]:
    """Say by which handlers the rows of a batch are taken."""
    if batch.line_id is None and batch.quantity is None and batch.lines is None:
        return batch.kind
    return [
        kind if kind not in _BY_AMOUNTS or is_one_amount(batch, place) else _LINES
        for place, kind in enumerate(batch.kind)
    ]


def _sold(batch: Batch) -> Iterable[Sold]:
    """Say how each row of a batch was sold; without end where none says it."""
    category, channel = batch.category, batch.channel
    if category is None and channel is None:
        return repeat(("", ""))
    return zip(
        repeat("") if category is None else category,
        repeat("") if channel is None else channel,
        strict=False,
    )


def _sorted(counts: Counter[Any]) -> dict[Any, int]:
    """State counts in the order of their names."""
    return dict(sorted(counts.items()))
