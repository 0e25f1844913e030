"""The command line: its arguments and files, its messages and exit statuses.

Each bad line stands among good ones: it gives one message with its number, and the others count.
"""

import gzip
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mi_rewards import bundled
from mi_rewards._cli.arguments import parser
from mi_rewards._cli.main import _JOBS
from mi_rewards._event_log.books import BATCH
from tests.event_logs import HEADER, delivered, joined, line, log, ran

LONG = "9" * 10_000
PLAIN = "is no plain decimal number such as 100 or 99.50"
WHOLE = "tokens must be a whole number of at most 19 digits, not"
DAY = "a day is written as YYYY-MM-DD or never, not"
KINDS = (
    "opening, joined, placed, cancelled, delivered, returned, redeemed, reviewed, shared,"
    " code_opened, invited, qualified, held, captured, released, burned, reinstated,"
    " quota_opened, quota_topped_up, quota_reduced, preordered,"
    " preorder_paid, preorder_shipped, preorder_delivered, preorder_ready, preorder_picked_up,"
    " preorder_cancelled, preorder_refunded, device_listed, device_quoted, exchange_opened,"
    " visit_scheduled, visit_missed, device_inspected, offer_accepted, offer_declined,"
    " exchange_settled, exchange_cancelled"
)
WIDTH = HEADER.count(",") + 1
INSTANT = "an instant is written as 2017-12-01T08:26:00+05:30, not"
REUSED = "request 'delivered:o1' of '1' was seen before with other content"


def order(**columns: str) -> str:
    """A delivery of INR 100.00, or of what is stated."""
    paid = {"order_id": "o9", "amount": "100.00", "currency": "INR"}
    return line("delivered", "1", **(paid | columns))


def opening(**columns: str) -> str:
    """A balance brought along, of one token or of what is stated."""
    return line("opening", "1", **({"tokens": "1", "last_day": "2018-12-31"} | columns))


