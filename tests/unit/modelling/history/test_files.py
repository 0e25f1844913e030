"""Files in chunks: the same rows and reasons as on the command line."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.lines import Row, Unread, open_log, read_rows
from mi_rewards.bundled import programme
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history import batches, read_columns, to_rows
from mi_rewards.modelling.history import files as module
from tests.event_logs import NOON

RULES = programme("reward-mi")
HEADER = "kind,member_id,at,order_id,amount,currency"
GOOD = f"joined,a,{NOON},,,"
ORDER = f"delivered,a,{NOON},o,9.50,INR"
OF_LINES = '"currency": "INR", "lines": [{"line_id": "p", "amount": 9.50}]'

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files."""

    def to_path(text: bytes) -> Path:
        path = tmp_path / "log"
        path.write_bytes(text)
        return path

    return to_path


def commands_of(rows: list[tuple[int, Row]]) -> tuple[list[object], list[Unread]]:
    """Make commands of rows, and say which have none."""
    commands: list[object] = []
    unread = []
    for number, row in rows:
        try:
            commands.append((number, to_command(row, None)))
        except Misuse as fault:
            unread.append(Unread(number, str(fault)))
    return commands, unread


def by_lines(path: Path) -> tuple[list[object], list[Unread]]:
    """Read a file as the command line does."""
    with open_log(str(path)) as source:
        items = list(read_rows(source))
    commands, unread = commands_of([it for it in items if not isinstance(it, Unread)])
    return commands, sorted(unread + [it for it in items if isinstance(it, Unread)])


def by_batches(path: Path) -> tuple[list[object], list[Unread]]:
    """Read a file in batches."""
    found = list(batches(path, RULES))
    commands, unread = commands_of([row for it in found for row in to_rows(it)])
    return commands, sorted(unread + [row for it in found for row in it.unread])


LINES = [
    "",
    "  ",
    HEADER,
    GOOD,
    '"joined",a,' + NOON + ',,,"quoted, with a comma"',
    '"joined,a',
    f"joined,ä,{NOON},,,",
    f"joined,a,{NOON}",
    f"joined,a\0,{NOON},,,",
    f"joined,a,{NOON},,,\r",
    f"joined,a\rb,{NOON},,,",
    f"party,a,{NOON},,,",
    f"joined,,{NOON},,,",
    "joined,a,noon,,,",
    ORDER,
    f"delivered,a,{NOON},o,9.505,INR",
    f"delivered,a,{NOON},o,9.50,",
    f"returned,a,{NOON},,9.5,INR",
    f"reviewed,a,{NOON},,,",
    f"redeemed,a,{NOON},,,",
    HEADER,
    GOOD,
]


@pytest.mark.parametrize("rows_max", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("extra", [b"", b"joined,\xff,x,,,\n"])
def test_a_file_is_read_as_by_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
    write: Write,
    rows_max: int,
    end: bytes,
    extra: bytes,
    *,
    packed: bool,
) -> None:
    """The same commands of the same lines, and the same reasons, however it is cut."""
    monkeypatch.setattr(module, "ROWS_MAX", rows_max)
    text = "\n".join([HEADER, *LINES]).encode() + b"\n" + extra + GOOD.encode() + end
    path = write(gzip.compress(text) if packed else text)
    commands, unread = by_batches(path)
    assert (commands, unread) == by_lines(path)
    assert len(commands) > 6
    assert len(unread) > 8


@pytest.mark.parametrize("rows_max", [1, 2, 3, 100])
@pytest.mark.parametrize(
    "text",
    [
        f"\n \n{HEADER},shop\n{GOOD},x\n",
        f"{HEADER},lines\n{GOOD},x\n",
        f'{{"kind": "joined", "member_id": "a", "at": "{NOON}"}}\n[]\nx\n\n{{"kind": 1}}\n',
        f'\n{{"kind": "placed", "member_id": "a", "at": "{NOON}", "order_id": "o", {OF_LINES}}}\n',
        "",
        "\n\n",
        HEADER,
    ],
)
def test_other_files_are_read_alike(
    monkeypatch: pytest.MonkeyPatch, write: Write, rows_max: int, text: str
) -> None:
    """JSON Lines, unknown columns, nothing at all."""
    monkeypatch.setattr(module, "ROWS_MAX", rows_max)
    path = write(text.encode())
    assert by_batches(path) == by_lines(path)


