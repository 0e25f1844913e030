"""A batch: commands decided one after the other on one load, for one save.

1. Each command is decided on what the last one left.
2. A request that has a receipt is answered from it, without asking today's rules or clock.
3. A refusal, or a command that is wrong, is its own answer and changes nothing; the others go on.
4. What one finds that it needs is loaded once for all that need something more.
"""

import copy
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import compress, repeat
from operator import attrgetter
from typing import Any, Final, Generic, NoReturn, TypeVar

from mi_rewards import catalogue, trade_in
from mi_rewards._tuples import new
from mi_rewards.commands.command import Command, Decision, contents_of
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchases import Purchase
from mi_rewards.errors import (
    Conflict,
    Corrupt,
    LimitReached,
    MiRewardsError,
    Misuse,
    Refused,
    RequestReused,
)
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Changes, Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import Key
from mi_rewards.repositories.messages import Note, OutboxEvent
from mi_rewards.repositories.records import Content, Counter, CounterKey, Receipt, ReceiptKey, Take
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.refusals import MemberBlocked
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet

R = TypeVar("R")

_NAMED: Final = attrgetter("scope", "request_id")

NO: Final = (Refused, Misuse)
"""What is answered in place of an outcome."""

_ALONE: Final = frozenset({Burn, Member, Purchase})
"""Aggregates from which nothing follows for units, devices and members who go on as others."""


