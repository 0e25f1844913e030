"""Sale calendars: openings of every week and of once, exceptions, early access."""

import copy
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from mi_rewards._canonical import canonical
from mi_rewards.calendar import Zone
from mi_rewards.errors import Misuse
from mi_rewards.preorders import OneOff, Opening, SaleCalendar, WeeklySale
from tests.shop import ist
from tests.wallets import KOLKATA, day

BERLIN = Zone("Europe/Berlin")
MOMENT = timedelta(microseconds=1)
FRIDAY = WeeklySale(4, time(12), day("2017-03-31"), minutes=60)


def local(text: str) -> datetime:
    """Read a local time: `2017-06-01 10:00`."""
    return datetime.fromisoformat(text)


def once(begin: str, end: str) -> OneOff:
    """Make a one-off opening."""
    return OneOff(local(begin), local(end))


def sale(*weekly: WeeklySale, zone: Zone = KOLKATA, **parts: Any) -> SaleCalendar:
    """Make a calendar named `s`."""
    return SaleCalendar("s", zone, weekly, **parts)


def spans(*openings: Opening | None) -> list[str]:
    """Write openings in Kolkata's time: `03-31 12:00 to 13:00` of one day, or both in full."""
    found = []
    for it in openings:
        if it is None:
            found.append("none")
            continue
        first, last = (
            None if at is None else at.astimezone(timezone(timedelta(hours=5, minutes=30)))
            for at in it[1:]
        )
        assert first is not None
        same = last is not None and last.date() == first.date()
        end = "..." if last is None else f"{last:%H:%M}" if same else f"{last:%m-%d %H:%M}"
        found.append(f"{first:%m-%d %H:%M} to {end}")
    return found


def every(calendar: SaleCalendar, from_on: str, until_on: str) -> list[str]:
    """List what is open between the beginnings of two days."""
    return spans(*calendar.openings(ist(f"{from_on} 00:00"), ist(f"{until_on} 00:00")))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2017-03-24 12:00", "none"),
        ("2017-03-31 11:59:59", "none"),
        ("2017-03-31 12:00:00", "03-31 12:00 to 13:00"),
        ("2017-03-31 12:59:59", "03-31 12:00 to 13:00"),
        ("2017-03-31 13:00:00", "none"),
        ("2017-04-07 11:59:59", "none"),
        ("2017-04-07 12:00:00", "04-07 12:00 to 13:00"),
        ("2017-04-08 12:00:00", "none"),
    ],
)
def test_it_is_open_every_friday_from_noon(at: str, expected: str) -> None:
    """From the first day on: just before, at its beginning, just before its end and at it."""
    found = sale(FRIDAY).opening_at(ist(at))
    assert spans(found) == [expected]
    assert found is None or found.contains(ist(at))


def test_what_has_no_length_is_open_until_the_next_opening() -> None:
    """Of the calendar, whatever kind that is; a week that is closed is passed over."""
    friday = WeeklySale(4, time(12), day("2017-03-31"))
    tuesday = WeeklySale(1, time(9), day("2017-04-01"), minutes=30)
    extra = (once("2017-04-23 10:00", "2017-04-23 11:00"),)
    calendar = sale(friday, tuesday, extra=extra, closed_on=(day("2017-04-14"),))
    assert every(calendar, "2017-04-01", "2017-04-26") == [
        "03-31 12:00 to 04-04 09:00",
        "04-04 09:00 to 09:30",
        "04-07 12:00 to 04-11 09:00",
        "04-11 09:00 to 09:30",
        "04-18 09:00 to 09:30",
        "04-21 12:00 to 04-23 10:00",
        "04-23 10:00 to 11:00",
        "04-25 09:00 to 09:30",
    ]


def test_the_last_opening_without_a_length_has_no_end() -> None:
    """Where nothing follows, it is open for ever."""
    friday = WeeklySale(4, time(12), day("2017-03-31"), day("2017-04-13"))
    calendar = sale(friday)
    assert spans(*calendar.next_openings(ist("2017-03-01"), 9)) == [
        "03-31 12:00 to 04-07 12:00",
        "04-07 12:00 to ...",
    ]
    assert spans(calendar.opening_at(ist("2099-01-01"))) == ["04-07 12:00 to ..."]
    assert every(calendar, "2099-01-01", "2099-01-02") == ["04-07 12:00 to ..."]
    assert spans(calendar.opening_at(ist("2017-04-07 12:00") - MOMENT)) == [
        "03-31 12:00 to 04-07 12:00"
    ]


