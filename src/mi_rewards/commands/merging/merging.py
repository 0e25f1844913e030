"""Merging: a member goes on as another.

1. It is a command for each of them. `MergeAway` closes the one, and leaves events that carry to
   the other what there is: tokens or a debt (`wallets.passing`), and all else (`carrying`).
2. Nobody goes on in a circle, whatever is asked for at once: a counter of each member is taken
   whole by who goes away, and by one for each who is on the way into them.
3. The one's requests keep working: receipts stay, orders are delivered and returned under the old
   name, and what that brings is passed on in the same decision.
"""

from typing import Any, Final, TypeVar

import attrs

from mi_rewards.catalogue.rewards import Reward
from mi_rewards.commands.command import Decision, not_a_text, wallet_of
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.earning.standing import tier_consequences
from mi_rewards.commands.earning.tiers_held import standing_of
from mi_rewards.commands.members.outcomes import Absorbed, Merged
from mi_rewards.commands.members.owning import all_of
from mi_rewards.commands.members.status import MembershipCommand, Wallets, code_of, member_in
from mi_rewards.commands.merging.carrying import (
    Carried,
    UsedLimit,
    carried_from_text,
    carried_to_text,
    limits_of,
)
from mi_rewards.commands.merging.preorders import (
    payments_waited_for,
    quota_limits,
    vouchers_handed_on,
)
from mi_rewards.commands.referral.invitations import own_code
from mi_rewards.commands.wallets.moving import check_derived
from mi_rewards.earning.members import Member
from mi_rewards.earning.referral_life import ReferralState
from mi_rewards.earning.referrals import Referral
from mi_rewards.earning.refusals import HoldsOpen, MergedIntoItself, MergesPending
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import (
    CATALOGUE,
    Key,
    member_key,
    referral_key,
    standing_key,
    voucher_key,
    wallet_key,
)
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import CounterKey, Take
from mi_rewards.tiers.ladder import Ladder
from mi_rewards.tiers.standing import Moved, Standing
from mi_rewards.tiers.tallies import Counts
from mi_rewards.wallet.entries import Entry
from mi_rewards.wallet.refusals import MemberBlocked

A = TypeVar("A")

MEMBER_MERGED: Final = "member_merged"
MEMBER_ABSORBED: Final = "member_absorbed"

_WHOLE: Final = 2**31
"""More than can ever be on the way into one member."""


def merges_key(member_id: str) -> CounterKey:
    """Name the counter that keeps members from going on in a circle.

    Args:
        member_id: The member.

    Returns:
        The key.
    """
    return CounterKey(member_id, "merges")


