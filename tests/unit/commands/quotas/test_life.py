"""Commands on quotas: opened, made larger and smaller, reviewed, closed, carried over."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from mi_rewards.commands import (
    AsyncRewards,
    CarryOver,
    CloseQuota,
    OpenQuota,
    PutBack,
    QuotaReviewed,
    QuotaSet,
    ReviewQuota,
    Rewards,
    UnitsCarried,
    follow_up,
)
from mi_rewards.errors import LimitReached, Misuse, RequestReused
from mi_rewards.memory import AsyncMemoryStore, MemoryStore
from mi_rewards.preorders import (
    Closes,
    QuotaClosed,
    QuotaCommitted,
    QuotaOpened,
    UnknownQuota,
)
from mi_rewards.repositories import Needs, OutboxEvent, quota_key
from tests.fridays import (
    DAY,
    HOUR,
    MICROSECOND,
    MINUTE,
    NOON,
    RULES,
    open_quota,
    place,
    reduce,
    refused,
    reshard,
    set_aside,
    shop,
    told,
    top_up,
)

WEEK = 7 * DAY


def events_of(rewards: Rewards) -> list[OutboxEvent]:
    """List what was told so far."""
    store = rewards.store
    assert isinstance(store, MemoryStore)
    return list(store.pending_events(limit=1_000))


def topics_of(rewards: Rewards) -> list[str]:
    """Name what was told so far."""
    return [event.topic for event in events_of(rewards)]


def put_back(units: int) -> PutBack:
    """Let everybody have units that were set aside."""
    return PutBack(quota_id="q", request_id="put_back", at=NOON, units=units)


def review(nth: int = 1, *, at: Any = NOON) -> ReviewQuota:
    """Look at the quota."""
    return ReviewQuota(quota_id="q", request_id=f"review:{nth}", at=at)


def carry(nth: int = 1, *, at: Any = NOON + WEEK) -> CarryOver:
    """Carry what is left over to the next Friday's."""
    return CarryOver(quota_id="q", request_id=f"carry:{nth}", at=at, to_quota_id="next")


def next_friday(units: int = 5) -> OpenQuota:
    """Open the next Friday's quota."""
    return open_quota(units, quota_id="next", opens_at=NOON + WEEK)


def test_a_quota_is_opened_for_an_opening_of_its_calendar() -> None:
    """It closes when that does: as nobody announced how long, when the next one begins."""
    rewards = shop()
    outcome = rewards.do(open_quota(10, shards=4, for_codes=2, member_max=1))
    assert outcome == QuotaSet("q", 10, 4, 2)
    quota = rewards.quotas()[0]
    assert (quota.opens_at, quota.closes_at) == (NOON, NOON + WEEK)
    assert quota.sizes == (2, 2, 2, 2)
    assert told(rewards.quota("q")) == "10 = 10 free + 0 held + 0 sold + 0 reserved"
    assert rewards.quota("q").for_codes == 2


def test_a_quota_may_have_times_of_its_own() -> None:
    """Within an opening, an earlier end; without a calendar any, or none."""
    rewards = shop()
    rewards.do(open_quota(closes_at=NOON + HOUR))
    rewards.do(open_quota(quota_id="any", sale_id="", opens_at=NOON + MINUTE))
    ends = {it.quota_id: it.closes_at for it in rewards.quotas()}
    assert ends == {"q": NOON + HOUR, "any": None}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"units": -1}, "units are a whole number"),
        ({"units": True}, "units are a whole number"),
        ({"for_codes": 11}, "of 10 units 11 cannot be for codes"),
        ({"shards": 3}, "1, 4, 16 or 64"),
        ({"terms_id": ""}, "a quota's terms_id"),
        ({"terms_id": "flipkart"}, "no pre-orders 'flipkart'"),
        ({"product_id": 4}, "a quota's product_id"),
        ({"variant": None}, "a quota's variant"),
        ({"channel": "bigc"}, "no channel of the terms 'mi.com'"),
        ({"sale_id": "monday"}, "no sale calendar 'monday'"),
        ({"opens_at": NOON + MINUTE}, "no opening of 'friday' begins"),
        ({"opens_at": NOON - WEEK}, "no opening of 'friday' begins"),
        ({"closes_at": NOON}, "closes after it opens"),
        ({"closes": "sold_out"}, "closes as Closes says"),
        ({"member_max": -1}, "units are a whole number"),
        ({"notice_minutes": "60"}, "notice_minutes is a whole number"),
        ({"notice_minutes": 525_601}, "notice_minutes is a whole number, 0 to 525600"),
        (
            {
                "notice_minutes": 60,
                "sale_id": "",
                "opens_at": datetime(1, 1, 1, 0, 59, tzinfo=UTC),
                "closes_at": NOON,
            },
            "not told before the calendar begins",
        ),
        ({"quota_id": ""}, "a quota's id"),
        ({"request_id": ""}, "a request id"),
    ],
)
def test_what_is_wrong_is_said_in_one_message(wrong: dict[str, Any], message: str) -> None:
    """And no quota is opened."""
    rewards = shop()
    with pytest.raises(Misuse, match=message):
        rewards.do(open_quota(**{"units": 10, **wrong}))
    assert rewards.quotas() == ()