BAD: list[tuple[str, str, str]] = [
    ("too few fields", "delivered,1", f"the line has 2 fields, the header {WIDTH}"),
    ("too many fields", order() + ",", f"the line has {WIDTH + 1} fields, the header {WIDTH}"),
    ("an unbalanced quote", order(channel='"x'), "the line is no CSV: unexpected end of data"),
    (
        "something behind a quote",
        order(amount='"1"00'),
        "the line is no CSV: ',' expected after '\"'",
    ),
    ("a NUL", order(order_id="o\0"), "the line has a NUL character"),
    ("no UTF-8", order(order_id="o\udcff"), "the line is not UTF-8"),
    ("JSON among CSV", "{}", f"the line has 1 fields, the header {WIDTH}"),
    (
        "an unknown kind",
        line("party", "1"),
        f"unknown kind 'party'; there is {KINDS}",
    ),
    ("no member", line("joined"), "member_id is missing"),
    (
        "a naive instant",
        order(at="2018-03-01T12:00:00"),
        "an instant needs an offset: '2018-03-01T12:00:00' has none",
    ),
    ("no instant", order(at=""), f"{INSTANT} ''"),
    ("an unreadable instant", order(at="yesterday"), f"{INSTANT} 'yesterday'"),
    ("seconds for an instant", order(at="1519890000"), f"{INSTANT} '1519890000'"),
    (
        "30 February",
        order(at="2018-02-30T12:00:00Z"),
        "'2018-02-30T12:00:00Z' names no instant of the years 1 to 9999",
    ),
    ("an exponent", order(amount="1e3"), f"the amount '1e3' {PLAIN}"),
    ("nan", order(amount="nan"), f"the amount 'nan' {PLAIN}"),
    ("inf", order(amount="inf"), f"the amount 'inf' {PLAIN}"),
    ("a negative amount", order(amount="-100.00"), f"the amount '-100.00' {PLAIN}"),
    ("a separator", order(amount='"1,000.00"'), f"the amount '1,000.00' {PLAIN}"),
    ("a space", order(amount=" 100.00"), f"the amount ' 100.00' {PLAIN}"),
    ("other digits", order(amount="٣"), f"the amount '٣' {PLAIN}"),
    (
        "a digit too many",
        order(amount="100.001"),
        "the amount '100.001' has more than the 2 decimals of INR",
    ),
    (
        "an amount of twenty digits",
        order(amount="9" * 20),
        "minor units are a whole number from 0 to 9223372036854775807, not 9999999999999999999900",
    ),
    (
        "an amount of ten thousand digits",
        order(amount=LONG),
        f"the amount '{'9' * 39}... is longer than 40 characters",
    ),
    (
        "an amount one too large",
        order(amount="92233720368547758.08"),
        "minor units are a whole number from 0 to 9223372036854775807, not 9223372036854775808",
    ),
    (
        "an unknown currency",
        order(currency="XXX"),
        "a currency is an ISO 4217 code with a minor unit, as 'INR', not 'XXX'",
    ),
    ("no currency", order(currency=""), "currency is missing"),
    (
        "another currency than the programme's",
        order(currency="USD"),
        "the order is in USD, not in INR",
    ),
    (
        "another currency than the order's",
        line("returned", "1", order_id="o1", amount="1", currency="USD"),
        "the return is in USD, the order in INR",
    ),
    ("no order", order(order_id=""), "an order's id is missing"),
    (
        "an order of nothing",
        line("placed", "1", order_id="o9"),
        "an order is placed with an amount or with lines",
    ),
    ("no tokens", opening(tokens="0"), "tokens must be 1 to 2**63 - 1, not 0"),
    ("negative tokens", opening(tokens="-1"), f"{WHOLE} '-1'"),
    ("half tokens", opening(tokens="1.5"), f"{WHOLE} '1.5'"),
    ("tokens left out", opening(tokens=""), f"{WHOLE} ''"),
    (
        "one token too many",
        opening(tokens=str(2**63)),
        "tokens must be 1 to 2**63 - 1, not 9223372036854775808",
    ),
    ("tokens of twenty digits", opening(tokens="9" * 20), f"{WHOLE} '{'9' * 20}'"),
    ("tokens of ten thousand digits", opening(tokens=LONG), f"{WHOLE} '{'9' * 40}' and more"),
    ("no such last day", opening(last_day="2018-02-29"), f"{DAY} '2018-02-29'"),
    ("a last day in another form", opening(last_day="31/12/2018"), f"{DAY} '31/12/2018'"),
    ("no last day", opening(last_day=""), "last_day is missing"),
    (
        "no units",
        order(quantity="0"),
        "a quantity is a whole number of at least 1, not 0",
    ),
    (
        "no units returned",
        line("returned", "1", order_id="o1", line_id="1", quantity="0"),
        "a quantity is a whole number of at least 1, not 0",
    ),
    (
        "a quantity in words",
        order(quantity="two"),
        "quantity must be a whole number of at most 19 digits, not 'two'",
    ),
    (
        "an order with other content",
        order(order_id="o1", amount="100.01", request_id="r"),
        "order 'o1' was seen before with other content",
    ),
    ("a request with other content", order(order_id="o1", amount="100.01"), REUSED),
    ("a request with another channel", order(order_id="o1", channel="x"), REUSED),
    (
        "a redemption without a reward",
        line("redeemed", "1", request_id="r"),
        "reward_id is missing",
    ),
    (
        "a redemption without a name",
        line("redeemed", "1", reward_id="accessory-coupon-100"),
        "a redemption needs a request_id",
    ),
    (
        "a redemption of a part of a token",
        line("redeemed", "1", reward_id="accessory-coupon-100", request_id="r", tokens="1.5"),
        "tokens must be a whole number of at most 19 digits, not '1.5'",
    ),
    (
        "a request of another kind",
        line("cancelled", "1", order_id="o1", request_id="delivered:o1"),
        REUSED,
    ),
]


@pytest.mark.parametrize(("bad", "reason"), [pytest.param(*it[1:], id=it[0]) for it in BAD])
def test_a_bad_line_gives_one_message_and_spoils_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, bad: str, reason: str
) -> None:
    """Its number and why, on standard error; the exit status is 1, and all else is replayed."""
    path = tmp_path / "log.csv"
    text = log(joined(), delivered("o1", "100.00"), bad, delivered("o2", "200.00"))
    path.write_bytes(text.encode(errors="surrogateescape"))
    done = ran(capsys, "replay", path, "--json")
    assert (done.status, done.err) == (1, f"line 4: {reason}\n")
    stated = ("events", "unread", "issued", "available", "refused")
    assert [done.totals[name] for name in stated] == [3, 1, 30, 30, {}]


