"""Performing actions: what earns tokens without a purchase.

What an action takes of its limits and its budget is decided where it is stored, whoever races.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import attrs

from mi_rewards.calendar import write_day
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text, wallet_of
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.earning.standing import standing_after, tier_consequences
from mi_rewards.commands.earning.tiers_held import standing_of
from mi_rewards.commands.members.status import member_in
from mi_rewards.commands.referral.outcomes import Performed
from mi_rewards.earning.actions import Action
from mi_rewards.earning.campaign_limits import Use
from mi_rewards.earning.members import Member
from mi_rewards.earning.referral_refusals import ActionNotOpen, UnknownAction
from mi_rewards.earning.refusals import NotAMember
from mi_rewards.errors import LimitReached
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, member_key, standing_key, wallet_key
from mi_rewards.repositories.records import CounterKey, Take
from mi_rewards.tiers.ladder import Ladder
from mi_rewards.tiers.tallies import Counts
from mi_rewards.wallet.entries import Owner, Reason
from mi_rewards.wallet.refusals import MemberBlocked
from mi_rewards.wallet.wallet import Wallet


@attrs.frozen(order=False, kw_only=True, slots=False)
class Perform(MemberCommand):
    """Perform an action: share something, check in, win a draw.

    Attributes:
        action_id: The action.
        occasion: What it is performed for where that is one thing, such as a draw's or a review's
            id: each member gets tokens for it once, whatever the request; empty for nothing.
    """

    action_id: str
    occasion: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        if type(self.action_id) is not str or not self.action_id:
            raise not_a_text("an action's id", self.action_id)
        if type(self.occasion) is not str:
            raise not_a_text("an occasion", self.occasion)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the wallet, and the counters of the action.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        action = self._action(programme)
        if action is None:
            return Needs((member_key(self.member_id),))
        counters = tuple([_key(step) for step in self._steps(action, programme)])
        kind = action.kind or programme.kind
        keys: tuple[Key[Any], ...] = (
            member_key(self.member_id),
            wallet_key(self.member_id, kind),
        )
        if kind != programme.kind and programme.ladder is not None:
            keys += (wallet_key(self.member_id, programme.kind), standing_key(self.member_id))
        return Needs(keys, counters=counters)

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Performed]:
        """Decide.

        Args:
            loaded: The member, the wallet, and the counters of the action.
            programme: The rules.

        Returns:
            What it earned.

        Raises:
            NotAMember: The member has not joined by then.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            MemberBlocked: The member is blocked, and who is blocked earns nothing.
            UnknownAction: The programme has no action of that name.
            ActionNotOpen: It cannot be performed on that day.
            LimitReached: It was performed for that occasion, as often as a limit allows, or its
                budget is used up.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        member = require_member(loaded, self.member_id, self.at)
        check_earns(member, programme)
        action = self._action(programme)
        if action is None:
            raise UnknownAction(action_id=self.action_id)
        day = programme.zone.day_of(self.at)
        if not action.is_open(day):
            raise ActionNotOpen(action_id=self.action_id, on=write_day(day))
        takes = granted(self._steps(action, programme), loaded)
        if self.occasion:
            # Whoever goes on in the place of others has had what those had for it.
            for name in member.absorbed:
                granted(action.steps(name, self.occasion, day)[:1], loaded)
        kind = action.kind or programme.kind
        key = wallet_key(self.member_id, kind)
        wallet = loaded.get(key) or Wallet(Owner(self.member_id, kind, programme.zone))
        last_day = _last_day(programme, kind)(self.at)
        occasion = (("occasion", self.occasion),) if self.occasion else ()
        figures = (("action_id", self.action_id), *occasion, ("rule_book", programme.digest))
        change = wallet.earn(
            action.tokens,
            last_day=last_day,
            at=self.at,
            request_id=self.request_id,
            reason=Reason("action", figures),
        )
        decision = Decision(
            Performed(self.action_id, action.tokens, last_day),
            (Put(key, change.wallet),),
            change.entries,
            takes=takes,
        )
        if kind == programme.kind or programme.ladder is None:
            return decision
        return self._counted(decision, programme.ladder, member, loaded, programme)

    def _counted(
        self,
        decision: Decision[Performed],
        ladder: Ladder,
        member: Member,
        loaded: Loaded,
        programme: Programme,
    ) -> Decision[Performed]:
        """Count the points that it earned toward the tier."""
        key = wallet_key(self.member_id, programme.kind)
        booking = Booking(wallet_of(loaded.get(key), self.member_id, programme))
        counts = Counts(points=decision.outcome.tokens)
        by_day = ((programme.zone.day_of(self.at), counts),)
        standing = standing_of(loaded, member, programme)
        moved = standing_after(standing, ladder, programme.zone, self.at, by_day)
        standing, events = tier_consequences(
            moved, booking, programme, ladder, at=self.at, request_id=self.request_id
        )
        puts = (*decision.puts, Put(standing_key(self.member_id), standing))
        if booking.entries:
            puts += (Put(key, booking.wallet),)
        entries = decision.entries + booking.entries
        return decision._replace(puts=puts, entries=entries, events=events)

    def _action(self, programme: Programme) -> Action | None:
        """Find the action."""
        return next((it for it in programme.actions if it.action_id == self.action_id), None)

    def _steps(self, action: Action, programme: Programme) -> tuple[Use, ...]:
        """Name what it takes of which counters."""
        return action.steps(self.member_id, self.occasion, programme.zone.day_of(self.at))


def require_member(loaded: Loaded, member_id: str, at: datetime) -> Member:
    """Refuse who is no member at an instant.

    Args:
        loaded: The member.
        member_id: Who it should be.
        at: The instant (UTC).

    Returns:
        The member, blocked or not.

    Raises:
        NotAMember: The member has not joined by then.
        MemberMerged: The member goes on as another.
        MemberLeft: The member has left.
    """
    member = member_in(loaded, member_id)
    if member.joined_at is None or at < member.joined_at:
        raise NotAMember(member_id=member_id)
    return member


def check_earns(member: Member, programme: Programme) -> None:
    """Refuse who is blocked, where who is blocked earns nothing.

    Args:
        member: The member.
        programme: The rules.

    Raises:
        MemberBlocked: The member is blocked.
    """
    if member.blocked and not programme.membership.blocked_earn:
        raise MemberBlocked(reason=member.blocked)


def granted(steps: tuple[Use, ...], loaded: Loaded) -> tuple[Take, ...]:
    """Take steps of counters, as far as can be seen.

    Args:
        steps: What is taken of which counters.
        loaded: The counters.

    Returns:
        The same, for the store to decide.

    Raises:
        NotLoaded: A counter was not asked for.
        LimitReached: One would pass its limit already.
    """
    counters = loaded.all_counters([_key(step) for step in steps])
    for step in steps:
        found = counters[_key(step)]
        used = 0 if found is None else found.used
        if used + step.n > step.limit:
            counter = f"{step.scope}/{step.name}"
            raise LimitReached(counter=counter, asked=step.n, used=used, limit=step.limit)
    return tuple([Take(_key(step), step.n, step.limit) for step in steps])


def _key(step: Use) -> CounterKey:
    """Name the counter of a step."""
    return CounterKey(step.scope, step.name)


def _last_day(programme: Programme, kind: str) -> Callable[[datetime], date]:
    """Choose what reckons the last valid day of a kind of token."""
    return programme.last_day if kind == programme.kind else programme.points_last_day
