"""Layers: which cohorts the tokens of one wallet belong to, followed through its journal.

The definition of who goes first is that of `flows`. Beside it: in each bucket that a claw-back
draws, the cohort of the order's own newest award with that last day goes first. What a release, a
hold that ran out or a reinstatement makes good of a debt, it makes good with what lapses first.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from mi_rewards.calendar import NEVER, Zone
from mi_rewards.modelling.flows import Cell, Flow
from mi_rewards.wallet.entries import Account, Entry, Event, Posting

NO_BUCKET: Final = 0
"""The last valid day, in a cell, of what made good a debt as it came in: it came to no bucket."""

SegmentOf = Callable[[Entry, str | None], str]
"""Answers with the segment of what an entry earned, by the entry and the order, if it is one's."""

_INFLOWS: Final = {
    Account.ISSUED: Flow.EARNED,
    Account.TRANSFERRED: Flow.TRANSFERRED,
    Account.ADJUSTED: Flow.ADJUSTED,
}
_OUTFLOWS: Final = {
    Event.BURNED: Flow.REDEEMED,
    Event.CLAWED_BACK: Flow.REVERSED,
    Event.SENT: Flow.TRANSFERRED,
    Event.TOOK_DEBT: Flow.TRANSFERRED,
    Event.ADJUSTED_DOWN: Flow.ADJUSTED,
    Event.LAPSED: Flow.LAPSED,
}


class Layer(NamedTuple):
    """Tokens of one cohort with one last valid day.

    Attributes:
        last_day: The last valid day, as an ordinal.
        earned_in: The first day of the month of earning, as an ordinal.
        segment: The segment.
        tokens: How many.
    """

    last_day: int
    earned_in: int
    segment: str
    tokens: int


