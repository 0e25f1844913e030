"""Drawing: a draw is announced, entered and run, whatever is repeated, late or at once."""

from typing import Any

import attrs
import pytest

from mi_rewards.commands import (
    Block,
    DrawEntered,
    DrawOpened,
    DrawRun,
    EnterDraw,
    Leave,
    MergeAway,
    OpenDraw,
    Rewards,
    RunDraw,
    follow_up,
    with_retries,
)
from mi_rewards.commands.draws.drawing import PLACES, SHARDS, tickets_counter, tickets_counters
from mi_rewards.earning import MemberLeft, MemberMerged
from mi_rewards.errors import Conflict, Corrupt, LimitReached, Misuse, RequestReused
from mi_rewards.memory import MemoryStore
from mi_rewards.preorders import (
    DrawClosed,
    DrawNotOpen,
    DrawState,
    DrawStillOpen,
    SeedMismatch,
    Ticket,
    UnknownDraw,
    commitment,
    draw,
    verify,
)
from mi_rewards.repositories import (
    Changes,
    Loaded,
    Needs,
    OutboxEvent,
    Owned,
    Page,
    Put,
    ticket_key,
)
from mi_rewards.wallet import MemberBlocked
from tests.draws import (
    CLOSES,
    COMMITMENT,
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
    announce,
    enter,
    kept,
    run,
    ticket,
    tickets,
)
from tests.shop import Shop, T, check_outcomes, join

CLOSED = DrawClosed(draw_id=DRAW_ID, closes_at="2017-07-08T06:30:00Z")


def announced(*entrants: str) -> Shop:
    """Make a shop whose draw is announced, and these entered."""
    shop = Shop()
    shop.all(announce(), *[enter(by) for by in entrants])
    return shop


def events(shop: Shop) -> list[OutboxEvent]:
    """Read what others are to learn of the draw."""
    page = Page("outbox", f"draw/{DRAW_ID}", "", 0, 10)
    return list(shop.store.load(Needs(pages=(page,))).pages[page])


# announcing


def test_a_draw_is_announced_with_its_commitment() -> None:
    """The seed is not known to anybody who reads what is stored."""
    shop = Shop()
    check_outcomes([shop.do(announce())], DrawOpened(DRAW_ID, COMMITMENT, OPENS, CLOSES))
    assert kept(shop.store) == OPEN.stored()
    (event,) = events(shop)
    assert (event.topic, event.occurred_at) == ("draw_opened", T)
    assert dict(event.figures) == {
        "draw_id": DRAW_ID,
        "commitment": COMMITMENT,
        "opens_at": "2017-07-07T06:30:00Z",
        "closes_at": "2017-07-08T06:30:00Z",
        "winner_count": 2,
        "reserve_count": 2,
    }
    assert follow_up(event, at=T) is None


def test_without_reserves_the_winners_deadline_is_the_last() -> None:
    """And none is stated."""
    shop = Shop()
    shop.do(announce(reserve_count=0, reserves_until=None))
    without = OPEN._replace(reserve_count=0, reserves_until=WINNERS_UNTIL)
    assert kept(shop.store) == without.stored()


def test_a_draw_that_was_announced_stands() -> None:
    """I8: The same request is answered again; another one changes nothing."""
    shop = Shop()
    first = shop.do(announce())
    check_outcomes([shop.do(announce(at=DRAWN))], first)
    assert type(shop.refusal(announce(winner_count=3))) is RequestReused
    fault = shop.refusal(announce(request="again"))
    assert type(fault) is Misuse
    assert str(fault) == "draw 'launch' was opened before"
    assert kept(shop.store) == OPEN.stored()


@pytest.mark.parametrize(
    ("at", "granted"), [(OPENS - JUST, True), (OPENS, True), (OPENS + JUST, False)]
)
def test_the_commitment_comes_before_the_tickets(at: Any, granted: bool) -> None:
    """Who could see who enters might choose a seed that suits."""
    shop = Shop()
    if granted:
        shop.do(announce(at=at))
    else:
        fault = shop.refusal(announce(at=at))
        assert str(fault) == "a draw is announced before tickets are given out"
    assert (kept(shop.store) is not None) is granted


