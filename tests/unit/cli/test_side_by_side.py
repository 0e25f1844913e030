"""Replays in memory by several processes: what they print is what one process prints.

Processes are copied in processes that the tests start, since those of the tests have threads.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mi_rewards import bundled
from mi_rewards._cli.side_by_side import WORTH, can_share
from tests.event_logs import delivered, joined, line, log, ran, sample_text
from tests.unit.cli.test_replay import PUBLISHED

PATIENCE = 60

Printed = tuple[int, str, str]


def command(*arguments: object) -> list[str]:
    """The command line's replay."""
    return [sys.executable, "-m", "mi_rewards", "replay", *map(str, arguments)]


def printed(*arguments: object) -> Printed:
    """Run a replay: its exit status, its output and its messages."""
    done = subprocess.run(command(*arguments), capture_output=True, check=False, text=True)
    return done.returncode, done.stdout, done.stderr


def patched(patch: str, path: Path) -> Printed:
    """Run a replay by two processes with something of it replaced."""
    script = (
        "import os, signal, sys\n"
        "from mi_rewards._cli import main, side_by_side\n"
        f"{patch}\n"
        f"sys.exit(main.main(['replay', {str(path)!r}, '--json'], processors=2))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, check=False, text=True
    )
    return done.returncode, done.stdout, done.stderr


def written(folder: Path, *more: str) -> Path:
    """Write a log that is worth several processes, with more lines at its end."""
    lines = []
    for number in range(600):
        member_id = str(number % 97)
        lines.append(joined(member_id))
        lines.append(delivered(str(number), f"{number + 1}.00", member_id))
        if number % 7 == 0:
            lines.append(line("returned", member_id, order_id=f"{number // 2}"))
        if number % 50 == 0:
            lines += ["party,1", line("party", member_id), line("joined", member_id, at="soon")]
    path = folder / "log.csv"
    path.write_text(log(*lines, *more))
    assert path.stat().st_size > WORTH
    return path


@pytest.mark.parametrize("as_of", PUBLISHED)
@pytest.mark.parametrize("processes", [2, 9])
def test_the_real_purchases_come_to_the_same(processes: int, as_of: str) -> None:
    """By as many processes as are asked for, or as are worth it."""
    arguments = ("sample:retail-orders", "--as-of", as_of, "--json", "--processes", processes)
    expected = json.dumps(PUBLISHED[as_of], indent=2)
    assert printed(*arguments) == (0, f"{expected}\n", "")


def test_messages_come_to_the_same(tmp_path: Path) -> None:
    """Each line that cannot be read is told once, in the order of the lines, and counted."""
    path = written(tmp_path)
    by_one = printed(path, "--processes", 1)
    assert by_one[0] == 1
    assert by_one[2].count("\nline ") == 35
    assert printed(path, "--processes", 3) == by_one


@pytest.mark.parametrize(
    "last",
    [
        line("redeemed", "1", reward_id="f-code-redmi-note-4", request_id="r"),
        line("quota_opened", "", quota_id="q"),
    ],
    ids=["voucher", "quota"],
)
def test_what_members_share_is_left_to_one_process(tmp_path: Path, last: str) -> None:
    """A log is replayed from its beginning again, and nothing is told twice."""
    path = written(tmp_path, last)
    assert printed(path, "--processes", 2) == printed(path, "--processes", 1)


def test_a_rule_book_by_which_members_share_is_left_to_one_process(tmp_path: Path) -> None:
    """Whatever the lines are."""
    path = written(tmp_path)
    by_one = printed(path, "--programme", "mi-preorders", "--processes", 1)
    assert printed(path, "--programme", "mi-preorders", "--processes", 2) == by_one


def test_a_rule_book_is_read_once(tmp_path: Path) -> None:
    """It may be a pipe, of which nothing is left for a second look."""
    path, pipe = written(tmp_path), tmp_path / "rules.toml"
    os.mkfifo(pipe)
    arguments = command(path, "--programme", pipe, "--json", "--processes", 2)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        pipe.write_text(bundled.programme_text("mi-preorders"))
        out, _ = running.communicate(timeout=PATIENCE)
    assert json.loads(out)["programme"] == "mi-preorders"


