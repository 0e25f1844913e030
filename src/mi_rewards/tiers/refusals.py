"""What tiers refuse, in order of precedence.

1. `NoBirthdayGift`: the member's tier has none.
2. `NotTheBirthday`: it does, on another day.
"""

from mi_rewards.errors import Refused


class NoBirthdayGift(Refused):
    """The member's tier brings no birthday gift."""

    code = "no_birthday_gift"

    def __init__(self, *, tier: str) -> None:
        super().__init__(
            f"tier {tier!r} has no birthday gift" if tier else "without a tier there is no gift",
            tier=tier,
        )


class NotTheBirthday(Refused):
    """It is not the member's birthday, or none is known."""

    code = "not_the_birthday"
    transient = True

    def __init__(self, *, on: str) -> None:
        super().__init__(f"{on} is not the member's birthday", on=on)
