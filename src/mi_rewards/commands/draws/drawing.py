"""Drawing: entering a draw, running it.

1. A member has one ticket, whatever is repeated.
2. No ticket slips in beside a result. Each takes a place from one of the draw's counters; who runs
   the draw has counted the tickets, and takes all places that are left. So a ticket that is saved
   meanwhile makes the run lose its race, and one that is saved later loses its own.
"""

from datetime import datetime
from typing import ClassVar, Final

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.commands.command import Decision, MemberCommand
from mi_rewards.commands.draws.command import DrawCommand, drawn_in
from mi_rewards.commands.draws.outcomes import DrawEntered, DrawRun
from mi_rewards.commands.members.barring import check_not_barred
from mi_rewards.errors import Conflict, Corrupt
from mi_rewards.preorders.draw_refusals import DrawStillOpen, SeedMismatch
from mi_rewards.preorders.draws import check_draw_id, commitment, draw
from mi_rewards.preorders.shards import first_shard, shard_name
from mi_rewards.preorders.tickets import Draw, DrawState, Ticket
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import draw_key, draw_owner, member_key, ticket_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import Content, CounterKey, Owned, Take

DRAW_RUN: Final = "draw_run"
"""The topic of the event that tells that a draw was run, and its seed."""

SHARDS: Final = 16
"""How many counters a draw's tickets are counted in, so that entrants seldom meet on one."""

PLACES: Final = 10**12
"""How many places each of them has: more than there are people, and small enough to add up."""

TICKETS_PAGE: Final = 10_000
"""Tickets read at once."""


@attrs.frozen(order=False, kw_only=True, slots=False)
class EnterDraw(MemberCommand):
    """Enter a draw; a member who has a ticket keeps that one.

    Attributes:
        draw_id: The draw.
    """

    draw_id: str

    weighs_limits: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        """Check the names."""
        super().__attrs_post_init__()
        check_draw_id(self.draw_id)

    def needs(self, programme: Programme, /) -> Needs:
        """Name the member, the draw and the ticket.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        member_id = self.member_id
        return Needs(
            (member_key(member_id), draw_key(self.draw_id), ticket_key(self.draw_id, member_id))
        )

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[DrawEntered]:
        """Decide. Who has not joined yet may enter, as they may buy.

        Args:
            loaded: The member, the draw and the ticket.
            programme: The rules.

        Returns:
            Since when the member has a ticket.

        Raises:
            UnknownDraw: No draw of that name was opened.
            MemberMerged: The member goes on as another.
            MemberLeft: The member has left.
            MemberBlocked: The member is blocked.
            DrawNotOpen: Tickets are not given out yet.
            DrawClosed: They are not given out any more, or the draw was run.
        """
        del programme
        found = drawn_in(loaded, self.draw_id)
        key = ticket_key(self.draw_id, self.member_id)
        ticket = loaded.get(key)
        if ticket is not None:
            return Decision(DrawEntered(self.draw_id, ticket.entered_at))
        check_not_barred(loaded, self.member_id)
        refusal = found.refusal_of_entry(self.at)
        if refusal is not None:
            raise refusal
        ticket = Ticket(self.draw_id, self.member_id, self.at)
        place = Take(tickets_counter(self.draw_id, self.member_id), 1, PLACES)
        return Decision(DrawEntered(self.draw_id, self.at), (Put(key, ticket),), takes=(place,))


@attrs.frozen(order=False, kw_only=True, slots=False)
class RunDraw(DrawCommand):
    """Run a draw when it has closed: the seed becomes known, and who won.

    Attributes:
        seed: The seed that was committed to.
    """

    seed: bytes = attrs.field(repr=False)

    weighs_limits: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        """Check the names and the seed."""
        super().__attrs_post_init__()
        commitment(self.seed, self.draw_id)

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The draw and its seed.
        """
        return Content(RunDraw, ("draw_id", "seed"), (self.draw_id, self.seed.hex()))

    def needs(self, programme: Programme, /) -> Needs:
        """Name the draw and the counters of its tickets; the tickets are read after these.

        Args:
            programme: The rules.

        Returns:
            Their keys.
        """
        del programme
        return Needs((draw_key(self.draw_id),), counters=tickets_counters(self.draw_id))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[DrawRun]:
        """Decide.

        Args:
            loaded: The draw, the counters of its tickets, then the tickets page by page.
            programme: The rules.

        Returns:
            How many won; that of before where it was run already.

        Raises:
            UnknownDraw: No draw of that name was opened.
            DrawStillOpen: Tickets are given out until later.
            SeedMismatch: It was committed to another seed.
            NotLoaded: A page of tickets is not loaded.
            Conflict: A ticket was saved meanwhile; it counts when this is tried again.
            Corrupt: There are fewer tickets than were given out.
        """
        del programme
        found = drawn_in(loaded, self.draw_id)
        if self.at < found.closes_at:
            raise DrawStillOpen(draw_id=self.draw_id, closes_at=write_instant(found.closes_at))
        if commitment(self.seed, self.draw_id) != found.commitment:
            raise SeedMismatch(draw_id=self.draw_id)
        if found.state is DrawState.DRAWN:
            return Decision(_outcome(found))
        given_out = _given_out(loaded, self.draw_id)
        entrants = _entrants(loaded, self.draw_id)
        expected = sum(given_out.values())
        if len(entrants) > expected:
            raise Conflict(f"a ticket was given out while draw {self.draw_id!r} was run")
        if len(entrants) < expected:
            raise Corrupt(f"draw {self.draw_id!r} has {len(entrants)} tickets, not {expected}")
        result = draw(
            self.seed,
            self.draw_id,
            entrants,
            winners=found.winner_count,
            reserves=found.reserve_count,
        )
        drawn = found.run(result.proof, at=self.at)
        return Decision(
            _outcome(drawn),
            (Put(draw_key(self.draw_id), drawn),),
            events=(_event(drawn, self.at),),
            takes=tuple([Take(key, PLACES - used, PLACES) for key, used in given_out.items()]),
        )


