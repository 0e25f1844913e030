"""The deferred-revenue method: what was allocated to tokens becomes revenue as they are redeemed.

1. What was allocated is not allocated anew when an estimate moves: the estimate changes only how
   fast it becomes revenue.
2. Where breakage is expected, revenue so far is what was allocated, times redeemed so far over
   expected in all. What cannot be redeemed any more is no longer expected.
3. Where it is not, a token that lapses becomes revenue when it does, and not earlier.
4. Where nothing is outstanding any more, all of it has become revenue.
5. A period's revenue is three parts that add up to it. With A allocated, T tokens issued and not
   taken back, R redeemed so far and E expected in all as the last close had it:
   *on redemption* A/T for each token redeemed, as if all of them were to be redeemed;
   *breakage* what A/E for each is beyond that; *change of estimate* the rest.
   While the estimate stands, the last is zero.

Source:
    IFRS 15.B44 to B47; ASC 606-10-55-46 to 55-49.
"""

import enum
from fractions import Fraction

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.rates import require_gone_within
from mi_rewards.modelling.books.values import require_share, rounded, whole
from mi_rewards.money import Money, Rounding, divide


class BreakageBasis(enum.StrEnum):
    """When breakage becomes revenue."""

    EXPECTED = "expected"
    """In proportion to redemptions: whoever runs the programme expects to be entitled to it."""

    REMOTE = "remote"
    """Once redemption is remote: when tokens lapse."""


@attrs.frozen(order=False)
class Deferral:
    """What is deferred for a cohort of tokens, and what of it has become revenue.

    Attributes:
        allocated: What of the price is for the tokens.
        tokens: Issued, less what was taken back.
        expected: How many of them will be redeemed in all, as last estimated.
        redeemed: Redeemed so far.
        lapsed: Lapsed so far.
        recognised: Revenue so far.
        basis: When breakage becomes revenue.
        rounding: What becomes of the part of a minor unit.

    Raises:
        Misuse: More is gone than there was, more is revenue than was allocated, or the basis is
            none.
    """

    allocated: Money
    tokens: int
    expected: int
    redeemed: int = 0
    lapsed: int = 0
    recognised: Money = attrs.field()
    basis: BreakageBasis = BreakageBasis.EXPECTED
    rounding: Rounding = Rounding.HALF_UP

    @recognised.default
    def _nothing(self) -> Money:
        return Money.zero(self.allocated.currency)

    def __attrs_post_init__(self) -> None:
        """Check that the figures fit each other."""
        require_gone_within(self.tokens, redeemed=self.redeemed, lapsed=self.lapsed)
        whole(self.expected, "expected")
        if type(self.basis) is not BreakageBasis:
            raise Misuse(f"a basis is one of BreakageBasis's, not {self.basis!r:.60}")
        if self.recognised > self.allocated:
            raise Misuse(f"{self.recognised} is revenue of the {self.allocated} allocated")

    @property
    def liability(self) -> Money:
        """What is still deferred."""
        return self.allocated - self.recognised

    @property
    def outstanding(self) -> int:
        """Tokens that are available or held."""
        return self.tokens - self.redeemed - self.lapsed

    def recognising(
        self,
        *,
        redeemed_total: int,
        expected_total: int,
        lapsed_total: int | None = None,
        issued: int = 0,
        allocated: Money | None = None,
        taken_back: int = 0,
        reversed_: Money | None = None,
    ) -> "Recognition":
        """Close a period.

        Args:
            redeemed_total: Tokens redeemed so far, net of what was reinstated.
            expected_total: How many will be redeemed in all, by today's estimate. One of more than
                can still be redeemed counts as all of those, one of fewer than were as those.
            lapsed_total: Tokens lapsed so far; as before where it is not given.
            issued: Tokens issued in the period.
            allocated: What of the prices is for those.
            taken_back: Tokens taken back in the period.
            reversed_: What of the allocation goes with those; where it is not given, their share
                of it, rounded as all else.

        Returns:
            What becomes revenue, in its parts, and the deferral afterwards.

        Raises:
            Misuse: A number is below 0, more is gone than there was, tokens are issued without an
                allocation, or more is reversed than was allocated.
        """
        currency, rounding = self.allocated.currency, self.rounding
        if allocated is None and issued:
            raise Misuse("tokens that are issued need what is allocated to them")
        added = allocated or Money.zero(currency)
        together = self.tokens + whole(issued, "issued")
        tokens = together - whole(taken_back, "taken back")
        whole(tokens, "tokens left")
        before = self.allocated + added
        gone = _gone(before, taken_back, together, rounding) if reversed_ is None else reversed_
        lapsed = self.lapsed if lapsed_total is None else lapsed_total
        require_gone_within(tokens, redeemed=redeemed_total, lapsed=lapsed)
        after = attrs.evolve(
            self,
            allocated=before - gone,
            tokens=tokens,
            expected=max(redeemed_total, min(whole(expected_total, "expected"), tokens - lapsed)),
            redeemed=redeemed_total,
            lapsed=lapsed,
            recognised=Money.zero(currency),
        )
        after = attrs.evolve(after, recognised=after._earned())
        on_redemption, breakage = self._parts(after, issued=issued, together=together)
        revenue = after.recognised.minor - self.recognised.minor
        return Recognition(
            before=self,
            after=after,
            additions=added,
            reversals=gone,
            on_redemption=on_redemption,
            breakage=breakage,
            change_of_estimate=revenue - on_redemption - breakage,
        )

    def _earned(self) -> Money:
        """Say what has become revenue by today's figures."""
        if self.basis is BreakageBasis.REMOTE:
            used, of = self.redeemed + self.lapsed, self.tokens
        else:
            used, of = self.redeemed, self.expected
        if used >= of:
            return self.allocated
        return self.allocated.share(used, of, self.rounding)

    def _parts(self, after: "Deferral", *, issued: int, together: int) -> tuple[int, int]:
        """Say what of the revenue is on redemption, and what is breakage as it was expected."""
        on_redemption = after._running(after.redeemed, Fraction(after.tokens))
        on_redemption -= after._running(self.redeemed, Fraction(after.tokens))
        if self.basis is BreakageBasis.REMOTE:
            of, now, then = Fraction(after.tokens), after.lapsed, self.lapsed
        else:
            of, now, then = self._expected_before(after, issued, together), 0, 0
        both = after._running(after.redeemed + now, of) - after._running(self.redeemed + then, of)
        return on_redemption, both - on_redemption if of else 0

    def _expected_before(self, after: "Deferral", issued: int, together: int) -> Fraction:
        """Say what of today's tokens was expected to be redeemed.

        What was issued in the period stands at today's rate; what was taken back takes its share.
        """
        if after.tokens == 0:
            return Fraction(0)
        expected = self.expected + Fraction(after.expected * issued, after.tokens)
        return Fraction(expected * after.tokens, together)

    def _running(self, used: int, of: Fraction) -> int:
        """Say what tokens used come to, in minor units, where so many share what is allocated."""
        if not of:
            return 0
        exact = Fraction(self.allocated.minor * used, of)
        return divide(exact.numerator, exact.denominator, self.rounding)


