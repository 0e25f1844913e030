"""What all checks stand on: hooks, clients, capabilities, life cycle.

1. A check is a method whose name begins with `test_`, marked by `check` with the promises that it
   guards. It runs on stores that it makes, and closes every one of them.
2. What a host has not claimed, or what is newer than the version that it pinned, is taken out of
   its class, so that no runner collects it; `set_aside` says why.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.testing._checks import samples
from mi_rewards.testing._checks.marks import (
    CONTRACT_VERSION,
    HOOKS,
    Capability,
    Mark,
    Opener,
    mark_of,
)
from mi_rewards.testing._checks.parts import PARTS, lacking
from mi_rewards.testing.clients import AnyManager, AnyStore, Client, Loop, client_of


class Checks:
    """What every group of checks stands on.

    Attributes:
        capabilities: What the host claims that its store can do.
        contract_version: The version of the contract that the host was written for; checks that
            came later are not run.
        has_catalogue: Whether the host's store keeps rewards, redemptions, vouchers and codes;
            where it does not, what is checked of them is not run.
        has_checkout: Whether it keeps quotes and settlements, in the same way; without a catalogue
            there is no checkout either.
        has_standings: Whether it keeps standings on a ladder.
        has_referrals: Whether it keeps referrals and the codes by which members invite.
        has_preorders: Whether it keeps quotas, pre-orders, units of codes, draws and tickets; what
            is checked of F-codes that have a unit needs a catalogue too.
        has_trade_ins: Whether it keeps price books, models, entries of devices, quotes of them and
            exchanges; what is checked of carts that take an exchange needs a checkout too.
        patience_seconds: How long threads and processes may wait for each other before that counts
            as for ever.
        lost: Errors by which other processes learn that a connection is lost.
        set_aside: Checks that are not run, and why.
    """

    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    contract_version: ClassVar[int] = CONTRACT_VERSION
    has_catalogue: ClassVar[bool] = True
    has_checkout: ClassVar[bool] = True
    has_standings: ClassVar[bool] = True
    has_referrals: ClassVar[bool] = True
    has_preorders: ClassVar[bool] = True
    has_trade_ins: ClassVar[bool] = True
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

    def discard(self, store: Any, /) -> Awaitable[None] | None:  # noqa: ARG002
        """Delete a store's rows, and whatever else was made for it.

        Args:
            store: What `make_store` made; every handle on its rows is closed by then.

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

    @property
    def kinds(self) -> tuple[type[Any], ...]:
        """The kinds of aggregates that the host's stores keep."""
        rows = samples.OF_EVERY_HOST
        for part, (since, more) in PARTS.items():
            if self.contract_version >= since and not lacking(type(self), part):
                rows = {**rows, **more}
        return tuple(rows)

    def client(self) -> Client:
        """Make a fresh store.

        Returns:
            A client of it.
        """
        return self._here().made(self.make_store())

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
        self._made: list[Client] = []

    def made(self, answer: AnyStore | Awaitable[AnyStore]) -> Client:
        """Remember a store that was made."""
        client = self.opened(answer)
        self._made.append(client)
        return client

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
        """Close every store, the newest first, then discard what was made, and end the loop."""
        try:
            while self._open:
                self.closed(self._open[-1])
            while self._made:
                self.loop.settle(self._checks.discard(self._made.pop().store))
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
    for owner in cls.__mro__:
        own = {**vars(owner), **vars(owner).get("_taken_out", {})}
        names = [it for it in own if it.startswith("test_") and mark_of(own[it])]
        found |= {it: own[it] for it in names if it not in found}
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
    missing_part = lacking(cls, mark.part)
    if missing_part:
        return f"has no {missing_part}"
    missing = sorted(mark.needs - cls.capabilities)
    return f"needs {', '.join(missing)}" if missing else ""
