"""What one token is worth in money, exactly."""

from fractions import Fraction

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.money import Money, Rounding, divide, exponent_of


@attrs.frozen(order=False)
class TokenValue:
    """What one token is worth, or costs: a fraction of minor units that is not rounded.

    Attributes:
        minor: Minor units for one token, at least 0: `Fraction(10)` where a token is ten paise.
        currency: An active ISO 4217 code.

    Raises:
        Misuse: It is below zero or no fraction, or the currency is unknown.
    """

    minor: Fraction
    currency: str

    def __attrs_post_init__(self) -> None:
        """Check both."""
        if not _is_fraction(self.minor) or self.minor < 0:
            raise Misuse(f"a token's value is a fraction from 0, not {self.minor!r:.60}")
        exponent_of(self.currency)

    @classmethod
    def of(cls, money: Money, *, tokens: int = 1) -> "TokenValue":
        """Say what tokens are worth.

        Args:
            money: What they are worth together.
            tokens: How many, at least 1.

        Returns:
            The value of one, exactly.

        Raises:
            Misuse: *money* is none, or *tokens* is no whole number from 1.
        """
        require_money(money)
        return cls(Fraction(money.minor, whole(tokens, "tokens", least=1)), money.currency)

    def times(self, tokens: int, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Say what a number of tokens is worth.

        Args:
            tokens: Whole tokens, at least 0.
            rounding: What becomes of the part of a minor unit.

        Returns:
            Their value, rounded once.

        Raises:
            Misuse: *tokens* is no whole number from 0, or the result is too large.
        """
        return rounded(self.minor * whole(tokens, "tokens"), self.currency, rounding)


def rounded(minor: Fraction, currency: str, rounding: Rounding) -> Money:
    """Round an exact amount to whole minor units.

    Args:
        minor: Minor units, at least 0.
        currency: Of which currency.
        rounding: What becomes of the part of a minor unit.

    Returns:
        The money.

    Raises:
        Misuse: The amount is below zero or too large, or the rounding is none.
    """
    return Money(divide(minor.numerator, minor.denominator, rounding), currency)


def whole(count: int, what: str, *, least: int = 0) -> int:
    """Check a whole number.

    Args:
        count: The number.
        what: What it counts, for the message.
        least: The least it may be.

    Returns:
        The number.

    Raises:
        Misuse: It is no int, or less.
    """
    if type(count) is not int or count < least:
        raise Misuse(f"{what}: a whole number from {least}, not {count!r:.60}")
    return count


def require_money(money: object) -> None:
    """Object to what is no money.

    Args:
        money: What tokens are worth.

    Raises:
        Misuse: It is no `Money`.
    """
    if not isinstance(money, Money):
        raise Misuse(f"tokens are worth Money, as Money.of('0.10', 'INR') is, not {money!r:.60}")


def require_share(share: object, what: str) -> None:
    """Object to what is no exact share.

    Args:
        share: A fraction from 0 to 1.
        what: What it is a share of, for the message.

    Raises:
        Misuse: It is none.
    """
    if not isinstance(share, Fraction) or not 0 <= share <= 1:
        raise Misuse(f"{what} is a fraction from 0 to 1, not {share!r:.60}")


def _is_fraction(value: object) -> bool:
    """Say whether a value is an exact fraction."""
    return isinstance(value, Fraction)
