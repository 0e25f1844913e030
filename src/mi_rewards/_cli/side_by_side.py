"""A replay in memory by several processes side by side, each with the members of its partition.

1. This process has a partition itself, and makes a copy of itself for every other one. What they
   tell each other are lines of JSON.
2. Nothing is said before all of them are done. Where a line is about more than one member, or a
   process was lost on its way, the answer is `None`, and one process replays it all.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from stat import S_ISREG
from typing import IO, Any, NamedTuple, NoReturn

from mi_rewards._event_log.lines import Unread, open_log, path_of, read_rows
from mi_rewards._event_log.partitions import Partition, Together
from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.totals import Totals
from mi_rewards.calendar import read_instant, write_instant
from mi_rewards.programme import Programme

MOST = 4
"""More processes than these mostly read lines of each other's."""

WORTH = 1 << 16
"""The size of a file, in bytes, from which on a process more saves time."""

MANY = 10_000
"""More lines than these that cannot be read are told one by one by one process, and not kept."""

_INTERRUPT = {signal.SIGINT}


class Job(NamedTuple):
    """What is to be replayed.

    Attributes:
        file: The event log, as `open_log` takes it.
        programme: The rules.
        as_of: The day whose balances are stated, `None` for the latest line's.
        progress: Is told how far the log was read, `None` for nobody.
        process: The first process.
    """

    file: str
    programme: Programme
    as_of: date | None
    progress: Callable[[int], None] | None
    process: int


class Done(NamedTuple):
    """What a replay came to.

    Attributes:
        totals: The totals of all partitions.
        unread: The lines that could not be read, in their order.
        replay: The partition of this process; whoever ends the process need not take it apart.
    """

    totals: Totals
    unread: list[Unread]
    replay: Replay


class _Part:
    """A partition of a job, carried out here."""

    def __init__(self, job: Job, place: int, count: int) -> None:
        self.unread: list[Unread] = []
        self.replay = Replay(
            job.programme,
            report=self._keep,
            as_of=job.as_of,
            progress=job.progress if place == 0 else partial(_end_alone, job.process),
            books_due=False,
        )
        partition = Partition(place, count)
        with open_log(job.file) as log:
            self.replay.run(partition.of(read_rows(log, at_once=self.replay.batch)))
        self.line = partition.line

    def _keep(self, item: Unread) -> None:
        """Keep a line that could not be read."""
        if len(self.unread) == MANY:
            raise Together
        self.unread.append(item)

    def found(self) -> dict[str, Any]:
        """Tell the others what was found, JSON-ready."""
        latest = self.replay.latest
        return {
            "line": self.line,
            "latest": "" if latest is None else write_instant(latest),
            "unread": self.unread,
        }

    def totals(self, latest: str) -> Totals:
        """Add up this partition, given the latest instant of all of them."""
        if latest:
            self.replay.see(read_instant(latest))
        return self.replay.totals()


class _Copy:
    """A process that carries out another partition."""

    def __init__(self, job: Job, place: int, count: int) -> None:
        ends: list[int] = []
        try:
            ends += os.pipe()
            ends += os.pipe()
            self._process: int = os.fork() or _carry_out(job, place, count, ends)
        except OSError:
            for end in ends:
                os.close(end)
            raise
        os.close(ends[1])
        os.close(ends[2])
        self._answers: IO[str] = os.fdopen(ends[0])
        self._asks: IO[str] = os.fdopen(ends[3], "w")

    def ask(self, what: str) -> None:
        """Tell it something."""
        _tell(self._asks, what)

    def answer(self) -> Any:
        """Wait for what it says next; `Together` where it says no more."""
        line = self._answers.readline()
        if not line.endswith("\n"):
            raise Together
        return json.loads(line)

    def end(self, *, is_done: bool) -> None:
        """Wait for its end; that comes at once, whatever it does, where it is not done."""
        if not is_done:
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        for channel in (self._asks, self._answers):
            with suppress(OSError):
                channel.close()


def can_share(name: str) -> bool:
    """Tell whether a log is a file that several processes can read, and is worth it.

    Args:
        name: As `open_log` takes it.

    Returns:
        Whether it is, and processes can be copied here and waited for.
    """
    path = path_of(name)
    if not hasattr(os, "fork") or signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
        return False
    with suppress(OSError):
        found = os.stat(path)
        # What is under /dev may be read by all of them at once, each a part.
        return S_ISREG(found.st_mode) and found.st_size >= WORTH and not path.startswith("/dev/")
    return False


def replayed(job: Job, processes: int) -> Done | None:
    """Replay a log by several processes.

    Args:
        job: What is to be replayed.
        processes: How many processes, at least 2; no more than `MOST` are made.

    Returns:
        What it came to; `None` where one process is to replay it all.
    """
    if job.programme.is_shared:
        return None
    copies: list[_Copy] = []
    done = None
    try:
        done = _shared_out(job, min(processes, MOST), copies)
    except (Together, OSError):
        # What is wrong with the log itself is found again by whoever replays it all.
        return None
    finally:
        with _uninterrupted():
            for copy in copies:
                copy.end(is_done=done is not None)
    return done


def _shared_out(job: Job, count: int, copies: list[_Copy]) -> Done | None:
    """Have copies carry out all partitions but the first, and carry out that one."""
    before = _state_of(job.file)
    # An interrupt is taken by this process alone, and not before it knows its copies.
    # Where one cannot be made, those before it are in the list.
    with _uninterrupted():
        copies.extend(_Copy(job, place, count) for place in range(1, count))
    part = _Part(job, 0, count)
    found = [part.found(), *(copy.answer() for copy in copies)]
    if len({it["line"] for it in found}) > 1 or _state_of(job.file) != before:
        # The log was changed meanwhile.
        return None
    instants = [read_instant(it["latest"]) for it in found if it["latest"]]
    latest = write_instant(max(instants)) if instants else ""
    for copy in copies:
        copy.ask(latest)
    parts = [part.totals(latest), *(Totals(**copy.answer()) for copy in copies)]
    unread = sorted([Unread(*it) for its in found for it in its["unread"]])
    return Done(Totals.of_all(parts), unread, part.replay)


def _carry_out(job: Job, place: int, count: int, ends: Sequence[int]) -> NoReturn:
    """Carry out a partition as a process of its own; one that fails says nothing more."""
    status = 1
    try:
        os.close(ends[0])
        os.close(ends[3])
        with os.fdopen(ends[2]) as asked, os.fdopen(ends[1], "w") as told:
            part = _Part(job, place, count)
            _tell(told, part.found())
            _tell(told, part.totals(json.loads(asked.readline()))._asdict())
        status = 0
    finally:
        os._exit(status)


def _end_alone(first: int, line: int) -> None:
    """End this process, a copy, where the first one is no more."""
    del line
    if os.getppid() != first:
        os._exit(1)


def _tell(channel: IO[str], what: Any) -> None:
    """Write a line."""
    channel.write(json.dumps(what) + "\n")
    channel.flush()


def _state_of(name: str) -> tuple[int, ...]:
    """Tell which file a log is, and how it was changed last."""
    it = os.stat(path_of(name))
    return it.st_dev, it.st_ino, it.st_size, it.st_mtime_ns


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have an interrupt wait."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
