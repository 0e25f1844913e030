"""Columns of any make as lists of one form."""

from array import array
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.forms import (
    DAYS,
    DECIMALS,
    INSTANTS,
    INTS,
    LISTS,
    TEXTS,
    Column,
    column_of,
)

INDIA = timezone(timedelta(hours=5, minutes=30))
NOON = datetime(2018, 3, 1, 12, tzinfo=INDIA)
MICROS = 1_519_885_800_000_000
DAY = date(2018, 3, 1)
ORDINAL = DAY.toordinal()
AWARE = pd.Series([NOON, None]).dt.tz_convert("Asia/Kolkata")
NAIVE = pd.Series([datetime(2018, 3, 1), None])
NAN = float("nan")


def read(raw: Any, name: str = "order_id") -> Column:
    """Read a column."""
    return column_of(name, raw, "Asia/Kolkata")


@pytest.mark.parametrize(
    "raw",
    [
        ["a", None],
        ("a", NAN),
        ["a", pd.NA],
        ["a", pd.NaT],
        np.array(["a", None], dtype=object),
        np.array(["a", ""]),
        pd.Series(["a", None]),
        pd.Series(["a", None], dtype="string"),
        pd.Series(["a", None], dtype=object),
        pd.Series(["a", None], dtype="category"),
        pd.Series(["a", None], dtype=pd.ArrowDtype(pa.string())),
        pd.Index(["a", None]),
        pl.Series(["a", None]),
        pl.Series(["a", None], dtype=pl.Categorical),
        pl.Series(["a", None], dtype=pl.Enum(["a"])),
        pa.array(["a", None]),
        pa.array(["a", None], pa.large_string()),
        pa.array(["a", None], pa.string_view()),
        pa.array(["a", None]).dictionary_encode(),
        pa.chunked_array([["a"], [None]]),
    ],
)
def test_texts(raw: Any) -> None:
    """A text, and nothing as an empty one."""
    assert read(raw) == Column(TEXTS, ["a", ""])


@pytest.mark.parametrize(
    "raw",
    [
        [7, None],
        [7, NAN],
        [np.int64(7), None],
        pd.Series([7, None], dtype="Int64"),
        pd.Series([7, None], dtype=pd.ArrowDtype(pa.int64())),
        pd.Series([7, None], dtype=object),
        pd.Series([7, None], dtype="Int64").astype("category"),
        pl.Series([7, None]),
        pa.array([7, None], pa.uint16()),
    ],
)
def test_whole_numbers_or_nothing(raw: Any) -> None:
    """Plain ints, and `None` for nothing."""
    column = read(raw)
    assert column == Column(INTS, [7, None])
    assert type(column.values[0]) is int


@pytest.mark.parametrize(
    "raw",
    [
        [7, -8],
        array("q", [7, -8]),
        np.array([7, -8], "int8"),
        pd.Series([7, -8]),
        range(7, -23, -15),
    ],
)
def test_whole_numbers(raw: Any) -> None:
    """Plain ints."""
    assert read(raw) == Column(INTS, [7, -8])


@pytest.mark.parametrize(
    "raw",
    [
        [NOON, None],
        [NOON.astimezone(UTC), pd.NaT],
        [pd.Timestamp(NOON), None],
        AWARE,
        AWARE.astype("datetime64[s, UTC]"),
        AWARE.astype("datetime64[ms, Asia/Kolkata]"),
        AWARE.astype("datetime64[ns, UTC]"),
        AWARE.astype(pd.ArrowDtype(pa.timestamp("ms", "UTC"))),
        AWARE.astype(object),
        AWARE.astype("category"),
        pl.Series([NOON, None]),
        pl.Series([NOON, None]).cast(pl.Datetime("ms", "Asia/Kolkata")),
        pl.Series([NOON, None]).cast(pl.Datetime("ns", "UTC")),
        *[pa.array([NOON, None], pa.timestamp(unit, "UTC")) for unit in ("s", "ms", "us", "ns")],
    ],
)
def test_instants(raw: Any) -> None:
    """Microseconds since 1970, whatever the unit and the zone."""
    assert read(raw, "at") == Column(INSTANTS, [MICROS, None])


@pytest.mark.parametrize(
    "raw",
    [
        pd.Series([-1], dtype="datetime64[ns, UTC]"),
        pl.Series([-1]).cast(pl.Datetime("ns", "UTC")),
        pa.array([-1], pa.timestamp("ns", "UTC")),
    ],
    ids=["pandas", "polars", "pyarrow"],
)
def test_what_is_finer_than_a_microsecond_is_cut_off(raw: Any) -> None:
    """Toward the past, before 1970 too."""
    assert read(raw, "at") == Column(INSTANTS, [-1])


@pytest.mark.parametrize(
    "raw",
    [
        [datetime(2018, 3, 1)],
        np.array(["2018-03-01"], "datetime64[s]"),
        NAIVE,
        NAIVE.astype(pd.ArrowDtype(pa.timestamp("us"))),
        pl.Series([datetime(2018, 3, 1)]),
        pa.array([datetime(2018, 3, 1)]),
    ],
)
def test_an_instant_needs_a_zone(raw: Any) -> None:
    """The column is named, and what to do."""
    with pytest.raises(Misuse, match=r"^at has no zone: .*tz_localize\('Asia/Kolkata'\)"):
        read(raw, "at")


