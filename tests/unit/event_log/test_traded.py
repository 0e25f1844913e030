"""Old devices in event logs: what becomes of exchanges, and how they are counted."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from mi_rewards import MemoryStore, bundled
from mi_rewards._cli.stored import StoredReplay
from mi_rewards._event_log.lines import Unread, read_rows
from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.totals import Totals
from mi_rewards._event_log.traded import exchange_counts, latest_traded
from mi_rewards.programme import Programme
from mi_rewards.trade_in import Worse
from tests.event_logs import line, log, ran
from tests.exchanging import ONLINE, PICKUP
from tests.phones import a_book, imei
from tests.shop import ist, rules
from tests.wallets import day

BOOK = a_book(book_id="cashify", ages=())
GIVEN = "power=yes;screen=clean;battery=good;box=nothing"
CRACKED = "power=yes;screen=cracked;battery=good;box=nothing"
SHOP = rules(
    trade_ins=(
        ONLINE,
        attrs.evolve(PICKUP, worse=Worse.PAY_DIFFERENCE, answer_within_hours=48),
    ),
    price_books=(BOOK,),
)


PAID = {"payer": "programme", "currency": "INR"}


def at(text: str) -> str:
    """Write an instant of March 2018 in India."""
    return f"2018-03-{text}:00+05:30"


LISTED = line(
    "device_listed",
    at=at("01T10:00"),
    book_id="cashify",
    model_id="3t",
    brand="OnePlus",
    amount="8000.00",
    currency="INR",
)


def told(kind: str, when: str, exchange_id: str, **columns: str) -> str:
    """Write a line about an exchange of asha's."""
    return line(kind, "asha", at(when), exchange_id=exchange_id, **columns)


def quoted(when: str, number: int, terms_id: str = "pickup", **columns: str) -> str:
    """Write the line that quotes a device by its number, as the quote of that number."""
    given = {
        "quote_id": f"q{number}",
        "model_id": "3t",
        "imeis": imei(number),
        "answers": GIVEN,
        **columns,
    }
    return line("device_quoted", "asha", at(when), terms_id=terms_id, **given)


def opened(when: str, number: int, **columns: str) -> str:
    """Write the line that takes that quote, for the order of that number."""
    given = {"quote_id": f"q{number}", "order_id": f"o{number}", **columns}
    return told("exchange_opened", when, f"x{number}", **given)


def bought(number: int) -> str:
    """Write the line of an order that is placed."""
    return line(
        "placed",
        "asha",
        at("01T11:00"),
        order_id=f"o{number}",
        amount="9999.00",
        currency="INR",
        category="phones",
    )


def visited(number: int) -> list[str]:
    """Write the lines up to the visit of an exchange."""
    return [
        bought(number),
        quoted("02T10:00", number),
        opened("02T11:00", number),
        told("visit_scheduled", "02T12:00", f"x{number}", visit_at=at("04T10:00")),
    ]


def inspected(number: int, answers: str = GIVEN, **columns: str) -> str:
    """Write the line of an inspection."""
    given = {"imeis": imei(number), "answers": answers, **columns}
    return told("device_inspected", "04T10:00", f"x{number}", **given)


STORY = [
    LISTED,
    *visited(1),
    inspected(1),
    told("exchange_settled", "05T10:00", "x1", **PAID, amount="8000.00", reference="p1"),
    *visited(2),
    inspected(2, CRACKED),
    told("offer_accepted", "04T12:00", "x2"),
    *visited(3),
    inspected(3, CRACKED),
    told("offer_declined", "04T12:00", "x3"),
    *visited(4),
    inspected(4, reason="locked"),
    *visited(5),
    told("visit_missed", "04T11:00", "x5", reason="not_at_home"),
    *visited(6),
    told("exchange_cancelled", "03T10:00", "x6"),
    quoted("02T10:00", 7, "mi.com"),
    opened("02T11:00", 7, order_id=""),
    quoted("02T10:00", 8, "mi.com"),
    opened("02T11:00", 8, order_id=""),
    quoted("03T10:00", 8, "mi.com", quote_id="q9"),
]
"""One of each end: x1 paid, x2 to be paid, x3 kept, x4 not taken, x5 never visited again, x6 given
up, x7 not used, x8 quoted anew."""

NONE = dict.fromkeys(
    ("settled", "credited", "rejected", "declined", "missed", "expired", "void", "cancelled"), 0
)


