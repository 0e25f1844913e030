"""Tables: what modelling answers with, as plain columns that any frame library takes.

1. A column is a sequence of plain values: whole numbers, days, instants, texts, fractions.
2. Money is whole minor units beside a column `currency`; a day that never comes is `None`.
3. A table without rows keeps its columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from html import escape
from numbers import Real
from typing import Any, Final

import attrs

from mi_rewards.errors import Misuse

ROWS_SHOWN_MAX: Final = 20
"""How many rows of a table a notebook shows."""


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _sequences(values: Iterable[Sequence[Any]]) -> tuple[Sequence[Any], ...]:
    return tuple(values)


@attrs.frozen(order=False, repr=False)
class Table:
    """Rows and columns with a title, and a unit for each column.

    Attributes:
        title: What it is, for people.
        names: The columns' names.
        units: What each counts, such as `tokens` or `INR minor units`; empty for none.
        values: The columns themselves, all of one length.
    """

    title: str
    names: tuple[str, ...] = attrs.field(converter=_texts)
    units: tuple[str, ...] = attrs.field(converter=_texts)
    values: tuple[Sequence[Any], ...] = attrs.field(converter=_sequences)

    def __attrs_post_init__(self) -> None:
        """Check that names, units and columns fit each other."""
        if not len(self.names) == len(self.units) == len(self.values):
            raise Misuse(f"table {self.title!r} needs a unit and a column for each name")
        if len(set(self.names)) < len(self.names):
            raise Misuse(f"table {self.title!r} has two columns of one name")
        if len({len(column) for column in self.values}) > 1:
            raise Misuse(f"the columns of table {self.title!r} are of different lengths")

    @classmethod
    def of(
        cls,
        title: str,
        columns: Mapping[str, Sequence[Any]],
        units: Mapping[str, str] | None = None,
    ) -> "Table":
        """Make a table of named columns.

        Args:
            title: What it is.
            columns: The columns by name, in their order.
            units: What columns count, by name; empty for those not named.

        Returns:
            The table.

        Raises:
            Misuse: The columns are of different lengths, or a unit is of no column.
        """
        given = units or {}
        for name in given.keys() - columns.keys():
            raise Misuse(f"table {title!r} has a unit for {name!r}, which is no column")
        return cls(
            title,
            tuple(columns),
            tuple([given.get(name, "") for name in columns]),
            tuple(columns.values()),
        )

    @classmethod
    def of_rows(
        cls,
        title: str,
        names: Sequence[str],
        rows: Iterable[Sequence[Any]],
        units: Mapping[str, str] | None = None,
    ) -> "Table":
        """Make a table of rows.

        Args:
            title: What it is.
            names: The columns' names.
            rows: The rows, each with a value for every name.
            units: What columns count, by name.

        Returns:
            The table; without rows, with empty columns.

        Raises:
            Misuse: A row is shorter or longer than the names.
        """
        columns: list[list[Any]] = [[] for _ in names]
        for row in rows:
            if len(row) != len(columns):
                raise Misuse(f"a row of table {title!r} has {len(row)} values for {len(columns)}")
            for column, value in zip(columns, row, strict=True):
                column.append(value)
        return cls.of(title, dict(zip(names, columns, strict=True)), units)

    def __len__(self) -> int:
        return len(self.values[0]) if self.values else 0

    def __getitem__(self, name: str) -> Sequence[Any]:
        """Answer with a column.

        Args:
            name: Its name.

        Returns:
            Its values.

        Raises:
            Misuse: There is no such column.
        """
        if name not in self.names:
            raise Misuse(f"table {self.title!r} has no column {name!r}; it has {self._named()}")
        return self.values[self.names.index(name)]

    def unit(self, name: str) -> str:
        """Say what a column counts.

        Args:
            name: Its name.

        Returns:
            The unit; empty for none.

        Raises:
            Misuse: There is no such column.
        """
        self[name]
        return self.units[self.names.index(name)]

    def columns(self) -> dict[str, list[Any]]:
        """State the table as a dictionary of lists, which pandas, polars and pyarrow load.

        Returns:
            The columns by name; lists of their own.
        """
        return {name: list(column) for name, column in zip(self.names, self.values, strict=True)}

    def rows(self) -> list[dict[str, Any]]:
        """State the table row by row.

        Returns:
            A dictionary for each row.
        """
        return [dict(zip(self.names, row, strict=True)) for row in self.tuples()]

    def tuples(self) -> list[tuple[Any, ...]]:
        """State the table row by row, without names.

        Returns:
            A tuple for each row.
        """
        return list(zip(*self.values, strict=True))

    def where(self, **wanted: object) -> "Table":
        """Keep the rows whose columns have certain values.

        Args:
            wanted: The value that each column named must have.

        Returns:
            The table of those rows.

        Raises:
            Misuse: There is no such column.
        """
        tests = [(self[name], value) for name, value in wanted.items()]
        kept = [n for n in range(len(self)) if all(column[n] == value for column, value in tests)]
        columns = tuple([[column[n] for n in kept] for column in self.values])
        return Table(self.title, self.names, self.units, columns)

    def __repr__(self) -> str:
        return f"<Table {self.title!r}: {len(self)} rows of {self._named()}>"

    def __str__(self) -> str:
        """Write the table as plain text: its title, its heads with units, and its first rows."""
        count = min(len(self), ROWS_SHOWN_MAX)
        columns = [
            _aligned(head, column[:count])
            for head, column in zip(self._heads(), self.values, strict=True)
        ]
        lines = [self.title, *("  ".join(row).rstrip() for row in zip(*columns, strict=True))]
        if len(self) > count:
            lines.append(f"… and {len(self) - count:,} more rows")
        return "\n".join(lines)

    def _heads(self) -> list[str]:
        return [
            f"{name} ({unit})" if unit else name
            for name, unit in zip(self.names, self.units, strict=True)
        ]

    def _repr_html_(self) -> str:
        """Write the table for a notebook: its first rows, everything escaped.

        Returns:
            HTML.
        """
        heads = map(escape, self._heads())
        lines = [f"<table><caption>{escape(self.title)}</caption>", "<thead><tr>"]
        lines += [f"<th>{head}</th>" for head in heads]
        lines.append("</tr></thead><tbody>")
        for n in range(min(len(self), ROWS_SHOWN_MAX)):
            cells = "".join(_cell(column[n]) for column in self.values)
            lines.append(f"<tr>{cells}</tr>")
        lines.append("</tbody></table>")
        if len(self) > ROWS_SHOWN_MAX:
            lines.append(f"<p>… and {len(self) - ROWS_SHOWN_MAX:,} more rows</p>")
        return "\n".join(lines)

    def _named(self) -> str:
        return ", ".join(self.names)


def shown(value: object) -> str:
    """Write a value for people.

    Args:
        value: A value of a table.

    Returns:
        Whole numbers with thousands apart, a fraction to six digits, a day or an instant in ISO
        form, nothing for `None`.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Fraction):
        return _fraction(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _fraction(value: Fraction) -> str:
    """Write a fraction as a decimal of six digits, rounded half to even."""
    millionths = round(value * 1_000_000)
    whole, rest = divmod(abs(millionths), 1_000_000)
    digits = f"{whole:,}.{rest:06d}".rstrip("0").rstrip(".")
    return f"-{digits}" if millionths < 0 else digits


def _aligned(head: str, values: Sequence[object]) -> list[str]:
    """Write a column's head and cells at one width, each on one line; figures to the right."""
    texts = [" ".join(text.split()) for text in (head, *map(shown, values))]
    width = max(map(len, texts))
    figures = any(_is_figure(value) for value in values)
    return [text.rjust(width) if figures else text.ljust(width) for text in texts]


def _is_figure(value: object) -> bool:
    """Say whether a value is written like a figure."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _cell(value: object) -> str:
    """Write a cell; figures stand to the right."""
    align = ' style="text-align:right"' if isinstance(value, int | Fraction) else ""
    return f"<td{align}>{escape(shown(value))}</td>"
