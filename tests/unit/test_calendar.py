"""Instants, days, windows and weekly recurrences, example by example."""

import copy
import pickle
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from mi_rewards.calendar import (
    NEVER,
    UTC,
    Clock,
    Period,
    WeeklyRecurrence,
    Window,
    Zone,
    add_days,
    add_months,
    end_of_month,
    end_of_year,
    read_day,
    read_instant,
    utc,
    write_day,
    write_instant,
    zones,
)
from mi_rewards.errors import Misuse

INDIA = timezone(timedelta(hours=5, minutes=30))
KOLKATA = Zone("Asia/Kolkata")
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


def at(text: str) -> datetime:
    """Make an instant from its text in UTC, to the minute or finer."""
    return datetime.fromisoformat(f"{text}+00:00")


class Silent(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, at: datetime | None) -> None:
        """Answer nothing, as `tzinfo` permits."""

    def dst(self, at: datetime | None) -> None:
        """Answer nothing."""

    def tzname(self, at: datetime | None) -> None:
        """Answer nothing."""


# ----------------------------------------------------------------------------------- instants


def test_an_instant_in_utc_is_itself() -> None:
    """Not even a copy is made."""
    noon = at("2018-01-01T12:00")
    assert utc(noon) is noon


class _Nanoseconds(datetime):
    """An instant of a kind of its own, as pandas has one."""


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30))])
def test_an_instant_of_another_kind_is_a_datetime_itself(zone: tzinfo) -> None:
    """So that it is the same whether it was read from its text or not."""
    found = utc(_Nanoseconds(2018, 1, 1, 12, 0, 1, 5, tzinfo=zone))
    assert type(found) is datetime
    assert found == datetime(2018, 1, 1, 12, 0, 1, 5, tzinfo=zone)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "there",
    [
        datetime(2018, 1, 1, 17, 30, tzinfo=INDIA),
        datetime(2018, 1, 1, 17, 30, tzinfo=ZoneInfo("Asia/Kolkata")),
        datetime(2018, 1, 1, 12, tzinfo=ZoneInfo("UTC")),
    ],
)
def test_an_instant_elsewhere_is_the_same_in_utc(there: datetime) -> None:
    """Half past five in India is noon."""
    assert utc(there) == at("2018-01-01T12:00")
    assert utc(there).tzinfo is UTC


@pytest.mark.parametrize("naive", [datetime(2018, 1, 1), datetime(2018, 1, 1, tzinfo=Silent())])
def test_an_instant_needs_an_offset(naive: datetime) -> None:
    """A naive one, or one of a zone that does not know."""
    with pytest.raises(Misuse, match="an instant needs an offset: 2018-01-01 00:00:00 has none"):
        utc(naive)


@pytest.mark.parametrize("wrong", [date(2018, 1, 1), "2018-01-01T00:00:00Z", 0, None])
def test_an_instant_is_a_datetime(wrong: datetime) -> None:
    """A day is an instant only in a zone."""
    with pytest.raises(Misuse, match="an instant is an aware datetime, not"):
        utc(wrong)


@pytest.mark.parametrize(
    "outside",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(minutes=1))),
        datetime.max.replace(tzinfo=timezone(timedelta(minutes=-1))),
    ],
)
def test_an_instant_lies_in_the_years_1_to_9999(outside: datetime) -> None:
    """In UTC, a minute before and a minute after."""
    with pytest.raises(Misuse, match="lies outside the years 1 to 9999 in UTC"):
        utc(outside)


