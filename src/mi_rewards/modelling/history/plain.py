"""A file as plain columns, for notebooks."""

import os
from typing import Any

from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.files import chunks_of_file


def read_columns(path: str | os.PathLike[str], *, segment: str = "") -> dict[str, list[Any]]:
    """Read an event log as a dictionary of plain columns, as pandas, polars and pyarrow load it.

    Args:
        path: The path of a file (CSV, packed or not, or JSON Lines), or `sample:` and the name of a
            bundled sample.
        segment: One more column; empty for none.

    Returns:
        The columns that state anything, as they are written: texts, `None` for none; `lines` as
        lists of dictionaries. `kind`, `member_id` and `at` are always there.

    Raises:
        Misuse: A line cannot be read as a row, a column is unknown or missing, or there is no such
            sample.
        OSError: The file cannot be opened.
    """
    columns: dict[str, list[Any]] = {"kind": [], "member_id": [], "at": []}
    count = 0
    for chunk in chunks_of_file(os.fspath(path), segment, 0):
        for line, reason in chunk.unread:
            raise Misuse(f"line {line}: {reason}")
        for name, column in chunk.columns.items():
            columns.setdefault(name, [None] * count).extend(it or None for it in column.values)
        count += len(chunk.numbers)
        for values in columns.values():
            values.extend([None] * (count - len(values)))
    always = {"kind", "member_id", "at"}
    stated = {name: them for name, them in columns.items() if name in always or any(them)}
    if "lines" in stated:
        stated["lines"] = [None if it is None else list(map(dict, it)) for it in stated["lines"]]
    return stated
