"""What is kept of a draw: the draw itself, and the ticket of each who entered.

1. The life of a draw is a table, `DRAW_LIFE`. Its seed is kept once it was run, never before.
2. Winners may buy from the draw on until a deadline; the reserves then, until theirs, while units
   last; nobody else may.
3. Whoever has a ticket is told their result from it alone, however many entered.
"""

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Misuse, Refused
from mi_rewards.preorders.draw_refusals import (
    DrawClosed,
    DrawNotOpen,
    DrawNotRun,
    NotDrawn,
    TurnPassed,
    TurnToCome,
)
from mi_rewards.preorders.draws import Proof, ticket_number


class DrawState(enum.StrEnum):
    """Where a draw is in its life."""

    OPEN = "open"
    """It was announced; tickets are given out in its time."""
    DRAWN = "drawn"
    """Who won is known, and so is the seed."""


class DrawEvent(enum.StrEnum):
    """What can happen to a draw."""

    RUN = "run"


DRAW_LIFE: Mapping[DrawState, Mapping[DrawEvent, DrawState]] = {
    DrawState.OPEN: {DrawEvent.RUN: DrawState.DRAWN},
    DrawState.DRAWN: {},
}
"""What may happen when."""


class Place(enum.StrEnum):
    """What a ticket came to."""

    WINNER = "winner"
    RESERVE = "reserve"
    NOT_DRAWN = "not_drawn"


class Ticket(NamedTuple):
    """That a member entered a draw; one for each.

    Attributes:
        draw_id: The draw.
        member_id: The member.
        entered_at: When (UTC).
        version: How many times it was stored.
    """

    draw_id: str
    member_id: str
    entered_at: datetime
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing of a ticket."""
        return

    def stored(self) -> "Ticket":
        """The same ticket, stored once more.

        Returns:
            The ticket with its version raised by one.
        """
        return self._replace(version=self.version + 1)


class Draw(NamedTuple):
    """A draw: announced with its commitment, run with its seed.

    Attributes:
        draw_id: The draw.
        commitment: What was published of the seed.
        opens_at: The first instant (UTC) at which tickets are given out.
        closes_at: The first instant (UTC) at which they no longer are.
        winner_count: How many win.
        reserve_count: How many come next.
        winners_until: The first instant (UTC) at which winners may no longer buy, and reserves may.
        reserves_until: The first instant (UTC) at which reserves no longer may; that of the winners
            where there are none.
        state: Where it is in its life.
        seed: The seed in hexadecimal digits, once it was run; empty before.
        entrants_digest: The digest of who entered, once it was run; empty before.
        entrant_count: How many they were.
        last_winner: The number of the last winner's ticket, `None` where nobody won (yet).
        last_reserve: The number of the last reserve's ticket, `None` where there is none (yet).
        drawn_at: When (UTC) it was run, `None` before.
        version: How many times it was stored.
    """

    draw_id: str
    commitment: str
    opens_at: datetime
    closes_at: datetime
    winner_count: int
    reserve_count: int
    winners_until: datetime
    reserves_until: datetime
    state: DrawState = DrawState.OPEN
    seed: str = ""
    entrants_digest: str = ""
    entrant_count: int = 0
    last_winner: int | None = None
    last_reserve: int | None = None
    drawn_at: datetime | None = None
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing of a draw: it is run by who knows the seed."""
        return

    @property
    def proof(self) -> Proof:
        """What shows that it was run as it was committed to.

        Raises:
            Misuse: It was not run yet.
        """
        if self.drawn_at is None:
            raise Misuse(f"draw {self.draw_id!r} was not run yet")
        return Proof(
            self.draw_id,
            self.commitment,
            self.seed,
            self.entrants_digest,
            self.entrant_count,
            self.winner_count,
            self.reserve_count,
            self.last_winner,
            self.last_reserve,
        )

    def stored(self) -> "Draw":
        """The same draw, stored once more.

        Returns:
            The draw with its version raised by one.
        """
        return self._replace(version=self.version + 1)

    def refusal_of_entry(self, at: datetime) -> Refused | None:
        """Tell what stands against a ticket.

        Args:
            at: The instant (UTC) at which somebody would enter.

        Returns:
            The refusal, `None` where tickets are given out.
        """
        if at < self.opens_at:
            return DrawNotOpen(draw_id=self.draw_id, opens_at=write_instant(self.opens_at))
        if at >= self.closes_at or self.state is DrawState.DRAWN:
            return DrawClosed(draw_id=self.draw_id, closes_at=write_instant(self.closes_at))
        return None

    def run(self, proof: Proof, *, at: datetime) -> "Draw":
        """Take in what came of it.

        Args:
            proof: Of this draw: its id, its commitment and its counts.
            at: The instant (UTC).

        Returns:
            The draw, drawn.
        """
        return self._replace(
            state=DRAW_LIFE[self.state][DrawEvent.RUN],
            seed=proof.seed,
            entrants_digest=proof.entrants_digest,
            entrant_count=proof.entrant_count,
            last_winner=proof.last_winner,
            last_reserve=proof.last_reserve,
            drawn_at=at,
        )

    def place_of(self, ticket: Ticket | None) -> Place:
        """Tell what a ticket came to. O(1).

        Args:
            ticket: A ticket of this draw; `None` of who has none, and so was not drawn.

        Returns:
            Whether it won, is a reserve, or was not drawn.

        Raises:
            Misuse: The draw was not run yet, or the ticket is another draw's.
        """
        if ticket is not None and ticket.draw_id != self.draw_id:
            raise Misuse(f"a ticket of {ticket.draw_id!r} says nothing in {self.draw_id!r}")
        if self.drawn_at is None:
            raise Misuse(f"draw {self.draw_id!r} was not run yet")
        if ticket is None:
            return Place.NOT_DRAWN
        number = ticket_number(bytes.fromhex(self.seed), self.draw_id, ticket.member_id)
        if self.last_winner is not None and number <= self.last_winner:
            return Place.WINNER
        if self.last_reserve is not None and number <= self.last_reserve:
            return Place.RESERVE
        return Place.NOT_DRAWN

    def right_of(self, ticket: Ticket | None, at: datetime) -> Refused | None:
        """Tell what stands against buying by right of this draw.

        Args:
            ticket: The member's ticket, `None` where the member has none.
            at: The instant (UTC).

        Returns:
            The refusal, `None` where the member may buy then, while units last.

        Raises:
            Misuse: The ticket is another draw's.
        """
        draw_id = self.draw_id
        if self.drawn_at is None or at < self.drawn_at:
            return DrawNotRun(draw_id=draw_id)
        place = self.place_of(ticket)
        if place is Place.NOT_DRAWN:
            return NotDrawn(draw_id=draw_id)
        until = self.winners_until
        if place is Place.RESERVE:
            if at < until:
                return TurnToCome(draw_id=draw_id, from_at=write_instant(until))
            until = self.reserves_until
        return None if at < until else TurnPassed(draw_id=draw_id, until=write_instant(until))
