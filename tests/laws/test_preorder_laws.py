"""Laws of pre-orders: whatever happens in whatever order, units and money add up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.commands import Command
from mi_rewards.errors import Misuse, Refused
from mi_rewards.preorders import LIFE_CYCLE, PreOrder, PreOrderState, UnitState
from tests.ahead import (
    BOOKING,
    BOTH,
    DAY,
    FORFEITING,
    FRIDAY,
    MINUTE,
    ONLINE,
    PRICE,
    REST,
    STORE,
    Friday,
    accept,
    call_off,
    decline,
    hand_over,
    make_ready,
    move_to,
    offer,
    order_ahead,
    pay,
    pick_up,
    placed,
    repay,
    reprice,
    ship,
    terms,
)
from tests.shop import inr, rules
from tests.wallets import KOLKATA

UNIT_OF = {
    PreOrderState.PLACED: UnitState.HELD,
    PreOrderState.PAID: UnitState.SOLD,
    PreOrderState.SHIPPED: UnitState.SOLD,
    PreOrderState.READY: UnitState.SOLD,
    PreOrderState.DELIVERED: UnitState.SOLD,
}
"""What the unit is; free in every other state."""

TERMS = st.sampled_from(
    [ONLINE, STORE, FORFEITING, terms(ONLINE, colour=STORE.colour, address_is_frozen=False)]
)
STEPS = st.sampled_from(
    [MINUTE, 10 * MINUTE, DAY, 5 * DAY, 9 * DAY, 0 * DAY, 0 * DAY, 0 * DAY, 0 * DAY, 0 * DAY]
)
HAPPENS = [
    lambda it, at: it.paying(it.due, at=at, zone=KOLKATA),
    lambda it, at: it.repricing(inr(500), at=at),
    lambda it, at: it.changing_address("x", at=at),
    lambda it, at: it.offering("black", at=at),
    lambda it, at: it.accepting(at=at),
    lambda it, at: it.declining(at=at),
    lambda it, at: it.shipping(at=at),
    lambda it, at: it.delivering(at=at),
    lambda it, at: it.readying(at=at, zone=KOLKATA),
    lambda it, at: it.picking_up(it.rest, at=at),
    lambda it, at: it.cancelling(at=at),
    lambda it, at: it.refunding(it.at(at).refund, at=at),
    lambda it, at: it.reminding(at=at),
    lambda it, at: it.noting_late(at=at),
    lambda it, at: it.at(at),
]


def check(preorder: PreOrder) -> None:
    """See that its parts go together."""
    unit = preorder.allotment
    assert unit is not None
    assert unit.state is UNIT_OF.get(preorder.state, UnitState.FREE)
    assert 0 <= preorder.refund_minor <= preorder.paid_minor <= preorder.price.minor
    assert (preorder.due_at is None) or preorder.state in {
        PreOrderState.PLACED,
        PreOrderState.PAID,
        PreOrderState.READY,
    }


@given(TERMS, st.lists(st.tuples(st.sampled_from(HAPPENS), STEPS), max_size=12))
def test_units_and_money_add_up(of: Any, happens: Sequence[tuple[Any, Any]]) -> None:
    """I14: its unit is what its state says, and no more is given back than was paid."""
    preorder, at = placed(of), FRIDAY
    for what, step in happens:
        at += step
        before = preorder
        try:
            preorder = what(preorder, at)
        except Refused:
            continue
        check(preorder)
        calendar = before.at(at).state
        reached = {calendar, *LIFE_CYCLE[calendar].values()}
        assert preorder.state in {before.state, *reached}
        assert preorder.at(at).at(at) == preorder.at(at)


# with the sweep run always, sometimes or never

RULES = rules(BOTH, preorders=(ONLINE, STORE))
COMMANDS: list[Any] = [
    lambda it, at: order_ahead(it, at=at, mode="credit_card", colour="gold"),
    lambda it, at: pay(PRICE, it, at=at),
    lambda it, at: pay(BOOKING, it, at=at),
    lambda it, at: reprice(inr(10_999), it, at=at),
    lambda it, at: move_to("x", it, at=at),
    lambda it, at: offer("black", it, at=at),
    lambda it, at: accept(it, at=at),
    lambda it, at: decline(it, at=at),
    lambda it, at: ship(it, at=at),
    lambda it, at: hand_over(it, at=at),
    lambda it, at: make_ready(it, at=at),
    lambda it, at: pick_up(REST, it, at=at),
    lambda it, at: call_off(it, at=at),
    lambda it, at: repay(BOOKING, it, at=at),
]
HISTORIES = st.lists(
    st.tuples(st.sampled_from(COMMANDS), st.sampled_from(["o1", "o2"]), STEPS, st.booleans()),
    max_size=16,
)


def answers(shop: Friday, commands: Sequence[Command[Any]], sweeps: Sequence[bool]) -> list[Any]:
    """Carry commands out, with sweeps before some of them; tell what was answered."""
    told: list[Any] = []
    for command, is_swept in zip(commands, sweeps, strict=True):
        at: datetime = command.at
        if is_swept:
            shop.rewards.preorders_due(at)
        try:
            told.append(shop.do(command))
        except (Refused, Misuse) as no:
            told.append((type(no), str(no)))
    return told


@given(st.sampled_from(["mi.com", "offline"]), HISTORIES)
def test_answers_do_not_depend_on_the_sweep(of: str, history: Sequence[Any]) -> None:
    """I6: with units enough, run always, sometimes or never it is all the same in the end."""
    at = FRIDAY
    commands: list[Any] = [COMMANDS[0](it, at) for it in ("o1", "o2")]
    for number, (make, order_id, step, _) in enumerate(history):
        at += step
        commands.append(attrs.evolve(make(order_id, at), request_id=str(number)))
    sometimes = [False, False, *[it[3] for it in history]]
    end = at + 30 * DAY
    ends = []
    for sweeps in ([True] * len(commands), sometimes, [False] * len(commands)):
        shop = Friday(RULES, of=of, units=40)
        told = answers(shop, commands, sweeps)
        stated = [
            it._replace(version=0, reminded_at=None, late_noted_at=None)
            for it in shop.rewards.preorders("asha", at=end)
        ]
        shop.rewards.preorders_due(end)
        late = [it.order_id for it in shop.rewards.late_to_ship(end).preorders]
        ends.append((told, stated, shop.units(), late, shop.balance(at=end)))
    assert ends[0] == ends[1] == ends[2]
    free, held, sold, reserved = ends[0][2]
    assert (free + sold, held, reserved) == (40, 0, 0)
