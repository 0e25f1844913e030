"""When sales open next, on the command line."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from mi_rewards._cli.main import main
from mi_rewards.calendar import Zone
from mi_rewards.preorders import OneOff, SaleCalendar, WeeklySale
from mi_rewards.programme import Programme
from mi_rewards.rule_book import to_toml
from tests.event_logs import Ran, ran
from tests.ladders import LADDER
from tests.shop import SMALL, ist, rules
from tests.wallets import KOLKATA, day

FRIDAY = SaleCalendar(
    "friday",
    KOLKATA,
    (WeeklySale(4, time(12), day("2017-03-31"), minutes=60),),
    early_access=(("gold", 2),),
)
SUMMER = SaleCalendar(
    "summer",
    KOLKATA,
    (WeeklySale(5, time(10, 0, 30), day("2017-04-15"), day("2017-04-15")),),
)
CLUB = rules(ladder=LADDER, sales=(SUMMER, FRIDAY))


def windows(
    capsys: pytest.CaptureFixture[str], folder: Path, *arguments: object, book: Programme = CLUB
) -> Ran:
    """Run `windows` on a rule book."""
    path = folder / "club.toml"
    path.write_text(to_toml(book), encoding="utf-8")
    return ran(capsys, "windows", "--programme", path, *arguments)


def test_the_next_openings_are_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of all calendars together, five unless a count is named; an open end says so."""
    found = windows(capsys, tmp_path, "--from", "2017-03-31")
    assert found == Ran(
        0,
        "Small: sales from 2017-03-31 on, times of Asia/Kolkata\n"
        "\n"
        "sale    open from                       until\n"
        "friday  Fri 2017-03-31 12:00 +05:30     Fri 2017-03-31 13:00 +05:30\n"
        "friday  Fri 2017-04-07 12:00 +05:30     Fri 2017-04-07 13:00 +05:30\n"
        "friday  Fri 2017-04-14 12:00 +05:30     Fri 2017-04-14 13:00 +05:30\n"
        "summer  Sat 2017-04-15 10:00:30 +05:30  open end\n"
        "friday  Fri 2017-04-21 12:00 +05:30     Fri 2017-04-21 13:00 +05:30\n",
        "",
    )
    one = windows(capsys, tmp_path, "--from", "2017-03-31", "--count", 1)
    assert one.out.count("+05:30\n") == 1


@pytest.mark.parametrize(
    ("from_on", "first"),
    [("2017-03-31", "2017-03-31"), ("2017-04-01", "2017-04-07"), ("2017-04-07", "2017-04-07")],
)
def test_they_begin_from_the_day_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, from_on: str, first: str
) -> None:
    """The day itself, the one after and the next Friday."""
    found = windows(capsys, tmp_path, "--from", from_on, "--count", 1)
    assert f"friday  Fri {first} 12:00 +05:30" in found.out


def test_early_access_is_stated_where_a_tier_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """By the calendar's own hours; none is the opening itself."""
    found = windows(capsys, tmp_path, "--from", "2017-04-14", "--count", "2", "--tier", "gold")
    fridays_end = "Fri 2017-04-14 13:00 +05:30"
    assert found.out.replace(fridays_end, "until 13").splitlines()[2:] == [
        "sale    for gold from                   open from                       until",
        "friday  Fri 2017-04-14 10:00 +05:30     Fri 2017-04-14 12:00 +05:30     until 13",
        "summer  Sat 2017-04-15 10:00:30 +05:30  Sat 2017-04-15 10:00:30 +05:30  open end",
    ]


def test_they_are_one_object_in_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Local times with their offset; nothing stands for no tier and no end."""
    arguments = ("--from", "2017-04-14", "--count", "2", "--json")
    friday = {
        "sale_id": "friday",
        "early_from_at": None,
        "from_at": "2017-04-14T12:00:00+05:30",
        "until_at": "2017-04-14T13:00:00+05:30",
    }
    summer = {
        "sale_id": "summer",
        "early_from_at": None,
        "from_at": "2017-04-15T10:00:30+05:30",
        "until_at": None,
    }
    found = json.loads(windows(capsys, tmp_path, *arguments).out)
    assert found == {
        "programme": "small",
        "zone": "Asia/Kolkata",
        "from_on": "2017-04-14",
        "tier": None,
        "openings": [friday, summer],
    }
    gold = json.loads(windows(capsys, tmp_path, *arguments, "--tier", "gold").out)
    assert gold["tier"] == "gold"
    assert [it["early_from_at"] for it in gold["openings"]] == [
        "2017-04-14T10:00:00+05:30",
        "2017-04-15T10:00:30+05:30",
    ]


def test_openings_of_one_instant_come_by_their_names(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Whatever the order in the rule book."""
    noon = (WeeklySale(4, time(12), day("2017-03-31")),)
    sales = tuple([SaleCalendar(it, KOLKATA, noon) for it in ("c", "a", "b")])
    found = windows(
        capsys, tmp_path, "--from", "2017-03-31", "--count", "4", book=rules(sales=sales)
    )
    assert [line.split()[0] for line in found.out.splitlines()[3:]] == ["a", "b", "c", "a"]


