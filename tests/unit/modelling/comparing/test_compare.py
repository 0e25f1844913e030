"""Comparing programmes: which scenarios there are, and what each is replayed with."""

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    AsSoonAsPossible,
    AtThreshold,
    HazardByAge,
    Measure,
    NoRedemption,
    RedemptionPolicy,
    compare,
    partitioned,
    replay,
)
from mi_rewards.money import Rate, Rounding
from mi_rewards.programme import Programme
from tests.replaying import REWARD_MI
from tests.shop import rules

HALF = rules(REWARD_MI, rate=attrs.evolve(REWARD_MI.earning.rate, tokens=5))
TWO = {"base": REWARD_MI, "half": HALF}
AS_OF = date(2018, 1, 31)

HISTORY: dict[str, list[str]] = {
    "kind": ["joined", "joined", "delivered", "delivered", "redeemed"],
    "member_id": ["A", "B", "A", "B", "A"],
    "at": [f"2017-07-0{day}T12:00:00+05:30" for day in (1, 1, 2, 3, 4)],
    "order_id": ["", "", "1", "2", ""],
    "amount": ["", "", "30000.00", "500.00", ""],
    "currency": ["", "", "INR", "INR", ""],
    "request_id": ["1", "2", "3", "4", "5"],
    "reward_id": ["", "", "", "", "accessory-coupon-100"],
    "category": ["", "", "phones", "cables", ""],
}
"""A earns 3,000 tokens and spends 2,500 of them; B earns 50."""


def names(programmes: Any, **options: Any) -> list[str]:
    """Compare, and list the scenarios."""
    return [it.name for it in compare(programmes, HISTORY, as_of=AS_OF, **options).scenarios]


def test_each_programme_is_replayed_as_replay_does() -> None:
    """The figures are those of one replay each; the first is the base."""
    comparison = compare(TWO, HISTORY, as_of=AS_OF)
    assert comparison.base == "base"
    assert comparison.measure is Measure.KEPT
    assert comparison.cost is None
    for name, programme in TWO.items():
        found = comparison[name]
        assert found.programme == programme
        assert found.replayed == replay(HISTORY, programme, as_of=AS_OF)
        assert (found.policy, found.orr) == ("", Fraction(1))
    totals = comparison.totals()
    assert totals["redeemed"] == [2500, 0]
    assert totals["refused"] == [0, 1]
    assert totals["kept"] == [3050, 1525]


def test_options_are_passed_on() -> None:
    """The base, the measure, the cost and its share, the segment, and whether members are kept."""
    comparison = compare(
        TWO,
        HISTORY,
        as_of=AS_OF,
        base="half",
        cost_per_token=Fraction(1, 2),
        orr={"base": Fraction(1, 4)},
        measure=Measure.ISSUED,
        detail=False,
        segment="category",
    )
    assert (comparison.base, comparison.measure) == ("half", Measure.ISSUED)
    assert comparison.cost == Rate(1, 2, Rounding.HALF_EVEN)
    assert [it.orr for it in comparison.scenarios] == [Fraction(1, 4), Fraction(1)]
    assert not comparison.is_detailed
    assert list(comparison["base"].by_segment()) == ["cables", "phones"]
    shares = compare(TWO, HISTORY, as_of=AS_OF, orr=Fraction(1, 3)).scenarios
    assert [it.orr for it in shares] == [Fraction(1, 3)] * 2


def test_without_a_day_the_latest_rows_is_taken() -> None:
    """As a replay does."""
    comparison = compare(TWO, HISTORY)
    assert [it.replayed.as_of for it in comparison.scenarios] == [date(2017, 7, 4)] * 2


def test_programmes_of_a_sequence_go_by_their_own_names() -> None:
    """With the digest of their rules where several have one name."""
    other = rules(HALF, name="half-mi")
    assert names([REWARD_MI, other]) == ["reward-mi", "half-mi"]
    assert names((REWARD_MI, HALF)) == [
        f"reward-mi {REWARD_MI.digest}",
        f"reward-mi {HALF.digest}",
    ]


def test_every_programme_is_a_scenario_with_every_policy() -> None:
    """One policy changes no name; several are named after the programme."""
    soon, late = AsSoonAsPossible(100), AtThreshold(2000, 1000)
    assert names(TWO, policy=soon) == ["base", "half"]
    assert names(TWO, policy=[soon]) == ["base", "half"]
    assert names(TWO, policy={"soon": soon, "late": late}) == [
        "base, soon",
        "base, late",
        "half, soon",
        "half, late",
    ]
    comparison = compare(TWO, HISTORY, as_of=AS_OF, policy=[soon, late])
    assert [it.policy for it in comparison.scenarios] == [soon.name, late.name] * 2
    assert comparison.totals()["redeemed"] == [3000, 2000, 1500, 0]


def test_a_policy_stands_in_place_of_what_the_history_spends() -> None:
    """Nothing is spent where nobody spends, and nothing is refused for want of tokens."""
    comparison = compare(TWO, HISTORY, as_of=AS_OF, policy={"nobody": NoRedemption()})
    assert comparison.totals()["redeemed"] == [0, 0]
    assert comparison.totals()["refused"] == [0, 0]
    assert comparison.totals()["policy"] == ["nobody", "nobody"]


