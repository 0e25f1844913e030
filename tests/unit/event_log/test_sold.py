"""What of pre-orders and quotas stands at an instant, whatever a store has of later."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs
import pytest

from mi_rewards import MemoryStore
from mi_rewards._event_log.deadlines import Deadlines
from mi_rewards._event_log.sold import Sold, latest_sold
from mi_rewards._event_log.words import in_words
from mi_rewards.commands import Batch, Rewards, TopUpQuota
from mi_rewards.preorders import PreOrder, PreOrderState
from tests.ahead import (
    BOOKING,
    CODED,
    DAY,
    FRIDAY,
    HOUR,
    MINUTE,
    MOMENT,
    PAY_UNTIL,
    call_off,
    hand_over,
    make_ready,
    open_quota,
    order_ahead,
    pay,
    pick_up,
    repay,
    ship,
)
from tests.shop import FIRST, SECOND, THIRD, bring, ist, join, redeem

CODES_END = ist("2017-05-01 00:00")
"""When F-codes of the day before the Friday's noon are past their last day."""

LAST_ORDER = CODES_END - 10 * MINUTE
SHIP_BY, PICKUP_END = ist("2017-04-06 00:00"), ist("2017-04-09 00:00")


def top_up(at: datetime) -> TopUpQuota:
    """Add two units."""
    return TopUpQuota(quota_id="q", request_id="more", at=at, units=2)


STORY: tuple[Any, ...] = (
    join(at=FRIDAY - DAY),
    bring(100, at=FRIDAY - DAY),
    open_quota(9, for_codes=3, at=FRIDAY),
    open_quota(3, "s", of="offline", at=FRIDAY),
    redeem("f-code", at=FRIDAY - HOUR, code=FIRST, request="first"),
    redeem("f-code", at=FRIDAY - HOUR, code=SECOND, request="idle"),
    redeem("f-code", at=FRIDAY - HOUR, code=THIRD, request="too late"),
    order_ahead("by code", at=FRIDAY - 50 * MINUTE, digest=FIRST.digest),
    order_ahead("sent"),
    order_ahead("late"),
    order_ahead("off"),
    order_ahead("unpaid"),
    order_ahead("lost"),
    order_ahead("fetched", quota_id="s", mode=""),
    order_ahead("left", quota_id="s", mode=""),
    order_ahead("kept", quota_id="s", mode=""),
    *[pay(order_id=name, at=FRIDAY + MINUTE) for name in ("sent", "late", "off")],
    *[pay(BOOKING, name, at=FRIDAY + MINUTE) for name in ("fetched", "left", "kept")],
    call_off("unpaid", at=FRIDAY + 5 * MINUTE),
    order_ahead("again", by="bela", at=FRIDAY + 20 * MINUTE, digest=FIRST.digest),
    pay(order_id="again", by="bela", at=FRIDAY + 21 * MINUTE),
    call_off("again", by="bela", at=FRIDAY + 22 * MINUTE),
    top_up(FRIDAY + HOUR),
    call_off("off", at=FRIDAY + HOUR),
    ship("sent", at=FRIDAY + DAY),
    make_ready("fetched", at=FRIDAY + DAY),
    make_ready("left", at=FRIDAY + DAY),
    hand_over("sent", at=FRIDAY + 2 * DAY),
    pick_up(order_id="fetched", at=FRIDAY + 2 * DAY),
    repay(order_id="off", at=FRIDAY + 2 * DAY),
    open_quota(0, "later", at=FRIDAY + 5 * DAY),
    open_quota(1, "other", at=FRIDAY + 5 * DAY),
    repay(BOOKING, "left", at=FRIDAY + 12 * DAY),
    order_ahead("too late", at=LAST_ORDER, digest=THIRD.digest),
    order_ahead("the end", quota_id="q", at=CODES_END + HOUR),
)
"""What happened, in the order in which it did."""

DEADLINES = (
    FRIDAY - 35 * MINUTE,
    PAY_UNTIL,
    SHIP_BY,
    PICKUP_END,
    CODES_END,
    CODES_END + 5 * MINUTE,
)
FACTS = (*DEADLINES, *[it.at for it in STORY])
CUTS = sorted({it + n * MOMENT for it in FACTS for n in (-1, 0, 1)})
"""Just before, at and just after whatever happens, by a command or by the calendar."""


