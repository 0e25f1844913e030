"""Chance: simulations with draws that are keyed, so that a run is the same wherever it runs.

A draw is a hash of seed, scenario, run and name: it does not depend on what was drawn before it,
nor on which process draws.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date
from statistics import NormalDist
from typing import Final

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.cohort_flows import outstanding_by_last_day
from mi_rewards.modelling.books.values import TokenValue, whole
from mi_rewards.modelling.flows import Flows
from mi_rewards.modelling.statistics.hazards import Hazard
from mi_rewards.modelling.statistics.projections import HORIZON, project
from mi_rewards.modelling.statistics.runs import CohortRun
from mi_rewards.modelling.tables import Table
from mi_rewards.modelling.what_if.draws import keyed_draw

QUANTILES: Final = (0.05, 0.5, 0.95)
"""Which quantiles are stated where it is not said."""

_STANDARD: Final = NormalDist()
_EXACT_MAX: Final = 50
"""Up to how many trials a binomial draw adds them up one by one."""


@attrs.frozen(order=False)
class Draws:
    """The draws of one run.

    Attributes:
        seed: Another seed, other draws.
        scenario: What is simulated; another scenario, other draws.
        run: Which run, from 0.
    """

    seed: int
    scenario: str
    run: int

    def uniform(self, name: str) -> float:
        """Draw a number from 0 to 1, both left out.

        Args:
            name: Names the draw: the same name, the same number.

        Returns:
            The number.

        Raises:
            Misuse: Seed or run is no whole number from 0, below 2**64.
        """
        drawn = keyed_draw(self.seed, self.scenario, name, self.run)
        return (drawn // 2**11 + 0.5) / 2**53

    def normal(self, name: str, mean: float, sigma: float) -> float:
        """Draw from a normal distribution.

        Args:
            name: Names the draw.
            mean: The mean.
            sigma: The standard deviation, at least 0.

        Returns:
            The number.
        """
        return mean + sigma * _STANDARD.inv_cdf(self.uniform(name))

    def binomial(self, name: str, trials: int, share: float) -> int:
        """Draw how many of some trials succeed.

        Args:
            name: Names the draw.
            trials: How many, at least 0.
            share: The likelihood of each, from 0 to 1.

        Returns:
            The number: one trial after the other up to fifty, the rounded normal beyond.

        Raises:
            Misuse: *trials* is no whole number from 0, or the share no number from 0 to 1.
        """
        whole(trials, "trials")
        if not 0 <= share <= 1:
            raise Misuse(f"a share is a number from 0 to 1, not {share!r:.60}")
        if trials <= _EXACT_MAX:
            return sum(self.uniform(f"{name}/{trial}") < share for trial in range(trials))
        sigma = math.sqrt(trials * share * (1 - share))
        return max(0, min(trials, round(self.normal(name, trials * share, sigma))))

    def place(self, name: str, count: int) -> int:
        """Draw one of some places.

        Args:
            name: Names the draw.
            count: How many there are, at least 1.

        Returns:
            A number from 0, below *count*.
        """
        return int(self.uniform(name) * count)


@attrs.frozen(order=False, repr=False)
class Simulated:
    """What a simulation came to.

    Attributes:
        unit: What the outcomes count.
        outcomes: The outcome of each run, the least first.
    """

    unit: str
    outcomes: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of the outcomes."""
        return math.fsum(self.outcomes) / len(self.outcomes)

    def quantile(self, share: float) -> float:
        """Say what a share of the outcomes is at most.

        Args:
            share: From 0 to 1.

        Returns:
            The outcome, between two of them in proportion.

        Raises:
            Misuse: The share is no number from 0 to 1.
        """
        if not 0 <= share <= 1:
            raise Misuse(f"a quantile is of a share from 0 to 1, not of {share!r:.60}")
        place = share * (len(self.outcomes) - 1)
        lower = int(place)
        upper = min(lower + 1, len(self.outcomes) - 1)
        low, high = self.outcomes[lower], self.outcomes[upper]
        return low + (high - low) * (place - lower)

    def table(self, shares: Sequence[float] = QUANTILES) -> Table:
        """State the quantiles and the mean.

        Args:
            shares: Of which shares.

        Returns:
            A row for each share, named as `P5`, and one for the mean: `figure`, `value`.

        Raises:
            Misuse: A share is no number from 0 to 1.
        """
        rows = [(f"P{100 * share:g}", self.quantile(share)) for share in shares]
        rows.append(("mean", self.mean))
        title = f"{len(self.outcomes):,} runs"
        return Table.of_rows(title, ("figure", "value"), rows, {"value": self.unit})

    def __repr__(self) -> str:
        mean = f", mean {self.mean:,.2f} {self.unit}".rstrip() if self.outcomes else ""
        return f"<Simulated: {len(self.outcomes):,} runs{mean}>"


