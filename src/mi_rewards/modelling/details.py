"""What a replay states one by one: balances, refused rows, changes of tier, burns of a policy."""

from datetime import datetime
from typing import NamedTuple

MEMBER_COLUMNS = (
    "member_id",
    "tier",
    "issued",
    "redeemed",
    "lapsed",
    "clawed_back",
    "owed",
    "available",
    "held",
    "promised",
)
"""What `Replayed.by_member` states of each member."""

COUNTS = (
    "issued",
    "promised",
    "available",
    "held",
    "redeemed",
    "lapsed",
    "clawed_back",
    "owed",
)
"""The totals in tokens, by name."""


class Snapshot(NamedTuple):
    """What a member, or all of them, had at an instant.

    Attributes:
        at: The instant (UTC).
        member_id: The member; empty for all of them.
        issued: Tokens ever issued by then.
        promised: Tokens that orders will earn.
        available: Tokens that can be spent.
        held: Tokens set aside.
        redeemed: Tokens spent, less what was reinstated.
        lapsed: Tokens past their last valid day.
        clawed_back: Tokens taken back after returns.
        owed: Tokens still to be taken back.
    """

    at: datetime
    member_id: str
    issued: int
    promised: int
    available: int
    held: int
    redeemed: int
    lapsed: int
    clawed_back: int
    owed: int


class RefusedRow(NamedTuple):
    """A row that the rules said no to.

    Attributes:
        row: Its number, from 1.
        member_id: Whose it is.
        code: The refusal's code.
    """

    row: int
    member_id: str
    code: str


class TierMove(NamedTuple):
    """A change of tier.

    Attributes:
        member_id: Whose.
        on: The day, in the programme's zone, as an ordinal.
        from_tier: The tier before; empty for none.
        to_tier: The tier from then on.
        because: Why, as the standing says.
    """

    member_id: str
    on: int
    from_tier: str
    to_tier: str
    because: str


class PolicyBurn(NamedTuple):
    """What a redemption policy spent.

    Attributes:
        member_id: Whose tokens.
        at_us: When, in microseconds since 1970 (UTC).
        tokens: How many.
    """

    member_id: str
    at_us: int
    tokens: int
