"""How an estimate becomes exact: a float in, a whole number or an exact rate out."""

import math
from fractions import Fraction
from typing import Final

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.rates import OutstandingRate, UltimateRate
from mi_rewards.money import Rounding, divide

DIGITS: Final = 6
"""To how many decimal digits a rate is rounded where it is not said."""


def whole_tokens(estimate: float, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Round an estimate to whole tokens.

    Args:
        estimate: Tokens, at least 0.
        rounding: What becomes of the part of a token.

    Returns:
        Whole tokens.

    Raises:
        Misuse: The estimate is below 0 or no number.
    """
    if not (math.isfinite(estimate) and estimate >= 0):
        raise Misuse(f"an estimate of tokens is a number from 0, not {estimate!r:.60}")
    exact = Fraction(estimate)
    return divide(exact.numerator, exact.denominator, rounding)


def ultimate_rate(estimate: float, *, digits: int = DIGITS) -> UltimateRate:
    """Make an estimate an exact rate of what was issued.

    Args:
        estimate: From 0 to 1.
        digits: To how many decimal digits it is rounded, half up.

    Returns:
        The rate.

    Raises:
        Misuse: The estimate is no number from 0 to 1, or *digits* is none from 0.
    """
    return UltimateRate(_share(estimate, digits))


def outstanding_rate(estimate: float, *, digits: int = DIGITS) -> OutstandingRate:
    """Make an estimate an exact rate of what is outstanding.

    Args:
        estimate: From 0 to 1.
        digits: To how many decimal digits it is rounded, half up.

    Returns:
        The rate.

    Raises:
        Misuse: The estimate is no number from 0 to 1, or *digits* is none from 0.
    """
    return OutstandingRate(_share(estimate, digits))


def _share(estimate: float, digits: int) -> Fraction:
    """Round a share half up to some decimal digits."""
    if type(digits) is not int or digits < 0:
        raise Misuse(f"digits are a whole number from 0, not {digits!r:.60}")
    if not (math.isfinite(estimate) and 0 <= estimate <= 1):
        raise Misuse(f"a rate is a number from 0 to 1, not {estimate!r:.60}")
    scale: int = 10**digits
    exact = Fraction(estimate) * scale
    return Fraction(divide(exact.numerator, exact.denominator, Rounding.HALF_UP), scale)
