"""Event logs as lines: CSV or JSON Lines, packed or not, a file or standard input."""

import gzip
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mi_rewards import bundled
from mi_rewards._event_log.lines import COLUMNS, Row, Unread, open_log, read_rows
from mi_rewards.errors import Misuse
from tests.event_logs import sample_text

SHORT = "kind,member_id,at"
EVENT = "joined,1,2018-03-01T12:00:00Z"


def read(text: str) -> list[tuple[int, Row] | Unread]:
    """Read a log's text."""
    return list(read_rows(io.StringIO(text)))


def row(**columns: object) -> Row:
    """Make the row in which these columns are stated."""
    assert columns.keys() <= set(COLUMNS)
    empty: dict[str, Any] = {"lines": ()}
    return tuple(columns.get(name, empty.get(name, "")) for name in COLUMNS)


def values(text: str) -> list[tuple[int, dict[str, str]] | Unread]:
    """Read a log's text, each row as what it states."""
    return [
        item
        if isinstance(item, Unread)
        else (
            item[0],
            {name: value for name, value in zip(COLUMNS, item[1], strict=True) if value},
        )
        for item in read(text)
    ]


# -------------------------------------------------------------------------------------- CSV


def test_columns_come_in_any_order_and_any_number() -> None:
    """A row has all columns in their own order, empty where the file has none."""
    text = "at,kind,currency,member_id\n2018-03-01T12:00:00Z,joined,INR,1\n"
    expected = {
        "kind": "joined",
        "member_id": "1",
        "at": "2018-03-01T12:00:00Z",
        "currency": "INR",
    }
    assert values(text) == [(2, expected)]
    ((_, only),) = read(text)
    assert len(only) == len(COLUMNS)


@pytest.mark.parametrize(
    ("written", "member_id"),
    [
        ("m 1", "m 1"),
        (" m", " m"),
        ('"m"', "m"),
        ('"m,1"', "m,1"),
        ('"m ""1"""', 'm "1"'),
        ('"m\r1"', "m\r1"),
        ("mémbér", "mémbér"),
        ("会員", "会員"),
        ("m\u2028", "m\u2028"),
        ("m\x1c", "m\x1c"),
    ],
)
def test_a_field_is_taken_as_it_stands(written: str, member_id: str) -> None:
    """Quotes go, spaces stay, and nothing but the end of a line ends it."""
    assert values(f"{SHORT}\njoined,{written},now\n") == [
        (2, {"kind": "joined", "member_id": member_id, "at": "now"})
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
def test_lines_end_as_the_system_ends_them(end: str) -> None:
    """The last field has nothing of it."""
    expected = {"kind": "joined", "member_id": "1", "at": "2018-03-01T12:00:00Z"}
    assert values(f"{SHORT}{end}{EVENT}{end}{EVENT}") == [(2, expected), (3, expected)]


def test_blank_lines_are_passed_over_and_counted() -> None:
    """Before the header, between lines and at the end."""
    found = read(f"\n  \n{SHORT}\n\r\n{EVENT}\n\t\n\n{EVENT}\n\n")
    assert [number for number, _ in found] == [5, 8]


def test_the_header_may_come_again() -> None:
    """As where two files were joined; a line that is almost the header is a line."""
    found = read(f"{SHORT}\n{EVENT}\n{SHORT}\n{EVENT}\n{SHORT},\n")
    assert [item[0] for item in found] == [2, 4, 5]
    assert found[-1] == Unread(5, "the line has 4 fields, the header 3")


def test_unknown_columns_are_named_and_passed_over() -> None:
    """One report on the header's line for all of them; `lines` is for JSON alone."""
    text = f"shade,{SHORT},lines,,shade\nred,{EVENT},x,y,blue\n"
    assert values(text) == [
        Unread(1, "unknown column 'shade', 'lines', '', 'shade'"),
        (2, {"kind": "joined", "member_id": "1", "at": "2018-03-01T12:00:00Z"}),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("joined,1", "the line has 2 fields, the header 3"),
        (f"{EVENT},", "the line has 4 fields, the header 3"),
        ('joined,"1,now', "the line is no CSV: unexpected end of data"),
        ('joined,"1"2,now', "the line is no CSV: ',' expected after '\"'"),
        pytest.param(
            'joined,"' + "1" * 131_073 + '",now',
            "the line is no CSV: field larger than field limit",
            id="a huge field",
        ),
        ("joined,1\0,now", "the line has a NUL character"),
        ("joined,\udcff,now", "the line is not UTF-8"),
    ],
)
def test_a_line_that_cannot_be_read_spoils_nothing(line: str, reason: str) -> None:
    """It is reported with its number, and those around it are read."""
    first, bad, last = read(f"{SHORT}\n{EVENT}\n{line}\n{EVENT}\n")
    assert isinstance(bad, Unread)
    assert bad.line == 3
    assert bad.reason.startswith(reason)
    assert (first[0], last[0]) == (2, 4)
    assert first[1] == last[1]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("member_id,at", "the header must name kind, member_id, at; 'kind' is missing"),
        ("kind,at", "the header must name kind, member_id, at; 'member_id' is missing"),
        ("kind,member_id", "the header must name kind, member_id, at; 'at' is missing"),
        ("Kind,member_id,at", "the header must name kind, member_id, at; 'kind' is missing"),
        (f"{SHORT},amount,amount", "the header names 'amount' twice"),
        (f'{SHORT},"amount', "the line is no CSV: unexpected end of data"),
        (f"{SHORT},\0", "the line has a NUL character"),
        ("PK\x03\x04", "the header must name kind, member_id, at; 'kind' is missing"),
    ],
)
def test_without_a_header_nothing_can_be_read(header: str, reason: str) -> None:
    """One error that names the header's line, wherever it stands."""
    with pytest.raises(Misuse) as error:
        read(f"\n{header}\n{EVENT}\n")
    assert str(error.value) == f"line 2: {reason}"


