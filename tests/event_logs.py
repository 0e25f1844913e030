"""What the command line's tests share: event logs as text, and the command line run in-process.

1. `log(...)` is CSV with all columns; an event is written with the columns that it states.
2. `ran(capsys, ...)` is what `python -m mi_rewards ...` does, without a process of its own.
"""

import csv
import functools
import gzip
import io
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest

from mi_rewards import bundled
from mi_rewards._cli.main import main
from mi_rewards._event_log.lines import COLUMNS

HEADER = ",".join(name for name in COLUMNS if name != "lines")
"""The header of a CSV file that states everything that CSV can."""

NOON = "2018-03-01T12:00:00+05:30"


def line(kind: str = "", member_id: str = "", at: str = NOON, **columns: str) -> str:
    """Write an event as a line of CSV, below `HEADER`."""
    values = {"kind": kind, "member_id": member_id, "at": at, **columns}
    unknown = values.keys() - set(HEADER.split(","))
    assert not unknown, unknown
    return ",".join(values.get(name, "") for name in HEADER.split(","))


def log(*lines: str) -> str:
    """Write an event log of these lines."""
    return "".join(text + "\n" for text in (HEADER, *lines))


def joined(member_id: str = "1") -> str:
    """A member joins."""
    return line("joined", member_id)


def delivered(order_id: str, amount: str, member_id: str = "1", at: str = NOON) -> str:
    """An order is delivered that was never placed; it earns a tenth in tokens."""
    return line("delivered", member_id, at, order_id=order_id, amount=amount, currency="INR")


class Ran(NamedTuple):
    """What the command line did."""

    status: int
    out: str
    err: str

    @property
    def totals(self) -> dict[str, Any]:
        """What `--json` printed."""
        answer: dict[str, Any] = json.loads(self.out)
        return answer


def ran(capsys: pytest.CaptureFixture[str], *arguments: object) -> Ran:
    """Run the command line."""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as end:  # argparse's way to say that the arguments are wrong
        status = int(end.code or 0)
    return Ran(status, *capsys.readouterr())


@functools.cache
def sample_text(name: str = "retail-orders") -> str:
    """A bundled sample as CSV: that of the real purchases unless another is named."""
    return gzip.decompress(bundled.sample(name).read_bytes()).decode()


@functools.cache
def sample_rows() -> tuple[list[str], ...]:
    """The rows of the sample, its header first."""
    return tuple(csv.reader(io.StringIO(sample_text())))


def csv_text(rows: Iterable[list[str]]) -> str:
    """Write rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
