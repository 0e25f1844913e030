"""What tiers refuse, in words."""

from typing import Any

import pytest

from mi_rewards.tiers import NoBirthdayGift, NotTheBirthday


@pytest.mark.parametrize(
    ("refusal", "message", "transient"),
    [
        (NoBirthdayGift(tier="gold"), "tier 'gold' has no birthday gift", False),
        (NoBirthdayGift(tier=""), "without a tier there is no gift", False),
        (NotTheBirthday(on="2018-02-28"), "2018-02-28 is not the member's birthday", True),
    ],
)
def test_a_refusal_says_what_decided(refusal: Any, message: str, transient: bool) -> None:
    """With its figures, and whether trying later can help."""
    assert str(refusal) == message
    assert refusal.transient is transient
    assert refusal == type(refusal)(**refusal.figures)