class Layers:
    """The layers of one wallet while its journal is gone through.

    Attributes:
        cells: The flows so far.
    """

    def __init__(self, zone: Zone, segment_of: SegmentOf) -> None:
        self.cells: list[Cell] = []
        self._zone = zone
        self._segment_of = segment_of
        self._there: dict[tuple[int, int, str], int] = {}
        self._held: dict[str, list[Layer]] = {}
        self._burned: dict[str, list[Layer]] = {}
        self._awards: dict[tuple[str, int], tuple[int, str]] = {}
        self._day = 0

    def follow(self, entry: Entry) -> None:
        """Take in the next entry of the journal.

        Args:
            entry: The entry.
        """
        self._day = self._zone.day_of(entry.booked_at).toordinal()
        by_account = {posting.account: posting for posting in entry.postings}
        if Account.HELD in by_account:
            self._about_hold(entry, by_account)
        elif entry.event is Event.REINSTATED:
            burned = by_account[Account.REDEEMED]
            back = self._last_of(self._burned[burned.ref or ""], -burned.amount)
            self._flow(Flow.REINSTATED, back)
            self._come(back, entry.postings)
        elif any(it.account in _INFLOWS and it.amount < 0 for it in entry.postings):
            self._come_new(entry)
        elif entry.event in _OUTFLOWS:
            self._go(entry)

    def _about_hold(self, entry: Entry, by_account: dict[Account, Posting]) -> None:
        """Set tokens aside, or resolve a hold: its earliest tokens are spent, the rest is freed."""
        held = by_account[Account.HELD]
        hold_id = held.ref or ""
        if entry.event is Event.HELD:
            self._held[hold_id] = self._draw(entry.postings)
            return
        layers = self._held.pop(hold_id)
        spent: list[Layer] = []
        if Account.REDEEMED in by_account:
            spent, layers = _split(layers, by_account[Account.REDEEMED].amount)
            self._burned[hold_id] = spent
            self._flow(Flow.REDEEMED, spent, sign=-1)
        self._come(layers, entry.postings)

    def _come_new(self, entry: Entry) -> None:
        """Take in tokens that come from outside, in the cohort of the fact's month."""
        earned_in = self._zone.day_of(entry.occurred_at).replace(day=1).toordinal()
        source = next(it for it in entry.postings if it.account in _INFLOWS and it.amount < 0)
        order_id = source.ref if source.account is Account.ISSUED else None
        segment = self._segment_of(entry, order_id)
        flow = Flow.OPENED if entry.event is Event.OPENED else _INFLOWS[source.account]
        layers: list[Layer] = []
        for account, amount, last_day, _ in entry.postings:
            if account is Account.AVAILABLE or account is Account.LAPSED:
                layers.append(Layer(_ordinal(last_day), earned_in, segment, amount))
        good = sum(it.amount for it in entry.postings if it.account is Account.OWED)
        made_good = [Layer(NO_BUCKET, earned_in, segment, good)]
        self._flow(flow, [*layers, *made_good])
        self._flow(Flow.REVERSED, made_good, sign=-1)
        for layer in layers:
            if order_id is not None:
                self._awards[order_id, layer.last_day] = (earned_in, segment)
        self._come(layers, [it for it in entry.postings if it.account is not Account.OWED])

    def _go(self, entry: Entry) -> None:
        """Let tokens go that were available."""
        order_id = None
        if entry.event is Event.CLAWED_BACK:
            order_id = next(it.ref for it in entry.postings if it.account is Account.CLAWED_BACK)
        drawn = self._draw(entry.postings, order_id)
        self._flow(_OUTFLOWS[entry.event], drawn, sign=-1)
        for posting in entry.postings:
            if posting.account is Account.REDEEMED:
                self._burned[posting.ref or ""] = drawn

    def _draw(self, postings: Iterable[Posting], order_id: str | None = None) -> list[Layer]:
        """Draw what leaves each bucket: the order's own cohort first, then the oldest."""
        drawn: list[Layer] = []
        for posting in postings:
            if posting.account is not Account.AVAILABLE:
                continue
            day, wanted = _ordinal(posting.last_day), -posting.amount
            own = None if order_id is None else self._awards.get((order_id, day))
            found = sorted(key for key in self._there if key[0] == day)
            found.sort(key=lambda key: key[1:] != own)
            for key in found:
                tokens = min(wanted, self._there[key])
                if tokens:
                    drawn.append(Layer(*key, tokens))
                    self._there[key] -= tokens
                    wanted -= tokens
                if not self._there[key]:
                    del self._there[key]
        return drawn

    def _come(self, layers: Sequence[Layer], postings: Iterable[Posting]) -> None:
        """Take layers in: what is past lapses, what is owed is made good, the rest is there."""
        lapsed = {_ordinal(it.last_day) for it in postings if it.account is Account.LAPSED}
        owed = sum(it.amount for it in postings if it.account is Account.OWED)
        for day, earned_in, segment, tokens in layers:
            if day in lapsed:
                self._flow(Flow.LAPSED, [Layer(day, earned_in, segment, tokens)], sign=-1)
                continue
            good = min(owed, tokens)
            owed -= good
            self._flow(Flow.REVERSED, [Layer(day, earned_in, segment, good)], sign=-1)
            key = (day, earned_in, segment)
            if tokens > good:
                self._there[key] = self._there.get(key, 0) + tokens - good

    def _flow(self, flow: Flow, layers: Iterable[Layer], *, sign: int = 1) -> None:
        """Write layers down as what one flow came to."""
        for last_day, earned_in, segment, tokens in layers:
            if tokens:
                cell = Cell(self._day, flow, earned_in, segment, last_day, sign * tokens)
                self.cells.append(cell)

    def _last_of(self, layers: list[Layer], tokens: int) -> list[Layer]:
        """Take what was drawn last off a burn; in the order of drawing."""
        left = sum(layer.tokens for layer in layers) - tokens
        layers[:], back = _split(layers, left)
        return back


def _split(layers: Sequence[Layer], tokens: int) -> tuple[list[Layer], list[Layer]]:
    """Split layers after their first *tokens* tokens."""
    first: list[Layer] = []
    rest: list[Layer] = []
    for layer in layers:
        part = min(tokens, layer.tokens)
        tokens -= part
        first += [layer._replace(tokens=part)] if part else []
        rest += [layer._replace(tokens=layer.tokens - part)] if part < layer.tokens else []
    return first, rest


def _ordinal(day: date | None) -> int:
    """State a last valid day as an ordinal."""
    return (day or NEVER).toordinal()
