"""A replay on its way: what belongs to no one member, and what every path does."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from mi_rewards._event_log.lines import Row, Unread
from mi_rewards.errors import RequestReused
from mi_rewards.modelling._kernel.days import FAR, PAST, Days, instant, microseconds
from mi_rewards.modelling._kernel.packing import (
    DAY_SHIFT,
    LAPSED,
    REDEEMED,
    REVERSED,
    SEGMENT_BITS,
    segment_of,
)
from mi_rewards.modelling._kernel.state import (
    ISSUED_MAX,
    Lots,
    State,
    figures_of,
    refusal_of,
)
from mi_rewards.modelling.details import PolicyBurn, RefusedRow, Snapshot, TierMove
from mi_rewards.modelling.history.batch import ROWS_MAX, Batch
from mi_rewards.modelling.history.rows import row_writer
from mi_rewards.programme import Programme
from mi_rewards.repositories.records import Counter as Used
from mi_rewards.repositories.records import CounterKey
from mi_rewards.wallet.wallet import Wallet

_MOST_OF_A_ROW: Final = (1 << 30) - 1
"""How much a delivery earns at most, if its command is not to decide."""

_SNAPPED: Final = 8
"""How many figures a snapshot states."""


class Run:
    """A replay on its way.

    Attributes:
        programme: The rules.
        days: Its days.
        flows: What came and went, by cell.
        segments: The segments seen, by their numbers; the first is none.
        batch: The rows that are taken at present.
        repeated: Rows that were carried out before.
        refused: Refusals by code.
        refusals: The rows refused, where that is asked for.
        unread: Rows that could not be carried out.
        vouchers: Vouchers issued, by reward.
        codes: The digests of codes that rows name.
        counters: What was taken of stocks and limits.
        tier_moves: Changes of tier, where they are asked for.
        policy_burns: What a redemption policy spent, where that is asked for.
        instants: Instants at which balances are stated.
        snapshots: Those of each member, where they are asked for.
        detail: Whether what is one by one is kept.
        left_out: The places of rows of the batch that are no events.
        write_row: Writes one of the rows as that of an event log.
    """

    def __init__(self, programme: Programme, instants: Sequence[datetime], *, detail: bool) -> None:
        self.programme = programme
        self.days = Days(programme)
        self.flows: defaultdict[int, int] = defaultdict(int)
        self.segments: list[str] = [""]
        self.batch: Any = None
        self.repeated = 0
        self.refused: Counter[str] = Counter()
        self.refusals: list[RefusedRow] = []
        self.unread: list[Unread] = []
        self.vouchers: Counter[str] = Counter()
        self.codes: set[str] = set()
        self.counters: dict[CounterKey, Used] = {}
        self.tier_moves: list[TierMove] = []
        self.policy_burns: list[PolicyBurn] = []
        self.instants = [microseconds(at) for at in instants]
        self.snapshots: list[Snapshot] = []
        self.detail = detail
        self.left_out: set[int] = set()
        self.write_row: Callable[[int], Row]
        self._snapped = [[0] * _SNAPPED for _ in self.instants]
        self._numbers = {"": 0}
        self._earned = 0

    # Rows.

    def begin(self, batch: Batch) -> None:
        """Begin with the rows of a batch.

        Args:
            batch: The rows.
        """
        self.batch, self.left_out = batch, set()
        self.write_row = row_writer(batch)

    def segment(self, place: int) -> int:
        """Number the segment of a row.

        Args:
            place: The row's place in the batch.

        Returns:
            The number; 0 where rows state none.
        """
        texts = self.batch.segment
        if texts is None:
            return 0
        text = texts[place]
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self.segments)
            self.segments.append(text)
        return number

    def refuse(
        self, state: State, place: int, request_id: str, content: tuple[Any, ...], code: str
    ) -> None:
        """Record that a row was refused: that is its receipt.

        Args:
            state: Whose row.
            place: Its place in the batch.
            request_id: Its request.
            content: What the request asks.
            code: The refusal's code.
        """
        state.receipts[request_id] = (content, code)
        self.refused[code] += 1
        if self.detail:
            self._tell_refused(state, place, code)

    def again(self, state: State, place: int, request_id: str, content: tuple[Any, ...]) -> None:
        """Answer a request that has a receipt: the same again, or it is another by that name.

        Args:
            state: Whose row.
            place: Its place in the batch.
            request_id: Its request.
            content: What the request asks.
        """
        known = state.receipts[request_id]
        code = refusal_of(known)
        stated = known[0] if code else known
        if stated != content:
            fault = RequestReused(scope=state.member_id, request_id=request_id)
            self.not_read(place, str(fault))
            return
        self.repeated += 1
        if code:
            self.refused[code] += 1
            if self.detail:
                self._tell_refused(state, place, code)

    def not_read(self, place: int, reason: str) -> None:
        """Record that a row could not be carried out.

        Args:
            place: Its place in the batch.
            reason: Why.
        """
        self.left_out.add(place)
        self.unread.append(Unread(self.batch.numbers[place], reason))

    def _tell_refused(self, state: State, place: int, code: str) -> None:
        number = self.batch.numbers[place]
        self.refusals.append(RefusedRow(number, state.member_id, code))

    # Lots.

    def earn(self, cell: int, tokens: int, before: int) -> None:
        """Record what the deliveries of a batch earned.

        Args:
            cell: The last cell.
            tokens: How many were earned in it since they were last added.
            before: How many were added to flows before.
        """
        if tokens:
            self.flows[cell] += tokens
        self._earned += before + tokens

    def most_of_a_row(self) -> int:
        """Say how much a delivery of the batch may earn, if none of its members is to get too much.

        Returns:
            Tokens.
        """
        return min(_MOST_OF_A_ROW, (ISSUED_MAX - self._earned) // ROWS_MAX)

    def in_order(self, lots: Sequence[int]) -> list[int]:
        """Put lots in the order in which they are drawn.

        Args:
            lots: The lots.

        Returns:
            Those of the earliest last day first, then of the oldest month, then by segment.
        """
        if len(self.segments) == 1:
            return sorted(lots)
        return sorted(lots, key=self._by_segment)

    def _by_segment(self, lot: int) -> tuple[int, str]:
        return lot >> SEGMENT_BITS, self.segments[segment_of(lot)]

    def draw(self, state: State, tokens: int, order: Sequence[int]) -> Lots:
        """Take tokens from lots; there are enough.

        Args:
            state: Whose.
            tokens: How many.
            order: The lots in the order in which they are drawn.

        Returns:
            What was taken from each.
        """
        lots = state.lots
        drawn: Lots = []
        for lot in order:
            there = lots[lot]
            if there > tokens:
                if tokens:
                    lots[lot] = there - tokens
                    drawn.append((lot, tokens))
                break
            del lots[lot]
            drawn.append((lot, there))
            tokens -= there
        return drawn

    def spend(self, state: State, tokens: int, at: int) -> Lots:
        """Burn tokens of a lean member who has them, at an instant before which nothing is due.

        Args:
            state: Whose.
            tokens: How many.
            at: The instant, not before the last entry's.

        Returns:
            What was drawn.
        """
        lots = state.lots
        order = sorted(lots) if len(self.segments) == 1 else self.in_order(list(lots))
        drawn = self.draw(state, tokens, order)
        flows, cell = self.flows, self.days.at(at).cell | REDEEMED
        for lot, part in drawn:
            flows[cell | lot] -= part
        state.redeemed += tokens
        state.booked = at
        state.ready = at if state.joined <= at else state.joined
        return drawn

    def take_back(self, state: State, own: int, tokens: int, at: int) -> None:
        """Take tokens of a lean member back: of the order's own lot, of its bucket, of the others.

        There are enough.

        Args:
            state: Whose.
            own: The order's own lot.
            tokens: How many.
            at: The instant, before which nothing is due.
        """
        day = own >> DAY_SHIFT
        order = self.in_order(list(state.lots))
        order.sort(key=lambda lot: (lot >> DAY_SHIFT != day, lot != own))
        cell = self.days.at(at).cell | REVERSED
        for lot, part in self.draw(state, tokens, order):
            self.flows[cell | lot] -= part

    # The calendar.

    def left(self, state: State, at: int) -> int:
        """Add up what a lean member will have at an instant, once what is past has lapsed.

        Args:
            state: Whose.
            at: The instant.

        Returns:
            Tokens.
        """
        if at < state.until:
            return sum(state.lots.values())
        over = self.days.over
        return sum([n for lot, n in state.lots.items() if over(lot >> DAY_SHIFT) > at])

    def cross(self, state: State, at: int) -> None:
        """Book what is due by an instant at which a lean member is about to book something.

        Args:
            state: Whose.
            at: The instant, not before the last entry's.
        """
        self._snap_before(state, at)
        self.lapse(state, at)
        self.bound(state)

    def _snap_before(self, state: State, at: int) -> None:
        """State the balances asked for before an instant."""
        while state.snapped < len(self.instants) and self.instants[state.snapped] < at:
            self.lapse(state, self.instants[state.snapped])
            self.snap(state)

    def lapse(self, state: State, at: int) -> None:
        """Let lots of a lean member lapse, each when its last valid day is over.

        Args:
            state: Whose.
            at: The instant.
        """
        lots = state.lots
        while lots:
            day = min(lots) >> DAY_SHIFT
            over = self.days.over(day)
            if over > at:
                return
            state.booked = max(over, state.booked)
            cell = self.days.at(state.booked).cell | LAPSED
            for lot in [lot for lot in lots if lot >> DAY_SHIFT == day]:
                tokens = lots.pop(lot)
                self.flows[cell | lot] -= tokens
                state.lapsed += tokens

    def bound(self, state: State) -> None:
        """Find until when the common path may go ahead, and from when on.

        Args:
            state: Whose.
        """
        state.until = self.first_until(state)
        if not state.is_lean:
            state.ready = FAR
            return
        state.ready = max(state.joined, state.booked)
        if state.lots:
            over = self.days.over(min(state.lots) >> DAY_SHIFT)
            state.until = min(over, state.until)

    def first_until(self, state: State | None = None) -> int:
        """Find after which instant a balance is to be stated next.

        Args:
            state: Whose; `None` for who has just appeared.

        Returns:
            The instant after it; `FAR` for none.
        """
        snapped = 0 if state is None else state.snapped
        return self.instants[snapped] + 1 if snapped < len(self.instants) else FAR

    # Balances.

    def snap(self, state: State, wallet: Wallet | None = None) -> None:
        """State the next balance asked for.

        Args:
            state: Whose.
            wallet: The wallet then, of who is not lean; the lots say it otherwise.
        """
        place = state.snapped
        state.snapped += 1
        if wallet is None and state.booked == PAST:
            return
        figures = figures_of(state, wallet)
        sums = self._snapped[place]
        for number, tokens in enumerate(figures):
            sums[number] += tokens
        if self.detail:
            at = instant(self.instants[place])
            self.snapshots.append(Snapshot(at, state.member_id, *figures))

    def all_snapshots(self) -> tuple[Snapshot, ...]:
        """State all balances asked for.

        Returns:
            Those of all members, and with detail of each.
        """
        whole = [
            Snapshot(instant(at), "", *sums)
            for at, sums in zip(self.instants, self._snapped, strict=True)
        ]
        return tuple(sorted([*whole, *self.snapshots]))
