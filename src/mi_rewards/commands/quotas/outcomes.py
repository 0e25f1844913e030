"""What commands on quotas answer."""

from datetime import datetime
from typing import Any, NamedTuple


class QuotaSet(NamedTuple):
    """A quota as it is from now on.

    Attributes:
        quota_id: The quota.
        size: All of its units.
        shards: How many shards members are spread over.
        for_codes: How many of its units are set aside for codes.
    """

    quota_id: str
    size: int
    shards: int
    for_codes: int


class QuotaReviewed(NamedTuple):
    """What the calendar and the crowd have made of a quota.

    Attributes:
        quota_id: The quota.
        noticed: Whether its opening is told now.
        exhausted: Whether it was seen now, for the first time since it grew, to have nothing left.
        closed: Whether its end is booked now.
    """

    quota_id: str
    noticed: bool
    exhausted: bool
    closed: bool


class UnitsCarried(NamedTuple):
    """Units that go from one quota to another.

    Attributes:
        quota_id: Where they come from.
        to_quota_id: Where they go.
        units: How many.
    """

    quota_id: str
    to_quota_id: str
    units: int


class PreOrdered(NamedTuple):
    """A pre-order that was placed.

    Attributes:
        order_id: Names it within the member.
        quota_id: The quota that its unit is of.
        shard: The shard that the unit came from; `"codes"` where an F-code bought it.
        pay_until: The instant (UTC) until which it is to be paid for.
        due_minor: What is to be paid by then, in minor units.
        is_last: Whether it was the last unit, as far as could be seen.
    """

    order_id: str
    quota_id: str
    shard: str
    pay_until: datetime
    due_minor: int
    is_last: bool


QUOTA_OUTCOMES: tuple[type[Any], ...] = (PreOrdered, QuotaReviewed, QuotaSet, UnitsCarried)
"""All of them, as receipts name them."""
