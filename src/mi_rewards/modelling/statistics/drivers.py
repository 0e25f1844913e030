"""Drivers: how far an outcome moves when one assumption does, and under named scenarios."""

from collections.abc import Callable, Mapping
from typing import Any

from mi_rewards.errors import Misuse
from mi_rewards.modelling.tables import Table

Model = Callable[[Mapping[str, float]], float]
"""Answers with an outcome, given the assumptions by name."""


def tornado(
    model: Model,
    base: Mapping[str, float],
    ranges: Mapping[str, tuple[float, float]],
    *,
    unit: str = "",
) -> Table:
    """Move one assumption at a time to either end of its range.

    Args:
        model: Answers with an outcome, given the assumptions.
        base: The assumptions as they are.
        ranges: The low and the high end of those that are moved.
        unit: What the outcome counts.

    Returns:
        A row for each assumption moved, the one that matters most first: `what`, `low_end`,
        `high_end` (its values), `low`, `high` (the outcomes there), `base` (the outcome with
        nothing moved), `swing` (how far `low` and `high` are apart).

    Raises:
        Misuse: A range is of no assumption.
    """
    at_base = model(base)
    rows: list[tuple[Any, ...]] = []
    for driver, (low, high) in ranges.items():
        _require_known(driver, base)
        at_low, at_high = model({**base, driver: low}), model({**base, driver: high})
        rows.append((driver, low, high, at_low, at_high, at_base, abs(at_high - at_low)))
    rows.sort(key=lambda row: (-row[-1], row[0]))
    names = ("what", "low_end", "high_end", "low", "high", "base", "swing")
    units = dict.fromkeys(names[3:], unit)
    return Table.of_rows("What moves the outcome", names, rows, units)


def scenario_table(
    model: Model,
    base: Mapping[str, float],
    changes: Mapping[str, Mapping[str, float]],
    *,
    unit: str = "",
) -> Table:
    """State the outcome under named scenarios, such as the best and the worst.

    Args:
        model: Answers with an outcome, given the assumptions.
        base: The assumptions as they are.
        changes: The assumptions that are others, by scenario.
        unit: What the outcome counts.

    Returns:
        A row for `base` and for each scenario: `scenario`, `outcome`, `against_base`.

    Raises:
        Misuse: A change is of no assumption.
    """
    at_base = model(base)
    rows = [("base", at_base, at_base - at_base)]
    for name, changed in changes.items():
        for driver in changed:
            _require_known(driver, base)
        outcome = model({**base, **changed})
        rows.append((name, outcome, outcome - at_base))
    names = ("scenario", "outcome", "against_base")
    return Table.of_rows("Scenarios", names, rows, dict.fromkeys(names[1:], unit))


def _require_known(driver: str, base: Mapping[str, float]) -> None:
    """Object to what is no assumption."""
    if driver not in base:
        raise Misuse(f"{driver!r:.60} is none of the assumptions: {', '.join(base)}")
