"""Triangles: what was redeemed by origin and development, and what they come to in the end.

1. The long table that the package `chainladder` takes is emitted, not the package rebuilt; here are
   only the factors that the method of Bornhuetter and Ferguson needs, and two simple methods.
2. Tokens expire, so that there is no tail: no ultimate is above what was issued, less what was
   taken back and what has lapsed.
3. A running period makes a triangle's last diagonal too low; replay to the end of a period.

Source:
    R. L. Bornhuetter and R. E. Ferguson, The Actuary and IBNR, 1972; T. Mack, 1993, for the
    chain ladder; the additive method as in Schmidt and Zocher, 2008.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.rates import UltimateRate, require_ultimate_rate
from mi_rewards.modelling.tables import Table

_UNITS: Final = {"issued": "tokens", "redeemed": "tokens", "ultimate": "tokens"}


class _Origin(NamedTuple):
    """An origin: what was issued, what was redeemed by each age, what it can come to at most."""

    origin: date
    issued: int
    cumulative: Sequence[int]
    most: int


def development_table(redemptions: Table) -> Table:
    """Make the long table of a triangle: what `chainladder.Triangle` takes.

    Where the redemptions are not through the end of a period, the youngest diagonal is unfinished,
    and factors made with it are too low.

    Args:
        redemptions: A table with `origin`, `development` and `value`, one row for each period of
            an origin, as `Replayed.redemptions` answers with; segments are added up.

    Returns:
        The columns `origin`, `development` and `value`, by origin and development; values are
        incremental, so the triangle is made with `cumulative=False`.

    Raises:
        Misuse: A column is missing.
    """
    sums: dict[tuple[date, date], int] = {}
    for origin, development, value in zip(
        redemptions["origin"], redemptions["development"], redemptions["value"], strict=True
    ):
        place = origin, development
        sums[place] = sums.get(place, 0) + value
    rows = [(*place, sums[place]) for place in sorted(sums)]
    names = ("origin", "development", "value")
    units = {"origin": "day", "development": "day", "value": redemptions.unit("value")}
    return Table.of_rows("Redeemed by origin and development", names, rows, units)


def link_ratios(redemptions: Table) -> Table:
    """Work out the factors from one age to the next, over all origins.

    Args:
        redemptions: As `Replayed.redemptions` answers with.

    Returns:
        A row for each age but the last: `age`, `before` and `after` (cumulative redemptions at
        that age and the next, of the origins that have both), `factor`, `to_ultimate`: the
        product of this factor and those of all later ages.

    Raises:
        Misuse: A column is missing.
    """
    origins = _origins(redemptions, None)
    ages = max((len(it.cumulative) for it in origins), default=0)
    rows: list[tuple[Any, ...]] = []
    to_ultimate = 1.0
    for age in range(ages - 2, -1, -1):
        both = [it.cumulative for it in origins if len(it.cumulative) > age + 1]
        before, after = sum(run[age] for run in both), sum(run[age + 1] for run in both)
        factor = _factor(after, before)
        # Where all is undone at one age, what was before it does not matter.
        to_ultimate = to_ultimate * factor if factor and to_ultimate else 0.0
        rows.append((age, before, after, factor, to_ultimate))
    names = ("age", "before", "after", "factor", "to_ultimate")
    units = {"before": "tokens", "after": "tokens", "age": redemptions.unit("age")}
    return Table.of_rows("Link ratios", names, rows[::-1], units)


def chain_ladder(redemptions: Table, cohorts: Table | None = None) -> Table:
    """Work out ultimates by the chain ladder: redeemed so far, times the factors to come.

    Args:
        redemptions: As `Replayed.redemptions` answers with.
        cohorts: As `Replayed.cohorts` answers with, for the same length of periods: what has
            lapsed can no longer be redeemed.

    Returns:
        A row for each origin: `origin`, `age` (the latest), `issued`, `redeemed`, `to_ultimate`,
        `ultimate` (tokens that will be redeemed in all), `rate` (ultimate over issued), and
        `capped`: whether the ultimate is no more than can be.

    Raises:
        Misuse: A column is missing.
    """
    factors = _to_ultimate(redemptions)
    rows = []
    for it in _origins(redemptions, cohorts):
        to_ultimate = factors[len(it.cumulative) - 1]
        redeemed = it.cumulative[-1]
        grown = redeemed * to_ultimate if redeemed else 0.0
        rows.append(_ultimate(it, to_ultimate, grown))
    return _ultimates("chain ladder", redemptions, rows)


def bornhuetter_ferguson(
    redemptions: Table, a_priori: UltimateRate, cohorts: Table | None = None
) -> Table:
    """Work out ultimates for young cohorts: redeemed so far, and the expected share still to come.

    Args:
        redemptions: As `Replayed.redemptions` answers with.
        a_priori: The ultimate redemption rate expected beforehand.
        cohorts: As `Replayed.cohorts` answers with, for the same length of periods.

    Returns:
        A row for each origin, as of `chain_ladder`.

    Raises:
        Misuse: A column is missing, or the rate is none of what was issued.
    """
    share = float(require_ultimate_rate(a_priori).share)
    factors = _to_ultimate(redemptions)
    rows = []
    for it in _origins(redemptions, cohorts):
        to_ultimate = factors[len(it.cumulative) - 1]
        to_come = share * it.issued * (1 - 1 / to_ultimate) if to_ultimate else -math.inf
        rows.append(_ultimate(it, to_ultimate, it.cumulative[-1] + to_come))
    return _ultimates("Bornhuetter-Ferguson", redemptions, rows)


def additive(redemptions: Table, cohorts: Table | None = None) -> Table:
    """Work out ultimates by adding, for each age to come, its share of what was issued.

    Args:
        redemptions: As `Replayed.redemptions` answers with.
        cohorts: As `Replayed.cohorts` answers with, for the same length of periods.

    Returns:
        A row for each origin, as of `chain_ladder`; `to_ultimate` is the sum of all shares over
        the sum of those so far.

    Raises:
        Misuse: A column is missing.
    """
    origins = _origins(redemptions, cohorts)
    ages = max((len(it.cumulative) for it in origins), default=0)
    shares = []
    for age in range(ages):
        seen = [it for it in origins if len(it.cumulative) > age]
        redeemed = sum(it.cumulative[age] - (it.cumulative[age - 1] if age else 0) for it in seen)
        issued = sum(it.issued for it in seen)
        shares.append(redeemed / issued if issued else 0.0)
    rows = []
    for it in origins:
        age = len(it.cumulative)
        to_ultimate = _factor(sum(shares), sum(shares[:age]))
        grown = it.cumulative[-1] + it.issued * sum(shares[age:])
        rows.append(_ultimate(it, to_ultimate, grown))
    return _ultimates("additive", redemptions, rows)


def _to_ultimate(redemptions: Table) -> list[float]:
    """Answer with the factors to the ultimate by age; 1 at the last: there is no tail."""
    return [*link_ratios(redemptions)["to_ultimate"], 1.0]


def _factor(after: float, before: float) -> float:
    """Divide what was redeemed by an age by what was before; out of nothing grows infinitely."""
    if before > 0:
        return after / before
    return math.inf if after > before else 1.0


def _ultimate(it: _Origin, to_ultimate: float, grown: float) -> tuple[Any, ...]:
    """State an origin's ultimate, no more than can be, and not below 0."""
    ultimate = max(0.0, float(min(grown, it.most)))
    rate = ultimate / it.issued if it.issued else 0.0
    age, redeemed = len(it.cumulative) - 1, it.cumulative[-1]
    return it.origin, age, it.issued, redeemed, to_ultimate, ultimate, rate, grown > it.most


