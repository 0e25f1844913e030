"""Booking what the calendar has made due."""

import attrs

from mi_rewards.commands.command import Decision, WalletCommand
from mi_rewards.commands.outcomes import Lapsed
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put


@attrs.frozen(order=False, kw_only=True, slots=False)
class Lapse(WalletCommand):
    """Book what the calendar has made due: lapses, holds that ran out, promises kept."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Lapsed]:
        """Decide.

        Args:
            loaded: The wallet.
            programme: The rules.

        Returns:
            How many tokens lapsed.
        """
        change = self._wallet(loaded, programme).lapse(at=self.at, request_id=self.request_id)
        outcome = Lapsed(change.result, len(change.entries))
        if not change.entries:
            return Decision(outcome)
        return Decision(outcome, (Put(self._key(programme), change.wallet),), change.entries)