def carried_out(commands: Iterable[Any], *, booked: bool) -> MemoryStore:
    """Carry commands out, each after what has run out by then, where that is booked."""
    store = MemoryStore()
    rewards = Rewards(store, CODED)

    def together(them: Any) -> Batch[Any]:
        batch: Batch[Any] = Batch(them, CODED)
        rewards.carry_out(batch)
        return batch

    deadlines = Deadlines(store, together)
    for command in commands:
        if booked:
            deadlines.book_before(command)
        batch = together([command])
        assert not isinstance(batch.outcomes[0], Exception), (command, batch.outcomes)
        deadlines.see(batch.changes)
    return store


@pytest.fixture(scope="module")
def all_of_it() -> MemoryStore:
    """Carry the whole story out."""
    return carried_out(STORY, booked=True)


def plain(sold: Sold) -> Sold:
    """Leave out how often what is stated was stored."""
    return attrs.evolve(sold, preorders=tuple(it._replace(version=0) for it in sold.preorders))


@pytest.mark.parametrize("at", CUTS, ids=str)
def test_what_came_later_is_not_seen(at: datetime, all_of_it: MemoryStore) -> None:
    """I3, I14: a store with all of it states what one with no more than that states, booked or not;
    and the units of a quota add up.
    """
    known = [it for it in STORY if it.at <= at]
    expected = plain(Sold.of(carried_out(known, booked=True), at))
    assert plain(Sold.of(all_of_it, at)) == expected
    for it in expected.quotas:
        assert it.free + it.held + it.sold + it.reserved == it.size
        assert min(it.free, it.held, it.sold, it.reserved) >= 0
    counts = expected.counts()
    assert sum(counts.values()) - counts["late"] == len(expected.preorders)


@pytest.mark.parametrize("at", CUTS, ids=str)
def test_what_has_run_out_by_then_counts_unbooked(at: datetime) -> None:
    """I6: nothing depends on when it is booked, where nobody goes on with the unit or the code."""
    known = [it for it in STORY if it.at <= at and "again" not in it.request_id]
    expected = plain(Sold.of(carried_out(known, booked=True), at))
    assert plain(Sold.of(carried_out(known, booked=False), at)) == expected


def states(at: datetime, store: MemoryStore) -> dict[str, PreOrderState]:
    """Name where each pre-order is."""
    return {it.order_id: it.state for it in Sold.of(store, at).preorders}


S = PreOrderState


@pytest.mark.parametrize(
    ("order_id", "facts"),
    [
        ("sent", [(0, S.PLACED), (MINUTE, S.PAID), (DAY, S.SHIPPED), (2 * DAY, S.DELIVERED)]),
        ("off", [(0, S.PLACED), (MINUTE, S.PAID), (HOUR, S.CANCELLED), (2 * DAY, S.REFUNDED)]),
        ("unpaid", [(0, S.PLACED), (5 * MINUTE, S.CANCELLED)]),
        ("lost", [(0, S.PLACED), (15 * MINUTE, S.RUN_OUT)]),
        ("fetched", [(0, S.PLACED), (MINUTE, S.PAID), (DAY, S.READY), (2 * DAY, S.DELIVERED)]),
        (
            "left",
            [
                (0, S.PLACED),
                (MINUTE, S.PAID),
                (DAY, S.READY),
                (PICKUP_END - FRIDAY, S.UNCLAIMED),
                (12 * DAY, S.REFUNDED),
            ],
        ),
    ],
)
def test_a_pre_order_is_where_it_was(
    order_id: str, facts: list[tuple[Any, PreOrderState]], all_of_it: MemoryStore
) -> None:
    """From the instant of each fact on, until that of the next."""
    before: PreOrderState | None = None
    for after, state in facts:
        at = FRIDAY if after == 0 else FRIDAY + after
        assert states(at - MOMENT, all_of_it).get(order_id) is before
        assert states(at, all_of_it)[order_id] is state
        before = state


def ids(preorders: Iterable[PreOrder]) -> list[str]:
    """Name pre-orders."""
    return [it.order_id for it in preorders]


