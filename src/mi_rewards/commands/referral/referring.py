"""What joining, deliveries and returns bring a friend who was invited, and whom it is told.

1. What the friend gets and gives back is booked with the command that brings it about.
2. What the inviter gets and gives back is carried by events; `follow_up` makes commands of them.
3. Where the rule book has no referrals, nothing is loaded for them.
"""

from datetime import datetime
from typing import Any

from mi_rewards.calendar import NEVER, write_day, write_instant
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.wallets.passing import policy_for
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.referrals import (
    REFERRAL_QUALIFIED,
    Moved,
    Referral,
    after_delivery,
    after_joining,
    after_return,
)
from mi_rewards.errors import Figure
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Put
from mi_rewards.repositories.keys import Key, referral_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.promises import promise, withdraw

PROMISE_ID = "referral"
"""Names what a friend is promised; no promise of an order is named so."""


def keys_referred(member_id: str, programme: Programme) -> tuple[Key[Any], ...]:
    """Name what a command needs besides, to see whether its member was invited.

    Args:
        member_id: The member.
        programme: The rules.

    Returns:
        Keys; none where there are no referrals.
    """
    return () if programme.referral is None else (referral_key(member_id),)


def reward_source(friend_id: str) -> str:
    """Name what a friend who was invited earns for both sides, where an order's id stands else.

    Args:
        friend_id: The friend.

    Returns:
        The source of the tokens.
    """
    return f"referral:{friend_id}"