ORDER = "a draw opens before it closes, and winners may buy after that"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"draw_id": ""}, "a draw's id is a text, not ''"),
        ({"draw_id": "a\nb"}, "a draw's id is of one line, not"),
        ({"request_id": ""}, "a request id is a text, not ''"),
        ({"request_id": 5}, "a request id is a text, not 5"),
        ({"at": T.replace(tzinfo=None)}, "an instant needs an offset"),
        ({"commitment": COMMITMENT.upper()}, "a commitment is 64 small hexadecimal digits"),
        ({"commitment": COMMITMENT[1:]}, "a commitment is 64 small hexadecimal digits"),
        ({"commitment": SEED}, "a commitment is 64 small hexadecimal digits"),
        ({"winner_count": 0}, "winners are a whole number of at least 1, not 0"),
        ({"reserve_count": -1}, "reserves are a whole number, not -1"),
        ({"closes_at": OPENS}, ORDER),
        ({"winners_until": CLOSES}, ORDER),
        ({"opens_at": OPENS.replace(tzinfo=None)}, "an instant needs an offset"),
        ({"reserves_until": WINNERS_UNTIL}, "the reserves' time ends after the winners'"),
        ({"reserves_until": None}, "where there are reserves they have a time, and only there"),
        ({"reserve_count": 0}, "where there are reserves they have a time, and only there"),
    ],
)
def test_an_announcement_says_all_there_is_to_know(changes: dict[str, Any], message: str) -> None:
    """Each part is checked where it is made."""
    with pytest.raises(Misuse) as caught:
        announce(**changes)
    assert str(caught.value).startswith(message)


def test_each_boundary_of_an_announcement_can_be_reached() -> None:
    """A microsecond more than what is wrong is right."""
    made = announce(
        opens_at=OPENS,
        closes_at=OPENS + JUST,
        winners_until=OPENS + 2 * JUST,
        reserves_until=OPENS + 3 * JUST,
        winner_count=1,
        reserve_count=1,
    )
    assert type(made) is OpenDraw
    assert made.scope == "draw/launch"


# entering


def test_a_member_has_one_ticket() -> None:
    """I8: By the same request or another, then and later; the first instant stands."""
    shop = announced()
    entered = DrawEntered(DRAW_ID, OPENS)
    check_outcomes([shop.do(enter())], entered)
    check_outcomes([shop.do(enter(request="again", at=OPENS + JUST))], entered)
    check_outcomes([shop.do(enter(request="late", at=DRAWN))], entered)
    assert tickets(shop.store) == [ticket().stored()]
    assert enter().scope == "asha"


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (OPENS - JUST, DrawNotOpen(draw_id=DRAW_ID, opens_at="2017-07-07T06:30:00Z")),
        (OPENS, None),
        (CLOSES - JUST, None),
        (CLOSES, CLOSED),
    ],
)
def test_tickets_are_given_out_in_their_time(at: Any, refusal: object) -> None:
    """A microsecond before each end, and at it."""
    shop = announced()
    if refusal is None:
        check_outcomes([shop.do(enter(at=at))], DrawEntered(DRAW_ID, at))
    else:
        assert shop.refusal(enter(at=at)) == refusal
    assert len(tickets(shop.store)) == (refusal is None)


def test_a_draw_that_nobody_announced_is_unknown() -> None:
    """It may be announced yet."""
    assert Shop().refusal(enter()) == UnknownDraw(draw_id=DRAW_ID)
    assert Shop().refusal(run()) == UnknownDraw(draw_id=DRAW_ID)


def test_who_is_blocked_or_gone_does_not_enter() -> None:
    """Who has not joined may, as they may buy; a ticket that somebody has stays."""
    shop = announced("unjoined")
    shop.all(
        *[join(by) for by in (*FIVE[:4], "zoya")],
        enter("zoya"),
        Block(member_id="zoya", request_id="block", at=T, reason="fraud"),
        Block(member_id="asha", request_id="block", at=T, reason="fraud"),
        Leave(member_id="bela", request_id="leave", at=T),
        MergeAway(member_id="chand", request_id="merge", at=T, into="devi"),
    )
    assert shop.refusal(enter("asha")) == MemberBlocked(reason="fraud")
    assert shop.refusal(enter("bela")) == MemberLeft(member_id="bela")
    assert shop.refusal(enter("chand")) == MemberMerged(member_id="chand", into="devi")
    check_outcomes([shop.do(enter("devi"))], DrawEntered(DRAW_ID, OPENS))
    check_outcomes([shop.do(enter("zoya", request="more"))], DrawEntered(DRAW_ID, OPENS))
    assert [it.member_id for it in tickets(shop.store)] == ["devi", "unjoined", "zoya"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"draw_id": 5}, "a draw's id is a text, not 5"),
        ({"member_id": ""}, "a member's id is a text, not ''"),
        ({"request_id": ""}, "a request id is a text, not ''"),
    ],
)
def test_an_entry_has_names(changes: dict[str, Any], message: str) -> None:
    """Each is checked where it is made."""
    right: dict[str, Any] = {"member_id": "a", "request_id": "r", "at": T, "draw_id": "d"}
    with pytest.raises(Misuse) as caught:
        EnterDraw(**right | changes)
    assert str(caught.value) == message