@attrs.frozen(order=False)
class Recognition:
    """What became of a deferral in a period. Amounts that may be negative are minor units.

    Attributes:
        before: The deferral at the opening.
        after: The deferral at the closing.
        additions: What was allocated to tokens issued in the period.
        reversals: What of the allocation went with tokens taken back.
        on_redemption: Revenue for tokens redeemed, as if all were to be redeemed; minor units.
        breakage: Revenue for tokens expected never to be redeemed, as it was expected at the
            opening, or, on the basis of remoteness, for those that lapsed; minor units.
        change_of_estimate: Revenue, or less of it, since the estimate moved; minor units.
    """

    before: Deferral
    after: Deferral
    additions: Money
    reversals: Money
    on_redemption: int
    breakage: int
    change_of_estimate: int

    @property
    def revenue(self) -> int:
        """The period's revenue in minor units: the sum of its three parts. It may be negative."""
        return self.on_redemption + self.breakage + self.change_of_estimate


def breakage_of_redemption(
    redeemed: Money, *, never_used: Fraction, rounding: Rounding = Rounding.HALF_UP
) -> Money:
    """Say what breakage becomes revenue with a redemption, as for gift cards.

    Args:
        redeemed: What was redeemed.
        never_used: What of everything sold is expected never to be used; from 0, below 1.
        rounding: What becomes of the part of a minor unit.

    Returns:
        The redeemed amount times the part never used over the part used, rounded once.

    Raises:
        Misuse: *never_used* is no such fraction.

    Source:
        IFRS 15.B46; ASC 606-10-55-48.
    """
    require_share(never_used, "what is never used")
    if never_used == 1:
        raise Misuse("where nothing is ever used, no redemption brings breakage with it")
    exact = Fraction(redeemed.minor * never_used, 1 - never_used)
    return rounded(exact, redeemed.currency, rounding)


def _gone(allocated: Money, taken_back: int, together: int, rounding: Rounding) -> Money:
    """Say what of the allocation goes with tokens taken back: their share."""
    if not taken_back:
        return Money.zero(allocated.currency)
    return allocated.share(taken_back, together, rounding)