class Batch(Generic[R]):
    """Commands on their way from one load to one save.

    Attributes:
        outcomes: What was answered so far, in the order of the commands: an outcome, a refusal, or
            what was wrong.
        repeated: How many of them were answered from a receipt.
    """

    def __init__(
        self,
        commands: Iterable[Command[R]],
        programme: Programme,
        *,
        keeps_refusals: bool = False,
    ) -> None:
        self.outcomes: list[R | Refused | Misuse] = []
        self.repeated: int = 0
        self._commands = tuple(commands)
        self._keys = list(map(new, repeat(ReceiptKey), map(_NAMED, self._commands)))
        self._programme = programme
        self._keeps_refusals = keeps_refusals
        self._loaded: Loaded | None = None
        self._missing: Needs | None = None
        self._looks_ahead = len(self._commands) > 1
        self._shows_receipts = False
        self._puts: dict[Key[Any], Put[Any]] = {}
        self._entries: list[Entry] = []
        self._receipts: list[Receipt] = []
        self._events: list[OutboxEvent] = []
        self._notes: list[Note] = []
        self._takes: list[Take] = []
        self._erased: dict[str, None] = {}

    @property
    def needs(self) -> Needs:
        """What the commands name that they need, and their receipts."""
        keys: list[Key[Any]] = []
        receipts = dict.fromkeys(self._keys)
        counters: dict[CounterKey, None] = {}
        programme = self._programme
        for command in self._commands:
            named, more, counted, _, _ = command.needs(programme)
            keys += named
            if counted:
                counters.update(dict.fromkeys(counted))
            if more:
                receipts.update(dict.fromkeys(more))
        return new(Needs, (tuple(dict.fromkeys(keys)), tuple(receipts), tuple(counters), (), None))

    def run(self, loaded: Loaded) -> Needs | None:
        """Decide on, with what was loaded now and before.

        Args:
            loaded: What was asked for last.

        Returns:
            What is needed to go on, `None` when every command is decided.

        Raises:
            Corrupt: The store did not answer for everything that it was asked for.
        """
        loaded = self._kept(loaded)
        aggregates, outcomes, puts = loaded.aggregates, self.outcomes, self._puts
        shows_receipts, begun = self._shows_receipts, len(outcomes)
        for index, command in enumerate(self._commands[begun:], begun):
            if shows_receipts and self._is_repeated(index, command, loaded.receipts):
                continue
            outcome: R | Refused | Misuse
            try:
                decision = self._decided(command, loaded)
            except NotLoaded as missing:
                if missing.needs.receipts and not shows_receipts:
                    self._show_receipts(loaded)
                    return self.run(Loaded({}, {}))
                return self._asked_once(self._ahead(index, missing.needs, loaded))
            except Refused as refusal:
                outcome = refusal.with_traceback(None)
            except Misuse as fault:
                outcome = fault.with_traceback(None)
            else:
                outcome, changed, entries, events, notes, takes, erased = decision
                for put in changed:
                    key = put[0]
                    aggregates[key] = put[1]
                    puts[key] = put
                if entries:
                    self._entries += entries
                if events or notes or takes or erased:
                    self._take_in(decision, loaded.counters)
            outcomes.append(outcome)
            if shows_receipts:
                self._keep_receipts(index, loaded.receipts)
        if not shows_receipts:
            self._receipts = self._receipts_from(0)
        return None

    def _kept(self, loaded: Loaded) -> Loaded:
        """Keep what was loaded, with what was before; what a store hands out stays its own."""
        if self._loaded is None:
            self._shows_receipts = self._has_repeats(loaded.receipts)
            self._loaded = Loaded(
                dict(loaded.aggregates),
                dict(loaded.receipts) if self._shows_receipts else {},
                dict(loaded.counters),
                dict(loaded.pages),
            )
        else:
            late = loaded.counters.keys() - self._loaded.counters.keys()
            self._loaded.update(loaded)
            _step(self._loaded.counters, [it for it in self._takes if it.key in late])
        return self._loaded

    def _has_repeats(self, receipts: dict[ReceiptKey, Receipt | None]) -> bool:
        """Tell whether a request came before or comes twice, or receipts are looked at besides."""
        keys = self._keys
        is_each_once = len(keys) == len(receipts) and receipts.keys() == set(keys)
        return not is_each_once or any(receipts.values())

    def _show_receipts(self, loaded: Loaded) -> None:
        """Show the receipts of this batch from now on, those of what was decided already too."""
        self._shows_receipts = True
        loaded.receipts = dict.fromkeys(self._keys)
        self._keep_receipts(0, loaded.receipts)

    def _is_repeated(
        self, index: int, command: Command[R], receipts: dict[ReceiptKey, Receipt | None]
    ) -> bool:
        """Answer from a receipt, where there is one."""
        key = self._keys[index]
        try:
            receipt = receipts[key]
        except KeyError:
            raise Corrupt(f"the store did not answer for {key}") from None
        if receipt is None:
            return False
        outcome: R | Refused | Misuse
        content = command.content()
        try:
            outcome = self._repeated(receipt, content)
        except Misuse as fault:
            outcome = fault.with_traceback(None)
        self.outcomes.append(outcome)
        return True

    def _keep_receipts(self, begun: int, receipts: dict[ReceiptKey, Receipt | None]) -> None:
        """Make and show the receipts of what was decided, from one of the commands on."""
        made = self._receipts_from(begun)
        receipts.update({receipt.key: receipt for receipt in made})
        self._receipts += made

    def _receipts_from(self, begun: int) -> list[Receipt]:
        """Make the receipts of what was decided, from one of the commands on."""
        outcomes: list[Any] = self.outcomes[begun:]
        commands = self._commands[begun : begun + len(outcomes)]
        keys = self._keys[begun : begun + len(outcomes)]
        no = (Misuse,) if self._keeps_refusals else (Misuse, Refused)
        if any(map(issubclass, set(map(type, outcomes)), repeat(no))):
            kept = [not isinstance(it, no) for it in outcomes]
            commands, keys = tuple(compress(commands, kept)), list(compress(keys, kept))
            outcomes = list(compress(outcomes, kept))
        stated = zip(keys, contents_of(commands), outcomes, strict=True)
        return list(map(new, repeat(Receipt), stated))

    def _decided(self, command: Command[R], loaded: Loaded) -> Decision[R]:
        """Decide on a command, with what follows from it whatever it is.

        What comes in for a member who goes on as another is passed on, the units of codes follow
        their vouchers, and devices the exchanges that they are in.
        """
        try:
            decision = command.decide(loaded, self._programme)
        except MemberBlocked as refusal:
            from mi_rewards.commands.wallets.passing import told_apart

            raise told_apart(refusal, command.scope, loaded) from None
        for put in decision[1]:
            kind = put[0][0]
            if put[1].blocked if kind is Wallet else kind not in _ALONE:
                return self._with_more(decision, command, loaded)
        return decision

    def _with_more(self, decision: Decision[R], command: Command[R], loaded: Loaded) -> Decision[R]:
        """Add what follows from a decision for other members, for units and for devices."""
        is_blocked, has_unit, has_device = _touched(decision)
        if is_blocked:
            from mi_rewards.commands.wallets.passing import passed_on

            decision = passed_on(decision, command.request_id, loaded)
        if has_unit:
            from mi_rewards.commands.units import with_units

            decision = with_units(decision, loaded, command.at)
        if has_device:
            from mi_rewards.commands.trade_in.devices import with_devices

            decision = with_devices(decision, loaded, command.at)
        return decision

    def _ahead(self, index: int, needs: Needs, loaded: Loaded) -> Needs:
        """Add what later commands find that they need too, so that one load is for all of them.

        Where they need nothing else, as where each needs the next code of a pool, nobody looks
        again: a batch is decided a few times over at most.
        """
        if not self._looks_ahead:
            return needs
        found = [needs]
        for later in range(index + 1, len(self._commands)):
            if loaded.receipts.get(self._keys[later]) is None:
                # What else stands against it now need not when it is its turn.
                with suppress(MiRewardsError):
                    found += self._missed(self._commands[later], loaded)
        together = needs._replace(
            aggregates=tuple(dict.fromkeys([key for it in found for key in it.aggregates])),
            counters=tuple(dict.fromkeys([key for it in found for key in it.counters])),
            pages=tuple(dict.fromkeys([page for it in found for page in it.pages])),
        )
        self._looks_ahead = together != needs
        return together

    def _missed(self, command: Command[R], loaded: Loaded) -> Sequence[Needs]:
        """Tell what a command finds that it needs and was not loaded."""
        try:
            self._decided(command, loaded)
        except NotLoaded as missing:
            return (missing.needs,)
        return ()

    def _asked_once(self, needs: Needs) -> Needs:
        """Ask for something more, and not again where the store does not answer."""
        if needs == self._missing:
            raise Corrupt(f"the store did not answer for {needs}")
        self._missing = needs
        return needs

    def _repeated(self, receipt: Receipt, content: Content) -> R | Refused | Misuse:
        """Answer from a receipt."""
        if not content.is_same(receipt.content):
            return RequestReused(scope=receipt.key.scope, request_id=receipt.key.request_id)
        self.repeated += 1
        outcome: Any = receipt.outcome
        return copy.copy(outcome) if isinstance(outcome, Refused) else outcome

    def _take_in(self, decision: Decision[R], counters: dict[CounterKey, Counter | None]) -> None:
        """Take in what few commands decide; counters follow, so that the next command sees them."""
        self._events += decision.events
        if decision.erased:
            self._notes = [it for it in self._notes if it.member_id not in decision.erased]
            self._erased.update(dict.fromkeys(decision.erased))
        self._notes += decision.notes
        self._takes += decision.takes
        _step(counters, [it for it in decision.takes if it.key in counters])

    def lose(self, no: LimitReached) -> NoReturn:
        """Answer for a limit that was reached while this was decided.

        Args:
            no: What the store said.

        Raises:
            Refused: That, where there is one command, whose answer it is.
            Conflict: It is some command's, and the others go on when all are decided again; or
                one that does without what a limit has not left any more.
        """
        if len(self._commands) == 1 and not getattr(self._commands[0], "weighs_limits", False):
            assert self._loaded is not None
            from mi_rewards.commands.units import told_for

            raise told_for(no, self._takes, self._loaded) from None
        raise Conflict(str(no)) from no

    @property
    def changes(self) -> Changes | None:
        """What is to be saved; `None` where nothing changed."""
        if not self._receipts:
            return None
        return Changes(
            tuple(self._puts.values()),
            tuple(self._entries),
            tuple(self._receipts),
            tuple(self._events),
            tuple(self._notes),
            tuple(self._takes),
            tuple(self._erased),
        )