# ------------------------------------------------------------------------------- JSON Lines


def test_json_lines_need_no_header() -> None:
    """Texts as they are, numbers by their digits, `null` as nothing."""
    text = (
        '{"kind": "delivered", "member_id": 17850, "at": "now", "amount": 100.50}\n'
        '  {"amount": 1e3, "tokens": 00}\n'
        '{"tokens": ' + "9" * 10_000 + ', "order_id": null, "member_id": "\\u00e9\\ud83d\\ude00"}\n'
        "{}\n"
    )
    assert values(text) == [
        (1, {"kind": "delivered", "member_id": "17850", "at": "now", "amount": "100.50"}),
        Unread(2, "the line is no JSON: Expecting ',' delimiter: line 1 column 30 (char 29)"),
        (3, {"tokens": "9" * 10_000, "member_id": "é😀"}),
        (4, {}),
    ]


def test_an_order_has_lines() -> None:
    """A list of objects, whose values are texts too."""
    text = '{"lines": [{"line_id": 1, "amount": 9.5}, {"category": "case", "quantity": null}, {}]}'
    assert read(text) == [
        (
            1,
            row(
                lines=(
                    {"line_id": "1", "amount": "9.5"},
                    {"category": "case", "quantity": ""},
                    {},
                )
            ),
        )
    ]
    assert read('{"lines": null}') == read('{"lines": []}') == [(1, row())]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("null", "the line is no JSON object"),
        ("[]", "the line is no JSON object"),
        ('"joined"', "the line is no JSON object"),
        ("17850", "the line is no JSON object"),
        ("", None),
        ("joined", "the line is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ('{"kind":', "the line is no JSON: Expecting value: line 1 column 9 (char 8)"),
        ("{} {}", "the line is no JSON: Extra data: line 1 column 4 (char 3)"),
        ("{'kind': 1}", "the line is no JSON: Expecting property name enclosed in double quotes"),
        ('{"amount": NaN}', "the line is no JSON: there is no NaN"),
        ('{"amount": Infinity}', "the line is no JSON: there is no Infinity"),
        ('{"amount": -Infinity}', "the line is no JSON: there is no -Infinity"),
        ('{"shade": "red"}', "unknown column 'shade'"),
        ('{"' + "c" * 99 + '": 1}', "unknown column '" + "c" * 59),
        ('{"kind": "joined", "kind": "placed"}', "the line names 'kind' twice"),
        ('{"lines": [{"amount": 1, "amount": 2}]}', "the line names 'amount' twice"),
        ('{"amount": true}', "amount must be a text or a number, not true or false"),
        ('{"amount": []}', "amount must be a text or a number, not a list"),
        ('{"amount": {}}', "amount must be a text or a number, not an object"),
        pytest.param(
            '{"amount": ' + "[" * 500_000, "the line is nested too deeply", id="a deep list"
        ),
        pytest.param('{"amount": ' * 50_000, "the line is nested too deeply", id="deep objects"),
        ('{"kind": "returned", "lines": []}', "lines names no line to return"),
        ('{"lines": {}}', "lines must be a list of objects"),
        ('{"lines": "one"}', "lines must be a list of objects"),
        ('{"lines": [[]]}', "lines must be a list of objects"),
        ('{"lines": [{"kind": "joined"}]}', "unknown column 'kind' in lines"),
        ('{"lines": [{"amount": false}]}', "amount must be a text or a number, not true or false"),
        ('{"member_id": "\\u0000"}', "the line has a NUL character"),
        ('{"member_id": "\0"}', "the line has a NUL character"),
        ('{"member_id": "\\ud800"}', "the line is not UTF-8"),
        ('{"member_id": "\udcff"}', "the line is not UTF-8"),
    ],
)
def test_an_object_that_cannot_be_read_spoils_nothing(line: str, reason: str | None) -> None:
    """It is reported with its number, and those around it are read."""
    event = json.dumps({"kind": "joined"})
    found = read(f"{event}\n{line}\n{event}\n")
    bad = [item for item in found if isinstance(item, Unread)]
    assert [item.line for item in bad] == ([] if reason is None else [2])
    assert all(item.reason.startswith(reason or "") for item in bad)
    assert [item for item in found if item not in bad] == [
        (1, row(kind="joined")),
        (3, row(kind="joined")),
    ]