def test_entrants_are_counted_in_several_places() -> None:
    """So that a crowd does not wait for one row; a member's place is always the same one."""
    keys = tickets_counters(DRAW_ID)
    assert len({*keys}) == SHARDS == 16
    assert {it.scope for it in keys} == {"draw/launch"}
    crowd = [tickets_counter(DRAW_ID, f"m{number}") for number in range(500)]
    assert {*crowd} == {*keys}
    assert max(crowd.count(it) for it in keys) < 60
    assert tickets_counter(DRAW_ID, "asha").name == "015/tickets"


# running


def test_a_draw_is_run_when_it_has_closed() -> None:
    """The seed, the proof and who won are known from then on."""
    shop = announced(*FIVE)
    still = DrawStillOpen(draw_id=DRAW_ID, closes_at="2017-07-08T06:30:00Z")
    assert shop.refusal(run(at=CLOSES - JUST)) == still
    check_outcomes([shop.do(run(at=CLOSES))], DrawRun(DRAW_ID, 5, 2, 2, CLOSES))
    found = kept(shop.store)
    assert found == RUN._replace(drawn_at=CLOSES, version=2)
    assert verify(found.proof, FIVE, committed=COMMITMENT)
    told = events(shop)[1]
    assert (told.topic, told.occurred_at) == ("draw_run", CLOSES)
    assert dict(told.figures) == {
        "draw_id": DRAW_ID,
        "seed": SEED.hex(),
        "entrants_digest": found.entrants_digest,
        "entrant_count": 5,
        "winner_count": 2,
        "reserve_count": 2,
    }
    assert follow_up(told, at=CLOSES) is None


@pytest.mark.parametrize(
    ("entered", "won", "reserves"),
    [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 2, 2), (5, 2, 2)],
)
def test_as_many_win_as_entered_and_as_can(entered: int, won: int, reserves: int) -> None:
    """Below the number of winners, at it, and so on to the last reserve."""
    shop = announced(*FIVE[:entered])
    check_outcomes([shop.do(run())], DrawRun(DRAW_ID, entered, won, reserves, DRAWN))


def test_a_draw_is_run_with_the_seed_that_was_committed_to() -> None:
    """No other one; and not before it has closed, so that nobody tries seeds out."""
    shop = announced(*FIVE)
    assert type(shop.refusal(run(SEED[::-1], at=CLOSES - JUST))) is DrawStillOpen
    assert shop.refusal(run(SEED[::-1])) == SeedMismatch(draw_id=DRAW_ID)
    assert kept(shop.store) == OPEN.stored()
    shop.do(run())
    assert shop.refusal(run(SEED[::-1], request="again")) == SeedMismatch(draw_id=DRAW_ID)
    assert kept(shop.store) == RUN._replace(version=2)


def test_a_draw_that_was_run_stands() -> None:
    """I8: The same request, or another with the seed, is told what came of it."""
    shop = announced(*FIVE)
    first = shop.do(run())
    check_outcomes([shop.do(run())], first)
    check_outcomes([shop.do(run(request="again", at=RESERVES_UNTIL))], first)
    assert type(shop.refusal(run(SEED[::-1]))) is RequestReused
    assert kept(shop.store) == RUN._replace(version=2)
    assert shop.refusal(enter("fay", at=CLOSES - JUST)) == CLOSED