@attrs.frozen(order=False, kw_only=True, slots=False)
class MergeAway(MembershipCommand):
    """Let a member go on as another; nothing can be spent under the old name any more.

    Tokens keep their last valid days. What is owed goes over too, and vouchers can be used by the
    other; promises stay until their orders are delivered.

    Attributes:
        into: The other.
    """

    into: str

    weighs_limits = True

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.into) is not str or not self.into:
            raise not_a_text("a member's id", self.into)

    def needs(self, programme: Programme, /) -> Needs:
        """Name both members, the wallets, and what keeps merges out of circles.

        Args:
            programme: The rules.

        Returns:
            Their keys; what else the member has is asked for page by page.
        """
        keys = [*super().needs(programme).aggregates, member_key(self.into)]
        if programme.ladder is not None:
            keys.append(standing_key(self.member_id))
        if programme.referral is not None:
            keys.append(referral_key(self.member_id))
        counters = (merges_key(self.member_id), merges_key(self.into))
        return Needs(tuple(dict.fromkeys(keys)), counters=counters)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Merged]:
        """Decide.

        Args:
            loaded: Both members, and what the one has.
            programme: The rules.

        Returns:
            What goes over.

        Raises:
            NotLoaded: A page of what the member has is not loaded.
            MergedIntoItself: Both are one.
            NotAMember: One of them has not joined.
            MemberMerged: One of them goes on as another.
            MemberLeft: One of them has left.
            MemberBlocked: The member is blocked.
            MergesPending: Another is still on the way into the member.
            HoldsOpen: Tokens are held, or payments waited for.
        """
        member, wallets = self._checked(loaded, programme)
        member = member._replace(merged_into=self.into)
        carried, referral_puts = self._carried(member, loaded, programme)
        vouchers = vouchers_handed_on(member, self.into, loaded, at=self.at)
        tokens = wallets.bookings[0].wallet
        wallets.set_block(code_of(member), (("into", self.into),))
        event = self._event(
            MEMBER_MERGED, ("into", self.into), ("carried", carried_to_text(carried))
        )
        return Decision(
            Merged(self.into, tokens.available, tokens.owed),
            (
                Put(member_key(self.member_id), member),
                *wallets.puts,
                *referral_puts,
                *[Put(voucher_key(it.member_id, it.voucher_id), it) for it in vouchers],
            ),
            wallets.entries,
            (event,),
            takes=(
                Take(merges_key(self.member_id), _WHOLE, _WHOLE),
                Take(merges_key(self.into), 1, _WHOLE),
            ),
        )

    def _checked(self, loaded: Loaded, programme: Programme) -> tuple[Member, Wallets]:
        """Answer with the member and the wallets, or refuse."""
        if self.into == self.member_id:
            raise MergedIntoItself(member_id=self.member_id)
        member = member_in(loaded, self.member_id)
        member_in(loaded, self.into)
        if member.blocked:
            raise MemberBlocked(reason=member.blocked)
        pending = loaded.counter(merges_key(self.member_id))
        if pending is not None and pending.used:
            raise MergesPending(member_id=self.member_id)
        wallets = self._wallets(loaded, programme)
        holds = sum(len(it.wallet.holds) for it in wallets.bookings)
        payments = payments_waited_for(self.member_id, loaded, at=self.at)
        if holds or payments:
            raise HoldsOpen(holds=holds, payments=payments)
        return member, wallets

    def _carried(
        self, member: Member, loaded: Loaded, programme: Programme
    ) -> tuple[Carried, tuple[Put[Any], ...]]:
        """Find what goes over beside tokens; what changes here by that is put."""
        standing: Standing | None = None
        referral: Referral | None = None
        puts: tuple[Put[Any], ...] = ()
        if programme.ladder is not None:
            standing = loaded.get(standing_key(self.member_id))
            if standing is not None:
                zone = programme.zone
                standing = standing.at(self.at, ladder=programme.ladder, zone=zone).standing
        if programme.referral is not None:
            referral = loaded.get(key := referral_key(self.member_id))
            # What is registered goes on under the other name, and brings nothing under this one.
            if referral is not None and referral.state is ReferralState.REGISTERED:
                puts = (Put(key, referral._replace(state=ReferralState.REVOKED)),)
        limits, since = self._limits(member, loaded, programme), member.there_since
        return Carried(member.absorbed, member.counted, limits, standing, referral, since), puts

    def _limits(
        self, member: Member, loaded: Loaded, programme: Programme
    ) -> tuple[UsedLimit, ...]:
        """Find which of the member's limits are used, of those that count today."""
        stored = all_of(Reward, CATALOGUE, loaded)
        named = limits_of((*programme.rewards, *stored), programme, self.member_id, self.at)
        named |= quota_limits(member, loaded)
        counters = loaded.all_counters([CounterKey(self.member_id, name) for name in named])
        return tuple(
            UsedLimit(key.name, found.used, named[key.name])
            for key, found in counters.items()
            if found is not None and found.used > 0
        )


