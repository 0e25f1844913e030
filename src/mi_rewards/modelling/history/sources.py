"""Histories of any make as chunks: slices of frames and of dictionaries, parts of files."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final

from mi_rewards._event_log.lines import COLUMNS
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.batch import ROWS_MAX, Chunk
from mi_rewards.modelling.history.files import chunks_of_file

_IN_PLACE: Final = {"at_us": "at", "amount_minor": "amount", "until_us": "until"}
"""Columns that may take the place of others."""

_NO_COLUMNS: Final = (str, bytes, memoryview, Mapping, Set, deque)
"""What has a length, and cannot be cut into chunks of values."""

_KNOWN: Final = frozenset({*COLUMNS, *_IN_PLACE})


def chunks_of(history: Any, segment: str, behind: int = 0) -> Iterator[Chunk]:
    """Cut a history into chunks.

    Args:
        history: As `batches` takes it.
        segment: One more column; empty for none.
        behind: How many rows come before.

    Yields:
        The chunks; the last number of each says how far the history has been read.

    Raises:
        Misuse: It is no history, or its columns are not those of one.
    """
    if isinstance(history, (str, os.PathLike)):
        yield from chunks_of_file(os.fspath(history), segment, behind)
    elif isinstance(history, Mapping):
        yield from _slices(*_of_mapping(history), segment, behind)
    elif hasattr(history, "collect"):
        yield from chunks_of(_collected(history), segment, behind)
    elif hasattr(history, "iloc") and hasattr(history, "columns"):
        yield from _slices(*_of_pandas(history), segment, behind)
    elif hasattr(history, "get_columns"):
        yield from _slices(*_of_polars(history), segment, behind)
    elif hasattr(history, "num_rows") and hasattr(history, "schema"):
        yield from _slices(*_of_arrow(history), segment, behind)
    elif isinstance(history, Iterable) and not isinstance(history, (bytes, bytearray)):
        for part in history:
            for chunk in chunks_of(part, segment, behind):
                yield chunk
                behind = chunk.last
    else:
        raise Misuse(
            "a history is a dictionary of columns, a frame, the path of a file, or chunks of them,"
            f" not {type(history).__name__}"
        )


_Cut = Callable[[int, int], Mapping[str, Any]]
_Cuttable = tuple[Sequence[Any], int, _Cut]
"""The names of columns, how many rows there are, and what cuts rows out."""


def _collected(frame: Any) -> Iterable[Any]:
    """Collect a lazy frame, in batches where it knows how."""
    if hasattr(frame, "collect_batches"):
        return frame.collect_batches(chunk_size=ROWS_MAX, maintain_order=True)  # type: ignore[no-any-return]
    return [frame.collect()]


def _of_mapping(history: Mapping[Any, Any]) -> _Cuttable:
    """Say how a dictionary of columns is cut."""
    lengths = {}
    for name, column in history.items():
        if isinstance(column, _NO_COLUMNS) or not hasattr(column, "__len__"):
            raise Misuse(f"{name} is no column but {type(column).__name__}")
        lengths[name] = len(column)
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in lengths.items())
        raise Misuse(f"columns are equally long: {told}")

    count = next(iter(lengths.values()), 0)

    def cut(start: int, end: int) -> Mapping[str, Any]:
        if end - start == count:
            return history
        return {
            name: column.iloc[start:end] if hasattr(column, "iloc") else column[start:end]
            for name, column in history.items()
        }

    return list(history), count, cut


def _of_pandas(frame: Any) -> _Cuttable:
    """Say how a frame of pandas is cut."""
    names = list(frame.columns)

    def cut(start: int, end: int) -> Mapping[str, Any]:
        part = frame.iloc[start:end]
        return {name: part[name] for name in names}

    return names, len(frame), cut


def _of_polars(frame: Any) -> _Cuttable:
    """Say how a frame of polars is cut."""

    def cut(start: int, end: int) -> Mapping[str, Any]:
        return {it.name: it for it in frame.slice(start, end - start).get_columns()}

    return list(frame.columns), frame.height, cut


def _of_arrow(table: Any) -> _Cuttable:
    """Say how a table or a record batch of pyarrow is cut."""
    names = list(table.schema.names)

    def cut(start: int, end: int) -> Mapping[str, Any]:
        part = table.slice(start, end - start)
        return {name: part.column(place) for place, name in enumerate(names)}

    return names, table.num_rows, cut


def _slices(
    names: Sequence[Any], count: int, cut: _Cut, segment: str, behind: int
) -> Iterator[Chunk]:
    """Cut rows into chunks, once their columns are known."""
    _check_names(names, segment)
    for start in range(0, count, ROWS_MAX):
        end = min(start + ROWS_MAX, count)
        numbers = range(behind + start + 1, behind + end + 1)
        yield Chunk(numbers, cut(start, end), (), behind + end)


def _check_names(names: Sequence[Any], segment: str) -> None:
    """Object to columns that are unknown, missing, or there twice."""
    known = _KNOWN | {segment} if segment else _KNOWN
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Misuse(
            f"unknown column {', '.join(map(repr, unknown))}: leave it out, or name it as the"
            " segment"
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    twice += [f"{it} and {name}" for it, name in _IN_PLACE.items() if {it, name} <= {*names}]
    if twice:
        raise Misuse(f"a history states each column once; there is twice {', '.join(twice)}")
    missing = [name for name in ("kind", "member_id") if name not in names]
    if "at" not in names and "at_us" not in names:
        missing.append("at")
    if segment and segment not in names:
        missing.append(segment)
    if missing:
        raise Misuse(
            f"a history has the columns kind, member_id, at; missing: {', '.join(missing)}"
        )