def test_an_old_opening_without_a_length_ends_with_what_opened_since() -> None:
    """Another weekly sale, or what opens once, however much later."""
    old = WeeklySale(4, time(12), day("2017-03-31"), day("2017-03-31"))
    new = WeeklySale(4, time(12), day("2018-04-06"), minutes=60)
    assert spans(sale(old, new).opening_at(ist("2018-01-01"))) == ["03-31 12:00 to 04-06 12:00"]
    assert spans(sale(old, new).opening_at(ist("2018-04-06 13:00"))) == ["none"]
    extra = (once("2017-12-25 00:00", "2017-12-26 00:00"),)
    assert spans(sale(old, extra=extra).opening_at(ist("2018-01-01"))) == ["none"]
    assert every(sale(old, extra=extra), "2018-01-01", "2018-02-01") == []


@pytest.mark.parametrize("weeks", range(1, 8))
def test_an_opening_stays_open_over_any_number_of_closed_weeks(weeks: int) -> None:
    """Until the first Friday that is no exception."""
    first = day("2017-04-07")
    closed = tuple([first + timedelta(weeks=n) for n in range(weeks)])
    found = sale(WeeklySale(4, time(12), day("2017-03-31")), closed_on=closed)
    noon = datetime.combine(closed[-1] + timedelta(weeks=1), time(6, 30), UTC)
    opening = found.opening_at(noon - MOMENT)
    assert opening == Opening("s", ist("2017-03-31 12:00"), noon)
    assert list(found.openings(noon - MOMENT, noon)) == [opening]
    assert found.opening_at(noon) == Opening("s", noon, noon + timedelta(weeks=1))


@pytest.mark.parametrize(
    ("from_at", "until_at", "expected"),
    [
        ("2017-03-31 11:00", "2017-03-31 12:00", []),
        ("2017-03-31 11:00", "2017-03-31 12:00:01", ["03-31 12:00 to 13:00"]),
        ("2017-03-31 12:30", "2017-03-31 12:31", ["03-31 12:00 to 13:00"]),
        ("2017-03-31 12:59:59", "2017-04-07 12:00", ["03-31 12:00 to 13:00"]),
        ("2017-03-31 13:00", "2017-04-07 12:00", []),
        ("2017-03-31 12:30", "2017-03-31 12:30", []),
        ("2017-03-31 12:30", "2017-03-31 12:29", []),
    ],
)
def test_a_stretch_of_time_has_the_openings_that_overlap_it(
    from_at: str, until_at: str, expected: list[str]
) -> None:
    """What ends with its beginning or begins with its end is left out; nothing overlaps nothing."""
    assert spans(*sale(FRIDAY).openings(ist(from_at), ist(until_at))) == expected


def test_the_next_openings_begin_from_the_instant_on() -> None:
    """At it, or later; what is open already has begun before."""
    calendar = sale(FRIDAY, extra=(once("2017-04-01 10:00", "2017-06-01 10:00"),))
    at = ist("2017-04-07 12:00")
    assert spans(*calendar.next_openings(at, 1)) == ["04-07 12:00 to 13:00"]
    assert spans(*calendar.next_openings(at + MOMENT, 2)) == [
        "04-14 12:00 to 13:00",
        "04-21 12:00 to 13:00",
    ]
    assert sale().next_openings(at, 3) == ()


def test_several_may_be_open_and_the_last_to_begin_is_the_one() -> None:
    """A retailer's period goes on while a Friday comes and goes."""
    calendar = sale(FRIDAY, extra=(once("2017-04-01 10:00", "2017-04-20 10:00"),))
    assert every(calendar, "2017-04-01", "2017-04-21") == [
        "04-01 10:00 to 04-20 10:00",
        "04-07 12:00 to 13:00",
        "04-14 12:00 to 13:00",
    ]
    assert spans(
        *[calendar.opening_at(ist(f"2017-04-07 {at}")) for at in ("11:59", "12:00", "13:00")]
    ) == ["04-01 10:00 to 04-20 10:00", "04-07 12:00 to 13:00", "04-01 10:00 to 04-20 10:00"]


