"""Reading what is drawn: columns by their names, their units, money in whole units.

1. A plot takes a `Table`, or a mapping of columns by name; what has the table that it draws as a
   method, such as `Replayed`, is asked for it.
2. Money is drawn in units of its currency: INR 1,049.00 and not 104,900 paise.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from mi_rewards.errors import Misuse
from mi_rewards.money import exponent_of

_MINOR = re.compile(r"([A-Z]{3}) minor units(.*)")


class Columns(Protocol):
    """Columns of equal length by their names: a `Table`, or a dictionary of lists."""

    def __getitem__(self, name: str, /) -> Sequence[Any]:
        """Answer with a column."""


def table_of(source: Any, method: str, **how: Any) -> Columns:
    """Answer with the table itself, or with what a replay answers when it is asked for it."""
    ask = getattr(source, method, None)
    table: Columns = source if ask is None else ask(**how)
    return table


def column(table: Columns, name: str) -> list[Any]:
    """Read a column; a Misuse says which there are."""
    try:
        return list(table[name])
    except (KeyError, Misuse):
        raise Misuse(
            f"this plot draws a column {name!r}; there is {', '.join(names_of(table))}"
        ) from None


def names_of(table: Columns) -> list[str]:
    """Name the columns."""
    names = table if isinstance(table, Mapping) else getattr(table, "names", ())
    return [str(name) for name in names]


def title_of(table: Columns) -> str:
    """Answer with the table's title, or nothing."""
    return str(getattr(table, "title", ""))


def unit_of(table: Columns, name: str) -> str:
    """Answer with a column's unit, or nothing."""
    units = getattr(table, "units", ())
    names = names_of(table)
    return str(units[names.index(name)]) if units and name in names else ""


def amounts(table: Columns, name: str, *, like: str = "") -> tuple[list[float], str]:
    """Read a column of amounts as they are drawn, and their unit: money in whole units.

    A column without a unit is of the unit of another that it is like, or counts tokens.
    """
    values = [float(value) for value in column(table, name)]
    unit = unit_of(table, name) or unit_of(table, like) or "tokens"
    if unit in {"minor units", "minor"}:
        unit = f"{_currency(table)} minor units"
    return [value / whole_size(unit) for value in values], whole_unit(unit)


def whole_size(unit: str) -> int:
    """Say how many of a unit make what is drawn as one: 100 paise, 1 token."""
    money = _MINOR.fullmatch(unit)
    return 1 if money is None else 10 ** exponent_of(money[1])


def whole_unit(unit: str) -> str:
    """Say what is drawn as one: the currency for its minor units, else the unit itself."""
    money = _MINOR.fullmatch(unit)
    return unit if money is None else money[1] + money[2]


def _currency(table: Columns) -> str:
    """Answer with the currency of a table whose amounts are of one."""
    found = sorted({str(code) for code in column(table, "currency")})
    if len(found) != 1:
        raise Misuse(f"one plot shows one currency, not {', '.join(found) or 'none'}")
    return found[0]


def month_name(day: date) -> str:
    """Write a month: 2018-06."""
    return f"{day.year:04d}-{day.month:02d}"
