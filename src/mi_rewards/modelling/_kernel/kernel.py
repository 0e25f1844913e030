"""The kernel's loop: batches of rows in, a replay out."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from mi_rewards._event_log.lines import Unread
from mi_rewards.errors import Misuse
from mi_rewards.modelling._kernel import common, spending
from mi_rewards.modelling._kernel.asking import Asking
from mi_rewards.modelling._kernel.closing import Closing
from mi_rewards.modelling._kernel.common import Handler
from mi_rewards.modelling._kernel.days import instant, microseconds
from mi_rewards.modelling._kernel.known import KINDS, SPENDING, NotKnown
from mi_rewards.modelling._kernel.packing import flows_of
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import State
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
        sorted_by_member: Whether rows come by member, so that one member is kept at a time.
        progress: Told how many rows are done.

    Returns:
        What it came to.

    Raises:
        NotKnown: A row is of a kind that only the commands know.
        Misuse: A member is out of order.
    """
    kernel = _Kernel(programme, balances_at, detail=detail, policy=policy)
    if sorted_by_member:
        assert as_of is not None  # else nobody could say when a member is over
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
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        if was_enabled:
            gc.enable()


Handlers = Mapping[str, Handler]
"""The handlers of kinds."""


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
        self._newest: State | None = None
        self._asking = None if policy is None else Asking(run, policy)
        self._closing = Closing(run, self._asking)
        others = common.decided(run)
        self._handlers = dict.fromkeys(KINDS, others)
        self._handlers["delivered"] = common.delivered(run)
        self._handlers["returned"] = common.returned(run)
        self._handlers["joined"] = common.joined(run)
        self._handlers["opening"] = common.opening(run)
        self._handlers["burned"] = spending.burned(run)
        self._handlers["redeemed"] = spending.redeemed(run)
        if self._asking is not None:
            self._handlers.update(dict.fromkeys(SPENDING, self._leave_out))
        self._by_lines = dict(self._handlers)
        for kind in ("delivered", "returned"):
            self._by_lines[kind] = common.by_lines(run, self._handlers[kind])

    def ends_at(self, as_of: date) -> None:
        """Say which day is the last, so that members can be closed one after the other.

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
        run.batch, run.left_out = batch, set()
        with _uncollected():
            self._take_rows(batch, is_sorted=is_sorted)
        left_out = run.left_out
        self._events += len(batch.kind) - len(left_out)
        at = batch.at
        if left_out:
            at = [it for place, it in enumerate(at) if place not in left_out]
        if at:
            latest = max(at)
            self._latest = latest if self._latest is None else max(latest, self._latest)

    def _take_rows(self, batch: Batch, *, is_sorted: bool) -> None:
        """Hand each row of a batch to the handler of its kind."""
        states = batch.line_id is None and batch.quantity is None and batch.lines is None
        handlers = self._handlers if states else self._by_lines
        for kind in set(batch.kind) - handlers.keys():
            raise NotKnown(f"rows of the kind {kind!r:.60}")
        rows = zip(
            range(len(batch.kind)),
            batch.kind,
            batch.member_id,
            batch.at,
            *(
                repeat(none) if column is None else column
                for column, none in (
                    (batch.order_id, ""),
                    (batch.minor, -1),
                    (batch.currency, ""),
                    (batch.request_id, ""),
                    (batch.category, ""),
                    (batch.channel, ""),
                )
            ),
            strict=False,
        )
        if is_sorted:
            self._take_sorted(rows, handlers)
        elif self._asking is not None:
            self._take_asking(rows, handlers, self._asking)
        else:
            self._take_all(rows, handlers)

    def _take_all(self, rows: Iterable[tuple[Any, ...]], handlers: Handlers) -> None:
        """Take rows of members in any order."""
        states = self._states
        until = self._run.first_until()
        for (
            place,
            kind,
            member_id,
            at,
            order_id,
            minor,
            currency,
            request,
            category,
            channel,
        ) in rows:
            try:
                state = states[member_id]
            except KeyError:
                state = states[member_id] = State(member_id, until)
            handlers[kind](state, place, at, order_id, minor, currency, request, category, channel)

    def _take_asking(
        self, rows: Iterable[tuple[Any, ...]], handlers: Handlers, asking: Asking
    ) -> None:
        """Take rows of members in any order, and ask a policy."""
        states = self._states
        until = self._run.first_until()
        for place, kind, member_id, at, *row in rows:
            state = states.get(member_id)
            if state is None:
                state = states[member_id] = State(member_id, until)
            asking.take(handlers[kind], state, place, at, row)

    def _take_sorted(self, rows: Iterable[tuple[Any, ...]], handlers: Handlers) -> None:
        """Take rows that come by member; who is over is closed."""
        until = self._run.first_until()
        state, asking = self._newest, self._asking
        member_id = "" if state is None else state.member_id
        for place, kind, now, at, *row in rows:
            if state is None or now != member_id:
                if state is not None:
                    if now < member_id:
                        raise Misuse(
                            f"row {self._run.batch.numbers[place]}: member {now!r:.60} comes after"
                            f" {member_id!r:.60}; the history is not sorted by member"
                        )
                    self._close(state)
                state = State(now, until)
                member_id = now
            if asking is None:
                handlers[kind](state, place, at, *row)
            else:
                asking.take(handlers[kind], state, place, at, row)
        self._newest = state

    def _leave_out(self, state: State, place: int, *row: Any) -> None:
        """Leave a row of spending out, since a policy redeems."""
        del state, row
        self._run.left_out.add(place)

    def _close(self, state: State) -> None:
        assert self._end is not None
        self._closing.close(state, self._end)

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
        if self._newest is not None:
            self._close(self._newest)
        with _uncollected():
            while self._states:
                self._close(self._states.popitem()[1])
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


def _sorted(counts: Counter[Any]) -> dict[Any, int]:
    """State counts in the order of their names."""
    return dict(sorted(counts.items()))