def test_a_clock_is_whatever_tells_the_time() -> None:
    """No base class is needed."""

    class Stopped:
        """A clock that shows one instant."""

        def now(self) -> datetime:
            """Tell noon."""
            return at("2018-01-01T12:00")

    clock: Clock = Stopped()
    assert clock.now() == at("2018-01-01T12:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-12-01T02:56:00Z", "2017-12-01T02:56:00Z"),
        ("2017-12-01T08:26:00+05:30", "2017-12-01T02:56:00Z"),
        ("2017-12-01 08:26:00+05:30", "2017-12-01T02:56:00Z"),
        ("2017-11-30T21:56:00-05:00", "2017-12-01T02:56:00Z"),
        ("2017-12-01T02:56:00+00:00", "2017-12-01T02:56:00Z"),
        ("2017-12-01T02:56:00-00:00", "2017-12-01T02:56:00Z"),
        ("2017-12-01T02:56:00.5Z", "2017-12-01T02:56:00.500000Z"),
        ("2017-12-01T02:56:00.123Z", "2017-12-01T02:56:00.123000Z"),
        ("2017-12-01T08:26:00.123456+05:30", "2017-12-01T02:56:00.123456Z"),
        ("2017-12-01T02:56:00.000000Z", "2017-12-01T02:56:00Z"),
        ("2017-12-01T00:00:00Z", "2017-12-01T00:00:00Z"),
        ("2017-12-01T23:59:59Z", "2017-12-01T23:59:59Z"),
        ("2017-12-01T00:00:00+23:59", "2017-11-30T00:01:00Z"),
        ("2017-12-01T00:00:00-23:59", "2017-12-01T23:59:00Z"),
        ("2016-02-29T00:00:00Z", "2016-02-29T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_an_instant_is_read_with_its_offset_and_written_in_utc(text: str, expected: str) -> None:
    """Microseconds are written only where there are any."""
    instant = read_instant(text)
    assert instant.tzinfo is UTC
    assert write_instant(instant) == expected
    assert read_instant(expected) == instant


def test_an_instant_elsewhere_is_written_in_utc() -> None:
    """The offset that it came with is not kept."""
    assert write_instant(datetime(2017, 12, 1, 8, 26, tzinfo=INDIA)) == "2017-12-01T02:56:00Z"


def test_an_instant_of_another_class_is_written_the_same() -> None:
    """Whatever that class makes of a text of its own, such as nanoseconds."""

    class Finer(datetime):
        def isoformat(self, *_: object, **__: object) -> str:
            return "2017-12-01T02:56:00.000000001+00:00"

    at = Finer(2017, 12, 1, 2, 56, tzinfo=UTC)
    assert write_instant(at) == "2017-12-01T02:56:00Z"


def test_a_naive_instant_is_not_written() -> None:
    """Nobody knows which one it is."""
    with pytest.raises(Misuse, match="an instant needs an offset"):
        write_instant(datetime(2017, 12, 1))


@pytest.mark.parametrize(
    "text",
    [
        "2017-12-01T02:56:00",
        "2017-12-01 02:56:00",
        "2017-12-01T02:56:00.5",
        "2017-12-01T02:56:00.123456",
    ],
)
def test_a_text_without_an_offset_is_refused(text: str) -> None:
    """The message says that the offset is what is missing."""
    with pytest.raises(Misuse, match=f"an instant needs an offset: '{text}' has none"):
        read_instant(text)


@pytest.mark.parametrize(
    "text",
    [
        "2017-12-01T24:00:00Z",
        "2017-12-01T24:00:00+05:30",
        "2017-12-01T25:00:00Z",
        "2017-12-01T23:60:00Z",
        "2017-12-01T23:59:60Z",
        "2017-12-01T00:00:00+05:60",
        "2017-12-01T00:00:00+00:60",
        "2017-12-01T00:00:00-05:99",
        "2017-12-01T00:00:00+24:00",
        "2017-00-01T00:00:00Z",
        "2017-13-01T00:00:00Z",
        "2017-12-00T00:00:00Z",
        "2017-11-31T00:00:00Z",
        "2017-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    ],
)
def test_a_text_that_names_no_instant_is_refused(text: str) -> None:
    """There is no hour 24, no second 60, and no 29 February 2017."""
    with pytest.raises(Misuse, match="names no instant of the years 1 to 9999"):
        read_instant(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2017-12-01",
        "2017-12-01Z",
        "2017-12-01T02Z",
        "2017-12-01T02:56Z",
        "2017-12-01T02:56+05:30",
        "20171201T025600Z",
        "2017-12-01T025600Z",
        "20171201T02:56:00Z",
        "2017-W48-5T02:56:00Z",
        "2017-335T02:56:00Z",
        "2017-12-01t02:56:00Z",
        "2017-12-01T02:56:00z",
        "2017-12-01_02:56:00Z",
        "2017-12-01  02:56:00Z",
        "2017/12/01T02:56:00Z",
        "2017-12-01T02.56.00Z",
        "2017-12-01T02:56:00,5Z",
        "2017-12-01T02:56:00.Z",
        "2017-12-01T02:56:00.1234567Z",
        "2017-12-01T02:56:00 Z",
        "2017-12-01T02:56:00 +05:30",
        "2017-12-01T02:56:00+5:30",
        "2017-12-01T02:56:00+0530",
        "2017-12-01T02:56:00+05",
        "2017-12-01T02:56:00+05.30",
        "2017-12-01T02:56:00+05:30:00",
        "2017-12-01T02:56:00+05:30Z",
        "2017-12-01T02:56:00ZZ",
        "2017-12-01T02:56:Z\x00+05:30",
        "2017-12-01T02:56:00Z\n",
        " 2017-12-01T02:56:00Z",
        "+2017-12-01T02:56:00Z",
        "12017-12-01T02:56:00Z",
        "2017-12-0\u0661T02:56:00Z",
        "2017-12-0\uff11T02:56:00Z",
        "2017-12-01T02:56:00\u221205:30",
        "2017-12-01\u00a002:56:00Z",
        "2017-12-01T02:56:00\ud800",
        "2017-12-01T02:56:00Z[UTC]",
        "1512096960",
        None,
        1512096961,
        b"2017-12-01T02:56:59Z",
        datetime(2017, 12, 1, tzinfo=UTC),
    ],
)
def test_a_text_in_another_form_is_refused(text: str) -> None:
    """ISO 8601 permits many forms, and the standard library more with every release: here one."""
    with pytest.raises(Misuse, match="an instant is written as 2017-12-01T08:26:00"):
        read_instant(text)


def test_a_message_quotes_no_more_than_the_beginning_of_a_long_text() -> None:
    """A broken line of a file may be very long."""
    with pytest.raises(Misuse) as caught:
        read_instant("9" * 10_000)
    assert len(str(caught.value)) < 150
    with pytest.raises(Misuse) as caught:
        read_day("9" * 10_000)
    assert len(str(caught.value)) < 150


# --------------------------------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-12-31", date(2018, 12, 31)),
        ("2016-02-29", date(2016, 2, 29)),
        ("0001-01-01", date.min),
        ("9999-12-30", date(9999, 12, 30)),
        ("never", NEVER),
    ],
)
def test_a_day_is_read_as_it_is_written(text: str, day: date) -> None:
    """Year, month, day; or never."""
    assert read_day(text) == day
    assert write_day(day) == text


