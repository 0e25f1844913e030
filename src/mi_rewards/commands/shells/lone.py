"""One command on its way from a load to a save, in fewer steps than a batch of one takes.

Where its request came before, and where it finds that it needs something more, it goes on as a
batch of one does.
"""

from typing import TypeVar

from mi_rewards._tuples import new
from mi_rewards.commands.command import Command, Decision
from mi_rewards.commands.shells.batch import NO, Batch
from mi_rewards.errors import Misuse, Refused
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Changes, Loaded, Needs, NotLoaded
from mi_rewards.repositories.records import Receipt, ReceiptKey

R = TypeVar("R")


class Lone(Batch[R]):
    """A batch of one command; see `Batch`. Most of what a batch keeps is made once it is needed."""

    def __init__(self, command: Command[R], programme: Programme) -> None:
        self.outcomes: list[R | Refused | Misuse] = []
        self.repeated: int = 0
        self._commands = (command,)
        self._key: ReceiptKey = new(ReceiptKey, (command.scope, command.request_id))
        self._programme = programme
        self._decision: Decision[R] | None = None
        self._is_batch = False

    @property
    def needs(self) -> Needs:
        """What the command names that it needs, and its receipt."""
        keys, receipts, counters, _, _ = self._commands[0].needs(self._programme)
        if len(keys) > 1:
            keys = tuple(dict.fromkeys(keys))
        receipts = tuple(dict.fromkeys((self._key, *receipts))) if receipts else (self._key,)
        counters = tuple(dict.fromkeys(counters)) if counters else ()
        return new(Needs, (keys, receipts, counters, (), None))

    def run(self, loaded: Loaded) -> Needs | None:
        """Decide on, with what was loaded now and before; see `Batch.run`.

        Args:
            loaded: What was asked for last.

        Returns:
            What is needed to go on, `None` when the command is decided.

        Raises:
            Corrupt: The store did not answer for everything that it was asked for.
        """
        if self._is_batch:
            return super().run(loaded)
        if self.outcomes:
            return None
        if loaded.receipts != {self._key: None}:
            return self._as_batch().run(loaded)
        command = self._commands[0]
        # What a store hands out stays its own.
        seen = Loaded(dict(loaded.aggregates), {}, dict(loaded.counters), dict(loaded.pages))
        try:
            decision = self._decided(command, seen)
        except NotLoaded as missing:
            self._as_batch()
            if missing.needs.receipts:
                return super().run(loaded)
            self._loaded = seen
            return self._asked_once(missing.needs)
        except NO as no:
            self.outcomes.append(no.with_traceback(None))
            return None
        if isinstance(decision[0], NO):
            return self._as_batch().run(loaded)
        self._receipts = [new(Receipt, (self._key, command.content(), decision[0]))]
        self._decision, self._loaded, self._takes = decision, seen, list(decision.takes)
        self.outcomes.append(decision[0])
        return None

    @property
    def changes(self) -> Changes | None:
        """What is to be saved; `None` where nothing changed."""
        if self._is_batch:
            return super().changes
        decision = self._decision
        if decision is None:
            return None
        _, puts, entries, events, notes, takes, erased = decision
        if len(puts) > 1:
            puts = tuple({put[0]: put for put in puts}.values())
        members = tuple(dict.fromkeys(erased)) if erased else ()
        receipts = tuple(self._receipts)
        return Changes(puts, entries, receipts, events, notes, takes, members)

    def _as_batch(self) -> "Lone[R]":
        """Go on as a batch does, from its beginning."""
        super().__init__(self._commands, self._programme)
        self._is_batch = True
        return self
