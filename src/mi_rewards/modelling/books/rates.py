"""The two redemption rates, which are never taken for each other.

1. The ultimate redemption rate (URR) is of what was *issued*: what will ever be redeemed of it.
2. The outstanding redemption rate (ORR) is of what is *outstanding*: what is still to be redeemed
   of it. Early redeemers are gone by then, so that it is another number.
3. To apply the first to the second's tokens is the classic error. They are two types; each knows
   only its own tokens, and is refused where the other belongs.
4. Both are exact fractions from 0 to 1.
"""

from fractions import Fraction
from typing import Final

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.values import require_share, whole
from mi_rewards.money import Rounding, divide

_HALF_UP: Final = Rounding.HALF_UP


@attrs.frozen(order=False)
class UltimateRate:
    """Ultimate redemption rate: what of the tokens issued, less those taken back, is ever redeemed.

    Attributes:
        share: An exact fraction from 0 to 1.

    Raises:
        Misuse: It is no such fraction.
    """

    share: Fraction

    def __attrs_post_init__(self) -> None:
        """Check the share."""
        require_share(self.share, "an ultimate redemption rate")

    @property
    def breakage(self) -> Fraction:
        """The expected breakage rate: what of those tokens is never redeemed."""
        return 1 - self.share

    def expected_total(
        self, tokens: int, *, redeemed: int = 0, lapsed: int = 0, rounding: Rounding = _HALF_UP
    ) -> int:
        """Say how many tokens of a cohort will be redeemed in all.

        Args:
            tokens: Issued, less what was taken back.
            redeemed: Those of them redeemed so far; the answer is no less.
            lapsed: Those lapsed so far; the answer leaves them out.
            rounding: What becomes of the part of a token.

        Returns:
            Whole tokens.

        Raises:
            Misuse: A number is below 0, or more are gone than there were.
        """
        require_gone_within(tokens, redeemed=redeemed, lapsed=lapsed)
        total = self.share * tokens
        expected = divide(total.numerator, total.denominator, rounding)
        return max(redeemed, min(expected, tokens - lapsed))

    def outstanding_rate(self, *, tokens: int, redeemed: int, lapsed: int = 0) -> "OutstandingRate":
        """Work out the rate of what is still outstanding.

        Args:
            tokens: Issued, less what was taken back.
            redeemed: Those of them redeemed so far.
            lapsed: Those lapsed so far.

        Returns:
            What is still to be redeemed, over what is outstanding, exactly; 0 where nothing is
            outstanding, and never below 0 or above 1.

        Raises:
            Misuse: A number is below 0, or more are gone than there were.

        Example:
            >>> from fractions import Fraction
            >>> urr = UltimateRate(Fraction(95, 100))
            >>> urr.outstanding_rate(tokens=10_000, redeemed=4_500).share
            Fraction(10, 11)
        """
        require_gone_within(tokens, redeemed=redeemed, lapsed=lapsed)
        outstanding = tokens - redeemed - lapsed
        if outstanding == 0:
            return OutstandingRate(Fraction(0))
        to_come = Fraction(self.share * tokens - redeemed, outstanding)
        return OutstandingRate(max(Fraction(0), min(Fraction(1), to_come)))


@attrs.frozen(order=False)
class OutstandingRate:
    """Outstanding redemption rate: what of the outstanding tokens is still to be redeemed.

    Attributes:
        share: An exact fraction from 0 to 1.

    Raises:
        Misuse: It is no such fraction.
    """

    share: Fraction

    def __attrs_post_init__(self) -> None:
        """Check the share."""
        require_share(self.share, "a redemption rate of what is outstanding")

    def expected_remaining(self, outstanding: int, *, rounding: Rounding = _HALF_UP) -> int:
        """Say how many outstanding tokens are still to be redeemed.

        Args:
            outstanding: Tokens outstanding, held ones included.
            rounding: What becomes of the part of a token.

        Returns:
            Whole tokens.

        Raises:
            Misuse: *outstanding* is no whole number from 0.
        """
        remaining = self.share * whole(outstanding, "outstanding tokens")
        return divide(remaining.numerator, remaining.denominator, rounding)

    def ultimate_rate(self, *, tokens: int, redeemed: int, lapsed: int = 0) -> UltimateRate:
        """Work out the rate of what was issued.

        Args:
            tokens: Issued, less what was taken back; at least 1.
            redeemed: Those of them redeemed so far.
            lapsed: Those lapsed so far.

        Returns:
            Redeemed so far and still to come, over the tokens, exactly.

        Raises:
            Misuse: A number is below 0, or more are gone than there were, or there were none.
        """
        require_gone_within(tokens, redeemed=redeemed, lapsed=lapsed)
        whole(tokens, "tokens", least=1)
        total = redeemed + self.share * (tokens - redeemed - lapsed)
        return UltimateRate(Fraction(total, tokens))


def require_outstanding_rate(rate: object) -> OutstandingRate:
    """Refuse the classic error.

    Args:
        rate: The rate that is to be applied to outstanding tokens.

    Returns:
        The rate.

    Raises:
        Misuse: It is an ultimate rate, or none.
    """
    if isinstance(rate, OutstandingRate):
        return rate
    if isinstance(rate, UltimateRate):
        raise Misuse(
            "an ultimate redemption rate is of what was issued, not of what is outstanding; "
            "ask it for its outstanding_rate"
        )
    raise Misuse(f"an OutstandingRate is needed, not {rate!r:.60}")


def require_ultimate_rate(rate: object) -> UltimateRate:
    """Refuse the classic error the other way round.

    Args:
        rate: The rate that is to be applied to issued tokens.

    Returns:
        The rate.

    Raises:
        Misuse: It is a rate of what is outstanding, or none.
    """
    if isinstance(rate, UltimateRate):
        return rate
    if isinstance(rate, OutstandingRate):
        raise Misuse(
            "a redemption rate of what is outstanding is not of what was issued; "
            "ask it for its ultimate_rate"
        )
    raise Misuse(f"an UltimateRate is needed, not {rate!r:.60}")


def require_gone_within(tokens: int, *, redeemed: int, lapsed: int) -> None:
    """Check that no more is gone than there was.

    Args:
        tokens: Issued, less what was taken back.
        redeemed: Redeemed so far.
        lapsed: Lapsed so far.

    Raises:
        Misuse: A number is below 0 or not whole, or more are gone than there were.
    """
    whole(tokens, "tokens")
    if whole(redeemed, "redeemed") + whole(lapsed, "lapsed") > tokens:
        raise Misuse(f"{redeemed} redeemed and {lapsed} lapsed are more than the {tokens} issued")