def test_the_last_day_of_the_calendar_is_never() -> None:
    """However it was written."""
    assert read_day("9999-12-31") == NEVER
    assert write_day(date(9999, 12, 31)) == "never"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "Never",
            "NEVER",
            "none",
            "20181231",
            "2018-12-31T00:00:00Z",
            "2018-12-31 ",
            "18-12-31",
        ),
        *(" 2018-12-31", "2018-W48-5", "2018-365", "2018/12/31", "2018-1-1", "2018-13-01"),
        *(
            "2018-02-29",
            "2018-12-00",
            "0000-01-01",
            "2018-12-3\u0661",
            "2018-12-\uff13\uff11",
            "\ud800",
        ),
        *(None, 20181230, b"2018-12-30", date(2018, 12, 31)),
    ],
)
def test_a_day_is_read_in_one_form_only(text: str) -> None:
    """And only where there is such a day."""
    with pytest.raises(Misuse, match="a day is written as YYYY-MM-DD or never, not"):
        read_day(text)


@pytest.mark.parametrize(
    "day", [datetime(2018, 12, 31), at("2018-12-31T00:00"), "2018-12-31", None]
)
def test_a_day_is_a_date_without_a_time(day: date) -> None:
    """An instant belongs to different days in different zones."""
    for ask in (write_day, end_of_month, KOLKATA.start_of, KOLKATA.after):
        with pytest.raises(Misuse, match="a day is a date without a time"):
            ask(day)
    for move in (add_days, add_months):
        with pytest.raises(Misuse, match="a day is a date without a time"):
            move(day, 1)


def test_what_cannot_be_looked_up_is_no_day() -> None:
    """A list, for one."""
    nothing: list[date] = []
    with pytest.raises(Misuse, match=r"a day is a date without a time, not \[\]"):
        KOLKATA.after(nothing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2018-01-31", 0, "2018-01-31"),
        ("2018-01-27", 1, "2018-02-27"),
        ("2018-01-28", 1, "2018-02-28"),
        ("2018-01-29", 1, "2018-02-28"),
        ("2018-01-31", 1, "2018-02-28"),
        ("2020-01-28", 1, "2020-02-28"),
        ("2020-01-29", 1, "2020-02-29"),
        ("2020-01-30", 1, "2020-02-29"),
        ("2020-01-31", 1, "2020-02-29"),
        ("2020-02-29", 12, "2021-02-28"),
        ("2020-02-29", 48, "2024-02-29"),
        ("2018-03-31", 1, "2018-04-30"),
        ("2018-11-30", 1, "2018-12-30"),
        ("2018-12-31", 1, "2019-01-31"),
        ("2018-12-31", 2, "2019-02-28"),
        ("2018-10-31", 14, "2019-12-31"),
        ("2018-03-31", -1, "2018-02-28"),
        ("2018-01-31", -1, "2017-12-31"),
        ("2018-01-31", -13, "2016-12-31"),
        ("9999-11-30", 1, "9999-12-30"),
        ("0001-02-28", -1, "0001-01-28"),
    ],
)
def test_months_are_added_to_the_same_day_or_the_months_last(
    day: str, months: int, expected: str
) -> None:
    """Rows on either side of every month's end, and of the year's."""
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(9999, 12, 1), 1),
        (NEVER, 1),
        (date(9998, 12, 1), 13),
        (date(1, 1, 31), -1),
        (date(2018, 1, 1), 10**30),
        (date(2018, 1, 1), -(10**30)),
    ],
)
def test_months_do_not_lead_out_of_the_calendar(day: date, months: int) -> None:
    """Before the year 1, after the year 9999."""
    with pytest.raises(Misuse, match=r"that many months from .* is outside the years 1 to 9999"):
        add_months(day, months)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        ("2018-02-28", 0, "2018-02-28"),
        ("2018-02-28", 1, "2018-03-01"),
        ("2020-02-28", 1, "2020-02-29"),
        ("2018-12-31", 1, "2019-01-01"),
        ("2019-01-01", -1, "2018-12-31"),
        ("2018-01-01", 365, "2019-01-01"),
        ("9999-12-30", 1, "9999-12-31"),
        ("0001-01-02", -1, "0001-01-01"),
    ],
)
def test_days_are_added(day: str, days: int, expected: str) -> None:
    """Over the ends of months and years, forward and back."""
    assert add_days(date.fromisoformat(day), days) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "days"),
    [(NEVER, 1), (date.min, -1), (date(2018, 1, 1), 10**8), (date(2018, 1, 1), 10**30)],
)
def test_days_do_not_lead_out_of_the_calendar(day: date, days: int) -> None:
    """Nothing comes after never."""
    with pytest.raises(Misuse, match=r"that many days from .* is outside the years 1 to 9999"):
        add_days(day, days)