def test_a_seed_is_not_shown() -> None:
    """Neither where it is wrong nor in what a log may hold of the command."""
    assert SEED.hex() not in repr(run())
    assert repr(SEED) not in repr(run())
    with pytest.raises(Misuse, match="a seed is bytes, 32 of them"):
        run(b"short")
    assert run().content().digest() != run(SEED[::-1]).content().digest()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"draw_id": None}, "a draw's id is a text, not None"),
        ({"request_id": None}, "a request id is a text, not None"),
        ({"at": 5}, "an instant is an aware datetime, not 5"),
    ],
)
def test_a_run_has_names_and_an_instant(changes: dict[str, Any], message: str) -> None:
    """Each is checked where it is made."""
    right: dict[str, Any] = {"draw_id": "d", "request_id": "r", "at": T, "seed": SEED}
    with pytest.raises(Misuse) as caught:
        RunDraw(**right | changes)
    assert str(caught.value) == message


@pytest.mark.parametrize("page", [1, 2, 4, 5, 6])
def test_tickets_are_read_page_by_page(page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any size: fewer than there are, as many, and more."""
    monkeypatch.setattr("mi_rewards.commands.draws.drawing.TICKETS_PAGE", page)
    shop = announced(*FIVE)
    shop.all(announce("other"), enter("zoya", draw_id="other", request="other"))
    asked: list[Owned[Any]] = []

    class Listening(MemoryStore):
        def load(self, needs: Needs, /) -> Loaded:
            asked.extend(it for it in needs.pages if isinstance(it, Owned))
            return shop.store.load(needs)

        def save(self, changes: Changes, /) -> None:
            shop.store.save(changes)

    Rewards(Listening(), shop.rewards.programme).do(run())
    assert kept(shop.store) == RUN._replace(version=2)
    assert len(asked) == len({*asked}) == 1 + 5 // page
    assert {(it.kind, it.member_id, it.limit) for it in asked} == {(Ticket, "draw/launch", page)}


def test_a_batch_may_do_it_all() -> None:
    """What was entered in it counts, once, whatever was there before."""
    shop = announced("asha")
    commands: list[Any] = [enter(by, request="batch") for by in FIVE]
    outcomes = shop.rewards.do_all([*commands, run(), enter("fay"), run(request="again")])
    drawn = DrawRun(DRAW_ID, 5, 2, 2, DRAWN)
    check_outcomes(outcomes, *[DrawEntered(DRAW_ID, OPENS)] * 5, drawn, CLOSED, drawn)
    assert kept(shop.store) == RUN._replace(version=2)
    whole = Shop()
    outcomes = whole.rewards.do_all([announce(), *commands, run()])
    assert outcomes[-1] == drawn
    assert kept(whole.store) is not None


# nothing slips in


def test_a_ticket_that_is_saved_after_the_run_loses() -> None:
    """I13: Decided before, at an instant before the end; tried again, it is refused."""
    shop = announced(*FIVE)
    late = enter("fay", at=CLOSES - JUST)
    _, changes = shop.rewards.simulate(late)
    assert changes is not None
    shop.do(run())
    with pytest.raises(LimitReached):
        shop.store.save(changes)
    assert shop.refusal(late) == CLOSED
    assert [it.member_id for it in tickets(shop.store)] == [*FIVE]


def test_a_run_that_is_saved_after_another_ticket_loses() -> None:
    """I13: Tried again, it counts that ticket too."""
    shop = announced(*FIVE)
    _, changes = shop.rewards.simulate(run())
    assert changes is not None
    shop.do(enter("fay", at=CLOSES - JUST))
    with pytest.raises(LimitReached):
        shop.store.save(changes)
    shop.do(run())
    found = kept(shop.store)
    assert found is not None
    assert found.proof == draw(SEED, DRAW_ID, [*FIVE, "fay"], winners=2, reserves=2).proof


class Meddling(MemoryStore):
    """A store on which somebody enters just before a load or a save, as often as planned."""

    def __init__(self, store: MemoryStore, *, at_page: int = 0, at_save: int = 0) -> None:
        super().__init__()
        self.store = store
        self.at_page, self.at_save = at_page, at_save
        self.late = 0

    def _slip_in(self) -> None:
        """Save a ticket with its place."""
        self.late += 1
        rewards = Rewards(self.store, Shop().rewards.programme)
        rewards.do(enter(f"late{self.late}", at=CLOSES - JUST))

    def load(self, needs: Needs, /) -> Loaded:
        """Let somebody enter before a page is read."""
        if needs.pages and self.at_page:
            self.at_page -= 1
            self._slip_in()
        return self.store.load(needs)

    def save(self, changes: Changes, /) -> None:
        """Let somebody enter before it is saved."""
        if self.at_save:
            self.at_save -= 1
            self._slip_in()
        self.store.save(changes)


@pytest.mark.parametrize("when", ["at_page", "at_save"])
def test_a_run_that_meets_a_ticket_is_decided_again(when: str) -> None:
    """I11: It is a lost race, not an answer; then all tickets count."""
    shop = announced(*FIVE)
    with pytest.raises(Conflict):
        Rewards(Meddling(shop.store, **{when: 1}), shop.rewards.programme).do(run())
    assert kept(shop.store) == OPEN.stored()
    meddling = Meddling(shop.store, **{when: 2})
    meddling.late = 1
    rewards = Rewards(meddling, shop.rewards.programme)
    outcome = with_retries(rewards, lambda it: it.do(run()), attempts=3)
    assert outcome == DrawRun(DRAW_ID, 8, 2, 2, DRAWN)
    assert len(tickets(shop.store)) == 8


def test_an_entry_that_meets_the_run_is_refused_when_it_is_decided_again() -> None:
    """I11: What it met is a lost race, as long as it had read the draw before."""
    shop = announced(*FIVE)

    class Running(MemoryStore):
        def load(self, needs: Needs, /) -> Loaded:
            return shop.store.load(needs)

        def save(self, changes: Changes, /) -> None:
            if kept(shop.store) == OPEN.stored():
                shop.do(run())
            shop.store.save(changes)

    rewards = Rewards(Running(), shop.rewards.programme)
    with pytest.raises(DrawClosed):
        with_retries(rewards, lambda it: it.do(enter("fay")), attempts=2)
    assert [it.member_id for it in tickets(shop.store)] == [*FIVE]


def test_without_its_place_a_ticket_would_slip_in() -> None:
    """What the counters are for: the violation, and who then sees it."""
    shop = announced(*FIVE)
    _, changes = shop.rewards.simulate(enter("fay", at=CLOSES - JUST))
    assert changes is not None
    shop.do(run())
    shop.store.save(attrs.evolve(changes, takes=()))
    found = kept(shop.store)
    assert found is not None
    entrants = [it.member_id for it in tickets(shop.store)]
    assert not verify(found.proof, entrants, committed=COMMITMENT)


def test_a_store_that_lost_a_ticket_is_corrupt() -> None:
    """There are places for more tickets than there are."""
    shop = announced(*FIVE)
    _, changes = shop.rewards.simulate(enter("fay"))
    assert changes is not None
    shop.store.save(attrs.evolve(changes, puts=()))
    with pytest.raises(Corrupt, match="draw 'launch' has 5 tickets, not 6"):
        shop.rewards.do(run())
    assert kept(shop.store) == OPEN.stored()


def test_a_ticket_without_a_place_is_never_drawn() -> None:
    """Whoever put it there past the command: the draw is not run beside it."""
    shop = announced(*FIVE)
    slipped = Put(ticket_key(DRAW_ID, "fay"), ticket("fay"))
    shop.store.save(Changes((slipped,)))
    with pytest.raises(Conflict, match="a ticket was given out while draw 'launch' was run"):
        shop.rewards.do(run())
    found = kept(shop.store)
    assert found is not None
    assert found.state is DrawState.OPEN


def test_all_places_are_taken_when_it_was_run() -> None:
    """Each counter is full, whatever it had given out."""
    shop = announced(*FIVE)
    shop.do(run())
    keys = tickets_counters(DRAW_ID)
    found = shop.store.load(Needs(counters=keys)).all_counters(keys)
    assert {None if it is None else (it.used, it.limit) for it in found.values()} == {
        (PLACES, PLACES)
    }


def test_draws_do_not_see_each_other() -> None:
    """I12: Each has its own tickets, places and requests."""
    shop = announced("asha")
    shop.all(
        announce("other"),
        enter("asha", draw_id="other", request="other"),
        enter("bela", draw_id="other", request="other"),
        run(),
    )
    other = run(draw_id="other")
    check_outcomes([shop.do(other)], DrawRun("other", 2, 2, 0, DRAWN))
    assert commitment(SEED, "other") != COMMITMENT
    assert kept(shop.store) == OPEN._replace(version=1).run(
        draw(SEED, DRAW_ID, ["asha"], winners=2, reserves=2).proof, at=DRAWN
    )._replace(version=2)
