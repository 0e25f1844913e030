"""Vouchers after their issue: attached, used, detached, transferred, given another code, expired.

1. A voucher is named by its code's digest, or by its owner as their own.
2. What cannot be found, is somebody else's, or is void is one refusal: `VoucherNotFound`.
3. A voucher stays under the member who redeemed it, whoever uses it.
"""

from datetime import datetime

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.catalogue.code_entries import CodeEntry
from mi_rewards.catalogue.codes import SealedCode, is_digest
from mi_rewards.catalogue.refusals import VoucherNotFound
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text
from mi_rewards.commands.issuing import check_code
from mi_rewards.commands.outcomes import VoucherChanged
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import code_key, voucher_key


def voucher_in(
    loaded: Loaded, member_id: str, *, digest: str = "", voucher_id: str = ""
) -> Voucher:
    """Find a voucher that a member may have something to do with.

    Args:
        loaded: The code's entry and the voucher.
        member_id: The member.
        digest: The keyed digest of its code; or
        voucher_id: its name, where the member redeemed it.

    Returns:
        The voucher.

    Raises:
        VoucherNotFound: It is not known, somebody else's, or void.
        NotLoaded: Something was not asked for.
    """
    key = voucher_key(member_id, voucher_id)
    if digest:
        entry = loaded.get(code_key(digest))
        if entry is None or not entry.voucher_id:
            raise VoucherNotFound
        key = voucher_key(entry.member_id, entry.voucher_id)
    voucher = loaded.get(key)
    if voucher is None or (digest and voucher.digest != digest):
        raise VoucherNotFound
    if not voucher.can_be_used_by(member_id, has_code=bool(digest)):
        raise VoucherNotFound
    return voucher


@attrs.frozen(order=False, kw_only=True, slots=False)
class VoucherCommand(MemberCommand):
    """What every command on a voucher has.

    Attributes:
        digest: The keyed digest of its code; or
        voucher_id: its name, where the member redeemed it.
    """

    digest: str = ""
    voucher_id: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.voucher_id) is not str:
            raise not_a_text("a voucher's id", self.voucher_id)
        if self.digest != "" and not is_digest(self.digest):
            raise Misuse("a voucher is named by the digest of its code, never by the code itself")
        if bool(self.digest) is bool(self.voucher_id):
            raise Misuse("a voucher is named by its code's digest or by its id")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the code's entry, or the voucher.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        del programme
        if self.digest:
            return Needs((code_key(self.digest),))
        return Needs((voucher_key(self.member_id, self.voucher_id),))

    def _voucher(self, loaded: Loaded) -> Voucher:
        """Answer with the voucher, or refuse."""
        return voucher_in(loaded, self.member_id, digest=self.digest, voucher_id=self.voucher_id)

    def _changed(self, before: Voucher, after: Voucher) -> Decision[VoucherChanged]:
        """Decide on a voucher, which may be as it was."""
        outcome = VoucherChanged(after.voucher_id, after.reward_id, after.state.value)
        if after == before:
            return Decision(outcome)
        return Decision(outcome, (Put(voucher_key(after.member_id, after.voucher_id), after),))


@attrs.frozen(order=False, kw_only=True, slots=False)
class _OrderVoucherCommand(VoucherCommand):
    """What every command on a voucher and an order has.

    Attributes:
        order_id: The member's order.
    """

    order_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.order_id) is not str or not self.order_id:
            raise not_a_text("an order's id", self.order_id)


@attrs.frozen(order=False, kw_only=True, slots=False)
class AttachVoucher(_OrderVoucherCommand):
    """Attach a voucher to an order that is to be paid; again for the same order changes nothing."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher.
            programme: The rules.

        Returns:
            The voucher's state.

        Raises:
            VoucherNotFound: It is not known, somebody else's, or void.
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to another order.
        """
        del programme
        voucher = self._voucher(loaded)
        return self._changed(voucher, voucher.attaching(self.member_id, self.order_id, at=self.at))


