"""An event log as lines: CSV or JSON Lines, packed or not, a file or standard input.

1. One business event a line; no line spoils the next, whatever is wrong with it.
2. A line becomes a row: the texts of the known columns in a fixed order, empty where there is none.
3. The header may come again, as it does where files were joined.
"""

import csv
import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import IO, Any, NamedTuple

from mi_rewards import bundled
from mi_rewards._event_log.json_values import decode, json_lines, json_text
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
LINES = 500
"""How many lines are taken apart together."""

_NOT_PLAIN = ('"', "\0", "\r")
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
    path = path_of(name)
    return open(path, "rb") if path else os.fdopen(0, "rb", closefd=False)


def path_of(name: str) -> str:
    """Tell where an event log is.

    Args:
        name: As `open_log` takes it.

    Returns:
        A path, empty for standard input.

    Raises:
        Misuse: There is no such sample.
    """
    if name == "-":
        return ""
    sample = name.removeprefix("sample:")
    # As pathlib has it, which takes long to load: no slash at the end, and no name is this folder.
    return name.rstrip("/") or "." if sample == name else bundled.sample_file(sample)


class Header(NamedTuple):
    """How the lines of a file are read.

    Attributes:
        text: The header of a CSV file, empty for JSON Lines.
        names: The columns that it names, as they come.
        to_row: Makes the row of a line.
        to_rows: Makes the rows of columns as the header names them, `None` for JSON Lines.
        unknown: The columns of no event.
    """

    text: str
    names: Sequence[str]
    to_row: Callable[[str], Row]
    to_rows: Callable[[Sequence[Sequence[str]]], Iterable[Row]] | None
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
            return Header("", (), partial(_json_row, also=also), None, ())
        return _csv_header(text, also)
    except csv.Error as fault:
        raise Misuse(f"line {number}: the line is no CSV: {fault}") from None
    except Misuse as fault:
        raise Misuse(f"line {number}: {fault}") from None


def read_rows(
    source: Iterable[str],
    *,
    header: Header | None = None,
    number: int = 0,
    at_once: int = LINES,
) -> Iterator[tuple[int, Row] | Unread]:
    """Read an event log line by line.

    Args:
        source: From `open_log`, or lines of it.
        header: How it is read; `None` to see from its first line.
        number: How many lines come before these.
        at_once: How many lines are taken before the first of them is answered with, at least 1.

    Yields:
        The line's number and its row, or what is wrong with it. A file that breaks off ends with
        that.

    Raises:
        Misuse: The header of a CSV file is none, or lacks a column that every event needs.
    """
    source = iter(source)
    broken = None
    while broken is None:
        lines, broken = take_lines(source, 1 if header is None else at_once, number)
        if header is None and lines and lines[0].strip():
            header = read_header(lines[0].rstrip("\r\n"), number + 1)
            if header.unknown:
                yield Unread(number + 1, unknown_columns(header.unknown))
        if not lines:
            break
        if header is not None:
            columns = plain_columns(lines, header)
            if columns is None or header.to_rows is None:
                yield from _rows_apart(lines, header, number)
            else:
                yield from enumerate(header.to_rows(columns), number + 1)
        number += len(lines)
    if broken is not None:
        yield broken


def take_lines(source: Iterable[str], count: int, number: int) -> tuple[list[str], Unread | None]:
    """Take the next lines of a file, and what broke it off.

    Args:
        source: An iterator of lines.
        count: How many lines at most.
        number: How many come before them.

    Returns:
        The lines, and what is wrong with the one after them, `None` for nothing.
    """
    lines: list[str] = []
    try:
        lines.extend(islice(source, count))
    except (EOFError, OSError, zlib.error) as fault:
        return lines, Unread(number + len(lines) + 1, f"the file breaks off here: {fault}")
    return lines, None


def plain_columns(lines: Sequence[str], header: Header) -> list[list[str]] | None:
    """Take plain lines of a CSV file apart, all at once.

    Args:
        lines: The lines.
        header: How they are read.

    Returns:
        The texts of each column that the header names; `None` where a line is not plain: it may
        still be read by itself.
    """
    if not header.text or not lines:
        return None
    block = "".join(lines)
    if not block.endswith("\n"):
        block += "\n"
    if "\r" in block:
        block = block.replace("\r\n", "\n")
    if header.text in block or any(mark in block for mark in _NOT_PLAIN) or not _is_utf8(block):
        return None
    if block.count("\n") != len(lines):
        return None
    # With the end of a line as a field of its own a line of other width shifts the ends behind it.
    width = len(header.names)
    fields = block.replace("\n", ",\n,").split(",")
    if fields[width :: width + 1] != ["\n"] * len(lines):
        return None
    return [fields[place : -1 : width + 1] for place in range(width)]


def _is_utf8(text: str) -> bool:
    """Tell whether a text was UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _rows_apart(
    lines: Sequence[str], header: Header, number: int
) -> Iterator[tuple[int, Row] | Unread]:
    """Read lines one by one."""
    for at, line in enumerate(lines, number + 1):
        text = line.rstrip("\r\n")
        if not text or text == header.text or text.isspace():
            continue
        try:
            if "\0" in text:
                raise Misuse("the line has a NUL character")
            if not _is_utf8(text):
                raise Misuse("the line is not UTF-8")
            yield at, header.to_row(text)
        except UnicodeEncodeError:
            yield Unread(at, "the line is not UTF-8")
        except csv.Error as fault:
            yield Unread(at, f"the line is no CSV: {fault}")
        except Misuse as fault:
            yield Unread(at, str(fault))


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

    def to_rows(columns: Sequence[Sequence[str]]) -> list[Row]:
        none = [""] * len(columns[0])
        return [row + beyond for row in zip(*values([*columns, none]), strict=True)]

    unknown = [name for name in names if name not in wanted or name == "lines"]
    return Header(text, names, to_row, to_rows, unknown)


def _split(text: str) -> list[str]:
    """Split one CSV line."""
    return next(csv.reader([text], strict=True))


def _json_row(text: str, *, also: str) -> Row:
    """Read one line of JSON Lines; numbers are read by their digits."""
    try:
        event = decode(text)
    except Misuse:
        raise
    except RecursionError:
        raise Misuse("the line is nested too deeply") from None
    except ValueError as fault:
        raise Misuse(f"the line is no JSON: {fault}") from None
    if not isinstance(event, dict):
        raise Misuse("the line is no JSON object")
    more = (json_text(also, event.pop(also, None)),) if also else ()
    for name in event:
        if name not in _PLACES:
            raise Misuse(f"unknown column {name!r:.60}")
    if event.get("lines") == [] and event.get("kind") == "returned":
        raise Misuse("lines names no line to return")
    row = list(_EMPTY)
    for name, value in event.items():
        row[_PLACES[name]] = json_lines(value) if name == "lines" else json_text(name, value)
    return (*row, *more)
