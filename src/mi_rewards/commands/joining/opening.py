"""Balances brought along."""

from datetime import date

import attrs

from mi_rewards.commands.command import Decision, MemberCommand, wallet_of
from mi_rewards.commands.outcomes import Opened
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import wallet_key
from mi_rewards.wallet.entries import Event, Reason


@attrs.frozen(order=False, kw_only=True, slots=False)
class Open(MemberCommand):
    """Bring a balance along from another system.

    Attributes:
        tokens: Whole tokens.
        last_day: Their last valid day.
    """

    tokens: int
    last_day: date

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        return Needs((wallet_key(self.member_id, programme.kind),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Opened]:
        """Decide.

        Args:
            loaded: The wallet.
            programme: The rules.

        Returns:
            What was brought along; past its last day it lapses at once.

        Raises:
            Misuse: *tokens* is not a number of tokens.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        key = wallet_key(self.member_id, programme.kind)
        change = wallet_of(loaded.get(key), self.member_id, programme).earn(
            self.tokens,
            last_day=self.last_day,
            at=self.at,
            request_id=self.request_id,
            reason=Reason("opening"),
            event=Event.OPENED,
        )
        outcome = Opened(self.tokens, self.last_day)
        return Decision(outcome, (Put(key, change.wallet),), change.entries)
