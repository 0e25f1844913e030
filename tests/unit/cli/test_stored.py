"""Replays and statements on a store: the same answers as in memory, and what can go wrong."""

import json
import os
import sqlite3
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest

from mi_rewards import MemoryStore, bundled
from mi_rewards._cli.stored import BATCH, StoredReplay, opened_store
from mi_rewards._event_log.lines import open_log, read_rows
from mi_rewards._event_log.replay import StoreFailed
from mi_rewards.calendar import read_day
from mi_rewards.errors import Conflict
from mi_rewards.repositories import Aggregate, Changes
from mi_rewards.wallet import Wallet
from mi_rewards.wallet.buckets import Bucket
from mi_rewards.wallet.entries import Entry, Owner
from tests.event_logs import delivered, joined, line, log, ran

A = TypeVar("A", bound=Aggregate)

WALLETS = 5_000
LAUNCH = "sample:launch"
KEPT = "what was saved is kept, and the same can be run again"
DAYS = ("2017-06-15", "2017-06-22", "2018-01-01", "2018-12-31", "2019-12-31", "2020-01-01")


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    """Write a small log."""
    path = tmp_path / "log.csv"
    path.write_text(log(joined(), delivered("o1", "100.00"), delivered("o2", "200.00", "2")))
    return path


def file_of(url: str) -> Path:
    """Name the file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///"))


# -------------------------------------------------------------------------- as if in memory


def test_every_day_of_a_store_is_as_in_memory(
    capsys: pytest.CaptureFixture[str], url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures, journals and statements of any day, whatever later ones the store has, by pages."""
    monkeypatch.setattr("mi_rewards.sql._browse.PAGE", 3)
    ran(capsys, "replay", LAUNCH, "--store", url, "--as-of", DAYS[-1])
    mine, theirs = tmp_path / "mine.jsonl", tmp_path / "theirs.jsonl"
    for day in DAYS:
        plain = ran(capsys, "replay", LAUNCH, "--as-of", day, "--json", "--journal", theirs)
        stored = ran(
            capsys, "replay", LAUNCH, "--as-of", day, "--json", "--store", url, "--journal", mine
        )
        assert stored.totals == plain.totals | {"repeated": plain.totals["events"]}
        assert sorted(mine.read_text().splitlines()) == sorted(theirs.read_text().splitlines())
        for member_id in "ABC":
            asked = ("--member", member_id, "--as-of", day)
            told = ran(capsys, "statement", LAUNCH, *asked)
            expected = told.out.replace("The log has", "The store has")
            for log_named in ([LAUNCH], []):
                stated = ran(capsys, "statement", *log_named, "--store", url, *asked)
                assert stated == (0, expected, "")


def test_stating_books_nothing(capsys: pytest.CaptureFixture[str], sqlite_url: str) -> None:
    """What lapsed by the day named is in the figures and in the journal, and not in the store."""
    counts = []
    for day in ("2019-12-31", "2030-01-01"):
        ran(capsys, "replay", LAUNCH, "--store", sqlite_url, "--as-of", day)
        with closing(sqlite3.connect(file_of(sqlite_url))) as database:
            counts += database.execute("SELECT count(*) FROM mi_rewards_journal").fetchall()
    assert counts[0] == counts[1]


def test_a_log_without_a_line_states_what_the_store_has(
    capsys: pytest.CaptureFixture[str], sqlite_url: str, tmp_path: Path, log_path: Path
) -> None:
    """As of the day of the latest entry; of an empty store, as of no day."""
    empty = tmp_path / "empty.csv"
    empty.touch()
    nothing = ran(capsys, "replay", empty, "--store", sqlite_url, "--json").totals
    assert (nothing["as_of"], nothing["issued"]) == (None, 0)
    ran(capsys, "replay", log_path, "--store", sqlite_url)
    stored = ran(capsys, "replay", empty, "--store", sqlite_url, "--json").totals
    assert (stored["as_of"], stored["events"]) == ("2018-03-01", 0)
    assert (stored["members"], stored["available"]) == (1, 10)


