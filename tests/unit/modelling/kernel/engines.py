"""Short histories, and both engines that replay them."""

from collections.abc import Sequence
from typing import Any

from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.replaying import replay
from mi_rewards.programme import Programme
from tests.column_replays import FIRST, PROGRAMMES, STEP, as_columns


def row(kind: str, step: int, **more: Any) -> dict[str, Any]:
    """State a row of the member a."""
    return {"kind": kind, "member_id": "a", "at": (FIRST + step * STEP).isoformat(), **more}


def bought(step: int, order_id: str, amount: str = "60.00", **more: Any) -> dict[str, Any]:
    """State an order delivered."""
    return row("delivered", step, order_id=order_id, amount=amount, currency="INR", **more)


def agreed(
    rows: Sequence[dict[str, Any]],
    programme: Programme | str = "yearly",
    *,
    steps: Sequence[int] = (),
    detail: bool = True,
) -> Replayed:
    """Replay by both engines, which are to agree, and answer with what they say."""
    if isinstance(programme, str):
        programme = PROGRAMMES[programme]
    segment = "segment" if any("segment" in it for it in rows) else ""
    columns = as_columns(rows, segment=segment)
    asked: dict[str, Any] = {
        "balances_at": [FIRST + step * STEP for step in steps],
        "segment": segment,
        "detail": detail,
    }
    lean = replay(columns, programme, engine="kernel", **asked)
    whole = replay(columns, programme, engine="commands", **asked)
    assert lean == whole
    assert lean.flows == whole.flows
    return lean
