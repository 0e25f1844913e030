"""What becomes of a redemption: confirmed, cancelled, given back, run out.

What a reservation took of stock and limits is given back when it is cancelled, and when its running
out is booked.
"""

from datetime import datetime
from typing import Any

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.catalogue.codes import SealedCode
from mi_rewards.catalogue.redemptions import Redemption, RedemptionState
from mi_rewards.catalogue.refusals import UnknownRedemption, VoucherNotFound
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.catalogue.issuing import (
    check_code,
    check_pool,
    issued,
    redemption_reason,
    with_code,
)
from mi_rewards.commands.catalogue.offers import takes_of
from mi_rewards.commands.catalogue.outcomes import Issued, RedemptionClosed
from mi_rewards.commands.command import Decision, WalletCommand, not_a_text
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, NotLoaded, Put
from mi_rewards.repositories.keys import Key, burn_key, redemption_key, voucher_key
from mi_rewards.wallet.reservations import Burn


@attrs.frozen(order=False, kw_only=True, slots=False)
class _RedemptionCommand(WalletCommand):
    """What every command on a redemption has.

    Attributes:
        redemption_id: The redemption: the request that reserved or redeemed.
    """

    redemption_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.redemption_id) is not str or not self.redemption_id:
            raise not_a_text("a redemption's id", self.redemption_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet and the redemption.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return Needs((self._key(programme), self._redemption_key()))

    def _redemption_key(self) -> Key[Redemption]:
        """Name the redemption."""
        return redemption_key(self.member_id, self.redemption_id)

    def _redemption(self, loaded: Loaded) -> Redemption:
        """Answer with the redemption, or refuse."""
        found = loaded.get(self._redemption_key())
        if found is None:
            raise UnknownRedemption(redemption_id=self.redemption_id)
        return found


@attrs.frozen(order=False, kw_only=True, slots=False)
class ConfirmRedemption(_RedemptionCommand):
    """Confirm a reservation: its tokens are spent, and the voucher is issued.

    Attributes:
        code: The code drawn for it; `None` where the reward takes codes from a pool.
    """

    code: SealedCode | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        """Check the names and the code."""
        super().__attrs_post_init__()
        check_code(self.code)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet, the redemption and the code.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return with_code(super().needs(programme), self.code)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Issued]:
        """Decide.

        Args:
            loaded: The wallet, the redemption and the code.
            programme: The rules; the reward is the one that was reserved.

        Returns:
            The voucher.

        Raises:
            UnknownRedemption: None of that name is known.
            RedemptionNotOpen: It is confirmed, cancelled, or has run out.
            NothingInPool: The reward's pool has no code left.
            VoucherExpired: The last valid day of all its reward's vouchers is over.
            HoldNotOpen: Its hold was released by other means.
            UnknownQuota: The quota of its reward's F-code is not known.
            QuotaExhausted: The quota has no unit left for codes.
            Misuse: No code was drawn, or the one drawn is issued already.
        """
        redemption = self._redemption(loaded).confirming(at=self.at)
        check_pool(redemption.reward, loaded)
        change = self._wallet(loaded, programme).capture(
            self.redemption_id,
            at=self.at,
            request_id=self.request_id,
            reason=redemption_reason(redemption.reward),
        )
        outcome, puts, takes = issued(redemption, self.code, loaded, programme, self.at)
        return Decision(
            outcome,
            (
                Put(self._key(programme), change.wallet),
                Put(burn_key(self.member_id, self.redemption_id), change.result),
                *puts,
            ),
            change.entries,
            takes=takes,
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class CancelRedemption(_RedemptionCommand):
    """Cancel a reservation; or give a confirmed redemption back, where its reward allows that."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[RedemptionClosed]:
        """Decide.

        Args:
            loaded: The wallet and the redemption; of a confirmed one its burn and voucher too.
            programme: The rules; the reward is the one that was reserved.

        Returns:
            The tokens that came back.

        Raises:
            UnknownRedemption: None of that name is known.
            RedemptionNotOpen: It is cancelled, or has run out.
            Irrevocable: Its code is issued, and the reward takes none back.
            VoucherNotFound: Its voucher was handed on, or is void.
            VoucherUsed: Its voucher was used.
            VoucherExpired: Its voucher's last valid day is over.
            VoucherAttached: Its voucher is attached to an order.
            HoldNotOpen: Its hold was released by other means.
        """
        before = self._redemption(loaded)
        redemption = before.cancelling(at=self.at)
        wallet = self._wallet(loaded, programme)
        reason = redemption_reason(redemption.reward)
        puts: tuple[Put[Any], ...] = (Put(self._redemption_key(), redemption),)
        tokens = redemption.tokens
        if before.state is RedemptionState.RESERVED:
            released = wallet.release(
                self.redemption_id, at=self.at, request_id=self.request_id, reason=reason
            )
            wallet, entries = released.wallet, released.entries
        else:
            voucher, burn = self._spent(loaded)
            puts += (Put(voucher_key(self.member_id, self.redemption_id), voucher),)
            tokens, entries = burn.tokens, ()
            if tokens:
                undone = wallet.reinstate(
                    burn, tokens, at=self.at, request_id=self.request_id, reason=reason
                )
                wallet, entries = undone.wallet, undone.entries
                puts += (Put(burn_key(self.member_id, self.redemption_id), undone.result),)
        if entries:
            puts = (Put(self._key(programme), wallet), *puts)
        outcome = RedemptionClosed(self.redemption_id, redemption.state.value, tokens)
        return Decision(outcome, puts, entries, takes=takes_of(redemption.steps, -1))

    def _spent(self, loaded: Loaded) -> tuple[Voucher, Burn]:
        """Answer with the voucher, void, and with the burn of a confirmed redemption."""
        the_voucher = voucher_key(self.member_id, self.redemption_id)
        the_burn = burn_key(self.member_id, self.redemption_id)
        if the_voucher not in loaded.aggregates:
            raise NotLoaded(Needs((the_voucher, the_burn)))
        voucher, burn = loaded.get(the_voucher), loaded.get(the_burn)
        if voucher is None or burn is None:
            raise UnknownRedemption(redemption_id=self.redemption_id)
        if voucher.holder_id != self.member_id:
            raise VoucherNotFound
        return voucher.voiding(at=self.at), burn


@attrs.frozen(order=False, kw_only=True, slots=False)
class RunOutRedemption(_RedemptionCommand):
    """Book that a reservation has run out: stock and limits get back what it took."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[RedemptionClosed]:
        """Decide.

        Args:
            loaded: The wallet and the redemption.
            programme: The rules.

        Returns:
            The tokens that came back; none where there is nothing to book.

        Raises:
            UnknownRedemption: None of that name is known.
        """
        before = self._redemption(loaded)
        redemption = before.at(self.at)
        if redemption.state is before.state:
            return Decision(RedemptionClosed(self.redemption_id, before.state.value, 0))
        change = self._wallet(loaded, programme).lapse(at=self.at, request_id=self.request_id)
        puts: tuple[Put[Any], ...] = (Put(self._redemption_key(), redemption),)
        if change.entries:
            puts = (Put(self._key(programme), change.wallet), *puts)
        outcome = RedemptionClosed(self.redemption_id, redemption.state.value, redemption.tokens)
        return Decision(outcome, puts, change.entries, takes=takes_of(redemption.steps, -1))


def run_out_of(redemption: Redemption, *, at: datetime) -> RunOutRedemption:
    """Make the command that books that a reservation has run out.

    Args:
        redemption: The redemption, as stored.
        at: The instant (UTC).

    Returns:
        The command.
    """
    return RunOutRedemption(
        member_id=redemption.member_id,
        request_id=f"run_out:{redemption.redemption_id}:{write_instant(at)}",
        at=at,
        redemption_id=redemption.redemption_id,
    )
