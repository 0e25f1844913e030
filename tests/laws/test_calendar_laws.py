"""The laws of days and recurrences, against a scan that knows nothing but local clocks."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.calendar import (
    NEVER,
    UTC,
    WeeklyRecurrence,
    Window,
    Zone,
    add_days,
    add_months,
    end_of_month,
    read_day,
    read_instant,
    write_day,
    write_instant,
)

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)

SCANS = [
    ("Asia/Kolkata", "2018-01-01T00:00", 36, MINUTE),
    ("Asia/Kolkata", "1905-12-31T18:30", 2, SECOND),
    ("Europe/Berlin", "2026-03-29T01:00", 36, MINUTE),
    ("Europe/Berlin", "2026-10-25T01:00", 36, MINUTE),
    ("Africa/Cairo", "2026-04-23T22:00", 36, MINUTE),
    ("Africa/Cairo", "2026-10-29T21:00", 36, MINUTE),
    ("America/Santiago", "2026-04-05T03:00", 36, MINUTE),
    ("America/Santiago", "2026-09-06T04:00", 36, MINUTE),
    ("America/Toronto", "1919-03-31T04:30", 36, MINUTE),
    ("America/St_Johns", "2006-10-29T02:31", 36, MINUTE),
    ("America/St_Johns", "2006-10-29T02:31", 2, SECOND),
    ("America/St_Johns", "2006-04-02T03:31", 2, SECOND),
    ("America/St_Johns", "1988-04-03T03:31", 36, MINUTE),
    ("America/Havana", "2023-03-12T05:00", 36, MINUTE),
    ("America/Havana", "2023-11-05T05:00", 36, MINUTE),
    ("America/Sao_Paulo", "2018-02-18T02:00", 36, MINUTE),
    ("America/Sao_Paulo", "2018-11-04T03:00", 36, MINUTE),
    ("Asia/Amman", "2021-03-25T22:00", 36, MINUTE),
    ("Asia/Amman", "2021-10-28T22:00", 36, MINUTE),
    ("Asia/Beirut", "2022-03-26T22:00", 36, MINUTE),
    ("Asia/Beirut", "2022-10-29T21:00", 36, MINUTE),
    ("Asia/Kathmandu", "1985-12-31T18:30", 36, MINUTE),
    ("Asia/Manila", "1844-12-31T15:56", 2, SECOND),
    ("Pacific/Apia", "2011-12-30T10:00", 48, MINUTE),
    ("Pacific/Kwajalein", "1969-09-30T13:00", 48, MINUTE),
    ("Pacific/Kwajalein", "1993-08-21T12:00", 48, MINUTE),
]
"""A zone, an instant at which its clocks were moved (or not), hours either side, and the step."""

scanned = pytest.mark.parametrize(
    ("zone", "around", "hours", "step"),
    SCANS,
    ids=[f"{zone} {around} by {step}" for zone, around, _, step in SCANS],
)

zones = st.sampled_from(sorted({zone for zone, *_ in SCANS})).map(Zone)
instants = st.datetimes(datetime(1840, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
days = st.dates(date(1840, 1, 1), date(2100, 1, 1))
any_day = st.dates()
local_times = st.times().map(lambda local: local.replace(fold=0))


def scan(
    zone: str, around: str, hours: int, step: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """Go through instants with the latest naive local time that the clock has shown by then."""
    local_zone = ZoneInfo(zone)
    at = datetime.fromisoformat(f"{around}+00:00") - timedelta(hours=hours)
    latest = datetime(1, 1, 1)
    for _ in range(2 * hours * (timedelta(hours=1) // step)):
        latest = max(latest, at.astimezone(local_zone).replace(tzinfo=None))
        yield at, latest
        at += step


@scanned
def test_an_instant_belongs_to_the_latest_day_shown(
    zone: str, around: str, hours: int, step: timedelta
) -> None:
    """I19: The day of an instant is the latest date that the local clock has shown by then."""
    place = Zone(zone)
    for at, latest in scan(zone, around, hours, step):
        assert place.day_of(at) == latest.date()
        assert place.start_of(latest.date()) <= at < place.after(latest.date())


@scanned
def test_a_day_begins_where_a_scan_first_finds_it(
    zone: str, around: str, hours: int, step: timedelta
) -> None:
    """I19: A day begins at the first instant whose local date is that day or a later one."""
    place = Zone(zone)
    rows = list(scan(zone, around, hours, step))
    begun = 0
    for (_, before), (at, latest) in itertools.pairwise(rows):
        for number in range((latest.date() - before.date()).days):
            day = latest.date() - timedelta(days=number)
            assert place.start_of(day) == at
            assert place.day_of(at - MICROSECOND) == before.date()
            begun += 1
    assert begun >= 1


@scanned
def test_a_recurrence_happens_where_a_scan_first_finds_it(
    zone: str, around: str, hours: int, step: timedelta
) -> None:
    """I19: Once the local clock has shown its time, on its weekday, and not a second time."""
    place = Zone(zone)
    rows = list(scan(zone, around, hours, step))
    first_day = rows[0][1].date() + timedelta(days=hours > 24)
    times = [time(0), time(0, 15), time(0, 59), time(1, 30), time(2), time(2, 30), time(23, 45)]
    for day in {first_day, *(latest.date() for _, latest in rows)}:
        for local in times:
            wanted = datetime.combine(day, local)
            found = next((at for at, latest in rows if latest >= wanted), None)
            if rows[0][1] < wanted and found is not None:
                recurrence = WeeklyRecurrence(day.weekday(), local, place, day)
                assert place.first_at(day, local) == found
                assert recurrence.next_at(rows[0][0]) == found
                assert recurrence.next_at(found) == found
                assert recurrence.next_at(found + MICROSECOND) > found + timedelta(days=5)


@given(zones, instants)
def test_every_instant_lies_in_its_day(zone: Zone, at: datetime) -> None:
    """I19: ``start_of(day) <= at < after(day)`` for one day alone."""
    day = zone.day_of(at)
    assert zone.start_of(day) <= at < zone.after(day)
    assert zone.after(day) == zone.start_of(add_days(day, 1))
    assert zone.day_of(zone.start_of(day)) == day
    assert zone.day_of(zone.after(day) - MICROSECOND) == day


@given(zones, instants, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_days_never_go_back(zone: Zone, at: datetime, later: timedelta) -> None:
    """I19: A later instant never belongs to an earlier day."""
    assert zone.day_of(at) <= zone.day_of(at + later)


@given(zones, instants, st.lists(st.timedeltas(timedelta(days=-2), timedelta(days=2)), max_size=9))
def test_a_zone_answers_the_same_in_any_order(
    zone: Zone, at: datetime, offsets: list[timedelta]
) -> None:
    """I20: What a zone was asked before, and remembers, changes no answer."""
    asked = [at + offset for offset in offsets]
    assert [zone.day_of(each) for each in asked] == [Zone(zone.name).day_of(each) for each in asked]


@given(zones, st.datetimes(timezones=st.just(UTC)))
def test_every_instant_of_the_calendar_has_a_day(zone: Zone, at: datetime) -> None:
    """I19: From the year 1 to the year 9999, within a day of the one in UTC."""
    assert abs((zone.day_of(at) - at.date()).days) <= 1


@given(zones, any_day, any_day)
def test_days_begin_in_order(zone: Zone, one: date, other: date) -> None:
    """I19: A later day never begins earlier, nor is it over earlier."""
    first, second = sorted((one, other))
    assert zone.start_of(first) <= zone.start_of(second)
    assert zone.start_of(first) <= zone.after(first) <= zone.after(second)


@given(zones, days, st.integers(0, 400), instants)
def test_a_window_of_days_contains_the_instants_of_its_days(
    zone: Zone, from_on: date, length: int, at: datetime
) -> None:
    """I19: An instant is inside exactly when its day is one of the window's."""
    through_on = add_days(from_on, length + 1)
    window = Window.of_days(from_on, through_on, zone)
    for asked in (at, zone.start_of(from_on), zone.after(through_on)):
        for near in (asked - MICROSECOND, asked, asked + MICROSECOND):
            assert window.contains(near) is (from_on <= zone.day_of(near) <= through_on)


