"""Members: leaving, being blocked, birthdays.

1. A member who leaves, is blocked, or goes on as another spends nothing: their wallets are blocked,
   each by an entry of its journal.
2. What was begun before goes on: holds keep their promise, orders are delivered and returned.
3. A member is blocked by the host, for a code of its own; leaving and coming back leave that alone.
"""

from datetime import datetime
from typing import Any, Final

import attrs

from mi_rewards.commands.command import Decision, MemberCommand, not_a_text
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.members.outcomes import BirthdaySet, Blocked, Left, Unblocked
from mi_rewards.commands.members.owning import all_of
from mi_rewards.earning.members import Member, check_birthday
from mi_rewards.earning.membership import OnLeaving
from mi_rewards.earning.refusals import HoldsOpen, MemberLeft, MemberMerged, NotAMember
from mi_rewards.errors import Figure
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, member_key, wallet_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.wallet.blocks import block, unblock
from mi_rewards.wallet.entries import LEFT, MERGED, Entry, Owner, Reason
from mi_rewards.wallet.promises import keep, withdraw
from mi_rewards.wallet.refusals import AlreadyBlocked, NotBlocked
from mi_rewards.wallet.transfers import adjust_down
from mi_rewards.wallet.wallet import Wallet

MEMBER_LEFT: Final = "member_left"
MEMBER_BLOCKED: Final = "member_blocked"
MEMBER_UNBLOCKED: Final = "member_unblocked"


def member_in(loaded: Loaded, member_id: str) -> Member:
    """Answer with a member who is in the programme, blocked or not.

    Args:
        loaded: The member.
        member_id: The member's id.

    Returns:
        The member.

    Raises:
        NotAMember: The member has not joined.
        MemberMerged: The member goes on as another.
        MemberLeft: The member has left.
        NotLoaded: The member was not asked for.
    """
    member = loaded.get(member_key(member_id))
    if member is None or member.joined_at is None:
        raise NotAMember(member_id=member_id)
    if member.merged_into:
        raise MemberMerged(member_id=member_id, into=member.merged_into)
    if member.left_at is not None:
        raise MemberLeft(member_id=member_id)
    return member


def code_of(member: Member) -> str:
    """Tell for what a member's wallets are blocked.

    Args:
        member: The member.

    Returns:
        The code; empty where they are not.
    """
    if member.merged_into:
        return MERGED
    return member.blocked if member.left_at is None else LEFT


def wallet_keys(member_id: str, programme: Programme) -> tuple[Key[Wallet], ...]:
    """Name a member's wallets.

    Args:
        member_id: The member.
        programme: The rules.

    Returns:
        The wallet of tokens and, where there are status points, theirs.
    """
    points = programme.points
    kinds = (programme.kind,) if points is None else (programme.kind, points.kind)
    return tuple(wallet_key(member_id, kind) for kind in kinds)


class Wallets:
    """All wallets of a member while a command books on them.

    Attributes:
        bookings: Each wallet, that of tokens first, with what is due booked.
    """

    def __init__(
        self,
        loaded: Loaded,
        programme: Programme,
        *,
        member_id: str,
        at: datetime,
        request_id: str,
    ) -> None:
        self._at = at
        self._request_id = request_id
        self.bookings: list[Booking] = []
        keys = wallet_keys(member_id, programme)
        stored = loaded.get_all(keys)
        for key, found in zip(keys, stored, strict=True):
            booking = Booking(found or Wallet(Owner(member_id, key.name, programme.zone)))
            booking.take(booking.wallet.lapse(at=at, request_id=request_id))
            self.bookings.append(booking)

    def set_block(self, code: str, figures: tuple[tuple[str, Figure], ...] = ()) -> None:
        """Let each wallet be blocked for a code, or for none.

        Args:
            code: The code; empty to lift what blocks them.
            figures: What is kept beside the code.
        """
        at, request_id = self._at, self._request_id
        for it in self.bookings:
            if it.wallet.blocked == code:
                continue
            if it.wallet.blocked:
                it.take(unblock(it.wallet, at=at, request_id=request_id))
            if code:
                it.take(block(it.wallet, code, at=at, request_id=request_id, figures=figures))

    def forfeit(self, code: str) -> tuple[int, int]:
        """Take off what is available, and withdraw what orders to be delivered would earn.

        What is earned and waits only for its day is kept now, and taken off with the rest.

        Args:
            code: Why.

        Returns:
            Tokens taken off, and tokens withdrawn; status points are not counted among them.
        """
        counts = [self._forfeit(it, Reason(code)) for it in self.bookings]
        return counts[0]

    def _forfeit(self, booking: Booking, reason: Reason) -> tuple[int, int]:
        """Take off what is available in one wallet, and withdraw what is promised."""
        at, request_id = self._at, self._request_id
        withdrawn = 0
        for it in booking.wallet.promises:
            if it.last_day is None:
                withdrawn += booking.take(
                    withdraw(
                        booking.wallet, it.promise_id, at=at, request_id=request_id, reason=reason
                    )
                )
                continue
            # It is earned, and waits only for its day: what is returned later is taken back of it.
            booking.take(
                keep(
                    booking.wallet,
                    it.promise_id,
                    it.tokens,
                    last_day=it.last_day,
                    at=at,
                    request_id=request_id,
                    reason=it.reason,
                    occurred_at=it.occurred_at,
                )
            )
        tokens = booking.wallet.available
        if tokens:
            booking.take(
                adjust_down(booking.wallet, tokens, at=at, request_id=request_id, reason=reason)
            )
        return tokens, withdrawn

    @property
    def puts(self) -> tuple[Put[Any], ...]:
        """The wallets that changed."""
        return tuple(
            Put(wallet_key(it.wallet.owner.member_id, it.wallet.owner.kind), it.wallet)
            for it in self.bookings
            if it.entries
        )

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What explains them."""
        return tuple(entry for it in self.bookings for entry in it.entries)


@attrs.frozen(order=False, kw_only=True, slots=False)
class MembershipCommand(MemberCommand):
    """What every command on a membership has."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member and the wallets.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        keys: tuple[Key[Any], ...] = wallet_keys(self.member_id, programme)
        return Needs((member_key(self.member_id), *keys))

    def _wallets(self, loaded: Loaded, programme: Programme) -> Wallets:
        """Answer with the wallets, to book on them."""
        return Wallets(
            loaded, programme, member_id=self.member_id, at=self.at, request_id=self.request_id
        )

    def _event(self, topic: str, *figures: tuple[str, Figure]) -> OutboxEvent:
        """Tell others."""
        named = (("member_id", self.member_id), *figures)
        return OutboxEvent(self.member_id, self.request_id, topic, self.at, named)


