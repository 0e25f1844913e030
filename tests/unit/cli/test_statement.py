"""One member's statement: every entry in words, whatever the member is called."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mi_rewards import (
    NEVER,
    Adjust,
    BurnTokens,
    Cancel,
    Capture,
    Deliver,
    Join,
    Line,
    Money,
    Open,
    Place,
    PlaceHold,
    Programme,
    Reinstate,
    Release,
    Return,
    Transfer,
    bundled,
    from_toml,
    to_toml,
)
from mi_rewards._cli.statement import statement_text
from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.words import local_time
from mi_rewards.calendar import read_day, read_instant
from mi_rewards.commands.command import MemberCommand
from tests.event_logs import HEADER, csv_text, line, log, ran, sample_rows


class Told:
    """A replay to which commands are given one by one, each on a day at noon of Kolkata."""

    def __init__(self, programme: Programme, member_id: str = "M") -> None:
        self.replay = Replay(programme, report=lambda item: None)
        self.member_id = member_id

    def do(self, kind: type[MemberCommand], day: str, **arguments: Any) -> None:
        """Carry out a command; requests are named r1, r2 …, and the replay knows of it."""
        self.replay.events += 1
        self.replay._latest = noon(day)
        request_id = f"r{self.replay.events}"
        command: Any = kind(
            member_id=self.member_id, request_id=request_id, at=noon(day), **arguments
        )
        self.replay.rewards.do(command)

    def lines(self, through: str) -> list[str]:
        """Write the statement as of a day, without its first two lines."""
        self.replay._latest = noon(through)
        self.replay.rewards.lapse_due(self.replay.end - timedelta(microseconds=1))
        return statement_text(self.replay, self.member_id).splitlines()[2:]


def columns(line: str) -> str:
    """Write what stands in a line, however wide its columns are."""
    return " | ".join(re.split(r" {2,}", line.strip()))


def of(base: str) -> str:
    """Write how an order's tokens were computed."""
    return f"10 per INR 100.00 of {base}, rounded down"


def noon(day: str) -> datetime:
    """Noon of a day in Kolkata."""
    return read_instant(f"{day}T12:00:00+05:30")


def test_every_event_of_a_wallet_is_told() -> None:
    """A row for each entry and bucket; what is never held, promised or owed has no column."""
    told = Told(bundled.programme("reward-mi"))
    told.do(Open, "2017-06-01", tokens=30, last_day=read_day("2017-05-31"))
    told.do(Join, "2017-06-15")
    told.do(Open, "2018-01-01", tokens=300, last_day=read_day("2018-06-30"))
    told.do(BurnTokens, "2018-02-01", tokens=340)
    told.do(Reinstate, "2018-02-02", burn_id="r4", tokens=200)
    told.do(PlaceHold, "2018-02-03", tokens=100, until=noon("2018-02-10"))
    told.do(Capture, "2018-02-04", hold_id="r6", tokens=40)
    told.do(PlaceHold, "2018-02-05", tokens=10, until=noon("2018-02-10"))
    told.do(Release, "2018-02-06", hold_id="r8")
    told.do(PlaceHold, "2018-02-07", tokens=10, until=noon("2018-02-10"))
    told.do(Place, "2018-02-11", order_id="o1", amount=Money.parse("INR 999"))
    told.do(Cancel, "2018-02-12", order_id="o1")
    told.do(Transfer, "2018-02-14", to_member_id="B", tokens=5)
    told.do(Adjust, "2018-02-15", tokens=-5, reason="goodwill")
    told.do(Adjust, "2018-02-16", tokens=5, reason="goodwill", last_day=NEVER)
    assert [columns(line) for line in told.lines("2018-07-01")] == [
        "local time | event | tokens | last valid day | available | held | promised | why",
        "1 | 2017-06-01 12:00 | opened | 0 | balance brought along; 30 lapsed at once",
        "2 | 2017-06-15 12:00 | earned | +50 | 2018-12-31 | 50 | welcome",
        "3 | 2018-01-01 12:00 | opened | +300 | 2018-06-30 | 350 | balance brought along",
        "4 | 2018-02-01 12:00 | burned | -300 | 2018-06-30 | redemption",
        "-40 | 2018-12-31 | 10",
        "5 | 2018-02-02 12:00 | reinstated | +160 | 2018-06-30 | redemption",
        "+40 | 2018-12-31 | 210",
        "6 | 2018-02-03 12:00 | held | -100 | 2018-06-30 | 110 | 100 | redemption",
        "7 | 2018-02-04 12:00 | captured | +60 | 2018-06-30 | 170 | redemption; 40 redeemed",
        "8 | 2018-02-05 12:00 | held | -10 | 2018-06-30 | 160 | 10 | redemption",
        "9 | 2018-02-06 12:00 | released | +10 | 2018-06-30 | 170 | redemption",
        "10 | 2018-02-07 12:00 | held | -10 | 2018-06-30 | 160 | 10 | redemption",
        "11 | 2018-02-10 12:00 | ran out | +10 | 2018-06-30 | 170 | the hold's deadline has passed",
        "12 | 2018-02-11 12:00 | promised | 170 | 99 | order o1 placed: " + of("INR 999.00"),
        "13 | 2018-02-12 12:00 | withdrawn | 170 | order o1 cancelled",
        "14 | 2018-02-14 12:00 | sent | -5 | 2018-06-30 | 165 | transfer (to_member_id B)",
        "15 | 2018-02-15 12:00 | adjusted down | -5 | 2018-06-30 | 160 | goodwill",
        "16 | 2018-02-16 12:00 | adjusted up | +5 | never | 165 | goodwill",
        "17 | 2018-07-01 00:00 | lapsed | -110 | 2018-06-30 | 55 | the last valid day is over",
        "",
        "At the end of 2018-07-01: 55 available",
        "50 valid through 2018-12-31",
        "5 valid for ever",
    ]