@pytest.mark.parametrize(
    "raw",
    [
        [DAY, None],
        [datetime(2018, 3, 1), None],
        np.array(["2018-03-01", "NaT"], "datetime64[D]"),
        NAIVE,
        NAIVE.astype(pd.ArrowDtype(pa.date32())),
        pl.Series([DAY, None]),
        pl.Series([datetime(2018, 3, 1), None]),
        pa.array([DAY, None]),
        pa.array([datetime(2018, 3, 1), None]),
    ],
)
def test_days(raw: Any) -> None:
    """Ordinals: of dates, and of midnights without a zone."""
    assert read(raw, "last_day") == Column(DAYS, [ORDINAL, None])


def test_a_time_of_day_is_no_day() -> None:
    """A microsecond after midnight is refused."""
    with pytest.raises(Misuse, match="last_day has times of day"):
        read([datetime(2018, 3, 1, microsecond=1)], "last_day")


@pytest.mark.parametrize(
    "raw",
    [
        [Decimal("99.50"), None],
        pd.Series([Decimal("99.50"), None]),
        pl.Series([Decimal("99.50"), None]),
        pa.array([Decimal("99.50"), None]),
    ],
    ids=["list", "pandas", "polars", "pyarrow"],
)
def test_decimals(raw: Any) -> None:
    """As they are."""
    assert read(raw, "amount") == Column(DECIMALS, [Decimal("99.50"), None])


@pytest.mark.parametrize(
    "raw",
    [
        [None, NAN],
        np.array([np.nan, np.nan]),
        pd.Series([None, None]),
        pd.Series([NAN, NAN]),
        pl.Series([None, None]),
        pa.array([None, None]),
    ],
    ids=["list", "numpy", "pandas", "NaN", "polars", "pyarrow"],
)
def test_nothing_at_all_is_of_any_form(raw: Any) -> None:
    """Empty texts, which every reader takes for none."""
    assert read(raw, "amount") == Column(TEXTS, ["", ""])


def test_an_empty_column_of_times_without_a_zone_is_nothing() -> None:
    """Nothing in it lacks a zone."""
    assert read(np.array(["NaT"], "datetime64[us]"), "at") == Column(TEXTS, [""])


@pytest.mark.parametrize(
    "raw",
    [
        [[{"amount": "1"}], None],
        np.array([[{"amount": "1"}], None], dtype=object),
        pl.Series([[{"amount": "1"}], None]),
        pa.array([[{"amount": "1"}], None]),
        pd.Series([np.array([{"amount": "1"}]), None]),
    ],
    ids=["list", "numpy", "polars", "pyarrow", "arrays"],
)
def test_lists(raw: Any) -> None:
    """As they are."""
    assert read(raw, "lines") == Column(LISTS, [[{"amount": "1"}], None])


def test_values_of_several_kinds_are_written_as_texts() -> None:
    """Each as an event log has it."""
    values = ["a", 7, Decimal("1E+2"), DAY, NOON, None, np.str_("b")]
    written = ["a", "7", "100", "2018-03-01", "2018-03-01T06:30:00Z", "", "b"]
    assert read(values) == Column(TEXTS, written)


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("tokens", [True], "tokens is a column of true and false"),
        ("tokens", pd.Series([True]), "tokens is a column of true and false"),
        ("tokens", np.array([True]), "tokens is a column of true and false"),
        ("tokens", [1.0], r"tokens is a column of floats; give .*astype\('Int64'\)"),
        ("tokens", ["1", 1.0], "tokens is a column of floats"),
        ("tokens", array("d", [1.0]), "tokens is a column of floats"),
        ("order_id", pd.Series([1.0, NAN]), "order_id is a column of floats"),
        ("amount", [1.0], "amounts are no floats: give amount as decimal texts"),
        ("amount_minor", pd.Series([100.0, NAN]), "amounts are no floats: .*amount_minor as whole"),
        ("amount", ["1", 1], "amounts are no whole numbers: give amount as decimal texts"),
        ("order_id", [b"a"], "order_id is a column of bytes; give texts"),
        ("order_id", [{}], "order_id is a column of dict; give texts"),
        ("order_id", ["a", []], "order_id has lists among other values"),
        ("order_id", ["a", datetime(2018, 3, 1)], "order_id has no zone"),
        ("at", [NOON, datetime(2018, 3, 1)], "at has instants with a zone and without"),
        ("order_id", np.array([["a"]]), "order_id has 2 dimensions; a column has one"),
        ("at", [datetime(1, 1, 1, tzinfo=INDIA)], "outside the years 1 to 9999"),
    ],
)
def test_a_column_that_cannot_be_read_says_why(name: str, raw: Any, reason: str) -> None:
    """What it is, and where it helps what to give instead."""
    with pytest.raises(Misuse, match=reason):
        read(raw, name)
