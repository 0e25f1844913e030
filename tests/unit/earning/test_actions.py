"""Actions: what they are, when they are open, and what they take of counters."""

from typing import Any

import pytest

from mi_rewards.calendar import Period
from mi_rewards.earning import Action, ActionLimit, Use
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX
from tests.wallets import day

ON = day("2017-08-01")
NO_PERIOD: Any = "day"


def test_an_action_without_limits_takes_nothing() -> None:
    """`None` is unlimited, and counts nothing."""
    assert Action("gift", 5).steps("asha", "", ON) == ()


def test_limits_are_the_members_own() -> None:
    """One counter for each period, named for the stretch of days; 0 is never."""
    limits = (ActionLimit(1, Period.DAY), ActionLimit(0, Period.MONTH), ActionLimit(9))
    assert Action("sharing", 5, limits=limits).steps("asha", "", ON) == (
        Use("asha", "action/sharing/day/2017-08-01", 1, 1),
        Use("asha", "action/sharing/month/2017-08", 1, 0),
        Use("asha", "action/sharing/ever/ever", 1, 9),
    )


def test_a_budget_is_the_action_s_and_counts_tokens() -> None:
    """Whoever performs it; 0 is none."""
    assert Action("gift", 5, budget=12).steps("asha", "", ON) == (
        Use("action/gift", "budget", 5, 12),
    )
    assert Action("gift", 5, budget=0).steps("asha", "", ON)[0].limit == 0


def test_an_occasion_comes_once_to_each_member() -> None:
    """Before limits and budget, whatever it is called."""
    action = Action("draw", 500, limits=(ActionLimit(2),), budget=1000)
    assert action.steps("asha", "draw/1", ON) == (
        Use("asha", "action/draw/once/draw/1", 1, 1),
        Use("asha", "action/draw/ever/ever", 1, 2),
        Use("action/draw", "budget", 500, 1000),
    )


@pytest.mark.parametrize(
    ("on", "is_open"),
    [
        ("2017-06-30", False),
        ("2017-07-01", True),
        ("2017-07-31", True),
        ("2017-08-01", False),
    ],
)
def test_both_ends_of_its_days_belong_to_it(on: str, is_open: bool) -> None:
    """The day before, the first, the last, the day after."""
    action = Action("gift", 5, from_on=day("2017-07-01"), through_on=day("2017-07-31"))
    assert action.is_open(day(on)) is is_open
    assert Action("gift", 5).is_open(day(on))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"action_id": ""}, "an action's id has letters, digits, points, hyphens and underscores"),
        ({"action_id": "a/b"}, "not 'a/b'"),
        ({"action_id": "-a"}, "not '-a'"),
        ({"action_id": 7}, "not 7"),
        ({"tokens": 0}, "tokens must be 1 to"),
        ({"tokens": 2**63}, "tokens must be 1 to"),
        ({"kind": None}, "a kind of token is a text, not None"),
        ({"limits": [ActionLimit(1)]}, "an action's limits are a tuple of ActionLimit"),
        ({"limits": ((1, Period.DAY),)}, "an action's limits are a tuple of ActionLimit"),
        ({"limits": (ActionLimit(-1),)}, "a limit is a whole number, 0 to"),
        (
            {"limits": (ActionLimit(1, NO_PERIOD),)},
            "a limit counts over a Period, not 'day'",
        ),
        (
            {"limits": (ActionLimit(1), ActionLimit(2))},
            "^an action has two limits over the same period$",
        ),
        ({"from_on": "2017-07-01"}, "the first day must be a date"),
        ({"from_on": day("2017-07-02"), "through_on": ON.replace(month=7)}, "a span cannot end"),
        ({"budget": -1}, "a budget is a whole number, 0 to"),
        ({"budget": 2**63}, "a budget is a whole number, 0 to"),
        ({"budget": True}, "a budget is a whole number, 0 to"),
    ],
)
def test_an_action_is_checked_where_it_is_made(parts: dict[str, Any], message: str) -> None:
    """Each part, and limits against each other."""
    with pytest.raises(Misuse, match=message.replace("(", r"\(")):
        Action(**{"action_id": "gift", "tokens": 5, **parts})


def test_the_largest_figures_are_allowed() -> None:
    """2**63 - 1 of anything."""
    action = Action("gift", TOKENS_MAX, limits=(ActionLimit(TOKENS_MAX),), budget=TOKENS_MAX)
    assert (action.tokens, action.budget) == (TOKENS_MAX, TOKENS_MAX)
