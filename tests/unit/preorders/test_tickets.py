"""What is kept of a draw: when tickets are given out, what they come to, who may buy when."""

from datetime import datetime

import pytest

from mi_rewards.errors import Misuse, Refused
from mi_rewards.preorders import (
    DRAW_LIFE,
    DrawClosed,
    DrawEvent,
    DrawNotOpen,
    DrawNotRun,
    DrawState,
    NotDrawn,
    Place,
    TurnPassed,
    TurnToCome,
    draw,
)
from tests.draws import (
    BY_NUMBER,
    CLOSES,
    DRAW_ID,
    DRAWN,
    FIVE,
    JUST,
    OPEN,
    OPENS,
    RESERVES_UNTIL,
    RUN,
    SEED,
    WINNERS_UNTIL,
    ticket,
)

NOT_OPEN = DrawNotOpen(draw_id=DRAW_ID, opens_at="2017-07-07T06:30:00Z")
CLOSED = DrawClosed(draw_id=DRAW_ID, closes_at="2017-07-08T06:30:00Z")
NOT_RUN = DrawNotRun(draw_id=DRAW_ID)
NOT_DRAWN = NotDrawn(draw_id=DRAW_ID)
TO_COME = TurnToCome(draw_id=DRAW_ID, from_at="2017-07-10T06:30:00Z")
WINNERS_PASSED = TurnPassed(draw_id=DRAW_ID, until="2017-07-10T06:30:00Z")
RESERVES_PASSED = TurnPassed(draw_id=DRAW_ID, until="2017-07-11T06:30:00Z")
FIRST, LAST_WINNER, RESERVE, LAST_RESERVE, LAST = BY_NUMBER


def test_a_draw_is_run_once() -> None:
    """The table has a row for every state, and nothing after the end."""
    assert set(DRAW_LIFE) == set(DrawState)
    assert DRAW_LIFE[DrawState.OPEN] == {DrawEvent.RUN: DrawState.DRAWN}
    assert DRAW_LIFE[DrawState.DRAWN] == {}
    assert RUN.state is DrawState.DRAWN
    with pytest.raises(KeyError):
        RUN.run(RUN.proof, at=DRAWN)


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (OPENS - JUST, NOT_OPEN),
        (OPENS, None),
        (CLOSES - JUST, None),
        (CLOSES, CLOSED),
        (CLOSES + JUST, CLOSED),
    ],
)
def test_tickets_are_given_out_from_the_opening_to_before_the_end(
    at: datetime, refusal: Refused | None
) -> None:
    """A microsecond before each, at it, and after."""
    assert OPEN.refusal_of_entry(at) == refusal


@pytest.mark.parametrize("at", [OPENS, CLOSES - JUST, CLOSES, DRAWN])
def test_no_ticket_is_given_out_for_a_draw_that_was_run(at: datetime) -> None:
    """Whatever the instant that is stated."""
    assert RUN.refusal_of_entry(at) == CLOSED


@pytest.mark.parametrize(
    ("by", "place"),
    [
        (FIRST, Place.WINNER),
        (LAST_WINNER, Place.WINNER),
        (RESERVE, Place.RESERVE),
        (LAST_RESERVE, Place.RESERVE),
        (LAST, Place.NOT_DRAWN),
    ],
)
def test_a_ticket_tells_what_it_came_to(by: str, place: Place) -> None:
    """The last winner's number is a winner's, and the last reserve's a reserve's."""
    assert RUN.place_of(ticket(by)) is place


def test_who_has_no_ticket_was_not_drawn() -> None:
    """As `right_of` says it; before the draw was run there is no place for anybody."""
    assert RUN.place_of(None) is Place.NOT_DRAWN
    with pytest.raises(Misuse, match="draw 'launch' was not run yet"):
        OPEN.place_of(None)


