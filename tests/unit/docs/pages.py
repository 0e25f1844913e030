"""Reading the manual's pages: their headings, and their fenced blocks."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
"""The folder of the repository."""

PAGES = [ROOT / "README.md", *sorted(ROOT.joinpath("docs").rglob("*.md"))]
"""Every page that is shown to users, the README first."""

_FENCE = re.compile(r"^( *)```(\S[^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_CAPTION = re.compile(r":caption: (\S+)\n+")


class Block(NamedTuple):
    """A fenced block: what it is of, the file that it shows, and its text without indentation."""

    language: str
    caption: str
    text: str


def page(name: str) -> str:
    """Read a page of the manual."""
    return ROOT.joinpath("docs", name).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """Find a page's fenced blocks; `{code-block} csv` with a caption shows a file of that name."""
    found = []
    for indent, info, body in _FENCE.findall(text):
        lines = [line.removeprefix(indent) for line in body.splitlines(keepends=True)]
        plain = "".join(lines)
        caption = _CAPTION.match(plain)
        if caption:
            plain = plain[caption.end() :]
        language = info.removeprefix("{code-block}").strip()
        found.append(Block(language, caption[1] if caption else "", plain))
    return found


def sections(text: str, level: int) -> dict[str, str]:
    """Split a page at its headings of a level; what stands below each, down to the next as high."""
    parts = re.split(rf"^#{{{level}}} (.*)$", text, flags=re.MULTILINE)
    return {
        title.strip("` "): re.split(rf"^#{{1,{level}}} ", body, flags=re.MULTILINE)[0]
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }
