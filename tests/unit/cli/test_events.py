"""Rows of an event log as commands."""

from datetime import datetime
from typing import Any

import pytest

from mi_rewards._cli.events import to_command
from mi_rewards._cli.lines import COLUMNS, Row
from mi_rewards.calendar import NEVER, read_day, read_instant
from mi_rewards.commands import Cancel, Deliver, Join, Open, Place, Return
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
            Return(**basics("returned:o"), order_id="o", quantities=(("p", 1),)),
        ),
        (
            row("returned", order_id="o", line_id="p", quantity="2"),
            Return(**basics("returned:o"), order_id="o", quantities=(("p", 2),)),
        ),
        (row("returned"), Return(**basics("returned:"), order_id="")),
    ],
)
def test_a_row_is_a_command(given: Row, command: object) -> None:
    """Each kind with what it may state; without a request id it is named for what it is about."""
    assert to_command(given, None) == command


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
            "unknown kind ''; there is opening, joined, placed, cancelled, delivered, returned",
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
    ],
)
def test_a_row_that_cannot_be_read_says_why(given: Row, reason: str) -> None:
    """What is missing, or what there is instead."""
    with pytest.raises(Misuse) as error:
        to_command(given, None)
    assert str(error.value).startswith(reason)