def test_a_quota_is_opened_once() -> None:
    """The same request repeats its answer, another one is refused, other content is objected to."""
    rewards = shop()
    first = rewards.do(open_quota())
    assert rewards.do(open_quota()) == first
    assert refused(rewards, open_quota(request_id="again")) == QuotaOpened(quota_id="q")
    with pytest.raises(RequestReused):
        rewards.do(open_quota(11))


def test_sizes_change_and_add_up() -> None:
    """Topped up, reduced, set aside, put back, spread: what is held stays what it is."""
    rewards = shop()
    rewards.do(open_quota(10, shards=4))
    for by in ("asha", "ravi", "zoya"):
        rewards.do(place(by))
    assert rewards.do(top_up(5)) == QuotaSet("q", 15, 4, 0)
    assert rewards.do(reduce(2)) == QuotaSet("q", 13, 4, 0)
    assert rewards.do(set_aside(4)) == QuotaSet("q", 13, 4, 4)
    assert rewards.do(put_back(1)) == QuotaSet("q", 13, 4, 3)
    assert rewards.do(reshard(1)) == QuotaSet("q", 13, 1, 3)
    assert told(rewards.quota("q")) == "13 = 10 free + 3 held + 0 sold + 0 reserved"
    assert rewards.do(reduce(7, 2)) == QuotaSet("q", 6, 1, 3)
    assert refused(rewards, reduce(1, 3)) == QuotaCommitted(quota_id="q", asked=1, free=0)
    assert refused(rewards, set_aside(1, 2)) == QuotaCommitted(quota_id="q", asked=1, free=0)


@pytest.mark.parametrize("command", [top_up(1), reduce(1), set_aside(1), put_back(1), reshard(4)])
def test_what_is_not_there_does_not_change(command: Any) -> None:
    """An unknown quota is refused, by every command."""
    assert refused(shop(), command) == UnknownQuota(quota_id="q")


@pytest.mark.parametrize("command", [review(), CloseQuota(quota_id="q", request_id="c", at=NOON)])
def test_what_is_not_there_is_not_reviewed(command: Any) -> None:
    """Nor closed."""
    assert refused(shop(), command) == UnknownQuota(quota_id="q")


@pytest.mark.parametrize("units", [0, -1, True, 2**63, "1"])
def test_a_number_of_units_is_whole_and_at_least_one(units: Any) -> None:
    """For every change of a size."""
    with pytest.raises(Misuse, match="units are a whole number, 1 to"):
        top_up(units)


def test_a_quota_has_an_end() -> None:
    """It cannot become larger than a store can count."""
    rewards = shop()
    rewards.do(open_quota(2**62))
    with pytest.raises(Misuse, match="units are a whole number"):
        rewards.do(top_up(2**62))
    assert rewards.quota("q").size == 2**62


def test_spreading_what_is_spread_changes_nothing() -> None:
    """No event, no new version."""
    rewards = shop()
    rewards.do(open_quota(8, shards=4))
    assert rewards.do(reshard(4)) == QuotaSet("q", 8, 4, 0)
    assert rewards.quotas()[0].version == 1
    assert topics_of(rewards) == ["quota_changed"]


