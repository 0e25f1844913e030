"""What stands around an order: how it was placed, and what follows from it beside its award."""

from datetime import date, datetime
from typing import Final, NamedTuple

from mi_rewards.earning.awards import Earned


class Circumstances(NamedTuple):
    """How an order was placed, as far as rules ask for it.

    Attributes:
        placed_at: The instant (UTC) at which it was placed, `None` where nobody told.
        platform: Such as `"app"` or `"web"`; may be empty.
        payment_mode: Such as `"prepaid"` or `"cash_on_delivery"`; may be empty.
    """

    placed_at: datetime | None = None
    platform: str = ""
    payment_mode: str = ""


class Effects(NamedTuple):
    """What an order brought about beside its award.

    Attributes:
        points: What it earned of status points, `None` where there are none.
        counted: What of it counts toward a tier, in minor units, by the day on which that was
            delivered, earliest first.
    """

    points: Earned | None = None
    counted: tuple[tuple[date, int], ...] = ()


UNTOLD: Final = Circumstances()
"""The circumstances of an order of which nothing is told."""

NO_EFFECTS: Final = Effects()
"""What an order has brought about that earned nothing but its award."""