@pytest.mark.parametrize("first", ['["kind", "member_id", "at"]', '{"kind": ', " {"])
def test_the_first_line_tells_the_form_even_where_it_cannot_be_read(first: str) -> None:
    """A bracket or a brace begins JSON Lines."""
    bad, good = read(f"{first}\n" + '{"kind": "joined"}\n')
    assert isinstance(bad, Unread)
    assert (bad.line, good) == (1, (2, row(kind="joined")))


# ------------------------------------------------------------------------------------- files


@contextmanager
def standard_input(content: bytes, scratch: Path) -> Iterator[None]:
    """Lead standard input from a file for a while."""
    scratch.write_bytes(content)
    saved = os.dup(0)
    with scratch.open("rb") as source:
        os.dup2(source.fileno(), 0)
    try:
        yield
    finally:
        os.dup2(saved, 0)
        os.close(saved)


def opened(name: object) -> list[tuple[int, Row] | Unread]:
    """Read what a name stands for."""
    with open_log(str(name)) as source:
        return list(read_rows(source))


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_file_may_be_packed_whatever_its_name(tmp_path: Path, is_packed: bool) -> None:
    """Its first bytes tell."""
    text = f"{SHORT}\n{EVENT}\n".encode()
    path = tmp_path / "orders"
    path.write_bytes(gzip.compress(text) if is_packed else text)
    assert opened(path) == read(text.decode())


def test_a_name_may_end_with_a_slash(tmp_path: Path) -> None:
    """The file is the same; no name is the folder where one is, which cannot be read."""
    path = tmp_path / "orders"
    path.write_text(f"{SHORT}\n{EVENT}\n")
    assert opened(f"{path}/") == opened(path)
    with pytest.raises(IsADirectoryError):
        opened("")


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_log_may_come_from_standard_input(tmp_path: Path, is_packed: bool) -> None:
    """`-`, packed or not; standard input stays open."""
    text = f"{SHORT}\n{EVENT}\n".encode()
    content = gzip.compress(text) if is_packed else text
    with standard_input(content, tmp_path / "input"):
        assert opened("-") == read(text.decode())
        assert os.fstat(0).st_size == len(content)


