"""Laws of histories: what rows state does not depend on the columns or files they come in."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.lines import Unread, open_log, read_rows
from mi_rewards.bundled import programme
from mi_rewards.calendar import write_instant
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history import Batch, batches, read_columns, to_rows
from mi_rewards.modelling.history.batch import micros_of
from mi_rewards.money import Money

RULES = programme("reward-mi")
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
DAYS = st.dates(date(2015, 1, 1), date(2030, 1, 1))
KINDS = st.sampled_from(
    [
        *("opening", "joined", "placed", "cancelled", "delivered", "returned", "redeemed"),
        *("reviewed", "held", "captured", "released", "burned", "reinstated", "shared"),
    ]
)
NAMES = st.sampled_from(["a", "b", "ä", "7", "c:d", 'e"f', "g,h"])


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw one or nothing."""
    return st.none() | values


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": KINDS,
            "member_id": NAMES,
            "at": INSTANTS,
            "order_id": maybe(NAMES),
            "amount": maybe(st.integers(0, 10**9).map(lambda minor: Money(minor, "INR").amount)),
            "currency": st.sampled_from([None, "INR", "INR", "INR"]),
            "request_id": maybe(NAMES),
            "tokens": maybe(st.integers(0, 10**18)),
            "last_day": maybe(DAYS),
            "quantity": maybe(st.integers(0, 9)),
            "line_id": maybe(NAMES),
            "reward_id": maybe(NAMES),
            "until": maybe(INSTANTS),
            "hold_id": maybe(NAMES),
            "burn_id": maybe(NAMES),
            "channel": maybe(NAMES),
            "variant": maybe(NAMES),
        }
    ),
    min_size=1,
    max_size=4,
)
Row = dict[str, Any]


def as_text(value: Any) -> str | None:
    """Write a value as an event log does."""
    if isinstance(value, datetime):
        return write_instant(value)
    return None if value is None else str(value)


def text_columns(rows: list[Row]) -> dict[str, list[Any]]:
    """State rows by columns of texts."""
    return {name: [as_text(row[name]) for row in rows] for name in rows[0]}


def typed_columns(rows: list[Row]) -> dict[str, list[Any]]:
    """State rows by columns of what they are."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns["amount"] = [None if it is None else Decimal(it) for it in columns["amount"]]
    return columns


def counted_columns(rows: list[Row]) -> dict[str, Any]:
    """State rows by whole numbers wherever they can."""
    columns = typed_columns(rows)
    del columns["amount"]
    columns["amount_minor"] = [
        None if row["amount"] is None else Money.of(row["amount"], "INR").minor for row in rows
    ]
    for name in ("at", "until"):
        values = columns.pop(name)
        columns[f"{name}_us"] = [None if it is None else micros_of(it) for it in values]
    columns["last_day"] = [None if it is None else it.toordinal() for it in columns["last_day"]]
    return columns


def pandas_typed(rows: list[Row]) -> pd.DataFrame:
    """State rows by a frame of pandas with the types that an analyst has."""
    frame = pd.DataFrame(typed_columns(rows))
    for name in ("at", "until"):
        frame[name] = pd.to_datetime(frame[name], utc=True).dt.tz_convert("Asia/Kolkata")
    for name in ("tokens", "quantity"):
        frame[name] = pd.array([row[name] for row in rows], dtype="Int64")
    for name in ("kind", "currency", "channel"):
        frame[name] = frame[name].astype("category")
    frame["last_day"] = pd.to_datetime(frame["last_day"])
    return frame


MAKES: dict[str, Callable[[list[Row]], Any]] = {
    "texts": text_columns,
    "tuples": lambda rows: {name: tuple(it) for name, it in text_columns(rows).items()},
    "typed": typed_columns,
    "counted": counted_columns,
    "pandas texts": lambda rows: pd.DataFrame(text_columns(rows)),
    "pandas": pandas_typed,
    "polars texts": lambda rows: pl.DataFrame(text_columns(rows), infer_schema_length=None),
    "polars": lambda rows: pl.DataFrame(typed_columns(rows), infer_schema_length=None),
    "lazy": lambda rows: pl.DataFrame(typed_columns(rows), infer_schema_length=None).lazy(),
    "pyarrow": lambda rows: pa.table(typed_columns(rows)),
    "record batch": lambda rows: pa.RecordBatch.from_pydict(text_columns(rows)),
}


@given(rows=ROWS)
def test_the_same_rows_in_columns_of_any_make_are_the_same_batches(rows: list[Row]) -> None:
    """Texts, types, frames of three libraries: equal to the last column and reason."""
    wanted = list(batches(text_columns(rows), RULES))
    for name, make in MAKES.items():
        assert (name, list(batches(make(rows), RULES))) == (name, wanted)


def together(found: list[Batch]) -> dict[str, Any]:
    """Put batches behind each other."""
    count = sum(len(it.kind) for it in found)
    whole: dict[str, Any] = {"unread": [line for it in found for line in it.unread]}
    for number, row in (pair for it in found for pair in to_rows(it)):
        whole[str(number)] = row
    assert len(whole) == count + 1
    return whole


@given(
    rows=ROWS,
    more=st.lists(st.tuples(ROWS, st.sampled_from(sorted(MAKES))), max_size=3),
    until=maybe(INSTANTS),
)
def test_chunks_are_the_whole(
    rows: list[Row], more: list[tuple[list[Row], str]], until: datetime | None
) -> None:
    """Whatever each chunk is made of, its rows are numbered and read as those of one history."""
    chunks = [text_columns(rows), *(MAKES[make](part) for part, make in more)]
    every = rows + [row for part, _ in more for row in part]
    found = together(list(batches(iter(chunks), RULES, until=until)))
    assert found == together(list(batches(text_columns(every), RULES, until=until)))


def csv_of(columns: dict[str, list[Any]]) -> bytes:
    """Write columns as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def json_of(columns: dict[str, list[Any]]) -> bytes:
    """Write columns as JSON Lines."""
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