@pytest.mark.parametrize("rows_max", [1, 2, 100])
@pytest.mark.parametrize("kept", [25, 60, -9])
def test_a_file_that_breaks_off_says_where(
    monkeypatch: pytest.MonkeyPatch, write: Write, rows_max: int, kept: int
) -> None:
    """Lines before that are read."""
    monkeypatch.setattr(module, "ROWS_MAX", rows_max)
    path = write(gzip.compress("\n".join([HEADER, GOOD, ORDER, ""]).encode())[:kept])
    found = by_batches(path)
    assert found == by_lines(path)
    assert [it.reason for it in found[1]][-1].startswith("the file breaks off here")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("joined,a\n", "line 1: the header must name kind, member_id, at; 'kind' is missing"),
        ("\n\nkind,kind,member_id,at\n", "line 3: the header names 'kind' twice"),
        ('kind,"x\n', "line 1: the line is no CSV"),
        ("kind\0\n", "line 1: the line has a NUL character"),
    ],
)
def test_a_header_that_is_none_is_misuse(write: Write, text: str, reason: str) -> None:
    """As on the command line, with its line."""
    with pytest.raises(Misuse, match=reason):
        by_batches(write(text.encode()))


def test_a_segment_may_be_a_column_of_the_file(write: Write) -> None:
    """In CSV and in JSON Lines; CSV must name it."""
    path = write(f"{HEADER},shop\n{GOOD},x\n{ORDER},\n".encode())
    (found,) = batches(path, RULES, segment="shop")
    assert (found.segment, found.unread) == (["x", ""], ())
    path = write(f'{HEADER},shop\n{GOOD},"x"\n{ORDER},\n'.encode())
    (found,) = batches(path, RULES, segment="shop")
    assert (found.segment, found.unread) == (["x", ""], ())
    (found,) = batches(path, RULES, segment="order_id")
    assert found.segment == ["", "o"]
    with pytest.raises(Misuse, match="the header names no column 'town' to be the segment"):
        list(batches(path, RULES, segment="town"))
    line = f'{{"kind": "joined", "member_id": "a", "at": "{NOON}"'
    path = write(f'{line}, "shop": "x"}}\n{line}}}\n{line}, "shop": []}}\n'.encode())
    (found,) = batches(path, RULES, segment="shop")
    assert found.segment == ["x", ""]
    assert found.unread == (Unread(3, "shop must be a text or a number, not a list"),)


def test_columns_of_a_file_load_unchanged(monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    """Texts as they are written, `None` for none; columns that state nothing are left out."""
    monkeypatch.setattr(module, "ROWS_MAX", 1)
    path = write(f"{HEADER},channel,shop\n{GOOD},,\n{ORDER},,x\n".encode())
    assert read_columns(path, segment="shop") == {
        "kind": ["joined", "delivered"],
        "member_id": ["a", "a"],
        "at": [NOON, NOON],
        "order_id": [None, "o"],
        "amount": [None, "9.50"],
        "currency": [None, "INR"],
        "shop": [None, "x"],
    }
    with pytest.raises(Misuse, match="line 1: unknown column 'shop'"):
        read_columns(path)
    line = f'{{"kind": "joined", "member_id": "a", "at": "{NOON}"'
    path = write(f'{line}}}\n{line}, "lines": [{{"amount": 1}}]}}\n{line}}}\n'.encode())
    lines = read_columns(str(path))["lines"]
    assert lines == [None, [{"amount": "1"}], None]
    assert read_columns(write(b"")) == {"kind": [], "member_id": [], "at": []}
