"""What comes with the library: rule books and samples, by name."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from mi_rewards import bundled
from mi_rewards._event_log.lines import COLUMNS
from mi_rewards.errors import Misuse
from mi_rewards.rule_book import from_toml, to_toml
from mi_rewards.tiers import ClassMultiplier


def test_rule_books_are_named_in_alphabetical_order() -> None:
    """With hyphens; Reward Mi is one of them."""
    names = bundled.programme_names()
    assert "reward-mi" in names
    assert list(names) == sorted(set(names))
    assert not any("_" in name for name in names)


FIGURES = (0, 100, 500, 900)
"""Thresholds for the four tiers of Mi VIP Club, which its sources do not give."""


def filled_in(name: str) -> str:
    """The text of a rule book, with its required settings filled in."""
    text = bundled.programme_text(name)
    for figure in FIGURES:
        text = text.replace("# threshold =", f"threshold = {figure}", 1)
    return text


def test_a_rule_book_whose_sources_leave_a_figure_open_asks_for_it() -> None:
    """Mi VIP Club does not load as it stands: one message names the setting and the tiers."""
    with pytest.raises(Misuse) as found:
        bundled.programme("mi-vip-club")
    assert str(found.value) == (
        "tiers.ladder: threshold is missing for silver, gold, platinum, diamond; it is a required"
        " setting, since no figure is right for everybody: state it for each tier, a whole number,"
        " in points"
    )
    assert bundled.programme("reward-mi") == from_toml(filled_in("reward-mi"))


def test_the_tiers_of_mi_vip_club_are_as_published() -> None:
    """Silver to Diamond; 1 % of value in points of their own, half as many again on accessories.

    Source: docs/reference/rules.md; techradar, "Xiaomi launches Mi VIP Club".
    """
    programme = from_toml(filled_in("mi-vip-club"))
    ladder, points = programme.ladder, programme.points
    assert ladder is not None
    assert points is not None
    assert [tier.title for tier in ladder.tiers] == ["Silver", "Gold", "Platinum", "Diamond"]
    assert points.kind == "vip-points" != programme.kind
    assert points.recipe(programme.digest).award(10_000_00) == 100
    assert programme.recipe.award(10_000_00) == 1_000
    for tier in ladder.tiers:
        half_more = ClassMultiplier("accessories", 3, 2, points.kind)
        assert tier.privileges.multipliers == (half_more,)
    others = [set(tier.privileges.others) for tier in ladder.tiers]
    assert others[0] < others[1] < others[2] < others[3]
    assert [("upgrade-rewards" in it, "birthday-gift" in it) for it in others] == [
        (False, False),
        (True, False),
        (True, True),
        (True, True),
    ]


@pytest.mark.parametrize("name", bundled.programme_names())
def test_a_rule_book_loads_and_writes_itself_back(name: str) -> None:
    """It is the programme of that name, says where its rules come from, and reads back equal."""
    text = filled_in(name)
    programme = from_toml(text)
    assert programme.name == name
    assert programme == from_toml(to_toml(programme))
    assert "https://" in text
    assert text.isascii()
    assert text.endswith("\n")


@pytest.mark.parametrize(
    "name",
    ["", "reward_mi", "Reward-Mi", "reward-mi.toml", "../rule_books/reward-mi", "reward-mi "],
)
def test_another_name_is_told_which_there_are(name: str) -> None:
    """Nothing but the names themselves opens a file."""
    message = f"no rule book is named {name!r}; there is {', '.join(bundled.programme_names())}"
    for ask in (bundled.programme, bundled.programme_text):
        with pytest.raises(Misuse) as error:
            ask(name)
        assert str(error.value) == message


def test_samples_are_named_in_alphabetical_order() -> None:
    """With hyphens, and without what their files end with; the real purchases are one of them."""
    names = bundled.sample_names()
    assert "retail-orders" in names
    assert list(names) == sorted(set(names))
    assert not any("_" in name or "." in name for name in names)


@pytest.mark.parametrize("name", bundled.sample_names())
def test_a_sample_is_an_event_log_with_its_origin(name: str) -> None:
    """Every row has the columns of the header, each of them known; README.md says where from."""
    path = bundled.sample(name)
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()
    header, *rows = csv.reader(io.StringIO(text))
    assert set(header) <= set(COLUMNS)
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    assert f"`{path.name}`" in path.with_name("README.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["", "retail_orders", "retail-orders.csv.gz", "README"])
def test_another_sample_is_told_which_there_are(name: str) -> None:
    """Nothing but the names themselves finds a file."""
    with pytest.raises(Misuse) as error:
        bundled.sample(name)
    there_are = ", ".join(bundled.sample_names())
    assert str(error.value) == f"no sample is named {name!r}; there is {there_are}"


def test_what_is_bundled_lies_within_the_package() -> None:
    """So that an installed wheel has it."""
    package = Path(bundled.__file__).parent
    assert package in bundled.sample("retail-orders").parents