def test_what_campaigns_added_is_told() -> None:
    """Each by its name; of what came back, what they still give."""
    campaigns = """
[[campaigns]]
id = "double"
title = "Double"
multiplier = { numerator = 2, denominator = 1 }

[[campaigns]]
id = "a \\u001b[31m name"
title = "Bonus"
bonus = { tokens = 5 }
when = { min_amount = "INR 500.00" }
"""
    told = Told(from_toml(to_toml(bundled.programme("reward-mi")) + campaigns))
    told.do(Join, "2017-07-01")
    told.do(Deliver, "2017-07-02", order_id="o1", amount=Money.parse("INR 500"))
    told.do(Return, "2017-07-03", order_id="o1", value=Money.parse("INR 100"))
    name = r"campaign 'a \x1b[31m name'"
    assert [columns(line).rpartition(" | ")[2] for line in told.lines("2017-07-04")[1:3]] == [
        f"order o1: {of('INR 500.00')}, {name} +5, campaign double +50",
        f"return of order o1: {of('INR 400.00 kept')}, {name} +0, campaign double +40",
    ]


def test_columns_are_as_wide_as_what_stands_in_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Numbers to the right, words to the left."""
    why = f"order B-1 placed: {of('INR 9999.00')}"
    told = ran(capsys, "statement", "sample:launch", "--member", "B", "--as-of", "2017-06-22")
    assert told.out.splitlines() == [
        "Reward Mi: statement of B through 2017-06-22, times of Asia/Kolkata",
        "",
        "   local time        event     tokens  last valid day  available  promised  why",
        "1  2017-06-21 23:30  earned       +50      2018-12-31         50            welcome",
        f"2  2017-06-22 09:15  promised{'50':>35}{'999':>10}  {why}",
        "",
        "At the end of 2017-06-22: 50 available",
        "  50 valid through 2018-12-31",
        "999 promised",
    ]


def test_what_is_owed_is_told() -> None:
    """A return of what is spent, then an order that makes it good."""
    told = Told(bundled.programme("reward-mi"))
    told.do(Join, "2018-01-01")
    told.do(Deliver, "2018-01-02", order_id="o1", amount=Money.parse("INR 1000"))
    told.do(BurnTokens, "2018-01-03", tokens=90)
    told.do(Return, "2018-01-04", order_id="o1", value=Money.parse("INR 995"))
    assert told.lines("2018-01-04")[-3:] == ["", "At the end of 2018-01-04: 0 available", "90 owed"]
    told.do(Deliver, "2018-01-05", order_id="o2", amount=Money.parse("INR 1000"))
    told.do(Return, "2018-01-06", order_id="o2")
    lines = told.lines("2018-01-06")
    assert lines[0].split()[-3:] == ["available", "owed", "why"]
    assert [line.split("  ")[-1] for line in lines[3:6]] == [
        f"return of order o1: {of('INR 5.00 kept')}; 90 are owed",
        f"order o2: {of('INR 1000.00')}; 90 made good what was owed",
        "return of order o2, nothing kept; 90 are owed",
    ]


KEPT_LATER = """
format = 1
name = "later"
title = "Later\\u0007"
zone = "Asia/Kolkata"
currency = "INR"
kind = "tokens"
claw_back = "owed"
[earning]
rate = { tokens = 1, per = "INR 10.00", rounding = "half_up" }
kept_after_days = 14
order_cap = { orders = 1, scope = "lifetime" }
[expiry]
policy = "never"
"""


def test_promises_and_their_keeping_are_told() -> None:
    """The rounding by its name, the delivery behind a later entry, and the rule that says no."""
    told = Told(from_toml(KEPT_LATER))
    told.do(Join, "2018-01-01")
    told.do(Deliver, "2018-01-02", order_id="o1", amount=Money.parse("INR 995"))
    told.do(Place, "2018-01-02", order_id="o2", amount=Money.parse("INR 50"))
    lines = told.lines("2018-01-02")
    assert lines[-2:] == ["At the end of 2018-01-02: 0 available", "100 promised"]
    lines = told.lines("2018-01-16")
    assert lines[2].endswith(
        "order o1: 1 per INR 10.00 of INR 995.00, rounded half up; delivered 2018-01-02 12:00"
    )
    assert lines[-1] == "  100 valid for ever"


def test_an_order_that_a_rule_said_no_to_is_told() -> None:
    """Two orders are promised, one earns: the other's promise is withdrawn, and why."""
    told = Told(from_toml(KEPT_LATER.replace("kept_after_days = 14\n", "")))
    told.do(Join, "2018-01-01")
    told.do(Place, "2018-01-02", order_id="o1", amount=Money.parse("INR 50"))
    told.do(Place, "2018-01-02", order_id="o2", lines=(Line("1", Money.parse("INR 70")),))
    told.do(Deliver, "2018-01-03", order_id="o1")
    told.do(Deliver, "2018-01-03", order_id="o2")
    assert told.lines("2018-01-03")[4].split("  ")[-1] == (
        "order o2, which earns nothing: order cap reached"
    )


