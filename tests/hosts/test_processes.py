"""I1, I3, I4, I8: Several processes on one database, some of them killed, and the server too.

The long form is `./nightly processes`.
"""

import pytest

from mi_rewards.testing.processes import Work
from tests.processes import LONG, run_on_postgresql

SHORT = Work(seed=7, workers=4, members=5, commands=250, repeated_percent=33, kills=4)


@pytest.mark.parametrize("kills_server", [False, True])
def test_whatever_is_killed_each_answer_is_there_once(kills_server: bool) -> None:
    """Each journal passes, each answer has its receipt and entries once, and all sums agree."""
    report = run_on_postgresql(SHORT, kills_server=kills_server)
    assert report.problems == ()
    assert report.acknowledged + report.refused >= SHORT.commands
    assert report.acknowledged > SHORT.commands // 2
    assert report.killed == SHORT.kills


def test_the_long_form_is_what_it_says() -> None:
    """Eight processes, 10,000 commands, 50 members, a third of them twice."""
    assert (LONG.workers, LONG.commands, LONG.members, LONG.repeated_percent) == (8, 10_000, 50, 33)
    assert LONG.kills >= LONG.workers
