"""Runs: what happened to a cohort at each age, as far as it can be seen.

1. An age is how many periods after that of earning. Only complete periods are seen.
2. The basis of a cohort is what was issued, less all that was taken back so far: tokens taken back
   could never be redeemed, whenever it happened.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.cohort_flows import USED
from mi_rewards.modelling.flows import Flow, Flows
from mi_rewards.modelling.periods import PeriodLength


class CohortRun(NamedTuple):
    """What happened to a cohort at each age.

    Attributes:
        origin: The first day of the period in which the tokens were earned.
        segment: The segment; empty for none.
        tokens: Issued, less what was taken back.
        redeemed: Tokens redeemed at each age, net of what was reinstated.
        lapsed: Tokens lapsed at each age; of the same length.
    """

    origin: date
    segment: str
    tokens: int
    redeemed: Sequence[int]
    lapsed: Sequence[int]


def cohort_runs(
    flows: Flows, *, through: date, by: PeriodLength | str = PeriodLength.MONTH
) -> tuple[CohortRun, ...]:
    """Follow each cohort through its complete periods.

    Args:
        flows: The flows, none later than *through*.
        through: The last day that is seen. The period it lies in counts where it is its last.
        by: How long a period is: `month`, `quarter` or `year`.

    Returns:
        The runs, by origin and segment; a cohort without a complete period has none.

    Raises:
        Misuse: There is no such period, or a flow is later than *through*.
    """
    length = PeriodLength.named(by, longer_than_day=True)
    end = date.fromordinal(through.toordinal() + 1)
    running = length.first_day(end)
    bases: dict[tuple[date, str], int] = {}
    moved: dict[tuple[date, str], list[list[int]]] = {}
    for (day, flow, earned_in, segment, _), tokens in flows.sums.items():
        if day > through.toordinal():
            raise Misuse(f"there are flows on {date.fromordinal(day)}, after {through}")
        origin = length.first_day(date.fromordinal(earned_in))
        cohort = origin, segment
        seen = moved.setdefault(cohort, [[0, 0] for _ in range(_ages(length, origin, running))])
        is_used = flow in USED
        if not is_used and flow is not Flow.LAPSED:
            bases[cohort] = bases.get(cohort, 0) + tokens
            continue
        age = length.between(origin, length.first_day(date.fromordinal(day)))
        if age < len(seen):
            seen[age][0 if is_used else 1] -= tokens
    return tuple(
        CohortRun(
            *cohort,
            bases[cohort],
            tuple([redeemed for redeemed, _ in moved[cohort]]),
            tuple([lapsed for _, lapsed in moved[cohort]]),
        )
        for cohort in sorted(moved)
        if moved[cohort]
    )


def _ages(length: PeriodLength, origin: date, running: date) -> int:
    """Count the complete periods of a cohort, where *running* is the first that is not over."""
    return max(0, length.between(origin, running))
