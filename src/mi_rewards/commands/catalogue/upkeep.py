"""What keeps vouchers in order: another code, a code forgotten, void, expired.

1. What concerns a voucher's code is its holder's; whoever else has the code can only use it.
2. The code in clear is its owner's: the member who redeemed it can have it forgotten at any time.
"""

from datetime import datetime

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.catalogue.code_entries import CodeEntry
from mi_rewards.catalogue.codes import SealedCode
from mi_rewards.catalogue.refusals import VoucherNotFound
from mi_rewards.catalogue.voucher_life import VoucherState
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.catalogue.issuing import check_code
from mi_rewards.commands.catalogue.outcomes import CodeReplaced, VoucherChanged
from mi_rewards.commands.catalogue.vouchers import VoucherCommand
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import code_key, voucher_key


@attrs.frozen(order=False, kw_only=True, slots=False)
class ReplaceCode(VoucherCommand):
    """Give a voucher another code, as for one that its owner never saw; the old one is void.

    It is kept in clear for the owner alone, not where the voucher was handed on.

    Attributes:
        code: The code drawn for it.
    """

    code: SealedCode = attrs.field(eq=False)

    def __attrs_post_init__(self) -> None:
        """Check the names and the code."""
        super().__attrs_post_init__()
        if type(self.code) is not SealedCode:
            raise Misuse("a code is a SealedCode, as a CodeBook draws it")
        check_code(self.code)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the voucher and the new code.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        return Needs((*super().needs(programme).aggregates, code_key(self.code.digest)))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[CodeReplaced]:
        """Decide.

        Args:
            loaded: The voucher and the new code.
            programme: The rules.

        Returns:
            The digest of the code that stands.

        Raises:
            VoucherNotFound: It is not known, held by somebody else, or void.
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to an order.
            Misuse: The code is issued already.
        """
        voucher = self._held(loaded)
        digest, clear = self.code
        if loaded.get(code_key(digest)) is not None:
            raise Misuse("the code is issued already: draw another")
        is_owners = voucher.holder_id == voucher.member_id
        kept = clear if programme.keeps_codes and is_owners else None
        after = voucher.with_code(digest, kept, at=self.at)
        key = voucher_key(after.member_id, after.voucher_id)
        entry = CodeEntry(digest, after.member_id, after.voucher_id)
        return Decision(
            CodeReplaced(after.voucher_id, after.reward_id, digest),
            (Put(key, after), Put(code_key(digest), entry)),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class VoidVoucher(VoucherCommand):
    """Make a voucher void, as for one that was stolen; its tokens stay spent."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher.
            programme: The rules.

        Returns:
            The voucher's state.

        Raises:
            VoucherNotFound: It is not known, held by somebody else, or void already.
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to an order.
        """
        del programme
        voucher = self._held(loaded)
        return self._changed(voucher, voucher.voiding(at=self.at))


@attrs.frozen(order=False, kw_only=True, slots=False)
class ForgetCode(VoucherCommand):
    """Clear the code that a voucher keeps for its owner; it can be used as before.

    By its id, the member who redeemed it can ask for that also when it was handed on.
    """

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher.
            programme: The rules.

        Returns:
            The voucher's state.

        Raises:
            VoucherNotFound: It is not known, somebody else's, or void.
        """
        del programme
        if self.digest:
            voucher = self._held(loaded)
        else:
            found = loaded.get(voucher_key(self.member_id, self.voucher_id))
            if found is None or found.state is VoucherState.VOID:
                raise VoucherNotFound
            voucher = found
        return self._changed(voucher, voucher.without_clear())


@attrs.frozen(order=False, kw_only=True, slots=False)
class ExpireVoucher(MemberCommand):
    """Book that a voucher's last valid day is over. Nothing depends on it.

    Attributes:
        voucher_id: Its name; the member redeemed it.
    """

    voucher_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.voucher_id) is not str or not self.voucher_id:
            raise not_a_text("a voucher's id", self.voucher_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the voucher.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        del programme
        return Needs((voucher_key(self.member_id, self.voucher_id),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher.
            programme: The rules.

        Returns:
            The voucher's state.

        Raises:
            VoucherNotFound: It is not known.
        """
        del programme
        key = voucher_key(self.member_id, self.voucher_id)
        before = loaded.get(key)
        if before is None:
            raise VoucherNotFound
        after = before.at(self.at)
        outcome = VoucherChanged(after.voucher_id, after.reward_id, after.state.value)
        return Decision(outcome, () if after == before else (Put(key, after),))


def expiry_of(voucher: Voucher, *, at: datetime) -> ExpireVoucher:
    """Make the command that books that a voucher's last valid day is over.

    Args:
        voucher: The voucher, as stored.
        at: The instant (UTC).

    Returns:
        The command.
    """
    return ExpireVoucher(
        member_id=voucher.member_id,
        request_id=f"expire:{voucher.voucher_id}:{write_instant(at)}",
        at=at,
        voucher_id=voucher.voucher_id,
    )
