"""The life cycle of a referral, as a table."""

import enum
from collections.abc import Mapping


class ReferralState(enum.StrEnum):
    """Where a referral is in its life."""

    INVITED = "invited"
    """The friend has taken the invitation up, and not joined yet."""
    REGISTERED = "registered"
    """The friend has joined; what makes the referral qualify is still to come."""
    QUALIFYING = "qualifying"
    """A purchase was delivered, and can still be returned."""
    QUALIFIED = "qualified"
    """Both sides get what was said."""
    REVOKED = "revoked"
    """It brings nothing, or no longer what it brought."""


class ReferralEvent(enum.StrEnum):
    """What can happen to a referral."""

    JOIN = "join"
    DELIVER = "deliver"
    RETURN = "return"
    QUALIFY = "qualify"
    REVOKE = "revoke"


REFERRAL_LIFE: Mapping[ReferralState, Mapping[ReferralEvent, ReferralState]] = {
    ReferralState.INVITED: {
        ReferralEvent.JOIN: ReferralState.REGISTERED,
        ReferralEvent.QUALIFY: ReferralState.QUALIFIED,
        ReferralEvent.REVOKE: ReferralState.REVOKED,
    },
    ReferralState.REGISTERED: {
        ReferralEvent.DELIVER: ReferralState.QUALIFYING,
        ReferralEvent.QUALIFY: ReferralState.QUALIFIED,
    },
    ReferralState.QUALIFYING: {
        ReferralEvent.RETURN: ReferralState.REGISTERED,
        ReferralEvent.QUALIFY: ReferralState.QUALIFIED,
    },
    ReferralState.QUALIFIED: {ReferralEvent.REVOKE: ReferralState.REVOKED},
    ReferralState.REVOKED: {},
}
"""What may happen when; whatever else happens changes nothing."""
