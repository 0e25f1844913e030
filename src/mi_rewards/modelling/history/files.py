"""Files as chunks: lines that are plain are taken apart together, others one by one.

The reasons for what cannot be read are those of a replay on the command line; both read by the same
functions.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from mi_rewards._event_log.lines import (
    COLUMNS,
    Header,
    Row,
    Unread,
    open_log,
    read_header,
    read_rows,
    unknown_columns,
)
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.batch import ROWS_MAX, Chunk
from mi_rewards.modelling.history.forms import LISTS, TEXTS, Column

_NOT_PLAIN: Final = ('"', "\0", "\r")
_FAULTS: Final = (EOFError, OSError, zlib.error)


def chunks_of_file(name: str, segment: str, behind: int) -> Iterator[Chunk]:
    """Read a file in chunks.

    Args:
        name: A path, or `sample:` and the name of a bundled sample.
        segment: One more column; empty for none.
        behind: How many rows come before.

    Yields:
        The chunks; their numbers are those of lines.

    Raises:
        Misuse: There is no such sample, or the header lacks a column.
        OSError: The file cannot be opened.
    """
    with open_log(name) as source:
        lines, broken = _taken(source)
        number = 0
        header: Header | None = None
        while lines or broken:
            unread = [] if broken is None else [broken._replace(line=number + len(lines) + 1)]
            if header is None:
                header, passed = _header_of(lines, number, segment)
                lines, number = lines[passed:], number + passed
                if header is not None and header.unknown:
                    unread.append(Unread(number, unknown_columns(header.unknown)))
            if header is not None:
                yield _chunk(lines, header, segment, number, unread, behind)
            elif unread:
                yield Chunk((), {}, _moved(unread, behind), behind + number)
            number += len(lines)
            if broken is not None:
                return
            lines, broken = _taken(source)


def _taken(source: Iterable[str]) -> tuple[list[str], Unread | None]:
    """Take the next lines of a file, and what broke it off."""
    lines: list[str] = []
    try:
        lines.extend(islice(source, ROWS_MAX))
    except _FAULTS as fault:
        return lines, Unread(0, f"the file breaks off here: {fault}")
    return lines, None


def _header_of(lines: Sequence[str], number: int, segment: str) -> tuple[Header | None, int]:
    """Find the header among the first lines, and say how many are done with."""
    for place, line in enumerate(lines):
        text = line.rstrip("\r\n")
        if not text or text.isspace():
            continue
        header = read_header(text, number + place + 1, also=segment)
        if header.text and segment and segment not in header.names:
            raise Misuse(f"the header names no column {segment!r} to be the segment")
        return header, place + 1 if header.text else place
    return None, len(lines)


def _chunk(
    lines: Sequence[str],
    header: Header,
    segment: str,
    number: int,
    unread: Sequence[Unread],
    behind: int,
) -> Chunk:
    """Make a chunk of lines."""
    last = behind + number + len(lines)
    columns = _plain(lines, header, segment)
    if columns is not None:
        numbers: Sequence[int] = range(behind + number + 1, last + 1)
        return Chunk(numbers, columns, _moved(unread, behind), last)
    numbers, rows, found = [], [], [*unread]
    for item in read_rows(lines, header=header, number=number):
        if isinstance(item, Unread):
            found.append(item)
        else:
            numbers.append(item[0] + behind)
            rows.append(item[1])
    return Chunk(numbers, _columns(rows, segment), _moved(found, behind), last)


def _plain(lines: Sequence[str], header: Header, segment: str) -> Mapping[str, Column] | None:
    """Take plain lines of a CSV file apart, all at once; `None` where one is not plain."""
    if not header.text or not lines:
        return None
    block = "".join(lines)
    if not block.endswith("\n"):
        block += "\n"
    if "\r" in block:
        block = block.replace("\r\n", "\n")
    if header.text in block or any(mark in block for mark in _NOT_PLAIN):
        return None
    width = len(header.names)
    if {line.count(",") for line in lines} != {width - 1} or not _is_utf8(block):
        return None
    fields = block.replace("\n", ",").split(",")
    fields.pop()
    wanted = {*COLUMNS, segment} - {"lines", ""}
    return {
        name: Column(TEXTS, fields[place::width])
        for place, name in enumerate(header.names)
        if name in wanted
    }


def _is_utf8(text: str) -> bool:
    """Tell whether a text was UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _columns(rows: Sequence[Row], segment: str) -> Mapping[str, Column]:
    """Turn rows into columns; those that state nothing are left out."""
    names = COLUMNS if segment in COLUMNS else (*COLUMNS, segment)
    columns: dict[str, Column] = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=False):
        if name in {"kind", "member_id", "at", segment} or any(values):
            columns[name] = Column(LISTS if name == "lines" else TEXTS, list(values))
    return columns


def _moved(unread: Iterable[Unread], behind: int) -> tuple[Unread, ...]:
    """Number lines behind the rows before them."""
    return tuple(Unread(line + behind, reason) for line, reason in unread)
