"""Cohorts: what became of the tokens that were earned in a period and a segment."""

from collections import defaultdict
from datetime import date
from typing import Final

from mi_rewards.modelling.flows import Flow, Flows
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.tables import Table

_ISSUED: Final = frozenset({Flow.OPENED, Flow.EARNED, Flow.TRANSFERRED, Flow.ADJUSTED})
_USED: Final = frozenset({Flow.REDEEMED, Flow.REINSTATED})

_Cohort = tuple[date, str]


def cohorts(flows: Flows, by: PeriodLength | str) -> Table:
    """State what became of the tokens of each cohort.

    Args:
        flows: The flows.
        by: How long the period of earning is: `month`, `quarter` or `year`.

    Returns:
        A row for each period and segment: `issued` (transfers and adjustments included, both
        ways), `reversed`, `redeemed` net of what was reinstated, `lapsed`, and `outstanding`:
        issued less the others.

    Raises:
        Misuse: There is no such period, or it is a day.
    """
    length = PeriodLength.named(by, longer_than_day=True)
    figures: defaultdict[_Cohort, list[int]] = defaultdict(lambda: [0] * 5)
    for (_, flow, earned_in, segment, _), tokens in flows.sums.items():
        figure = figures[length.first_day(date.fromordinal(earned_in)), segment]
        figure[_place(flow)] += tokens if flow in _ISSUED else -tokens
        figure[4] += tokens
    names = ("earned_in", "segment", "issued", "reversed", "redeemed", "lapsed", "outstanding")
    rows = [(*cohort, *figures[cohort]) for cohort in sorted(figures)]
    units = {"earned_in": "day"} | dict.fromkeys(names[2:], "tokens")
    return Table.of_rows(f"Tokens by {length} of earning", names, rows, units)


def redemptions(flows: Flows, by: PeriodLength | str, *, through: date) -> Table:
    """State redemptions by cohort and period, long, as triangles are made of.

    Where *through* is not the last day of a period, the youngest of each cohort is unfinished.

    Args:
        flows: The flows, none later than *through*.
        by: How long periods are: `month`, `quarter` or `year`.
        through: A day of the last period.

    Returns:
        A row for each `origin`, `segment` and `development`, zeros included: `age` in periods,
        `issued` less what was taken back of the whole cohort, and `value`: what was redeemed in
        that period, net of what was reinstated.

    Raises:
        Misuse: There is no such period, or it is a day.
    """
    length = PeriodLength.named(by, longer_than_day=True)
    issued: defaultdict[_Cohort, int] = defaultdict(int)
    used: defaultdict[tuple[_Cohort, date], int] = defaultdict(int)
    for (day, flow, earned_in, segment, _), tokens in flows.sums.items():
        cohort = (length.first_day(date.fromordinal(earned_in)), segment)
        if flow in _USED:
            used[cohort, length.first_day(date.fromordinal(day))] -= tokens
        issued[cohort] += tokens if flow in _ISSUED or flow is Flow.REVERSED else 0
    rows = [
        (origin, segment, period, age, issued[origin, segment], used[(origin, segment), period])
        for origin, segment in sorted(issued)
        for age, period in enumerate(length.each(origin, through))
    ]
    names = ("origin", "segment", "development", "age", "issued", "value")
    units = {"age": f"{length}s", "issued": "tokens", "value": "tokens"}
    units |= {"origin": "day", "development": "day"}
    return Table.of_rows(f"Tokens redeemed by {length} of earning", names, rows, units)


def ageing(flows: Flows, *, on: date) -> Table:
    """State what is outstanding by its age.

    Args:
        flows: The flows, none later than *on*.
        on: The day.

    Returns:
        A row for each whole number of months from that of earning to that of *on*.
    """
    month = PeriodLength.MONTH
    this_month = month.first_day(on)
    ages: defaultdict[int, int] = defaultdict(int)
    for (_, _, earned_in, _, _), tokens in flows.sums.items():
        ages[month.between(date.fromordinal(earned_in), this_month)] += tokens
    rows = [(age, ages[age]) for age in sorted(ages) if ages[age]]
    units = {"age": "months", "tokens": "tokens"}
    return Table.of_rows(f"Outstanding on {on} by age", ("age", "tokens"), rows, units)


def _place(flow: Flow) -> int:
    """Say which figure of a cohort a flow belongs to."""
    if flow in _ISSUED:
        return 0
    if flow is Flow.REVERSED:
        return 1
    return 2 if flow in _USED else 3
