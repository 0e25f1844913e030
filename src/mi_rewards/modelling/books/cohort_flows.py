"""What happened to each cohort, period by period, and where each stands.

1. A cohort is the month in which tokens were earned, and a segment.
2. What is issued and what is taken back are the two sides of its *basis*: tokens opened, earned,
   adjusted or transferred count where they come in, and as taken back where they go out.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from mi_rewards.errors import Misuse
from mi_rewards.modelling.flows import Flow, Flows
from mi_rewards.modelling.periods import PeriodLength

USED: Final = frozenset({Flow.REDEEMED, Flow.REINSTATED})
"""What is redeemed, net of what was reinstated."""


class Cohort(NamedTuple):
    """Tokens earned in one month and segment.

    Attributes:
        earned_in: The month's first day.
        segment: The segment; empty for none.
    """

    earned_in: date
    segment: str


class CohortAtClose(NamedTuple):
    """Where a cohort stands at a close: what an estimate may go by.

    Attributes:
        closing: The last day of the period.
        earned_in: The first day of the month in which the tokens were earned.
        segment: The segment; empty for none.
        tokens: Issued, less what was taken back.
        redeemed: Redeemed so far, net of what was reinstated.
        lapsed: Lapsed so far.
    """

    closing: date
    earned_in: date
    segment: str
    tokens: int
    redeemed: int
    lapsed: int

    @property
    def outstanding(self) -> int:
        """Tokens that are available or held."""
        return self.tokens - self.redeemed - self.lapsed


class CohortPeriod(NamedTuple):
    """What happened to a cohort in a period.

    Attributes:
        period: The period's first day.
        issued: Tokens that came in.
        taken_back: Tokens that were taken back, or went out.
        close: Where the cohort stands at the end.
    """

    period: date
    issued: int
    taken_back: int
    close: CohortAtClose


def cohort_periods(
    flows: Flows, by: PeriodLength | str, *, through: date
) -> Iterator[tuple[Cohort, list[CohortPeriod]]]:
    """Go through the cohorts.

    Args:
        flows: The flows, none later than *through*.
        by: How long a period is.
        through: A day of the last period: the day of its close.

    Yields:
        Each cohort, by its month and segment, with its periods from its first flow on.

    Raises:
        Misuse: There is no such period, or a flow is later than *through*.
    """
    length = PeriodLength.named(by)
    moved: dict[Cohort, dict[date, dict[Flow, int]]] = {}
    last = through.toordinal()
    for (day, flow, earned_in, segment, _), tokens in flows.sums.items():
        if day > last:
            raise Misuse(f"there are flows on {date.fromordinal(day)}, after {through}")
        cohort = Cohort(date.fromordinal(earned_in), segment)
        periods = moved.setdefault(cohort, {})
        period = length.first_day(date.fromordinal(day))
        periods.setdefault(period, defaultdict(int))[flow] += tokens
    for cohort in sorted(moved):
        yield cohort, list(_each(cohort, moved[cohort], length, through))


def outstanding_by_last_day(flows: Flows) -> dict[Cohort, dict[int, int]]:
    """State what is outstanding of each cohort by its last valid day.

    Args:
        flows: The flows through a day.

    Returns:
        Tokens, available or held, by cohort and the ordinal of the last valid day; no zeros.
    """
    left: dict[Cohort, dict[int, int]] = {}
    for (_, _, earned_in, segment, last_day), tokens in flows.sums.items():
        days = left.setdefault(Cohort(date.fromordinal(earned_in), segment), {})
        days[last_day] = days.get(last_day, 0) + tokens
    return {
        cohort: {day: n for day, n in sorted(left[cohort].items()) if n} for cohort in sorted(left)
    }


def _each(
    cohort: Cohort, moved: dict[date, dict[Flow, int]], length: PeriodLength, through: date
) -> Iterator[CohortPeriod]:
    """Go through the periods of a cohort, from its first flow on."""
    tokens = redeemed = lapsed = 0
    for period in length.each(min(moved), through):
        issued = taken_back = 0
        for flow, amount in moved.get(period, {}).items():
            if flow in USED:
                redeemed -= amount
            elif flow is Flow.LAPSED:
                lapsed -= amount
            else:
                issued += max(amount, 0)
                taken_back -= min(amount, 0)
        tokens += issued - taken_back
        end = date.fromordinal(length.next(period).toordinal() - 1)
        close = CohortAtClose(min(end, through), *cohort, tokens, redeemed, lapsed)
        yield CohortPeriod(period, issued, taken_back, close)
