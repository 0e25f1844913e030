"""Files as chunks: lines that are plain are taken apart together, others one by one.

The reasons for what cannot be read are those of a replay on the command line; both read by the same
functions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mi_rewards._event_log.lines import (
    COLUMNS,
    Header,
    Row,
    Unread,
    open_log,
    plain_columns,
    read_header,
    read_rows,
    take_lines,
    unknown_columns,
)
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history.batch import ROWS_MAX, Chunk
from mi_rewards.modelling.history.forms import LISTS, TEXTS, Column


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
        number = 0
        lines, broken = take_lines(source, ROWS_MAX, number)
        header: Header | None = None
        while lines or broken:
            unread = [] if broken is None else [broken]
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
            lines, broken = take_lines(source, ROWS_MAX, number)


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
    columns = plain_columns(lines, header)
    if columns is None:
        return None
    wanted = {*COLUMNS, segment} - {"lines", ""}
    return {
        name: Column(TEXTS, texts)
        for name, texts in zip(header.names, columns, strict=True)
        if name in wanted
    }


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
