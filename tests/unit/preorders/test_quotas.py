"""Quotas: what is free, who can buy when, and how they are made larger, smaller and spread."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.preorders import Closes, Quota, QuotaCommitted, ShardState
from mi_rewards.preorders.allotments import UnitStep
from mi_rewards.preorders.shards import SHARD_COUNTS
from mi_rewards.preorders.unit_journal import size_changes
from tests.fridays import HOUR, MICROSECOND, NOON

END = NOON + 12 * HOUR


def quota(sizes: tuple[int, ...] = (5, 5, 5, 5), codes: int = 0, **others: Any) -> Quota:
    """Make a quota that is open from noon for twelve hours."""
    none = (0,) * len(sizes)
    plain = Quota(
        "q", "mi.com", "friday", "phone", "", "", "", NOON, END, None, sizes, none, len(sizes)
    )
    return plain._replace(codes=codes, **others)


def carried_out(steps: tuple[UnitStep, ...], used: Mapping[str, int]) -> dict[str, int]:
    """Let counters follow."""
    after = dict(used)
    for step in steps:
        after[step.name] = after.get(step.name, 0) + step.n
    return after


USED = {"000/taken": 5, "001/taken": 3, "001/sold": 2, "001/reserved": 0, "codes/taken": 1}


def test_units_are_told_shard_by_shard() -> None:
    """What is held is what is taken and neither sold nor reserved; the rest is free."""
    state = quota(codes=2).state({**USED, "codes/reserved": 1})
    assert state.shards == (
        ShardState("000", 5, 0, 5, 0, 0),
        ShardState("001", 5, 2, 1, 2, 0),
        ShardState("002", 5, 5, 0, 0, 0),
        ShardState("003", 5, 5, 0, 0, 0),
        ShardState("codes", 2, 1, 0, 0, 1),
    )
    assert (state.size, state.free, state.held, state.sold, state.reserved) == (22, 13, 6, 2, 1)
    assert state.for_codes == 1
    assert quota(codes=2).size == 22


def test_counters_have_names() -> None:
    """Three for each shard, the one for codes last."""
    assert quota((5,)).counter_names == (
        "000/taken",
        "000/sold",
        "000/reserved",
        "codes/taken",
        "codes/sold",
        "codes/reserved",
    )
    assert quota((5, 5, 5, 5)).taken_names[-2:] == ("003/taken", "codes/taken")
    assert quota((5,), codes=3).limit_of("codes") == 3
    assert quota((5,), codes=3).limit_of("000") == 5


@pytest.mark.parametrize(
    ("at", "early_hours", "is_open"),
    [
        (NOON - MICROSECOND, 0, False),
        (NOON, 0, True),
        (END - MICROSECOND, 0, True),
        (END, 0, False),
        (NOON - 2 * HOUR - MICROSECOND, 2, False),
        (NOON - 2 * HOUR, 2, True),
        (END, 2, False),
    ],
)
def test_it_is_open_from_its_first_instant_to_before_its_last(
    at: datetime, early_hours: int, is_open: bool
) -> None:
    """For who comes early as many hours before; nobody comes later than the others."""
    assert quota().is_open(at, early_hours) is is_open


def test_what_else_ends_it() -> None:
    """It was closed; or it closes once it is sold out, and was."""
    later = END + HOUR
    assert quota(closes_at=None).is_open(later)
    assert not quota(closed_at=NOON).is_open(NOON)
    assert quota(exhausted_at=NOON).is_open(NOON)
    assert not quota(exhausted_at=NOON, closes=Closes.SOLD_OUT).is_open(NOON)
    assert quota(closes=Closes.SOLD_OUT).is_open(NOON)


def test_when_it_is_due() -> None:
    """To be told; then from its opening until nothing is left; then at its end; then no more."""
    told = quota(notice_minutes=60)
    assert told.due_at == told.notice_at == NOON - HOUR
    assert told._replace(noticed_at=NOON).due_at == NOON
    assert quota().due_at == NOON
    assert quota().notice_at is None
    assert quota(exhausted_at=NOON).due_at == END
    assert quota(exhausted_at=NOON, closes_at=None).due_at is None
    assert told._replace(closed_at=NOON).due_at is None


def test_more_units_go_to_the_shards_that_live() -> None:
    """The first ones one more; a retired shard gets none."""
    assert quota((5, 5, 5, 5)).topped_up(6).sizes == (7, 7, 6, 6)
    assert quota((5, 5, 5, 5), live=1).topped_up(6).sizes == (11, 5, 5, 5)


def test_free_units_are_taken_out() -> None:
    """By steps that stop others from taking them; what is committed stays."""
    after, steps = quota().reduced(6, USED)
    assert steps == (
        UnitStep("quota/q", "001/taken", 2),
        UnitStep("quota/q", "002/taken", 2),
        UnitStep("quota/q", "003/taken", 2),
    )
    assert after.withdrawn == (0, 2, 2, 2)
    assert after.size == 14
    with pytest.raises(QuotaCommitted) as refused:
        quota().reduced(13, USED)
    assert refused.value.figures == {"quota_id": "q", "asked": 13, "free": 12}


def test_units_are_set_aside_for_codes_and_put_back() -> None:
    """The size stays; what a code is issued for is not put back."""
    after, steps = quota().setting_aside(4, USED)
    assert (after.size, after.codes) == (20, 4)
    used = {**carried_out(steps, USED), "codes/taken": 1, "codes/reserved": 1}
    assert after.state(used).for_codes == 3
    back, more = after.putting_back(3, used)
    assert (back.size, back.codes, back.codes_withdrawn) == (20, 4, 3)
    assert back.state(carried_out(more, used)).shards[-1] == ShardState("codes", 1, 0, 0, 0, 1)
    with pytest.raises(QuotaCommitted):
        after.putting_back(4, used)


COUNTS = st.sampled_from(SHARD_COUNTS)


@given(st.integers(0, 300), COUNTS, st.lists(COUNTS, max_size=4), st.data())
def test_spread_over_other_shards_the_sum_stays(
    units: int, shards: int, others: list[int], data: st.DataObject
) -> None:
    """Promise 14: whatever is taken meanwhile; what is taken stays where it is, free units go."""
    now, used = quota((0,) * shards).topped_up(units), dict[str, int]()
    for count in others:
        names = now.taken_names[:-1]
        for name, free in zip(names, now.frees(used), strict=True):
            used[name] = used.get(name, 0) + data.draw(st.integers(0, min(free, 3)))
        before = now.state(used)
        now, steps = now.resharded(count, used)
        used = carried_out(steps, used)
        after = now.state(used)
        assert (after.size, after.free, after.held) == (before.size, before.free, before.held)
        assert [it.held for it in after.shards[:-1]][: len(names)] == [
            it.held for it in before.shards[:-1]
        ]
        frees = now.frees(used)
        assert max(frees[:count]) - min(frees[:count]) <= 1
        assert not any(frees[count:])
        assert now.live == count


def test_spread_over_as_many_shards_it_stays_as_it_is() -> None:
    """Where it is even already."""
    assert quota().resharded(4, {}) == (quota(), ())


def test_how_shards_changed_is_stated() -> None:
    """Those that did, by how much; of a new quota all that have units."""
    before = quota((5, 5, 5, 5), codes=2)
    after, _ = before.reduced(2, {})
    assert size_changes(None, before._replace(sizes=(5, 0, 0, 0))) == (("000", 5), ("codes", 2))
    assert size_changes(before, after) == (("000", -1), ("001", -1))
    assert size_changes(before, before) == ()


def test_a_version_counts() -> None:
    """Stored once more."""
    assert quota().stored().version == 1
