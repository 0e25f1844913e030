"""Tables: plain columns with units, rows on demand, and what a notebook shows of them."""

import json
from array import array
from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pandas
import polars
import pyarrow
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import Table
from mi_rewards.modelling.tables import ROWS_SHOWN_MAX, shown

DAY = date(2018, 12, 31)


def a_table(rows: int = 2) -> Table:
    """Make a table of days and tokens."""
    columns: dict[str, Sequence[Any]]
    columns = {"last_day": [DAY] * rows, "tokens": array("q", range(rows))}
    return Table.of("Calendar", columns, {"tokens": "tokens"})


def test_a_table_states_its_columns_and_rows() -> None:
    """Columns are lists of their own; rows are dictionaries in the same order."""
    table = a_table()
    columns = table.columns()
    assert columns == {"last_day": [DAY, DAY], "tokens": [0, 1]}
    columns["tokens"].append(7)
    assert len(table) == 2
    assert table.rows() == [{"last_day": DAY, "tokens": 0}, {"last_day": DAY, "tokens": 1}]
    assert table.tuples() == [(DAY, 0), (DAY, 1)]
    assert list(table["tokens"]) == [0, 1]
    assert (table.unit("tokens"), table.unit("last_day")) == ("tokens", "")


def test_an_empty_table_keeps_its_columns() -> None:
    """Without rows the columns are there all the same, made of columns or of rows."""
    assert a_table(0).columns() == {"last_day": [], "tokens": []}
    table = Table.of_rows("None", ("a", "b"), [])
    assert table.columns() == {"a": [], "b": []}
    assert (len(table), table.rows()) == (0, [])
    assert len(Table("Nothing at all", (), (), ())) == 0


def test_columns_load_into_every_frame() -> None:
    """pandas, polars and pyarrow take the columns as they are: whole numbers stay whole."""
    columns = a_table().columns()
    assert pandas.DataFrame(columns)["tokens"].dtype == "int64"
    assert polars.DataFrame(columns).schema["tokens"] == polars.Int64
    assert pyarrow.table(columns).schema.field("tokens").type == pyarrow.int64()
    assert polars.DataFrame(a_table(0).columns()).columns == ["last_day", "tokens"]


def test_rows_are_kept_by_their_values() -> None:
    """`where` keeps the rows that have all the values named, and refuses an unknown column."""
    assert a_table(3).where(tokens=2).tuples() == [(DAY, 2)]
    assert a_table(3).where(tokens=2, last_day=None).tuples() == []
    with pytest.raises(Misuse, match="no column 'money'; it has last_day, tokens"):
        a_table().where(money=1)


@pytest.mark.parametrize(
    ("columns", "units", "what"),
    [
        ({"a": [1], "b": [1, 2]}, {}, "different lengths"),
        ({"a": [1]}, {"b": "tokens"}, "a unit for 'b', which is no column"),
    ],
)
def test_columns_fit_each_other(
    columns: dict[str, list[int]], units: dict[str, str], what: str
) -> None:
    """Columns of other lengths, and units of no column, are refused."""
    with pytest.raises(Misuse, match=what):
        Table.of("Wrong", columns, units)


def test_names_rows_and_units_are_counted() -> None:
    """Two columns of one name, a name without a column, and a short row are refused."""
    with pytest.raises(Misuse, match="two columns of one name"):
        Table("Wrong", ("a", "a"), ("", ""), ([], []))
    with pytest.raises(Misuse, match="a unit and a column for each name"):
        Table("Wrong", ("a",), (), ([],))
    with pytest.raises(Misuse, match="has 1 values for 2"):
        Table.of_rows("Wrong", ("a", "b"), [(1,)])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (1_234_567, "1,234,567"),
        (-1, "-1"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(12_345), "12,345"),
        (datetime(2018, 1, 2, 3, 4, 5, 678, tzinfo=UTC), "2018-01-02 03:04:05+00:00"),
        (DAY, "2018-12-31"),
        ("text", "text"),
    ],
)
def test_values_are_written_for_people(value: object, text: str) -> None:
    """Thousands are apart, fractions have at most six digits, days are in ISO form."""
    assert shown(value) == text


def test_a_notebook_shows_the_first_rows_escaped() -> None:
    """What a column says cannot be markup; rows past the first twenty are counted."""
    table = Table.of("<b>", {"<i>": ["<script>"] * (ROWS_SHOWN_MAX + 1)}, {"<i>": "a & b"})
    html = table._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert html.count("&lt;script&gt;") == ROWS_SHOWN_MAX
    assert "&lt;i&gt; (a &amp; b)" in html
    assert "… and 1 more rows" in html
    shorter = Table.of("All", {"a": ["x"] * ROWS_SHOWN_MAX})._repr_html_()
    assert "more rows" not in shorter


def test_a_table_is_printed_as_text() -> None:
    """Title, heads with units, cells under them, figures to the right; no line is cut in two."""
    columns: dict[str, Sequence[Any]]
    columns = {"who": ["a\nb", "c"], "ok": [True, False], "n": [1_234, None], "share": [0.5, 10.25]}
    table = Table.of("Some", columns, {"n": "tokens"})
    assert str(table).split("\n") == [
        "Some",
        "who  ok   n (tokens)  share",
        "a b  yes       1,234    0.5",
        "c    no               10.25",
    ]
    assert str(a_table(0)) == "Calendar\nlast_day  tokens (tokens)"
    assert str(Table("Nothing at all", (), (), ())) == "Nothing at all"


@pytest.mark.parametrize(("rows", "last"), [(20, "19"), (21, "… and 1 more rows")])
def test_the_first_rows_are_printed(rows: int, last: str) -> None:
    """Twenty; the others are counted."""
    lines = str(a_table(rows)).split("\n")
    assert len(lines) == 2 + rows
    assert lines[-1].endswith(last)


def test_figures_stand_to_the_right() -> None:
    """Whole numbers and fractions do, texts do not."""
    html = Table.of("One", {"a": [1], "b": ["x"]})._repr_html_()
    assert '<td style="text-align:right">1</td><td>x</td>' in html


def test_a_table_says_what_it_is() -> None:
    """Its representation has the title, the number of rows and the columns, and no values."""
    assert repr(a_table()) == "<Table 'Calendar': 2 rows of last_day, tokens>"
    assert json.dumps(a_table().columns()["tokens"]) == "[0, 1]"
