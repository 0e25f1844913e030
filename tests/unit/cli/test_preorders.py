"""Replays with quotas and pre-orders, what adds them up, and the sample of two Fridays.

1. Most logs are of the rule book `CODED` of `tests.ahead`: two ways to sell ahead, payments within
   fifteen minutes, a week to pick up, and an F-code for ten tokens, valid for thirty days.
2. Times are of Friday, 31 March 2017, unless they say otherwise.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mi_rewards import bundled
from mi_rewards._cli.stored import opened_store
from mi_rewards.commands import Rewards
from mi_rewards.preorders import PreOrder, PreOrderState, Quota
from mi_rewards.rule_book import to_toml
from tests.ahead import CODED, open_quota, order_ahead
from tests.event_logs import Ran, line, log, ran

FRIDAY = "sample:friday"
STATES = (
    "placed",
    "paid",
    "shipped",
    "ready",
    "delivered",
    "cancelled",
    "refunded",
    "run_out",
    "unclaimed",
    "late",
)
UNITS = ("size", "free", "held", "sold", "reserved")


def counted(**counts: int) -> dict[str, int]:
    """Count pre-orders: none but these."""
    assert counts.keys() <= set(STATES)
    return {name: counts.get(name, 0) for name in STATES}


def units(*figures: int) -> dict[str, int]:
    """State size, free, held, sold, reserved."""
    return dict(zip(UNITS, figures, strict=True))


def at(time: str, day: str = "2017-03-31") -> str:
    """Write an instant."""
    return f"{day}T{time}+05:30"


def opened(quantity: int = 1, quota_id: str = "q", terms_id: str = "mi.com", **more: str) -> str:
    """A quota is opened, on which anybody can buy from noon on."""
    return line(
        "quota_opened",
        at=at("10:00:00"),
        quota_id=quota_id,
        quantity=str(quantity),
        terms_id=terms_id,
        product_id="redmi-note-4",
        opens_at=at("12:00:00"),
        **more,
    )


def ahead(order_id: str, when: str = at("12:00:00"), quota_id: str = "q", **more: str) -> str:
    """A pre-order is placed by the member of that name."""
    paid = {"amount": "10999.00", "currency": "INR", "payment_mode": "credit_card"}
    return line("preordered", order_id, when, order_id=order_id, quota_id=quota_id, **(paid | more))


def then(kind: str, order_id: str, when: str, amount: str = "", **more: str) -> str:
    """Something becomes of it."""
    paid = {"amount": amount, "currency": "INR"} if amount else {}
    return line(f"preorder_{kind}", order_id, when, order_id=order_id, **paid, **more)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Write the rule book."""
    path = tmp_path / "book.toml"
    path.write_text(to_toml(CODED), "utf-8")
    return path


def summed(
    capsys: pytest.CaptureFixture[str], book: Path, text: str, *more: object
) -> dict[str, Any]:
    """Replay a log and add it up; every line of it is read."""
    path = book.with_name("log.csv")
    path.write_text(text, "utf-8")
    done = ran(capsys, "preorders", path, "--programme", book, "--json", *more)
    assert (done.status, done.err) == (0, "")
    return done.totals


# ------------------------------------------------------------------------------- the sample

OUTCOME: dict[str, Any] = {
    "programme": "mi-preorders",
    "as_of": "2017-07-02",
    "events": 42,
    "repeated": 0,
    "unread": 0,
    "members": 7,
    "issued": 1_500 + 2 * 999,
    "promised": 2 * 999,
    "available": 500 + 2 * 999,
    "held": 0,
    "redeemed": 1_000,
    "lapsed": 0,
    "clawed_back": 0,
    "owed": 0,
    "refused": {
        "already_shipped": 1,
        "member_limit_reached": 1,
        "payment_mode_refused": 1,
        "preorder_not_open": 1,
        "quota_exhausted": 2,
        "sale_not_open": 1,
    },
    "vouchers": {"f-code-redmi-note-4": 1},
    "tiers": {},
    "expiry_calendar": {"2018-12-31": 500 + 2 * 999},
    "preorders": counted(placed=1, paid=2, delivered=3, cancelled=1, run_out=1, late=1),
    "quotas": {
        "friday-1": units(3, 1, 0, 2, 0),
        "friday-2": units(2, 0, 1, 1, 0),
        "redmi-note-4-f-codes": units(2, 1, 0, 1, 0),
        "sangeetha": units(2, 1, 0, 1, 0),
    },
}
"""What the two Fridays come to."""