def test_a_week_long_opening_goes_on_when_a_later_one_is_over() -> None:
    """Friday's is open until the next Friday, whatever Saturday's ten minutes do."""
    friday = WeeklySale(4, time(12), day("2017-03-31"), minutes=10_080)
    saturday = WeeklySale(5, time(12), day("2017-04-01"), minutes=10)
    calendar = sale(friday, saturday)
    assert spans(
        *[calendar.opening_at(ist(f"2017-04-{at}")) for at in ("01 12:09", "01 12:10", "07 11:59")]
    ) == ["04-01 12:00 to 12:10", "03-31 12:00 to 04-07 12:00", "03-31 12:00 to 04-07 12:00"]


def test_a_week_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    """What opened a week and an hour ago is open until the very end of it."""
    sunday = WeeklySale(6, time(12), day("2026-01-04"))
    calendar = sale(sunday, zone=BERLIN)
    begin = datetime(2026, 10, 18, 10, tzinfo=UTC)
    end = begin + timedelta(weeks=1, hours=1)
    assert calendar.opening_at(end - MOMENT) == Opening("s", begin, end)
    assert list(calendar.openings(end - MOMENT, end)) == [Opening("s", begin, end)]


@pytest.mark.parametrize(
    ("minutes", "end", "expected"),
    [
        (60, "12:59", "03-31 12:00 to 13:00"),
        (60, "13:00", "03-31 12:00 to 13:00"),
        (60, "13:01", "03-31 12:00 to 13:01"),
        (None, "13:01", "03-31 12:00 to 04-07 12:00"),
    ],
)
def test_what_begins_at_one_instant_is_one_opening(
    minutes: int | None, end: str, expected: str
) -> None:
    """The one that ends last: the weekly one or the extra one, in whatever order they stand."""
    begin = "2017-03-31 12:00"
    extra = (once(begin, "2017-03-31 12:10"), once(begin, f"2017-03-31 {end}"))
    for stated in (extra, extra[::-1]):
        calendar = sale(WeeklySale(4, time(12), day("2017-03-31"), None, minutes), extra=stated)
        assert spans(*calendar.next_openings(ist("2017-03-31"), 1)) == [expected]
        assert spans(calendar.opening_at(ist(begin))) == [expected]


def test_an_opening_without_an_end_outlasts_one_of_the_same_instant() -> None:
    """Open for ever is longest."""
    friday = WeeklySale(4, time(12), day("2017-03-31"), day("2017-03-31"))
    calendar = sale(friday, extra=(once("2017-03-31 12:00", "2017-04-30 12:00"),))
    assert spans(*calendar.next_openings(ist("2017-03-01"), 2)) == ["03-31 12:00 to ..."]


def test_a_closed_day_has_no_weekly_opening_but_what_is_stated_for_it() -> None:
    """An exception, and an extra date on that day."""
    friday = "2017-04-07"
    calendar = sale(
        FRIDAY,
        WeeklySale(5, time(12), day("2017-04-01"), minutes=10),
        extra=(once(f"{friday} 18:00", f"{friday} 19:00"),),
        closed_on=(day(friday),),
    )
    assert every(calendar, "2017-04-01", "2017-04-15") == [
        "04-01 12:00 to 12:10",
        "04-07 18:00 to 19:00",
        "04-08 12:00 to 12:10",
        "04-14 12:00 to 13:00",
    ]


@pytest.mark.parametrize(
    ("through_on", "count"),
    [("2017-04-06", 1), ("2017-04-07", 2), ("2017-04-08", 2), ("2017-04-14", 3), (None, 5)],
)
def test_a_weekly_sale_ends_with_its_last_day(through_on: str | None, count: int) -> None:
    """The day before a Friday, the Friday itself, and the day after."""
    last = None if through_on is None else day(through_on)
    weekly = WeeklySale(4, time(12), day("2017-03-31"), last, 60)
    assert len(sale(weekly).next_openings(ist("2017-01-01"), 5)) == count


