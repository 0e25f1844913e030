"""What inviters get for their friends, and give back: the other side of a referral.

1. Each is a command of its own, with a request id derived from the friend's: whoever carries the
   event, and how often, it is booked once.
2. What an inviter cannot take is declined once and for all.
3. Who goes on as another passes on what is meant for them.
4. What is to be taken back before it is booked is refused until it is: events may be followed in
   any order.
"""

from datetime import date, datetime

import attrs

from mi_rewards.calendar import utc, write_day, write_instant
from mi_rewards.commands.command import Decision, WalletCommand, not_a_text
from mi_rewards.commands.moving import check_derived
from mi_rewards.commands.referral_outcomes import InviterRevoked, InviterRewarded
from mi_rewards.commands.referring import reward_source
from mi_rewards.earning.referral_refusals import RewardNotBooked
from mi_rewards.earning.referrals import REFERRAL_QUALIFIED, REFERRAL_REVOKED
from mi_rewards.errors import Figure, Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import member_key
from mi_rewards.repositories.records import OutboxEvent, ReceiptKey
from mi_rewards.wallet.buckets import whole_tokens
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.refusals import WalletFull

MERGED = "member_merged"
"""The code for which who goes on as another declines."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class _InvitersCommand(WalletCommand):
    """What both commands on an inviter have.

    Attributes:
        friend_id: The friend.
        tokens: Whole tokens that the friend brings.
    """

    friend_id: str
    tokens: int

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.friend_id) is not str or not self.friend_id:
            raise not_a_text("the friend's id", self.friend_id)
        if self.friend_id == self.member_id:
            raise Misuse("nobody invites themselves")
        whole_tokens(self.tokens)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the wallet, the member, and the receipt of the reward.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        rewarded = ReceiptKey(self.member_id, reward_name(self.friend_id))
        return Needs((self._key(programme), member_key(self.member_id)), (rewarded,))

    def _passed_on(self, topic: str, into: str, *figures: tuple[str, Figure]) -> OutboxEvent:
        """Leave what is meant for whom the inviter goes on as."""
        return OutboxEvent(
            self.member_id,
            self.request_id,
            topic,
            self.at,
            (
                ("inviter_id", into),
                ("friend_id", self.friend_id),
                ("tokens", self.tokens),
                *figures,
            ),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class RewardInviter(_InvitersCommand):
    """Give an inviter what a friend brings.

    Attributes:
        last_day: Their last valid day.
        qualified_by: The instant, with an offset, of what made the referral qualify; kept in UTC.
    """

    last_day: date
    qualified_by: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        """Check the names: an inviter is rewarded under one request id."""
        super().__attrs_post_init__()
        check_derived(self.request_id, reward_name(self.friend_id))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[InviterRewarded]:
        """Decide. A refusal is an outcome here, and final.

        Args:
            loaded: The inviter's wallet and the inviter.
            programme: The rules.

        Returns:
            What was credited, or the code for which it was declined.
        """
        member = loaded.get(member_key(self.member_id))
        if member is not None and member.merged_into == self.friend_id:
            return self._declined("self_referral")
        if member is not None and member.merged_into:
            event = self._passed_on(
                REFERRAL_QUALIFIED,
                member.merged_into,
                ("last_day", write_day(self.last_day)),
                ("qualified_by", write_instant(self.qualified_by)),
            )
            return self._declined(MERGED, event)
        if member is None or not member.is_in:
            return self._declined("not_a_member")
        if member.blocked and not programme.membership.blocked_earn:
            return self._declined("member_blocked")
        figures = (
            ("side", "inviter"),
            ("friend_id", self.friend_id),
            ("tokens", self.tokens),
            ("rule_book", programme.digest),
        )
        try:
            change = self._wallet(loaded, programme).earn(
                self.tokens,
                last_day=self.last_day,
                at=self.at,
                request_id=self.request_id,
                reason=Reason("referral", figures),
                source=reward_source(self.friend_id),
                occurred_at=self.qualified_by,
            )
        except WalletFull as refusal:
            return self._declined(refusal.code)
        outcome = InviterRewarded(self.friend_id, self.tokens, self.last_day)
        return Decision(outcome, (Put(self._key(programme), change.wallet),), change.entries)

    def _declined(self, code: str, *events: OutboxEvent) -> Decision[InviterRewarded]:
        """Give nothing."""
        return Decision(InviterRewarded(self.friend_id, 0, self.last_day, code), events=events)


@attrs.frozen(order=False, kw_only=True, slots=False)
class RevokeInviter(_InvitersCommand):
    """Take back what an inviter got for a friend whose order came back."""

    def __attrs_post_init__(self) -> None:
        """Check the names: it is taken back under one request id."""
        super().__attrs_post_init__()
        check_derived(self.request_id, f"revoke:{reward_name(self.friend_id)}")

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[InviterRevoked]:
        """Decide.

        Args:
            loaded: The inviter's wallet, the inviter, and the receipt of what is taken back.
            programme: The rules.

        Returns:
            What was given back, and what became of it; nothing where nothing was credited.

        Raises:
            RewardNotBooked: The inviter was not rewarded yet; it can be sent again.
            ClawBackRefused: The policy refuses, and the tokens are no longer there.
            WalletFull: What is owed would pass 2**63 - 1 tokens.
        """
        receipt = loaded.receipt(ReceiptKey(self.member_id, reward_name(self.friend_id)))
        if receipt is None:
            raise RewardNotBooked(friend_id=self.friend_id)
        rewarded = receipt.outcome
        if not isinstance(rewarded, InviterRewarded) or not rewarded.tokens:
            return self._nothing(loaded, rewarded)
        back = rewarded.tokens
        change = self._wallet(loaded, programme).claw_back(
            back,
            own_day=rewarded.last_day,
            policy=programme.claw_back,
            source=reward_source(self.friend_id),
            at=self.at,
            request_id=self.request_id,
            reason=Reason("referral_revoked", (("friend_id", self.friend_id),)),
        )
        taken, owed, forgiven = change.result
        lapsed = back - taken - owed - forgiven
        puts = (Put(self._key(programme), change.wallet),) if change.entries else ()
        outcome = InviterRevoked(self.friend_id, back, taken, owed, forgiven, lapsed)
        return Decision(outcome, puts, change.entries)

    def _nothing(self, loaded: Loaded, rewarded: object) -> Decision[InviterRevoked]:
        """Take nothing back where nothing was given; another may have got it."""
        outcome = InviterRevoked(self.friend_id, 0, 0, 0, 0, 0)
        member = loaded.get(member_key(self.member_id))
        is_passed_on = isinstance(rewarded, InviterRewarded) and rewarded.declined == MERGED
        if member is None or not is_passed_on:
            return Decision(outcome)
        event = self._passed_on(REFERRAL_REVOKED, member.merged_into)
        return Decision(outcome, events=(event,))


def reward_name(friend_id: str) -> str:
    """Name the request that rewards the inviter of a friend.

    Args:
        friend_id: The friend.

    Returns:
        The request id, unique within the inviter.
    """
    return f"referral:{friend_id}"
