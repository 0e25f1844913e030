"""Stores on which things go wrong, as planned.

1. A plan is a value: which fault befalls which save, counted from 1. The same plan always does the
   same.
2. A fault is one that a real store cannot keep from its callers: a lost race, a lost connection, a
   process that ends, a message that arrives twice or late.
3. Whoever asks again until there is an answer must find every request carried out exactly once.
"""

import enum
from collections.abc import Iterable, Mapping

import attrs

from mi_rewards.errors import Conflict, LimitReached, Misuse
from mi_rewards.repositories import AsyncStore, Changes, Loaded, Needs, Store


class ConnectionLost(ConnectionError):
    """The answer to a save never came; it may have been carried out, or not, or not yet."""


class Crashed(BaseException):
    """The process ends here; only whoever stands for its next start may catch it."""


class Fault(enum.StrEnum):
    """What befalls a save."""

    CONFLICT = "conflict"
    """Somebody else was faster: `Conflict`, and nothing is saved."""
    NOT_SENT = "not_sent"
    """It never reached the store: `ConnectionLost`, and nothing is saved."""
    ANSWER_LOST = "answer_lost"
    """It is saved, and then `ConnectionLost`."""
    CRASH_BEFORE = "crash_before"
    """`Crashed`, and nothing is saved."""
    CRASH_AFTER = "crash_after"
    """It is saved, and then `Crashed`."""
    TWICE = "twice"
    """It arrives a second time; what the store says to that, nobody hears."""
    LATE = "late"
    """`ConnectionLost`; it arrives after the next save, and nobody hears the answer."""


_UNSAVED: Mapping[Fault, type[BaseException]] = {
    Fault.CONFLICT: Conflict,
    Fault.NOT_SENT: ConnectionLost,
    Fault.CRASH_BEFORE: Crashed,
    Fault.LATE: ConnectionLost,
}
_SAVED: Mapping[Fault, type[BaseException]] = {
    Fault.ANSWER_LOST: ConnectionLost,
    Fault.CRASH_AFTER: Crashed,
}


def _pairs(
    faults: Mapping[int, Fault] | Iterable[tuple[int, Fault]],
) -> tuple[tuple[int, Fault], ...]:
    """Put faults in the order of their saves."""
    pairs = faults.items() if isinstance(faults, Mapping) else faults
    return tuple(sorted(pairs, key=lambda it: it[0]))


@attrs.frozen(order=False)
class Plan:
    """Which fault befalls which save.

    Attributes:
        faults: The number of a save, from 1, and what befalls it; each number once.
    """

    faults: tuple[tuple[int, Fault], ...] = attrs.field(default=(), converter=_pairs)

    def __attrs_post_init__(self) -> None:
        """Check the numbers and the faults."""
        numbers = [number for number, _ in self.faults]
        if len(set(numbers)) < len(numbers):
            raise Misuse(f"one fault befalls a save, not several: {numbers}")
        for number, fault in self.faults:
            if type(number) is not int or number < 1 or type(fault) is not Fault:
                raise Misuse(f"a plan has numbers from 1 and faults, not {number!r}: {fault!r}")

    def fault_of(self, number: int) -> Fault | None:
        """Tell what befalls a save.

        Args:
            number: Which save, from 1.

        Returns:
            The fault, `None` where all goes well.
        """
        return dict(self.faults).get(number)


class FaultyStore:
    """A store on which saves go wrong as planned.

    Attributes:
        inner: The store behind it.
        plan: What goes wrong.
        saves: How many saves were asked for.
        late: Those that have yet to arrive.
    """

    def __init__(self, inner: Store, plan: Plan) -> None:
        self.inner: Store = inner
        self.plan: Plan = plan
        self.saves: int = 0
        self.late: list[Changes] = []

    def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed; nothing goes wrong.

        Args:
            needs: What is asked for.

        Returns:
            What the store behind it answers.
        """
        return self.inner.load(needs)

    def save(self, changes: Changes, /) -> None:
        """Carry out changes, unless the plan says otherwise.

        Args:
            changes: What to change.
        """
        self.saves += 1
        fault = self.plan.fault_of(self.saves)
        if fault is Fault.LATE:
            self.late.append(changes)
        if fault is not None and fault in _UNSAVED:
            raise _UNSAVED[fault](f"save {self.saves}: {fault.value}")
        try:
            self.inner.save(changes)
            if fault is Fault.TWICE:
                self.late.insert(0, changes)
        finally:
            self.arrive()
        if fault is not None and fault in _SAVED:
            raise _SAVED[fault](f"save {self.saves}: {fault.value}")

    def arrive(self) -> None:
        """Let what is late arrive; nobody hears what the store says to it."""
        while self.late:
            try:
                self.inner.save(self.late.pop(0))
            except (Conflict, LimitReached):
                continue


class AsyncFaultyStore:
    """`FaultyStore`, awaited.

    Attributes:
        inner: The store behind it.
        plan: What goes wrong.
        saves: How many saves were asked for.
        late: Those that have yet to arrive.
    """

    def __init__(self, inner: AsyncStore, plan: Plan) -> None:
        self.inner: AsyncStore = inner
        self.plan: Plan = plan
        self.saves: int = 0
        self.late: list[Changes] = []

    async def load(self, needs: Needs, /) -> Loaded:
        """Read what is needed; nothing goes wrong.

        Args:
            needs: What is asked for.

        Returns:
            What the store behind it answers.
        """
        return await self.inner.load(needs)

    async def save(self, changes: Changes, /) -> None:
        """Carry out changes, unless the plan says otherwise.

        Args:
            changes: What to change.
        """
        self.saves += 1
        fault = self.plan.fault_of(self.saves)
        if fault is Fault.LATE:
            self.late.append(changes)
        if fault is not None and fault in _UNSAVED:
            raise _UNSAVED[fault](f"save {self.saves}: {fault.value}")
        try:
            await self.inner.save(changes)
            if fault is Fault.TWICE:
                self.late.insert(0, changes)
        finally:
            await self.arrive()
        if fault is not None and fault in _SAVED:
            raise _SAVED[fault](f"save {self.saves}: {fault.value}")

    async def arrive(self) -> None:
        """Let what is late arrive; nobody hears what the store says to it."""
        while self.late:
            try:
                await self.inner.save(self.late.pop(0))
            except (Conflict, LimitReached):
                continue
