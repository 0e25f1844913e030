"""What commands on wallets answer: small values that a receipt keeps."""

from datetime import datetime
from typing import NamedTuple


class HoldPlaced(NamedTuple):
    """Tokens were set aside.

    Attributes:
        hold_id: The hold, named as the request.
        tokens: How many.
        until: The deadline (UTC).
    """

    hold_id: str
    tokens: int
    until: datetime


class Burned(NamedTuple):
    """Tokens were spent.

    Attributes:
        burn_id: Names the burn, to be given to `Reinstate`.
        tokens: How many.
        released: How many the rest of a hold gave back.
    """

    burn_id: str
    tokens: int
    released: int = 0


class Released(NamedTuple):
    """A hold was given back.

    Attributes:
        hold_id: The hold.
        tokens: How many it had.
    """

    hold_id: str
    tokens: int


class Reinstated(NamedTuple):
    """Tokens of a burn were given back.

    Attributes:
        burn_id: The burn.
        tokens: How many.
        left: How many of the burn are not given back.
    """

    burn_id: str
    tokens: int
    left: int


class Transferred(NamedTuple):
    """One side of a transfer was booked.

    Attributes:
        transfer_id: The transfer.
        tokens: How many; 0 where the taker declined.
        declined: The code for which the taker declined; empty where not.
    """

    transfer_id: str
    tokens: int
    declined: str = ""


class Adjusted(NamedTuple):
    """Tokens were added or taken off by hand.

    Attributes:
        tokens: How many; negative where they were taken off.
    """

    tokens: int


class Lapsed(NamedTuple):
    """What the calendar had made due was booked.

    Attributes:
        tokens: How many tokens lapsed.
        entries: How many entries that took.
    """

    tokens: int
    entries: int
