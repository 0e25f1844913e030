"""Sensitivity, tornado and tier migration: what their cells and bars say."""

from datetime import date
from itertools import combinations

import attrs
import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling import Table, TierMove, plots
from mi_rewards.modelling.plots._style import lightness
from tests.drawn import moves, pairs, reaches, scenarios
from tests.pictures import overlaps
from tests.replaying import by_commands, row


def ticks(ax: object, axis: str) -> list[str]:
    """Read the tick labels of an axis."""
    return [label.get_text() for label in getattr(ax, f"get_{axis}ticklabels")()]


def test_each_pair_has_its_figure() -> None:
    """Rates down, costs across, money in units of its currency."""
    ax = plots.sensitivity(pairs(2, 3))
    assert ticks(ax, "y") == ["70 %", "75 %"]
    assert ticks(ax, "x") == ["0.25", "0.5", "0.75"]
    assert [text.get_text() for text in ax.texts] == [
        "17.5 M",
        "35.0 M",
        "52.5 M",
        "18.8 M",
        "37.5 M",
        "56.2 M",
    ]
    assert ax.figure.axes[1].get_ylabel() == "liability (million INR)"


def test_a_pair_that_is_not_there_stays_white() -> None:
    """Nothing is written in it."""
    rows = [("low", 1, 10), ("high", 2, 20)]
    table = Table.of_rows("", ("case", "years", "cost"), rows)
    ax = plots.sensitivity(table, down="case", across="years", value="cost")
    assert [text.get_text() for text in ax.texts] == ["10", "20"]
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("case", "years")
    assert ticks(ax, "y") == ["low", "high"]


def test_what_moves_the_figure_most_is_on_top() -> None:
    """The redemption rate by 30, the cost by 20, the third by 10 the other way round."""
    ax = plots.tornado(reaches())
    assert ticks(ax, "y") == [
        "members who never come back\n0.1 to 0.2",
        "cost per token\n0.5 to 0.7",
        "ultimate redemption rate\n0.4 to 0.8",
    ]
    widths = [bar.get_width() for bar in ax.patches]  # type: ignore[attr-defined]
    assert widths == [4e6, -11e6, -16e6, -6e6, 9e6, 14e6]
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "base",
        "assumption low",
        "assumption high",
    ]
    assert {bar.get_hatch() or "" for bar in ax.patches} == {"...", ""}


def test_a_driver_may_have_no_ends() -> None:
    """Then it has its name alone."""
    columns: dict[str, list[object]] = {
        "what": ["cost"],
        "low": [1],
        "high": [3],
        "base": [2],
    }
    assert ticks(plots.tornado(columns), "y") == ["cost"]


def test_shares_are_drawn_as_they_are() -> None:
    """Where nobody was counted."""
    columns = {"from_tier": ["a", "a"], "to_tier": ["a", "b"], "share": [0.75, 0.25]}
    assert [text.get_text() for text in plots.tier_migration(columns).texts] == ["75 %", "25 %"]


def test_a_cell_says_how_many_and_which_share() -> None:
    """Of those who were in the tier before; nobody is nothing."""
    ax = plots.tier_migration(moves(), tiers=("standard", "silver", "gold", "platinum"))
    said = [text.get_text() for text in ax.texts]
    assert said[0] == "100,000\n90 %"
    assert said[3] == "100\n<0.1 %" or said[3] == "100\n0.1 %"
    assert len(said) == 15
    assert ticks(ax, "y") == ["standard", "silver", "gold", "platinum"]


def test_changes_are_counted_one_by_one() -> None:
    """From no tier to the first, twice; tiers come in their order, none before all."""
    columns = {"from_tier": ["", "", "silver"], "to_tier": ["silver", "silver", "gold"]}
    ax = plots.tier_migration(columns)
    assert ticks(ax, "x") == ["(none)", "silver", "gold"]
    assert [text.get_text() for text in ax.texts] == ["2\n100 %", "1\n100 %"]
    assert overlaps(ax.figure) == []


def test_who_is_in_no_tier_is_drawn_too() -> None:
    """One of four fell to none: three quarters stay, whether the tiers named have it or not."""
    table = {"from_tier": ["silver", "silver"], "to_tier": ["silver", ""], "members": [3, 1]}
    for tiers in (("silver", "gold"), ("", "silver", "gold"), ()):
        ax = plots.tier_migration(table, tiers=tiers)
        assert ticks(ax, "y") == ["(none)", "silver", "gold"][: 3 if tiers else 2]
        assert [text.get_text() for text in ax.texts] == ["1\n25 %", "3\n75 %"]


def test_tiers_that_are_left_out_are_misuse() -> None:
    """Their members would be shared out among the others."""
    with pytest.raises(Misuse, match="members of gold, platinum, which the tiers named leave out"):
        plots.tier_migration(moves(), tiers=("standard", "silver"))


def test_a_replay_has_the_order_of_its_ladder() -> None:
    """Its changes are drawn; a tier that nobody came to has its row all the same."""
    day = date(2018, 1, 1).toordinal()
    changes = (
        TierMove("A", day, "", "silver", "joined"),
        TierMove("A", day + 1, "silver", "gold", "earned"),
    )
    nothing = by_commands(row(1, "joined", "A", "2018-03-31"))
    tiers = {"silver": 0, "gold": 1, "diamond": 0}
    ax = plots.tier_migration(attrs.evolve(nothing, tier_moves=changes, tiers=tiers))
    assert ticks(ax, "y") == ["(none)", "silver", "gold", "diamond"]
    assert [text.get_text() for text in ax.texts] == ["1\n100 %", "1\n100 %"]


@pytest.mark.parametrize("count", [12, 13, 40])
def test_many_assumptions_are_legible(count: int) -> None:
    """Of too many some have no name."""
    table = pairs(count, count)
    assert overlaps(plots.sensitivity(table).figure) == []


def test_parts_of_a_scenario_stand_in_a_row() -> None:
    """Each begins where the one before ends, the first scenario on top, all told apart in grey."""
    ax = plots.comparison(scenarios(2))
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches[::2]] == [  # type: ignore[attr-defined]
        (0, 15e6),
        (15e6, 30e6),
        (45e6, 0),
        (45e6, 4e6),
    ]
    low, high = ax.get_ylim()
    assert low > high
    looks = [(bar.get_hatch(), lightness(bar.get_facecolor()[:3])) for bar in ax.patches[::2]]
    assert all(
        one[0] != other[0] or abs(one[1] - other[1]) > 0.3 for one, other in combinations(looks, 2)
    )


@pytest.mark.parametrize("count", [1, 12])
def test_few_and_many_scenarios_are_legible(count: int) -> None:
    """The figure grows with them."""
    assert overlaps(plots.comparison(scenarios(count)).figure) == []
