"""What counts toward a tier under the name of a member who goes on as another counts for that one.

1. A delivery or a return under the old name leaves an event with what counts since, and what no
   longer does; the command that follows counts it under the new one.
2. What never went over does not come back: of a day that counts less there, no more is taken.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import attrs

from mi_rewards.calendar import read_day, write_day
from mi_rewards.commands.command import Decision, MemberCommand, not_a_text, wallet_of
from mi_rewards.commands.earning.awarding import Booking
from mi_rewards.commands.earning.standing import standing_after_most, tier_consequences
from mi_rewards.commands.earning.tiers_held import standing_of
from mi_rewards.commands.members.outcomes import Counted
from mi_rewards.commands.wallets.moving import check_derived, transfer_name
from mi_rewards.earning.members import Member
from mi_rewards.errors import Misuse
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import member_key, standing_key, wallet_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.tiers.tallies import Counts, checked_counts
from mi_rewards.wallet.texts import compact

COUNTS_PASSED_ON: Final = "counts_passed_on"
"""The topic of the event that carries what counts to the member who goes on."""

ByDay = tuple[tuple[date, Counts], ...]
"""Days, each with what counts on it or is taken back from it."""


def counts_to_text(by_day: Iterable[tuple[date, Counts]]) -> str:
    """Write what counts.

    Args:
        by_day: Days, each with what counts on it or is taken back.

    Returns:
        Compact JSON.
    """
    return compact([[write_day(day), *counts] for day, counts in by_day])


def counts_from_text(text: str) -> ByDay:
    """Read what counts.

    Args:
        text: What `counts_to_text` answered.

    Returns:
        Days, each with what counts on it or is taken back.

    Raises:
        Misuse: It is something else.
    """
    try:
        rows = [(read_day(day), Counts(*counts)) for day, *counts in json.loads(text)]
    except (TypeError, ValueError, RecursionError) as fault:
        raise Misuse(f"what counts is not as it was written: {fault}") from None
    return tuple([(day, checked_counts(counts)) for day, counts in rows])


def counts_passed_on(
    member: Member, by_day: ByDay, *, at: datetime, request_id: str
) -> tuple[OutboxEvent, ...]:
    """Tell what counts for the member who goes on in place of another.

    Args:
        member: The other.
        by_day: What counts since, or no longer does.
        at: The instant (UTC).
        request_id: The request that it comes from.

    Returns:
        An event, where there is something to tell.
    """
    if not by_day:
        return ()
    figures = (
        ("from_member_id", member.member_id),
        ("to_member_id", member.merged_into),
        ("counts_id", transfer_name(member.member_id, request_id)),
        ("counts", counts_to_text(by_day)),
    )
    name = f"count:{request_id}"
    return (OutboxEvent(member.member_id, name, COUNTS_PASSED_ON, at, figures),)


@attrs.frozen(order=False, kw_only=True, slots=False)
class TakeCounts(MemberCommand):
    """Count what counts under the name of a member in whose place this one goes on.

    Attributes:
        counts_id: Names what counts.
        counts: Days with what counts on them, as the event carries it.
    """

    counts_id: str
    counts: str

    def __attrs_post_init__(self) -> None:
        """Check the names: it counts under one request id, whoever carries it."""
        super().__attrs_post_init__()
        if type(self.counts_id) is not str or not self.counts_id:
            raise not_a_text("a count's id", self.counts_id)
        check_derived(self.request_id, f"count:{self.counts_id}")
        counts_from_text(self.counts)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the standing and the wallet.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        wallet = wallet_key(self.member_id, programme.kind)
        return Needs((member_key(self.member_id), standing_key(self.member_id), wallet))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[Counted]:
        """Decide.

        Args:
            loaded: The member, the standing and the wallet.
            programme: The rules.

        Returns:
            The tier held by now; empty for none. Where the programme has no tiers any more, and
            where the member goes on as a third, nothing counts here.

        Raises:
            WalletFull: The wallet would pass 2**63 - 1 tokens.
        """
        ladder = programme.ladder
        member = loaded.get(member_key(self.member_id)) or Member(self.member_id)
        if ladder is None:
            return Decision(Counted(self.counts_id, ""))
        by_day = counts_from_text(self.counts)
        if member.merged_into:
            events = counts_passed_on(member, by_day, at=self.at, request_id=self.request_id)
            return Decision(Counted(self.counts_id, ""), events=events)
        key = wallet_key(self.member_id, programme.kind)
        booking = Booking(wallet_of(loaded.get(key), self.member_id, programme))
        before = standing_of(loaded, member, programme)
        moved = standing_after_most(before, ladder, programme.zone, self.at, by_day)
        standing, events = tier_consequences(
            moved, booking, programme, ladder, at=self.at, request_id=self.request_id
        )
        puts: list[Put[Any]] = [Put(standing_key(self.member_id), standing)]
        if booking.entries:
            puts.append(Put(key, booking.wallet))
        outcome = Counted(self.counts_id, standing.held)
        return Decision(outcome, tuple(puts), booking.entries, events)
