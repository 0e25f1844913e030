"""What the tests of partitions share: histories as columns, and partitions that read their own."""

import os
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
from hypothesis import strategies as st


@attrs.frozen(order=False)
class Reading:
    """A partition that a worker reads for itself, leaving word that it did.

    Attributes:
        history: What is read: columns, or the path of a file.
        folder: Where word is left: a file named for the partition and the process.
        index: Which partition it is.
        waits: Whether it goes on only when there is a file `go`.
    """

    history: Mapping[str, Any] | str
    folder: str
    index: int
    waits: bool = False

    def __call__(self) -> Mapping[str, Any] | str:
        """Leave word, wait, and answer with the history."""
        Path(self.folder, f"began-{self.index}-{os.getpid()}").touch()
        give_up = time.monotonic() + 30
        while self.waits and not Path(self.folder, "go").exists():
            if time.monotonic() > give_up:
                raise TimeoutError(f"partition {self.index} waited for 30 seconds")
            time.sleep(0.02)
        return self.history


def began(folder: Path) -> list[tuple[int, int]]:
    """Tell which partitions were begun in which processes, in that order of both."""
    names = [path.name.split("-") for path in folder.glob("began-*")]
    return sorted((int(index), int(process)) for _, index, process in names)


KINDS = ("joined", "delivered", "delivered", "delivered", "returned", "redeemed", "unreadable")
NAMES = (
    "kind",
    "member_id",
    "at",
    "order_id",
    "amount",
    "currency",
    "reward_id",
    "channel",
)
MEMBERS = "ABCDEFG"
REWARDS = ("accessory-coupon-100", "f-code-redmi-note-4", "no-such-reward")
DAYS = tuple(date(2017, 6, 14) + timedelta(days=it) for it in range(0, 720, 9))

Columns = dict[str, list[str]]


@st.composite
def histories(draw: st.DrawFn, *, rows_max: int = 40) -> Columns:
    """Draw the history of a few members as columns, in the order of its days.

    Orders are few, so that the same comes again and returns find what they return; some rows cannot
    be read.
    """
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=rows_max))
    columns: Columns = {name: [] for name in NAMES}
    for day in sorted(days):
        kind = draw(st.sampled_from(KINDS))
        member_id = draw(st.sampled_from(MEMBERS))
        is_order = kind in {"delivered", "returned"}
        stated = {
            "kind": kind,
            "member_id": member_id,
            "at": f"{day}T12:00:00+05:30",
            "order_id": f"{member_id}{draw(st.integers(1, 4))}",
            "amount": f"{draw(st.integers(0, 60)) * 500}.00" if is_order else "",
            "currency": "INR" if is_order else "",
            "reward_id": draw(st.sampled_from(REWARDS)) if kind == "redeemed" else "",
            "channel": draw(st.sampled_from(["mi.com", "mi-store-app"])) if is_order else "",
        }
        for name in NAMES:
            columns[name].append(stated[name])
    return columns
