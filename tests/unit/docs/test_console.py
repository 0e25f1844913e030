"""Every console block of the manual and the README prints what it says.

1. A block of the language `console` has commands after `$ ` and below each what it prints.
2. A page's blocks run in order in a folder of their own. A `{code-block}` with a caption is a file
   of that name in it.
3. A line `...` of the expected output stands for any lines.
4. `python` is the interpreter of this test run; nothing else is called but what every shell has.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.docs.pages import PAGES, ROOT, blocks

_SHELL_WORDS = {"python", "echo", "sed"}


def commands(text: str) -> list[tuple[str, str]]:
    """Split a console block into commands, each with the output that it says."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def agrees(printed: str, said: str) -> bool:
    """Compare an output with what a page says of it."""
    pattern = re.escape(said.strip("\n")).replace(re.escape("..."), r"(?s:.*?)")
    return re.fullmatch(pattern, printed.strip("\n")) is not None


def printed_by(command: str, folder: Path) -> str:
    """Run a command as a reader would, and answer with all it prints; nobody counts its lines."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout


WITH_CONSOLE = [
    path
    for path in PAGES
    if any(it.language == "console" for it in blocks(path.read_text("utf-8")))
]


@pytest.mark.parametrize("path", WITH_CONSOLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_prints_what_it_says(path: Path, tmp_path: Path) -> None:
    """Command by command, and each command is one that any shell has."""
    wrong = []
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.caption:
            tmp_path.joinpath(block.caption).write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        for command, said in commands(block.text):
            assert command.split()[0] in _SHELL_WORDS
            printed = printed_by(command, tmp_path)
            if not agrees(printed, said):
                wrong.append(f"$ {command}\n{printed}")
    assert "\n".join(wrong) == ""


def test_the_tutorial_and_the_readme_show_the_command_line() -> None:
    """The check above looks at them."""
    shown = {str(path.relative_to(ROOT)) for path in WITH_CONSOLE}
    assert {"README.md", "docs/tutorial.md"} <= shown


def test_a_planted_untruth_is_seen(tmp_path: Path) -> None:
    """An output that differs in one figure does not agree."""
    ((command, said),) = commands("$ echo 1,049 available\n1,049 available\n")
    printed = printed_by(command, tmp_path)
    assert agrees(printed, said)
    assert not agrees(printed, said.replace("9", "8"))
    assert not agrees(printed, "")


def test_three_dots_stand_for_any_lines(tmp_path: Path) -> None:
    """In the middle and at the end, but not for what stands around them."""
    printed = printed_by("echo 1; echo 2; echo 3", tmp_path)
    assert agrees(printed, "1\n...\n3\n")
    assert agrees(printed, "1\n...\n")
    assert not agrees(printed, "...\n2\n")


def test_blocks_are_found_with_their_caption() -> None:
    """Indented ones too, and the caption is no part of the file."""
    file = "   ```{code-block} csv\n   :caption: log.csv\n\n   a,b\n   ```\n"
    text = f"1. See\n\n{file}\n```console\n$ x\n```\n"
    assert blocks(text) == [("csv", "log.csv", "a,b\n"), ("console", "", "$ x\n")]
