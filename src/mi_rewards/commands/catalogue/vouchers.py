"""Vouchers after their issue: attached, used, detached, transferred.

1. A voucher is named by its code's digest, or by its owner as their own.
2. What cannot be found, is somebody else's, or is void is one refusal: `VoucherNotFound`.
3. A voucher stays under the member who redeemed it, whoever uses it.
"""

from datetime import datetime

import attrs

from mi_rewards.catalogue.codes import is_digest
from mi_rewards.catalogue.refusals import VoucherNotFound
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.commands.catalogue.outcomes import VoucherChanged
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import code_key, voucher_key


def voucher_in(
    loaded: Loaded,
    member_id: str,
    *,
    at: datetime,
    digest: str = "",
    voucher_id: str = "",
    of: str = "",
) -> Voucher:
    """Find a voucher that a member may have something to do with.

    Args:
        loaded: The code's entry and the voucher.
        member_id: The member.
        at: The instant (UTC).
        digest: The keyed digest of its code; or
        voucher_id: its name, where the member redeemed it or
        of: who did, where that is another.

    Returns:
        The voucher.

    Raises:
        VoucherNotFound: It is not known, somebody else's, or void.
        NotLoaded: Something was not asked for.
    """
    key = voucher_key(of or member_id, voucher_id)
    if digest:
        entry = loaded.get(code_key(digest))
        if entry is None or not entry.voucher_id:
            raise VoucherNotFound
        key = voucher_key(entry.member_id, entry.voucher_id)
    voucher = loaded.get(key)
    if voucher is None or (digest and voucher.digest != digest):
        raise VoucherNotFound
    if not voucher.can_be_used_by(member_id, at=at, has_code=bool(digest)):
        raise VoucherNotFound
    return voucher


@attrs.frozen(order=False, kw_only=True, slots=False)
class VoucherCommand(MemberCommand):
    """What every command on a voucher has.

    Attributes:
        digest: The keyed digest of its code; or
        voucher_id: its name, where the member redeemed it or
        of_member_id: who did, such as a member in whose place this one goes on.
    """

    digest: str = ""
    voucher_id: str = ""
    of_member_id: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.voucher_id) is not str:
            raise not_a_text("a voucher's id", self.voucher_id)
        if type(self.of_member_id) is not str:
            raise not_a_text("a member's id", self.of_member_id)
        if self.of_member_id and not self.voucher_id:
            raise Misuse("a voucher that is named by its code needs nobody who redeemed it")
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
        return Needs((voucher_key(self.of_member_id or self.member_id, self.voucher_id),))

    def _voucher(self, loaded: Loaded) -> Voucher:
        """Answer with the voucher, or refuse."""
        return voucher_in(
            loaded,
            self.member_id,
            at=self.at,
            digest=self.digest,
            voucher_id=self.voucher_id,
            of=self.of_member_id,
        )

    def _held(self, loaded: Loaded) -> Voucher:
        """Answer with the voucher where it is the member who holds it, or refuse."""
        voucher = self._voucher(loaded)
        if voucher.holder_id != self.member_id:
            raise VoucherNotFound
        return voucher

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
        voucher = self._held(loaded)
        return self._changed(voucher, voucher.transferring(self.to_member_id, at=self.at))
