"""The terms of a membership, and until when a purchase can be claimed."""

from typing import Any

import pytest

from mi_rewards.calendar import read_day
from mi_rewards.earning import USUAL_MEMBERSHIP, MembershipTerms, OnLeaving
from mi_rewards.earning.membership import CLAIM_DAYS_MAX
from mi_rewards.errors import Misuse


def test_the_usual_membership() -> None:
    """Who leaves forfeits, and can come back; claims have no limit; who is blocked earns."""
    assert MembershipTerms() == USUAL_MEMBERSHIP
    assert (
        MembershipTerms(OnLeaving.FORFEIT, rejoins=True, claim_within_days=None, blocked_earn=True)
        == USUAL_MEMBERSHIP
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"on_leaving": "forfeit"}, "on_leaving is one of OnLeaving's, not 'forfeit'"),
        ({"rejoins": 1}, "rejoins is True or False, not 1"),
        ({"blocked_earn": None}, "blocked_earn is True or False, not None"),
        ({"claim_within_days": True}, "claim_within_days are a whole number, 0 to 3650, not True"),
        ({"claim_within_days": -1}, "claim_within_days are a whole number, 0 to 3650, not -1"),
        ({"claim_within_days": 3651}, "claim_within_days are a whole number, 0 to 3650, not 3651"),
    ],
)
def test_terms_that_cannot_be_are_a_misuse(changed: dict[str, Any], message: str) -> None:
    """Each part is what it says."""
    with pytest.raises(Misuse) as fault:
        MembershipTerms(**changed)
    assert str(fault.value) == message


@pytest.mark.parametrize("days", [0, CLAIM_DAYS_MAX])
def test_claims_may_be_limited_to_the_day_and_to_ten_years(days: int) -> None:
    """Both ends are allowed."""
    assert MembershipTerms(claim_within_days=days).claim_within_days == days


@pytest.mark.parametrize(
    ("days", "on", "expected"),
    [
        (None, "2099-01-01", True),
        (0, "2018-01-10", True),
        (0, "2018-01-11", False),
        (30, "2018-02-08", True),
        (30, "2018-02-09", True),
        (30, "2018-02-10", False),
        (30, "2018-01-09", True),
    ],
)
def test_a_purchase_can_be_claimed_for_so_many_days(
    days: int | None, on: str, expected: bool
) -> None:
    """Counted from the day of its delivery: just below, at, and just above."""
    terms = MembershipTerms(claim_within_days=days)
    assert terms.can_be_claimed(read_day("2018-01-10"), on=read_day(on)) is expected
