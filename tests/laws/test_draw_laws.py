"""The laws of draws.

1. The same seed, name and entrants give the same result, whatever order they come in.
2. An entrant who comes or goes moves nobody else, and changes nothing about the commitment.
3. Each entrant has the same chance to win, to be each reserve, and the reserves come in any order:
   chi-squared tests over many fixed seeds, which object to a bias.
4. However entries and the run are told apart, late or at once, the result is of all tickets.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mi_rewards.commands import Command, Rewards, with_retries
from mi_rewards.errors import Conflict, LimitReached, Refused
from mi_rewards.memory import MemoryStore
from mi_rewards.preorders import Place, Result, commitment, draw, ticket_number, verify
from mi_rewards.repositories import Changes
from tests.draws import CLOSES, COMMITMENT, DRAW_ID, JUST, announce, enter, kept, run, tickets
from tests.shop import SMALL

seeds = st.binary(min_size=32, max_size=32)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
entrants_of = st.lists(names, max_size=20, unique=True)
counts = st.integers(0, 6)


# the same again, in any order


@given(seeds, entrants_of, counts, counts, st.randoms(use_true_random=False))
def test_the_order_of_entrants_changes_nothing(
    seed: bytes, entrants: list[str], winners: int, reserves: int, chance: Random
) -> None:
    """The result is equal, proof included, and the proof verifies."""
    result = draw(seed, DRAW_ID, entrants, winners=winners + 1, reserves=reserves)
    shuffled = entrants.copy()
    chance.shuffle(shuffled)
    assert draw(seed, DRAW_ID, shuffled, winners=winners + 1, reserves=reserves) == result
    assert draw(seed, DRAW_ID, {*entrants}, winners=winners + 1, reserves=reserves) == result
    assert verify(result.proof, shuffled, committed=commitment(seed, DRAW_ID))
    drawn = (*result.winners, *result.reserves)
    assert len({*drawn}) == len(drawn) == min(len(entrants), winners + 1 + reserves)
    assert {*drawn} <= {*entrants}


@given(seeds, entrants_of, names, counts, counts)
def test_an_entrant_more_moves_nobody_else(
    seed: bytes, entrants: list[str], other: str, winners: int, reserves: int
) -> None:
    """All in their order, with and without: the others stay; what was committed to as well."""
    others = [it for it in entrants if it != other]
    every = draw(seed, DRAW_ID, [*others, other], winners=len(others) + 1).winners
    assert tuple([it for it in every if it != other]) == order_of(seed, others)
    few = draw(seed, DRAW_ID, others, winners=winners + 1, reserves=reserves)
    more = draw(seed, DRAW_ID, [*others, other], winners=winners + 1, reserves=reserves)
    assert few.proof.commitment == more.proof.commitment == commitment(seed, DRAW_ID)
    assert few.proof.entrants_digest != more.proof.entrants_digest
    assert not verify(few.proof, [*others, other], committed=commitment(seed, DRAW_ID))
    # Whoever loses a place loses it to the one who came.
    lost = {*few.winners, *few.reserves} - {*more.winners, *more.reserves}
    assert len(lost) <= 1
    assert not lost or other in (*more.winners, *more.reserves)


def order_of(seed: bytes, entrants: Sequence[str]) -> tuple[str, ...]:
    """Tell the order of all entrants."""
    return draw(seed, DRAW_ID, entrants, winners=max(1, len(entrants))).winners


@given(seeds, entrants_of, counts, counts)
def test_a_ticket_alone_tells_the_result(
    seed: bytes, entrants: list[str], winners: int, reserves: int
) -> None:
    """By its number, beside those of the last winner and the last reserve."""
    result = draw(seed, DRAW_ID, entrants, winners=winners + 1, reserves=reserves)
    proof = result.proof
    for entrant in entrants:
        number = ticket_number(seed, DRAW_ID, entrant)
        if proof.last_winner is not None and number <= proof.last_winner:
            place = Place.WINNER
        elif proof.last_reserve is not None and number <= proof.last_reserve:
            place = Place.RESERVE
        else:
            place = Place.NOT_DRAWN
        assert (place is Place.WINNER) is (entrant in result.winners)
        assert (place is Place.RESERVE) is (entrant in result.reserves)


# fair

Drawer = Callable[[bytes], Result]
ENTRANTS = tuple([f"m{number:02}" for number in range(20)])
WINNERS, RESERVES, DRAWS = 5, 3, 3_000

BETWEEN = {19: (5.407, 43.820), 5: (0.210, 20.515)}
"""The values below and above which chi-squared is once in a thousand, by degrees of freedom.

Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.4.
"""


def many_seeds() -> Iterator[bytes]:
    """Make the same seeds each time."""
    return (hashlib.sha256(f"seed {number}".encode()).digest() for number in range(DRAWS))


def fairly(seed: bytes) -> Result:
    """Draw as it is done."""
    return draw(seed, DRAW_ID, ENTRANTS, winners=WINNERS, reserves=RESERVES)


def chi_squared(observed: Sequence[int]) -> float:
    """Reckon Pearson's statistic of counts that are expected to be equal."""
    expected = sum(observed) / len(observed)
    return sum((it - expected) ** 2 for it in observed) / expected


def of_winners(results: Sequence[Result]) -> tuple[int, float]:
    """Reckon how evenly entrants win.

    The winners of one draw are different entrants, so that counts spread less than if they were
    chosen one by one: by (n - k) / (n - 1), for k of n.
    """
    observed = [sum(it in result.winners for result in results) for it in ENTRANTS]
    spread = (len(ENTRANTS) - WINNERS) / (len(ENTRANTS) - 1)
    return len(ENTRANTS) - 1, chi_squared(observed) / spread