DAYS: list[tuple[str, dict[str, int], tuple[int, ...], tuple[int, ...]]] = [
    ("2017-06-19", counted(), (3, 3, 0, 0, 0), (2, 2, 0, 0, 0)),
    ("2017-06-20", counted(paid=1), (3, 3, 0, 0, 0), (2, 1, 0, 0, 1)),
    ("2017-06-23", counted(paid=4, run_out=1), (3, 0, 0, 3, 0), (2, 1, 0, 0, 1)),
    ("2017-06-25", counted(paid=3, run_out=1, cancelled=1), (3, 1, 0, 2, 0), (2, 1, 0, 0, 1)),
    ("2017-06-26", counted(paid=4, run_out=1, cancelled=1), (3, 1, 0, 2, 0), (2, 1, 0, 1, 0)),
    (
        "2017-06-28",
        counted(paid=1, shipped=2, ready=1, run_out=1, cancelled=1),
        (3, 1, 0, 2, 0),
        (2, 1, 0, 1, 0),
    ),
    (
        "2017-06-29",
        counted(paid=1, shipped=2, ready=1, run_out=1, cancelled=1, late=1),
        (3, 1, 0, 2, 0),
        (2, 1, 0, 1, 0),
    ),
    (
        "2017-07-03",
        counted(paid=2, delivered=3, run_out=2, cancelled=1, late=1),
        (3, 1, 0, 2, 0),
        (2, 1, 0, 1, 0),
    ),
]
"""Of days: where the pre-orders are, the units of the first Friday, and those for codes."""


def replayed(capsys: pytest.CaptureFixture[str], *more: object) -> Ran:
    """Replay the sample."""
    return ran(capsys, "replay", FRIDAY, "--programme", "mi-preorders", "--json", *more)


def test_two_fridays_come_to_what_they_come_to(capsys: pytest.CaptureFixture[str]) -> None:
    """Every figure; refusals are outcomes, so the exit status is 0.

    Before noon nobody buys. One pre-order is not paid for by 12:15, and its payment then is
    refused; at 12:16 its unit is bought by who came too late before. Nobody gets two of a quota, or
    pays cash on delivery. What was shipped is not cancelled. The retailer's is booked with Rs
    1,000 and earns nothing; of two delivered by mi.com one was bought with a friend's F-code.
    """
    done = replayed(capsys)
    assert (done.status, done.err) == (0, "")
    assert done.totals == OUTCOME


def test_the_fridays_are_added_up(capsys: pytest.CaptureFixture[str]) -> None:
    """The same quotas and pre-orders, and what is to be done."""
    done = ran(capsys, "preorders", FRIDAY, "--json")
    assert (done.status, done.err) == (0, "")
    same = ("programme", "as_of", "events", "repeated", "unread", "refused", "quotas", "preorders")
    money = {"amount_minor": 9_999_00, "currency": "INR"}
    assert done.totals == {name: OUTCOME[name] for name in same} | {
        "payments_due": [
            {"order_id": "D-2", "member_id": "D", "quota_id": "friday-2"}
            | money
            | {"until_at": "2017-07-03T12:00:00+05:30"}
        ],
        "late_to_ship": [
            {"order_id": "E-1", "member_id": "E", "quota_id": "friday-1"}
            | {"ship_through": "2017-06-28"}
        ],
        "to_give_back": [{"order_id": "F-2", "member_id": "F", "quota_id": "friday-1"} | money],
    }


@pytest.mark.parametrize(
    ("day", "counts", "friday", "codes"), DAYS, ids=[str(day) for day, *_ in DAYS]
)
def test_a_day_of_the_fridays(
    capsys: pytest.CaptureFixture[str],
    day: str,
    counts: dict[str, int],
    friday: tuple[int, ...],
    codes: tuple[int, ...],
) -> None:
    """The five days for shipping end with 28 June, the payment that is waited for on 3 July."""
    totals = replayed(capsys, "--as-of", day).totals
    assert totals["preorders"] == counts
    assert totals["quotas"]["friday-1"] == units(*friday)
    assert totals["quotas"]["redmi-note-4-f-codes"] == units(*codes)


