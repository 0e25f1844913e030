"""What comes with the library: rule books and samples, by name."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from mi_rewards import bundled
from mi_rewards._cli.lines import COLUMNS
from mi_rewards.errors import Misuse
from mi_rewards.rule_book import from_toml, to_toml


def test_rule_books_are_named_in_alphabetical_order() -> None:
    """With hyphens; Reward Mi is one of them."""
    names = bundled.programme_names()
    assert "reward-mi" in names
    assert list(names) == sorted(set(names))
    assert not any("_" in name for name in names)


@pytest.mark.parametrize("name", bundled.programme_names())
def test_a_rule_book_loads_and_writes_itself_back(name: str) -> None:
    """It is the programme of that name, says where its rules come from, and reads back equal."""
    text = bundled.programme_text(name)
    programme = bundled.programme(name)
    assert programme.name == name
    assert programme == from_toml(text) == from_toml(to_toml(programme))
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