@pytest.mark.parametrize("count", [True, 1.0, "1", None])
def test_days_and_months_are_counted_in_whole_numbers(count: int) -> None:
    """Half a day is not a day."""
    for move in (add_days, add_months):
        with pytest.raises(Misuse, match="are counted in whole numbers"):
            move(date(2018, 1, 1), count)
    with pytest.raises(Misuse, match="are counted in whole numbers"):
        end_of_year(count)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2018-01-01", "2018-01-31"),
        ("2018-02-01", "2018-02-28"),
        ("2018-02-28", "2018-02-28"),
        ("2020-02-28", "2020-02-29"),
        ("2020-02-29", "2020-02-29"),
        ("1900-02-01", "1900-02-28"),
        ("2000-02-01", "2000-02-29"),
        ("2018-04-30", "2018-04-30"),
        ("2018-11-15", "2018-11-30"),
        ("2018-12-01", "2018-12-31"),
        ("9999-12-01", "9999-12-31"),
    ],
)
def test_a_month_ends_on_its_last_day(day: str, last: str) -> None:
    """The 28th to the 31st."""
    assert end_of_month(date.fromisoformat(day)) == date.fromisoformat(last)


@pytest.mark.parametrize("year", [1, 2018, 2020, 9998, 9999])
def test_a_year_ends_on_31_december(year: int) -> None:
    """Every year does."""
    assert end_of_year(year) == date(year, 12, 31)


@pytest.mark.parametrize("year", [0, -1, 10_000, 10**30])
def test_a_year_lies_in_the_calendar(year: int) -> None:
    """From 1 to 9999."""
    with pytest.raises(Misuse, match="a year is a whole number from 1 to 9999"):
        end_of_year(year)


# -------------------------------------------------------------------------------------- zones


def test_a_zone_is_its_name() -> None:
    """Equal, hashed, shown, pickled and copied by it; what it remembers is no part of it."""
    other = Zone("Asia/Kolkata")
    KOLKATA.after(date(2018, 12, 31))
    assert other == KOLKATA
    assert hash(other) == hash(KOLKATA)
    assert Zone("Europe/Berlin") != KOLKATA
    assert KOLKATA.name == "Asia/Kolkata"
    assert repr(KOLKATA) == "Zone('Asia/Kolkata')"
    assert len({KOLKATA, other, pickle.loads(pickle.dumps(KOLKATA)), copy.deepcopy(KOLKATA)}) == 1
    assert copy.copy(KOLKATA).after(date(2018, 12, 31)) == at("2018-12-31T18:30")
    with pytest.raises(AttributeError):
        KOLKATA.name = "UTC"  # type: ignore[misc]