def test_where_there_are_no_reserves_the_others_were_not_drawn() -> None:
    """Nor where nobody entered."""
    proof = draw(SEED, DRAW_ID, FIVE, winners=2).proof
    without = OPEN._replace(reserve_count=0).run(proof, at=DRAWN)
    places = [without.place_of(ticket(by)) for by in BY_NUMBER]
    assert places == [Place.WINNER] * 2 + [Place.NOT_DRAWN] * 3
    alone = OPEN.run(draw(SEED, DRAW_ID, (), winners=2, reserves=2).proof, at=DRAWN)
    assert alone.place_of(ticket(FIRST)) is Place.NOT_DRAWN


@pytest.mark.parametrize(
    ("by", "at", "refusal"),
    [
        (FIRST, DRAWN - JUST, NOT_RUN),
        (FIRST, DRAWN, None),
        (LAST_WINNER, WINNERS_UNTIL - JUST, None),
        (LAST_WINNER, WINNERS_UNTIL, WINNERS_PASSED),
        (LAST_WINNER, WINNERS_UNTIL + JUST, WINNERS_PASSED),
        (RESERVE, DRAWN - JUST, NOT_RUN),
        (RESERVE, DRAWN, TO_COME),
        (RESERVE, WINNERS_UNTIL - JUST, TO_COME),
        (RESERVE, WINNERS_UNTIL, None),
        (LAST_RESERVE, RESERVES_UNTIL - JUST, None),
        (LAST_RESERVE, RESERVES_UNTIL, RESERVES_PASSED),
        (LAST_RESERVE, RESERVES_UNTIL + JUST, RESERVES_PASSED),
        (LAST, DRAWN - JUST, NOT_RUN),
        (LAST, DRAWN, NOT_DRAWN),
        (LAST, WINNERS_UNTIL, NOT_DRAWN),
        (LAST, RESERVES_UNTIL, NOT_DRAWN),
    ],
)
def test_winners_may_buy_then_reserves_and_nobody_else(
    by: str, at: datetime, refusal: Refused | None
) -> None:
    """A microsecond before each deadline, at it, and after."""
    assert RUN.right_of(ticket(by), at) == refusal


def test_who_has_no_ticket_may_not_buy() -> None:
    """Nor may anybody before it was run."""
    assert RUN.right_of(None, DRAWN) == NOT_DRAWN
    assert RUN.right_of(None, DRAWN - JUST) == NOT_RUN
    assert OPEN.right_of(None, DRAWN) == NOT_RUN
    assert OPEN.right_of(ticket(FIRST), WINNERS_UNTIL) == NOT_RUN


def test_a_draw_that_was_not_run_has_no_proof_and_no_places() -> None:
    """Whoever asks has not looked."""
    for asked in (lambda: OPEN.proof, lambda: OPEN.place_of(ticket())):
        with pytest.raises(Misuse, match="draw 'launch' was not run yet"):
            asked()


def test_a_ticket_is_of_one_draw() -> None:
    """Another one's says nothing, whether that draw was run or not."""
    other = ticket()._replace(draw_id="launch2")
    for asked in (
        lambda: RUN.place_of(other),
        lambda: OPEN.place_of(other),
        lambda: RUN.right_of(other, DRAWN),
    ):
        with pytest.raises(Misuse, match="a ticket of 'launch2' says nothing in 'launch'"):
            asked()


def test_a_draw_that_was_run_has_its_proof() -> None:
    """As it was drawn; the rest of it stays."""
    proof = draw(SEED, DRAW_ID, FIVE, winners=2, reserves=2).proof
    assert RUN.proof == proof
    assert RUN.drawn_at == DRAWN
    assert RUN[:8] == OPEN[:8]
    assert RUN.version == OPEN.version == 0


def test_both_are_stored_once_more_each_time() -> None:
    """And the calendar changes nothing of them."""
    assert (OPEN.stored().version, OPEN.stored().stored().version) == (1, 2)
    assert OPEN.stored()._replace(version=0) == OPEN
    assert (ticket().stored().version, ticket().stored().stored().version) == (1, 2)
    assert ticket().stored()._replace(version=0) == ticket()
    assert OPEN.due_at is RUN.due_at is ticket().due_at is None