def test_an_opening_is_told_ahead() -> None:
    """As long before as the quota says, once, by the sweep."""
    rewards = shop()
    rewards.do(open_quota(notice_minutes=60))
    assert rewards.review_quotas_due(NOON - HOUR - MICROSECOND) == 0
    assert rewards.review_quotas_due(NOON - HOUR) == 1
    assert rewards.review_quotas_due(NOON - HOUR) == 0
    assert topics_of(rewards) == ["quota_changed", "sale_opening"]
    assert dict(events_of(rewards)[-1].figures) == {
        "quota_id": "q",
        "opens_at": "2017-03-31T06:30:00Z",
    }


def test_nothing_left_is_told_when_the_last_unit_goes() -> None:
    """By the event of who took it, which asks for a review; once, until there are more."""
    rewards = shop()
    rewards.do(open_quota(1))
    assert rewards.do(place()).is_last
    event = events_of(rewards)[-1]
    assert event.topic == "last_unit_taken"
    command = follow_up(event)
    assert command is not None
    exhausted = QuotaReviewed("q", noticed=False, exhausted=True, closed=False)
    assert rewards.do(command) == exhausted
    assert topics_of(rewards)[-1] == "quota_exhausted"
    assert rewards.do(review()) == exhausted._replace(exhausted=False)
    rewards.do(top_up(1))
    assert rewards.do(review(2)).exhausted is False
    rewards.do(place("ravi"))
    assert rewards.do(review(3)) == exhausted


def test_nothing_left_is_seen_by_the_sweep_where_two_took_the_last_ones_at_once() -> None:
    """Each of them saw the other's unit free, and told nothing; nothing is booked twice."""
    rewards = shop()
    rewards.do(open_quota(2))
    plans = [rewards.simulate(place(by))[1] for by in ("asha", "ravi")]
    for plan in plans:
        assert plan is not None
        rewards.store.save(plan)
    assert topics_of(rewards) == ["quota_changed"]
    assert rewards.review_quotas_due(NOON + MINUTE) == 1
    assert topics_of(rewards) == ["quota_changed", "quota_exhausted"]
    assert rewards.review_quotas_due(NOON + 2 * MINUTE) == 0


def test_a_sweep_with_nothing_to_book_leaves_no_receipt() -> None:
    """An open quota is looked at again and again, and is what it was."""
    rewards = shop()
    for name in ("q", "r", "s"):
        rewards.do(open_quota(quota_id=name))
    before = rewards.quotas()
    for minute in range(5):
        assert rewards.review_quotas_due(NOON + minute * MINUTE, limit=2) == 0
    assert rewards.quotas() == before
    store = rewards.store
    assert isinstance(store, MemoryStore)
    assert len(store._receipts) == 3


def test_what_takes_the_last_free_unit_out_exhausts_it_too() -> None:
    """Reduced or set aside, nothing is left for anybody."""
    rewards = shop()
    rewards.do(open_quota(3))
    rewards.do(reduce(2))
    rewards.do(set_aside(1))
    assert rewards.review_quotas_due(NOON) == 1
    assert topics_of(rewards)[-1] == "quota_exhausted"


def test_who_comes_early_can_buy_everything() -> None:
    """Then nothing is left before it opens to the others, and that is told."""
    (friday,) = RULES.sales
    early = attrs.evolve(friday, early_access=(("gold", 2),))
    rewards = shop(programme=attrs.evolve(RULES, sales=(early,)))
    rewards.do(open_quota(1))
    rewards.do(place(at=NOON - HOUR, tier="gold"))
    assert rewards.do(review(1, at=NOON - HOUR)).exhausted


def test_an_opening_that_was_not_told_in_time_is_not_told() -> None:
    """It is open by then."""
    rewards = shop()
    rewards.do(open_quota(notice_minutes=60))
    assert rewards.review_quotas_due(NOON) == 1
    assert rewards.review_quotas_due(NOON) == 0
    assert topics_of(rewards) == ["quota_changed"]


def test_units_go_to_a_quota_of_the_same_product() -> None:
    """Phones do not become televisions, nor another colour."""
    rewards = shop()
    rewards.do(open_quota(5))
    later = NOON + WEEK
    rewards.do(open_quota(0, quota_id="tv", product_id="mi-tv", opens_at=later))
    rewards.do(open_quota(0, quota_id="gold", variant="gold", opens_at=later))
    for name in ("tv", "gold"):
        with pytest.raises(Misuse, match=f"quota '{name}' is of another product than 'q'"):
            rewards.do(attrs.evolve(carry(), to_quota_id=name))
    assert rewards.quota("q").free == 5


