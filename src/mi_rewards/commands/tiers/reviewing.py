"""Booking what the calendar made of a standing, and the gifts of the calendar.

Which tier a member holds does not depend on a review being booked: every answer takes into account
what is due. What does is what a change brings: upgrade rewards, events, and notices of a fall.
"""

from datetime import date, datetime
from typing import Any, Final

import attrs

from mi_rewards.calendar import end_of_month, write_day, write_instant
from mi_rewards.commands.command import Decision, MemberCommand, wallet_of
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.earning.standing import DOWNGRADE_COMING, tier_consequences
from mi_rewards.commands.earning.tiers_held import standing_of
from mi_rewards.commands.members.status import member_in
from mi_rewards.commands.referral.actions import check_earns
from mi_rewards.commands.tiers.outcomes import BirthdayGiven, Reviewed
from mi_rewards.earning.members import Member
from mi_rewards.earning.refusals import NotAMember
from mi_rewards.errors import LimitReached, Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import Key, member_key, standing_key, wallet_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import CounterKey, Take
from mi_rewards.tiers.ladder import Ladder
from mi_rewards.tiers.refusals import NoBirthdayGift, NotTheBirthday
from mi_rewards.tiers.standing import Standing
from mi_rewards.wallet.entries import Reason

BIRTHDAY_GIFT: Final = "birthday_gift"
"""The code of a birthday gift, and the beginning of its counters' names."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class _StandingCommand(MemberCommand):
    """What every command on a standing has."""

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the standing and the wallet.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        keys: tuple[Key[Any], ...] = (
            member_key(self.member_id),
            standing_key(self.member_id),
            wallet_key(self.member_id, programme.kind),
        )
        return Needs(keys)

    def _booking(self, loaded: Loaded, programme: Programme) -> Booking:
        """Begin to book on the wallet."""
        key = wallet_key(self.member_id, programme.kind)
        return Booking(wallet_of(loaded.get(key), self.member_id, programme))


@attrs.frozen(order=False, kw_only=True, slots=False)
class Review(_StandingCommand):
    """Book what the calendar made of a standing: reviews, graces that ended, a window's days.

    Upgrade rewards are paid with it. Where a fall is near, an event gives notice of it, once.
    """

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Reviewed]:
        """Decide.

        Args:
            loaded: The member, the standing and the wallet.
            programme: The rules.

        Returns:
            The tier held by now, and what that brought. Of who is not in the programme any more
            nothing is paid or told.

        Raises:
            Misuse: The programme has no ladder.
            NotAMember: The member has never joined.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        ladder = programme.ladder
        if ladder is None:
            raise Misuse(f"{programme.name} has no tiers")
        member = loaded.get(member_key(self.member_id))
        if member is None or member.joined_at is None:
            raise NotAMember(member_id=self.member_id)
        before = standing_of(loaded, member, programme)
        moved = before.at(self.at, ladder=ladder, zone=programme.zone)
        booking = self._booking(loaded, programme)
        issued = booking.wallet.issued
        standing, events = moved.standing, tuple[OutboxEvent, ...]()
        falls_on: date | None = None
        if not member.is_in:
            # There is nobody to be paid or told: it waits, as it is, until the member comes back.
            standing = before._replace(due_at=None)
        else:
            standing, events = tier_consequences(
                moved, booking, programme, ladder, at=self.at, request_id=self.request_id
            )
            falls_on, notices = self._notice(standing, ladder)
            standing, events = (
                standing.noticed(ladder=ladder, zone=programme.zone),
                events + notices,
            )
        puts: list[Put[Any]] = []
        if (moved.changes and member.is_in) or falls_on or standing.due_at != before.due_at:
            puts.append(Put(standing_key(self.member_id), standing))
        if booking.entries:
            puts.append(Put(wallet_key(self.member_id, programme.kind), booking.wallet))
        tokens = booking.wallet.issued - issued
        changes = len(moved.changes) if member.is_in else 0
        outcome = Reviewed(standing.held, changes, tokens, falls_on)
        return Decision(outcome, tuple(puts), booking.entries, events)

    def _notice(
        self, standing: Standing, ladder: Ladder
    ) -> tuple[date | None, tuple[OutboxEvent, ...]]:
        """Give notice of a fall, where one is due."""
        fall = standing.notice(ladder=ladder)
        if fall is None:
            return None, ()
        figures = (
            ("from_tier", fall.from_tier),
            ("to_tier", fall.to_tier),
            ("falls_on", write_day(fall.on)),
        )
        event_id = f"{DOWNGRADE_COMING}/{self.request_id}"
        event = OutboxEvent(self.member_id, event_id, DOWNGRADE_COMING, self.at, figures)
        return fall.on, (event,)


