"""What commands on actions and referrals answer: small values that a receipt keeps."""

from datetime import date, datetime
from typing import NamedTuple


class Performed(NamedTuple):
    """An action was performed.

    Attributes:
        action_id: The action.
        tokens: What it earned.
        last_day: Their last valid day.
    """

    action_id: str
    tokens: int
    last_day: date


class ReferralOpened(NamedTuple):
    """A member can invite friends.

    Attributes:
        referral_code: The code by which they do; where it is not the one drawn now, an earlier try
            of the request was carried out, and its code stands.
        valid_until: The first instant (UTC) at which it is not valid, `None` for no end.
    """

    referral_code: str
    valid_until: datetime | None


class InvitationAccepted(NamedTuple):
    """A friend took an invitation up.

    Attributes:
        inviter_id: The inviter.
        state: Where the referral is in its life.
        tokens: What the friend got at once.
    """

    inviter_id: str
    state: str
    tokens: int


class ReferralChanged(NamedTuple):
    """What the calendar has made of a referral was booked.

    Attributes:
        inviter_id: The inviter.
        state: Where the referral is in its life.
    """

    inviter_id: str
    state: str


class InviterRewarded(NamedTuple):
    """An inviter got what a friend brings.

    Attributes:
        friend_id: The friend.
        tokens: How many; 0 where the inviter could not take them.
        last_day: Their last valid day.
        declined: The code for which they could not; empty where they could.
    """

    friend_id: str
    tokens: int
    last_day: date
    declined: str = ""


class InviterRevoked(NamedTuple):
    """What an inviter got for a friend was taken back; it is the sum of the other figures.

    Attributes:
        friend_id: The friend.
        given_back: Tokens that the inviter had got.
        taken: Those taken from the wallet.
        owed: Those still to be taken back.
        forgiven: Those let go.
        lapsed: Those whose last valid day is past.
    """

    friend_id: str
    given_back: int
    taken: int
    owed: int
    forgiven: int
    lapsed: int