class Referring:
    """What becomes of a member's referral while a command is decided.

    Attributes:
        referral: The referral as it is by now, `None` where nobody invited the member.
        events: What the inviter's side is to learn.
        paid: Tokens that the friend got at once.
    """

    def __init__(
        self,
        loaded: Loaded,
        programme: Programme,
        booking: Booking,
        *,
        member_id: str,
        at: datetime,
        request_id: str,
    ) -> None:
        keys = keys_referred(member_id, programme)
        self.referral: Referral | None = loaded.get(keys[0]) if keys else None
        self.events: tuple[OutboxEvent, ...] = ()
        self.paid: int = 0
        self._before = self.referral
        self._booking = booking
        self._programme = programme
        self._at = at
        self._request_id = request_id

    def begin(self, referral: Referral, joined_at: datetime | None) -> Referral:
        """Take up an invitation.

        Args:
            referral: The referral, new.
            joined_at: The instant (UTC) at which the friend joined, `None` before.

        Returns:
            The referral, gone on as far as that takes it.

        Raises:
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        self.referral = referral
        if joined_at is not None:
            self.joined(joined_at)
        return self.referral

    def joined(self, joined_at: datetime) -> None:
        """Go on when the member has joined.

        Args:
            joined_at: The instant (UTC) of joining.

        Raises:
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        if self.referral is not None:
            zone, validity = self._programme.zone, self._programme.validity
            moved = after_joining(self.referral, joined_at=joined_at, zone=zone, validity=validity)
            self._book(self.referral, moved)

    def delivered(self, purchase: Purchase, *, joined_at: datetime, delivered_at: datetime) -> None:
        """Go on when an order of the member's, or a part of it, was delivered.

        Args:
            purchase: The order, delivered.
            joined_at: The instant (UTC) at which the member joined.
            delivered_at: The instant (UTC) of the delivery.

        Raises:
            Misuse: It would qualify past the year 9999.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        if self.referral is not None:
            moved = after_delivery(
                self.referral,
                purchase,
                joined_at=joined_at,
                at=delivered_at,
                zone=self._programme.zone,
                validity=self._programme.validity,
            )
            self._book(self.referral, moved)

    def returned(self, purchase: Purchase) -> None:
        """Go on when something of an order of the member's came back.

        Args:
            purchase: The order, after the return.

        Raises:
            ClawBackRefused: The policy refuses, and the tokens are no longer there.
        """
        if self.referral is not None:
            self._book(self.referral, after_return(self.referral, purchase, at=self._at))

    def puts(self) -> tuple[Put[Any], ...]:
        """Answer with what changed beside the wallet.

        Returns:
            The referral where it changed.
        """
        referral = self.referral
        if referral is None or referral is self._before:
            return ()
        return (Put(referral_key(referral.member_id), referral),)

    def _book(self, before: Referral, moved: Moved) -> None:
        """Book the friend's side, and leave events for the inviter's."""
        referral = self.referral = moved.referral
        if moved.paid:
            self._pay(referral, moved.paid)
        if moved.promised:
            self._promise(referral, moved.promised)
        if moved.taken_back:
            # What was returned before it qualified has left no last day in the referral.
            self._take_back(referral if referral.last_day else before, moved.taken_back)
        self.events += tuple([inviters_event(referral, topic, self._at) for topic in moved.topics])

    def _pay(self, referral: Referral, tokens: int) -> None:
        """Credit what the friend gets at once."""
        booking = self._booking
        booking.take(
            booking.wallet.earn(
                tokens,
                last_day=referral.last_day or NEVER,
                at=self._at,
                request_id=self._request_id,
                reason=self._reason(referral),
                source=reward_source(referral.member_id),
                occurred_at=referral.occurred_at,
            )
        )
        self.paid += tokens

    def _promise(self, referral: Referral, tokens: int) -> None:
        """Promise what the friend gets when nothing can be returned any more."""
        booking = self._booking
        booking.take(
            promise(
                booking.wallet,
                tokens,
                promise_id=PROMISE_ID,
                source=reward_source(referral.member_id),
                at=self._at,
                request_id=self._request_id,
                reason=self._reason(referral),
                last_day=referral.last_day,
                keeps_at=referral.qualifies_at,
                occurred_at=referral.occurred_at,
            )
        )

    def _take_back(self, referral: Referral, tokens: int) -> None:
        """Withdraw what the friend was promised, or take back what was credited."""
        booking, at, request_id = self._booking, self._at, self._request_id
        reason = Reason("referral_returned", (("order_id", referral.order_id),))
        booking.take(booking.wallet.lapse(at=at, request_id=request_id))
        if any(it.promise_id == PROMISE_ID for it in booking.wallet.promises):
            booking.take(
                withdraw(booking.wallet, PROMISE_ID, at=at, request_id=request_id, reason=reason)
            )
            return
        booking.take(
            booking.wallet.claw_back(
                tokens,
                own_day=referral.last_day or NEVER,
                policy=policy_for(booking.wallet, self._programme),
                source=reward_source(referral.member_id),
                at=at,
                request_id=request_id,
                reason=reason,
            )
        )

    def _reason(self, referral: Referral) -> Reason:
        """State why the friend gets tokens."""
        order = (("order_id", referral.order_id),) if referral.order_id else ()
        figures: tuple[tuple[str, Figure], ...] = (
            ("side", "friend"),
            ("tokens", referral.friend_tokens),
            *order,
            ("rule_book", self._programme.digest),
        )
        return Reason("referral", figures)


def inviters_event(referral: Referral, topic: str, at: datetime) -> OutboxEvent:
    """Make what the inviter's side is to learn; each happens once in a friend's life.

    Args:
        referral: The friend's referral.
        topic: What happened.
        at: The instant (UTC).

    Returns:
        The event.
    """
    figures: tuple[tuple[str, Figure], ...] = (
        ("inviter_id", referral.inviter_id),
        ("friend_id", referral.member_id),
        ("tokens", referral.inviter_tokens),
    )
    if topic == REFERRAL_QUALIFIED:
        figures += (
            ("last_day", write_day(referral.last_day or NEVER)),
            ("qualified_by", write_instant(referral.occurred_at or at)),
        )
    return OutboxEvent(referral.member_id, topic, topic, at, figures)
