"""What of pre-orders and quotas stands at an instant, whatever a store has of later.

1. Units are folded from the journal of their quota: its changes of size, and the moves of the units
   that pre-orders and codes have.
2. What the calendar has made of a pre-order or a code by then counts, booked or not.
3. A price that was changed, a colour and a way to pay are stated as they are now.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

import attrs

from mi_rewards._event_log.books import Books
from mi_rewards.catalogue.voucher_life import VoucherState
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.units import quota_of
from mi_rewards.preorders.allotments import Allotment, UnitState, quota_scope
from mi_rewards.preorders.life import PreOrderState
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quotas import Quota, QuotaState
from mi_rewards.preorders.reserved_units import ReservedUnit
from mi_rewards.preorders.unit_journal import QUOTA_CHANGED, SizeChange, fold_units, read_changes
from mi_rewards.repositories import Needs, OutboxEvent, Page

PAGE: Final = 1_000
"""Events that are read at a time."""

_STEPS: Final = (
    ("paid_at", PreOrderState.PAID, "ship_by"),
    ("shipped_at", PreOrderState.SHIPPED, "shipped_at"),
    ("ready_at", PreOrderState.READY, "pickup_until"),
)
"""When a pre-order that is open got where it is, and the deadline that it has from then on."""


@attrs.frozen(order=False)
class Sold:
    """Pre-orders and quotas at an instant.

    Attributes:
        at: The instant (UTC).
        preorders: The pre-orders that were placed by then, as they were; by order and member.
        quotas: What the units of each quota were that was open by then, by its name.
    """

    at: datetime
    preorders: tuple[PreOrder, ...]
    quotas: tuple[QuotaState, ...]

    @classmethod
    def of(cls, store: Books, at: datetime) -> "Sold":
        """Go through a store.

        Args:
            store: The store.
            at: The instant (UTC).

        Returns:
            What stands then. O(pre-orders and codes).
        """
        past = (_as_of(it, at) for it in store.all_of(PreOrder))
        preorders = [it for it in past if it is not None]
        preorders.sort(key=lambda it: (it.order_id, it.member_id))
        units: defaultdict[str, list[Allotment]] = defaultdict(list)
        for it in preorders:
            if it.allotment is not None:
                units[it.quota_id].append(it.allotment)
        for allotment in _of_codes(store, at):
            units[allotment.quota_id].append(allotment)
        quotas = [
            fold_units(quota_id, changes, units[quota_id])
            for quota_id in sorted([it.quota_id for it in store.all_of(Quota)])
            if (changes := _changes(store, quota_id, at)) is not None
        ]
        return cls(at, tuple(preorders), tuple(quotas))

    def counts(self) -> dict[str, int]:
        """Count the pre-orders by where they are in their lives, and those late to ship.

        Returns:
            The numbers, by the states' names and `late`.
        """
        found = Counter([it.state for it in self.preorders])
        return {state.value: found[state] for state in PreOrderState} | {"late": len(self.late)}

    def units(self) -> dict[str, dict[str, int]]:
        """State what the units of each quota are, added up.

        Returns:
            Its size and its parts, by the quota.
        """
        names = ("size", "free", "held", "sold", "reserved")
        return {it.quota_id: {name: getattr(it, name) for name in names} for it in self.quotas}

    @property
    def waiting(self) -> tuple[PreOrder, ...]:
        """Those whose payment is waited for, by their deadlines."""
        found = [it for it in self.preorders if it.is_waiting]
        return tuple(sorted(found, key=lambda it: it.pay_until))

    @property
    def late(self) -> tuple[PreOrder, ...]:
        """Those that are late to ship, by when they were to be."""
        found = [it for it in self.preorders if it.is_late(self.at)]
        return tuple(sorted(found, key=lambda it: it.ship_by or self.at))

    @property
    def refundable(self) -> tuple[PreOrder, ...]:
        """Those for which something is to be given back, by when they ended."""
        found = [
            it
            for it in self.preorders
            if it.refund_minor and it.state is not PreOrderState.REFUNDED
        ]
        return tuple(sorted(found, key=lambda it: it.closed_at or self.at))


def latest_sold(store: Books) -> datetime | None:
    """Find the latest instant at which something was done about a quota or a pre-order.

    Args:
        store: The store.

    Returns:
        The instant (UTC), `None` where there was nothing.
    """
    facts = [
        at
        for it in store.all_of(PreOrder)
        for at in (it.placed_at, it.paid_at, it.shipped_at, it.ready_at, it.refunded_at)
        if at is not None
    ]
    facts += [it.closed_at for it in store.all_of(PreOrder) if it.closed_at is not None]
    facts += [
        event.occurred_at for it in store.all_of(Quota) for event in _events(store, it.quota_id)
    ]
    return max(facts, default=None)


def _as_of(it: PreOrder, at: datetime) -> PreOrder | None:
    """State a pre-order as it was at an instant; `None` where it was not placed by then."""
    if it.placed_at > at:
        return None
    if it.closed_at is None or it.closed_at > at:
        return _open_as_of(it, at).at(at)
    if it.refunded_at is not None and it.refunded_at > at:
        was_left = it.closed_at == it.pickup_until
        state = PreOrderState.UNCLAIMED if was_left else PreOrderState.CANCELLED
        return it._replace(state=state, refunded_at=None)
    return it


def _open_as_of(it: PreOrder, at: datetime) -> PreOrder:
    """Take back what became of a pre-order after an instant at which it was open."""
    state = PreOrderState.PLACED
    later: dict[str, Any] = {"closed_at": None, "refund_minor": 0, "refunded_at": None}
    for name, to, deadline in _STEPS:
        when = getattr(it, name)
        if when is not None and when <= at:
            state = to
        else:
            later |= {name: None, deadline: None}
    return it._replace(
        allotment=None if it.allotment is None else _unit_as_of(it.allotment, at),
        state=state,
        paid_minor=0 if state is PreOrderState.PLACED else it.due.minor,
        **later,
    )


def _unit_as_of(unit: Allotment, at: datetime) -> Allotment:
    """State a unit as it was at an instant, as far as that was booked."""
    moves = tuple(takewhile(lambda move: move.at <= at, unit.moves))
    return unit._replace(state=moves[-1].after if moves else UnitState.FREE, moves=moves)


def _of_codes(store: Books, at: datetime) -> Iterator[Allotment]:
    """Go through the units of codes as they were at an instant."""
    vouchers = {
        (it.member_id, it.voucher_id): it for it in store.all_of(Voucher) if quota_of(it.terms)
    }
    for it in store.all_of(ReservedUnit):
        unit = _unit_as_of(it.allotment, at)
        voucher = vouchers[it.member_id, it.voucher_id]
        until = voucher.attached_until
        is_on_order = unit.state is UnitState.HELD and voucher.state is VoucherState.ATTACHED
        if is_on_order and until is not None and until <= at:
            unit = unit.moving(UnitState.RESERVED, at=until)
        if unit.state is UnitState.RESERVED and voucher.ends_at <= at:
            unit = unit.moving(UnitState.FREE, at=voucher.ends_at)
        yield unit


def _changes(store: Books, quota_id: str, at: datetime) -> list[SizeChange] | None:
    """Read how large a quota's shards became by an instant; `None` where there was none of it."""
    events = [it for it in _events(store, quota_id) if it.occurred_at <= at]
    sizes = [dict(it.figures)["sizes"] for it in events if it.topic == QUOTA_CHANGED]
    changes = [change for text in sizes for change in read_changes(str(text))]
    return changes if events else None


def _events(store: Books, quota_id: str) -> Iterator[OutboxEvent]:
    """Read the events of a quota, page by page."""
    page: Page | None = Page("outbox", quota_scope(quota_id), "", 0, PAGE)
    while page is not None:
        events = store.load(Needs(pages=(page,))).pages[page]
        yield from events
        page = page._replace(after=page.after + PAGE) if len(events) == PAGE else None