def test_lines_that_cannot_be_read_are_reported_each_time(
    capsys: pytest.CaptureFixture[str], sqlite_url: str, tmp_path: Path
) -> None:
    """The same message and the same status, whatever was saved before."""
    path = tmp_path / "log.csv"
    path.write_text(
        log(joined(), line("party", "1"), delivered("o1", "1.00"), delivered("o1", "2"))
    )
    runs = [ran(capsys, "replay", path, "--store", sqlite_url, "--json") for _ in range(2)]
    assert [done.status for done in runs] == [1, 1]
    assert runs[0].err == runs[1].err
    assert [done.totals["repeated"] for done in runs] == [0, 2]


# ------------------------------------------------------------------------------- statements


def test_a_statement_is_read_from_the_store_alone(
    capsys: pytest.CaptureFixture[str], sqlite_url: str, log_path: Path
) -> None:
    """Without FILE and without a day: as of the member's latest entry."""
    ran(capsys, "replay", log_path, "--store", sqlite_url)
    told = ran(capsys, "statement", "--store", sqlite_url, "--member", "1")
    assert told.status == 0
    assert "statement of 1 through 2018-03-01" in told.out
    assert "10 valid through 2019-12-31" in told.out


def test_a_member_whom_the_store_does_not_know(
    capsys: pytest.CaptureFixture[str], sqlite_url: str, log_path: Path
) -> None:
    """Said plainly; one who has no tokens is known from joining on, or with an order that waits."""
    log_path.write_text(log_path.read_text() + line("joined", "3") + "\n")
    ran(capsys, "replay", log_path, "--store", sqlite_url)
    asked = ("statement", "--store", sqlite_url, "--member")
    assert ran(capsys, *asked, "Z") == (0, "The store has no event of Z.\n", "")
    day = ("--as-of", "2018-02-28")
    through = "The store has no event of 3 through 2018-02-28.\n"
    assert ran(capsys, *asked, "3", *day) == (0, through, "")
    for member_id in "23":
        told = ran(capsys, *asked, member_id, "--as-of", "2018-03-01")
        assert "No tokens were ever booked." in told.out


def test_a_statement_carries_out_one_members_lines(
    capsys: pytest.CaptureFixture[str], sqlite_url: str, log_path: Path
) -> None:
    """With FILE, as without a store; the other members' lines wait for a replay."""
    ran(capsys, "statement", log_path, "--store", sqlite_url, "--member", "1")
    done = ran(capsys, "replay", log_path, "--store", sqlite_url, "--json")
    assert (done.totals["events"], done.totals["repeated"]) == (3, 2)


def test_a_statement_of_nothing_is_told_what_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Neither FILE nor --store: the usage, and status 2."""
    done = ran(capsys, "statement", "--member", "1")
    assert (done.status, done.out) == (2, "")
    assert "the following arguments are required: FILE, or --store" in done.err


# -------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("x.db", "a store is named by a URL, such as sqlite:///x.db"),
        ("", "a store is named by a URL, such as sqlite:///tokens.db"),
        ("sqlite://", "a store in memory is gone at the end; name a file: sqlite:///tokens.db"),
        ("sqlite:///:memory:", "a store in memory is gone at the end; name a file"),
        ("sqlite:////nowhere/x.db", "the database cannot be used: unable to open database file"),
        ("mysql://u:secret@h/x", "no database can be opened at 'mysql://u:***@h/x': No module"),
        ("postgresql+asyncpg://u:secret@h/x", "'postgresql+asyncpg://u:***@h/x' names a driver"),
        ("postgresql://u:secret@127.0.0.1:1/x", "the database cannot be used: connection failed"),
        ("postgres://u:secret@127.0.0.1:1/x", "the database cannot be used: connection failed"),
        ("postgres://u:secret@127.0.0.1:one/x", "no database can be opened at 'postgresql+psyco"),
    ],
)
def test_a_store_that_cannot_be_opened_is_one_message(
    capsys: pytest.CaptureFixture[str], name: str, reason: str
) -> None:
    """Status 2, no traceback, and no password."""
    done = ran(capsys, "replay", LAUNCH, "--store", name)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"mi_rewards: {reason}")
    assert done.err.count("\n") == 1
    assert "secret" not in done.err


def test_no_database_is_made_to_be_read(
    capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    """A name that was mistyped is no empty store."""
    done = ran(capsys, "statement", "--member", "1", "--store", sqlite_url)
    assert (done.status, done.out) == (2, "")
    assert done.err == f"mi_rewards: there is no store at {sqlite_url!r}\n"
    assert not file_of(sqlite_url).exists()


def test_no_database_is_made_for_a_log_that_is_not_there(
    capsys: pytest.CaptureFixture[str], sqlite_url: str, tmp_path: Path
) -> None:
    """The log is opened first."""
    assert ran(capsys, "replay", tmp_path / "none.csv", "--store", sqlite_url).status == 2
    assert not file_of(sqlite_url).exists()


def test_a_locked_database_is_one_message(
    capsys: pytest.CaptureFixture[str],
    sqlite_url: str,
    log_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where its turn does not come: status 2; later it can be run."""
    monkeypatch.setattr("mi_rewards.sql.engines.BUSY_SECONDS", 0)
    ran(capsys, "replay", os.devnull, "--store", sqlite_url)
    with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = ran(capsys, "replay", log_path, "--store", sqlite_url)
    message = f"mi_rewards: others are changing the store all the time; {KEPT}\n"
    assert done == (2, "", message)
    assert ran(capsys, "replay", log_path, "--store", sqlite_url).status == 0