def simulate(
    model: Callable[[Draws], float],
    *,
    runs: int = 1_000,
    seed: int = 0,
    scenario: str = "base",
    unit: str = "",
) -> Simulated:
    """Run a model many times.

    Args:
        model: Answers with an outcome, given the draws of a run.
        runs: How many times, at least 1.
        seed: Another seed, other draws.
        scenario: What is simulated.
        unit: What the outcomes count.

    Returns:
        The outcomes; the same for the same arguments.

    Raises:
        Misuse: *runs* is no whole number from 1, or an outcome is no number.
    """
    each = [model(Draws(seed, scenario, run)) for run in range(whole(runs, "runs", least=1))]
    for outcome in each:
        if outcome != outcome:
            raise Misuse("an outcome that is no number has no place among the others")
    return Simulated(unit, tuple(sorted(each)))


def simulate_liability(
    flows: Flows,
    runs_seen: Sequence[CohortRun],
    *,
    through: date,
    cost: TokenValue,
    cost_sigma: float = 0.0,
    tail: float | None = None,
    horizon: int = HORIZON,
    runs: int = 1_000,
    seed: int = 0,
    scenario: str = "base",
) -> Simulated:
    """Simulate what outstanding tokens will cost, by drawing cohorts anew (bootstrap).

    In each run as many cohorts are drawn from those seen, with repetition; the hazard is estimated
    from them, what is outstanding is projected by it, and the cost per token is drawn.

    Args:
        flows: The flows, none later than *through*: what is outstanding.
        runs_seen: The cohorts seen, as `cohort_runs` answers with by month; at least one.
        through: The day of the close.
        cost: The expected cost per token.
        cost_sigma: Its standard deviation as a share of it.
        tail: The hazard beyond the ages seen, as for `Hazard.of`.
        horizon: For how many months tokens that never lapse are followed.
        runs: How many times.
        seed: Another seed, other draws.
        scenario: What is simulated.

    Returns:
        The liability of each run, in minor units.

    Raises:
        Misuse: No cohort is seen, or *runs* is no whole number from 1.
    """
    if not runs_seen:
        raise Misuse("a liability is simulated from the cohorts seen, and there are none")
    left = outstanding_by_last_day(flows)
    per_token = float(cost.minor)

    def once(draws: Draws) -> float:
        places = [draws.place(f"cohort/{n}", len(runs_seen)) for n in range(len(runs_seen))]
        hazard = Hazard.of([runs_seen[place] for place in places], tail=tail)
        to_come = sum(
            step.redeemed
            for cohort, days in left.items()
            for step in project(
                hazard, days, earned_in=cohort.earned_in, closing=through, horizon=horizon
            )
        )
        worth = max(0.0, draws.normal("cost", per_token, cost_sigma * per_token))
        return max(0.0, to_come) * worth

    unit = f"{cost.currency} minor units"
    return simulate(once, runs=runs, seed=seed, scenario=scenario, unit=unit)
