"""Booking what the calendar has made due."""

from datetime import datetime

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.commands.command import Decision, WalletCommand
from mi_rewards.commands.outcomes import Lapsed
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.wallet.wallet import Wallet


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


def lapse_of(wallet: Wallet, *, at: datetime) -> Lapse:
    """Make the command that books what is due in a wallet.

    Args:
        wallet: The wallet, as stored.
        at: The instant (UTC).

    Returns:
        The command; its request id names the instant and the last entry, so that what comes
        due by that instant later is booked by another sweep.
    """
    request_id = f"lapse:{write_instant(at)}:{wallet.sequence}"
    return Lapse(member_id=wallet.owner.member_id, request_id=request_id, at=at)
