"""What pricing a device refuses, in order of precedence.

1. `NotInPortfolio`: the price book has no such model, or no longer.
2. `DeviceRejected`: an answer rules the device out, whatever the others are.
3. `AnswersIncomplete`: questions are still to be answered.
4. `PurchaseDayMissing`, `AgeNotEligible`: its age is to be known, and one that is taken.
"""

from collections.abc import Sequence
from typing import Final

from mi_rewards.errors import Refused

AHEAD: Final = -1
"""The months of a device whose age counts from a day to come."""


class NotInPortfolio(Refused):
    """The model is not, or no longer, in the portfolio."""

    code = "not_in_portfolio"

    def __init__(self, *, model_id: str, variant: str) -> None:
        super().__init__(
            f"{model_id!r} ({variant or 'no variant'}) is not in the portfolio",
            model_id=model_id,
            variant=variant,
        )


class DeviceRejected(Refused):
    """An answer rules the device out: it does not power on, or is locked."""

    code = "device_rejected"

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"such a device is not taken: {reason}", reason=reason)


class AnswersIncomplete(Refused):
    """Questions of the price book are not answered."""

    code = "answers_incomplete"

    def __init__(self, *, missing: Sequence[str]) -> None:
        """State what is not answered.

        Args:
            missing: The questions, in their order, or the same as one text.
        """
        names = missing if isinstance(missing, str) else ", ".join(missing)
        super().__init__(f"still to be answered: {names}", missing=names)


class PurchaseDayMissing(Refused):
    """The age counts from the day on which the device was bought, and that is not stated."""

    code = "purchase_day_missing"

    def __init__(self, *, model_id: str) -> None:
        super().__init__(f"the day on which {model_id!r} was bought is wanted", model_id=model_id)


class AgeNotEligible(Refused):
    """The device is too young or too old; or its age counts from a day to come, and is -1."""

    code = "age_not_eligible"

    def __init__(self, *, months: int, from_months: int, through_months: int) -> None:
        its = f"age is {months} months" if months != AHEAD else "months count from a day to come"
        super().__init__(
            f"its {its}, and {from_months} to {through_months} are taken",
            months=months,
            from_months=from_months,
            through_months=through_months,
        )


PRICING_REFUSALS: Final[tuple[type[Refused], ...]] = (
    NotInPortfolio,
    DeviceRejected,
    AnswersIncomplete,
    PurchaseDayMissing,
    AgeNotEligible,
)
"""All of them, in their order."""
