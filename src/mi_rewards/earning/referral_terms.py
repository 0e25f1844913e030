"""What referrals bring, to whom, and when: the terms of a rule book."""

import enum
from datetime import date, datetime

import attrs

from mi_rewards.calendar import Period, Zone, add_days
from mi_rewards.earning.terms import check_count, check_days, is_within
from mi_rewards.errors import Misuse


class Qualifies(enum.StrEnum):
    """When a referral qualifies."""

    ON_JOINING = "on_joining"
    ON_FIRST_DELIVERY = "on_first_delivery"
    AFTER_RETURN_WINDOW = "after_return_window"


@attrs.frozen(order=False)
class ReferralTerms:
    """What inviting friends brings.

    Attributes:
        inviter_tokens: What the inviter gets for a friend, 0 for nothing.
        friend_tokens: What the friend gets, 0 for nothing.
        qualifies: When.
        return_days: Days after the delivery at whose beginning nothing can be returned any more,
            where it qualifies after that; else 0.
        code_days: Days after the one on which a code is opened through which it is valid, `None`
            for no end.
        friends_max: How many friends a member may invite, `None` for any number; 0 is none.
        friends_period: How long they are counted together.
        from_on: The first day on which friends can be invited, `None` for no beginning.
        through_on: The last such day, `None` for no end.
        account_days_max: How many days ago a friend may have joined, `None` for any number; 0 is
            today.
        needs_verdict: Whether the host's own check has to say yes.
    """

    inviter_tokens: int
    friend_tokens: int
    qualifies: Qualifies
    return_days: int = 0
    code_days: int | None = None
    friends_max: int | None = None
    friends_period: Period = Period.EVER
    from_on: date | None = None
    through_on: date | None = None
    account_days_max: int | None = None
    needs_verdict: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the figures against each other."""
        check_count("what an inviter gets", self.inviter_tokens)
        check_count("what a friend gets", self.friend_tokens)
        if not self.inviter_tokens and not self.friend_tokens:
            raise Misuse("a referral brings tokens to the inviter, to the friend, or to both")
        if type(self.qualifies) is not Qualifies or type(self.friends_period) is not Period:
            raise Misuse("a referral qualifies by one of Qualifies, and counts over a Period")
        check_count("return_days", self.return_days)
        if (self.return_days > 0) is not (self.qualifies is Qualifies.AFTER_RETURN_WINDOW):
            raise Misuse("return_days are given where a referral qualifies after them, and only so")
        for name, count in (
            ("code_days", self.code_days),
            ("friends_max", self.friends_max),
            ("account_days_max", self.account_days_max),
        ):
            if count is not None:
                check_count(name, count)
        check_days(self.from_on, self.through_on)
        if type(self.needs_verdict) is not bool:
            raise Misuse(f"needs_verdict is true or false, not {self.needs_verdict!r:.60}")

    def is_open(self, day: date) -> bool:
        """Tell whether friends can be invited on a day.

        Args:
            day: The day in the programme's zone.

        Returns:
            Whether they can.
        """
        return is_within(day, self.from_on, self.through_on)

    def code_until(self, at: datetime, zone: Zone) -> datetime | None:
        """Reckon until when a code is valid.

        Args:
            at: The instant (UTC) at which it is opened.
            zone: The programme's zone.

        Returns:
            The first instant (UTC) at which it is not, `None` for no end.

        Raises:
            Misuse: That would be past the year 9999.
        """
        if self.code_days is None:
            return None
        return zone.after(add_days(zone.day_of(at), self.code_days))

    def account_days(self, joined_at: datetime, at: datetime, zone: Zone) -> int:
        """Count the days since a friend joined.

        Args:
            joined_at: The instant (UTC) of joining.
            at: The instant (UTC) at which the invitation is taken up.
            zone: The programme's zone.

        Returns:
            How many, 0 for the same day.
        """
        return (zone.day_of(at) - zone.day_of(joined_at)).days
