"""Laws of the column replay: the kernel and the commands answer the same, on any history."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.replaying import replay
from tests.column_replays import FIRST, PROGRAMMES, STEP, as_columns, histories

EXAMPLES = 10_000 // len(PROGRAMMES) if settings().max_examples >= 1_000 else 8
"""How many histories there are for each programme: ten thousand in all at night."""


def _differences(history: Sequence[Any], name: str, **asked: Any) -> list[str]:
    """Replay by both engines, and say what differs."""
    columns = as_columns(history, segment=asked["segment"])
    programme = PROGRAMMES[name]
    lean = replay(columns, programme, engine="kernel", **asked)
    whole = replay(columns, programme, engine="commands", **asked)
    return [
        f"{it.name}: {getattr(lean, it.name)} != {getattr(whole, it.name)}"
        for it in attrs.fields(Replayed)
        if it.eq and getattr(lean, it.name) != getattr(whole, it.name)
    ]


@pytest.mark.parametrize("name", PROGRAMMES)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_the_kernel_gives_what_the_commands_give(name: str, data: st.DataObject) -> None:
    """To the token, the refusal, the cohort and the snapshot."""
    history = data.draw(histories())
    steps = data.draw(st.lists(st.integers(-1, 40), max_size=3))
    asked = {
        "as_of": data.draw(st.sampled_from((None, date(2017, 12, 28), date(2018, 1, 9)))),
        "balances_at": [FIRST + n * STEP - timedelta(microseconds=n % 2) for n in steps],
        "segment": data.draw(st.sampled_from(("", "segment"))),
    }
    assert _differences(history, name, **asked) == []