def test_what_follows_from_two_quotas_never_has_one_name() -> None:
    """Whatever they and their requests are called."""
    rewards = shop()
    for name in ("x", "x:y"):
        rewards.do(open_quota(3, quota_id=name))
    rewards.do(next_friday(0))
    for name, request in (("x", "y:z"), ("x:y", "z")):
        rewards.do(attrs.evolve(carry(), quota_id=name, request_id=request))
    for event in events_of(rewards):
        command = follow_up(event)
        if command is not None:
            rewards.do(command)
    assert rewards.quota("next").size == 6


def test_an_empty_quota_is_not_exhausted_before_it_opens() -> None:
    """Before, more may come; from noon on it is told."""
    rewards = shop()
    rewards.do(open_quota(0))
    assert not rewards.do(review(1, at=NOON - MICROSECOND)).exhausted
    assert rewards.do(review(2, at=NOON)).exhausted


def test_a_window_that_is_over_is_booked() -> None:
    """By the sweep, once; nothing depends on it."""
    rewards = shop()
    rewards.do(open_quota(1, closes_at=NOON + HOUR))
    assert rewards.review_quotas_due(NOON + HOUR - MICROSECOND) == 0
    assert refused(rewards, place(at=NOON + HOUR)).code == "sale_not_open"
    assert rewards.review_quotas_due(NOON + HOUR) == 1
    assert rewards.review_quotas_due(NOON + WEEK) == 0
    assert topics_of(rewards)[-1] == "quota_closed"


def test_a_quota_that_closes_once_it_is_sold_out_stays_closed() -> None:
    """A unit that comes back is not sold again, until there are more of them."""
    rewards = shop()
    rewards.do(open_quota(1, closes=Closes.SOLD_OUT))
    rewards.do(place())
    assert rewards.do(review()) == QuotaReviewed("q", noticed=False, exhausted=True, closed=True)
    later = NOON + 20 * MINUTE
    rewards.preorders_due(later)
    assert rewards.quota("q").free == 1
    assert refused(rewards, place("ravi", at=later)).code == "sale_not_open"
    rewards.do(top_up(1))
    assert rewards.do(place("ravi", at=later)).quota_id == "q"


def test_what_was_closed_by_somebody_stays_closed() -> None:
    """Whatever comes in."""
    rewards = shop()
    rewards.do(open_quota(1, closes=Closes.SOLD_OUT))
    rewards.do(CloseQuota(quota_id="q", request_id="close", at=NOON))
    rewards.do(top_up(1))
    assert refused(rewards, place()).code == "sale_not_open"


def test_a_quota_is_closed_early() -> None:
    """Once; from then on nobody buys without a code."""
    rewards = shop()
    rewards.do(open_quota())
    closing = CloseQuota(quota_id="q", request_id="close", at=NOON + MINUTE)
    assert rewards.do(closing) == QuotaReviewed("q", noticed=False, exhausted=False, closed=True)
    again = rewards.do(attrs.evolve(closing, request_id="again"))
    assert again == QuotaReviewed("q", noticed=False, exhausted=False, closed=False)
    refusal = refused(rewards, place(at=NOON + 2 * MINUTE))
    assert refusal.figures["closes_at"] == "2017-03-31T06:31:00Z"
    assert topics_of(rewards).count("quota_closed") == 1


def test_what_is_left_is_carried_over() -> None:
    """What was set aside with it; by an event, whose follow-up adds it to the other quota, once."""
    rewards = shop()
    rewards.do(open_quota(10, shards=4, for_codes=2))
    rewards.do(next_friday())
    rewards.do(place())
    assert rewards.do(carry()) == UnitsCarried("q", "next", 9)
    assert told(rewards.quota("q")) == "1 = 0 free + 1 held + 0 sold + 0 reserved"
    event = events_of(rewards)[-1]
    command = follow_up(event)
    assert command is not None
    assert rewards.do(command) == rewards.do(command) == QuotaSet("next", 14, 1, 0)
    assert rewards.quotas()[1].carries_to == "next"
    assert rewards.do(carry(2)) == UnitsCarried("q", "next", 0)
    assert topics_of(rewards).count("units_carried") == 1


