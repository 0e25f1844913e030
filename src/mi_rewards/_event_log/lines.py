"""An event log as lines: CSV or JSON Lines, packed or not, a file or standard input.

1. One business event a line; no line spoils the next, whatever is wrong with it.
2. A line becomes a row: the texts of the known columns in a fixed order, empty where there is none.
3. The header may come again, as it does where files were joined.
"""

import csv
import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from typing import IO, Any, NamedTuple, NoReturn

from mi_rewards import bundled
from mi_rewards.errors import Misuse

COLUMNS = (
    "kind",
    "member_id",
    "at",
    "order_id",
    "amount",
    "currency",
    "request_id",
    "category",
    "channel",
    "tokens",
    "last_day",
    "line_id",
    "quantity",
    "lines",
    "reward_id",
    "code",
    "verdict",
    "quota_id",
    "product_id",
    "variant",
    "region",
    "terms_id",
    "sale_id",
    "opens_at",
    "closes_at",
    "shards",
    "for_codes",
    "member_max",
    "payment_mode",
    "colour",
    "until",
    "quote_id",
    "exchange_id",
    "book_id",
    "model_id",
    "brand",
    "sims",
    "launch_price",
    "launched_on",
    "imeis",
    "bought_on",
    "answers",
    "valuer",
    "reference",
    "reason",
    "visit_at",
    "payer",
    "hold_id",
    "burn_id",
)
"""What an event may state; `lines` in JSON Lines alone."""

_REQUIRED = ("kind", "member_id", "at")
LINE_COLUMNS = frozenset({"line_id", "amount", "quantity", "category"})
"""What a line of an order may state."""

Row = tuple[Any, ...]
"""The values of `COLUMNS`, in that order: texts, but for `lines`, a tuple of the texts of each."""

_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_EMPTY: Row = tuple(() if name == "lines" else "" for name in COLUMNS)


class Unread(NamedTuple):
    """A line that could not be read.

    Attributes:
        line: Its number, from 1.
        reason: What was wrong.
    """

    line: int
    reason: str


@contextmanager
def open_log(name: str) -> Iterator[IO[str]]:
    """Open an event log for as long as it is read.

    Args:
        name: A path, `-` for standard input, or `sample:` and the name of a bundled sample.

    Yields:
        Its text; bytes that are no UTF-8 become surrogates, to be reported with their line.

    Raises:
        Misuse: There is no such sample.
        OSError: The file cannot be opened.
    """
    try:
        source = _opened(name)
        is_packed = source.peek(2)[:2] == b"\x1f\x8b"
    except OSError as fault:
        fault.filename = "standard input" if name == "-" else name
        raise
    with source:
        # Read through another buffer, a file that breaks off would lose the last lines before that.
        binary = gzip.GzipFile(fileobj=source) if is_packed else source
        with io.TextIOWrapper(
            binary, encoding="utf-8-sig", errors="surrogateescape", newline="\n"
        ) as text:
            yield text


def _opened(name: str) -> io.BufferedReader:
    """Open the bytes of an event log."""
    if name == "-":
        return os.fdopen(0, "rb", closefd=False)
    sample = name.removeprefix("sample:")
    # As pathlib has it, which takes long to load: no slash at the end, and no name is this folder.
    path = name.rstrip("/") or "." if sample == name else bundled.sample_file(sample)
    return open(path, "rb")


class Header(NamedTuple):
    """How the lines of a file are read.

    Attributes:
        text: The header of a CSV file, empty for JSON Lines.
        names: The columns that it names, as they come.
        to_row: Makes the row of a line.
        unknown: The columns of no event.
    """

    text: str
    names: Sequence[str]
    to_row: Callable[[str], Row]
    unknown: Sequence[str]


def read_header(text: str, number: int, *, also: str = "") -> Header:
    """See from its first line how a file is read.

    Args:
        text: The first line that is not blank.
        number: Its number.
        also: One more column, whose text comes behind those of `COLUMNS` in each row; none where
            it is empty or one of them.

    Returns:
        How to read it.

    Raises:
        Misuse: The header of a CSV file is none, or lacks a column that every event needs.
    """
    also = "" if also in _PLACES else also
    try:
        if "\0" in text:
            raise Misuse("the line has a NUL character")
        if text.lstrip().startswith(("{", "[")):
            return Header("", (), partial(_json_row, also=also), ())
        return _csv_header(text, also)
    except csv.Error as fault:
        raise Misuse(f"line {number}: the line is no CSV: {fault}") from None
    except Misuse as fault:
        raise Misuse(f"line {number}: {fault}") from None


