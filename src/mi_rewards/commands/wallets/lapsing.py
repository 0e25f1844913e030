"""Booking what the calendar has made due."""

from datetime import datetime

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.commands.command import Decision, WalletCommand, not_a_text
from mi_rewards.commands.wallets.outcomes import Lapsed
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import Key, wallet_key
from mi_rewards.wallet.entries import Owner
from mi_rewards.wallet.wallet import Wallet


@attrs.frozen(order=False, kw_only=True, slots=False)
class Lapse(WalletCommand):
    """Book what the calendar has made due: lapses, holds that ran out, promises kept.

    Attributes:
        kind: The kind of token; empty for the programme's own.
    """

    kind: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.kind) is not str:
            raise not_a_text("a kind of token", self.kind)

    def _key(self, programme: Programme) -> Key[Wallet]:
        """Name the wallet."""
        return wallet_key(self.member_id, self.kind or programme.kind)

    def _wallet(self, loaded: Loaded, programme: Programme) -> Wallet:
        """Answer with the wallet, an empty one where there is none yet."""
        owner = Owner(self.member_id, self.kind or programme.kind, programme.zone)
        return loaded.get(self._key(programme)) or Wallet(owner)

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


def lapse_of(wallet: Wallet, *, at: datetime, kind: str) -> Lapse:
    """Make the command that books what is due in a wallet.

    Args:
        wallet: The wallet, as stored.
        at: The instant (UTC).
        kind: The programme's own kind of token.

    Returns:
        The command; its request id names the instant and the last entry, so that what comes
        due by that instant later is booked by another sweep.
    """
    request_id = f"lapse:{write_instant(at)}:{wallet.sequence}"
    other = "" if wallet.owner.kind == kind else wallet.owner.kind
    if other:
        request_id += f":{other}"
    return Lapse(member_id=wallet.owner.member_id, request_id=request_id, at=at, kind=other)