def test_partitions_come_to_the_same_as_the_whole() -> None:
    """However many there are; each scenario's replays are equal to those of the whole."""
    whole = compare(TWO, HISTORY, as_of=AS_OF, segment="category")
    for count in (1, 2, 5):
        parts = iter(partitioned(HISTORY, count))
        assert compare(TWO, partitions=parts, as_of=AS_OF, segment="category") == whole


def test_partitions_are_replayed_under_a_policy_too() -> None:
    """The policy goes with each of them."""
    policy = AtThreshold(2000, 1000)
    whole = compare(TWO, HISTORY, as_of=AS_OF, policy=policy)
    assert whole.totals()["redeemed"] == [2000, 0]
    parts = partitioned(HISTORY, 3)
    assert compare(TWO, partitions=parts, as_of=AS_OF, policy=policy) == whole


def test_any_map_carries_it_out() -> None:
    """It is given the scenarios, or the partitions of one after the other, and may turn them."""
    given: list[int] = []

    def backwards(function: Callable[[Any], Any], items: Sequence[Any], /) -> Iterable[Any]:
        given.append(len(items))
        return [function(it) for it in reversed(items)]

    whole = compare(TWO, HISTORY, as_of=AS_OF)
    assert compare(TWO, HISTORY, as_of=AS_OF, map=backwards) == whole
    parts = partitioned(HISTORY, 3)
    assert compare(TWO, partitions=parts, as_of=AS_OF, map=backwards) == whole
    assert given == [2, 3, 3]


def test_what_is_carried_out_travels() -> None:
    """The work, the scenarios with their policies and what comes back go to other processes."""

    def elsewhere(function: Callable[[Any], Any], items: Sequence[Any], /) -> Iterable[Any]:
        for item in items:
            work, it = pickle.loads(pickle.dumps((function, item)))
            yield pickle.loads(pickle.dumps(work(it)))

    policy = HazardByAge([(1, 10)], seed=1)
    whole = compare(TWO, HISTORY, as_of=AS_OF, policy=policy)
    assert whole.totals()["redeemed"][0] > 0
    assert compare(TWO, HISTORY, as_of=AS_OF, policy=policy, map=elsewhere) == whole
    parts = partitioned(HISTORY, 2)
    assert compare(TWO, partitions=parts, as_of=AS_OF, policy=policy, map=elsewhere) == whole


def test_progress_is_told_after_each_scenario() -> None:
    """How many are done, whether in parts or not."""
    told: list[int] = []
    compare(TWO, HISTORY, as_of=AS_OF, progress=told.append)
    compare(TWO, partitions=[HISTORY], as_of=AS_OF, progress=told.append)
    assert told == [1, 2, 1, 2]


def test_a_history_in_chunks_is_gone_through_again() -> None:
    """A list of chunks is; what can be gone through once serves one programme alone."""
    chunk: list[Mapping[str, Any]] = [HISTORY]
    assert compare(TWO, chunk, as_of=AS_OF) == compare(TWO, HISTORY, as_of=AS_OF)
    alone = compare([REWARD_MI], iter(chunk), as_of=AS_OF)
    assert alone.totals()["issued"] == [3050]
    with pytest.raises(Misuse, match="gone through once"):
        compare(TWO, iter(chunk), as_of=AS_OF)
    with pytest.raises(Misuse, match="gone through once"):
        compare(TWO, [iter(chunk)], as_of=AS_OF)
    with pytest.raises(Misuse, match="gone through once"):
        compare(TWO, partitions=[iter(chunk)], as_of=AS_OF)


@attrs.frozen
class _Named(NoRedemption):
    """A policy that has the name of another."""

    name: str = "no redemption"


def _wrong() -> dict[str, Callable[[], object]]:
    """Everything that is no comparison."""
    two: list[RedemptionPolicy] = [NoRedemption(), _Named()]
    no_programme: dict[str, Programme] = {}
    return {
        "takes either a history or partitions": lambda: compare(TWO),
        "either a history": lambda: compare(TWO, HISTORY, partitions=[HISTORY], as_of=AS_OF),
        "as_of is needed": lambda: compare(TWO, partitions=[HISTORY]),
        "at least one programme": lambda: compare(no_programme, HISTORY),
        "none is there twice": lambda: compare([REWARD_MI, REWARD_MI], HISTORY),
        "Programme by name, not .* by ''": lambda: compare({"": REWARD_MI}, HISTORY),
        "Programme by name": lambda: compare({"a": "reward-mi"}, HISTORY),  # type: ignore[dict-item]
        "the base 'c' is none of base, half": lambda: compare(TWO, HISTORY, base="c"),
        "a share is stated for 'c'": lambda: compare(TWO, HISTORY, orr={"c": Fraction(1)}),
        "two redemption policies": lambda: compare(TWO, HISTORY, policy=two),
        "at least one redemption policy": lambda: compare(TWO, HISTORY, policy=[]),
        "a cost per token": lambda: compare(TWO, HISTORY, cost_per_token=0.5),  # type: ignore[arg-type]
    }


@pytest.mark.parametrize("what", _wrong())
def test_what_cannot_be_compared_is_misuse(what: str) -> None:
    """The message says what is wrong, before anything is replayed."""
    with pytest.raises(Misuse, match=what):
        _wrong()[what]()
