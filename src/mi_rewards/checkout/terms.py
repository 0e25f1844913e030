"""The terms of a checkout: part payment with tokens, what earns, and how long a quote is valid."""

from datetime import datetime, timedelta
from typing import Final

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Rate

MINUTES_MAX: Final = 527_040
"""The longest that a quote or a payment can be waited for: 366 days."""


@attrs.frozen(order=False)
class PartPayment:
    """How tokens pay a part of an order.

    Attributes:
        worth: What tokens are worth, minor units of the programme's currency for tokens.
        least: The fewest tokens that can be asked for; their share may bring what is charged below.
        share: The most that tokens pay of what is payable after coupons and exchange value, minor
            units of minor units; `None` for all of it.

    Raises:
        Misuse: One of them is not what it must be.

    Source:
        Mi Points UK, 20 % of an order until 16 June 2025, then 5 %:
        https://www.mi.com/uk/support/terms/uk-mi-points-change
    """

    worth: Rate
    least: int = 1
    share: Rate | None = None

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        if type(self.worth) is not Rate or self.worth.numerator == 0:
            raise Misuse(f"tokens are worth a Rate above zero, not {self.worth!r:.60}")
        if type(self.least) is not int or not 1 <= self.least <= TOKENS_MAX:
            raise Misuse(f"the fewest tokens are a whole number from 1, not {self.least!r:.60}")
        if self.share is not None and type(self.share) is not Rate:
            raise Misuse(f"a share is a Rate, not {self.share!r:.60}")
        if self.share is not None and self.share.numerator > self.share.denominator:
            raise Misuse("a share is at most the whole")


@attrs.frozen(order=False)
class CheckoutTerms:
    """What holds for every cart.

    Attributes:
        part_payment: How tokens pay a part of an order; `None` where they do not.
        earns_on_coupons: Whether what coupons took off earns as if it had been paid.
        earns_on_exchange: Whether what was paid with the value of an old device earns.
        earns_on_tokens: Whether what was paid with tokens earns.
        quote_minutes: How long a quote is valid.
        payment_minutes: How long a payment is waited for, with tokens held and vouchers attached.

    Raises:
        Misuse: One of them is not what it must be.
    """

    part_payment: PartPayment | None = None
    earns_on_coupons: bool = False
    earns_on_exchange: bool = True
    earns_on_tokens: bool = False
    quote_minutes: int = 15
    payment_minutes: int = 30

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        if self.part_payment is not None and type(self.part_payment) is not PartPayment:
            raise Misuse(f"part payment is a PartPayment, not {self.part_payment!r:.60}")
        for name in ("earns_on_coupons", "earns_on_exchange", "earns_on_tokens"):
            if type(getattr(self, name)) is not bool:
                raise Misuse(f"{name} is True or False, not {getattr(self, name)!r:.60}")
        for name in ("quote_minutes", "payment_minutes"):
            minutes = getattr(self, name)
            if type(minutes) is not int or not 1 <= minutes <= MINUTES_MAX:
                raise Misuse(f"{name} are a whole number, 1 to {MINUTES_MAX}, not {minutes!r:.60}")

    def valid_until(self, at: datetime) -> datetime:
        """Reckon when a quote is no longer valid.

        Args:
            at: The instant (UTC) at which it is made.

        Returns:
            The instant (UTC).

        Raises:
            Misuse: It would be past the year 9999.
        """
        return _later(at, self.quote_minutes)

    def payable_until(self, at: datetime) -> datetime:
        """Reckon when a payment is no longer waited for.

        Args:
            at: The instant (UTC) at which the order is placed, or the payment tried again.

        Returns:
            The instant (UTC).

        Raises:
            Misuse: It would be past the year 9999.
        """
        return _later(at, self.payment_minutes)


USUAL: Final = CheckoutTerms()
"""The terms of a checkout of which a rule book says nothing."""


def _later(at: datetime, minutes: int) -> datetime:
    """Reckon an instant so many minutes later, or object."""
    try:
        return at + timedelta(minutes=minutes)
    except OverflowError:
        raise Misuse(
            f"{minutes} minutes from {write_instant(at)} is outside the years 1 to 9999"
        ) from None