@pytest.mark.parametrize(
    ("kept", "other", "stated"),
    [
        ("tokens", "points", "'points' by those of Asia/Kolkata"),
        ("Asia/Kolkata", "Europe/Berlin", "'tokens' by those of Europe/Berlin"),
    ],
)
def test_a_store_of_another_programme_is_left_alone(
    capsys: pytest.CaptureFixture[str],
    sqlite_url: str,
    log_path: Path,
    kept: str,
    other: str,
    stated: str,
) -> None:
    """Another kind of token, or days of another zone: one message, and nothing is replayed."""
    message = f"the store keeps 'tokens' by the days of Asia/Kolkata, and reward-mi has {stated}"
    book = bundled.programme_text("reward-mi")
    path = log_path.with_name("mine.toml")
    path.write_text(book.replace(f'= "{kept}"', f'= "{other}"'))
    ran(capsys, "replay", log_path, "--store", sqlite_url)
    for command in (["replay"], ["statement", "--member", "1"]):
        done = ran(capsys, *command, LAUNCH, "--store", sqlite_url, "--programme", path)
        assert done == (2, "", f"mi_rewards: {message}\n")
    done = ran(capsys, "replay", log_path, "--store", sqlite_url, "--json")
    assert (done.totals["events"], done.totals["repeated"]) == (3, 3)


