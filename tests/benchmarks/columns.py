"""The replay over columns: beside the bare arithmetic on the same columns, and beside the commands.

1. Columns are typed as a frame gives them: instants and money as integers, all else as texts.
2. The bare kernel is `bare_columns.py`; its totals are compared before anything is timed.
3. Both real files, and a made history of 200,000 members; the commands only on a tenth of that.
"""

import csv
import gzip
import tempfile
from array import array
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from mi_rewards import bundled
from mi_rewards.modelling import Replayed, replay
from mi_rewards.modelling.history import batches
from mi_rewards.programme import Programme
from tests.benchmarks import bare_columns, made
from tests.benchmarks.bare_columns import Totals
from tests.benchmarks.measuring import Rate, Ratio, seconds_by_turns

Columns = Mapping[str, Sequence[Any]]

AS_OF = date(2019, 6, 30)
MEMBERS = 200_000
BARE_MAX, COMMANDS_MIN = 3, 5
TURNS = 8
"""Two rounds of the orders that four contestants have."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rows() -> Iterator[Ratio | Rate]:
    """Measure both real files, and a made history."""
    programme = bundled.programme("reward-mi")
    real = {name: sample_columns(name) for name in ("retail-orders", "retail-history")}
    with tempfile.TemporaryDirectory() as folder:
        many = made_columns(Path(folder), MEMBERS)
        few = made_columns(Path(folder), MEMBERS // 10)
    for name, columns in (*real.items(), (f"{MEMBERS:,} members made", many)):
        yield from _beside_bare(name, columns, programme)
    for name, columns in (*real.items(), (f"{MEMBERS // 10:,} members made", few)):
        yield _beside_commands(name, columns, programme)


def _beside_bare(name: str, columns: Columns, programme: Programme) -> Iterator[Ratio]:
    """Measure the replay beside the bare arithmetic; detail, and reading alone, are only told."""
    for detail in (False, True):
        ours = totals_of(replay(columns, programme, as_of=AS_OF, detail=detail))
        assert ours == bare_columns.totals(columns), (ours, bare_columns.totals(columns))
    end = programme.zone.after(AS_OF)
    times = seconds_by_turns(
        {
            "ours": lambda _: replay(columns, programme, as_of=AS_OF, detail=False),
            "detail": lambda _: replay(columns, programme, as_of=AS_OF),
            "reading": lambda _: deque(batches(columns, programme, until=end), maxlen=0),
            "bare": lambda _: bare_columns.totals(columns),
        },
        turns=TURNS,
    )
    milliseconds = {which: seconds * 1_000 for which, seconds in times.items()}
    bare = milliseconds["bare"]
    yield Ratio(f"{name} / bare", milliseconds["ours"], bare, "ms", BARE_MAX)
    yield Ratio("  with detail / bare", milliseconds["detail"], bare, "ms", None)
    yield Ratio("  of it reading the columns / bare", milliseconds["reading"], bare, "ms", None)


def _beside_commands(name: str, columns: Columns, programme: Programme) -> Rate:
    """Measure the replay beside the one through commands."""
    times = seconds_by_turns(
        {
            engine: lambda _, engine=engine: replay(  # type: ignore[misc]
                columns, programme, as_of=AS_OF, engine=engine
            )
            for engine in ("kernel", "commands")
        },
        turns=2,
    )
    events = len(columns["kind"])
    return Rate(
        f"{name}, events / by commands",
        events / times["kernel"],
        events / times["commands"],
        COMMANDS_MIN,
    )


def totals_of(found: Replayed) -> Totals:
    """Take of a replay what the bare arithmetic comes to."""
    return Totals(
        found.issued,
        found.available,
        found.redeemed,
        found.lapsed,
        found.clawed_back,
        found.owed,
        sum(found.refused.values()),
    )


def sample_columns(name: str) -> Columns:
    """Read a bundled sample as typed columns."""
    with gzip.open(bundled.sample(name), "rt", newline="") as source:
        header, *lines = csv.reader(source)
    columns: dict[str, Any] = dict(zip(header, map(list, zip(*lines, strict=True)), strict=True))
    instants = map(datetime.fromisoformat, columns.pop("at"))
    amounts = columns.pop("amount")
    columns["at_us"] = array("q", [(at - _EPOCH) // timedelta(microseconds=1) for at in instants])
    columns["amount_minor"] = [int(it.replace(".", "")) if it else None for it in amounts]
    return columns


def made_columns(folder: Path, members: int) -> Columns:
    """Make a history, and answer with its columns."""
    import duckdb

    (path,) = made.make(folder, members, 1).files
    with duckdb.connect() as database:
        names = [name for name, *_ in database.execute(f"DESCRIBE FROM '{path}'").fetchall()]
        lines = database.execute(f"FROM '{path}'").fetchall()
    columns: dict[str, Any] = dict(zip(names, map(list, zip(*lines, strict=True)), strict=True))
    columns["at_us"] = array("q", columns["at_us"])
    return columns
