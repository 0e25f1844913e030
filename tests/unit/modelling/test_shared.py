"""What members share: which rows take from it, and which programmes have nothing of the kind."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards import bundled
from mi_rewards.calendar import Period, Window
from mi_rewards.catalogue import Limit, LimitScope
from mi_rewards.earning import Bonus, Budget, CampaignTerms, Cap, CapPer
from mi_rewards.errors import Misuse
from mi_rewards.modelling import replay, replay_partitions
from mi_rewards.modelling._shared import Shared
from mi_rewards.modelling.history import batches
from mi_rewards.programme import Programme
from tests.campaigns import campaign
from tests.friends import AT_ONCE
from tests.replaying import REWARD_MI

MOMENT = timedelta(microseconds=1)
OPENS, CLOSES = datetime(2018, 2, 1, tzinfo=UTC), datetime(2018, 3, 1, tzinfo=UTC)
CODE = "f-code-redmi-note-4"


def check(programme: Programme, kind: str, at: datetime = OPENS) -> None:
    """Show a programme a row that shares nothing, then one of a kind at an instant."""
    rows: dict[str, Any] = {
        "kind": ["joined", kind],
        "member_id": ["asha", "bela"],
        "at": [OPENS, at],
        "order_id": ["", "b1"],
        "amount": ["", "1.00"],
        "currency": ["", "INR"],
        "code": ["", "BELA"],
    }
    for batch in batches(rows, programme):
        assert not batch.unread
        Shared.of(programme).check(batch)


def with_campaign(**changes: Any) -> Programme:
    """Answer with Reward Mi and a campaign."""
    terms = CampaignTerms((campaign("festive", Bonus(10), **changes),))
    return attrs.evolve(REWARD_MI, campaigns=terms)


def sharing(budget: int | None) -> Programme:
    """Answer with Reward Mi where sharing has a budget."""
    actions = [attrs.evolve(it, budget=budget) for it in REWARD_MI.actions]
    return attrs.evolve(REWARD_MI, actions=tuple(actions))


REFERRING = attrs.evolve(REWARD_MI, referral=AT_ONCE)
BUDGET = Budget(tokens=1)


@pytest.mark.parametrize("kind", ["code_opened", "invited", "qualified"])
def test_a_referral_is_refused_where_it_is_met(kind: str) -> None:
    """Where inviting brings something its rows concern two members; all other rows do not."""
    check(REWARD_MI, kind)
    check(REFERRING, "delivered")
    with pytest.raises(Misuse, match=f"row 2 is '{kind}': a referral brings another member"):
        check(REFERRING, kind)


def test_quotas_and_devices_are_refused_where_they_are_met() -> None:
    """Members take from one quota, and one device is traded in once."""
    rows = {"kind": ["preorder_paid"], "member_id": ["asha"], "at": [OPENS], "order_id": ["a"]}
    for name, kind, why in (
        ("mi-preorders", "preorder_paid", "share a quota"),
        ("mi-exchange", "exchange_cancelled", "a device is traded in once"),
    ):
        (batch,) = batches({**rows, "kind": [kind], "exchange_id": ["e"]}, REWARD_MI)
        Shared.of(REWARD_MI).check(batch)
        with pytest.raises(Misuse, match=why):
            Shared.of(bundled.programme(name)).check(batch)


@pytest.mark.parametrize(("budget", "is_refused"), [(None, False), (0, False), (1, True)])
def test_sharing_with_a_budget_is_refused(budget: int | None, is_refused: bool) -> None:
    """No budget is no limit, and of nothing nobody takes."""
    check(sharing(budget), "delivered")
    if is_refused:
        with pytest.raises(Misuse, match="the budget of the action 'sharing'"):
            check(sharing(budget), "shared")
    else:
        check(sharing(budget), "shared")


@pytest.mark.parametrize(
    ("changes", "is_refused"),
    [
        ({}, False),
        ({"budget": Budget(tokens=0)}, False),
        ({"budget": BUDGET}, True),
        ({"caps": (Cap(5, CapPer.MEMBER, Period.EVER),)}, False),
        ({"caps": (Cap(5, CapPer.PROGRAMME, Period.EVER),)}, True),
        ({"caps": (Cap(5, CapPer.PROGRAMME, Period.EVER),), "budget": Budget(tokens=0)}, False),
    ],
)
def test_a_campaign_that_all_take_from_is_refused(changes: Any, is_refused: bool) -> None:
    """A budget and a cap of the whole programme are shared; a member's own cap is not."""
    programme = with_campaign(**changes)
    check(programme, "cancelled")
    for kind in ("placed", "delivered"):
        if is_refused:
            with pytest.raises(Misuse, match=f"row 2 is '{kind}' while it runs: .* 'festive'"):
                check(programme, kind)
        else:
            check(programme, kind)