def test_the_fridays_twice_over_give_the_same_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """I8: each line's second coming is its receipt, also after what has run out in between."""
    text = bundled.sample("friday").read_text("utf-8")
    path = tmp_path / "twice.csv"
    path.write_text(text + text, "utf-8")
    totals = ran(capsys, "replay", path, "--programme", "mi-preorders", "--json").totals
    refused = {code: 2 * count for code, count in OUTCOME["refused"].items()}
    assert totals == OUTCOME | {"events": 84, "repeated": 42, "refused": refused}


def test_the_fridays_in_a_database_give_the_same_figures(
    capsys: pytest.CaptureFixture[str], url: str
) -> None:
    """Of every day, before and after the whole is there; and once more all of it is repeated."""
    for day, *_ in DAYS[2:5]:
        plain = replayed(capsys, "--as-of", day).totals
        known = plain["events"]
        stored = replayed(capsys, "--as-of", day, "--store", url).totals
        assert stored == plain | {"repeated": stored["repeated"]}
        assert stored["repeated"] < known
    assert replayed(capsys, "--store", url).totals == OUTCOME | {"repeated": 30}
    assert replayed(capsys, "--store", url).totals == OUTCOME | {"repeated": 42}
    for day, *_ in DAYS:
        plain = replayed(capsys, "--as-of", day).totals
        stored = replayed(capsys, "--as-of", day, "--store", url).totals
        assert stored == plain | {"repeated": plain["events"]}


