"""The laws of sale calendars, against a walk through the minutes that knows only wall clocks.

The walk looks at the local clock once a minute, as someone in a shop would: what is due once the
clock has shown its time is opened, what was opened counts its minutes down, and a calendar's
openings are what stood open meanwhile.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.calendar import UTC, Zone
from mi_rewards.preorders import OneOff, SaleCalendar, WeeklySale

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
EITHER_SIDE = 9 * DAY

CHANGES = [
    ("Asia/Kolkata", "1941-09-30T18:30", 60),
    ("Asia/Kolkata", "1942-05-14T17:30", -60),
    ("Asia/Kolkata", "1942-08-31T18:30", 60),
    ("Asia/Kolkata", "1945-10-14T17:30", -60),
    ("Asia/Kolkata", "2017-03-31T06:30", 0),
    ("Asia/Kolkata", "2024-02-29T06:30", 0),
    ("Europe/Berlin", "2017-03-26T01:00", 60),
    ("Europe/Berlin", "2017-10-29T01:00", -60),
    ("Europe/Berlin", "2020-03-29T01:00", 60),
    ("Europe/Berlin", "2020-10-25T01:00", -60),
    ("Europe/Berlin", "2024-03-31T01:00", 60),
    ("Europe/Berlin", "2024-10-27T01:00", -60),
    ("Europe/Berlin", "2026-03-29T01:00", 60),
    ("Europe/Berlin", "2026-10-25T01:00", -60),
    ("America/Santiago", "2014-04-27T03:00", -60),
    ("America/Santiago", "2014-09-07T04:00", 60),
    ("America/Santiago", "2017-05-14T03:00", -60),
    ("America/Santiago", "2017-08-13T04:00", 60),
    ("America/Santiago", "2019-04-07T03:00", -60),
    ("America/Santiago", "2019-09-08T04:00", 60),
    ("America/Santiago", "2026-04-05T03:00", -60),
    ("America/Santiago", "2026-09-06T04:00", 60),
]
"""A zone, an instant at which its clocks are moved, and by how many minutes; 0 is any instant."""

NOT_SEEN = datetime.max.replace(tzinfo=UTC)
"""The end of what the walk did not see closed."""

changes = pytest.mark.parametrize(
    ("zone", "moved_at", "by"), CHANGES, ids=[f"{zone} {at}" for zone, at, _ in CHANGES]
)


@lru_cache(maxsize=len(CHANGES))
def walls(zone: str, moved_at: str) -> tuple[tuple[datetime, datetime], ...]:
    """List the minutes around a change, each with the latest time that the wall clock has shown."""
    local_zone, latest, found = ZoneInfo(zone), datetime(1, 1, 1), []
    at = datetime.fromisoformat(f"{moved_at}+00:00") - EITHER_SIDE
    for _ in range(2 * EITHER_SIDE // MINUTE):
        latest = max(latest, at.astimezone(local_zone).replace(tzinfo=None))
        found.append((at, latest))
        at += MINUTE
    return tuple(found)


def stated(sale: SaleCalendar, day: date) -> Iterator[tuple[datetime, int | datetime | None]]:
    """List the wall times of a day at which something opens, each with for how long."""
    for weekly in sale.weekly:
        through_on = weekly.through_on or date.max
        happens = weekly.from_on <= day <= through_on and day not in sale.closed_on
        if happens and weekly.weekday == day.weekday():
            yield datetime.combine(day, weekly.time), weekly.minutes
    for extra in sale.extra:
        if extra.from_local.date() == day:
            yield extra.from_local, extra.until_local


def walked(
    minutes: Sequence[tuple[datetime, datetime]], sale: SaleCalendar
) -> dict[datetime, datetime]:
    """Walk through the minutes; find when each opening ended, by when it began."""
    ended: dict[datetime, datetime] = {}
    standing: dict[datetime, list[int | datetime | None]] = {}
    before = minutes[0][1] - MINUTE
    days = [before.date() + n * DAY for n in range(2 * EITHER_SIDE // DAY + 2)]
    plan = sorted((it for day in days for it in stated(sale, day)), key=lambda it: it[0])
    plan = [it for it in plan if it[0] > before]
    for at, shown in minutes:
        due = []
        while plan and plan[0][0] <= shown:
            due.append(plan.pop(0)[1])
        for begun, ways in list(standing.items()):
            ways[:] = [
                it - 1 if isinstance(it, int) else it for it in ways if not (due and it is None)
            ]
            ways[:] = [
                it for it in ways if it != 0 and not (isinstance(it, datetime) and it <= shown)
            ]
            if not ways:
                ended[begun] = at
                del standing[begun]
        if due:
            standing[at] = due
    return ended | dict.fromkeys(standing, NOT_SEEN)


def answered(sale: SaleCalendar, from_at: datetime, until_at: datetime) -> dict[datetime, datetime]:
    """List what a calendar answers as the walk does."""
    found = list(sale.openings(from_at, until_at))
    assert {it.sale_id for it in found} <= {sale.sale_id}
    assert [it.from_at for it in found] == sorted({it.from_at for it in found})
    return {
        it.from_at: NOT_SEEN if it.until_at is None or it.until_at >= until_at else it.until_at
        for it in found
    }


def check(sale: SaleCalendar, zone: str, moved_at: str) -> int:
    """Compare a calendar with the walk, as a whole and at its edges; count the openings."""
    minutes = walls(zone, moved_at)
    first, end = minutes[0][0], minutes[-1][0] + MINUTE
    seen = walked(minutes, sale)
    assert answered(sale, first, end) == seen
    begun = sorted(seen)
    assert [it.from_at for it in sale.next_openings(first, len(begun) + 1)][: len(begun)] == begun
    edges = {*begun, *seen.values()} - {NOT_SEEN}
    asked = sorted({edge + step for edge in edges for step in (-MINUTE, 0 * MINUTE)})
    for at in asked[:: 1 + len(asked) // 48]:
        standing = [it for it in begun if it <= at < seen[it]]
        found = sale.opening_at(at)
        assert (None if found is None else found.from_at) == (standing[-1] if standing else None)
        if at < end:
            first_few = [it.from_at for it in itertools.islice(sale.openings(at, end), 5)]
            assert first_few == [it for it in begun if it > at or it in standing][:5]
    return len(begun)


LOCAL_TIMES = [time(0), time(0, 30), time(1), time(1, 45), time(2), time(2, 30), time(3), time(23)]


@changes
def test_the_clocks_are_changed_there(zone: str, moved_at: str, by: int) -> None:
    """I19: So that the walks below meet a gap, a repeated hour or neither, as the table says."""
    local_zone, at = ZoneInfo(zone), datetime.fromisoformat(f"{moved_at}+00:00")
    offsets = [it.astimezone(local_zone).utcoffset() for it in (at - MINUTE, at)]
    assert offsets[0] is not None
    assert offsets[1] == offsets[0] + by * MINUTE


@changes
@pytest.mark.parametrize("minutes", [None, 1, 60, 90, 10_080])
def test_a_week_is_as_a_walk_through_its_minutes_finds_it(
    zone: str, moved_at: str, by: int, minutes: int | None
) -> None:
    """I19: Times in gaps and in repeated hours, of every length; several of one instant are one."""
    shown = walls(zone, moved_at)
    around = datetime.fromisoformat(f"{moved_at}+00:00").astimezone(ZoneInfo(zone)).date()
    from_on = shown[0][1].date() + DAY
    weekly = [
        WeeklySale(day.weekday(), local, from_on, minutes=minutes)
        for day in (around - DAY, around)
        for local in LOCAL_TIMES
    ]
    assert check(SaleCalendar("week", Zone(zone), tuple(weekly)), zone, moved_at) >= 2 * 12


@changes
def test_dates_and_exceptions_are_as_a_walk_finds_them(zone: str, moved_at: str, by: int) -> None:
    """I19: Each quarter of the hours around a change, a closed day, and what opens once."""
    shown = walls(zone, moved_at)
    around = datetime.fromisoformat(f"{moved_at}+00:00").astimezone(ZoneInfo(zone)).date()
    midnight = datetime.combine(around, time())
    quarters = [midnight + n * timedelta(minutes=15) for n in range(-8, 24)]
    weekly = tuple(
        [
            WeeklySale(it.weekday(), it.time(), shown[0][1].date() + DAY, minutes=length)
            for it, length in zip(quarters, itertools.cycle((None, 20, 100)))
        ]
    )
    extra = tuple([OneOff(it, it + timedelta(minutes=75)) for it in quarters[::3]])
    for closed in ((), (around,), (around - DAY, around + 7 * DAY)):
        sale = SaleCalendar("dates", Zone(zone), weekly, extra, closed)
        assert check(sale, zone, moved_at) >= 20


@st.composite
def calendars(draw: st.DrawFn) -> tuple[SaleCalendar, str, str]:
    """Draw a calendar of the days around a change."""
    zone, moved_at, _ = draw(st.sampled_from(CHANGES))
    first = walls(zone, moved_at)[0][1].date() + DAY
    near = [first + n * DAY for n in range(17)]
    days, around = st.sampled_from(near), st.sampled_from(near[6:11])
    minutes = st.integers(0, 1_439).map(lambda it: time(*divmod(it, 60)))
    times = st.one_of(st.sampled_from(LOCAL_TIMES), minutes)
    lengths = st.one_of(
        st.none(), st.sampled_from([1, 60, 120, 1_440, 10_080]), st.integers(1, 3_000)
    )
    sales = st.builds(
        lambda day, local, from_on, more, length: WeeklySale(
            day.weekday(), local, from_on, None if more is None else from_on + more * DAY, length
        ),
        around,
        times,
        days,
        st.one_of(st.none(), st.integers(0, 15)),
        lengths,
    )
    spans = st.integers(61, 3_000).map(lambda it: it * MINUTE)
    begins = st.builds(datetime.combine, around, times)
    extra = st.builds(lambda begin, span: OneOff(begin, begin + span), begins, spans)
    closed = draw(st.lists(days, max_size=4, unique=True))
    weekly = tuple(draw(st.lists(sales, max_size=5)))
    one_offs = tuple(draw(st.lists(extra, max_size=3)))
    return SaleCalendar("drawn", Zone(zone), weekly, one_offs, tuple(closed)), zone, moved_at


@given(calendars())
def test_any_calendar_is_as_a_walk_finds_it(drawn: tuple[SaleCalendar, str, str]) -> None:
    """I19: Whatever it states, in each of the zones and around each change."""
    sale, zone, moved_at = drawn
    assert check(sale, zone, moved_at) >= 0


@given(calendars(), st.integers(-20, 400), st.integers(1, 500))
def test_a_part_of_the_time_has_its_part_of_the_openings(
    drawn: tuple[SaleCalendar, str, str], skipped: int, hours: int
) -> None:
    """I19: What overlaps a stretch is what overlaps it of a longer one, with the same edges."""
    sale, zone, moved_at = drawn
    first = walls(zone, moved_at)[0][0]
    from_at = first + timedelta(hours=skipped)
    until_at = from_at + timedelta(hours=hours)
    whole = sale.openings(first - 30 * DAY, until_at + 30 * DAY)
    assert list(sale.openings(from_at, until_at)) == [
        it
        for it in whole
        if it.from_at < until_at and (it.until_at is None or it.until_at > from_at)
    ]


@given(calendars(), st.integers(1, 12))
def test_the_next_openings_come_in_turn(drawn: tuple[SaleCalendar, str, str], count: int) -> None:
    """I19: The first, then the first after it, and so on, leave none out."""
    sale, zone, moved_at = drawn
    at = walls(zone, moved_at)[0][0] + 6 * DAY
    found = []
    for _ in range(count):
        for opening in sale.next_openings(at, 1):
            found.append(opening)
            at = opening.from_at + timedelta(microseconds=1)
    start = walls(zone, moved_at)[0][0] + 6 * DAY
    assert sale.next_openings(start, count) == tuple(found)
