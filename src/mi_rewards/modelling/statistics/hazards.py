"""The discrete hazard: of what is outstanding at an age, what is redeemed at it, and what lapses.

1. Each age is seen in those cohorts that have lived through it; younger ones are censored and
   count at the ages before. So no cohort has to be run out.
2. Redemption and lapse compete: `S[k] = S[k-1] (1 - h[k] - x[k])` is what is left of a token, and
   what is redeemed within the ages seen is the sum of `h[k] S[k-1]` over them. It is the ultimate
   redemption rate once the oldest cohort is run out; before, `projected_rate` goes on.
3. Beyond the ages seen nothing is known. What is assumed there has a name, the *tail*: one hazard
   for each later age, until the last valid day. Hard expiry leaves no tail behind it.

Source:
    The life table: Kaplan and Meier (1958), for competing risks Kalbfleisch and Prentice,
    The Statistical Analysis of Failure Time Data, chapter 8.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.rates import UltimateRate, require_ultimate_rate
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.statistics.estimates import ultimate_rate
from mi_rewards.modelling.statistics.runs import CohortRun
from mi_rewards.modelling.tables import Table

TAIL_AGES: Final = 3
"""How many of the last ages seen make the tail, where it is not given."""


def _counts(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(values)


@attrs.frozen(order=False)
class Hazard:
    """Redemption and lapse by age.

    Attributes:
        by: How long an age is.
        exposed: Tokens outstanding at the start of each age, over the cohorts seen at it.
        redeemed: Those of them redeemed at that age.
        lapsed: Those of them lapsed at it.
        tail: The hazard of redemption at each age beyond those.

    Raises:
        Misuse: The ages differ in number, or the tail is no number from 0 to 1.
    """

    by: PeriodLength
    exposed: tuple[int, ...] = attrs.field(converter=_counts)
    redeemed: tuple[int, ...] = attrs.field(converter=_counts)
    lapsed: tuple[int, ...] = attrs.field(converter=_counts)
    tail: float = 0.0

    def __attrs_post_init__(self) -> None:
        """Check that the ages fit each other."""
        if not len(self.exposed) == len(self.redeemed) == len(self.lapsed):
            raise Misuse("a hazard has as many figures of each kind as it has ages")
        if not 0 <= self.tail <= 1:
            raise Misuse(f"the tail of a hazard is a number from 0 to 1, not {self.tail!r:.60}")

    @classmethod
    def of(
        cls,
        runs: Iterable[CohortRun],
        *,
        by: PeriodLength | str = PeriodLength.MONTH,
        tail: float | None = None,
    ) -> "Hazard":
        """Estimate the hazard from cohorts, of whatever ages.

        Args:
            runs: What happened to the cohorts.
            by: How long an age is.
            tail: The hazard at each later age; that of the last three ages seen, taken together,
                where it is not given.

        Returns:
            The hazard.

        Raises:
            Misuse: There is no such period, or the tail is no number from 0 to 1.
        """
        figures: list[list[int]] = []
        for run in runs:
            left = run.tokens
            for age, (redeemed, lapsed) in enumerate(zip(run.redeemed, run.lapsed, strict=True)):
                if age == len(figures):
                    figures.append([0, 0, 0])
                for place, n in enumerate((left, redeemed, lapsed)):
                    figures[age][place] += n
                left -= redeemed + lapsed
        exposed, used, gone = ([age[place] for age in figures] for place in range(3))
        if tail is None:
            tail = _ratio(sum(used[-TAIL_AGES:]), sum(exposed[-TAIL_AGES:]))
            tail = min(1.0, max(0.0, tail))
        return cls(PeriodLength.named(by, longer_than_day=True), exposed, used, gone, tail)

    def __len__(self) -> int:
        return len(self.exposed)

    def at(self, age: int) -> float:
        """Say what of the tokens outstanding at the start of an age is redeemed at it.

        Args:
            age: In periods; 0 is that of earning.

        Returns:
            The hazard of redemption; beyond the ages seen, the tail.
        """
        return _ratio(self.redeemed[age], self.exposed[age]) if age < len(self) else self.tail

    def lapse_at(self, age: int) -> float:
        """Say what of the tokens outstanding at the start of an age lapses at it.

        Args:
            age: In periods; 0 is that of earning.

        Returns:
            The hazard of lapse; beyond the ages seen, 0.
        """
        return _ratio(self.lapsed[age], self.exposed[age]) if age < len(self) else 0.0

    def chance(self, age: int) -> float:
        """Say how likely a token outstanding at the start of an age is redeemed at it.

        What was reinstated, and then taken back, may leave a hazard below 0 or above 1. It adds up
        to what happened, and is no chance.

        Args:
            age: In periods; 0 is that of earning.

        Returns:
            The hazard of redemption, no less than 0 and no more than 1; 0 where nothing was left.
        """
        if age < len(self) and self.exposed[age] <= 0:
            return 0.0
        return min(1.0, max(0.0, self.at(age)))

    def survival(self) -> tuple[float, ...]:
        """Say what of a token is still outstanding at the end of each age seen.

        Returns:
            Shares of what was issued, by age.
        """
        shares, left = [], 1.0
        for age in range(len(self)):
            left *= 1 - self.at(age) - self.lapse_at(age)
            shares.append(left)
        return tuple(shares)

    def curve(self) -> tuple[float, ...]:
        """Say what of a token has been redeemed by the end of each age seen.

        Returns:
            Shares of what was issued, by age.
        """
        shares, used, left = [], 0.0, 1.0
        for age in range(len(self)):
            used += self.at(age) * left
            left *= 1 - self.at(age) - self.lapse_at(age)
            shares.append(used)
        return tuple(shares)

    @property
    def ultimate(self) -> float:
        """What of a token is redeemed within the ages seen: nothing is added for later ones."""
        return self.curve()[-1] if len(self) else 0.0

    def ultimate_rate(self) -> UltimateRate:
        """Make the share redeemed within the ages seen an exact rate.

        While the oldest cohort is not run out it is too low: take `projected_rate` then.

        Returns:
            The rate, to six decimal digits, half up; the tail is not in it.
        """
        return ultimate_rate(min(1.0, max(0.0, self.ultimate)))

    def reaching(self, a_priori: UltimateRate, *, lifetime: int) -> "Hazard":
        """Choose the tail so that a token which lives so long is redeemed as likely as expected.

        Lapse is left out: whoever projects a cohort goes by its own last valid days.

        Args:
            a_priori: How likely a token is redeemed that lives its whole lifetime, by all that is
                known besides.
            lifetime: How many ages that is, those seen included.

        Returns:
            The same with that tail, from the last age seen to the end of the lifetime; with none
            where the ages seen have reached the rate, or last as long.

        Raises:
            Misuse: The rate is none of what was issued.
        """
        missing = 1 - float(require_ultimate_rate(a_priori).share)
        left = math.prod(1 - self.chance(age) for age in range(len(self)))
        ages = lifetime - len(self)
        if ages <= 0 or left <= missing:
            return attrs.evolve(self, tail=0.0)
        return attrs.evolve(self, tail=1 - (missing / left) ** (1 / ages))

    def table(self) -> Table:
        """State it age by age.

        Returns:
            A row for each age seen: `age`, `exposed`, `redeemed`, `lapsed`, `hazard`, `lapse`,
            `survival`, `curve`.
        """
        ages = range(len(self))
        columns: dict[str, Sequence[Any]] = {
            "age": list(ages),
            "exposed": list(self.exposed),
            "redeemed": list(self.redeemed),
            "lapsed": list(self.lapsed),
            "hazard": [self.at(age) for age in ages],
            "lapse": [self.lapse_at(age) for age in ages],
            "survival": list(self.survival()),
            "curve": list(self.curve()),
        }
        units = dict.fromkeys(("exposed", "redeemed", "lapsed"), "tokens")
        return Table.of("Hazard by age", columns, units | {"age": f"{self.by}s"})


def _ratio(part: int, whole: int) -> float:
    """Divide; nothing of nothing is nothing."""
    return part / whole if whole else 0.0
