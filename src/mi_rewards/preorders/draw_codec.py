"""Draws and tickets as JSON-ready dictionaries: strict to read, of a known format."""

from datetime import datetime
from typing import Any

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.preorders.draws import NUMBER_DIGITS, check_draw_id, commitment, is_digits
from mi_rewards.preorders.tickets import Draw, DrawState, Ticket
from mi_rewards.wallet.reading import (
    FORMAT,
    fields_in,
    instant_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_DRAW = frozenset({"format", "draw_id", "commitment", "opens_at", "closes_at", "winner_count"})
_DRAW |= {"reserve_count", "winners_until", "reserves_until", "state", "seed", "entrants_digest"}
_DRAW |= {"entrant_count", "last_winner", "last_reserve", "drawn_at", "version"}
_TICKET = frozenset({"format", "draw_id", "member_id", "entered_at", "version"})
_STATES = {state.value: state for state in DrawState}
_INSTANTS = ("opens_at", "closes_at", "winners_until", "reserves_until")


def draw_to_dict(draw: Draw) -> dict[str, Any]:
    """Write a draw, with its version.

    Args:
        draw: The draw.

    Returns:
        A JSON-ready dictionary; numbers of tickets are hexadecimal texts.
    """
    written: dict[str, Any] = {"format": FORMAT, **draw._asdict()}
    written["state"] = draw.state.value
    for name in _INSTANTS:
        written[name] = write_instant(written[name])
    written["drawn_at"] = None if draw.drawn_at is None else write_instant(draw.drawn_at)
    for name in ("last_winner", "last_reserve"):
        number = written[name]
        written[name] = None if number is None else f"{number:0{NUMBER_DIGITS}x}"
    return written


def draw_from_dict(written: dict[str, Any]) -> Draw:
    """Read a draw.

    Args:
        written: What `draw_to_dict` answered.

    Returns:
        The draw, with its version.

    Raises:
        Corrupt: It is something else, or no draw can be like that.
    """
    fields = fields_in(written, _DRAW, "draw")
    opens_at, closes_at, winners_until, reserves_until = [
        instant_in(fields[name], name) for name in _INSTANTS
    ]
    draw = Draw(
        text_in(fields["draw_id"], "draw_id"),
        _digits_in(fields["commitment"], "commitment"),
        opens_at,
        closes_at,
        whole_in(fields["winner_count"], "winner_count", 1),
        whole_in(fields["reserve_count"], "reserve_count", 0),
        winners_until,
        reserves_until,
        one_of(fields["state"], _STATES, "state"),
        text_in(fields["seed"], "seed"),
        text_in(fields["entrants_digest"], "entrants_digest"),
        whole_in(fields["entrant_count"], "entrant_count", 0),
        optional(_number_in, fields["last_winner"], "last_winner"),
        optional(_number_in, fields["last_reserve"], "last_reserve"),
        optional(instant_in, fields["drawn_at"], "drawn_at"),
        whole_in(fields["version"], "version", 0),
    )
    if not opens_at < closes_at < winners_until <= reserves_until:
        raise Corrupt("a draw opens before it closes, and winners may buy after that")
    if draw.state is DrawState.OPEN:
        _check_open(draw)
    else:
        _check_drawn(draw)
    return draw


def ticket_to_dict(ticket: Ticket) -> dict[str, Any]:
    """Write a ticket, with its version.

    Args:
        ticket: The ticket.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "draw_id": ticket.draw_id,
        "member_id": ticket.member_id,
        "entered_at": write_instant(ticket.entered_at),
        "version": ticket.version,
    }


def ticket_from_dict(written: dict[str, Any]) -> Ticket:
    """Read a ticket.

    Args:
        written: What `ticket_to_dict` answered.

    Returns:
        The ticket, with its version.

    Raises:
        Corrupt: It is something else.
    """
    fields = fields_in(written, _TICKET, "ticket")
    return Ticket(
        text_in(fields["draw_id"], "draw_id"),
        text_in(fields["member_id"], "member_id"),
        instant_in(fields["entered_at"], "entered_at"),
        whole_in(fields["version"], "version", 0),
    )


def _digits_in(written: object, what: str) -> str:
    """Read a digest or a number of a ticket."""
    text = text_in(written, what)
    if not is_digits(text):
        raise Corrupt(f"{what} must be {NUMBER_DIGITS} hexadecimal digits, not {text[:40]!r}")
    return text


def _number_in(written: object, what: str) -> int:
    """Read the number of a ticket."""
    return int(_digits_in(written, what), 16)


def _check_open(draw: Draw) -> None:
    """Object to a draw that was not run, and says what came of it."""
    said = (draw.seed, draw.entrants_digest, draw.entrant_count, draw.last_winner)
    if (*said, draw.last_reserve, draw.drawn_at) != ("", "", 0, None, None, None):
        raise Corrupt("nothing came yet of a draw that is open")


def _check_drawn(draw: Draw) -> None:
    """Object to a draw that was run, and whose result cannot be."""
    try:
        check_draw_id(draw.draw_id)
    except Misuse as fault:
        raise Corrupt(f"a draw cannot be named like that: {fault}") from None
    drawn_at: datetime | None = draw.drawn_at
    if drawn_at is None or drawn_at < draw.closes_at:
        raise Corrupt(f"a draw is run after it closes, not at {drawn_at}")
    _digits_in(draw.entrants_digest, "entrants_digest")
    seed = bytes.fromhex(_digits_in(draw.seed, "seed"))
    if commitment(seed, draw.draw_id) != draw.commitment:
        raise Corrupt(f"draw {draw.draw_id!r} was committed to another seed")
    has_reserve = draw.reserve_count > 0 and draw.entrant_count > draw.winner_count
    if (draw.last_winner is not None) is not (draw.entrant_count > 0):
        raise Corrupt("somebody wins where somebody entered")
    if (draw.last_reserve is not None) is not has_reserve:
        raise Corrupt("there is a last reserve where more entered than win")
