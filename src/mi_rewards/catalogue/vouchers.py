"""Vouchers: coupons and F-codes, from the code's issue to its use.

1. A voucher's life cycle is the table in `voucher_life`.
2. It belongs to the member who redeemed it, and is used by its holder; where its terms let it be
   transferred, by whoever has its code, and the first use wins.
3. It can be attached until its last valid day is over. Attached by then, it can be used later: as
   long as the order can be paid, where a deadline was named. Past that deadline it is detached,
   whether or not that is booked.
4. What was used stays used, but where the order was cancelled before it was shipped and its terms
   revive the code: it can then be used again until its own end.
"""

from datetime import date, datetime
from typing import NamedTuple

from mi_rewards.calendar import Zone, write_day
from mi_rewards.catalogue.codes import SealedCode
from mi_rewards.catalogue.refusals import (
    VoucherAttached,
    VoucherExpired,
    VoucherNotAttached,
    VoucherNotFound,
    VoucherNotTransferable,
    VoucherUsed,
)
from mi_rewards.catalogue.terms import VoucherTerms
from mi_rewards.catalogue.voucher_life import LIFE_CYCLE, VoucherEvent, VoucherState
from mi_rewards.errors import Misuse


class Voucher(NamedTuple):
    """One coupon or F-code.

    Attributes:
        member_id: The member who redeemed it.
        voucher_id: Names it within that member: the redemption.
        reward_id: What was redeemed.
        terms: What it is good for, as they were when it was issued.
        issued_at: When its code was issued (UTC).
        last_day: Its last valid day.
        ends_at: The instant (UTC) at which that day is over in the programme's zone.
        digest: The keyed digest of its code.
        clear: Its code in clear, `None` where the programme keeps none.
        holder_id: The member who may use it: the one who redeemed it, until it is transferred.
        state: Where it is in its life.
        order_id: The order that it is attached to, or was used on.
        order_of: The member whose order that is.
        attached_until: The instant (UTC) at which it is detached again; `None` for when it is told.
        version: How many times it was stored.
    """

    member_id: str
    voucher_id: str
    reward_id: str
    terms: VoucherTerms
    issued_at: datetime
    last_day: date
    ends_at: datetime
    digest: str
    clear: str | None
    holder_id: str
    state: VoucherState = VoucherState.ISSUED
    order_id: str | None = None
    order_of: str | None = None
    attached_until: datetime | None = None
    version: int = 0

    def __repr__(self) -> str:
        """Leave the code itself out of logs and messages."""
        return (
            f"Voucher(member_id={self.member_id!r}, voucher_id={self.voucher_id!r},"
            f" reward_id={self.reward_id!r}, state={self.state.value!r},"
            f" last_day={self.last_day!r}, version={self.version})"
        )

    @property
    def due_at(self) -> datetime | None:
        """The instant (UTC) at which it expires, or is detached where it is attached."""
        if self.state is VoucherState.ATTACHED:
            return self.attached_until
        return self.ends_at if self.state is VoucherState.ISSUED else None

    @property
    def masked(self) -> str:
        """The code as outward views show it: its last two letters alone, where it is kept."""
        return "" if self.clear is None else f"...{self.clear[-2:]}"

    def at(self, at: datetime) -> "Voucher":
        """State what the calendar has made of it.

        Args:
            at: The instant (UTC).

        Returns:
            The voucher, detached where its order's deadline has passed, expired where its last
            valid day is over.
        """
        until = self.attached_until
        if self.state is VoucherState.ATTACHED and until is not None and at >= until:
            return self._detached().at(at)
        if self.state is VoucherState.ISSUED and at >= self.ends_at:
            return self._replace(state=LIFE_CYCLE[self.state][VoucherEvent.EXPIRE])
        return self

    def can_be_used_by(self, member_id: str, *, at: datetime, has_code: bool) -> bool:
        """Tell whether a member may have anything to do with it.

        Args:
            member_id: The member.
            at: The instant (UTC); past its deadline an order has it no more.
            has_code: Whether they named its code.

        Returns:
            Whether they hold it or have it on an order, or have its code and it may be transferred.
        """
        if self.state is VoucherState.VOID:
            return False
        if member_id in {self.holder_id, self.at(at).order_of}:
            return True
        is_bearers = self.terms.is_transferable and self.holder_id == self.member_id
        return has_code and is_bearers

    def is_attached_to(self, member_id: str, order_id: str) -> bool:
        """Tell whether it waits for the payment of an order; a voucher that was used does not.

        Args:
            member_id: The member whose order it is.
            order_id: The order.

        Returns:
            Whether it is attached to that order, as it is stored.
        """
        return self.state is VoucherState.ATTACHED and self._is_on(member_id, order_id)

    def attaching(
        self, member_id: str, order_id: str, *, at: datetime, until: datetime | None = None
    ) -> "Voucher":
        """Attach it to an order.

        Args:
            member_id: The member whose order it is.
            order_id: The order.
            at: The instant (UTC).
            until: When it is detached again (UTC), `None` for when it is told.

        Returns:
            The voucher; the same one where it is attached to that order already, but for the
            deadline where one is named.

        Raises:
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to another order.
            VoucherNotFound: It is void.
        """
        now = self.at(at)
        if now.is_attached_to(member_id, order_id):
            return now if until is None else now._replace(attached_until=until)
        now._check_life(VoucherEvent.ATTACH, at)
        return now._replace(
            state=LIFE_CYCLE[now.state][VoucherEvent.ATTACH],
            order_id=order_id,
            order_of=member_id,
            attached_until=until,
        )

    def detaching(self, member_id: str, order_id: str, *, at: datetime) -> "Voucher":
        """Take it off an order whose payment failed.

        Args:
            member_id: The member whose order it is.
            order_id: The order.
            at: The instant (UTC).

        Returns:
            The voucher, expired where its last valid day is over by now.

        Raises:
            VoucherUsed: It was used.
            VoucherNotAttached: It is not attached to that order.
        """
        now = self.at(at)
        now._check_on(member_id, order_id)
        return now._detached().at(at)

    def using(self, member_id: str, order_id: str, *, at: datetime) -> "Voucher":
        """Use it on the order that it is attached to.

        Args:
            member_id: The member whose order it is.
            order_id: The order.
            at: The instant (UTC).

        Returns:
            The voucher.

        Raises:
            VoucherUsed: It was used.
            VoucherNotAttached: It is not attached to that order.
        """
        now = self.at(at)
        now._check_on(member_id, order_id)
        state = LIFE_CYCLE[now.state][VoucherEvent.USE]
        return now._replace(state=state, attached_until=None)

    def reviving(self, *, at: datetime) -> "Voucher":
        """Let it be used again, as when what it bought was cancelled before it was shipped.

        Args:
            at: The instant (UTC).

        Returns:
            The voucher, issued with its own end; expired where its last valid day is over by now.

        Raises:
            Misuse: It was not used.
        """
        state = LIFE_CYCLE[self.state].get(VoucherEvent.REVIVE)
        if state is None:
            raise Misuse(f"only a voucher that was used is revived, not one that is {self.state}")
        return self._replace(state=state, order_id=None, order_of=None).at(at)

    def voiding(self, *, at: datetime) -> "Voucher":
        """Make it void.

        Args:
            at: The instant (UTC).

        Returns:
            The voucher, without its code in clear.

        Raises:
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to an order.
            VoucherNotFound: It is void.
        """
        now = self.at(at)
        now._check_life(VoucherEvent.VOID, at)
        return now._replace(state=LIFE_CYCLE[now.state][VoucherEvent.VOID], clear=None)

    def transferring(self, to_member_id: str, *, at: datetime) -> "Voucher":
        """Hand it on: from now on it is used by its new holder alone.

        Args:
            to_member_id: The new holder.
            at: The instant (UTC).

        Returns:
            The voucher.

        Raises:
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to an order.
            VoucherNotFound: It is void.
            VoucherNotTransferable: Its terms do not allow it.
        """
        now = self.at(at)
        now._check_life(VoucherEvent.ATTACH, at)
        if not self.terms.is_transferable:
            raise VoucherNotTransferable(voucher_id=self.voucher_id)
        return now._replace(holder_id=to_member_id)

    def with_code(self, digest: str, clear: str | None, *, at: datetime) -> "Voucher":
        """Give it another code; the one before leads nowhere from now on.

        Args:
            digest: The new code's keyed digest.
            clear: The new code in clear where that is kept.
            at: The instant (UTC).

        Returns:
            The voucher.

        Raises:
            VoucherUsed: It was used.
            VoucherExpired: Its last valid day is over.
            VoucherAttached: It is attached to an order.
            VoucherNotFound: It is void.
        """
        now = self.at(at)
        now._check_life(VoucherEvent.ATTACH, at)
        return now._replace(digest=digest, clear=clear)

    def without_clear(self) -> "Voucher":
        """Forget the code in clear; it is still found by its digest.

        Returns:
            The voucher.
        """
        return self._replace(clear=None)

    def shown_to(self, member_id: str) -> "Voucher":
        """Show it to a member, without the order of anybody else.

        Args:
            member_id: The member.

        Returns:
            The voucher.
        """
        if self.order_of in {None, member_id}:
            return self
        return self._replace(order_id=None, order_of=None)

    def stored(self) -> "Voucher":
        """The same voucher, stored once more.

        Returns:
            The voucher with its version raised by one.
        """
        return self._replace(version=self.version + 1)

    def _detached(self) -> "Voucher":
        """Take it off its order."""
        state = LIFE_CYCLE[self.state][VoucherEvent.DETACH]
        return self._replace(state=state, order_id=None, order_of=None, attached_until=None)

    def _is_on(self, member_id: str, order_id: str) -> bool:
        """Tell whether it is a member's order that it is attached to, or was used on."""
        return self.order_id == order_id and self.order_of == member_id

    def _check_on(self, member_id: str, order_id: str) -> None:
        """Refuse what needs it to be attached to an order."""
        if self.state is VoucherState.USED:
            raise VoucherUsed(voucher_id=self.voucher_id)
        if not self.is_attached_to(member_id, order_id):
            raise VoucherNotAttached(voucher_id=self.voucher_id, order_id=order_id)

    def _check_life(self, event: VoucherEvent, at: datetime) -> None:
        """Refuse what the life cycle has no row for."""
        state = self.at(at).state
        if event in LIFE_CYCLE[state]:
            return
        if state is VoucherState.USED:
            raise VoucherUsed(voucher_id=self.voucher_id)
        if state is VoucherState.EXPIRED:
            raise VoucherExpired(voucher_id=self.voucher_id, last_day=write_day(self.last_day))
        if state is VoucherState.VOID:
            raise VoucherNotFound
        raise VoucherAttached(voucher_id=self.voucher_id)


def issue(
    *,
    member_id: str,
    voucher_id: str,
    reward_id: str,
    terms: VoucherTerms,
    code: SealedCode,
    keeps_clear: bool,
    at: datetime,
    zone: Zone,
) -> Voucher:
    """Issue a voucher.

    Args:
        member_id: The member who redeems it.
        voucher_id: Its name within that member.
        reward_id: What is redeemed.
        terms: What it is good for.
        code: Its code.
        keeps_clear: Whether the code is kept in clear for its owner to see again.
        at: The instant (UTC).
        zone: The programme's zone.

    Returns:
        The voucher.
    """
    last_day, clear = terms.validity.last_day(at, zone), code.clear if keeps_clear else None
    return Voucher(
        member_id,
        voucher_id,
        reward_id,
        terms,
        at,
        last_day,
        zone.after(last_day),
        code.digest,
        clear,
        member_id,
    )