def read_rows(
    source: Iterable[str], *, header: Header | None = None, number: int = 0
) -> Iterator[tuple[int, Row] | Unread]:
    """Read an event log line by line.

    Args:
        source: From `open_log`, or lines of it.
        header: How it is read; `None` to see from its first line.
        number: How many lines come before these.

    Yields:
        The line's number and its row, or what is wrong with it. A file that breaks off ends with
        that.

    Raises:
        Misuse: The header of a CSV file is none, or lacks a column that every event needs.
    """
    repeated = "" if header is None else header.text
    to_row = None if header is None else header.to_row
    lines = iter(source)
    while True:
        number += 1
        try:
            line = next(lines, None)
        except (EOFError, OSError, zlib.error) as fault:
            yield Unread(number, f"the file breaks off here: {fault}")
            return
        if line is None:
            return
        text = line.rstrip("\r\n")
        if not text or text == repeated or text.isspace():
            continue
        if to_row is None:
            repeated, _, to_row, unknown = read_header(text, number)
            if unknown:
                yield Unread(number, unknown_columns(unknown))
            if repeated:
                continue
        try:
            if "\0" in text:
                raise Misuse("the line has a NUL character")
            if not text.isascii():
                text.encode()
            yield number, to_row(text)
        except UnicodeEncodeError:
            yield Unread(number, "the line is not UTF-8")
        except (csv.Error, Misuse) as fault:
            reason = f"the line is no CSV: {fault}" if isinstance(fault, csv.Error) else str(fault)
            yield Unread(number, reason)


def unknown_columns(names: Sequence[str]) -> str:
    """Say that a header names columns of no event.

    Args:
        names: The columns.

    Returns:
        The reason.
    """
    return "unknown column " + ", ".join(map(repr, names))


def _csv_header(text: str, also: str) -> Header:
    """Make the reader of a CSV file's lines from its header, and name the unknown columns."""
    names = _split(text)
    for name in _REQUIRED:
        if name not in names:
            raise Misuse(f"the header must name {', '.join(_REQUIRED)}; {name!r} is missing")
    for name in COLUMNS:
        if names.count(name) > 1:
            raise Misuse(f"the header names {name!r} twice")
    width = len(names)
    wanted = (*COLUMNS, also) if also else COLUMNS
    known = [names.index(name) if name in names and name != "lines" else width for name in wanted]
    beyond: Row = ()
    while known[-1] == width:
        beyond += ("",)
        del known[-1]
    values = itemgetter(*known)

    def to_row(text: str) -> Row:
        fields = _split(text) if '"' in text else text.split(",")
        if len(fields) != width:
            raise Misuse(f"the line has {len(fields)} fields, the header {width}")
        fields.append("")
        row: Row = values(fields) + beyond
        return row

    unknown = [name for name in names if name not in wanted or name == "lines"]
    return Header(text, names, to_row, unknown)


def _split(text: str) -> list[str]:
    """Split one CSV line."""
    return next(csv.reader([text], strict=True))


def _json_row(text: str, *, also: str) -> Row:
    """Read one line of JSON Lines; numbers are read by their digits."""
    try:
        event = _decode(text)
    except Misuse:
        raise
    except RecursionError:
        raise Misuse("the line is nested too deeply") from None
    except ValueError as fault:
        raise Misuse(f"the line is no JSON: {fault}") from None
    if not isinstance(event, dict):
        raise Misuse("the line is no JSON object")
    more = (_json_text(also, event.pop(also, None)),) if also else ()
    for name in event:
        if name not in _PLACES:
            raise Misuse(f"unknown column {name!r:.60}")
    if event.get("lines") == [] and event.get("kind") == "returned":
        raise Misuse("lines names no line to return")
    row = list(_EMPTY)
    for name, value in event.items():
        row[_PLACES[name]] = _json_lines(value) if name == "lines" else _json_text(name, value)
    return (*row, *more)


def _json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members, each named once."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Misuse(f"the line names {twice!r:.60} twice")
    return members


def _json_constant(name: str) -> NoReturn:
    """Object to what Python reads as a number and JSON does not have."""
    raise Misuse(f"the line is no JSON: there is no {name}")


_decode: Callable[[str], object] = json.JSONDecoder(
    object_pairs_hook=_json_object, parse_float=str, parse_int=str, parse_constant=_json_constant
).decode

_JSON_KINDS = {bool: "true or false", list: "a list", dict: "an object"}


def _json_text(name: str, value: object) -> str:
    """Answer with a value's text, empty for none."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Misuse(f"{name} must be a text or a number, not {_JSON_KINDS[type(value)]}")
    if "\0" in value:
        raise Misuse("the line has a NUL character")
    if not value.isascii():
        value.encode()
    return value


def _json_lines(value: object) -> tuple[dict[str, str], ...]:
    """Read the lines of an order."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(line, dict) for line in value):
        raise Misuse("lines must be a list of objects")
    lines = []
    for line in value:
        for name in line:
            if name not in LINE_COLUMNS:
                raise Misuse(f"unknown column {name!r:.60} in lines")
        lines.append({name: _json_text(name, item) for name, item in line.items()})
    return tuple(lines)
