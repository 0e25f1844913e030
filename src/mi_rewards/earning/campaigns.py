"""Campaigns: what orders earn beside the base rate, when, and how much of it there is.

1. A campaign has one effect. Multipliers, bonus rates and bonuses add to what the base rate gives;
   none multiplies another, so that their order cannot matter.
2. Campaigns without a group apply together; of a group exactly one applies. Base rates are a group
   of their own, `BASE_RATES`, in which the programme's own rate stands too.
3. Caps and budgets: `None` or none at all is no limit, 0 is nothing. What an order takes of them at
   its first award is not given back when it is returned.
"""

from datetime import date
from typing import Final, TypeAlias

import attrs

from mi_rewards.earning.campaign_limits import Bound, Budget, Cap, CapPer
from mi_rewards.earning.conditions import Conditions
from mi_rewards.earning.terms import EarnRate
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet.buckets import whole_tokens

BASE_RATES: Final = "base_rates"
"""The group of all campaigns that put a rate in place of the base rate."""


@attrs.frozen(order=False)
class BaseRate:
    """Another rate for the whole order, in place of the programme's own.

    Where the best of `BASE_RATES` applies, the programme's own rate is among them, so that nobody
    earns less; where the one of highest priority applies, it does so whatever it gives.

    Attributes:
        rate: The rate.
    """

    rate: EarnRate

    def __attrs_post_init__(self) -> None:
        """Check the rate."""
        _check_rate(self.rate)


@attrs.frozen(order=False)
class Multiplier:
    """So many times what the programme's own rate gives for the lines that match.

    What it adds is its part beyond 1: two multipliers of 2 make three times as much, not four.

    Attributes:
        numerator: A whole number, more than *denominator*: 3 for one and a half times ...
        denominator: ... and 2, a whole number from 1.
    """

    numerator: int
    denominator: int

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        whole_tokens(self.numerator)
        whole_tokens(self.denominator)
        if self.numerator <= self.denominator:
            raise Misuse(
                f"a multiplier is more than 1, not {self.numerator} / {self.denominator}:"
                " a lower rate is a base rate"
            )


@attrs.frozen(order=False)
class Bonus:
    """So many tokens, once for the order.

    Attributes:
        tokens: How many.
    """

    tokens: int

    def __attrs_post_init__(self) -> None:
        """Check the number."""
        whole_tokens(self.tokens)


@attrs.frozen(order=False)
class BonusRate:
    """Another rate for the lines that match, beside the programme's own.

    Attributes:
        rate: The rate.
    """

    rate: EarnRate

    def __attrs_post_init__(self) -> None:
        """Check the rate."""
        _check_rate(self.rate)


Effect: TypeAlias = BaseRate | Multiplier | Bonus | BonusRate
"""What a campaign does."""


@attrs.frozen(order=False)
class Campaign:
    """Something that orders earn beside the base rate.

    Attributes:
        campaign_id: Names it for ever: in recipes, reasons and counters.
        title: The name that members see.
        effect: What it does.
        when: When it applies, and to which lines.
        caps: The most that it gives, each over something else.
        budget: The most that it gives at all, `None` for no limit.
        group: Campaigns of one group of which exactly one applies; empty for none.
        priority: What is compared where the one of highest priority applies.
    """

    campaign_id: str
    title: str
    effect: Effect
    when: Conditions = attrs.field(factory=Conditions)
    caps: tuple[Cap, ...] = ()
    budget: Budget | None = None
    group: str = ""
    priority: int = 0

    def __attrs_post_init__(self) -> None:
        """Check the parts, each for itself and against the others."""
        for what, text in (("id", self.campaign_id), ("title", self.title)):
            if type(text) is not str or not text:
                raise Misuse(f"a campaign's {what} is a text, not {text!r:.60}")
        if type(self.effect) not in {BaseRate, Multiplier, Bonus, BonusRate}:
            raise Misuse(f"a campaign's effect is none: {self.effect!r:.60}")
        if type(self.when) is not Conditions:
            raise Misuse(f"a campaign's conditions are Conditions, not {self.when!r:.60}")
        if type(self.caps) is not tuple or not all(type(it) is Cap for it in self.caps):
            raise Misuse(f"a campaign's caps are a tuple of Cap, not {self.caps!r:.60}")
        if len({(it.per, it.period) for it in self.caps}) < len(self.caps):
            raise Misuse("two caps count over the same")
        if self.budget is not None and type(self.budget) is not Budget:
            raise Misuse(f"a campaign's budget is a Budget, not {self.budget!r:.60}")
        if type(self.group) is not str or type(self.priority) is not int:
            raise Misuse("a campaign's group is a text, and its priority a whole number")
        if abs(self.priority) > TOKENS_MAX:
            raise Misuse("a priority is from -(2**63 - 1) to 2**63 - 1")
        self._check_group()

    def _check_group(self) -> None:
        """Object to a base rate of some lines, or in another group than base rates are in."""
        if type(self.effect) is BaseRate:
            if self.when.selects_lines:
                raise Misuse(
                    "a base rate is for the whole order; some lines have a multiplier or a bonus"
                    " rate"
                )
            if self.group:
                raise Misuse(f"a base rate is in the group {BASE_RATES!r}, not {self.group!r}")
        elif self.group == BASE_RATES:
            raise Misuse(f"only base rates are in the group {BASE_RATES!r}")

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies of all its amounts."""
        found = [self.when.min_amount]
        if isinstance(self.effect, BaseRate | BonusRate):
            found.append(self.effect.rate.per)
        if self.budget is not None:
            found.append(self.budget.money)
        return frozenset([money.currency for money in found if money is not None])

    @property
    def order_max(self) -> int | None:
        """The most that it gives for one order, `None` for no limit."""
        return next((it.tokens for it in self.caps if it.per is CapPer.ORDER), None)

    def limits(self, member_id: str, day: date) -> tuple[Bound, ...]:
        """Name the counters that bound what it gives over several orders.

        Args:
            member_id: The member who orders.
            day: The day of the order, in the programme's zone.

        Returns:
            Caps in their order, then the budget.
        """
        own = f"campaign/{self.campaign_id}"
        limits: list[Bound] = []
        for cap in self.caps:
            stretch = cap.period.stretch(day)
            if cap.per is CapPer.MEMBER:
                limits.append(Bound(member_id, f"{own}/{stretch}", cap.tokens))
            elif cap.per is CapPer.PROGRAMME:
                limits.append(Bound(own, stretch, cap.tokens))
        if self.budget is not None:
            budget = self.budget
            limits.append(Bound(own, budget.unit, budget.limit, budget.cost))
        return tuple(limits)


def _check_rate(rate: EarnRate) -> None:
    """Object to what is no rate."""
    if type(rate) is not EarnRate:
        raise Misuse(f"a rate is an EarnRate, not {rate!r:.60}")