def _touched(decision: Decision[Any]) -> tuple[bool, bool, bool]:
    """Tell whether a decision stores a blocked wallet, a voucher with a unit, an exchange."""
    is_blocked = has_unit = has_device = False
    for key, aggregate in decision[1]:
        kind = key[0]
        if kind is Wallet:
            is_blocked = is_blocked or bool(aggregate.blocked)
        elif kind is catalogue.Voucher:
            from mi_rewards.commands.units import quota_of

            has_unit = has_unit or bool(quota_of(aggregate.terms))
        elif kind is trade_in.Exchange:
            has_device = True
    return is_blocked, has_unit, has_device


def _step(counters: dict[CounterKey, Counter | None], takes: Iterable[Take]) -> None:
    """Let counters that were loaded follow; others do when they are."""
    for key, n, limit in takes:
        found = counters[key]
        counters[key] = Counter(key, (0 if found is None else found.used) + n, limit)


def answered(outcome: R | Refused | Misuse) -> R:
    """Answer with the outcome of one command, or raise why there is none.

    Args:
        outcome: From a batch.

    Returns:
        The outcome.

    Raises:
        Refused: No, by the rules.
        Misuse: An argument is wrong, or the request id came again with other content.
    """
    if isinstance(outcome, NO):
        raise outcome
    return outcome
