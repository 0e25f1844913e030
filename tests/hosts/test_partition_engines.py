"""Partitions on real engines: real purchases come to the same on each, and with a worker killed.

1. Whatever is carried out goes to other processes, which begin new and share nothing.
2. On Dask a partition whose worker is killed while it works is tried again elsewhere.
"""

import csv
import gzip
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mi_rewards import bundled
from mi_rewards.errors import Misuse
from mi_rewards.modelling import Replayed, partitioned, replay, replay_partitions
from tests.parted import Reading, began
from tests.replaying import REWARD_MI

if TYPE_CHECKING:
    from distributed import Client  # takes a second, so only whoever uses it loads it

AS_OF = date(2019, 6, 30)
OPTIONS: dict[str, Any] = {"as_of": AS_OF, "balances_at": (datetime(2019, 1, 1, tzinfo=UTC),)}


@pytest.fixture(scope="module")
def real() -> dict[str, list[str]]:
    """Read the real purchases with redemptions, as columns."""
    with gzip.open(bundled.sample("retail-history"), "rt", newline="") as source:
        header, *rows = csv.reader(source)
    return dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))


@pytest.fixture(scope="module")
def whole(real: dict[str, list[str]]) -> Replayed:
    """Replay them at once."""
    found = replay(real, REWARD_MI, **OPTIONS)
    figures = (found.events, found.issued, found.available, found.redeemed, found.lapsed)
    assert figures == (32_207, 75_738_069, 56_316_993, 12_901_000, 2_132_762)
    return found


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Start two processes that begin new."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        yield executor


@pytest.fixture
def dask(tmp_path: Path) -> Iterator["Client"]:
    """Start a Dask cluster of two processes, without a dashboard and without a word."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
            local_directory=str(tmp_path / "dask"),
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def reading(parts: Sequence[dict[str, Any]], folder: Path, *, waits: bool = False) -> list[Reading]:
    """Make partitions that workers read, and leave word of."""
    folder.mkdir(exist_ok=True)
    return [Reading(it, str(folder), index, waits=waits) for index, it in enumerate(parts)]


def test_an_executor_of_processes_gives_the_same(
    real: dict[str, list[str]], whole: Replayed, processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    """Seven partitions on two other processes that begin new are equal to one replay."""
    parts = reading(partitioned(real, 7), tmp_path)
    assert replay_partitions(REWARD_MI, parts, map=processes.map, **OPTIONS) == whole
    homes = {process for _, process in began(tmp_path)}
    assert [index for index, _ in began(tmp_path)] == list(range(7))
    assert os.getpid() not in homes


def test_pools_give_the_same(real: dict[str, list[str]], whole: Replayed) -> None:
    """A pool's `imap_unordered`, of processes and of threads, is as good as `map`."""
    parts = partitioned(real, 3)
    with ThreadPool(2) as threads:
        assert replay_partitions(REWARD_MI, parts, map=threads.imap, **OPTIONS) == whole
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = replay_partitions(REWARD_MI, parts, map=pool.imap_unordered, **OPTIONS)
        pool.close()
        pool.join()
    assert found == whole


def test_what_a_worker_objects_to_reaches_the_caller(processes: ProcessPoolExecutor) -> None:
    """A history without its columns is the caller's misuse, wherever it is read."""
    with pytest.raises(Misuse, match="member_id"):
        replay_partitions(REWARD_MI, [{"kind": []}], map=processes.map, **OPTIONS)


def test_dask_gives_the_same(
    real: dict[str, list[str]], whole: Replayed, dask: "Client", tmp_path: Path
) -> None:
    """Seven partitions on two Dask workers are equal to one replay."""
    parts = reading(partitioned(real, 7), tmp_path / "word")
    dask_map = dask.get_executor(pure=False).map
    assert replay_partitions(REWARD_MI, parts, map=dask_map, **OPTIONS) == whole
    assert [index for index, _ in began(tmp_path / "word")] == list(range(7))


def test_a_killed_dask_worker_changes_nothing(
    real: dict[str, list[str]], whole: Replayed, dask: "Client", tmp_path: Path
) -> None:
    """One of two Dask workers is killed while it has a partition in hand: the same comes out.

    Partitions wait until that is done. The one that the dead worker had is begun again elsewhere.
    """
    word = tmp_path / "word"
    parts = reading(partitioned(real, 7), word, waits=True)
    dask_map = dask.get_executor(pure=False).map
    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(lambda: replay_partitions(REWARD_MI, parts, map=dask_map, **OPTIONS))
        wait_for(lambda: len({process for _, process in began(word)}) == 2)
        (partition, victim), _ = began(word)
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: len({p for index, p in began(word) if index == partition}) == 2)
        Path(word, "go").touch()
        assert found.result(timeout=30) == whole
    begun = began(word)
    assert {index for index, _ in begun} == set(range(7))
    assert [index for index, process in begun if process == victim] == [partition]


def wait_for(happens: Callable[[], bool]) -> None:
    """Wait until something happens, at most half a minute."""
    give_up = time.monotonic() + 30
    while not happens():
        assert time.monotonic() < give_up
        time.sleep(0.02)
