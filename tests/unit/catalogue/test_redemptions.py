"""Redemptions: their life cycle, walked completely, and reservations that run out."""

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs
import pytest

from mi_rewards.catalogue import (
    Irrevocable,
    Redemption,
    RedemptionEvent,
    RedemptionNotOpen,
    RedemptionState,
)
from mi_rewards.catalogue.redemptions import LIFE_CYCLE
from mi_rewards.errors import Refused
from tests.catalogue import COUPON, FULL, NOON, redemption

TICK = timedelta(microseconds=1)
UNTIL = NOON + timedelta(minutes=30)
REVOCABLE = attrs.evolve(COUPON, is_revocable=True)

STEPS: dict[RedemptionEvent, Callable[[Redemption], Redemption]] = {
    RedemptionEvent.CONFIRM: lambda it: it.confirming(at=NOON),
    RedemptionEvent.CANCEL: lambda it: it.cancelling(at=NOON),
    RedemptionEvent.RUN_OUT: lambda it: it.at(UNTIL),
}


def not_open(state: RedemptionState) -> Refused:
    """Refuse what comes too late."""
    return RedemptionNotOpen(redemption_id="r1", state=state.value)


WALK: list[tuple[RedemptionState, RedemptionEvent, RedemptionState | Refused]] = [
    (RedemptionState.RESERVED, RedemptionEvent.CONFIRM, RedemptionState.CONFIRMED),
    (RedemptionState.RESERVED, RedemptionEvent.CANCEL, RedemptionState.CANCELLED),
    (RedemptionState.RESERVED, RedemptionEvent.RUN_OUT, RedemptionState.RUN_OUT),
    (
        RedemptionState.CONFIRMED,
        RedemptionEvent.CONFIRM,
        not_open(RedemptionState.CONFIRMED),
    ),
    (RedemptionState.CONFIRMED, RedemptionEvent.CANCEL, RedemptionState.CANCELLED),
    (RedemptionState.CONFIRMED, RedemptionEvent.RUN_OUT, RedemptionState.CONFIRMED),
    (
        RedemptionState.CANCELLED,
        RedemptionEvent.CONFIRM,
        not_open(RedemptionState.CANCELLED),
    ),
    (
        RedemptionState.CANCELLED,
        RedemptionEvent.CANCEL,
        not_open(RedemptionState.CANCELLED),
    ),
    (RedemptionState.CANCELLED, RedemptionEvent.RUN_OUT, RedemptionState.CANCELLED),
    (RedemptionState.RUN_OUT, RedemptionEvent.CONFIRM, not_open(RedemptionState.RUN_OUT)),
    (RedemptionState.RUN_OUT, RedemptionEvent.CANCEL, not_open(RedemptionState.RUN_OUT)),
    (RedemptionState.RUN_OUT, RedemptionEvent.RUN_OUT, RedemptionState.RUN_OUT),
]


@pytest.mark.parametrize(("state", "event", "expected"), WALK)
def test_the_life_cycle_is_walked(
    state: RedemptionState, event: RedemptionEvent, expected: RedemptionState | Refused
) -> None:
    """What has a row leads there; what has none is refused, or left as it is by the calendar."""
    before = redemption(REVOCABLE, state, UNTIL)
    if isinstance(expected, Refused):
        with pytest.raises(Refused) as caught:
            STEPS[event](before)
        assert caught.value == expected
        assert event not in LIFE_CYCLE[state]
    else:
        assert STEPS[event](before) == before._replace(state=expected)
        assert LIFE_CYCLE[state].get(event, state) is expected


def test_the_walk_is_complete() -> None:
    """Every state with every event, once."""
    every = {(state, event) for state in RedemptionState for event in RedemptionEvent}
    assert len(WALK) == len(every)
    assert {(state, event) for state, event, _ in WALK} == every
    assert LIFE_CYCLE.keys() == set(RedemptionState)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [(NOON, True), (UNTIL - TICK, True), (UNTIL, False), (UNTIL + TICK, False)],
)
def test_a_reservation_is_open_until_its_deadline(at: datetime, is_open: bool) -> None:
    """Then it has run out, whether or not anybody booked that."""
    reserved = redemption(COUPON, RedemptionState.RESERVED, UNTIL)
    state = RedemptionState.RESERVED if is_open else RedemptionState.RUN_OUT
    assert reserved.at(at) == reserved._replace(state=state)
    for step in (reserved.confirming, reserved.cancelling):
        if is_open:
            assert step(at=at).state is not RedemptionState.RESERVED
        else:
            with pytest.raises(RedemptionNotOpen) as caught:
                step(at=at)
            assert caught.value == not_open(RedemptionState.RUN_OUT)


@pytest.mark.parametrize("until", [None, UNTIL])
def test_what_is_confirmed_is_given_back_only_where_the_reward_says_so(
    until: datetime | None,
) -> None:
    """A reservation can always be cancelled."""
    confirmed = redemption(COUPON, RedemptionState.CONFIRMED, until)
    with pytest.raises(Irrevocable) as caught:
        confirmed.cancelling(at=NOON)
    assert caught.value == Irrevocable(redemption_id="r1")
    again = redemption(REVOCABLE, RedemptionState.CONFIRMED, until)
    assert again.cancelling(at=UNTIL + TICK).state is RedemptionState.CANCELLED
    reserved = redemption(COUPON, RedemptionState.RESERVED, UNTIL)
    assert reserved.cancelling(at=NOON).state is RedemptionState.CANCELLED


def test_what_is_over_is_said_before_what_is_irrevocable() -> None:
    """A redemption that was cancelled is not open any more, whatever its reward says."""
    for state in (RedemptionState.CANCELLED, RedemptionState.RUN_OUT):
        with pytest.raises(RedemptionNotOpen) as caught:
            redemption(COUPON, state, UNTIL).cancelling(at=NOON)
        assert caught.value == not_open(state)


def test_only_an_open_reservation_is_due() -> None:
    """At its deadline; what was never reserved never is."""
    due = {state: redemption(COUPON, state, UNTIL).due_at for state in RedemptionState}
    assert due == {**dict.fromkeys(RedemptionState), RedemptionState.RESERVED: UNTIL}
    assert redemption().due_at is None


def test_what_was_reserved_is_what_is_confirmed() -> None:
    """The reward as it was then, its tokens, and what it took of the counters."""
    reserved = redemption(FULL, RedemptionState.RESERVED, UNTIL)
    confirmed = reserved.confirming(at=NOON)
    assert confirmed == reserved._replace(state=RedemptionState.CONFIRMED)
    assert len(confirmed.steps) == 4


def test_storing_raises_the_version() -> None:
    """And nothing else."""
    assert redemption().stored() == redemption()._replace(version=1)
