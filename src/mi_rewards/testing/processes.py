"""Several processes at once on one database, some of them killed, and what is left of it.

1. Each worker is a process of its own, started anew (`spawn`), which opens the store by a function
   that can be imported. Its commands follow from the seed alone.
2. What a worker was answered it appends to a file of its own, one write for each line: a kill loses
   at most a line of an answer that nobody used. Started again, it goes on with what is not there.
3. A share of the commands is given to two workers, as a retry in another process would be.
4. At the end the store is looked at through `load` alone: every answer has its receipt, every
   receipt its entries, no token is missing and none is left over.
"""

import json
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import attrs

from mi_rewards.commands import (
    Command,
    Rewards,
    receipt_from_dict,
    receipt_to_dict,
    with_retries,
)
from mi_rewards.errors import Conflict, Misuse, Refused
from mi_rewards.repositories import Receipt, ReceiptKey
from mi_rewards.testing._checks.marks import Opener
from mi_rewards.testing._checks.samples import PROGRAMME
from mi_rewards.testing._work import Work, problems
from mi_rewards.testing.clients import Client, Loop, client_of

__all__ = [
    "Opener",
    "ProcessReport",
    "Work",
    "run_processes",
]

_PAUSE = timedelta(milliseconds=5)
_ATTEMPTS = 100


@attrs.frozen(order=False)
class ProcessReport:
    """What several processes left behind.

    Attributes:
        work: What they were to do.
        acknowledged: How many commands were granted and answered.
        refused: How many were refused.
        killed: How many times a worker was killed.
        problems: What is wrong, each with the number of the promise; nothing where all is well.
    """

    work: Work
    acknowledged: int
    refused: int
    killed: int
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether something was acknowledged, and nothing is wrong."""
        return self.acknowledged > 0 and not self.problems

    def __str__(self) -> str:
        """Write the report, a line each."""
        head = (
            f"{self.work.workers} processes {'passed' if self.passed else 'FAILED'}: "
            f"{self.acknowledged} acknowledged, {self.refused} refused, {self.killed} killed"
        )
        return "\n".join((head, *self.problems))


def run_processes(
    opener: Opener,
    *,
    work: Work | None = None,
    lost: Sequence[type[Exception]] = (),
    meanwhile: Callable[[], None] | None = None,
    patience_seconds: int = 120,
) -> ProcessReport:
    """Let several processes work on one store, kill some, and see what is left.

    Args:
        opener: How a process opens the store, which is empty; this process opens it too.
        work: What is to be done; its defaults where it is not given.
        lost: Errors that mean a lost connection. A worker opens the store anew and tries again.
        meanwhile: Called once, when about half is done: to restart the database, say.
        patience_seconds: How long all of it may take.

    Returns:
        What was found. A worker that ends by an error, or not in time, is a problem too.
    """
    work = Work() if work is None else work
    with tempfile.TemporaryDirectory() as folder:
        crew = Crew(opener, work, Path(folder), tuple(lost))
        with _Opened(opener) as client:
            Rewards(client, PROGRAMME).do_all(work.opening())
        ended = crew.run(meanwhile, patience_seconds)
        acknowledged, refused = crew.answers()
        with _Opened(opener) as client:
            found = (*ended, *problems(client, work, acknowledged))
    return ProcessReport(work, len(acknowledged), refused, crew.killed, found)


class _Opened:
    """A store that is opened, and closed at the end."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._loop = Loop()
        self._store: Any = None

    def __enter__(self) -> Client:
        try:
            self._store = self._loop.settle(self._opener.open(*self._opener.arguments))
        except BaseException:
            self._loop.close()
            raise
        return client_of(self._store, self._loop)

    def __exit__(self, *_: object) -> None:
        try:
            if self._opener.close is not None:
                self._loop.settle(self._opener.close(self._store))
        finally:
            self._loop.close()