def tickets_counter(draw_id: str, member_id: str) -> CounterKey:
    """Name the counter from which a member's ticket takes its place.

    Args:
        draw_id: The draw.
        member_id: The member.

    Returns:
        The key, the same on every machine.
    """
    return tickets_counters(draw_id)[first_shard(draw_id, member_id, SHARDS)]


def tickets_counters(draw_id: str) -> tuple[CounterKey, ...]:
    """Name the counters in which a draw's tickets are counted.

    Args:
        draw_id: The draw.

    Returns:
        Their keys.
    """
    scope = draw_owner(draw_id)
    return tuple([CounterKey(scope, f"{shard_name(it)}/tickets") for it in range(SHARDS)])


def _given_out(loaded: Loaded, draw_id: str) -> dict[CounterKey, int]:
    """Tell how many places each counter of a draw has given out."""
    counters = loaded.all_counters(tickets_counters(draw_id))
    return {key: 0 if it is None else it.used for key, it in counters.items()}


def _entrants(loaded: Loaded, draw_id: str) -> list[str]:
    """Read who entered, as the commands before have left it."""
    owner = draw_owner(draw_id)
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        rows = loaded.owned(Owned(Ticket, owner, after, TICKETS_PAGE))
        found += [it.member_id for it in rows]
        after = rows[-1].member_id if len(rows) == TICKETS_PAGE else None
    found += [
        key.name
        for key, ticket in loaded.aggregates.items()
        if key.kind is Ticket and key.member_id == owner and ticket is not None
    ]
    return list(dict.fromkeys(found))


def _outcome(drawn: Draw) -> DrawRun:
    """Tell what came of a draw that was run."""
    entered, drawn_at = drawn.entrant_count, drawn.drawn_at
    assert drawn_at is not None
    winners = min(entered, drawn.winner_count)
    reserves = min(entered - winners, drawn.reserve_count)
    return DrawRun(drawn.draw_id, entered, winners, reserves, drawn_at)


def _event(drawn: Draw, at: datetime) -> OutboxEvent:
    """Tell others what is to be published."""
    outcome = _outcome(drawn)
    figures = (
        ("draw_id", drawn.draw_id),
        ("seed", drawn.seed),
        ("entrants_digest", drawn.entrants_digest),
        ("entrant_count", outcome.entrant_count),
        ("winner_count", outcome.winner_count),
        ("reserve_count", outcome.reserve_count),
    )
    return OutboxEvent(draw_owner(drawn.draw_id), DRAW_RUN, DRAW_RUN, at, figures)