@given(
    st.builds(WeeklyRecurrence, st.integers(0, 6), local_times, zones, days),
    instants,
    st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_occurrences_are_the_next_ones_in_turn(
    recurrence: WeeklyRecurrence, from_at: datetime, length: timedelta
) -> None:
    """I19: None is left out, none comes twice, and a week lies between two."""
    until_at = from_at + length
    found = list(recurrence.occurrences(from_at, until_at))
    expected, at = [], recurrence.next_at(from_at)
    while at < until_at:
        expected.append(at)
        at = recurrence.next_at(at + MICROSECOND)
    assert found == expected
    for one, other in itertools.pairwise(found):
        assert timedelta(days=5) < other - one < timedelta(days=9)
    for at in found:
        shown = at.astimezone(ZoneInfo(recurrence.zone.name))
        weekday_or_the_next = {recurrence.weekday, (recurrence.weekday + 1) % 7}
        assert shown.weekday() in weekday_or_the_next
        assert shown.date() >= recurrence.from_on


@given(days, st.integers(-1_000, 1_000))
def test_months_lead_to_the_same_day_or_the_months_last(day: date, months: int) -> None:
    """I19: The month is exact; the day is the same or, where there is none, the last."""
    found = add_months(day, months)
    assert found.year * 12 + found.month == day.year * 12 + day.month + months
    assert found.day == min(day.day, end_of_month(found).day)


@given(any_day)
def test_a_month_ends_before_the_first_of_the_next(day: date) -> None:
    """I19: The day after the end of a month is the first of another, unless the calendar ends."""
    last = end_of_month(day)
    assert (last.year, last.month) == (day.year, day.month)
    assert last == NEVER or add_days(last, 1).day == 1


@given(any_day)
def test_a_day_is_read_back_as_it_was_written(day: date) -> None:
    """I20: Text and back is the identity."""
    assert read_day(write_day(day)) == day


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_is_read_back_as_it_was_written(at: datetime) -> None:
    """I20: Text and back is the identity, to the microsecond."""
    assert read_instant(write_instant(at)) == at


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),
    st.integers(-1439, 1439),
    st.sampled_from("T "),
)
def test_an_instant_is_read_from_any_offset(local: datetime, minutes: int, separator: str) -> None:
    """I19: The local time less the offset."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    text = f"{local.isoformat(separator)}{sign}{hours:02}:{rest:02}"
    expected = (local - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    assert read_instant(text) == expected