@attrs.frozen(order=False, kw_only=True, slots=False)
class Leave(MembershipCommand):
    """Leave the programme; where its terms say so, what is available is forfeited.

    What is held stays held until it is captured, released or runs out. Who has an exchange that
    goes on stays until that is over.
    """

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Left]:
        """Decide.

        Args:
            loaded: The member, the wallets and, page by page, the exchanges.
            programme: The rules.

        Returns:
            What was forfeited and withdrawn.

        Raises:
            NotAMember: The member has not joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            HoldsOpen: An exchange of an old device goes on.
        """
        member = member_in(loaded, self.member_id)
        live = sum(it.is_live(self.at) for it in all_of(Exchange, self.member_id, loaded))
        if live:
            raise HoldsOpen(holds=0, payments=live)
        member = member._replace(left_at=self.at)
        wallets = self._wallets(loaded, programme)
        is_forfeited = programme.membership.on_leaving is OnLeaving.FORFEIT
        forfeited, withdrawn = wallets.forfeit(LEFT) if is_forfeited else (0, 0)
        wallets.set_block(code_of(member))
        return Decision(
            Left(forfeited, withdrawn),
            (Put(member_key(self.member_id), member), *wallets.puts),
            wallets.entries,
            (self._event(MEMBER_LEFT, ("forfeited", forfeited)),),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class Block(MembershipCommand):
    """Block a member: nothing is spent until that is lifted.

    Attributes:
        reason: The host's own code for why, kept in the journal; nothing personal.
    """

    reason: str

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.reason) is not str or not self.reason:
            raise not_a_text("a reason", self.reason)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Blocked]:
        """Decide.

        Args:
            loaded: The member and the wallets.
            programme: The rules.

        Returns:
            The code for which the member is blocked.

        Raises:
            NotAMember: The member has not joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            AlreadyBlocked: The member is blocked.
        """
        member = member_in(loaded, self.member_id)
        if member.blocked:
            raise AlreadyBlocked(reason=member.blocked)
        member = member._replace(blocked=self.reason)
        wallets = self._wallets(loaded, programme)
        wallets.set_block(code_of(member))
        return Decision(
            Blocked(self.reason),
            (Put(member_key(self.member_id), member), *wallets.puts),
            wallets.entries,
            (self._event(MEMBER_BLOCKED, ("reason", self.reason)),),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class Unblock(MembershipCommand):
    """Lift what blocks a member."""

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Unblocked]:
        """Decide.

        Args:
            loaded: The member and the wallets.
            programme: The rules.

        Returns:
            The code for which the member was blocked.

        Raises:
            NotAMember: The member has not joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            NotBlocked: The member is not blocked.
        """
        member = member_in(loaded, self.member_id)
        reason = member.blocked
        if not reason:
            raise NotBlocked
        member = member._replace(blocked="")
        wallets = self._wallets(loaded, programme)
        wallets.set_block(code_of(member))
        return Decision(
            Unblocked(reason),
            (Put(member_key(self.member_id), member), *wallets.puts),
            wallets.entries,
            (self._event(MEMBER_UNBLOCKED, ("reason", reason)),),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class SetBirthday(MemberCommand):
    """Note a member's birthday, or forget it.

    Attributes:
        birthday: Month and day, `"MM-DD"`; empty to forget it. No part of the request's content,
            since receipts stay.
    """

    birthday: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the names and the day."""
        super().__attrs_post_init__()
        check_birthday(self.birthday)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member.

        Args:
            programme: The rules.

        Returns:
            The key.
        """
        del programme
        return Needs((member_key(self.member_id),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[BirthdaySet]:
        """Decide.

        Args:
            loaded: The member.
            programme: The rules.

        Returns:
            Whose birthday it is.

        Raises:
            NotAMember: The member has not joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
        """
        del programme
        member = member_in(loaded, self.member_id)._replace(birthday=self.birthday)
        return Decision(BirthdaySet(self.member_id), (Put(member_key(self.member_id), member),))