WRITTEN: dict[str, tuple[Callable[[dict[str, list[Any]]], bytes], int]] = {
    "csv": (csv_of, 1),
    "csv.gz": (lambda columns: gzip.compress(csv_of(columns)), 1),
    "jsonl": (json_of, 0),
}


@pytest.mark.parametrize("kind", WRITTEN)
@given(rows=ROWS)
def test_files_are_columns(kind: str, rows: list[Row]) -> None:
    """CSV, packed or not, and JSON Lines: the same batches, but for the line of the header."""
    write, behind = WRITTEN[kind]
    with TemporaryDirectory() as folder:
        path = Path(folder, "log")
        path.write_bytes(write(text_columns(rows)))
        found = list(batches(path, RULES))
        plain = list(batches(read_columns(path), RULES))
    columns = list(batches(text_columns(rows), RULES))
    assert plain == columns
    moved = [
        it._replace(
            numbers=[number - behind for number in it.numbers],
            unread=tuple(Unread(line - behind, reason) for line, reason in it.unread),
        )
        for it in found
    ]
    assert moved == [it._replace(numbers=list(it.numbers)) for it in columns]


OFFSETS = st.sampled_from(["+05:30", "Z", "-03:00", "", " "])
SLOPPY = st.fixed_dictionaries(
    {
        "kind": KINDS | st.sampled_from(["party", "", "preordered", "device_quoted"]),
        "member_id": st.sampled_from(["a", "a", "b", ""]),
        "at": st.builds(lambda at, offset: f"{at.isoformat()}{offset}", st.datetimes(), OFFSETS),
        "order_id": st.sampled_from(["", "o", "p:q"]),
        "amount": st.sampled_from(["", "1", "1.5", "1.50", "1.005", "-1", "x"]),
        "currency": st.sampled_from(["INR", "INR", "", "JPY", "XXX"]),
        "request_id": st.sampled_from(["", "r"]),
        "tokens": st.sampled_from(["", "7", "007", "x"]),
        "last_day": st.sampled_from(["", "never", "2018-12-31", "x"]),
        "line_id": st.sampled_from(["", "", "l"]),
        "quantity": st.sampled_from(["", "", "1", "0", "x"]),
        "reward_id": st.sampled_from(["", "w"]),
        "code": st.sampled_from(["", "c"]),
        "until": st.sampled_from(["", "2018-03-01T12:00:00Z", "x"]),
        "quota_id": st.sampled_from(["", "q"]),
        "hold_id": st.sampled_from(["", "h"]),
        "burn_id": st.sampled_from(["", "b"]),
    }
)


def stated(command: Any) -> Any:
    """State a command without the code that was drawn for it."""
    return type(command), {name: it for name, it in vars(command).items() if name != "code"}


@given(
    rows=st.lists(SLOPPY, min_size=1, max_size=8), until=maybe(st.datetimes(timezones=st.just(UTC)))
)
def test_batches_and_lines_come_to_the_same_commands(
    rows: list[dict[str, str]], until: datetime | None
) -> None:
    """A file's rows by batches are those of the command line: its commands, its reasons."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    commands: list[Any] = []
    others: list[Any] = []
    reasons: list[Unread] = []
    unread: list[Unread] = []
    with TemporaryDirectory() as folder:
        path = Path(folder, "log")
        path.write_bytes(csv_of(columns))
        with open_log(str(path)) as source:
            for item in read_rows(source):
                assert not isinstance(item, Unread)
                number, row = item
                try:
                    command = to_command(row, until)
                except Misuse as fault:
                    reasons.append(Unread(number, str(fault)))
                    continue
                if command is not None:
                    commands.append((number, stated(command)))
        for batch in batches(path, RULES, until=until):
            unread += batch.unread
            for number, row in to_rows(batch):
                try:
                    others.append((number, stated(to_command(row, until))))
                except Misuse as fault:
                    unread.append(Unread(number, str(fault)))
    assert others == commands
    assert sorted(unread) == reasons
