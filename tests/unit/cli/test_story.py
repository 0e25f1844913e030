"""The story of the launch: short, computed, and true of the history that it tells."""

import re
from pathlib import Path

import attrs
import pytest

from mi_rewards import bundled
from mi_rewards._cli import story
from mi_rewards._cli.main import main
from mi_rewards._event_log.lines import Unread, open_log, read_rows
from mi_rewards.errors import Corrupt


@pytest.fixture(scope="module")
def told() -> list[str]:
    """Tell the story once."""
    lines: list[str] = []
    story.tell(lines.append)
    return lines


def test_it_fits_on_a_screen(told: list[str]) -> None:
    """Forty lines, none of them very long, in plain ASCII."""
    assert len(told) <= 40
    assert max(map(len, told)) <= 115
    assert all(line.isascii() for line in told)


def test_its_figures_follow_from_the_rules(told: list[str]) -> None:
    """What each line of the history brings, reckoned by hand: 10 % rounded down, the welcome."""
    figures = [line.split()[0] for line in told if re.match(r" +[-+]", line)]
    assert figures == [
        "+500",
        "+50",
        "+50",
        "+999",
        "-400",
        "+1,200",
        "-1,000",
        "-200",
        "+500",
        "-550",
        "+200",
        "-649",
    ]


def test_it_adds_up(told: list[str]) -> None:
    """Promise 1, over the programme, and the check of the journal."""
    (sums,) = [line for line in told if " issued + " in line]
    in_, out = (
        [int(it.replace(",", "")) for it in re.findall(r"[\d,]+", it)] for it in sums.split("=")
    )
    assert (in_, out) == ([4499, 0], [700, 1000, 1199, 1600])
    assert sum(in_) == sum(out)
    assert "The journal explains it in 13 entries; 0 violations are found in it." in told


def test_it_tells_what_is_promised_owed_and_refused(told: list[str]) -> None:
    """A member who is new to the programme meets each of them."""
    text = "\n".join(told)
    assert "B has 50, 999 promised" in text
    assert "C has 0, owes 1,000" in text
    assert "1,000 made good what was owed" in text
    assert "unknown_order" in text


def test_it_says_what_the_rule_book_says(told: list[str]) -> None:
    """Rate, rounding, welcome and validity; nothing of a welcome where there is none."""
    programme = bundled.programme("reward-mi")
    opening = list(story._opening(programme))
    assert opening[2:4] == [
        "An order earns 10 tokens per INR 100.00 when it is delivered, rounded down once.",
        "Joining from 2017-06-15 through 2017-06-21 brings 50 tokens, valid through 2018-12-31.",
    ]
    assert told[:5] == opening
    without = list(story._opening(attrs.evolve(programme, welcome=None)))
    assert without == [line for line in opening if "Joining" not in line]


def test_every_remark_is_told(told: list[str]) -> None:
    """No remark is on a line that the history does not have."""
    text = "\n".join(told)
    assert [remark for remark in story._REMARKS.values() if remark not in text] == []


def test_it_ends_with_commands_that_work(
    told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of them as it is printed; the real purchases are replayed elsewhere."""
    commands = [line.split()[3:] for line in told if line.startswith("  python -m mi_rewards ")]
    assert [words[0] for words in commands] == ["replay", "statement", "programme"]
    assert commands[0][1:] == ["sample:retail-orders", "--as-of", "2018-06-30"]
    for words in commands[1:]:
        assert main(words) == 0
        assert capsys.readouterr().err == ""


def test_the_command_line_tells_it(told: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without any argument."""
    assert main([]) == 0
    assert capsys.readouterr().out.splitlines() == told


def test_the_history_is_one_that_replays() -> None:
    """Every line of it can be read, and names its request."""
    with open_log("sample:launch") as source:
        rows = list(read_rows(source))
    assert [item for item in rows if isinstance(item, Unread) or not item[1][6]] == []


@pytest.mark.parametrize("line", ["no,such,line", "joined,D,yesterday,,,,joined:D"])
def test_a_damaged_history_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """As when an installation is broken; what was told before is true."""
    damaged = tmp_path.joinpath("launch.csv")
    damaged.write_text(bundled.sample("launch").read_text(encoding="utf-8") + line + "\n")
    monkeypatch.setattr(bundled, "sample_file", lambda name: str(damaged))
    with pytest.raises(Corrupt, match="line 14 of the bundled history is damaged: "):
        story.tell(lambda line: None)
