"""Taking in what commands booked: entries as lots and flows.

Which lots go first is the definition of `flows`, and what entries say of it that of `layers`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from mi_rewards.calendar import NEVER
from mi_rewards.modelling._kernel.packing import (
    DAY_SHIFT,
    EARNED,
    LAPSED,
    OPENED,
    REDEEMED,
    REINSTATED,
    REVERSED,
    lot_of,
)
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import Lots, More, State
from mi_rewards.wallet.entries import Account, Entry, Event, Posting

_OUTFLOWS: Final = {
    Event.BURNED: REDEEMED,
    Event.CLAWED_BACK: REVERSED,
    Event.LAPSED: LAPSED,
}


class Folding:
    """Entries of one member that are taken in."""

    def __init__(self, run: Run, state: State, segment: int) -> None:
        self._run = run
        self._state = state
        self._more: More = state.with_more()
        self._segment = segment
        self._cell = 0

    def follow(self, entry: Entry) -> None:
        """Take in the next entry.

        Args:
            entry: The entry.
        """
        self._cell = self._run.days.on(entry.booked_at).cell
        by_account = {posting.account: posting for posting in entry.postings}
        if Account.HELD in by_account:
            self._about_hold(entry, by_account)
        elif entry.event is Event.REINSTATED:
            self._reinstate(entry, by_account[Account.REDEEMED])
        elif Account.ISSUED in by_account:
            self._come_new(entry, by_account[Account.ISSUED])
        elif entry.event in _OUTFLOWS:
            self._go(entry)

    def _about_hold(self, entry: Entry, by_account: dict[Account, Posting]) -> None:
        """Set tokens aside, or resolve a hold: its earliest tokens are spent, the rest is freed."""
        hold_id = by_account[Account.HELD].ref or ""
        if entry.event is Event.HELD:
            self._more.held[hold_id] = self._draw(entry.postings, "")
            return
        lots = self._more.held.pop(hold_id)
        if Account.REDEEMED in by_account:
            spent, lots = split(lots, by_account[Account.REDEEMED].amount)
            burned_of(self._state)[hold_id] = spent
            self._flow(REDEEMED, spent, -1)
        self._come(lots, entry.postings)

    def _reinstate(self, entry: Entry, burned: Posting) -> None:
        """Give back what was drawn last."""
        burns = burned_of(self._state)
        burn_id = burned.ref or ""
        drawn = burns[burn_id]
        left = sum([tokens for _, tokens in drawn]) + burned.amount
        burns[burn_id], back = split(drawn, left)
        self._flow(REINSTATED, back, 1)
        self._come(back, entry.postings)

    def _come_new(self, entry: Entry, source: Posting) -> None:
        """Take in tokens that were issued, in the cohort of the fact's month."""
        order_id = source.ref
        segment = self._segment
        if order_id is not None:
            segment = self._more.segments.get(order_id, 0)
        earned_on = self._run.days.on(entry.occurred_at).day
        flow = OPENED if entry.event is Event.OPENED else EARNED
        lots: Lots = []
        good = 0
        for account, amount, last_day, _ in entry.postings:
            if account is Account.AVAILABLE or account is Account.LAPSED:
                lot = lot_of((last_day or NEVER).toordinal(), earned_on) | segment
                lots.append((lot, amount))
                if order_id is not None:
                    self._more.own[order_id, lot >> DAY_SHIFT] = lot
            elif account is Account.OWED:
                good = amount
        made_good = [(lot_of(0, earned_on) | segment, good)] if good else []
        self._flow(flow, [*lots, *made_good], 1)
        self._flow(REVERSED, made_good, -1)
        self._come(lots, [it for it in entry.postings if it.account is not Account.OWED])

    def _go(self, entry: Entry) -> None:
        """Let tokens go that were available."""
        order_id = ""
        burn_id: str | None = None
        for account, _, _, ref in entry.postings:
            if account is Account.CLAWED_BACK:
                order_id = ref or ""
            elif account is Account.REDEEMED:
                burn_id = ref
        drawn = self._draw(entry.postings, order_id)
        self._flow(_OUTFLOWS[entry.event], drawn, -1)
        if burn_id is not None:
            burned_of(self._state)[burn_id] = drawn

    def _draw(self, postings: Sequence[Posting], order_id: str) -> Lots:
        """Draw what leaves each bucket: the order's own lot first, then the oldest."""
        run, state = self._run, self._state
        drawn: Lots = []
        for account, amount, last_day, _ in postings:
            if account is not Account.AVAILABLE:
                continue
            day = (last_day or NEVER).toordinal()
            order = run.in_order([lot for lot in state.lots if lot >> DAY_SHIFT == day])
            own = self._more.own.get((order_id, day), -1)
            if own in state.lots:
                order.remove(own)
                order.insert(0, own)
            drawn += run.draw(state, -amount, order)
        return drawn

    def _come(self, coming: Lots, postings: Iterable[Posting]) -> None:
        """Take lots in: what is past lapses, what is owed is made good, the rest is there."""
        lapsed = set[int]()
        owed = 0
        for account, amount, last_day, _ in postings:
            if account is Account.LAPSED:
                lapsed.add((last_day or NEVER).toordinal())
            elif account is Account.OWED:
                owed += amount
        lots = self._state.lots
        for lot, tokens in coming:
            if lot >> DAY_SHIFT in lapsed:
                self._flow(LAPSED, [(lot, tokens)], -1)
                continue
            good = min(owed, tokens)
            owed -= good
            if good:
                self._flow(REVERSED, [(lot, good)], -1)
            if tokens > good:
                lots[lot] = lots.get(lot, 0) + tokens - good

    def _flow(self, flow: int, lots: Lots, sign: int) -> None:
        flows, cell = self._run.flows, self._cell | flow
        for lot, tokens in lots:
            flows[cell | lot] += sign * tokens


def burned_of(state: State) -> dict[str, Lots]:
    """Answer with what a member's burns drew.

    Args:
        state: Whose.

    Returns:
        The lots by burn, to be added to.
    """
    if state.burned is None:
        state.burned = {}
    return state.burned


def split(lots: Lots, tokens: int) -> tuple[Lots, Lots]:
    """Split lots after their first tokens.

    Args:
        lots: The lots, in their order.
        tokens: How many come first.

    Returns:
        Both parts.
    """
    first: Lots = []
    rest: Lots = []
    for lot, there in lots:
        part = min(tokens, there)
        tokens -= part
        if part:
            first.append((lot, part))
        if part < there:
            rest.append((lot, there - part))
    return first, rest