def replayed(
    *lines: str, programme: Programme = SHOP, as_of: date | None = None
) -> tuple[Totals, list[Unread]]:
    """Replay lines in memory."""
    unread: list[Unread] = []
    replay = Replay(programme, report=unread.append, as_of=as_of)
    replay.run(read_rows(io.StringIO(log(*lines))))
    return replay.totals(), unread


ENDED = {"declined": 1, "rejected": 1, "void": 1, "cancelled": 1}


@pytest.mark.parametrize(
    ("as_of", "counts"),
    [
        ("2018-03-01", {}),
        ("2018-03-02", {"open": 8}),
        ("2018-03-03", {"open": 6, "void": 1, "cancelled": 1}),
        ("2018-03-05", {"open": 3, "settled": 1, **ENDED}),
        ("2018-03-09", {"open": 3, "settled": 1, **ENDED}),
        ("2018-03-10", {"open": 2, "settled": 1, "missed": 1, **ENDED}),
        ("2018-03-16", {"open": 2, "settled": 1, "missed": 1, **ENDED}),
        ("2018-03-17", {"open": 1, "settled": 1, "missed": 1, "expired": 1, **ENDED}),
    ],
)
def test_exchanges_are_counted_by_where_they_end(as_of: str, counts: dict[str, int]) -> None:
    """Day by day, as the calendar has it by then; what is still to be paid is open."""
    totals, unread = replayed(*STORY, as_of=day(as_of))
    assert unread == []
    assert totals.refused == {}
    assert totals.exchanges == {"open": 0, **NONE, **counts}


def test_what_was_done_later_is_not_counted_before() -> None:
    """A store that knows more states the day named, but for a state on the way."""
    store = MemoryStore()
    replay = Replay(SHOP, report=lambda _: None, store=store)
    replay.run(read_rows(io.StringIO(log(*STORY))))
    for text in ("01 23:59", "02 23:59", "03 23:59", "05 23:59", "30 23:59"):
        then = replayed(*STORY, as_of=day(f"2018-03-{text[:2]}"))[0]
        assert exchange_counts(store, ist(f"2018-03-{text}")) == then.exchanges


def test_exchanges_are_in_the_totals_of_programmes_that_have_them() -> None:
    """In JSON and in text, and of others not at all."""
    totals, _ = replayed(*STORY, as_of=day("2018-04-30"))
    assert totals.as_json()["exchanges"] == totals.exchanges
    assert "preorders" not in totals.as_json()
    text = totals.as_text()
    assert "exchanges settled" in text
    assert "exchanges credited" not in text
    others, _ = replayed(programme=rules())
    assert others.exchanges is None
    assert "exchanges" not in others.as_json()
    assert "exchanges" not in others.as_text()


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ([quoted("02T10:00", 1)], {"not_in_portfolio": 1}),
        ([LISTED, quoted("02T10:00", 1, answers="")], {"answers_incomplete": 1}),
        (
            [LISTED, *visited(1), inspected(1), inspected(1, request_id="again")],
            {"exchange_not_open": 1},
        ),
        ([LISTED, *visited(1), quoted("03T10:00", 1, quote_id="q9")], {"device_in_exchange": 1}),
        ([opened("02T11:00", 1)], {"unknown_device_quote": 1}),
        ([told("exchange_cancelled", "02T11:00", "x")], {"unknown_exchange": 1}),
    ],
)
def test_a_no_is_counted_by_its_code(lines: Sequence[str], refused: dict[str, int]) -> None:
    """Like that of any other line."""
    totals, unread = replayed(*lines)
    assert (totals.refused, unread) == (refused, [])


def test_terms_that_are_not_there_are_a_line_that_cannot_be_read() -> None:
    """It has its number and names those that there are; the lines around it count."""
    totals, unread = replayed(
        LISTED, quoted("02T10:00", 1, terms_id="pickups"), quoted("02T10:00", 2)
    )
    assert unread == [
        Unread(3, "small has no trade-in terms 'pickups': there is 'mi.com', 'pickup'")
    ]
    assert (totals.events, totals.unread, totals.refused) == (2, 1, {})