def test_a_journal_is_not_written_over_its_store(
    capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    """The database stays one."""
    ran(capsys, "replay", LAUNCH, "--store", sqlite_url)
    path = file_of(sqlite_url)
    done = ran(capsys, "replay", LAUNCH, "--store", sqlite_url, "--journal", path)
    message = f"mi_rewards: the journal would be written over the store {sqlite_url}\n"
    assert done == (2, "", message)
    done = ran(capsys, "replay", LAUNCH, "--store", sqlite_url, "--journal", f"{path}.jsonl")
    assert done.status == 0


def test_whoever_is_always_slower_is_told_so(sqlite_url: str) -> None:
    """After many tries: what was saved is kept."""
    others = "others are changing the store all the time; what was saved is kept"
    with pytest.raises(StoreFailed, match=others), opened_store(sqlite_url):
        raise Conflict("somebody else was faster")


def test_what_is_no_fault_of_the_database_stays_what_it_is(sqlite_url: str) -> None:
    """Such as a journal that cannot be written; an interrupt says that it can be run again."""
    with pytest.raises(OSError, match="disk full"), opened_store(sqlite_url):
        raise OSError("disk full")
    with pytest.raises(KeyboardInterrupt, match=f"interrupted; {KEPT}"), opened_store(sqlite_url):
        raise KeyboardInterrupt


def test_a_file_of_a_database_can_be_copied_afterwards(
    capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    """It is whole by itself: no log of its own stays beside it."""
    ran(capsys, "replay", LAUNCH, "--store", sqlite_url)
    path = file_of(sqlite_url)
    assert [it.name for it in path.parent.iterdir()] == [path.name]


# ----------------------------------------------------------------------- others at the store


class Beside(MemoryStore):
    """A store on which others work, too: some saves are lost, and journals are read too early."""

    def __init__(self) -> None:
        super().__init__()
        self.losses = 2
        self.read: set[str] = set()

    def save(self, changes: Changes, /) -> None:
        """Lose the first saves."""
        if self.losses:
            self.losses -= 1
            raise Conflict("somebody else was faster")
        super().save(changes)

    def journals(self) -> Iterator[Sequence[Entry]]:
        """Give only those journals that were there when their page was read."""
        return (it for it in super().journals() if it[0].owner.member_id in self.read)


def replayed(store: MemoryStore, as_of: str, text: str, path: Path) -> StoredReplay:
    """Replay a log's text into a store."""
    path.write_text(text)
    replay = StoredReplay(
        store, bundled.programme("reward-mi"), report=print, as_of=read_day(as_of)
    )
    with open_log(str(path)) as source:
        replay.run(read_rows(source))
    return replay


def test_a_batch_that_lost_is_tried_again_as_a_whole(tmp_path: Path) -> None:
    """Its lines count once."""
    store = Beside()
    text = log(joined(), delivered("o1", "100.00"))
    replay = replayed(store, "2018-03-01", text, tmp_path / "log.csv")
    assert (store.losses, replay.events, replay.repeated) == (0, 2, 0)
    assert replay.totals().available == 10


@pytest.mark.parametrize("read", ["", "1", "2", "3", "13", "123"])
def test_a_journal_that_came_after_its_page_is_read_by_itself(tmp_path: Path, read: str) -> None:
    """No other is skipped for it."""
    store = Beside()
    store.read = set(read)
    later = [delivered(f"l{it}", "500", it, "2018-04-01T12:00:00+05:30") for it in "123"]
    first = [delivered(f"o{it}", "100.00", it) for it in "12"]
    text = log(*[joined(it) for it in "123"], *first, *later)
    replayed(store, "2018-04-01", text, tmp_path / "log.csv")
    totals = replayed(store, "2018-03-01", text, tmp_path / "log.csv").totals()
    assert (totals.members, totals.issued, totals.available) == (3, 20, 20)


class Endless(MemoryStore):
    """A store of more wallets than are looked at in one go: each is made when it is asked for."""

    def all_of(self, kind: type[A]) -> Iterator[A]:
        """Make wallets of one token each; there is nobody else."""
        if kind is Wallet:
            programme = bundled.programme("reward-mi")
            for number in range(WALLETS):
                owner = Owner(f"{number:06}", programme.kind, programme.zone)
                wallet: Any = Wallet(owner, (Bucket(date(2018, 12, 31), 1),))
                yield wallet


def test_totals_keep_no_wallet_that_they_have_counted(tmp_path: Path) -> None:
    """So a store of any size needs no more memory than a page of it."""
    replay = replayed(Endless(), "2018-03-01", log(joined()), tmp_path / "log.csv")
    tracemalloc.start()
    totals = replay.totals()
    _, peak = tracemalloc.get_traced_memory()
    kept = list(Endless().all_of(Wallet))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert totals.available == WALLETS == len(kept)
    assert peak * 10 < held


# --------------------------------------------------------------------------------- progress


def test_progress_is_shown_on_a_terminal_for_a_database_too(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    """After each batch that is saved, and wiped out at the end; a statement alone shows none."""
    path = tmp_path / "log.csv"
    path.write_text(log(*[joined()] * (BATCH + 1)))
    ours, terminal = os.openpty()
    with os.fdopen(terminal, "w") as screen, os.fdopen(ours, "rb", buffering=0) as seen:
        monkeypatch.setattr(sys, "stderr", screen)
        done = ran(capsys, "replay", path, "--store", sqlite_url, "--json")
        ran(capsys, "statement", "--store", sqlite_url, "--member", "1")
        screen.flush()
        shown = seen.read(10_000).decode()
    assert shown == f"{BATCH + 1:,} lines\r{BATCH + 2:,} lines\r{' ' * 24}\r"
    assert json.loads(done.out)["repeated"] == BATCH
