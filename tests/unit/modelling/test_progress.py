"""A bar where tqdm is installed, and nothing where not."""

import sys

import pytest

from mi_rewards.modelling import progress_bar


def test_a_bar_shows_how_many_are_done(capsys: pytest.CaptureFixture[str]) -> None:
    """And is closed at the total."""
    show = progress_bar(1000)
    show(400)
    show(1000)
    said = capsys.readouterr().err
    assert "100%" in said
    assert said.endswith("\n")


def test_a_bar_without_a_total_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """It does not know when it is over."""
    show = progress_bar()
    show(12_000)
    assert "events" in capsys.readouterr().err


def test_without_tqdm_nothing_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The callback is there all the same."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    show = progress_bar(10)
    show(10)
    assert capsys.readouterr().err == ""
