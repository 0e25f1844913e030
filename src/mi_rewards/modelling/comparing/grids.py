"""Grids: variants of a programme by rate, validity and thresholds, and what they came to.

1. A grid is every combination of what is given; what is not given stays as the programme has it.
2. A variant's name says what is varied, and is the same wherever the figures are.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

import attrs

from mi_rewards.earning.terms import EarnRate
from mi_rewards.errors import Misuse
from mi_rewards.modelling.comparing.comparison import Comparison
from mi_rewards.modelling.tables import Table
from mi_rewards.money import Money, Rounding, divide
from mi_rewards.programme import Programme
from mi_rewards.tiers.ladder import Ladder, Metric
from mi_rewards.wallet.expiry import EndOfYear, ExpiryPolicy
from mi_rewards.wallet.other_expiry import CappedBy, FixedDay, NoExpiry, RollingDays, RollingMonths

Thresholds = Fraction | int | Ladder | tuple[int, ...]
"""Other thresholds: so many times those that there are, one for each tier, or another ladder."""

_Change = tuple[str, dict[str, Any]]


def grid(
    programme: Programme,
    *,
    rates: Iterable[EarnRate | int] = (),
    validity: Iterable[ExpiryPolicy] = (),
    thresholds: Iterable[Thresholds] = (),
) -> dict[str, Programme]:
    """Make every variant of a programme that is a combination of these.

    Args:
        programme: The programme.
        rates: What purchases earn: rates, or tokens for the money of the programme's own rate.
        validity: How long tokens are valid. Tiers that have a validity of their own keep it.
        thresholds: What tiers are reached with: a `Fraction` or a whole number of times as much as
            now, rounded half to even; a tuple with a threshold for each tier; or a ladder.

    Returns:
        The variants by name; the first ones by the first rate, and so on. A name states what was
        given of each, such as `10 per INR 100.00, 12 months`; where nothing is given, the programme
        under its own name.

    Raises:
        Misuse: One of them cannot be, two variants have one name, or thresholds are given for a
            programme without tiers.
    """
    axes: list[list[_Change]] = [
        [_rate(programme, it) for it in rates],
        [(validity_text(it), {"expiry": it}) for it in validity],
        [_ladder(programme, it) for it in thresholds],
    ]
    variants: dict[str, Programme] = {}
    for combination in itertools.product(*[it for it in axes if it]):
        name = ", ".join([text for text, _ in combination]) or programme.name
        if name in variants:
            raise Misuse(f"two variants of {programme.name} are named {name!r}")
        fields: dict[str, Any] = {}
        for _, change in combination:
            fields |= change
        variants[name] = attrs.evolve(programme, **fields)
    return variants


def grid_table(comparison: Comparison) -> Table:
    """State what scenarios came to beside what they are.

    Args:
        comparison: The comparison, of a grid or of anything else.

    Returns:
        The totals, and after the name of each scenario its `rate`, `validity` and `thresholds`.
    """
    totals = comparison.totals()
    found = [it.programme for it in comparison.scenarios]
    parts: dict[str, Callable[[Programme], str]] = {
        "rate": lambda it: rate_text(it.earning.rate),
        "validity": lambda it: validity_text(it.validity),
        "thresholds": thresholds_text,
    }
    texts: dict[str, list[Any]] = {
        name: [write(it) for it in found] for name, write in parts.items()
    }
    columns = totals.columns()
    return Table.of(
        totals.title,
        {"scenario": columns.pop("scenario")} | texts | columns,
        {name: totals.unit(name) for name in columns},
    )


def crossed(table: Table, *, rows: str, columns: str, value: str) -> Table:
    """Set a long table out as a square: one column down, one across, one inside.

    Args:
        table: The table, such as that of a grid.
        rows: The column whose values are the rows.
        columns: The column whose values are the columns.
        value: The column whose values are inside.

    Returns:
        A table whose first column is *rows*, and that has a column for each value of *columns*;
        both in the order in which they come. `None` stands where there is no row.

    Raises:
        Misuse: There is no such column, or two rows belong in one place.
    """
    inside: dict[tuple[Any, str], Any] = {}
    for down, across, it in zip(table[rows], map(str, table[columns]), table[value], strict=True):
        if (down, across) in inside:
            raise Misuse(f"two rows of {table.title!r} are of {down!r} and {across!r}")
        inside[down, across] = it
    downs = list(dict.fromkeys(down for down, _ in inside))
    acrosses = list(dict.fromkeys(across for _, across in inside))
    if rows in acrosses:
        raise Misuse(f"the column {columns!r} has a value {rows!r}, as the rows are called")
    found: dict[str, list[Any]] = {rows: downs}
    found |= {across: [inside.get((down, across)) for down in downs] for across in acrosses}
    units = dict.fromkeys(acrosses, table.unit(value)) | {rows: table.unit(rows)}
    return Table.of(f"{value}, by {rows} and {columns}", found, units)


def rate_text(rate: EarnRate) -> str:
    """Write a rate for people.

    Args:
        rate: The rate.

    Returns:
        Such as `10 per INR 100.00`; a rounding other than down is named.
    """
    rounded = "" if rate.rounding is Rounding.DOWN else f" rounded {rate.rounding}"
    return f"{rate.tokens} per {rate.per}{rounded}"


def validity_text(policy: ExpiryPolicy) -> str:
    """Write for people how long tokens are valid.

    Args:
        policy: The policy.

    Returns:
        Such as `12 months`, or `end of year + 1`; a policy of your own as `repr` writes it.
    """
    if isinstance(policy, EndOfYear):
        return f"end of year + {policy.years}"
    if isinstance(policy, RollingDays):
        return f"{policy.days} days"
    if isinstance(policy, RollingMonths):
        return f"{policy.months} months{' to month end' if policy.to_month_end else ''}"
    if isinstance(policy, FixedDay):
        return f"next {policy.month:02}-{policy.day:02} + {policy.years}"
    if isinstance(policy, CappedBy):
        return f"{validity_text(policy.policy)}, at most to {policy.sunset_on}"
    return "never lapse" if isinstance(policy, NoExpiry) else repr(policy)


def thresholds_text(programme: Programme) -> str:
    """Write the thresholds of a programme's tiers for people.

    Args:
        programme: The programme.

    Returns:
        Such as `100/300/1000`, the lowest first; in money where tiers are reached by spending.
        Empty where there are no tiers.
    """
    ladder = programme.ladder
    return "" if ladder is None else "/".join(_thresholds(ladder, programme.currency))


def _thresholds(ladder: Ladder, currency: str) -> Iterator[str]:
    """Write each threshold."""
    for tier in ladder.tiers:
        is_money = ladder.metric is Metric.SPEND
        yield str(Money(tier.threshold, currency) if is_money else tier.threshold)


def _rate(programme: Programme, rate: EarnRate | int) -> _Change:
    """Write another rate, and make the earning with it."""
    own = programme.earning
    found = attrs.evolve(own.rate, tokens=rate) if type(rate) is int else rate
    if type(found) is not EarnRate:
        raise Misuse(f"a rate is an EarnRate or whole tokens, not {rate!r:.60}")
    return rate_text(found), {"earning": attrs.evolve(own, rate=found)}


def _ladder(programme: Programme, thresholds: Thresholds) -> _Change:
    """Write other thresholds, and make the ladder with them."""
    own = programme.ladder
    if own is None:
        raise Misuse(f"{programme.name} has no tiers whose thresholds could be others")
    if type(thresholds) is Ladder:
        ladder = thresholds
    else:
        found = _figures(own, thresholds)
        if len(found) != len(own.tiers):
            raise Misuse(f"{len(own.tiers)} tiers have as many thresholds, not {len(found)}")
        pairs = zip(own.tiers, found, strict=True)
        ladder = attrs.evolve(own, tiers=tuple([attrs.evolve(t, threshold=n) for t, n in pairs]))
    text = "/".join(_thresholds(ladder, programme.currency))
    return f"thresholds {text}", {"ladder": ladder}


def _figures(ladder: Ladder, thresholds: object) -> tuple[int, ...]:
    """State the thresholds one by one."""
    if type(thresholds) is tuple:
        return thresholds
    if (type(thresholds) is int or type(thresholds) is Fraction) and thresholds > 0:
        n, d = thresholds.numerator, thresholds.denominator
        return tuple([divide(it.threshold * n, d, Rounding.HALF_EVEN) for it in ladder.tiers])
    raise Misuse(
        "thresholds are a positive number of times as much, a tuple, or a Ladder, not"
        f" {thresholds!r:.60}"
    )