class Crew:
    """The workers, seen from the process that starts them."""

    def __init__(
        self, opener: Opener, work: Work, folder: Path, lost: tuple[type[Exception], ...]
    ) -> None:
        self.killed: int = 0
        self._opener, self._work, self._lost = opener, work, lost
        self._files = [folder.joinpath(f"{number}.jsonl") for number in range(work.workers)]
        self._spawning = multiprocessing.get_context("spawn")
        self._crew: list[BaseProcess] = []

    def run(self, meanwhile: Callable[[], None] | None, patience_seconds: int) -> list[str]:
        """Let all of them work to the end; say which did not get there."""
        until = time.monotonic_ns() + patience_seconds * 10**9
        dice = random.Random(self._work.seed)
        total = sum(map(len, self._work.shares()))
        kills = sorted(dice.randrange(total) for _ in range(self._work.kills))
        self._crew = [self._started(number) for number in range(self._work.workers)]
        try:
            while any(it.is_alive() for it in self._crew) and time.monotonic_ns() < until:
                done = sum(len(_lines(path)) for path in self._files)
                if kills and done >= kills[0]:
                    kills.pop(0)
                    self.kill_one(dice)
                if meanwhile is not None and done >= total // 2:
                    meanwhile()
                    meanwhile = None
                time.sleep(_PAUSE.total_seconds())
            return self._unfinished()
        finally:
            for it in self._crew:
                it.kill()
                it.join()
                it.close()

    def _started(self, number: int) -> BaseProcess:
        """Start a worker."""
        arguments = (self._opener, self._work, number, str(self._files[number]), self._lost)
        process = self._spawning.Process(target=work_on, args=arguments, daemon=True)
        process.start()
        return process

    def kill_one(self, dice: random.Random) -> None:
        """Kill a worker at whatever it does, and start it again.

        Args:
            dice: Chooses the worker, and the instant.
        """
        alive = [number for number, it in enumerate(self._crew) if it.is_alive()]
        if alive:
            number = dice.choice(alive)
            time.sleep((_PAUSE * dice.random()).total_seconds())
            self._crew[number].kill()
            self._crew[number].join()
            self._crew[number].close()
            self.killed += 1
            self._crew[number] = self._started(number)

    def _unfinished(self) -> list[str]:
        """Name workers that ended by an error, or have not ended."""
        return [
            f"worker {number} has not ended" if it.is_alive() else f"worker {number} failed"
            for number, it in enumerate(self._crew)
            if it.exitcode != 0
        ]

    def answers(self) -> tuple[dict[ReceiptKey, Receipt], int]:
        """Read what workers were answered: receipts by request, and how many were refused."""
        receipts: dict[ReceiptKey, Receipt] = {}
        refused = 0
        for path in self._files:
            for line in _lines(path):
                if "refused" in line:
                    refused += 1
                else:
                    receipt = receipt_from_dict(line["receipt"])
                    receipts[receipt.key] = receipt
        return receipts, refused


def _lines(path: Path) -> list[dict[str, Any]]:
    """Read a worker's file; a line that is not whole was never acknowledged."""
    text = path.read_text("utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _cut(path: Path) -> None:
    """Cut off what was begun to be written when the worker was killed."""
    if path.exists():
        whole, newline, _ = path.read_bytes().rpartition(b"\n")
        path.write_bytes(whole + newline)


def work_on(
    opener: Opener, work: Work, number: int, path: str, lost: tuple[type[Exception], ...]
) -> None:
    """Do one worker's share, in a process of its own.

    Args:
        opener: How to open the store.
        work: What is to be done.
        number: Which worker this is.
        path: The file of its acknowledgements.
        lost: Errors that mean a lost connection.
    """
    _cut(Path(path))
    done = {(line["member_id"], line["request_id"]) for line in _lines(Path(path))}
    left = [it for it in work.shares()[number] if (it.scope, it.request_id) not in done]
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        while left:
            try:
                with _Opened(opener) as client:
                    carry_out(Rewards(client, PROGRAMME), left, file)
            except lost:
                time.sleep(_PAUSE.total_seconds())
    finally:
        os.close(file)


def carry_out(rewards: Rewards, left: list[Command[Any]], file: int) -> None:
    """Carry out what is left, and acknowledge each."""
    while left:
        try:
            answer = with_retries(rewards, lambda it: it.do_all(left[:1])[0], attempts=_ATTEMPTS)
        except Conflict:
            continue
        os.write(file, _acknowledged(left[0], answer))
        left.pop(0)


def _acknowledged(command: Command[Any], answer: object) -> bytes:
    """Write one line."""
    line: dict[str, Any] = {"member_id": command.scope, "request_id": command.request_id}
    if isinstance(answer, Refused):
        line["refused"] = answer.code
    elif isinstance(answer, Misuse):
        raise answer
    else:
        key = ReceiptKey(command.scope, command.request_id)
        line["receipt"] = receipt_to_dict(Receipt(key, command.content(), answer))
    return (json.dumps(line) + "\n").encode()