def test_what_is_told_twice_is_told_as_it_came() -> None:
    """A fact booked late says when it happened: here a burn behind one that came first."""
    told = Told(bundled.programme("reward-mi"))
    told.do(Open, "2018-01-10", tokens=30, last_day=NEVER)
    told.do(BurnTokens, "2018-01-05", tokens=10)
    assert told.lines("2018-01-10")[2].endswith("redemption; happened 2018-01-05 12:00")


@pytest.mark.parametrize(
    ("zone", "at", "local"),
    [
        ("Asia/Kolkata", "9999-12-31T23:59:59Z", "9999-12-31 23:59Z"),
        ("Asia/Kolkata", "9999-12-31T18:29:59Z", "9999-12-31 23:59"),
        ("America/New_York", "0001-01-01T00:00:00Z", "0001-01-01 00:00Z"),
        ("Asia/Kolkata", "0001-01-01T00:00:00Z", "0001-01-01 05:53"),
    ],
)
def test_a_time_that_is_none_in_the_zone_is_told_in_utc(zone: str, at: str, local: str) -> None:
    """Before the year 1 and past the year 9999; all years have four digits."""
    assert local_time(read_instant(at), ZoneInfo(zone)) == local


def test_the_last_instant_there_is_can_be_stated(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Where it is already the year 10000 in the programme's zone."""
    path = tmp_path / "log.csv"
    path.write_text(log(line("opening", "M", "9999-12-31T23:59:59Z", tokens="5", last_day="never")))
    told = ran(capsys, "statement", path, "--member", "M")
    assert (told.status, told.err) == (0, "")
    assert "1  9999-12-31 23:59Z  opened" in told.out


def test_names_cannot_act_on_a_terminal() -> None:
    """Control characters in a member, an order, a reason or a title are written as escapes."""
    told = Told(from_toml(KEPT_LATER), member_id="\x1b[2J")
    told.do(Join, "2018-01-01")
    told.do(Place, "2018-01-02", order_id="a\nb", amount=Money.parse("INR 50"))
    told.do(Open, "2018-01-03", tokens=1, last_day=NEVER)
    told.do(BurnTokens, "2018-01-04", tokens=1, reason="\x07")
    told.replay._latest = noon("2018-01-04")
    text = statement_text(told.replay, "\x1b[2J")
    assert all(line.isprintable() for line in text.splitlines())
    assert text.startswith("'Later\\x07': statement of '\\x1b[2J' through 2018-01-04")
    assert "order 'a\\nb' placed" in text


def test_a_member_without_an_entry_has_nothing() -> None:
    """Joining after the week of the welcome books nothing."""
    told = Told(bundled.programme("reward-mi"))
    told.do(Join, "2018-01-01")
    assert told.lines("2018-01-01") == [
        "No tokens were ever booked.",
        "",
        "At the end of 2018-01-01: 0 available",
    ]


def test_an_unknown_member_is_a_normal_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Said plainly, with status 0."""
    told = ran(capsys, "statement", "sample:launch", "--member", "Z", "--as-of", "2018-01-01")
    assert told == (0, "The log has no event of Z through 2018-01-01.\n", "")


def test_an_empty_log_has_no_event_of_anybody(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It has no last day either."""
    path = tmp_path / "log.csv"
    path.write_text(HEADER + "\n")
    told = ran(capsys, "statement", path, "--member", "Z")
    assert told == (0, "The log has no event of Z.\n", "")


def test_a_line_that_cannot_be_read_shows_in_the_status(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The statement is printed all the same."""
    path = tmp_path / "log.csv"
    rows = [*sample_rows()[:2], ["joined"]]
    path.write_text(csv_text(rows))
    told = ran(capsys, "statement", path, "--member", rows[1][1])
    assert told.status == 1
    assert told.err.startswith("line 3: ")
    assert "No tokens were ever booked." in told.out


def test_a_statement_is_read_page_by_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the journal is, no entry is left out and none comes twice."""
    whole = ran(capsys, "statement", "sample:launch", "--member", "A").out
    monkeypatch.setattr(
        "mi_rewards.commands.shells.rewards.Rewards.statement.__kwdefaults__",
        {"after": 0, "limit": 1, "kind": ""},
    )
    assert ran(capsys, "statement", "sample:launch", "--member", "A").out == whole