@pytest.mark.parametrize("more", [("--store", ""), ("--programme", "none")])
def test_wrong_arguments_are_told_as_by_one_process(
    capsys: pytest.CaptureFixture[str], more: tuple[str, str]
) -> None:
    """A store without a name is none in memory, and what is looked at first comes first."""
    by_one = ran(capsys, "replay", "sample:none", *more, "--processes", "1")
    assert by_one.status == 2
    assert ran(capsys, "replay", "sample:none", *more, "--processes", "2") == by_one


def test_a_log_that_cannot_be_read_at_all_is_one_message(tmp_path: Path) -> None:
    """As by one process."""
    path = tmp_path / "log.csv"
    path.write_text("kind,member_id\n" * (WORTH // 10))
    status, out, message = printed(path, "--processes", 2)
    assert (status, out) == (2, "")
    assert message.startswith("mi_rewards: line 1: the header must name")
    assert message.count("\n") == 1


def test_a_log_of_which_nothing_can_be_read_has_no_day(tmp_path: Path) -> None:
    """As by one process."""
    path = tmp_path / "log.csv"
    path.write_text(log(*["party,1"] * (WORTH // 8)))
    by_one = printed(path, "--processes", 1)
    assert "no day" in by_one[1]
    assert printed(path, "--processes", 2) == by_one


def test_a_count_of_processes_is_a_count(capsys: pytest.CaptureFixture[str]) -> None:
    """None is none."""
    done = ran(capsys, "replay", "sample:launch", "--processes", "0")
    assert done.status == 2
    assert "a count is a whole number of at least 1" in done.err


def test_a_terminal_is_shown_how_far_it_is(tmp_path: Path) -> None:
    """One process counts, and wipes it out before anything else is told."""
    path = written(tmp_path)
    status, _, shown = patched("sys.stderr.isatty = lambda: True", path)
    assert status == 1
    # Carriage returns come as line feeds here.
    counts, _, messages = shown.partition(f"{' ' * 24}\n")
    assert counts.count(" lines\n") > 1
    assert messages == printed(path, "--processes", 1)[2]


# ------------------------------------------------------------------------- what is shared out


def test_short_logs_and_what_is_no_file_are_left_to_one_process(tmp_path: Path) -> None:
    """What can be read once alone is not read by anybody else."""
    short, pipe = tmp_path / "short", tmp_path / "pipe"
    short.write_bytes(b" " * (WORTH - 1))
    os.mkfifo(pipe)
    assert can_share("sample:retail-orders")
    assert not any(map(can_share, ("-", "sample:launch", str(short), str(pipe), str(tmp_path))))
    assert not can_share(str(tmp_path / "none"))
    short.write_bytes(b" " * WORTH)
    assert can_share(str(short))


def test_systems_without_copies_have_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as Windows."""
    monkeypatch.delattr(os, "fork")
    assert not can_share("sample:retail-orders")


def test_who_cannot_wait_for_copies_has_none(tmp_path: Path) -> None:
    """Whoever begins a process may have it ignore that its own processes end."""
    path = written(tmp_path)
    patch = """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
def none():
    raise SystemExit("a copy was made")
os.fork = none
"""
    assert patched(patch, path) == printed(path, "--json", "--processes", 1)


# ------------------------------------------------------------------------- lost on their way


FAILS_AT_ONCE = "side_by_side._carry_out = lambda *_: os._exit(1)"
FAILS_LATE = """
totals, first = side_by_side._Part.totals, os.getpid()
side_by_side._Part.totals = lambda *it: totals(*it) if os.getpid() == first else os._exit(1)
"""
FAILS_BEFORE_IT_IS_ASKED = """
answer = side_by_side._Copy.answer
def lost(it):
    found = answer(it)
    os.kill(it._process, signal.SIGKILL)
    os.waitid(os.P_PID, it._process, os.WEXITED | os.WNOWAIT)
    return found
side_by_side._Copy.answer = lost
"""
TELLS_HALF = """
tell, first = side_by_side._tell, os.getpid()
def half(channel, what):
    if os.getpid() == first:
        return tell(channel, what)
    channel.write('{"line": 1')
    channel.flush()
    os._exit(1)
side_by_side._tell = half
"""
CHANGES = """
found, path = side_by_side._Part.found, sys.argv[1]
def changed(it):
    os.utime(path, (1, 1))
    return found(it)
side_by_side._Part.found = changed
"""
HAS_NO_PIPES = """
pipes = [os.pipe]
def one():
    if not pipes:
        raise OSError(24, "too many open files")
    return pipes.pop()()
os.pipe = one
"""
KEEPS_FEW = "side_by_side.MANY = 7"
SEES_MORE = """
found, first = side_by_side._Part.found, os.getpid()
more = {"line": 10_000}
side_by_side._Part.found = lambda it: found(it) | ({} if os.getpid() == first else more)
"""
HAS_NO_ROOM = """
def none():
    raise OSError(12, "no memory")
os.fork = none
"""


@pytest.mark.parametrize(
    "patch",
    [
        FAILS_AT_ONCE,
        FAILS_BEFORE_IT_IS_ASKED,
        TELLS_HALF,
        FAILS_LATE,
        SEES_MORE,
        CHANGES,
        HAS_NO_ROOM,
        HAS_NO_PIPES,
        KEEPS_FEW,
    ],
    ids=["at-once", "asked", "half", "late", "grown", "changed", "room", "pipes", "few"],
)
def test_where_a_process_is_lost_one_replays_it_all(tmp_path: Path, patch: str) -> None:
    """It failed, or it saw another log: the answer is the same, and nobody is told."""
    path = written(tmp_path)
    assert patched(patch, path) == printed(path, "--json", "--processes", 1)


@contextmanager
def begun(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """Begin a replay that takes its time, and learn which copies it makes."""
    path = folder / "long.csv"
    header, _, lines = sample_text().partition("\n")
    path.write_text(f"{header}\n{lines * 2}")
    script = (
        "import os, sys\n"
        "from mi_rewards._cli.main import main\n"
        "fork = os.fork\n"
        "def told():\n"
        "    if process := fork():\n"
        "        print(process, file=sys.stderr, flush=True)\n"
        "    return process\n"
        "os.fork = told\n"
        f"arguments = ['replay', {str(path)!r}, '--as-of', '2018-06-30', '--json']\n"
        "sys.exit(main(arguments, processors=3))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        yield running, [int(running.stderr.readline()) for _ in range(2)]


def test_a_process_that_is_killed_changes_nothing(tmp_path: Path) -> None:
    """SIGKILL, as where memory runs out."""
    with begun(tmp_path) as (running, copies):
        os.kill(copies[1], signal.SIGKILL)
        out, message = running.communicate(timeout=PATIENCE)
    assert (running.returncode, message) == (0, "")
    once = PUBLISHED["2018-06-30"]
    refused = {"unknown_order": 2 * once["refused"]["unknown_order"]}
    twice = {"events": 2 * once["events"], "repeated": once["events"], "refused": refused}
    assert json.loads(out) == once | twice


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_them_all_with_one_message(tmp_path: Path) -> None:
    """Whether it reaches the copies too, as from a terminal, or not."""
    with begun(tmp_path) as (running, copies):
        os.kill(copies[0], signal.SIGINT)
        running.send_signal(signal.SIGINT)
        # All that have its output are gone when that has an end.
        out, message = running.communicate(timeout=PATIENCE)
    assert (running.returncode, out, message) == (130, "", "mi_rewards: interrupted\n")


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    """Where the first one is killed, the others end when they have nobody to tell."""
    with begun(tmp_path) as (running, _):
        running.kill()
        assert running.communicate(timeout=PATIENCE) == ("", "")
