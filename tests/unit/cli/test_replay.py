"""Replaying event logs: the published figures of the real purchases, in whatever form they come."""

import csv
import io
import json
import random
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards import bundled
from mi_rewards._event_log.books import BATCH
from mi_rewards._event_log.lines import Unread, read_rows
from mi_rewards._event_log.replay import Replay
from mi_rewards.calendar import read_day
from mi_rewards.wallet import check_journal, fold
from mi_rewards.wallet.codec import read_journal
from tests import _floor
from tests.event_logs import (
    HEADER,
    NOON,
    csv_text,
    delivered,
    joined,
    line,
    log,
    ran,
    sample_rows,
    sample_text,
)

SAMPLE = bundled.sample("retail-orders")

PUBLISHED: dict[str, dict[str, Any]] = {
    "2018-06-30": {
        "programme": "reward-mi",
        "as_of": "2018-06-30",
        "events": 14_085,
        "repeated": 0,
        "unread": 0,
        "members": 3_002,
        "issued": 33_943_132,
        "promised": 0,
        "available": 32_106_741,
        "held": 0,
        "redeemed": 0,
        "lapsed": 0,
        "clawed_back": 1_836_391,
        "owed": 0,
        "refused": {"unknown_order": 493},
        "vouchers": {},
        "tiers": {},
        "expiry_calendar": {"2018-12-31": 4_744_352, "2019-12-31": 27_362_389},
    },
    "2019-06-30": {
        "programme": "reward-mi",
        "as_of": "2019-06-30",
        "events": 27_526,
        "repeated": 0,
        "unread": 0,
        "members": 4_372,
        "issued": 75_738_069,
        "promised": 0,
        "available": 66_612_088,
        "held": 0,
        "redeemed": 0,
        "lapsed": 4_738_667,
        "clawed_back": 4_387_314,
        "owed": 0,
        "refused": {"unknown_order": 768},
        "vouchers": {},
        "tiers": {},
        "expiry_calendar": {"2019-12-31": 66_612_088},
    },
}
"""What an independent replay of the bundled sample gave (docs/reference/event_log.md)."""

NOTHING = dict.fromkeys(PUBLISHED["2018-06-30"], 0) | {
    "programme": "reward-mi",
    "refused": {},
    "vouchers": {},
    "tiers": {},
    "expiry_calendar": {},
}


