"""Estimates at closes: what was known then, and how it turned out.

1. The estimate of a close goes by the flows through that day, and by nothing later.
2. While few ages have been seen, the tail rests on an ultimate redemption rate expected
   beforehand; with each close less of the estimate does.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.cohort_flows import (
    USED,
    Cohort,
    CohortAtClose,
    cohort_periods,
    outstanding_by_last_day,
)
from mi_rewards.modelling.books.rates import UltimateRate, require_ultimate_rate
from mi_rewards.modelling.flows import Flows
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.statistics.estimates import whole_tokens
from mi_rewards.modelling.statistics.hazards import Hazard
from mi_rewards.modelling.statistics.projections import project
from mi_rewards.modelling.statistics.runs import cohort_runs
from mi_rewards.modelling.tables import Table
from mi_rewards.money import Rounding


@attrs.frozen(order=False)
class EstimatesAtCloses:
    """What each cohort was expected to redeem in all, as each close had it: an `Estimate`.

    Attributes:
        totals: Whole tokens by day of the close, month of earning and segment.
    """

    totals: Mapping[tuple[date, date, str], int]

    def __call__(self, cohort: CohortAtClose) -> int:
        """Answer for a cohort at a close.

        Args:
            cohort: Where it stands.

        Returns:
            Whole tokens that will be redeemed of it in all.

        Raises:
            Misuse: No estimate was made then.
        """
        place = cohort.closing, cohort.earned_in, cohort.segment
        if place not in self.totals:
            raise Misuse(f"no estimate was made on {place[0]} of what was earned in {place[1]}")
        return self.totals[place]


def estimates_at_closes(
    flows: Flows,
    *,
    through: date,
    a_priori: UltimateRate,
    lifetime: int,
    by: PeriodLength | str = PeriodLength.MONTH,
    rounding: Rounding = Rounding.HALF_UP,
) -> EstimatesAtCloses:
    """Estimate at each close, by the hazard seen until then.

    Early closes, when few ages have been seen, rest on *a_priori* more than on anything else: take
    the rate of a programme alike that is run out, or of a pilot, or the one that was budgeted, and
    state it with the figures; `projected_rate` of all that is known now is no such rate, since no
    early close knew it. See what another one changes before it is used.

    Args:
        flows: The flows, none later than *through*.
        through: The day of the last close.
        a_priori: The ultimate redemption rate expected before anything was seen.
        lifetime: How many months a token lives at most.
        by: How far closes are apart: `day`, `month`, `quarter` or `year`.
        rounding: How an estimate becomes whole tokens.

    Returns:
        The estimates, to be given to `deferred_revenue`. Ages are months.

    Raises:
        Misuse: There is no such period, a flow is later than *through*, or the rate is none.
    """
    require_ultimate_rate(a_priori)
    closes: dict[date, list[CohortAtClose]] = {}
    for _, periods in cohort_periods(flows, by, through=through):
        for it in periods:
            closes.setdefault(it.close.closing, []).append(it.close)
    totals = {}
    for closing in sorted(closes):
        known = _known(flows, closing)
        hazard = _hazard(known, closing, a_priori, lifetime)
        left = outstanding_by_last_day(known)
        for at in closes[closing]:
            days = left[Cohort(at.earned_in, at.segment)]
            steps = project(hazard, days, earned_in=at.earned_in, closing=closing, horizon=lifetime)
            to_come = max(0.0, sum(step.redeemed for step in steps))
            place = closing, at.earned_in, at.segment
            totals[place] = at.redeemed + whole_tokens(to_come, rounding)
    return EstimatesAtCloses(totals)


def actual_against_expected(
    flows: Flows,
    *,
    through: date,
    a_priori: UltimateRate,
    lifetime: int,
    by: PeriodLength | str = PeriodLength.MONTH,
    rounding: Rounding = Rounding.HALF_UP,
) -> Table:
    """Set what was redeemed in each period against what the close before it expected.

    Only tokens issued by that close are in either figure.

    Args:
        flows: The flows, none later than *through*.
        through: The day of the last close.
        a_priori: The ultimate redemption rate expected before anything was seen.
        lifetime: How many months a token lives at most.
        by: How long a period is: `month`, `quarter` or `year`.
        rounding: How an estimate becomes whole tokens.

    Returns:
        A row for each complete period after the first: `period`, `expected`, `actual`,
        `difference`, all whole tokens, and `ratio`, actual over expected (`None` where nothing
        was expected).

    Raises:
        Misuse: There is no such period, or the rate is none of what was issued.
    """
    require_ultimate_rate(a_priori)
    length = PeriodLength.named(by, longer_than_day=True)
    rows: list[tuple[Any, ...]] = []
    for period in _complete_after_the_first(flows, length, through):
        closing = date.fromordinal(period.toordinal() - 1)
        known, end = _known(flows, closing), length.next(period)
        hazard = _hazard(known, closing, a_priori, lifetime)
        to_come = sum(
            step.redeemed
            for cohort, left in outstanding_by_last_day(known).items()
            for step in project(
                hazard, left, earned_in=cohort.earned_in, closing=closing, horizon=lifetime
            )
            if step.period < end
        )
        expected = whole_tokens(max(0.0, to_come), rounding)
        actual = _redeemed(flows, closing.toordinal(), end.toordinal())
        ratio = actual / expected if expected else None
        rows.append((period, expected, actual, actual - expected, ratio))
    names = ("period", "expected", "actual", "difference", "ratio")
    units = {"period": "day"} | dict.fromkeys(names[1:4], "tokens")
    return Table.of_rows(f"Redeemed, actual against expected, by {length}", names, rows, units)


def _known(flows: Flows, closing: date) -> Flows:
    """Keep the flows through a day."""
    last = closing.toordinal()
    return flows.where(lambda cell: cell.day <= last)


def _hazard(known: Flows, closing: date, a_priori: UltimateRate, lifetime: int) -> Hazard:
    """Estimate the hazard by what is known at a close; the tail reaches the rate expected."""
    seen = Hazard.of(cohort_runs(known, through=closing))
    return seen.reaching(a_priori, lifetime=lifetime)


def _redeemed(flows: Flows, closing: int, end: int) -> int:
    """Add up what was redeemed after a close and before a day, of what was earned by the close."""
    return -sum(
        tokens
        for (day, flow, earned_in, _, _), tokens in flows.sums.items()
        if flow in USED and closing < day < end and earned_in <= closing
    )


def _complete_after_the_first(flows: Flows, length: PeriodLength, through: date) -> Iterator[date]:
    """Go through the periods that are over, from the one after the first flow's."""
    if flows.sums:
        first = date.fromordinal(min(day for day, *_ in flows.sums))
        for period in length.each(length.next(length.first_day(first)), through):
            if length.next(period).toordinal() <= through.toordinal() + 1:
                yield period
