"""A quota that eight clients take units of at once, beside one row that is counted down.

1. By hand it is the plain transaction, statement by statement: count one row down, insert a
   reservation and a receipt. The same with its units spread over 16 rows tells what as many shards
   are worth to it. Ours is the command `PlacePreOrder`, tried again where a race is lost.
2. Contestants take turns, each on a quota of its own whose units suffice; each round begins with
   another one. A rate is that of the median round: units from the first client's beginning to the
   last one's end.
3. All is measured twice: on the disk as it is, and where a commit takes a millisecond more, by the
   server's `commit_delay`.
4. Who comes too late is answered as well, and there are more of them.
5. `do_all` has many orders in one transaction, as what comes in over a queue does.
6. How long processors are busy is told beside: it depends less on what else the machine does.

`python -m tests.benchmarks.quota ROUNDS UNITS` has other numbers of rounds, and of units that each
client takes one by one in a turn.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.benchmarks.databases import Databases, databases
from tests.benchmarks.measuring import Rate, Ratio
from tests.benchmarks.quota_clients import (
    PLAIN,
    PLAIN_ROWS,
    Clients,
    Measured,
    Turn,
    medians_by_rounds,
)

CLIENTS = 8
ROUNDS, UNITS = 5, 200
BATCH, BATCHES = 250, 8
"""Orders in one `do_all`, and how many of these each client has in a turn."""

SHARDS = (1, 4, 16, 64)

Row = Rate | Ratio | str


LATE, LATE_ALL, LATE_PLAIN = (
    "too late, 16 shards",
    f"too late, do_all of {BATCH}",
    "too late, plain",
)
"""Contestants who ask where nothing is left."""


class Disk(NamedTuple):
    """How long a commit takes, and what is to be reached where it does.

    Attributes:
        what: What is printed.
        settings: Of the server.
        beside_one: How much of our own rate with one shard 16 shards must reach.
        beside_plain: How much of the plain transaction's.
    """

    what: str
    settings: dict[str, int]
    beside_one: float
    beside_plain: float


DISKS = (
    Disk("durable commits", {}, 1.8, 1.5),
    Disk("a millisecond more", {"commit_delay": 1_000, "commit_siblings": 0}, 3.5, 3),
)

ALL_BESIDE_PLAIN = 10
"""How much of the plain transaction's rate `do_all` must reach."""


def rows(rounds: int = ROUNDS, units: int = UNITS) -> Iterator[Row]:
    """Measure everything."""
    with databases() as made:
        yield made.postgresql_settings()
        yield f"{os.cpu_count()} processors, {CLIENTS} clients, medians of {rounds} rounds"
        for nth, disk in enumerate(DISKS):
            settings = "".join(f", {name}={value}" for name, value in disk.settings.items())
            yield f"{disk.what}{settings}; a page synced in {made.synced():.0f} us:"
            yield from _on_disk(made, f"sale{nth}", disk, rounds, units)


def _on_disk(made: Databases, name: str, disk: Disk, rounds: int, units: int) -> Iterator[Row]:
    """Measure where a commit takes so long."""
    turns = {name: Turn(name, units) for name in (PLAIN, PLAIN_ROWS)}
    turns |= {_single(shards): Turn(str(shards), units) for shards in SHARDS}
    turns |= {_all(shards): Turn(str(shards), BATCH * BATCHES, BATCH) for shards in SHARDS}
    turns |= {LATE: Turn("16", units, is_late=True), LATE_PLAIN: Turn(PLAIN, units, is_late=True)}
    turns[LATE_ALL] = Turn("16", BATCH * BATCHES, BATCH, is_late=True)
    with Clients(made.postgresql(name, settings=disk.settings), CLIENTS) as clients:
        found = medians_by_rounds(clients, turns, rounds=rounds)
    rates = {name: it.rate for name, it in found.items()}
    plain = rates[PLAIN]
    yield Rate("16 shards / 1 shard", rates[_single(16)], rates[_single(1)], disk.beside_one)
    yield Rate(f"{PLAIN_ROWS} / 1 row", rates[PLAIN_ROWS], plain, None)
    for shards in SHARDS:
        bound = disk.beside_plain if shards == 16 else None
        yield Rate(f"{_single(shards)} / plain", rates[_single(shards)], plain, bound)
    for shards in SHARDS:
        yield Rate(f"{_all(shards)} / plain", rates[_all(shards)], plain, ALL_BESIDE_PLAIN)
    for late in (LATE, LATE_ALL):
        yield Rate(f"{late} / plain", rates[late], rates[LATE_PLAIN], None)
    yield from _busy(found)


def _busy(found: Mapping[str, Measured]) -> Iterator[Ratio]:
    """Tell how long processors are busy with each unit, whatever else the machine does."""
    pairs = {
        _single(16): PLAIN,
        _all(16): PLAIN,
        LATE: LATE_PLAIN,
        LATE_ALL: LATE_PLAIN,
    }
    for name, floor in pairs.items():
        ours, theirs = found[name], found[floor]
        yield Ratio(f"{name}, clients busy", ours.clients_us, theirs.clients_us, "us", None)
        yield Ratio(f"{name}, server busy", ours.server_us, theirs.server_us, "us", None)


def _single(shards: int) -> str:
    """Name a contestant."""
    return "1 shard" if shards == 1 else f"{shards} shards"


def _all(shards: int) -> str:
    """Name a contestant that takes many units at once."""
    return f"do_all of {BATCH}, {_single(shards)}"


if __name__ == "__main__":
    for row in rows(*map(int, sys.argv[1:])):
        print(row, flush=True)