def review_of(standing: Standing, *, at: datetime) -> Review:
    """Make the command that books what the calendar made of a standing.

    Args:
        standing: The standing, as stored.
        at: The instant (UTC).

    Returns:
        The command; its request id names the instant and the version.
    """
    request_id = f"review:{write_instant(at)}:{standing.version}"
    return Review(member_id=standing.member_id, request_id=request_id, at=at)


@attrs.frozen(order=False, kw_only=True, slots=False)
class GiveBirthdayGift(_StandingCommand):
    """Give the birthday gift of the member's tier: on the birthday, once a calendar year.

    Who was born on 29 February has the birthday on 28 February in common years.
    """

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the standing, the wallet, and the year's counter.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        keys = super().needs(programme).aggregates
        return Needs(keys, counters=(self._counter(programme),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[BirthdayGiven]:
        """Decide.

        Args:
            loaded: The member, the standing, the wallet, and the year's counter.
            programme: The rules.

        Returns:
            What was given.

        Raises:
            NotAMember: The member has not joined.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            MemberBlocked: The member is blocked, and who is blocked earns nothing.
            NoBirthdayGift: The tier held has none.
            NotTheBirthday: It is another day, or no birthday is known.
            LimitReached: It was given this year.
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        member = member_in(loaded, self.member_id)
        check_earns(member, programme)
        tier, tokens = self._gift(loaded, member, programme)
        if not tokens:
            raise NoBirthdayGift(tier=tier)
        day = programme.zone.day_of(self.at)
        if not _is_birthday(member.birthday, day):
            raise NotTheBirthday(on=write_day(day))
        counter = self._counter(programme)
        found = loaded.counter(counter)
        if found is not None and found.used:
            name = f"{counter.scope}/{counter.name}"
            raise LimitReached(counter=name, asked=1, used=found.used, limit=1)
        booking = self._booking(loaded, programme)
        last_day = programme.last_day(self.at, tier)
        figures = (("tier", tier), ("tokens", tokens), ("rule_book", programme.digest))
        booking.take(
            booking.wallet.earn(
                tokens,
                last_day=last_day,
                at=self.at,
                request_id=self.request_id,
                reason=Reason(BIRTHDAY_GIFT, figures),
            )
        )
        return Decision(
            BirthdayGiven(tokens, last_day),
            (Put(wallet_key(self.member_id, programme.kind), booking.wallet),),
            booking.entries,
            takes=(Take(counter, 1, 1),),
        )

    def _gift(self, loaded: Loaded, member: Member, programme: Programme) -> tuple[str, int]:
        """Find the tier held, and its gift."""
        ladder = programme.ladder
        if ladder is None:
            return "", 0
        standing = standing_of(loaded, member, programme)
        tier = standing.at(self.at, ladder=ladder, zone=programme.zone).standing.held
        return tier, ladder.privileges(tier).birthday_gift

    def _counter(self, programme: Programme) -> CounterKey:
        """Name the counter of the year."""
        return CounterKey(self.member_id, gift_name(programme.zone.day_of(self.at)))


def gift_name(day: date) -> str:
    """Name the counter that a member's birthday gift takes from.

    Args:
        day: The day of the gift, in the programme's zone.

    Returns:
        The name, the same for all days of a year.
    """
    return f"{BIRTHDAY_GIFT}/{day.year}"


def _is_birthday(birthday: str, day: date) -> bool:
    """Tell whether a day is a birthday."""
    if write_day(day)[-5:] == birthday:
        return True
    return birthday == "02-29" and (day.month, day.day) == (2, 28) and day == end_of_month(day)
