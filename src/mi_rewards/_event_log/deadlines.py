"""What runs out between the lines of a log, so that others can have its units from then on.

1. Before a line is carried out, what has run out by its instant is booked, each at its own
   deadline: a pre-order that was not paid for or not picked up, and an F-code that has expired.
2. Nothing is searched for that: a deadline waits in a heap from when it is set.
3. Before a line that was carried out before nothing is booked: it was when the line first came.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Final, TypeAlias

from mi_rewards._event_log.books import BATCH, Books
from mi_rewards._event_log.fields import Event
from mi_rewards.catalogue.voucher_life import VoucherState
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands import Batch, Command
from mi_rewards.commands.catalogue.upkeep import expiry_of
from mi_rewards.commands.preorders.endings import watch_of
from mi_rewards.commands.units import quota_of
from mi_rewards.preorders.life import PreOrderState
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.repositories import Changes, Key, Needs, ReceiptKey

_Ending: TypeAlias = PreOrder | Voucher
"""What may have a deadline."""

_Due: TypeAlias = tuple[datetime, str, str, str]
"""A deadline, the member, the name within the member, and the kind's name."""

_KINDS: Final[dict[str, type[Any]]] = {kind.__name__: kind for kind in (PreOrder, Voucher)}


class Deadlines:
    """The deadlines that lines have set, and that may come before another line."""

    def __init__(
        self, store: Books, carry_out: Callable[[Sequence[Command[Any]]], Batch[Any]]
    ) -> None:
        self._store = store
        self._carry_out = carry_out
        self._heap: list[_Due] = []

    def begin(self) -> None:
        """Take in the deadlines that a store has already."""
        for kind in _KINDS.values():
            for it in self._store.all_of(kind):
                self._see(Key(kind, it.member_id, _name(it)), it)

    def see(self, changes: Changes | None) -> None:
        """Take in the deadlines that were set.

        Args:
            changes: What was saved, `None` for nothing.
        """
        if changes is not None:
            for key, aggregate in changes.puts:
                self._see(key, aggregate)

    def book_before(self, command: Event) -> None:
        """Book what has run out by the instant of a command.

        Args:
            command: What is carried out next.
        """
        at, heap = command.at, self._heap
        if not heap or heap[0][0] > at:
            return
        receipt_key = ReceiptKey(command.scope, command.request_id)
        if self._store.load(Needs(receipts=(receipt_key,))).receipt(receipt_key) is not None:
            return
        while heap and heap[0][0] <= at:
            due: list[_Due] = []
            while heap and heap[0][0] <= at and len(due) < BATCH:
                due.append(heappop(heap))
            self._book(due)

    def _book(self, due: Sequence[_Due]) -> None:
        """Book deadlines, as far as they are still waited for."""
        keys = [Key(_KINDS[kind], member_id, name) for _, member_id, name, kind in due]
        found = self._store.load(Needs(tuple(dict.fromkeys(keys)))).get_all(keys)
        commands = [
            _ended(it, when)
            for (when, *_), it in zip(due, found, strict=True)
            if it is not None and _deadline(it) == when
        ]
        if commands:
            self.see(self._carry_out(commands).changes)

    def _see(self, key: Key[Any], aggregate: Any) -> None:
        """Take in the deadline of an aggregate, if it has one."""
        if key.kind.__name__ in _KINDS and (when := _deadline(aggregate)) is not None:
            heappush(self._heap, (when, key.member_id, key.name, key.kind.__name__))


def _name(it: _Ending) -> str:
    """Name a pre-order or a voucher within its member."""
    return it.order_id if isinstance(it, PreOrder) else it.voucher_id


def _deadline(it: _Ending) -> datetime | None:
    """Tell when its unit is free again unless something happens; `None` where it is not by itself.

    A code that is on an order goes by the order's deadline.
    """
    if isinstance(it, Voucher):
        return it.ends_at if it.state is VoucherState.ISSUED and quota_of(it.terms) else None
    if it.state is PreOrderState.PLACED:
        return it.pay_until
    return it.pickup_until if it.state is PreOrderState.READY else None


def _ended(it: _Ending, at: datetime) -> Command[Any]:
    """Make the command that books a deadline."""
    if isinstance(it, Voucher):
        return expiry_of(it, at=at)
    command = watch_of(it, at=at)
    assert command is not None  # it is not late to ship, since it is not paid in full
    return command
