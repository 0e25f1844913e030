"""Draws on real databases: rows of draws and tickets, and a crowd that enters while one is run."""

from functools import partial

from mi_rewards.commands import Command, DrawEntered, DrawRun, Rewards, with_retries
from mi_rewards.commands.draws.drawing import PLACES, tickets_counters
from mi_rewards.preorders import DrawClosed, verify
from mi_rewards.repositories import Needs
from mi_rewards.sql import SqlStore
from tests.draws import (
    BY_NUMBER,
    CLOSES,
    COMMITMENT,
    DRAW_ID,
    DRAWN,
    FIVE,
    JUST,
    OPENS,
    RUN,
    announce,
    enter,
    kept,
    run,
    tickets,
)
from tests.hosts.test_races import at_once
from tests.shop import SMALL, check_outcomes


def test_a_draw_is_run_on_every_database(sql_store: SqlStore) -> None:
    """One by one and in a batch: the same rows as in memory."""
    rewards = Rewards(sql_store, SMALL)
    rewards.do(announce())
    outcomes = rewards.do_all([enter(by) for by in BY_NUMBER[:3]])
    check_outcomes(outcomes, *[DrawEntered(DRAW_ID, OPENS)] * 3)
    for by in BY_NUMBER:
        rewards.do(enter(by, request="again"))
    assert [it.member_id for it in tickets(sql_store)] == [*FIVE]
    check_outcomes([rewards.do(run())], DrawRun(DRAW_ID, 5, 2, 2, DRAWN))
    assert kept(sql_store) == RUN._replace(version=2)
    check_outcomes(rewards.do_all([enter("fay", at=CLOSES - JUST)]), CLOSED)
    keys = tickets_counters(DRAW_ID)
    counters = sql_store.load(Needs(counters=keys)).all_counters(keys).values()
    assert {None if it is None else it.used for it in counters} == {PLACES}


CLOSED = DrawClosed(draw_id=DRAW_ID, closes_at="2017-07-08T06:30:00Z")


def test_a_crowd_that_enters_while_it_is_run_is_in_or_out(shared_store: SqlStore) -> None:
    """I11, I13: Whoever was told of a ticket was drawn among; all others were refused."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(announce())
    crowd = [f"m{number:02}" for number in range(30)]
    commands: list[Command[object]] = [enter(by, at=CLOSES - JUST) for by in crowd]
    commands.insert(10, run())
    works = [partial(insisting, rewards, command) for command in commands]
    answers = at_once(works)
    drawn = answers.pop(10)
    assert isinstance(drawn, DrawRun), drawn
    inside = [by for by, answer in zip(crowd, answers, strict=True) if not told_no(answer)]
    assert [it.member_id for it in tickets(shared_store)] == inside
    found = kept(shared_store)
    assert found is not None
    assert drawn.entrant_count == len(inside)
    assert verify(found.proof, inside, committed=COMMITMENT)


def insisting(rewards: Rewards, command: Command[object]) -> object:
    """Carry a command out, and try again after each lost race."""
    return with_retries(rewards, lambda it: it.do(command), attempts=50)


def told_no(answer: object) -> bool:
    """Tell whether somebody was refused; nothing else but a ticket comes of it."""
    assert answer in (CLOSED, DrawEntered(DRAW_ID, CLOSES - JUST)), answer
    return answer == CLOSED


def test_of_two_runs_at_once_both_tell_the_same(shared_store: SqlStore) -> None:
    """I8, I11: Of one request or of several."""
    rewards = Rewards(shared_store, SMALL)
    rewards.do(announce())
    rewards.do_all([enter(by) for by in FIVE])
    works = [
        partial(insisting, rewards, run(request=name)) for name in ("run", "run", "other", "third")
    ]
    assert at_once(works) == [DrawRun(DRAW_ID, 5, 2, 2, DRAWN)] * 4
    assert kept(shared_store) == RUN._replace(version=2)