def test_an_hour_is_an_hour_while_the_clocks_are_changed() -> None:
    """From 01:30, 60 minutes end at 03:30 where the clocks go on, at 02:30 where they go back."""
    sunday = WeeklySale(6, time(1, 30), day("2026-01-01"), minutes=60)
    calendar = sale(sunday, zone=BERLIN)
    for begin, end in (
        ("2026-03-29 00:30", "2026-03-29 01:30"),
        ("2026-10-24 23:30", "2026-10-25 00:30"),
    ):
        at = local(begin).replace(tzinfo=UTC)
        assert calendar.next_openings(at, 1) == (Opening("s", at, local(end).replace(tzinfo=UTC)),)


def test_local_times_that_are_left_out_or_repeated() -> None:
    """The end of the gap; the first occurrence."""
    gap = once("2026-03-29 02:30", "2026-03-29 03:30")
    repeated = once("2026-10-25 02:15", "2026-10-25 02:45")
    found = sale(zone=BERLIN, extra=(repeated, gap)).next_openings(ist("2026-01-01"), 3)
    expected = [
        ("2026-03-29 01:00", "2026-03-29 01:30"),
        ("2026-10-25 00:15", "2026-10-25 00:45"),
    ]
    assert [it[1:] for it in found] == [
        (local(begin).replace(tzinfo=UTC), local(end).replace(tzinfo=UTC))
        for begin, end in expected
    ]


def test_an_opening_inside_a_gap_is_a_misuse() -> None:
    """It would be empty; one that reaches beyond it is none."""
    with pytest.raises(
        Misuse,
        match="the clocks of Europe/Berlin leave out 2026-03-29 02:10:00 until 2026-03-29 03:00:00",
    ):
        sale(zone=BERLIN, extra=(once("2026-03-29 02:10", "2026-03-29 03:00"),))
    found = sale(zone=BERLIN, extra=(once("2026-03-29 02:10", "2026-03-29 03:01"),))
    assert len(found.next_openings(ist("2026-01-01"), 2)) == 1


def test_the_calendar_ends_with_the_year_9999() -> None:
    """Nothing overflows: the last week is cut, and before the first there is nothing."""
    always = WeeklySale(3, time(12), date.min, minutes=10_080)
    calendar = sale(always, zone=Zone("UTC"))
    last = datetime(9999, 12, 30, 12, tzinfo=UTC)
    end = datetime.max.replace(tzinfo=UTC)
    assert calendar.next_openings(last, 2) == (Opening("s", last, end),)
    assert calendar.opening_at(end - MOMENT) == Opening("s", last, end)
    assert calendar.opening_at(datetime.min.replace(tzinfo=UTC)) is None
    first = datetime(1, 1, 4, 12, tzinfo=UTC)
    assert calendar.opening_at(first) == Opening("s", first, first + timedelta(weeks=1))
    open_end = sale(WeeklySale(3, time(12), date.min), zone=Zone("UTC"))
    assert open_end.opening_at(end) == Opening("s", last, None)


def test_early_access_is_by_tier() -> None:
    """So many hours before the others; those who are not named have none."""
    calendar = sale(FRIDAY, early_access=(("gold", 2), ("silver", 0)))
    assert [calendar.early_hours(it) for it in ("gold", "silver", "bronze", "")] == [2, 0, 0, 0]
    opening = calendar.next_openings(ist("2017-03-01"), 1)[0]
    assert opening.early_at(2) == ist("2017-03-31 10:00")
    assert opening.early_at(0) == opening.from_at
    assert Opening("s", datetime(1, 1, 1, 5, tzinfo=UTC), None).early_at(8_784) == (
        datetime(1, 1, 1, tzinfo=UTC)
    )
    for hours in (-1, 8_785, True, "2"):
        with pytest.raises(Misuse, match="early access, in hours, must be a whole number"):
            opening.early_at(hours)  # type: ignore[arg-type]