def test_a_rule_book_without_trade_ins_hints_at_another(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each line is reported and the exit status is 1: the wrong rule book is the likely reason."""
    path = tmp_path / "log.csv"
    path.write_text(log(LISTED, quoted("02T10:00", 1)), encoding="utf-8")
    found = ran(capsys, "replay", path, "--programme", "reward-mi", "--json")
    assert found.status == 1
    assert found.totals["unread"] == 1
    assert (
        "line 3: reward-mi has no trade-in terms 'pickup': it states none; another rule book is"
        " named with --programme\n"
    ) in found.err


def test_a_partner_can_price() -> None:
    """What a line states is the price, whatever the price book would say, within its bounds."""
    partner = {"amount": "4000.00", "currency": "INR", "valuer": "cashify", "brand": "OnePlus"}
    totals, unread = replayed(
        bought(1),
        quoted("02T10:00", 1, **partner),
        opened("02T11:00", 1),
        told("visit_scheduled", "02T12:00", "x1", visit_at=at("04T10:00")),
        inspected(1, **partner | {"amount": "3000.00", "brand": ""}),
        told("offer_accepted", "04T12:00", "x1"),
        told("exchange_settled", "05T10:00", "x1", **PAID, amount="3000", reference="p"),
    )
    assert (totals.refused, unread) == ({}, [])
    assert totals.exchanges == {"open": 0, **NONE, "settled": 1}


def test_a_log_twice_over_gives_the_same_figures() -> None:
    """Its second half is repeated."""
    once, _ = replayed(*STORY)
    twice, unread = replayed(*STORY, *STORY)
    assert unread == []
    assert twice.repeated == once.events
    assert twice.exchanges == once.exchanges


def test_a_store_without_tokens_knows_its_latest_day() -> None:
    """That of the last quote, or of what became of an exchange; none where there is nothing."""
    store = MemoryStore()
    assert latest_traded(store) is None
    stored = StoredReplay(store, SHOP, report=lambda _: None)
    assert stored.latest is None
    stored.run(read_rows(io.StringIO(log(LISTED, quoted("02T10:00", 1)))))
    assert latest_traded(store) == ist("2018-03-02 10:00")
    stored.run(read_rows(io.StringIO(log(*STORY))))
    assert latest_traded(store) == ist("2018-03-05 10:00")
    again = StoredReplay(store, SHOP, report=lambda _: None)
    assert again.latest == ist("2018-03-05 10:00")
    assert again.totals().exchanges == {
        "open": 3,
        **NONE,
        "settled": 1,
        **ENDED,
    }


# ------------------------------------------------------------------------- the sample

OUTCOME = {
    "events": 42,
    "repeated": 0,
    "unread": 0,
    "members": 7,
    "issued": 1_499,
    "refused": {"brand_not_accepted": 1, "device_in_exchange": 1, "quote_expired": 1},
}


def of_sample(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """Replay the sample."""
    book = ("--programme", "mi-exchange", "--json")
    found = ran(capsys, "replay", "sample:exchange", *book, *arguments)
    assert (found.status, found.err) == (0, "")
    return found.totals


@pytest.mark.parametrize(
    ("as_of", "counts"),
    [
        ("2017-11-22", {"open": 1}),
        ("2017-11-26", {"open": 1, "settled": 1}),
        ("2017-11-27", {"settled": 2}),
        ("2017-12-01", {"settled": 2, "declined": 1, "rejected": 1}),
        ("2018-03-20", {"settled": 2, "declined": 1, "rejected": 1, "void": 1, "open": 1}),
        ("2018-04-03", {"settled": 2, "declined": 1, "rejected": 1, "void": 1, "open": 1}),
        ("2018-04-04", {"settled": 2, "declined": 1, "rejected": 1, "void": 1, "expired": 1}),
    ],
)
def test_the_sample_day_by_day(
    capsys: pytest.CaptureFixture[str], as_of: str, counts: dict[str, int]
) -> None:
    """What is issued online on 20 March is over with the fourteenth day after."""
    assert of_sample(capsys, "--as-of", as_of)["exchanges"] == {"open": 0, **NONE, **counts}


def test_the_sample_comes_to_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """Every line is read; the order that was delivered earns."""
    found = of_sample(capsys)
    assert {name: found[name] for name in OUTCOME} == OUTCOME


def test_the_sample_says_that_it_is_invented() -> None:
    """Beside the file."""
    notice = bundled.sample("exchange").with_name("README.md").read_text("utf-8")
    assert "`exchange.csv` is invented" in notice


def test_the_sample_in_a_database_gives_the_same_figures(
    capsys: pytest.CaptureFixture[str], url: str
) -> None:
    """And once more all of it is repeated."""
    plain = of_sample(capsys)
    assert of_sample(capsys, "--store", url) == plain
    assert of_sample(capsys, "--store", url) == plain | {"repeated": 42}
    day_before = of_sample(capsys, "--as-of", "2017-11-27")
    assert of_sample(capsys, "--store", url, "--as-of", "2017-11-27") == day_before | {
        "repeated": day_before["events"]
    }
