"""Projection: what each cohort's outstanding tokens come to, period by period, under a hazard.

1. Each cohort goes on at the hazard of its age, and what is left on a last valid day lapses then:
   its own calendar decides, not what others lost at that age.
2. Of a period that tokens live through in part, only the days count: with a hazard of h a period,
   `1 - (1 - h)^s` is redeemed in the share s of it.
3. Tokens that never lapse are followed for a stated number of periods.
4. What is held past its last valid day has one more day.
5. The ultimate redemption rate of a programme is what was redeemed so far and what is projected,
   over what was issued and not taken back: it does not end with the ages seen.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.cohort_flows import USED, Cohort, outstanding_by_last_day
from mi_rewards.modelling.books.rates import UltimateRate
from mi_rewards.modelling.books.values import whole
from mi_rewards.modelling.flows import Flow, Flows
from mi_rewards.modelling.periods import PeriodLength
from mi_rewards.modelling.statistics.estimates import ultimate_rate
from mi_rewards.modelling.statistics.hazards import Hazard
from mi_rewards.modelling.tables import Table

HORIZON: Final = 60
"""How many periods tokens that never lapse are followed, where it is not said."""

_NEVER: Final = NEVER.toordinal()


class Projected(NamedTuple):
    """What outstanding tokens are expected to come to in a period.

    Attributes:
        period: The period's first day.
        age: The cohort's age in it.
        redeemed: Tokens expected to be redeemed.
        lapsed: Tokens expected to lapse.
    """

    period: date
    age: int
    redeemed: float
    lapsed: float


def project(
    hazard: Hazard,
    left: Mapping[int, int],
    *,
    earned_in: date,
    closing: date,
    horizon: int = HORIZON,
) -> Iterator[Projected]:
    """Follow the outstanding tokens of one cohort.

    Args:
        hazard: Redemption by age.
        left: What is outstanding at the close, by the ordinal of its last valid day.
        earned_in: A day of the period in which it was earned.
        closing: The day of the close.
        horizon: For how many periods tokens that never lapse are followed.

    Yields:
        Each period from the day after the close on, until nothing is outstanding.
    """
    length = hazard.by
    origin = length.first_day(earned_in)
    begin = closing.toordinal() + 1
    layers: dict[int, float] = {}
    for day, n in left.items():
        layers[max(day, begin)] = layers.get(max(day, begin), 0.0) + n
    period = length.first_day(date.fromordinal(begin))
    for _ in range(_periods(length, period, layers, horizon)):
        first, end = period.toordinal(), length.next(period).toordinal()
        age = length.between(origin, period)
        redeemed = lapsed = 0.0
        for day, tokens in list(layers.items()):
            share = (min(end, day + 1) - max(first, begin)) / (end - first)
            used = tokens * (1 - (1 - hazard.chance(age)) ** share)
            redeemed += used
            layers[day] = tokens - used
            if day < end:
                lapsed += layers.pop(day)
        yield Projected(period, age, redeemed, lapsed)
        period = length.next(period)


def projection(flows: Flows, hazard: Hazard, *, through: date, horizon: int = HORIZON) -> Table:
    """Follow the outstanding tokens of every cohort.

    Args:
        flows: The flows, none later than *through*.
        hazard: Redemption by age.
        through: The day of the close.
        horizon: For how many periods tokens that never lapse are followed.

    Returns:
        A row for each cohort and period to come: `period`, `earned_in`, `segment`, `age`, and the
        tokens expected to be `redeemed` and to have `lapsed`, which are estimates.
    """
    rows = [
        (it.period, *cohort, it.age, it.redeemed, it.lapsed)
        for cohort, it in _projected(flows, hazard, through, horizon)
    ]
    names = ("period", "earned_in", "segment", "age", "redeemed", "lapsed")
    units = {"period": "day", "earned_in": "day", "age": f"{hazard.by}s"}
    units |= {"redeemed": "tokens", "lapsed": "tokens"}
    return Table.of_rows(f"What is outstanding on {through}, projected", names, rows, units)


def projected_rate(
    flows: Flows, hazard: Hazard, *, through: date, horizon: int = HORIZON
) -> UltimateRate:
    """Estimate the ultimate redemption rate of all tokens issued so far.

    Unlike `Hazard.ultimate_rate` it goes on beyond the ages seen, to the last valid days.

    Args:
        flows: The flows, none later than *through*.
        hazard: Redemption by age.
        through: The day of the close.
        horizon: For how many periods tokens that never lapse are followed.

    Returns:
        Redeemed so far and what `projection` expects, over what was issued and not taken back; to
        six decimal digits, half up.

    Raises:
        Misuse: A flow is later than *through*, or there are no tokens whose rate it would be.
    """
    last, tokens, redeemed = through.toordinal(), 0, 0
    for (day, flow, *_), count in flows.sums.items():
        if day > last:
            raise Misuse(f"there are flows on {date.fromordinal(day)}, after {through}")
        if flow in USED:
            redeemed -= count
        elif flow is not Flow.LAPSED:
            tokens += count
    if tokens <= 0:
        raise Misuse("a redemption rate is of tokens issued and not taken back: there are none")
    to_come = sum(it.redeemed for _, it in _projected(flows, hazard, through, horizon))
    return ultimate_rate(min(1.0, max(0.0, (redeemed + to_come) / tokens)))


def expected_lapses(
    flows: Flows, hazard: Hazard, *, through: date, within: tuple[int, ...] = (30, 60, 90)
) -> Table:
    """Say what lapses within some days: what is due to, and what is expected to.

    Args:
        flows: The flows, none later than *through*.
        hazard: Redemption by age.
        through: The day of the close.
        within: In how many days from then, each at least 1.

    Returns:
        A row for each number of days: `days`, `through` (the last day of them), `due` (outstanding
        tokens that lapse on one of those days if nobody redeems them), and `lapsed` (those of
        them expected not to be redeemed before: an estimate).

    Raises:
        Misuse: A number of days is no whole number from 1, or goes past the year 9999.
    """
    left = outstanding_by_last_day(flows)
    rows = []
    for days in within:
        until = through.toordinal() + whole(days, "days", least=1)
        if until > _NEVER:
            raise Misuse(f"{days} days from {through} are past the year 9999")
        due, lapsed = 0, 0.0
        for cohort, tokens in left.items():
            soon = {day: n for day, n in tokens.items() if day < until}
            due += sum(soon.values())
            steps = project(hazard, soon, earned_in=cohort.earned_in, closing=through)
            lapsed += sum(it.lapsed for it in steps)
        rows.append((days, date.fromordinal(until), due, lapsed))
    units = {"days": "days", "through": "day", "due": "tokens", "lapsed": "tokens"}
    title = f"What lapses after {through}"
    return Table.of_rows(title, ("days", "through", "due", "lapsed"), rows, units)


def _projected(
    flows: Flows, hazard: Hazard, through: date, horizon: int
) -> Iterator[tuple[Cohort, Projected]]:
    """Go through the cohorts and their periods to come."""
    for cohort, left in outstanding_by_last_day(flows).items():
        steps = project(hazard, left, earned_in=cohort.earned_in, closing=through, horizon=horizon)
        for it in steps:
            yield cohort, it


def _periods(length: PeriodLength, period: date, layers: Iterable[int], horizon: int) -> int:
    """Count the periods until the last of some last valid days; the horizon is that of never."""
    return max(
        (
            horizon
            if day == _NEVER
            else length.between(period, length.first_day(date.fromordinal(day))) + 1
            for day in layers
        ),
        default=0,
    )
