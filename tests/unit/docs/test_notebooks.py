"""The notebooks run as they stand, and nothing in their pictures runs into anything."""

import doctest
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure

from tests.pictures import overlaps
from tests.unit.docs.pages import ROOT, blocks, sections

mpl.use("Agg")

NOTEBOOKS = sorted(ROOT.joinpath("docs/notebooks").glob("*.py"))
_UNIT = re.compile(r"\(.+\)")
_NO_UNIT = {"assumption", "date", "from opening to closing", "last valid day", "policy", "scenario"}
_NO_UNIT |= {"validity"}
"""What an axis may say that counts nothing: days and names."""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    pyplot.close("all")
    yield
    pyplot.close("all")


def without_unit(figure: Figure) -> list[str]:
    """Name each axis of a figure that neither names its unit nor counts nothing."""
    labels = [label for axes in figure.axes for label in (axes.get_xlabel(), axes.get_ylabel())]
    scales = [axes for axes in figure.axes if axes.get_label() == "<colorbar>"]
    empty = labels.count("") - len(scales)  # a scale counts upwards alone
    found = [label for label in labels if label and label not in _NO_UNIT]
    return [label for label in found if not _UNIT.search(label)] + [""] * empty


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_pictures_are_legible(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Top to bottom, in a folder of its own, with two pictures or more; and it leaves nothing."""
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path), run_name="__main__")
    figures = [pyplot.figure(number) for number in pyplot.get_fignums()]
    assert len(figures) >= 2
    assert [found for figure in figures for found in overlaps(figure)] == []
    assert [label for figure in figures for label in without_unit(figure)] == []
    assert list(tmp_path.iterdir()) == []


def test_there_are_four_notebooks() -> None:
    """In this order, each with a title that stands in its first cell."""
    titles = [path.read_text("utf-8").split("\n")[2] for path in NOTEBOOKS]
    assert titles == [
        "Reward Mi on a year of real purchases",
        "What would twelve months' validity cost?",
        "The books: IFRS 15 for tokens",
        "Ten million members",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_what_is_real_and_what_is_not(path: Path) -> None:
    """The source of the purchases and its licence, and that redemptions are none of it."""
    head = " ".join(path.read_text("utf-8").split('"""')[1].split())
    assert "*Online Retail*, UCI Machine Learning Repository, CC BY 4.0" in head
    assert "invented policy over these purchases" in head or "is an assumption" in head


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_written_reads_in_jupyter_and_in_the_manual(path: Path) -> None:
    """Cells are marked, and their words are Markdown that is reStructuredText too."""
    text = path.read_text("utf-8")
    assert text.startswith('# %% [markdown]\n"""\n')
    prose = "\n".join(re.findall(r"^# %% \[markdown\]\n((?:#.*\n)+)", text, re.MULTILINE))
    assert prose
    assert re.findall(r"\]\(|^# #|```|^# [|]|``", prose, re.MULTILINE) == []


def test_the_readme_gives_the_first_plot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines print what they say, and save a picture where they run."""
    monkeypatch.chdir(tmp_path)
    section = sections(ROOT.joinpath("README.md").read_text("utf-8"), 2)["In a notebook"]
    (lines,) = [block.text for block in blocks(section) if block.language == "python"]
    told = doctest.DocTestParser().get_doctest(lines, {}, "README", "README.md", 0)
    assert doctest.DocTestRunner().run(told) == (0, len(told.examples))
    (picture,) = tmp_path.iterdir()
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_an_axis_without_a_unit_is_seen() -> None:
    """Whether it says nothing or only what it shows."""
    figure = Figure()
    axes = figure.subplots()
    axes.set_ylabel("tokens")
    assert without_unit(figure) == ["tokens", ""]
    axes.set(xlabel="date", ylabel="available (tokens)")
    assert without_unit(figure) == []
