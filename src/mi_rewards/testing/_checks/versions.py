"""An aggregate is put over exactly the version that it replaces, and kept one higher."""

from mi_rewards.errors import Conflict
from mi_rewards.repositories import Changes, Needs, key_of
from mi_rewards.testing._checks import samples
from mi_rewards.testing._checks.base import Checks
from mi_rewards.testing._checks.marks import check, expect_equal, expect_raised
from mi_rewards.testing._checks.samples import ASHA, BELA
from mi_rewards.testing.clients import Client


def store_times(client: Client, kind: type, times: int, *, by: str = ASHA) -> None:
    """Store an aggregate so many times, each over the last."""
    for version in range(times):
        aggregate = samples.row(kind, version + 1, by=by, version=version)
        client.save(Changes((samples.put(aggregate),)))


def expect_there(client: Client, kind: type, mark: int, version: int) -> None:
    """See which aggregate is there."""
    expected = samples.row(kind, mark, version=version)
    found = client.load(Needs((key_of(expected),))).get(key_of(expected))
    expect_equal(found, expected, f"the {kind.__name__.lower()} that is there")


class VersionChecks(Checks):
    """Optimistic concurrency on each kind of aggregate."""

    def _expect_conflict(self, *, times: int, version: int) -> None:
        """Put over a version where another one is, and see that nothing changes."""
        for kind in self.kinds:
            client = self.client()
            store_times(client, kind, times)
            late = samples.row(kind, 99, version=version)
            what = f"a {kind.__name__.lower()} of version {version} put over version {times}"
            expect_raised(Conflict, what, client.save, Changes((samples.put(late),)))
            if times:
                expect_there(client, kind, times, times)
            else:
                found = client.load(Needs((key_of(late),))).get(key_of(late))
                expect_equal(found, None, f"the {kind.__name__.lower()} after {what}")

    @check(11)
    def test_what_is_kept_has_its_version_raised(self) -> None:
        """I11: By one each time, from 0 on; the newest contents are there."""
        for kind in self.kinds:
            client = self.client()
            for times in range(1, 4):
                aggregate = samples.row(kind, times, version=times - 1)
                client.save(Changes((samples.put(aggregate),)))
                expect_there(client, kind, times, times)

    @check(11)
    def test_an_older_version_conflicts(self) -> None:
        """I11: Three is there, and who saw two is too late."""
        self._expect_conflict(times=3, version=2)

    @check(11)
    def test_a_much_older_version_conflicts(self) -> None:
        """I11: Three is there, and who saw one is too late."""
        self._expect_conflict(times=3, version=1)

    @check(11)
    def test_a_newer_version_conflicts(self) -> None:
        """I11: Three is there; four and ten were never there, whatever the caller believes."""
        self._expect_conflict(times=3, version=4)
        self._expect_conflict(times=3, version=10)

    @check(11)
    def test_a_first_version_conflicts_where_a_row_is(self) -> None:
        """I11: Version 0 says that no row may be there."""
        self._expect_conflict(times=1, version=0)
        self._expect_conflict(times=2, version=0)

    @check(11)
    def test_a_later_version_conflicts_where_no_row_is(self) -> None:
        """I11: Nothing is there that it could replace."""
        self._expect_conflict(times=0, version=1)
        self._expect_conflict(times=0, version=2)

    @check(11, 12)
    def test_the_version_of_another_member_does_not_count(self) -> None:
        """I11, I12: Neither for a conflict nor against one."""
        for kind in self.kinds:
            client = self.client()
            store_times(client, kind, 3, by=BELA)
            store_times(client, kind, 1)
            expect_there(client, kind, 1, 1)
            late = samples.row(kind, 99, version=3)
            what = f"a {kind.__name__.lower()} of another member's version"
            expect_raised(Conflict, what, client.save, Changes((samples.put(late),)))

    @check(11)
    def test_rows_of_several_kinds_are_put_together(self) -> None:
        """I11: In one save, old ones and new ones; each keeps its own version."""
        client = self.client()
        for times, kind in enumerate(self.kinds):
            store_times(client, kind, times)
        puts = [
            samples.put(samples.row(kind, 50, version=it)) for it, kind in enumerate(self.kinds)
        ]
        client.save(Changes(tuple(puts)))
        for times, kind in enumerate(self.kinds):
            expect_there(client, kind, 50, times + 1)