def test_packed_files_may_be_joined(tmp_path: Path) -> None:
    """`cat a.gz b.gz` is one log, in which the header comes again."""
    path = tmp_path / "twice.csv.gz"
    path.write_bytes(gzip.compress(f"{SHORT}\n{EVENT}\n".encode()) * 2)
    assert [item[0] for item in opened(path)] == [2, 4]


def test_a_sample_is_opened_by_its_name() -> None:
    """`sample:retail-orders`; there is no other."""
    found = opened("sample:retail-orders")
    assert found == read(sample_text())
    assert len(found) == 27_526
    with pytest.raises(Misuse, match=r"no sample is named 'wholesale'; there is .*retail-orders"):
        opened("sample:wholesale")


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    """As some spreadsheets write it."""
    path = tmp_path / "orders.csv"
    path.write_bytes(f"\ufeff{SHORT}\r\n{EVENT}\r\n".encode())
    assert opened(path) == read(f"{SHORT}\n{EVENT}\n")


def test_bytes_that_are_no_utf_8_spoil_their_line_alone(tmp_path: Path) -> None:
    """Latin-1 in the middle of a file."""
    path = tmp_path / "orders.csv"
    path.write_bytes(f"{SHORT}\n{EVENT}\njoined,m\xe9,now\n{EVENT}\n".encode("latin-1"))
    found = opened(path)
    assert found[1] == Unread(3, "the line is not UTF-8")
    assert [item[0] for item in found] == [2, 3, 4]


PACKED = gzip.compress(f"{SHORT}\n{EVENT}\n{EVENT}\n".encode(), mtime=0)


@pytest.mark.parametrize(
    ("packed", "line", "reason"),
    [
        (PACKED[:-4], 4, "Compressed file ended before the end-of-stream marker was reached"),
        (PACKED[:-8] + bytes(8), 4, "CRC check failed"),
        (PACKED + b"xx", 4, "Not a gzipped file (b'xx')"),
        (PACKED[:-30], 2, "Compressed file ended before the end-of-stream marker was reached"),
        (PACKED[:10] + b"\xff" * 20, 1, "Error -3 while decompressing data"),
    ],
    ids=["cut off in its sum", "another sum", "more at its end", "cut off in a line", "damaged"],
)
def test_a_packed_file_that_breaks_off_is_read_so_far(
    tmp_path: Path, packed: bytes, line: int, reason: str
) -> None:
    """Cut off, damaged, or with something else at its end: what comes before is taken."""
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(packed)
    *found, bad = opened(path)
    assert isinstance(bad, Unread)
    assert bad.reason.startswith(f"the file breaks off here: {reason}")
    assert bad.line == line
    assert found == read(f"{SHORT}\n{EVENT}\n{EVENT}\n")[: max(line - 2, 0)]


def test_a_packed_file_that_is_damaged_is_read_so_far(tmp_path: Path) -> None:
    """In its middle: what comes before is taken, and what is wrong is said once."""
    packed = bytearray(bundled.sample("retail-orders").read_bytes())
    packed[200_000:200_100] = b"\xff" * 100
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(packed)
    *found, bad = opened(path)
    assert isinstance(bad, Unread)
    assert bad.reason.startswith("the file breaks off here: ")
    assert found[:10_000] == read(sample_text())[:10_000]


def test_lines_may_come_without_their_ends() -> None:
    """As `str.splitlines` gives them; they are the same rows."""
    lines = ["kind,member_id,at", "joined,asha,2018-03-01T00:00:00+05:30", "joined,bela,x"]
    with_ends = list(read_rows([f"{line}\n" for line in lines]))
    assert list(read_rows(lines)) == with_ends
    assert [number for number, _ in with_ends] == [2, 3]