def _ultimates(method: str, redemptions: Table, rows: list[tuple[Any, ...]]) -> Table:
    """Make the table of ultimates."""
    names = (
        *("origin", "age", "issued", "redeemed"),
        *("to_ultimate", "ultimate", "rate", "capped"),
    )
    units = _UNITS | {"origin": "day", "age": redemptions.unit("age")}
    return Table.of_rows(f"Ultimate redemptions: {method}", names, rows, units)


def _origins(redemptions: Table, cohorts: Table | None) -> list[_Origin]:
    """Read the origins; segments are added up."""
    values: dict[date, dict[int, int]] = {}
    issued: dict[tuple[date, str], int] = {}
    columns = ("origin", "segment", "age", "issued", "value")
    for origin, segment, age, tokens, value in zip(
        *(redemptions[name] for name in columns), strict=True
    ):
        ages = values.setdefault(origin, {})
        ages[age] = ages.get(age, 0) + value
        issued[origin, segment] = tokens
    basis: dict[date, int] = dict.fromkeys(values, 0)
    for (origin, _), tokens in issued.items():
        basis[origin] += tokens
    lapsed = _lapsed(cohorts)
    found = []
    for origin in sorted(values):
        ages = values[origin]
        if sorted(ages) != list(range(len(ages))):
            raise Misuse(f"the ages of the origin {origin} have gaps")
        running, cumulative = 0, []
        for age in range(len(ages)):
            running += ages[age]
            cumulative.append(running)
        most = max(running, basis[origin] - lapsed.get(origin, 0))
        found.append(_Origin(origin, basis[origin], cumulative, most))
    return found


def _lapsed(cohorts: Table | None) -> Mapping[date, int]:
    """Add up what has lapsed of each origin."""
    lapsed: dict[date, int] = {}
    if cohorts is not None:
        for origin, tokens in zip(cohorts["earned_in"], cohorts["lapsed"], strict=True):
            lapsed[origin] = lapsed.get(origin, 0) + tokens
    return lapsed
