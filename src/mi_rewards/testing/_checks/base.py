"""What a check is, and what all of them stand on: hooks, clients, capabilities, life cycle.

1. A check is a method whose name begins with `test_`, marked by `check` with the promises that it
   guards. It runs on stores that it makes, and closes every one of them.
2. What a host has not claimed, or what is newer than the version that it pinned, is taken out of
   its class, so that no runner collects it; `set_aside` says why.
3. Nothing here uses the `assert` statement: a check looks at its store under `python -O` too.
"""

import enum
import functools
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple, TypeVar

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.testing.clients import AnyManager, AnyStore, Client, Loop, client_of
from mi_rewards.testing.promises import PROMISES, PromiseBroken

C = TypeVar("C", bound="Checks")
E = TypeVar("E", bound=Exception)
Body = Callable[[C], None]

CONTRACT_VERSION = 1
"""The version of the contract; a later one has more checks."""


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
    """

    promises: tuple[int, ...]
    since: int = 1
    needs: frozenset[Capability] = frozenset()
    reason: str = ""


def check(
    *promises: int, since: int = 1, needs: Iterable[Capability] = ()
) -> Callable[[Body[C]], Body[C]]:
    """Mark a method as a check.

    Args:
        *promises: The numbers of the promises that it guards, at least one.
        since: The version of the contract that it comes with.
        needs: What a store must be able to do for it.

    Returns:
        A decorator. What the method raises is raised as `PromiseBroken`, and every store that it
        opened is closed.

    Raises:
        Misuse: No promise is named, or one that there is not.
    """
    if not promises or set(promises) - PROMISES.keys():
        raise Misuse(f"a check guards promises by their numbers, not {promises}")
    return _marking(Mark(promises, since, frozenset(needs)))


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


class Checks:
    """What every group of checks stands on.

    Attributes:
        capabilities: What the host claims that its store can do.
        contract_version: The version of the contract that the host was written for; checks that
            came later are not run.
        patience_seconds: How long threads and processes may wait for each other before that counts
            as for ever.
        lost: Errors by which other processes learn that a connection is lost.
        set_aside: Checks that are not run, and why.
    """

    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    contract_version: ClassVar[int] = CONTRACT_VERSION
    patience_seconds: ClassVar[int] = 60
    lost: ClassVar[tuple[type[Exception], ...]] = ()
    set_aside: ClassVar[Mapping[str, str]] = {}

    _taken_out: ClassVar[Mapping[str, Any]] = {}
    _scene: "_Scene | None" = None

    def __init_subclass__(cls, **settings: Any) -> None:
        """Take out what is not to be run, and refuse what cannot be meant."""
        super().__init_subclass__(**settings)
        _check_pin(cls)
        _check_overrides(cls)
        _check_hooks(cls)
        aside: dict[str, str] = {}
        taken_out: dict[str, Any] = {}
        for name, method in all_checks(cls).items():
            why = _why_not(cls, mark_of(method) or Mark(()))
            if why:
                aside[name] = why
                if name in vars(cls):
                    taken_out[name] = method
                setattr(cls, name, None)
            elif getattr(cls, name) is None:
                setattr(cls, name, method)
        cls.set_aside = aside
        cls._taken_out = taken_out

    # Hooks: what a host says.

    def make_store(self) -> AnyStore | Awaitable[AnyStore]:
        """Make a fresh, empty store.

        Returns:
            A `Store` or an `AsyncStore`; may be written with `async def`.

        Raises:
            NotImplementedError: The host does not say how.
        """
        raise NotImplementedError(f"{type(self).__name__} has no make_store")

    def close(self, store: Any, /) -> Awaitable[None] | None:  # noqa: ARG002
        """Close a store, whether it was made, reopened or opened within a transaction.

        Args:
            store: The store.

        Returns:
            Nothing; may be written with `async def`.
        """
        return None

    def reopen(self, store: Any, /) -> AnyStore | Awaitable[AnyStore]:
        """Open another handle on the rows of a store (several handles, durable).

        Args:
            store: The store, which may have been closed.

        Returns:
            A store that shares nothing with it but the rows; may be written with `async def`.

        Raises:
            NotImplementedError: The host does not say how.
        """
        raise NotImplementedError(f"{type(self).__name__} has no reopen")

    def raw_rows(self, store: Any, /) -> Any | Awaitable[Any]:
        """Read everything that is stored behind the store's back (raw rows).

        Args:
            store: The store.

        Returns:
            Anything that is equal when the rows are; may be written with `async def`.

        Raises:
            NotImplementedError: The host does not say how.
        """
        raise NotImplementedError(f"{type(self).__name__} has no raw_rows")

    def outer_transaction(self, store: Any, /) -> AnyManager[Any]:
        """Begin a transaction of the host's own on a store's rows (outer transaction).

        Args:
            store: The store.

        Returns:
            A context manager, awaited or not, whose value is a store that works within the
            transaction. It commits at its end, and rolls back when an error leaves it.

        Raises:
            NotImplementedError: The host does not say how.
        """
        raise NotImplementedError(f"{type(self).__name__} has no outer_transaction")

    def opener(self, store: Any, /) -> Opener:
        """Say how another process opens the rows of a store (several processes).

        Args:
            store: The store.

        Returns:
            A function and its arguments.

        Raises:
            NotImplementedError: The host does not say how.
        """
        raise NotImplementedError(f"{type(self).__name__} has no opener")

    # What checks use.

    def client(self) -> Client:
        """Make a fresh store.

        Returns:
            A client of it.
        """
        return self._here().opened(self.make_store())

    def another(self, client: Client) -> Client:
        """Open a second handle on a store's rows.

        Args:
            client: A client of the first.

        Returns:
            A client of the second.
        """
        return self._here().opened(self.reopen(client.store))

    def reopened(self, client: Client) -> Client:
        """Close a store, and open it anew.

        Args:
            client: A client of it.

        Returns:
            A client of the new one.
        """
        self._here().closed(client)
        return self.another(client)

    def rows(self, client: Client) -> Any:
        """Read all rows behind a store's back, where the host says how.

        Args:
            client: A client of the store.

        Returns:
            The rows; nothing where raw rows are not claimed.
        """
        if Capability.RAW_ROWS not in self.capabilities:
            return None
        return self._here().loop.settle(self.raw_rows(client.store))

    @contextmanager
    def joined(self, client: Client) -> Iterator[Client]:
        """Work within a transaction of the host's.

        Args:
            client: A client of the store.

        Yields:
            A client of the store within.
        """
        loop = self._here().loop
        with loop.within(self.outer_transaction(client.store)) as inside:
            yield client_of(inside, loop)

    def _here(self) -> "_Scene":
        """Find where the running check opens its stores."""
        if self._scene is None:
            raise Misuse("a store is opened by a check that is running: mark it with @check")
        return self._scene

    @contextmanager
    def stage(self) -> Iterator[None]:
        """Let stores be opened, and close them at the end.

        Yields:
            Nothing; `client` and the like may be called meanwhile.
        """
        scene = self._scene = _Scene(self)
        try:
            yield
        finally:
            self._scene = None
            scene.end()


class _Scene:
    """The stores that one check has opened."""

    def __init__(self, checks: Checks) -> None:
        self.loop = Loop()
        self._checks = checks
        self._open: list[Client] = []

    def opened(self, answer: AnyStore | Awaitable[AnyStore]) -> Client:
        """Remember a store that was opened."""
        store: Any = self.loop.settle(answer)
        client = client_of(store, self.loop)
        self._open.append(client)
        return client

    def closed(self, client: Client) -> None:
        """Close a store before the end."""
        self._open = [it for it in self._open if it.store is not client.store]
        self.loop.settle(self._checks.close(client.store))

    def end(self) -> None:
        """Close every store, the newest first, and the loop."""
        try:
            while self._open:
                self.closed(self._open[-1])
        finally:
            self.loop.close()


def all_checks(cls: type[Checks]) -> dict[str, Callable[..., None]]:
    """List every check of a class, also those taken out of it.

    Args:
        cls: The class.

    Returns:
        The newest method of each name, by name, in the order in which they are written.
    """
    found: dict[str, Callable[..., None]] = {}
    for owner in reversed(cls.__mro__):
        own = {**vars(owner), **vars(owner).get("_taken_out", {})}
        found |= {it: own[it] for it in own if it.startswith("test_") and mark_of(own[it])}
    return found


def _check_pin(cls: type[Checks]) -> None:
    """Refuse a pin on a version that there is not."""
    pin = cls.contract_version
    if type(pin) is not int or not 1 <= pin <= CONTRACT_VERSION:
        raise TypeError(
            f"{cls.__name__} is pinned to version {pin!r} of the contract; "
            f"there are 1 to {CONTRACT_VERSION}"
        )


def _check_overrides(cls: type[Checks]) -> None:
    """Refuse a check that is overridden without a reason, and a reason for nothing."""
    known: dict[str, Mark] = {}
    for base in reversed(cls.__mro__[1:]):
        if issubclass(base, Checks):
            known |= {name: mark_of(it) or Mark(()) for name, it in all_checks(base).items()}
    for name, value in list(vars(cls).items()):
        mark = mark_of(value)
        if name in known and (mark is None or not mark.reason):
            raise TypeError(
                f"{cls.__name__}.{name} overrides a check without saying why: "
                f'mark it with @overrides(reason="...")'
            )
        if mark is None or not mark.reason:
            continue
        if name not in known:
            raise TypeError(f"{cls.__name__}.{name} overrides a check that there is not")
        vars(value)["mark"] = attrs.evolve(known[name], reason=mark.reason)


def _check_hooks(cls: type[Checks]) -> None:
    """Refuse a claim without the hook that it needs."""
    for capability in sorted(cls.capabilities):
        for hook in HOOKS[capability]:
            if getattr(cls, hook) is getattr(Checks, hook):
                raise TypeError(
                    f"{cls.__name__} claims {capability.value!r}, which needs the hook {hook!r}"
                )


def _why_not(cls: type[Checks], mark: Mark) -> str:
    """Say why a check is not to be run; nothing where it is."""
    if mark.since > cls.contract_version:
        return f"since version {mark.since}, pinned to {cls.contract_version}"
    missing = sorted(mark.needs - cls.capabilities)
    return f"needs {', '.join(missing)}" if missing else ""


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
