"""Replays into a database as processes of their own: killed, interrupted, cut off, two at once.

Whatever happens to a replay, what it saved stays, and the same lines again come to the same end.
"""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from mi_rewards import bundled
from tests.event_logs import Ran, ran, sample_text
from tests.unit.cli.test_replay import PUBLISHED
from tests.unit.conftest import NewStore

SAMPLE = bundled.sample("retail-orders")
KEPT = "what was saved is kept, and the same can be run again"
EARLY = "2018-01-31"
EARLIER = "2017-12-24"
PATIENCE = 60


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """Look into a database."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    yield engine
    engine.dispose()


def saved(engine: Engine) -> int:
    """Count the lines that were saved."""
    if not inspect(engine).has_table("mi_rewards_receipts"):
        return 0
    with engine.connect() as connection:
        found: int = connection.execute(
            text("SELECT count(*) FROM mi_rewards_receipts")
        ).scalar_one()
        return found


def wait_for(engine: Engine, lines: int, running: "subprocess.Popen[str]") -> None:
    """Wait until at least so many lines were saved."""
    deadline = time.monotonic() + PATIENCE
    while saved(engine) < lines:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def started(*arguments: object, **options: Any) -> "subprocess.Popen[str]":
    """Start `python -m mi_rewards replay`."""
    return subprocess.Popen(
        [sys.executable, "-m", "mi_rewards", "replay", *map(str, arguments), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def ended(running: "subprocess.Popen[str]") -> Ran:
    """Wait for a process."""
    out, err = running.communicate(timeout=PATIENCE)
    return Ran(running.returncode, out, err)


def figures(done: Ran) -> dict[str, Any]:
    """Check that all went well, and answer with all figures but how many lines were repeated."""
    assert (done.status, done.err) == (0, "")
    return done.totals | {"repeated": 0}


def in_memory(capsys: pytest.CaptureFixture[str], as_of: str) -> dict[str, Any]:
    """Replay the sample without a store."""
    return figures(ran(capsys, "replay", SAMPLE, "--json", "--as-of", as_of))


@pytest.mark.parametrize(("url", "kills"), [("sqlite", 3), ("postgresql", 1)], indirect=["url"])
def test_a_replay_killed_at_random_comes_to_the_same_end_when_run_again(
    url: str, kills: int
) -> None:
    """The published figures; nothing that was saved before a kill was lost or done twice."""
    chance = random.Random(20170501)
    whole = PUBLISHED["2019-06-30"]
    command = (SAMPLE, "--store", url, "--as-of", "2019-06-30")
    with engine_of(url) as engine:
        for end in sorted(chance.sample(range(1, 5_000), kills)):
            running = started(*command)
            wait_for(engine, end, running)
            running.kill()
            running.communicate()
            assert end <= saved(engine) < whole["events"]
        before = saved(engine)
        done = ended(started(*command))
        assert figures(done) == whole
        assert done.totals["repeated"] == before > 0
        assert saved(engine) == whole["events"]


def test_two_replays_at_once_carry_each_line_out_once(
    capsys: pytest.CaptureFixture[str], url: str
) -> None:
    """Into an empty database, to the same figures; those of an earlier day are as they were."""
    command = (SAMPLE, "--store", url, "--as-of", EARLY)
    both = [ended(it) for it in [started(*command) for _ in range(2)]]
    expected = in_memory(capsys, EARLY)
    assert [figures(done) for done in both] == [expected, expected]
    assert sum(done.totals["repeated"] for done in both) == expected["events"]
    again = ended(started(SAMPLE, "--store", url, "--as-of", EARLIER)).totals
    earlier = in_memory(capsys, EARLIER)
    assert again == earlier | {"repeated": earlier["events"]}
    assert expected["members"] > earlier["members"] > 0


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_keeps_what_was_saved(
    capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    """Ctrl-C while it waits for lines: status 130, and a message that it can be run again."""
    lines = sample_text().splitlines(keepends=True)
    with engine_of(sqlite_url) as engine:
        running = started("-", "--store", sqlite_url, stdin=subprocess.PIPE)
        assert running.stdin is not None
        running.stdin.writelines(lines[:1_500])
        running.stdin.flush()
        wait_for(engine, 1_000, running)
        running.send_signal(signal.SIGINT)
        assert ended(running) == (130, "", f"mi_rewards: interrupted; {KEPT}\n")
        kept = saved(engine)
        done = ended(started(SAMPLE, "--store", sqlite_url, "--as-of", EARLY))
        assert done.totals["repeated"] == kept >= 1_000
        assert figures(done) == in_memory(capsys, EARLY)


def test_a_server_that_goes_away_is_one_message(new_postgresql: NewStore) -> None:
    """In the middle of a replay: no traceback, status 2, and what was saved is there."""
    lines = sample_text().splitlines(keepends=True)
    url = new_postgresql()
    with engine_of(url) as engine:
        running = started("-", "--store", url, stdin=subprocess.PIPE)
        assert running.stdin is not None
        running.stdin.writelines(lines[:1_200])
        running.stdin.flush()
        wait_for(engine, 1_000, running)
        with engine.connect() as connection:
            gone = connection.execute(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            ).scalar_one()
        assert gone >= 1
        with suppress(BrokenPipeError):
            running.stdin.writelines(lines[1_200:3_000])
        done = ended(running)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith("mi_rewards: the database cannot be used: ")
        assert done.err.endswith(f"; {KEPT}\n")
        assert done.err.count("\n") == 1
        assert saved(engine) >= 1_000


def test_without_the_extra_one_message_names_it(sqlite_url: str) -> None:
    """Where SQLAlchemy is not installed: status 2."""
    without = (
        "import sys; sys.modules['sqlalchemy'] = None; from mi_rewards._cli.main import main;"
        f" sys.exit(main(['replay', 'sample:launch', '--store', {sqlite_url!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", without], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "mi_rewards: --store needs sqlalchemy, which comes with: pip install 'mi-rewards[sql]'\n"
    )


def test_json_of_a_store_is_the_same_text_as_in_memory(sqlite_url: str) -> None:
    """Byte by byte, as a process of its own prints it."""
    stored = ended(started("sample:launch", "--store", sqlite_url, "--as-of", "2018-12-31"))
    plain = ended(started("sample:launch", "--as-of", "2018-12-31"))
    assert stored == plain
    assert json.loads(plain.out)["members"] == 3
