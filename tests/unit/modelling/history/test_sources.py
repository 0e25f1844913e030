"""Histories of any make in chunks: which columns they have, and how their rows are numbered."""

from collections import deque
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from mi_rewards.bundled import programme
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history import Batch, batches
from mi_rewards.modelling.history import sources as module
from tests.event_logs import NOON

RULES = programme("reward-mi")
COLUMNS: dict[str, list[str]] = {
    "kind": ["joined", "delivered", "joined"],
    "member_id": ["a", "a", "b"],
    "at": [NOON] * 3,
    "order_id": ["", "o", ""],
    "amount": ["", "9.50", ""],
    "currency": ["", "INR", ""],
}


def read(history: Any, **options: Any) -> list[Batch]:
    """Read a history."""
    return list(batches(history, RULES, **options))


class Lazy:
    """A lazy frame that knows nothing of batches."""

    def collect(self) -> pd.DataFrame:
        """Collect it."""
        return pd.DataFrame(COLUMNS)


@pytest.mark.parametrize(
    "history",
    [
        COLUMNS,
        {name: np.array(column) for name, column in COLUMNS.items()},
        {name: pd.Series(column, index=[7, 8, 9]) for name, column in COLUMNS.items()},
        {name: pl.Series(column) for name, column in COLUMNS.items()},
        {name: pa.chunked_array([column[:1], column[1:]]) for name, column in COLUMNS.items()},
        pd.DataFrame(COLUMNS, index=[7, 7, 7]),
        pl.DataFrame(COLUMNS),
        pl.DataFrame(COLUMNS).lazy(),
        pa.table(COLUMNS),
        pa.RecordBatch.from_pydict(COLUMNS),
        Lazy(),
    ],
)
@pytest.mark.parametrize("rows_max", [1, 2, 3, 4])
def test_every_make_is_cut_alike(
    monkeypatch: pytest.MonkeyPatch, history: Any, rows_max: int
) -> None:
    """Into parts of at most so many rows, numbered from 1."""
    monkeypatch.setattr(module, "ROWS_MAX", rows_max)
    found = read(history)
    assert all(0 < len(it.kind) <= rows_max for it in found)
    assert [number for it in found for number in it.numbers] == [1, 2, 3]
    assert [text for it in found for text in it.kind] == COLUMNS["kind"]
    assert [it for batch in found for it in batch.minor or [-1] * len(batch.kind)] == [-1, 950, -1]


def test_numbers_go_on_across_chunks(tmp_path: Path) -> None:
    """Also across files, whose lines are counted, and chunks without rows."""
    path = tmp_path / "log.csv"
    path.write_text(f"kind,member_id,at\n\njoined,c,{NOON}\nparty,c,{NOON}\n")
    empty: dict[str, list[str]] = {name: [] for name in COLUMNS}

    def parts() -> Iterator[Any]:
        yield pd.DataFrame(COLUMNS)
        yield empty
        yield [path, pa.table(COLUMNS)]
        yield COLUMNS

    found = read(parts())
    assert [list(it.numbers) for it in found] == [[1, 2, 3], [6], [8, 9, 10], [11, 12, 13]]
    assert [line for it in found for line, _ in it.unread] == [7]


def test_an_empty_history_has_no_batch() -> None:
    """Nor has one without chunks; its columns are looked at all the same."""
    assert read({name: [] for name in COLUMNS}) == []
    assert read([]) == []
    with pytest.raises(Misuse, match="missing: kind, member_id, at"):
        read({})


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ({"kind": []}, "the columns kind, member_id, at; missing: member_id, at$"),
        ({**COLUMNS, "shop": ["x"] * 3}, "unknown column 'shop': leave it out, or name it as"),
        (pd.DataFrame(COLUMNS).assign(**{"3": 1}), "unknown column '3':"),
        ({**COLUMNS, "order_id": ["o"]}, "columns are equally long: kind has 3, .*order_id has 1"),
        ({**COLUMNS, "at_us": [1] * 3}, "states each column once; there is twice at_us and at$"),
        ({**COLUMNS, "amount_minor": [1] * 3}, "there is twice amount_minor and amount$"),
        (
            pd.DataFrame(
                [["joined", "joined", "m", NOON]], columns=["kind", "kind", "member_id", "at"]
            ),
            "there is twice kind$",
        ),
        ({"kind": "joined", "member_id": "m", "at": NOON}, "kind is no column but str"),
        ({"kind": iter(["joined"])}, "kind is no column but list_iterator"),
        ({"kind": {"joined"}}, "kind is no column but set"),
        ({"kind": deque(["joined"])}, "kind is no column but deque"),
        ({"kind": memoryview(b"j")}, "kind is no column but memoryview"),
        (7, "a history is a dictionary of columns, .*not int$"),
        ([7], "a history is a dictionary of columns, .*not int$"),
        (b"log.csv", "a history is a dictionary of columns, .*not bytes$"),
        ("sample:none", "no sample is named 'none'"),
    ],
)
def test_what_is_no_history_says_why(history: Any, reason: str) -> None:
    """One reason, and the columns that it is about."""
    with pytest.raises(Misuse, match=reason):
        read(history)


def test_a_segment_is_a_column_more() -> None:
    """Of any name, even one that a batch has; or one of the event log's own."""
    shops = ["x", "", "y"]
    for name in ("shop", "segment", "minor", "tier "):
        (found,) = read({**COLUMNS, name: shops}, segment=name)
        assert (found.segment, found.minor, found.rest) == (shops, [-1, 950, -1], {})
    (found,) = read(COLUMNS, segment="order_id")
    assert found.segment == COLUMNS["order_id"] == found.order_id
    (found,) = read({**COLUMNS, "last_day": [date(2018, 3, 1), None, None]}, segment="last_day")
    assert found.segment == ["2018-03-01", "", ""]
    (found,) = read({**COLUMNS, "shop": [1, None, 2]}, segment="shop")
    assert found.segment == ["1", "", "2"]
    (found,) = read({**COLUMNS, "shop": [""] * 3}, segment="shop")
    assert found.segment is None
    (found,) = read(COLUMNS, segment="tier")
    assert found.segment is None
    with pytest.raises(Misuse, match=r"missing: shop$"):
        read(COLUMNS, segment="shop")
