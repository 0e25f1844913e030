"""I8, I13: Several processes deliver under one campaign on one database, some are killed.

The long form is `./nightly processes`.
"""

from collections import Counter

from mi_rewards.commands import Rewards
from mi_rewards.repositories import Changes, Take
from mi_rewards.sql import SqlStore
from tests import databases
from tests.campaign_processes import (
    BONUS,
    BUDGET,
    EARNED,
    LONG,
    Rush,
    command,
    problems,
    run_rush,
)
from tests.shop import join

SHORT = Rush(seed=7, workers=4, members=60, budget=75, kills=3)


def test_whoever_is_killed_the_budget_is_given_once() -> None:
    """I8, I13: Seventy-five tokens to eleven members; everybody else's order earns all the same."""
    report = run_rush(databases.new_database("psycopg"), SHORT)
    assert report.problems == ()
    assert report.killed == SHORT.kills
    assert report.given == SHORT.budget
    assert report.members == SHORT.budget // BONUS + 1
    assert report.answered == 2 * SHORT.members


def test_the_long_form_is_what_it_says() -> None:
    """Eight processes, 1,000 members whose orders are delivered twice, a budget for a seventh."""
    assert (LONG.workers, LONG.members, LONG.budget) == (8, 1_000, 1_000)
    assert LONG.kills >= LONG.workers
    assert LONG.budget < LONG.members * BONUS
    asked = Counter(by for share in LONG.shares() for _, by in share)
    assert set(asked.values()) == {2}


def test_the_look_at_what_is_left_objects(sqlite: SqlStore) -> None:
    """A token too many in a counter, an order not delivered, a member told otherwise: all named."""
    rush = Rush(members=2, budget=10)
    rewards = Rewards(sqlite, rush.programme)
    rewards.do_all([join(by) for by in rush.member_ids])
    rewards.do(command("m0"))
    sqlite.save(Changes(takes=(Take(BUDGET, 1, 10),)))
    told = [{"turn": "0", "member_id": "m0", "tokens": str(EARNED)}]
    assert list(problems(sqlite, rush, told)) == [
        "promise 13: the campaign gave 7 of 10",
        "promise 13: budget says 8, not 10",
        "promise 13: ever/ever says 7, not 10",
        "promise 8: the receipt of 'm1' is None",
        "promise 8: 'm0' was told of 10 tokens",
        "promise 8: 'm1' has the entries []",
        "promise 1: 'm1' has 0, and should have 10",
    ]
