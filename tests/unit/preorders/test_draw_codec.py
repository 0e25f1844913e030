"""Draws and tickets as dictionaries: there and back, and what is no such thing."""

import json
from pathlib import Path
from typing import Any

import pytest

from mi_rewards.errors import Corrupt
from mi_rewards.preorders import (
    Draw,
    Ticket,
    draw,
    draw_from_dict,
    draw_to_dict,
    ticket_from_dict,
    ticket_to_dict,
)
from tests.draws import CLOSES, DRAW_ID, DRAWN, FIVE, OPEN, RUN, SEED, WINNERS_UNTIL, ticket

SAMPLES = Path(__file__).parents[2] / "samples"


def drawn(winners: int, reserves: int, entrants: tuple[str, ...]) -> Draw:
    """Run the launch's draw among these."""
    proof = draw(SEED, DRAW_ID, entrants, winners=winners, reserves=reserves).proof
    opened = OPEN._replace(winner_count=winners, reserve_count=reserves)
    return opened.run(proof, at=DRAWN)


DRAWS = (
    OPEN,
    OPEN._replace(reserve_count=0, reserves_until=WINNERS_UNTIL, version=1),
    RUN._replace(version=2),
    drawn(5, 2, FIVE),
    drawn(4, 2, FIVE),
    drawn(2, 0, FIVE),
    drawn(2, 2, ()),
    RUN._replace(drawn_at=CLOSES),
    RUN._replace(last_winner=7),
)
TICKETS = (ticket(), ticket("आशा")._replace(version=3))


@pytest.mark.parametrize("made", DRAWS)
def test_a_draw_is_read_as_it_was_written(made: Draw) -> None:
    """Through JSON: open, run, with reserves and without, among many and among none."""
    written = json.loads(json.dumps(draw_to_dict(made)))
    assert draw_from_dict(written) == made
    assert type(draw_from_dict(written)) is Draw


@pytest.mark.parametrize("made", TICKETS)
def test_a_ticket_is_read_as_it_was_written(made: Ticket) -> None:
    """Through JSON."""
    written = json.loads(json.dumps(ticket_to_dict(made)))
    assert ticket_from_dict(written) == made
    assert type(ticket_from_dict(written)) is Ticket


def test_the_first_format_stays_readable() -> None:
    """What was stored once is read for ever, and written the same while the format is the same."""
    stored = json.loads(SAMPLES.joinpath("draw_1.json").read_text(encoding="utf-8"))
    assert [draw_from_dict(it) for it in stored] == list(DRAWS)
    assert [draw_to_dict(it) for it in DRAWS] == stored
    stored = json.loads(SAMPLES.joinpath("ticket_1.json").read_text(encoding="utf-8"))
    assert [ticket_from_dict(it) for it in stored] == list(TICKETS)
    assert [ticket_to_dict(it) for it in TICKETS] == stored


ORDER = "a draw opens before it closes, and winners may buy after that"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "draw is of the unknown format 2"),
        ({"more": 1}, "draw has other keys"),
        ({"draw_id": 5}, "draw_id must be a text"),
        ({"draw_id": ""}, "a draw cannot be named like that: a draw's id is a text, not ''"),
        ({"draw_id": "a\nb"}, "a draw cannot be named like that: a draw's id is of one line"),
        ({"commitment": None}, "commitment must be a text"),
        ({"commitment": "ab"}, "commitment must be 64 hexadecimal digits, not 'ab'"),
        ({"opens_at": None}, "opens_at must be a text"),
        ({"closes_at": "now"}, "closes_at: "),
        ({"winner_count": 0}, "winner_count must be a whole number, 1 to"),
        ({"reserve_count": -1}, "reserve_count must be a whole number, 0 to"),
        ({"winners_until": 5}, "winners_until must be a text"),
        ({"reserves_until": None}, "reserves_until must be a text"),
        ({"state": "lost"}, "state 'lost' is not known"),
        ({"seed": None}, "seed must be a text"),
        ({"seed": ""}, "seed must be 64 hexadecimal digits, not ''"),
        ({"seed": SEED[::-1].hex()}, "draw 'launch' was committed to another seed"),
        ({"draw_id": "launch2"}, "draw 'launch2' was committed to another seed"),
        ({"entrants_digest": 5}, "entrants_digest must be a text"),
        ({"entrants_digest": "AB" * 32}, "entrants_digest must be 64 hexadecimal digits"),
        ({"entrant_count": -1}, "entrant_count must be a whole number"),
        ({"last_winner": 5}, "last_winner must be a text"),
        ({"last_winner": "f"}, "last_winner must be 64 hexadecimal digits"),
        ({"last_reserve": "g" * 64}, "last_reserve must be 64 hexadecimal digits"),
        ({"drawn_at": "2017"}, "drawn_at: "),
        ({"version": True}, "version must be a whole number"),
        ({"opens_at": "2017-07-08T06:30:00Z"}, ORDER),
        ({"winners_until": "2017-07-08T06:30:00Z"}, ORDER),
        ({"reserves_until": "2017-07-10T06:29:59.999999Z"}, ORDER),
        ({"drawn_at": "2017-07-08T06:29:59.999999Z"}, "a draw is run after it closes, not at"),
        ({"drawn_at": None}, "a draw is run after it closes, not at None"),
        ({"last_winner": None}, "somebody wins where somebody entered"),
        ({"entrant_count": 0}, "somebody wins where somebody entered"),
        ({"last_reserve": None}, "there is a last reserve where more entered than win"),
        ({"reserve_count": 0}, "there is a last reserve where more entered than win"),
        ({"winner_count": 5}, "there is a last reserve where more entered than win"),
        ({"state": "open"}, "nothing came yet of a draw that is open"),
    ],
)
def test_what_is_no_draw_is_corrupt(changes: dict[str, Any], message: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(Corrupt) as caught:
        draw_from_dict({**draw_to_dict(RUN), **changes})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["seed", "entrants_digest", "entrant_count", "last_winner", "last_reserve", "drawn_at"],
)
def test_nothing_has_come_of_a_draw_that_is_open(name: str) -> None:
    """Each of them by itself."""
    with pytest.raises(Corrupt, match="nothing came yet of a draw that is open"):
        draw_from_dict({**draw_to_dict(OPEN), name: draw_to_dict(RUN)[name]})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "1"}, "ticket is of the unknown format '1'"),
        ({"more": 1}, "ticket has other keys"),
        ({"draw_id": 5}, "draw_id must be a text"),
        ({"member_id": None}, "member_id must be a text"),
        ({"entered_at": "2017"}, "entered_at: "),
        ({"version": -1}, "version must be a whole number"),
    ],
)
def test_what_is_no_ticket_is_corrupt(changes: dict[str, Any], message: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(Corrupt, match=message):
        ticket_from_dict({**ticket_to_dict(ticket()), **changes})
