"""Several processes on the same rows."""

from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import Capability, check, expect_equal
from mi_rewards.testing._work import Work
from mi_rewards.testing.processes import run_processes

WORK = Work(workers=2, members=2, commands=60, repeated_percent=30, kills=1)


class ProcessChecks(Checks):
    """What other processes do, this one sees."""

    @check(1, 8, needs=[Capability.SEVERAL_PROCESSES])
    def test_several_processes_lose_nothing(self) -> None:
        """I1, I8: Two on the same members, one of them killed: each request once, all adds up."""
        report = run_processes(
            self.opener(self.client().store),
            work=WORK,
            lost=self.lost,
            patience_seconds=self.patience_seconds,
        )
        expect_equal(report.problems, (), "what several processes left behind")
        expect_equal(min(report.acknowledged, 1), 1, "how many requests were answered, at least")
