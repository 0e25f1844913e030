"""Simulations with keyed draws, tornadoes and scenarios."""

from datetime import date
from fractions import Fraction

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import (
    Cell,
    CohortRun,
    Draws,
    Flow,
    Flows,
    Simulated,
    TokenValue,
    scenario_table,
    simulate,
    simulate_liability,
    tornado,
)

JANUARY = date(2017, 1, 1)
DRAWS = Draws(seed=7, scenario="base", run=0)


def test_a_draw_depends_on_its_key_alone() -> None:
    """Not on what was drawn before; on each of seed, scenario, run and name."""
    before = DRAWS.uniform("a")
    DRAWS.uniform("b")
    assert DRAWS.uniform("a") == before
    others = [
        Draws(8, "base", 0).uniform("a"),
        Draws(7, "worst", 0).uniform("a"),
        Draws(7, "base", 1).uniform("a"),
        DRAWS.uniform("b"),
    ]
    assert len({before, *others}) == 5
    assert all(0 < draw < 1 for draw in [before, *others])


def test_draws_follow_their_distributions() -> None:
    """Means of 2,000 draws, each within a few of its own standard errors."""
    runs = [Draws(1, "base", run) for run in range(2_000)]
    assert sum(it.uniform("u") for it in runs) / 2_000 == pytest.approx(0.5, abs=0.03)
    assert sum(it.normal("n", 10, 2) for it in runs) / 2_000 == pytest.approx(10, abs=0.2)
    for trials in (50, 51):
        mean = sum(it.binomial("b", trials, 0.3) for it in runs) / 2_000
        assert mean == pytest.approx(0.3 * trials, abs=0.35)
    assert {it.place("p", 3) for it in runs} == {0, 1, 2}


@pytest.mark.parametrize("trials", [0, 50, 51])
@pytest.mark.parametrize("share", [0, 1])
def test_what_is_certain_is_drawn(trials: int, share: int) -> None:
    """None of them, or all: one by one up to 50, by the normal beyond."""
    assert DRAWS.binomial("b", trials, share) == trials * share


def test_a_simulation_is_the_same_again() -> None:
    """The same arguments, the same outcomes; another seed, others."""
    once = simulate(lambda draws: draws.uniform("x"), runs=50, seed=3, unit="tokens")
    assert once == simulate(lambda draws: draws.uniform("x"), runs=50, seed=3, unit="tokens")
    assert once != simulate(lambda draws: draws.uniform("x"), runs=50, seed=4, unit="tokens")
    assert list(once.outcomes) == sorted(once.outcomes)
    with pytest.raises(Misuse, match="runs: a whole number from 1"):
        simulate(lambda draws: 0.0, runs=0)


def test_quantiles_lie_between_outcomes() -> None:
    """Of 0 to 20 the fifth hundredth is 1; half way between two there is the mean of them."""
    simulated = simulate(lambda draws: float(draws.run), runs=21, unit="INR minor units")
    assert [simulated.quantile(share) for share in (0, 0.05, 0.5, 0.95, 1)] == pytest.approx(
        [0, 1, 10, 19, 20]
    )
    assert simulated.quantile(0.525) == pytest.approx(10.5)
    assert simulated.table().tuples() == [
        ("P5", pytest.approx(1)),
        ("P50", pytest.approx(10)),
        ("P95", pytest.approx(19)),
        ("mean", pytest.approx(10)),
    ]
    assert simulated.table((0.975,)).tuples()[0][0] == "P97.5"
    assert simulated.table().unit("value") == "INR minor units"
    for share in (-0.01, 1.01):
        with pytest.raises(Misuse, match="a quantile is of a share"):
            simulated.quantile(share)


FLOWS = Flows.of(
    [
        Cell(
            JANUARY.toordinal(),
            Flow.EARNED,
            JANUARY.toordinal(),
            "",
            date(2017, 2, 28).toordinal(),
            1_000,
        )
    ]
)
RUNS = [
    CohortRun(JANUARY, "", 100, (0, 50), (0, 0)),
    CohortRun(JANUARY, "", 100, (0, 0), (0, 0)),
]
CLOSE = date(2017, 1, 31)
TEN_PAISE = TokenValue(Fraction(10), "INR")