def test_an_opening_contains_its_beginning_and_not_its_end() -> None:
    """Just below, at and just above either; an open-ended one has no end."""
    begin, end = ist("2017-03-31 12:00"), ist("2017-03-31 13:00")
    asked = [begin - MOMENT, begin, end - MOMENT, end, end + MOMENT]
    assert [Opening("s", begin, end).contains(it) for it in asked] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert [Opening("s", begin, None).contains(it) for it in asked] == [False] + [True] * 4
    with pytest.raises(Misuse, match="an instant needs an offset"):
        Opening("s", begin, end).contains(local("2017-03-31 12:00"))


def test_instants_of_any_zone_are_asked_for() -> None:
    """The answer is in UTC."""
    at = datetime(2017, 3, 31, 12, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    found = sale(FRIDAY).opening_at(at)
    assert found == Opening("s", ist("2017-03-31 12:00"), ist("2017-03-31 13:00"))
    assert found is not None
    assert found.from_at.tzinfo is UTC
    assert sale(FRIDAY).next_openings(at - timedelta(minutes=30), 1) == (found,)
    assert list(sale(FRIDAY).openings(at, at + MOMENT)) == [found]


@pytest.mark.parametrize("count", [0, -1, True, 1.0, "1", None])
def test_a_count_is_a_whole_number_of_at_least_one(count: Any) -> None:
    """Anything else is a misuse."""
    with pytest.raises(Misuse, match="count is a whole number of at least 1, not"):
        sale(FRIDAY).next_openings(ist("2017-03-31"), count)


def test_a_naive_instant_is_a_misuse() -> None:
    """Whatever is asked, and at once."""
    naive, aware = local("2017-03-31 12:00"), ist("2017-03-31 12:00")
    calendar = sale(FRIDAY)
    for ask in (
        lambda: calendar.opening_at(naive),
        lambda: calendar.next_openings(naive, 1),
        lambda: calendar.openings(naive, aware),
        lambda: calendar.openings(aware, naive),
    ):
        with pytest.raises(Misuse, match="an instant needs an offset"):
            ask()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weekday": -1}, r"a weekday is 0 \(Monday\) to 6 \(Sunday\), not -1"),
        ({"weekday": 7}, r"a weekday is 0 \(Monday\) to 6 \(Sunday\), not 7"),
        ({"weekday": True}, "a weekday is 0"),
        ({"time": "12:00"}, "a local time is a naive time of the day"),
        ({"time": time(12, tzinfo=UTC)}, "a local time is a naive time of the day"),
        ({"from_on": ist("2017-03-31")}, "a day is a date without a time"),
        ({"from_on": None}, "a day is a date without a time"),
        ({"through_on": "never"}, "a day is a date without a time"),
        (
            {"through_on": day("2017-03-30")},
            "a sale from 2017-03-31 cannot end with 2017-03-30",
        ),
        ({"minutes": 0}, "a weekly sale's minutes must be a whole number, 1 to 10080, not 0"),
        ({"minutes": 10_081}, "1 to 10080, not 10081"),
        ({"minutes": True}, "minutes must be a whole number"),
        ({"minutes": 1.0}, "minutes must be a whole number"),
    ],
)
def test_a_weekly_sale_that_cannot_be_is_a_misuse(changes: dict[str, Any], message: str) -> None:
    """Each part is what it says."""
    stated: dict[str, Any] = {"weekday": 4, "time": time(12), "from_on": day("2017-03-31")}
    with pytest.raises(Misuse, match=message):
        WeeklySale(**(stated | changes))


def test_a_weekly_sale_at_its_bounds() -> None:
    """Monday and Sunday, one day alone, a minute and a week."""
    one_day = day("2017-03-31")
    assert WeeklySale(0, time(12), one_day, one_day, 1).minutes == 1
    assert WeeklySale(6, time(12), one_day, one_day, 10_080).minutes == 10_080