@attrs.frozen(order=False, kw_only=True, slots=False)
class TakeMerge(MembershipCommand):
    """Let a member go on in the place of another too: what that one carries is taken in.

    Attributes:
        from_member_id: The other.
        carried: What there is beside tokens, as the event carries it.
    """

    from_member_id: str
    carried: str = attrs.field(repr=False)

    weighs_limits = True

    def __attrs_post_init__(self) -> None:
        """Check the names: a merge is taken under one request id, whoever carries it."""
        super().__attrs_post_init__()
        if type(self.from_member_id) is not str or not self.from_member_id:
            raise not_a_text("a member's id", self.from_member_id)
        check_derived(self.request_id, merge_request(self.from_member_id))
        carried_from_text(self.carried)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, what the rules say of them, and the limits that the other has used.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        keys: list[Key[Any]] = [member_key(self.member_id)]
        carried = carried_from_text(self.carried)
        if programme.ladder is not None:
            keys += (standing_key(self.member_id), wallet_key(self.member_id, programme.kind))
        if programme.referral is not None:
            keys.append(referral_key(self.member_id))
        counters = tuple(CounterKey(self.member_id, it.name) for it in carried.limits)
        return Needs(tuple(keys), counters=counters)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Absorbed]:
        """Decide. Whoever goes on takes it, whatever became of them meanwhile.

        Args:
            loaded: The member, and what the rules say of them.
            programme: The rules.

        Returns:
            Who the other was.
        """
        carried = carried_from_text(self.carried)
        member = loaded.get(member_key(self.member_id)) or Member(self.member_id)
        names = dict.fromkeys((*member.absorbed, self.from_member_id, *carried.absorbed))
        counted = dict(member.counted)
        for scope, orders in carried.counted:
            counted[scope] = counted.get(scope, 0) + orders
        member = member._replace(absorbed=tuple(names), counted=tuple(sorted(counted.items())))
        if carried.since is not None:
            member = member.known_since(carried.since)
        puts: list[Put[Any]] = [Put(member_key(self.member_id), member)]
        if carried.referral is not None and programme.referral is not None:
            puts += self._referral(carried.referral, member, loaded)
        entries: tuple[Entry, ...] = ()
        events: tuple[OutboxEvent, ...] = (
            self._event(MEMBER_ABSORBED, ("from_member_id", self.from_member_id)),
        )
        if carried.standing is not None and programme.ladder is not None:
            key = wallet_key(self.member_id, programme.kind)
            booking = Booking(wallet_of(loaded.get(key), self.member_id, programme))
            moved = self._moved(carried.standing, member, programme.ladder, loaded, programme)
            standing, told = tier_consequences(
                moved, booking, programme, programme.ladder, at=self.at, request_id=self.request_id
            )
            events += told
            entries = booking.entries
            puts.append(Put(standing_key(self.member_id), standing))
            if entries:
                puts.append(Put(key, booking.wallet))
        return Decision(
            Absorbed(self.from_member_id),
            tuple(puts),
            entries,
            events,
            takes=(*self._limits(carried, loaded), Take(merges_key(self.member_id), -1, _WHOLE)),
        )

    def _limits(self, carried: Carried, loaded: Loaded) -> tuple[Take, ...]:
        """Let what the other used of a limit be used here, up to all of it."""
        takes = []
        for name, used, limit in carried.limits:
            key = CounterKey(self.member_id, name)
            found = loaded.counter(key)
            left = limit - (0 if found is None else found.used)
            if left > 0:
                takes.append(Take(key, min(used, left), limit))
        return tuple(takes)

    def _referral(self, referral: Referral, member: Member, loaded: Loaded) -> tuple[Put[Any], ...]:
        """Let the other's inviter be the member's where nobody else is; nothing is paid twice.

        Who was there before the inviter was not invited: else two could have invited each other.
        """
        key = referral_key(self.member_id)
        if loaded.get(key) is not None or referral.inviter_id == self.member_id:
            return ()
        own = own_code(member, loaded)
        there_since = member.joined_at if own is None else own.since
        was_there = there_since is None or there_since <= referral.since
        referral = referral._replace(member_id=self.member_id, version=0)
        if was_there or referral.state is not ReferralState.REGISTERED:
            # It brings, or has brought, what it does under the other name.
            referral = referral._replace(
                state=ReferralState.REVOKED,
                order_id="",
                occurred_at=None,
                qualifies_at=None,
                last_day=None,
            )
        return (Put(key, referral),)

    def _moved(
        self,
        carried: Standing,
        member: Member,
        ladder: Ladder,
        loaded: Loaded,
        programme: Programme,
    ) -> Moved:
        """Count what counted for the other, and hold the higher tier of both."""
        zone = programme.zone
        standing = standing_of(loaded, member, programme)
        standing, changes = standing.at(self.at, ladder=ladder, zone=zone)
        tallies = tuple(
            (min(it.day, standing.stated_on), Counts(*it[1:])) for it in carried.tallies
        )
        standing = _higher(standing, carried, ladder)
        moved = standing.counting_all(tallies, at=self.at, ladder=ladder, zone=zone)
        return Moved(moved.standing, changes + moved.changes)


def _higher(standing: Standing, other: Standing, ladder: Ladder) -> Standing:
    """Hold the higher tier of two standings, and its grace where it has one."""

    def of_both(name: str) -> str:
        tiers: tuple[str, str] = (getattr(standing, name), getattr(other, name))
        return max(tiers, key=ladder.rank)

    rewarded = tuple(sorted({*standing.rewarded, *other.rewarded}))
    raised = standing._replace(
        entered=of_both("entered"),
        kept=of_both("kept"),
        reached=of_both("reached"),
        rewarded=rewarded,
    )
    if ladder.rank(other.held) <= ladder.rank(standing.held):
        return raised
    return raised._replace(
        held=other.held,
        held_since=other.held_since,
        falls_on=other.falls_on,
        review_on=standing.review_on or other.review_on,
    )


def merge_request(from_member_id: str) -> str:
    """Name the request by which a member is taken in; who goes away does so once.

    Args:
        from_member_id: Who goes away.

    Returns:
        The request id.
    """
    return f"merge:{from_member_id}"
