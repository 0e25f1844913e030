"""What inviters get for their friends, and give back: the other side of a referral.

1. Each is a command of its own, with a request id derived from the friend's: whoever carries the
   event, and how often, it is booked once.
2. What an inviter cannot take is declined once and for all.
3. What is meant for a member who goes on as another is passed on to that one, as all that comes
   into such a wallet; nothing where that one is the friend.
4. What is to be taken back before it is booked is refused until it is: events may be followed in
   any order.
"""

from datetime import date, datetime

import attrs

from mi_rewards.calendar import utc
from mi_rewards.commands.command import Decision, WalletCommand, not_a_text
from mi_rewards.commands.referral.outcomes import InviterRevoked, InviterRewarded
from mi_rewards.commands.referral.referring import reward_source
from mi_rewards.commands.wallets.moving import check_derived
from mi_rewards.commands.wallets.passing import policy_for
from mi_rewards.earning.referral_refusals import RewardNotBooked
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import member_key
from mi_rewards.repositories.records import ReceiptKey
from mi_rewards.wallet.buckets import whole_tokens
from mi_rewards.wallet.entries import Reason
from mi_rewards.wallet.refusals import WalletFull


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
        if member is None or member.joined_at is None or member.left_at is not None:
            return self._declined("not_a_member")
        if member.merged_into == self.friend_id or self.friend_id in member.absorbed:
            return self._declined("self_referral")
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

    def _declined(self, code: str) -> Decision[InviterRewarded]:
        """Give nothing."""
        return Decision(InviterRewarded(self.friend_id, 0, self.last_day, code))


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
            return Decision(InviterRevoked(self.friend_id, 0, 0, 0, 0, 0))
        back = rewarded.tokens
        wallet = self._wallet(loaded, programme)
        change = wallet.claw_back(
            back,
            own_day=rewarded.last_day,
            policy=policy_for(wallet, programme),
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


def reward_name(friend_id: str) -> str:
    """Name the request that rewards the inviter of a friend.

    Args:
        friend_id: The friend.

    Returns:
        The request id, unique within the inviter.
    """
    return f"referral:{friend_id}"