def test_the_offset_is_that_of_the_day(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It changes with the clocks; years beyond 9999 are stated in UTC."""
    berlin = Zone("Europe/Berlin")
    sale = SaleCalendar(
        "s", berlin, (WeeklySale(5, time(20), day("2026-10-24"), day("2026-10-31"), 600),)
    )
    found = windows(
        capsys, tmp_path, "--from", "2026-10-01", book=rules(zone=berlin, sales=(sale,))
    )
    assert found.out.splitlines()[3:] == [
        "s     Sat 2026-10-24 20:00 +02:00  Sun 2026-10-25 05:00 +01:00",
        "s     Sat 2026-10-31 20:00 +01:00  Sun 2026-11-01 06:00 +01:00",
    ]
    west = Zone("Pacific/Kiritimati")
    sale = SaleCalendar("s", west, (WeeklySale(3, time(9), day("9999-12-30"), minutes=10_080),))
    found = windows(capsys, tmp_path, "--from", "9999-12-30", book=rules(zone=west, sales=(sale,)))
    assert found.out.splitlines()[3:] == [
        "s     Thu 9999-12-30 09:00 +14:00  Fri 9999-12-31 23:59:59.999999 +00:00"
    ]


def test_where_nothing_opens_any_more_it_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """After the last, and where none is stated yet."""
    extra = (OneOff(datetime(2017, 6, 1), datetime(2017, 6, 2)),)
    for sale in (SaleCalendar("s", KOLKATA, extra=extra), SaleCalendar("s", KOLKATA)):
        book = rules(sales=(sale,))
        found = windows(capsys, tmp_path, "--from", "2017-06-02", book=book)
        head = "Small: sales from 2017-06-02 on, times of Asia/Kolkata"
        assert found == Ran(0, f"{head}\n\nNo sale opens.\n", "")
        answer = windows(capsys, tmp_path, "--from", "2017-06-02", "--json", book=book).totals
        assert answer["openings"] == []


def test_what_is_printed_cannot_do_anything_to_a_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Names are escaped."""
    sale = SaleCalendar("\x1b[2J", KOLKATA, FRIDAY.weekly)
    book = rules(title="\x1b[3J", sales=(sale,))
    found = windows(capsys, tmp_path, "--from", "2017-03-31", book=book)
    assert found.status == 0
    assert "\x1b" not in found.out
    assert "'\\x1b[2J'  Fri 2017-03-31" in found.out


@pytest.mark.parametrize(
    ("book", "arguments", "message"),
    [
        (SMALL, [], "mi_rewards: small has no sales\n"),
        (
            CLUB,
            ["--tier", "bronze"],
            "mi_rewards: no tier is named 'bronze'; there is silver, gold\n",
        ),
        (
            rules(sales=(SaleCalendar("s", KOLKATA),)),
            ["--tier", "gold"],
            "mi_rewards: no tier is named 'gold'; there are no tiers\n",
        ),
    ],
)
def test_what_the_rule_book_has_not_is_said(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    book: Programme,
    arguments: list[str],
    message: str,
) -> None:
    """One message, and status 2."""
    found = windows(capsys, tmp_path, "--from", "2017-03-31", *arguments, book=book)
    assert found == Ran(2, "", message)


@pytest.mark.parametrize("count", ["0", "00", "-1", "1.0", "one", "", "1_0", "٣", "1000000"])
def test_a_count_is_a_whole_number(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, count: str
) -> None:
    """Of at most six digits, and not 0."""
    found = windows(capsys, tmp_path, "--from", "2017-03-31", f"--count={count}")
    assert found.status == 2
    assert f"a count is a whole number of at least 1, not {count!r}" in found.err


def test_a_count_of_six_digits_is_taken(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """There are fewer openings."""
    book = rules(sales=(SUMMER,))
    found = windows(capsys, tmp_path, "--from", "2017-03-31", "--count=999999", book=book)
    assert found.status == 0
    assert found.out.count("summer") == 1


@pytest.mark.parametrize(("at", "first"), [("23:59:59", "04-07"), ("24:00", "04-14")])
def test_without_a_day_it_is_today_in_the_programmes_zone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, at: str, first: str
) -> None:
    """By whoever tells the time: 7 April ends in Kolkata before it does in UTC."""
    path = tmp_path / "club.toml"
    path.write_text(to_toml(CLUB), encoding="utf-8")
    now = ist("2017-04-08 00:00") if at == "24:00" else ist(f"2017-04-07 {at}")
    assert main(["windows", "--programme", str(path), "--count", "1"], now=lambda: now) == 0
    assert f"friday  Fri 2017-{first} 12:00" in capsys.readouterr().out


def test_without_a_day_and_a_clock_a_day_is_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The command line itself reads no clock."""
    found = windows(capsys, tmp_path)
    assert found.status == 2
    assert "the following arguments are required: --from" in found.err


def test_the_process_tells_today(tmp_path: Path) -> None:
    """Run as a module, the day is that of the machine's clock."""
    path = tmp_path / "club.toml"
    path.write_text(to_toml(CLUB), encoding="utf-8")
    days = [KOLKATA.day_of(datetime.now(UTC))]
    run = subprocess.run(
        [sys.executable, "-m", "mi_rewards", "windows", "--programme", str(path), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    days.append(KOLKATA.day_of(datetime.now(UTC)))
    found: dict[str, Any] = json.loads(run.stdout)
    assert date.fromisoformat(found["from_on"]) in days
    assert len(found["openings"]) == 5


def test_the_default_is_the_rule_book_of_pre_orders(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever names none gets that: every Friday at noon from 31 March 2017."""
    found = ran(capsys, "windows", "--from", "2017-03-01", "--count", "1", "--json").totals
    assert found["programme"] == "mi-preorders"
    assert [it["from_at"] for it in found["openings"]] == ["2017-03-31T12:00:00+05:30"]