def test_only_what_is_over_is_carried_over_to_what_there_is() -> None:
    """At its window's end, or once it is closed; and not to itself."""
    rewards = shop()
    assert refused(rewards, carry()) == UnknownQuota(quota_id="q")
    rewards.do(open_quota(10))
    assert refused(rewards, carry()) == UnknownQuota(quota_id="next")
    rewards.do(next_friday())
    early = carry(at=NOON + WEEK - MICROSECOND)
    assert refused(rewards, early) == QuotaClosed(quota_id="q", closes_at="2017-04-07T06:30:00Z")
    rewards.do(CloseQuota(quota_id="q", request_id="close", at=NOON))
    assert rewards.do(early).units == 10
    with pytest.raises(Misuse, match="not carried over to itself"):
        attrs.evolve(carry(), to_quota_id="q")
    with pytest.raises(Misuse, match="a quota's id"):
        attrs.evolve(carry(), to_quota_id="")


def test_a_quota_without_an_end_is_over_when_it_is_closed() -> None:
    """And says so until then."""
    rewards = shop()
    rewards.do(open_quota(sale_id=""))
    rewards.do(next_friday())
    assert refused(rewards, carry()) == QuotaClosed(quota_id="q", closes_at="")


def test_quotas_are_read_page_by_page() -> None:
    """By their names."""
    rewards = shop()
    for name in ("b", "a", "c"):
        rewards.do(open_quota(quota_id=name))
    assert [it.quota_id for it in rewards.quotas(limit=2)] == ["a", "b"]
    assert [it.quota_id for it in rewards.quotas(after="b")] == ["c"]
    with pytest.raises(Misuse):
        rewards.quotas(limit=0)
    with pytest.raises(UnknownQuota):
        rewards.quota("d")


def test_who_sold_what_was_to_be_taken_out_is_seen() -> None:
    """Decided on what was read before, a reduction loses to a sale, and is decided again."""
    rewards = shop()
    rewards.do(open_quota(1))
    _, changes = rewards.simulate(reduce(1))
    rewards.do(place())
    assert changes is not None
    with pytest.raises(LimitReached):
        rewards.store.save(changes)
    assert told(rewards.quota("q")) == "1 = 0 free + 1 held + 0 sold + 0 reserved"


def test_who_read_the_quota_before_sells_nothing_that_was_taken_out() -> None:
    """Decided before the reduction, a sale of that unit loses, and leaves nothing behind."""
    rewards = shop()
    rewards.do(open_quota(1))
    _, changes = rewards.simulate(place())
    rewards.do(reduce(1))
    assert changes is not None
    with pytest.raises(LimitReached):
        rewards.store.save(changes)
    assert rewards.quota("q").size == 0
    assert rewards.store.load(Needs((quota_key("q"),))).get(quota_key("q")) is not None
    assert refused(rewards, place()).code == "quota_exhausted"


def test_an_instant_has_an_offset() -> None:
    """Every instant that a quota has."""
    with pytest.raises(Misuse):
        open_quota(opens_at=NOON.replace(tzinfo=None))
    with pytest.raises(Misuse):
        open_quota(closes_at=(NOON + timedelta(hours=1)).replace(tzinfo=None))


def test_quotas_are_told_to_who_awaits_them() -> None:
    """The same answers, and the same is booked."""
    topics = asyncio.run(awaiting())
    assert topics.count("sale_opening") == 2
    assert topics[-1] == "quota_exhausted"


async def awaiting() -> list[str]:
    """Ask a store that is awaited and the one behind it, and answer with what was told."""
    store = MemoryStore()
    rewards, awaited = shop(store), AsyncRewards(AsyncMemoryStore(store), RULES)
    for name in ("q", "r"):
        rewards.do(open_quota(2, quota_id=name, notice_minutes=60))
    assert await awaited.quota("q") == rewards.quota("q")
    assert await awaited.quotas() == rewards.quotas()
    assert [it.quota_id for it in await awaited.quotas(after="q", limit=1)] == ["r"]
    with pytest.raises(UnknownQuota):
        await awaited.quota("s")
    with pytest.raises(Misuse):
        await awaited.quotas(limit=0)
    assert await awaited.review_quotas_due(NOON - HOUR, limit=1) == 2
    assert await awaited.review_quotas_due(NOON - HOUR, limit=1) == 0
    for by in ("asha", "ravi"):
        await awaited.do(place(by))
    assert await awaited.review_quotas_due(NOON) == 1
    return topics_of(rewards)
