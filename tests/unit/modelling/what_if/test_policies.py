"""Redemption policies: what each answers below, at and above its figures."""

import pickle
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from mi_rewards.calendar import NEVER
from mi_rewards.errors import Misuse
from mi_rewards.modelling.what_if.draws import draws_of, keyed_draw
from mi_rewards.modelling.what_if.monthly import BeforeLapse, HazardByAge
from mi_rewards.modelling.what_if.policies import (
    Asked,
    AsSoonAsPossible,
    AtThreshold,
    NoRedemption,
    RedemptionPolicy,
    SomeMembers,
    member_draws,
)

LEAST, MOST = 0, 2**64 - 1
"""The draws that round every part up, and every part down."""

POLICIES: list[RedemptionPolicy] = [
    NoRedemption(),
    AsSoonAsPossible(100),
    AtThreshold(1000, 100),
    BeforeLapse(),
    HazardByAge([1]),
    SomeMembers(HazardByAge([(1, 2)], seed=3), 1, 2, seed=4),
]


def day(text: str) -> int:
    """Write a day as its ordinal."""
    return date.fromisoformat(text).toordinal()


def asked(
    available: int = 0,
    *,
    on: str = "2018-03-01",
    layers: tuple[tuple[int, int, int], ...] = (),
    draw: int = LEAST,
    brought: int = 1,
    member_id: str = "A",
) -> Asked:
    """Ask after a row, of so many tokens, or of the layers."""
    tokens = available or sum(it[2] for it in layers)
    own = layers or ((NEVER.toordinal(), day("2018-01-01"), tokens),)
    return Asked(member_id, day(on), tokens, own, lambda: draw, brought)


def layer(earned_in: str, tokens: int, last_day: str = "2019-12-31") -> tuple[int, int, int]:
    """Write tokens of a month."""
    return day(last_day), day(earned_in), tokens


# when each is asked


@pytest.mark.parametrize("policy", [NoRedemption(), AsSoonAsPossible(1), AtThreshold(1, 1)])
def test_what_waits_for_tokens_has_no_days_of_its_own(policy: RedemptionPolicy) -> None:
    """Nothing is possible on a day on which nothing came in that was not before."""
    assert list(policy.days(day("2018-01-01"), day("2020-12-31"))) == []


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2018-01-01", "2018-01-01", ["2018-01-01"]),
        ("2018-01-02", "2018-01-31", []),
        ("2018-01-02", "2018-02-01", ["2018-02-01"]),
        ("2017-12-31", "2018-03-01", ["2018-01-01", "2018-02-01", "2018-03-01"]),
        ("2017-12-01", "2018-01-31", ["2017-12-01", "2018-01-01"]),
        ("9999-11-30", "9999-12-31", ["9999-12-01"]),
        ("9999-12-02", "9999-12-31", []),
        ("2018-03-02", "2018-03-01", []),
    ],
)
def test_what_goes_by_months_is_asked_on_their_first_days(
    first: str, last: str, days: list[str]
) -> None:
    """Both ends count, through the year's end and to the last year that there is."""
    for policy in (HazardByAge([1]), BeforeLapse(), SomeMembers(BeforeLapse(), 1, 2)):
        assert list(policy.days(day(first), day(last))) == [day(it) for it in days]


# what each answers


def test_without_redemption_nothing_is_spent() -> None:
    """However much there is."""
    assert NoRedemption().redeems(asked(10**9)) == 0


@pytest.mark.parametrize(
    ("minimum", "step", "available", "tokens"),
    [
        (100, 1, 99, 0),
        (100, 1, 100, 100),
        (100, 1, 101, 101),
        (100, 50, 149, 100),
        (100, 50, 150, 150),
        (100, 80, 100, 0),
        (100, 80, 159, 0),
        (100, 80, 160, 160),
        (1, 100, 99, 0),
        (1, 100, 100, 100),
        (1, 1, 0, 0),
    ],
)
def test_as_soon_as_possible_spends_whole_steps_from_the_minimum(
    minimum: int, step: int, available: int, tokens: int
) -> None:
    """Whole steps below the minimum wait, also where the balance itself has reached it."""
    question = Asked("A", day("2018-03-01"), available, (), lambda: 0, 1)
    assert AsSoonAsPossible(minimum, step).redeems(question) == tokens


@pytest.mark.parametrize(
    ("threshold", "burns", "available", "tokens"),
    [
        (1000, 100, 0, 0),
        (1000, 100, 999, 0),
        (1000, 100, 1000, 100),
        (1000, 100, 1099, 100),
        (1000, 100, 1100, 200),
        (1000, 1000, 1999, 1000),
        (1000, 1000, 2000, 2000),
        (1, 1, 7, 7),
    ],
)
def test_at_a_threshold_so_much_is_spent_each_time(
    threshold: int, burns: int, available: int, tokens: int
) -> None:
    """As often as the threshold is reached, and less than it is left."""
    question = Asked("A", day("2018-03-01"), available, (), lambda: 0, 1)
    assert AtThreshold(threshold, burns).redeems(question) == tokens
    assert available - tokens < threshold


