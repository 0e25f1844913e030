"""What is written alike in many rows is read together, and to the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from mi_rewards._event_log.alike import instants_alike, minors_alike, money_alike
from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.lines import COLUMNS, Row
from mi_rewards._event_log.together import to_commands
from mi_rewards.calendar import read_instant
from mi_rewards.errors import Misuse
from mi_rewards.money import Money

NOON = "2018-03-01T12:00:00+05:30"
LATER = "2018-03-02T12:00:00+05:30"


@pytest.mark.parametrize(
    "texts",
    [
        [NOON],
        [NOON, "2018-12-31T23:59:59+05:30", NOON],
        ["2018-03-01T12:00:00-03:30", "2018-03-01T00:00:00-03:30"],
        ["2018-03-01T12:00:00-00:30"],
        ["2018-03-01T12:00:00+23:59", "0001-01-02T12:00:00+23:59"],
        ["2018-03-01T12:00:00+00:00"],
    ],
)
def test_instants_alike_are_read_together(texts: list[str]) -> None:
    """They are what each is read as, by the same zone."""
    found = instants_alike(texts)
    assert found == [read_instant(text) for text in texts]
    assert found is not None
    assert [at.tzinfo for at in found] == [read_instant(text).tzinfo for text in texts]


@pytest.mark.parametrize(
    "texts",
    [
        [NOON, ""],
        [NOON, "2018-03-01T12:00:00+05:00"],
        [NOON, "2018-03-01T12:00:00-05:30"],
        [NOON, "2018-03-01 12:00:00+05:30"],
        [NOON, "2018-03-01T12:00:00.5+05:30"],
        [NOON + "\n" + NOON, ""],
        ["2018-03-01T12:00:00Z"],
        ["2018-03-01T12:00:00"],
        ["2018-03-01T24:00:00+05:30"],
        ["2018-03-01T12:00:00+24:00"],
        ["2018-03-01T12:00:00+05:60"],
        ["2018-02-30T12:00:00+05:30"],
        ["0001-01-01T00:00:00+05:30"],
        ["\u0662018-03-01T12:00:00+05:30"],
        ["\ud800"],
    ],
)
def test_instants_that_are_not_alike_are_left(texts: list[str]) -> None:
    """Nor are those together that are none by themselves."""
    assert instants_alike(texts) is None


@pytest.mark.parametrize(
    ("texts", "currency", "minors"),
    [
        (["99.50", "0.00", "007.00"], "INR", [9950, 0, 700]),
        (["100", "0"], "JPY", [100, 0]),
        (["1.500"], "KWD", [1500]),
        (["999999999999999.99"], "INR", [99999999999999999]),
    ],
)
def test_amounts_alike_are_read_together(
    texts: list[str], currency: str, minors: list[int]
) -> None:
    """They are what each is read as."""
    assert minors_alike(texts, currency) == minors
    assert minors == [Money.of(text, currency).minor for text in texts]


@pytest.mark.parametrize(
    ("texts", "currency"),
    [
        (["99.50", "99.5"], "INR"),
        (["99.50", "99"], "INR"),
        (["99.50", ".50"], "INR"),
        ([".50", "99.50"], "INR"),
        (["99.50", "-1.00"], "INR"),
        (["99.50\n1.00", ""], "INR"),
        (["", "1"], "JPY"),
        (["9999999999999999.99"], "INR"),
        (["99.50"], "XXX"),
        (["\u0669.50"], "INR"),
    ],
)
def test_amounts_that_are_not_alike_are_left(texts: list[str], currency: str) -> None:
    """Whoever reads them one by one finds what there is to say."""
    assert minors_alike(texts, currency) is None


def test_money_is_made_of_what_is_alike() -> None:
    """Who states no amount has none; two currencies are not alike."""
    rupees = Money(9950, "INR"), None, Money(100, "INR")
    assert tuple(money_alike(["99.50", "", "1.00"], ["INR", "", "INR"])) == rupees
    for amounts, currencies in (
        (["99.50", "1.00"], ["INR", "EUR"]),
        (["99.50", "1.00"], ["INR", ""]),
        (["99.50", "1"], ["INR", "INR"]),
        (["", ""], ["INR", "INR"]),
    ):
        assert list(money_alike(amounts, currencies)) == [None, None]


def row(kind: str, **columns: Any) -> Row:
    """Make a row of member m."""
    stated = {"kind": kind, "member_id": "m", "at": NOON, "lines": (), **columns}
    return tuple(stated.get(name, "") for name in COLUMNS)


PAID = {"order_id": "o", "amount": "99.50", "currency": "INR"}
ROWS = (
    row("joined"),
    row("joined", request_id="r"),
    row("joined", line_id="1"),
    row("joined", member_id=""),
    row("delivered", **PAID),
    row("delivered", **PAID, request_id="r", category="phone", channel="app"),
    row("delivered", **PAID, line_id="1"),
    row("delivered", **PAID, quantity="2"),
    row("delivered", order_id="o"),
    row("delivered", order_id="a:b%", amount="1.00", currency="INR"),
    row("returned", **PAID),
    row("returned", **PAID, request_id="r"),
    row("returned", amount="1.00", currency="INR"),
    row("returned", amount="1.00", currency="INR", request_id="r"),
    row("returned", order_id="o"),
    row("returned", order_id="o", line_id="1"),
    row("returned", **PAID, line_id="1"),
    row("cancelled", order_id="o"),
    row("unknown"),
    row("delivered", **PAID, at=LATER),
    row("delivered", order_id="o", amount="odd", currency="INR", at=LATER),
    row("delivered", **PAID, member_id="", at=LATER),
    row("unknown", at=LATER),
    row("quota_reduced", member_id="", quota_id="q", tokens="1", at=LATER),
)


def told(made: object) -> object:
    """Tell a command by all that it is, and what is wrong by its words."""
    return str(made) if isinstance(made, Misuse) else (type(made), made)


def one_by_one(rows: Sequence[Row], end: datetime | None) -> list[object]:
    """Make commands of rows one by one."""
    found: list[object] = []
    for it in rows:
        try:
            found.append(to_command(it, end))
        except Misuse as fault:
            found.append(fault)
    return found


@pytest.mark.parametrize("end", [None, read_instant(LATER)])
@pytest.mark.parametrize(
    "beside",
    [
        (),
        (row("joined", at="2018-03-01T12:00:00Z"),),
        (row("joined", at="noon"),),
        (row("delivered", order_id="o", amount="1", currency="INR"),),
        (row("delivered", order_id="o", amount="1.00"),),
    ],
)
def test_rows_together_are_the_commands_of_each(
    end: datetime | None, beside: tuple[Row, ...]
) -> None:
    """Whatever else is among them, and whatever is wrong with some."""
    for rows in ((*ROWS, *beside), *[(it, *beside) for it in ROWS]):
        made = [told(it) for it in to_commands(rows, end)]
        assert made == [told(it) for it in one_by_one(rows, end)]