def of_the_reserve(place: int, results: Sequence[Result]) -> tuple[int, float]:
    """Reckon how evenly entrants are the first reserve, or the second, or the third."""
    observed = [sum(result.reserves[place] == it for result in results) for it in ENTRANTS]
    return len(ENTRANTS) - 1, chi_squared(observed)


def of_the_order(results: Sequence[Result]) -> tuple[int, float]:
    """Reckon how evenly the reserves come in each order of their names."""
    orders = [*itertools.permutations(range(RESERVES))]
    found = [tuple([sorted(it.reserves).index(one) for one in it.reserves]) for it in results]
    return len(orders) - 1, chi_squared([found.count(it) for it in orders])


STATISTICS: dict[str, Callable[[Sequence[Result]], tuple[int, float]]] = {
    "winners": of_winners,
    "first reserve": lambda results: of_the_reserve(0, results),
    "third reserve": lambda results: of_the_reserve(2, results),
    "order": of_the_order,
}


def objections(drawer: Drawer) -> set[str]:
    """Name the statistics that many draws make unlikely: once in five hundred."""
    results = [drawer(seed) for seed in many_seeds()]
    found: set[str] = set()
    for name, statistic in STATISTICS.items():
        freedom, value = statistic(results)
        least, most = BETWEEN[freedom]
        if not least < value < most:
            found.add(name)
    return found


def test_a_draw_is_fair() -> None:
    """Neither uneven nor, as something dealt out in turn would be, too even."""
    assert objections(fairly) == set()


def favouring(seed: bytes) -> Result:
    """Give one entrant the better of two tickets."""
    again = {it: min(ticket_number(seed, DRAW_ID, it), _second(seed, it)) for it in ENTRANTS[:1]}
    numbers = {it: ticket_number(seed, DRAW_ID, it) for it in ENTRANTS} | again
    drawn = sorted(ENTRANTS, key=lambda it: numbers[it])
    return _result(drawn)


def _second(seed: bytes, entrant: str) -> int:
    """Reckon the number of another ticket."""
    return ticket_number(seed, DRAW_ID, f"{entrant} again")


def by_name(seed: bytes) -> Result:
    """Put the reserves into the order of their names."""
    result = fairly(seed)
    return result._replace(reserves=tuple(sorted(result.reserves)))


def in_turn(seed: bytes) -> Result:
    """Deal places out in turn."""
    first = IN_TURN[seed] % len(ENTRANTS)
    return _result([*ENTRANTS[first:], *ENTRANTS[:first]])


IN_TURN = {seed: number for number, seed in enumerate(many_seeds())}


def _result(drawn: Sequence[str]) -> Result:
    """Make a result of an order."""
    some = fairly(bytes(32)).proof
    reserves = drawn[WINNERS : WINNERS + RESERVES]
    return Result(tuple(drawn[:WINNERS]), tuple(reserves), some)


@pytest.mark.parametrize(
    ("drawer", "seen"),
    [
        (favouring, {"winners"}),
        (by_name, {"first reserve", "third reserve", "order"}),
        (in_turn, {"winners", "first reserve", "third reserve", "order"}),
    ],
)
def test_a_bias_is_seen(drawer: Drawer, seen: set[str]) -> None:
    """One who has two tickets, reserves by their names, and places dealt out in turn."""
    assert objections(drawer) >= seen


# nothing slips in


class Telling(MemoryStore):
    """A store whose draw is announced."""

    def __init__(self) -> None:
        super().__init__()
        Rewards(self, SMALL).do(announce())


LATE = CLOSES - JUST
ASKED: tuple[Command[object], ...] = (run(), *[enter(f"m{n}", at=LATE) for n in range(4)])


def told(store: MemoryStore, moments: Sequence[int], *, guarded: bool = True) -> bool:
    """Decide commands and save what was decided, each of the two at its moment.

    Each command is there twice: it is decided at the first, and saved at the second. Whoever loses
    is tried again at the end. Tells whether the proof is of all the tickets there are.
    """
    rewards = Rewards(store, SMALL)
    decided: dict[int, Changes | None] = {}
    lost: list[Command[object]] = []
    for number in moments:
        command = ASKED[number]
        if number not in decided:
            try:
                decided[number] = rewards.simulate(command)[1]
            except Refused:
                decided[number] = None
            continue
        changes = decided[number]
        if changes is None:
            continue
        try:
            store.save(changes if guarded else attrs.evolve(changes, takes=()))
        except (Conflict, LimitReached):
            lost.append(command)
    for command in lost:
        rewards.do_all([command])
    found = kept(store)
    assert found is not None
    entrants = [it.member_id for it in tickets(store)]
    return verify(found.proof, entrants, committed=COMMITMENT)


@given(st.permutations([*range(len(ASKED))] * 2))
def test_a_result_is_of_all_tickets_in_whatever_order_they_are_told(moments: list[int]) -> None:
    """I13: No ticket is there that was not drawn among, and none was that is not there."""
    assert told(Telling(), moments)


def test_without_the_places_some_order_lets_a_ticket_slip_in() -> None:
    """Decided before the run, saved after it: the violation that the law objects to."""
    assert not told(Telling(), [1, 0, 0, 1], guarded=False)
    assert told(Telling(), [1, 0, 0, 1])


def test_whoever_lost_a_race_to_the_run_is_refused() -> None:
    """However often it is tried."""
    store = Telling()
    rewards = Rewards(store, SMALL)
    rewards.do(run())
    with pytest.raises(Refused, match="draw 'launch' gave out tickets before"):
        with_retries(rewards, lambda it: it.do(enter("m0", at=LATE)), attempts=3)
    assert tickets(store) == []
