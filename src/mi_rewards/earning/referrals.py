"""Referrals: codes by which members invite friends, and what becomes of an invitation.

1. A friend has one inviter, for good. The life of a referral is a table, `REFERRAL_LIFE`.
2. What it brings, and when it qualifies, is recorded when the invitation is taken up, and stays.
3. Referrals never run in a circle: every code has an instant, `since`; the friend's own codes have
   a later one, and so each step from an inviter to a friend goes on in time.
4. What the friend gets after a return window is a promise that the calendar keeps; booking that it
   qualifies is for the inviter's sake.
"""

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from mi_rewards.calendar import Zone, add_days
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.referral_life import REFERRAL_LIFE, ReferralEvent, ReferralState
from mi_rewards.earning.referral_terms import Qualifies
from mi_rewards.wallet.expiry import ExpiryPolicy

REFERRAL_QUALIFIED: Final = "referral_qualified"
"""The topic of the event by which the inviter gets tokens."""

REFERRAL_REVOKED: Final = "referral_revoked"
"""The topic of the event by which they are taken back."""

_INSTANT: Final = timedelta(microseconds=1)


class ReferralCode(NamedTuple):
    """A code by which a member invites friends.

    Attributes:
        code: The code; it is made to be passed on.
        member_id: The inviter.
        since: The instant (UTC) that a friend has to have joined after.
        valid_until: The first instant (UTC) at which it is not valid, `None` for no end.
        version: How many times it was stored.
    """

    code: str
    member_id: str
    since: datetime
    valid_until: datetime | None = None
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing that is stored of a code."""
        return

    def is_open(self, at: datetime) -> bool:
        """Tell whether friends can be invited by it.

        Args:
            at: The instant (UTC).

        Returns:
            Whether it is valid.
        """
        return self.valid_until is None or at < self.valid_until

    def stored(self) -> "ReferralCode":
        """The same code, stored once more.

        Returns:
            The code with its version raised by one.
        """
        return self._replace(version=self.version + 1)


class Referral(NamedTuple):
    """How a friend came to the programme.

    Attributes:
        member_id: The friend.
        inviter_id: The inviter.
        code: The code.
        state: Where it is in its life.
        registered_at: The instant (UTC) at which the invitation was taken up.
        since: The code's instant (UTC) that the friend has to have joined after.
        qualifies: When it qualifies.
        return_days: After how many days, where it does so after a return window.
        inviter_tokens: What the inviter gets.
        friend_tokens: What the friend gets.
        verdict: What the host's own check said; empty for none.
        order_id: The order by which it qualifies; empty where that is none, or not yet known.
        occurred_at: The instant (UTC) of the delivery or the joining by which it does, from which
            last valid days are reckoned.
        qualifies_at: The instant (UTC) at which it does.
        last_day: The last valid day of what it brings.
        version: How many times it was stored.
    """

    member_id: str
    inviter_id: str
    code: str
    state: ReferralState
    registered_at: datetime
    since: datetime
    qualifies: Qualifies
    return_days: int
    inviter_tokens: int
    friend_tokens: int
    verdict: str = ""
    order_id: str = ""
    occurred_at: datetime | None = None
    qualifies_at: datetime | None = None
    last_day: date | None = None
    version: int = 0

    @property
    def due_at(self) -> datetime | None:
        """The instant (UTC) at which it qualifies, while that is to come."""
        return self.qualifies_at if self.state is ReferralState.QUALIFYING else None

    def stored(self) -> "Referral":
        """The same referral, stored once more.

        Returns:
            The referral with its version raised by one.
        """
        return self._replace(version=self.version + 1)

    def happening(self, event: ReferralEvent) -> "Referral":
        """Go on in its life.

        Args:
            event: What happens; the table has a row for it.

        Returns:
            The referral.
        """
        return self._replace(state=REFERRAL_LIFE[self.state][event])


class Moved(NamedTuple):
    """How far something took a referral, and what follows for the friend.

    Attributes:
        referral: The referral afterwards.
        paid: Tokens that the friend gets at once.
        promised: Tokens that the friend gets when it qualifies.
        taken_back: Tokens that the friend got, or would have got, and does not keep.
        topics: What the inviter's side learns of, in order.
    """

    referral: Referral
    paid: int = 0
    promised: int = 0
    taken_back: int = 0
    topics: tuple[str, ...] = ()


def first_since(joined_at: datetime, referral: Referral | None) -> datetime:
    """Reckon the instant of a member's first code; later ones have the same.

    Args:
        joined_at: The instant (UTC) of joining.
        referral: How the member came to the programme, `None` where nobody invited them.

    Returns:
        The instant (UTC) of joining, or the first after that of the code that invited them.
    """
    if referral is None:
        return joined_at
    return max(joined_at, referral.since + _INSTANT)


def after_time(referral: Referral, *, at: datetime) -> Moved:
    """State what the calendar has made of a referral.

    Args:
        referral: The referral.
        at: The instant (UTC).

    Returns:
        The referral; qualified where that has come by then.
    """
    due_at = referral.due_at
    if due_at is None or at < due_at:
        return Moved(referral)
    return Moved(referral.happening(ReferralEvent.QUALIFY), topics=(REFERRAL_QUALIFIED,))


def after_joining(
    referral: Referral, *, joined_at: datetime, zone: Zone, validity: ExpiryPolicy
) -> Moved:
    """Go on when the friend has joined.

    Args:
        referral: The referral.
        joined_at: The instant (UTC) of joining.
        zone: The programme's zone.
        validity: How long tokens are valid.

    Returns:
        What follows. Who joined at or before the code's instant was there before the inviter: the
        referral brings nothing.
    """
    if referral.state is not ReferralState.INVITED:
        return Moved(referral)
    if joined_at <= referral.since:
        return Moved(referral.happening(ReferralEvent.REVOKE))
    if referral.qualifies is not Qualifies.ON_JOINING:
        return Moved(referral.happening(ReferralEvent.JOIN))
    # An invitation may be taken up after joining: it is not in force before.
    occurred_at = max(joined_at, referral.registered_at)
    return _qualified(referral, occurred_at, zone, validity)


def after_delivery(
    referral: Referral,
    purchase: Purchase,
    *,
    joined_at: datetime,
    at: datetime,
    zone: Zone,
    validity: ExpiryPolicy,
) -> Moved:
    """Go on when the friend has an order, or a part of it, delivered.

    Args:
        referral: The referral.
        purchase: The order, delivered.
        joined_at: The instant (UTC) at which the friend joined.
        at: The instant (UTC) of the delivery.
        zone: The programme's zone.
        validity: How long tokens are valid.

    Returns:
        What follows: nothing for what was delivered before the friend joined or took the
        invitation up, or cost nothing.

    Raises:
        Misuse: It would qualify past the year 9999.
    """
    moved = after_joining(referral, joined_at=joined_at, zone=zone, validity=validity)
    if moved.topics:
        return moved
    moved = after_time(moved.referral, at=at)
    referral = moved.referral
    is_early = at < max(joined_at, referral.registered_at)
    if referral.state is not ReferralState.REGISTERED or is_early or not purchase.left_minor:
        return moved
    referral = referral._replace(order_id=purchase.order_id)
    if referral.qualifies is Qualifies.ON_FIRST_DELIVERY:
        return _qualified(referral, at, zone, validity)
    day = zone.day_of(at)
    qualifying = referral.happening(ReferralEvent.DELIVER)._replace(
        occurred_at=at,
        qualifies_at=zone.start_of(add_days(day, referral.return_days)),
        last_day=validity.last_day(day),
    )
    return Moved(qualifying, promised=referral.friend_tokens)


def after_return(referral: Referral, purchase: Purchase, *, at: datetime) -> Moved:
    """Go on when something of the friend's was returned.

    Args:
        referral: The referral.
        purchase: The order, after the return.
        at: The instant (UTC).

    Returns:
        What follows: nothing while some of the order by which it qualifies is kept.
    """
    moved = after_time(referral, at=at)
    referral = moved.referral
    if purchase.order_id != referral.order_id or purchase.left_minor:
        return moved
    if referral.state is ReferralState.QUALIFYING:
        waiting = referral.happening(ReferralEvent.RETURN)._replace(
            order_id="", occurred_at=None, qualifies_at=None, last_day=None
        )
        return moved._replace(referral=waiting, taken_back=referral.friend_tokens)
    if referral.state is ReferralState.QUALIFIED:
        return moved._replace(
            referral=referral.happening(ReferralEvent.REVOKE),
            taken_back=referral.friend_tokens,
            topics=(*moved.topics, REFERRAL_REVOKED),
        )
    return moved


def _qualified(referral: Referral, at: datetime, zone: Zone, validity: ExpiryPolicy) -> Moved:
    """Qualify at once."""
    qualified = referral.happening(ReferralEvent.QUALIFY)._replace(
        occurred_at=at, qualifies_at=at, last_day=validity.last_day(zone.day_of(at))
    )
    return Moved(qualified, paid=referral.friend_tokens, topics=(REFERRAL_QUALIFIED,))
