"""Scenarios: a programme, a redemption policy, and what one history came to under both.

1. What a member has of a scenario is stated by a measure. To gain is to have more of it than under
   the base.
2. A cost is a rate: minor units of money for tokens, with the rounding that it names. It is applied
   to whole sums of tokens, once for each figure.
"""

import enum
from collections.abc import Callable
from fractions import Fraction
from typing import Final

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.flows import Flow
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.money import Money, Rate, Rounding, divide
from mi_rewards.programme import Programme

Cost = Rate | Fraction | Money | int
"""What a token costs, as it may be written; see `cost_rate`."""

ALL_OF_IT: Final = Fraction(1)
"""The share of what is outstanding that is taken to be redeemed where none is stated."""


class Measure(enum.StrEnum):
    """What a member has of a programme, in tokens."""

    KEPT = "kept"
    """What was redeemed, is available or held, less what is owed: tokens that were issued, and
    neither lapsed nor were taken back."""

    REDEEMED = "redeemed"
    """What was redeemed, net of what was reinstated."""

    ISSUED = "issued"
    """What was ever issued."""

    OUTSTANDING = "outstanding"
    """What is available or held."""


_PARTS: Final = {
    Measure.KEPT: (("redeemed", 1), ("available", 1), ("held", 1), ("owed", -1)),
    Measure.REDEEMED: (("redeemed", 1),),
    Measure.ISSUED: (("issued", 1),),
    Measure.OUTSTANDING: (("available", 1), ("held", 1)),
}
"""Of what totals a measure is made, each with its sign."""

_ISSUING: Final = frozenset({Flow.OPENED, Flow.EARNED, Flow.TRANSFERRED, Flow.ADJUSTED})


@attrs.frozen(order=False, repr=False)
class Scenario:
    """What a history came to under a programme and a policy.

    Attributes:
        name: What tables call it.
        programme: The rules.
        replayed: What it came to.
        policy: The name of the redemption policy; empty for what the history says.
        orr: The share of what is outstanding that is expected to be redeemed.
    """

    name: str
    programme: Programme
    replayed: Replayed
    policy: str = ""
    orr: Fraction = ALL_OF_IT

    def __attrs_post_init__(self) -> None:
        """Check the share, and that the replay is one of these rules."""
        if type(self.orr) is not Fraction or not 0 <= self.orr <= 1:
            raise Misuse(f"a share of what is outstanding is a Fraction, 0 to 1, not {self.orr!r}")
        if self.replayed.rule_book != self.programme.digest:
            raise Misuse(f"scenario {self.name!r} was replayed under other rules than it has")

    def total(self, measure: Measure) -> int:
        """State what all members have.

        Args:
            measure: Of what.

        Returns:
            Tokens.
        """
        return sum([sign * int(getattr(self.replayed, name)) for name, sign in _PARTS[measure]])

    def by_member(self, measure: Measure) -> dict[str, int]:
        """State what each member has; needs detail.

        Args:
            measure: Of what.

        Returns:
            Tokens by member, by the members' ids.

        Raises:
            Misuse: The replay kept no detail.
        """
        if not self.replayed.detailed:
            raise Misuse("members are not known: compare with detail=True")
        columns = self.replayed.by_member
        sums = [0] * len(columns["member_id"])
        for name, sign in _PARTS[measure]:
            sums = [n + sign * tokens for n, tokens in zip(sums, columns[name], strict=True)]
        return dict(zip(columns["member_id"], sums, strict=True))

    def by_segment(self) -> dict[str, tuple[int, int, int, int, int]]:
        """State what became of the tokens of each segment.

        Returns:
            By segment, by its name: what was issued, taken back, redeemed net of what was
            reinstated, what lapsed, and what is outstanding.
        """
        sums: dict[str, list[int]] = {}
        for (_, flow, _, segment, _), tokens in self.replayed.flows.sums.items():
            figures = sums.setdefault(segment, [0] * 5)
            place = _place(flow)
            figures[place] += -tokens if place else tokens
            figures[4] += tokens
        return {
            segment: (figures[0], figures[1], figures[2], figures[3], figures[4])
            for segment, figures in sorted(sums.items())
        }

    def costs(self, cost: Rate) -> tuple[int, int]:
        """State what the scenario costs.

        Args:
            cost: Minor units for tokens.

        Returns:
            What was redeemed, and what of what is outstanding is expected to be, in minor units;
            each is rounded once, as the rate says.
        """
        outstanding = self.replayed.outstanding * self.orr.numerator * cost.numerator
        later = divide(outstanding, self.orr.denominator * cost.denominator, cost.rounding)
        return cost.of(self.replayed.redeemed), later

    def __repr__(self) -> str:
        return f"<Scenario {self.name!r}: {self.replayed!r}>"


def cost_rate(cost: Cost, currency: str) -> Rate:
    """Read what a token costs.

    Args:
        cost: A rate, minor units for tokens, with its rounding; or what one token costs: whole
            minor units or a `Fraction` of them, which are rounded half to even, or money.
        currency: The programmes' currency.

    Returns:
        The rate.

    Raises:
        Misuse: It is something else, below 0, or money of another currency.
    """
    if type(cost) is Rate:
        return cost
    if type(cost) is Money:
        if cost.currency != currency:
            raise Misuse(f"a token costs {cost}, the programmes are in {currency}")
        return Rate(cost.minor, 1, Rounding.HALF_EVEN)
    if type(cost) is int or type(cost) is Fraction:
        return Rate(cost.numerator, cost.denominator, Rounding.HALF_EVEN)
    raise Misuse(f"a cost per token is a Rate, a Fraction, Money or minor units, not {cost!r:.60}")


def segment_measure(measure: Measure) -> Callable[[tuple[int, int, int, int, int]], int]:
    """Find how a measure is read off the figures of a segment.

    Args:
        measure: The measure; what is owed is of no segment, and is not taken off.

    Returns:
        What answers with tokens, given the figures.
    """
    if measure is Measure.ISSUED:
        return lambda figures: figures[0]
    if measure is Measure.REDEEMED:
        return lambda figures: figures[2]
    if measure is Measure.OUTSTANDING:
        return lambda figures: figures[4]
    return lambda figures: figures[2] + figures[4]


def _place(flow: Flow) -> int:
    """Say which figure of a segment a flow belongs to."""
    if flow in _ISSUING:
        return 0
    if flow is Flow.REVERSED:
        return 1
    return 3 if flow is Flow.LAPSED else 2