@pytest.mark.parametrize(
    "name",
    [
        "Asia/Xanadu",
        "IST+5:30",
        "",
        "Asia",
        "/etc/passwd",
        "../UTC",
        "a\x00b",
        "\ud800",
        None,
        5,
        [],
    ],
)
def test_an_unknown_zone_is_refused(name: str) -> None:
    """A city that is none, a folder, a path out of the database."""
    with pytest.raises(Misuse, match="is in the time zone data found here"):
        Zone(name)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("UTC", "2018-01-01", "2018-01-01T00:00"),
        ("Asia/Kolkata", "2018-01-01", "2017-12-31T18:30"),
        ("Asia/Kolkata", "2018-12-31", "2018-12-30T18:30"),
        ("Asia/Kolkata", "2020-02-29", "2020-02-28T18:30"),
        ("America/New_York", "2018-01-01", "2018-01-01T05:00"),
        ("Pacific/Kiritimati", "2018-01-01", "2017-12-31T10:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00"),
        ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00"),
        # Midnight does not exist: 23:59:59 is followed by 01:00.
        ("Africa/Cairo", "2026-04-23", "2026-04-22T22:00"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),
        ("Africa/Cairo", "2026-04-25", "2026-04-24T21:00"),
        ("America/Santiago", "2026-09-05", "2026-09-05T04:00"),
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00"),
        ("America/Santiago", "2026-09-07", "2026-09-07T03:00"),
        # 23:30 is followed by 00:30 of the next day.
        ("America/Toronto", "1919-03-30", "1919-03-30T05:00"),
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30"),
        ("America/Toronto", "1919-04-01", "1919-04-01T04:00"),
        # 00:01 is followed by 23:01 of the day before.
        ("America/St_Johns", "2006-10-28", "2006-10-28T02:30"),
        ("America/St_Johns", "2006-10-29", "2006-10-29T02:30"),
        ("America/St_Johns", "2006-10-30", "2006-10-30T03:30"),
        # 00:59:59 is followed by 00:00 of the same day.
        ("America/Havana", "2023-11-04", "2023-11-04T04:00"),
        ("America/Havana", "2023-11-05", "2023-11-05T04:00"),
        ("America/Havana", "2023-11-06", "2023-11-06T05:00"),
        # 23:59:59 is followed by 23:00, so that the day is 25 hours long.
        ("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00"),
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00"),
        # There was no 30 December.
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00"),
        ("Pacific/Apia", "2012-01-01", "2011-12-31T10:00"),
    ],
)
def test_a_day_begins_with_its_first_instant(zone: str, day: str, start: str) -> None:
    """I19: One microsecond earlier it is another day, and the day before is over just then."""
    place, this = Zone(zone), date.fromisoformat(day)
    assert place.start_of(this) == at(start)
    assert place.after(add_days(this, -1)) == at(start)
    assert place.day_of(at(start)) == max(this, place.day_of(at(start)))
    assert place.day_of(at(start) - MICROSECOND) < this
    assert place.start_of(this).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2006-10-29T02:29:59.999999", "2006-10-28"),
        ("2006-10-29T02:30:00", "2006-10-29"),
        ("2006-10-29T02:30:59", "2006-10-29"),
        ("2006-10-29T02:31:00", "2006-10-29"),
        ("2006-10-29T03:29:59", "2006-10-29"),
        ("2006-10-29T03:30:00", "2006-10-29"),
        ("2006-10-30T03:29:59", "2006-10-29"),
        ("2006-10-30T03:30:00", "2006-10-30"),
    ],
)
def test_a_day_that_has_begun_does_not_end_when_the_clocks_go_back(text: str, day: str) -> None:
    """I19: St John's went back from 00:01 to 23:01; what follows is still the 29th."""
    assert Zone("America/St_Johns").day_of(at(text)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "there",
    [
        datetime(2018, 12, 31, 18, 30, tzinfo=UTC),
        datetime(2019, 1, 1, tzinfo=INDIA),
        datetime(2019, 1, 1, tzinfo=ZoneInfo("Asia/Kolkata")),
        datetime(2018, 12, 31, 13, 30, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_the_day_of_an_instant_does_not_depend_on_its_offset(there: datetime) -> None:
    """I19: The programme's zone decides: it is New Year in India."""
    assert KOLKATA.day_of(there) == date(2019, 1, 1)
    assert KOLKATA.day_of(there - SECOND) == date(2018, 12, 31)


@pytest.mark.parametrize("wrong", [datetime(2018, 1, 1), date(2018, 1, 1), "2018-01-01", None])
def test_only_an_instant_has_a_day(wrong: datetime) -> None:
    """A naive one is refused."""
    with pytest.raises(Misuse, match="an instant"):
        KOLKATA.day_of(wrong)


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Niue", "America/New_York"]
)
def test_the_first_and_the_last_day_do_not_overflow(zone: str) -> None:
    """I19: Every instant of the calendar has a day, and every day begins in the calendar."""
    place = Zone(zone)
    assert place.start_of(date.min) == FIRST
    assert place.day_of(FIRST) == date.min
    assert place.after(date.min) == place.start_of(date(1, 1, 2))
    assert FIRST < place.after(date.min) < FIRST + timedelta(days=2)
    assert place.after(NEVER) == LAST
    assert place.day_of(LAST) == NEVER
    assert place.start_of(NEVER) == place.after(date(9999, 12, 30))
    assert place.day_of(place.start_of(NEVER)) == NEVER
    assert place.day_of(place.start_of(NEVER) - MICROSECOND) == date(9999, 12, 30)


def test_a_zone_remembers_a_bounded_number_of_midnights(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it has enough it begins again, and answers the same."""
    monkeypatch.setattr(zones, "_MIDNIGHTS_MAX", 3)
    place = Zone("Asia/Kolkata")
    days = [date(2018, 1, number) for number in range(1, 10)]
    kept = []
    for day in days:
        assert place.after(day) == at("2018-01-01T18:30") + (day - days[0])
        kept.append(len(place._ends))
    assert kept == [1, 2, 3, 1, 2, 3, 1, 2, 3]
    assert [place.after(day) for day in days] == [KOLKATA.after(day) for day in days]


@pytest.mark.parametrize(
    ("zone", "day", "local", "expected"),
    [
        ("Asia/Kolkata", "2018-01-05", "12:00", "2018-01-05T06:30"),
        ("Asia/Kolkata", "2018-01-05", "12:00:00.000001", "2018-01-05T06:30:00.000001"),
        # Berlin leaves out 02:00 to 03:00 ...
        ("Europe/Berlin", "2026-03-29", "01:59:59.999999", "2026-03-29T00:59:59.999999"),
        ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", "02:30:00.000001", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", "02:59:59.999999", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", "03:00:00.000001", "2026-03-29T01:00:00.000001"),
        # ... and repeats it in autumn.
        ("Europe/Berlin", "2026-10-25", "01:59:59", "2026-10-24T23:59:59"),
        ("Europe/Berlin", "2026-10-25", "02:00", "2026-10-25T00:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-25", "02:59:59", "2026-10-25T00:59:59"),
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00"),
        # A whole day was left out.
        ("Pacific/Apia", "2011-12-30", "10:00", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-30", "23:59:59.999999", "2011-12-30T10:00"),
    ],
)
def test_a_local_time_is_first_shown(zone: str, day: str, local: str, expected: str) -> None:
    """I19: At the end of a gap, and before the clocks go back."""
    shown = Zone(zone).first_at(date.fromisoformat(day), time.fromisoformat(local))
    assert shown == at(expected)
    assert shown.tzinfo is UTC


@pytest.mark.parametrize("local", [time(12, tzinfo=UTC), time(12, fold=1), "12:00", None])
def test_a_local_time_is_naive_and_without_a_fold(local: time) -> None:
    """The zone gives the offset, and the first occurrence is meant."""
    with pytest.raises(Misuse, match="a local time is a naive time of the day without a fold"):
        KOLKATA.first_at(date(2018, 1, 1), local)


@pytest.mark.parametrize(
    ("zone", "day", "local"),
    [
        ("Asia/Kolkata", date.min, time(5)),
        ("America/New_York", NEVER, time(19)),
    ],
)
def test_a_local_time_outside_the_calendar_is_refused(zone: str, day: date, local: time) -> None:
    """Where it is the year 0 or 10000 in UTC."""
    with pytest.raises(Misuse, match="lies outside the years 1 to 9999 in UTC"):
        Zone(zone).first_at(day, local)


# ------------------------------------------------------------------------------------ windows


@pytest.mark.parametrize(
    ("instant", "inside"),
    [
        ("2018-01-05T06:29:59.999999", False),
        ("2018-01-05T06:30", True),
        ("2018-01-05T06:30:00.000001", True),
        ("2018-01-05T07:29:59.999999", True),
        ("2018-01-05T07:30", False),
        ("2018-01-05T07:30:00.000001", False),
    ],
)
def test_a_window_contains_its_beginning_and_not_its_end(instant: str, inside: bool) -> None:
    """Rows on either side of both."""
    window = Window(at("2018-01-05T06:30"), at("2018-01-05T07:30"))
    assert window.contains(at(instant)) is inside
    assert window.contains(at(instant).astimezone(INDIA)) is inside


def test_a_window_may_be_open() -> None:
    """At either end, or at both."""
    noon = at("2018-01-01T12:00")
    assert [Window(None, noon).contains(t) for t in (FIRST, noon - MICROSECOND, noon)] == [
        True,
        True,
        False,
    ]
    assert [Window(noon, None).contains(t) for t in (noon - MICROSECOND, noon, LAST)] == [
        False,
        True,
        True,
    ]
    assert Window(None, None).contains(FIRST)
    assert Window(None, None).contains(LAST)


def test_a_window_is_a_value_in_utc() -> None:
    """Whatever the offset of the bounds it was made with."""
    start = datetime(2018, 1, 5, 12, tzinfo=INDIA)
    window = Window(start, start + timedelta(hours=1))
    assert window == Window(at("2018-01-05T06:30"), at("2018-01-05T07:30"))
    assert window.from_at is not None
    assert window.from_at.tzinfo is UTC
    assert hash(window) == hash(pickle.loads(pickle.dumps(window)))


@pytest.mark.parametrize("length", [timedelta(0), -MICROSECOND, timedelta(days=-1)])
def test_a_window_is_not_empty(length: timedelta) -> None:
    """It begins before it ends, if only by a microsecond."""
    noon = at("2018-01-01T12:00")
    with pytest.raises(Misuse, match="a window begins before it ends"):
        Window(noon, noon + length)
    assert Window(noon, noon + MICROSECOND).contains(noon)


def test_a_window_knows_no_naive_instants() -> None:
    """Neither as a bound nor as a question."""
    naive = datetime(2018, 1, 1)
    with pytest.raises(Misuse, match="an instant needs an offset"):
        Window(naive, None)
    with pytest.raises(Misuse, match="an instant needs an offset"):
        Window(None, naive)
    with pytest.raises(Misuse, match="an instant needs an offset"):
        Window(None, None).contains(naive)


@pytest.mark.parametrize(
    ("instant", "inside"),
    [
        ("2018-01-04T18:29:59.999999", False),
        ("2018-01-04T18:30", True),
        ("2018-01-06T18:29:59.999999", True),
        ("2018-01-06T18:30", False),
    ],
)
def test_both_days_belong_to_a_window_of_days(instant: str, inside: bool) -> None:
    """I19: From the midnight before the first to the midnight after the last, in India."""
    window = Window.of_days(date(2018, 1, 5), date(2018, 1, 6), KOLKATA)
    assert window.contains(at(instant)) is inside


def test_a_window_of_days_may_be_open() -> None:
    """No last day and a last day that never comes are the same."""
    assert Window.of_days(None, None, KOLKATA) == Window(None, None)
    assert Window.of_days(date(2018, 1, 5), NEVER, KOLKATA) == Window(at("2018-01-04T18:30"), None)
    assert Window.of_days(date(2018, 1, 5), None, KOLKATA) == Window(at("2018-01-04T18:30"), None)
    assert Window.of_days(None, date(2018, 1, 5), KOLKATA) == Window(None, at("2018-01-05T18:30"))


def test_a_window_of_days_has_at_least_one() -> None:
    """The last day may be the first, but not the day before it, and it must exist."""
    day = date(2018, 1, 5)
    assert Window.of_days(day, day, KOLKATA).contains(at("2018-01-05T00:00"))
    with pytest.raises(Misuse, match="a window begins before it ends"):
        Window.of_days(day, date(2018, 1, 4), KOLKATA)
    with pytest.raises(Misuse, match="a window begins before it ends"):
        Window.of_days(date(2011, 12, 30), date(2011, 12, 30), Zone("Pacific/Apia"))


# -------------------------------------------------------------------------------- recurrences

FRIDAYS = WeeklyRecurrence(4, time(12), KOLKATA, date(2018, 1, 5))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("0001-01-01T00:00", "2018-01-05T06:30"),
        ("2017-12-29T06:30", "2018-01-05T06:30"),
        ("2018-01-05T06:29:59.999999", "2018-01-05T06:30"),
        ("2018-01-05T06:30", "2018-01-05T06:30"),
        ("2018-01-05T06:30:00.000001", "2018-01-12T06:30"),
        ("2018-01-11T18:29", "2018-01-12T06:30"),
        ("2018-01-11T18:31", "2018-01-12T06:30"),
        ("2018-12-28T06:31", "2019-01-04T06:30"),
    ],
)
def test_fridays_at_noon(instant: str, expected: str) -> None:
    """I19: The first Friday is the one from which they count; an occurrence is its own next."""
    assert FRIDAYS.next_at(at(instant)) == at(expected)
    assert FRIDAYS.next_at(at(instant).astimezone(INDIA)) == at(expected)


@pytest.mark.parametrize(
    ("from_on", "expected"),
    [
        (date(2018, 1, 4), "2018-01-05T06:30"),
        (date(2018, 1, 5), "2018-01-05T06:30"),
        (date(2018, 1, 6), "2018-01-12T06:30"),
        (date.min, "2018-01-05T06:30"),
    ],
)
def test_a_recurrence_begins_on_or_after_its_first_day(from_on: date, expected: str) -> None:
    """The day itself included."""
    recurrence = WeeklyRecurrence(4, time(12), KOLKATA, from_on)
    assert recurrence.next_at(at("2018-01-01T00:00")) == at(expected)


@pytest.mark.parametrize("weekday", range(7))
def test_monday_is_zero(weekday: int) -> None:
    """And Sunday six, as `date.weekday` counts."""
    recurrence = WeeklyRecurrence(weekday, time(), Zone("UTC"), date.min)
    found = recurrence.next_at(at("2018-01-01T00:00"))
    assert found == at("2018-01-01T00:00") + timedelta(days=weekday)


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ("2018-01-05T06:30", 0),
        ("2018-01-05T06:30:00.000001", 1),
        ("2018-01-12T06:30", 1),
        ("2018-01-12T06:30:00.000001", 2),
        ("2018-02-01T00:00", 4),
        ("2017-01-01T00:00", 0),
    ],
)
def test_occurrences_are_those_from_one_instant_until_another(until: str, count: int) -> None:
    """The first instant's is among them, the second's is not."""
    found = list(FRIDAYS.occurrences(at("2018-01-05T06:30"), at(until)))
    assert found == [at("2018-01-05T06:30") + timedelta(weeks=n) for n in range(count)]


def test_occurrences_keep_their_local_time() -> None:
    """I19: 10:00 in Berlin is an hour earlier in UTC once summer time has begun."""
    saturdays = WeeklyRecurrence(5, time(10), Zone("Europe/Berlin"), date(2026, 1, 1))
    found = saturdays.occurrences(at("2026-03-28T00:00"), at("2026-04-05T00:00"))
    assert list(found) == [at("2026-03-28T09:00"), at("2026-04-04T08:00")]


def test_what_falls_into_a_gap_happens_after_it() -> None:
    """I19: Cairo had no 00:30 on Friday 24 April 2026, and Apia no Friday 30 December 2011."""
    cairo = WeeklyRecurrence(4, time(0, 30), Zone("Africa/Cairo"), date(2026, 4, 1))
    assert cairo.next_at(at("2026-04-20T00:00")) == at("2026-04-23T22:00")
    assert cairo.next_at(at("2026-04-23T22:00")) == at("2026-04-23T22:00")
    assert cairo.next_at(at("2026-04-23T22:00:01")) == at("2026-04-30T21:30")
    apia = WeeklyRecurrence(4, time(10), Zone("Pacific/Apia"), date(2011, 12, 1))
    assert apia.next_at(at("2011-12-24T00:00")) == at("2011-12-30T10:00")
    assert apia.next_at(at("2011-12-30T10:00")) == at("2011-12-30T10:00")
    assert apia.next_at(at("2011-12-30T10:00:01")) == at("2012-01-05T20:00")
    toronto = WeeklyRecurrence(6, time(23, 45), Zone("America/Toronto"), date(1919, 3, 1))
    assert toronto.next_at(at("1919-03-31T04:30")) == at("1919-03-31T04:30")


def test_what_is_repeated_happens_the_first_time() -> None:
    """I19: Berlin had 02:30 twice on Sunday 25 October 2026."""
    berlin = WeeklyRecurrence(6, time(2, 30), Zone("Europe/Berlin"), date(2026, 1, 1))
    found = list(berlin.occurrences(at("2026-10-20T00:00"), at("2026-11-02T00:00")))
    assert found == [at("2026-10-25T00:30"), at("2026-11-01T01:30")]


def test_nothing_occurs_on_the_last_day_of_the_calendar() -> None:
    """Never does not come: 31 December 9999 is a Friday."""
    last = at("9999-12-24T06:30")
    assert FRIDAYS.next_at(last) == last
    with pytest.raises(Misuse, match="the calendar ends with the year 9999"):
        FRIDAYS.next_at(last + MICROSECOND)
    assert list(FRIDAYS.occurrences(last, LAST)) == [last]
    thursdays = WeeklyRecurrence(3, time(23, 59), Zone("Pacific/Niue"), NEVER)
    assert list(thursdays.occurrences(FIRST, LAST)) == []
    thursdays = WeeklyRecurrence(3, time(23, 59), Zone("Pacific/Niue"), date(9999, 12, 30))
    assert thursdays.next_at(FIRST) == at("9999-12-31T10:59")


def test_nothing_occurs_on_the_first_day_of_the_calendar() -> None:
    """I19: It may lie in the year 0: 1 January of the year 1 is a Monday."""
    mondays = WeeklyRecurrence(0, time(), Zone("UTC"), date.min)
    assert mondays.next_at(FIRST) == at("0001-01-08T00:00")
    tuesdays = WeeklyRecurrence(1, time(), Zone("UTC"), date.min)
    assert tuesdays.next_at(FIRST) == at("0001-01-02T00:00")


def test_a_recurrence_is_asked_for_instants() -> None:
    """The question is refused at once, not when the answer is gone through."""
    naive = datetime(2018, 1, 1)
    with pytest.raises(Misuse, match="an instant needs an offset"):
        FRIDAYS.next_at(naive)
    with pytest.raises(Misuse, match="an instant needs an offset"):
        FRIDAYS.occurrences(naive, LAST)
    with pytest.raises(Misuse, match="an instant needs an offset"):
        FRIDAYS.occurrences(FIRST, naive)


def test_a_recurrence_is_a_value() -> None:
    """Equal recurrences are interchangeable."""
    assert WeeklyRecurrence(4, time(12), Zone("Asia/Kolkata"), date(2018, 1, 5)) == FRIDAYS
    assert hash(pickle.loads(pickle.dumps(FRIDAYS))) == hash(FRIDAYS)


@pytest.mark.parametrize("weekday", [-1, 7, True, 4.0, "friday", None])
def test_a_weekday_is_checked(weekday: int) -> None:
    """From 0 to 6."""
    with pytest.raises(Misuse, match=r"a weekday is 0 .* to 6"):
        WeeklyRecurrence(weekday, time(12), KOLKATA, date(2018, 1, 5))


@pytest.mark.parametrize("local", [time(12, tzinfo=UTC), time(12, fold=1), "12:00", None])
def test_the_time_of_a_recurrence_is_checked(local: time) -> None:
    """It is a naive one."""
    with pytest.raises(Misuse, match="a local time is a naive time"):
        WeeklyRecurrence(4, local, KOLKATA, date(2018, 1, 5))


@pytest.mark.parametrize("zone", ["Asia/Kolkata", ZoneInfo("Asia/Kolkata"), None])
def test_the_zone_of_a_recurrence_is_checked(zone: Zone) -> None:
    """A name is not a zone yet."""
    with pytest.raises(Misuse, match="a time zone is a Zone"):
        WeeklyRecurrence(4, time(12), zone, date(2018, 1, 5))


@pytest.mark.parametrize("from_on", [datetime(2018, 1, 5), "2018-01-05", None])
def test_the_first_day_of_a_recurrence_is_checked(from_on: date) -> None:
    """It is a date."""
    with pytest.raises(Misuse, match="a day is a date"):
        WeeklyRecurrence(4, time(12), KOLKATA, from_on)


@pytest.mark.parametrize(
    ("period", "on", "stretch"),
    [
        (Period.EVER, "2017-07-01", "ever/ever"),
        (Period.DAY, "2017-07-01", "day/2017-07-01"),
        (Period.WEEK, "2017-07-02", "week/2017-W26"),
        (Period.WEEK, "2017-07-03", "week/2017-W27"),
        (Period.WEEK, "2018-12-31", "week/2019-W01"),
        (Period.WEEK, "2020-12-31", "week/2020-W53"),
        (Period.WEEK, "2021-01-03", "week/2020-W53"),
        (Period.MONTH, "2017-07-31", "month/2017-07"),
        (Period.YEAR, "2017-12-31", "year/2017"),
        (Period.YEAR, "0001-01-01", "year/0001"),
    ],
)
def test_a_period_names_the_stretch_that_a_day_belongs_to(
    period: Period, on: str, stretch: str
) -> None:
    """I19: Weeks are ISO weeks, of which some years have 53."""
    assert period.stretch(date.fromisoformat(on)) == stretch