def json_order(*, amount: str) -> str:
    """The same as a line of JSON, with the amount as a number."""
    paid = {"kind": "delivered", "member_id": "1", "at": "2018-03-01T12:00:00Z", "order_id": "o9"}
    return json.dumps(paid | {"currency": "INR"})[:-1] + f', "amount": {amount}}}'


BAD_JSON: list[tuple[str, str, str]] = [
    ("no object", "[1, 2]", "the line is no JSON object"),
    ("no JSON", "joined", "the line is no JSON: Expecting value: line 1 column 1 (char 0)"),
    ("an unknown key", '{"kind": "joined", "shade": "red"}', "unknown column 'shade'"),
    ("a key twice", '{"kind": "joined", "kind": "joined"}', "the line names 'kind' twice"),
    ("NaN", '{"amount": NaN}', "the line is no JSON: there is no NaN"),
    ("infinity", '{"amount": -Infinity}', "the line is no JSON: there is no -Infinity"),
    ("a deep list", "[" * 500_000, "the line is nested too deeply"),
    (
        "an amount in a list",
        '{"amount": [1]}',
        "amount must be a text or a number, not a list",
    ),
    (
        "an exponent",
        json_order(amount="1e3"),
        f"the amount '1e3' {PLAIN}",
    ),
    (
        "a huge number",
        json_order(amount=LONG),
        f"the amount '{'9' * 39}... is longer than 40 characters",
    ),
    (
        "no kind",
        '{"member_id": "1"}',
        f"unknown kind ''; there is {KINDS}",
    ),
]


@pytest.mark.parametrize(("bad", "reason"), [pytest.param(*it[1:], id=it[0]) for it in BAD_JSON])
def test_a_bad_object_gives_one_message_and_spoils_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, bad: str, reason: str
) -> None:
    """The same for JSON Lines."""
    path = tmp_path / "log.jsonl"
    member = {"kind": "joined", "member_id": "1", "at": "2018-03-01T12:00:00Z"}
    paid = {"kind": "delivered", "order_id": "o1", "amount": "100.00", "currency": "INR"}
    path.write_text(f"{json.dumps(member)}\n{bad}\n{json.dumps(member | paid)}\n", "utf-8")
    done = ran(capsys, "replay", path, "--json")
    assert (done.status, done.err) == (1, f"line 2: {reason}\n")
    assert [done.totals[name] for name in ("events", "unread", "available")] == [2, 1, 10]


def test_an_unknown_column_is_named_once_and_the_rest_is_replayed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With the header's line number."""
    path = tmp_path / "log.csv"
    path.write_text(f"\nshade,{HEADER}\nred,{joined()}\nblue,{delivered('o1', '100.00')}\n")
    done = ran(capsys, "replay", path, "--json")
    assert (done.status, done.err) == (1, "line 2: unknown column 'shade'\n")
    assert [done.totals[name] for name in ("events", "unread", "available")] == [2, 1, 10]


