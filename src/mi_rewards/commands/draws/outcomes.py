"""What commands on draws answer: small values that a receipt keeps."""

from datetime import datetime
from typing import NamedTuple


class DrawOpened(NamedTuple):
    """A draw is announced.

    Attributes:
        draw_id: The draw.
        commitment: What is to be published now.
        opens_at: The first instant (UTC) at which tickets are given out.
        closes_at: The first instant (UTC) at which they no longer are.
    """

    draw_id: str
    commitment: str
    opens_at: datetime
    closes_at: datetime


class DrawEntered(NamedTuple):
    """A member has a ticket.

    Attributes:
        draw_id: The draw.
        entered_at: When (UTC) the member entered, by this request or an earlier one.
    """

    draw_id: str
    entered_at: datetime


class DrawRun(NamedTuple):
    """A draw was run; the draw itself has its proof.

    Attributes:
        draw_id: The draw.
        entrant_count: How many entered.
        winner_count: How many won.
        reserve_count: How many are reserves.
        drawn_at: When (UTC).
    """

    draw_id: str
    entrant_count: int
    winner_count: int
    reserve_count: int
    drawn_at: datetime
