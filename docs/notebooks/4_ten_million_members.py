# %% [markdown]
"""
Ten million members
===================

What is too large for one process is split by member: no member's tokens depend on another's rows,
so that a history in partitions comes to the same as the whole, whoever carries it out and in
whatever order.

**This page does it with 13,116 members and 96,621 events**, so that it is built in seconds; the
benchmarks of the reference do the same with ten million members and thirty million events, on two
cores. The members are those of the bundled file, three times over. Their purchases are real
(*Online Retail*, UCI Machine Learning Repository, CC BY 4.0; moved by seven years and converted to
rupees), **their redemptions an invented policy over these purchases**.
"""

# %%
import csv
import gzip
from array import array
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from mi_rewards import bundled
from mi_rewards.modelling import check_ledger, partitioned, plots, replay, replay_partitions

COPIES = 3
LAST_DAY = date(2019, 6, 30)
reward_mi = bundled.programme("reward-mi")

with gzip.open(bundled.sample("retail-history"), "rt", newline="") as file:
    rows = list(csv.DictReader(file))
len(rows)

# %% [markdown]
# A history is columns
# --------------------
#
# A dictionary of lists and arrays is enough, and so is a frame of pandas or polars, a table of
# Arrow, or a file. Instants are microseconds, and money is minor units: whole numbers, as the
# library keeps them.

# %%
texts = ("kind", "order_id", "request_id", "currency", "reward_id")
instants = array("q", [int(datetime.fromisoformat(row["at"]).timestamp()) for row in rows])
amounts = array("q", [int(row["amount"].replace(".", "") or -1) for row in rows])


def columns(copy: int) -> dict[str, Any]:
    """The members of the file once more, under names of their own."""
    named = {name: [row[name] for row in rows] for name in texts}
    for name in ("order_id", "request_id"):
        named[name] = [f"{text}/{copy}" if text else "" for text in named[name]]
    members = [f"{row['member_id']}/{copy}" for row in rows]
    at = array("q", [second * 1_000_000 for second in instants])
    return {"member_id": members, "at_us": at, "amount_minor": amounts, **named}


chunks = [columns(copy) for copy in range(COPIES)]

# %% [markdown]
# In one piece
# ------------
#
# A history may come in chunks, so that no more than one of them is in memory. Without detail,
# memory does not grow with the members either.

# %%
whole = replay(chunks, reward_mi, as_of=LAST_DAY, detail=False)
assert check_ledger(whole) == []
whole

# %%
ax = plots.balance(whole)

# %% [markdown]
# In partitions
# -------------
#
# `partitioned` splits columns by member; where the rows lie in files, `partition_of` says which
# one a member belongs to, the same on every machine and for ever. Each partition is replayed by
# itself, and the results are added up: one, seven or 64 of them come to the same, to the token.

# %%
history = {name: [] for name in chunks[0]}
for chunk in chunks:
    for name, column in chunk.items():
        history[name].extend(column)

for count in (7, 64):
    parts = partitioned(history, count)
    assert replay_partitions(reward_mi, parts, as_of=LAST_DAY, detail=False) == whole

# %% [markdown]
# Any engine carries it out that has a `map`: `map=pool.map` of a `ProcessPoolExecutor` uses every
# core of a machine, `map` of a Dask client's `get_executor(pure=False)` those of a cluster. A
# partition may be a function that reads its own file, so that rows never pass through the one who
# asks; and one that is lost with its worker is replayed again, and nothing changes.
#
# Sorted by member
# ----------------
#
# Where rows come sorted by member, as DuckDB or polars sort them, one member is in memory at a
# time, however many there are.

# %%
order = sorted(range(len(history["member_id"])), key=history["member_id"].__getitem__)


def sorted_chunks(size: int = 50_000) -> Iterator[dict[str, list[Any]]]:
    """The rows by member; each member's in the order in which they came."""
    for first in range(0, len(order), size):
        places = order[first : first + size]
        yield {name: [column[place] for place in places] for name, column in history.items()}


by_member = replay(sorted_chunks(), reward_mi, as_of=LAST_DAY, detail=False, sorted_by_member=True)
assert by_member == whole
by_member

# %% [markdown]
# All questions are asked of the sum as of a single replay: three times as much lapses in the same
# night.

# %%
ax = plots.expiry_calendar(by_member)
