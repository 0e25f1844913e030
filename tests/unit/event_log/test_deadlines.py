"""What runs out between lines, where somebody else is at it too."""

from collections.abc import Sequence
from typing import Any

from mi_rewards import MemoryStore
from mi_rewards._event_log.deadlines import Deadlines
from mi_rewards.commands import Batch, Command, Rewards
from mi_rewards.preorders import PreOrder, PreOrderState
from tests.ahead import CODED, MOMENT, PAY_UNTIL, open_quota, order_ahead


def test_what_somebody_else_books_meanwhile_is_booked_once() -> None:
    """The requests have the same names, and so the second one repeats the first."""
    store = MemoryStore()
    rewards = Rewards(store, CODED)
    tried: list[int] = []

    def after_another(commands: Sequence[Command[Any]]) -> Batch[Any]:
        """Carry commands out that somebody else has carried out just before."""
        rewards.do_all(commands)
        batch = Batch(commands, CODED)
        rewards.carry_out(batch)
        tried.append(batch.repeated)
        return batch

    rewards.do(open_quota())
    rewards.do(order_ahead())
    deadlines = Deadlines(store, after_another)
    deadlines.begin()
    deadlines.book_before(order_ahead("o2", at=PAY_UNTIL - MOMENT))
    assert tried == []
    deadlines.book_before(order_ahead("o2", at=PAY_UNTIL))
    deadlines.book_before(order_ahead("o2", at=PAY_UNTIL))
    assert tried == [1]
    (preorder,) = store.all_of(PreOrder)
    assert preorder.state is PreOrderState.RUN_OUT
    assert rewards.quota("q").free == 2