@pytest.mark.parametrize(
    ("begin", "end", "message"),
    [
        (local("2017-06-01 10:00"), local("2017-06-01 10:00"), "begins before it ends, not at"),
        (local("2017-06-01 10:00"), local("2017-06-01 09:59"), "begins before it ends, not at"),
        (ist("2017-06-01 10:00"), local("2017-06-02 10:00"), "is a naive datetime without a fold"),
        (local("2017-06-01 10:00"), ist("2017-06-02 10:00"), "is a naive datetime without a fold"),
        (day("2017-06-01"), local("2017-06-02 10:00"), "is a naive datetime without a fold"),
        (
            local("2017-06-01 10:00").replace(fold=1),
            local("2017-06-02 10:00"),
            "is a naive datetime without a fold",
        ),
    ],
)
def test_a_one_off_opening_that_cannot_be_is_a_misuse(begin: Any, end: Any, message: str) -> None:
    """Two naive local times in their order."""
    with pytest.raises(Misuse, match=message):
        OneOff(begin, end)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sale_id": ""}, "a sale's id is a text, not ''"),
        ({"sale_id": 5}, "a sale's id is a text, not 5"),
        ({"zone": "Asia/Kolkata"}, "a sale's zone is a Zone, not 'Asia/Kolkata'"),
        ({"weekly": [FRIDAY]}, "a sale's weekly must be a tuple of WeeklySale"),
        ({"weekly": (FRIDAY, "friday")}, "a sale's weekly must be a tuple of WeeklySale"),
        ({"extra": (FRIDAY,)}, "a sale's extra must be a tuple of OneOff"),
        ({"closed_on": ("2017-04-14",)}, "a sale's closed_on must be a tuple of date"),
        ({"closed_on": (ist("2017-04-14"),)}, "a day is a date without a time"),
        (
            {"closed_on": (day("2017-04-14"), day("2017-04-21"), day("2017-04-14"))},
            "a sale's closed_on names 2017-04-14 twice",
        ),
        ({"early_access": {"gold": 2}}, "a sale's early_access must be a tuple of tuple"),
        ({"early_access": (("gold",),)}, "early access is hours by tier, not"),
        ({"early_access": ((5, 2),)}, "early access is hours by tier, not"),
        ({"early_access": (("", 2),)}, "early access is hours by tier, not"),
        (
            {"early_access": (("gold", -1),)},
            "the early access of 'gold', in hours, must be a whole number, 0 to 8784, not -1",
        ),
        ({"early_access": (("gold", 8_785),)}, "0 to 8784, not 8785"),
        ({"early_access": (("gold", True),)}, "must be a whole number"),
        ({"early_access": (("gold", 2), ("gold", 3))}, "a sale's early_access names gold twice"),
    ],
)
def test_a_calendar_that_cannot_be_is_a_misuse(changes: dict[str, Any], message: str) -> None:
    """Each part is what it says, and nothing is named twice."""
    stated: dict[str, Any] = {"sale_id": "s", "zone": KOLKATA}
    with pytest.raises(Misuse, match=message):
        SaleCalendar(**(stated | changes))


def test_the_longest_early_access_is_a_year() -> None:
    """A leap year's hours."""
    assert sale(early_access=(("gold", 8_784),)).early_hours("gold") == 8_784


def test_a_calendar_is_a_value() -> None:
    """Equal where it states the same; copied and pickled; its canonical form states all of it."""
    calendar = SaleCalendar(
        "friday",
        Zone("Asia/Kolkata"),
        (FRIDAY,),
        (once("2017-06-01 10:00", "2017-06-02 10:00:30"),),
        (day("2017-04-14"),),
        (("gold", 2),),
    )
    again = pickle.loads(pickle.dumps(calendar))
    assert again == calendar == copy.deepcopy(calendar)
    assert hash(again) == hash(calendar)
    assert again.next_openings(ist("2017-03-01"), 9) == calendar.next_openings(ist("2017-03-01"), 9)
    assert canonical(calendar) == (
        "SaleCalendar",
        "friday",
        ("Zone", "Asia/Kolkata"),
        (("WeeklySale", 4, "12:00:00", "2017-03-31", None, 60),),
        (("OneOff", "2017-06-01T10:00:00", "2017-06-02T10:00:30"),),
        ("2017-04-14",),
        (("gold", 2),),
    )
