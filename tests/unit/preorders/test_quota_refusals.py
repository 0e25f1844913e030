"""What quotas refuse, in words."""

from typing import Any

import pytest

from mi_rewards.preorders import (
    CodeNotForQuota,
    MemberLimitReached,
    NotSoldHere,
    OneDevicePerPreOrder,
    QuotaClosed,
    QuotaCommitted,
    QuotaExhausted,
    QuotaOpened,
    SaleNotOpen,
    UnknownQuota,
)

OPENS, CLOSES = "2017-03-31T06:30:00Z", "2017-03-31T18:30:00Z"


@pytest.mark.parametrize(
    ("refusal", "message", "transient"),
    [
        (UnknownQuota(quota_id="q"), "there is no quota 'q'", True),
        (OneDevicePerPreOrder(units=2), "a pre-order is for one device, not for 2", False),
        (
            NotSoldHere(quota_id="q", channel="bigc", region="IN"),
            "quota 'q' is not for 'bigc' and 'IN'",
            False,
        ),
        (CodeNotForQuota(quota_id="q"), "the code buys no unit of quota 'q'", False),
        (
            SaleNotOpen(quota_id="q", opens_at=OPENS, closes_at=CLOSES),
            f"quota 'q' is on sale from {OPENS} until {CLOSES}",
            True,
        ),
        (
            SaleNotOpen(quota_id="q", opens_at=OPENS, closes_at=""),
            f"quota 'q' is on sale from {OPENS} until it is sold out",
            True,
        ),
        (MemberLimitReached(quota_id="q", limit=1), "a member can have 1 of quota 'q'", True),
        (QuotaExhausted(quota_id="q", size=5), "quota 'q' has none of its 5 units left", True),
        (QuotaOpened(quota_id="q"), "quota 'q' is there already", False),
        (
            QuotaCommitted(quota_id="q", asked=3, free=2),
            "quota 'q' has 2 free units, not 3",
            True,
        ),
        (QuotaClosed(quota_id="q", closes_at=CLOSES), f"quota 'q' closes at {CLOSES}", True),
        (
            QuotaClosed(quota_id="q", closes_at=""),
            "quota 'q' closes at no instant that is known",
            True,
        ),
    ],
)
def test_a_refusal_says_what_decided(refusal: Any, message: str, transient: bool) -> None:
    """With its figures, and whether trying later can help."""
    assert str(refusal) == message
    assert refusal.transient is transient
    assert refusal == type(refusal)(**refusal.figures)
