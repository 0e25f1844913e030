"""What tests of replays share: rows of an event log, and rule books that are quick to reason about.

`row(1, "delivered", "A", "2018-01-05", order_id="1", amount="1000.00")` is row 1 of a log, at noon
of that day in Kolkata; its segment is named by `segment`.
"""

from typing import Any

from mi_rewards import bundled
from mi_rewards._event_log.lines import COLUMNS
from mi_rewards.modelling.by_commands import SegmentedRow, replay_by_commands
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.programme import Programme

REWARD_MI = bundled.programme("reward-mi")
"""10 tokens for Rs 100, valid to the end of the next year."""


def row(number: int, kind: str, member_id: str, at: str, **columns: Any) -> SegmentedRow:
    """Make a row of an event log; `at` is a day, at noon, or an instant with an offset."""
    instant = f"{at}T12:00:00+05:30" if len(at) == 10 else at
    segment = columns.pop("segment", "")
    stated = {"kind": kind, "member_id": member_id, "at": instant, **columns}
    stated.setdefault("request_id", f"r{number}")
    if "amount" in stated:
        stated.setdefault("currency", "INR")
    assert stated.keys() <= set(COLUMNS)
    texts = tuple(stated.get(name, () if name == "lines" else "") for name in COLUMNS)
    return number, texts, segment


def by_commands(*rows: SegmentedRow, programme: Programme = REWARD_MI, **options: Any) -> Replayed:
    """Replay rows through the commands, with detail."""
    asked: dict[str, Any] = {"as_of": None, "balances_at": (), "detail": True} | options
    return replay_by_commands(rows, programme, **asked)