def test_what_lapses_soon_is_spent_on_the_first_of_the_month() -> None:
    """The first day counts among the days; a row on that day brings nothing about."""
    layers = (
        layer("2017-03-01", 1, "2018-03-01"),
        layer("2017-03-01", 2, "2018-03-31"),
        layer("2017-04-01", 4, "2018-04-01"),
    )
    assert BeforeLapse().redeems(asked(layers=layers, brought=0)) == 3
    assert BeforeLapse(32).redeems(asked(layers=layers, brought=0)) == 7
    assert BeforeLapse(30).redeems(asked(layers=layers, brought=0)) == 1
    assert BeforeLapse(minimum=3).redeems(asked(layers=layers, brought=0)) == 3
    assert BeforeLapse(minimum=4).redeems(asked(layers=layers, brought=0)) == 0
    assert BeforeLapse().redeems(asked(layers=layers, brought=1)) == 0


def test_a_hazard_takes_each_age_by_its_own_rate() -> None:
    """Tokens of the month before are of age 1; the last rate goes on; this month's wait."""
    policy = HazardByAge([(1, 2), (1, 10), (1, 100)])
    question = asked(
        layers=(
            layer("2017-03-01", 1000),
            layer("2017-12-01", 2000),
            layer("2018-01-01", 500),
            layer("2018-02-01", 300),
            layer("2018-03-01", 10**6),
        ),
        brought=0,
    )
    assert policy.redeems(question) == 10 + 20 + 50 + 150


def test_a_hazard_is_asked_on_its_days_alone() -> None:
    """A row on the first of a month does not bring the month about a second time."""
    policy = HazardByAge([(1, 2)])
    layers = (layer("2018-02-01", 300),)
    assert policy.redeems(asked(layers=layers, brought=1)) == 0
    assert policy.redeems(asked(layers=layers, brought=0)) == 150


@pytest.mark.parametrize(
    ("tokens", "rate", "least", "most"),
    [
        (0, (1, 3), 0, 0),
        (3, (1, 3), 1, 1),
        (4, (1, 3), 2, 1),
        (5, (1, 3), 2, 1),
        (1, (0, 1), 0, 0),
        (1, (1, 1), 1, 1),
        (7, (999_999, 1_000_000), 7, 6),
    ],
)
def test_a_part_of_a_token_is_drawn(
    tokens: int, rate: tuple[int, int], least: int, most: int
) -> None:
    """The least draw rounds up, the greatest down; what is whole is not drawn for."""
    policy = HazardByAge([rate])
    layers = (layer("2018-02-01", tokens),)
    assert policy.redeems(asked(layers=layers, brought=0, draw=LEAST)) == least
    assert policy.redeems(asked(layers=layers, brought=0, draw=MOST)) == most


def test_a_part_is_drawn_with_its_own_chance() -> None:
    """The third of a token is spent by draws below a third, and by no others."""
    policy = HazardByAge([(1, 3)])
    layers = (layer("2018-02-01", 1),)
    third = 6148914691236517205
    assert policy.redeems(asked(layers=layers, brought=0, draw=third)) == 1
    assert policy.redeems(asked(layers=layers, brought=0, draw=third + 1)) == 0


def test_the_parts_of_all_ages_are_added_before_one_draw() -> None:
    """A half and a third are five sixths: one draw decides, not two."""
    drawn: list[int] = []

    def draw() -> int:
        drawn.append(0)
        return MOST

    layers = (layer("2018-01-01", 1), layer("2018-02-01", 1))
    question = asked(layers=layers, brought=0)._replace(draw=draw)
    assert HazardByAge([(1, 2), (1, 3)]).redeems(question) == 0
    assert len(drawn) == 1


def test_rates_are_written_in_three_ways() -> None:
    """Per million, as a pair, as a Fraction: the pairs stand as they were written."""
    policy = HazardByAge([50_000, (2, 4), Fraction(2, 4)])
    assert policy.rates == ((50_000, 1_000_000), (2, 4), (1, 2))
    assert HazardByAge([0, 1_000_000]).rates == ((0, 1_000_000), (1_000_000, 1_000_000))


# who takes part, and the sources of draws


def test_some_members_take_part_and_the_others_never_do() -> None:
    """Who does is drawn once, by a number that nothing else is drawn by."""
    policy = SomeMembers(AsSoonAsPossible(1), 1, 3, seed=5, scenario="who")
    taking = [f"M{n}" for n in range(300) if policy.takes_part(f"M{n}")]
    last = 2**64 - 1
    expected = [f"M{n}" for n in range(300) if keyed_draw(5, "who", f"M{n}", last) * 3 < 2**64]
    assert taking == expected
    assert 70 < len(taking) < 130
    assert policy.redeems(asked(9, member_id=taking[0])) == 9
    outside = next(f"M{n}" for n in range(300) if f"M{n}" not in taking)
    assert policy.redeems(asked(9, member_id=outside)) == 0