def test_a_file_that_breaks_off_is_replayed_so_far(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A packed file cut off: what was there counts."""
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(log(joined(), delivered("o1", "100.00")).encode())[:-4])
    done = ran(capsys, "replay", path, "--json")
    assert done.status == 1
    assert done.err == (
        "line 4: the file breaks off here:"
        " Compressed file ended before the end-of-stream marker was reached\n"
    )
    assert done.totals["available"] == 10


# ------------------------------------------------------------------ what cannot be used at all


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("kind,at", "line 1: the header must name kind, member_id, at; 'member_id' is missing"),
        (f"{HEADER},amount", "line 1: the header names 'amount' twice"),
        ("\x7fELF\x02", "line 1: the header must name kind, member_id, at; 'kind' is missing"),
    ],
)
def test_a_file_without_a_header_cannot_be_replayed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, header: str, reason: str
) -> None:
    """One message, and exit status 2."""
    path = tmp_path / "log.csv"
    path.write_text(f"{header}\n{joined()}\n")
    assert ran(capsys, "replay", path) == (2, "", f"mi_rewards: {reason}\n")


def test_a_file_that_cannot_be_opened_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Missing, a directory, or something else that is no file."""
    missing = tmp_path / "missing.csv"
    message = f"mi_rewards: {missing}: No such file or directory\n"
    assert ran(capsys, "replay", missing) == (2, "", message)
    assert ran(capsys, "replay", tmp_path) == (2, "", f"mi_rewards: {tmp_path}: Is a directory\n")
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        done = ran(capsys, "replay", path)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"mi_rewards: {path}: ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "{path}: No such file or directory"),
        (b"name = \xff", "{path}: the rule book is not UTF-8"),
        (b"name", "the rule book is no TOML: "),
        (b"name = " + b"[" * 100_000, "the rule book is no TOML: "),
        (b"format = " + b"1" * 5_000, "the rule book is no TOML: "),
        (b"", "the rule book must have 'format'"),
        (b"format = 1\ncolour = 'red'", "the rule book must have 'name'"),
    ],
    ids=["missing", "no UTF-8", "no TOML", "deep", "a huge number", "empty", "incomplete"],
)
def test_a_rule_book_that_cannot_be_read_is_one_message(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None, reason: str
) -> None:
    """Why, in one line, and exit status 2."""
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    done = ran(capsys, "replay", "sample:retail-orders", "--programme", path)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"mi_rewards: {reason.format(path=path)}")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            ["replay", "sample:wholesale"],
            "no sample is named 'wholesale'; there is ",
        ),
        (
            ["replay", "sample:retail-orders", "--programme", "mi-points"],
            f"no rule book is named 'mi-points'; there is {', '.join(bundled.programme_names())}",
        ),
        (
            ["programme", "mi-points"],
            f"no rule book is named 'mi-points'; there is {', '.join(bundled.programme_names())}",
        ),
    ],
)
def test_a_name_that_there_is_not_is_told_which_there_are(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """Of samples and of rule books."""
    done = ran(capsys, *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"mi_rewards: {reason}")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["replay"], "the following arguments are required: FILE"),
        (["replay", "x", "--as-of", "2018-02-29"], f"argument --as-of: {DAY} '2018-02-29'"),
        (["replay", "x", "--as-of", "20180630"], f"argument --as-of: {DAY} '20180630'"),
        (["replay", "x", "--as-of", "never"], "argument --as-of: a day is written YYYY-MM-DD"),
        (["replay", "x", "--as-of", "9999-12-31"], "argument --as-of: a day is written YYYY-MM-DD"),
        (["replay", "x", "y"], "unrecognized arguments: y"),
        (["statement", "x"], "the following arguments are required: --member"),
        (["party"], "argument COMMAND: invalid choice: 'party'"),
    ],
)
def test_wrong_arguments_are_told_what_is_right(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """The usage and one message, and exit status 2."""
    done = ran(capsys, *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("usage: python -m mi_rewards")
    assert f"error: {reason}" in done.err


def test_a_journal_that_cannot_be_written_is_one_message(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It names the file."""
    path = tmp_path / "log.csv"
    path.write_text(log(joined()))
    done = ran(capsys, "replay", path, "--journal", tmp_path)
    assert done == (2, "", f"mi_rewards: {tmp_path}: Is a directory\n")


def test_a_journal_is_not_written_over_its_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """By whatever name; an older journal may be replaced."""
    path, other, journal = tmp_path / "log.csv", tmp_path / "link.csv", tmp_path / "journal"
    path.write_text(log(joined()))
    other.symlink_to(path)
    journal.write_text("old")
    message = f"mi_rewards: the journal would be written over the event log {path}\n"
    assert ran(capsys, "replay", path, "--journal", other) == (2, "", message)
    assert path.read_text() == log(joined())
    assert ran(capsys, "replay", path, "--journal", journal).status == 0
    assert journal.read_text() == ""


def test_a_journal_is_not_written_over_its_rule_book(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whatever name; a file called as a bundled rule book is none that was read."""
    path, book, other = tmp_path / "log.csv", tmp_path / "mine.toml", tmp_path / "link"
    text = bundled.programme_text("reward-mi")
    path.write_text(log(joined()))
    book.write_text(text)
    other.symlink_to(book)
    message = f"mi_rewards: the journal would be written over the rule book {book}\n"
    done = ran(capsys, "replay", path, "--programme", book, "--journal", other)
    assert done == (2, "", message)
    assert book.read_text() == text
    monkeypatch.chdir(tmp_path)
    named = tmp_path / "reward-mi"
    named.write_text("old")
    assert ran(capsys, "replay", path, "--journal", "reward-mi").status == 0
    assert named.read_text() == ""


# --------------------------------------------------------------------------- what is answered


def test_help_names_every_command_and_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard output, with exit status 0."""
    done = ran(capsys, "--help")
    assert (done.status, done.err) == (0, "")
    assert all(f"\n    {command}" in done.out for command in ("replay", "statement", "programme"))
    assert "sample:retail-orders" in ran(capsys, "replay", "--help").out
    assert "reward-mi" in ran(capsys, "programme", "--help").out


@pytest.mark.parametrize("name", [name for name in _JOBS if name])
@pytest.mark.parametrize("given", [["--help"], ["--party"], ["x", "y", "--member", "1", "z"]])
def test_a_command_is_described_as_among_all_others(
    capsys: pytest.CaptureFixture[str], name: str, given: list[str]
) -> None:
    """Its help and what it objects to are the same where no other command is described."""
    told = []
    for first in ("", name):
        with pytest.raises(SystemExit) as left:
            parser(_JOBS, first=first).parse_args([name, *given])
        told.append((left.value.code, *capsys.readouterr()))
    assert told[0] == told[1]


def test_without_a_command_the_story_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """It says something, and needs nothing."""
    done = ran(capsys)
    assert (done.status, done.err) == (0, "")
    assert "python -m mi_rewards replay" in done.out


TOLD = """\
programme                          reward-mi
as of the end of                  2018-03-01
events                                     4
  of them repeated                         1
  of them refused, unknown_order           1
lines not read                             0
members                                    1
tokens issued                      1,234,567
tokens promised                            0
tokens available                   1,234,567
  valid through 2019-12-31         1,234,567
tokens held                                0
tokens redeemed                            0
tokens lapsed                              0
tokens clawed back                         0
tokens owed                                0
vouchers issued                            0
"""


def test_a_replay_is_told_to_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A label and a figure a line, figures below each other."""
    path = tmp_path / "log.csv"
    returned = line("returned", "1", order_id="o9")
    path.write_text(log(joined(), delivered("o1", "12345678.90"), returned, joined()))
    done = ran(capsys, "replay", path)
    assert done == (
        0,
        TOLD,
        "",
    )


def test_a_member_has_a_statement(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Every line of the log is read, and reported where it cannot be."""
    path = tmp_path / "log.csv"
    path.write_text(log(joined("7"), delivered("o1", "100.00", "7"), line("party", "8")))
    done = ran(capsys, "statement", path, "--member", "7")
    assert done.status == 1
    assert "o1" in done.out
    assert done.err.startswith("line 4: unknown kind 'party'")


def test_a_rule_book_can_be_printed_edited_and_given_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As it stands it gives the same figures; with twice the rate, twice the tokens."""
    log_path, book_path = tmp_path / "log.csv", tmp_path / "mine.toml"
    log_path.write_text(log(joined(), delivered("o1", "100.00")))
    printed = ran(capsys, "programme", "reward-mi")
    assert (printed.status, printed.err) == (0, "")
    assert printed.out == bundled.programme_text("reward-mi")
    assert printed.out.isascii()
    ours = ran(capsys, "replay", log_path, "--json")
    book_path.write_text("\ufeff" + printed.out, "utf-8")
    assert ran(capsys, "replay", log_path, "--json", "--programme", book_path) == ours
    assert ran(capsys, "replay", log_path, "--json", "--programme", "reward-mi") == ours
    edited = printed.out.replace("tokens = 10,", "tokens = 20,")
    assert edited != printed.out
    book_path.write_text(edited, "utf-8")
    theirs = ran(capsys, "replay", log_path, "--json", "--programme", book_path)
    assert (ours.totals["issued"], theirs.totals["issued"]) == (10, 20)


def test_progress_is_shown_on_a_terminal_and_wiped_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is written next stands over it; elsewhere there is none."""
    path = tmp_path / "log.csv"
    path.write_text(log(*[joined()] * (BATCH + 1), line("party", "1")))
    ours, terminal = os.openpty()
    with os.fdopen(terminal, "w") as screen, os.fdopen(ours, "rb", buffering=0) as seen:
        monkeypatch.setattr(sys, "stderr", screen)
        done = ran(capsys, "replay", path, "--json")
        screen.flush()
        read = b""
        # A terminal hands on what was written bit by bit, the later the busier the machine is.
        while not read.endswith(b" " * 24 + b"\r") and select.select([seen], [], [], 10)[0]:
            read += seen.read(10_000)
        shown = read.decode()
    last = BATCH + 3
    reason = f"unknown kind 'party'; there is {KINDS}"
    assert shown.replace("\r\n", "\n") == (
        f"{BATCH + 1:,} lines\rline {last}: {reason}\n{last:,} lines\r{' ' * 24}\r"
    )
    assert (done.status, done.totals["events"], done.totals["repeated"]) == (1, BATCH + 1, BATCH)


# ---------------------------------------------------------------------- a process of its own


def process(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `python -m mi_rewards`."""
    command = [sys.executable, "-m", "mi_rewards", *map(str, arguments)]
    return subprocess.run(command, check=False, encoding="utf-8", stderr=subprocess.PIPE, **options)


def test_the_main_job_reads_standard_input_in_a_process_of_its_own() -> None:
    """Figures on standard output, reports on standard error, and the exit status."""
    text = log(joined(), delivered("o1", "100.00"), line("party", "1"))
    done = process("replay", "-", "--json", input=text, stdout=subprocess.PIPE)
    assert done.returncode == 1
    assert json.loads(done.stdout)["available"] == 10
    assert done.stderr.startswith("line 4: unknown kind 'party'")


def test_output_that_nobody_reads_on_is_no_error() -> None:
    """As with `| head -1`: quiet, and exit status 0."""
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "w") as output:
        done = process("programme", "reward-mi", stdout=output)
    assert (done.returncode, done.stderr) == (0, "")


def test_output_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    """No traceback, at the end of the process neither."""
    path = tmp_path / "output"
    path.touch()
    with path.open("rb") as output:
        done = process("programme", "reward-mi", stdout=output)
    assert (done.returncode, done.stderr) == (2, "mi_rewards: Bad file descriptor\n")


@pytest.mark.parametrize(
    ("closing", "command", "expected"),
    [
        (">&-", "programme reward-mi", (0, "", "")),
        ("2>&-", "programme reward-mi", (0, bundled.programme_text("reward-mi"), "")),
        ("2>&-", "programme mi-points", (2, "", "")),
        ("<&-", "replay -", (2, "", "mi_rewards: standard input: Bad file descriptor\n")),
    ],
)
def test_a_closed_channel_is_no_traceback(
    closing: str, command: str, expected: tuple[int, str, str]
) -> None:
    """No output to write to, no message to give, no input to read: nothing goes astray."""
    shell = ["/bin/sh", "-c", f'exec "$0" -m mi_rewards {command} {closing}', sys.executable]
    done = subprocess.run(shell, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout, done.stderr) == expected


def test_what_a_terminal_cannot_show_is_escaped() -> None:
    """A member's name in letters that the encoding of the output has not."""
    text = log(joined("é"), delivered("会", "100.00", "é"), line("party", "é"))
    done = process(
        "statement",
        "-",
        "--member",
        "é",
        input=text,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 1
    assert "statement of \\xe9" in done.stdout
    assert "\\u4f1a" in done.stdout
    assert done.stderr.startswith("line 4: ")


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_it_with_a_message(tmp_path: Path) -> None:
    """Ctrl-C while it waits for lines: exit status 130, as shells expect."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    command = [sys.executable, "-m", "mi_rewards", "replay", str(path)]
    with (
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running,
        path.open("w") as writing,  # opens when the other side does
    ):
        writing.write(log(joined()))
        writing.flush()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, "mi_rewards: interrupted\n")
