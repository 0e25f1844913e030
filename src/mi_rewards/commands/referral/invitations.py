"""Inviting friends: opening a code, taking an invitation up, booking that it qualifies.

1. A code is the member's who opens it, and made to be passed on. It is typed in capitals or not,
   with or without spaces and hyphens.
2. A friend has one inviter, for good: what holds is the row of the referral.
3. How many friends a member may invite is counted when they take the invitation up, and a friend
   who never qualifies counts as well.
4. Both commands put the member, so that neither is decided on a member who is joining meanwhile.
"""

from datetime import datetime

import attrs

from mi_rewards.calendar import write_day, write_instant
from mi_rewards.catalogue.codes import normalised
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text, wallet_of
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.members.status import member_in
from mi_rewards.commands.referral.actions import check_earns, granted, require_member
from mi_rewards.commands.referral.outcomes import (
    InvitationAccepted,
    ReferralChanged,
    ReferralOpened,
)
from mi_rewards.commands.referral.referring import Referring, inviters_event
from mi_rewards.earning.campaign_limits import Use
from mi_rewards.earning.members import Member
from mi_rewards.earning.referral_life import ReferralState
from mi_rewards.earning.referral_refusals import (
    AccountTooOld,
    AlreadyInvited,
    ReferralCodeClosed,
    ReferralCodeOpen,
    ReferralCycle,
    ReferralNotOpen,
    ReferralRejected,
    SelfReferral,
    UnknownReferral,
    UnknownReferralCode,
    VerdictMissing,
)
from mi_rewards.earning.referral_terms import ReferralTerms
from mi_rewards.earning.referrals import Referral, ReferralCode, after_time, first_since
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import member_key, referral_code_key, referral_key, wallet_key
from mi_rewards.repositories.records import Take

APPROVED = "approved"
"""The verdict of a host's own check that says yes."""

REJECTED = "rejected"
"""The verdict of a host's own check that says no."""


def referral_code(text: str) -> str:
    """Bring a code by which a member invites into the form in which it is kept.

    Args:
        text: The code, in capitals or not, with or without spaces and hyphens.

    Returns:
        Capitals and digits alone.

    Raises:
        Misuse: It is no text, or empty.
    """
    code = normalised(text)
    if not code:
        raise Misuse("a code has letters")
    return code


