"""Batches: what they state, and what cannot be read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.lines import COLUMNS, Unread
from mi_rewards.bundled import programme
from mi_rewards.calendar import read_instant
from mi_rewards.errors import Misuse
from mi_rewards.modelling.history import Batch, batches, to_rows
from mi_rewards.modelling.history.batch import instant_of, micros_of
from mi_rewards.modelling.history.rows import amount_text, day_text, instant_text

RULES = programme("reward-mi")
NOON = "2018-03-01T12:00:00+05:30"
AT = read_instant(NOON)
MICROS = micros_of(AT)


def read(*rows: dict[str, Any], until: datetime | None = None) -> list[Batch]:
    """Read rows of member m at noon, as columns."""
    basics = {"member_id": "m", "at": NOON}
    stated = [{**basics, **row} for row in rows]
    if any("at_us" in row for row in rows):
        stated = [{name: it for name, it in row.items() if name != "at"} for row in stated]
    names = dict.fromkeys(name for row in stated for name in row)
    columns = {name: [row.get(name) for row in stated] for name in names}
    return list(batches(columns, RULES, until=until))


def test_a_batch_states_what_the_columns_state() -> None:
    """Each under its name; what nobody states is none."""
    texts = {
        "order_id": "o",
        "currency": "INR",
        "request_id": "r",
        "category": "phone",
        "channel": "mi.com",
        "line_id": "l",
        "reward_id": "w",
        "code": "c",
        "verdict": "approved",
        "hold_id": "h",
        "burn_id": "b",
    }
    (found,) = read(
        {
            "kind": "placed",
            "amount": "9.50",
            "tokens": "7",
            "last_day": "2018-12-31",
            "quantity": "2",
            "until": NOON,
            "quota_id": "q",
            "opens_at": AT,
            **texts,
        },
        {"kind": "joined", "variant": ""},
    )
    assert found == Batch(
        numbers=range(1, 3),
        kind=["placed", "joined"],
        member_id=["m", "m"],
        at=[MICROS, MICROS],
        minor=[950, -1],
        tokens=[7, -1],
        last_day=[737059, 0],
        quantity=[2, -1],
        until=[MICROS, -1],
        lines=None,
        segment=None,
        rest={"quota_id": ["q", ""], "opens_at": ["2018-03-01T06:30:00Z", ""]},
        unread=(),
        **{name: [text, ""] for name, text in texts.items()},
    )
    (plain,) = read({"kind": "joined"})
    stated = {"numbers", "kind", "member_id", "at"}
    assert {name for name, it in plain._asdict().items() if it} == stated


def test_typed_columns_state_the_same() -> None:
    """Whole numbers, decimals and instants in place of texts."""
    at_us = {"kind": "delivered", "order_id": "o", "currency": "INR", "at_us": MICROS}
    wanted = read({"kind": "delivered", "order_id": "o", "currency": "INR", "amount": "9.50"})
    assert read({**at_us, "amount": Decimal("9.5")}) == wanted
    assert read({**at_us, "amount_minor": 950}) == wanted
    held = {"kind": "held", "tokens": 7, "request_id": "h", "at_us": MICROS}
    assert read({**held, "until_us": MICROS}) == read({**held, "until": NOON})
    assert read({**held, "until_us": MICROS, "member_id": 12}) == read(
        {**held, "until": NOON, "member_id": "12"}
    )
    empty = {"kind": "joined", "at_us": MICROS}
    assert read({**empty, "until_us": None, "amount_minor": None}) == read({"kind": "joined"})


BAD = [
    ({"kind": "party"}, "unknown kind 'party'"),
    ({"kind": ""}, "unknown kind ''"),
    ({"kind": "joined", "member_id": ""}, "member_id is missing"),
    ({"kind": "joined", "at": "noon"}, "an instant is written as"),
    ({"kind": "joined", "at": ""}, "an instant is written as"),
    ({"kind": "joined", "at_us": 10**18}, "an instant is written as .*not '1000000000000000000'"),
    ({"kind": "joined", "at_us": None}, "an instant is written as .*not ''"),
    ({"kind": "delivered", "amount": "1e3", "currency": "INR"}, "the amount '1e3' is no plain"),
    ({"kind": "delivered", "amount": "1"}, "currency is missing"),
    ({"kind": "delivered", "amount": "1", "currency": "XAU"}, "a currency is an ISO 4217 code"),
    ({"kind": "delivered", "amount_minor": 1}, "currency is missing"),
    ({"kind": "delivered", "amount_minor": 1, "currency": "XAU"}, "a currency is an ISO 4217 code"),
    ({"kind": "delivered", "amount_minor": -1, "currency": "INR"}, "the amount '-1' is no plain"),
    (
        {"kind": "delivered", "amount_minor": 2**63, "currency": "INR"},
        "minor units are|the amount '92233720368547758.08'",
    ),
    (
        {"kind": "delivered", "amount": Decimal("1.005"), "currency": "INR"},
        "the amount '1.005' has more than the 2 decimals",
    ),
    ({"kind": "opening", "tokens": "7"}, "last_day is missing"),
    ({"kind": "opening", "last_day": "never"}, "tokens must be a whole number"),
    ({"kind": "opening", "last_day": "never", "tokens": -7}, "tokens must be .*not '-7'"),
    ({"kind": "opening", "last_day": "soon", "tokens": 7}, "a day is written as"),
    ({"kind": "opening", "last_day": 0, "tokens": 7}, "a day is written as .*not '0'"),
    ({"kind": "redeemed", "request_id": "r"}, "reward_id is missing"),
    ({"kind": "redeemed", "reward_id": "r"}, "a redemption needs a request_id"),
    ({"kind": "returned", "order_id": "o", "quantity": "1"}, "needs the line_id"),
    (
        {"kind": "returned", "quantity": 1, "amount_minor": 950, "currency": "INR"},
        "needs the line_id",
    ),
    ({"kind": "returned", "quantity": "x", "line_id": "p"}, "quantity must be a whole number"),
    (
        {"kind": "returned", "order_id": "o", "line_id": "p", "amount": "1", "currency": "INR"},
        "by an amount or by lines, not both",
    ),
    ({"kind": "held", "tokens": 7, "until": NOON}, "a hold needs a request_id"),
    ({"kind": "held", "tokens": 7, "request_id": "h"}, "until is missing"),
    ({"kind": "held", "tokens": 7, "request_id": "h", "until": "x"}, "until: an instant"),
    ({"kind": "held", "until": NOON, "request_id": "h"}, "tokens must be"),
    ({"kind": "captured"}, "hold_id is missing"),
    ({"kind": "released", "hold_id": ""}, "hold_id is missing"),
    ({"kind": "burned", "tokens": 7}, "a burn needs a request_id"),
    ({"kind": "burned", "request_id": "b"}, "tokens must be"),
    ({"kind": "reinstated"}, "burn_id is missing"),
    ({"kind": "placed", "lines": [{"amount": "1e3"}], "currency": "INR"}, "the amount '1e3'"),
    (
        {"kind": "placed", "lines": [{"amount": "1"}], "currency": "INR", "amount": "1"},
        "by an amount or by lines, not both",
    ),
    ({"kind": "quota_opened", "member_id": "", "at": "x"}, "an instant is written"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_row_that_cannot_be_read_spoils_no_other(row: dict[str, Any], reason: str) -> None:
    """It is told with its number and the reason that the command line gives."""
    other = {"kind": "joined", **({"at_us": 0} if "at_us" in row else {})}
    (found,) = read(other, row, other)
    assert (list(found.numbers), found.kind) == ([1, 3], ["joined", "joined"])
    ((line, told),) = found.unread
    assert line == 2
    with pytest.raises(Misuse, match=reason):
        raise Misuse(told)


def test_a_batch_may_have_nothing_but_what_cannot_be_read() -> None:
    """It has no rows then, and is there for that."""
    (found,) = read({"kind": "party"})
    assert (found.numbers, found.kind, found.at, len(found.unread)) == ([], [], [], 1)
    assert list(to_rows(found)) == []


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "joined", "amount": "x", "tokens": "x", "quantity": "x", "last_day": "x"},
        {"kind": "delivered", "order_id": "o", "until": "x", "tokens": -1, "last_day": "x"},
        {"kind": "quota_topped_up", "member_id": "", "quantity": 5, "quota_id": "q"},
    ],
)
def test_what_a_kind_does_not_look_at_may_be_anything(row: dict[str, Any]) -> None:
    """As on the command line: it is none then."""
    (found,) = read(row)
    assert (found.kind, found.unread) == ([row["kind"]], ())
    assert [found.tokens, found.last_day, found.until, found.minor] == [None] * 4


@pytest.mark.parametrize(("until", "count"), [(0, 2), (1, 3), (-1, 1), (2, 4), (None, 4)])
def test_rows_are_taken_before_the_end(until: int | None, count: int) -> None:
    """To the microsecond; of a row after it nobody asks whether it can be read."""
    rows: list[dict[str, Any]] = [
        {"kind": "joined", "at_us": MICROS - 2},
        {"kind": "joined", "at_us": MICROS - 1},
        {"kind": "joined", "at_us": MICROS},
        {"kind": "joined", "at_us": MICROS + 1},
        {"kind": "redeemed", "at_us": MICROS + 9},
    ]
    end = AT + timedelta(microseconds=9 if until is None else until)
    found = read(*rows, until=end)
    assert [list(it.numbers) for it in found] == [list(range(1, count + 1))]
    assert found[0].unread == ()
    assert read(*rows, until=AT - timedelta(days=1)) == []
    (whole,) = read(*rows)
    assert [line for line, _ in whole.unread] == [5]
    with pytest.raises(Misuse, match="needs an offset"):
        read(*rows, until=datetime(2018, 3, 1))


def test_requests_that_only_the_whole_row_names_are_named() -> None:
    """As the command line names them; the others are left as they are."""
    rows: list[dict[str, Any]] = [
        {"kind": "returned", "amount": "9.5", "currency": "INR"},
        {"kind": "reviewed"},
        {"kind": "reinstated", "burn_id": "b"},
        {"kind": "delivered", "order_id": "o"},
    ]
    (found,) = read(*rows)
    commands = []
    for row in rows:
        stated = {"member_id": "m", "at": NOON, "lines": (), **row}
        commands.append(to_command(tuple(stated.get(name, "") for name in COLUMNS), None))
    named = [command.request_id for command in commands[:3] if command is not None]
    assert found.request_id == [*named, ""]
    assert [to_command(row, None) for _, row in to_rows(found)] == commands
    (given,) = read({"kind": "reviewed", "request_id": "r"}, {"kind": "reviewed"})
    assert given.request_id == ["r", named[1]]


def test_lines_of_orders() -> None:
    """Lists of mappings of texts; whole numbers and decimals are written as texts."""
    lines = [{"line_id": 7, "amount": Decimal("1.50"), "quantity": 2, "category": None}]
    (found,) = read({"kind": "placed", "lines": lines, "currency": "INR"}, {"kind": "joined"})
    assert found.lines == [({"line_id": "7", "amount": "1.50", "quantity": "2"},), ()]
    (none,) = read({"kind": "placed", "lines": None})
    assert none.lines is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"lines": "x"}, "lines is a column of lists of mappings, not of texts"),
        ({"lines": ["x"]}, "lines is a column of lists of mappings"),
        ({"lines": [{"shop": "x"}]}, "unknown column 'shop' in lines"),
        ({"lines": [{"amount": 1}]}, "amount in lines is a text, not 1"),
        ({"lines": [{"amount": 1.5}]}, "amount in lines is a text, not 1.5"),
        ({"order_id": ["o"]}, "order_id is a column of lists; give texts"),
        ({"at_us": NOON}, "at_us states whole numbers, not texts"),
        ({"until_us": NOON}, "until_us states whole numbers, not texts"),
        ({"amount_minor": "100"}, "amounts are no texts in amount_minor: give amount as decimal"),
        ({"amount": 100}, "amounts are no whole numbers: give amount"),
    ],
)
def test_a_column_that_cannot_be_read_is_misuse(row: dict[str, Any], reason: str) -> None:
    """Whatever its rows state."""
    with pytest.raises(Misuse, match=reason):
        read({"kind": "joined", **row})


def test_rows_are_written_as_an_event_log_has_them() -> None:
    """From typed values, in the order of the columns."""
    (found,) = read(
        {
            "kind": "placed",
            "at_us": MICROS,
            "amount_minor": 950,
            "currency": "INR",
            "last_day": 737059,
            "until_us": MICROS,
            "variant": "64GB",
        },
        {"kind": "joined", "at_us": MICROS},
    )
    (number, row), (_, other) = to_rows(found)
    stated = {name: it for name, it in zip(COLUMNS, row, strict=True) if it}
    assert (number, row[COLUMNS.index("lines")]) == (1, ())
    assert stated == {
        "kind": "placed",
        "member_id": "m",
        "at": "2018-03-01T06:30:00Z",
        "amount": "9.50",
        "currency": "INR",
        "last_day": "2018-12-31",
        "until": "2018-03-01T06:30:00Z",
        "variant": "64GB",
    }
    assert [it for it in other if it] == ["joined", "m", "2018-03-01T06:30:00Z"]


def test_what_is_out_of_range_is_written_by_its_digits() -> None:
    """So that whoever reads it sees what it was."""
    assert instant_text(10**18) == str(10**18)
    assert instant_text(MICROS) == "2018-03-01T06:30:00Z"
    assert day_text(0) == "0"
    assert day_text(10**30) == str(10**30)
    assert day_text(737059) == "2018-12-31"
    assert [amount_text(5, code) for code in ("INR", "JPY", "KWD", "XAU")] == [
        *("0.05", "5"),
        *("0.005", "5"),
    ]
    assert amount_text(-5, "INR") == "-5"
    assert instant_of(MICROS) == AT.astimezone(UTC)
    assert read({"kind": "party"})[0].unread[0] == Unread(
        1, read({"kind": "party"})[0].unread[0][1]
    )
