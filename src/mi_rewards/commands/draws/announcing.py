"""Announcing a draw, before tickets are given out.

A draw is opened with the commitment alone; who opens it need not have the seed.
"""

from datetime import datetime
from typing import Final

import attrs

from mi_rewards.calendar import utc, write_instant
from mi_rewards.commands.command import Decision
from mi_rewards.commands.draws.command import DrawCommand
from mi_rewards.commands.draws.outcomes import DrawOpened
from mi_rewards.errors import Misuse
from mi_rewards.preorders.draws import check_counts, is_digits
from mi_rewards.preorders.tickets import Draw
from mi_rewards.programme import Programme
from mi_rewards.repositories.exchange import Loaded, Needs, Put
from mi_rewards.repositories.keys import draw_key
from mi_rewards.repositories.messages import OutboxEvent
from mi_rewards.repositories.records import Content

DRAW_OPENED: Final = "draw_opened"
"""The topic of the event that tells the commitment."""

_NOT_CONTENT: Final = frozenset({"request_id", "at"})


@attrs.frozen(order=False, kw_only=True, slots=False)
class OpenDraw(DrawCommand):
    """Announce a draw, before tickets are given out.

    Attributes:
        commitment: What `mi_rewards.preorders.commitment` makes of the seed and the draw's id.
        opens_at: The first instant at which tickets are given out.
        closes_at: The first instant at which they no longer are, and from which it can be run.
        winners_until: The first instant at which winners may no longer buy, and reserves may.
        winner_count: How many win.
        reserve_count: How many come next; 0 for none.
        reserves_until: The first instant at which reserves no longer may; `None` for that of the
            winners, where there are none.
    """

    commitment: str
    opens_at: datetime = attrs.field(converter=utc)
    closes_at: datetime = attrs.field(converter=utc)
    winners_until: datetime = attrs.field(converter=utc)
    winner_count: int
    reserve_count: int = 0
    reserves_until: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(utc)
    )

    def __attrs_post_init__(self) -> None:
        """Check the names, the commitment, the counts and the order of the instants."""
        super().__attrs_post_init__()
        if not is_digits(self.commitment):
            raise Misuse("a commitment is 64 small hexadecimal digits")
        check_counts(self.winner_count, self.reserve_count)
        if not self.opens_at < self.closes_at < self.winners_until:
            raise Misuse("a draw opens before it closes, and winners may buy after that")
        if (self.reserves_until is None) is not (self.reserve_count == 0):
            raise Misuse("where there are reserves they have a time, and only there")
        if self.reserves_until is not None and self.reserves_until <= self.winners_until:
            raise Misuse("the reserves' time ends after the winners'")

    def content(self) -> Content:
        """Answer with what makes this request the same as another.

        Returns:
            The draw as it is announced.
        """
        names = tuple([it.name for it in attrs.fields(OpenDraw) if it.name not in _NOT_CONTENT])
        return Content(OpenDraw, names, tuple([getattr(self, name) for name in names]))

    def needs(self, programme: Programme, /) -> Needs:
        """Name the draw.

        Args:
            programme: The rules.

        Returns:
            Its key.
        """
        del programme
        return Needs((draw_key(self.draw_id),))

    def decide(self, loaded: Loaded, programme: Programme, /) -> Decision[DrawOpened]:
        """Decide.

        Args:
            loaded: The draw, which must not be there.
            programme: The rules.

        Returns:
            What is to be published.

        Raises:
            Misuse: A draw of that name was opened before, and what was committed to stands; or
                tickets would be given out before the commitment is published.
        """
        del programme
        key = draw_key(self.draw_id)
        if loaded.get(key) is not None:
            raise Misuse(f"draw {self.draw_id!r} was opened before")
        if self.at > self.opens_at:
            raise Misuse("a draw is announced before tickets are given out")
        opened = Draw(
            self.draw_id,
            self.commitment,
            self.opens_at,
            self.closes_at,
            self.winner_count,
            self.reserve_count,
            self.winners_until,
            self.reserves_until or self.winners_until,
        )
        figures = (
            ("draw_id", self.draw_id),
            ("commitment", self.commitment),
            ("opens_at", write_instant(self.opens_at)),
            ("closes_at", write_instant(self.closes_at)),
            ("winner_count", self.winner_count),
            ("reserve_count", self.reserve_count),
        )
        event = OutboxEvent(self.scope, DRAW_OPENED, DRAW_OPENED, self.at, figures)
        outcome = DrawOpened(self.draw_id, self.commitment, self.opens_at, self.closes_at)
        return Decision(outcome, (Put(key, opened),), events=(event,))
