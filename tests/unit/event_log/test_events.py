"""Rows of an event log as commands."""

import re
from datetime import datetime
from typing import Any

import pytest

from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards.calendar import NEVER, read_day, read_instant
from mi_rewards.commands import Cancel, Deliver, Join, Open, Place, Redeem, Return
from mi_rewards.earning.lines import Line
from mi_rewards.errors import Misuse
from mi_rewards.money import Money

NOON = "2018-03-01T12:00:00+05:30"
AT = read_instant(NOON)


def row(kind: str, **columns: Any) -> Row:
    """Make a row of member m."""
    stated = {"kind": kind, "member_id": "m", "at": NOON, "lines": (), **columns}
    assert stated.keys() <= set(COLUMNS)
    return tuple(stated.get(name, "") for name in COLUMNS)


def inr(text: str) -> Money:
    """Make an amount in rupees."""
    return Money.of(text, "INR")


def basics(request_id: str) -> dict[str, Any]:
    """What every command of these rows has."""
    return {"member_id": "m", "request_id": request_id, "at": AT}


PAID = {"order_id": "o", "amount": "99.50", "currency": "INR"}


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (row("joined"), Join(**basics("joined:m"))),
        (
            row("opening", tokens="70", last_day="2018-12-31"),
            Open(**basics("opening:2018-12-31"), tokens=70, last_day=read_day("2018-12-31")),
        ),
        (
            row("opening", tokens="007", last_day="never", order_id="old"),
            Open(**basics("opening:old"), tokens=7, last_day=NEVER),
        ),
        (
            row("placed", **PAID, category="phone", channel="mi.com"),
            Place(
                **basics("placed:o"),
                order_id="o",
                channel="mi.com",
                lines=(Line("1", inr("99.50"), 1, "phone"),),
            ),
        ),
        (
            row("placed", **PAID, line_id="p", quantity="3"),
            Place(**basics("placed:o"), order_id="o", lines=(Line("p", inr("99.50"), 3),)),
        ),
        (
            row(
                "placed",
                order_id="o",
                currency="INR",
                lines=(
                    {"amount": "1", "category": "case"},
                    {"line_id": "p", "amount": "2.5", "quantity": "2"},
                ),
            ),
            Place(
                **basics("placed:o"),
                order_id="o",
                lines=(Line("1", inr("1"), 1, "case"), Line("p", inr("2.50"), 2)),
            ),
        ),
        (row("placed", order_id="o"), Place(**basics("placed:o"), order_id="o")),
        (
            row("delivered", **PAID, category="phone", channel="mi.com"),
            Deliver(
                **basics("delivered:o"),
                order_id="o",
                amount=inr("99.50"),
                category="phone",
                channel="mi.com",
            ),
        ),
        (
            row("delivered", **PAID, line_id="p", quantity="3"),
            Deliver(**basics("delivered:o"), order_id="o", lines=(Line("p", inr("99.50"), 3),)),
        ),
        (row("delivered", order_id="o"), Deliver(**basics("delivered:o"), order_id="o")),
        (
            row("delivered", order_id="o", line_id="p"),
            Deliver(**basics("delivered:o:p"), order_id="o", line_ids=("p",)),
        ),
        (
            row("delivered", order_id="o", currency="INR", lines=({"amount": "1"},)),
            Deliver(**basics("delivered:o"), order_id="o", lines=(Line("1", inr("1")),)),
        ),
        (row("cancelled", order_id="o"), Cancel(**basics("cancelled:o"), order_id="o")),
        (row("returned", order_id="o"), Return(**basics("returned:o"), order_id="o")),
        (
            row("returned", **PAID),
            Return(**basics("returned:o"), order_id="o", value=inr("99.50")),
        ),
        (
            row("returned", order_id="o", line_id="p"),
            Return(**basics("returned:o:p"), order_id="o", quantities=(("p", 1),)),
        ),
        (
            row("returned", order_id="o", line_id="p", quantity="2"),
            Return(**basics("returned:o:p"), order_id="o", quantities=(("p", 2),)),
        ),
        (
            row("returned", order_id="o", lines=({"line_id": "p"},)),
            Return(**basics("returned:o:p"), order_id="o", quantities=(("p", 1),)),
        ),
        (
            row(
                "returned",
                order_id="o",
                lines=({"line_id": "q", "quantity": "2", "amount": ""}, {"line_id": "p"}),
            ),
            Return(**basics("returned:o:q:p"), order_id="o", quantities=(("q", 2), ("p", 1))),
        ),
        (
            row("returned", order_id="50%:a", line_id="x:%3A"),
            Return(
                **basics("returned:50%25%3Aa:x%3A%253A"),
                order_id="50%:a",
                quantities=(("x:%3A", 1),),
            ),
        ),
        (
            row("delivered", order_id="a:b", line_id="c:d"),
            Deliver(**basics("delivered:a%3Ab:c%3Ad"), order_id="a:b", line_ids=("c:d",)),
        ),
        (
            row("redeemed", reward_id="cup", request_id="r"),
            Redeem(**basics("r"), reward_id="cup"),
        ),
        (
            row("redeemed", reward_id="cup", order_id="o:1"),
            Redeem(**basics("redeemed:o%3A1"), reward_id="cup"),
        ),
        (
            row("redeemed", **PAID, reward_id="cup", request_id="r", tokens="075", channel="app"),
            Redeem(**basics("r"), reward_id="cup", tokens=75),
        ),
    ],
)
def test_a_row_is_a_command(given: Row, command: object) -> None:
    """Each kind with what it may state; without a request id it is named for what it is about."""
    assert to_command(given, None) == command


