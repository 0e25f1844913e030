"""Policies that spend on the first of each month, by the age or the end of what is outstanding.

1. On its days such a policy is asked before anything else happens on them. So nothing that was
   earned in the month is there yet, and what lapsed is gone.
2. It is also asked after rows, as every policy is, and then spends nothing.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.what_if.draws import (
    as_share,
    check_scenario,
    check_seed,
    draws_of,
    share_of,
)
from mi_rewards.modelling.what_if.policies import Asked, check_tokens


def _firsts_of_months(first: int, last: int) -> Iterator[int]:
    """Name the first days of months from one day through another."""
    begins = date.fromordinal(first)
    months = begins.year * 12 + begins.month - 1 + (begins.day > 1)
    while months < 10_000 * 12:
        day = date(months // 12, months % 12 + 1, 1).toordinal()
        if day > last:
            return
        yield day
        months += 1


def _fractions(rates: Iterable[int | tuple[int, int] | Fraction]) -> tuple[tuple[int, int], ...]:
    """Read rates as pairs."""
    return tuple([share_of(rate) for rate in rates])


@attrs.frozen(order=False)
class BeforeLapse:
    """What would lapse soon is spent, on the first of each month: "use it or lose it".

    Attributes:
        within_days: So many days from the first of the month, that day among them; 31 for all that
            lapses in it.
        minimum: The least that is spent, at least 1.

    Raises:
        Misuse: One of them is no whole number from 1.
    """

    within_days: int = 31
    minimum: int = 1

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        check_tokens("a number of days", self.within_days)
        check_tokens("a minimum", self.minimum)

    @property
    def name(self) -> str:
        """What tables and pictures call it."""
        least = "" if self.minimum == 1 else f" from {self.minimum}"
        return f"what lapses within {self.within_days} days{least}"

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name the first day of each month.

        Args:
            first: The first day in question.
            last: The last one.

        Returns:
            The ordinals.
        """
        return _firsts_of_months(first, last)

    def redeems(self, asked: Asked, /) -> int:
        """Spend what would lapse, on the first of a month.

        Args:
            asked: For whom, when, and of what.

        Returns:
            The tokens whose last day is near; 0 where they are fewer than the minimum.
        """
        if asked.brought:
            return 0
        end = asked.day + self.within_days
        tokens = sum([tokens for last_day, _, tokens in asked.layers if last_day < end])
        return tokens if tokens >= self.minimum else 0


@attrs.frozen(order=False)
class HazardByAge:
    """On the first of each month a share of what is outstanding is spent, by the age of tokens.

    The age of tokens is counted in months from that in which they were earned; so on the first day
    on which they can be spent so they are of age 1. What is spent is the sum of the shares. It is
    made whole by a draw: down or up, with the chances that make it exact in the mean. How many are
    spent follows the ages; which ones they are follows the order of spending.

    Attributes:
        rates: The share of age 1, of age 2, and so on, each per million, as a numerator and its
            denominator, or as a `Fraction`; the last one goes on for ever.
        seed: The seed of its draws, 0 to 2**64 - 1.
        scenario: The name under which it draws. Programmes that are compared have the same draws
            where this is the same.
        name: What tables and pictures call it.

    Raises:
        Misuse: There is no rate, one is not from 0 to 1, or seed or scenario cannot be.
    """

    rates: tuple[tuple[int, int], ...] = attrs.field(converter=_fractions)
    seed: int = 0
    scenario: str = ""
    name: str = "hazard by age"
    _shares: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)
    _whole: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the figures, and bring the rates to one denominator."""
        if not self.rates:
            raise Misuse("a hazard by age has at least one rate")
        check_seed(self.seed)
        check_scenario(self.scenario)
        whole = math.lcm(*[denominator for _, denominator in self.rates])
        shares = tuple([n * (whole // denominator) for n, denominator in self.rates])
        object.__setattr__(self, "_whole", whole)
        object.__setattr__(self, "_shares", shares)

    def draws(self, member_id: str) -> Callable[[], int]:
        """Find the source of a member's draws.

        Args:
            member_id: The member.

        Returns:
            What draws the member's numbers, one after the other.
        """
        return draws_of(self.seed, self.scenario, member_id)

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name the first day of each month.

        Args:
            first: The first day in question.
            last: The last one.

        Returns:
            The ordinals.
        """
        return _firsts_of_months(first, last)

    def redeems(self, asked: Asked, /) -> int:
        """Spend the shares of what is outstanding, on the first of a month.

        Args:
            asked: For whom, when, and of what.

        Returns:
            The whole tokens, drawn where a part of one is left.
        """
        if asked.brought:
            return 0
        day = date.fromordinal(asked.day)
        month = day.year * 12 + day.month
        oldest = len(self._shares)
        parts = 0
        for _, earned_in, tokens in asked.layers:
            earned = date.fromordinal(earned_in)
            age = month - earned.year * 12 - earned.month
            if age > 0:
                parts += tokens * self._shares[min(age, oldest) - 1]
        tokens, rest = divmod(parts, self._whole)
        return tokens + as_share(asked.draw(), rest, self._whole)
