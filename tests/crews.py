"""A crew of processes that share out work on one database, some of them killed and started again.

1. Workers are forked off one process that has loaded all they need, and has nothing open.
2. A worker appends what it was answered to a file of its own, a line each.
3. Killed by SIGKILL at whatever it does and started again, it goes on with what is not there.
"""

import json
import multiprocessing
import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol, TypeVar

Line = dict[str, str]
"""An answer: whose, to which of the tries, and what was answered."""

_PAUSE = timedelta(milliseconds=3)


class Shared(Protocol):
    """What is to be done by a crew."""

    @property
    def seed(self) -> int:
        """What everything that is drawn depends on."""

    @property
    def workers(self) -> int:
        """How many processes."""

    @property
    def kills(self) -> int:
        """How often a worker is killed and started again."""

    @property
    def early(self) -> int:
        """How many requests are answered while it is interesting: half of the kills are then."""

    @property
    def requests(self) -> int:
        """How many requests there are."""


S = TypeVar("S", bound=Shared)


def run_crew(
    work: Callable[[str, S, int, str], None],
    url: str,
    shared: S,
    files: Sequence[Path],
    patience_seconds: int,
) -> tuple[int, list[str]]:
    """Let all workers work to the end, and kill some of them.

    Args:
        work: What a worker does: its database, what is shared out, its number and its file.
        url: The database.
        shared: What is to be done.
        files: A file for each worker.
        patience_seconds: How long it may take.

    Returns:
        How often a worker was killed, and which did not get to the end.
    """
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["tests.databases", work.__module__])

    def started(number: int) -> BaseProcess:
        arguments = (url, shared, number, str(files[number]))
        process = forking.Process(target=work, args=arguments, daemon=True)
        process.start()
        return process

    dice = random.Random(shared.seed)
    early = min(shared.early, shared.requests)
    ends = [early if number % 2 else shared.requests for number in range(shared.kills)]
    kills = sorted(dice.randrange(end) for end in ends)
    until = time.monotonic() + patience_seconds
    crew = [started(number) for number in range(shared.workers)]
    killed = 0
    try:
        while any(it.is_alive() for it in crew) and time.monotonic() < until:
            done = sum(len(lines_in(path)) for path in files)
            alive = [number for number, it in enumerate(crew) if it.is_alive()]
            if kills and done >= kills[0] and alive:
                kills.pop(0)
                number = dice.choice(alive)
                time.sleep((_PAUSE * dice.random()).total_seconds())
                crew[number].kill()
                crew[number].join()
                crew[number].close()
                crew[number] = started(number)
                killed += 1
            time.sleep(_PAUSE.total_seconds())
        return killed, [
            f"worker {number} has not ended" if it.is_alive() else f"worker {number} failed"
            for number, it in enumerate(crew)
            if it.exitcode != 0
        ]
    finally:
        for it in crew:
            it.kill()
            it.join()
            it.close()


def lines_in(path: Path) -> list[Line]:
    """Read a worker's file; a line that is not whole was never acknowledged.

    Args:
        path: The file.

    Returns:
        Its whole lines.
    """
    text = path.read_text("utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def cut(path: Path) -> None:
    """Cut off what was begun to be written when the worker was killed.

    Args:
        path: The file.
    """
    if path.exists():
        whole, newline, _ = path.read_bytes().rpartition(b"\n")
        path.write_bytes(whole + newline)
