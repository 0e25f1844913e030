"""What actions and referrals refuse, in order of precedence.

1. `UnknownAction`, `ActionNotOpen`; then what the counters refuse.
2. `ReferralNotOpen`, `ReferralCodeOpen`: opening a code.
3. `UnknownReferralCode`, `ReferralCodeClosed`, `SelfReferral`, `AlreadyInvited`, `AccountTooOld`,
   `ReferralCycle`, `VerdictMissing`, `ReferralRejected`: taking an invitation up; then what the
   counters refuse.
4. `UnknownReferral`, `RewardNotBooked`: what follows from it.
"""

from mi_rewards.errors import Refused


class UnknownAction(Refused):
    """The programme has no action of that name."""

    code = "unknown_action"

    def __init__(self, *, action_id: str) -> None:
        super().__init__(f"there is no action {action_id!r}", action_id=action_id)


class ActionNotOpen(Refused):
    """The action cannot be performed on that day."""

    code = "action_not_open"
    transient = True

    def __init__(self, *, action_id: str, on: str) -> None:
        super().__init__(f"action {action_id!r} is not open on {on}", action_id=action_id, on=on)


class ReferralNotOpen(Refused):
    """The programme has no referrals, or not on that day."""

    code = "referral_not_open"
    transient = True

    def __init__(self, *, on: str) -> None:
        super().__init__(f"friends cannot be invited on {on}", on=on)


class ReferralCodeOpen(Refused):
    """The member has a code that is valid."""

    code = "referral_code_open"
    transient = True

    def __init__(self, *, referral_code: str) -> None:
        super().__init__(f"code {referral_code!r} is still valid", referral_code=referral_code)


class UnknownReferralCode(Refused):
    """No code like that invites; it may be opened yet, so it can be sent again."""

    code = "unknown_referral_code"
    transient = True

    def __init__(self, *, referral_code: str) -> None:
        super().__init__(f"no code {referral_code!r} is known", referral_code=referral_code)


class ReferralCodeClosed(Refused):
    """The code is not valid any more, or friends cannot be invited on that day."""

    code = "referral_code_closed"

    def __init__(self, *, referral_code: str, on: str) -> None:
        super().__init__(
            f"code {referral_code!r} invites nobody on {on}", referral_code=referral_code, on=on
        )


class SelfReferral(Refused):
    """The code is the member's own."""

    code = "self_referral"

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"{member_id!r} cannot invite themselves", member_id=member_id)


class AlreadyInvited(Refused):
    """The friend has taken an invitation up; there is one inviter, for good."""

    code = "already_invited"

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"{member_id!r} was invited already", member_id=member_id)


class AccountTooOld(Refused):
    """The friend joined too long ago to be invited."""

    code = "account_too_old"

    def __init__(self, *, days: int, days_max: int) -> None:
        super().__init__(
            f"the friend joined {days} days ago, at most {days_max} may have passed",
            days=days,
            days_max=days_max,
        )


class ReferralCycle(Refused):
    """The friend was there before the inviter: referrals could run in a circle."""

    code = "referral_cycle"

    def __init__(self, *, member_id: str, referral_code: str) -> None:
        super().__init__(
            f"{member_id!r} was there before the inviter of {referral_code!r}",
            member_id=member_id,
            referral_code=referral_code,
        )


class VerdictMissing(Refused):
    """The programme wants the host's own check, and its verdict is not stated."""

    code = "verdict_missing"
    transient = True

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"no check of {member_id!r} is stated", member_id=member_id)


class ReferralRejected(Refused):
    """The host's own check says no."""

    code = "referral_rejected"

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"the check of {member_id!r} says no", member_id=member_id)


class UnknownReferral(Refused):
    """The member has taken no invitation up."""

    code = "unknown_referral"
    transient = True

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"{member_id!r} has taken no invitation up", member_id=member_id)


class RewardNotBooked(Refused):
    """What an inviter got for a friend is to be taken back before it is booked; send it again."""

    code = "reward_not_booked"
    transient = True

    def __init__(self, *, friend_id: str) -> None:
        super().__init__(
            f"the reward for inviting {friend_id!r} is not booked yet", friend_id=friend_id
        )
