"""I8, I13, I14: Several processes buy one quota on one database, some are killed.

The long form is `./nightly processes`.
"""

from collections import Counter

import attrs

from mi_rewards.commands import Rewards
from mi_rewards.errors import LimitReached
from mi_rewards.memory import MemoryStore
from mi_rewards.repositories import Changes
from tests import databases
from tests.crowd_processes import LONG, Crowd, payment, preorders_of, problems, run_crowd, wish
from tests.fridays import open_quota

SHORT = Crowd(seed=7, workers=4, contenders=150, units=30, shards=4, kills=4)


def test_whoever_is_killed_every_unit_is_sold_once() -> None:
    """I13, I14: What ran out is sold again; nobody has two; the journal says what counters say."""
    report = run_crowd(databases.new_database("psycopg"), SHORT)
    assert report.problems == ()
    assert report.sold == SHORT.units
    assert report.ran_out > 0
    assert report.waves > 1
    assert report.killed == SHORT.kills
    assert report.refused["quota_exhausted"] > SHORT.contenders


def test_the_long_form_is_what_it_says() -> None:
    """Eight processes, 5,000 units, 25,000 contenders who each ask twice, a tenth who never pay."""
    assert (LONG.workers, LONG.units, LONG.contenders) == (8, 5_000, 25_000)
    assert LONG.kills >= LONG.workers
    asked = Counter((by, order_id) for share in LONG.shares() for _, by, order_id in share)
    assert set(asked.values()) == {2}
    assert len({by for by, _ in asked}) == LONG.contenders
    assert sum(not LONG.pays(by) for by in LONG.member_ids) == LONG.contenders // 10


class Overselling(MemoryStore):
    """A store that forgets the limits of counters, and steps of those of members."""

    def save(self, changes: Changes, /) -> None:
        """Save what would be refused as if there were no limit."""
        takes = [it._replace(limit=2**62) for it in changes.takes if it.key.scope == "quota/q"]
        super().save(attrs.evolve(changes, takes=tuple(takes)))


def test_the_look_at_what_is_left_objects() -> None:
    """A unit too many, a member with two, a counter that says less: each is named."""
    crowd = Crowd(contenders=3, units=1, shards=1)
    honest, broken = MemoryStore(), Overselling()
    for store in (honest, broken):
        rewards = Rewards(store, crowd.programme)
        rewards.do(open_quota(1, member_max=1))
        commands = [wish(crowd, by, it) for by, it in (("m0", "o1"), ("m0", "o2"), ("m1", "o1"))]
        plans = [rewards.simulate(it)[1] for it in commands]
        for plan in plans:
            assert plan is not None
            try:
                store.save(plan)
            except LimitReached:
                continue
        for it in preorders_of(store, crowd):
            rewards.do(payment(crowd, it.member_id, it.order_id))
    assert list(problems(honest, crowd, preorders_of(honest, crowd))) == []
    found = "\n".join(problems(broken, crowd, preorders_of(broken, crowd)))
    assert "promise 13: 3 are sold, not 1" in found
    assert "promise 13: 1 members have two" in found
    assert "own counters do not say what they have" in found
    assert "promise 14: the quota is ('q', 1, -2, 0, 3, 0)" in found
    assert "14: shard 000 has fewer than none of something" in found