def test_a_redemption_has_a_code_of_its_own() -> None:
    """Drawn anew for each row, also of one that is read again; it is no part of the request."""
    given = row("redeemed", reward_id="cup", request_id="r")
    made = [to_command(given, None) for _ in range(3)]
    codes = {it.code for it in made if isinstance(it, Redeem)}
    assert len(codes) == 3
    assert len({it.content() for it in made if it is not None}) == 1


@pytest.mark.parametrize("kind", ["delivered", "returned"])
def test_no_two_orders_and_lines_share_a_request(kind: str) -> None:
    """Whatever colons and escapes are in their names."""
    names = ["", "a", "a:b", "b", ":", "%", "%3A", "a%3Ab", "a:b:c", "b:c", "c"]
    given = [(order_id, line_id) for order_id in names[1:] for line_id in names]
    made = {
        to_command(row(kind, order_id=order_id, line_id=line_id), None).request_id  # type: ignore[union-attr]
        for order_id, line_id in given
    }
    assert len(made) == len(given)


def test_a_return_without_an_order_is_named_for_all_that_it_states() -> None:
    """The same for equal rows, another for any other row."""
    rows = [
        row("returned"),
        row("returned", amount="10", currency="INR"),
        row("returned", amount="11", currency="INR"),
        row("returned", line_id="p"),
        row("returned", lines=({"line_id": "p"},)),
        row("returned", lines=({"line_id": "p", "quantity": "2"},)),
        row("returned", reward_id="p"),
        row("returned", at="2018-03-01T12:00:01+05:30"),
    ]
    made = [to_command(given, None) for given in rows]
    ids = [command.request_id for command in made if command is not None]
    assert len(set(ids)) == len(rows)
    assert all(re.fullmatch("returned::[0-9a-f]{32}", it) for it in ids)
    assert [to_command(given, None) for given in rows] == made
    turned = row("returned", lines=({"quantity": "2", "line_id": "p"},))
    again = to_command(turned, None)
    assert again is not None
    assert again.request_id == ids[5]


@pytest.mark.parametrize(
    ("given", "request_id"),
    [
        (row("returned"), "f59c6d58b6d570a6c5717ce5a2d3ef96"),
        (row("returned", quota_id="q"), "a3f18aa3d99da6516bce55569f94c426"),
        (row("returned", quote_id="q"), "574da00c5658401f2ea459e7d3b90fee"),
        (row("returned", payer="q"), "07b5a7fdbcb05f0400726e19ee4c1f79"),
        (row("returned", hold_id="q"), "2b1a52b3a4dbddcf2baa0eda80c61d69"),
        (row("returned", burn_id="q"), "d2caeee876d78433eebc07eb19363cd5"),
    ],
)
def test_columns_that_came_later_rename_no_older_request(given: Row, request_id: str) -> None:
    """A return without an order keeps the name that it had before there were more columns."""
    made = to_command(given, None)
    assert made is not None
    assert made.request_id == f"returned::{request_id}"