def replayed(
    text: str, as_of: str | None = None, member_id: str | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Replay a log's text, and answer with the totals and the reports."""
    reports: list[Unread] = []
    replay = Replay(
        bundled.programme("reward-mi"),
        report=reports.append,
        as_of=None if as_of is None else read_day(as_of),
        member_id=member_id,
    )
    replay.run(read_rows(io.StringIO(text)))
    return replay.totals().as_json(), [f"line {it.line}: {it.reason}" for it in reports]


# ----------------------------------------------------------------- the published figures


@pytest.mark.parametrize("as_of", PUBLISHED)
def test_the_real_purchases_give_the_published_figures(
    capsys: pytest.CaptureFixture[str], as_of: str
) -> None:
    """Every figure, the calendar included; refusals are outcomes, so the exit status is 0."""
    done = ran(capsys, "replay", SAMPLE, "--as-of", as_of, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.totals == PUBLISHED[as_of]
    assert list(done.totals) == list(PUBLISHED[as_of])


def test_rows_sorted_by_member_give_the_same_figures() -> None:
    """Members are independent of each other; a stable sort keeps each one's order."""
    header, *rows = sample_rows()
    by_member = csv_text([header, *sorted(rows, key=lambda row: row[1])])
    assert replayed(by_member, "2019-06-30") == (PUBLISHED["2019-06-30"], [])


def test_the_file_twice_over_gives_the_same_balances() -> None:
    """The second pass repeats the first line by line, header included, and changes nothing."""
    once = PUBLISHED["2018-06-30"]
    twice, reports = replayed(sample_text() + sample_text(), "2018-06-30")
    assert reports == []
    assert twice == once | {
        "events": 2 * once["events"],
        "repeated": once["events"],
        "refused": {"unknown_order": 2 * 493},
    }


def test_json_lines_give_the_same_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One object a line with what is stated; amounts as numbers are read by their digits."""
    header, *rows = sample_rows()
    path = tmp_path / "orders.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            event = {name: value for name, value in zip(header, row, strict=True) if value}
            text = json.dumps(event)
            if "amount" in event:
                text = text.replace(f'"{event["amount"]}"', event["amount"])
            out.write(text + "\n")
    done = ran(capsys, "replay", path, "--as-of", "2018-06-30", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.totals == PUBLISHED["2018-06-30"]


def test_plain_csv_with_its_columns_in_any_order_gives_the_same_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Not packed, columns turned round, every field in quotes."""
    path = tmp_path / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows(row[::-1] for row in sample_rows())
    done = ran(capsys, "replay", path, "--as-of", "2018-06-30", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.totals == PUBLISHED["2018-06-30"]


def test_the_journal_folds_to_the_same_balances(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The file is enough: its fold has the published figures, and no promise is broken in it."""
    path = tmp_path / "journal.jsonl"
    done = ran(capsys, "replay", SAMPLE, "--as-of", "2019-06-30", "--json", "--journal", path)
    assert done.totals == PUBLISHED["2019-06-30"]
    with path.open(encoding="utf-8") as written:
        entries = list(read_journal(written))
    by_member: dict[str, list[Any]] = {}
    for entry in entries:
        by_member.setdefault(entry.member_id, []).append(entry)
    wallets = [fold(journal) for journal in by_member.values()]
    for figure in ("issued", "available", "redeemed", "lapsed", "clawed_back", "owed"):
        total = sum(getattr(wallet, figure) for wallet in wallets)
        assert (figure, total) == (figure, PUBLISHED["2019-06-30"][figure])
    assert check_journal(entries) == ()


# --------------------------------------------------------------------- the independent floor


def test_the_floor_gives_the_published_figures() -> None:
    """So what it says of parts of the sample can be believed."""
    _, *rows = sample_rows()
    for as_of, after in (("2018-06-30", "2018-07-01"), ("2019-06-30", "2019-07-01")):
        assert _floor.figures(rows, after) == _figures(PUBLISHED[as_of])


def test_the_floor_as_a_script_says_the_same() -> None:
    """The benchmarks run it as a process of its own."""
    script = subprocess.run(
        [sys.executable, _floor.__file__, SAMPLE, "2018-07-01"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert script.stdout == "14085 33943132 32106741 0 1836391 493\n"


def test_two_hundred_random_parts_of_the_sample_equal_the_floor() -> None:
    """Some members, some day: whatever is left out, the same tokens, token by token."""
    header, *rows = sample_rows()
    by_member: dict[str, list[list[str]]] = {}
    for row in rows:
        by_member.setdefault(row[1], []).append(row)
    chance = random.Random(20170501)
    seen_lapsing = 0
    for _ in range(200):
        members = chance.sample(sorted(by_member), chance.randint(1, 40))
        part = [row for member_id in members for row in by_member[member_id]]
        last_day = date(2017, 12, 1).toordinal() + chance.randrange(800)
        as_of, after = (date.fromordinal(last_day + it).isoformat() for it in (0, 1))
        totals, reports = replayed(csv_text([header, *part]), as_of)
        assert reports == []
        assert (members, as_of, _figures(totals)) == (members, as_of, _floor.figures(part, after))
        seen_lapsing += totals["lapsed"] > 0
    assert seen_lapsing >= 50


def _figures(totals: dict[str, Any]) -> _floor.Figures:
    """The figures that the floor has too."""
    assert totals["held"] == totals["redeemed"] == totals["owed"] == totals["promised"] == 0
    return (
        totals["events"],
        totals["issued"],
        totals["available"],
        totals["lapsed"],
        totals["clawed_back"],
        totals["refused"].get("unknown_order", 0),
    )


# ------------------------------------------------------------------------ the day as of which


def test_the_default_day_is_that_of_the_latest_line() -> None:
    """Of the lines that could be read, whatever their order; the day in the programme's zone."""
    text = log(
        joined(),
        delivered("o1", "100.00", at="2018-03-01T20:00:00Z"),
        delivered("o2", "200.00", at="2018-02-01T12:00:00+05:30"),
        line("party", "1", "2030-01-01T00:00:00Z"),
    )
    totals, _ = replayed(text)
    assert totals["as_of"] == "2018-03-02"
    assert totals["available"] == 30


def test_a_line_that_was_not_taken_does_not_say_the_day() -> None:
    """Where deciding found it wrong, too; a refused one was taken."""
    late = line(
        "delivered", "1", "2099-06-21T00:00:00Z", order_id="o2", amount="10", currency="USD"
    )
    totals, reports = replayed(log(joined(), delivered("o1", "100.00"), late))
    assert reports == ["line 4: the order is in USD, not in INR"]
    assert (totals["as_of"], totals["available"]) == ("2018-03-01", 10)
    assert replayed(log(late))[0] == NOTHING | {"as_of": None, "unread": 1}
    refused = line("returned", "1", "2018-03-05T12:00:00Z", order_id="o9")
    totals, _ = replayed(log(joined(), refused, line("joined", "2")))
    assert totals["as_of"] == "2018-03-05"


def test_the_sample_without_a_day_is_stated_as_of_its_last() -> None:
    """9 December 2018; nothing has lapsed by then."""
    totals, _ = replayed(sample_text())
    assert totals == PUBLISHED["2019-06-30"] | {
        "as_of": "2018-12-09",
        "available": 75_738_069 - 4_387_314,
        "lapsed": 0,
        "expiry_calendar": {"2018-12-31": 4_738_667, "2019-12-31": 66_612_088},
    }


@pytest.mark.parametrize(
    ("at", "events"),
    [
        ("2018-03-01T23:59:59.999999+05:30", 1),
        ("2018-03-01T18:29:59.999999Z", 1),
        ("2018-03-02T00:00:00+05:30", 0),
        ("2018-03-01T18:30:00Z", 0),
    ],
)
def test_a_line_counts_before_the_day_is_over_in_the_programmes_zone(at: str, events: int) -> None:
    """To the microsecond, whatever the offset in which it is written."""
    totals, reports = replayed(log(line("joined", "1", at)), "2018-03-01")
    assert (totals["events"], totals["members"], reports) == (events, events, [])


@pytest.mark.parametrize(
    ("as_of", "available", "lapsed"), [("2019-12-31", 10, 0), ("2020-01-01", 0, 10)]
)
def test_tokens_are_live_through_their_last_valid_day(
    as_of: str, available: int, lapsed: int
) -> None:
    """On the day itself they can be spent, on the next they have lapsed."""
    totals, _ = replayed(log(joined(), delivered("o1", "100.00")), as_of)
    assert (totals["available"], totals["lapsed"]) == (available, lapsed)
    assert totals["expiry_calendar"] == ({"2019-12-31": 10} if available else {})


# -------------------------------------------------------------------------- what there is not


@pytest.mark.parametrize("text", ["", "\n \r\n\n", HEADER, f"{HEADER}\r\n", f"\ufeff{HEADER}\n"])
def test_a_log_without_a_line_is_nothing_as_of_no_day(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    """Empty, blank, or a header alone: nothing is wrong with that."""
    path = tmp_path / "empty.csv"
    path.write_bytes(text.encode())
    done = ran(capsys, "replay", path, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.totals == NOTHING | {"as_of": None}
    assert "as of the end of       no day\n" in ran(capsys, "replay", path).out


def test_a_log_without_a_line_can_be_stated_as_of_a_day() -> None:
    """All figures are zero."""
    assert replayed("", "2018-06-30") == (NOTHING | {"as_of": "2018-06-30"}, [])


def test_a_line_may_earn_nothing() -> None:
    """INR 9.99 is a purchase and an event, and no token."""
    totals, _ = replayed(log(joined(), delivered("o1", "9.99")))
    assert totals == NOTHING | {"as_of": "2018-03-01", "events": 2, "members": 1}


# ----------------------------------------------------------------------- every kind of event


def test_every_kind_of_event_can_be_replayed() -> None:
    """Brought along, joined, placed, cancelled, delivered, returned by line and by value."""
    text = log(
        line("opening", "1", tokens="70", last_day="2018-12-31"),
        line("opening", "1", tokens="7", last_day="never", order_id="old"),
        joined(),
        line("placed", "1", order_id="o1", amount="1000.00", currency="INR"),
        line("placed", "1", order_id="o2", amount="500.00", currency="INR"),
        line("cancelled", "1", order_id="o1"),
        line("delivered", "1", order_id="o2", amount="500.00", currency="INR"),
        line("placed", "1", order_id="o3", amount="300.00", currency="INR"),
        line("delivered", "1", order_id="o4", amount="90.00", currency="INR", quantity="3"),
        line("returned", "1", order_id="o4", line_id="1", quantity="2"),
        line("returned", "1", order_id="o2", amount="100.00", currency="INR"),
        line("returned", "1", order_id="o9"),
        line("placed", "1", order_id="o3", amount="300.00", currency="INR", request_id="again"),
        line("opening", "1", tokens="1000", last_day="2017-12-31", order_id="older"),
        line("opening", "1", tokens="1000", last_day="2018-03-31", order_id="newer"),
        line("redeemed", "1", reward_id="f-code-redmi-note-4", request_id="r1"),
        line("redeemed", "1", reward_id="f-code-redmi-note-4", request_id="r2"),
        line("redeemed", "1", reward_id="f-code-redmi-note-5", request_id="r3"),
    )
    totals, reports = replayed(text)
    assert reports == []
    assert totals == {
        "programme": "reward-mi",
        "as_of": "2018-03-01",
        "events": 18,
        "repeated": 0,
        "unread": 0,
        "members": 1,
        "issued": 70 + 7 + 50 + 9 + 2_000,
        "promised": 30,
        "available": 70 + 7 + 40 + 3,
        "held": 0,
        "redeemed": 1_000,
        "lapsed": 1_000,
        "clawed_back": 6 + 10,
        "owed": 0,
        "refused": {
            "already_placed": 1,
            "insufficient_tokens": 1,
            "unknown_order": 1,
            "unknown_reward": 1,
        },
        "vouchers": {"f-code-redmi-note-4": 1},
        "tiers": {},
        "expiry_calendar": {"2018-12-31": 70, "2019-12-31": 43, "never": 7},
    }


def test_an_order_of_several_lines_is_delivered_line_by_line() -> None:
    """JSON Lines state the lines of an order; a delivery names one of them."""
    order = {
        "kind": "placed",
        "member_id": "1",
        "at": NOON,
        "order_id": "o1",
        "currency": "INR",
        "lines": [
            {"line_id": "phone", "amount": "9000.00"},
            {"line_id": "case", "amount": 300.50, "quantity": 2, "category": "case"},
        ],
    }
    member = {"kind": "joined", "member_id": "1", "at": NOON}
    part = {"kind": "delivered", "member_id": "1", "at": NOON, "order_id": "o1", "line_id": "case"}
    text = "".join(json.dumps(event) + "\n" for event in (member, order, part))
    totals, reports = replayed(text)
    assert reports == []
    assert (totals["issued"], totals["promised"]) == (30, 900)


def test_returns_take_back_what_the_order_earned_and_no_more() -> None:
    """In parts, to the last paisa; one paisa beyond what was delivered is refused."""
    text = log(
        joined(),
        delivered("o1", "100.00"),
        line("returned", "1", order_id="o1", amount="40.00", currency="INR", request_id="r1"),
        line("returned", "1", order_id="o1", amount="60.00", currency="INR", request_id="r2"),
        line("returned", "1", order_id="o1", amount="0.01", currency="INR", request_id="r3"),
    )
    totals, _ = replayed(text)
    assert (totals["issued"], totals["available"], totals["clawed_back"]) == (10, 0, 10)
    assert totals["refused"] == {"beyond_delivered": 1}


def _shop(*events: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Replay events of a member with an order of two lines, as JSON Lines."""
    lines = [{"line_id": "x", "amount": "1000"}, {"line_id": "y", "amount": 4500, "quantity": 2}]
    order = {"kind": "delivered", "order_id": "o1", "currency": "INR", "lines": lines}
    stated: list[dict[str, Any]] = [{"kind": "joined"}, order, *events]
    basics = {"member_id": "1", "at": NOON}
    return replayed("".join(json.dumps(basics | event) + "\n" for event in stated))


def test_lines_returned_are_no_more_than_those_named() -> None:
    """In JSON Lines an object each; another return of the order is another request."""
    totals, reports = _shop(
        {"kind": "returned", "order_id": "o1", "lines": [{"line_id": "x"}]},
        {"kind": "returned", "order_id": "o1", "line_id": "y"},
    )
    assert reports == []
    assert (totals["issued"], totals["clawed_back"], totals["repeated"]) == (550, 325, 0)
    totals, reports = _shop(
        {"kind": "returned", "order_id": "o1", "lines": [{"line_id": "x"}, {"line_id": "y"}]}
    )
    assert (totals["clawed_back"], reports) == (325, [])


@pytest.mark.parametrize(
    "stated",
    [
        {"lines": [{"line_id": "x", "quantity": 1, "amount": 1000}]},
        {"lines": [{}]},
        {"lines": []},
        {"lines": [{"line_id": "x"}], "amount": 1000, "currency": "INR"},
        {"line_id": "x", "amount": 1000, "currency": "INR"},
        {"quantity": 1},
    ],
)
def test_a_return_that_is_not_understood_takes_nothing_back(stated: dict[str, Any]) -> None:
    """It is one message, and never a return of the whole order."""
    totals, reports = _shop({"kind": "returned", "order_id": "o1"} | stated)
    assert (totals["issued"], totals["clawed_back"], totals["unread"]) == (550, 0, 1)
    assert len(reports) == 1


def test_orders_with_colons_are_told_apart_from_lines() -> None:
    """Neither delivery nor return of one is taken for the other's."""
    text = log(
        joined(),
        delivered("o1:2", "1000.00"),
        line("placed", "1", order_id="o1", amount="1000.00", currency="INR", line_id="2"),
        line("delivered", "1", order_id="o1", line_id="2"),
        line("returned", "1", order_id="o1:2"),
        line("returned", "1", order_id="o1", line_id="2"),
    )
    totals, reports = replayed(text)
    assert (reports, totals["repeated"]) == ([], 0)
    assert (totals["issued"], totals["clawed_back"]) == (200, 200)


def test_every_return_without_an_order_is_of_an_unknown_one() -> None:
    """None is a reused request; an equal line repeats the refusal."""
    lines = [line("returned", "1", amount=it, currency="INR") for it in ("10", "11", "10")]
    totals, reports = replayed(log(joined(), *lines, line("returned", "1", line_id="x")))
    assert (reports, totals["repeated"]) == ([], 1)
    assert totals["refused"] == {"unknown_order": 4}


def test_equal_returns_by_value_without_request_ids_are_one() -> None:
    """So the page says; with ids of their own they are two."""
    back = line("returned", "1", order_id="o1", amount="40.00", currency="INR")
    totals, _ = replayed(log(joined(), delivered("o1", "100.00"), back, back))
    assert (totals["clawed_back"], totals["repeated"]) == (4, 1)


# --------------------------------------------------------------------------------- one member


def test_one_member_alone_is_carried_out() -> None:
    """The others' lines are passed over, but the latest of them says which day it is."""
    text = log(
        joined("1"),
        delivered("o1", "100.00", "1"),
        joined("2"),
        delivered("o2", "200.00", "2", at="2018-05-01T12:00:00+05:30"),
        delivered("o3", "200.00", "2", at="2018-04-01T12:00:00+05:30"),
        line("party", "2"),
    )
    totals, reports = replayed(text, member_id="1")
    assert (totals["events"], totals["members"], totals["available"]) == (2, 1, 10)
    assert totals["as_of"] == "2018-05-01"
    assert [report.partition(";")[0] for report in reports] == ["line 7: unknown kind 'party'"]


# ------------------------------------------------------------------------------ bad lines


def test_bad_lines_are_reported_in_their_order_across_batches() -> None:
    """Whether reading, making the command or deciding found it; the rest is still replayed."""
    lines = [joined()]
    for number in range(BATCH):
        lines.append(delivered(f"o{number}", "100.00"))
        if number % 100 == 0:
            lines += [
                delivered(f"o{number}", "100.01").replace(",o", f",r{number}-o", 1),
                delivered(f"o{number}", "100.01"),
                delivered(f"x{number}", "1e3"),
                "too,few",
            ]
    totals, reports = replayed(log(*lines))
    bad = BATCH // 100 * 3
    assert (totals["unread"], len(reports)) == (bad, bad)
    numbers = [int(report.split()[1][:-1]) for report in reports]
    assert numbers == sorted(numbers)
    assert totals["events"] == len(lines) - bad
    assert totals["issued"] == BATCH * 10 + BATCH // 100 * 10


def test_a_log_of_bad_lines_alone_is_reported_whole() -> None:
    """Each line once, more of them than a batch has."""
    totals, reports = replayed(log(*[line("party", "1")] * (BATCH + 1)))
    assert (totals["unread"], len(reports), totals["events"]) == (BATCH + 1, BATCH + 1, 0)


_FIELDS = st.one_of(
    st.sampled_from(
        " 0 1 -1 1e3 nan 100.00 0.001 9999999999999999999 INR USD never 2018-12-31 9999-12-31"
        f" {NOON} 9999-12-31T23:59:59Z 0001-01-01T00:00:00+05:30"
        " o1 o2 joined placed delivered returned cancelled opening redeemed"
        " f-code-redmi-note-4".split(" ")
    ),
    st.text(max_size=5),
)
_LINES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.lists(_FIELDS, min_size=len(HEADER.split(",")), max_size=len(HEADER.split(","))).map(
            ",".join
        ),
        st.dictionaries(st.sampled_from(HEADER.split(",")), _FIELDS).map(
            lambda columns: line(**({"kind": "delivered", "member_id": "1"} | columns))
        ),
    ),
    max_size=12,
)


@given(lines=_LINES)
def test_whatever_the_lines_are_each_is_taken_or_reported(lines: list[str]) -> None:
    """Nothing but the replay's own answers comes of any line, and the rest is replayed."""
    totals, reports = replayed(log(joined("first"), *lines, joined("last")))
    stated = [it for text in lines for it in text.split("\n") if it.strip() and it != HEADER]
    assert totals["members"] >= 2
    assert totals["unread"] == len(reports)
    assert totals["events"] + totals["unread"] == len(stated) + 2


@given(lines=st.lists(st.recursive(_FIELDS | st.none() | st.booleans(), st.lists), max_size=12))
def test_whatever_the_values_are_json_lines_are_taken_or_reported(lines: list[object]) -> None:
    """The same for JSON Lines."""
    events: Iterable[object] = (
        {"kind": "joined", "member_id": it, "at": NOON} if number % 2 else it
        for number, it in enumerate(lines)
    )
    text = '{"kind": "joined", "member_id": "first", "at": "2018-03-01T12:00:00Z"}\n'
    totals, reports = replayed(text + "".join(json.dumps(event) + "\n" for event in events))
    assert totals["events"] + len(reports) == len(lines) + 1
    assert totals["unread"] == len(reports)
