"""What draws refuse, in order of precedence.

1. `UnknownDraw`: there is none of that name.
2. `DrawNotOpen`, `DrawClosed`: entering.
3. `DrawStillOpen`, `SeedMismatch`: running.
4. `DrawNotRun`, `NotDrawn`, `TurnToCome`, `TurnPassed`: buying by right of a draw.
"""

from typing import Final

from mi_rewards.errors import Refused


class UnknownDraw(Refused):
    """No draw of that name was opened; it may be yet, so it can be sent again."""

    code = "unknown_draw"
    transient = True

    def __init__(self, *, draw_id: str) -> None:
        super().__init__(f"no draw {draw_id!r} is known", draw_id=draw_id)


class DrawNotOpen(Refused):
    """Tickets are not given out yet."""

    code = "draw_not_open"
    transient = True

    def __init__(self, *, draw_id: str, opens_at: str) -> None:
        super().__init__(
            f"draw {draw_id!r} gives out tickets from {opens_at} on",
            draw_id=draw_id,
            opens_at=opens_at,
        )


class DrawClosed(Refused):
    """Tickets are not given out any more."""

    code = "draw_closed"

    def __init__(self, *, draw_id: str, closes_at: str) -> None:
        super().__init__(
            f"draw {draw_id!r} gave out tickets before {closes_at}",
            draw_id=draw_id,
            closes_at=closes_at,
        )


class DrawStillOpen(Refused):
    """The draw cannot be run while tickets are given out."""

    code = "draw_still_open"
    transient = True

    def __init__(self, *, draw_id: str, closes_at: str) -> None:
        super().__init__(
            f"draw {draw_id!r} gives out tickets until {closes_at}",
            draw_id=draw_id,
            closes_at=closes_at,
        )


class SeedMismatch(Refused):
    """The seed is not the one that the draw was committed to."""

    code = "seed_mismatch"

    def __init__(self, *, draw_id: str) -> None:
        super().__init__(f"draw {draw_id!r} was committed to another seed", draw_id=draw_id)


class DrawNotRun(Refused):
    """Who won is not known yet."""

    code = "draw_not_run"
    transient = True

    def __init__(self, *, draw_id: str) -> None:
        super().__init__(f"draw {draw_id!r} was not run yet", draw_id=draw_id)


class NotDrawn(Refused):
    """The member is neither a winner nor a reserve, or had no ticket."""

    code = "not_drawn"

    def __init__(self, *, draw_id: str) -> None:
        super().__init__(f"this ticket was not drawn in {draw_id!r}", draw_id=draw_id)


class TurnToCome(Refused):
    """A reserve may buy when the winners' time is over."""

    code = "turn_to_come"
    transient = True

    def __init__(self, *, draw_id: str, from_at: str) -> None:
        super().__init__(
            f"the reserves of draw {draw_id!r} may buy from {from_at} on",
            draw_id=draw_id,
            from_at=from_at,
        )


class TurnPassed(Refused):
    """The time in which a winner or a reserve might buy is over."""

    code = "turn_passed"

    def __init__(self, *, draw_id: str, until: str) -> None:
        super().__init__(
            f"by right of draw {draw_id!r} one might buy until {until}",
            draw_id=draw_id,
            until=until,
        )


DRAW_REFUSALS: Final[tuple[type[Refused], ...]] = (
    UnknownDraw,
    DrawNotOpen,
    DrawClosed,
    DrawStillOpen,
    SeedMismatch,
    DrawNotRun,
    NotDrawn,
    TurnToCome,
    TurnPassed,
)
"""All of them, in this order."""
