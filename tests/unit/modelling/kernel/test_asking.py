"""What a policy is asked, and what its burns leave of members of every kind."""

import gc
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards import bundled
from mi_rewards.calendar import Zone
from mi_rewards.modelling._kernel.days import Days, instant, microseconds
from mi_rewards.modelling.replayed import Replayed
from mi_rewards.modelling.replaying import replay
from mi_rewards.modelling.what_if.policies import Asked
from tests.column_replays import BASE, FIRST, PROGRAMMES, STEP, as_columns
from tests.unit.modelling.kernel.engines import bought, row

AS_OF = date(2018, 1, 9)


@attrs.frozen
class Spends:
    """Spends up to so much, on some days and when something came."""

    tokens: int
    on: tuple[int, ...] = ()
    name: str = "spends"

    def days(self, first: int, last: int, /) -> list[int]:
        """Name the days."""
        return [day for day in self.on if first <= day <= last]

    def redeems(self, asked: Asked, /) -> int:
        """Spend."""
        return min(self.tokens, asked.available)


def spent(rows: Sequence[dict[str, Any]], name: str, policy: Spends, **asked: Any) -> Replayed:
    """Ask a policy."""
    columns = as_columns(rows)
    return replay(columns, PROGRAMMES[name], policy=policy, as_of=AS_OF, engine="kernel", **asked)


def _burned(rows: Sequence[dict[str, Any]], burns: Replayed) -> list[dict[str, Any]]:
    """State what a policy spent as rows."""
    more = [
        {
            "kind": "burned",
            "member_id": it.member_id,
            "at": instant(it.at_us).isoformat(),
            "tokens": str(it.tokens),
            "request_id": f"p{number}",
        }
        for number, it in enumerate(burns.policy_burns)
    ]
    return sorted([*rows, *more], key=lambda it: datetime.fromisoformat(it["at"]))


@pytest.mark.parametrize("steps", [(), (3, 5, 9, 30)])
@pytest.mark.parametrize("name", ["kept", "kept, refused", "rolling"])
def test_what_is_spent_beside_a_promise(name: str, steps: tuple[int, ...]) -> None:
    """Given back as rows, the same is left by either engine, and at each instant."""
    rows = [
        row("joined", 0),
        row("opening", 1, tokens="50", last_day="2018-12-31", request_id="x"),
        bought(2, "1"),
        row("opening", 4, tokens="20", last_day="2017-12-27", request_id="y"),
        bought(6, "2"),
    ]
    days = tuple(date(2017, 12, day).toordinal() for day in (25, 26, 27, 28))
    asked = {"balances_at": [FIRST + step * STEP for step in steps]}
    found = spent(rows, name, Spends(9, days), **asked)
    assert len(found.policy_burns) >= 5
    for engine in ("kernel", "commands"):
        again = replay(
            as_columns(_burned(rows, found)),
            PROGRAMMES[name],
            as_of=AS_OF,
            engine=engine,
            **asked,  # type: ignore[arg-type]
        )
        assert again.flows == found.flows
        assert again.by_member == found.by_member
        assert again.snapshots == found.snapshots


def test_what_a_late_row_brings_is_spent_after_what_is_booked() -> None:
    """Time does not go back: it is spent at the instant of the last entry."""
    rows = [row("joined", 0), bought(5, "1"), bought(3, "2")]
    found = spent(rows, "yearly", Spends(70))
    assert [it.tokens for it in found.policy_burns] == [60, 60]
    assert (found.redeemed, found.available) == (120, 0)


def test_a_policy_may_spend_nothing() -> None:
    """Then nothing is booked."""
    found = spent([row("joined", 0), bought(1, "1")], "yearly", Spends(0))
    assert (found.policy_burns, found.available) == ((), 60)


def test_burns_are_not_stated_without_detail() -> None:
    """What they came to is."""
    found = spent([row("joined", 0), bought(1, "1")], "yearly", Spends(7), detail=False)
    assert (found.policy_burns, found.redeemed) == ((), 7)


def test_a_history_of_spending_alone_has_no_events() -> None:
    """A policy stands in place of all of it, and there is no latest row."""
    rows = as_columns([row("burned", 1, tokens="5", request_id="x")])
    found = replay(rows, BASE, policy=Spends(1))
    assert (found.events, found.as_of) == (0, date.min)


def test_a_quarter_of_an_hour_over_which_a_day_begins() -> None:
    """It has two days, whichever was asked for first."""
    programme = attrs.evolve(BASE, zone=Zone("Africa/Monrovia"), sunset_on=None)
    day = date(1960, 3, 1)
    start = programme.zone.start_of(day)
    assert start.minute % 15
    moments = [start + timedelta(seconds=seconds) for seconds in (-1, 0, 1)]
    for order in (moments, moments[::-1]):
        days = Days(programme)
        for moment in order:
            # What was found last is forgotten in between.
            days.at(microseconds(moment + timedelta(days=9)))
            assert days.at(microseconds(moment)).day == programme.zone.day_of(moment)


def test_what_is_frozen_stays_frozen() -> None:
    """Objects that a host took out of the search for cycles are not put back."""
    rows = as_columns([row("joined", 0)])
    gc.freeze()
    try:
        before = gc.get_freeze_count()
        assert before > 0
        assert replay(rows, BASE, engine="kernel").members == 1
        assert gc.get_freeze_count() >= before // 2
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("detail", [False, True])
def test_more_members_than_are_added_up_at_once(*, detail: bool) -> None:
    """Their figures are added up now and then, and progress is told."""
    at = datetime(2018, 1, 1, tzinfo=UTC).isoformat()
    count = 2_050
    rows = {
        "kind": ["joined", "delivered"] * count,
        "member_id": [str(number // 2) for number in range(2 * count)],
        "at": [at] * (2 * count),
        "order_id": ["", "1"] * count,
        "amount": ["", "10.00"] * count,
        "currency": ["", "INR"] * count,
    }
    told: list[int] = []
    programme = bundled.programme("reward-mi")
    asked: dict[str, Any] = {"detail": detail, "progress": told.append}
    found = replay(rows, programme, engine="kernel", **asked)
    assert (found.members, found.issued, found.available) == (count, count, count)
    assert sum(found.calendar.values()) == count
    later = replay(rows, programme, engine="kernel", as_of=date(2020, 1, 1), **asked)
    assert (later.lapsed, later.calendar) == (count, {})
    assert max(told) == 2 * count


def test_the_last_day_of_members_one_after_the_other() -> None:
    """What lapses by then has lapsed, of those too of whom little is kept."""
    rows = [row("joined", 0), bought(1, "1")]
    for detail in (False, True):
        found = replay(
            as_columns(rows),
            PROGRAMMES["rolling"],
            as_of=AS_OF,
            sorted_by_member=True,
            engine="kernel",
            detail=detail,
        )
        assert (found.available, found.lapsed) == (0, 60)