@pytest.mark.parametrize(
    "given",
    [
        row("joined", request_id="r"),
        row("opening", tokens="1", last_day="never", request_id="r"),
        row("placed", **PAID, request_id="r"),
        row("delivered", **PAID, request_id="r"),
        row("delivered", order_id="o", line_id="p", request_id="r"),
        row("cancelled", order_id="o", request_id="r"),
        row("returned", **PAID, request_id="r"),
        row("returned", order_id="o", line_id="p", request_id="r"),
        row("returned", request_id="r"),
    ],
)
def test_a_row_may_name_its_request(given: Row) -> None:
    """Then that is its name."""
    command = to_command(given, None)
    assert command is not None
    assert command.request_id == "r"


@pytest.mark.parametrize(
    ("end", "is_taken"),
    [(None, True), ("2018-03-01T06:30:00.000001Z", True), ("2018-03-01T06:30:00Z", False)],
)
def test_a_row_is_taken_before_the_end(end: str | None, is_taken: bool) -> None:
    """At the end itself no longer, whatever else it states."""
    until: datetime | None = None if end is None else read_instant(end)
    assert (to_command(row("joined"), until) is not None) == is_taken
    assert (to_command(row("returned", order_id="o"), until) is not None) == is_taken


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            row(""),
            "unknown kind ''; there is opening, joined, placed, cancelled, delivered, returned, ",
        ),
        (row("x" * 99), f"unknown kind '{'x' * 59}; there is opening, "),
        (row("joined", member_id=""), "member_id is missing"),
        (row("joined", at=""), "an instant is written as 2017-12-01T08:26:00+05:30, not ''"),
        (row("opening", tokens="1"), "last_day is missing"),
        (row("opening", last_day="never"), "tokens must be a whole number of at most 19 digits"),
        (row("placed", order_id="o", amount="1"), "currency is missing"),
        (row("returned", order_id="o", amount="1"), "currency is missing"),
        (
            row("placed", **PAID, lines=({"amount": "1"},)),
            "an order is stated by an amount or by lines, not both",
        ),
        (
            row("delivered", **PAID, lines=({"amount": "1"},)),
            "an order is stated by an amount or by lines, not both",
        ),
        (
            row("placed", order_id="o", currency="INR", lines=({"line_id": "p"},)),
            "the amount '' is no plain decimal number such as 100 or 99.50",
        ),
        (
            row("returned", order_id="o", quantity="1"),
            "a return by quantity needs the line_id whose units come back",
        ),
        (
            row("returned", **PAID, quantity="1"),
            "a return by quantity needs the line_id whose units come back",
        ),
        (
            row("returned", **PAID, line_id="p"),
            "a return is stated by an amount or by lines, not both",
        ),
        (
            row("returned", **PAID, lines=({"line_id": "p"},)),
            "a return is stated by an amount or by lines, not both",
        ),
        (
            row("returned", order_id="o", line_id="p", lines=({"line_id": "p"},)),
            "a return names one line by line_id, or several in lines, not both",
        ),
        (
            row("returned", order_id="o", quantity="2", lines=({"line_id": "p"},)),
            "a return names one line by line_id, or several in lines, not both",
        ),
        (
            row("returned", order_id="o", lines=({"line_id": "p", "amount": "1"},)),
            "a line that is returned has a line_id and a quantity, no amount",
        ),
        (
            row("returned", order_id="o", lines=({"line_id": "p", "category": "c"},)),
            "a line that is returned has a line_id and a quantity, no category",
        ),
        (
            row("returned", order_id="o", lines=({"line_id": "p"}, {"quantity": "1"})),
            "a line that is returned needs its line_id",
        ),
        (row("redeemed", request_id="r"), "reward_id is missing"),
        (row("redeemed"), "reward_id is missing"),
        (row("redeemed", reward_id="cup"), "a redemption needs a request_id"),
        (
            row("redeemed", reward_id="cup", order_id="o", tokens="-5"),
            "tokens must be a whole number of at most 19 digits, not '-5'",
        ),
        (
            row("returned", order_id="o", lines=({"line_id": "p", "quantity": "two"},)),
            "quantity must be a whole number of at most 19 digits, not 'two'",
        ),
    ],
)
def test_a_row_that_cannot_be_read_says_why(given: Row, reason: str) -> None:
    """What is missing, or what there is instead."""
    with pytest.raises(Misuse) as error:
        to_command(given, None)
    assert str(error.value).startswith(reason)
