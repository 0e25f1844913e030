"""The law of limits of quotas where members go on as others, whatever is bought and called off."""

from collections import Counter as Tally
from typing import Any, NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from mi_rewards.commands import Command
from mi_rewards.errors import Refused
from mi_rewards.preorders import PreOrder, UnitState
from tests.ahead import Friday, call_off, order_ahead, pay
from tests.memberships import follow_all, joined, merge
from tests.shop import T

MEMBERS = ("asha", "bela", "cara", "dora")
LIMIT = 2


class Step(NamedTuple):
    """What somebody does: with an order of theirs, or on their way into another."""

    what: str
    by: str
    order_id: str
    into: str
    is_repeated: bool


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(("buy", "buy", "buy", "call off", "merge")),
        st.sampled_from(MEMBERS),
        st.sampled_from(("o1", "o2", "o3")),
        st.sampled_from(MEMBERS),
        st.booleans(),
    ),
    min_size=6,
    max_size=20,
)


def tell(shop: Friday, step: Step) -> str:
    """Do it, and answer with what came of it."""
    by, order_id = step.by, step.order_id
    does: dict[str, Command[Any]] = {
        "buy": order_ahead(order_id, by=by, at=T),
        "call off": call_off(order_id, by=by, at=T),
        "merge": merge(step.into, by=by, at=T, request=f"into:{step.into}"),
    }
    command = does[step.what]
    (answer,) = shop.batch(command)
    if isinstance(answer, Refused):
        return answer.code
    if step.what == "buy":
        shop.do(pay(order_id=order_id, by=by, at=T))
    if step.is_repeated:
        shop.batch(command)
    return step.what


def units_of(shop: Friday) -> Tally[str]:
    """Count the units that each name's pre-orders have."""
    found = [it for it in shop.store.all_of(PreOrder) if it.allotment is not None]
    free = UnitState.FREE
    return Tally(it.member_id for it in found if it.allotment and it.allotment.state is not free)


@given(STEPS)
def test_who_goes_on_has_what_all_their_names_have_of_a_quota(steps: list[Step]) -> None:
    """I14: A counter is never below the units of all these names, and so never below zero.

    Who buys one more is within the limit with all of them.
    """
    shop = joined(Friday(units=99, member_max=LIMIT), *MEMBERS[1:])
    for step in steps:
        member = shop.member(step.by)
        assert member is not None
        names = (step.by, *member.absorbed)
        before = sum(units_of(shop)[it] for it in names)
        event(tell(shop, step))
        after = sum(units_of(shop)[it] for it in names)
        assert after <= before or after <= LIMIT
        follow_all(shop, *MEMBERS)
        units = units_of(shop)
        for name in MEMBERS:
            found = shop.member(name)
            assert found is not None
            had = sum(units[it] for it in (name, *found.absorbed))
            assert (shop.used(name, "quota/q") or 0) >= had