@attrs.frozen(order=False, kw_only=True, slots=False)
class OpenReferral(MemberCommand):
    """Open a code by which a member invites friends: one at a time.

    Attributes:
        code: The code, drawn for it or chosen; no part of the request's content.
    """

    code: str = attrs.field(converter=referral_code, eq=False)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, how they came themselves, and the code.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        member_id = self.member_id
        return Needs((member_key(member_id), referral_key(member_id), referral_code_key(self.code)))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ReferralOpened]:
        """Decide.

        Args:
            loaded: The member, their referral, the code and the one they had before.
            programme: The rules.

        Returns:
            The code.

        Raises:
            NotLoaded: The code that the member had before is not loaded.
            NotAMember: The member has not joined by then.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            MemberBlocked: The member is blocked, and who is blocked earns nothing.
            ReferralNotOpen: Friends cannot be invited on that day.
            ReferralCodeOpen: The member's code is still valid.
            Misuse: The code is somebody else's.
        """
        member_id, at = self.member_id, self.at
        member = require_member(loaded, member_id, at)
        check_earns(member, programme)
        terms = programme.referral
        day = programme.zone.day_of(at)
        if terms is None or not terms.is_open(day):
            raise ReferralNotOpen(on=write_day(day))
        own = own_code(member, loaded)
        if own is not None and own.is_open(at):
            raise ReferralCodeOpen(referral_code=own.code)
        found = loaded.get(referral_code_key(self.code))
        if found is not None and found.member_id != member_id:
            raise Misuse("the code is somebody else's: draw another")
        referral = loaded.get(referral_key(member_id))
        since = own.since if own is not None else first_since(member.there_since or at, referral)
        until = terms.code_until(at, programme.zone)
        version = 0 if found is None else found.version
        opened = ReferralCode(self.code, member_id, since, until, version)
        return Decision(
            ReferralOpened(self.code, until),
            (
                Put(member_key(member_id), member._replace(referral_code=self.code)),
                Put(referral_code_key(self.code), opened),
            ),
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class AcceptInvitation(MemberCommand):
    """Take an invitation up, before joining or after: the friend's side.

    Attributes:
        referral_code: The code that invites.
        verdict: What the host's own check says of the friend: `"approved"`, `"rejected"`, or empty
            where there was none.
    """

    referral_code: str = attrs.field(converter=referral_code)
    verdict: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the names and the verdict."""
        super().__attrs_post_init__()
        if type(self.verdict) is not str:
            raise not_a_text("a verdict", self.verdict)
        if self.verdict not in {"", APPROVED, REJECTED}:
            raise Misuse(f"a verdict is {APPROVED}, {REJECTED} or empty, not {self.verdict!r:.60}")

    def needs(self, programme: Programme, /) -> Needs:
        """Name the friend, the wallet, the referral and the code.

        Args:
            programme: The rules.

        Returns:
            Their keys; the counter is the inviter's, and known only then.
        """
        member_id = self.member_id
        return Needs(
            (
                member_key(member_id),
                wallet_key(member_id, programme.kind),
                referral_key(member_id),
                referral_code_key(self.referral_code),
            )
        )

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[InvitationAccepted]:
        """Decide.

        Args:
            loaded: The friend, the wallet, the referral, the code, the friend's own code, and the
                inviter's counter.
            programme: The rules.

        Returns:
            The inviter, and what came of it at once.

        Raises:
            NotLoaded: The friend's own code or the inviter's counter is not loaded.
            MemberMerged: The friend goes on as another member.
            MemberLeft: The friend was a member, and has left.
            MemberBlocked: The friend is blocked, and who is blocked earns nothing.
            UnknownReferralCode: No code like that invites.
            ReferralCodeClosed: It is not valid any more, or friends cannot be invited on that day.
            SelfReferral: It is the friend's own, or of one in whose place the friend goes on.
            AlreadyInvited: The friend has taken an invitation up.
            AccountTooOld: The friend joined too long ago.
            ReferralCycle: The friend was there before the inviter.
            VerdictMissing: The programme wants a check, and none is stated.
            ReferralRejected: The check says no.
            LimitReached: The inviter has invited as many friends as they may.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        member_id, at = self.member_id, self.at
        member = loaded.get(member_key(member_id)) or Member(member_id)
        if member.joined_at is not None:
            member_in(loaded, member_id)
        check_earns(member, programme)
        code, terms = self._invited(loaded, programme, member)
        takes = self._takes(loaded, programme, terms, code.member_id)
        key = wallet_key(member_id, programme.kind)
        booking = Booking(wallet_of(loaded.get(key), member_id, programme))
        referring = Referring(
            loaded, programme, booking, member_id=member_id, at=at, request_id=self.request_id
        )
        referral = Referral(
            member_id,
            code.member_id,
            code.code,
            ReferralState.INVITED,
            at,
            code.since,
            terms.qualifies,
            terms.return_days,
            terms.inviter_tokens,
            terms.friend_tokens,
            self.verdict,
        )
        referral = referring.begin(referral, member.joined_at)
        wallet = (Put(key, booking.wallet),) if booking.entries else ()
        return Decision(
            InvitationAccepted(code.member_id, referral.state.value, referring.paid),
            (Put(member_key(member_id), member), *referring.puts(), *wallet),
            booking.entries,
            referring.events,
            takes=takes,
        )

    def _invited(
        self, loaded: Loaded, programme: Programme, member: Member
    ) -> tuple[ReferralCode, ReferralTerms]:
        """Answer with the code that invites and the terms, or refuse, in order of precedence."""
        code = loaded.get(referral_code_key(self.referral_code))
        if code is None:
            raise UnknownReferralCode(referral_code=self.referral_code)
        terms, at, zone = programme.referral, self.at, programme.zone
        day = zone.day_of(at)
        if terms is None or not terms.is_open(day) or not code.is_open(at):
            raise ReferralCodeClosed(referral_code=code.code, on=write_day(day))
        if code.member_id in {self.member_id, *member.absorbed}:
            raise SelfReferral(member_id=self.member_id)
        if loaded.get(referral_key(self.member_id)) is not None:
            raise AlreadyInvited(member_id=self.member_id)
        there_since, days_max = member.there_since, terms.account_days_max
        if there_since is not None and days_max is not None:
            days = terms.account_days(there_since, at, zone)
            if days > days_max:
                raise AccountTooOld(days=days, days_max=days_max)
        own = own_code(member, loaded)
        if there_since is not None and own is not None:
            there_since = min(there_since, own.since)
        if there_since is not None and there_since <= code.since:
            raise ReferralCycle(member_id=self.member_id, referral_code=code.code)
        if self.verdict == REJECTED:
            raise ReferralRejected(member_id=self.member_id)
        if terms.needs_verdict and not self.verdict:
            raise VerdictMissing(member_id=self.member_id)
        return code, terms

    def _takes(
        self, loaded: Loaded, programme: Programme, terms: ReferralTerms, inviter_id: str
    ) -> tuple[Take, ...]:
        """Count the friend among those that the inviter may invite."""
        if terms.friends_max is None:
            return ()
        stretch = terms.friends_period.stretch(programme.zone.day_of(self.at))
        step = Use(inviter_id, f"referral/{stretch}", 1, terms.friends_max)
        return granted((step,), loaded)


@attrs.frozen(order=False, kw_only=True, slots=False)
class Qualify(MemberCommand):
    """Book that a friend's referral has qualified, so that the inviter gets what it brings.

    What the friend gets does not depend on it.
    """

    def needs(self, programme: Programme, /) -> Needs:
        """Name the referral.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        return Needs((referral_key(self.member_id),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[ReferralChanged]:
        """Decide.

        Args:
            loaded: The referral.
            programme: The rules.

        Returns:
            The referral's state.

        Raises:
            UnknownReferral: Nobody invited the member.
        """
        del programme
        before = loaded.get(referral_key(self.member_id))
        if before is None:
            raise UnknownReferral(member_id=self.member_id)
        moved = after_time(before, at=self.at)
        after = moved.referral
        events = tuple([inviters_event(after, topic, self.at) for topic in moved.topics])
        puts = (Put(referral_key(self.member_id), after),) if events else ()
        return Decision(ReferralChanged(after.inviter_id, after.state.value), puts, events=events)


def own_code(member: Member, loaded: Loaded) -> ReferralCode | None:
    """Find the newest code that a member has opened.

    Args:
        member: The member.
        loaded: What was loaded.

    Returns:
        The code, `None` where the member has opened none.

    Raises:
        NotLoaded: It was not asked for.
    """
    return loaded.get(referral_code_key(member.referral_code)) if member.referral_code else None


def qualifying_of(referral: Referral, *, at: datetime) -> Qualify:
    """Make the command that books that a referral has qualified.

    Args:
        referral: The referral, as stored.
        at: The instant (UTC).

    Returns:
        The command.
    """
    request_id = f"qualify:{referral.order_id}:{write_instant(at)}"
    return Qualify(member_id=referral.member_id, request_id=request_id, at=at)