def test_what_is_due_late_or_to_be_given_back_is_listed(all_of_it: MemoryStore) -> None:
    """By the deadline, by the last day, by when it ended; from its instant until it is over."""
    noon = Sold.of(all_of_it, FRIDAY)
    assert ids(noon.waiting) == ["fetched", "kept", "late", "left", "lost", "off", "sent", "unpaid"]
    assert ids(Sold.of(all_of_it, PAY_UNTIL - MOMENT).waiting) == ["lost"]
    assert ids(Sold.of(all_of_it, PAY_UNTIL).waiting) == []
    assert ids(Sold.of(all_of_it, SHIP_BY - MOMENT).late) == []
    assert ids(Sold.of(all_of_it, SHIP_BY).late) == ["late"]
    assert Sold.of(all_of_it, SHIP_BY).counts()["late"] == 1
    given_back = [
        (FRIDAY + 22 * MINUTE - MOMENT, []),
        (FRIDAY + 22 * MINUTE, ["again"]),
        (FRIDAY + HOUR, ["again", "off"]),
        (FRIDAY + 2 * DAY, ["again"]),
        (PICKUP_END, ["again", "left"]),
        (FRIDAY + 12 * DAY, ["again"]),
    ]
    for at, expected in given_back:
        assert ids(Sold.of(all_of_it, at).refundable) == expected


@pytest.mark.parametrize(
    ("at", "units"),
    [
        (FRIDAY - HOUR - MOMENT, (9, 9, 0, 0, 0)),
        (FRIDAY - HOUR, (9, 6, 0, 0, 3)),
        (FRIDAY - 50 * MINUTE, (9, 6, 1, 0, 2)),
        (FRIDAY - 35 * MINUTE, (9, 6, 0, 0, 3)),
        (FRIDAY, (9, 1, 5, 0, 3)),
        (FRIDAY + MINUTE, (9, 1, 2, 3, 3)),
        (PAY_UNTIL, (9, 3, 0, 3, 3)),
        (FRIDAY + 20 * MINUTE, (9, 3, 1, 3, 2)),
        (FRIDAY + 21 * MINUTE, (9, 3, 0, 4, 2)),
        (FRIDAY + 22 * MINUTE, (9, 4, 0, 3, 2)),
        (FRIDAY + HOUR, (11, 7, 0, 2, 2)),
        (LAST_ORDER, (11, 7, 1, 2, 1)),
        (CODES_END - MOMENT, (11, 7, 1, 2, 1)),
        (CODES_END, (11, 8, 1, 2, 0)),
        (CODES_END + 5 * MINUTE, (11, 9, 0, 2, 0)),
    ],
    ids=str,
)
def test_units_are_what_they_were(
    at: datetime, units: tuple[int, ...], all_of_it: MemoryStore
) -> None:
    """Size, free, held, sold, reserved; a code's unit with the others of its quota."""
    assert tuple(Sold.of(all_of_it, at).units()["q"].values()) == units


def test_a_quota_is_there_once_it_has_units(all_of_it: MemoryStore) -> None:
    """In the order of the names."""
    opened = FRIDAY + 4 * DAY
    assert list(Sold.of(all_of_it, opened - MOMENT).units()) == ["q", "s"]
    assert list(Sold.of(all_of_it, opened).units()) == ["other", "q", "s"]
    assert Sold.of(all_of_it, FRIDAY - 2 * DAY).units() == {}


def test_events_of_a_quota_are_read_page_by_page(
    all_of_it: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are."""
    expected = Sold.of(all_of_it, CODES_END)
    monkeypatch.setattr("mi_rewards._event_log.sold.PAGE", 1)
    assert Sold.of(all_of_it, CODES_END) == expected


@pytest.mark.parametrize(
    ("request_id", "at"),
    [
        ("open:100@2018-12-31", None),
        ("open:q", FRIDAY - DAY),
        ("too late", FRIDAY - DAY),
        ("ahead:kept", FRIDAY),
        ("pay:kept", FRIDAY + MINUTE),
        ("call off:unpaid", FRIDAY + 5 * MINUTE),
        ("more", FRIDAY + HOUR),
        ("ship:sent", FRIDAY + DAY),
        ("ready:left", FRIDAY + DAY),
        ("pick up:fetched", FRIDAY + 2 * DAY),
        ("repay:off", FRIDAY + 2 * DAY),
        ("open:other", FRIDAY + 4 * DAY),
        ("repay:left", FRIDAY + 12 * DAY),
    ],
)
def test_the_latest_instant_is_that_of_the_last_fact(request_id: str, at: datetime | None) -> None:
    """Of a pre-order or a quota, whichever is later; of a store without either there is none."""
    (last,) = [n for n, it in enumerate(STORY, start=1) if it.request_id == request_id]
    assert latest_sold(carried_out(STORY[:last], booked=False)) == at


def test_counts_are_said_in_words() -> None:
    """As people say them."""
    assert [in_words(it) for it in ("placed", "run_out", "late")] == [
        "placed",
        "run out",
        "late to ship",
    ]