@attrs.frozen(order=False, kw_only=True, slots=False)
class DetachVoucher(_OrderVoucherCommand):
    """Take a voucher off an order whose payment failed; it can be used again until its end."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher.
            programme: The rules.

        Returns:
            The voucher's state: issued, or expired where its end has come meanwhile.

        Raises:
            VoucherNotFound: It is not known, somebody else's, or void.
            VoucherUsed: It was used.
            VoucherNotAttached: It is not attached to that order.
        """
        del programme
        voucher = self._voucher(loaded)
        return self._changed(voucher, voucher.detaching(self.member_id, self.order_id, at=self.at))


@attrs.frozen(order=False, kw_only=True, slots=False)
class UseVoucher(_OrderVoucherCommand):
    """Use a voucher on an order: the one that it is attached to, or at once."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher.
            programme: The rules.

        Returns:
            The voucher's state.

        Raises:
            VoucherNotFound: It is not known, somebody else's, or void.
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to another order.
        """
        del programme
        voucher = self._voucher(loaded)
        attached = voucher.attaching(self.member_id, self.order_id, at=self.at)
        return self._changed(voucher, attached.using(self.member_id, self.order_id, at=self.at))


@attrs.frozen(order=False, kw_only=True, slots=False)
class TransferVoucher(VoucherCommand):
    """Hand a voucher on: from now on its new holder alone can use it, by its code.

    Attributes:
        to_member_id: The new holder.
    """

    to_member_id: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.to_member_id) is not str or not self.to_member_id:
            raise not_a_text("a member's id", self.to_member_id)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher.
            programme: The rules.

        Returns:
            The voucher's state.

        Raises:
            VoucherNotFound: It is not known, held by somebody else, or void.
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to an order.
            VoucherNotTransferable: Its terms do not allow it.
        """
        del programme
        voucher = self._voucher(loaded)
        if voucher.holder_id != self.member_id:
            raise VoucherNotFound
        return self._changed(voucher, voucher.transferring(self.to_member_id, at=self.at))


@attrs.frozen(order=False, kw_only=True, slots=False)
class ReplaceCode(VoucherCommand):
    """Give a voucher another code, as for one that its owner never saw; the old one is void.

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

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher and the new code.
            programme: The rules.

        Returns:
            The voucher's state.

        Raises:
            VoucherNotFound: It is not known, held by somebody else, or void.
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to an order.
            Misuse: The code is issued already.
        """
        voucher = self._voucher(loaded)
        if voucher.holder_id != self.member_id:
            raise VoucherNotFound
        digest, clear = self.code
        if loaded.get(code_key(digest)) is not None:
            raise Misuse("the code is issued already: draw another")
        kept = clear if programme.keeps_codes else None
        after = voucher.with_code(digest, kept, at=self.at)
        entry = CodeEntry(digest, after.member_id, after.voucher_id)
        outcome, puts, *_ = self._changed(voucher, after)
        return Decision(outcome, (*puts, Put(code_key(digest), entry)))


@attrs.frozen(order=False, kw_only=True, slots=False)
class VoidVoucher(VoucherCommand):
    """Make a voucher void, as for one that was stolen; its tokens stay spent.

    Attributes:
        reason: The host's own code for why; nothing personal.
    """

    reason: str = "withdrawn"

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[VoucherChanged]:
        """Decide.

        Args:
            loaded: The voucher.
            programme: The rules.

        Returns:
            The voucher's state.

        Raises:
            VoucherNotFound: It is not known, somebody else's, or void already.
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to an order.
        """
        del programme
        voucher = self._voucher(loaded)
        return self._changed(voucher, voucher.voiding(at=self.at))


@attrs.frozen(order=False, kw_only=True, slots=False)
class ForgetCode(VoucherCommand):
    """Clear the code that a voucher keeps for its owner; it can be used as before."""

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
        voucher = self._voucher(loaded)
        return self._changed(voucher, voucher.without_clear())


@attrs.frozen(order=False, kw_only=True, slots=False)
class ExpireVoucher(MemberCommand):
    """Book that a voucher's last valid day is over. Nothing depends on it.

    Attributes:
        voucher_id: Its name; the member redeemed it.
    """

    voucher_id: str

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
