"""What quotas refuse, in order of precedence.

1. `UnknownQuota`; of pre-orders then that the member is gone or blocked, `OneDevicePerPreOrder`,
   `NotSoldHere`.
2. With a code: `CodeNotForQuota`. Without: `SaleNotOpen`, what a draw says, `MemberLimitReached`,
   `QuotaExhausted`.
3. Of the quota itself: `QuotaOpened`, `QuotaCommitted`, `QuotaClosed`.
"""

from typing import Final

from mi_rewards.errors import Refused


class UnknownQuota(Refused):
    """No quota of that name is known."""

    code = "unknown_quota"
    transient = True

    def __init__(self, *, quota_id: str) -> None:
        super().__init__(f"there is no quota {quota_id!r}", quota_id=quota_id)


class OneDevicePerPreOrder(Refused):
    """A pre-order is for one device."""

    code = "one_device_per_pre_order"

    def __init__(self, *, units: int) -> None:
        super().__init__(f"a pre-order is for one device, not for {units}", units=units)


class NotSoldHere(Refused):
    """The quota is for another channel, or another region."""

    code = "not_sold_here"

    def __init__(self, *, quota_id: str, channel: str, region: str) -> None:
        super().__init__(
            f"quota {quota_id!r} is not for {channel!r} and {region!r}",
            quota_id=quota_id,
            channel=channel,
            region=region,
        )


class CodeNotForQuota(Refused):
    """The voucher is no F-code for a unit of that quota."""

    code = "code_not_for_quota"

    def __init__(self, *, quota_id: str) -> None:
        super().__init__(f"the code buys no unit of quota {quota_id!r}", quota_id=quota_id)


class SaleNotOpen(Refused):
    """The sale has not begun for the member, or is over."""

    code = "sale_not_open"
    transient = True

    def __init__(self, *, quota_id: str, opens_at: str, closes_at: str) -> None:
        super().__init__(
            f"quota {quota_id!r} is on sale from {opens_at} until {closes_at or 'it is sold out'}",
            quota_id=quota_id,
            opens_at=opens_at,
            closes_at=closes_at,
        )


class MemberLimitReached(Refused):
    """The member has as many units as one member can have."""

    code = "member_limit_reached"
    transient = True

    def __init__(self, *, quota_id: str, limit: int) -> None:
        super().__init__(
            f"a member can have {limit} of quota {quota_id!r}", quota_id=quota_id, limit=limit
        )


class QuotaExhausted(Refused):
    """No unit is free; one may be given back."""

    code = "quota_exhausted"
    transient = True

    def __init__(self, *, quota_id: str, size: int) -> None:
        super().__init__(
            f"quota {quota_id!r} has none of its {size} units left", quota_id=quota_id, size=size
        )


class QuotaOpened(Refused):
    """A quota of that name is there already."""

    code = "quota_opened"

    def __init__(self, *, quota_id: str) -> None:
        super().__init__(f"quota {quota_id!r} is there already", quota_id=quota_id)


class QuotaCommitted(Refused):
    """Fewer units are free than are to be taken out; the others are committed."""

    code = "quota_committed"
    transient = True

    def __init__(self, *, quota_id: str, asked: int, free: int) -> None:
        super().__init__(
            f"quota {quota_id!r} has {free} free units, not {asked}",
            quota_id=quota_id,
            asked=asked,
            free=free,
        )


class QuotaClosed(Refused):
    """The quota is closed, or is not closed yet where only a closed one will do."""

    code = "quota_closed"
    transient = True

    def __init__(self, *, quota_id: str, closes_at: str) -> None:
        super().__init__(
            f"quota {quota_id!r} closes at {closes_at or 'no instant that is known'}",
            quota_id=quota_id,
            closes_at=closes_at,
        )


QUOTA_REFUSALS: Final[tuple[type[Refused], ...]] = (
    UnknownQuota,
    OneDevicePerPreOrder,
    NotSoldHere,
    CodeNotForQuota,
    SaleNotOpen,
    MemberLimitReached,
    QuotaExhausted,
    QuotaOpened,
    QuotaCommitted,
    QuotaClosed,
)
"""All of them, in this order."""