def test_the_pre_orders_of_a_store_are_added_up(
    capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    """Without FILE: as of the day of the latest entry, or the day named."""
    replayed(capsys, "--store", sqlite_url)
    counts = {"events": 0, "repeated": 0, "refused": {}}
    for day in ((), ("--as-of", "2017-06-23")):
        told = ran(capsys, "preorders", "--store", sqlite_url, "--json", *day)
        expected = ran(capsys, "preorders", FRIDAY, "--json", *day).totals
        assert told.totals == expected | counts


def test_the_sample_says_that_it_is_invented() -> None:
    """Beside the file."""
    notice = bundled.sample("friday").with_name("README.md").read_text("utf-8")
    assert "`friday.csv` is invented" in notice


# ------------------------------------------------------------------------ what has run out


@pytest.mark.parametrize(
    ("when", "refused", "counts"),
    [
        (at("12:14:59"), {"quota_exhausted": 1}, counted(run_out=1)),
        (at("12:15:00"), {}, counted(run_out=2)),
        (at("12:15:01"), {}, counted(run_out=2)),
    ],
)
def test_a_unit_is_there_again_from_the_deadline_on(
    capsys: pytest.CaptureFixture[str],
    book: Path,
    sqlite_url: str,
    when: str,
    refused: dict[str, int],
    counts: dict[str, int],
) -> None:
    """For the next line of that instant, in memory and in a database; at its end all is free."""
    text = log(opened(), ahead("a"), ahead("b", when))
    for store in ((), ("--store", sqlite_url)):
        totals = summed(capsys, book, text, *store)
        assert (totals["refused"], totals["preorders"]) == (refused, counts)
        assert totals["quotas"] == {"q": units(1, 1, 0, 0, 0)}


def test_any_line_books_what_has_run_out(
    capsys: pytest.CaptureFixture[str], book: Path, sqlite_url: str
) -> None:
    """A member who joins then is enough; what is paid for by then stays sold."""
    text = log(
        opened(2),
        ahead("a"),
        ahead("b"),
        then("paid", "b", at("12:14:59"), "10999.00"),
        line("joined", "c", at("12:15:00")),
    )
    totals = summed(capsys, book, text, "--store", sqlite_url)
    assert totals["quotas"] == {"q": units(2, 1, 0, 1, 0)}
    assert stored_states(sqlite_url) == {"a": PreOrderState.RUN_OUT, "b": PreOrderState.PAID}


def stored_states(url: str) -> dict[str, PreOrderState]:
    """Say where each pre-order is, as it is stored."""
    with opened_store(url) as store:
        return {it.order_id: it.state for it in store.all_of(PreOrder)}


def test_stating_books_nothing(
    capsys: pytest.CaptureFixture[str], book: Path, sqlite_url: str
) -> None:
    """What has run out by the end of the day is counted, and left for the next line."""
    totals = summed(capsys, book, log(opened(), ahead("a")), "--store", sqlite_url)
    assert totals["preorders"] == counted(run_out=1)
    assert stored_states(sqlite_url) == {"a": PreOrderState.PLACED}


def test_another_log_books_what_the_first_one_left(
    capsys: pytest.CaptureFixture[str], book: Path, sqlite_url: str
) -> None:
    """A pre-order that was not paid for, an F-code whose time is over: the store has their ends."""
    brought = line("opening", "a", at("10:00:00"), tokens="100", last_day="2018-12-31")
    code = {"reward_id": "f-code"}
    first = log(
        opened(2, for_codes="1"),
        brought,
        line("redeemed", "a", at("11:00:00"), request_id="1", **code),
        ahead("a"),
    )
    summed(capsys, book, first, "--store", sqlite_url)
    late, early = at("00:00:00", "2017-05-01"), at("23:59:59", "2017-04-30")
    second = log(
        ahead("b", at("13:00:00")),
        line("redeemed", "a", early, request_id="2", **code),
        line("redeemed", "a", late, request_id="3", **code),
    )
    totals = summed(capsys, book, second, "--store", sqlite_url)
    assert totals["refused"] == {"quota_exhausted": 1}
    assert totals["preorders"] == counted(run_out=2)
    assert totals["quotas"] == {"q": units(2, 1, 0, 0, 1)}
    assert stored_states(sqlite_url) == {"a": PreOrderState.RUN_OUT, "b": PreOrderState.RUN_OUT}


def test_what_is_left_at_the_store_comes_back(
    capsys: pytest.CaptureFixture[str], book: Path
) -> None:
    """After seven days, at midnight; the booking is to be given back, then was."""
    quota = {"quota_id": "q", "payment_mode": ""}
    last, over = at("23:59:59", "2017-04-08"), at("00:00:00", "2017-04-09")
    text = log(
        opened(1, terms_id="offline"),
        ahead("a", **quota),
        then("paid", "a", at("12:05:00"), "1000.00"),
        then("ready", "a", at("10:00:00", "2017-04-01")),
        ahead("b", last, **quota),
        ahead("c", over, **quota),
    )
    totals = summed(capsys, book, text)
    assert totals["refused"] == {"quota_exhausted": 1}
    assert totals["preorders"] == counted(run_out=1, unclaimed=1)
    refund = {"order_id": "a", "member_id": "a", "quota_id": "q"}
    assert totals["to_give_back"] == [refund | {"amount_minor": 1_000_00, "currency": "INR"}]
    more = then("refunded", "a", at("12:00:00", "2017-04-10"), "1000.00")
    totals = summed(capsys, book, text + more + "\n")
    assert totals["preorders"] == counted(run_out=1, refunded=1)
    assert totals["to_give_back"] == []


def test_a_code_is_free_again_where_what_it_was_to_buy_is_not_paid_for(
    capsys: pytest.CaptureFixture[str], book: Path
) -> None:
    """Handed on by what the log calls it, until it is used; one that no line names is unknown."""
    text = log(
        opened(1, for_codes="1"),
        line("opening", "a", at("10:00:00"), tokens="100", last_day="2018-12-31"),
        line("redeemed", "a", at("11:00:00"), request_id="1", reward_id="f-code", code="pass"),
        ahead("b", at("11:30:00"), code="pass"),
        ahead("c", at("11:44:59"), code="pass"),
        ahead("d", at("11:45:00"), code="pass"),
        then("paid", "d", at("11:50:00"), "10999.00"),
        ahead("e", at("11:55:00"), code="pass"),
        ahead("f", at("11:55:00"), code="no pass"),
    )
    totals = summed(capsys, book, text)
    assert totals["refused"] == {"voucher_attached": 1, "voucher_not_found": 1, "voucher_used": 1}
    assert totals["preorders"] == counted(run_out=1, paid=1)
    assert totals["quotas"] == {"q": units(1, 0, 0, 1, 0)}


def test_any_number_of_units_comes_back_at_once(
    capsys: pytest.CaptureFixture[str],
    book: Path,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before one line, part by part."""
    monkeypatch.setattr("mi_rewards._event_log.deadlines.BATCH", 2)
    names = [f"a{n}" for n in range(5)]
    text = log(opened(5), *[ahead(name) for name in names], line("joined", "z", at("12:15:00")))
    summed(capsys, book, text, "--store", sqlite_url)
    assert stored_states(sqlite_url) == dict.fromkeys(names, PreOrderState.RUN_OUT)


def test_a_deadline_that_was_met_costs_nothing(
    capsys: pytest.CaptureFixture[str], book: Path, sqlite_url: str
) -> None:
    """Only what has run out is booked; what is paid for, or was cancelled, is left alone."""
    text = log(
        opened(3),
        ahead("a"),
        ahead("b"),
        ahead("c"),
        then("paid", "a", at("12:01:00"), "10999.00"),
        then("cancelled", "b", at("12:01:00")),
        line("joined", "z", at("12:15:00")),
    )
    summed(capsys, book, text, "--store", sqlite_url)
    with opened_store(sqlite_url) as store:
        versions = {it.order_id: it.version for it in store.all_of(PreOrder)}
    assert versions == {"a": 2, "b": 2, "c": 2}
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        ((receipts,),) = database.execute("SELECT count(*) FROM mi_rewards_receipts").fetchall()
    # One for each line, one for the unit that came back, and one for the look at the last unit.
    assert receipts == 7 + 1 + 1


def exhausted(url: str) -> list[bool]:
    """Tell of each quota whether it was seen to have nothing left."""
    with opened_store(url) as store:
        return [it.exhausted_at is not None for it in store.all_of(Quota)]


def test_a_quota_is_looked_at_once_its_last_unit_is_taken(
    capsys: pytest.CaptureFixture[str], book: Path, new_sqlite: Callable[[], str]
) -> None:
    """Before the next line; after a run that broke off, before the first line of the next run."""
    url = new_sqlite()
    summed(capsys, book, log(opened(2), ahead("a")), "--store", url)
    assert exhausted(url) == [False]
    summed(capsys, book, log(ahead("b")), "--store", url)
    assert exhausted(url) == [True]
    url = new_sqlite()
    with opened_store(url) as store:
        rewards = Rewards(store, CODED)
        rewards.do(open_quota(1))
        rewards.do(order_ahead())
    assert exhausted(url) == [False]
    summed(capsys, book, log(), "--store", url)
    assert exhausted(url) == [True]


def test_before_a_line_that_comes_again_nothing_is_booked(
    capsys: pytest.CaptureFixture[str], book: Path, sqlite_url: str
) -> None:
    """So that a second run repeats the first, also where the lines are not in order."""
    lines = [
        opened(),
        line("joined", "z", at("18:00:00")),
        ahead("a"),
        then("paid", "a", at("12:10:00"), "10999.00"),
    ]
    summed(capsys, book, log(*lines[:3]), "--store", sqlite_url)
    assert stored_states(sqlite_url) == {"a": PreOrderState.PLACED}
    totals = summed(capsys, book, log(*lines), "--store", sqlite_url)
    assert (totals["repeated"], totals["refused"]) == (3, {})
    assert totals["quotas"] == {"q": units(1, 0, 0, 1, 0)}


def test_a_quota_grows_and_shrinks(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    """By the next line more can be bought; never does it fall below what somebody has."""
    more = line("quota_topped_up", at=at("12:05:00"), quota_id="q", quantity="2")
    fewer = line("quota_reduced", at=at("12:06:00"), quota_id="q", quantity="1")
    text = log(
        opened(), ahead("a"), ahead("b"), more, fewer, fewer, ahead("c", at("12:07:00"))
    ) + log(line("quota_reduced", at=at("12:08:00"), quota_id="q", quantity="1"))
    totals = summed(capsys, book, text)
    assert totals["repeated"] == 1
    assert totals["refused"] == {"quota_committed": 1, "quota_exhausted": 1}
    assert totals["quotas"] == {"q": units(2, 2, 0, 0, 0)}


# --------------------------------------------------------------------------- the command


def test_pre_orders_are_told_to_people(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    """Names cannot do anything to a terminal; lists that are empty are left out."""
    book.with_name("log.csv").write_text(
        log(opened(quota_id="q\x1b"), ahead("a", quota_id="q\x1b", until=at("12:09:00"))), "utf-8"
    )
    done = ran(capsys, "preorders", book.with_name("log.csv"), "--programme", book)
    assert done.out.splitlines() == [
        "Small: quotas and pre-orders at the end of 2017-03-31, times of Asia/Kolkata",
        "",
        "quota    size  free  held  sold  reserved",
        "'q\\x1b'     1     1     0     0         0",
        "",
        "pre-orders  1",
        "run out     1",
    ]


def test_the_totals_tell_people_of_pre_orders(
    capsys: pytest.CaptureFixture[str], book: Path
) -> None:
    """Below all else, each quota with its parts; what there is none of is left out."""
    book.with_name("log.csv").write_text(
        log(
            opened(2, quota_id="q\x1b"),
            ahead("a", quota_id="q\x1b"),
            then("paid", "a", at("12:01:00"), "10999.00"),
        ),
        "utf-8",
    )
    done = ran(
        capsys, "replay", book.with_name("log.csv"), "--programme", book, "--as-of", "2017-04-06"
    )
    assert [" ".join(it.split()) for it in done.out.splitlines()[-8:]] == [
        "vouchers issued 0",
        "pre-orders paid 1",
        "pre-orders late to ship 1",
        "units of quota 'q\\x1b' 2",
        "free 1",
        "held 0",
        "sold 1",
        "reserved 0",
    ]


def test_nothing_is_told_plainly(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_url: str
) -> None:
    """Of a log without a line, and of a store without anything."""
    path = tmp_path / "empty.csv"
    path.touch()
    head = "Pre-orders: quotas and pre-orders, times of Asia/Kolkata"
    for store in ((), ("--store", sqlite_url)):
        told = ran(capsys, "preorders", path, *store)
        assert told == (0, f"{head}\n\nNo quotas.\n\nNo pre-orders.\n", "")
        totals = ran(capsys, "preorders", path, "--json", *store).totals
        assert (totals["as_of"], totals["quotas"], totals["preorders"]) == (None, {}, counted())


def test_a_deadline_may_lie_beyond_the_local_years(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Then it is told in UTC."""
    path = tmp_path / "log.csv"
    path.write_text(
        log(opened(), ahead("a", until="9999-12-31T23:59:00Z")).replace("redmi-note-4", "p"),
        "utf-8",
    )
    (due,) = ran(capsys, "preorders", path, "--json").totals["payments_due"]
    assert due["until_at"] == "9999-12-31T23:59:00+00:00"
    assert "9999-12-31 23:59Z" in ran(capsys, "preorders", path).out


def test_arguments_that_cannot_be_used_are_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    """A rule book without pre-orders, and nothing to add up."""
    done = ran(capsys, "preorders", "sample:launch", "--programme", "reward-mi")
    assert done == (2, "", "mi_rewards: reward-mi takes no pre-orders\n")
    done = ran(capsys, "preorders")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("the following arguments are required: FILE, or --store\n")


def test_lines_that_cannot_be_read_are_reported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With their numbers; the others are taken, and the exit status is 1."""
    path = tmp_path / "log.jsonl"
    quota = {"kind": "quota_opened", "at": at("10:00:00"), "quota_id": "q", "quantity": 1}
    more = {"terms_id": "mi.com", "product_id": "p", "opens_at": at("12:00:00")}
    order = {"kind": "preordered", "member_id": "a", "at": at("12:00:00"), "order_id": "a"}
    price = {"quota_id": "q", "amount": 9999, "currency": "INR", "payment_mode": "credit_card"}
    events = [
        quota | more | {"member_id": "a"},
        quota | more | {"terms_id": "mi.org"},
        quota | more,
        order | price,
        order | price | {"until": at("12:15:00")},
        {"kind": "joined", "at": at("12:00:00")},
    ]
    path.write_text("".join(json.dumps(it) + "\n" for it in events), "utf-8")
    done = ran(capsys, "preorders", path, "--json")
    assert done.status == 1
    assert done.err.splitlines() == [
        "line 1: a quota is no member's: member_id stays empty",
        "line 2: the rule book has no pre-orders 'mi.org'",
        "line 4: preorders 'mi.com' states no pay_within_minutes: name pay_until",
        "line 6: member_id is missing",
    ]
    assert (done.totals["events"], done.totals["unread"]) == (2, 4)
    assert done.totals["preorders"] == counted(run_out=1)


def test_a_rule_book_without_pre_orders_states_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nor are they among its totals."""
    path = tmp_path / "log.csv"
    path.write_text(log(opened(), ahead("a")), "utf-8")
    done = ran(capsys, "replay", path, "--json")
    assert done.status == 1
    assert done.totals.keys().isdisjoint({"preorders", "quotas"})
    assert done.totals["refused"] == {"unknown_quota": 1}


def test_a_statement_takes_the_lines_of_all(
    capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    """Whether somebody gets a unit depends on others; of a store it is of the member's last day."""
    told = ran(capsys, "statement", FRIDAY, "--programme", "mi-preorders", "--member", "F")
    assert "order F-4 placed" in told.out
    replayed(capsys, "--store", sqlite_url)
    asked = ("statement", "--programme", "mi-preorders", "--store", sqlite_url, "--member", "F")
    assert "statement of F through 2017-06-30" in ran(capsys, *asked).out