@pytest.mark.parametrize(
    ("at", "is_refused"),
    [
        (OPENS - MOMENT, False),
        (OPENS, True),
        (CLOSES - MOMENT, True),
        (CLOSES, False),
    ],
)
@pytest.mark.parametrize("days", [False, True])
def test_a_campaign_is_shared_while_it_runs(at: datetime, is_refused: bool, days: bool) -> None:
    """Orders before it begins and after it ends take nothing, by instants and by days."""
    if days:  # the same stretch, but that days begin at Kolkata's midnight
        shift = timedelta(hours=-5, minutes=-30)
        programme = with_campaign(
            budget=BUDGET, from_on=date(2018, 2, 1), through_on=date(2018, 2, 28)
        )
        at += shift
    else:
        programme = with_campaign(budget=BUDGET, window=Window(OPENS, CLOSES))
    if is_refused:
        with pytest.raises(Misuse, match="while it runs"):
            check(programme, "delivered", at)
    else:
        check(programme, "delivered", at)


def limited(**changes: Any) -> Programme:
    """Answer with Reward Mi where F-codes are limited."""
    rewards = [
        attrs.evolve(it, **changes) if it.reward_id == CODE else it for it in REWARD_MI.rewards
    ]
    return attrs.evolve(REWARD_MI, rewards=tuple(rewards))


ALL = LimitScope.PROGRAMME


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({}, None),
        ({"limits": (Limit(2),)}, None),
        ({"stock": 5}, 5),
        ({"stock": 5, "limits": (Limit(9, ALL), Limit(3, ALL, Period.MONTH))}, 3),
        ({"stock": 0}, 0),
    ],
)
def test_what_all_can_have_of_a_reward(changes: Any, limit: int | None) -> None:
    """The least of its stock and its limits for everybody; a member's own limit is no such."""
    assert Shared.of(limited(**changes)).limits.get(CODE) == limit


@pytest.mark.parametrize(
    ("stock", "taken", "is_refused"),
    [(2, 0, False), (2, 1, False), (2, 2, True), (2, 3, True), (0, 0, False)],
)
def test_a_stock_of_which_nothing_is_left_is_refused(
    stock: int, taken: int, is_refused: bool
) -> None:
    """As long as one is left nobody can have found it used up; of none nobody takes."""
    shared = Shared.of(limited(stock=stock))
    if is_refused:
        with pytest.raises(Misuse, match=f"took {taken} of {stock} of the reward '{CODE}'"):
            shared.check_taken({CODE: taken})
    else:
        shared.check_taken({CODE: taken, "another": 9})
        assert shared.limits == {CODE: stock}


def test_the_programme_may_have_what_no_row_takes_from() -> None:
    """Reward Mi with referrals, budgets and stocks replays purchases in partitions all the same."""
    programme = attrs.evolve(
        with_campaign(budget=BUDGET, window=Window(OPENS, CLOSES)),
        referral=AT_ONCE,
        rewards=limited(stock=1).rewards,
    )
    rows = {"kind": ["joined"], "member_id": ["asha"], "at": [CLOSES]}
    found = replay_partitions(programme, [rows], as_of=date(2018, 3, 1))
    assert found == replay(rows, programme, as_of=date(2018, 3, 1))


def test_the_partition_of_a_row_is_named() -> None:
    """What a worker objects to says in which partition the row is, and which row it is there."""
    met = {"kind": ["invited"], "member_id": ["bela"], "at": [OPENS], "code": ["ASHA"]}
    joined = {"kind": ["joined"], "member_id": ["asha"], "at": [OPENS]}
    with pytest.raises(Misuse, match="partition 1: row 1 is 'invited'"):
        replay_partitions(REFERRING, [joined, met], as_of=date(2018, 3, 1))