def test_a_liability_is_simulated_by_drawing_cohorts_anew() -> None:
    """Half, a quarter or nothing of 1,000 tokens of ten paise, as the two cohorts are drawn."""
    simulated = simulate_liability(FLOWS, RUNS, through=CLOSE, cost=TEN_PAISE, runs=200)
    assert {round(outcome) for outcome in simulated.outcomes} == {0, 2_500, 5_000}
    assert simulated.mean == pytest.approx(2_500, abs=500)
    assert simulated.unit == "INR minor units"
    dear = simulate_liability(
        FLOWS, RUNS[:1], through=CLOSE, cost=TEN_PAISE, cost_sigma=0.1, runs=200
    )
    assert dear.quantile(0.05) < 5_000 < dear.quantile(0.95)
    with pytest.raises(Misuse, match="there are none"):
        simulate_liability(FLOWS, [], through=CLOSE, cost=TEN_PAISE)


BASE = {"rate": 0.6, "cost": 10.0}


def test_what_matters_most_comes_first() -> None:
    """The rate moves it by 400 from end to end, the cost by 60; the base is in each row."""
    table = tornado(
        lambda it: 100 * it["rate"] * it["cost"],
        BASE,
        {"cost": (9.5, 10.5), "rate": (0.4, 0.8)},
        unit="INR minor units",
    )
    assert table["what"] == ["rate", "cost"]
    assert table["swing"] == pytest.approx([400, 60])
    assert table["low"] == pytest.approx([400, 570])
    assert table["high"] == pytest.approx([800, 630])
    assert table["base"] == pytest.approx([600, 600])
    assert (table["low_end"][0], table["high_end"][0]) == (0.4, 0.8)
    assert table.unit("low") == "INR minor units"


def test_scenarios_change_several_assumptions_at_once() -> None:
    """Base, best and worst, and how far each is from the base."""
    table = scenario_table(
        lambda it: 100 * it["rate"] * it["cost"],
        BASE,
        {"best": {"rate": 0.5}, "worst": {"rate": 0.7, "cost": 12.0}},
    )
    assert table["scenario"] == ["base", "best", "worst"]
    assert table["outcome"] == pytest.approx([600, 500, 840])
    assert table["against_base"] == pytest.approx([0, -100, 240])


def test_what_is_no_assumption_is_misuse() -> None:
    """In a range and in a scenario."""
    with pytest.raises(Misuse, match="'price' is none of the assumptions: rate, cost"):
        tornado(lambda it: 0.0, BASE, {"price": (1, 2)})
    with pytest.raises(Misuse, match="'price' is none of the assumptions"):
        scenario_table(lambda it: 0.0, BASE, {"worst": {"price": 2}})


@pytest.mark.parametrize(("trials", "share"), [(-1, 0.5), (60, 1.5), (60, -0.1), (3, float("nan"))])
def test_what_is_no_share_of_trials_is_misuse(trials: int, share: float) -> None:
    """Trials are counted from 0, and a share lies from 0 to 1."""
    with pytest.raises(Misuse, match="from 0"):
        Draws(0, "s", 0).binomial("n", trials, share)


def test_a_simulation_is_shown_in_one_line() -> None:
    """How many runs, their mean, and what it counts; not every outcome."""
    many = simulate(lambda draws: 1e6, runs=1_000, unit="tokens")
    assert repr(many) == "<Simulated: 1,000 runs, mean 1,000,000.00 tokens>"
    assert repr(simulate(lambda draws: 2.5, runs=1)) == "<Simulated: 1 runs, mean 2.50>"
    assert repr(Simulated("tokens", ())) == "<Simulated: 0 runs>"


def test_an_outcome_is_a_number() -> None:
    """What is none has no place among the others, and no quantile would be right."""
    with pytest.raises(Misuse, match="no number"):
        simulate(lambda draws: float("nan") if draws.run == 1 else 1.0, runs=3)
