"""What a check is: a mark on a method, and how it says what it found.

Nothing here uses the `assert` statement: a check looks at its store under `python -O` too.
"""

import enum
import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.testing.clients import AnyStore
from mi_rewards.testing.promises import PROMISES, PromiseBroken


class Staged(Protocol):
    """Whatever lets a check open stores, and closes them at the end."""

    def stage(self) -> AbstractContextManager[None]:
        """Let stores be opened.

        Returns:
            A context manager that closes them.
        """


C = TypeVar("C", bound=Staged)
E = TypeVar("E", bound=Exception)
Body = Callable[[C], None]

Part = Literal[
    "",
    "catalogue",
    "checkout",
    "standings",
    "referrals",
    "preorders",
    "f_codes",
    "trade_ins",
    "exchanged_carts",
]
"""A part of the domain that a host need not have; empty for what every host has. F-codes that have
a unit of a quota take both a catalogue and pre-orders; carts that take an exchange, both a checkout
and trade-ins."""

CONTRACT_VERSION = 5
"""The version of the contract; a later one has more checks. The second came with the catalogue, the
third with standings and referrals, the fourth with quotas, pre-orders and draws, the fifth with
trade-ins."""


class Capability(enum.StrEnum):
    """What a host may claim that its store can do, beside being one."""

    SEVERAL_HANDLES = "several_handles"
    """`reopen` gives another handle on the same rows while the first is in use."""
    DURABLE = "durable"
    """After `close`, `reopen` gives a handle on everything that was saved."""
    RAW_ROWS = "raw_rows"
    """`raw_rows` reads everything that is stored, behind the store's back."""
    THREADS = "threads"
    """One store may be used by several threads, or awaited by several tasks, at once."""
    EXCLUSIVE = "exclusive"
    """The store has a lock: `exclusive`."""
    OUTER_TRANSACTION = "outer_transaction"
    """`outer_transaction` gives a store that works within a transaction of the host's."""
    SEVERAL_PROCESSES = "several_processes"
    """`opener` says how another process opens the same store."""


HOOKS: Mapping[Capability, tuple[str, ...]] = {
    Capability.SEVERAL_HANDLES: ("reopen",),
    Capability.DURABLE: ("reopen",),
    Capability.RAW_ROWS: ("raw_rows",),
    Capability.THREADS: (),
    Capability.EXCLUSIVE: (),
    Capability.OUTER_TRANSACTION: ("outer_transaction",),
    Capability.SEVERAL_PROCESSES: ("opener",),
}
"""The hooks that a capability needs."""


class Opener(NamedTuple):
    """How another process opens a store.

    Attributes:
        open: A function that can be imported, and answers with a store.
        arguments: What it is called with; can be pickled.
        close: A function that can be imported, and closes such a store; `None` for none.
    """

    open: Callable[..., AnyStore | Awaitable[AnyStore]]
    arguments: tuple[Any, ...] = ()
    close: Callable[[Any], Any] | None = None


@attrs.frozen(order=False)
class Mark:
    """What is known of a check.

    Attributes:
        promises: The numbers of the promises that it guards.
        since: The version of the contract that it came with.
        needs: What a store must be able to do for it.
        reason: Why a host has another check in its place; empty where it has not.
        part: The part of the domain that it is about, where a host need not have it.
    """

    promises: tuple[int, ...]
    since: int = 1
    needs: frozenset[Capability] = frozenset()
    reason: str = ""
    part: Part = ""


def check(
    *promises: int,
    since: int = 1,
    needs: Iterable[Capability] = (),
    part: Part = "",
) -> Callable[[Body[C]], Body[C]]:
    """Mark a method as a check.

    Args:
        *promises: The numbers of the promises that it guards, at least one.
        since: The version of the contract that it comes with.
        needs: What a store must be able to do for it.
        part: The part of the domain that it is about, where a host need not have it.

    Returns:
        A decorator. What the method raises is raised as `PromiseBroken`, and every store that it
        opened is closed.

    Raises:
        Misuse: No promise is named, or one that there is not.
    """
    if not promises or set(promises) - PROMISES.keys():
        raise Misuse(f"a check guards promises by their numbers, not {promises}")
    return _marking(Mark(promises, since, frozenset(needs), part=part))


def overrides(*, reason: str) -> Callable[[Body[C]], Body[C]]:
    """Mark a method as a host's own check in place of the contract's.

    Args:
        reason: Why the contract's check is not for this host; reports show it.

    Returns:
        A decorator; the method guards the same promises and needs the same capabilities.

    Raises:
        Misuse: No reason is given.
    """
    if type(reason) is not str or not reason.strip():
        raise Misuse("a check is overridden for a reason; state it")
    return _marking(Mark((), reason=reason.strip()))


def _marking(mark: Mark) -> Callable[[Body[C]], Body[C]]:
    """Make a decorator that marks a method, and runs it with stores to open."""

    def marked(body: Body[C]) -> Body[C]:
        @functools.wraps(body)
        def run(self: C) -> None:
            try:
                with self.stage():
                    body(self)
            except Exception as error:
                raise PromiseBroken(vars(run)["mark"].promises, told(error)) from error

        vars(run)["mark"] = mark
        return run

    return marked


def mark_of(value: object) -> Mark | None:
    """Find what is known of a check.

    Args:
        value: Whatever a class has under a name.

    Returns:
        Its mark, `None` where it is no check.
    """
    found = getattr(value, "mark", None)
    return found if isinstance(found, Mark) else None


def told(error: BaseException) -> str:
    """Write what a check raised.

    Args:
        error: The error.

    Returns:
        Its text, with its class where it is no finding of the check itself.
    """
    if isinstance(error, PromiseBroken):
        return error.text
    return f"{type(error).__name__}: {error}"


def expect_equal(found: object, expected: object, what: str) -> None:
    """See that something is what it should be.

    Args:
        found: What was found.
        expected: What should be.
        what: What it is, to be told where it is not.

    Raises:
        PromiseBroken: It is something else.
    """
    if found != expected:
        raise PromiseBroken((), f"{what}: {found!r:.600}, and not {expected!r:.600}")


def expect_raised(
    error: type[E], what: str, action: Callable[..., object], *arguments: object
) -> E:
    """See that something is refused as it should be.

    Args:
        error: What it should raise.
        what: What it is, to be told where it is not.
        action: What to do.
        *arguments: What to do it with.

    Returns:
        What was raised.

    Raises:
        PromiseBroken: Nothing was raised, or something else.
    """
    try:
        action(*arguments)
    except error as caught:
        return caught
    except Exception as other:
        raise PromiseBroken(
            (), f"{what}: {type(other).__name__} ({other}), and not {error.__name__}"
        ) from other
    raise PromiseBroken((), f"{what}: nothing was raised, and not {error.__name__}")
