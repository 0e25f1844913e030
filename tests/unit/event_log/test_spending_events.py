"""Rows about holds and burns as commands, and what a replay of them comes to."""

from typing import Any

import pytest

from mi_rewards._event_log.events import to_command
from mi_rewards._event_log.lines import COLUMNS, Row, Unread
from mi_rewards._event_log.replay import Replay
from mi_rewards._event_log.spending_events import SPENDING_KINDS
from mi_rewards.bundled import programme
from mi_rewards.calendar import read_instant
from mi_rewards.commands import BurnTokens, Capture, PlaceHold, Reinstate, Release
from mi_rewards.errors import Misuse

NOON = "2018-03-01T12:00:00+05:30"
LATER = "2018-03-02T12:00:00+05:30"
AT = read_instant(NOON)


def row(kind: str, **columns: Any) -> Row:
    """Make a row of member m."""
    stated = {"kind": kind, "member_id": "m", "at": NOON, "lines": (), **columns}
    assert stated.keys() <= set(COLUMNS)
    return tuple(stated.get(name, "") for name in COLUMNS)


def basics(request_id: str) -> dict[str, Any]:
    """What every command of these rows has."""
    return {"member_id": "m", "request_id": request_id, "at": AT}


UNTIL = read_instant(LATER)


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (
            row("held", tokens="70", until=LATER, request_id="h"),
            PlaceHold(**basics("h"), tokens=70, until=UNTIL),
        ),
        (
            row("held", tokens="70", until=LATER, order_id="o:1"),
            PlaceHold(**basics("held:o%3A1"), tokens=70, until=UNTIL),
        ),
        (row("captured", hold_id="h"), Capture(**basics("captured:h"), hold_id="h")),
        (
            row("captured", hold_id="h", tokens="40", request_id="c"),
            Capture(**basics("c"), hold_id="h", tokens=40),
        ),
        (row("released", hold_id="h:1"), Release(**basics("released:h%3A1"), hold_id="h:1")),
        (row("released", hold_id="h", request_id="r"), Release(**basics("r"), hold_id="h")),
        (row("burned", tokens="5", request_id="b"), BurnTokens(**basics("b"), tokens=5)),
        (row("burned", tokens="5", order_id="o"), BurnTokens(**basics("burned:o"), tokens=5)),
        (
            row("reinstated", burn_id="b"),
            Reinstate(**basics("reinstated:b:2018-03-01T06%3A30%3A00Z"), burn_id="b"),
        ),
        (
            row("reinstated", burn_id="b", tokens="3", request_id="r"),
            Reinstate(**basics("r"), burn_id="b", tokens=3),
        ),
    ],
)
def test_a_row_is_a_command(given: Row, command: object) -> None:
    """Of the member, at the instant, named as the row names it or as is said here."""
    assert to_command(given, None) == command


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (row("held", tokens="7", until=LATER), "a hold needs a request_id"),
        (row("held", tokens="7", request_id="h"), "until is missing"),
        (row("held", tokens="7", until="soon", request_id="h"), "until: an instant is written"),
        (row("held", until=LATER, request_id="h"), "tokens must be a whole number"),
        (row("captured"), "hold_id is missing"),
        (row("captured", hold_id="h", tokens="-1"), "tokens must be a whole number"),
        (row("released"), "hold_id is missing"),
        (row("burned", tokens="7"), "a burn needs a request_id"),
        (row("burned", request_id="b"), "tokens must be a whole number"),
        (row("reinstated"), "burn_id is missing"),
        (row("reinstated", burn_id="b", tokens="1.5"), "tokens must be a whole number"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(given: Row, reason: str) -> None:
    """What is missing or wrong is named."""
    with pytest.raises(Misuse, match=reason):
        to_command(given, None)


def test_the_kinds_are_in_the_log() -> None:
    """Each of them is read where a log is read."""
    for kind in SPENDING_KINDS:
        with pytest.raises(Misuse, match=r"is missing|needs|must be"):
            to_command(row(kind), None)


def test_a_log_of_holds_and_burns_adds_up() -> None:
    """Of 1,000 tokens 30 are held, 270 spent, and what was given back is there again."""
    rows = [
        row("opening", tokens="1000", last_day="never"),
        row("held", tokens="100", until=LATER, request_id="h1"),
        row("held", tokens="50", until=LATER, request_id="h2"),
        row("held", tokens="30", until=LATER, request_id="h3"),
        row("captured", hold_id="h1", tokens="80"),
        row("released", hold_id="h2"),
        row("burned", tokens="300", request_id="b"),
        row("reinstated", burn_id="b", tokens="100"),
        row("reinstated", burn_id="b", tokens="5", request_id="again"),
        row("reinstated", burn_id="h1", tokens="5"),
        row("reinstated", burn_id="none"),
        row("captured", hold_id="h2"),
        row("burned", tokens="9999", request_id="b2"),
        row("released", hold_id="h2"),
    ]
    unread: list[Unread] = []
    replay = Replay(programme("reward-mi"), report=unread.append)
    replay.run(enumerate(rows, start=1))
    totals = replay.totals()
    assert unread == []
    assert (totals.issued, totals.held, totals.redeemed, totals.available) == (1000, 30, 270, 700)
    assert totals.refused == {"hold_not_open": 1, "insufficient_tokens": 1, "unknown_burn": 1}
    assert totals.repeated == 1