def test_everybody_or_nobody_can_take_part() -> None:
    """The ends of the share."""
    question = asked(9)
    assert SomeMembers(AsSoonAsPossible(1), 1, 1).redeems(question) == 9
    assert SomeMembers(AsSoonAsPossible(1), 0, 1).redeems(question) == 0


def test_a_policy_draws_by_its_own_seed_and_scenario() -> None:
    """Those of some members are their policy's; one without draws goes by 0 and its name."""
    hazard = HazardByAge([1], seed=3, scenario="h")
    expected = draws_of(3, "h", "A")()
    assert member_draws(hazard, "A")() == expected
    assert member_draws(SomeMembers(hazard, 1, 2, seed=9), "A")() == expected
    assert member_draws(NoRedemption("none"), "A")() == keyed_draw(0, "none", "A", 0)


# values


def test_names_say_what_the_policy_does() -> None:
    """Figures that are usual are left out."""
    assert [it.name for it in POLICIES] == [
        "no redemption",
        "as soon as possible from 100",
        "100 at 1000",
        "what lapses within 31 days",
        "hazard by age",
        "hazard by age, by 1 of 2 members",
    ]
    assert AsSoonAsPossible(100, 50).name == "as soon as possible from 100 in steps of 50"
    assert BeforeLapse(10, 5).name == "what lapses within 10 days from 5"


@pytest.mark.parametrize("policy", POLICIES, ids=lambda it: type(it).__name__)
def test_policies_are_values_that_travel(policy: Any) -> None:
    """Equal after pickling, hashable, and not to be changed."""
    again = pickle.loads(pickle.dumps(policy))
    assert again == policy
    assert hash(again) == hash(policy)
    assert again.redeems(asked(500, brought=0)) == policy.redeems(asked(500, brought=0))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        policy.anything = 1


MAKERS: dict[str, Callable[[Any], object]] = {
    "a minimum": AsSoonAsPossible,
    "a step": lambda n: AsSoonAsPossible(1, n),
    "a threshold": lambda n: AtThreshold(n, 1),
    "what is spent": lambda n: AtThreshold(2**63 - 1, n),
    "a number of days": BeforeLapse,
    "the least": lambda n: BeforeLapse(1, n),
}
"""Everything that takes a number of tokens or of days."""


@pytest.mark.parametrize("what", MAKERS)
@pytest.mark.parametrize("bad", [0, -1, True, 1.0, 2**63])
def test_figures_are_whole_numbers_from_one(what: str, bad: Any) -> None:
    """Anything else is misuse, and the ends of the range are not."""
    assert MAKERS[what](1) is not None
    assert MAKERS[what](2**63 - 1) is not None
    with pytest.raises(Misuse):
        MAKERS[what](bad)


def test_no_more_is_spent_than_the_threshold() -> None:
    """At the threshold everything may go, beyond it nothing can."""
    assert AtThreshold(100, 100).burns == 100
    with pytest.raises(Misuse, match="at 100 tokens no 101"):
        AtThreshold(100, 101)


@pytest.mark.parametrize(
    "rate",
    [
        -1,
        1_000_001,
        True,
        0.5,
        "1/2",
        (1, 0),
        (0, 0),
        (2, 1),
        (-1, 2),
        (1.0, 2),
        (1, 2.0),
        (True, 2),
        (1, 2, 3),
        Fraction(3, 2),
        Fraction(-1, 2),
    ],
)
def test_a_rate_is_from_nothing_to_all(rate: Any) -> None:
    """What is no share is misuse, in a hazard and of members."""
    with pytest.raises(Misuse, match="a rate is"):
        HazardByAge([1, rate])


def test_a_hazard_and_a_share_of_members_are_checked_where_they_are_made() -> None:
    """No rate at all, a share beyond all, a seed out of range, a scenario that is no text."""
    wrong: list[Callable[[], object]] = [
        lambda: HazardByAge([]),
        lambda: HazardByAge([1], seed=-1),
        lambda: HazardByAge([1], scenario=7),  # type: ignore[arg-type]
        lambda: SomeMembers(NoRedemption(), 3, 2),
        lambda: SomeMembers(NoRedemption(), 1, 0),
        lambda: SomeMembers(NoRedemption(), 1, 2, seed=2**64),
        lambda: SomeMembers(NoRedemption(), 1, 2, scenario=b""),  # type: ignore[arg-type]
    ]
    for make in wrong:
        with pytest.raises(Misuse):
            make()
