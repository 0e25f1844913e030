"""What commands refuse beside what wallets and purchases do, in order of precedence.

1. `UnknownBurn`: what the command is about is not there.
2. `HoldTooLong`, `TooManyHolds`: the programme's limits on holds.
"""

from mi_rewards.errors import Refused


class UnknownBurn(Refused):
    """No burn of that name is known."""

    code = "unknown_burn"
    transient = True

    def __init__(self, *, burn_id: str) -> None:
        super().__init__(f"no burn {burn_id!r} is known", burn_id=burn_id)


class HoldTooLong(Refused):
    """The hold's deadline is further away than the programme allows."""

    code = "hold_too_long"

    def __init__(self, *, until: str, hours_max: int) -> None:
        super().__init__(
            f"a hold lasts at most {hours_max} hours, not until {until}",
            until=until,
            hours_max=hours_max,
        )


class TooManyHolds(Refused):
    """As many holds are open as the programme allows."""

    code = "too_many_holds"
    transient = True

    def __init__(self, *, open_count: int, open_max: int) -> None:
        super().__init__(
            f"{open_count} holds are open, at most {open_max} may be",
            open_count=open_count,
            open_max=open_max,
        )
